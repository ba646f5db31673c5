"""Writing an expression down as MathML, in symbols or with the numbers in, for pages that need no library to show it.

Brackets and order are those of writing.py; here is only what they look like in MathML Core.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from neurograph.algebra.expression import Applied, Call, Cases, Compare, Expression, Leaf
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import symbol_mathml
from neurograph.algebra.writing import ATOM, POWER, SIGN, SUM, TERNARY, TextWriter
from neurograph.errors import one_line

__all__ = ["number_mathml", "write_mathml"]

_COMPARE = {"<=": "≤", ">=": "≥", "==": "=", "<": "&lt;", ">": "&gt;"}
_GREEK = {r"\sigma": "\N{GREEK SMALL LETTER SIGMA}"}
_MINUS = "<mo>\N{MINUS SIGN}</mo>"


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
    >>> tree = Product((Leaf("w", "w", -0.5), Number(2.0)))
    >>> write_mathml(tree, numbers=False, style=NumberFormat())
    '<mi>w</mi><mo>·</mo><mn>2</mn>'
    >>> write_mathml(tree, numbers=True, style=NumberFormat()).count("<mn>")
    2
    """
    return _MathML(numbers, style, leaf).write(expression, TERNARY)


def number_mathml(text: str) -> str:
    """Write a number that is written as text: its sign, its digits, and a power of ten.

    Examples
    --------
    >>> number_mathml("4.9e+07")
    '<mn>4.9</mn><mo>·</mo><msup><mn>10</mn><mrow><mn>7</mn></mrow></msup>'
    >>> number_mathml("1/3")
    '<mfrac><mn>1</mn><mn>3</mn></mfrac>'
    """
    if text.startswith("-"):
        return _MINUS + number_mathml(text[1:])
    top, over, bottom = text.partition("/")
    if over:
        return f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>"
    digits, power, exponent = text.partition("e")
    if power:
        ten = f"<msup><mn>10</mn><mrow>{number_mathml(str(int(exponent)))}</mrow></msup>"
        return f"{number_mathml(digits)}<mo>·</mo>{ten}"
    return f"<mn>{'∞' if digits == 'inf' else digits}</mn>"


@dataclass(frozen=True, slots=True)
class _MathML(TextWriter):
    """MathML Core."""

    leaf: Callable[[Leaf, str], str] = lambda leaf, text: text

    times = "<mo>·</mo>"
    plus = "<mo>+</mo>"
    less = minus = _MINUS
    more = "<mo>⋯</mo><mtext>({} more)</mtext><mo>⋯</mo>"

    def write(self, node: Expression, place: int, inside: bool = False) -> str:
        while isinstance(node, Applied):
            node = node.formula
        if not isinstance(node, Leaf):
            return TextWriter.write(self, node, place, inside)
        # Brackets go by the number itself, whatever is put around it.
        bare, tightness = self.form(node)
        text = self.leaf(node, bare)
        return self.bracket(text) if tightness < place or (inside and bare.startswith(self.minus)) else text

    def number(self, value: float) -> str:
        return number_mathml(self.style.text(value))

    def value(self, value: float) -> tuple[str, int]:
        text, tightness = TextWriter.value(self, value)
        return text, SIGN if "<msup>" in text else tightness

    def constant(self, value: float) -> tuple[str, int]:
        text = number_mathml(TextWriter.constant(self, value)[0])
        return text, SIGN if "<msup>" in text else ATOM

    def bracket(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def symbol(self, leaf: Leaf) -> tuple[str, int]:
        # A prime or a fraction takes no exponent without brackets.
        text = symbol_mathml(leaf.latex)
        return text, SIGN if "<mfrac>" in text or "\N{PRIME}" in text else ATOM

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        above, below = self.write(top, TERNARY), self.write(bottom, TERNARY)
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>", ATOM

    def power(self, base: Expression, exponent: int) -> str:
        return f"<msup><mrow>{self.write(base, ATOM, inside=True)}</mrow><mn>{exponent}</mn></msup>"

    def call(self, call: Call) -> tuple[str, int]:
        args = "<mo>,</mo>".join(self.write(arg, TERNARY) for arg in call.args)
        match call.name:
            case "exp":
                return f"<msup><mi>e</mi><mrow>{args}</mrow></msup>", POWER
            case "abs":
                return f"<mrow><mo>|</mo>{args}<mo>|</mo></mrow>", ATOM
            case "sqrt":
                return f"<msqrt>{args}</msqrt>", ATOM
            case _:
                name = _GREEK.get(call.latex.rstrip("'"), call.name.rstrip("'")) + "\N{PRIME}" * call.latex.count("'")
                return f"<mi>{escape(one_line(name), quote=False)}</mi>{self.bracket(args)}", ATOM

    def cases(self, node: Cases) -> str:
        yes, condition, no = (self.write(part, TERNARY) for part in (node.yes, node.condition, node.no))
        rows = "".join(
            f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>"
            for value, when in ((yes, condition), (no, "<mtext>otherwise</mtext>"))
        )
        return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"

    def compare(self, node: Compare) -> str:
        operator = f"<mo>{_COMPARE[node.operator]}</mo>"
        return f"{self.write(node.left, SUM)}{operator}{self.write(node.right, SUM)}"
