"""The data that a command works on: a data set by its name or a CSV file, in the form that a network or a model wants.

It reads, leaves columns out and puts the rest in order; nothing is scaled here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from typing import Any

from neurograph.data import datasets
from neurograph.data.csv_files import Signs, dataset_from
from neurograph.data.csv_table import Table, find_column, find_columns, read_table
from neurograph.data.dataset import ColumnError, Dataset
from neurograph.errors import InvalidValueError, Setting, UnknownNameError, one_line, some_of
from neurograph.files.metadata import Model
from neurograph.files.weights import numbers_in
from neurograph.validate import one_of

__all__ = [
    "FileOptions",
    "Form",
    "as_option",
    "columns_in",
    "in_form",
    "is_file",
    "naming_ignore",
    "read_data",
    "read_like",
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


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a command says of a CSV file, by the options of `neurograph train`; see `load_csv`.

    Attributes
    ----------
    target, ignore : str or None
        Columns by name or number, with commas between.
    usual : Signs or None
        No option: how numbers were written in the file that was learned from.
    """

    target: str | None = None
    ignore: str | None = None
    classes: bool | Sequence[str] | None = None
    header: bool | None = None
    drop_missing: bool = False
    thousands: str | None = None
    decimal: str | None = None
    usual: Signs | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> FileOptions:
        """Take them from the settings of a run; an older one lacks some."""
        return cls(**{field.name: settings[field.name] for field in fields(cls) if field.name in settings})

    @classmethod
    def of_model(cls, model: Model) -> FileOptions:
        """Take them from a model, for a file like the one it has learned from."""
        return replace(cls.of(model.settings), usual=Signs(*model.signs) if model.signs else None)

    def reading(self) -> dict[str, Any]:
        """Give those that are arguments of `dataset_from` as they are."""
        return {name: getattr(self, name) for name in ("classes", "drop_missing", "thousands", "decimal", "usual")}


def read_data(
    name: str, options: FileOptions, one_hot: bool = False, where: str = "", option: str = "--target"
) -> Dataset:
    """Load a data set by its name, or a CSV file whose path has a dot or a slash in it.

    With `one_hot` two classes have a column each, as a softmax wants them. Messages begin with `where`, such as
    "--data"; `option` is the one that names what to learn.

    Examples
    --------
    >>> read_data("xor", FileOptions(), one_hot=True).Y[1]
    [0.0, 1.0]
    """
    if is_file(name):
        table = read_table(name, options.header)
        left_out = columns_in(options.ignore, "--ignore")
        data = dataset_from(table, _target(table, options.target, option), ignore=left_out, **options.reading())
    else:
        for field in fields(options):
            if getattr(options, field.name) != field.default:
                given = "no-classes" if options.classes is False else field.name.replace("_", "-")
                raise InvalidValueError(f"--{given} goes with a CSV file only.")
        data = _built_in(name, where)
    return data.as_one_hot() if one_hot and len(data.class_names) == 2 and len(data.Y[0]) == 1 else data


def _built_in(name: str, where: str) -> Dataset:
    try:
        return datasets.find(name)
    except UnknownNameError as error:
        raise error.but(where=where) from None


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


@dataclass(frozen=True, slots=True)
class Form:
    """What a network takes and gives: the names of its features and classes, if it has them; whose it is."""

    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    inputs: int
    outputs: int
    whose: str

    @classmethod
    def of_model(cls, model: Model) -> Form:
        """Take it from a model."""
        return cls(
            model.feature_names, model.class_names, len(model.net.inputs), len(model.net.outputs), "the model"
        )  # fmt: skip

    @classmethod
    def of_data(cls, data: Dataset) -> Form:
        """Take it from what is learned from."""
        return cls(data.feature_names, data.class_names, len(data.X[0]), len(data.Y[0]), data.source)


def read_like(
    name: str, options: FileOptions, form: Form, where: str, option: str = "--target", strict: bool = False
) -> Dataset:
    """Load data for a network that there is already, with features and classes in its order, by their names.

    `options` are those of the file that was learned from; where another has columns of the names of all features, only
    these and what to learn are read. If `strict`, it must have the columns to ignore, too.
    """
    if is_file(name):
        table = read_table(name, options.header)
        left_out = _there(table, columns_in(options.ignore, "--ignore"), strict)
        target = _target(table, options.target, option)
        reading = options.reading() | {"classes": form.class_names or False}
        if form.feature_names and set(form.feature_names) <= set(table.names):
            aims, others = _beside(table, form.feature_names, target, left_out, option)
            data = dataset_from(table, aims, ignore=others, **reading)
        else:
            data = dataset_from(table, target, ignore=left_out, **reading)
    else:
        data = _built_in(name, where.partition(" ")[0])
    return in_form(data, form, where)


def in_form(data: Dataset, form: Form, where: str) -> Dataset:
    """Put the columns of data into the order in which a network knows its features and classes, by their names."""
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
