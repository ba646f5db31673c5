"""A checkpoint of learning: the parameters, and what the optimizer remembers, at one moment.

It copies and puts back; what is learned, the learner knows.
"""

from __future__ import annotations

import math
from array import array
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from neurograph.engines.objects import Learner
    from neurograph.engines.parameters import Parameter

__all__ = ["Checkpoint"]


class Checkpoint(NamedTuple):
    """All that a learner changes.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity", initializer="zeros")
    >>> learner = ng.Trainer(net, [[1.0]], [[1.0]]).learner
    >>> then = Checkpoint.of(learner)
    >>> loss, right = learner.learn([([1.0], [1.0])], rate=0.5)
    >>> net["o1"].bias, then.is_finite()
    (0.5, True)
    >>> then.restore(learner)
    >>> net["o1"].bias
    0.0
    """

    biases: array[float]
    weights: array[float]
    clock: tuple[float, float]  # of the optimizer
    ones: array[float]  # its memory, none of a plain step
    twos: array[float]

    @classmethod
    def of(cls, learner: Learner) -> Checkpoint:
        """Copy it into arrays: were the floats held, updates could not use their memory again, and would be slower."""
        moving = _remembered(learner)
        return cls(
            array("d", [neuron.b for neuron in learner.computing]),
            array("d", [edge.w for edge in learner.edges]),
            learner.clock,
            array("d", [parameter.one for parameter in moving]),
            array("d", [parameter.two for parameter in moving]),
        )

    def restore(self, learner: Learner) -> None:
        """Put it back."""
        for neuron, bias in zip(learner.computing, self.biases, strict=True):
            neuron.b = bias
        for edge, weight in zip(learner.edges, self.weights, strict=True):
            edge.w = weight
        learner.clock = self.clock
        for parameter, one, two in zip(_remembered(learner), self.ones, self.twos, strict=True):
            parameter.one, parameter.two = one, two

    def is_finite(self) -> bool:
        """Whether every number is."""
        return all(map(math.isfinite, chain(self.biases, self.weights, self.ones, self.twos)))


def _remembered(learner: Learner) -> list[Parameter]:
    return [] if learner.plain else learner.parameters
