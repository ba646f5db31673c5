"""A network as a program: a training step in plain Python, a line for each act, in the order in which they act.

One more reader of the schedule. It writes text, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neurograph.errors import InvalidValueError, one_line
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.passes.schedule import Act, Schedule
from neurograph.rules.activations import Activation
from neurograph.rules.losses import LOSSES, Shortcut
from neurograph.rules.registry import Registry
from neurograph.rules.softmax import ACTIVATIONS
from neurograph.source.acts import act_lines, in_parts, row, update_lines
from neurograph.source.names import Names

__all__ = ["program_text"]

_NAMES = 8  # of a list, in one line
_HEADS = {
    "forward": "Forward: z = sum(w * a) + b, a = f(z).",
    "loss": "The loss C, a term for each output.",
    "backward": "Backward: e = dC/da, d = dC/dz = e * f'(z).",
    "gradients": "Gradients: dC/db = d, dC/dw = a * d.",
}


def program_text(net: Structure, schedule: Schedule, learns: bool) -> str:
    """Write a network as a program; see `Network.to_source`."""
    return "\n".join(_Program(net, schedule, learns).lines()) + "\n"


class _Program:
    """Writes one program."""

    def __init__(self, net: Structure, schedule: Schedule, learns: bool) -> None:
        self._net, self._schedule, self._learns = net, schedule, learns
        self._names = Names(net)
        self._of = self._names.of

    def lines(self) -> Iterator[str]:
        """Give the program line by line."""
        net, schedule = self._net, self._schedule
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
        if self._learns:
            yield "def step(x, y, rate):"
            body = ["# Learns from one example; gives the outputs, and the loss from before the update."]
            moving = [self._names.parameter(holder) for holder in net.movable]
            body += [f"global {', '.join(names)}" for names in in_parts(moving, _NAMES)]
            body += _taken("x", [self._of("a", neuron) for neuron in net.inputs])
            body += _taken("y", [self._of("y", output) for output in net.outputs])
            for part in _HEADS:
                body += self._passes(part, getattr(schedule, part))
            body += ["", "# Update: everything steps down its gradient.", *update_lines(self._names, net)]
        else:
            yield "def predict(x):"
            body = ["# The outputs for one example."]
            body += _taken("x", [self._of("a", neuron) for neuron in net.inputs])
            body += self._passes("forward", schedule.forward)
        answer = ", ".join(self._of("a", output) for output in net.outputs)
        for line in (*body, "", f"return [{answer}], C" if self._learns else f"return [{answer}]"):
            yield f"    {line}" if line else ""

    def _rule_lines(self) -> Iterator[str]:
        for rule in self._names.rules:
            slope = f"da/dz = {rule.slope_formula}" if isinstance(rule, Activation) else f"J = {rule.partial_formula}"
            found = _found(rule, "ACTIVATIONS", ACTIVATIONS)
            yield f"{self._names.rule(rule)} = {found}  # a = {one_line(rule.formula)}, {one_line(slope)}"
        if not self._learns:
            return
        loss = self._schedule.objective.loss
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
            name, value = self._names.parameter(holder), holder.b if isinstance(holder, Neuron) else holder.w
            if holder.tie and holder is not holder.tie.members[0]:
                yield f"# {one_line(holder.name if isinstance(holder, Neuron) else holder.label)} shares {name}"
            else:
                yield f"{name} = {value!r}{'  # frozen' if holder.frozen else ''}"

    def _passes(self, part: str, acts: Sequence[Act]) -> Iterator[str]:
        yield ""
        yield f"# {_HEADS[part]}"
        for act in acts:
            yield from act_lines(self._names, act)


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
