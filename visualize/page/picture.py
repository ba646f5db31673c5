"""The picture of a page: where neurons and edges stand, how wide an edge is drawn, and what each layer is called.

The places are those of every diagram; what is drawn there at a step, the page looks up in the table of quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurograph.errors import one_line
from neurograph.graph.edge import Edge
from neurograph.graph.structure import Structure
from neurograph.validate import Names
from visualize.network.contents import data_names, titles
from visualize.network.layout import Layout, Link, Node
from visualize.page.quantity_table import QuantityTable

__all__ = ["picture_of"]

_ASPECT = 1.15  # width to height of what fits well beside the card
_TALLEST = 1.6  # times the usual distance of two rows
_DIGITS = 3  # of a place, in units of two neighbours' distance


def picture_of(
    net: Structure,
    layout: Layout,
    quantities: QuantityTable,
    feature_names: Names | None = None,
    class_names: Names | None = None,
) -> dict[str, Any]:
    """Write a layout as records that JSON can hold.

    Examples
    --------
    >>> import neurograph as ng
    >>> from neurograph.algebra.numbers import NumberFormat
    >>> from visualize.network.layout import arrange
    >>> net = ng.Network.dense([1, 1], "tanh")
    >>> picture = picture_of(net, arrange(net), QuantityTable(NumberFormat(), ["x1", "o1"]))
    >>> picture["nodes"][1]["x"], picture["links"][0]["ends"]
    (3.4, [0, 1])
    """
    layout = _stretched(layout)
    left, bottom, right, top = layout.box
    place_of = {id(node): at for at, node in enumerate(layout.nodes)}
    largest = _largest(layout.links)
    labels = _labels(net, feature_names, class_names)
    return {
        "box": [round(value, _DIGITS) for value in (left, -top, right, -bottom)],
        "nodes": [_node(node, quantities, labels) for node in layout.nodes],
        "links": [_link(link, quantities, place_of, largest) for link in layout.links],
        "layers": [
            {"x": round(column[0].x, _DIGITS), "text": title.text(any(node.is_rest for node in column)).split("\n")}
            for column, title in zip(layout.columns, titles(net, {}, {}), strict=True)
        ],
    }


def _stretched(layout: Layout) -> Layout:
    """Set the rows of a flat picture farther apart, so that it fills its place beside the card.

    A line that misses a neuron misses it still: a row that moves away takes the line's neighbours along.
    """
    left, bottom, right, top = layout.box
    return layout.stretched(along=min(_TALLEST, max(1.0, (right - left) / (top - bottom) / _ASPECT)))


def _labels(net: Structure, features: object, classes: object) -> dict[str, str]:
    """What stands beside inputs and outputs, as `draw_network` takes it."""
    features, classes = (() if names is None else names for names in (features, classes))
    named = data_names(net, features, classes, "write_stepper")
    return {
        neuron.name: one_line(first) + "".join(f" (else {one_line(name)})" for name in others)
        for neuron, (first, *others) in named.items()
    }


def _node(node: Node, quantities: QuantityTable, labels: dict[str, str]) -> dict[str, Any]:
    first = node.neurons[0]
    record: dict[str, Any] = {
        "neurons": [quantities.name(neuron.name) for neuron in node.neurons],
        "x": round(node.x, _DIGITS),
        "y": round(-node.y, _DIGITS),
        "layer": node.layer,
        "role": first.role,
    }
    if node.neuron and first.name in labels:
        record["label"] = labels[first.name]
    return record


def _link(link: Link, quantities: QuantityTable, place_of: dict[int, int], largest: dict[int, float]) -> dict[str, Any]:
    record: dict[str, Any] = {"ends": [place_of[id(link.source)], place_of[id(link.target)]]}
    if link.edge:
        record["edge"] = [quantities.name(name) for name in link.edge.ends]
        record["strength"] = round(abs(link.edge.w) / (largest[link.target.layer] or 1.0), 2)
        record["sign"] = (link.edge.w > 0.0) - (link.edge.w < 0.0)
    else:
        record["count"] = len(link.things)
    if len(link.points) > 2:
        record["points"] = [[round(x, _DIGITS), round(-y, _DIGITS)] for x, y in link.points]
    return record


def _largest(links: Sequence[Link]) -> dict[int, float]:
    """The largest weight on the way to each layer."""
    largest: dict[int, float] = {}
    for link in links:
        weights = [abs(thing.w) for thing in link.things if isinstance(thing, Edge)]
        largest[link.target.layer] = max(largest.get(link.target.layer, 0.0), *weights)
    return largest
