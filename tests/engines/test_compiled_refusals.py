"""Rules that cannot be compiled, or not to the same numbers: refused by name, and the objects take them."""

from __future__ import annotations

import math
import random
import re
import sys
from functools import partial
from random import Random

import pytest
from engine_runs import differences, needs_numba, outcome
from own_rules import CURE, X, Y, mine, net_of, run_of, shares

import neurograph as ng
from neurograph import SGD, JointActivation, Loss, train
from neurograph.engines import choice
from neurograph.engines.compiled.rules import CompilerError
from neurograph.errors import NumericalError
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import constant
from neurograph.rules.regularizers import Regularizer


def choosy(z: float) -> float:
    if z > 1e9:
        raise ValueError(z)
    return z


def strict(z: float) -> float:
    assert z < 1e9
    return z


def power(z: float, n: int) -> float:
    return z**n


def counting() -> object:
    count = 0

    def value(z: float) -> float:
        nonlocal count
        count += 1
        return z + 1e-9 * count

    return value


def hasty(z: float) -> float:
    e = math.exp(z)  # a compiler does this only where it is needed, and so never fails on a large z
    if z < 3.0:
        return 0.1 * e + z
    return z


WEIGHTS, STORE, SEEN, DICE = [0.5], {"leak": 0.5}, [], Random(2)
RAISES = "has a raise or assert (in {}), which compiled code cannot pass on. " + CURE
POWERS = (
    "has a power or hypot (in {}), whose last digit may differ when compiled. "
    'Write z * z for z**2 and math.sqrt for a root, or take engine="object".'
)
REFUSED = {
    "raise": (choosy, RAISES.format("choosy")),
    "assert": (strict, RAISES.format("strict")),
    "raise in a helper": (lambda z: 2.0 * choosy(z), RAISES.format("choosy")),
    "a square": (lambda z: z**2, POWERS.format("<lambda>")),
    "a cube": (lambda z: z**3 / 10.0, POWERS.format("<lambda>")),
    "a power in a helper": (lambda z: power(z, 2), POWERS.format("power")),
    "pow": (lambda z: pow(z, 2.0), POWERS.format("<lambda>")),
    "math.pow": (lambda z: math.pow(abs(z), 1.5), POWERS.format("<lambda>")),
    "hypot": (lambda z: math.hypot(z, 1.0), POWERS.format("<lambda>")),
    "text": (lambda z: float(str(z)), "cannot be compiled: could not convert string to float*. " + CURE),
    "a format": (lambda z: float(f"{z:.3f}"), "cannot be compiled: *supported*. " + CURE),
    "a list outside": (lambda z: WEIGHTS[0] * z, "cannot be compiled: *'WEIGHTS'*. " + CURE),
    "a dict outside": (lambda z: STORE["leak"] * z, "cannot be compiled: *'STORE'*. " + CURE),
    "a list that grows": (lambda z: SEEN.append(z) or z, "cannot be compiled: *'SEEN'*. " + CURE),
    "a generator": (lambda z: z + DICE.random(), "cannot be compiled: *'DICE'*. " + CURE),
    "an unknown name": (lambda z: nobody(z) + 1.0, "cannot be compiled: *'nobody'*. " + CURE),  # noqa: F821
    "no function": (partial(max, 0.0), "cannot be compiled: *not a function*. " + CURE),
    "no number": (lambda z: None, "cannot be compiled: *. " + CURE),
    "another gamma": (
        lambda z: math.lgamma(abs(z) + 1.0),
        "gives other numbers when compiled: *, in Python *, when called on [*], [0.0], 0, 1. " + CURE,
    ),
    "random numbers": (lambda z: z + random.random(), "gives other numbers when compiled: *, in Python *. " + CURE),
    "a count of its calls": (counting(), "gives other numbers when compiled: *, in Python *. " + CURE),
    "an error that is optimised away": (
        hasty,
        "gives other numbers when compiled: no error, in Python OverflowError, "
        "when called on [1000000.0], [0.0], 0, 1. " + CURE,
    ),
    "large integers": (lambda z: float(round(z)), "gives other numbers when compiled: *, in Python *. " + CURE),
}


@needs_numba
@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_compiled_is_refused_by_name_and_the_objects_take_it(what, monkeypatch):
    value, words = REFUSED[what]
    net = net_of(mine(value))
    before = net.__getstate__()
    with pytest.raises(CompilerError) as caught:
        train(net, X, Y, epochs=3, engine="compiled")
    message = str(caught.value)
    pattern = ".*".join(re.escape(piece) for piece in words.split("*")) if "z * z" not in words else re.escape(words)
    assert re.fullmatch("activation 'mine': its function for 'fire' " + pattern, message), message
    assert net.__getstate__() == before
    monkeypatch.setattr(choice, "_RUNNING", 0.0)  # seconds; "auto" now wants the compiled engine
    if what in ("an unknown name", "no number"):  # nor can Python
        with pytest.raises(NumericalError, match="neuron h1: mine"):
            train(net, X, Y, epochs=3)
        return
    history = train(net, X, Y, epochs=3, optimizer=SGD(1e-3))
    assert (history.engine, len(history)) == ("object", 3)
    if what not in ("random numbers", "a count of its calls"):
        assert history.findings[-1] == f"trained on objects, not compiled: {message}"


NOWHERE = Optimizer("wanderer", constant(0.1), lambda v, g, rate, one, two, f, s: (v - rate * g + DICE.random(), 0, 0))
PLACES = {
    "activation 'mine': its function for 'compute delta' ": {"net": net_of(mine(math.sin, lambda z, a: choosy(z)))},
    "activation 'shares': its function for 'compute delta group' ": {
        "net": net_of(group=JointActivation("shares", shares, lambda z, a, k, j: choosy(z[k]), "z", "a_k"))
    },
    "loss 'mine': its function for 'compute term' ": {"loss": Loss("mine", lambda a, y, n: choosy(a), lambda a, y, n: a,
                                                              "a", "a")},
    "loss 'mine': its function for 'add loss slope' ": {"loss": Loss("mine", lambda a, y, n: a,
                                                            lambda a, y, n: choosy(a), "a", "a")},
    "optimizer 'wanderer': its function for 'step' ": {"optimizer": NOWHERE},
    "regularizer 'mine': its function for 'penalise' ": {
        "regularizer": Regularizer("mine", lambda w: w, lambda w: -choosy(w), lambda w, rate: w)
    },
}  # fmt: skip


@needs_numba
@pytest.mark.parametrize("where", PLACES)
def test_the_message_says_which_function_of_which_rule(where):
    how = dict(PLACES[where])
    net = how.pop("net", None) or net_of()
    if where.startswith("activation 'mine'"):
        net = net_of(mine(lambda z: z, lambda z, a: choosy(z)))
    with pytest.raises(CompilerError, match=f"^{re.escape(where)}"):
        train(net, X, Y, epochs=3, engine="compiled", **how)


def test_the_error_can_be_caught_as_pythons_own_and_as_ours():
    assert issubclass(CompilerError, TypeError)
    assert issubclass(CompilerError, ng.NeurographError)


@needs_numba
def test_builtin_sum_is_taken_where_it_means_the_same():
    """From Python 3.12 on it compensates for rounding, and then gives other numbers than a compiled sum."""
    run = run_of(net_of(mine(lambda z: sum([z, 0.1 * z, -z, 1e-3]), lambda z, a: 0.1)))
    if sys.version_info < (3, 12):
        assert differences(outcome(run, "object"), outcome(run, "compiled")) == []
    else:
        with pytest.raises(CompilerError, match="gives other numbers when compiled"):
            outcome(run, "compiled")
