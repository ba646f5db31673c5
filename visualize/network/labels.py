"""The texts of a diagram: in the neurons, beside them, over the layers, and the numbers at the edges.

Texts are sized in the units of the layout, so they fit their circles on a slide and in a column alike.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from visualize.network.edge_numbers import text_width, words_width
from visualize.network.layout import RADIUS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from visualize.network.contents import ShownNode
    from visualize.network.diagram import NetworkDiagram

__all__ = [
    "SIDE",
    "TITLE",
    "WRITTEN",
    "ink_on",
    "lines_in",
    "margins",
    "mark_circles",
    "node_texts",
    "number_texts",
    "title_places",
    "title_texts",
]

_MATH = 30  # neurons; beyond, names are plain text, since mathematics takes matplotlib 6 ms each
WRITTEN = 150  # neurons; beyond, nothing is written in them
_FLAG = 0.19  # height of a word about a neuron
_TALL = 40  # neurons in a column
SIDE = 0.27  # height of what stands beside a neuron
TITLE = 0.28
_NUMBERS = 0.85  # numbers are smaller than names
_ROWS = {1: (0.0,), 2: (0.15, -0.15), 3: (0.23, 0.0, -0.21)}  # heights of the lines in a neuron: name, numbers
_SIZES = {1: 0.3, 2: 0.24, 3: 0.2}  # the largest text for so many lines


def lines_in(node: ShownNode) -> list[tuple[str, float, float]]:
    """What is written in a neuron, its name first: (text, rise above the centre, height), each fitting."""
    texts = ([node.name] if node.name else []) + [f"{symbol} {number}".strip() for symbol, number in node.numbers]
    lines = []
    for at, (text, rise) in enumerate(zip(texts, _ROWS.get(len(texts), ()), strict=True)):
        height = _SIZES[len(texts)] * (1.0 if at == 0 else _NUMBERS)
        chord = 1.85 * math.sqrt(RADIUS**2 - (abs(rise) + 0.3 * height) ** 2)
        lines.append((text, rise, min(height, chord / text_width(text, 1.0))))
    return lines


def mark_circles(node: ShownNode) -> list[tuple[float, float, float]]:
    """The room that the word about a neuron takes, as circles that no number may touch."""
    x, y = _flag_at(node)
    steps = max(1, math.ceil(words_width(node.mark, _FLAG) / 0.15))
    return [(x + 0.15 * step, y, 0.15) for step in range(steps + 1)]


def _flag_at(node: ShownNode) -> tuple[float, float]:
    return node.node.x + 0.8 * RADIUS, node.node.y + 0.9 * RADIUS


def margins(diagram: NetworkDiagram) -> tuple[float, float, float, float]:
    """Room for what is written around the neurons: left, below, right, above."""
    sides = [(node.node.layer == 0, words_width(node.side, SIDE)) for node in diagram.nodes if node.side]
    inputs = max((width + 0.1 for is_input, width in sides if is_input), default=0.0)
    outputs = max((width + 0.1 for is_input, width in sides if not is_input), default=0.0)
    lines = [line for text, *_ in title_places(diagram) for line in text.split("\n")]
    wide = max((words_width(line, TITLE) for line in lines), default=0.0)
    if diagram.layout.direction == "right":
        left, bottom, right, top = diagram.layout.box
        ends = max(wide / 2 - 0.4, 0.05 * (right - left) if top - bottom > _TALL else 0.0)
        tall = max(text.count("\n") + 1 for text, *_ in title_places(diagram))
        above = max(0.3 + 1.25 * TITLE * tall, 0.07 * (top - bottom))  # titles are never smaller than can be read
        return max(inputs, ends, 0.2), 0.15, max(outputs, ends, 0.2), above
    return wide + 0.4, outputs + 0.15, 0.2, inputs + 0.15


def title_places(diagram: NetworkDiagram) -> list[tuple[str, float, float, str]]:
    """Where the title of each layer is: (text, x, y, horizontal alignment)."""
    left, _, _, top = diagram.layout.box
    placed = []
    for column, title in zip(diagram.layout.columns, diagram.titles, strict=True):
        text = title.text(counted=any(node.is_rest for node in column))
        if diagram.layout.direction == "right":
            placed.append((text, column[0].x, top + 0.15, "center"))
        else:
            placed.append((text, left - 0.3, column[0].y, "right"))
    return placed


def node_texts(diagram: NetworkDiagram, ax: Axes) -> list[Text]:
    """Write what stands in the neurons and beside them."""
    theme, texts = diagram.theme, []
    for node in diagram.nodes if len(diagram.nodes) <= WRITTEN else ():
        texts += _in_neuron(diagram, ax, node)
        if node.side:
            texts.append(_beside(diagram, ax, node))
        if node.mark:
            flag = {"facecolor": theme.page, "edgecolor": theme.negative, "linewidth": 0.8, "pad": 1.0}
            x, y = _flag_at(node)
            texts.append(_text(ax, x, y, node.mark, _FLAG, color=theme.ink, ha="left", zorder=6, bbox=flag))
    return texts


def title_texts(diagram: NetworkDiagram, ax: Axes) -> list[Text]:
    """Write the titles of the layers."""
    least = 7.0 if max(map(len, diagram.layout.columns)) > _TALL else 0.5  # a tall net has nothing else to read
    style: dict[str, Any] = {"color": diagram.theme.ink, "zorder": 5, "most": 13.0, "least": least}
    style["va"] = "center" if diagram.layout.direction == "down" else "bottom"
    return [_text(ax, x, y, text, TITLE, ha=align, **style) for text, x, y, align in title_places(diagram)]


def _in_neuron(diagram: NetworkDiagram, ax: Axes, node: ShownNode) -> list[Text]:
    x, y = node.node.x, node.node.y
    ink = ink_on(diagram, node)
    if node.node.is_rest:
        dots = _text(ax, x, y + 0.22, "⋮" if diagram.layout.direction == "right" else "⋯", 0.5, color=ink, zorder=5)
        return [dots, _text(ax, x, y - 0.2, node.name, 0.25, color=ink, zorder=5)]
    texts = []
    for at, (line, rise, height) in enumerate(lines_in(node)):
        words = line
        is_math = at == 0 and node.latex and len(diagram.nodes) <= _MATH
        if is_math:
            words = f"${node.latex}$"
        usual = _SIZES[2] if at == 0 else _NUMBERS * _SIZES[2]
        style: dict[str, Any] = {
            "parse_math": words is not line,
            "alpha": None if node.lit else 0.35,
            "readable": usual,
        }
        texts.append(_text(ax, x, y + rise, words, height, color=ink, zorder=5, **style))
    return texts


def ink_on(diagram: NetworkDiagram, node: ShownNode) -> str:
    """Black or white, whichever stands out on the circle."""
    if node.fill is None:
        return diagram.theme.ink
    scale, layer = diagram.fill_scale, node.node.layer
    if node.node.is_rest:
        return diagram.theme.ink if scale.strength(layer, node.fill) < 0.5 else diagram.theme.page
    r, g, b, _ = diagram.theme.diverging(0.5 + 0.5 * scale.of(layer, node.fill) / scale.limit)
    return "#111111" if 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.4 else "#ffffff"


def _beside(diagram: NetworkDiagram, ax: Axes, node: ShownNode) -> Text:
    down, sign = diagram.layout.direction == "down", -1.0 if node.node.layer == 0 else 1.0
    gap = RADIUS + 0.13
    x, y = (node.node.x, node.node.y - sign * gap) if down else (node.node.x + sign * gap, node.node.y)
    place: dict[str, Any] = {"ha": "right" if sign < 0 else "left", "va": "center"}
    if down:
        place = {"ha": "center", "va": "bottom" if sign < 0 else "top", "rotation": 90}
    alpha = None if node.lit else 0.35
    return _text(ax, x, y, node.side, SIDE, color=diagram.theme.ink, zorder=5, alpha=alpha, most=12.0, **place)


def number_texts(diagram: NetworkDiagram, ax: Axes) -> list[Text]:
    """Write the numbers at the edges."""
    theme, texts = diagram.theme, []
    for placed in diagram.numbers:
        angle = math.radians(placed.angle)
        style: dict[str, Any] = {
            "color": theme.ink, "zorder": 4.5, "rotation": placed.angle, "rotation_mode": "anchor", "most": 9.0,
            "bbox": {"facecolor": theme.page, "edgecolor": "none", "alpha": 0.8, "pad": 0.2},
        }  # fmt: skip
        lift = 0.66 * placed.height if placed.below else 0.0
        for text, way in ((placed.above, 1.0), (placed.below, -1.0)):
            if text:
                x, y = placed.x - way * lift * math.sin(angle), placed.y + way * lift * math.cos(angle)
                texts.append(_text(ax, x, y, text, placed.height, **style))
    return texts


def _text(ax: Axes, x: float, y: float, text: str, height: float, **style: Any) -> Text:
    from visualize.network.sized_text import SizedText

    place = {"ha": "center", "va": "center_baseline"} | style
    made = SizedText(x, y, text, height=height, transform=ax.transData, **({"parse_math": False} | place))
    made.set_clip_on(False)
    made.set_in_layout(False)
    ax.add_artist(made)
    return made
