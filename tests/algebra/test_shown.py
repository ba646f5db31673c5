"""What the numbers of a line come to as they are written, and whether that is the result as it is written."""

import math

import pytest

import neurograph as ng
from neurograph.algebra.expression import Applied, Call, Difference, Leaf, Number, Power, Product, Sum, evaluate
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.shown import show
from neurograph.algebra.writers import write_text


def leaf(value):
    return Leaf(None, value)


def line(work, style, value=None):
    """The numbers and the result, and what joins them."""
    value = evaluate(work) if value is None else value
    shown = show(work, value, style)
    return f"{write_text(work, True, shown.style)} {shown.join} {style.text(value)}"


@pytest.mark.parametrize(
    ("work", "digits", "written"),
    [
        (Product((leaf(0.875), leaf(0.12))), 2, "0.875 * 0.12 = 0.1"),  # 0.88 * 0.12 would be 0.1056, or 0.11
        (Product((leaf(0.7766), leaf(0.7766))), 3, "0.777 * 0.777 ≈ 0.603"),
        (Product((leaf(2.0), leaf(-0.25))), 1, "2 * (-0.25) = -0.5"),  # 2 * (-0.2) is -0.4
        (Difference(Number(1.0), leaf(0.93651)), 2, "1 - 0.937 = 0.063"),
        (Difference(Number(1.0), leaf(1.0 - 1e-9)), 3, "1 - 0.999999999 = 1e-09"),
        (Difference(leaf(0.134551234), leaf(0.134289765)), 4, "0.134551 - 0.13429 ≈ 0.0002615"),
        (Sum((leaf(1 / 3), leaf(2 / 3))), 3, "0.333 + 0.667 = 1"),
        (Sum((leaf(1.0), leaf(-1.0))), 3, "1 + (-1) = 0"),
        (Product((leaf(0.0), leaf(0.123456))), 3, "0 * 0.123 = 0"),
    ],
    ids=str,
)
def test_the_fewest_digits_that_come_close(work, digits, written):
    assert line(work, NumberFormat(digits)) == written


def test_fractions_are_exact():
    style = NumberFormat(3, fractions=True)
    assert line(Product((leaf(1 / 3), leaf(0.5))), style) == "(1/3) * (1/2) = 1/6"
    assert line(Product((leaf(1 / 3), leaf(0.123456))), style) == "(1/3) * 0.123 ≈ 0.0412"


def test_in_full_the_arithmetic_itself_counts():
    full = NumberFormat(None)
    assert line(Sum((leaf(0.1), leaf(0.2))), full) == "0.1 + 0.2 = 0.30000000000000004"
    assert line(Applied(1.0, Sum((leaf(0.1), leaf(0.2)))), full, 0.3) == "0.1 + 0.2 ≈ 0.3"


def test_what_has_cancelled_gets_no_more_digits():
    rest = 1e-13
    tree = Difference(leaf(1.0 / 3.0 + rest), leaf(1.0 / 3.0))
    assert line(tree, NumberFormat(3)) == "0.333 - 0.333 ≈ 1e-13"
    tree = Applied(1e-20, Difference(Number(1.0), Power(leaf(0.999999999999), 2)))
    assert show(tree, 1e-20, NumberFormat(3)).style == NumberFormat(3)


def test_what_is_left_out_cannot_be_worked_out():
    ten = Sum(tuple(leaf(float(at)) for at in range(10)))
    shown = show(Product((leaf(1.0), ten)), 45.0, NumberFormat())
    assert (shown.join, shown.style) == ("≈", NumberFormat())
    assert math.isnan(shown.by_hand)
    assert show(ten, 45.0, NumberFormat(terms=None)).join == "="


@pytest.mark.parametrize(
    "formula", [Call("sigmoid", r"\sigma", (leaf(1.0),)), Difference(Call("exp", "", (leaf(800.0),)), leaf(math.inf))]
)
def test_a_formula_without_an_answer_claims_none(formula):
    assert show(Applied(0.5, formula), 0.5, NumberFormat()).join == "≈"


def test_a_safer_value_is_judged_by_the_formula_that_is_shown():
    z = leaf(40.0)
    formula = Call("log", "", (Sum((Number(1.0), Call("exp", "", (Difference(Number(0.0), z),)))),))
    assert evaluate(formula) == 0.0  # the float next to 1 is too far away
    shown = show(Applied(math.log1p(math.exp(-40.0)), formula), math.log1p(math.exp(-40.0)), NumberFormat())
    assert (shown.join, shown.style) == ("≈", NumberFormat())


def test_a_saturated_sigmoid_gets_the_digits_that_its_result_needs():
    net = ng.Network.dense([1, 1], "sigmoid", initializer="ones")
    (line,) = net.trace([-100.26], [0.5])[1].lines
    shown = line.shown(NumberFormat(4))
    assert shown.by_hand == pytest.approx(line.left.value, rel=0.005)


def test_what_overflows_on_a_calculator_is_not_equal():
    net = ng.Network.dense([1, 1], "sigmoid", initializer="ones")
    (line,) = net.trace([-800.0], [0.5])[1].lines
    assert line.shown(NumberFormat(4)).join == "≈"
