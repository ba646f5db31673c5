"""The equations of a card: what the trace says about one neuron, in lines that fit, with the quantities in them named.

It picks and lays out; every word and number is the trace's.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from neurograph.rules.expression import leaves
from neurograph.rules.number_format import NumberFormat
from neurograph.trace.step import Line
from neurograph.trace.trace import Trace
from visualize.steps.frames import equation_lines

__all__ = ["Equation", "equations_of"]

_GRADIENTS = 3  # lines of gradients; the numbers of all stand in the picture


@dataclass(frozen=True, slots=True)
class Equation:
    """A line of text, and the numbers in it that are quantities, as they are written."""

    text: str
    numbers: frozenset[str] = frozenset()


def equations_of(trace: Trace[Any], neuron: str, example: int, show: str, columns: int) -> list[Equation]:
    """Find what a trace says about a neuron, in its order, in lines of so many columns.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([1, 1], "tanh", initializer="ones").trace([0.5], [1.0], digits=3)
    >>> equations_of(trace, "o1", 0, "forward", 60)[-1].text
    'a(o1) = tanh(z(o1)) = tanh(0.5) = 0.462'
    """
    phases = {"forward": ("forward",), "backward": ("backward", "gradient")}.get(
        show, ("forward", "backward", "gradient")
    )
    found: list[Equation] = []
    for step in trace.at("neuron"):
        if step.subject != neuron or step.phase not in phases or step.example not in (None, example):
            continue
        lines = step.lines
        few = lines[:_GRADIENTS] if step.phase == "gradient" and len(lines) > _GRADIENTS + 1 else lines
        for line in few:
            found += _told(line, trace.style, columns)
        if len(few) < len(lines):
            found.append(Equation(f"... ({len(lines) - len(few)} more, one for each edge)"))
    return found


def _told(line: Line, style: NumberFormat, columns: int) -> list[Equation]:
    numbers = frozenset(style.text(one.value) for one in (line.left, *leaves(line.work())))
    told = [Equation(text, numbers) for text in equation_lines([line], style, columns)]
    if line.note:
        told += [
            Equation(text)
            for text in textwrap.wrap(f"({line.note})", columns, initial_indent="   ", subsequent_indent="    ")
        ]
    return told
