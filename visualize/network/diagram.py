"""The network diagram: the live object graph with its real numbers, worked out once, then drawn or written anywhere.

Here is what a diagram is and how it is made. `painter` draws it with matplotlib, `writers` write it as text; both are
opened by the methods that need them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.graph.neuron import Neuron
from neurograph.graph.order import check_complete
from neurograph.graph.structure import Structure
from neurograph.trace.trace import Trace
from neurograph.validate import switch
from visualize.network.contents import (
    ShownLink,
    ShownNode,
    Title,
    checked_marks,
    edge_texts,
    fill_scale_for,
    link_values,
    scale_for,
    shown_links,
    shown_nodes,
    titles,
)
from visualize.network.edge_numbers import Placed, place
from visualize.network.highlight import Lit, lit_by
from visualize.network.labels import mark_circles
from visualize.network.layout import RADIUS, Layout, arrange
from visualize.network.modes import Mode, Read, subject_of
from visualize.network.options import DrawingOptions
from visualize.network.scales import Scale
from visualize.themes import Theme
from visualize.writers import WRITERS, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from visualize.network.painter import DrawnNetwork

__all__ = ["NUMBER_HEIGHT", "NetworkDiagram", "diagram_of"]

_GAP, _WIDE_GAP = 3.4, 4.2  # between layers; wider where more than the weight is written at an edge
NUMBER_HEIGHT = 0.17  # of a number at an edge


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class NetworkDiagram:
    """A diagram, ready to be drawn: what is where, and with which numbers.

    Attributes
    ----------
    net : Network
        What it shows.
    mode : Mode
        Which of its numbers.
    read : callable
        Gives them.
    options : DrawingOptions
        How it is drawn.
    caption : tuple of str
        What else the reader must know, such as which example it is.
    lit : Lit or None
        What is highlighted.
    layout : Layout
        Where everything is.
    scale, fill_scale : Scale
        The scales of the edges and of the neurons.
    nodes : list of ShownNode
        Layer by layer.
    links : list of ShownLink
        In the order in which they are drawn: from the weakest to the strongest.
    titles : list of Title
        Over the layers.
    numbers : list of Placed
        The numbers at edges that found room.
    left_out : int
        How many did not.
    """

    net: Structure
    mode: Mode
    read: Read
    options: DrawingOptions
    caption: tuple[str, ...]
    lit: Lit | None
    layout: Layout
    scale: Scale
    fill_scale: Scale
    nodes: list[ShownNode]
    links: list[ShownLink]
    titles: list[Title]
    numbers: list[Placed]
    left_out: int

    @classmethod
    def from_network(
        cls,
        net: Structure | Trace[Any],
        show: str = "weights",
        *,
        read: Read | None = None,
        like: NetworkDiagram | None = None,
        **options: Any,
    ) -> NetworkDiagram:
        """Read a network, and work out the whole picture; see `draw_network` for the options, `diagram_of` for more."""
        return diagram_of(net, show, DrawingOptions(**options), read, like)

    def __repr__(self) -> str:
        return f"<NetworkDiagram of {len(self.net)} neurons, {len(self.net.edges)} edges: {self.mode.name}>"

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self.options.theme

    def plot(self, ax: Axes | None = None, *, colorbar: bool = True, legend: bool = True) -> DrawnNetwork:
        """Draw on the given axes, or on a figure of its own; return the diagram with its artists."""
        from visualize.network.painter import paint

        colorbar, legend = switch(colorbar, "draw_network, colorbar"), switch(legend, "draw_network, legend")
        return paint(self, ax, colorbar, legend)

    @property
    def figure(self) -> Figure:
        """A new figure with the diagram on it."""
        return self.plot().figure_

    def alt_text(self) -> str:
        """Say what the picture shows, for those who cannot see it."""
        from visualize.network.alt_text import describe

        return describe(self)

    def to_tikz(self) -> str:
        """Write the picture as a LaTeX document of its own."""
        return write(self, "tex")

    def to_dot(self) -> str:
        """Write the picture in the DOT language, every neuron pinned where it is."""
        return write(self, "dot")

    def to_svg(self) -> str:
        """Write the picture as SVG."""
        from visualize.export import svg_text

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
        from visualize.export import ENDINGS, ending_of, save_figure

        ending = ending_of(path, (*ENDINGS, *WRITERS))
        if ending in WRITERS:
            write_text(path, write(self, ending))
        else:
            save_figure(self.figure, path, self.alt_text(), title="Network diagram", dpi=dpi)

    def _repr_svg_(self) -> str | None:
        """Show it in a notebook."""
        return self.to_svg()


def diagram_of(
    net: Structure | Trace[Any],
    show: str,
    options: DrawingOptions,
    read: Read | None = None,
    like: NetworkDiagram | None = None,
) -> NetworkDiagram:
    """Read a network, and work out the whole picture.

    `read` gives the numbers instead of the objects; the places and scales of a diagram of the same network that it is
    to be `like` are taken over.
    """
    subject = subject_of(net, show, options, read)
    structure, mode, read = subject.net, subject.mode, subject.read
    check_complete(structure.neurons)
    marks, lit = checked_marks(structure, options.marks), lit_by(structure, options.highlight)
    layout = like.layout if like else _arranged(structure, mode, options, lit, marks)
    values = link_values(layout, mode, read)
    same = like if like is not None and like.mode is mode else None
    scale = same.scale if same else scale_for(layout, values, mode, read, options.scale)
    nodes = shown_nodes(structure, layout, mode, read, options, lit, marks)
    links = shown_links(layout, values, scale, lit)
    numbers, left_out = _numbers_at(links, layout, nodes, mode, read, options)
    return NetworkDiagram(
        net=structure,
        mode=mode,
        read=read,
        options=options,
        caption=subject.caption,
        lit=lit,
        layout=layout,
        scale=scale,
        fill_scale=same.fill_scale if same else fill_scale_for(nodes, options.scale),
        nodes=nodes,
        links=links,
        titles=titles(structure, marks, scale.full_scales()),
        numbers=numbers,
        left_out=left_out,
    )


def _arranged(net: Structure, mode: Mode, options: DrawingOptions, lit: Lit | None, marks: Mapping[str, str]) -> Layout:
    also: list[Neuron] = [neuron for neuron in net.neurons if neuron.name in marks]
    if lit is not None and len(lit.neurons) <= 40:  # what is asked for is not to hide in the rest
        also += [neuron for neuron in net.neurons if neuron in lit.neurons]
    gap = _WIDE_GAP if options.writes_numbers(len(net.edges)) and mode.on_edges != ("w",) else _GAP
    return arrange(
        net,
        most=options.most,
        keep=options.keep,
        also=also,
        direction=options.direction,
        ones=options.bias == "node",
        gap=gap,
    )


def _numbers_at(
    links: Sequence[ShownLink],
    layout: Layout,
    nodes: Sequence[ShownNode],
    mode: Mode,
    read: Read,
    options: DrawingOptions,
) -> tuple[list[Placed], int]:
    """Place the numbers at the edges, the strongest first, as many as the caller wants and as fit."""
    if not options.writes_numbers(len(links)):
        return [], 0
    chosen = [one for one in reversed(links) if one.lit]
    if options.numbers is not None and not isinstance(options.numbers, bool):
        chosen = chosen[: options.numbers]
    wanted = [(one.link, texts) for one in chosen if (texts := edge_texts(one.link, mode, read, options.style))]
    circles = [(node.x, node.y, RADIUS + 0.06) for node in layout.nodes]
    circles += [circle for node in nodes if node.mark for circle in mark_circles(node)]
    return place(wanted, circles, NUMBER_HEIGHT)
