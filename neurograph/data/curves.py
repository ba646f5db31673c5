"""Points on curves in the plane, made up from a seed: moons, circles, spiral.

Without noise the points lie exactly on the curves; with it, the generator of the seed moves them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neurograph.data.dataset import Dataset, one_hot
from neurograph.data.options import at_least, evenly, seeded, spread_of
from neurograph.errors import InvalidValueError
from neurograph.intake import finite

__all__ = ["circles", "moons", "spiral"]

_TURN = 4.0  # radians that an arm of the spiral turns from its middle to its end


def moons(n: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Put n points on two half circles that reach into each other; without noise, those of scikit-learn's make_moons.

    The upper half is `(cos t, sin t)`, the lower `(1 - cos t, 1/2 - sin t)`, t evenly from 0 to pi.

    Parameters
    ----------
    n : int
        How many points in all, at least 4; the lower half has one more if n is odd.
    noise : float
        The standard deviation of what is added to every coordinate, at least 0.
    seed : int
        Of the generator that draws the noise.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When a number is not of the kind said above.

    Examples
    --------
    >>> data = moons(4, noise=0.0)
    >>> [[round(x, 2) for x in row] for row in data.X], data.labels
    ([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [2.0, 0.5]], [0, 0, 1, 1])
    """
    upper = at_least(4, n, "moons, n") // 2
    points = [(math.cos(t), math.sin(t)) for t in evenly(0.0, math.pi, upper)]
    points += [(1.0 - math.cos(t), 0.5 - math.sin(t)) for t in evenly(0.0, math.pi, n - upper)]
    names = ("upper moon", "lower moon")
    return _two_curves("moons", points, upper, noise, seed, names, "Two half circles that reach into each other")


def circles(n: int = 200, noise: float = 0.05, factor: float = 0.5, seed: int = 0) -> Dataset:
    """Put n points on two circles, one within the other; without noise, those of scikit-learn's make_circles.

    Parameters
    ----------
    n : int
        How many points in all, at least 4; the inner circle has one more if n is odd.
    noise : float
        The standard deviation of what is added to every coordinate, at least 0.
    factor : float
        The radius of the inner circle, between 0 and 1; the outer one has radius 1.
    seed : int
        Of the generator that draws the noise.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When a number is not of the kind said above.

    Examples
    --------
    >>> data = circles(4, noise=0.0)
    >>> [[round(x, 2) + 0.0 for x in row] for row in data.X], data.labels
    ([[1.0, 0.0], [-1.0, 0.0], [0.5, 0.0], [-0.5, 0.0]], [0, 0, 1, 1])
    """
    outer = at_least(4, n, "circles, n") // 2
    radius = finite(factor, "circles, factor")
    if not 0.0 < radius < 1.0:
        raise InvalidValueError(where="circles, factor", given=factor, expected="a number between 0 and 1")
    points = [
        (r * math.cos(2.0 * math.pi * k / count), r * math.sin(2.0 * math.pi * k / count))
        for r, count in ((1.0, outer), (radius, n - outer))
        for k in range(count)
    ]
    return _two_curves("circles", points, outer, noise, seed, ("outer", "inner"), "Two circles, one within the other")


def spiral(n: int = 100, arms: int = 3, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Put n points on each arm of a spiral, one class for each arm, one-hot.

    Point k of an arm, from 1, is `(r sin t, r cos t)` with `r = k / n` and t from the arm's own start, evenly spaced
    around the circle, 4 radians on. Source: A. Karpathy (2015), CS231n, Neural networks case study; there the arms
    start 4 radians apart, all from the very middle.

    Parameters
    ----------
    n : int
        How many points of each arm, at least 1.
    arms : int
        How many arms, at least 2.
    noise : float
        The standard deviation of what is added to the angle t, in radians, at least 0.
    seed : int
        Of the generator that draws the noise.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When a number is not of the kind said above.

    Examples
    --------
    >>> len(spiral()), spiral(1, arms=2, noise=0.0).Y
    (300, [[1.0, 0.0], [0.0, 1.0]])
    """
    count, many = at_least(1, n, "spiral, n"), at_least(2, arms, "spiral, arms")
    spread, generator = spread_of(noise, "spiral, noise"), seeded(seed, "spiral")
    points = []
    for arm in range(many):
        for k in range(1, count + 1):
            r = k / count
            t = 2.0 * math.pi * arm / many + _TURN * r + spread * generator.gauss(0.0, 1.0)
            points.append([r * math.sin(t), r * math.cos(t)])
    classes = tuple(f"arm {k}" for k in range(1, many + 1))
    return Dataset(
        X=points,
        Y=one_hot([name for name in classes for _ in range(count)], classes),
        feature_names=("x1", "x2"),
        class_names=classes,
        description=f"A spiral of {many} arms, noise {spread:g}, seed {seed}.",
        source="after A. Karpathy (2015), CS231n, Neural networks case study",
    )


def _two_curves(
    name: str,
    points: Sequence[tuple[float, float]],
    first: int,
    noise: float,
    seed: int,
    classes: tuple[str, str],
    description: str,
) -> Dataset:
    """Add noise to points in the plane; the `first` of them are class 0, the others class 1."""
    spread, generator = spread_of(noise, f"{name}, noise"), seeded(seed, name)
    return Dataset(
        X=[[coordinate + spread * generator.gauss(0.0, 1.0) for coordinate in point] for point in points],
        Y=[[0.0 if row < first else 1.0] for row in range(len(points))],
        feature_names=("x1", "x2"),
        class_names=classes,
        description=f"{description}, noise {spread:g}, seed {seed}.",
        source="made by neurograph.data.curves",
    )
