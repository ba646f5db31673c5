"""The pictures of a training run: the network with its weights, the decision boundary, and the curve of the loss.

It puts the parameters of each snapshot into a copy of the network and draws that; the scales stay, and are drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from neurograph.learning.diagnostics import Parameters
from neurograph.learning.history import History
from neurograph.network import Network
from visualize.network.diagram import NetworkDiagram
from visualize.network.modes import live
from visualize.plots.boundary import plot_decision_boundary
from visualize.plots.history import plot_history
from visualize.plots.plane import read_plane
from visualize.plots.running import outputs_over
from visualize.steps.film import INCHES, new_picture
from visualize.steps.pictures import edge_limits, headings, joined, pull_names
from visualize.steps.sides import Sides, fill_width, write_sides
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Features", "Rows", "Scene", "loss_of", "pictures_of", "scene_of"]

_TALL = 5.07  # inches, of a picture that is 9 wide, which is 16 to 9
_NET = (0.012, 0.13, 0.6, 0.78)  # where the network is: left, bottom, width, height
_UNIT = 0.8  # inches from neuron to neuron, at most
_LETTERS = 0.124  # the height of a bias such as "b -0.0212" in a neuron, in units of the layout
_READ = 9.0  # dots; where that would be smaller, nothing is written in the neurons
_POINTS = 60  # of the decision boundary, each way
_COARSE = 15  # of the plane on which the range of the output is looked for
Rows = Sequence[Sequence[float]]
Features = tuple[int | str, int | str]


@dataclass(frozen=True, slots=True)
class Scene:
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
    examples: tuple[Rows, Rows]
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


def scene_of(
    twin: Network,
    history: History,
    rows: tuple[Rows, Rows],
    kept: Mapping[int, Parameters],
    shown: Mapping[int, Parameters],
    plane: dict[str, Any] | None,
    look: dict[str, Any],
    width: int,
) -> Scene:
    """Find places and scales that hold every snapshot, so that all pictures have the same ones."""
    from visualize.network.painter import extent

    base = NetworkDiagram.from_network(twin, numbers=False, scale="network", **look)
    limits = []
    for parameters in kept.values():
        parameters.put_back(twin)
        limits.append(edge_limits(base, live()))
    scale = joined(limits, base.scale)
    base = replace(base, scale=scale, titles=headings(base.titles, scale))
    names = pull_names([base])
    _, low, _, top = extent(base)
    across, down = _NET[2] * INCHES, _NET[3] * _TALL
    unit = min(down / (top - low), _UNIT)
    sides = fill_width([base], names, across / unit)
    unit = min(unit, across / (sides.right - sides.left))
    readable = _LETTERS * unit * width / INCHES >= _READ
    box = (sides.left, low, sides.right, top)
    return Scene(history, rows, base, sides, box, plane, _reach(twin, shown, rows, plane), width, readable)


def _reach(
    twin: Network, shown: Mapping[int, Parameters], rows: tuple[Rows, Rows], plane: dict[str, Any] | None
) -> float:
    """Find how far a single output goes from 0.5, so that its colours mean the same in all pictures."""
    reach = 0.5
    if plane is None or len(twin.outputs) > 1:
        return reach
    grid = read_plane(
        twin, rows[0], plane["features"], None, None, _COARSE, plane["feature_names"], "animate_training"
    ).rows()
    for parameters in shown.values():
        parameters.put_back(twin)
        reach = max(reach, *(abs(a - 0.5) for (a,) in outputs_over(twin, grid)))
    return reach


def pictures_of(twin: Network, shown: Mapping[int, Parameters], scene: Scene) -> Iterator[Figure]:
    """Draw picture after picture on one figure, of which the scale and the curve of the loss are drawn once."""
    theme = scene.theme
    figure = new_picture(scene.width, _TALL, theme.page)
    net = figure.add_axes(_NET, facecolor=theme.page)
    _draw_scale(figure, scene)
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
        parameters.put_back(twin)
        for artist in (*net.collections, *net.texts, *figure.texts):
            artist.remove()
        title = f"epoch {epoch} of {_last(scene.history, shown)}"
        if (value := loss_of(scene.history, epoch)) is not None:
            title += f", loss {value:.4g}"
        figure.text(0.015, 0.975, title, fontsize=12.5, color=theme.ink, va="top", animated=True)
        _draw_net(net, twin, scene)
        if scene.plane is not None:
            _draw_boundary(moving[1], twin, scene)
        _mark_loss(loss, epoch, scene)
        yield figure


def _draw_net(ax: Axes, twin: Network, scene: Scene) -> None:
    diagram = NetworkDiagram.from_network(twin, like=scene.base, numbers=False, theme=scene.theme)
    for node in diagram.nodes:
        node.side = ""
        node.numbers = node.numbers if scene.numbers else ()
    diagram = replace(diagram, titles=scene.base.titles).plot(ax, colorbar=False, legend=False)
    write_sides(diagram, scene.sides)
    left, low, right, top = scene.box
    ax.set_xlim(left, right)
    ax.set_ylim(low, top)


def _draw_scale(figure: Figure, scene: Scene) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import CenteredNorm

    theme, scale = scene.theme, scene.base.scale
    shades = ScalarMappable(CenteredNorm(0.0, halfrange=scale.limit), theme.diverging)
    bar = figure.colorbar(shades, cax=figure.add_axes((0.15, 0.1, 0.32, 0.018)), orientation="horizontal")
    bar.set_label(
        scale.words(scene.base.mode.edge_words).replace("\n", " "), color=theme.ink, fontsize=7.5, labelpad=1.0
    )
    bar.ax.tick_params(colors=theme.ink, labelsize=7.5, length=2.0, pad=1.5)
    bar.outline.set_edgecolor(theme.quiet)


def _draw_boundary(ax: Axes, twin: Network, scene: Scene) -> None:
    ax.clear()
    drawn = plot_decision_boundary(
        twin, *scene.examples, ax, resolution=_POINTS, theme=scene.theme, **(scene.plane or {})
    )
    if len(twin.outputs) == 1:
        drawn["regions"].norm.halfrange = scene.reach
    _small(ax, scene.theme)


def _mark_loss(ax: Axes, epoch: int, scene: Scene) -> None:
    for artist in ax.get_children():
        if artist.get_animated():
            artist.remove()
    if (loss := loss_of(scene.history, epoch)) is not None:
        look: dict[str, Any] = {"color": scene.theme.class_colour(5), "zorder": 5, "clip_on": False, "animated": True}
        ax.plot([epoch], [loss], "o", scalex=False, scaley=False, **look)


def _small(ax: Axes, theme: Theme) -> None:
    ax.tick_params(labelsize=7.5, colors=theme.ink)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_fontsize(7.5)
    for side, spine in ax.spines.items():
        spine.set_color(theme.ink)
        spine.set_visible(side in ("left", "bottom"))


def _last(history: History, shown: Mapping[int, Parameters]) -> int:
    return max([*shown, *(int(row.get("epoch") or 0) for row in history)])


def loss_of(history: History, epoch: int) -> float | None:
    """Look up the loss after an epoch; None when it was not kept."""
    return next((row.get("loss") for row in history if row.get("epoch") == epoch), None)
