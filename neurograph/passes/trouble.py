"""Trouble: a number that left the range of floats, and the first place where it did.

It reads what the passes left on the objects, and computes nothing but the sums it must retrace.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from neurograph.errors import NumericalError
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.passes.schedule import Act, Schedule

__all__ = ["blame", "check_backward", "check_forward"]

_CURE = "Make the weights, the inputs or the learning rate smaller."


def check_forward(neurons: Iterable[Neuron]) -> None:
    """Name the first neuron of a forward pass whose sum or activation is not finite.

    Raises
    ------
    NumericalError
        When there is one.
    """
    for neuron in neurons:
        z, a = neuron.z, neuron.a
        if z is None or a is None or z - z != 0.0 or a - a != 0.0:  # inf - inf and nan - nan are nan
            raise NumericalError(_first_sum(neuron))


def check_backward(schedule: Schedule, structure: Structure) -> None:
    """Name the first neuron whose error, or edge whose gradient, would leave the range of floats.

    Called between deltas and gradients, so that a failed pass adds nothing to any gradient.

    Raises
    ------
    NumericalError
        When there is one.
    """
    cost = schedule.objective.cost
    if cost is None or not math.isfinite(cost):
        worst = next(target for target in schedule.objective.targets if not math.isfinite(target.term or 0.0))
        raise NumericalError(
            f"output {worst.neuron.name}: the loss term is {worst.term}, "
            f"with a = {worst.neuron.a:.6g} and y = {worst.y:.6g}. {_CURE}"
        )
    largest_a = largest_delta = 0.0
    for layer in reversed(structure.layers):
        for neuron in layer:
            delta = 0.0 if neuron.role == "input" else neuron.delta
            if delta is None or delta - delta != 0.0:
                raise NumericalError(
                    f"neuron {neuron.name}: delta is {neuron.delta}, with dC/da = {neuron.a_grad}. {_CURE}"
                )
            largest_a = max(largest_a, abs(neuron.a or 0.0))
            largest_delta = max(largest_delta, abs(delta))
    if not math.isfinite(largest_a * largest_delta):
        _check_products(structure)


def _check_products(structure: Structure) -> None:
    for edge in structure.edges:
        a, delta = edge.source.a or 0.0, edge.target.delta or 0.0
        if not math.isfinite(a * delta):
            raise NumericalError(
                f"edge {edge.label}: dC/dw = a * delta = {a:.6g} * {delta:.6g} is {a * delta}. {_CURE}"
            )


def _first_sum(neuron: Neuron) -> str:
    """Tell why a sum is not finite: the first edge that made it so, or the activation."""
    total = 0.0
    for edge, source in neuron.fan_in:
        a = source.a or 0.0
        total += edge.w * a
        if not math.isfinite(total):
            where = f"at edge {edge.label} (w = {edge.w:.6g}, a = {a:.6g})"
            return f"neuron {neuron.name}: the sum z became {total} {where}. {_CURE}"
    if neuron.z is not None and math.isfinite(neuron.z):
        return f"neuron {neuron.name}: {neuron.rule.name}({neuron.z:.6g}) is {neuron.a}. {_CURE}"
    return f"neuron {neuron.name}: the sum z is {neuron.z} with the bias {neuron.b:.6g} added. {_CURE}"


def blame(act: Act, error: Exception) -> str:
    """Say whose rule raised, and on which number."""
    subject = getattr(act, "__self__", None)
    neuron = getattr(subject, "neuron", subject)  # a target speaks for its output
    kind = "neuron" if isinstance(neuron, Neuron) else "group"
    name = getattr(neuron, "name", "?")
    z = f" at z = {neuron.z}" if isinstance(neuron, Neuron) else ""
    what = f"{act.__name__} failed{z} ({type(error).__name__}: {error})"
    return f"{kind} {name}: {what}. The rule must take every finite number."
