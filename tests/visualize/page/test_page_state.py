"""What the page knows after each step is what the trace knows: `known_from` is when a quantity is computed."""

import math

import pytest
from hypothesis import given, settings
from page_reader import Page
from page_traces import TRACES, in_full, told

from neurograph.quantities import Quantity
from strategies import cases
from visualize.page.stepper import stepper_html

UNITS = ["term", "neuron", "layer", "phase"]
every_trace = pytest.mark.parametrize("name", TRACES)
ALWAYS = -1  # the tick before the first


def shown(page, state, tick):
    """Every quantity of a state, as the page shows it after a tick: its bits, or None where it shows a "?"."""
    found = {key: page.find(*key, state.example, tick) for key in state}
    return {key: None if q is None or page.known_from[q] > tick else page.values[q].hex() for key, q in found.items()}


def expected(state):
    return {key: None if value is None else value.hex() for key, value in state.items()}


def assert_states_are_told(trace, page, units=UNITS):
    for unit in units:
        view = trace.at(unit)
        for k, step in enumerate(page.steps(unit)):
            state = view.state(k)
            assert step.example == state.example
            assert shown(page, state, step.end - 1) == expected(state), (unit, k)
    for example in range(trace.examples):
        start = trace.start.of_example(example)
        assert shown(page, start, ALWAYS) == expected(start)


@every_trace
def test_after_every_step_of_every_unit_the_page_knows_what_the_trace_knows(name):
    assert_states_are_told(*told(name))


@settings(max_examples=12, deadline=None)
@given(cases)
def test_after_every_tick_of_a_random_graph_the_page_knows_what_the_trace_knows(case):
    assert_states_are_told(*in_full(case), ["term"])


@pytest.mark.parametrize("finest", ["neuron", "layer"])
@pytest.mark.parametrize("name", ["softmax", "batch", "frozen and tied"])
def test_a_page_that_cannot_step_by_term_knows_as_much_after_its_steps(name, finest):
    trace, _ = told(name)
    assert_states_are_told(trace, Page(stepper_html(trace, finest=finest)), UNITS[UNITS.index(finest) :])


@every_trace
def test_a_single_term_is_known_from_the_step_that_tells_it(name):
    """Products and their like are in no state of the trace."""
    trace, page = told(name)
    first = {}
    for step, tick in zip(trace.at("term"), page.steps("term"), strict=True):
        for line in step.lines:
            first.setdefault(line.left.key, tick.first)
    for q, key in enumerate(page.keys):
        if key.kind in ("product", "product_new", "blame", "slope", "collected", "C_of_one", "C_of_one_new"):
            assert page.known_from[q] == first[key]


def test_what_only_the_long_way_needs_is_never_known():
    trace, page = told("softmax")
    for output in ("o1", "o2", "o3"):
        key = Quantity("a_grad", output)
        assert page.known_from[page.keys.index(key)] == page.data["ticks"]
        assert page.find("a_grad", output, 0) is None
        assert trace.state(-1)["a_grad", output] is None


def test_a_delta_that_the_long_way_rounds_otherwise_is_not_the_delta_of_the_trace():
    _, page = told("batch")
    others = [q for q, key in enumerate(page.keys) if page.places.get(key, q) != q]
    assert {page.keys[q].kind for q in others} == {"delta"}
    assert {page.known_from[q] for q in others} == {page.data["ticks"]}
    assert all(page.values[q] == pytest.approx(page.values[page.places[page.keys[q]]], rel=1e-12) for q in others)
    assert {line.result for operation in page.operations for line in operation.longer} >= set(others)


@pytest.mark.parametrize("finest", UNITS)
def test_a_slope_is_known_with_its_delta_where_it_is_no_step_of_its_own(finest):
    trace, _ = told("sigmoid")
    page = Page(stepper_html(trace, finest=finest))
    for neuron in ("h1", "o3"):
        slope, delta = (page.places[Quantity(kind, neuron)] for kind in ("slope", "delta"))
        assert page.known_from[slope] == page.known_from[delta] - (finest == "term")


def test_the_mean_of_a_batch_takes_the_place_of_the_examples_gradients():
    _, page = told("batch")
    edge = ("h1", "o1")
    of_each = [page.places[Quantity("grad", edge, example)] for example in (0, 1, 2)]
    mean = page.places[Quantity("grad", edge, -1)]
    assert [page.find("grad", edge, example, page.known_from[mean] - 1) for example in (0, 1, 2)] == of_each
    assert [page.find("grad", edge, example, page.known_from[mean]) for example in (0, 1, 2)] == [mean] * 3
    assert page.values[mean] == pytest.approx(math.fsum(page.values[q] for q in of_each) / 3, rel=1e-12)
