"""Missing values are no numbers, only True and False are switches, and what is of another kind is refused in words."""

from __future__ import annotations

import numpy as np
import pytest

import neurograph as ng
import visualize
from neurograph.algebra.numbers import NumberFormat
from neurograph.data.dataset import Dataset
from neurograph.data.scaling import Scaler, standardize
from neurograph.data.split import split
from neurograph.errors import InvalidTypeError, NeurographError, UnknownNameError
from neurograph.rules.activations import elu, leaky_relu
from neurograph.rules.initializers import Initializer
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import Rate, step_decay
from neurograph.rules.regularizers import Regularizer
from neurograph.validate import switch

CURE = "A missing value is no number: leave its row out, or put a number in its place."
HALF = np.ma.array([0.5, 2.0], mask=[False, True])


def net_of_two() -> ng.Network:
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=1)


def missing() -> dict[str, object]:
    found: dict[str, object] = {
        "masked": np.ma.masked,
        "an element of a masked array": HALF[1],
        "a masked array without dimension": np.ma.array(1.0, mask=True),
        "a masked int": np.ma.array(3, mask=True),
    }
    try:
        import pandas
    except ImportError:
        return found
    column = pandas.Series([1, None], dtype="Int64")
    return found | {"NA": pandas.NA, "NaT": pandas.NaT, "an element of a column": column[1]}


MISSING = missing()
ONE = {
    "weight": lambda net, value: setattr(net.edge("x1", "h1"), "weight", value),
    "bias": lambda net, value: setattr(net["h1"], "bias", value),
    "connect": lambda net, value: net.connect("x1", "o1", value),
    "add_neuron": lambda net, value: net.add_neuron("h3", "tanh", bias=value),
    "dense": lambda net, value: ng.Network.dense([1, 1], "tanh", bias=value),
    "update": lambda net, value: net.update(value),
    "SGD": lambda net, value: ng.SGD(value),
    "forward": lambda net, value: net.forward([1.0, value]),
    "an array of objects": lambda net, value: net.forward(np.array([1.0, value], dtype=object)),
    "backward": lambda net, value: net.backward([value]),
    "predict": lambda net, value: net.predict([[1.0, 2.0], [value, 1.0]]),
    "gradient": lambda net, value: net.gradient([[1.0, value]], [[1.0]]),
    "train": lambda net, value: ng.train(net, [[1.0, 2.0]], [[value]]),
    "trace": lambda net, value: net.trace([value, 1.0], [1.0]),
    "standardize": lambda net, value: standardize([[1.0], [value]]),
    "Scaler": lambda net, value: Scaler([value], [1.0], ["x"]),
    "Dataset": lambda net, value: Dataset([[value]], [[1.0]], ("x",), (), "", "", ("y",)),
}  # fmt: skip


@pytest.mark.parametrize("act", ONE.values(), ids=ONE)
@pytest.mark.parametrize("value", MISSING.values(), ids=MISSING)
def test_a_missing_value_is_refused_as_missing(value, act):
    net = net_of_two()
    net.forward([1.0, 2.0])
    net.backward([1.0])
    before = net.__getstate__()
    with pytest.raises(InvalidTypeError) as caught:
        act(net, value)
    assert str(caught.value).endswith(f", expected one finite number (an int or a float). {CURE}")
    assert net.__getstate__() == before


ROWS = {
    "a masked array": (HALF, 1),
    "a list of one": (list(HALF), 1),
    "masked throughout": (np.ma.array([1.0, 2.0], mask=True), 0),
    "ints": (np.ma.array([1, 2], mask=[True, False]), 0),
}


@pytest.mark.parametrize(("row", "at"), ROWS.values(), ids=ROWS)
def test_a_masked_row_is_refused_at_its_first_masked_place(row, at):
    net = net_of_two()
    for where, act in (
        (f"x[{at}] (for x{at + 1})", lambda: net.forward(row)),
        (f"X[1][{at}] (for x{at + 1})", lambda: net.predict([[1.0, 2.0], row])),
        (f"X[0][{at}] (for x{at + 1})", lambda: net.predict([row, row])),
    ):
        with pytest.raises(InvalidTypeError) as caught:
            act()
        assert str(caught.value).startswith(f"{where}: got masked (a MaskedConstant)")
        assert str(caught.value).endswith(CURE)


def test_a_masked_table_is_refused_at_its_first_masked_place():
    with pytest.raises(InvalidTypeError, match=r"^X\[1\]\[0\] \(for x1\): got masked"):
        net_of_two().predict(np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 0], [1, 0]]))


def test_a_masked_array_in_which_nothing_is_masked_is_a_row_of_numbers():
    net = net_of_two()
    plain = net.predict([[1.0, 2.0], [3.0, 4.0]])
    assert net.predict(np.ma.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == plain
    assert net.predict(np.ma.array([[1, 2], [3, 4]], mask=[[False] * 2] * 2)).tolist() == plain
    net["h1"].bias = np.ma.array(0.25)
    assert net["h1"].bias == 0.25


def test_a_column_of_pandas_is_a_row_and_its_missing_values_are_refused():
    pandas = pytest.importorskip("pandas")
    net = net_of_two()
    plain = net.forward([1.0, 2.0])
    assert net.forward(pandas.Series([1, 2])) == net.forward(pandas.Series([1, 2], dtype="Int64")) == plain
    with pytest.raises(InvalidTypeError, match="a NAType"):
        net.forward(pandas.Series([1, None], dtype="Int64"))


# Switches.


def history() -> ng.History:
    return ng.train(net_of_two(), [[0.0, 1.0]], [[1.0]], epochs=1)


def told() -> ng.Trace:
    return net_of_two().trace([0.0, 1.0], [1.0])


X, Y = [[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]]
SWITCHES = {
    "Momentum, nesterov": lambda no: ng.Momentum(nesterov=no),
    "AdamW, biases": lambda no: ng.AdamW(biases=no),
    "L1, biases": lambda no: ng.L1(0.1, biases=no),
    "L2, biases": lambda no: ng.L2(0.1, no),
    "ElasticNet, biases": lambda no: ng.ElasticNet(0.1, 0.1, biases=no),
    "optimizer 'o', plain": lambda no: Optimizer("o", Rate("r", float), print, plain=no),
    "optimizer 'o', decay_biases": lambda no: Optimizer("o", Rate("r", float), print, decay_biases=no),
    "regularizer 'r', biases": lambda no: Regularizer("r", abs, abs, max, biases=no),
    "activation 'j', sums_to_one": lambda no: ng.JointActivation("j", list, max, "z", "1", sums_to_one=no),
    "fractions": lambda no: NumberFormat(fractions=no),
    "trace, long_way": lambda no: net_of_two().trace([0.0, 1.0], [1.0], long_way=no),
    "schedule, long_way": lambda no: net_of_two().schedule(long_way=no),
    "train, shuffle": lambda no: ng.train(net_of_two(), X, Y, shuffle=no, epochs=1),
    "train, progress": lambda no: ng.train(net_of_two(), X, Y, progress=no, epochs=1),
    "sweep, progress": lambda no: ng.sweep(
        lambda seed: net_of_two(), (X, Y), {"batch_size": [1]}, [0], epochs=1, progress=no
    ),
    "split, stratify": lambda no: split(ng.datasets.xor(), stratify=no),
    "write_stepper, checks": lambda no: visualize.write_stepper(told(), "step.html", checks=no),
    "plot_history, log": lambda no: visualize.plot_history(history(), log=no),
    "plot_confusion, normalize": lambda no: visualize.plot_confusion([[1, 0], [0, 1]], [[1, 0], [0, 1]], normalize=no),
    "plot_confusion, colorbar": lambda no: visualize.plot_confusion([[1, 0], [0, 1]], [[1, 0], [0, 1]], colorbar=no),
    "plot_activations, colorbar": lambda no: visualize.plot_activations(net_of_two(), X, colorbar=no),
    "plot_matrix, colorbar": lambda no: visualize.plot_matrix(net_of_two(), colorbar=no),
    "plot_loss_surface, log": lambda no: visualize.plot_loss_surface(net_of_two(), X, Y, resolution=5, log=no),
    "plot_decision_boundary, points": lambda no: visualize.plot_decision_boundary(net_of_two(), X, Y, points=no),
    "draw_network, colorbar": lambda no: visualize.draw_network(net_of_two(), colorbar=no),
    "draw_network, legend": lambda no: visualize.draw_network(net_of_two(), legend=no),
    "animate_steps, progress": lambda no: visualize.animate_steps(told(), "film.gif", progress=no),
    "animate_training, progress": lambda no: visualize.animate_training(
        net_of_two(), history(), X, Y, "film.gif", progress=no
    ),
}  # fmt: skip


@pytest.mark.parametrize(("where", "make"), SWITCHES.items(), ids=SWITCHES)
@pytest.mark.parametrize("given", ["no", "False", 1, 0.0, np.array([True])], ids=repr)
def test_a_switch_takes_nothing_but_true_and_false(where, make, given):
    with pytest.raises(InvalidTypeError) as caught:
        make(given)
    assert str(caught.value).startswith(f"{where}: got ")
    assert str(caught.value).endswith(", expected True or False.")


@pytest.mark.parametrize(
    "where", [where for where in SWITCHES if not where.startswith(("plot_", "draw_", "animate_", "write_"))]
)
def test_a_switch_of_numpy_is_one(where):
    SWITCHES[where](np.False_)
    SWITCHES[where](False)


def test_a_switch_becomes_a_bool():
    assert [switch(value, "s") for value in (True, np.True_, np.array(False))] == [True, True, False]
    assert {type(switch(value, "s")) for value in (True, np.True_)} == {bool}
    assert (ng.Momentum(nesterov=np.True_).name, ng.Momentum(nesterov=np.False_).name) == ("Nesterov", "Momentum")


# Everything else that is asked for by kind.

HUGE = 10**5000
FUNCTION = ", expected a function."
WRONG = {
    "a path for a network": (
        lambda: ng.train("m.json", X, Y),
        "train, net: got 'm.json' (a str), expected a Network. Read a saved one with ng.load(path).",
    ),
    "rows for a data set": (
        lambda: Scaler.of([[1.0], [2.0]]),
        "Scaler.of, data: got [[1.0], [2.0]] (a list), expected a Dataset. Say standardize(X) for rows.",
    ),
    "rows to scale for a data set": (
        lambda: standardize([[1.0], [2.0]]).scaled([[1.0]]),
        "scaled, data: got [[1.0]] (a list), expected a Dataset. Say transform(X) for rows.",
    ),
    "a number for names": (
        lambda: standardize([[1.0], [2.0]], 1), "standardize, feature_names: got 1, expected a list of names."
    ),
    "a number as names": (
        lambda: standardize([[1.0], [2.0]], [3]), "standardize, feature_names[0]: got 3, expected a name, as text."
    ),
    "elu": (lambda: elu("a"), "elu, alpha: got 'a' (a str), expected one finite number (an int or a float)."),
    "leaky_relu": (
        lambda: leaky_relu(None), "leaky_relu, leak: got None, expected one finite number (an int or a float)."
    ),
    "Initializer": (lambda: Initializer("mine", None), "initializer 'mine', draw: got None" + FUNCTION),
    "Rate": (lambda: Rate("mine", 0.1), "rate 'mine', at: got 0.1" + FUNCTION),
    "Optimizer": (lambda: Optimizer("mine", Rate("r", float), None), "optimizer 'mine', step: got None" + FUNCTION),
    "Regularizer": (lambda: Regularizer("mine", abs, 3, max), "regularizer 'mine', slope: got 3" + FUNCTION),
    "a share beyond all": (
        lambda: ng.train(net_of_two(), X, Y, validation=-1e308),
        "train, validation: got -1e+308, expected a share that leaves some of 2 examples on both sides.",
    ),
    "an engine as a long int": (
        lambda: ng.train(net_of_two(), X, Y, engine=HUGE),
        "train, engine: unknown engine <int too long to write>. Known: auto, object, compiled.",
    ),
    "a unit as a long int": (
        lambda: net_of_two().trace(X[0], Y[0], unit=HUGE),
        "unknown unit <int too long to write>. Known: term, neuron, layer, phase.",
    ),
    "a group as a long int": (
        lambda: net_of_two().add_neuron("h9", "tanh", group=HUGE),
        "neuron h9, group: got <int too long to write>, expected the group's name as text.",
    ),
    "names as a number, drawn": (
        lambda: visualize.draw_network(net_of_two(), feature_names=3),
        "draw_network, feature_names: got 3, expected a list of names.",
    ),
    "names as an array of numbers, drawn": (
        lambda: visualize.draw_network(net_of_two(), feature_names=np.array([1, 2])),
        "draw_network, feature_names[0]: got 1, expected a name, as text.",
    ),
    "names as a text, on a card": (
        lambda: visualize.draw_card(net_of_two(), "h1", feature_names="ab"),
        "draw_card, feature_names: got 'ab' (a str), expected a list of names.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG)
def test_what_is_of_another_kind_is_refused_with_what_was_expected(make, message):
    with pytest.raises(NeurographError) as caught:
        make()
    assert str(caught.value) == message


def test_an_engine_as_a_long_int_is_an_unknown_name():
    with pytest.raises(UnknownNameError):
        net_of_two().predict(X, engine=HUGE)


def test_a_rate_that_grows_beyond_floats_ends_with_an_error_that_names_it():
    assert step_decay(0.1, 1e308, every=1).at(2) == float("inf")
    assert step_decay(0.1, 2.0, every=HUGE).name == "0.1, times 2 every <int too long to write> epochs"
    net = net_of_two()
    with pytest.raises(ng.NeurographError, match=r"^epoch 3, batch 1: .*Take a smaller learning rate than inf\."):
        ng.train(net, X, Y, optimizer=ng.SGD(step_decay(1e-310, 1e308, every=1)), epochs=5, loss="binary_cross_entropy")


def test_a_tensor_without_dimension_is_no_batch():
    torch = pytest.importorskip("torch")
    with pytest.raises(InvalidTypeError, match=r"^X: got tensor\(2\)"):
        net_of_two().predict(torch.tensor(2))
    with pytest.raises(InvalidTypeError, match=r"^X: got array\(2\)"):
        net_of_two().predict(np.array(2))


def test_names_may_be_an_array_or_an_index():
    import matplotlib.pyplot as plt

    names, classes = ["wide", "long"], ["no", "yes"]
    ways = [(names, classes), (tuple(names), tuple(classes)), (np.array(names), np.array(classes))]
    try:
        import pandas

        ways.append((pandas.Index(names), pandas.Index(classes)))
    except ImportError:
        pass
    texts = []
    for features, labels in ways:
        texts.append(visualize.draw_network(net_of_two(), feature_names=features, class_names=labels).to_tikz())
        visualize.draw_card(net_of_two(), "o1", feature_names=features, class_names=labels)
        visualize.draw_strip(told(), feature_names=features, class_names=labels)
        plt.close("all")
    assert len(set(texts)) == 1
    assert "wide" in texts[0]


def test_a_masked_whole_number_is_missing():
    with pytest.raises(InvalidTypeError, match=r"^train, epochs: .* A missing value is no number"):
        ng.train(net_of_two(), X, Y, epochs=np.ma.array(3, mask=True))
