"""An update by an optimizer, as a trace tells it: what kinds of quantities it adds, and rules that remember.

The formulas are the records' own; nothing here knows one optimizer from another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any, TypeVar

from neurograph.algebra.expression import (
    Applied,
    Call,
    Expression,
    Leaf,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    leaves,
)
from neurograph.algebra.formula import fill
from neurograph.algebra.symbols import Symbol, upright
from neurograph.errors import InvalidTypeError, NeurographError, NumericalError, StateError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import Parameter, parameters_of
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie
from neurograph.passes.checks import check_memories, check_update
from neurograph.passes.update import Update
from neurograph.program.recorded import Recorded, expression_of
from neurograph.quantities import QUANTITIES, Kind, Owner, Quantity
from neurograph.rules.clipping import Clip
from neurograph.rules.optimizers import SGD, Optimizer, optimizer_of
from neurograph.rules.regularizers import Regularizer
from neurograph.validate import instance_of

__all__ = ["Learning", "Unmoved", "UpdateValues", "kind_of", "kinds_of", "learning_of", "owner_of", "recorded_update"]

Keep = Callable[[str, Recorded], Recorded]  # makes a cell, and gives the number that stands for it
UpdateValues = dict[Quantity, float]
_Given = TypeVar("_Given")

_NEW = "_new"
_STEP_CURE = "For every finite number a step gives a tuple of floats, (value, *memories), and a shrink a float."
_OF_LIMITS = ("g", "norm", "g_clip", "stepped")  # what a penalty and a clip add


@dataclass(frozen=True, slots=True)
class Learning:
    """How a step updates, and what earlier steps have left for it.

    Attributes
    ----------
    optimizer, regularizer, clip : records
        How a parameter steps, what penalises it, what limits its gradient.
    memories : list of tuple of float
        What the optimizer remembers of each parameter that may move; empty at the start.
    clock : (float, float)
        The optimizer's clock.
    """

    optimizer: Optimizer
    regularizer: Regularizer | None = None
    clip: Clip | None = None
    memories: Sequence[tuple[float, ...]] = ()
    clock: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        if self.clip is not None and self.clip.norm is None and self.clip.value is None:
            object.__setattr__(self, "clip", None)  # it limits nothing

    def update_of(self, structure: Structure) -> Update:
        """Make the update of a network's parameters."""
        parameters = parameters_of(structure, len(self.optimizer.memories))
        for parameter, memory in zip(parameters, self.memories, strict=False):
            parameter.memory = memory
        return Update(self.optimizer, self.regularizer, self.clip, parameters, self.clock)

    def after(self, update: Update) -> Learning:
        """Give what an update leaves for the next."""
        return replace(self, memories=[parameter.memory for parameter in update.parameters], clock=update.clock)

    def penalises(self, parameter: Parameter) -> bool:
        """Whether a penalty adds to the gradient of a parameter."""
        penalty = self.regularizer
        return penalty is not None and (penalty.biases or not parameter.is_bias) and penalty.slope_formula != "0"

    @property
    def ticks(self) -> bool:
        """Whether the optimizer has a clock."""
        return self.optimizer.tick(1.0, 1.0) != (1.0, 1.0)

    def take(self, structure: Structure, rate: float) -> tuple[Learning, UpdateValues]:
        """Update a network, and note every number that the update leaves on its way."""
        update, values = self.update_of(structure), UpdateValues()

        def note(kind: str, numbers: Sequence[float]) -> None:
            values.update({Quantity(kind, owner_of(p)): n for p, n in zip(update.parameters, numbers, strict=True)})

        def note_memories(new: str) -> None:
            for place, name in enumerate(self.optimizer.memories):
                note(kind_of(name) + new, [parameter.memory[place] for parameter in update.parameters])

        note_memories("")
        values.update(_clock(self.optimizer, update.clock, ""))
        optimizer, penalty = self.optimizer, self.regularizer
        with _asking(f"the clock of {optimizer.name}", "trace, optimizer"):
            update.move_clock()
            values.update(_clock(optimizer, update.clock, _NEW))
        for parameter in update.parameters:
            with _asking(f"the slope of {penalty.name if penalty else ''}", parameter.place):
                parameter.penalise(penalty)
        note("g", [parameter.g for parameter in update.parameters])
        if self.clip:
            update.limit(self.clip)
            note("g_clip", [parameter.g for parameter in update.parameters])
        for parameter in update.parameters:
            whose = f"{optimizer.name} and {penalty.name}" if penalty else optimizer.name
            with _asking(f"the step of {whose} by {parameter.g:.6g}", parameter.place, _STEP_CURE):
                parameter.step(optimizer, penalty, rate, update.clock)
                if not all(isinstance(number, (int, float)) for number in (parameter.value, *parameter.memory)):
                    raise TypeError("what it gave is no number")
            if len(parameter.memory) != len(optimizer.memories):
                problem = f"memories given: {len(parameter.memory)}, expected {len(optimizer.memories)}."
                raise InvalidTypeError(problem, where=f"the step of {optimizer.name}", cure="Name them in `memories`.")
        check_update(structure.computing, rate)
        check_memories(update.parameters, self.optimizer)
        note_memories(_NEW)
        return self.after(update), values


@contextmanager
def _asking(what: str, where: str, cure: str = "It must take every finite number.") -> Iterator[None]:
    """Name the record whose function fails, whatever a user's own may raise."""
    try:
        yield
    except NeurographError:
        raise
    except Exception as error:
        problem = f"{what} failed: {type(error).__name__}: {error}."
        raise NumericalError(problem, where=where, cure=cure) from None


def learning_of(
    optimizer: object, regularizer: object, clip: object, learning_rate: float | None
) -> Learning | None:  # fmt: skip
    """Check what a step is to be updated with; None where that is plain gradient descent at `learning_rate`."""
    if optimizer is None and regularizer is None and clip is None:
        return None
    return Learning(
        SGD() if optimizer is None else optimizer_of(optimizer, learning_rate, "trace"),
        _record(regularizer, (Regularizer, NoneType), "regularizer", "a Regularizer, such as L2(0.01)"),
        _record(clip, (Clip, NoneType), "clip", "a Clip, such as Clip(norm=1.0)"),
    )


def _record(value: object, kind: type[_Given] | tuple[type[_Given], ...], argument: str, expected: str) -> _Given:
    cure = "Call it, with its numbers in brackets." if callable(value) else ""
    return instance_of(value, kind, f"trace, {argument}", expected, cure)


def _clock(optimizer: Optimizer, clock: tuple[float, float], new: str) -> UpdateValues:
    return {Quantity(kind_of(name) + new, ""): time for name, time in zip(optimizer.clock, clock, strict=True)}


def kind_of(name: str) -> str:
    """Name the kind of a quantity that an optimizer adds, apart from all others."""
    is_taken = name in QUANTITIES or name in _OF_LIMITS or name.endswith(_NEW)
    return f"{name} of the optimizer" if is_taken else name


def owner_of(parameter: Parameter) -> Owner:
    """Say whose a parameter is; what is tied goes by its first member."""
    holder = parameter.holder.members[0] if isinstance(parameter.holder, Tie) else parameter.holder
    return holder.name if isinstance(holder, Neuron) else holder.ends


def kinds_of(learning: Learning | None) -> dict[str, Kind]:
    """List the kinds of quantities of a step: those of every step, and those that its optimizer adds."""
    kinds = dict(QUANTITIES)
    if learning is None:
        return kinds

    def add(name: str, of: Any, words: str, is_kept: bool = False, kind: str = "") -> None:
        kind = kind or name
        kinds[kind] = Kind(Symbol(name), of, "parameter", name, words, is_lasting=True)
        if is_kept:
            new = Symbol(name, prime=True)
            kinds[kind + _NEW] = Kind(
                new, of, "parameter", f"{name}\N{PRIME}", f"new {words}", before=kind, is_lasting=True
            )

    optimizer = learning.optimizer
    if penalty := learning.regularizer:
        whose = "parameter" if penalty.biases else "edge"
        if penalty.slope_formula != "0":
            add("g", whose, "gradient with the penalty")
        if penalty.shrink_formula != "w":
            add("stepped", whose, "value before it is shrunk")
    if learning.clip:
        if learning.clip.norm is not None:
            add("norm", "step", "norm of the gradient")
        add("g_clip", "parameter", "limited gradient")
    for name in optimizer.clock if learning.ticks else ():
        add(name, "step", f"clock of {optimizer.name}", is_kept=True, kind=kind_of(name))
    for name in dict.fromkeys((*optimizer.memories, *(name for name, _ in optimizer.formulas[:-1]))):
        is_kept = name in optimizer.memories
        add(name, "parameter", f"{name} of {optimizer.name}", is_kept, kind_of(name))
    return kinds


@dataclass(frozen=True, slots=True)
class Unmoved:
    """Frozen parameters, which no update moves."""

    members: tuple[Neuron | Edge, ...]

    def stay(self) -> None:
        """Do nothing."""


# Rules that remember.


def recorded_update(learning: Learning, stage: Structure, keep: Keep) -> Update:
    """Give the update of the stage's parameters, with rules that remember."""
    update = learning.update_of(stage)
    update.optimizer = recorded_optimizer(learning.optimizer, keep)
    update.regularizer = learning.regularizer and _recorded_regularizer(learning.regularizer, keep)
    update.clip = learning.clip and _RecordedClip(learning.clip, keep)  # type: ignore[assignment]  # it is one in all it does
    return update


def _by_name(name: str, args: Sequence[Expression]) -> Expression:
    return Call(name, upright(name), tuple(args))


def recorded_optimizer(optimizer: Optimizer, keep: Keep) -> Optimizer:
    """Give an optimizer again, with a step that goes through its formulas, and makes a cell of each line."""

    def step(*given: float) -> tuple[float, ...]:
        args = tuple(map(expression_of, given))
        results = optimizer.step(*map(float, given))
        names = dict(zip(("value", "g", "eta", *optimizer.memories, "first", "second"), args, strict=True))
        through: dict[object, tuple[Leaf, ...]] = {}  # the lines so far, by what they give: what they go through
        memories: dict[str, Recorded] = {}

        def gone_through(formula: Expression) -> tuple[Leaf, ...]:
            read = [one for one in leaves(formula) if one.key in through]
            return tuple(dict.fromkeys(other for one in read for other in (one, *through[one.key])))

        def applied(place: int, formula: Expression) -> Recorded:
            result = results[place]
            made = Applied(result, formula, optimizer, "step", args, place, through=gone_through(formula))
            return Recorded.made(result, made)

        for name, text in optimizer.formulas[:-1]:
            formula = fill(text, names)
            if name in optimizer.memories:
                number = keep(f"{kind_of(name)}{_NEW}", applied(1 + optimizer.memories.index(name), formula))
                memories[name] = number
            else:
                number = keep(kind_of(name), Recorded.of(formula))
            names[name] = number.expression
            leaf: Any = number.expression  # a number that is kept is one
            through[leaf.key] = gone_through(formula)
        last = fill(optimizer.formulas[-1][1], names) if optimizer.formulas else _by_name(optimizer.name, args)
        for place, name in enumerate(optimizer.memories):
            if name not in memories:  # there are no formulas
                memories[name] = keep(f"{kind_of(name)}{_NEW}", applied(1 + place, _by_name(name, args)))
        return applied(0, last), *(memories[name] for name in optimizer.memories)

    def tick(first: float, second: float) -> tuple[float, float]:
        args = (expression_of(first), expression_of(second))
        results = optimizer.tick(float(first), float(second))
        try:  # plain products remember how they came about; a function of math does not, and one that decides may not
            told = [one.expression if isinstance(one, Recorded) else None for one in optimizer.tick(first, second)]
        except StateError:
            told = [None, None]
        forms = [one or _by_name("tick", args) for one in told]
        for place, (name, result, form) in enumerate(zip(optimizer.clock, results, forms, strict=True)):
            keep(f"{kind_of(name)}{_NEW}", Recorded.made(result, Applied(result, form, optimizer, "tick", args, place)))
        return first, second  # the clock on the stage stands still, so that it can tick once more

    again = replace(optimizer, formulas=())
    object.__setattr__(again, "step", step)  # not by the record, which counts the arguments
    object.__setattr__(again, "tick", tick)
    return again


def _recorded_regularizer(rule: Regularizer, keep: Keep) -> Regularizer:

    def slope(w: float) -> float:
        arg = expression_of(w)
        form = fill(rule.slope_formula, {"w": arg}) if rule.slope_formula else _by_name(f"{rule.name}'", [arg])
        value = rule.slope(float(w))
        return Recorded.made(value, Applied(value, form, rule, "slope", (arg,)))

    def shrink(w: float, rate: float) -> float:
        if rule.shrink_formula == "w":
            return w
        arg, eta = keep("stepped", Recorded.made(float(w), expression_of(w))).expression, expression_of(rate)
        names = {"w": arg, "eta": eta}
        form = fill(rule.shrink_formula, names) if rule.shrink_formula else _by_name(rule.name, [arg, eta])
        value = rule.shrink(float(w), float(rate))
        return Recorded.made(value, Applied(value, form, rule, "shrink", (arg, eta)))

    return replace(rule, slope=slope, shrink=shrink, slope_formula="", shrink_formula="")


class _RecordedClip:
    """A limit whose work is remembered; it has all that an update asks of a clip."""

    def __init__(self, clip: Clip, keep: Keep) -> None:
        self._clip, self._keep, self.norm, self.value = clip, keep, clip.norm, clip.value

    def limited(self, gradient: float) -> float:
        """Limit one part."""
        limit, g = self.value or 0.0, expression_of(gradient)
        value = self._clip.limited(float(gradient))
        form = Call("min", r"\min", (Call("max", r"\max", (g, Number(-limit))), Number(limit)))
        return Recorded.made(value, Applied(value, form, self._clip, "limited", (g,)))

    def shortened(self, gradients: list[float]) -> list[float]:
        """Shorten the whole."""
        limit, row, plain = self.norm or 0.0, tuple(map(expression_of, gradients)), [float(one) for one in gradients]
        values, length = self._clip.shortened(plain), self._clip.length(plain)
        form = Call("sqrt", "", (Sum(tuple(Power(g, 2) for g in row), True),))
        norm = self._keep("norm", Recorded.made(length, Applied(length, form, self._clip, "length", (row,))))
        size: Any = norm.expression  # a leaf
        longer = Call("max", r"\max", (size, Number(limit)))
        forms = [Quotient(Product((g, Number(limit))), longer) for g in row]
        return [
            Recorded.made(value, Applied(value, form, self._clip, "shortened", (row,), place, through=(size,)))
            for place, (form, value) in enumerate(zip(forms, values, strict=True))
        ]
