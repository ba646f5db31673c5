"""Initializers: how the first weights are drawn, one record each.

A draw uses the seeded generator it is handed and never any other; this file knows no network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from neurograph.errors import InvalidValueError
from neurograph.rules.registry import Registry, check_record
from neurograph.validate import finite, in_range

__all__ = ["INITIALIZERS", "Initializer", "constant", "normal", "uniform"]


@dataclass(frozen=True, slots=True, repr=False)
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

    def __post_init__(self) -> None:
        check_record("initializer", self.name, draw=self.draw)

    def __repr__(self) -> str:
        return f"<Initializer {self.name}>"


# Named for their first authors, as in PyTorch; where the distribution is left out, it is the uniform one.
INITIALIZERS: Registry[Initializer] = Registry(
    "initializer",
    Initializer,
    aliases={
        "glorot": "glorot_uniform",
        "xavier": "glorot_uniform",
        "xavier_uniform": "glorot_uniform",
        "xavier_normal": "glorot_normal",
        "he": "he_uniform",
        "kaiming": "he_uniform",
        "kaiming_uniform": "he_uniform",
        "kaiming_normal": "he_normal",
    },
)


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


def constant(value: float) -> Initializer:
    """Give every weight the same value.

    Examples
    --------
    >>> from random import Random
    >>> constant(0.5).draw(Random(0), 4, 5)
    0.5
    """
    number = finite(value, "constant, value")
    return Initializer(f"constant({number:g})", lambda generator, fan_in, fan_out: number)


def uniform(low: float, high: float) -> Initializer:
    """Draw from U(low, high).

    Raises
    ------
    InvalidValueError
        When low is above high.
    """
    a, b = finite(low, "uniform, low"), finite(high, "uniform, high")
    if a > b:
        raise InvalidValueError(where="uniform, low and high", given=(a, b), expected="low first, then high")
    return Initializer(f"uniform({a:g}, {b:g})", lambda generator, fan_in, fan_out: a + (b - a) * generator.random())


def normal(mean: float = 0.0, sd: float = 1.0) -> Initializer:
    """Draw from the normal distribution with this mean and standard deviation."""
    m, s = finite(mean, "normal, mean"), in_range(sd, "normal, sd", least=0.0)
    return Initializer(f"normal({m:g}, {s:g})", lambda generator, fan_in, fan_out: m + s * _gauss(generator))


def _gauss(generator: Random) -> float:
    """Draw from N(0, 1), one draw by Box and Muller (1958): nothing is kept back for the next call."""
    return math.sqrt(-2.0 * math.log(1.0 - generator.random())) * math.cos(2.0 * math.pi * generator.random())


def _glorot_normal(generator: Random, fan_in: int, fan_out: int) -> float:
    """Draw from N(0, 2 / (fan_in + fan_out)). Source: as for glorot_uniform."""
    return math.sqrt(2.0 / (fan_in + fan_out)) * _gauss(generator)


def _he_uniform(generator: Random, fan_in: int, fan_out: int) -> float:
    """Draw from U(-r, r) with r = sqrt(6 / fan_in).

    Source: He, Zhang, Ren, Sun (2015), Delving deep into rectifiers.
    """
    return math.sqrt(6.0 / fan_in) * (2.0 * generator.random() - 1.0)


def _he_normal(generator: Random, fan_in: int, fan_out: int) -> float:
    """Draw from N(0, 2 / fan_in). Source: as for he_uniform."""
    return math.sqrt(2.0 / fan_in) * _gauss(generator)


def _lecun_normal(generator: Random, fan_in: int, fan_out: int) -> float:
    """Draw from N(0, 1 / fan_in). Source: LeCun, Bottou, Orr, Mueller (1998), Efficient backprop."""
    return math.sqrt(1.0 / fan_in) * _gauss(generator)


for _name, _draw in (
    ("zeros", _zeros),
    ("ones", _ones),
    ("glorot_uniform", _glorot_uniform),
    ("glorot_normal", _glorot_normal),
    ("he_uniform", _he_uniform),
    ("he_normal", _he_normal),
    ("lecun_normal", _lecun_normal),
):
    INITIALIZERS.add(Initializer(_name, _draw))
