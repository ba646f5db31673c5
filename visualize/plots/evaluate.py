"""Running a network over data for a plot: what comes in is checked, and the passes run on a copy.

It draws nothing, and leaves the network that it was given as it was, with all its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.data.dataset import class_index
from neurograph.engines.objects import are_classes
from neurograph.errors import Argument, InvalidValueError
from neurograph.network import Network
from neurograph.tables import is_empty, pairs, rows
from neurograph.validate import column_names, instance_of

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

__all__ = [
    "activations_over",
    "layer_names",
    "names_or",
    "outputs_over",
    "read_classes",
    "read_examples",
    "read_names",
    "read_rows",
]


def read_rows(net: object, X: object, where: str) -> list[list[float]]:  # noqa: N803  # the field's name
    """Read the rows of X for a network, one at least; a row alone is one example.

    Examples
    --------
    >>> import neurograph as ng
    >>> read_rows(ng.Network.dense([2, 1], "tanh"), [1, 2], "plot")
    [[1.0, 2.0]]
    """
    names, place = [neuron.name for neuron in as_network(net, where).inputs], Argument(where, "X")
    if is_empty(X):
        raise InvalidValueError(f"got no rows, expected at least one example of {len(names)} numbers.", where=place)
    return rows(X, len(names), place, names)


def read_examples(net: Network, X: object, Y: object, where: str) -> list[tuple[list[float], list[float]]]:  # noqa: N803
    """Pair the rows of X and Y.

    Examples
    --------
    >>> import neurograph as ng
    >>> read_examples(ng.Network.dense([2, 1], "tanh"), [[1, 2]], [[0]], "plot")
    [([1.0, 2.0], [0.0])]
    """
    read_rows(net, X, where)  # it says what is wrong with X alone
    inputs, outputs = ([neuron.name for neuron in some] for some in (net.inputs, net.outputs))
    return pairs(X, Y, inputs, outputs, f"{where}, ", ("X", "Y"))


def read_classes(net: Network, X: object, Y: object, where: str) -> tuple[list[list[float]], list[int] | None]:  # noqa: N803
    """Read the rows of X, and the class of each; None without Y, or when its targets are numbers to be met.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh")
    >>> read_classes(net, [[1], [2]], [[0], [1]], "plot"), read_classes(net, [[1]], [[0.3]], "plot")
    (([[1.0], [2.0]], [0, 1]), ([[1.0]], None))
    """
    if Y is None:
        return read_rows(net, X, where), None
    examples = read_examples(net, X, Y, where)
    targets = [y for _, y in examples]
    return [x for x, _ in examples], [class_index(y) for y in targets] if are_classes(targets) else None


def as_network(net: object, where: str) -> Network:
    """Pass a network on, and nothing else."""
    return instance_of(net, Network, f"{where}, net", "a Network")


def names_or(names: Any, usual: Sequence[str], where: str, each: str) -> list[str]:
    """Read as many names as there are usual ones, one for `each` of something; the usual ones when there are none.

    Examples
    --------
    >>> names_or([], ["o1"], "plot, names", "output"), names_or(["price"], ["o1"], "plot, names", "output")
    (['o1'], ['price'])
    """
    given = list(column_names(names, where))
    if given and len(given) != len(usual):
        expected = f"{len(usual)} names, one for each {each}, or none"
        raise InvalidValueError(where=where, given=given, expected=expected)
    return given or list(usual)


def read_names(names: object, net: Network, where: str) -> list[str]:
    """Read the names of the classes that the outputs tell; "class 0", "class 1", ... when there are none."""
    return names_or(names, [f"class {k}" for k in range(max(2, len(net.outputs)))], where, "class")


def activations_over(net: Network, examples: Sequence[list[float]]) -> NDArray[float64]:
    """Run a copy over rows: one line for each neuron that computes, in the order of `net.neurons`; a column each.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 2, 1], "identity", initializer="ones")
    >>> activations_over(net, [[1.0], [-2.0]]).tolist()
    [[1.0, -2.0], [1.0, -2.0], [2.0, -4.0]]
    """
    from numpy import array, float64

    twin = net.copy()
    neurons = [neuron for layer in twin.layers[1:] for neuron in layer]
    columns = []
    for x in examples:
        twin.forward(x)
        columns.append([neuron.a for neuron in neurons])
    return array(columns, dtype=float64).T


def outputs_over(net: Network, examples: Sequence[list[float]]) -> list[list[float]]:
    """Run a copy over rows and list its outputs.

    Examples
    --------
    >>> import neurograph as ng
    >>> outputs_over(ng.Network.dense([1, 1], "identity", initializer="ones"), [[1.0], [-2.0]])
    [[1.0], [-2.0]]
    """
    twin = net.copy()
    return [twin.forward(x) for x in examples]


def layer_names(net: Network) -> dict[str, str]:
    """Name the layers that compute, and the functions of their neurons.

    Examples
    --------
    >>> import neurograph as ng
    >>> layer_names(ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"]))
    {'layer 1': 'tanh', 'layer 2, output': 'sigmoid'}
    """
    names = {}
    for number, layer in enumerate(net.layers[1:], start=1):
        role = ", output" if all(neuron.role == "output" for neuron in layer) else ""
        names[f"layer {number}{role}"] = ", ".join(dict.fromkeys(neuron.rule.name for neuron in layer))
    return names
