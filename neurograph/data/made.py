"""Data made up on the spot from a seed: the four rows of XOR, clouds of points, a noisy sine, and the curves.

Same seed, same numbers. Two classes that one sigmoid can tell are one column of 0 and 1, any number of classes is
one-hot; rows come class by class, never shuffled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neurograph.data.curves import circles, moons, spiral
from neurograph.data.dataset import Dataset, one_hot
from neurograph.data.options import at_least, evenly, seeded, spread_of
from neurograph.errors import InvalidValueError
from neurograph.intake import is_row, vector

__all__ = ["circles", "gaussian_clouds", "moons", "noisy_sine", "spiral", "xor"]

_MADE = "made by neurograph.data.made"


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
    if is_row(centres, "gaussian_clouds, centres") or len(centres) < 2:
        raise InvalidValueError(
            where="gaussian_clouds, centres", given=centres, expected="at least 2 points, each a list"
        )
    size = len(centres[0])
    names = tuple(f"x{k}" for k in range(1, size + 1))
    middles = [vector(c, size, f"gaussian_clouds, centres[{k}]", names) for k, c in enumerate(centres)]
    sizes = [counts] * len(middles) if isinstance(counts, int) or not isinstance(counts, Sequence) else list(counts)
    if len(sizes) != len(middles):
        raise InvalidValueError(
            where="gaussian_clouds, counts", given=counts, expected=f"one number, or {len(middles)} of them"
        )
    sizes = [at_least(1, count, "gaussian_clouds, counts") for count in sizes]
    spread, generator = spread_of(sd, "gaussian_clouds, sd"), seeded(seed, "gaussian_clouds")
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

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When a number is not of the kind said above.

    Examples
    --------
    >>> data = noisy_sine(3, noise=0.0)
    >>> data.X[1], data.Y[1], data.class_names, data.target_names
    ([0.0], [0.0], (), ('y',))
    """
    xs = evenly(-math.pi, math.pi, at_least(2, n, "noisy_sine, n"))
    spread, generator = spread_of(noise, "noisy_sine, noise"), seeded(seed, "noisy_sine")
    return Dataset(
        X=[[x] for x in xs],
        Y=[[math.sin(x) + spread * generator.gauss(0.0, 1.0)] for x in xs],
        feature_names=("x",),
        class_names=(),
        description=f"y = sin(x) with noise of standard deviation {spread:g}, seed {seed}.",
        source=_MADE,
        target_names=("y",),
    )
