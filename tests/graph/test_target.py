"""Where the loss meets the outputs: each term, each error, the long way and the short one, by hand."""

from __future__ import annotations

import math

import pytest

from neurograph import LOSSES, Loss, Network
from neurograph.errors import InvalidValueError
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.rules.losses import Shortcut

SQUARED = LOSSES.find("squared_error")
MEAN = LOSSES.find("mean_squared_error")
BINARY = LOSSES.find("binary_cross_entropy")
CROSS = LOSSES.find("cross_entropy")


def output(activation: str, z: float) -> Network:
    """One output `o` with the sum `z`, which has fired."""
    net = Network()
    net.add_output("o", activation, bias=z)
    net["o"].integrate()
    net["o"].fire()
    return net


def softmax(*z: float) -> Network:
    net = Network()
    for number, value in enumerate(z, start=1):
        net.add_output(f"o{number}", "softmax", bias=value).integrate()
    net.groups["outputs"].fire()
    return net


def facing(net: Network, name: str, loss: Loss, y: float, count: int = 1) -> Target:
    target = Target(net[name], loss, count)
    target.y = y
    return target


# One target.


def test_the_term_is_the_loss_of_the_activation_and_the_target():
    target = facing(output("identity", 3.0), "o", SQUARED, 1.0)
    assert target.term is None
    target.compute_term()
    assert target.term == 0.5 * 2.0 * 2.0


def test_term_and_slope_know_how_many_outputs_there_are():
    net = output("identity", 3.0)
    target = facing(net, "o", MEAN, 1.0, count=4)
    target.compute_term()
    target.add_loss_slope()
    assert (target.term, net["o"].a_grad) == (1.0, 1.0)


def test_from_z_the_term_is_exact_where_the_activation_is_rounded_to_one():
    target = facing(output("sigmoid", 800.0), "o", BINARY, 0.0)
    target.compute_term()
    assert target.term == math.inf
    target.compute_term_from_z()
    assert target.term == 800.0


def test_the_error_starts_with_the_slope_of_the_loss():
    net = output("identity", 3.0)
    net["o"].a_grad = 100.0  # that of a pass before
    facing(net, "o", SQUARED, 1.0).add_loss_slope()
    assert net["o"].a_grad == 2.0
    assert net["o"].delta is None


def test_the_slope_of_the_loss_is_added_to_the_error_that_came_back_over_edges():
    net = output("identity", 3.0)
    net.add_output("after", "identity")
    net.connect("o", "after", 1.0)
    net["o"].a, net["o"].a_grad = 3.0, 100.0
    facing(net, "o", SQUARED, 1.0).add_loss_slope()
    assert net["o"].a_grad == 102.0


def test_the_short_way_is_a_minus_y_and_leaves_no_error_of_the_activation():
    net = output("sigmoid", 0.0)
    net["o"].a_grad = 100.0
    facing(net, "o", BINARY, 1.0).compute_delta()
    assert (net["o"].delta, net["o"].a_grad) == (-0.5, None)


def test_the_short_way_adds_what_came_back_over_edges():
    net = output("sigmoid", 0.0)
    net.add_output("after", "identity")
    net.connect("o", "after", 1.0)
    net["o"].z, net["o"].a, net["o"].a_grad = 0.0, 0.5, 8.0
    facing(net, "o", BINARY, 1.0).compute_delta()
    assert (net["o"].delta, net["o"].a_grad) == (-0.5 + 8.0 * 0.25, None)


def test_a_member_of_a_group_knows_its_place_in_it():
    net = softmax(0.0, math.log(3.0))
    targets = [facing(net, name, CROSS, y) for name, y in (("o1", 0.0), ("o2", 1.0))]
    for target in targets:
        target.compute_term_from_z()
        target.compute_delta()
    assert [target.term for target in targets] == pytest.approx([0.0, math.log(4.0 / 3.0)], rel=1e-15)
    assert [neuron.delta for neuron in net.outputs] == pytest.approx([0.25, -0.25], rel=1e-15)


def test_from_z_the_term_of_a_member_is_that_of_its_own_place():
    target = facing(softmax(0.0, -800.0), "o2", CROSS, 1.0)
    assert target.neuron.a == 0.0
    target.compute_term_from_z()
    assert target.term == 800.0


# The targets of a group together.


def test_each_term_of_a_softmax_under_binary_cross_entropy_acts_on_every_member():
    net = softmax(0.0, math.log(2.0), math.log(5.0))  # a = 1/8, 2/8, 5/8
    y = [1.0, 0.0, 0.5]
    targets = [facing(net, f"o{k}", BINARY, value) for k, value in enumerate(y, start=1)]
    net["o2"].a_grad = 7.0
    JointTarget(net.groups["outputs"], targets).compute_delta()
    a = [0.125, 0.25, 0.625]
    slopes = [(1 - t) / (1 - p) - t / p for p, t in zip(a, y, strict=True)]  # dC/da, then the Jacobian
    deltas = [sum(slopes[k] * a[k] * ((k == j) - a[j]) for k in range(3)) for j in range(3)]
    assert [neuron.delta for neuron in net.outputs] == pytest.approx(deltas, rel=1e-14)
    assert [neuron.a_grad for neuron in net.outputs] == [None, None, None]


def test_what_comes_back_to_a_member_goes_through_the_jacobian_to_all():
    net = softmax(0.0, math.log(3.0))
    net.add_output("after", "identity")
    net.connect("o1", "after", 1.0)
    for neuron, z, a in zip(net.groups["outputs"].members, (0.0, math.log(3.0)), (0.25, 0.75), strict=True):
        neuron.z, neuron.a, neuron.a_grad = z, a, None
    net["o1"].a_grad = 16.0
    targets = [facing(net, "o1", CROSS, 0.0), facing(net, "o2", CROSS, 1.0)]
    JointTarget(net.groups["outputs"], targets).compute_delta()
    assert net["o1"].delta == pytest.approx(16.0 * 0.25 * 0.75 + 0.25, rel=1e-14)
    assert net["o2"].delta == pytest.approx(16.0 * 0.25 * -0.75 - 0.25, rel=1e-14)
    assert net["o1"].a_grad is None


def test_a_hidden_member_of_the_group_keeps_its_own_error():
    net = softmax(0.0, 0.0)
    net.add_neuron("h", "softmax", group="outputs").integrate()
    for neuron in net.groups["outputs"].members:
        neuron.z, neuron.a_grad = 0.0, None
    net.groups["outputs"].fire()
    targets = [facing(net, "o1", BINARY, 1.0), facing(net, "o2", BINARY, 0.0)]
    net["h"].a_grad = 5.0
    JointTarget(net.groups["outputs"], targets).compute_delta()
    assert net["h"].a_grad == 5.0
    assert net["o1"].a_grad is net["o2"].a_grad is None
    slopes = [-3.0, 1.5]
    assert net["h"].delta == pytest.approx(sum(slope / 3 * (0 - 1 / 3) for slope in slopes), rel=1e-14)


# All of them.


def objective(net: Network, loss: Loss) -> Objective:
    return Objective(loss, [Target(neuron, loss, len(net.outputs)) for neuron in net.outputs])


def test_the_loss_is_the_sum_of_all_terms_in_the_order_of_the_outputs():
    whole = objective(Network.dense([1, 3], "identity"), SQUARED)
    assert whole.cost is None
    for target, term in zip(whole.targets, (1.0, 1e16, -1e16), strict=True):
        target.term = term
    whole.add_up()
    assert whole.cost == 0.0  # the other way round, it would be 1


def test_the_targets_take_the_values_of_an_example():
    whole = objective(Network.dense([1, 2], "identity"), SQUARED)
    whole.set_targets([4.0, -5.0])
    assert [target.y for target in whole.targets] == [4.0, -5.0]


@pytest.mark.parametrize("y", [[0.5, 1.0 + 1e-9], [0.5, -1e-9]])
def test_a_target_outside_the_range_of_the_loss_is_refused(y):
    whole = objective(Network.dense([1, 2], "sigmoid"), BINARY)
    with pytest.raises(InvalidValueError, match=r"^y \(for o2\) under binary_cross_entropy: .*a target in \[0, 1\]"):
        whole.check_targets(y)


def test_the_targets_of_a_softmax_add_up_to_one_in_each_group():
    net = Network()
    for name, group in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b")):
        net.add_output(name, "softmax", group=group)
    whole = objective(net, CROSS)
    whole.check_targets([0.25, 1.0, 0.75, 0.0])
    with pytest.raises(InvalidValueError, match=r"^y under cross_entropy: the targets of group 'b' add up to 1\.5"):
        whole.check_targets([0.5, 1.0, 0.5, 0.5])
    assert [target.y for target in whole.targets] == [0.0, 0.0, 0.0, 0.0]  # nothing is set by a check


def test_a_loss_knows_its_short_way_by_the_very_record():
    assert isinstance(facing(output("sigmoid", 0.0), "o", BINARY, 0.0).shortcut, Shortcut)
    assert facing(output("tanh", 0.0), "o", SQUARED, 0.0).shortcut is None
