r"""The network diagram in the DOT language of Graphviz, every neuron pinned where it is in the layout.

It knows DOT and the diagram's records, and leaves nothing to Graphviz but the drawing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from neurograph.errors import one_line
from visualize.network.contents import true_minus
from visualize.network.diagram import NUMBER_HEIGHT
from visualize.network.edge_numbers import Box, text_width
from visualize.network.labels import SIDE, TITLE, WRITTEN, lines_in, title_places
from visualize.network.layout import RADIUS
from visualize.network.painter import DIM, REST_RADIUS, SQUARE, extent, square_at
from visualize.network.scales import widths
from visualize.writers.palette import Palette, mixed, name_of, number_text, outline, palette_of

if TYPE_CHECKING:
    from visualize.network.contents import ShownLink, ShownNode
    from visualize.network.diagram import NetworkDiagram
    from visualize.network.layout import Link, Node, Point

__all__ = ["attributes", "place_of", "spots", "wide", "write"]

_FONT = "Helvetica"
_POINTS = 72.0  # of a unit: one inch
_ESCAPES = {"&": "&amp;", "\\": "\\\\", '"': '\\"'}
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BROAD = frozenset("<>=+~&%@#MWmw→…")
_AIR = 0.93  # sans serif letters are narrower than `text_width` thinks
_NONE = 0.2  # the height of no text
_VEIL = "e6"  # the opacity of the ground under a number
_CAPTION = 0.2
_LOOKED_AT = 200  # links; where there are more, some lead through everything
_SHARES = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8)  # of a way: where else one may stand


def write(diagram: NetworkDiagram) -> str:
    r"""Write a diagram in DOT; `neato -n2 -Tpng net.dot -o net.png` draws it, as -Tsvg or -Tpdf do.

    One unit of the layout is one inch. Lines are Bezier curves with fixed points, so that links which skip layers keep
    to their lanes; the value of each is in its tooltip, and at it where there is room. They stand in the diagram's
    order, but Graphviz draws them neuron by neuron: only among those of one neuron is the strongest one on top.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.network.diagram import NetworkDiagram
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> text = write(NetworkDiagram.from_network(net))
    >>> print(next(line for line in text.splitlines() if "->" in line).partition(", style")[0])
      n0 -> n1 [pos="0,0 81.6,0 163.2,0 244.8,0", penwidth="4", color="#3f1a6b"
    """
    lines = "".join(f"  {line};\n" for line in _lines(diagram, palette_of(diagram)))
    return f"digraph neurograph {{\n{lines}}}\n"


def _lines(diagram: NetworkDiagram, palette: Palette) -> Iterator[str]:
    alt = diagram.alt_text()
    # `size` only makes what is larger smaller; without `inputscale`, plain neato would take the points for inches
    yield "graph" + attributes(
        bgcolor=palette.page, outputorder="edgesfirst", splines="true", overlap="true", notranslate="true",
        inputscale="72", size="100,100", pad="0.1", fontname=_FONT, comment=alt, tooltip=alt,
    )  # fmt: skip
    yield "node" + attributes(shape="circle", fixedsize="true", style="filled", fontname=_FONT, label="", tooltip="")
    yield "edge" + attributes(
        arrowhead="none", fontname=_FONT, fontcolor=palette.ink, fontsize=points_of(NUMBER_HEIGHT)
    )
    ids = {node.node: f"n{number}" for number, node in enumerate(diagram.nodes)}
    for shown in diagram.nodes:
        yield ids[shown.node] + _node(palette, shown, len(diagram.nodes) <= WRITTEN)
    placed = spots(diagram)
    for one in diagram.links:
        ends = f"{ids[one.link.source]} -> {ids[one.link.target]}"
        yield f"{ends}{_edge(palette, one, placed.get(one.link))}"
    for shown in diagram.nodes:
        if diagram.options.bias == "square" and shown.bias is not None:
            yield f"b{ids[shown.node]}" + _bias(palette, shown)
    yield from _words_around(diagram, palette, ids, diagram.left_out + len(diagram.numbers) - len(placed))


def _dimmed(palette: Palette, colour: str, lit: bool) -> str:
    return colour if lit else mixed(colour, palette.page, 2 * DIM)


def _node(palette: Palette, shown: ShownNode, written: bool) -> str:
    node = shown.node
    half = 0.3 if not node.neurons else REST_RADIUS if node.is_rest else RADIUS
    lines = [(f"⋮\n{shown.name}", 0.0, 0.25)] if node.is_rest else lines_in(shown)
    text = "\n".join(line for line, *_ in lines)
    height = min((min(height, 1.5 * RADIUS / wide(line, 1.0)) for line, _, height in lines), default=_NONE)
    return attributes(
        pos=f"{place_of(node.x, node.y)}!",
        shape="circle" if node.neurons else "square",
        width=number_text(2 * half),
        style=f"filled,{palette.rim_stroke(shown)}",
        fillcolor=palette.fill(shown),
        color=palette.rim(shown),
        penwidth=number_text(outline(palette.diagram, shown)),
        label=text if written else "",
        fontsize=points_of(height),
        fontcolor=palette.text(shown),
        tooltip="\n".join([name_of(node), *(f"{symbol} {number}" for symbol, number in shown.numbers)]),
    )


def _edge(palette: Palette, one: ShownLink, spot: Spot | None) -> str:
    written = attributes(
        pos=_bezier(one.link.points),
        penwidth=number_text(one.width),
        color=palette.link(one) + ("" if one.lit else f"{round(255 * DIM):02x}"),
        style=palette.stroke(one),
        tooltip=palette.words(one),
    )
    if spot is None:
        return written
    return f'{written[:-1]}, label={boxed(spot.text, palette.page + _VEIL)}, lp="{place_of(spot.box.x, spot.box.y)}"]'


def _bezier(points: Sequence[Point]) -> str:
    """Write a way as a curve of Bezier's whose pieces are straight."""
    places = [place_of(*points[0])]
    for (x0, y0), (x1, y1) in pairwise(points):
        places += [place_of(x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share in (1 / 3, 2 / 3, 1.0)]
    return " ".join(places)


def _bias(palette: Palette, shown: ShownNode) -> str:
    x, y = square_at(shown.node.x, shown.node.y)
    return attributes(
        pos=f"{place_of(x, y)}!",
        shape="square",
        width=number_text(2 * SQUARE),
        fillcolor=_dimmed(palette, palette.value(shown.node.layer, shown.bias or 0.0), shown.lit),
        color=_dimmed(palette, palette.ink, shown.lit),
        penwidth=number_text(min(0.7, widths([0.2], len(palette.diagram.links))[0])),
        tooltip=f"bias of {name_of(shown.node)}: {shown.bias:.6g}",
    )


# Where the numbers at the edges stand, which DOT cannot turn.


class Spot(NamedTuple):
    """A level text at an edge, and the room that it takes."""

    text: str
    box: Box


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
    for placed in diagram.numbers:
        link, text = placed.link, "\n".join(part for part in (placed.above, placed.below) if part)
        long, tall = wide(text, NUMBER_HEIGHT) / 2, 0.6 * NUMBER_HEIGHT * (1 + text.count("\n"))
        places = [(placed.x, placed.y), *(_at_share(link.points, share) for share in _SHARES)]
        free = [
            box
            for box in (Box(x, y, 1.0, 0.0, long, tall) for x, y in places)
            if not any(box.meets(other.box) for other in found.values())
            and not any(box.meets_circle(*circle) for circle in circles)
        ]
        if free:
            later = [other.points for other in drawn[order[link] + 1 :]][:_LOOKED_AT]
            best = next((box for box in free if not any(_crosses(points, box) for points in later)), free[0])
            found[link] = Spot(text, best)
    return found


def _crosses(points: Sequence[Point], box: Box) -> bool:
    """Whether a way leads through a level box: no side of it, and no piece of the way, keeps the two apart."""
    for (x0, y0), (x1, y1) in pairwise(points):
        dx, dy, x, y = (x1 - x0) / 2, (y1 - y0) / 2, (x0 + x1) / 2 - box.x, (y0 + y1) / 2 - box.y
        near = abs(x) < box.long + abs(dx) and abs(y) < box.tall + abs(dy)
        if near and abs(x * dy - y * dx) < box.long * abs(dy) + box.tall * abs(dx):
            return True
    return False


def _at_share(points: Sequence[Point], share: float) -> Point:
    """Find the point at a share of a way; its pieces are about equally long."""
    whole, part = divmod(share * (len(points) - 1), 1.0)
    (x0, y0), (x1, y1) = points[int(whole)], points[int(whole) + 1]
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


def _words_around(diagram: NetworkDiagram, palette: Palette, ids: dict[Node, str], without_room: int) -> Iterator[str]:
    """Write titles, side names, marks and the caption, as nodes without an outline."""
    for number, (text, x, y, align) in enumerate(title_places(diagram)):
        if align == "center":
            yield f"t{number}" + _words(palette, text, x, y + 0.6 * TITLE * (1 + text.count("\n")), TITLE)
        else:
            yield f"t{number}" + _words(palette, text, x - wide(text, TITLE) / 2, y, TITLE)
    down = diagram.layout.direction == "down"
    for shown in diagram.nodes if len(diagram.nodes) <= WRITTEN else ():
        node = shown.node
        if shown.side:
            height = min(SIDE, 0.95 / wide(shown.side, 1.0)) if down else SIDE
            away = RADIUS + 0.13 + (height if down else wide(shown.side, SIDE)) / 2
            away *= -1.0 if node.layer == 0 else 1.0
            x, y = (node.x, node.y - away) if down else (node.x + away, node.y)
            yield f"s{ids[node]}" + _words(palette, shown.side, x, y, height, faint=not shown.lit)
        if shown.mark:
            x = node.x + 0.8 * RADIUS + wide(shown.mark, 0.19) / 2
            yield f"m{ids[node]}" + _words(palette, shown.mark, x, node.y + 0.9 * RADIUS, 0.19, flag=True)
    left, bottom, right, _ = extent(diagram)
    caption = _caption(diagram, without_room)
    yield "caption" + _words(palette, caption, (left + right) / 2, bottom - 0.15 - 0.6 * _CAPTION * 4, _CAPTION)


def _words(
    palette: Palette, text: str, x: float, y: float, height: float, faint: bool = False, flag: bool = False
) -> str:
    style = {"style": "filled", "fillcolor": palette.page, "color": palette.warning} if flag else {"style": "solid"}
    return attributes(
        pos=f"{place_of(x, y)}!",
        shape="box" if flag else "plaintext",
        fixedsize="false",
        margin="0.03",
        width=number_text(wide(text, height)),
        height=number_text(height * (1 + text.count("\n"))),
        label=text,
        fontsize=points_of(height),
        fontcolor=mixed(palette.ink, palette.page, 0.35) if faint else palette.ink,
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


# How things are written in DOT.


def attributes(**values: str) -> str:
    r"""Write a list of attributes; lines stay lines, whatever else is not printable is told by its escape.

    Examples
    --------
    >>> print(attributes(label='a "b" & \\c' + chr(10) + "d" + chr(7)))
     [label="a \"b\" &amp; \\c\nd\\x07"]
    """
    return " [" + ", ".join(f'{name}="{_escaped(value)}"' for name, value in values.items()) + "]"


def _escaped(text: str) -> str:
    return "\\n".join(_replaced(line, _ESCAPES) for line in text.split("\n"))


def _replaced(line: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in one_line(line))


def boxed(text: str, ground: str) -> str:
    r"""Write a label on a ground of its own, in the part of HTML that Graphviz knows.

    Examples
    --------
    >>> boxed("0.5", "#ffffff")
    '<<table border="0" cellpadding="0" cellspacing="0" bgcolor="#ffffff"><tr><td>0.5</td></tr></table>>'
    """
    lines = "<br/>".join(_replaced(line, _HTML) for line in text.split("\n"))
    table = f'<table border="0" cellpadding="0" cellspacing="0" bgcolor="{ground}">'
    return f"<{table}<tr><td>{lines}</td></tr></table>>"


def points_of(length: float) -> str:
    """Write a length in points."""
    return number_text(length * _POINTS)


def place_of(x: float, y: float) -> str:
    """Write a place in points.

    Examples
    --------
    >>> place_of(0.5, -1.0)
    '36,-72'
    """
    return f"{points_of(x)},{points_of(y)}"


def wide(text: str, height: float) -> float:
    """Say how wide the widest line of a text is; broad letters and signs of Asian scripts count as what they are."""
    return max(_AIR * text_width("0", height) * sum(map(_breadth, line)) for line in text.split("\n"))


def _breadth(character: str) -> float:
    return 1.9 if unicodedata.east_asian_width(character) in "WF" else 1.4 if character in _BROAD else 1.0
