"""Learning-rate schedules: the rate of each epoch, one record each.

A schedule knows the number of the epoch and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from neurograph.errors import show
from neurograph.rules.registry import check_record
from neurograph.validate import in_range, whole

__all__ = ["Rate", "above_zero", "constant", "cosine", "exponential", "inverse_time", "rate_of", "step_decay"]


@dataclass(frozen=True, slots=True, repr=False)
class Rate:
    """A learning rate that may change from epoch to epoch.

    Parameters
    ----------
    name : str
        How it is shown.
    at : callable
        `at(epoch) -> rate`, with epochs counted from 0.

    Examples
    --------
    >>> halved = step_decay(0.1, factor=0.5, every=10)
    >>> halved.at(0), halved.at(9), halved.at(10), halved.at(25)
    (0.1, 0.1, 0.05, 0.025)
    """

    name: str
    at: Callable[[int], float]

    def __post_init__(self) -> None:
        check_record("rate", self.name, at=self.at)

    def __repr__(self) -> str:
        return f"<Rate {self.name}>"


def rate_of(rate: float | Rate, where: str) -> Rate:
    """Pass a schedule on; turn a number into a constant one."""
    return rate if isinstance(rate, Rate) else constant(above_zero(rate, where))


def above_zero(value: object, where: str) -> float:
    """Pass a finite number above 0 on, and refuse every other value."""
    return in_range(value, where, above=0.0)


def constant(rate: float) -> Rate:
    """Keep one rate."""
    number = above_zero(rate, "constant, rate")
    return Rate(f"{number:g}", lambda epoch: number)


def step_decay(rate: float, factor: float = 0.5, every: int = 10) -> Rate:
    """Multiply by `factor` once in every `every` epochs: `rate * factor ** (epoch // every)`.

    A rate beyond the range of floats is infinite.
    """
    start, factor = above_zero(rate, "step_decay, rate"), above_zero(factor, "step_decay, factor")
    every = whole(every, "step_decay, every", 1)

    def at(epoch: int) -> float:
        try:
            return start * math.pow(factor, epoch // every)
        except OverflowError:
            return math.inf  # an update with it is refused, and says so

    return Rate(f"{start:g}, times {factor:g} every {show(every)} epochs", at)


def exponential(rate: float, decay: float = 0.01) -> Rate:
    """Shrink by the same share each epoch: `rate * exp(-decay * epoch)`."""
    start, decay = above_zero(rate, "exponential, rate"), above_zero(decay, "exponential, decay")
    return Rate(f"{start:g} * exp(-{decay:g} * epoch)", lambda epoch: start * math.exp(-decay * epoch))


def cosine(rate: float, epochs: int, low: float = 0.0) -> Rate:
    """Go from `rate` to `low` in `epochs` epochs along half a cosine, and stay there.

    `low + (rate - low) * (1 + cos(pi * epoch / epochs)) / 2`. Source: Loshchilov, Hutter (2017), SGDR: stochastic
    gradient descent with warm restarts.
    """
    start, last = above_zero(rate, "cosine, rate"), whole(epochs, "cosine, epochs", 1)
    low = in_range(low, "cosine, low", least=0.0, most=start, also="the rate")

    def at(epoch: int) -> float:
        return low + (start - low) * (1.0 + math.cos(math.pi * min(epoch, last) / last)) / 2.0

    return Rate(f"cosine from {start:g} to {low:g} in {last} epochs", at)


def inverse_time(rate: float, decay: float = 0.01) -> Rate:
    """Shrink as 1/t: `rate / (1 + decay * epoch)`. Source: Robbins, Monro (1951), A stochastic approximation method."""
    start, decay = above_zero(rate, "inverse_time, rate"), above_zero(decay, "inverse_time, decay")
    return Rate(f"{start:g} / (1 + {decay:g} * epoch)", lambda epoch: start / (1.0 + decay * epoch))
