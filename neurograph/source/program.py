"""A network as a program: a training step in plain Python, a line for each act, in the order in which they act.

One more reader of the recorded cells. It writes text, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neurograph.errors import InvalidValueError, one_line
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie
from neurograph.passes.schedule import schedule_of
from neurograph.program.recording import Recording
from neurograph.quantities import Quantity
from neurograph.rules.activations import Activation
from neurograph.rules.losses import LOSSES, Loss, Shortcut
from neurograph.rules.registry import Registry
from neurograph.rules.softmax import ACTIVATIONS
from neurograph.source.names import Names
from neurograph.source.python import cell_lines, in_parts, row

__all__ = ["program_text"]

_NAMES = 8  # of a list, in one line
_HEADS = {
    "forward": "Forward: z = sum(w * a) + b, a = f(z).",
    "loss": "The loss C, a term for each output.",
    "backward": "Backward: e = dC/da, d = dC/dz = e * f'(z).",
    "gradient": "Gradients: dC/db = d, dC/dw = a * d.",
    "update": "Update: everything steps down its gradient.",
}


def program_text(net: Structure, loss: Loss | None) -> str:
    """Write a network as a program; see `Network.to_source`."""
    return "\n".join(_Program(net, loss).lines()) + "\n"


class _Program:
    """Writes one program: a step under a loss, or what comes out for an example."""

    def __init__(self, net: Structure, loss: Loss | None) -> None:
        self._net, self._loss = net, loss
        self._names = Names(net)
        self._schedule = schedule_of(net, loss or LOSSES["squared_error"])
        self._recording = Recording.blank(net, lambda stage: schedule_of(stage, loss or LOSSES["squared_error"]))

    def lines(self) -> Iterator[str]:
        """Give the program line by line."""
        net = self._net
        shape = "-".join(str(len(layer)) for layer in net.layers)
        yield f"# The network {shape} as a program, with the same numbers to the last bit."
        yield "import neurograph as ng"
        yield ""
        yield from self._rule_lines()
        yield ""
        for neuron in net.computing:
            yield from self._parameter_lines(neuron)
        yield ""
        yield ""
        if self._loss:
            yield "def step(x, y, rate):"
            body = ["# Learns from one example; gives the outputs, and the loss from before the update."]
            moving = [self._name(one.members[0] if isinstance(one, Tie) else one) for one in net.movable]
            body += [f"global {', '.join(names)}" for names in in_parts(moving, _NAMES)]
            body += _taken("x", self._of("a", net.inputs))
            body += _taken("y", self._of("y", net.outputs))
            for phase in _HEADS:
                body += self._passes(phase)
        else:
            yield "def predict(x):"
            body = ["# The outputs for one example."]
            body += _taken("x", self._of("a", net.inputs))
            body += self._passes("forward")
        answer = ", ".join(self._of("a", net.outputs))
        for line in (*body, "", f"return [{answer}], C" if self._loss else f"return [{answer}]"):
            yield f"    {line}" if line else ""

    def _rule_lines(self) -> Iterator[str]:
        for rule in self._names.rules:
            slope = f"da/dz = {rule.slope_formula}" if isinstance(rule, Activation) else f"J = {rule.partial_formula}"
            found = _found(rule, "ACTIVATIONS", ACTIVATIONS)
            yield f"{self._names.rule(rule)} = {found}  # a = {one_line(rule.formula)}, {one_line(slope)}"
        if (loss := self._loss) is None:
            return
        formulas = f"C = {loss.formula}, e = {loss.slope_formula}"
        yield f"loss = {_found(loss, 'LOSSES', LOSSES)}  # {one_line(formulas)}"
        shortcuts = {t.neuron.rule: t.shortcut for t in self._schedule.objective.targets if t.shortcut}
        for rule, shortcut in shortcuts.items():
            name = self._names.rule(rule)
            formula = (
                f"d = {shortcut.delta_formula}"
                if isinstance(shortcut, Shortcut)
                else f"dC_k/dz_k = {shortcut.own_formula}, dC_k/dz_j = {shortcut.cross_formula}"
            )
            yield f"short_{name} = loss.shortcut_for({name})  # {one_line(formula)}"

    def _parameter_lines(self, neuron: Neuron) -> Iterator[str]:
        for holder in neuron.holders:
            name, value = self._name(holder), holder.b if isinstance(holder, Neuron) else holder.w
            if holder.tie and holder is not holder.tie.members[0]:
                yield f"# {one_line(holder.name if isinstance(holder, Neuron) else holder.label)} shares {name}"
            else:
                yield f"{name} = {value!r}{'  # frozen' if holder.frozen else ''}"

    def _name(self, holder: Neuron | Edge) -> str:
        """Name a bias or weight."""
        return self._names.of(Quantity("b", holder.name) if isinstance(holder, Neuron) else Quantity("w", holder.ends))

    def _of(self, kind: str, neurons: Sequence[Neuron]) -> list[str]:
        return [self._names.of(Quantity(kind, neuron.name)) for neuron in neurons]

    def _passes(self, phase: str) -> Iterator[str]:
        yield ""
        yield f"# {_HEADS[phase]}"
        for moment in self._recording.moments:
            if moment.phase == phase:
                yield from cell_lines(self._names, self._recording.cells(moment))


def _taken(source: str, names: Sequence[str]) -> Iterator[str]:
    """Take the numbers of a row out of it, some in a line."""
    if len(names) <= _NAMES:
        yield f"{row(names)} = {source}"
        return
    for number, part in enumerate(in_parts(names, _NAMES)):
        at = number * _NAMES
        yield f"{row(part)} = {source}[{at}:{at + len(part)}]"


def _found(record: Any, where: str, registry: Registry[Any]) -> str:
    """Say where a program finds a record."""
    if record.name not in registry or registry[record.name] is not record:
        raise InvalidValueError(
            f"{record.name!r} is not among neurograph's {where}, so that a program could not find it.",
            where="to_source",
            cure=f"Add your record to them: ng.{where}.add(record).",
        )
    return f"ng.{where}[{record.name!r}]"
