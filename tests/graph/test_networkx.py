"""What networkx finds on `net.graph`: the weights as they are, under the name it looks for, and not to be written."""

from __future__ import annotations

import copy
import pickle
from functools import partial
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurograph as ng
from neurograph.errors import GraphError
from tests.strategies import random_network


def small() -> ng.Network:
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=1)


def weights(net: ng.Network) -> dict[tuple[object, object], float]:
    return {(edge.source, edge.target): edge.w for edge in net.edges}


def seen(net: ng.Network) -> None:
    """Assert that networkx sees the present weights, in each of the ways it looks at them."""
    graph, true = net.graph, weights(net)
    assert nx.get_edge_attributes(graph, "weight") == true
    assert {(one, two): weight for one, two, weight in graph.edges(data="weight")} == true
    assert {(one, two): data["weight"] for one, two, data in graph.edges(data=True)} == true
    assert {(one, two): graph[one][two]["weight"] for one, two in graph.edges} == true
    matrix, nodes = nx.to_numpy_array(graph), list(graph)
    assert all(
        matrix[nodes.index(one), nodes.index(two)] == true.get((one, two), 0.0) for one in graph for two in graph
    )
    assert graph.size("weight") == pytest.approx(sum(true.values()))


def by_training(engine):
    def change(net):
        ng.train(net, [[0.0, 1.0], [1.0, 1.0]], [[0.0], [1.0]], epochs=3, engine=engine, progress=False)
        return net

    return change


def by_one_step(net):
    net.forward([1.0, 2.0])
    net.backward([1.0])
    net.update(0.5)
    return net


def by_a_file(net, folder):
    ng.save(net, folder / "model.json")
    return ng.load(folder / "model.json")


def by_a_tie(net):
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h2"))
    net.edge("x2", "h2").weight = 0.75
    return net


def by_an_edit(net):
    net.disconnect("x1", "h1")
    net.connect("x1", "h1", 9.0)
    net.connect("x1", "o1", -0.5)
    return net


CHANGES = {
    "nothing": lambda net: net,
    "weight": lambda net: setattr(net.edge("x1", "h1"), "weight", 42.0) or net,
    "a step": by_one_step,
    "training on objects": by_training("object"),
    "a tie": by_a_tie,
    "an edit": by_an_edit,
    "copy": lambda net: net.copy(),
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),  # noqa: S301  # ours
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_networkx_sees_the_present_weights_after(change):
    net = small()
    before = weights(net)
    changed = change(net)
    seen(changed)
    if changed is not net:  # and a twin has weights of its own
        changed.edge("x1", "h1").weight = 7.0
        seen(changed)
        seen(net)
        assert weights(net) == before


def test_networkx_sees_the_present_weights_after_training_with_the_compiled_engine():
    pytest.importorskip("numba")
    seen(by_training("compiled")(small()))


def test_networkx_sees_the_present_weights_after_saving_and_loading(tmp_path):
    seen(by_a_file(small(), tmp_path))


@given(st.integers(0, 2**32 - 1))
def test_networkx_sees_the_weights_of_any_net(seed):
    seen(random_network(Random(seed)))


def test_algorithms_weigh_by_the_weights():
    net = small()
    for edge, weight in zip(net.edges, (1.0, 5.0, 4.0, 1.0, 2.0, 0.5), strict=True):
        edge.weight = weight
    x1, x2, h1, h2, o1 = (net[name] for name in ("x1", "x2", "h1", "h2", "o1"))
    graph = net.graph
    assert nx.shortest_path(graph, x1, o1, weight="weight") == [x1, h1, o1]
    assert nx.shortest_path_length(graph, x2, o1, weight="weight") == 1.5
    assert nx.bellman_ford_path(graph, x2, o1) == [x2, h2, o1]
    assert nx.dag_longest_path_length(graph) == 7.0
    assert dict(graph.out_degree(weight="weight")) == {x1: 5.0, x2: 6.0, h1: 2.0, h2: 0.5, o1: 0.0}
    assert nx.betweenness_centrality(graph, weight="weight", normalized=False)[h1] == 1.0
    assert nx.is_weighted(graph)


def test_algorithms_that_need_scipy_weigh_too():
    pytest.importorskip("scipy")
    net = small()
    for edge, weight in zip(net.edges, (1.0, 5.0, 4.0, 1.0, 2.0, 0.5), strict=True):
        edge.weight = weight
    flipped = nx.pagerank(net.graph.reverse(), weight="weight")
    assert flipped[net["x2"]] > flipped[net["x1"]]
    assert_laid_out_by_weight(nx.kamada_kawai_layout)


@pytest.mark.parametrize("layout", [partial(nx.spring_layout, seed=1), nx.spectral_layout], ids=["spring", "spectral"])
def test_layouts_pull_by_the_weights(layout):
    assert_laid_out_by_weight(layout)


def assert_laid_out_by_weight(layout):
    """The places differ from those of a net whose weights are all 1."""
    places = []
    for weights in ((1.0, 5.0, 4.0, 1.0, 2.0, 0.5), (1.0,) * 6):
        net = small()
        for edge, weight in zip(net.edges, weights, strict=True):
            edge.weight = weight
        places.append(np.array(list(layout(net.graph).values())))
    assert not np.allclose(*places)


COPIES = {
    "copy": lambda graph: graph.copy(),
    "DiGraph": nx.DiGraph,
    "Graph": nx.Graph,
    "MultiDiGraph": nx.MultiDiGraph,
    "to_undirected": lambda graph: graph.to_undirected(),
    "to_directed": lambda graph: graph.to_directed(),
    "reverse": lambda graph: graph.reverse(),
    "subgraph": lambda graph: graph.subgraph(list(graph)).copy(),
    "edge_subgraph": lambda graph: graph.edge_subgraph(list(graph.edges)).copy(),
    "relabel": lambda graph: nx.relabel_nodes(graph, {neuron: neuron.name for neuron in graph}),
    "compose": lambda graph: nx.compose(graph, nx.DiGraph()),
}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
def test_a_copy_that_networkx_makes_is_ordinary_and_has_the_weights(make):
    net = small()
    twin = make(net.graph)
    assert sorted(w for *_, w in twin.edges(data="weight")) == sorted(edge.w for edge in net.edges)
    before = weights(net)
    for *_, data in twin.edges(data=True):
        assert type(data) is dict
        data["weight"] = 3.0
        data["colour"] = "red"
    twin.remove_edges_from(list(twin.edges))
    assert weights(net) == before
    net.check()


VIEWS = {
    "subgraph": lambda graph: graph.subgraph(list(graph)),
    "reverse": lambda graph: graph.reverse(copy=False),
    "undirected": lambda graph: graph.to_undirected(as_view=True),
}


@pytest.mark.parametrize("make", VIEWS.values(), ids=VIEWS)
def test_a_view_that_networkx_makes_stays_live(make):
    net = small()
    view = make(net.graph)
    for k, edge in enumerate(net.edges):
        edge.weight = k
    assert sorted(w for *_, w in view.edges(data="weight")) == [0, 1, 2, 3, 4, 5]


def test_tables_of_other_libraries_have_the_weights():
    net = small()
    data = nx.node_link_data(net.graph)["edges"]
    assert {(row["source"], row["target"]): row["weight"] for row in data} == weights(net)
    assert nx.to_dict_of_dicts(net.graph)[net["x1"]][net["h1"]]["weight"] == net.edge("x1", "h1").w


def test_pandas_has_the_weights():
    pandas = pytest.importorskip("pandas")
    net = small()
    table = nx.to_pandas_edgelist(net.graph)
    assert isinstance(table, pandas.DataFrame)
    rows = zip(table["source"], table["target"], table["weight"], strict=True)
    assert {(one, two): weight for one, two, weight in rows} == weights(net)


def test_scipy_has_the_weights():
    pytest.importorskip("scipy")
    net = small()
    assert (nx.adjacency_matrix(net.graph).toarray() == nx.to_numpy_array(net.graph)).all()


def test_the_data_of_an_edge_read_as_a_dict_does():
    net = small()
    edge = net.edge("x1", "h1")
    edge.weight = 0.5
    data = net.graph[net["x1"]][net["h1"]]
    plain = {"edge": edge, "weight": 0.5}
    assert data == plain
    assert plain == data
    assert dict(data) == {**data} == {} | dict(data.items()) == data.copy() == plain
    filled: dict[str, object] = {}
    filled.update(data)
    assert filled == plain
    assert list(data) == list(data.keys()) == ["edge", "weight"]
    assert list(data.values()) == [edge, 0.5]
    assert len(data) == 2
    assert ("weight" in data, "colour" in data) == (True, False)
    assert (data.get("weight"), data.get("colour"), data.get("colour", "red")) == (0.5, None, "red")
    assert repr(data) == repr(plain)
    assert type(copy.deepcopy(data)) is dict
    assert copy.deepcopy(data)["edge"] is edge
    with pytest.raises(KeyError):
        data["colour"]


def written(net):
    return net.graph[net["x1"]][net["h1"]]


WRITES = {
    "a weight": lambda net: written(net).__setitem__("weight", 1.0),
    "an edge": lambda net: written(net).__setitem__("edge", net.edge("x2", "h1")),
    "anything else": lambda net: net.graph.edges[net["x1"], net["h1"]].__setitem__("colour", "red"),
    "a deleted weight": lambda net: written(net).__delitem__("weight"),
    "a popped edge": lambda net: written(net).pop("edge"),
    "update": lambda net: written(net).update(weight=2.0),
    "update with a dict": lambda net: written(net).update({"edge": net.edge("x1", "h1")}),
    "setdefault": lambda net: written(net).setdefault("colour", "red"),
    "clear": lambda net: written(net).clear(),
    "set_edge_attributes": lambda net: nx.set_edge_attributes(net.graph, 1.0, "weight"),
    "set_edge_attributes of one": lambda net: nx.set_edge_attributes(
        net.graph, {(net["x1"], net["h1"]): {"weight": 1}}
    ),
    "remove_edge_attributes": lambda net: nx.remove_edge_attributes(net.graph, "weight"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("twin", [lambda net: net, lambda net: net.copy()], ids=["built", "copied"])
def test_the_data_of_an_edge_refuse_every_write(write, twin):
    net = twin(small())
    before = weights(net)
    with pytest.raises(GraphError) as caught:
        write(net)
    assert str(caught.value) == (
        "edge x1->h1: its data in net.graph are for reading. Set the weight with net.edge('x1', 'h1').weight, or "
        "edge.weight; add data of your own to a copy, net.graph.copy()."
    )
    assert weights(net) == before
    seen(net)
    net.check()
