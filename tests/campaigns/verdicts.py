"""No right gradient is called wrong: thousands of random networks, and the verdict on every derivative.

A third have learned to the end, a third have targets that equal their outputs to 6 to 16 digits, and a third are of all
other kinds. All rules are right, so "wrong" is a wrong verdict: each is printed, and the counts at the end.

Run by hand, from the top of the repository; 5,000 networks take about five minutes:

    python -m tests.campaigns.verdicts 5000

A network is its seed, so `python -m tests.campaigns.verdicts 1 4711` judges number 4711 again. Networks of extremes
have negative seeds: what is tiny, huge, bent or saturated, and meets its targets. `python -m tests.campaigns.verdicts
10000 -10000` judges ten thousand of them.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from neurograph import LOSSES, Activation, Adam, Loss, Network, check_gradients, train
from neurograph.errors import NumericalError
from neurograph.passes.differences import Check
from tests.strategies import random_example, random_network

Rows = list[list[float]]

# Right rules of one's own, written without care for rounding.
_CARELESS = (
    Activation("logistic", lambda z: 1.0 - 1.0 / (1.0 + math.exp(z)), lambda z, a: a * (1.0 - a), "z", "1"),
    Activation(
        "hyperbolic",
        lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
        lambda z, a: 1.0 - a * a,
        "z",
        "1",
    ),
    Activation("versine", lambda z: 1.0 - math.cos(z), lambda z, a: math.sin(z), "z", "1"),
    Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z", "1"),
)
_OWN_LOSSES = (
    Loss("fourth", lambda a, y, n: (a - y) ** 4, lambda a, y, n: 4.0 * (a - y) ** 3, "a", "1"),
    Loss("log cosh", lambda a, y, n: math.log(math.cosh(a - y)), lambda a, y, n: math.tanh(a - y), "a", "1"),
    Loss(
        "distance", lambda a, y, n: abs(a - y), lambda a, y, n: math.copysign(1.0, a - y), "a", "1", kinks=(0.0,)
    ),
)  # fmt: skip

_HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "softsign", "silu", "gelu", "identity")
_LAST = {"any": (*_HIDDEN, "softmax"), "probability": ("sigmoid", "softmax"), "distribution": ("softmax",)}


class Trial(NamedTuple):
    """A network, and what it is checked on."""

    kind: str
    net: Network
    loss: Loss
    rows: Rows
    targets: Rows


def trial(seed: int) -> Trial:
    """Draw the network of a seed."""
    if seed < 0:
        return (_bent, _large_inputs, _saturated_group, _broad)[seed % 4](Random(seed))
    return (_learned, _near, _other)[seed % 3](Random(seed))


def _learned(rng: Random) -> Trial:
    """Train until a few rows are learned, or no better can be done."""
    loss = rng.choice(list(LOSSES))
    net = _some_network(rng, loss)
    rows, targets = _examples(net, loss, rng, rng.choice((1, 1, 2, 3, 6)))
    for rate, epochs in ((0.03, 150), (0.003, 100), (1e-4, 50)):
        train(net, rows, targets, loss, Adam(rate), epochs=epochs, batch_size=len(rows), engine="object")
    if rng.random() < 0.3:
        return Trial("learned, batch", net, loss, rows, targets)
    return Trial("learned", net, loss, rows[:1], targets[:1])


def _near(rng: Random) -> Trial:
    """Take as targets what the network says, but for the last digits."""
    loss = rng.choice(list(LOSSES))
    net = _some_network(rng, loss)
    digits = rng.randint(6, 16)
    rows, _ = _examples(net, loss, rng, rng.choice((1, 1, 1, 3)))
    said = [[a * (1.0 + rng.uniform(-1.0, 1.0) * 10.0**-digits) for a in net.forward(x)] for x in rows]
    return Trial("near" if len(rows) == 1 else "near, batch", net, loss, rows, [_fit(net, loss, y) for y in said])


def _other(rng: Random) -> Trial:
    """Take ordinary ones, weights of all sizes, saturated and deep ones, targets of all sizes, batches, own rules."""
    loss = rng.choice(list(LOSSES))
    kind = rng.choice(("ordinary", "wide weights", "saturated", "deep", "sizes", "batch", "own rules"))
    if kind == "own rules":
        loss = rng.choice(_OWN_LOSSES)
    net = _deep(rng, loss) if kind == "deep" else _own(rng) if kind == "own rules" else _some_network(rng, loss)
    rows, targets = _examples(net, loss, rng, 4 if kind == "batch" else 1)
    if kind == "wide weights":
        for edge in net.edges:
            edge.weight = rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(-8.0, 4.0)
    if kind == "saturated":
        for neuron in net.neurons:
            if neuron.role != "input" and rng.random() < 0.6:
                neuron.bias = rng.uniform(-45.0, 45.0)
    if kind == "sizes":
        size = 10.0 ** rng.uniform(-100.0, 100.0)
        if loss.outputs == "any":
            targets = [[y * size for y in row] for row in targets]
        else:
            rows = [[x * min(size, 1e3) for x in row] for row in rows]
    return Trial(kind, net, loss, rows, targets)


def _bent(rng: Random) -> Trial:
    """Take small weights and biases in front of rules whose second derivative jumps at 0, and targets that are met."""
    loss = rng.choice((LOSSES.find("binary_cross_entropy"), *LOSSES))
    depth = rng.choice((1, 1, 1, 2))
    last = "softmax" if rng.random() < 0.5 else rng.choice(_LAST[loss.outputs])
    rules = [*[rng.choice(("elu", "elu", "softsign"))] * depth, last]
    net = Network.dense([2, *[3] * depth, 2], rules, seed=rng.randrange(10**6))
    _scale(net, rng, 10.0 ** rng.uniform(-12.0 if rng.random() < 0.2 else -4.0, -1.0))
    x = [rng.gauss(0.0, 1.0) for _ in net.inputs]
    return Trial("bent", net, loss, [x], [_targets(net, loss, x, rng, ("exact", "near"))])


def _large_inputs(rng: Random) -> Trial:
    """Take features that nobody has scaled, up to a million, with weights of any size."""
    loss = rng.choice(list(LOSSES))
    net = _some_network(rng, loss)
    for edge in net.edges:
        edge.weight *= 10.0 ** rng.uniform(-7.0, 1.0)
    x = [rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(0.0, 6.0) for _ in net.inputs]
    return Trial("large inputs", net, loss, [x], [_targets(net, loss, x, rng)])


def _saturated_group(rng: Random) -> Trial:
    """Take a softmax far apart, some of whose outputs feed others, under a loss of squares that is 0 or nearly."""
    loss = rng.choice([loss for loss in LOSSES if loss.outputs == "any"])
    net = Network.dense([2, 3, 3], [rng.choice(_HIDDEN), "softmax"], seed=rng.randrange(10**6))
    _scale(net, rng, 10.0 ** rng.uniform(0.0, 2.5))
    if rng.random() < 0.4:
        net.add_output("p", rng.choice(_HIDDEN))
        net.connect("o1", "p", rng.gauss(0.0, 1.0))
    x = [rng.gauss(0.0, 1.0) * 10.0 ** rng.uniform(0.0, 3.0) for _ in net.inputs]
    return Trial("saturated group", net, loss, [x], [_targets(net, loss, x, rng)])


def _broad(rng: Random) -> Trial:
    """Take any graph of any rules under any loss, with weights, inputs and targets of all sizes."""
    loss = rng.choice(list(LOSSES))
    net = _some_network(rng, loss)
    size = 10.0 ** rng.uniform(-4.0, 3.0)
    for edge in net.edges:
        edge.weight = rng.gauss(0.0, size)
    for neuron in net.neurons:
        if neuron.role != "input":
            neuron.bias = rng.choice((0.0, rng.gauss(0.0, size)))
    x = [rng.choice((0.0, 1.0, 10.0 ** rng.uniform(-6.0, 6.0))) * rng.gauss(0.0, 1.0) for _ in net.inputs]
    return Trial("broad", net, loss, [x], [_targets(net, loss, x, rng)])


def _scale(net: Network, rng: Random, size: float) -> None:
    """Multiply all weights by a factor, and draw biases of its size."""
    for edge in net.edges:
        edge.weight *= size
    for neuron in net.neurons:
        if neuron.role != "input":
            neuron.bias = rng.gauss(0.0, size)


def _targets(
    net: Network, loss: Loss, x: list[float], rng: Random, kinds: tuple[str, ...] = ("random", "near", "exact")
) -> list[float]:
    """Draw targets: any, what the network says but for some digits, or just that."""
    kind = rng.choice(kinds)
    if kind == "random":
        return random_example(net, loss, rng)[1]
    off = 10.0 ** -rng.uniform(6.0, 16.0) if kind == "near" else 0.0
    return _fit(net, loss, [a * (1.0 + off * rng.uniform(-1.0, 1.0)) for a in net.forward(x)])


def _some_network(rng: Random, loss: Loss) -> Network:
    """Draw any graph, or dense layers; sometimes with tied weights."""
    if rng.random() < 0.6:
        net = random_network(rng, loss)
    else:
        sizes = [*(rng.randint(1, 5) for _ in range(rng.randint(1, 3))), rng.randint(2, 5)]
        rules = [*(rng.choice(_HIDDEN) for _ in sizes[2:]), rng.choice(_LAST[loss.outputs])]
        net = Network.dense(sizes, rules, seed=rng.randrange(10**6))
    if rng.random() < 0.1 and len(net.edges) > 2:
        net.tie(*rng.sample(list(net.edges), 2))
    return net


def _deep(rng: Random, loss: Loss) -> Network:
    """Draw 5 to 60 layers of one rule, up to three neurons wide, with an edge that skips them all."""
    layers = rng.randint(5, 60)
    sizes = [2, *[rng.randint(1, 3)] * layers, 2]
    rules = [*[rng.choice(_HIDDEN)] * layers, rng.choice(_LAST[loss.outputs])]
    net = Network.dense(sizes, rules, seed=rng.randrange(10**6))
    net.connect("x1", "o1", rng.uniform(-1.0, 1.0))
    return net


def _own(rng: Random) -> Network:
    """Draw layers of careless rules, with weights and biases from small to saturating."""
    net = Network.dense([2, 3, 2], [rng.choice(_CARELESS) for _ in range(2)], seed=rng.randrange(10**6))
    size = 10.0 ** rng.uniform(-6.0, 1.2)
    for edge in net.edges:
        edge.weight *= size
    for neuron in net.neurons:
        if neuron.role != "input":
            neuron.bias = size * rng.uniform(-2.0, 2.0)
    return net


def _examples(net: Network, loss: Loss, rng: Random, count: int) -> tuple[Rows, Rows]:
    examples = [random_example(net, loss, rng) for _ in range(count)]
    return [x for x, _ in examples], [y for _, y in examples]


def _fit(net: Network, loss: Loss, values: list[float]) -> list[float]:
    """Make targets that the loss takes: inside its range, and in each group of a distribution adding up to 1."""
    low, high = loss.targets
    inside = [min(max(value, low), high) for value in values]
    if loss.outputs != "distribution":
        return inside
    groups = [output.group for output in net.outputs]
    totals = {
        group: math.fsum(y for y, other in zip(inside, groups, strict=True) if other is group) for group in groups
    }
    return [y / totals[group] for y, group in zip(inside, groups, strict=True)]


def judged(case: Trial) -> Iterator[tuple[str, Check]]:
    """Judge every derivative as the report does, and once more, inputs too, as a trace the long way does."""
    for row in check_gradients(case.net, case.rows, case.targets, case.loss):
        yield f"{row.kind} {row.name}", row.check
    if len(case.net.edges) < 40:
        try:
            trace = case.net.trace(case.rows, case.targets, loss=case.loss, input_gradients=True).by_chain_rule()
        except NumericalError:  # the long way has no value where an output is rounded to 0 or 1
            return
        for step in trace:
            for check in step.checks:
                yield f"{step.title}, the long way", check


def run(seeds: range) -> tuple[dict[str, Counter[str]], list[str]]:
    """Judge the networks of many seeds: the verdicts by kind of network, and every derivative that is called wrong."""
    counts: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for seed in seeds:
        kind = "refused"
        found: list[tuple[str, Check]] = []
        try:
            case = trial(seed)
            found = list(judged(case))
            kind = case.kind
        except NumericalError:  # the pass itself leaves the range of floats: there is nothing to judge
            pass
        tally = counts.setdefault(kind, Counter())
        tally["nets"] += 1
        for what, check in found:
            tally[check.verdict] += 1
            if check.verdict == "wrong":
                wrong.append(f"seed {seed}, {kind}, {case.loss.name}, {what}: {check}")
    return counts, wrong


def table(counts: dict[str, Counter[str]]) -> str:
    """Write the counts down."""
    columns = ("nets", "ok", "too small", "kink", "wrong")
    lines = [f"{'':16}" + "".join(f"{column:>11}" for column in columns)]
    total: Counter[str] = Counter()
    for kind in sorted(counts):
        total.update(counts[kind])
        lines.append(f"{kind:16}" + "".join(f"{counts[kind][column]:11}" for column in columns))
    return "\n".join([*lines, f"{'all':16}" + "".join(f"{total[column]:11}" for column in columns)])


if __name__ == "__main__":
    count, first = (*map(int, sys.argv[1:]), *(5000, 0)[len(sys.argv) - 1 :])
    counts, wrong = run(range(first, first + count))
    print(*wrong, table(counts), sep="\n")
