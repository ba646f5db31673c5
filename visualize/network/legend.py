"""The legend of a diagram: its scales as colour bars, samples of its widths, and notes, all where there is room.

It reads the diagram's records and decides nothing about the picture itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from visualize.drawn import legend
from visualize.network.contents import true_minus
from visualize.network.scales import widths

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.legend import Legend

    from visualize.network.diagram import NetworkDiagram

__all__ = ["DASH", "DOTS", "Note", "add_colorbars", "add_legend", "notes_of"]

DASH = (0, (3.0, 1.6))
DOTS = (0, (1.0, 2.5))
_POINTS = (5.5, 8.3)  # the smallest and the largest text
_WIDE = 5.0  # inches; axes so wide have the largest
_CHARACTER = 0.0077  # inches; the width of one, for a point of text
_BESIDE, _BELOW = 0.115, 0.085  # inches that a scale takes, for a point of text: beside the axes, below them
_ROWS: dict[str, Any] = {"linespacing": 1.5, "parse_math": False}


def _points(ax: Axes) -> float:
    """The size of the text that goes with axes of this width."""
    inches = ax.get_window_extent().width / ax.figure.dpi
    return float(max(_POINTS[0], min(_POINTS[1], _POINTS[1] * inches / _WIDE)))


def add_colorbars(
    diagram: NetworkDiagram, ax: Axes, artists: tuple[Any, Any], width: float, height: float
) -> list[Any]:
    """Put the scales of lines and circles beside the picture or below, where its width and height have more room."""
    scales: list[tuple[Any, str]] = [(artists[0], diagram.scale.words(diagram.mode.edge_words))]
    if diagram.mode.fill:
        scales.append((artists[1], diagram.fill_scale.words(diagram.mode.fill_words)))
    points, box, dpi = _points(ax), ax.get_window_extent(), ax.figure.dpi
    across, down = box.width / dpi, box.height / dpi
    beside = min((across - len(scales) * _BESIDE * points) / width, down / height)
    below = min(across / width, (down - _BELOW * points) / height)
    if beside >= below:
        bars = [ax.figure.colorbar(artist, ax=ax, shrink=0.8, aspect=25, pad=0.01) for artist, _ in scales]
    else:
        bars = _bars_below(ax, scales)
    for bar, (_, words) in zip(bars, scales, strict=True):
        bar.set_label(words if beside >= below else words.replace(", ", ",\n", 1), fontsize=points)
        bar.ax.tick_params(colors=diagram.theme.ink, labelsize=points)
        for label in (bar.ax.xaxis.label, bar.ax.yaxis.label):
            label.set_color(diagram.theme.ink)
        bar.outline.set_edgecolor(diagram.theme.quiet)
    return bars


def _bars_below(ax: Axes, scales: list[tuple[Any, str]]) -> list[Any]:
    """Put one scale below the axes, and a second one on its right."""
    from matplotlib.ticker import MaxNLocator

    share = 0.44 if len(scales) > 1 else 0.7
    anchor = (0.0 if len(scales) > 1 else 0.5, 1.0)
    style: dict[str, Any] = {"location": "bottom", "shrink": share, "aspect": 22, "pad": 0.02, "anchor": anchor}
    bars = [ax.figure.colorbar(scales[0][0], ax=ax, ticks=MaxNLocator(4), **style)]
    for artist, _ in scales[1:]:
        place = bars[0].ax.inset_axes((1.0 / share - 1.0, 0.0, 1.0, 1.0))
        bars.append(ax.figure.colorbar(artist, cax=place, orientation="horizontal", ticks=MaxNLocator(4)))
    return bars


def add_legend(diagram: NetworkDiagram, ax: Axes, norm: Normalize, fine: float) -> Legend:
    """Explain the widths, the signs, and what is dotted or grey."""
    from matplotlib.lines import Line2D

    theme, limit, points = diagram.theme, diagram.scale.limit, _points(ax)
    handles, names = [], []
    for share in (-1.0, -0.25, 0.25, 1.0):
        (width,) = widths([abs(share)], len(diagram.links))
        style: Any = DASH if theme.dashes and share < 0.0 else "-"
        colour = theme.diverging(norm(share * limit))
        handles.append(Line2D([], [], color=colour, linewidth=fine * width, linestyle=style))
        names.append(true_minus(f"{share * limit:.2g}"))
    place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "ncols": len(names)}
    room = ax.get_window_extent().width / ax.figure.dpi
    sample = 3.2 if room > 3.5 else 1.2
    made = legend(
        ax, handles, names, theme, fontsize=points, columnspacing=1.0, handlelength=sample, borderaxespad=0.1, **place
    )
    below = _wrapped(map(str, notes_of(diagram)), room / points)
    notes = ax.text(0.5, 0.0, "\n" + below, ha="center", va="top", fontsize=points, color=theme.ink, **_ROWS)
    notes.set_transform(ax.transAxes)
    # A layout makes room below for both, by this text; beside it must not, or the picture would have no width left.
    ax.text(
        0.5, 0.0, re.sub("[^\n]+", " ", f" \n{below}\n "), va="top", fontsize=points, transform=ax.transAxes, **_ROWS
    )
    for artist in (made, notes):
        artist.set_in_layout(False)
    return made


class Note(NamedTuple):
    """Something that must be known to read the picture; `line` is what it is about: "dotted" or "grey", if a line."""

    line: str
    text: str

    def __str__(self) -> str:
        return f"{self.line}: {self.text}" if self.line else self.text


def notes_of(diagram: NetworkDiagram) -> list[Note]:
    """What else must be known to read the picture."""
    notes = [Note("", text) for text in diagram.caption]
    to_inputs = False
    if missing := [one.link.edge for one in diagram.links if one.value is None]:
        to_inputs = diagram.mode.edge == "blame" and all(edge and edge.source.role == "input" for edge in missing)
        notes.append(Note("dotted", "no error goes back to an input" if to_inputs else "not computed"))
    if any(one.value is not None and one.link.is_rest for one in diagram.links):
        notes.append(Note("grey", "root mean square of several"))
    if len(diagram.mode.on_edges) > 1 and diagram.numbers:
        only = ", only ∂C/∂w if dotted" if to_inputs else ""
        notes.append(Note("", f"at an edge: w·δ above, ∂C/∂w below{only}"))
    if diagram.left_out:
        notes.append(Note("", f"{diagram.left_out} number{'s' if diagram.left_out > 1 else ''} had no room"))
    return notes


def _wrapped(notes: Iterable[str], room: float) -> str:
    """Write notes one after another, in lines that are as wide as the axes at most, if the notes are."""
    lines: list[str] = []
    for note in notes:
        if lines and _CHARACTER * (len(lines[-1]) + 2 + len(note)) <= room:
            lines[-1] += f"; {note}"
        else:
            lines.append(note)
    return "\n".join(lines)
