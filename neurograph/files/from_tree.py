"""A network built again from a tree in node-link form, as to_tree.py writes it, or a message that names the place.

It trusts nothing in the tree, and hands nothing over unless all of it fits; it knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise
from typing import Any

from neurograph.errors import GraphError, InvalidValueError, NeurographError
from neurograph.files.activation_names import Record, find_activation
from neurograph.files.json_input import fields, flag, items, text
from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.order import way_back
from neurograph.graph.structure import link
from neurograph.network import Network
from neurograph.rules.softmax import JointActivation
from neurograph.validate import finite, one_of, whole

__all__ = ["network_of"]

_ROLES = ("input", "hidden", "output")
_SEARCHED = 2000  # names in which to look for the one that was meant


def network_of(tree: dict[str, Any], where: str, own: dict[str, Record]) -> Network:
    """Build the network that a tree tells of; `own` are the caller's activations by name."""
    for name, expected in (("directed", True), ("multigraph", False)):
        if flag(tree[name], f"{where}, {name}") is not expected:
            raise InvalidValueError(where=f"{where}, {name}", given=tree[name], expected=str(expected).lower())
    net = Network()
    for i, node in enumerate(items(tree["nodes"], f"{where}, nodes")):
        _read_node(net, node, f"{where}, nodes[{i}]", own)
    edges = [
        _read_edge(net, edge, f"{where}, edges[{i}]") for i, edge in enumerate(items(tree["edges"], f"{where}, edges"))
    ]
    _refuse_cycles(edges, where)
    for key, of, what in (("ties", edges, "an edge"), ("tied_biases", list(net.graph), "a node")):
        for i, tie in enumerate(items(tree.get(key, []), f"{where}, {key}")):
            _read_tie(net, of, tie, f"{where}, {key}[{i}]", f"the number of {what},")
    _order_groups(net, tree["graph"], f"{where}, graph")
    return net


def _read_node(net: Network, node: object, where: str, own: dict[str, Record]) -> None:
    known = fields(node, where, ("id", "role", "activation", "bias"), ("group", "frozen"))
    name, role = text(known["id"], f"{where}.id"), known["role"]
    rule = find_activation(text(known["activation"], f"{where}.activation"), f"{where}.activation", own)
    bias = finite(known["bias"], f"{where}.bias")
    frozen = flag(known.get("frozen", False), f"{where}.frozen")
    group = text(known["group"], f"{where}.group") if "group" in known else None
    if role not in _ROLES:
        raise InvalidValueError(where=f"{where}.role", given=role, expected=f"one of {', '.join(_ROLES)}")
    if role == "input" and (rule.name != "identity" or bias != 0.0 or frozen or group is not None):
        raise GraphError(
            f"{name} is an input, expected the activation identity, the bias 0 and nothing else.", where=where
        )
    if isinstance(rule, JointActivation) and group is None:
        raise GraphError(
            f"{rule.name} works on a group, and group is missing.", where=where, cure='Name it, as in "outputs".'
        )
    try:
        if role == "input":
            net.add_input(name)
        else:
            add = net.add_neuron if role == "hidden" else net.add_output
            made = add(name, rule, bias, group)
            if frozen:
                net.freeze(made)  # its bias alone, for it has no edges yet
    except NeurographError as error:
        raise error.within(where) from None


def _read_edge(net: Network, edge: object, where: str) -> Edge:
    known = fields(edge, where, ("source", "target", "weight"), ("frozen",))
    source, target = (_read_end(net, known[end], f"{where}.{end}") for end in ("source", "target"))
    weight = finite(known["weight"], f"{where}.weight")
    frozen = flag(known.get("frozen", False), f"{where}.frozen")
    if target.role == "input":
        raise GraphError(
            f"{target.name} is an input and takes no edges.", where=f"{where}.target", cure="Leave the edge out."
        )
    if net.graph.has_edge(source, target):
        raise GraphError(
            f"there is an edge {source.name}->{target.name} already.", where=where, cure="Leave one of them out."
        )
    (made,) = link(net, [(source, target, weight)])  # all of them, and then one search for cycles
    if frozen:
        net.freeze(made)
    return made


def _read_end(net: Network, name: object, where: str) -> Neuron:
    known = text(name, where)
    if known not in net:
        one_of(known, [neuron.name for neuron in islice(net.graph, _SEARCHED)], where, "there is no node")
    return net[known]


def _refuse_cycles(edges: list[Edge], where: str) -> None:
    """Refuse a cycle; a group counts as one, since its members act together."""
    sorter: TopologicalSorter[Neuron | Group] = TopologicalSorter()
    for edge in edges:
        sorter.add(edge.target.group or edge.target, edge.source.group or edge.source)
    try:
        sorter.prepare()
    except CycleError as error:
        steps = set(pairwise(error.args[1]))
        at = max(
            i
            for i, edge in enumerate(edges)
            if (edge.source.group or edge.source, edge.target.group or edge.target) in steps
        )
        cycle = way_back(edges[at].source, edges[at].target)
        if len(cycle) > 500:
            cycle = f"{cycle[:240]} ... {cycle[-240:]}"
        raise GraphError(
            f"it closes a cycle: {cycle}.", where=f"{where}, edges[{at}]", cure="Leave one of its edges out."
        ) from None


def _read_tie(net: Network, of: Sequence[Edge | Neuron], tie: object, where: str, what: str) -> None:
    places = (whole(at, f"{where}[{i}]", 0, len(of) - 1, what=what) for i, at in enumerate(items(tie, where)))
    tied = [of[place] for place in places]
    if len({(holder.b if isinstance(holder, Neuron) else holder.w, holder.frozen) for holder in tied}) > 1:
        raise GraphError(
            "its members differ in value or frozen, expected all alike.", where=where, cure="Make them so."
        )
    try:
        net.tie(*tied)
    except NeurographError as error:
        raise error.within(where) from None


def _order_groups(net: Network, graph: object, where: str) -> None:
    listed = items(fields(graph, where, ("groups",))["groups"], f"{where}.groups")
    names = [text(name, f"{where}.groups[{i}]") for i, name in enumerate(listed)]
    if len(names) != len(net.groups) or set(names) != set(net.groups):
        expected = f"the groups of the nodes, each once: {list(net.groups)}"
        raise GraphError(where=f"{where}.groups", given=names, expected=expected)
    net._groups = {name: net.groups[name] for name in names}
