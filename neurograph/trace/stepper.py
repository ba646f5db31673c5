"""The stepper: a whole training step, one act at a time, with a snapshot of what each act wrote.

It runs the very acts that the plain run runs; telling them is left to the narration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import Objective, Target
from neurograph.passes.propagation import present, run
from neurograph.passes.schedule import Act, Schedule
from neurograph.passes.trouble import check_backward, check_forward

__all__ = ["Moment", "Phase", "Seen", "Subject", "walk"]

Phase = Literal["forward", "loss", "backward", "gradient", "mean", "update", "after"]
Subject = Neuron | Group | Target | Objective
Seen = dict[tuple[str, str], float]  # (what, neuron) -> value: the numbers of one example in one pass


@dataclass(frozen=True, slots=True)
class Moment:
    """One act, done.

    Attributes
    ----------
    phase : str
        Which part of the training step.
    subject : Neuron, Group, Target or Objective
        Who acted.
    verb : str
        What it did: the name of the method.
    example : int
        Which example of the batch, from 0.
    seen : dict
        The numbers of that example so far; the act's own are among them.
    """

    phase: Phase
    subject: Subject
    verb: str
    example: int
    seen: Seen


# What each verb writes, on which the snapshot is taken. Gradients and parameters stay on the objects: they are many.
_WRITES = {"integrate": "z", "fire": "a", "collect": "a_grad", "judge": "a_grad", "settle": "delta"}


def walk(
    before: Structure,
    after: Structure,
    schedule: Schedule,
    again: Schedule,
    batch: Sequence[tuple[list[float], list[float]]],
    rate: float,
) -> Iterator[Moment]:
    """Take a training step act by act, yielding each one as soon as it is done.

    Parameters
    ----------
    before, after : Structure
        Two equal copies of a network. The first keeps the old parameters and ends up holding the gradients; the second
        is updated and run forward again.
    schedule, again : Schedule
        The order of acts of the one and of the other.
    batch : sequence of (x, y)
        One example or more, already checked.
    rate : float
        The learning rate.
    """
    for neuron in before.neurons:
        neuron.clear()
    for example, (x, y) in enumerate(batch):
        seen = start(before, schedule, x, y)
        yield from _watch("forward", schedule.forward, example, seen)
        check_forward(before.neurons[len(x) :])
        yield from _watch("loss", schedule.loss, example, seen)
        yield from _watch("backward", schedule.backward, example, seen)
        check_backward(schedule, before)
        yield from _watch("gradient", schedule.gradients, example, seen)
    actors = [(old, new) for old, new in zip(before.neurons, after.neurons, strict=True) if old.role != "input"]
    if len(batch) > 1:
        for neuron, _ in actors:
            neuron.average(len(batch))
            yield Moment("mean", neuron, "average", 0, seen)
    for neuron, twin in actors:
        take_gradients(twin, neuron)
        twin.update(rate)
        yield Moment("update", neuron, "update", 0, seen)
    for example, (x, y) in enumerate(batch):
        seen = start(after, again, x, y)
        yield from _watch("after", (*again.forward, *again.loss), example, seen)
        check_forward(after.neurons[len(x) :])


def start(structure: Structure, schedule: Schedule, x: Sequence[float], y: Sequence[float]) -> Seen:
    """Present an example: the inputs and targets are the first numbers seen."""
    present(structure.inputs, x)
    schedule.objective.aim(y)
    seen: Seen = {("a", neuron.name): value for neuron, value in zip(structure.inputs, x, strict=True)}
    seen.update({("y", target.neuron.name): target.y for target in schedule.objective.targets})
    return seen


def _watch(phase: Phase, acts: Sequence[Act], example: int, seen: Seen) -> Iterator[Moment]:
    for act in acts:
        run((act,))
        subject: Subject = act.__self__  # type: ignore[attr-defined]  # every act is a bound method
        verb: str = act.__name__
        snapshot(subject, verb, seen)
        yield Moment(phase, subject, verb, example, seen)


def snapshot(subject: Subject, verb: str, seen: Seen) -> None:
    """Note what an act has just written."""
    match subject:
        case Objective():
            seen["C", ""] = subject.cost  # type: ignore[assignment]  # the act has just computed it
        case Target() if verb == "measure":
            seen["term", subject.neuron.name] = subject.term  # type: ignore[assignment]
        case Target():
            seen[_WRITES[verb], subject.neuron.name] = getattr(subject.neuron, _WRITES[verb])
        case Group():
            for neuron in subject.members:
                seen[_WRITES[verb], neuron.name] = getattr(neuron, _WRITES[verb])
        case Neuron() if verb in _WRITES:
            what = "collected" if verb == "collect" and subject.role == "output" else _WRITES[verb]
            seen[what, subject.name] = getattr(subject, _WRITES[verb])


def take_gradients(twin: Neuron, neuron: Neuron) -> None:
    """Give the neuron that will be updated the gradients of the one that was not."""
    twin.bias_grad = neuron.bias_grad
    for (edge, _), (old, _) in zip(twin.fan_in, neuron.fan_in, strict=True):
        edge.grad = old.grad
