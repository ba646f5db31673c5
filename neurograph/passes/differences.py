"""Slopes of the loss without backpropagation: nudge one parameter both ways, run forward, see what the loss does.

Central differences, extrapolated to a step of zero, with an estimate of their own error. The file runs forward passes
only; it never looks at a delta or a gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.passes.propagation import present, run
from neurograph.passes.schedule import Schedule
from neurograph.rules.activations import Activation

__all__ = ["Check", "Difference", "Probe", "compare"]

_FIRST_STEPS = (2.0**-9, 2.0**-14, 2.0**-20)
_LEVELS = 4
_GOOD = 1e-8  # relative error at which no smaller step is tried
_ROUNDING = 2.0**-50
_RESOLVED = 1e-3  # a difference that may be further off than this tells nothing


@dataclass(frozen=True, slots=True)
class Difference:
    """What nudging one parameter says about `dC/dparameter`.

    Attributes
    ----------
    value : float
        The central difference, extrapolated.
    error : float
        How far off it may be, from truncation and rounding.
    kink : str
        The neuron that sits on a kink (relu at 0), where a slope is not defined; empty elsewhere.
    """

    value: float
    error: float
    kink: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A gradient beside its central difference.

    Attributes
    ----------
    backprop, difference : float
        The two values of the same derivative.
    relative_error : float
        Their distance, over the larger of the two.
    verdict : {"ok", "wrong", "kink", "too small"}
        "kink": a neuron sits where its slope jumps. "too small": below what differences can resolve here.
    kink : str
        The neuron on the kink.
    """

    backprop: float
    difference: float
    relative_error: float
    verdict: Literal["ok", "wrong", "kink", "too small"]
    kink: str = ""


def compare(backprop: float, difference: Difference, tolerance: float = 1e-6) -> Check:
    """Judge a derivative by its central difference.

    Parameters
    ----------
    backprop : float
        What backpropagation says.
    difference : Difference
        What nudging says, and how far off that may be.
    tolerance : float
        The relative error allowed beside the difference's own.

    Examples
    --------
    >>> compare(2.0, Difference(2.000001, 1e-9), tolerance=1e-6).verdict
    'ok'
    >>> compare(2.002, Difference(2.0, 1e-9)).verdict
    'wrong'
    """
    apart = abs(backprop - difference.value)
    largest = max(abs(backprop), abs(difference.value))
    relative = apart / largest if largest > 0.0 else 0.0
    if difference.kink:
        return Check(backprop, difference.value, relative, "kink", difference.kink)
    if not math.isfinite(backprop) or not apart <= tolerance * largest + difference.error:
        return Check(backprop, difference.value, relative, "wrong")
    resolved = largest == 0.0 or difference.error <= _RESOLVED * largest
    return Check(backprop, difference.value, relative, "ok" if resolved else "too small")


class Probe:
    """Central differences of one network on one example.

    Source: Ridders (1982), Accurate computation of F'(x) and F'(x)F''(x); extrapolation after Richardson (1911).

    Parameters
    ----------
    structure : Structure
        The network; its parameters are nudged and put back, its activations are overwritten: hand in a copy.
    schedule : Schedule
        The order of its acts.
    x, y : sequence of float
        The example, already checked.
    """

    def __init__(self, structure: Structure, schedule: Schedule, x: Sequence[float], y: Sequence[float]) -> None:
        self._schedule = schedule
        self._inputs = structure.inputs
        self._x, self._y = x, y
        self._bent = [(n, n.rule.kinks) for n in structure.neurons if isinstance(n.rule, Activation) and n.rule.kinks]
        self._loss_kinks = schedule.objective.loss.kinks

    def of(self, parameter: Neuron | Edge) -> Difference:
        """Estimate dC/db of a neuron, which is also its dC/dz, or dC/dw of an edge."""
        slot = "b" if isinstance(parameter, Neuron) else "w"
        start: float = getattr(parameter, slot)

        def put(value: float) -> None:
            setattr(parameter, slot, value)

        try:
            return self._estimate(start, put)
        finally:
            put(start)

    def _estimate(self, start: float, put: Callable[[float], None]) -> Difference:
        best = Difference(math.nan, math.inf)
        kink = ""
        for first in _FIRST_STEPS:
            step = first * max(1.0, abs(start))
            kink = self._kink_between(start - step, start, start + step, put)
            if kink:
                continue
            found = self._extrapolate(start, step, put)
            if found.error < best.error or math.isnan(best.value):
                best = found
            if best.error <= _GOOD * abs(best.value):
                break
        return Difference(math.nan, math.inf, kink) if math.isnan(best.value) and kink else best

    def _extrapolate(self, start: float, step: float, put: Callable[[float], None]) -> Difference:
        """Halve the step a few times and extrapolate to zero; keep the entry with the smallest estimated error."""
        best = Difference(math.nan, math.inf)
        previous: list[float] = []
        for _ in range(_LEVELS):
            up, down = self._loss_at(start + step, put), self._loss_at(start - step, put)
            width = (start + step) - (start - step)  # what the nudge really was, after rounding
            row = [(up - down) / width]
            rounding = _ROUNDING * max(abs(up), abs(down)) / width
            for k, older in enumerate(previous, start=1):
                row.append(row[-1] + (row[-1] - older) / (4.0**k - 1.0))
                error = max(abs(row[-1] - row[-2]), abs(row[-1] - older)) + rounding
                if error < best.error:
                    best = Difference(row[-1], error)
            if best.error <= _GOOD * abs(best.value):
                break
            previous, step = row, step / 2.0
        return best if not math.isnan(best.value) else Difference(row[0], math.inf)

    def _loss_at(self, value: float, put: Callable[[float], None]) -> float:
        put(value)
        present(self._inputs, self._x)
        run(self._schedule.forward)
        self._schedule.objective.aim(self._y)
        run(self._schedule.loss)
        return self._schedule.objective.cost or 0.0

    def _kink_between(self, low: float, start: float, high: float, put: Callable[[float], None]) -> str:
        """Name a neuron whose sum touches or crosses a kink while the parameter goes from low to high."""
        if not self._bent and not self._loss_kinks:
            return ""
        names: list[str] = []
        places: list[list[float]] = []
        for value in (low, start, high):
            self._loss_at(value, put)
            sums = [(n.name, (n.z or 0.0) - kink) for n, kinks in self._bent for kink in kinks]
            rests = [
                (t.neuron.name, (t.neuron.a or 0.0) - t.y - kink)
                for t in self._schedule.objective.targets
                for kink in self._loss_kinks
            ]
            names = [name for name, _ in sums + rests]
            places.append([distance for _, distance in sums + rests])
        for name, below, at, above in zip(names, places[0], places[1], places[2], strict=True):
            same_side = (below > 0.0 and at > 0.0 and above > 0.0) or (below < 0.0 and at < 0.0 and above < 0.0)
            if not same_side and not below == at == above:
                return name
        return ""
