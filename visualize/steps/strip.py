"""The step strip: a training step as small pictures side by side, one for each step of its trace, for print.

It arranges panels on a figure of its own: how many side by side so that they can be read, how large, and with which
names, which stand beside the first panel of each row only. What a panel shows, frames.py and pictures.py work out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from neurograph.graph.neuron import Neuron
from neurograph.trace.step import Unit
from neurograph.trace.trace import Trace
from neurograph.validate import Names, in_range, one_of, whole
from visualize.drawn import new_figure
from visualize.network.diagram import NetworkDiagram
from visualize.network.labels import SIDE
from visualize.network.options import DrawingOptions
from visualize.network.scales import KINDS
from visualize.steps.frames import Frame, as_trace, frame_at, places_of
from visualize.steps.pictures import (
    bases,
    headings,
    names_beside,
    picture,
    scale_bar,
    smallest_text,
    spread,
    unread,
    without_names,
)
from visualize.steps.sides import Sides, paint_with_sides, sides_of
from visualize.steps.words import wrapped
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_strip"]

_WHERE = "draw_strip"
_MOST = 40  # panels; more are too small to be read on one page
_BAR = 0.72  # inches: the height of a scale with its label
_POINTS = 4.6  # the smallest text of a panel, where the page lets it
_LARGEST = 0.75  # inches: the distance of two neurons is no larger
_TALLEST = 5.0  # inches: and a panel no taller
_UNREADABLE = 3.0  # points; a diagram leaves smaller text out
# In units of the layout:
_NEAR = 2.3  # layers are so far apart
_AIR = 0.15  # between two panels
_BESIDE = 0.15  # of the room beside neurons that a diagram of its own has, and a panel does not need
_SMALLEST = 0.127  # text that must be smaller to fit its neuron does not make the panels larger
_WIDEST = 2.6  # a name beside a neuron


@dataclass(repr=False)
class Strip:
    """What `draw_strip` drew.

    Attributes
    ----------
    frames : list of Frame
        What is shown in each panel: the step, the mode, the title, what is lit.
    panels : list of NetworkDiagram
        The diagrams, with their artists.
    colorbars : list
        The scales, each of them for all panels of its mode.
    figure : matplotlib.figure.Figure
        The figure.
    """

    frames: list[Frame]
    panels: list[NetworkDiagram]
    figure: Figure = field(repr=False)
    colorbars: list[Any] = field(default_factory=list, repr=False)

    def __repr__(self) -> str:
        return f"<Strip of {len(self.panels)} panels>"

    def alt_text(self) -> str:
        """Say what the picture shows, for those who cannot see it."""
        net = self.panels[0].net
        panels = "; ".join(f"{frame.title}{f' ({frame.losses})' if frame.losses else ''}" for frame in self.frames)
        count = "1 panel" if len(self.frames) == 1 else f"{len(self.frames)} panels"
        return f"A training step of a network of {len(net)} neurons and {len(net.edges)} edges in {count}: {panels}."

    def save(self, path: str | Path, dpi: int = 150) -> None:
        """Write the figure to a PNG, SVG or PDF file with its alt text in it; see `visualize.export.save_figure`."""
        from visualize.export import save_figure

        save_figure(self.figure, path, self.alt_text(), title="Training step", dpi=dpi)

    def _repr_svg_(self) -> str:
        """Show it in a notebook."""
        from visualize.export import svg_text

        return svg_text(self.figure, self.alt_text(), title="Training step")


class _Grid(NamedTuple):
    """How panels stand: columns, widths of the first and of the others, inches a unit, the box of one, its names."""

    across: int
    first: float
    other: float
    unit: float
    box: tuple[float, float, float, float]
    sides: Sides

    @property
    def is_readable(self) -> bool:
        """Whether the numbers in the neurons are large enough to be drawn."""
        return 72.0 * _SMALLEST * self.unit >= _UNREADABLE


def draw_strip(
    trace: Trace[Any],
    *,
    phases: str | Sequence[str] | None = None,
    unit: Unit = "layer",
    columns: int | None = None,
    width: float = 10.0,
    digits: int | None = 3,
    most: int | None = 16,
    scale: str = "network",
    feature_names: Names = (),
    class_names: Names = (),
    theme: str | Theme = "light",
) -> Strip:
    """Draw a training step as one panel for each step of its trace.

    A panel shows what is known after its step; the rest is dotted, or a "?". What the step reads and writes is bright.
    Forward steps show products and activations, backward steps the errors carried back, then gradients, then the
    update. All panels of one kind share one scale, so a colour means the same number in each. Names of inputs and
    outputs stand in the first panel of each row.

    Parameters
    ----------
    trace : Trace
        What `net.trace(x, y)` gave, at any unit.
    phases : str or sequence of str, optional
        Of "forward", "loss", "backward", "gradient", "mean", "update", "after"; all but "after" when left out, in which
        nothing changes but the loss.
    unit : {"layer", "neuron", "term", "phase"}
        What one panel is.
    columns : int, optional
        Panels in a row; as many as can be read when left out.
    width : float
        Of the figure, in inches.
    digits : int or None
        Significant digits of all numbers.
    most : int or None
        Of a larger layer so many neurons are shown, and the rest as one; fewer make larger numbers.
    scale : {"network", "layer"}
        Whether a colour is the same number everywhere, or the same share of the largest number of its layer.
    feature_names, class_names : sequence of str
        What inputs and outputs stand for.
    theme : {"light", "dark", "print"} or Theme
        The colours.

    Returns
    -------
    Strip
        With `frames`, `panels`, `figure`, `alt_text()` and `save(path)`.

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used, or there are more than 40 panels; the message names the unit that fits.

    Examples
    --------
    >>> import neurograph as ng
    >>> strip = draw_strip(ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0]), phases="forward")
    >>> [frame.title for frame in strip.frames]
    ['1 forward, layer 1: weighted sum; activation', '2 forward, output layer: weighted sum; activation']
    """
    trace = as_trace(trace, unit, digits, _WHERE)
    inches = in_range(width, f"{_WHERE}, width", least=1.0, most=60.0, what="inches")
    frames = [frame_at(trace, k) for k in places_of(trace, phases, _WHERE, _MOST)]
    _columns_of(columns, len(frames), inches, 1.0, 1.0)  # an error in it comes before the work
    colours = find_theme(theme)
    options = DrawingOptions(
        digits=digits, most=most, scale=one_of(scale, KINDS, f"{_WHERE}, scale", "unknown scale"), theme=colours,
        feature_names=feature_names, class_names=class_names,
    )  # fmt: skip
    named = bases(trace, (frame.mode for frame in frames), options)
    names = names_beside(next(iter(named.values())))
    base_of = {
        mode: spread(without_names(replace(base, titles=headings(base.titles, base.scale, short=True))), _NEAR)
        for mode, base in named.items()
    }
    panels = [picture(base_of[frame.mode], frame) for frame in frames]
    strip = Strip(frames, panels, new_figure(colours, (inches, 1.0)))
    _arrange(strip, base_of, names, columns, inches, colours)
    return strip


def _arrange(
    strip: Strip,
    base_of: dict[str, NetworkDiagram],
    names: dict[Neuron, tuple[str, ...]],
    columns: object,
    inches: float,
    theme: Theme,
) -> None:
    """Put titles and panels into a grid, and the scales below it."""
    grid = _grid_of(strip.panels, names, columns, inches)
    across, (left, bottom, right, top) = grid.across, grid.box
    share = grid.other / (grid.first + (across - 1) * grid.other)  # of the width, for a panel without names
    size = 7.0 if inches * share < 2.0 else 8.5
    titles = ["\n".join(frame.heading(inches * share * 0.95, size / 72.0)) for frame in strip.frames]
    down = -(-len(strip.panels) // across)
    heading = max(title.count("\n") + 1 for title in titles) * size * 1.3 / 72.0 + 0.1
    scales = _scales(base_of)
    bars_down = -(-len(scales) // max(1, int(inches / 1.6)))
    height, foot = down * (grid.unit * (top - bottom) + 0.1 + heading), bars_down * _BAR + 0.25
    strip.figure.set_size_inches(inches, height + foot)
    engine: Any = strip.figure.get_layout_engine()
    engine.set(h_pad=0.04, w_pad=0.02, hspace=0.0, wspace=0.0)  # in inches, not in shares of a figure of any height
    parts: Any = strip.figure.subfigures(2, 1, height_ratios=[height, foot])  # an array, whatever its type says
    upper, lower = parts
    for part in parts:
        part.set_facecolor(theme.page)
    ratios = [grid.first, *[grid.other] * (across - 1)]
    places = upper.subplots(down, across, squeeze=False, width_ratios=ratios).ravel()
    for at, (ax, panel, title) in enumerate(zip(places, strip.panels, titles, strict=False)):
        ax.set_facecolor(theme.page)
        sides = grid.sides if at % across == 0 else None  # names stand in the first column, where room is kept for them
        ends = (sides.left, sides.right) if sides else (left, right)
        box = (ends[0] - _AIR / 2, bottom, ends[1] + _AIR / 2, top)
        strip.panels[at] = paint_with_sides(panel, ax, box, sides)
        ax.set_title(title, fontsize=size, color=theme.ink, parse_math=False, loc="left")
    for ax in places[len(strip.panels) :]:
        ax.set_axis_off()
    _caption(strip, grid, lower, theme)
    cells = lower.subplots(bars_down, -(-len(scales) // bars_down), squeeze=False).ravel()
    for cell in cells[len(scales) :]:
        cell.set_axis_off()
    for cell, (scale, words) in zip(cells, scales, strict=False):
        strip.colorbars.append(scale_bar(cell, scale, words, theme, 6.5, ticks=4, tight=False))


def _caption(strip: Strip, grid: _Grid, part: Any, theme: Theme) -> None:
    """Say below the panels how they are read, and what they do not show."""
    notes = ["dotted, ?: not computed yet", "bright: what the step reads and writes"]
    if note := unread(sum(panel.left_out for panel in strip.panels)):
        notes.append(note)
    if not grid.is_readable:
        notes.append("some numbers in neurons had no room: show fewer neurons (most=)")
    width = float(strip.figure.get_size_inches()[0])
    text = "\n".join(wrapped("; ".join(notes), 0.95 * width, 7.0 / 72.0))
    part.supxlabel(text, fontsize=7.0, color=theme.ink)


def _scales(base_of: dict[str, NetworkDiagram]) -> list[tuple[Any, str]]:
    """List the scales, each once: (scale, what stands beside it)."""
    found: dict[str, Any] = {}
    for base in base_of.values():
        found.setdefault(base.scale.words(base.mode.edge_words), base.scale)
        if base.mode.fill:
            found.setdefault(base.fill_scale.words(base.mode.fill_words), base.fill_scale)
    return [(scale, words) for words, scale in found.items()]


def _columns_of(columns: object, count: int, inches: float, first: float, other: float) -> int:
    """Choose how many panels go into a row, the first one so wide and the others so wide, in inches."""
    if columns is not None:
        return min(whole(columns, f"{_WHERE}, columns", 1, also="or None"), count)
    fit = max(1, 1 + int((inches - first) / other))
    if count <= fit or fit <= 2:
        return min(count, fit)
    # the fewest empty places at the end; of two ways the one with more columns
    return min(range(max(1, fit - 1), fit + 1), key=lambda number: (-count % number, -number))


def _grid_of(
    panels: Sequence[NetworkDiagram], names: Mapping[Neuron, tuple[str, ...]], columns: object, inches: float
) -> _Grid:
    """Find how many panels go side by side so that they can be read, and how large they are."""
    from visualize.network.painter import extent

    left, bottom, right, top = extent(panels[0])
    left, right = left + _BESIDE, right - _BESIDE
    if not any(title.largest for title in panels[0].titles):
        top = panels[0].layout.box[3] + 0.1  # nothing is written over the layers
    least = _POINTS / 72.0 / max(min(map(smallest_text, panels)), _SMALLEST)  # inches a unit
    least, largest = (min(one, _TALLEST / (top - bottom)) for one in (least, _LARGEST))
    high = min(SIDE, max(_POINTS / 72.0 / least, 0.1))
    sides = sides_of(panels[0], names, high, _WIDEST)
    first, other = sides.right - sides.left + _AIR, right - left + _AIR
    across = _columns_of(columns, len(panels), inches, least * first, least * other)
    unit = inches / (first + (across - 1) * other)
    return _Grid(across, first, other, min(unit, largest), (left, bottom, right, top), sides)
