"""What people bring as rows: lists, arrays, tensors, data frames and labels mean the same, and nothing is guessed."""

from __future__ import annotations

import numpy as np
import pytest

import neurograph as ng
import visualize
from neurograph.data.metrics import accuracy, confusion_matrix, r2
from neurograph.data.scaling import standardize
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError
from neurograph.learning.diagnostics import find_marks

X = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0], [0.0, 1.0]]
Y = [[1.0], [0.0], [1.0], [0.0]]
FLAT = [1, 0, 1, 0]
LABELS = ["b", "a", "c", "a"]
ONE_HOT = [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]


def net_of(outputs: int = 1) -> ng.Network:
    return ng.Network.dense([2, 3, outputs], ["tanh", "sigmoid" if outputs == 1 else "softmax"], seed=1)


def named(*inputs: str) -> ng.Network:
    """Inputs with names of their own -> o1 = the first - 10 * the second."""
    net = ng.Network()
    net.add_output("o1", "identity")
    for name, weight in zip(inputs, (1.0, -10.0), strict=True):
        net.connect(net.add_input(name), "o1", weight)
    return net


def weights(x, y, outputs=1, **settings):
    net = net_of(outputs)
    loss = "squared_error" if outputs == 1 else "cross_entropy"
    ng.train(net, x, y, loss, epochs=2, engine="object", **settings)
    return [edge.weight for edge in net.edges]


def kinds() -> dict[str, object]:
    """The same rows in every kind that is installed here."""
    found: dict[str, object] = {
        "lists": X,
        "tuples": tuple(map(tuple, X)),
        "array": np.array(X),
        "ints": np.array(X, int),
    }
    try:
        import pandas

        found["frame"] = pandas.DataFrame(X, columns=["wide", "long"])
        found["nullable frame"] = pandas.DataFrame(X).astype("Float64")
        found["frame of objects"] = pandas.DataFrame(X, dtype=object)
    except ImportError:
        pass
    try:
        import torch

        found["tensor"] = torch.tensor(X)
    except ImportError:
        pass
    return found


KINDS = kinds()


@pytest.mark.parametrize("x", KINDS.values(), ids=KINDS)
def test_every_kind_of_rows_is_the_same_everywhere(x):
    net, plain = net_of(), net_of()
    assert weights(x, Y) == weights(X, Y)
    assert net.gradient(x, Y) == plain.gradient(X, Y)
    assert str(net.trace(x, Y)[0]) == str(plain.trace(X, Y)[0])
    assert ng.check_gradients(net, x, Y).ok
    assert find_marks(net, x) == find_marks(net, X)
    assert standardize(x, ["a", "b"]) == standardize(X, ["a", "b"])
    trainer = ng.Trainer(net, x, Y, validation=(x, Y))
    assert trainer.examples == trainer.validation == list(zip(X, Y, strict=True))
    assert ng.Dataset.from_arrays(x, Y).X == X


@pytest.mark.parametrize("x", KINDS.values(), ids=KINDS)
def test_lists_give_lists_and_all_else_gives_arrays_with_the_same_numbers(x):
    net, scaler = net_of(), standardize(X)
    for give in (net.predict, scaler.transform, scaler.inverse):
        found, plain = give(x), give(X)
        assert isinstance(found, list if isinstance(x, (list, tuple)) else np.ndarray)
        assert np.asarray(found).tolist() == plain
    assert isinstance(net.predict(np.array(X[0])), np.ndarray)
    assert net.predict(np.array(X[0])).tolist() == net.predict(X[0]) == [net.forward(X[0])]
    assert net.predict(np.empty((0, 2))).shape == (0, 1)
    assert net.predict([]) == []


@pytest.mark.parametrize(
    "y", [FLAT, tuple(FLAT), np.array(FLAT), np.array(FLAT, bool), np.array(Y), [True, False, True, False]], ids=repr
)
def test_targets_of_one_output_may_be_flat_and_true_is_1(y):
    assert weights(X, y) == weights(X, Y)
    assert weights(X, Y, validation=(X, y)) == weights(X, Y)
    net = net_of()
    assert net.gradient(X, y) == net_of().gradient(X, Y)
    assert accuracy(net.predict(X), y) == accuracy(net.predict(X), Y)
    assert r2(np.array(net.predict(X)), y) == r2(net.predict(X), Y)
    assert confusion_matrix(net.predict(X), y) == confusion_matrix(net.predict(X), Y)


def test_one_example_is_never_taken_for_a_column():
    assert net_of().gradient([1, 2], [1]) == net_of().gradient([[1, 2]], [[1]])
    with pytest.raises(InvalidValueError, match=r"^y: got 2 numbers, expected 1 number, for o1\.$"):
        net_of().gradient([1, 2], [1, 0])
    with pytest.raises(InvalidTypeError, match="expected a list of rows"):
        accuracy(net_of(3).forward([1, 2]), [0, 1, 0])


def test_with_one_input_a_flat_list_has_a_row_in_each_place():
    line = ng.Network.dense([1, 1], "identity", seed=1)
    column = [[1.0], [2.0], [3.0]]
    assert line.predict([1, 2, 3]) == line.predict(np.array([1, 2, 3])).tolist() == line.predict(column)
    assert line.gradient([1, 2, 3], [2, 4, 6]) == line.gradient(column, [[2], [4], [6]])
    assert line.gradient([1, 2, 3], [[2], [4], [6]]) == line.gradient(column, [2, 4, 6])
    assert line.gradient([5], [2]) == line.gradient([[5]], [2]) == line.gradient([5], [[2]])
    with pytest.raises(InvalidValueError, match=r"^x: got 2 numbers, expected 1 number, for x1\.$"):
        line.forward([1, 2])


def test_bools_are_0_and_1_in_rows_and_nothing_where_a_setting_is_due():
    table = [[False, True], [True, True]]
    plain = net_of().predict([[0, 1], [1, 1]])
    assert net_of().predict(table) == net_of().predict(np.array(table)).tolist() == plain
    assert net_of().forward((np.False_, np.True_)) == plain[0]
    for act in (lambda: ng.SGD(True), lambda: net_of().trace(X, Y, learning_rate=True)):
        with pytest.raises(InvalidTypeError, match="got True"):
            act()


# Data frames.


def test_columns_are_found_by_name_where_all_are_there_and_by_place_where_none_is():
    pandas = pytest.importorskip("pandas")
    net = named("age", "size")
    frame = pandas.DataFrame({"size": [2, 4], "name": ["a", "b"], "age": [1.0, 3.0]})
    assert net.predict(frame).tolist() == [[-19.0], [-37.0]]
    assert net.forward(frame.iloc[1]) == [-37.0]
    assert net.predict(frame.rename(columns={"size": "u", "age": "v"})[["v", "u"]]).tolist() == [[-19.0], [-37.0]]
    assert net.predict(pandas.DataFrame([[1, 2], [3, 4]])).tolist() == [[-19.0], [-37.0]]
    scaler = standardize(frame[["age", "size"]])
    assert scaler.feature_names == ("age", "size")
    assert scaler.transform(frame).tolist() == [[-1.0, -1.0], [1.0, 1.0]]


def test_targets_are_found_by_name_too():
    pandas = pytest.importorskip("pandas")
    net = ng.Network.dense([1, 2], "identity", seed=1)
    frame = pandas.DataFrame({"o2": [1.0, 2.0], "o1": [3.0, 4.0]})
    assert net.gradient([1, 2], frame) == net.gradient([[1], [2]], [[3, 1], [4, 2]])


REFUSED_FRAMES = {
    "a part match": (
        {"age": [1, 2], "other": [3, 4]},
        ("X, columns: got age, other, expected each of age, size once, or none of them. Rename its columns, or give "
        ".to_numpy(), of which each column is taken by its place."),
    ),
    "a count": ({"a": [1, 2]}, "X: got 1 column (a), expected 2, one for each of age, size."),
    "nan": (
        {"age": [1.0, None], "size": [3, 4]},
        ("X[1]['age']: got nan, expected one finite number. A missing value is no number: leave its row out, or put a "
        "number in its place."),
    ),
    "text": (
        {"age": [1, 2], "size": ["small", "big"]},
        ("X, column 'size': got 'small' (a str), expected numbers. Turn it into columns of 0 and 1, as "
        "pandas.get_dummies does, or leave it out."),
    ),
    "numbers as text": (
        {"age": [1, 2], "size": ["1.5", "2"]},
        ("X, column 'size': got '1.5' (a str), expected numbers. Turn its text into numbers first, as "
        "pandas.to_numeric does."),
    ),
    "infinity": (
        {"age": [1, 2], "size": [float("inf"), 2]},
        "X[0]['size']: got inf, expected a finite number. NaN and infinity are refused on the way in.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "message"), REFUSED_FRAMES.values(), ids=REFUSED_FRAMES)
def test_a_frame_that_does_not_fit_is_refused_by_the_names_of_its_columns(columns, message):
    pandas = pytest.importorskip("pandas")
    with pytest.raises(NeurographError) as caught:
        named("age", "size").predict(pandas.DataFrame(columns))
    assert str(caught.value) == message


def test_what_a_frame_has_for_missing_values_and_categories_is_refused():
    pandas = pytest.importorskip("pandas")
    net = named("age", "size")
    frame = pandas.DataFrame({"age": [1, 2], "size": pandas.array([None, 2], dtype="Int64")})
    with pytest.raises(InvalidTypeError, match=r"^X\[0\]\['size'\]: got <NA>"):
        net.predict(frame)
    with pytest.raises(InvalidTypeError, match=r"^X, column 'size': got 1, expected numbers\. Turn it into columns"):
        net.predict(frame.assign(size=pandas.Categorical([1, 2])))
    with pytest.raises(InvalidValueError, match=r"^X, columns: got age, size, age, size, expected each of age, size"):
        net.predict(pandas.concat([frame, frame], axis=1))
    with pytest.raises(InvalidValueError, match=r"^x, columns: got age, more, expected each of age, size once"):
        net.forward(pandas.Series([1, 2], index=["age", "more"]))


def test_columns_of_bools_are_0_and_1():
    pandas = pytest.importorskip("pandas")
    dummies = pandas.get_dummies(pandas.Series(LABELS))
    assert weights(X, dummies, 3) == weights(X, ONE_HOT, 3)


class Polars:
    """A frame, or a column of one, with what polars calls the parts that are read."""

    def __init__(self, columns):
        self.data, self.columns, self.shape = columns, list(columns), (2, len(columns))

    def to_series(self, place):
        return type("Column", (), {"dtype": "Float64", "to_list": lambda own: self.data[self.columns[place]]})()

    def to_numpy(self):
        raise AssertionError("its columns are read one by one, with their names")


def test_a_frame_of_polars_is_one():
    frame = Polars({"size": [2, 4], "age": [1.0, 3.0]})
    assert named("age", "size").predict(frame).tolist() == [[-19.0], [-37.0]]
    with pytest.raises(InvalidTypeError, match=r"^X\[1\]\['age'\]: got None"):
        named("age", "size").predict(Polars({"size": [2, 4], "age": [1.0, None]}))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{"x1": 1, "x2": 2}], r"^X: got dicts, expected 2 numbers, .* Give lists, or a data frame, whose columns are"),
        ({"x1": [1], "x2": [2]}, r"^X: got \{.*\} \(a dict\), .* Give lists, or a data frame, whose columns are found"),
        ((row for row in X), r"^X: got <generator .*> \(a generator\), .* Give list\(\.\.\.\) of it\.$"),
        (
            {(1, 2)},
            r"^X: got \{\(1, 2\)\} \(a set\), expected a list of numbers, or a list of such lists .*\.$",
        ),
    ],
)
def test_what_has_no_rows_in_an_order_is_refused_with_a_cure(given, message):
    with pytest.raises(NeurographError, match=message):
        net_of().predict(given)


def test_a_sparse_matrix_is_refused_with_a_cure():
    sparse = pytest.importorskip("scipy.sparse")
    for act in (net_of().predict, standardize, lambda x: ng.train(net_of(), x, Y), lambda x: ng.split((x, Y))):
        with pytest.raises(InvalidTypeError, match=r"expected a list .*\. Give all of its numbers, \.toarray\(\)\.$"):
            act(sparse.csr_matrix(X))


# Labels.


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (LABELS, True), (LABELS, ["a", "b", "c"]), (np.array(LABELS), True), (LABELS, np.array(["a", "b", "c"])),
        ([1, 0, 2, 0], True), (np.array([1, 0, 2, 0]), [0, 1, 2]), ([[20], [10], [30], [10]], True),
        ([9.0, -1.0, 10.0, -1.0], True),
    ],
)  # fmt: skip
def test_labels_are_one_hot_where_it_is_said_that_they_are_classes(labels, classes):
    plain = weights(X, ONE_HOT, 3, validation=(X, ONE_HOT))
    assert weights(X, labels, 3, classes=classes, validation=(X, labels)) == plain


def test_labels_in_columns_of_pandas_are_labels():
    pandas = pytest.importorskip("pandas")
    for labels in (pandas.Series(LABELS), pandas.Series(LABELS, dtype="category"), pandas.DataFrame({"kind": LABELS})):
        assert weights(X, labels, 3, classes=True) == weights(X, ONE_HOT, 3)


def test_classes_have_the_order_that_is_given_and_two_make_one_output():
    assert weights(X, LABELS, 3, classes=["c", "b", "a"]) == weights(X, [row[::-1] for row in ONE_HOT], 3)
    assert weights(X, ["y", "n", "y", "n"], classes=True) == weights(X, Y)
    assert weights(X, ["y", "n", "y", "n"], classes=["y", "n"]) == weights(X, [[1 - y] for y in FLAT])
    assert weights(X, Y, classes=False) == weights(X, Y)


CURE = (
    " If they are classes, say classes=True in train, or give the one-hot Y of "
    "ng.Dataset.from_arrays(X, labels, classes=True)."
)
ONE_COLUMN = f"{CURE.replace('one-hot ', '')}as_one_column()."
THREE = "3 numbers for each example, one for each of o1, o2, o3."
REFUSED_LABELS = {
    "text": (3, LABELS, None, f"y: got labels, such as 'b', expected {THREE}{CURE}"),
    "text for one output": (
        1, LABELS, None, f"y: got labels, such as 'b', expected 1 number for each example, for o1.{ONE_COLUMN}"
    ),
    "whole numbers": (3, [1, 0, 2, 0], None, f"y: got one number for each example, expected {THREE}{CURE}"),
    "too few classes": (3, [0, 1, 1, 0], True, "y: got 2 classes (0, 1), expected 3, one for each of o1, o2, o3."),
    "three for one output": (
        1, LABELS, True, "y: got 3 classes (a, b, c), expected 2 for one output, or an output for each."
    ),
    "another label": (3, LABELS, ["a", "b", "d"], "y[2]: got 'c' (a str), expected one of a, b, d."),
    "a fraction": (
        3, [0.5, 0, 1, 2], True, "y[0]: got 0.5, expected a label: text, a whole number, True or False."
    ),
    "a gap": (
        3, ["a", None, "b", "c"], True,
        ("y[1]: got None, expected a label: text, a whole number, True or False. A missing label is no class: "
        "leave its row out."),
    ),
    "rows": (
        3, ONE_HOT, True,
        ("y: got rows of several numbers, expected one label for each example. Leave classes out: these rows are the "
        "targets of the outputs."),
    ),
    "classes as text": (3, LABELS, "abc", "classes: got 'abc' (a str), expected True, or a list of the classes."),
    "a class twice": (3, LABELS, ["a", "b", "a"], "classes: 'a' is the name of two classes."),
    "two classes of one name": (3, [1, "1", 0, 2], True, "y: '1' is the name of two classes."),
    "classes without an order": (
        3, LABELS, {"c"}, "classes: got {'c'} (a set), expected True, or a list of the classes."
    ),
    "a label of another kind": (1, [1, 2, 1, 2], ["1", "2"], "y[0]: got 1, expected one of '1', '2'."),
}  # fmt: skip


@pytest.mark.parametrize(("outputs", "labels", "classes", "message"), REFUSED_LABELS.values(), ids=REFUSED_LABELS)
def test_labels_are_never_taken_in_silence(outputs, labels, classes, message):
    with pytest.raises(NeurographError) as caught:
        weights(X, labels, outputs, classes=classes)
    assert str(caught.value) == message


# Pictures.


def test_pictures_take_arrays_and_frames_with_names_from_them():
    pandas = pytest.importorskip("pandas")
    import matplotlib.pyplot as plt

    frame, net = pandas.DataFrame(X, columns=["wide", "long"]), net_of()
    names = {"feature_names": frame.columns, "class_names": pandas.Series(["no", "yes"])}
    y = pandas.Series(FLAT)
    predicted = net.predict(frame)
    drawn = [
        visualize.plot_decision_boundary(net, frame, y, resolution=3, **names),
        visualize.plot_responses(net, frame, y, resolution=3, feature_names=frame.columns),
        visualize.plot_activations(net, frame, y, class_names=names["class_names"]),
        visualize.plot_activation_spread(net, frame),
        visualize.plot_loss_surface(net, frame, y, resolution=3),
        visualize.plot_confusion(predicted, y, names["class_names"]),
        visualize.plot_predictions(predicted, y, names=np.array(["price"])),
    ]
    plain = [
        visualize.plot_decision_boundary(
            net, X, Y, resolution=3, feature_names=["wide", "long"], class_names=["no", "yes"]
        ),
        visualize.plot_responses(net, X, Y, resolution=3, feature_names=["wide", "long"]),
        visualize.plot_activations(net, X, Y, class_names=["no", "yes"]),
        visualize.plot_activation_spread(net, X),
        visualize.plot_loss_surface(net, X, Y, resolution=3),
        visualize.plot_confusion(predicted.tolist(), Y, ["no", "yes"]),
        visualize.plot_predictions(predicted.tolist(), Y, names=["price"]),
    ]
    assert [one.alt_text() for one in drawn] == [one.alt_text() for one in plain]
    plt.close("all")


def test_names_may_be_an_index_where_they_are_saved_and_scaled(tmp_path):
    pandas = pytest.importorskip("pandas")
    names = pandas.Index(["wide", "long"])
    ng.save(net_of(), tmp_path / "net.json", feature_names=names, class_names=np.array(["no", "yes"]))
    model = ng.load_model(tmp_path / "net.json")
    assert (model.feature_names, model.class_names) == (("wide", "long"), ("no", "yes"))
    assert standardize(X, names).feature_names == ("wide", "long")
