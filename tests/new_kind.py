"""A trace with a kind of quantity that nobody has heard of, beside the gradients of one neuron."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import neurograph as ng
from neurograph.algebra.symbols import Symbol
from neurograph.quantities import Kind, leaf
from neurograph.trace.step import Line, Operation
from neurograph.trace.trace import Trace

BEND = Kind(Symbol("curv"), "parameter", "gradient", "κ", "curvature", is_averaged=True)
VALUES: dict[str | tuple[str, str], float] = {"h1": 7.25, ("x1", "h1"): 8.5, ("x2", "h1"): 9.5}


def traced_with_bend() -> Trace[Any]:
    """Trace a step in which h1 has one more number beside each gradient; the table must have the kind by then."""
    trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.5, 1.0], [1.0])
    operations = tuple(map(_with_bend, trace.data.operations))
    return Trace(replace(trace.data, operations=operations), "neuron", trace.style)


def _with_bend(operation: Operation) -> Operation:
    if operation.key != "gradients" or operation.subject != "h1":
        return operation

    def equations() -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        owners = [(line, line.left.key.owner) for line in operation.lines]  # type: ignore[attr-defined]
        more = [replace(line, left=leaf("bend", owner, VALUES[owner]), check=None) for line, owner in owners]
        return operation.terms, (*operation.lines, *more)

    return replace(operation, equations=equations)
