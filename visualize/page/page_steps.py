"""The steps of a page: what is done, act by act, with the equations of each, as records that JSON can hold.

It takes everything from the trace's own operations and lines; it knows neither places in the picture nor words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from neurograph.algebra.expression import Leaf, Product, leaves
from neurograph.algebra.shown import Shown, show
from neurograph.errors import NeurographError
from neurograph.quantities import Quantity
from neurograph.trace.step import UNITS, Line, Operation, Unit
from neurograph.trace.text_layout import verdict
from neurograph.trace.trace import Trace
from visualize.page.formulas import BREAK, GAP, shorter, template
from visualize.page.quantity_table import Places, QuantityTable
from visualize.page.words import EQUATIONS, SENTENCES, TITLES, WAYS

__all__ = ["page_steps"]

_MANY = 40  # lines of one act; beyond, those about hidden neurons and edges are counted only
_LIMITS = {"term": math.inf, "neuron": math.inf, "layer": 12, "phase": 4}  # lines of one act in a step of many acts
_EQUALS = "<mo>=</mo>"
_SHORT = ("short_delta", "short_delta_and_edges", "short_group_delta")  # found without an error and a slope


@dataclass(slots=True)
class PageSteps:
    """The records of all that is done, so far.

    An operation's record counts its lines: those of its terms come first, then its own, then those of the long way.

    Attributes
    ----------
    trace : Trace
        Of which step.
    finest : str
        The smallest unit that the page can step in.
    checks : bool
        Put the gradient checks beside the gradients.
    is_shown : callable
        Whether a neuron, or an edge by its two neurons, has a place of its own in the picture.
    quantities : QuantityTable
        Takes the quantities up.
    only_long : set of int
        Those of its places that only the long way needs.
    """

    trace: Trace[Any]
    finest: Unit
    checks: bool
    is_shown: Callable[[str | tuple[str, str]], bool]
    quantities: QuantityTable
    templates: Places[str] = field(default_factory=Places)
    words: Places[str] = field(default_factory=Places)
    verdicts: Places[tuple[str, str] | None] = field(default_factory=Places)
    lines: list[list[Any]] = field(default_factory=list)
    frozen: list[int] = field(default_factory=list)
    operations: list[dict[str, Any]] = field(default_factory=list)
    shared: Places[tuple[str, ...]] = field(default_factory=Places)
    ticks: int = 0
    known_from: dict[Quantity, int] = field(default_factory=dict)
    only_long: set[int] = field(default_factory=set)

    def add(self, operation: Operation, longer: Sequence[Operation] = ()) -> None:
        """Take up one act: its terms, if they are steps of their own, and the lines that it ends in."""
        record: dict[str, Any] = {"shared": self._shared(operation)}
        if operation.example is not None:
            record["example"] = operation.example
        if operation.subject:
            record["subject"] = self.quantities.name(operation.subject)
        first = len(self.lines)
        terms = self._terms(operation)
        hidden = self._ends(operation)
        record["lines"] = len(self.lines) - first - terms
        if terms:
            record["terms"] = terms
        if terms and operation.is_sum:
            record["running"] = self._running(operation)
        if hidden:
            record["hidden"] = hidden
        if operation.term_key == "slope":
            record["factors"] = self._factors(operation)
            self._note(operation.terms[0], self.ticks - 1)
        if longer:
            known = len(self.quantities)
            record["longer"] = sum(
                self._line(one, operation, None) for operation in longer for one in _all_lines(operation)
            )
            self.only_long.update(range(known, len(self.quantities)))
        self.operations.append(record)

    def _shared(self, operation: Operation) -> int:
        """Keep what many operations have in common: phase, layer, what it and its term are called and are for."""
        term = (TITLES[operation.term_key], SENTENCES[operation.term_key]) if operation.term_key else ("", "")
        title = TITLES.get(operation.key, operation.kind)
        return self.shared.place((operation.phase, operation.layer, operation.key, title, _sentence(operation), *term))

    def _terms(self, operation: Operation) -> int:
        """Take up the terms, a tick each, where the page can step through them; count them."""
        if self.finest != "term":
            return 0
        terms = operation.terms
        for term in terms:
            self._line(term, operation, self.ticks)
            self.ticks += 1
        return len(terms)

    def _ends(self, operation: Operation) -> int:
        """Take up the lines that the act ends in, a tick each or one for all; count those that are left out.

        The first one is always there, so that an act has a tick of its own; those left out come with the one before.
        """
        hidden, lines = 0, operation.lines
        for at, line in enumerate(lines):
            if at and (at >= _LIMITS[self.finest] or (len(lines) > _MANY and not self._is_shown(line))):
                hidden += 1
                self._note(line, self.ticks - (self.finest == "term"))
            else:
                self._line(line, operation, self.ticks)
                self.ticks += self.finest == "term"
        self.ticks += self.finest != "term"
        return hidden

    def _note(self, line: Line, tick: int) -> None:
        if isinstance(line.left.key, Quantity):
            self.known_from.setdefault(line.left.key, tick)

    def _is_shown(self, line: Line) -> bool:
        key = line.left.key
        return not isinstance(key, Quantity) or self.is_shown(key.owner)

    def _running(self, operation: Operation) -> list[str]:
        """The sum after each term, in the order in which the terms are added."""
        total, texts = 0.0, []
        for term in operation.terms:
            total += term.left.value
            texts.append(self.trace.style.text(total))
        return texts

    def _factors(self, operation: Operation) -> list[Any]:
        """The error and the slope that make a delta, and how they are shown to do so."""
        (slope,) = (term.left for term in operation.terms)
        delta = operation.lines[0]
        error = next(iter(leaves(delta.work)))
        shown = show(Product((error, slope)), delta.left.value, self.trace.style)
        return [self.quantities.place(error), self.quantities.place(slope), *self._shown(shown, (error, slope))]

    def _shown(self, shown: Shown, operands: Iterable[Leaf]) -> list[Any]:
        """Keep the digits of a line, if it has more than others, and where "≈" joins it, what its numbers come to."""
        is_longer = shown.style != self.trace.style
        if is_longer:
            self.quantities.write_longer(operands, shown.style)
        digits = [shown.style.digits] if is_longer else []
        if shown.join == "=":
            return digits
        return [*(digits or [0]), float(f"{shown.by_hand:.10g}") if math.isfinite(shown.by_hand) else None]

    def _line(self, line: Line, operation: Operation, tick: int | None) -> int:
        """Keep one equation, and count it: its quantities, symbols and numbers with gaps, and what is said of it."""
        style, work = self.trace.style, line.work
        if tick is not None:
            self._note(line, tick)
        gaps: dict[int, int] = {}

        def gap_of(leaf: Leaf) -> int | None:
            if not isinstance(leaf.key, Quantity):
                return None
            return gaps.setdefault(self.quantities.place(leaf), len(gaps))

        gap_of(line.left)
        symbols = dict.fromkeys(template(side, False, style, gap_of) for side in line.sides())
        shown = line.shown(style)
        numbers = template(work, True, shown.style, gap_of)
        if numbers in map(chr, range(GAP, GAP + len(gaps))) or not any(True for _ in leaves(work)):
            numbers = ""  # a number alone, such as the result once more
        for leaf in leaves(work):  # every one that is drawn
            if isinstance(leaf.key, Quantity) and self.is_shown(leaf.key.owner):
                gap_of(leaf)
        check = line.check() if self.checks and line.check else None
        equation = line.equation + WAYS.get(operation.key, "")
        record: list[Any] = [
            list(gaps),
            self.templates.place(f"{BREAK}{_EQUALS}".join(symbols)),
            self.templates.place(numbers),
            self.words.place(equation if equation in EQUATIONS else line.equation),
            self.words.place(line.note),
            self.verdicts.place((check.verdict, verdict(check, style)) if check else None),
        ]
        if numbers:
            record += self._shown(shown, leaves(work))
        if line.frozen:
            self.frozen.append(len(self.lines))
        self.lines.append(record)
        return 1

    def record(self) -> dict[str, Any]:
        """Give all records."""
        return {
            "templates": [shorter(one) for one in self.templates.list],
            "words": self.words.list,
            "verdicts": self.verdicts.list,
            "lines": self.lines,
            "frozen_lines": self.frozen,
            "shared": self.shared.list,
            "operations": self.operations,
            "units": _units(self.trace, self.finest),
        }


def _sentence(operation: Operation) -> str:
    """What the act is for."""
    if all(line.frozen for line in operation.lines):
        return SENTENCES["frozen"]
    no_slope = operation.term_key == "slope" and operation.terms[0].left.value == 0.0
    return SENTENCES.get("delta_of_slope_0" if no_slope else operation.key, "")


def _all_lines(operation: Operation) -> list[Line]:
    return [*(operation.terms if operation.is_sum else ()), *operation.lines]


def _units(trace: Trace[Any], finest: Unit) -> dict[str, list[int]]:
    """For each unit, how many acts every step is made of; a step of unit "term" is a part of one."""
    usable = UNITS[UNITS.index(finest) :]
    return {unit: [] if unit == "term" else [len(step.operations) for step in trace.at(unit)] for unit in usable}


def page_steps(
    trace: Trace[Any],
    finest: Unit,
    checks: bool,
    is_shown: Callable[[str | tuple[str, str]], bool],
    quantities: QuantityTable,
) -> PageSteps:
    """Record all acts of a trace; where delta was taken a short way, add the long one, act by act."""
    steps = PageSteps(trace, finest, checks, is_shown, quantities)
    longer = _long_way(trace)
    for step in trace.at("neuron"):
        (operation,) = step.operations
        steps.add(operation, longer.get((operation.example, operation.subject), ()) if operation.key in _SHORT else ())
    return steps


def _long_way(trace: Trace[Any]) -> dict[tuple[int | None, str], list[Operation]]:
    """Find how every delta comes about by the chain rule, for those outputs that went the short way."""
    short = {
        (step.example, step.subject): _end(step.operations)
        for step in trace.at("neuron")
        if step.operations[0].key in _SHORT
    }
    if not short:
        return {}
    try:
        other = trace.by_chain_rule()
    except NeurographError:  # of a loss that leaves the range of floats on the long way
        return {}
    found: dict[tuple[int | None, str], list[Operation]] = {}
    for step in other.at("neuron"):
        if step.phase == "backward" and (step.example, step.subject) in short:
            found.setdefault((step.example, step.subject), []).extend(step.operations)
    # Where an output is rounded to 0 or 1 the long way loses the error, and would contradict the short one.
    return {
        key: operations
        for key, operations in found.items()
        if math.isclose(_end(operations), short[key], rel_tol=1e-6, abs_tol=1e-12)
    }


def _end(operations: Sequence[Operation]) -> float:
    """What an act ends in."""
    return operations[-1].lines[-1].left.value
