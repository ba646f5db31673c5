"""What the tests draw at random: any network with any activations, a loss and an example that fit it; any expression.

Everything of a network is drawn from the generator that is handed in, so a seed is a whole test case.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from neurograph import ACTIVATIONS, LOSSES, Activation, Loss, Network
from neurograph.algebra.expression import (
    Call,
    Cases,
    Compare,
    Difference,
    Expression,
    Leaf,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from neurograph.algebra.symbols import Symbol

PLAIN = [rule for rule in ACTIVATIONS if isinstance(rule, Activation)]


class Case(NamedTuple):
    """A network, a loss that fits it, and an example that the loss can use."""

    net: Network
    loss: Loss
    x: list[float]
    y: list[float]


class _Plan(NamedTuple):
    """A neuron to be: hidden and output neurons with a group are softmax."""

    name: str
    role: str
    rule: Activation | None
    group: str | None = None


def random_case(seed: int) -> Case:
    """Draw a loss, a network that it fits, and one example."""
    rng = Random(seed)
    loss = rng.choice(list(LOSSES))
    net = random_network(rng, loss)
    return Case(net, loss, *random_example(net, loss, rng))


cases = st.integers(0, 2**32 - 1).map(random_case)


def random_network(rng: Random, loss: Loss | str = "squared_error") -> Network:
    """Draw a network with outputs that the loss can judge.

    Every neuron has an edge from one that comes before it, so an input reaches every output. Neurons and edges are
    added in an order of their own, unlike the one in which they act.
    """
    units = _hidden_units(rng)
    for unit in _output_units(rng, LOSSES.find(loss).outputs):
        early = rng.random() < 0.3  # then it has edges to later neurons, or may have
        units.insert(rng.randint(0, len(units)) if early else len(units), unit)
    inputs = [_Plan(f"x{i + 1}", "input", None) for i in range(rng.randint(1, 4))]
    net = Network()
    plans = [*inputs, *(plan for unit in units for plan in unit)]
    for plan in rng.sample(plans, len(plans)):
        _add(net, plan, rng)
    edges = list(_edges(inputs, units, rng))
    for source, target, weight in rng.sample(edges, len(edges)):
        net.connect(source, target, weight)
    return net


def random_example(net: Network, loss: Loss | str, rng: Random) -> tuple[list[float], list[float]]:
    """Draw x, and targets that the loss can use: probabilities that add up to 1 in each group where it needs them."""
    record = LOSSES.find(loss)
    x = [rng.uniform(-2.0, 2.0) for _ in net.inputs]
    if record.outputs == "any":
        return x, [rng.uniform(-2.0, 2.0) for _ in net.outputs]
    if record.outputs == "probability":
        return x, [rng.choice((0.0, 1.0, rng.random())) for _ in net.outputs]
    targets: dict[str, float] = {}
    for group in dict.fromkeys(output.group for output in net.outputs):
        targets.update(_distribution([member.name for member in group.members], rng))
    return x, [targets[output.name] for output in net.outputs]


def _distribution(names: list[str], rng: Random) -> dict[str, float]:
    if rng.random() < 0.5:
        right = rng.choice(names)
        return {name: float(name == right) for name in names}
    shares = [rng.random() for _ in names]
    return {name: share / math.fsum(shares) for name, share in zip(names, shares, strict=True)}


def _hidden_units(rng: Random) -> list[list[_Plan]]:
    """Up to 8 hidden neurons, each a unit of its own, or two or three of them a softmax group."""
    count = rng.randint(0, 8)
    together = rng.randint(2, 3) if count >= 3 and rng.random() < 0.3 else 0
    units = [[_Plan(f"h{i + 1}", "hidden", rng.choice(PLAIN))] for i in range(count - together)]
    if together:
        group = [_Plan(f"s{i + 1}", "hidden", None, "attention") for i in range(together)]
        units.insert(rng.randint(0, len(units)), group)
    return units


def _output_units(rng: Random, needed: str) -> list[list[_Plan]]:
    """Up to 4 outputs, alone or in softmax groups, that give what the loss needs."""
    if needed == "distribution":
        sizes = rng.choice([(2,), (3,), (4,), (2, 2)])
    else:
        sizes = rng.choice([(1,), (1, 1), (1, 1, 1), (1, 1, 1, 1), (2,), (3,), (1, 2), (3, 1)])
    units = []
    for k, size in enumerate(sizes):
        names = [f"o{k + 1}_{i + 1}" for i in range(size)]
        if size > 1:
            units.append([_Plan(name, "output", None, f"top {k + 1}") for name in names])
            if needed != "distribution" and rng.random() < 0.2:  # a hidden neuron among the outputs of the group
                units[-1].append(_Plan(f"g{k + 1}", "hidden", None, f"top {k + 1}"))
        else:
            rule = ACTIVATIONS.find("sigmoid") if needed == "probability" else rng.choice(PLAIN)
            units.append([_Plan(names[0], "output", rule)])
    return units


def _add(net: Network, plan: _Plan, rng: Random) -> None:
    if plan.role == "input":
        net.add_input(plan.name)
        return
    add = net.add_output if plan.role == "output" else net.add_neuron
    add(plan.name, plan.rule or "softmax", rng.uniform(-1.0, 1.0), plan.group)


def _edges(inputs: list[_Plan], units: list[list[_Plan]], rng: Random) -> Iterator[tuple[str, str, float]]:
    """From any earlier neurons to each one; the more edges, the smaller the weights."""
    before = [plan.name for plan in inputs]
    for unit in units:
        for plan in unit:
            sources = rng.sample(before, rng.randint(1, min(5, len(before))))
            for source in sources:
                yield source, plan.name, rng.uniform(-1.5, 1.5) / math.sqrt(len(sources))
        before += [plan.name for plan in unit]


# Expressions: any tree that a formula can be filled to.

_numbers = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 0.01, 1e-7, 1e17])
_values = st.one_of(
    st.floats(-8.0, 8.0),
    st.integers(-6, 6).map(float),
    st.fractions(-3, 3, max_denominator=12).map(float),
    st.sampled_from([-0.0, 1e-7, -4.893e-07, 12345.678, -2.5e20]),
)
_leaves = st.tuples(st.integers(0, 999), _values).map(lambda drawn: Leaf(Symbol(f"q{drawn[0]}"), drawn[1]))


def _compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    compare = st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "=="]), inner, inner)
    one = st.sampled_from(["abs", "cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tanh"])
    return st.one_of(
        st.builds(Sum, several),
        st.builds(Product, several),
        st.builds(Difference, inner, inner),
        st.builds(Quotient, inner, inner),
        st.builds(Negative, inner),
        st.builds(Power, inner, st.integers(2, 4)),
        st.builds(lambda name, arg: Call(name, rf"\operatorname{{{name}}}", (arg,)), one, inner),
        st.builds(lambda name, args: Call(name, rf"\{name}", args), st.sampled_from(["max", "min"]), several),
        st.builds(Cases, compare, inner, inner),
    )


expressions = st.recursive(st.one_of(_leaves, _numbers.map(Number)), _compound, max_leaves=12)
