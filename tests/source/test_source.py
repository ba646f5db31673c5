"""A network as a program: run, it has the numbers of the objects, to the last bit, whatever the graph and its names."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.errors import GraphError, InvalidValueError
from neurograph.graph.neuron import Neuron
from neurograph.rules.activations import SIGMOID
from strategies import random_example, random_network
from tests.engines.engine_runs import freeze_some, tie_some

SEEDS = st.integers(0, 2**32 - 1)


def program(text: str) -> dict[str, Any]:
    """Run a program, and give what it defines."""
    found: dict[str, Any] = {}
    exec(compile(text, "program", "exec"), found)  # noqa: S102  # that is what a program is for
    return found


def bits(values: Any) -> list[str]:
    return [float(value).hex() for value in values]


def variables(net: ng.Network, text: str) -> dict[str, str]:
    """Tell by which name the program knows each parameter: its lines are in the order of the neurons and edges."""
    head = text.split("\n\n\n", maxsplit=1)[0]
    lines = [line.split(" ")[0] for line in head.rsplit("\n\n", maxsplit=1)[-1].splitlines()]
    holders = []
    for neuron in net.neurons:
        holders += [neuron.name] * (neuron.role != "input") + [edge.label for edge in neuron.incoming]
    assert len(lines) == len(holders)
    return {holder: name for holder, name in zip(holders, lines, strict=True) if name != "#"}


def learn(net: ng.Network, x: list[float], y: list[float], loss: ng.Loss, rate: float) -> tuple[list[float], float]:
    net.zero_grad()
    said, cost = net.forward(x), net.backward(y, loss)
    net.update(rate)
    return said, cost


def parameters(net: ng.Network) -> dict[str, float]:
    biases = {n.name: n.bias for n in net.neurons if n.role != "input"}
    return biases | {edge.label: edge.weight for edge in net.edges}


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_the_program_has_the_bits_of_the_objects(seed):
    rng = Random(seed)
    loss = rng.choice(list(ng.LOSSES))
    net = random_network(rng, loss)
    if rng.random() < 0.4:
        freeze_some(net, rng)
    if rng.random() < 0.4:
        tie_some(net, rng)
    text = net.to_source(loss)
    names, run = variables(net, text), program(text)
    for _ in range(3):
        x, y = random_example(net, loss, rng)
        said, cost = run["step"](x, y, 0.1)
        expected, total = learn(net, x, y, loss, 0.1)
        assert (bits(said), bits([cost])) == (bits(expected), bits([total]))
        now = parameters(net)
        assert bits(run[name] for name in names.values()) == bits(now[holder] for holder in names)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_the_program_of_a_forward_pass_says_what_the_network_says(seed):
    rng = Random(seed)
    loss = rng.choice(list(ng.LOSSES))
    net = random_network(rng, loss)
    x, _ = random_example(net, loss, rng)
    assert bits(program(net.to_source(None))["predict"](x)) == bits(net.forward(x))


NAMES = [
    "x 1",
    "x_1",
    "x-1",
    "²",
    "2",
    "class",
    "a→b",
    "a\nimport os",
    "'''",
    "None",
    "ﬁ",
    "fi",
    "h_1",
    "h",
    "1_o",
    "é" * 3,
]


def test_names_that_are_no_names_of_python_or_are_the_same_as_one_are_told_apart():
    net = ng.Network()
    for name in NAMES[:8]:
        net.add_input(name)
    for name in NAMES[8:]:
        net.add_output(name, "softmax", group="z h\n1")
        for source in NAMES[:8]:
            net.connect(source, name, 0.1 * len(source) - 0.05 * len(name))
    net.tie(net.edge("a\nimport os", "h"), net.edge("²", "h_1"))
    net.tie("h", "h_1")
    text = net.to_source("squared_error")
    run = program(text)
    assert "\nimport os" not in text.replace("\nimport neurograph as ng", "")
    x, y = [0.1 * k for k in range(8)], [0.0] * 8
    for _ in range(3):
        said, cost = run["step"](x, y, 0.5)
        expected, total = learn(net, x, y, ng.LOSSES["squared_error"], 0.5)
        assert (bits(said), cost) == (bits(expected), total)


def test_a_neuron_and_a_group_called_as_a_rule_or_a_word_of_the_program_do_not_hide_it():
    net = ng.Network()
    for name in ("C", "x", "rate"):
        net.add_input(name)
    for name in ("sigmoid", "loss", "y", "step"):
        net.add_output(name, "sigmoid")
        for source in ("C", "x", "rate"):
            net.connect(source, name, 0.3)
    run = program(net.to_source())
    said, cost = run["step"]([1.0, 2.0, 3.0], [0.0] * 4, 0.5)
    assert (said, cost) == learn(net, [1.0, 2.0, 3.0], [0.0] * 4, ng.LOSSES["squared_error"], 0.5)


def test_very_many_terms_are_added_up_in_several_lines():
    net = ng.Network.dense([3000, 1], "tanh", seed=1)
    text = net.to_source()
    assert max(map(len, text.splitlines()[:6000])) < 120
    x = [0.001 * k for k in range(3000)]
    said, cost = program(text)["step"](x, [0.5], 0.1)
    expected, total = learn(net, x, [0.5], ng.LOSSES["squared_error"], 0.1)
    assert (bits(said), cost) == (bits(expected), total)


def _brackets(neuron: Neuron) -> None:
    (first, second), b = neuron.fan_in, neuron.b
    neuron.z = (first.w + (second.w + b)) + (first.source.a - (second.source.a - b)) + (b - (first.w - second.w))


def _a_long_sum(neuron: Neuron) -> None:
    (first, second), z = neuron.fan_in, 0.0
    for _ in range(6):
        z = z + (first.w + second.source.a) + (second.w - first.source.a)
    neuron.z = z


def _the_same_again(neuron: Neuron) -> None:
    z = 0.0
    for _ in range(12):
        z = z + neuron.fan_in[0].w * neuron.fan_in[0].source.a
    neuron.z = z


def _a_square(neuron: Neuron) -> None:
    a = neuron.fan_in[0].source.a
    neuron.z = a * a


@pytest.mark.parametrize("verb", [_brackets, _a_long_sum, _the_same_again, _a_square])
def test_another_verb_is_written_without_more_code_and_to_the_last_bit(verb, monkeypatch):
    monkeypatch.setattr(verb, "__name__", "integrate")  # the recording asks for a verb by its name
    monkeypatch.setattr(Neuron, "integrate", verb)
    rng = Random(1)
    net = ng.Network.dense([2, 1], "identity", seed=1)
    net["o1"].bias = 0.1
    predict = program(net.to_source(loss=None))["predict"]
    for _ in range(5000):
        x = [rng.uniform(-3, 3), rng.uniform(-3, 3)]
        assert bits(predict(x)) == bits(net.predict([x])[0])


def test_a_program_is_short_and_says_what_its_rules_are():
    text = ng.Network.dense([2, 2, 2], ["sigmoid", "softmax"], seed=1).to_source("cross_entropy")
    assert "sigmoid = ng.ACTIVATIONS['sigmoid']  # a = 1 / (1 + exp(-z)), da/dz = a * (1 - a)\n" in text
    assert "loss = ng.LOSSES['cross_entropy']  # C = -y * log(a), e = -y / a\n" in text
    assert "short_softmax = loss.shortcut_for(softmax)  # d = a - y\n" in text
    assert "    z_h1 = 0.0 + w_x1_h1 * a_x1 + w_x2_h1 * a_x2 + b_h1\n    a_h1 = sigmoid.value(z_h1)\n" in text
    assert text == ng.Network.dense([2, 2, 2], ["sigmoid", "softmax"], seed=1).to_source("cross_entropy")


def test_a_rule_that_is_not_registered_is_named():
    mine = ng.Activation("mine", SIGMOID.value, SIGMOID.slope, SIGMOID.formula, SIGMOID.slope_formula)
    with pytest.raises(InvalidValueError) as caught:
        ng.Network.dense([2, 1], mine).to_source()
    assert str(caught.value) == (
        "to_source: 'mine' is not among neurograph's ACTIVATIONS, so that a program could not find it. Add your record "
        "to them: ng.ACTIVATIONS.add(record)."
    )
    squares = ng.LOSSES["squared_error"]
    own = ng.Loss("squared_error", squares.value, squares.slope, squares.formula, squares.slope_formula)
    with pytest.raises(InvalidValueError, match="'squared_error' is not among neurograph's LOSSES"):
        ng.Network.dense([2, 1], "tanh").to_source(own)


def test_what_cannot_run_has_no_program():
    with pytest.raises(GraphError, match="it has no input neuron"):
        ng.Network().to_source()
    with pytest.raises(ng.NeurographError, match="cross_entropy"):
        ng.Network.dense([2, 2], "tanh").to_source("cross_entropy")
