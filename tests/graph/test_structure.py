"""The structure: any graph without cycles, readable by networkx, in a fixed order, and renewed after every edit."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import neurograph as ng
from neurograph.errors import GraphError, UnknownNameError


def names(neurons):
    return [neuron.name for neuron in neurons]


def skipping() -> ng.Network:
    """Two inputs, unequal fan-in, three activations, an edge over two layers, and one output that feeds the other."""
    net = ng.Network()
    net.add_input("x1")
    net.add_output("o1", "sigmoid", bias=-0.2)
    net.add_neuron("h2", "relu", bias=0.3)
    net.add_neuron("h1", "tanh", bias=0.1)
    net.add_input("x2")
    net.add_output("o2", "identity")
    for source, target, weight in (
        ("h2", "o1", -0.7), ("x1", "h1", 0.5), ("x2", "h2", 2.0), ("h1", "h2", 0.25),
        ("x1", "o1", 0.4), ("o1", "o2", 1.5), ("x2", "o2", -3.0),
    ):  # fmt: skip
        net.connect(source, target, weight)
    return net


def softmaxes() -> ng.Network:
    """Two softmax groups; a member of the first is reached later than the others."""
    net = ng.Network()
    net.add_input("x")
    net.add_neuron("late", "tanh")
    for name in ("s1", "s2"):
        net.add_neuron(name, "softmax", group="gate")
    for name in ("o1", "o2", "o3"):
        net.add_output(name, "softmax")
    for source, target in (("x", "late"), ("x", "s1"), ("late", "s2"), ("s1", "o1"), ("s2", "o2"), ("x", "o3")):
        net.connect(source, target, 0.5)
    return net


# The graph is the objects.


def test_the_nodes_are_the_neurons_and_the_edge_data_hold_the_edges():
    net = skipping()
    assert set(net.graph) == set(net.neurons)
    assert all(node is net[node.name] for node in net.graph)
    assert len(net.graph.edges) == len(net.edges) == 7
    for one, two, data in net.graph.edges(data=True):
        edge = data["edge"]
        assert edge is net.edge(one.name, two.name)
        assert (edge.source, edge.target) == (one, two)
        assert edge in one.outgoing
        assert edge in two.incoming


def test_a_neuron_or_its_name_may_be_given_everywhere():
    net = skipping()
    assert net.edge(net["x1"], "h1") is net.edge("x1", net["h1"])
    edge = net.connect(net["h1"], "o2", 1)
    assert net.edge("h1", "o2") is edge
    net.disconnect("h1", net["o2"])
    net.remove(net["h1"])
    assert names(net) == ["x1", "x2", "h2", "o1", "o2"]


def test_a_network_contains_its_names_and_its_neurons_and_no_others():
    net, other = skipping(), skipping()
    assert len(net) == len(list(net)) == 6
    assert all(neuron in net and neuron.name in net for neuron in net)
    assert "h9" not in net
    assert other["h1"] not in net


# Order.


def test_the_lists_have_a_fixed_order():
    net = skipping()
    assert [names(layer) for layer in net.layers] == [["x1", "x2"], ["h1"], ["h2"], ["o1"], ["o2"]]
    assert names(net.neurons) == ["x1", "x2", "h1", "h2", "o1", "o2"]
    assert names(net.inputs) == ["x1", "x2"]
    assert names(net.outputs) == ["o1", "o2"]
    assert [edge.label for edge in net.edges] == [
        "x1->h1", "x2->h2", "h1->h2", "h2->o1", "x1->o1", "o1->o2", "x2->o2",
    ]  # fmt: skip
    assert [edge.label for edge in net["x1"].outgoing] == ["x1->h1", "x1->o1"]


def test_the_lists_are_the_callers_own():
    net = skipping()
    for given in (net.neurons, net.edges, net.inputs, net.outputs, net.layers, net.layers[1]):
        given.clear()
    assert len(net.neurons) == 6
    assert len(net.edges) == 7
    assert [len(layer) for layer in net.layers] == [2, 1, 1, 1, 1]
    assert len(net.forward([1, 2])) == 2


def test_the_sum_adds_the_edges_in_the_order_in_which_they_were_connected():
    results = []
    for order in ((1e16, 1.0, -1e16), (1e16, -1e16, 1.0)):
        net = ng.Network()
        net.add_output("o", "identity")
        for number, weight in enumerate(order):
            net.add_input(f"x{number}")
            net.connect(f"x{number}", "o", weight)
        results += net.forward([1, 1, 1])
    assert results == [0.0, 1.0]


# What networkx can do with it.


def strength(one, two, data):
    return abs(data["edge"].weight)


def test_networkx_sorts_and_searches_the_graph_as_it_is():
    net = skipping()
    graph = net.graph
    place = {neuron: k for k, neuron in enumerate(nx.topological_sort(graph))}
    assert all(place[edge.source] < place[edge.target] for edge in net.edges)
    paths = {tuple(names(path)) for path in nx.all_simple_paths(graph, net["x1"], net["o2"])}
    assert paths == {("x1", "o1", "o2"), ("x1", "h1", "h2", "o1", "o2")}
    assert nx.descendants(graph, net["h1"]) == {net["h2"], net["o1"], net["o2"]}
    assert nx.ancestors(graph, net["h2"]) == {net["x1"], net["x2"], net["h1"]}
    assert names(nx.dag_longest_path(graph, weight=None)) == ["x1", "h1", "h2", "o1", "o2"]
    assert nx.is_directed_acyclic_graph(graph)


def test_networkx_measures_the_graph_by_a_function_of_the_edges():
    net = skipping()
    lengths = nx.single_source_dijkstra_path_length(net.graph, net["x1"], weight=strength)
    assert {neuron.name: length for neuron, length in lengths.items()} == {
        "x1": 0, "o1": 0.4, "h1": 0.5, "h2": 0.75, "o2": 1.9,
    }  # fmt: skip
    assert names(nx.shortest_path(net.graph, net["h1"], net["o2"], weight=strength)) == ["h1", "h2", "o1", "o2"]
    between = nx.betweenness_centrality(net.graph, weight=strength, normalized=False)
    assert {neuron.name: count for neuron, count in between.items() if count} == {"h1": 1, "h2": 3, "o1": 3}
    close = nx.closeness_centrality(net.graph, distance=strength)
    assert close[net["h1"]] == pytest.approx(1 / 0.5 * 1 / 5)


@pytest.mark.parametrize(
    "turn", [nx.DiGraph.reverse, nx.DiGraph.to_undirected, nx.DiGraph.copy], ids=lambda f: f.__name__
)
def test_networkx_may_turn_the_graph_and_still_holds_the_very_edges(turn):
    net = skipping()
    turned = turn(net.graph)
    assert list(turned) == list(net.graph)
    assert {id(edge) for _, _, edge in turned.edges(data="edge")} == {id(edge) for edge in net.edges}


def test_a_networkx_copy_may_be_written_and_weighted():
    net = skipping()
    copy = net.graph.copy()
    for one, two, data in copy.edges(data=True):
        copy.edges[one, two]["weight"] = strength(one, two, data)
    assert names(nx.dag_longest_path(copy)) == ["x2", "h2", "o1", "o2"]
    copy.remove_node(net["h1"])
    net.check()
    assert net.graph.edges[net["h2"], net["o1"]]["weight"] == -0.7


WRITES = {
    "add_node": lambda net: net.graph.add_node("h9"),
    "add_nodes_from": lambda net: net.graph.add_nodes_from(["h9"]),
    "add_edge": lambda net: net.graph.add_edge(net["x1"], net["o2"]),
    "add_edges_from": lambda net: net.graph.add_edges_from([(net["x1"], net["o2"])]),
    "add_weighted_edges_from": lambda net: net.graph.add_weighted_edges_from([(net["x1"], net["o2"], 1.0)]),
    "remove_node": lambda net: net.graph.remove_node(net["h1"]),
    "remove_nodes_from": lambda net: net.graph.remove_nodes_from([net["h1"]]),
    "remove_edge": lambda net: net.graph.remove_edge(net["x1"], net["h1"]),
    "remove_edges_from": lambda net: net.graph.remove_edges_from([(net["x1"], net["h1"])]),
    "update": lambda net: net.graph.update(nodes=["h9"]),
    "clear": lambda net: net.graph.clear(),
    "clear_edges": lambda net: net.graph.clear_edges(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("twin", [lambda net: net, lambda net: net.copy()], ids=["built", "copied"])
def test_the_graph_refuses_every_write_from_outside(write, twin):
    net = twin(skipping())
    with pytest.raises(nx.NetworkXError, match="Frozen graph"):
        write(net)
    net.check()


TAMPERINGS = {
    "an incoming edge is lost": lambda net: net["h1"].fan_in.pop(),
    "an outgoing edge is lost": lambda net: net["x1"].fan_out.pop(),
    "an edge is exchanged": lambda net: setattr(net.graph[net["x1"]][net["h1"]], "edge", net.edge("x2", "o2")),
    "the graph loses an edge": lambda net: nx.DiGraph.remove_edge(net.graph, net["x1"], net["h1"]),
    "the graph gains a node": lambda net: nx.DiGraph.add_node(net.graph, "h9"),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
def test_check_finds_a_graph_and_neurons_that_differ(tamper):
    net = skipping()
    net.check()
    tamper(net)
    with pytest.raises(GraphError, match=r"^network: its graph and its neurons differ\. Edit only with connect"):
        net.check()


# Editing.


def computed(net):
    values = [getattr(n, slot) for n in net.neurons for slot in ("z", "a", "a_grad", "delta", "bias_grad")]
    return [value for value in (*values, *(edge.grad for edge in net.edges)) if value is not None]


@pytest.mark.parametrize(
    ("edit", "layers"),
    [
        (lambda net: net.connect("h1", "o2", 1.0), [["x1", "x2"], ["h1"], ["h2"], ["o1"], ["o2"]]),
        (lambda net: net.disconnect("h1", "h2"), [["x1", "x2"], ["h2", "h1"], ["o1"], ["o2"]]),
        (lambda net: net.remove("o1"), [["x1", "x2"], ["h1", "o2"], ["h2"]]),
        (lambda net: net.remove("x2"), [["x1"], ["h1"], ["h2"], ["o1"], ["o2"]]),
        (lambda net: net.add_neuron("h3", "relu"), [["x1", "x2"], ["h1", "h3"], ["h2"], ["o1"], ["o2"]]),
        (lambda net: net.add_input("x3"), [["x1", "x2", "x3"], ["h1"], ["h2"], ["o1"], ["o2"]]),
    ],
    ids=["connect", "disconnect", "remove an output", "remove an input", "add_neuron", "add_input"],
)
@pytest.mark.parametrize("state", ["run", "copied", "traced"])
def test_an_edit_renews_the_layers_and_forgets_every_value(state, edit, layers):
    net = skipping()
    net.forward([1, 2])
    net.backward([0, 1])
    if state == "copied":
        net = net.copy()
    if state == "traced":
        net = net.trace([1, 2], [0, 1]).before
    assert len(computed(net)) == 2 + 4 * 5 + 7 + (0 if state == "traced" else 2)  # dC/dx, which a trace leaves out
    edit(net)
    assert [names(layer) for layer in net.layers] == layers
    assert computed(net) == []
    with pytest.raises(ng.NeurographError, match="no forward pass has been run since the network changed"):
        net.backward([0] * len(net.outputs))


def test_a_removed_neuron_is_gone_from_its_neighbours_and_its_name_is_free():
    net = skipping()
    gone = net["h2"]
    net.remove("h2")
    assert gone not in net
    assert gone not in net.graph
    assert gone.incoming == gone.outgoing == ()
    assert names(edge.target for edge in net["h1"].outgoing) == []
    with pytest.raises(
        UnknownNameError, match=r"removed, or belongs to another network\. Known: x1, o1, h1, x2, o2\.$"
    ):
        net.remove(gone)
    net.add_neuron("h2", "sigmoid")
    assert net["h2"] is not gone


def complaint(net):
    try:
        net.check()
    except GraphError as error:
        return str(error)
    return ""


class Editing(RuleBasedStateMachine):
    """Random edits, beside a plain record of them from which the same net can be built afresh."""

    def __init__(self):
        super().__init__()
        self.net = ng.Network()
        self.made: dict[str, tuple[str, str, float, str | None]] = {}
        self.edges: dict[tuple[str, str], float] = {}
        self.count = 0
        for kind in ("input", "input", "hidden", "output"):
            self.add(kind, "tanh", 0.5, None)
        self.join(0, 3, 1.0)

    def add(self, kind, activation, bias, group):
        name = f"n{self.count}"
        self.count += 1
        self.made[name] = (kind, activation, bias, group)
        self.grow(self.net, name)
        assert computed(self.net) == []

    def grow(self, net, name):
        kind, activation, bias, group = self.made[name]
        if kind == "input":
            net.add_input(name)
        elif kind == "hidden":
            net.add_neuron(name, activation, bias, group)
        else:
            net.add_output(name, activation, bias, group)

    def afresh(self):
        net = ng.Network()
        for name in self.made:
            self.grow(net, name)
        for (source, target), weight in self.edges.items():
            net.connect(source, target, weight)
        return net

    def would_be_cyclic(self, source, target):
        unit = {name: record[3] or name for name, record in self.made.items()}
        graph = nx.DiGraph((unit[one], unit[two]) for one, two in (*self.edges, (source, target)))
        return not nx.is_directed_acyclic_graph(graph)

    @rule(kind=st.sampled_from(["input", "hidden", "output"]), activation=st.sampled_from(["tanh", "relu", "sigmoid"]),
          bias=st.floats(-2, 2))  # fmt: skip
    def add_one(self, kind, activation, bias):
        self.add(kind, activation, bias, None)

    @rule(kind=st.sampled_from(["hidden", "output"]), group=st.sampled_from(["g", "outputs"]))
    def add_to_a_group(self, kind, group):
        self.add(kind, "softmax", 0.0, group)

    @rule(one=st.integers(0, 99), two=st.integers(0, 99), weight=st.floats(-2, 2))
    def join(self, one, two, weight):
        source, target = (list(self.made)[k % len(self.made)] for k in (one, two))
        refused = self.made[target][0] == "input" or (source, target) in self.edges
        if refused or self.would_be_cyclic(source, target):
            with pytest.raises(GraphError):
                self.net.connect(source, target, weight)
        else:
            self.net.connect(source, target, weight)
            self.edges[source, target] = weight
            assert computed(self.net) == []

    @precondition(lambda self: self.edges)
    @rule(which=st.integers(0, 99))
    def part(self, which):
        source, target = list(self.edges)[which % len(self.edges)]
        self.net.disconnect(source, target)
        del self.edges[source, target]
        assert computed(self.net) == []

    @rule(which=st.integers(0, 99))
    def remove(self, which):
        name = list(self.made)[which % len(self.made)]
        if len(self.made) > 1:
            self.net.remove(name)
            del self.made[name]
            self.edges = {ends: weight for ends, weight in self.edges.items() if name not in ends}
            assert computed(self.net) == []

    @rule()
    def run(self):
        try:
            self.net.forward([0.5] * len(self.net.inputs))
            self.net.backward([0.25] * len(self.net.outputs))
        except GraphError:
            assert computed(self.net) == []

    @invariant()
    def equals_the_same_net_built_afresh(self):
        fresh, twin = self.afresh(), self.net.copy()
        assert [names(layer) for layer in self.net.layers] == [names(layer) for layer in fresh.layers]
        assert [edge.label for edge in self.net.edges] == [edge.label for edge in fresh.edges]
        assert {name: names(group.members) for name, group in self.net.groups.items()} == {
            name: names(group.members) for name, group in fresh.groups.items()
        }
        x = [0.3 * k - 1.0 for k in range(len(self.net.inputs))]
        assert complaint(self.net) == complaint(fresh)
        if not complaint(fresh):
            y = [0.25] * len(fresh.outputs)
            twin.zero_grad()
            assert twin.forward(x) == fresh.forward(x)
            assert twin.backward(y) == fresh.backward(y)
            assert [edge.grad for edge in twin.edges] == [edge.grad for edge in fresh.edges]


Editing.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, derandomize=True, database=None
)
test_any_sequence_of_edits_leaves_the_net_that_would_have_been_built_afresh = Editing.TestCase


# Softmax groups.


def test_a_group_stands_in_one_layer_after_all_that_its_members_read():
    net = softmaxes()
    assert [names(layer) for layer in net.layers] == [["x"], ["late"], ["s1", "s2"], ["o1", "o2", "o3"]]
    assert names(net.groups["gate"].members) == ["s1", "s2"]
    assert net["o1"].group is net["o3"].group is net.groups["outputs"]
    net.forward([2.0])
    assert sum(neuron.a for neuron in net.groups["gate"].members) == pytest.approx(1.0)
    assert sum(neuron.a for neuron in net.outputs) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("source", "target", "way"),
    [
        ("s1", "s2", "s1 -> s2 -> [group 'gate'] -> s1"),
        ("s2", "late", "s2 -> late -> s2"),
        ("s1", "late", "s1 -> late -> s2 -> [group 'gate'] -> s1"),
        ("o3", "s2", "o3 -> s2 -> o2 -> [group 'outputs'] -> o3"),
        ("o3", "late", "o3 -> late -> s2 -> o2 -> [group 'outputs'] -> o3"),
        ("o1", "o1", "o1 -> o1"),
    ],
)
def test_a_cycle_through_a_group_is_refused_and_its_way_is_shown(source, target, way):
    net = softmaxes()
    with pytest.raises(GraphError) as caught:
        net.connect(source, target, 1.0)
    assert str(caught.value) == (
        f"connect({source} -> {target}) would close a cycle: {way}. Leave one of its edges out."
    )
    net.check()
    assert len(net.edges) == 6


def test_a_removed_member_leaves_its_group_and_the_last_one_takes_it_along():
    net = softmaxes()
    net.remove("o3")
    assert names(net.groups["outputs"].members) == ["o1", "o2"]
    net.forward([1.0])
    assert sum(neuron.a for neuron in net.outputs) == pytest.approx(1.0)
    assert net.backward([1.0, 0.0], loss="cross_entropy") > 0.0
    net.remove("s1")
    net.remove("s2")
    assert set(net.groups) == {"outputs"}
    with pytest.raises(TypeError, match="does not support item assignment"):
        net.groups["gate"] = net.groups["outputs"]
    net.add_neuron("s1", "softmax", group="gate")
    assert names(net.groups["gate"].members) == ["s1"]
