"""Optimizers: how one parameter takes a step, given its gradient and a memory of its own, one record each.

A step is a plain function of floats, so that any engine can run the very same one. It never sees a network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from neurograph.errors import Argument
from neurograph.rules.rates import Rate, above_zero, rate_of
from neurograph.rules.registry import check_record
from neurograph.validate import in_range, switch

__all__ = ["SGD", "Adam", "AdamW", "Momentum", "Optimizer", "RMSProp"]

Step = Callable[[float, float, float, float, float, float, float], tuple[float, float, float]]
Tick = Callable[[float, float], tuple[float, float]]


def _no_tick(first: float, second: float) -> tuple[float, float]:
    return first, second


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A rule for the step of one parameter.

    Parameters
    ----------
    name : str
        How it is shown.
    rate : Rate
        The learning rate of each epoch.
    step : callable
        `step(value, gradient, rate, one, two, first, second) -> (value, one, two)`: `one` and `two` are the
        parameter's memory, 0 at the start; `first` and `second` the clock.
    tick : callable
        `tick(first, second) -> (first, second)`: moves the clock, 1 and 1 at the start, once before each update.
    plain : bool
        Whether the step is `value - rate * gradient` and nothing else.
    decay : float
        The share of a weight that is taken off in each step, times the rate, beside the gradient's step.
    decay_biases : bool
        Whether biases decay too.
    """

    name: str
    rate: Rate
    step: Step
    tick: Tick = _no_tick
    plain: bool = False
    decay: float = 0.0
    decay_biases: bool = False

    def __post_init__(self) -> None:
        check_record("optimizer", self.name, step=self.step, tick=self.tick)
        switch(self.plain, f"optimizer {self.name!r}, plain")
        switch(self.decay_biases, f"optimizer {self.name!r}, decay_biases")


def _share(value: object, where: str) -> float:
    return in_range(value, where, least=0.0, below=1.0)


def SGD(rate: float | Rate = 0.1) -> Optimizer:  # noqa: N802  # the field's name
    """Plain gradient descent: `value - rate * gradient`.

    Examples
    --------
    >>> SGD(0.5).step(1.0, 0.2, 0.5, 0.0, 0.0, 1.0, 1.0)[0]
    0.9
    """

    def step(
        value: float, gradient: float, rate: float, one: float, two: float, first: float, second: float
    ) -> tuple[float, float, float]:
        return value - rate * gradient, one, two

    return Optimizer("SGD", rate_of(rate, Argument("SGD", "rate")), step, plain=True)


def Momentum(rate: float | Rate = 0.1, momentum: float = 0.9, nesterov: bool = False) -> Optimizer:  # noqa: N802
    """Gradient descent with momentum: `velocity = momentum * velocity + gradient`, `value - rate * velocity`.

    With `nesterov`, `value - rate * (gradient + momentum * velocity)`. Sources: Polyak (1964), Some methods of speeding
    up the convergence of iteration methods; Sutskever, Martens, Dahl, Hinton (2013), On the importance of
    initialization and momentum in deep learning; in the form that PyTorch has.
    """
    mu, nesterov = _share(momentum, "Momentum, momentum"), switch(nesterov, "Momentum, nesterov")

    def step(
        value: float, gradient: float, rate: float, one: float, two: float, first: float, second: float
    ) -> tuple[float, float, float]:
        velocity = mu * one + gradient
        if nesterov:
            return value - rate * (gradient + mu * velocity), velocity, two
        return value - rate * velocity, velocity, two

    return Optimizer("Nesterov" if nesterov else "Momentum", rate_of(rate, Argument("Momentum", "rate")), step)


def RMSProp(rate: float | Rate = 0.01, decay: float = 0.99, epsilon: float = 1e-8) -> Optimizer:  # noqa: N802
    """Divide the step by a running root mean square of the gradient.

    `square = decay * square + (1 - decay) * gradient**2`, `value - rate * gradient / (sqrt(square) + epsilon)`.
    Source: Hinton (2012), Neural networks for machine learning, lecture 6.
    """
    keep, small = _share(decay, "RMSProp, decay"), above_zero(epsilon, "RMSProp, epsilon")

    def step(
        value: float, gradient: float, rate: float, one: float, two: float, first: float, second: float
    ) -> tuple[float, float, float]:
        square = keep * one + (1.0 - keep) * gradient * gradient
        return value - rate * gradient / (math.sqrt(square) + small), square, two

    return Optimizer("RMSProp", rate_of(rate, Argument("RMSProp", "rate")), step)


def Adam(  # noqa: N802
    rate: float | Rate = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Optimizer:
    """Adaptive moments: running means of the gradient and of its square, both corrected for their start at 0.

    `m = beta1 * m + (1 - beta1) * g`, `v = beta2 * v + (1 - beta2) * g**2`,
    `value - rate / (1 - beta1**t) * m / (sqrt(v / (1 - beta2**t)) + epsilon)`.
    Source: Kingma, Ba (2015), Adam: a method for stochastic optimization.
    """
    return _adam("Adam", rate, beta1, beta2, epsilon, 0.0, False)


def AdamW(  # noqa: N802
    rate: float | Rate = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    decay: float = 0.01,
    biases: bool = False,
) -> Optimizer:
    """Adam with weights that decay beside its step: `value * (1 - rate * decay)`, then Adam's step.

    Source: Loshchilov, Hutter (2019), Decoupled weight decay regularization. Biases do not decay unless asked for.
    """
    share, biases = in_range(decay, "AdamW, decay", least=0.0), switch(biases, "AdamW, biases")
    return _adam("AdamW", rate, beta1, beta2, epsilon, share, biases)


def _adam(
    name: str, rate: float | Rate, beta1: float, beta2: float, epsilon: float, decay: float, biases: bool
) -> Optimizer:
    b1, b2 = _share(beta1, f"{name}, beta1"), _share(beta2, f"{name}, beta2")
    small = above_zero(epsilon, f"{name}, epsilon")

    def step(
        value: float, gradient: float, rate: float, one: float, two: float, first: float, second: float
    ) -> tuple[float, float, float]:
        mean = b1 * one + (1.0 - b1) * gradient
        square = b2 * two + (1.0 - b2) * gradient * gradient
        size = math.sqrt(square) / math.sqrt(1.0 - second) + small
        return value - rate / (1.0 - first) * mean / size, mean, square

    def tick(first: float, second: float) -> tuple[float, float]:
        return first * b1, second * b2  # running products: beta**t, without a power

    return Optimizer(name, rate_of(rate, Argument(name, "rate")), step, tick, decay=decay, decay_biases=biases)
