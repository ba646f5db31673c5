"""Setting examples aside, so that what a network has learned can be judged on examples it has not seen.

It picks rows by a seed and changes none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar, overload

from neurograph.data.dataset import Dataset
from neurograph.errors import Argument, InvalidTypeError, InvalidValueError, Setting
from neurograph.tables import as_many, is_row
from neurograph.validate import in_range, switch, whole

__all__ = ["split"]

_X = TypeVar("_X")
_Y = TypeVar("_Y")


@overload
def split(data: Dataset, test: float = 0.2, seed: int = 0, stratify: bool = True) -> tuple[Dataset, Dataset]: ...


@overload
def split(
    data: tuple[_X, _Y], test: float = 0.2, seed: int = 0, stratify: bool = True
) -> tuple[tuple[_X, _Y], tuple[_X, _Y]]: ...


def split(data: Any, test: float = 0.2, seed: int = 0, stratify: bool = True) -> tuple[Any, Any]:
    """Split a data set in two: one part to learn from, one to be judged on.

    Stratified means that every class gives the same share of its examples, rounded, and at least one to either part.
    Data without classes are always split as a whole.

    Parameters
    ----------
    data : Dataset or (X, Y)
        What is to be split. Of a pair, the rows and targets or labels can be all that `train` takes, and each part is a
        pair of the same kinds, so that `train(net, *learned, validation=aside)` works.
    test : float
        The share to set aside, between 0 and 1.
    seed : int
        Of the generator that picks.
    stratify : bool
        Whether to split class by class. Of a pair, labels are classes where `Dataset.from_arrays` takes them as such.

    Returns
    -------
    tuple of Dataset, or of (X, Y)
        Train and test, both in the order of the data; neither is ever empty.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When data is no Dataset and no pair, the share is not between 0 and 1, there is only one example, or only one of
        a class and the split is stratified.

    Examples
    --------
    >>> from neurograph.data.datasets import load_iris
    >>> train, test = split(load_iris(), 0.2)
    >>> len(train), len(test), [test.class_of(row) for row in (0, 10, 20)]
    (120, 30, ['setosa', 'versicolor', 'virginica'])
    >>> split(([[0.0], [1.0], [2.0], [3.0]], ["a", "a", "b", "b"]), 0.5)
    (([[1.0], [3.0]], ['a', 'b']), ([[0.0], [2.0]], ['a', 'b']))
    """
    if not isinstance(data, Dataset) and not (isinstance(data, tuple) and len(data) == 2):
        expected, cure = "a Dataset, or a pair (X, Y)", "Say split((X, Y)): both as one."
        raise InvalidTypeError(where=Argument("split", "data"), given=data, expected=expected, cure=cure)
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
    count = len(data) if isinstance(data, Dataset) else _count(*data)
    for members in _groups(count, *(_classes_of(data) if stratify else ((), []))):
        generator.shuffle(members)
        aside.update(members[: min(max(round(share * len(members)), 1), len(members) - 1)])
    return _taken(data, [row for row in range(count) if row not in aside]), _taken(data, sorted(aside))


def _count(X: Any, Y: Any) -> int:  # noqa: N803  # the field's name
    """Count the examples of a pair; an error when there are not as many of each, or one has no rows."""
    for values, name in ((X, "X"), (Y, "Y")):
        is_row(values, Argument("split", name))
    as_many(X, Y, "split")
    return len(X)


def _classes_of(data: Any) -> tuple[Sequence[str], list[int]]:
    """Name the classes of the examples, and tell the one of each; none where the targets are numbers."""
    if not isinstance(data, Dataset):
        x, y = data
        data = Dataset.from_arrays([[0.0]] * len(x), y)
    return (data.class_names, data.labels) if data.class_names else ((), [])


def _groups(count: int, names: Sequence[str], labels: Sequence[int]) -> list[list[int]]:
    """Give the rows of each class, or all rows as one group; every group can be split in two."""
    if count < 2:
        raise InvalidValueError("got 1 example, expected at least 2, one for either part.", where="split")
    if not names:
        return [list(range(count))]
    groups: list[list[int]] = [[] for _ in names]
    for row, label in enumerate(labels):
        groups[label].append(row)
    for name, members in zip(names, groups, strict=True):
        if len(members) < 2:
            raise InvalidValueError(
                f"got {len(members)} of class {name!r}, expected at least 2 examples of each class, "
                "one for either part.",
                where="split",
                cure="Add examples of it, or leave it out.",
                settings=[Setting("stratify", False, "To split without regard to classes")],
            )
    return groups


def _taken(data: Any, rows: list[int]) -> Any:
    """Take some rows of a data set, or of both of a pair, which keep their kinds."""
    if isinstance(data, Dataset):
        return replace(data, X=[data.X[row] for row in rows], Y=[data.Y[row] for row in rows])
    return tuple(_rows_of(values, rows) for values in data)


def _rows_of(values: Any, rows: list[int]) -> Any:
    if isinstance(values, Sequence):
        return [values[row] for row in rows]
    return values.iloc[rows] if hasattr(values, "iloc") else values[rows]
