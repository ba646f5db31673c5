"""Lesson 5: the same hundred epochs in matrices, ten examples right, and the two slips."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
sklearn_datasets = pytest.importorskip("sklearn.datasets")
from matrices import MatrixNet, largest_difference  # noqa: E402  # needs numpy

import neurograph as ng  # noqa: E402

LOSS = "binary_cross_entropy"


@pytest.fixture(scope="module")
def arrays():
    """The ten examples, straight from scikit-learn."""
    x, y = sklearn_datasets.make_classification(10, 4, n_clusters_per_class=1, random_state=0)
    return x, y[:, None].astype(float)


def trained(lesson, data):
    net = lesson.new_net()
    history = ng.train(net, data.X, data.Y, LOSS, ng.SGD(0.1), epochs=100)
    return net, history


def test_100_epochs_agree_with_matrices(lesson, arrays):
    net, history = trained(lesson, lesson.examples())
    matrices = MatrixNet(lesson.new_net(), LOSS)
    losses = matrices.descend(*arrays, rate=0.1, epochs=100, batch=1, seed=0)
    assert largest_difference(net, matrices) < 1e-10
    assert history.losses == pytest.approx([loss / 10 for loss in losses], rel=1e-10)


def test_all_ten_are_right(lesson, arrays):
    net, _ = trained(lesson, lesson.examples())
    outputs = np.array([net.forward(x) for x in arrays[0].tolist()])
    assert ((outputs > 0.5) == (arrays[1] > 0.5)).all()
    assert np.abs(outputs - arrays[1]).max() < 0.01


@pytest.mark.parametrize("seed", range(12))
def test_all_ten_are_right_from_other_starts_in_matrices(lesson, arrays, seed):
    rule = lesson.normal(0.0, 1.0)
    matrices = MatrixNet(ng.Network.dense([4, 6, 4, 3, 1], lesson.LAYERS, rule, seed), LOSS)
    matrices.descend(*arrays, rate=0.1, epochs=100, batch=1, seed=seed)
    assert matrices.right(*arrays) == 1.0


def test_the_check_catches_both_slips(lesson):
    data = lesson.examples()
    for x, y in zip(data.X, data.Y, strict=True):
        assert ng.check_gradients(lesson.new_net(), x, y, LOSS).ok
        wrong_tanh = lesson.new_net(["sigmoid", lesson.NEARLY_TANH, "relu", "sigmoid"])
        assert not ng.check_gradients(wrong_tanh, x, y, LOSS).ok
        report = ng.check_gradients(lesson.new_net(), x, y, LOSS, backward=lesson.slope_of_the_next_layer)
        assert {row.name for row in report.wrong} > {"h1_1", "h2_1"}
        assert not any(row.name == "o1" for row in report.wrong)  # the output's own error is right
