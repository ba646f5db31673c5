"""The decision boundary: which class a network predicts where, with the examples in the colours of their classes.

It runs a copy of the network over a plane of two inputs and asks `class_index`, as training and metrics do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.data.dataset import class_index
from neurograph.errors import InvalidValueError
from neurograph.network import Network
from neurograph.tables import Rows
from neurograph.validate import Names, switch
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.axes_parts import inches, label_axes, legend_above, markers
from visualize.plots.evaluate import outputs_over, read_classes, read_names
from visualize.plots.input_plane import Plane, Span, read_plane
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["leads", "plot_decision_boundary", "tint"]

_WHERE = "plot_decision_boundary"
_PALE, _PALEST = 0.45, 0.16  # how much of its colour a region has, where the output is sure and where it is not
_TIE = 1e-9  # of the largest lead: what the class that is listed first leads by, where outputs are equal


def classes_over(net: Network, plane: Plane) -> tuple[NDArray[float64], NDArray[Any]]:
    """Run a copy at every point of a plane: its outputs, and the class that they stand for, points up x points across.

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.plots.input_plane import read_plane
    >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
    >>> outputs, classes = classes_over(net, read_plane(net, [], None, None, (0, 1), 2, (), "plot"))
    >>> outputs.tolist(), classes.tolist()
    ([[[0.0], [1.0]], [[1.0], [2.0]]], [[0, 1], [1, 1]])
    """
    from numpy import array

    outputs = outputs_over(net, plane.rows())
    shape = (len(plane.ys), len(plane.xs))
    return array(outputs).reshape(*shape, -1), array([class_index(a) for a in outputs]).reshape(shape)


def leads(outputs: NDArray[float64], classes: NDArray[Any]) -> list[NDArray[float64]]:
    """Say by how much each class leads all others; above 0 exactly where it is the class, also where outputs are equal.

    Of a single output, class 1 leads by what is above 0.5.

    Examples
    --------
    >>> from numpy import array
    >>> [lead.tolist() for lead in leads(array([[[0.9, 0.1], [0.2, 0.4]]]), array([[0, 1]]))]
    [[[0.8, -0.2]], [[-0.8, 0.2]]]
    """
    from numpy import delete, maximum, minimum, where

    if outputs.shape[-1] == 1:
        above = outputs[..., 0] - 0.5
        found = [-above, above]
    else:
        found = [outputs[..., k] - delete(outputs, k, axis=-1).max(axis=-1) for k in range(outputs.shape[-1])]
    least = _TIE * (max(float(abs(lead).max()) for lead in found) or 1.0)
    return [where(classes == k, maximum(lead, least), minimum(lead, -least)) for k, lead in enumerate(found)]


def tint(colour: str, page: str, share: float) -> tuple[float, float, float]:
    """Mix a colour into that of the page.

    Examples
    --------
    >>> tint("#000000", "#ffffff", 0.25)
    (0.75, 0.75, 0.75)
    """
    from matplotlib.colors import to_rgb

    r, g, b = (share * one + (1.0 - share) * two for one, two in zip(to_rgb(colour), to_rgb(page), strict=True))
    return r, g, b


def plot_decision_boundary(
    net: Network,
    X: Rows,  # noqa: N803  # the field's names
    Y: Rows,  # noqa: N803
    ax: Axes | None = None,
    *,
    features: tuple[int | str, int | str] | None = None,
    fixed: Sequence[float] | None = None,
    span: tuple[float, float] | Span | None = None,
    class_names: Names = (),
    feature_names: Names = (),
    resolution: int = 100,
    points: bool = True,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw which class the network predicts where, the boundary between, and the examples in the same colours.

    Of one output the boundary is at 0.5, and the regions are the paler the nearer to it the output is. Examples that
    the network gets wrong have a ring. The network runs as a copy: it and its numbers stay as they are.

    With more than two inputs the picture is a cut: the others are held, and the label of the axis says where. An
    example is then drawn beside the cut, and whether it is right, its own numbers decide, all of them.

    Parameters
    ----------
    net : Network
        A network with at least two inputs.
    X, Y : sequence of rows
        The examples, and the targets of their classes: 0 or 1, or a single 1 among 0s.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched.
    features : (int or str, int or str), optional
        The inputs that vary, across and up: their places from 0, or their names. Needed with more than two.
    fixed : sequence of float, optional
        A value for each input, at which those that do not vary are held; the means of X when left out.
    span : (low, high) or two of them, optional
        How far the inputs go; as far as X and a little more when left out.
    class_names, feature_names : sequence of str
        What classes and inputs are called; "class 0", ..., and as the neurons, when left out.
    resolution : int
        Points each way.
    points : bool
        Draw the examples.
    theme : str or Theme
        The colours.

    Returns
    -------
    Drawn
        With "regions" (one image of the output, or contours by class), "lines", "points" (by class), "wrong", "legend".

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used, or the targets are numbers and no classes.
    NumericalError
        When a number leaves the range of floats.

    Examples
    --------
    >>> import neurograph as ng
    >>> moons = ng.datasets.moons(20)
    >>> drawn = plot_decision_boundary(ng.Network.dense([2, 3, 1], "sigmoid"), moons.X, moons.Y, resolution=5)
    >>> drawn["regions"].get_array().shape, len(drawn["points"])
    ((5, 5), 2)
    """
    points = switch(points, "plot_decision_boundary, points")
    look = find_theme(theme)
    xs, labels = read_classes(net, X, Y, _WHERE)
    if labels is None:
        raise InvalidValueError(
            "these targets are numbers, expected classes: 0 or 1, or a single 1 in each row.",
            where=f"{_WHERE}, Y",
            cure="To see outputs over a plane of inputs, call plot_responses(net, X).",
        )
    names = read_names(class_names, net, f"{_WHERE}, class_names")
    plane = read_plane(net, xs, features, fixed, span, resolution, feature_names, _WHERE)
    outputs, classes = classes_over(net, plane)
    wrong = [class_index(a) != label for a, label in zip(outputs_over(net, xs), labels, strict=True)]
    ax, own = axes_for(ax, look, _WHERE)
    ahead = leads(outputs, classes)
    artists: dict[str, Any] = {"regions": _shade(ax, plane, outputs, ahead, look), "points": [], "wrong": None}
    artists["lines"] = [
        ax.contour(plane.xs, plane.ys, lead, levels=[0.0], colors=look.ink, linewidths=1.2)
        for lead in ahead[1:]  # every boundary has a class on one side that is not the first
        if lead.min() < 0.0 < lead.max()
    ]
    places = plane.place(ax, xs)
    if points:
        _draw_points(ax, places, labels, wrong, len(names), look, artists)
    artists["legend"] = _name_classes(ax, artists, names, sum(wrong), len(wrong), look)
    across, up = plane.labels
    label_axes(ax, across + plane.held_below(inches(ax)[0]), up)
    return Drawn(ax, artists, _in_words(plane, classes, names, wrong), own)


def _shade(ax: Axes, plane: Plane, outputs: NDArray[float64], ahead: Sequence[NDArray[float64]], theme: Theme) -> Any:
    """Give the region of each class its tint: of one output by how far it is from 0.5, of several as they are."""
    from matplotlib.colors import CenteredNorm, LinearSegmentedColormap
    from numpy import where

    def of(k: int, share: float) -> tuple[float, float, float]:
        return tint(theme.class_colour(k), theme.page, share)

    if outputs.shape[-1] > 1:
        return [
            ax.contourf(plane.xs, plane.ys, lead, levels=[0.0, 2.0 * lead.max()], colors=[of(k, 0.8 * _PALE)])
            if lead.max() > 0.0
            else None
            for k, lead in enumerate(ahead)
        ]
    shades = [(0.0, of(0, _PALE)), (0.5, of(0, _PALEST)), (0.5, of(1, _PALEST)), (1.0, of(1, _PALE))]
    shown = where(ahead[1] > 0.0, outputs[..., 0], 0.5 + ahead[1])  # exactly 0.5 is class 0, and gets its tint
    return ax.imshow(
        shown, LinearSegmentedColormap.from_list("classes", shades, N=256), aspect="auto", interpolation="bilinear",
        norm=CenteredNorm(0.5, halfrange=max(0.5, abs(shown - 0.5).max())), origin="lower", extent=plane.extent,
    )  # fmt: skip


def _draw_points(
    ax: Axes,
    places: tuple[list[float], list[float]],
    labels: list[int],
    wrong: list[bool],
    count: int,
    theme: Theme,
    artists: dict[str, Any],
) -> None:
    across, up = places
    size = (22.0 if len(labels) <= 400 else 9.0) * min(1.0, inches(ax)[0] / 4.5)
    for k in range(count):
        chosen = [at for at, label in enumerate(labels) if label == k]
        artists["points"].append(
            ax.scatter(
                [across[at] for at in chosen], [up[at] for at in chosen], s=size, color=theme.class_colour(k),
                marker=markers(k), edgecolors=theme.page, lw=0.6, zorder=3,
            )
        )  # fmt: skip
    chosen = [at for at, is_wrong in enumerate(wrong) if is_wrong]
    if chosen:
        artists["wrong"] = ax.scatter(
            [across[at] for at in chosen], [up[at] for at in chosen], s=4 * size, facecolors="none",
            edgecolors=theme.ink, lw=1.1, zorder=4,
        )  # fmt: skip


def _name_classes(ax: Axes, artists: dict[str, Any], names: Sequence[str], wrong: int, count: int, theme: Theme) -> Any:
    from matplotlib.patches import Patch

    handles = artists["points"] or [
        Patch(color=tint(theme.class_colour(k), theme.page, _PALE)) for k in range(len(names))
    ]
    rings = [artists["wrong"]] if artists["wrong"] is not None else []
    return legend_above(
        ax, [*handles, *rings], [*names, f"wrong: {wrong} of {count}"][: len(names) + len(rings)], theme
    )


def _in_words(plane: Plane, classes: NDArray[Any], names: Sequence[str], wrong: Sequence[bool]) -> str:
    across, up = plane.labels
    shares = [f"{short(name)} {(classes == k).mean():.0%}" for k, name in enumerate(names)]
    return (
        f"Classes predicted over {across} ({plane.xs[0]:.3g} to {plane.xs[-1]:.3g}) and {up} ({plane.ys[0]:.3g} to "
        f"{plane.ys[-1]:.3g}){f', with {plane.held_text}' if plane.held_text else ''}. "
        f"Shares of the plane: {', '.join(shares)}. "
        f"Wrong: {sum(wrong)} of {len(wrong)} examples."
    )
