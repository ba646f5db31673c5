"""The shape of a network, for reading: its neurons and edges by name, by layer, in order, and as a networkx graph.

It changes nothing; see structure.py for the edits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx

from neurograph.errors import GraphError, InvalidTypeError, UnknownNameError, explain, nearest
from neurograph.graph.edge import Edge
from neurograph.graph.edge_data import EdgeData
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.order import check_complete, layers_of
from neurograph.graph.tie import Tie

__all__ = ["Shape"]


class Shape:
    """Neurons and edges as a directed graph without cycles.

    Attributes
    ----------
    graph : networkx.DiGraph
        Its nodes are the Neuron objects; `graph.edges[source, target]` has the Edge as "edge", and its present weight
        as "weight". Frozen against writing, so that it cannot drift from the neurons; every networkx algorithm can
        read it, and `graph.copy()` is an ordinary graph.
    groups : dict of str to Group
        The groups of neurons that normalise together, by name.

    Examples
    --------
    >>> import networkx as nx
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "tanh")
    >>> [[neuron.name for neuron in layer] for layer in net.layers]
    [['x1', 'x2'], ['h1', 'h2'], ['o1']]
    >>> sum(1 for _ in nx.all_simple_paths(net.graph, net["x1"], net["o1"]))
    2
    """

    def __init__(self) -> None:
        # Frozen: our own writes go through the class's methods, everybody else's are refused by networkx.
        self.graph: nx.DiGraph[Neuron] = nx.freeze(nx.DiGraph())
        self.graph.edge_attr_dict_factory = EdgeData
        self.groups: dict[str, Group] = {}
        self._by_name: dict[str, Neuron] = {}
        self._layers: list[list[Neuron]] | None = None

    def __getitem__(self, name: str) -> Neuron:
        """Find a neuron by name: `net["h1"]`."""
        return self._find(name)

    def __contains__(self, neuron: object) -> bool:
        """Whether a name, or a Neuron object, is one of this network's."""
        if isinstance(neuron, Neuron):
            return self._by_name.get(neuron.name) is neuron
        return neuron in self._by_name

    def __len__(self) -> int:
        """The number of neurons."""
        return len(self._by_name)

    def __iter__(self) -> Iterator[Neuron]:
        return iter(self.neurons)

    def _find(self, neuron: object) -> Neuron:
        if isinstance(neuron, Neuron):
            if neuron not in self:
                cure = f"Use net[{neuron.name!r}]." if neuron.name in self else nearest(neuron.name, self._by_name)
                raise UnknownNameError(f"neuron {neuron.name}: it was removed, or belongs to another network. {cure}")
            return neuron
        if not isinstance(neuron, str):
            raise InvalidTypeError(explain("neuron", neuron, "a name, or a Neuron of this network"))
        if neuron not in self._by_name:
            raise UnknownNameError(f"no neuron named {neuron!r}. {nearest(neuron, self._by_name)}")
        return self._by_name[neuron]

    def edge(self, source: str | Neuron, target: str | Neuron) -> Edge:
        """Find the edge between two neurons.

        Raises
        ------
        UnknownNameError
            When one of the neurons or the edge does not exist.
        """
        one, two = self._find(source), self._find(target)
        data: dict[str, Any] | None = self.graph.get_edge_data(one, two)
        if data is None:
            known = nearest(f"{one.name}->{two.name}", [edge.label for edge in (*one.outgoing, *two.incoming)])
            raise UnknownNameError(f"no edge {one.name}->{two.name}. {known}")
        edge: Edge = data["edge"]
        return edge

    @property
    def layers(self) -> list[list[Neuron]]:
        """The neurons by layer: inputs first, then each as early as its longest way from them allows.

        A group stays together. Within a layer, neurons stand in the order in which they were added.
        """
        if self._layers is None:
            self._layers = layers_of(list(self._by_name.values()))
        return [list(layer) for layer in self._layers]

    @property
    def neurons(self) -> list[Neuron]:
        """All neurons, layer by layer: the order in which they act."""
        return [neuron for layer in self.layers for neuron in layer]

    @property
    def edges(self) -> list[Edge]:
        """All edges, by target in the order of `neurons`, and for each target as they were connected."""
        return [edge for neuron in self.neurons for edge in neuron.fan_in]

    def own(self, edge: object) -> Edge:
        """Pass an edge of this network on.

        Raises
        ------
        UnknownNameError
            When it belongs to another network, or was removed.
        """
        if not isinstance(edge, Edge):
            raise InvalidTypeError(explain("edge", edge, "an Edge of this network, as net.edge(source, target) gives"))
        if edge.source not in self or edge not in edge.source.fan_out:
            raise UnknownNameError(f"edge {edge.label}: it was removed, or belongs to another network.")
        return edge

    @property
    def ties(self) -> list[Tie]:
        """The ties between edges, in the order of their first edges."""
        return list(dict.fromkeys(edge.tie for edge in self.edges if edge.tie))

    @property
    def inputs(self) -> list[Neuron]:
        """The inputs, in the order in which they were added: the order of `x`."""
        return [neuron for neuron in self._by_name.values() if neuron.role == "input"]

    @property
    def outputs(self) -> list[Neuron]:
        """The outputs, in the order in which they were added: the order of `y`."""
        return [neuron for neuron in self._by_name.values() if neuron.role == "output"]

    def check(self) -> None:
        """Prove that the graph and the neurons' own lists tell the same story.

        Raises
        ------
        GraphError
            When they differ, or nothing can be computed: no input, no output, an output that no input reaches.
        """
        listed = {(edge.source, edge.target): edge for neuron in self._by_name.values() for edge in neuron.fan_in}
        mirrored = {(edge.source, edge.target): edge for neuron in self._by_name.values() for edge in neuron.fan_out}
        drawn = {(one, two): data["edge"] for one, two, data in self.graph.edges(data=True)}
        if not (listed == mirrored == drawn and list(self.graph) == list(self._by_name.values())):
            raise GraphError(
                "network: its graph and its neurons differ. Edit only with connect, disconnect and remove."
            )
        check_complete(self)
