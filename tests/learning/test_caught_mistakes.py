"""What the gradient check catches on ordinary networks: every mistake that is made with rules and passes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

import pytest

from neurograph import ACTIVATIONS, LOSSES, Activation, JointActivation, Loss, Network, check_gradients
from neurograph.rules.softmax import SOFTMAX

X = [0.6, -0.9, 0.35]


def plain(name: str) -> Activation:
    return ACTIVATIONS.find(name)


def with_slope(name: str, slope: Callable[[float, float], float]) -> Activation:
    rule = plain(name)
    return Activation(f"wrong {name}", rule.value, slope, rule.formula, rule.slope_formula, rule.kinks, rule.bounds)


def _altered(name: str) -> Iterator[tuple[str, Activation]]:
    """What happens to any slope: a factor, a sign, a constant, the value in its place, the place it is taken at."""
    right, value = plain(name).slope, plain(name).value
    yield "a thousandth too steep", with_slope(name, lambda z, a: 1.001 * right(z, a))
    yield "a hundred-thousandth too flat", with_slope(name, lambda z, a: 0.99999 * right(z, a))
    yield "halved", with_slope(name, lambda z, a: 0.5 * right(z, a))
    yield "of the other sign", with_slope(name, lambda z, a: -right(z, a))
    yield "zero", with_slope(name, lambda z, a: 0.0)
    yield "the value", with_slope(name, lambda z, a: a)
    if name not in ("identity", "relu", "leaky_relu"):  # there it is the same
        yield "of a for z", with_slope(name, lambda z, a: right(a, value(a)))
    if name != "identity":
        yield "left out", with_slope(name, lambda z, a: 1.0)


PLAIN = [rule for rule in ACTIVATIONS if isinstance(rule, Activation)]
SPECIAL = [
    ("sigmoid, of z", with_slope("sigmoid", lambda z, a: z * (1.0 - z))),
    ("sigmoid, a alone", with_slope("sigmoid", lambda z, a: 1.0 - a)),
    ("sigmoid, taken twice", with_slope("sigmoid", lambda z, a: plain("sigmoid").value(a) * (1.0 - a))),
    ("tanh, without the square", with_slope("tanh", lambda z, a: 1.0 - a)),
    ("tanh, a plus", with_slope("tanh", lambda z, a: 1.0 + a * a)),
    ("leaky relu, the other leak", with_slope("leaky_relu", lambda z, a: 1.0 if z > 0.0 else 0.1)),
    ("elu, without its 1", with_slope("elu", lambda z, a: 1.0 if z > 0.0 else a)),
    ("softplus, its own value", with_slope("softplus", lambda z, a: 1.0 - math.exp(a))),
    ("softsign, without the square", with_slope("softsign", lambda z, a: 1.0 / (1.0 + abs(z)))),
    ("silu, without its second term", with_slope("silu", lambda z, a: plain("sigmoid").value(z))),
    ("gelu, without its second term", with_slope("gelu", lambda z, a: 0.5 * math.erfc(-z / math.sqrt(2.0)))),
]
SLOPES = [
    *SPECIAL,
    *((f"{rule.name}, {how}", wrong) for rule in PLAIN for how, wrong in _altered(rule.name)),
]


@pytest.mark.parametrize("rule", [rule for _, rule in SLOPES], ids=[name for name, _ in SLOPES])
def test_a_wrong_slope(rule):
    """In one hidden layer of two: it and all before it are spoiled, what comes after is right."""
    seen = set()
    for seed in range(4):  # in a piecewise rule the wrong piece is not always met
        net = Network.dense([3, 3, 3, 2], ["tanh", rule, "sigmoid"], seed=seed)
        for neuron in net.neurons:
            if neuron.role != "input":
                neuron.bias = Random(f"{seed} {neuron.name}").uniform(-0.5, 0.5)
        report = check_gradients(net, X, [0.2, 0.7])
        seen |= {row.name for row in report.wrong if row.kind == "delta"}
        assert not {row.name for row in report.wrong} & {"o1", "o2"}
    assert {"h2_1", "h2_2", "h2_3"} & seen
    assert {"h1_1", "h1_2", "h1_3"} <= seen


# Softmax and losses.


def joint(partial: Callable[..., float]) -> JointActivation:
    return JointActivation(
        "wrong softmax", SOFTMAX.values, partial, SOFTMAX.formula, SOFTMAX.partial_formula, SOFTMAX.bounds, True
    )


PARTIALS = {
    "the diagonal alone": lambda z, a, k, j: a[k] * (1.0 - a[k]) if k == j else 0.0,
    "the sign off the diagonal": lambda z, a, k, j: a[k] * (1.0 - a[k]) if k == j else a[k] * a[j],
    "without the diagonal's 1": lambda z, a, k, j: -a[k] * a[j],
    "without the factor": lambda z, a, k, j: (1.0 if k == j else 0.0) - a[j],
    "transposed factor": lambda z, a, k, j: a[j] * ((1.0 if k == j else 0.0) - a[j]),
    "a thousandth": lambda z, a, k, j: 1.001 * SOFTMAX.partial(z, a, k, j),
}


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("partial", PARTIALS.values(), ids=list(PARTIALS))
def test_a_wrong_jacobian(partial, hidden, loss):
    rules = [joint(partial), "softmax"] if hidden else ["tanh", joint(partial)]
    net = Network()
    for i in range(3):
        net.add_input(f"x{i + 1}")
    for i in range(3):
        net.add_neuron(f"h{i + 1}", rules[0], 0.1 * i, "middle" if hidden else None)
    for i in range(3):
        net.add_output(f"o{i + 1}", rules[1], -0.1 * i)
    rng = Random(3)
    for layer, following in (("x", "h"), ("h", "o")):
        for i in range(1, 4):
            for j in range(1, 4):
                net.connect(f"{layer}{i}", f"{following}{j}", rng.uniform(-1.0, 1.0))
    report = check_gradients(net, X, [0.0, 1.0, 0.0], loss)
    caught = {row.name for row in report.wrong if row.kind == "delta"}
    assert len(caught) >= (2 if hidden else 4)


SLIPS = {
    "the half forgotten": lambda a, y, n: 2.0 * (a - y),
    "the other way round": lambda a, y, n: y - a,
    "divided by n": lambda a, y, n: (a - y) / n,
    "the value": lambda a, y, n: 0.5 * (a - y) ** 2,
    "without the target": lambda a, y, n: a,
    "a thousandth": lambda a, y, n: 1.001 * (a - y),
}


@pytest.mark.parametrize("slope", SLIPS.values(), ids=list(SLIPS))
def test_a_wrong_slope_of_a_loss(slope):
    right = LOSSES.find("squared_error")
    loss = Loss("wrong", right.value, slope, right.formula, right.slope_formula)
    report = check_gradients(Network.dense([3, 3, 2], "tanh", seed=2), X, [0.3, -0.4], loss)
    assert len(report.wrong) == len(report)


# Backward passes of one's own.


def backward(net: Network, y, loss: Loss, mistake: str = "") -> None:
    """Go back through neurons without groups, layer by layer, with one mistake."""
    layers = net.layers
    for depth in range(len(layers) - 1, 0, -1):
        for place, neuron in enumerate(layers[depth]):
            error = 0.0
            for edge in neuron.outgoing:
                weight = edge.weight
                if mistake == "the updated weights":
                    weight -= 0.5 * neuron.a * edge.target.delta
                if mistake == "the transposed weights":
                    weight = _transposed(net, edge, layers)
                error += weight * (
                    edge.target.a_grad if mistake == "the next layer's slope missing" else edge.target.delta
                )
            if neuron.role == "output":
                error = loss.slope(neuron.a, y[place], len(y)) * (-1.0 if mistake == "uphill" else 1.0)
            neuron.a_grad = error
            at, a = neuron.z, neuron.a
            if mistake == "the slope at a":
                at, a = neuron.a, neuron.rule.value(neuron.a)
            if mistake == "the slope of the layer before" and depth > 1:
                before = layers[depth - 1][place % len(layers[depth - 1])]
                at, a = before.z, before.a
            slope = neuron.rule.slope(at, a)
            if mistake == "no slope" or (mistake == "no slope at the outputs" and neuron.role == "output"):
                slope = 1.0
            if mistake == "the slope twice":
                slope *= slope
            neuron.delta = error * slope
    for layer in layers[1:]:
        for place, neuron in enumerate(layer):
            if mistake != "no bias":
                neuron.bias_grad += neuron.delta * (2.0 if mistake == "the bias twice" else 1.0)
            for number, edge in enumerate(neuron.incoming):
                source = edge.source
                if mistake == "the next source":
                    source = neuron.incoming[(number + 1) % len(neuron.incoming)].source
                if mistake == "the sum for the activation" and source.z is not None:
                    edge.grad += source.z * neuron.delta
                elif mistake == "the own activation":
                    edge.grad += neuron.a * neuron.delta
                elif mistake == "the weight for the activation":
                    edge.grad += edge.weight * neuron.delta
                elif mistake == "the next neuron's delta":
                    edge.grad += source.a * layer[(place + 1) % len(layer)].delta
                else:
                    edge.grad += source.a * neuron.delta


def _transposed(net: Network, edge, layers) -> float:
    """The weight at the mirrored place of a square matrix."""
    depth = next(depth for depth, layer in enumerate(layers) if edge.target in layer)
    row, column = layers[depth].index(edge.target), layers[depth - 1].index(edge.source)
    return net.edge(layers[depth - 1][row], layers[depth][column]).weight


HIDDEN = {f"h{layer}_{place}" for layer in (1, 2) for place in (1, 2, 3)}
ALL = HIDDEN | {"o1", "o2", "o3"}
MISTAKES = {
    "the updated weights": ("delta", HIDDEN),
    "the transposed weights": ("delta", HIDDEN),
    "the next layer's slope missing": ("delta", HIDDEN),
    "the slope at a": ("delta", ALL),
    "the slope of the layer before": ("delta", ALL),
    "no slope": ("delta", ALL),
    "no slope at the outputs": ("delta", ALL),
    "the slope twice": ("delta", ALL),
    "uphill": ("delta", ALL),
    "no bias": ("bias", ALL),
    "the bias twice": ("bias", ALL),
    "the next source": ("weight", ALL),
    "the sum for the activation": ("weight", {"h2_1", "h2_2", "h2_3", "o1", "o2", "o3"}),
    "the own activation": ("weight", ALL),
    "the weight for the activation": ("weight", ALL),
    "the next neuron's delta": ("weight", ALL),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_backward_pass(mistake):
    net = Network.dense([3, 3, 3, 3], ["tanh", "sigmoid", "tanh"], seed=11)
    for neuron in net.neurons:
        if neuron.role != "input":
            neuron.bias = Random(neuron.name).uniform(-0.3, 0.3)
    y = [0.2, 0.7, -0.3]
    right = check_gradients(net, X, y, backward=backward)
    assert right.count("ok") == len(right), str(right)
    report = check_gradients(net, X, y, backward=partial(backward, mistake=mistake))
    kind, where = MISTAKES[mistake]
    caught = {(row.kind, row.name.partition("->")[2] or row.name) for row in report.wrong}
    assert {name for what, name in caught if what == kind} == where
