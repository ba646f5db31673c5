"""The loss surface: the mean loss over a plane through the present parameters, and the path that training took.

It draws what loss_plane.py works out; it knows no loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidValueError, NumericalError
from neurograph.graph.parameters import parameters_of
from neurograph.learning.history import History
from neurograph.network import Network
from neurograph.rules.losses import LOSSES, Loss
from neurograph.tables import Rows
from neurograph.validate import in_range, switch, whole
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.axes_parts import add_colorbar, label_axes, legend_above, round_numbers
from visualize.plots.evaluate import read_examples
from visualize.plots.loss_plane import (
    LossPlane,
    along_path,
    along_random,
    along_weights,
    losses_over,
    read_path,
    twin_of,
)
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["levels_for", "plot_loss_surface"]

_WHERE = "plot_loss_surface"
_ROOM = 1.2  # how much farther than the path the plane goes


def places_along(plane: LossPlane, axis: int, span: float, resolution: int) -> NDArray[float64]:
    """Lay the places along an axis: the centre and `span` on either side; with a path, all of it and some room.

    Examples
    --------
    >>> from numpy import empty, ones
    >>> places_along(LossPlane("random", ones(2), ones(2), (0.0, 0.0), ("", ""), empty((0, 2))), 0, 2.0, 3).tolist()
    [-2.0, 0.0, 2.0]
    """
    from numpy import append, linspace

    centre = plane.centre[axis]
    if not len(plane.path):
        return linspace(centre - span, centre + span, resolution)
    reach = [append(plane.path[:, k], plane.centre[k]) for k in range(2)]
    middle, half = (reach[axis].max() + reach[axis].min()) / 2.0, (reach[axis].max() - reach[axis].min()) / 2.0
    if plane.kind == "weights":
        half = max(half, span / _ROOM)
    elif half < 0.05 * (other := float(reach[1 - axis].max() - reach[1 - axis].min()) / 2.0):
        half = 0.05 * other  # a straight path still gets a plane around it
    return linspace(middle - span * _ROOM * half, middle + span * _ROOM * half, resolution)


def levels_for(losses: NDArray[float64], log: bool, count: int) -> NDArray[float64]:
    """Choose the levels of the contours, evenly from the least loss to the largest, or evenly in its logarithm.

    Examples
    --------
    >>> from numpy import array
    >>> levels_for(array([0.0, 1.0]), False, 3).tolist(), levels_for(array([0.01, 1.0]), True, 3).round(9).tolist()
    ([0.0, 0.5, 1.0], [0.01, 0.1, 1.0])
    """
    from numpy import geomspace, linspace, nanmax, nanmin, unique

    low, high = float(nanmin(losses)), float(nanmax(losses))
    if not high - low > 1e-12 * max(abs(high), 1.0):  # a plain: contours need two different levels
        high = low + max(abs(low), 1.0) * 1e-3
    return unique((geomspace if log else linspace)(low, high, count))


def plot_loss_surface(
    net: Network,
    X: Rows,  # noqa: N803  # the field's names
    Y: Rows,  # noqa: N803
    loss: str | Loss = "squared_error",
    ax: Axes | None = None,
    *,
    weights: tuple[str, str] | None = None,
    seed: int = 0,
    span: float = 1.0,
    resolution: int = 25,
    path: History | Mapping[int, Mapping[str, float]] | None = None,
    log: bool = False,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw the mean loss over a plane through the present parameters.

    The plane goes along two named weights or biases, or else along the two directions in which a path spreads most, or
    without one along two random directions. The network is copied: it and its numbers stay as they are.

    Parameters
    ----------
    net : Network
        Its present parameters are in the plane.
    X, Y : sequence of rows
        The examples and their targets.
    loss : str or Loss
        The loss of one example; the picture shows its mean.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched.
    weights : (str, str), optional
        Two weights or biases by their labels, such as ("x1->h1", "h1").
    seed : int
        Of the generator that draws the random directions.
    span : float
        How far the plane goes on either side: in the units of the named weights, or in lengths of the random
        directions, 1 being as long as the parameters of each neuron. With a path and no weights, times its own reach.
    resolution : int
        Points each way; each one costs a run over all examples.
    path : History or dict, optional
        What `train(..., snapshots=1)` returned, or its `snapshots`. It is drawn as its shadow on the plane: off the
        plane, the loss on the path is another.
    log : bool
        Colours and contours go with the logarithm of the loss.
    theme : str or Theme
        The colours.

    Returns
    -------
    Drawn
        With "filled", "lines", "here" (the present parameters), "path", "start", "end" (None where it is "here"),
        "colorbar", "legend".

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used; the message says which and how to mend it.
    NumericalError
        When no point of the plane has a finite loss.

    Notes
    -----
    The random directions are those of H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein (2018), Visualizing the loss
    landscape of neural nets, each neuron being a filter.

    Examples
    --------
    >>> import neurograph as ng
    >>> xor, net = ng.datasets.xor(), ng.Network.dense([2, 2, 1], "tanh")
    >>> drawn = plot_loss_surface(net, xor.X, xor.Y, weights=("x1->h1", "h1"), resolution=3)
    >>> drawn.ax.get_xlabel(), drawn.ax.get_ylabel()
    ('weight x1->h1', 'bias h1')
    """
    log = switch(log, "plot_loss_surface, log")
    look, record = find_theme(theme), LOSSES.find(loss)
    examples = read_examples(net, X, Y, _WHERE)
    size = in_range(span, f"{_WHERE}, span", above=0.0)
    steps = whole(resolution, f"{_WHERE}, resolution", 2)
    twin = twin_of(net, weights)
    epochs, plane = _plane_for(twin, weights, seed, path)
    grid = (places_along(plane, 0, size, steps), places_along(plane, 1, size, steps))
    losses = losses_over(twin, examples, record, plane, grid)
    _check(losses, log)
    ax, own = axes_for(ax, look, _WHERE)
    artists = _draw_surface(ax, grid, losses, log, look)
    _draw_path(ax, plane, epochs, look, artists)
    label_axes(ax, *plane.labels)
    artists["colorbar"] = _scale(ax, losses, log, record.name, look, own)
    return Drawn(ax, artists, _in_words(plane, grid, losses, epochs, record.name), own)


def _plane_for(twin: Network, weights: object, seed: int, path: object) -> tuple[list[int], LossPlane]:
    from numpy import empty

    parameters = parameters_of(twin)
    epochs, rows = ([], empty((0, len(parameters)))) if path is None else read_path(path, parameters)
    if weights is not None:
        return epochs, along_weights(parameters, weights, rows)
    return epochs, along_random(parameters, seed) if path is None else along_path(parameters, rows)


def _check(losses: NDArray[float64], log: bool) -> None:
    from numpy import isnan, nanmin

    if isnan(losses).all():
        raise NumericalError(
            "the loss leaves the range of floats on the whole plane.", where=_WHERE, cure="Take a smaller span."
        )
    if log and nanmin(losses) <= 0.0:
        least = float(nanmin(losses))
        raise InvalidValueError(
            where=f"{_WHERE}, log", given=log, expected=f"losses above 0, the least is {least:g}", cure="Leave it out."
        )


def _draw_surface(
    ax: Axes, grid: Sequence[NDArray[float64]], losses: NDArray[float64], log: bool, theme: Theme
) -> dict[str, Any]:
    from matplotlib.colors import LogNorm, Normalize
    from numpy import ma

    shown, levels = ma.masked_invalid(losses), levels_for(losses, log, 25)
    norm = (LogNorm if log else Normalize)(levels[0], levels[-1])
    filled = ax.contourf(*grid, shown, levels=levels, cmap=theme.growing, norm=norm, extend="both")
    lines = ax.contour(*grid, shown, levels=levels[::2], colors=theme.ink, linewidths=0.4, alpha=0.5)
    return {"filled": filled, "lines": lines}


def _scale(ax: Axes, losses: NDArray[float64], log: bool, loss: str, theme: Theme, own: bool) -> Any:
    """Put an even scale beside the surface; of a logarithm with round numbers at it."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm, Normalize

    levels = levels_for(losses, log, 2)
    colours = ScalarMappable((LogNorm if log else Normalize)(levels[0], levels[-1]), theme.growing)
    bar = add_colorbar(colours, ax, f"mean loss{', log scale' if log else ''}\n({short(loss)})", theme, own)
    if log:
        ticks = round_numbers(float(levels[0]), float(levels[-1]))
        bar.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks], minor=False)
        bar.minorticks_off()
    return bar


def _draw_path(ax: Axes, plane: LossPlane, epochs: Sequence[int], theme: Theme, artists: dict[str, Any]) -> None:
    edge: dict[str, Any] = {"color": theme.negative, "markeredgecolor": theme.page, "linestyle": "none", "zorder": 4}
    edge["clip_on"] = False
    artists.update(path=None, start=None, end=None)
    names = ["present"]
    (artists["here"],) = ax.plot([plane.centre[0]], [plane.centre[1]], marker="*", markersize=13, **edge)
    if len(plane.path):
        xs, ys = plane.path[:, 0], plane.path[:, 1]
        (artists["path"],) = ax.plot(xs, ys, color=theme.negative, lw=1.8, zorder=3)
        (artists["start"],) = ax.plot(xs[:1], ys[:1], marker="o", markersize=7, **edge)
        artists["here"].set_zorder(5)
        names.append(f"epoch {epochs[0]}")
        if (xs[-1], ys[-1]) == plane.centre:  # then the star marks the end
            names[0] = f"present (epoch {epochs[-1]})"
        else:
            (artists["end"],) = ax.plot(xs[-1:], ys[-1:], marker="s", markersize=6, **edge)
            names.append(f"epoch {epochs[-1]}")
    handles = [artists[name] for name in ("here", "start", "end") if artists[name] is not None]
    artists["legend"] = legend_above(ax, handles, names, theme, share=0.65)  # a scale takes the rest


def _in_words(
    plane: LossPlane, grid: Sequence[NDArray[float64]], losses: NDArray[float64], epochs: Sequence[int], loss: str
) -> str:
    from numpy import isnan, nanargmin, nanmax, nanmin, unravel_index

    row, column = unravel_index(nanargmin(losses), losses.shape)
    (x0, x1), (y0, y1) = ((axis[0], axis[-1]) for axis in grid)
    text = (
        f"Mean {loss} loss over a plane through the present parameters: {plane.labels[0]} from {x0:.3g} to {x1:.3g}, "
        f"{plane.labels[1]} from {y0:.3g} to {y1:.3g}. It goes from {nanmin(losses):.3g}, at ({grid[0][column]:.3g}, "
        f"{grid[1][row]:.3g}), to {nanmax(losses):.3g}."
    )
    if count := int(isnan(losses).sum()):
        text += f" At {count} of {losses.size} points it leaves the range of floats; they are blank."
    if len(plane.path):
        start, end = (f"({x:.3g}, {y:.3g})" for x, y in plane.path[[0, -1]])
        text += f" The path of training goes from {start} at epoch {epochs[0]} to {end} at epoch {epochs[-1]}."
    return text
