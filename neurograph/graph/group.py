"""A group of neurons that share one joint activation, such as softmax.

It has the two verbs that its members cannot do alone, `fire` and `compute_delta`; the sums stay with the neurons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neurograph.errors import some_of
from neurograph.rules.softmax import JointActivation

if TYPE_CHECKING:
    from neurograph.graph.neuron import Neuron

__all__ = ["Group", "groups_of"]


class Group:
    """Neurons whose activations depend on each other's sums.

    Attributes
    ----------
    name : str
        Its name; "outputs" for softmax outputs added without one.
    rule : JointActivation
        The function they share.
    members : list of Neuron
        In the order in which they were added.
    """

    __slots__ = ("members", "name", "rule")

    def __init__(self, name: str, rule: JointActivation) -> None:
        self.name = name
        self.rule = rule
        self.members: list[Neuron] = []

    def fire(self) -> None:
        """Activate all members together: `a = f(z_1, ..., z_n)`."""
        values = self.rule.values([neuron.z for neuron in self.members])
        for neuron, a in zip(self.members, values, strict=True):
            neuron.a = a

    def compute_delta(self) -> None:
        """Turn dC/da into deltas through the whole Jacobian: `delta_j = sum over k of dC/da_k * da_k/dz_j`."""
        z = [neuron.z for neuron in self.members]
        a = [neuron.a for neuron in self.members]
        for j, neuron in enumerate(self.members):
            delta = 0.0
            for k, other in enumerate(self.members):
                delta += other.a_grad * self.rule.partial(z, a, k, j)
            neuron.delta = delta

    def __repr__(self) -> str:
        return f"<Group {self.name}: {self.rule.name} of {some_of([neuron.name for neuron in self.members])}>"


def groups_of(layer: Sequence[Neuron]) -> list[Group]:
    """List the groups of a layer, each once, in the order of their first members."""
    return list(dict.fromkeys(neuron.group for neuron in layer if neuron.group))
