"""Every weight and bias over the epochs of a training run, one line each.

It reads the snapshots of a history; it needs no network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, StateError
from neurograph.learning.history import History, as_history
from neurograph.validate import as_list, one_of
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.axes_parts import epoch_axis, inches, legend_above
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_weights"]

_NAMED = 5  # of the strongest
_CLOUD = 100  # parameters; beyond, lines are thin and faint
_DOTS = 2000  # parameters; beyond, lines are dots, also in a SVG or PDF


def plot_weights(
    history: History,
    ax: Axes | None = None,
    *,
    only: str | Iterable[str] | None = None,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw every weight and bias over the epochs; its colour tells the sign it ends with, the strongest are named.

    Parameters
    ----------
    history : History
        What `train(..., snapshots=N)` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    only : str or iterable of str, optional
        Which to draw: edges as "x1->h1"; the name of a neuron stands for its bias and all weights that lead to it.
    theme : str or Theme
        The colours: "light", "dark" or "print". In print, those that end below 0 are dashed.

    Returns
    -------
    Drawn
        With the artists "lines" (one collection, the strongest last and so on top), "ends" (dots, when they are not
        too many), "names" and "legend".

    Raises
    ------
    StateError
        When the history has no snapshots.
    UnknownNameError
        When `only` names something that is not there.

    Examples
    --------
    >>> history = History([{"epoch": 1}, {"epoch": 2}], snapshots={1: {"o1": 0.0}, 2: {"o1": 0.5}})
    >>> plot_weights(history).alt_text()
    '1 parameter in 2 snapshots, epochs 1 to 2: 1 ends above 0, 0 below. Strongest at the end: bias of o1 0.5.'
    """
    colours = find_theme(theme)
    ways = paths(as_history(history, "plot_weights"), only)
    epochs = [float(epoch) for epoch in history.snapshots]
    ax, own = axes_for(ax, colours, "plot_weights")
    artists: dict[str, Any] = {"lines": _lines(ax, epochs, list(ways.values()), colours)}
    if len(ways) <= _CLOUD or len(epochs) == 1:  # without its dot, a line of one snapshot would not be seen
        artists["ends"] = _ends(ax, epochs[-1], [way[-1] for way in ways.values()], colours)
    epoch_axis(ax, "weight, bias", colours)
    ax.axhline(0.0, color=colours.quiet, linewidth=0.8, zorder=0)
    strongest = list(ways)[: -_NAMED - 1 : -1]
    artists["names"] = _name_ends(ax, epochs, {name: ways[name][-1] for name in strongest}, colours)
    artists["legend"] = _key(ax, colours, colours.dashes and len(ways) <= _CLOUD)
    return Drawn(ax, artists, _alt(epochs, ways, strongest), own)


def paths(history: History, only: str | Iterable[str] | None = None) -> dict[str, list[float]]:
    """Give the values of each parameter over the snapshots, by its name, those that end strongest last.

    Examples
    --------
    >>> paths(History(snapshots={5: {"h1": -2.0, "x1->h1": 1.0}}))
    {'x1->h1': [1.0], 'bias of h1': [-2.0]}
    """
    if not history.snapshots:
        cure = "Pass snapshots=1 to train for one each epoch."
        raise StateError("the history has no snapshots.", where="plot_weights", cure=cure)
    taken = list(history.snapshots.values())
    owners = {label: history.neuron_of.get(label, label.rpartition("->")[2]) for label in taken[-1]}
    biases = {owner: label for label, owner in reversed(owners.items())}  # a neuron's bias comes before its edges
    names = {label: f"bias of {owner}" if biases[owner] == label else label for label, owner in owners.items()}
    chosen = _chosen(owners, only)
    chosen.sort(key=lambda label: abs(taken[-1][label]))
    return {names[label]: [snapshot.get(label, math.nan) for snapshot in taken] for label in chosen}


def _chosen(owners: Mapping[str, str], only: str | Iterable[str] | None) -> list[str]:
    """Choose labels: all, those that are named, and all of a neuron that is named."""
    if only is None:
        return list(owners)
    chosen: dict[str, None] = {}
    for name in [only] if isinstance(only, str) else as_list(only, "plot_weights, only", "names of neurons or edges"):
        one_of(name, dict.fromkeys((*owners, *owners.values())), "plot_weights, only", "no parameter is called")
        chosen |= dict.fromkeys(label for label, owner in owners.items() if name in (label, owner))
    if not chosen:
        raise InvalidTypeError(where="plot_weights, only", given=only, expected="at least one name")
    return list(chosen)


def _lines(ax: Axes, epochs: list[float], ways: list[list[float]], theme: Theme) -> Any:
    import numpy as np
    from matplotlib.collections import LineCollection

    points = np.empty((len(ways), len(epochs), 2))
    points[:, :, 0], points[:, :, 1] = epochs, ways
    last = [way[-1] for way in ways]
    # Thousands of lines are a cloud: each must be faint and thin for its dense places to be seen, but for the named.
    faint = max(0.03, min(0.9, 200.0 / len(ways)))
    cloud = len(ways) > _CLOUD
    named = [at >= len(ways) - _NAMED for at in range(len(ways))]
    lines = LineCollection(
        list(points),
        colors=_signs(last, theme),
        linestyles=["--" if theme.dashes and value < 0.0 and not cloud else "-" for value in last],
        linewidths=0.7 if cloud else 1.3,
        alpha=[0.9 if bold else faint for bold in named],
        rasterized=len(ways) > _DOTS,  # a SVG of 24,000 lines would be too big to open
        antialiased=[bold or len(ways) <= _DOTS for bold in named],  # smooth edges take time
    )
    ax.add_collection(lines)
    ax.autoscale_view()
    return lines


def _ends(ax: Axes, epoch: float, last: Sequence[float], theme: Theme) -> Any:
    return ax.scatter([epoch] * len(last), last, s=9, c=_signs(last, theme), linewidths=0)


def _signs(values: Sequence[float], theme: Theme) -> list[str]:
    return [theme.negative if value < 0.0 else theme.positive for value in values]


def _name_ends(ax: Axes, epochs: list[float], ends: dict[str, float], theme: Theme) -> list[Any]:
    """Write the names of some lines to the right of their ends, apart from each other, and make room for them."""
    width, height = inches(ax)
    written = [short(name, 18) for name in ends]
    widest = 0.075 * max(map(len, written))  # inches, about, at 8 points
    span = (epochs[-1] - epochs[0]) or 1.0
    share = min(widest / width, 0.45)
    ax.set_xlim(epochs[0] - 0.03 * span, epochs[-1] + span * (0.03 + share / (1.0 - share)))
    ticks = ax.xaxis.get_major_locator().tick_values(epochs[0], epochs[-1])
    ax.xaxis.set_ticks([tick for tick in ticks if epochs[0] - 1.0 <= tick <= epochs[-1]])  # none where the names stand
    low, high = ax.get_ylim()
    places = spread([(value - low) / (high - low) for value in ends.values()], 0.15 / height)
    return [
        ax.annotate(
            name,
            (epochs[-1] + 0.02 * span, low + place * (high - low)),
            color=theme.ink,
            fontsize=8,
            va="center",
            parse_math=False,
        )
        for name, place in zip(written, places, strict=True)
    ]


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move places between 0 and 1 apart, so that each two differ by the gap, in the order that they have.

    The outer ones keep half a gap to 0 and 1.

    Examples
    --------
    >>> spread([0.5, 0.0, 0.5], 0.25)
    [0.625, 0.125, 0.375]
    """
    order = sorted(range(len(places)), key=lambda at: (places[at], -at))
    moved = list(places)
    for _ in range(50):  # push neighbours apart, both by half of what is missing
        for below, above in pairwise(order):
            missing = gap - (moved[above] - moved[below])
            if missing > 0.0:
                moved[below] -= missing / 2.0
                moved[above] += missing / 2.0
        moved[order[0]] = max(moved[order[0]], gap / 2.0)
        moved[order[-1]] = min(moved[order[-1]], 1.0 - gap / 2.0)
    return moved


def _key(ax: Axes, theme: Theme, dashed: bool) -> Any:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=theme.positive),
        Line2D([], [], color=theme.negative, linestyle="--" if dashed else "-"),
    ]
    return legend_above(ax, handles, ["ends above 0", "ends below 0"], theme)


def _alt(epochs: list[float], ways: dict[str, list[float]], strongest: Sequence[str]) -> str:
    last = [way[-1] for way in ways.values()]
    above, below = len([1 for value in last if value > 0.0]), len([1 for value in last if value < 0.0])
    count = "1 parameter" if len(ways) == 1 else f"{len(ways)} parameters"
    over = f"epochs {epochs[0]:.0f} to {epochs[-1]:.0f}" if len(epochs) > 1 else f"epoch {epochs[0]:.0f}"
    taken = f"{len(epochs)} snapshots" if len(epochs) > 1 else "1 snapshot"
    ends = f"{above} {'ends' if above == 1 else 'end'} above 0, {below} below"
    named = ", ".join(f"{short(name, 40)} {ways[name][-1]:.3g}" for name in strongest)
    return f"{count} in {taken}, {over}: {ends}. Strongest at the end: {named}."
