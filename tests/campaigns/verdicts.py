"""No right gradient is called wrong: thousands of random networks, and the verdict of every derivative.

A third have learned to the end, a third have targets that equal their outputs to 6..16 digits, and a third are of every
other kind. Run by hand, as it takes most of an hour: `python tests/campaigns/verdicts.py [nets] [first seed]` from the
top of the repository. A net is its seed: `python tests/campaigns/verdicts.py 1 4711` shows one again.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from neurograph import LOSSES, Activation, Adam, JointActivation, Loss, Network, check_gradients, train
from neurograph.errors import NumericalError
from neurograph.passes.differences import Check
from tests.strategies import random_example, random_network

Rows = list[list[float]]


class Trial(NamedTuple):
    """A network, and what it is checked on."""

    kind: str
    net: Network
    loss: Loss
    X: Rows
    Y: Rows


def trial(seed: int) -> Trial:
    """Draw the network of a seed."""
    return _KINDS[seed % 3](Random(seed))


def learned(rng: Random) -> Trial:
    """Train a network until it has learned a few rows, or can do no better."""
    loss = rng.choice(list(LOSSES))
    net = _some_network(rng, loss)
    examples = [random_example(net, loss, rng) for _ in range(rng.choice((1, 1, 2, 3, 6)))]
    X, Y = [list(column) for column in zip(*examples, strict=True)]
    for rate, epochs in ((0.03, 150), (0.003, 100), (1e-4, 50)):
        train(net, X, Y, loss, Adam(rate), epochs=epochs, batch_size=len(X), engine="object")
    if rng.random() < 0.3:
        return Trial("learned, batch", net, loss, X, Y)
    return Trial("learned", net, loss, X[:1], Y[:1])


def near(rng: Random) -> Trial:
    """Give a network targets that are what it says, but for the last digits."""
    loss = rng.choice(list(LOSSES))
    net = _some_network(rng, loss)
    digits = rng.randint(6, 16)
    X, Y = [], []
    for _ in range(rng.choice((1, 1, 1, 3))):
        x, _ = random_example(net, loss, rng)
        off = [a * (1.0 + rng.uniform(-1.0, 1.0) * 10.0**-digits) for a in net.forward(x)]
        Y.append(_fitting(net, loss, off))
        X.append(x)
    return Trial("near" if len(X) == 1 else "near, batch", net, loss, X, Y)


def other(rng: Random) -> Trial:
    """Draw from what else there is: ordinary, weights of all sizes, saturated, deep, large and small losses, batches."""
    loss = rng.choice(list(LOSSES))
    kind = rng.choice(("ordinary", "wide weights", "saturated", "deep", "sizes", "batch"))
    net = deep_network(rng, loss) if kind == "deep" else _some_network(rng, loss)
    examples = [random_example(net, loss, rng) for _ in range(4 if kind == "batch" else 1)]
    X, Y = [list(column) for column in zip(*examples, strict=True)]
    if kind == "wide weights":
        for edge in net.edges:
            edge.weight = rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(-8.0, 4.0)
    if kind == "saturated":
        for neuron in net.neurons[len(net.inputs) :]:
            if neuron.role != "input" and rng.random() < 0.6:
                neuron.bias = rng.uniform(-45.0, 45.0)
    if kind == "sizes":
        size = 10.0 ** rng.uniform(-100.0, 100.0)
        if loss.outputs == "any":
            Y = [[y * size for y in row] for row in Y]
        else:
            X = [[x * math.copysign(min(size, 1e3), x) for x in row] for row in X]
    return Trial(kind, net, loss, X, Y)


_KINDS = (learned, near, other)


def _some_network(rng: Random, loss: Loss) -> Network:
    """Draw any graph, or dense layers; sometimes with tied weights."""
    if rng.random() < 0.6:
        net = random_network(rng, loss)
    else:
        sizes = [rng.randint(1, 5) for _ in range(rng.randint(2, 4))]
        rules = [rng.choice(_HIDDEN) for _ in sizes[2:]]
        net = Network.dense(
            [*sizes[:-1], max(2, sizes[-1])], [*rules, rng.choice(_LAST[loss.outputs])], seed=rng.randrange(10**6)
        )
    if rng.random() < 0.1 and len(net.edges) > 2:
        net.tie(*rng.sample(list(net.edges), 2))
    return net


def deep_network(rng: Random, loss: Loss) -> Network:
    """Draw a chain of up to 60 layers, one to three neurons wide, with an edge that skips it."""
    layers = rng.randint(5, 60)
    width = rng.randint(1, 3)
    rule = rng.choice(_HIDDEN)
    net = Network.dense(
        [2, *[width] * layers, 2], [rule] * layers + [rng.choice(_LAST[loss.outputs])], seed=rng.randrange(10**6)
    )
    net.connect("x1", "o1", rng.uniform(-1.0, 1.0))
    return net


_HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "softsign", "silu", "gelu", "identity")
_LAST = {"any": (*_HIDDEN, "softmax"), "probability": ("sigmoid", "softmax"), "distribution": ("softmax",)}


def _fitting(net: Network, loss: Loss, values: list[float]) -> list[float]:
    """Make targets that the loss takes: inside its range, and each group of a distribution adding up to 1."""
    low, high = loss.targets
    inside = [min(max(value, low), high) for value in values]
    if loss.outputs != "distribution":
        return inside
    totals = {
        output.group: math.fsum(y for y, other in zip(inside, net.outputs, strict=True) if other.group is output.group)
        for output in net.outputs
    }
    return [y / totals[output.group] for y, output in zip(inside, net.outputs, strict=True)]


def checks(case: Trial, rng: Random) -> Iterator[tuple[str, Check]]:
    """Judge every derivative, as the report does and, for some, as a trace the long way does."""
    for row in check_gradients(case.net, case.X, case.Y, case.loss):
        yield f"{row.kind} {row.name}", row.check
    if rng.random() < 0.2:
        trace = case.net.trace(case.X, case.Y, loss=case.loss).by_chain_rule()
        for step in trace:
            for check in step.checks:
                yield f"long way, {step.title}", check


def run(seeds: range) -> dict[str, Counter[str]]:
    """Judge the networks of many seeds; print every derivative that is called wrong."""
    counts: dict[str, Counter[str]] = {}
    for seed in seeds:
        try:
            case = trial(seed)
            found = list(checks(case, Random(seed)))
        except NumericalError as error:  # the pass itself has left the range of floats: nothing to judge
            counts.setdefault("refused", Counter())[str(error)[:0] or "nets"] += 1
            continue
        tally = counts.setdefault(case.kind, Counter())
        tally["nets"] += 1
        for what, check in found:
            tally[check.verdict] += 1
            if check.verdict == "wrong":
                print(f"seed {seed}, {case.kind}, {case.loss.name}: {what}: {check}")
    return counts


def table(counts: dict[str, Counter[str]]) -> str:
    """Write the counts as a table."""
    columns = ("nets", "ok", "too small", "kink", "wrong")
    lines = [f"{'':16}" + "".join(f"{column:>11}" for column in columns)]
    for kind in sorted(counts):
        lines.append(f"{kind:16}" + "".join(f"{counts[kind][column]:11}" for column in columns))
    return "\n".join(lines)


if __name__ == "__main__":
    nets, first = [*(int(word) for word in sys.argv[1:]), 5000, 0][:2] if len(sys.argv) != 2 else (int(sys.argv[1]), 0)
    print(table(run(range(first, first + nets))))
