r"""The network diagram in the DOT language of Graphviz, every neuron pinned where it is in the layout.

It knows DOT and the diagram's records, and leaves nothing to Graphviz but the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from visualize.network.diagram import NUMBER_HEIGHT
from visualize.network.labels import WRITTEN, lines_in
from visualize.network.painter import DIM, REST_RADIUS, SQUARE, square_at
from visualize.network.places import RADIUS
from visualize.network.scales import widths
from visualize.writers.dot_text import FONT, attributes, boxed, place_of, points_of, wide
from visualize.writers.dot_words import Spot, spots, words_around
from visualize.writers.inks import Inks, inks_of, mixed, name_of, number_text, outline

if TYPE_CHECKING:
    from visualize.network.diagram import NetworkDiagram
    from visualize.network.lanes import Point
    from visualize.network.showing import ShownLink, ShownNode

__all__ = ["write_dot"]

_NONE = 0.2  # the height of no text
_VEIL = "e6"  # the opacity of the ground under a number


def write_dot(diagram: NetworkDiagram) -> str:
    r"""Write a diagram in DOT; `neato -n2 -Tpng net.dot -o net.png` draws it, as -Tsvg or -Tpdf do.

    One unit of the layout is one inch. Lines are Bezier curves with fixed points, so that links which skip layers keep
    to their lanes; the value of each is in its tooltip, and at it where there is room. They stand in the diagram's
    order, but Graphviz draws them neuron by neuron: only among those of one neuron is the strongest one on top.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.network.diagram import NetworkDiagram
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> text = write_dot(NetworkDiagram.from_network(net))
    >>> print(next(line for line in text.splitlines() if "->" in line).partition(", style")[0])
      n0 -> n1 [pos="0,0 81.6,0 163.2,0 244.8,0", penwidth="4", color="#3f1a6b"
    """
    lines = "".join(f"  {line};\n" for line in _lines(diagram, inks_of(diagram)))
    return f"digraph neurograph {{\n{lines}}}\n"


def _lines(diagram: NetworkDiagram, inks: Inks) -> Iterator[str]:
    alt = diagram.alt_text()
    # `size` only makes what is larger smaller; without `inputscale`, plain neato would take the points for inches
    yield "graph" + attributes(
        bgcolor=inks.page, outputorder="edgesfirst", splines="true", overlap="true", notranslate="true",
        inputscale="72", size="100,100", pad="0.1", fontname=FONT, comment=alt, tooltip=alt,
    )  # fmt: skip
    yield "node" + attributes(shape="circle", fixedsize="true", style="filled", fontname=FONT, label="", tooltip="")
    yield "edge" + attributes(arrowhead="none", fontname=FONT, fontcolor=inks.ink, fontsize=points_of(NUMBER_HEIGHT))
    ids = {node.node: f"n{number}" for number, node in enumerate(diagram.nodes)}
    for shown in diagram.nodes:
        yield ids[shown.node] + _node(inks, shown, len(diagram.nodes) <= WRITTEN)
    placed = spots(diagram)
    for one in diagram.links:
        ends = f"{ids[one.link.source]} -> {ids[one.link.target]}"
        yield f"{ends}{_edge(inks, one, placed.get(one.link))}"
    for shown in diagram.nodes:
        if diagram.bias_squares and shown.bias is not None:
            yield f"b{ids[shown.node]}" + _bias(inks, shown)
    yield from words_around(diagram, inks, ids, diagram.left_out + len(diagram.numbers) - len(placed))


def _dimmed(inks: Inks, colour: str, lit: bool) -> str:
    return colour if lit else mixed(colour, inks.page, 2 * DIM)


def _node(inks: Inks, shown: ShownNode, written: bool) -> str:
    node = shown.node
    half = 0.3 if not node.neurons else REST_RADIUS if node.is_rest else RADIUS
    stroke = "dashed" if node.is_rest or inks.is_dashed(shown) else "dotted" if shown.is_missing else "solid"
    lines = [(f"⋮\n{shown.name}", 0.0, 0.25)] if node.is_rest else lines_in(shown)
    text = "\n".join(line for line, *_ in lines)
    height = min((min(height, 1.5 * RADIUS / wide(line, 1.0)) for line, _, height in lines), default=_NONE)
    return attributes(
        pos=f"{place_of(node.x, node.y)}!",
        shape="circle" if node.neurons else "square",
        width=number_text(2 * half),
        style=f"filled,{stroke}",
        fillcolor=inks.fill(shown),
        color=inks.rim(shown),
        penwidth=number_text(outline(inks.diagram, shown)),
        label=text if written else "",
        fontsize=points_of(height),
        fontcolor=inks.text(shown),
        tooltip="\n".join([name_of(node), *(f"{symbol} {number}" for symbol, number in shown.numbers)]),
    )


def _edge(inks: Inks, one: ShownLink, spot: Spot | None) -> str:
    value = "not computed" if one.value is None else f"{one.value:.6g}"
    told = attributes(
        pos=_bezier(one.link.points),
        penwidth=number_text(one.width),
        color=inks.link(one) + ("" if one.lit else f"{round(255 * DIM):02x}"),
        style=inks.stroke(one),
        tooltip=f"{name_of(one.link.source)} -> {name_of(one.link.target)}: {value}",
    )
    if spot is None:
        return told
    return f'{told[:-1]}, label={boxed(spot.text, inks.page + _VEIL)}, lp="{place_of(spot.x, spot.y)}"]'


def _bezier(points: Sequence[Point]) -> str:
    """Write a way as a curve of Bezier's whose pieces are straight."""
    places = [place_of(*points[0])]
    for (x0, y0), (x1, y1) in pairwise(points):
        places += [place_of(x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share in (1 / 3, 2 / 3, 1.0)]
    return " ".join(places)


def _bias(inks: Inks, shown: ShownNode) -> str:
    x, y = square_at(shown.node.x, shown.node.y)
    return attributes(
        pos=f"{place_of(x, y)}!",
        shape="square",
        width=number_text(2 * SQUARE),
        fillcolor=_dimmed(inks, inks.value(shown.node.layer, shown.bias or 0.0), shown.lit),
        color=_dimmed(inks, inks.ink, shown.lit),
        penwidth=number_text(min(0.7, widths([0.2], len(inks.diagram.links))[0])),
        tooltip=f"bias of {name_of(shown.node)}: {shown.bias:.6g}",
    )
