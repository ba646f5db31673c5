"""The rows that a command works on: a data set by its name or a CSV file, in the form that a network or a model wants.

It reads and puts in order; nothing is scaled here.
"""

from __future__ import annotations

from dataclasses import replace

from neurograph.cli.columns import load_without
from neurograph.data import datasets
from neurograph.data.csv_files import load_csv
from neurograph.data.dataset import Dataset
from neurograph.errors import InvalidValueError, UnknownNameError, one_line
from neurograph.files.companions import Model

__all__ = ["for_model", "is_file", "read_data", "wants_one_hot"]


def is_file(name: str) -> bool:
    """Whether a name is that of a CSV file, and not of a data set: it has a dot or a slash in it.

    Examples
    --------
    >>> is_file("iris"), is_file("iris.csv")
    (False, True)
    """
    return name not in datasets.DATASETS and any(sign in name for sign in "./\\")


def read_data(
    name: str,
    column: str | None = None,
    one_hot: bool = False,
    where: str = "",
    ignore: str | None = None,
    strict: bool = True,
) -> Dataset:
    """Load a data set by its name, or a CSV file whose path has a dot or a slash in it.

    Parameters
    ----------
    name : str
        The data set, or the file.
    column : str, optional
        Of a file: what to learn, by name or number; the last column when left out.
    one_hot : bool
        Give two classes a column each, as a softmax wants them.
    where : str
        What a message is about, such as "--data".
    ignore : str, optional
        Of a file: columns to leave out, as `--ignore` takes them.
    strict : bool
        Refuse columns to leave out that the file does not have.

    Raises
    ------
    NeurographError
        When there is no such data set, or the file cannot be read.

    Examples
    --------
    >>> read_data("xor", one_hot=True).Y[1]
    [0.0, 1.0]
    """
    if is_file(name):
        data = load_csv(name, column) if ignore is None else load_without(name, column, ignore, strict)
    elif ignore is not None and strict:
        raise InvalidValueError("--ignore goes with a CSV file only.")
    else:
        try:
            data = datasets.find(name)
        except UnknownNameError as error:
            raise error.but(where=where) from None
    return data.as_one_hot() if one_hot and len(data.class_names) == 2 and len(data.Y[0]) == 1 else data


def wants_one_hot(activation: object) -> bool:
    """Whether an output activation shares 1 among its neurons, and so wants a column for each class."""
    return bool(getattr(activation, "sums_to_one", False))


def for_model(data: Dataset, model: Model, where: str) -> Dataset:
    """Put the columns of data into the order in which a model knows its features and classes, by their names.

    Raises
    ------
    InvalidValueError
        When the data have other features or classes.
    """
    inputs, outputs = len(model.net.inputs), len(model.net.outputs)
    known = set(model.feature_names)
    if known and known <= set(data.feature_names):
        places = [data.feature_names.index(name) for name in model.feature_names]
        data = replace(data, X=[[x[at] for at in places] for x in data.X], feature_names=model.feature_names)
    if len(data.feature_names) != inputs:
        raise InvalidValueError(
            f"{where} has {_counted(len(data.feature_names), 'feature')}, but the model has {_counted(inputs, 'input')}"
            f"{f': {_listed(model.feature_names)}' if known else ''}."
        )
    if model.class_names:
        if set(data.class_names) != set(model.class_names):
            theirs = _listed(data.class_names) or "numbers"
            raise InvalidValueError(
                f"{where} has the targets {theirs}, but the model tells apart {_listed(model.class_names)}."
            )
        names = model.class_names
        labels = [names.index(data.class_names[label]) for label in data.labels]
        wide = outputs > 1
        y = [[float(at == label) for at in range(outputs)] if wide else [float(label)] for label in labels]
        return replace(data, Y=y, class_names=names, target_names=())
    if len(data.Y[0]) != outputs:
        raise InvalidValueError(
            f"{where} has {_counted(len(data.Y[0]), 'target')}, but the model has {_counted(outputs, 'output')}."
        )
    return data


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _listed(names: tuple[str, ...]) -> str:
    return one_line(", ".join(names[:12])) + (f", ... ({len(names) - 12} more)" if len(names) > 12 else "")
