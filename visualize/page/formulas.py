"""Equations of a page: MathML with gaps for the quantities, and marks where a long line may break.

Most equations of a trace differ in their quantities only, so what is left without them is written once. The page puts
symbols or numbers into the gaps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurograph.algebra.expression import Expression, Leaf
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.writers import MathMLWriter

__all__ = ["BREAK", "GAP", "PIECES", "shorter", "template"]

GAP = 0xF0000  # gap n is the nth character from here, which is for private use and so never part of a name
BREAK = "\ue003"

# What MathML repeats most, written as one letter each in the page's data.
PIECES = (
    "<mrow><mo>(</mo>", "<mo>)</mo></mrow>", "<mo>·</mo>", '<mo form="infix">+</mo>', "<mo>=</mo>",
    '<mo form="infix">\N{MINUS SIGN}</mo>', "<mo>\N{MINUS SIGN}</mo>", "<mfrac><mrow>", "</mrow><mrow>",
    "</mrow></mfrac>", "<mn>1</mn>", "<mn>2</mn>",
    "<msup>", "</msup>", "<msub>", "</msub>", "<mi>", "</mi>", "<mn>", "</mn>", "<mrow>", "</mrow>", "<mo>", "</mo>",
)  # fmt: skip
_PIECE = 0xE010

_LONG = 4  # gaps: a bracket that holds more of them may be broken inside


def template(expression: Expression, numbers: bool, style: NumberFormat, gap_of: Callable[[Leaf], int | None]) -> str:
    """Write an expression with a gap for each quantity: for `numbers`, which decides on brackets, or for symbols.

    `gap_of` numbers the quantities; None stands for a constant such as pi, which is written as it is.

    Examples
    --------
    >>> from neurograph.algebra.expression import Product, Sum
    >>> from neurograph.algebra.symbols import Symbol
    >>> w, a = Leaf(Symbol("w"), -0.5), Leaf(Symbol("a"), 2.0)
    >>> made = template(Sum((a, Product((w, a)))), True, NumberFormat(), {w: 0, a: 1}.get)
    >>> made.replace(chr(GAP), "W").replace(chr(GAP + 1), "A").split(BREAK)
    ['A', '<mo form="infix">+</mo><mrow><mo>(</mo>W<mo>)</mo></mrow><mo>·</mo>A']
    """

    def gap(leaf: Leaf, text: str) -> str:
        number = gap_of(leaf)
        return text if number is None else chr(GAP + number)

    return _Breaking(numbers, style, gap).write(expression)


@dataclass(frozen=True, slots=True)
class _Breaking(MathMLWriter):
    """MathML with a mark before every plus and minus between terms that stand on their own, in long brackets too."""

    # At the beginning of a piece a plus would be a sign.
    plus = f'{BREAK}<mo form="infix">+</mo>'
    less = f'{BREAK}<mo form="infix">\N{MINUS SIGN}</mo>'
    more = f'{plus}<mo>⋯</mo><mtext>({{}} more)</mtext>{BREAK}<mo form="infix">⋯</mo><mo>+</mo>'

    @property
    def within(self) -> MathMLWriter:
        return MathMLWriter(self.numbers, self.style, self.leaf)

    def bracket(self, text: str) -> str:
        if sum(ord(letter) >= GAP for letter in text) > _LONG:
            return f"<mo>(</mo>{text}<mo>)</mo>"
        return MathMLWriter.bracket(self, text.replace(f'{BREAK}<mo form="infix">', "<mo>"))


def shorter(mathml: str) -> str:
    """Write the pieces that MathML repeats as one letter each.

    Examples
    --------
    >>> len(shorter("<mi>w</mi><mo>·</mo>"))
    4
    """
    for at, piece in enumerate(PIECES):
        mathml = mathml.replace(piece, chr(_PIECE + at))
    return mathml
