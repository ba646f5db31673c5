"""Standardising: the numbers of scikit-learn, there and back, and columns that cannot be standardised."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.data.datasets import breast_cancer, load_iris, noisy_sine
from neurograph.data.scaling import Scaler, standardize
from neurograph.errors import NeurographError


def close(one, two, relative=1e-12, floor=1e-12):
    return one == [pytest.approx(row, rel=relative, abs=floor) for row in two]


@pytest.mark.parametrize("load", [load_iris, breast_cancer])
def test_it_is_the_standard_scaler_of_scikit_learn(load):
    sklearn = pytest.importorskip("sklearn.preprocessing")
    data = load()
    theirs, ours = sklearn.StandardScaler().fit(data.X), Scaler.of(data)
    assert list(ours.means) == pytest.approx(theirs.mean_.tolist(), rel=1e-13)
    assert list(ours.deviations) == pytest.approx(theirs.scale_.tolist(), rel=1e-13)
    assert close(ours.transform(data.X), theirs.transform(data.X).tolist())
    assert close(ours.inverse(data.X), theirs.inverse_transform(data.X).tolist())
    assert ours.feature_names == data.feature_names


def test_scaled_columns_have_mean_0_and_deviation_1():
    data = load_iris()
    again = standardize(Scaler.of(data).transform(data.X))
    assert list(again.means) == pytest.approx([0.0] * 4, abs=1e-14)
    assert list(again.deviations) == pytest.approx([1.0] * 4, rel=1e-14)


def test_new_data_are_scaled_by_the_old_numbers():
    scaler = standardize([[0.0], [2.0]], ["a"])
    assert (scaler.means, scaler.deviations) == ((1.0,), (1.0,))
    assert scaler.transform([[5.0], [-1.0]]) == [[4.0], [-2.0]]
    assert scaler.transform([5.0]) == [[4.0]]  # one row is a batch of one


def test_a_scaled_data_set_keeps_all_but_its_features():
    iris = load_iris()
    scaler = Scaler.of(iris)
    scaled = scaler.scaled(iris)
    assert scaler.transform(iris.X) == scaled.X
    assert (scaled.Y, scaled.feature_names, scaled.class_names) == (iris.Y, iris.feature_names, iris.class_names)
    assert iris == load_iris(), "the data set itself stays"


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=2, max_size=20))
def test_there_and_back_gives_the_same_numbers(x):
    try:
        scaler = standardize(x)
    except NeurographError:
        return
    back = scaler.inverse(scaler.transform(x))
    for k in range(3):
        size = max(abs(row[k]) for row in x)
        assert [row[k] for row in back] == pytest.approx([row[k] for row in x], abs=1e-14 * size * 4)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6, 1e9, 1e12])
def test_far_from_zero_no_digit_is_lost(offset):
    generator = Random(5)
    column = [offset + generator.gauss(0.0, 1.0) for _ in range(1000)]
    exact = [Fraction(x) for x in column]
    mean = sum(exact) / len(exact)
    variance = sum((x - mean) ** 2 for x in exact) / len(exact)
    scaler = standardize([[x] for x in column])
    assert scaler.means[0] == pytest.approx(float(mean), rel=2**-52)
    assert scaler.deviations[0] == pytest.approx(math.sqrt(variance), rel=1e-13)


def test_sums_go_in_the_order_of_the_rows():
    x = [[value] for value in (0.1, 1e16, -1e16, 0.3)]
    assert standardize(x) == standardize([list(row) for row in x])
    total = 0.0
    for (value,) in x:
        total += value
    assert total == 0.3, "the order counts here"
    assert standardize(x).means[0] == pytest.approx(0.1, abs=0.5)


def test_it_is_frozen_and_equal_to_its_like():
    scaler = Scaler([1], [2.0], ["a"])
    assert scaler == Scaler((1.0,), (2.0,), ("a",))
    assert hash(scaler) == hash(Scaler((1.0,), (2.0,), ("a",)))
    assert (type(scaler.means), type(scaler.means[0])) == (tuple, float)
    with pytest.raises(FrozenInstanceError):
        scaler.means = ()


IRIS = load_iris()
SCALER = Scaler((0.0, 1.0), (1.0, 2.0), ("a", "b"))
WRONG = [
    (
        lambda: standardize([[1, 5], [2, 5], [3, 5]], ["size", "legs"]),
        "standardize, column 'legs': got 5.0 in all 3 rows, expected values that differ. A constant column has no",
    ),
    (
        lambda: standardize([[0.1]] * 10),
        "standardize, column 'x1': got 0.1 in all 10 rows, expected values that differ.",
    ),
    (lambda: standardize([[1, 2]]), "standardize, X: got 1 row, expected at least 2, which can differ."),
    (
        lambda: standardize([1, 2]),
        "standardize, X: got [1, 2] (a list), expected a list of rows, each a list of numbers. Write a column as",
    ),
    (lambda: standardize([]), "standardize, X: got [] (a list), expected a list of rows, each a list of numbers."),
    (lambda: standardize(None), "standardize, X: got None, expected"),
    (lambda: standardize(IRIS), "standardize, X: got a Dataset, expected rows. Say Scaler.of(data)."),
    (
        lambda: standardize([[1, 2], [3]]),
        "standardize, X[1]: got 1 number, expected 2 numbers, one for each of x1, x2.",
    ),
    (lambda: standardize([[1], [math.nan]]), "standardize, X[1][0] (for x1): got nan, expected a finite number."),
    (lambda: standardize([[1], ["2"]]), "standardize, X[1][0] (for x1): got '2' (a str), expected one finite number"),
    (lambda: standardize([[1], [2]], ["a", "b"]), "standardize, X[0]: got 1 number, expected 2 numbers"),
    (
        lambda: standardize([[1e308], [-1e308]]),
        "standardize, column 'x1': its mean is 0.0 and its deviation inf, expected",
    ),
    (
        lambda: standardize([[1e308], [1.5e308]]),
        "expected numbers within the range of floats. Measure it in another unit.",
    ),
    (lambda: standardize([[1e-300], [2e-300]]), "and its deviation 0.0, expected numbers within the range of floats."),
    (lambda: Scaler((0.0,), (0.0,), ("a",)), "Scaler, deviation of 'a': got 0.0, expected a number above 0."),
    (lambda: Scaler((0.0,), (-1.0,), ("a",)), "Scaler, deviation of 'a': got -1.0, expected a number above 0."),
    (lambda: Scaler((math.inf,), (1.0,), ("a",)), "Scaler, means[0] (for a): got inf, expected a finite number."),
    (lambda: Scaler((0.0,), (1.0, 2.0), ("a",)), "Scaler, deviations: got 2 numbers, expected 1 number, for a."),
    (lambda: Scaler((), (1.0,), ("a",)), "Scaler, means: got 0 numbers, expected 1 number, for a."),
    (lambda: Scaler((), (), ()), "Scaler, feature_names: got none, expected one for each column."),
    (lambda: Scaler((1.0,), (1.0,), "a"), "Scaler, feature_names: got 'a' (a str), expected a list of names."),
    (lambda: SCALER.transform([[1.0]]), "transform[0]: got 1 number, expected 2 numbers, one for each of a, b."),
    (lambda: SCALER.transform([[1.0, math.inf]]), "transform[0][1] (for b): got inf, expected a finite number."),
    (lambda: SCALER.inverse([[1.0, 1e308]]), "inverse, result[0][1] (for b): got inf, expected a finite number."),
    (
        lambda: Scaler((0.0,), (1e-9,), ("a",)).transform([[1e300]]),
        "transform, result[0][0] (for a): got inf, expected",
    ),
    (lambda: SCALER.inverse(3.0), "inverse: got 3.0, expected a list of numbers"),
    (
        lambda: SCALER.scaled(noisy_sine(4)),
        "scaled, feature_names: got ('x',) (a tuple), expected those of the scaler, ('a',",
    ),
]


@pytest.mark.parametrize(
    ("ask", "message"), WRONG, ids=[f"{k}: {message[:40]}" for k, (_, message) in enumerate(WRONG)]
)
def test_what_cannot_be_scaled_is_refused(ask, message):
    with pytest.raises(ng.NeurographError) as caught:
        ask()
    assert message in str(caught.value)
