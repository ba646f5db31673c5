"""Regularizers: L2 is weight decay, L1 stops at zero, and biases are left alone unless asked for."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurograph import L1, L2, SGD, Adam, ElasticNet, Momentum, Network, Trainer, train
from neurograph.algebra.expression import Leaf, evaluate
from neurograph.algebra.formula import fill
from neurograph.algebra.symbols import Symbol
from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.rules.regularizers import Regularizer

X = [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0], [0.1, 0.2]]
Y = [[1.0], [-0.5], [0.25], [2.0]]


def line(w1=0.0, w2=0.0, b=0.0) -> Network:
    """o = w1 x1 + w2 x2 + b."""
    net = Network.dense([2, 1], "identity", initializer="zeros")
    net.edge("x1", "o1").weight, net.edge("x2", "o1").weight, net["o1"].bias = w1, w2, b
    return net


def numbers(net: Network) -> list[float]:
    return [net.edge("x1", "o1").weight, net.edge("x2", "o1").weight, net["o1"].bias]


# The penalty and its slope.


@pytest.mark.parametrize("w", [-2.0, -0.3, 0.0, 1e-9, 0.7, 5.0])
def test_the_penalty_is_its_formula(w):
    assert L2(0.3).penalty(w) == pytest.approx(0.15 * w**2, rel=1e-15)
    assert L1(0.3).penalty(w) == pytest.approx(0.3 * abs(w), rel=1e-15)
    assert ElasticNet(0.3, 0.4).penalty(w) == pytest.approx(0.3 * abs(w) + 0.2 * w**2, rel=1e-15)


@pytest.mark.parametrize("regularizer", [L2(0.3), L1(0.3), ElasticNet(0.3, 0.4)])
@pytest.mark.parametrize("w", [-2.0, -0.3, 0.7, 5.0])
def test_slope_and_settling_together_are_the_derivative_of_the_penalty(regularizer, w):
    h, rate = 1e-6, 1e-6
    difference = (regularizer.penalty(w + h) - regularizer.penalty(w - h)) / (2 * h)
    moved = regularizer.shrink(w - rate * regularizer.slope(w), rate)
    assert (w - moved) / rate == pytest.approx(difference, rel=1e-8)


@pytest.mark.parametrize(
    "regularizer", [L2(0.3), L1(0.3), ElasticNet(0.3, 0.4), ElasticNet(0.0, 0.4), ElasticNet(0.3, 0), L2(0)]
)
@given(w=st.floats(-1e3, 1e3), rate=st.floats(0.0, 10.0))
def test_the_formulas_are_the_functions(regularizer, w, rate):
    names = {"w": Leaf(Symbol("w"), w), "eta": Leaf(Symbol("eta"), rate)}
    for function, formula in (
        (regularizer.penalty(w), regularizer.penalty_formula),
        (regularizer.slope(w), regularizer.slope_formula),
        (regularizer.shrink(w, rate), regularizer.shrink_formula),
    ):
        assert evaluate(fill(formula, names)) == pytest.approx(function, rel=1e-12, abs=1e-300)


def test_what_a_penalty_does_not_do_is_not_written():
    assert [L2(0.3).penalty_formula, L2(0.3).slope_formula, L2(0.3).shrink_formula] == [
        "0.3 / 2 * w**2",
        "0.3 * w",
        "w",
    ]
    assert (L1(0.3).penalty_formula, L1(0.3).slope_formula) == ("0.3 * abs(w)", "0")


def test_a_formula_that_is_none_is_refused():
    with pytest.raises(InvalidValueError, match=r"regularizer 'mine', slope_formula: .* uses 'eta', expected only 'w'"):
        Regularizer("mine", abs, abs, max, slope_formula="eta * w")


# L2 is weight decay.


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_l2_is_the_weight_decay_of_pytorch(momentum, biases):
    torch = pytest.importorskip("torch")
    net = line(0.8, -1.2, 0.4)
    ours = Momentum(0.05, momentum=momentum) if momentum else SGD(0.05)
    train(net, X, Y, optimizer=ours, epochs=50, batch_size=None, regularizer=L2(0.3, biases=biases), shuffle=False)
    w = torch.tensor([0.8, -1.2], dtype=torch.float64, requires_grad=True)
    b = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    groups = [{"params": [w], "weight_decay": 0.3}, {"params": [b], "weight_decay": 0.3 * biases}]
    theirs = torch.optim.SGD(groups, lr=0.05, momentum=momentum)
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)[:, 0]
    for _ in range(50):
        theirs.zero_grad()
        (((x @ w + b - y) ** 2).sum() / 2 / len(X)).backward()
        theirs.step()
    assert numbers(net) == pytest.approx([*w.tolist(), b.item()], rel=1e-12)


def test_l2_settles_nothing():
    rng = Random(0)
    for value in (0.0, 1e-300, *(rng.gauss(0, 10) for _ in range(100))):
        assert L2(0.3).shrink(value, 0.1) == value


# L1 stops at zero.


@pytest.mark.parametrize("make", [L1, lambda strength: ElasticNet(strength, 0.0)], ids=["L1", "ElasticNet"])
@pytest.mark.parametrize(
    ("w", "settled"), [(0.5, 0.4), (-0.5, -0.4), (0.05, 0.0), (-0.05, 0.0), (0.1, 0.0), (-0.1, 0.0), (0.0, 0.0)]
)
def test_a_weight_goes_towards_zero_and_never_across(make, w, settled):
    assert make(0.2).shrink(w, 0.5) == pytest.approx(settled, rel=1e-15)
    if not settled:
        assert make(0.2).shrink(w, 0.5) == 0.0


def test_l1_settles_at_the_soft_threshold():
    """The minimum of (w - c)**2 / 2 + strength * abs(w): Tibshirani's closed form."""
    for c, expected in ((0.75, 0.5), (-0.75, -0.5), (0.2, 0.0), (-0.2, 0.0)):
        net = Network.dense([1, 1], "identity", initializer="zeros")
        net.freeze(net["o1"])
        net.unfreeze(net.edge("x1", "o1"))
        net.edge("x1", "o1").weight = 3.0
        train(net, [[1.0]], [[c]], optimizer=SGD(0.3), epochs=200, regularizer=L1(0.25))
        assert net.edge("x1", "o1").weight == pytest.approx(expected, abs=1e-12)


def test_a_weight_that_crosses_zero_stops_there_stays_and_can_leave_again():
    net = line(w1=0.3, w2=1.0)
    away = [[0.0, 1.0]]  # x1 is 0: nothing but the penalty moves w1
    trainer = Trainer(net, away, [[1.0]], optimizer=SGD(0.1), regularizer=L1(0.7))
    path = [net.edge("x1", "o1").weight for _ in trainer.epochs(8)]
    assert path[:4] == pytest.approx([0.23, 0.16, 0.09, 0.02], rel=1e-12)
    assert path[4:] == [0.0] * 4
    train(net, [[1.0, 0.0]], [[2.0]], optimizer=SGD(0.1), epochs=1, regularizer=L1(0.7))
    assert net.edge("x1", "o1").weight > 0.0


@pytest.mark.parametrize(
    "optimizer", [SGD(0.05), Momentum(0.05), Momentum(0.05, nesterov=True)], ids=["SGD", "Momentum", "Nesterov"]
)
def test_a_weight_without_use_ends_at_exactly_zero(optimizer):
    rng = Random(2)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(30)]
    net = line(0.5, 0.5, 0.5)
    train(net, rows, [[2.0 * one] for one, _ in rows], optimizer=optimizer, epochs=400, batch_size=None,
          regularizer=L1(0.05))  # fmt: skip
    useful, useless, bias = numbers(net)
    assert useless == 0.0
    assert useful == pytest.approx(2.0, abs=0.1)
    assert bias != 0.0


def test_adam_lets_a_weight_stop_at_zero_too():
    net = line(w1=0.3, w2=1.0)
    train(net, [[0.0, 1.0]], [[1.0]], optimizer=Adam(0.1), epochs=5, regularizer=L1(0.7))
    assert net.edge("x1", "o1").weight == 0.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_trouble_is_not_hidden_by_settling(value):
    assert not math.isfinite(L1(0.1).shrink(value, 0.1))


def test_the_elastic_net_is_both_at_once():
    """On C = (w - c)**2 / 2 its minimum is the soft threshold, shrunk by 1 + l2: Zou and Hastie."""
    net = Network.dense([1, 1], "identity", initializer="zeros")
    net.freeze("o1")
    net.unfreeze(net.edge("x1", "o1"))
    train(net, [[1.0]], [[2.0]], optimizer=SGD(0.2), epochs=300, regularizer=ElasticNet(0.5, 0.25))
    assert net.edge("x1", "o1").weight == pytest.approx((2.0 - 0.5) / 1.25, abs=1e-12)


# Biases.


@pytest.mark.parametrize("make", [L1, L2, lambda s, biases=False: ElasticNet(s, s, biases)], ids=["L1", "L2", "both"])
def test_biases_are_left_alone_unless_asked_for(make):
    still = [[0.0, 0.0]]  # no gradient: the net is right at 0.5
    for biases, fallen in ((False, False), (True, True)):
        net = line(0.5, 0.5, 0.5)
        train(net, still, [[0.5]], optimizer=SGD(0.1), epochs=1, regularizer=make(0.1, biases=biases))
        w1, w2, b = numbers(net)
        assert w1 == w2 < 0.5
        assert (b < 0.5) is fallen


@pytest.mark.parametrize(("biases", "expected"), [(False, 0.5 * 0.1 * 2.0), (True, 0.5 * 0.1 * 2.25)])
def test_the_penalty_of_the_network_is_told_beside_the_loss(biases, expected):
    net = line(1.0, -1.0, 0.5)
    if not biases:
        net.freeze("o1")
        net.unfreeze(net.edge("x1", "o1"), net.edge("x2", "o1"))
    trainer = Trainer(net, [[0.0, 0.0]], [[0.5]], optimizer=SGD(1e-12), regularizer=L2(0.1, biases=biases))
    (row,) = trainer.epochs(1)
    assert row["penalty"] == pytest.approx(expected, rel=1e-9)
    assert row["loss"] == 0.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: L2(-0.1), "L2, strength: got -0.1, expected a number from 0 up."),
        (lambda: L1(-1), "L1, strength: got -1, expected a number from 0 up."),
        (lambda: ElasticNet(-1, 0), "ElasticNet, l1: got -1, expected a number from 0 up."),
        (lambda: ElasticNet(0, -1), "ElasticNet, l2: got -1, expected a number from 0 up."),
    ],
)
def test_a_negative_strength_is_refused(make, message):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert str(caught.value) == message


def test_a_strength_that_is_no_number_is_refused():
    with pytest.raises(InvalidTypeError, match="L1, strength: got 'much'"):
        L1("much")
