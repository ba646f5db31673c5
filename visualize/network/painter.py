"""Drawing a diagram with matplotlib: one collection for all lines, one for all circles, texts on top.

It reads the diagram's records, gives back the artists, and leaves everything else on the figure alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from visualize.drawn import axes_for
from visualize.network.diagram import NetworkDiagram
from visualize.network.labels import margins, node_texts, number_texts, title_texts
from visualize.network.layout import RADIUS
from visualize.network.legend import DASH, DOTS, add_colorbars, add_legend
from visualize.network.scales import widths

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import EllipseCollection, LineCollection, PolyCollection
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    from visualize.network.contents import ShownLink, ShownNode
    from visualize.themes import Theme

__all__ = ["DIM", "REST_RADIUS", "SQUARE", "DrawnNetwork", "extent", "paint", "square_at"]

REST_RADIUS = 0.56
SQUARE = 0.11  # half the side of a bias square
DIM = 0.13  # the opacity of what is not highlighted
_MANY = 5000  # lines; more of them are dots even in a SVG or PDF, which would be megabytes otherwise
_INCHES = 0.8  # per unit, if there is room
_LARGEST = (12.5, 7.2)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class DrawnNetwork(NetworkDiagram):
    """A diagram on its axes, with the artists; None for what there is none of.

    Attributes
    ----------
    ax_, figure_ : Axes, Figure
        Where it is.
    own : bool
        Whether the figure was made for it.
    lines_, missing_, rest_lines_ : LineCollection
        The edges with a number, without one yet, and of hidden neurons.
    circles_, rests_ : EllipseCollection
        The neurons, and the hidden groups.
    squares_ : PolyCollection
        The biases.
    labels_, numbers_, titles_ : list of Text
        In the neurons and beside them, at the edges, over the layers.
    colorbars_, legend_ : list, Legend
        The scales, and the widths.
    """

    ax_: Axes
    figure_: Figure
    own: bool
    lines_: LineCollection
    missing_: LineCollection | None
    rest_lines_: LineCollection | None
    circles_: EllipseCollection
    rests_: EllipseCollection | None
    squares_: PolyCollection | None
    labels_: list[Text]
    titles_: list[Text]
    numbers_: list[Text]
    colorbars_: list[Any]
    legend_: Legend | None

    @property
    def figure(self) -> Figure:
        """The figure that it is on."""
        return self.figure_

    def _repr_svg_(self) -> str | None:
        """Show it in a notebook, unless it is on the user's own figure, which the notebook shows itself."""
        return self.to_svg() if self.own else None


def paint(diagram: NetworkDiagram, ax: object, colorbar: bool, with_legend: bool) -> DrawnNetwork:
    """Draw a diagram; see `NetworkDiagram.plot`."""
    left, bottom, right, top = extent(diagram)
    shrink = min(_INCHES, _LARGEST[0] / (right - left), _LARGEST[1] / (top - bottom))
    beside = 0.95 * (1 + bool(diagram.mode.fill)) if colorbar else 0.0
    below = 0.45 if with_legend else 0.0
    size = (max(shrink * (right - left), 2.4) + beside, max(shrink * (top - bottom), 2.2) + below)
    axes, own = axes_for(ax, diagram.theme, "draw_network", size)
    norm, fine = _norm(diagram), _fineness(axes, right - left, top - bottom)
    lines, missing, rest_lines = _paint_lines(diagram, axes, norm, fine)
    circles, rests = _paint_nodes(diagram, axes, fine)
    squares = _paint_biases(diagram, axes, norm, fine)
    labels, titles, numbers = node_texts(diagram, axes), title_texts(diagram, axes), number_texts(diagram, axes)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_aspect("equal")  # by the box: limits that grow to fit ("datalim") creep back with every drawing
    axes.set_axis_off()
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101  # axes on which something was drawn have one
    bars = add_colorbars(diagram, axes, (lines, circles), right - left, top - bottom) if colorbar else []
    return DrawnNetwork(
        **{field.name: getattr(diagram, field.name) for field in fields(NetworkDiagram)},
        ax_=axes,
        figure_=figure,
        own=own,
        lines_=lines,
        missing_=missing,
        rest_lines_=rest_lines,
        circles_=circles,
        rests_=rests,
        squares_=squares,
        labels_=labels,
        titles_=titles,
        numbers_=numbers,
        colorbars_=bars,
        legend_=add_legend(diagram, axes, norm, fine) if with_legend else None,
    )


def extent(diagram: NetworkDiagram) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of the picture, with room for what is written around it."""
    left, bottom, right, top = diagram.layout.box
    before, below, after, above = margins(diagram)
    return left - before, bottom - below, right + after, top + above


def _fineness(ax: Axes, width: float, height: float) -> float:
    """How thin lines must be, from 0 to 1, so that a picture in a column looks like the same one on a slide."""
    box = ax.get_position()
    across, down = ax.figure.bbox.width / ax.figure.dpi, ax.figure.bbox.height / ax.figure.dpi
    usual = 0.6 / max(1.0, height / 12.0)  # inches a unit; many lines are made thinner by `widths` already
    return float(min(1.0, box.width * across / width / usual, box.height * down / height / usual))


def _norm(diagram: NetworkDiagram) -> Normalize:
    from matplotlib.colors import CenteredNorm

    return diagram.scale.norm or CenteredNorm(0.0, halfrange=diagram.scale.limit)


def _paint_lines(
    diagram: NetworkDiagram, ax: Axes, norm: Normalize, fine: float
) -> tuple[LineCollection, LineCollection | None, LineCollection | None]:
    """Draw the edges with a number, those without one yet, and those of hidden neurons."""
    theme = diagram.theme
    known = [one for one in diagram.links if one.value is not None and not one.link.is_rest]
    missing = [one for one in diagram.links if one.value is None]
    rest = [one for one in diagram.links if one.value is not None and one.link.is_rest]
    values = [diagram.scale.of(one.link.target.layer, one.value or 0.0) for one in known]
    style: dict[str, Any] = {"array": values, "cmap": theme.diverging, "norm": norm, "zorder": 2.0}
    if theme.dashes:
        style["linestyles"] = [DASH if value < 0.0 else "-" for value in values]
    lines, dotted, grey = _add_lines(ax, known, fine, **style), None, None
    if len(known) > _MANY:
        lines.set_rasterized(True)
    if missing:
        dotted = _add_lines(ax, missing, fine, colors=theme.quiet, linestyles=[DOTS], zorder=1.0)
    if rest:
        colours = _greys(diagram)([one.strength for one in rest])
        grey = _add_lines(ax, rest, fine, colors=colours, zorder=1.5)
    return lines, dotted, grey


def _add_lines(ax: Axes, shown: list[ShownLink], fine: float, **style: Any) -> LineCollection:
    from matplotlib.collections import LineCollection

    lines = LineCollection([one.link.points for one in shown], linewidths=[fine * one.width for one in shown], **style)
    if not all(one.lit for one in shown):
        lines.set_alpha([1.0 if one.lit else DIM for one in shown])
    ax.add_collection(lines, autolim=False)
    return lines


def _greys(diagram: NetworkDiagram) -> Colormap:
    """From zero to the ink: for root mean squares, which have no sign."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("neurograph_rest", [diagram.theme.zero, diagram.theme.ink])


def _paint_nodes(diagram: NetworkDiagram, ax: Axes, fine: float) -> tuple[EllipseCollection, EllipseCollection | None]:
    """Draw the neurons, and the hidden groups."""
    from matplotlib.collections import EllipseCollection
    from matplotlib.colors import CenteredNorm
    from numpy import ma

    theme = diagram.theme
    one = [node for node in diagram.nodes if node.node.neuron]
    thin = fine * min(1.1, widths([0.35], len(diagram.links))[0] * 1.5)
    # numpy's mask is the way to tell matplotlib that a circle has no number
    scale = diagram.fill_scale
    values = [0.0 if node.fill is None else scale.of(node.node.layer, node.fill) for node in one]
    fills: Any = ma.array(values, mask=[node.fill is None for node in one])
    rests = None
    circles = EllipseCollection(
        [2 * RADIUS], [2 * RADIUS], [0.0], units="xy",
        offsets=[(node.node.x, node.node.y) for node in one], offset_transform=ax.transData,
        array=fills, cmap=theme.diverging.with_extremes(bad=theme.page),
        norm=CenteredNorm(0.0, halfrange=scale.limit),
        edgecolors=[theme.negative if node.mark else theme.ink for node in one],
        linewidths=[3 * thin if node.mark else thin for node in one],
        linestyles=[_stroke(node, theme) for node in one],
        zorder=3.0,
    )  # fmt: skip
    ax.add_collection(circles, autolim=False)
    if not all(node.lit for node in one):
        # dimmed towards the page, not transparent: lines must not shine through
        ax.add_collection(_veil(diagram, ax), autolim=False)
    many = [node for node in diagram.nodes if node.node.is_rest]
    if many:
        greys = _greys(diagram)
        shades = [0.6 * scale.strength(node.node.layer, node.fill or 0.0) for node in many]
        faces = [theme.page if node.fill is None else greys(shade) for node, shade in zip(many, shades, strict=True)]
        rests = EllipseCollection(
            [2 * REST_RADIUS], [2 * REST_RADIUS], [0.0], units="xy",
            offsets=[(node.node.x, node.node.y) for node in many], offset_transform=ax.transData,
            facecolors=faces, edgecolors=theme.quiet, linewidths=thin, linestyles=[DASH], zorder=3.0,
        )  # fmt: skip
        ax.add_collection(rests, autolim=False)
    return circles, rests


def _stroke(node: ShownNode, theme: Theme) -> Any:
    """The line around a neuron: dotted for what is not computed, dashed for what is negative where edges are too."""
    if node.is_missing:
        return DOTS
    return DASH if theme.dashes and (node.fill or 0.0) < 0.0 else "-"


def _veil(diagram: NetworkDiagram, ax: Axes) -> Any:
    from matplotlib.collections import EllipseCollection

    dimmed = [node.node for node in diagram.nodes if node.node.neuron and not node.lit]
    return EllipseCollection(
        [2 * RADIUS + 0.06], [2 * RADIUS + 0.06], [0.0], units="xy",
        offsets=[(node.x, node.y) for node in dimmed], offset_transform=ax.transData,
        facecolors=diagram.theme.page, edgecolors="none", alpha=1.0 - 2 * DIM, zorder=3.5,
    )  # fmt: skip


def square_at(x: float, y: float) -> tuple[float, float]:
    """Where the bias square of a neuron is: on its circle, below to the left."""
    return x - 1.26 * RADIUS * math.sqrt(0.5), y - 1.26 * RADIUS * math.sqrt(0.5)


def _paint_biases(diagram: NetworkDiagram, ax: Axes, norm: Normalize, fine: float) -> PolyCollection | None:
    """Draw biases as squares, and the "+1" nodes; give the squares."""
    from matplotlib.collections import PolyCollection

    theme, squares = diagram.theme, None
    if diagram.options.bias == "square" and (shown := [node for node in diagram.nodes if node.bias is not None]):
        squares = PolyCollection(
            [_square(*square_at(node.node.x, node.node.y), SQUARE) for node in shown],
            array=[diagram.scale.of(node.node.layer, node.bias or 0.0) for node in shown],
            cmap=theme.diverging, norm=norm, edgecolors=theme.ink, zorder=4.0,
            linewidths=fine * min(0.7, widths([0.2], len(diagram.links))[0]),
            linestyles=[DASH if theme.dashes and (node.bias or 0.0) < 0.0 else "-" for node in shown],
        )  # fmt: skip
        if not all(node.lit for node in shown):
            squares.set_alpha([1.0 if node.lit else DIM for node in shown])
        ax.add_collection(squares, autolim=False)
    if ones := [node.node for node in diagram.nodes if not node.node.neurons]:
        boxes = PolyCollection(
            [_square(node.x, node.y, 0.3) for node in ones], facecolors=theme.page, edgecolors=theme.ink, zorder=3.0
        )
        ax.add_collection(boxes, autolim=False)
    return squares


def _square(x: float, y: float, half: float) -> list[tuple[float, float]]:
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
