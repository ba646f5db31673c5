"""A CSV file as a table of text: which lines are rows, where cells end, which row holds the names.

Files are taken as spreadsheets and programs write them; what was passed over is noted, and the first odd line is
blamed. Nothing is executed, and no cell is read as a number here.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from reprlib import repr  # what a cell holds may be long
from types import NoneType

from neurograph.errors import (
    Argument,
    InvalidTypeError,
    InvalidValueError,
    Note,
    Setting,
    UnknownNameError,
    some_of,
)
from neurograph.validate import instance_of, one_of, read_bytes

__all__ = [
    "GROUPED",
    "Table",
    "check_names",
    "find_column",
    "find_columns",
    "looks_numeric",
    "names_rows",
    "read_table",
]

_LARGEST_FILE = 256 * 1024 * 1024
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAMPLE = 30  # rows that the delimiter is judged by
_SNIFFED = 1_000_000  # characters, at most
_LONGEST_NAME = 60
# A point or a comma before the decimals. Written so that a cell is scanned once, however long it is.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# With a sign between thousands: 1,234,567 or 1,234.5, but not 1,234, which could be decimals.
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:(?:\1\d{3})*(?!\1)([.,])\d*|(?:\1\d{3})+)", re.ASCII)


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
        Of the columns; empty when the file has no header. A column without a name has an empty one.
    rows : list of list of str
        All of one length.
    lines : list of int
        The line of the file on which each row begins, from 1.
    header_given : bool
        Whether the user said if there is a header.
    header_line : int
        The line that holds the names.
    notes : tuple of Note
        What was passed over in the file.
    quoted : bool
        Whether cells stand in quotes.
    """

    path: str
    delimiter: str
    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    header_given: bool = False
    header_line: int = 1
    notes: tuple[Note, ...] = ()
    quoted: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0])

    def cells(self, place: int) -> list[str]:
        """List a column."""
        return [row[place] for row in self.rows]

    def name(self, place: int) -> str:
        """Name a column as the user can name it: by its name if it has one, or else by its number, from 1."""
        return self.names[place] if self.names and self.names[place] else str(place + 1)

    def may_be_header(self, row: int) -> bool:
        """Whether a row may be a header that was taken for a row, since a name in it is a number."""
        return row == 0 and not self.names and not self.header_given

    def column(self, place: int) -> str:
        """Name a column as a message does: by its name if it has one, or else by its number, from 1."""
        if not self.names or not self.names[place]:
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


def read_table(path: object, header: object = None, delimiter: object = None) -> Table:
    """Read a CSV file: UTF-8 with or without a byte order mark, quoted cells, blank lines passed over, at most 256 MiB.

    Where `header` is None, the first row holds the names of the columns if no cell of it is a number, or true or false.
    Where `delimiter` is None, it is the one of comma, semicolon and tab that turns most cells of the first rows into
    numbers.

    Lines before the rows that begin with #, and later ones that are no rows, are comments. A last line of them that has
    a cell for each column is the header. A first line sep=; sets the delimiter. Empty cells at the end of every row are
    no column. Of an ARFF file, the names are those of the attributes. Where a header has one name fewer than the rows
    have cells, as R writes it, the first column has none.
    """
    given = os.fspath(path) if isinstance(path, os.PathLike) else path
    where = instance_of(given, str, Argument("load_csv", "path"), "the name of a file")
    header = instance_of(header, (bool, NoneType), Argument("load_csv", "header"), "True, False, or None to find out")
    if delimiter is not None and not (isinstance(delimiter, str) and delimiter in _DELIMITERS):
        raise InvalidValueError(
            where=Argument("load_csv", "delimiter"), given=delimiter, expected="',', ';', '\\t', or None to find out"
        )
    text = _text(where)
    notes: list[Note] = []
    attributes: list[str] | None = None
    if (told := _SEPARATOR.match(text)) and delimiter is None:
        delimiter = told[1]
    if told:
        text = "\n" + text[told.end() :]
    elif odd := _OTHER_SEPARATOR.match(text):
        problem = f"it says that {odd[1]!r} separates, expected comma, semicolon or tab."
        raise InvalidValueError(problem, where=f"{where}, line 1", cure="Save the file with one of them.")
    elif _ARFF.match(text):
        text, attributes = _without_declarations(text, where)
        delimiter, header = ",", False
        notes.append(Note("it is an ARFF file: its attributes are the names of the columns."))
    names_line = None
    if "#" in text and attributes is None:
        text, names_line = _without_comments(text, delimiter, header, notes)
    chosen = _sniff(text) if delimiter is None else delimiter
    lines, rows = _rows(where, text, chosen, "'" if attributes is not None and '"' not in text else '"')
    if names_line is not None:
        lines.insert(0, names_line[0])
        rows.insert(0, [cell.strip() for cell in next(_csv([names_line[1]], chosen))])
    quoted = _QUOTED.search(text) is not None
    return _table(where, chosen, lines, rows, header, attributes, notes, quoted)


_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_OTHER_SEPARATOR = re.compile(r'"?sep=(\S)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_ARFF = re.compile(r"(?:\s|%[^\n]*\n)*@relation\b", re.IGNORECASE)
_QUOTED = re.compile(r'"[+-]?\d+[.,]\d{3}"')


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


_ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']*)'|\"([^\"]*)\"|(\S+))", re.IGNORECASE)


def _without_declarations(text: str, where: str) -> tuple[str, list[str]]:
    """Take the names of the columns out of an ARFF file; all but its rows become blank lines."""
    names: list[str] = []
    rows: list[str] = []
    in_data = False
    for line in StringIO(text, newline=None):
        begins = line.lstrip()
        if not in_data and (found := _ATTRIBUTE.match(begins)):
            names.append(found[1] or found[2] or found[3])
        is_row = in_data and not begins.startswith("%")
        if is_row and begins.startswith("{"):
            cure = "Save it with a cell for every attribute, or as CSV."
            problem = "it is a sparse ARFF file, of which only the dense form is read."
            raise InvalidValueError(problem, where=f"{where}, line {len(rows) + 1}", cure=cure)
        rows.append(line if is_row else "\n")
        in_data = in_data or begins[:5].casefold() == "@data"
    return "".join(rows), names


def _without_comments(
    text: str, delimiter: str | None, header: bool | None, notes: list[Note]
) -> tuple[str, tuple[int, str] | None]:  # fmt: skip
    """Turn comments into blank lines; give the line of the last one before the rows, and it, where it is the header."""
    lines = StringIO(text, newline="").readlines()
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    if first == len(lines):
        return text, None  # then they are rows
    chosen = delimiter or _sniff("".join(lines[first:]))
    try:
        sample = list(islice(_csv(lines[first:], chosen), _SAMPLE))
    except csv.Error:
        return text, None  # what is wrong is said when all rows are read
    width = Counter(map(len, sample)).most_common(1)[0][0]
    head = [at for at, line in enumerate(lines[:first]) if line.startswith("#")]
    later, quotes, others = [], 0, 0
    for at, line in enumerate(lines[first:], start=first):
        if line.startswith("#") and quotes % 2 == 0:
            later.append(at)
        else:
            quotes += line.count('"')
            others += bool(line.strip())
    alike = [at for at in later if lines[at].count(chosen) == width - 1]
    if len(alike) > others:  # most rows begin with #
        later = [at for at in later if at not in set(alike)]
    names = None
    if head and width > 1 and header is not False and any(looks_numeric(cell.strip()) for cell in sample[0]):
        written = re.sub(r"^#\s+", "", lines[head[-1]])
        cells = next(_csv([written], chosen), [])
        if len(cells) == width and not any(looks_numeric(cell.strip()) for cell in cells):
            names = (head[-1] + 1, written)
            is_row = Setting("header", False, "If it is a comment")
            notes.append(Note(f"line {names[0]}, which begins with #, holds the names of the columns.", (is_row,)))
    comments = [at for at in (*head, *later) if names is None or at + 1 != names[0]]
    for at in (*head, *later):
        lines[at] = "\n"
    if comments:
        listed = some_of([str(at + 1) for at in comments], 6)
        which = f"line {listed} begins" if len(comments) == 1 else f"lines {listed} begin"
        notes.append(Note(f"{which} with # and {'is' if len(comments) == 1 else 'are'} passed over as a comment."))
    return "".join(lines), names


def _csv(lines: Iterator[str] | list[str] | StringIO, delimiter: str, quote: str = '"') -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=True, strict=True)


def _rows(where: str, text: str, delimiter: str, quote: str) -> tuple[list[int], list[list[str]]]:
    """List every row that is not blank, and the line on which it begins; a quoted cell may span lines."""
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=True, strict=True
    )
    lines: list[int] = []
    rows: list[list[str]] = []
    line = 1
    strip = str.strip
    try:
        for record in reader:
            cells = list(map(strip, record))
            if len(cells) > 1 or cells not in ([], [""]):
                lines.append(line)
                rows.append(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        after = f"after line {lines[-1]}" if lines else "line 1"
        raise InvalidValueError(
            f"it is not CSV ({error}).", where=f"{where}, {after}", cure="Look for a stray quote."
        ) from None
    return lines, rows


def _sniff(text: str) -> str:
    """Choose the delimiter that turns most of the first cells into numbers, in rows of one width; or else the comma."""
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        rows: list[list[str]] = []
        records = (row for row in _csv(StringIO(text[:_SNIFFED], newline=""), delimiter) if row and row != [""])
        with suppress(csv.Error):  # judged by what came before
            rows.extend(islice(records, _SAMPLE))
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        cells = [cell.strip() for row in rows for cell in (row if len(row) > 1 else [""])]
        share = len([cell for cell in cells if _is_value(cell)]) / len(cells)
        share *= max(widths.values()) / len(rows)  # rows have one width
        if delimiter == ",":  # which may be the decimal sign, as in 1,5;dog
            share *= len([row for row in rows if not any(";" in cell or "\t" in cell for cell in row)]) / len(rows)
        if share > most:
            best, most = delimiter, share
    return best


def _table(
    where: str,
    delimiter: str,
    lines: list[int],
    rows: list[list[str]],
    header: bool | None,
    attributes: list[str] | None,
    notes: list[Note],
    quoted: bool,
) -> Table:
    """Find the width of the rows and their header."""
    if not rows:
        raise InvalidValueError("it holds no row.", where=where, cure="Is it the right file?")
    named = header if header is not None else not any(map(_is_value, rows[0])) and not _answers_first(rows)
    _drop_ends(rows, named, notes)
    if named and len(rows) > 1 and {len(row) for row in rows[1:]} == {len(rows[0]) + 1} and names_rows(rows[1:]):
        rows[0] = ["", *rows[0]]  # as R writes it
    _check_shape(where, delimiter, lines, rows)
    if attributes is not None and len(attributes) != len(rows[0]):
        problem = f"got {len(rows[0])} cells, expected {len(attributes)}, one for each attribute."
        raise InvalidValueError(problem, where=f"{where}, line {lines[0]}", cure="Mend the row.")
    if named and len(rows) == 1:
        raise InvalidValueError(
            f"got the names of the columns in line {lines[0]} and no row below them, expected at least one.",
            where=where,
            cure="Is it the right file?",
            settings=[Setting("header", False, "If that line is a row")],
        )
    names = tuple(attributes) if attributes is not None else tuple(rows[0]) if named else ()
    given = header is not None
    return Table(where, delimiter, names, rows[named:], lines[named:], given, lines[0], tuple(notes), quoted)


def names_rows(rows: list[list[str]]) -> bool:
    """Whether the first cells tell the rows apart, as whole numbers or as names do.

    Examples
    --------
    >>> names_rows([["7", "0.5"], ["3", "0.5"]]), names_rows([["1.5", "x"], ["2.5", "x"]]), names_rows([["a"], ["a"]])
    (True, False, False)
    """
    cells = [row[0] for row in rows]
    alike = all(map(str.isdecimal, cells)) or not any(map(looks_numeric, cells))
    return alike and len(set(cells)) == len(cells) and all(cells)


def _answers_first(rows: list[list[str]]) -> bool:
    """Whether a column says yes and no from the first row on, so that the row holds no names."""
    answers = [place for place, cell in enumerate(rows[0]) if cell.casefold() in ("yes", "no")]
    return any({row[place].casefold() for row in rows if place < len(row)} == {"yes", "no"} for place in answers)


def _is_value(cell: str) -> bool:
    """Whether a cell is a number, or true or false, and so no name of a column."""
    return looks_numeric(cell) or GROUPED.fullmatch(cell) is not None or cell.casefold() in ("true", "false")


def _drop_ends(rows: list[list[str]], named: bool, notes: list[Note]) -> None:
    """Drop the empty cells after separators at the end of every row; a header may do without them."""
    body = rows[named:] or rows
    width = len(body[0])
    if any(len(row) != width for row in body):
        return
    left = width
    while left > 1 and not any(row[left - 1] for row in body) and not (named and any(rows[0][left - 1 :])):
        left -= 1
    if left < width:
        for row in body:
            del row[left:]
        notes.append(Note("every row ends with a separator, which begins no column."))
    if named and not any(rows[0][left:]):
        del rows[0][left:]


def _check_shape(where: str, delimiter: str, lines: list[int], rows: list[list[str]]) -> None:
    """Blame the first row that has not as many cells as most have."""
    widths = Counter(map(len, rows))
    width, kind = max(widths, key=lambda each: (widths[each], each == len(rows[0]))), _DELIMITERS[delimiter]
    if len(widths) > 1:
        usual = next(line for line, row in zip(lines, rows, strict=True) if len(row) == width)
        for line, row in zip(lines, rows, strict=True):
            if len(row) != width:
                raise InvalidValueError(
                    f"got {_counted(row)}, expected {width} as in line {usual} (separated by {kind}).",
                    where=f"{where}, line {line}",
                    cure=f"Mend the row; a cell that holds a {kind} must stand in quotes."
                    if line > usual
                    else "Delete the line if it is no row, or mend it.",
                )
    if width == 1:
        raise InvalidValueError(
            f"got one cell, {repr(rows[0][0])}, expected features and a target, separated by comma, semicolon or tab.",
            where=f"{where}, line {lines[0]}",
            given=rows[0][0],
            expected="features and a target, separated by comma, semicolon or tab",
        )


def _counted(row: list[str]) -> str:
    return f"1 cell, {repr(row[0])}" if len(row) == 1 else f"{len(row)} cells"


def find_column(table: Table, target: str | int, argument: str) -> int:
    """Find the column that an argument names: by its name, or by its number from 1; `load_csv` tells its errors."""
    where = Argument(table.path, argument)
    if isinstance(target, bool) or not isinstance(target, (str, int)):
        raise InvalidTypeError(
            where=Argument("load_csv", argument), given=target, expected="the name of a column, or its number from 1"
        )
    if isinstance(target, str) and target.strip() and target.strip() in table.names:
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
    known = [name for name in table.names if name]
    return table.names.index(one_of(target, known, where, "no column is named"))


def find_columns(table: Table, name: str | int, argument: str) -> list[int]:
    """Find all columns that have a name, or the one of a number."""
    if isinstance(name, str) and name.strip() and name.strip() in table.names:
        return [place for place, other in enumerate(table.names) if other == name.strip()]
    return [find_column(table, name, argument)]


def check_names(table: Table, features: Sequence[int], targets: Sequence[int]) -> None:
    """Refuse a feature that has no name where others do, and a column with the name of another that is used."""
    first: dict[str, int] = {}
    where = f"{table.path}, line {table.header_line}"
    for place in sorted([*features, *targets]) if table.names else ():
        name = table.names[place]
        if not name and place in targets:
            continue  # it was asked for by its number
        if not name:
            raise InvalidValueError(
                "it has no name.",
                where=f"{where}, column {place + 1}",
                cure="Name it, or delete the column.",
                settings=[Setting("ignore", (str(place + 1),), "To leave it out")],
            )
        if name in first:
            raise InvalidValueError(
                f"columns {first[name] + 1} and {place + 1} are both named {repr(name)}.",
                where=where,
                given=name,
                cure="Rename one.",
                settings=[
                    Setting("ignore", (str(place + 1),), "To leave one out"),
                    Setting("header", False, "If the line is a row"),
                ],
            )
        first[name] = place
