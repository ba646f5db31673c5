"""One neuron and its verbs, by hand: each does what its line of the textbook says, and no more."""

from __future__ import annotations

import math

import pytest

from neurograph import Network
from neurograph.graph.neuron import Neuron


def chain() -> tuple[Network, Neuron]:
    """x1, x2 -> h1 -> o1, o2, with the weights 0.5, -2 and 3, 0.25; the neuron in the middle."""
    net = Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    net.add_neuron("h1", "tanh", bias=0.125)
    for name in ("o1", "o2"):
        net.add_output(name, "identity")
    for source, target, weight in (("x1", "h1", 0.5), ("x2", "h1", -2.0), ("h1", "o1", 3.0), ("h1", "o2", 0.25)):
        net.connect(source, target, weight)
    return net, net["h1"]


def computed(neuron: Neuron) -> dict[str, float | None]:
    return {slot: getattr(neuron, slot) for slot in ("z", "a", "a_grad", "delta", "bias_grad")}


def test_it_sums_up_and_fires():
    net, h1 = chain()
    net["x1"].a, net["x2"].a = 1.0, 0.25
    h1.integrate()
    assert (h1.z, h1.a) == (0.5 - 0.5 + 0.125, None)
    h1.fire()
    assert h1.a == math.tanh(0.125)
    assert computed(h1) | {"z": None, "a": None} == dict.fromkeys(computed(h1))


def test_it_gathers_the_error_and_turns_it_into_delta():
    net, h1 = chain()
    h1.z, h1.a = 0.0, 0.5
    net["o1"].delta, net["o2"].delta = 2.0, -4.0
    h1.gather_error()
    assert (h1.a_grad, h1.delta) == (3.0 * 2.0 - 0.25 * 4.0, None)
    h1.compute_delta()
    assert h1.delta == 5.0 * (1.0 - 0.5**2)


def test_its_gradients_are_started_added_to_and_averaged():
    net, h1 = chain()
    edges = h1.incoming
    h1.zero_gradients()
    assert (h1.bias_grad, [edge.grad for edge in edges]) == (0.0, [0.0, 0.0])
    for x, delta in (((1.0, 2.0), 0.5), ((-3.0, 1.0), 1.5)):
        (net["x1"].a, net["x2"].a), h1.delta = x, delta
        h1.add_gradients()
    assert (h1.bias_grad, [edge.grad for edge in edges]) == (2.0, [0.5 - 4.5, 1.0 + 1.5])
    h1.average(2)
    assert (h1.bias_grad, [edge.grad for edge in edges]) == (1.0, [-2.0, 1.25])
    assert [edge.grad for edge in h1.outgoing] == [None, None]


def test_it_steps_down_the_gradient_with_what_is_free():
    net, h1 = chain()
    one, two = h1.incoming
    h1.bias_grad, one.grad, two.grad = 1.0, 2.0, 4.0
    net.freeze(two)
    h1.update(0.25)
    assert (h1.bias, one.weight, two.weight) == (0.125 - 0.25, 0.5 - 0.5, -2.0)
    net.tie("h1", "o1")
    h1.update(0.25)
    assert (h1.bias, one.weight) == (-0.125, -0.5), "what is tied moves with its tie"


def test_who_holds_what_it_learns():
    net, h1 = chain()
    assert h1.holders == [h1, *h1.incoming]
    assert [holder.free for holder in h1.holders] == [True] * 3
    net.freeze("h1")
    assert [holder.free for holder in h1.holders] == [False] * 3
    assert not net["x1"].free


@pytest.mark.parametrize("slot", ["frozen", "tie", "name", "activation", "incoming", "outgoing"])
def test_what_its_network_decides_is_not_set_on_it(slot):
    _, h1 = chain()
    with pytest.raises(AttributeError):
        setattr(h1, slot, None)


@pytest.mark.parametrize("slot", ["frozen", "tie", "ends", "label"])
def test_what_its_network_decides_is_not_set_on_an_edge(slot):
    _, h1 = chain()
    with pytest.raises(AttributeError):
        setattr(h1.incoming[0], slot, None)


def test_what_a_user_sees_of_a_network_its_neurons_and_edges_is_described():
    net, h1 = chain()
    for thing in (net, h1, h1.incoming[0]):
        cls = type(thing)
        described = " ".join(base.__doc__ for base in cls.__mro__ if base.__doc__)
        for name in dir(thing):
            if not name.startswith("_"):
                assert name in described or getattr(cls, name).__doc__, f"{cls.__name__}.{name}"
