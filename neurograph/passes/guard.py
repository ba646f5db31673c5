"""A guard around a pass: whatever stops it half-way, even Ctrl-C, every number is what it was before.

It remembers and puts back; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from neurograph.graph.neuron import Neuron

__all__ = ["kept", "kept_parameters"]


@contextmanager
def kept(neurons: Sequence[Neuron], *slots: str) -> Iterator[None]:
    """Put the named numbers of all neurons back when the body fails."""
    old = [(neuron, slot, getattr(neuron, slot)) for neuron in neurons for slot in slots]
    try:
        yield
    except BaseException:
        for neuron, slot, value in old:
            setattr(neuron, slot, value)
        raise


@contextmanager
def kept_parameters(neurons: Sequence[Neuron]) -> Iterator[None]:
    """Put all biases and incoming weights back when the body fails."""
    old = [(neuron, neuron.b, [edge.w for edge in neuron.fan_in]) for neuron in neurons]
    try:
        yield
    except BaseException:
        for neuron, bias, weights in old:
            neuron.b = bias
            for edge, weight in zip(neuron.fan_in, weights, strict=True):
                edge.w = weight
        raise
