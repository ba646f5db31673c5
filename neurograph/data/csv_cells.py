"""The cells of a CSV table as numbers and classes; one that cannot be used is refused with file, line and column.

Nothing is guessed where two readings are possible: the message says what to do.
"""

from __future__ import annotations

import math

from neurograph.data.csv_table import Table, looks_numeric
from neurograph.errors import InvalidValueError, show

__all__ = ["decimal_comma", "holds_classes", "read_labels", "read_numbers"]

_MISSING = {"", "?", "na", "n/a", "#n/a", "nan", "null"}
_INFINITE = {"inf", "infinity"}
_MOST_CLASSES = 100


def decimal_comma(table: Table) -> bool:
    """Tell whether the comma is the decimal sign, as it may be in a file with semicolons.

    Raises
    ------
    InvalidValueError
        When some numbers have a comma and others a point.

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
            raise InvalidValueError(
                f"got {show(table.rows[one][left])}, but {show(table.rows[other][right])} in line "
                f"{table.lines[other]}, {table.column(right)}; expected one decimal sign in the whole "
                "file.",
                where=table.where(one, left),
            )
    return "," in seen


def read_numbers(table: Table, place: int, comma: bool) -> list[float]:
    """Read a column of numbers.

    Raises
    ------
    InvalidValueError
        When a value is missing, infinite, no number, or too large for a float.

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
            raise InvalidValueError(where=table.where(row, place), given=cell, expected=expected)
        values.append(value)
    return values


def _not_a_number(table: Table, row: int, place: int) -> InvalidValueError:
    where, cell = table.where(row, place), table.rows[row][place]
    if cell.casefold() in _MISSING:
        return _missing(where, cell, "a number")
    if cell.lstrip("+-").casefold() in _INFINITE:
        return InvalidValueError(
            where=where, given=cell, expected="a finite number", cure="Infinity is refused on the way in."
        )
    if looks_numeric(cell):
        cure = "Write a point as the decimal sign and nothing between thousands."
    elif not table.names and not table.told and row == 0:
        cure = "If this line holds the names of the columns, say header=True."
    else:
        cure = "Mend the cell or leave the column out; if it holds the classes to learn, name it as the target."
    return InvalidValueError(where=where, given=cell, expected="a number", cure=cure)


def _missing(where: str, cell: str, expected: str) -> InvalidValueError:
    return InvalidValueError(
        f"got {show(cell)}, a missing value, expected {expected}.", where=where, cure="Fill it in, or delete the row."
    )


def holds_classes(table: Table, place: int) -> bool:
    """Tell whether a target holds names of classes, or numbers to be met.

    Raises
    ------
    InvalidValueError
        When it mixes both: one slip among numbers would make a class of every one of them.

    Examples
    --------
    >>> holds_classes(Table("d.csv", ",", ("x", "y"), [["0.5", "yes"], ["2", "no"]], [2, 3]), 1)
    True
    """
    numeric = [looks_numeric(cells[place]) for cells in table.rows]
    if any(numeric) and not all(numeric):
        row, other = numeric.index(False), numeric.index(True)
        if table.rows[row][place].casefold() in _MISSING:
            raise _missing(table.where(row, place), table.rows[row][place], "a number or a class")
        raise InvalidValueError(
            f"got {show(table.rows[row][place])}, but {show(table.rows[other][place])} in line "
            f"{table.lines[other]}; expected numbers only or names only.",
            where=table.where(row, place),
            cure="Mend the cell, or say classes=True if all of them are names of classes.",
        )
    return not any(numeric)


def read_labels(table: Table, place: int, comma: bool) -> tuple[list[str], tuple[str, ...]]:
    """Read the class of every row, and all classes in order; numbers of the same value are the same class.

    Raises
    ------
    InvalidValueError
        When a class is missing, or there are fewer than 2 or more than 100 of them; or when the first row is the only
        one of its class and nobody said whether it is a header: its columns may have numbers for names.

    Examples
    --------
    >>> read_labels(Table("d.csv", ",", ("x", "y"), [["0.5", "yes"], ["2", "no"]], [2, 3]), 1, comma=False)
    (['yes', 'no'], ('no', 'yes'))
    """
    labels = [cells[place] for cells in table.rows]
    for row, label in enumerate(labels):
        if label.casefold() in _MISSING:
            raise _missing(table.where(row, place), label, "the name of a class")
    if all(looks_numeric(label) for label in labels):
        values = read_numbers(table, place, comma)
        order = tuple(_written(value) for value in sorted(set(values)))
        labels = [_written(value) for value in values]
    else:
        order = tuple(sorted(set(labels)))
    where = f"{table.path}, {table.column(place)}"
    if len(order) == 1:
        raise InvalidValueError(
            f"got one class only, {show(order[0])}, expected at least 2.", where=where, cure="Is it the target?"
        )
    if len(order) > _MOST_CLASSES:
        raise InvalidValueError(
            f"got {len(order)} different values in {len(labels)} rows, expected at most {_MOST_CLASSES} classes.",
            where=where,
            cure="Name another column as the target, or say classes=False for numbers to be met.",
        )
    if not table.names and not table.told and labels.count(labels[0]) == 1 and len(order) < len(labels):
        raise InvalidValueError(
            f"got {show(labels[0])}, the only row of this class.",
            where=table.where(0, place),
            cure="If the line holds the names of the columns, say header=True, or else header=False.",
        )
    return labels, order


def _written(value: float) -> str:
    """Write a number that stands for a class: 1 for 1.0."""
    return str(int(value)) if value.is_integer() and abs(value) < 2.0**53 else repr(value)
