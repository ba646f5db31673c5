"""The parameters that learning may move, one object each: a bias, a weight, or a weight that several edges share.

They give optimizers one way to read and write a value, its gradient and its memory; frozen ones are left out.
"""

from __future__ import annotations

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie

__all__ = ["Parameter", "parameters_of"]


class Parameter:
    """A number that learning moves.

    Attributes
    ----------
    label : str
        "h1" for a bias, "x1->h1" for a weight, of a tie that of its first edge.
    one, two : float
        The optimizer's memory.
    is_bias : bool
        Whether it is a bias, which regularizers leave alone unless told otherwise.
    """

    __slots__ = ("holder", "is_bias", "label", "one", "two")

    def __init__(self, holder: Neuron | Edge | Tie, label: str) -> None:
        self.holder = holder
        self.label = label
        self.is_bias = isinstance(holder, Neuron)
        self.one = self.two = 0.0

    @property
    def value(self) -> float:
        """The bias or weight."""
        match self.holder:
            case Neuron() as neuron:
                return neuron.b
            case Tie() as tie:
                return tie.edges[0].w
            case edge:
                return edge.w

    @property
    def gradient(self) -> float:
        """The derivative of the loss by this number."""
        match self.holder:
            case Neuron() as neuron:
                return neuron.bias_grad or 0.0
            case Tie() as tie:
                return tie.gradient
            case edge:
                return edge.grad or 0.0

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
    """List what learning may move: each neuron's bias, then its incoming weights, and at the end the shared ones.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid")
    >>> net.freeze(net.edge("x2", "o1"))
    >>> [parameter.label for parameter in parameters_of(net)]
    ['o1', 'x1->o1']
    """
    found: list[Parameter] = []
    for neuron in structure.neurons:
        if neuron.role != "input" and not neuron.frozen:
            found.append(Parameter(neuron, neuron.name))
        found.extend(Parameter(edge, edge.label) for edge in neuron.fan_in if not edge.frozen and edge.tie is None)
    found.extend(Parameter(tie, tie.edges[0].label) for tie in structure.ties if not tie.edges[0].frozen)
    return found
