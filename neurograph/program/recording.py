"""The recording of a training step: its acts, and for each the cells that it writes, as expressions over earlier ones.

The step itself is run on plain floats. When somebody asks how an act came by its numbers, that very act runs once more
on the stage, a copy of the network that holds no numbers: whatever a verb reads there is the number of that moment, as
one that remembers what it stands for, and whatever it writes becomes a cell. Nothing here knows what a verb computes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from neurograph.algebra.expression import Expression, Leaf, Sum
from neurograph.graph.edge import NOT_COMPUTED, Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import Parameter
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.checks import check_backward, check_forward
from neurograph.passes.propagation import run, set_inputs
from neurograph.passes.schedule import Act, Schedule
from neurograph.passes.update import Update
from neurograph.program.recorded import Recorded, expression_of, recorded_rule
from neurograph.program.updating import Learning, Unmoved, UpdateValues, kind_of, kinds_of, owner_of, recorded_update
from neurograph.quantities import MEAN, QUANTITIES, Owner, Quantity, leaf

__all__ = ["Cell", "Moment", "Phase", "Recording", "Values", "run_back", "run_forward"]

Phase = Literal["forward", "loss", "backward", "gradient", "mean", "update", "after"]
Values = dict[tuple[str, Owner], float]  # (kind, neuron) -> value: one example in one pass


class Cell(NamedTuple):
    """A quantity, how it follows from others, and its value."""

    quantity: Quantity
    work: Expression
    value: float


@dataclass(frozen=True, slots=True)
class Moment:
    """An act of the step: who does what in which part of it, for which example, and with what it is told to do it."""

    phase: Phase
    example: int
    subject: object
    verb: str
    args: tuple[Any, ...] = ()

    @property
    def is_of_example(self) -> bool:
        """Whether it is about one example, and not about the whole step."""
        return self.phase not in ("mean", "update") and not isinstance(self.subject, Recording)


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
    """Copy what the pass of one example leaves; parameters and gradients stay on the objects."""
    values: Values = {("C", ""): schedule.objective.cost}
    holders: dict[str, Sequence[Neuron | Target]] = {
        "neuron": structure.neurons,
        "output": schedule.objective.targets,
    }
    for kind, known in QUANTITIES.items():
        if known.slot and not (known.is_lasting or known.is_averaged):
            for holder in holders[known.of]:
                if (value := getattr(holder, known.slot)) is not NOT_COMPUTED:
                    values[kind, _owner(holder)] = value
    return values


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
    learning : Learning, optional
        How it is updated, if not by plain gradient descent.
    on_the_way : dict, optional
        The numbers that the update left: memories, the clock, the gradients it took.
    has_values : bool
        Whether there are numbers; else all are NaN, and no rule is asked.

    Attributes
    ----------
    kinds : dict of str to Kind
        What kinds of quantities there are.
    moments : tuple of Moment
        All acts, in order.
    cells : callable
        `cells(moment)` gives what the act writes; the last are kept.
    """

    def __init__(
        self,
        before: Structure,
        after: Structure,
        passes: Sequence[Values],
        passes_after: Sequence[Values],
        schedule: Callable[[Structure], Schedule],
        rate: float,
        learning: Learning | None = None,
        on_the_way: UpdateValues | None = None,
        has_values: bool = True,
    ) -> None:
        self.before, self.after, self._has_values = before, after, has_values
        self._passes = (passes, passes_after)
        self.learning, self._on_the_way = learning, on_the_way or {}
        self.kinds = kinds_of(learning)
        self.count = len(passes)
        self.of_batch = self.count > 1
        self.eta = Recorded.of(leaf("eta", "", rate))
        stage = before.copy()
        order = schedule(stage)
        self._twins: dict[object, tuple[Neuron | Edge, Neuron | Edge]] = {
            holder: (old, new)
            for holder, old, new in zip(_holders(stage), _holders(before), _holders(after), strict=True)
        }
        self._owners: dict[_Holder, Owner] = {self: ""}
        self.moments = tuple(self._moments(stage, order))
        self._giving: dict[object, list[Moment]] = {}  # the acts that add to gradients, by whose they are
        for moment in self.moments if self.of_batch else ():
            if moment.phase == "gradient":
                self._giving.setdefault(moment.subject, []).append(moment)
        _let_remember(stage, order, has_values)
        for holder in (*_holders(stage), *order.objective.targets, order.objective):
            self._owners[holder] = _owner(holder)
            _put_on_stage(holder, self)
        self.cells = lru_cache(maxsize=1)(self._cells)

    @classmethod
    def blank(cls, structure: Structure, schedule: Callable[[Structure], Schedule]) -> Recording:
        """Record a step of one example without numbers: what is computed, whatever the numbers are."""
        return cls(structure, structure, [{}], [{}], schedule, math.nan, has_values=False)

    @property
    def loss_before(self) -> float:
        """The loss with the old parameters: of a batch, the mean."""
        return total([values["C", ""] for values in self._passes[0]]) / self.count

    @property
    def loss_after(self) -> float:
        """The loss with the new ones."""
        return total([values["C", ""] for values in self._passes[1]]) / self.count

    @property
    def promised(self) -> float:
        """What the gradient promises."""
        return float(self._promise())

    @property
    def remembered(self) -> UpdateValues:
        """What the optimizer has of earlier steps: its memories and its clock."""
        return {
            quantity: value
            for quantity, value in self._on_the_way.items()
            if any(kind.before == quantity.kind for kind in self.kinds.values()) and quantity.kind in self.kinds
        }

    @property
    def of_all(self) -> int:
        """The example number of a gradient that the update uses."""
        return MEAN if self.of_batch else 0

    def leaf_of(self, cell: Cell) -> Leaf:
        """Give the leaf that stands for a cell."""
        return self._leaf(cell.quantity, cell.value)

    def _leaf(self, quantity: Quantity, value: float) -> Leaf:
        return leaf(*quantity[:2], value, quantity.example, self.of_batch and quantity.example != MEAN, self.kinds)

    def _number(self, quantity: Quantity, value: float) -> Recorded:
        return Recorded.made(value, self._leaf(quantity, value))

    def _moments(self, stage: Structure, order: Schedule) -> Iterator[Moment]:
        parts: tuple[tuple[Phase, tuple[Act, ...]], ...] = (
            ("forward", order.forward), ("loss", order.loss), ("backward", order.backward),
            ("gradient", order.gradients),
        )  # fmt: skip
        for example in range(self.count):
            for phase, acts in parts:
                yield from _acts(phase, acts, example)
        if self.of_batch:
            yield Moment("mean", 0, self, "mean_loss")
            for neuron in stage.computing:
                yield Moment("mean", 0, neuron, "average", (self.count,))
        if self.learning:
            yield from self._steps(self.learning, stage)
        else:
            for one in (*stage.computing, *stage.ties):
                if _moved_by(one):
                    yield Moment("update", 0, one, "update", (self.eta,))
        for example in range(self.count):
            yield from _acts("after", (*order.forward, *order.loss), example)
        if self.of_batch:
            yield Moment("after", 0, self, "mean_loss")
        yield Moment("after", 0, self, "predicted_change")
        yield Moment("after", 0, self, "real_change")

    def _steps(self, learning: Learning, stage: Structure) -> Iterator[Moment]:
        """List the acts of an update by an optimizer: its clock, all gradients, then what moves, neuron by neuron."""
        update = recorded_update(learning, stage, self.keep)
        parameters = {parameter.holder: parameter for parameter in update.parameters}
        for parameter in update.parameters:
            self._owners[parameter] = owner_of(parameter)
            _GRADIENT.__set__(parameter, self)  # as in every slot on the stage
            parameter.__class__ = _ParameterOnStage
        clock = learning.clock
        self._owners[update] = ""
        if learning.ticks:
            update.clock, clock = self._clock(learning, ""), self._clock(learning, "_new")
            yield Moment("update", 0, update, "move_clock")
        for parameter in update.parameters:
            if learning.penalises(parameter):
                yield Moment("update", 0, parameter, "penalise", (update.regularizer,))
        if learning.clip and update.parameters:
            yield Moment("update", 0, update, "limit", (update.clip,))
        for one in (*stage.computing, *stage.ties):
            for holder in [one] if isinstance(one, Tie) else _moved_by(one):
                if holder in parameters:
                    how = (update.optimizer, update.regularizer, self.eta, clock)
                    yield Moment("update", 0, parameters[holder], "step", how)
                else:
                    frozen = tuple(holder.members) if isinstance(holder, Tie) else (holder,)
                    yield Moment("update", 0, Unmoved(frozen), "stay")

    def _clock(self, learning: Learning, new: str) -> tuple[float, float]:
        """Give the optimizer's clock before its tick, or after."""
        first, second = (Quantity(kind_of(name) + new, "") for name in learning.optimizer.clock)
        return self._number(first, self._on_the_way[first]), self._number(second, self._on_the_way[second])

    # The acts of nobody: what the step does to the loss.

    def mean_loss(self) -> None:
        """Take the mean over the examples: `C = (C_1 + ... + C_n) / n`."""
        is_after = self._moment.phase == "after"
        kind = _OF_ONE["C_new" if is_after else "C"]
        costs = [
            self._number(Quantity(kind, str(example + 1), example), values["C", ""])
            for example, values in enumerate(self._passes[is_after])
        ]
        self.write(self, "C", total(costs) / self.count)

    def predicted_change(self) -> None:
        """Follow the gradient, to first order: `-eta * sum of gradient**2`, or what each gradient says of its move."""
        self.write(self, "predicted", self._promise())

    def real_change(self) -> None:
        """Subtract: `C' - C`."""
        old, new = Quantity("C", ""), Quantity("C_new", "")
        self.write(self, "change", self._number(new, self.loss_after) - self._number(old, self.loss_before))

    def _promise(self) -> float:
        movable = self.before.movable
        gradients = [self._gradient_of(one) for one in movable]
        if self.learning is None:
            return -self.eta * total([gradient * gradient for gradient in gradients])
        moves = [self._value(self.after, "_new", one) - self._value(self.before, "", one) for one in movable]
        return total([gradient * move for gradient, move in zip(gradients, moves, strict=True)])

    def _gradient_of(self, one: Neuron | Edge | Tie) -> Recorded:
        """Give the derivative by what may move; that by what is tied is the sum of its members'."""
        if isinstance(one, Tie):
            return Recorded.of(Sum(tuple(self._gradient_of(member).expression for member in one.members)))
        kind, owner = ("bias_grad", one.name) if isinstance(one, Neuron) else ("grad", one.ends)
        return self._number(Quantity(kind, owner, self.of_all), getattr(one, QUANTITIES[kind].slot))

    def _value(self, net: Structure, new: str, one: Neuron | Edge | Tie) -> Recorded:
        first = one.members[0] if isinstance(one, Tie) else one
        if isinstance(first, Neuron):
            return self._number(Quantity("b" + new, first.name), net[first.name].b)
        return self._number(Quantity("w" + new, first.ends), net.edge(*first.ends).w)

    # What happens on the stage.

    def _cells(self, moment: Moment) -> tuple[Cell, ...]:
        """Let one act run once more, and see what it writes."""
        # What it finds of a gradient is the sum of what the examples gave, and they gave it by acts.
        self._parts = self._given_to(moment.subject) if moment.phase == "mean" else {}
        self._moment = moment
        self._written: dict[tuple[_Holder, str], Any] = {}
        getattr(moment.subject, moment.verb)(*moment.args)
        if (
            movers := _moved_by(moment.subject) if moment.phase == "update" else ()
        ):  # it is about all these, even if it leaves some as they are
            kinds = [(holder, "b" if isinstance(holder, Neuron) else "w") for holder in movers]
            self._written = {(holder, kind): self.read(holder, kind) for holder, kind in kinds}
        return tuple(
            Cell(self._quantity(holder, kind, is_written=True), expression_of(number), float(number))
            for (holder, kind), number in self._written.items()
            if number is not NOT_COMPUTED
        )

    def _given_to(self, subject: object) -> dict[Quantity, list[Recorded]]:
        """List what each example gave to the gradients of a neuron."""
        parts: dict[Quantity, list[Recorded]] = {}
        for moment in self._giving.get(subject, ()):
            for cell in self._cells(moment):
                mean = cell.quantity._replace(example=MEAN)
                parts.setdefault(mean, []).append(Recorded.made(cell.value, self.leaf_of(cell)))
        return parts

    def read(self, holder: _Holder, kind: str) -> Any:
        """Give a number on the stage: what the act has written there, or what it finds."""
        if (holder, kind) in self._written:
            return self._written[holder, kind]
        phase, quantity, known = self._moment.phase, self._quantity(holder, kind, is_written=False), QUANTITIES[kind]
        if known.is_averaged and phase == "gradient":
            return 0.0  # for every example anew; the mean adds up
        if known.is_averaged and phase == "mean":
            parts = self._parts.get(quantity)
            return total(parts) if parts else NOT_COMPUTED
        if not self._has_values:
            return self._number(quantity, math.nan)
        if known.is_averaged or known.is_lasting:
            value = getattr(self._twins[holder][phase == "after"], known.slot)
        else:
            kind = "collected" if quantity.kind == "collected" else kind
            value = self._passes[phase == "after"][self._moment.example].get((kind, quantity.owner), NOT_COMPUTED)
        return value if value is NOT_COMPUTED else self._number(quantity, value)

    def write(self, holder: _Holder, kind: str, number: Any) -> None:
        """Take what the act writes."""
        self._written[holder, kind] = number

    def keep(self, kind: str, number: Recorded) -> Recorded:
        """Make a cell of a number on the way to another, and give the number that stands for it."""
        holder: Any = self._moment.subject
        self.write(holder, kind, number)
        return self._number(Quantity(kind, self._owners[holder]), float(number))

    def gradient_of(self, parameter: Parameter) -> Any:
        """Give the gradient that an act finds: of the loss, with the penalty, or limited."""
        for kind in ("g_clip", "g"):
            if (parameter, kind) in self._written:
                return self._written[parameter, kind]
        learning, verb = self.learning, self._moment.verb
        if learning is None or verb == "penalise":
            return NOT_COMPUTED
        kind = "g_clip" if learning.clip and verb == "step" else "g"
        if kind == "g" and not learning.penalises(parameter):
            return parameter.gradient
        quantity = Quantity(kind, self._owners[parameter])
        return self._number(quantity, self._on_the_way[quantity])

    def memory_of(self, parameter: Parameter) -> tuple[Recorded, ...]:
        """Give what the optimizer remembers of a parameter."""
        names = self.learning.optimizer.memories if self.learning else ()
        quantities = [Quantity(kind_of(name), self._owners[parameter]) for name in names]
        return tuple(self._number(quantity, self._on_the_way[quantity]) for quantity in quantities)

    @property
    def is_limiting(self) -> bool:
        """Whether the act at work limits gradients."""
        return self._moment.verb == "limit"

    def _quantity(self, holder: _Holder, kind: str, is_written: bool) -> Quantity:
        """Say which quantity stands there at this moment."""
        moment, owner, known = self._moment, self._owners[holder], self.kinds[kind]
        if kind == "a_grad" and isinstance(holder, Neuron) and _has_two_errors(holder):
            # What its edges bring comes first, and that is what its target finds.
            kind = "collected" if isinstance(moment.subject, Neuron if is_written else (Target, JointTarget)) else kind
        is_input = isinstance(holder, Neuron) and holder.role == "input"
        if (moment.phase == "after" or (moment.phase == "update" and is_written)) and not is_input:
            kind = _AFTER.get(kind, kind)
        if isinstance(holder, Objective) and self.of_batch:
            return Quantity(_OF_ONE[kind], str(moment.example + 1), moment.example)
        if known.is_averaged and moment.phase != "gradient":
            return Quantity(kind, owner, self.of_all)
        return Quantity(kind, owner, 0 if known.is_lasting else moment.example)


def total(parts: Sequence[float]) -> float:
    """Add up from the left."""
    result = 0.0
    for part in parts:
        result += part
    return result


_GRADIENT: Any = vars(Parameter)["g"]


class _ParameterOnStage(Parameter):
    """A parameter that asks the recording for its numbers; the recording stands in its slot `g`."""

    __slots__ = ()

    @property
    def g(self) -> Any:
        """The gradient that it takes."""
        return _GRADIENT.__get__(self).gradient_of(self)

    @g.setter
    def g(self, number: Any) -> None:
        recording = _GRADIENT.__get__(self)
        recording.write(self, "g_clip" if recording.is_limiting else "g", number)

    @property
    def memory(self) -> Any:
        """What the optimizer remembers."""
        return _GRADIENT.__get__(self).memory_of(self)

    @memory.setter
    def memory(self, numbers: Any) -> None:
        """Leave it: the optimizer's step has kept them."""


_Holder = Neuron | Edge | Target | Objective | Parameter | Update | Recording
_OWNERS: dict[str, type[Any]] = {"neuron": Neuron, "edge": Edge, "output": Target, "step": Objective}
_AFTER = {kind.before: name for name, kind in QUANTITIES.items() if kind.before}
_OF_ONE = {"C": "C_of_one", "C_new": "C_of_one_new"}


def _owner(holder: _Holder) -> Owner:
    match holder:
        case Neuron(name=name) | Target(neuron=Neuron(name=name)):
            return name
        case Edge(ends=ends):
            return ends
    return ""


def _holders(structure: Structure) -> list[Neuron | Edge]:
    return [*structure.neurons, *structure.edges]


def _moved_by(subject: object) -> list[Neuron | Edge]:
    """List whose bias or weight an update is about; what is tied moves with its tie."""
    if isinstance(subject, Tie | Unmoved):
        return list(subject.members)
    return [holder for holder in subject.holders if not holder.tie] if isinstance(subject, Neuron) else []


def _acts(phase: Phase, acts: Sequence[Act], example: int) -> Iterator[Moment]:
    for act in acts:
        yield Moment(phase, example, act.__self__, act.__name__)  # type: ignore[attr-defined]  # a bound method


def _let_remember(stage: Structure, order: Schedule, asks: bool) -> None:
    """Give all neurons, groups and targets rules that remember."""
    again: dict[int, Any] = {}

    def recorded(rule: Any) -> Any:
        if id(rule) not in again:
            again[id(rule)] = recorded_rule(rule, asks=asks)
        return again[id(rule)]

    for neuron in stage.computing:
        neuron.rule = recorded(neuron.rule)
    for group in stage.groups.values():
        group.rule = recorded(group.rule)
    for target in order.objective.targets:
        if target.shortcut:
            target.shortcut = recorded_rule(target.shortcut, target.loss, target.count, asks)
        target.loss = recorded_rule(target.loss, asks=asks)


def _slots_on_stage(owner: type[Any]) -> dict[str, property]:
    """Make, for each slot that holds a quantity, the property that asks the recording, which stands in its place."""

    def on_stage(slot: Any, kind: str) -> property:
        return property(
            lambda holder: slot.__get__(holder).read(holder, kind),
            lambda holder, number: slot.__get__(holder).write(holder, kind, number),
        )

    kinds = {kind.slot: name for name, kind in QUANTITIES.items() if kind.slot and _OWNERS[kind.of] is owner}
    return {slot: on_stage(getattr(owner, slot), kind) for slot, kind in kinds.items()}


_SLOTS: dict[type[Any], dict[str, property]] = {owner: _slots_on_stage(owner) for owner in _OWNERS.values()}
_ON_STAGE: dict[type[Any], type[Any]] = {
    owner: type(f"{owner.__name__}OnStage", (owner,), {"__slots__": (), **slots}) for owner, slots in _SLOTS.items()
}


def _put_on_stage(holder: _Holder, recording: Recording) -> None:
    """Let a neuron, edge or target ask the recording for its numbers; its verbs stay what they are."""
    for slot in _SLOTS[type(holder)]:
        setattr(holder, slot, recording)
    holder.__class__ = _ON_STAGE[type(holder)]
