"""A data set from arrays, frames and labels says what it took the targets for, and by which rule."""

from __future__ import annotations

import numpy as np
import pytest

import neurograph as ng
from neurograph.errors import NeurographError, Setting

X = [[0.5, 2.0], [1.5, 1.0], [2.5, 0.0], [3.5, 5.0], [4.5, 1.0], [5.5, 2.0]]


def made(y, **given):
    return ng.Dataset.from_arrays(X, y, **given)


def settings_of(data):
    return [setting for note in data.notes for setting in note.settings]


NO, YES = Setting("classes", False, "To learn numbers"), Setting("classes", True, "If each value is a class")
THREE = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] * 2
MEANINGS = {
    "text": (["a", "b", "c"] * 2, ("a", "b", "c"), THREE, []),
    "whole numbers": ([1, 2, 10] * 2, ("1", "2", "10"), THREE, [NO]),
    "floats that are whole": ([1.0, 2.0, 10.0] * 2, ("1", "2", "10"), THREE, [NO]),
    "0 and 1": ([0, 1, 1, 0, 0, 0], ("0", "1"), [[0.0], [1.0], [1.0], [0.0], [0.0], [0.0]], [NO]),
    "fractions": ([0.5, 1, 2, 3, 4, 5], (), [[0.5], [1.0], [2.0], [3.0], [4.0], [5.0]], []),
    "whole numbers that repeat too seldom": (
        [1, 2, 3, 4, 5, 1], (), [[1.0], [2.0], [3.0], [4.0], [5.0], [1.0]], [YES]
    ),
    "one-hot rows": (THREE, ("class 0", "class 1", "class 2"), THREE, [NO]),
    "rows of numbers": ([[1, 2]] * 6, (), [[1.0, 2.0]] * 6, []),
}  # fmt: skip


@pytest.mark.parametrize(("y", "classes", "rows", "settings"), MEANINGS.values(), ids=MEANINGS)
def test_what_targets_are_taken_for_is_said_where_they_could_be_something_else(y, classes, rows, settings):
    for given in (y, np.array(y)):
        data = made(given)
        assert (data.class_names, data.Y, settings_of(data)) == (classes, rows, settings)
    assert made(y, classes=bool(classes)).notes == ()


def test_the_rule_is_in_the_note():
    assert str(made([1, 2, 3] * 2).notes[0]) == (
        "the 3 values of y are whole numbers that repeat, so they are taken as classes. To learn numbers, say "
        "classes=False."
    )
    assert made([0, 1] * 3).notes[0].text == "the 2 values of y are 0 and 1, so they are taken as classes."
    assert made(THREE).notes[0].text == (
        "the 3 columns of y have a single 1 in each row, so they are taken as classes."
    )


def test_what_is_said_of_the_classes_holds():
    assert made([0, 1] * 3, classes=True).Y == [[1.0, 0.0], [0.0, 1.0]] * 3
    assert made([0, 1] * 3, classes=False).class_names == ()
    assert made([2, 1] * 3, classes=np.array([2, 1])).Y == [[1.0, 0.0], [0.0, 1.0]] * 3
    assert made(["b", "a"] * 3, classes=["b", "a"]).Y == [[1.0, 0.0], [0.0, 1.0]] * 3
    assert made(THREE, classes=["r", "g", "b"]).class_names == ("r", "g", "b")
    assert made(THREE, classes=False).target_names == ("y1", "y2", "y3")


def test_names_are_those_of_the_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["wide", "long"])
    data = ng.Dataset.from_arrays(frame, pandas.Series(frame["wide"] * 2, name="price"))
    assert (data.feature_names, data.target_names) == (("wide", "long"), ("price",))
    data = ng.Dataset.from_arrays(frame, frame[["long", "wide"]])
    assert data.target_names == ("long", "wide")
    kinds = pandas.Series(["cat", "dog"] * 3, name="kind")
    assert ng.Dataset.from_arrays(frame, kinds) == ng.Dataset.from_arrays(frame, pandas.get_dummies(kinds))
    assert made(kinds, feature_names=frame.columns).feature_names == ("wide", "long")


REFUSED = {
    "too few": (lambda: made([1.5]), "Dataset: got 6 rows of X and 1 of Y, expected as many of each."),
    "a gap": (
        lambda: made(["a", None, "b", "a", "a", "b"]),
        "from_arrays, y[1]: got None, expected text, as in other rows. Mend the label, or leave its row out.",
    ),
    "a gap among numbers": (
        lambda: made([1, float("nan"), 2, 1, 2, 1]),
        "from_arrays, y[1]: got nan, expected a finite number. NaN and infinity are refused on the way in.",
    ),
    "text and numbers": (
        lambda: made([1, "b", "b", "a", "a", "b"]),
        "from_arrays, y[0]: got 1, expected text, as in other rows. Mend the label, or leave its row out.",
    ),
    "rows that are not one-hot": (
        lambda: made([[1, 2]] * 6, classes=True),
        ("from_arrays, y: its rows are not one-hot: a single 1 among 0s in each. Give one label for each row, or leave "
        "classes out."),
    ),
    "a flat X": (
        lambda: ng.Dataset.from_arrays([1, 2], [0.5, 1]),
        ("from_arrays, X: got [1, 2] (a list), expected a list of rows, each a list of numbers. Write a column as "
        "[[0], [1], ...]."),
    ),
    "a class that is not known": (
        lambda: made(["a", "b", "c"] * 2, classes=["a", "b"]),
        "from_arrays, y[2]: got 'c' (a str), expected one of a, b.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_data_set_is_refused(make, message):
    with pytest.raises(NeurographError) as caught:
        make()
    assert str(caught.value) == message


def test_one_class_alone_is_none():
    with pytest.raises(NeurographError, match=r"expected at least 2 classes"):
        made(["a"] * 6)


def test_classes_of_named_columns_are_found_by_their_names():
    x, y = [[1.0], [2.0]], [[1, 0], [0, 1]]
    data = ng.Dataset.from_arrays(x, y, classes=["b", "a"], target_names=["a", "b"])
    assert (data.Y, data.class_names, data.class_of(0)) == ([[0.0, 1.0], [1.0, 0.0]], ("b", "a"), "a")
    with pytest.raises(ng.NeurographError, match=r"classes: got .* expected the columns a, b, in any order"):
        ng.Dataset.from_arrays(x, y, classes=["a", "c"], target_names=["a", "b"])
    with pytest.raises(ng.NeurographError, match="target_names: got 2 names, expected 1, since y has one value"):
        ng.Dataset.from_arrays(x, [0.5, 1.5], target_names=["a", "b"])
