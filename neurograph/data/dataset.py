"""The one shape that every data set has: rows of numbers, targets, what both stand for, and where they come from.

It checks that the parts fit each other; it knows no file, scales nothing and shuffles nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from neurograph.data.targets import meaning_of
from neurograph.errors import Argument, InvalidValueError, Note, Setting, one_line, some_of
from neurograph.tables import (
    Classes,
    Labels,
    Rows,
    as_many,
    class_rows,
    classes_of,
    columns_of,
    labels_of,
    one_hot,
    table,
    width_of,
)
from neurograph.validate import Names, column_names, finite, instance_of

__all__ = ["ColumnError", "Dataset", "Reading", "class_index"]


class ColumnError(InvalidValueError):
    """A column that cannot be learned from as it is, so that leaving it out helps.

    `column` is its name or number, `others` are those of other columns that are no better.
    """

    def __init__(self, problem: str = "", *, column: str = "", others: tuple[str, ...] = (), **facts: Any) -> None:
        self.column, self.others = column, others
        super().__init__(problem, **facts)


class Reading(NamedTuple):
    """How a file was read, so that another can be read alike.

    Attributes
    ----------
    target : tuple of str
        The columns that hold the target, by name, or by number from 1 where they have none.
    decimal, thousands : str
        The decimal sign, and what stands between thousands.
    """

    target: tuple[str, ...]
    decimal: str
    thousands: str


@dataclass(frozen=True, slots=True, repr=False)
class Dataset:
    """Examples to learn from.

    Classes are written in `Y` in one of two ways: one column for each class, 1 for its own and 0 elsewhere (one-hot),
    or, for two classes, one column with 0 for the first and 1 for the second. Without classes `Y` holds numbers to be
    met (regression), and `class_names` is empty.

    Attributes
    ----------
    X, Y : list of list of float
        One row for each example: its features, its targets.
    feature_names, class_names : tuple of str
        What the columns of X stand for, and the classes in their order.
    description, source : str
        What the data are, and where they come from.
    target_names : tuple of str
        What the columns of Y stand for. Needed for regression; with classes it may be left out, and then it names the
        class that a 1 in the column means.
    notes : tuple of Note
        How the data were read, where another reading was possible.
    reading : Reading or None
        Of a file: how it was read.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When there are no rows, a row has another length than the names, a number is not finite, X and Y differ in
        length, a name is given twice, or the columns of Y do not fit the classes.

    Examples
    --------
    >>> data = Dataset([[0, 1], [1, 1]], [[1], [0]], ("x1", "x2"), ("equal", "different"), "Two rows.", "by hand")
    >>> len(data), data.labels, data.class_of(0), data.target_names
    (2, [1, 0], 'different', ('different',))
    """

    X: list[list[float]]
    Y: list[list[float]]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    description: str
    source: str
    target_names: tuple[str, ...] = ()
    notes: tuple[Note, ...] = field(default=(), repr=False, compare=False)
    reading: Reading | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        features = column_names(self.feature_names, Argument("Dataset", "feature_names"))
        classes = column_names(self.class_names, Argument("Dataset", "class_names"))
        if len(classes) == 1:
            raise InvalidValueError(
                where=Argument("Dataset", "class_names"), given=classes, expected="at least 2 classes, or none"
            )
        single = len(classes) == 2 and width_of(self.Y, Argument("Dataset", "Y")) == 1
        targets = column_names(self.target_names, Argument("Dataset", "target_names")) or classes[single:]
        if classes and len(targets) != len(classes) - single:
            raise InvalidValueError(
                f"got {len(targets)} for {len(classes)} classes, expected one for each class, or a "
                "single one for two classes.",
                where=Argument("Dataset", "target_names"),
            )
        x, y = (
            _examples(self.X, features, Argument("Dataset", "X")),
            _examples(self.Y, targets, Argument("Dataset", "Y")),
        )
        as_many(x, y, "Dataset")
        for name, value in (
            ("X", x), ("Y", y), ("feature_names", features), ("class_names", classes), ("target_names", targets),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        """Say in a line how much there is and what is to be learned; the rows would fill the screen."""
        names = self.class_names or self.target_names
        what = f"{len(names)} {'classes' if self.class_names else 'target' if len(names) == 1 else 'targets'}"
        shown = some_of([name if len(name) <= 30 else f"{name[:27]}..." for name in names], 4)
        features = f"{len(self.feature_names)} feature{'s' * (len(self.feature_names) != 1)}"
        return one_line(f"<Dataset of {len(self)} rows, {features}, {what}: {shown}>")

    @classmethod
    def from_arrays(
        cls,
        X: Rows,  # noqa: N803  # the field's names
        y: Labels,
        *,
        classes: Classes = None,
        feature_names: Names = (),
        target_names: Names = (),
        description: str = "",
        source: str = "",
    ) -> Dataset:
        """Make a data set of arrays, lists, tensors or data frames, with numbers or labels as targets.

        Parameters
        ----------
        X : rows
            The features.
        y : rows or labels
            A number or a label for each row of X, or a row of numbers.
        classes : bool or sequence, optional
            Whether the targets are classes, or which, in their order. When left out, text, True and False, and 2 to 20
            different whole numbers that repeat are; `notes` then says what was taken, by which rule. Classes become
            one-hot columns; where it is left out and all are 0 or 1, they stay one column.
        feature_names, target_names : sequence of str
            What the columns stand for; when left out, those of a data frame, or "x1", ..., and "y" or "y1", ...
        description, source : str
            What the data are, and where they come from.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            When there are no rows, X and y differ in length, an entry is missing or no number, or a label is none of
            the classes.

        Examples
        --------
        >>> pets = Dataset.from_arrays([[3.0, 20], [30.0, 60]], ["cat", "dog"], feature_names=["kg", "cm"])
        >>> pets.Y, pets.class_names, pets.feature_names
        ([[1.0, 0.0], [0.0, 1.0]], ('cat', 'dog'), ('kg', 'cm'))
        >>> Dataset.from_arrays([[1], [2], [3], [4]], [7, 9, 9, 7]).notes[0].text
        'the 2 values of y are whole numbers that repeat, so they are taken as classes.'
        """
        x_place, y_place = (Argument("from_arrays", name) for name in ("X", "y"))
        features = column_names(feature_names, Argument("from_arrays", "feature_names")) or tuple(columns_of(X))
        x = table(X, x_place, features)
        features = features or tuple(f"x{k}" for k in range(1, len(x[0]) + 1))
        names = column_names(target_names, Argument("from_arrays", "target_names")) or tuple(columns_of(y))
        labels = labels_of(y, y_place)
        if labels is None:
            target = _of_columns(table(y, y_place, names, "y"), classes, names)
        else:
            if len(names) > 1:
                problem = f"got {len(names)} names, expected 1, since y has one value for each row."
                raise InvalidValueError(problem, where=Argument("from_arrays", "target_names"))
            called = names[0] if names else getattr(y, "name", None)
            target = _of_labels(labels, classes, called if isinstance(called, str) else "y")
        return cls(
            x, target.Y, features, target.class_names, description, source, target.target_names, notes=target.notes
        )

    def __len__(self) -> int:
        return len(self.X)

    @property
    def labels(self) -> list[int]:
        """The place of each example's class in `class_names`.

        Raises
        ------
        InvalidValueError
            When the data have no classes.
        """
        self._need_classes("labels")
        return [class_index(y) for y in self.Y]

    def class_of(self, row: int) -> str:
        """Name the class of an example.

        Raises
        ------
        InvalidValueError
            When the data have no classes.

        Examples
        --------
        >>> from neurograph.data.datasets import load_iris
        >>> load_iris().class_of(0)
        'setosa'
        """
        self._need_classes("class_of")
        return self.class_names[class_index(self.Y[row])]

    def as_one_hot(self) -> Dataset:
        """Give the same data with one column of Y for each class, as a softmax over all classes wants them.

        Examples
        --------
        >>> from neurograph.data.datasets import xor
        >>> xor().as_one_hot().Y
        [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
        """
        names = [self.class_names[label] for label in self.labels]
        return replace(self, Y=one_hot(names, self.class_names), target_names=())

    def as_one_column(self) -> Dataset:
        """Give the same data of two classes with one column of 0 and 1, as a single sigmoid output wants them.

        Raises
        ------
        InvalidValueError
            When there are not exactly two classes.

        Examples
        --------
        >>> from neurograph.data.datasets import gaussian_clouds
        >>> gaussian_clouds(1, centres=((0, 0), (4, 4))).as_one_column().Y
        [[0.0], [1.0]]
        """
        labels = self.labels
        if len(self.class_names) != 2:
            raise InvalidValueError(
                where=Argument("as_one_column", "class_names"),
                given=self.class_names,
                expected="two classes",
                cure="Keep a column for each class.",
            )
        return replace(self, Y=[[float(label)] for label in labels], target_names=())

    def _need_classes(self, asked: str) -> None:
        if not self.class_names:
            raise InvalidValueError(
                "these data have no classes, their targets are numbers.", where=asked, cure="Read Y instead."
            )


def class_index(outputs: Sequence[float]) -> int:
    """Tell the class that a row of outputs or targets stands for.

    The place of the largest number, the first one if several are equal; of a single number, 1 if it is above 0.5, else
    0. So a tie always goes to the class that is listed first.

    Examples
    --------
    >>> class_index([0.1, 0.7, 0.2]), class_index([0.8]), class_index([0.5]), class_index([0.5, 0.5])
    (1, 1, 0, 0)
    """
    if len(outputs) == 1:
        return int(outputs[0] > 0.5)
    return max(range(len(outputs)), key=outputs.__getitem__)


def _examples(values: object, names: tuple[str, ...], where: str) -> list[list[float]]:
    width = width_of(values, where)
    if not names:
        raise InvalidValueError(f"got no names for its columns ({width}).", where=where, cure="Give a name for each.")
    return table(values, where, names)


@dataclass(frozen=True, slots=True)
class _Target:
    """The targets of a data set, and what was taken of them."""

    Y: list[list[float]]
    class_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def _of_columns(y: list[list[float]], classes: Classes, names: tuple[str, ...]) -> _Target:
    """Take several columns as one-hot where each row has a single 1, or else as numbers."""
    from neurograph.engines.objects import are_classes  # here, for data sets alone need no graphs

    place = Argument("from_arrays", "y")
    numbers = names or tuple(f"y{k}" for k in range(1, len(y[0]) + 1))
    if classes is False or (classes is None and not are_classes(y)):
        return _Target(y, (), numbers)
    if not are_classes(y):
        cure = "Give one label for each row, or leave classes out."
        raise InvalidValueError("its rows are not one-hot: a single 1 among 0s in each.", where=place, cure=cure)
    known = names or tuple(f"class {k}" for k in range(len(y[0])))
    if not isinstance(classes, bool) and classes is not None:
        known = tuple(map(str, classes_of([], classes, place) or ()))
        if names and set(known) != set(names):
            expected = f"the columns {some_of(names)}, in any order"
            raise InvalidValueError(where=Argument("from_arrays", "classes"), given=classes, expected=expected)
        if names:
            y = [[row[names.index(name)] for name in known] for row in y]
    text = f"the {len(y[0])} columns of y have a single 1 in each row, so they are taken as classes."
    opposite = Setting("classes", False, "To learn numbers")
    return _Target(y, known, (), () if classes is not None else (Note(text, (opposite,)),))


def _of_labels(labels: list[Any], classes: Classes, name: str) -> _Target:
    """Take one value for each row as a class or as a number."""
    place = Argument("from_arrays", "y")
    meaning = meaning_of(_of_one_kind(labels, place)) if classes is None else None
    notes = (meaning.note(name, len(set(labels))),) if meaning else ()
    if classes is False or (meaning and not meaning.classes):
        return _Target(table(labels, place, [name]), (), (name,), notes)
    known = classes_of(labels, True if classes is None else classes, place) or []
    outputs = [name] if meaning and meaning.one_column else [str(label) for label in known]
    return _Target(class_rows(labels, known, outputs, place), tuple(map(str, known)), (), notes)


def _of_one_kind(labels: list[Any], where: str) -> list[str] | list[float]:
    """Read labels of which nobody has said what they are: text throughout, or else numbers, True and False."""
    if not any(isinstance(label, str) for label in labels):
        return [
            label if isinstance(label, bool) else finite(label, f"{where}[{row}]") for row, label in enumerate(labels)
        ]
    cure = "Mend the label, or leave its row out."
    return [
        instance_of(label, str, f"{where}[{row}]", "text, as in other rows", cure) for row, label in enumerate(labels)
    ]
