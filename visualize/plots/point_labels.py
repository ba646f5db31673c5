"""Names beside dots on a curve: each at its own dot and apart from the others; dots that overlap share a line.

It finds places and writes names; the dots themselves are drawn elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from visualize.drawn import short
from visualize.plots.axes_parts import inches
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DOT", "Mark", "name_dots", "offsets", "together"]

DOT = 26.0  # square points: the size of a dot
_LETTER, _LINE = 5.0, 11.0  # points: about the width of a character of a name, and the height of a line

Mark = tuple[str, float, float]  # a neuron's name, z and a
Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


def name_dots(ax: Axes, marked: Sequence[Mark], theme: Theme) -> list[Any]:
    """Write the names beside their dots, apart from each other; those of dots that overlap on one line."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    width, height = (72.0 * side for side in inches(ax))
    scale = (width / (right - left), height / (top - bottom))
    groups = together(marked, scale)
    labels = [", ".join(short(name, 12) for name, _, _ in group) for group in groups]
    dots = [((group[0][1] - left) * scale[0], (group[0][2] - bottom) * scale[1]) for group in groups]
    ways = offsets(dots, [_LETTER * len(text) for text in labels], (0.0, 0.0, width, height))
    return [
        ax.annotate(
            text,
            group[0][1:],
            xytext=way,
            textcoords="offset points",
            ha="right" if way[0] < 0.0 else "left",
            va="bottom" if way[0] < 0.0 else "top",
            color=theme.ink,
            fontsize=8,
            parse_math=False,
            arrowprops=None if abs(way[1]) < _LINE else _leader(theme),
        )
        for group, text, way in zip(groups, labels, ways, strict=True)
    ]


def together(marked: Sequence[Mark], scale: tuple[float, float]) -> list[list[Mark]]:
    """Put neurons together whose dots overlap, in the order of z; `scale` is the points on the page for 1 of z and a.

    Examples
    --------
    >>> together([("h1", 2.0, 2.0), ("h2", 0.0, 0.0), ("h3", 0.25, 0.25)], (8.0, 8.0))
    [[('h2', 0.0, 0.0), ('h3', 0.25, 0.25)], [('h1', 2.0, 2.0)]]
    """
    groups: list[list[Mark]] = []
    for mark in sorted(marked, key=lambda one: one[1]):
        for group in groups:
            across, up = (mark[1] - group[0][1]) * scale[0], (mark[2] - group[0][2]) * scale[1]
            if math.hypot(across, up) < math.sqrt(DOT):
                group.append(mark)
                break
        else:
            groups.append([mark])
    return groups


def offsets(dots: Sequence[tuple[float, float]], widths: Sequence[float], room: Box) -> list[tuple[float, float]]:
    """Find for each dot where its name has room, from the dot to the name's near corner; all in points.

    To the upper left at best, where a rising curve leaves room, or else to the lower right, or further off that way.
    To the left it ends at that corner, and to the right it begins there.

    Examples
    --------
    >>> offsets([(50.0, 50.0), (60.0, 52.0)], [20.0, 20.0], (0.0, 0.0, 99.0, 99.0))
    [(-4.0, 4.0), (4.0, -4.0)]
    """
    taken: list[Box] = [(x - 2.5, y - 2.5, x + 2.5, y + 2.5) for x, y in dots]
    ways = [(side * 4.0, side * -(4.0 + lines * _LINE)) for lines in range(8) for side in (-1, 1)]
    found = []
    for (x, y), width in zip(dots, widths, strict=True):
        boxes = [_box(x + across, y + up, width, across < 0.0) for across, up in ways]
        free = [k for k, box in enumerate(boxes) if not any(_meet(box, other) for other in taken)]
        inside = [k for k in free if _holds(room, boxes[k])]
        best = (inside or free or [0])[0]
        taken.append(boxes[best])
        found.append(ways[best])
    return found


def _box(x: float, y: float, width: float, left: bool) -> Box:
    return (x - width, y, x, y + _LINE) if left else (x, y - _LINE, x + width, y)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _holds(room: Box, box: Box) -> bool:
    return room[0] <= box[0] and room[1] <= box[1] and box[2] <= room[2] and box[3] <= room[3]


def _leader(theme: Theme) -> dict[str, Any]:
    """Give the look of a line from a name that stands further off to its dot."""
    return {"arrowstyle": "-", "color": theme.quiet, "linewidth": 0.6, "shrinkA": 0.0, "shrinkB": 2.5}
