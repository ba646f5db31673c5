"""A data set from a CSV file of the user's own: which column is the target, and what is made of it.

The cells are read elsewhere, as text and numbers, never executed; nothing is filled in or left out.
"""

from __future__ import annotations

import os
from dataclasses import replace

from neurograph.data.csv_cells import decimal_comma, holds_classes, read_labels, read_numbers
from neurograph.data.csv_table import Table, read_table
from neurograph.data.dataset import Dataset, one_hot
from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError, nearest, one_line

__all__ = ["dataset_from", "load_csv"]


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
    if classes is not None and not isinstance(classes, bool):
        raise InvalidTypeError(where="load_csv, classes", given=classes, expected="True, False, or None to find out")
    table = read_table(path, header, delimiter)
    place = _place(table, target)
    return dataset_from(table, place, [column for column in range(table.width) if column != place], classes)


def dataset_from(table: Table, place: int, features: list[int], classes: bool | None = None) -> Dataset:
    """Make a data set of some columns of a table; see `load_csv`. Other columns are not looked at.

    Parameters
    ----------
    table : Table
        The cells.
    place : int
        The column of the target, from 0.
    features : list of int
        The columns to learn from.
    classes : bool or None
        Whether the target holds classes; None finds out.
    """
    used = sorted([*features, place])
    comma = decimal_comma(replace(table, rows=[[cells[column] for column in used] for cells in table.rows]))
    columns = [read_numbers(table, column, comma) for column in features]
    names = table.names or tuple(f"column {number}" for number in range(1, table.width + 1))
    order: tuple[str, ...] = ()
    if holds_classes(table, place) if classes is None else classes:
        labels, order = read_labels(table, place, comma)
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


def _place(table: Table, target: str | int | None) -> int:
    """Find the column of the target: by name, by number from 1, or the last."""
    if target is None:
        return table.width - 1
    if isinstance(target, bool) or not isinstance(target, (str, int)):
        raise InvalidTypeError(
            where="load_csv, target", given=target, expected="the name of a column, or its number from 1"
        )
    if isinstance(target, str) and target.strip() in table.names:
        return table.names.index(target.strip())
    if isinstance(target, int) or (target.isascii() and target.isdigit() and len(target) < 9):
        if 1 <= int(target) <= table.width:
            return int(target) - 1
        raise InvalidValueError(
            where=f"{table.path}, target", given=target, expected=f"the number of a column, from 1 to {table.width}"
        )
    if not table.names:
        raise UnknownNameError(
            f"the file has no header, so no column {target!r}.",
            where=f"{table.path}, target",
            cure=f"Give its number, from 1 to {table.width}, or say header=True if line "
            f"{table.lines[0]} holds the names.",
        )
    raise UnknownNameError(
        f"no column is named {target!r}.", where=f"{table.path}, target", cure=nearest(target, table.names)
    )
