"""The file: one module and one piece of data under a policy that allows nothing else, whatever names and title are."""

import base64
import hashlib
import html
import re

import pytest
from page_reader import Page
from page_traces import told

import neurograph as ng
from neurograph.errors import NumericalError, one_line
from visualize.page.program import asset
from visualize.page.stepper import stepper_html

ODD = {
    "a script's end": "</script><img src=x onerror=alert(1)>",
    "a comment": "<!--<script>",
    "quotes": "\"'`${1}",
    "a backslash": "\\u003c\\",
    "line separators": "a\u2028b\u2029c",
    "an emoji": "😀",
    "right to left": "\u202eevil عربي",
    "the data's placeholder": "{{data}}",
    "the owner's placeholder": "\ue000",
    "a gap": "\U000f0000",
    "a break": "\ue003",
    "an entity": "&lt;b&gt;&#0;",
    "a lone surrogate": "\ud800",
    "a NUL and a newline": "a\x00\r\nb",
    "LaTeX": "$x_{1}$ \\text{a} #%^~",
    "a word of the page": "__proto__",
}
every_odd = pytest.mark.parametrize("name", ODD.values(), ids=ODD)


def named(name, **options):
    """A trace in which an input and a hidden neuron have names of no kind."""
    net = ng.Network()
    net.add_input(name)
    net.add_neuron(f"{name}{name}", "tanh", 0.5)
    net.add_output("o1", "tanh")
    net.connect(name, f"{name}{name}", 0.75)
    net.connect(f"{name}{name}", "o1", -0.5)
    return stepper_html(net.trace([1.0], [0.5]), **options)


def assert_it_is_closed(page):
    """Nothing in the page runs, loads or leads anywhere, but for its own program."""
    elements = page.elements
    assert [element.attributes for element in elements.all("script")] == [
        {"type": "application/json", "id": "trace"},
        {"type": "module"},
    ]
    assert len(elements.all("style")) == len(elements.all("title")) == len(elements.all("h1")) == 1
    assert not {"img", "iframe", "object", "embed", "a", "base", "form", "svg"} & {one.tag for one in elements.found}
    values = [(name, value) for one in elements.found for name, value in one.attributes.items()]
    assert not [name for name, _ in values if name.startswith("on") or name in ("src", "srcdoc", "action")]
    assert [value for name, value in values if name == "href"] == ["data:,"]
    assert "style" not in dict(values)
    assert [comment for comment in elements.comments if "openfontlicense" not in comment] == []


@every_odd
def test_a_name_of_any_kind_is_text_and_nothing_else(name):
    page = Page(named(name, feature_names=[name], class_names=[name]))
    assert_it_is_closed(page)
    assert page.table["names"][0][0] == one_line(name)
    assert page.table["names"][1][0] == one_line(f"{name}{name}")
    assert [node.get("label") for node in page.data["picture"]["nodes"]] == [one_line(name), None, one_line(name)]
    z, w, a, b = page.steps("neuron")[0].lines[0].gaps
    two, one = one_line(f"{name}{name}"), one_line(name)
    texts = [page.symbol_text(q) for q in (z, w, a, b)]
    assert texts == [f"z({two})", f"w({one}->{two})", f"a({one})", f"b({two})"]
    assert page.symbol_math(a) == f"<msub><mi>a</mi><mtext>{html.escape(one, quote=False)}</mtext></msub>"


@pytest.mark.parametrize("title", [odd for odd in ODD.values() if odd not in ("\ud800", "a\x00\r\nb")])
def test_a_title_of_any_kind_is_text_and_nothing_else(title):
    page = Page(named("x1", title=title))
    assert_it_is_closed(page)
    assert page.elements.one("title").text == page.elements.one("h1").text == title


@pytest.mark.parametrize(("title", "shown"), [("", "A training step of a 4-5-3 network"), (" ", " ")])
def test_without_a_title_the_page_says_what_it_is(title, shown):
    trace, _ = told("softmax")
    assert Page(stepper_html(trace, title=title)).elements.one("title").text == shown


def test_no_letter_of_the_data_can_end_or_open_anything():
    """The name of a rule is written on one line, as every name is."""
    rule = ng.Activation("</script>\u2028\u2029", lambda z: z, lambda z, a: 1.0, "z", "1")
    net = ng.Network.dense([1, 1], rule, initializer="ones")
    text = stepper_html(net.trace([1.0], [0.5]), class_names=["<!--"])
    data = text.partition('<script type="application/json" id="trace">')[2].partition("</script>")[0]
    assert data.endswith("}")
    assert not re.search("[<\u2028\u2029\n]", data)
    assert "\\u003c!--" in data
    page = Page(text)
    assert_it_is_closed(page)
    line = page.steps("neuron")[1].lines[0]
    assert "".join(page.pieces(line.symbols, line.gaps, False)).count(r"&lt;/script&gt;\u2028\u2029") == 1


def test_the_policy_names_the_very_style_and_program_of_the_page():
    _, page = told("sigmoid")
    (meta,) = [one for one in page.elements.all("meta") if "http-equiv" in one.attributes]
    assert meta.attributes["http-equiv"] == "Content-Security-Policy"
    policy = dict(part.strip().split(" ", 1) for part in meta.attributes["content"].split(";"))

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    (program,) = [one for one in page.elements.all("script") if one.attributes["type"] == "module"]
    assert policy == {
        "default-src": "'none'",
        "script-src": hashed(program.text),
        "style-src": hashed(page.elements.one("style").text),
        "font-src": "data:",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_frame_is_filled_and_the_only_addresses_are_of_a_licence_and_of_xml_names():
    trace, page = told("sigmoid")
    text = stepper_html(trace)
    assert set(re.findall(r"\{\{.*?\}\}", asset("stepper.html"))) == {
        "{{title}}", "{{style}}", "{{style-hash}}", "{{data}}", "{{program}}", "{{program-hash}}",
    }  # fmt: skip
    assert "{{" not in text
    assert {*re.findall(r"https?://[^\s\"'`)>]+", text)} == {
        "https://openfontlicense.org", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML",
    }  # fmt: skip
    assert not re.search(r'@import|url\((?!"data:font)', page.elements.one("style").text)


@pytest.mark.parametrize(("rate", "value"), [(1e-300, "-inf"), (0.0, "nan")])
def test_a_number_outside_the_range_of_floats_is_refused(rate, value):
    """The gradient is finite, but its square is not."""
    net = ng.Network.dense([1, 1], "identity")
    net.edge("x1", "o1").weight = 1e-160
    trace = net.trace([1e160], [0.5], learning_rate=rate)
    with pytest.raises(NumericalError) as caught:
        stepper_html(trace)
    assert str(caught.value) == (
        f"write_stepper: the predicted change of the loss is {value}. "
        "Make the weights, the inputs or the learning rate smaller."
    )


def test_numbers_as_large_as_floats_go_are_told_in_full():
    net = ng.Network.dense([1, 1], "identity")
    net.edge("x1", "o1").weight = 1e-160
    trace = net.trace([1e150], [0.5], learning_rate=1e-300, digits=None)
    page = Page(stepper_html(trace))
    assert page.values[page.find("a", "x1", 0)] == 1e150
    assert page.values[page.find("predicted", "", 0)] == trace.predicted_change < -0.1
