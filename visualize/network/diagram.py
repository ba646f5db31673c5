"""The network diagram: the live object graph with its real numbers, worked out once, then drawn or written anywhere.

Here is what a diagram is and how it is made; `painter` draws it with matplotlib, `tikz` and `dot` write it as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidValueError, UnknownNameError, explain, nearest, quoted
from neurograph.graph.neuron import Neuron
from neurograph.graph.order import check_complete
from neurograph.graph.structure import Structure
from neurograph.intake import switch, whole
from neurograph.trace.trace import Trace
from visualize.network.choice import Keep
from visualize.network.highlight import Lit, lit_by
from visualize.network.labels import mark_circles
from visualize.network.layout import arrange
from visualize.network.modes import Mode, Read, live
from visualize.network.numbers import Placed, place
from visualize.network.places import RADIUS, Layout
from visualize.network.scales import Scale
from visualize.network.showing import (
    ShownLink,
    ShownNode,
    edge_texts,
    fill_scale_for,
    link_values,
    scale_for,
    shown_links,
    shown_nodes,
)
from visualize.network.subject import subject_of
from visualize.network.titles import Title, checked_marks, titles
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import EllipseCollection, LineCollection, PolyCollection
    from matplotlib.figure import Figure
    from matplotlib.text import Text

__all__ = ["NetworkDiagram"]

_LABELS = ("name", "math", "none")
_BIASES = ("square", "node", "none")
_FEW_LINKS = 60  # up to so many, numbers are written at the edges unless the caller says otherwise
_GAP, _WIDE_GAP = 3.4, 4.2  # between layers; wider where more than the weight is written at an edge
NUMBER_HEIGHT = 0.17  # of a number at an edge


@dataclass(repr=False)
class NetworkDiagram:
    """A diagram, ready to be drawn: what is where, and with which numbers.

    Attributes
    ----------
    net : Network
        What it shows.
    mode, layout, scale : Mode, Layout, Scale
        What is shown, where, and the scale of the edges.
    nodes : list of ShownNode
        Layer by layer.
    links : list of ShownLink
        In the order in which they are drawn: from the weakest to the strongest.
    fill_scale : Scale
        The scale of the neurons.
    numbers : list of Placed
        The numbers at edges that found room.
    left_out : int
        How many did not.
    theme : Theme
        The colours.
    said : tuple of str
        What else the reader must know, such as which example it is.
    lines_, missing_, rest_lines_, circles_, rests_, squares_ : collections
        Set by `plot`: edges with a number, without one yet, of hidden neurons; neurons, hidden groups, biases.
    labels_, numbers_, titles_ : list of Text
        In the neurons and beside them, at the edges, over the layers.
    colorbars_, legend_, ax_, figure_ : list, Legend, Axes, Figure
        The scales, and where all this is.
    """

    net: Structure
    mode: Mode
    layout: Layout
    scale: Scale
    nodes: list[ShownNode]
    links: list[ShownLink]
    fill_scale: Scale
    titles: list[Title]
    numbers: list[Placed]
    left_out: int
    theme: Theme
    bias_squares: bool = True
    said: tuple[str, ...] = ()
    lit: Lit | None = field(default=None)
    read: Read = field(default_factory=live)
    own: bool = field(default=False, init=False)
    lines_: LineCollection | None = field(default=None, init=False)
    missing_: LineCollection | None = field(default=None, init=False)
    rest_lines_: LineCollection | None = field(default=None, init=False)
    circles_: EllipseCollection | None = field(default=None, init=False)
    rests_: EllipseCollection | None = field(default=None, init=False)
    squares_: PolyCollection | None = field(default=None, init=False)
    labels_: list[Text] = field(default_factory=list, init=False)
    numbers_: list[Text] = field(default_factory=list, init=False)
    titles_: list[Text] = field(default_factory=list, init=False)
    colorbars_: list[Any] = field(default_factory=list, init=False)
    legend_: Any = field(default=None, init=False)
    ax_: Axes | None = field(default=None, init=False)
    figure_: Figure | None = field(default=None, init=False)

    @classmethod
    def from_network(
        cls,
        net: Structure | Trace[Any],
        show: str = "weights",
        *,
        before: Structure | None = None,
        example: int = 0,
        scale: object = None,
        most: int | None = 16,
        keep: Keep = "ends",
        direction: str = "right",
        labels: str = "name",
        numbers: bool | int | None = None,
        digits: int | None = 3,
        bias: str = "square",
        feature_names: Sequence[str] = (),
        class_names: Sequence[str] = (),
        highlight: object = None,
        marks: Mapping[str, str] | None = None,
        theme: str | Theme = "light",
        read: Read | None = None,
        like: NetworkDiagram | None = None,
    ) -> NetworkDiagram:
        """Read a network, and work out the whole picture; see `draw_network` for the parameters.

        Two more are for pictures in a row: `read` gives the numbers instead of the objects, and `like` is a diagram of
        the same network whose places and scales are taken over.
        """
        subject = subject_of(net, show, before, example, read)
        net, mode, read = subject.net, subject.mode, subject.read
        check_complete(net.neurons)
        for given, known, where in ((labels, _LABELS, "labels"), (bias, _BIASES, "bias")):
            if given not in known:
                raise UnknownNameError(f"draw_network, {where}: unknown {quoted(given)}. {nearest(given, known)}")
        found, style, lit = checked_marks(net, marks), NumberFormat(digits), lit_by(net, highlight)
        layout = like.layout if like else _arranged(net, mode, most, keep, direction, lit, found, bias, numbers)
        values = link_values(layout, mode, read)
        same = like is not None and like.mode is mode
        edge_scale = like.scale if like and same else scale_for(layout, values, mode, read, scale)
        nodes = shown_nodes(
            net, layout, mode, read, style,
            labels=labels, feature_names=feature_names, class_names=class_names, lit=lit, marks=found,
        )  # fmt: skip
        links = shown_links(layout, values, edge_scale, lit)
        placed, left_out = _numbers_at(links, layout, nodes, mode, read, style, numbers)
        fill_scale = like.fill_scale if like and same else fill_scale_for(nodes, scale)
        headings = titles(net, found, _full_scales(edge_scale))
        return cls(
            net, mode, layout, edge_scale, nodes, links, fill_scale, headings, placed, left_out,
            find_theme(theme), bias == "square", subject.said, lit, read,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<NetworkDiagram of {len(self.net)} neurons, {len(self.net.edges)} edges: {self.mode.name}>"

    def plot(self, ax: Axes | None = None, *, colorbar: bool = True, legend: bool = True) -> NetworkDiagram:
        """Draw on the given axes, or on a figure of its own; return self with the artists set."""
        colorbar, legend = switch(colorbar, "draw_network, colorbar"), switch(legend, "draw_network, legend")
        from visualize.network.painter import paint

        return paint(self, ax, colorbar, legend)

    @property
    def figure(self) -> Figure:
        """The figure; the diagram is drawn on one of its own if it has not been drawn yet."""
        if self.figure_ is None:
            self.plot()
        assert self.figure_ is not None  # noqa: S101  # plot has set it
        return self.figure_

    def alt_text(self) -> str:
        """Say what the picture shows, for those who cannot see it."""
        from visualize.network.alt import describe

        return describe(self)

    def to_tikz(self) -> str:
        """Write the picture as a LaTeX document of its own."""
        from visualize.writers.tikz import write_tikz

        return write_tikz(self)

    def to_dot(self) -> str:
        """Write the picture in the DOT language, every neuron pinned where it is."""
        from visualize.writers.dot import write_dot

        return write_dot(self)

    def to_svg(self) -> str:
        """Write the picture as SVG."""
        from visualize.paper import svg_text

        return svg_text(self.figure, self.alt_text(), title="Network diagram")

    def save(self, path: str | Path, dpi: int = 150) -> None:
        """Write the picture to a file that ends in .png, .svg, .pdf, .tex or .dot, all from this one layout.

        Raises
        ------
        InvalidValueError
            When the name has another ending.
        NeurographError
            When the file cannot be written.
        """
        from neurograph.files.atomic import write_text
        from visualize.paper import ending_of, save_figure

        ending = ending_of(path, ("png", "svg", "pdf", "tex", "dot"))
        if ending in ("tex", "dot"):
            write_text(path, self.to_tikz() if ending == "tex" else self.to_dot())
        else:
            save_figure(self.figure, path, self.alt_text(), title="Network diagram", dpi=dpi)

    def _repr_svg_(self) -> str | None:
        """Show it in a notebook, unless it is on the user's own figure, which the notebook shows itself."""
        return self.to_svg() if self.figure_ is None or self.own else None


def _full_scales(scale: Scale) -> dict[int, str]:
    """Say what a share of 1 is in each layer, where every layer has a scale of its own."""
    if scale.kind != "layer":
        return {}
    return {layer: f"full scale {NumberFormat(3).text(limit)}" for layer, limit in scale.limits.items()}


def _arranged(
    net: Structure,
    mode: Mode,
    most: int | None,
    keep: Keep,
    direction: str,
    lit: Lit | None,
    marks: Mapping[str, str],
    bias: str,
    numbers: bool | int | None,
) -> Layout:
    also: list[Neuron] = [neuron for neuron in net.neurons if neuron.name in marks]
    if lit is not None and len(lit.neurons) <= 40:  # what is asked for is not to hide in the rest
        also += [neuron for neuron in net.neurons if neuron in lit.neurons]
    written = len(net.edges) <= _FEW_LINKS if numbers is None else numbers is not False
    gap = _WIDE_GAP if written and mode.on_edges != ("w",) else _GAP
    return arrange(net, most=most, keep=keep, also=also, direction=direction, ones=bias == "node", gap=gap)


def _numbers_at(
    links: list[ShownLink],
    layout: Layout,
    nodes: list[ShownNode],
    mode: Mode,
    read: Read,
    style: NumberFormat,
    numbers: bool | int | None,
) -> tuple[list[Placed], int]:
    """Place the numbers at the edges, the strongest first, as many as the caller wants and as fit."""
    if numbers is None:
        numbers = len(links) <= _FEW_LINKS
    chosen = [one for one in reversed(links) if one.lit]
    if not isinstance(numbers, bool):
        expected = "True, False, or how many at most"
        if (most := whole(numbers, "draw_network, numbers", expected)) < 0:
            raise InvalidValueError(explain("draw_network, numbers", numbers, expected))
        chosen = chosen[:most]
    elif not numbers:
        return [], 0
    ways = [(one.link.points, texts) for one in chosen if (texts := edge_texts(one.link, mode, read, style))]
    circles = [(node.x, node.y, RADIUS + 0.06) for node in layout.nodes]
    circles += [circle for node in nodes if node.mark for circle in mark_circles(node)]
    return place(ways, circles, NUMBER_HEIGHT)
