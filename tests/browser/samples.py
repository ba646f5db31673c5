"""Traces that the tests of the stepper page look at, and what their pages must say at each place.

What is known where is folded from the trace's own smallest steps; it refuses to know how the page finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neurograph as ng
from neurograph.quantities import QUANTITIES, Owner, Quantity
from neurograph.trace.step import Step, Unit
from neurograph.trace.trace import Trace
from visualize.page.stepper import stepper_html

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FEATURES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
CLASSES = ("setosa", "versicolor", "virginica")
MINUS = "\N{MINUS SIGN}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SET = """const set = (id, value, event) => {
        document.getElementById(id).value = value;
        document.getElementById(id).dispatchEvent(new Event(event, {bubbles: true}));
    };"""


@cache
def flower(**more: Any) -> Trace[ng.Network]:
    """A net of 4-5-3 neurons with softmax and cross-entropy, whose numbers all differ."""
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=1, bias=0.1)
    return net.trace([0.51, 0.35, 0.14, 0.02], [1.0, 0.0, 0.0], "cross_entropy", 0.5, **more)


@cache
def xor(**more: Any) -> Trace[ng.Network]:
    """A net of 2-2-1 neurons with a squared error, so that every delta has an error and a slope."""
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=0).trace([0.0, 1.0], [1.0], **more)


@cache
def batch(**more: Any) -> Trace[ng.Network]:
    """Two examples at once, whose gradients are averaged."""
    net = ng.Network.dense([2, 2, 1], "tanh", seed=2, bias=0.2)
    return net.trace([[0.3, 1.0], [-0.7, 0.4]], [[1.0], [0.5]], learning_rate=0.5, **more)


def write(folder: Path, trace: Trace[ng.Network], **options: Any) -> Path:
    """Write the page of a trace."""
    path = folder / "step.html"
    path.write_text(_page(trace, **options), encoding="utf-8")
    return path


_page = cache(stepper_html)  # many tests look at the page of the same trace


def go(page: Page, unit: Unit, place: int) -> None:
    """Step to a place, from 0."""
    visit(page, unit, [place], "() => null")


def neuron(page: Page, name: str) -> Locator:
    """Find a neuron in the picture."""
    return page.locator(".neuron").filter(has=page.locator(f'.name:text-is("{name}")'))


def visit(page: Page, unit: Unit, places: Iterable[int], read: str) -> list[Any]:
    """Step to one place after the other, and give what a JavaScript function reads there."""
    found: list[Any] = page.evaluate(
        f"""([unit, places]) => {{
            {SET}
            const read = {read};
            set("unit", unit, "change");
            return places.map((place) => {{
                set("bar", place + 1, "input");
                return read();
            }});
        }}""",
        [unit, list(places)],
    )
    return found


def find(trace: Trace[Any], unit: Unit, phase: str, subject: str, kind: str, example: int | None = None) -> Step:
    """Find a step by what it does."""
    return next(
        step
        for step in trace.at(unit)
        if (step.phase, step.subject, step.example) == (phase, subject, example) and step.kind.startswith(kind)
    )


def written(trace: Trace[Any], unit: Unit, place: int) -> dict[Quantity, float]:
    """Give what a step writes, the terms of its sums too."""
    return dict(_results(trace, _done(trace, unit, place - 1), _done(trace, unit, place)))


def known(trace: Trace[Any], unit: Unit, place: int) -> dict[Quantity, float]:
    """Give all that is known after a step."""
    values = {
        Quantity(kind, owner, example): value
        for example in range(trace.examples)
        for (kind, owner), value in trace.start.of_example(example).items()
        if value is not None and (example == 0 or not QUANTITIES[kind].is_lasting)
    }
    return values | dict(_results(trace, 0, _done(trace, unit, place)))


def _done(trace: Trace[Any], unit: Unit, place: int) -> int:
    """Count the smallest steps up to a place and with it."""
    if unit == "term":
        return place + 1
    return sum(operation.smallest_steps for step in trace.at(unit)[: place + 1] for operation in step.operations)


def _results(trace: Trace[Any], start: int, end: int) -> Iterator[tuple[Quantity, float]]:
    for step in trace.at("term")[start:end]:
        for line in step.lines:
            if isinstance(line.left.key, Quantity):
                yield line.left.key, line.left.value


def key_of(kind: str, owner: Owner, example: int, values: dict[Quantity, float]) -> Quantity:
    """Say which of a batch's quantities stands for a kind: of a gradient the mean, once there is one."""
    if QUANTITIES[kind].is_averaged and Quantity(kind, owner, -1) in values:
        return Quantity(kind, owner, -1)
    return Quantity(kind, owner, 0 if QUANTITIES[kind].is_lasting else example)


def shown(trace: Trace[Any], value: float) -> str:
    """Write a number as the page does in a text."""
    digits, _, exponent = trace.style.text(value).partition("e")
    return (f"{digits}·10{str(int(exponent)).translate(RAISED)}" if exponent else digits).replace("-", MINUS)


def in_math(trace: Trace[Any], value: float) -> str:
    """Write a number as it reads in a formula, where a power of ten is a superscript."""
    digits, _, exponent = trace.style.text(value).partition("e")
    return (f"{digits}·10{int(exponent)}" if exponent else digits).replace("-", MINUS)


def owner_of(name: str) -> Owner:
    """Read what a table calls a neuron, an edge or the network."""
    if name == "network":
        return ""
    source, arrow, target = name.partition(" → ")
    return (source, target) if arrow else name
