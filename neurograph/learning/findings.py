"""What a look at a trained network finds: dead and saturated neurons, and parameters that never moved.

It runs forward passes over the data and reports; it changes no parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import labels_of, values_of
from neurograph.graph.structure import note_run
from neurograph.intake import rows
from neurograph.network import Network
from neurograph.passes.propagation import run, set_inputs
from neurograph.rules.activations import Activation

__all__ = ["ailing", "find", "is_at_bound"]

_CLOSE = 0.01  # within this share of its range, an activation is at its bound
_NEARLY_ALL = 0.95  # of the examples


def find(net: Network, X: Sequence[Sequence[float]], start: Sequence[float]) -> list[str]:  # noqa: N803
    """Report what a reader should know about a trained network.

    A neuron is dead when its activation is 0 on every example though its function is not constant there; saturated
    when its activation is within 1 % of a bound on at least 95 % of the examples; a parameter is never updated when it
    still has the value that it had at the start.

    Parameters
    ----------
    net : Network
        After training; its activations are overwritten.
    X : sequence of rows
        The data it was trained on.
    start : sequence of float
        The `values_of` the network before training.

    Returns
    -------
    list of str
        One line for each kind of finding.
    """
    found = ailing(net, X)
    lines = []
    if names := [name for name, ailment in found.items() if ailment == "dead"]:
        lines.append(f"dead, 0 on all {len(X)} examples: {_listed(names)}")
    if names := [name for name, ailment in found.items() if ailment == "saturated"]:
        lines.append(f"saturated, within 1 % of a bound on at least 95 % of the examples: {_listed(names)}")
    return lines + _never_updated(net, start)


def ailing(net: Network, X: Sequence[Sequence[float]]) -> dict[str, str]:  # noqa: N803
    """Name the hidden neurons that are "dead" or "saturated" on some data; see `find` for what that means.

    Parameters
    ----------
    net : Network
        Its activations are overwritten.
    X : sequence of rows
        The examples to judge on, at least one.

    Returns
    -------
    dict of str to str
        What ails each of them, by name, in the order of the neurons; the healthy ones are left out.

    Raises
    ------
    GraphError, InvalidTypeError, InvalidValueError
        When the network is not complete, or X does not fit its inputs.
    NumericalError
        When a rule fails on its number.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 2, 1], ["relu", "identity"], initializer="ones")
    >>> net["h2"].bias = -10.0
    >>> ailing(net, [[1.0], [2.0]])
    {'h2': 'dead'}
    """
    acts, inputs = net.schedule().forward, net.inputs
    examples = rows(X, len(inputs), "ailing, X", [neuron.name for neuron in inputs])
    hidden = [neuron for neuron in net.neurons if neuron.role == "hidden" and isinstance(neuron.rule, Activation)]
    dead = dict.fromkeys(hidden, True)
    at_bound = dict.fromkeys(hidden, 0)
    note_run(net, updated=True)
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


def is_at_bound(neuron: Neuron) -> bool:
    """Whether an activation is within 1 % of its range from a bound of it; never so where the range is unbounded."""
    rule, a = neuron.rule, neuron.a
    if a is NOT_COMPUTED or not isinstance(rule, Activation):
        return False
    low, high = rule.bounds
    if math.isinf(low) or math.isinf(high):
        return False
    return min(a - low, high - a) <= _CLOSE * (high - low)


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
            lines.append(f"{what}, {len(labels)} of {len(start)} parameters: {_listed(labels)}")
    return lines


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f", ... ({len(names) - 12} more)" if len(names) > 12 else "")
