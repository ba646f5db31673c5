"""What all pictures share: the axes they draw on, names written as they are, and the record of what was drawn.

It draws nothing of its own, and leaves rcParams, pyplot and the faces of the user's figures alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, one_line
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

__all__ = ["Drawn", "axes_for", "legend", "new_figure", "short", "tick_names"]


@dataclass(repr=False)
class Drawn:
    """What a plot drew.

    Attributes
    ----------
    ax : matplotlib.axes.Axes
        Where.
    artists : dict
        The artists by name, to be asked or changed; `drawn["loss"]` is short for `drawn.artists["loss"]`.
    alt : str
        What the picture shows, in words, made from its data.
    own : bool
        Whether the figure was made for it.
    """

    ax: Axes
    artists: dict[str, Any]
    alt: str
    own: bool = field(default=False, repr=False)

    def __repr__(self) -> str:
        return f"<Drawn of {', '.join(self.artists)}>"

    def __getitem__(self, name: str) -> Any:
        return self.artists[name]

    @property
    def figure(self) -> Figure:
        """The whole figure."""
        figure = self.ax.get_figure(root=True)
        assert figure is not None  # noqa: S101  # axes on which something was drawn have one
        return figure

    def alt_text(self) -> str:
        """Say what the picture shows, for those who cannot see it."""
        return self.alt

    def save(self, path: str | Path, dpi: int = 150) -> None:
        """Write the figure to a PNG, SVG or PDF file with its alt text in it; see `visualize.export.save_figure`."""
        from visualize.export import save_figure

        save_figure(self.figure, path, self.alt_text(), dpi=dpi)

    def _repr_svg_(self) -> str | None:
        """Show it in a notebook, unless the figure is the user's, which the notebook shows itself."""
        from visualize.export import svg_text

        return svg_text(self.figure, self.alt_text()) if self.own else None


def new_figure(theme: Theme, size: tuple[float, float]) -> Figure:
    """Make a figure that pyplot does not know, on the theme's page."""
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained", facecolor=theme.page)


def axes_for(ax: object, theme: Theme, where: str, size: tuple[float, float] = (6.4, 4.2)) -> tuple[Axes, bool]:
    """Pass the caller's axes on, or make a figure with one; and say whether it was made.

    Ticks, labels and spines take the theme's ink on axes of our own, and on the caller's when the theme is not "light".

    Raises
    ------
    InvalidTypeError
        When `ax` is something else than axes.
    """
    from matplotlib.axes import Axes

    if ax is None:
        own = new_figure(theme, size).add_subplot(facecolor=theme.page)
        _dress(own, theme)
        return own, True
    if not isinstance(ax, Axes):
        cure = f"Say show={ax!r} for a mode." if isinstance(ax, str) else "Make some with figure.add_subplot()."
        raise InvalidTypeError(where=f"{where}, ax", given=ax, expected="matplotlib axes", cure=cure)
    if theme.name != "light":
        _dress(ax, theme)
    return ax, False


def _dress(ax: Axes, theme: Theme) -> None:
    ax.tick_params(colors=theme.ink, which="both")
    for label in (ax.xaxis.label, ax.yaxis.label, ax.title):
        label.set_color(theme.ink)
    for side, spine in ax.spines.items():
        spine.set_color(theme.ink)
        spine.set_visible(side in ("left", "bottom"))


def short(name: str, limit: int = 24) -> str:
    """Write a name on one line, shortened in the middle of a word if it must be.

    Examples
    --------
    >>> short("petal length (cm)"), short("a" * 30, 8)
    ('petal length (cm)', 'aaaaaaa…')
    """
    line = one_line(name)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def tick_names(ax: Axes, axis: str, places: Sequence[float], names: Sequence[str], **style: Any) -> None:
    """Write names at ticks exactly as they are; a `$` in them begins no mathematics."""
    which = ax.xaxis if axis == "x" else ax.yaxis
    which.set_ticks(list(places), [short(name) for name in names], parse_math=False, **style)


def legend(ax: Axes, handles: Sequence[Any], names: Sequence[str], theme: Theme, **place: Any) -> Legend:
    """Add a legend whose names are written exactly as they are, also those that begin with an underscore."""
    made = ax.legend(handles, [" "] * len(handles), frameon=False, labelcolor=theme.ink, **place)
    for text, name in zip(made.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(short(name, 40))
    return made
