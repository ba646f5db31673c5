"""Plain online gradient descent: after every example, a step down its gradient.

The loop belongs to the caller, epoch by epoch; the order of the examples comes from a seeded generator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.network import Network
from neurograph.passes.propagation import present, run, update
from neurograph.passes.trouble import check_backward, check_forward
from neurograph.rules.losses import LOSSES, Loss

__all__ = ["Epoch", "accuracy", "descend"]


@dataclass(frozen=True, slots=True)
class Epoch:
    """One round through the examples: its number, from 1, and the mean loss over them as they came up."""

    number: int
    loss: float


def descend(
    net: Network,
    X: Sequence[Sequence[float]],  # noqa: N803  # the field's names
    Y: Sequence[Sequence[float]],  # noqa: N803
    learning_rate: float,
    epochs: int,
    loss: str | Loss = "squared_error",
    seed: int = 0,
) -> Iterator[Epoch]:
    """Train a network by online gradient descent, yielding after each epoch.

    `w = w - rate * dC/dw` with the gradient of one example at a time, in a new order each epoch.

    Parameters
    ----------
    net : Network
        It is changed in place.
    X, Y : sequence of rows
        The examples and their targets.
    learning_rate : float
        The rate, above 0.
    epochs : int
        How many rounds.
    loss : str or Loss
        The loss of one example.
    seed : int
        Of the generator that shuffles.

    Raises
    ------
    NeurographError
        As `Network.forward` and `backward` raise. At a number that leaves the range of floats, training stops there.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "tanh", seed=1)
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> losses = [epoch.loss for epoch in descend(net, X, Y, learning_rate=0.2, epochs=300)]
    >>> losses[0] > 0.1 > 0.01 > losses[-1]
    True
    """
    if not learning_rate > 0.0:
        raise InvalidValueError(explain("descend, learning_rate", learning_rate, "a number above 0"))
    if isinstance(epochs, bool) or not isinstance(epochs, int):
        raise InvalidTypeError(explain("descend, epochs", epochs, "a whole number"))
    batch = net.examples(X, Y)
    schedule = net.schedule(LOSSES.find(loss))
    inputs = net.inputs
    computing = [neuron for neuron in net.neurons if neuron.role != "input"]
    clear = tuple(neuron.clear for neuron in computing)
    generator = Random(seed)  # noqa: S311  # an order, not a secret
    for number in range(1, epochs + 1):
        generator.shuffle(batch)
        total = 0.0
        for x, y in batch:
            present(inputs, x)
            schedule.objective.aim(y)
            run(schedule.forward)
            check_forward(computing)
            run(schedule.loss)
            run(schedule.backward)
            check_backward(schedule, net)
            run(clear)
            run(schedule.gradients)
            update(computing, learning_rate)
            total += schedule.objective.cost or 0.0
        yield Epoch(number, total / len(batch))


def accuracy(net: Network, X: Sequence[Sequence[float]], Y: Sequence[Sequence[float]]) -> float:  # noqa: N803
    """Give the share of examples whose largest output is at the place of the largest target.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2], "identity", initializer="zeros")
    >>> net.edge("x1", "o1").weight = net.edge("x2", "o2").weight = 1.0
    >>> accuracy(net, [[1, 0], [0, 1], [1, 0]], [[1, 0], [0, 1], [0, 1]])
    0.6666666666666666
    """
    right = 0
    for x, y in zip(X, Y, strict=True):
        a = net.forward(x)
        right += a.index(max(a)) == list(y).index(max(y))
    return right / len(X)
