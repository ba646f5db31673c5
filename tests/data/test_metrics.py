"""Metrics beside scikit-learn's, the cases that divide by zero, the tables, and what is refused."""

from __future__ import annotations

import math
from random import Random

import pytest

import neurograph as ng
from neurograph.data.metrics import (
    accuracy,
    classification_report,
    confusion_matrix,
    confusion_table,
    mean_squared_error,
    r2,
    report_on,
)
from neurograph.errors import InvalidValueError


def guesses(classes, n=60, seed=0):
    """Random outputs and one-hot targets; a column each, or one column for two classes."""
    generator = Random(seed)
    if classes == 1:
        return [[generator.random()] for _ in range(n)], [[float(generator.random() < 0.4)] for _ in range(n)]
    outputs = [[generator.random() for _ in range(classes)] for _ in range(n)]
    labels = [generator.randrange(classes) for _ in range(n)]
    return outputs, [[float(k == label) for k in range(classes)] for label in labels]


def decided(rows):
    return [int(row[0] > 0.5) if len(row) == 1 else row.index(max(row)) for row in rows]


@pytest.mark.parametrize("classes", [1, 2, 3, 5])
@pytest.mark.parametrize("seed", range(3))
def test_classes_are_judged_as_scikit_learn_judges_them(classes, seed):
    metrics = pytest.importorskip("sklearn.metrics")
    outputs, targets = guesses(classes, seed=seed)
    true, taken = decided(targets), decided(outputs)
    labels = list(range(max(2, classes)))
    assert accuracy(outputs, targets) == metrics.accuracy_score(true, taken)
    assert confusion_matrix(outputs, targets) == metrics.confusion_matrix(true, taken, labels=labels).tolist()
    theirs = metrics.precision_recall_fscore_support(true, taken, labels=labels, zero_division=0.0)
    report = classification_report(outputs, targets)
    ours = zip(*((c.precision, c.recall, c.f1, c.support) for c in report.classes), strict=True)
    for one, two in zip(ours, theirs, strict=True):
        assert list(one) == pytest.approx(two.tolist(), rel=1e-15)
    assert (report.accuracy, report.support) == (accuracy(outputs, targets), 60)


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("seed", range(3))
def test_numbers_are_judged_as_scikit_learn_judges_them(size, seed):
    metrics = pytest.importorskip("sklearn.metrics")
    generator = Random(seed)
    targets = [[generator.gauss(3.0, 2.0) for _ in range(size)] for _ in range(40)]
    outputs = [[y + generator.gauss(0.0, 1.0) for y in row] for row in targets]
    assert mean_squared_error(outputs, targets) == pytest.approx(
        metrics.mean_squared_error(targets, outputs), rel=1e-13
    )
    assert r2(outputs, targets) == pytest.approx(metrics.r2_score(targets, outputs), rel=1e-12)


@pytest.mark.parametrize("outputs", [[[2.0], [2.0], [2.0]], [[2.0], [2.0], [3.0]]])
def test_r2_of_equal_targets_is_that_of_scikit_learn(outputs):
    metrics = pytest.importorskip("sklearn.metrics")
    targets = [[2.0], [2.0], [2.0]]
    assert r2(outputs, targets) == metrics.r2_score(targets, outputs) == float(outputs == targets)


def test_by_hand():
    outputs, targets = [[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]], [[1, 0], [0, 1], [0, 1], [0, 1]]
    assert accuracy(outputs, targets) == 0.75
    assert confusion_matrix(outputs, targets) == [[1, 0], [1, 2]]
    no, yes = classification_report(outputs, targets, ("no", "yes")).classes
    assert (no.name, no.precision, no.recall, no.f1, no.support) == ("no", 0.5, 1.0, 2 / 3, 1)
    assert (yes.name, yes.precision, yes.recall, yes.f1, yes.support) == ("yes", 1.0, 2 / 3, 0.8, 3)
    assert mean_squared_error([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 4.0]]) == 13.0 / 4.0
    assert r2([[3.0], [3.0]], [[2.0], [4.0]]) == 0.0
    assert r2([[4.0], [2.0]], [[2.0], [4.0]]) == -3.0
    assert r2([[0.1], [0.1]], [[0.1], [0.1]]) == 1.0


def test_a_tie_goes_to_the_class_listed_first():
    assert accuracy([[0.5], [0.5]], [[0], [1]]) == 0.5
    assert confusion_matrix([[0.5], [0.5]], [[0], [1]]) == [[1, 0], [1, 0]]
    assert confusion_matrix([[0.5, 0.5]], [[0, 1]]) == [[0, 0], [1, 0]]


def test_targets_need_not_be_0_and_1():
    assert accuracy([[0.9], [0.2]], [[0.95], [0.05]]) == 1.0
    assert accuracy([[0.9, 0.2]], [[0.95, 0.05]]) == 1.0


def test_a_fraction_of_nothing_by_nothing_is_0():
    never_taken, never_there = report_on([[3, 0, 1], [2, 0, 0], [0, 0, 0]]).classes[1:]
    assert (never_taken.precision, never_taken.recall, never_taken.f1, never_taken.support) == (0.0, 0.0, 0.0, 2)
    assert (never_there.precision, never_there.recall, never_there.f1, never_there.support) == (0.0, 0.0, 0.0, 0)
    assert report_on([[0, 0], [0, 0]]).accuracy == 0.0


def test_equal_targets_count_as_equal_where_their_mean_is_rounded():
    assert r2([[0.2]] * 10, [[0.1]] * 10) == 0.0
    assert r2([[0.1]] * 10, [[0.1]] * 10) == 1.0


def test_targets_so_close_that_their_squares_vanish_count_as_equal():
    assert r2([[1e-200], [2e-200]], [[1e-200], [2e-200]]) == 1.0
    assert r2([[1.0], [2e-200]], [[1e-200], [2e-200]]) == 0.0


def test_arrays_are_taken_too():
    numpy = pytest.importorskip("numpy")
    outputs, targets = guesses(3)
    assert accuracy(numpy.array(outputs), numpy.array(targets)) == accuracy(outputs, targets)
    assert type(mean_squared_error(numpy.array(outputs), numpy.array(targets))) is float


def test_the_report_prints_as_a_table():
    assert str(report_on([[10, 0], [1, 9]], ["cat", "dog"])).splitlines() == [
        "          precision  recall     F1  support",
        "cat           0.909   1.000  0.952       10",
        "dog           1.000   0.900  0.947       10",
        "accuracy                     0.950       20",
    ]


def test_the_confusion_matrix_prints_as_a_table():
    assert confusion_table([[100, 0], [1, 9]], ["cat", "dog"]).splitlines() == [
        "true \\ taken for  cat  dog",
        "cat               100    0",
        "dog                 1    9",
    ]
    assert confusion_table([[1, 0], [0, 1]]).splitlines()[0] == "true \\ taken for  class 0  class 1"


def test_long_and_odd_names_do_not_break_a_table():
    names = ["a\nb", "x" * 100]
    for table in (str(report_on([[1, 0], [0, 1]], names)), confusion_table([[1, 0], [0, 1]], names)):
        assert "a\\nb" in table
        assert "x" * 27 + "..." in table
        assert "x" * 28 not in table


FUNCTIONS = [accuracy, confusion_matrix, classification_report, mean_squared_error, r2]
WRONG = [
    (([], []), "{}, outputs: got [] (a list), expected a list of rows, each a list of numbers."),
    (
        ([1, 0], [1, 0]),
        "{}, outputs: got [1, 0] (a list), expected a list of rows, each a list of numbers. Write a",
    ),
    ((None, [[1]]), "{}, outputs: got None, expected"),
    (([[1]], "text"), "{}, targets: got 'text' (a str), expected"),
    (([[1], [2]], [[1]]), "{}, outputs and targets: got 2 rows of outputs and 1 of targets, expected as many of each."),
    (
        ([[1, 2]], [1]),
        "{}, targets: got one number for each example, expected 2 numbers for each example, one for each",
    ),
    (([[1]], [[1, 2]]), "{}, targets[0]: got 2 numbers, expected 1 number, for o1."),
    (([[1, 2], [1]], [[1, 0], [0, 1]]), "{}, outputs[1]: got 1 number, expected 2 numbers, one for each of o1, o2."),
    (([[math.nan]], [[1]]), "{}, outputs[0][0] (for o1): got nan, expected a finite number."),
    (([[1]], [["1"]]), "{}, targets: got labels, such as '1', expected 1 number for each example, for o1. If they are"),
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("given", "message"), WRONG, ids=[f"{k}: {message[:40]}" for k, (_, message) in enumerate(WRONG)]
)
def test_rows_that_do_not_fit_are_refused(function, given, message):
    with pytest.raises(ng.NeurographError) as caught:
        function(*given)
    assert message.format(function.__name__) in str(caught.value)


@pytest.mark.parametrize("function", [confusion_matrix, classification_report])
def test_outputs_and_targets_by_place_must_be_told_apart_where_it_shows(function):
    """scikit-learn has the targets first; what is all 0 and 1 are targets, or hard answers."""
    soft, taken, true = [[0.9], [0.2], [0.8]], [[1], [0], [1]], [[1], [0], [0]]
    asked = function.__name__
    with pytest.raises(InvalidValueError) as caught:
        function(true, soft)
    assert str(caught.value) == (
        f"{asked}: the first rows are all 0 and 1, and the second are not, but the outputs come first, then the "
        f"targets. Name them: {asked}(outputs=..., targets=...)."
    )
    with pytest.raises(InvalidValueError) as caught:
        function(taken, true)
    assert str(caught.value) == (
        f"{asked}: all rows are of 0 and 1, so that outputs and targets cannot be told apart. "
        f"Name them: {asked}(outputs=..., targets=...)."
    )
    assert function(outputs=taken, targets=true) == function(taken, targets=true) == function(soft, true)
    assert function(true, true) == function(outputs=true, targets=true), "the same either way round"
    smoothed = [[0.95], [0.05], [0.05]]
    assert function(soft, smoothed) == function(outputs=taken, targets=smoothed) == function(soft, true)


REFUSED = [
    (lambda: r2([[1.0]], [[1.0]]), "r2: got 1 example, expected at least 2, which can differ."),
    (
        lambda: r2([[1e200], [0.0]], [[0.0], [1e200]]),
        "r2: the squares leave the range of floats (at most about 1.8e308).",
    ),
    (lambda: mean_squared_error([[1e200]], [[0.0]]), "mean_squared_error: the squares leave the range of floats"),
    (lambda: classification_report([[1]], [[1]], ["a"]), "class_names: got 1, expected 2, one for each class."),
    (lambda: confusion_table([[1, 0], [0, 1]], "ab"), "class_names: got 'ab' (a str), expected a list of names."),
    (lambda: report_on([[1, 0], [0, 1]], ["a", "a"]), "class_names: 'a' is given twice."),
]


@pytest.mark.parametrize(
    ("ask", "message"), REFUSED, ids=[f"{k}: {message[:40]}" for k, (_, message) in enumerate(REFUSED)]
)
def test_what_has_no_value_is_refused(ask, message):
    with pytest.raises(ng.NeurographError) as caught:
        ask()
    assert message in str(caught.value)
