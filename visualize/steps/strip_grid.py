"""How the panels of a strip stand: how many side by side so that they can be read, how large, and with which names.

Names stand beside the first panel of each row only, and room is kept for them there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from neurograph.errors import InvalidValueError, explain
from neurograph.validate import whole
from visualize.network.diagram import NetworkDiagram
from visualize.network.labels import SIDE
from visualize.network.places import Node
from visualize.steps.pictures import smallest_text
from visualize.steps.sides import Sides, sides_of

__all__ = ["AIR", "NEAR", "Grid", "columns_of", "grid_of"]

_WHERE = "draw_strip"
_POINTS = 4.6  # the smallest text of a panel, where the page lets it
_LARGEST = 0.75  # inches: the distance of two neurons is no larger
_TALLEST = 5.0  # inches: and a panel no taller
_UNREADABLE = 3.0  # points; a diagram leaves smaller text out
# In units of the layout:
NEAR = 2.3  # layers are so far apart
AIR = 0.15  # between two panels
_EMPTY = 0.15  # of the room beside neurons that a diagram of its own has, and a panel does not need
_SMALLEST = 0.127  # text that must be smaller to fit its neuron does not make the panels larger
_WIDEST = 2.6  # a name beside a neuron


class Grid(NamedTuple):
    """How panels stand: columns, widths of the first and of the others, inches a unit, the box of one, its names."""

    across: int
    first: float
    other: float
    unit: float
    box: tuple[float, float, float, float]
    sides: Sides

    @property
    def is_readable(self) -> bool:
        """Whether the numbers in the neurons are large enough to be drawn."""
        return 72.0 * _SMALLEST * self.unit >= _UNREADABLE


def columns_of(columns: object, count: int, inches: float, first: float, other: float) -> int:
    """Choose how many panels go into a row, the first one so wide and the others so wide, in inches."""
    if columns is not None:
        number = whole(columns, f"{_WHERE}, columns")
        if number < 1:
            raise InvalidValueError(explain(f"{_WHERE}, columns", columns, "a number from 1 up, or None"))
        return min(number, count)
    fit = max(1, 1 + int((inches - first) / other))
    if count <= fit or fit <= 2:
        return min(count, fit)
    # the fewest empty places at the end; of two ways the one with more columns
    return min(range(max(1, fit - 1), fit + 1), key=lambda number: (-count % number, -number))


def grid_of(panels: Sequence[NetworkDiagram], names: Mapping[Node, str], columns: object, inches: float) -> Grid:
    """Find how many panels go side by side so that they can be read, and how large they are."""
    from visualize.network.painter import extent

    left, bottom, right, top = extent(panels[0])
    left, right = left + _EMPTY, right - _EMPTY
    if not any(title.largest for title in panels[0].titles):
        top = panels[0].layout.box[3] + 0.1  # nothing is written over the layers
    least = _POINTS / 72.0 / max(min(map(smallest_text, panels)), _SMALLEST)  # inches a unit
    least, largest = (min(one, _TALLEST / (top - bottom)) for one in (least, _LARGEST))
    high = min(SIDE, max(_POINTS / 72.0 / least, 0.1))
    sides = sides_of(panels[0], names, high, _WIDEST)
    first, other = sides.right - sides.left + AIR, right - left + AIR
    across = columns_of(columns, len(panels), inches, least * first, least * other)
    unit = inches / (first + (across - 1) * other)
    return Grid(across, first, other, min(unit, largest), (left, bottom, right, top), sides)
