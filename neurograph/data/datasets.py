"""Data sets in one shape: rows of numbers, targets, names, and where they come from.

A data set is only read here; nothing is scaled or shuffled.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Dataset", "load_iris", "one_hot"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Examples to learn from.

    Attributes
    ----------
    X, Y : list of list of float
        One row for each example: its features, its targets.
    feature_names, class_names : tuple of str
        What the columns of X and of Y stand for.
    description, source : str
        What the data are, and where they come from.
    """

    X: list[list[float]]
    Y: list[list[float]]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    description: str
    source: str

    def __len__(self) -> int:
        return len(self.X)

    def class_of(self, row: int) -> str:
        """Name the class of an example with one-hot targets.

        Examples
        --------
        >>> load_iris().class_of(0)
        'setosa'
        """
        return self.class_names[self.Y[row].index(max(self.Y[row]))]


def load_iris() -> Dataset:
    """Load Fisher's iris: 150 flowers, four lengths in cm, three species as one-hot targets.

    Source: R. A. Fisher (1936), The use of multiple measurements in taxonomic problems. The rows are those of R and
    scikit-learn.

    Examples
    --------
    >>> iris = load_iris()
    >>> len(iris), iris.X[34], iris.Y[34], iris.class_names
    (150, [4.9, 3.1, 1.5, 0.2], [1.0, 0.0, 0.0], ('setosa', 'versicolor', 'virginica'))
    """
    text = files("neurograph.data").joinpath("iris.csv").read_text(encoding="utf-8")
    header, *records = csv.reader(text.splitlines())
    labels = [record[-1] for record in records]
    classes = tuple(dict.fromkeys(labels))
    return Dataset(
        X=[[float(cell) for cell in record[:-1]] for record in records],
        Y=one_hot(labels, classes),
        feature_names=tuple(header[:-1]),
        class_names=classes,
        description="Four lengths (in cm) of 150 iris flowers, 50 each of setosa, versicolor and virginica.",
        source="R. A. Fisher (1936), Annals of Eugenics 7, doi 10.1111/j.1469-1809.1936.tb02137.x; the rows of R",
    )


def one_hot(labels: Iterable[str], classes: Sequence[str]) -> list[list[float]]:
    """Turn each label into a row with a 1 in the place of its class and 0 elsewhere.

    Examples
    --------
    >>> one_hot(["b", "a"], ["a", "b"])
    [[0.0, 1.0], [1.0, 0.0]]
    """
    return [[1.0 if label == name else 0.0 for name in classes] for label in labels]
