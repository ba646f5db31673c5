"""What the tellers share: the story's frame, and the numbers of a moment as leaves of an expression."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.passes.differences import Check
from neurograph.rules.activations import Activation
from neurograph.rules.expression import Call, Expression, Leaf, evaluate
from neurograph.rules.softmax import JointActivation
from neurograph.trace.moment import Moment, Seen
from neurograph.trace.quantity import Owner, leaf
from neurograph.trace.step import Deed, Line

__all__ = ["Story", "View", "checked", "deed", "doubt", "function", "term", "top"]

CheckOf = Callable[[Neuron | Edge, float, int], Check]


@dataclass(frozen=True, slots=True)
class Story:
    """What the tellers know beside the moment: the layers, the rate, the batch, and how to check a gradient."""

    before: Structure
    rate: float
    batch: int
    check: CheckOf
    layer_of: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    @property
    def of_all(self) -> int:
        """The example number of a gradient that the update uses: -1 for the mean of a batch."""
        return -1 if self.of_batch else 0

    @property
    def of_batch(self) -> bool:
        """Whether there is more than one example to tell apart."""
        return self.batch > 1


class View:
    """The numbers of the moment, as leaves; primed ones in the pass after the update."""

    def __init__(self, moment: Moment, story: Story) -> None:
        self.seen: Seen = moment.seen
        self.example = moment.example
        self.of_batch = story.of_batch
        self.new = "_new" if moment.phase == "after" else ""
        self.prime = "'" if self.new else ""

    def of(self, what: str, name: str) -> Leaf:
        """A number that an act wrote."""
        kind = what + self.new if what in ("z", "a", "term") else what
        # The inputs and targets are the same before and after the update.
        if what == "a" and ("z", name) not in self.seen:
            kind = "a"
        batch = self.of_batch and what in ("a_grad",)
        return leaf(kind, name, self.seen[what, name], self.example, batch)

    def weight(self, edge: Edge) -> Leaf:
        """An edge's weight."""
        return leaf("w" + self.new, edge.ends, edge.w)

    def bias(self, neuron: Neuron) -> Leaf:
        """A neuron's bias."""
        return leaf("b" + self.new, neuron.name, neuron.b)


def deed(
    moment: Moment,
    story: Story,
    key: str,
    subject: str,
    line: Callable[[int], Line],
    line_count: int = 1,
    term: Callable[[int], Line] | None = None,
    term_count: int = 0,
    term_key: str = "",
) -> Deed:
    """Make a deed, with the place of the moment in the step."""
    example = moment.example if story.of_batch and moment.phase not in ("mean", "update") else None
    layer = "loss" if key in ("loss_term", "loss_sum", "loss_only_term") else story.layer_of[subject]
    summed = term_key not in ("", "slope")
    return Deed(
        moment.phase, example, layer, key, subject, line, line_count, term or line, term_count, term_key, summed
    )


def term(view: View, kind: str, owner: Owner, work: Expression, equation: str) -> Line:
    """One term of a sum: a product without a symbol of its own."""
    return Line(leaf(kind, owner, evaluate(work), view.example), lambda: work, equation=equation)


def checked(story: Story, moment: Moment, parameter: Neuron | Edge, left: Leaf) -> Callable[[], Check]:
    """Say how a gradient's check is found, when somebody asks."""
    return partial(story.check, parameter, left.value, moment.example)


def function(rule: Activation | JointActivation, args: Sequence[Leaf], prime: str = "") -> Expression:
    """Write a function by its name."""
    return Call(rule.name + prime, rule.symbol + prime, tuple(args))


def top(z: Sequence[Leaf]) -> Expression:
    """Write the largest of a group."""
    return Call("max", r"\max", tuple(z))


def doubt(formula: Expression, value: float, whose: str) -> str:
    """Say so when a record's formula does not come out at what its own function gave: then the record is wrong.

    A formula that leaves the range of floats, where the function takes a safer way, raises no doubt.
    """
    worked_out = evaluate(formula)
    if not math.isfinite(worked_out) or math.isclose(worked_out, value, rel_tol=1e-6, abs_tol=1e-9):
        return ""
    return f"the formula of {whose} gives {worked_out:.6g}, its function gave {value:.6g}: one of them is wrong"
