"""Marks: words about neurons and layers on a diagram, such as "dead" or "vanishing"; those given, and those found.

The findings are made in learning/findings.py; here they are only put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neurograph.errors import InvalidTypeError, UnknownNameError, explain, nearest, quoted
from neurograph.graph.structure import Structure
from neurograph.learning.findings import ailing, flow_findings
from neurograph.learning.history import History
from neurograph.network import Network
from visualize.drawn import short

__all__ = ["checked_marks", "find_marks"]


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
    return ailing(net.copy(), X) | (flow_findings(history) if history is not None else {})


def checked_marks(net: Structure, marks: object) -> dict[str, str]:
    """Check words about neurons and layers: {"h1": "dead", "layer 1": "vanishing"}.

    Raises
    ------
    InvalidTypeError, UnknownNameError
        When it is no dict of text, or names no neuron and no layer.
    """
    if marks is None:
        return {}
    if not isinstance(marks, Mapping):
        raise InvalidTypeError(explain("draw_network, marks", marks, "a dict of names and words"))
    known = [*(neuron.name for neuron in net.neurons), *(f"layer {number}" for number in range(len(net.layers)))]
    for name in marks:
        if name not in known:
            raise UnknownNameError(f"draw_network, marks: there is no {quoted(name)}. {nearest(name, known)}")
    return {name: short(str(word), 12) for name, word in marks.items()}
