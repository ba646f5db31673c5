"""Splitting: which rows go where, the same for the same seed, and what cannot be split."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.data.datasets import Dataset, load_iris, noisy_sine, xor
from neurograph.data.split import split


def numbered(counts):
    """Data whose only feature is the number of the row, with so many rows of each class."""
    labels = [k for k, count in enumerate(counts) for _ in range(count)]
    names = tuple(f"class {k}" for k in range(len(counts)))
    y = [[float(k == label) for k in range(len(counts))] for label in labels]
    return Dataset([[float(row)] for row in range(len(labels))], y, ("row",), names, "Rows.", "by hand")


def rows(data):
    return [int(x[0]) for x in data.X]


def test_every_example_is_in_one_part_with_its_own_target():
    data = load_iris()
    train, test = split(data, 0.3, seed=4)
    examples = [tuple(x + y) for part in (train, test) for x, y in zip(part.X, part.Y, strict=True)]
    assert Counter(examples) == Counter(tuple(x + y) for x, y in zip(data.X, data.Y, strict=True))
    assert (train.feature_names, train.class_names, train.source) == (data.feature_names, data.class_names, data.source)


def test_both_parts_keep_the_order_of_the_data():
    for stratify in (True, False):
        for part in split(numbered([30, 20]), seed=1, stratify=stratify):
            assert rows(part) == sorted(rows(part))


@settings(deadline=None)
@given(st.lists(st.integers(2, 30), min_size=2, max_size=5), st.floats(0.001, 0.999), st.integers(), st.booleans())
def test_no_part_is_empty_and_shares_are_as_asked(counts, share, seed, stratify):
    data = numbered(counts)
    train, test = split(data, share, seed, stratify)
    assert sorted(rows(train) + rows(test)) == list(range(len(data)))
    if stratify:
        for k, count in enumerate(counts):
            aside = test.labels.count(k)
            assert 1 <= aside <= count - 1
            assert abs(aside - share * count) <= 1.0
    else:
        assert 1 <= len(test) <= len(data) - 1
        assert abs(len(test) - share * len(data)) <= 1.0


def test_the_same_seed_gives_the_same_parts_and_another_one_does_not():
    data = load_iris()
    assert split(data, seed=7) == split(data, seed=7)
    assert split(data, seed=7) != split(data, seed=8)
    assert rows(split(numbered([5, 5]), 0.4)[1]) == [1, 2, 5, 7]


def test_every_row_has_the_same_chance():
    data = numbered([10, 10])
    times = Counter(row for seed in range(2000) for row in rows(split(data, 0.3, seed)[1]))
    assert min(times.values()) > 600 - 5 * 21  # 2000 draws with chance 0.3: deviation 20.5
    assert max(times.values()) < 600 + 5 * 21


def test_classes_are_shared_as_scikit_learn_shares_them():
    selection = pytest.importorskip("sklearn.model_selection")
    for counts in ([50, 50, 50], [10, 90], [33, 21, 7]):
        data = numbered(counts)
        _, theirs = selection.train_test_split(data.labels, test_size=0.2, stratify=data.labels, random_state=0)
        ours = split(data)[1].labels
        assert all(abs(theirs.count(k) - ours.count(k)) <= 1 for k in range(len(counts)))


def test_not_stratified_classes_fall_as_they_may():
    shares = {split(numbered([10, 10]), 0.5, seed, stratify=False)[1].labels.count(0) for seed in range(20)}
    assert len(shares) > 1
    assert {split(numbered([10, 10]), 0.5, seed)[1].labels.count(0) for seed in range(20)} == {5}


def test_data_without_classes_and_one_column_of_classes_are_split_too():
    train, test = split(noisy_sine(10), 0.25)
    assert (len(train), len(test)) == (8, 2)
    assert train.target_names == ("y",)
    assert [sorted(part.labels) for part in split(xor(), 0.5)] == [[0, 1], [0, 1]]


WRONG = [
    (
        lambda: split(load_iris(), 0.0),
        "split, test: got 0.0, expected the share to test on, between 0 and 1. 0.2 is one",
    ),
    (lambda: split(load_iris(), 1), "split, test: got 1, expected the share to test on, between 0 and 1."),
    (lambda: split(load_iris(), 30), "split, test: got 30, expected the share to test on, between 0 and 1."),
    (lambda: split(load_iris(), float("nan")), "split, test: got nan, expected a finite number."),
    (lambda: split(load_iris(), "0.2"), "split, test: got '0.2' (a str), expected one finite number"),
    (lambda: split(load_iris(), seed=1.5), "split, seed: got 1.5, expected a whole number."),
    (lambda: split(load_iris(), stratify="yes"), "split, stratify: got 'yes' (a str), expected True or False."),
    (lambda: split(load_iris().X), "expected a Dataset, or a pair (X, Y). Say split((X, Y)): both as one."),
    (
        lambda: split(numbered([5, 1])),
        "split: got 1 of class 'class 1', expected at least 2 examples of each class, one",
    ),
    (lambda: split((load_iris().X, [0, 1])), "split: got 150 rows of X and 2 of Y, expected as many of each."),
    (lambda: split((load_iris().X, None)), "split, Y: got None, expected a list of numbers, or a list of such lists"),
    (lambda: split(numbered([5, 0])), "split: got 0 of class 'class 1', expected at least 2 examples of each class"),
    (
        lambda: split(numbered([1, 0]), stratify=False),
        "split: got 1 example, expected at least 2, one for either part.",
    ),
]


@pytest.mark.parametrize(
    ("ask", "message"), WRONG, ids=[f"{k}: {message[:40]}" for k, (_, message) in enumerate(WRONG)]
)
def test_what_cannot_be_split_is_refused(ask, message):
    with pytest.raises(ng.NeurographError) as caught:
        ask()
    assert message in str(caught.value)


def test_a_lone_example_of_a_class_can_be_split_without_regard_to_classes():
    train, test = split(numbered([5, 1]), stratify=False)
    assert (len(train), len(test)) == (5, 1)


def test_a_pair_is_split_like_the_data_set_it_could_be_and_its_parts_keep_their_kinds():
    iris = load_iris()
    learned, aside = split(iris, 0.3, seed=4)
    labels = [iris.class_of(row) for row in range(len(iris))]
    for y, kept in ((iris.Y, lambda data: data.Y), (labels, lambda data: [data.class_of(k) for k in range(len(data))])):
        assert split((iris.X, y), 0.3, seed=4) == ((learned.X, kept(learned)), (aside.X, kept(aside)))
    (x, y), (other_x, _) = split((np.array(iris.X), np.array(labels)), 0.3, seed=4)
    assert (x.tolist(), y.tolist(), other_x.tolist()) == (
        learned.X,
        split((iris.X, labels), 0.3, seed=4)[0][1],
        aside.X,
    )
    assert split((iris.X, labels), 0.3, seed=4, stratify=False)[1][0] == split(iris, 0.3, seed=4, stratify=False)[1].X


def test_the_parts_of_data_frames_are_data_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}, index=list("pqrs"))
    (x, y), (other_x, other_y) = split((frame, frame["a"] * 0.3), 0.5)
    assert sorted([*x.index, *other_x.index]) == list("pqrs")
    assert (list(x.columns), list(y.index), list(other_y.index)) == (["a"], list(x.index), list(other_x.index))
