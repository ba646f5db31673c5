"""The network diagram: one line for each edge, one circle for each neuron, coloured by their own numbers.

Colours are centred on zero, always, so that the sign can be read; strong edges are drawn last, so that it can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neurograph.errors import InvalidTypeError, StateError, UnknownNameError, explain, nearest
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.shape import Shape
from visualize.layout import positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.text import Text

__all__ = ["NetworkDiagram", "draw_network"]

# mode: (what an edge shows, its label, what a neuron shows, its label)
_MODES = {
    "weights": ("w", "weight w", "b", "bias b"),
    "forward": ("w", "weight w", "a", "activation a"),
    "backward": ("grad", "gradient dC/dw", "delta", "error delta = dC/dz"),
}
_LABELLED = 16  # neurons in a layer; beyond, names would overlap
_COLOURS = "PuOr"  # orange below zero, purple above: told apart in any colour vision, and in grey by their lightness


@dataclass
class NetworkDiagram:
    """What `draw_network` will draw, and afterwards what it drew.

    Attributes
    ----------
    edges, neurons : list
        The objects, in the order in which they are drawn: edges from the weakest to the strongest.
    edge_values, neuron_values : list of float
        Their numbers; NaN for a neuron that has none, such as the bias of an input.
    edge_label, neuron_label : str
        What the numbers are.
    lines_, circles_, labels_, ax_ : artists
        Set by `plot`.
    """

    edges: list[Edge]
    neurons: list[Neuron]
    places: dict[Neuron, tuple[float, float]]
    edge_values: list[float]
    neuron_values: list[float]
    edge_label: str
    neuron_label: str
    lines_: LineCollection | None = field(default=None, init=False)
    circles_: PathCollection | None = field(default=None, init=False)
    labels_: list[Text] = field(default_factory=list, init=False)
    ax_: Axes | None = field(default=None, init=False)

    @classmethod
    def from_network(cls, net: Shape, show: str = "weights") -> NetworkDiagram:
        """Read the numbers off a network.

        Raises
        ------
        UnknownNameError
            When there is no such mode.
        StateError
            When the numbers of the mode are not computed yet.
        """
        if show not in _MODES:
            raise UnknownNameError(f"draw_network, show: unknown mode {show!r}. {nearest(show, _MODES)}")
        edge_slot, edge_label, neuron_slot, neuron_label = _MODES[show]
        edges = sorted(net.edges, key=lambda edge: abs(_value(edge, edge_slot, show)))
        neurons = net.neurons
        return cls(
            edges,
            neurons,
            positions(net),
            [_value(edge, edge_slot, show) for edge in edges],
            [_shown(neuron, neuron_slot, show) for neuron in neurons],
            edge_label,
            neuron_label,
        )

    def plot(self, ax: Axes | None = None, *, colorbar: bool = True) -> NetworkDiagram:
        """Draw on the given axes, or on a figure of its own; return self with the artists set."""
        if isinstance(ax, str):
            raise InvalidTypeError(explain("draw_network, ax", ax, "matplotlib axes", f"Say show={ax!r} for a mode."))
        from matplotlib import colormaps
        from matplotlib.collections import LineCollection
        from matplotlib.colors import CenteredNorm
        from matplotlib.figure import Figure

        if ax is None:
            ax = Figure(figsize=(7.0, 4.5), layout="constrained").add_subplot()
        limit = _limit(self.edge_values)
        self.lines_ = LineCollection(
            [_way(self.places[edge.source], self.places[edge.target]) for edge in self.edges],
            array=self.edge_values,
            cmap=_COLOURS,
            norm=CenteredNorm(0.0, halfrange=limit),
            linewidths=[0.4 + 3.6 * abs(value) / limit for value in self.edge_values],
            zorder=1,
        )
        ax.add_collection(self.lines_)
        self.circles_ = ax.scatter(
            [self.places[neuron][0] for neuron in self.neurons],
            [self.places[neuron][1] for neuron in self.neurons],
            c=self.neuron_values,
            s=620 * min(1.0, (9.0 / max(map(len, self._columns().values()))) ** 2),
            cmap=colormaps[_COLOURS].with_extremes(bad="white"),
            norm=CenteredNorm(0.0, halfrange=_limit(self.neuron_values)),
            edgecolors="0.25",
            plotnonfinite=True,
            zorder=2,
        )
        crowded = max(map(len, self._columns().values())) > _LABELLED
        self.labels_ = [] if crowded else [self._label(ax, neuron) for neuron in self.neurons]
        ax.margins(0.12)
        ax.set_axis_off()
        if colorbar:
            ax.figure.colorbar(self.lines_, ax=ax, label=self.edge_label, shrink=0.8)
            ax.figure.colorbar(self.circles_, ax=ax, label=self.neuron_label, shrink=0.8)
        self.ax_ = ax
        return self

    def _columns(self) -> dict[float, list[Neuron]]:
        """The neurons by column, for the size of the circles."""
        columns: dict[float, list[Neuron]] = {}
        for neuron, (x, _) in self.places.items():
            columns.setdefault(x, []).append(neuron)
        return columns

    def _label(self, ax: Axes, neuron: Neuron) -> Text:
        """Write the name in black or white, whichever the circle's colour lets stand out."""
        x, y = self.places[neuron]
        value = self.neuron_values[self.neurons.index(neuron)]
        colour = "white" if abs(value) > 0.6 * _limit(self.neuron_values) else "black"
        name = neuron.name if len(neuron.name) <= 8 else neuron.name[:7] + "…"
        return ax.text(x, y, name, ha="center", va="center", color=colour, parse_math=False, zorder=3)


def draw_network(net: Shape, ax: Axes | None = None, show: str = "weights", *, colorbar: bool = True) -> NetworkDiagram:
    """Draw a network with its real numbers.

    Parameters
    ----------
    net : Network
        What to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched.
    show : {"weights", "forward", "backward"}
        Weights and biases; weights and activations; gradients and deltas.
    colorbar : bool
        Put the two scales beside the picture.

    Returns
    -------
    NetworkDiagram
        With the artists as `lines_`, `circles_`, `labels_`, and the axes as `ax_`.

    Raises
    ------
    UnknownNameError
        When there is no such mode.
    StateError
        When "forward" is asked for before a forward pass, or "backward" before a backward pass.

    Examples
    --------
    >>> import neurograph as ng
    >>> diagram = draw_network(ng.Network.dense([4, 5, 3], "sigmoid"))
    >>> len(diagram.lines_.get_segments()), len(diagram.labels_)
    (35, 12)
    """
    return NetworkDiagram.from_network(net, show).plot(ax, colorbar=colorbar)


def _value(thing: Edge | Neuron, slot: str, show: str) -> float:
    value: float | None = getattr(thing, slot)
    if value is None:
        before = "net.forward(x)" if show == "forward" else "net.forward(x) and net.backward(y)"
        raise StateError(f"draw_network, show={show!r}: {thing!r} has no such number yet. Call {before} first.")
    return value


def _shown(neuron: Neuron, slot: str, show: str) -> float:
    """A neuron's number; an input has neither bias nor delta."""
    return float("nan") if neuron.role == "input" and slot != "a" else _value(neuron, slot, show)


def _limit(values: Iterable[float]) -> float:
    """The largest distance from zero, the end of a scale; 1 when there is none."""
    return max((abs(value) for value in values if value == value), default=0.0) or 1.0


def _way(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Lead an edge straight to the next layer, and in an arc over the neurons between when it skips layers."""
    (x0, y0), (x1, y1) = start, end
    if x1 - x0 <= 1.0:
        return [start, end]
    rise = 0.35 * (x1 - x0 - 0.5)
    steps = [k / 24 for k in range(25)]
    return [(x0 + t * (x1 - x0), y0 + t * (y1 - y0) + 4.0 * rise * t * (1.0 - t)) for t in steps]
