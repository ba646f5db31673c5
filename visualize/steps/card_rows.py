"""The rows of a card: an edge each, with its numbers as they are written; of many edges the rest as one.

Nothing is worked out here but the sum and the root mean square of the edges that have no row of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.graph.edge import Edge
from visualize.network.modes import Read
from visualize.network.scales import root_mean_square
from visualize.network.showing import true_minus

__all__ = ["CardRow", "cell", "rows_of", "written"]

_ROWS = 12  # edges with a row of their own, on each side
_ADDED = ("product", "blame")  # what a neuron adds up, so the rest has a sum; of the others a root mean square


@dataclass(frozen=True, slots=True)
class CardRow:
    """An edge, or all that have no row: the neuron at its other end, the numbers, what fills the circle and the line.

    `count` is how many edges it stands for; `cells` are the texts, in the order of the columns.
    """

    name: str
    cells: tuple[str, ...]
    values: tuple[float | None, ...]
    fill: float | None
    line: float | None
    count: int = 1


def rows_of(
    edges: Sequence[Edge],
    kinds: Sequence[str],
    line: str,
    fill: str,
    read: Read,
    style: NumberFormat,
    name: Callable[[Edge], str],
    outward: bool = False,
) -> list[CardRow]:
    """List the edges in their order; of many the strongest, and the rest as one."""

    def value(kind: str, edge: Edge) -> float | None:
        if kind in ("a", "delta"):
            return read(kind, edge.target if outward else edge.source)
        return read(kind, edge)

    def strength(edge: Edge) -> float:
        carried = value(line, edge)
        return abs(edge.w if carried is None else carried)

    chosen = set(sorted(edges, key=lambda edge: -strength(edge))[:_ROWS]) if len(edges) > _ROWS + 1 else set(edges)
    rows = []
    for edge in edges:
        if edge in chosen:
            values = tuple(value(kind, edge) for kind in kinds)
            cells = tuple(cell(kind, edge, value, style) for kind in kinds)
            rows.append(CardRow(name(edge), cells, values, value(fill, edge), value(line, edge)))
    if rest := [edge for edge in edges if edge not in chosen]:
        rows.append(_rest(rest, kinds, line, fill, value, style))
    return rows


def _rest(
    edges: Sequence[Edge],
    kinds: Sequence[str],
    line: str,
    fill: str,
    value: Callable[[str, Edge], float | None],
    style: NumberFormat,
) -> CardRow:
    values, cells = [], []
    for kind in kinds:
        known = [value(kind, edge) for edge in edges]
        found = _sum(known) if kind in _ADDED else root_mean_square(known)
        values.append(found)
        cells.append(f"{'sum' if kind in _ADDED else 'rms'} {written(found, style)}")
    name = f"{len(edges)} more"
    carried = _sum([value(line, edge) for edge in edges])
    filled = root_mean_square([value(fill, edge) for edge in edges])
    return CardRow(name, tuple(cells), tuple(values), filled, carried, len(edges))


def _sum(values: Sequence[float | None]) -> float | None:
    total = 0.0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def written(value: float | None, style: NumberFormat) -> str:
    """Write a number for a picture.

    Examples
    --------
    >>> written(0.25, NumberFormat(3)), written(None, NumberFormat(3)), written(1e7, NumberFormat(3))
    ('0.25', '?', '1e+7')
    """
    return "?" if value is None else true_minus(re.sub(r"e([+-])0?", r"e\1", style.text(value)))


def cell(kind: str, thing: Any, read: Callable[[str, Any], float | None], style: NumberFormat) -> str:
    """Write a number; a new value with as many digits as it takes to see the change."""
    value = read(kind, thing)
    if not kind.endswith("_new") or value is None:
        return written(value, style)
    old = read(kind.removesuffix("_new"), thing)
    digits = style.digits or 17
    while old is not None and old != value and digits < 17 and style.text(old) == NumberFormat(digits).text(value):
        digits += 1
    return written(value, NumberFormat(digits))
