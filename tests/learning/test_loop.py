"""The loop around the epochs: validation, stopping, what is kept, progress, Ctrl-C, and going on from a state."""

from __future__ import annotations

import io
import json
import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import pytest

import neurograph as ng
from neurograph import L2, SGD, Activation, Adam, AdamW, Clip, ElasticNet, Momentum, Network, RMSProp, Trainer, train
from neurograph.errors import NeurographError, StateError
from neurograph.graph.parameters import labels_of, put_back, values_of
from neurograph.learning.loop import Loop
from neurograph.rules.rates import cosine

ROOT = Path(__file__).parents[2]
RNG = Random(5)
X = [[RNG.gauss(0.0, 1.0) for _ in range(3)] for _ in range(25)]
Y = [[float(one[0] > one[1]), float(one[0] <= one[1])] for one in X]


def small(seed: int = 1) -> Network:
    return Network.dense([3, 4, 2], ["tanh", "sigmoid"], seed=seed)


def bits(net: Network) -> list[str]:
    return [value.hex() for value in values_of(net)]


def after(epochs: int, **how) -> list[str]:
    """The parameters that a run of so many epochs ends with."""
    net = small()
    train(net, X, Y, epochs=epochs, **how)
    return bits(net)


# Validation.


def judged(net: Network, examples) -> tuple[float, float]:
    """The mean loss and the share that are right, worked out here."""
    losses, right = 0.0, 0
    for x, y in examples:
        a = net.forward(x)
        losses += sum((one - two) ** 2 for one, two in zip(a, y, strict=True)) / 2
        right += (a[0] > a[1]) == (y[0] > y[1])
    return losses / len(examples), right / len(examples)


def test_validation_data_are_judged_after_each_epoch_and_not_learned_from():
    held = list(zip(X[20:], Y[20:], strict=True))
    net, told = small(), []
    history = train(
        net, X[:20], Y[:20], epochs=4, batch_size=6, validation=(X[20:], Y[20:]),
        callbacks=[lambda row, net: told.append(judged(net, held))],
    )  # fmt: skip
    assert history.column("validation_loss") == pytest.approx([loss for loss, _ in told], rel=1e-14)
    assert history.column("validation_accuracy") == [right for _, right in told]
    alone = small()
    train(alone, X[:20], Y[:20], epochs=4, batch_size=6)
    assert bits(alone) == bits(net)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.04])
def test_a_share_is_set_aside_by_the_seed_and_belongs_to_one_side_only(share):
    trainer = Trainer(small(), X, Y, validation=share, seed=3)
    assert len(trainer.validation) == round(share * 25)
    everyone = list(zip(X, Y, strict=True))
    for side in (trainer.examples, trainer.validation):
        assert side == [example for example in everyone if example in side], "in the given order"
    assert sorted(trainer.examples + trainer.validation) == sorted(everyone)
    assert Trainer(small(), X, Y, validation=share, seed=3).validation == trainer.validation
    others = [Trainer(small(), X, Y, validation=share, seed=seed).validation for seed in range(10, 16)]
    assert any(other != trainer.validation for other in others)


# Stopping.


def runaway(epochs: int, **how):
    """Learns 1 while it is judged by 0.5, so the judge is content half-way and never again."""
    net = Network.dense([1, 1], "identity", initializer="zeros")
    net.freeze(net.edge("x1", "o1"))
    history = train(net, [[0.0]], [[1.0]], optimizer=SGD(0.1), epochs=epochs, validation=([[0.0]], [[0.5]]), **how)
    return net, history


def test_early_stopping_restores_the_best_parameters_and_names_the_epoch():
    biases = []
    net, history = runaway(100, patience=3, callbacks=[lambda row, net: biases.append(net["o1"].bias)])
    best = min(range(len(biases)), key=lambda at: abs(biases[at] - 0.5))
    assert history.best_epoch == best + 1 == 7
    assert len(history) == 10
    assert history.stopped == "no better validation_loss for 3 epochs; epoch 7 was the best"
    assert net["o1"].bias == biases[best]
    assert history[6]["validation_loss"] == min(history.column("validation_loss"))


def test_the_best_parameters_come_back_at_the_last_epoch_too():
    net, history = runaway(8, patience=3)
    best, _ = runaway(7)
    assert (history.best_epoch, history.stopped) == (7, "")
    assert net["o1"].bias == best["o1"].bias


def test_without_patience_the_last_parameters_stay():
    net, history = runaway(9)
    assert history.best_epoch is None
    assert net["o1"].bias == pytest.approx(1.0 - 0.9**9)


def test_without_validation_the_loss_decides():
    net = Network.dense([1, 1], "identity", initializer="zeros")
    history = train(net, [[0.0]], [[1.0]], optimizer=SGD(2.0), epochs=50, patience=2)  # jumps from 0 to 2 and back
    assert history.stopped == "no better loss for 2 epochs; epoch 1 was the best"
    assert len(history) == 3


def test_a_callback_that_returns_true_stops_and_every_callback_is_called():
    seen = []
    callbacks = [lambda row, net: row["epoch"] == 3, lambda row, net: seen.append((row["epoch"], net))]
    net = small()
    history = train(net, X, Y, epochs=10, callbacks=callbacks)
    assert history.stopped == "by a callback, after epoch 3"
    assert [epoch for epoch, _ in seen] == [1, 2, 3]
    assert all(one is net for _, one in seen)
    assert bits(net) == after(3)


@pytest.mark.parametrize("answer", [None, False, 1, "yes"])
def test_only_true_stops(answer):
    assert len(train(small(), X, Y, epochs=3, callbacks=[lambda row, net: answer])) == 3


def test_the_epoch_of_a_callbacks_stop_may_be_the_best():
    net, history = runaway(50, patience=3, callbacks=[lambda row, net: row["epoch"] == 6])
    assert history.best_epoch == 6
    assert net["o1"].bias == pytest.approx(1.0 - 0.9**6)


# What is kept.


def test_snapshots_are_the_parameters_of_their_epochs():
    net = small()
    history = train(net, X, Y, epochs=7, snapshots=3)
    assert list(history.snapshots) == [3, 6]
    for epoch, snapshot in history.snapshots.items():
        assert [value.hex() for value in snapshot.values()] == after(epoch)
    assert list(history.snapshots[3]) == list(labels_of(net))
    assert train(small(), X, Y, epochs=7).snapshots == {}


def test_the_columns_stand_in_one_order():
    history = train(small(), X, Y, epochs=1, regularizer=L2(0.1), validation=0.2, record=["gradients"])
    expected = ["epoch", "loss", "accuracy", "penalty", "validation_loss", "validation_accuracy", "learning_rate"]
    assert history.columns[:7] == expected
    assert history.columns[7:9] == ["gradient/layer 1", "gradient/h1"]
    assert history.csv().splitlines()[0] == ",".join(history.columns)


def test_what_is_recorded_is_what_happened():
    """x -> h1, h2 (relu) -> o, three examples in batches of two, every number worked out here."""
    net = Network.dense([1, 2, 1], ["relu", "identity"], initializer="zeros")
    v, b, u, c = [0.5, -1.0], [0.1, 0.2], [2.0, -0.5], -0.3
    for k in (0, 1):
        net.edge("x1", f"h{k + 1}").weight, net[f"h{k + 1}"].bias = v[k], b[k]
        net.edge(f"h{k + 1}", "o1").weight = u[k]
    net["o1"].bias = c
    rows, targets, rate = [1.0, -2.0, 0.4], [0.5, 1.5, -1.0], 0.05
    told = {key: [] for key in ("g1", "g2", "go", "u1", "u2", "uo", "a1", "a2", "ao")}
    for batch in ([0, 1], [2]):
        sums = {"v": [0.0, 0.0], "b": [0.0, 0.0], "u": [0.0, 0.0], "c": 0.0}
        for at in batch:
            h = [max(0.0, v[k] * rows[at] + b[k]) for k in (0, 1)]
            o = u[0] * h[0] + u[1] * h[1] + c
            sums["c"] += o - targets[at]
            for k in (0, 1):
                delta = (o - targets[at]) * u[k] * (h[k] > 0.0)
                sums["u"][k] += (o - targets[at]) * h[k]
                sums["v"][k] += delta * rows[at]
                sums["b"][k] += delta
        n = len(batch)
        for k in (0, 1):
            told[f"g{k + 1}"] += [abs(sums["b"][k]) / n, abs(sums["v"][k]) / n]
            told[f"u{k + 1}"].append(rate * abs(sums["v"][k]) / n / abs(v[k]))
            told[f"a{k + 1}"].append(h[k])
            told["uo"].append(rate * abs(sums["u"][k]) / n / abs(u[k]))
        told["go"] += [abs(sums["c"]) / n, abs(sums["u"][0]) / n, abs(sums["u"][1]) / n]
        told["ao"].append(o)
        v = [v[k] - rate * sums["v"][k] / n for k in (0, 1)]
        b = [b[k] - rate * sums["b"][k] / n for k in (0, 1)]
        u = [u[k] - rate * sums["u"][k] / n for k in (0, 1)]
        c -= rate * sums["c"] / n
    history = train(
        net, [[one] for one in rows], [[one] for one in targets], optimizer=SGD(rate), epochs=1, batch_size=2,
        shuffle=False, record=["gradients", "updates", "activations"],
    )  # fmt: skip
    row = history[0]

    def mean(*keys):
        values = [value for key in keys for value in told[key]]
        return pytest.approx(math.fsum(values) / len(values), rel=1e-13)

    for neuron, mark in (("h1", "1"), ("h2", "2"), ("o1", "o")):
        assert row[f"gradient/{neuron}"] == mean("g" + mark)
        assert row[f"update/{neuron}"] == mean("u" + mark)
        assert row[f"activation/{neuron}"] == mean("a" + mark)
    for what in ("gradient", "update", "activation"):
        assert row[f"{what}/layer 1"] == mean(what[0] + "1", what[0] + "2")
        assert row[f"{what}/layer 2"] == row[f"{what}/o1"]
    of_1 = [(told[key][at] + told[key][at + 2]) / 2 for key in ("g1", "g2") for at in (0, 1)]
    of_2 = [(told["go"][at] + told["go"][at + 3]) / 2 for at in (0, 1, 2)]
    for layer, strengths in (("layer 1", sorted(of_1)), ("layer 2", sorted(of_2))):
        last = len(strengths) - 1
        for what, share in (("low", 0.25), ("median", 0.5), ("high", 0.75)):
            at = int(share * last)  # on a straight line between the two parameters on both sides
            between = strengths[at] + (share * last - at) * (strengths[min(at + 1, last)] - strengths[at])
            assert row[f"gradient_{what}/{layer}"] == pytest.approx(between, rel=1e-13), (what, layer)
    assert row["zero/h2"] == sum(one == 0.0 for one in told["a2"]) / 2
    assert row["zero/layer 1"] == sum(one == 0.0 for one in told["a1"] + told["a2"]) / 4


def test_the_share_of_dead_and_saturated_neurons_is_told():
    net = Network.dense([1, 2, 1], ["sigmoid", "identity"], initializer="zeros")
    net["h1"].bias = 50.0
    (row,) = train(net, [[1.0], [2.0]], [[0.0], [0.0]], epochs=1, record=["activations"])
    assert (row["saturated/h1"], row["saturated/h2"], row["saturated/layer 1"]) == (1.0, 0.0, 0.5)
    assert (row["zero/h1"], row["saturated/o1"]) == (0.0, 0.0), "identity has no bound"


def test_the_quartiles_of_a_single_parameter_are_itself_and_each_epoch_begins_anew():
    net = Network()
    net.add_input("x1")
    net.add_neuron("h1", "identity")  # a bias and no weight
    net.add_output("o1", "identity")
    net.connect("x1", "o1", 0.0)
    net.connect("h1", "o1", 1.0)
    net.freeze("o1")
    history = train(net, [[0.0]], [[1.0]], optimizer=SGD(0.5), epochs=3, record=["gradients"])
    for what in ("low", "median", "high"):
        assert history.column(f"gradient_{what}/layer 1") == [1.0, 0.5, 0.25]
    assert history.columns[-7:-2] == [
        "gradient/o1", "gradient_low/layer 1", "gradient_median/layer 1", "gradient_high/layer 1",
        "gradient_low/layer 2",
    ]  # fmt: skip


def test_watching_changes_nothing():
    assert after(3) == after(3, record=["gradients", "updates", "activations"], snapshots=1)


# Progress.


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "asked", "shown"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, False), (False, False, False)],
)
def test_progress_is_shown_on_a_terminal_or_when_asked_for(monkeypatch, terminal, asked, shown):
    screen = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    train(small(), X, Y, epochs=2, progress=asked, validation=0.2)
    said = screen.getvalue()
    assert bool(said) is shown
    if shown:
        for word in ("2/2", "epoch", "loss=0.", "accuracy=0.", "validation_loss=", "validation_accuracy="):
            assert word in said


# The caller owns the loop.


def test_the_caller_may_own_the_loop():
    trainer = Trainer(small(), X, Y, batch_size=4)
    rows = []
    for row in trainer.epochs(50):
        rows.append(row)
        if row["epoch"] == 5:
            break
    rows += trainer.epochs(2)
    assert [row["epoch"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert trainer.epoch == 7
    net = small()
    assert train(net, X, Y, epochs=7, batch_size=4).rows == rows
    assert bits(trainer.net) == bits(net)


@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.01)], ids=["SGD", "Adam"])
def test_what_is_frozen_between_two_epochs_stays_from_then_on(optimizer):
    trainer = Trainer(small(), X, Y, optimizer=optimizer)
    list(trainer.epochs(1))
    edge, net = trainer.net.edge("x1", "h1"), trainer.net
    net.freeze(edge)
    before, other = edge.weight, net.edge("x2", "h1").weight
    list(trainer.epochs(2))
    assert edge.weight == before
    assert net.edge("x2", "h1").weight != other
    net.unfreeze(edge)
    list(trainer.epochs(1))
    assert edge.weight != before


def test_a_network_edited_between_two_epochs_is_refused():
    trainer = Trainer(small(), X, Y)
    list(trainer.epochs(1))
    trainer.net.disconnect("x1", "h1")
    with pytest.raises(StateError) as caught:
        list(trainer.epochs(1))
    assert str(caught.value) == "train: the network has been edited since training began. Begin a new training."


def test_after_training_the_next_pass_begins_its_own_gradients():
    net, fresh = small(), small()
    train(net, X, Y, epochs=2, callbacks=[lambda row, net: None])
    put_back(fresh, values_of(net))
    for one in (net, fresh):
        one.forward(X[0])
        one.backward(Y[0])
    assert [edge.grad for edge in net.edges] == [edge.grad for edge in fresh.edges]


@pytest.mark.parametrize("validation", [None, (X[:1], Y[:1])])
def test_between_epochs_the_activations_are_those_of_old_parameters(validation):
    trainer = Trainer(small(), X, Y, validation=validation)
    list(trainer.epochs(1))
    with pytest.raises(StateError, match="no forward pass"):
        trainer.net.backward(Y[0])


def test_no_epochs_leave_everything_as_it_was():
    net = small()
    before = net.__getstate__()
    history = train(net, X, Y, epochs=0)
    assert (len(history), history.stopped, history.findings) == (0, "", [])
    assert net.__getstate__() == before
    assert str(history) == "no epoch was finished"


# Going on.

EVERY = {
    "SGD": {"optimizer": SGD(0.3)},
    "SGD with a schedule": {"optimizer": SGD(cosine(0.3, 20))},
    "Momentum": {"optimizer": Momentum(0.1)},
    "Nesterov": {"optimizer": Momentum(0.1, nesterov=True), "regularizer": L2(0.01)},
    "RMSProp": {"optimizer": RMSProp(0.01), "clip": Clip(norm=0.1)},
    "Adam": {"optimizer": Adam(0.01), "regularizer": ElasticNet(0.001, 0.01), "validation": 0.2},
    "AdamW": {"optimizer": AdamW(0.01), "seed": 9},
}


@pytest.mark.parametrize("how", EVERY.values(), ids=EVERY)
def test_seven_epochs_and_thirteen_are_twenty_to_the_last_bit(how):
    whole = Trainer(small(), X, Y, batch_size=10, **how)
    rows = list(whole.epochs(20))
    first = Trainer(small(), X, Y, batch_size=10, **how)
    early = list(first.epochs(7))
    state = json.loads(json.dumps(first.state(), allow_nan=False))
    other = small(seed=99)
    put_back(other, values_of(first.net))
    second = Trainer(other, X, Y, batch_size=10, **how)
    second.resume(state)
    assert early + list(second.epochs(13)) == rows
    assert bits(other) == bits(whole.net)
    assert second.state() == whole.state()


def test_a_resumed_run_with_frozen_and_tied_parameters_goes_on_too():
    def shared() -> Network:
        net = small()
        net.freeze("h2")
        net.tie(net.edge("x1", "h1"), net.edge("x2", "h3"), net.edge("h4", "o1"))
        return net

    whole, first = (Trainer(shared(), X, Y, optimizer=Adam(0.02)) for _ in range(2))
    list(whole.epochs(5)), list(first.epochs(2))
    second = Trainer(first.net.copy(), X, Y, optimizer=Adam(0.02))
    second.resume(json.loads(json.dumps(first.state())))
    list(second.epochs(3))
    assert bits(second.net) == bits(whole.net)


def patient(net: Network, epochs: int) -> Loop:
    trainer = Trainer(net, [[0.0]], [[1.0]], optimizer=SGD(0.1), validation=([[0.0]], [[0.5]]))
    return Loop(trainer, epochs, patience=3)


def zero() -> Network:
    return Network.dense([1, 1], "identity", initializer="zeros")


@pytest.mark.parametrize("done", [5, 8])
def test_a_resumed_loop_remembers_the_best_so_far(done):
    whole = patient(zero(), 100)
    expected = whole.run()
    states = []
    early = patient(zero(), done)
    early.run(every=done, keep=lambda history: states.append((early.state(), early.trainer.net.copy())))
    state, net = states[0]
    late = patient(net, 100)
    late.resume(json.loads(json.dumps(state)))
    history = late.run()
    assert (history.stopped, history.best_epoch) == (expected.stopped, expected.best_epoch)
    assert history.rows == expected.rows[done:]
    assert bits(net) == bits(whole.trainer.net)


@pytest.mark.parametrize(
    ("best", "message"),
    [
        ({"loss": 0.5}, "resume, best: got {'loss': 0.5} (a dict), expected a loss, an epoch and values."),
        (3, "resume, best: got 3, expected a loss, an epoch and values."),
        ({"loss": 0.5, "epoch": 1, "values": [0.0]}, "resume, best: got 1 parameters, expected 2."),
        ({"loss": "low", "epoch": 1, "values": [0.0, 0.0]}, "resume, best: got 'low' (a str), expected one finite"),
    ],
)
def test_a_best_that_does_not_fit_is_refused(best, message):
    loop = patient(zero(), 5)
    with pytest.raises(NeurographError) as caught:
        loop.resume(loop.state() | {"best": best})
    assert str(caught.value).startswith(message)


def told(seed: int = 4) -> str:
    """Everything a run has to say, to the last bit."""
    net = small()
    history = train(
        net, X, Y, optimizer=Adam(0.02), epochs=6, batch_size=7, validation=0.2, regularizer=L2(0.01), seed=seed,
        record=["gradients", "updates", "activations"],
    )  # fmt: skip
    return "\n".join([history.csv(), *bits(net), *history.findings])


def test_the_same_seed_has_the_same_bits_in_every_process():
    here = told()
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    for seed in ("0", "1", "random"):
        command = [sys.executable, "-c", "import sys, test_loop as t; sys.stdout.buffer.write(t.told().encode())"]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        said = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60, cwd=ROOT)
        assert said.stdout.decode() == here
    assert told() == here
    assert told(seed=5) != here


# Ctrl-C.


@pytest.fixture
def handler():
    """Python's own handler of Ctrl-C, even where the tests run in the background and ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_between_epochs_ends_there(handler):
    net = small()
    history = train(net, X, Y, epochs=50, callbacks=[lambda row, net: ctrl_c() if row["epoch"] == 3 else None])
    assert history.stopped == "interrupted"
    assert len(history) == 3
    assert bits(net) == after(3)
    assert history.findings == train(small(), X, Y, epochs=3).findings
    assert signal.getsignal(signal.SIGINT) is handler


def interrupting(at: int) -> Network:
    """A network whose first neuron presses Ctrl-C at a certain example."""
    calls = []

    def value(z):
        calls.append(z)
        if len(calls) == at:
            ctrl_c()
        return z

    return line_of(Activation("busy", value, lambda z, a: 1.0, "z", "1"))


def line_of(rule) -> Network:
    net = Network()
    net.add_input("x")
    net.add_neuron("h", rule)
    net.add_output("o", "identity")
    net.connect("x", "h", 0.5)
    net.connect("h", "o", 0.5)
    return net


ONES = [[0.1 * k] for k in range(10)]


@pytest.mark.parametrize(("example", "done"), [(1, 0), (4, 0), (5, 0), (10, 1), (11, 1), (14, 1), (20, 2)])
def test_ctrl_c_leaves_the_weights_of_the_last_finished_epoch(handler, example, done):
    """Batches of 4, 4 and 2: whatever example is at hand, the weights and the last row belong together."""
    net = interrupting(example)
    history = train(net, ONES, ONES, epochs=9, batch_size=4, shuffle=False)
    assert history.stopped == "interrupted"
    assert len(history) == done
    twin = line_of("identity")
    train(twin, ONES, ONES, epochs=done, batch_size=4, shuffle=False)
    assert bits(net) == bits(twin)
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_second_ctrl_c_stops_at_once(handler):
    def twice(row, net):
        ctrl_c()
        ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        train(small(), X, Y, epochs=5, callbacks=[twice])
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_with_patience_still_restores_the_best():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        net, history = runaway(50, patience=20, callbacks=[lambda row, net: ctrl_c() if row["epoch"] == 12 else None])
    finally:
        signal.signal(signal.SIGINT, before)
    assert (history.stopped, history.best_epoch, len(history)) == ("interrupted", 7, 12)
    assert net["o1"].bias == pytest.approx(1.0 - 0.9**7)


def test_an_error_gives_the_handler_back(handler):
    def fail(row, net):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train(small(), X, Y, epochs=5, callbacks=[fail])
    assert signal.getsignal(signal.SIGINT) is handler


def test_where_ctrl_c_is_ignored_it_stays_ignored(handler):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    history = train(small(), X, Y, epochs=3, callbacks=[lambda row, net: ctrl_c()])
    assert (len(history), history.stopped) == (3, "")
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_thread_of_its_own_can_train():
    histories = []
    thread = threading.Thread(target=lambda: histories.append(train(small(), X, Y, epochs=2)))
    thread.start()
    thread.join()
    assert [len(history) for history in histories] == [2]


SCRIPT = """
import signal, neurograph as ng
signal.signal(signal.SIGINT, signal.default_int_handler)
net = ng.Network.dense([4, 5, 3], "sigmoid", seed=1)
X, Y = [[0.1 * k, 0.2, 0.3, 0.4] for k in range(500)], [[1, 0, 0]] * 500
history = ng.train(net, X, Y, epochs=10**6, callbacks=[lambda row, net: print(row["epoch"], flush=True)])
print(history.stopped, len(history), signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


@pytest.mark.skipif(os.name != "posix", reason="a signal is sent to another process")
def test_a_real_ctrl_c_ends_a_real_process_well():
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()  # not communicate, which would lose the lines that were read ahead
        errors = process.stderr.read()
        process.wait(timeout=30)
    assert process.returncode == 0, errors
    *epochs, last = said.splitlines()
    done = int(epochs[-1]) if epochs else 3
    assert last == f"interrupted {done} True"
    assert not errors


def test_what_was_watched_of_a_half_epoch_is_not_in_the_next_row():
    data = ng.datasets.moons(40, seed=0)

    def trainer():
        net = ng.Network.dense([2, 3, 1], "tanh", seed=1)
        return ng.Trainer(net, data.X, data.Y, batch_size=5, record=("gradients", "updates", "activations"))

    stopped, whole = trainer(), trainer()
    asked = iter([False, False, True])
    assert list(stopped.epochs(1, until=lambda: next(asked))) == []
    stopped.rewind()
    assert list(stopped.epochs(1)) == list(whole.epochs(1))


def test_a_neuron_called_as_a_layer_or_an_edge_has_columns_and_snapshots_of_its_own():
    net = small()
    for name in ("layer 1", "x1->o1"):
        net.add_neuron(name, "tanh")
        net.connect("x1", name, 0.5), net.connect(name, "o1", 0.5)
    net.connect("x1", "o1", 0.25)
    history = train(net, X, Y, epochs=1, record=["gradients"], snapshots=1)
    row, snapshot = history[-1], history.snapshots[1]
    assert row["gradient/neuron layer 1"] != row["gradient/layer 1"]
    assert len(snapshot) == sum(1 + len(neuron.incoming) for neuron in net.neurons if neuron.role != "input")
    assert (snapshot["x1->o1"], snapshot["neuron x1->o1"]) == (net.edge("x1", "o1").weight, net["x1->o1"].bias)
