"""`draw_network`, the one call that draws a network; everything it takes is explained here.

The diagram behind it is made in diagram.py and drawn in painter.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neurograph.graph.structure import Structure
from neurograph.trace.trace import Trace
from neurograph.validate import Names
from visualize.network.choice import Keep
from visualize.network.diagram import diagram_of
from visualize.network.options import DrawingOptions
from visualize.network.painter import DrawnNetwork
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_network"]


def draw_network(
    net: Structure | Trace[Any],
    ax: Axes | None = None,
    show: str = "weights",
    *,
    before: Structure | None = None,
    example: int = 0,
    scale: object = None,
    most: int | None = 16,
    keep: Keep = "ends",
    direction: str = "right",
    labels: str = "name",
    numbers: bool | int | None = None,
    digits: int | None = 3,
    bias: str = "square",
    feature_names: Names = (),
    class_names: Names = (),
    highlight: object = None,
    marks: Mapping[str, str] | None = None,
    theme: str | Theme = "light",
    colorbar: bool = True,
    legend: bool = True,
) -> DrawnNetwork:
    """Draw a network with its real numbers.

    Width and colour of an edge go by one scale, centred on zero. What is not computed yet is dotted, or a "?".

    Parameters
    ----------
    net : Network or Trace
        What to draw; of a trace, the network of before the update.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched. A figure of its own when left out.
    show : {"weights", "forward", "backward", "gradients", "update"}
        Weights and biases; products w·a on the edges, z and a in the neurons; w·δ on the edges (and dC/dw below), delta
        in the neurons; dC/dw and dC/db; old -> new with the change as colour.
    before : Network, optional
        For "update": the network of before it. A trace knows it.
    example : int
        Of the trace of a batch: whose pass is shown, counted from 0. Gradients and update are those of the mean.
    scale : {"layer", "network"} or matplotlib.colors.Normalize, optional
        Whether each layer of edges has a scale of its own. When left out, "layer" if layers differ more than threefold.
    most : int or None
        Of a larger layer so many neurons are shown, and the rest as one, with the root mean square of its numbers.
    keep : {"ends", "strongest"} or list of names
        Which neurons of a large layer are shown.
    direction : {"right", "down"}
        Where the layers go.
    labels : {"name", "math", "none"}
        The neurons' names, or a_i^(l) in the textbook's way.
    numbers : bool or int, optional
        Numbers at the edges: those that fit, only of the k strongest, or none. When left out, up to 60 edges.
    digits : int or None
        Significant digits, and more where a number would otherwise read as a whole one; None writes all in full.
    bias : {"square", "node", "none"}
        Biases as a small square at each neuron, or as links from a "+1".
    feature_names, class_names : sequence of str
        What inputs and outputs stand for.
    highlight : neuron, edge or (source, target), optional
        A neuron with its edges, an edge, or all paths between two neurons; the rest is dimmed.
    marks : dict of str to str, optional
        Words about neurons and layers, such as {"h1": "dead", "layer 1": "vanishing"}.
    theme : {"light", "dark", "print"} or Theme
        The colours; "print" also dashes what is negative.
    colorbar, legend : bool
        Put the scales beside the picture, and the widths below it.

    Returns
    -------
    DrawnNetwork
        The `NetworkDiagram` on its axes `ax_`, with the artists as `lines_`, `circles_`, `labels_` ...;
        `alt_text()` and `save(path)`.

    Raises
    ------
    UnknownNameError, InvalidTypeError, InvalidValueError
        When an argument cannot be used; the message names it.
    StateError
        When the numbers of the mode are not computed yet; the message says what to call.
    GraphError
        When the network has no input, no output, or an output that no input reaches.
    NumericalError
        When a number to be shown is not finite.

    Examples
    --------
    >>> import neurograph as ng
    >>> diagram = draw_network(ng.Network.dense([4, 5, 3], "sigmoid"))
    >>> len(diagram.lines_.get_segments()), diagram.mode.name
    (35, 'weights')
    """
    options = DrawingOptions(
        before=before, example=example, scale=scale, most=most, keep=keep, direction=direction, labels=labels,
        numbers=numbers, digits=digits, bias=bias, feature_names=feature_names, class_names=class_names,
        highlight=highlight, marks=marks, theme=find_theme(theme),
    )  # fmt: skip
    return diagram_of(net, show, options).plot(ax, colorbar=colorbar, legend=legend)
