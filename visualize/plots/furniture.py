"""What stands around a plot: its scale, the labels of its axes, and how much room there is for names.

It reads no network and draws no data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from visualize.drawn import legend, short
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import CenteredNorm
    from matplotlib.legend import Legend

__all__ = ["MARKERS", "add_colorbar", "centred", "fits", "inches", "label_axes", "legend_above", "markers"]

MARKERS = "os^Dv<>"  # a class has a shape beside its colour, for print in grey
_CHARACTER = 0.085  # inches: a character of 10 points, with some air


def markers(index: int) -> str:
    """Give the shape of a class; after the last one they begin again."""
    return MARKERS[index % len(MARKERS)]


def centred(values: Iterable[float]) -> CenteredNorm:
    """Make a scale with 0 in its middle that holds all values."""
    from matplotlib.colors import CenteredNorm

    return CenteredNorm(0.0, halfrange=max((abs(float(value)) for value in values), default=0.0) or 1.0)


def inches(ax: Axes) -> tuple[float, float]:
    """Measure axes: width and height, before the layout gives some of it to labels."""
    box = ax.get_window_extent()
    figure = ax.get_figure(root=True)
    dpi = figure.dpi if figure is not None else 100.0
    return box.width / dpi, box.height / dpi


def fits(names: Sequence[str], width: float) -> bool:
    """Tell whether names fit side by side, each in an equal share of a width in inches.

    Examples
    --------
    >>> fits(["setosa", "versicolor"], 3.0), fits(["setosa", "versicolor"], 1.0)
    (True, False)
    """
    return max(len(short(name)) for name in names) * _CHARACTER <= width / len(names)


def label_axes(ax: Axes, x: str, y: str) -> None:
    """Label axes that have no labels yet; what stands in a name is written as it is."""
    if not ax.get_xlabel():
        ax.set_xlabel(x, parse_math=False)
    if not ax.get_ylabel():
        ax.set_ylabel(y, parse_math=False)


def add_colorbar(
    artist: Any, ax: Any, label: str, theme: Theme, own: bool, part: tuple[float, float] | None = None
) -> Colorbar:
    """Put a scale beside axes, in the colours of the theme; `part` shows only the part of it that occurs."""
    axes = ax if hasattr(ax, "get_figure") else ax[0]
    bar: Colorbar = axes.get_figure().colorbar(artist, ax=ax, label=label)
    if part is not None and part[0] < part[1]:
        bar.ax.set_ylim(*part)
    if own or theme.name != "light":
        bar.ax.tick_params(colors=theme.ink, which="both")
        bar.ax.yaxis.label.set_color(theme.ink)
        bar.outline.set_edgecolor(theme.quiet)  # type: ignore[operator]  # matplotlib's types take it for a method
    return bar


def legend_above(ax: Axes, handles: Sequence[Any], names: Sequence[str], theme: Theme) -> Legend:
    """Put a legend above the axes, where it covers no data, in as many columns as fit."""
    wide = max(len(short(name, 40)) for name in names) * _CHARACTER * 0.85 + 0.35
    columns = max(1, min(len(names), int(inches(ax)[0] / wide)))
    return legend(
        ax, handles, names, theme, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, fontsize="small",
        borderaxespad=0.2, handletextpad=0.3, columnspacing=1.0,
    )  # fmt: skip
