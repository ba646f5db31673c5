"""Lesson 1: the published deltas, the same training in matrices, and how well iris is learned."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
from matrices import MatrixNet, largest_difference  # noqa: E402  # needs numpy

from neurograph import datasets  # noqa: E402
from neurograph.data.split import split  # noqa: E402

PUBLISHED = [4.893115758926319e-07] * 5 + [-4.4510827315210804e-05, 0.006604764921594382, 0.006604764921594382]


def test_the_deltas_of_the_net_of_ones_are_the_published_ones(lesson):
    deltas = [neuron.delta for neuron in lesson.one_step().neurons[4:]]
    assert deltas == pytest.approx(PUBLISHED, rel=1e-12)


def standardised(seed):
    """Split, and standardise in numpy: what is learned from, and the hold-out."""
    train, test = split(datasets.load_iris(), test=0.3, seed=seed)
    mean, deviation = np.mean(train.X, axis=0), np.std(train.X, axis=0)
    return [((np.array(part.X) - mean) / deviation, np.array(part.Y)) for part in (train, test)]


def test_five_seeds_agree_with_matrices_and_name_95_percent_of_unseen_flowers(lesson, starts):
    scores = []
    for seed in range(5):
        net, history, seen, unseen = lesson.learn(seed)
        train, test = standardised(seed)
        matrices = MatrixNet(starts[seed], "squared_error")
        losses = matrices.descend(*train, rate=1.0, epochs=200, batch=10, seed=seed)
        assert largest_difference(net, matrices) < 1e-10
        assert history.losses == pytest.approx([loss / 105 for loss in losses], rel=1e-10)
        assert (seen, unseen) == pytest.approx((matrices.right(*train), matrices.right(*test)), abs=1e-15)
        scores.append(unseen)
    assert sum(scores) / 5 >= 0.95
    assert min(scores) >= 0.90


def test_the_hold_out_is_stratified():
    (_, train), (_, test) = standardised(0)
    assert list(train.sum(axis=0)) == [35, 35, 35]
    assert list(test.sum(axis=0)) == [15, 15, 15]
