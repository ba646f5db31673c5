"""Setting examples aside, so that what a network has learned can be judged on examples it has not seen."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from neurograph.data.datasets import Dataset
from neurograph.errors import InvalidValueError, explain

__all__ = ["hold_out"]


def hold_out(data: Dataset, share: float = 0.2, seed: int = 0) -> tuple[Dataset, Dataset]:
    """Split a data set in two, with the same share of every class in both.

    Parameters
    ----------
    data : Dataset
        With one-hot targets.
    share : float
        How much of each class to set aside, between 0 and 1.
    seed : int
        Of the generator that picks.

    Returns
    -------
    tuple of Dataset
        The rest, and what was set aside; both in the order of the data.

    Examples
    --------
    >>> from neurograph.data.datasets import load_iris
    >>> rest, aside = hold_out(load_iris(), 0.2)
    >>> len(rest), len(aside), [aside.class_of(row) for row in (0, 10, 20)]
    (120, 30, ['setosa', 'versicolor', 'virginica'])
    """
    if not 0.0 < share < 1.0:
        raise InvalidValueError(explain("hold_out, share", share, "a number between 0 and 1"))
    generator = Random(seed)  # noqa: S311  # a split, not a secret
    aside: set[int] = set()
    for place in range(len(data.class_names)):
        members = [row for row, y in enumerate(data.Y) if y.index(max(y)) == place]
        generator.shuffle(members)
        aside.update(members[: round(share * len(members))])
    return _rows(data, [row for row in range(len(data)) if row not in aside]), _rows(data, sorted(aside))


def _rows(data: Dataset, rows: list[int]) -> Dataset:
    return replace(data, X=[data.X[row] for row in rows], Y=[data.Y[row] for row in rows])
