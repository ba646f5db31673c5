"""Optimizers: how one parameter takes a step, given its gradient and a memory of its own, one record each.

A step is a plain function of floats, so that any engine can run the very same one. It never sees a network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from neurograph.algebra.formula import check_formula
from neurograph.errors import Argument, InvalidTypeError, InvalidValueError
from neurograph.rules.rates import Rate, above_zero, rate_of
from neurograph.rules.registry import check_record
from neurograph.validate import as_list, in_range, is_name, one_of, pair, switch, takes

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adam",
    "AdamW",
    "Formula",
    "Momentum",
    "NamedOptimizer",
    "Optimizer",
    "RMSProp",
    "optimizer_of",
]

Step = Callable[..., tuple[float, ...]]
Tick = Callable[[float, float], tuple[float, float]]

_GIVEN = ("value", "g", "eta", "first", "second")


class Formula(NamedTuple):
    """A line of a step: the name of a number, and the arithmetic that gives it."""

    name: str
    text: str


def _no_tick(first: float, second: float) -> tuple[float, float]:
    return first, second


@dataclass(frozen=True, slots=True, repr=False)
class Optimizer:
    """A rule for the step of one parameter.

    Parameters
    ----------
    name : str
        How it is shown.
    rate : Rate
        The learning rate of each epoch.
    step : callable
        `step(value, gradient, rate, *memories, first, second) -> (value, *memories)`: the memories are the
        parameter's own, 0 at the start; `first` and `second` the clock.
    tick : callable
        `tick(first, second) -> (first, second)`: moves the clock, 1 and 1 at the start, once before each update.
    plain : bool
        Whether the step is `value - rate * gradient` and nothing else.
    decay : float
        The share of a weight that is taken off in each step, times the rate, beside the gradient's step.
    decay_biases : bool
        Whether biases decay too.
    memories : tuple of str
        What the step remembers of each parameter, by name: as many numbers as there are names, none included.
    formulas : tuple of (name, text)
        The step once more as lines of arithmetic, in the order in which a program would assign them: each memory once,
        numbers in between as you like, and `value` last. A text may use `value`, `g` (the gradient), `eta` (the rate),
        `first`, `second`, the memories (before its line the old one, after it the new) and the names of earlier lines.
        Left out, the step is shown by its name only.
    clock : pair of str
        How the two numbers of the clock are shown, such as "beta1_t" for `beta1**t`.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        When a part is not what it must be, be it a line of the formulas.

    Examples
    --------
    An optimizer of your own is one record:

    >>> from neurograph.rules.rates import constant
    >>> def step(value, gradient, rate, last, first, second):
    ...     return value - rate * (last + gradient) / 2.0, gradient
    >>> lines = ("mean", "(last + g) / 2"), ("last", "g"), ("value", "value - eta * mean")
    >>> Optimizer("mean", constant(0.1), step, memories=("last",), formulas=lines).step(1.0, 2.0, 0.5, 4.0, 1.0, 1.0)
    (-0.5, 2.0)
    """

    name: str
    rate: Rate
    step: Step
    tick: Tick = _no_tick
    plain: bool = False
    decay: float = 0.0
    decay_biases: bool = False
    memories: tuple[str, ...] = ("one", "two")
    formulas: tuple[tuple[str, str], ...] = ()
    clock: tuple[str, str] = ("first", "second")

    def __post_init__(self) -> None:
        check_record("optimizer", self.name, step=self.step, tick=self.tick)
        where = f"optimizer {self.name!r}"
        switch(self.plain, f"{where}, plain")
        switch(self.decay_biases, f"{where}, decay_biases")
        memories = _names(self.memories, f"{where}, memories")
        object.__setattr__(self, "memories", memories)
        object.__setattr__(self, "formulas", _checked(self.formulas, memories, f"{where}, formulas"))
        clock = pair(self.clock, f"{where}, clock", "two names")
        for name in clock:
            if not is_name(name) or name in memories or clock[0] == clock[1]:
                expected = "two names, as of variables, and none of a memory"
                raise InvalidValueError(where=f"{where}, clock", given=self.clock, expected=expected)
        for line in self.formulas:
            if line[0] in clock:
                problem = f"the clock and a line of the formulas are both called {line[0]!r}."
                raise InvalidValueError(problem, where=f"{where}, clock", cure="Give the clock another name.")
        object.__setattr__(self, "clock", (clock[0], clock[1]))
        arguments = ("value", "gradient", "rate", *memories, "first", "second")
        if not takes(self.step, len(arguments)):
            expected = f"a function of {len(arguments)} numbers: {', '.join(arguments)}"
            raise InvalidTypeError(where=f"{where}, step", given=self.step, expected=expected)

    def __repr__(self) -> str:
        return f"<Optimizer {self.name}, rate {self.rate.name}>"


def _names(names: object, where: str) -> tuple[str, ...]:
    """Give names as a tuple, none of them twice, and none that a line of a step may use otherwise."""
    given = as_list(names, where, "a tuple of names", 'One is written ("v",).')
    for at, name in enumerate(given):
        if not is_name(name) or name in (*_GIVEN, *given[:at]):
            expected = f"a name of its own, as of a variable, and none of {', '.join(_GIVEN)}"
            raise InvalidValueError(where=f"{where}[{at}]", given=name, expected=expected)
    return tuple(given)


def _checked(lines: object, memories: tuple[str, ...], where: str) -> tuple[Formula, ...]:
    """Give the lines of a step, each checked with the names that it may use; none at all is fine."""
    expected = "a name and a line of arithmetic"
    pairs = enumerate(as_list(lines, where, f"a tuple of pairs, each {expected}"))
    checked = [Formula(*pair(line, f"{where}[{at}]", expected)) for at, line in pairs]
    if not checked:
        return ()
    names = [line.name for line in checked]
    missing = next((name for name in (*memories, "value") if name not in names), None)
    if missing:
        raise InvalidValueError(f"no line gives {missing!r}.", where=where)
    if names[-1] != "value":
        raise InvalidValueError(f"the last line gives {names[-1]!r}, expected 'value'.", where=where)
    _names(names[:-1], where)
    for at, line in enumerate(checked):
        check_formula(line.text, list(dict.fromkeys((*_GIVEN, *memories, *names[:at]))), f"{where}, {line.name}")
    return tuple(checked)


def _share(value: object, where: str) -> float:
    return in_range(value, where, least=0.0, below=1.0)


def SGD(rate: float | Rate = 0.1) -> Optimizer:  # noqa: N802  # the field's name
    """Plain gradient descent: `value - rate * gradient`.

    Examples
    --------
    >>> SGD(0.5).step(1.0, 0.2, 0.5, 1.0, 1.0)
    (0.9,)
    """

    def step(value: float, gradient: float, rate: float, first: float, second: float) -> tuple[float]:
        return (value - rate * gradient,)

    formulas = (Formula("value", "value - eta * g"),)
    return Optimizer("SGD", rate_of(rate, Argument("SGD", "rate")), step, plain=True, memories=(), formulas=formulas)


def Momentum(rate: float | Rate = 0.1, momentum: float = 0.9, nesterov: bool = False) -> Optimizer:  # noqa: N802
    """Gradient descent with momentum: `velocity = momentum * velocity + gradient`, `value - rate * velocity`.

    With `nesterov`, `value - rate * (gradient + momentum * velocity)`. Sources: Polyak (1964), Some methods of speeding
    up the convergence of iteration methods; Sutskever, Martens, Dahl, Hinton (2013), On the importance of
    initialization and momentum in deep learning; in the form that PyTorch has.
    """
    mu, nesterov = _share(momentum, "Momentum, momentum"), switch(nesterov, "Momentum, nesterov")

    def step(value: float, gradient: float, rate: float, v: float, first: float, second: float) -> tuple[float, float]:
        velocity = mu * v + gradient
        if nesterov:
            return value - rate * (gradient + mu * velocity), velocity
        return value - rate * velocity, velocity

    return Optimizer(
        "Nesterov" if nesterov else "Momentum",
        rate_of(rate, Argument("Momentum", "rate")),
        step,
        memories=("v",),
        formulas=(
            Formula("v", f"{mu!r} * v + g"),
            Formula("value", f"value - eta * (g + {mu!r} * v)" if nesterov else "value - eta * v"),
        ),
    )


def RMSProp(rate: float | Rate = 0.01, decay: float = 0.99, epsilon: float = 1e-8) -> Optimizer:  # noqa: N802
    """Divide the step by a running root mean square of the gradient.

    `square = decay * square + (1 - decay) * gradient**2`, `value - rate * gradient / (sqrt(square) + epsilon)`.
    Source: Hinton (2012), Neural networks for machine learning, lecture 6.
    """
    keep, small = _share(decay, "RMSProp, decay"), above_zero(epsilon, "RMSProp, epsilon")

    def step(value: float, gradient: float, rate: float, s: float, first: float, second: float) -> tuple[float, float]:
        square = keep * s + (1.0 - keep) * gradient * gradient
        return value - rate * gradient / (math.sqrt(square) + small), square

    return Optimizer(
        "RMSProp",
        rate_of(rate, Argument("RMSProp", "rate")),
        step,
        memories=("s",),
        formulas=(
            Formula("s", f"{keep!r} * s + (1 - {keep!r}) * g**2"),
            Formula("root", "sqrt(s)"),
            Formula("value", f"value - eta * g / (root + {small!r})"),
        ),
    )


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
        value: float, gradient: float, rate: float, m: float, v: float, first: float, second: float
    ) -> tuple[float, float, float]:
        mean = b1 * m + (1.0 - b1) * gradient
        square = b2 * v + (1.0 - b2) * gradient * gradient
        size = math.sqrt(square) / math.sqrt(1.0 - second) + small
        return value - rate / (1.0 - first) * mean / size, mean, square

    def tick(first: float, second: float) -> tuple[float, float]:
        return first * b1, second * b2  # running products: beta**t, without a power

    return Optimizer(
        name,
        rate_of(rate, Argument(name, "rate")),
        step,
        tick,
        decay=decay,
        decay_biases=biases,
        memories=("m", "v"),
        formulas=(
            Formula("m", f"{b1!r} * m + (1 - {b1!r}) * g"),
            Formula("v", f"{b2!r} * v + (1 - {b2!r}) * g**2"),
            Formula("m_hat", "m / (1 - first)"),
            Formula("v_hat", "v / (1 - second)"),
            Formula("root", "sqrt(v_hat)"),
            Formula("value", f"value - eta * m_hat / (root + {small!r})"),
        ),
        clock=("beta1_t", "beta2_t"),
    )


class NamedOptimizer(NamedTuple):
    """An optimizer that is asked for by name: the function that makes it, and its rate when none is given."""

    make: Callable[[float | Rate], Optimizer]
    rate: float


OPTIMIZERS: dict[str, NamedOptimizer] = {
    "sgd": NamedOptimizer(SGD, 0.1),
    "momentum": NamedOptimizer(Momentum, 0.05),
    "nesterov": NamedOptimizer(lambda rate: Momentum(rate, nesterov=True), 0.05),
    "rmsprop": NamedOptimizer(RMSProp, 0.01),
    "adam": NamedOptimizer(Adam, 0.01),
    "adamw": NamedOptimizer(AdamW, 0.01),
}


def optimizer_of(optimizer: object, learning_rate: float | Rate | None, asked: str) -> Optimizer:
    """Give an optimizer by its record, or by its name with its usual rate or the one given; `SGD` for no name.

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When it is none, its name is not known, or the rate is given twice or cannot be used.

    Examples
    --------
    >>> optimizer_of("adam", None, "train").rate.at(0), optimizer_of(None, 0.5, "train").name
    (0.01, 'SGD')
    """
    if isinstance(optimizer, Optimizer):
        if learning_rate is not None:
            raise InvalidTypeError(
                "an optimizer has its own learning rate.",
                where=f"{asked}, learning_rate",
                cure='Give it there, as in optimizer=Adam(0.01), or name the optimizer: optimizer="adam", '
                "learning_rate=0.01.",
            )
        return optimizer
    name = "sgd" if optimizer is None else optimizer
    if not isinstance(name, str):
        cure = "Call it, with its numbers in brackets." if callable(optimizer) else ""
        expected = 'an Optimizer, such as SGD(0.1), or the name of one, such as "adam"'
        raise InvalidTypeError(where=f"{asked}, optimizer", given=optimizer, expected=expected, cure=cure)
    named = OPTIMIZERS[one_of(name, OPTIMIZERS, f"{asked}, optimizer", "unknown optimizer")]
    if learning_rate is None:
        return named.make(named.rate)
    return named.make(rate_of(learning_rate, Argument(asked, "learning_rate")))
