"""A tie: edges that share one weight, or neurons that share one bias, and so one gradient, the sum of theirs.

Each keeps its own part of the gradient; the tie adds the parts up when the shared number takes its step.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurograph.graph.edge import NOT_COMPUTED, Edge
from neurograph.graph.neuron import Neuron

__all__ = ["Tie"]


class Tie:
    """Edges with one weight, or neurons with one bias between them; made by `Network.tie`.

    Attributes
    ----------
    edges : list of Edge
        Those that share a weight, in the order in which they were tied.
    neurons : list of Neuron
        Those that share a bias. One of the two lists is empty.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
    >>> tie = net.tie(net.edge("x1", "o1"), net.edge("x2", "o1"))
    >>> net.edge("x2", "o1").weight = 3.0
    >>> net.edge("x1", "o1").weight
    3.0
    """

    __slots__ = ("edges", "neurons")

    def __init__(self, members: Sequence[Edge | Neuron]) -> None:
        self.edges = [member for member in members if isinstance(member, Edge)]
        self.neurons = [member for member in members if isinstance(member, Neuron)]

    @property
    def members(self) -> Sequence[Edge | Neuron]:
        """The edges, or the neurons."""
        return self.edges or self.neurons

    @property
    def is_bias(self) -> bool:
        """Whether it is a bias that they share."""
        return not self.edges

    @property
    def frozen(self) -> bool:
        """Whether no update moves what they share."""
        return (self.edges or self.neurons)[0]._frozen

    @property
    def value(self) -> float:
        """The shared weight or bias."""
        return self.edges[0].w if self.edges else self.neurons[0].b

    @property
    def gradient(self) -> float:
        """Its gradient: the sum of the members' parts, in their order; None when they are not computed."""
        if (self.edges[0].grad if self.edges else self.neurons[0].bias_grad) is NOT_COMPUTED:
            return NOT_COMPUTED
        total = 0.0
        for edge in self.edges:
            total += edge.grad
        for neuron in self.neurons:
            total += neuron.bias_grad
        return total

    def update(self, rate: float) -> None:
        """Step down the gradient with what is shared: `w = w - rate * sum of dC/dw`, or `b` and `dC/db`."""
        if not self.frozen:
            self.move_to(self.value - rate * self.gradient)

    def move_to(self, value: float) -> None:
        """Give all members one weight or bias."""
        for edge in self.edges:
            edge.w = value
        for neuron in self.neurons:
            neuron.b = value

    @property
    def labels(self) -> list[str]:
        """The members in words: edges as source->target, neurons by name."""
        return [member.name if isinstance(member, Neuron) else member.label for member in self.members]

    @property
    def name(self) -> str:
        """The tie in words: its members."""
        return ", ".join(self.labels)

    def __repr__(self) -> str:
        return f"<Tie of {self.name}, {'bias' if self.is_bias else 'weight'} {self.value:.6g}>"
