"""Watching a run: gradients, updates and activations over each epoch, by layer and by neuron.

It looks after each batch and adds up; a run that is not watched pays nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from neurograph.errors import UnknownNameError, nearest, quoted
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.learning.findings import is_at_bound
from neurograph.learning.history import Row
from neurograph.network import Network

__all__ = ["KINDS", "Watch"]

KINDS = ("gradients", "updates", "activations")


class Watch:
    """Adds up what was asked for, and gives the means at the end of an epoch.

    The columns are "gradient/layer 1", "gradient/h1", "update/layer 1" (the mean of |change| / |weight| over its
    weights), "activation/h1", "zero/layer 1" (the share of activations that are 0), "saturated/h1" (the share within
    1 % of a bound) and so on.

    With "gradients" each layer has three more, "gradient_low/layer 1", "gradient_median/layer 1" and
    "gradient_high/layer 1": the quartiles over its biases and weights of the mean |gradient| that each had over the
    epoch's batches. A few large gradients lift the mean of a layer, but not its median.

    Parameters
    ----------
    net : Network
        The network in training.
    kinds : iterable of {"gradients", "updates", "activations"}
        What to watch.

    Raises
    ------
    UnknownNameError
        When something else is asked for.
    """

    def __init__(self, net: Network, kinds: Iterable[str]) -> None:
        self.kinds = tuple(kinds)
        for kind in self.kinds:
            if kind not in KINDS:
                raise UnknownNameError(f"unknown {quoted(kind)}.", where="train, record", cure=nearest(kind, KINDS))
        self._net = net
        self._layers = [(f"layer {n}", layer) for n, layer in enumerate(net.layers) if n > 0]
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._before: dict[Edge, float] = {}
        self._strengths: dict[str, list[float]] = {}  # by layer, for each parameter its |gradients| so far, added up
        self._batches = 0

    def before(self) -> None:
        """Remember the parameters before an update."""
        if "updates" in self.kinds:
            self._before = {edge: edge.w for edge in self._net.edges}

    def after(self) -> None:
        """Look at what a batch has left on the neurons: its gradients, the last example's activations."""
        self._batches += 1
        for name, layer in self._layers:
            strengths: list[float] = []
            for neuron in layer:
                if "gradients" in self.kinds:
                    own = [abs(g) for g in _gradients(neuron)]
                    strengths += own
                    self._add("gradient", name, neuron, own)
                if "activations" in self.kinds and neuron.a is not None:
                    self._add("activation", name, neuron, [neuron.a])
                    self._add("zero", name, neuron, [1.0 if neuron.a == 0.0 else 0.0])
                    self._add("saturated", name, neuron, [1.0 if is_at_bound(neuron) else 0.0])
                if "updates" in self.kinds:
                    self._add("update", name, neuron, self._changes(neuron))
            if "gradients" in self.kinds:
                before = self._strengths.get(name, [0.0] * len(strengths))
                self._strengths[name] = [total + new for total, new in zip(before, strengths, strict=True)]

    @property
    def can_be_taken(self) -> bool:
        """Whether the compiled engine can do the watching by itself: of nothing, or of gradients."""
        return self.kinds in ((), ("gradients",))

    def take(self, sums: Sequence[list[float]], batches: int) -> Row:
        """Give the means of an epoch, from sums of the compiled engine: by parameter, by neuron, by layer."""
        if not self.kinds:
            return {}
        by_parameter, by_neuron, by_layer = sums
        self._batches, at, number = batches, 0, len(self._net.layers[0])
        for n, (name, layer) in enumerate(self._layers, start=1):
            begin = at
            for neuron in layer:
                own = f"gradient/{neuron.name}"
                at += 1 + len(neuron.fan_in)
                self._sums.setdefault(f"gradient/{name}", by_layer[n])
                self._sums[own], self._counts[own] = by_neuron[number], batches * (1 + len(neuron.fan_in))
                number += 1
            self._counts[f"gradient/{name}"] = batches * (at - begin)
            self._strengths[name] = by_parameter[begin:at]
        return self.means()

    def _changes(self, neuron: Neuron) -> list[float]:
        pairs = [(self._before[edge], edge.w) for edge in neuron.fan_in]
        return [abs(new - old) / abs(old) for old, new in pairs if old != 0.0]

    def _add(self, what: str, layer: str, neuron: Neuron, values: Sequence[float]) -> None:
        for key in (f"{what}/{layer}", f"{what}/{neuron.name}"):
            total = self._sums.get(key, 0.0)
            for value in values:
                total += value
            self._sums[key] = total
            self._counts[key] = self._counts.get(key, 0) + len(values)

    def means(self) -> Row:
        """Give the means and quartiles over the epoch, and begin anew."""
        row: Row = {key: total / self._counts[key] if self._counts[key] else None for key, total in self._sums.items()}
        for layer, totals in self._strengths.items():
            quartiles = _quartiles([total / self._batches for total in totals])
            for what, value in zip(("low", "median", "high"), quartiles, strict=True):
                row[f"gradient_{what}/{layer}"] = value
        self._sums.clear()
        self._counts.clear()
        self._strengths.clear()
        self._batches = 0
        return row


def _gradients(neuron: Neuron) -> list[float]:
    return [neuron.bias_grad or 0.0, *(edge.grad or 0.0 for edge in neuron.fan_in)]


def _quartiles(values: Sequence[float]) -> list[float]:
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [*values] * 3
