"""Every default of a rule, in one table: a changed one is a change of the model, and shows here first."""

from __future__ import annotations

import inspect
import math
from random import Random

import pytest

import neurograph as ng
from neurograph.algebra.numbers import NumberFormat
from neurograph.rules import activations, initializers, optimizers, rates, regularizers
from neurograph.rules.activations import Activation
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer
from neurograph.rules.softmax import JointActivation

DEFAULTS = {
    optimizers.SGD: {"rate": 0.1},
    optimizers.Momentum: {"rate": 0.1, "momentum": 0.9, "nesterov": False},
    optimizers.RMSProp: {"rate": 0.01, "decay": 0.99, "epsilon": 1e-8},
    optimizers.Adam: {"rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    optimizers.AdamW: {
        "rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "decay": 0.01, "biases": False,
    },
    rates.constant: {},
    rates.step_decay: {"factor": 0.5, "every": 10},
    rates.exponential: {"decay": 0.01},
    rates.cosine: {"low": 0.0},
    rates.inverse_time: {"decay": 0.01},
    initializers.constant: {},
    initializers.uniform: {},
    initializers.normal: {"mean": 0.0, "sd": 1.0},
    regularizers.L1: {"biases": False},
    regularizers.L2: {"biases": False},
    regularizers.ElasticNet: {"biases": False},
    activations.elu: {"alpha": 1.0},
    activations.leaky_relu: {"leak": 0.01},
    ng.Clip: {"norm": None, "value": None},
    Optimizer: {
        "plain": False, "decay": 0.0, "decay_biases": False, "memories": ("one", "two"), "formulas": (),
        "clock": ("first", "second"),
    },
    Regularizer: {"biases": False, "penalty_formula": "", "slope_formula": "", "shrink_formula": ""},
    Activation: {"kinks": (), "bounds": (-math.inf, math.inf), "latex": "", "bends": ()},
    JointActivation: {
        "bounds": (-math.inf, math.inf), "sums_to_one": False, "latex": "", "safe_formula": "", "fill": None,
    },
    NumberFormat: {"digits": 4, "fractions": False, "terms": 8},
}  # fmt: skip


@pytest.mark.parametrize("make", DEFAULTS, ids=lambda make: f"{make.__module__}.{make.__name__}")
def test_the_defaults_are_those_of_the_table(make):
    given = {name: one.default for name, one in inspect.signature(make).parameters.items()}
    plain = {name: one for name, one in given.items() if one is not inspect.Parameter.empty and not callable(one)}
    assert plain == DEFAULTS[make]


@pytest.mark.parametrize("module", [optimizers, rates, initializers, regularizers, activations])
def test_every_public_rule_with_a_default_is_in_the_table(module):
    for name in module.__all__:
        made = getattr(module, name)
        if callable(made) and not isinstance(made, Activation):
            with_default = [one for one in inspect.signature(made).parameters.values() if one.default is not one.empty]
            assert made in DEFAULTS or not with_default, name


# What the defaults do, worked out by hand: a step from 1 with the gradient 1/2 and the memory 1/4, 1/8.

STEPS = {
    "SGD": (ng.SGD(), 1 - 0.1 * 0.5),
    "Momentum": (ng.Momentum(), 1 - 0.1 * (0.9 * 0.25 + 0.5)),
    "Nesterov": (ng.Momentum(nesterov=True), 1 - 0.1 * (0.5 + 0.9 * (0.9 * 0.25 + 0.5))),
    "RMSProp": (ng.RMSProp(), 1 - 0.01 * 0.5 / (math.sqrt(0.99 * 0.25 + 0.01 * 0.25) + 1e-8)),
    "Adam": (
        ng.Adam(), 1 - 0.001 / 0.1 * (0.9 * 0.25 + 0.1 * 0.5) / (math.sqrt((0.999 / 8 + 0.001 / 4) / 0.001) + 1e-8)
    ),
}  # fmt: skip


@pytest.mark.parametrize(("optimizer", "value"), STEPS.values(), ids=STEPS)
def test_a_step_with_the_defaults(optimizer, value):
    clock = optimizer.tick(1.0, 1.0)
    memory = (0.25, 0.125)[: len(optimizer.memories)]
    assert optimizer.step(1.0, 0.5, optimizer.rate.at(0), *memory, *clock)[0] == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("optimizer", [ng.RMSProp(), ng.Adam(), ng.AdamW()], ids=lambda optimizer: optimizer.name)
def test_a_gradient_as_small_as_epsilon_takes_half_a_step(optimizer):
    """Without a memory the root mean square of Adam is the gradient itself; of RMSProp a tenth of it."""
    gradient = 1e-7 if optimizer.name == "RMSProp" else 1e-8
    memory = [0.0] * len(optimizer.memories)
    step = optimizer.step(0.0, gradient, 1.0, *memory, *optimizer.tick(1.0, 1.0))[0]
    assert step == pytest.approx(-5.0 if optimizer.name == "RMSProp" else -0.5, rel=1e-12)


def test_weights_decay_by_a_hundredth_of_the_rate_and_biases_do_not():
    assert (ng.AdamW().decay, ng.AdamW().decay_biases, ng.Adam().decay) == (0.01, False, 0.0)
    net = ng.Network.dense([1, 1], "identity", initializer="ones", bias=1.0)
    ng.train(net, [[0.0]], [[1.0]], optimizer=ng.AdamW(0.5), epochs=1)  # the output is met: nothing but the decay
    assert (net.edge("x1", "o1").weight, net["o1"].bias) == (1.0 - 0.5 * 0.01, 1.0)


def test_an_optimizer_without_a_clock_leaves_it():
    assert Optimizer("mine", ng.SGD().rate, ng.SGD().step, memories=()).tick(0.5, 0.25) == (0.5, 0.25)


def test_rates_with_the_defaults():
    assert [rates.step_decay(1.0).at(epoch) for epoch in (0, 9, 10, 19, 20)] == [1.0, 1.0, 0.5, 0.5, 0.25]
    assert rates.exponential(1.0).at(100) == pytest.approx(math.exp(-1.0), rel=1e-15)
    assert rates.inverse_time(1.0).at(100) == 0.5
    assert rates.cosine(1.0, 10).at(10) == 0.0


def test_initializers_with_the_defaults():
    draws = [initializers.normal().draw(Random(seed), 1, 1) for seed in range(2000)]
    mean = sum(draws) / len(draws)
    assert abs(mean) < 0.1
    assert sum((draw - mean) ** 2 for draw in draws) / len(draws) == pytest.approx(1.0, abs=0.1)
    assert initializers.normal().draw(Random(1), 1, 1) == initializers.normal(0.0, 1.0).draw(Random(1), 1, 1)
    glorot = ng.INITIALIZERS["glorot_uniform"].draw(Random(4), 3, 2)
    net = ng.Network.dense([3, 2], "tanh", seed=4)
    assert net.edge("x1", "o1").weight == glorot
    assert net["o1"].bias == 0.0
