"""The parameters that learning may move, one object each, and the values of all: copied, and put back.

What an update does with one of them are its verbs: `penalise` and `step`. They know floats and rules, and no batch.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from neurograph.graph.edge import NOT_COMPUTED, Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer

__all__ = ["Parameter", "labels_of", "parameters_of", "put_back", "values_of"]


class Parameter:
    """A number that learning moves: a bias, a weight, or what the members of a tie share.

    Attributes
    ----------
    holder : Neuron, Edge or Tie
        Who has it.
    label : str
        "h1" for a bias, "x1->h1" for a weight, of a tie that of its first member.
    memory : tuple of float
        What the optimizer remembers of it, in the order of its `memories`.
    g : float
        The gradient that the step takes: `dC/dw`, with the slope of the penalty, and clipped.
    is_bias : bool
        Whether it is a bias, which regularizers leave alone unless told otherwise.
    """

    __slots__ = ("g", "holder", "is_bias", "label", "memory")

    def __init__(self, holder: Neuron | Edge | Tie, memories: int = 0) -> None:
        self.holder = holder
        self.is_bias = holder.is_bias if isinstance(holder, Tie) else isinstance(holder, Neuron)
        self.label = holder.labels[0] if isinstance(holder, Tie) else _label(holder)
        self.memory = (0.0,) * memories
        self.g = NOT_COMPUTED

    @property
    def value(self) -> float:
        """The bias or weight."""
        holder = self.holder
        return holder.w if isinstance(holder, Edge) else holder.b if isinstance(holder, Neuron) else holder.value

    @property
    def gradient(self) -> float:
        """The derivative of the loss by this number."""
        holder = self.holder
        if isinstance(holder, Edge):
            return holder.grad
        return holder.bias_grad if isinstance(holder, Neuron) else holder.gradient

    @property
    def place(self) -> str:
        """Where it is, in words for an error."""
        return f"{'neuron' if self.is_bias else 'edge'} {self.label}"

    def penalise(self, regularizer: Regularizer | None) -> None:
        """`g = dC/dw + slope(w)`; without a penalty `dC/dw` itself."""
        g = self.gradient
        if regularizer is not None and (regularizer.biases or not self.is_bias):
            g = g + regularizer.slope(self.value)
        self.g = g

    def step(
        self, optimizer: Optimizer, regularizer: Regularizer | None, rate: float, clock: tuple[float, float]
    ) -> None:
        """Decay, `w = w * (1 - rate * decay)`; take the optimizer's step by `g`; shrink."""
        value = self.value
        if optimizer.decay and (optimizer.decay_biases or not self.is_bias):
            value = value * (1.0 - rate * optimizer.decay)
        moved = optimizer.step(value, self.g, rate, *self.memory, *clock)
        value, self.memory = moved[0], moved[1:]
        if regularizer is not None and (regularizer.biases or not self.is_bias):
            value = regularizer.shrink(value, rate)
        self.move_to(value)

    def move_to(self, value: float) -> None:
        """Give the number a new value."""
        holder = self.holder
        if isinstance(holder, Edge):
            holder.w = value
        elif isinstance(holder, Neuron):
            holder.b = value
        else:
            holder.move_to(value)


def parameters_of(structure: Structure, memories: int = 0) -> list[Parameter]:
    """List what learning may move, as `Structure.movable` has it, with room for so many memories of each.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid")
    >>> net.freeze(net.edge("x2", "o1"))
    >>> [parameter.label for parameter in parameters_of(net)]
    ['o1', 'x1->o1']
    """
    return [Parameter(holder, memories) for holder in structure.movable]


# All biases and weights, frozen and tied ones too: of each neuron the bias, then the incoming weights.


def labels_of(structure: Structure) -> list[str]:
    """Name them, no two alike: "h1" for a bias, "x1->h1" for a weight, "neuron x1->h1" for the bias of one so named."""
    holders = [holder for neuron in structure.computing for holder in neuron.holders]
    edges = {holder.label for holder in holders if not isinstance(holder, Neuron)}
    return [
        f"neuron {label}" if isinstance(holder, Neuron) and label in edges else label
        for holder, label in ((holder, _label(holder)) for holder in holders)
    ]


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
