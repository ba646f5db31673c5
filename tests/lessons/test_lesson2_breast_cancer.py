"""Lesson 2: the ten published steps, with a sum and with a mean; the penalty; the two slips; the proper training."""

from __future__ import annotations

from itertools import pairwise
from math import log

import pytest

np = pytest.importorskip("numpy")
sklearn_datasets = pytest.importorskip("sklearn.datasets")
from matrices import MatrixNet, largest_difference  # noqa: E402  # needs numpy

import neurograph as ng  # noqa: E402
from neurograph.data.scaling import Scaler  # noqa: E402
from neurograph.data.split import split  # noqa: E402

LOSS = "binary_cross_entropy"


@pytest.fixture(scope="module")
def data():
    raw = ng.datasets.breast_cancer()
    return Scaler.of(raw).scaled(raw)


@pytest.fixture(scope="module")
def arrays():
    """The same data, loaded and standardised without neurograph."""
    x, y = sklearn_datasets.load_breast_cancer(return_X_y=True)
    return (x - x.mean(axis=0)) / x.std(axis=0), y[:, None].astype(float)


def test_weights_and_biases_start_between_the_published_bounds(lesson):
    net = lesson.new_net()
    first = [edge.weight for edge in net.edges] + [neuron.bias for neuron in net.neurons[30:]]
    assert len(set(first)) == 161
    assert -0.05 <= min(first) < -0.04
    assert 0.04 < max(first) <= 0.05


def test_ten_steps_agree_with_the_sum_over_examples_in_matrices(lesson, data, arrays):
    net = lesson.new_net()
    matrices = MatrixNet(net, LOSS)
    summed = lesson.ten_steps(net, data)
    expected = matrices.descend(*arrays, rate=1e-5, epochs=10, summed=True)
    assert largest_difference(net, matrices) < 1e-10
    assert summed == pytest.approx(expected, rel=1e-12)


def test_the_cross_entropy_starts_near_569_ln_2_and_falls_in_every_step(lesson, data):
    summed = lesson.ten_steps(lesson.new_net(), data)
    assert summed[0] == pytest.approx(569 * log(2), abs=1.0)
    assert all(after < before for before, after in pairwise(summed))


@pytest.mark.parametrize("seed", range(5))
def test_so_it_does_from_other_starts(lesson, data, seed):
    summed = lesson.ten_steps(lesson.new_net(seed), data)
    assert summed[0] == pytest.approx(569 * log(2), rel=0.015)
    assert all(after < before for before, after in pairwise(summed))


def test_the_penalty_agrees_with_matrices_and_makes_the_weights_smaller(lesson, data, arrays):
    net, alone = lesson.new_net(), lesson.new_net()
    matrices = MatrixNet(net, LOSS)
    lesson.ten_steps(net, data, penalty=1.0)
    lesson.ten_steps(alone, data)
    matrices.descend(*arrays, rate=1e-5 * 569, epochs=10, l2=1.0)
    assert largest_difference(net, matrices) < 1e-10
    assert sum(e.weight**2 for e in net.edges) < 0.95 * sum(e.weight**2 for e in alone.edges)


@pytest.mark.parametrize("seed", range(3))
def test_the_proper_training_agrees_with_matrices_and_judges_96_percent_rightly(lesson, starts, monkeypatch, seed):
    trained = []
    train = ng.train
    monkeypatch.setattr(ng, "train", lambda net, *args, **options: trained.append(net) or train(net, *args, **options))
    seen, unseen = lesson.train_properly(ng.datasets.breast_cancer(), seed)
    part, rest = split(ng.datasets.breast_cancer(), test=0.2, seed=seed)
    mean, deviation = np.mean(part.X, axis=0), np.std(part.X, axis=0)
    x, new = ((np.array(some.X) - mean) / deviation for some in (part, rest))
    matrices = MatrixNet(starts[0], LOSS)
    matrices.descend(x, part.Y, rate=0.01, epochs=20, batch=32, seed=seed, l2=0.01, optimizer="adam")
    assert largest_difference(trained[0], matrices) < 1e-10
    assert (seen, unseen) == pytest.approx((matrices.right(x, part.Y), matrices.right(new, rest.Y)), abs=1e-15)
    assert unseen >= 0.96


def test_the_check_catches_the_wrong_sign(lesson, data):
    few = (data.X[:10], data.Y[:10], LOSS)
    assert ng.check_gradients(lesson.new_net(), *few).ok
    report = ng.check_gradients(lesson.new_net(), *few, backward=lesson.up_the_hill)
    assert len(report.wrong) == len(report) == 161
    for row in report:
        assert row.check.backprop == pytest.approx(-row.check.difference, rel=1e-4)


def test_the_check_catches_the_relu_before_the_sigmoid(lesson, data):
    net = lesson.new_net(output=lesson.RELU_THEN_SIGMOID)
    assert not ng.check_gradients(net, data.X[:10], data.Y[:10], LOSS).ok
    assert min(net.forward(x)[0] for x in data.X) == 0.5
