r"""The network diagram as a LaTeX document of its own, in TikZ: the same places, colours, widths and numbers.

It knows LaTeX and the diagram's records, and neither matplotlib's figures nor how anything was computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from visualize.network.labels import SIDE, TITLE, WRITTEN, lines_in, title_places
from visualize.network.painter import DIM, REST_RADIUS, SQUARE, extent, square_at
from visualize.network.places import RADIUS
from visualize.network.scales import widths
from visualize.writers.inks import Inks, inks_of, name_of, number_text, outline
from visualize.writers.latex_text import comment, latex_length, latex_text

if TYPE_CHECKING:
    from visualize.network.diagram import NetworkDiagram
    from visualize.network.numbers import Placed
    from visualize.network.showing import ShownLink, ShownNode

__all__ = ["Page", "at", "line_style", "write_tikz"]

_LARGEST = 200.0  # cm; TeX has no lengths above 575 cm, and PDF no pages
_POINTS = 28.4528  # TeX points in a cm
_FONT = 10.0  # points of the text that is scaled
_FAINT = 0.35  # the opacity of text that is not lit

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


def write_tikz(diagram: NetworkDiagram) -> str:
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
    >>> text = write_tikz(NetworkDiagram.from_network(net))
    >>> print(next(line for line in text.splitlines() if line.startswith(r"\draw")))
    \draw[c3F1A6B, pen=4] (0,0) -- (3.4,0); % x1 -> o1: 1
    """
    from visualize.writers.tikz_legend import write_legend

    left, bottom, right, top = extent(diagram)
    page, inks = Page(min(1.0, _LARGEST / max(right - left, top - bottom))), inks_of(diagram)
    for one in diagram.links:
        page.lines.append(_line(page, inks, one))
    for node in diagram.nodes:
        _circle(page, inks, node)
    for node in diagram.nodes:
        if diagram.bias_squares and node.bias is not None:
            _bias(page, inks, node)
    for placed in diagram.numbers:
        _number(page, inks, placed)
    if len(diagram.nodes) <= WRITTEN:
        for node in diagram.nodes:
            _texts(page, inks, node)
    _titles(page, inks)
    left, bottom, right = write_legend(page, inks, (left, bottom, right))
    ground, border = [], ""
    if inks.page != "#ffffff":
        ground = [rf"\fill[{page.colour(inks.page)}] {at(left, bottom)} rectangle {at(right, top)};"]
        border = f"\\pagecolor[HTML]{{{inks.page[1:].upper()}}}\n"
    colours = "\n".join(rf"\definecolor{{{name}}}{{HTML}}{{{name[1:]}}}" for name in page.colours.values())
    unit = number_text(page.unit)
    head = comment(diagram.alt_text()) + "\n" + _HEAD % (border, unit, unit, colours)
    return head + "\n".join([*ground, *page.lines, r"\end{tikzpicture}", r"\end{document}", ""])


def line_style(page: Page, colour: str, width: float, stroke: str) -> str:
    """Write the options of a line."""
    return f"{page.colour(colour)}, pen={number_text(width)}{_STROKES[stroke]}"


def _line(page: Page, inks: Inks, one: ShownLink) -> str:
    options = line_style(page, inks.link(one), one.width, inks.stroke(one))
    if not one.lit:
        options += f", opacity={number_text(DIM)}"
    way = " -- ".join(at(x, y) for x, y in one.link.points)
    value = "not computed" if one.value is None else f"{one.value:.6g}"
    return f"\\draw[{options}] {way}; {comment(f'{name_of(one.link.source)} -> {name_of(one.link.target)}: {value}')}"


def _circle(page: Page, inks: Inks, shown: ShownNode) -> None:
    node = shown.node
    stroke = "dashed" if node.is_rest or inks.is_dashed(shown) else "dotted" if shown.is_missing else "solid"
    style = line_style(page, inks.rim(shown), outline(inks.diagram, shown), stroke)
    style += f", fill={page.colour(inks.fill(shown))}"
    if not node.neurons:
        page.lines.append(rf"\filldraw[{style}] {_square(node.x, node.y, 0.3)};")
        return
    radius = number_text(REST_RADIUS if node.is_rest else RADIUS)
    page.lines.append(rf"\filldraw[{style}] {at(node.x, node.y)} circle [radius={radius}];")


def _bias(page: Page, inks: Inks, shown: ShownNode) -> None:
    width = min(0.7, widths([0.2], len(inks.diagram.links))[0])
    fill = page.colour(inks.value(shown.node.layer, shown.bias or 0.0))
    style = f"{line_style(page, inks.ink, width, 'solid')}, fill={fill}"
    if not shown.lit:
        style += f", opacity={number_text(DIM)}"
    told = comment(f"bias of {name_of(shown.node)}: {shown.bias:.6g}")
    page.lines.append(rf"\filldraw[{style}] {_square(*square_at(shown.node.x, shown.node.y), SQUARE)}; {told}")


def _square(x: float, y: float, half: float) -> str:
    return f"{at(x - half, y - half)} rectangle {at(x + half, y + half)}"


def _number(page: Page, inks: Inks, placed: Placed) -> None:
    angle = math.radians(placed.angle)
    backing = f"fill={page.colour(inks.page)}, fill opacity=0.8, text opacity=1, inner xsep=0.6pt, inner ysep=0.4pt"
    lift = 0.66 * placed.height if placed.below else 0.0
    for text, way in ((placed.above, lift), (placed.below, -lift)):
        if text:
            x, y = placed.x - way * math.sin(angle), placed.y + way * math.cos(angle)
            page.words(x, y, text, placed.height, inks.ink, f"{backing}, rotate={number_text(placed.angle)}")


def _texts(page: Page, inks: Inks, shown: ShownNode) -> None:
    node, ink = shown.node, inks.text(shown)
    down = inks.diagram.layout.direction == "down"
    if node.is_rest:
        for step in (-0.14, 0.0, 0.14):
            x, y = (node.x + step, node.y + 0.22) if down else (node.x, node.y + 0.22 + step)
            page.lines.append(rf"\fill[{page.colour(ink)}] {at(x, y)} circle [radius=0.03];")
        page.words(node.x, node.y - 0.22, shown.name, 0.25, ink)
    else:
        for number, (text, rise, height) in enumerate(lines_in(shown)):
            if number == 0 and shown.name and node.neurons and not shown.latex.startswith(r"\text"):
                page.write(node.x, node.y + rise, f"${shown.latex}$", height, ink)
            else:
                page.words(node.x, node.y + rise, text, height, ink)
    if shown.side:
        away = (RADIUS + 0.13) * (-1.0 if node.layer == 0 else 1.0)
        faint = "" if shown.lit else f", opacity={number_text(_FAINT)}"
        if down:
            turned = f"rotate=90, anchor={'west' if node.layer == 0 else 'east'}{faint}"
            page.words(node.x, node.y - away, shown.side, SIDE, inks.ink, turned)
        else:
            beside = f"anchor={'east' if node.layer == 0 else 'west'}{faint}"
            page.words(node.x + away, node.y, shown.side, SIDE, inks.ink, beside)
    if shown.mark:
        flag = f"anchor=west, draw={page.colour(inks.warning)}, fill={page.colour(inks.page)}, inner sep=1.5pt"
        page.words(node.x + 0.8 * RADIUS, node.y + 0.9 * RADIUS, shown.mark, 0.19, inks.ink, flag)


def _titles(page: Page, inks: Inks) -> None:
    """Write the titles, a node for each of their lines: over the layers upwards, beside them around the middle."""
    for text, x, y, align in title_places(inks.diagram):
        lines = text.split("\n")
        for number, line in enumerate(reversed(lines)):
            rise = 0.5 + 1.25 * number if align == "center" else 1.25 * (number - (len(lines) - 1) / 2)
            options = "" if align == "center" else "anchor=east"
            page.words(x, y + rise * TITLE, line, TITLE, inks.ink, options)
