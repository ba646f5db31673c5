"""A data set from a CSV file of the user's own, in three steps: a table of text, its columns, the data.

What cannot be used is refused with file, line and column. Nothing is executed, filled in or left out, and nothing is
guessed where two readings are possible: the message says what to do.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from reprlib import repr  # what a cell holds may be long
from types import NoneType
from typing import Any

from neurograph.data.dataset import ColumnError, Dataset
from neurograph.errors import (
    Argument,
    InvalidTypeError,
    InvalidValueError,
    Setting,
    UnknownNameError,
    one_line,
)
from neurograph.tables import one_hot
from neurograph.validate import instance_of, one_of, read_bytes

__all__ = [
    "Table",
    "dataset_from",
    "decimal_comma",
    "find_column",
    "load_csv",
    "looks_numeric",
    "read_numbers",
    "read_table",
]

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
    header_given : bool
        Whether the user said if there is a header.
    """

    path: str
    delimiter: str
    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    header_given: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0])

    def name(self, place: int) -> str:
        """Name a column as the user can name it: by its name if there is a header, or else by its number, from 1."""
        return self.names[place] if self.names else str(place + 1)

    def may_be_header(self, row: int) -> bool:
        """Whether a row may be a header that was taken for a row, since a name in it is a number."""
        return row == 0 and not self.names and not self.header_given

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
    """Read a CSV file: UTF-8 with or without a byte order mark, quoted cells, blank lines passed over, at most 16 MiB.

    Where `header` is None, the first row holds the names of the columns if no cell of it is a number. Where `delimiter`
    is None, it is the one of comma, semicolon and tab that turns most cells of the first rows into numbers.
    """
    given = os.fspath(path) if isinstance(path, os.PathLike) else path
    where = instance_of(given, str, Argument("load_csv", "path"), "the name of a file")
    header = instance_of(header, (bool, NoneType), Argument("load_csv", "header"), "True, False, or None to find out")
    if delimiter is not None and not (isinstance(delimiter, str) and delimiter in _DELIMITERS):
        raise InvalidValueError(
            where=Argument("load_csv", "delimiter"), given=delimiter, expected="',', ';', '\\t', or None to find out"
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
            cure="Is it the right file?",
            settings=[Setting("header", False, "If that line is a row")],
        )
    return Table(where, chosen, names, rows[named:], lines[named:], header is not None)


def _text(path: str) -> str:
    if os.path.isdir(path):
        raise InvalidValueError("it is a directory, expected a CSV file.", where=path, cure="Name a file in it.")
    data = read_bytes(path, _LARGEST_FILE)
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
            f"got one cell, {repr(rows[0][0])}, expected features and a target, separated by comma, semicolon or tab.",
            where=f"{where}, line {lines[0]}",
            given=rows[0][0],
            expected="features and a target, separated by comma, semicolon or tab",
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
                f"columns {first[name]} and {number} are both named {repr(name)}.",
                where=f"{where}, line {line}",
                given=name,
                cure="Rename one.",
                settings=[Setting("header", False, "If the line is a row")],
            )
        first[name] = number
    return tuple(cells)


_MISSING = {"", "?", "na", "n/a", "#n/a", "nan", "null"}
_INFINITE = {"inf", "infinity"}
_MOST_CLASSES = 100


def decimal_comma(table: Table) -> bool:
    """Tell whether the comma is the decimal sign, as it may be in a file with semicolons.

    Examples
    --------
    >>> decimal_comma(Table("d.csv", ";", ("x", "y"), [["0,5", "1"]], [2]))
    True
    """
    if table.delimiter != ";":
        return False
    seen: dict[str, tuple[int, int]] = {}
    for row, cells in enumerate(table.rows):
        for place, cell in enumerate(cells):
            if ("," in cell or "." in cell) and looks_numeric(cell):
                seen.setdefault("," if "," in cell else ".", (row, place))
        if len(seen) == 2:
            (one, left), (other, right) = seen[","], seen["."]
            second = f"{repr(table.rows[other][right])} in line {table.lines[other]}, {table.column(right)}"
            raise _two_kinds(table, one, left, second, "one decimal sign in the whole file")
    return "," in seen


def read_numbers(table: Table, place: int, comma: bool) -> list[float]:
    """Read a column of numbers.

    Examples
    --------
    >>> read_numbers(Table("d.csv", ";", ("x", "y"), [["0,5", "1"]], [2]), 0, comma=True)
    [0.5]
    """
    values = []
    for row, cells in enumerate(table.rows):
        cell = cells[place]
        if not looks_numeric(cell) or ("," in cell and not comma):
            raise _not_a_number(table, row, place)
        value = float(cell.replace(",", ".") if comma else cell)
        if math.isinf(value):
            expected = "a number that fits a float (at most about 1.8e308)"
            raise ColumnError(where=table.where(row, place), given=cell, expected=expected, column=table.name(place))
        values.append(value)
    return values


def _not_a_number(table: Table, row: int, place: int) -> InvalidValueError:
    where, cell = table.where(row, place), table.rows[row][place]
    if cell.casefold() in _MISSING:
        return _missing(table, row, place, "a number")
    if cell.lstrip("+-").casefold() in _INFINITE:
        return InvalidValueError(
            where=where, given=cell, expected="a finite number", cure="Infinity is refused on the way in."
        )
    if looks_numeric(cell):
        cure = "Write a point as the decimal sign and nothing between thousands."
        return InvalidValueError(where=where, given=cell, expected="a number", cure=cure)
    if table.may_be_header(row):
        cure = "Mend the cell, or give the columns names that are no numbers."
        header = Setting("header", True, "If this line holds the names of the columns")
        return InvalidValueError(where=where, given=cell, expected="a number", cure=cure, settings=[header])
    cure = "Mend the cell or leave the column out; if it holds the classes to learn, name it as the target."
    return ColumnError(where=where, given=cell, expected="a number", cure=cure, column=table.name(place))


def _missing(table: Table, row: int, place: int, expected: str) -> InvalidValueError:
    cell = table.rows[row][place]
    return InvalidValueError(
        f"got {repr(cell)}, a missing value, expected {expected}.",
        where=table.where(row, place),
        given=cell,
        expected=expected,
        cure="Fill it in, or delete the row.",
    )


def _two_kinds(table: Table, row: int, place: int, second: str, expected: str, **advice: Any) -> InvalidValueError:
    """A cell that does not go with a second one, which stands further down."""
    cell = table.rows[row][place]
    problem = f"got {repr(cell)}, but {second}; expected {expected}."
    return InvalidValueError(problem, where=table.where(row, place), given=cell, expected=expected, **advice)


def _holds_classes(table: Table, place: int) -> bool:
    """Tell whether a target holds names of classes, or numbers to be met.

    A mix of both is refused: one slip among numbers would make a class of every one of them.

    Examples
    --------
    >>> _holds_classes(Table("d.csv", ",", ("x", "y"), [["0.5", "yes"], ["2", "no"]], [2, 3]), 1)
    True
    """
    numeric = [looks_numeric(cells[place]) for cells in table.rows]
    if any(numeric) and not all(numeric):
        row, other = numeric.index(False), numeric.index(True)
        if table.rows[row][place].casefold() in _MISSING:
            raise _missing(table, row, place, "a number or a class")
        second = f"{repr(table.rows[other][place])} in line {table.lines[other]}"
        classes = Setting("classes", True, "If all of them are names of classes")
        raise _two_kinds(
            table, row, place, second, "numbers only or names only", cure="Mend the cell.", settings=[classes]
        )
    return not any(numeric)


def _read_labels(table: Table, place: int, comma: bool) -> tuple[list[str], tuple[str, ...]]:
    """Read the class of every row, and all classes in order; numbers of the same value are the same class.

    A first row that is the only one of its class is refused, unless somebody said whether it is a header: its columns
    may have numbers for names.

    Examples
    --------
    >>> _read_labels(Table("d.csv", ",", ("x", "y"), [["0.5", "yes"], ["2", "no"]], [2, 3]), 1, comma=False)
    (['yes', 'no'], ('no', 'yes'))
    """
    labels = [cells[place] for cells in table.rows]
    for row, label in enumerate(labels):
        if label.casefold() in _MISSING:
            raise _missing(table, row, place, "the name of a class")
    if all(looks_numeric(label) for label in labels):
        values = read_numbers(table, place, comma)
        order = tuple(_written(value) for value in sorted(set(values)))
        labels = [_written(value) for value in values]
    else:
        order = tuple(sorted(set(labels)))
    where = f"{table.path}, {table.column(place)}"
    if len(order) == 1:
        raise InvalidValueError(
            f"got one class only, {repr(order[0])}, expected at least 2.",
            where=where,
            given=order[0],
            expected="at least 2",
            cure="Is it the target?",
        )
    if len(order) > _MOST_CLASSES:
        raise InvalidValueError(
            f"got {len(order)} different values in {len(labels)} rows, expected at most {_MOST_CLASSES} classes.",
            where=where,
            cure="Name another column as the target.",
            settings=[Setting("classes", False, "If they are numbers to be met")],
        )
    if table.may_be_header(0) and labels.count(labels[0]) == 1 and len(order) < len(labels):
        raise InvalidValueError(
            f"got {repr(labels[0])}, the only row of this class.",
            where=table.where(0, place),
            given=labels[0],
            cure="If the line holds the names of the columns, change those that are numbers; if not, delete the row.",
            settings=[
                Setting("header", True, "If it holds names as they are"),
                Setting("header", False, "If it is a row as it is"),
            ],
        )
    return labels, order


def _written(value: float) -> str:
    """Write a number that stands for a class: 1 for 1.0."""
    return str(int(value)) if value.is_integer() and abs(value) < 2.0**53 else repr(value)


def load_csv(
    path: str | os.PathLike[str],
    target: str | int | None = None,
    *,
    header: bool | None = None,
    classes: bool | None = None,
    delimiter: str | None = None,
) -> Dataset:
    """Read a data set from a CSV file, one example a row; all columns but the target are features.

    The file is UTF-8, at most 16 MiB, its cells separated by comma, semicolon or tab, quoted where they must be.
    Spaces around a cell and blank lines do not count. Numbers are written as 3, -0.5 or 1e-3; in a file with
    semicolons, as spreadsheets write it where the comma is the decimal sign, also as 0,5, but not both in one file.

    Classes become one-hot, in the order of the alphabet (capitals first), or of their values if all are numbers: so
    the rows in another order, or a second file with the same classes, give the same columns. `as_one_column` turns
    two classes into a single column.

    Parameters
    ----------
    path : str or path
        The file.
    target : str, int or None
        What is to be learned: the name of a column, or its number from 1 (also as text, if no column is named so).
        None: the last one.
    header : bool or None
        Whether the first row holds names. None: it does if no cell of it is a number, so say True where names are
        numbers, such as years. Without names the columns are called "column 1", "column 2", ...
    classes : bool or None
        Whether the target holds classes. None: it does if no cell of it is a number; if all are, it is regression.
    delimiter : str or None
        A comma, a semicolon or a tab. None: the one that turns most cells of the first rows into numbers.

    Raises
    ------
    NeurographError
        When the file cannot be read or is not of this form, when a value is missing, infinite or not a number, when
        there is no such target, or fewer than 2 or more than 100 classes. The message names file, line and column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("weight,ears,pet" + chr(10) + "4.5,2,cat" + chr(10) + "31,2,dog")
    ...     pets = load_csv(path, target="pet")
    >>> pets.X, pets.Y, pets.feature_names, pets.class_names
    ([[4.5, 2.0], [31.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]], ('weight', 'ears'), ('cat', 'dog'))
    """
    instance_of(classes, (bool, NoneType), Argument("load_csv", "classes"), "True, False, or None to find out")
    table = read_table(path, header, delimiter)
    place = table.width - 1 if target is None else find_column(table, target, "target")
    return dataset_from(table, place, [column for column in range(table.width) if column != place], classes)


def dataset_from(table: Table, place: int, features: list[int], classes: bool | None = None) -> Dataset:
    """Make a data set of some columns of a table; see `load_csv`. Other columns are not looked at."""
    used = sorted([*features, place])
    comma = decimal_comma(replace(table, rows=[[cells[column] for column in used] for cells in table.rows]))
    columns = [read_numbers(table, column, comma) for column in features]
    names = table.names or tuple(f"column {number}" for number in range(1, table.width + 1))
    order: tuple[str, ...] = ()
    if _holds_classes(table, place) if classes is None else classes:
        labels, order = _read_labels(table, place, comma)
        y, found = one_hot(labels, order), f"{len(order)} classes of {names[place]}"
    else:
        y, found = [[value] for value in read_numbers(table, place, comma)], names[place]
    return Dataset(
        X=[list(row) for row in zip(*columns, strict=True)],
        Y=y,
        feature_names=tuple(names[column] for column in features),
        class_names=order,
        description=one_line(f"{len(table.rows)} rows, {len(features)} features, to learn {found}."),
        source=one_line(table.path),
        target_names=() if order else (names[place],),
    )


def find_column(table: Table, target: str | int, argument: str) -> int:
    """Find the column that an argument names: by its name, or by its number from 1; `load_csv` tells its errors."""
    where = Argument(table.path, argument)
    if isinstance(target, bool) or not isinstance(target, (str, int)):
        raise InvalidTypeError(
            where=Argument("load_csv", argument), given=target, expected="the name of a column, or its number from 1"
        )
    if isinstance(target, str) and target.strip() in table.names:
        return table.names.index(target.strip())
    if isinstance(target, int) or (target.isascii() and target.isdigit() and len(target) < 9):
        if 1 <= int(target) <= table.width:
            return int(target) - 1
        raise InvalidValueError(where=where, given=target, expected=f"the number of a column, from 1 to {table.width}")
    if not table.names:
        raise UnknownNameError(
            f"the file has no header, so no column {target!r}.",
            where=where,
            given=target,
            cure=f"Give its number, from 1 to {table.width}.",
            settings=[Setting("header", True, f"If line {table.lines[0]} holds the names")],
        )
    return table.names.index(one_of(target, table.names, where, "no column is named"))
