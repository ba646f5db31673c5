"""The benchmarks run, and the contestants do the same work: equal weights after some steps. No time is asserted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

import compare
import neurograph as ng
import pictures
from workloads import WIDTHS, Step, build, edges_of, example, naive_step, naive_twin, plain_step, public_step

WIDTH = 4


def weights(net: ng.Network) -> list[float]:
    return [number for neuron in net.neurons[WIDTH:] for number in (neuron.bias, *(e.weight for e in neuron.incoming))]


def test_both_contestants_arrive_at_the_same_weights() -> None:
    x, y = example(WIDTH)
    ours, naive = build(WIDTH), naive_twin(build(WIDTH))
    run_both(plain_step(ours, x, y), naive_step(naive, x, y))
    theirs = [number for layer in naive.layers for neuron in layer for number in (neuron.bias, *neuron.weights)]
    assert weights(ours) == pytest.approx(theirs, rel=0.0, abs=1e-12)
    assert weights(ours) != weights(build(WIDTH))


def test_plain_run_and_public_door_arrive_at_the_same_bits() -> None:
    x, y = example(WIDTH)
    plain, public = build(WIDTH), build(WIDTH)
    run_both(plain_step(plain, x, y), public_step(public, x, y))
    assert weights(plain) == weights(public)


def test_the_naive_loss_is_ours() -> None:
    x, y = example(WIDTH)
    net = build(WIDTH)
    net.forward(x)
    assert naive_twin(net).train_step(x, y, 0.1) == pytest.approx(net.backward(y), rel=1e-14)


def test_sizes_are_what_their_names_say() -> None:
    for edges, width in WIDTHS.items():
        assert edges_of(width) == pytest.approx(edges, rel=0.05)
    assert all(one < two for one, two in pairwise(WIDTHS.values()))
    assert len(build(WIDTH).edges) == edges_of(WIDTH)


def test_table_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(compare, "WIDTHS", {32: WIDTH})
    monkeypatch.setattr(compare, "DIGITS", [2, 2])
    monkeypatch.setattr(compare, "TURN_NS", 1)
    monkeypatch.setattr("sys.argv", ["compare.py", "--rounds", "2"])
    compare.main()
    head, columns, row, building = capsys.readouterr().out.splitlines()
    assert "ns per edge" in head
    assert columns.split()[0] == "edges"
    assert row.split()[0] == str(edges_of(WIDTH))
    assert building.startswith("Building 2-2: ")


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


def run_both(one: Step, other: Step) -> None:
    for _ in range(5):
        one()
        other()
