"""What comes in: one number, a name, an object of a kind, a list of them.

This file turns what a user gives into plain values or says why it cannot; it knows nothing of rows and neurons.
"""

from __future__ import annotations

import inspect
import math
import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from decimal import Decimal
from keyword import iskeyword
from numbers import Real
from pathlib import Path
from typing import Any, Protocol, TypeGuard, TypeVar

from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError, nearest, quoted

__all__ = [
    "MISSING",
    "Array",
    "Names",
    "as_list",
    "column_names",
    "finite",
    "in_range",
    "instance_of",
    "is_masked",
    "is_missing",
    "is_name",
    "one_of",
    "pair",
    "read_bytes",
    "switch",
    "takes",
    "texts",
    "whole",
]


class Array(Protocol):
    """An array, a tensor, or a column or all of a data frame: what has a shape."""

    @property
    def shape(self) -> Any:
        """How many rows and columns it has."""


Names = Sequence[str] | Array  # an Index, too

_Kind = TypeVar("_Kind")

MISSING = "A missing value is no number: leave its row out, or put a number in its place."


def finite(value: object, where: str) -> float:
    """Turn one number into a finite float; `where`, what it was given for, opens the error message.

    Ints, floats, fractions, decimals and the scalars of NumPy and PyTorch are numbers; bools, text, None, complex
    numbers, sequences, and what is missing (masked in NumPy, NA or NaT in pandas) are not.

    Examples
    --------
    >>> from fractions import Fraction
    >>> finite(Fraction(1, 4), "bias"), finite(3, "bias")
    (0.25, 3.0)
    """
    if type(value) is float:
        number = value
    else:
        try:
            number = float(_scalar(value))
        except OverflowError:
            raise InvalidValueError(
                where=where, given=value, expected="a number that fits a float (at most about 1.8e308)"
            ) from None
        except (TypeError, ValueError):
            cure = MISSING if is_missing(value) else ""
            raise InvalidTypeError(
                where=where, given=value, expected="one finite number (an int or a float)", cure=cure
            ) from None
    if not math.isfinite(number):
        raise InvalidValueError(
            where=where, given=value, expected="a finite number", cure="NaN and infinity are refused on the way in."
        )
    return number


def _scalar(value: object) -> Real | Decimal:
    """Pass real numbers on, unwrap zero-dimensional arrays and tensors, refuse everything else."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item") and not is_missing(value):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise TypeError
    return value


def is_missing(value: object) -> bool:
    """Whether it is a masked value of NumPy, whose `item()` is a number all the same, or pandas' NA or NaT."""
    if is_masked(value):
        return getattr(value, "ndim", None) == 0 and bool(value.mask)
    return type(value).__name__ in ("NAType", "NaTType")


def is_masked(value: object) -> TypeGuard[Any]:
    """Whether it is a masked array of NumPy."""
    return hasattr(value, "mask") and hasattr(value, "filled")


def switch(value: object, where: str) -> bool:
    """Turn a bool of Python or NumPy into True or False; nothing else says yes or no, least of all text.

    Examples
    --------
    >>> switch("no", "shuffle")
    Traceback (most recent call last):
    neurograph.errors.InvalidTypeError: shuffle: got 'no' (a str), expected True or False.
    """
    if isinstance(value, bool):
        return value
    if getattr(getattr(value, "dtype", None), "kind", "") == "b" and not getattr(value, "shape", True):
        return bool(value)
    raise InvalidTypeError(where=where, given=value, expected="True or False")


def in_range(
    value: object,
    where: str,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
    most: float = math.inf,
    what: str = "a number",
    also: str = "",
    cure: str = "",
) -> float:
    """Turn one number into a finite float between bounds, of which `above` and `below` are not reached themselves.

    `what` and `also` open and close what the message expects: "a share between 0 and 1, or None".

    Examples
    --------
    >>> in_range(0, "rate", above=0.0)
    Traceback (most recent call last):
    neurograph.errors.InvalidValueError: rate: got 0, expected a number above 0.
    >>> in_range(1.0, "beta", least=0.0, below=1.0)
    Traceback (most recent call last):
    neurograph.errors.InvalidValueError: beta: got 1.0, expected a number from 0 up to, but not, 1.
    """
    number = finite(value, where)
    if above < number < below and least <= number <= most:
        return number
    if math.isfinite(above):
        bounds = f" above {above:.16g}" if math.isinf(below) else f" between {above:.16g} and {below:.16g}"
    else:
        bounds = _from_to(least, most) if math.isinf(below) else f" from {least:.16g} up to, but not, {below:.16g}"
    raise InvalidValueError(where=where, given=value, expected=what + bounds + (also and f", {also}"), cure=cure)


def _from_to(least: float, most: float) -> str:
    if math.isinf(least):
        return ""
    return f" from {least:.16g} up" if math.isinf(most) else f" from {least:.16g} to {most:.16g}"


def whole(
    value: object,
    where: str,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    what: str = "a whole number",
    also: str = "",
) -> int:
    """Turn an int, or an integer scalar of NumPy or PyTorch, into an int from `least` to `most`; 2.0 and True are none.

    `what` and `also` open and close what the message expects: "a number of epochs from 1 up, or None".

    Examples
    --------
    >>> whole(3, "seed")
    3
    >>> whole(0, "digits", 1, 17, also="or None")
    Traceback (most recent call last):
    neurograph.errors.InvalidValueError: digits: got 0, expected a whole number from 1 to 17, or None.
    """
    expected = what + _from_to(least, most) + (also and f", {also}")
    missing = is_missing(value)
    try:  # whether it has an index, index itself says
        number = None if isinstance(value, bool) or missing else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None:
        raise InvalidTypeError(where=where, given=value, expected=expected, cure=MISSING if missing else "")
    if not least <= number <= most:
        raise InvalidValueError(where=where, given=value, expected=expected)
    return number


def one_of(value: object, known: Collection[str], where: str, problem: str, cure: str = "") -> str:
    """Pass on a name that is among those known; or name the `problem`, the nearest of them, and more of a cure.

    Examples
    --------
    >>> one_of("sigmoyd", ["relu", "sigmoid"], "h1", "unknown unit")
    Traceback (most recent call last):
    neurograph.errors.UnknownNameError: h1: unknown unit 'sigmoyd'. Did you mean 'sigmoid'? Known: relu, sigmoid.
    """
    if isinstance(value, str) and value in known:
        return value
    cure = f"{nearest(value, known)} {cure}".rstrip()
    raise UnknownNameError(f"{problem} {quoted(value)}.", where=where, given=value, cure=cure)


def instance_of(
    value: object, kind: type[_Kind] | tuple[type[_Kind], ...], where: str, expected: str, cure: str = ""
) -> _Kind:
    """Pass on an object of a kind, or of one of several.

    Examples
    --------
    >>> instance_of("adam", float, "rate", "a number, such as 0.1")
    Traceback (most recent call last):
    neurograph.errors.InvalidTypeError: rate: got 'adam' (a str), expected a number, such as 0.1.
    """
    if not isinstance(value, kind):
        raise InvalidTypeError(where=where, given=value, expected=expected, cure=cure)
    return value


def is_name(value: object) -> TypeGuard[str]:
    """Whether a value can be the name of a variable.

    Examples
    --------
    >>> is_name("m_hat"), is_name("m hat"), is_name("lambda"), is_name(1)
    (True, False, False, False)
    """
    return isinstance(value, str) and value.isidentifier() and not iskeyword(value)


def takes(function: Callable[..., object], count: int) -> bool:
    """Whether a function can be called with so many arguments, as far as it tells.

    Examples
    --------
    >>> takes(lambda z, a: a, 2), takes(lambda z, a: a, 3)
    (True, False)
    """
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # some functions of C do not tell
        pass
    return True


def as_list(values: Any, where: str, expected: str, cure: str = "") -> list[Any]:
    """Turn any number of objects, but no text, into a list.

    Examples
    --------
    >>> as_list((1, "a"), "callbacks", "a list"), as_list(iter("ab"), "neurons", "a list")
    ([1, 'a'], ['a', 'b'])
    """
    if isinstance(values, (str, bytes, bytearray)) or not isinstance(values, Iterable):
        raise InvalidTypeError(where=where, given=values, expected=expected, cure=cure)
    return list(values)


def pair(values: Any, where: str, expected: str) -> tuple[Any, Any]:
    """Turn two objects, but no text of two letters, into a pair.

    Examples
    --------
    >>> pair([0, 1], "features", "two inputs")
    (0, 1)
    """
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != 2:
        raise InvalidTypeError(where=where, given=values, expected=expected)
    return values[0], values[1]


def texts(values: object, where: str) -> list[str]:
    """Turn names into a list: of a list, a tuple, an array or an index of text.

    Examples
    --------
    >>> texts(("petal", "sepal"), "feature_names")
    ['petal', 'sepal']
    """
    listed = values.tolist() if hasattr(values, "tolist") and not isinstance(values, str) else values
    if isinstance(listed, (Set, Mapping)):  # they have no order
        raise InvalidTypeError(where=where, given=values, expected="a list of names")
    names = as_list(listed, where, "a list of names")
    return [instance_of(name, str, f"{where}[{place}]", "a name, as text") for place, name in enumerate(names)]


def column_names(values: object, where: str) -> tuple[str, ...]:
    """Read names, each given once.

    Examples
    --------
    >>> column_names(["x1", "x2"], "feature_names")
    ('x1', 'x2')
    """
    names = texts(values, where)
    for name, times in Counter(names).items():
        if times > 1:
            cure = "Give every column a name of its own."
            raise InvalidValueError(f"{name!r} is given twice.", where=where, cure=cure)
    return tuple(names)


def read_bytes(path: str | Path, most: int) -> bytes:
    """Read a file of at most so many bytes."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(most + 1)  # no size is asked for: a pipe or a device has none
    except (OSError, ValueError) as error:  # a ValueError when the name holds a NUL
        reason = getattr(error, "strerror", None) or error
        cure = "Name a file in it, such as model.json." if Path(path).is_dir() else "Check the name."
        raise InvalidValueError(f"cannot be read ({reason}).", where=str(path), cure=cure) from None
    if len(data) > most:
        problem = f"the file is larger than {most // 2**20} MiB."
        raise InvalidValueError(problem, where=str(path), cure="Is it the right one?")
    return data
