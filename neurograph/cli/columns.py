"""A CSV file without the columns that `--ignore` names, as a data set.

Cells, classes and decimal signs are read as `load_csv` reads them; what is left out is not looked at.
"""

from __future__ import annotations

import csv

from neurograph.data.csv_files import dataset_from
from neurograph.data.csv_table import Table, read_table
from neurograph.data.dataset import Dataset
from neurograph.errors import InvalidValueError, UnknownNameError, nearest

__all__ = ["as_option", "load_without"]


def load_without(path: str, target: str | None, ignore: str, strict: bool = True) -> Dataset:
    """Read a CSV file without some of its columns.

    Parameters
    ----------
    path : str
        The file.
    target : str or None
        What is to be learned, by name or number; the last of the columns that are left when None.
    ignore : str
        The columns to leave out, by name or number, with commas between; a name with a comma stands in double quotes.
    strict : bool
        Refuse columns that the file does not have.

    Raises
    ------
    NeurographError
        When the file cannot be read, there is no such column, or no column is left.
    """
    table = read_table(path, None, None)
    left_out = _places(table, ignore, strict)
    there = [place for place in range(table.width) if place not in left_out]
    if len(there) < 2:
        raise InvalidValueError("no column is left to learn from.", where=f"--ignore {ignore}")
    aim = there[-1] if target is None else _place(table, target, "--target")
    if aim in left_out:
        raise InvalidValueError(f"{table.column(aim)} is the target.", where=f"--ignore {ignore}")
    return dataset_from(table, aim, [place for place in there if place != aim])


def _places(table: Table, ignore: str, strict: bool) -> set[int]:
    """Find the columns to leave out."""
    try:
        asked = [name.strip() for name in next(csv.reader([ignore], skipinitialspace=True, strict=True))]
    except (csv.Error, StopIteration):
        asked = [""]
    if not asked or not all(asked):
        raise InvalidValueError("expected columns with commas between, such as id,notes.", where=f"--ignore {ignore}")
    found = set()
    for name in asked:
        try:
            found.add(_place(table, name, "--ignore"))
        except UnknownNameError:
            if strict:
                raise
    return found


def _place(table: Table, name: str, option: str) -> int:
    """Find a column by its name, or by its number from 1."""
    if name in table.names:
        return table.names.index(name)
    if name.isascii() and name.isdigit() and len(name) < 9 and 1 <= int(name) <= table.width:
        return int(name) - 1
    if table.names:
        raise UnknownNameError(f"{table.path} has no column {name!r}.", where=option, cure=nearest(name, table.names))
    raise UnknownNameError(
        f"{table.path} has no names of columns, so no column {name!r}.",
        where=option,
        cure=f"Give a number from 1 to {table.width}.",
    )


def as_option(name: str) -> str:
    r"""Write a column's name as `--ignore` takes it.

    Examples
    --------
    >>> as_option("legs"), as_option("width, cm")
    ('legs', '"width, cm"')
    """
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name
