"""The recording of a training step: its acts, and for each the cells that it writes, as expressions over earlier ones.

The step itself is run on plain floats. When somebody asks how an act came by its numbers, that very act runs once more,
on the stage: a copy of the network whose numbers remember how they were made. A verb reads and writes its own neurons,
their edges, and the neurons at the other ends; there the numbers are put before it, and taken away after it.
Nothing here knows what a verb computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from neurograph.algebra.expression import Expression
from neurograph.graph.edge import NOT_COMPUTED, Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.checks import check_backward, check_forward
from neurograph.passes.propagation import run, set_inputs
from neurograph.passes.schedule import Act, Schedule
from neurograph.quantities import MEAN, QUANTITIES, Owner, Quantity, leaf
from neurograph.trace.recorded import Recorded, expression_of, recorded_loss, recorded_rule, recorded_shortcut
from neurograph.validate import Example

__all__ = ["Cell", "Moment", "Phase", "Recording", "Values", "run_back", "run_forward"]

Phase = Literal["forward", "loss", "backward", "gradient", "mean", "update", "after"]
Subject = Neuron | Group | Target | JointTarget | Objective | Tie
Values = dict[tuple[str, str], float]  # (kind, neuron) -> value: one example in one pass

_SLOTS = {
    of: [(name, kind.slot) for name, kind in QUANTITIES.items() if kind.slot and kind.of == of]
    for of in ("neuron", "edge", "output")
}


class Cell(NamedTuple):
    """A quantity, how it follows from others (None when it is given), and its value."""

    quantity: Quantity
    work: Expression | None
    value: float


@dataclass(frozen=True, slots=True)
class Moment:
    """An act of the step: who does what in which part of it, for which example, and with what it is told to do it."""

    phase: Phase
    example: int
    subject: Subject
    verb: str
    args: tuple[Any, ...] = ()


# The step on plain floats.


def run_forward(structure: Structure, schedule: Schedule, x: Sequence[float], y: Sequence[float]) -> Values:
    """Run one example to its loss, and copy what the neurons and targets hold then."""
    set_inputs(structure.inputs, x)
    schedule.objective.check_targets(y)
    schedule.objective.set_targets(y)
    run(schedule.forward)
    check_forward(structure.computing)
    run(schedule.loss)
    return _copied(structure, schedule)


def run_back(structure: Structure, schedule: Schedule, values: Values) -> Values:
    """Run the same example back, add up its gradients, and copy again."""
    collected: Values = {}
    for act in schedule.backward:
        run((act,))
        subject = act.__self__  # type: ignore[attr-defined]  # every act is a bound method
        if isinstance(subject, Neuron) and _has_two_errors(subject):
            # What its edges bring comes first; the loss adds to that, or leaves nothing of it.
            collected.setdefault(("collected", subject.name), subject.a_grad)
    check_backward(schedule, structure)
    run(schedule.gradients)
    return values | _copied(structure, schedule) | collected


def _has_two_errors(neuron: Neuron) -> bool:
    return neuron.role == "output" and bool(neuron.fan_out)


def _copied(structure: Structure, schedule: Schedule) -> Values:
    values: Values = {("C", ""): schedule.objective.cost}
    holders: list[tuple[str, str, object]] = [("neuron", neuron.name, neuron) for neuron in structure.neurons]
    holders += [("output", target.neuron.name, target) for target in schedule.objective.targets]
    for of, name, holder in holders:
        for kind, slot in _SLOTS[of]:
            if _is_of_example(kind) and (value := getattr(holder, slot)) is not NOT_COMPUTED:
                values[kind, name] = value
    return values


def _is_of_example(kind: str) -> bool:
    return not (QUANTITIES[kind].is_lasting or QUANTITIES[kind].is_averaged)


# The step on numbers that remember.


class Recording:
    """A training step, act by act, with the cells of each on demand.

    Parameters
    ----------
    before, after : Structure
        The network with the old parameters and the gradients of the step; the updated one.
    passes, passes_after : sequence of Values
        What each example left, in both.
    schedule : callable
        Gives the order of acts of a copy of the network.
    rate : float
        The learning rate.
    """

    def __init__(
        self,
        before: Structure,
        after: Structure,
        passes: Sequence[Values],
        passes_after: Sequence[Values],
        schedule: Callable[[Structure], Schedule],
        rate: float,
    ) -> None:
        self.before, self.after = before, after
        self.passes, self.passes_after = passes, passes_after
        self.of_batch = len(passes) > 1
        self.eta = Recorded.of(leaf("eta", "", rate))
        self.stage = before.copy()
        self.schedule = schedule(self.stage)
        self._target_of = {target.neuron: target for target in self.schedule.objective.targets}
        _let_remember(self.stage, self.schedule)
        self.moments = tuple(self._moments())
        self._giving: dict[Subject, list[Moment]] = {}  # the acts that add to gradients, by whose they are
        for moment in self.moments if self.of_batch else ():
            if moment.phase == "gradient":
                self._giving.setdefault(moment.subject, []).append(moment)
        self.cells = lru_cache(maxsize=4)(self._cells)

    @property
    def of_all(self) -> int:
        """The example number of a gradient that the update uses."""
        return MEAN if self.of_batch else 0

    def _moments(self) -> Iterator[Moment]:
        schedule, stage, count = self.schedule, self.stage, len(self.passes)
        first_parts: tuple[tuple[Phase, tuple[Act, ...]], ...] = (
            ("forward", schedule.forward),
            ("loss", schedule.loss),
            ("backward", schedule.backward),
            ("gradient", schedule.gradients),
        )
        for example in range(count):
            for phase, acts in first_parts:
                yield from self._acts(phase, acts, example)
        for neuron in stage.computing if self.of_batch else ():
            yield Moment("mean", 0, neuron, "average", (count,))
        movers: list[Neuron | Tie] = [*stage.computing, *stage.ties]
        for one in movers:
            if isinstance(one, Tie) or not all(holder.tie for holder in one.holders):  # else all moves with ties
                yield Moment("update", 0, one, "update", (self.eta,))
        for example in range(count):
            yield from self._acts("after", (*schedule.forward, *schedule.loss), example)

    @staticmethod
    def _acts(phase: Phase, acts: Sequence[Act], example: int) -> Iterator[Moment]:
        for act in acts:
            yield Moment(phase, example, act.__self__, act.__name__)  # type: ignore[attr-defined]  # a bound method

    def _cells(self, moment: Moment) -> tuple[Cell, ...]:
        """Let one act run once more, and see what it writes."""
        put = self._put_before(moment)
        try:
            getattr(moment.subject, moment.verb)(*moment.args)
            cells = []
            for (holder, slot), (kind, owner, number) in put.items():
                written = getattr(holder, slot)
                is_new = written is not number and written is not NOT_COMPUTED
                if is_new or (moment.phase == "update" and _is_moved_by(moment.subject, holder, kind)):
                    cells.append(self._cell(moment, _written(moment, kind, holder), owner, written))
            return tuple(cells)
        finally:
            for holder, slot in put:
                setattr(holder, slot, NOT_COMPUTED)

    def _cell(self, moment: Moment, kind: str, owner: Owner, number: float) -> Cell:
        known, example = QUANTITIES[kind], moment.example
        if kind in ("C", "C_new") and self.of_batch:
            kind, owner = kind.replace("C", "C_of_one"), str(example + 1)
        elif known.is_averaged:
            example = MEAN if moment.phase == "mean" else example
        elif known.is_lasting:
            example = 0
        return Cell(Quantity(kind, owner, example), expression_of(number), float(number))

    def leaf_of(self, cell: Cell) -> Expression:
        """Give the leaf that stands for a cell."""
        return self._leaf(*cell.quantity, cell.value)

    def _leaf(self, kind: str, owner: Owner, example: int, value: float) -> Expression:
        return leaf(kind, owner, value, example, self.of_batch and example != MEAN)

    # What is put before a verb.

    def _put_before(self, moment: Moment) -> dict[tuple[Any, str], tuple[str, Owner, Any]]:
        """Give everything within an act's reach the number that it has then, as a leaf; say what was put where."""
        put: dict[tuple[Any, str], tuple[str, Owner, Any]] = {}
        parts = self._parts(moment.subject) if moment.phase == "mean" else {}
        for of, owner, holder in self._reach(moment.subject):
            for kind, slot in _SLOTS[of]:
                if (holder, slot) not in put:
                    number = self._number(moment, kind, owner, holder, parts)
                    put[holder, slot] = (kind, owner, number)
                    setattr(holder, slot, number)
        if isinstance(moment.subject, Objective):
            put[moment.subject, "cost"] = ("C", "", NOT_COMPUTED)
        return put

    def _reach(self, subject: Subject) -> Iterator[tuple[str, Owner, Any]]:
        """List all that a verb may touch: each time what it belongs to, its owner's name, and who holds it."""
        neurons: Sequence[Neuron] = ()
        match subject:
            case Neuron():
                neurons = [subject]
            case Group(members=members) | JointTarget(group=Group(members=members)) | Target(members=members):
                neurons = members
            case Objective(targets=targets):
                neurons = [target.neuron for target in targets]
            case Tie():
                neurons = subject.neurons
                yield from (("edge", edge.ends, edge) for edge in subject.edges)
        for neuron in neurons:
            yield "neuron", neuron.name, neuron
            yield from (("edge", edge.ends, edge) for edge in neuron.fan_in)
            if neuron in self._target_of:
                yield "output", neuron.name, self._target_of[neuron]
        for neuron in neurons:
            yield from (("edge", edge.ends, edge) for edge in neuron.fan_out)
            yield from (("neuron", edge.source.name, edge.source) for edge in neuron.fan_in)
            yield from (("neuron", edge.target.name, edge.target) for edge in neuron.fan_out)

    def _number(self, moment: Moment, kind: str, owner: Owner, holder: Any, parts: _Parts) -> Any:
        """Give the number that a verb finds there."""
        known, phase = QUANTITIES[kind], moment.phase
        if known.is_averaged:
            return self._gradient(phase, kind, owner, parts)
        now = _renewed(kind, holder) if phase == "after" else kind
        if known.is_lasting:
            value = _slot(self.after if phase == "after" else self.before, owner, known.slot)
            return Recorded.made(value, leaf(now, owner, value))
        if kind == "a_grad" and isinstance(moment.subject, (Target, JointTarget)) and _has_two_errors(holder):
            now = kind = "collected"
        values = (self.passes_after if phase == "after" else self.passes)[moment.example]
        if (kind, owner) not in values:
            return NOT_COMPUTED
        value = values[kind, owner]  # type: ignore[index]  # what edges have is lasting or averaged
        return Recorded.made(value, self._leaf(now, owner, moment.example, value))

    def _gradient(self, phase: Phase, kind: str, owner: Owner, parts: _Parts) -> Any:
        """Give what a verb finds of a gradient: nothing yet, the sum of what the examples gave, or all of it."""
        match phase:
            case "gradient":
                return 0.0
            case "mean":
                total: float = 0.0
                for part in parts.get((kind, owner), ()):
                    total += part
                return total
            case "update":
                value = _slot(self.before, owner, QUANTITIES[kind].slot)
                if value is NOT_COMPUTED:
                    return NOT_COMPUTED  # an input learns nothing
                return Recorded.made(value, self._leaf(kind, owner, self.of_all, value))
        return NOT_COMPUTED

    def _parts(self, subject: Subject) -> _Parts:
        """List what each example gave to the gradients of a neuron."""
        parts: _Parts = {}
        for moment in self._giving.get(subject, ()):
            for cell in self._cells(moment):
                kind, owner, _ = cell.quantity
                parts.setdefault((kind, owner), []).append(Recorded.made(cell.value, self.leaf_of(cell)))
        return parts


_Parts = dict[tuple[str, Owner], list[Recorded]]


def _slot(net: Structure, owner: Owner, slot: str) -> float:
    holder = net[owner] if isinstance(owner, str) else net.edge(*owner)
    value: float = getattr(holder, slot)
    return value


def _written(moment: Moment, kind: str, holder: Any) -> str:
    """Name what an act writes: an output's errors are only `collected` until the loss has added its own."""
    if kind == "a_grad" and isinstance(moment.subject, Neuron) and _has_two_errors(holder):
        return "collected"
    return _renewed(kind, holder) if moment.phase in ("update", "after") else kind


def _renewed(kind: str, holder: Any) -> str:
    """Name the same quantity after the update; inputs and targets are then what they were."""
    is_input = isinstance(holder, Neuron) and holder.role == "input"
    return kind if is_input or kind + "_new" not in QUANTITIES else kind + "_new"


def _is_moved_by(subject: Subject, holder: Any, kind: str) -> bool:
    """Whether an update is about this parameter, even if it leaves it as it is."""
    if not QUANTITIES[kind].is_lasting:
        return False
    if isinstance(subject, Tie):
        return holder in subject.members
    return isinstance(subject, Neuron) and holder in subject.holders and not holder.tie


def _let_remember(structure: Structure, schedule: Schedule) -> None:
    """Give all neurons, groups and targets rules that remember."""
    again: dict[int, Any] = {}

    def recorded(rule: Any) -> Any:
        return again.setdefault(id(rule), recorded_rule(rule))

    for neuron in structure.computing:
        neuron.rule = recorded(neuron.rule)
    for group in structure.groups.values():
        group.rule = recorded(group.rule)
    for target in schedule.objective.targets:
        if target.shortcut:
            target.shortcut = recorded_shortcut(target.shortcut, target.loss, target.count)
        target.loss = recorded_loss(target.loss)
