"""Dense nets: fully connected layers, with names, activations and seeded first weights.

It builds with the structure's own verbs; it knows no pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Rule, Structure
from neurograph.intake import whole
from neurograph.rules.initializers import INITIALIZERS, Initializer, constant
from neurograph.rules.softmax import ACTIVATIONS, JointActivation

__all__ = ["build_dense"]

Net = TypeVar("Net", bound=Structure)


def build_dense(
    net: Net,
    sizes: Sequence[int],
    activations: Rule | Sequence[Rule],
    initializer: str | Initializer,
    seed: int,
    bias: float | str | Initializer,
) -> Net:
    """Fill an empty network with fully connected layers; see `Network.dense`."""
    counts = _sizes(sizes)
    rules = _per_layer(activations, len(counts) - 1)
    draw = INITIALIZERS.find(initializer).draw
    drawn = INITIALIZERS.find(bias).draw if isinstance(bias, (str, Initializer)) else constant(bias).draw
    generator = Random(whole(seed, "dense, seed"))  # noqa: S311  # weights, not secrets
    before = [net.add_input(f"x{i + 1}") for i in range(counts[0])]
    for number, (count, rule) in enumerate(zip(counts[1:], rules, strict=True), start=1):
        names = _names(number, len(rules), count)
        layer = [_add(net, name, rule, is_output=number == len(rules), layer=number) for name in names]
        net.link_layers(before, layer, lambda: draw(generator, len(before), count))  # noqa: B023  # called at once
        for neuron in layer:
            neuron.bias = drawn(generator, len(before), count)
        before = layer
    return net


def _add(net: Structure, name: str, rule: Rule, is_output: bool, layer: int) -> Neuron:
    if is_output:
        return net.add_output(name, rule)
    joint = isinstance(ACTIVATIONS.find(rule), JointActivation)
    return net.add_neuron(name, rule, group=f"layer {layer}" if joint else None)


def _names(number: int, layers: int, count: int) -> list[str]:
    """Name a layer's neurons: h1, h2, ...; h2_1, ... when there are several hidden layers; o1, ... for the outputs."""
    prefix = "o" if number == layers else "h" if layers == 2 else f"h{number}_"
    return [f"{prefix}{i + 1}" for i in range(count)]


def _sizes(sizes: object) -> list[int]:
    if not isinstance(sizes, Sequence) or isinstance(sizes, str):
        raise InvalidTypeError(explain("dense, sizes", sizes, "a list of whole numbers, such as [4, 5, 3]"))
    counts = [whole(size, "dense, sizes", "a whole number of neurons") for size in sizes]
    for count in counts:
        if count < 1:
            raise InvalidValueError(explain("dense, sizes", count, "at least 1 neuron in each layer"))
    if len(counts) < 2:
        raise InvalidValueError(explain("dense, sizes", sizes, "at least an input and an output layer"))
    return counts


def _per_layer(activations: Rule | Sequence[Rule], count: int) -> list[Rule]:
    if isinstance(activations, Sequence) and not isinstance(activations, str):
        if len(activations) != count:
            expected = f"{count}, one for each layer after the inputs"
            raise InvalidValueError(
                f"dense, activations: got {len(activations)}, expected {expected}, or one name for all."
            )
        return list(activations)
    return [activations] * count
