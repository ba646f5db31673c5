"""Text within a given width: where an equation and a remark may break, and how a check is said.

It adds no word about the mathematics, and knows of no step.
"""

from __future__ import annotations

import math
import re
import textwrap

from neurograph.algebra.numbers import NumberFormat
from neurograph.passes.differences import Check

__all__ = ["verdict", "wrapped_equation", "wrapped_words"]


def wrapped_equation(text: str, later: str, width: int) -> str:
    """Break an equation before a sign, so that no product is torn apart."""
    lines = [""]
    for part in re.split(r"(?= [+=-] )", text):
        if lines[-1].strip() and len(lines[-1]) + len(part) > width:
            lines.append(later + part.lstrip())
        else:
            lines[-1] += part
    return "\n".join(lines)


def wrapped_words(text: str, margin: str, width: int) -> str:
    """Break a remark between words."""
    return textwrap.fill(
        text,
        max(width, len(margin) + 20),
        initial_indent=margin,
        subsequent_indent=margin + " ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def verdict(check: Check, style: NumberFormat) -> str:
    """Say how a gradient stands beside its central difference.

    Examples
    --------
    >>> verdict(Check(2.0, 2.0, 0.0, "ok"), NumberFormat())
    'check: ok, central difference 2 (error < 1e-16)'
    """
    if check.verdict == "kink":
        return f"check: {check.kink} sits on a kink, where the slope jumps"
    difference = style.text(check.difference)
    match check.verdict:
        case "ok":
            return f"check: ok, central difference {difference} (error < {_power(check.relative_error)})"
        case "too small":
            return f"check: too small for differences ({difference})"
        case _:
            return f"check: WRONG, central difference {difference} (error {check.relative_error:.0e})"


def _power(error: float) -> str:
    """The next power of ten above an error: its digits say nothing."""
    return f"1e{max(math.floor(math.log10(error)) + 1, -16)}" if error > 1e-17 else "1e-16"
