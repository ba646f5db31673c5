"""What is shown at every place of a diagram: its number, its words, and whether it is lit. Numbers and text only.

Every kind of file is drawn from these records, so all of them show the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import name_latex
from neurograph.errors import InvalidValueError
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.intake import texts
from visualize.drawn import short
from visualize.network.highlight import Lit
from visualize.network.modes import Mode, Read
from visualize.network.places import Layout, Link, Node
from visualize.network.scales import Scale, finite_or_none, make_scale, root_mean_square, widths

__all__ = [
    "ShownLink",
    "ShownNode",
    "edge_texts",
    "fill_scale_for",
    "link_values",
    "scale_for",
    "shown_links",
    "shown_nodes",
    "true_minus",
]

UNKNOWN = "?"  # stands for what is not computed yet


@dataclass(slots=True, eq=False)
class ShownNode:
    """A place and what is shown there.

    Attributes
    ----------
    node : Node
        Where it is, and whom it stands for.
    name, latex : str
        Its name as text and as LaTeX.
    side : str
        What it stands for in the data, written beside it.
    fill : float or None
        The number that colours it; of the rest of a layer the root mean square.
    fillable : bool
        Whether it should have such a number: None is then "not computed".
    bias : float or None
        The number of its bias square.
    numbers : tuple of (symbol, text)
        Written in it.
    lit : bool
        Whether it stays bright.
    mark : str
        What was found about it, such as "dead".
    """

    node: Node
    name: str
    latex: str
    side: str = ""
    fill: float | None = None
    fillable: bool = False
    bias: float | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    lit: bool = True
    mark: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether it should have a number, and has none yet."""
        return self.fillable and self.fill is None


@dataclass(slots=True, eq=False)
class ShownLink:
    """A line and what is shown on it: its number, how strong that is on the scale, from 0 to 1, and its width."""

    link: Link
    value: float | None
    strength: float
    lit: bool = True
    width: float = 0.0


def link_values(layout: Layout, mode: Mode, read: Read) -> list[float | None]:
    """Read the number of every link: an edge's own, a bias's own, or the root mean square of those joined."""
    values = []
    for link in layout.links:
        kind = mode.bias if isinstance(link.things[0], Neuron) else mode.edge
        numbers = [_finite(read, kind, thing) for thing in link.things]
        values.append(numbers[0] if len(numbers) == 1 and not link.is_rest else root_mean_square(numbers))
    return values


def _finite(read: Read, kind: str, thing: Any) -> float | None:
    return finite_or_none(read(kind, thing), f"{kind} of {thing.name if isinstance(thing, Neuron) else thing.label}")


def shown_links(layout: Layout, values: Sequence[float | None], scale: Scale, lit: Lit | None) -> list[ShownLink]:
    """Say how strong each link is, and sort them: the strongest are drawn last, and what is lit after the rest."""
    shown = []
    for link, value in zip(layout.links, values, strict=True):
        strength = 0.0 if value is None else scale.strength(link.target.layer, value)
        shown.append(ShownLink(link, value, strength, lit is None or any(thing in lit.edges for thing in link.things)))
    shown.sort(key=lambda one: (one.lit, one.strength))
    for one, width in zip(shown, widths([one.strength for one in shown], len(shown)), strict=True):
        one.width = width
    return shown


def scale_for(layout: Layout, values: Sequence[float | None], mode: Mode, read: Read, scale: object) -> Scale:
    """Make the scale of edges and biases, of all of them: also of those that are drawn as one."""
    known: list[tuple[int, float]] = []
    for link, value in zip(layout.links, values, strict=True):
        if link.is_rest:
            kind = mode.bias if isinstance(link.things[0], Neuron) else mode.edge
            every = (read(kind, thing) for thing in link.things)
            known += [(link.target.layer, one) for one in every if one is not None]
        elif value is not None:
            known.append((link.target.layer, value))
    for node in layout.nodes:
        biases = (read(mode.bias, neuron) for neuron in node.neurons)
        known += [(node.layer, bias) for bias in biases if bias is not None]
    return make_scale(known, scale)


def fill_scale_for(nodes: Sequence[ShownNode], scale: object) -> Scale:
    """Make the scale of the neurons; a norm of the caller's is for the edges only."""
    known = [(node.node.layer, node.fill) for node in nodes if node.fill is not None]
    return make_scale(known, scale if isinstance(scale, str) else None)


def shown_nodes(
    net: Structure,
    layout: Layout,
    mode: Mode,
    read: Read,
    style: NumberFormat,
    *,
    labels: str = "name",
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    lit: Lit | None = None,
    marks: Mapping[str, str] | None = None,
) -> list[ShownNode]:
    """Put together what is shown at each node."""
    sides = {**_sides(net.inputs, feature_names, "feature_names"), **_sides(net.outputs, class_names, "class_names")}
    found = marks or {}
    shown = []
    for node in layout.nodes:
        if node.neuron is None:
            shown.append(_of_many(node, mode, read, lit))
            continue
        neuron = node.neuron
        fillable = bool(mode.fill) and (neuron.role != "input" or mode.fill == "a")
        name, latex = _name(node, neuron, labels)
        side = sides.get(neuron, "")
        if labels != "none" and not side and len(neuron.name) > len(name) and neuron.role != "hidden":
            side = short(neuron.name)
        shown.append(
            ShownNode(
                node,
                name,
                latex,
                side,
                _finite(read, mode.fill, neuron) if fillable else None,
                fillable,
                _finite(read, mode.bias, neuron),
                _numbers(neuron, mode, read, style),
                lit is None or neuron in lit.neurons,
                found.get(neuron.name, ""),
            )
        )
    return shown


def _of_many(node: Node, mode: Mode, read: Read, lit: Lit | None) -> ShownNode:
    if not node.neurons:
        return ShownNode(node, "+1", "+1", lit=lit is None)
    fill = root_mean_square([_finite(read, mode.fill, neuron) for neuron in node.neurons]) if mode.fill else None
    bright = lit is None or any(neuron in lit.neurons for neuron in node.neurons)
    return ShownNode(node, f"+{len(node.neurons)}", f"+{len(node.neurons)}", "", fill, bool(mode.fill), lit=bright)


def _name(node: Node, neuron: Neuron, labels: str) -> tuple[str, str]:
    if labels == "none":
        return "", ""
    if labels == "math":
        return f"a{node.index + 1}({node.layer})", f"a_{{{node.index + 1}}}^{{({node.layer})}}"
    name = short(neuron.name, 8)
    return name, name_latex(name)


def _numbers(neuron: Neuron, mode: Mode, read: Read, style: NumberFormat) -> tuple[tuple[str, str], ...]:
    """The numbers in a neuron; an input has only its activation."""
    if neuron.role == "input":
        kinds = [(symbol, kind) for symbol, kind in mode.written if kind == "a"]
    else:
        kinds = list(mode.written)
    values = [_finite(read, kind, neuron) for _, kind in kinds]
    if mode.edge == "w_change" and len(values) == 2 and values[0] is not None and values[1] is not None:
        return tuple(zip((symbol for symbol, _ in kinds), _both(values[0], values[1], style), strict=True))
    return tuple((symbol, _written(value, style)) for (symbol, _), value in zip(kinds, values, strict=True))


def _written(value: float | None, style: NumberFormat) -> str:
    """Write a number for a picture: a true minus, and a power of ten without zeros in front."""
    return UNKNOWN if value is None else true_minus(re.sub(r"e([+-])0?", r"e\1", style.text(value)))


def true_minus(text: str) -> str:
    """Write hyphens as minus signs."""
    return text.replace("-", "\N{MINUS SIGN}")


def edge_texts(link: Link, mode: Mode, read: Read, style: NumberFormat) -> tuple[str, ...]:
    """Write what stands at an edge: one text, or one above and one below the line; nothing where nothing is known."""
    edge = link.edge
    if edge is None:
        return ()
    if mode.on_edges == ("w_and_new",):
        old, new = read("w", edge), read("w_new", edge)
        return () if old is None or new is None else ("→".join(_both(old, new, style)),)
    values = [_finite(read, kind, edge) for kind in mode.on_edges]
    if all(value is None for value in values):
        return ()
    if edge.source.role == "input" and mode.edge == "blame":  # no error goes back to an input
        values = values[1:]
    return tuple(_written(value, style) for value in values)


def _both(old: float, new: float, style: NumberFormat) -> tuple[str, str]:
    """Write an old and a new value with as many digits as it takes to see the change."""
    digits = style.digits or 17
    while old != new and style.text(old) == style.text(new) and digits < 17:
        digits += 1
        style = NumberFormat(digits)
    return _written(old, style), _written(new, style)


def _sides(neurons: Sequence[Neuron], given: Sequence[str], where: str) -> dict[Neuron, str]:
    names = texts(given, f"draw_network, {where}")
    if not names:
        return {}
    if len(neurons) == 1 and len(names) == 2 and where == "class_names":
        return {neurons[0]: f"{short(names[1], 16)} (else {short(names[0], 16)})"}
    if len(names) != len(neurons):
        expected = f"{len(neurons)}, one for each {'input' if where == 'feature_names' else 'output'}"
        raise InvalidValueError(f"draw_network, {where}: got {len(names)} names, expected {expected}.")
    return {neuron: short(name) for neuron, name in zip(neurons, names, strict=True)}
