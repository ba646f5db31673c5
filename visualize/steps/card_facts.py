"""What stands on the card of a neuron: its edges with all their numbers, its own numbers, and its equations.

The equations are the trace's, the numbers the trace's or the objects'; nothing is worked out here but the sum and the
root mean square of the edges that have no row of their own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from neurograph.algebra.expression import leaves
from neurograph.algebra.numbers import NumberFormat
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.quantities import QUANTITIES, Kind, Quantity
from neurograph.trace.step import Line, Step
from neurograph.trace.trace import Trace
from neurograph.validate import whole
from visualize.drawn import short
from visualize.network.choice import neuron_of
from visualize.network.contents import written
from visualize.network.modes import MADE, Read, before_means, read_live, read_trace
from visualize.network.scales import finite_or_none, root_mean_square
from visualize.steps.frames import equation_lines, replace_style

__all__ = ["CardFacts", "CardRow", "Equation", "card_facts"]

_WHERE = "draw_card"
_ROWS = 12  # edges with a row of their own, on each side
_EDGES = 8  # with more, gradients and new weights are written out for the first few; all numbers stand in the picture
_FEW = 4
_OWN = ("forward", "backward")  # phases in which a neuron works for itself alone
_SHARED = ("gradient", "mean", "update")  # phases about single weights, which go with the neuron that they lead to


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


class CardNumber(NamedTuple):
    """A number of the neuron: its symbol, how it is written, and its value."""

    symbol: str
    text: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Equation:
    """A line of text, and the numbers in it that are quantities, as they are written."""

    text: str
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class CardFacts:
    """A card.

    Attributes
    ----------
    name, label, title : str
        The neuron, what it stands for, and what it is.
    columns_in, columns_out : tuple of str
        What the cells of the rows are.
    rows_in, rows_out : list of CardRow
        The edges that come in, and those that go out.
    inner, under : list of CardNumber
        The numbers in the neuron, and those below it.
    fill, bias : float or None
        What colours the neuron and its bias.
    equations : list of Equation
        How the numbers came about; none without a trace.
    left_out : str
        What had no room.
    """

    name: str
    label: str
    title: str
    columns_in: tuple[str, ...]
    columns_out: tuple[str, ...]
    rows_in: list[CardRow]
    rows_out: list[CardRow]
    inner: list[CardNumber]
    under: list[CardNumber]
    fill: float | None
    bias: float | None
    equations: list[Equation]
    left_out: str = ""

    def __repr__(self) -> str:
        return f"<CardFacts of {self.full_name}>"

    @property
    def full_name(self) -> str:
        """The name, and what it stands for."""
        return f"{self.name}, {self.label}" if self.label else self.name


def card_facts(
    net: Structure | Trace[Any],
    neuron: str | Neuron,
    *,
    show: str = "both",
    example: int = 0,
    digits: int | None = 3,
    columns: int = 96,
    labels: Mapping[str, str] | None = None,
    drop: int = 0,
) -> CardFacts:
    """Put together what stands on a card; see `draw_card`.

    `columns` is how long a line of equations may be, 0 for no equations; `labels` says what inputs and outputs stand
    for; `drop` leaves out all kinds of numbers that a card keeps for less long than that.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
    >>> facts = card_facts(net.trace([3.0, 2.0], [1.0], learning_rate=0.125), "o1")
    >>> facts.columns_in, facts.rows_in[1].cells
    (('a', 'w', 'w·a', '∂C/∂w', "w'"), ('2', '1', '2', '8', '0'))
    >>> facts.equations[0].text
    'z(o1) = w(x1->o1) * a(x1) + w(x2->o1) * a(x2) + b(o1) = 1 * 3 + 1 * 2 + 0 = 5'
    """
    shape = net.before if isinstance(net, Trace) else net
    one = neuron_of(shape, neuron, f"{_WHERE}, neuron")
    is_input = one.role == "input"
    style = NumberFormat(digits)
    equations: list[Equation] = []
    title = f"{one.role} neuron" + ("" if is_input else f", {one.rule.name}")
    read = read_live()
    kinds: Mapping[str, Kind] = QUANTITIES
    if isinstance(net, Trace):
        read, kinds = _of_trace(net, example), net.data.kinds
        if columns:
            equations = _equations(replace_style(net, digits), one.name, example, show, columns, is_input)
        if net.examples > 1:
            title += f", example {example + 1} of {net.examples}"
    read, traced = _checked(read), isinstance(net, Trace)
    wanted = (*_columns(one, show, kinds, traced), _under(one, show, kinds, traced, read))
    names_in, names_out, names_under = ([name for name in names if kinds[name].keep >= drop] for names in wanted)
    gone = {name: kinds[name] for names in wanted for name in names if kinds[name].keep < drop}
    dropped = (_sign(kind) for kind in sorted(gone.values(), key=lambda kind: kind.keep))
    own = {each.name: short(each.name, 14) for each in shape.neurons}
    label = {name: short(text, 18) for name, text in (labels or {}).items()}
    full = {name: f"{text}, {label[name]}" if name in label else text for name, text in own.items()}
    rows_in = _rows(one.fan_in, names_in, "product", "a", kinds, read, style, lambda edge: full[edge.source.name])
    carried, filled = ("product", "a") if is_input else ("blame", "delta")
    rows_out = _rows(
        one.fan_out, names_out, carried, filled, kinds, read, style, lambda edge: full[edge.target.name], outward=True
    )
    return CardFacts(
        own[one.name], label.get(one.name, ""), title,
        tuple(_sign(kinds[name]) for name in names_in), tuple(_sign(kinds[name]) for name in names_out),
        rows_in if names_in else [], rows_out if names_out else [], _inner(one, show, kinds, read, style),
        [
            CardNumber(_sign(kinds[name]), _cell(name, one, kinds, read, style), read(name, one))
            for name in names_under
        ],
        read("a", one), None if is_input else read("b", one), equations, ", ".join(dropped),
    )  # fmt: skip


def _of_trace(trace: Trace[Any], example: int) -> Read:
    """Read what is known at the end; of a batch what one example gave, before the means are taken."""
    parts = before_means(trace).of_example(whole(example, f"{_WHERE}, example", 0, trace.examples - 1))
    direct, after = read_trace(parts), read_trace(trace.state(len(trace) - 1))

    def read(quantity: str, thing: Any) -> float | None:
        kind = parts.kinds[quantity]
        if kind.of == "step":
            return parts[quantity, ""]
        return (after if kind.before else direct)(quantity, thing)

    return read


def _checked(read: Read) -> Read:
    def finite(quantity: str, thing: Any) -> float | None:
        return finite_or_none(read(quantity, thing), f"{quantity} of {getattr(thing, 'label', None) or thing.name}")

    return finite


def _sign(kind: Kind) -> str:
    """How a kind is called on a card: with the prime of the equations below."""
    return (kind.label or kind.sign).replace("\N{PRIME}", "'")


def _columns(neuron: Neuron, show: str, kinds: Mapping[str, Kind], traced: bool) -> tuple[Sequence[str], Sequence[str]]:
    """Which numbers the rows have: of the edges in, and of those out."""
    is_input, updated = neuron.role == "input", traced and show != "forward"
    in_it = {"forward": ("forward", "parameter"), "backward": ("gradient", "parameter")}
    roles: Sequence[str] = in_it.get(show, ("forward", "gradient", "parameter"))
    if show == "backward" and not traced and not is_input:
        roles = ("gradient",)  # a weight is there for its update
    on_edges = {name: kind for name, kind in kinds.items() if kind.is_of("edge") and (kind.is_state or name in MADE)}
    names = [name for name, kind in on_edges.items() if kind.role in roles and (updated or not kind.before)]
    if show == "backward":  # which is what it is about
        names.sort(key=lambda name: kinds[name].role != "gradient")
    if is_input:
        return (), names
    errors = [name for name, kind in on_edges.items() if kind.role == "error"]
    return ["a", *names], [*errors, "w", "delta"] if show != "forward" else ()


def _inner(neuron: Neuron, show: str, kinds: Mapping[str, Kind], read: Read, style: NumberFormat) -> list[CardNumber]:
    without = {"forward": "delta", "backward": "z"}.get(show)
    return [
        CardNumber(_sign(kind), written(read(name, neuron), style), read(name, neuron))
        for name, kind in kinds.items()
        if kind.is_main and kind.is_of(neuron.role) and name != without
    ]


def _under(neuron: Neuron, show: str, kinds: Mapping[str, Kind], traced: bool, read: Read) -> Sequence[str]:
    """Which numbers stand below the neuron: its bias, old and new, its gradients, and how far an output is off."""
    if neuron.role == "input":
        return ()
    forward = show == "forward"
    short_way = neuron.role == "output" and read("delta", neuron) is not None  # of an output with one there is no error

    def is_there(name: str, kind: Kind) -> bool:
        is_rate = kind.of == "step" and kind.role == "given"
        if kind.is_main or not kind.is_state or not (is_rate or kind.is_of(neuron.role)):
            return False
        if kind.before or is_rate:
            return traced and not forward and kind.role in ("parameter", "given")
        if kind.of == "output":
            return traced
        if kind.role == "parameter":
            return traced or show != "backward"
        return not forward and not (short_way and kind.role == "error" and read(name, neuron) is None)

    def place(name: str) -> tuple[bool, bool]:
        return kinds[name].of == "output", kinds[name].role not in ("parameter", "given")

    return sorted((name for name, kind in kinds.items() if is_there(name, kind)), key=place)


def _rows(
    edges: Sequence[Edge],
    columns: Sequence[str],
    line: str,
    fill: str,
    kinds: Mapping[str, Kind],
    read: Read,
    style: NumberFormat,
    name: Callable[[Edge], str],
    outward: bool = False,
) -> list[CardRow]:
    """List the edges in their order; of many the strongest, and the rest as one."""

    def value(kind: str, edge: Edge) -> float | None:
        if not kinds[kind].is_of("edge"):
            return read(kind, edge.target if outward else edge.source)
        return read(kind, edge)

    def strength(edge: Edge) -> float:
        carried = value(line, edge)
        return abs(edge.w if carried is None else carried)

    chosen = set(sorted(edges, key=lambda edge: -strength(edge))[:_ROWS]) if len(edges) > _ROWS + 1 else set(edges)
    rows = []
    for edge in edges:
        if edge in chosen:
            values = tuple(value(kind, edge) for kind in columns)
            cells = tuple(_cell(kind, edge, kinds, value, style) for kind in columns)
            rows.append(CardRow(name(edge), cells, values, value(fill, edge), value(line, edge)))
    if rest := [edge for edge in edges if edge not in chosen]:
        rows.append(_rest(rest, columns, line, fill, kinds, value, style))
    return rows


def _rest(
    edges: Sequence[Edge],
    columns: Sequence[str],
    line: str,
    fill: str,
    kinds: Mapping[str, Kind],
    value: Callable[[str, Edge], float | None],
    style: NumberFormat,
) -> CardRow:
    values, cells = [], []
    for kind in columns:
        known = [value(kind, edge) for edge in edges]
        is_added = kinds[kind].symbol is None  # a term: the neuron adds them up
        found = _sum(known) if is_added else root_mean_square(known)
        values.append(found)
        cells.append(f"{'sum' if is_added else 'rms'} {written(found, style)}")
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


def _cell(
    name: str, thing: Any, kinds: Mapping[str, Kind], read: Callable[[str, Any], float | None], style: NumberFormat
) -> str:
    """Write a number; a new value with as many digits as it takes to see the change."""
    value, before = read(name, thing), kinds[name].before
    if not before or value is None:
        return written(value, style)
    old = read(before, thing)
    digits = style.digits or 17
    while old is not None and old != value and digits < 17 and style.text(old) == NumberFormat(digits).text(value):
        digits += 1
    return written(value, NumberFormat(digits))


def _equations(
    trace: Trace[Any], neuron: str, example: int, show: str, columns: int, is_input: bool = False
) -> list[Equation]:
    """Find what a trace says about a neuron, in its order, in lines of so many columns.

    Of an input these are the gradients and the new weights of the edges that go out.
    """
    phases = {"forward": ("forward",), "backward": ("backward", *_SHARED)}.get(show, (*_OWN, *_SHARED))
    by_phase: dict[str, list[Line]] = {}
    for step in trace.at("neuron"):
        if step.phase in phases and step.example in (None, example) and (lines := _about(step, neuron, is_input)):
            by_phase.setdefault(step.phase, []).extend(lines)
    found: list[Equation] = []
    if is_input:
        note = f"a({neuron}) is the number given: an input sums up nothing, and has no error."
        found += [Equation(text) for text in textwrap.wrap(note, columns)]
    for phase, lines in by_phase.items():
        few = lines[:_FEW] if phase in _SHARED and len(lines) > _EDGES + 1 else lines  # and one for the bias
        for line in few:
            found += _written_out(line, trace.style, columns)
        if len(few) < len(lines):
            found.append(Equation(f"... ({len(lines) - len(few)} more, one for each edge)"))
    return found


def _about(step: Step, neuron: str, is_input: bool) -> Sequence[Line]:
    """Pick the lines about a neuron, its bias and its edges in; about an input, those of its edges out."""
    if step.phase in _OWN:
        return step.lines if step.subject == neuron else ()
    if step.subject != neuron and not is_input and step.operations[0].key not in ("tied_update", "tied_bias_update"):
        return ()
    end = 0 if is_input else 1
    return [
        line
        for line in step.lines
        if isinstance(line.left.key, Quantity)
        and (line.left.key.owner[end] if isinstance(line.left.key.owner, tuple) else line.left.key.owner) == neuron
    ]


def _written_out(line: Line, style: NumberFormat, columns: int) -> list[Equation]:
    operands = line.shown(style).style
    numbers = frozenset((style.text(line.left.value), *(operands.text(one.value) for one in leaves(line.work))))
    written_out = [Equation(text, numbers) for text in equation_lines([line], style, columns)]
    if line.note:
        written_out += [
            Equation(text)
            for text in textwrap.wrap(f"({line.note})", columns, initial_indent="   ", subsequent_indent="    ")
        ]
    return written_out
