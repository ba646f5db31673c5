"""The gradient check: every derivative that backpropagation gives, beside its central difference.

It works on a copy, and it can check a backward pass of the user's own. It knows no formula of a derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from neurograph.errors import Argument, InvalidTypeError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import forget
from neurograph.network import Network, examples_of
from neurograph.passes.checks import check_backward
from neurograph.passes.differences import Check, GradientChecker
from neurograph.passes.propagation import run
from neurograph.quantities import MEAN
from neurograph.rules.losses import LOSSES, Loss
from neurograph.tables import Rows
from neurograph.validate import in_range

__all__ = ["Row", "check_gradients"]

Backward = Callable[[Network, Sequence[float], Loss], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One derivative and its check.

    Attributes
    ----------
    kind : {"delta", "bias", "weight"}
        dC/dz, dC/db or dC/dw.
    name : str
        The neuron or edge.
    check : Check
        Both values, their relative error and the verdict.
    """

    kind: str
    name: str
    check: Check


@dataclass(frozen=True, slots=True, repr=False)
class GradientReport:
    """The rows of a gradient check, in the order of the network's neurons, and what they come to.

    Attributes
    ----------
    rows : tuple of Row
        One for each delta, bias and weight.
    loss : float
        The loss of the example, or the mean over the batch.
    """

    rows: tuple[Row, ...]
    loss: float

    @property
    def ok(self) -> bool:
        """Whether no derivative is wrong."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[Row, ...]:
        """The rows whose derivative is wrong, from the inputs on. A wrong delta spoils all that come before it."""
        return tuple(row for row in self.rows if row.check.verdict == "wrong")

    def count(self, verdict: str) -> int:
        """How many rows have a verdict: "ok", "wrong", "kink" or "too small"."""
        return sum(row.check.verdict == verdict for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def summary(self) -> str:
        """Tell the outcome in one line."""
        counts = [
            f"{self.count(verdict)} {verdict}"
            for verdict in ("ok", "wrong", "kink", "too small")
            if self.count(verdict)
        ]
        return f"{len(self.rows)} derivatives checked: {', '.join(counts)}"

    def __repr__(self) -> str:
        return f"<GradientReport: {self.summary()}>"

    def __str__(self) -> str:
        """Write the report as a table."""
        width = max([len(row.name) for row in self.rows], default=4)
        head = f"{'':6}  {'':{width}}  {'backprop':>13}  {'difference':>13}  {'rel. error':>10}  verdict"
        lines = [head]
        for row in self.rows:
            check = row.check
            verdict = f"kink at {check.kink}" if check.verdict == "kink" else check.verdict
            lines.append(
                f"{row.kind:6}  {row.name:{width}}  {check.backprop:13.6g}  {check.difference:13.6g}  "
                f"{check.relative_error:10.1e}  {verdict}"
            )
        return "\n".join([*lines, self.summary()])


def check_gradients(
    net: Network,
    x: Rows,
    y: Rows,
    loss: str | Loss = "squared_error",
    *,
    tolerance: float = 1e-6,
    backward: Backward | None = None,
) -> GradientReport:
    """Compare every derivative of backpropagation with a central difference.

    For each bias, weight and delta: `(C(p + h) - C(p - h)) / 2h`, with h made smaller until it settles, or larger where
    rounding drowns it (Ridders 1982), against what the backward pass says. A derivative is wrong when the two are
    further apart than the tolerance and what rounding does to the difference, twice, with different steps. It is "too
    small" where rounding leaves less than three digits, as where targets are met or a neuron is saturated.

    Parameters
    ----------
    net : Network
        It is left as it is.
    x, y : row or rows
        One example, or a batch, whose gradients are averaged (its deltas are those of each example, and not checked).
    loss : str or Loss
        The loss of one example.
    tolerance : float
        The relative error up to which a derivative counts as right.
    backward : callable, optional
        `backward(net, y, loss)`, a backward pass of your own to be checked instead: it finds the activations in place
        and adds to `bias_grad` and `grad`, and sets `delta`.

    Returns
    -------
    GradientReport
        Its rows, `ok`, `wrong`, and a table when printed.

    Raises
    ------
    NeurographError
        As `Network.forward` and `backward` raise.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "sigmoid", seed=3)
    >>> report = ng.check_gradients(net, [0.5, -1.0], [1.0])
    >>> report.ok, report.summary()
    (True, '12 derivatives checked: 12 ok')
    """
    if backward is not None and not callable(backward):
        raise InvalidTypeError(
            where="check_gradients, backward", given=backward, expected="a function backward(net, y, loss)"
        )
    record = LOSSES.find(loss)
    allowed = in_range(tolerance, Argument("check_gradients", "tolerance"), above=0.0)
    batch = examples_of(net, x, y)
    learner = net.copy()
    cost = _gradients(learner, batch, record, backward)
    checker = GradientChecker(net, record, batch, long_way=backward is not None)
    example = MEAN if len(batch) > 1 else 0
    rows: list[Row] = []

    def judge(kind: str, name: str, value: float | None, parameter: Neuron | Edge) -> None:
        """Add a row; a derivative that was never set is wrong whatever its value would be."""
        found = math.nan if value is None else value
        rows.append(Row(kind, name, checker.check(parameter, found, example, allowed)))

    for neuron in learner.neurons:
        if neuron.role == "input":
            continue
        if len(batch) == 1:
            judge("delta", neuron.name, neuron.delta, neuron)
        judge("bias", neuron.name, neuron.bias_grad, neuron)
        for edge in neuron.fan_in:
            judge("weight", edge.label, edge.grad, edge)
    return GradientReport(tuple(rows), cost)


def _gradients(
    net: Network, batch: Sequence[tuple[list[float], list[float]]], loss: Loss, backward: Backward | None
) -> float:
    """Run every example through and take the mean of its gradients; the network is left with them."""
    total = 0.0
    forget(net)
    computing = net.computing
    for neuron in computing:
        neuron.zero_gradients()
    for x, y in batch:
        net.forward(x)
        schedule = net.schedule(loss)
        schedule.objective.check_targets(y)
        schedule.objective.set_targets(y)
        run(schedule.loss)
        total += schedule.objective.cost
        if backward is None:
            run(schedule.backward)
            check_backward(schedule, net)
            run(schedule.gradients)
        else:
            backward(net, y, loss)
    for neuron in computing:
        neuron.average(len(batch))
    return total / len(batch)
