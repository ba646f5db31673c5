"""Losses of one example: the term of one output, its slope, and the formula of both, one record each.

A loss is the sum of its terms over the outputs. Where a loss and an activation cancel, as to `delta = a - y`, the loss
carries that shortcut: it also holds where `a` is rounded to 0 or 1, and the loss itself, which takes a logarithm of
`a`, has no finite value. This file uses `math` on single floats only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from neurograph.algebra.formula import check_formula
from neurograph.rules.activations import SIGMOID, Activation
from neurograph.rules.registry import Registry, check_record, points
from neurograph.rules.softmax import SOFTMAX, JointActivation

__all__ = ["LOSSES", "JointShortcut", "Loss", "Shortcut"]

_Z_NAMES = ["z", "group", "others", "top", "y"]


@dataclass(frozen=True, slots=True, repr=False)
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
        The term from z alone, as arithmetic in `z`, `group` (all z), `others` (all z but the own), `top` (the largest
        z) and `y`.
    delta_formula : str
        `delta` as arithmetic in `a` and `y`.
    """

    activation: Activation | JointActivation
    value: Callable[[Sequence[float], int, float, float], float]
    delta: Callable[[float, float], float]
    formula: str
    delta_formula: str

    def __post_init__(self) -> None:
        check_formula(self.formula, _Z_NAMES, "shortcut, formula")
        check_formula(self.delta_formula, ["a", "y"], "shortcut, delta_formula")

    def __repr__(self) -> str:
        return f"<Shortcut by {self.activation.name}: {self.delta_formula}>"


@dataclass(frozen=True, slots=True, repr=False)
class JointShortcut:
    """The short way through a joint activation, where the term of each output acts on the z of every member.

    Parameters
    ----------
    activation : JointActivation
        The very record it holds for.
    value : callable
        As that of `Shortcut`.
    partial : callable
        `partial(z, a, y, k, j) -> dC_k/dz_j`, from all z and a of the group and the target `y` of output k. The delta
        of member j is the sum over all outputs k.
    formula : str
        As that of `Shortcut`.
    own_formula : str
        `dC_k/dz_k` as arithmetic in `a_k` and `y_k`.
    cross_formula : str
        `dC_k/dz_j` for another member j, as arithmetic in `a_k`, `a_j` and `y_k`.
    safe_cross_formula : str
        The same in a form that holds where `a_k` is rounded to 1, in `a_k`, `y_k`, `z_j` and `others` (the z of all
        members but k).
    """

    activation: JointActivation
    value: Callable[[Sequence[float], int, float, float], float]
    partial: Callable[[Sequence[float], Sequence[float], float, int, int], float]
    formula: str
    own_formula: str
    cross_formula: str
    safe_cross_formula: str

    def __post_init__(self) -> None:
        check_formula(self.formula, _Z_NAMES, "shortcut, formula")
        check_formula(self.own_formula, ["a_k", "y_k"], "shortcut, own_formula")
        check_formula(self.cross_formula, ["a_k", "a_j", "y_k"], "shortcut, cross_formula")
        names = ["a_k", "y_k", "z_j", "others"]
        check_formula(self.safe_cross_formula, names, "shortcut, safe_cross_formula")

    def __repr__(self) -> str:
        return f"<JointShortcut by {self.activation.name}: {self.own_formula}>"


@dataclass(frozen=True, slots=True, repr=False)
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
    shortcuts : tuple of Shortcut and JointShortcut
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
    shortcuts: tuple[Shortcut | JointShortcut, ...] = ()

    def __post_init__(self) -> None:
        check_record("loss", self.name, value=self.value, slope=self.slope)
        # A tuple, as a loss is looked up by what it is made of.
        object.__setattr__(self, "kinks", points(self.kinks, f"loss {self.name!r}, kinks"))
        check_formula(self.formula, ["a", "y", "n"], f"loss {self.name!r}, formula")
        check_formula(self.slope_formula, ["a", "y", "n"], f"loss {self.name!r}, slope_formula")

    def __repr__(self) -> str:
        return f"<Loss {self.name}: {self.formula}>"

    def shortcut_for(self, activation: Activation | JointActivation) -> Shortcut | JointShortcut | None:
        """Find the short way through an activation, if the loss has one."""
        return next((short for short in self.shortcuts if short.activation is activation), None)


# What the field calls them, by formula: the mean over the outputs, the sum, and Nielsen's quadratic cost with its 1/2.
# `nll` is taken of probabilities, as all losses here; that of PyTorch takes their logarithms.
LOSSES: Registry[Loss] = Registry(
    "loss",
    Loss,
    aliases={
        "mse": "mean_squared_error",
        "sse": "sum_squared_error",
        "sum_of_squares": "sum_squared_error",
        "quadratic": "squared_error",
        "bce": "binary_cross_entropy",
        "binary_crossentropy": "binary_cross_entropy",
        "crossentropy": "cross_entropy",
        "categorical_crossentropy": "cross_entropy",
        "categorical_cross_entropy": "cross_entropy",
        "nll": "cross_entropy",
    },
)


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


def _log(a: float) -> float:
    return math.log(a) if a != 0.0 else -math.inf


def _over(part: float, a: float) -> float:
    """Divide a part of the target; where there is none, nothing is asked of `a`."""
    if part == 0.0:
        return 0.0
    return part / a if a != 0.0 else math.inf


def _a_minus_y(a: float, y: float) -> float:
    return a - y


def _binary(a: float, y: float, n: int) -> float:
    if y == 1.0:
        return 0.0 - _log(a)  # 0.0 and not -0.0 where a is 1
    if y == 0.0:
        return 0.0 - _log(1.0 - a)
    return -(y * _log(a) + (1.0 - y) * _log(1.0 - a))


def _binary_slope(a: float, y: float, n: int) -> float:
    return _over(1.0 - y, 1.0 - a) - _over(y, a)


def _binary_of_sigmoid(z: Sequence[float], k: int, a: float, y: float) -> float:
    """Follow log(sigmoid(z)) = -log(1 + exp(-z)), so that nothing is rounded away and nothing overflows."""
    own = z[k]
    return (own if own > 0.0 else 0.0) - own * y + math.log1p(math.exp(-abs(own)))


# A normal float is at least this; below it, a has lost digits.
_NORMAL = 2.2250738585072014e-308


def _cross(a: float, y: float, n: int) -> float:
    return 0.0 - y * _log(a) if y != 0.0 else 0.0


def _cross_slope(a: float, y: float, n: int) -> float:
    return -_over(y, a)


def _cross_of_softmax(z: Sequence[float], k: int, a: float, y: float) -> float:
    """Take the log of a; where a is rounded to 0, follow log(softmax(z)) = z - log(sum of exp), shifted by the top."""
    if y == 0.0:
        return 0.0
    if a >= _NORMAL:
        return _cross(a, y, len(z))
    top = max(z)
    total = 0.0
    for value in z:
        total += math.exp(value - top)
    return y * (top - z[k] + math.log(total))


def _largest_other(z: Sequence[float], k: int) -> float:
    """Find the largest z of a group, one member left out."""
    top = -math.inf
    for m in range(len(z)):
        if m != k and z[m] > top:
            top = z[m]
    return top


def _sum_of_others(z: Sequence[float], k: int, top: float) -> float:
    """Add up exp(z - top) over a group, one member left out."""
    total = 0.0
    for m in range(len(z)):
        if m != k:
            total += math.exp(z[m] - top)
    return total


def _binary_of_softmax(z: Sequence[float], k: int, a: float, y: float) -> float:
    """Take the log of 1 - a too; where a is the larger part, 1 - a is what the others' exp(z) make."""
    cost = _cross_of_softmax(z, k, a, y)
    if y == 1.0:
        return cost
    if a <= 0.5:
        return cost - (1.0 - y) * math.log1p(-a)
    top = _largest_other(z, k)
    if top == -math.inf:
        return math.inf  # there are no others: a is 1, whatever z is
    rest = _sum_of_others(z, k, top)
    return cost + (1.0 - y) * (z[k] - top - math.log(rest) + math.log1p(rest * math.exp(top - z[k])))


def _binary_of_softmax_partial(z: Sequence[float], a: Sequence[float], y: float, k: int, j: int) -> float:
    """Follow the odds of output k, log(a / (1 - a)) = z - log(sum of the others' exp), in which a - y is the slope."""
    if k == j:
        return a[k] - y
    if a[k] <= 0.5:
        return (y - a[k]) * a[j] / (1.0 - a[k])
    top = _largest_other(z, k)
    return (y - a[k]) * math.exp(z[j] - top) / _sum_of_others(z, k, top)


LOSSES.add(
    Loss(
        "binary_cross_entropy",
        _binary,
        _binary_slope,
        "-(y * log(a) + (1 - y) * log(1 - a))",
        "(1 - y) / (1 - a) - y / a",
        targets=(0.0, 1.0),
        outputs="probability",
        shortcuts=(
            Shortcut(SIGMOID, _binary_of_sigmoid, _a_minus_y, "max(0, z) - z * y + log(1 + exp(-abs(z)))", "a - y"),
            JointShortcut(
                SOFTMAX,
                _binary_of_softmax,
                _binary_of_softmax_partial,
                "top + log(sum(exp(t - top) for t in group)) - y * z"
                " - (1 - y) * (max(others) + log(sum(exp(t - max(others)) for t in others)))",
                "a_k - y_k",
                "(y_k - a_k) * a_j / (1 - a_k)",
                "(y_k - a_k) * exp(z_j - max(others)) / sum(exp(t - max(others)) for t in others)",
            ),
        ),
    )
)

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
                SOFTMAX, _cross_of_softmax, _a_minus_y, "y * (top - z + log(sum(exp(t - top) for t in group)))", "a - y"
            ),
        ),
    )
)
