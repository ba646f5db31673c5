"""Activations over data: every neuron on every example, as one heat map.

It runs a copy of the network and colours what comes out; it knows no function of a neuron.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.network import Network
from neurograph.tables import Rows
from neurograph.validate import Names, switch
from visualize.drawn import Drawn, axes_for, short, tick_names
from visualize.network.scales import make_scale
from visualize.plots.axes_parts import activation_label, add_colorbar, centred, fits, inches, label_axes
from visualize.plots.evaluate import activations_over, layer_names, read_classes, read_names
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["bands", "plot_activations"]

_HEADER = 0.2  # inches that the name of a layer takes
_ROW = 0.125  # inches below which the names of neurons would touch
_VECTOR = 5000  # cells; more of them are drawn as dots in a SVG or PDF


def by_class(labels: Sequence[int]) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Put examples in the order of their classes: their old places, and of each class (class, start, end).

    Examples
    --------
    >>> by_class([1, 0, 1])
    ([1, 0, 2], [(0, 0, 1), (1, 1, 3)])
    """
    order = sorted(range(len(labels)), key=lambda at: labels[at])
    groups: list[tuple[int, int, int]] = []
    for at, example in enumerate(order):
        if groups and groups[-1][0] == labels[example]:
            groups[-1] = (labels[example], groups[-1][1], at + 1)
        else:
            groups.append((labels[example], at, at + 1))
    return order, groups


def bands(sizes: Sequence[int], gap: float) -> tuple[list[float], list[tuple[float, list[float]]]]:
    """Stack layers with a gap above each: the edges of all rows, and of each layer its top and its rows' middles.

    Rows 0, n1 + 1, n1 + n2 + 2, ... are the gaps.

    Examples
    --------
    >>> bands([2, 1], 0.5)
    ([0.0, 0.5, 1.5, 2.5, 3.0, 4.0], [(0.5, [1.0, 2.0]), (3.0, [3.5])])
    """
    edges, places = [0.0], []
    for size in sizes:
        top = edges[-1] + gap
        edges += [top + row for row in range(size + 1)]
        places.append((top, [top + row + 0.5 for row in range(size)]))
    return edges, places


def plot_activations(
    net: Network,
    X: Rows,  # noqa: N803  # the field's names
    Y: Rows | None = None,  # noqa: N803
    ax: Axes | None = None,
    *,
    class_names: Names = (),
    colorbar: bool = True,
    scale: str | None = None,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw the activations of all neurons on all examples as a heat map: neurons down, by layer, examples across.

    The network runs as a copy: it and its numbers stay as they are. Inputs are left out.

    Parameters
    ----------
    net : Network
        What is run.
    X, Y : sequence of rows
        The examples. With the targets of classes, the examples stand class by class, each in its own order; without, or
        when the targets are numbers to be met, as given, and numbered from 1.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched.
    class_names : sequence of str
        What the classes are called; "class 0", "class 1", ... when left out.
    colorbar : bool
        Put the scale beside the picture. Its middle is 0, always; it shows the part that occurs.
    scale : {"network", "layer"}, optional
        One scale for all, or colours that tell a share of the layer's largest activation. When left out, "layer" if the
        layers' largest lie far apart, for then the small ones would all look like 0.
    theme : str or Theme
        The colours.

    Returns
    -------
    Drawn
        With "mesh", "layers" (the names over the bands), "class_lines", "colorbar".

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When X or Y is empty or does not fit the net, the names do not fit the classes, or there is no such scale.
    NumericalError
        When a number leaves the range of floats.

    Examples
    --------
    >>> import neurograph as ng
    >>> xor = ng.datasets.xor()
    >>> drawn = plot_activations(ng.Network.dense([2, 3, 1], "tanh"), xor.X, xor.Y, class_names=xor.class_names)
    >>> drawn["mesh"].get_array().shape  # 3 + 1 neurons and a gap above each layer
    (6, 4)
    """
    colorbar = switch(colorbar, "plot_activations, colorbar")
    from numpy import arange, array, ma, nan, vstack
    from numpy import full as filled

    look = find_theme(theme)
    xs, labels = read_classes(net, X, Y, "plot_activations")
    names = [] if Y is None else read_names(class_names, net, "plot_activations, class_names")
    order, groups = by_class(labels) if labels else (list(range(len(xs))), [])
    values = activations_over(net, [xs[at] for at in order])
    sizes = [len(layer) for layer in net.layers[1:]]
    level = [at for at, size in enumerate(sizes) for _ in range(size)]
    by_level = make_scale([(at, float(abs(row).max())) for at, row in zip(level, values, strict=True)], scale)
    shown = array([[by_level.of(at, value) for value in row] for at, row in zip(level, values.tolist(), strict=True)])
    ax, own = axes_for(ax, look, "plot_activations")
    share = _HEADER / max(inches(ax)[1], 0.1)
    written = share * len(sizes) < 0.5  # otherwise the names would leave no room for the neurons
    gap = sum(sizes) * share / (1.0 - share * len(sizes)) if written else 0.02 * sum(sizes)
    edges, places = bands(sizes, gap)
    stack, start = [], 0
    for size in sizes:
        stack += [filled((1, len(xs)), nan), shown[start : start + size]]
        start += size
    mesh = ax.pcolormesh(
        arange(len(xs) + 1), edges, ma.masked_invalid(vstack(stack)), cmap=look.diverging,
        norm=centred([by_level.limit]), rasterized=values.size > _VECTOR,
    )  # fmt: skip
    ax.set(xlim=(0, len(xs)), ylim=(edges[-1], edges[0]))
    artists: dict[str, Any] = {"mesh": mesh, "layers": [], "class_lines": None, "colorbar": None}
    layers = layer_names(net)
    if written:
        titles = [short(f"{name}: {rules}", 60) for name, rules in layers.items()]
        artists["layers"] = [
            ax.text(0, top - gap * 0.12, title, color=look.ink, size="small", va="bottom", parse_math=False)
            for title, (top, _) in zip(titles, places, strict=True)
        ]
    _name_rows(ax, net, [] if written else list(layers), places, inches(ax)[1] / edges[-1] >= _ROW and written)
    artists["class_lines"] = _name_columns(ax, groups, names, len(xs), look)
    label_axes(ax, "examples, by class" if groups else "example", "neuron")
    if colorbar:
        part = (min(0.0, shown.min()), max(0.0, shown.max()))
        artists["colorbar"] = add_colorbar(mesh, ax, activation_label(by_level), look, own, part)
    return Drawn(ax, artists, _map_in_words(net, values, order, groups, names), own)


def _name_rows(
    ax: Axes, net: Network, layers: Sequence[str], places: Sequence[tuple[float, list[float]]], roomy: bool
) -> None:
    """Name each neuron; where there is no room for that, each layer, unless its name stands over it."""
    if roomy:
        middles = [middle for _, rows in places for middle in rows]
        tick_names(ax, "y", middles, [n.name for layer in net.layers[1:] for n in layer], fontsize="small")
    elif layers:
        middles = [(rows[0] + rows[-1]) / 2.0 for _, rows in places]
        tick_names(ax, "y", middles, layers, fontsize="small")
    else:
        ax.set_yticks([])
    ax.tick_params(axis="y", length=0)


def _name_columns(
    ax: Axes, groups: Sequence[tuple[int, int, int]], names: Sequence[str], count: int, theme: Theme
) -> Any:
    """Name the classes and draw lines between them; without classes, number some examples, as in X, from 1."""
    if not groups:
        step = max(1, math.ceil(count / 10))
        shown = range(0, count, step)
        tick_names(ax, "x", [at + 0.5 for at in shown], [str(at + 1) for at in shown])
        return None
    labels = [names[label] for label, _, _ in groups]
    narrowest = min(end - start for _, start, end in groups) / count * inches(ax)[0] * len(labels)
    style = {} if fits(labels, narrowest) else {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}
    tick_names(ax, "x", [(start + end) / 2.0 for _, start, end in groups], labels, **style)
    return ax.vlines([start for _, start, _ in groups[1:]], 0, 1, theme.page, lw=2, transform=ax.get_xaxis_transform())


def _map_in_words(
    net: Network, values: NDArray[float64], order: list[int], groups: list[tuple[int, int, int]], names: list[str]
) -> str:
    from numpy import unravel_index

    neurons = [neuron for layer in net.layers[1:] for neuron in layer]
    layers = "; ".join(
        f"{name}: {rules} ({len(layer)})"
        for (name, rules), layer in zip(layer_names(net).items(), net.layers[1:], strict=True)
    )
    grouped = ", ".join(f"{end - start} {short(names[label])}" for label, start, end in groups)
    ends = []
    for word, at in (("lowest", values.argmin()), ("highest", values.argmax())):
        row, column = (int(k) for k in unravel_index(at, values.shape))
        ends.append(
            f"The {word} is {values[row, column]:.3g}, of {short(neurons[row].name)} on example {order[column] + 1}."
        )
    return (
        f"Heat map of the activations of {len(neurons)} neurons on {values.shape[1]} examples"
        f"{f', by class: {grouped}' if groups else ''}. From the top: {layers}. {' '.join(ends)}"
    )
