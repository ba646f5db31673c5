"""What is said of each act of a recorded step: what it is called, after which equation it works, and what to note.

Only words and places are here; what an act computes, its cells say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

from neurograph.algebra.expression import Applied, Call, Expression, Leaf, Product, Sum, applied_in, evaluate, leaves
from neurograph.algebra.symbols import Function, Symbol
from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import Parameter
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.differences import Check
from neurograph.program.recording import Cell, Moment, Recording
from neurograph.program.updating import Unmoved
from neurograph.quantities import Owner, Quantity, leaf
from neurograph.rules.activations import Activation
from neurograph.rules.losses import Loss
from neurograph.rules.softmax import JointActivation
from neurograph.trace.step import Line, Operation

__all__ = ["Teller"]


class _Place(NamedTuple):
    """Which acts are told together, and of which neuron."""

    which: object
    subject: str


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of an act: its key in KINDS, those of its terms, the equation at work, and a remark."""

    key: str
    equation: str = ""
    term_key: str = ""
    note: str = ""


def _words(moment: Moment) -> _Words:
    """Find the words for an act; one that is not known here is called as its verb is."""
    subject, verb = moment.subject, moment.verb
    match verb, subject:
        case "integrate", Neuron():
            return _Words("weighted_sum", "z", "product")
        case "fire", Neuron():
            return _Words("activation", "a")
        case "fire", Group():
            return _Words("group_activation", "a")
        case "compute_term" | "compute_term_from_z", Target():
            return _Words("loss_term", "C")
        case "add_up", Objective(targets=targets):
            return _Words("loss_sum" if len(targets) > 1 else "loss_only_term", "C")
        case "add_loss_slope", Target():
            return _Words("output_error", "BP1")
        case "gather_error", Neuron(role=role, fan_out=edges):
            note = "" if edges else "no edge leaves it, so nothing comes back"
            return _Words(*(("input_error", "dC/dx") if role == "input" else ("error", "BP2")), "error_share", note)
        case "compute_delta", _:
            return _of_delta(subject)
        case "add_gradients", Neuron():
            return _Words("gradients")
        case "average", Neuron():
            return _Words("mean_gradients", "mean")
        case "update", Tie(is_bias=is_bias):
            note = f"one {'bias' if is_bias else 'weight'} for all that are tied; its gradient is the sum of theirs"
            return _Words("tied_bias_update" if is_bias else "tied_update", "update", note=note)
        case "update", _:
            return _Words("update", "update")
        case "step", Parameter(holder=Tie(is_bias=is_bias)):
            note = f"one {'bias' if is_bias else 'weight'} for all that are tied; its gradient is the sum of theirs"
            return _Words("tied_bias_update" if is_bias else "tied_update", "update", note=note)
        case ("step", Parameter()) | ("stay", Unmoved()):
            return _Words("optimizer_update", "update")
        case (("penalise" | "limit" | "move_clock"), _):
            return _Words(verb, "update")
        case "mean_loss" | "real_change", _:
            return _Words(verb, "C")
        case "predicted_change", Recording(learning=learning):
            note = (
                "to first order: -eta * |gradient|^2"
                if learning is None
                else "to first order: each gradient times its move"
            )
            return _Words(verb, "prediction", note=note)
    return _Words(verb)


def _of_delta(subject: object) -> _Words:
    match subject:
        case Neuron():
            return _Words("delta", term_key="slope")
        case Group(rule=rule):
            note = f"each term is dC/da times an entry of the Jacobian of {rule.name}; "
            note += "1 stands for the same neuron, else 0"
            return _Words("jacobian_delta", "", "jacobian_term", note)
        case Target(neuron=Neuron(rule=rule, fan_out=edges), loss=loss):
            note = f"the short way: {loss.name} after {rule.name}, dC/da and slope cancel to this"
            if edges:
                note += ", and what its edges brought back goes through the slope"
            return _Words("short_delta_and_edges" if edges else "short_delta", "BP1", note=note)
        case JointTarget(group=Group(rule=rule, members=members), targets=targets):
            note = f"the short way: what each term of {targets[0].loss.name} after {rule.name} gives to z({{subject}})"
            if any(member.fan_out for member in members):
                note += f", after what comes back over edges, through the Jacobian of {rule.name}"
            return _Words("short_group_delta", "", "delta_share", note)
    raise TypeError(subject)


class Teller:
    """Turns the acts of a recording into operations, with an equation for each cell.

    Parameters
    ----------
    recording : Recording
        The step.
    layer_of : mapping
        How the layer of each neuron is called.
    check : callable
        Judges the derivative of a neuron or edge for one example, or for the mean.
    """

    def __init__(
        self, recording: Recording, layer_of: Mapping[str, str], check: Callable[[Neuron | Edge, float, int], Check]
    ) -> None:
        self._recording, self._layer_of, self._check = recording, layer_of, check
        self._equations = lru_cache(maxsize=1)(self._equations_of)

    def operations(self) -> Iterator[Operation]:
        """Give the operations of the step: for each act one, or one for each member of a group."""
        for place, group in groupby(self._recording.moments, self._together):
            moments = tuple(group)
            words = _words(moments[0])
            match moments[0].subject:
                case Group(members=members) | JointTarget(group=Group(members=members)):
                    for member in members:
                        yield self._operation(moments, words, member.name, member.name)
                case _:
                    yield self._operation(moments, words, place.subject)

    @staticmethod
    def _together(moment: Moment) -> _Place:
        """Say which acts are told together: those of an update that move the parameters of one neuron."""
        subject = moment.subject
        owner: object
        match subject:
            case Tie(members=[first, *_]) | Parameter(holder=Tie(members=[first, *_])) | Unmoved(members=[first, *_]):
                owner = first
            case Target(neuron=owner) | Parameter(holder=owner):
                pass
            case _:
                owner = subject
        name = owner.target.name if isinstance(owner, Edge) else owner.name if isinstance(owner, Neuron) else ""
        is_joined = isinstance(subject, Parameter | Unmoved) and not isinstance(getattr(subject, "holder", None), Tie)
        return _Place(moment.verb == "penalise" if is_joined else moment, name)

    def _operation(self, moments: tuple[Moment, ...], words: _Words, subject: str, member: str = "") -> Operation:
        of_one = self._recording.of_batch and moments[0].is_of_example
        return Operation(
            phase=moments[0].phase,
            example=moments[0].example if of_one else None,
            layer=self._layer(moments[0], words, subject),
            key=words.key,
            subject=subject,
            term_key=words.term_key,
            equations=partial(self._equations, moments, words, member),
            count=partial(self._count, moments, words, member),
        )

    def _layer(self, moment: Moment, words: _Words, subject: str) -> str:
        if subject and words.equation != "C":
            return self._layer_of[subject]
        return "all layers" if moment.phase == "update" else "loss"

    def _of_member(self, moments: tuple[Moment, ...], member: str) -> list[Cell]:
        cells = (cell for moment in moments for cell in self._recording.cells(moment))
        return [cell for cell in cells if not member or cell.quantity.owner == member]

    def _count(self, moments: tuple[Moment, ...], words: _Words, member: str) -> int:
        """Count the equations without writing them."""
        cells = self._of_member(moments, member)
        if words.term_key == "slope":
            return len(cells) + sum(1 for cell in cells for one in applied_in(cell.work) if one.function == "slope")
        sums = [cell.work for cell in cells if words.term_key and isinstance(cell.work, Sum)]
        return len(cells) + sum(len(_parts(one)) for one in sums)

    def _equations_of(
        self, moments: tuple[Moment, ...], words: _Words, member: str
    ) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """Write the terms of an act, and the lines that it ends in."""
        cells, moment = self._of_member(moments, member), moments[0]
        terms = [term for cell in cells for term in self._terms(moment, words, cell)]
        lines = [self._line(moment, words, cell) for cell in cells]
        if moment.verb == "step":  # one number's, which leads from line to line: what is said of it is said once
            lines[1:] = [replace(line, note="" if line.note == words.note else line.note) for line in lines[1:]]
        return tuple(terms), tuple(lines)

    def _line(self, moment: Moment, words: _Words, cell: Cell) -> Line:
        work = cell.work.terms[0] if isinstance(cell.work, Sum) and len(cell.work.terms) == 1 else cell.work
        rules = list(applied_in(work))
        named = _by_name(work) if rules else work
        is_frozen = cell.quantity.kind in ("b_new", "w_new") and self._holder(cell.quantity).frozen
        note = "frozen" if is_frozen else self._note(moment, rules) or words.note.format(subject=cell.quantity.owner)
        return Line(
            self._recording.leaf_of(cell),
            work,
            None if named is work or named == work else named,
            self._equation(words, cell.quantity),
            note,
            partial(self._judged, cell) if self._is_judged(cell.quantity) else None,
            is_frozen,
        )

    def _holder(self, quantity: Quantity) -> Neuron | Edge:
        net, owner = self._recording.before, quantity.owner
        return net.edge(*owner) if isinstance(owner, tuple) else net[owner]

    def _equation(self, words: _Words, quantity: Quantity) -> str:
        if words.equation or quantity.kind != "delta":
            return words.equation or {"bias_grad": "BP3", "grad": "BP4"}.get(quantity.kind, "")
        holder = self._holder(quantity)
        return "BP1" if isinstance(holder, Neuron) and holder.role == "output" else "BP2"

    def _is_judged(self, quantity: Quantity) -> bool:
        """Whether a nudge can find it: what is a derivative by z, b, w or an input."""
        kind, owner, _ = quantity
        is_input = kind == "a_grad" and isinstance(owner, str) and self._recording.before[owner].role == "input"
        return is_input or kind in ("delta", "bias_grad", "grad")

    def _judged(self, cell: Cell) -> Check:
        return self._check(self._holder(cell.quantity), cell.value, cell.quantity.example)

    @staticmethod
    def _note(moment: Moment, rules: Iterable[Applied]) -> str:
        """Say what a reader must know of the rules in an equation."""
        for applied in rules:
            if doubt := _doubt(applied.formula, applied.value, _whose(applied, moment)):
                return doubt
            if applied.is_safe and moment.verb == "compute_term_from_z":
                return "worked out from z, because a or 1 - a is rounded too far here"
        return ""

    def _terms(self, moment: Moment, words: _Words, cell: Cell) -> Iterator[Line]:
        work, (_, owner, example) = cell.work, cell.quantity
        equation = self._equation(words, cell.quantity)
        if words.term_key == "slope":
            for applied in applied_in(work):
                if (
                    isinstance(rule := applied.rule, Activation)
                    and applied.function == "slope"
                    and isinstance(owner, str)
                ):
                    symbol = Symbol("z", (owner,), slope_of=Function(rule.name, rule.symbol))
                    left = Leaf(symbol, applied.value, Quantity("slope", owner, example))
                    yield Line(left, applied, None, equation, self._note(moment, [applied]))
        elif words.term_key and isinstance(work, Sum):
            for part in _parts(work):
                term_kind, whose = _term_of(words.term_key, part, owner, moment.phase)
                yield Line(leaf(term_kind, whose, evaluate(part), example), part, None, equation)


def _term_of(key: str, part: Expression, owner: Owner, phase: str) -> tuple[str, Owner]:
    """Say what a term of a sum is and whose: an edge's, or an entry of a Jacobian, which has two neurons."""
    read = [one.key for one in leaves(part) if isinstance(one.key, Quantity)]
    edge = next((one.owner for one in read if one.is_edge), None)
    if edge is not None:
        return ("blame" if key == "error_share" else "product_new" if phase == "after" else "product"), edge
    first = next((one for one in read if one.kind == "y"), read[0])  # whose term of the loss, or else whose dC/da
    return "jacobian", (str(first.owner), str(owner))


def _parts(work: Sum) -> list[Expression]:
    """List the terms of a sum that are worked out, and not only added."""
    return [part for part in work.terms if not isinstance(part, Leaf)]


def _by_name(node: Expression) -> Expression:
    """Write the functions of neurons and groups by their names: tanh(z), or tanh'(z) for the slope."""
    match node:
        case Applied(rule=Activation() | JointActivation() as rule, function=function, args=(z, *_), place=place):
            if function == "partial":
                return node
            own = z[place or 0] if isinstance(z, tuple) else z
            return Call(rule.name, rule.symbol, (own,), function == "slope")  # type: ignore[arg-type]  # no whole number
        case Sum(terms, from_zero):
            return Sum(tuple(map(_by_name, terms)), from_zero)
        case Product(factors):
            return Product(tuple(map(_by_name, factors)))
    return node


def _whose(applied: Applied, moment: Moment) -> str:
    """Say whose function a rule's is."""
    match applied.rule, moment.subject:
        case (Activation() | JointActivation() | Loss()) as rule, _:
            name = rule.name
        case _, Target(loss=loss) | JointTarget(targets=[Target(loss=loss), *_]):
            name = loss.name
        case rule, _:
            name = getattr(rule, "name", "the rule")
    words = {"value": "", "values": "", "step": "a line of ", "shrink": "the shrinking of ", "tick": "the clock of "}
    return words.get(applied.function, "the slope of ") + name


def _doubt(formula: Expression, value: float, whose: str) -> str:
    """Say so when a record's formula does not come out at what its own function gave: then the record is wrong.

    A formula that leaves the range of floats, where the function takes a safer way, raises no doubt.
    """
    worked_out = evaluate(formula)
    if not math.isfinite(worked_out) or math.isclose(worked_out, value, rel_tol=1e-6, abs_tol=1e-9):
        return ""
    return f"the formula of {whose} gives {worked_out:.6g}, its function gave {value:.6g}: one of them is wrong"
