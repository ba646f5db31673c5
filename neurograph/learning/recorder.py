"""Recording a run: gradients, updates and activations over each epoch, by layer and by neuron.

It looks after each batch and adds up; a run that is not recorded pays nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.learning.diagnostics import is_at_bound
from neurograph.learning.history import Row
from neurograph.network import Network
from neurograph.validate import one_of

__all__ = ["KINDS", "Recorder", "owners_of"]

KINDS = ("gradients", "updates", "activations")


Key = tuple[str, int | str]  # what, and of which layer or neuron


def owners_of(net: Network) -> dict[int | str, str]:
    """Say how columns call each layer, by its number, and each neuron, by its name; no two alike.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1, 1], "tanh")
    >>> net.add_neuron("layer 1", "tanh").name
    'layer 1'
    >>> owners_of(net)
    {1: 'layer 1', 2: 'layer 2', 'x1': 'x1', 'h1': 'h1', 'layer 1': 'neuron layer 1', 'o1': 'o1'}
    """
    texts: dict[int | str, str] = {number: f"layer {number}" for number in range(1, len(net.layers))}
    layers = set(texts.values())
    for neuron in net.neurons:
        texts[neuron.name] = f"neuron {neuron.name}" if neuron.name.removeprefix("neuron ") in layers else neuron.name
    return texts


class Recorder:
    """Adds up what was asked for, and gives the means at the end of an epoch.

    The columns are "gradient/layer 1", "gradient/h1", "update/layer 1" (the mean of |change| / |weight| over its
    weights), "activation/h1", "zero/layer 1" (the share of activations that are 0), "saturated/h1" (the share within
    1 % of a bound) and so on.

    With "gradients" each layer has three more, "gradient_low/layer 1", "gradient_median/layer 1" and
    "gradient_high/layer 1": the quartiles over its biases and weights of the mean |gradient| that each had over the
    epoch's batches. A few large gradients lift the mean of a layer, but not its median.
    """

    def __init__(self, net: Network, kinds: Iterable[str]) -> None:
        self.kinds = tuple(kinds)
        for kind in self.kinds:
            one_of(kind, KINDS, "train, record", "unknown")
        self._net = net
        self._layers, self._texts = list(enumerate(net.layers))[1:], owners_of(net)
        self._sums: dict[Key, float] = {}
        self._counts: dict[Key, int] = {}
        self._before: dict[Edge, float] = {}
        self._strengths: dict[int, list[float]] = {}  # by layer, for each parameter its |gradients| so far, added up
        self._batches = 0

    def before(self) -> None:
        """Remember the parameters before an update."""
        if "updates" in self.kinds:
            self._before = {edge: edge.w for edge in self._net.edges}

    def after(self) -> None:
        """Look at what a batch has left on the neurons: its gradients, the last example's activations."""
        self._batches += 1
        for number, layer in self._layers:
            strengths: list[float] = []
            for neuron in layer:
                if "gradients" in self.kinds:
                    own = [abs(g) for g in _gradients(neuron)]
                    strengths += own
                    self._add("gradient", number, neuron, own)
                if "activations" in self.kinds and neuron.a is not None:
                    self._add("activation", number, neuron, [neuron.a])
                    self._add("zero", number, neuron, [1.0 if neuron.a == 0.0 else 0.0])
                    self._add("saturated", number, neuron, [1.0 if is_at_bound(neuron) else 0.0])
                if "updates" in self.kinds:
                    self._add("update", number, neuron, self._changes(neuron))
            if "gradients" in self.kinds:
                before = self._strengths.get(number, [0.0] * len(strengths))
                self._strengths[number] = [total + new for total, new in zip(before, strengths, strict=True)]

    @property
    def can_be_compiled(self) -> bool:
        """Whether the compiled engine can do the recording by itself: of nothing, or of gradients."""
        return self.kinds in ((), ("gradients",))

    def means_of(
        self, by_parameter: list[float], by_neuron: list[float], by_layer: list[float], batches: int
    ) -> Row:  # fmt: skip
        """Give the means of an epoch, from sums of the compiled engine."""
        self._batches, at, place = batches, 0, len(self._net.layers[0])
        for number, layer in self._layers:
            begin = at
            whole: Key = "gradient", number
            self._sums[whole] = by_layer[number]
            for neuron in layer:
                own: Key = "gradient", neuron.name
                at += 1 + len(neuron.fan_in)
                self._sums[own], self._counts[own] = by_neuron[place], batches * (1 + len(neuron.fan_in))
                place += 1
            self._counts[whole] = batches * (at - begin)
            self._strengths[number] = by_parameter[begin:at]
        return self.means()

    def _changes(self, neuron: Neuron) -> list[float]:
        pairs = [(self._before[edge], edge.w) for edge in neuron.fan_in]
        return [abs(new - old) / abs(old) for old, new in pairs if old != 0.0]

    def _add(self, what: str, layer: int, neuron: Neuron, values: Sequence[float]) -> None:
        keys: tuple[Key, Key] = (what, layer), (what, neuron.name)
        for key in keys:
            total = self._sums.get(key, 0.0)
            for value in values:
                total += value
            self._sums[key] = total
            self._counts[key] = self._counts.get(key, 0) + len(values)

    def means(self) -> Row:
        """Give the means and quartiles over the epoch, and begin anew."""
        texts = self._texts
        row: Row = {
            f"{what}/{texts[owner]}": total / count if (count := self._counts[what, owner]) else None
            for (what, owner), total in self._sums.items()
        }
        for number, totals in self._strengths.items():
            quartiles = _quartiles([total / self._batches for total in totals])
            for what, value in zip(("low", "median", "high"), quartiles, strict=True):
                row[f"gradient_{what}/{texts[number]}"] = value
        self._sums.clear()
        self._counts.clear()
        self._strengths.clear()
        self._batches = 0
        return row


def _gradients(neuron: Neuron) -> list[float]:
    return [neuron.bias_grad or 0.0, *(edge.grad or 0.0 for edge in neuron.fan_in)]


def _quartiles(values: Sequence[float]) -> list[float]:
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [*values] * 3
