"""Text whose size is given in the units of its axes, so that it grows and shrinks with what it belongs to.

It is matplotlib's Text in every other way.
"""

from __future__ import annotations

from typing import Any

from matplotlib.text import Text

__all__ = ["SizedText"]

_UNREADABLE = 3.0  # points; smaller text is left out until somebody zooms in


class SizedText(Text):
    """A text of a height in data units, but no larger and no smaller than so many points.

    It is left out when it cannot be read. Texts with the same `readable` height are left out together.
    """

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        *,
        height: float,
        most: float = 18.0,
        least: float = 0.5,
        readable: float | None = None,
        **style: Any,
    ) -> None:
        super().__init__(x, y, text, **style)
        self._height, self._most, self._least = height, most, least
        self._share = 1.0 if readable is None else readable / height

    def _fit(self) -> None:
        axes = self.axes
        if axes is None or self.figure is None:
            return
        (_, low), (_, high) = axes.transData.transform([(0.0, 0.0), (0.0, 1.0)])
        points = self._height * abs(high - low) * 72.0 / self.figure.dpi
        self.set_fontsize(max(min(points, self._most), self._least))

    def draw(self, renderer: Any) -> None:
        """Take the size that the axes have now, and draw."""
        self._fit()
        if float(self.get_fontsize()) * self._share >= _UNREADABLE:
            super().draw(renderer)

    def get_window_extent(self, renderer: Any = None, dpi: float | None = None) -> Any:
        """Measure the text at the size that the axes have now."""
        self._fit()
        return super().get_window_extent(renderer, dpi)
