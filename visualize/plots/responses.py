"""What every neuron answers over a plane of inputs: one small picture for each, arranged by layer as in the network.

The picture of D. Smilkov et al. (2017), Direct-Manipulation Visualization of Deep Networks (TensorFlow Playground), on
paper. It runs a copy of the network; it knows no function of a neuron.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.graph.neuron import Neuron
from neurograph.network import Network
from neurograph.tables import Rows
from neurograph.validate import Names, as_list
from visualize.drawn import Drawn, new_figure, short
from visualize.network.scales import make_scale
from visualize.plots.axes_parts import activation_label, add_colorbar, centred
from visualize.plots.evaluate import activations_over, as_network, read_classes
from visualize.plots.input_plane import Plane, Span, read_plane
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["columns_for", "plot_responses", "responses"]

_WHERE = "plot_responses"
_TALL = 6  # panels below each other; a larger layer takes several columns
_GAP, _HEADER = 0.12, 0.75  # between layers, and over them, beside a panel of 1 x 2
_MOST = 64  # panels; in more of them nobody sees anything


def responses(net: Network, plane: Plane) -> NDArray[float64]:
    """Run a copy at every point of a plane: neurons that compute x points up x points across."""
    values = activations_over(net, plane.rows())
    return values.reshape(len(values), len(plane.ys), len(plane.xs))


def columns_for(size: int, tallest: int) -> list[int]:
    """Share the neurons of a layer out to columns.

    Examples
    --------
    >>> columns_for(3, 6), columns_for(8, 6)
    ([3], [4, 4])
    """
    count = ceil(size / tallest)
    return [size // count + (at < size % count) for at in range(count)]


def plot_responses(
    net: Network,
    X: Rows | None = None,  # noqa: N803  # the field's names
    Y: Rows | None = None,  # noqa: N803
    *,
    features: tuple[int | str, int | str] = (0, 1),
    fixed: Sequence[float] | None = None,
    span: tuple[float, float] | Span | None = None,
    neurons: Iterable[str | Neuron] | None = None,
    feature_names: Names = (),
    resolution: int = 40,
    size: tuple[float, float] | None = None,
    scale: str | None = None,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw what every neuron answers over a plane of inputs: a panel for each, by layer from left to right.

    All panels share one scale of colours, with 0 in its middle. The network runs as a copy: it and its numbers stay as
    they are.

    Parameters
    ----------
    net : Network
        A network with at least two inputs.
    X, Y : sequence of rows, optional
        Examples to draw as points, coloured by class if Y tells classes.
    features : (int or str, int or str)
        The inputs that vary, across and up: their places from 0, or their names.
    fixed : sequence of float, optional
        A value for each input, at which those that do not vary are held; the means of X when left out.
    span : (low, high) or two of them, optional
        How far the inputs go; as far as X and a little more when left out, or from -1 to 1 without X.
    neurons : iterable of str or Neuron, optional
        Which ones to draw; all when left out, up to 64.
    feature_names : sequence of str
        What the inputs are called; as the neurons are, when left out.
    resolution : int
        Points each way.
    size : (float, float), optional
        Width and height of the figure in inches; by the number of panels when left out.
    scale : {"network", "layer"}, optional
        One scale for all, or colours that tell a share of the layer's largest activation. When left out, "layer" if the
        layers' largest lie far apart, for then the small ones would all look like 0.
    theme : str or Theme
        The colours.

    Returns
    -------
    Drawn
        On a figure of its own; `ax` is the first panel. With "panels", "images" and "points" (dicts by neuron name) and
        "colorbar".

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used; the message says which and how to mend it.
    NumericalError
        When a number leaves the range of floats.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 3, 1], "tanh", seed=1)
    >>> drawn = plot_responses(net, span=(-2, 2), resolution=5)
    >>> list(drawn["panels"]), drawn["images"]["h1"].get_array().shape
    (['h1', 'h2', 'h3', 'o1'], (5, 5))
    """
    look = find_theme(theme)
    as_network(net, _WHERE)
    if X is None and Y is not None:
        cure = "Give the examples that the targets belong to."
        raise InvalidTypeError("got Y without X.", where=f"{_WHERE}, X", cure=cure)
    xs, labels = ([], None) if X is None else read_classes(net, X, Y, _WHERE)
    plane = read_plane(net, xs, features, fixed, span, resolution, feature_names, _WHERE)
    chosen = _chosen(net, neurons)
    every = [neuron for layer in net.layers[1:] for neuron in layer]
    answers = {neuron: values for neuron, values in zip(every, responses(net, plane), strict=True) if neuron in chosen}
    shown = [(at, [n for n in layer if n in chosen]) for at, layer in enumerate(net.layers[1:], start=1)]
    shown = [(at, layer) for at, layer in shown if layer]
    level = {neuron: at for at, layer in shown for neuron in layer}
    by_level = make_scale([(level[neuron], float(abs(values).max())) for neuron, values in answers.items()], scale)
    figure, artists = _lay_out(shown, look, size)
    norm = centred([by_level.limit])
    for neuron, values in answers.items():
        ax = artists["panels"][neuron.name]
        artists["images"][neuron.name] = ax.imshow(
            values * by_level.of(level[neuron], 1.0), look.diverging, norm, aspect="auto", interpolation="bilinear",
            origin="lower", extent=plane.extent,
        )  # fmt: skip
        across, up = plane.place(ax, xs)
        if xs:
            colours = [look.class_colour(label) for label in labels] if labels else look.ink
            dot = 4 if len(xs) > 30 else 14
            artists["points"][neuron.name] = ax.scatter(across, up, s=dot, c=colours, edgecolors=look.page, lw=0.25)
    panels = list(artists["panels"].values())
    first = next(iter(artists["images"].values()))
    artists["colorbar"] = add_colorbar(first, panels, activation_label(by_level), look, own=True)
    _label(figure, plane, look)
    return Drawn(panels[0], artists, _in_words(answers, plane, len(xs)), own=True)


def _lay_out(
    shown: Sequence[tuple[int, list[Neuron]]], theme: Theme, size: tuple[float, float] | None
) -> tuple[Figure, dict[str, Any]]:
    """Make a figure with an empty panel for each neuron, and the names of the layers over them.

    A panel is two rows of the grid high, so that a shorter column can stand in the middle; the first row holds names.
    """
    columns = [columns_for(len(layer), _TALL) for _, layer in shown]
    tall, wide = max(max(shares) for shares in columns), sum(len(shares) for shares in columns)
    figure = new_figure(theme, size or (max(3.6, wide + 1.5), max(2.6, 1.05 * tall + 0.95)))
    ratios = [ratio for shares in columns for ratio in (*(1.0 for _ in shares), _GAP)][:-1]
    grid = figure.add_gridspec(
        2 * tall + 1, len(ratios), width_ratios=ratios, height_ratios=[_HEADER, *(1.0 for _ in range(2 * tall))]
    )
    panels, start = {}, 0
    for (number, layer), shares in zip(shown, columns, strict=True):
        over = figure.add_subplot(grid[0, start : start + len(shares)])
        over.set_axis_off()
        rules = short(", ".join(dict.fromkeys(neuron.rule.name for neuron in layer)), 13 * len(shares))
        over.text(0.5, 0.0, f"layer {number}\n{rules}", color=theme.ink, ha="center", va="bottom", parse_math=False)
        places = [(1 + tall - share + 2 * row, start + at) for at, share in enumerate(shares) for row in range(share)]
        for neuron, (row, column) in zip(layer, places, strict=True):
            ax = figure.add_subplot(grid[row : row + 2, column], xticks=[], yticks=[])
            ax.set_title(short(neuron.name, 12), size="small", color=theme.ink, pad=2, parse_math=False)
            for spine in ax.spines.values():
                spine.set_color(theme.quiet)
            panels[neuron.name] = ax
        start += len(shares) + 1
    return figure, {"panels": panels, "images": {}, "points": {}}


def _label(figure: Figure, plane: Plane, theme: Theme) -> None:
    """Say once for all panels what goes across and up, and what is held."""
    across, up = (
        f"{name}, {values[0]:.3g} to {values[-1]:.3g}"
        for name, values in zip(plane.labels, (plane.xs, plane.ys), strict=True)
    )
    figure.supxlabel(across + plane.held_below(figure.get_figwidth()), size="medium", color=theme.ink, parse_math=False)
    figure.supylabel(up, size="medium", color=theme.ink, parse_math=False)


def _chosen(net: Network, neurons: Iterable[str | Neuron] | None) -> list[Neuron]:
    """Find the neurons to draw: named ones, or all if they are not too many."""
    if neurons is None:
        chosen = [neuron for layer in net.layers[1:] for neuron in layer]
        if len(chosen) > _MOST:
            raise InvalidValueError(
                f"it has {len(chosen)} neurons that compute, expected at most {_MOST} to draw.",
                where=f"{_WHERE}, net",
                cure=f"Choose some with neurons=[{chosen[0].name!r}, ...].",
            )
        return chosen
    where = f"{_WHERE}, neurons"
    chosen = [net[neuron] for neuron in as_list(neurons, where, "a list of names or of Neuron objects")]
    for neuron in chosen:
        if neuron.role == "input":
            raise InvalidValueError(f"{neuron.name} is an input, it answers itself.", where=where, cure="Leave it out.")
    if not chosen:
        raise InvalidValueError("got none, expected at least one.", where=where, cure="Leave it out to draw all.")
    return chosen


def _in_words(answers: dict[Neuron, NDArray[float64]], plane: Plane, points: int) -> str:
    across, up = plane.labels
    ranges = [f"{short(neuron.name)} {v.min():.3g} to {v.max():.3g}" for neuron, v in answers.items()]
    return (
        f"Activations of {len(answers)} neurons over the plane of {across} ({plane.xs[0]:.3g} to {plane.xs[-1]:.3g}) "
        f"and {up} ({plane.ys[0]:.3g} to {plane.ys[-1]:.3g}){f', with {plane.held_text}' if plane.held_text else ''}. "
        f"{'; '.join(ranges)}.{f' {points} examples as points.' if points else ''}"
    )
