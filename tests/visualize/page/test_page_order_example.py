"""The diamond that shows why the order matters: its numbers are those that plain arithmetic gives."""

import json
import math

import pytest
from page_reader import Page
from page_traces import TRACES

from neurograph.algebra.numbers import NumberFormat
from visualize.page.order_example import order_example
from visualize.page.stepper import stepper_html

EXACT = NumberFormat(digits=None)


def loss(b):
    """The loss of in -> A -> B, D -> out, as the bias of A goes."""
    a1 = math.tanh(1.0 * 1.0 + b)
    output = 0.4 * math.tanh(0.5 * a1) + 0.5 * math.tanh(-0.5 * a1)
    return (output - 1.0) ** 2 / 2


def worked_out():
    """The two shares of the error of A, and its slope."""
    a1 = math.tanh(1.0)
    a2, a3 = math.tanh(0.5 * a1), math.tanh(-0.5 * a1)
    delta = 0.4 * a2 + 0.5 * a3 - 1.0
    return 0.5 * (0.4 * delta * (1.0 - a2 * a2)), -0.5 * (0.5 * delta * (1.0 - a3 * a3)), 1.0 - a1 * a1


def close(value):
    return pytest.approx(value, rel=1e-14)


def test_its_numbers_are_those_that_plain_arithmetic_gives():
    example, (first, second, slope) = order_example(EXACT), worked_out()
    assert [float(share) for share in example["shares"]] == [close(first), close(second)]
    assert float(example["slope"]) == close(slope)
    assert float(example["waiting"]["error"]) == close(first + second)
    assert float(example["waiting"]["delta"]) == close((first + second) * slope)
    assert float(example["not_waiting"]["error"]) == close(first)
    assert float(example["not_waiting"]["delta"]) == close(first * slope)


def test_the_central_difference_agrees_with_who_waits_and_not_with_who_does_not():
    example, h = order_example(EXACT), 1e-5
    difference = (loss(h) - loss(-h)) / (2 * h)
    assert float(example["difference"]) == pytest.approx(difference, rel=1e-8)
    assert float(example["waiting"]["delta"]) == pytest.approx(difference, rel=1e-8)
    assert float(example["not_waiting"]["delta"]) * difference < 0.0  # "here even its sign is wrong"


def test_it_is_drawn_as_what_it_is():
    example = order_example(EXACT)
    assert example["edges"] == [["in", "A"], ["A", "B"], ["A", "D"], ["B", "out"], ["D", "out"]]
    x = {name: place[0] for name, place in example["places"].items()}
    y = {name: place[1] for name, place in example["places"].items()}
    assert x["in"] < x["A"] < x["B"] == x["D"] < x["out"]
    assert y["B"] < y["in"] == y["A"] == y["out"] < y["D"]  # downwards, as on a page


@pytest.mark.parametrize("style", [NumberFormat(2), NumberFormat(6), EXACT, NumberFormat(3, fractions=True)])
def test_its_numbers_are_written_as_those_of_the_trace(style):
    example, (first, second, slope) = order_example(style), worked_out()
    assert example["shares"] == [style.text(first), style.text(second)]
    assert example["slope"] == style.text(slope)
    assert example["not_waiting"]["delta"] == style.text(first * slope)


def test_a_page_has_it_in_the_style_of_its_trace():
    trace = TRACES["fractions"]()
    assert Page(stepper_html(trace)).data["order_example"] == json.loads(json.dumps(order_example(trace.style)))
