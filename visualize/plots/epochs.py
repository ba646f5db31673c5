"""What the plots over epochs share: reading a history by layer, the axis of epochs, and the look of a layer.

It reads columns of a history and knows nothing of what they mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, StateError, explain
from neurograph.learning.history import History
from visualize.plots.furniture import label_axes
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["by_layer", "epoch_axis", "epochs_of", "known", "layer_looks", "listed", "numbers", "reach"]

Column = Sequence[float | int | None]
_DASHES = ("-", "--", "-.", ":")


def known(history: object, where: str) -> History:
    """Pass a history with at least one epoch on.

    Raises
    ------
    InvalidTypeError, StateError
        When it is something else, or empty.
    """
    if not isinstance(history, History):
        raise InvalidTypeError(explain(f"{where}, history", history, "the History that train() returns"))
    if not history.rows:
        raise StateError(f"{where}: the history is empty, no epoch was finished. Train for at least one epoch.")
    return history


def numbers(column: Column) -> list[float]:
    """Read a column as floats; what an epoch does not have, and what is not finite, is NaN, which leaves a gap.

    Examples
    --------
    >>> numbers([1, None, float("inf")])
    [1.0, nan, nan]
    """
    return [float(v) if v is not None and math.isfinite(v) else math.nan for v in column]


def epochs_of(history: History) -> list[float]:
    """List the epochs' numbers; where rows do not tell, they are counted from 1."""
    return [float(row.get("epoch") or at) for at, row in enumerate(history.rows, start=1)]


def by_layer(history: History, what: str, where: str, kind: str) -> dict[str, list[float]]:
    """Read the columns "what/layer 1", "what/layer 2", ... of a history, in the order of the layers.

    Raises
    ------
    StateError
        When there are none; the message says what to record.

    Examples
    --------
    >>> by_layer(History([{"zero/layer 1": 0.5}, {"zero/layer 1": 0.25}]), "zero", "plot", "activations")
    {'layer 1': [0.5, 0.25]}
    """
    layers: dict[str, list[float]] = {}
    columns = history.columns
    while f"{what}/layer {len(layers) + 1}" in columns:
        name = f"layer {len(layers) + 1}"
        layers[name] = numbers(history.column(f"{what}/{name}"))
    if not layers:
        raise StateError(f"{where}: the history has no {kind}. Train with record=[{kind!r}].")
    return layers


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


def epoch_axis(ax: Axes, label: str, theme: Theme) -> None:
    """Name the axes and put ticks at whole epochs only."""
    from matplotlib.ticker import MaxNLocator

    label_axes(ax, "epoch", label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, steps=[1, 2, 5, 10]))
    ax.grid(axis="y", color=theme.quiet, alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)


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
