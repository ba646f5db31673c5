"""What a sweep refuses, with its message in full; before anything is run, and before a file is touched."""

from __future__ import annotations

import sys
import threading

import pytest

import neurograph as ng
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError, UnknownNameError
from neurograph.learning.sweeps.plan import SETTINGS

XOR = ng.datasets.xor()
KNOWN = ", ".join(SETTINGS)
MAKER = "An optimizer that is given as a function, optimizer=ng.Adam, takes its own parameters, such as rate."
NOBODY = "it is no parameter of make_net and no setting of train that a sweep can give"
A_LIST = "expected a list of values. One value for all runs stands beside it."


def make_net(hidden, seed):
    raise AssertionError("nothing is run")


def refusal(tmp_path, make=make_net, data=XOR, grid=None, seeds=(0,), **how) -> NeurographError:
    path = tmp_path / "runs.jsonl"
    grid = {"hidden": [2, 3]} if grid is None else grid
    with pytest.raises(NeurographError) as caught:
        ng.sweep(make, data, grid, seeds, **{"path": path} | how)
    assert not path.exists()
    return caught.value


GRIDS = {
    "no dict": (
        [2, 3],
        InvalidTypeError,
        (
            'sweep, grid: got [2, 3] (a list), expected a dict of lists of values. Such as {"hidden": [3, 5, 8]}; {} '
            "for seeds alone."
        ),
    ),
    "a name that is none": (
        {3: [1]},
        InvalidTypeError,
        "sweep, grid: got 3, expected the name of a parameter, as text.",
    ),
    "one number": ({"hidden": 3}, InvalidTypeError, f"sweep, grid, 'hidden': got 3, {A_LIST}"),
    "one text": ({"loss": "l"}, InvalidTypeError, f"sweep, grid, 'loss': got 'l' (a str), {A_LIST}"),
    "a set": ({"hidden": {3}}, InvalidTypeError, f"sweep, grid, 'hidden': got {{3}} (a set), {A_LIST}"),
    "no values": ({"hidden": []}, InvalidValueError, "sweep, grid, 'hidden': it has no values. Give at least one."),
    "the same value twice": (
        {"hidden": [3, 4, 3]},
        InvalidValueError,
        'sweep, grid, \'hidden\': two values are called 3. Give them names: {"hidden": {"one": ..., "other": ...}}.',
    ),
    "two values of one name": (
        {"hidden": [3], "regularizer": [ng.L2(0.1), ng.L2(0.2)]},
        InvalidValueError,
        (
            "sweep, grid, 'regularizer': two values are called 'L2'. Give them names: "
            '{"regularizer": {"one": ..., "other": ...}}.'
        ),
    ),
    "the seed": (
        {"seed": [1]},
        InvalidValueError,
        "sweep, grid, 'seed': seeds are not in the grid. Give them beside it, seeds=range(5).",
    ),
    "the name of a column": (
        {"accuracy": [1]},
        InvalidValueError,
        "sweep, grid, 'accuracy': the rows have a column of this name. Give the parameter another name.",
    ),
    "a name that nobody takes": (
        {"hiden": [3]},
        UnknownNameError,
        f"sweep, grid, 'hiden': {NOBODY}. Did you mean 'hidden'? Known: hidden, {KNOWN}, rate. {MAKER}",
    ),
    "a parameter of an optimizer that is made already": (
        {"hidden": [3], "optimizer": [ng.Adam(0.1)], "rate": [0.1]},
        UnknownNameError,
        f"sweep, grid, 'rate': {NOBODY}. Known: hidden, {KNOWN}. {MAKER}",
    ),
    "a learning rate for an optimizer that is made already": (
        {"hidden": [3], "optimizer": [ng.Adam(0.1)], "learning_rate": [0.1]},
        InvalidTypeError,
        (
            "sweep, learning_rate: an optimizer has its own learning rate. Give it there, as in optimizer=Adam(0.01), "
            'or name the optimizer: optimizer="adam", learning_rate=0.01.'
        ),
    ),
    "a learning rate for an optimizer that is a function": (
        {"hidden": [3], "optimizer": [ng.Adam], "learning_rate": [0.1]},
        InvalidTypeError,
        (
            "sweep, learning_rate: Adam is a function, and takes its own parameters. Give it as rate, or name the "
            'optimizer: optimizer="adam".'
        ),
    ),
    "an optimizer that nobody knows": (
        {"hidden": [3], "optimizer": ["Adam"]},
        UnknownNameError,
        (
            "sweep, optimizer: unknown optimizer 'Adam'. Did you mean 'adam'? Known: sgd, momentum, nesterov, rmsprop, "
            "adam, adamw."
        ),
    ),
    "a parameter that one of the optimizers lacks": (
        {"hidden": [3], "optimizer": [ng.Momentum, ng.SGD], "momentum": [0.9]},
        UnknownNameError,
        f"sweep, grid, 'momentum': {NOBODY} with optimizer=SGD. Known: hidden, {KNOWN}, rate. {MAKER}",
    ),
    "one that make_net lacks": (
        {},
        InvalidTypeError,
        (
            "sweep, make_net: it needs 'hidden', which is not given. Put it into the grid, 'hidden': [...], or give "
            "one value for all runs, hidden=..."
        ),
    ),
    "one that a regularizer lacks": (
        {"hidden": [3], "regularizer": [ng.L2]},
        InvalidTypeError,
        (
            "sweep, regularizer, L2: it needs 'strength', which is not given. Put it into the grid, 'strength': [...], "
            "or give one value for all runs, strength=..."
        ),
    ),
}


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_that_cannot_be_used(tmp_path, name):
    grid, kind, message = GRIDS[name]
    error = refusal(tmp_path, grid=grid)
    assert (str(error), type(error)) == (message, kind)


@pytest.mark.parametrize("name", ["loss_function", "validation_loss", "epochs_done", "stopped", "seconds", "error"])
def test_every_name_of_a_column_is_taken(tmp_path, name):
    assert "the rows have a column of this name" in str(refusal(tmp_path, grid={name: [1]}))


OTHERS = {
    "make_net is a net": (
        {"make": 3},
        ("sweep, make_net: got 3, expected a function that makes a network. Such as "
        'lambda hidden, seed: ng.Network.dense([4, hidden, 3], "sigmoid", seed=seed).'),
    ),
    "make_net without a seed": (
        {"make": lambda hidden: None},
        ("sweep, make_net: it takes hidden, but no seed, so all its networks would begin alike. Give it a parameter "
        "`seed`, and hand it on: ng.Network.dense(..., seed=seed)."),
    ),
    "make_net without anything": (
        {"make": ng.Network, "grid": {}},
        ("sweep, make_net: it takes nothing, but no seed, so all its networks would begin alike. Give it a parameter "
        "`seed`, and hand it on: ng.Network.dense(..., seed=seed)."),
    ),
    "make_net cannot be read": (
        {"make": max},
        ("sweep, make_net: got <built-in function max> (a builtin_function_or_method), "
        "expected a function whose parameters can be read. Wrap it: lambda hidden, seed: ..."),
    ),
    "a setting of no one": (
        {"epoch": 3},
        f"sweep, epoch: {NOBODY}. Did you mean 'epochs'? Known: hidden, {KNOWN}, rate. {MAKER}",
    ),
    "a setting that a sweep does not keep": (
        {"snapshots": 3},
        f"sweep, snapshots: {NOBODY}. Known: hidden, {KNOWN}, rate. {MAKER}",
    ),
    "one seed": (
        {"seed": 3},
        "sweep, seed: every run has a seed of its own. Give them as a list, seeds=[0, 1].",
    ),
    "given twice": (
        {"hidden": 4},
        "sweep, hidden: it is given twice, in the grid and beside it. Keep one of both.",
    ),
    "seeds are one number": (
        {"seeds": 5},
        "sweep, seeds: got 5, expected a list of whole numbers. Such as range(5).",
    ),
    "seeds have no order": (
        {"seeds": {5: 1}},
        "sweep, seeds: got {5: 1} (a dict), expected a list of whole numbers. Such as range(5).",
    ),
    "a seed is no whole number": ({"seeds": [0, 1.5]}, "sweep, seeds[1]: got 1.5, expected a whole number."),
    "no seeds": ({"seeds": []}, "sweep, seeds: there is none. Give at least one, such as range(5)."),
    "a seed twice": (
        {"seeds": [0, 1, 0]},
        "sweep, seeds: 0 is given twice. Each is one run of every combination.",
    ),
    "no jobs": ({"n_jobs": 0}, "sweep, n_jobs: got 0, expected 1 or more, or -1 for one on each processor."),
    "jobs are no number": ({"n_jobs": "all"}, "sweep, n_jobs: got 'all' (a str), expected a whole number."),
    "data are no pair": (
        {"data": [1, 2]},
        "sweep, data: got [1, 2] (a list), expected a data set such as ng.datasets.load_iris(), or a pair (X, Y).",
    ),
    "data are three": (
        {"data": ([[1]], [[1]], 3)},
        ("sweep, data: got ([[1]], [[1]], 3) (a tuple), expected a data set such as ng.datasets.load_iris(), or a pair "
        "(X, Y)."),
    ),
    "one row": (
        {"data": ([1.0, 2.0], [[1.0]])},
        (
            "sweep, data, X: got [1.0, 2.0] (a list), expected a list of rows, each a list of numbers. "
            "Write a column as [[0], [1], ...]."
        ),
    ),
    "labels": (
        {"data": ([[1.0], [2.0]], ["a", "b"])},
        "sweep, data, Y: got labels, expected numbers. Give ng.Dataset.from_arrays(X, labels), with one-hot classes.",
    ),
    "no rows": (
        {"data": ([[1.0]], [])},
        "sweep, data, Y: got [] (a list), expected a list of rows, each a list of numbers.",
    ),
    "rows of two lengths": (
        {"data": ([[1.0, 2.0], [1.0]], [[1.0], [0.0]])},
        "sweep, data, X[1]: got 1 number, expected 2 numbers, one for each of x1, x2.",
    ),
    "no number": (
        {"data": ([[1.0, "2"]], [[1.0]])},
        "sweep, data, X[0][1] (for x2): got '2' (a str), expected one finite number (an int or a float).",
    ),
    "two lengths": (
        {"data": ([[1.0], [2.0]], [[1.0]])},
        "sweep, data: got 2 rows of X and 1 of Y, expected as many of each.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_else_cannot_be_used(tmp_path, name):
    how, message = OTHERS[name]
    assert str(refusal(tmp_path, **how)) == message


# Files.


@pytest.mark.parametrize("path", [3, b"runs", ""])
def test_a_path_that_is_none(tmp_path, path):
    said = str(refusal(tmp_path, path=path))
    assert said.startswith("sweep, path: got ")
    assert said.endswith(', expected the name of a file, such as "runs.jsonl".')


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "Is a directory"), ("none/runs.jsonl", "No such file or directory"), ("a\0b", "embedded null byte")],
)
def test_a_path_that_cannot_be_opened(tmp_path, name, reason):
    path = tmp_path / name
    shown = str(path).replace("\0", "\\x00")
    expected = f"sweep, path: {shown} cannot be opened ({reason}). Choose another name or folder."
    assert str(refusal(tmp_path, path=path)) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="devices are files on POSIX")
def test_a_device_keeps_nothing(tmp_path):
    assert str(refusal(tmp_path, path="/dev/null")) == "sweep, path: /dev/null is a device or a pipe. Choose a file."


# Other processes.


@pytest.mark.parametrize("missing", ["joblib", "cloudpickle"])
def test_without_joblib_runs_side_by_side_are_refused_and_others_not(monkeypatch, missing):
    pytest.importorskip("joblib", reason="without it, cloudpickle is not asked for", exc_type=ImportError)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NeurographError) as caught:
        ng.sweep(make_net, XOR, {"hidden": [2]}, [0], n_jobs=2)
    assert str(caught.value) == (
        f"sweep, n_jobs=2: runs side by side need {missing}, which is not installed. "
        "In the checkout, run: python -m pip install -e '.[sweep]'"
    )
    assert ng.sweep(ng.Network.dense, XOR, {}, [0], 1, sizes=[2, 1], activations="tanh", epochs=1)[0]["error"] is None
    if missing == "joblib":
        assert ng.sweep(ng.Network.dense, XOR, {}, [0], sizes=[2, 1], activations="tanh", epochs=1)[0]["error"] is None


@pytest.fixture
def joblib():
    module = pytest.importorskip("joblib", reason="runs side by side need joblib", exc_type=ImportError)
    pytest.importorskip("cloudpickle", reason="runs side by side need cloudpickle", exc_type=ImportError)
    yield module
    module.externals.loky.get_reusable_executor().shutdown()


@pytest.mark.usefixtures("joblib")
def test_what_cannot_be_sent_is_said_before_anything_is_run():
    lock = threading.Lock()
    with pytest.raises(NeurographError) as caught:
        ng.sweep(lambda hidden, seed: lock, XOR, {"hidden": [2]}, [0], n_jobs=2)
    assert str(caught.value) == (
        "sweep, n_jobs=2: make_net, or a value, cannot be sent to another process (cannot pickle '_thread.lock' "
        "object). Let make_net open what it needs, or take n_jobs=1."
    )


def test_a_backend_that_cannot_give_rows_one_by_one_is_named(joblib):
    with joblib.parallel_config(backend="multiprocessing"), pytest.raises(NeurographError) as caught:
        ng.sweep(make_net, XOR, {"hidden": [2]}, [0], n_jobs=2)
    said = str(caught.value)
    assert said.startswith("sweep, n_jobs=2: the processes broke down (ValueError: Backend ")
    assert said.endswith(
        "). What is in the file of the sweep is safe; run it again to go on, with fewer processes if memory was short."
    )


@pytest.mark.usefixtures("joblib")
def test_a_process_that_dies_ends_the_sweep_but_loses_no_row(tmp_path):
    fine = tmp_path / "fine"

    def deadly(sizes, seed):
        import os
        import time

        if seed == 2 and not fine.exists():
            time.sleep(0.3)
            os._exit(1)
        return ng.Network.dense(sizes, "sigmoid", seed=seed)

    path = tmp_path / "runs.jsonl"
    with pytest.raises(NeurographError) as caught:
        ng.sweep(deadly, XOR, {"sizes": [[2, 1]]}, range(3), n_jobs=2, epochs=1, path=path)
    assert str(caught.value).startswith("sweep, n_jobs=2: the processes broke down (TerminatedWorkerError: A worker ")
    kept = path.read_text().splitlines()
    assert len(kept) == 3
    fine.touch()
    result = ng.sweep(deadly, XOR, {"sizes": [[2, 1]]}, range(3), n_jobs=2, epochs=1, path=path)
    assert result.column("error") == [None] * 3
    assert path.read_text().splitlines()[:3] == kept
