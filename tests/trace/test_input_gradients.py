"""How the loss reacts to the inputs: dC/dx, after `backward`, in a trace; and where it is not computed."""

from __future__ import annotations

import copy
from importlib.util import find_spec

import pytest
from hypothesis import given, settings

import neurograph as ng
from neurograph.errors import NumericalError
from strategies import cases

ENGINES = ["object", "compiled"] if find_spec("numba") else ["object"]


def iris():
    """A net with a skip edge, an example and its targets."""
    net = ng.Network.dense([3, 4, 2], ["tanh", "softmax"], seed=1)
    net.connect("x2", "o1", 0.75)
    return net, [0.5, -1.0, 0.25], [1.0, 0.0]


def dC_dx(net):
    return [neuron.a_grad for neuron in net.inputs]


def loss_at(net, x, y, loss):
    net.forward(x)
    return net.backward(y, loss)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_it_is_what_the_loss_does_when_an_input_is_nudged(case):
    net, loss, x, y = case
    loss_at(net, x, y, loss)
    slopes = dC_dx(net)
    for at, slope in enumerate(slopes):
        step, ends = 1e-5, []
        for moved in (x[at] + step, x[at] - step):
            ends.append(loss_at(net, [*x[:at], moved, *x[at + 1 :]], y, loss))
        if all(not neuron.activation.kinks for neuron in net.neurons if isinstance(neuron.activation, ng.Activation)):
            assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-7)


def test_of_a_linear_neuron_it_is_error_times_weight():
    net = ng.Network()
    net.add_input("x"), net.add_input("alone"), net.add_output("o", "identity"), net.connect("x", "o", 3.0)
    net.forward([2.0, 5.0])
    net.backward([4.0])
    assert dC_dx(net) == [3.0 * (6.0 - 4.0), 0.0]


def test_a_trace_tells_it_when_asked_and_only_then():
    net, x, y = iris()
    loss_at(net, x, y, "cross_entropy")
    plain, told = (net.trace(x, y, "cross_entropy", input_gradients=wish) for wish in (False, True))
    assert dC_dx(plain.before) == [None] * 3
    assert ("a_grad", "x1") not in plain.state(-1)
    assert told.state(0)["a_grad", "x1"] is None
    assert dC_dx(told.before) == dC_dx(net)
    assert [told.state(-1)["a_grad", f"x{k}"] for k in (1, 2, 3)] == dC_dx(net)
    added = [step for step in told if step.phase == "backward" and step.subject.startswith("x")]
    assert len(told) == len(plain) + len(added)
    assert [step.subject for step in added] == ["x1", "x2", "x3"]
    assert added[1].symbols == (
        "dC/da(x2) = w(x2->h1) * delta(h1) + w(x2->h2) * delta(h2) + w(x2->h3) * delta(h3) + w(x2->h4) * delta(h4) "
        "+ w(x2->o1) * delta(o1)"
    )
    assert [check.verdict for step in added for check in step.checks] == ["ok"] * 3
    assert (told.loss_before, told.loss_after) == (plain.loss_before, plain.loss_after)


def test_the_long_way_tells_it_too():
    net, x, y = iris()
    told = net.trace(x, y, "cross_entropy", input_gradients=True).by_chain_rule()
    loss_at(net, x, y, "cross_entropy")
    assert dC_dx(told.before) == pytest.approx(dC_dx(net), rel=1e-12)


def test_of_a_batch_each_example_has_its_own():
    net, x, y = iris()
    other = [1.0, 2.0, -0.5]
    trace = net.trace([x, other], [y, [0.0, 1.0]], "cross_entropy", input_gradients=True)
    loss_at(net, x, y, "cross_entropy")
    assert [trace.state(-1).of_example(0)["a_grad", f"x{k}"] for k in (1, 2, 3)] == dC_dx(net)
    loss_at(net, other, [0.0, 1.0], "cross_entropy")
    assert [trace.state(-1).of_example(1)["a_grad", f"x{k}"] for k in (1, 2, 3)] == dC_dx(net)


@pytest.mark.parametrize("engine", ENGINES)
def test_gradient_gives_it_for_one_row_and_not_for_several(engine):
    net, x, y = iris()
    loss_at(net, x, y, "cross_entropy")
    expected = dC_dx(net)
    net.gradient([x, x], [y, y], "cross_entropy", engine=engine)
    assert dC_dx(net) == [None] * 3
    net.gradient([x], [y], "cross_entropy", engine=engine)
    assert dC_dx(net) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_training_works_none_out_and_leaves_none_that_is_old(engine):
    net, x, y = iris()
    loss_at(net, x, y, "cross_entropy")
    ng.train(net, [x], [y], "cross_entropy", epochs=2, engine=engine)
    assert dC_dx(net) == [None] * 3


def test_it_is_copied_and_forgotten_with_the_rest():
    net, x, y = iris()
    loss_at(net, x, y, "cross_entropy")
    assert dC_dx(copy.deepcopy(net)) == dC_dx(net)
    net.connect("x1", "o1", 1.0)
    assert dC_dx(net) == [None] * 3


def test_one_that_leaves_the_range_of_floats_is_named_and_nothing_is_changed():
    net = ng.Network()
    net.add_input("x"), net.add_output("o", "identity"), net.connect("x", "o", 1e160)
    net.forward([0.0])
    with pytest.raises(NumericalError, match=r"^input x: dC/da, the sum of w \* delta, is -inf\. Make the weights"):
        net.backward([1e153])
    assert dC_dx(net) == [None]
    assert net["o"].delta is None


@pytest.mark.parametrize("engine", ENGINES)
def test_gradient_refuses_one_that_leaves_the_range_too(engine):
    net = ng.Network()
    net.add_input("x"), net.add_output("o", "identity"), net.connect("x", "o", 1e300)
    for rows in ([[1e-300]], [[1e-300]] * 2):
        if len(rows) == 1:
            with pytest.raises(NumericalError, match=r"^input x: dC/da, the sum of w"):
                net.gradient(rows, [[-1e100]], engine=engine)
            assert dC_dx(net) == [None]
        else:
            net.gradient(rows, [[-1e100]] * 2, engine=engine)
            assert net.edge("x", "o").grad == pytest.approx(1e-200)
