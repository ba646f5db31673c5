"""The file in which a sweep keeps its rows: one line of JSON for each, written to the disk as soon as its run is done.

It reads them back as data and nothing else; it knows neither networks nor runs.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError, one_line
from neurograph.learning.sweeps.arguments import Row
from neurograph.learning.sweeps.fingerprint import fingerprint
from neurograph.learning.sweeps.plan import Plan

__all__ = ["kept"]

_FORMAT = "neurograph sweep 1"
_PARTS = ("make_net", "data", "grid", "settings")


@contextmanager
def kept(path: object, plan: Plan) -> Iterator[tuple[dict[int, Row], Callable[[Row], None]]]:
    """Open or make the file of a sweep; give its rows by the number of their run, and a function that adds one.

    The first line says which sweep it is, by the fingerprints of make_net, data, grid and settings; the seeds may
    differ. A last line that was torn off, by a kill or a full disk, is taken away; every whole line counts, the last
    one of a run most. Without a path nothing is kept.

    A file that cannot be read or written, is in use by another sweep, belongs to another one, or is damaged, is refused
    and left as it is.
    """
    if path is None:
        yield {}, lambda row: None
        return
    named = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(named, str) or not named:
        raise InvalidTypeError(where="sweep, path", given=path, expected='the name of a file, such as "runs.jsonl"')
    with _opened(Path(named)) as file:
        name = one_line(named)
        rows = _read(file, name, plan)
        yield rows, lambda row: _write(file, row, name)


@contextmanager
def _opened(path: Path) -> Iterator[FileIO]:
    try:
        file = path.open("a+b", buffering=0)
    except (OSError, ValueError) as error:  # a ValueError when the name holds a NUL
        reason = getattr(error, "strerror", None) or error
        problem = f"{one_line(str(path))} cannot be opened ({reason})."
        raise NeurographError(problem, where="sweep, path", cure="Choose another name or folder.") from None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            problem = f"{one_line(str(path))} is a device or a pipe."
            raise NeurographError(problem, where="sweep, path", cure="Choose a file.")
        _lock(file, path)
        yield file


def _lock(file: FileIO, path: Path) -> None:
    """Keep other sweeps out until the file is closed, or this process ends, in whatever way."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        problem = f"another sweep is writing to {one_line(str(path))}."
        cure = "Wait for its end, or choose another name."
        raise NeurographError(problem, where="sweep, path", cure=cure) from None
    except OSError:  # some disks have no locks
        return


def _read(file: FileIO, name: str, plan: Plan) -> dict[int, Row]:
    """Read the rows of this sweep; make the file ready for more."""
    ours = {part: fingerprint(value) for part, value in zip(_PARTS, _fingerprinted(plan), strict=True)}
    head = json.dumps({"format": _FORMAT, "columns": plan.columns, **ours}) + "\n"
    file.seek(0)
    first, *lines = file.readall().split(b"\n")
    if not lines and head.encode().startswith(first):  # nothing, or a torn first line of our own
        file.truncate(0)
        _write_line(file, head, name)
        return {}
    _check_head(first, ours, name)
    numbers = {_key(run.shown, plan.columns): number for number, run in enumerate(plan.runs)}
    *whole, tail = lines if lines else [b""]
    rows = {}
    for place, line in enumerate(whole, start=2):
        row = _row(line, plan.columns)
        if row is None:
            raise InvalidValueError(
                where=f"{name}, line {place}",
                given=line.decode("utf-8", "replace"),
                expected="a row of this sweep",
                cure="Remove the line, and its run is done again.",
            )
        rows[_key(row, plan.columns)] = row
    row = _row(tail, plan.columns)
    if row is not None:  # whole but for the end of the line
        rows[_key(row, plan.columns)] = row
        _write_line(file, "\n", name)
    elif tail:
        file.truncate(file.seek(0, os.SEEK_END) - len(tail))
    return {numbers[key]: row for key, row in rows.items() if key in numbers}


def _fingerprinted(plan: Plan) -> tuple[object, ...]:
    return plan.make_net, [plan.X, plan.Y], plan.grid, dict(sorted(plan.fixed.items()))


def _check_head(line: bytes, ours: dict[str, str], name: str) -> None:
    theirs = _json(line)
    if not isinstance(theirs, dict) or theirs.get("format") != _FORMAT:
        problem = f"{name} is not the file of a sweep, and is left as it is."
        raise NeurographError(problem, where="sweep, path", cure="Choose another name.")
    other = [part for part in _PARTS if theirs.get(part) != ours[part]]
    if other:
        problem = f"{name} belongs to another sweep, with another {', another '.join(other)}, and is left as it is."
        cure = "Choose another name, or remove the file if you do not need it any more."
        raise NeurographError(problem, where="sweep, path", cure=cure)


def _json(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _row(line: bytes, columns: list[str]) -> Row | None:
    """Read a row; None when it is none."""
    row = _json(line)
    if not isinstance(row, dict) or not {*columns, "seconds", "error"} <= set(row):
        return None
    if not all(value is None or isinstance(value, (str, int, float)) for value in row.values()):
        return None
    return row


def _key(row: Row, columns: list[str]) -> str:
    return json.dumps([row[column] for column in columns])


def _write(file: FileIO, row: Row, name: str) -> None:
    _write_line(file, json.dumps(row) + "\n", name)


def _write_line(file: FileIO, text: str, name: str) -> None:
    try:
        rest = memoryview(text.encode())
        while rest:
            rest = rest[file.write(rest) or 0 :]
        os.fsync(file.fileno())
    except OSError as error:
        raise NeurographError(
            f"{name} cannot be written ({error.strerror}). The rows before this one are in it: "
            "mend what is wrong, and run the sweep again to go on.",
            where="sweep, path",
        ) from None
