"""Where the loss meets the outputs: one target for each output, and the objective that adds their terms up.

A target looks only at its own output; how errors travel further back, the neurons know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neurograph.errors import InvalidValueError
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.rules.losses import JointShortcut, Loss, Shortcut

if TYPE_CHECKING:
    from neurograph.graph.group import Group
    from neurograph.graph.neuron import Neuron

__all__ = ["JointTarget", "Objective", "Target"]

# How far off 1 the sum of a distribution's floats may be; by as much `a - y` is off the derivative.
_SUM_OF_ONE = 1e-14


class Target:
    """An output neuron facing the value `y` that it should have.

    Its error comes the long way, `add_loss_slope` and then the neuron's own `compute_delta`, or the short way, where
    loss and activation cancel; the schedule says which. `count` outputs face the loss; `place` is its own among the
    `members` of its group.
    """

    __slots__ = ("count", "loss", "members", "neuron", "place", "shortcut", "term", "y")

    def __init__(self, neuron: Neuron, loss: Loss, count: int) -> None:
        self.neuron = neuron
        self.loss = loss
        self.count = count
        self.shortcut = loss.shortcut_for(neuron.rule)
        self.members: Sequence[Neuron] = neuron.group.members if neuron.group else (neuron,)
        self.place = self.members.index(neuron)
        self.y = 0.0
        self.term: float = NOT_COMPUTED

    def compute_term(self) -> None:
        """Work out this output's term of the loss: `C_k = C(a, y)`."""
        self.term = self.loss.value(self.neuron.a, self.y, self.count)

    def compute_term_from_z(self) -> None:
        """Work out the same term with the help of z, where nothing is rounded away: `C_k = C(z, a, y)`."""
        z = [neuron.z for neuron in self.members]
        self.term = self.shortcut.value(z, self.place, self.neuron.a, self.y)  # type: ignore[union-attr]  # there is one

    def add_loss_slope(self) -> None:
        """Start the backward pass, the first half of BP1: `dC/da`, added to what its own edges brought back."""
        slope = self.loss.slope(self.neuron.a, self.y, self.count)
        self.neuron.a_grad = self.neuron.a_grad + slope if self.neuron.fan_out else slope

    def compute_delta(self) -> None:
        """BP1 in one step, `delta = a - y`; where the neuron feeds others, their error is added: `dC/da * f'(z)`.

        `dC/da` of the whole loss is not worked out on this way.
        """
        neuron = self.neuron
        delta = self.shortcut.delta(neuron.a, self.y)  # type: ignore[union-attr]  # else a JointTarget does it
        if neuron.fan_out:
            neuron.compute_delta()
            delta += neuron.delta
        neuron.delta, neuron.a_grad = delta, NOT_COMPUTED


class JointTarget:
    """The targets of a group whose deltas come the short way, but not each for itself.

    Either the term of an output reacts to the z of every member, or a member feeds other neurons, and what comes back
    from them reacts to the z of every member.

    Attributes
    ----------
    group : Group
        The group.
    targets : list of Target
        Those of its members that are outputs.
    """

    __slots__ = ("group", "targets")

    def __init__(self, group: Group, targets: Sequence[Target]) -> None:
        self.group = group
        self.targets = targets

    def compute_delta(self) -> None:
        """BP1 for all members: what comes back over edges through the Jacobian, and what comes from the loss."""
        group = self.group
        z = [neuron.z for neuron in group.members]
        a = [neuron.a for neuron in group.members]
        deltas = []
        for j in range(len(a)):
            delta = 0.0
            for k, other in enumerate(group.members):
                if other.fan_out:
                    delta += other.a_grad * group.rule.partial(z, a, k, j)
            for target in self.targets:  # what their terms of the loss give to this member
                match target.shortcut:
                    case JointShortcut(partial=partial):
                        delta += partial(z, a, target.y, target.place, j)
                    case Shortcut(delta=slope) if target.place == j:
                        delta += slope(a[j], target.y)
            deltas.append(delta)
        for neuron, delta in zip(group.members, deltas, strict=True):
            neuron.delta = delta
        for target in self.targets:
            target.neuron.a_grad = NOT_COMPUTED


class Objective:
    """All targets of a network under one loss, and the loss of the current example."""

    __slots__ = ("cost", "loss", "targets")

    def __init__(self, loss: Loss, targets: Sequence[Target]) -> None:
        self.loss = loss
        self.targets = targets
        self.cost: float = NOT_COMPUTED

    def check_targets(self, y: Sequence[float]) -> None:
        """Refuse target values that the loss cannot use.

        Raises
        ------
        InvalidValueError
            When a target is outside the loss's range, or the targets of a softmax group do not add up to 1.
        """
        low, high = self.loss.targets
        for target, value in zip(self.targets, y, strict=True):
            if not low <= value <= high:
                where = f"y (for {target.neuron.name}) under {self.loss.name}"
                raise InvalidValueError(where=where, given=value, expected=f"a target in [{low:g}, {high:g}]")
        if self.loss.outputs == "distribution":
            self._check_distributions(y)

    def set_targets(self, y: Sequence[float]) -> None:
        """Give the targets their values."""
        for target, value in zip(self.targets, y, strict=True):
            target.y = value

    def _check_distributions(self, y: Sequence[float]) -> None:
        totals: dict[str, float] = {}
        for target, value in zip(self.targets, y, strict=True):
            group = target.neuron.group
            if group:
                totals[group.name] = totals.get(group.name, 0.0) + value
        for name, total in totals.items():
            if abs(total - 1.0) > _SUM_OF_ONE:
                raise InvalidValueError(
                    f"the targets of group {name!r} add up to {total:.16g}, expected 1.",
                    where=f"y under {self.loss.name}",
                    cure="Give a 1 for the right class and 0 for the others, or probabilities, each divided "
                    "by their sum.",
                )

    def add_up(self) -> None:
        """Add the terms of all outputs: `C = sum(C_k)`."""
        cost = 0.0
        for target in self.targets:
            cost += target.term
        self.cost = cost
