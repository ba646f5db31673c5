"""What a look at a trained network finds: dead and saturated neurons, parameters that never moved, vanishing gradients.

It runs forward passes over the data and reports; it changes no parameter.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from neurograph.errors import some_of
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import labels_of, values_of
from neurograph.graph.structure import note_run
from neurograph.learning.history import History, as_history, by_layer
from neurograph.network import Network
from neurograph.passes.propagation import run, set_inputs
from neurograph.rules.activations import Activation
from neurograph.tables import Row, Rows, rows
from neurograph.validate import instance_of

__all__ = ["find", "find_marks", "flow_findings", "is_at_bound", "unhealthy"]

_CLOSE = 0.01  # within this share of its range, an activation is at its bound
_NEARLY_ALL = 0.95  # of the examples
_FAR = 1e3  # a layer's gradients beside those of the last layer


def find(net: Network, X: Sequence[Row], start: Sequence[float]) -> list[str]:  # noqa: N803
    """Report what a reader should know about a trained network, a line for each kind of finding.

    A neuron is dead when its activation is 0 on every example though its function is not constant there; saturated when
    its activation is within 1 % of a bound on at least 95 % of the examples; a parameter is never updated when it still
    has the value that it had at the start, in the `values_of` the network before training. The activations are
    overwritten.
    """
    found = unhealthy(net, X)
    lines = []
    if names := [name for name, condition in found.items() if condition == "dead"]:
        lines.append(f"dead, 0 on all {len(X)} examples: {some_of(names)}")
    if names := [name for name, condition in found.items() if condition == "saturated"]:
        lines.append(f"saturated, within 1 % of a bound on at least 95 % of the examples: {some_of(names)}")
    return lines + _never_updated(net, start)


def unhealthy(net: Network, X: Rows) -> dict[str, str]:  # noqa: N803
    """Name the hidden neurons that are "dead" or "saturated" on some data, in order; `find` says what that means.

    Their activations are overwritten.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 2, 1], ["relu", "identity"], initializer="ones")
    >>> net["h2"].bias = -10.0
    >>> unhealthy(net, [[1.0], [2.0]])
    {'h2': 'dead'}
    """
    acts, inputs = net.schedule().forward, net.inputs
    examples = rows(X, len(inputs), "unhealthy, X", [neuron.name for neuron in inputs])
    hidden = [neuron for neuron in net.neurons if neuron.role == "hidden" and isinstance(neuron.rule, Activation)]
    dead = dict.fromkeys(hidden, True)
    at_bound = dict.fromkeys(hidden, 0)
    note_run(net, are_current=False)
    for x in examples:
        set_inputs(inputs, x)
        run(acts)
        for neuron in hidden:
            dead[neuron] = dead[neuron] and neuron.a == 0.0
            at_bound[neuron] += is_at_bound(neuron)
    found = {}
    for neuron in hidden:
        if dead[neuron]:
            found[neuron.name] = "dead"
        elif at_bound[neuron] >= _NEARLY_ALL * len(examples):
            found[neuron.name] = "saturated"
    return found


def find_marks(
    net: Network,
    X: Rows,  # noqa: N803  # the field's name
    history: History | None = None,
) -> dict[str, str]:
    """Look for what a reader should know, in the form that `draw_network(..., marks=...)` takes.

    Parameters
    ----------
    net : Network
        After training; it stays as it is.
    X : rows
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
    instance_of(net, Network, "find_marks, net", "a Network")
    return unhealthy(net.copy(), X) | (flow_findings(history) if history is not None else {})


def is_at_bound(neuron: Neuron) -> bool:
    """Whether an activation is within 1 % of its range from a bound of it; never so where the range is unbounded."""
    rule, a = neuron.rule, neuron.a
    if a is NOT_COMPUTED or not isinstance(rule, Activation):
        return False
    low, high = rule.bounds
    if math.isinf(low) or math.isinf(high):
        return False
    return min(a - low, high - a) <= _CLOSE * (high - low)


def flow_findings(history: History) -> dict[str, str]:
    """Name the layers whose gradients are "vanishing" or "exploding" on the way back from the last layer.

    A layer's gradients vanish when their median is less than 1/1000 of the last layer's, and explode when it is more
    than 1000 times as large; it is the median over the parameters, and then over the last half of the epochs.

    Examples
    --------
    >>> flow_findings(History([{"gradient_median/layer 1": 1e-9, "gradient_median/layer 2": 0.1}]))
    {'layer 1': 'vanishing'}
    """
    medians = by_layer(as_history(history, "flow_findings"), "gradient_median", "flow_findings", "gradients")
    usual = {name: _usual(values) for name, values in medians.items()}
    last = list(usual.values())[-1]
    found = {}
    for name, value in usual.items():
        if value < last / _FAR:
            found[name] = "vanishing"
        elif value > last * _FAR and last > 0.0:
            found[name] = "exploding"
    return found


def _usual(values: Sequence[float]) -> float:
    late = [value for value in values[len(values) // 2 :] if not math.isnan(value)]
    return statistics.median(late) if late else math.nan


def _never_updated(net: Network, start: Sequence[float]) -> list[str]:
    holders = [holder for neuron in net.computing for holder in neuron.holders]
    now = zip(holders, labels_of(net), start, values_of(net), strict=True)
    same = [(label, holder.frozen) for holder, label, then, value in now if value == then]
    lines = []
    for what, labels in (
        ("never updated", [label for label, frozen in same if not frozen]),
        ("never updated, because frozen", [label for label, frozen in same if frozen]),
    ):
        if labels:
            lines.append(f"{what}, {len(labels)} of {len(start)} parameters: {some_of(labels)}")
    return lines
