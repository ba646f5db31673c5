"""The edges into one layer as a matrix: a cell for each, sources one way and targets the other.

For layers too large to draw as a diagram. It reads weights and gradients off the edges and computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite
from math import pow as fpow
from typing import TYPE_CHECKING, Any

from neurograph.errors import GraphError, InvalidValueError, NumericalError, StateError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.network import Network
from neurograph.validate import one_of, switch, whole
from visualize.drawn import Drawn, axes_for, short, tick_names
from visualize.plots.axes_parts import add_colorbar, centred, fits, inches, label_axes
from visualize.plots.evaluate import as_network
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["Matrix", "matrix_of", "plot_matrix"]

_WHERE = "plot_matrix"
_MODES = {"weights": ("w", "weight w", "weights"), "gradients": ("grad", "gradient dC/dw", "gradients dC/dw")}
_NAME = 0.14  # inches that a name on the axis down needs
_CELL = (0.42, 0.2)  # inches that a number in a cell needs
_SIGN = 0.11  # inches that a minus in a cell needs
_VECTOR = 5000  # cells; more of them are drawn as dots in a SVG or PDF


@dataclass(frozen=True, slots=True)
class Matrix:
    """The numbers of the edges into a layer.

    Attributes
    ----------
    sources, targets : list of Neuron
        Who has an edge into the layer, in the order of the network, and the neurons of the layer.
    values : array
        A row for each source, a column for each target; NaN where there is no edge.
    edges : list of Edge
        The edges shown.
    parts : list of int
        Where among the sources another layer begins.
    """

    sources: list[Neuron]
    targets: list[Neuron]
    values: NDArray[float64]
    edges: list[Edge]
    parts: list[int]


def matrix_of(net: Network, layer: int, show: str) -> Matrix:
    """Read the weights or gradients of all edges into a layer, all of which must be computed and finite.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1, 1], "tanh", initializer="ones")
    >>> _ = net.connect("x1", "o1", 0.5)
    >>> matrix = matrix_of(net, 2, "weights")
    >>> [neuron.name for neuron in matrix.sources], matrix.values.tolist()
    (['x1', 'h1'], [[0.5], [1.0]])
    """
    from numpy import full, nan

    targets = net.layers[layer]
    edges = [edge for target in targets for edge in target.fan_in]
    senders = {edge.source for edge in edges}
    by_layer = [[neuron for neuron in some if neuron in senders] for some in net.layers]
    sources = [neuron for some in by_layer for neuron in some]
    parts = [end for end in accumulate(len(some) for some in by_layer) if 0 < end < len(sources)]
    down, across = ({neuron: at for at, neuron in enumerate(some)} for some in (sources, targets))
    values = full((len(sources), len(targets)), nan)
    for edge in edges:
        value = getattr(edge, _MODES[show][0])
        where = f"{_WHERE}, show={show!r}"
        if value is None:
            cure = "Call net.forward(x) and net.backward(y) first."
            raise StateError(f"edge {edge.label} has no gradient yet.", where=where, cure=cure)
        if not isfinite(value):
            raise NumericalError(f"edge {edge.label}: it is {value}.", where=where, cure="Set a finite number.")
        values[down[edge.source], across[edge.target]] = value
    return Matrix(sources, targets, values, edges, list(dict.fromkeys(parts)))


def plot_matrix(
    net: Network,
    ax: Axes | None = None,
    *,
    layer: int | None = None,
    show: str = "weights",
    colorbar: bool = True,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw the weights, or the gradients, of all edges into one layer as a matrix of colours.

    Sources go down and targets across, or the other way round when there are more sources. Where there is no edge, the
    cell is blank; an edge that skips layers is in the row of its source, as all others. Lines part the layers that the
    sources are in. Numbers are written where there is room; where there is none,
    print marks negative cells with a minus.

    Parameters
    ----------
    net : Network
        It is only read.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched.
    layer : int, optional
        Which layer the edges lead into, from 1 (the first after the inputs); -1 is the last. 1 when left out.
    show : {"weights", "gradients"}
        The weights `w`, or `dC/dw` as the last backward pass left it.
    colorbar : bool
        Put the scale beside the picture. Its middle is 0, always.
    theme : str or Theme
        The colours.

    Returns
    -------
    Drawn
        With "mesh", "numbers", "separators", "colorbar".

    Raises
    ------
    UnknownNameError, InvalidTypeError, InvalidValueError
        When there is no such mode or no such layer.
    GraphError
        When no edge leads into the layer.
    StateError
        When gradients are asked for and not computed yet.

    Examples
    --------
    >>> import neurograph as ng
    >>> drawn = plot_matrix(ng.Network.dense([4, 5, 3], "tanh"), layer=2)
    >>> drawn["mesh"].get_array().shape, drawn.ax.get_xlabel()
    ((3, 5), 'source')
    """
    colorbar = switch(colorbar, "plot_matrix, colorbar")
    look = find_theme(theme)
    one_of(show, _MODES, f"{_WHERE}, show", "unknown mode")
    number = _layer(as_network(net, _WHERE), layer)
    matrix = matrix_of(net, number, show)
    if not matrix.edges:
        cure = "Connect its neurons first."
        raise GraphError(f"no edge leads into layer {number}.", where=f"{_WHERE}, layer", cure=cure)
    ax, own = axes_for(ax, look, _WHERE)
    turned = len(matrix.sources) > len(matrix.targets)
    artists = _draw(ax, matrix, turned, look)
    if colorbar:
        artists["colorbar"] = add_colorbar(artists["mesh"], ax, _MODES[show][1], look, own)
    return Drawn(ax, artists, _in_words(matrix, number, show), own)


def _layer(net: Network, layer: object) -> int:
    count = len(net.layers)
    number = 1 if layer is None else whole(layer, f"{_WHERE}, layer", what="the number of a layer, such as 1")
    number = number + count if number < 0 else number
    if not 1 <= number < count:
        why = "The inputs are layer 0, and no edge leads into them." if number == 0 else ""
        expected = f"a number from 1 to {count - 1}"
        raise InvalidValueError(where=f"{_WHERE}, layer", given=layer, expected=expected, cure=why)
    return number


def _draw(ax: Axes, matrix: Matrix, turned: bool, theme: Theme) -> dict[str, Any]:
    from numpy import ma, nanmax

    values = matrix.values.T if turned else matrix.values
    height, width = values.shape
    lines: dict[str, Any] = {"edgecolors": theme.page, "linewidth": 0.5} if values.size <= 400 else {}
    mesh = ax.pcolormesh(
        ma.masked_invalid(values), cmap=theme.diverging, norm=centred([nanmax(abs(values))]),
        rasterized=values.size > _VECTOR, **lines,
    )  # fmt: skip
    ax.set(xlim=(0, width), ylim=(height, 0))
    across, down = (matrix.sources, matrix.targets) if turned else (matrix.targets, matrix.sources)
    _name(ax, "x", [neuron.name for neuron in across], inches(ax)[0])
    _name(ax, "y", [neuron.name for neuron in down], inches(ax)[1])
    label_axes(ax, *(("source", "target") if turned else ("target", "source")))
    return {"mesh": mesh, "numbers": _write(ax, mesh, values, theme), "separators": _part(ax, matrix, turned, theme)}


def _name(ax: Axes, axis: str, names: Sequence[str], room: float) -> None:
    """Name every row or column where there is room, else none."""
    places = [at + 0.5 for at in range(len(names))]
    size = "medium" if len(names) * 1.5 * _NAME <= 0.8 * room else "small"
    if len(names) * _NAME > 0.8 * room:
        (ax.set_xticks if axis == "x" else ax.set_yticks)([])
    elif axis == "x" and not fits(names, room):
        tick_names(ax, axis, places, names, rotation=90, fontsize=size)
    else:
        tick_names(ax, axis, places, names, fontsize=size)
    ax.tick_params(axis=axis, length=0)  # type: ignore[arg-type]  # "x" or "y"


def _write(ax: Axes, mesh: Any, values: NDArray[float64], theme: Theme) -> list[Any]:
    """Write the numbers into their cells if they fit; if not, in print a minus where they are negative."""
    from numpy import ndenumerate

    room = (0.8 * inches(ax)[0] / values.shape[1], inches(ax)[1] / values.shape[0])
    numbers = room[0] >= _CELL[0] and room[1] >= _CELL[1]
    if not numbers and not (theme.dashes and min(room) >= _SIGN):
        return []
    found = []
    for (row, column), value in ndenumerate(values):
        if (numbers and isfinite(value)) or value < 0.0:
            colour = _readable(mesh.to_rgba(value), theme)
            text = f"{value:#.2g}".rstrip(".").replace("-", "\N{MINUS SIGN}") if numbers else "\N{MINUS SIGN}"
            found.append(ax.text(column + 0.5, row + 0.5, text, color=colour, ha="center", va="center", size="small"))
    return found


def _readable(cell: Sequence[float], theme: Theme) -> str:
    """Choose ink or page, whichever stands out more, as the Web Content Accessibility Guidelines 2.1 count it."""
    from matplotlib.colors import to_rgb

    def contrast(colour: str) -> float:
        dark, light = sorted((_luminance(cell), _luminance(to_rgb(colour))))
        return (light + 0.05) / (dark + 0.05)

    return max((theme.ink, theme.page), key=contrast)


def _luminance(colour: Sequence[float]) -> float:
    red, green, blue = (fpow(part, 2.2) for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _part(ax: Axes, matrix: Matrix, turned: bool, theme: Theme) -> Any:
    """Draw a line between sources of different layers; None when all are of one."""
    if not matrix.parts:
        return None
    draw, across = (ax.vlines, ax.get_xaxis_transform()) if turned else (ax.hlines, ax.get_yaxis_transform())
    return draw(matrix.parts, 0, 1, theme.ink, lw=1.2, transform=across)


def _in_words(matrix: Matrix, number: int, show: str) -> str:
    edges = sorted(matrix.edges, key=lambda edge: abs(getattr(edge, _MODES[show][0])), reverse=True)
    strongest = ", ".join(f"{short(edge.label, 40)} {getattr(edge, _MODES[show][0]):.3g}" for edge in edges[:3])
    blank = matrix.values.size - len(edges)
    return (
        f"Matrix of {_MODES[show][2]}: {len(edges)} edges into layer {number}, sources {len(matrix.sources)}, targets "
        f"{len(matrix.targets)}. The largest in size: {strongest}."
        f"{f' {blank} of {matrix.values.size} cells are blank: there is no edge.' if blank else ''}"
    )
