"""The neuron card: one neuron large, what comes in and goes out with all its numbers, and its equations below.

What stands on it is put together in card_facts.py; here it is asked for, and drawn by card_painter.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError, explain, nearest
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.trace.trace import Trace
from neurograph.validate import texts
from visualize.drawn import Drawn, axes_for
from visualize.plots.furniture import inches
from visualize.steps.card_facts import CardFacts, card_facts, short_names
from visualize.steps.card_layout import Plan, fitted
from visualize.steps.card_rows import CardRow
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_card"]

_WHERE = "draw_card"
_SHOWS = ("both", "forward", "backward")


def draw_card(
    net: Structure | Trace[Any],
    neuron: str | Neuron,
    ax: Axes | None = None,
    *,
    show: str = "both",
    example: int = 0,
    digits: int | None = 3,
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    theme: str | Theme = "light",
) -> Drawn:
    """Draw one neuron with every number it works with, and the equations with the numbers in.

    On the left each edge that comes in: the activation a, the weight w, the product w·a, the gradient ∂C/∂w, and of a
    trace the weight w' after the update. On the right each edge that goes out: the error w·δ that it carries back, w,
    and the δ at its end. Lines have the colour and width of what they carry. Of more than 13 edges the strongest 12 are
    shown, and the rest as one row with its sum or root mean square.

    On small axes equations, long names and then columns are left out, and the card says so.

    Parameters
    ----------
    net : Network or Trace
        Of a trace the card has equations; of a network the numbers that its objects hold now, "?" for what is not
        computed.
    neuron : str or Neuron
        Which one; also an input or an output.
    ax : matplotlib.axes.Axes, optional
        Where to draw; nothing else is touched. A figure of its own when left out.
    show : {"both", "forward", "backward"}
        The whole card, or the half of one pass; the update goes with "backward".
    example : int
        Of the trace of a batch, which example, counted from 0 as Python does: 0 is the one that the card calls
        "example 1 of 3". Gradients are that example's, the update is the one of their mean.
    digits : int or None
        Significant digits of all numbers; None writes them in full.
    feature_names, class_names : sequence of str
        What inputs and outputs stand for.
    theme : {"light", "dark", "print"} or Theme
        The colours.

    Returns
    -------
    Drawn
        With "lines_in", "lines_out", "neuron", "neurons", "bias", "texts", "equations", and "facts", which are the
        numbers as records.

    Raises
    ------
    UnknownNameError, InvalidTypeError, InvalidValueError
        When there is no such neuron, or another argument cannot be used, or the axes are too small to read anything.
    NumericalError
        When a number to be shown is not finite.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "tanh")
    >>> card = draw_card(net.trace([0.5, 1.0], [1.0]), "h1")
    >>> [row.name for row in card["facts"].rows_in], card["equations"][0].startswith("z(h1) = w(x1->h1) * a(x1)")
    (['x1', 'x2'], True)
    """
    from visualize.steps.card_painter import paint_card

    colours = find_theme(theme)
    if show not in _SHOWS:
        raise UnknownNameError(f"{_WHERE}, show: unknown {show!r}. {nearest(show, _SHOWS)}")
    shape = net.before if isinstance(net, Trace) else net
    if not isinstance(shape, Structure):
        raise InvalidTypeError(explain(f"{_WHERE}, net", net, "a Network, or a Trace"))
    sides = _sides(shape.inputs, feature_names, "feature_names") | _sides(shape.outputs, class_names, "class_names")
    ax, _ = (ax, False) if ax is None else axes_for(ax, colours, _WHERE)

    def make(plan: Plan) -> CardFacts:
        names = short_names(sides if plan.named else {})
        return card_facts(
            net, neuron, show=show, example=example, digits=digits, columns=plan.letters, names=names, drop=plan.drop
        )

    facts = make(Plan()) if ax is None else fitted(make, inches(ax), bool(sides), _WHERE)
    return paint_card(facts, ax, colours, _in_words(facts))


def _sides(neurons: Sequence[Neuron], given: Sequence[str], where: str) -> dict[str, str]:
    names = texts(given, f"{_WHERE}, {where}")
    if len(names) == 2 and len(neurons) == 1 and where == "class_names":
        return {neurons[0].name: names[1]}  # one output tells two classes: it says how much it is the second
    if names and len(names) != len(neurons):
        what = "input" if where == "feature_names" else "output"
        raise InvalidValueError(
            f"{_WHERE}, {where}: got {len(names)} names, expected {len(neurons)}, one for each {what}."
        )
    return {neuron.name: name for neuron, name in zip(neurons, names, strict=False)}


def _in_words(facts: CardFacts) -> str:
    own = ", ".join(f"{symbol} {text}" for symbol, text in (*facts.inner, *facts.under))
    parts = [f"Card of {facts.name}, {facts.title}: {own}."]
    for what, columns, rows in (
        ("In", facts.columns_in, facts.rows_in),
        ("Out", facts.columns_out, facts.rows_out),
    ):
        if rows:
            parts.append(f"{what}: {'; '.join(_row(row, columns) for row in rows)}.")
    return " ".join(parts)


def _row(row: CardRow, columns: Sequence[str]) -> str:
    return f"{row.name} {', '.join(f'{symbol} {text}' for symbol, text in zip(columns, row.cells, strict=True))}"
