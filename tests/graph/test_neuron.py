"""One neuron and its verbs: each on numbers small enough to work out by hand, and exact in binary."""

from __future__ import annotations

import pytest

from neurograph import Activation, Network
from neurograph.errors import GraphError, InvalidTypeError, InvalidValueError, StateError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron

SQUARE = Activation("square", lambda z: z * z, lambda z, a: 2.0 * z, "z**2", "2 * z")


def hub() -> Network:
    """Two inputs into `h`, which feeds two outputs: `h` sums 2 * 1 + 0.5 * -2 + 0.5 = 1.5."""
    net = Network()
    net.add_input("x1")
    net.add_input("x2")
    net.add_neuron("h", SQUARE, bias=0.5)
    net.add_output("o1", "identity")
    net.add_output("o2", "identity")
    for source, target, weight in (("x1", "h", 2.0), ("x2", "h", 0.5), ("h", "o1", 4.0), ("h", "o2", -1.0)):
        net.connect(source, target, weight)
    net["x1"].a, net["x2"].a = 1.0, -2.0
    return net


def fired() -> Network:
    """The same after `h` has fired and both outputs have their errors."""
    net = hub()
    net["h"].integrate()
    net["h"].fire()
    net["o1"].delta, net["o2"].delta = 0.25, 3.0
    return net


def parameters(neuron: Neuron) -> list[float]:
    return [neuron.bias, *(edge.weight for edge in neuron.incoming)]


def gradients(neuron: Neuron) -> list[float | None]:
    return [neuron.bias_grad, *(edge.grad for edge in neuron.incoming)]


def test_before_any_pass_nothing_is_computed():
    for neuron in Network.dense([2, 2, 1], "tanh").neurons:
        assert (neuron.z, neuron.a, neuron.a_grad, neuron.delta) == (None, None, None, None)
        assert set(gradients(neuron)[neuron.role == "input" :]) <= {None}


# The forward pass.


def test_integrate_sums_up_the_weighted_inputs_and_adds_the_bias():
    h = hub()["h"]
    h.integrate()
    assert h.z == 2.0 * 1.0 + 0.5 * -2.0 + 0.5 == 1.5
    assert h.a is None


def test_the_bias_comes_last():
    h = hub()["h"]
    h.bias, h.incoming[0].weight, h.incoming[1].weight = 1.0, 1e16, 0.5e16
    h.integrate()
    assert h.z == 1.0  # first, it would be lost in 1e16


def test_the_edges_are_added_in_the_order_in_which_they_were_connected():
    net = hub()
    net.add_input("x3")
    net.connect("x3", "h", 1.0)
    net["h"].incoming[0].weight, net["h"].incoming[1].weight = 1e16, -1e16
    for neuron in net.inputs:
        neuron.a = 1.0
    net["h"].integrate()
    assert net["h"].z == 1.5  # in any other order, the 1.0 is lost


def test_without_incoming_edges_the_sum_is_the_bias():
    net = Network()
    lone = net.add_neuron("lone", "identity", bias=-0.25)
    lone.integrate()
    assert lone.z == -0.25


def test_fire_applies_the_activation_to_the_sum():
    h = hub()["h"]
    h.integrate()
    h.fire()
    assert (h.z, h.a) == (1.5, 2.25)


def test_fire_follows_a_changed_sum_and_weight():
    h = hub()["h"]
    h.incoming[1].weight = 1.0
    h.integrate()
    h.fire()
    assert (h.z, h.a) == (0.5, 0.25)


# The backward pass.


def test_gather_error_sums_up_the_errors_of_those_it_feeds():
    h = fired()["h"]
    h.gather_error()
    assert h.a_grad == 4.0 * 0.25 + -1.0 * 3.0 == -2.0
    assert h.delta is None


def test_gather_error_adds_the_edges_in_the_order_in_which_they_were_connected():
    net = fired()
    net.add_output("o3", "identity")
    net.connect("h", "o3", 1.0)
    net["o1"].delta, net["o2"].delta, net["o3"].delta = 0.25e16, 1e16, 1.0
    net["h"].gather_error()
    assert net["h"].a_grad == 1.0  # 1.0 first, it would be lost


def test_who_feeds_nobody_has_no_error():
    net = Network()
    end = net.add_neuron("end", "tanh")
    end.gather_error()
    assert end.a_grad == 0.0


def test_an_input_gathers_the_slope_of_the_loss_by_its_value():
    net = hub()
    net["h"].delta = -6.0
    net["x1"].gather_error()
    net["x2"].gather_error()
    assert (net["x1"].a_grad, net["x2"].a_grad) == (-12.0, -3.0)


def test_compute_delta_multiplies_the_error_with_the_slope_of_the_activation():
    h = fired()["h"]
    h.gather_error()
    h.compute_delta()
    assert h.delta == -2.0 * (2.0 * 1.5) == -6.0


def test_the_slope_is_given_both_the_sum_and_the_activation():
    both = Activation("both", lambda z: 8.0, lambda z, a: 10.0 * z + a, "8 + 0 * z", "10 * z + a")
    net = Network()
    n = net.add_neuron("n", both, bias=3.0)
    n.integrate()
    n.fire()
    n.a_grad = 0.5
    n.compute_delta()
    assert n.delta == 0.5 * 38.0


def test_add_gradients_adds_the_error_to_the_bias_and_input_times_error_to_each_weight():
    h = fired()["h"]
    h.zero_gradients()
    h.delta = -6.0
    h.add_gradients()
    assert gradients(h) == [-6.0, 1.0 * -6.0, -2.0 * -6.0]


def test_add_gradients_adds_to_what_is_there_and_touches_no_other_edge():
    net = fired()
    h = net["h"]
    h.zero_gradients()
    for delta in (-6.0, 0.5):
        h.delta = delta
        h.add_gradients()
    assert gradients(h) == [-5.5, -5.5, 11.0]
    assert [edge.grad for edge in h.outgoing] == [None, None]
    assert parameters(h) == [0.5, 2.0, 0.5]


# Once per batch.


def test_zero_gradients_sets_the_gradients_to_zero_and_nothing_else():
    h = fired()["h"]
    before = (h.z, h.a, h.a_grad, h.delta, parameters(h))
    assert gradients(h) == [None, None, None]
    h.zero_gradients()
    assert gradients(h) == [0.0, 0.0, 0.0]
    assert [edge.grad for edge in h.outgoing] == [None, None]
    assert (h.z, h.a, h.a_grad, h.delta, parameters(h)) == before


def test_average_divides_the_sums_by_the_number_of_examples():
    h = fired()["h"]
    h.bias_grad, h.incoming[0].grad, h.incoming[1].grad = -6.0, 3.0, 12.0
    h.average(4)
    assert gradients(h) == [-1.5, 0.75, 3.0]


def learned() -> Network:
    net = fired()
    h = net["h"]
    h.bias_grad, h.incoming[0].grad, h.incoming[1].grad = -6.0, 4.0, 12.0
    return net


def test_update_steps_down_the_gradient():
    h = learned()["h"]
    h.update(0.125)
    assert parameters(h) == [0.5 + 0.75, 2.0 - 0.5, 0.5 - 1.5]
    assert gradients(h) == [-6.0, 4.0, 12.0]
    assert [edge.weight for edge in h.outgoing] == [4.0, -1.0]


@pytest.mark.parametrize(
    ("frozen", "after"),
    [
        (lambda net: [net["h"]], [0.5, 2.0, 0.5]),
        (lambda net: [net.edge("x1", "h")], [1.25, 2.0, -1.0]),
        (lambda net: [net.edge("x1", "h"), net.edge("x2", "h")], [1.25, 2.0, 0.5]),
    ],
    ids=["neuron", "one edge", "both edges"],
)
def test_update_leaves_what_is_frozen(frozen, after):
    net = learned()
    net.freeze(*frozen(net))
    net["h"].update(0.125)
    assert parameters(net["h"]) == after


def test_update_leaves_a_shared_weight_to_the_tie():
    net = learned()
    net.edge("x2", "h").weight = 2.0
    tie = net.tie(net.edge("x1", "h"), net.edge("x2", "h"))
    h = net["h"]
    h.bias_grad, h.incoming[0].grad, h.incoming[1].grad = -6.0, 4.0, 12.0
    h.update(0.125)
    assert parameters(h) == [1.25, 2.0, 2.0]
    tie.update(0.125)
    assert parameters(h) == [1.25, 0.0, 0.0]  # 2 - 0.125 * (4 + 12)


def test_a_frozen_tie_stays():
    net = learned()
    net.edge("x2", "h").weight = 2.0
    tie = net.tie(net.edge("x1", "h"), net.edge("x2", "h"))
    net.freeze("h")
    h = net["h"]
    h.incoming[0].grad, h.incoming[1].grad = 4.0, 12.0
    tie.update(0.125)
    assert parameters(h) == [0.5, 2.0, 2.0]


# What people read and set.


def test_edges_are_shown_in_their_order_and_cannot_be_edited():
    net = hub()
    assert [edge.label for edge in net["h"].incoming] == ["x1->h", "x2->h"]
    assert [edge.label for edge in net["h"].outgoing] == ["h->o1", "h->o2"]
    assert isinstance(net["h"].incoming, tuple)
    assert isinstance(net["h"].outgoing, tuple)


def test_an_input_has_no_bias_to_set():
    with pytest.raises(GraphError, match=r"^neuron x1: an input has no bias\. Set the bias of a hidden or output"):
        hub()["x1"].bias = 1.0


@pytest.mark.parametrize(
    ("value", "error"),
    [(float("nan"), InvalidValueError), (float("inf"), InvalidValueError), ("1", InvalidTypeError)],
)
def test_a_bias_is_a_finite_number_and_a_refused_one_changes_nothing(value, error):
    h = hub()["h"]
    with pytest.raises(error, match=r"^neuron h, bias"):
        h.bias = value
    assert h.bias == 0.5


def test_the_repr_says_who_it_is():
    net = hub()
    assert repr(net["x1"]) == "<Neuron x1: input>"
    assert repr(net["h"]) == "<Neuron h: hidden, square, bias 0.5>"


def test_neither_a_neuron_nor_an_edge_is_copied_without_its_network():
    from copy import copy, deepcopy

    parts: list[Neuron | Edge] = [hub()["h"], hub().edge("x1", "h")]
    for part in parts:
        for twin in (copy, deepcopy):
            with pytest.raises(StateError, match="only with its network"):
                twin(part)


# An edge.


def test_a_weight_is_a_finite_number_and_a_refused_one_changes_nothing():
    edge = hub().edge("x1", "h")
    with pytest.raises(InvalidValueError, match=r"^edge x1->h, weight"):
        edge.weight = float("inf")
    assert edge.weight == 2.0
    edge.weight = 3
    assert (edge.weight, type(edge.weight)) == (3.0, float)


def test_a_weight_that_is_shared_is_set_for_all():
    net = hub()
    net.tie(net.edge("h", "o1"), net.edge("h", "o2"))
    net.edge("h", "o2").weight = 7.0
    assert [edge.weight for edge in net["h"].outgoing] == [7.0, 7.0]
    assert (net.edge("h", "o2").ends, net.edge("h", "o2").label) == (("h", "o2"), "h->o2")


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
