"""Losses of one example: the term of one output, its slope, and the formula of both, one record each.

A loss is the sum of its terms over the outputs. Where a loss and an activation cancel to `delta = a - y`, the loss
carries that shortcut. This file uses `math` on single floats only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from neurograph.rules.activations import SIGMOID, Activation
from neurograph.rules.formula import check_formula, check_record
from neurograph.rules.registry import Registry
from neurograph.rules.softmax import SOFTMAX, JointActivation

__all__ = ["LOSSES", "Loss", "Shortcut"]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The short way through one activation into one loss: both derivatives in one, straight to `delta = dC/dz`.

    Parameters
    ----------
    activation : Activation or JointActivation
        The very record it holds for; another record, even of the same name, takes the long way.
    value : callable
        `value(z, k, a, y) -> float`, the loss term of output k from its `a` and all z of its group: never the log of an
        `a` that is rounded away.
    delta : callable
        `delta(a, y) -> float`.
    formula : str
        The term from z alone, as arithmetic in `z`, `group` (all z), `top` (the largest z) and `y`.
    delta_formula : str
        `delta` as arithmetic in `a` and `y`.
    """

    activation: Activation | JointActivation
    value: Callable[[Sequence[float], int, float, float], float]
    delta: Callable[[float, float], float]
    formula: str
    delta_formula: str

    def __post_init__(self) -> None:
        check_formula(self.formula, ["z", "group", "top", "y"], "shortcut, formula")
        check_formula(self.delta_formula, ["a", "y"], "shortcut, delta_formula")


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss `C` of one example, added up over its outputs.

    Parameters
    ----------
    name : str
        How it is asked for and shown.
    value : callable
        `value(a, y, n) -> float`, the term of one output with activation `a` and target `y`, of `n` outputs.
    slope : callable
        `slope(a, y, n) -> dC/da`.
    formula, slope_formula : str
        The same as arithmetic in `a`, `y` and `n`.
    targets : tuple of float
        The range that a target may have.
    outputs : {"any", "probability", "distribution"}
        What the outputs must be: any number, in [0, 1], or one softmax group.
    kinks : tuple of float
        The `a - y` at which the slope jumps; the gradient check does not judge there.
    shortcuts : tuple of Shortcut
        Activations with which `delta` has a short form.

    Examples
    --------
    A loss of your own is one record:

    >>> import neurograph as ng
    >>> fourth = ng.Loss("fourth_power", lambda a, y, n: (a - y) * (a - y) * (a - y) * (a - y),
    ...                  lambda a, y, n: 4.0 * (a - y) * (a - y) * (a - y), "(a - y)**4", "4 * (a - y)**3")
    >>> net = ng.Network()
    >>> _ = net.add_input("x"), net.add_output("o", "identity"), net.connect("x", "o", 2.0)
    >>> net.forward([1.0]), net.backward([1.0], loss=fourth)
    ([2.0], 1.0)
    """

    name: str
    value: Callable[[float, float, int], float]
    slope: Callable[[float, float, int], float]
    formula: str
    slope_formula: str
    targets: tuple[float, float] = (-math.inf, math.inf)
    outputs: Literal["any", "probability", "distribution"] = "any"
    kinks: tuple[float, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()

    def __post_init__(self) -> None:
        check_record("loss", self.name, value=self.value, slope=self.slope)
        check_formula(self.formula, ["a", "y", "n"], f"loss {self.name!r}, formula")
        check_formula(self.slope_formula, ["a", "y", "n"], f"loss {self.name!r}, slope_formula")

    def shortcut_for(self, activation: Activation | JointActivation) -> Shortcut | None:
        """Find the short way through an activation, if the loss has one."""
        return next((short for short in self.shortcuts if short.activation is activation), None)


LOSSES: Registry[Loss] = Registry("loss", Loss)


def _half_square(a: float, y: float, n: int) -> float:
    return 0.5 * (a - y) * (a - y)


def _half_square_slope(a: float, y: float, n: int) -> float:
    return a - y


LOSSES.add(Loss("squared_error", _half_square, _half_square_slope, "(a - y)**2 / 2", "a - y"))


def _square(a: float, y: float, n: int) -> float:
    return (a - y) * (a - y)


def _square_slope(a: float, y: float, n: int) -> float:
    return 2.0 * (a - y)


LOSSES.add(Loss("sum_squared_error", _square, _square_slope, "(a - y)**2", "2 * (a - y)"))


def _mean_square(a: float, y: float, n: int) -> float:
    return (a - y) * (a - y) / n


def _mean_square_slope(a: float, y: float, n: int) -> float:
    return 2.0 * (a - y) / n


LOSSES.add(Loss("mean_squared_error", _mean_square, _mean_square_slope, "(a - y)**2 / n", "2 * (a - y) / n"))


# The smallest normal float: log of it is -708.4, and 1 divided by it is still finite.
_TINY = 2.2250738585072014e-308


def _binary(a: float, y: float, n: int) -> float:
    return -(y * math.log(max(a, _TINY)) + (1.0 - y) * math.log(max(1.0 - a, _TINY)))


def _binary_slope(a: float, y: float, n: int) -> float:
    return (1.0 - y) / max(1.0 - a, _TINY) - y / max(a, _TINY)


def _binary_of_z(z: Sequence[float], k: int, a: float, y: float) -> float:
    """Follow log(sigmoid(z)) = -log(1 + exp(-z)), so that nothing is rounded away and nothing overflows."""
    own = z[k]
    return (own if own > 0.0 else 0.0) - own * y + math.log1p(math.exp(-abs(own)))


def _rest(a: float, y: float) -> float:
    return a - y


LOSSES.add(
    Loss(
        "binary_cross_entropy",
        _binary,
        _binary_slope,
        "-(y * log(a) + (1 - y) * log(1 - a))",
        "(1 - y) / (1 - a) - y / a",
        targets=(0.0, 1.0),
        outputs="probability",
        shortcuts=(Shortcut(SIGMOID, _binary_of_z, _rest, "max(0, z) - z * y + log(1 + exp(-abs(z)))", "a - y"),),
    )
)


def _cross(a: float, y: float, n: int) -> float:
    return -y * math.log(max(a, _TINY))


def _cross_slope(a: float, y: float, n: int) -> float:
    return -y / max(a, _TINY)


def _cross_of_softmax(z: Sequence[float], k: int, a: float, y: float) -> float:
    """Take the log of a; where a is rounded to 0, follow log(softmax(z)) = z - log(sum of exp), shifted by the top."""
    if y == 0.0:
        return 0.0
    if a >= _TINY:
        return 0.0 + _cross(a, y, len(z))  # 0.0 and not -0.0 where a is 1
    top = max(z)
    total = 0.0
    for value in z:
        total += math.exp(value - top)
    return y * (top - z[k] + math.log(total))


LOSSES.add(
    Loss(
        "cross_entropy",
        _cross,
        _cross_slope,
        "-y * log(a)",
        "-y / a",
        targets=(0.0, 1.0),
        outputs="distribution",
        shortcuts=(
            Shortcut(
                SOFTMAX, _cross_of_softmax, _rest, "y * (top - z + log(sum(exp(t - top) for t in group)))", "a - y"
            ),
        ),
    )
)
