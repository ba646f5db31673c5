"""How each layer fares over the epochs: its gradients and updates, and how much of it is 0 or saturated.

It draws what `train` recorded; what counts as vanishing or saturated is decided there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from neurograph.learning.diagnostics import flow_findings
from neurograph.learning.history import History, as_history, by_layer, epochs_of
from visualize.drawn import Drawn, axes_for
from visualize.plots.axes_parts import epoch_axis, legend_above
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["layer_looks", "plot_gradients", "plot_saturation", "plot_update_ratio"]

_DASHES = ("-", "--", "-.", ":")
_GUIDE = 1e-3
_KINDS: dict[str, Any] = {"zero": "-", "saturated": "--"}  # and the kind of line


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


def plot_saturation(history: History, ax: Axes | None = None, *, theme: str | Theme = "light") -> Drawn:
    """Draw for each layer the share of its activations that are 0 and the share that are saturated, over the epochs.

    A relu that is 0 learns nothing from the example, and neither does a sigmoid or tanh close to a bound (within 1 % of
    its range). They are seen after each batch, on its last example. What has no two bounds, such as a relu, is never
    saturated.

    Parameters
    ----------
    history : History
        What `train(..., record=["activations"])` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "zero/layer 1", "saturated/layer 1", "zero/layer 2", ... and "legend". Layers have colours;
        zero is a solid line, saturated a dashed one; what is 0 all the time is drawn, faintly, and not listed.

    Raises
    ------
    StateError
        When the history has no activations.

    Examples
    --------
    >>> history = History([{"epoch": 1, "zero/layer 1": 0.5, "saturated/layer 1": 0.0}])
    >>> plot_saturation(history).alt_text()
    'Share of activations over 1 epoch that are 0, at the end: layer 1 0.5. None are saturated.'
    """
    colours = find_theme(theme)
    history = as_history(history, "plot_saturation")
    shares = {kind: by_layer(history, kind, "plot_saturation", "activations") for kind in _KINDS}
    layers = list(shares["zero"])
    looks = dict(zip(layers, layer_looks(len(layers), colours), strict=True))
    epochs = epochs_of(history)
    ax, own = axes_for(ax, colours, "plot_saturation")
    artists: dict[str, Any] = {}
    for kind, style in _KINDS.items():
        for name, values in shares[kind].items():
            seen = _ever(values)
            (artists[f"{kind}/{name}"],) = ax.plot(
                epochs,
                values,
                color=looks[name]["color"] if seen else colours.quiet,
                linestyle=style,
                linewidth=1.6 if seen else 0.8,
                marker="." if len(epochs) == 1 else "",
            )
    ax.set_ylim(-0.02, 1.02)
    epoch_axis(ax, "share of activations", colours)
    artists["legend"] = _saturation_legend(ax, shares, {name: look["color"] for name, look in looks.items()}, colours)
    return Drawn(ax, artists, _saturation_alt(shares, len(epochs)), own)


def _ever(values: list[float]) -> bool:
    return any(value > 0.0 for value in values)


def _saturation_legend(
    ax: Axes, shares: dict[str, dict[str, list[float]]], shades: dict[str, str], theme: Theme
) -> Any:
    """Explain colours and kinds of line apart, for those layers and kinds that are ever above 0."""
    from matplotlib.lines import Line2D

    layers = [name for name in shades if any(_ever(shares[kind][name]) for kind in _KINDS)]
    layers = [layers[at] for at in listed(layers, 6)]
    handles = [Line2D([], [], color=shades[name]) for name in layers]
    handles += [Line2D([], [], color=theme.ink, linestyle=style) for style in _KINDS.values()]
    names = [*layers, *(kind if any(map(_ever, shares[kind].values())) else f"{kind}: none" for kind in _KINDS)]
    return legend_above(ax, handles, names, theme)


def _saturation_alt(shares: dict[str, dict[str, list[float]]], count: int) -> str:
    over = "1 epoch" if count == 1 else f"{count} epochs"
    sentences = []
    for kind, words in (("zero", "0"), ("saturated", "saturated")):
        ends = [f"{name} {values[-1]:.3g}" for name, values in shares[kind].items() if _ever(values)]
        sentences.append(
            f"Share of activations over {over} that are {words}, at the end: {', '.join(ends)}."
            if ends
            else f"None are {words}."
        )
    return " ".join(sentences)


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


def layer_looks(count: int, theme: Theme) -> list[dict[str, Any]]:
    """Give each layer a colour and a kind of line.

    The colours run from dark to light (viridis, S. van der Walt, N. Smith 2015), so that the order of the layers is
    seen in any colour vision and in grey. On paper the lines are dashed in turn as well.
    """
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    first, last = (0.0, 0.82) if _is_light(theme.page) else (1.0, 0.35)  # the far end would sink into the page
    steps = max(count - 1, 1)
    shades = [to_hex(colormaps["viridis"](first + (last - first) * at / steps)) for at in range(count)]
    return [
        {"color": shade, "linestyle": _DASHES[at % len(_DASHES)] if theme.dashes else "-"}
        for at, shade in enumerate(shades)
    ]


def _is_light(colour: str) -> bool:
    from matplotlib.colors import to_rgb

    return math.fsum(to_rgb(colour)) > 1.5


def reach(columns: Iterable[Sequence[float]], margin: float = 1.6) -> tuple[float, float]:
    """Find the ends of a logarithmic axis that holds the positive numbers of all columns with some room.

    Examples
    --------
    >>> reach([[1e9, 4.0], [1.0, 0.0]], margin=2.0)
    (0.5, 2000000000.0)
    """
    values = [value for column in columns for value in column if value > 0.0]
    if not values:
        return 1e-3, 1.0
    low, high = min(values), max(values)
    low = min(max(low / margin, 1e-250), 1e249)  # beyond, matplotlib's own margins overflow
    return low, max(min(high * margin, 1e250), 10.0 * low)


def listed(names: Sequence[str], limit: int = 8) -> list[int]:
    """Choose which of many entries a legend lists: evenly, the first and the last among them.

    Examples
    --------
    >>> listed(["a", "b"]), listed([f"layer {n}" for n in range(1, 31)], 4)
    ([0, 1], [0, 10, 19, 29])
    """
    if len(names) <= limit:
        return list(range(len(names)))
    return [round(at * (len(names) - 1) / (limit - 1)) for at in range(limit)]
