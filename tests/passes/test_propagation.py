"""Running the acts: in their order, nothing else, and a rule that fails is named with its place and number."""

from __future__ import annotations

import pytest

from neurograph import LOSSES, Activation, JointActivation, Loss, Network
from neurograph.errors import GraphError, NumericalError
from neurograph.passes.propagation import restored_on_error, run, set_inputs, update
from neurograph.passes.schedule import schedule_of

SQUARED = LOSSES.find("squared_error")


class Noting:
    """Acts that note that they were called."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def first(self) -> None:
        self.done.append("first")

    def second(self) -> None:
        self.done.append("second")

    def refuse(self) -> None:
        raise GraphError("a reason of our own")

    def interrupt(self) -> None:
        raise KeyboardInterrupt


def test_acts_run_in_their_order_each_as_often_as_it_is_there():
    noting = Noting()
    run([noting.second, noting.first, noting.second])
    assert noting.done == ["second", "first", "second"]


@pytest.mark.parametrize(("verb", "error"), [("refuse", GraphError), ("interrupt", KeyboardInterrupt)])
def test_an_error_of_ours_and_ctrl_c_come_through_as_they_are_and_end_the_run(verb, error):
    noting = Noting()
    with pytest.raises(error):
        run([noting.first, getattr(noting, verb), noting.second])
    assert noting.done == ["first"]


def chain() -> Network:
    """x -> h -> o with weights 2 and 3, no biases: identity all through."""
    net = Network.dense([1, 1, 1], "identity", initializer="ones")
    net.edge("x1", "h1").weight, net.edge("h1", "o1").weight = 2.0, 3.0
    return net


def test_a_whole_step_by_hand():
    net = chain()
    step = schedule_of(net, SQUARED)
    set_inputs(net.inputs, [1.5])
    step.objective.set_targets([10.0])
    for neuron in (net["h1"], net["o1"]):
        neuron.zero_gradients()
    run(step.forward)
    run(step.loss)
    run(step.backward)
    run(step.gradients)
    run(step.input_errors)
    assert (net["h1"].a, net["o1"].a, step.objective.cost) == (3.0, 9.0, 0.5)
    assert (net["o1"].delta, net["h1"].delta, net["x1"].a_grad) == (-1.0, -3.0, -6.0)
    assert (net.edge("h1", "o1").grad, net.edge("x1", "h1").grad) == (-3.0, -4.5)
    update([net["h1"], net["o1"]], [], 0.5)
    assert (net["h1"].bias, net["o1"].bias) == (1.5, 0.5)
    assert (net.edge("x1", "h1").weight, net.edge("h1", "o1").weight) == (4.25, 4.5)


def test_inputs_take_their_values_in_order_and_as_many_as_there_are():
    net = Network.dense([2, 1], "identity")
    set_inputs(net.inputs, [4.0, -5.0])
    assert (net["x1"].a, net["x2"].a) == (4.0, -5.0)
    with pytest.raises(ValueError, match="shorter"):
        set_inputs(net.inputs, [1.0])


def test_shared_weights_step_once_with_the_sum_of_their_gradients():
    net = Network.dense([2, 1], "identity", initializer="ones")
    tie = net.tie(*net.edges)
    o = net["o1"]
    o.bias_grad, o.incoming[0].grad, o.incoming[1].grad = 1.0, 2.0, 4.0
    update([o], [tie], 0.25)
    assert (o.bias, [edge.weight for edge in net.edges]) == (-0.25, [-0.5, -0.5])


# Rules of the user's own that fail.


def failing(*_: object) -> float:
    raise ZeroDivisionError("no such luck")


def one(rule: Activation | JointActivation) -> Network:
    return Network.dense([1, 1], rule, initializer="ones")


SOUND = {"name": "own", "value": lambda z: z, "slope": lambda z, a: 1.0, "formula": "z", "slope_formula": "1"}
JOINT = {
    "name": "pair",
    "values": list,
    "partial": lambda z, a, k, j: 1.0,
    "formula": "z",
    "partial_formula": "same",
}
LOSS = {
    "name": "mine",
    "value": lambda a, y, n: a,
    "slope": lambda a, y, n: 1.0,
    "formula": "a",
    "slope_formula": "1",
}


@pytest.mark.parametrize(
    ("rule", "loss", "whose"),
    [
        (
            Activation(**SOUND | {"value": failing}),
            SQUARED,
            "neuron o1: own(1.5) failed (ZeroDivisionError: no such luck)",
        ),
        (
            Activation(**SOUND | {"slope": failing}),
            SQUARED,
            "neuron o1: the slope of own at z = 1.5, with dC/da = 1.5, failed (ZeroDivisionError: no such luck).",
        ),
        (JointActivation(**JOINT | {"values": failing}), SQUARED, "group 'outputs': pair failed (ZeroDivisionError"),
        (JointActivation(**JOINT | {"partial": failing}), SQUARED, "group 'outputs': pair failed (ZeroDivisionError"),
        (
            "identity",
            Loss(**LOSS | {"value": failing}),
            "output o1: the value of loss mine at a = 1.5, y = 0 failed (ZeroDivisionError: no such luck).",
        ),
        (
            "identity",
            Loss(**LOSS | {"slope": failing}),
            "output o1: the slope of loss mine at a = 1.5, y = 0 failed (ZeroDivisionError: no such luck).",
        ),
    ],
    ids=["value", "slope", "joint values", "joint partial", "loss", "slope of a loss"],
)
def test_a_rule_that_fails_is_named_with_its_place_and_number(rule, loss, whose):
    net = one(rule)
    step = schedule_of(net, loss)
    set_inputs(net.inputs, [1.5])
    with pytest.raises(NumericalError) as caught:
        run(step.forward + step.loss + step.backward)
    assert str(caught.value).startswith(whose)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_numbers_are_put_back_whatever_stops_the_work():
    net = Network.dense([1, 1], "tanh")
    net.forward([1.0])
    (neuron,) = net.computing
    before = neuron.z, neuron.a

    def stop() -> None:
        neuron.z = neuron.a = 9.0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), restored_on_error([neuron], "z"):
        stop()
    assert (neuron.z, neuron.a) == (before[0], 9.0)
