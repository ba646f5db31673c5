"""Text within a given width: where an equation and a remark may break, how a check is said, and how exact numbers are.

It adds no word about the mathematics, and knows of no step.
"""

from __future__ import annotations

import math
import re
import textwrap
from typing import NamedTuple

from neurograph.algebra.numbers import NumberFormat
from neurograph.passes.differences import Check

__all__ = ["TextLine", "broken_equation", "broken_words", "rounding", "verdict", "with_verdict"]


class TextLine(NamedTuple):
    """A line of text; where a gradient's verdict begins in it, its code and the columns of the words that say it."""

    text: str
    verdict: str = ""
    begin: int = 0
    end: int = 0


def broken_equation(text: str, later: str, width: int) -> list[str]:
    """Break an equation before a sign, so that no product is torn apart."""
    lines = [""]
    for part in re.split(r"(?= [+=≈-] )", text):
        if lines[-1].strip() and len(lines[-1]) + len(part) > width:
            lines.append(later + part.lstrip())
        else:
            lines[-1] += part
    return lines


def broken_words(text: str, margin: str, width: int) -> list[str]:
    """Break a remark between words."""
    return textwrap.wrap(
        text,
        max(width, len(margin) + 20),
        initial_indent=margin,
        subsequent_indent=margin + " ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def with_verdict(end: str, check: Check | None, style: NumberFormat, margin: str, width: int) -> list[TextLine]:
    """Put the verdict of a check beside a result, or below it where there is no room."""
    if check is None:
        return [TextLine(end)]
    words = f"check: {verdict(check, style)}"
    head = len("check: " + _WORDS.get(check.verdict, ""))
    begin = len(end) + 3
    if begin + len(words) <= width:
        return [TextLine(f"{end}   {words}", check.verdict, begin, begin + head)]
    first, *more = broken_words(words, margin, width)
    return [TextLine(end), TextLine(first, check.verdict, len(margin), len(margin) + head), *map(TextLine, more)]


_WORDS = {"ok": "ok", "wrong": "WRONG"}  # what a verdict begins with


def verdict(check: Check, style: NumberFormat) -> str:
    """Say how a gradient stands beside its central difference.

    Examples
    --------
    >>> verdict(Check(2.0, 2.0, 0.0, "ok"), NumberFormat())
    'ok, central difference 2 (error < 1e-16)'
    """
    if check.verdict == "kink":
        return f"{check.kink} sits on a kink, where the slope jumps"
    difference = style.text(check.difference)
    match check.verdict:
        case "ok":
            return f"{_WORDS['ok']}, central difference {difference} (error < {_power(check.relative_error)})"
        case "too small":
            return f"too small for differences ({difference})"
        case _:
            return f"{_WORDS['wrong']}, central difference {difference} (error {check.relative_error:.0e})"


def rounding(style: NumberFormat, option: str = "") -> str:
    """Say how exact the numbers are that are shown, once for all; `option` is what gives more digits.

    Examples
    --------
    >>> rounding(NumberFormat(digits=2), "--digits")[:74]
    'Numbers are shown rounded to 2 significant digits (more with --digits); wh'
    """
    digits = f"rounded to {style.digits} significant digit{'s' * (style.digits != 1)}" if style.digits else "in full"
    more = f" (more with {option})" if option else ""
    return f"Numbers are shown {digits}{more}; where those shown would give another result, ≈ stands for =."


def _power(error: float) -> str:
    """The next power of ten above an error: its digits say nothing."""
    return f"1e{max(math.floor(math.log10(error)) + 1, -16)}" if error > 1e-17 else "1e-16"
