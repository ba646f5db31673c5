"""Running the acts: forward, backward, update. The run has no arithmetic of its own, and can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from neurograph.errors import NeurographError
from neurograph.graph.neuron import Neuron
from neurograph.graph.tie import Tie
from neurograph.passes.checks import failure
from neurograph.passes.schedule import Act

__all__ = ["restored_on_error", "run", "set_inputs", "update"]


def run(acts: Iterable[Act]) -> None:
    """Let everyone act, in order. A rule that fails on its number raises NumericalError, which says whose and where."""
    try:
        for act in acts:
            act()
    except NeurographError:
        raise
    except Exception as error:  # whatever a rule of the user's own may raise
        raise failure(act, error) from error


@contextmanager
def restored_on_error(neurons: Sequence[Neuron], *slots: str) -> Iterator[None]:
    """Put the named numbers of all neurons back when the body fails, even by Ctrl-C."""
    old = [(neuron, slot, getattr(neuron, slot)) for neuron in neurons for slot in slots]
    try:
        yield
    except BaseException:
        for neuron, slot, value in old:
            setattr(neuron, slot, value)
        raise


def set_inputs(inputs: Sequence[Neuron], x: Sequence[float]) -> None:
    """Give the inputs their values."""
    for neuron, value in zip(inputs, x, strict=True):
        neuron.a = value


def update(neurons: Iterable[Neuron], ties: Iterable[Tie], rate: float) -> None:
    """Step down the gradient with every parameter: each neuron's bias, then its incoming weights; then shared ones."""
    for neuron in neurons:
        neuron.update(rate)
    for tie in ties:
        tie.update(rate)
