"""What has a place in a picture: nodes for neurons, links for edges, and the layout that holds them.

Plain records; where everything goes is worked out in layout.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from visualize.network.lanes import Point

__all__ = ["RADIUS", "Layout", "Link", "Node"]

RADIUS = 0.42  # of a neuron's circle; neighbours are 1 apart
_REST = 1.5  # the height of the one node that stands for the rest of a layer


@dataclass(slots=True, eq=False)
class Node:
    """A place in the picture: one neuron, the rest of a layer, or the "+1" that carries a layer's biases.

    Attributes
    ----------
    neurons : tuple of Neuron
        The one, or all that it stands for; none for a "+1".
    layer, index : int
        The layer, and the place in it of the (first) neuron, both from 0.
    x, y : float
        Its centre.
    """

    neurons: tuple[Neuron, ...]
    layer: int
    index: int
    x: float = 0.0
    y: float = 0.0

    @property
    def is_rest(self) -> bool:
        """Whether it stands for several neurons."""
        return len(self.neurons) > 1

    @property
    def neuron(self) -> Neuron | None:
        """The neuron, if it is just one."""
        return self.neurons[0] if len(self.neurons) == 1 else None

    @property
    def height(self) -> float:
        """How much of its column it takes."""
        return _REST if self.is_rest else 1.0


@dataclass(slots=True, eq=False)
class Link:
    """A line in the picture: one edge, several that join the same two places, or biases from a "+1".

    Attributes
    ----------
    things : tuple of Edge, or of Neuron
        The edges; from a "+1" the neurons whose biases they are.
    points : list of (x, y)
        The way: two points when it is straight.
    """

    things: tuple[Edge | Neuron, ...]
    source: Node
    target: Node
    points: list[Point] = field(default_factory=list)

    @property
    def edge(self) -> Edge | None:
        """The edge, if it is just one."""
        first = self.things[0]
        return first if len(self.things) == 1 and isinstance(first, Edge) else None

    @property
    def is_rest(self) -> bool:
        """Whether an end of it stands for several neurons."""
        return self.source.is_rest or self.target.is_rest


@dataclass(slots=True)
class Layout:
    """Everything in its place.

    Attributes
    ----------
    columns : list of list of Node
        The nodes by layer, top to bottom.
    links : list of Link
        In the order of the network's edges.
    direction : {"right", "down"}
        Where the layers go.
    """

    columns: list[list[Node]]
    links: list[Link]
    direction: str

    @property
    def nodes(self) -> list[Node]:
        """All nodes, layer by layer."""
        return [node for column in self.columns for node in column]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of all circles and lanes."""
        reach = 0.5
        xs = [node.x for node in self.nodes] + [
            x for link in self.links if len(link.points) > 2 for x, _ in link.points
        ]
        ys = [node.y for node in self.nodes] + [
            y for link in self.links if len(link.points) > 2 for _, y in link.points
        ]
        return min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach
