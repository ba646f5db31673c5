"""The outcome of a training step: the loss before and after, and what the gradient promised to first order.

The last deeds of a trace; everything before them is told by the narration.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie
from neurograph.rules.expression import (
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
from neurograph.trace.moment import Seen
from neurograph.trace.quantity import leaf
from neurograph.trace.step import Deed, Line

__all__ = ["Outcome"]


class Outcome:
    """The three numbers that sum a training step up, each with its line.

    Parameters
    ----------
    before : Structure
        Holds the gradients, of a batch the means.
    rate : float
        The learning rate.
    seen, seen_again : sequence of Seen
        The numbers of each example with the old and with the new parameters.
    """

    def __init__(self, before: Structure, rate: float, seen: Sequence[Seen], seen_again: Sequence[Seen]) -> None:
        self._before, self._rate = before, rate
        self._of_batch = len(seen) > 1
        example = -1 if self._of_batch else 0
        self._example = example
        self.loss_before = self._loss("", seen)
        self.loss_after = self._loss("_new", seen_again)
        self.predicted = leaf("predicted", "", evaluate(self._promise()))
        self.change = leaf("change", "", evaluate(self._real()))

    def _loss(self, new: str, seen: Sequence[Seen]) -> tuple[Leaf, Expression]:
        """The loss of the step: the example's, or the mean over the batch."""
        if not self._of_batch:
            cost = leaf("C" + new, "", seen[0]["C", ""])
            return cost, cost
        parts = [leaf("C_of_one" + new, str(e + 1), one["C", ""], e) for e, one in enumerate(seen)]
        mean = Quotient(Sum(tuple(parts)), Number(float(len(parts))))
        return leaf("C" + new, "", evaluate(mean)), mean

    def _promise(self) -> Expression:
        """To first order, a step of -rate * g changes the loss by the sum of g * (-rate * g)."""
        squares: list[Expression] = []
        for holder in self._before.movable:
            parts = [self._gradient(member) for member in holder.members] if isinstance(holder, Tie) else []
            squares.append(Power(Sum(tuple(parts)) if isinstance(holder, Tie) else self._gradient(holder), 2))
        return Product((Negative(leaf("eta", "", self._rate)), Sum(tuple(squares) or (Number(0.0),))))

    def _gradient(self, holder: Neuron | Edge) -> Leaf:
        if isinstance(holder, Neuron):
            return leaf("bias_grad", holder.name, holder.bias_grad, self._example)
        return leaf("grad", holder.ends, holder.grad, self._example)

    def _real(self) -> Expression:
        return Difference(self.loss_after[0], self.loss_before[0])

    def placed(self, deeds: Sequence[Deed]) -> tuple[Deed, ...]:
        """Put the outcome among the deeds: a batch's mean loss before the means, the rest at the end."""
        told = list(deeds)
        if self._of_batch:
            at = next(place for place, deed in enumerate(told) if deed.phase == "mean")
            told.insert(at, _deed("mean", "mean_loss", *self.loss_before, "C"))
            told.append(_deed("after", "mean_loss", *self.loss_after, "C"))
        note = "to first order: -eta * |gradient|^2"
        told.append(_deed("after", "predicted_change", self.predicted, self._promise(), "prediction", note))
        told.append(_deed("after", "real_change", self.change, self._real(), "C"))
        return tuple(told)


def _deed(phase: str, key: str, left: Leaf, work: Expression, equation: str, note: str = "") -> Deed:
    def line(at: int) -> Line:
        return Line(left, lambda: work, None, equation, note)

    return Deed(phase, None, "loss", key, "", line, 1, line)
