"""Numbers on their way in: one number, one row, one or several rows of a batch.

This file turns what a user gives into plain floats or says why it cannot; it knows nothing of neurons.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, TypeGuard

from neurograph.errors import InvalidTypeError, InvalidValueError

__all__ = ["Example", "Rows", "finite", "instance_of", "is_row", "pairs", "rows", "switch", "texts", "vector", "whole"]

Rows = Sequence[Sequence[float]]
Example = tuple[list[float], list[float]]  # x and y, checked

_MISSING = "A missing value is no number: leave its row out, or put a number in its place."


def finite(value: object, where: str) -> float:
    """Turn one number into a finite float.

    Ints, floats, fractions, decimals and the scalars of NumPy and PyTorch are numbers; bools, text, None, complex
    numbers and sequences are not.

    Parameters
    ----------
    value : object
        What the user gave.
    where : str
        What it was given for; the error message opens with it.

    Raises
    ------
    InvalidTypeError
        When `value` is not one real number, or is missing: masked in NumPy, NA or NaT in pandas.
    InvalidValueError
        When it is NaN, infinite, or an int too large for a float.

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
            cure = _MISSING if _is_missing(value) else ""
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
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item") and not _is_missing(value):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise TypeError
    return value


def _is_missing(value: object) -> bool:
    """Whether it is a masked value of NumPy, whose `item()` is a number all the same, or pandas' NA or NaT."""
    if _is_masked(value):
        return getattr(value, "ndim", None) == 0 and bool(value.mask)
    return type(value).__name__ in ("NAType", "NaTType")


def _is_masked(value: object) -> TypeGuard[Any]:
    """Whether it is a masked array of NumPy."""
    return hasattr(value, "mask") and hasattr(value, "filled")


def switch(value: object, where: str) -> bool:
    """Turn True or False into a bool; nothing else says yes or no, least of all text.

    Raises
    ------
    InvalidTypeError
        When `value` is no bool of Python or NumPy.

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


def whole(value: object, where: str, expected: str = "a whole number") -> int:
    """Turn an int, or an integer scalar of NumPy or PyTorch, into an int; bools are no numbers.

    Raises
    ------
    InvalidTypeError
        When `value` is not a whole number by its type; 2.0 is not.

    Examples
    --------
    >>> whole(3, "seed")
    3
    """
    if not isinstance(value, bool) and not _is_missing(value):
        try:
            return operator.index(value)  # type: ignore[arg-type]  # that is the question
        except TypeError:
            pass
    raise InvalidTypeError(where=where, given=value, expected=expected, cure=_MISSING if _is_missing(value) else "")


def instance_of(value: Any, kind: type, where: str, example: str) -> Any:
    """Pass on None, or an object of a kind.

    Examples
    --------
    >>> instance_of("adam", float, "rate", "such as 0.1")
    Traceback (most recent call last):
    neurograph.errors.InvalidTypeError: rate: got 'adam' (a str), expected an object of type float, such as 0.1.
    """
    if value is not None and not isinstance(value, kind):
        raise InvalidTypeError(where=where, given=value, expected=f"an object of type {kind.__name__}, {example}")
    return value


def vector(values: object, length: int, where: str, names: Sequence[str]) -> list[float]:
    """Turn one row into a list of finite floats, one for each of `names`.

    Parameters
    ----------
    values : object
        A list, tuple, range, or a one-dimensional array or tensor.
    length : int
        How many numbers are expected.
    where : str
        What the row is, for the message: "x" or "y".
    names : sequence of str
        The neurons that the numbers belong to, in order.

    Raises
    ------
    InvalidTypeError
        When `values` is not a row of real numbers (a set or dict has no order, text is no row).
    InvalidValueError
        When its length is not `length`, or a number is not finite.

    Examples
    --------
    >>> vector((1, 2.5), 2, "x", ["x1", "x2"])
    [1.0, 2.5]
    """
    items = _items(values, where, "a list of numbers")
    if items and _is_sequence(items[0]):
        raise InvalidTypeError(
            where=f"{where}[0]", given=items[0], expected="one finite number", cure="Give one row of numbers here."
        )
    if len(items) != length:
        each = ("one for each of " if length > 1 else "for ") + ", ".join(names[:6]) + (", ..." if length > 6 else "")
        raise InvalidValueError(f"got {_counted(len(items))}, expected {_counted(length)}, {each}.", where=where)
    return [finite(item, f"{where}[{i}] (for {names[i]})") for i, item in enumerate(items)]


def texts(values: object, where: str) -> list[str]:
    """Turn names into a list: of a list, a tuple, an array or an index of text.

    Raises
    ------
    InvalidTypeError
        When one is no text, or they are no list.

    Examples
    --------
    >>> texts(("petal", "sepal"), "feature_names")
    ['petal', 'sepal']
    """
    listed = values if isinstance(values, str) or not hasattr(values, "tolist") else values.tolist()
    if isinstance(listed, str) or not isinstance(listed, Iterable):
        raise InvalidTypeError(where=where, given=values, expected="a list of names")
    names = list(listed)
    if not all(isinstance(name, str) for name in names):
        raise InvalidTypeError(where=where, given=values, expected="a list of names")
    return names


def is_row(values: object, where: str) -> bool:
    """Tell one row of numbers (True) from a list of rows (False).

    Examples
    --------
    >>> is_row([1.0, 2.0], "x"), is_row([[1.0, 2.0]], "x")
    (True, False)
    """
    items = _items(values, where, "a list of numbers, or a list of such lists for a batch")
    return not items or not _is_sequence(items[0])


def rows(values: object, length: int, where: str, names: Sequence[str]) -> list[list[float]]:
    """Turn one row, or a batch of rows, into a list of rows of finite floats.

    Examples
    --------
    >>> rows([1, 2], 2, "x", ["x1", "x2"])
    [[1.0, 2.0]]
    >>> rows([[1, 2], [3, 4]], 2, "x", ["x1", "x2"])
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if is_row(values, where):
        return [vector(values, length, where, names)]
    batch = _items(values, where, "a list of rows")
    return [vector(row, length, f"{where}[{i}]", names) for i, row in enumerate(batch)]


def pairs(x: object, y: object, inputs: Sequence[str], outputs: Sequence[str], of: str = "") -> list[Example]:
    """Pair the rows of x and y, or the one row of each; `of` says in the messages whose they are.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When they do not fit the named inputs and outputs, or each other.

    Examples
    --------
    >>> pairs([[1], [2]], [[0], [1]], ["x1"], ["o1"])
    [([1.0], [0.0]), ([2.0], [1.0])]
    """
    if is_row(x, f"{of}x") != is_row(y, f"{of}y"):
        raise InvalidValueError(
            "one is a single row and the other a batch.",
            where=f"{of}x and y",
            cure="Give both as rows, or both as lists of rows.",
        )
    xs, ys = rows(x, len(inputs), f"{of}x", inputs), rows(y, len(outputs), f"{of}y", outputs)
    if len(xs) != len(ys):
        raise InvalidValueError(
            f"got {len(xs)} rows of x and {len(ys)} of y, expected as many of one as of the other.",
            where=f"{of}x and y",
        )
    return list(zip(xs, ys, strict=True))


def _counted(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _is_sequence(value: object) -> bool:
    if isinstance(value, (str, bytes, bytearray)):
        return False
    return isinstance(value, Sequence) or (hasattr(value, "tolist") and getattr(value, "ndim", 0) >= 1)


def _items(values: object, where: str, expected: str) -> Sequence[object]:
    if getattr(values, "ndim", None) == 2 and hasattr(values, "to_numpy"):
        kind = type(values).__name__
        raise InvalidTypeError(
            f"got a {kind}, expected {expected}.", where=where, cure="Give its numbers: .to_numpy()."
        )
    if not _is_sequence(values):
        raise InvalidTypeError(where=where, given=values, expected=expected)
    if isinstance(values, Sequence):
        return values
    if _is_masked(values):
        return list(values)  # `tolist` would write None for what is masked
    listed: list[object] = values.tolist()  # type: ignore[attr-defined]  # arrays and tensors, seen by _is_sequence
    return listed
