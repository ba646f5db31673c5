"""The names beside the inputs and outputs of small pictures and films: as wide as they are, and cut when too long.

The diagrams of a row are drawn without them; they are written here, into room that was kept for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neurograph.graph.neuron import Neuron
from visualize.network.diagram import NetworkDiagram
from visualize.network.labels import SIDE
from visualize.network.layout import RADIUS
from visualize.network.painter import DrawnNetwork
from visualize.steps.pictures import show_missing, spread
from visualize.steps.words import cut, width_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Sides", "fill_width", "paint_with_sides", "sides_of"]

_GAP = RADIUS + 0.13  # from the middle of a neuron to its name
_GAPS = (2.6, 6.0)  # from layer to layer in a film
_WIDEST = 3.4  # a name in a film
_DIM = 0.35  # of names of neurons that are not at work


@dataclass(frozen=True, slots=True)
class Sides:
    """Names, and the room that they take.

    Attributes
    ----------
    names : dict of Neuron to str
        What stands beside which neuron.
    height : float
        Of the text, in units of the layout.
    left, right : float
        The ends of everything in the picture, names included.
    """

    names: Mapping[Neuron, str]
    height: float
    left: float
    right: float


def sides_of(base: NetworkDiagram, names: Mapping[Neuron, tuple[str, ...]], height: float, widest: float) -> Sides:
    """Cut names to a width, and find the room that they take beside a diagram drawn without them."""
    from visualize.network.painter import extent

    left, _, right, _ = extent(base)
    fitting: dict[Neuron, str] = {}
    for node in base.layout.nodes:
        if node.neuron is None or node.neuron not in names:
            continue
        text = fitting[node.neuron] = cut("\n".join(names[node.neuron]), widest, height)
        reach = _GAP + width_of(text, height) + 0.05
        left, right = (min(left, node.x - reach), right) if node.layer == 0 else (left, max(right, node.x + reach))
    return Sides(fitting, height, left, right)


def fill_width(
    bases: Sequence[NetworkDiagram], names: Mapping[Neuron, tuple[str, ...]], room: float
) -> tuple[list[NetworkDiagram], Sides]:
    """Spread the layers of diagrams with one layout so that they, with names, are so wide; and place their names."""
    layout = bases[0].layout
    steps = max(len(layout.columns) - 1, 1)
    one = _around(bases, names)
    span = layout.columns[-1][0].x - layout.columns[0][0].x
    gap = min(max((room - (one.right - one.left) + span) / steps, _GAPS[0]), _GAPS[1])
    wide = [spread(base, gap) for base in bases]
    return wide, _around(wide, names)


def _around(bases: Sequence[NetworkDiagram], names: Mapping[Neuron, tuple[str, ...]]) -> Sides:
    found = [sides_of(base, names, SIDE, _WIDEST) for base in bases]
    return Sides(found[0].names, SIDE, min(one.left for one in found), max(one.right for one in found))


def paint_with_sides(
    diagram: NetworkDiagram, ax: Axes, box: tuple[float, float, float, float], sides: Sides | None
) -> DrawnNetwork:
    """Draw a diagram, and the names beside it, on axes that show this box: its left, bottom, right and top."""
    drawn = diagram.plot(ax, colorbar=False, legend=False)
    show_missing(drawn)
    if sides is not None:
        drawn.labels_.extend(_write_sides(drawn, sides))
    left, bottom, right, top = box
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    return drawn


def _write_sides(diagram: DrawnNetwork, sides: Sides) -> list[Any]:
    """Write the names beside the neurons of a drawn diagram; those of neurons that are not lit, dimmed."""
    from visualize.network.sized_text import SizedText

    ax, made = diagram.ax_, []
    for shown in diagram.nodes:
        node = shown.node
        if node.neuron is None or node.neuron not in sides.names:
            continue
        name, first = sides.names[node.neuron], node.layer == 0
        text = SizedText(
            node.x - _GAP if first else node.x + _GAP, node.y, name,
            height=sides.height, transform=ax.transData, parse_math=False, color=diagram.theme.ink, zorder=5,
            ha="right" if first else "left", va="center", alpha=None if shown.lit else _DIM,
        )  # fmt: skip
        text.set_clip_on(False)
        text.set_in_layout(False)
        ax.add_artist(text)
        made.append(text)
    return made
