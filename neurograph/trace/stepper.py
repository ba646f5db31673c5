"""The stepper: a whole training step, one act at a time, with a snapshot of what each act wrote.

It runs the very acts that the plain run runs; telling them is left to the narration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.checks import check_backward, check_forward
from neurograph.passes.propagation import run, set_inputs
from neurograph.passes.schedule import Act, Schedule
from neurograph.trace.moment import Moment, Phase, Seen, Subject
from neurograph.validate import Example

__all__ = ["walk", "walk_again"]


def walk(structure: Structure, schedule: Schedule, batch: Sequence[Example]) -> Iterator[Moment]:
    """Run every example forward and back, act by act; the structure ends up holding the (mean) gradients."""
    computing = structure.computing
    for neuron in computing:
        neuron.zero_gradients()
    for example, (x, y) in enumerate(batch):
        seen = _start(structure, schedule, x, y)
        yield from _watch("forward", schedule.forward, example, seen)
        check_forward(computing)
        yield from _watch("loss", schedule.loss, example, seen)
        yield from _watch("backward", schedule.backward, example, seen)
        check_backward(schedule, structure)
        yield from _watch("gradient", schedule.gradients, example, seen)
    for neuron in computing if len(batch) > 1 else ():
        neuron.average(len(batch))
        yield Moment("mean", neuron, "average", 0, seen)


def walk_again(
    before: Structure, after: Structure, schedule: Schedule, batch: Sequence[Example], rate: float
) -> Iterator[Moment]:
    """Update `after`, an equal copy that has the gradients too, and run it forward; `before` keeps the old values."""
    computing = after.computing
    movers: list[tuple[Neuron | Tie, Neuron | Tie]] = [(neuron, before[neuron.name]) for neuron in computing]
    for mover, old in (*movers, *zip(after.ties, before.ties, strict=True)):
        if isinstance(mover, Neuron) and all(holder.tie for holder in mover.holders):
            continue  # all that it has moves with ties
        mover.update(rate)
        yield Moment("update", old, "update", 0, {})
    for example, (x, y) in enumerate(batch):
        seen = _start(after, schedule, x, y)
        yield from _watch("after", (*schedule.forward, *schedule.loss), example, seen)
        check_forward(computing)


def _start(structure: Structure, schedule: Schedule, x: Sequence[float], y: Sequence[float]) -> Seen:
    set_inputs(structure.inputs, x)
    schedule.objective.check_targets(y)
    schedule.objective.set_targets(y)
    inputs: Seen = {("a", neuron.name): value for neuron, value in zip(structure.inputs, x, strict=True)}
    return inputs | {("y", target.neuron.name): target.y for target in schedule.objective.targets}


def _watch(phase: Phase, acts: Sequence[Act], example: int, seen: Seen) -> Iterator[Moment]:
    for act in acts:
        run((act,))
        subject: Subject = act.__self__  # type: ignore[attr-defined]  # every act is a bound method
        _snapshot(subject, act.__name__, seen)
        yield Moment(phase, subject, act.__name__, example, seen)


# What each verb writes on its neuron. Gradients and parameters are not copied: they stay on the objects as they are.
_WRITES = {
    "integrate": "z",
    "fire": "a",
    "gather_error": "a_grad",
    "add_loss_slope": "a_grad",
    "compute_delta": "delta",
}


def _snapshot(subject: Subject, verb: str, seen: Seen) -> None:
    neurons: list[Neuron] = []
    match subject:
        case Objective(cost=float() as cost):
            seen["C", ""] = cost
        case Target(neuron=neuron, term=float() as term) if verb.startswith("compute_term"):
            seen["term", neuron.name] = term
        case Group(members=neurons) | JointTarget(group=Group(members=neurons)):
            pass
        case Target():
            neurons = [subject.neuron]
        case Neuron():
            neurons = [subject]
    for neuron in neurons if verb in _WRITES else ():
        value = getattr(neuron, _WRITES[verb])
        seen[_WRITES[verb], neuron.name] = value
        if verb == "gather_error":  # an output adds the slope of its loss; what its edges brought is told apart
            seen["collected", neuron.name] = value
