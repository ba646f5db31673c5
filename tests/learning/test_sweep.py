"""A sweep: what its runs are given, what its rows say, in which order, wherever they run, and how it is stopped."""

from __future__ import annotations

import csv
import io
import os
import pickle
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import mean, stdev

import pytest

import neurograph as ng
from neurograph.learning.sweeps.arguments import label
from neurograph.learning.sweeps.jobs import worker
from neurograph.learning.sweeps.packing import pack, unpack
from neurograph.learning.sweeps.plan import SETTINGS, plan_of
from neurograph.learning.sweeps.table import Sweep

ROOT = Path(__file__).parents[2]
XOR = ng.datasets.xor()
IRIS = ng.datasets.load_iris()


def make_net(hidden, seed):
    return ng.Network.dense([2, hidden, 1], ["tanh", "sigmoid"], seed=seed)


def bare(result) -> list[dict]:
    """The rows without their seconds, which are never the same."""
    return [{name: value for name, value in row.items() if name != "seconds"} for row in result]


@pytest.fixture(scope="module")
def joblib():
    """joblib, whose processes are gone after the tests of this file."""
    module = pytest.importorskip("joblib", reason="runs side by side need joblib", exc_type=ImportError)
    pytest.importorskip("cloudpickle", reason="runs side by side need cloudpickle", exc_type=ImportError)
    yield module
    module.externals.loky.get_reusable_executor().shutdown()


# What reaches whom.


def test_a_row_is_what_training_by_hand_gives_with_its_seed_in_both_places():
    result = ng.sweep(make_net, XOR, {"hidden": [2, 3], "rate": [0.1, 0.5]}, [4, 0], epochs=7, batch_size=2)
    expected = []
    for hidden in (2, 3):
        for rate in (0.1, 0.5):
            for seed in (4, 0):
                net = make_net(hidden, seed)
                history = ng.train(net, XOR.X, XOR.Y, optimizer=ng.SGD(rate), epochs=7, batch_size=2, seed=seed)
                expected.append(
                    {
                        "hidden": hidden,
                        "rate": rate,
                        "seed": seed,
                        "loss": history[-1]["loss"],
                        "accuracy": history[-1]["accuracy"],
                        "epochs_done": 7,
                        "stopped": "",
                        "error": None,
                    }
                )
    assert bare(result) == expected
    assert [list(row) for row in result] == [[*[*expected[0]][:-1], "seconds", "error"]] * 8
    assert all(0.0 < row["seconds"] < 5.0 for row in result)
    assert (result.parameters, result.stopped) == (("hidden", "rate"), "")


def test_the_seed_matters_in_both_places():
    """What the test above relies on: another seed for weights alone, or order alone, gives other numbers."""
    losses = {
        ng.train(make_net(3, first), XOR.X, XOR.Y, epochs=3, seed=second)[-1]["loss"]
        for first in (0, 4)
        for second in (0, 4)
    }
    assert len(losses) == 4


def test_without_an_optimizer_it_is_that_of_train():
    (row,) = ng.sweep(partial(make_net, hidden=2), XOR, {}, [3], epochs=2)
    assert row["loss"] == ng.train(make_net(2, 3), XOR.X, XOR.Y, epochs=2, seed=3)[-1]["loss"]
    assert next(iter(row)) == "seed"


def test_a_grid_may_hold_settings_of_train_and_values_of_any_kind():
    grid = {
        "loss": ["squared_error", ng.LOSSES["binary_cross_entropy"]],
        "optimizer": [ng.Adam(0.05), ng.Adam(0.01)],
        "regularizer": {"none": None, "weak": ng.L2(0.001)},
        "batch_size": [1, None],
    }
    result = ng.sweep(make_net, XOR, grid, [0], hidden=2, epochs=3, clip=ng.Clip(norm=1.0))
    assert len(result) == 16
    assert result.parameters == ("loss_function", "optimizer", "regularizer", "batch_size")
    first, last = result[0], result[-1]
    assert [first[name] for name in result.parameters] == ["squared_error", "Adam(0.05)", "none", 1]
    assert [last[name] for name in result.parameters] == ["binary_cross_entropy", "Adam(0.01)", "weak", "None"]
    history = ng.train(
        make_net(2, 0), XOR.X, XOR.Y, "binary_cross_entropy", ng.Adam(0.01), 3, None, ng.L2(0.001),
        clip=ng.Clip(norm=1.0),
    )  # fmt: skip
    assert last["loss"] == history[-1]["loss"]
    assert len({row["loss"] for row in result}) == 16


def test_a_function_makes_the_setting_from_the_parameters_that_it_names():
    grid = {"optimizer": [ng.SGD, ng.RMSProp], "rate": [0.02], "strength": [0.1, 0.2], "norm": [0.3]}
    result = ng.sweep(make_net, XOR, grid, [1], hidden=2, epochs=2, regularizer=ng.L2, clip=ng.Clip)
    assert [row["optimizer"] for row in result] == ["SGD", "SGD", "RMSProp", "RMSProp"]
    for row, optimizer, strength in zip(
        result, [ng.SGD(0.02)] * 2 + [ng.RMSProp(0.02)] * 2, [0.1, 0.2] * 2, strict=True
    ):
        history = ng.train(
            make_net(2, 1), XOR.X, XOR.Y, optimizer=optimizer, epochs=2, seed=1, regularizer=ng.L2(strength),
            clip=ng.Clip(norm=0.3),
        )  # fmt: skip
        assert row["loss"] == history[-1]["loss"]


def test_network_dense_is_a_make_net_and_shapes_are_values():
    result = ng.sweep(ng.Network.dense, XOR, {"sizes": [[2, 1], (2, 3, 1)]}, [5], activations="sigmoid", epochs=1)
    assert result.column("sizes") == ["[2, 1]", "[2, 3, 1]"]
    net = ng.Network.dense([2, 3, 1], "sigmoid", seed=5)
    assert result[1]["loss"] == ng.train(net, XOR.X, XOR.Y, epochs=1, seed=5)[-1]["loss"]


def test_a_make_net_of_any_names_gets_what_nobody_else_takes():
    told = []

    def anything(**names):
        told.append(names)
        return make_net(2, names["seed"])

    ng.sweep(anything, XOR, {"width": [1], "rate": [0.1]}, [8], epochs=1, depth=2)
    assert told == [{"width": 1, "depth": 2, "seed": 8}]


def test_a_parameter_goes_to_all_that_name_it():
    told = []

    def busy(hidden, rate, epochs, seed):
        told.append((rate, epochs))
        return make_net(hidden, seed)

    (row,) = ng.sweep(busy, XOR, {"rate": [0.3]}, [0], hidden=2, epochs=3)
    assert told == [(0.3, 3)]
    history = ng.train(make_net(2, 0), XOR.X, XOR.Y, optimizer=ng.SGD(0.3), epochs=3)
    assert (row["loss"], row["epochs_done"]) == (history[-1]["loss"], 3)


def test_all_settings_of_train_can_be_given_but_those_of_a_single_run():
    assert {"loss", "optimizer", "epochs", "batch_size", "regularizer", "validation", "engine", "clip", "patience",
            "callbacks", "shuffle"} <= set(SETTINGS)  # fmt: skip
    assert not {"net", "X", "Y", "seed", "record", "snapshots", "progress"} & set(SETTINGS)
    (row,) = ng.sweep(make_net, XOR, {}, [0], hidden=2, epochs=1, engine="object")
    assert row["error"] is None


def test_numpy_values_become_plain_numbers():
    numpy = pytest.importorskip("numpy")
    seen = []

    def noting(hidden, seed):
        seen.append(type(hidden))
        return make_net(hidden, seed)

    grid = {"hidden": numpy.array([2, 3]), "rate": numpy.linspace(0.1, 0.5, 2)}
    data = numpy.array(XOR.X), numpy.array(XOR.Y)
    result = ng.sweep(noting, data, grid, numpy.arange(1), epochs=1)
    assert [type(value) for value in result[0].values()][:3] == [int, float, int]
    assert set(seen) == {int}
    assert bare(result) == bare(ng.sweep(noting, XOR, {"hidden": [2, 3], "rate": [0.1, 0.5]}, [0], epochs=1))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, True),
        ("x", "x"),
        ([1, [2.5, None]], "[1, [2.5, None]]"),
        (ng.Clip(norm=1.0), "Clip(norm=1.0, value=None)"),
        (ng.Momentum(0.1, nesterov=True), "Nesterov(0.1)"),
        (make_net, "make_net"),
        (object(), "object"),
    ],
)
def test_what_a_cell_says_of_a_value(value, shown):
    assert label(value) == shown


# What a row says.


def test_validation_patience_and_their_columns():
    result = ng.sweep(
        partial(ng.Network.dense, [4, 3], "softmax"), IRIS, {"rate": [0.5, 0.01]}, [0, 1], loss="cross_entropy",
        epochs=6, patience=1, validation=0.3,
    )  # fmt: skip
    for row in result:
        net = ng.Network.dense([4, 3], "softmax", seed=row["seed"])
        history = ng.train(
            net, IRIS.X, IRIS.Y, "cross_entropy", ng.SGD(row["rate"]), 6, patience=1, validation=0.3, seed=row["seed"]
        )
        best = history[history.best_epoch - 1]
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            assert row[name] == best[name]
        assert (row["epochs_done"], row["best_epoch"]) == (len(history), history.best_epoch)
        assert row["stopped"] == history.stopped
    assert any(row["stopped"] and row["best_epoch"] < row["epochs_done"] for row in result)


def test_numbers_to_be_met_have_no_accuracy():
    data = [[0.0], [1.0]], [[0.5], [2.5]]
    (row,) = ng.sweep(partial(ng.Network.dense, [1, 1], "identity"), data, {}, [0], epochs=2)
    assert list(row) == ["seed", "loss", "epochs_done", "stopped", "seconds", "error"]


def test_no_epochs_measure_nothing():
    (row,) = ng.sweep(make_net, XOR, {}, [0], hidden=2, epochs=0)
    assert list(row) == ["seed", "epochs_done", "stopped", "seconds", "error"]
    assert row["epochs_done"] == 0


def failing(hidden, seed):
    if hidden == 0:
        raise RuntimeError("no neurons,\nno net")
    if hidden == 1:
        raise LookupError
    return make_net(hidden, seed) if hidden > 2 else None


FAILURES = [
    "RuntimeError: no neurons,\\nno net",
    "LookupError",
    "InvalidTypeError: sweep, make_net: got None, expected a Network. Does it end with `return net`?",
    None,
]


def test_a_run_that_failed_has_its_error_and_the_others_go_on():
    result = ng.sweep(failing, XOR, {"hidden": [0, 1, 2, 3]}, [0], epochs=1)
    assert result.column("error") == FAILURES
    assert [list(row) for row in result[:3]] == [["hidden", "seed", "seconds", "error"]] * 3
    assert result[3]["accuracy"] is not None


def test_a_training_that_breaks_down_is_such_a_row():
    result = ng.sweep(partial(ng.Network.dense, [2, 1], "identity"), XOR, {"rate": [1e300, -1.0, 0.1]}, [0], epochs=9)
    said = result.column("error")
    assert said[0].startswith("NumericalError: epoch 1, batch 3: output o1: the loss term is inf")
    assert said[1] == "InvalidValueError: SGD, rate: got -1.0, expected a number above 0."
    assert said[2] is None


# Order, and the same rows everywhere.


def many(make, **how) -> Sweep:
    grid = {"hidden": [3, 0, 2], "optimizer": [ng.Momentum, ng.Adam], "rate": [0.05, 1e300]}
    return ng.sweep(make, XOR, grid, [3, 1], epochs=4, loss="binary_cross_entropy", regularizer=ng.L1(0.01), **how)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_the_rows_are_the_same_side_by_side(joblib, backend):
    def make(hidden, seed):
        if hidden == 0:
            raise RuntimeError("no neurons")
        return make_net(hidden, seed)

    alone = many(make, n_jobs=1)
    assert sum(row["error"] is not None for row in alone) >= 8
    with joblib.parallel_config(backend=backend):
        assert bare(many(make, n_jobs=2)) == bare(alone)
    with joblib.parallel_config(backend=backend, n_jobs=2):
        assert bare(many(make)) == bare(alone)


def test_the_rows_stand_in_the_order_of_the_grid_when_the_first_is_the_slowest(joblib, tmp_path):
    def sleepy(hidden, seed):
        time.sleep(0.5 if (hidden, seed) == (2, 0) else 0.0)
        return make_net(hidden, seed)

    path = tmp_path / "runs.jsonl"
    result = ng.sweep(sleepy, XOR, {"hidden": [2, 3]}, range(3), n_jobs=2, epochs=1, path=path)
    assert [(row["hidden"], row["seed"]) for row in result] == [(2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2)]
    last = path.read_text().splitlines()[-1]
    assert last.startswith('{"hidden": 2, "seed": 0'), "it was the last to be done"


def test_several_processes_do_the_work_and_one_job_is_this_process(joblib, tmp_path):
    def noting(folder, hidden, seed):
        (folder / str(os.getpid())).touch()
        time.sleep(0.05)
        return make_net(hidden, seed)

    for n_jobs, backend, others in ((1, None, 0), (None, None, 0), (2, None, 2), (None, "loky", 2), (1, "loky", 0)):
        folder = tmp_path / f"{n_jobs} {backend}"
        folder.mkdir()
        with joblib.parallel_config(**({"backend": backend, "n_jobs": 2} if backend else {})):
            ng.sweep(noting, XOR, {"hidden": [2]}, range(6), n_jobs, epochs=1, folder=folder)
        workers = {path.name for path in folder.iterdir()}
        assert (len(workers), str(os.getpid()) in workers) == (others or 1, not others)


def test_rules_keep_their_identity_on_the_way(joblib):
    """A loss knows its short way by the activation's identity; with a copy it would take another, to other bits."""
    from neurograph import ACTIVATIONS, LOSSES

    assert joblib
    cube = ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
    own = ng.Loss("own", lambda a, y, n: a - y, lambda a, y, n: 1.0, "a - y", "1")
    kinds = {"softmax": ACTIVATIONS["softmax"], "cube": cube, "registries": (ACTIVATIONS, ng.LOSSES, ng.INITIALIZERS)}
    grid = {"loss": [LOSSES["cross_entropy"], own], "regularizer": {"l2": ng.L2(0.1)}}
    plan = plan_of(lambda seed: (kinds, cube, seed), IRIS, grid, [0], {})
    sent = unpack(pack(plan, 2))
    theirs, their_cube, seed = sent.make_net(7)
    assert theirs["softmax"] is ACTIVATIONS["softmax"]
    assert theirs["registries"] == (ACTIVATIONS, ng.LOSSES, ng.INITIALIZERS)
    assert theirs["cube"] is their_cube is not cube
    assert (their_cube.value(2.0), seed) == (8.0, 7)
    assert sent.runs[0].values["loss"] is LOSSES["cross_entropy"]
    assert sent.runs[1].values["loss"].value(3.0, 1.0, 1) == 2.0
    assert sent.runs[0].values["regularizer"].penalty(2.0) == plan.runs[0].values["regularizer"].penalty(2.0)
    assert (sent.X, sent.Y) == (IRIS.X, IRIS.Y)


REGISTERED = """
import pickle, sys
import neurograph as ng
from neurograph.learning.sweeps.packing import pack, unpack
from neurograph.learning.sweeps.plan import plan_of
cube = ng.ACTIVATIONS.add(ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2"))
varied = {"one": {"cube": cube}, "two": {"cubes": (cube,)}}
parcel = pack(plan_of(lambda one, two, seed: None, ng.datasets.xor(), varied, [0], {}), 2)
assert unpack(parcel).runs[0].values["one"] is cube
sys.stdout.buffer.write(pickle.dumps(parcel))
"""


def test_a_rule_that_only_another_process_has_registered_is_sent_along(joblib):
    assert joblib
    done = subprocess.run([sys.executable, "-c", REGISTERED], cwd=ROOT, capture_output=True, check=True)
    values = unpack(pickle.loads(done.stdout)).runs[0].values  # noqa: S301  # of our own making
    assert values["one"] is values["two"][0]
    assert values["one"].value(3.0) == 27.0
    assert "cube" not in ng.ACTIVATIONS


def test_a_process_without_the_package_says_so_in_the_row(joblib, tmp_path):
    """The work is sent as code; by name, a process that does not find the package could not even begin."""
    cloudpickle = pytest.importorskip("cloudpickle")
    path = tmp_path / "work"
    path.write_bytes(cloudpickle.dumps(worker()))
    code = "import sys, pickle; sys.modules['neurograph'] = None; print(pickle.load(open(sys.argv[1], 'rb'))(b'', 5))"
    said = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.startswith("(5, {'seconds': 0.0, 'error': \"ModuleNotFoundError: No module named 'neurograph")


def test_one_job_loads_neither_joblib_nor_cloudpickle():
    code = (
        "import sys, neurograph as ng; from functools import partial\n"
        "result = ng.sweep(partial(ng.Network.dense, [2, 1], 'sigmoid'), ng.datasets.xor(), {}, [0], epochs=1)\n"
        "print(result[0]['error'])\n"
        "print({'joblib', 'cloudpickle', 'dask', 'numpy'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout == "None\nset()\n"


# Progress.


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "asked", "shown"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, False)],
)
def test_progress_is_shown_on_a_terminal_or_when_asked_for(monkeypatch, terminal, asked, shown):
    screen = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    ng.sweep(failing, XOR, {"hidden": [0, 3]}, range(2), epochs=1, progress=asked)
    said = screen.getvalue()
    assert bool(said) is shown
    if shown:
        assert "4/4" in said
        assert "run" in said
        assert "failed=2" in said
        assert "epoch" not in said, "the runs show no bars of their own"


# The table.


def row(hidden, seed, **measured):
    return {"hidden": hidden, "seed": seed} | measured | {"seconds": 0.25, "error": measured.get("error")}


ROWS = [
    row(3, 0, error="RuntimeError: no"),
    row(3, 1, loss=0.5, accuracy=0.75, epochs_done=10, stopped=""),
    row(3, 2, loss=0.25, accuracy=1.0, epochs_done=12, stopped="early, as\nasked"),
    row("many\nmore", 0, loss=1.0, accuracy=0.5, epochs_done=10, stopped=""),
    *(row(None, seed, error=f"RuntimeError: {seed}") for seed in range(4)),
]


def test_the_table_shows_mean_and_spread_of_each_combination():
    assert str(Sweep(ROWS, ("hidden",), "interrupted, 8 of 9 runs are done")).splitlines() == [
        "    hidden    runs           loss       accuracy  epochs_done  seconds",
        "         3  2 of 3  0.375 +- 0.18  0.875 +- 0.18    11 +- 1.4     0.25",
        "many\\nmore       1              1            0.5           10     0.25",
        "      None  0 of 4",
        "mean +- standard deviation over the seeds",
        "failed: hidden=3, seed=0: RuntimeError: no",
        "failed: hidden=None, seed=0: RuntimeError: 0",
        "failed: hidden=None, seed=1: RuntimeError: 1",
        "failed: 2 more, see the column error",
        "stopped: interrupted, 8 of 9 runs are done",
    ]


def test_a_table_of_one_seed_has_no_spread_and_epochs_only_where_they_differ():
    rows = [row(hidden, 0, loss=0.5, epochs_done=10) for hidden in (3, 4)]
    assert str(Sweep(rows, ("hidden",))).splitlines() == [
        "hidden  runs  loss  seconds",
        "     3     1   0.5     0.25",
        "     4     1   0.5     0.25",
    ]


def test_the_summary_is_statistics_of_the_good_runs():
    first, second, third = Sweep(ROWS, ("hidden",)).summary()
    assert first == {
        "hidden": 3, "runs": 3, "failed": 1, "loss": mean([0.5, 0.25]), "loss_spread": stdev([0.5, 0.25]),
        "accuracy": 0.875, "accuracy_spread": stdev([0.75, 1.0]), "epochs_done": 11.0,
        "epochs_done_spread": stdev([10, 12]), "seconds": 0.25, "seconds_spread": 0.0,
    }  # fmt: skip
    assert (second["loss"], second["loss_spread"]) == (1.0, None)
    assert third == {"hidden": None, "runs": 4, "failed": 4}


def test_csv_has_every_row_and_every_float_in_full():
    result = Sweep([*ROWS, row(5, 0, loss=0.1 + 0.2)], ("hidden",))
    read = list(csv.DictReader(io.StringIO(result.csv())))
    assert result.columns == ["hidden", "seed", "loss", "accuracy", "epochs_done", "stopped", "seconds", "error"]
    assert list(read[0]) == result.columns
    assert read[0]["error"] == "RuntimeError: no"
    assert (read[1]["loss"], read[1]["error"]) == ("0.5", "")
    assert read[2]["stopped"] == "early, as\nasked"
    assert float(read[-1]["loss"]) == 0.1 + 0.2


def test_a_result_is_a_sequence_of_rows():
    result = Sweep(ROWS, ("hidden",))
    assert (len(result), result[1], list(result)) == (8, ROWS[1], ROWS)
    assert result.column("accuracy") == [None, 0.75, 1.0, 0.5, None, None, None, None]
    assert repr(result) == "<Sweep of 8 runs, 5 failed, over hidden>"
    assert repr(Sweep(ROWS[1:2], ())) == "<Sweep of 1 run>"
    assert str(Sweep([], ())) == "runs"


def test_pandas_makes_a_table_of_it():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(ng.sweep(make_net, XOR, {"hidden": [2, 3]}, range(2), epochs=1).rows)
    assert frame.groupby("hidden")["loss"].mean().shape == (2,)
