"""Every loss with every activation that it accepts, saturated or not, beside the true values.

The truth is worked out in as many digits as it takes, from nothing but the textbook's functions: the derivatives are
central differences with a step of 1e-40. A number may be off by 1e-9 of itself, and by 1e-15 of the largest factor that
it is multiplied with (1 - a of a float a close to 1, times a large dC/da, cannot be better), and by the smallest float.
"""

from __future__ import annotations

import math
import re
from functools import cache

import pytest

import neurograph as ng
from neurograph.errors import GraphError, NumericalError
from neurograph.rules.activations import SIGMOID
from neurograph.rules.softmax import JointActivation

mpmath = pytest.importorskip("mpmath")
mpf, exp, log = mpmath.mpf, mpmath.exp, mpmath.log

SIZES = (0.3, 1.0, 2.5, 8.0, 17.0, 30.0, 35.5, 36.5, 36.8, 38.0, 40.0, 100.0, 354.3, 700.0, 709.5, 744.0, 746.0, 1000.0)
Z = tuple(sign * size for size in SIZES for sign in (1.0, -1.0))
SOME_Z = (2.5, -17.0, 36.5, -38.0, 354.3, -744.0, 1000.0)
LOOKALIKE = ng.Activation(  # no shortcut knows it
    "lookalike", SIGMOID.value, SIGMOID.slope, SIGMOID.formula, SIGMOID.slope_formula, bounds=(0.0, 1.0)
)
SINGLE = [rule for rule in ng.ACTIVATIONS if isinstance(rule, ng.Activation)]
EXACT = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "lookalike": lambda z: 1 / (1 + exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpf(0.01) * z,
    "elu": lambda z: z if z > 0 else exp(z) - 1,
    "softplus": lambda z: log(1 + exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "silu": lambda z: z / (1 + exp(-z)),
    "gelu": lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2,
}
TERMS = {
    "squared_error": lambda a, y, n: (a - y) ** 2 / 2,
    "sum_squared_error": lambda a, y, n: (a - y) ** 2,
    "mean_squared_error": lambda a, y, n: (a - y) ** 2 / n,
    "cross_entropy": lambda a, y, n: -y * log(a) if y else mpf(0),
    "binary_cross_entropy": lambda a, y, n: -(y * log(a) if y else 0) - ((1 - y) * log(1 - a) if y != 1 else 0),
}
LOSSES = list(ng.LOSSES)
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
both_ways = pytest.mark.parametrize("long_way", [False, True], ids=["short", "long"])


class Exact:
    """A network in many digits: its loss, as a function of its biases."""

    def __init__(self, net, x, y, loss):
        self.net, self.x, self.y, self.loss = net, x, y, loss
        self.biases = {neuron: mpf(neuron.b) for neuron in net.neurons}

    def cost(self):
        said = {}
        for neuron, value in zip(self.net.inputs, self.x, strict=True):
            said[neuron] = mpf(value)
        for layer in self.net.layers[1:]:
            z = {n: self.biases[n] + sum((mpf(e.w) * said[e.source] for e in n.incoming), mpf(0)) for n in layer}
            for neuron in layer:
                if neuron.group:
                    powers = [exp(z[member]) for member in neuron.group.members]
                    said[neuron] = exp(z[neuron]) / sum(powers)
                else:
                    said[neuron] = EXACT[neuron.activation.name](z[neuron])
        pairs = list(zip(self.net.outputs, self.y, strict=True))
        return sum((TERMS[self.loss.name](said[o], mpf(y), len(pairs)) for o, y in pairs), mpf(0))

    def delta(self, neuron):
        start, step = self.biases[neuron], mpf(10) ** -40
        ends = []
        for self.biases[neuron] in (start + step, start - step):
            ends.append(self.cost())
        self.biases[neuron] = start
        return (ends[0] - ends[1]) / (2 * step)


def digits_for(z):
    """As many as 1 - a needs, where a is 1 - exp(-2z)."""
    return 100 + round(2 * max(map(abs, z)) / math.log(10))


def run(net, x, y, loss, long_way):
    """Run both passes, act by act; give the loss."""
    net.forward(x)
    if not long_way:
        net.zero_grad()
        return net.backward(y, loss)
    trace = net.trace(x, y, loss, long_way=True)
    for neuron in net.neurons:
        twin = trace.before[neuron.name]
        neuron.a_grad, neuron.delta, neuron.bias_grad = twin.a_grad, twin.delta, twin.bias_grad
        for edge, other in zip(neuron.incoming, twin.incoming, strict=True):
            edge.grad = other.grad
    return trace.loss_before


def assert_true(net, x, y, loss, long_way=False):
    """Compare loss, deltas and gradients with the truth; or see that an error says what floats cannot."""
    try:
        cost = run(net, x, y, loss, long_way)
    except NumericalError as error:
        return what_is_said(error, net, loss, long_way)
    z = [neuron.z for neuron in net.neurons if neuron.z is not None]
    with mpmath.workdps(digits_for([*z, 1.0])):
        exact = Exact(net, x, y, loss)
        pairs = list(zip(net.outputs, y, strict=True))
        sizes = [max(abs(o.a), abs(target), 1.0) for o, target in pairs]
        slopes = [abs(loss.slope(o.a, target, len(pairs))) for o, target in pairs]
        short = [bool(loss.shortcut_for(o.activation)) for o in net.outputs]
        rounding = max(1.0 if way else s * size for way, s, size in zip(short, slopes, sizes, strict=True))
        assert near(cost, exact.cost(), max(rounding, 1.0)), (cost, exact.cost())
        # On the short way dC/da is not among the factors.
        factor = max(
            size if way and not long_way else max(s, size) for way, s, size in zip(short, slopes, sizes, strict=True)
        )
        for neuron in net.neurons:
            if neuron.role == "input":
                continue
            truth = exact.delta(neuron)
            assert near(neuron.delta, truth, factor), (neuron.name, neuron.delta, truth)
            assert neuron.bias_grad == neuron.delta
            for edge in neuron.incoming:
                assert near(edge.grad, mpf(edge.source.a) * truth, factor * abs(edge.source.a)), edge
    return "told"


def what_is_said(error, net, loss, long_way):
    """See that an error says that a logarithm, or 1 / a, of a rounded output is beyond floats."""
    assert re.match(r"output \w+: (the loss term|dC/da of \w+) is -?inf, with a = ", str(error))
    assert any(o.a in (0.0, 1.0) or 0.0 < o.a < 5.6e-309 for o in net.outputs)
    assert long_way or not any(loss.shortcut_for(output.activation) for output in net.outputs)
    return "said"


def near(ours, truth, factor):
    return abs(mpf(ours) - truth) <= mpf(1e-9) * abs(truth) + mpf(1e-15) * mpf(factor) + mpf(5e-324)


def targets_of(loss, size=1):
    """Targets of one output, or of a group."""
    if loss.outputs == "any":
        return [[0.0] * size, [1.0] * size, [-2.5, *[0.25] * (size - 1)]]
    if size == 1:
        return [[1.0]] if loss.outputs == "distribution" else [[0.0], [1.0], [0.3], [1e-9]]
    some = [[1.0, *[0.0] * (size - 1)], [*[0.0] * (size - 1), 1.0], [0.25, 0.75, *[0.0] * (size - 2)]]
    return some if loss.outputs == "distribution" else [*some, [0.0] * size, [1.0] * size, [0.3] * size]


@cache
def one(rule):
    net = ng.Network()
    net.add_input("x")
    net.add_output("o", rule)
    net.connect("x", "o", 1.0)
    return net


@both_ways
@every_loss
@pytest.mark.parametrize("rule", [*SINGLE, LOOKALIKE], ids=lambda rule: rule.name)
def test_an_output_of_any_activation(rule, loss, long_way):
    net, said = one(rule), []
    for z in Z:
        for y in targets_of(loss):
            try:
                said.append(assert_true(net, [z], y, loss, long_way))
            except GraphError:
                assert loss.outputs != "any"
                return
    if loss.outputs == "any" or (rule is SIGMOID and not long_way):
        assert set(said) == {"told"}
    else:
        assert set(said) == {"told", "said"}


def group_of(sizes, hidden=0, feeds=False):
    """A softmax whose members have biases for z, some of them hidden, and maybe one that feeds another output."""
    net = ng.Network()
    net.add_input("x")
    for k, bias in enumerate(sizes):
        (net.add_neuron if k < hidden else net.add_output)(f"s{k}", "softmax", bias, "group")
        net.connect("x", f"s{k}", 0.0)
    if feeds:
        net.add_neuron("h", "tanh", 0.25)
        net.add_output("o", "sigmoid", -0.25)
        for source, target, weight in (("s0", "h", 0.75), (f"s{len(sizes) - 1}", "h", -1.5), ("h", "o", 2.0)):
            net.connect(source, target, weight)
    return net


def shapes(z):
    return ([z], [z, 0.0], [z / 2, -z / 2], [0.25, z, z - 1.0], [z, -z, 0.5, -0.2], [z, z, z])


@both_ways
@every_loss
@pytest.mark.parametrize("shape", range(6))
def test_a_group(shape, loss, long_way):
    said = []
    for z in Z if shape < 4 else SOME_Z:
        net = group_of(shapes(z)[shape])
        for y in targets_of(loss, len(net.outputs)):
            if shape == 0 and loss.outputs == "probability" and y != [1.0]:  # a is 1 whatever z is
                with pytest.raises(NumericalError, match=r"^output s0: the loss term is inf"):
                    run(net, [1.0], y, loss, long_way)
            else:
                said.append(assert_true(net, [1.0], y, loss, long_way))
    assert "told" in said
    assert "said" not in said or long_way


@both_ways
@pytest.mark.parametrize("hidden", [0, 1])
def test_a_group_that_feeds_an_output_too(hidden, long_way):
    loss, said = ng.LOSSES["binary_cross_entropy"], []
    for z in SOME_Z:
        for shape in (1, 4):
            net = group_of(shapes(z)[shape], hidden, feeds=True)
            for y in targets_of(loss, len(net.outputs)):
                said.append(assert_true(net, [1.0], y, loss, long_way))
    assert "told" in said
    assert "said" not in said or long_way


def test_cross_entropy_of_a_group_that_feeds_an_output_too():
    loss = ng.LOSSES["cross_entropy"]
    for z in SOME_Z:
        net = group_of([z, 0.0, -0.5])
        for name in ("p", "q"):
            net.add_output(name, "softmax", 0.25, "second")
            net.connect("s0", name, 1.5 if name == "p" else -0.75)
        for first in targets_of(loss, 3):
            assert assert_true(net, [1.0], [*first, 0.25, 0.75], loss) == "told"


@both_ways
@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy"])
def test_an_output_that_feeds_another(loss, long_way):
    said = []
    for z in Z:
        net = ng.Network()
        net.add_input("x")
        net.add_output("o1", "sigmoid", z)
        net.add_neuron("h", "tanh", 0.25)
        net.add_output("o2", "sigmoid", -0.5)
        for source, target, weight in (("x", "o1", 0.0), ("o1", "h", 0.75), ("h", "o2", -1.5), ("o1", "o2", 0.5)):
            net.connect(source, target, weight)
        for y in ([0.0, 1.0], [1.0, 0.0], [0.3, 0.3]):
            said.append(assert_true(net, [1.0], y, ng.LOSSES[loss], long_way))
    assert "told" in said
    assert "said" not in said or long_way


def test_both_engines_have_these_numbers():
    pytest.importorskip("numba")
    for loss in LOSSES:
        nets = [
            one(rule) for rule in (SINGLE if loss.outputs == "any" else [SIGMOID] * (loss.outputs != "distribution"))
        ]
        for net in nets:
            assert_same_on_both_engines(net, [[z] for z in Z], targets_of(loss), loss)
        for z in Z[::3]:
            for shape in (1, 3, 4):
                net = group_of(shapes(z)[shape])
                assert_same_on_both_engines(net, [[1.0]], targets_of(loss, len(net.outputs)), loss)
            if loss.outputs == "probability":
                net = group_of(shapes(z)[4], hidden=1, feeds=True)
                assert_same_on_both_engines(net, [[1.0]], targets_of(loss, len(net.outputs)), loss)


def assert_same_on_both_engines(net, xs, ys, loss):
    for y in ys:
        found = []
        for engine in ("object", "compiled"):
            costs = [net.gradient([x], [y], loss, engine=engine) for x in xs]
            deltas = [neuron.delta for neuron in net.neurons]
            found.append((costs, deltas, [edge.grad for edge in net.edges], [o.a_grad for o in net.outputs]))
        assert found[0] == found[1], (net, y, loss.name)


def test_the_table_holds_every_record():
    assert {rule.name for rule in SINGLE} | {"lookalike"} == set(EXACT)
    assert {loss.name for loss in LOSSES} == set(TERMS)
    assert [rule.name for rule in ng.ACTIVATIONS if isinstance(rule, JointActivation)] == ["softmax"]
