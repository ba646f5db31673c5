"""Learning-rate schedules: each is its formula at every epoch."""

from __future__ import annotations

import math

import pytest

from neurograph import SGD
from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.rules.rates import Rate, constant, cosine, exponential, inverse_time, rate_of, step_decay

SCHEDULES = {
    "constant": (constant(0.3), lambda n: 0.3),
    "step": (step_decay(0.3, factor=0.7, every=4), lambda n: 0.3 * 0.7 ** (n // 4)),
    "exponential": (exponential(0.3, decay=0.05), lambda n: 0.3 * math.e ** (-0.05 * n)),
    "cosine": (
        cosine(0.3, epochs=80, low=0.02),
        lambda n: 0.02 + 0.5 * 0.28 * (1 + math.cos(math.pi * n / 80)) if n < 80 else 0.02,
    ),
    "1/t": (inverse_time(0.3, decay=0.2), lambda n: 0.3 / (1 + 0.2 * n)),
}


@pytest.mark.parametrize(("schedule", "formula"), SCHEDULES.values(), ids=SCHEDULES)
def test_every_epoch_has_the_rate_of_the_formula(schedule, formula):
    epochs = range(200)
    assert [schedule.at(n) for n in epochs] == pytest.approx([formula(n) for n in epochs], rel=1e-12)


@pytest.mark.parametrize("schedule", [schedule for schedule, _ in SCHEDULES.values()], ids=SCHEDULES)
def test_every_schedule_starts_at_its_rate_and_never_rises(schedule):
    rates = [schedule.at(n) for n in range(200)]
    assert rates[0] == pytest.approx(0.3, rel=1e-15)
    assert rates == sorted(rates, reverse=True)


def test_a_step_falls_exactly_once_in_every_so_many_epochs():
    rates = [step_decay(1.0, factor=0.5, every=3).at(n) for n in range(9)]
    assert rates == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]


def test_a_cosine_is_half_way_in_the_middle_and_stays_low():
    schedule = cosine(1.0, epochs=10, low=0.5)
    assert schedule.at(5) == pytest.approx(0.75, rel=1e-15)
    assert [schedule.at(n) for n in (10, 11, 500)] == [0.5] * 3
    assert cosine(1.0, epochs=10).at(10) == 0.0


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        (constant(0.1), "0.1"),
        (step_decay(0.1, 0.5, 20), "0.1, times 0.5 every 20 epochs"),
        (exponential(0.1, 0.02), "0.1 * exp(-0.02 * epoch)"),
        (cosine(0.1, 50), "cosine from 0.1 to 0 in 50 epochs"),
        (inverse_time(0.1, 0.5), "0.1 / (1 + 0.5 * epoch)"),
    ],
)
def test_a_schedule_says_what_it_does(schedule, name):
    assert schedule.name == name


def test_an_optimizer_takes_a_number_or_a_schedule():
    schedule = Rate("odd epochs only", lambda epoch: epoch % 2 * 0.1)
    assert rate_of(schedule, "here") is schedule
    assert SGD(schedule).rate is schedule
    assert [SGD(0.2).rate.at(n) for n in (0, 7, 1000)] == [0.2] * 3


ABOVE = "expected a number above 0."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: constant(0), f"constant, rate: got 0, {ABOVE}"),
        (lambda: step_decay(-0.1), f"step_decay, rate: got -0.1, {ABOVE}"),
        (lambda: step_decay(0.1, factor=0.0), f"step_decay, factor: got 0.0, {ABOVE}"),
        (lambda: step_decay(0.1, every=0), "step_decay, every: got 0, expected a whole number from 1 up."),
        (lambda: exponential(0.1, decay=0.0), f"exponential, decay: got 0.0, {ABOVE}"),
        (lambda: cosine(0.1, epochs=0), "cosine, epochs: got 0, expected a whole number from 1 up."),
        (lambda: cosine(0.1, 10, low=0.2), "cosine, low: got 0.2, expected a number from 0 to 0.1, the rate."),
        (lambda: cosine(0.1, 10, low=-0.1), "cosine, low: got -0.1, expected a number from 0 to 0.1, the rate."),
        (lambda: inverse_time(0.1, decay=-1.0), f"inverse_time, decay: got -1.0, {ABOVE}"),
    ],
)
def test_a_number_out_of_range_is_refused(make, message):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: constant("fast"), "constant, rate: got 'fast' (a str), expected one finite number"),
        (lambda: step_decay(0.1, every=2.5), "step_decay, every: got 2.5, expected a whole number from 1 up."),
        (lambda: cosine(0.1, epochs=None), "cosine, epochs: got None, expected a whole number from 1 up."),
    ],
)
def test_what_is_no_number_is_refused(make, message):
    with pytest.raises(InvalidTypeError) as caught:
        make()
    assert str(caught.value).startswith(message)
