"""Telling the way back and the update: errors, deltas, gradients, means, new values.

Each teller names the quantities that a verb read and puts them in the verb's own order of operations; a slope comes
from its record.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.rules.activations import Activation
from neurograph.rules.expression import Applied, Difference, Expression, Leaf, Number, Product, Quotient, Sum, evaluate
from neurograph.rules.formula import fill
from neurograph.trace.quantity import Owner, leaf, name_latex, name_text
from neurograph.trace.step import Deed, Line
from neurograph.trace.stepper import Moment, Seen
from neurograph.trace.view import Story, View, checked, deed, function, term

__all__ = ["average", "collect", "learn", "settle", "settle_together", "update"]


def collect(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell how errors come back over the outgoing edges: the first half of BP2."""
    view = View(moment, story)

    def blame(edge: Edge) -> Expression:
        return Product((view.weight(edge), view.of("delta", edge.target.name)))

    def lines() -> Iterator[Line]:
        left = view.of("collected" if neuron.role == "output" else "a_grad", neuron.name)
        yield Line(
            left,
            lambda: Sum(tuple(blame(edge) for edge in neuron.fan_out)) if neuron.fan_out else Number(0.0),
            None,
            "BP2",
        )

    def terms() -> Iterator[Line]:
        for edge in neuron.fan_out:
            yield term(view, "blame", edge.ends, blame(edge), "BP2")

    return deed(
        moment, story, "error from downstream", neuron.name, lines, 1, terms, len(neuron.fan_out), "share of the error"
    )


def settle(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell how dC/da and the slope make delta: BP1 for an output, BP2 for the rest."""
    view = View(moment, story)
    rule = neuron.rule
    if not isinstance(rule, Activation):  # a group settles for its members
        raise TypeError(rule)
    equation = "BP1" if neuron.role == "output" else "BP2"
    z, a = partial(view.of, "z", neuron.name), partial(view.of, "a", neuron.name)

    def slope() -> Expression:
        return Applied(rule.slope(z().value, a().value), fill(rule.slope_formula, {"z": z(), "a": a()}))

    def lines() -> Iterator[Line]:
        delta, a_grad = view.of("delta", neuron.name), view.of("a_grad", neuron.name)
        named = Product((a_grad, function(rule, [z()], "'")))
        yield Line(
            delta, lambda: Product((a_grad, slope())), named, equation, "", checked(story, moment, neuron, delta)
        )

    def terms() -> Iterator[Line]:
        value = rule.slope(z().value, a().value)
        name = f"{rule.name}'(z({name_text(neuron.name)}))"
        left = leaf("slope", neuron.name, value, moment.example)
        yield Line(
            Leaf(name, rf"{rule.symbol}'(z_{{{name_latex(neuron.name)}}})", value, left.key), slope, None, equation
        )

    return deed(moment, story, "delta", neuron.name, lines, 1, terms, 1, "slope")


def settle_together(moment: Moment, group: Group, j: int, story: Story) -> Deed:
    """Tell how a group's Jacobian makes one member's delta, term by term."""
    view = View(moment, story)
    neuron, rule = group.members[j], group.rule
    equation = "BP1" if neuron.role == "output" else "BP2"
    z = [moment.seen["z", member.name] for member in group.members]
    a = [moment.seen["a", member.name] for member in group.members]

    def entry(k: int, other: Neuron) -> Expression:
        names: dict[str, Expression] = {
            "a_k": view.of("a", other.name), "a_j": view.of("a", neuron.name),
            "z_k": view.of("z", other.name), "z_j": view.of("z", neuron.name), "same": Number(1.0 if k == j else 0.0),
        }  # fmt: skip
        return Product(
            (view.of("a_grad", other.name), Applied(rule.partial(z, a, k, j), fill(rule.partial_formula, names)))
        )

    def lines() -> Iterator[Line]:
        delta = view.of("delta", neuron.name)
        work = [entry(k, other) for k, other in enumerate(group.members)]
        note = f"each term is dC/da times an entry of the Jacobian of {rule.name}; 1 stands for the same neuron, else 0"
        yield Line(delta, lambda: Sum(tuple(work)), None, equation, note, checked(story, moment, neuron, delta))

    def terms() -> Iterator[Line]:
        for k, other in enumerate(group.members):
            yield term(view, "jacobian", (other.name, neuron.name), entry(k, other), equation)

    return deed(
        moment, story, "delta through the Jacobian", neuron.name, lines, 1, terms, len(group.members), "Jacobian term"
    )


def learn(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell what the example gives to each gradient: BP3 and BP4."""
    view = View(moment, story)

    def gradient(kind: str, owner: Owner, value: float) -> Leaf:
        return leaf(kind, owner, value, moment.example, story.of_batch)

    def lines() -> Iterator[Line]:
        delta = view.of("delta", neuron.name)
        left = gradient("bias_grad", neuron.name, delta.value)
        yield Line(left, lambda: delta, None, "BP3", "", checked(story, moment, neuron, left))
        for edge in neuron.fan_in:
            work = Product((view.of("a", edge.source.name), delta))
            left = gradient("grad", edge.ends, evaluate(work))
            yield Line(left, partial(_same, work), None, "BP4", "", checked(story, moment, edge, left))

    return deed(moment, story, "gradients", neuron.name, lines, 1 + len(neuron.fan_in))


def _same(work: Expression) -> Expression:
    return work


def _parameters(neuron: Neuron) -> Iterator[tuple[str, str, Owner, float, float, Neuron | Edge]]:
    """The bias, then the incoming weights: kind, gradient's kind, owner, value, gradient, object."""
    yield "b", "bias_grad", neuron.name, neuron.b, neuron.bias_grad or 0.0, neuron
    for edge in neuron.fan_in:
        yield "w", "grad", edge.ends, edge.w, edge.grad or 0.0, edge


def average(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell how the contributions of a batch make a mean."""

    def lines() -> Iterator[Line]:
        for _, kind, owner, _, value, parameter in _parameters(neuron):
            parts = tuple(_contribution(kind, owner, e, seen) for e, seen in enumerate(story.seen))
            left = leaf(kind, owner, value, -1)
            check = partial(story.check, parameter, value, -1)
            yield Line(left, partial(Quotient, Sum(parts), Number(float(story.batch))), None, "mean", "", check)

    return deed(moment, story, "mean over the batch", neuron.name, lines, 1 + len(neuron.fan_in))


def _contribution(kind: str, owner: Owner, example: int, seen: Seen) -> Leaf:
    """What one example adds to a gradient, told in full in that example's own steps."""
    if isinstance(owner, str):
        return leaf(kind, owner, seen["delta", owner], example, of_batch=True)
    source, target = owner
    return leaf(kind, owner, seen["a", source] * seen["delta", target], example, of_batch=True)


def update(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell each old value, its step down the gradient, and the new value."""
    example = -1 if story.of_batch else 0

    def lines() -> Iterator[Line]:
        for kind, grad, owner, old, slope, _ in _parameters(neuron):
            step = Product((leaf("eta", "", story.rate), leaf(grad, owner, slope, example)))
            work = Difference(leaf(kind, owner, old), step)
            yield Line(leaf(kind + "_new", owner, evaluate(work)), partial(_same, work), None, "update")

    return deed(moment, story, "update", neuron.name, lines, 1 + len(neuron.fan_in))
