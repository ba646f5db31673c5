"""Writing an expression down: as text that Python would read, or as LaTeX, in symbols or with the numbers in.

This file decides on brackets, fractions and dots; what is said comes from the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
)
from neurograph.algebra.numbers import NumberFormat, in_latex

__all__ = ["ATOM", "POWER", "PRODUCT", "SIGN", "SUM", "TERNARY", "TextWriter", "write_latex", "write_text"]

# How tightly an expression holds together; a part that is looser than its place demands gets brackets.
TERNARY, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

_WHOLE = 1e16  # from here on, repr writes an exponent


def write_text(expression: Expression, numbers: bool, style: NumberFormat) -> str:
    """Write an expression as text, in symbols or (with `numbers`) with every value in its place.

    Examples
    --------
    >>> tree = Product((Leaf("w", "w", -0.5), Sum((Leaf("a", "a", 2.0), Number(1.0)))))
    >>> write_text(tree, numbers=False, style=NumberFormat())
    'w * (a + 1)'
    >>> write_text(tree, numbers=True, style=NumberFormat())
    '(-0.5) * (2 + 1)'
    """
    return TextWriter(numbers, style).write(expression, TERNARY)


def write_latex(expression: Expression, numbers: bool, style: NumberFormat) -> str:
    r"""Write an expression for LaTeX math mode, in symbols or (with `numbers`) with every value in its place.

    Examples
    --------
    >>> write_latex(Quotient(Number(1.0), Leaf("z", "z_{h}", 4.0)), numbers=False, style=NumberFormat())
    '\\frac{1}{z_{h}}'
    """
    return _Latex(numbers, style).write(expression, TERNARY)


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Text in Python's own grammar, so that a line can be pasted and tried; other ways of writing differ in part."""

    numbers: bool
    style: NumberFormat

    times = " * "
    plus = " + "
    less = " - "
    minus = "-"
    more = "... ({} more) ..."

    def number(self, value: float) -> str:
        """Write a value."""
        return self.style.text(value)

    def constant(self, value: float) -> tuple[str, int]:
        """Write a constant of a formula, and say how tightly it holds together."""
        return str(int(value)) if value == int(value) and abs(value) < _WHOLE else repr(value), ATOM

    def bracket(self, text: str) -> str:
        """Put brackets around."""
        return f"({text})"

    def symbol(self, leaf: Leaf) -> tuple[str, int]:
        """Write a quantity by its symbol."""
        return leaf.text, ATOM

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        """Write a division."""
        return f"{self.write(top, PRODUCT)} / {self.write(bottom, SIGN, inside=True)}", PRODUCT

    def power(self, base: Expression, exponent: int) -> str:
        """Write a power."""
        return f"{self.write(base, ATOM, inside=True)}**{exponent}"

    def call(self, call: Call) -> tuple[str, int]:
        """Write a function of something."""
        return f"{call.name}({', '.join(self.write(arg, TERNARY) for arg in call.args)})", ATOM

    def cases(self, node: Cases) -> str:
        """Write one value or another, by a condition."""
        yes, condition, no = self.write(node.yes, SUM), self.compare(node.condition), self.form(node.no)[0]
        return f"{yes} if {condition} else {no}"

    def compare(self, node: Compare) -> str:
        """Write a condition."""
        return f"{self.write(node.left, SUM)} {node.operator} {self.write(node.right, SUM)}"

    # What follows is the same for every way of writing.

    def write(self, node: Expression, place: int, inside: bool = False) -> str:
        """Write a node; bracket it when it is looser than its place, or begins with a minus after an operator."""
        text, tightness = self.form(node)
        if tightness < place or (inside and text.startswith(self.minus)):
            return self.bracket(text)
        return text

    def form(self, node: Expression) -> tuple[str, int]:
        """Write a node without brackets around it, and say how tightly it holds together."""
        match node:
            case Leaf(value=value):
                return self.value(value) if self.numbers else self.symbol(node)
            case Number(value):
                # The constants of a formula (1/2, 2, 0.01) are written in full, never rounded.
                return self.constant(value)
            case Applied(_, formula):
                return self.form(formula)
            case Sum(terms):
                first, *rest = self.shortened(
                    terms, lambda term, at: self.write(term, PRODUCT if at else SUM, inside=at > 0)
                )
                return self.plus.join([first, *rest]), SUM
            case Product(factors):
                parts = [
                    self.write(factor, SIGN if self.numbers or at else PRODUCT, inside=self.numbers or at > 0)
                    for at, factor in enumerate(factors)
                ]
                return self.times.join(parts), PRODUCT
            case Difference(left, right):
                return f"{self.write(left, SUM)}{self.less}{self.write(right, PRODUCT, inside=True)}", SUM
            case Quotient(top, bottom):
                return self.quotient(top, bottom)
            case Negative(Leaf(value=0.0)) if self.numbers and self.style.digits is not None:
                return self.value(0.0)  # no -0, as everywhere
            case Negative(inner):
                return f"{self.minus}{self.write(inner, SIGN, inside=True)}", SIGN
            case Power(base, exponent):
                return self.power(base, exponent), POWER
            case Call():
                return self.call(node)
            case Compare():
                return self.compare(node), TERNARY
            case Cases():
                return self.cases(node), TERNARY

    def value(self, value: float) -> tuple[str, int]:
        """Write a quantity by its value."""
        return self.number(value), (PRODUCT if self.style.is_compound(value) else ATOM)

    def shortened(self, terms: Sequence[Expression], write: Callable[[Expression, int], str]) -> list[str]:
        """Write the terms of a sum, or its first and last ones and how many are between."""
        limit = self.style.terms
        if limit is None or len(terms) <= limit:
            return [write(term, at) for at, term in enumerate(terms)]
        head, tail = terms[: (limit + 1) // 2], terms[len(terms) - limit // 2 :]
        hidden = self.more.format(len(terms) - limit)
        return [
            *(write(term, at) for at, term in enumerate(head)),
            hidden,
            *(write(term, 1) for term in tail),
        ]


def _power_of_ten(text: str) -> int:
    """Tell how tightly a number holds together: one written with a power of ten takes no exponent without brackets."""
    return SIGN if "^" in text else ATOM


_LATEX_COMPARE = {"<=": r"\le", ">=": r"\ge", "==": "="}


@dataclass(frozen=True, slots=True)
class _Latex(TextWriter):
    """LaTeX math mode, in the subset that latex2mathml and matplotlib's readers understand."""

    times = r" \cdot "
    more = r"\cdots ({}\ \text{{more}}) \cdots"

    def number(self, value: float) -> str:
        return self.style.latex(value)

    def value(self, value: float) -> tuple[str, int]:
        text, tightness = TextWriter.value(self, value)
        return text, min(tightness, _power_of_ten(text))

    def constant(self, value: float) -> tuple[str, int]:
        text = in_latex(TextWriter.constant(self, value)[0])
        return text, _power_of_ten(text)

    def bracket(self, text: str) -> str:
        return rf"\left({text}\right)"

    def symbol(self, leaf: Leaf) -> tuple[str, int]:
        # A prime or a fraction takes no exponent without brackets.
        return leaf.latex, SIGN if "'" in leaf.latex or leaf.latex.startswith(r"\frac") else ATOM

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        return rf"\frac{{{self.write(top, TERNARY)}}}{{{self.write(bottom, TERNARY)}}}", ATOM

    def power(self, base: Expression, exponent: int) -> str:
        return rf"{self.write(base, ATOM, inside=True)}^{{{exponent}}}"

    def call(self, call: Call) -> tuple[str, int]:
        args = ", ".join(self.write(arg, TERNARY) for arg in call.args)
        match call.name:
            case "exp":
                return rf"e^{{{args}}}", POWER
            case "abs":
                return rf"\left|{args}\right|", ATOM
            case "sqrt":
                return rf"\sqrt{{{args}}}", ATOM
            case _:
                return rf"{call.latex}\left({args}\right)", ATOM

    def cases(self, node: Cases) -> str:
        yes, condition, no = (self.write(part, TERNARY) for part in (node.yes, node.condition, node.no))
        return rf"\begin{{cases}} {yes} & {condition} \\ {no} & \text{{otherwise}} \end{{cases}}"

    def compare(self, node: Compare) -> str:
        operator = _LATEX_COMPARE.get(node.operator, node.operator)
        return f"{self.write(node.left, SUM)} {operator} {self.write(node.right, SUM)}"
