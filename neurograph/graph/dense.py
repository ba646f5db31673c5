"""Dense nets: fully connected layers, with names, activations and seeded first weights.

It builds with the structure's own verbs; it knows no pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TypeVar

from neurograph.errors import InvalidValueError
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Rule, Structure, link
from neurograph.rules.initializers import INITIALIZERS, Initializer, constant
from neurograph.rules.softmax import ACTIVATIONS, JointActivation
from neurograph.validate import as_list, finite, whole

__all__ = ["build_dense", "check_sizes"]

MOST_EDGES, MOST_NEURONS = 20_000_000, 2_000_000  # an edge takes about 0.3 kB of memory, a neuron 1 kB
_SHOWN = 8  # layers in a message
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
        drawn_edges = ((one, two, draw(generator, len(before), count)) for two in layer for one in before)
        link(net, [(a, b, finite(w, f"edge {a.name}->{b.name}, first weight")) for a, b, w in drawn_edges])
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


def check_sizes(counts: Sequence[int], where: str) -> None:
    """Refuse dense layers that no memory of today holds, before anything is built.

    Examples
    --------
    >>> check_sizes([1000, 500, 500], "sizes")  # 750,000 edges
    """
    neurons, edges = sum(counts), sum(one * two for one, two in pairwise(counts))
    if edges > MOST_EDGES or neurons > MOST_NEURONS:
        given = "-".join(map(_count, counts[:_SHOWN])) + ("-..." if len(counts) > _SHOWN else "")
        raise InvalidValueError(
            f"{given} means {_count(edges, ',')} edges between {_count(neurons, ',')} neurons, "
            f"expected at most {MOST_EDGES:,} edges and {MOST_NEURONS:,} neurons.",
            where=where,
            cure="Take fewer neurons in each layer.",
        )


def _count(count: int, form: str = "") -> str:
    return format(count, form) if count < 10**15 else "over 10**15"


def _sizes(sizes: object) -> list[int]:
    sizes = as_list(sizes, "dense, sizes", "a list of whole numbers, such as [4, 5, 3]")
    counts = [whole(size, "dense, sizes", 1, what="a whole number of neurons") for size in sizes]
    if len(counts) < 2:
        raise InvalidValueError(where="dense, sizes", given=sizes, expected="at least an input and an output layer")
    check_sizes(counts, "dense, sizes")
    return counts


def _per_layer(activations: Rule | Sequence[Rule], count: int) -> list[Rule]:
    if isinstance(activations, Sequence) and not isinstance(activations, str):
        if len(activations) != count:
            expected = f"{count}, one for each layer after the inputs, or one name for all"
            raise InvalidValueError(where="dense, activations", given=len(activations), expected=expected)
        return list(activations)
    return [activations] * count
