"""The equations of a card: what the trace says about one neuron, in lines that fit, with the quantities in them named.

It picks and lays out; every word and number is the trace's.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.algebra.expression import leaves
from neurograph.algebra.numbers import NumberFormat
from neurograph.quantities import Quantity
from neurograph.trace.step import Line, Step
from neurograph.trace.trace import Trace
from visualize.steps.frames import equation_lines

__all__ = ["Equation", "equations_of"]

_EDGES = 8  # with more edges, gradients and new weights are told for the first few; all numbers stand in the picture
_FEW = 4
_OWN = ("forward", "backward")  # phases in which a neuron works for itself alone
_SHARED = ("gradient", "mean", "update")  # phases about single weights, told with the neuron that they lead to


@dataclass(frozen=True, slots=True)
class Equation:
    """A line of text, and the numbers in it that are quantities, as they are written."""

    text: str
    numbers: frozenset[str] = frozenset()


def equations_of(
    trace: Trace[Any], neuron: str, example: int, show: str, columns: int, is_input: bool = False
) -> list[Equation]:
    """Find what a trace says about a neuron, in its order, in lines of so many columns.

    Of an input these are the gradients and the new weights of the edges that go out.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([1, 1], "tanh", initializer="ones").trace([0.5], [1.0], digits=3)
    >>> equations_of(trace, "o1", 0, "forward", 60)[-1].text
    'a(o1) = tanh(z(o1)) = tanh(0.5) = 0.462'
    """
    phases = {"forward": ("forward",), "backward": ("backward", *_SHARED)}.get(show, (*_OWN, *_SHARED))
    told: dict[str, list[Line]] = {}
    for step in trace.at("neuron"):
        if step.phase in phases and step.example in (None, example) and (lines := _about(step, neuron, is_input)):
            told.setdefault(step.phase, []).extend(lines)
    found: list[Equation] = []
    if is_input:
        note = f"a({neuron}) is the number given: an input sums up nothing, and has no error."
        found += [Equation(text) for text in textwrap.wrap(note, columns)]
    for phase, lines in told.items():
        few = lines[:_FEW] if phase in _SHARED and len(lines) > _EDGES + 1 else lines  # and one for the bias
        for line in few:
            found += _told(line, trace.style, columns)
        if len(few) < len(lines):
            found.append(Equation(f"... ({len(lines) - len(few)} more, one for each edge)"))
    return found


def _about(step: Step, neuron: str, is_input: bool) -> Sequence[Line]:
    """Pick the lines about a neuron, its bias and its edges in; about an input, those of its edges out."""
    if step.phase in _OWN:
        return step.lines if step.subject == neuron else ()
    if step.subject != neuron and not is_input and step.kind != "new shared weight":
        return ()
    end = 0 if is_input else 1
    return [
        line
        for line in step.lines
        if isinstance(line.left.key, Quantity)
        and (line.left.key.owner[end] if isinstance(line.left.key.owner, tuple) else line.left.key.owner) == neuron
    ]


def _told(line: Line, style: NumberFormat, columns: int) -> list[Equation]:
    numbers = frozenset(style.text(one.value) for one in (line.left, *leaves(line.work())))
    told = [Equation(text, numbers) for text in equation_lines([line], style, columns)]
    if line.note:
        told += [
            Equation(text)
            for text in textwrap.wrap(f"({line.note})", columns, initial_indent="   ", subsequent_indent="    ")
        ]
    return told
