"""Numbers on their way in: one number, one row, one or several rows of a batch.

This file turns what a user gives into plain floats or says why it cannot; it knows nothing of neurons.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real

from neurograph.errors import InvalidTypeError, InvalidValueError, explain

__all__ = ["finite", "is_row", "rows", "vector"]


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
        When `value` is not one real number.
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
                explain(where, value, "a number that fits a float (at most about 1.8e308)")
            ) from None
        except (TypeError, ValueError):
            raise InvalidTypeError(explain(where, value, "one finite number (an int or a float)")) from None
    if not math.isfinite(number):
        raise InvalidValueError(
            explain(where, number, "a finite number", "NaN and infinity are refused on the way in.")
        )
    return number


def _scalar(value: object) -> Real | Decimal:
    """Pass real numbers on, unwrap zero-dimensional arrays and tensors, refuse everything else."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise TypeError
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
    if len(items) != length:
        listed = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
        word = "number" if length == 1 else "numbers"
        raise InvalidValueError(
            f"{where}: got {len(items)} numbers, expected {length} {word}, one for each of {listed}."
        )
    return [finite(item, f"{where}[{i}] (for {names[i]})") for i, item in enumerate(items)]


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


def _is_sequence(value: object) -> bool:
    if isinstance(value, (str, bytes, bytearray)):
        return False
    return isinstance(value, Sequence) or (hasattr(value, "tolist") and getattr(value, "ndim", 0) >= 1)


def _items(values: object, where: str, expected: str) -> Sequence[object]:
    if not _is_sequence(values):
        raise InvalidTypeError(explain(where, values, expected))
    if isinstance(values, Sequence):
        return values
    listed: list[object] = values.tolist()  # type: ignore[attr-defined]  # arrays and tensors, seen by _is_sequence
    return listed
