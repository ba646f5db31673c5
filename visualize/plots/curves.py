"""An activation's curve and its slope, and where the neurons of a network stand on it.

Both come from the functions of the activation's record; no formula is written here. The names of the neurons are put
beside their dots and apart from each other; dots that overlap share a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import ACTIVATIONS, JointActivation
from neurograph.validate import finite, instance_of
from visualize.drawn import Drawn, axes_for, short
from visualize.plots.axes_parts import inches, label_axes, legend_above
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["offsets", "plot_activation", "together"]

_SPAN = 5.0  # to both sides of 0
_NAMED = 8  # neurons; beyond, their names would hide the curve
_POINTS = 400
_DOT = 26.0  # square points: the size of a dot
_LETTER, _LINE = 5.0, 11.0  # points: about the width of a character of a name, and the height of a line

Mark = tuple[str, float, float]  # a neuron's name, z and a
Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


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
            s=_DOT,
            color=colours.ink,
            zorder=3,
            edgecolors=[ax.get_facecolor()],
            linewidths=0.6,
        )
    handles = [artists["value"], artists["slope"], *artists["kinks"][:1]]
    entries = [_entry("a", rule.formula), _entry("slope", rule.slope_formula), "kink"]
    artists["legend"] = legend_above(ax, handles, entries[: len(handles)], colours)
    ax.set_xlim(low, high)
    if shown:
        artists["names"] = _name_dots(ax, shown, colours) if len(shown) <= _NAMED else []
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
            cure = "Give it once, and no activation."
            raise InvalidValueError("a network is given twice.", where="plot_activation, net", cure=cure)
        return activation
    return None if net is None else instance_of(net, Structure, "plot_activation, net", "a Network")


def _rule(activation: Any, net: Structure | None, neuron: str | None) -> Activation:
    """Find the activation that is meant."""
    where = "plot_activation, neuron"
    if neuron is not None and net is None:
        raise InvalidValueError(where=where, given=neuron, expected="a network as well", cure="Give net=... too.")
    rule = ACTIVATIONS.find(activation) if not isinstance(activation, Structure) else None
    computing = _asked(net, neuron)
    if rule is None:
        if not computing:
            problem = "the network has no neuron that computes."
            raise InvalidValueError(problem, where="plot_activation", cure="Name an activation.")
        single = [one.rule for one in computing if isinstance(one.rule, Activation)]
        rule = single[0] if single else computing[0].rule
    elif neuron is not None and computing[0].rule != rule:
        problem = f"{computing[0].name} computes {computing[0].rule.name}, not {rule.name}."
        raise InvalidValueError(problem, where=where, cure="Give the network in place of the activation.")
    if isinstance(rule, JointActivation):
        problem = f"{rule.name} is a function of all z of its group, so it has no curve over one z."
        cure = "Choose an activation of one neuron, such as 'sigmoid'."
        raise InvalidValueError(problem, where="plot_activation", cure=cure)
    return rule


def _asked(net: Structure | None, neuron: str | None) -> list[Neuron]:
    """List the neurons in question."""
    if net is None:
        return []
    if neuron is None:
        return net.computing
    if net[neuron].role == "input":
        raise InvalidValueError(f"{neuron} is an input and computes nothing.", where="plot_activation, neuron")
    return [net[neuron]]


def _span(rule: Activation, zs: Sequence[float], span: tuple[float, float] | None) -> tuple[float, float]:
    if span is None:
        edges = [*zs, *rule.kinks]
        low, high = min([-_SPAN / 1.1, *edges]), max([_SPAN / 1.1, *edges])
        return 1.1 * low if low < 0.0 else low, 1.1 * high if high > 0.0 else high
    where = "plot_activation, span"
    try:
        first, last = span
    except (TypeError, ValueError):
        raise InvalidTypeError(where=where, given=span, expected="two numbers, from and to") from None
    low, high = finite(first, f"{where}[0]"), finite(last, f"{where}[1]")
    if not low < high:
        raise InvalidValueError(where=where, given=span, expected="the smaller number first, then the larger")
    return low, high


def _entry(what: str, formula: str) -> str:
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
    sentences = [f"Activation {short(rule.name)} and its slope for z from {span[0]:.3g} to {span[1]:.3g}."]
    if rule.kinks:
        sentences.append(f"The slope jumps at z = {', '.join(f'{kink:.3g}' for kink in rule.kinks)}.")
    if has_net and not standing:
        sentences.append("No neuron of the network has it.")
    elif standing and not marked:
        sentences.append("No neuron is marked: no forward pass was run.")
    elif marked:
        inside = [one for one in marked if span[0] <= one[1] <= span[1]]
        places = ", ".join(f"{short(name)} at z = {z:.3g}, a = {a:.3g}" for name, z, a in inside[:_NAMED])
        more = f" and {len(inside) - _NAMED} more" if len(inside) > _NAMED else ""
        sentences.append(f"Marked: {places}{more}." if inside else "Marked: none.")
        if len(inside) < len(marked):
            sentences.append(f"Outside: {', '.join(short(one[0]) for one in marked if one not in inside)}.")
    return " ".join(sentences)


def _name_dots(ax: Axes, marked: Sequence[Mark], theme: Theme) -> list[Any]:
    """Write the names beside their dots, apart from each other; those of dots that overlap on one line."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    width, height = (72.0 * side for side in inches(ax))
    scale = (width / (right - left), height / (top - bottom))
    groups = together(marked, scale)
    labels = [", ".join(short(name, 12) for name, _, _ in group) for group in groups]
    dots = [((group[0][1] - left) * scale[0], (group[0][2] - bottom) * scale[1]) for group in groups]
    leader: dict[str, Any] = {"arrowstyle": "-", "color": theme.quiet, "linewidth": 0.6, "shrinkA": 0.0, "shrinkB": 2.5}
    ways = offsets(dots, [_LETTER * len(text) for text in labels], (0.0, 0.0, width, height))
    return [
        ax.annotate(
            text,
            group[0][1:],
            xytext=way,
            textcoords="offset points",
            ha="right" if way[0] < 0.0 else "left",
            va="bottom" if way[0] < 0.0 else "top",
            color=theme.ink,
            fontsize=8,
            parse_math=False,
            arrowprops=None if abs(way[1]) < _LINE else leader,
        )
        for group, text, way in zip(groups, labels, ways, strict=True)
    ]


def together(marked: Sequence[Mark], scale: tuple[float, float]) -> list[list[Mark]]:
    """Put neurons together whose dots overlap, in the order of z; `scale` is the points on the page for 1 of z and a.

    Examples
    --------
    >>> together([("h1", 2.0, 2.0), ("h2", 0.0, 0.0), ("h3", 0.25, 0.25)], (8.0, 8.0))
    [[('h2', 0.0, 0.0), ('h3', 0.25, 0.25)], [('h1', 2.0, 2.0)]]
    """
    groups: list[list[Mark]] = []
    for mark in sorted(marked, key=lambda one: one[1]):
        for group in groups:
            across, up = (mark[1] - group[0][1]) * scale[0], (mark[2] - group[0][2]) * scale[1]
            if math.hypot(across, up) < math.sqrt(_DOT):
                group.append(mark)
                break
        else:
            groups.append([mark])
    return groups


def offsets(dots: Sequence[tuple[float, float]], widths: Sequence[float], room: Box) -> list[tuple[float, float]]:
    """Find for each dot where its name has room, from the dot to the name's near corner; all in points.

    To the upper left at best, where a rising curve leaves room, or else to the lower right, or further off that way.
    To the left it ends at that corner, and to the right it begins there.

    Examples
    --------
    >>> offsets([(50.0, 50.0), (60.0, 52.0)], [20.0, 20.0], (0.0, 0.0, 99.0, 99.0))
    [(-4.0, 4.0), (4.0, -4.0)]
    """
    taken: list[Box] = [(x - 2.5, y - 2.5, x + 2.5, y + 2.5) for x, y in dots]
    ways = [(side * 4.0, side * -(4.0 + lines * _LINE)) for lines in range(8) for side in (-1, 1)]
    found = []
    for (x, y), width in zip(dots, widths, strict=True):
        boxes = [_box(x + across, y + up, width, across < 0.0) for across, up in ways]
        free = [k for k, box in enumerate(boxes) if not any(_meet(box, other) for other in taken)]
        inside = [k for k in free if _holds(room, boxes[k])]
        best = (inside or free or [0])[0]
        taken.append(boxes[best])
        found.append(ways[best])
    return found


def _box(x: float, y: float, width: float, left: bool) -> Box:
    return (x - width, y, x, y + _LINE) if left else (x, y - _LINE, x + width, y)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _holds(room: Box, box: Box) -> bool:
    return room[0] <= box[0] and room[1] <= box[1] and box[2] <= room[2] and box[3] <= room[3]
