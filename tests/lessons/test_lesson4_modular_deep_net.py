"""Lesson 4: every net of both tables beside matrices, falling losses, and the softmax of the diagonal."""

from __future__ import annotations

from statistics import fmean, pstdev

import pytest

np = pytest.importorskip("numpy")
from matrices import MatrixNet, largest_difference  # noqa: E402  # needs numpy

import neurograph as ng  # noqa: E402

CLASSES = [[0.0, 1.0]] * 5 + [[1.0, 0.0]] * 5
NUMBERS = [[float(n)] for n in (1, 2, 2, 4, 3, 0, 1, 1, 2, 0)]
PLAIN = {"rate": 0.05}
TABLES = {
    "classify": (CLASSES, "cross_entropy", ng.Adam(0.02), {"rate": 0.02, "optimizer": "adam"}),
    "fit": (NUMBERS, "mean_squared_error", ng.Momentum(0.01), {"rate": 0.01, "optimizer": "momentum"}),
}


def test_the_table_is_that_of_the_lesson_standardised(lesson):
    assert lesson.ROWS == [
        (1, 1, 1, 0, 0), (1, 2, 1, 0, -1), (2, 1, 1, -1, 0), (2, 2, 2, 0, 0), (1, 2, 2, 0, -1),
        (0, 0, 0, 1, 1), (-1, 0, 0, 2, 1), (0, -1, 0, 1, 2), (-1, -1, 0, 2, 2), (0, -1, 0, 1, 1),
    ]  # fmt: skip
    assert lesson.CLASSES == CLASSES
    assert lesson.NUMBERS == NUMBERS
    for column in zip(*lesson.X, strict=True):
        assert fmean(column) == pytest.approx(0.0, abs=1e-15)
        assert pstdev(column) == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("task", TABLES)
def test_every_swap_agrees_with_matrices_and_its_loss_falls(lesson, starts, task):
    y, loss, another, moved = TABLES[task]
    rows = np.array(lesson.ROWS, dtype=float)
    x = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    runs = lesson.swaps(getattr(lesson, task), another)
    assert len(runs) == len(starts) == 6
    for (swap, (net, history)), start in zip(runs.items(), starts, strict=True):
        matrices = MatrixNet(start, "squared_error" if swap.startswith("loss=") else loss)
        options = moved if swap.startswith("optimizer=") else PLAIN
        losses = matrices.descend(x, y, epochs=50, batch=5, seed=0, **options)
        assert largest_difference(net, matrices) < 1e-10, swap
        assert history.losses == pytest.approx([cost / 10 for cost in losses], rel=1e-10), swap
        assert history.losses[-1] < 0.1 * history.losses[0], swap


def test_each_swap_changes_what_it_names(lesson, starts):
    lesson.swaps(lesson.classify, ng.Adam(0.02))
    shapes = [[len(layer) for layer in net.layers] for net in starts]
    assert shapes == [[5, 5, 2], [5, 5, 5, 2], [5, 5, 2], [5, 5, 2], [5, 5, 2], [5, 5, 2]]
    assert [net["h1"].activation.name for net in (starts[0], starts[2])] == ["relu", "tanh"]
    first = [net.edge("x1", "h1").weight for net in (starts[0], starts[4])]
    assert first[1] == pytest.approx(first[0] * 2**0.5, rel=1e-12)  # sd sqrt(2 / 5), not sqrt(1 / 5)
    assert {neuron.bias for neuron in starts[0].layers[1]} == {0.1}
    assert {neuron.bias for neuron in starts[0].outputs} == {0.0}


def test_the_first_weights_have_the_standard_deviation_one_over_root_fan_in(lesson, starts):
    rule = ng.INITIALIZERS.find("lecun_normal")
    net = ng.Network.dense([5, 4000], "relu", rule, seed=0)
    assert pstdev(edge.weight for edge in net.edges) == pytest.approx(5**-0.5, rel=0.02)


def test_the_check_catches_the_diagonal(lesson):
    for rule, ok in (("softmax", True), (lesson.DIAGONAL, False)):
        net = ng.Network.dense([5, 5, 2], ["relu", rule], "lecun_normal", seed=0)
        assert ng.check_gradients(net, lesson.X, CLASSES, "cross_entropy").ok is ok
