"""The pictures of a trace: one base for each mode, with the places and scales of all its frames, and a diagram a frame.

A scale holds whatever any frame of its mode shows, so a colour means the same number in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from neurograph.graph.neuron import Neuron
from neurograph.trace.trace import Trace
from visualize.network.contents import (
    ShownLink,
    Title,
    edge_texts,
    fill_scale_for,
    link_values,
    scale_for,
    shown_links,
    shown_nodes,
)
from visualize.network.diagram import NUMBER_HEIGHT, NetworkDiagram, diagram_of
from visualize.network.edge_numbers import Placed, place
from visualize.network.labels import SIDE, lines_in
from visualize.network.layout import RADIUS, Layout, room_for
from visualize.network.modes import MEAN, MODES, Mode, Read, before_means, read_trace
from visualize.network.options import DrawingOptions
from visualize.network.painter import DrawnNetwork, square_at
from visualize.network.scales import Scale, make_scale
from visualize.steps.frames import Frame
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "bases",
    "edge_limits",
    "headings",
    "joined",
    "names_beside",
    "picture",
    "scale_bar",
    "show_missing",
    "smallest_text",
    "spread",
    "unread",
    "without_names",
]

_FEW = 60  # numbers at edges, when no more than so many edges are lit

# While errors go back there are no gradients yet, so none are written at the edges.
_BACKWARD = replace(MODES["backward"], on_edges=("blame",), edge_words="error carried back w·δ")

# The loss sets activations against targets; the edges stay as the forward pass left them.
_LOSS = replace(MODES["forward"], written=(("a", "a"), ("y", "y")), on_edges=())
_EMPTY: dict[str, Any] = {"what": "", "rules": "", "is_hidden": False}
_MODES: dict[str, Mode] = {**MODES, "backward": _BACKWARD, "mean": MEAN, "loss": _LOSS}


def bases(trace: Trace[Any], modes: Iterable[str], options: DrawingOptions) -> dict[str, NetworkDiagram]:
    """Make one diagram for each mode, without numbers at the edges; its frames take over its places and scales.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0])
    >>> found = bases(trace, ["forward", "update"], DrawingOptions(theme="dark"))
    >>> found["forward"].layout is found["update"].layout
    True
    """
    reads = _finals(trace)
    found: dict[str, NetworkDiagram] = {}
    like: NetworkDiagram | None = None
    for name in dict.fromkeys(modes):
        mode = _MODES[name]
        base = diagram_of(trace.data.before, mode.name, replace(options, numbers=False), reads[0], like)
        like = like or base
        scale = joined((edge_limits(base, read) for read in reads), base.scale)
        fills = joined((_fill_limits(base, mode, read) for read in reads), base.fill_scale)
        found[name] = replace(base, mode=mode, scale=scale, fill_scale=fills, titles=headings(base.titles, scale))
    return found


def names_beside(base: NetworkDiagram) -> dict[Neuron, tuple[str, ...]]:
    """Find what stands beside the neurons of a diagram; a picture of a row is laid out around it."""
    return {node.node.neuron: node.beside for node in base.nodes if node.beside and node.node.neuron}


def without_names(base: NetworkDiagram) -> NetworkDiagram:
    """Give the diagram with nothing beside its neurons."""
    return replace(base, nodes=[replace(node, beside=()) for node in base.nodes])


def headings(named: Sequence[Title], scale: Scale, short: bool = False) -> list[Title]:
    """Say over each layer what its largest number is, when that is its scale; in short, say nothing else."""
    full = scale.full_scales()
    return [
        replace(title, largest=full.get(layer, ""), **(_EMPTY if short else {})) for layer, title in enumerate(named)
    ]


def _finals(trace: Trace[Any]) -> list[Read]:
    """Read what is known at the end; of a batch what each example gave, and the means."""
    last, parts = read_trace(trace.state(len(trace) - 1)), before_means(trace)
    if trace.examples == 1:
        return [last]
    return [last, *(read_trace(parts.of_example(e)) for e in range(trace.examples))]


def edge_limits(base: NetworkDiagram, read: Read) -> Scale:
    """Find the largest numbers on the edges, and of the biases, by layer."""
    return scale_for(base.layout, link_values(base.layout, base.mode, read), base.mode, read, "network")


def _fill_limits(base: NetworkDiagram, mode: Mode, read: Read) -> Scale:
    bare = replace(mode, written=())
    return fill_scale_for(shown_nodes(base.net, base.layout, bare, read, DrawingOptions()), "network")


def joined(scales: Iterable[Scale], like: Scale) -> Scale:
    """Make one scale that holds what all of these hold, of the kind of another."""
    return make_scale([known for scale in scales for known in scale.limits.items()], like.kind)


def spread(base: NetworkDiagram, wanted: float) -> NetworkDiagram:
    """Put the layers of a diagram so far apart, or as near to that as their lines allow."""
    layout = base.layout
    gaps = [after[0].x - before[0].x for before, after in pairwise(layout.columns)]
    need = wanted
    for link in layout.links:
        crossed = link.target.layer - link.source.layer
        straight = crossed == 1
        for (x0, y0), (x1, y1) in pairwise(link.points[:: 1 if straight else (len(link.points) - 1) // crossed]):
            need = max(need, min(gaps) * room_for(abs(y1 - y0), RADIUS, straight) / (x1 - x0))
    return on_layout(base, layout.stretched(need / min(gaps, default=need)))


def on_layout(base: NetworkDiagram, layout: Layout) -> NetworkDiagram:
    """Put a diagram on another layout of the same nodes and links."""
    node_of = dict(zip(base.layout.nodes, layout.nodes, strict=True))
    link_of = dict(zip(base.layout.links, layout.links, strict=True))
    nodes = [replace(one, node=node_of[one.node]) for one in base.nodes]
    return replace(base, layout=layout, nodes=nodes, links=[replace(one, link=link_of[one.link]) for one in base.links])


def picture(base: NetworkDiagram, frame: Frame) -> NetworkDiagram:
    """Make the diagram of one frame: its numbers, in the places and on the scales of its base.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.steps.frames import frame_at
    >>> trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0], unit="layer")
    >>> base = bases(trace, ["forward"], DrawingOptions())["forward"]
    >>> diagram = picture(base, frame_at(trace, 0))
    >>> [node.fill is None for node in diagram.nodes], diagram.scale is base.scale
    ([False, False, False, False, True], True)
    """
    options = replace(base.options, feature_names=(), class_names=(), highlight=None)
    lit = frame.lit if frame.lit.neurons else None  # a step about the loss alone dims nothing
    values = link_values(base.layout, base.mode, frame.read)
    links = shown_links(base.layout, values, base.scale, lit)
    nodes = shown_nodes(base.net, base.layout, base.mode, frame.read, options, lit)
    nodes = [replace(node, beside=()) for node in nodes]
    numbers, left_out = _numbers(base, links, frame)
    return replace(base, nodes=nodes, links=links, numbers=numbers, left_out=left_out)


def show_missing(diagram: DrawnNetwork) -> None:
    """Let the dots of what is not computed be seen also where a step is not at work."""
    if diagram.missing_ is not None:
        diagram.missing_.set_linewidth(0.8)
        count = len(diagram.missing_.get_segments())
        diagram.missing_.set_alpha([0.6 if count <= _FEW else 0.25] * count)


def scale_bar(
    ax: Axes, scale: Scale, words: str, theme: Theme, size: float, *, ticks: int = 0, upright: bool = False, tight: bool
) -> Any:
    """Draw a scale on axes of its own: level or upright, its text so many points high, with about so many ticks."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import CenteredNorm
    from matplotlib.ticker import MaxNLocator

    shades = ScalarMappable(CenteredNorm(0.0, halfrange=scale.limit), theme.diverging)
    bar = ax.figure.colorbar(
        shades, cax=ax, orientation="vertical" if upright else "horizontal",
        ticks=MaxNLocator(ticks, symmetric=True) if ticks else None,
    )  # fmt: skip
    near: dict[str, Any] = {"length": 2.0, "pad": 1.5} if tight else {}
    bar.set_label(words, color=theme.ink, fontsize=size, labelpad=1.0 if tight else None)
    bar.ax.tick_params(colors=theme.ink, labelsize=size, **near)
    bar.outline.set_edgecolor(theme.quiet)
    return bar


def smallest_text(diagram: NetworkDiagram) -> float:
    """Find the height of the smallest text in neurons and at edges, in units of the layout."""
    inside = [height for node in diagram.nodes if node.numbers for *_, height in lines_in(node)]
    return min([*inside, *(placed.height for placed in diagram.numbers)], default=SIDE)


def unread(count: int) -> str:
    """Say how many numbers at edges had no room."""
    return f"{count} number{'s' if count > 1 else ''} had no room" if count else ""


def _numbers(base: NetworkDiagram, links: Sequence[ShownLink], frame: Frame) -> tuple[list[Placed], int]:
    """Write the numbers of the edges at work, where they fit."""
    lit = [one for one in reversed(links) if one.link.edge in frame.lit.edges and one.value is not None]
    if len(lit) > _FEW:
        return [], len(lit)
    wanted = [(one.link, edge_texts(one.link, base.mode, frame.read, base.options.style)) for one in lit]
    circles = [(node.x, node.y, RADIUS + 0.06) for node in base.layout.nodes]
    circles += [(*square_at(node.x, node.y), 0.14) for node in base.layout.nodes if node.layer]
    return place([(link, texts) for link, texts in wanted if texts], circles, NUMBER_HEIGHT)
