"""Regularizers: a penalty on each weight, the slope it adds to the gradient, and where it lets a weight stop.

One record each; a regularizer sees one parameter at a time and never a network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurograph.algebra.formula import check_formula
from neurograph.errors import Argument, InvalidValueError
from neurograph.rules.registry import check_record
from neurograph.validate import in_range, switch

__all__ = ["L1", "L2", "ElasticNet", "Regularizer"]


_PROBES = (-2.0, -0.05, 0.05, 0.5, 3.0)


@dataclass(frozen=True, slots=True, repr=False)
class Regularizer:
    """A penalty that is added to the loss of a batch, once, for every weight.

    Parameters
    ----------
    name : str
        How it is shown.
    penalty : callable
        `penalty(w) -> float`, what a weight adds to the loss.
    slope : callable
        `slope(w) -> float`, what is added to the weight's gradient.
    shrink : callable
        `shrink(w, rate) -> w`, applied after the step: the part of the penalty that has no slope at 0.
    biases : bool
        Whether biases are penalised too.
    penalty_formula, slope_formula, shrink_formula : str
        The same as arithmetic in `w`, and `eta` (the rate) for what is shrunk. A slope "0" adds nothing, and the
        shrink formula "w" shrinks nothing: neither is shown. Left out, the function is shown by the regularizer's name.
    """

    name: str
    penalty: Callable[[float], float]
    slope: Callable[[float], float]
    shrink: Callable[[float, float], float]
    biases: bool = False
    penalty_formula: str = ""
    slope_formula: str = ""
    shrink_formula: str = ""

    def __post_init__(self) -> None:
        check_record("regularizer", self.name, penalty=self.penalty, slope=self.slope, shrink=self.shrink)
        where = f"regularizer {self.name!r}"
        switch(self.biases, f"{where}, biases")
        for name in ("penalty_formula", "slope_formula", "shrink_formula"):
            if getattr(self, name) != "":
                names = ["w", "eta"] if name == "shrink_formula" else ["w"]
                check_formula(getattr(self, name), names, f"{where}, {name}")
        # Formulas that say "nothing" are not told, so they must be true.
        for name, text, at, untouched in (
            ("slope_formula", "0", self.slope, lambda w: 0.0),
            ("shrink_formula", "w", lambda w: self.shrink(w, 0.1), lambda w: w),
        ):
            if getattr(self, name) == text and any(at(w) != untouched(w) for w in _PROBES):
                problem = f"it says that nothing is done, and the function does something, as at {_PROBES}."
                raise InvalidValueError(problem, where=f"{where}, {name}", cure="Write what the function does.")

    def __repr__(self) -> str:
        return f"<Regularizer {self.name}: {self.penalty_formula or 'its own'}>"


def L2(strength: float, biases: bool = False) -> Regularizer:  # noqa: N802  # the field's name
    """Penalise squares: `strength / 2 * w**2`, with the slope `strength * w`.

    Sources: Hoerl, Kennard (1970), Ridge regression; Krogh, Hertz (1992), A simple weight decay can improve
    generalization.

    Examples
    --------
    >>> L2(0.1).penalty(2.0), L2(0.1).slope(2.0)
    (0.2, 0.2)
    """
    return _elastic("L2", 0.0, in_range(strength, Argument("L2", "strength"), least=0.0), biases)


def L1(strength: float, biases: bool = False) -> Regularizer:  # noqa: N802
    """Penalise sizes: `strength * abs(w)`. A weight that the penalty would carry across 0 stops at 0.

    After the gradient's step, the weight goes towards 0 by `rate * strength`. Sources: Tibshirani (1996), Regression
    shrinkage and selection via the lasso; Daubechies, Defrise, De Mol (2004), An iterative thresholding algorithm.

    Examples
    --------
    >>> L1(0.1).shrink(0.3, 1.0), L1(0.1).shrink(-0.05, 1.0)
    (0.19999999999999998, 0.0)
    """
    return _elastic("L1", in_range(strength, Argument("L1", "strength"), least=0.0), 0.0, biases)


def ElasticNet(l1: float, l2: float, biases: bool = False) -> Regularizer:  # noqa: N802
    """Penalise sizes and squares: `l1 * abs(w) + l2 / 2 * w**2`.

    Source: Zou, Hastie (2005), Regularization and variable selection via the elastic net.
    """
    return _elastic(
        "ElasticNet",
        in_range(l1, Argument("ElasticNet", "l1"), least=0.0),
        in_range(l2, Argument("ElasticNet", "l2"), least=0.0),
        biases,
    )


def _elastic(name: str, l1: float, l2: float, biases: bool) -> Regularizer:
    biases = switch(biases, f"{name}, biases")

    def penalty(w: float) -> float:
        return l1 * abs(w) + 0.5 * l2 * w * w

    def slope(w: float) -> float:
        return l2 * w

    def shrink(w: float, rate: float) -> float:
        way = rate * l1
        if abs(w) <= way:
            return 0.0 if l1 > 0.0 else w
        return w - way if w > 0.0 else w + way

    terms = [f"{l1!r} * abs(w)"] * (l1 > 0.0) + [f"{l2!r} / 2 * w**2"] * (l2 > 0.0)
    return Regularizer(
        name,
        penalty,
        slope,
        shrink,
        biases,
        penalty_formula=" + ".join(terms) or "0",
        slope_formula=f"{l2!r} * w" if l2 > 0.0 else "0",
        shrink_formula=f"max(0, w - eta * {l1!r}) + min(0, w + eta * {l1!r})" if l1 > 0.0 else "w",
    )
