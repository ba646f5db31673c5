"""The page's numbers are the trace's: the same steps, results to the last bit, texts, notes, checks and sums so far."""

import pytest
from hypothesis import given, settings
from page_reader import Page
from page_traces import TRACES, in_full, told

from neurograph.trace.text_layout import verdict
from strategies import cases
from visualize.page.stepper import stepper_html
from visualize.page.words import EQUATIONS, SENTENCES, TITLES, WAYS

UNITS = ["term", "neuron", "layer", "phase"]
every_trace = pytest.mark.parametrize("name", TRACES)


def bits(values):
    return [value.hex() for value in values]


def assert_steps_are_told(trace, page):
    assert page.units == UNITS
    for unit in UNITS:
        view, steps = trace.at(unit), page.steps(unit)
        assert len(steps) == len(view)
        for step, shown in zip(view, steps, strict=True):
            results = [line.result for line in shown.lines]
            assert bits(page.values[q] for q in results) == bits(line.left.value for line in step.lines)
            assert [page.keys[q] for q in results] == [line.left.key for line in step.lines]
            assert [page.texts[q] for q in results] == [trace.style.text(line.left.value) for line in step.lines]


def assert_lines_are_told(trace, page):
    for step, shown in zip(trace.at("term"), page.steps("term"), strict=True):
        (line,), (told_line,) = step.lines, shown.lines
        check = line.check and line.check()
        judged = check and [check.verdict, verdict(check, trace.style)]
        own_way = line.equation + WAYS.get(step.operations[0].key, "")
        equation = own_way if own_way in EQUATIONS else line.equation
        assert (told_line.equation, told_line.note, told_line.verdict) == (equation, line.note, judged)
        assert told_line.frozen == line.frozen
        assert [page.symbol_text(told_line.result)] == [line.left_text]


def assert_sums_so_far_are_told(trace, page):
    for step, shown in zip(trace.at("term"), page.steps("term"), strict=True):
        running = shown.operations[0].running
        text = running[shown.part] if running and shown.part < len(running) else None
        assert text == (None if step.running is None else trace.style.text(step.running))


@every_trace
def test_every_step_of_every_unit_has_the_results_of_the_trace(name):
    assert_steps_are_told(*told(name))


@every_trace
def test_every_line_has_the_equation_note_and_check_of_the_trace(name):
    assert_lines_are_told(*told(name))


@every_trace
def test_sums_so_far_are_those_of_the_trace(name):
    assert_sums_so_far_are_told(*told(name))


@settings(max_examples=12, deadline=None)
@given(cases)
def test_a_random_graph_is_told_to_the_last_bit(case):
    trace, page = in_full(case)
    assert_steps_are_told(trace, page)
    assert_lines_are_told(trace, page)
    assert_sums_so_far_are_told(trace, page)


@every_trace
def test_every_act_is_where_the_trace_puts_it_and_called_what_it_calls_it(name):
    trace, page = told(name)
    names = [written for written, _ in page.table["names"]]
    for step, operation in zip(trace.at("neuron"), page.operations, strict=True):
        subject = names[operation.subject] if operation.subject >= 0 else ""
        example = None if operation.example < 0 else operation.example
        key, term_key = step.operations[0].key, step.operations[0].term_key
        assert (operation.phase, operation.layer, operation.key, operation.title) == (
            step.phase,
            step.layer,
            key,
            TITLES[key],
        )
        assert (subject, example, operation.hidden) == (step.subject, step.example, 0)
        assert (len(operation.terms), operation.term_title) == (len(step.operations[0].terms), TITLES.get(term_key, ""))
        assert operation.term_why == SENTENCES.get(term_key, "")
        assert operation.why in SENTENCES.values()


@every_trace
def test_every_quantity_is_written_as_the_trace_writes_it(name):
    trace, page = told(name)
    assert page.texts == [trace.style.text(value) for value in page.values]


@pytest.mark.parametrize("unit", UNITS)
def test_the_page_opens_at_the_unit_of_the_trace(unit):
    trace, _ = told("sigmoid")
    assert Page(stepper_html(trace.at(unit))).data["opens"] == unit


def test_error_and_slope_stand_beside_the_delta_that_they_make():
    trace, page = told("sigmoid")
    deltas = [operation for operation in page.data["operations"] if "factors" in operation]
    steps = [step for step in trace.at("neuron") if step.kind == "delta"]
    assert len(deltas) == len(steps) == 8
    for operation, step in zip(deltas, steps, strict=True):
        error, slope, *_ = operation["factors"]
        assert [page.keys[error].kind, page.keys[slope].kind] == ["a_grad", "slope"]
        assert page.keys[error].owner == page.keys[slope].owner == step.subject
        assert page.values[error] * page.values[slope] == step.result
