"""The neuron card: one neuron large, what comes in and goes out with all its numbers, and its equations below.

What stands on it is put together in card_facts.py; here it is asked for, and drawn by card_painter.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.trace.trace import Trace
from neurograph.validate import Names, instance_of, one_of
from visualize.drawn import Drawn, axes_for
from visualize.network.contents import data_names
from visualize.plots.axes_parts import inches
from visualize.steps.card_facts import CardFacts, CardRow, card_facts
from visualize.steps.card_painter import Plan, fitted, paint_card
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
    feature_names: Names = (),
    class_names: Names = (),
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
    colours = find_theme(theme)
    one_of(show, _SHOWS, f"{_WHERE}, show", "unknown")
    shape = net.before if isinstance(net, Trace) else net
    shape = instance_of(shape, Structure, f"{_WHERE}, net", "a Network, or a Trace")
    named = data_names(shape, feature_names, class_names, _WHERE)
    sides = {neuron.name: names[0] for neuron, names in named.items()}
    if ax is not None:
        axes_for(ax, colours, _WHERE)

    def make(plan: Plan) -> CardFacts:
        labels = sides if plan.named else None
        return card_facts(
            net, neuron, show=show, example=example, digits=digits, columns=plan.letters, labels=labels, drop=plan.drop
        )

    facts = make(Plan()) if ax is None else fitted(make, inches(ax), bool(sides), _WHERE)
    return paint_card(facts, ax, colours, _in_words(facts))


def _in_words(facts: CardFacts) -> str:
    own = ", ".join(f"{one.symbol} {one.text}" for one in (*facts.inner, *facts.under))
    parts = [f"Card of {facts.full_name}, {facts.title}: {own}."]
    for what, columns, rows in (("In", facts.columns_in, facts.rows_in), ("Out", facts.columns_out, facts.rows_out)):
        if rows:
            parts.append(f"{what}: {'; '.join(_row(row, columns) for row in rows)}.")
    return " ".join(parts)


def _row(row: CardRow, columns: Sequence[str]) -> str:
    return f"{row.name} {', '.join(f'{symbol} {text}' for symbol, text in zip(columns, row.cells, strict=True))}"
