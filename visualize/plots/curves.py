"""An activation's curve and its slope, and where the neurons of a network stand on it.

Both come from the functions of the activation's record; no formula is written here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.intake import finite
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import ACTIVATIONS, JointActivation
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.dot_names import DOT, Mark, name_dots
from visualize.plots.furniture import label_axes, legend_above
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_activation"]

_SPAN = 5.0  # to both sides of 0
_NAMED = 8  # neurons; beyond, their names would hide the curve
_POINTS = 400


def plot_activation(
    activation: str | Activation | JointActivation | Structure,
    ax: Axes | None = None,
    *,
    net: Structure | None = None,
    neuron: str | None = None,
    span: tuple[float, float] | None = None,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw an activation `a = f(z)` with its slope `f'(z)`, and where the neurons of a network stand on it.

    Parameters
    ----------
    activation : str, Activation or Network
        Which one; of a network, that of its first neuron that has a curve, or of `neuron`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    net : Network, optional
        Its neurons with this activation are marked where their `z` is now; none before a forward pass.
    neuron : str, optional
        Mark this neuron of the network only.
    span : (float, float), optional
        The z to draw from and to; from -5 to 5 when left out, and wider when a neuron or a kink stands outside.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "value", "slope", "kinks" (a list of lines), "neurons" and "names" where there are such, and
        "legend".

    Raises
    ------
    UnknownNameError, InvalidTypeError
        When there is no such activation or neuron.
    InvalidValueError
        When the activation is one of a whole group, such as softmax, or the span is empty.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 2, 1], ["tanh", "sigmoid"], initializer="ones")
    >>> _ = net.forward([0.5])
    >>> drawn = plot_activation("tanh", net=net)
    >>> drawn["neurons"].get_offsets().tolist() == [[n.z, n.a] for n in (net["h1"], net["h2"])]
    True
    """
    colours = find_theme(theme)
    net = _network(activation, net)
    rule = _rule(activation, net, neuron)
    standing = [one for one in _asked(net, neuron) if one.rule == rule]
    marked = [(one.name, one.z, one.a) for one in standing if one.z is not NOT_COMPUTED]
    low, high = _span(rule, [z for _, z, _ in marked], span)
    zs, values, slopes = points(rule, low, high)
    ax, own = axes_for(ax, colours, "plot_activation")
    artists: dict[str, Any] = {}
    (artists["value"],) = ax.plot(zs, values, color=colours.class_colour(0), linewidth=2.0)
    (artists["slope"],) = ax.plot(zs, slopes, color=colours.class_colour(5), linewidth=1.6, linestyle="--")
    kinks = [kink for kink in rule.kinks if low <= kink <= high]
    artists["kinks"] = [_mark_kink(ax, rule, kink, colours) for kink in kinks]
    shown = [one for one in marked if low <= one[1] <= high]
    if shown:
        artists["neurons"] = ax.scatter(
            [z for _, z, _ in shown],
            [a for _, _, a in shown],
            s=DOT,
            color=colours.ink,
            zorder=3,
            edgecolors=[ax.get_facecolor()],
            linewidths=0.6,
        )
    handles = [artists["value"], artists["slope"], *artists["kinks"][:1]]
    told = [_said("a", rule.formula), _said("slope", rule.slope_formula), "kink"]
    artists["legend"] = legend_above(ax, handles, told[: len(handles)], colours)
    ax.set_xlim(low, high)
    if shown:
        artists["names"] = name_dots(ax, shown, colours) if len(shown) <= _NAMED else []
    label_axes(ax, "z", f"{short(rule.name)}(z), slope")
    ax.grid(color=colours.quiet, alpha=0.25, linewidth=0.6)
    return Drawn(ax, artists, _alt(rule, (low, high), standing, marked, net is not None), own)


def points(rule: Activation, low: float, high: float) -> tuple[list[float], list[float], list[float]]:
    """Work out z, a and the slope along a span; the slope is NaN at a kink, so that its jump is drawn as a gap.

    Examples
    --------
    >>> from neurograph.rules.activations import RELU
    >>> zs, values, slopes = points(RELU, -1.0, 1.0)
    >>> zs[0], values[-1], slopes[0], slopes[-1], slopes[zs.index(0.0)]
    (-1.0, 1.0, 0.0, 1.0, nan)
    """
    step = (high - low) / _POINTS
    zs = {low + at * step: None for at in range(_POINTS)} | {high: None}
    for kink in rule.kinks:
        if low < kink < high:
            zs |= dict.fromkeys((math.nextafter(kink, -math.inf), kink, math.nextafter(kink, math.inf)))
    ordered = sorted(zs)
    values = [_number(rule.value, z) for z in ordered]
    slopes = [math.nan if z in rule.kinks else _number(rule.slope, z, a) for z, a in zip(ordered, values, strict=True)]
    return ordered, values, slopes


def _number(function: Any, *given: float) -> float:
    """Call a function of a record; where one of the user's own fails or leaves the range of floats, there is a gap."""
    try:
        value = float(function(*given))
    except (ArithmeticError, ValueError):
        return math.nan
    return value if math.isfinite(value) else math.nan


def _network(activation: object, net: object) -> Structure | None:
    """Find the network, which may stand in the place of the activation."""
    if isinstance(activation, Structure):
        if net is not None:
            raise InvalidValueError("plot_activation, net: a network is given twice. Give it once, and no activation.")
        return activation
    if net is not None and not isinstance(net, Structure):
        raise InvalidTypeError(explain("plot_activation, net", net, "a Network"))
    return net


def _rule(activation: Any, net: Structure | None, neuron: str | None) -> Activation:
    """Find the activation that is meant."""
    if neuron is not None and net is None:
        raise InvalidValueError(explain("plot_activation, neuron", neuron, "a network as well", "Give net=... too."))
    rule = ACTIVATIONS.find(activation) if not isinstance(activation, Structure) else None
    computing = _asked(net, neuron)
    if rule is None:
        if not computing:
            raise InvalidValueError("plot_activation: the network has no neuron that computes. Name an activation.")
        single = [one.rule for one in computing if isinstance(one.rule, Activation)]
        rule = single[0] if single else computing[0].rule
    elif neuron is not None and computing[0].rule != rule:
        raise InvalidValueError(
            f"plot_activation, neuron: {computing[0].name} computes {computing[0].rule.name}, not {rule.name}. "
            "Give the network in place of the activation."
        )
    if isinstance(rule, JointActivation):
        raise InvalidValueError(
            f"plot_activation: {rule.name} is a function of all z of its group, so it has no curve over one z. "
            "Choose an activation of one neuron, such as 'sigmoid'."
        )
    return rule


def _asked(net: Structure | None, neuron: str | None) -> list[Neuron]:
    """List the neurons in question."""
    if net is None:
        return []
    if neuron is None:
        return net.computing
    if net[neuron].role == "input":
        raise InvalidValueError(f"plot_activation, neuron: {neuron} is an input and computes nothing.")
    return [net[neuron]]


def _span(rule: Activation, zs: Sequence[float], span: tuple[float, float] | None) -> tuple[float, float]:
    if span is None:
        edges = [*zs, *rule.kinks]
        low, high = min([-_SPAN / 1.1, *edges]), max([_SPAN / 1.1, *edges])
        return 1.1 * low if low < 0.0 else low, 1.1 * high if high > 0.0 else high
    try:
        first, last = span
    except (TypeError, ValueError):
        raise InvalidTypeError(explain("plot_activation, span", span, "two numbers, from and to")) from None
    low, high = finite(first, "plot_activation, span[0]"), finite(last, "plot_activation, span[1]")
    if not low < high:
        raise InvalidValueError(explain("plot_activation, span", span, "the smaller number first, then the larger"))
    return low, high


def _said(what: str, formula: str) -> str:
    """Write a formula for the legend, as a whole or not at all."""
    line = f"{what} = {formula}"
    return line if short(line, 40) == line else f"{what}(z)"


def _mark_kink(ax: Axes, rule: Activation, kink: float, theme: Theme) -> Any:
    """Mark a kink by a line, and by a dot the slope that the passes use there."""
    slope = _number(rule.slope, kink, _number(rule.value, kink))
    line = ax.axvline(kink, color=theme.ink, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    ax.plot(kink, slope, color=theme.class_colour(5), marker="o", markersize=5, linestyle="")
    return line


def _alt(
    rule: Activation,
    span: tuple[float, float],
    standing: Sequence[Neuron],
    marked: Sequence[Mark],
    has_net: bool,
) -> str:
    said = [f"Activation {short(rule.name)} and its slope for z from {span[0]:.3g} to {span[1]:.3g}."]
    if rule.kinks:
        said.append(f"The slope jumps at z = {', '.join(f'{kink:.3g}' for kink in rule.kinks)}.")
    if has_net and not standing:
        said.append("No neuron of the network has it.")
    elif standing and not marked:
        said.append("No neuron is marked: no forward pass was run.")
    elif marked:
        inside = [one for one in marked if span[0] <= one[1] <= span[1]]
        places = ", ".join(f"{short(name)} at z = {z:.3g}, a = {a:.3g}" for name, z, a in inside[:_NAMED])
        more = f" and {len(inside) - _NAMED} more" if len(inside) > _NAMED else ""
        said.append(f"Marked: {places}{more}." if inside else "Marked: none.")
        if len(inside) < len(marked):
            said.append(f"Outside: {', '.join(short(one[0]) for one in marked if one not in inside)}.")
    return " ".join(said)
