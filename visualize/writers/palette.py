"""The colour, the width and the stroke of everything in a diagram, as plain values for files that are text.

It knows neither LaTeX nor DOT, and draws nothing; the same colours as in matplotlib come from the same maps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from neurograph.errors import one_line
from visualize.network.contents import true_minus
from visualize.network.labels import ink_on
from visualize.network.legend import notes_of
from visualize.network.painter import DIM
from visualize.network.scales import widths

if TYPE_CHECKING:
    from visualize.network.contents import ShownLink, ShownNode
    from visualize.network.diagram import NetworkDiagram
    from visualize.network.layout import Node

__all__ = ["Palette", "Sample", "mixed", "name_of", "number_text", "outline", "palette_of", "samples"]


class Sample(NamedTuple):
    """A line of the legend: its colour, width in points and stroke, and what it means; no colour for words only."""

    colour: str
    width: float
    stroke: str
    words: str


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a diagram as #rrggbb: those of its theme, and the shades of its diverging map, in order.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.network.diagram import NetworkDiagram
    >>> diagram = NetworkDiagram.from_network(ng.Network.dense([1, 1], "tanh", initializer="ones"))
    >>> palette = palette_of(diagram)
    >>> palette.link(diagram.links[0]), palette.value(1, -1.0), palette.value(1, 0.0)
    ('#3f1a6b', '#e08214', '#e9e9e9')
    """

    diagram: NetworkDiagram
    page: str
    ink: str
    quiet: str
    warning: str
    zero: str
    shades: tuple[str, ...]

    def link(self, one: ShownLink) -> str:
        """The colour of a line: quiet when it is not computed, grey for a root mean square, which has no sign."""
        if one.value is None:
            return self.quiet
        if one.link.is_rest:
            return mixed(self.ink, self.zero, one.strength)
        return self.value(one.link.target.layer, one.value)

    def stroke(self, one: ShownLink) -> str:
        """How a line is drawn: "dotted", "dashed" or "solid"."""
        if one.value is None:
            return "dotted"
        negative = one.value < 0.0 and not one.link.is_rest
        return "dashed" if negative and self.diagram.theme.dashes else "solid"

    def words(self, one: ShownLink) -> str:
        """Which link it is, and its value."""
        value = "not computed" if one.value is None else f"{one.value:.6g}"
        return f"{name_of(one.link.source)} -> {name_of(one.link.target)}: {value}"

    def value(self, layer: int, value: float) -> str:
        """The colour of an edge or bias with this value."""
        return self.on_scale(self.diagram.scale.of(layer, value))

    def on_scale(self, placed: float) -> str:
        """The colour at a place of the scale of the edges."""
        norm = self.diagram.scale.norm
        if norm is None:
            return self.share(0.5 + 0.5 * placed / self.diagram.scale.limit)
        from matplotlib.colors import to_hex

        rgba = self.diagram.theme.diverging(norm(placed))
        return to_hex(rgba) if rgba[3] else self.page  # what the caller's norm has no place for, is not drawn

    def share(self, share: float) -> str:
        """The colour at a share of the diverging map, from 0 to 1; it is cut into shades as matplotlib does."""
        return self.shades[int(min(max(share, 0.0) * len(self.shades), len(self.shades) - 1))]

    def fill(self, node: ShownNode) -> str:
        """The colour inside a neuron; what is not lit is dimmed towards the page, for lines must not shine through."""
        colour = self.page
        if node.fill is not None:
            scale, layer = self.diagram.fill_scale, node.node.layer
            if node.node.is_rest:
                colour = mixed(self.ink, self.zero, 0.6 * scale.strength(layer, node.fill))
            else:
                colour = self.share(0.5 + 0.5 * scale.of(layer, node.fill) / scale.limit)
        return colour if node.lit else mixed(colour, self.page, 2 * DIM)

    def rim_stroke(self, node: ShownNode) -> str:
        """How the line around a neuron is drawn: dashed also where what is negative is, on paper."""
        if node.node.is_rest or (self.diagram.theme.dashes and (node.fill or 0.0) < 0.0):
            return "dashed"
        return "dotted" if node.is_missing else "solid"

    def rim(self, node: ShownNode) -> str:
        """The colour around a neuron."""
        colour = self.quiet if node.node.is_rest else self.warning if node.mark else self.ink
        return colour if node.lit else mixed(colour, self.page, 2 * DIM)

    def text(self, node: ShownNode) -> str:
        """The colour of what is written in a neuron."""
        from matplotlib.colors import to_hex

        return to_hex(ink_on(self.diagram, node)) if node.lit else mixed(self.ink, self.page, 0.35)


def palette_of(diagram: NetworkDiagram) -> Palette:
    """Work out the colours of a diagram."""
    from matplotlib.colors import to_hex

    theme = diagram.theme
    page, ink, quiet, warning, zero = map(to_hex, (theme.page, theme.ink, theme.quiet, theme.negative, theme.zero))
    cmap = theme.diverging
    return Palette(diagram, page, ink, quiet, warning, zero, tuple(to_hex(cmap(at)) for at in range(cmap.N)))


def mixed(colour: str, ground: str, share: float) -> str:
    """Mix a share of a colour with a ground.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(share * one + (1.0 - share) * two):02x}" for one, two in pairs)


def name_of(node: Node) -> str:
    """Say on one line whom a node stands for."""
    if not node.neurons:
        return "+1"
    return f"{len(node.neurons)} of layer {node.layer}" if node.is_rest else one_line(node.neurons[0].name)


def outline(diagram: NetworkDiagram, node: ShownNode) -> float:
    """The width of the line around a neuron, in points: as fine as the edges, and bold where something was found."""
    thin = min(1.1, widths([0.35], len(diagram.links))[0] * 1.5)
    return 3 * thin if node.mark else thin


def samples(palette: Palette) -> list[Sample]:
    """Explain the widths, the signs, and what is dotted or grey."""
    diagram = palette.diagram
    found = []
    for share in (-1.0, -0.25, 0.25, 1.0):
        (width,) = widths([abs(share)], len(diagram.links))
        stroke = "dashed" if diagram.theme.dashes and share < 0.0 else "solid"
        value = share * diagram.scale.limit
        found.append(Sample(palette.on_scale(value), width, stroke, true_minus(f"{value:.2g}")))
    for note in notes_of(diagram):
        width, stroke = {"dotted": (0.8, "dotted"), "grey": (2.0, "solid")}.get(note.line, (0.0, ""))
        found.append(Sample(palette.quiet if stroke else "", width, stroke, note.text))
    return found


def number_text(value: float, places: int = 4) -> str:
    """Write a length for a file: so many decimals at most, and no -0.

    Examples
    --------
    >>> number_text(0.1 + 0.2), number_text(-0.00001), number_text(3.0)
    ('0.3', '0', '3')
    """
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
