"""A moment of a training step: one act, done, and the numbers that are known by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie

__all__ = ["Moment", "Phase", "Seen", "Subject"]

Phase = Literal["forward", "loss", "backward", "gradient", "mean", "update", "after"]
Subject = Neuron | Group | Target | JointTarget | Objective | Tie
Seen = dict[tuple[str, str], float]  # (what, neuron) -> value: one example in one pass


@dataclass(frozen=True, slots=True)
class Moment:
    """One act, done: who did what, for which example, and the example's numbers, the act's own among them."""

    phase: Phase
    subject: Subject
    verb: str
    example: int
    seen: Seen
