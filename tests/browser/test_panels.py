"""The panels beside the step: one neuron or edge in focus, why this order, tables and CSV, the long way of a delta.

Every number is compared with the trace, at its own place.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import neurograph as ng
from browser.pages import OpenPage
from browser.samples import (
    CLASSES,
    FEATURES,
    batch,
    find,
    flower,
    go,
    in_math,
    key_of,
    known,
    neuron,
    owner_of,
    shown,
    visit,
    write,
    written,
    xor,
)
from neurograph.algebra.expression import leaves
from neurograph.quantities import Quantity
from neurograph.trace.step import UNITS, Step, Unit
from neurograph.trace.trace import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

OF_NEURON = {
    "weighted sum": "z",
    "activation": "a",
    "target": "y",
    "its term of the loss": "term",
    "error from its edges": "collected",
    "error": "a_grad",
    "slope": "slope",
    "delta": "delta",
    "bias": "b",
    "gradient of the bias": "bias_grad",
    "new bias": "b_new",
    "new sum": "z_new",
    "new activation": "a_new",
    "its new term of the loss": "term_new",
}
OF_EDGE = {
    "weight": "w",
    "product": "product",
    "share of the error": "blame",
    "gradient": "grad",
    "new weight": "w_new",
    "new product": "product_new",
}
PRIME = "\N{PRIME}"
NO_CLIPBOARD = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not here')); }"
READ_FOCUS = """() => {
    const cells = (row) => [...row.cells].map((cell) => cell.textContent);
    return [
        document.querySelector("#focus h2").textContent,
        [...document.querySelectorAll("#focus table")].map((table) => [...table.tBodies[0].rows].map(cells)),
    ];
}"""
READ_WAITS = """() => [
    document.getElementById("waits").textContent,
    [...document.querySelectorAll("#waits li")].map((one) => one.textContent),
]"""
READ_TABLES = """() => [...document.querySelectorAll("#values tbody tr")].flatMap((row) => {
    const heads = [...row.closest("table").querySelectorAll("thead th")].map((head) => head.textContent);
    return [...row.querySelectorAll("td")].map((cell, at) => [
        row.querySelector("th").textContent, heads[at + 1], cell.dataset.kind, cell.textContent, cell.matches(".now"),
    ]);
})"""
PLACES: dict[Unit, list[int]] = {
    "term": [0, 3, 4, 40, 66, 80, 99, 120, 140, 160, 200, 230],
    "neuron": [0, 1, 12, 15, 19, 22, 24, 35, 40, 45, 55, 70],
    "layer": list(range(12)),
    "phase": list(range(6)),
}


def click_edge(page: Page, source: str, target: str) -> None:
    """Click on the line of an edge, where no other thing lies over it."""
    x, y = page.evaluate(
        """title => {
            const line = [...document.querySelectorAll(".hit")].find((one) => one.textContent === title);
            for (let part = 0.3; part < 0.8; part += 0.02) {
                const there = line.getPointAtLength(line.getTotalLength() * part).matrixTransform(line.getScreenCTM());
                if (document.elementFromPoint(there.x, there.y) === line) return [there.x, there.y];
            }
        }""",
        f"{source} → {target}",
    )
    page.mouse.click(x, y)


def rows(table: Locator) -> list[list[str]]:
    """Read the cells of a table's body, row by row."""
    cells: list[list[str]] = table.evaluate(
        "table => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return cells


def value(trace: Trace[Any], values: dict[Quantity, float], kind: str, owner: Any, example: int = 0) -> str:
    """What a cell must say: the number, or a question mark when it is not known yet."""
    found = values.get(key_of(kind, owner, example, values))
    return "?" if found is None else shown(trace, found)


def check_neuron(
    page: Page, trace: Trace[ng.Network], name: str, unit: Unit, places: Sequence[int], example: int = 0
) -> None:
    """Compare the card of a neuron with the trace."""
    net = trace.before
    own = {"activation"}
    if net[name].role != "input":
        own |= {"weighted sum", "delta", "bias", "gradient of the bias", "new bias", "new sum", "new activation"}
    if net[name].role == "hidden":
        own |= {"slope", "error"}
    if net[name].role == "output":
        own |= {"target", "its term of the loss", "its new term of the loss"}
    incoming = [(edge.source.name, edge.ends) for edge in net.edges if edge.target.name == name]
    outgoing = [(edge.target.name, edge.ends) for edge in net.edges if edge.source.name == name]
    for place, (title, (first, *edges)) in zip(places, visit(page, unit, places, READ_FOCUS), strict=True):
        values = known(trace, unit, place)
        assert title == f"Neuron {name}"
        told = {row[0]: row[2] for row in first}
        assert told == {row: value(trace, values, OF_NEURON[row], name, example) for row in told}, (unit, place)
        assert own <= told.keys(), own - told.keys()
        for table, ends in zip(edges, filter(None, [incoming, outgoing]), strict=True):
            kinds = ("w", "grad", "w_new")
            expected = [
                [other, *(value(trace, values, kind, owner, example) for kind in kinds)] for other, owner in ends
            ]
            assert sorted(table) == sorted(expected), (unit, place)


def check_edge(page: Page, trace: Trace[ng.Network], ends: tuple[str, str], unit: Unit, places: Sequence[int]) -> None:
    """Compare the card of an edge with the trace."""
    kinds = {row: kind for row, kind in OF_EDGE.items() if ends[0] != "x1" or kind != "blame"}
    for place, (title, (table,)) in zip(places, visit(page, unit, places, READ_FOCUS), strict=True):
        values = known(trace, unit, place)
        assert title == f"Edge {ends[0]} → {ends[1]}"
        expected = {row: value(trace, values, kind, ends) for row, kind in kinds.items()}
        assert {row[0]: row[2] for row in table} == expected, (unit, place)


def touching(trace: Trace[Any], unit: Unit, owner: Any) -> list[int]:
    """The steps that read or write something of a neuron or an edge, or are about it."""
    found = []
    for step in trace.at(unit):
        keys = {line.left.key for line in step.lines} | {leaf.key for line in step.lines for leaf in leaves(line.work)}
        keys |= written(trace, unit, step.index).keys()
        own = {key.owner for key in keys if isinstance(key, Quantity) and key.kind != "jacobian"}
        if owner in own or owner in {operation.subject for operation in step.operations}:
            found.append(step.index)
    return found


def test_what_is_in_focus_tells_all_its_numbers(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace))
    neurons: dict[str, tuple[Unit, ...]] = {"h3": UNITS, "x2": ("neuron",), "o2": ("layer",)}
    for name, units in neurons.items():
        go(page, "neuron", 0)
        neuron(page, name).click()
        for unit in units:
            check_neuron(page, trace, name, unit, PLACES[unit])
    edges: dict[tuple[str, str], tuple[Unit, ...]] = {("x1", "h1"): ("neuron",), ("h5", "o3"): ("term", "phase")}
    for (source, target), units in edges.items():
        go(page, "neuron", 0)
        click_edge(page, source, target)
        for unit in units:
            check_edge(page, trace, (source, target), unit, PLACES[unit])


def test_a_neuron_of_a_batch_tells_the_numbers_of_the_example(open_page: OpenPage, tmp_path: Path) -> None:
    trace = batch()
    page = open_page(write(tmp_path, trace))
    neuron(page, "h2").click()
    for example in (None, 0, 1):
        check_neuron(page, trace, "h2", "neuron", [s.index for s in trace if s.example == example], example or 0)


def test_the_hidden_neurons_of_a_squared_error_tell_error_and_slope(open_page: OpenPage, tmp_path: Path) -> None:
    trace = xor()
    page = open_page(write(tmp_path, trace))
    neuron(page, "o1").click()
    check_neuron(page, trace, "o1", "neuron", range(len(trace)))
    assert {"error", "slope"} <= {row[0] for row in rows(page.locator("#focus table").first)}


def test_focus_is_opened_moved_and_closed(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, flower()))
    title = page.locator("#focus h2")
    assert not page.locator("#focus").is_visible()
    for key in ("Enter", " "):
        neuron(page, "h2").focus()
        page.keyboard.press(key)
        assert title.inner_text() == "Neuron h2"
        assert page.locator("#where").inner_text().startswith("Step 1 of"), "the key has opened it and nothing else"
        assert page.get_by_role("button", name="Play").get_attribute("aria-pressed") == "false"
        page.keyboard.press(key)
        assert not page.locator("#focus").is_visible()
    neuron(page, "h2").click()
    page.locator("#focus").get_by_role("button", name="o1", exact=True).click()
    assert title.inner_text() == "Edge h2 → o1"
    page.locator("#focus").get_by_role("button", name="Neuron o1").click()
    assert title.inner_text() == "Neuron o1"
    page.locator("#focus").get_by_role("button", name="Close").click()
    assert not page.locator("#focus").is_visible()
    click_edge(page, "x1", "h1")
    assert title.inner_text() == "Edge x1 → h1"
    neuron(page, "h1").click()
    assert title.inner_text() == "Neuron h1"
    neuron(page, "h1").click()
    assert not page.locator("#focus").is_visible(), "a second click closes it"


def test_focus_lists_the_steps_that_touch_it_and_leads_there(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor()))
    for owner in ("h1", ("h1", "o1")):
        check_touching(page, xor(), "term", owner)
    page = open_page(write(tmp_path, flower()))
    for unit in UNITS[1:]:
        check_touching(page, flower(), unit, "h1")
    check_touching(page, flower(), "neuron", ("h1", "o2"))


def check_touching(page: Page, trace: Trace[ng.Network], unit: Unit, owner: Any) -> None:
    """Put a neuron or an edge in focus, and compare the steps that are listed with the trace."""
    go(page, unit, 0)
    neuron(page, owner).click() if isinstance(owner, str) else click_edge(page, *owner)
    listed = page.locator("#focus .touching button")
    expected = touching(trace, unit, owner)
    assert [int(text.split(":")[0]) - 1 for text in listed.all_inner_texts()] == expected
    assert page.get_by_role("heading", name=f"Steps that touch it ({len(expected)})").is_visible()
    for at in {len(expected) // 2, len(expected) - 1}:
        listed.nth(at).click()
        step = trace.at(unit)[expected[at]]
        assert page.locator("#where").inner_text().startswith(f"Step {step.index + 1} of {step.count}:")
        assert listed.nth(at).get_attribute("aria-current") == "step"
        assert page.locator("#focus [aria-current]").count() == 1
    page.locator("#focus").get_by_role("button", name="Close").click()


def waited_for(step: Step, net: ng.Network) -> tuple[str, list[tuple[str, str, str]]]:
    """Say whom a step waits for: the words, and symbol, kind and neuron of each."""
    name = step.subject
    if step.phase == "backward":
        targets = [edge.target.name for edge in net.edges if edge.source.name == name]
        if not targets:
            return "feeds nobody: its error comes from the loss", []
        return "waits for the deltas of all that it feeds:", [("δ", "delta", target) for target in targets]
    prime, new = (PRIME, "_new") if step.phase == "after" else ("", "")
    if step.operations[0].key in ("activation", "group_activation"):
        group = net[name].group
        members = [one.name for one in group.members] if group else [name]
        words = "waits for the sums of its whole group:" if group else "waits for its own sum:"
        return words, [(f"z{prime}", f"z{new}", one) for one in members]
    sources = [edge.source for edge in net.edges if edge.target.name == name]
    ways = [("a", "a") if one.role == "input" else (f"a{prime}", f"a{new}") for one in sources]
    listed = [(*way, one.name) for way, one in zip(ways, sources, strict=True)]
    return "waits for the activations of all that feed it:", listed


ORDER_IN_WORDS: list[tuple[Unit, str, str]] = [
    ("neuron", "loss", "waits for the activations of all outputs"),
    ("neuron", "gradient", "every one of them uses the old weights"),
    ("neuron", "update", "wait for all gradients"),
    ("layer", "backward", "Step by neuron to see whom each one waits for"),
    ("phase", "backward", "Step by neuron to see whom each one waits for"),
]


def test_why_this_order_names_who_is_waited_for(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace))
    page.get_by_text("Why this order?").click()
    page.locator("#waits").get_by_text("waits for").wait_for()
    for unit in UNITS[:2]:
        check_waits(page, trace, unit)
    for unit, phase, said in ORDER_IN_WORDS:
        go(page, unit, next(step.index for step in trace.at(unit) if step.phase == phase))
        page.locator("#waits").get_by_text(said).wait_for()
        assert page.locator("#waits li").count() == 0


def check_waits(page: Page, trace: Trace[ng.Network], unit: Unit) -> None:
    """Compare what each step of a neuron is said to wait for with the trace."""
    steps = [
        step
        for step in trace.at(unit)
        if step.phase in ("forward", "backward", "after") and step.subject and step.operations[0].key != "loss_term"
    ]
    read = visit(page, unit, [step.index for step in steps], READ_WAITS)
    for step, (text, listed) in zip(steps, read, strict=True):
        values = known(trace, unit, step.index)
        said, others = waited_for(step, trace.before)
        assert text.startswith(f"{step.subject} {said}"), step.title
        expected = [f"✓ {symbol} of {other} = {value(trace, values, kind, other)}" for symbol, kind, other in others]
        assert sorted(listed) == sorted(expected), step.title


def test_the_diamond_is_right(open_page: OpenPage, tmp_path: Path) -> None:
    a1 = math.tanh(1.0)
    a2, a3 = math.tanh(0.5 * a1), math.tanh(-0.5 * a1)
    delta = 0.4 * a2 + 0.5 * a3 - 1.0
    shares = [0.5 * (delta * 0.4 * (1 - a2**2)), -0.5 * (delta * 0.5 * (1 - a3**2))]
    slope = 1 - a1**2

    def loss(bias: float) -> float:
        one = math.tanh(1.0 + bias)
        return (0.4 * math.tanh(0.5 * one) + 0.5 * math.tanh(-0.5 * one) - 1.0) ** 2 / 2

    def four(number: float) -> str:
        return f"{number:.4g}".replace("-", "\N{MINUS SIGN}")

    difference = (loss(1e-5) - loss(-1e-5)) / 2e-5
    whole, hasty = sum(shares) * slope, shares[0] * slope
    assert abs(difference - whole) < 1e-9
    assert whole * hasty < 0
    page = open_page(write(tmp_path, xor()))
    page.get_by_text("Why this order?").click()
    page.get_by_text("What if one does not wait?").click()
    assert rows(page.locator("#order table")) == [
        ["waits for both", four(sum(shares)), f"✓ {four(whole)}", four(difference)],
        ["goes on after B", four(shares[0]), f"✗ {four(hasty)}", four(difference)],
    ]
    assert page.locator(".diamond text.share").all_text_contents() == [four(share) for share in shares]
    told = page.locator("#order p").first.inner_text()
    assert f"{four(shares[0])} and {four(shares[1])}. Its slope is {four(slope)}." in told


def test_every_cell_of_the_tables_is_the_traces(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, flower()))
    page.get_by_text("Tables of all values").click()
    for unit, places in PLACES.items():
        check_tables(page, flower(), unit, places)


def test_every_cell_of_a_batch_is_the_traces(open_page: OpenPage, tmp_path: Path) -> None:
    trace = batch()
    page = open_page(write(tmp_path, trace))
    page.get_by_text("Tables of all values").click()
    check_tables(page, trace, "neuron", [*range(0, len(trace), 3), len(trace) - 1])


def check_tables(page: Page, trace: Trace[ng.Network], unit: Unit, places: list[int]) -> None:
    """Compare all cells with the trace: those with numbers, those not known yet, and the marks of what is new."""
    end = known(trace, unit, len(trace.at(unit)) - 1)
    titles = {"the network": 1, "neurons": len(trace.before), "edges": len(trace.before.edges)}
    page.locator("#values tbody tr").first.wait_for()
    assert page.locator("#values tbody").evaluate_all("all => all.map((one) => one.rows.length)") == [*titles.values()]
    for place, read in zip(places, visit(page, unit, places, READ_TABLES), strict=True):
        values, state = known(trace, unit, place), trace.at(unit).state(place)
        example = trace.at(unit)[place].example or 0
        fresh = written(trace, unit, place)
        seen = set()
        for name, head, kind, text, now in read:
            owner = owner_of(name)
            key = key_of(kind, owner, example, values)
            told = (unit, place, name, kind)
            ever = key in end or (kind in ("grad", "bias_grad") and Quantity(kind, owner, example) in end)
            assert text == (value(trace, values, kind, owner, example) if ever else ""), told
            assert now == (key in fresh), told
            if ever and (kind, owner) in state:
                number = state[kind, owner]
                assert text == ("?" if number is None else shown(trace, number)), told
            assert head
            seen.add(key)
        missing = {key for key in fresh if not key.kind.startswith("C_of_one") and key.kind != "jacobian"} - seen
        assert not {key for key in missing if key.example in (example, -1)}, "what is new stands in a table"


@pytest.mark.parametrize("trace", [flower(), batch()], ids=["flower", "batch"])
def test_the_csv_holds_what_is_known_at_full_precision(
    open_page: OpenPage, tmp_path: Path, trace: Trace[ng.Network]
) -> None:
    page = open_page(write(tmp_path, trace))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Tables of all values").click()
    for unit, place in (("neuron", 0), ("term", 2), ("layer", 4), ("neuron", len(trace) - 1)):
        go(page, unit, place)  # type: ignore[arg-type]
        page.evaluate("document.getElementById('copied').textContent = ''")
        page.get_by_role("button", name="Copy as CSV").click()
        page.get_by_text("copied").wait_for()
        head, *lines = list(csv.reader(io.StringIO(page.evaluate("navigator.clipboard.readText()"))))
        assert head == ["quantity", "of", "example", "symbol", "value"]
        told: Counter[tuple[str, str, str, float]] = Counter()
        for kind, owner, example, _, number in lines:
            told[kind, owner, example, float(number)] += 1
        expected: Counter[tuple[str, str, str, float]] = Counter()
        for key, number in known(trace, unit, place).items():  # type: ignore[arg-type]
            owner = "->".join(key.owner) if isinstance(key.owner, tuple) else key.owner
            expected[key.kind, owner, "mean" if key.example < 0 else str(key.example + 1), number] += 1
        assert told == expected
    symbols = {line[3] for line in lines}
    assert {"w(x1->h1)", "delta(h1)", "C'"} <= symbols
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name="Copy as CSV").click()
    text = page.get_by_role("textbox", name="All values as CSV")
    assert list(csv.reader(io.StringIO(text.input_value()))) == [head, *lines], "then it is there as text"
    assert text.evaluate("area => area.selectionEnd - area.selectionStart === area.value.length"), "ready to be copied"


def test_no_name_becomes_a_formula_of_a_spreadsheet(open_page: OpenPage, tmp_path: Path) -> None:
    names = ["=1+1", "+2", "-3", "@sum", '"quoted", twice', "plain"]
    net = ng.Network()
    for name in names:
        net.add_input(name)
    net.add_output("=o", "identity")
    for name in names:
        net.connect(name, "=o", 0.5)
    page = open_page(write(tmp_path, net.trace([1.0] * 6, [-1.0])))
    page.get_by_text("Tables of all values").click()
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name="Copy as CSV").click()
    cells = list(csv.reader(io.StringIO(page.get_by_role("textbox", name="All values as CSV").input_value())))
    assert {len(row) for row in cells} == {5}
    for row in cells[1:]:
        assert not [cell for cell in row[:4] if cell[:1] in ("=", "+", "-", "@", "\t", "\r")], row
        float(row[4])
    owners = {row[1] for row in cells}
    assert {"'=1+1", "'+2", "'-3", "'@sum", '"quoted", twice', "plain", "'=o", "plain->=o", "'-3->=o"} <= owners


def long_lines(trace: Trace[ng.Network], name: str) -> list[Any]:
    """The lines by which the chain rule comes to a delta, those of its terms first."""
    found = []
    for step in trace.by_chain_rule().at("neuron"):
        if (step.phase, step.subject) == ("backward", name):
            (operation,) = step.operations
            found += list(operation.terms) if operation.is_sum else []
            found += step.lines
    return found


def test_the_long_way_of_a_softmax_is_that_of_the_chain_rule(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace))
    steps: list[tuple[Unit, str]] = [("term", "o1"), ("neuron", "o1"), ("neuron", "o3")]
    for unit, name in steps:
        step = find(trace, unit, "backward", name, "delta")
        go(page, unit, step.index)
        way = page.locator("#card details.longer")
        assert way.locator(".line").count() == 0
        way.get_by_text("Why? The long way").click()
        way.locator(".line").first.wait_for()
        expected = long_lines(trace, name)
        assert len(expected) == 5, "the slope of the loss, a term for each output, delta"
        told = way.locator(".line").evaluate_all(
            """lines => lines.map((line) => {
                const read = (where) => [...line.querySelectorAll(where)].map((one) => one.textContent);
                return [read(".result .q"), read(".row:not(.result) > .numbers mn"), read(".symbols .q").length];
            })"""
        )
        for (result, numbers, symbols), line in zip(told, expected, strict=True):
            assert result == [in_math(trace, line.left.value)]
            assert numbers == re.findall(r"[\d.]+", line.numbers(trace.style))
            assert symbols == sum(1 for _ in leaves(line.work)) + bool(line.left.symbol)
        assert told[-1][0] == [shown(trace, step.lines[0].left.value)], "both ways come to the same"


@pytest.mark.parametrize("trace", [flower(), xor()], ids=["flower", "xor"])
def test_the_long_way_is_offered_only_where_there_is_a_short_one(
    open_page: OpenPage, tmp_path: Path, trace: Trace[ng.Network]
) -> None:
    page = open_page(write(tmp_path, trace))
    offered = visit(page, "neuron", range(len(trace)), "() => document.querySelectorAll('#card details.longer').length")
    softmax = trace.before["o1"].activation.name == "softmax"
    assert offered == [softmax and step.phase == "backward" and step.subject[0] == "o" for step in trace]


def test_names_of_features_and_classes_stand_beside_the_picture(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, flower(), feature_names=FEATURES, class_names=CLASSES, title="One flower"))
    assert page.locator(".label").all_text_contents() == [*FEATURES, *CLASSES]
    assert page.get_by_role("heading", level=1).inner_text() == "One flower"
    assert page.title().endswith("One flower")
