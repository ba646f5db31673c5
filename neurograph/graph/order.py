"""The order in which neurons can act: layers, the way back that a new edge would close, and what is not reached.

It reads the neurons' edges and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import networkx as nx

from neurograph.errors import GraphError
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron

__all__ = ["check_complete", "layers_of", "way_back"]


def layers_of(neurons: Sequence[Neuron]) -> list[list[Neuron]]:
    """Put each neuron one layer after the last of its sources; inputs, and only they, are layer 0.

    A group stays together, since its members fire together.
    """
    units: nx.DiGraph[Neuron | Group] = nx.DiGraph()
    units.add_nodes_from(neuron.group or neuron for neuron in neurons)
    units.add_edges_from((edge.source.group or edge.source, two.group or two) for two in neurons for edge in two.fan_in)
    level: dict[Neuron | Group, int] = {}
    for unit in nx.topological_sort(units):
        is_input = isinstance(unit, Neuron) and unit.role == "input"
        level[unit] = 0 if is_input else 1 + max((level[before] for before in units.predecessors(unit)), default=0)
    layers: list[list[Neuron]] = [[] for _ in range(1 + max(level.values(), default=0))]
    for neuron in neurons:
        layers[level[neuron.group or neuron]].append(neuron)
    return layers


def way_back(source: Neuron, target: Neuron) -> str:
    """Show the cycle that an edge from source to target would close; empty when it closes none.

    A group counts as one, and is shown where the way goes from member to member: every member's activation needs every
    member's sum.
    """
    if not target.fan_out and target.group is None and source is not target:
        return ""
    came_from: dict[Neuron, Neuron | None] = {target: None}
    waiting = [target]
    for neuron in waiting:
        if neuron is source:
            way = [neuron]
            while (previous := came_from[way[-1]]) is not None:
                way.append(previous)
            return _way_text([source, *reversed(way)])
        mates = neuron.group.members if neuron.group else []
        for after in (*mates, *(edge.target for edge in neuron.fan_out)):
            if after not in came_from:
                came_from[after] = neuron
                waiting.append(after)
    return ""


def _way_text(way: Sequence[Neuron]) -> str:
    """Write a way down; a step between two members of a group, where there is no edge, goes through the group."""
    text = way[0].name
    for at, (one, two) in enumerate(pairwise(way)):
        through = f" -> [group {one.group.name!r}]" if at > 0 and one.group and one.group is two.group else ""
        text += f"{through} -> {two.name}"
    return text


def check_complete(neurons: Sequence[Neuron]) -> None:
    """Refuse a network, given in the order in which its neurons act, with which nothing can be computed."""
    reached = {neuron for neuron in neurons if neuron.role == "input"}
    outputs = [neuron for neuron in neurons if neuron.role == "output"]
    if not reached:
        raise GraphError("it has no input neuron.", where="network", cure='Add one with add_input("x1").')
    if not outputs:
        raise GraphError("it has no output neuron.", where="network", cure='Add one with add_output("o1", "sigmoid").')
    for neuron in neurons:
        if any(edge.source in reached for edge in neuron.fan_in):
            reached.add(neuron)
    for output in outputs:
        if output not in reached:
            raise GraphError("no input reaches it.", where=f"output {output.name}", cure="Connect it, or remove it.")
