"""One weighted connection between two neurons. What is done with its numbers, the neurons know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from neurograph.errors import StateError
from neurograph.intake import finite

if TYPE_CHECKING:
    from neurograph.graph.neuron import Neuron
    from neurograph.graph.tie import Tie

__all__ = ["Edge", "refuse_copy"]


class Edge:
    """A connection that carries `w * a` forward and `w * delta` back; made by `Network.connect`.

    Attributes
    ----------
    source, target : Neuron
        Its two ends.
    weight, w : float
        The weight: `weight` checks what is assigned, `w` is the same float for the loops of the passes.
    grad : float or None
        `dC/dw`, added up since the last `zero_grad`; None when not computed.
    frozen, tie : bool, Tie or None
        Whether no update moves the weight; the edges it is shared with.

    Examples
    --------
    >>> import neurograph as ng
    >>> ng.Network.dense([1, 1], "sigmoid", initializer="ones").edge("x1", "o1")
    <Edge x1->o1, weight 1>
    """

    __slots__ = ("frozen", "grad", "source", "target", "tie", "w")

    def __init__(self, source: Neuron, target: Neuron, weight: float) -> None:
        self.source, self.target = source, target
        self.w = weight
        self.grad: float | None = None
        self.frozen = False
        self.tie: Tie | None = None

    @property
    def weight(self) -> float:
        """The weight."""
        return self.w

    @weight.setter
    def weight(self, value: object) -> None:
        weight = finite(value, f"edge {self.label}, weight")
        for edge in self.tie.edges if self.tie else (self,):
            edge.w = weight

    @property
    def ends(self) -> tuple[str, str]:
        """The names of both ends."""
        return (self.source.name, self.target.name)

    @property
    def label(self) -> str:
        """The edge in words: source->target."""
        return "->".join(self.ends)

    def __reduce__(self) -> NoReturn:
        refuse_copy(f"edge {self.label}")

    def __repr__(self) -> str:
        return f"<Edge {self.label}, weight {self.w:.6g}>"


def refuse_copy(what: str) -> NoReturn:
    """Refuse to copy or pickle a part of a network alone: it is linked, and would take the whole network along."""
    raise StateError("it is copied or pickled only with its network.", where=what, cure="Copy or pickle the network.")
