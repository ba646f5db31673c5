"""Rows that come in: one row or a batch, as lists, arrays, tensors or data frames, of numbers or of labels.

This file turns them into lists of floats or says why it cannot. Columns are found by name where all names are there;
labels become numbers only where the caller says that they are classes. It knows nothing of neurons.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set, Sized
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeGuard

from neurograph.errors import InvalidTypeError, InvalidValueError, some_of
from neurograph.validate import MISSING, Array, as_list, finite, is_masked, is_missing

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Matrix = NDArray[float64]

__all__ = [
    "Classes",
    "Example",
    "Labels",
    "Row",
    "Rows",
    "as_given",
    "as_many",
    "class_rows",
    "classes_of",
    "columns_of",
    "example",
    "is_empty",
    "is_row",
    "labels_of",
    "one_hot",
    "pairs",
    "rows",
    "table",
    "vector",
    "width_of",
]


Row = Sequence[float] | Array
Rows = Sequence[Row] | Row  # a flat one is a single row, or, where a row is one number, one row for each
Label = str | int  # a bool is an int
Labels = Rows | list[str] | tuple[str, ...]
Classes = bool | Sequence[Label] | Array | None  # True: those that are found among the labels
Example = tuple[list[float], list[float]]  # x and y, checked

_NUMBER, _ROW, _ROWS = "one finite number", "a list of numbers", "a list of rows, each a list of numbers"
_ROW_OR_ROWS = "a list of numbers, or a list of such lists for a batch"
_FLAT = "Write a column as [[0], [1], ...]."
_TO_COLUMNS = "Turn it into columns of 0 and 1, as pandas.get_dummies does, or leave it out."
_TO_NUMBERS = "Turn its text into numbers first, as pandas.to_numeric does."


def as_many(one: Sized, two: Sized, where: str, names: tuple[str, str] = ("X", "Y")) -> None:
    """Refuse rows of which there are not as many of one as of the other.

    Examples
    --------
    >>> as_many([[1.0], [2.0]], [[0.0]], "Dataset")
    Traceback (most recent call last):
    neurograph.errors.InvalidValueError: Dataset: got 2 rows of X and 1 of Y, expected as many of each.
    """
    if len(one) != len(two):
        problem = f"got {len(one)} rows of {names[0]} and {len(two)} of {names[1]}, expected as many of each."
        raise InvalidValueError(problem, where=where)


def vector(values: object, length: int, where: str, names: Sequence[str]) -> list[float]:
    """Turn one row of numbers, such as a tuple or a one-dimensional array, into a list of finite floats.

    It has one for each of `names`. A set or a dict has no order, and text is no row.

    Examples
    --------
    >>> vector((1, 2.5), 2, "x", ["x1", "x2"])
    [1.0, 2.5]
    """
    items = _row_of(values, length, where, names)
    return _floats(items, float, int) or [
        finite(item, f"{where}[{i}] (for {names[i]})") for i, item in enumerate(items)
    ]


def example(values: object, where: str, names: Sequence[str]) -> list[float]:
    """Turn one row of data into a list of finite floats, one for each of `names`; True and False are 1 and 0.

    Examples
    --------
    >>> example([True, 0.5], "x", ["x1", "x2"])
    [1.0, 0.5]
    """
    items = _row_of(values, len(names), where, names)
    numbers = _floats(items, float, int, bool)
    return numbers or [_entry(item, f"{where}[{i}] (for {names[i]})") for i, item in enumerate(items)]


def rows(values: object, length: int, where: str, names: Sequence[str]) -> list[list[float]]:
    """Turn one row, or a batch of rows, into a list of rows of finite floats.

    Where a row is one number, a flat list holds a row in each place.

    Examples
    --------
    >>> rows([1, 2], 2, "x", ["x1", "x2"]), rows([1, 2], 1, "x", ["x1"])
    ([[1.0, 2.0]], [[1.0], [2.0]])
    >>> rows([[1, 2], [3, 4]], 2, "x", ["x1", "x2"])
    [[1.0, 2.0], [3.0, 4.0]]
    """
    items = _listed(values, where, _ROW_OR_ROWS, names)
    if _is_flat(items):
        if length == 1 and len(items) > 1:
            return [[number] for number in example(items, where, list(names) * len(items))]
        return [example(items, where, names)]
    if set(map(type, items)) <= {list, tuple} and set(map(len, items)) == {length}:
        numbers = _floats(list(chain.from_iterable(items)), float, int, bool)
        if numbers:
            return [numbers[at : at + length] for at in range(0, len(numbers), length)]
    return [example(row, f"{where}[{i}]", names) for i, row in enumerate(items)]


def width_of(values: object, where: str) -> int:
    """Tell how many numbers the rows of a batch have, by the first; 1 for a flat list, which has a row in each place.

    Examples
    --------
    >>> width_of([[1, 2], [3, 4]], "X"), width_of([1, 2, 3], "Y")
    (2, 1)
    """
    if _is_frame(values) and not is_empty(values):
        return len(values.columns)
    items = () if _is_frame(values) else _listed(values, where, _ROWS, ())
    if not items:
        raise InvalidTypeError(where=where, given=values, expected=_ROWS)
    return 1 if _is_flat(items) else len(items[0])


def table(values: object, where: str, names: Sequence[str] = (), letter: str = "x") -> list[list[float]]:
    """Turn a batch of at least one row into a list of rows.

    Without names the first row says how long all are; then a flat list could be a row or a column, and is refused.

    Examples
    --------
    >>> table([[1, 2]], "X"), table([1, 2], "Y", ["y1"])
    ([[1.0, 2.0]], [[1.0], [2.0]])
    """
    items = values if _is_frame(values) else _listed(values, where, _ROWS, names)
    width = width_of(items, where)
    if len(names) != 1 and is_row(items, where):
        raise InvalidTypeError(where=where, given=values, expected=_ROWS, cure=_FLAT)
    names = names or [f"{letter}{place}" for place in range(1, width + 1)]
    return rows(items, len(names), where, names)


def pairs(
    x: object,
    y: object,
    inputs: Sequence[str],
    outputs: Sequence[str],
    of: str = "",
    called: tuple[str, str] = ("x", "y"),
) -> list[Example]:
    """Pair the rows of x and y, or the one row of each; `of` says in the messages whose they are.

    With one output, y may be a flat list of as many numbers as x has rows; with one input, so may x.

    Examples
    --------
    >>> pairs([[1], [2]], [[0], [1]], ["x1"], ["o1"]) == pairs([1, 2], [0, 1], ["x1"], ["o1"])
    True
    >>> pairs([[1, 2], [3, 4]], [0, 1], ["x1", "x2"], ["o1"])
    [([1.0, 2.0], [0.0]), ([3.0, 4.0], [1.0])]
    """
    x_name, y_name = (of + name for name in called)
    xs = _listed(x, x_name, _ROW_OR_ROWS, inputs)
    single = _is_flat(xs) and (len(inputs) != 1 or len(xs) == 1)
    if not single:
        _refuse_labels(y, outputs, y_name)
    ys = _listed(y, y_name, _ROW_OR_ROWS, outputs)
    if single and not _is_flat(ys) and len(inputs) != 1:
        raise InvalidValueError(
            "one is a single row and the other a batch.",
            where=f"{x_name} and {called[1]}",
            cure="Give both as rows, or both as lists of rows.",
        )
    if single and _is_flat(ys):
        return [(example(xs, x_name, inputs), example(ys, y_name, outputs))]
    examples, targets = rows(xs, len(inputs), x_name, inputs), rows(ys, len(outputs), y_name, outputs)
    as_many(examples, targets, f"{x_name} and {called[1]}", called)
    return list(zip(examples, targets, strict=True))


def is_row(values: object, where: str) -> bool:
    """Tell a flat list (True) from a list of rows (False).

    Examples
    --------
    >>> is_row([1.0, 2.0], "x"), is_row([[1.0, 2.0]], "x")
    (True, False)
    """
    return not _is_frame(values) and _is_flat(_listed(values, where, _ROW_OR_ROWS, ()))


def is_empty(values: object) -> bool:
    """Whether there is no row.

    Examples
    --------
    >>> is_empty([]), is_empty([[]]), is_empty(None)
    (True, False, False)
    """
    shape = getattr(values, "shape", None)
    if shape is not None:
        return len(shape) > 0 and shape[0] == 0
    return isinstance(values, Sized) and len(values) == 0


def columns_of(values: object) -> list[str]:
    """List the names of a data frame's columns where all are text; of anything else, none.

    Examples
    --------
    >>> columns_of([[1.0, 2.0]])
    []
    """
    names = list(values.columns) if _is_frame(values) else []
    return [str(name) for name in names] if all(isinstance(name, str) for name in names) else []


def as_given(numbers: list[list[float]], width: int, given: object) -> Any:
    """Give rows back as rows were given: lists for lists, an array of NumPy for an array, a tensor or a data frame.

    Examples
    --------
    >>> as_given([[1.0, 2.0]], 2, [3.0])
    [[1.0, 2.0]]
    """
    if isinstance(given, Sequence):
        return numbers
    from numpy import array, float64

    return array(numbers, dtype=float64).reshape(len(numbers), width)


# Labels.


def labels_of(values: object, where: str) -> list[Any] | None:
    """List the one value that each example has: of a flat list, or of rows of one; None where rows have several.

    Examples
    --------
    >>> labels_of(["b", "a"], "y"), labels_of([[1], [0]], "y"), labels_of([[1, 0], [0, 1]], "y")
    (['b', 'a'], [1, 0], None)
    """
    if _is_frame(values):
        return _column(values, 0).to_list() if len(values.columns) == 1 else None
    items = _listed(values, where, "a list of labels", ())
    if not _is_flat(items):
        if len(items[0]) != 1 or not all(_is_sequence(row) and len(row) == 1 for row in items):
            return None
        items = [row[0] for row in items]
    return [_item(item) for item in items]


def classes_of(labels: object, classes: Classes, where: str) -> list[Label] | None:
    """List the classes of labels: those that are given, in their order, or those that are found, sorted; None without.

    Examples
    --------
    >>> classes_of(["b", "a", "b"], True, "y"), classes_of([10, 9], True, "y")
    (['a', 'b'], [9, 10])
    >>> classes_of(["b", "a", "b"], ["b", "a"], "y")
    ['b', 'a']
    """
    if classes is None or classes is False:
        return None
    if classes is True:
        found = {_label(value, f"{where}[{row}]") for row, value in enumerate(_labels(labels, where))}
        known = sorted(found, key=lambda label: (isinstance(label, str), label))
    else:
        listed: Any = classes.tolist() if hasattr(classes, "tolist") else classes
        where, expected = "classes", "True, or a list of the classes"
        if isinstance(listed, (Set, Mapping)):  # they have no order
            raise InvalidTypeError(where=where, given=classes, expected=expected)
        wanted = as_list(listed, where, expected)
        known = [_label(value, f"classes[{place}]") for place, value in enumerate(map(_item, wanted))]
    twice = next((name for name, times in Counter(map(str, known)).items() if times > 1), None)
    if twice is not None:
        raise InvalidValueError(f"{twice!r} is the name of two classes.", where=where)
    if len(known) < 2:
        raise InvalidValueError(f"got {[*map(str, known)]}, expected at least 2 classes.", where=where)
    return known


def class_rows(labels: object, classes: Sequence[Label], outputs: Sequence[str], where: str) -> list[list[float]]:
    """Turn labels into the targets of outputs: one-hot, or, for two classes and one output, 0 for the first and 1.

    Examples
    --------
    >>> class_rows(["b", "a"], ["a", "b"], ["o1", "o2"], "y"), class_rows(["b", "a"], ["a", "b"], ["o1"], "y")
    ([[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]])
    """
    width, named = len(outputs), some_of([str(label) for label in classes])
    if len(classes) not in ((2,) if width == 1 else (width,)):
        expected = "2 for one output, or an output for each" if width == 1 else f"{width}, {_for_each(outputs)}"
        raise InvalidValueError(f"got {len(classes)} classes ({named}), expected {expected}.", where=where)
    given = [_label(value, f"{where}[{row}]") for row, value in enumerate(_labels(labels, where))]
    rows_of_all = one_hot(given, classes, where)
    return [row[1:] for row in rows_of_all] if width == 1 else rows_of_all


def one_hot(labels: Iterable[Label], classes: Sequence[Label], where: str = "one_hot, labels") -> list[list[float]]:
    """Turn each label into a row with a 1 in the place of its class and 0 elsewhere.

    Raises
    ------
    InvalidValueError
        When a label is none of the classes.

    Examples
    --------
    >>> one_hot(["b", "a"], ["a", "b"])
    [[0.0, 1.0], [1.0, 0.0]]
    """
    places = {name: place for place, name in enumerate(classes)}
    encoded = []
    for row, label in enumerate(labels):
        if label not in places:
            write = repr if str(label) in map(str, classes) else str  # it is of another kind
            raise InvalidValueError(
                where=f"{where}[{row}]", given=label, expected=f"one of {', '.join(map(write, classes))}"
            )
        encoded.append([float(place == places[label]) for place in range(len(classes))])
    return encoded


def _labels(values: object, where: str) -> list[Any]:
    labels = labels_of(values, where)
    if labels is None:
        expected, cure = "one label for each example", "Leave classes out: these rows are the targets of the outputs."
        problem = f"got rows of several numbers, expected {expected}."
        raise InvalidTypeError(problem, where=where, given=values, expected=expected, cure=cure)
    return labels


def _label(value: object, where: str) -> Label:
    """Pass on what can name a class; a float that is whole is an int, as a column with gaps makes it one."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return value if isinstance(value, bool) else int(value)
    cure = "A missing label is no class: leave its row out." if _is_gap(value) else ""
    expected = "a label: text, a whole number, True or False"
    raise InvalidTypeError(where=where, given=value, expected=expected, cure=cure)


def _refuse_labels(y: object, outputs: Sequence[str], where: str) -> None:
    """Refuse a label for each example where numbers are due: text, or one number though there are more outputs."""
    labels = labels_of(y, where) or []
    text = next((label for label in labels if isinstance(label, str)), None)
    if text is None and (len(outputs) == 1 or not labels):
        return
    problem = "got one number for each example" if text is None else f"got labels, such as {text!r}"
    expected = f"{_counted(len(outputs))} for each example, {_for_each(outputs)}"
    raise InvalidTypeError(
        f"{problem}, expected {expected}.",
        where=where,
        given=y,
        expected=expected,
        cure=f"If they are classes, say classes=True in train, or give the {'one-hot ' * (len(outputs) > 1)}Y of "
        f"ng.Dataset.from_arrays(X, labels, classes=True){'.as_one_column()' * (len(outputs) == 1)}.",
    )


# Numbers.


def _entry(value: object, where: str) -> float:
    """Turn an entry of a row into a float; unlike a setting, it may be True or False."""
    plain = _item(value)
    return float(plain) if isinstance(plain, bool) else finite(value, where)


def _item(value: object) -> object:
    """Unwrap the scalars of NumPy and PyTorch."""
    return (
        value.item()
        if getattr(value, "ndim", None) == 0 and hasattr(value, "item") and not is_missing(value)
        else value
    )


def _row_of(values: object, length: int, where: str, names: Sequence[str]) -> Sequence[Any]:
    items = _listed(values, where, _ROW, names)
    if items and _is_sequence(items[0]):
        raise InvalidTypeError(
            where=f"{where}[0]", given=items[0], expected=_NUMBER, cure="Give one row of numbers here."
        )
    if len(items) != length:
        problem, expected = f"got {_counted(len(items))}", f"{_counted(length)}, {_for_each(names)}"
        if items and isinstance(items[0], Mapping):
            problem = "got dicts"
        raise InvalidValueError(
            f"{problem}, expected {expected}.",
            where=where,
            given=values,
            expected=expected,
            cure=_cure(items[0]) if items else "",
        )
    return items


def _floats(items: Sequence[Any], *kinds: type) -> list[float] | None:
    """Turn plain finite numbers into floats without a look at each; None where there is anything else."""
    if not set(map(type, items)) <= set(kinds):
        return None
    try:
        numbers = list(map(float, items))
    except OverflowError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _counted(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _for_each(names: Sequence[str]) -> str:
    each = "one for each of " if len(names) > 1 else "for "
    return each + ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")


# Lists, arrays, frames.


def _is_frame(values: object) -> TypeGuard[Any]:
    """Whether it is a data frame, of pandas, polars or their like."""
    return hasattr(values, "columns") and hasattr(values, "to_numpy")


def _is_sequence(value: object) -> bool:
    if isinstance(value, (str, bytes, bytearray)):
        return False
    has_rows = hasattr(value, "tolist") or hasattr(value, "to_list")
    return isinstance(value, Sequence) or (has_rows and len(getattr(value, "shape", ())) >= 1)


def _is_flat(items: Sequence[object]) -> bool:
    return not items or not _is_sequence(items[0])


def _listed(values: object, where: str, expected: str, names: Sequence[str]) -> Sequence[Any]:
    """List what was given; the rows of a frame, and a row of one, have their numbers in the order of `names`."""
    if _is_frame(values):
        return _rows_of(values, where, names)
    if not _is_sequence(values):
        raise InvalidTypeError(where=where, given=values, expected=expected, cure=_cure(values))
    if isinstance(values, Sequence):
        return values
    if is_masked(values):
        return list(values)  # `tolist` would write None for what is masked
    given: Any = values
    listed: list[Any] = given.tolist() if hasattr(given, "tolist") else given.to_list()
    places = _places(list(given.index), names, where) if hasattr(given, "iloc") else None  # a Series has an index
    return listed if places is None else [listed[place] for place in places]


def _cure(values: object) -> str:
    if isinstance(values, Mapping):
        return "Give lists, or a data frame, whose columns are found by their names."
    if hasattr(values, "toarray"):
        return "Give all of its numbers, .toarray()."
    return "Give list(...) of it." if isinstance(values, Iterator) else ""


def _places(labels: list[object], names: Sequence[str], where: str) -> list[int] | None:
    """Find each name among the labels of columns, once; None when none is there."""
    wanted = set(names)
    found = {label: place for place, label in enumerate(labels) if label in wanted}
    if not found:
        return None
    if len(found) < len(wanted) or len([label for label in labels if label in wanted]) > len(found):
        raise InvalidValueError(
            f"got {some_of([*map(str, labels)])}, expected each of {some_of(names)} once, or none of them.",
            where=f"{where}, columns",
            cure="Rename its columns, or give .to_numpy(), of which each column is taken by its place.",
        )
    return [found[name] for name in names]


def _rows_of(frame: Any, where: str, names: Sequence[str]) -> list[list[float]]:
    """List the rows of a data frame, its columns in the order of `names`, or in their own when it has none of them."""
    labels = list(frame.columns)
    places = _places(labels, names, where)
    if places is None and len(labels) != len(names):
        one = "1 column" if len(labels) == 1 else f"{len(labels)} columns"
        raise InvalidValueError(
            f"got {one} ({some_of([*map(str, labels)])}), expected {len(names)}, {_for_each(names)}.",
            where=where,
            given=frame,
            expected=f"{len(names)} columns",
        )
    columns = [_numbers_in(frame, place, where) for place in (range(len(labels)) if places is None else places)]
    return list(map(list, zip(*columns, strict=True)))


def _numbers_in(frame: Any, place: int, where: str) -> list[float]:
    """Read a column of a data frame; errors name it."""
    label, column = frame.columns[place], _column(frame, place)
    cells, is_category = column.to_list(), str(column.dtype).lower().startswith(("categor", "enum"))
    numbers = None if is_category else _floats(cells, float, int, bool)
    if numbers is not None:
        return numbers
    for row, value in enumerate(cells):
        if _is_gap(value):
            raise InvalidTypeError(where=f"{where}[{row}][{label!r}]", given=value, expected=_NUMBER, cure=MISSING)
        if is_category or isinstance(value, str):
            cure = _TO_NUMBERS if _reads_as_number(value) else _TO_COLUMNS
            raise InvalidTypeError(where=f"{where}, column {label!r}", given=value, expected="numbers", cure=cure)
    return [_entry(value, f"{where}[{row}][{label!r}]") for row, value in enumerate(cells)]


def _column(frame: Any, place: int) -> Any:
    return frame.iloc[:, place] if hasattr(frame, "iloc") else frame.to_series(place)


def _is_gap(value: object) -> bool:
    """Whether it is what a data frame has where nothing was given."""
    return value is None or is_missing(value) or (isinstance(value, float) and math.isnan(value))


def _reads_as_number(value: object) -> bool:
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False
