"""A CSV file as a table of text: delimiter, names of the columns, and the line on which every row begins.

It reads bytes as text and decides nothing about what the cells mean, but for telling numbers from names.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from neurograph.errors import InvalidTypeError, InvalidValueError, show

__all__ = ["Table", "looks_numeric", "read_table"]

_LARGEST_FILE = 16 * 1024 * 1024
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAMPLE = 30  # rows that the delimiter is judged by
_LONGEST_NAME = 60
# A point or a comma before the decimals. Written so that a cell is scanned once, however long it is.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a CSV file, as text without the spaces around it.

    Attributes
    ----------
    path : str
        The file, for messages.
    delimiter : str
        A comma, a semicolon or a tab.
    names : tuple of str
        Of the columns; empty when the file has no header.
    rows : list of list of str
        All of one length.
    lines : list of int
        The line of the file on which each row begins, from 1.
    told : bool
        Whether the user said if there is a header.
    """

    path: str
    delimiter: str
    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    told: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0])

    def column(self, place: int) -> str:
        """Name a column as a message does: by its name if there is a header, or else by its number, from 1."""
        if not self.names:
            return f"column {place + 1}"
        name = self.names[place]
        return f"column {name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + '...'!r}"

    def where(self, row: int, place: int) -> str:
        """Say where a cell is: file, line, column."""
        return f"{self.path}, line {self.lines[row]}, {self.column(place)}"


def looks_numeric(cell: str) -> bool:
    """Tell a number from a name; the decimal sign may be a point or a comma.

    Examples
    --------
    >>> [looks_numeric(cell) for cell in ("5.1", "5,1", "-.5e3", "nan", "1_000", "1,000.5", "setosa", "")]
    [True, True, True, False, False, False, False, False]
    """
    return _NUMBER.fullmatch(cell) is not None


def read_table(path: object, header: object, delimiter: object) -> Table:
    """Read a CSV file: UTF-8 with or without a byte order mark, quoted cells, blank lines passed over.

    Parameters
    ----------
    path : str or path
        The file, at most 16 MiB.
    header : bool or None
        Whether the first row holds the names of the columns. None: it does if no cell of it is a number.
    delimiter : str or None
        What separates the cells. None: the one of comma, semicolon and tab that turns most cells of the first rows
        into numbers.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When the file cannot be read, is no UTF-8, is too large, has rows of different lengths, no row or only one
        column, or when a name of a column is missing or given twice.
    """
    where = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(where, str):
        raise InvalidTypeError(where="load_csv, path", given=path, expected="the name of a file")
    if header is not None and not isinstance(header, bool):
        raise InvalidTypeError(where="load_csv, header", given=header, expected="True, False, or None to find out")
    if delimiter is not None and not (isinstance(delimiter, str) and delimiter in _DELIMITERS):
        raise InvalidValueError(
            where="load_csv, delimiter", given=delimiter, expected="',', ';', '\\t', or None to find out"
        )
    text = _text(where)
    chosen = _sniff(text) if delimiter is None else delimiter
    lines, rows = [], []
    try:
        for line, cells in _records(text, chosen):
            lines.append(line)
            rows.append(cells)
    except csv.Error as error:
        after = f"after line {lines[-1]}" if lines else "line 1"
        raise InvalidValueError(
            f"it is not CSV ({error}).", where=f"{where}, {after}", cure="Look for a stray quote."
        ) from None
    _check_shape(where, chosen, lines, rows)
    named = header if header is not None else not any(looks_numeric(cell) for cell in rows[0])
    names = _names(where, lines[0], rows[0]) if named else ()
    if named and len(rows) == 1:
        raise InvalidValueError(
            f"got the names of the columns in line {lines[0]} and no row below them, expected at least one.",
            where=where,
            cure="If that line is a row, say header=False.",
        )
    return Table(where, chosen, names, rows[named:], lines[named:], header is not None)


def _text(path: str) -> str:
    try:
        if Path(path).is_dir():
            raise InvalidValueError("it is a directory, expected a CSV file.", where=path, cure="Name a file in it.")
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise InvalidValueError(
            f"cannot be read ({error.strerror or error}).", where=path, cure="Check the name."
        ) from None
    except ValueError as error:
        if isinstance(error, InvalidValueError):
            raise
        raise InvalidValueError(f"cannot be the name of a file ({error}).", where=path) from None
    if len(data) > _LARGEST_FILE:
        raise InvalidValueError(
            f"the file is larger than {_LARGEST_FILE // 2**20} MiB.", where=path, cure="Is it the right one?"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidValueError(
            f"it is not UTF-8 text (byte 0x{data[error.start]:02x}).",
            where=f"{path}, line {line}",
            cure="Save it as UTF-8.",
        ) from None


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give every row that is not blank, with the line on which it begins; a quoted cell may span lines."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    for record in reader:
        cells = [cell.strip() for cell in record]
        if cells not in ([], [""]):
            yield line, cells
        line = reader.line_num + 1


def _sniff(text: str) -> str:
    """Choose the delimiter that turns the largest share of the first cells into numbers; the comma if none does."""
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        cells: list[str] = []
        try:
            for _, record in islice(_records(text, delimiter), _SAMPLE):
                cells += record if len(record) > 1 else [""]
        except csv.Error:
            pass  # judged by what came before
        share = len([cell for cell in cells if looks_numeric(cell)]) / max(len(cells), 1)
        if share > most:
            best, most = delimiter, share
    return best


def _check_shape(where: str, delimiter: str, lines: list[int], rows: list[list[str]]) -> None:
    if not rows:
        raise InvalidValueError("it holds no row.", where=where, cure="Is it the right file?")
    width, kind = len(rows[0]), _DELIMITERS[delimiter]
    for line, row in zip(lines, rows, strict=True):
        if len(row) != width:
            raise InvalidValueError(
                f"got {len(row)} cells, expected {width} as in line {lines[0]} (separated by {kind}).",
                where=f"{where}, line {line}",
                cure=f"Mend the row; a cell that holds a {kind} must stand in quotes.",
            )
    if width == 1:
        raise InvalidValueError(
            f"got one cell, {show(rows[0][0])}, expected features and a target, separated by comma, semicolon or tab.",
            where=f"{where}, line {lines[0]}",
        )


def _names(where: str, line: int, cells: list[str]) -> tuple[str, ...]:
    first: dict[str, int] = {}
    for number, name in enumerate(cells, start=1):
        if not name:
            raise InvalidValueError(
                "it has no name.",
                where=f"{where}, line {line}, column {number}",
                cure="Name it, or delete the column (pandas writes the numbers of its rows there; "
                "index=False leaves them out).",
            )
        if name in first:
            raise InvalidValueError(
                f"columns {first[name]} and {number} are both named {show(name)}.",
                where=f"{where}, line {line}",
                cure="Rename one; if the line is a row, say header=False.",
            )
        first[name] = number
    return tuple(cells)
