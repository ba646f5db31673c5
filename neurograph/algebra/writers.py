"""Writing an expression down: as text that Python would read, LaTeX or MathML, in symbols or with the numbers in.

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
from neurograph.algebra.numbers import MINUS, NumberFormat, number_latex, number_mathml
from neurograph.algebra.symbols import Symbol, function_mathml, symbol_latex, symbol_mathml, symbol_text

__all__ = ["MathMLWriter", "write_latex", "write_text"]

# How tightly an expression holds together; a part that is looser than its place demands gets brackets.
TERNARY, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

_WHOLE = 1e16  # from here on, repr writes an exponent


def write_text(expression: Expression, numbers: bool, style: NumberFormat) -> str:
    """Write an expression as text, in symbols or (with `numbers`) with every value in its place.

    Examples
    --------
    >>> tree = Product((Leaf(Symbol("w"), -0.5), Sum((Leaf(Symbol("a"), 2.0), Number(1.0)))))
    >>> write_text(tree, numbers=False, style=NumberFormat())
    'w * (a + 1)'
    >>> write_text(tree, numbers=True, style=NumberFormat())
    '(-0.5) * (2 + 1)'
    """
    return TextWriter(numbers, style).write(expression)


def write_latex(expression: Expression, numbers: bool, style: NumberFormat) -> str:
    r"""Write an expression for LaTeX math mode, in symbols or (with `numbers`) with every value in its place.

    Examples
    --------
    >>> write_latex(Quotient(Number(1.0), Leaf(Symbol("z", ("h1",)), 4.0)), numbers=False, style=NumberFormat())
    '\\frac{1}{z_{h_{1}}}'
    """
    return _Latex(numbers, style).write(expression)


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Text in Python's own grammar, so that a line can be pasted and tried; other ways of writing differ in part."""

    numbers: bool
    style: NumberFormat

    times = " * "
    plus = " + "
    less = " - "
    minus = "-"
    more = " + ... ({} more) ... + "
    power_of_ten = ATOM  # how tightly a number with one holds together

    def number(self, text: str) -> str:
        """Write a number that is written as text."""
        return text

    def bracket(self, text: str) -> str:
        """Put brackets around."""
        return f"({text})"

    def symbol(self, symbol: Symbol) -> tuple[str, int]:
        """Write a symbol, and say how tightly it holds together."""
        return symbol_text(symbol), ATOM

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        """Write a division."""
        return f"{self.write(top, PRODUCT)} / {self.write(bottom, SIGN, inside=True)}", PRODUCT

    def power(self, base: Expression, exponent: int) -> str:
        """Write a power."""
        return f"{self.write(base, ATOM, inside=True)}**{exponent}"

    def call(self, call: Call) -> tuple[str, int]:
        """Write a function of something."""
        prime = "'" * call.prime
        return f"{call.name}{prime}({', '.join(self.write(arg) for arg in call.args)})", ATOM

    def cases(self, node: Cases) -> str:
        """Write one value or another, by a condition."""
        yes, condition, no = self.write(node.yes, SUM), self.compare(node.condition), self.form(node.no)[0]
        return f"{yes} if {condition} else {no}"

    def compare(self, node: Compare) -> str:
        """Write a condition."""
        return f"{self.write(node.left, SUM)} {node.operator} {self.write(node.right, SUM)}"

    # What follows is the same for every way of writing.

    def write(self, node: Expression, place: int = TERNARY, inside: bool = False) -> str:
        """Write a node; bracket it when it is looser than its place, or begins with a minus after an operator."""
        text, tightness = self.form(node)
        if tightness < place or (inside and text.startswith(self.minus)):
            return self.bracket(text)
        return text

    def form(self, node: Expression) -> tuple[str, int]:
        """Write a node without brackets around it, and say how tightly it holds together."""
        match node:
            case Leaf(symbol, value):
                return self.symbol(symbol) if symbol and not self.numbers else self.numeral(self.style.text(value))
            case Number(value):
                # The constants of a formula (1/2, 2, 0.01) are written in full, never rounded.
                is_whole = value == int(value) and abs(value) < _WHOLE
                return self.numeral(str(int(value)) if is_whole else repr(value))
            case Applied(formula=only) | Sum((only,)):
                return self.form(only)
            case Sum(terms):
                return self.sum(terms), SUM
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
                return self.numeral(self.style.text(0.0))  # no -0, as everywhere
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

    def numeral(self, text: str) -> tuple[str, int]:
        """Write a number that is written as text, and say how tightly it holds together."""
        return self.number(text), PRODUCT if "/" in text else self.power_of_ten if "e" in text else ATOM

    def sum(self, terms: Sequence[Expression]) -> str:
        """Write the terms of a sum, or its first and last ones and how many are between."""
        limit = self.style.terms
        hidden = max(len(terms) - limit, 0) if limit else 0
        head = (len(terms) - hidden + 1) // 2
        shown = [*terms[:head], *terms[head + hidden :]]
        texts = [self.write(term, PRODUCT if at else SUM, inside=at > 0) for at, term in enumerate(shown)]
        if not hidden:
            return self.plus.join(texts)
        return self.plus.join(texts[:head]) + self.more.format(hidden) + self.plus.join(texts[head:])


_LATEX_COMPARE = {"<=": r"\le", ">=": r"\ge", "==": "="}


@dataclass(frozen=True, slots=True)
class _Latex(TextWriter):
    """LaTeX math mode, in the subset that latex2mathml and matplotlib's readers understand."""

    times = r" \cdot "
    more = r" + \cdots ({}\ \text{{more}}) \cdots + "
    power_of_ten = SIGN

    def number(self, text: str) -> str:
        return number_latex(text)

    def bracket(self, text: str) -> str:
        return rf"\left({text}\right)"

    def symbol(self, symbol: Symbol) -> tuple[str, int]:
        return symbol_latex(symbol), SIGN if symbol.is_compound else ATOM

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        return rf"\frac{{{self.write(top)}}}{{{self.write(bottom)}}}", ATOM

    def power(self, base: Expression, exponent: int) -> str:
        return rf"{self.write(base, ATOM, inside=True)}^{{{exponent}}}"

    def call(self, call: Call) -> tuple[str, int]:
        args = ", ".join(self.write(arg) for arg in call.args)
        match call.name:
            case "exp":
                return rf"e^{{{args}}}", POWER
            case "abs":
                return rf"\left|{args}\right|", ATOM
            case "sqrt":
                return rf"\sqrt{{{args}}}", ATOM
            case _:
                return call.latex + "'" * call.prime + self.bracket(args), ATOM

    def cases(self, node: Cases) -> str:
        yes, condition, no = (self.write(part) for part in (node.yes, node.condition, node.no))
        return rf"\begin{{cases}} {yes} & {condition} \\ {no} & \text{{otherwise}} \end{{cases}}"

    def compare(self, node: Compare) -> str:
        operator = _LATEX_COMPARE.get(node.operator, node.operator)
        return f"{self.write(node.left, SUM)} {operator} {self.write(node.right, SUM)}"


_MATHML_COMPARE = {"<=": "≤", ">=": "≥", "==": "=", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True, slots=True)
class MathMLWriter(TextWriter):
    """MathML Core, the inside of a `<math>` element.

    `leaf` is given each quantity and how it would be written, and gives what to write, such as an element around it.

    Examples
    --------
    >>> MathMLWriter(False, NumberFormat()).write(Product((Leaf(Symbol("w"), -0.5), Number(2.0))))
    '<mi>w</mi><mo>·</mo><mn>2</mn>'
    """

    leaf: Callable[[Leaf, str], str] = lambda leaf, text: text

    times = "<mo>·</mo>"
    plus = "<mo>+</mo>"
    less = minus = MINUS
    more = "<mo>+</mo><mo>⋯</mo><mtext>({} more)</mtext><mo>⋯</mo><mo>+</mo>"
    power_of_ten = SIGN

    @property
    def within(self) -> MathMLWriter:
        """How to write what an element holds, such as the top of a fraction."""
        return self

    def write(self, node: Expression, place: int = TERNARY, inside: bool = False) -> str:
        """Write a node, and let `leaf` have its say about a quantity."""
        while isinstance(node, Applied):
            node = node.formula
        if not isinstance(node, Leaf):
            return TextWriter.write(self, node, place, inside)
        # Brackets go by the number itself, whatever is put around it.
        bare, tightness = self.form(node)
        text = self.leaf(node, bare)
        return self.bracket(text) if tightness < place or (inside and bare.startswith(self.minus)) else text

    def number(self, text: str) -> str:
        """Write a number that is written as text."""
        return number_mathml(text)

    def bracket(self, text: str) -> str:
        """Put brackets around."""
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def symbol(self, symbol: Symbol) -> tuple[str, int]:
        """Write a symbol, and say how tightly it holds together."""
        return symbol_mathml(symbol), SIGN if symbol.is_compound else ATOM

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        """Write a fraction."""
        above, below = self.within.write(top), self.within.write(bottom)
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>", ATOM

    def power(self, base: Expression, exponent: int) -> str:
        """Write a power."""
        return f"<msup><mrow>{self.within.write(base, ATOM, inside=True)}</mrow><mn>{exponent}</mn></msup>"

    def call(self, call: Call) -> tuple[str, int]:
        """Write a function of something."""
        writer = self.within if call.name in ("exp", "abs", "sqrt") else self
        args = "<mo>,</mo>".join(writer.write(arg) for arg in call.args)
        match call.name:
            case "exp":
                return f"<msup><mi>e</mi><mrow>{args}</mrow></msup>", POWER
            case "abs":
                return f"<mrow><mo>|</mo>{args}<mo>|</mo></mrow>", ATOM
            case "sqrt":
                return f"<msqrt>{args}</msqrt>", ATOM
            case _:
                return function_mathml(call.name, call.latex, call.prime) + self.bracket(args), ATOM

    def cases(self, node: Cases) -> str:
        """Write one value or another, by a condition."""
        yes, condition, no = (self.within.write(part) for part in (node.yes, node.condition, node.no))
        rows = "".join(
            f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>"
            for value, when in ((yes, condition), (no, "<mtext>otherwise</mtext>"))
        )
        return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"

    def compare(self, node: Compare) -> str:
        """Write a condition."""
        operator = f"<mo>{_MATHML_COMPARE[node.operator]}</mo>"
        return f"{self.write(node.left, SUM)}{operator}{self.write(node.right, SUM)}"
