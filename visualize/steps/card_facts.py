"""What stands on the card of a neuron: its edges with all their numbers, its own numbers, and its equations.

The equations are the trace's, the numbers the trace's or the objects'; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.intake import whole
from neurograph.trace.trace import Trace
from visualize.drawn import short
from visualize.network.modes import Read, live, told
from visualize.network.scales import finite_or_none
from visualize.steps.card_equations import Equation, equations_of
from visualize.steps.card_rows import CardRow, cell, rows_of, written
from visualize.steps.frames import replace_style

__all__ = ["CardFacts", "card_facts", "short_names"]

_WHERE = "draw_card"
_SYMBOLS = {
    "a": "a", "w": "w", "product": "w·a", "grad": "∂C/∂w", "blame": "w·δ", "delta": "δ", "w_new": "w'",
    "b": "b", "b_new": "b'", "eta": "rate η", "a_grad": "∂C/∂a", "bias_grad": "∂C/∂b", "y": "target y",
    "term": "loss term",
}  # fmt: skip


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
    left_out : str
        What had no room.
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
    left_out: str = ""


def card_facts(
    net: Structure | Trace[Any],
    neuron: str | Neuron,
    *,
    show: str = "both",
    example: int = 0,
    digits: int | None = 3,
    columns: int = 96,
    names: Callable[[Neuron], str] = lambda neuron: neuron.name,
    drop: Sequence[str] = (),
) -> CardFacts:
    """Put together what stands on a card; see `draw_card`.

    `columns` is how long a line of equations may be, 0 for no equations; `drop` lists kinds of numbers to leave out.

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
    if not isinstance(shape, Structure):
        raise InvalidTypeError(explain(f"{_WHERE}, net", net, "a Network, or a Trace"))
    one = _found(shape, neuron)
    is_input = one.role == "input"
    style = NumberFormat(digits)
    equations: list[Equation] = []
    title = f"{one.role} neuron" + ("" if is_input else f", {one.rule.name}")
    read = live()
    if isinstance(net, Trace):
        count = 1 + max(step.example or 0 for step in net.at("phase"))
        read = _of_trace(net, example, count)
        if columns:
            equations = equations_of(replace_style(net, digits), one.name, example, show, columns, is_input)
        if count > 1:
            title += f", example {example + 1} of {count}"
    read, traced = _checked(read), isinstance(net, Trace)
    wanted = (*_kinds(one, show, traced), _under(one, show, traced, read))
    kinds_in, kinds_out, kinds_under = (tuple(kind for kind in kinds if kind not in drop) for kinds in wanted)
    dropped = dict.fromkeys(_SYMBOLS[kind] for kind in drop if any(kind in kinds for kinds in wanted))
    rows_in = rows_of(one.fan_in, kinds_in, "product", "a", read, style, lambda edge: names(edge.source))
    carried, filled = ("product", "a") if is_input else ("blame", "delta")
    rows_out = rows_of(
        one.fan_out, kinds_out, carried, filled, read, style, lambda edge: names(edge.target), outward=True
    )
    return CardFacts(
        names(one), title, tuple(_SYMBOLS[kind] for kind in kinds_in), tuple(_SYMBOLS[kind] for kind in kinds_out),
        rows_in if kinds_in else [], rows_out if kinds_out else [], _inner(one, show, read, style),
        [(_SYMBOLS[kind], cell(kind, one, read, style)) for kind in kinds_under],
        read("a", one), None if is_input else read("b", one), equations, ", ".join(dropped),
    )  # fmt: skip


def _found(net: Structure, neuron: object) -> Neuron:
    name = neuron.name if isinstance(neuron, Neuron) else neuron
    if not isinstance(name, str):
        raise InvalidTypeError(explain(f"{_WHERE}, neuron", neuron, "a name such as 'h1', or a Neuron"))
    return net[name]


def _of_trace(trace: Trace[Any], example: int, count: int) -> Read:
    """Read what is known at the end; of a batch what one example gave, before the means are taken."""
    number = whole(example, f"{_WHERE}, example")
    if not 0 <= number < count:
        raise InvalidValueError(explain(f"{_WHERE}, example", example, f"a number from 0 to {count - 1}"))
    phases = trace.at("phase")
    end = next((step.index for step in phases if step.phase == "mean"), len(phases))
    parts, last = phases.state(end - 1).of_example(number), phases.state(len(phases) - 1)
    direct, after = told(parts), told(last)

    def read(quantity: str, thing: Any) -> float | None:
        if quantity == "eta":
            return parts["eta", ""]
        return (after if quantity.endswith("_new") else direct)(quantity, thing)

    return read


def _checked(read: Read) -> Read:
    def finite(quantity: str, thing: Any) -> float | None:
        return finite_or_none(read(quantity, thing), f"{quantity} of {getattr(thing, 'label', None) or thing.name}")

    return finite


def _kinds(neuron: Neuron, show: str, traced: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which numbers the rows have: of the edges in, and of those out."""
    new = ("w_new",) if traced else ()
    if neuron.role == "input":
        return (), {"forward": ("w", "product"), "backward": ("grad", "w", *new)}.get(
            show, ("w", "product", "grad", *new)
        )
    if show == "forward":
        return ("a", "w", "product"), ()
    back = ("a", "grad", "w", *new) if traced else ("a", "grad")
    return back if show == "backward" else ("a", "w", "product", "grad", *new), ("blame", "w", "delta")


def _inner(neuron: Neuron, show: str, read: Read, style: NumberFormat) -> list[tuple[str, str]]:
    if neuron.role == "input":
        return [("a", written(read("a", neuron), style))]
    kinds = [] if show == "backward" else [("z", "z")]
    kinds += [("a", "a")] + ([] if show == "forward" else [("δ", "delta")])
    return [(symbol, written(read(kind, neuron), style)) for symbol, kind in kinds]


def _under(neuron: Neuron, show: str, traced: bool, read: Read) -> tuple[str, ...]:
    """Which numbers stand below the neuron: its bias, old and new, its gradients, and how far an output is off."""
    if neuron.role == "input":
        return ()
    kinds = ["b"] if show != "backward" or traced else []
    if show != "forward":
        kinds += ["b_new", "eta"] if traced else []
        # of an output with a short way there is none
        short_way = neuron.role == "output" and read("a_grad", neuron) is None and read("delta", neuron) is not None
        kinds += ["bias_grad"] if short_way else ["a_grad", "bias_grad"]
    if neuron.role == "output" and traced:
        kinds += ["y", "term"]
    return tuple(kinds)


def short_names(sides: dict[str, str]) -> Callable[[Neuron], str]:
    """Write a neuron's name, and what it stands for."""

    def name(neuron: Neuron) -> str:
        own = short(neuron.name, 14)
        return f"{own}, {short(sides[neuron.name], 18)}" if neuron.name in sides else own

    return name
