"""What is shown at every place of a diagram: its number, its text, and whether it is lit; and the titles of the layers.

Every kind of file is drawn from these records, so all of them show the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import is_numbered, name_latex
from neurograph.errors import InvalidValueError
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.quantities import QUANTITIES
from neurograph.validate import instance_of, one_of, texts
from visualize.drawn import short
from visualize.network.highlight import Lit
from visualize.network.layout import Layout, Link, Node
from visualize.network.modes import Mode, Read
from visualize.network.options import DrawingOptions
from visualize.network.scales import Scale, finite_or_none, make_scale, root_mean_square, widths

__all__ = [
    "ShownLink",
    "ShownNode",
    "Title",
    "checked_marks",
    "data_names",
    "edge_texts",
    "fill_scale_for",
    "link_values",
    "scale_for",
    "shown_links",
    "shown_nodes",
    "titles",
    "true_minus",
    "written",
]

UNKNOWN = "?"  # stands for what is not computed yet


@dataclass(frozen=True, slots=True, eq=False)
class ShownNode:
    """A place and what is shown there.

    Attributes
    ----------
    node : Node
        Where it is, and whom it stands for.
    name, latex : str
        Its name as text, and in mathematics; empty where it has no such form.
    beside : tuple of str
        What it stands for in the data, written beside it; of one output for two classes, both, "(else ...)" the second.
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
    beside: tuple[str, ...] = ()
    fill: float | None = None
    fillable: bool = False
    bias: float | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    lit: bool = True
    mark: str = ""

    @property
    def side(self) -> str:
        """All that stands beside it, on one line."""
        return " ".join(self.beside)

    @property
    def is_missing(self) -> bool:
        """Whether it should have a number, and has none yet."""
        return self.fillable and self.fill is None


@dataclass(frozen=True, slots=True, eq=False)
class ShownLink:
    """A line and what is shown on it: its number, how strong that is on the scale, from 0 to 1, and its width."""

    link: Link
    value: float | None
    strength: float
    lit: bool
    width: float


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
    strengths = [
        0.0 if value is None else scale.strength(link.target.layer, value)
        for link, value in zip(layout.links, values, strict=True)
    ]
    shown = [
        ShownLink(link, value, strength, lit is None or any(thing in lit.edges for thing in link.things), width)
        for link, value, strength, width in zip(
            layout.links, values, strengths, widths(strengths, len(strengths)), strict=True
        )
    ]
    return sorted(shown, key=lambda one: (one.lit, one.strength))


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
    options: DrawingOptions,
    lit: Lit | None = None,
    marks: Mapping[str, str] = MappingProxyType({}),
) -> list[ShownNode]:
    """Put together what is shown at each node; `lit` and `marks` are what the options ask for, found in the network."""
    named = data_names(net, options.feature_names, options.class_names, "draw_network")
    shown = []
    for node in layout.nodes:
        if node.neuron is None:
            shown.append(_of_many(node, mode, read, lit))
            continue
        neuron = node.neuron
        fillable = bool(mode.fill) and QUANTITIES[mode.fill].is_of(neuron.role)
        name, latex = _name(node, neuron, options.labels)
        beside = _beside(named.get(neuron, ()))
        if options.labels != "none" and not beside and len(neuron.name) > len(name) and neuron.role != "hidden":
            beside = (short(neuron.name),)
        shown.append(
            ShownNode(
                node,
                name,
                latex,
                beside,
                _finite(read, mode.fill, neuron) if fillable else None,
                fillable,
                _finite(read, mode.bias, neuron),
                _numbers(neuron, mode, read, options.style),
                lit is None or neuron in lit.neurons,
                marks.get(neuron.name, ""),
            )
        )
    return shown


def _of_many(node: Node, mode: Mode, read: Read, lit: Lit | None) -> ShownNode:
    if not node.neurons:
        return ShownNode(node, "+1", "", lit=lit is None)
    fill = root_mean_square([_finite(read, mode.fill, neuron) for neuron in node.neurons]) if mode.fill else None
    bright = lit is None or any(neuron in lit.neurons for neuron in node.neurons)
    return ShownNode(node, f"+{len(node.neurons)}", "", (), fill, bool(mode.fill), lit=bright)


def _name(node: Node, neuron: Neuron, labels: str) -> tuple[str, str]:
    if labels == "none":
        return "", ""
    if labels == "math":
        return f"a{node.index + 1}({node.layer})", f"a_{{{node.index + 1}}}^{{({node.layer})}}"
    name = short(neuron.name, 8)
    return name, name_latex(name) if is_numbered(name) else ""


def _numbers(neuron: Neuron, mode: Mode, read: Read, style: NumberFormat) -> tuple[tuple[str, str], ...]:
    """The numbers in a neuron, of those that it has."""
    kinds = [(symbol, kind) for symbol, kind in mode.written if QUANTITIES[kind].is_of(neuron.role)]
    values = [_finite(read, kind, neuron) for _, kind in kinds]
    if mode.edge == "w_change" and len(values) == 2 and values[0] is not None and values[1] is not None:
        return tuple(zip((symbol for symbol, _ in kinds), _both(values[0], values[1], style), strict=True))
    return tuple((symbol, written(value, style)) for (symbol, _), value in zip(kinds, values, strict=True))


def written(value: float | None, style: NumberFormat) -> str:
    """Write a number for a picture: a true minus, and a power of ten without zeros in front.

    Examples
    --------
    >>> written(0.25, NumberFormat(3)), written(None, NumberFormat(3)), written(1e7, NumberFormat(3))
    ('0.25', '?', '1e+7')
    """
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
    return tuple(written(value, style) for value in values)


def _both(old: float, new: float, style: NumberFormat) -> tuple[str, str]:
    """Write an old and a new value with as many digits as it takes to see the change."""
    digits = style.digits or 17
    while old != new and style.text(old) == style.text(new) and digits < 17:
        digits += 1
        style = NumberFormat(digits)
    return written(old, style), written(new, style)


def data_names(net: Structure, feature_names: object, class_names: object, where: str) -> dict[Neuron, tuple[str, ...]]:
    """Read what inputs and outputs stand for: a name for each.

    A single output tells two classes: it has the name of the second, which it grows with, and then that of the first.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "sigmoid")
    >>> list(data_names(net, ["size"], ["cat", "dog"], "draw").values())
    [('size',), ('dog', 'cat')]
    """
    found: dict[Neuron, tuple[str, ...]] = {}
    for neurons, given, kind, what in (
        (net.inputs, feature_names, "feature_names", "input"),
        (net.outputs, class_names, "class_names", "output"),
    ):
        names = texts(given, f"{where}, {kind}")
        if what == "output" and len(neurons) == 1 and len(names) == 2:
            found[neurons[0]] = names[1], names[0]
        elif names and len(names) != len(neurons):
            expected = f"{len(neurons)}, one for each {what}"
            raise InvalidValueError(f"got {len(names)} names, expected {expected}.", where=f"{where}, {kind}")
        else:
            found.update((neuron, (name,)) for neuron, name in zip(neurons, names, strict=False))
    return found


def _beside(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) == 2:
        return short(names[0], 16), f"(else {short(names[1], 16)})"
    return tuple(short(name) for name in names if name)


@dataclass(frozen=True, slots=True)
class Title:
    """What is written over a layer.

    Attributes
    ----------
    what : str
        What the layer is: "inputs", "layer 1" or "outputs".
    count : int
        How many neurons it has.
    rules : str
        Their activations.
    mark : str
        What was found about it, such as "vanishing".
    largest : str
        Where the scale of its edges and biases ends, if it has its own.
    is_hidden : bool
        Whether it is neither the inputs nor the outputs.
    """

    what: str
    count: int
    rules: str
    mark: str = ""
    largest: str = ""
    is_hidden: bool = False

    def text(self, counted: bool) -> str:
        """Write it over the layer, with the true count when not every neuron is shown."""
        first = self.what
        if counted:
            first = f"{self.what}: {self.count}" if self.is_hidden else f"{self.count} {self.what}"
        return "\n".join(line for line in (self.mark, first, self.rules, self.largest) if line)

    def __str__(self) -> str:
        rules = f", {self.rules}" if self.rules else ""
        if self.is_hidden:
            return f"{self.what}: {self.count}{rules}"
        return f"{self.count} {self.what if self.count > 1 else self.what.removesuffix('s')}{rules}"


def titles(net: Structure, marks: Mapping[str, str], largest: Mapping[int, str]) -> list[Title]:
    """Name every layer, with what was found about it."""
    named = []
    for number, layer in enumerate(net.layers):
        rules = list(dict.fromkeys(neuron.rule.name for neuron in layer)) if number else []
        listed = ", ".join(rules[:2]) + (", …" if len(rules) > 2 else "")
        are_outputs = all(neuron.role == "output" for neuron in layer)
        what = "inputs" if number == 0 else "outputs" if are_outputs else f"layer {number}"
        mark, is_hidden = marks.get(f"layer {number}", ""), number > 0 and not are_outputs
        named.append(Title(what, len(layer), listed, mark, largest.get(number, ""), is_hidden))
    return named


def checked_marks(net: Structure, marks: object) -> dict[str, str]:
    """Check words about neurons and layers: {"h1": "dead", "layer 1": "vanishing"}."""
    where = "draw_network, marks"
    given = {} if marks is None else instance_of(marks, Mapping, where, "a dict of names and words")
    known = [*(neuron.name for neuron in net.neurons), *(f"layer {number}" for number in range(len(net.layers)))]
    return {one_of(name, known, where, "there is no"): short(str(word), 12) for name, word in given.items()}
