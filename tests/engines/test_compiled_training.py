"""Training around the compiled engine: looking on and resuming leave what the objects would leave."""

from __future__ import annotations

import json

import pytest
from engine_runs import Outcome, Run, differences, needs_numba, outcome, told_by, trainer_of
from small_runs import X, Y, after, small, weights

from neurograph import SGD, Adam, Clip, Network, Trainer, train
from neurograph.rules.rates import step_decay

pytestmark = needs_numba


# Looking on.


@pytest.mark.parametrize("size", [1, 7, None])
def test_a_callback_sees_the_weights_of_each_epoch(size):
    seen: dict[str, list[object]] = {"object": [], "compiled": []}
    for engine, told in seen.items():
        train(
            small(), X, Y, epochs=12, batch_size=size, engine=engine, optimizer=Adam(0.01), validation=0.2,
            callbacks=[lambda row, net, told=told: told.append((row, weights(net), net["h1"].a, net["h1"].bias_grad))],
        )  # fmt: skip
    assert seen["object"] == seen["compiled"]
    assert len({str(one) for one in seen["compiled"]}) == 12


def test_a_callback_may_use_the_network_and_change_it():
    def meddle(row: dict[str, float], net: Network) -> None:
        net.forward([1.0, 2.0, 3.0])
        net.backward([0.0, 1.0])
        if row["epoch"] == 4:
            net["h2"].bias = 0.5
            net.edge("x1", "h1").weight *= 2.0

    ends = []
    for engine in ("object", "compiled"):
        net = small()
        train(net, X, Y, epochs=9, engine=engine, callbacks=[meddle])
        ends.append(weights(net))
    assert ends[0] == ends[1]


def test_a_callback_stops_the_training_after_its_epoch():
    net = small()
    history = train(net, X, Y, epochs=50, engine="compiled", callbacks=[lambda row, net: row["epoch"] == 7])
    assert (len(history), history.stopped) == (7, "by a callback, after epoch 7")
    assert weights(net) == after(7)


def test_patience_restores_the_best_epoch():
    histories, ends = [], []
    for engine in ("object", "compiled"):
        net = small()
        how = {"optimizer": SGD(4.0), "validation": 0.3, "patience": 4}
        histories.append(train(net, X, Y, epochs=200, engine=engine, **how))
        ends.append(weights(net))
    one, two = histories
    assert (one.rows, one.best_epoch, one.stopped, one.findings) == (
        two.rows,
        two.best_epoch,
        two.stopped,
        two.findings,
    )
    assert two.stopped.startswith("no better validation_loss for 4 epochs")
    assert ends[0] == ends[1] == after(two.best_epoch or 0, optimizer=SGD(4.0), validation=0.3)


@pytest.mark.parametrize("every", [1, 3, 10, 50])
def test_snapshots_are_those_of_their_epochs(every):
    kept = [train(small(), X, Y, epochs=20, engine=engine, snapshots=every) for engine in ("object", "compiled")]
    assert kept[0].snapshots == kept[1].snapshots
    assert list(kept[1].snapshots) == list(range(every, 21, every))
    for epoch, values in kept[1].snapshots.items():
        assert [value.hex() for value in values.values()] == after(epoch)


@pytest.mark.parametrize("size", [1, 7, None])
@pytest.mark.parametrize(
    "kinds", [("gradients",), ("updates",), ("activations",), ("gradients", "updates", "activations")]
)
def test_what_is_watched_is_told_alike(kinds, size):
    run = Run(
        small(), {"X": X, "Y": Y, "batch_size": size, "record": kinds, "clip": Clip(value=0.01), "validation": 0.2},
        ((4, 4, ""), (4, 2, "freeze"), (4, 1, "tie")), frozenset(),
    )  # fmt: skip
    expected = outcome(run, "object")
    assert len(expected["rows"][0]) > 10
    assert differences(expected, outcome(run, "compiled")) == []


def test_the_findings_are_the_same():
    histories = []
    for engine in ("object", "compiled"):
        net = Network.dense([3, 4, 2], ["relu", "sigmoid"], seed=1)
        net["h1"].bias = -100.0
        net.freeze(net.edge("x1", "h2"))
        histories.append(train(net, X, Y, epochs=3, engine=engine))
    assert histories[0].findings == histories[1].findings
    assert len(histories[0].findings) == 3


# Going on.


@pytest.mark.parametrize("second", ["object", "compiled"])
@pytest.mark.parametrize("first", ["object", "compiled"])
def test_a_run_is_resumed_by_either_engine(first, second):
    """From a state that was written down as JSON, in the middle of a schedule, with the optimizer's memory."""
    how = {"optimizer": Adam(step_decay(0.05, 0.5, 4)), "batch_size": 7, "seed": 3, "validation": 0.2}
    run = Run(small(), {"X": X, "Y": Y} | how, ((10, 10, ""),), frozenset())
    early = trainer_of(run, first)
    rows = list(early.epochs(5, ahead=5))
    state = json.loads(json.dumps(early.state()))
    late = Trainer(early.net.copy(), X, Y, engine=second, **how)
    late.resume(state)
    rows += late.epochs(5, ahead=5)
    assert differences(outcome(run, "object"), told_by(late, rows)) == []
    assert json.loads(json.dumps(late.state())) == late.state()


def test_two_trainers_may_take_turns():
    """Each has its own numbers, and the network has the truth."""
    nets: list[Outcome] = []
    for engine in ("object", "compiled"):
        net = small()
        one = Trainer(net, X[:10], Y[:10], engine=engine, optimizer=Adam(0.01))
        two = Trainer(net, X[10:], Y[10:], engine=engine, batch_size=4)
        rows = []
        for _ in range(3):
            rows += one.epochs(2, ahead=2)
            rows += two.epochs(3, ahead=3)
        nets.append(told_by(one, rows))
    assert differences(*nets) == []
