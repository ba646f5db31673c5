"""A kind of quantity that nobody has heard of: a row in the table is enough for all who show quantities."""

import json
import re
from dataclasses import replace

import pytest

import neurograph as ng
from neurograph.algebra.symbols import Symbol
from neurograph.cli.screen import frame
from neurograph.cli.terminal import Paint
from neurograph.quantities import QUANTITIES, Kind, Quantity, leaf
from neurograph.trace.trace import Trace
from visualize.page.stepper import stepper_html
from visualize.steps.card_facts import card_facts

BEND = Kind(Symbol("curv"), "parameter", "gradient", "κ", "curvature", is_averaged=True)
VALUES = {("h1", 0): 7.25, (("x1", "h1"), 0): 8.5, (("x2", "h1"), 0): 9.5}


@pytest.fixture
def trace(monkeypatch):
    """A trace in which the gradients of h1 come with a second kind of number each, of biases and of weights."""
    monkeypatch.setitem(QUANTITIES, "bend", BEND)
    data = ng.Network.dense([2, 2, 1], "tanh").trace([0.5, 1.0], [1.0]).data
    return Trace(replace(data, operations=tuple(map(_with_bend, data.operations))), "neuron", data_style())


def data_style():
    return ng.Network.dense([1, 1], "tanh").trace([0.5], [1.0]).style


def _with_bend(operation):
    """Let the act that tells the gradients of h1 tell one more number for each."""
    if operation.key != "gradients" or operation.subject != "h1":
        return operation
    old = operation.line

    def line(at):
        if at < operation.line_count:
            return old(at)
        first = old(at - operation.line_count)
        owner = first.left.key.owner
        made = leaf("bend", owner, VALUES[owner, 0])
        return replace(first, left=made, check=None)

    return replace(operation, line=line, line_count=2 * operation.line_count)


def test_the_state_has_it(trace):
    end = trace.state(len(trace) - 1)
    assert end["bend", "h1"] == 7.25
    assert end["bend", ("x1", "h1")] == 8.5
    assert trace.state(0)["bend", "h1"] is None
    assert ("bend", "o1") in end
    assert ("bend", "x1") not in end


def test_the_terminal_has_a_column_of_it(trace):
    at = next(step.index for step in trace if any(key.kind == "bend" for key in step.writes))
    lines = frame(trace, at, 140, 60, Paint(False), False)
    (head,) = (line for line in lines if re.search(r"\bz +.*delta", line) and "=" not in line)
    assert "curv" in head.split()
    assert any(re.search(r"^> h1 .*\b7\.25\b", line) for line in lines)
    assert any(re.search(r"x1->h1 .*\b8\.5\b", line) for line in lines)


def test_the_card_has_it(trace):
    facts = card_facts(trace, "h1")
    assert facts.columns_in[-1] == "κ"
    assert [row.cells[-1] for row in facts.rows_in] == ["8.5", "9.5"]
    assert ("κ", "7.25") in [(one.symbol, one.text) for one in facts.under]
    assert "κ" not in card_facts(trace, "h1", drop=1).columns_in  # in a small place it goes first
    assert "κ" not in card_facts(trace, "h1", show="forward").columns_in


def test_the_page_has_it(trace):
    data = json.loads(re.search(r'<script[^>]*id="trace"[^>]*>(.*?)</script>', stepper_html(trace), re.S)[1])
    assert data["kinds"]["bend"] == {
        "of": "parameter", "role": "gradient", "sign": "κ", "words": "curvature", "short": "κ", "before": "",
        "lasting": False, "averaged": True,
    }  # fmt: skip
    table = data["quantities"]
    found = [table["value"][q] for q, symbol in enumerate(table["symbol"]) if table["symbols"][symbol][2] == "bend"]
    assert found == [7.25, 8.5, 9.5]


def test_a_kind_that_only_its_trace_knows_belongs_to_neurons_and_edges():
    assert Quantity("m", "h1").is_neuron
    assert not Quantity("m", "h1").is_edge
    assert Quantity("m", ("x1", "h1")).is_edge
    assert not Quantity("m", ("x1", "h1")).is_neuron
