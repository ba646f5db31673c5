"""The shape of a data set, and what the made and borrowed ones hold: exact numbers, distributions, scikit-learn's."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import FrozenInstanceError
from statistics import fmean, pstdev

import pytest

import neurograph as ng
from neurograph.data import datasets
from neurograph.data.datasets import (
    DATASETS,
    Dataset,
    breast_cancer,
    circles,
    class_index,
    find,
    gaussian_clouds,
    load_iris,
    make_classification,
    moons,
    noisy_sine,
    one_hot,
    spiral,
    xor,
)
from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError

WORDS = {"description": "Made up.", "source": "by hand"}
BORROWED = {"breast_cancer", "make_classification"}


def small(**changes):
    parts = {"X": [[1, 2], [3, 4]], "Y": [[0], [1]], "feature_names": ("x1", "x2"), "class_names": ("no", "yes")}
    return Dataset(**(parts | WORDS | changes))


# The shape.


def test_parts_become_lists_of_floats_and_tuples_of_names():
    given = [[1, 2], [3, 4]]
    data = small(X=given, feature_names=["a", "b"])
    given[0][0] = 99
    assert (data.X, data.Y, data.feature_names) == ([[1.0, 2.0], [3.0, 4.0]], [[0.0], [1.0]], ("a", "b"))
    assert all(type(value) is float for row in data.X + data.Y for value in row)
    assert len(data) == 2


def test_arrays_are_taken_too():
    numpy = pytest.importorskip("numpy")
    data = small(X=numpy.array([[1, 2], [3, 4]]), Y=numpy.eye(2))
    assert (data.X, data.labels) == ([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    assert type(data.X[0][0]) is float


def test_the_columns_of_y_are_named_by_the_class_that_a_1_means():
    assert small().target_names == ("yes",)
    assert small(Y=[[1, 0], [0, 1]]).target_names == ("no", "yes")
    assert small(target_names=("wet",)).target_names == ("wet",)
    assert small(class_names=(), target_names=("cost",)).target_names == ("cost",)


def test_classes_are_read_from_one_column_and_from_one_hot():
    one = small(Y=[[0.2], [0.8]])
    assert (one.labels, one.class_of(0), one.class_of(1)) == ([0, 1], "no", "yes")
    hot = small(Y=[[0, 0, 1], [0.1, 0.8, 0.1]], class_names=("a", "b", "c"))
    assert (hot.labels, hot.class_of(0), hot.class_of(1)) == ([2, 1], "c", "b")


def test_a_tie_goes_to_the_class_that_is_listed_first():
    assert [class_index(row) for row in ([0.5], [0.5000001], [1, 1, 0], [0, 1, 1])] == [0, 1, 0, 1]


def test_two_classes_change_between_one_column_and_two():
    two = xor().as_one_hot()
    assert two.Y == [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    assert two.target_names == two.class_names == ("equal", "different")
    assert two.as_one_column() == xor()
    assert two.as_one_hot() == two
    assert xor().as_one_column() == xor()


def test_it_is_frozen():
    with pytest.raises(FrozenInstanceError):
        small().X = []


WRONG = {
    "no rows": ({"X": []}, "Dataset, X: got [] (a list), expected a list of rows, each a list"),
    "no targets": ({"Y": []}, "Dataset, Y: got [] (a list), expected a list of rows"),
    "one row": ({"X": [1, 2]}, "Dataset, X: got [1, 2] (a list), expected a list of rows"),
    "no list": ({"X": None}, "Dataset, X: got None, expected"),
    "short row": ({"X": [[1, 2], [3]]}, "Dataset, X[1]: got 1 number, expected 2 numbers, one for each of x1, x2."),
    "text": ({"X": [[1, 2], [3, "4"]]}, "Dataset, X[1][1] (for x2): got '4' (a str), expected one finite number"),
    "nan": ({"Y": [[0], [math.nan]]}, "Dataset, Y[1][0] (for yes): got nan, expected a finite number."),
    "lengths": ({"Y": [[0]]}, "Dataset: got 2 rows of X and 1 of Y, expected as many of each."),
    "names": ({"feature_names": ("a",)}, "Dataset, X[0]: got 2 numbers, expected 1 number, for a."),
    "no names": ({"feature_names": ()}, "Dataset, X: got no names for its columns (2). Give a name for each."),
    "twice": ({"feature_names": ("a", "a")}, "Dataset, feature_names: 'a' is given twice. Give every column"),
    "word": ({"feature_names": "ab"}, "Dataset, feature_names: got 'ab' (a str), expected a list of names."),
    "number": ({"class_names": ("a", 1)}, "Dataset, class_names[1]: got 1, expected a name, as text."),
    "lone class": ({"class_names": ("a",)}, "Dataset, class_names: got ('a',) (a tuple), expected at least 2 classes"),
    "column": ({"class_names": ("a", "b", "c")}, "Dataset, Y[0]: got 1 number, expected 3 numbers"),
    "targets": ({"target_names": ("a", "b")}, "Dataset, target_names: got 2 for 2 classes, expected one for each"),
    "nameless": ({"class_names": ()}, "Dataset, Y: got no names for its columns (1). Give a name for each."),
}


@pytest.mark.parametrize("case", WRONG)
def test_parts_that_do_not_fit_are_refused(case):
    changes, message = WRONG[case]
    with pytest.raises(ng.NeurographError) as caught:
        small(**changes)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "ask",
    [lambda d: d.labels, lambda d: d.class_of(0), Dataset.as_one_hot, Dataset.as_one_column],
    ids=["labels", "class_of", "as_one_hot", "as_one_column"],
)
def test_numbers_to_be_met_have_no_classes(ask):
    with pytest.raises(
        InvalidValueError, match=r"these data have no classes, their targets are numbers\. Read Y instead"
    ):
        ask(noisy_sine(3))


def test_three_classes_are_not_one_column():
    with pytest.raises(
        InvalidValueError, match=r"as_one_column, class_names: got .*expected two classes\. Keep a column"
    ):
        load_iris().as_one_column()


def test_one_hot_refuses_what_is_no_class():
    assert one_hot(["b", "a"], ["a", "b"]) == [[0.0, 1.0], [1.0, 0.0]]
    with pytest.raises(InvalidValueError, match=r"one_hot, labels\[1\]: got 'c' \(a str\), expected one of a, b"):
        one_hot(["b", "c"], ["a", "b"])


# All of them.


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_has_the_one_shape(name):
    if name in BORROWED:
        pytest.importorskip("sklearn")
    data = find(name)
    assert data == DATASETS[name](), "twice the same"
    assert {len(row) for row in data.X} == {len(data.feature_names)}
    assert {len(row) for row in data.Y} == {len(data.target_names)}
    assert all(type(value) is float and math.isfinite(value) for row in data.X + data.Y for value in row)
    assert data.description.endswith(".")
    assert data.source
    if data.class_names:
        assert set(data.labels) == set(range(len(data.class_names)))
        assert {value for row in data.Y for value in row} == {0.0, 1.0}


def test_all_are_found_in_one_place():
    assert set(DATASETS) - {"iris"} | {"load_iris"} <= set(datasets.__all__)
    assert all(hasattr(datasets, name) for name in datasets.__all__)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match=r"unknown data set 'moon'\. Did you mean 'moons'\? Known: iris, xor, "):
        find("moon")
    with pytest.raises(InvalidTypeError, match=r"data set: got None, expected the name of one: iris, xor, "):
        find(None)


def test_loading_them_loads_no_other_package():
    code = (
        "import sys; from neurograph.data import datasets as d, split, scaling, metrics; d.moons(); d.load_iris();"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'numpy', 'sklearn', 'networkx', 'matplotlib'})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


# Those that are made.

SEEDED = {
    "gaussian_clouds": lambda **o: gaussian_clouds(5, **o),
    "moons": lambda **o: moons(10, **o),
    "circles": lambda **o: circles(10, **o),
    "spiral": lambda **o: spiral(5, **o),
    "noisy_sine": lambda **o: noisy_sine(5, **o),
}


@pytest.mark.parametrize("make", SEEDED.values(), ids=SEEDED)
def test_the_same_seed_gives_the_same_numbers_and_another_one_does_not(make):
    assert make(seed=3) == make(seed=3)
    assert (make(seed=3).X, make(seed=3).Y) != (make(seed=4).X, make(seed=4).Y)


def test_the_numbers_of_seed_0_stay_what_they_are():
    assert gaussian_clouds(5).X[0] == pytest.approx([0.9417154046806644, -3.39657810470115], abs=1e-12)
    assert moons(10).X[0] == pytest.approx([1.0941715404680665, -0.139657810470115], abs=1e-12)
    assert noisy_sine(5).Y[0] == pytest.approx([0.09417154046806644], abs=1e-12)


def covariance(one, two):
    first, second = fmean(one), fmean(two)
    return fmean((a - first) * (b - second) for a, b in zip(one, two, strict=True))


def test_clouds_are_round_and_lie_around_their_centres():
    data = gaussian_clouds((4000, 5000), centres=((0.0, -2.0), (10.0, 3.0)), sd=2.0, seed=11)
    assert (data.labels.count(0), data.labels.count(1)) == (4000, 5000)
    assert data.labels == sorted(data.labels)
    for label, centre in enumerate(((0.0, -2.0), (10.0, 3.0))):
        columns = list(zip(*(x for x, k in zip(data.X, data.labels, strict=True) if k == label), strict=True))
        for column, middle in zip(columns, centre, strict=True):
            assert fmean(column) == pytest.approx(middle, abs=4 * 2.0 / math.sqrt(4000))
            assert pstdev(column) == pytest.approx(2.0, abs=4 * 2.0 / math.sqrt(2 * 4000))
            within = fmean(abs(value - middle) < 2.0 for value in column)
            assert within == pytest.approx(0.6827, abs=4 * math.sqrt(0.22 / 4000))
        assert covariance(*columns) == pytest.approx(0.0, abs=4 * 4.0 / math.sqrt(4000))


def test_clouds_are_those_of_the_lesson_unless_told_otherwise():
    data = gaussian_clouds()
    assert [data.labels.count(k) for k in range(3)] == [500, 500, 500]
    means = [
        [fmean(x[c] for x, k in zip(data.X, data.labels, strict=True) if k == j) for c in (0, 1)] for j in range(3)
    ]
    assert means == [pytest.approx(centre, abs=0.2) for centre in ([0, -2], [2, 2], [-2, 2])]
    assert gaussian_clouds(1, [[0], [1]], sd=0).X == [[0.0], [1.0]]


def test_without_noise_moons_are_those_of_scikit_learn():
    sklearn = pytest.importorskip("sklearn.datasets")
    for n in (4, 7, 100):
        x, y = sklearn.make_moons(n, shuffle=False)
        ours = moons(n, noise=0.0)
        assert [pytest.approx(row, abs=1e-12) for row in x.tolist()] == ours.X
        assert ours.labels == y.tolist()


def test_without_noise_circles_are_those_of_scikit_learn():
    sklearn = pytest.importorskip("sklearn.datasets")
    for n in (4, 7, 100):
        x, y = sklearn.make_circles(n, shuffle=False, factor=0.3)
        ours = circles(n, noise=0.0, factor=0.3)
        assert [pytest.approx(row, abs=1e-12) for row in x.tolist()] == ours.X
        assert ours.labels == y.tolist()


@pytest.mark.parametrize("make", [moons, circles])
def test_noise_has_the_deviation_asked_for(make):
    noisy, clean = make(4000, noise=0.3, seed=5), make(4000, noise=0.0)
    moved = [a - b for one, two in zip(noisy.X, clean.X, strict=True) for a, b in zip(one, two, strict=True)]
    assert fmean(moved) == pytest.approx(0.0, abs=4 * 0.3 / math.sqrt(8000))
    assert pstdev(moved) == pytest.approx(0.3, abs=4 * 0.3 / math.sqrt(16000))
    assert noisy.Y == clean.Y


def test_an_arm_of_the_spiral_turns_4_radians_from_its_own_start():
    n = 50
    data = spiral(n, arms=3, noise=0.0)
    for row, (x1, x2) in enumerate(data.X):
        arm, k = divmod(row, n)
        r = (k + 1) / n
        turned = math.atan2(x1, x2) - 2 * math.pi * arm / 3 - 4.0 * r
        assert math.hypot(x1, x2) == pytest.approx(r)
        assert math.remainder(turned, 2 * math.pi) == pytest.approx(0.0, abs=1e-12)
        assert data.labels[row] == arm
    assert len({tuple(x) for x in data.X}) == 3 * n


def test_the_noise_of_the_spiral_is_in_the_angle():
    noisy, clean = spiral(3000, noise=0.2, seed=2), spiral(3000, noise=0.0)
    turned = [
        math.remainder(math.atan2(*one) - math.atan2(*two), 2 * math.pi)
        for one, two in zip(noisy.X, clean.X, strict=True)
    ]
    assert pstdev(turned) == pytest.approx(0.2, abs=4 * 0.2 / math.sqrt(2 * 9000))
    assert [math.hypot(*x) for x in noisy.X] == pytest.approx([math.hypot(*x) for x in clean.X])


def test_the_sine_is_noisy_in_y_only():
    data = noisy_sine(5000, noise=0.4, seed=9)
    assert (data.X[0], data.X[-1]) == ([-math.pi], [math.pi])
    steps = [b[0] - a[0] for a, b in zip(data.X, data.X[1:], strict=False)]
    assert min(steps) == pytest.approx(max(steps), rel=1e-9)
    left = [y[0] - math.sin(x[0]) for x, y in zip(data.X, data.Y, strict=True)]
    assert fmean(left) == pytest.approx(0.0, abs=4 * 0.4 / math.sqrt(5000))
    assert pstdev(left) == pytest.approx(0.4, abs=4 * 0.4 / math.sqrt(10000))


REFUSED = [
    (lambda: gaussian_clouds(0), "gaussian_clouds, counts: got 0, expected a whole number from 1 up."),
    (lambda: gaussian_clouds(2.5), "gaussian_clouds, counts: got 2.5, expected a whole number from 1 up."),
    (lambda: gaussian_clouds(True), "gaussian_clouds, counts: got True (a bool), expected a whole number"),
    (
        lambda: gaussian_clouds([1, 2]),
        "gaussian_clouds, counts: got [1, 2] (a list), expected one number, or 3 of them.",
    ),
    (lambda: gaussian_clouds(centres=[[1, 2]]), "gaussian_clouds, centres: got [[1, 2]] (a list), expected at least 2"),
    (lambda: gaussian_clouds(centres=[1, 2]), "gaussian_clouds, centres: got [1, 2] (a list), expected at least 2"),
    (lambda: gaussian_clouds(centres=[[1, 2], [3]]), "gaussian_clouds, centres[1]: got 1 number, expected 2 numbers"),
    (lambda: gaussian_clouds(sd=-1), "gaussian_clouds, sd: got -1, expected a standard deviation from 0 up."),
    (lambda: gaussian_clouds(seed=1.0), "gaussian_clouds, seed: got 1.0, expected a whole number."),
    (lambda: moons(3), "moons, n: got 3, expected a whole number from 4 up."),
    (lambda: moons(noise=-0.1), "moons, noise: got -0.1, expected a standard deviation from 0 up."),
    (lambda: moons(noise=math.nan), "moons, noise: got nan, expected a finite number."),
    (lambda: moons(seed="x"), "moons, seed: got 'x' (a str), expected a whole number."),
    (lambda: circles(3), "circles, n: got 3, expected a whole number from 4 up."),
    (lambda: circles(factor=1.0), "circles, factor: got 1.0, expected a number between 0 and 1."),
    (lambda: circles(factor=0), "circles, factor: got 0, expected a number between 0 and 1."),
    (lambda: circles(noise=-1), "circles, noise: got -1, expected a standard deviation from 0 up."),
    (lambda: circles(seed=None), "circles, seed: got None, expected a whole number."),
    (lambda: spiral(0), "spiral, n: got 0, expected a whole number from 1 up."),
    (lambda: spiral(arms=1), "spiral, arms: got 1, expected a whole number from 2 up."),
    (lambda: spiral(noise="a"), "spiral, noise: got 'a' (a str), expected one finite number"),
    (lambda: spiral(seed=0.5), "spiral, seed: got 0.5, expected a whole number."),
    (lambda: noisy_sine(1), "noisy_sine, n: got 1, expected a whole number from 2 up."),
    (lambda: noisy_sine(noise=-1), "noisy_sine, noise: got -1, expected a standard deviation from 0 up."),
    (lambda: noisy_sine(seed=[]), "noisy_sine, seed: got [] (a list), expected a whole number."),
]


@pytest.mark.parametrize(
    ("make", "message"), REFUSED, ids=[f"{k}: {message[:40]}" for k, (_, message) in enumerate(REFUSED)]
)
def test_an_option_that_cannot_be_used_is_refused(make, message):
    with pytest.raises(ng.NeurographError) as caught:
        make()
    assert message in str(caught.value)


# Those that are borrowed.


def test_breast_cancer_is_that_of_scikit_learn():
    sklearn = pytest.importorskip("sklearn.datasets")
    theirs, ours = sklearn.load_breast_cancer(), breast_cancer()
    assert (len(ours), len(ours.feature_names)) == (569, 30)
    assert theirs.data.tolist() == ours.X
    assert ours.labels == theirs.target.tolist()
    assert ours.feature_names == tuple(theirs.feature_names)
    assert (ours.class_names, ours.target_names) == (("malignant", "benign"), ("benign",))
    assert {type(name) for name in ours.feature_names + ours.class_names} == {str}


@pytest.mark.parametrize("classes", [2, 3])
def test_make_classification_is_that_of_scikit_learn(classes):
    sklearn = pytest.importorskip("sklearn.datasets")
    x, y = sklearn.make_classification(
        60, 5, n_informative=3, n_redundant=1, n_classes=classes, n_clusters_per_class=1, random_state=7
    )
    ours = make_classification(60, 5, n_informative=3, n_redundant=1, n_classes=classes, seed=7)
    assert x.tolist() == ours.X
    assert ours.labels == y.tolist()
    assert len(ours.target_names) == (1 if classes == 2 else 3)


def test_make_classification_says_why_it_cannot():
    pytest.importorskip("sklearn")
    refused = r"make_classification: scikit-learn refuses: .*n_classes\(4\)"
    with pytest.raises(InvalidValueError, match=refused):
        make_classification(n_classes=4, n_informative=1, n_redundant=0)
    with pytest.raises(InvalidValueError, match=r"scikit-learn refuses: The 'n_samples' parameter"):
        make_classification("many")
    with pytest.raises(InvalidValueError, match=r"seed: got -1, expected a whole number from 0 to 4294967295\."):
        make_classification(seed=-1)
    with pytest.raises(InvalidTypeError, match=r"make_classification, seed: got 0\.5, expected a whole number"):
        make_classification(seed=0.5)


@pytest.mark.parametrize("load", [breast_cancer, make_classification])
def test_without_scikit_learn_one_line_names_the_extra(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ng.NeurographError) as caught:
        load()
    assert str(caught.value) == (
        f"{load.__name__}: it comes from scikit-learn, which is not installed. "
        "In the checkout, run: pip install -e '.[data]'"
    )
