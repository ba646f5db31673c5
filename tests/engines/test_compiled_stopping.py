"""Compiled runs in pieces, and with an early end: then they have the weights of the last finished epoch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from drawn_runs import random_run
from engine_runs import Run, differences, needs_numba, outcome, told_by, trainer_of
from small_runs import X, Y, after, small, weights

from neurograph import Activation, Adam, Network, Trainer, train
from neurograph.engines.compiled import learner
from neurograph.learning import loop
from neurograph.rules.rates import step_decay

pytestmark = needs_numba
ROOT = Path(__file__).parents[2]


# In pieces.


@pytest.fixture
def piecemeal(monkeypatch):
    """One call of the loops has one example, or one block of lanes: it ends in the middle of batches and epochs."""
    monkeypatch.setattr(learner, "_CALL", 0.0)
    make = learner.CompiledLearner.__init__

    def init(self, *given, **named):
        make(self, *given, **named)
        self._left = 1

    monkeypatch.setattr(learner.CompiledLearner, "__init__", init)


@pytest.mark.usefixtures("piecemeal")
@pytest.mark.parametrize("engine", ["plain", "compiled"])
@pytest.mark.parametrize("batch", [1, 3, 7, 33, None])
def test_a_run_in_the_smallest_pieces_leaves_the_same_bits(batch, engine):
    for seed in range(4):
        run = random_run(Random(seed), "Momentum", batch, epochs=6)
        assert differences(outcome(run, "object"), outcome(run, engine)) == []


def test_a_run_longer_than_what_is_prepared_at_once_leaves_the_same_bits(monkeypatch):
    monkeypatch.setattr(learner, "_AT_ONCE", 4)
    for seed in range(6):
        run = random_run(Random(seed), "SGD", 7, epochs=9)
        assert differences(outcome(run, "object"), outcome(run, "compiled")) == []


def test_after_hundreds_of_short_calls_a_call_still_has_a_number_of_examples_that_the_loops_can_hold():
    """Each may have four times as many as the one before, if that was over in no time."""
    trainer = Trainer(small(), X[:1], Y[:1], engine="compiled", shuffle=False)
    assert len(list(trainer.epochs(300))) == 300
    assert trainer._compiled._left == learner._MOST < 2**63
    objects = Trainer(small(), X[:1], Y[:1], engine="object", shuffle=False)
    assert len(list(objects.epochs(300))) == 300
    assert weights(trainer.net) == weights(objects.net)


@pytest.mark.parametrize("record", [(), ("gradients",)])
@pytest.mark.parametrize("count", [1, 30, 5000])
def test_no_more_is_prepared_at_once_than_a_moment_and_some_megabytes_allow(count, record):
    """The order of every epoch, and what is watched; Ctrl-C waits for it."""
    rows, aims = X * (count // 30) or X[:count], Y * (count // 30) or Y[:count]
    trainer = Trainer(small(), rows, aims, engine="compiled", record=record)
    prepared = trainer._compiled.at_once
    assert 1 <= prepared <= 4096
    assert prepared * len(rows) <= 4_000_000
    assert prepared * len(trainer.learner.update.parameters) * len(record) <= 2_000_000


@pytest.mark.usefixtures("piecemeal")
@pytest.mark.parametrize("asked", [0, 1, 2, 29, 30, 31, 47, 90, 91])
@pytest.mark.parametrize("size", [1, 5])
def test_stopped_in_the_middle_of_an_epoch_it_has_the_weights_of_the_last_finished_one(size, asked):
    """And its memory, so that it goes on from there as if it had never been stopped."""
    how = {"optimizer": Adam(step_decay(0.05, 0.5, 2)), "batch_size": size}
    run = Run(small(), {"X": X, "Y": Y} | how, ((6, 6, ""),), frozenset())
    trainer = trainer_of(run, "compiled")
    answers = iter([False] * asked + [True] * 2)
    rows = list(trainer.epochs(6, until=lambda: next(answers), ahead=6))
    trainer.rewind()
    assert len(rows) == trainer.epoch == asked // 30
    assert weights(trainer.net) == after(asked // 30, **how)
    rows += trainer.epochs(6 - len(rows), ahead=6)
    assert differences(outcome(run, "object"), told_by(trainer, rows)) == []


# Ctrl-C.


@pytest.mark.parametrize("at", [1, 2, 100, 331])
def test_ctrl_c_while_rows_are_told_leaves_rows_and_weights_of_the_same_epoch(at, monkeypatch):
    """The engine is ahead of the rows then."""
    judged, seen = loop._Stops.after, []

    def judge(self, row):
        seen.append(row)
        if len(seen) == at:
            signal.raise_signal(signal.SIGINT)
        return judged(self, row)

    monkeypatch.setattr(loop._Stops, "after", judge)
    net = small(20)
    history = train(net, X, Y, epochs=10**6, engine="compiled")
    monkeypatch.undo()
    assert history.stopped == "interrupted"
    assert at <= len(history) == len(seen) < 10**5
    assert weights(net) == after(len(history), net=small(20))


def slow(z: float) -> float:
    """A rule that takes its time with either engine: each of its divisions waits for the one before."""
    total = abs(z)
    for _ in range(400):
        total = 1.0 / (1.0 + total)
    return z + total


CHILD = """
import sys, time
sys.path[:0] = ["tests", "tests/engines"]
from test_compiled_stopping import X, Y, slow_net, train, weights, loop
net = slow_net()
judged = loop._Stops.after
def judge(self, row):
    if row["epoch"] == 1:
        print("begun", flush=True)
    return judged(self, row)
loop._Stops.after = judge
history = train(net, X, Y, epochs=10**6, engine="compiled")
stopped = time.time()
print("stopped", stopped, len(history), history.stopped, history.engine)
print(*weights(net), flush=True)
"""


def slow_net() -> Network:
    return Network.dense([3, 3, 2], [Activation("slow", slow, lambda z, a: 0.5, "z", "1"), "sigmoid"], seed=1)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_ends_a_long_run_within_a_second_and_leaves_the_last_finished_epoch():
    train(slow_net(), X, Y, epochs=1, engine="compiled")  # so that it is compiled
    child = subprocess.Popen([sys.executable, "-c", CHILD], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        time.sleep(0.3)
        pressed = time.time()
        os.kill(child.pid, signal.SIGINT)
        told, _ = child.communicate(timeout=60)
    finally:
        child.kill()
    first, *values = told.split("\n")
    word, stopped, epochs, why, engine = first.split()
    assert (word, why, engine) == ("stopped", "interrupted", "compiled")
    assert float(stopped) - pressed < 2.0  # a tenth of a second in fact, on a machine that is not busy
    net = slow_net()
    train(net, X, Y, epochs=int(epochs), engine="object")
    assert values[0].split() == weights(net)
