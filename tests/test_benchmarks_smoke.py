"""The benchmarks run, and the contestants do the same work: equal losses from equal starts. No time is asserted."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

import arena
import compare
import csv_reading
import large
import neurograph as ng
import overhead
import pictures
from arena import Score
from contestants import COMPILED, CONTESTANTS, LIMIT, OBJECT, Declined, ours
from tables import table
from workloads import TASKS, Task

HEAVY = "compiled,train(),micrograd,sklearn,torch,jax"
LAYERS_ONLY = {(name, "W7") for name in ("tutorial", "sklearn", "torch", "jax step", "jax scan")}
DECLINING = LAYERS_ONLY | {("sklearn", "W5e2"), ("jax scan", "W1b"), ("jax scan", "W4")}


def few(name: str, batch: int) -> Task:
    """Make a task small: six rows, so that the last of its batches is a short one."""
    task = TASKS[name]()
    some = slice(None, None, len(task.X) // 6 + (len(task.X) % 6 > 0))
    return replace(task, X=task.X[some], Y=task.Y[some], batch=batch)


@pytest.mark.parametrize(("task", "batch"), [("W1o", 1), ("W1b", 4), ("W3", 6), ("W4", 4), ("W7", 4), ("W5e2", 1)])
@pytest.mark.parametrize("name", [name for name in CONTESTANTS if name != OBJECT])
def test_every_contestant_arrives_at_our_loss(name: str, task: str, batch: int) -> None:
    if not CONTESTANTS[name].ready:
        pytest.skip(f"{CONTESTANTS[name].needs} is not installed")
    small = TASKS[task]() if task == "W5e2" else few(task, batch)
    loss = CONTESTANTS[OBJECT].enter(small)(3)
    if (name, task) in DECLINING:
        with pytest.raises(Declined):
            CONTESTANTS[name].enter(small)
        return
    theirs = CONTESTANTS[name].enter(small)(3)
    if name in (COMPILED, "train()"):
        assert theirs == loss
    elif not (name == "sklearn" and math.isnan(theirs)):
        assert theirs == pytest.approx(loss, rel=compare.CLOSE)
    assert loss != CONTESTANTS[OBJECT].enter(small)(2)


def test_sizes_are_what_their_names_say() -> None:
    for name in ("W5e2", "W5e3", "W5e4", "W5e5"):
        assert TASKS[name]().edges == pytest.approx(10 ** int(name[-1]), rel=0.05)
    for name in ("W1o", "W3", "W4", "W6", "W7"):
        task = TASKS[name]()
        net = ours.network(task)
        assert (len(net), len(net.edges)) == (task.inputs + len(task.cells), task.edges)
        assert len(task.X) == len(task.Y)
        assert all(max(cell.sources) < task.inputs + k for k, cell in enumerate(task.cells))
        assert [len(layer) for layer in task.layers] == list(task.sizes[1:])


def test_both_tables_are_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (*compare.THREADS, "XLA_FLAGS"):
        monkeypatch.setenv(name, "1")  # as it sets them too, so that they are put back
    monkeypatch.setattr(compare, "TURN_NS", 1)
    monkeypatch.setattr("sys.argv", ["compare.py", "--rounds", "1", "--only", "W4,W7", "--without", HEAVY])
    compare.main()
    lines = capsys.readouterr().out.splitlines()
    assert "rounds: 1;" in lines[0]
    assert [line.split()[0] for line in lines if line.startswith("W")] == ["W4", "W7"]
    times = next(k for k, line in enumerate(lines) if line.startswith("us per epoch"))
    assert lines[times].split()[-2:] == ["W4", "W7"]
    rows = {line.split("  ")[0]: line for line in lines[times + 1 :]}
    assert float(rows["object"].split("(")[0].split()[1]) > 0.0
    assert sum(line.startswith("numpy") for line in lines) == 2
    assert lines[-1] == "- tutorial (W7): it has layers only."
    assert rows["tutorial"].endswith("-")


@pytest.mark.parametrize("given", [["--only", "W9"], ["--without", ",".join(CONTESTANTS)], ["--only", "W5e6"]])
def test_nothing_to_compare_is_said(monkeypatch: pytest.MonkeyPatch, given: list[str]) -> None:
    for name in (*compare.THREADS, "XLA_FLAGS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr("sys.argv", ["compare.py", *given])
    with pytest.raises(SystemExit, match=r"Nothing to compare\. Workloads: W1o, .* Contestants: object, "):
        compare.main()


def test_who_fails_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="tutorial failed on W0"):
        arena.compete("W0", ["tutorial"], 1, 1)
    assert "KeyError: 'W0'" in capfd.readouterr().err


def test_losses_must_be_equal_and_ours_to_the_last_bit() -> None:
    loss = 0.25
    compare.agree("W1", {OBJECT: Score(loss), COMPILED: Score(loss), LIMIT: Score(loss * (1 + 1e-10))})
    compare.agree("W1", {OBJECT: Score(loss), "sklearn": Score(math.nan), "torch": Score(math.nan, "no layers")})
    with pytest.raises(SystemExit, match=r"W1: after 20 epochs C has the loss 0\.2500000\d+, the others 0\.25"):
        compare.agree("W1", {OBJECT: Score(loss), LIMIT: Score(loss * (1 + 1e-8))})
    with pytest.raises(SystemExit, match="after 20 epochs compiled"):
        compare.agree("W1", {OBJECT: Score(loss), COMPILED: Score(math.nextafter(loss, 1.0))})
    with pytest.raises(SystemExit, match="after 20 epochs numpy has the loss 1"):
        compare.agree("W1", {"tutorial": Score(loss), "numpy": Score(1.0)})


def test_ratios_are_medians_of_those_within_a_round() -> None:
    first, second = Score(0.5, times=[1e3, 2e3, 8e3]), Score(math.nan, times=[2e3, 6e3, 8e3])
    scores = {"W1": {COMPILED: first, "sklearn": second, LIMIT: Score(0.5, times=[1e3, 1e3, 4e3])}}
    text = compare.report(scores, [COMPILED, "sklearn", LIMIT], markdown=True)
    assert text.splitlines()[1:] == [
        "| us per epoch (times that of C) | W1 |",
        "|---|---:|",
        "| compiled | 2.00 (2.00) |",
        "| sklearn | 6.00* (2.00) |",
        "| C | 1.00 (1.00) |",
        "",
        "| peer time / our compiled time | W1 |",
        "|---|---:|",
        "| sklearn | 2.00 |",
        "| C | 0.50 |",
        "",
        "All losses after 20 epochs are equal within 1e-09.",
        "* optimises another loss, so it is not held against ours.",
    ]


def test_tables_line_up() -> None:
    assert table(["", "W1"], [["a long name", "1.00"], ["C", "-"]], False).splitlines() == [
        "               W1",
        "a long name  1.00",
        "C               -",
    ]


def test_large_net_is_led_through_its_life(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(large, "find_spec", lambda name: None)  # so that nothing is compiled
    monkeypatch.setattr("sys.argv", ["large.py", "--width", "4"])
    large.main()
    head, columns, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("4-4-4 sigmoid, 32 edges")
    assert columns.split() == ["object:", "s", "object:", "bytes/edge"]
    assert [row.split("  ")[0] for row in rows] == ["build", "begin training", "first step", "3 steps", "save", "load"]


def test_what_train_adds_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(overhead, "TURN_NS", 1)
    monkeypatch.setattr(overhead, "STEP", {"W5e2": 1})
    monkeypatch.setattr(overhead, "find_spec", lambda name: None)  # so that nothing is compiled
    monkeypatch.setattr("sys.argv", ["overhead.py", "--rounds", "1"])
    overhead.main()
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["rounds:", "1", "bare", "train", "ratio"]
    assert row.startswith("objects, 98 edges: ns per edge ")


def test_pictures_are_compared_and_the_table_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pictures, "SIZES", {(3, 2): 9, (4, 3, 2): 9})
    monkeypatch.setattr("sys.argv", ["pictures.py", "--rounds", "1"])
    pictures.main()
    head, columns, *rows = capsys.readouterr().out.splitlines()
    assert "seconds" in head
    assert all(name in columns for name in pictures.CONTESTANTS)
    assert [row.split()[:3] for row in rows] == [["3-2", "6", "1"], ["4-3-2", "18", "1"]]
    assert all(row.count("(") == len(pictures.CONTESTANTS) for row in rows)


def test_networkx_draws_the_largest_net_only_when_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SLOW", 5)
    assert pictures.row([3, 2], 1, slow=False).endswith("-")
    assert not pictures.row([3, 2], 1, slow=True).endswith("-")


def test_every_picture_is_a_png_of_the_whole_net() -> None:
    net = ng.Network.dense([4, 3, 2], "tanh")
    places = {neuron.name: (float(k), float(k % 3)) for k, neuron in enumerate(net.neurons)}
    for name, draw in pictures.CONTESTANTS.items():
        assert pictures.picture(draw, net, places).startswith(b"\x89PNG"), name
    figure = Figure()
    lines = pictures.bare(net, places, figure)
    assert isinstance(lines, LineCollection)
    assert len(lines.get_segments()) == len(net.edges)


def test_reading_a_file_is_timed_beside_the_standard_library(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    seconds, times = csv_reading.ratio(path, rows=20, rounds=1)
    assert seconds > 0.0
    assert times > 0.0
    data = csv_reading.load_csv(path)
    assert [x + y for x, y in zip(data.X, data.Y, strict=True)] == csv_reading.plain(path)
