"""What training plots find, as words for a diagram: dead and saturated neurons, vanishing and exploding gradients.

The findings are made elsewhere; here they are only put together.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurograph.errors import InvalidTypeError, explain
from neurograph.learning.diagnostics import unhealthy
from neurograph.learning.history import History
from neurograph.network import Network
from visualize.plots.gradients import flow_findings

__all__ = ["find_marks"]


def find_marks(
    net: Network,
    X: Sequence[Sequence[float]],  # noqa: N803  # the field's name
    history: History | None = None,
) -> dict[str, str]:
    """Look for what a reader should know, in the form that `draw_network(..., marks=...)` takes.

    Parameters
    ----------
    net : Network
        After training; it stays as it is.
    X : sequence of rows
        The data to judge its neurons on.
    history : History, optional
        Of a training with record=["gradients"]: its layers are judged too.

    Returns
    -------
    dict of str to str
        "dead" or "saturated" by the neuron's name, "vanishing" or "exploding" by the layer's.

    Raises
    ------
    InvalidTypeError, InvalidValueError, GraphError
        When the network is not complete, or X does not fit it.
    StateError
        When the history has no gradients.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 2, 1], ["relu", "identity"], initializer="ones")
    >>> net["h2"].bias = -10.0
    >>> find_marks(net, [[1.0], [2.0]])
    {'h2': 'dead'}
    """
    if not isinstance(net, Network):
        raise InvalidTypeError(explain("find_marks, net", net, "a Network"))
    return unhealthy(net.copy(), X) | (flow_findings(history) if history is not None else {})
