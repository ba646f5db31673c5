"""How many activations of each layer are 0 or at a bound, over the epochs of a training run.

It reads what `train` recorded; what counts as saturated is decided there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neurograph.learning.history import History, as_history, by_layer
from visualize.drawn import Drawn, axes_for
from visualize.plots.axes_parts import legend_above
from visualize.plots.epochs import epoch_axis, epochs_of, layer_looks, listed
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_saturation"]

_KINDS: dict[str, Any] = {"zero": "-", "saturated": "--"}  # and the kind of line


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
    artists["legend"] = _key(ax, shares, {name: look["color"] for name, look in looks.items()}, colours)
    return Drawn(ax, artists, _alt(shares, len(epochs)), own)


def _ever(values: list[float]) -> bool:
    return any(value > 0.0 for value in values)


def _key(ax: Axes, shares: dict[str, dict[str, list[float]]], shades: dict[str, str], theme: Theme) -> Any:
    """Explain colours and kinds of line apart, for those layers and kinds that are ever above 0."""
    from matplotlib.lines import Line2D

    layers = [name for name in shades if any(_ever(shares[kind][name]) for kind in _KINDS)]
    layers = [layers[at] for at in listed(layers, 6)]
    handles = [Line2D([], [], color=shades[name]) for name in layers]
    handles += [Line2D([], [], color=theme.ink, linestyle=style) for style in _KINDS.values()]
    names = [*layers, *(kind if any(map(_ever, shares[kind].values())) else f"{kind}: none" for kind in _KINDS)]
    return legend_above(ax, handles, names, theme)


def _alt(shares: dict[str, dict[str, list[float]]], count: int) -> str:
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
