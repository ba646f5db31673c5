"""What a sweep is given, on its way in: the values of a grid with their names, the seeds, the examples.

It turns them into lists or says why it cannot; it knows no run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.rules.optimizers import Optimizer
from neurograph.tables import as_many, is_row, labels_of, table
from neurograph.validate import instance_of, whole

__all__ = ["MEASURES", "Cell", "Row", "Table", "column", "examples", "label", "seeds_of", "values_of"]

Cell = str | float | int | None
Row = dict[str, Cell]
Table = list[list[float]]

MEASURES = ("loss", "accuracy", "validation_loss", "validation_accuracy")
_OTHERS = ("loss_function", "epochs_done", "best_epoch", "stopped", "seconds", "error")


def column(name: str) -> str:
    """Name the column of a parameter: its own name, but for the parameter `loss`, since "loss" is the number."""
    return "loss_function" if name == "loss" else name


def values_of(name: object, given: Any) -> list[tuple[Cell, Any]]:
    """List the values of a parameter, each with the name that its column shows.

    Examples
    --------
    >>> values_of("hidden", range(3, 5)), values_of("clip", {"none": None, "hard": 0.1})
    ([(3, 3), (4, 4)], [('none', None), ('hard', 0.1)])
    """
    where = f"sweep, grid, {name!r}"
    name = instance_of(name, str, "sweep, grid", "the name of a parameter, as text")
    if name == "seed":
        raise InvalidValueError("seeds are not in the grid.", where=where, cure="Give them beside it, seeds=range(5).")
    if name in {*_OTHERS, *MEASURES} - {"loss"}:
        cure = "Give the parameter another name."
        raise InvalidValueError("the rows have a column of this name.", where=where, cure=cure)
    if not _is_list(given):
        cure = "One value for all runs stands beside it."
        raise InvalidTypeError(where=where, given=given, expected="a list of values", cure=cure)
    pairs = given.items() if isinstance(given, Mapping) else ((value, value) for value in map(_plain, given))
    values = [(label(key), value) for key, value in pairs]
    if not values:
        raise InvalidValueError("it has no values.", where=where, cure="Give at least one.")
    if (twice := _twice([one for one, _ in values])) is not None:
        names = f'{{"{name}": {{"one": ..., "other": ...}}}}'
        raise InvalidValueError(f"two values are called {twice}.", where=where, cure=f"Give them names: {names}.")
    return values


def label(value: Any) -> Cell:
    """Say in a cell of a table what a value is.

    Examples
    --------
    >>> from neurograph.rules.optimizers import SGD, Adam
    >>> label(0.1), label([4, 5, 3]), label(Adam(0.01)), label(SGD), label(None)
    (0.1, '[4, 5, 3]', 'Adam(0.01)', 'SGD', 'None')
    """
    if isinstance(value, (str, int, float)):  # a bool is an int
        return value
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(str(label(one)) for one in value)}]"
    if isinstance(value, Optimizer):
        return f"{value.name}({value.rate.name})"
    name = getattr(value, "name", None) or getattr(value, "__name__", None)
    if isinstance(name, str):
        return name
    return str(value) if value is None or hasattr(value, "__dataclass_fields__") else type(value).__name__


def seeds_of(seeds: Any) -> list[int]:
    """List the seeds."""
    if not _is_list(seeds) or isinstance(seeds, Mapping):
        expected = "a list of whole numbers"
        raise InvalidTypeError(where="sweep, seeds", given=seeds, expected=expected, cure="Such as range(5).")
    numbers = [whole(seed, f"sweep, seeds[{place}]") for place, seed in enumerate(seeds)]
    if not numbers:
        raise InvalidValueError("there is none.", where="sweep, seeds", cure="Give at least one, such as range(5).")
    if (twice := _twice(numbers)) is not None:
        raise InvalidValueError(f"{twice} is given twice. Each is one run of every combination.", where="sweep, seeds")
    return numbers


def examples(data: Any) -> tuple[Table, Table]:
    """Turn a data set, or a pair (X, Y), into plain rows.

    Examples
    --------
    >>> examples(([[0, 1], [1, 1]], [[1], [0]]))
    ([[0.0, 1.0], [1.0, 1.0]], [[1.0], [0.0]])
    """
    if hasattr(data, "X") and hasattr(data, "Y"):
        data = (data.X, data.Y)
    if not isinstance(data, tuple) or len(data) != 2:
        expected = "a data set such as ng.datasets.load_iris(), or a pair (X, Y)"
        raise InvalidTypeError(where="sweep, data", given=data, expected=expected)
    where = ("sweep, data, X", "sweep, data, Y")
    if any(isinstance(label, str) for label in labels_of(data[1], where[1]) or ()):
        cure = "Give ng.Dataset.from_arrays(X, labels), with one-hot classes."
        raise InvalidTypeError("got labels, expected numbers.", where=where[1], given=data[1], cure=cure)
    x = table(data[0], where[0])
    y = table(data[1], where[1], ["y1"] if is_row(data[1], where[1]) else [], letter="y")
    as_many(x, y, "sweep, data")
    return x, y


def _is_list(given: object) -> bool:
    """Whether it has items in an order; a set has none, and text is one value."""
    return isinstance(given, Iterable) and not isinstance(given, (str, bytes, set, frozenset))


def _plain(value: Any) -> Any:
    """Turn the scalars of NumPy and PyTorch into plain numbers."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


def _twice(items: list[Any]) -> str | None:
    return next((repr(item) for item in items if items.count(item) > 1), None)
