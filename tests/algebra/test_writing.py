"""What is written is what is computed: brackets, order, fractions, powers of ten, in text and in LaTeX."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from neurograph.algebra.expression import (
    Applied,
    Call,
    Cases,
    Compare,
    Difference,
    Expression,
    Leaf,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    evaluate,
    leaves,
)
from neurograph.algebra.formula import fill
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import Symbol
from neurograph.algebra.writers import write_latex, write_text
from tests.strategies import expressions

MATH = {name: getattr(math, name) for name in ("cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tanh")}
FUNCTIONS = MATH | {"abs": abs, "max": max, "min": min, "__builtins__": {}}
IN_FULL = NumberFormat(digits=None, terms=None)
A, B, C = (Leaf(Symbol(name), value) for name, value in (("a", 2.0), ("b", -3.0), ("c", 0.5)))


class _InFloats(ast.NodeTransformer):
    """Reads 2 as 2.0, and x**3 as x * x * x: Python's own pow is now and then one bit off the product."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(float(node.value)), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if not isinstance(node.op, ast.Pow):
            self.generic_visit(node)
            return node
        base = product = self.visit(node.left)
        for _ in range(node.right.value - 1):
            product = ast.copy_location(ast.BinOp(product, ast.Mult(), base), node)
        return product


def python_reads(text: str, names: dict[str, float] | None = None) -> float:
    tree = _InFloats().visit(ast.parse(text, mode="eval"))
    try:
        value = eval(compile(tree, "text", "eval"), FUNCTIONS, names)  # noqa: S307  # our own text, no builtins
    except (ArithmeticError, ValueError):
        return math.nan
    return float(value)


def renamed(node: Expression, names: dict[str, float]) -> Expression:
    """The same tree with a name of its own for every leaf."""
    if isinstance(node, Leaf):
        name = f"q{len(names)}"
        names[name] = node.value
        return Leaf(Symbol(name), node.value)
    if isinstance(node, (Number, Applied)):
        return node
    parts = [getattr(node, slot) for slot in node.__dataclass_fields__]
    again = [
        tuple(renamed(one, names) for one in part) if isinstance(part, tuple)
        else renamed(part, names) if hasattr(part, "__dataclass_fields__") else part
        for part in parts
    ]  # fmt: skip
    return type(node)(*again)


@settings(deadline=None)
@given(expressions, st.booleans())
def test_python_reads_the_numbers_as_the_very_same_value(tree, fractions):
    value = evaluate(tree)
    text = write_text(tree, numbers=True, style=NumberFormat(None, fractions, None))
    read = python_reads(text)
    assume(math.isfinite(value) and math.isfinite(read))
    assert read.hex() == value.hex(), text


@settings(deadline=None)
@given(expressions)
def test_python_reads_the_symbols_as_the_very_same_value(tree):
    names: dict[str, float] = {}
    tree = renamed(tree, names)
    read = python_reads(write_text(tree, numbers=False, style=IN_FULL), names)
    assume(math.isfinite(evaluate(tree)) and math.isfinite(read))
    assert read.hex() == evaluate(tree).hex()


@settings(deadline=None)
@given(expressions)
def test_a_formula_reads_what_was_written(tree):
    names: dict[str, float] = {}
    tree = renamed(tree, names)
    again = fill(write_text(tree, False, IN_FULL), {name: Leaf(Symbol(name), value) for name, value in names.items()})
    assert evaluate(again).hex() == evaluate(tree).hex()
    assert [leaf.symbol for leaf in leaves(again)] == [leaf.symbol for leaf in leaves(tree)]


@settings(deadline=None)
@given(expressions, st.booleans(), st.booleans())
def test_latex_is_balanced_and_can_be_converted(tree, numbers, fractions):
    convert = pytest.importorskip("latex2mathml.converter").convert
    text = write_latex(tree, numbers, NumberFormat(4, fractions))
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert convert(text).startswith("<math")


@pytest.mark.parametrize(
    ("tree", "symbols", "numbers"),
    [
        (Sum((A, B, C)), "a + b + c", "2 + (-3) + 0.5"),
        (Sum((A, Sum((B, C)))), "a + (b + c)", "2 + (-3 + 0.5)"),
        (Sum((A, Difference(B, C))), "a + (b - c)", "2 + (-3 - 0.5)"),
        (Difference(A, Sum((B, C))), "a - (b + c)", "2 - (-3 + 0.5)"),
        (Difference(A, B), "a - b", "2 - (-3)"),
        (Product((B, A)), "b * a", "(-3) * 2"),
        (Product((A, Sum((B, C)))), "a * (b + c)", "2 * (-3 + 0.5)"),
        (Product((A, Quotient(B, C))), "a * (b / c)", "2 * (-3 / 0.5)"),
        (Quotient(A, Product((B, C))), "a / (b * c)", "2 / ((-3) * 0.5)"),
        (Quotient(Quotient(A, B), C), "a / b / c", "2 / (-3) / 0.5"),
        (Negative(B), "-b", "-(-3)"),
        (Negative(Sum((A, B))), "-(a + b)", "-(2 + (-3))"),
        (Power(B, 2), "b**2", "(-3)**2"),
        (Negative(Power(B, 2)), "-b**2", "-(-3)**2"),
        (Power(Negative(B), 2), "(-b)**2", "(-(-3))**2"),
        (Power(Power(A, 2), 3), "(a**2)**3", "(2**2)**3"),
        (Call("max", "", (A, Negative(B))), "max(a, -b)", "max(2, -(-3))"),
        (Cases(Compare(">", A, Number(0.0)), B, C), "b if a > 0 else c", "-3 if 2 > 0 else 0.5"),
        (Cases(Compare(">", A, B), Cases(Compare("<", A, B), A, B), C), "(a if a < b else b) if a > b else c",
         "(2 if 2 < -3 else -3) if 2 > -3 else 0.5"),
        (Product((Cases(Compare(">", A, B), A, B), C)), "(a if a > b else b) * c", "(2 if 2 > -3 else -3) * 0.5"),
        (Applied(9.0, Product((A, B))), "a * b", "2 * (-3)"),
    ],
)  # fmt: skip
def test_brackets_stand_where_the_order_of_work_asks_for_them_and_nowhere_else(tree, symbols, numbers):
    assert write_text(tree, False, NumberFormat()) == symbols
    assert write_text(tree, True, NumberFormat()) == numbers
    assert isinstance(tree, Applied) or python_reads(numbers) == evaluate(tree)


def test_fractions_in_a_product_stand_in_brackets():
    third, minus = Leaf(Symbol("t"), 1 / 3), Leaf(Symbol("m"), -2 / 3)
    style = NumberFormat(fractions=True)
    assert write_text(Product((A, third, minus)), True, style) == "2 * (1/3) * (-2/3)"
    assert write_text(Product((minus, A)), True, style) == "(-2/3) * 2"
    assert write_text(Product((third, A)), True, style) == "(1/3) * 2"
    assert write_text(Quotient(A, third), True, style) == "2 / (1/3)"
    assert write_text(Power(third, 2), True, style) == "(1/3)**2"
    assert write_text(Sum((third, minus)), True, style) == "1/3 + (-2/3)"
    assert write_latex(Sum((third, minus)), True, style) == r"\frac{1}{3} + \left(-\frac{2}{3}\right)"
    assert write_latex(Power(minus, 2), True, style) == r"\left(-\frac{2}{3}\right)^{2}"


def test_nothing_with_a_superscript_or_a_bar_takes_an_exponent_without_brackets():
    tiny, prime = Leaf(Symbol("t"), 4.893e-07), Leaf(Symbol("z", ("h1",), prime=True), 1.0)
    derivative = Leaf(Symbol("w", is_derivative=True), 1.0)
    style = NumberFormat(digits=3)
    assert write_latex(Power(tiny, 2), True, style) == r"\left(4.89 \times 10^{-7}\right)^{2}"
    assert write_latex(Power(Number(1e-07), 2), False, style) == r"\left(1 \times 10^{-7}\right)^{2}"
    assert write_latex(Power(prime, 3), False, style) == r"\left(z'_{h_{1}}\right)^{3}"
    assert write_latex(Power(derivative, 2), False, style) == r"\left(\frac{\partial C}{\partial w}\right)^{2}"
    assert write_latex(Power(A, 2), False, style) == "a^{2}"
    name = Leaf(Symbol("a", ("y'",)), 1.0)  # a prime in a name is no prime of the symbol
    assert write_latex(Power(name, 2), False, style) == r"a_{\text{y'}}^{2}"
    assert write_latex(Product((A, tiny)), True, style) == r"2 \cdot 4.89 \times 10^{-7}"


@pytest.mark.parametrize(
    ("tree", "latex"),
    [
        (Quotient(Sum((A, B)), Difference(A, C)), r"\frac{a + b}{a - c}"),
        (Call("exp", "", (Negative(A),)), "e^{-a}"),
        (Power(Call("exp", "", (A,)), 2), r"\left(e^{a}\right)^{2}"),
        (Call("abs", "", (A,)), r"\left|a\right|"),
        (Call("sqrt", "", (Number(2.0),)), r"\sqrt{2}"),
        (Call("log", r"\ln", (A,)), r"\ln\left(a\right)"),
        (Cases(Compare("<=", A, Number(0.0)), B, C),
         r"\begin{cases} b & a \le 0 \\ c & \text{otherwise} \end{cases}"),
        (Product((A, Sum((B, C)))), r"a \cdot \left(b + c\right)"),
    ],
)  # fmt: skip
def test_latex_uses_the_signs_of_a_textbook(tree, latex):
    assert write_latex(tree, False, NumberFormat()) == latex


def test_a_long_sum_shows_its_ends_and_how_many_are_left_out():
    ten = Sum(tuple(Leaf(Symbol(f"t{i}"), float(i)) for i in range(10)))
    assert write_text(ten, True, NumberFormat()) == "0 + 1 + 2 + 3 + ... (2 more) ... + 6 + 7 + 8 + 9"
    assert write_text(ten, False, NumberFormat(terms=3)) == "t0 + t1 + ... (7 more) ... + t9"
    assert write_text(ten, False, NumberFormat(terms=2)) == "t0 + ... (8 more) ... + t9"
    assert write_latex(ten, False, NumberFormat(terms=2)) == r"t0 + \cdots (8\ \text{more}) \cdots + t9"
    assert "more" not in write_text(ten, False, NumberFormat(terms=10))
    assert write_text(ten, True, NumberFormat(terms=None)) == " + ".join(map(str, range(10)))


def test_constants_of_a_formula_are_never_rounded():
    tree = fill("0.123456789 * z + 1e-7", {"z": Leaf(Symbol("z"), 0.123456789)})
    assert write_text(tree, True, NumberFormat(digits=2)) == "0.123456789 * 0.12 + 1e-07"
    assert write_latex(tree, True, NumberFormat(digits=2)) == r"0.123456789 \cdot 0.12 + 1 \times 10^{-7}"
