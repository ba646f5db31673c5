"""The order of the layers: the longest way from the start, groups as one; and what closes a cycle or is not reached."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurograph import Network
from neurograph.errors import GraphError
from neurograph.graph.order import check_complete, layers_of, way_back
from strategies import random_network

SEEDS = st.integers(0, 2**32 - 1)


def names(neurons):
    return [neuron.name for neuron in neurons]


def layers(net: Network) -> list[list[str]]:
    return [names(layer) for layer in layers_of(net.neurons)]


def wired(inputs: str, hidden: str, outputs: str, edges: str, group: str = "") -> Network:
    """Make a net from names; those in `group` are one softmax."""
    net = Network()
    for name in inputs.split():
        net.add_input(name)
    for add, some in ((net.add_neuron, hidden), (net.add_output, outputs)):
        for name in some.split():
            add(name, "softmax", group="g") if name in group.split() else add(name, "tanh")
    for edge in edges.split():
        net.connect(*edge.split(">"), 1.0)
    return net


# Layers.


def test_a_neuron_stands_one_layer_after_the_last_of_its_sources():
    net = wired("x", "h1 h2 h3", "o", "x>h1 h1>h2 x>h3 h2>o h3>o x>o")
    assert layers(net) == [["x"], ["h1", "h3"], ["h2"], ["o"]]


def test_only_inputs_are_in_the_first_layer():
    net = wired("x1 x2", "lone after", "o", "lone>after x1>o")
    assert layers(net) == [["x1", "x2"], ["lone", "o"], ["after"]]


def test_an_output_that_feeds_others_is_a_layer_like_any():
    net = wired("x", "", "o2 o1", "x>o1 o1>o2")
    assert layers(net) == [["x"], ["o1"], ["o2"]]


def test_a_group_waits_for_the_last_of_all_its_members_sources():
    net = wired("x", "h a b c", "o", "x>a x>h h>b b>o", group="a b c")
    assert layers(net) == [["x"], ["h"], ["a", "b", "c"], ["o"]]


def test_without_neurons_there_is_one_empty_layer():
    assert layers_of([]) == [[]]


def test_a_layer_keeps_the_order_in_which_its_neurons_are_given():
    net = wired("x", "h1 h2 h3", "o", "x>h1 x>h2 x>h3 h1>o")
    turned = [layer[::-1] for layer in layers_of(net.neurons)]
    assert layers_of(net.neurons[::-1]) == turned


def longest_ways(net: Network) -> dict[str, int]:
    """How many edges the longest way to each neuron has, by networkx: a start before all but the inputs, groups as one.

    Every way of a group's members is one of all its members.
    """
    unit = {neuron: neuron.group.name if neuron.group else neuron.name for neuron in net.neurons}
    graph = nx.DiGraph()
    graph.add_nodes_from(unit.values())
    graph.add_edges_from(("(start)", unit[neuron]) for neuron in net.neurons if neuron.role != "input")
    graph.add_edges_from((unit[edge.source], unit[edge.target]) for edge in net.edges)
    longest = {}
    for neuron in net.neurons:
        before = graph.subgraph(nx.ancestors(graph, unit[neuron]) | {unit[neuron]})
        longest[neuron.name] = nx.dag_longest_path_length(before)
    return longest


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(seed=SEEDS, cut=st.floats(0.0, 0.6))
def test_a_layer_is_the_length_of_the_longest_way_that_networkx_finds(seed, cut):
    rng = Random(seed)
    net = random_network(rng)
    for edge in net.edges:  # some neurons are left without a source
        if rng.random() < cut:
            net.disconnect(edge.source, edge.target)
    found = {name: level for level, layer in enumerate(layers(net)) for name in layer}
    assert found == longest_ways(net)
    assert sorted(found) == sorted(names(net))


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(seed=SEEDS)
def test_layers_are_the_same_in_whatever_order_the_neurons_are_given(seed):
    net = random_network(Random(seed))
    mixed = Random(seed).sample(net.neurons, len(net.neurons))
    assert [set(layer) for layer in layers_of(mixed)] == [set(layer) for layer in layers_of(net.neurons)]


# What would close a cycle.


@pytest.mark.parametrize(
    ("source", "target", "way"),
    [
        ("a", "a", "a -> a"),
        ("b", "a", "b -> a -> b"),
        ("o", "a", "o -> a -> d -> o"),
        ("c", "a", "c -> a -> b -> c"),
        ("a", "b", ""),
        ("a", "o", ""),
        ("d", "c", ""),
        ("x", "o", ""),
    ],
)
def test_the_way_back_is_the_shortest_one_and_empty_where_there_is_none(source, target, way):
    net = wired("x", "a b c d", "o", "x>a a>b b>c c>o a>d d>o")
    assert way_back(net[source], net[target]) == way


@pytest.mark.parametrize(
    ("source", "target", "way"),
    [
        ("s1", "s2", "s1 -> s2 -> [group 'g'] -> s1"),
        ("after", "s2", "after -> s2 -> [group 'g'] -> s1 -> after"),
        ("s2", "before", "s2 -> before -> s2"),
        ("s1", "before", "s1 -> before -> s2 -> [group 'g'] -> s1"),
        ("before", "s1", ""),
        ("s2", "after", ""),
    ],
)
def test_a_way_goes_from_member_to_member_of_a_group(source, target, way):
    net = wired("x", "before s1 s2 after", "o", "x>before before>s2 s1>after after>o", group="s1 s2")
    assert way_back(net[source], net[target]) == way


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(seed=SEEDS)
def test_there_is_a_way_back_exactly_where_networkx_finds_a_cycle(seed):
    net = random_network(Random(seed))
    unit = {neuron: neuron.group.name if neuron.group else neuron.name for neuron in net.neurons}
    graph = nx.DiGraph([(unit[edge.source], unit[edge.target]) for edge in net.edges])
    for source in net.neurons:
        for target in net.neurons:
            closed = graph.copy()
            closed.add_edge(unit[source], unit[target])
            way = way_back(source, target)
            assert bool(way) == (not nx.is_directed_acyclic_graph(closed))
            if way:
                assert way.startswith(f"{source.name} -> {target.name}")
                assert way.endswith(source.name)


# What is not reached.


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (wired("", "", "o", ""), 'network: it has no input neuron. Add one with add_input("x1").'),
        (wired("x", "h", "", "x>h"), 'network: it has no output neuron. Add one with add_output("o1", "sigmoid").'),
        (wired("x", "", "o", ""), "output o: no input reaches it. Connect it, or remove it."),
        (wired("x", "h", "o p", "h>p x>o"), "output p: no input reaches it. Connect it, or remove it."),
    ],
    ids=["no input", "no output", "no edge", "a start that is no input"],
)
def test_a_network_that_can_compute_nothing_is_refused(net, message):
    with pytest.raises(GraphError) as caught:
        check_complete(net.neurons)
    assert str(caught.value) == message


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(seed=SEEDS, cut=st.floats(0.0, 0.6))
def test_it_is_refused_exactly_where_networkx_finds_no_way_to_an_output(seed, cut):
    rng = Random(seed)
    net = random_network(rng)
    for edge in net.edges:
        if rng.random() < cut:
            net.disconnect(edge.source, edge.target)
    reached = set(net.inputs).union(*(nx.descendants(net.graph, neuron) for neuron in net.inputs))
    lost = [neuron.name for neuron in net.neurons if neuron.role == "output" and neuron not in reached]
    if lost:
        with pytest.raises(GraphError, match=rf"^output {lost[0]}: no input reaches it\."):
            check_complete(net.neurons)
    else:
        check_complete(net.neurons)
