"""Setting examples aside, so that what a network has learned can be judged on examples it has not seen.

It picks rows by a seed and changes none of them.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from neurograph.data.dataset import Dataset
from neurograph.errors import Argument, InvalidValueError, Setting
from neurograph.validate import in_range, instance_of, switch, whole

__all__ = ["split"]


def split(data: Dataset, test: float = 0.2, seed: int = 0, stratify: bool = True) -> tuple[Dataset, Dataset]:
    """Split a data set in two: one part to learn from, one to be judged on.

    Stratified means that every class gives the same share of its examples, rounded, and at least one to either part.
    Data without classes are always split as a whole.

    Parameters
    ----------
    data : Dataset
        What is to be split.
    test : float
        The share to set aside, between 0 and 1.
    seed : int
        Of the generator that picks.
    stratify : bool
        Whether to split class by class.

    Returns
    -------
    tuple of Dataset
        Train and test, both in the order of the data; neither is ever empty.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When data is no Dataset, the share is not between 0 and 1, there is only one example, or only one of a class
        and the split is stratified.

    Examples
    --------
    >>> from neurograph.data.datasets import load_iris
    >>> train, test = split(load_iris(), 0.2)
    >>> len(train), len(test), [test.class_of(row) for row in (0, 10, 20)]
    (120, 30, ['setosa', 'versicolor', 'virginica'])
    """
    instance_of(data, Dataset, Argument("split", "data"), "a Dataset", "Give the data set, not X and Y apart.")
    share = in_range(
        test,
        Argument("split", "test"),
        above=0.0,
        below=1.0,
        what="the share to test on,",
        cure="0.2 is one in five.",
    )
    stratify = switch(stratify, Argument("split", "stratify"))
    generator = Random(whole(seed, Argument("split", "seed")))  # noqa: S311  # a split, not a secret
    aside: set[int] = set()
    for members in _groups(data, stratify):
        generator.shuffle(members)
        aside.update(members[: min(max(round(share * len(members)), 1), len(members) - 1)])
    return _rows(data, [row for row in range(len(data)) if row not in aside]), _rows(data, sorted(aside))


def _groups(data: Dataset, stratify: bool) -> list[list[int]]:
    """Give the rows of each class, or all rows as one group; every group can be split in two."""
    if len(data) < 2:
        raise InvalidValueError("got 1 example, expected at least 2, one for either part.", where="split")
    if not stratify or not data.class_names:
        return [list(range(len(data)))]
    groups: list[list[int]] = [[] for _ in data.class_names]
    for row, label in enumerate(data.labels):
        groups[label].append(row)
    for name, members in zip(data.class_names, groups, strict=True):
        if len(members) < 2:
            raise InvalidValueError(
                f"got {len(members)} of class {name!r}, expected at least 2 examples of each class, "
                "one for either part.",
                where="split",
                cure="Add examples of it, or leave it out.",
                settings=[Setting("stratify", False, "To split without regard to classes")],
            )
    return groups


def _rows(data: Dataset, rows: list[int]) -> Dataset:
    return replace(data, X=[data.X[row] for row in rows], Y=[data.Y[row] for row in rows])
