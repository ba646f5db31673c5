"""Where everything stands in a picture: layers in columns, neuron i of a layer always at place i, skip edges in lanes.

One unit is the distance of two neighbours in a layer. It knows no matplotlib and no numbers of the network, but for the
choice of the strongest neurons, which choice.py makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from neurograph.errors import UnknownNameError, nearest, quoted
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from visualize.network.choice import Keep, choose
from visualize.network.lanes import Point, curve, room_for
from visualize.network.places import RADIUS, Layout, Link, Node

__all__ = ["DIRECTIONS", "arrange"]

DIRECTIONS = ("right", "down")
_LANE = 0.4  # the height of a lane between two neurons
_GAP = 3.4
_SLENDER = 0.32  # and at least this part of the tallest column


_Item = Node | Link  # what stands in a column; a link there is its lane


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
    """Place neurons and edges.

    Parameters
    ----------
    net : Network
        What to place.
    most : int or None
        Of a layer with more neurons, so many are shown, and the rest is one node; None shows all.
    keep : {"ends", "strongest"}, or a list of names or Neurons
        Which ones are shown.
    also : sequence of Neuron
        Shown in any case.
    direction : {"right", "down"}
        Where the layers go.
    ones : bool
        Draw biases as links from a "+1" above the layer before.
    gap : float
        Columns are at least so far apart.

    Raises
    ------
    UnknownNameError, InvalidValueError, InvalidTypeError
        When the direction is unknown, or `most` or `keep` cannot be used.

    Examples
    --------
    >>> import neurograph as ng
    >>> layout = arrange(ng.Network.dense([2, 1], "sigmoid"))
    >>> [(node.neuron.name, node.x, node.y) for node in layout.nodes]
    [('x1', 0.0, 0.5), ('x2', 0.0, -0.5), ('o1', 3.4, 0.0)]
    """
    if direction not in DIRECTIONS:
        raise UnknownNameError(f"direction: unknown direction {quoted(direction)}. {nearest(direction, DIRECTIONS)}")
    columns = [
        [Node(neurons, number, index) for index, neurons in chosen]
        for number, chosen in enumerate(choose(net, most, keep, also))
    ]
    links = _links(net, columns)
    if ones:
        links += _bias_links(columns)
    heights = _stack(columns, links)
    _spread(columns, links, heights, gap)
    for link in links:
        link.points = _way(link, columns, heights)
    if direction == "down":
        _turn(columns, links)
    return Layout(columns, links, direction)


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


def _stack(columns: list[list[Node]], links: list[Link]) -> dict[tuple[Link, int], float]:
    """Set every y, and give the y of each lane by its link and column.

    Lanes want to be on the straight way between the ends of their link; nodes keep their order and their centre.
    """
    crossing: list[list[Link]] = [[] for _ in columns]
    for link in links:
        for column in range(link.source.layer + 1, link.target.layer):
            crossing[column].append(link)
    heights: dict[tuple[Link, int], float] = {}
    for nodes in columns:
        _centre(nodes, heights, 0)
    sides = _sides_of(links)
    for _ in range(3):  # the ends of a link may themselves move when lanes come between neurons
        for number, (nodes, through) in enumerate(zip(columns, crossing, strict=True)):
            if through:
                wishes: list[tuple[float, int, int, _Item]] = [(-node.y, 1, node.index, node) for node in nodes]
                wishes += [(-_straight(link, number) - sides[link], 0, at, link) for at, link in enumerate(through)]
                _centre([item for *_, item in sorted(wishes, key=lambda wish: wish[:3])], heights, number)
    return heights


def _sides_of(links: list[Link]) -> dict[Link, float]:
    """Say by a hair's breadth on which side a link passes a neuron that is right in its way.

    In turn above and below, and a longer way farther out, so that the ways round a chain lie in each other like shells.
    """
    skips = [link for link in links if link.target.layer - link.source.layer > 1]
    turn = {link: 1.0 if at % 2 == 0 else -1.0 for at, link in enumerate(skips)}
    return {link: 1e-6 * turn[link] * (link.target.layer - link.source.layer) for link in skips}


def _straight(link: Link, column: int) -> float:
    """The height at which the straight way would cross a column."""
    share = (column - link.source.layer) / (link.target.layer - link.source.layer)
    return link.source.y + share * (link.target.y - link.source.y)


def _centre(items: Sequence[_Item], heights: dict[tuple[Link, int], float], number: int) -> None:
    """Stack the items of a column downwards, so that the middle of its neurons is at 0."""
    y, ys = 0.0, []
    for at, item in enumerate(items):
        if at:
            y -= (_height(items[at - 1]) + _height(item)) / 2
        ys.append(y)
    own = [y for item, y in zip(items, ys, strict=True) if isinstance(item, Node)]
    middle = (own[0] + own[-1]) / 2 if own else 0.0
    for item, y in zip(items, ys, strict=True):
        if isinstance(item, Node):
            item.y = y - middle
        else:
            heights[item, number] = y - middle


def _height(item: _Item) -> float:
    return item.height if isinstance(item, Node) else _LANE


def _spread(columns: list[list[Node]], links: list[Link], heights: dict[tuple[Link, int], float], gap: float) -> None:
    """Set every x: columns so far apart that no line can touch the neighbours of its ends, however steep it is."""
    rooms = [0.0] * max(len(columns) - 1, 0)
    for link in links:
        ys = _ys(link, heights)
        for at, (one, two) in enumerate(pairwise(ys), start=link.source.layer):
            rooms[at] = max(rooms[at], room_for(abs(one - two), RADIUS, straight=len(ys) == 2))
    every = [node.y for column in columns for node in column] + list(heights.values())
    least = max(gap, _SLENDER * (max(every, default=0.0) - min(every, default=0.0)))
    x = 0.0
    for column, room in zip(columns, [*rooms, 0.0], strict=True):
        for node in column:
            node.x = x
        x += max(room, least)


def _ys(link: Link, heights: dict[tuple[Link, int], float]) -> list[float]:
    lanes = [heights[link, column] for column in range(link.source.layer + 1, link.target.layer)]
    return [link.source.y, *lanes, link.target.y]


def _way(link: Link, columns: list[list[Node]], heights: dict[tuple[Link, int], float]) -> list[Point]:
    if link.target.layer - link.source.layer == 1:
        return [(link.source.x, link.source.y), (link.target.x, link.target.y)]
    xs = [columns[number][0].x for number in range(link.source.layer, link.target.layer + 1)]
    return curve(list(zip(xs, _ys(link, heights), strict=True)))


def _turn(columns: list[list[Node]], links: list[Link]) -> None:
    """Let the layers go down and the neurons of a layer to the right."""
    for column in columns:
        for node in column:
            node.x, node.y = -node.y, -node.x
    for link in links:
        link.points = [(-y, -x) for x, y in link.points]
