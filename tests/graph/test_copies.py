"""Copies: by copy, deepcopy and pickle, of any depth, with every value and order, sharing nothing that can change."""

from __future__ import annotations

import copy
import math
import pickle

import pytest

import neurograph as ng
from neurograph.errors import StateError

WAYS = {
    "net.copy": lambda net: net.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
} | {
    f"pickle {protocol}": lambda net, protocol=protocol: pickle.loads(pickle.dumps(net, protocol))  # noqa: S301  # ours
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
}

every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def square(z):
    return z * z


def twice(z, a):
    return 2.0 * z


def centred(z):
    mean = sum(z) / len(z)
    return [value - mean for value in z]


def centred_partial(z, a, k, j):
    return (1.0 if k == j else 0.0) - 1.0 / len(z)


SQUARE = ng.Activation("square", square, twice, "z**2", "2 * z")
CENTRED = ng.JointActivation("centred", centred, centred_partial, "z - sum(t / 2 for t in group)", "same - 1 / 2")


def edited() -> ng.Network:
    """A net whose fan-out orders differ from the order of its edges, with groups, ties, frozen parts, an own record."""
    net = ng.Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    net.add_output("o2", "softmax")
    net.add_neuron("h2", SQUARE, bias=0.3)
    for name in ("s1", "s2"):
        net.add_neuron(name, CENTRED, group="centre")
    net.add_neuron("h1", "gelu", bias=-0.1)
    net.add_output("o1", "softmax", bias=0.2)
    edges = [
        ("h1", "o1"), ("h2", "o1"), ("h1", "o2"), ("s1", "o2"), ("s2", "o1"), ("x1", "o1"), ("x1", "h1"), ("x1", "h2"),
        ("x2", "h2"), ("x2", "h1"), ("h1", "s2"), ("x1", "s1"),
    ]  # fmt: skip
    for k, (source, target) in enumerate(edges):
        net.connect(source, target, math.sin(k + 1.0))
    net.disconnect("h1", "o1")
    net.connect("h1", "o1", 0.7)
    net.tie(net.edge("x2", "h2"), net.edge("x1", "h1"), net.edge("x1", "o1"))
    net.tie(net.edge("s1", "o2"), net.edge("h2", "o1"))
    net.tie("o2", "h1", "s2")
    net.freeze("s2", net.edge("h2", "o1"))
    return net


def chain(length: int) -> ng.Network:
    return ng.Network.dense([1] * length, "tanh", seed=3)


def digits() -> ng.Network:
    return ng.Network.dense([784, 30, 10], ["sigmoid", "softmax"], seed=3)


NETS = {"edited": edited, "chain of 2000": lambda: chain(2000), "784-30-10": digits}
FEW_WAYS = {name: WAYS[name] for name in ("copy.deepcopy", "pickle 5")}


def example(net):
    return [math.cos(k) for k in range(len(net.inputs))], [1.0] + [0.0] * (len(net.outputs) - 1)


def trained(net: ng.Network) -> ng.Network:
    x, y = example(net)
    net.forward(x)
    net.backward(y)
    return net


def everything(net: ng.Network) -> list[object]:
    """All that a network holds, as text to the last bit."""

    def bits(value):
        return value if value is None else value.hex()

    slots = ("b", "z", "a", "a_grad", "delta", "bias_grad")
    return [
        *((n.name, n.role, n.activation, n.group and n.group.name, *(bits(getattr(n, slot)) for slot in slots))
          for n in net.graph),
        *((edge.label, bits(edge.weight), bits(edge.grad), edge.frozen) for n in net.graph for edge in n.incoming),
        *((edge.label, edge.tie and edge.tie.name) for n in net.graph for edge in n.incoming),
        [tie.name for tie in net.ties],
        [n.name for n in net.graph if n.frozen],
        *(edge.label for n in net.graph for edge in n.outgoing),
        *((name, [member.name for member in group.members], group.rule) for name, group in net.groups.items()),
        *([neuron.name for neuron in layer] for layer in net.layers),
    ]  # fmt: skip


def objects(net: ng.Network) -> set[int]:
    """The identity of everything in a network that can change."""
    held = [net, net.graph, *net.graph, *net.edges, *net.groups.values(), *net.ties]
    held += [part for tie in net.ties for part in (tie.edges, tie.neurons)]
    held += [lists for n in net.graph for lists in (n.fan_in, n.fan_out)]
    held += [group.members for group in net.groups.values()]
    held += [data for _, _, data in net.graph.edges(data=True)]
    return set(map(id, held))


SOME_WAYS = {
    "edited": [*WAYS],
    "chain of 2000": ["net.copy", "copy.deepcopy", "pickle 0", "pickle 5"],
    "784-30-10": ["net.copy", "pickle 5"],
}


@pytest.mark.parametrize(("net", "way"), [(net, way) for net, ways in SOME_WAYS.items() for way in ways])
def test_a_copy_holds_the_same_bits_in_the_same_order_and_shares_nothing(net, way):
    net = trained(NETS[net]())
    twin = WAYS[way](net)
    twin.check()
    assert everything(twin) == everything(net)
    assert not objects(twin) & objects(net)


@pytest.mark.parametrize("make", NETS.values(), ids=NETS)
@pytest.mark.parametrize("way", FEW_WAYS.values(), ids=FEW_WAYS)
def test_a_copy_goes_on_as_the_original_does(way, make):
    net = trained(make())
    twin = way(net)
    x, y = example(net)
    for one in (net, twin):
        one.backward(y)
        one.update(0.1)
        one.zero_grad()
        one.forward([-value for value in x])
        one.backward(y[::-1], loss="sum_squared_error")
    assert everything(twin) == everything(net)


@every_way
def test_a_copy_has_ties_of_its_own(way):
    net = edited()
    twin = way(net)
    twin.edge("x1", "h1").weight = 5.0
    assert twin.edge("x2", "h2").weight == twin.edge("x1", "o1").weight == 5.0
    assert 5.0 not in {edge.weight for edge in net.edges}
    twin.untie(twin.ties[0])
    twin.unfreeze("s2")
    assert len(net.ties) == 3
    assert net["s2"].frozen
    twin["h1"].bias = 6.0
    assert twin["o2"].bias == twin["s2"].bias == 6.0
    assert 6.0 not in {neuron.bias for neuron in net}


@every_way
def test_what_is_done_to_a_copy_leaves_the_original_alone(way):
    net = trained(edited())
    before = everything(net)
    twin = way(net)
    twin.update(0.5)
    twin.forward([9.0, 9.0])
    twin.edge("x1", "h1").weight = twin["h1"].bias = 5.0
    twin.remove("s1")
    twin.add_output("o3", "softmax")
    twin.connect("x2", "o3", 1.0)
    assert everything(net) == before


@every_way
def test_a_copy_knows_what_has_been_computed(way):
    fresh = way(edited())
    with pytest.raises(StateError, match="no forward pass"):
        fresh.backward([1.0, 0.0])
    forward_only = edited()
    forward_only.forward([1.0, 2.0])
    with pytest.raises(StateError, match="no gradients"):
        way(forward_only).update(0.1)
    twin = way(trained(edited()))
    twin.connect("x2", "o2", 1.0)
    assert {n.a for n in twin} == {None}


@every_way
def test_a_record_of_the_users_own_is_kept(way):
    twin = way(edited())
    assert twin["h2"].activation == SQUARE
    assert twin["s1"].activation is twin["s2"].activation is twin.groups["centre"].rule
    assert twin["o1"].activation is edited()["o1"].activation, "a built-in record is the one in the table"


def test_a_record_that_cannot_be_pickled_is_copied_and_pickle_says_so_itself():
    net = ng.Network()
    net.add_input("x")
    net.add_output("o", ng.Activation("own", lambda z: z * z, lambda z, a: 2.0 * z, "z**2", "2 * z"))
    net.connect("x", "o", 3.0)
    for way in (copy.copy, copy.deepcopy):
        twin = way(net)
        assert twin["o"].activation is net["o"].activation
        assert twin.forward([1.0]) == [9.0]
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(net)


def test_a_built_in_name_is_not_enough_to_be_taken_for_the_built_in():
    net = ng.Network()
    net.add_input("x")
    net.add_output("o", ng.Activation("tanh", square, twice, "z**2", "2 * z"))
    net.connect("x", "o", 3.0)
    assert pickle.loads(pickle.dumps(net)).forward([1.0]) == copy.deepcopy(net).forward([1.0]) == [9.0]  # noqa: S301


ALONE = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": pickle.dumps}


@pytest.mark.parametrize("way", ALONE.values(), ids=ALONE)
def test_a_neuron_or_an_edge_alone_is_not_copied(way):
    net = edited()
    for part, label in ((net["h1"], "neuron h1"), (net.edge("x1", "h1"), "edge x1->h1")):
        with pytest.raises(StateError) as caught:
            way(part)
        assert (
            str(caught.value) == f"{label}: it is copied or pickled only with its network. Copy or pickle the network."
        )


def test_networks_inside_other_things_are_copied_with_them():
    net = edited()
    one, two = copy.deepcopy([net, net])
    assert one is two
    assert one is not net


def test_a_class_built_on_network_stays_itself():
    class Named(ng.Network):
        def __init__(self, title):
            super().__init__()
            self.title = title

    net = Named("mine")
    net.add_input("x")
    assert type(net.copy()) is Named
    assert [neuron.name for neuron in net.copy()] == ["x"]
