"""A network as flat lists, and back: how it is copied and pickled without recursion.

Linked objects would be followed one inside the other, and a long chain would exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import ACTIVATIONS, JointActivation

__all__ = ["flatten", "rebuild"]

_COMPUTED = ("z", "a", "a_grad", "delta", "bias_grad")


def flatten(neurons: Sequence[Neuron]) -> dict[str, Any]:
    """Write neurons and edges as lists of plain values; a built-in activation by its name."""
    index = {neuron: i for i, neuron in enumerate(neurons)}
    edges = [edge for neuron in neurons for edge in neuron.fan_in]
    number = {edge: i for i, edge in enumerate(edges)}
    return {
        "neurons": [
            (n.name, n.role, _portable(n.rule), n.b, n.group and n.group.name, [getattr(n, slot) for slot in _COMPUTED])
            for n in neurons
        ],
        "edges": [(index[edge.source], index[edge.target], edge.w, edge.grad) for edge in edges],
        "fan_out": [[number[edge] for edge in neuron.fan_out] for neuron in neurons],
        "groups": list(dict.fromkeys(neuron.group.name for neuron in neurons if neuron.group)),
    }


def rebuild(state: dict[str, Any], groups: dict[str, Group]) -> list[Neuron]:
    """Make the neurons and edges again, every list in its old order, and fill the table of groups."""
    neurons: list[Neuron] = []
    for name, role, portable, bias, group, computed in state["neurons"]:
        rule = ACTIVATIONS.find(portable)
        neuron = Neuron(name, role, rule, bias)
        for slot, value in zip(_COMPUTED, computed, strict=True):
            setattr(neuron, slot, value)
        if isinstance(rule, JointActivation):
            neuron.group = groups.setdefault(group, Group(group, rule))
            neuron.group.members.append(neuron)
        neurons.append(neuron)
    edges: list[Edge] = []
    for one, two, weight, grad in state["edges"]:
        source, target = neurons[one], neurons[two]
        edge = Edge(source, target, weight)
        edge.grad = grad
        target.fan_in.append(edge)
        edges.append(edge)
    for neuron, numbers in zip(neurons, state["fan_out"], strict=True):
        neuron.fan_out.extend(edges[number] for number in numbers)
    return neurons


def _portable(rule: Activation | JointActivation) -> Activation | JointActivation | str:
    known = rule.name in ACTIVATIONS and ACTIVATIONS.find(rule.name) is rule
    return rule.name if known else rule
