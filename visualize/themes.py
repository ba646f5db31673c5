"""Themes: the colours of a picture on a light page, on a dark one, and in print, one record each.

Zero is always near the colour of the page, so that what is weak fades and never shines. Negative is orange and
positive purple, which every kind of colour vision tells apart; their lightness differs too (CIE L* 63 and 19 on a light
page), so that the sign is left in grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neurograph.validate import instance_of, one_of

if TYPE_CHECKING:
    from matplotlib.colors import LinearSegmentedColormap

__all__ = ["THEMES", "Theme", "find_theme"]


@dataclass(frozen=True, slots=True, repr=False)
class Theme:
    """The colours of a picture.

    Attributes
    ----------
    page, ink, quiet : str
        The background; text and outlines; what should stay behind, such as grids and the rest of a highlighted picture.
    negative, zero, positive : str
        The ends and the middle of the diverging map, for everything that has a sign.
    classes : tuple of str
        Colours for classes and layers, in order: M. Okabe, K. Ito (2008), Color Universal Design.
    dashes : bool
        Draw negative edges dashed, a second sign for paper.

    Examples
    --------
    >>> find_theme("dark").page
    '#111111'
    """

    name: str
    page: str
    ink: str
    quiet: str
    negative: str
    zero: str
    positive: str
    classes: tuple[str, ...]
    dashes: bool = False

    def __repr__(self) -> str:
        return f"<Theme {self.name}>"

    @property
    def diverging(self) -> LinearSegmentedColormap:
        """The map for values with a sign: negative, zero, positive."""
        from matplotlib.colors import LinearSegmentedColormap

        name = f"neurograph_{self.name}"
        return LinearSegmentedColormap.from_list(name, [self.negative, self.zero, self.positive], N=257)

    @property
    def growing(self) -> LinearSegmentedColormap:
        """The map for values without a sign, such as counts: from the page to positive."""
        from matplotlib.colors import LinearSegmentedColormap

        return LinearSegmentedColormap.from_list(f"neurograph_{self.name}_growing", [self.page, self.positive])

    def class_colour(self, index: int) -> str:
        """The colour of a class; after the last one they begin again."""
        return self.classes[index % len(self.classes)]


_OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
_ON_BLACK = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00", "#0072b2")

_LIGHT = Theme("light", "#ffffff", "#222222", "#9a9a9a", "#e08214", "#e9e9e9", "#3f1a6b", _OKABE_ITO)
THEMES = {
    "light": _LIGHT,
    "dark": Theme("dark", "#111111", "#eeeeee", "#909090", "#e66100", "#333333", "#c4b5fd", _ON_BLACK),
    "print": Theme("print", "#ffffff", "#000000", "#888888", "#e08214", "#e2e2e2", "#3f1a6b", _OKABE_ITO, dashes=True),
}


def find_theme(theme: str | Theme) -> Theme:
    """Look a theme up by name; a Theme is passed on."""
    if isinstance(theme, Theme):
        return theme
    instance_of(theme, str, "theme", "a name, or a Theme")
    return THEMES[one_of(theme, THEMES, "theme", "unknown theme")]
