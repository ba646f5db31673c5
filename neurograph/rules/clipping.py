"""Limits on the gradient of a batch: of each part, or of the whole as a vector.

It knows numbers in a row, and no network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurograph.errors import Argument
from neurograph.validate import in_range

__all__ = ["Clip"]


@dataclass(frozen=True, slots=True)
class Clip:
    """A limit on the gradient of a batch: each part to `value` in size, or the whole, as a vector, to `norm`.

    Source for the norm: Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks.
    """

    norm: float | None = None
    value: float | None = None

    def __post_init__(self) -> None:
        for name, limit in (("norm", self.norm), ("value", self.value)):
            if limit is not None:
                in_range(limit, Argument("Clip", name), above=0.0)

    def limited(self, gradient: float) -> float:
        """Limit one part to `value`.

        Examples
        --------
        >>> Clip(value=1.0).limited(3.0), Clip(value=1.0).limited(-0.5), Clip(norm=1.0).limited(3.0)
        (1.0, -0.5, 3.0)
        """
        return gradient if self.value is None else min(max(gradient, -self.value), self.value)

    def shortened(self, gradients: list[float]) -> list[float]:
        """Shorten the whole to `norm`, if it is longer.

        Examples
        --------
        >>> Clip(norm=1.0).shortened([3.0, 4.0]), Clip(norm=5.0).shortened([3e200, 4e200])
        ([0.6000000000000001, 0.8], [3.0, 4.0])
        """
        if (norm := self.norm) is None:
            return gradients
        unit, parts, length = _measured(gradients)
        if unit * length > norm:
            factor = norm / length
            return [part * factor for part in parts]
        return gradients

    @staticmethod
    def length(gradients: list[float]) -> float:
        """Measure the whole: the root of the sum of squares.

        Examples
        --------
        >>> Clip.length([3.0, 4.0]), Clip.length([3e200, 4e200])
        (5.0, 5e+200)
        """
        unit, _, length = _measured(gradients)
        return unit * length


def _measured(gradients: list[float]) -> tuple[float, list[float], float]:
    """Give a unit, the gradients in this unit, and their length in it."""
    squares = _squares(gradients)
    if squares < 1e-292 or squares == math.inf:  # too small or too large for floats: measure by the largest
        largest = max(map(abs, gradients), default=0.0)
        if 0.0 < largest < math.inf:
            parts = [gradient / largest for gradient in gradients]
            return largest, parts, math.sqrt(_squares(parts))
    return 1.0, gradients, math.sqrt(squares)


def _squares(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number * number
    return total
