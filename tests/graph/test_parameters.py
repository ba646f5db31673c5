"""The parameters that learning may move: each once, in one order, and none that is frozen."""

from __future__ import annotations

import pytest

from neurograph import Network
from neurograph.graph.parameters import parameters_of


def small() -> Network:
    return Network.dense([2, 2, 1], "tanh", seed=1)


def labels(net: Network) -> list[str]:
    return [parameter.label for parameter in parameters_of(net)]


def test_each_neurons_bias_comes_before_its_incoming_weights():
    expected = ["h1", "x1->h1", "x2->h1", "h2", "x1->h2", "x2->h2", "o1", "h1->o1", "h2->o1"]
    assert labels(small()) == expected
    assert [parameter.is_bias for parameter in parameters_of(small())] == ["->" not in label for label in expected]


def test_frozen_ones_are_left_out():
    net = small()
    net.freeze("h1", net.edge("h1", "o1"))
    assert labels(net) == ["h2", "x1->h2", "x2->h2", "o1", "h2->o1"]


def test_a_shared_weight_stands_once_at_the_end_under_its_first_edge():
    net = small()
    net.tie(net.edge("x1", "h2"), net.edge("x2", "h1"))
    assert labels(net) == ["h1", "x1->h1", "h2", "x2->h2", "o1", "h1->o1", "h2->o1", "x1->h2"]
    net.freeze(net.edge("x2", "h1"))
    assert labels(net) == ["h1", "x1->h1", "h2", "x2->h2", "o1", "h1->o1", "h2->o1"]


def test_values_and_gradients_are_those_of_the_objects_and_moving_writes_them():
    net = small()
    one, two = net.edge("x1", "h1"), net.edge("h2", "o1")
    net.tie(one, two)
    net.forward([0.5, -1.0])
    net.backward([1.0])
    by_label = {parameter.label: parameter for parameter in parameters_of(net)}
    bias, weight, shared = by_label["h1"], by_label["x2->h1"], by_label["x1->h1"]
    assert (bias.value, bias.gradient) == (net["h1"].bias, net["h1"].bias_grad)
    assert (weight.value, weight.gradient) == (net.edge("x2", "h1").weight, net.edge("x2", "h1").grad)
    assert (shared.value, shared.gradient) == (one.weight, one.grad + two.grad)
    for number, parameter in enumerate((bias, weight, shared)):
        parameter.move_to(number + 0.5)
        assert parameter.value == number + 0.5
    assert (net["h1"].bias, net.edge("x2", "h1").weight, one.weight, two.weight) == (0.5, 1.5, 2.5, 2.5)


@pytest.mark.parametrize("memories", range(4))
def test_the_memory_is_empty_at_the_start(memories):
    assert {parameter.memory for parameter in parameters_of(small(), memories)} == {(0.0,) * memories}
