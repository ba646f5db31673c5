"""The alternative text says what is true of the net, and can be read aloud."""

from __future__ import annotations

import re
from random import Random

import pytest

import neurograph as ng
from strategies import random_example, random_network
from visualize import NetworkDiagram
from visualize.network.modes import MODES, read_trace

NETS = range(25)


def alt(net, show="weights", **asked):
    return NetworkDiagram.from_network(net, show, **asked).alt_text()


@pytest.fixture
def net():
    net = ng.Network.dense([4, 5, 3], ["relu", "softmax"], seed=3)
    net.edge("x2", "h4").weight = -2.5
    net.edge("h1", "o3").weight = 2.25
    net.edge("h5", "o1").weight = -2.125
    net.forward([0.5, 0.25, -1.0, 2.0])
    net.backward([1.0, 0.0, 0.0], "cross_entropy")
    return net


def test_it_is_said_in_full(net):
    assert alt(net) == (
        "Diagram of a network of 12 neurons in 3 layers (4 inputs; layer 1: 5, relu; 3 outputs, softmax) and 35 edges. "
        "It shows weights and biases. Strongest edges: x2 to h4 -2.5; h1 to o3 2.25; h5 to o1 -2.12."
    )


@pytest.mark.parametrize("seed", NETS)
def test_the_counts_are_those_of_the_network(seed):
    net = random_network(Random(seed))
    said = alt(net)
    assert f"a network of {len(net)} neurons in {len(net.layers)} layers (" in said
    assert f") and {len(net.edges)} edges." in said
    layers = re.search(r"\((.*?)\) and \d+ edges", said).group(1).split("; ")
    counts = [
        int(re.search(r"\d+$" if "," not in one and ":" in one else r"\d+", one.split(": ")[-1]).group())
        for one in layers
    ]
    assert counts == [len(layer) for layer in net.layers]
    for layer, one in zip(net.layers[1:], layers[1:], strict=True):
        rules = list(dict.fromkeys(neuron.rule.name for neuron in layer))
        assert all(rule in one for rule in rules[:2])
        assert ("…" in one) == (len(rules) > 2)


@pytest.mark.parametrize("show", MODES)
@pytest.mark.parametrize("seed", NETS[:10])
def test_the_strongest_edges_are_those_with_the_largest_numbers(seed, show):
    rng = Random(seed)
    net = random_network(rng)
    trace = net.trace(*random_example(net, "squared_error", rng), learning_rate=0.5)
    diagram = NetworkDiagram.from_network(trace, show, scale="network")
    values = {one.link.edge: one.value for one in diagram.links if one.value is not None}
    top = sorted(values.values(), key=abs, reverse=True)[:3]
    said = re.search(r"Strongest edges: (.*?)\.(?: |$)", diagram.alt_text())
    if not top:
        assert said is None
        return
    told = [one.rsplit(" ", 1) for one in said.group(1).split("; ")]
    assert [abs(float(number)) for _, number in told] == pytest.approx([abs(value) for value in top], rel=0.01)
    by_ends = {f"{edge.source.name} to {edge.target.name}": value for edge, value in values.items()}
    for ends, number in told:
        assert float(number) == pytest.approx(by_ends[ends], rel=0.01)


def test_on_the_scale_of_the_layer_strength_is_said_to_be_for_the_layer(net):
    assert "Strongest edges for their layers: " in alt(net, scale="layer")
    assert "Strongest edges: " in alt(net, scale="network")


@pytest.mark.parametrize(
    ("show", "words", "what"),
    [
        ("forward", "It shows the forward pass", "Activation a of the outputs: "),
        ("backward", "It shows the backward pass", "Error δ = ∂C/∂z of the outputs: "),
        ("gradients", "It shows the gradients of the loss", "Error δ = ∂C/∂z of the outputs: "),
    ],
)
def test_the_outputs_are_told_with_their_numbers_and_classes(net, show, words, what):
    said = alt(net, show, class_names=["setosa", "versicolor", "virginica"])
    assert words in said
    numbers = [getattr(output, "a" if show == "forward" else "delta") for output in net.outputs]
    names = ["o1 (setosa)", "o2 (versicolor)", "o3 (virginica)"]
    assert what + ", ".join(f"{name} {number:.3g}" for name, number in zip(names, numbers, strict=True)) + "." in said


def test_only_six_outputs_are_told():
    net = ng.Network.dense([2, 9], "tanh")
    net.forward([1.0, 2.0])
    said = alt(net, "forward")
    assert "o6 " in said
    assert "o7 " not in said.split("outputs:")[1]


def test_update_and_weights_say_what_they_show(net):
    trace = net.trace([0.5, 0.25, -1.0, 2.0], [1.0, 0.0, 0.0], "cross_entropy", learning_rate=0.5)
    assert "It shows the update, the change of every weight and bias." in alt(trace, "update")
    assert "of the outputs:" not in alt(trace, "update")
    assert "It shows weights and biases." in alt(trace)


def test_what_is_hidden_is_counted():
    said = alt(ng.Network.dense([784, 30, 10], "tanh"))
    assert "(784 inputs; layer 1: 30, tanh; 10 outputs, tanh) and 23820 edges." in said
    assert "Drawn as one each: 768 inputs, 14 neurons of layer 1." in said
    assert "Drawn as one" not in alt(ng.Network.dense([16, 17], "tanh"))


def test_the_strongest_edges_are_those_of_the_whole_network():
    net = ng.Network.dense([30, 1], "tanh", initializer="zeros")
    for edge in net.edges:
        edge.weight = 9.0
    net.edge("x1", "o1").weight = 0.5
    net.edge("x20", "o1").weight = -11.0
    diagram = NetworkDiagram.from_network(net, most=2, keep=["x1", "x2"])
    assert "Strongest edges: x20 to o1 -11; x2 to o1 9; x3 to o1 9." in diagram.alt_text()
    assert diagram.scale.limit == 11.0  # so that the scale says what is true of the whole network


def test_marks_are_told(net):
    assert alt(net, marks={"h2": "dead", "o1": "saturated"}).endswith("Marked: h2 dead, o1 saturated.")
    assert "Marked" not in alt(net)


def test_what_is_not_computed_yet_is_said(net):
    trace = net.trace([0.5, 0.25, -1.0, 2.0], [1.0, 0.0, 0.0], "cross_entropy").at("neuron")
    k = next(k for k in range(len(trace)) if trace.state(k)["a", "o1"] is not None)
    said = alt(trace.before, "forward", read=read_trace(trace.state(k)))
    number = trace.state(k)["a", "o1"]
    assert said.endswith(f"outputs: o1 {number:.3g}, o2 not computed, o3 not computed.")


@pytest.mark.parametrize(
    "name", ["one\ntwo", "bell\x07", "\x1b[31mred", "\u202eback", "tab\t", "a\u2028b", "\x00", "\ufeff"]
)
def test_there_is_no_control_character_in_it(name):
    net = ng.Network()
    net.add_input(name)
    net.add_output("o1", "tanh")
    net.connect(name, "o1", 1.0)
    net.forward([1.0])
    said = alt(net, "forward", class_names=[name], marks={name: name})
    assert said.isprintable()
    assert "to o1 1" in said


def test_it_needs_no_drawing_and_does_not_change_by_it(net):
    diagram = NetworkDiagram.from_network(net)
    before = diagram.alt_text()
    assert diagram.plot().alt_text() == diagram.alt_text() == before


def test_a_link_of_a_plus_1_is_no_edge(net):
    net["o3"].bias = 99.0
    assert "99" not in alt(net, bias="node")
