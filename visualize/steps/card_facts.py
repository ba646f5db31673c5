"""What stands on the card of a neuron: its edges with all their numbers, its own numbers, and its equations.

The equations are the trace's, the numbers the trace's or the objects'; nothing is worked out here but the sum and the
root mean square of edges that have no row of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.shape import Shape
from neurograph.intake import whole
from neurograph.rules.number_format import NumberFormat
from neurograph.trace.state import State
from neurograph.trace.trace import Trace
from visualize.drawn import short
from visualize.network.modes import Read, live, told
from visualize.network.scales import finite_or_none, root_mean_square
from visualize.network.showing import true_minus
from visualize.steps.card_equations import Equation, equations_of
from visualize.steps.frames import replace_style

__all__ = ["CardFacts", "CardRow", "card_facts", "short_names", "written"]

_WHERE = "draw_card"
ROWS = 12  # edges with a row of their own, on each side
_SYMBOLS = {"a": "a", "w": "w", "product": "w·a", "grad": "∂C/∂w", "blame": "w·δ", "delta": "δ"}
_ADDED = ("product", "blame")  # what a neuron adds up, so the rest has a sum; of the others a root mean square


@dataclass(frozen=True, slots=True)
class CardRow:
    """An edge, or all that have no row: the neuron at its other end, the numbers, what fills the circle and the line.

    `count` is how many edges it stands for; `cells` are the texts, in the order of the columns.
    """

    name: str
    cells: tuple[str, ...]
    values: tuple[float | None, ...]
    fill: float | None
    line: float | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card.

    Attributes
    ----------
    name, title : str
        The neuron, and what it is.
    columns_in, columns_out : tuple of str
        What the cells of the rows are.
    rows_in, rows_out : list of CardRow
        The edges that come in, and those that go out.
    inner, under : list of (symbol, text)
        The numbers in the neuron, and those below it.
    fill, bias : float or None
        What colours the neuron and its bias.
    equations : list of Equation
        How the numbers came about; none without a trace.
    """

    name: str
    title: str
    columns_in: tuple[str, ...]
    columns_out: tuple[str, ...]
    rows_in: list[CardRow]
    rows_out: list[CardRow]
    inner: list[tuple[str, str]]
    under: list[tuple[str, str]]
    fill: float | None
    bias: float | None
    equations: list[Equation]


def card_facts(
    net: Shape | Trace[Any],
    neuron: str | Neuron,
    *,
    show: str = "both",
    example: int = 0,
    digits: int | None = 3,
    columns: int = 96,
    names: Callable[[Neuron], str] = lambda neuron: neuron.name,
) -> CardFacts:
    """Put together what stands on a card; see `draw_card`. `columns` is how long a line of equations may be.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
    >>> facts = card_facts(net.trace([3.0, 2.0], [1.0]), "o1")
    >>> facts.columns_in, facts.rows_in[0].cells
    (('a', 'w', 'w·a', '∂C/∂w'), ('3', '1', '3', '12'))
    >>> facts.equations[0].text
    'z(o1) = w(x1->o1) * a(x1) + w(x2->o1) * a(x2) + b(o1)'
    """
    shape = net.before if isinstance(net, Trace) else net
    if not isinstance(shape, Shape):
        raise InvalidTypeError(explain(f"{_WHERE}, net", net, "a Network, or a Trace"))
    one = _found(shape, neuron)
    style = NumberFormat(digits)
    equations: list[Equation] = []
    state: State | None = None
    title = f"{one.role} neuron" + ("" if one.role == "input" else f", {one.rule.name}")
    if isinstance(net, Trace):
        count = 1 + max(step.example or 0 for step in net.at("phase"))
        state = _state(net, example, count)
        equations = equations_of(replace_style(net, digits), one.name, example, show, columns)
        if count > 1:
            title += f", example {example + 1} of {count}"
    read = _checked(live() if state is None else told(state))
    kinds_in, kinds_out = _kinds(one, show)
    rows_in = _rows(one.fan_in, kinds_in, "product", "a", read, style, lambda edge: names(edge.source))
    carried, filled = ("product", "a") if one.role == "input" else ("blame", "delta")
    rows_out = _rows(
        one.fan_out, kinds_out, carried, filled, read, style, lambda edge: names(edge.target), outward=True
    )
    return CardFacts(
        names(one), title, tuple(_SYMBOLS[kind] for kind in kinds_in), tuple(_SYMBOLS[kind] for kind in kinds_out),
        rows_in if kinds_in else [], rows_out if kinds_out else [], _inner(one, show, read, style),
        _under(one, show, read, style, state), read("a", one), None if one.role == "input" else read("b", one),
        equations,
    )  # fmt: skip


def _found(net: Shape, neuron: object) -> Neuron:
    name = neuron.name if isinstance(neuron, Neuron) else neuron
    if not isinstance(name, str):
        raise InvalidTypeError(explain(f"{_WHERE}, neuron", neuron, "a name such as 'h1', or a Neuron"))
    return net[name]


def _state(trace: Trace[Any], example: int, count: int) -> State:
    """What is known at the end; of a batch what one example gave, before the means are taken."""
    number = whole(example, f"{_WHERE}, example")
    if not 0 <= number < count:
        raise InvalidValueError(explain(f"{_WHERE}, example", example, f"a number from 0 to {count - 1}"))
    phases = trace.at("phase")
    end = next((step.index for step in phases if step.phase == "mean"), len(phases))
    return phases.state(end - 1).of_example(number)


def _checked(read: Read) -> Read:
    def finite(quantity: str, thing: Any) -> float | None:
        return finite_or_none(read(quantity, thing), f"{quantity} of {getattr(thing, 'label', None) or thing.name}")

    return finite


def _kinds(neuron: Neuron, show: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which numbers the rows have: of the edges in, and of those out."""
    if neuron.role == "input":
        return (), ("w", "product") if show == "forward" else ("w", "product", "grad")
    if show == "forward":
        return ("a", "w", "product"), ()
    return ("a", "grad") if show == "backward" else ("a", "w", "product", "grad"), ("blame", "w", "delta")


def _rows(
    edges: Sequence[Edge],
    kinds: Sequence[str],
    line: str,
    fill: str,
    read: Read,
    style: NumberFormat,
    name: Callable[[Edge], str],
    outward: bool = False,
) -> list[CardRow]:
    """List the edges in their order; of many the strongest, and the rest as one."""

    def value(kind: str, edge: Edge) -> float | None:
        if kind in ("a", "delta"):
            return read(kind, edge.target if outward else edge.source)
        return read(kind, edge)

    def strength(edge: Edge) -> float:
        carried = value(line, edge)
        return abs(edge.w if carried is None else carried)

    chosen = set(sorted(edges, key=lambda edge: -strength(edge))[:ROWS]) if len(edges) > ROWS + 1 else set(edges)
    rows = []
    for edge in edges:
        if edge in chosen:
            values = tuple(value(kind, edge) for kind in kinds)
            cells = tuple(written(one, style) for one in values)
            rows.append(CardRow(name(edge), cells, values, value(fill, edge), value(line, edge)))
    if rest := [edge for edge in edges if edge not in chosen]:
        rows.append(_rest(rest, kinds, line, fill, value, style))
    return rows


def _rest(
    edges: Sequence[Edge],
    kinds: Sequence[str],
    line: str,
    fill: str,
    value: Callable[[str, Edge], float | None],
    style: NumberFormat,
) -> CardRow:
    values, cells = [], []
    for kind in kinds:
        known = [value(kind, edge) for edge in edges]
        found = _sum(known) if kind in _ADDED else root_mean_square(known)
        values.append(found)
        cells.append(f"{'sum' if kind in _ADDED else 'rms'} {written(found, style)}")
    name = f"{len(edges)} more"
    carried = _sum([value(line, edge) for edge in edges])
    filled = root_mean_square([value(fill, edge) for edge in edges])
    return CardRow(name, tuple(cells), tuple(values), filled, carried, len(edges))


def _sum(values: Sequence[float | None]) -> float | None:
    total = 0.0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def written(value: float | None, style: NumberFormat) -> str:
    """Write a number for a picture.

    Examples
    --------
    >>> written(0.25, NumberFormat(3)), written(None, NumberFormat(3)), written(1e7, NumberFormat(3))
    ('0.25', '?', '1e+7')
    """
    return "?" if value is None else true_minus(re.sub(r"e([+-])0?", r"e\1", style.text(value)))


def _inner(neuron: Neuron, show: str, read: Read, style: NumberFormat) -> list[tuple[str, str]]:
    if neuron.role == "input":
        return [("a", written(read("a", neuron), style))]
    kinds = [] if show == "backward" else [("z", "z")]
    kinds += [("a", "a")] + ([] if show == "forward" else [("δ", "delta")])
    return [(symbol, written(read(kind, neuron), style)) for symbol, kind in kinds]


def _under(neuron: Neuron, show: str, read: Read, style: NumberFormat, state: State | None) -> list[tuple[str, str]]:
    if neuron.role == "input":
        return []
    kinds = [] if show == "backward" else [("b", read("b", neuron))]
    if show != "forward":
        kinds += [("∂C/∂a", read("a_grad", neuron)), ("∂C/∂b", read("bias_grad", neuron))]
        if neuron.role == "output" and read("a_grad", neuron) is None and read("delta", neuron) is not None:
            kinds = [kind for kind in kinds if kind[0] != "∂C/∂a"]  # the short way goes past it
    if neuron.role == "output" and state is not None:
        kinds += [("target y", state["y", neuron.name]), ("loss term", state["term", neuron.name])]
    return [(symbol, written(value, style)) for symbol, value in kinds]


def short_names(sides: dict[str, str]) -> Callable[[Neuron], str]:
    """Write a neuron's name, and what it stands for."""

    def name(neuron: Neuron) -> str:
        own = short(neuron.name, 14)
        return f"{own}, {short(sides[neuron.name], 18)}" if neuron.name in sides else own

    return name
