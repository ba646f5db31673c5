"""A tie: edges that share one weight, or neurons that share one bias, and so one gradient, the sum of theirs.

Each keeps its own part of the gradient; the tie adds the parts up when the shared number takes its step.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron

__all__ = ["Tie"]


class Tie:
    """Edges with one weight, or neurons with one bias between them; made by `Network.tie`.

    Attributes
    ----------
    members : list of Edge or of Neuron
        In the order in which they were tied.
    is_bias : bool
        Whether they share a bias.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
    >>> tie = net.tie(net.edge("x1", "o1"), net.edge("x2", "o1"))
    >>> net.edge("x2", "o1").weight = 3.0
    >>> net.edge("x1", "o1").weight
    3.0
    """

    __slots__ = ("_gradient", "_value", "is_bias", "members")

    def __init__(self, members: Sequence[Edge | Neuron]) -> None:
        self.members = list(members)
        self.is_bias = isinstance(members[0], Neuron)
        self._value, self._gradient = ("b", "bias_grad") if self.is_bias else ("w", "grad")

    @property
    def value(self) -> float:
        """The shared weight or bias."""
        value: float = getattr(self.members[0], self._value)
        return value

    @property
    def gradient(self) -> float:
        """Its gradient: the sum of the members' parts, in their order."""
        total = 0.0
        for member in self.members:
            total += getattr(member, self._gradient)
        return total

    @property
    def frozen(self) -> bool:
        """Whether no update moves it."""
        return self.members[0].frozen

    def update(self, rate: float) -> None:
        """Step down the gradient with what is shared: `w = w - rate * sum of dC/dw`, or `b` and `dC/db`."""
        if not self.frozen:
            self.move_to(self.value - rate * self.gradient)

    def move_to(self, value: float) -> None:
        """Give all members one weight or bias."""
        for member in self.members:
            setattr(member, self._value, value)

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
