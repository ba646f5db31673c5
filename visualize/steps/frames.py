"""The frames of a trace: for every step what is known by then, how it is shown, what it works on, and its words.

A strip prints them side by side, an animation one after another. It draws nothing and computes nothing of the model.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.writers import write_text
from neurograph.errors import Argument, InvalidTypeError, InvalidValueError, Setting
from neurograph.quantities import Kind, Quantity
from neurograph.trace.state import State
from neurograph.trace.step import UNITS, Line, Step, Unit
from neurograph.trace.text_layout import broken_equation
from neurograph.trace.trace import Trace
from neurograph.validate import instance_of, one_of
from visualize.drawn import short
from visualize.network.highlight import Lit
from visualize.network.modes import Read, read_trace
from visualize.steps.words import wrapped

__all__ = ["PHASES", "Frame", "as_trace", "equation_lines", "frame_at", "places_of"]

# The phases of a training step, and the mode that shows each.
PHASES = {
    "forward": "forward",
    "loss": "loss",
    "backward": "backward",
    "gradient": "gradients",
    "mean": "mean",
    "update": "update",
    "after": "update",
}


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """One step, ready to be shown.

    Attributes
    ----------
    step : Step
        The step itself, with its equations.
    mode : str
        How it is shown: "forward", "loss", "backward", "gradients", "mean" (gradients of a batch) or "update".
    title : str
        Its number from 1, the phase, and what is done to whom.
    losses : str
        The losses that it works out, as in "C = 0.5"; empty for most.
    read : callable
        Gives the numbers that are known by then.
    lit : Lit
        The neurons and edges that it reads or writes.
    """

    step: Step
    mode: str
    title: str
    losses: str
    read: Read
    lit: Lit

    def __repr__(self) -> str:
        return f"<Frame {self.title}>"

    def heading(self, widest: float, height: float) -> list[str]:
        """Break title and losses into lines that are no wider; `height` is that of the text."""
        return [line for text in (self.title, self.losses) if text for line in wrapped(text, widest, height)]


def as_trace(trace: object, unit: Unit, digits: int | None, where: str) -> Trace[Any]:
    """Take a trace to the unit and the digits of a picture."""
    checked: Trace[Any] = instance_of(trace, Trace, f"{where}, trace", "a Trace", "Make one with net.trace(x, y).")
    one_of(unit, UNITS, f"{where}, unit", "unknown unit")
    return replace_style(checked, digits).at(unit)


def replace_style(trace: Trace[Any], digits: int | None) -> Trace[Any]:
    """Write the numbers of a trace with other digits, and leave fractions and long sums as they are."""
    style = replace(trace.style, digits=digits)
    return trace.written(style.digits, style.fractions, style.terms)


def places_of(trace: Trace[Any], phases: str | Sequence[str] | None, where: str, most: int) -> list[int]:
    """Find the steps of the phases asked for, `most` of them at most; None stands for all but those after the update.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0], unit="layer")
    >>> places_of(trace, None, "draw_strip", 40), places_of(trace, "update", "draw_strip", 40)
    ([0, 1, 2, 3, 4, 5, 6, 7, 8], [7, 8])
    """
    wanted = _phases(phases, where)
    found = _in_phases(trace, wanted)
    if not found:
        there = dict.fromkeys(step.phase for step in trace.at("phase"))
        problem = f"this trace has no steps of {', '.join(wanted)}. It has: {', '.join(there)}."
        raise InvalidValueError(problem, where=f"{where}, phases")
    if len(found) > most:
        counts = {unit: len(_in_phases(trace.at(unit), wanted)) for unit in UNITS}
        fitting = [unit for unit in UNITS if counts[unit] <= most]
        raise InvalidValueError(
            f"{trace.unit!r} makes {len(found)} pictures, expected {most} at most.",
            where=Argument(where, "unit"),
            given=trace.unit,
            settings=[
                *(Setting("unit", unit, f"To have {counts[unit]}") for unit in fitting[:1]),
                Setting("phases", ("forward", "backward"), "To have some phases only"),
            ],
        )
    return found


def _phases(phases: object, where: str) -> tuple[str, ...]:
    if phases is None:
        return tuple(phase for phase in PHASES if phase != "after")
    chosen = (phases,) if isinstance(phases, str) else phases
    if not isinstance(chosen, Sequence) or not chosen:
        expected = "phases such as ('forward', 'backward'), or None"
        raise InvalidTypeError(where=f"{where}, phases", given=phases, expected=expected)
    return tuple(one_of(phase, PHASES, f"{where}, phases", "unknown phase") for phase in chosen)


def _in_phases(trace: Trace[Any], phases: Sequence[str]) -> list[int]:
    return [step.index for step in trace if step.phase in phases]


def frame_at(trace: Trace[Any], k: int) -> Frame:
    """Put together what is shown of step k.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([2, 2, 1], "tanh").trace([0.0, 1.0], [1.0], unit="layer")
    >>> frame = frame_at(trace, 0)
    >>> frame.title, frame.mode, frame.read("a", trace.before["o1"])
    ('1 forward, layer 1: weighted sum; activation', 'forward', None)
    """
    step, net = trace[k], trace.data.before
    keys = dict.fromkeys((*step.writes, *step.reads))
    names = {key.owner for key in keys if key.is_neuron and isinstance(key.owner, str)}
    edges = {key.owner for key in keys if isinstance(key.owner, tuple) and key.is_edge}
    lit = Lit(frozenset(net[name] for name in names), frozenset(net.edge(*ends) for ends in edges))
    return Frame(
        step,
        PHASES[step.phase],
        _title(step),
        _losses(step, trace.data.kinds),
        so_far(trace.state(k), trace.unit == "term"),
        lit,
    )


def _title(step: Step) -> str:
    phase = "after the update" if step.phase == "after" else step.phase
    example = f", example {step.example + 1}" if step.example is not None else ""
    subject = f", {short(step.subject)}" if step.subject not in ("", phase) else ""
    return f"{step.index + 1} {phase}{example}{subject}: {step.kind}"


def _losses(step: Step, kinds: Mapping[str, Kind]) -> str:
    if step.phase not in ("loss", "mean", "after"):
        return ""
    of_all = {name for name, kind in kinds.items() if kind.role == "loss" and kind.of in ("step", "example")}
    return ", ".join(
        f"{line.left_text} = {step.style.text(line.left.value)}"
        for line in step.lines
        if isinstance(line.left.key, Quantity) and line.left.key.kind in of_all
    )


def so_far(state: State, terms: bool = False) -> Read:
    """Read what is known at one place; a product on an edge only once somebody has worked it out.

    A picture that multiplied what it can would be ahead of the step that it shows. `terms` says that the trace goes
    term by term, and so knows single products before their sum.
    """
    direct = read_trace(state)

    def done(kind: str, thing: Any, sums: Iterable[float | None]) -> bool:
        # a quantity that no step has written yet is no error here: None, as State.get says it
        return any(value is not None for value in sums) or (terms and state.get((kind, thing.ends)) is not None)

    def read(quantity: str, thing: Any) -> float | None:
        if quantity == "product" and not done(quantity, thing, [direct("z", thing.target)]):
            return None
        if quantity == "blame" and not done(quantity, thing, _errors(direct, thing.source)):
            return None
        return direct(quantity, thing)

    return read


def _errors(direct: Read, neuron: Any) -> Iterable[float | None]:
    return () if neuron.role == "input" else (direct("a_grad", neuron), direct("delta", neuron))


def equation_lines(lines: Iterable[Line], style: NumberFormat, width: int) -> list[str]:
    """Lay equations out within so many columns: each in symbols, with its numbers, and its result.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([1, 1], "tanh", initializer="ones").trace([0.5], [1.0], digits=3)
    >>> print(*equation_lines(trace[0].lines, trace.style, 50), sep=chr(10))
    z(o1) = w(x1->o1) * a(x1) + b(o1)
          = 1 * 0.5 + 0 = 0.5
    """
    laid = []
    for line in lines:
        symbols, shown, result = line.symbols(style), line.shown(style), style.text(line.left.value)
        numbers = write_text(line.work, True, shown.style)
        rest = f" = {numbers}" + (f" {shown.join} {result}" if numbers != result else "")
        if len(symbols) + len(rest) <= 0.85 * width:
            laid.append(symbols + rest)
            continue
        margin = " " * len(line.left_text) if 0 < len(line.left_text) <= width // 3 else "  "
        laid += _wrapped(symbols, f"{margin}     ", width)
        laid += _wrapped(margin + rest, f"{margin}     ", width)
    return laid


def _wrapped(text: str, later: str, width: int) -> Iterator[str]:
    """Break an equation before a sign; a name that is too long, anywhere."""
    for row in broken_equation(text, later, width):
        if len(row) <= width:
            yield row
        else:
            yield from textwrap.wrap(row, width, subsequent_indent=later, drop_whitespace=False)
