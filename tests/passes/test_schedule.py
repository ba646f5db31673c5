"""The order of a training step as a value, and running it."""

from __future__ import annotations

import pytest

from neurograph import Activation, Network
from neurograph.errors import NumericalError
from neurograph.passes.propagation import restored_on_error, run
from neurograph.passes.schedule import Act, forward_acts, schedule_of
from neurograph.rules.losses import LOSSES


def names(acts: tuple[Act, ...]) -> list[str]:
    actors = [getattr(act.__self__, "neuron", act.__self__) for act in acts]
    return [f"{getattr(actor, 'name', 'C')}.{act.__name__}" for actor, act in zip(actors, acts, strict=True)]


def test_all_deltas_come_before_any_gradient():
    schedule = schedule_of(Network.dense([1, 1, 1], "tanh"), LOSSES["squared_error"])
    assert names(schedule.forward) == ["h1.integrate", "h1.fire", "o1.integrate", "o1.fire"]
    assert names(schedule.loss) == ["o1.compute_term", "C.add_up"]
    assert names(schedule.backward) == ["o1.add_loss_slope", "o1.compute_delta", "h1.gather_error", "h1.compute_delta"]
    assert names(schedule.gradients) == ["o1.add_gradients", "h1.add_gradients"]
    assert names(schedule.inputs) == ["x1.gather_error"]


@pytest.mark.parametrize("long_way", [False, True])
def test_where_loss_and_activation_cancel_there_is_a_short_way(long_way):
    net = Network.dense([1, 1], "sigmoid")
    schedule = schedule_of(net, LOSSES["binary_cross_entropy"], long_way)
    assert names(schedule.backward) == ["o1.add_loss_slope"] * long_way + ["o1.compute_delta"]
    assert schedule.short == (frozenset() if long_way else frozenset(net.outputs))


def test_a_group_fires_once_all_its_members_have_summed_up():
    acts = forward_acts(Network.dense([1, 2], "softmax"))
    assert names(acts) == ["o1.integrate", "o2.integrate", "outputs.fire"]


def test_the_verbs_run_one_by_one_are_the_passes_of_the_network():
    one, two = (Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=4) for _ in range(2))
    one.forward([0.5, -1.0])
    one.backward([1.0])
    for neuron, value in zip(two.inputs, [0.5, -1.0], strict=True):
        neuron.a = value
    schedule = two.schedule()
    schedule.objective.set_targets([1.0])
    for neuron in two.computing:
        neuron.zero_gradients()
    run((*schedule.forward, *schedule.loss, *schedule.backward, *schedule.gradients))
    for mine, yours in zip(one.computing, two.computing, strict=True):
        assert (mine.z, mine.a, mine.delta, mine.bias_grad) == (yours.z, yours.a, yours.delta, yours.bias_grad)
        assert [edge.grad for edge in mine.incoming] == [edge.grad for edge in yours.incoming]


def test_a_rule_that_fails_is_named_and_its_own_error_is_the_cause():
    broken = Activation("broken", lambda z: 1 / 0, lambda z, a: 1.0, "z", "1")
    net = Network.dense([1, 1], broken, initializer="ones")
    net.inputs[0].a = 1.0
    with pytest.raises(NumericalError, match=r"neuron o1: broken\(1.0\) failed \(ZeroDivisionError") as caught:
        run(forward_acts(net))
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
