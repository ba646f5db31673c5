"""Limits on the gradient of a batch: of each part, or of the whole as a vector.

It knows numbers in a row, and no network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurograph.errors import Argument
from neurograph.validate import in_range

__all__ = ["Clip", "clipped", "shortened"]


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


def clipped(gradients: list[float], clip: Clip | None) -> list[float]:
    """Limit the gradients of one update.

    Examples
    --------
    >>> clipped([3.0, 4.0], Clip(norm=1.0)), clipped([3.0, -0.5], Clip(value=1.0))
    ([0.6000000000000001, 0.8], [1.0, -0.5])
    """
    if clip is not None and clip.norm is not None:
        gradients = shortened(gradients, clip.norm)
    if clip is not None and clip.value is not None:
        gradients = [min(max(gradient, -clip.value), clip.value) for gradient in gradients]
    return gradients


def shortened(gradients: list[float], norm: float) -> list[float]:
    """Shorten a vector to a length, if it is longer.

    Examples
    --------
    >>> shortened([3.0, 4.0], 5.0), shortened([3e200, 4e200], 5.0)
    ([3.0, 4.0], [3.0, 4.0])
    """
    squares = _squares(gradients)
    if squares < 1e-292 or squares == math.inf:  # some are too small or too large for floats: measure by the largest
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
