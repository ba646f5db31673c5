"""Training against independent versions of the same mathematics: NumPy matrices, and torch.optim for whole runs."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from neurograph import L2, SGD, Adam, AdamW, Clip, ElasticNet, Momentum, Network, RMSProp, train
from neurograph.engines.objects import is_right

SEED = 7
RNG = Random(11)
FLOWERS = [[RNG.gauss(0.0, 1.0) for _ in range(4)] for _ in range(23)]
KINDS = [[float(k == place % 3) for k in range(3)] for place in range(23)]
POINTS = [[RNG.uniform(-1.0, 1.0), RNG.uniform(-1.0, 1.0)] for _ in range(23)]
HEIGHTS = [[RNG.random()] for _ in POINTS]


def order(epoch: int, count: int) -> list[int]:
    """The order of the examples in an epoch, as promised: it depends on the seed and the epoch alone."""
    places = list(range(count))
    Random(f"{SEED}/{epoch}").shuffle(places)
    return places


def batches(epochs: int, count: int, size: int):
    for epoch in range(epochs):
        places = order(epoch, count) if size < count else list(range(count))
        for start in range(0, count, size):
            yield places[start : start + size]


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


# The same nets as matrices. `rows` is a batch; every gradient is the mean over it.


class Dense:
    """4-5-3: sigmoid, sigmoid, squared error."""

    X, Y = np.array(FLOWERS), np.array(KINDS)

    def __init__(self, net: Network) -> None:
        self.p = {
            "W1": np.array([[net.edge(f"x{i}", f"h{j}").weight for i in range(1, 5)] for j in range(1, 6)]),
            "b1": np.array([net[f"h{j}"].bias for j in range(1, 6)]),
            "W2": np.array([[net.edge(f"h{j}", f"o{k}").weight for j in range(1, 6)] for k in range(1, 4)]),
            "b2": np.array([net[f"o{k}"].bias for k in range(1, 4)]),
        }

    @staticmethod
    def net() -> Network:
        return Network.dense([4, 5, 3], "sigmoid", seed=2)

    def losses_and_gradients(self, rows):
        x, y, p = self.X[rows], self.Y[rows], self.p
        h = sigmoid(x @ p["W1"].T + p["b1"])
        o = sigmoid(h @ p["W2"].T + p["b2"])
        d2 = (o - y) * o * (1 - o)
        d1 = (d2 @ p["W2"]) * h * (1 - h)
        means = {"W1": d1.T @ x, "b1": d1.sum(0), "W2": d2.T @ h, "b2": d2.sum(0)}
        right = (o.argmax(1) == y.argmax(1)).sum()
        return ((o - y) ** 2).sum() / 2, right, {name: g / len(rows) for name, g in means.items()}


class Skip:
    """x1, x2 -> h1, h2 (tanh) -> o (identity), with x2 -> o beside them; squared error."""

    X, Y = np.array(POINTS), np.array(HEIGHTS)

    def __init__(self, net: Network) -> None:
        self.p = {
            "W": np.array([[net.edge(x, h).weight for x in ("x1", "x2")] for h in ("h1", "h2")]),
            "b": np.array([net["h1"].bias, net["h2"].bias]),
            "v": np.array([net.edge("h1", "o").weight, net.edge("h2", "o").weight]),
            "c": np.array(net["o"].bias),
            "s": np.array(net.edge("x2", "o").weight),
        }

    @staticmethod
    def net() -> Network:
        net = Network()
        net.add_input("x1"), net.add_input("x2")
        net.add_output("o", "identity", bias=0.1)
        net.add_neuron("h1", "tanh", bias=-0.2), net.add_neuron("h2", "tanh", bias=0.3)
        for source, target, weight in (
            ("x2", "o", 0.7), ("h1", "o", 0.4), ("x1", "h1", 1.1), ("x2", "h1", -0.6), ("h2", "o", -0.9),
            ("x1", "h2", 0.2), ("x2", "h2", 0.5),
        ):  # fmt: skip
            net.connect(source, target, weight)
        return net

    def losses_and_gradients(self, rows):
        x, y, p = self.X[rows], self.Y[rows][:, 0], self.p
        h = np.tanh(x @ p["W"].T + p["b"])
        o = h @ p["v"] + p["s"] * x[:, 1] + p["c"]
        d = o - y
        dh = np.outer(d, p["v"]) * (1 - h**2)
        sums = {"W": dh.T @ x, "b": dh.sum(0), "v": d @ h, "c": d.sum(), "s": d @ x[:, 1]}
        return (d**2).sum() / 2, None, {name: g / len(rows) for name, g in sums.items()}


@pytest.mark.parametrize("size", [1, 10, None], ids=["online", "mini-batch", "full batch"])
@pytest.mark.parametrize("matrices", [Dense, Skip])
def test_twenty_epochs_are_those_of_the_matrix_version(matrices, size):
    """23 examples in batches of 10: the last one has 3, is averaged over 3, and leaks into no other epoch."""
    net = matrices.net()
    theirs = matrices(net)
    count = len(theirs.X)
    history = train(net, theirs.X, theirs.Y, optimizer=SGD(0.5), epochs=20, batch_size=size, seed=SEED)
    losses, total, rights, right, seen = [], 0.0, [], 0, 0
    for rows in batches(20, count, size or count):
        loss, good, gradients = theirs.losses_and_gradients(rows)
        for name, gradient in gradients.items():
            theirs.p[name] = theirs.p[name] - 0.5 * gradient
        total, right, seen = total + loss, right + (good or 0), seen + len(rows)
        if seen == count:
            losses.append(total / seen)
            rights.append(right / seen)
            total, right, seen = 0.0, 0, 0
    for name, ours in matrices(net).p.items():
        np.testing.assert_allclose(ours, theirs.p[name], rtol=1e-10, err_msg=name)
    assert history.losses == pytest.approx(losses, rel=1e-10)
    if matrices is Dense:
        assert history.column("accuracy") == rights


def test_every_epoch_has_an_order_of_its_own_and_no_shuffling_keeps_the_given_one():
    assert order(0, 23) != order(1, 23)
    runs = []
    for shuffle, seed in ((False, 1), (False, 2), (True, 1), (True, 2)):
        net = Dense.net()
        train(net, FLOWERS, KINDS, epochs=2, batch_size=10, shuffle=shuffle, seed=seed)
        runs.append([edge.weight for edge in net.edges])
    assert runs[0] == runs[1]
    assert len({tuple(run) for run in runs}) == 3


@pytest.mark.parametrize("how", [{}, {"optimizer": Adam(0.01)}, {"epochs": 4, "validation": 0.2, "seed": 5}])
def test_a_batch_of_all_examples_keeps_their_order_and_draws_nothing(how):
    """The order could change no more than the last bits; it would cost as much as the step."""

    def run(size: int | None, shuffle: bool) -> tuple[list[dict[str, object]], list[float]]:
        net = Dense.net()
        history = train(net, FLOWERS, KINDS, **{"epochs": 3, "batch_size": size, "shuffle": shuffle} | how)
        return history.rows, [edge.weight for edge in net.edges]

    assert run(None, True) == run(23, True) == run(1000, True) == run(None, False)
    assert run(17, True) != run(17, False), "one fewer, and they come in another order"


def test_a_batch_of_one_is_the_step_that_network_takes():
    net, other = Skip.net(), Skip.net()
    train(net, POINTS, HEIGHTS, optimizer=SGD(0.3), epochs=1, shuffle=False)
    for x, y in zip(POINTS, HEIGHTS, strict=True):
        other.zero_grad()
        other.forward(x)
        other.backward(y)
        other.update(0.3)
    assert [edge.weight for edge in net.edges] == [edge.weight for edge in other.edges]
    assert [neuron.bias for neuron in net] == [neuron.bias for neuron in other]


def test_plain_and_general_updates_are_the_same_bits():
    """SGD takes the neurons' own update; with a clip that never binds it goes the way of every other optimizer."""
    nets = [Dense.net(), Dense.net()]
    for net, clip in zip(nets, (None, Clip(norm=1e9)), strict=True):
        train(net, FLOWERS, KINDS, epochs=5, batch_size=10, clip=clip)
    assert [edge.weight for edge in nets[0].edges] == [edge.weight for edge in nets[1].edges]


# Against torch.optim.


def limited(torch, parameters, clip) -> None:
    """Pascanu's clipping, written out: torch's own clip_grad_norm_ divides by norm + 1e-6."""
    if clip is not None and clip.norm:
        norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters))
        if norm > clip.norm:
            for p in parameters:
                p.grad *= clip.norm / norm
    if clip is not None and clip.value:
        for p in parameters:
            p.grad.clamp_(-clip.value, clip.value)


RUNS = {
    "SGD": (SGD(0.5), None, None),
    "Momentum": (Momentum(0.1), None, None),
    "Nesterov, L2": (Momentum(0.1, nesterov=True), L2(0.01), None),
    "RMSProp": (RMSProp(0.01), None, None),
    "Adam, L2": (Adam(0.02), L2(0.01), None),
    "AdamW": (AdamW(0.02, decay=0.1), None, None),
    "AdamW, biases too": (AdamW(0.02, decay=0.1, biases=True), None, None),
    "SGD, clipped to a norm": (SGD(0.5), None, Clip(norm=0.1)),
    "SGD, clipped to a value": (SGD(0.5), None, Clip(value=0.02)),
    "Adam, L2 on all, both clips": (Adam(0.02), L2(0.01, biases=True), Clip(norm=0.1, value=0.05)),
}


@pytest.mark.parametrize("run", RUNS)
def test_a_whole_run_is_that_of_pytorch(run):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # these are tiny tensors
    optimizer, regularizer, clip = RUNS[run]
    net = Network.dense([4, 5, 3], ["tanh", "softmax"], seed=3)
    start = Dense(net).p
    p = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in start.items()}
    weights, biases = [p["W1"], p["W2"]], [p["b1"], p["b2"]]
    theirs = torch_optimizer(torch, optimizer, weights, biases)
    x, y = torch.tensor(FLOWERS, dtype=torch.float64), torch.tensor(KINDS, dtype=torch.float64)
    for rows in batches(15, 23, 10):
        theirs.zero_grad()
        z = torch.tanh(x[rows] @ p["W1"].T + p["b1"]) @ p["W2"].T + p["b2"]
        cost = -(y[rows] * torch.log_softmax(z, 1)).sum() / len(rows)
        if regularizer:
            penalised = weights + biases if regularizer.biases else weights
            cost = cost + 0.01 / 2 * sum((one**2).sum() for one in penalised)
        cost.backward()
        limited(torch, list(p.values()), clip)
        theirs.step()
    train(
        net, FLOWERS, KINDS, "cross_entropy", optimizer, 15, 10, regularizer=regularizer, clip=clip, seed=SEED
    )  # fmt: skip
    for name, ours in Dense(net).p.items():
        np.testing.assert_allclose(ours, p[name].detach().numpy(), rtol=1e-10, atol=1e-14, err_msg=name)


def torch_optimizer(torch, optimizer, weights, biases):
    rate = optimizer.rate.at(0)
    match optimizer.name:
        case "SGD":
            return torch.optim.SGD(weights + biases, lr=rate)
        case "Momentum" | "Nesterov":
            return torch.optim.SGD(weights + biases, lr=rate, momentum=0.9, nesterov=optimizer.name == "Nesterov")
        case "RMSProp":
            return torch.optim.RMSprop(weights + biases, lr=rate)
        case "Adam":
            return torch.optim.Adam(weights + biases, lr=rate)
    groups = [
        {"params": weights, "weight_decay": 0.1},
        {"params": biases, "weight_decay": 0.1 * optimizer.decay_biases},
    ]
    return torch.optim.AdamW(groups, lr=rate)


# Clipping.


def clipped(gradients: list[float], clip: Clip) -> list[float]:
    """As an update does it: the whole of them, then each."""
    return [clip.limited(gradient) for gradient in clip.shortened(gradients)]


def test_a_norm_is_kept_in_direction_and_a_value_part_by_part():
    assert clipped([3.0, -4.0], Clip(norm=5.0)) == [3.0, -4.0]
    assert clipped([3.0, -4.0], Clip(norm=1.0)) == pytest.approx([0.6, -0.8], rel=1e-15)
    assert clipped([3.0, -0.5, -2.0], Clip(value=1.0)) == [1.0, -0.5, -1.0]
    assert clipped([6.0, 8.0], Clip(norm=5.0, value=3.5)) == [3.0, 3.5]


@pytest.mark.parametrize(
    "size", [1e-320, 1e-300, 1e-170, 1e-149, 1e-150, 1e-100, 1.0, 1e100, 1e150, 1e160, 1e200, 1e307]
)
@pytest.mark.parametrize("norm", [1e-150, 1e-140, 1.0, 1e140, 1e200])
def test_a_norm_is_kept_by_gradients_of_any_size(norm, size):
    given = [3.0 * size, -4.0 * size, 0.0]
    true = [3.0 / 5.0 * norm, -4.0 / 5.0 * norm, 0.0] if 5.0 * size > norm else given
    assert clipped(given, Clip(norm=norm)) == pytest.approx(true, rel=1e-14 if size > 1e-310 else 1e-3, abs=0.0)


def test_the_largest_and_the_smallest_gradients_keep_their_direction():
    assert clipped([3e-165, -4e-165], Clip(norm=1e-170)) == pytest.approx([6e-171, -8e-171], rel=1e-15, abs=0.0)
    assert clipped([1e200, 1.0], Clip(norm=1.0)) == [1.0, 1e-200]
    assert clipped([1.7e308, -1.7e308], Clip(norm=1.0)) == pytest.approx([0.5**0.5, -(0.5**0.5)], rel=1e-15)
    assert clipped([1.7e308, -1.7e308], Clip(norm=1.7e308)) == pytest.approx([1.7e308 * 0.5**0.5, -1.7e308 * 0.5**0.5])
    assert clipped([0.0, -0.0], Clip(norm=1e-300)) == [0.0, 0.0]
    assert clipped([], Clip(norm=1.0)) == []


def test_ordinary_gradients_are_clipped_as_the_formula_has_it_to_the_last_bit():
    generator = Random(0)
    for _ in range(200):
        given = [generator.gauss(0.0, 1.0) * 10.0 ** generator.uniform(-140, 140) for _ in range(5)]
        squares = 0.0
        for one in given:
            squares += one * one
        factor = 1e-3 / math.sqrt(squares)
        assert clipped(given, Clip(norm=1e-3)) == ([one * factor for one in given] if factor < 1.0 else given)


@pytest.mark.parametrize("clip", [Clip(norm=1.0), Clip(value=1.0)])
@pytest.mark.parametrize("other", [2.0, 1e200, 1e-200, math.inf])
def test_clipping_hides_no_nan(clip, other):
    for given in ([math.nan, other], [other, math.nan]):
        assert any(map(math.isnan, clipped(given, clip)))


# Schedules and accuracy.


def test_the_rate_of_a_schedule_is_that_of_the_epoch():
    from neurograph.rules.rates import step_decay

    net, other = Skip.net(), Skip.net()
    history = train(net, POINTS, HEIGHTS, optimizer=SGD(step_decay(0.4, 0.5, 2)), epochs=6, shuffle=False)
    assert history.column("learning_rate") == [0.4, 0.4, 0.2, 0.2, 0.1, 0.1]
    for rate in (0.4, 0.2, 0.1):
        train(other, POINTS, HEIGHTS, optimizer=SGD(rate), epochs=2, shuffle=False)
    assert [edge.weight for edge in net.edges] == [edge.weight for edge in other.edges]


@pytest.mark.parametrize(
    ("a", "y", "right"),
    [
        ([0.2, 0.5, 0.3], [0.0, 1.0, 0.0], True),
        ([0.5, 0.2, 0.3], [0.0, 1.0, 0.0], False),
        ([0.4, 0.4, 0.2], [1.0, 0.0, 0.0], True),  # the first of equals
        ([0.4, 0.4, 0.2], [0.0, 1.0, 0.0], False),
        ([0.51], [1.0], True),
        ([0.5], [1.0], False),
        ([0.49], [0.0], True),
    ],
)
def test_right_is_the_largest_output_or_the_side_of_one_half(a, y, right):
    assert is_right(a, y) is right


def test_only_classes_have_an_accuracy():
    for targets, told in (
        ([[0.0], [1.0]], True), ([[0.0], [0.5]], False), ([[0.0], [2.0]], False),
    ):  # fmt: skip
        net = Network.dense([1, 1], "identity", seed=1)
        history = train(net, [[0.0], [1.0]], targets, epochs=1, validation=([[1.0]], [[1.0]]))
        assert ("accuracy" in history[0]) is ("validation_accuracy" in history[0]) is told


def test_both_penalties_go_with_every_optimizer_and_tie_up_to_the_formula():
    """One step of Adam from the gradient with the L2 slope, then the L1 threshold."""
    net = Network.dense([1, 1], "identity", initializer="zeros")
    edge = net.edge("x1", "o1")
    edge.weight = 0.5
    train(net, [[2.0]], [[0.0]], optimizer=Adam(0.1), epochs=1, regularizer=ElasticNet(0.3, 0.2))
    gradient = 2.0 * 1.0 + 0.2 * 0.5
    stepped = 0.5 - 0.1 * gradient / (math.sqrt(gradient**2) + 1e-8)
    assert edge.weight == pytest.approx(stepped - 0.1 * 0.3, rel=1e-14)
    assert net["o1"].bias == pytest.approx(-0.1, rel=1e-7)
