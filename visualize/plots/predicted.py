"""Predicted against true numbers: a dot for each example, and the diagonal on which a perfect prediction stands.

It compares two lists of rows and runs no network; what it says of them, `neurograph.data.metrics` works out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.data.metrics import mean_squared_error, paired, r2
from neurograph.tables import Rows, is_empty
from neurograph.validate import Names
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.axes_parts import inches, label_axes, legend_above, markers
from visualize.plots.evaluate import names_or
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_predictions"]

_WHERE = "plot_predictions"
_MARGIN = 0.06  # of the range of all numbers, on either side


def plot_predictions(
    outputs: Rows,
    targets: Rows,
    ax: Axes | None = None,
    *,
    names: Names = (),
    theme: str | Theme = "light",
) -> Drawn:
    """Draw what was predicted against what is true, for targets that are numbers to be met.

    Both axes have one range, so that the diagonal is where a dot stands whose prediction is right.

    Parameters
    ----------
    outputs, targets : sequence of rows
        One row for each example; the outputs come first. Several outputs have a colour and a shape each.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    names : sequence of str
        What the outputs are called; "o1", "o2", ... when left out.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "dots" (a list, one for each output), "diagonal", and "legend" with several outputs.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When outputs and targets are not rows of numbers, as many and as long as each other, or there are not as many
        names as outputs.
    NumericalError
        When a square leaves the range of floats.

    Examples
    --------
    >>> drawn = plot_predictions([[1.0], [2.0], [3.0]], [[1.0], [2.0], [4.0]], names=["price"])
    >>> drawn.alt_text()
    'Predicted against true price of 3 examples: R2 0.786, true from 1 to 4, predicted from 1 to 3.'
    """
    look = find_theme(theme)
    mean_squared_error(outputs, targets)  # it says what is wrong with the rows
    examples = paired(outputs, targets, _WHERE)
    usual = [f"o{k}" for k in range(1, len(examples[0][1]) + 1)]
    labels = names_or(names, usual, f"{_WHERE}, names", "output")
    pairs = [[(y[k], a[k]) for a, y in examples] for k in range(len(labels))]
    ax, own = axes_for(ax, look, _WHERE, (5.0, 4.6))
    low, high = _range([value for some in pairs for pair in some for value in pair])
    size = (24.0 if len(examples) <= 400 else 9.0) * min(1.0, inches(ax)[0] / 3.5)
    artists: dict[str, Any] = {"dots": []}
    (artists["diagonal"],) = ax.plot(
        [low, high], [low, high], color=look.quiet, linewidth=1.0, linestyle="--", zorder=1
    )
    for k, some in enumerate(pairs):
        artists["dots"].append(
            ax.scatter(
                [y for y, _ in some], [a for _, a in some], s=size, color=look.class_colour(k), marker=markers(k),
                edgecolors=look.page, lw=0.5, zorder=3, alpha=0.9,
            )
        )  # fmt: skip
    if len(labels) > 1:
        artists["legend"] = legend_above(ax, artists["dots"], labels, look)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.ticklabel_format(scilimits=(-4, 5))  # numbers of six digits have no room side by side
    ax.grid(color=look.quiet, alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)
    one = f" {short(labels[0], 40)}" if len(labels) == 1 and not is_empty(names) else ""
    label_axes(ax, f"true{one}", f"predicted{one}")
    return Drawn(ax, artists, _in_words(pairs, labels, one), own)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = _MARGIN * (high - low) or max(1.0, 0.1 * abs(low))
    return low - margin, high + margin


def _in_words(pairs: Sequence[Sequence[tuple[float, float]]], labels: Sequence[str], one: str) -> str:
    """Tell how well each output is met, and how far its numbers go."""
    count = len(pairs[0])
    parts = []
    for name, some in zip(labels, pairs, strict=True):
        true, predicted = [y for y, _ in some], [a for _, a in some]
        fit = f"R2 {r2([[a] for a in predicted], [[y] for y in true]):.3g}, " if count > 1 else ""
        ends = (
            f"true from {min(true):.3g} to {max(true):.3g}, predicted from {min(predicted):.3g} to {max(predicted):.3g}"
        )
        parts.append(f"{f'{short(name)} ' if len(labels) > 1 else ''}{fit}{ends}")
    return f"Predicted against true{one} of {count} example{'' if count == 1 else 's'}: {'; '.join(parts)}."
