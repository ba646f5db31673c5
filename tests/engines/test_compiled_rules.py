"""Rules of the user's own in compiled code: the same bits, and told apart by all that they refer to."""

from __future__ import annotations

import importlib
import math
import sys
from types import ModuleType

import pytest
from engine_runs import differences, needs_numba, outcome
from own_rules import OWN, X, Y, mine, net_of, noted, run_of

from neurograph import SGD, train
from neurograph.engines.compiled.rules import fingerprint
from neurograph.rules.activations import leaky_relu


@needs_numba
@pytest.mark.parametrize("batch", [1, 7, 35])
@pytest.mark.parametrize("what", OWN)
def test_rules_of_the_users_own_leave_the_same_bits(what, batch):
    run = OWN[what]._replace(how=OWN[what].how | {"batch_size": batch})
    assert differences(outcome(run, "object"), outcome(run, "compiled")) == []


@pytest.mark.parametrize("what", OWN)
def test_and_so_they_do_without_a_compiler(what):
    assert differences(outcome(OWN[what], "object"), outcome(OWN[what], "plain")) == []


@needs_numba
def test_a_schedule_is_asked_for_each_epoch_once_and_in_order():
    notes: list[int] = []
    train(net_of(), X, Y, optimizer=SGD(noted(notes)), epochs=12, engine="compiled")
    assert notes == list(range(12))


# Told apart.


@needs_numba
def test_closures_over_other_constants_are_told_apart_in_one_net_and_in_the_next():
    one, two = leaky_relu(0.1), leaky_relu(0.2)
    both = net_of(one)
    both.add_neuron("other", two)
    both.connect("x1", "other", -0.8), both.connect("other", "o1", 0.6)
    ends = []
    for net in (both, net_of(one), net_of(two)):
        run = run_of(net)
        expected = outcome(run, "object")
        assert differences(expected, outcome(run, "compiled")) == []
        ends.append(expected["o1.b"])
    assert len(set(ends)) == 3
    assert fingerprint(one.value) != fingerprint(two.value)
    assert fingerprint(one.value) == fingerprint(leaky_relu(0.1).value)


LEAK, TABLE = 0.1, (0.1, 2.0)
SETTINGS = ModuleType("settings_of_the_rules")


def by_global(z: float) -> float:
    return LEAK * z


def by_helper(z: float) -> float:
    return by_global(z)


def by_comprehension(z: float) -> float:
    return [LEAK * one for one in (z, 0.0)][0]  # noqa: RUF015  # the comprehension is the matter


def by_tuple(z: float) -> float:
    return TABLE[0] * z


def by_module(z: float) -> float:
    return SETTINGS.leak * z


def by_default(z: float, leak: float = 0.1) -> float:
    return leak * z


def set_leak(leak: float) -> None:
    here = sys.modules[__name__]
    here.LEAK, here.TABLE, SETTINGS.leak, by_default.__defaults__ = leak, (leak, 2.0), leak, (leak,)


READERS = [by_global, by_helper, by_comprehension, by_tuple, by_module, by_default]


@needs_numba
@pytest.mark.parametrize("value", READERS, ids=lambda value: value.__name__)
def test_a_changed_constant_is_noticed_by_the_next_training(value):
    ends, prints = set(), set()
    zeros = [0.3, -0.3] if value is by_default else [-0.0, 0.0]  # numba takes defaults that are equal for the same
    for leak in (0.1, 0.7, *zeros):
        set_leak(leak)
        run = run_of(net_of(mine(value)))
        expected = outcome(run, "object")
        assert differences(expected, outcome(run, "compiled")) == []
        ends.add(expected["o1.b"])
        prints.add(fingerprint(value))
    assert len(prints) == 4
    assert len(ends) >= 3


def test_what_cannot_be_written_down_has_no_print_and_is_never_taken_from_the_store():
    numbers, table = [0.1], {"leak": 0.1}
    assert fingerprint(lambda z: numbers[0] * z) == fingerprint(lambda z: table["leak"] * z) == ""
    assert fingerprint(math.tanh) != ""


def test_a_function_that_calls_itself_has_a_print():
    def down(z: float) -> float:
        return z if z < 1.0 else down(z - 1.0)

    assert fingerprint(down) != ""


def test_a_rule_needs_no_numba_to_be_printed():
    assert "numba" not in vars(importlib.import_module("neurograph.engines.compiled.rules"))
