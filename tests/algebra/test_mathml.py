"""MathML says what the text says: the same signs, brackets and numbers, as well-formed XML."""

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings

import neurograph as ng
from neurograph.algebra.expression import Call, Leaf, Negative, Number, Power, Product, Sum, leaves
from neurograph.algebra.numbers import NumberFormat, number_mathml
from neurograph.algebra.symbols import Function, Symbol, name_mathml, symbol_latex, symbol_mathml
from neurograph.algebra.writers import MathMLWriter, write_text
from strategies import expressions

STYLE = NumberFormat(terms=None)
ELEMENTS = {"mi", "mn", "mo", "mrow", "mfrac", "msub", "msup", "msubsup", "msqrt", "mtable", "mtr", "mtd", "mtext"}
MINUS = "\N{MINUS SIGN}"


def write_mathml(tree, numbers, style, *leaf):
    return MathMLWriter(numbers, style, *leaf).write(tree)


def parsed(inside):
    return ET.fromstring(f"<math>{inside}</math>")  # noqa: S314  # our own text


def words(tree):
    return "".join(tree.itertext())


@settings(max_examples=200, deadline=None)
@given(expressions)
def test_any_expression_is_well_formed_and_of_mathml_core(tree):
    for numbers in (False, True):
        found = parsed(write_mathml(tree, numbers, STYLE))
        assert {element.tag for element in found.iter()} - {"math"} <= ELEMENTS
        for element in found.iter():
            if element.tag in ("mfrac", "msup"):
                assert len(element) == 2


def flat(text):
    """A line of text as MathML reads aloud, where the two differ only in signs."""
    return text.replace(" ", "").replace("*", "·").replace("-", MINUS)


@pytest.mark.parametrize("unit", ["term", "neuron"])
def test_sums_products_and_brackets_of_a_trace_are_those_of_the_text(unit):
    trace = ng.Network.dense([3, 4, 2], ["identity", "identity"], seed=0).trace([0.5, -1.0, 0.0], [1.0, 0.0], unit=unit)
    seen = 0
    for step in trace:
        for line in step.lines:
            text = write_text(line.work, True, STYLE)
            if any(mark in text for mark in ("**", "/", "e-", "e+")):
                continue  # written above or below the line
            seen += 1
            assert words(parsed(write_mathml(line.work, True, STYLE))) == flat(text)
    assert seen > 50


def test_every_symbol_of_a_trace_reads_as_another_translator_reads_it():
    convert = pytest.importorskip("latex2mathml.converter").convert
    net = ng.Network()
    for name in ("x1", "50% & <b>", "h2_3"):
        net.add_input(name)
    net.add_output("a_b {c} ~^", "sigmoid")
    for source in net.inputs:
        net.connect(source, "a_b {c} ~^", 0.5)
    trace = net.trace([[1.0, 2.0, 3.0]] * 2, [[1.0], [0.0]], unit="term")
    found = {leaf.symbol for step in trace for line in step.lines for leaf in (line.left, *leaves(line.work))}
    symbols = {symbol_latex(symbol): words(parsed(symbol_mathml(symbol))) for symbol in found if symbol}
    assert len(symbols) > 40
    for latex, ours in symbols.items():
        if r"\text" not in latex:  # it leaves what is a name unescaped
            assert ours == words(ET.fromstring(convert(latex))).replace("'", "\N{PRIME}"), latex  # noqa: S314
    shown = set(symbols.values())
    assert {"w50% & <b>→a_b {c} ~^", "ah2,3", "δa_b {c} ~^"} & shown


def test_a_symbol_has_its_subscript_and_its_prime():
    primed = symbol_mathml(Symbol("w", ("h",), prime=True))
    assert primed == "<msubsup><mi>w</mi><mtext>h</mtext><mo>\N{PRIME}</mo></msubsup>"
    assert symbol_mathml(Symbol("b", is_derivative=True, example=1)).count("<mrow>") == 2
    assert words(parsed(symbol_mathml(Symbol("predicted change of C")))) == "ΔCpredicted"
    assert name_mathml("<img onerror=1>") == "<mtext>&lt;img onerror=1&gt;</mtext>"
    assert name_mathml("ab1") == "<mrow><mi>a</mi><msub><mi>b</mi><mn>1</mn></msub></mrow>"
    assert words(parsed(name_mathml("h2_13"))) == "h2,13"


def test_a_function_is_shown_by_the_greek_letter_of_its_record_or_by_its_name():
    z = Leaf(Symbol("z"), 2.0)
    for latex, shown in (
        (r"\phi", "\N{GREEK SMALL LETTER PHI}"),
        (r"\Phi", "\N{GREEK CAPITAL LETTER PHI}"),
        (r"f_{2}", "mine"),
    ):
        assert words(parsed(write_mathml(Call("mine", latex, (z,)), False, STYLE))) == f"{shown}(z)"
        slope = symbol_mathml(Symbol("z", ("h",), slope_of=Function("mine", latex)))
        assert words(parsed(slope)) == f"{shown}\N{PRIME}(zh)"


def test_numbers_have_a_true_minus_and_powers_of_ten():
    assert words(parsed(number_mathml("-4.9e-07"))) == f"{MINUS}4.9·10{MINUS}7"
    assert words(parsed(number_mathml("-1/3"))) == f"{MINUS}13"
    assert number_mathml("-1/3").startswith("<mo>")
    assert words(parsed(number_mathml("inf"))) == "∞"


def test_what_is_negative_is_bracketed_where_it_must_be():
    minus = Leaf(Symbol("w"), -0.5)
    product = write_mathml(Product((Leaf(Symbol("a"), 2.0), minus)), numbers=True, style=STYLE)
    assert words(parsed(product)) == f"2·({MINUS}0.5)"
    power = write_mathml(Power(minus, 2), numbers=True, style=STYLE)
    assert words(parsed(power)) == f"({MINUS}0.5)2"
    total = write_mathml(Sum((minus, Negative(minus))), numbers=True, style=STYLE)
    assert words(parsed(total)) == f"{MINUS}0.5+({MINUS}({MINUS}0.5))"
    assert words(parsed(write_mathml(Power(Number(1e-7), 2), False, STYLE))).startswith("(")


def test_functions_have_their_own_look():
    z = Leaf(Symbol("z"), 2.0)
    assert "<msup><mi>e</mi>" in write_mathml(Call("exp", r"\exp", (z,)), False, STYLE)
    assert "<msqrt>" in write_mathml(Call("sqrt", r"\sqrt", (z,)), False, STYLE)
    assert (
        words(parsed(write_mathml(Call("sigmoid", r"\sigma", (z,), prime=True), False, STYLE)))
        == "\N{GREEK SMALL LETTER SIGMA}\N{PRIME}(z)"
    )
    assert words(parsed(write_mathml(Call("max", r"\max", (Number(0.0), z)), False, STYLE))) == "max(0,z)"


def test_every_quantity_can_be_wrapped():
    tree = Sum((Product((Leaf(Symbol("w"), 1.5), Leaf(Symbol("a<b"), 2.0))), Leaf(Symbol("b"), -1.0)))
    seen = []

    def mark(leaf, text):
        seen.append(leaf.symbol.letter)
        return f"<mrow>{text}</mrow>"

    assert words(parsed(write_mathml(tree, False, STYLE, mark))) == "w·a<b+b"
    assert seen == ["w", "a<b", "b"]


def test_long_sums_are_shortened_as_in_the_text():
    tree = Sum(tuple(Leaf(Symbol(f"q{k}"), float(k)) for k in range(12)))
    assert "(8 more)" in write_mathml(tree, False, NumberFormat(terms=4))
    assert math.isclose(write_mathml(tree, False, NumberFormat(terms=4)).count("<mi>"), 4)
