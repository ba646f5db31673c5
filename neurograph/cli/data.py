"""The data that a command works on: a data set by its name or a CSV file, in the form that a network or a model wants.

It reads, leaves columns out and puts the rest in order; nothing is scaled here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from neurograph.data import datasets
from neurograph.data.csv_files import Table, dataset_from, find_column, load_csv, read_table
from neurograph.data.dataset import ColumnError, Dataset
from neurograph.errors import InvalidValueError, Setting, UnknownNameError, one_line, some_of
from neurograph.files.metadata import Model
from neurograph.files.weights import numbers_in

__all__ = ["as_option", "for_model", "is_file", "naming_ignore", "read_data", "typed_row", "wants_one_hot"]


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

    Of a file, `column` is what to learn, by name or number, or else the last one, and `ignore` names columns to leave
    out, as `--ignore` takes them; if `strict`, the file must have them. With `one_hot` two classes have a column each,
    as a softmax wants them. Messages begin with `where`, such as "--data".

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
    """Put the columns of data into the order in which a model knows its features and classes, by their names."""
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
            theirs, ours = _listed(data.class_names) or "numbers", _listed(model.class_names)
            raise InvalidValueError(f"{where} has the targets {theirs}, but the model tells apart {ours}.")
        names = model.class_names
        labels = [names.index(data.class_names[label]) for label in data.labels]
        wide = outputs > 1
        y = [[float(at == label) for at in range(outputs)] if wide else [float(label)] for label in labels]
        return replace(data, Y=y, class_names=names, target_names=())
    if len(data.Y[0]) != outputs:
        theirs = _counted(len(data.Y[0]), "target")
        raise InvalidValueError(f"{where} has {theirs}, but the model has {_counted(outputs, 'output')}.")
    return data


def typed_row(text: str, model: Model) -> list[float]:
    """Read the inputs of one example, as many as the model has features; not scaled yet."""
    names = model.feature_names or tuple(neuron.name for neuron in model.net.inputs)
    row = numbers_in(text, "--input")
    if len(row) != len(names):
        expected = f"{len(names)}, one for each of {', '.join(names)}"
        raise InvalidValueError(f"got {len(row)} numbers, expected {expected}.", where="--input")
    return row


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _listed(names: tuple[str, ...]) -> str:
    return one_line(some_of(names))


def load_without(path: str, target: str | None, ignore: str, strict: bool = True) -> Dataset:
    """Read a CSV file without the columns in `ignore`, by name or number; a name with a comma stands in double quotes.

    Without a `target`, the last of the columns that are left is learned. If `strict`, the file must have them all.
    """
    table = read_table(path, None, None)
    left_out = _places(table, ignore, strict)
    there = [place for place in range(table.width) if place not in left_out]
    if len(there) < 2:
        raise InvalidValueError("no column is left to learn from.", where=f"--ignore {ignore}")
    aim = there[-1] if target is None else find_column(table, target, "target")
    if aim in left_out:
        raise InvalidValueError(f"{table.column(aim)} is the target.", where=f"--ignore {ignore}")
    return dataset_from(table, aim, [place for place in there if place != aim])


def _places(table: Table, ignore: str, strict: bool) -> set[int]:
    """Find the columns to leave out."""
    try:
        asked = [name.strip() for name in next(csv.reader([ignore], skipinitialspace=True, strict=True))]
    except (csv.Error, StopIteration):
        asked = [""]
    if not asked or not all(asked):
        raise InvalidValueError("expected columns with commas between, such as id,notes.", where=f"--ignore {ignore}")
    found = set()
    for name in asked:
        try:
            found.add(find_column(table, name, "ignore"))
        except (UnknownNameError, InvalidValueError):
            if strict:
                raise
    return found


@contextmanager
def naming_ignore() -> Iterator[None]:
    """Let an error of a column also say how to leave the column out."""
    try:
        yield
    except ColumnError as error:
        raise error.but(settings=[Setting("ignore", as_option(error.column), "To leave the column out")]) from None


def as_option(name: str) -> str:
    r"""Write a column's name as `--ignore` takes it.

    Examples
    --------
    >>> as_option("legs"), as_option("width, cm")
    ('legs', '"width, cm"')
    """
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name
