"""Every line of numbers that is shown, read back as Python and worked out here, gives what is below or says "≈".

The reader of this file shares nothing with the product: it parses the text.
"""

import ast
import math
import operator
import re
from random import Random

import pytest

from strategies import random_case, random_example
from visualize.steps.frames import equation_lines

FUNCTIONS = {name: getattr(math, name) for name in ("cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tanh")}
FUNCTIONS |= {"abs": abs, "max": max, "min": min}
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Eq: operator.eq,
}  # fmt: skip


class Reader:
    """A reader with a calculator, who remembers the largest term that was added or subtracted."""

    def __init__(self, text):
        self.largest = 0.0
        try:
            self.value = float(self.work_out(ast.parse(text, mode="eval").body))
        except (ArithmeticError, ValueError):
            self.value = math.nan

    def work_out(self, node):
        match node:
            case ast.Constant(value=value):
                return float(value)
            case ast.Name(id=name):
                return {"pi": math.pi, "inf": math.inf, "nan": math.nan}[name]
            case ast.UnaryOp(op=sign, operand=inner):
                return OPERATORS[type(sign)](self.work_out(inner))
            case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=power)):
                return self.work_out(left) ** power
            case ast.BinOp(left=left, op=sign, right=right):
                one, two = self.work_out(left), self.work_out(right)
                if isinstance(sign, ast.Add | ast.Sub):
                    self.largest = max(self.largest, abs(one), abs(two))
                return OPERATORS[type(sign)](one, two)
            case ast.Call(func=ast.Name(id=name), args=args):
                return FUNCTIONS[name](*map(self.work_out, args))
            case ast.IfExp(test=ast.Compare(left=left, ops=[sign], comparators=[right]), body=yes, orelse=no):
                holds = OPERATORS[type(sign)](self.work_out(left), self.work_out(right))
                return self.work_out(yes if holds else no)
        raise AssertionError(ast.dump(node))


def shown_lines(step):
    """What stands before the numbers, the numbers, what joins them to the result, and the result."""
    found = [re.fullmatch(r" +([=≈]) (.+)", line.text) for line in step.text_lines(10**6)]
    ends = [(match[1], match[2]) for match in found if match]
    assert 1 <= len(ends) <= 2
    return [("=", ""), *ends] if len(ends) == 1 else ends


def reads_as(value, result, digits):
    if digits is None or "/" in result:
        return value == Reader(result).value
    shown = len(re.sub(r"e.*|\D", "", result).lstrip("0"))
    return float(f"{value:.{max(digits, shown)}g}") == float(result)


def assert_it_is_true(numbers, join, result, digits):
    if "..." in numbers:
        assert join == "≈"
        return
    reader = Reader(numbers)
    assert (join == "=") == reads_as(reader.value, result, digits), (numbers, join, result, reader.value)
    wanted = Reader(result).value
    is_close = abs(reader.value - wanted) <= 0.005 * abs(wanted)
    assert join == "=" or is_close or abs(wanted) < 1e-12 * reader.largest, (numbers, result, reader.value)


def drawn(seed):
    """A random net, one example or two or three, and how its numbers are written."""
    rng = Random(seed)
    case = random_case(seed)
    examples = [random_example(case.net, case.loss, rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    scale = rng.choice((1.0, 1.0, 4.0))  # some neurons saturate
    x, y = [[scale * value for value in x] for x, _ in examples], [y for _, y in examples]
    x, y = (x[0], y[0]) if len(x) == 1 else (x, y)
    return case.net.trace(
        x, y, case.loss, rng.choice((0.5, 0.1, 1 / 3)), unit="term",
        digits=(2, 3, 4, 6, None)[seed % 5], fractions=seed % 3 == 0,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_numbers_give_their_result_or_say_that_they_do_not(seed):
    trace = drawn(seed)
    for step in trace:
        (_, numbers), (join, result) = shown_lines(step)
        if numbers:
            assert_it_is_true(numbers, join, result, trace.style.digits)
            assert (step.numbers, step.joins) == (numbers, join)
        else:
            assert join == "="


@pytest.mark.parametrize("seed", range(8))
def test_latex_and_the_equations_of_pictures_have_the_joins_and_the_digits_of_the_text(seed):
    trace = drawn(seed)
    for step in trace:
        (_, numbers), (join, result) = shown_lines(step)
        assert step.joins_latex == {"=": "=", "≈": r"\approx"}[step.joins]
        one_line = " ".join(" ".join(equation_lines(step.lines, trace.style, 10**6)).split())
        assert one_line.endswith(f"= {numbers} {join} {result}" if numbers else f"= {result}")
        written = re.findall(r"\d+\.?\d*", re.sub(r"e[+-]\d+|\.\.\..*", "", numbers))
        assert set(written) <= set(re.findall(r"\d+\.?\d*", step.numbers_latex))
