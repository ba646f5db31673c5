"""The alternative text of a diagram, made from its data: what it is, what it shows, and the numbers that stand out.

It is for people who listen to a picture; it draws nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import one_line

if TYPE_CHECKING:
    from visualize.network.diagram import NetworkDiagram

__all__ = ["describe"]

_STRONGEST = 3
_OUTPUTS = 6
_SHOWS = {
    "weights": "weights and biases",
    "forward": "the forward pass, products on the edges and activations in the neurons",
    "backward": "the backward pass, errors carried back on the edges and delta in the neurons",
    "gradients": "the gradients of the loss",
    "update": "the update, the change of every weight and bias",
}


def describe(diagram: NetworkDiagram) -> str:
    r"""Describe a diagram in a few sentences.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.network.diagram import NetworkDiagram
    >>> net = ng.Network.dense([2, 1], "tanh", initializer="ones")
    >>> print(describe(NetworkDiagram.from_network(net)).replace(". ", ".\n"))
    Diagram of a network of 3 neurons in 2 layers (2 inputs; 1 output, tanh) and 2 edges.
    It shows weights and biases.
    Strongest edges: x1 to o1 1; x2 to o1 1.
    """
    net, style = diagram.net, NumberFormat(3)
    layers = "; ".join(map(str, diagram.titles))
    size = f"{len(net)} neurons in {len(diagram.titles)} layers ({layers}) and {len(net.edges)} edges"
    parts = [f"Diagram of a network of {size}.", f"It shows {_SHOWS[diagram.mode.name]}."]
    if hidden := [node.node for node in diagram.nodes if node.node.is_rest]:
        groups = ", ".join(
            f"{len(node.neurons)} {f'neurons of layer {node.layer}' if node.layer else 'inputs'}" for node in hidden
        )
        parts.append(f"Drawn as one each: {groups}.")
    if diagram.caption:
        parts.append(f"Here {'; '.join(diagram.caption)}.")
    if strongest := _strongest(diagram, style):
        which = "Strongest edges for their layers" if diagram.scale.kind == "layer" else "Strongest edges"
        parts.append(f"{which}: {'; '.join(strongest)}.")
    if diagram.mode.fill:
        parts.append(_fills(diagram, style))
    marked = [f"{one_line(node.node.neurons[0].name)} {node.mark}" for node in diagram.nodes if node.mark]
    if marked := marked + [f"{title.what} {title.mark}" for title in diagram.titles if title.mark]:
        parts.append(f"Marked: {', '.join(marked)}.")
    if diagram.lit is not None and diagram.lit.words:
        parts.append(f"Lit: {one_line(diagram.lit.words)}.")
    return " ".join(part for part in parts if part)


def _strongest(diagram: NetworkDiagram, style: NumberFormat) -> list[str]:
    """The strongest edges of the whole network, also of those that are drawn as one."""
    layer = {neuron: node.layer for node in diagram.layout.nodes for neuron in node.neurons}
    known = [
        (edge, value) for edge in diagram.net.edges if (value := diagram.read(diagram.mode.edge, edge)) is not None
    ]
    known.sort(key=lambda one: -diagram.scale.strength(layer[one[0].target], one[1]))
    return [
        f"{one_line(edge.source.name)} to {one_line(edge.target.name)} {style.text(value)}"
        for edge, value in known[:_STRONGEST]
    ]


def _fills(diagram: NetworkDiagram, style: NumberFormat) -> str:
    outputs = [node for node in diagram.nodes if node.node.neuron and node.node.neuron.role == "output"][:_OUTPUTS]
    values = [
        f"{one_line(node.node.neurons[0].name)}{f' ({node.side})' if node.side else ''} "
        f"{'not computed' if node.fill is None else style.text(node.fill)}"
        for node in outputs
    ]
    return f"{diagram.mode.fill_words[0].upper()}{diagram.mode.fill_words[1:]} of the outputs: {', '.join(values)}."
