"""The story of a page: what is done, act by act, with the equations of each, as records that JSON can hold.

It takes everything from the trace's own operations and lines; it knows neither places in the picture nor words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from neurograph.algebra.expression import Leaf, leaves
from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import NeurographError
from neurograph.quantities import Quantity
from neurograph.trace.step import UNITS, Line, Operation, Unit
from neurograph.trace.text_layout import verdict
from neurograph.trace.trace import Trace
from visualize.page.formulas import BREAK, GAP, as_shown, shorter, template
from visualize.page.ledger import Ledger, Words
from visualize.page.words import KINDS

__all__ = ["Story", "tell_story"]

_MANY = 40  # lines of one act; beyond, those about hidden neurons and edges are counted only
_LIMITS = {"term": math.inf, "neuron": math.inf, "layer": 12, "phase": 4}  # lines of one act in a step of many acts
_EQUALS = "<mo>=</mo>"


@dataclass(slots=True)
class Story:
    """What has been told so far.

    An operation's record counts its lines: those of its terms come first, then its own, then those of the long way.

    Attributes
    ----------
    trace : Trace
        What is told.
    finest : str
        The smallest unit that the page can step in.
    checks : bool
        Put the gradient checks beside the gradients.
    is_shown : callable
        Whether a neuron, or an edge by its two neurons, has a place of its own in the picture.
    ledger : Ledger
        Takes the quantities up.
    aside : set of int
        Those of its places that only the long way needs.
    """

    trace: Trace[Any]
    finest: Unit
    checks: bool
    is_shown: Callable[[str | tuple[str, str]], bool]
    ledger: Ledger
    templates: Words = field(default_factory=Words)
    words: Words = field(default_factory=Words)
    lines: list[list[Any]] = field(default_factory=list)
    operations: list[dict[str, Any]] = field(default_factory=list)
    acts: dict[tuple[str, ...], int] = field(default_factory=dict)
    beats: int = 0
    born: dict[Quantity, int] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)

    def add(self, operation: Operation, longer: Sequence[Operation] = ()) -> None:
        """Tell one act: its terms, if they are steps of their own, and the lines that it ends in."""
        record: dict[str, Any] = {"act": self._act(operation)}
        if operation.example is not None:
            record["example"] = operation.example
        if operation.subject:
            record["subject"] = self.ledger.name(operation.subject)
        first = len(self.lines)
        terms = self._terms(operation)
        hidden = self._ends(operation)
        record["lines"] = len(self.lines) - first - terms
        if terms:
            record["terms"] = terms
        if terms and operation.summed:
            record["running"] = self._running(operation)
        if hidden:
            record["hidden"] = hidden
        if operation.term_kind == "slope":
            record["factors"] = self._factors(operation)
            self._note(operation.term(0), self.beats - 1)
        if longer:
            known = len(self.ledger)
            record["longer"] = sum(self._line(one, None) for operation in longer for one in _all_lines(operation))
            self.aside.update(range(known, len(self.ledger)))
        self.operations.append(record)

    def _act(self, operation: Operation) -> int:
        """Keep what many operations have in common: phase, layer, what it and its term are called and are for."""
        words = (operation.kind, self._say(operation), operation.term_kind, KINDS.get(operation.term_kind, ""))
        act = (operation.phase, operation.layer, *words)
        return self.acts.setdefault(act, len(self.acts))

    def _terms(self, operation: Operation) -> int:
        """Tell the terms, a beat each, where the page can step through them; count them."""
        if self.finest != "term":
            return 0
        for at in range(operation.term_count):
            self._line(operation.term(at), self.beats)
            self.beats += 1
        return operation.term_count

    def _ends(self, operation: Operation) -> int:
        """Tell the lines that the act ends in, a beat each or one for all; count those that are left out.

        The first one is always told, so that an act has a beat of its own; those left out come with the one before.
        """
        hidden = 0
        for at in range(operation.line_count):
            line = operation.line(at)
            if at and (at >= _LIMITS[self.finest] or (operation.line_count > _MANY and not self._is_shown(line))):
                hidden += 1
                self._note(line, self.beats - (self.finest == "term"))
            else:
                self._line(line, self.beats)
                self.beats += self.finest == "term"
        self.beats += self.finest != "term"
        return hidden

    def _say(self, operation: Operation) -> str:
        """What the act is for, in a sentence."""
        if all(operation.line(at).note == "frozen" for at in range(operation.line_count)):
            return KINDS["frozen"]
        if operation.kind == "activation" and self.trace.data.before[operation.subject].group is not None:
            return KINDS["softmax"]
        if operation.kind == "sum of the terms" and len(list(leaves(operation.line(0).work()))) == 1:
            return KINDS["only term"]
        if operation.term_kind == "slope" and operation.term(0).left.value == 0.0:
            return KINDS["delta, slope 0"]
        return KINDS["delta, the short way" if operation.kind == "delta" and _is_short(operation) else operation.kind]

    def _note(self, line: Line, beat: int) -> None:
        if isinstance(line.left.key, Quantity):
            self.born.setdefault(line.left.key, beat)

    def _is_shown(self, line: Line) -> bool:
        key = line.left.key
        return not isinstance(key, Quantity) or self.is_shown(key.owner)

    def _running(self, operation: Operation) -> list[str]:
        """The sum after each term, in the order in which the terms are added."""
        total, told = 0.0, []
        for at in range(operation.term_count):
            total += operation.term(at).left.value
            told.append(self.trace.style.text(total))
        return told

    def _factors(self, operation: Operation) -> list[int]:
        """The error and the slope that make a delta."""
        (slope,) = (operation.term(at).left for at in range(operation.term_count))
        error = next(iter(leaves(operation.line(0).work())))
        return [self.ledger.place(error), self.ledger.place(slope)]

    def _line(self, line: Line, beat: int | None) -> int:
        """Keep one equation, and count it: its quantities, symbols and numbers with gaps, and what is said of it."""
        style, work = self.trace.style, line.work()
        if beat is not None:
            self._note(line, beat)
        gaps: dict[int, int] = {}

        def gap_of(leaf: Leaf) -> int | None:
            if not isinstance(leaf.key, Quantity):
                return None
            return gaps.setdefault(self.ledger.place(leaf), len(gaps))

        gap_of(line.left)
        symbols = dict.fromkeys(template(side, False, style, gap_of) for side in line.sides())
        numbers = template(work, True, style, gap_of)
        if numbers in map(chr, range(GAP, GAP + len(gaps))) or not any(True for _ in leaves(work)):
            numbers = ""  # a number alone, such as the result once more
        for leaf in leaves(work):  # every one that is drawn
            if isinstance(leaf.key, Quantity) and self.is_shown(leaf.key.owner):
                gap_of(leaf)
        judged = verdict(line.check(), style) if self.checks and line.check else ""
        told: list[Any] = [
            list(gaps),
            self.templates.place(f"{BREAK}{_EQUALS}".join(symbols)),
            self.templates.place(numbers),
            self.words.place(line.equation),
            self.words.place(line.note),
            self.words.place(judged),
        ]
        if numbers and style.digits is not None and _is_off(by_hand := as_shown(work, style), line.left.value, style):
            told.append(by_hand)
        self.lines.append(told)
        return 1

    def record(self) -> dict[str, Any]:
        """Give all that was told."""
        return {
            "templates": [shorter(one) for one in self.templates.list],
            "words": self.words.list,
            "lines": self.lines,
            "acts": list(self.acts),
            "deeds": self.operations,
            "units": _units(self.trace, self.finest),
        }


def _is_off(by_hand: float, value: float, style: NumberFormat) -> bool:
    """Whether the numbers as they are written come out at another number."""
    return math.isfinite(by_hand) and style.text(by_hand) != style.text(value)


def _all_lines(operation: Operation) -> list[Line]:
    terms = [operation.term(at) for at in range(operation.term_count)] if operation.summed else []
    return [*terms, *(operation.line(at) for at in range(operation.line_count))]


def _units(trace: Trace[Any], finest: Unit) -> dict[str, list[int]]:
    """For each unit, how many acts every step is made of; a step of unit "term" is a part of one."""
    usable = UNITS[UNITS.index(finest) :]
    return {unit: [] if unit == "term" else [len(step.operations) for step in trace.at(unit)] for unit in usable}


def tell_story(story: Story) -> Story:
    """Tell all acts of a trace; where delta was taken a short way, add the long one, act by act."""
    longer = _long_way(story.trace)
    for step in story.trace.at("neuron"):
        (operation,) = step.operations
        story.add(operation, longer.get((operation.example, operation.subject), ()) if _is_short(operation) else ())
    return story


def _is_short(operation: Operation) -> bool:
    """Whether a delta was found without an error and a slope."""
    return operation.kind in ("delta from loss and edges", "delta of a group") or (
        operation.kind == "delta" and not operation.term_count
    )


def _long_way(trace: Trace[Any]) -> dict[tuple[int | None, str], list[Operation]]:
    """Find how every delta comes about by the chain rule, for those outputs that went the short way."""
    short = {
        (step.example, step.subject): _end(step.operations)
        for step in trace.at("neuron")
        if _is_short(step.operations[0])
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
    return operations[-1].line(operations[-1].line_count - 1).left.value
