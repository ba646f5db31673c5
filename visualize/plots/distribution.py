"""How the activations of each layer are distributed over data, with their quartiles and the bounds of the functions.

It runs a copy of the network, counts and draws; the bounds are those that the activations' records tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.graph.neuron import Neuron
from neurograph.network import Network
from neurograph.tables import Rows
from neurograph.validate import whole
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.axes_parts import fits, inches, label_axes, legend_above
from visualize.plots.evaluate import activations_over, layer_names, read_rows
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["activations_by_layer", "plot_activation_spread", "quartiles", "violin"]

_WIDE = 0.42  # half the width of the widest bin, layers being 1 apart


def activations_by_layer(net: Network, examples: Sequence[list[float]]) -> list[NDArray[float64]]:
    """Run a copy over rows: all activations of each layer that computes, in one array.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 2, 1], "identity", initializer="ones")
    >>> [values.tolist() for values in activations_by_layer(net, [[1.0], [-2.0]])]
    [[1.0, -2.0, 1.0, -2.0], [2.0, -4.0]]
    """
    values, start, found = activations_over(net, examples), 0, []
    for layer in net.layers[1:]:
        found.append(values[start : start + len(layer)].ravel())
        start += len(layer)
    return found


def violin(values: NDArray[float64], bins: int, pad: float) -> tuple[NDArray[float64], NDArray[float64]]:
    """Count values in bins of equal height: the edges, and the counts as shares of the largest.

    All values in one place make one bin, `pad` high on either side.

    Examples
    --------
    >>> from numpy import array
    >>> edges, shares = violin(array([0.0, 0.0, 1.0]), 2, 0.1)
    >>> edges.tolist(), shares.tolist()
    ([0.0, 0.5, 1.0], [1.0, 0.5])
    """
    from numpy import array, histogram

    low, high = float(values.min()), float(values.max())
    if high - low <= 2.0 * pad:  # also where floats are too close for so many bins between them
        return array([low - pad, high + pad]), array([1.0])
    counts, edges = histogram(values, bins=bins, range=(low, high))
    return edges, counts / counts.max()


def quartiles(values: NDArray[float64]) -> tuple[float, float, float]:
    """Give the first quartile, the median and the third."""
    from numpy import quantile

    first, middle, third = quantile(values, [0.25, 0.5, 0.75])
    return float(first), float(middle), float(third)


def plot_activation_spread(
    net: Network,
    X: Rows,  # noqa: N803  # the field's name
    ax: Axes | None = None,
    *,
    bins: int = 40,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw how the activations of each layer are distributed over the examples, with their quartiles.

    What lies heavily on a bound of its function is saturated, or dead when the bound is the 0 of relu. The network runs
    as a copy: it and its numbers stay as they are.

    Parameters
    ----------
    net : Network
        What is run.
    X : sequence of rows
        The examples.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched.
    bins : int
        How finely values are counted between the least and the largest of each layer. The fullest bin of every layer is
        drawn equally wide.
    theme : str or Theme
        The colours.

    Returns
    -------
    Drawn
        With "violins" (a shape for each layer), "quartiles", "medians", "bounds", "legend".

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When X is empty or does not fit the net, or `bins` is not a number from 1 up.
    NumericalError
        When a number leaves the range of floats.

    Examples
    --------
    >>> import neurograph as ng
    >>> drawn = plot_activation_spread(ng.Network.dense([2, 3, 1], "tanh"), ng.datasets.moons(20).X)
    >>> len(drawn["violins"])
    2
    """
    look = find_theme(theme)
    bins = whole(bins, "plot_activation_spread, bins", 1)
    xs = read_rows(net, X, "plot_activation_spread")
    layers = activations_by_layer(net, xs)
    ax, own = axes_for(ax, look, "plot_activation_spread")
    pad = 0.008 * ((max(v.max() for v in layers) - min(v.min() for v in layers)) or 1.0)
    artists: dict[str, Any] = {"violins": [_draw(ax, at, violin(v, bins, pad), look) for at, v in enumerate(layers)]}
    middles = [quartiles(values) for values in layers]
    places = range(len(layers))
    artists["quartiles"] = ax.vlines(
        places, [first for first, _, _ in middles], [third for _, _, third in middles], look.ink, lw=4, zorder=3
    )
    artists["medians"] = ax.scatter(
        places, [median for _, median, _ in middles], s=34, c=look.page, edgecolors=look.ink, zorder=4
    )
    artists["bounds"] = _draw_bounds(ax, net.layers[1:], look)
    handles = [artists["medians"], artists["quartiles"]] + ([artists["bounds"]] if artists["bounds"] else [])
    artists["legend"] = legend_above(ax, handles, ["median", "middle half", "bound"][: len(handles)], look)
    named = layer_names(net)
    rules = list(named.values())
    roomy = fits(rules, inches(ax)[0])
    names = [f"{at}\n{short(rule)}" for at, rule in enumerate(rules, start=1)]
    ax.xaxis.set_ticks(list(places), names, parse_math=False, rotation=0 if roomy else 90)
    ax.set_xlim(-0.6, len(layers) - 0.4)
    label_axes(ax, "layer", "activation a")
    return Drawn(
        ax, artists, _in_words([f"{name}: {rule}" for name, rule in named.items()], layers, middles, len(xs)), own
    )


def _draw(ax: Axes, at: int, counted: tuple[NDArray[float64], NDArray[float64]], theme: Theme) -> Any:
    from numpy import append

    edges, shares = counted
    half = _WIDE * append(shares, shares[-1])
    return ax.fill_betweenx(edges, at - half, at + half, step="post", color=theme.class_colour(at), alpha=0.6, lw=0.8)


def _draw_bounds(ax: Axes, layers: Sequence[Sequence[Neuron]], theme: Theme) -> Any:
    """Mark where the functions of a layer cannot go beyond; None when all of them can go anywhere."""
    found = [
        (at, bound)
        for at, layer in enumerate(layers)
        for bound in sorted({bound for neuron in layer for bound in neuron.rule.bounds})
        if math.isfinite(bound)
    ]
    if not found:
        return None
    starts, ends = [at - _WIDE - 0.05 for at, _ in found], [at + _WIDE + 0.05 for at, _ in found]
    return ax.hlines([bound for _, bound in found], starts, ends, theme.quiet, linestyles="dashed", lw=1.2)


def _in_words(
    titles: Sequence[str], layers: Sequence[NDArray[float64]], middles: Sequence[tuple[float, float, float]], count: int
) -> str:
    parts = [
        f"{title}: median {median:.3g}, middle half {first:.3g} to {third:.3g}, all {v.min():.3g} to {v.max():.3g}."
        for title, v, (first, median, third) in zip(titles, layers, middles, strict=True)
    ]
    return f"Distribution of the activations of each layer on {count} examples. {' '.join(parts)}"
