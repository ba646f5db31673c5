"""Laying a step out as lines of text, within a given width.

It arranges what the step says about itself; it adds no word about the mathematics.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from neurograph.passes.differences import Check
from neurograph.rules.expression import leaves
from neurograph.rules.number_format import NumberFormat
from neurograph.trace.step import Line, Step

__all__ = ["TextLine", "broken_equation", "text_lines", "verdict"]


class TextLine(NamedTuple):
    """A line of text; where a gradient's verdict begins in it, its code and the columns of the words that say it."""

    text: str
    verdict: str = ""
    begin: int = 0
    end: int = 0


def text_lines(step: Step, width: int = 100, checks: bool = False) -> list[TextLine]:
    """Lay a step out: its title, then each equation in symbols, with numbers, and its result.

    Parameters
    ----------
    step : Step
        What to lay out.
    width : int
        Columns to stay within, where words allow.
    checks : bool
        Put the gradient check beside each gradient.
    """
    title = textwrap.fill(step.title, width, subsequent_indent="    ", break_long_words=False)
    lines = list(_split(title))
    for line in step.lines:
        lines.extend(_equation(line, step, width, checks))
    if step.running is not None:
        lines.append(TextLine(f"    sum so far: {step.style.text(step.running)}"))
    return lines


def _split(text: str) -> Iterator[TextLine]:
    return map(TextLine, text.split("\n"))


def _equation(line: Line, step: Step, width: int, checks: bool) -> Iterator[TextLine]:
    symbols, numbers = line.symbols(step.style), line.numbers(step.style)
    result = step.style.text(line.left.value)
    left, equals, _ = symbols.partition(" = ")
    margin = "    " + " " * len(left) if equals else "   "
    if len(margin) > width // 2:
        margin = "     "
    yield from map(TextLine, broken_equation(f"    {symbols}", margin + "     ", width))
    if numbers != result and any(True for _ in leaves(line.work())):
        yield from map(TextLine, broken_equation(f"{margin} = {numbers}", margin + "     ", width))
    end = f"{margin} = {result}"
    if checks and line.check:
        yield from _judged(end, line.check(), step.style, margin + "   ", width)
    else:
        yield TextLine(end)
    if line.note:
        yield from _split(_words(f"({line.note})", margin + " ", width))


def _judged(end: str, check: Check, style: NumberFormat, margin: str, width: int) -> Iterator[TextLine]:
    """Put a verdict beside the result, or below it where there is no room."""
    words = f"check: {verdict(check, style)}"
    head = len("check: " + _WORDS.get(check.verdict, ""))
    begin = len(end) + 3
    if begin + len(words) <= width:
        yield TextLine(f"{end}   {words}", check.verdict, begin, begin + head)
        return
    yield TextLine(end)
    first, *more = _split(_words(words, margin, width))
    yield TextLine(first.text, check.verdict, len(margin), len(margin) + head)
    yield from more


def broken_equation(text: str, later: str, width: int) -> list[str]:
    """Break an equation before a sign, so that no product is torn apart."""
    lines = [""]
    for part in re.split(r"(?= [+=-] )", text):
        if lines[-1].strip() and len(lines[-1]) + len(part) > width:
            lines.append(later + part.lstrip())
        else:
            lines[-1] += part
    return lines


def _words(text: str, margin: str, width: int) -> str:
    """Break a remark between words."""
    return textwrap.fill(
        text,
        max(width, len(margin) + 20),
        initial_indent=margin,
        subsequent_indent=margin + " ",
        break_long_words=False,
        break_on_hyphens=False,
    )


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


def _power(error: float) -> str:
    """The next power of ten above an error: its digits say nothing."""
    return f"1e{max(math.floor(math.log10(error)) + 1, -16)}" if error > 1e-17 else "1e-16"
