"""The outcome of a training step: the loss before and after, and what the gradient promised to first order.

The last operations of a trace; everything before them is said by explain.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurograph.algebra.expression import (
    Difference,
    Expression,
    Leaf,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    evaluate,
)
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie
from neurograph.quantities import MEAN, leaf
from neurograph.trace.events import Values
from neurograph.trace.step import Line, Operation

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers that sum a training step up, each the left side of its line."""

    loss_before: Line
    loss_after: Line
    predicted_change: Line
    change: Line

    @classmethod
    def of(cls, before: Structure, rate: float, batch: Sequence[Values], batch_after: Sequence[Values]) -> Outcome:
        """Work the outcome out, of the gradients that `before` holds and the numbers of each example on both sides."""
        old, new = _line("C", _loss("", batch)), _line("C_new", _loss("_new", batch_after))
        squares = _squares(before, MEAN if len(batch) > 1 else 0)
        promise = Product((Negative(leaf("eta", "", rate)), Sum(squares or (Number(0.0),))))
        note = "to first order: -eta * |gradient|^2"
        return cls(
            old, new, _line("predicted", promise, "prediction", note), _line("change", Difference(new.left, old.left))
        )

    def placed(self, operations: Sequence[Operation]) -> tuple[Operation, ...]:
        """Put the outcome among the operations: a batch's mean loss before the means, the rest at the end."""
        means = [place for place, operation in enumerate(operations) if operation.phase == "mean"]
        all_of_them = list(operations)
        if means:
            all_of_them.insert(means[0], _operation("mean", "mean_loss", self.loss_before))
            all_of_them.append(_operation("after", "mean_loss", self.loss_after))
        return (
            *all_of_them,
            _operation("after", "predicted_change", self.predicted_change),
            _operation("after", "real_change", self.change),
        )


def _loss(new: str, batch: Sequence[Values]) -> Expression:
    """The loss of the step: the example's, or the mean over the batch."""
    if len(batch) == 1:
        return leaf("C" + new, "", batch[0]["C", ""])
    parts = [leaf("C_of_one" + new, str(e + 1), one["C", ""], e) for e, one in enumerate(batch)]
    return Quotient(Sum(tuple(parts)), Number(float(len(parts))))


def _squares(before: Structure, example: int) -> tuple[Expression, ...]:
    """To first order, a step of -rate * g changes the loss by the sum of g * (-rate * g)."""

    def gradient(holder: Neuron | Edge) -> Leaf:
        if isinstance(holder, Neuron):
            return leaf("bias_grad", holder.name, holder.bias_grad, example)
        return leaf("grad", holder.ends, holder.grad, example)

    def of(holder: Neuron | Edge | Tie) -> Expression:
        return Sum(tuple(map(gradient, holder.members))) if isinstance(holder, Tie) else gradient(holder)

    return tuple(Power(of(holder), 2) for holder in before.movable)


def _line(kind: str, work: Expression, equation: str = "C", note: str = "") -> Line:
    return Line(leaf(kind, "", evaluate(work)), lambda: work, None, equation, note)


def _operation(phase: str, key: str, line: Line) -> Operation:
    return Operation(phase=phase, layer="loss", key=key, subject="", line=lambda _: line, term=lambda _: line)
