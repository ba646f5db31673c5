"""A checkpoint of learning: the parameters, and what the optimizer remembers, at one moment.

It copies and puts back; what is learned, the learner knows.
"""

from __future__ import annotations

import math
from array import array
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from neurograph.graph.parameters import put_back, values_of

if TYPE_CHECKING:
    from neurograph.engines.objects import Learner
    from neurograph.graph.parameters import Parameter

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

    values: array[float]  # of the parameters
    clock: tuple[float, float]  # of the optimizer
    m: array[float]  # its memory, none of a plain step
    v: array[float]

    @classmethod
    def of(cls, learner: Learner) -> Checkpoint:
        """Copy it."""
        remembered = _remembered(learner)
        return cls(
            values_of(learner.net),
            learner.clock,
            array("d", [parameter.m for parameter in remembered]),
            array("d", [parameter.v for parameter in remembered]),
        )

    def restore(self, learner: Learner) -> None:
        """Put it back."""
        put_back(learner.net, self.values)
        learner.clock = self.clock
        for parameter, m, v in zip(_remembered(learner), self.m, self.v, strict=True):
            parameter.m, parameter.v = m, v

    def is_finite(self) -> bool:
        """Whether every number is."""
        return all(map(math.isfinite, chain(self.values, self.m, self.v)))


def _remembered(learner: Learner) -> list[Parameter]:
    return [] if learner.plain else learner.parameters
