"""How good outputs are, beside their targets: accuracy, confusion matrix, mean squared error, R2, scores by class.

Pure functions of two lists of rows; they run no network. All sums go in the order of the rows. Where a share would be
0/0 it is 0, as in scikit-learn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from neurograph.data.dataset import class_index
from neurograph.errors import Argument, InvalidValueError, NumericalError, one_line
from neurograph.tables import Rows, pairs, table
from neurograph.validate import Names, column_names

__all__ = [
    "accuracy",
    "balanced_accuracy",
    "classification_report",
    "commonest_share",
    "confusion_matrix",
    "confusion_table",
    "mean_squared_error",
    "paired",
    "r2",
    "report_on",
    "roles_told",
]

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def accuracy(outputs: Rows, targets: Rows) -> float:
    """Give the share of examples whose output stands for the class of the target.

    With several outputs the class is the place of the largest, the first if several are equal; with one it is 1 above
    0.5, else 0 (`class_index`).

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When they are not rows of finite numbers, as many and as long as each other, or there are none.

    Examples
    --------
    >>> accuracy([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]], [[1, 0], [0, 1], [0, 1]])
    0.6666666666666666
    >>> accuracy([[0.9], [0.2]], [[1], [0]])
    1.0
    """
    examples = paired(outputs, targets, "accuracy")
    return len([1 for a, y in examples if class_index(a) == class_index(y)]) / len(examples)


def balanced_accuracy(outputs: Rows, targets: Rows) -> float:
    """Give the mean of the recalls of all classes that are there, so that rare classes count as much as common ones.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        As `accuracy` raises.

    Examples
    --------
    >>> always_no = [[0.1]] * 4
    >>> accuracy(always_no, [[0], [0], [0], [1]]), balanced_accuracy(always_no, [[0], [0], [0], [1]])
    (0.75, 0.5)
    """
    return report_on(_counts(paired(outputs, targets, "balanced_accuracy"))).balanced_accuracy


def commonest_share(targets: Rows) -> float:
    """Give the accuracy of always saying the commonest class: what any other has to be above.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        As `accuracy` raises.

    Examples
    --------
    >>> commonest_share([[0], [0], [0], [1]]), commonest_share([[1, 0, 0], [0, 1, 0], [0, 1, 0]])
    (0.75, 0.6666666666666666)
    """
    counts = Counter(class_index(y) for _, y in paired(targets, targets, "commonest_share"))
    return max(counts.values()) / counts.total()


def roles_told(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Refuse outputs and targets that are given by place, where it would show in the result if they were exchanged.

    scikit-learn has the targets first. Targets that are classes are all 0 and 1, and outputs seldom are: where the
    first are and the second are not, they are exchanged; where both are, nobody can tell, and they are to be named.
    """

    @wraps(function)
    def checked(*places: _Parameters.args, **names: _Parameters.kwargs) -> _Result:
        if len(places) >= 2:
            outputs, targets = cast("tuple[Rows, Rows]", places[:2])
            _check_roles(paired(outputs, targets, function.__name__), function.__name__)
        return function(*places, **names)

    return checked


def _check_roles(examples: list[tuple[list[float], list[float]]], asked: str) -> None:
    cure = f"Name them: {asked}(outputs=..., targets=...)."
    if not all(value in (0.0, 1.0) for a, _ in examples for value in a):
        return
    if not all(value in (0.0, 1.0) for _, y in examples for value in y):
        problem = (
            "the first rows are all 0 and 1, and the second are not, but the outputs come first, then the targets."
        )
        raise InvalidValueError(problem, where=asked, cure=cure)
    if (counts := _counts(examples)) != [list(row) for row in zip(*counts, strict=True)]:
        problem = "all rows are of 0 and 1, so that outputs and targets cannot be told apart."
        raise InvalidValueError(problem, where=asked, cure=cure)


@roles_told
def confusion_matrix(outputs: Rows, targets: Rows) -> list[list[int]]:
    """Count the examples of each class (down) by the class that the output stands for (across).

    Row i, column j: how many of class i were taken for class j, as scikit-learn counts. One output makes two classes.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        As `accuracy` raises; or when both are not named, and are exchanged, or all 0 and 1, so that nobody can tell.

    Examples
    --------
    >>> confusion_matrix([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]], [[1, 0], [0, 1], [0, 1]])
    [[1, 0], [1, 1]]
    """
    return _counts(paired(outputs, targets, "confusion_matrix"))


def _counts(examples: list[tuple[list[float], list[float]]]) -> list[list[int]]:
    size = max(2, len(examples[0][1]))
    counts = [[0] * size for _ in range(size)]
    for a, y in examples:
        counts[class_index(y)][class_index(a)] += 1
    return counts


@roles_told
def classification_report(outputs: Rows, targets: Rows, class_names: Names = ()) -> ClassificationReport:
    """Give precision, recall, F1 and support of each class; it prints as a table.

    Parameters
    ----------
    outputs, targets : rows
        One row for each example; targets of one output may be flat.
    class_names : sequence of str
        What the classes are called; "class 0", "class 1", ... if left out.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        As `confusion_matrix` raises, or when there are not as many names as classes.

    Examples
    --------
    >>> report = classification_report([[0.9], [0.2], [0.8]], [[1], [0], [0]], ["no", "yes"])
    >>> report.classes[1].precision, report.classes[1].recall, report.accuracy
    (0.5, 1.0, 0.6666666666666666)
    """
    return report_on(confusion_matrix(outputs=outputs, targets=targets), class_names)


def mean_squared_error(outputs: Rows, targets: Rows) -> float:
    """Give the mean of `(a - y)**2` over all examples and all outputs.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        As `accuracy` raises.
    NumericalError
        When a square leaves the range of floats.

    Examples
    --------
    >>> mean_squared_error([[1.0], [2.0]], [[1.0], [4.0]])
    2.0
    """
    examples = paired(outputs, targets, "mean_squared_error")
    total = 0.0
    for a, y in examples:
        for one, other in zip(a, y, strict=True):
            total += (one - other) * (one - other)
    return _in_range(total / (len(examples) * len(examples[0][1])), "mean_squared_error")


def r2(outputs: Rows, targets: Rows) -> float:
    """Give the coefficient of determination, `1 - sum((a - y)**2) / sum((y - mean)**2)`, the mean of all outputs.

    1 is perfect, 0 as good as always answering the mean of the targets, below 0 worse. Where all targets of an output
    are equal the fraction has no value; then, as in scikit-learn, it is 1 if the outputs meet them exactly, else 0.
    The outputs come first, where scikit-learn has the targets, and numbers do not tell which are which.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        As `accuracy` raises, or when there is only one example.
    NumericalError
        When a square leaves the range of floats.

    Examples
    --------
    >>> r2([[1.0], [2.0], [3.0]], [[1.0], [2.0], [4.0]])
    0.7857142857142857
    """
    examples = paired(outputs, targets, "r2")
    if len(examples) < 2:
        raise InvalidValueError("got 1 example, expected at least 2, which can differ.", where="r2")
    size = len(examples[0][1])
    total = 0.0
    for k in range(size):
        total += _r2_of([(a[k], y[k]) for a, y in examples])
    return total / size


def _r2_of(examples: list[tuple[float, float]]) -> float:
    """Work out R2 of one output."""
    total = 0.0
    for _, y in examples:
        total += y
    mean = total / len(examples)
    left = spread = 0.0
    for a, y in examples:
        left += (a - y) * (a - y)
        spread += (y - mean) * (y - mean)
    if spread == 0.0 or all(y == examples[0][1] for _, y in examples):
        return float(left == 0.0)
    return _in_range(1.0 - left / spread, "r2")


def _in_range(value: float, asked: str) -> float:
    if not math.isfinite(value):
        raise NumericalError(
            "the squares leave the range of floats (at most about 1.8e308).", where=asked, cure="Scale the targets."
        )
    return value


def paired(outputs: Rows, targets: Rows, asked: str) -> list[tuple[list[float], list[float]]]:
    """Read outputs and targets as rows of one length, one of each for every example.

    Examples
    --------
    >>> paired([[0.9], [0.2]], [1, 0], "accuracy")
    [([0.9], [1.0]), ([0.2], [0.0])]
    """
    given = table(outputs, Argument(asked, "outputs"), letter="o")
    names = [f"o{k}" for k in range(1, len(given[0]) + 1)]
    return pairs(given, targets, names, names, f"{asked}, ", ("outputs", "targets"))


_LONGEST_NAME = 30
_UNEVEN = 1.5  # times as many examples of one class as of another


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one class is found.

    Attributes
    ----------
    name : str
        The class.
    precision : float
        Of the examples taken for the class, the share that is of it; 0 if none was taken for it.
    recall : float
        Of the examples of the class, the share that was taken for it; 0 if there is none.
    f1 : float
        The harmonic mean of both, `2 * right / (taken for it + of it)`; 0 if nothing was right.
    support : int
        How many examples are of the class.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True, repr=False)
class ClassificationReport:
    """The scores of all classes, and the accuracy over all examples; `str` gives a table.

    Attributes
    ----------
    classes : tuple of ClassScore
        In the order of the classes.
    accuracy : float
        The share of examples that were taken for their own class.
    support : int
        How many examples there are.
    balanced_accuracy : float
        The mean of the recalls of all classes that are there; the table has it where one class has at least 1.5 times
        the examples of another.

    Examples
    --------
    >>> print(report_on([[10, 0], [1, 9]], ["cat", "dog"]))
              precision  recall     F1  support
    cat           0.909   1.000  0.952       10
    dog           1.000   0.900  0.947       10
    accuracy                     0.950       20
    """

    classes: tuple[ClassScore, ...]
    accuracy: float
    support: int

    @property
    def balanced_accuracy(self) -> float:
        total, there = 0.0, [c.recall for c in self.classes if c.support]
        for recall in there:
            total += recall
        return total / len(there) if there else 0.0

    def __repr__(self) -> str:
        of = f"{len(self.classes)} classes, {self.support} examples"
        return f"<ClassificationReport of {of}, accuracy {self.accuracy:.3f}>"

    def __str__(self) -> str:
        lines = [["", "precision", "recall", "F1", "support"]]
        for c in self.classes:
            lines.append([_short(c.name), f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", str(c.support)])
        lines.append(["accuracy", "", "", f"{self.accuracy:.3f}", str(self.support)])
        there = [c.support for c in self.classes if c.support]
        if there and max(there) >= _UNEVEN * min(there):
            lines.append(["balanced accuracy", "", "", f"{self.balanced_accuracy:.3f}", str(self.support)])
        return _table(lines)


def report_on(counts: Sequence[Sequence[int]], class_names: Names = ()) -> ClassificationReport:
    """Read a confusion matrix, classes down and what they were taken for across.

    Examples
    --------
    >>> report_on([[2, 0], [0, 0]]).classes[1]
    ClassScore(name='class 1', precision=0.0, recall=0.0, f1=0.0, support=0)
    """
    names = _named(counts, class_names)
    scores = []
    for k, name in enumerate(names):
        right, found, there = counts[k][k], sum(row[k] for row in counts), sum(counts[k])
        scores.append(
            ClassScore(name, _share(right, found), _share(right, there), _share(2 * right, found + there), there)
        )
    total = sum(score.support for score in scores)
    return ClassificationReport(tuple(scores), _share(sum(counts[k][k] for k in range(len(names))), total), total)


def confusion_table(counts: Sequence[Sequence[int]], class_names: Names = ()) -> str:
    r"""Write a confusion matrix as a table: the true classes down, what they were taken for across.

    Examples
    --------
    >>> print(confusion_table([[10, 0], [1, 9]], ["cat", "dog"]))
    true \ taken for  cat  dog
    cat                10    0
    dog                 1    9
    """
    names = [_short(name) for name in _named(counts, class_names)]
    lines = [[name, *map(str, row)] for name, row in zip(names, counts, strict=True)]
    return _table([["true \\ taken for", *names], *lines])


def _named(counts: Sequence[Sequence[int]], class_names: Names) -> tuple[str, ...]:
    names = column_names(class_names, "class_names") or tuple(f"class {k}" for k in range(len(counts)))
    if len(names) != len(counts):
        raise InvalidValueError(where="class_names", given=len(names), expected=f"{len(counts)}, one for each class")
    return names


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _short(name: str) -> str:
    name = one_line(name)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 3] + "..."


def _table(lines: list[list[str]]) -> str:
    """Line up columns, the first to the left and all others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]).rstrip()
        for line in lines
    )
