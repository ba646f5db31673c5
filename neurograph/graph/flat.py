"""A network as flat lists, and back: how it is copied and pickled without recursion.

Linked objects would be followed one inside the other, and a long chain would exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.tie import Tie
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import ACTIVATIONS, JointActivation

__all__ = ["flatten", "rebuild"]

_COMPUTED = ("z", "a", "a_grad", "delta", "bias_grad")


def flatten(neurons: Sequence[Neuron], groups: Sequence[str]) -> dict[str, Any]:
    """Write neurons and edges as lists of plain values; a built-in activation by its name."""
    index = {neuron: i for i, neuron in enumerate(neurons)}
    edges = [edge for neuron in neurons for edge in neuron.fan_in]
    number = {edge: i for i, edge in enumerate(edges)}
    return {
        "neurons": [
            (
                n.name,
                n.role,
                _portable(n.rule),
                n.b,
                n.frozen,
                n.group and n.group.name,
                [getattr(n, s) for s in _COMPUTED],
            )
            for n in neurons
        ],
        "edges": [(index[edge.source], index[edge.target], edge.w, edge.grad, edge.frozen) for edge in edges],
        "fan_out": [[number[edge] for edge in neuron.fan_out] for neuron in neurons],
        "ties": [[number[edge] for edge in tie.edges] for tie in dict.fromkeys(edge.tie for edge in edges if edge.tie)],
        "groups": list(groups),
    }


def rebuild(state: dict[str, Any], groups: dict[str, Group]) -> list[Neuron]:
    """Make the neurons and edges again, every list in its old order, and fill the table of groups."""
    neurons: list[Neuron] = []
    for name in state["groups"]:
        rule = next(rule for _, _, rule, _, _, group, _ in state["neurons"] if group == name)
        groups[name] = Group(name, ACTIVATIONS.find(rule))  # type: ignore[arg-type]  # only joint rules have groups
    for name, role, portable, bias, frozen, group, computed in state["neurons"]:
        rule = ACTIVATIONS.find(portable)
        neuron = Neuron(name, role, rule, bias)
        neuron.frozen = frozen
        for slot, value in zip(_COMPUTED, computed, strict=True):
            setattr(neuron, slot, value)
        if isinstance(rule, JointActivation):
            neuron.group = groups[group]
            neuron.group.members.append(neuron)
        neurons.append(neuron)
    edges: list[Edge] = []
    for one, two, weight, grad, frozen in state["edges"]:
        source, target = neurons[one], neurons[two]
        edge = Edge(source, target, weight)
        edge.grad, edge.frozen = grad, frozen
        target.fan_in.append(edge)
        edges.append(edge)
    for neuron, numbers in zip(neurons, state["fan_out"], strict=True):
        neuron.fan_out.extend(edges[number] for number in numbers)
    for tied in state["ties"]:
        tie = Tie([edges[number] for number in tied])
        for edge in tie.edges:
            edge.tie = tie
    return neurons


def _portable(rule: Activation | JointActivation) -> Activation | JointActivation | str:
    known = rule.name in ACTIVATIONS and ACTIVATIONS.find(rule.name) is rule
    return rule.name if known else rule
