"""What is written over the layers, and the words that mark what was found about layers and neurons.

It puts words together; where they stand, labels.py says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neurograph.errors import InvalidTypeError, UnknownNameError, explain, nearest, quoted
from neurograph.graph.structure import Structure
from visualize.drawn import short

__all__ = ["Title", "checked_marks", "titles"]


@dataclass(frozen=True, slots=True)
class Title:
    """What a layer is: "inputs", "layer 1" or "outputs", how many neurons it has, and their activations.

    `mark` is what was found about it, `largest` where the scale of its edges and biases ends, if it has its own.
    """

    what: str
    count: int
    rules: str
    mark: str = ""
    largest: str = ""

    def text(self, counted: bool) -> str:
        """Write it over the layer, with the true count when not every neuron is shown."""
        first = self.what
        if counted:
            first = f"{self.what}: {self.count}" if self.what.startswith("layer") else f"{self.count} {self.what}"
        return "\n".join(line for line in (self.mark, first, self.rules, self.largest) if line)

    def __str__(self) -> str:
        rules = f", {self.rules}" if self.rules else ""
        if self.what.startswith("layer"):
            return f"{self.what}: {self.count}{rules}"
        return f"{self.count} {self.what if self.count > 1 else self.what.removesuffix('s')}{rules}"


def titles(net: Structure, marks: Mapping[str, str], largest: Mapping[int, str]) -> list[Title]:
    """Name every layer, with what was found about it."""
    named = []
    for number, layer in enumerate(net.layers):
        rules = list(dict.fromkeys(neuron.rule.name for neuron in layer)) if number else []
        told = ", ".join(rules[:2]) + (", …" if len(rules) > 2 else "")
        are_outputs = all(neuron.role == "output" for neuron in layer)
        what = "inputs" if number == 0 else "outputs" if are_outputs else f"layer {number}"
        named.append(Title(what, len(layer), told, marks.get(f"layer {number}", ""), largest.get(number, "")))
    return named


def checked_marks(net: Structure, marks: object) -> dict[str, str]:
    """Check words about neurons and layers: {"h1": "dead", "layer 1": "vanishing"}.

    Raises
    ------
    InvalidTypeError, UnknownNameError
        When it is no dict of text, or names no neuron and no layer.
    """
    if marks is None:
        return {}
    if not isinstance(marks, Mapping):
        raise InvalidTypeError(explain("draw_network, marks", marks, "a dict of names and words"))
    known = [*(neuron.name for neuron in net.neurons), *(f"layer {number}" for number in range(len(net.layers)))]
    for name in marks:
        if name not in known:
            raise UnknownNameError(f"draw_network, marks: there is no {quoted(name)}. {nearest(name, known)}")
    return {name: short(str(word), 12) for name, word in marks.items()}
