"""What learning may move: freezing parameters, and tying edges to one weight.

It marks the objects; the verbs that update read the marks.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurograph.errors import GraphError, InvalidTypeError, explain
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.shape import Shape
from neurograph.graph.tie import Tie

__all__ = ["Movable"]


class Movable(Shape):
    """A network whose parameters can be frozen and tied.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "tanh")
    >>> net.freeze("h1", net.edge("h1", "o1"))
    >>> [edge.label for edge in net.edges if edge.frozen]
    ['x1->h1', 'x2->h1', 'h1->o1']
    """

    def freeze(self, *things: str | Neuron | Edge) -> None:
        """Let no update move these: of a neuron its bias and its incoming weights, of an edge its weight.

        An edge that is tied freezes with all that share its weight.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1], "identity")
        >>> net.freeze("o1")
        >>> net.edge("x1", "o1").frozen, net["o1"].frozen
        (True, True)
        """
        self._set_frozen(things, True)

    def unfreeze(self, *things: str | Neuron | Edge) -> None:
        """Let updates move these again."""
        self._set_frozen(things, False)

    marks = 0  # how many times what may move was changed

    def _set_frozen(self, things: Sequence[str | Neuron | Edge], frozen: bool) -> None:
        neurons = [self._find(thing) for thing in things if not isinstance(thing, Edge)]
        for neuron in neurons:
            if neuron.role == "input":
                verb = "freeze" if frozen else "unfreeze"
                raise GraphError(f"{verb}: {neuron.name} is an input and has nothing that learns. Name another neuron.")
        edges = [self.own(thing) for thing in things if isinstance(thing, Edge)]
        self.marks += 1
        for neuron in neurons:
            neuron.frozen = frozen
            edges.extend(neuron.fan_in)
        for edge in edges:
            for shared in edge.tie.edges if edge.tie else (edge,):
                shared.frozen = frozen

    def tie(self, *edges: Edge) -> Tie:
        """Let edges share one weight, that of the first, and one gradient, the sum of theirs.

        Raises
        ------
        GraphError
            When there are fewer than two, one is given twice, or one is tied already.
        UnknownNameError
            When an edge belongs to another network.
        """
        own = [self.own(edge) for edge in edges]
        if len(own) < 2 or len(set(own)) < len(own):
            raise GraphError(f"tie: got {len(own)} edges, expected at least two, each once.")
        if tied := next((edge for edge in own if edge.tie), None):
            raise GraphError(f"tie: edge {tied.label} is tied already. Untie it first.")
        tie = Tie(own)
        self.marks += 1
        for edge in own:
            edge.tie, edge.frozen = tie, own[0].frozen
        tie.move_to(own[0].w)
        return tie

    def untie(self, tie: Tie) -> None:
        """Give every edge of a tie a weight of its own again; each starts with the shared one.

        Raises
        ------
        GraphError
            When it is not a tie of this network, or was untied before.
        """
        if not isinstance(tie, Tie):
            raise InvalidTypeError(explain("untie", tie, "a tie, as net.tie(...) gave", "See net.ties."))
        if tie not in self.ties:
            raise GraphError(f"untie: {tie.name} are not tied by this in this network. See net.ties.")
        self.marks += 1
        for edge in tie.edges:
            edge.tie = None
