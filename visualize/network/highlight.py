"""What a highlight lights: a neuron with all its edges, an edge with its ends, or every path between two neurons.

It walks the neurons' own lists and draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurograph.errors import GraphError, InvalidTypeError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from visualize.network.choice import neuron_of

__all__ = ["Lit", "lit_by"]


@dataclass(frozen=True, slots=True)
class Lit:
    """What stays bright; the rest is dimmed."""

    neurons: frozenset[Neuron]
    edges: frozenset[Edge]
    words: str = ""


def lit_by(net: Structure, highlight: object) -> Lit | None:
    """Find what is lit, by a neuron, an edge, or two neurons and all paths between; None when everything is.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 3, 2], "tanh")
    >>> lit = lit_by(net, ("x1", "o2"))
    >>> len(lit.neurons), len(lit.edges)
    (5, 6)
    """
    if highlight is None or isinstance(highlight, Lit):
        return highlight
    if isinstance(highlight, Edge):
        edge = net.edge(*highlight.ends)
        return Lit(frozenset((edge.source, edge.target)), frozenset((edge,)), f"the edge {edge.label}")
    if isinstance(highlight, (str, Neuron)):
        neuron = neuron_of(net, highlight, "highlight")
        edges = (*neuron.fan_in, *neuron.fan_out)
        ends = frozenset(end for edge in edges for end in (edge.source, edge.target))
        return Lit(ends | {neuron}, frozenset(edges), f"{neuron.name} with its edges")
    if isinstance(highlight, (tuple, list)) and len(highlight) == 2:
        start, end = (neuron_of(net, one, "highlight") for one in highlight)
        return _between(start, end)
    expected = "a neuron, an edge, or two neurons whose paths are meant, as in ('x1', 'o1')"
    raise InvalidTypeError(where="highlight", given=highlight, expected=expected)


def _between(start: Neuron, end: Neuron) -> Lit:
    after = _reached(start, lambda neuron: [edge.target for edge in neuron.fan_out])
    before = _reached(end, lambda neuron: [edge.source for edge in neuron.fan_in])
    neurons = frozenset(after & before)
    if not neurons:
        problem = f"no path leads from {start.name} to {end.name}."
        raise GraphError(problem, where="highlight", cure="Give them in the order of the edges.")
    edges = frozenset(edge for neuron in neurons for edge in neuron.fan_in if edge.source in neurons)
    return Lit(neurons, edges, f"all paths from {start.name} to {end.name}")


def _reached(start: Neuron, following: Callable[[Neuron], list[Neuron]]) -> set[Neuron]:
    found = {start}
    waiting = [start]
    for neuron in waiting:
        for other in following(neuron):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
