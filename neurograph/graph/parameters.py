"""The parameters that learning may move, one object each, and the values of all: copied, and put back.

They give optimizers one way to read and write a value, its gradient and its memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie

__all__ = ["Parameter", "labels_of", "parameters_of", "put_back", "values_of"]


class Parameter:
    """A number that learning moves: a bias, a weight, or what the members of a tie share.

    Attributes
    ----------
    holder : Neuron, Edge or Tie
        Who has it.
    label : str
        "h1" for a bias, "x1->h1" for a weight, of a tie that of its first member.
    m, v : float
        The optimizer's memory, named as in the paper on Adam: of the gradients, and of their squares.
    is_bias : bool
        Whether it is a bias, which regularizers leave alone unless told otherwise.
    """

    __slots__ = ("holder", "is_bias", "label", "m", "v")

    def __init__(self, holder: Neuron | Edge | Tie) -> None:
        self.holder = holder
        self.is_bias = holder.is_bias if isinstance(holder, Tie) else isinstance(holder, Neuron)
        self.label = holder.labels[0] if isinstance(holder, Tie) else _label(holder)
        self.m = self.v = 0.0

    @property
    def value(self) -> float:
        """The bias or weight."""
        holder = self.holder
        return holder.b if isinstance(holder, Neuron) else holder.w if isinstance(holder, Edge) else holder.value

    @property
    def gradient(self) -> float:
        """The derivative of the loss by this number."""
        holder = self.holder
        if isinstance(holder, Tie):
            return holder.gradient
        return holder.bias_grad if isinstance(holder, Neuron) else holder.grad

    def move_to(self, value: float) -> None:
        """Give the number a new value."""
        match self.holder:
            case Neuron() as neuron:
                neuron.b = value
            case Tie() as tie:
                tie.move_to(value)
            case edge:
                edge.w = value


def parameters_of(structure: Structure) -> list[Parameter]:
    """List what learning may move, as `Structure.movable` has it.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid")
    >>> net.freeze(net.edge("x2", "o1"))
    >>> [parameter.label for parameter in parameters_of(net)]
    ['o1', 'x1->o1']
    """
    return [Parameter(holder) for holder in structure.movable]


# All biases and weights, frozen and tied ones too: of each neuron the bias, then the incoming weights.


def labels_of(structure: Structure) -> list[str]:
    """Name them: "h1" for a bias, "x1->h1" for a weight."""
    return [_label(holder) for neuron in structure.computing for holder in neuron.holders]


def values_of(structure: Structure) -> array[float]:
    """Copy them into an array: were the floats held, updates could not use their memory again, and would be slower.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> then = values_of(net)
    >>> net.edge("x1", "o1").weight = 5.0
    >>> put_back(net, then)
    >>> labels_of(net), net.edge("x1", "o1").weight
    (['o1', 'x1->o1'], 1.0)
    """
    values = array("d")
    for neuron in structure.computing:
        values.append(neuron.b)
        values.extend([edge.w for edge in neuron.fan_in])
    return values


def put_back(structure: Structure, values: Iterable[float]) -> None:
    """Give them such values again."""
    given = iter(values)
    for neuron in structure.computing:
        neuron.b = next(given)
        for edge in neuron.fan_in:
            edge.w = next(given)


def _label(holder: Neuron | Edge) -> str:
    return holder.name if isinstance(holder, Neuron) else holder.label
