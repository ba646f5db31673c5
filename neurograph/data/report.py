"""A confusion matrix told class by class: precision, recall, F1 and support, as a record and as a table of text.

It reads counts only. Where a fraction would be 0/0 it is 0, as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurograph.data.dataset import column_names
from neurograph.errors import InvalidValueError, one_line

__all__ = ["ClassScore", "ClassificationReport", "confusion_table", "report_on"]

_LONGEST_NAME = 30


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


@dataclass(frozen=True, slots=True)
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

    def __str__(self) -> str:
        lines = [["", "precision", "recall", "F1", "support"]]
        for c in self.classes:
            lines.append([_short(c.name), f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", str(c.support)])
        lines.append(["accuracy", "", "", f"{self.accuracy:.3f}", str(self.support)])
        return _table(lines)


def report_on(counts: Sequence[Sequence[int]], class_names: Sequence[str] = ()) -> ClassificationReport:
    """Read a confusion matrix, classes down and what they were taken for across.

    Raises
    ------
    InvalidValueError
        When there are not as many names as classes.

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


def confusion_table(counts: Sequence[Sequence[int]], class_names: Sequence[str] = ()) -> str:
    r"""Write a confusion matrix as a table: the true classes down, what they were taken for across.

    Raises
    ------
    InvalidValueError
        When there are not as many names as classes.

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


def _named(counts: Sequence[Sequence[int]], class_names: Sequence[str]) -> tuple[str, ...]:
    names = column_names(class_names, "class_names") or tuple(f"class {k}" for k in range(len(counts)))
    if len(names) != len(counts):
        raise InvalidValueError(f"got {len(names)}, expected {len(counts)}, one for each class.", where="class_names")
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
