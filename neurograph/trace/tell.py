"""Telling a network's training step: run it act by act on copies, and keep what the trace needs.

The one place where stepper, narration, outcome and gradient check come together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TypeVar

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure, forget, note_run
from neurograph.passes.differences import Check, Difference, Probe, compare
from neurograph.passes.schedule import Schedule, schedule_of
from neurograph.rules.losses import Loss
from neurograph.rules.number_format import NumberFormat
from neurograph.trace.moment import Moment, Seen
from neurograph.trace.narration import narrate
from neurograph.trace.outcome import Outcome
from neurograph.trace.quantity import Quantity
from neurograph.trace.step import Deed, Unit
from neurograph.trace.stepper import walk, walk_again
from neurograph.trace.trace import Telling, Trace
from neurograph.trace.view import Story
from neurograph.validate import Example

__all__ = ["Prober", "Way", "tell"]

Net = TypeVar("Net", bound=Structure)


class Prober:
    """Judges derivatives of each example's loss, and of their mean, by differences on a private copy of the network.

    Parameters
    ----------
    structure : Structure
        The network; it is left as it is.
    loss : Loss
        The loss of one example.
    batch : sequence of (x, y)
        One example or more, already checked.
    long_way : bool
        Whether the derivatives came the long way, which rounds more.
    """

    def __init__(self, structure: Structure, loss: Loss, batch: Sequence[Example], long_way: bool = False) -> None:
        self._copy = structure.copy()
        schedule = schedule_of(self._copy, loss, long_way)
        self._probes = [Probe(self._copy, schedule, x, y) for x, y in batch]
        self._cache: dict[tuple[str | tuple[str, str], int, bool], Difference] = {}

    def check(self, parameter: Neuron | Edge, value: float, example: int, tolerance: float = 1e-6) -> Check:
        """Judge a derivative for one example, or for the mean of the batch when `example` is -1.

        It is called wrong only when a second look with other steps says so too.
        """
        first = compare(value, self._of(parameter, example, False), tolerance)
        return compare(value, self._of(parameter, example, True), tolerance) if first.verdict == "wrong" else first

    def _of(self, parameter: Neuron | Edge, example: int, confirmed: bool) -> Difference:
        owner = parameter.name if isinstance(parameter, Neuron) else (parameter.source.name, parameter.target.name)
        if (owner, example, confirmed) not in self._cache:
            self._cache[owner, example, confirmed] = self._work_out(owner, example, confirmed)
        return self._cache[owner, example, confirmed]

    def _work_out(self, owner: str | tuple[str, str], example: int, confirmed: bool) -> Difference:
        twin = self._copy[owner] if isinstance(owner, str) else self._copy.edge(*owner)
        value = error = 0.0
        kink = ""
        probes = self._probes if example < 0 else self._probes[example : example + 1]
        for probe in probes:
            one = probe.confirmed(twin) if confirmed else probe.of(twin)
            value, error, kink = value + one.value, error + one.error, kink or one.kink
        return Difference(value / len(probes), error / len(probes), kink)


@dataclass(frozen=True, slots=True)
class Way:
    """How a step is taken.

    Attributes
    ----------
    rate : float
        The learning rate.
    long : bool
        Whether it goes through dC/da even where loss and activation cancel.
    to_inputs : bool
        Whether the errors are followed back to the inputs.
    """

    rate: float
    long: bool = False
    to_inputs: bool = False

    def schedule(self, structure: Structure, loss: Loss) -> Schedule:
        """Give the order of its acts."""
        schedule = schedule_of(structure, loss, self.long)
        return replace(schedule, backward=(*schedule.backward, *schedule.inputs)) if self.to_inputs else schedule


def tell(structure: Net, batch: Sequence[Example], loss: Loss, way: Way, unit: Unit, style: NumberFormat) -> Trace[Net]:
    """Run one training step on copies of a network and give its trace.

    Parameters
    ----------
    structure : Structure
        The network; it is left as it is.
    batch : sequence of (x, y)
        One example or more, already checked.
    loss : Loss
        The loss of one example.
    way : Way
        How the step is taken.
    unit : str
        What one step is.
    style : NumberFormat
        How numbers are written.

    Raises
    ------
    NumericalError
        When a number leaves the range of floats; the message names the first neuron where it did.
    """
    return Trace(_told(structure, batch, loss, way), unit, style)


def _told(structure: Net, batch: Sequence[Example], loss: Loss, way: Way) -> Telling[Net]:
    """Run the step on copies, and keep what all views of its trace share."""
    before = structure.copy()
    forget(before)
    rate = way.rate
    prober = Prober(structure, loss, batch, way.long)
    story = Story(before, rate, len(batch), prober.check, _layer_names(before))
    deeds: list[Deed] = []
    seen_again: list[Seen] = []

    def listen(moments: Iterable[Moment], passes: list[Seen]) -> None:
        for moment in moments:
            if moment.phase not in ("mean", "update") and moment.example == len(passes):
                passes.append(moment.seen)
            deeds.extend(narrate(moment, story))

    schedule = way.schedule(before, loss)
    listen(walk(before, schedule, batch), story.seen)
    after = before.copy()
    listen(walk_again(before, after, way.schedule(after, loss), batch, rate), seen_again)
    outcome = Outcome(before, rate, story.seen, seen_again)
    told = outcome.placed(deeds)
    losses = (outcome.loss_before[0].value, outcome.loss_after[0].value, outcome.predicted.value, outcome.change.value)
    for net in (before, after):
        note_run(net)
    # Nobody else holds `before`, so the long way is that of the same network, whatever has become of the caller's.
    long = cache(partial(_told, before, batch, loss, replace(way, long=True))) if schedule.short else None
    return Telling(before, after, told, _start(before, batch, rate), losses, len(batch), long)


def _layer_names(structure: Structure) -> dict[str, str]:
    layers = structure.layers
    names = {neuron.name: f"layer {number}" for number, layer in enumerate(layers) for neuron in layer}
    names.update({neuron.name: "inputs" for neuron in layers[0]})
    if all(neuron.role == "output" for neuron in layers[-1]) and all(
        neuron.role != "output" for layer in layers[:-1] for neuron in layer
    ):
        names.update({neuron.name: "output layer" for neuron in layers[-1]})
    return names


def _start(before: Structure, batch: Sequence[Example], rate: float) -> dict[Quantity, float]:
    """What is known before the first step."""
    known: dict[Quantity, float] = {Quantity("eta", ""): rate}
    for example, (x, y) in enumerate(batch):
        known.update({Quantity("a", n.name, example): value for n, value in zip(before.inputs, x, strict=True)})
        known.update({Quantity("y", n.name, example): value for n, value in zip(before.outputs, y, strict=True)})
    for neuron in before.computing:
        known[Quantity("b", neuron.name)] = neuron.b
        known.update({Quantity("w", edge.ends): edge.w for edge in neuron.fan_in})
    return known
