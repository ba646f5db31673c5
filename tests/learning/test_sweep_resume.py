"""A sweep that is stopped, by Ctrl-C, a kill or a full disk, and goes on from its file; and files of others."""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

import neurograph as ng
from neurograph.errors import InvalidValueError, NeurographError
from neurograph.learning.sweeps import jobs
from neurograph.learning.sweeps.fingerprint import fingerprint
from neurograph.learning.sweeps.jobs import outcomes
from neurograph.learning.sweeps.plan import plan_of

ROOT = Path(__file__).parents[2]
XOR = ng.datasets.xor()
GRID = {"hidden": [2, 3]}


@pytest.fixture(scope="module")
def joblib():
    """joblib, whose processes are gone after the tests of this file."""
    module = pytest.importorskip("joblib", reason="runs side by side need joblib", exc_type=ImportError)
    pytest.importorskip("cloudpickle", reason="runs side by side need cloudpickle", exc_type=ImportError)
    yield module
    module.externals.loky.get_reusable_executor().shutdown()


def make_net(hidden, seed):
    return ng.Network.dense([2, hidden, 1], ["tanh", "sigmoid"], seed=seed)


class Counting:
    """A make_net that remembers for which runs it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []

    def __call__(self, hidden, seed):
        self.calls.append((hidden, seed))
        return make_net(hidden, seed)

    def __reduce__(self):
        """What it remembers makes it no other function."""
        return Counting, ()


def all_sigmoid(hidden, seed):
    return ng.Network.dense([2, hidden, 1], "sigmoid", seed=seed)


def bare(result) -> list[dict]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in result]


def run(path, make=make_net, grid=GRID, seeds=range(3), data=XOR, **settings):
    return ng.sweep(make, data, grid, seeds, path=path, **{"epochs": 2} | settings)


# Going on.


def test_a_file_holds_a_line_for_each_row_as_it_is(tmp_path):
    path = tmp_path / "runs.jsonl"
    result = run(path)
    head, *lines = path.read_text().splitlines()
    assert [json.loads(line) for line in lines] == result.rows
    assert json.loads(head)["format"] == "neurograph sweep 1"
    assert json.loads(head)["columns"] == ["hidden", "seed"]
    before = path.read_bytes()
    assert run(path).rows == result.rows, "to the seconds: nothing was run"
    assert path.read_bytes() == before


def test_a_row_is_in_the_file_before_the_next_run_begins(tmp_path):
    path, lines = tmp_path / "runs.jsonl", []

    def look(hidden, seed):
        lines.append(len(path.read_bytes().splitlines()))
        return make_net(hidden, seed)

    run(path, look)
    assert lines == [1, 2, 3, 4, 5, 6]


def test_each_row_is_flushed_to_the_disk(tmp_path, monkeypatch):
    path, sizes, flush = tmp_path / "runs.jsonl", [], os.fsync

    def noting(number):
        flush(number)
        sizes.append(path.stat().st_size)

    monkeypatch.setattr(os, "fsync", noting)
    run(path)
    ends = [at + 1 for at, byte in enumerate(path.read_bytes()) if byte == 10]
    assert sizes == ends


def test_no_row_waits_for_another_side_by_side(joblib, monkeypatch):
    """joblib likes to put short tasks together, and hands over their results together."""
    made = []

    class Noting(joblib.Parallel):
        def __init__(self, **how) -> None:
            super().__init__(**how)
            made.append(self)

    monkeypatch.setattr(joblib, "Parallel", Noting)
    run(None, grid={"hidden": [2]}, seeds=range(50), n_jobs=2, epochs=1)
    (parallel,) = made
    assert (parallel.n_dispatched_batches, parallel.n_dispatched_tasks) == (50, 50)


@pytest.mark.parametrize("kind", [str, Path])
def test_only_what_is_missing_is_run(tmp_path, kind):
    path, counting = tmp_path / "runs.jsonl", Counting()
    expected = bare(run(None))
    run(path, counting)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[6], lines[2], lines[3]]))  # in an order of their own
    counting.calls.clear()
    assert bare(run(kind(path), counting)) == expected
    assert counting.calls == [(2, 0), (3, 0), (3, 1)]


def test_failed_runs_are_run_again(tmp_path):
    path, broken = tmp_path / "runs.jsonl", tmp_path / "broken"
    broken.touch()

    def at_times(hidden, seed):
        if hidden == 3 and broken.exists():
            raise OSError("no memory")
        return make_net(hidden, seed)

    first = run(path, at_times)
    assert first.column("error") == [None] * 3 + ["OSError: no memory"] * 3
    broken.unlink()
    assert bare(run(path, at_times)) == bare(run(None))
    assert run(path, at_times).rows[:3] == first.rows[:3]
    assert len(path.read_text().splitlines()) == 1 + 6 + 3


def test_progress_begins_with_what_is_there(tmp_path, monkeypatch):
    path, screen = tmp_path / "runs.jsonl", io.StringIO()
    run(path, seeds=[0, 1])
    monkeypatch.setattr(sys, "stderr", screen)
    run(path, progress=True)
    assert "4/6" in screen.getvalue()
    assert "6/6" in screen.getvalue()
    assert " 0/6" not in screen.getvalue()


def test_it_may_go_on_with_more_seeds_or_fewer(tmp_path):
    path, counting = tmp_path / "runs.jsonl", Counting()
    run(path, counting, seeds=[0, 1])
    counting.calls.clear()
    assert bare(run(path, counting, seeds=[2, 1])) == bare(run(None, seeds=[2, 1]))
    assert counting.calls == [(2, 2), (3, 2)]
    counting.calls.clear()
    assert bare(run(path, counting)) == bare(run(None))
    assert counting.calls == []


def test_names_with_any_characters_and_nan_come_back(tmp_path):
    path, counting = tmp_path / "runs.jsonl", Counting()
    values = {"a\nb": 2, "ünï": 3, "\ud800": 4, float("nan"): 5}
    first = run(path, counting, {"hidden": values})
    assert run(path, counting, {"hidden": values}).rows[:9] == first.rows[:9]
    assert len(counting.calls) == 12


def test_a_last_line_that_was_torn_off_anywhere_is_run_again_and_no_other(tmp_path):
    path, counting = tmp_path / "runs.jsonl", Counting()
    expected = bare(run(path, counting))
    whole = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == 10]
    cuts = [0, 1, 50, ends[0] - 1, *(end + more for end in ends[:-1] for more in (-1, 0, 1, 20, 60)), ends[-1] - 1]
    for cut in cuts:
        path.write_bytes(whole[:cut])
        counting.calls.clear()
        assert bare(run(path, counting)) == expected
        lost = sum(end > cut + 1 for end in ends[1:])  # a line that lacks nothing but its end is a row
        assert len(counting.calls) == lost
        lines = path.read_bytes().splitlines()
        assert [sorted(json.loads(line)) for line in lines] == [sorted(json.loads(line)) for line in whole.splitlines()]


LIMITED = """
import resource, sys
import neurograph as ng
path, limit = sys.argv[1], int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    print(len(ng.sweep(ng.Network.dense, ng.datasets.xor(), {"sizes": [[2, 1], [2, 2, 1]]}, range(3), path=path,
                       activations="sigmoid", epochs=1)))
except ng.NeurographError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="a limit on the size of files")
def test_a_full_disk_is_said_and_what_was_written_is_safe(tmp_path):
    path = tmp_path / "runs.jsonl"

    def limited(size: int) -> str:
        command = [sys.executable, "-c", LIMITED, path, str(size)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    message = (
        f"sweep, path: {path} cannot be written (File too large). The rows before this one are in it: mend what is "
        "wrong, and run the sweep again to go on."
    )
    assert limited(100) == message
    assert path.stat().st_size == 100
    assert limited(800) == message
    kept = path.read_bytes().splitlines()[:-1]
    assert len(kept) >= 2
    assert limited(0) == "6"
    *others, last = path.read_bytes().splitlines(keepends=True)
    assert [line.strip() for line in others][: len(kept)] == kept
    path.write_bytes(b"".join(others))
    assert limited(len(b"".join(others)) + len(last) - 30) == message, "the last row was written in part"
    assert limited(0) == "6"


# Other files.


def refused(path, kind=NeurographError, **how) -> str:
    """Hold that the file is refused and left as it is."""
    before = path.read_bytes()
    with pytest.raises(kind) as caught:
        run(path, **how)
    assert path.read_bytes() == before
    return str(caught.value)


def other_net(hidden, seed):
    return ng.Network.dense([2, hidden, 1], ["relu", "sigmoid"], seed=seed)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"make": other_net}, "another make_net"),
        ({"data": ng.datasets.xor().as_one_hot()}, "another data"),
        ({"data": (XOR.X, [[0.0], [1.0], [1.0], [1.0]])}, "another data"),
        ({"grid": {"hidden": [2, 3, 4]}}, "another grid"),
        ({"grid": {"hidden": [2]}}, "another grid"),
        ({"grid": {"hidden": {2: 2, 3: 4}}}, "another grid"),
        ({"epochs": 3}, "another settings"),
        ({"regularizer": ng.L2(0.2)}, "another settings"),
        ({"optimizer": ng.Adam}, "another settings"),
        ({"grid": {"hidden": [4]}, "epochs": 5}, "another grid, another settings"),
    ],
)
def test_the_file_of_another_sweep_is_refused(tmp_path, change, parts):
    path = tmp_path / "runs.jsonl"
    run(path, regularizer=ng.L2(0.1))
    assert refused(path, **{"regularizer": ng.L2(0.1)} | change) == (
        f"sweep, path: {path} belongs to another sweep, with {parts}, and is left as it is. "
        "Choose another name, or remove the file if you do not need it any more."
    )


@pytest.mark.parametrize(
    "text", ["hidden,seed\n2,0\n", "my notes", "{}\n", "[1]\n", '{"format": "neurograph 1"}\n', "\n", "[" * 99999]
)
def test_what_is_no_file_of_a_sweep_is_refused(tmp_path, text):
    path = tmp_path / "notes.txt"
    path.write_text(text)
    expected = f"sweep, path: {path} is not the file of a sweep, and is left as it is. Choose another name."
    assert refused(path) == expected


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"hidden": 2', "'{\"hidden\": 2' (a str)"),
        ("", "'' (a str)"),
        ("3", "'3' (a str)"),
        ('{"hidden": 2, "seed": 0, "error": null}', None),
        ('{"hidden": 2, "seed": 0, "seconds": 0.1, "error": null, "loss": [1]}', None),
        ('{"seed": 0, "seconds": 0.1, "error": null, "loss": 1.0}', None),
    ],
)
def test_a_damaged_line_is_named(tmp_path, line, shown):
    path = tmp_path / "runs.jsonl"
    run(path)
    lines = path.read_text().splitlines()
    lines[3] = line
    path.write_text("\n".join(lines) + "\n")
    said = refused(path, InvalidValueError)
    assert said.startswith(f"{path}, line 4: got {shown or chr(39)}")
    assert said.endswith(", expected a row of this sweep. Remove the line, and its run is done again.")
    path.write_text("\n".join([*lines[:3], *lines[4:]]) + "\n")
    assert bare(run(path)) == bare(run(None))


def test_two_sweeps_do_not_write_to_one_file(tmp_path):
    pytest.importorskip("fcntl", reason="files are locked on POSIX")
    path = tmp_path / "runs.jsonl"
    message = f"sweep, path: another sweep is writing to {path}. Wait for its end, or choose another name."

    def nested(hidden, seed):
        with pytest.raises(NeurographError) as caught:
            run(path)
        assert str(caught.value) == message
        return make_net(hidden, seed)

    assert bare(run(path, nested, seeds=[0])) == bare(run(None, seeds=[0]))
    assert len(run(path, nested)) == 6, "the lock is gone with the sweep"


# Seals.


def power(n):
    return lambda x: x**n


FACTOR = 2


def scaled(x):
    return FACTOR * x


def around(x):
    return [scaled(y) for y in x]


def test_equal_things_have_equal_seals_and_others_not():
    numpy = pytest.importorskip("numpy")
    ring: list = [1]
    ring.append(ring)
    values = [
        None, 1, 1.0, True, "1", b"1", [1], (1,), [1, 2], [2, 1], {"a": 1}, {"a": 2}, {1, 2}, {1, 3}, ring,
        make_net, other_net, power(2), power(3), lambda x: x, lambda x, y=1: x, lambda x, *, y=2: x, int, float, os,
        partial(make_net, 3), partial(make_net, 4), partial(make_net, hidden=4), len, [].append, ng.Network.dense,
        ng.SGD, ng.SGD(0.1), ng.SGD(0.2), ng.Adam(0.1), ng.L2(0.1), ng.L2(0.2), ng.Clip(norm=1.0), ng.Clip(value=1.0),
        numpy.array([1.0, 2.0]), numpy.array([[1.0, 2.0]]), numpy.array([1, 2]), make_net(2, 0), make_net(2, 1),
        ng.LOSSES["cross_entropy"], ng.LOSSES["squared_error"], Counting(), object(), XOR, around,
    ]  # fmt: skip
    seals = [fingerprint(value) for value in values]
    assert len(set(seals)) == len(values)
    assert [fingerprint(value) for value in values] == seals
    assert fingerprint(power(2)) == fingerprint(power(2))
    assert fingerprint(ng.L2(0.1)) == fingerprint(ng.L2(0.1))
    assert fingerprint(make_net(2, 0)) == fingerprint(make_net(2, 0))
    assert fingerprint([[1], [1]]) == fingerprint([[1]] * 2), "the same list twice, or two equal ones"


def test_a_seal_sees_what_a_function_looks_up(monkeypatch):
    """Also through another function of its module; but not the names that are attributes there."""
    before = fingerprint(around)
    with monkeypatch.context() as here:
        here.setattr(sys.modules[__name__], "FACTOR", 3)
        assert fingerprint(around) != before
    assert fingerprint(around) == before


def test_a_variable_that_is_not_filled_yet_is_no_trouble():
    def early():
        return later  # noqa: F821  # never called

    before = fingerprint(early)
    if before:
        del_me = early
    assert fingerprint(del_me) == before


def test_what_an_object_keeps_for_later_does_not_count():
    path = Path("a") / "b"
    before = fingerprint(path)
    assert (str(path), hash(path)) != ("", 0), "which it now remembers"
    assert fingerprint(path) == before != fingerprint(Path("a"))


def test_what_refuses_to_be_looked_into_is_known_by_its_class():
    class Closed:
        def __reduce__(self):
            raise TypeError("closed")

    assert fingerprint(Closed()) == fingerprint(Closed()) != fingerprint(object())


def test_a_seal_is_the_same_in_every_process():
    things = "[t.make_net, t.XOR, t.around, t.ng.Adam(0.1), {1, 'a', (2, 'b')}, lambda x: x in {'a', 'b', 'c'}]"
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    said = set()
    for seed in ("0", "1"):
        command = [sys.executable, "-c", f"import test_sweep_resume as t; print(t.fingerprint({things}))"]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        said.add(subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60).stdout)
    assert len(said) == 1


# Ctrl-C.


@pytest.fixture
def handler():
    """Python's own handler of Ctrl-C, even where the tests run in the background and ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_a_training_stops_the_sweep_and_keeps_what_is_done(handler, tmp_path):
    trained = []

    def press(row, net):
        trained.append(row["epoch"])
        if len(trained) == 5:
            signal.raise_signal(signal.SIGINT)

    path = tmp_path / "runs.jsonl"
    result = ng.sweep(make_net, XOR, {"hidden": [2, 3]}, range(3), epochs=2, callbacks=[press], path=path)
    assert len(trained) == 5
    assert [(row["hidden"], row["seed"], row["epochs_done"]) for row in result] == [(2, 0, 2), (2, 1, 2)]
    assert result.stopped == "interrupted, 2 of 6 runs are done"
    assert str(result).endswith("\nstopped: interrupted, 2 of 6 runs are done")
    assert len(path.read_text().splitlines()) == 3
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_between_the_trainings_does_so_too(handler):
    def pressing(hidden, seed):
        if seed == 1:
            signal.raise_signal(signal.SIGINT)
        return make_net(hidden, seed)

    result = ng.sweep(pressing, XOR, {"hidden": [2]}, range(3), epochs=2)
    assert (len(result), result.stopped) == (1, "interrupted, 1 of 3 runs are done")


@pytest.mark.usefixtures("joblib")
def test_stopping_early_leaves_no_warning_behind():
    """As when a row cannot be written: joblib is told, or it would complain of results that nobody takes."""
    plan = plan_of(make_net, XOR, GRID, range(20), {"epochs": 2})
    for _ in range(2):
        results = outcomes(plan, list(range(40)), 2)
        assert next(results)[1]["error"] is None
        results.close()
        del results
        gc.collect()


SCRIPT = """
import sys, time
import neurograph as ng

def make_net(hidden, seed):
    with open(sys.argv[2], "a") as log:
        print(hidden, seed, file=log)
    time.sleep(0.03 if seed < 6 else float(sys.argv[4]))
    return ng.Network.dense([2, hidden, 1], "sigmoid", seed=seed)

if __name__ == "__main__":
    jobs, path = int(sys.argv[3]), sys.argv[1]
    result = ng.sweep(make_net, ng.datasets.xor(), {"hidden": [2, 3]}, range(8), jobs, path=path, epochs=20)
    print(result.stopped)
    for row in result:
        print({name: value for name, value in row.items() if name != "seconds"})
"""


class Script:
    """A sweep of 16 runs in a process of its own, which can be stopped from outside."""

    def __init__(self, folder: Path, n_jobs: int, late: float = 0.03) -> None:
        self.script, self.path, self.log = folder / "script.py", folder / "runs.jsonl", folder / "log"
        self.script.write_text(SCRIPT)
        self.n_jobs, self.late = n_jobs, late  # the seconds of the later runs

    def begin(self) -> subprocess.Popen:
        command = [sys.executable, self.script, self.path, self.log, str(self.n_jobs), str(self.late)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def rows(self) -> int:
        return self.path.read_bytes().count(b"\n") - 1 if self.path.exists() else 0

    def until(self, process: subprocess.Popen, rows: int) -> None:
        end = time.monotonic() + 60.0
        while self.rows() < rows:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.005)

    def runs(self) -> list[str]:
        """The runs that were begun, in order."""
        return self.log.read_text().splitlines()


@pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes")
@pytest.mark.parametrize("everybody", [True, False], ids=["to all processes, as a terminal does", "to the first alone"])
@pytest.mark.usefixtures("joblib")
def test_ctrl_c_side_by_side(tmp_path, everybody):
    script = Script(tmp_path, 2)
    process = script.begin()
    script.until(process, 4)
    (os.killpg if everybody else os.kill)(process.pid, signal.SIGINT)
    said, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (0, "")
    stopped, *rows = said.splitlines()
    assert stopped == f"interrupted, {len(rows)} of 16 runs are done"
    assert 4 <= len(rows) < 16
    assert script.rows() == len(rows) == len(script.runs()), "every run that was begun was finished and kept"


@pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes")
@pytest.mark.usefixtures("joblib")
def test_a_second_ctrl_c_does_not_wait_for_the_runs_at_hand(tmp_path):
    script = Script(tmp_path, 2, late=600.0)
    process = script.begin()
    script.until(process, 6)
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.startswith("interrupted, 6 of 16 runs are done\n")
    assert script.rows() == 6


def fake(number_of_trouble: int, error: Exception | None):
    """Work in which one run has heard of Ctrl-C, as in a process that somebody else began."""

    def work(parcel, number):
        if number != number_of_trouble:
            time.sleep(0.03)
            return number, {"seconds": 0.0, "error": None}
        if error is None:
            return number, {"stopped": "interrupted", "seconds": 0.0, "error": None}
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.1)
        raise error

    return work


@pytest.mark.parametrize("error", [None, RuntimeError("broken")], ids=["in a run", "between two runs"])
def test_ctrl_c_in_a_worker_stops_the_sweep_and_its_run_is_not_done(handler, joblib, monkeypatch, tmp_path, error):
    monkeypatch.setattr(jobs, "worker", lambda: fake(2, error))
    path = tmp_path / "runs.jsonl"
    with joblib.parallel_config(backend="threading"):
        result = run(path, seeds=range(50), n_jobs=2)
    assert result.stopped == f"interrupted, {len(result)} of 100 runs are done"
    assert 2 <= len(result) <= 20
    assert 2 not in result.column("seed")
    assert len(path.read_text().splitlines()) == 1 + len(result)
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.usefixtures("joblib")
def test_a_file_that_cannot_be_written_stops_the_runs_side_by_side(tmp_path, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    path = tmp_path / "runs.jsonl"
    run(path, seeds=[0])
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NeurographError) as caught:
        run(path, seeds=range(50), n_jobs=2)
    assert str(caught.value).startswith(f"sweep, path: {path} cannot be written (No space left on device). ")
    gc.collect()


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_killed_sweep_goes_on_where_it_was(request, tmp_path, n_jobs):
    if n_jobs > 1:
        request.getfixturevalue("joblib")
    script = Script(tmp_path, n_jobs)
    process = script.begin()
    script.until(process, 5)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    kept, begun = script.rows(), script.runs()
    assert 5 <= kept < 16
    script.n_jobs = 1
    again = script.begin()
    said, complaints = again.communicate(timeout=60)
    assert (again.returncode, complaints) == (0, "")
    later = script.runs()[len(begun) :]
    assert len(later) == 16 - kept, "nothing that was finished is run again"
    assert set(begun) | set(later) == {f"{hidden} {seed}" for hidden in (2, 3) for seed in range(8)}
    never_killed = run(None, all_sigmoid, seeds=range(8), epochs=20)
    assert said.splitlines() == ["", *map(str, bare(never_killed))]
