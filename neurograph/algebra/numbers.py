"""How a number is written: significant digits, fractions, and when a long sum is shortened.

This file turns floats into text, LaTeX and MathML; it knows nothing of what they mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from neurograph.validate import switch, whole

__all__ = ["MINUS", "NumberFormat", "number_latex", "number_mathml"]

MINUS = "<mo>\N{MINUS SIGN}</mo>"

_LARGEST_DENOMINATOR = 1000


@dataclass(frozen=True, slots=True)
class NumberFormat:
    r"""The caller's choice of how numbers are shown; it never changes what is computed.

    Parameters
    ----------
    digits : int or None
        Significant digits, 1 to 17; a number that would read as a whole one gets as many more as are needed to show
        that it is not. None writes every float in full, so that reading it back gives the same float.
    fractions : bool
        Write a float that is exactly the nearest one to p/q, with q at most 1000, as that fraction.
    terms : int or None
        A sum of more terms than this is shown by its first and last ones. None shows all.

    Examples
    --------
    >>> NumberFormat(digits=3).text(0.0066047), NumberFormat(digits=None).text(0.1)
    ('0.0066', '0.1')
    >>> NumberFormat(digits=3).text(0.99996)
    '0.99996'
    >>> NumberFormat(fractions=True).text(1 / 3), NumberFormat(digits=3).latex(4.893e-07)
    ('1/3', '4.89 \\times 10^{-7}')
    """

    digits: int | None = 4
    fractions: bool = False
    terms: int | None = 8

    def __post_init__(self) -> None:
        switch(self.fractions, "fractions")
        for name, least, most in (("digits", 1, 17), ("terms", 2, math.inf)):
            if (given := getattr(self, name)) is not None:
                whole(given, name, least, most, also="or None")

    def text(self, value: float) -> str:
        """Write a number as Python would read it."""
        if self.fractions and (fraction := self._fraction(value)):
            return f"{fraction.numerator}/{fraction.denominator}"
        if self.digits is None:
            return repr(value)
        return self._rounded(value, self.digits) if value != 0.0 else "0"  # no -0, which would only puzzle

    def latex(self, value: float) -> str:
        """Write a number for LaTeX math mode."""
        return number_latex(self.text(value))

    @staticmethod
    def _rounded(value: float, digits: int) -> str:
        text = f"{value:.{digits}g}"
        nearest = float(text)
        if not math.isfinite(value) or value == int(value) or "e" in text or nearest != int(nearest):
            return text
        # 0.99996 must not read 1: what is multiplied by 1 - a would seem to vanish. Show where it differs.
        while float(text) == nearest and digits < 17:
            digits += 1
            text = f"{value:.{digits}g}"
        return text

    @staticmethod
    def _fraction(value: float) -> Fraction | None:
        if value != value or value in (float("inf"), float("-inf")) or value == int(value):
            return None
        fraction = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        return fraction if fraction.denominator > 1 and float(fraction) == value else None


def number_latex(text: str) -> str:
    r"""Turn a number that is written as text into LaTeX.

    Examples
    --------
    >>> print(number_latex("1e-05"), number_latex("-inf"), number_latex("0.5"), number_latex("-1/3"))
    1 \times 10^{-5} -\infty 0.5 -\frac{1}{3}
    """
    if text.startswith("-"):
        return "-" + number_latex(text[1:])
    top, over, bottom = text.partition("/")
    if over:
        return rf"\frac{{{top}}}{{{bottom}}}"
    digits, power, exponent = text.partition("e")
    if power:
        return rf"{digits} \times 10^{{{int(exponent)}}}"
    return {"inf": r"\infty", "nan": r"\text{nan}"}.get(digits, digits)


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
        return MINUS + number_mathml(text[1:])
    top, over, bottom = text.partition("/")
    if over:
        return f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>"
    digits, power, exponent = text.partition("e")
    if power:
        ten = f"<msup><mn>10</mn><mrow>{number_mathml(str(int(exponent)))}</mrow></msup>"
        return f"{number_mathml(digits)}<mo>·</mo>{ten}"
    return f"<mn>{'∞' if digits == 'inf' else digits}</mn>"
