"""How a network is drawn: the options of `draw_network` as one record, each checked as far as it stands alone.

`draw_network` explains them. What needs the network, such as a name of a neuron, is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidValueError
from neurograph.graph.structure import Structure
from neurograph.validate import Names, one_of, whole
from visualize.network.choice import Keep
from visualize.themes import THEMES, Theme, find_theme

__all__ = ["DrawingOptions"]

LABELS = ("name", "math", "none")
BIASES = ("square", "node", "none")
_FEW_LINKS = 60  # up to so many, numbers are written at the edges unless the caller says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingOptions:
    """The options of `draw_network`, except which mode is shown and what stands around the picture.

    Examples
    --------
    >>> DrawingOptions(theme="dark").theme.name, DrawingOptions(numbers=5).writes_numbers(1000)
    ('dark', True)
    """

    before: Structure | None = None
    example: int = 0
    scale: object = None
    most: int | None = 16
    keep: Keep = "ends"
    direction: str = "right"
    labels: str = "name"
    numbers: bool | int | None = None
    digits: int | None = 3
    bias: str = "square"
    feature_names: Names = ()
    class_names: Names = ()
    highlight: object = None
    marks: Mapping[str, str] | None = None
    theme: Theme = THEMES["light"]  # or the name of one

    def __post_init__(self) -> None:
        for given, known, where in ((self.labels, LABELS, "labels"), (self.bias, BIASES, "bias")):
            one_of(given, known, f"draw_network, {where}", "unknown")
        if self.numbers is not None and not isinstance(self.numbers, bool):
            expected = "True, False, or how many at most"
            if whole(self.numbers, "draw_network, numbers", what=expected) < 0:
                raise InvalidValueError(where="draw_network, numbers", given=self.numbers, expected=expected)
        NumberFormat(self.digits)
        object.__setattr__(self, "theme", find_theme(self.theme))

    @property
    def style(self) -> NumberFormat:
        """How numbers are written."""
        return NumberFormat(self.digits)

    def writes_numbers(self, links: int) -> bool:
        """Whether numbers are written at the edges, of which there are so many."""
        return links <= _FEW_LINKS if self.numbers is None else self.numbers is not False
