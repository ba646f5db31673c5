"""The names in a program: one for each number of a neuron or edge, and for each rule.

Whatever people call a neuron, Python must take the name, and no two numbers may have the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from keyword import kwlist
from unicodedata import normalize

from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.quantities import QUANTITIES, Quantity
from neurograph.rules.losses import JointShortcut, Loss, Shortcut

__all__ = ["Names"]

# What the name of a quantity begins with; of the whole step, it is all of it.
_PREFIXES = {
    "z": "z_", "a": "a_", "a_grad": "e_", "collected": "e_", "delta": "d_", "b": "b_", "w": "w_", "bias_grad": "db_",
    "grad": "dw_", "y": "y_", "term": "C_", "C": "C", "eta": "rate",
}  # fmt: skip


class Names:
    """Names for all that a network is made of.

    Attributes
    ----------
    rules : list of records
        The activations, each once, in the order in which neurons have them.

    Examples
    --------
    >>> import neurograph as ng
    >>> from neurograph.quantities import Quantity
    >>> net = ng.Network.dense([1, 1], "tanh")
    >>> names = Names(net)
    >>> names.of(Quantity("w", ("x1", "o1"))), names.rule(names.rules[0])
    ('w_x1_o1', 'tanh')
    """

    def __init__(self, net: Structure) -> None:
        self._taken = {"ng", "step", "predict", "x", "y", "rate", "C", "loss"} | {*kwlist}
        self._net = net
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

    def of(self, quantity: Quantity) -> str:
        """Name a quantity; those that share a weight or bias share its name, the new value has that of the old."""
        kind, owner, _ = quantity
        prefix = _PREFIXES[QUANTITIES[kind].before or kind]
        if not owner:
            return prefix
        holder = self._net.edge(*owner) if isinstance(owner, tuple) else self._net[owner]
        if holder.tie and prefix == ("b_" if isinstance(holder, Neuron) else "w_"):
            holder = holder.tie.members[0]
        return prefix + self._names[holder]

    def of_rows(self, rows: Sequence[Sequence[object]]) -> tuple[str, str]:
        """Name the rows of z and of a of a group."""
        members = {leaf.key.owner for leaf in rows[0]}  # type: ignore[attr-defined]  # they are leaves
        group = next(one for one in self._net.groups.values() if {member.name for member in one.members} == members)
        return f"zs_{self._names[group]}", f"as_{self._names[group]}"

    def rule(self, rule: object) -> str:
        """Name a rule: an activation, a loss, or the short way through an activation."""
        match rule:
            case Loss():
                return "loss"
            case Shortcut(activation=activation) | JointShortcut(activation=activation):
                return f"short_{self._names[activation]}"
        return self._names[rule]

    def _name(self, owner: object, text: str, *kinds: str) -> None:
        """Find a name that Python takes, of which no variable of another owner is made."""
        stem = "".join(letter if f"a{letter}".isidentifier() else "_" for letter in normalize("NFKC", text))
        stem = stem if "" not in kinds or stem.isidentifier() else f"_{stem}"
        names = (stem if n == 1 else f"{stem}_{n}" for n in count(1))
        name = next(name for name in names if self._taken.isdisjoint(kind + name for kind in kinds))
        self._names[owner] = name
        self._taken.update(kind + name for kind in kinds)
