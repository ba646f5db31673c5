"""The pictures of a trace: one base for each mode, with the places and scales of all its frames, and a diagram a frame.

A scale holds whatever any frame of its mode shows, so a colour means the same number in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import UnknownNameError, nearest, quoted
from neurograph.trace.trace import Trace
from visualize.network.diagram import NUMBER_HEIGHT, NetworkDiagram
from visualize.network.labels import SIDE, lines_in
from visualize.network.lanes import room_for
from visualize.network.modes import MEAN, MODES, Mode, Read, told
from visualize.network.numbers import Placed, place
from visualize.network.painter import square_at
from visualize.network.places import RADIUS, Layout, Node
from visualize.network.scales import Scale, make_scale
from visualize.network.showing import (
    ShownLink,
    edge_texts,
    fill_scale_for,
    link_values,
    scale_for,
    shown_links,
    shown_nodes,
)
from visualize.network.titles import Title
from visualize.steps.frames import Frame

__all__ = [
    "Look",
    "as_kind",
    "bases",
    "edge_limits",
    "headings",
    "joined",
    "picture",
    "pull_names",
    "show_missing",
    "smallest_text",
    "spread",
    "unread",
]

_KINDS = ("network", "layer")
_FEW = 60  # numbers at edges, when no more than so many edges are lit

# While errors go back there are no gradients yet, so none are written at the edges.
_BACKWARD = replace(MODES["backward"], on_edges=("blame",), edge_words="error carried back w·δ")

# The loss sets activations against targets; the edges stay as the forward pass left them.
_LOSS = replace(MODES["forward"], written=(("a", "a"), ("y", "y")), on_edges=())
_EMPTY: dict[str, Any] = {"what": "", "rules": ""}
_MODES: dict[str, Mode] = {**MODES, "backward": _BACKWARD, "mean": MEAN, "loss": _LOSS}


def as_kind(scale: object, where: str) -> str:
    """Check how a scale is asked for.

    Raises
    ------
    UnknownNameError
        When it is neither "network" nor "layer".
    """
    if scale not in _KINDS:
        raise UnknownNameError(f"{where}, scale: unknown scale {quoted(scale)}. {nearest(scale, _KINDS)}")
    return str(scale)


class Look(dict[str, Any]):
    """The options of `draw_network` that all pictures of a row share."""


def bases(trace: Trace[Any], modes: Iterable[str], look: Look) -> dict[str, NetworkDiagram]:
    """Make one diagram for each mode, whose places and scales its frames take over.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0])
    >>> found = bases(trace, ["forward", "update"], Look(theme="dark"))
    >>> found["forward"].layout is found["update"].layout
    True
    """
    reads = _finals(trace)
    found: dict[str, NetworkDiagram] = {}
    like: NetworkDiagram | None = None
    for name in dict.fromkeys(modes):
        mode = _MODES[name]
        base = NetworkDiagram.from_network(
            trace.data.before, mode.name, read=reads[0], like=like, numbers=False, **look
        )
        like = like or base
        scale = joined((edge_limits(base, read) for read in reads), base.scale)
        fills = joined((_fill_limits(base, mode, read) for read in reads), base.fill_scale)
        found[name] = replace(base, mode=mode, scale=scale, fill_scale=fills, titles=headings(base.titles, scale))
    return found


def pull_names(bases: Iterable[NetworkDiagram]) -> dict[Node, str]:
    """Take what stands beside neurons out of diagrams; a picture of a row is laid out around it."""
    names = {}
    for base in bases:
        for node in base.nodes:
            if node.side:
                names[node.node] = node.side
            node.side = ""
    return names


def headings(named: Sequence[Title], scale: Scale, short: bool = False) -> list[Title]:
    """Say over each layer what its largest number is, when that is its scale; in short, say nothing else."""
    style = NumberFormat(3)
    told_so = {layer: style.text(limit) for layer, limit in scale.limits.items() if scale.kind == "layer"}
    return [
        replace(title, largest=f"full scale {told_so[layer]}" if layer in told_so else "", **(_EMPTY if short else {}))
        for layer, title in enumerate(named)
    ]


def _finals(trace: Trace[Any]) -> list[Read]:
    """Read what is known at the end; of a batch what each example gave, and the means."""
    phases = trace.at("phase")
    last = phases.state(len(phases) - 1)
    count = 1 + max(step.example or 0 for step in phases)
    if count == 1:
        return [told(last)]
    mean = next(step.index for step in phases if step.phase == "mean")
    parts = phases.state(mean - 1)
    return [told(last), *(told(parts.of_example(e)) for e in range(count))]


def edge_limits(base: NetworkDiagram, read: Read) -> Scale:
    """Find the largest numbers on the edges, and of the biases, by layer."""
    return scale_for(base.layout, link_values(base.layout, base.mode, read), base.mode, read, "network")


def _fill_limits(base: NetworkDiagram, mode: Mode, read: Read) -> Scale:
    bare = replace(mode, written=())
    return fill_scale_for(shown_nodes(base.net, base.layout, bare, read, NumberFormat(3)), "network")


def joined(scales: Iterable[Scale], like: Scale) -> Scale:
    """Make one scale that holds what all of these hold, of the kind of another."""
    return make_scale([known for scale in scales for known in scale.limits.items()], like.kind)


def spread(layout: Layout, wanted: float) -> None:
    """Put layers so far apart, or as near to that as their lines allow."""
    gaps = [after[0].x - before[0].x for before, after in pairwise(layout.columns)]
    need = wanted
    for link in layout.links:
        crossed = link.target.layer - link.source.layer
        straight = crossed == 1
        for (x0, y0), (x1, y1) in pairwise(link.points[:: 1 if straight else (len(link.points) - 1) // crossed]):
            need = max(need, min(gaps) * room_for(abs(y1 - y0), RADIUS, straight) / (x1 - x0))
    share = need / min(gaps, default=need)
    for node in layout.nodes:
        node.x *= share
    for link in layout.links:
        link.points = [(share * x, y) for x, y in link.points]


def picture(base: NetworkDiagram, frame: Frame, look: Look) -> NetworkDiagram:
    """Make the diagram of one frame: its numbers, in the places and on the scales of its base.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.steps.frames import frame_at
    >>> trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0], unit="layer")
    >>> base = bases(trace, ["forward"], Look())["forward"]
    >>> diagram = picture(base, frame_at(trace, 0), Look())
    >>> [node.fill is None for node in diagram.nodes], diagram.scale is base.scale
    ([False, False, False, False, True], True)
    """
    style = NumberFormat(look.get("digits", 3))
    lit = frame.lit if frame.lit.neurons else None  # a step about the loss alone dims nothing
    values = link_values(base.layout, base.mode, frame.read)
    links = shown_links(base.layout, values, base.scale, lit)
    nodes = shown_nodes(base.net, base.layout, base.mode, _with_targets(frame.read), style, lit=lit)
    for node in nodes:
        node.side = ""
        if node.node.neuron is None or node.node.neuron.role != "output":
            node.numbers = tuple(number for number in node.numbers if number[0] != "y")
    numbers, left_out = _numbers(base, links, frame, style)
    return replace(base, nodes=nodes, links=links, numbers=numbers, left_out=left_out)


def _with_targets(read: Read) -> Read:
    """Read the target of an output too; nothing else has one."""
    return lambda quantity, thing: None if quantity == "y" and thing.role != "output" else read(quantity, thing)


def show_missing(diagram: NetworkDiagram) -> None:
    """Let the dots of what is not computed be seen also where a step is not at work."""
    if diagram.missing_ is not None:
        diagram.missing_.set_linewidth(0.8)
        count = len(diagram.missing_.get_segments())
        diagram.missing_.set_alpha([0.6 if count <= _FEW else 0.25] * count)


def smallest_text(diagram: NetworkDiagram) -> float:
    """Find the height of the smallest text in neurons and at edges, in units of the layout."""
    inside = [height for node in diagram.nodes if node.numbers for *_, height in lines_in(node)]
    return min([*inside, *(placed.height for placed in diagram.numbers)], default=SIDE)


def unread(count: int) -> str:
    """Say how many numbers at edges had no room."""
    return f"{count} number{'s' if count > 1 else ''} had no room" if count else ""


def _numbers(
    base: NetworkDiagram, links: Sequence[ShownLink], frame: Frame, style: NumberFormat
) -> tuple[list[Placed], int]:
    """Write the numbers of the edges at work, where they fit."""
    lit = [one for one in reversed(links) if one.link.edge in frame.lit.edges and one.value is not None]
    if len(lit) > _FEW:
        return [], len(lit)
    ways = [(one.link.points, edge_texts(one.link, base.mode, frame.read, style)) for one in lit]
    circles = [(node.x, node.y, RADIUS + 0.06) for node in base.layout.nodes]
    circles += [(*square_at(node.x, node.y), 0.14) for node in base.layout.nodes if node.layer]
    return place([(points, texts) for points, texts in ways if texts], circles, NUMBER_HEIGHT)
