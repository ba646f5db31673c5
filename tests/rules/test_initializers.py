"""Initializers: each draw has the range, mean and spread of its paper's formula, and the same seed the same bits."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random
from statistics import fmean, pstdev

import pytest

from neurograph import INITIALIZERS, Network
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError, UnknownNameError
from neurograph.rules.initializers import constant, normal, uniform

IN, OUT, COUNT = 30, 50, 20_000

# Limits of U(-r, r): Glorot and Bengio (2010), formula 16; He and others (2015), formula 10 by the same variance.
RANGES = {
    "glorot_uniform": (-math.sqrt(6 / 80), math.sqrt(6 / 80)),
    "he_uniform": (-math.sqrt(6 / 30), math.sqrt(6 / 30)),
    "uniform(-0.5, 2)": (-0.5, 2.0),
}
# Mean and standard deviation of N: Glorot and Bengio (2010); He and others (2015); LeCun and others (1998), formula 16.
BELLS = {
    "glorot_normal": (0.0, math.sqrt(2 / 80)),
    "he_normal": (0.0, math.sqrt(2 / 30)),
    "lecun_normal": (0.0, math.sqrt(1 / 30)),
    "normal(0.5, 2)": (0.5, 2.0),
    "normal(0, 1)": (0.0, 1.0),
}
CONSTANTS = {"zeros": 0.0, "ones": 1.0, "constant(-0.25)": -0.25}
OWN = {record.name: record for record in (uniform(-0.5, 2.0), normal(0.5, 2.0), normal(), constant(-0.25))}


def draws(name: str, seed: int = 0, count: int = COUNT) -> list[float]:
    record = OWN.get(name) or INITIALIZERS.find(name)
    generator = Random(seed)
    return [record.draw(generator, IN, OUT) for _ in range(count)]


@pytest.mark.parametrize(("name", "limits"), RANGES.items())
def test_a_uniform_draw_fills_its_range_evenly(name, limits):
    low, high = limits
    values = draws(name)
    width = high - low
    assert low <= min(values) < low + 0.001 * width
    assert high - 0.001 * width < max(values) <= high
    assert fmean(values) == pytest.approx((low + high) / 2, abs=0.01 * width)
    assert pstdev(values) == pytest.approx(width / math.sqrt(12), rel=0.02)
    tenths = [sum(low + k * width / 10 <= v < low + (k + 1) * width / 10 for v in values) for k in range(10)]
    assert min(tenths) > 0.9 * COUNT / 10


@pytest.mark.parametrize(("name", "moments"), BELLS.items())
def test_a_normal_draw_has_the_mean_spread_and_tails_of_a_bell(name, moments):
    mean, sd = moments
    scores = [(value - mean) / sd for value in draws(name)]
    assert fmean(scores) == pytest.approx(0.0, abs=0.03)
    assert pstdev(scores) == pytest.approx(1.0, rel=0.02)
    for limit in (0.5, 1.0, 2.0, 3.0):
        inside = sum(abs(score) < limit for score in scores) / COUNT
        assert inside == pytest.approx(math.erf(limit / math.sqrt(2)), abs=0.015)
    assert max(map(abs, scores)) > 3.5
    lag = fmean(one * two for one, two in pairwise(scores))
    assert abs(lag) < 0.03, "one draw after the other, nothing shared"


@pytest.mark.parametrize(("name", "value"), CONSTANTS.items())
def test_a_constant_is_one_value(name, value):
    assert set(draws(name, count=100)) == {value}


def test_every_initializer_is_checked_here():
    known = {*RANGES, *BELLS, *CONSTANTS} - set(OWN)
    assert known == {record.name for record in INITIALIZERS}


@pytest.mark.parametrize("name", [*RANGES, *BELLS])
def test_the_same_seed_draws_the_same_bits_and_another_others(name):
    assert draws(name, seed=5, count=200) == draws(name, seed=5, count=200)
    assert not set(draws(name, seed=5, count=200)) & set(draws(name, seed=6, count=200))


def test_normal_survives_the_smallest_and_largest_that_a_generator_gives():
    class Fixed(Random):
        def __init__(self, value):
            super().__init__()
            self.value = value

        def random(self):
            return self.value

    for value in (0.0, 1.0 - 2.0**-53):
        assert math.isfinite(normal().draw(Fixed(value), 1, 1))


def test_dense_hands_the_initializer_the_neurons_on_either_side():
    from neurograph import Initializer

    seen = []

    def note(generator, fan_in, fan_out):
        seen.append((fan_in, fan_out))
        return 0.0

    Network.dense([2, 3, 4], "tanh", initializer=Initializer("noted", note))
    assert set(seen[:6]) == {(2, 3)}
    assert set(seen[6:]) == {(3, 4)}
    assert len(seen) == 18


def test_dense_has_the_same_bits_for_the_same_seed():
    one, two, other = (Network.dense([4, 5, 3], "tanh", normal(0.0, 0.1), seed=seed) for seed in (3, 3, 4))
    weights = [[edge.weight.hex() for edge in net.edges] for net in (one, two, other)]
    assert weights[0] == weights[1] != weights[2]


def refused(act) -> NeurographError:
    with pytest.raises(NeurographError) as caught:
        act()
    return caught.value


def test_what_cannot_be_used_is_refused():
    error = refused(lambda: uniform(1.0, -1.0))
    assert isinstance(error, InvalidValueError)
    assert str(error) == "uniform, low and high: got (1.0, -1.0) (a tuple), expected low first, then high."
    error = refused(lambda: normal(0.0, -1.0))
    assert isinstance(error, InvalidValueError)
    assert str(error) == "normal, sd: got -1.0, expected a number from 0 up."
    error = refused(lambda: constant("a"))
    assert isinstance(error, InvalidTypeError)
    assert str(error) == "constant, value: got 'a' (a str), expected one finite number (an int or a float)."
    error = refused(lambda: uniform(0.0, math.inf))
    assert isinstance(error, InvalidValueError)
    assert str(error).startswith("uniform, high: got inf, expected a finite number.")
    error = refused(lambda: Network.dense([1, 1], "tanh", initializer="he_norm"))
    assert isinstance(error, UnknownNameError)
    assert "Did you mean 'he_normal'?" in str(error)


def test_biases_are_one_number_or_drawn_after_the_weights_of_their_layer():
    plain = Network.dense([3, 2, 1], "tanh", seed=7)
    constant_bias = Network.dense([3, 2, 1], "tanh", seed=7, bias=0.1)
    assert [neuron.bias for neuron in constant_bias.neurons[3:]] == [0.1] * 3
    assert [edge.weight for edge in constant_bias.edges] == [edge.weight for edge in plain.edges]
    drawn = Network.dense([3, 2, 1], "tanh", seed=7, bias=uniform(-0.05, 0.05))
    assert len({neuron.bias for neuron in drawn.neurons[3:]}) == 3
    assert all(-0.05 <= neuron.bias <= 0.05 for neuron in drawn.neurons[3:])
    with pytest.raises(NeurographError, match=r"unknown initializer 'zero'\. Did you mean 'zeros'"):
        Network.dense([1, 1], "tanh", bias="zero")
    with pytest.raises(NeurographError, match=r"^constant, value: got None, expected one finite number"):
        Network.dense([1, 1], "tanh", bias=None)
