"""How strong gradients and updates are in each layer over the epochs, and where they vanish or explode.

It draws what `train` recorded; what counts as vanishing is decided by learning/findings.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.learning.findings import flow_findings
from neurograph.learning.history import History, as_history, by_layer
from visualize.drawn import Drawn, axes_for
from visualize.plots.axes_parts import legend_above
from visualize.plots.epochs import epoch_axis, epochs_of, layer_looks, listed, reach
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_gradients", "plot_update_ratio"]

_GUIDE = 1e-3


def plot_gradients(history: History, ax: Axes | None = None, *, theme: str | Theme = "light") -> Drawn:
    """Draw the gradient flow: the median of |dC/dparameter| in each layer over the epochs, and a band of its quartiles.

    The axis is logarithmic. It holds all medians, the tops of all bands, and their bottoms in the last half of the
    epochs; what a band has below is cut off. A median of 0 has no place on it: it leaves a gap, with a triangle at the
    bottom, and is counted in the legend.

    Parameters
    ----------
    history : History
        What `train(..., record=["gradients"])` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "layer 1", "layer 2", ... (lines), "band/layer 1", ..., "zero/layer 1", ... where there are
        zeros, and "legend".

    Raises
    ------
    StateError
        When the history has no gradients.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1, 1], "tanh", seed=1)
    >>> drawn = plot_gradients(ng.train(net, [[1.0]], [[0.5]], epochs=3, record=["gradients"]))
    >>> drawn["layer 1"].get_xdata().tolist(), drawn.ax.get_yscale()
    ([1.0, 2.0, 3.0], 'log')
    """
    colours = find_theme(theme)
    history = as_history(history, "plot_gradients")
    low, median, high = (
        by_layer(history, f"gradient_{what}", "plot_gradients", "gradients") for what in ("low", "median", "high")
    )
    ends = reach([*median.values(), *high.values(), *(column[len(column) // 2 :] for column in low.values())])
    found = flow_findings(history)
    epochs = epochs_of(history)
    ax, own = axes_for(ax, colours, "plot_gradients")
    ax.set_yscale("log")
    ax.set_ylim(*ends)
    artists: dict[str, Any] = {}
    for name, look in zip(median, layer_looks(len(median), colours), strict=True):
        artists[name] = _line(ax, epochs, median[name], look)
        artists[f"band/{name}"] = ax.fill_between(
            epochs,
            [max(value, ends[0]) for value in low[name]],
            [max(value, ends[0]) for value in high[name]],
            color=look["color"],
            alpha=0.15,
            linewidth=0,
        )
        if zeros := [epoch for epoch, value in zip(epochs, median[name], strict=True) if value == 0.0]:
            (artists[f"zero/{name}"],) = ax.plot(
                zeros, [ends[0]] * len(zeros), color=look["color"], linestyle="", marker="v", markersize=4
            )
    epoch_axis(ax, "|dC/dparameter|", colours)
    notes = {name: _note(median[name], found.get(name, "")) for name in median}
    artists["legend"] = _legend(ax, artists, notes, colours)
    return Drawn(ax, artists, _flow_alt(median, found), own)


def plot_update_ratio(history: History, ax: Axes | None = None, *, theme: str | Theme = "light") -> Drawn:
    """Draw how far an update moves the weights of each layer: the mean of |change| / |weight| over the epochs.

    A healthy training moves its weights by about a thousandth each time, says a rule of thumb, and a line is drawn
    there; far above it the learning rate is too large, far below too small. Source: A. Karpathy (2015), CS231n
    Convolutional neural networks for visual recognition, section "Ratio of weights:updates".

    Parameters
    ----------
    history : History
        What `train(..., record=["updates"])` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "layer 1", "layer 2", ..., "guide" and "legend".

    Raises
    ------
    StateError
        When the history has no updates.

    Examples
    --------
    >>> history = History([{"epoch": 1, "update/layer 1": 0.25}, {"epoch": 2, "update/layer 1": 0.002}])
    >>> plot_update_ratio(history).alt_text()
    'Mean |change| / |weight| of an update over 2 epochs, on a logarithmic axis, at the end: layer 1 0.002.'
    """
    colours = find_theme(theme)
    ratios = by_layer(as_history(history, "plot_update_ratio"), "update", "plot_update_ratio", "updates")
    epochs = epochs_of(history)
    ax, own = axes_for(ax, colours, "plot_update_ratio")
    ax.set_yscale("log")
    ax.set_ylim(*reach([*ratios.values(), [_GUIDE]]))
    artists: dict[str, Any] = {}
    for name, look in zip(ratios, layer_looks(len(ratios), colours), strict=True):
        artists[name] = _line(ax, epochs, ratios[name], look)
    artists["guide"] = ax.axhline(_GUIDE, color=colours.ink, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    epoch_axis(ax, "|change| / |weight|", colours)
    notes = {name: _note(values, "") for name, values in ratios.items()}
    artists["legend"] = _legend(ax, artists, notes | {"guide": "1/1000"}, colours)
    ends = ", ".join(f"{name} {values[-1]:.3g}{_in_brackets(notes[name])}" for name, values in ratios.items())
    count = "1 epoch" if len(epochs) == 1 else f"{len(epochs)} epochs"
    alt = f"Mean |change| / |weight| of an update over {count}, on a logarithmic axis, at the end: {ends}."
    return Drawn(ax, artists, alt, own)


def _line(ax: Axes, epochs: Sequence[float], values: Sequence[float], look: dict[str, Any]) -> Any:
    shown = [value if value > 0.0 else math.nan for value in values]
    (line,) = ax.plot(epochs, shown, **look, marker="." if len(epochs) == 1 else "")
    return line


def _note(values: Sequence[float], finding: str) -> str:
    """Say behind the name of a layer what is to be known of it."""
    zeros = len([1 for value in values if value == 0.0])
    return ", ".join(filter(None, [finding, f"0 in {zeros}/{len(values)} epochs" if zeros else ""]))


def _legend(ax: Axes, artists: dict[str, Any], notes: dict[str, str], theme: Theme) -> Any:
    """List the layers, not all when there are many, but always those that something is to be said of."""
    names = list(notes)
    chosen = set(listed(names))
    names = [name for at, name in enumerate(names) if at in chosen or notes[name]]
    entries = [f"{name}: {notes[name]}" if notes[name] else name for name in names]
    return legend_above(ax, [artists[name] for name in names], entries, theme)


def _flow_alt(median: dict[str, list[float]], found: dict[str, str]) -> str:
    count = len(next(iter(median.values())))
    ends = [
        f"{name} {values[-1]:.3g}{_in_brackets(_note(values, found.get(name, '')))}" for name, values in median.items()
    ]
    over = "1 epoch" if count == 1 else f"{count} epochs"
    text = f"Median |dC/dparameter| of each layer over {over}, on a logarithmic axis, at the end: {', '.join(ends)}."
    return text if found else f"{text} No layer's gradients vanish or explode."


def _in_brackets(note: str) -> str:
    return f" ({note})" if note else ""
