"""Standardising: every column with mean 0 and standard deviation 1, and the record that does the same to new data.

It is a step that the caller asks for; nothing in neurograph applies it unasked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from neurograph.data.dataset import ColumnError, Dataset
from neurograph.errors import Argument, InvalidTypeError, InvalidValueError
from neurograph.tables import Row, Rows, as_given, columns_of, rows, table, vector
from neurograph.validate import Array, Names, column_names, in_range, instance_of

if TYPE_CHECKING:
    from neurograph.tables import Matrix
__all__ = ["Scaler", "standardize"]


@dataclass(frozen=True, slots=True, repr=False)
class Scaler:
    """How columns are standardised: `(x - mean) / deviation`, column by column, with the numbers of the data it is of.

    Take it from the examples to learn from and apply it to all others, so that nothing of the test data leaks in.

    Attributes
    ----------
    means, deviations : tuple of float
        One for each column, the deviations above 0.
    feature_names : tuple of str
        What the columns stand for.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When the three differ in length, a number is not finite, or a deviation is not above 0.

    Examples
    --------
    >>> scaler = Scaler((10.0,), (2.0,), ("length (cm)",))
    >>> scaler.transform([[8.0], [13.0]]), scaler.inverse([[-1.0], [1.5]])
    ([[-1.0], [1.5]], [[8.0], [13.0]])
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    feature_names: tuple[str, ...]

    def __post_init__(self) -> None:
        names = column_names(self.feature_names, Argument("Scaler", "feature_names"))
        if not names:
            raise InvalidValueError(
                "got none, expected one for each column.", where=Argument("Scaler", "feature_names")
            )
        deviations = vector(self.deviations, len(names), Argument("Scaler", "deviations"), names)
        for name, deviation in zip(names, deviations, strict=True):
            in_range(deviation, f"Scaler, deviation of {name!r}", above=0.0)
        object.__setattr__(self, "means", tuple(vector(self.means, len(names), Argument("Scaler", "means"), names)))
        object.__setattr__(self, "deviations", tuple(deviations))
        object.__setattr__(self, "feature_names", names)

    def __repr__(self) -> str:
        return f"<Scaler of {len(self.means)} column{'s' * (len(self.means) != 1)}>"

    @classmethod
    def of(cls, data: Dataset) -> Scaler:
        """Take means and deviations from the features of a data set, and their names.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            When it is no Dataset, or a column is constant; the message names it.

        Examples
        --------
        >>> from neurograph.data.datasets import load_iris
        >>> scaler = Scaler.of(load_iris())
        >>> scaler.feature_names[0], round(scaler.means[0], 3), round(scaler.deviations[0], 3)
        ('sepal length (cm)', 5.843, 0.825)
        """
        instance_of(data, Dataset, Argument("Scaler.of", "data"), "a Dataset", "Say standardize(X) for rows.")
        return standardize(data.X, data.feature_names)

    @overload
    def transform(self, values: Array) -> Matrix: ...

    @overload
    def transform(self, values: Sequence[Row] | Sequence[float]) -> list[list[float]]: ...

    def transform(self, values: Rows) -> Any:
        """Standardise rows: `(x - mean) / deviation`; one row gives a list of one row.

        The columns of a data frame are found by their names, if it has all. It gives an array, as arrays do.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            When a row does not fit the columns, or a number leaves the range of floats.
        """
        given = rows(values, len(self.means), "transform", self.feature_names)
        done = [[(x - m) / s for x, m, s in zip(r, self.means, self.deviations, strict=True)] for r in given]
        finished = rows(done, len(self.means), Argument("transform", "result"), self.feature_names)
        return as_given(finished, len(self.means), values)

    @overload
    def inverse(self, values: Array) -> Matrix: ...

    @overload
    def inverse(self, values: Sequence[Row] | Sequence[float]) -> list[list[float]]: ...

    def inverse(self, values: Rows) -> Any:
        """Undo `transform`: `z * deviation + mean`; one row gives a list of one row.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            When a row does not fit the columns, or a number leaves the range of floats.
        """
        given = rows(values, len(self.means), "inverse", self.feature_names)
        done = [[z * s + m for z, m, s in zip(r, self.means, self.deviations, strict=True)] for r in given]
        finished = rows(done, len(self.means), Argument("inverse", "result"), self.feature_names)
        return as_given(finished, len(self.means), values)

    def scaled(self, data: Dataset) -> Dataset:
        """Give a data set with its features standardised and all else as it was.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            When it is no Dataset, or its columns are not those of this scaler.

        Examples
        --------
        >>> from neurograph.data.datasets import load_iris
        >>> iris = load_iris()
        >>> scaled = Scaler.of(iris).scaled(iris)
        >>> [round(x, 3) for x in scaled.X[0]], scaled.Y == iris.Y
        ([-0.901, 1.019, -1.34, -1.315], True)
        """
        instance_of(data, Dataset, Argument("scaled", "data"), "a Dataset", "Say transform(X) for rows.")
        if data.feature_names != self.feature_names:
            raise InvalidValueError(
                where=Argument("scaled", "feature_names"),
                given=data.feature_names,
                expected=f"those of the scaler, {self.feature_names}",
            )
        return replace(data, X=self.transform(data.X))


def standardize(X: Rows, feature_names: Names = ()) -> Scaler:  # noqa: N803
    """Take the mean and the standard deviation of every column; nothing is changed until the scaler is applied.

    `mean = sum(x) / n` and `deviation = sqrt(sum((x - mean)**2) / n)`, over the n rows and divided by n, as
    scikit-learn's StandardScaler does. Both in two passes: a first mean, then the mean of what is left over.

    Source: T. Chan, G. Golub, R. LeVeque (1983), Algorithms for computing the sample variance (the corrected two-pass
    algorithm).

    Parameters
    ----------
    X : rows
        At least two: a list of rows, an array or a data frame.
    feature_names : sequence of str
        What the columns stand for; if left out, those of the data frame, or "x1", "x2", ...

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When X is not a batch of rows of one length, or a column is constant: the message names it.

    Examples
    --------
    >>> scaler = standardize([[1.0, 20.0], [3.0, 60.0]])
    >>> scaler.means, scaler.deviations, scaler.transform([[5.0, 0.0]])
    ((2.0, 40.0), (1.0, 20.0), [[3.0, -2.0]])
    """
    if isinstance(X, Dataset):
        raise InvalidTypeError(
            "got a Dataset, expected rows.", where=Argument("standardize", "X"), cure="Say Scaler.of(data)."
        )
    names = column_names(feature_names, Argument("standardize", "feature_names")) or tuple(columns_of(X))
    given = table(X, Argument("standardize", "X"), names)
    names = names or tuple(f"x{k}" for k in range(1, len(given[0]) + 1))
    if len(given) < 2:
        raise InvalidValueError("got 1 row, expected at least 2, which can differ.", where=Argument("standardize", "X"))
    measured = [_moments([row[k] for row in given], name) for k, name in enumerate(names)]
    return Scaler(tuple(m for m, _ in measured), tuple(s for _, s in measured), names)


def _moments(column: list[float], name: str) -> tuple[float, float]:
    """Work out mean and standard deviation, adding up in the order of the rows."""
    if min(column) == max(column):
        raise ColumnError(
            f"got {column[0]!r} in all {len(column)} rows, expected values that differ.",
            where=f"standardize, column {name!r}",
            given=column[0],
            expected="values that differ",
            cure="A constant column has no deviation to divide by and tells nothing: leave it out.",
            column=name,
        )
    n = len(column)
    total = 0.0
    for x in column:
        total += x
    first = total / n
    rest = squares = 0.0
    for x in column:
        rest += x - first
        squares += (x - first) * (x - first)
    mean, deviation = first + rest / n, math.sqrt(max(squares / n - (rest / n) * (rest / n), 0.0))
    if not (math.isfinite(mean) and 0.0 < deviation < math.inf):
        raise InvalidValueError(
            f"its mean is {mean!r} and its deviation {deviation!r}, expected numbers within the range of floats.",
            where=f"standardize, column {name!r}",
            expected="numbers within the range of floats",
            cure="Measure it in another unit.",
        )
    return mean, deviation
