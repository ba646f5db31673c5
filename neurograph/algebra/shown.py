"""Arithmetic as a reader sees it: whether the numbers as they are written give the result as it is written.

Rounded numbers need not. Then the operands get more digits until they are close, and "≈" joins them to the result. This
file rounds and works out; how a number is written is said by `numbers.py`, and a line by `writers.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from neurograph.algebra.expression import (
    Applied,
    Call,
    Difference,
    Expression,
    Leaf,
    Number,
    Sum,
    children,
    evaluate,
)
from neurograph.algebra.numbers import NumberFormat

__all__ = ["Join", "Shown", "show"]

Join = Literal["=", "≈"]

_CLOSE = 0.005  # of the result; what is shown may miss it by so much
_LOST = 1e-12  # a result that is smaller, beside the largest term, is what a subtraction has left over
_MOST_DIGITS = 17  # give every float back


@dataclass(frozen=True, slots=True)
class Shown:
    """How the right side of a line is written with its numbers in.

    Attributes
    ----------
    style : NumberFormat
        How its numbers are written; with more digits than the result's where the result needs them.
    join : {"=", "≈"}
        What stands between the numbers and the result: "=" where a calculator that is given the one shows the other.
    by_hand : float
        What the numbers come to as they are written; NaN where that cannot be worked out.
    """

    style: NumberFormat
    join: Join
    by_hand: float


def show(work: Expression, value: float, style: NumberFormat) -> Shown:
    """Find the fewest digits with which the numbers of `work` come close to its value, and how the two are joined.

    Where a sum comes to under 1e-12 of its largest term no digits are added: they would only show what has cancelled.

    Examples
    --------
    >>> from neurograph.algebra.expression import Product
    >>> a = Leaf(None, 0.7766)
    >>> show(Product((a, a)), 0.7766 * 0.7766, NumberFormat(digits=3)).join  # 0.777 * 0.777 is 0.604, not 0.603
    '≈'
    >>> sharp = show(Difference(Number(1.0), Leaf(None, 0.93651)), 1.0 - 0.93651, NumberFormat(digits=2))
    >>> sharp.style.digits, sharp.join, round(sharp.by_hand, 12)  # 1 - 0.937 is 0.063
    (3, '=', 0.063)
    """
    if style.terms and any(isinstance(node, Sum) and len(node.terms) > style.terms for node in _nodes(work)):
        return Shown(style, "≈", math.nan)  # some terms are left out
    plain = _at(work, value, style)
    if _is_close(plain, value, style) or style.digits is None or _overflows(work) or _has_cancelled(work):
        return plain
    for digits in range(style.digits + 1, _MOST_DIGITS + 1):
        sharper = _at(work, value, replace(style, digits=digits), style)
        if _is_close(sharper, value, style):
            return sharper
    return plain


def _at(work: Expression, value: float, style: NumberFormat, of_result: NumberFormat | None = None) -> Shown:
    written = _rounded(work, style)
    by_hand = evaluate(written)
    if _overflows(written):
        return Shown(style, "≈", by_hand)  # a calculator stops there
    return Shown(style, "=" if _reads_as(by_hand, value, of_result or style) else "≈", by_hand)


def _reads_as(by_hand: float, value: float, style: NumberFormat) -> bool:
    """Whether a number, rounded as the result is, is the result."""
    result = style.text(value)
    if style.digits is None or "/" in result:
        return by_hand == _number(result)
    return not math.isnan(by_hand) and NumberFormat(style.digits).text(by_hand) == result


def _is_close(shown: Shown, value: float, style: NumberFormat) -> bool:
    result = _number(style.text(value))
    return shown.join == "=" or abs(shown.by_hand - result) <= _CLOSE * abs(result)


def _nodes(expression: Expression) -> Iterator[Expression]:
    """Every part of an expression, the whole first."""
    waiting = [expression]
    while waiting:
        yield (node := waiting.pop())
        waiting.extend(children(node))


def _has_cancelled(work: Expression) -> bool:
    """Whether a sum or difference in it is only what its terms have left over."""
    return any(
        0.0 < abs(evaluate(node)) < _LOST * max(abs(evaluate(part)) for part in children(node))
        for node in _nodes(work)
        if isinstance(node, Sum | Difference)
    )


def _overflows(work: Expression) -> bool:
    """Whether a function in it leaves the range of floats, even if what comes of that does not."""
    return any(isinstance(node, Call) and math.isinf(evaluate(node)) for node in _nodes(work))


def _rounded(node: Any, style: NumberFormat) -> Any:
    """Put the written numbers into a tree; what is no expression, such as a name or an exponent, stays."""
    match node:
        case Leaf(symbol, value, key):
            return Leaf(symbol, _number(style.text(value)), key)
        case Applied(_, formula):
            return _rounded(formula, style)
        case tuple():
            return tuple(_rounded(part, style) for part in node)
        case str() | float() | int() | Number():
            return node
        case _:
            return type(node)(*(_rounded(getattr(node, name), style) for name in node.__slots__))


def _number(text: str) -> float:
    """Read what NumberFormat has written."""
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)
