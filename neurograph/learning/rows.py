"""Rows of named quantities: what a training tells of its epochs, and a sweep of its runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Generic, SupportsIndex, TypeVar, overload

from neurograph.validate import one_of

__all__ = ["Rows"]

T = TypeVar("T")


class Rows(Generic[T]):
    """A list of rows that can be read by row and by column.

    Attributes
    ----------
    rows : list of dict
        The quantities of each, by name.
    """

    __slots__ = ()

    rows: list[dict[str, T]]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:  # what is in a row, its reader knows
        return iter(self.rows)

    @overload
    def __getitem__(self, index: SupportsIndex) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    @overload
    def __getitem__(self, index: str) -> list[Any]: ...

    def __getitem__(self, index: SupportsIndex | slice | str) -> dict[str, Any] | list[dict[str, Any]] | list[Any]:
        """Give a row by its place, several by a slice, or a column by its name, which some row must have."""
        if isinstance(index, str):
            return self.column(one_of(index, self.columns, "", "unknown column"))
        return self.rows[index]

    def column(self, name: str) -> list[Any]:
        """List one quantity of all rows; None where a row does not have it."""
        return [row.get(name) for row in self.rows]

    @property
    def columns(self) -> list[str]:
        """The names of the quantities, in the order in which they first came up."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def csv(self) -> str:
        """Write all rows as CSV, every float in full."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in self.rows)
        return text.getvalue()
