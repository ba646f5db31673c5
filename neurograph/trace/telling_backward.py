"""Telling the way back and the update: errors, deltas, gradients, means, new values.

Each teller names the quantities that a verb read and puts them in the verb's own order of operations; a slope comes
from its record.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Target
from neurograph.graph.tie import Tie
from neurograph.rules.activations import Activation
from neurograph.rules.expression import Applied, Difference, Expression, Leaf, Number, Product, Quotient, Sum, evaluate
from neurograph.rules.formula import fill
from neurograph.rules.losses import JointShortcut, Shortcut
from neurograph.trace.moment import Moment, Seen
from neurograph.trace.quantity import Owner, leaf, name_latex, name_text
from neurograph.trace.step import Deed, Line
from neurograph.trace.view import Story, View, checked, deed, doubt, function, term

__all__ = [
    "add_gradients",
    "average",
    "compute_delta",
    "gather_error",
    "settle_together",
    "settle_with_loss",
    "update",
    "update_together",
]


def gather_error(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell how errors come back over the outgoing edges: the first half of BP2, or dC/dx of an input."""
    view = View(moment, story)
    key, equation = ("input_error", "dC/dx") if neuron.role == "input" else ("error", "BP2")

    def blame(edge: Edge) -> Expression:
        return Product((view.weight(edge), view.of("delta", edge.target.name)))

    def line(at: int) -> Line:
        left = view.of("collected" if neuron.role == "output" else "a_grad", neuron.name)
        return Line(
            left,
            lambda: Sum(tuple(blame(edge) for edge in neuron.fan_out)) if neuron.fan_out else Number(0.0),
            None,
            equation,
            "" if neuron.fan_out else "no edge leaves it, so nothing comes back",
            checked(story, moment, neuron, left) if neuron.role == "input" else None,
        )

    def one(at: int) -> Line:
        edge = neuron.fan_out[at]
        return term(view, "blame", edge.ends, blame(edge), equation)

    return deed(moment, story, key, neuron.name, line, 1, one, len(neuron.fan_out), "error_share")


def compute_delta(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell how dC/da and the slope make delta: BP1 for an output, BP2 for the rest."""
    view = View(moment, story)
    rule = neuron.rule
    if not isinstance(rule, Activation):  # a group settles for its members
        raise TypeError(rule)
    equation = "BP1" if neuron.role == "output" else "BP2"
    z, a = partial(view.of, "z", neuron.name), partial(view.of, "a", neuron.name)

    def slope() -> Applied:
        return Applied(rule.slope(z().value, a().value), fill(rule.slope_formula, {"z": z(), "a": a()}))

    def line(at: int) -> Line:
        delta, a_grad = view.of("delta", neuron.name), view.of("a_grad", neuron.name)
        named = Product((a_grad, function(rule, [z()], "'")))
        work = slope()
        note = doubt(work.formula, work.value, f"the slope of {rule.name}")
        check = checked(story, moment, neuron, delta)
        return Line(delta, lambda: Product((a_grad, work)), named, equation, note, check)

    def one(at: int) -> Line:
        work = slope()
        name = f"{rule.name}'(z({name_text(neuron.name)}))"
        key = leaf("slope", neuron.name, work.value, moment.example).key
        left = Leaf(name, rf"{rule.symbol}'(z_{{{name_latex(neuron.name)}}})", work.value, key)
        return Line(left, lambda: work, None, equation, doubt(work.formula, work.value, f"the slope of {rule.name}"))

    return deed(moment, story, "delta", neuron.name, line, 1, one, 1, "slope")


def settle_together(moment: Moment, group: Group, j: int, story: Story) -> Deed:
    """Tell how a group's Jacobian makes one member's delta, term by term."""
    view = View(moment, story)
    neuron, rule = group.members[j], group.rule

    def entry(at: int) -> tuple[Owner, Expression]:
        other = group.members[at]
        return (other.name, neuron.name), Product((view.of("a_grad", other.name), _partial(view, group, at, j)))

    note = f"each term is dC/da times an entry of the Jacobian of {rule.name}; 1 stands for the same neuron, else 0"
    return _delta_of_member(moment, neuron, "jacobian_delta", entry, len(group.members), note, story)


def settle_with_loss(moment: Moment, joint: JointTarget, j: int, story: Story) -> Deed:
    """Tell how one member's delta comes the short way: from its group's edges, and sharing from the loss."""
    view = View(moment, story)
    group, members = joint.group, joint.group.members
    neuron, loss = members[j], joint.targets[0].loss
    feeding = [k for k, other in enumerate(members) if other.fan_out]
    sharing = [target for target in joint.targets if isinstance(target.shortcut, JointShortcut) or target.place == j]

    def entry(at: int) -> tuple[Owner, Expression]:
        if at < len(feeding):
            other = members[feeding[at]]
            back = view.of("collected" if other.role == "output" else "a_grad", other.name)
            return (other.name, neuron.name), Product((back, _partial(view, group, feeding[at], j)))
        target = sharing[at - len(feeding)]
        return (target.neuron.name, neuron.name), _share(view, target, j)

    note = f"the short way: what each term of {loss.name} after {group.rule.name} gives to z({neuron.name})"
    if feeding:
        note += f", after what comes back over edges, through the Jacobian of {group.rule.name}"
    return _delta_of_member(moment, neuron, "short_group_delta", entry, len(feeding) + len(sharing), note, story)


def _delta_of_member(
    moment: Moment,
    neuron: Neuron,
    key: str,
    entry: Callable[[int], tuple[Owner, Expression]],
    count: int,
    note: str,
    story: Story,
) -> Deed:
    view = View(moment, story)
    equation = "BP1" if neuron.role == "output" else "BP2"

    def line(at: int) -> Line:
        delta = view.of("delta", neuron.name)
        work = [entry(k)[1] for k in range(count)]
        return Line(delta, lambda: Sum(tuple(work)), None, equation, note, checked(story, moment, neuron, delta))

    def one(at: int) -> Line:
        owner, work = entry(at)
        return term(view, "jacobian", owner, work, equation)

    term_key = "jacobian_term" if key == "jacobian_delta" else "delta_share"
    return deed(moment, story, key, neuron.name, line, 1, one, count, term_key)


def _partial(view: View, group: Group, k: int, j: int) -> Expression:
    """An entry of a group's Jacobian: da_k/dz_j."""
    z = [view.seen["z", member.name] for member in group.members]
    a = [view.seen["a", member.name] for member in group.members]
    one, other = group.members[k].name, group.members[j].name
    names: dict[str, Expression] = {
        "a_k": view.of("a", one), "a_j": view.of("a", other),
        "z_k": view.of("z", one), "z_j": view.of("z", other), "same": Number(1.0 if k == j else 0.0),
    }  # fmt: skip
    return Applied(group.rule.partial(z, a, k, j), fill(group.rule.partial_formula, names))


def _share(view: View, target: Target, j: int) -> Expression:
    """What the term of one output gives to the delta of a member of its group: dC_k/dz_j."""
    k, members, short = target.place, target.members, target.shortcut
    own = target.neuron.name
    a, y = view.of("a", own), view.of("y", own)
    if isinstance(short, Shortcut):
        return Applied(short.delta(a.value, y.value), fill(short.delta_formula, {"a": a, "y": y}))
    if short is None:
        raise TypeError(short)
    values = [[view.seen[kind, member.name] for member in members] for kind in ("z", "a")]
    value = short.partial(values[0], values[1], y.value, k, j)
    if k == j:
        return Applied(value, fill(short.own_formula, {"a_k": a, "y_k": y}))
    work = fill(short.cross_formula, {"a_k": a, "a_j": view.of("a", members[j].name), "y_k": y})
    if not math.isclose(evaluate(work), value, rel_tol=1e-9, abs_tol=1e-300):  # a is rounded to 1
        others = [view.of("z", member.name) for place, member in enumerate(members) if place != k]
        z_j = view.of("z", members[j].name)
        work = fill(short.safe_cross_formula, {"a_k": a, "y_k": y, "z_j": z_j, "others": others})
    return Applied(value, work)


def add_gradients(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell what the example gives to each gradient: BP3 and BP4."""
    view = View(moment, story)

    def gradient(kind: str, owner: Owner, value: float) -> Leaf:
        return leaf(kind, owner, value, moment.example, story.of_batch)

    def line(at: int) -> Line:
        delta = view.of("delta", neuron.name)
        if at == 0:
            left = gradient("bias_grad", neuron.name, delta.value)
            return Line(left, lambda: delta, None, "BP3", "", checked(story, moment, neuron, left))
        edge = neuron.fan_in[at - 1]
        work = Product((view.of("a", edge.source.name), delta))
        left = gradient("grad", edge.ends, evaluate(work))
        return Line(left, lambda: work, None, "BP4", "", checked(story, moment, edge, left))

    return deed(moment, story, "gradients", neuron.name, line, 1 + len(neuron.fan_in))


def _parameter(neuron: Neuron, at: int) -> tuple[str, str, Owner, float, float, Neuron | Edge]:
    """The bias for 0, then the incoming weights: kind, gradient's kind, owner, value, gradient, object."""
    if at == 0:
        return "b", "bias_grad", neuron.name, neuron.b, neuron.bias_grad or 0.0, neuron
    edge = neuron.fan_in[at - 1]
    return "w", "grad", edge.ends, edge.w, edge.grad or 0.0, edge


def average(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell how the contributions of a batch make a mean."""

    def line(at: int) -> Line:
        _, kind, owner, _, value, parameter = _parameter(neuron, at)
        parts = tuple(_contribution(kind, owner, e, seen) for e, seen in enumerate(story.seen))
        check = partial(story.check, parameter, value, -1)
        work = Quotient(Sum(parts), Number(float(story.batch)))
        return Line(leaf(kind, owner, value, -1), lambda: work, None, "mean", "", check)

    return deed(moment, story, "mean_gradients", neuron.name, line, 1 + len(neuron.fan_in))


def _contribution(kind: str, owner: Owner, example: int, seen: Seen) -> Leaf:
    """What one example adds to a gradient, told in full in that example's own steps."""
    if isinstance(owner, str):
        return leaf(kind, owner, seen["delta", owner], example, of_batch=True)
    source, target = owner
    return leaf(kind, owner, seen["a", source] * seen["delta", target], example, of_batch=True)


def update(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell each old value, its step down the gradient, and the new value; what is tied is told with its tie."""
    own = [at for at, holder in enumerate(neuron.holders) if holder.tie is None]

    def line(at: int) -> Line:
        kind, grad, owner, old, slope, parameter = _parameter(neuron, own[at])
        if parameter.frozen:
            return _frozen(kind, owner, old)
        step = Product((leaf("eta", "", story.rate), leaf(grad, owner, slope, story.of_all)))
        work = Difference(leaf(kind, owner, old), step)
        return Line(leaf(kind + "_new", owner, evaluate(work)), lambda: work, None, "update")

    return deed(moment, story, "update", neuron.name, line, len(own))


def _frozen(kind: str, owner: Owner, value: float) -> Line:
    return Line(
        leaf(kind + "_new", owner, value), lambda: leaf(kind, owner, value), None, "update", "frozen", frozen=True
    )


def update_together(moment: Moment, tie: Tie, story: Story) -> Deed:
    """Tell how those that share a weight or bias move it together, down the sum of their gradients."""
    kind, grad, what = ("b", "bias_grad", "bias") if tie.is_bias else ("w", "grad", "weight")
    owners: list[Owner] = [holder.name if isinstance(holder, Neuron) else holder.ends for holder in tie.members]

    def line(at: int) -> Line:
        if tie.frozen:
            return _frozen(kind, owners[at], tie.value)
        gradients = [holder.bias_grad if isinstance(holder, Neuron) else holder.grad for holder in tie.members]
        parts = tuple(leaf(grad, owner, part, story.of_all) for owner, part in zip(owners, gradients, strict=True))
        work = Difference(leaf(kind, owners[0], tie.value), Product((leaf("eta", "", story.rate), Sum(parts))))
        note = f"one {what} for all that are tied; its gradient is the sum of theirs"
        return Line(leaf(f"{kind}_new", owners[at], evaluate(work)), lambda: work, None, "update", note)

    first = tie.members[0]
    name = first.name if isinstance(first, Neuron) else first.target.name
    return deed(moment, story, "tied_bias_update" if tie.is_bias else "tied_update", name, line, len(tie.members))
