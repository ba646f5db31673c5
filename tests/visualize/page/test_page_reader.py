"""The reader of these tests finds on a page what the page's own data.js and formula.js find; node runs those."""

import json
import shutil
import subprocess

import pytest
from page_reader import tree
from page_traces import told, wide

from neurograph.algebra.numbers import number_mathml
from visualize.page.program import MODULES, asset

UNITS = ["term", "neuron", "layer", "phase"]

PROGRAM = """
import { readFileSync } from "node:fs";
const text = readFileSync("trace.json", "utf8");
globalThis.document = { getElementById: () => ({ textContent: text }) };
const data = await import("./data.js");
const { number } = await import("./formula.js");
const { trace } = data;
const line = ({ gaps, symbols, numbers, equation, note, verdict, frozen, digits, byHand, join }) => (
  [gaps, symbols, numbers, equation, note, verdict, frozen, digits ?? null, join === "=" ? join : byHand]);
const all = [...Array(trace.quantities.value.length).keys()];
const ticks = [-1, 0, Math.floor(trace.ticks / 3), Math.floor(trace.ticks / 2), trace.ticks - 1];
const kinds = [...new Set(all.map(data.kindOf))].filter((kind) => kind !== "jacobian" && !kind.startsWith("C_of_one"));
const owners = [...new Set(all.filter((q) => kinds.includes(data.kindOf(q))).map(data.ownerOf))];
console.log(JSON.stringify({
  steps: Object.fromEntries(data.units.map((unit) => [unit, data.stepsOf(unit).map((step) => ({
    first: step.from, end: step.to, part: step.part ?? null, deeds: step.operations.map((one) => one.index),
    example: data.exampleIn(step), lines: data.linesOf(step).map(line),
  }))])),
  deeds: data.operations.map(({
    phase, layer, key, title, why, termTitle, termWhy, example, subject, terms, longer }) => (
    { phase, layer, key, title, why, term_title: termTitle, term_why: termWhy, example, subject,
      terms: terms.map(line), longer: longer.map(line) })),
  symbols: all.map(data.symbolText), maths: all.map(data.symbolMath), numbers: all.map((q) => number(data.textOf(q))),
  examples: [...Array(trace.examples).keys()], ticks, kinds, owners,
  found: kinds.flatMap((kind) => owners.flatMap((owner) => [...Array(trace.examples).keys()].flatMap((example) => (
    ticks.map((tick) => data.find(kind, owner, example, tick) ?? null))))),
}));
"""


@pytest.fixture
def read(tmp_path):
    """Let node read a page."""
    node = shutil.which("node") or pytest.skip("no node here")
    for part in MODULES:
        (tmp_path / f"{part}.js").write_text(asset(f"{part}.js"), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "read.js").write_text(PROGRAM)

    def run(page):
        (tmp_path / "trace.json").write_text(json.dumps(page.data), encoding="utf-8")
        done = subprocess.run([node, "read.js"], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def lines(these):
    return [list(line) for line in these]


def assert_both_read_the_same(page, theirs):
    assert list(theirs["steps"]) == page.units
    for unit, steps in theirs["steps"].items():
        ours = [
            {
                "first": step.first, "end": step.end, "part": step.part, "example": step.example,
                "deeds": [page.operations.index(operation) for operation in step.operations],
                "lines": lines(step.lines),
            }
            for step in page.steps(unit)
        ]  # fmt: skip
        assert steps == ours
    for theirs_of_it, operation in zip(theirs["deeds"], page.operations, strict=True):
        ours_of_it = vars(operation) | {"terms": lines(operation.terms), "longer": lines(operation.longer)}
        assert theirs_of_it == {name: ours_of_it[name] for name in theirs_of_it}
    every = range(len(page.values))
    assert theirs["symbols"] == [page.symbol_text(q) for q in every]
    assert theirs["maths"] == [page.symbol_math(q) for q in every]
    assert [tree(number) for number in theirs["numbers"]] == [tree(number_mathml(text)) for text in page.texts]
    names = [text for text, _ in page.table["names"]]
    found = [
        page.find(kind, owner_of(owner, names), example, tick)
        for kind in theirs["kinds"]
        for owner in theirs["owners"]
        for example in theirs["examples"]
        for tick in theirs["ticks"]
    ]
    assert theirs["found"] == found
    assert sum(q is not None for q in found) > len(every)


def owner_of(short, names):
    """Of "n3", "e3-7" or "", the neuron, the edge or nothing."""
    ends = [names[int(end)] for end in short[1:].split("-")] if short else [""]
    return tuple(ends) if len(ends) > 1 else ends[0]


@pytest.mark.parametrize("name", ["softmax", "batch", "frozen and tied", "hidden softmax", "in full", "fractions"])
def test_the_reader_of_these_tests_reads_a_page_as_its_program_does(name, read):
    _, page = told(name)
    assert_both_read_the_same(page, read(page))


@pytest.mark.parametrize("finest", UNITS)
def test_so_it_does_where_lines_are_left_out(finest, read):
    _, page = wide(finest)
    assert_both_read_the_same(page, read(page))
