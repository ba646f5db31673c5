"""What a student writes for each act of a training step: equations in symbols, whose value is the neuron's own number.

One function for each verb names the quantities that the verb read and puts them in the verb's own order of operations;
the formula of an activation, a loss or a slope comes from its record. Nothing is computed here but what the line says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from neurograph.algebra.expression import (
    Applied,
    Call,
    Difference,
    Expression,
    Leaf,
    Number,
    Product,
    Quotient,
    Sum,
    evaluate,
)
from neurograph.algebra.formula import fill
from neurograph.algebra.symbols import Function, Symbol
from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.differences import Check
from neurograph.quantities import MEAN, Owner, Quantity, leaf
from neurograph.rules.activations import Activation
from neurograph.rules.losses import JointShortcut, Shortcut
from neurograph.rules.softmax import JointActivation
from neurograph.trace.events import Event, Values
from neurograph.trace.step import Line, Operation

__all__ = ["Context", "explain"]


@dataclass(frozen=True, slots=True)
class Context:
    """What the explanations need beside the event: the layers, the rate, the batch, and how to check a gradient.

    Attributes
    ----------
    rate : float
        The learning rate.
    check : callable
        Judges the derivative of a neuron or edge for one example, or for the mean.
    layer_of : dict
        How the layer of each neuron is called.
    batch : tuple of Values
        The numbers of each example in the first pass.
    """

    rate: float
    check: Callable[[Neuron | Edge, float, int], Check]
    layer_of: dict[str, str]
    batch: tuple[Values, ...]

    @property
    def of_batch(self) -> bool:
        """Whether there is more than one example to tell apart."""
        return len(self.batch) > 1

    @property
    def of_all(self) -> int:
        """The example number of a gradient that the update uses."""
        return MEAN if self.of_batch else 0


def explain(event: Event, context: Context) -> Iterator[Operation]:
    """Say what one act did, neuron by neuron."""
    at = Leaves(event, context)
    match event.subject:
        case Group(members=members) as group:
            for place, neuron in enumerate(members):
                yield _fire_together(at, group, neuron) if event.verb == "fire" else _joint_delta(at, group, place)
        case JointTarget(group=group) as joint:
            for place in range(len(group.members)):
                yield _joint_delta_with_loss(at, joint, place)
        case Target() as target:
            yield _target(at, target)
        case Objective() as objective:
            yield _objective(at, objective)
        case Tie() as tie:
            yield _update_together(at, tie)
        case Neuron() as neuron:
            yield _OF_NEURON[event.verb](at, neuron)


class Leaves:
    """The numbers of an event as leaves of an expression; primed ones in the pass after the update."""

    def __init__(self, event: Event, context: Context) -> None:
        self.event, self.context = event, context
        self.values: Values = event.values
        self.new = "_new" if event.phase == "after" else ""

    def of(self, what: str, name: str) -> Leaf:
        """A number that an act wrote."""
        # The inputs and targets are the same before and after the update.
        is_given = what == "y" or (what == "a" and ("z", name) not in self.values)
        kind = what if is_given else what + self.new
        return leaf(kind, name, self.values[what, name], self.event.example, self.context.of_batch)

    def weight(self, edge: Edge) -> Leaf:
        """An edge's weight."""
        return leaf("w" + self.new, edge.ends, edge.w)

    def bias(self, neuron: Neuron) -> Leaf:
        """A neuron's bias."""
        return leaf("b" + self.new, neuron.name, neuron.b)

    def term(self, kind: str, owner: Owner, work: Expression, equation: str) -> Line:
        """One term of a sum: a product without a symbol of its own."""
        return Line(leaf(kind, owner, evaluate(work), self.event.example), lambda: work, equation=equation)

    def check(self, parameter: Neuron | Edge, left: Leaf) -> Callable[[], Check]:
        """How a gradient's check is found, when somebody asks."""
        return partial(self.context.check, parameter, left.value, self.event.example)

    def operation(
        self,
        key: str,
        subject: str,
        line: Callable[[int], Line],
        *,
        lines: int = 1,
        term: Callable[[int], Line] | None = None,
        terms: int = 0,
        term_key: str = "",
    ) -> Operation:
        """Make an operation, with the place of the event in the step."""
        of_one = self.context.of_batch and self.event.phase not in ("mean", "update")
        return Operation(
            phase=self.event.phase,
            example=self.event.example if of_one else None,
            layer="loss" if key in ("loss_term", "loss_sum", "loss_only_term") else self.context.layer_of[subject],
            key=key,
            subject=subject,
            line=line,
            line_count=lines,
            term=term or line,
            term_count=terms,
            term_key=term_key,
            summed=term_key not in ("", "slope"),
        )


def _function(rule: Activation | JointActivation, z: Leaf, prime: bool = False) -> Expression:
    """Write a function, or with a prime its slope, by its name."""
    return Call(rule.name, rule.symbol, (z,), prime)


def _top(z: Sequence[Leaf]) -> Expression:
    """Write the largest of a group."""
    return Call("max", r"\max", tuple(z))


def _doubt(formula: Expression, value: float, whose: str) -> str:
    """Say so when a record's formula does not come out at what its own function gave: then the record is wrong.

    A formula that leaves the range of floats, where the function takes a safer way, raises no doubt.
    """
    worked_out = evaluate(formula)
    if not math.isfinite(worked_out) or math.isclose(worked_out, value, rel_tol=1e-6, abs_tol=1e-9):
        return ""
    return f"the formula of {whose} gives {worked_out:.6g}, its function gave {value:.6g}: one of them is wrong"


# Forward, and the loss.


def _integrate(at: Leaves, neuron: Neuron) -> Operation:
    """The weighted sum, product by product."""

    def product(edge: Edge) -> Expression:
        return Product((at.weight(edge), at.of("a", edge.source.name)))

    def line(_: int) -> Line:
        def work() -> Expression:
            return Sum((*(product(edge) for edge in neuron.fan_in), at.bias(neuron)))

        return Line(at.of("z", neuron.name), work, equation="z")

    def term(k: int) -> Line:
        edge = neuron.fan_in[k]
        return at.term("product" + at.new, edge.ends, product(edge), "z")

    return at.operation("weighted_sum", neuron.name, line, term=term, terms=len(neuron.fan_in), term_key="product")


def _fire(at: Leaves, neuron: Neuron) -> Operation:
    """The activation of one neuron."""

    def line(_: int) -> Line:
        rule = neuron.rule
        z, a = at.of("z", neuron.name), at.of("a", neuron.name)
        work = fill(rule.formula, {"z": z})
        return Line(a, lambda: Applied(a.value, work), _function(rule, z), "a", _doubt(work, a.value, rule.name))

    return at.operation("activation", neuron.name, line)


def _fire_together(at: Leaves, group: Group, neuron: Neuron) -> Operation:
    """The activation of one member of a group."""

    def line(_: int) -> Line:
        a, z = at.of("a", neuron.name), at.of("z", neuron.name)
        every = [at.of("z", member.name) for member in group.members]
        work = fill(group.rule.formula, {"z": z, "group": every})
        if group.rule.safe_formula and not math.isclose(evaluate(work), a.value, rel_tol=1e-9, abs_tol=1e-300):
            work = fill(group.rule.safe_formula, {"z": z, "group": every, "top": _top(every)})
        note = _doubt(work, a.value, group.rule.name)
        return Line(a, lambda: Applied(a.value, work), _function(group.rule, z), "a", note)

    return at.operation("group_activation", neuron.name, line)


def _target(at: Leaves, target: Target) -> Operation:
    """What a target does: the loss term, dC/da, or delta by the shortcut."""
    neuron, (key, explained) = target.neuron, _OF_TARGET[at.event.verb]
    if key == "short_delta" and neuron.fan_out:
        key = "short_delta_and_edges"
    return at.operation(key, neuron.name, lambda _: explained(at, target))


def _loss_term(at: Leaves, target: Target) -> Line:
    loss, a, y = target.loss, at.of("a", target.neuron.name), at.of("y", target.neuron.name)
    term = at.of("term", target.neuron.name)
    textbook = fill(loss.formula, {"a": a, "y": y, "n": Number(float(target.count))})
    work, note = textbook, ""
    if target.shortcut and not math.isclose(evaluate(textbook), term.value, rel_tol=1e-9, abs_tol=1e-300):
        z = [at.of("z", member.name) for member in target.members]
        others = [one for place, one in enumerate(z) if place != target.place]
        of_group: dict[str, list[Leaf]] = {"group": z, "others": others}
        from_z = fill(target.shortcut.formula, of_group | {"z": z[target.place], "top": _top(z), "y": y})
        if not abs(evaluate(textbook) - term.value) <= abs(evaluate(from_z) - term.value):
            work, note = from_z, "worked out from z, because a or 1 - a is rounded too far here"
    note = _doubt(work, term.value, loss.name) or note
    return Line(term, lambda: Applied(term.value, work), None, "C", note)


def _loss_slope(at: Leaves, target: Target) -> Line:
    neuron, loss = target.neuron, target.loss
    a, y = at.of("a", neuron.name), at.of("y", neuron.name)
    slope = loss.slope(a.value, y.value, target.count)
    own = Applied(slope, fill(loss.slope_formula, {"a": a, "y": y, "n": Number(float(target.count))}))
    work: Expression = Sum((at.of("collected", neuron.name), own)) if neuron.fan_out else own
    note = _doubt(own.formula, slope, f"the slope of {loss.name}")
    return Line(at.of("a_grad", neuron.name), lambda: work, None, "BP1", note)


def _delta_by_shortcut(at: Leaves, target: Target) -> Line:
    neuron, short = target.neuron, target.shortcut
    rule, a, y = neuron.rule, at.of("a", neuron.name), at.of("y", neuron.name)
    if not isinstance(short, Shortcut):
        raise TypeError(short)
    delta = at.of("delta", neuron.name)
    own = Applied(short.delta(a.value, y.value), fill(short.delta_formula, {"a": a, "y": y}))
    work: Expression = own
    named: Expression | None = None
    note = f"the short way: {target.loss.name} after {rule.name}, dC/da and slope cancel to this"
    if neuron.fan_out and isinstance(rule, Activation):
        z, back = at.of("z", neuron.name), at.of("collected", neuron.name)
        slope = Applied(rule.slope(z.value, a.value), fill(rule.slope_formula, {"z": z, "a": a}))
        work = Sum((own, Product((back, slope))))
        named = Sum((own, Product((back, _function(rule, z, prime=True)))))
        note += ", and what its edges brought back goes through the slope"
    return Line(delta, lambda: work, named, "BP1", note, at.check(neuron, delta))


_OF_TARGET: dict[str, tuple[str, Callable[[Leaves, Target], Line]]] = {
    "compute_term": ("loss_term", _loss_term),
    "compute_term_from_z": ("loss_term", _loss_term),
    "add_loss_slope": ("output_error", _loss_slope),
    "compute_delta": ("short_delta", _delta_by_shortcut),
}


def _objective(at: Leaves, objective: Objective) -> Operation:
    """How the terms of the loss add up."""

    def line(_: int) -> Line:
        example, cost = at.event.example, at.values["C", ""]
        left = (
            leaf("C_of_one" + at.new, str(example + 1), cost, example)
            if at.context.of_batch
            else leaf("C" + at.new, "", cost)
        )
        return Line(
            left, lambda: Sum(tuple(at.of("term", target.neuron.name) for target in objective.targets)), equation="C"
        )

    return at.operation("loss_sum" if len(objective.targets) > 1 else "loss_only_term", "", line)


# Backward, and the gradients.


def _gather_error(at: Leaves, neuron: Neuron) -> Operation:
    """How errors come back over the outgoing edges: the first half of BP2, or dC/dx of an input."""
    key, equation = ("input_error", "dC/dx") if neuron.role == "input" else ("error", "BP2")

    def share(edge: Edge) -> Expression:
        return Product((at.weight(edge), at.of("delta", edge.target.name)))

    def line(_: int) -> Line:
        left = at.of("collected" if neuron.role == "output" else "a_grad", neuron.name)
        return Line(
            left,
            lambda: Sum(tuple(share(edge) for edge in neuron.fan_out)) if neuron.fan_out else Number(0.0),
            None,
            equation,
            "" if neuron.fan_out else "no edge leaves it, so nothing comes back",
            at.check(neuron, left) if neuron.role == "input" else None,
        )

    def term(k: int) -> Line:
        edge = neuron.fan_out[k]
        return at.term("blame", edge.ends, share(edge), equation)

    return at.operation(key, neuron.name, line, term=term, terms=len(neuron.fan_out), term_key="error_share")


def _compute_delta(at: Leaves, neuron: Neuron) -> Operation:
    """How dC/da and the slope make delta: BP1 for an output, BP2 for the rest."""
    rule = neuron.rule
    if not isinstance(rule, Activation):  # a group computes the deltas of its members
        raise TypeError(rule)
    equation = "BP1" if neuron.role == "output" else "BP2"

    def slope() -> tuple[Applied, str]:
        z, a = at.of("z", neuron.name), at.of("a", neuron.name)
        work = Applied(rule.slope(z.value, a.value), fill(rule.slope_formula, {"z": z, "a": a}))
        return work, _doubt(work.formula, work.value, f"the slope of {rule.name}")

    def line(_: int) -> Line:
        delta, a_grad = at.of("delta", neuron.name), at.of("a_grad", neuron.name)
        named = Product((a_grad, _function(rule, at.of("z", neuron.name), prime=True)))
        work, note = slope()
        return Line(delta, lambda: Product((a_grad, work)), named, equation, note, at.check(neuron, delta))

    def term(_: int) -> Line:
        work, note = slope()
        symbol = Symbol("z", (neuron.name,), slope_of=Function(rule.name, rule.symbol))
        key = Quantity("slope", neuron.name, at.event.example)
        return Line(Leaf(symbol, work.value, key), lambda: work, None, equation, note)

    return at.operation("delta", neuron.name, line, term=term, terms=1, term_key="slope")


def _joint_delta(at: Leaves, group: Group, j: int) -> Operation:
    """How a group's Jacobian makes one member's delta, term by term."""
    neuron, rule = group.members[j], group.rule

    def entry(k: int) -> tuple[Owner, Expression]:
        other = group.members[k]
        return (other.name, neuron.name), Product((at.of("a_grad", other.name), _partial(at, group, k, j)))

    note = f"each term is dC/da times an entry of the Jacobian of {rule.name}; 1 stands for the same neuron, else 0"
    entries = [partial(entry, k) for k in range(len(group.members))]
    return _delta_of_member(at, neuron, "jacobian_delta", "jacobian_term", entries, note)


def _joint_delta_with_loss(at: Leaves, joint: JointTarget, j: int) -> Operation:
    """How one member's delta comes by the shortcut: from its group's edges, and the terms of the loss."""
    group, members = joint.group, joint.group.members
    neuron, loss = members[j], joint.targets[0].loss
    feeding = [k for k, other in enumerate(members) if other.fan_out]
    sharing = [target for target in joint.targets if isinstance(target.shortcut, JointShortcut) or target.place == j]

    def over_edges(k: int) -> tuple[Owner, Expression]:
        other = members[k]
        back = at.of("collected" if other.role == "output" else "a_grad", other.name)
        return (other.name, neuron.name), Product((back, _partial(at, group, k, j)))

    def of_loss(target: Target) -> tuple[Owner, Expression]:
        return (target.neuron.name, neuron.name), _share(at, target, j)

    note = f"the short way: what each term of {loss.name} after {group.rule.name} gives to z({neuron.name})"
    if feeding:
        note += f", after what comes back over edges, through the Jacobian of {group.rule.name}"
    entries = [*(partial(over_edges, k) for k in feeding), *(partial(of_loss, target) for target in sharing)]
    return _delta_of_member(at, neuron, "short_group_delta", "delta_share", entries, note)


def _delta_of_member(
    at: Leaves,
    neuron: Neuron,
    key: str,
    term_key: str,
    entries: Sequence[Callable[[], tuple[Owner, Expression]]],
    note: str,
) -> Operation:
    equation = "BP1" if neuron.role == "output" else "BP2"

    def line(_: int) -> Line:
        delta = at.of("delta", neuron.name)
        work = Sum(tuple(entry()[1] for entry in entries))
        return Line(delta, lambda: work, None, equation, note, at.check(neuron, delta))

    def term(k: int) -> Line:
        return at.term("jacobian", *entries[k](), equation)

    return at.operation(key, neuron.name, line, term=term, terms=len(entries), term_key=term_key)


def _partial(at: Leaves, group: Group, k: int, j: int) -> Expression:
    """An entry of a group's Jacobian: da_k/dz_j."""
    z = [at.values["z", member.name] for member in group.members]
    a = [at.values["a", member.name] for member in group.members]
    one, other = group.members[k].name, group.members[j].name
    names: dict[str, Expression] = {
        "a_k": at.of("a", one), "a_j": at.of("a", other),
        "z_k": at.of("z", one), "z_j": at.of("z", other), "same": Number(1.0 if k == j else 0.0),
    }  # fmt: skip
    return Applied(group.rule.partial(z, a, k, j), fill(group.rule.partial_formula, names))


def _share(at: Leaves, target: Target, j: int) -> Expression:
    """What the term of one output gives to the delta of a member of its group: dC_k/dz_j."""
    k, members, short = target.place, target.members, target.shortcut
    own = target.neuron.name
    a, y = at.of("a", own), at.of("y", own)
    if isinstance(short, Shortcut):
        return Applied(short.delta(a.value, y.value), fill(short.delta_formula, {"a": a, "y": y}))
    if short is None:
        raise TypeError(short)
    values = [[at.values[kind, member.name] for member in members] for kind in ("z", "a")]
    value = short.partial(values[0], values[1], y.value, k, j)
    if k == j:
        return Applied(value, fill(short.own_formula, {"a_k": a, "y_k": y}))
    work = fill(short.cross_formula, {"a_k": a, "a_j": at.of("a", members[j].name), "y_k": y})
    if not math.isclose(evaluate(work), value, rel_tol=1e-9, abs_tol=1e-300):  # a is rounded to 1
        others = [at.of("z", member.name) for place, member in enumerate(members) if place != k]
        z_j = at.of("z", members[j].name)
        work = fill(short.safe_cross_formula, {"a_k": a, "y_k": y, "z_j": z_j, "others": others})
    return Applied(value, work)


def _add_gradients(at: Leaves, neuron: Neuron) -> Operation:
    """What the example gives to each gradient: BP3 and BP4."""

    def line(k: int) -> Line:
        of_one = _Held.of(neuron.holders[k]).of_example(at.event.example, at.values, at.context.of_batch)
        delta = at.of("delta", neuron.name)
        if k == 0:
            return Line(of_one, lambda: delta, None, "BP3", "", at.check(neuron, of_one))
        edge = neuron.fan_in[k - 1]
        work = Product((at.of("a", edge.source.name), delta))
        return Line(of_one, lambda: work, None, "BP4", "", at.check(edge, of_one))

    return at.operation("gradients", neuron.name, line, lines=1 + len(neuron.fan_in))


# The mean, and the update.


@dataclass(frozen=True, slots=True)
class _Held:
    """A bias or a weight: what it is called, what its gradient is called, and the numbers of both."""

    holder: Neuron | Edge
    kind: str
    gradient_kind: str
    owner: Owner
    value: float
    gradient: float

    @classmethod
    def of(cls, holder: Neuron | Edge) -> _Held:
        """Give the bias of a neuron, or the weight of an edge."""
        if isinstance(holder, Neuron):
            return cls(holder, "b", "bias_grad", holder.name, holder.b, holder.bias_grad)
        return cls(holder, "w", "grad", holder.ends, holder.w, holder.grad)

    def of_example(self, example: int, values: Values, of_batch: bool = True) -> Leaf:
        """What one example adds to the gradient."""
        if isinstance(self.owner, str):
            value = values["delta", self.owner]
        else:
            source, target = self.owner
            value = values["a", source] * values["delta", target]
        return leaf(self.gradient_kind, self.owner, value, example, of_batch)

    def updated(self, work: Expression, note: str = "") -> Line:
        """The line of its new value."""
        left = leaf(self.kind + "_new", self.owner, evaluate(work))
        frozen = self.holder.frozen
        return Line(left, lambda: work, None, "update", "frozen" if frozen else note, frozen=frozen)

    @property
    def leaf(self) -> Leaf:
        """Its value before the update."""
        return leaf(self.kind, self.owner, self.value)


def _average(at: Leaves, neuron: Neuron) -> Operation:
    """How the contributions of a batch make a mean."""
    context = at.context

    def line(k: int) -> Line:
        one = _Held.of(neuron.holders[k])
        parts = tuple(one.of_example(example, values) for example, values in enumerate(context.batch))
        work = Quotient(Sum(parts), Number(float(len(parts))))
        left = leaf(one.gradient_kind, one.owner, one.gradient, MEAN)
        return Line(left, lambda: work, None, "mean", "", partial(context.check, one.holder, one.gradient, MEAN))

    return at.operation("mean_gradients", neuron.name, line, lines=1 + len(neuron.fan_in))


def _step(at: Leaves, from_leaf: Leaf, gradient: Expression) -> Expression:
    """An old value, minus the learning rate times its gradient."""
    return Difference(from_leaf, Product((leaf("eta", "", at.context.rate), gradient)))


def _update(at: Leaves, neuron: Neuron) -> Operation:
    """Each old value, its step down the gradient, and the new value; what is tied comes with its tie."""
    own = [holder for holder in neuron.holders if holder.tie is None]

    def line(k: int) -> Line:
        one = _Held.of(own[k])
        gradient = leaf(one.gradient_kind, one.owner, one.gradient, at.context.of_all)
        return one.updated(one.leaf if one.holder.frozen else _step(at, one.leaf, gradient))

    return at.operation("update", neuron.name, line, lines=len(own))


def _update_together(at: Leaves, tie: Tie) -> Operation:
    """How those that share a weight or bias move it together, down the sum of their gradients."""
    key, what = ("tied_bias_update", "bias") if tie.is_bias else ("tied_update", "weight")
    first = tie.members[0]

    def line(k: int) -> Line:
        members = [_Held.of(member) for member in tie.members]
        parts = tuple(leaf(one.gradient_kind, one.owner, one.gradient, at.context.of_all) for one in members)
        note = f"one {what} for all that are tied; its gradient is the sum of theirs"
        return members[k].updated(members[k].leaf if tie.frozen else _step(at, members[0].leaf, Sum(parts)), note)

    subject = first.name if isinstance(first, Neuron) else first.target.name
    return at.operation(key, subject, line, lines=len(tie.members))


_OF_NEURON: dict[str, Callable[[Leaves, Neuron], Operation]] = {
    "integrate": _integrate,
    "fire": _fire,
    "gather_error": _gather_error,
    "compute_delta": _compute_delta,
    "add_gradients": _add_gradients,
    "average": _average,
    "update": _update,
}
