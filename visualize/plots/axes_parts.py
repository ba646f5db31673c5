"""What stands around a plot: its scale, the labels of its axes, and how much room there is for names.

It reads no network and draws no data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from visualize.drawn import legend, short
from visualize.network.scales import Scale
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import CenteredNorm
    from matplotlib.legend import Legend

__all__ = [
    "CHARACTER",
    "activation_label",
    "add_colorbar",
    "centred",
    "epoch_axis",
    "fits",
    "inches",
    "label_axes",
    "legend_above",
    "markers",
    "round_numbers",
]

MARKERS = "os^Dv<>"  # a class has a shape beside its colour, for print in grey
CHARACTER = 0.085  # inches: a character of 10 points, with some air


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

    The width is the one before a scale beside the axes has taken its part, so some is set aside for that.

    Examples
    --------
    >>> fits(["setosa", "versicolor"], 3.0), fits(["setosa", "versicolor"], 1.0)
    (True, False)
    """
    return max(len(short(name)) for name in names) * CHARACTER <= 0.8 * width / len(names)


def label_axes(ax: Axes, x: str, y: str) -> None:
    """Label axes that have no labels yet; what stands in a name is written as it is."""
    if not ax.get_xlabel():
        ax.set_xlabel(x, parse_math=False)
    if not ax.get_ylabel():
        ax.set_ylabel(y, parse_math=False)


def activation_label(scale: Scale) -> str:
    """Label a scale of activations, which may be shares."""
    return "activation a" + ("\n(share of the layer's largest)" if scale.kind == "layer" else "")


def add_colorbar(
    artist: Any,
    ax: Axes | Sequence[Axes],
    label: str,
    theme: Theme,
    own: bool,
    part: tuple[float, float] | None = None,
) -> Colorbar:
    """Put a scale beside axes, in the colours of the theme; `part` is the part of it to show."""
    first = ax[0] if isinstance(ax, Sequence) else ax
    figure = first.get_figure()
    assert figure is not None  # noqa: S101  # axes on which something was drawn have one
    bar = figure.colorbar(artist, ax=ax, label=label, aspect=25)
    bar.ax.yaxis.label.set_parse_math(False)
    if part is not None and part[0] < part[1]:
        bar.ax.set_ylim(*part)
    if own or theme.name != "light":
        bar.ax.tick_params(colors=theme.ink, which="both")
        bar.ax.yaxis.label.set_color(theme.ink)
        bar.outline.set_edgecolor(theme.quiet)
    return bar


def round_numbers(low: float, high: float) -> list[float]:
    """List 1, 2 and 5 times the powers of ten between two numbers; of many, the powers only; of none, the two.

    Examples
    --------
    >>> round_numbers(0.03, 0.9), round_numbers(0.32, 0.34)
    ([0.05, 0.1, 0.2, 0.5], [0.32, 0.34])
    """
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    found = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    found = [number for number in found if low <= number <= high]
    if len(found) > 8:
        tens = [number for number in found if f"{number:e}"[0] == "1"]
        found = tens[:: ceil(len(tens) / 8)]
    return found or [low, high]


def columns_in(widths: Sequence[float], room: float) -> int:
    """Count the columns in which entries of these widths fit, filled from the top and then from the left.

    Examples
    --------
    >>> columns_in([1.0, 2.0, 1.0], 4.5), columns_in([1.0, 2.0, 1.0], 3.5), columns_in([1.0, 2.0, 1.0], 0.5)
    (3, 2, 1)
    """
    for columns in range(len(widths), 1, -1):
        tall, more = divmod(len(widths), columns)  # the first columns have one entry more, as in matplotlib
        ends = [at * tall + min(at, more) for at in range(columns + 1)]
        if sum(max(widths[start:end]) for start, end in pairwise(ends)) <= room:
            return columns
    return 1


def legend_above(ax: Axes, handles: Sequence[Any], names: Sequence[str], theme: Theme, share: float = 1.0) -> Legend:
    """Put a legend above the axes, where it covers no data, in as many columns as fit into a share of their width."""
    columns = columns_in([len(short(name, 40)) * CHARACTER * 0.75 + 0.4 for name in names], share * inches(ax)[0])
    return legend(
        ax, handles, names, theme, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, fontsize="small",
        borderaxespad=0.2, handletextpad=0.3, columnspacing=1.0,
    )  # fmt: skip


def epoch_axis(ax: Axes, label: str, theme: Theme) -> None:
    """Name the axes and put ticks at whole epochs only."""
    from matplotlib.ticker import MaxNLocator

    label_axes(ax, "epoch", label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, steps=[1, 2, 5, 10]))
    ax.grid(axis="y", color=theme.quiet, alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)
