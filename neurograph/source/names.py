"""The names in a program: one for each number of a neuron or edge, and for each rule.

Whatever people call a neuron, Python must take the name, and no two numbers may have the same.
"""

from __future__ import annotations

from itertools import count
from keyword import kwlist
from unicodedata import normalize

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie

__all__ = ["Names"]


class Names:
    """Names for all that a network is made of.

    Attributes
    ----------
    rules : list of records
        The activations, each once, in the order in which neurons have them.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh")
    >>> names = Names(net)
    >>> names.of("w", net.edge("x1", "o1")), names.rule(names.rules[0])
    ('w_x1_o1', 'tanh')
    """

    def __init__(self, net: Structure) -> None:
        self._taken = {"ng", "step", "predict", "x", "y", "rate", "C", "loss"} | {*kwlist}
        self._names: dict[object, str] = {}
        for neuron in net.neurons:
            self._name(neuron, neuron.name, "z_", "a_", "e_", "d_", "b_", "db_", "y_", "C_")
        for edge in net.edges:
            ends = self._names[edge.source], self._names[edge.target]
            self._name(edge, "_".join(ends), "w_", "dw_")
        for group in net.groups.values():
            self._name(group, group.name, "zs_", "as_")
        self.rules = list(dict.fromkeys(neuron.rule for neuron in net.computing))
        for rule in self.rules:
            self._name(rule, rule.name, "", "short_")

    def of(self, kind: str, owner: object) -> str:
        """Name a number of a neuron or edge; those that share a weight or bias share its name."""
        if (kind == "w" and isinstance(owner, Edge)) or (kind == "b" and isinstance(owner, Neuron)):
            owner = owner.tie.members[0] if owner.tie else owner
        return f"{kind}_{self._names[owner]}"

    def parameter(self, holder: Neuron | Edge | Tie) -> str:
        """Name a bias or weight."""
        first = holder.members[0] if isinstance(holder, Tie) else holder
        return self.of("b" if isinstance(first, Neuron) else "w", first)

    def gradient(self, holder: Neuron | Edge) -> str:
        """Name the gradient of a bias or weight."""
        return self.of("db" if isinstance(holder, Neuron) else "dw", holder)

    def rule(self, rule: object) -> str:
        """Name a rule."""
        return self._names[rule]

    def _name(self, owner: object, text: str, *kinds: str) -> None:
        """Find a name that Python takes, of which no variable of another owner is made."""
        stem = "".join(letter if f"a{letter}".isidentifier() else "_" for letter in normalize("NFKC", text))
        stem = stem if "" not in kinds or stem.isidentifier() else f"_{stem}"
        names = (stem if n == 1 else f"{stem}_{n}" for n in count(1))
        name = next(name for name in names if self._taken.isdisjoint(kind + name for kind in kinds))
        self._names[owner] = name
        self._taken.update(kind + name for kind in kinds)
