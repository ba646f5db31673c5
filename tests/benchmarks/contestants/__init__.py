"""Who takes part: every contestant's name, the door to its module, and what must be installed for it.

A door takes a task and gives a function that trains for so many epochs and returns the mean loss of the last one, or
nan where it can only optimise another loss. This file imports none of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from workloads import Task

__all__ = ["COMPILED", "CONTESTANTS", "LIMIT", "OBJECT", "Contestant", "Declined", "Epochs"]

Epochs = Callable[[int], float]


class Declined(Exception):  # noqa: N818  # it is no error
    """A contestant does not enter for a task; the message says why."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Someone who trains, and how many epochs a turn must have at least and at most."""

    name: str
    door: str
    needs: str = ""
    least: int = 1
    most: int = 10**9

    @property
    def ready(self) -> bool:
        """Whether what it needs is installed."""
        if self.needs == "gcc":
            return shutil.which(self.needs) is not None
        return not self.needs or find_spec(self.needs) is not None

    def enter(self, task: Task) -> Epochs:
        module, door = self.door.split(":")
        epochs: Epochs = getattr(import_module(f"contestants.{module}"), door)(task)
        return epochs


OBJECT, COMPILED, LIMIT = "object", "compiled", "C"
CONTESTANTS = {
    contestant.name: contestant
    for contestant in (
        Contestant(OBJECT, "ours:by_objects"),
        Contestant(COMPILED, "ours:compiled", "numba", least=100),  # it copies the net once in a turn, both ways
        Contestant("train()", "ours:train_in_all", "numba", least=1000, most=1000),
        Contestant("tutorial", "tutorial:enter"),
        Contestant("micrograd", "with_micrograd:enter", "micrograd"),
        Contestant("numpy", "with_numpy:enter", "numpy"),
        Contestant("sklearn", "with_sklearn:enter", "sklearn"),
        Contestant("torch", "with_torch:enter", "torch"),
        Contestant("jax step", "with_jax:step_by_step", "jax"),
        Contestant("jax scan", "with_jax:epoch_by_epoch", "jax"),
        Contestant(LIMIT, "with_c:enter", "gcc"),
    )
}
