"""The contract of every loss: slope, formula and short way all belong to one value; and rules of the user's own."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import pytest

from neurograph import LOSSES, Activation, JointActivation, Loss, Network, check_gradients
from neurograph.algebra.expression import Leaf, evaluate
from neurograph.algebra.formula import fill
from neurograph.algebra.symbols import Symbol
from neurograph.errors import GraphError, InvalidValueError, NeurographError, NumericalError
from neurograph.rules.activations import SIGMOID
from neurograph.rules.losses import Shortcut
from neurograph.rules.softmax import SOFTMAX

CROSS, BINARY = LOSSES.find("cross_entropy"), LOSSES.find("binary_cross_entropy")
LOGARITHMIC = (CROSS, BINARY)

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)


def points(loss: Loss) -> list[tuple[float, float]]:
    """Pairs of a and y that the loss can be asked about."""
    if loss in LOGARITHMIC:
        return [(a, y) for a in (0.01, 0.25, 0.5, 0.9, 0.999) for y in (0.0, 0.3, 1.0)]
    return [(a, y) for a in (-3.0, -0.5, 0.0, 0.7, 12.0) for y in (-2.0, 0.0, 0.7)]


def central_difference(f, at: float, h: float) -> float:
    wide, narrow = ((f(at + d) - f(at - d)) / (2.0 * d) for d in (h, h / 2.0))
    return narrow + (narrow - wide) / 3.0


def close(one: float, two: float, relative: float = 1e-12, floor: float = 0.0) -> bool:
    return math.isclose(one, two, rel_tol=relative, abs_tol=floor)


def test_the_losses_are_these():
    assert [loss.name for loss in LOSSES] == [
        "squared_error", "sum_squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy",
    ]  # fmt: skip


@every_loss
def test_the_slope_is_the_central_difference_of_the_value(loss):
    for a, y in points(loss):
        h = min(1e-3, a / 64.0, (1.0 - a) / 64.0) if loss in LOGARITHMIC else 1e-3
        difference = central_difference(lambda t, y=y: loss.value(t, y, 3), a, h)
        assert close(loss.slope(a, y, 3), difference, 1e-7, floor=1e-10), (a, y)


@every_loss
def test_the_formulas_say_what_is_computed(loss):
    for a, y in points(loss):
        names = {"a": Leaf(Symbol("a"), a), "y": Leaf(Symbol("y"), y), "n": Leaf(Symbol("n"), 3.0)}
        assert close(evaluate(fill(loss.formula, names)), loss.value(a, y, 3), floor=1e-15), (a, y)
        assert close(evaluate(fill(loss.slope_formula, names)), loss.slope(a, y, 3), floor=1e-15), (a, y)


@pytest.mark.parametrize(
    ("name", "value", "delta"),
    [("squared_error", 6.5, 3.0), ("sum_squared_error", 13.0, 6.0), ("mean_squared_error", 6.5, 3.0)],
)
def test_the_common_factors_of_squared_error_are_losses_of_their_own(name, value, delta):
    net = Network()
    for k in ("1", "2"):
        net.add_input("x" + k)
        net.add_output("o" + k, "identity")
        net.connect("x" + k, "o" + k, 1.0)
    net.forward([2.0, 3.0])
    assert (net.backward([0.0, 0.0], loss=name), net["o2"].delta) == (value, delta)


def test_mean_squared_error_divides_by_the_outputs_and_squared_error_by_two():
    names = ("squared_error", "sum_squared_error", "mean_squared_error")
    assert [LOSSES.find(name).value(5.0, 1.0, 4) for name in names] == [8.0, 16.0, 4.0]


# The short way through sigmoid and softmax.

MODERATE = [[0.3, -1.2], [2.0, -0.5, 1.1], [4.0, -4.0, 0.0, 1.5]]


def test_the_shortcuts_are_of_the_very_records():
    assert CROSS.shortcut_for(SOFTMAX).activation is SOFTMAX
    assert BINARY.shortcut_for(SIGMOID).activation is SIGMOID
    lookalike = Activation("sigmoid", SIGMOID.value, SIGMOID.slope, SIGMOID.formula, SIGMOID.slope_formula)
    assert BINARY.shortcut_for(lookalike) is None
    assert LOSSES.find("squared_error").shortcuts == ()


@pytest.mark.parametrize("z", MODERATE)
def test_cross_entropy_after_softmax_is_the_same_the_short_and_the_long_way(z):
    short, a = CROSS.shortcut_for(SOFTMAX), SOFTMAX.values(z)
    y = [0.1, 0.9] + [0.0] * (len(z) - 2)
    for k in range(len(z)):
        assert close(short.value(z, k, a[k], y[k]), CROSS.value(a[k], y[k], len(z)), floor=1e-15)
        long_way = math.fsum(CROSS.slope(a[m], y[m], len(z)) * SOFTMAX.partial(z, a, m, k) for m in range(len(z)))
        assert close(short.delta(a[k], y[k]), long_way, floor=1e-15)


@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("z", [-5.0, -0.3, 0.0, 1.2, 5.0])
def test_binary_cross_entropy_after_sigmoid_is_the_same_the_short_and_the_long_way(z, y):
    short, a = BINARY.shortcut_for(SIGMOID), SIGMOID.value(z)
    assert close(short.value([z], 0, a, y), BINARY.value(a, y, 1))
    assert close(short.delta(a, y), BINARY.slope(a, y, 1) * SIGMOID.slope(z, a))


@pytest.mark.parametrize("loss", LOGARITHMIC, ids=lambda loss: loss.name)
def test_the_shortcut_formulas_say_what_is_computed(loss):
    short = next(one for one in loss.shortcuts if isinstance(one, Shortcut))
    for z in MODERATE:
        group = [Leaf(Symbol(f"z{i}"), value) for i, value in enumerate(z)]
        top = Leaf(Symbol("top"), max(z))
        said = SOFTMAX.values(z) if short.activation is SOFTMAX else list(map(SIGMOID.value, z))
        for k, own in enumerate(group):
            for y in (0.0, 0.3, 1.0):
                target = Leaf(Symbol("y"), y)
                others = [one for one in group if one is not own]
                names = {"z": own, "group": group, "others": others, "top": top, "y": target}
                for a in (0.0, said[k]):  # rounded away, and not
                    assert close(evaluate(fill(short.formula, names)), short.value(z, k, a, y), floor=1e-15)
                some = Leaf(Symbol("a"), 0.7)
                assert evaluate(fill(short.delta_formula, {"a": some, "y": target})) == short.delta(0.7, y)


@pytest.mark.parametrize("z", MODERATE)
def test_binary_cross_entropy_after_softmax_is_the_same_the_short_and_the_long_way(z):
    short, a, size = BINARY.shortcut_for(SOFTMAX), SOFTMAX.values(z), len(z)
    y = [0.1, 1.0, 0.0, 0.5][:size]
    for j in range(size):
        assert close(short.value(z, j, a[j], y[j]), BINARY.value(a[j], y[j], size), floor=1e-14)
        delta = math.fsum(short.partial(z, a, y[k], k, j) for k in range(size))
        long_way = math.fsum(BINARY.slope(a[k], y[k], size) * SOFTMAX.partial(z, a, k, j) for k in range(size))
        assert close(delta, long_way, floor=1e-14)


@pytest.mark.parametrize("z", [*MODERATE, [30.0, -7.0, 1.0], [900.0, 0.0, -0.5]])
def test_the_formulas_of_the_joint_shortcut_say_what_is_computed(z):
    short, a = BINARY.shortcut_for(SOFTMAX), SOFTMAX.values(z)
    group = [Leaf(Symbol(f"z{i}"), value) for i, value in enumerate(z)]
    for k, own in enumerate(group):
        others = [one for one in group if one is not own]
        for y in (0.0, 0.3, 1.0):
            names = {"z": own, "group": group, "others": others, "top": Leaf(Symbol("top"), max(z)),
                     "y": Leaf(Symbol("y"), y), "a_k": Leaf(Symbol("a"), a[k]),
                     "y_k": Leaf(Symbol("y"), y)}  # fmt: skip
            assert close(evaluate(fill(short.formula, names)), short.value(z, k, a[k], y), floor=1e-12)
            assert evaluate(fill(short.own_formula, names)) == short.partial(z, a, y, k, k)
            for j, other in enumerate(group):
                if j != k:
                    names |= {"a_j": Leaf(Symbol("b"), a[j]), "z_j": other}
                    if a[k] < 0.999:
                        assert close(evaluate(fill(short.cross_formula, names)), short.partial(z, a, y, k, j))
                    assert close(evaluate(fill(short.safe_cross_formula, names)), short.partial(z, a, y, k, j), 1e-12)


def test_binary_cross_entropy_of_a_softmax_over_one_neuron_knows_only_the_answer_1():
    net = Network.dense([1, 1], "softmax")
    net.forward([1.0])
    assert net.backward([1.0], "binary_cross_entropy") == 0.0
    assert net["o1"].delta == 0.0
    with pytest.raises(NumericalError, match=r"output o1: the loss term is inf, with a = 1 and y = 0\. A softmax over"):
        net.backward([0.0], "binary_cross_entropy")


def test_cross_entropy_after_softmax_is_the_log_of_the_very_number_that_is_shown_down_to_the_smallest():
    short = CROSS.shortcut_for(SOFTMAX)
    for own in (0.0, -1.0, -30.0, -700.0, -708.3, -708.4, -708.5, -740.0, -745.1, -745.2, -1e6):
        z = [own, 0.0]
        a = SOFTMAX.values(z)
        told = short.value(z, 0, a[0], 1.0)
        assert close(told, math.log1p(math.exp(own)) - own)
        if own > -708.35:  # there a is a normal float
            assert told == -math.log(a[0])
    assert math.copysign(1.0, short.value([50.0, 0.0], 0, 1.0, 1.0)) == 1.0  # not -0.0


@pytest.mark.parametrize(
    ("z", "y", "value"), [(1000.0, 0.0, 1000.0), (1000.0, 1.0, 0.0), (-1000.0, 1.0, 1000.0), (-1000.0, 0.25, 250.0)]
)
def test_binary_cross_entropy_has_its_exact_limit_where_sigmoid_is_rounded_away(z, y, value):
    short, a = BINARY.shortcut_for(SIGMOID), SIGMOID.value(z)
    assert short.value([z], 0, a, y) == value
    assert short.delta(a, y) == (1.0 if z > 0.0 else 0.0) - y


def test_cross_entropy_has_its_exact_limit_where_softmax_is_rounded_away():
    short, z = CROSS.shortcut_for(SOFTMAX), [1000.0, -1000.0, 1000.0]
    a = SOFTMAX.values(z)
    assert close(short.value(z, 0, a[0], 1.0), math.log(2.0))
    assert close(short.value(z, 1, a[1], 1.0), 2000.0 + math.log(2.0))
    assert short.value(z, 1, a[1], 0.0) == 0.0
    assert [short.delta(a[k], 1.0) for k in range(3)] == [-0.5, -1.0, -0.5]


def test_the_short_way_is_not_taken_in_a_group_with_a_hidden_neuron():
    net = Network()
    net.add_input("x")
    for name, add in (("o1", net.add_output), ("g", net.add_neuron), ("o2", net.add_output)):
        add(name, "softmax", 0.3, "mixed")
        net.connect("x", name, 0.5 if name == "g" else 1.0)
    anywhere = replace(CROSS, outputs="any")
    report = check_gradients(net, [0.7], [0.25, 0.5], loss=anywhere)
    assert report.count("ok") == len(report), str(report)


def test_a_saturated_network_keeps_its_gradient_the_short_way():
    net = Network.dense([1, 2], "softmax", initializer="zeros")
    net["o1"].bias, net["o2"].bias = 1000.0, -1000.0
    net.forward([1.0])
    assert net.backward([0.0, 1.0], loss="cross_entropy") == 2000.0
    assert [net["o1"].delta, net["o2"].delta] == [1.0, -1.0]


def test_a_logarithm_of_a_rounded_output_is_what_it_is_and_not_a_large_number():
    assert [BINARY.value(1.0, y, 1) for y in (1.0, 0.5, 0.0)] == [0.0, math.inf, math.inf]
    assert [BINARY.value(0.0, y, 1) for y in (1.0, 0.5, 0.0)] == [math.inf, math.inf, 0.0]
    assert [BINARY.slope(1.0, y, 1) for y in (1.0, 0.5, 0.0)] == [-1.0, math.inf, math.inf]
    assert [BINARY.slope(0.0, y, 1) for y in (1.0, 0.5, 0.0)] == [-math.inf, -math.inf, 1.0]
    assert [CROSS.value(0.0, y, 1) for y in (1.0, 0.5, 0.0)] == [math.inf, math.inf, 0.0]
    assert [CROSS.slope(0.0, y, 1) for y in (1.0, 0.5, 0.0)] == [-math.inf, -math.inf, 0.0]
    assert CROSS.value(5e-324, 1.0, 1) == pytest.approx(744.44, abs=0.01)
    assert all(math.copysign(1.0, loss.value(1.0, 1.0, 1)) == 1.0 for loss in LOGARITHMIC)  # not -0.0


# Which outputs and targets a loss takes.


def test_a_loss_that_takes_a_logarithm_refuses_outputs_that_are_no_probabilities():
    net = Network.dense([1, 1], "tanh")
    net.forward([1.0])
    with pytest.raises(GraphError, match="loss binary_cross_entropy: output o1 is tanh, which can leave"):
        net.backward([1.0], loss="binary_cross_entropy")
    with pytest.raises(GraphError, match="loss cross_entropy: output o1 is tanh, expected softmax"):
        net.backward([1.0], loss="cross_entropy")


def test_the_targets_of_a_distribution_add_up_to_one():
    net = Network.dense([1, 2], "softmax")
    net.forward([1.0])
    with pytest.raises(InvalidValueError, match=r"the targets of group 'outputs' add up to 1\.5, expected 1"):
        net.backward([1.0, 0.5], loss="cross_entropy")
    with pytest.raises(InvalidValueError, match=r"y \(for o1\) under cross_entropy: got 1.5, expected a target in"):
        net.backward([1.5, -0.5], loss="cross_entropy")


# Rules of the user's own, end to end, without registration.

CUBE = Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
FOURTH = Loss("fourth", lambda a, y, n: (a - y) ** 4, lambda a, y, n: 4.0 * (a - y) ** 3, "(a - y)**4", "4*(a - y)**3")
SHARES = JointActivation(  # like softmax, with squares in the place of exp
    "shares",
    lambda z: [t * t / math.fsum(s * s for s in z) for t in z],
    lambda z, a, k, j: 2.0 * ((1.0 if k == j else 0.0) - a[k]) * a[j] / z[j],
    "z**2 / sum(t**2 for t in group)",
    "2 * (same - a_k) * a_j / z_j",
    bounds=(0.0, 1.0),
    sums_to_one=True,
)


def own_network() -> Network:
    return Network.dense([2, 3, 2], [CUBE, SHARES], seed=8)


@pytest.mark.parametrize("loss", [FOURTH, "cross_entropy"], ids=["own loss", "cross_entropy"])
def test_rules_of_your_own_go_forward_and_backward_are_traced_and_checked(loss):
    net = own_network()
    x, y = [0.9, -1.1], [0.25, 0.75]
    report = check_gradients(net, x, y, loss=loss)
    assert report.count("ok") == len(report), str(report)
    a = net.forward(x)
    assert close(math.fsum(a), 1.0)
    cost = net.backward(y, loss=loss)
    trace = net.trace(x, y, loss=loss, digits=None)
    assert trace.loss_before == cost
    assert [n.delta for n in trace.before.neurons] == [n.delta for n in net.neurons]
    told = "\n".join(map(str, trace))
    assert "cube(z(h1)) = z(h1)**3" in told
    assert "shares(z(o1)) = z(o1)**2 / (z(o1)**2 + z(o2)**2)" in told
    assert ("(a(o1) - y(o1))**4" in told) == (loss is FOURTH)


REGISTERED = """
from neurograph import ACTIVATIONS, Activation, Network
cube = Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
assert ACTIVATIONS.add(cube) is cube
net = Network.dense([1, 1], "cube", initializer="ones")
assert net.forward([2.0]) == [8.0]
assert net.copy()["o1"].activation is cube
"""


def test_a_registered_rule_is_found_by_its_name():
    """In a process of its own, for what is registered stays so."""
    subprocess.run([sys.executable, "-W", "error", "-c", REGISTERED], check=True)
    with pytest.raises(NeurographError, match="unknown activation 'cube'"):
        Network.dense([1, 1], "cube")


def test_a_rule_that_raises_is_blamed_by_name_in_the_passes_and_in_the_check():
    steep = Activation("steep", lambda z: 1.0 / z, lambda z, a: -a * a, "1 / z", "-a * a")
    net = Network.dense([1, 1], steep, initializer="zeros")
    for run in (lambda: net.forward([1.0]), lambda: check_gradients(net, [1.0], [1.0])):
        with pytest.raises(NeurographError, match=r"neuron o1: .*ZeroDivisionError"):
            run()
    broken = Activation("broken", lambda z: z, lambda z, a: 1.0 / (z - z), "z", "1")
    net = Network.dense([1, 1], broken, initializer="ones")
    with pytest.raises(NeurographError, match=r"neuron o1: .*ZeroDivisionError"):
        check_gradients(net, [1.0], [0.0])


def test_a_shortcut_with_a_formula_that_is_no_arithmetic_is_refused():
    with pytest.raises(InvalidValueError, match=r"shortcut, delta_formula: the formula 'a\.y' holds 'a\.y'"):
        Shortcut(SIGMOID, lambda z, k, y: 0.0, lambda a, y: 0.0, "z", "a.y")


def test_kinks_may_be_a_list():
    sharp = Loss("sharp", lambda a, y, n: abs(a - y), lambda a, y, n: 1.0, "abs(a - y)", "1", kinks=[0.0])
    net = Network.dense([1, 1], "identity", initializer="ones")
    net.forward([2.0])
    assert net.backward([0.5], sharp) == 1.5
    assert sharp.kinks == (0.0,)


@pytest.mark.parametrize(
    ("kinks", "message"),
    [
        (0.0, r"loss 'sharp', kinks: got 0.0, expected a tuple of numbers. One is written \(0.0,\)\."),
        ("0", r"loss 'sharp', kinks: got '0' \(a str\), expected a tuple of numbers"),
        (None, "loss 'sharp', kinks: got None, expected a tuple of numbers"),
        (["0"], r"loss 'sharp', kinks\[0\]: got '0' \(a str\), expected one finite number"),
        ((0.0, math.nan), r"loss 'sharp', kinks\[1\]: got nan, expected a finite number"),
    ],
)
def test_kinks_that_are_no_tuple_of_numbers_are_refused(kinks, message):
    with pytest.raises(NeurographError, match=message):
        Loss("sharp", lambda a, y, n: abs(a - y), lambda a, y, n: 1.0, "abs(a - y)", "1", kinks=kinks)
