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
        squares = _squares(gradients)
        if squares < 1e-292 or squares == math.inf:  # too small or too large for floats: measure by the largest
            largest = max(map(abs, gradients), default=0.0)
            if 0.0 < largest < math.inf:
                parts = [gradient / largest for gradient in gradients]
                size = math.sqrt(_squares(parts))
                factor = norm / size
                return [part * factor for part in parts] if largest * size > norm else gradients
        size = math.sqrt(squares)
        if size > norm:
            factor = norm / size
            return [gradient * factor for gradient in gradients]
        return gradients


def _squares(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number * number
    return total
