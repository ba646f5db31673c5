"""No right gradient is called wrong, and "too small" is said only where it is so."""

from __future__ import annotations

import math
from functools import partial
from random import Random

import pytest

from neurograph import ACTIVATIONS, LOSSES, Activation, Adam, Loss, Network, check_gradients, train
from neurograph.rules.activations import ELU, RELU, SIGMOID, TANH
from tests.campaigns.verdicts import run


def verdicts(report) -> dict[tuple[str, str], str]:
    return {(row.kind, row.name): row.check.verdict for row in report}


def one_unit(rule: str | Activation, bias: float, weight: float = 1.0) -> Network:
    net = Network.dense([1, 1], rule, initializer="ones")
    net["o1"].bias, net.edge("x1", "o1").weight = bias, weight
    return net


@pytest.mark.filterwarnings("ignore::neurograph.errors.NeurographWarning")  # targets are drawn too
def test_random_networks_of_every_kind():
    """A small part of tests/campaigns/verdicts.py."""
    counts, wrong = run(range(9000, 9150))
    assert not wrong, "\n".join(wrong)
    assert len(counts) >= 11, counts.keys()
    for kind in ("ordinary", "learned", "batch"):
        judged = math.fsum(counts[kind][verdict] for verdict in ("ok", "too small", "kink", "wrong"))
        assert counts[kind]["ok"] >= 0.95 * judged, (kind, counts[kind])


def test_random_networks_of_extremes():
    """A small part of the same campaign: tiny, huge, bent or saturated ones, whose targets are often met."""
    counts, wrong = run(range(-1960, -1860))
    assert not wrong, "\n".join(wrong)
    assert {"bent", "large inputs", "saturated group", "broad"} <= counts.keys()


def test_a_published_example_whose_targets_are_almost_the_outputs():
    """Two sigmoids whose targets are their outputs to nine digits, from a course's issue about its own solution."""
    net = Network.dense([2, 2], "sigmoid")
    for edge in net.edges:
        edge.weight = 2.0 if edge.target.name == "o1" else -3.0
    net["o1"].bias, net["o2"].bias = -3.0, -5.0
    x, y = [-1.0, -2.0], [1.23394576e-04, 9.82013790e-01]
    for _ in range(2):  # the published cost is summed over two equal rows
        net.forward(x)
        net.backward(y, "sum_squared_error")
    assert net.edge("x1", "o1").grad == pytest.approx(6.79488741e-18, rel=1e-4, abs=0.0)
    assert net.edge("x2", "o2").grad == pytest.approx(-5.35652711e-12, rel=1e-4, abs=0.0)
    report = check_gradients(net, x, y, "sum_squared_error")
    assert report.count("ok") == len(report), str(report)


@pytest.mark.parametrize("digits", range(6, 17))
@pytest.mark.parametrize("loss", ["squared_error", "sum_squared_error", "binary_cross_entropy"])
def test_targets_that_are_the_outputs_to_some_digits(loss, digits):
    net = Network.dense([3, 4, 3], ["tanh", "sigmoid"], seed=digits)
    x = [0.3, -1.2, 0.8]
    report = check_gradients(net, x, [a * (1.0 - 10.0**-digits) for a in net.forward(x)], loss)
    assert report.ok, str(report)
    if digits <= (7 if loss == "binary_cross_entropy" else 9):  # whose least value is not 0, and is rounded itself
        assert report.count("ok") == len(report), str(report)
    if digits == 16:
        assert report.count("too small") == len(report), str(report)


@pytest.mark.parametrize("last", ["sigmoid", "softmax"])
@pytest.mark.parametrize("loss", [loss.name for loss in LOSSES])
def test_a_network_that_has_learned(loss, last):
    if (loss, last) == ("cross_entropy", "sigmoid"):
        return
    net = Network.dense([2, 3, 2], ["tanh", last], seed=2)
    rows, targets = [[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]
    train(net, rows, targets, loss, Adam(0.3), epochs=400, batch_size=2, engine="object")
    assert check_gradients(net, rows[0], targets[0], loss).ok
    assert check_gradients(net, rows, targets, loss).ok


# What floats cannot show, and what they can.


@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy"])
def test_a_saturated_unit_is_too_small_to_judge(loss):
    y = 0.5 if loss == "squared_error" else 1.0
    report = check_gradients(one_unit("sigmoid", 60.0), [0.5], [y], loss)
    assert verdicts(report) == dict.fromkeys(verdicts(report), "too small")
    assert {row.check.backprop for row in report} == {0.0}


def test_a_nearly_saturated_unit_is_judged_by_larger_steps():
    """At z = 25 the slope is 1.4e-11: a step of 1/500 is lost in the rounding of a, one of 1/4 is not."""
    report = check_gradients(one_unit("sigmoid", 25.0), [0.0], [0.5])
    assert verdicts(report)["bias", "o1"] == "ok"


def test_the_unit_that_a_wrong_rule_calls_alive_is_not_saved_by_saturation():
    steep = Activation("steep", SIGMOID.value, lambda z, a: 1.0, "z", "1", bounds=(0.0, 1.0))
    assert len(check_gradients(one_unit(steep, 60.0), [0.5], [0.0]).wrong) == 3


def test_a_dead_relu_is_right_with_nothing_in_doubt():
    net = Network.dense([2, 2, 1], ["relu", "identity"], initializer="ones")
    net["h1"].bias = -5.0
    report = check_gradients(net, [0.4, 0.3], [0.1])
    assert report.count("ok") == len(report), str(report)
    net["o1"].bias = -9.0
    alone = check_gradients(one_unit("relu", -9.0), [1.0], [0.5])
    assert alone.count("ok") == len(alone) == 3
    always = Activation("always", RELU.value, lambda z, a: 1.0, "z", "1", kinks=(0.0,))
    assert len(check_gradients(one_unit(always, -9.0), [1.0], [0.5]).wrong) == 3


def test_inputs_and_weights_of_0_make_gradients_of_exactly_0():
    net = Network.dense([2, 2, 1], ["tanh", "sigmoid"], seed=1)
    net.edge("h2", "o1").weight = 0.0
    report = check_gradients(net, [0.0, 0.7], [0.3])
    assert report.count("ok") == len(report), str(report)
    zero = {row.name for row in report if row.check.backprop == 0.0 == row.check.difference}
    assert zero == {"h2", "x1->h1", "x1->h2", "x2->h2"}


def test_a_target_that_is_the_output_leaves_nothing_to_judge():
    net = Network.dense([1, 1], "tanh", seed=1)
    report = check_gradients(net, [0.7], net.forward([0.7]))
    assert report.count("too small") == len(report), str(report)


def test_a_large_term_elsewhere_does_not_drown_a_small_one():
    net = Network.dense([1, 2], "identity", initializer="ones")
    report = check_gradients(net, [1.0], [1.0 + 1e-7, 1e9])
    assert report.count("ok") == len(report), str(report)


def test_a_deep_chain_whose_first_gradients_vanish():
    report = check_gradients(Network.dense([1, *[1] * 40, 1], "sigmoid", seed=4), [0.5], [1.0])
    assert report.ok
    found = verdicts(report)
    assert (found["delta", "o1"], found["delta", "h40_1"], found["delta", "h1_1"]) == ("ok", "ok", "too small")


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e4])
@pytest.mark.parametrize("rule", ["sigmoid", "tanh", "relu", "elu", "softsign", "gelu", "softmax"])
def test_weights_of_any_size(rule, size):
    net = Network.dense([2, 3, 2], ["tanh", rule], seed=5)
    for edge in net.edges:
        edge.weight *= size
    assert check_gradients(net, [0.3, -0.8], [0.25, 0.75]).ok


@pytest.mark.parametrize("weight", [3e3, 1e5, 1e7])
def test_a_steep_curve_is_judged_by_small_steps(weight):
    """The nudges of the first look go from one end of tanh to the other."""
    net = Network.dense([1, 1, 1], ["identity", "tanh"], initializer="ones")
    net.edge("h1", "o1").weight = weight
    net["h1"].bias = -1.0 + 0.5 / weight
    report = check_gradients(net, [1.0], [0.3])
    assert report.ok, str(report)
    assert verdicts(report)["delta", "h1"] == "ok"


# Bends, large inputs, what is lost inside a softmax, the smallest floats.


@pytest.mark.parametrize("rule", [ELU, Activation("own", ELU.value, ELU.slope, "z", "1")], ids=lambda rule: rule.name)
def test_beside_a_bend_nothing_is_called_wrong(rule):
    """Small nets that say just what they should. Larger steps, over the bend, settle at a slope that is not there.

    A rule of one's own need not tell of its bend.
    """
    for seed in range(150):
        rng = Random(seed)
        size = 10.0 ** rng.uniform(-4.0, -1.0)
        net = Network.dense([2, 3, 2], [rule, "softmax"], seed=seed)
        for edge in net.edges:
            edge.weight *= size
        for neuron in net.neurons:
            if neuron.role != "input":
                neuron.bias = rng.gauss(0.0, size)
        x = [rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)]
        report = check_gradients(net, x, net.forward(x), "binary_cross_entropy")
        assert report.ok, (seed, str(report))


@pytest.mark.parametrize("z", [0.0, 1e-17, -1e-13, 1e-10, -1e-8, 1e-6, -1e-3])
@pytest.mark.parametrize("rule", ["elu", "softsign"])
def test_at_and_beside_a_bend_there_is_something_to_judge(rule, z):
    report = check_gradients(one_unit(rule, z), [0.0], [0.5])
    assert report.count("ok") == len(report), str(report)
    record = ACTIVATIONS.find(rule)
    steep = Activation("steep", record.value, lambda z, a: 1.01 * record.slope(z, a), "z", "1", bends=record.bends)
    assert {row.name for row in check_gradients(one_unit(steep, z), [0.0], [0.5]).wrong} == {"o1"}


def test_behind_a_large_input_a_weight_moves_z_no_more_than_a_bias_does():
    net = Network()
    net.add_input("x")
    for name, weight, onward in (("h", 1e-6, -0.5), ("k", -1e-3, -1.0)):
        net.add_neuron(name, "softplus")
        net.connect("x", name, weight)
        if name == "h":
            net.add_output("o", "sigmoid")
        net.connect(name, "o", onward)
    assert check_gradients(net, [-1e5], [0.15]).ok
    net["o"].bias = 100.0
    report = check_gradients(net, [-1e5], [0.15])
    assert report.count("ok") == len(report), str(report)


@pytest.mark.parametrize("x", [1e2, 1e4, 1e6])
def test_features_that_nobody_has_scaled_are_judged(x):
    flat = Activation("flat", TANH.value, lambda z, a: 0.999 * TANH.slope(z, a), "z", "1")
    for rule in (TANH, flat):
        net = Network.dense([1, 1, 1], [rule, "identity"], initializer="ones")
        net.edge("x1", "h1").weight = 0.3 / x
        report = check_gradients(net, [x], [0.1])
        assert {row.name for row in report.wrong} == ({"h1", "x1->h1"} if rule is flat else set()), str(report)
        assert rule is flat or report.count("ok") == len(report), str(report)


def test_what_a_softmax_loses_where_it_is_far_from_its_largest():
    """Of z - top = -285 three digits are lost, so exp(z - top) = 1e-124 is off by as many, and the target with it."""
    for seed in range(40):
        net = Network.dense([1, 3], "softmax", seed=seed)
        for neuron, bias in zip(net.outputs, (283.0, 224.0, -2.3), strict=True):
            neuron.bias = bias
        report = check_gradients(net, [0.37], net.forward([0.37]))
        assert report.ok, (seed, str(report))


@pytest.mark.parametrize("bias", [-353.0, -354.1, -360.0])
def test_derivatives_below_the_smallest_normal_float_are_too_small_to_judge(bias):
    net = one_unit("sigmoid", bias)
    report = check_gradients(net, [0.0], [a * (1.0 + 1e-10) for a in net.forward([0.0])])
    assert verdicts(report) == {("delta", "o1"): "too small", ("bias", "o1"): "too small", ("weight", "x1->o1"): "ok"}
    assert report.rows[0].check.backprop < 0.0


def test_a_slope_that_is_left_where_the_activation_is_rounded_to_0_is_too_small_to_judge():
    """Of gelu, the slope is larger than the value by a factor z."""
    left = 0
    for tenth in range(3700, 3900):
        net = one_unit("gelu", -tenth / 100.0)
        left += net.forward([0.0]) == [0.0] and net["o1"].rule.slope(-tenth / 100.0, 0.0) != 0.0
        assert check_gradients(net, [0.0], [1.0], "sum_squared_error").ok
    assert left


# A second look.


def ripple(height: float) -> Activation:
    """A ripple whose period divides the steps of the first look, which see the straight line under it."""
    pace = 2.0 * math.pi * 2.0**13
    return Activation(
        "ripple",
        lambda z: z + height * math.sin(pace * z) / pace,
        lambda z, a: 1.0 + height * math.cos(pace * z),
        "z",
        "1",
    )


def test_steps_that_all_miss_what_the_curve_does_call_nothing_wrong():
    report = check_gradients(one_unit(ripple(0.5), 0.0), [0.0], [1.0])
    delta = report.rows[0].check
    assert (delta.backprop, delta.difference) == (-1.5, pytest.approx(-1.0))
    assert report.ok, str(report)


def test_a_second_look_does_not_save_what_is_wrong():
    wrong = Activation("wrong", ripple(0.0).value, lambda z, a: 1.5, "z", "1")
    report = check_gradients(one_unit(wrong, 0.0), [0.0], [1.0])
    assert {row.name for row in report.wrong} == {"o1"}


# Points that cannot be used.


@pytest.mark.parametrize("room", [1e-4, 1e-7])
def test_a_nudge_to_where_a_rule_has_no_value_is_made_smaller(room):
    arc = Activation("arc", lambda z: math.sqrt(1.0 - z * z), lambda z, a: -z / a, "z", "1")
    report = check_gradients(one_unit(arc, 1.0 - room), [0.0], [0.5])
    assert report.count("ok") == len(report), str(report)


def test_a_nudge_to_where_the_loss_overflows_is_made_smaller():
    net = one_unit("identity", 1e150, 1e150)
    report = check_gradients(net, [1e3], [0.0], "sum_squared_error")
    assert report.count("ok") == len(report), str(report)
    huge = Activation("huge", lambda z: z * 1e153, lambda z, a: 1e153, "z", "1")
    report = check_gradients(one_unit(huge, 13.4), [0.0], [0.0], "sum_squared_error")  # 13.407e153 squared overflows
    assert report.count("ok") == len(report), str(report)


def test_where_no_nudge_can_be_made_nothing_is_called_wrong():
    whole = Activation("whole", lambda z: {0.0: 1.0}[z], lambda z, a: 0.0, "z", "0")
    report = check_gradients(one_unit(whole, 0.0), [0.0], [0.5])
    assert verdicts(report) == {("delta", "o1"): "too small", ("bias", "o1"): "too small", ("weight", "x1->o1"): "ok"}
    assert math.isnan(report.rows[0].check.difference)
    assert "nan" in str(report)


def test_where_a_slope_has_no_value_beside_the_point_smaller_steps_are_taken():
    def slope(z: float, a: float) -> float:
        return 1.0 if abs(z) < 1e-4 else 1.0 / 0.0

    report = check_gradients(one_unit(Activation("narrow", lambda z: z, slope, "z", "1"), 0.0), [0.0], [0.5])
    assert report.count("ok") == len(report), str(report)


# The long way.


@pytest.mark.parametrize("z", [5.0, 15.0, 25.0, 33.0])
def test_the_long_way_loses_digits_and_is_not_called_wrong(z):
    net = Network.dense([1, 1, 1], ["tanh", "sigmoid"], seed=1)
    net["o1"].bias = z
    trace = net.trace([0.4], [0.25], loss="binary_cross_entropy").by_chain_rule()
    checks = [check for step in trace for check in step.checks]
    assert {check.verdict for check in checks} <= {"ok", "too small"}
    if z < 10.0:
        assert {check.verdict for check in checks} == {"ok"}


def the_long_way(net: Network, y, loss: Loss, factor: float = 1.0) -> None:
    output = net["o1"]
    output.delta = factor * loss.slope(output.a, y[0], 1) * output.rule.slope(output.z, output.a)
    output.add_gradients()


@pytest.mark.parametrize("z", [2.0, 15.0, 25.0, 33.0])
def test_a_backward_pass_of_your_own_may_go_the_long_way(z):
    net = one_unit("sigmoid", z)
    assert check_gradients(net, [0.0], [0.25], "binary_cross_entropy", backward=the_long_way).ok
    wrong = check_gradients(net, [0.0], [0.25], "binary_cross_entropy", backward=partial(the_long_way, factor=1.01))
    if z <= 15.0:
        assert {row.name for row in wrong.wrong} == {"o1"}


# Batches.


def test_a_mean_near_0_by_cancellation_is_not_called_wrong():
    net = Network.dense([1, 2, 1], ["tanh", "identity"], seed=7)
    a = net.forward([0.6])[0]
    report = check_gradients(net, [[0.6], [0.6]], [[a + 1.0], [a - 1.0 + 1e-9]])
    assert report.ok, str(report)
    assert check_gradients(net, [[0.6], [0.6]], [[a + 1.0], [a + 0.5]]).count("ok") == 7
