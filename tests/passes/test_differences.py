"""Central differences: their value, their own doubt about it, and the verdict that both lead to."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from neurograph import Activation, JointActivation, Loss, Network
from neurograph.passes.differences import Difference, Probe, compare
from neurograph.passes.schedule import schedule_of
from neurograph.rules.activations import TANH, leaky_relu
from neurograph.rules.losses import LOSSES
from neurograph.rules.softmax import SOFTMAX


def rule(value: Callable[[float], float], slope: Callable[[float], float], kinks: tuple[float, ...] = ()) -> Activation:
    return Activation("own", value, lambda z, a: slope(z), "z", "1", kinks=kinks)


SUM = Loss("sum", lambda a, y, n: a - y, lambda a, y, n: 1.0, "a - y", "1")


def one_unit(activation: str | Activation, bias: float, weight: float = 1.0) -> Network:
    net = Network.dense([1, 1], activation, initializer="ones")
    net["o1"].bias, net.edge("x1", "o1").weight = bias, weight
    return net


def probe(net: Network, x: list[float], y: list[float], loss: str | Loss = SUM, long_way: bool = False) -> Probe:
    return Probe(net, schedule_of(net, LOSSES.find(loss), long_way), x, y)


def slope_of(activation: str | Activation, z: float) -> Difference:
    """The slope of an activation, by the bias of the one neuron that has it."""
    net = one_unit(activation, z)
    return probe(net, [0.0], [0.0]).of(net["o1"])


# The value and the error.


@pytest.mark.parametrize("z", [-3.0, -0.7, 1e-5, 0.3, 2.0, 11.0])
@pytest.mark.parametrize(
    ("value", "slope"),
    [
        (lambda z: z, lambda z: 1.0),
        (lambda z: z**3, lambda z: 3.0 * z**2),
        (math.sin, math.cos),
        (math.exp, math.exp),
        (math.tanh, lambda z: 1.0 - math.tanh(z) ** 2),
        (lambda z: math.sin(1e3 * z), lambda z: 1e3 * math.cos(1e3 * z)),
        (lambda z: math.tanh(1e6 * z), lambda z: 1e6 * (1.0 - math.tanh(1e6 * z) ** 2)),
        (lambda z: z * abs(z), lambda z: 2.0 * abs(z)),
        (lambda z: 1.0 / (z * z + 1e-6), lambda z: -2.0 * z / (z * z + 1e-6) ** 2),
    ],
    ids=["line", "cube", "sine", "exponential", "tanh", "fast sine", "step", "bend", "spike"],
)
def test_the_slope_of_a_curve_is_within_the_error(value, slope, z):
    found = slope_of(rule(value, slope), z)
    assert abs(found.value - slope(z)) <= found.error
    if abs(slope(z)) > 1e-4:
        assert found.error <= 1e-4 * abs(slope(z))
    assert found.kink == ""


@pytest.mark.parametrize("lifted", [1e3, 1e5, 1e7, 1e9])
@pytest.mark.parametrize("z", [-2e-4, 1e-5, 3e-4, 0.3])
@pytest.mark.parametrize(
    ("value", "slope"),
    [
        (math.sin, math.cos),
        (lambda z: math.tanh(1e4 * z), lambda z: 1e4 * (1.0 - math.tanh(1e4 * z) ** 2)),
        (lambda z: math.exp(-((3e3 * z) ** 2)), lambda z: -18e6 * z * math.exp(-((3e3 * z) ** 2))),
        (lambda z: math.exp(-((9e4 * z) ** 2)), lambda z: -162e8 * z * math.exp(-((9e4 * z) ** 2))),
        (lambda z: max(z, 0.0) + math.log1p(math.exp(-1e4 * abs(z))) / 1e4, lambda z: 1.0 / (1.0 + math.exp(-1e4 * z))),
        (lambda z: z / (1.0 + 1e4 * abs(z)), lambda z: 1.0 / (1.0 + 1e4 * abs(z)) ** 2),
    ],
    ids=["sine", "ledge", "spike", "needle", "all but a kink", "cusp"],
)
def test_steps_that_rounding_makes_large_do_not_reach_over_what_is_narrow(value, slope, z, lifted):
    """A large constant drowns the small steps; the large ones go over what the curve does near z."""
    found = slope_of(rule(lambda z: lifted + value(z), slope), z)
    assert abs(found.value - slope(z)) <= found.error


@pytest.mark.parametrize("z", [1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize(
    ("value", "slope"),
    [
        (lambda z: 1.0 - math.cos(z), math.sin),
        (lambda z: math.log(math.cosh(z)), math.tanh),
        (lambda z: (1.0 + z) - 1.0, lambda z: 1.0),
    ],
    ids=["versine", "log cosh", "there and back"],
)
def test_what_cancels_inside_a_rule_is_in_the_error(value, slope, z):
    net = Network.dense([1, 1], rule(value, slope), initializer="ones")
    net["o1"].bias = z
    for loss in (SUM, LOSSES.find("squared_error")):
        found = probe(net, [0.0], [0.0], loss).of(net["o1"])
        delta = slope(z) * (1.0 if loss is SUM else value(z))
        assert abs(found.value - delta) <= found.error
        assert found.error <= 1e-3 * delta + 1e-12
    own = Loss("own", lambda a, y, n: value(a - y), lambda a, y, n: slope(a - y), "a", "1")
    plain = one_unit("identity", z)
    found = probe(plain, [0.0], [0.0], own).of(plain["o1"])
    assert abs(found.value - slope(z)) <= found.error


def test_where_all_is_smooth_the_error_is_small():
    found = slope_of("tanh", 0.4)
    assert 0.0 < found.error <= 1e-8 * found.value


def test_a_line_has_rounding_errors_only():
    found = slope_of("identity", 0.4)
    assert found.value == pytest.approx(1.0, abs=1e-12)
    assert 1e-14 < found.error < 1e-11


@pytest.mark.parametrize("bias", [1e-3, 1.0, 1e3, 1e6])
def test_the_error_grows_with_what_is_rounded(bias):
    net = one_unit("identity", bias)
    found = probe(net, [0.5], [0.0]).of(net.edge("x1", "o1"))
    step = 2.0**-9
    assert 2.0**-53 * (bias + 0.5) / step < found.error < 2.0**-46 * (bias + 0.5) / step


def test_a_wide_sum_has_the_errors_of_all_its_products():
    """All weights are 1, and so are all inputs: the error of the sum of n grows as n * n / 2."""
    errors = []
    for size in (10, 100):
        net = Network.dense([size, 1], "identity", initializer="ones")
        errors.append(probe(net, [1.0] * size, [0.0]).of(net["o1"]).error)
    assert 35.0 < errors[1] / errors[0] < 100.0


def bound(loss: str | Loss, w: float, x: float, b: float, y: float, step: float) -> float:
    """The rounding of a difference by the bias of one neuron with one edge, worked out by hand."""
    record = LOSSES.find(loss)
    noise = 0.0
    for bias in (b - step, b + step):
        a = z = w * x + bias
        product = 3.0 * abs(w * x)  # a factor, the product, and the sum of one
        term, delta = record.value(a, y, 1), record.slope(a, y, 1)
        of_loss = 3.0 * abs(term) + 2.0 * abs(delta * a) + (3.0 if record is SUM else 0.0)
        noise += 2.0**-53 * (abs(delta) * (product + abs(bias) + abs(z)) + of_loss)
    return noise


@pytest.mark.parametrize("b", [0.25, -0.25, -2.0])
@pytest.mark.parametrize("w", [0.75, -0.75])
@pytest.mark.parametrize("y", [0.0, 3.0])
def test_the_bound_by_hand_where_all_is_a_line(w, b, y):
    x, step = 0.5, 2.0**-9 * max(1.0, abs(b))
    net = one_unit("identity", b, w)
    found = probe(net, [x], [y]).of(net["o1"])
    assert found.value == 1.0
    expected = 2.0 * bound(SUM, w, x, b, y, step) / step  # the width of half the step is the step
    assert found.error == pytest.approx(expected, rel=1e-9, abs=0.0)


@pytest.mark.parametrize("b", [0.25, -0.25])
def test_the_bound_by_hand_where_the_target_is_the_output(b):
    """All of it comes from the sides: in the middle dC/da is 0."""
    w, x, step = 0.75, 0.5, 2.0**-9
    net = one_unit("identity", b, w)
    found = probe(net, [x], [w * x + b], "squared_error").of(net["o1"])
    assert found.value == 0.0
    expected = 2.0 * bound("squared_error", w, x, b, w * x + b, step) / step
    assert found.error == pytest.approx(expected, rel=1e-9, abs=0.0)


def test_the_truncation_by_hand():
    """For z**5 two extrapolations are exact, and the first is off by h**4 / 4."""
    found = slope_of(rule(lambda z: 1e3 * z**5, lambda z: 5e3 * z**4), 0.3)
    assert found.value == pytest.approx(40.5, rel=1e-10)
    assert found.error == pytest.approx(1e3 * (2.0**-9) ** 4 / 4.0, rel=0.05, abs=0.0)


def test_the_error_of_a_mere_bystander_does_not_count():
    net = Network.dense([1, 2], "identity", initializer="ones")
    alone = probe(net, [1.0], [0.5, 0.5], "squared_error").of(net["o1"])
    net["o2"].bias = 1e9
    beside = probe(net, [1.0], [0.5, 0.5], "squared_error").of(net["o1"])
    assert beside == alone


def test_what_a_weight_of_0_stops_is_in_no_doubt():
    net = Network.dense([1, 1, 1], ["tanh", "identity"], initializer="ones")
    net.edge("h1", "o1").weight, net["o1"].bias = 0.0, 0.5
    looking = probe(net, [1.0], [0.0])
    assert looking.of(net["h1"]) == looking.of(net.edge("x1", "h1")) == Difference(0.0, 0.0)
    assert looking.of(net.edge("h1", "o1")).error > 0.0
    net.edge("h1", "o1").weight, net["h1"].bias = 1.0, 0.5
    still = probe(net, [0.0], [0.0])
    assert still.of(net.edge("x1", "h1")) == Difference(0.0, 0.0)
    assert still.of(net["h1"]).error > 0.0


def test_a_dead_relu_is_in_no_doubt_and_a_saturated_sigmoid_is():
    net = Network.dense([1, 1, 1], ["relu", "identity"], initializer="ones")
    net["h1"].bias = -3.0
    assert probe(net, [1.0], [0.0]).of(net["h1"]) == Difference(0.0, 0.0)
    assert slope_of("relu", -3.0) == Difference(0.0, 0.0)
    of_ones_own = rule(lambda z: z if z > 0.0 else 0.0, lambda z: 1.0 if z > 0.0 else 0.0, kinks=(0.0,))
    assert slope_of(of_ones_own, -3.0) == Difference(0.0, 0.0)
    found = slope_of("sigmoid", 50.0)
    assert found.value == 0.0
    assert 1e-17 < found.error < 1e-13


def test_the_long_way_is_in_more_doubt_than_the_short_one():
    """It divides by 1 - a = 9e-14, of which three digits are right."""
    net = one_unit("sigmoid", 30.0)
    short, long = (
        probe(net, [0.0], [0.25], "binary_cross_entropy", long_way).of(net["o1"]) for long_way in (False, True)
    )
    assert short.value == pytest.approx(0.75, rel=1e-9)
    assert short.error < 1e-8
    assert long.error > 1e-4


@pytest.mark.parametrize(("z", "y"), [(38.0, 1.0), (3.0, None), (-3.0, None), (20.0, None)])
def test_the_short_way_is_in_doubt_about_a_minus_y(z, y):
    """At z = 38 the loss is exact, but a - y is 0, and the derivative is -3e-17."""
    net = one_unit("sigmoid", z)
    target = net["o1"].rule.value(z) if y is None else y
    found = probe(net, [0.0], [target], "binary_cross_entropy").of(net["o1"])
    assert 2.0**-53 * target * (1.0 + (abs(z) if y is None else 0.0)) < found.error < 1e-10


def test_a_soft_target_is_multiplied_by_z_and_rounded():
    """The product of z and y is 30, the loss is not."""
    errors = []
    for y in (1.0 - 1e-12, 1.0):
        net = one_unit("sigmoid", 30.0)
        errors.append(probe(net, [0.0], [y], "binary_cross_entropy").of(net["o1"]).error)
    assert errors[0] > 10.0 * errors[1]


@pytest.mark.parametrize("seed", range(5))
def test_the_members_of_a_group_share_its_doubt(seed):
    rng = Random(seed)
    net = Network.dense([2, 3], "softmax", seed=seed)
    net["o1"].bias = 30.0
    x, y = [rng.uniform(-1.0, 1.0) for _ in range(2)], [0.0, 1.0, 0.0]
    net.forward(x)
    net.backward(y, "squared_error")
    for neuron in net.outputs:
        delta = neuron.delta
        twin = net.copy()
        found = probe(twin, x, y, "squared_error").of(twin[neuron.name])
        assert abs(found.value - delta) <= found.error


def test_an_input_is_nudged_by_its_activation():
    net = Network.dense([2, 3, 2], ["tanh", "sigmoid"], seed=2)
    net.connect("x1", "o2", 0.4)
    x, y = [0.0, -0.7], [0.3, 0.6]
    net.forward(x)
    net.backward(y, "squared_error")
    slopes = [math.fsum(edge.weight * edge.target.delta for edge in neuron.outgoing) for neuron in net.inputs]
    for neuron, slope in zip(net.inputs, slopes, strict=True):
        found = probe(net, x, y, "squared_error").of(neuron)
        assert abs(found.value - slope) <= found.error <= 1e-7 * abs(slope)
    assert [neuron.a for neuron in net.inputs] == x
    line = one_unit("identity", 0.5)
    found = probe(line, [0.5], [0.0]).of(line["x1"])
    assert (found.value, found.kink) == (1.0, "")
    assert 1e-14 < found.error < 1e-11


def test_a_term_whose_output_is_rounded_to_0_is_still_rounded_itself():
    """The loss is 1000, all by o3 with a = 0; what o2 does to it, 1e-304, is lost."""
    net = Network.dense([1, 3], "softmax", initializer="zeros")
    net["o1"].bias, net["o2"].bias, net["o3"].bias = 700.0, 0.0, -300.0
    found = probe(net, [1.0], [0.0, 0.0, 1.0], "cross_entropy").of(net["o2"])
    assert found.value == 0.0
    assert found.error > 1e-15


# Steps.


def test_every_parameter_is_put_back():
    net = Network.dense([2, 2, 1], "tanh", seed=3)
    looking = probe(net, [0.3, 0.4], [0.1], "squared_error")
    before = [edge.weight for edge in net.edges]
    for parameter in (net["h1"], net["o1"], *net.edges):
        first = looking.of(parameter)
        assert looking.confirmed(parameter).value == first.value
        assert looking.of(parameter) == first
    assert [edge.weight for edge in net.edges] == before
    assert {neuron.bias for neuron in net.neurons} == {0.0}


def test_the_parameter_is_put_back_even_when_the_pass_is_stopped():
    class StoppedError(BaseException):
        pass

    def value(z: float) -> float:
        if z > 0.3:
            raise StoppedError
        return z

    net = one_unit(rule(value, lambda z: 1.0), 0.3)
    with pytest.raises(StoppedError):
        probe(net, [0.0], [0.0]).of(net["o1"])
    assert net["o1"].bias == 0.3


@pytest.mark.parametrize("weight", [1e6, -1e6])
def test_steps_grow_with_the_parameter(weight):
    """A weight of 1e6 moves in steps that its last digit can follow."""
    net = one_unit("identity", 0.0, weight)
    assert probe(net, [1.0], [0.0]).of(net.edge("x1", "o1")).value == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("x", [1e3, -1e3, 1e8])
@pytest.mark.parametrize("weight", [0.0, 1e-5, 1e6])
def test_the_step_of_a_weight_moves_z_as_that_of_a_bias_does(weight, x):
    """The first step is 1/512 of the larger of 1 and the product."""
    seen = []

    def noted(z: float) -> float:
        seen.append(z)
        return z

    net = one_unit(rule(noted, lambda z: 1.0), 0.0, weight)
    probe(net, [x], [0.0]).of(net.edge("x1", "o1"))
    assert max(seen) - weight * x == pytest.approx(max(1.0, abs(weight * x)) / 512.0, rel=1e-6)


def test_sides_that_are_quieter_than_the_middle_do_not_hide_its_rounding():
    """The first step reaches from one plateau to the other, and at both ends there is nothing to feel."""
    errors = []
    for slope in (1e6, 0.0):
        plateau = rule(lambda z: 0.5, lambda z, slope=slope: slope if abs(z) < 1e-4 else 0.0)
        net = Network.dense([1, 1, 1], ["identity", plateau], initializer="ones")
        net["o1"].bias = -1.0
        errors.append(probe(net, [1.0], [0.0], "squared_error").of(net["h1"]).error)
    assert errors[1] < 1e-13
    noise = 2.0**-53 * 0.5e6 * (4.0 + 4.0)  # of the sums before the two neurons
    assert errors[0] == pytest.approx(2.0 * 2.0 * noise / 2.0**-2, rel=1e-4)  # by the largest step, halved once


def test_a_rule_is_known_by_itself_and_not_by_its_name():
    """Of our own rules, and of those of `math`, what they give is taken to be right to its last digit."""

    def pretended(z: float) -> float:
        return math.tanh(z)

    def error(value: Callable[[float], float]) -> float:
        net = one_unit(rule(value, lambda z: 1.0), 0.01)
        return probe(net, [0.0], [0.0], "squared_error").of(net["o1"]).error

    pretended.__module__ = "neurograph.rules.activations"
    exact = error(TANH.value)
    assert error(math.tanh) == exact
    assert error(pretended) == error(partial(math.tanh)) > 1.1 * exact
    assert 1.1 * error(leaky_relu(0.2).value) < error(lambda z: z if z > 0.0 else 0.2 * z)
    own = JointActivation("own", partial(SOFTMAX.values), SOFTMAX.partial, "z", "same", sums_to_one=True)
    errors = []
    for joint in (SOFTMAX, own):
        net = Network.dense([1, 2], joint, initializer="ones")
        net["o1"].bias = -9.0
        errors.append(probe(net, [0.0], [0.0, 1.0], "squared_error").of(net["o1"]).error)
    assert 1.1 * errors[0] < errors[1]


@pytest.mark.parametrize(
    ("value", "z", "passes"),
    [
        (lambda z: z, 0.3, 1 + 2 * 2),  # a line: rounding is all that is left after one halving
        (lambda z: z**2, 0.3, 1 + 2 * 2),
        (math.tanh, 0.3, 1 + 2 * 3),  # a curve: settled after two
        (lambda z: -math.tanh(z), 0.3, 1 + 2 * 3),
        (lambda z: math.sin(40.0 * z), 0.3, 1 + 2 * 4),
        (lambda z: 1e9 - math.sin(z), 0.3, 1 + 2 * (2 + 3)),  # drowned: once more with a larger step
        (lambda z: math.tanh(1e3 * z), 3e-4, 1 + 2 * (2 + 4)),  # too wide: once more with a smaller one
        (lambda z: {0.3: 1.0}[z], 0.3, 1 + 2 * 6),  # nothing else than z itself: the larger steps are not asked
    ],
    ids=["line", "parabola", "curve", "downward", "fast", "drowned", "narrow", "nowhere"],
)
def test_no_more_forward_passes_than_it_takes(value, z, passes):
    calls = []

    def counted(z: float) -> float:
        calls.append(z)
        return value(z)

    slope_of(rule(counted, lambda z: 1.0), z)
    assert len(calls) == passes


def test_a_second_look_widens_the_error_by_where_the_two_are_apart():
    pace = 2.0 * math.pi * 2.0**13  # its period divides the steps of the first look, which see a straight line
    ripple = rule(lambda z: z + 0.5 * math.sin(pace * z) / pace, lambda z: 1.0 + 0.5 * math.cos(pace * z))
    net = one_unit(ripple, 0.0)
    looking = probe(net, [0.0], [0.0])
    once, twice = looking.of(net["o1"]), looking.confirmed(net["o1"])
    assert once.value == twice.value == pytest.approx(1.0)
    assert once.error < 1e-6
    assert twice.error > 2.0 * abs(once.value - 1.5) * 0.9
    line = one_unit("identity", 0.0)
    looking = probe(line, [0.0], [0.0])
    ratio = looking.confirmed(line["o1"]).error / looking.of(line["o1"]).error
    assert 3.2 < ratio < 3.5  # the other steps are 0.3 of the first


def test_the_second_look_takes_no_large_steps():
    seen = []

    def noted(z: float) -> float:
        seen.append(z)
        return 1e9 - math.sin(z)  # it is rounded so much that the first look takes them

    net = one_unit(rule(noted, lambda z: -math.cos(z)), 0.3)
    looking = probe(net, [0.0], [0.0])
    looking.confirmed(net["o1"])
    assert max(seen) - 0.3 < 2.1e-3
    looking.of(net["o1"])
    assert max(seen) - 0.3 > 0.03


# Kinks and other places where a step is of no use.


def test_on_a_kink_its_neuron_is_named():
    found = slope_of("relu", 0.0)
    assert (math.isnan(found.value), found.error, found.kink) == (True, math.inf, "o1")


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6, 1e-8, 1e-10])
def test_beside_a_kink_steps_stay_on_their_side(distance, side):
    found = slope_of("relu", side * distance)
    assert found.value == pytest.approx(1.0 if side > 0.0 else 0.0, abs=1e-3)
    assert (found.error == 0.0) == (side < 0.0)
    assert found.kink == ""


def test_a_step_onto_a_kink_is_not_taken():
    """The first steps end on the kink itself: up from -1/512, down from 1/512. There the value jumps."""
    for z in (-(2.0**-9), 2.0**-9):
        jump = rule(lambda at, z=z: at if at * z > 0.0 else at + 1.0, lambda at: 1.0, kinks=(0.0,))
        assert slope_of(jump, z).value == pytest.approx(1.0, rel=1e-6)


def test_a_kink_may_be_anywhere():
    capped = rule(lambda z: min(z, 1.0), lambda z: 1.0 if z < 1.0 else 0.0, kinks=(-7.0, 1.0))
    assert slope_of(capped, 1.0).kink == "o1"
    assert slope_of(capped, 1.0 + 1e-5) == Difference(0.0, pytest.approx(0.0, abs=1e-6))
    assert slope_of(capped, 1.0 - 1e-5).value == pytest.approx(1.0)
    assert slope_of(capped, -1.0).kink == ""
    huber = Loss(
        "huber",
        lambda a, y, n: a * a / 2.0 if a < 1.0 else a - 0.5,
        lambda a, y, n: min(a, 1.0),
        "a",
        "1",
        kinks=(1.0,),
    )
    net = one_unit("identity", 3.0)
    assert probe(net, [0.0], [2.0], huber).of(net["o1"]).kink == "o1"
    assert probe(net, [0.0], [4.0], huber).of(net["o1"]).kink == ""


def test_a_kink_of_a_neuron_that_does_not_move_is_in_nobody_s_way():
    net = Network.dense([1, 2], "relu", initializer="ones")  # o2 stays on its kink
    net["o2"].bias = -1.0
    assert probe(net, [1.0], [0.0, 0.0]).of(net["o1"]).value == pytest.approx(1.0)
    assert probe(net, [1.0], [0.0, 0.0]).of(net["o2"]).kink == "o2"


@pytest.mark.parametrize("seed", range(0, 150, 3))
def test_steps_over_a_bend_are_not_taken(seed):
    """Where the targets are met all derivatives are 0, and past the bend of elu differences settle elsewhere."""
    rng = Random(seed)
    size = 10.0 ** rng.uniform(-4.0, -1.0)
    net = Network.dense([2, 3, 2], ["elu", "softmax"], seed=seed)
    for edge in net.edges:
        edge.weight *= size
    for neuron in net.neurons:
        if neuron.role != "input":
            neuron.bias = rng.gauss(0.0, size)
    x = [rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)]
    looking = probe(net, x, net.forward(x), "binary_cross_entropy")
    for parameter in (*net.layers[1], *net.edges):
        found = looking.of(parameter)
        assert abs(found.value) <= found.error
        assert found.kink == ""


def test_on_a_bend_steps_to_both_sides_are_taken_and_known_to_settle_slowly():
    bent = Activation("bent", lambda z: z if z > 0.0 else z * z + z, lambda z, a: 1.0, "z", "1", bends=(0.0,))
    for z in (0.0, 1e-17, -1e-14):
        found = slope_of(bent, z)
        assert abs(found.value - 1.0) <= found.error < 1e-4


def test_a_kink_of_the_loss_is_named_by_its_output():
    distance = Loss("distance", lambda a, y, n: abs(a - y), lambda a, y, n: 1.0, "a", "1", kinks=(0.0,))
    net = Network.dense([1, 2], "identity", initializer="ones")
    looking = probe(net, [1.0], [1.0, 0.5], distance)
    assert looking.of(net["o1"]).kink == "o1"
    assert looking.of(net["o2"]) == Difference(pytest.approx(1.0), pytest.approx(0.0, abs=1e-9))


def test_where_no_step_can_be_taken_nothing_is_known():
    net = one_unit(rule(lambda z: {0.0: 1.0}[z], lambda z: 0.0), 0.0)
    for found in (probe(net, [0.0], [0.0]).of(net["o1"]), probe(net, [0.0], [0.0]).confirmed(net["o1"])):
        assert (math.isnan(found.value), found.error, found.kink) == (True, math.inf, "")


@pytest.mark.parametrize("odd", [math.nan, math.inf, None, "one", 1j], ids=repr)
@pytest.mark.parametrize("beside", [False, True])
def test_a_value_that_is_no_number_makes_the_step_smaller(odd, beside):
    narrow = rule(lambda z: z if abs(z) < 1e-3 else odd, lambda z: 1.0)
    net = one_unit(narrow, 0.0)
    if beside:
        net.add_output("o2", "identity")
        net.connect("x1", "o2", 1.0)
    assert probe(net, [0.0], [0.0] * (1 + beside)).of(net["o1"]).value == pytest.approx(1.0)


@pytest.mark.parametrize("odd", [math.nan, "one"])
def test_a_loss_that_has_no_value_there_makes_the_step_smaller(odd):
    narrow = Loss("narrow", lambda a, y, n: a if abs(a) < 1e-3 else odd, lambda a, y, n: 1.0, "a", "1")
    net = Network.dense([1, 2], "identity", initializer="zeros")
    assert probe(net, [1.0], [0.0, 0.0], narrow).of(net["o1"]).value == pytest.approx(1.0)


# The verdict.


@pytest.mark.parametrize(
    ("backprop", "difference", "tolerance", "verdict"),
    [
        (1.0, Difference(1.0 + 0.9e-6, 0.0), 1e-6, "ok"),
        (1.0, Difference(1.0 + 1.1e-6, 0.0), 1e-6, "wrong"),
        (1.0, Difference(1.0 + 1.1e-6, 0.0), 1e-5, "ok"),
        (1.0, Difference(1.0 + 1.1e-6, 0.2e-6), 1e-6, "ok"),
        (-1.0, Difference(-1.0 - 1.1e-6, 0.0), 1e-6, "wrong"),
        (4.0, Difference(2.0, 2.0), 1e-6, "too small"),
        (1.0, Difference(1.0, 0.9e-3), 1e-6, "ok"),
        (1.0, Difference(1.0, 1e-3), 1e-6, "ok"),
        (1.0, Difference(1.0, 1.1e-3), 1e-6, "too small"),
        (1.0, Difference(1.0, 0.9), 1e-6, "too small"),
        (0.0, Difference(0.0, 0.0), 1e-6, "ok"),
        (0.0, Difference(0.0, 1e-17), 1e-6, "too small"),
        (0.0, Difference(1e-18, 1e-17), 1e-6, "too small"),
        (0.0, Difference(1e-16, 1e-17), 1e-6, "wrong"),
        (0.0, Difference(math.nan, math.inf), 1e-6, "too small"),
        (2.0, Difference(math.nan, math.inf), 1e-6, "too small"),
        (math.nan, Difference(math.nan, math.inf), 1e-6, "wrong"),
        (math.inf, Difference(math.nan, math.inf), 1e-6, "wrong"),
        (0.0, Difference(math.nan, math.inf, "h1"), 1e-6, "kink"),
        (1.0, Difference(2.0, 0.0, "h1"), 1e-6, "kink"),
    ],
)
def test_the_verdict(backprop, difference, tolerance, verdict):
    check = compare(backprop, difference, tolerance)
    assert (check.verdict, check.kink) == (verdict, difference.kink)
    assert check.backprop is backprop
    assert check.difference is difference.value


def test_the_tolerance_is_a_millionth_unless_told():
    assert compare(1.0, Difference(1.0 + 0.9e-6, 0.0)).verdict == "ok"
    assert compare(1.0, Difference(1.0 + 1.1e-6, 0.0)).verdict == "wrong"


@pytest.mark.parametrize(
    ("backprop", "difference", "relative"),
    [(2.0, 1.0, 0.5), (1.0, -2.0, 1.5), (-2.0, 1.0, 1.5), (1e-3, 2e-3, 0.5), (0.0, 0.0, 0.0), (0.0, 3.0, 1.0)],
)
def test_the_relative_error_is_that_of_the_larger(backprop, difference, relative):
    assert compare(backprop, Difference(difference, 0.0)).relative_error == relative


def test_the_relative_error_of_what_is_not_known_is_not_a_number():
    assert math.isnan(compare(2.0, Difference(math.nan, math.inf)).relative_error)
    assert math.isnan(compare(0.0, Difference(math.nan, math.inf)).relative_error)
    assert math.isnan(compare(math.nan, Difference(1.0, 0.0)).relative_error)
