"""Checks of what the passes left: a number out of the range of floats, a rule that failed, and where that began.

It reads what the passes left on the objects, and computes nothing but the sums it must retrace.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeGuard

from neurograph.errors import NumericalError, show
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import Parameter
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.passes.schedule import Act, Schedule
from neurograph.rules.activations import Activation
from neurograph.rules.optimizers import Optimizer

__all__ = [
    "check_backward", "check_forward", "check_inputs", "check_memories", "check_steepness", "check_update", "failure",
]  # fmt: skip

_INF = math.inf
_STEEP = 1e100  # beyond this, dC/da takes a weight out of all bounds in one step
_CURE = "Make the weights, the inputs or the learning rate smaller."
_RULE = "A rule must take every finite number and give a float."
_LOSS_CURE = "Make the weights, the inputs, the targets or the learning rate smaller, or take another loss."
_SHORT_CURE = "The short way needs no dC/da and has a number for delta: do without the long way."
_ALONE_CURE = "A softmax over one neuron always says 1. Give its group a second neuron, or take sigmoid."
_LOG_CURE = (
    "The output is rounded to 0 or 1 and its target says otherwise, where this loss, a logarithm, has no finite value. "
    "Make the weights or the learning rate smaller, or take another loss."
)


def check_forward(neurons: Iterable[Neuron]) -> None:
    """Name the first neuron of a forward pass whose sum or activation is not finite."""
    for neuron in neurons:
        z, a = neuron.z, neuron.a
        if type(a) is float and -_INF < z + a < _INF:
            continue  # the usual case, and quick
        if not (_is_finite(z) and _is_finite(a)):
            raise _first_sum(neuron)


def check_backward(schedule: Schedule, structure: Structure) -> None:
    """Name the first neuron whose error, or edge whose gradient, would leave the range of floats.

    Called between deltas and gradients, so that a failed pass adds nothing to any gradient.
    """
    if not _is_finite(schedule.objective.cost):
        raise _worst_term(schedule.objective)
    largest_a = largest_delta = 0.0
    for layer in reversed(structure.layers):
        for neuron in layer:
            delta = 0.0 if neuron.role == "input" else neuron.delta
            if not (type(delta) is float and -_INF < delta < _INF) and not _is_finite(delta):
                raise _no_delta(neuron, schedule)
            largest_a = max(largest_a, abs(neuron.a or 0.0))
            largest_delta = max(largest_delta, abs(delta))
    if not math.isfinite(largest_a * largest_delta):
        _check_products(structure)


def check_inputs(inputs: Iterable[Neuron]) -> None:
    """Name the first input whose `dC/dx` leaves the range of floats."""
    for neuron in inputs:
        if not _is_finite(neuron.a_grad):
            raise NumericalError(
                f"dC/da, the sum of w * delta, is {neuron.a_grad}.", where=f"input {neuron.name}", cure=_CURE
            )


def check_steepness(schedule: Schedule) -> None:
    """Name the first output where the loss is so steep that its step, finite as it is, spoils the weights.

    Asked once training has failed: the sum that overflows in the end is not to blame then. A squared error is as steep
    as the output is far off, and is not meant.
    """
    for target in schedule.objective.targets:
        if target.neuron not in schedule.short:
            slope = target.loss.slope(target.neuron.a, target.y, target.count)
            if abs(slope) > _STEEP * max(1.0, abs(target.neuron.a or 0.0), abs(target.y)):
                raise _of_loss(target, f"dC/da of {target.loss.name}", slope)


def check_update(neurons: Iterable[Neuron], rate: float) -> None:
    """Name the first parameter that an update has taken out of the range of floats."""
    cure = f"Take a smaller learning rate than {rate:.6g}."
    for neuron in neurons:
        if not math.isfinite(neuron.b):
            raise NumericalError(
                f"the update would make its bias {neuron.b}.", where=f"neuron {neuron.name}", cure=cure
            )
        for edge in neuron.fan_in:
            if not math.isfinite(edge.w):
                raise NumericalError(
                    f"the update would make its weight {edge.w}.", where=f"edge {edge.label}", cure=cure
                )


def check_memories(parameters: Iterable[Parameter], optimizer: Optimizer) -> None:
    """Name the first parameter of which an optimizer's memory has left the range of floats."""
    for parameter in parameters:
        if not all(map(math.isfinite, parameter.memory)):
            raise NumericalError(
                f"its gradient, {parameter.gradient:.6g}, is too large for the memory of {optimizer.name}.",
                where=parameter.place,
                cure="Make the inputs or the targets smaller.",
            )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float))


def _is_finite(value: object) -> bool:
    return _is_number(value) and math.isfinite(value)


def _cure(value: object) -> str:
    return _CURE if isinstance(value, float) else _RULE


def _check_products(structure: Structure) -> None:
    for edge in structure.edges:
        a, delta = edge.source.a or 0.0, edge.target.delta or 0.0
        if not math.isfinite(a * delta):
            raise NumericalError(
                f"dC/dw = a * delta = {a:.6g} * {delta:.6g} is {a * delta}.", where=f"edge {edge.label}", cure=_CURE
            )


def _first_sum(neuron: Neuron) -> NumericalError:
    """Tell why a sum is not finite: the first edge that made it so, or the activation; upstream if it began there."""
    while before := next((edge.source for edge in neuron.fan_in if not _is_finite(edge.source.a)), None):
        neuron = before
    total = 0.0
    for edge in neuron.fan_in:
        a = edge.source.a or 0.0
        total += edge.w * a
        if not math.isfinite(total):
            at = f"at edge {edge.label} (w = {edge.w:.6g}, a = {a:.6g})"
            return NumericalError(f"the sum z became {total} {at}.", where=f"neuron {neuron.name}", cure=_CURE)
    if _is_finite(neuron.z):
        cure = _cure(neuron.a)
        problem = f"{neuron.rule.name}({neuron.z:.6g}) is {show(neuron.a)}."
        return NumericalError(problem, where=f"neuron {neuron.name}", cure=cure)
    problem = f"the sum z is {neuron.z} with the bias {neuron.b:.6g} added."
    return NumericalError(problem, where=f"neuron {neuron.name}", cure=_CURE)


def _no_delta(neuron: Neuron, schedule: Schedule) -> NumericalError:
    """Tell why a delta is not finite: the loss, where its own slope is not, or else the neuron."""
    members = neuron.group.members if neuron.group else [neuron]
    for target in schedule.objective.targets:
        if target.neuron in members and target.neuron not in schedule.short:
            slope = target.loss.slope(target.neuron.a, target.y, target.count)
            if not _is_finite(slope):
                what = f"dC/da of {target.loss.name}"
                return _of_loss(target, what, slope, _SHORT_CURE if target.shortcut else "")
    if isinstance(neuron.rule, Activation):
        slope = neuron.rule.slope(neuron.z, neuron.a)
        if not _is_finite(slope):
            problem = f"the slope of {neuron.rule.name} at z = {neuron.z:.6g} is {show(slope)}."
            return NumericalError(problem, where=f"neuron {neuron.name}", cure=_RULE)
    cure = _cure(neuron.delta)
    problem = f"delta is {show(neuron.delta)}, with dC/da = {neuron.a_grad}."
    return NumericalError(problem, where=f"neuron {neuron.name}", cure=cure)


def _worst_term(objective: Objective) -> NumericalError:
    """Tell why a loss is not finite: the first term that is not, or their sum."""
    for target in objective.targets:
        if not _is_finite(target.term):
            return _of_loss(target, "the loss term", target.term)
    problem = f"the sum of its terms is {objective.cost}."
    return NumericalError(problem, where=f"loss {objective.loss.name}", cure=_CURE)


def _of_loss(target: Target, what: str, value: object, cure: str = "") -> NumericalError:
    """Blame the loss for what it gives at an output."""
    if not isinstance(value, float):
        cure = _RULE
    if target.neuron.group and len(target.members) == 1:
        cure = _ALONE_CURE
    cure = cure or (_LOSS_CURE if target.loss.outputs == "any" else _LOG_CURE)
    problem = f"{what} is {show(value)}, with a = {target.neuron.a:.6g} and y = {target.y:.6g}."
    return NumericalError(problem, where=f"output {target.neuron.name}", cure=cure)


def failure(act: Act, error: Exception) -> NumericalError:
    """Say whose rule failed, and on which number: the one who raised, or who had given something that is no number."""
    subject: object = act.__self__  # type: ignore[attr-defined]  # every act is a bound method
    match subject:
        case Objective():
            return _worst_term(subject)
        case Target(neuron=output, loss=loss, y=y):
            function = {"add_loss_slope": "slope", "compute_delta": "shortcut"}.get(act.__name__, "value")
            where, what = f"output {output.name}", f"the {function} of loss {loss.name} at a = {output.a}, y = {y:.6g}"
        case JointTarget(group=group, targets=targets):
            where, what = f"group {group.name!r}", f"the shortcut of loss {targets[0].loss.name}"
        case Group(members=members, rule=rule):
            for member in members:
                if act.__name__ == "fire" and not _is_finite(member.z):
                    return _first_sum(member)
            where, what = f"group {subject.name!r}", rule.name
        case Neuron(name=name, rule=rule, z=z):
            where = f"neuron {name}"
            if act.__name__ == "integrate" or not _is_finite(z):
                return _first_sum(subject)
            if act.__name__ == "fire":
                what = f"{rule.name}({z})"
            elif not _is_number(subject.a_grad):
                return NumericalError(f"dC/da is {show(subject.a_grad)}.", where=where, cure=_RULE)
            else:
                what = f"the slope of {rule.name} at z = {z}, with dC/da = {subject.a_grad},"
        case _:
            raise TypeError(subject)
    return NumericalError(f"{what} failed ({type(error).__name__}: {error}).", where=where, cure=_RULE)
