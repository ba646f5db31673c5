"""Running a network over data for a plot: what comes in is checked, and the passes run on a copy.

It draws nothing, and leaves the network that it was given as it was, with all its numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurograph.data.dataset import class_index, column_names
from neurograph.engines.objects import are_classes
from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.graph.neuron import Neuron
from neurograph.intake import Rows, is_row, rows
from neurograph.network import Network

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["activations_over", "computing", "layer_names", "outputs_over", "read_examples", "read_names", "read_rows"]


def computing(net: Network) -> list[list[Neuron]]:
    """List the neurons that compute, by layer: all but the inputs."""
    return net.layers[1:]


def read_rows(net: object, X: object, where: str) -> list[list[float]]:  # noqa: N803  # the field's name
    """Read the rows of X for a network; one row is one example.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When `net` is no network, or X is empty or does not fit its inputs.

    Examples
    --------
    >>> import neurograph as ng
    >>> read_rows(ng.Network.dense([2, 1], "tanh"), [1, 2], "plot, X")
    [[1.0, 2.0]]
    """
    names = [neuron.name for neuron in as_network(net, where.partition(",")[0]).inputs]
    if is_row(X, where) and not len(X):  # type: ignore[arg-type]  # is_row has seen that it is a sequence
        raise InvalidValueError(f"{where}: got no rows, expected at least one example of {len(names)} numbers.")
    return rows(X, len(names), where, names)


def read_examples(net: Network, X: object, Y: object, where: str) -> list[tuple[list[float], list[float]]]:  # noqa: N803
    """Pair the rows of X and Y.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When they do not fit the network, or each other.

    Examples
    --------
    >>> import neurograph as ng
    >>> read_examples(ng.Network.dense([2, 1], "tanh"), [[1, 2]], [[0]], "plot")
    [([1.0, 2.0], [0.0])]
    """
    xs = read_rows(net, X, f"{where}, X")
    names = [neuron.name for neuron in net.outputs]
    if is_row(Y, f"{where}, Y") and not is_row(X, f"{where}, X"):
        raise InvalidTypeError(
            explain(f"{where}, Y", Y, "a row for each row of X", "One target for each is written [[0], [1], ...].")
        )
    ys = rows(Y, len(names), f"{where}, Y", names)
    if len(xs) != len(ys):
        raise InvalidValueError(f"{where}: got {len(xs)} rows of X and {len(ys)} of Y, expected as many of each.")
    return list(zip(xs, ys, strict=True))


def as_network(net: object, where: str) -> Network:
    """Pass a network on.

    Raises
    ------
    InvalidTypeError
        When it is something else.
    """
    if not isinstance(net, Network):
        raise InvalidTypeError(explain(f"{where}, net", net, "a Network"))
    return net


def classes_of(targets: Rows) -> list[int] | None:
    """Tell the class of each target; None when they are numbers to be met, and no classes.

    Examples
    --------
    >>> classes_of([[0.0], [1.0]]), classes_of([[0.3]])
    ([0, 1], None)
    """
    return [class_index(y) for y in targets] if are_classes(targets) else None


def read_names(names: object, net: Network, where: str) -> list[str]:
    """Read the names of the classes that the outputs tell; "class 0", "class 1", ... when there are none.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When they are no texts, or not one for each class.

    Examples
    --------
    >>> import neurograph as ng
    >>> read_names((), ng.Network.dense([2, 1], "sigmoid"), "plot, class_names")
    ['class 0', 'class 1']
    """
    given = column_names(names, where)  # type: ignore[arg-type]  # it checks
    count = max(2, len(net.outputs))
    if given and len(given) != count:
        raise InvalidValueError(explain(where, list(given), f"{count} names, one for each class, or none"))
    return list(given) or [f"class {k}" for k in range(count)]


def activations_over(net: Network, examples: Rows) -> NDArray[float64]:
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
    neurons = [neuron for layer in computing(twin) for neuron in layer]
    columns = []
    for x in examples:
        twin.forward(x)
        columns.append([neuron.a for neuron in neurons])
    return array(columns, dtype=float64).T


def outputs_over(net: Network, examples: Rows) -> list[list[float]]:
    """Run a copy over rows and list its outputs.

    Examples
    --------
    >>> import neurograph as ng
    >>> outputs_over(ng.Network.dense([1, 1], "identity", initializer="ones"), [[1.0], [-2.0]])
    [[1.0], [-2.0]]
    """
    twin = net.copy()
    return [twin.forward(x) for x in examples]


def layer_names(net: Network) -> list[str]:
    """Name the layers that compute, with the functions of their neurons.

    Examples
    --------
    >>> import neurograph as ng
    >>> layer_names(ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"]))
    ['layer 1: tanh', 'layer 2, output: sigmoid']
    """
    names = []
    for number, layer in enumerate(computing(net), start=1):
        role = ", output" if all(neuron.role == "output" for neuron in layer) else ""
        names.append(f"layer {number}{role}: {', '.join(dict.fromkeys(neuron.rule.name for neuron in layer))}")
    return names
