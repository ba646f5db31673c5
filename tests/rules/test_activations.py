"""The contract of every activation: its slope is the slope of its value, its formula says what it computes."""

from __future__ import annotations

import math

import pytest

from neurograph import ACTIVATIONS, Activation, JointActivation, NeurographError
from neurograph.algebra.expression import Leaf, evaluate
from neurograph.algebra.formula import fill
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import Symbol
from neurograph.algebra.writers import write_latex
from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.quantities import leaf
from neurograph.rules.activations import elu, leaky_relu
from neurograph.rules.softmax import SOFTMAX

RULES = [rule for rule in ACTIVATIONS if isinstance(rule, Activation)] + [leaky_relu(0.2), elu(1.7)]
GRID = [k / 16 for k in range(-96, 97)]  # -6 to 6, exact in binary
EXTREMES = [sign * z for z in (0.0, 1e-300, 745.0, 1e6, 1e17, 1.7e308) for sign in (1.0, -1.0)]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def value_and_slope(rule: Activation, z: float) -> tuple[float, float]:
    a = rule.value(z)
    return a, rule.slope(z, a)


def central_difference(f, z: float, h: float = 2.0**-10) -> float:
    """Two central differences, extrapolated: the error is of order h**4."""
    wide, narrow = ((f(z + d) - f(z - d)) / (2.0 * d) for d in (h, h / 2.0))
    return narrow + (narrow - wide) / 3.0


def close(one: float, two: float, relative: float = 1e-12, floor: float = 0.0) -> bool:
    return math.isclose(one, two, rel_tol=relative, abs_tol=floor)


@every_rule
def test_the_slope_is_the_central_difference_of_the_value(rule):
    for z in GRID:
        if z in rule.kinks:
            continue
        if z == 0.0 and rule.name in ("elu", "softsign"):  # the second derivative jumps, so differences settle slowly
            assert value_and_slope(rule, z)[1] == 1.0
            continue
        assert close(value_and_slope(rule, z)[1], central_difference(rule.value, z), 1e-9, floor=1e-11), z


@every_rule
def test_the_slope_jumps_at_a_kink_and_nowhere_else(rule):
    for z in GRID:
        below, at, above = (value_and_slope(rule, z + step)[1] for step in (-1e-9, 0.0, 1e-9))
        assert (abs(above - below) > 0.1) == (z in rule.kinks), z
        assert min(abs(at - below), abs(at - above)) < 1e-8, z


@every_rule
def test_the_slope_s_own_derivative_jumps_at_a_bend_and_nowhere_else(rule):
    for z in GRID:
        if z not in rule.kinks:
            below, at, above = (value_and_slope(rule, z + step)[1] for step in (-1e-5, 0.0, 1e-5))
            assert (abs((above - at) - (at - below)) > 1e-6) == (z in rule.bends), z


@pytest.mark.parametrize("what", ["kinks", "bends"])
def test_kinks_and_bends_that_are_no_tuple_of_numbers_are_refused(what):
    def make(given: object) -> Activation:
        return Activation("ramp", lambda z: z, lambda z, a: 1.0, "z", "1", **{what: given})

    assert getattr(make([0, 1.5]), what) == (0.0, 1.5)
    with pytest.raises(InvalidTypeError, match=rf"activation 'ramp', {what}: got 0.0, expected a tuple of numbers"):
        make(0.0)
    with pytest.raises(InvalidTypeError, match=rf"activation 'ramp', {what}\[0\]: got 'zero'"):
        make(["zero"])


@every_rule
@pytest.mark.parametrize("z", EXTREMES)
def test_value_and_slope_take_every_finite_number(rule, z):
    a, slope = value_and_slope(rule, z)
    assert math.isfinite(a)
    assert math.isfinite(slope)


@every_rule
def test_far_out_the_slope_is_that_of_the_asymptote(rule):
    sides = {
        "identity": (1.0, 1.0), "leaky_relu": (0.01, 1.0), "leaky_relu(0.2)": (0.2, 1.0), "relu": (0.0, 1.0),
        "elu": (0.0, 1.0), "elu(1.7)": (0.0, 1.0), "softplus": (0.0, 1.0), "silu": (0.0, 1.0), "gelu": (0.0, 1.0),
        "sigmoid": (0.0, 0.0), "tanh": (0.0, 0.0), "softsign": (0.0, 0.0),
    }  # fmt: skip
    for z, expected in zip((-1e17, 1e17), sides[rule.name], strict=True):
        assert close(value_and_slope(rule, z)[1], expected, floor=1e-30)


@every_rule
def test_values_stay_within_the_bounds(rule):
    low, high = rule.bounds
    assert all(low <= rule.value(z) <= high for z in GRID + EXTREMES)


@pytest.mark.parametrize("rule", [r for r in RULES if r.bounds[0] > -math.inf], ids=lambda rule: rule.name)
def test_the_lower_bound_is_no_looser_than_a_percent(rule):
    lowest = min(rule.value(z) for z in GRID + EXTREMES)
    assert lowest - rule.bounds[0] < 0.01


@every_rule
def test_the_formulas_say_what_is_computed(rule):
    for z in GRID:
        a, slope = value_and_slope(rule, z)
        own, at = Leaf(Symbol("z"), z), Leaf(Symbol("a"), a)
        assert close(evaluate(fill(rule.formula, {"z": own})), a, floor=1e-15), z
        assert close(evaluate(fill(rule.slope_formula, {"z": own, "a": at})), slope, floor=1e-15), z


@every_rule
@pytest.mark.parametrize("numbers", [False, True], ids=["symbols", "numbers"])
@pytest.mark.parametrize("z", [-1.5e-7, 0.25])
def test_the_formulas_become_latex(rule, numbers, z):
    convert = pytest.importorskip("latex2mathml.converter").convert
    names = {"z": leaf("z", "h1", z), "a": leaf("a", "h1", rule.value(z))}
    for formula in (rule.formula, rule.slope_formula):
        text = write_latex(fill(formula, names), numbers, NumberFormat())
        assert text.count("{") == text.count("}")
        assert convert(text).startswith("<math")
        assert ("h_{1}" in text) == (not numbers and formula != "1")
    assert convert(rule.symbol).startswith("<math")


def test_sigmoid_is_right_where_the_textbook_formula_overflows():
    sigmoid = ACTIVATIONS.find("sigmoid")
    assert close(sigmoid.value(-700.0), math.exp(-700.0))
    assert sigmoid.value(-745.0) == math.exp(-745.0) > 0.0
    assert sigmoid.value(40.0) == 1.0


def test_softplus_silu_and_gelu_keep_their_small_values():
    assert close(ACTIVATIONS.find("softplus").value(-40.0), math.exp(-40.0))
    assert close(ACTIVATIONS.find("silu").value(-40.0), -40.0 * math.exp(-40.0))
    assert close(ACTIVATIONS.find("gelu").value(-10.0), -5.0 * math.erfc(10.0 / math.sqrt(2.0)))
    assert close(elu().value(-1e-10), -1e-10 + 5e-21)


def test_relu_rests_at_zero_and_its_leaky_kin_leak():
    relu, leaky = ACTIVATIONS.find("relu"), leaky_relu(0.2)
    assert value_and_slope(relu, 0.0) == (0.0, 0.0)
    assert value_and_slope(leaky, -2.0) == (-0.4, 0.2)
    assert value_and_slope(leaky, 0.0) == (0.0, 0.2)


# Softmax: the whole Jacobian.

SUMS = [[0.0], [0.3, -1.2], [2.0, 2.0, -0.5], [0.1, 1.7, -3.0, 0.4]]


@pytest.mark.parametrize("z", [*SUMS, [1e6, 1e6 - 1.0], [-1e308, 1e308], [-745.0, 0.0, 745.0]])
def test_softmax_adds_up_to_one_and_stays_within_its_bounds(z):
    a = SOFTMAX.values(z)
    assert close(math.fsum(a), 1.0, 1e-15)
    assert all(SOFTMAX.bounds[0] <= value <= SOFTMAX.bounds[1] for value in a)


def test_softmax_of_large_sums_is_exact():
    e = math.exp(-1.0)
    assert SOFTMAX.values([1e6, 1e6 - 1.0]) == pytest.approx([1 / (1 + e), e / (1 + e)], rel=1e-15)
    assert SOFTMAX.values([-1e308, 1e308]) == [0.0, 1.0]


def test_softmax_does_not_see_a_shift():
    z = [0.5, -1.25, 2.0]
    assert SOFTMAX.values([value + 4096.0 for value in z]) == SOFTMAX.values(z)  # the shift is exact in binary


@pytest.mark.parametrize("z", SUMS)
def test_every_entry_of_the_softmax_jacobian_is_a_central_difference(z):
    a = SOFTMAX.values(z)
    for k in range(len(z)):
        for j in range(len(z)):
            difference = central_difference(lambda t, k=k, j=j: SOFTMAX.values([*z[:j], t, *z[j + 1 :]])[k], z[j])
            assert close(SOFTMAX.partial(z, a, k, j), difference, 1e-9, floor=1e-12), (k, j)


def test_the_softmax_jacobian_is_not_diagonal_and_its_columns_cancel():
    z = SUMS[-1]
    a = SOFTMAX.values(z)
    for j in range(len(z)):
        column = [SOFTMAX.partial(z, a, k, j) for k in range(len(z))]
        assert all(entry != 0.0 for entry in column)
        assert math.fsum(column) == pytest.approx(0.0, abs=1e-16)


@pytest.mark.parametrize("z", SUMS)
def test_the_softmax_formulas_say_what_is_computed(z):
    group = [Leaf(Symbol(f"z{i}"), value) for i, value in enumerate(z)]
    a = SOFTMAX.values(z)
    top = fill("max(group)", {"group": group})
    for k, own in enumerate(group):
        assert close(evaluate(fill(SOFTMAX.formula, {"z": own, "group": group})), a[k])
        assert close(evaluate(fill(SOFTMAX.safe_formula, {"z": own, "group": group, "top": top})), a[k])
        for j in range(len(z)):
            names = {"a_k": a[k], "a_j": a[j], "z_k": z[k], "z_j": z[j], "same": float(k == j)}
            leaves = {name: Leaf(Symbol(name), value) for name, value in names.items()}
            assert evaluate(fill(SOFTMAX.partial_formula, leaves)) == SOFTMAX.partial(z, a, k, j)


# Records of the user's own.


@pytest.mark.parametrize("formula", ["import os", "z.real", "y * z", "__import__('os')"])
def test_a_record_whose_formula_is_no_arithmetic_is_refused_when_it_is_made(formula):
    with pytest.raises(InvalidValueError, match=r"activation 'mine', formula: "):
        Activation("mine", float, lambda z, a: 1.0, formula, "1")
    with pytest.raises(InvalidValueError, match=r"activation 'mine', slope_formula: "):
        Activation("mine", float, lambda z, a: 1.0, "z", formula)
    with pytest.raises(InvalidValueError, match=r"activation 'mine', partial_formula: "):
        JointActivation("mine", list, lambda z, a, k, j: 1.0, "z", formula)


def test_a_built_in_activation_is_never_replaced():
    with pytest.raises(NeurographError, match=r"activation 'tanh' exists already\. Give yours"):
        ACTIVATIONS.add(Activation("tanh", float, lambda z, a: 1.0, "z", "1"))
    assert ACTIVATIONS.find("tanh").value is not float


def test_the_name_of_a_rule_is_escaped_in_latex():
    names = ["leaky_relu", "50% {a}", "a^b", "a\\b"]
    mine = [Activation(name, float, lambda z, a: 1.0, "z", "1") for name in names]
    assert [rule.symbol for rule in mine] == [
        r"\operatorname{leaky\_relu}", r"\operatorname{50\% \{a\}}",
        r"\operatorname{a\textasciicircum b}", r"\operatorname{a\textbackslash b}",
    ]  # fmt: skip
    assert Activation("mine", float, lambda z, a: 1.0, "z", "1", latex=r"\phi").symbol == r"\phi"
