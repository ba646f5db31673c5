"""The order in which neurons can act: layers, the cycle that an edge would close, and what is not reached."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest

from neurograph import Network
from neurograph.errors import GraphError
from neurograph.graph.order import check_complete, layers_of, way_back
from strategies import random_network


def skipping() -> Network:
    """x1 -> h1 -> h2 -> o1, and x1 -> o1; added from the output back."""
    net = Network()
    net.add_output("o1", "tanh")
    net.add_neuron("h2", "tanh")
    net.add_neuron("h1", "tanh")
    net.add_input("x1")
    for source, target in (("x1", "o1"), ("h2", "o1"), ("h1", "h2"), ("x1", "h1")):
        net.connect(source, target, 1.0)
    return net


def test_a_neuron_is_one_layer_after_the_last_of_its_sources():
    net = skipping()
    assert layers_of(list(net.graph)) == [[net[name]] for name in ("x1", "h1", "h2", "o1")]


@pytest.mark.parametrize("seed", range(50))
def test_in_any_network_all_sources_come_before_and_groups_stay_together(seed):
    net = random_network(Random(seed))
    depth = {neuron: number for number, layer in enumerate(layers_of(list(net.graph))) for neuron in layer}
    assert all(depth[edge.source] < depth[edge.target] for edge in net.edges)
    assert all(len({depth[member] for member in group.members}) == 1 for group in net.groups.values())
    assert {neuron for neuron in depth if depth[neuron] == 0} == set(net.inputs)
    assert net.computing == [neuron for neuron in net.neurons if neuron.role != "input"]


@pytest.mark.parametrize("seed", range(20))
def test_an_edge_closes_a_cycle_just_where_a_path_leads_back(seed):
    net = random_network(Random(seed))
    if net.groups:
        return
    for source in net.computing:
        for target in net.computing:
            assert bool(way_back(source, target)) is nx.has_path(net.graph, target, source)


def test_the_way_back_goes_through_a_group():
    net = Network()
    net.add_input("x1")
    for name in ("s1", "s2"):
        net.add_neuron(name, "softmax", group="gate")
    net.add_output("o1", "tanh")
    for source, target in (("x1", "s1"), ("x1", "s2"), ("s2", "o1")):
        net.connect(source, target, 1.0)
    assert way_back(net["o1"], net["s1"]) == "o1 -> s1 -> [group 'gate'] -> s2 -> o1"
    assert way_back(net["s1"], net["o1"]) == ""


def test_what_cannot_be_computed_is_refused():
    net = Network()
    with pytest.raises(GraphError, match="no input"):
        check_complete(net.neurons)
    net.add_input("x1")
    with pytest.raises(GraphError, match="no output"):
        check_complete(net.neurons)
    net.add_output("o1", "tanh")
    with pytest.raises(GraphError, match="output o1: no input reaches it"):
        check_complete(net.neurons)
    net.connect("x1", "o1", 1.0)
    check_complete(net.neurons)
