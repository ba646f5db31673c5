"""One weighted connection between two neurons. What is done with its numbers, the neurons know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from neurograph.errors import StateError
from neurograph.intake import finite

if TYPE_CHECKING:
    from neurograph.graph.neuron import Neuron
    from neurograph.graph.tie import Tie

__all__ = ["NOT_COMPUTED", "Edge", "refuse_copy"]

# What people read where nothing is computed. To the passes every number is a float, for their order sees to it that
# none is read before it is computed; hence Any.
NOT_COMPUTED: Any = None


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
        Whether no update moves the weight; what it is shared with. `Network.freeze` and `Network.tie` set them.
    free : bool
        Whether an update moves the weight by itself: neither frozen nor tied.

    Examples
    --------
    >>> import neurograph as ng
    >>> ng.Network.dense([1, 1], "sigmoid", initializer="ones").edge("x1", "o1")
    <Edge x1->o1, weight 1>
    """

    __slots__ = ("_frozen", "_tie", "free", "grad", "source", "target", "w")

    def __init__(self, source: Neuron, target: Neuron, weight: float) -> None:
        self.source, self.target = source, target
        self.w = weight
        self._hold(frozen=False, tie=None)
        self.grad: float = NOT_COMPUTED

    def _hold(self, frozen: bool, tie: Tie | None) -> None:
        """Say what holds the weight; for `Structure`, which holds a tie's members alike."""
        self._frozen, self._tie = frozen, tie
        self.free = not frozen and tie is None

    @property
    def frozen(self) -> bool:
        """Whether no update moves the weight."""
        return self._frozen

    @property
    def tie(self) -> Tie | None:
        """The tie by which it shares its weight."""
        return self._tie

    @property
    def weight(self) -> float:
        """The weight."""
        return self.w

    @weight.setter
    def weight(self, value: object) -> None:
        weight = finite(value, f"edge {self.label}, weight")
        if self._tie:
            self._tie.move_to(weight)
        self.w = weight

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
