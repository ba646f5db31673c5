r"""The network diagram as a LaTeX document of its own, in TikZ: the same places, colours, widths and numbers.

It knows LaTeX and the diagram's records, and neither matplotlib's figures nor how anything was computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from visualize.network.contents import true_minus
from visualize.network.edge_numbers import text_width
from visualize.network.labels import SIDE, TITLE, WRITTEN, lines_in, title_places
from visualize.network.layout import RADIUS
from visualize.network.painter import DIM, REST_RADIUS, SQUARE, extent, square_at
from visualize.network.scales import widths
from visualize.writers.latex_text import comment, latex_length, latex_text
from visualize.writers.palette import Palette, Sample, name_of, number_text, outline, palette_of, samples

if TYPE_CHECKING:
    from visualize.network.contents import ShownLink, ShownNode
    from visualize.network.diagram import NetworkDiagram
    from visualize.network.edge_numbers import Placed

__all__ = ["write"]

_LARGEST = 200.0  # cm; TeX has no lengths above 575 cm, and PDF no pages
_POINTS = 28.4528  # TeX points in a cm
_FONT = 10.0  # points of the text that is scaled
_FAINT = 0.35  # the opacity of text that is not lit
# Of the legend, all in cm, since it is as large below a picture that is made smaller:
_TEXT = 0.24
_BAR, _THICK = 4.4, 0.2
_LINE = 0.8
_GAP = 0.4
_LEAST = 9.0  # rows are at least so wide
_WORDS = 0.8  # words are narrower than numbers

_STROKES = {"solid": "", "dashed": ", dashes", "dotted": ", dots"}
_HEAD = r"""\documentclass[tikz,border=4pt]{standalone}
%s\begin{document}
%% Larger, with its texts: add scale=1.5, transform shape. Lines are so many pens wide; a pen of 1pt makes them bolder.
\begin{tikzpicture}[x=%scm, y=%scm, line join=round, pen/.style={line width=#1*0.66pt},
  dashes/.style={dash pattern=on 3\pgflinewidth off 1.6\pgflinewidth},
  dots/.style={dash pattern=on \pgflinewidth off 2.5\pgflinewidth},
  every node/.style={inner sep=0pt, outer sep=0pt, text height=6.8pt, text depth=0pt, font=\sffamily}]
%s
"""


@dataclass
class Page:
    """The lines of a document, and the colours that they use; lengths are written in the units of the layout.

    Attributes
    ----------
    unit : float
        The length of a unit in cm: 1, unless TeX could not hold the picture.
    """

    unit: float
    lines: list[str] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)

    def colour(self, ink: str) -> str:
        """Name a colour, so that the document defines it."""
        return self.colours.setdefault(ink, f"c{ink[1:].upper()}")

    def write(
        self, x: float, y: float, latex: str, height: float, ink: str, options: str = "", length: float = 1.0
    ) -> None:
        """Write a text, its font so many units high; `length` says how much longer it is than was thought."""
        scale = number_text(height * self.unit * _POINTS / _FONT / length)
        more = f", {options}" if options else ""
        self.lines.append(rf"\node[{self.colour(ink)}, scale={scale}{more}] at {at(x, y)} {{{latex}}};")

    def words(self, x: float, y: float, text: str, height: float, ink: str, options: str = "") -> None:
        """Write words, exactly as they are."""
        self.write(x, y, latex_text(text), height, ink, options, max(latex_length(text) / max(len(text), 1), 1.0))


def at(x: float, y: float) -> str:
    """Write a place."""
    return f"({number_text(x)},{number_text(y)})"


def write(diagram: NetworkDiagram) -> str:
    r"""Write a diagram as a LaTeX document, for pdflatex or lualatex; the one package that it needs is TikZ.

    One unit of the layout is 1 cm (less only for pictures above 2 m). A line is as many pens wide as the diagram says;
    a pen is 0.66 pt, for at 0.8 inches a unit it would be 1 pt. After the line of each link stands, as a comment, which
    link it is, and its value. The alt text stands at the top. Above some 15 000 links pdflatex has too little memory;
    lualatex has enough.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.network.diagram import NetworkDiagram
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> text = write(NetworkDiagram.from_network(net))
    >>> print(next(line for line in text.splitlines() if line.startswith(r"\draw")))
    \draw[c3F1A6B, pen=4] (0,0) -- (3.4,0); % x1 -> o1: 1
    """
    left, bottom, right, top = extent(diagram)
    page, palette = Page(min(1.0, _LARGEST / max(right - left, top - bottom))), palette_of(diagram)
    for one in diagram.links:
        page.lines.append(_line(page, palette, one))
    for node in diagram.nodes:
        _circle(page, palette, node)
    for node in diagram.nodes:
        if diagram.options.bias == "square" and node.bias is not None:
            _bias(page, palette, node)
    for placed in diagram.numbers:
        _number(page, palette, placed)
    if len(diagram.nodes) <= WRITTEN:
        for node in diagram.nodes:
            _texts(page, palette, node)
    _titles(page, palette)
    left, bottom, right = _write_legend(page, palette, (left, bottom, right))
    ground, border = [], ""
    if palette.page != "#ffffff":
        ground = [rf"\fill[{page.colour(palette.page)}] {at(left, bottom)} rectangle {at(right, top)};"]
        border = f"\\pagecolor[HTML]{{{palette.page[1:].upper()}}}\n"
    colours = "\n".join(rf"\definecolor{{{name}}}{{HTML}}{{{name[1:]}}}" for name in page.colours.values())
    unit = number_text(page.unit)
    head = comment(diagram.alt_text()) + "\n" + _HEAD % (border, unit, unit, colours)
    return head + "\n".join([*ground, *page.lines, r"\end{tikzpicture}", r"\end{document}", ""])


def line_style(page: Page, colour: str, width: float, stroke: str) -> str:
    """Write the options of a line."""
    return f"{page.colour(colour)}, pen={number_text(width)}{_STROKES[stroke]}"


def _line(page: Page, palette: Palette, one: ShownLink) -> str:
    options = line_style(page, palette.link(one), one.width, palette.stroke(one))
    if not one.lit:
        options += f", opacity={number_text(DIM)}"
    way = " -- ".join(at(x, y) for x, y in one.link.points)
    return f"\\draw[{options}] {way}; {comment(palette.words(one))}"


def _circle(page: Page, palette: Palette, shown: ShownNode) -> None:
    node = shown.node
    style = line_style(page, palette.rim(shown), outline(palette.diagram, shown), palette.rim_stroke(shown))
    style += f", fill={page.colour(palette.fill(shown))}"
    if not node.neurons:
        page.lines.append(rf"\filldraw[{style}] {_square(node.x, node.y, 0.3)};")
        return
    radius = number_text(REST_RADIUS if node.is_rest else RADIUS)
    page.lines.append(rf"\filldraw[{style}] {at(node.x, node.y)} circle [radius={radius}];")


def _bias(page: Page, palette: Palette, shown: ShownNode) -> None:
    fill = page.colour(palette.value(shown.node.layer, shown.bias or 0.0))
    width = min(0.7, widths([0.2], len(palette.diagram.links))[0])
    style = f"{line_style(page, palette.ink, width, 'solid')}, fill={fill}"
    if not shown.lit:
        style += f", opacity={number_text(DIM)}"
    note = comment(f"bias of {name_of(shown.node)}: {shown.bias:.6g}")
    page.lines.append(rf"\filldraw[{style}] {_square(*square_at(shown.node.x, shown.node.y), SQUARE)}; {note}")


def _square(x: float, y: float, half: float) -> str:
    return f"{at(x - half, y - half)} rectangle {at(x + half, y + half)}"


def _number(page: Page, palette: Palette, placed: Placed) -> None:
    angle = math.radians(placed.angle)
    backing = f"fill={page.colour(palette.page)}, fill opacity=0.8, text opacity=1, inner xsep=0.6pt, inner ysep=0.4pt"
    lift = 0.66 * placed.height if placed.below else 0.0
    for text, way in ((placed.above, lift), (placed.below, -lift)):
        if text:
            x, y = placed.x - way * math.sin(angle), placed.y + way * math.cos(angle)
            page.words(x, y, text, placed.height, palette.ink, f"{backing}, rotate={number_text(placed.angle)}")


def _texts(page: Page, palette: Palette, shown: ShownNode) -> None:
    node, ink = shown.node, palette.text(shown)
    down = palette.diagram.layout.direction == "down"
    if node.is_rest:
        for step in (-0.14, 0.0, 0.14):
            x, y = (node.x + step, node.y + 0.22) if down else (node.x, node.y + 0.22 + step)
            page.lines.append(rf"\fill[{page.colour(ink)}] {at(x, y)} circle [radius=0.03];")
        page.words(node.x, node.y - 0.22, shown.name, 0.25, ink)
    else:
        for number, (text, rise, height) in enumerate(lines_in(shown)):
            if number == 0 and shown.latex:
                page.write(node.x, node.y + rise, f"${shown.latex}$", height, ink)
            else:
                page.words(node.x, node.y + rise, text, height, ink)
    if shown.side:
        away = (RADIUS + 0.13) * (-1.0 if node.layer == 0 else 1.0)
        faint = "" if shown.lit else f", opacity={number_text(_FAINT)}"
        if down:
            turned = f"rotate=90, anchor={'west' if node.layer == 0 else 'east'}{faint}"
            page.words(node.x, node.y - away, shown.side, SIDE, palette.ink, turned)
        else:
            beside = f"anchor={'east' if node.layer == 0 else 'west'}{faint}"
            page.words(node.x + away, node.y, shown.side, SIDE, palette.ink, beside)
    if shown.mark:
        flag = f"anchor=west, draw={page.colour(palette.warning)}, fill={page.colour(palette.page)}, inner sep=1.5pt"
        page.words(node.x + 0.8 * RADIUS, node.y + 0.9 * RADIUS, shown.mark, 0.19, palette.ink, flag)


def _titles(page: Page, palette: Palette) -> None:
    """Write the titles, a node for each of their lines: over the layers upwards, beside them around the middle."""
    for text, x, y, align in title_places(palette.diagram):
        lines = text.split("\n")
        for number, line in enumerate(reversed(lines)):
            rise = 0.5 + 1.25 * number if align == "center" else 1.25 * (number - (len(lines) - 1) / 2)
            options = "" if align == "center" else "anchor=east"
            page.words(x, y + rise * TITLE, line, TITLE, palette.ink, options)


# The legend below the picture: the scales as bars with five values each, and the widths, signs and strokes, in rows.


class _Item(NamedTuple):
    """A thing in the legend: its size, and what draws it when its left upper corner is known."""

    width: float
    height: float
    draw: Callable[[float, float], None]


def _write_legend(page: Page, palette: Palette, above: tuple[float, float, float]) -> tuple[float, float, float]:
    """Write the legend below a picture with this left, bottom and right; return those of both."""
    left, bottom, right = (length * page.unit for length in above)
    diagram = palette.diagram
    limit = diagram.scale.limit
    bars = [_bar(page, palette, diagram.scale.words(diagram.mode.edge_words), limit, palette.on_scale)]
    if diagram.mode.fill:
        most = diagram.fill_scale.limit
        words = diagram.fill_scale.words(diagram.mode.fill_words)
        bars.append(_bar(page, palette, words, most, lambda value: palette.share(0.5 + 0.5 * value / most)))
    room, middle = max(right - left, _LEAST), (left + right) / 2
    y = bottom - 0.2
    for row in [*_rows(bars, room), *_rows([_sample(page, palette, one) for one in samples(palette)], room)]:
        wide = sum(item.width for item in row) + _GAP * (len(row) - 1)
        x = middle - wide / 2
        left, right = min(left, x - 0.1), max(right, x + wide + 0.1)
        for item in row:
            item.draw(x, y)
            x += item.width + _GAP
        y -= max(item.height for item in row)
    return left / page.unit, (y - 0.1) / page.unit, right / page.unit


def _rows(items: list[_Item], room: float) -> list[list[_Item]]:
    rows: list[list[_Item]] = []
    free = 0.0
    for item in items:
        if not rows or item.width > free:
            rows.append([])
            free = room
        rows[-1].append(item)
        free -= item.width + _GAP
    return rows


def _bar(page: Page, palette: Palette, words: str, limit: float, colour: Callable[[float], str]) -> _Item:
    """Make a scale: its colours run between five values, each with its own colour."""
    lines = words.split("\n")
    margin = text_width("-0.25", _TEXT) / 2

    def draw(x: float, y: float) -> None:
        places = [x + margin + _BAR * part / 4 for part in range(5)]
        values = [limit * (part - 2) / 2 for part in range(5)]
        names = [page.colour(colour(value)) for value in values]
        for k in range(4):
            corners = f"{_at_cm(page, places[k], y - _THICK)} rectangle {_at_cm(page, places[k + 1], y)}"
            page.lines.append(rf"\shade[left color={names[k]}, right color={names[k + 1]}] {corners};")
        frame = f"{_at_cm(page, places[0], y - _THICK)} rectangle {_at_cm(page, places[-1], y)}"
        page.lines.append(rf"\draw[{line_style(page, palette.quiet, 0.4, 'solid')}] {frame};")
        for place, value in zip(places, values, strict=True):
            _words(page, palette, place, y - _THICK - 0.2, true_minus(f"{value:.2g}"))
        for k, line in enumerate(lines):
            _words(page, palette, x + margin + _BAR / 2, y - _THICK - 0.52 - 0.3 * k, line)

    width = max([_BAR + 2 * margin, *(_WORDS * text_width(line, _TEXT) for line in lines)])
    return _Item(width, _THICK + 0.55 + 0.3 * len(lines), draw)


def _sample(page: Page, palette: Palette, one: Sample) -> _Item:
    line = _LINE if one.colour else 0.0

    def draw(x: float, y: float) -> None:
        if line:
            style = line_style(page, one.colour, one.width, one.stroke)
            page.lines.append(rf"\draw[{style}] {_at_cm(page, x, y - 0.15)} -- {_at_cm(page, x + line, y - 0.15)};")
        _words(page, palette, x + line + 0.12, y - 0.15, one.words, "anchor=west")

    return _Item(line + 0.12 + _WORDS * text_width(one.words, _TEXT), 0.42, draw)


def _words(page: Page, palette: Palette, x: float, y: float, text: str, options: str = "") -> None:
    page.words(x / page.unit, y / page.unit, text, _TEXT / page.unit, palette.ink, options)


def _at_cm(page: Page, x: float, y: float) -> str:
    return at(x / page.unit, y / page.unit)
