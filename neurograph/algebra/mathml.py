"""Writing an expression down as MathML, in symbols or with the numbers in, for pages that need no library to show it.

Brackets and order are those of writing.py; here is only what they look like in MathML Core.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurograph.algebra.expression import Applied, Call, Cases, Compare, Expression, Leaf
from neurograph.algebra.numbers import MINUS, NumberFormat, number_mathml
from neurograph.algebra.symbols import Symbol, function_mathml, symbol_mathml
from neurograph.algebra.writing import ATOM, POWER, SIGN, SUM, TERNARY, TextWriter

__all__ = ["MathMLWriter", "write_mathml"]

_COMPARE = {"<=": "≤", ">=": "≥", "==": "=", "<": "&lt;", ">": "&gt;"}


def write_mathml(
    expression: Expression,
    numbers: bool,
    style: NumberFormat,
    leaf: Callable[[Leaf, str], str] = lambda leaf, text: text,
) -> str:
    """Write an expression as the inside of a `<math>` element.

    Parameters
    ----------
    expression : Expression
        What to write.
    numbers : bool
        With every value in its place, or in symbols.
    style : NumberFormat
        How numbers are written.
    leaf : callable
        Given each quantity and how it would be written, gives what to write, such as an element around it.

    Examples
    --------
    >>> from neurograph.algebra.expression import Number, Product
    >>> tree = Product((Leaf(Symbol("w"), -0.5), Number(2.0)))
    >>> write_mathml(tree, numbers=False, style=NumberFormat())
    '<mi>w</mi><mo>·</mo><mn>2</mn>'
    >>> write_mathml(tree, numbers=True, style=NumberFormat()).count("<mn>")
    2
    """
    return MathMLWriter(numbers, style, leaf).write(expression, TERNARY)


@dataclass(frozen=True, slots=True)
class MathMLWriter(TextWriter):
    """MathML Core."""

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

    def write(self, node: Expression, place: int, inside: bool = False) -> str:
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
        above, below = self.within.write(top, TERNARY), self.within.write(bottom, TERNARY)
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>", ATOM

    def power(self, base: Expression, exponent: int) -> str:
        """Write a power."""
        return f"<msup><mrow>{self.within.write(base, ATOM, inside=True)}</mrow><mn>{exponent}</mn></msup>"

    def call(self, call: Call) -> tuple[str, int]:
        """Write a function of something."""
        writer = self.within if call.name in ("exp", "abs", "sqrt") else self
        args = "<mo>,</mo>".join(writer.write(arg, TERNARY) for arg in call.args)
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
        yes, condition, no = (self.within.write(part, TERNARY) for part in (node.yes, node.condition, node.no))
        rows = "".join(
            f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>"
            for value, when in ((yes, condition), (no, "<mtext>otherwise</mtext>"))
        )
        return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"

    def compare(self, node: Compare) -> str:
        """Write a condition."""
        operator = f"<mo>{_COMPARE[node.operator]}</mo>"
        return f"{self.write(node.left, SUM)}{operator}{self.write(node.right, SUM)}"
