"""What people try who come from other libraries: one line names ours, and nothing is there for `hasattr`."""

from __future__ import annotations

import copy
import pickle

import pytest

import neurograph as ng
from neurograph.errors import InvalidTypeError, NeurographError, UnknownAttributeError, UnknownNameError

NET = ng.Network.dense([2, 1], "sigmoid", seed=1)
HISTORY = ng.History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25, "accuracy": 1.0}])


@pytest.mark.parametrize(
    ("owner", "name", "ours"),
    [
        (NET, "fit", "a network has no 'fit'. Train it with ng.train(net, X, Y)."),
        (NET, "train", "ng.train(net, X, Y)"),
        (NET, "compile", "loss and optimizer are arguments of ng.train"),
        (NET, "score", "neurograph.data.metrics"),
        (NET, "evaluate", "neurograph.data.metrics"),
        (NET, "predict_proba", "net.predict(X)"),
        (NET, "summary", "print(net)"),
        (NET, "weights", "net.edge("),
        (NET, "biases", "net.computing"),
        (NET, "parameters", "net.movable"),
        (NET, "save", "ng.save(net, "),
        (NET, "load", "ng.load("),
        (NET, "draw", "from visualize import draw_network"),
        (NET, "plot", "from visualize import draw_network"),
        (HISTORY, "history", 'history["loss"]'),
        (
            ng,
            "draw_network",
            "neurograph has no 'draw_network'. Pictures are in visualize: from visualize import draw_n",
        ),
        (ng, "plot_history", "from visualize import plot_history"),
        (ng, "visualize", "import visualize"),
        (ng, "fit", "ng.train(net, X, Y)"),
        (ng, "predict", "net.predict(X)"),
        (ng, "metrics", "neurograph.data.metrics"),
        (ng, "load_iris", "ng.datasets.load_iris"),
        (ng, "load_csv", "ng.datasets.load_csv"),
        (ng, "Sequential", "ng.Network.dense("),
        (ng, "MLP", "ng.Network.dense("),
    ],
)
def test_one_line_names_ours(owner, name, ours) -> None:
    with pytest.raises(UnknownAttributeError) as caught:
        getattr(owner, name)
    assert ours in str(caught.value)
    assert isinstance(caught.value, NeurographError)
    assert not hasattr(owner, name)
    assert getattr(owner, name, None) is None
    assert name not in dir(owner)


def test_other_attributes_are_as_unknown_as_ever() -> None:
    for thing in (NET, HISTORY):
        with pytest.raises(AttributeError, match="object has no attribute 'neuronz'"):
            thing.neuronz  # noqa: B018


def test_copies_and_pickles_are_what_they_were() -> None:
    for twin in (copy.copy(NET), copy.deepcopy(NET), pickle.loads(pickle.dumps(NET))):  # noqa: S301  # our own
        assert twin.predict([[1.0, 2.0]]) == NET.predict([[1.0, 2.0]])
    for same in (copy.copy(HISTORY), copy.deepcopy(HISTORY), pickle.loads(pickle.dumps(HISTORY))):  # noqa: S301
        assert same == HISTORY


def test_a_network_that_is_called_names_forward_and_predict() -> None:
    with pytest.raises(InvalidTypeError) as caught:
        NET([1.0, 2.0])
    assert str(caught.value) == "a network is not called. Say net.forward(x) for one example, net.predict(X) for many."
    with pytest.raises(InvalidTypeError, match="expected a function that makes a network"):
        ng.sweep(NET, ng.datasets.xor(), {}, [0])


def test_a_history_is_read_by_row_and_by_column() -> None:
    assert HISTORY["loss"] == HISTORY.column("loss") == [0.5, 0.25]
    assert HISTORY["accuracy"] == [None, 1.0]
    assert HISTORY[-1]["loss"] == 0.25
    assert HISTORY[:1] == HISTORY.rows[:1]
    with pytest.raises(UnknownNameError) as caught:
        HISTORY["los"]
    assert str(caught.value) == "unknown column 'los'. Did you mean 'loss'? Known: epoch, loss, accuracy."
