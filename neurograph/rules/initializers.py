"""Initializers: how the first weights are drawn, one record each.

A draw uses the seeded generator it is handed and never any other; this file knows no network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from neurograph.rules.registry import Registry

__all__ = ["INITIALIZERS", "Initializer"]


@dataclass(frozen=True, slots=True)
class Initializer:
    """A rule for the first value of a weight.

    Parameters
    ----------
    name : str
        How it is asked for.
    draw : callable
        `draw(generator, fan_in, fan_out) -> float`: the number of neurons on either side of a dense layer.

    Examples
    --------
    >>> from random import Random
    >>> INITIALIZERS.find("ones").draw(Random(0), 4, 5)
    1.0
    """

    name: str
    draw: Callable[[Random, int, int], float]


INITIALIZERS: Registry[Initializer] = Registry("initializer", Initializer)


def _zeros(generator: Random, fan_in: int, fan_out: int) -> float:
    return 0.0


def _ones(generator: Random, fan_in: int, fan_out: int) -> float:
    return 1.0


def _glorot_uniform(generator: Random, fan_in: int, fan_out: int) -> float:
    """Draw from U(-r, r) with r = sqrt(6 / (fan_in + fan_out)).

    Source: Glorot, Bengio (2010), Understanding the difficulty of training deep feedforward neural networks.
    """
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return limit * (2.0 * generator.random() - 1.0)


INITIALIZERS.add(Initializer("zeros", _zeros))
INITIALIZERS.add(Initializer("ones", _ones))
INITIALIZERS.add(Initializer("glorot_uniform", _glorot_uniform))
