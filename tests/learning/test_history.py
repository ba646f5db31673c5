"""The history of a run: a list of dicts, a CSV that keeps every bit, and a short table."""

from __future__ import annotations

import csv
import io

import pytest

from neurograph import Network, train
from neurograph.learning.history import History

X, Y = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]


@pytest.fixture
def history() -> History:
    net = Network.dense([2, 2, 2], ["tanh", "sigmoid"], seed=1)
    return train(net, X, Y, epochs=40, validation=(X, Y), record=["activations"])


def test_rows_are_dicts_of_plain_numbers(history):
    assert len(history) == len(list(history)) == 40
    assert history[0] is history.rows[0]
    assert {type(value) for row in history for value in row.values()} == {int, float}
    assert history.column("epoch") == list(range(1, 41))
    assert history.losses == [row["loss"] for row in history]
    assert history.column("no such thing") == [None] * 40


def test_the_csv_keeps_every_bit(history):
    read = list(csv.DictReader(io.StringIO(history.csv())))
    assert list(read[0]) == history.columns
    assert [{name: float(value) for name, value in row.items()} for row in read] == history.rows


def test_an_epoch_without_a_quantity_has_an_empty_cell():
    history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25, "penalty": 0.125}, {"loss": None}])
    assert history.csv() == "epoch,loss,penalty\n1,0.5,\n2,0.25,0.125\n,,\n"


def test_the_table_is_short_and_straight_and_leaves_neurons_out(history):
    head, *lines = str(history).splitlines()
    assert head.split() == [name for name in history.columns if "/" not in name]
    table = [line for line in lines if line.split()[0].isdigit()]
    assert [int(line.split()[0]) for line in table] == [1, 2, 3, 11, 21, 31, 38, 39, 40]
    assert {len(line) for line in table} == {len(head)}
    assert lines[len(table) :] == history.findings


def test_the_table_says_why_training_stopped():
    history = History([{"epoch": 1, "loss": 0.5}], findings=["dead: h1"], stopped="interrupted")
    assert str(history).splitlines()[2:] == ["stopped: interrupted", "dead: h1"]


def test_at_the_prompt_it_is_one_short_line(history):
    first, last = history[0], history[-1]
    assert repr(history) == (
        f"<History of 40 epochs, loss {first['loss']:.3g} -> {last['loss']:.3g}, "
        f"validation_loss {first['validation_loss']:.3g} -> {last['validation_loss']:.3g}>"
    )
    assert repr(History([{"epoch": 1, "loss": 0.5}])) == "<History of 1 epoch, loss 0.5 -> 0.5>"
    assert repr(History()) == "<History of 0 epochs>"
    assert repr(History([{"epoch": 1}])) == "<History of 1 epoch>"
