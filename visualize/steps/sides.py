"""The names beside the inputs and outputs of small pictures and films: as wide as they are, and cut when too long.

The diagrams of a row are drawn without them; they are written here, into room that was kept for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visualize.network.diagram import NetworkDiagram
from visualize.network.labels import SIDE
from visualize.network.places import RADIUS, Node
from visualize.steps.pictures import spread
from visualize.steps.words import cut, width_of

__all__ = ["Sides", "fill_width", "sides_of", "write_sides"]

_GAP = RADIUS + 0.13  # from the middle of a neuron to its name
_GAPS = (2.6, 6.0)  # from layer to layer in a film
_WIDEST = 3.4  # a name in a film
_DIM = 0.35  # of names of neurons that are not at work


@dataclass(frozen=True, slots=True)
class Sides:
    """Names, and the room that they take.

    Attributes
    ----------
    names : dict of Node to str
        What stands beside which place.
    height : float
        Of the text, in units of the layout.
    left, right : float
        The ends of everything in the picture, names included.
    """

    names: Mapping[Node, str]
    height: float
    left: float
    right: float


def sides_of(base: NetworkDiagram, names: Mapping[Node, str], height: float, widest: float) -> Sides:
    """Cut names to a width, and find the room that they take beside a diagram drawn without them."""
    from visualize.network.painter import extent

    left, _, right, _ = extent(base)
    fitting = {}
    for node, name in names.items():
        fitting[node] = cut(name.replace(" (else ", "\n(else "), widest, height)
        reach = _GAP + width_of(fitting[node], height) + 0.05
        left, right = (min(left, node.x - reach), right) if node.layer == 0 else (left, max(right, node.x + reach))
    return Sides(fitting, height, left, right)


def fill_width(bases: Sequence[NetworkDiagram], names: Mapping[Node, str], room: float) -> Sides:
    """Spread the layers of diagrams with one layout so that they, with names, are so wide; and write their names."""
    layout = bases[0].layout
    steps = max(len(layout.columns) - 1, 1)
    one = _around(bases, names)
    span = layout.columns[-1][0].x - layout.columns[0][0].x
    spread(layout, min(max((room - (one.right - one.left) + span) / steps, _GAPS[0]), _GAPS[1]))
    return _around(bases, names)


def _around(bases: Sequence[NetworkDiagram], names: Mapping[Node, str]) -> Sides:
    found = [sides_of(base, names, SIDE, _WIDEST) for base in bases]
    return Sides(found[0].names, SIDE, min(one.left for one in found), max(one.right for one in found))


def write_sides(diagram: NetworkDiagram, sides: Sides) -> list[Any]:
    """Write the names beside the neurons of a drawn diagram; those of neurons that are not lit, dimmed."""
    from visualize.network.sized_text import SizedText

    ax = diagram.ax_
    assert ax is not None  # noqa: S101  # it is drawn
    lit = {node.node: node.lit for node in diagram.nodes}
    made = []
    for node, name in sides.names.items():
        first = node.layer == 0
        text = SizedText(
            node.x - _GAP if first else node.x + _GAP, node.y, name,
            height=sides.height, transform=ax.transData, parse_math=False, color=diagram.theme.ink, zorder=5,
            ha="right" if first else "left", va="center", alpha=None if lit[node] else _DIM,
        )  # fmt: skip
        text.set_clip_on(False)
        text.set_in_layout(False)
        ax.add_artist(text)
        made.append(text)
    return made
