"""Objects that run ahead of their rows: the rows, the bits and the errors are those of one epoch after another."""

from __future__ import annotations

import math
from random import Random

import pytest
from drawn_runs import random_run
from engine_runs import differences, outcome, told_by, trainer_of
from small_runs import X, Y, after, small, weights

from neurograph import SGD, Activation, Adam, Network, Trainer
from neurograph.errors import InvalidValueError, NumericalError
from neurograph.learning import trainer as training
from neurograph.rules.rates import Rate, step_decay


def left_by(trainer: Trainer, count: int, ahead: int) -> dict[str, object]:
    """Train, and tell of every number that is left, and of the error."""
    rows, error = [], ""
    try:
        for row in trainer.epochs(count, ahead=ahead):
            rows.append(row)
    except (NumericalError, ZeroDivisionError) as trouble:
        error = str(trouble)
    return told_by(trainer, rows) | {"error": error}


@pytest.mark.parametrize("wild", [0.0, 1.0])
def test_random_runs(wild):
    """A wild one has a rate that hardly any training survives."""
    errors = set()
    for seed in range(60):
        run = random_run(Random(seed), Random(seed).choice(["SGD", "SGD", "SGD", "Adam"]), 7, epochs=9, wild=wild)
        run = run._replace(how=run.how | {"record": (), "clip": None} | ({"regularizer": None} if seed % 4 else {}))
        expected = left_by(trainer_of(run, "object"), 9, ahead=1)
        assert differences(expected, left_by(trainer_of(run, "object"), 9, ahead=9)) == [], seed
        assert differences(expected, left_by(trainer_of(run, "object"), 9, ahead=4)) == [], seed
        errors.add(expected["error"][:7])
    assert errors >= ({"epoch 1", "epoch 2", ""} if wild else {""})


@pytest.mark.parametrize("moment", [0.0, 1e-4, math.inf])
def test_rows_wait_no_longer_than_a_moment(moment, monkeypatch):
    monkeypatch.setattr(training, "_MOMENT", moment or 1e9)  # so that the net is small enough
    trainer = Trainer(small(), X, Y, optimizer=SGD(0.3))
    monkeypatch.setattr(training, "_MOMENT", moment)
    rows = trainer.epochs(20, ahead=20)
    first = next(rows)
    if moment == 0.0:
        assert weights(trainer.net) == after(1, optimizer=SGD(0.3))
    if moment == math.inf:
        assert weights(trainer.net) == after(20, optimizer=SGD(0.3))
    assert [first, *rows] == list(Trainer(small(), X, Y, optimizer=SGD(0.3)).epochs(20))
    assert weights(trainer.net) == after(20, optimizer=SGD(0.3))
    assert trainer.epoch == 20


def test_no_more_epochs_are_run_at_once_than_are_prepared(monkeypatch):
    monkeypatch.setattr(training, "_AT_ONCE", 4)
    trainer = Trainer(small(), X, Y)
    rows = trainer.epochs(9, ahead=9)
    for row in rows:
        assert trainer.epoch == row["epoch"]
        assert weights(trainer.net) == after([4, 8, 9][(row["epoch"] - 1) // 4])
    assert trainer.epoch == 9


@pytest.mark.parametrize("asked", [0, 1, 2, 29, 30, 31, 47, 90, 91, 1000])
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_stopped_in_the_middle_it_has_the_weights_of_the_last_finished_epoch(asked, optimizer):
    how = {"optimizer": optimizer(step_decay(0.05, 0.5, 2))}
    trainer = Trainer(small(), X, Y, **how)
    answers = iter([False] * asked + [True])
    rows = list(trainer.epochs(6, until=lambda: next(answers), ahead=6))
    trainer.rewind()
    assert len(rows) == trainer.epoch == min(6, asked // 30)
    assert weights(trainer.net) == after(len(rows), **how)
    rows += trainer.epochs(6 - len(rows), ahead=6)
    whole = Trainer(small(), X, Y, **how)
    assert rows == list(whole.epochs(6))
    assert differences(told_by(whole, rows), told_by(trainer, rows)) == []


def test_stopped_after_a_number_has_left_the_range_it_still_says_so():
    """As every epoch is run again in turn, the one that went wrong is found, though nobody had looked yet."""
    net = Network.dense([1, 1], "identity", initializer="zeros")
    rate = Rate("careless", lambda epoch: 1e-310 if epoch < 3 else 1e10)
    trainer = Trainer(net, [[1e150], [0.0]], [[1e150], [0.0]], optimizer=SGD(rate), shuffle=False)
    answers = iter([False] * 7 + [True])  # in the fourth epoch, between its two batches
    rows = trainer.epochs(9, until=lambda: next(answers), ahead=9)
    assert [next(rows)["epoch"] for _ in range(3)] == [1, 2, 3]
    with pytest.raises(NumericalError, match="epoch 4, batch 1: edge x1->o1: the update would make its weight"):
        next(rows)
    assert trainer.epoch == 3


def test_a_sum_that_is_infinite_for_one_epoch_only_is_found_in_it():
    """The rule makes 1 of it, the weight is 0 again in the epoch after, and every parameter finite all the time."""
    rule = Activation("swallow", lambda z: min(1.0, max(-1.0, z)), lambda z, a: 1.0, "z", "1")
    rate = Rate("there and back", lambda epoch: 1e289 if epoch < 2 else 1e-300)
    said = set()
    for ahead in (1, 9):
        net = Network.dense([1, 1], rule, initializer="zeros")
        trainer = Trainer(net, [[1e10]], [[0.5]], optimizer=SGD(rate))
        rows = trainer.epochs(9, ahead=ahead)
        assert next(rows)["loss"] == 0.125
        with pytest.raises(NumericalError) as caught:
            next(rows)
        said.add(str(caught.value))
        assert net.edge("x1", "o1").weight == 0.5e299
    (one,) = said
    assert one.startswith("epoch 2, batch 1: neuron o1: the sum z became inf at edge x1->o1 (w = 5e+298, a = 1e+10)")


def test_weights_whose_sum_alone_is_infinite_are_no_trouble():
    net = Network.dense([2, 1], "identity", initializer="zeros")
    for edge in net.edges:
        edge.weight = 1.7e308
    trainer = Trainer(net, [[0.0, 0.0]], [[1.0]], optimizer=SGD(0.5))
    assert [row["loss"] for row in trainer.epochs(3, ahead=3)] == [0.5, 0.125, 0.03125]


@pytest.mark.parametrize("last", [0, 3])
def test_an_error_of_another_kind_comes_in_its_epoch(last):
    """Here that of a schedule which comes to its end."""
    rate = Rate("short", lambda epoch: 0.1 / max(0, last - epoch))
    told = [left_by(Trainer(small(), X, Y, optimizer=SGD(rate)), 9, ahead=ahead) for ahead in (1, 2, 9)]
    assert told[0]["error"] == "float division by zero"
    assert len(told[0]["rows"]) == last
    assert differences(told[0], told[1]) == differences(told[0], told[2]) == []


@pytest.mark.parametrize("ahead", [0, -1])
def test_a_number_of_epochs_that_divides_nothing_is_refused(ahead):
    trainer = Trainer(small(), X, Y)
    with pytest.raises(InvalidValueError) as caught:
        next(trainer.epochs(3, ahead=ahead))
    assert str(caught.value) == f"epochs, ahead: got {ahead}, expected a whole number from 1 up."


def test_runs_with_an_end_in_calls_leave_the_same_bits():
    """What is frozen or tied between calls stays so, however far the objects run ahead within them."""
    for seed in range(30):
        run = random_run(Random(seed), "SGD", None, epochs=9)
        alone = run._replace(calls=tuple((count, 1, before) for count, _, before in run.calls))
        assert differences(outcome(alone, "object"), outcome(run, "object")) == [], seed
