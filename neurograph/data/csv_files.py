"""A data set from a CSV file of the user's own: which columns are features and targets, and what their cells say.

What cannot be used is refused with file, line and column. Nothing is executed or filled in, and where two readings are
possible, it is noted which was taken, or, where a wrong one would spoil the numbers, both are named and neither is.
"""

from __future__ import annotations

import gc
import math
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from reprlib import repr  # what a cell holds may be long
from typing import NamedTuple

from neurograph.data.csv_table import (
    GROUPED,
    Table,
    check_names,
    find_column,
    find_columns,
    looks_numeric,
    names_rows,
    read_table,
)
from neurograph.data.dataset import ColumnError, Dataset, Reading
from neurograph.data.targets import class_name, meaning_of
from neurograph.errors import (
    Argument,
    InvalidTypeError,
    InvalidValueError,
    NeurographWarning,
    Note,
    Setting,
    one_line,
    some_of,
)
from neurograph.tables import one_hot
from neurograph.validate import as_list, column_names, switch

__all__ = ["Signs", "dataset_from", "load_csv", "read_features"]

_MISSING = {"", "?", "na", "n/a", "#n/a", "nan", "null"}
_INFINITE = {"inf", "infinity"}
_MOST_CLASSES = 100
_TRUTHS = {"true": True, "false": False}
_ANSWERS = {"yes": True, "no": False}

Target = str | int | Sequence[str | int] | None


def load_csv(
    path: str | os.PathLike[str],
    target: Target = None,
    *,
    header: bool | None = None,
    classes: bool | Sequence[str] | None = None,
    delimiter: str | None = None,
    ignore: str | int | Sequence[str | int] = (),
    drop_missing: bool = False,
    thousands: str | None = None,
    decimal: str | None = None,
) -> Dataset:
    """Read a data set from a CSV file, one example a row; all columns but the target are features.

    The file is UTF-8, at most 256 MiB, its cells separated by comma, semicolon or tab, quoted where need be. Spaces
    around a cell, blank lines, comments after # and a separator at the end of every row do not count. Numbers are
    written as 3, -0.5 or 1e-3; where cells hold commas as decimal signs or signs between thousands, it is found out
    which, and refused when both readings are possible. A feature of true and false, or of yes and no, is 1 and 0.

    Classes become one-hot, in the order of the alphabet (capitals first), or of their values if all are numbers: so
    the rows in another order, or a second file with the same classes, give the same columns. A target of 0 and 1, or
    of true and false, that nobody has called classes stays one column. `as_one_column` and `as_one_hot` turn one form
    of two classes into the other.

    Parameters
    ----------
    path : str or path
        The file.
    target : str, int, sequence of these, or None
        What is to be learned: the name of a column, or its number from 1 (also as text, if no column is named so), or
        several. None: the last one. Several columns of 0 and 1 with one 1 in every row are classes.
    header : bool or None
        Whether the first row holds names. None: it does if no cell of it is a number, so say True where names are
        numbers, such as years. Without names the columns are called "column 1", "column 2", ...
    classes : bool, sequence of str, or None
        Whether the target holds classes, or which ones, in order. None: it does if it is text, true and false, 0 and 1,
        or 2 to 20 whole numbers that repeat (at least twice as many rows as values).
    delimiter : str or None
        A comma, a semicolon or a tab. None: the one that turns most cells of the first rows into numbers.
    ignore : str, int or sequence of these
        Columns to leave out; nobody looks at them.
    drop_missing : bool
        Whether to leave rows out in which a cell that is needed is missing.
    thousands, decimal : str or None
        What stands between thousands (comma, point, space or apostrophe), and the decimal sign (point or comma).

    Returns
    -------
    Dataset
        Its `notes` say what was taken for what, and what was passed over; a NeurographWarning tells as well of numbers
        that may be a thousand times larger or smaller.

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
    with _without_collections():
        table = read_table(path, header, delimiter)
        data = dataset_from(
            table,
            target,
            classes=classes,
            ignore=ignore,
            drop_missing=drop_missing,
            thousands=thousands,
            decimal=decimal,
        )
    for note in data.notes:
        if note.serious:
            warnings.warn(str(note), NeurographWarning, stacklevel=2)
    return data


@contextmanager
def _without_collections() -> Iterator[None]:
    """Spare the search for cycles, which millions of new lists would set off, and in which there are none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def dataset_from(
    table: Table,
    target: Target = None,
    *,
    classes: bool | Sequence[str] | None = None,
    ignore: str | int | Sequence[str | int] = (),
    drop_missing: bool = False,
    thousands: str | None = None,
    decimal: str | None = None,
    usual: Signs | None = None,
) -> Dataset:
    """Make a data set of a table, without a warning; parameters are those of `load_csv`.

    `usual` is how numbers are written in a file like it, which decides where a number has two readings.
    """
    wanted = _wanted_classes(classes)
    switch(drop_missing, Argument("load_csv", "drop_missing"))
    given = Signs.given(decimal, thousands)
    aims, features, notes = _columns(table, target, ignore)
    if drop_missing:
        table = _without_missing(table, sorted([*aims, *features]), notes)
    used = sorted([*aims, *features])
    if given and decimal is None and table.delimiter == ";" and given.thousands in _OTHER_SIGNS:
        comma = given._replace(decimal=",")
        if any("," in cell and comma.plain(cell) for place in used for cell in table.cells(place)):
            given = comma
    signs = given or _signs(table, used, notes, usual)
    x, of_features = read_features(table, features, signs)
    notes += of_features
    given_names = table.names or [""] * table.width
    names = tuple(name or f"column {number}" for number, name in enumerate(given_names, start=1))
    y, class_names = (
        _one_target(table, aims[0], wanted, signs, notes)
        if len(aims) == 1
        else _several_targets(table, aims, wanted, signs, notes)
    )
    one_column = len(aims) == 1 and (not class_names or len(y[0]) == 1)
    found = f"{len(class_names)} classes of " if class_names else ""
    return Dataset(
        X=x,
        Y=y,
        feature_names=tuple(names[column] for column in features),
        class_names=class_names,
        description=one_line(
            f"{len(table.rows)} rows, {len(features)} features, to learn {found}"
            f"{some_of([names[column] for column in aims])}."
        ),
        source=one_line(table.path),
        target_names=tuple(names[column] for column in aims) if one_column or not class_names else (),
        notes=(*table.notes, *notes),
        reading=Reading(tuple(table.name(column) for column in aims), *signs),
    )


# Which columns.


def _columns(
    table: Table, target: Target, ignore: str | int | Sequence[str | int]
) -> tuple[list[int], list[int], list[Note]]:  # fmt: skip
    """Find the targets and the features; a first column without a name that tells the rows apart is neither."""
    expected = "the name of a column, its number from 1, or a list of these"
    place_of_ignore = Argument("load_csv", "ignore")
    ignored = [ignore] if isinstance(ignore, (str, int)) else as_list(ignore, place_of_ignore, expected)
    left_out = {place for name in ignored for place in find_columns(table, name, "ignore")}
    where = Argument("load_csv", "target")
    if target is None or isinstance(target, (str, int)):
        asked: list[str | int] = [] if target is None else [target]
    elif not (asked := as_list(target, where, expected)):
        raise InvalidValueError("got no column, expected at least one.", where=where)
    aims = [find_column(table, name, "target") for name in asked]
    notes: list[Note] = []
    there = [place for place in range(table.width) if place not in left_out]
    if there[:1] == [0] and 0 not in aims and table.names and not table.names[0] and names_rows(table.rows):
        there, what = there[1:], "numbers" if looks_numeric(table.rows[0][0]) else "names"
        notes.append(Note(f"column 1 has no name and {what} the rows, so it is left out; name it to learn from it."))
    if len(there) < 2:
        at_fault = place_of_ignore if left_out else table.path
        raise InvalidValueError("no column is left to learn from.", where=at_fault)
    aims = aims or [there[-1]]
    for place, at in enumerate(aims):
        if at in left_out:
            raise InvalidValueError(f"{table.column(at)} is the target.", where=Argument("load_csv", "ignore"))
        if at in aims[:place]:
            raise InvalidValueError(f"{table.column(at)} is given twice.", where=where)
    features = [place for place in there if place not in aims]
    if not features:
        raise InvalidValueError("no column is left to learn from.", where=where)
    check_names(table, features, aims)
    return aims, features, notes


def _without_missing(table: Table, used: list[int], notes: list[Note]) -> Table:
    whole = [at for at, row in enumerate(table.rows) if not any(row[k].casefold() in _MISSING for k in used)]
    left = len(table.rows) - len(whole)
    if not left:
        return table
    if not whole:
        raise InvalidValueError("a cell is missing in every row.", where=table.path, cure="Ignore the column it is in.")
    what = "a cell is missing" if left == 1 else "cells are missing"
    notes.append(Note(f"{left} of {len(table.rows)} rows, in which {what}, are left out."))
    return replace(table, rows=[table.rows[at] for at in whole], lines=[table.lines[at] for at in whole])


# Cells as numbers.


class Signs(NamedTuple):
    """How numbers are written: the decimal sign, and what stands between thousands."""

    decimal: str = "."
    thousands: str = ""

    @classmethod
    def given(cls, decimal: object, thousands: object) -> Signs | None:
        """Take what the user says; None when he says nothing."""
        for name, value, known in (("decimal", decimal, (".", ",")), ("thousands", thousands, (",", ".", " ", "'"))):
            if value is not None and value not in known:
                expected = " or ".join(map(repr, known))
                raise InvalidValueError(where=Argument("load_csv", name), given=value, expected=expected)
        if decimal is None and thousands is None:
            return None
        point = str(decimal) if decimal is not None else "," if thousands == "." else "."
        if point == thousands:
            problem = f"{point!r} cannot be the decimal sign too."
            raise InvalidValueError(problem, where=Argument("load_csv", "thousands"), given=thousands)
        return cls(point, str(thousands or ""))

    def plain(self, cell: str) -> str:
        """Write a number as Python reads it; empty when it is none."""
        if self.thousands == " ":
            cell = cell.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        if self.thousands and self.thousands in cell:
            whole, sign, rest = cell.partition(self.decimal)
            if not re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(self.thousands)}\d{{3}})+", whole, re.ASCII):
                return ""
            cell = whole.replace(self.thousands, "") + sign + rest
        if not looks_numeric(cell) or (self.decimal == "," and "." in cell) or (self.decimal == "." and "," in cell):
            return ""
        return cell.replace(",", ".")


_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}", re.ASCII)


class _Cell(NamedTuple):
    """A cell that shows how numbers are written."""

    row: int
    place: int
    text: str
    where: str


def _signs(table: Table, used: list[int], notes: list[Note], usual: Signs | None = None) -> Signs:
    """Find out how numbers are written, from the cells that can be read in one way only.

    The comma is a decimal sign where semicolons separate. A cell such as 2,104 has two readings; where no other cell
    decides between them, and semicolons separate, it is taken as is `usual`, or else as 2104, and that is noted.
    """
    if table.delimiter != ";" and not table.quoted:
        return Signs()
    decimals: dict[str, _Cell] = {}
    between: dict[str, _Cell] = {}
    either: dict[str, _Cell] = {}
    for place in used:
        cells = table.cells(place)
        doubtful: dict[str, _Cell] = {}
        for row, text in enumerate(cells):
            sign = "," if "," in text else "." if "." in text else ""
            if not sign or (sign in decimals and not (sign == "," and "." in text)):
                continue  # as in most cells of most files
            cell = _Cell(row, place, text, f"line {table.lines[row]}, {table.column(place)}")
            if grouped := GROUPED.fullmatch(text):
                between.setdefault(grouped[1], cell)
                if grouped[2]:
                    decimals.setdefault(grouped[2], cell)
            elif _EITHER.fullmatch(text):
                doubtful.setdefault(sign, cell)
            elif looks_numeric(text):
                decimals.setdefault(sign, cell)
        if doubtful and any(len(cell) > 4 and cell.lstrip("+-").isdecimal() for cell in cells):
            decimals = {**doubtful, **decimals}  # nobody writes 2,104 and 12345
        either = {**doubtful, **either}
    if table.delimiter != ";":
        return _of_quoted(decimals, between, either, notes)
    if len(decimals) == 2:
        raise _two_kinds(table, decimals[","], decimals["."], "one decimal sign in the whole file")
    if decimals:
        ((decimal, first),) = decimals.items()
        if decimal in between:
            raise _two_kinds(table, first, between[decimal], "one decimal sign in the whole file")
        thousands = "." if decimal == "," else ","
        if thousands not in between and thousands not in either:
            return Signs(decimal)
        if thousands not in between:
            of = either[thousands]
            whole, name = of.text.replace(thousands, ""), _SIGN_NAMES[decimal]
            since = f"since the {name} in {first.text!r} ({first.where}) is the decimal sign"
            notes.append(Note(f"{of.where}: {of.text} is read as {whole}, {since}."))
        return Signs(decimal, thousands)
    if len(between or either) == 2:
        one, two = (between or either).values()
        raise _two_kinds(table, one, two, "one sign between thousands in the whole file")
    if not between and not either:
        return Signs()
    ((thousands, found),) = (between or either).items()
    if not between and usual and thousands in usual:
        return usual
    if not between:
        whole, part = found.text.replace(thousands, ""), found.text.replace(",", ".")
        text = f"{found.where}: {found.text} could be {whole} or {part}, and no number in the file decides it"
        decimal_sign = Setting("decimal", thousands, f"If the {_SIGN_NAMES[thousands]} is the decimal sign")
        notes.append(
            Note(f"{text}; it is read as {whole}, with the sign between thousands.", (decimal_sign,), serious=True)
        )
    return Signs("." if thousands == "," else ",", thousands)


def _of_quoted(
    decimals: dict[str, _Cell], between: dict[str, _Cell], either: dict[str, _Cell], notes: list[Note]
) -> Signs:
    """Where commas or tabs separate, the point is the decimal sign; a comma in quotes may stand between thousands."""
    if "," in between and "." not in between and "," not in decimals:
        return Signs(".", ",")
    if set(either) == {"."} and not decimals and not between:
        text, thousands = either["."].text, Setting("thousands", ".", "If the point stands between thousands")
        what = f"{either['.'].where}: {text} could be {text.replace('.', '')}, but is read as {text}."
        notes.append(Note(what, (thousands,)))
    return Signs()


_SIGN_NAMES = {".": "point", ",": "comma"}
_OTHER_SIGNS = {" ": "space", "'": "apostrophe"}


def read_features(
    table: Table, places: Sequence[int], signs: Signs | None = None, usual: Signs | None = None
) -> tuple[list[list[float]], list[Note]]:
    """Read columns of numbers, of true and false, or of yes and no, as rows of features; and say what was taken for 1.

    Examples
    --------
    >>> table = Table("d.csv", ";", ("x", "is"), [["0,5", "yes"], ["2", "no"]], [2, 3])
    >>> rows, notes = read_features(table, [0, 1])
    >>> rows, str(notes[0])
    ([[0.5, 1.0], [2.0, 0.0]], "in column 'is', yes and true are read as 1, no and false as 0.")
    """
    notes: list[Note] = []
    signs = _signs(table, list(places), notes, usual) if signs is None else signs
    columns, answered = [], []
    for place in places:
        try:
            values = _answers(table, place)
            if values is not None:
                answered.append(place)
            columns.append(read_numbers(table, place, signs) if values is None else values)
        except ColumnError as error:
            rest = [other for other in places if other > place and _is_text(table, other, signs)]
            error.others = tuple(table.name(other) for other in rest)
            raise
    if answered:
        which = some_of([table.column(place) for place in answered], 6)
        notes.append(Note(f"in {which}, yes and true are read as 1, no and false as 0."))
    return [list(row) for row in zip(*columns, strict=True)], notes


def _is_text(table: Table, place: int, signs: Signs) -> bool:
    """Whether the first cell of a column that is there is no number, and no answer either."""
    first = next((cell for cell in table.cells(place) if cell.casefold() not in _MISSING), "0")
    return not signs.plain(first) and first.casefold() not in {**_TRUTHS, **_ANSWERS}


def _answers(table: Table, place: int) -> list[float] | None:
    """Read a column that holds true and false only, or yes and no."""
    for known in (_TRUTHS, _ANSWERS):
        first = table.rows[0][place]
        if first.casefold() not in known:
            continue
        cells = [cell.casefold() for cell in table.cells(place)]
        odd = next((row for row, cell in enumerate(cells) if cell not in known), None)
        if odd is None:
            return [float(known[cell]) for cell in cells]
        if cells[odd] in _MISSING:
            raise _missing(table, odd, place, " or ".join(known))
        expected = f"{' or '.join(known)}, since line {table.lines[0]} has {first!r}"
        given = table.rows[odd][place]
        raise ColumnError(where=table.where(odd, place), given=given, expected=expected, column=table.name(place))
    return None


_OF_NUMBERS = b"0123456789+-.eE"


def read_numbers(table: Table, place: int, signs: Signs) -> list[float]:
    """Read a column of numbers.

    Examples
    --------
    >>> read_numbers(Table("d.csv", ";", ("x", "y"), [["1.000,5", "1"]], [2]), 0, Signs(",", "."))
    [1000.5]
    """
    cells = table.cells(place)
    if values := _plain_numbers(cells, signs):
        return values
    values = []
    for row, cell in enumerate(cells):
        plain = signs.plain(cell)
        if not plain:
            raise _not_a_number(table, row, place, signs)
        value = float(plain)
        if math.isinf(value):
            expected = "a number that fits a float (at most about 1.8e308)"
            raise ColumnError(where=table.where(row, place), given=cell, expected=expected, column=table.name(place))
        values.append(value)
    return values


def _plain_numbers(cells: list[str], signs: Signs) -> list[float]:
    """Read a column of numbers with nothing between thousands at once; empty where it is none."""
    text = "".join(cells)
    if signs.decimal == ",":
        if "." in text:
            return []
        if "," in text:
            text, cells = text.replace(",", "."), [cell.replace(",", ".") for cell in cells]
    if text.encode().translate(None, _OF_NUMBERS):
        return []
    try:  # of these letters alone, Python reads what looks like a number, and nothing else
        values = list(map(float, cells))
    except ValueError:
        return []
    return values if all(map(math.isfinite, values)) else []


def _not_a_number(table: Table, row: int, place: int, signs: Signs) -> InvalidValueError:
    where, cell = table.where(row, place), table.rows[row][place]
    if cell.casefold() in _MISSING:
        return _missing(table, row, place, "a number")
    if cell.lstrip("+-").casefold() in _INFINITE:
        return InvalidValueError(
            where=where, given=cell, expected="a finite number", cure="Infinity is refused on the way in."
        )
    if looks_numeric(cell) or GROUPED.fullmatch(cell):
        cure = f"Write a {_SIGN_NAMES[signs.decimal]} as the decimal sign and nothing between thousands."
        other = "," if signs.decimal == "." else "."
        settings = []
        if Signs(signs.decimal, other).plain(cell):
            settings.append(Setting("thousands", other, f"If the {_SIGN_NAMES[other]} stands between thousands"))
        if Signs(other, signs.decimal).plain(cell):
            settings.append(Setting("decimal", other, f"If the {_SIGN_NAMES[other]} is the decimal sign"))
        return InvalidValueError(where=where, given=cell, expected="a number", cure=cure, settings=settings)
    if signs.plain(_without_unit(cell)):
        cure = f"Write numbers without a sign such as {cell.strip('+-0123456789., ')[:1]}."
        return InvalidValueError(where=where, given=cell, expected="a number", cure=cure)
    for sign, name in _OTHER_SIGNS.items():
        if Signs(signs.decimal, sign).plain(cell):
            between = Setting("thousands", sign, f"If the {name} stands between thousands")
            return InvalidValueError(where=where, given=cell, expected="a number", settings=[between])
    if table.may_be_header(row):
        cure = "Mend the cell, or give the columns names that are no numbers."
        header = Setting("header", True, "If this line holds the names of the columns")
        return InvalidValueError(where=where, given=cell, expected="a number", cure=cure, settings=[header])
    target = Setting("target", table.name(place), "If it holds the classes to learn")
    cure = "Mend the cell, turn text into columns of 0 and 1, or leave the column out."
    return ColumnError(
        where=where, given=cell, expected="a number", cure=cure, column=table.name(place), settings=[target]
    )


_UNITS = "$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}% "


def _without_unit(cell: str) -> str:
    """Take the sign of a currency, and that of per cent, off a cell that may be a number."""
    return cell.strip(_UNITS).replace(",", "") if any(unit in cell for unit in _UNITS.strip()) else ""


def _missing(table: Table, row: int, place: int, expected: str) -> InvalidValueError:
    cell = table.rows[row][place]
    return InvalidValueError(
        f"got {repr(cell)}, a missing value, expected {expected}.",
        where=table.where(row, place),
        given=cell,
        expected=expected,
        cure="Fill it in, or delete the row.",
        settings=[Setting("drop_missing", True, "To leave such rows out")],
    )


def _two_kinds(table: Table, one: _Cell, other: _Cell, expected: str) -> InvalidValueError:
    """Two cells that do not go with each other."""
    problem = f"got {repr(one.text)}, but {repr(other.text)} in {other.where}; expected {expected}."
    settings = [Setting("decimal", sign, f"If the {name} is the decimal sign") for sign, name in _SIGN_NAMES.items()]
    where = table.where(one.row, one.place)
    return InvalidValueError(problem, where=where, given=one.text, expected=expected, settings=settings)


# What the target is.


def _wanted_classes(classes: object) -> bool | tuple[str, ...] | None:
    where, expected = Argument("load_csv", "classes"), "True, False, or None to find out"
    if classes is None or isinstance(classes, bool):
        return classes
    if isinstance(classes, (str, bytes)) or not isinstance(classes, Sequence):
        raise InvalidTypeError(where=where, given=classes, expected=expected)
    names = column_names(classes, where)
    if len(names) < 2:
        raise InvalidValueError(where=where, given=classes, expected="at least 2 classes")
    return names


def _one_target(
    table: Table, place: int, wanted: bool | tuple[str, ...] | None, signs: Signs, notes: list[Note]
) -> tuple[list[list[float]], tuple[str, ...]]:
    """Read a column as classes, or as numbers; and note which, where nobody has said it."""
    cells = table.cells(place)
    if isinstance(wanted, tuple):
        found = _labels(table, place, signs)[0]
        labels = [cell if cell in wanted else label for cell, label in zip(cells, found, strict=True)]
        for row, label in enumerate(labels):
            if label not in wanted:
                expected = f"one of the classes {some_of(wanted, 20)}"
                raise InvalidValueError(where=table.where(row, place), given=cells[row], expected=expected)
        return one_hot(labels, wanted), wanted
    if wanted is None:
        values = _values(table, place, signs)
        meaning = meaning_of(values)
        notes.append(meaning.note(table.column(place), len(set(values))))
        if meaning.one_column:
            names = tuple(map(class_name, meaning.classes))
            return [[float(meaning.classes.index(value))] for value in values], names
        wanted = bool(meaning.classes)
    if not wanted:
        return [[value] for value in _numbers_to_learn(table, place, signs, alone=True)], ()
    labels, order = _labels(table, place, signs)
    _check_classes(table, place, labels, order)
    for name in order:
        alike = [other for other in order if other.casefold() == name.casefold()]
        if alike[0] == name and len(alike) > 1:
            notes.append(Note(f"the classes {' and '.join(map(repr, alike))} differ in their capitals only."))
    return one_hot(labels, order), order


def _numbers_to_learn(table: Table, place: int, signs: Signs, alone: bool = False) -> list[float]:
    """Read a column that is to be learned as numbers, alone or beside others."""
    try:
        return _answers(table, place) or read_numbers(table, place, signs)
    except ColumnError as error:  # to leave it out is no cure
        cure = "Text can be learned as classes only, and as the only target: mend the cell, or name another column."
        raise InvalidValueError(
            where=error.where,
            given=error.given,
            expected=error.expected,
            cure="Mend the cell." if alone else cure,
            settings=[Setting("classes", True, "If the target holds classes")] * alone,
        ) from None


def _values(table: Table, place: int, signs: Signs) -> list[str] | list[float] | list[bool]:
    """Read the cells of a target as what they are: all numbers, all true or false, or else text.

    A mix of numbers and names is refused: one slip among numbers would make a class of every one of them.
    """
    values, cells = _of_one_kind(table, place, signs), table.cells(place)
    if values != cells:
        return values
    if all(signs.plain(_without_unit(cell)) for cell in cells):
        raise _not_a_number(table, 0, place, signs)
    numeric = [looks_numeric(cell) or bool(signs.plain(cell)) for cell in cells]
    if any(numeric):
        row, other = numeric.index(False), numeric.index(True)
        if cells[row].casefold() in _MISSING:
            raise _missing(table, row, place, "a number or a class")
        expected = "numbers only or names only"
        raise InvalidValueError(
            f"got {repr(cells[row])}, but {repr(cells[other])} in line {table.lines[other]}; expected {expected}.",
            where=table.where(row, place),
            given=cells[row],
            expected=expected,
            cure="Mend the cell.",
            settings=[Setting("classes", True, "If all of them are names of classes")],
        )
    return values


def _of_one_kind(table: Table, place: int, signs: Signs) -> list[str] | list[float] | list[bool]:
    """Read cells as numbers, or as true and false, where all of them are; or else as text."""
    cells = table.cells(place)
    if numbers := _plain_numbers(cells, signs):
        return numbers
    if all(cell.casefold() in _TRUTHS for cell in cells):
        return [_TRUTHS[cell.casefold()] for cell in cells]
    if all(looks_numeric(cell) or signs.plain(cell) for cell in cells):
        return read_numbers(table, place, signs)
    return cells


def _labels(table: Table, place: int, signs: Signs) -> tuple[list[str], tuple[str, ...]]:
    """Read the class of every row, and all classes in order; cells of the same value are the same class."""
    cells = table.cells(place)
    for row, cell in enumerate(cells):
        if cell.casefold() in _MISSING:
            raise _missing(table, row, place, "the name of a class")
    values: Sequence[str | float] = _of_one_kind(table, place, signs)
    return [class_name(value) for value in values], tuple(map(class_name, sorted(set(values))))


def _check_classes(table: Table, place: int, labels: list[str], order: tuple[str, ...]) -> None:
    """Refuse a single class, too many, and a first row that is the only one of its class and may be a header."""
    where = f"{table.path}, {table.column(place)}"
    if len(order) == 1:
        raise InvalidValueError(
            f"got one class only, {repr(order[0])}, expected at least 2.", where=where, cure="Is it the target?"
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


def _several_targets(
    table: Table, places: list[int], wanted: bool | tuple[str, ...] | None, signs: Signs, notes: list[Note]
) -> tuple[list[list[float]], tuple[str, ...]]:
    """Read several columns: one-hot if every row has a single 1 among 0s, or else numbers."""
    y = [list(row) for row in zip(*(_numbers_to_learn(table, place, signs) for place in places), strict=True)]
    names = tuple(table.name(place) if table.names else table.column(place) for place in places)
    odd = next((row for row, values in enumerate(y) if sorted(values) != [0.0] * (len(values) - 1) + [1.0]), None)
    if wanted is False or (wanted is None and odd is not None):
        if wanted is None:
            notes.append(Note(f"{len(places)} columns are learned as numbers: {some_of(names, 6)}."))
        return y, ()
    if odd is not None:
        problem = "it has not a single 1 among 0s in the columns of the target, as classes in several columns have."
        raise InvalidValueError(problem, where=f"{table.path}, line {table.lines[odd]}", settings=[_NUMBERS])
    if isinstance(wanted, tuple):
        if set(wanted) != set(names):
            expected = f"the columns {some_of(names)}"
            raise InvalidValueError(where=Argument("load_csv", "classes"), given=wanted, expected=expected)
        y = [[values[names.index(name)] for name in wanted] for values in y]
        return y, wanted
    if wanted is None:
        text = f"every row has a single 1 in the columns {some_of(names, 6)}, so they are taken as classes."
        notes.append(Note(text, (_NUMBERS,)))
    return y, names


_NUMBERS = Setting("classes", False, "To learn numbers")
