"""JSON that others wrote, read as data: the whole file first, then piece by piece, each with its place for a message.

It trusts nothing and runs nothing; it does not know what the files are about.
"""

from __future__ import annotations

import json
import os
import reprlib
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

from neurograph.errors import InvalidValueError, nearest
from neurograph.validate import instance_of, read_bytes

__all__ = ["LARGEST_FILE", "as_path", "fields", "flag", "items", "read_json", "text"]

LARGEST_FILE = 512 * 1024 * 1024  # bytes; a net of a million edges takes about a hundred million
LONGEST_TEXT = 1000  # characters of one name
_LONGEST_INT = 400  # digits; the largest float has 309


def as_path(path: object, where: str) -> Path:
    """Turn a path, as text or as a `pathlib.Path`, into a Path.

    Examples
    --------
    >>> as_path("model.json", "save, path").name
    'model.json'
    """
    expected = 'the name of a file, such as "model.json"'
    name = instance_of(os.fspath(path) if isinstance(path, os.PathLike) else path, str, where, expected)
    if not name:
        raise InvalidValueError(where=where, given=path, expected=expected)
    return Path(name)


def read_json(path: Path, what: str) -> Any:
    """Read a JSON file into plain dicts, lists, text and numbers; each key once, no NaN, no infinity.

    `what` it should be stands in the message about one that is nested too deeply: "a table of weights".
    """
    data = read_bytes(path, LARGEST_FILE)
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_no_repeats, parse_constant=_no_constant, parse_int=_int
        )
    except UnicodeDecodeError:
        raise InvalidValueError("it is not UTF-8 text.", where=str(path), cure="Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidValueError(f"it is not JSON ({error.msg}).", where=f"{path}, {place}", cure=_hint(error)) from None
    except RecursionError:
        raise InvalidValueError(f"it is nested too deeply to be {what}.", where=str(path)) from None
    except InvalidValueError as error:  # of the three below
        raise error.within(str(path)) from None


def _hint(error: json.JSONDecodeError) -> str:
    """Name the mistake that people make most often at such a place."""
    before, here = error.doc[: error.pos].rstrip(), error.doc[error.pos : error.pos + 1]
    if here == "/":
        return 'Put a fraction in quotes: "1/3".'
    if here == "'":
        return 'Use double quotes: "h1".'
    if "trailing comma" in error.msg or (here in "}]" and before.endswith(",")):  # from 3.13 on, Python names it itself
        return "Take the last comma away."
    return ""


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is given twice: JSON would silently keep the last one."""
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            where = f"in {reprlib.repr(table)}"
            raise InvalidValueError(
                f"the key {key[:60]!r} is given twice.", where=where, given=key, cure="Leave one of them out."
            )
        table[key] = value
    return table


def _no_constant(name: str) -> NoReturn:
    raise InvalidValueError(f"it holds {name}, expected finite numbers only.", given=name)


def _int(digits: str) -> int:
    if len(digits) > _LONGEST_INT:
        raise InvalidValueError(f"it holds a number of {len(digits)} digits, expected numbers that fit a float.")
    return int(digits)


def fields(value: object, where: str, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    """Pass a JSON object on that has all the required fields and none that is unknown.

    Examples
    --------
    >>> fields({"id": "h1"}, "nodes[0]", ["id"], ["group"])
    {'id': 'h1'}
    """
    table: dict[str, Any] = instance_of(value, dict, where, f"an object with {', '.join(required)}")
    known = [*required, *optional]
    for key in table:
        if key not in known:
            raise InvalidValueError(f"there is no field {key[:60]!r}.", where=where, cure=nearest(key[:60], known))
    if missing := [key for key in required if key not in table]:
        raise InvalidValueError(
            f"{', '.join(missing)} is missing.", where=where, cure=f"It needs {', '.join(required)}."
        )
    return table


def items(value: object, where: str) -> list[Any]:
    """Pass a JSON list on."""
    listed: list[Any] = instance_of(value, list, where, "a list")
    return listed


def flag(value: object, where: str) -> bool:
    """Pass true or false on."""
    return instance_of(value, bool, where, "true or false")


def text(value: object, where: str, longest: int | None = LONGEST_TEXT) -> str:
    """Pass text on that UTF-8 can hold; a name is of at most `LONGEST_TEXT` characters.

    Examples
    --------
    >>> text("petal width", "feature_names[3]")
    'petal width'
    """
    given = instance_of(value, str, where, "text")
    if longest is not None and len(given) > longest:
        problem = f"got {len(given)} characters, expected at most {longest}."
        raise InvalidValueError(problem, where=where, given=given, expected=f"at most {longest}", cure="Shorten it.")
    try:
        given.encode()
    except UnicodeEncodeError:
        expected = "text without half characters (lone surrogates)"
        raise InvalidValueError(where=where, given=given, expected=expected) from None
    return str(given)
