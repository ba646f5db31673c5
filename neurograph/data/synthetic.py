"""Data made on the spot from a seed: the four rows of XOR, clouds, moons, circles, a spiral, a noisy sine.

Same seed, same numbers. Two classes that one sigmoid can tell are one column of 0 and 1, any number of classes is
one-hot; rows come class by class, never shuffled. Without noise the points lie exactly on their curves. A number of
another kind than is said is an InvalidTypeError or InvalidValueError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from neurograph.data.dataset import Dataset
from neurograph.errors import Argument, InvalidValueError
from neurograph.tables import is_row, one_hot, vector
from neurograph.validate import in_range, whole

__all__ = ["circles", "gaussian_clouds", "moons", "noisy_sine", "spiral", "xor"]

_MADE = "made by neurograph"


def xor() -> Dataset:
    """Give the four rows of "exclusive or": 1 where the two inputs differ. No single neuron can learn it.

    Source: M. Minsky, S. Papert (1969), Perceptrons.

    Examples
    --------
    >>> xor().X, xor().Y
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]])
    """
    return Dataset(
        X=[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
        Y=[[0.0], [1.0], [1.0], [0.0]],
        feature_names=("x1", "x2"),
        class_names=("equal", "different"),
        description="Two bits, and whether they differ (exclusive or).",
        source="M. Minsky, S. Papert (1969), Perceptrons",
    )


def gaussian_clouds(
    counts: int | Sequence[int] = 500,
    centres: Sequence[Sequence[float]] = ((0.0, -2.0), (2.0, 2.0), (-2.0, 2.0)),
    sd: float = 1.0,
    seed: int = 0,
) -> Dataset:
    """Draw points around centres, one class for each centre, one-hot.

    Parameters
    ----------
    counts : int or sequence of int
        How many points of each class: one number for all, or one for each centre.
    centres : sequence of rows
        Two or more points, all of the same dimension.
    sd : float
        The standard deviation of every coordinate, at least 0.
    seed : int
        Of the generator that draws.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When there are fewer than two centres, they differ in dimension, or counts do not fit them.

    Examples
    --------
    >>> clouds = gaussian_clouds()
    >>> len(clouds), clouds.labels.count(2), clouds.Y[0]
    (1500, 500, [1.0, 0.0, 0.0])
    """
    if is_row(centres, Argument("gaussian_clouds", "centres")) or len(centres) < 2:
        raise InvalidValueError(
            where=Argument("gaussian_clouds", "centres"), given=centres, expected="at least 2 points, each a list"
        )
    size = len(centres[0])
    names = tuple(f"x{k}" for k in range(1, size + 1))
    middles = [vector(c, size, f"gaussian_clouds, centres[{k}]", names) for k, c in enumerate(centres)]
    sizes = [counts] * len(middles) if isinstance(counts, int) or not isinstance(counts, Sequence) else list(counts)
    if len(sizes) != len(middles):
        raise InvalidValueError(
            where=Argument("gaussian_clouds", "counts"), given=counts, expected=f"one number, or {len(middles)} of them"
        )
    sizes = [whole(count, Argument("gaussian_clouds", "counts"), 1) for count in sizes]
    spread, generator = _noise("gaussian_clouds", "sd", sd, seed)
    classes = tuple(f"cloud {k}" for k in range(1, len(middles) + 1))
    return Dataset(
        X=[
            [coordinate + spread * generator.gauss(0.0, 1.0) for coordinate in middle]
            for middle, count in zip(middles, sizes, strict=True)
            for _ in range(count)
        ],
        Y=one_hot([name for name, count in zip(classes, sizes, strict=True) for _ in range(count)], classes),
        feature_names=names,
        class_names=classes,
        description=f"{len(classes)} Gaussian clouds, standard deviation {spread:g}, seed {seed}.",
        source=_MADE,
    )


def noisy_sine(n: int = 100, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Give n points of `y = sin(x)` with noise on y, x evenly from -pi to pi: data for regression.

    Parameters
    ----------
    n : int
        How many points, at least 2.
    noise : float
        The standard deviation of what is added to y, at least 0.
    seed : int
        Of the generator that draws the noise.

    Examples
    --------
    >>> data = noisy_sine(3, noise=0.0)
    >>> data.X[1], data.Y[1], data.class_names, data.target_names
    ([0.0], [0.0], (), ('y',))
    """
    xs = _evenly(-math.pi, math.pi, whole(n, Argument("noisy_sine", "n"), 2))
    spread, generator = _noise("noisy_sine", "noise", noise, seed)
    return Dataset(
        X=[[x] for x in xs],
        Y=[[math.sin(x) + spread * generator.gauss(0.0, 1.0)] for x in xs],
        feature_names=("x",),
        class_names=(),
        description=f"y = sin(x) with noise of standard deviation {spread:g}, seed {seed}.",
        source=_MADE,
        target_names=("y",),
    )


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

    Examples
    --------
    >>> data = moons(4, noise=0.0)
    >>> [[round(x, 2) for x in row] for row in data.X], data.labels
    ([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [2.0, 0.5]], [0, 0, 1, 1])
    """
    upper = whole(n, Argument("moons", "n"), 4) // 2
    points = [(math.cos(t), math.sin(t)) for t in _evenly(0.0, math.pi, upper)]
    points += [(1.0 - math.cos(t), 0.5 - math.sin(t)) for t in _evenly(0.0, math.pi, n - upper)]
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

    Examples
    --------
    >>> data = circles(4, noise=0.0)
    >>> [[round(x, 2) + 0.0 for x in row] for row in data.X], data.labels
    ([[1.0, 0.0], [-1.0, 0.0], [0.5, 0.0], [-0.5, 0.0]], [0, 0, 1, 1])
    """
    outer = whole(n, Argument("circles", "n"), 4) // 2
    radius = in_range(factor, Argument("circles", "factor"), above=0.0, below=1.0)
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

    Examples
    --------
    >>> len(spiral()), spiral(1, arms=2, noise=0.0).Y
    (300, [[1.0, 0.0], [0.0, 1.0]])
    """
    count, many = whole(n, Argument("spiral", "n"), 1), whole(arms, Argument("spiral", "arms"), 2)
    spread, generator = _noise("spiral", "noise", noise, seed)
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
    spread, generator = _noise(name, "noise", noise, seed)
    return Dataset(
        X=[[coordinate + spread * generator.gauss(0.0, 1.0) for coordinate in point] for point in points],
        Y=[[0.0 if row < first else 1.0] for row in range(len(points))],
        feature_names=("x1", "x2"),
        class_names=classes,
        description=f"{description}, noise {spread:g}, seed {seed}.",
        source=_MADE,
    )


def _evenly(start: float, stop: float, count: int) -> list[float]:
    """Space `count` numbers evenly, both ends included."""
    return [start + (stop - start) * k / (count - 1) for k in range(count)]


def _noise(name: str, argument: str, sd: object, seed: object) -> tuple[float, Random]:
    """Read how far points stray, and give the generator of this call that lets them."""
    spread = in_range(sd, Argument(name, argument), least=0.0, what="a standard deviation")
    return spread, Random(whole(seed, Argument(name, "seed")))  # noqa: S311  # points, not secrets
