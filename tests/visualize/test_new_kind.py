"""A kind of quantity that nobody has heard of: a row in the table is enough for all who show quantities."""

import json
import re

import pytest

from neurograph.cli.screen import frame
from neurograph.cli.terminal import Paint
from neurograph.quantities import QUANTITIES, Quantity
from new_kind import BEND, traced_with_bend
from visualize.page.stepper import stepper_html
from visualize.steps.card_facts import card_facts


@pytest.fixture
def trace(monkeypatch):
    monkeypatch.setitem(QUANTITIES, "bend", BEND)
    return traced_with_bend()


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
