"""Telling the forward pass and the loss: sums, activations, loss terms.

Each teller names the quantities that a verb read and puts them in the verb's own order of operations; a formula of an
activation or a loss comes from its record.
"""

from __future__ import annotations

import math
from functools import partial

from neurograph.graph.edge import Edge
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import Objective, Target
from neurograph.rules.activations import Activation
from neurograph.rules.expression import Applied, Expression, Leaf, Number, Product, Sum, evaluate
from neurograph.rules.formula import fill
from neurograph.rules.losses import Shortcut
from neurograph.trace.moment import Moment
from neurograph.trace.quantity import leaf
from neurograph.trace.step import Deed, Line
from neurograph.trace.view import Story, View, checked, deed, doubt, function, term, top

__all__ = ["fire", "fire_together", "integrate", "objective", "target"]


def integrate(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell the weighted sum, product by product."""
    view = View(moment, story)

    def product(edge: Edge) -> Expression:
        return Product((view.weight(edge), view.of("a", edge.source.name)))

    def line(at: int) -> Line:
        return Line(
            view.of("z", neuron.name),
            lambda: Sum((*(product(edge) for edge in neuron.fan_in), view.bias(neuron))),
            None,
            "z",
        )

    def one(at: int) -> Line:
        edge = neuron.fan_in[at]
        return term(view, "product" + view.new, edge.ends, product(edge), "z")

    return deed(moment, story, "weighted_sum", neuron.name, line, 1, one, len(neuron.fan_in), "product")


def fire(moment: Moment, neuron: Neuron, story: Story) -> Deed:
    """Tell the activation of one neuron."""
    view = View(moment, story)

    def line(at: int) -> Line:
        rule = neuron.rule
        z, a = view.of("z", neuron.name), view.of("a", neuron.name)
        work = fill(rule.formula, {"z": z})
        return Line(a, lambda: Applied(a.value, work), function(rule, [z]), "a", doubt(work, a.value, rule.name))

    return deed(moment, story, "activation", neuron.name, line)


def fire_together(moment: Moment, group: Group, neuron: Neuron, story: Story) -> Deed:
    """Tell the activation of one member of a group."""
    view = View(moment, story)

    def line(at: int) -> Line:
        a, z = view.of("a", neuron.name), view.of("z", neuron.name)
        every = [view.of("z", member.name) for member in group.members]
        work = fill(group.rule.formula, {"z": z, "group": every})
        if group.rule.safe_formula and not math.isclose(evaluate(work), a.value, rel_tol=1e-9, abs_tol=1e-300):
            work = fill(group.rule.safe_formula, {"z": z, "group": every, "top": top(every)})
        note = doubt(work, a.value, group.rule.name)
        return Line(a, lambda: Applied(a.value, work), function(group.rule, [z]), "a", note)

    return deed(moment, story, "group_activation", neuron.name, line)


def target(moment: Moment, facing: Target, story: Story) -> Deed:
    """Tell what a target does: the loss term, dC/da, or delta the short way."""
    view = View(moment, story)
    neuron, loss = facing.neuron, facing.loss
    a = partial(view.of, "a", neuron.name)
    y, n = partial(view.of, "y", neuron.name), Number(float(facing.count))

    def measured(at: int) -> Line:
        term = view.of("term", neuron.name)
        textbook = fill(loss.formula, {"a": a(), "y": y(), "n": n})
        work, note = textbook, ""
        if facing.shortcut and not math.isclose(evaluate(textbook), term.value, rel_tol=1e-9, abs_tol=1e-300):
            z = [view.of("z", member.name) for member in facing.members]
            others = [one for place, one in enumerate(z) if place != facing.place]
            of_group: dict[str, list[Leaf]] = {"group": z, "others": others}
            from_z = fill(facing.shortcut.formula, of_group | {"z": z[facing.place], "top": top(z), "y": y()})
            if not abs(evaluate(textbook) - term.value) <= abs(evaluate(from_z) - term.value):
                work, note = from_z, "worked out from z, because a or 1 - a is rounded too far here"
        note = doubt(work, term.value, loss.name) or note
        return Line(term, lambda: Applied(term.value, work), None, "C", note)

    def judged(at: int) -> Line:
        a_grad = view.of("a_grad", neuron.name)
        slope = loss.slope(a().value, y().value, facing.count)
        own = Applied(slope, fill(loss.slope_formula, {"a": a(), "y": y(), "n": n}))
        work: Expression = Sum((view.of("collected", neuron.name), own)) if neuron.fan_out else own
        return Line(a_grad, lambda: work, None, "BP1", doubt(own.formula, slope, f"the slope of {loss.name}"))

    def settled(at: int) -> Line:
        short, rule = facing.shortcut, neuron.rule
        if not isinstance(short, Shortcut):
            raise TypeError(short)
        delta = view.of("delta", neuron.name)
        own = Applied(short.delta(a().value, y().value), fill(short.delta_formula, {"a": a(), "y": y()}))
        work: Expression = own
        named: Expression | None = None
        note = f"the short way: {loss.name} after {rule.name}, dC/da and slope cancel to this"
        if neuron.fan_out and isinstance(rule, Activation):
            z, back = view.of("z", neuron.name), view.of("collected", neuron.name)
            slope = Applied(rule.slope(z.value, a().value), fill(rule.slope_formula, {"z": z, "a": a()}))
            work = Sum((own, Product((back, slope))))
            named = Sum((own, Product((back, function(rule, [z], "'")))))
            note += ", and what its edges brought back goes through the slope"
        return Line(delta, lambda: work, named, "BP1", note, checked(story, moment, neuron, delta))

    keys = {
        "compute_term": ("loss_term", measured),
        "compute_term_from_z": ("loss_term", measured),
        "add_loss_slope": ("output_error", judged),
        "compute_delta": ("short_delta_and_edges" if neuron.fan_out else "short_delta", settled),
    }
    key, line = keys[moment.verb]
    return deed(moment, story, key, neuron.name, line)


def objective(moment: Moment, judged: Objective, story: Story) -> Deed:
    """Tell how the terms of the loss add up."""
    view = View(moment, story)

    def line(at: int) -> Line:
        if story.of_batch:
            cost = leaf("C_of_one" + view.new, str(moment.example + 1), moment.seen["C", ""], moment.example)
        else:
            cost = leaf("C" + view.new, "", moment.seen["C", ""])
        return Line(
            cost, lambda: Sum(tuple(view.of("term", target.neuron.name) for target in judged.targets)), None, "C"
        )

    return deed(moment, story, "loss_sum" if len(judged.targets) > 1 else "loss_only_term", "", line)
