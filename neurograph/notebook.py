"""The one door from the objects to their pictures: what a notebook shows of a network or a trace at the end of a cell.

It knows nothing of drawing; `visualize` loads when there is a picture to be made.
"""

from __future__ import annotations

from html import escape
from typing import Any

from neurograph.errors import NeurographError
from neurograph.graph.order import check_complete
from neurograph.graph.structure import Structure

__all__ = ["is_complete", "network_svg", "trace_page"]

_HEIGHT = 760  # pixels: diagram and equations without scrolling


def network_svg(net: Structure) -> str | None:
    """Draw a network with its weights and biases, as SVG text; None where that cannot be done.

    A notebook that gets None shows the `repr` instead, which is better than an error on the last line of a cell. Of a
    large layer the ends are shown, and the rest as one. A network that is empty, incomplete or has a number that is not
    finite has no picture.

    Examples
    --------
    >>> import neurograph as ng
    >>> network_svg(ng.Network.dense([2, 1], "tanh"))[:5], network_svg(ng.Network())
    ('<?xml', None)
    """
    if not is_complete(net):  # as it is while it is built cell by cell; nothing needs to load for that
        return None
    try:
        from visualize.network.diagram import NetworkDiagram

        return NetworkDiagram.from_network(net).to_svg()
    except Exception:  # a weight that is NaN, or no matplotlib: whatever it is, the network itself is there
        return None


def trace_page(trace: Any) -> str | None:
    """Frame the page on which a training step is stepped through, as an `iframe`; None if it is too large.

    The page has a world of its own: its scripts run, but reach neither the notebook nor any site. A notebook that gets
    None shows the `repr` instead. (A trace is built on a floor below this one, so its type is not named here.)

    Examples
    --------
    >>> import neurograph as ng
    >>> frame = trace_page(ng.Network.dense([2, 1], "tanh").trace([0.5, 1.0], [1.0]))
    >>> frame[:64]
    '<iframe sandbox="allow-scripts" title="One training step, to be '
    """
    try:
        from visualize.page.stepper import stepper_html

        page = stepper_html(trace)
    except Exception:  # too many steps, or no matplotlib: whatever it is, the trace itself is there
        return None
    return (
        '<iframe sandbox="allow-scripts" title="One training step, to be stepped through" '
        f'style="width: 100%; height: {_HEIGHT}px; border: 0" srcdoc="{escape(page)}"></iframe>'
    )


def is_complete(net: Structure) -> bool:
    """Whether a network has inputs, outputs, and a way to each output.

    Examples
    --------
    >>> import neurograph as ng
    >>> is_complete(ng.Network.dense([2, 1], "tanh")), is_complete(ng.Network())
    (True, False)
    """
    try:
        check_complete(net.neurons)
    except NeurographError:
        return False
    return True
