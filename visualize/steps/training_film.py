"""Training as a film: the weights, the decision boundary and the loss, epoch by epoch, from the snapshots of a history.

It reads what `train(..., snapshots=N)` kept, puts it into a copy of the network, draws that, and trains nothing. Scales
stay as they are in all pictures, and are drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.engines.objects import are_classes
from neurograph.errors import InvalidValueError, StateError
from neurograph.graph.parameters import labels_of, put_back
from neurograph.learning.history import History
from neurograph.network import Network
from neurograph.tables import Rows
from neurograph.validate import Names, instance_of, whole
from visualize.network.diagram import NetworkDiagram, diagram_of
from visualize.network.modes import read_live
from visualize.network.options import DrawingOptions
from visualize.plots.boundary import plot_decision_boundary
from visualize.plots.evaluate import as_network, outputs_over, read_examples
from visualize.plots.history import plot_history
from visualize.plots.input_plane import read_plane
from visualize.steps.film import INCHES, Film, check_film, make_film, new_picture
from visualize.steps.pictures import edge_limits, headings, joined, names_beside, scale_bar, without_names
from visualize.steps.sides import Sides, fill_width, paint_with_sides
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["animate_training", "chosen_epochs"]

_WHERE = "animate_training"
_ENOUGH = 100  # pictures, unless the caller says how many
_TALL = 5.07  # inches, of a picture that is 9 wide, which is 16 to 9
_NET = (0.012, 0.13, 0.6, 0.78)  # where the network is: left, bottom, width, height
_UNIT = 0.8  # inches from neuron to neuron, at most
_LETTERS = 0.124  # the height of a bias such as "b -0.0212" in a neuron, in units of the layout
_READ = 9.0  # dots; where that would be smaller, nothing is written in the neurons
_POINTS = 60  # of the decision boundary, each way
_COARSE = 15  # of the plane on which the range of the output is looked for
Features = tuple[int | str, int | str]


_Table = tuple[list[list[float]], list[list[float]]]  # X and Y


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all pictures of the film share.

    Attributes
    ----------
    history : History
        The run.
    examples : (rows, rows)
        Inputs and targets.
    base : NetworkDiagram
        The diagram with the places and the scale.
    sides : Sides
        The names beside its neurons.
    box : (float, float, float, float)
        Left, bottom, right and top of the diagram.
    plane : dict or None
        How the boundary is drawn; None when it is not.
    reach : float
        How far from 0.5 a single output goes.
    width : int
        Dots across.
    numbers : bool
        Whether the biases in the neurons can be read.
    """

    history: History
    examples: _Table
    base: NetworkDiagram
    sides: Sides
    box: tuple[float, float, float, float]
    plane: dict[str, Any] | None
    reach: float
    width: int
    numbers: bool

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self.base.theme


def animate_training(
    net: Network,
    history: History,
    X: Rows,  # noqa: N803  # the field's names
    Y: Rows,  # noqa: N803
    path: str | Path,
    *,
    features: Features | None = None,
    class_names: Names = (),
    feature_names: Names = (),
    every: int | None = None,
    seconds: float = 0.15,
    most: int | None = 16,
    theme: str | Theme = "light",
    width: int = 1200,
    progress: bool | None = None,
) -> Film:
    """Write a training run as a film: weights and biases, the decision boundary, and where on the loss curve we are.

    The boundary is drawn when the targets are classes, and the network has two inputs or two are named. Scales are the
    same in all pictures. The network is left as it is.

    Parameters
    ----------
    net : Network
        The network that was trained, or one of the same shape.
    history : History
        What `train(..., snapshots=N)` returned.
    X, Y : sequence of rows
        The examples, and their targets.
    path : str or Path
        A file that ends in .gif, or in .mp4 if the program ffmpeg is installed.
    features : (int or str, int or str), optional
        The two inputs of the boundary, by place from 0 or by name; the others are held at their means.
    class_names, feature_names : sequence of str
        What classes and inputs are called.
    every : int, optional
        Show every so many-th snapshot; when left out, so that there are 100 at most. The last one is always there.
    seconds : float
        How long a picture stays; the last one stays 2 seconds at least.
    most : int or None
        Of a larger layer so many neurons are shown, and the rest as one.
    theme : {"light", "dark", "print"} or Theme
        The colours.
    width : int
        Dots across, from 300 to 4000.
    progress : bool, optional
        Show a bar; when left out, on a terminal only.

    Returns
    -------
    Film
        With `path`, `frames`, `size` and `alt`, which is in the file too.

    Raises
    ------
    StateError
        When the history has no snapshots, or an MP4 is asked for and there is no ffmpeg.
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used, or the snapshots are of another network.
    NeurographError
        When the file cannot be written; what stood there before stands there still.

    Examples
    --------
    >>> import tempfile
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid")
    >>> history = ng.train(net, [[0, 0], [1, 1]], [[0], [1]], epochs=1, snapshots=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     film = animate_training(net, history, [[0, 0], [1, 1]], [[0], [1]], Path(folder) / "run.gif")
    >>> film.frames, film.size
    (1, (1200, 676))
    """
    each, dots = check_film(path, seconds, width, progress, _WHERE)
    twin = as_network(net, _WHERE).copy()
    examples = read_examples(twin, X, Y, _WHERE)
    kept = snapshots_of(twin, history)
    shown = {epoch: kept[epoch] for epoch in chosen_epochs(list(kept), every)}
    look = find_theme(theme)
    rows = ([x for x, _ in examples], [y for _, y in examples])
    plane = None
    if are_classes(rows[1]) and (features is not None or len(twin.inputs) == 2):
        plane = {"features": features, "class_names": class_names, "feature_names": feature_names}
    options = DrawingOptions(most=most, theme=look, feature_names=feature_names, class_names=class_names)
    scene = _scene_of(twin, history, rows, kept, shown, plane, options, dots)
    return make_film(path, _pictures_of(twin, shown, scene), len(shown), each, _alt(scene, shown), progress)


def snapshots_of(net: Network, history: History) -> dict[int, list[float]]:
    """Read the snapshots of a history as parameters of a network, by epoch.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> snapshots_of(net, History(snapshots={5: {"o1": 0.5, "x1->o1": 2.0}}))[5]
    [0.5, 2.0]
    """
    where = f"{_WHERE}, history"
    if not instance_of(history, History, where, "the History that train() returned").snapshots:
        cure = "Call train(..., snapshots=1) first."
        raise StateError("it holds no snapshots of the weights.", where=where, cure=cure)
    labels = labels_of(net)
    found = {}
    for epoch, values in sorted(history.snapshots.items()):
        if set(values) != set(labels):
            odd = next(label for label in (*labels, *values) if (label in values) != (label in labels))
            problem = f"the snapshot of epoch {epoch} is of another network; one of the two has no {odd}."
            raise InvalidValueError(problem, where=where, cure="Give the network that was trained.")
        found[epoch] = [values[label] for label in labels]
    return found


def chosen_epochs(epochs: Sequence[int], every: object = None) -> list[int]:
    """Choose the epochs to show, the last one always.

    Examples
    --------
    >>> chosen_epochs([10, 20, 30, 40], 3), len(chosen_epochs(range(1, 1001)))
    ([10, 40], 100)
    """
    enough = -(-len(epochs) // _ENOUGH)
    step = enough if every is None else whole(every, f"{_WHERE}, every", 1, also="or None")
    return list(epochs[::-1][::step][::-1])


def _alt(scene: _Scene, shown: Mapping[int, Sequence[float]]) -> str:
    net, history, epochs = scene.base.net, scene.history, list(shown)
    first, last = _loss_of(history, epochs[0]), _loss_of(history, epochs[-1])
    losses = f" The loss goes from {first:.3g} to {last:.3g}." if first is not None and last is not None else ""
    panels = f"its weights and biases, {'the decision boundary ' if scene.plane else ''}and the loss so far"
    return (
        f"Film of the training of a network of {len(net)} neurons and {len(net.edges)} edges, epochs {epochs[0]} to "
        f"{epochs[-1]} in {len(epochs)} pictures: {panels}.{losses}"
    )


def _scene_of(
    twin: Network,
    history: History,
    rows: _Table,
    kept: Mapping[int, Sequence[float]],
    shown: Mapping[int, Sequence[float]],
    plane: dict[str, Any] | None,
    options: DrawingOptions,
    width: int,
) -> _Scene:
    """Find places and scales that hold every snapshot, so that all pictures have the same ones."""
    from visualize.network.painter import extent

    base = diagram_of(twin, "weights", replace(options, numbers=False, scale="network"))
    limits = []
    for parameters in kept.values():
        put_back(twin, parameters)
        limits.append(edge_limits(base, read_live()))
    scale = joined(limits, base.scale)
    base = replace(base, scale=scale, titles=headings(base.titles, scale))
    names, base = names_beside(base), without_names(base)
    _, low, _, top = extent(base)
    across, down = _NET[2] * INCHES, _NET[3] * _TALL
    unit = min(down / (top - low), _UNIT)
    (base,), sides = fill_width([base], names, across / unit)
    unit = min(unit, across / (sides.right - sides.left))
    readable = _LETTERS * unit * width / INCHES >= _READ
    box = (sides.left, low, sides.right, top)
    return _Scene(history, rows, base, sides, box, plane, _reach(twin, shown, rows, plane), width, readable)


def _reach(
    twin: Network,
    shown: Mapping[int, Sequence[float]],
    rows: _Table,
    plane: dict[str, Any] | None,
) -> float:
    """Find how far a single output goes from 0.5, so that its colours mean the same in all pictures."""
    reach = 0.5
    if plane is None or len(twin.outputs) > 1:
        return reach
    grid = read_plane(twin, rows[0], plane["features"], None, None, _COARSE, plane["feature_names"], _WHERE).rows()
    for parameters in shown.values():
        put_back(twin, parameters)
        reach = max(reach, *(abs(a - 0.5) for (a,) in outputs_over(twin, grid)))
    return reach


def _pictures_of(twin: Network, shown: Mapping[int, Sequence[float]], scene: _Scene) -> Iterator[Figure]:
    """Draw picture after picture on one figure, of which the scale and the curve of the loss are drawn once."""
    theme = scene.theme
    figure = new_picture(scene.width, _TALL, theme.page)
    net = figure.add_axes(_NET, facecolor=theme.page)
    scale, words = scene.base.scale, scene.base.scale.words(scene.base.mode.edge_words).replace("\n", " ")
    scale_bar(figure.add_axes((0.15, 0.1, 0.32, 0.018)), scale, words, theme, 7.5, tight=True)
    low, tall = (0.1, 0.26) if scene.plane is not None else (0.12, 0.72)
    loss = figure.add_axes((0.675, low, 0.31, tall), facecolor=theme.page)
    plot_history(scene.history, loss, theme=theme)
    _small(loss, theme)
    moving = [net]
    if scene.plane is not None:
        moving.append(figure.add_axes((0.675, 0.52, 0.31, 0.34), facecolor=theme.page))
    for ax in moving:
        ax.set_animated(True)
    for epoch, parameters in shown.items():
        put_back(twin, parameters)
        for artist in (*net.collections, *net.texts, *figure.texts):
            artist.remove()
        title = f"epoch {epoch} of {_last(scene.history, shown)}"
        if (value := _loss_of(scene.history, epoch)) is not None:
            title += f", loss {value:.4g}"
        figure.text(0.015, 0.975, title, fontsize=12.5, color=theme.ink, va="top", animated=True)
        _draw_net(net, twin, scene)
        if scene.plane is not None:
            _draw_boundary(moving[1], twin, scene)
        _mark_loss(loss, epoch, scene)
        yield figure


def _draw_net(ax: Axes, twin: Network, scene: _Scene) -> None:
    diagram = diagram_of(twin, "weights", DrawingOptions(numbers=False, theme=scene.theme), like=scene.base)
    nodes = [replace(node, beside=(), numbers=node.numbers if scene.numbers else ()) for node in diagram.nodes]
    paint_with_sides(replace(diagram, nodes=nodes, titles=scene.base.titles), ax, scene.box, scene.sides)


def _draw_boundary(ax: Axes, twin: Network, scene: _Scene) -> None:
    ax.clear()
    drawn = plot_decision_boundary(
        twin, *scene.examples, ax, resolution=_POINTS, theme=scene.theme, **(scene.plane or {})
    )
    if len(twin.outputs) == 1:
        drawn["regions"].norm.halfrange = scene.reach
    _small(ax, scene.theme)


def _mark_loss(ax: Axes, epoch: int, scene: _Scene) -> None:
    for artist in ax.get_children():
        if artist.get_animated():
            artist.remove()
    if (loss := _loss_of(scene.history, epoch)) is not None:
        look: dict[str, Any] = {"color": scene.theme.class_colour(5), "zorder": 5, "clip_on": False, "animated": True}
        ax.plot([epoch], [loss], "o", scalex=False, scaley=False, **look)


def _small(ax: Axes, theme: Theme) -> None:
    ax.tick_params(labelsize=7.5, colors=theme.ink)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_fontsize(7.5)
    for side, spine in ax.spines.items():
        spine.set_color(theme.ink)
        spine.set_visible(side in ("left", "bottom"))


def _last(history: History, shown: Mapping[int, Sequence[float]]) -> int:
    return max([*shown, *(int(row.get("epoch") or 0) for row in history)])


def _loss_of(history: History, epoch: int) -> float | None:
    """Look up the loss after an epoch; None when it was not kept."""
    return next((row.get("loss") for row in history if row.get("epoch") == epoch), None)
