"""Tables as text or as Markdown, and numbers in three digits. It knows nothing of what they mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["short", "table"]


def short(value: float) -> str:
    """Write a number above 0 with about three digits: 0.031, 2.47, 24.7, 247, 24.7k, 2.47M.

    >>> [short(value) for value in (0.0312, 2.468, 24.68, 246.8, 2468.0, 99_960.0, 2_468_000.0)]
    ['0.031', '2.47', '24.7', '247', '2468', '100k', '2.47M']
    """
    unit = ""
    if value >= 9_999.5:
        value, unit = (value / 1e6, "M") if value >= 999_500.0 else (value / 1e3, "k")
    places = 3 if value < 0.0995 else 2 if value < 9.995 else 1 if value < 99.95 else 0
    return "-" if math.isnan(value) else f"{value:.{places}f}{unit}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool) -> str:
    """Lay out a table whose first column is text and whose others are numbers."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [_line(row, widths, markdown) for row in (head, *rows)]
    if markdown:
        lines.insert(1, "|" + "|".join(["---", *["---:"] * (len(head) - 1)]) + "|")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], markdown: bool) -> str:
    if markdown:
        return f"| {' | '.join(cells)} |"
    first, *rest = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([cells[0].ljust(widths[0]) if first else "", *rest])
