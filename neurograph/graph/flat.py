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

_SLOTS = ("z", "a", "a_grad", "delta", "bias_grad")


def flatten(neurons: Sequence[Neuron], groups: Sequence[str]) -> dict[str, Any]:
    """Write neurons and edges as lists of plain values; a built-in activation by its name."""
    index = {neuron: i for i, neuron in enumerate(neurons)}
    edges = [edge for neuron in neurons for edge in neuron.fan_in]
    number = {edge: i for i, edge in enumerate(edges)}
    ties = dict.fromkeys(holder.tie for neuron in neurons for holder in neuron.holders if holder.tie)
    return {
        "neurons": [
            (
                n.name,
                n.role,
                _portable(n.rule),
                n.b,
                n.frozen,
                n.group and n.group.name,
                [getattr(n, s) for s in _SLOTS],
            )
            for n in neurons
        ],
        "edges": [(index[edge.source], index[edge.target], edge.w, edge.grad, edge.frozen) for edge in edges],
        "fan_out": [[number[edge] for edge in neuron.fan_out] for neuron in neurons],
        "ties": [
            (tie.is_bias, [index[holder] if isinstance(holder, Neuron) else number[holder] for holder in tie.members])
            for tie in ties
        ],
        "groups": list(groups),
    }


def rebuild(state: dict[str, Any], groups: dict[str, Group]) -> list[Neuron]:
    """Make the neurons and edges again, every list in its old order, and fill the table of groups."""
    neurons: list[Neuron] = []
    made: dict[str, Group] = {}
    for name, role, portable, bias, frozen, group, computed in state["neurons"]:
        rule = ACTIVATIONS.find(portable)
        neuron = Neuron(name, role, rule, bias)
        neuron._hold(frozen, None)
        for slot, value in zip(_SLOTS, computed, strict=True):
            setattr(neuron, slot, value)
        if isinstance(rule, JointActivation):
            neuron.group = made.setdefault(group, Group(group, rule))
            neuron.group.members.append(neuron)
        neurons.append(neuron)
    groups.update((name, made[name]) for name in state["groups"])
    edges: list[Edge] = []
    for one, two, weight, grad, frozen in state["edges"]:
        source, target = neurons[one], neurons[two]
        edge = Edge(source, target, weight)
        edge.grad = grad
        edge._hold(frozen, None)
        target.fan_in.append(edge)
        edges.append(edge)
    for neuron, numbers in zip(neurons, state["fan_out"], strict=True):
        neuron.fan_out.extend(edges[number] for number in numbers)
    for is_bias, numbers in state["ties"]:
        tie = Tie([neurons[number] if is_bias else edges[number] for number in numbers])
        for holder in tie.members:
            holder._hold(holder.frozen, tie)
    return neurons


def _portable(rule: Activation | JointActivation) -> Activation | JointActivation | str:
    known = rule.name in ACTIVATIONS and ACTIVATIONS.find(rule.name) is rule
    return rule.name if known else rule
