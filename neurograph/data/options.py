"""What the makers of data are asked for: how many, how far apart, how noisy, from which seed.

It reads single options and says what is wrong with them; it makes no data.
"""

from __future__ import annotations

from random import Random

from neurograph.errors import InvalidValueError
from neurograph.intake import finite, whole

__all__ = ["at_least", "evenly", "seeded", "spread_of"]


def evenly(start: float, stop: float, count: int) -> list[float]:
    """Space `count` numbers evenly, both ends included.

    Examples
    --------
    >>> evenly(0.0, 1.0, 5)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    return [start + (stop - start) * k / (count - 1) for k in range(count)]


def at_least(least: int, value: object, where: str) -> int:
    """Read a whole number that is not below `least`, such as a number of points.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When it is no whole number, or below.

    Examples
    --------
    >>> at_least(4, 200, "moons, n")
    200
    """
    number = whole(value, where, f"a whole number, at least {least}")
    if number < least:
        raise InvalidValueError(where=where, given=number, expected=f"a whole number, at least {least}")
    return number


def spread_of(value: object, where: str) -> float:
    """Read a standard deviation: a finite number, at least 0.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When it is not.

    Examples
    --------
    >>> spread_of(1, "moons, noise")
    1.0
    """
    number = finite(value, where)
    if number < 0.0:
        raise InvalidValueError(where=where, given=value, expected="a standard deviation, at least 0")
    return number


def seeded(seed: object, name: str) -> Random:
    """Give a generator of its own to one call.

    Raises
    ------
    InvalidTypeError
        When the seed is no whole number.

    Examples
    --------
    >>> seeded(0, "moons").random() == seeded(0, "moons").random()
    True
    """
    return Random(whole(seed, f"{name}, seed"))  # noqa: S311  # points, not secrets
