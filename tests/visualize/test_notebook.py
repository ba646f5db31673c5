"""What a notebook shows of a network: its picture, or nothing, but never an error."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import neurograph as ng
from neurograph.notebook import is_complete, network_svg

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

    net = ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=1)
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
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert done.stdout == "[]\nFalse True\n"


def test_ipython_takes_it():
    formatters = pytest.importorskip("IPython.core.formatters")
    net = ng.Network.dense([2, 1], "tanh", seed=1)
    svg = formatters.SVGFormatter()(net)
    assert re.search(r"<svg\b", svg)
    assert formatters.SVGFormatter()(ng.Network()) is None
