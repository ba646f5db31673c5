"""Loss and accuracy over the epochs of a training run, and the best epoch.

It reads the rows of a history; it trains nothing and computes no loss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidValueError, StateError
from neurograph.learning.history import History, as_history, epochs_of, floats
from neurograph.validate import one_of, switch
from visualize.drawn import Drawn, axes_for
from visualize.plots.axes_parts import epoch_axis, legend_above
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_history"]

_SHOWN = ("loss", "accuracy")
_FEW = 12  # epochs; up to here each one has a dot


def plot_history(
    history: History,
    ax: Axes | None = None,
    *,
    show: str = "loss",
    log: bool = False,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw the loss or the accuracy over the epochs, on the training data and, when known, on the validation data.

    Parameters
    ----------
    history : History
        What `train` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    show : {"loss", "accuracy"}
        What to draw. An accuracy has an axis from 0 to 1.
    log : bool
        Draw the loss on a logarithmic axis. It has no place for 0: such epochs leave a gap, and the alt text counts
        them.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "training", and "validation", "best" and "best_line" where there are such.

    Raises
    ------
    StateError
        When the history has no epoch, or no such column.
    InvalidValueError
        When a logarithmic axis is asked for where nothing is above 0, or for an accuracy.
    NeurographError
        When another argument cannot be used.

    Examples
    --------
    >>> drawn = plot_history(History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]))
    >>> drawn.alt_text()
    'Loss over 2 epochs: from 0.5 to 0.25.'
    """
    log = switch(log, "plot_history, log")
    colours = find_theme(theme)
    one_of(show, _SHOWN, "plot_history, show", "unknown")
    history = as_history(history, "plot_history")
    lines = curves(history, show, log)
    epochs = epochs_of(history)
    ax, own = axes_for(ax, colours, "plot_history")
    artists: dict[str, Any] = {}
    for name, values in lines.items():
        first = name == "training"
        (artists[name],) = ax.plot(
            epochs,
            values,
            color=colours.class_colour(0 if first else 5),
            linestyle="-" if first else "--",
            marker="." if len(epochs) <= _FEW else "",
        )
    names = list(lines)
    best = _mark_best(ax, history, list(lines.values())[-1], colours)
    if best:
        artists |= best
        names.append(f"best epoch: {history.best_epoch}")
    if len(names) > 1:
        handles = [artist for key, artist in artists.items() if key != "best_line"]
        artists["legend"] = legend_above(ax, handles, names, colours)
    epoch_axis(ax, show, colours)
    _scale(ax, show, log, lines)
    return Drawn(ax, artists, _alt(history, show, lines, log), own)


def curves(history: History, show: str, log: bool = False) -> dict[str, list[float]]:
    """Read the lines of the plot: "training" and, when the history has it, "validation"; NaN where there is a gap.

    Examples
    --------
    >>> curves(History([{"loss": 0.5, "validation_loss": 0.75}]), "loss")
    {'training': [0.5], 'validation': [0.75]}
    """
    if log and show != "loss":
        cure = "Leave log out, or show='loss'."
        raise InvalidValueError(f"the {show} has an axis from 0 to 1.", where="plot_history, log", cure=cure)
    lines = {"training": floats(history.column(show)), "validation": floats(history.column(f"validation_{show}"))}
    if log:
        if not any(value > 0.0 for values in lines.values() for value in values):
            problem = "no loss is above 0, as a logarithmic axis needs it."
            raise InvalidValueError(problem, where="plot_history, log", cure="Leave log out.")
        lines = {name: [value if value > 0.0 else math.nan for value in values] for name, values in lines.items()}
    lines = {name: values for name, values in lines.items() if not all(map(math.isnan, values))}
    if not lines:
        why = "Only targets that name classes give one; show='loss' is always there." if show == "accuracy" else ""
        raise StateError(f"plot_history, show={show!r}: the history has no {show}. {why}".rstrip())
    return lines


def _mark_best(ax: Axes, history: History, judged: Sequence[float], theme: Theme) -> dict[str, Any]:
    """Mark the epoch that early stopping went back to, on the line that it judged by."""
    epochs = epochs_of(history)
    if history.best_epoch is None or float(history.best_epoch) not in epochs:
        return {}  # a run that was resumed may have been best before its first row
    at = epochs.index(float(history.best_epoch))
    line = ax.axvline(epochs[at], color=theme.quiet, linewidth=0.8, linestyle=":", zorder=1)
    (dot,) = ax.plot(
        epochs[at],
        judged[at],
        color=theme.ink,
        linestyle="",
        marker="o",
        markersize=7,
        markerfacecolor="none",
        clip_on=False,  # a good epoch is close to the edge
    )
    return {"best": dot, "best_line": line}


def _scale(ax: Axes, show: str, log: bool, lines: dict[str, list[float]]) -> None:
    if log:
        ax.set_yscale("log")
    elif show == "accuracy":
        ax.set_ylim(0.0, 1.03)
    else:
        values = [value for line in lines.values() for value in line if not math.isnan(value)]
        if 0.0 <= min(values) < 0.25 * max(values):
            ax.set_ylim(bottom=0.0)  # it came close to 0: let that be seen


def _alt(history: History, show: str, lines: dict[str, list[float]], log: bool) -> str:
    """Tell where each line begins and ends, and how good it got."""
    epochs = epochs_of(history)
    parts = []
    for name, values in lines.items():
        there = [(value, epoch) for value, epoch in zip(values, epochs, strict=True) if not math.isnan(value)]
        way = f"from {there[0][0]:.3g} to {there[-1][0]:.3g}"
        if name == "validation":
            top = show == "accuracy"
            value, epoch = max(there, key=lambda pair: pair[0]) if top else min(there, key=lambda pair: pair[0])
            way = f"validation {way}, {'highest' if top else 'lowest'} {value:.3g} at epoch {epoch:.0f}"
        parts.append(way)
    count = "1 epoch" if len(epochs) == 1 else f"{len(epochs)} epochs"
    text = f"{show.capitalize()} over {count}{', on a logarithmic axis' if log else ''}: {'; '.join(parts)}."
    if history.best_epoch is not None:
        text += f" Early stopping went back to epoch {history.best_epoch}."
    if log and (zeros := _zeros(history)):
        text += f" {zeros} of the values are 0, which a logarithmic axis cannot show."
    return text


def _zeros(history: History) -> int:
    return [*history.column("loss"), *history.column("validation_loss")].count(0)
