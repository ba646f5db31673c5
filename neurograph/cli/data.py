"""The data that a command works on: a data set by its name or a CSV file, in the form that a network or a model wants.

It reads, leaves columns out and puts the rest in order; nothing is scaled here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from neurograph.data import datasets
from neurograph.data.csv_files import dataset_from
from neurograph.data.csv_table import Table, find_column, find_columns, read_table
from neurograph.data.dataset import ColumnError, Dataset
from neurograph.errors import InvalidValueError, Setting, UnknownNameError, one_line, some_of
from neurograph.files.metadata import Model
from neurograph.files.weights import numbers_in
from neurograph.validate import one_of

__all__ = [
    "as_learned",
    "as_option",
    "columns_in",
    "for_model",
    "is_file",
    "naming_ignore",
    "read_data",
    "typed_row",
    "wants_one_hot",
]


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
    option: str = "--target",
    features: Sequence[str] = (),
    **reading: Any,
) -> Dataset:
    """Load a data set by its name, or a CSV file whose path has a dot or a slash in it.

    Of a file, `column` is what to learn, by name or number, or several with commas between, or else the last one, and
    `ignore` names columns to leave out; if `strict`, the file must have them. `reading` are further arguments of
    `load_csv`. With `one_hot` two classes have a column each, as a softmax wants them. Messages begin with `where`,
    such as "--data"; `option` is the one that names what to learn. Where a file has columns of the names of all
    `features`, only these and what to learn are read, which is then the last other column.

    Examples
    --------
    >>> read_data("xor", one_hot=True).Y[1]
    [0.0, 1.0]
    """
    if is_file(name):
        table = read_table(name, reading.pop("header", None))
        left_out = _there(table, columns_in(ignore, "--ignore"), strict)
        target = _target(table, column, option)
        if features and set(features) <= set(table.names):
            aims, others = _beside(table, features, target, left_out, option)
            data = dataset_from(table, aims, ignore=others, **reading)
        else:
            data = dataset_from(table, target, ignore=left_out, **reading)
    elif given := [option for option, value in _of_files(column, ignore, reading).items() if value and strict]:
        raise InvalidValueError(f"--{given[0].replace('_', '-')} goes with a CSV file only.")
    else:
        try:
            data = datasets.find(name)
        except UnknownNameError as error:
            raise error.but(where=where) from None
    return data.as_one_hot() if one_hot and len(data.class_names) == 2 and len(data.Y[0]) == 1 else data


def _of_files(column: str | None, ignore: str | None, reading: Mapping[str, Any]) -> dict[str, Any]:
    return {"target": column, "ignore": ignore} | {name: value for name, value in reading.items() if name != "classes"}


def _target(table: Table, text: str | None, option: str) -> list[str] | str | None:
    """Tell the columns to learn: a name may hold a comma, or else commas stand between several."""
    if text is None or "," not in text or text.strip() in table.names:
        return text
    return columns_in(text, option)


def _beside(
    table: Table, features: Sequence[str], target: list[str] | str | None, ignored: list[str], option: str
) -> tuple[list[int], list[int]]:
    """Give the numbers of the columns to learn, and of those to leave out, beside features known by their names."""
    others = [place for place, name in enumerate(table.names) if name not in features]
    if target is None:
        left_out = {place for name in ignored for place in find_columns(table, name, "ignore")}
        aims = [place for place in others if place not in left_out][-1:]
    else:
        aims = [find_column(table, name, "target") for name in ([target] if isinstance(target, str) else target)]
    if not aims:
        raise InvalidValueError("it has the features, and no column beside them.", where=table.path)
    for place in aims:
        if place not in others:
            raise InvalidValueError(f"{table.column(place)} of {table.path} is a feature.", where=option)
    return [place + 1 for place in aims], [place + 1 for place in others if place not in aims]


def _there(table: Table, names: list[str], strict: bool) -> list[str]:
    """Pass on the columns to leave out; unless strict, those that are there."""
    if strict:
        return names
    found = []
    for name in names:
        with suppress(UnknownNameError, InvalidValueError):
            find_column(table, name, "ignore")
            found.append(name)
    return found


def columns_in(text: str | None, option: str) -> list[str]:
    """Read columns with commas between; a name with a comma stands in double quotes.

    Examples
    --------
    >>> columns_in('id, "width, cm"', "--ignore"), columns_in(None, "--ignore")
    (['id', 'width, cm'], [])
    """
    if text is None:
        return []
    try:
        names = [name.strip() for name in next(csv.reader([text], skipinitialspace=True, strict=True))]
    except (csv.Error, StopIteration):
        names = []
    if not names or not all(names):
        raise InvalidValueError("expected columns with commas between, such as id,notes.", where=f"{option} {text}")
    return names


def wants_one_hot(activation: object) -> bool:
    """Whether an output activation shares 1 among its neurons, and so wants a column for each class."""
    return bool(getattr(activation, "sums_to_one", False))


def for_model(data: Dataset, model: Model, where: str) -> Dataset:
    """Put the columns of data into the order in which a model knows its features and classes, by their names."""
    form = _Form(model.feature_names, model.class_names, len(model.net.inputs), len(model.net.outputs), "the model")
    return _in_form(data, form, where)


def as_learned(data: Dataset, learned: Dataset, where: str) -> Dataset:
    """Put the columns of data to judge on into the order of those learned from."""
    form = _Form(learned.feature_names, learned.class_names, len(learned.X[0]), len(learned.Y[0]), learned.source)
    return _in_form(data, form, where)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a network takes and gives: the names of its features and classes, if it has them; whose it is."""

    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    inputs: int
    outputs: int
    whose: str


def _in_form(data: Dataset, form: _Form, where: str) -> Dataset:
    known = set(form.feature_names)
    if known and known <= set(data.feature_names):
        places = [data.feature_names.index(name) for name in form.feature_names]
        data = replace(data, X=[[x[at] for at in places] for x in data.X], feature_names=form.feature_names)
    if len(data.feature_names) != form.inputs:
        raise InvalidValueError(
            f"{where} has {_counted(len(data.feature_names), 'feature')}, but {form.whose} has "
            f"{_counted(form.inputs, 'input')}{f': {_listed(form.feature_names)}' if known else ''}."
        )
    if known and not known <= set(data.feature_names) and not _are_numbered(data.feature_names, form.feature_names):
        for name in form.feature_names:
            one_of(name, data.feature_names, where, "it has no column")
    names = form.class_names
    if names:
        if not set(data.class_names) <= set(names):
            theirs = _listed(data.class_names) or "numbers"
            raise InvalidValueError(f"{where} has the targets {theirs}, but {form.whose} tells apart {_listed(names)}.")
        labels = [names.index(data.class_names[label]) for label in data.labels]
        wide = form.outputs > 1
        y = [[float(at == label) for at in range(form.outputs)] if wide else [float(label)] for label in labels]
        return replace(data, Y=y, class_names=names, target_names=())
    if len(data.Y[0]) != form.outputs:
        theirs = _counted(len(data.Y[0]), "target")
        raise InvalidValueError(f"{where} has {theirs}, but {form.whose} has {_counted(form.outputs, 'output')}.")
    return data


def _are_numbered(*columns: tuple[str, ...]) -> bool:
    """Whether the columns of either have no names of their own, so that they go by their places."""
    return any(all(re.fullmatch(r"column \d+", name) for name in names) for names in columns)


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


@contextmanager
def naming_ignore() -> Iterator[None]:
    """Let an error of a column also say how to leave the column out."""
    try:
        yield
    except ColumnError as error:
        what = "all columns of text" if error.others else "the column"
        ignore = Setting("ignore", (error.column, *error.others), f"To leave {what} out")
        raise error.but(settings=[*error.settings, ignore]) from None


def as_option(name: str) -> str:
    r"""Write a column's name as `--ignore` takes it.

    Examples
    --------
    >>> as_option("legs"), as_option("width, cm")
    ('legs', '"width, cm"')
    """
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name
