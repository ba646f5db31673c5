"""Activations of one neuron: the value, its slope, and the formula of both, one record each.

This file uses `math` on single floats only, so that any engine can run the very same functions. A new activation is
one record, here or in the user's own code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from neurograph.algebra.formula import check_formula
from neurograph.algebra.symbols import upright
from neurograph.rules.registry import check_record, points
from neurograph.validate import finite

__all__ = [
    "ELU",
    "GELU",
    "IDENTITY",
    "LEAKY_RELU",
    "RELU",
    "SIGMOID",
    "SILU",
    "SOFTPLUS",
    "SOFTSIGN",
    "TANH",
    "Activation",
    "elu",
    "leaky_relu",
]


@dataclass(frozen=True, slots=True, repr=False)
class Activation:
    """A function `a = f(z)` of one neuron, with its slope `f'(z)`.

    Parameters
    ----------
    name : str
        How it is asked for and shown.
    value : callable
        `value(z) -> a`, for every finite float, using `math` only.
    slope : callable
        `slope(z, a) -> da/dz`; it gets both, because some slopes are shorter in `a`, others need `z`.
    formula, slope_formula : str
        The same as a line of arithmetic in `z` (and `a` for the slope); text and LaTeX are made from it.
    kinks : tuple of float
        The `z` at which the slope jumps; the gradient check does not judge there.
    bounds : tuple of float
        The range of `a`; a loss that needs probabilities asks for it.
    latex : str
        A symbol for the function; its name, upright, when left out.
    bends : tuple of float
        The `z` at which the slope is continuous but its own derivative jumps, as that of elu at 0; the gradient check
        takes no differences across them.

    Examples
    --------
    An activation of your own is one record:

    >>> import neurograph as ng
    >>> cube = ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
    >>> net = ng.Network()
    >>> _ = net.add_input("x"), net.add_output("o", cube), net.connect("x", "o", 2.0)
    >>> net.forward([1.0])
    [8.0]
    """

    name: str
    value: Callable[[float], float]
    slope: Callable[[float, float], float]
    formula: str
    slope_formula: str
    kinks: tuple[float, ...] = ()
    bounds: tuple[float, float] = (-math.inf, math.inf)
    latex: str = ""
    bends: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_record("activation", self.name, value=self.value, slope=self.slope)
        object.__setattr__(self, "kinks", points(self.kinks, f"activation {self.name!r}, kinks"))
        object.__setattr__(self, "bends", points(self.bends, f"activation {self.name!r}, bends"))
        check_formula(self.formula, ["z"], f"activation {self.name!r}, formula")
        check_formula(self.slope_formula, ["z", "a"], f"activation {self.name!r}, slope_formula")

    def __repr__(self) -> str:
        return f"<Activation {self.name}: {self.formula}>"

    @property
    def symbol(self) -> str:
        """The function's symbol in LaTeX."""
        return self.latex or upright(self.name)


def _identity(z: float) -> float:
    return z


def _identity_slope(z: float, a: float) -> float:
    return 1.0


IDENTITY = Activation("identity", _identity, _identity_slope, "z", "1")


def _sigmoid(z: float) -> float:
    # Two branches, so that exp never overflows: its argument is never positive.
    if z >= 0.0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def _sigmoid_slope(z: float, a: float) -> float:
    return a * (1.0 - a)


SIGMOID = Activation(
    "sigmoid", _sigmoid, _sigmoid_slope, "1 / (1 + exp(-z))", "a * (1 - a)", bounds=(0.0, 1.0), latex=r"\sigma"
)


def _tanh(z: float) -> float:
    return math.tanh(z)


def _tanh_slope(z: float, a: float) -> float:
    return 1.0 - a * a


TANH = Activation("tanh", _tanh, _tanh_slope, "tanh(z)", "1 - a**2", bounds=(-1.0, 1.0), latex=r"\tanh")


def _relu(z: float) -> float:
    return z if z > 0.0 else 0.0


def _relu_slope(z: float, a: float) -> float:
    return 1.0 if z > 0.0 else 0.0


RELU = Activation("relu", _relu, _relu_slope, "max(0, z)", "1 if z > 0 else 0", kinks=(0.0,), bounds=(0.0, math.inf))


def _number(value: float, where: str) -> float:
    """Pass an int on as it is, for the name and the formula."""
    number = finite(value, where)
    return value if type(value) is int else number


def leaky_relu(leak: float = 0.01) -> Activation:
    """Make a leaky relu: `z` for positive z, `leak * z` below; its slope at 0 is `leak`.

    Source: Maas, Hannun, Ng (2013), Rectifier nonlinearities improve neural network acoustic models.

    Examples
    --------
    >>> leaky_relu(0.1).value(-2.0)
    -0.2
    """
    leak = _number(leak, "leaky_relu, leak")

    def value(z: float) -> float:
        return z if z > 0.0 else leak * z

    def slope(z: float, a: float) -> float:
        return 1.0 if z > 0.0 else leak

    name = "leaky_relu" if leak == 0.01 else f"leaky_relu({leak!r})"
    return Activation(name, value, slope, f"z if z > 0 else {leak!r} * z", f"1 if z > 0 else {leak!r}", kinks=(0.0,))


LEAKY_RELU = leaky_relu()


def elu(alpha: float = 1.0) -> Activation:
    """Make an exponential linear unit: `z` for positive z, `alpha * (exp(z) - 1)` below.

    Source: Clevert, Unterthiner, Hochreiter (2016), Fast and accurate deep network learning by ELUs.

    Examples
    --------
    >>> elu().value(0.0), round(elu().value(-1.0), 4)
    (0.0, -0.6321)
    """
    alpha = _number(alpha, "elu, alpha")

    def value(z: float) -> float:
        return z if z > 0.0 else alpha * math.expm1(z)

    def slope(z: float, a: float) -> float:
        return 1.0 if z > 0.0 else alpha * math.exp(z)

    return Activation(
        "elu" if alpha == 1.0 else f"elu({alpha!r})",
        value,
        slope,
        f"z if z > 0 else {alpha!r} * (exp(z) - 1)",
        f"1 if z > 0 else {alpha!r} * exp(z)",
        kinks=() if alpha == 1.0 else (0.0,),
        bounds=(-alpha, math.inf),
        bends=(0.0,) if alpha == 1.0 else (),
    )


ELU = elu()


def _softplus(z: float) -> float:
    return (z if z > 0.0 else 0.0) + math.log1p(math.exp(-abs(z)))


def _softplus_slope(z: float, a: float) -> float:
    return _sigmoid(z)


SOFTPLUS = Activation(
    "softplus", _softplus, _softplus_slope, "log(1 + exp(z))", "1 / (1 + exp(-z))", bounds=(0.0, math.inf)
)


def _softsign(z: float) -> float:
    return z / (1.0 + abs(z))


def _softsign_slope(z: float, a: float) -> float:
    d = 1.0 + abs(z)
    return 1.0 / d / d  # not 1 / (d * d), which overflows for large z


SOFTSIGN = Activation(
    "softsign",
    _softsign,
    _softsign_slope,
    "z / (1 + abs(z))",
    "1 / (1 + abs(z))**2",
    bounds=(-1.0, 1.0),
    bends=(0.0,),
)


def _silu(z: float) -> float:
    return z * _sigmoid(z)


def _silu_slope(z: float, a: float) -> float:
    s = _sigmoid(z)
    return s * (1.0 + z * _sigmoid(-z))


# Source: Elfwing, Uchibe, Doya (2018), Sigmoid-weighted linear units. Also known as swish.
SILU = Activation(
    "silu",
    _silu,
    _silu_slope,
    "z / (1 + exp(-z))",
    "(1 + z / (1 + exp(z))) / (1 + exp(-z))",
    bounds=(-0.2785, math.inf),
)


def _gelu(z: float) -> float:
    return 0.5 * z * math.erfc(-z / math.sqrt(2.0))


def _gelu_slope(z: float, a: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0)) + z * math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


# Source: Hendrycks, Gimpel (2016), Gaussian error linear units; the exact form, with the normal distribution's erf.
GELU = Activation(
    "gelu",
    _gelu,
    _gelu_slope,
    "z * (1 + erf(z / sqrt(2))) / 2",
    "(1 + erf(z / sqrt(2))) / 2 + z * exp(-z**2 / 2) / sqrt(2 * pi)",
    bounds=(-0.17, math.inf),
)
