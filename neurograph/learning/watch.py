"""Watching a run: means of gradients, updates and activations, by layer and by neuron, over each epoch.

It looks after each batch and adds up; a run that is not watched pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neurograph.errors import UnknownNameError, nearest
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
                raise UnknownNameError(f"train, record: unknown {kind!r}. {nearest(kind, KINDS)}")
        self._net = net
        self._layers = [(f"layer {n}", layer) for n, layer in enumerate(net.layers) if n > 0]
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._before: dict[Edge, float] = {}

    def before(self) -> None:
        """Remember the parameters before an update."""
        if "updates" in self.kinds:
            self._before = {edge: edge.w for edge in self._net.edges}

    def after(self) -> None:
        """Look at what a batch has left on the neurons: its gradients, the last example's activations."""
        for name, layer in self._layers:
            for neuron in layer:
                if "gradients" in self.kinds:
                    self._add("gradient", name, neuron, [abs(g) for g in _gradients(neuron)])
                if "activations" in self.kinds and neuron.a is not None:
                    self._add("activation", name, neuron, [neuron.a])
                    self._add("zero", name, neuron, [1.0 if neuron.a == 0.0 else 0.0])
                    self._add("saturated", name, neuron, [1.0 if is_at_bound(neuron) else 0.0])
                if "updates" in self.kinds:
                    self._add("update", name, neuron, self._changes(neuron))

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
        """Give the means over the epoch, and begin anew."""
        row: Row = {key: total / self._counts[key] if self._counts[key] else None for key, total in self._sums.items()}
        self._sums.clear()
        self._counts.clear()
        return row


def _gradients(neuron: Neuron) -> list[float]:
    return [neuron.bias_grad or 0.0, *(edge.grad or 0.0 for edge in neuron.fan_in)]
