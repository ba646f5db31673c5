"""What the plots over epochs share: the axis of epochs, its range, and the look of a layer.

It knows nothing of what is drawn over the epochs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from neurograph.learning.history import History
from visualize.plots.axes_parts import label_axes
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["epoch_axis", "epochs_of", "layer_looks", "listed", "reach"]

_DASHES = ("-", "--", "-.", ":")


def epochs_of(history: History) -> list[float]:
    """List the epochs' numbers; where rows do not tell, they are counted from 1."""
    return [float(row.get("epoch") or at) for at, row in enumerate(history.rows, start=1)]


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
