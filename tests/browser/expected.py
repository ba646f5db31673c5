"""What a stepper page should show at each step, taken from the trace, and how that differs from what it shows.

It knows the trace, and where on a page its parts stand; how a page is read it refuses to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from browser.reading import Shown, bare
from neurograph import Network
from neurograph.algebra.expression import Product, leaves
from neurograph.algebra.shown import show
from neurograph.algebra.symbols import symbol_text
from neurograph.errors import UnknownNameError
from neurograph.quantities import Owner, Quantity
from neurograph.trace.state import State
from neurograph.trace.step import Line, Operation, Step, Unit
from neurograph.trace.text_layout import verdict
from neurograph.trace.trace import Trace
from visualize.page.words import PHASES

__all__ = ["Expected", "differences", "home", "name_of"]

_MANY = 40  # lines of an act; beyond, those are told that are about what is drawn
_BACKPROPAGATION = ("BP1", "BP2", "BP3", "BP4")
# What a neuron works out, as it is called in the picture.
_NEWS = {
    "z": "z", "z_new": "z'", "collected": "∑", "a_grad": "dC/da", "slope": "f'", "bias_grad": "dC/db", "term": "C",
    "term_new": "C'",
}  # fmt: skip


class Expected:
    """What a page should show at each step of a unit, as `Reader.read` gives it.

    Texts are those of the trace; they agree with the page's when they are the same by `bare`. A set stands for any of
    its texts, and ... for anything.

    Parameters
    ----------
    trace : Trace
        What the page was made from.
    unit : str
        In which the page steps.
    finest : str
        The smallest unit of the page.
    checks : bool
        Whether gradients have their checks beside them.
    drawn : iterable of str, optional
        The neurons and edges that have a place of their own in the picture; by default all.
    """

    def __init__(
        self,
        trace: Trace[Network],
        unit: Unit,
        *,
        finest: Unit = "term",
        checks: bool = True,
        drawn: Iterable[str] | None = None,
    ) -> None:
        self.trace = trace.at(unit)
        self._checks, self._has_terms = checks, finest == "term"
        self._drawn = None if drawn is None else frozenset(drawn)
        self._neurons = [neuron for neuron in trace.before.neurons if self._has(neuron.name)]
        self._told: dict[int, Shown] = {}
        self._lines_of: dict[int, tuple[list[Line], list[Line]]] = {}

    def __len__(self) -> int:
        return len(self.trace)

    def __getitem__(self, k: int) -> Shown:
        if k not in self._told:
            self._told[k] = self._tell(k)
        return self._told[k]

    def _tell(self, k: int) -> Shown:
        step, state, count = self.trace[k], self.trace.state(k), len(self.trace)
        last = k == count - 1
        phase, example = PHASES[step.phase][0], step.example
        operation = step.operations[0] if len(step.operations) == 1 else None
        news = {line.left.key: line.left.value for line, fresh in self._done(step) if fresh}
        return {
            "where": f"Step {k + 1} of {count}",
            "tab": f"{k + 1}",
            "bar": [f"{k + 1}", f"{count}", f"Step {k + 1} of {count}"],
            "unit": step.unit,
            "stuck": ["first", "back"] * (k == 0) + ["forward", "last"] * last,
            "phase": phase if example is None else f"{phase}, example {example + 1} of {self.trace.examples}",
            "title": _heading(step),
            "part": step.kind if _is_term(step) else ...,
            "lines": list(self._lines(step)),
            "terms": self._terms(step) if _is_sum(step) else [],
            "factors": self._factors(operation, state)
            if operation and not _is_term(step) and operation.term_key == "slope"
            else [],
            "longer": int(operation is not None and not _is_term(step) and _is_short(operation)),
            "equations": list(
                dict.fromkeys(one.equation for one in self._now(step) if one.equation in _BACKPROPAGATION)
            ),
            "outcome": [self._text(value) for value in self._losses()] if last else [],
            "strangers": [],
            "neurons": {one.name: self._neuron(one.name, one.role, state, news) for one in self._neurons},
            **self._rings(step, news),
            "tags": self._tags(step),
            "losses": self._legend(step, state),
        }

    def _text(self, value: float | None) -> str:
        return "?" if value is None else self.trace.style.text(value)

    def _has(self, owner: Owner) -> bool:
        """Whether it is drawn."""
        return self._drawn is None or not owner or name_of(owner) in self._drawn

    def _losses(self) -> list[float]:
        trace = self.trace
        return [trace.loss_before, trace.loss_after, trace.change, trace.predicted_change]

    def _all(self, operation: Operation) -> tuple[list[Line], list[Line]]:
        """The terms of an act, and the lines that it ends in; found once, which is dear where there are thousands."""
        if id(operation) not in self._lines_of:
            terms = list(operation.terms)
            self._lines_of[id(operation)] = terms, list(operation.lines)
        return self._lines_of[id(operation)]

    def _now(self, step: Step) -> list[Line]:
        """The lines of a step, as `step.lines`."""
        if step.part is None:
            return [line for operation in step.operations for line in self._all(operation)[1]]
        terms, lines = self._all(step.operations[0])
        return [[*terms, *lines][step.part]]

    # The card.

    def _lines(self, step: Step) -> Iterator[Shown]:
        """The equations of the card; of the acts of a layer or phase, each under its title."""
        if _is_sum(step):
            return
        if step.part is not None:
            yield from map(self._line, self._now(step))
            return
        for operation in step.operations:
            yield from [{"act": _title(operation)}] if len(step.operations) > 1 else []
            told = self._told_of(operation)
            yield from map(self._line, told)
            yield from [{"more": len(operation.lines) - len(told)}] if len(told) < len(operation.lines) else []

    def _told_of(self, operation: Operation) -> list[Line]:
        """The lines of an act; of many, the first one and those about what is drawn."""
        _, lines = self._all(operation)
        return [line for at, line in enumerate(lines) if not at or len(lines) <= _MANY or self._has(_owner(line))]

    def _line(self, line: Line) -> Shown:
        style = self.trace.style
        numbers, result = line.numbers(style), style.text(line.left.value)
        tells = numbers != result and any(True for _ in leaves(line.work))
        check = line.check() if self._checks and line.check else None
        mark = {"ok": "✓", "wrong": "✗"}.get(check.verdict, "○") if check else ""
        return {
            "symbols": line.symbols(style),
            "numbers": numbers if tells else None,
            "join": line.shown(style).join if tells else "=",
            "result": result,
            "check": f"{mark} {verdict(check, style)}" if check else None,
        }

    def _terms(self, step: Step) -> list[Shown]:
        """The terms of a sum; those that are still to come show no number."""
        style, operation, part = self.trace.style, step.operations[0], step.part or 0
        terms, _ = self._all(operation)
        done = [
            {
                "fresh": at == part,
                "symbols": line.symbols(style),
                "numbers": line.numbers(style),
                "join": line.shown(style).join,
                "result": self._text(line.left.value),
                "running": f"sum so far {self._text(self.trace[step.index - part + at].running)}",
            }
            for at, line in enumerate(terms[: part + 1])
        ]
        return [*done, *({"ahead": True, "symbols": line.symbols(style)} for line in terms[part + 1 :])]

    def _factors(self, operation: Operation, state: State) -> list[Shown]:
        """The error and the slope, and the delta that they make."""
        slope, delta = operation.terms[0].left, operation.lines[0]
        error = next(leaves(delta.work))
        sharp = show(Product((error, slope)), delta.left.value, self.trace.style).style
        return [
            {
                "what": "error",
                "symbols": symbol_text(error.symbol),
                "result": sharp.text(error.value),
            },
            {"what": "slope", "symbols": symbol_text(slope.symbol), "result": sharp.text(slope.value)},
            {"what": "delta", "symbols": delta.left_text, "result": self._text(state["delta", operation.subject])},
        ]

    # The picture.

    def _neuron(self, name: str, role: str, state: State, news: dict[object, float]) -> Shown:
        def slot(text: str, old: str | bool = False) -> Shown:
            return {"text": text, "old": old}

        a = self._text(state["a", name])
        if role == "input":
            nothing = dict.fromkeys(["delta", "b", "y", "term"])
            error = state.get(("a_grad", name))
            third = "" if error is None else f"dC/da {self._text(error)}"
            return {"a": slot(a), "third": third, **nothing, "said": f"{name}, a {a}"}
        new = state["a_new", name]
        delta, bias, moved = (self._text(state[kind, name]) for kind in ("delta", "b", "b_new"))
        fresh = {
            f"{_NEWS[key.kind]} {self._text(value)}"
            for key, value in news.items()
            if isinstance(key, Quantity) and key.owner == name and key.kind in _NEWS
        }
        return {
            "a": slot(f"a {a}", new is not None),
            "delta": slot(f"δ {delta}"),
            "third": {"" if new is None else f"a' {self._text(new)}", *fresh},
            "b": slot(f"b {bias}") if moved == "?" else slot(f"b {bias} {moved}", f"b {bias}"),
            "y": f"y {self._text(state['y', name])}" if role == "output" else None,
            "term": {"", *fresh} if role == "output" else None,
            "said": f"{name}, a {a}, delta {delta}",
        }

    def _rings(self, step: Step, news: dict[object, float]) -> Shown:
        """Who is at work, and whom they read."""
        active = {home(line.left.key) for line in self._now(step) if isinstance(line.left.key, Quantity)}
        if len(step.operations) == 1:
            active.add(step.operations[0].subject)
        told = (
            self._now(step)
            if step.part is not None
            else [one for operation in step.operations for one in self._told_of(operation)]
        )
        keys = (leaf.key for line in told for leaf in leaves(line.work) if leaf.key not in news)
        read = {home(key) for key in keys if isinstance(key, Quantity)}
        return {
            "active": sorted(name for name in active if name and self._has(name)),
            "read": sorted(name for name in read - active if name and self._has(name)),
        }

    def _done(self, step: Step) -> Iterator[tuple[Line, bool]]:
        """The lines of the acts at hand that are done, terms first, with whether this very step did them."""
        for operation in step.operations:
            terms, ends = self._all(operation)
            lines = [*terms, *ends] if self._has_terms else ends
            last = len(lines) if step.part is None else step.part + 1
            yield from ((line, step.part in (None, at)) for at, line in enumerate(lines[:last]))

    def _tags(self, step: Step) -> Shown:
        """What stands on each edge: what the acts at hand have given it last."""
        found: Shown = {}
        for line, fresh in self._done(step):
            key = line.left.key
            if isinstance(key, Quantity) and key.is_edge and self._has(key.owner):
                old = self._text(self.trace.start["w", key.owner]) if key.kind == "w_new" else None
                found[name_of(key.owner)] = {"old": old, "new": self._text(line.left.value), "fresh": fresh}
        return found

    def _legend(self, step: Step, state: State) -> dict[str, str]:
        """The loss, and the new one as soon as there is one; while an example of a batch is told, its own."""
        of_one = "" if step.example is None else f"_{step.example + 1}"

        def loss(new: str) -> float | None:
            try:
                return state[f"C_of_one{new}", of_one[1:]] if of_one else state[f"C{new}", ""]
            except UnknownNameError:  # a state knows of an example's loss when there is one
                return None

        before, after = self._text(loss("")), self._text(loss("_new"))
        return {f"C{of_one}": before} | ({} if after == "?" else {f"C'{of_one}": after})


def _title(operation: Operation) -> str:
    return f"{operation.subject}: {operation.kind}" if operation.subject else operation.kind


def _heading(step: Step) -> Any:
    """What a step is called, in the trace's words."""
    if step.unit == "phase":
        return ...
    return f"{step.layer}: {step.kind}" if step.unit == "layer" else _title(step.operations[0])


def _is_short(operation: Operation) -> bool:
    """Whether a delta came a short way, beside which the long one is told."""
    return operation.key in ("short_delta", "short_delta_and_edges", "short_group_delta")


def _is_term(step: Step) -> bool:
    return step.part is not None and step.part < len(step.operations[0].terms)


def _is_sum(step: Step) -> bool:
    """Whether it is a term of a sum, which is shown with the others of its sum."""
    return _is_term(step) and step.operations[0].is_sum


def name_of(owner: Owner) -> str:
    """Name a neuron or an edge as `Reader.owners` does."""
    return "->".join(owner) if isinstance(owner, tuple) else owner


def _owner(line: Line) -> Owner:
    return line.left.key.owner if isinstance(line.left.key, Quantity) else ""


def home(key: Quantity) -> str:
    """Where a quantity is at home in the picture: a neuron, an edge, or "" for what is of the whole network."""
    if key.kind.startswith("C_of_one"):
        return ""
    return name_of(key.owner[0] if key.kind == "jacobian" else key.owner)


def differences(shown: Shown, expected: Shown, places: dict[str, list[float]]) -> list[str]:
    """Say, place by place, what a step shows and what it should show instead.

    The number of an edge may be left out where it would cover another's; then it is said how many are.
    """
    seen, tags = shown["tags"], expected["tags"]
    kept = {name: tag for name, tag in tags.items() if name in seen or not _covered(name, tag, seen, places)}
    fit = [len(seen), len(tags)] if len(seen) < len(tags) else None
    return [f"{shown['where']}: {said}" for said in _compare(shown, {**expected, "tags": kept, "fit": fit}, ())]


def _covered(name: str, tag: Shown, others: dict[str, Shown], places: dict[str, list[float]]) -> bool:
    """Whether an edge's number would cover another's; what the step has just written comes first."""

    def wide(one: Shown) -> int:
        return 10 * len(f"{one['old'] or ''} {one['new']}") + 20

    x, y = places[name]
    return any(
        abs(places[other][0] - x) < (wide(tag) + wide(one)) / 2 and abs(places[other][1] - y) < 24
        for other, one in others.items()
        if one["fresh"] or not tag["fresh"]
    )


def _compare(shown: Any, expected: Any, place: tuple[object, ...]) -> Iterator[str]:
    if isinstance(shown, dict) and isinstance(expected, dict):
        for key in (*expected, *(key for key in shown if key not in expected)):
            yield from _compare(shown.get(key, "nothing"), expected.get(key, "nothing"), (*place, key))
    elif isinstance(shown, list) and isinstance(expected, list) and len(shown) == len(expected):
        for at, (one, other) in enumerate(zip(shown, expected, strict=True)):
            yield from _compare(one, other, (*place, at))
    elif not _agrees(shown, expected):
        yield f"{' '.join(map(str, place))}: shown {shown!r}, expected {expected!r}"


def _agrees(shown: Any, expected: Any) -> bool:
    if expected is ... or shown == expected:
        return True
    if isinstance(expected, set):
        return any(_agrees(shown, one) for one in expected)
    return isinstance(shown, str) and isinstance(expected, str) and bare(shown) == bare(expected)
