"""The page's equations, with their gaps filled, are those that the trace writes directly, and every piece is whole."""

import re

import pytest
from hypothesis import given, settings
from page_reader import BREAK, Page, tree
from page_traces import TRACES, in_full, told

import neurograph as ng
from neurograph.algebra.expression import Leaf, leaves
from neurograph.algebra.numbers import NumberFormat, number_mathml
from neurograph.algebra.writers import MathMLWriter
from strategies import cases
from visualize.page.stepper import stepper_html

every_trace = pytest.mark.parametrize("name", TRACES)


def direct(line, style):
    """An equation in symbols, and its right side with numbers, as MathML in one piece."""
    symbols = "<mo>=</mo>".join(dict.fromkeys(MathMLWriter(False, style).write(side) for side in line.sides()))
    return symbols, MathMLWriter(True, line.shown(style).style).write(line.work)


def assert_is_written(page, shown, line, style):
    symbols, numbers = direct(line, style)
    assert tree("".join(page.pieces(shown.symbols, shown.gaps, False))) == tree(symbols)
    is_the_result = isinstance(line.work, Leaf) or numbers == number_mathml(style.text(line.left.value))
    if is_the_result or not any(True for _ in leaves(line.work)):
        assert shown.numbers == ""
    else:
        assert tree("".join(page.pieces(shown.numbers, shown.gaps, True, shown.digits))) == tree(numbers)
    for piece in page.pieces(shown.symbols, shown.gaps, False) + page.pieces(shown.numbers, shown.gaps, True):
        tree(piece)  # each is an element of its own, so it must be whole
    named = leaves(line.named) if line.named else ()
    read = {leaf.key: leaf.value.hex() for leaf in (line.left, *named, *leaves(line.work))}
    assert {page.keys[q]: page.values[q].hex() for q in shown.gaps}.items() <= read.items()


def assert_is_written_throughout(trace, page):
    for step, shown in zip(trace.at("term"), page.steps("term"), strict=True):
        assert_is_written(page, shown.lines[0], step.lines[0], trace.style)


@every_trace
def test_every_equation_is_the_one_that_the_trace_writes(name):
    assert_is_written_throughout(*told(name))


@settings(max_examples=12, deadline=None)
@given(cases)
def test_every_equation_of_a_random_graph_is_the_one_that_its_trace_writes(case):
    assert_is_written_throughout(*in_full(case))


@every_trace
def test_every_line_breaks_before_an_equals_sign_or_a_sign_of_a_sum_only(name):
    _, page = told(name)
    later = {piece for line in page.lines for piece in (line.symbols + line.numbers).split(BREAK)[1:]}
    assert all(re.match('<mo>=</mo>|<mo form="infix">[+\N{MINUS SIGN}⋯]</mo>', piece) for piece in later)
    assert not any(piece.endswith("</mo>") and not piece.endswith(")</mo>") for piece in later)


def test_a_weighted_sum_breaks_before_every_term():
    _, page = told("softmax")
    line = page.operations[0].lines[0]
    assert [piece.count("·") for piece in page.pieces(line.numbers, line.gaps, True)] == [1, 1, 1, 1, 0]
    assert [piece.count("·") for piece in page.pieces(line.symbols, line.gaps, False)] == [0, 1, 1, 1, 1, 0]


def test_a_long_bracket_breaks_before_every_term_inside():
    _, page = told("sigmoid")
    line = page.operations[-2].lines[0]  # the promised change: the rate times the sum of the squares of all gradients
    pieces = page.pieces(line.symbols, line.gaps, False)
    assert [piece.count("<mn>2</mn></msup>") for piece in pieces] == [0, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert "(35 more)" in pieces[5]


def assert_the_long_way_is_told(trace, page):
    longer = {}
    for step in trace.by_chain_rule().at("neuron"):
        if step.phase == "backward":
            longer.setdefault((step.example, step.subject), []).extend(step.operations)
    count = 0
    for step, operation in zip(trace.at("neuron"), page.operations, strict=True):
        is_short = any("the short way" in line.note for line in step.lines)
        lines = all_lines(longer[step.example, step.subject]) if is_short else []
        assert len(operation.longer) == len(lines)
        for shown, line in zip(operation.longer, lines, strict=True):
            assert page.keys[shown.result] == line.left.key
            assert page.texts[shown.result] == trace.style.text(line.left.value)
            assert_is_written(page, shown, line, trace.style)
        count += len(lines)
    return count


def all_lines(operations):
    """The terms that add up, and the lines, of several acts."""
    return [
        line
        for operation in operations
        for line in (
            *(operation.terms if operation.is_sum else ()),
            *operation.lines,
        )
    ]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("softmax", 3 * 5),
        ("batch", 3 * 3 * 5),
        ("half short", 6),
        ("outputs of a group", 20),
        ("in full", 6),
        ("sigmoid", 0),
    ],
)
def test_where_the_short_way_was_taken_the_long_one_is_told_beside_it(name, count):
    assert assert_the_long_way_is_told(*told(name)) == count


@every_trace
def test_numbers_are_joined_to_their_result_as_in_the_trace(name):
    trace, page = told(name)
    for step, shown in zip(trace.at("term"), page.steps("term"), strict=True):
        assert shown.lines[0].join == (step.joins if shown.lines[0].numbers else "=")


def test_error_and_slope_are_joined_to_delta_by_what_they_give():
    joins = set()
    for name in ("sigmoid", "batch"):
        _, page = told(name)
        for operation in page.operations:
            if hasattr(operation, "factors"):
                error, slope, *shown = operation.factors
                digits, join = shown[0] if shown else None, "≈" if len(shown) > 1 else "="
                product = float(page.text(error, digits)) * float(page.text(slope, digits))
                result = page.texts[operation.lines[0].result]
                assert (join == "=") == (NumberFormat().text(product) == result)
                assert product == pytest.approx(float(result), rel=0.005)
                joins.add(join)
    assert joins == {"=", "≈"}


def sure():
    """An output that is sure and wrong: the other one, which should be 1, is rounded to 0."""
    net = ng.Network.dense([1, 2], "softmax", initializer="zeros")
    net.edge("x1", "o1").weight = 800.0
    return net.trace([1.0], [0.0, 1.0], "cross_entropy")


def test_a_long_way_that_leaves_the_range_of_floats_is_not_told():
    page = Page(stepper_html(sure()))
    assert [line for operation in page.operations for line in operation.longer] == []
    assert page.values[page.find("delta", "o2", 0)] == -1.0
