"""Activations of a group of neurons together: softmax, and the table in which every activation is found.

A joint activation has a whole Jacobian, not one slope per neuron. This file uses `math` on floats only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, MutableSequence, Sequence
from dataclasses import dataclass

from neurograph.algebra.formula import check_formula
from neurograph.algebra.symbols import upright
from neurograph.rules import activations
from neurograph.rules.activations import Activation
from neurograph.rules.registry import Registry, check_record
from neurograph.validate import switch

__all__ = ["ACTIVATIONS", "SOFTMAX", "JointActivation"]


@dataclass(frozen=True, slots=True, repr=False)
class JointActivation:
    """A function `a = f(z)` of a group of neurons, with its Jacobian.

    Parameters
    ----------
    name : str
        How it is asked for and shown.
    values : callable
        `values(z) -> a` from all z of the group to all a, in the group's order.
    partial : callable
        `partial(z, a, k, j) -> da[k]/dz[j]`, one entry of the Jacobian.
    formula : str
        `a[j]` as arithmetic in `z` (the neuron's own) and `group` (all z).
    partial_formula : str
        The entry as arithmetic in `a_k`, `a_j`, `z_k`, `z_j` and `same` (1 when k is j, else 0).
    bounds : tuple of float
        The range of each a.
    sums_to_one : bool
        Whether the outputs of a group are a distribution, as the categorical cross-entropy needs.
    latex : str
        A symbol for the function; its name, upright, when left out.
    safe_formula : str
        The same in a form that does not overflow, in `z`, `group` and `top` (the largest z); it is shown where the
        numbers of `formula` would overflow.
    fill : callable, optional
        `fill(z, a)`, the same as `values` but written into a row that is there; the compiled engine is faster with it.

    Examples
    --------
    >>> SOFTMAX.values([1e6, 1e6])
    [0.5, 0.5]
    """

    name: str
    values: Callable[[Sequence[float]], list[float]]
    partial: Callable[[Sequence[float], Sequence[float], int, int], float]
    formula: str
    partial_formula: str
    bounds: tuple[float, float] = (-math.inf, math.inf)
    sums_to_one: bool = False
    latex: str = ""
    safe_formula: str = ""
    fill: Callable[[Sequence[float], MutableSequence[float]], None] | None = None

    def __post_init__(self) -> None:
        check_record("activation", self.name, values=self.values, partial=self.partial)
        check_formula(self.formula, ["z", "group"], f"activation {self.name!r}, formula")
        if self.safe_formula:
            check_formula(self.safe_formula, ["z", "group", "top"], f"activation {self.name!r}, safe_formula")
        names = ["a_k", "a_j", "z_k", "z_j", "same"]
        check_formula(self.partial_formula, names, f"activation {self.name!r}, partial_formula")
        switch(self.sums_to_one, f"activation {self.name!r}, sums_to_one")

    def __repr__(self) -> str:
        return f"<JointActivation {self.name}: {self.formula}>"

    @property
    def symbol(self) -> str:
        """The function's symbol in LaTeX."""
        return self.latex or upright(self.name)


def _fill_softmax(z: Sequence[float], a: MutableSequence[float]) -> None:
    top = max(z)  # exp(z - top) never overflows, and the quotient is the same
    total = 0.0
    for k in range(len(z)):
        a[k] = math.exp(z[k] - top)
        total += a[k]
    for k in range(len(z)):
        a[k] /= total


def _softmax(z: Sequence[float]) -> list[float]:
    a = [0.0] * len(z)
    _fill_softmax(z, a)
    return a


def _softmax_partial(z: Sequence[float], a: Sequence[float], k: int, j: int) -> float:
    return a[k] * ((1.0 if k == j else 0.0) - a[j])


SOFTMAX = JointActivation(
    "softmax",
    _softmax,
    _softmax_partial,
    formula="exp(z) / sum(exp(t) for t in group)",
    partial_formula="a_k * (same - a_j)",
    bounds=(0.0, 1.0),
    sums_to_one=True,
    safe_formula="exp(z - top) / sum(exp(t - top) for t in group)",
    fill=_fill_softmax,
)

ACTIVATIONS: Registry[Activation | JointActivation] = Registry(
    "activation",
    Activation,
    JointActivation,
    aliases={"linear": "identity", "logistic": "sigmoid", "swish": "silu"},
)
for _record in (
    activations.IDENTITY,
    activations.SIGMOID,
    activations.TANH,
    activations.RELU,
    activations.LEAKY_RELU,
    activations.ELU,
    activations.SOFTPLUS,
    activations.SOFTSIGN,
    activations.SILU,
    activations.GELU,
    SOFTMAX,
):
    ACTIVATIONS.add(_record)
