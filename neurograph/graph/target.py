"""Where the loss meets the outputs: one target for each output, and the objective that adds their terms up.

A target looks only at its own output; how errors travel further back, the neurons know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neurograph.errors import InvalidValueError, explain
from neurograph.rules.losses import Loss, Shortcut

if TYPE_CHECKING:
    from neurograph.graph.neuron import Neuron

__all__ = ["Objective", "ShortTarget", "Target"]


class Target:
    """An output neuron facing the value `y` that it should have."""

    __slots__ = ("count", "loss", "neuron", "term", "y")

    def __init__(self, neuron: Neuron, loss: Loss, count: int) -> None:
        self.neuron = neuron
        self.loss = loss
        self.count = count
        self.y = 0.0
        self.term: float | None = None

    def measure(self) -> None:
        """Work out this output's term of the loss: `C_k = C(a, y)`."""
        self.term = self.loss.value(self.neuron.a, self.y, self.count)  # type: ignore[arg-type]  # see neuron.py

    def judge(self) -> None:
        """Start the backward pass, the first half of BP1: `dC/da`, added to what its own edges brought back."""
        slope = self.loss.slope(self.neuron.a, self.y, self.count)  # type: ignore[arg-type]
        self.neuron.a_grad = self.neuron.a_grad + slope if self.neuron.fan_out else slope  # type: ignore[operator]


class ShortTarget(Target):
    """A target that goes straight to delta, because loss and activation cancel: `delta = a - y`."""

    __slots__ = ("members", "place", "shortcut")

    def __init__(self, neuron: Neuron, loss: Loss, count: int, shortcut: Shortcut) -> None:
        super().__init__(neuron, loss, count)
        self.shortcut = shortcut
        self.members: Sequence[Neuron] = neuron.group.members if neuron.group else (neuron,)
        self.place = self.members.index(neuron)

    def measure(self) -> None:
        """Work out the same term with the help of z, where nothing is rounded away: `C_k = C(z, a, y)`."""
        z: list[float] = [neuron.z for neuron in self.members]  # type: ignore[misc]
        self.term = self.shortcut.value(z, self.place, self.neuron.a, self.y)  # type: ignore[arg-type]

    def settle(self) -> None:
        """BP1 in one step: `delta = a - y`."""
        self.neuron.delta = self.shortcut.delta(self.neuron.a, self.y)  # type: ignore[arg-type]


class Objective:
    """All targets of a network under one loss, and the loss of the current example."""

    __slots__ = ("cost", "loss", "targets")

    def __init__(self, loss: Loss, targets: Sequence[Target]) -> None:
        self.loss = loss
        self.targets = targets
        self.cost: float | None = None

    def aim(self, y: Sequence[float]) -> None:
        """Take the example's target values, after checking that the loss can use them.

        Raises
        ------
        InvalidValueError
            When a target is outside the loss's range, or the targets of a softmax group do not add up to 1.
        """
        low, high = self.loss.targets
        for target, value in zip(self.targets, y, strict=True):
            if not low <= value <= high:
                where = f"y (for {target.neuron.name}) under {self.loss.name}"
                raise InvalidValueError(explain(where, value, f"a target in [{low:g}, {high:g}]"))
        if self.loss.outputs == "distribution":
            self._check_distributions(y)
        self.take(y)

    def take(self, y: Sequence[float]) -> None:
        """Take target values that have been checked before."""
        for target, value in zip(self.targets, y, strict=True):
            target.y = value

    def _check_distributions(self, y: Sequence[float]) -> None:
        totals: dict[str, float] = {}
        for target, value in zip(self.targets, y, strict=True):
            group = target.neuron.group
            if group:
                totals[group.name] = totals.get(group.name, 0.0) + value
        for name, total in totals.items():
            if abs(total - 1.0) > 1e-9:
                raise InvalidValueError(
                    f"y under {self.loss.name}: the targets of group {name!r} add up to {total:.6g}, expected 1. "
                    "Give a 1 for the right class and 0 for the others, or probabilities."
                )

    def add_up(self) -> None:
        """Add the terms of all outputs: `C = sum(C_k)`."""
        cost = 0.0
        for target in self.targets:
            cost += target.term  # type: ignore[operator]
        self.cost = cost
