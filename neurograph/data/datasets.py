"""Data sets by name: Fisher's iris, read here, and those that are made, of scikit-learn, or of a file of yours.

Nothing is scaled or shuffled on the way.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files

from neurograph.data.csv_files import load_csv
from neurograph.data.dataset import Dataset, class_index
from neurograph.data.sklearn_sets import breast_cancer, make_classification
from neurograph.data.synthetic import circles, gaussian_clouds, moons, noisy_sine, spiral, xor
from neurograph.tables import one_hot
from neurograph.validate import instance_of, one_of

__all__ = [
    "DATASETS",
    "Dataset",
    "breast_cancer",
    "circles",
    "class_index",
    "find",
    "gaussian_clouds",
    "load_csv",
    "load_iris",
    "make_classification",
    "moons",
    "noisy_sine",
    "one_hot",
    "spiral",
    "xor",
]


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


DATASETS: dict[str, Callable[[], Dataset]] = {
    "iris": load_iris,
    "xor": xor,
    "gaussian_clouds": gaussian_clouds,
    "moons": moons,
    "circles": circles,
    "spiral": spiral,
    "noisy_sine": noisy_sine,
    "breast_cancer": breast_cancer,
    "make_classification": make_classification,
}


def find(name: str) -> Dataset:
    """Load a data set by its name, as the command line does; one that is made takes its usual size and seed 0.

    Examples
    --------
    >>> len(find("moons"))
    200
    """
    instance_of(name, str, "data set", f"the name of one: {', '.join(DATASETS)}")
    one_of(name, DATASETS, "", "unknown data set")
    return DATASETS[name]()
