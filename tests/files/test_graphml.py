"""GraphML: other programs read the same names and numbers, whatever the names are."""

import re
import xml.etree.ElementTree as ElementTree
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.files.graphml import to_graphml, write_graphml
from tests.strategies import random_network

seeds = st.integers(0, 2**32 - 1)
fit_names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\"'<>&\\\n\r\t;]}{|lN#"),
    min_size=1,
).filter(str.strip)


def nodes_of(net):
    facts = {}
    for neuron in net.graph:
        facts[neuron.name] = {"role": neuron.role, "activation": neuron.rule.name, "bias": neuron.b}
        if neuron.group:
            facts[neuron.name]["group"] = neuron.group.name
    return facts


def edges_of(net):
    return {edge.ends: edge.w for edge in net.edges}


def named_net(names):
    net = ng.Network()
    net.add_input("x1")
    for name in dict.fromkeys(names):
        if name != "x1":
            net.add_output(name, "softmax", bias=1 / 3, group=name)
            net.connect("x1", name, -2e-300)
    return net


def check_graphml(net):
    graph = nx.parse_graphml(to_graphml(net))
    assert dict(graph.nodes(data=True)) == nodes_of(net)
    assert list(graph) == [neuron.name for neuron in net.graph]
    assert {(one, two): data for one, two, data in graph.edges(data=True)} == {
        ends: {"weight": weight} for ends, weight in edges_of(net).items()
    }


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_any_network_is_read_back_with_the_same_numbers(seed):
    net = random_network(Random(seed))
    check_graphml(net)


@settings(max_examples=150, deadline=None)
@given(names=st.lists(fit_names, min_size=1, max_size=4))
def test_any_name_is_read_back(names):
    net = named_net(names)
    check_graphml(net)


NAMES = [
    '"',
    "\\",
    "\\n",
    'a\\"',
    "\n",
    "a\nb",
    "a\r\nb",
    "\tb",
    " b ",
    "<b>",
    "&lt;",
    "&",
    "]]>",
    "'",
    "é😀",
    "a;b",
    "{|}",
]


def test_names_that_look_like_the_language_itself():
    net = named_net([name for name in NAMES if name.strip()])
    check_graphml(net)
    assert not re.search(r"<b>|&lt;b>|]]>", to_graphml(net))


def test_the_bytes_are_the_same_each_time(tmp_path):
    net = random_network(Random(5))
    write_graphml(net, tmp_path / "a")
    write_graphml(net.copy(), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == to_graphml(net).encode()


def test_the_text_in_full():
    net = ng.Network.dense([1, 2], "softmax", initializer="ones")
    lines = to_graphml(net).splitlines()
    assert lines[:2] == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    assert '    <edge source="x1" target="o2"><data key="weight">1.0</data></edge>' in lines


def test_an_empty_network():
    root = ElementTree.fromstring(to_graphml(ng.Network()))  # noqa: S314  # our own text
    assert root.tag == "{http://graphml.graphdrawing.org/xmlns}graphml"


@pytest.mark.parametrize("name", ["a\0", "\x1b[31m", "\x0b!", "\ud800", "\uffff", "\x08"])
def test_names_that_no_such_file_can_hold(name):
    with pytest.raises(ng.NeurographError, match=r"has no place in XML. Use a name without it\."):
        to_graphml(named_net([name]))


def test_numbers_that_are_not_finite():
    net = ng.Network.dense([1, 1], "tanh")
    net.edge("x1", "o1").w = float("nan")
    with pytest.raises(ng.NeurographError, match="edge x1->o1, weight: got nan"):
        to_graphml(net)
    net.edge("x1", "o1").w, net["o1"].b = 1.0, float("inf")
    with pytest.raises(ng.NeurographError, match="neuron o1, bias: got inf"):
        to_graphml(net)


def test_write_graphml_writes_what_networkx_reads(tmp_path):
    net = ng.Network.dense([2, 2, 1], "sigmoid", seed=1)
    ng.write_graphml(net, tmp_path / "net.graphml")
    assert (tmp_path / "net.graphml").read_text() == to_graphml(net)
    graph = nx.read_graphml(tmp_path / "net.graphml")
    assert nx.get_edge_attributes(graph, "weight") == {edge.ends: edge.w for edge in net.edges}
    assert nx.get_node_attributes(graph, "bias") == {neuron.name: neuron.b for neuron in net}
    net.edge("x1", "h1").weight = 8.0
    ng.write_graphml(net, str(tmp_path / "net.graphml"))
    assert nx.read_graphml(tmp_path / "net.graphml").edges["x1", "h1"]["weight"] == 8.0


def test_write_graphml_says_what_it_cannot_write_and_leaves_the_file(tmp_path):
    path = tmp_path / "net.graphml"
    net = ng.Network.dense([2, 2, 1], "sigmoid", seed=1)
    ng.write_graphml(net, path)
    old = path.read_bytes()
    net.edge("x1", "h1").w = float("nan")
    with pytest.raises(ng.NeurographError, match="edge x1->h1, weight: got nan"):
        ng.write_graphml(net, path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ng.NeurographError, match=r"^write_graphml, net: got .*DiGraph\), expected a Network\.$"):
        ng.write_graphml(net.graph, path)
    with pytest.raises(ng.NeurographError, match=r"^write_graphml, path: got 3"):
        ng.write_graphml(net, 3)
    with pytest.raises(ng.NeurographError, match=r"nowhere"):
        ng.write_graphml(ng.Network(), tmp_path / "nowhere" / "net.graphml")
