"""The events of a training step: every act of a run, done, with the numbers of its example that are known by then.

It runs the very acts that the plain run runs, and says nothing of what they mean; that is left to explain.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.checks import check_backward, check_forward
from neurograph.passes.propagation import run, set_inputs
from neurograph.passes.schedule import Act, Schedule
from neurograph.validate import Example

__all__ = ["Event", "Phase", "Values", "forward_and_back", "update_and_forward"]

Phase = Literal["forward", "loss", "backward", "gradient", "mean", "update", "after"]
Subject = Neuron | Group | Target | JointTarget | Objective | Tie
Values = dict[tuple[str, str], float]  # (what, neuron) -> value: one example in one pass


@dataclass(frozen=True, slots=True)
class Event:
    """One act, done: who did what, for which example, and the example's numbers, the act's own among them."""

    phase: Phase
    subject: Subject
    verb: str
    example: int
    values: Values


def forward_and_back(structure: Structure, schedule: Schedule, batch: Sequence[Example]) -> Iterator[Event]:
    """Run every example forward and back, act by act; the structure ends up holding the (mean) gradients."""
    computing = structure.computing
    for neuron in computing:
        neuron.zero_gradients()
    for example, (x, y) in enumerate(batch):
        values = _start(structure, schedule, x, y)
        yield from _watch("forward", schedule.forward, example, values)
        check_forward(computing)
        yield from _watch("loss", schedule.loss, example, values)
        yield from _watch("backward", schedule.backward, example, values)
        check_backward(schedule, structure)
        yield from _watch("gradient", schedule.gradients, example, values)
    for neuron in computing if len(batch) > 1 else ():
        neuron.average(len(batch))
        yield Event("mean", neuron, "average", 0, {})


def update_and_forward(
    before: Structure, after: Structure, schedule: Schedule, batch: Sequence[Example], rate: float
) -> Iterator[Event]:
    """Update `after`, an equal copy that has the gradients too, and run it forward; `before` keeps the old values."""
    computing = after.computing
    holders: list[tuple[Neuron | Tie, Neuron | Tie]] = [(neuron, before[neuron.name]) for neuron in computing]
    for holder, old in (*holders, *zip(after.ties, before.ties, strict=True)):
        if isinstance(holder, Neuron) and all(own.tie for own in holder.holders):
            continue  # all that it has moves with ties
        holder.update(rate)
        yield Event("update", old, "update", 0, {})
    for example, (x, y) in enumerate(batch):
        values = _start(after, schedule, x, y)
        yield from _watch("after", (*schedule.forward, *schedule.loss), example, values)
        check_forward(computing)


def _start(structure: Structure, schedule: Schedule, x: Sequence[float], y: Sequence[float]) -> Values:
    set_inputs(structure.inputs, x)
    schedule.objective.check_targets(y)
    schedule.objective.set_targets(y)
    inputs: Values = {("a", neuron.name): value for neuron, value in zip(structure.inputs, x, strict=True)}
    return inputs | {("y", target.neuron.name): target.y for target in schedule.objective.targets}


def _watch(phase: Phase, acts: Sequence[Act], example: int, values: Values) -> Iterator[Event]:
    for act in acts:
        run((act,))
        subject: Subject = act.__self__  # type: ignore[attr-defined]  # every act is a bound method
        _snapshot(subject, act.__name__, values)
        yield Event(phase, subject, act.__name__, example, values)


# What each verb writes on its neuron, and those that write a term of the loss. Gradients and parameters are
# not copied: they stay on the objects as they are.
_WRITES = {
    "integrate": "z", "fire": "a", "gather_error": "a_grad", "add_loss_slope": "a_grad", "compute_delta": "delta",
}  # fmt: skip
_TERM_VERBS = ("compute_term", "compute_term_from_z")


def _snapshot(subject: Subject, verb: str, values: Values) -> None:
    neurons: list[Neuron] = []
    match subject:
        case Objective(cost=float() as cost):
            values["C", ""] = cost
        case Target(neuron=neuron, term=float() as term) if verb in _TERM_VERBS:
            values["term", neuron.name] = term
        case Group(members=neurons) | JointTarget(group=Group(members=neurons)):
            pass
        case Target():
            neurons = [subject.neuron]
        case Neuron():
            neurons = [subject]
    for neuron in neurons if verb in _WRITES else ():
        value = getattr(neuron, _WRITES[verb])
        values[_WRITES[verb], neuron.name] = value
        if verb == "gather_error":  # an output adds the slope of its loss; what its edges brought is kept apart
            values["collected", neuron.name] = value
