"""The compiled forward pass over many rows.

It writes nothing to the objects: a forward pass of the last row does that, with the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurograph.engines.compiled.layout import numbers_of, wiring_of
from neurograph.engines.compiled.learner import LANES
from neurograph.engines.compiled.program import program_of
from neurograph.engines.compiled.rules import Rules
from neurograph.graph.structure import Structure
from neurograph.passes.schedule import Schedule

__all__ = ["CompiledForward"]

_AT_ONCE = 4096  # rows of one call, so that Ctrl-C need not wait


class CompiledForward:
    """Runs rows forward over arrays.

    Parameters
    ----------
    machine : Machine
        The loops.
    net : Structure
        The network.
    schedule : Schedule
        The acts of its forward pass, and none after them.

    Raises
    ------
    CompilerError
        When a rule cannot be compiled.
    """

    def __init__(self, machine: Any, net: Structure, schedule: Schedule) -> None:
        layers = net.layers
        self._machine, self._rules = machine, Rules(machine)
        neurons = [neuron for layer in layers for neuron in layer]
        program = program_of(layers, schedule, self._rules.of_act, LANES)
        self._numbers = numbers_of(neurons, len(net.outputs), LANES, program.widest)
        self._wiring = wiring_of(layers, net.outputs, LANES, program, self._rules.table)

    def outputs(self, examples: Sequence[Sequence[float]]) -> list[list[float]] | None:
        """Give the activations of the outputs for every row; None when a number has left the range of floats."""
        import numpy as np

        x = np.array(examples, dtype=np.float64)
        found = np.empty((len(x), self._wiring.sizes[2]))
        at = np.zeros(2, dtype=np.int64)
        while at[0] < len(x):
            order = np.arange(len(x), dtype=np.uint32)
            self._machine.outputs(at, _AT_ONCE, self._wiring, self._numbers, (len(x), x, order), found)
        if at[1] or not np.isfinite(found).all():
            return None
        said: list[list[float]] = found.tolist()
        return said
