"""Formulas: arithmetic is read and worked out, everything else is refused with a message, and nothing is executed."""

from __future__ import annotations

import math

import pytest

from neurograph.algebra.expression import (
    FUNCTIONS,
    Call,
    Difference,
    Leaf,
    Number,
    Power,
    Product,
    Sum,
    evaluate,
    leaves,
)
from neurograph.algebra.formula import check_formula, fill
from neurograph.algebra.symbols import Symbol
from neurograph.errors import InvalidTypeError, InvalidValueError

Z, Y = Leaf(Symbol("z"), 0.75), Leaf(Symbol("y"), -2.0)
NAMES = {"z": Z, "y": Y}
GROUP = [Leaf(Symbol(f"z{i}"), float(i)) for i in (1, 2, 3)]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("z + y * 2", -3.25),
        ("(z + y) * 2", -2.5),
        ("-z", -0.75),
        ("z / y / 2", -0.1875),
        ("y**2 - y**3 + y**4", 4.0 + 8.0 + 16.0),
        ("-y**2", -4.0),
        ("(-y)**2", 4.0),
        ("1 if z > 0 else 0", 1.0),
        ("1 if z <= 0 else 2 if y == -2 else 3", 2.0),
        ("max(0, y)", 0.0),
        ("min(z, y, 5)", -2.0),
        ("abs(y) + sqrt(4)", 4.0),
        ("exp(0) + log(1) + erf(0) + cosh(0)", 2.0),
        ("2 * pi", 2.0 * math.pi),
        ("sum(t**2 for t in group)", 14.0),
        ("sum(t - z for t in group)", 0.25 + 1.25 + 2.25),
        ("max(group)", 3.0),
        ("min(group)", 1.0),
    ],
)
def test_arithmetic_is_worked_out_in_the_order_of_python(formula, value):
    assert evaluate(fill(formula, {**NAMES, "group": GROUP})) == value


def test_the_tree_keeps_the_written_order():
    assert fill("z + y + 1", NAMES) == Sum((Z, Y, Number(1.0)))
    assert fill("z + (y + 1)", NAMES) == Sum((Z, Sum((Y, Number(1.0)))))
    assert fill("z * y * z", NAMES) == Product((Z, Y, Z))
    assert fill("z - y**2", NAMES) == Difference(Z, Power(Y, 2))
    assert fill("log(z)", NAMES) == Call("log", r"\ln", (Z,))


def test_a_sum_over_a_group_is_written_out_term_by_term():
    tree = fill("z / sum(exp(t) for t in group)", {"z": Z, "group": GROUP})
    assert [leaf.symbol.letter for leaf in leaves(tree)] == ["z", "z1", "z2", "z3"]


def test_the_largest_of_a_group_of_one_is_that_one():
    assert evaluate(fill("max(group) + min(group)", {"group": GROUP[:1]})) == 2.0


@pytest.mark.parametrize(
    ("formula", "value"),
    [("exp(1000)", math.inf), ("log(0)", -math.inf), ("1 / exp(1000)", 0.0), ("exp(709.7)", math.exp(709.7))],
)
def test_infinities_are_worked_out(formula, value):
    assert evaluate(fill(formula, {})) == value


@pytest.mark.parametrize("formula", ["1 / 0", "0 * exp(1000)", "sqrt(-1)", "log(-1)", "sin(exp(1000))", "cosh(1000)"])
def test_what_has_no_answer_is_nan_and_does_not_raise(formula):
    assert math.isnan(evaluate(fill(formula.replace("-1", "y"), NAMES)))


def test_exp_of_nan_stays_nan():
    assert math.isnan(FUNCTIONS["exp"](math.nan))


REFUSED = [
    ("z.real", r"the formula 'z.real' holds 'z.real', which is not arithmetic \(functions: abs, cos, .*tanh\)"),
    ("z.__class__", "holds 'z.__class__', which is not arithmetic"),
    ("open('x')", "which is not arithmetic"),
    ("__import__('os')", "which is not arithmetic"),
    ("sigmoid(z)", r"holds 'sigmoid\(z\)', which is not arithmetic"),
    ("(lambda: z)()", "which is not arithmetic"),
    ("lambda: z", "holds 'lambda: z', which is not arithmetic"),
    ("[z][0]", "which is not arithmetic"),
    ("'z'", "which is not arithmetic"),
    ("f'{z}'", "which is not arithmetic"),
    ("1j * z", "holds '1j', which is not arithmetic"),
    ("None", "holds 'None', which is not arithmetic"),
    ("+z", r"holds '\+z', which is not arithmetic"),
    ("not z", "holds 'not z', which is not arithmetic"),
    ("z and y", "holds 'z and y', which is not arithmetic"),
    ("z > y", "holds 'z > y', which is not arithmetic"),
    ("(z := 1)", "which is not arithmetic"),
    ("exp(z, base=2)", "which is not arithmetic"),
    ("exp(*z)", "which is not arithmetic"),
    ("True * z", "holds a True or False; write 1 or 0"),
    ("x + z", r"the formula 'x \+ z' uses 'x', expected only 'z', 'y' and pi"),
    ("exp", "uses 'exp', expected only 'z', 'y' and pi"),
    ("z**5", r"has a power other than \*\*2, \*\*3 or \*\*4"),
    ("z**y", r"has a power other than \*\*2, \*\*3 or \*\*4"),
    ("2**-z", r"has a power other than \*\*2, \*\*3 or \*\*4"),
    ("9**9**9**9", r"has a power other than \*\*2, \*\*3 or \*\*4"),
    ("z**True", r"has a power other than \*\*2, \*\*3 or \*\*4"),
    ("z % 2", "may only add, subtract, multiply, divide and take powers"),
    ("z // 2", "may only add, subtract, multiply, divide and take powers"),
    ("z @ y", "may only add, subtract, multiply, divide and take powers"),
    ("1 if z else 0", "which is not arithmetic"),
    ("1 if z != 0 else 0", "has a condition other than one <, <=, >, >= or =="),
    ("1 if 0 < z < 1 else 0", "has a condition other than one <, <=, >, >= or =="),
    ("sum(t for t in z)", r"has a sum other than sum\(... for t in group\)"),
    ("sum(z)", r"holds 'sum\(z\)', which is not arithmetic"),
    ("exp(z, y)", "gives exp 2 arguments, expected 1"),
    ("exp()", "gives exp 0 arguments, expected 1"),
    ("max()", "gives max 0 arguments, expected some"),
    ("1" + "0" * 400, "holds a number that does not fit a float"),
    ("z * 1e999", "holds a number that does not fit a float"),
    ("", r"got '' \(a str\), expected one line of arithmetic"),
    ("z; y", "expected one line of arithmetic"),
    ("z = 1", "expected one line of arithmetic"),
    ("import os", r"got 'import os' \(a str\), expected one line of arithmetic"),
    ("z +", "expected one line of arithmetic"),
    ("z\0", "expected one line of arithmetic"),
]


@pytest.mark.parametrize(("formula", "message"), REFUSED, ids=[formula[:24] or "empty" for formula, _ in REFUSED])
def test_what_is_not_arithmetic_is_refused(formula, message):
    with pytest.raises(InvalidValueError, match=message):
        fill(formula, NAMES)
    with pytest.raises(InvalidValueError, match="^loss 'mine', formula: .*" + message):
        check_formula(formula, ["z", "y"], "loss 'mine', formula")


@pytest.mark.parametrize(
    "terms", ["t for t in group if t > 0", "t for t in group for t in group", "t for t, u in group", "t for t in [z]"]
)
def test_a_sum_runs_over_a_whole_group_once(terms):
    with pytest.raises(InvalidValueError, match=r"has a sum other than sum\(... for t in group\)"):
        fill(f"sum({terms})", {**NAMES, "group": GROUP})


@pytest.mark.parametrize("depth", [101, 600, 1500, 200_000])
@pytest.mark.parametrize("nest", ["-", "1 + ", "exp(", "(", "1 if z > 0 else ", "z.", "~"])
def test_no_text_nests_so_deep_that_the_stack_is_exhausted(nest, depth):
    closing = ")" * depth if nest.endswith("(") else ""
    text = nest * depth + "z" + closing if nest != "1 + " else "z" + " + 1" * depth
    if nest == "(" and depth == 101:  # brackets alone make no tree
        assert fill(text, NAMES) == Z
        return
    with pytest.raises(InvalidValueError, match=r"nested more than 100 deep|expected one line of arithmetic") as error:
        fill(text, NAMES)
    assert len(str(error.value)) < 400


def test_a_hundred_terms_are_not_too_deep():
    assert evaluate(fill(" + ".join("z" * 90), NAMES)) == 90 * 0.75


@pytest.mark.parametrize("given", [None, 3, b"z", ["z"]])
def test_a_formula_is_text(given):
    with pytest.raises(InvalidTypeError, match=r"loss 'mine': got .*, expected a formula as text"):
        check_formula(given, ["z"], "loss 'mine'")


def test_a_group_has_no_value_of_its_own():
    with pytest.raises(InvalidValueError, match="uses 'group'"):
        fill("group + 1", {"group": GROUP})
    with pytest.raises(InvalidValueError, match="uses 'group'"):
        fill("exp(group)", {"group": GROUP})
