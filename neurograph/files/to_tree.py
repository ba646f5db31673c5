"""A network as a tree of plain values in networkx's node-link form: nodes and edges in an order that loses nothing.

It only writes; from_tree.py reads. It knows nothing of files.
"""

from __future__ import annotations

import heapq
from itertools import pairwise
from typing import Any

from neurograph.errors import GraphError
from neurograph.files.activation_names import Record, checked_name
from neurograph.files.json_input import text
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.validate import finite

__all__ = ["edges_as_connected", "tree_of"]


def tree_of(net: Structure) -> dict[str, Any]:
    """Write a network as plain dicts, lists, text and numbers, if all of it can be read again.

    Examples
    --------
    >>> import neurograph as ng
    >>> tree_of(ng.Network.dense([1, 1], "tanh", initializer="ones"))["edges"]
    [{'source': 'x1', 'target': 'o1', 'weight': 1.0}]
    """
    edges = edges_as_connected(net)
    seen: dict[str, Record] = {}
    tree: dict[str, Any] = {
        "directed": True,
        "multigraph": False,
        "graph": {"groups": [text(name, f"group {name!r}") for name in net.groups]},
        "nodes": [_node(neuron, seen) for neuron in net.graph],
        "edges": [_edge(edge) for edge in edges],
    }
    number: dict[Neuron | Edge, int] = {neuron: i for i, neuron in enumerate(net.graph)}
    number.update((edge, i) for i, edge in enumerate(edges))
    for tie in net.ties:
        if len({holder.b if isinstance(holder, Neuron) else holder.w for holder in tie.members}) > 1:
            raise GraphError(
                "its members differ, expected one number for all.",
                where=f"{tie!r}",
                cure="Set edge.weight and neuron.bias, not edge.w and neuron.b.",
            )
        tree.setdefault("tied_biases" if tie.is_bias else "ties", []).append([number[holder] for holder in tie.members])
    return tree


def edges_as_connected(net: Structure) -> list[Edge]:
    """List the edges so that connecting them one by one gives every neuron its lists of edges in their order.

    Target by target as far as the sources allow. There is such an order, since each edge joins both lists at once,
    unless somebody has changed the lists themselves.
    """
    ranked = [(edge, (at, place)) for at, neuron in enumerate(net.graph) for place, edge in enumerate(neuron.fan_in)]
    rank = dict(ranked)
    after: dict[Edge, list[Edge]] = {edge: [] for edge, _ in ranked}
    waits = dict.fromkeys(after, 0)
    for neuron in net.graph:
        for one, two in (*pairwise(neuron.fan_in), *pairwise(neuron.fan_out)):
            after[one].append(two)
            waits[two] += 1
    ready = [(rank[edge], edge) for edge, count in waits.items() if count == 0]
    heapq.heapify(ready)
    ordered: list[Edge] = []
    while ready:
        edge = heapq.heappop(ready)[1]
        ordered.append(edge)
        for later in after[edge]:
            waits[later] -= 1
            if waits[later] == 0:
                heapq.heappush(ready, (rank[later], later))
    if len(ordered) < len(ranked):
        raise GraphError(
            "the neurons' lists of edges contradict each other.", where="network", cure="Edit only with connect."
        )
    return ordered


def _node(neuron: Neuron, seen: dict[str, Record]) -> dict[str, Any]:
    where = f"neuron {neuron.name}"
    node: dict[str, Any] = {
        "id": text(neuron.name, f"{where}, name"),
        "role": neuron.role,
        "activation": checked_name(neuron.rule, where, seen),
        "bias": finite(neuron.b, f"{where}, bias"),
    }
    if neuron.group:
        node["group"] = neuron.group.name
    if neuron.frozen:
        node["frozen"] = True
    return node


def _edge(edge: Edge) -> dict[str, Any]:
    tree = {"source": edge.source.name, "target": edge.target.name, "weight": finite(edge.w, f"edge {edge.label}")}
    return tree | {"frozen": True} if edge.frozen else tree
