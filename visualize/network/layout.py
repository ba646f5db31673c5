"""Where everything stands in a picture: layers in columns, neuron i of a layer always at place i, skip edges in lanes.

One unit is the distance of two neighbours in a layer. It knows no matplotlib and no numbers of the network, but for the
choice of the strongest neurons, which choice.py makes.

Two promises are kept by geometry. No line touches a neuron that is not its end: `room_for` says how far apart columns
must be for that. No two lines lie on each other: between two columns the way is a fixed function of its two heights, so
ways with other ends meet in points only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.validate import one_of
from visualize.network.choice import Keep, choose

__all__ = ["RADIUS", "Layout", "Link", "Node", "Point", "arrange", "curve", "room_for"]

DIRECTIONS = ("right", "down")
RADIUS = 0.42  # of a neuron's circle; neighbours are 1 apart
_REST = 1.5  # the height of the one node that stands for the rest of a layer
_LANE = 0.4  # the height of a lane between two neurons
_GAP = 3.4
_SLENDER = 0.32  # and at least this part of the tallest column
_PIECES = 12  # straight pieces of a curve between two columns
_CLEAR = 0.05  # left free around a neuron
_STEEPER = 1.4  # a way to a lane is at most so much steeper near its neuron than the straight line

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A line in the picture: one edge, several that join the same two places, or biases from a "+1".

    Attributes
    ----------
    things : tuple of Edge, or of Neuron
        The edges; from a "+1" the neurons whose biases they are.
    points : tuple of (x, y)
        The way: two points when it is straight.
    """

    things: tuple[Edge | Neuron, ...]
    source: Node
    target: Node
    points: tuple[Point, ...] = ()

    @property
    def edge(self) -> Edge | None:
        """The edge, if it is just one."""
        first = self.things[0]
        return first if len(self.things) == 1 and isinstance(first, Edge) else None

    @property
    def is_rest(self) -> bool:
        """Whether an end of it stands for several neurons."""
        return self.source.is_rest or self.target.is_rest


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything in its place.

    Attributes
    ----------
    columns : tuple of tuple of Node
        The nodes by layer, top to bottom.
    links : tuple of Link
        In the order of the network's edges.
    direction : {"right", "down"}
        Where the layers go.
    """

    columns: tuple[tuple[Node, ...], ...]
    links: tuple[Link, ...]
    direction: str

    @property
    def nodes(self) -> list[Node]:
        """All nodes, layer by layer."""
        return [node for column in self.columns for node in column]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of all circles and lanes."""
        reach = 0.5
        places = [(node.x, node.y) for node in self.nodes]
        places += [point for link in self.links if len(link.points) > 2 for point in link.points]
        xs, ys = zip(*places, strict=True)
        return min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach

    def stretched(self, across: float = 1.0, along: float = 1.0) -> Layout:
        """Give the same layout so many times as wide and as high."""
        return _moved(self, lambda x, y: (across * x, along * y))


def _moved(layout: Layout, move: Callable[[float, float], Point]) -> Layout:
    """Put every node, and every point of a way, elsewhere."""
    moved = {}
    for node in layout.nodes:
        x, y = move(node.x, node.y)
        moved[node] = replace(node, x=x, y=y)
    columns = tuple(tuple(moved[node] for node in column) for column in layout.columns)
    links = tuple(
        Link(link.things, moved[link.source], moved[link.target], tuple(move(x, y) for x, y in link.points))
        for link in layout.links
    )
    return replace(layout, columns=columns, links=links)


def room_for(rise: float, radius: float, straight: bool) -> float:
    """How far apart two columns must be, so that a line of this rise misses the neighbours of its ends, 1 away.

    A line of slope s through (0, 0) is 1 / sqrt(1 + s**2) away from (0, 1); that must be the radius at least.

    Examples
    --------
    >>> round(room_for(10.0, 0.42, True), 2)
    5.32
    """
    reach = radius + _CLEAR
    steepest = math.sqrt(1.0 / reach**2 - 1.0)
    return rise / steepest * (1.0 if straight else _STEEPER)


def curve(stops: list[Point]) -> list[Point]:
    """Lead a way from a neuron through lanes to a neuron: level in every lane, straight where it leaves and arrives."""
    points = [stops[0]]
    last = len(stops) - 2
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(stops)):
        for k in range(1, _PIECES + 1):
            t = k / _PIECES
            if number == 0:
                share = t + t * t - t * t * t  # slope 1 at the neuron, 0 in the lane
            elif number == last:
                share = 1.0 - ((1.0 - t) + (1.0 - t) ** 2 - (1.0 - t) ** 3)
            else:
                share = t * t * (3.0 - 2.0 * t)
            points.append((x0 + t * (x1 - x0), y0 + share * (y1 - y0)))
    return points


def arrange(
    net: Structure,
    *,
    most: int | None = 16,
    keep: Keep = "ends",
    also: Sequence[Neuron] = (),
    direction: str = "right",
    ones: bool = False,
    gap: float = _GAP,
) -> Layout:
    """Place neurons and edges, with columns at least a `gap` apart.

    `most`, `keep` and `direction` are those of `draw_network`; the neurons in `also` are shown in any case. With `ones`
    biases are links from a "+1" above the layer before.

    Examples
    --------
    >>> import neurograph as ng
    >>> layout = arrange(ng.Network.dense([2, 1], "sigmoid"))
    >>> [(node.neuron.name, node.x, node.y) for node in layout.nodes]
    [('x1', 0.0, 0.5), ('x2', 0.0, -0.5), ('o1', 3.4, 0.0)]
    """
    one_of(direction, DIRECTIONS, "direction", "unknown direction")
    columns = [
        [Node(neurons, number, index) for index, neurons in chosen]
        for number, chosen in enumerate(choose(net, most, keep, also))
    ]
    links = _links(net, columns)
    if ones:
        links += _bias_links(columns)
    heights = _stack(columns, links)
    xs = _spread(columns, links, heights, gap)
    placed = {node: replace(node, x=xs[node.layer], y=heights[node]) for column in columns for node in column}
    ways = [
        Link(link.things, placed[link.source], placed[link.target], _way(link, xs, _ys(link, heights)))
        for link in links
    ]
    layout = Layout(tuple(tuple(placed[node] for node in column) for column in columns), tuple(ways), direction)
    return layout if direction == "right" else _moved(layout, lambda x, y: (-y, -x))


def _links(net: Structure, columns: list[list[Node]]) -> list[Link]:
    node_of = {neuron: node for column in columns for node in column for neuron in node.neurons}
    if all(len(node.neurons) == 1 for column in columns for node in column):
        return [Link((edge,), node_of[edge.source], node_of[edge.target]) for edge in net.edges]
    joined: dict[tuple[Node, Node], list[Edge]] = {}
    for edge in net.edges:
        joined.setdefault((node_of[edge.source], node_of[edge.target]), []).append(edge)
    return [Link(tuple(edges), source, target) for (source, target), edges in joined.items()]


def _bias_links(columns: list[list[Node]]) -> list[Link]:
    """Put a "+1" on top of every column but the last, and link it to all that have a bias in the next one."""
    links = []
    for before, column in pairwise(columns):
        one = Node((), before[0].layer, -1)
        before.insert(0, one)
        links += [Link(node.neurons, one, node) for node in column if node.neurons]
    return links


# What stands in a column, and so has a height: a node, or the lane of a link through it.
_Lane = tuple[Link, int]
_Item = Node | _Lane


def _stack(columns: list[list[Node]], links: list[Link]) -> dict[_Item, float]:
    """Find every height: those of the nodes, and of each lane by its link and column.

    Lanes want to be on the straight way between the ends of their link; nodes keep their order and their centre.
    """
    crossing: list[list[Link]] = [[] for _ in columns]
    for link in links:
        for column in range(link.source.layer + 1, link.target.layer):
            crossing[column].append(link)
    heights: dict[_Item, float] = {}
    for nodes in columns:
        _centre(nodes, heights)
    sides = _sides_of(links)
    for _ in range(3):  # the ends of a link may themselves move when lanes come between neurons
        for number, (nodes, through) in enumerate(zip(columns, crossing, strict=True)):
            if through:
                wishes: list[tuple[float, int, int, _Item]] = [(-heights[node], 1, node.index, node) for node in nodes]
                wishes += [
                    (-_straight(link, number, heights) - sides[link], 0, at, (link, number))
                    for at, link in enumerate(through)
                ]
                _centre([item for *_, item in sorted(wishes, key=lambda wish: wish[:3])], heights)
    return heights


def _sides_of(links: list[Link]) -> dict[Link, float]:
    """Say by a hair's breadth on which side a link passes a neuron that is right in its way.

    In turn above and below, and a longer way farther out, so that the ways round a chain lie in each other like shells.
    """
    skips = [link for link in links if link.target.layer - link.source.layer > 1]
    turn = {link: 1.0 if at % 2 == 0 else -1.0 for at, link in enumerate(skips)}
    return {link: 1e-6 * turn[link] * (link.target.layer - link.source.layer) for link in skips}


def _straight(link: Link, column: int, heights: dict[_Item, float]) -> float:
    """The height at which the straight way would cross a column."""
    share = (column - link.source.layer) / (link.target.layer - link.source.layer)
    return heights[link.source] + share * (heights[link.target] - heights[link.source])


def _centre(items: Sequence[_Item], heights: dict[_Item, float]) -> None:
    """Stack the items of a column downwards, so that the middle of its neurons is at 0."""
    y, ys = 0.0, []
    for at, item in enumerate(items):
        if at:
            y -= (_height(items[at - 1]) + _height(item)) / 2
        ys.append(y)
    own = [y for item, y in zip(items, ys, strict=True) if isinstance(item, Node)]
    middle = (own[0] + own[-1]) / 2 if own else 0.0
    heights.update((item, y - middle) for item, y in zip(items, ys, strict=True))


def _height(item: _Item) -> float:
    return item.height if isinstance(item, Node) else _LANE


def _spread(columns: list[list[Node]], links: list[Link], heights: dict[_Item, float], gap: float) -> list[float]:
    """Find the x of each column: so far apart that no line touches the neighbours of its ends, however steep it is."""
    rooms = [0.0] * max(len(columns) - 1, 0)
    for link in links:
        ys = _ys(link, heights)
        for at, (one, two) in enumerate(pairwise(ys), start=link.source.layer):
            rooms[at] = max(rooms[at], room_for(abs(one - two), RADIUS, straight=len(ys) == 2))
    tall = max(heights.values(), default=0.0) - min(heights.values(), default=0.0)
    least = max(gap, _SLENDER * tall)
    return list(accumulate((max(room, least) for room in rooms), initial=0.0))


def _ys(link: Link, heights: dict[_Item, float]) -> list[float]:
    lanes = [heights[link, column] for column in range(link.source.layer + 1, link.target.layer)]
    return [heights[link.source], *lanes, heights[link.target]]


def _way(link: Link, xs: list[float], ys: list[float]) -> tuple[Point, ...]:
    stops = list(zip(xs[link.source.layer : link.target.layer + 1], ys, strict=True))
    return tuple(stops if len(stops) == 2 else curve(stops))
