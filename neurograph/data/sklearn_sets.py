"""Data sets that scikit-learn has, in our shape, when it is installed.

scikit-learn is loaded by the call and not before; nothing of it is left in the result, which is lists of floats.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from neurograph.data.dataset import Dataset
from neurograph.errors import Argument, InvalidValueError, NeurographError
from neurograph.tables import one_hot
from neurograph.validate import whole

__all__ = ["breast_cancer", "make_classification"]

_LARGEST_SEED = 2**32 - 1  # of NumPy's generator


def breast_cancer() -> Dataset:
    """Load the Wisconsin diagnostic data: 569 tumours, 30 measurements, 0 for malignant and 1 for benign.

    The columns differ in size by a factor of 100,000, so standardise them first.

    Source: W. Street, W. Wolberg, O. Mangasarian (1993), Nuclear feature extraction for breast tumor diagnosis.

    Raises
    ------
    NeurographError
        When scikit-learn is not installed.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("sklearn")
    >>> data = breast_cancer()
    >>> len(data), len(data.feature_names), data.class_names, data.labels.count(0)
    (569, 30, ('malignant', 'benign'), 212)
    """
    bunch = _sklearn("breast_cancer").load_breast_cancer()
    return Dataset(
        X=bunch.data.tolist(),
        Y=[[float(label)] for label in bunch.target.tolist()],
        feature_names=tuple(map(str, bunch.feature_names)),
        class_names=tuple(map(str, bunch.target_names)),
        description="30 measurements of the cell nuclei of 569 breast tumours, malignant or benign.",
        source="W. Street, W. Wolberg, O. Mangasarian (1993), doi 10.1117/12.148698; the rows of scikit-learn",
    )


def make_classification(
    n_samples: int = 100,
    n_features: int = 4,
    *,
    n_informative: int = 2,
    n_redundant: int = 2,
    n_repeated: int = 0,
    n_classes: int = 2,
    n_clusters_per_class: int = 1,
    flip_y: float = 0.01,
    class_sep: float = 1.0,
    seed: int = 0,
) -> Dataset:
    """Make a classification problem with scikit-learn's function of this name.

    The options are its own, with two differences: `seed` stands for `random_state`, and the usual problem is small
    enough to look at, 4 features and 1 cluster for each class instead of 20 and 2. Two classes are one column of 0
    and 1, more are one-hot.

    Source: I. Guyon (2003), Design of experiments for the NIPS 2003 variable selection benchmark.

    Parameters
    ----------
    n_samples, n_features, n_classes : int
        How many examples, columns and classes.
    n_informative, n_redundant, n_repeated : int
        How many columns tell the classes apart, are combinations of these, and are copies; the rest is noise.
    n_clusters_per_class : int
        How many clusters the points of a class form.
    flip_y : float
        The share of examples whose class is drawn at random.
    class_sep : float
        How far apart the clusters are.
    seed : int
        From 0 to 2**32 - 1.

    Raises
    ------
    NeurographError
        When scikit-learn is not installed.
    InvalidValueError
        When it cannot make such a problem; the message ends in its reason.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("sklearn")
    >>> data = make_classification(10)
    >>> len(data), len(data.X[0]), data.class_names
    (10, 4, ('class 0', 'class 1'))
    """
    module = _sklearn("make_classification")
    whole(seed, Argument("make_classification", "seed"), 0, _LARGEST_SEED)
    try:
        x, y = module.make_classification(
            n_samples,
            n_features,
            n_informative=n_informative,
            n_redundant=n_redundant,
            n_repeated=n_repeated,
            n_classes=n_classes,
            n_clusters_per_class=n_clusters_per_class,
            flip_y=flip_y,
            class_sep=class_sep,
            random_state=seed,
        )
    except (TypeError, ValueError) as error:
        raise InvalidValueError(f"scikit-learn refuses: {error}", where="make_classification") from None
    classes = tuple(f"class {k}" for k in range(n_classes))
    labels = y.tolist()
    return Dataset(
        X=x.tolist(),
        Y=[[float(k)] for k in labels] if n_classes == 2 else one_hot([f"class {k}" for k in labels], classes),
        feature_names=tuple(f"x{k}" for k in range(1, n_features + 1)),
        class_names=classes,
        description=f"A made-up problem of {n_classes} classes in {n_features} columns, seed {seed}.",
        source="scikit-learn, make_classification, after I. Guyon (2003)",
    )


def _sklearn(name: str) -> Any:
    """Load scikit-learn's data sets, or name the extra that brings them."""
    try:
        return import_module("sklearn.datasets")
    except ImportError:
        raise NeurographError(
            "it comes from scikit-learn, which is not installed.",
            where=name,
            cure="In the checkout, run: pip install -e '.[data]'",
        ) from None
