"""Lesson 3: the typo and its report, frozen and trained climbs beside matrices, the Jacobian, the chain of products."""

from __future__ import annotations

from itertools import pairwise

import pytest

np = pytest.importorskip("numpy")
from matrices import MatrixNet, largest_difference, softmax  # noqa: E402  # needs numpy

from neurograph.graph.parameters import values_of  # noqa: E402
from neurograph.learning.findings import find  # noqa: E402
from neurograph.rules.softmax import SOFTMAX  # noqa: E402

LOSS = "cross_entropy"
TO_OUTPUTS = [f"h{source}->o{target}" for target in (1, 2, 3) for source in (1, 2, 3)]


def test_the_clouds_are_those_of_the_lesson(lesson):
    points = np.array(lesson.CLOUDS.X)
    assert points.shape == (1500, 2)
    for cloud, centre in enumerate([(0, -2), (2, 2), (-2, 2)]):
        part = points[np.array(lesson.CLOUDS.labels) == cloud]
        assert part.mean(axis=0) == pytest.approx(centre, abs=4 / 500**0.5)
        assert part.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.15)


def test_weights_and_biases_start_from_a_normal_distribution(lesson):
    first = [value for seed in range(100) for value in values_of(lesson.new_net(seed=seed))]
    assert np.mean(first) == pytest.approx(0.0, abs=0.1)
    assert np.std(first) == pytest.approx(1.0, abs=0.05)


def test_the_report_names_the_weights_that_the_typo_leaves_at_their_start(lesson):
    net = lesson.new_net()
    before = values_of(net)
    lesson.climb_with_the_typo(net, rate=1e-6)
    assert find(net, lesson.CLOUDS.X, before) == [f"never updated, 9 of 21 parameters: {', '.join(TO_OUTPUTS)}"]


def test_the_typo_is_the_same_as_freezing(lesson):
    net = lesson.new_net()
    lesson.climb_with_the_typo(net, rate=1e-6)
    frozen, _ = lesson.learn(rate=1e-6, epochs=1, frozen=True)
    assert values_of(net) == pytest.approx(values_of(frozen), rel=1e-12)


def climb(lesson, starts, rate, epochs, frozen):
    """Climb in both ways; give both nets, the log-likelihoods and the largest difference between the parameters."""
    net, climbed = lesson.learn(rate, epochs, frozen)
    matrices = MatrixNet(starts[0], LOSS)
    data = lesson.CLOUDS
    costs = matrices.descend(data.X, data.Y, rate=rate, epochs=epochs, summed=True, frozen=(1,) if frozen else ())
    assert climbed == pytest.approx([-cost for cost in costs], rel=1e-10)
    assert largest_difference(net, matrices) < 1e-10
    return net, matrices, climbed


def test_at_the_published_rate_frozen_and_trained_agree_with_matrices(lesson, starts):
    net, _, frozen = climb(lesson, starts, 1e-6, 60, frozen=True)
    for edge in net.edges:
        same = edge.weight == starts[0].edge(*edge.ends).weight
        assert same is (edge.label in TO_OUTPUTS)
    starts.clear()
    _, _, trained = climb(lesson, starts, 1e-6, 60, frozen=False)
    assert trained[0] == frozen[0]
    assert all(after > before for before, after in pairwise(trained))
    assert trained[-1] > frozen[-1]


def test_the_rate_1e_3_gets_below_160_in_size_within_500_epochs(lesson, starts):
    _, matrices, climbed = climb(lesson, starts, 1e-3, 150, frozen=False)
    assert climbed[-1] > -160.0
    assert matrices.right(lesson.CLOUDS.X, lesson.CLOUDS.Y) > 0.96


@pytest.mark.parametrize("seed", range(3))
def test_so_it_does_from_other_starts_in_matrices(lesson, seed):
    matrices = MatrixNet(lesson.new_net(seed=seed), LOSS)
    costs = matrices.descend(lesson.CLOUDS.X, lesson.CLOUDS.Y, rate=1e-3, epochs=500, summed=True)
    assert min(costs) < 160.0


def test_the_history_says_that_the_edges_are_frozen(lesson, monkeypatch):
    histories = []
    train = lesson.ng.train

    def spy(*args, **options):
        histories.append(train(*args, **options))
        return histories[-1]

    monkeypatch.setattr(lesson.ng, "train", spy)
    lesson.learn(rate=1e-6, epochs=1, frozen=True)
    assert histories[0].findings == [
        f"never updated, because frozen, 9 of 21 parameters: {', '.join(TO_OUTPUTS)}",
    ]


@pytest.mark.parametrize("row", [0, 600, 1200])
def test_every_entry_of_the_jacobian(lesson, row):
    net, x = lesson.new_net(), lesson.CLOUDS.X[row]
    y = np.array(net.forward(x))
    z = np.array([output.z for output in net.outputs])
    assert y == pytest.approx(softmax(z[None])[0], rel=1e-12)
    jacobian = np.diag(y) - np.outer(y, y)
    for k in range(3):
        for j in range(3):
            entry = jacobian[k, j]
            assert y[k] * ((k == j) - y[j]) == pytest.approx(entry, rel=1e-12)
            assert SOFTMAX.partial(list(z), list(y), k, j) == pytest.approx(entry, rel=1e-9, abs=1e-15)
            assert lesson.nudged(net, x, k, j) == pytest.approx(entry, rel=1e-6, abs=1e-10)
    assert net.forward(x) == list(y)  # the nudges are taken back


@pytest.mark.parametrize("row", [0, 600, 1200])
def test_the_deeper_net_agrees_with_the_written_out_chain_of_products(lesson, row):
    net, x, y = lesson.new_net(hidden=(3, 3, 3)), lesson.CLOUDS.X[row], lesson.CLOUDS.Y[row]
    net.forward(x)
    net.backward(y, LOSS)
    _, by_w, by_b = MatrixNet(net, LOSS).gradients(np.array([x]), np.array([y]))
    ways_of_layer = [27, 9, 3, 1]
    for layer, gradients, biases, ways in zip(net.layers[1:], by_w, by_b, ways_of_layer, strict=True):
        for neuron, row_of_gradients, by_bias in zip(layer, gradients, biases, strict=True):
            assert neuron.bias_grad == pytest.approx(by_bias, rel=1e-10)
            for edge, gradient in zip(neuron.incoming, row_of_gradients, strict=True):
                total, counted = lesson.written_out(net, edge, y)
                assert counted == ways
                assert total == pytest.approx(edge.grad, rel=1e-10)
                assert edge.grad == pytest.approx(gradient, rel=1e-10)


@pytest.mark.usefixtures("full_run")
def test_frozen_it_creeps_for_40000_epochs(lesson, starts):
    _, _, climbed = climb(lesson, starts, 1e-6, 40_000, frozen=True)
    assert -1200.0 < climbed[-1] < -450.0


@pytest.mark.usefixtures("full_run")
def test_trained_it_passes_450_within_20000_epochs_and_comes_near_150_by_100000(lesson, starts):
    _, matrices, climbed = climb(lesson, starts, 1e-6, 100_000, frozen=False)
    assert climbed[20_000] > -450.0
    assert climbed[-1] == pytest.approx(-150.0, abs=10.0)
    assert matrices.right(lesson.CLOUDS.X, lesson.CLOUDS.Y) == pytest.approx(0.97, abs=0.005)
