"""A tie: edges that share one weight, and so one gradient, the sum of theirs.

Each edge keeps its own part of the gradient; the tie adds the parts up when the weight takes its step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neurograph.graph.edge import Edge

__all__ = ["Tie"]


class Tie:
    """Edges with one weight between them; made by `Network.tie`.

    Attributes
    ----------
    edges : list of Edge
        In the order in which they were tied.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
    >>> tie = net.tie(net.edge("x1", "o1"), net.edge("x2", "o1"))
    >>> net.edge("x2", "o1").weight = 3.0
    >>> net.edge("x1", "o1").weight
    3.0
    """

    __slots__ = ("edges",)

    def __init__(self, edges: list[Edge]) -> None:
        self.edges = edges

    @property
    def gradient(self) -> float:
        """The gradient of the shared weight: the sum of its edges' parts, in their order."""
        total = 0.0
        for edge in self.edges:
            total += edge.grad  # type: ignore[operator]  # computed before any update, see neuron.py
        return total

    def update(self, rate: float) -> None:
        """Step down the gradient with the shared weight: `w = w - rate * sum of dC/dw`."""
        if not self.edges[0].frozen:
            self.move_to(self.edges[0].w - rate * self.gradient)

    def move_to(self, weight: float) -> None:
        """Give all edges one weight."""
        for edge in self.edges:
            edge.w = weight

    @property
    def name(self) -> str:
        """The tie in words: its edges."""
        return ", ".join(edge.label for edge in self.edges)

    def __repr__(self) -> str:
        return f"<Tie of {self.name}, weight {self.edges[0].w:.6g}>"
