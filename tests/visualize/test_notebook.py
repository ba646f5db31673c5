"""What a notebook shows of a network and of a trace: its picture or its page, or nothing, but never an error."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

import neurograph as ng
from neurograph.notebook import is_complete, network_svg, trace_page

SVG = "{http://www.w3.org/2000/svg}"


def tree_of(net):
    return ET.fromstring(net._repr_svg_())  # noqa: S314  # our own picture


def test_a_network_is_its_picture():
    net = ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=1)
    root = tree_of(net)
    assert root.tag == f"{SVG}svg"
    assert "6 neurons in 3 layers" in root.find(f"{SVG}desc").text
    assert "weights and biases" in root.find(f"{SVG}desc").text


def test_the_picture_is_that_of_draw_network_and_the_same_each_time():
    from visualize import draw_network

    net = ng.Network.dense([2, 1], "tanh", seed=1)
    assert net._repr_svg_() == net._repr_svg_() == draw_network(net)._repr_svg_()


def test_the_numbers_are_those_of_now():
    net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    before = net._repr_svg_()
    net.edge("x1", "o1").weight = 0.375
    assert "0.375" in net._repr_svg_()
    assert "0.375" not in before


def test_looking_changes_nothing():
    net = ng.Network.dense([2, 2, 1], "tanh", seed=1)
    net.forward([1.0, 2.0])
    net.backward([1.0])
    before = net.__getstate__()
    net._repr_svg_()
    assert net.__getstate__() == before


def test_big_layers_are_shortened():
    text = tree_of(ng.Network.dense([100, 60, 10], "relu")).find(f"{SVG}desc").text
    assert "Drawn as one each: 84 inputs, 44 neurons of layer 1." in text


def test_any_graph_has_a_picture():
    net = ng.Network()
    for name in ("x<1>", "$x_2"):
        net.add_input(name)
    net.add_output("o&1", "tanh")
    net.connect("x<1>", "o&1", 1.0)
    net.connect("$x_2", "o&1", -1.0)
    assert "Strongest edges: x<1> to o&1 1; $x_2 to o&1 -1." in tree_of(net).find(f"{SVG}desc").text


def incomplete():
    empty, lonely, unreached = ng.Network(), ng.Network(), ng.Network.dense([1, 1], "tanh")
    lonely.add_input("x1")
    unreached.add_output("o2", "tanh")
    return {"empty": empty, "without outputs": lonely, "not reached": unreached}


@pytest.mark.parametrize("name", incomplete())
def test_an_incomplete_network_falls_back_to_its_repr(name):
    net = incomplete()[name]
    assert net._repr_svg_() is None
    assert not is_complete(net)
    assert repr(net).startswith("<Network ")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_falls_back_too(value):
    net = ng.Network.dense([2, 2, 1], "tanh")
    net.edge("x1", "h1").w = value  # past the check of `weight`
    assert net._repr_svg_() is None
    net = ng.Network.dense([2, 2, 1], "tanh")
    net["h1"].b = value
    assert net._repr_svg_() is None


def test_without_matplotlib_it_falls_back_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert network_svg(ng.Network.dense([2, 1], "tanh")) is None


def test_nothing_is_loaded_before_a_picture_is_asked_for():
    code = (
        "import sys, neurograph as ng; net = ng.Network.dense([2, 1], 'tanh'); repr(net); ng.Network()._repr_svg_()\n"
        "print(sorted({'matplotlib', 'visualize', 'numpy'} & set(sys.modules))); net._repr_svg_()\n"
        "print('pyplot' in str(sys.modules.keys()), 'visualize' in sys.modules)"
    )
    assert run(code) == "[]\nFalse True\n"


def run(code):
    """Give what Python prints that has loaded nothing yet."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    return done.stdout


def test_ipython_takes_it():
    formatters = pytest.importorskip("IPython.core.formatters")
    net = ng.Network.dense([2, 1], "tanh", seed=1)
    svg = formatters.SVGFormatter()(net)
    assert re.search(r"<svg\b", svg)
    assert formatters.SVGFormatter()(ng.Network()) is None


# A trace is the page on which it is stepped through.


class Elements(HTMLParser):
    """Every element of a document with its attributes, and all text outside of them."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), "an attribute is given twice"
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def trace():
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=1).trace([0.5, -1.0], [1.0])


def frame_of(trace):
    """Give the attributes of the one element that a notebook gets."""
    parsed = Elements(trace._repr_html_())
    assert parsed.text == ""
    ((tag, attributes),) = parsed.found
    assert tag == "iframe"
    return attributes


def test_a_trace_is_its_page(trace):
    from visualize.page.stepper import stepper_html

    assert frame_of(trace)["srcdoc"] == stepper_html(trace)
    assert frame_of(trace.at("layer"))["srcdoc"] == stepper_html(trace.at("layer")) != stepper_html(trace)
    assert frame_of(trace.written(digits=9))["srcdoc"] == stepper_html(trace.written(digits=9))


def test_the_frame_is_closed_off_named_and_as_wide_as_the_notebook(trace):
    attributes = frame_of(trace)
    del attributes["srcdoc"]
    assert attributes == {
        "sandbox": "allow-scripts",  # with allow-same-origin beside it, the page could reach the notebook
        "title": "One training step, to be stepped through",
        "style": "width: 100%; height: 760px; border: 0",
    }


@pytest.mark.parametrize(
    "page",
    ["<p title=\"a\" lang='b'>&amp; &lt;\u2028 é 😀</p>", '"></iframe><script>alert(1)</script>', "&quot;&#39;", ""],
)
def test_any_page_comes_through_as_it_is(trace, monkeypatch, page):
    monkeypatch.setattr("visualize.page.stepper.stepper_html", lambda _: page)
    assert frame_of(trace)["srcdoc"] == page


def test_a_name_that_is_markup_stays_a_name():
    net = ng.Network()
    net.add_input('"></iframe><b>')
    net.add_output("</script>", "tanh")
    net.connect('"></iframe><b>', "</script>", 1.0)
    frame_of(net.trace([1.0], [0.5]))


def test_a_page_that_cannot_be_made_falls_back_to_the_repr(trace, monkeypatch):
    monkeypatch.setattr("visualize.page.stepper.LARGEST", 1000)
    assert trace._repr_html_() is trace_page(trace) is None
    assert repr(trace).startswith("<Trace of 30 steps, unit neuron, ")


def test_without_the_pages_it_falls_back_too(trace, monkeypatch):
    monkeypatch.setitem(sys.modules, "visualize.page.stepper", None)
    assert trace._repr_html_() is None


def test_looking_at_a_trace_changes_nothing(trace):
    before = list(map(str, trace)), trace.before.__getstate__(), trace.after.__getstate__()
    trace._repr_html_()
    assert (list(map(str, trace)), trace.before.__getstate__(), trace.after.__getstate__()) == before


def test_no_page_is_loaded_before_it_is_asked_for():
    code = (
        "import sys, neurograph as ng; trace = ng.Network.dense([2, 1], 'tanh').trace([0, 1], [1]); repr(trace)\n"
        "print('visualize' in sys.modules); trace._repr_html_(); print('visualize.page.stepper' in sys.modules)\n"
        "print('matplotlib' in sys.modules)"
    )
    assert run(code) == "False\nTrue\nFalse\n"


def test_ipython_takes_the_page_beside_the_repr(trace):
    formatters = pytest.importorskip("IPython.core.formatters")
    shown, _ = formatters.DisplayFormatter().format(trace)
    assert shown == {"text/html": trace._repr_html_(), "text/plain": repr(trace)}


def test_ipython_shows_the_repr_where_there_is_no_page(trace, monkeypatch):
    formatters = pytest.importorskip("IPython.core.formatters")
    monkeypatch.setattr("visualize.page.stepper.LARGEST", 1000)
    shown, _ = formatters.DisplayFormatter().format(trace)
    assert shown == {"text/plain": repr(trace)}
