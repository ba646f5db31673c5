"""The update of all parameters after a batch, by an optimizer, a regularizer and a clip.

It has the order of the parameters' own verbs, and the optimizer's clock; no arithmetic, no network and no epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

from neurograph.graph.parameters import Parameter
from neurograph.rules.clipping import Clip
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer

__all__ = ["Update"]


@dataclass(slots=True, eq=False)
class Update:
    """What an update needs beside the gradients, and what it leaves for the next one: the memories and the clock.

    Parameters
    ----------
    optimizer, regularizer, clip : records
        How a parameter steps, what penalises it, what limits its gradient.
    parameters : list of Parameter
        What may move.
    clock : (float, float)
        The optimizer's clock.

    Examples
    --------
    >>> import neurograph as ng
    >>> from neurograph.graph.parameters import parameters_of
    >>> net = ng.Network.dense([1, 1], "identity", initializer="ones")
    >>> _ = net.forward([2.0]), net.backward([1.0])
    >>> Update(ng.SGD(), ng.L2(0.5), ng.Clip(value=2.0), parameters_of(net)).take(rate=0.25)
    >>> net["o1"].bias, net.edge("x1", "o1").weight
    (-0.25, 0.5)
    """

    optimizer: Optimizer
    regularizer: Regularizer | None
    clip: Clip | None
    parameters: list[Parameter]
    clock: tuple[float, float] = (1.0, 1.0)

    def take(self, rate: float) -> None:
        """Move every parameter by the gradient that a batch has left."""
        optimizer, regularizer = self.optimizer, self.regularizer
        self.move_clock()
        clock = self.clock
        for parameter in self.parameters:
            parameter.penalise(regularizer)
        if self.clip is not None:
            self.limit(self.clip)
        for parameter in self.parameters:
            parameter.step(optimizer, regularizer, rate, clock)

    def move_clock(self) -> None:
        """Let the optimizer's clock tick, once before each update."""
        self.clock = self.optimizer.tick(*self.clock)

    def limit(self, clip: Clip) -> None:
        """Limit the gradients that the step takes: first the whole of them, then each."""
        if clip.norm is not None:
            gradients = clip.shortened([parameter.g for parameter in self.parameters])
            for parameter, gradient in zip(self.parameters, gradients, strict=True):
                parameter.g = gradient
        if clip.value is not None:
            for parameter in self.parameters:
                parameter.g = clip.limited(parameter.g)

    @property
    def penalty(self) -> float:
        """What the regularizer adds to the loss of a batch."""
        total = 0.0
        if self.regularizer is not None:
            for parameter in self.parameters:
                if self.regularizer.biases or not parameter.is_bias:
                    total += self.regularizer.penalty(parameter.value)
        return total
