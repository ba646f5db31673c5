"""The words around the neurons of a picture in DOT, and room for the numbers at its edges, which DOT cannot turn.

It places texts; how they are written is in dot_text.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from visualize.network.diagram import NUMBER_HEIGHT
from visualize.network.labels import SIDE, TITLE, WRITTEN, title_places
from visualize.network.painter import extent
from visualize.network.places import RADIUS
from visualize.network.showing import true_minus
from visualize.writers.dot_text import attributes, place_of, points_of, wide
from visualize.writers.inks import Inks, mixed, number_text

if TYPE_CHECKING:
    from visualize.network.diagram import NetworkDiagram
    from visualize.network.lanes import Point
    from visualize.network.numbers import Placed
    from visualize.network.places import Link, Node

__all__ = ["Spot", "spots", "words_around"]

_CAPTION = 0.2
_NEAR = 1e-6
_LOOKED_AT = 200  # links; where there are more, some lead through everything
_SHARES = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8)  # of a way: where else one may stand


class Spot(NamedTuple):
    """A level text at an edge, and the half of its width and height."""

    text: str
    x: float
    y: float
    long: float
    tall: float

    def meets(self, other: Spot) -> bool:
        """Whether two texts overlap."""
        return abs(self.x - other.x) < self.long + other.long and abs(self.y - other.y) < self.tall + other.tall

    def meets_circle(self, x: float, y: float, radius: float) -> bool:
        """Whether it covers a part of a circle."""
        aside, over = max(abs(x - self.x) - self.long, 0.0), max(abs(y - self.y) - self.tall, 0.0)
        return math.hypot(aside, over) < radius

    def is_crossed(self, points: Sequence[Point]) -> bool:
        """Whether a way leads through it: no side of it, and no piece of the way, keeps the two apart."""
        for (x0, y0), (x1, y1) in pairwise(points):
            dx, dy, x, y = (x1 - x0) / 2, (y1 - y0) / 2, (x0 + x1) / 2 - self.x, (y0 + y1) / 2 - self.y
            near = abs(x) < self.long + abs(dx) and abs(y) < self.tall + abs(dy)
            if near and abs(x * dy - y * dx) < self.long * abs(dy) + self.tall * abs(dx):
                return True
        return False


def spots(diagram: NetworkDiagram) -> dict[Link, Spot]:
    """Find a level place for each of the diagram's numbers: its own, or another on its way; none where none is free.

    Graphviz draws each number with its edge, so a place is better where no edge that is drawn later leads through it.
    """
    found: dict[Link, Spot] = {}
    leaving: dict[Node, list[Link]] = {}  # Graphviz draws the edges of one neuron after those of another
    for one in diagram.links:
        leaving.setdefault(one.link.source, []).append(one.link)
    circles = [(node.x, node.y, RADIUS + 0.03) for node in diagram.layout.nodes]
    drawn = [link for node in diagram.layout.nodes for link in leaving.get(node, ())]
    order = {link: number for number, link in enumerate(drawn)}
    for link, placed in _owners(diagram).items():
        text = "\n".join(part for part in (placed.above, placed.below) if part)
        size = wide(text, NUMBER_HEIGHT) / 2, 0.6 * NUMBER_HEIGHT * (1 + text.count("\n"))
        places = [(placed.x, placed.y), *(_at_share(link.points, share) for share in _SHARES)]
        free = [
            spot
            for spot in (Spot(text, x, y, *size) for x, y in places)
            if not any(map(spot.meets, found.values())) and not any(spot.meets_circle(*circle) for circle in circles)
        ]
        if free:
            later = [other.points for other in drawn[order[link] + 1 :]][:_LOOKED_AT]
            found[link] = next((spot for spot in free if not any(map(spot.is_crossed, later))), free[0])
    return found


def _owners(diagram: NetworkDiagram) -> dict[Link, Placed]:
    """Find the link of each number: the strongest one, not found yet, that runs through its place in its direction."""
    found: dict[Link, Placed] = {}
    for placed in diagram.numbers:
        for one in reversed(diagram.links):
            if one.link not in found and _runs_through(one.link.points, placed):
                found[one.link] = placed
                break
    return found


def _runs_through(points: Sequence[Point], placed: Placed) -> bool:
    ux, uy = math.cos(math.radians(placed.angle)), math.sin(math.radians(placed.angle))
    for one, two in pairwise(points):
        long = math.dist(one, two)
        x, y = (two[0] - one[0]) / long, (two[1] - one[1]) / long
        along = (placed.x - one[0]) * x + (placed.y - one[1]) * y
        aside = (placed.x - one[0]) * y - (placed.y - one[1]) * x
        if abs(x * uy - y * ux) < _NEAR and abs(aside) < _NEAR and -_NEAR <= along <= long + _NEAR:
            return True
    return False


def _at_share(points: Sequence[Point], share: float) -> Point:
    """Find the point at a share of a way; its pieces are about equally long."""
    whole, part = divmod(share * (len(points) - 1), 1.0)
    (x0, y0), (x1, y1) = points[int(whole)], points[int(whole) + 1]
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


def words_around(diagram: NetworkDiagram, inks: Inks, ids: dict[Node, str], without_room: int) -> Iterator[str]:
    """Write titles, side names, marks and the caption, as nodes without an outline."""
    for number, (text, x, y, align) in enumerate(title_places(diagram)):
        if align == "center":
            yield f"t{number}" + _text(inks, text, x, y + 0.6 * TITLE * (1 + text.count("\n")), TITLE)
        else:
            yield f"t{number}" + _text(inks, text, x - wide(text, TITLE) / 2, y, TITLE)
    down = diagram.layout.direction == "down"
    for shown in diagram.nodes if len(diagram.nodes) <= WRITTEN else ():
        node = shown.node
        if shown.side:
            height = min(SIDE, 0.95 / wide(shown.side, 1.0)) if down else SIDE
            away = RADIUS + 0.13 + (height if down else wide(shown.side, SIDE)) / 2
            away *= -1.0 if node.layer == 0 else 1.0
            x, y = (node.x, node.y - away) if down else (node.x + away, node.y)
            yield f"s{ids[node]}" + _text(inks, shown.side, x, y, height, faint=not shown.lit)
        if shown.mark:
            x = node.x + 0.8 * RADIUS + wide(shown.mark, 0.19) / 2
            yield f"m{ids[node]}" + _text(inks, shown.mark, x, node.y + 0.9 * RADIUS, 0.19, flag=True)
    left, bottom, right, _ = extent(diagram)
    caption = _caption(diagram, without_room)
    yield "caption" + _text(inks, caption, (left + right) / 2, bottom - 0.15 - 0.6 * _CAPTION * 4, _CAPTION)


def _text(inks: Inks, text: str, x: float, y: float, height: float, faint: bool = False, flag: bool = False) -> str:
    style = {"style": "filled", "fillcolor": inks.page, "color": inks.warning} if flag else {"style": "solid"}
    return attributes(
        pos=f"{place_of(x, y)}!",
        shape="box" if flag else "plaintext",
        fixedsize="false",
        margin="0.03",
        width=number_text(wide(text, height)),
        height=number_text(height * (1 + text.count("\n"))),
        label=text,
        fontsize=points_of(height),
        fontcolor=mixed(inks.ink, inks.page, 0.35) if faint else inks.ink,
        **style,
    )


def _caption(diagram: NetworkDiagram, without_room: int) -> str:
    """Say what colours and widths mean."""
    scale, theme = diagram.scale, diagram.theme
    lines = [f"edges: {scale.words(diagram.mode.edge_words)}, the widest {true_minus(f'{scale.limit:.2g}')}"]
    if diagram.mode.fill:
        lines.append(f"neurons: {diagram.fill_scale.words(diagram.mode.fill_words)}")
    lines.append(f"negative is {'dashed and ' * theme.dashes}of the colour {theme.negative}, positive {theme.positive}")
    if without_room:
        lines[-1] += f"; {without_room} number{'s' * (without_room > 1)} had no room"
    return "\n".join(line.replace("\n", " ") for line in lines)
