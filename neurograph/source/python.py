"""Cells as lines of Python: each quantity a name, each rule a call of its record's function.

It writes what a recording holds, to the last bit; what an act computes, it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from neurograph.algebra.expression import Applied, Difference, Expression, Leaf, Number, Power, Product, Sum, applied_in
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.writers import ATOM, PRODUCT, SUM, TextWriter
from neurograph.program.recording import Cell
from neurograph.quantities import Quantity
from neurograph.source.names import Names

__all__ = ["cell_lines", "in_parts", "row"]

_TERMS = 4  # of a sum, in one line
Row = tuple[Expression, ...]


def cell_lines(names: Names, cells: Sequence[Cell]) -> Iterator[str]:
    """Write what one act computes; the sums are from the left, as those of the verbs are."""
    writer = _Writer(False, NumberFormat(terms=None), names=names)
    for rows in dict.fromkeys(rows for cell in cells for rows in _two_rows(cell.work)):
        texts = [writer.row(one) for one in rows]
        writer.named.update(zip(rows, names.of_rows(rows), strict=True))
        yield f"{', '.join(writer.named[one] for one in rows)} = {', '.join(texts)}"
    match cells:
        case [Cell(work=Applied(place=0) as applied), *_]:  # all results of one call
            yield f"{row([names.of(cell.quantity) for cell in cells])} = {writer.call_of(applied)}"
        case _:
            # Those that share a parameter share its line.
            for lines in dict.fromkeys(tuple(writer.lines(cell)) for cell in cells):
                yield from lines


def _two_rows(work: Expression) -> Iterator[tuple[Row, Row]]:
    """Find the rows that a rule is given two of, such as all z and all a of a group."""
    for applied in applied_in(work):
        match applied.args:
            case (tuple() as z, tuple() as a, *_):
                yield z, a


@dataclass(frozen=True, slots=True)
class _Writer(TextWriter):
    """Python that computes, in the order in which the verbs do."""

    names: Names = field(kw_only=True)
    named: dict[Row, str] = field(default_factory=dict, kw_only=True)

    def lines(self, cell: Cell) -> Iterator[str]:
        """Write a cell; a long sum in several lines, and a step as one."""
        name = self.names.of(cell.quantity)
        match cell.work:
            case Sum(terms, from_zero):
                parts = in_parts(terms, _TERMS)
                if len(parts) > 1 and len(parts[-1]) == 1 and isinstance(terms[-1], Leaf):
                    parts[-2:] = [terms[-_TERMS - 1 :]]  # a bias goes with what is before it
                yield f"{name} = {self.sum(parts[0], from_zero)}"
                for part in parts[1:]:
                    yield f"{name} = {self.plus.join([name, *(self.write(term, PRODUCT) for term in part)])}"
            case Difference(Leaf(key=Quantity() as old), step) if self.names.of(old) == name:
                yield f"{name} -= {self.write(step)}"
            case Leaf(key=Quantity() as old) if self.names.of(old) == name:
                pass  # it stays as it is
            case work:
                yield f"{name} = {self.write(work)}"

    def form(self, node: Expression) -> tuple[str, int]:
        """Write a node without brackets around it, and say how tightly it holds together."""
        match node:
            case Leaf(key=Quantity() as quantity):
                return self.names.of(quantity), ATOM
            case Number(value):
                return repr(value), ATOM
            case Power(base, exponent):  # a power of Python's own may have another last bit
                return self.form(Product((base,) * exponent))
            case Applied(rule=rule) if rule is not None:
                return self.call_of(node), ATOM
            case Sum(terms, from_zero):
                return self.sum(terms, from_zero), SUM
        return TextWriter.form(self, node)

    def sum(self, terms: Sequence[Expression], from_zero: bool = False) -> str:
        """Write the terms of a sum."""
        parts = [self.write(term, PRODUCT if at or from_zero else 0) for at, term in enumerate(terms)]
        return self.plus.join(["0.0", *parts] if from_zero else parts)

    def call_of(self, applied: Applied) -> str:
        """Write a call of a rule's function."""
        args = [
            str(arg) if isinstance(arg, int) else self.named.get(arg) or self.row(arg) if isinstance(arg, tuple)
            else self.write(arg)
            for arg in applied.args
        ]  # fmt: skip
        return f"{self.names.rule(applied.rule)}.{applied.function}({', '.join(args)})"

    def row(self, row: Row) -> str:
        """Write a list."""
        return f"[{', '.join(map(self.write, row))}]"


def row(names: Sequence[str]) -> str:
    """Write names so that the numbers of a list can be taken apart into them."""
    return ", ".join(names) if len(names) > 1 else f"({names[0]},)"


def in_parts(names: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Cut a list into parts of so many, the last perhaps shorter."""
    return [names[at : at + size] for at in range(0, len(names), size)]
