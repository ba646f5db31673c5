"""Many rows at once: `predict` and `gradient`, by both engines, beside the passes of one example."""

from __future__ import annotations

import struct
from random import Random

import pytest

import neurograph as ng
from neurograph.engines.compiled import jit
from strategies import random_example, random_network

compiled = pytest.mark.skipif(not jit.is_installed(), reason="numba is not installed (the extra fast)")
ENGINES = ["object", pytest.param("compiled", marks=compiled)]
STEEP = ng.Activation("steep", lambda z: 1.0 / (z - 1.0), lambda z, a: -a * a, "1 / (z - 1)", "-a**2")


def bits(values) -> bytes:
    return b"".join(b"none" if value is None else struct.pack("d", value) for value in values)


def state(net: ng.Network) -> bytes:
    numbers = [value for n in net.neurons for value in (n.z, n.a, n.a_grad, n.delta, n.bias_grad, n.bias)]
    return bits([*numbers, *(value for edge in net.edges for value in (edge.weight, edge.grad))])


def iris() -> tuple[ng.Network, list, list]:
    data = ng.datasets.load_iris()
    return ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=2), data.X, data.Y


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(12))
def test_predict_says_what_forward_says_row_by_row(seed, engine):
    draw = Random(seed)
    net = random_network(draw)
    inputs = [random_example(net, "squared_error", draw)[0] for _ in range(draw.choice([1, 2, 31, 32, 33, 70]))]
    twin = net.copy()
    expected = [twin.forward(x) for x in inputs]
    said = net.predict(inputs, engine=engine)
    assert [bits(row) for row in said] == [bits(row) for row in expected]
    assert state(net) == state(twin)  # as after forward with the last row


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 150])
def test_the_gradient_of_many_is_the_mean_of_their_own(engine, count):
    net, inputs, targets = iris()
    inputs, targets = inputs[:count], targets[:count]
    one_by_one = net.copy()
    losses = 0.0
    for x, y in zip(inputs, targets, strict=True):
        one_by_one.forward(x)
        losses += one_by_one.backward(y, "cross_entropy")
    loss = net.gradient(inputs, targets, "cross_entropy", engine=engine)
    assert loss == losses / count
    for edge, other in zip(net.edges, one_by_one.edges, strict=True):
        assert edge.grad == other.grad / count
        assert edge.weight == other.weight
    for neuron, other in zip(net.neurons[4:], one_by_one.neurons[4:], strict=True):
        assert (neuron.delta, neuron.bias_grad) == (other.delta, other.bias_grad / count)


@compiled
@pytest.mark.parametrize("count", [1, 7, 32, 33, 150])
def test_both_engines_leave_the_same_bits(count):
    states = []
    for engine in ("object", "compiled"):
        net, inputs, targets = iris()
        net.freeze("h1")
        net.tie(net.edge("x1", "h2"), net.edge("x2", "h2"))
        net.gradient(inputs[:count], targets[:count], "cross_entropy", engine=engine)
        states.append(state(net))
    assert states[0] == states[1]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gradient_replaces_what_was_there_and_can_be_stepped_with(engine):
    net, inputs, targets = iris()
    net.gradient(inputs[:50], targets[:50], "cross_entropy", engine=engine)
    first = net.gradient(inputs, targets, "cross_entropy", engine=engine)
    twin = net.copy()
    net.update(0.1)
    assert net.gradient(inputs, targets, "cross_entropy", engine=engine) < first
    trained, _, _ = iris()
    ng.train(trained, inputs, targets, "cross_entropy", ng.SGD(0.1), epochs=1, batch_size=None, shuffle=False)
    twin.update(0.1)
    assert [edge.weight for edge in twin.edges] == [edge.weight for edge in trained.edges]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rows(engine):
    net, _, _ = iris()
    assert net.predict([], engine=engine) == []
    with pytest.raises(ng.NeurographError) as error:
        net.gradient([], [], engine=engine)
    assert str(error.value) == "gradient: got no rows, expected at least 1."


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_that_do_not_fit_are_refused_as_by_forward(engine):
    net, inputs, _ = iris()
    for rows, message in (
        ([[1.0, 2.0]], "X[0]: got 2 numbers, expected 4 numbers, one for each of x1, x2, x3, x4."),
        ([inputs[0], [1.0, 2.0, 3.0, float("nan")]], "X[1][3] (for x4): got nan, expected a finite number."),
    ):
        with pytest.raises(ng.NeurographError) as error:
            net.predict(rows, engine=engine)
        assert str(error.value).startswith(message)


def steep() -> ng.Network:
    net = ng.Network()
    net.add_input("x"), net.add_output("o", STEEP), net.connect("x", "o", 1.0)
    return net


@pytest.mark.parametrize("engine", ENGINES)
def test_the_row_that_leaves_the_range_of_floats_is_named(engine):
    net = steep()
    with pytest.raises(ng.NeurographError) as error:
        net.predict([[0.0], [2.0], [1.0], [3.0]], engine=engine)
    assert str(error.value).startswith("X[2]: neuron o: steep(1.0) failed (ZeroDivisionError")
    assert net.predict([[0.0], [2.0]], engine=engine) == [[-1.0], [1.0]]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gradient_that_leaves_the_range_names_the_neuron_and_leaves_nothing_half_done(engine):
    net = steep()
    with pytest.raises(ng.NeurographError) as error:
        net.gradient([[0.0], [1.0]], [[0.0], [0.0]], engine=engine)
    assert str(error.value).startswith("neuron o: steep(1.0) failed (ZeroDivisionError")
    assert (net["o"].a, net.edge("x", "o").grad, net.edge("x", "o").weight) == (None, None, 1.0)


@compiled
def test_a_rule_that_cannot_be_compiled_is_named_and_auto_takes_the_objects():
    odd = ng.Activation("odd", lambda z: float(str(z)), lambda z, a: 1.0, "z", "1")
    net = ng.Network()
    net.add_input("x"), net.add_output("o", odd), net.connect("x", "o", 2.0)
    with pytest.raises(ng.NeurographError, match="activation 'odd': its value cannot be compiled"):
        net.predict([[1.0]], engine="compiled")
    assert net.predict([[1.0]] * 200_000, engine="auto")[-1] == [2.0]
