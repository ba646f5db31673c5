"""Numbers that remember how they were made, and rules that remember what they were given.

A recorded number is a float, so everything that computes with floats computes with it, to the same bits; beside its
value it has the expression that it came by. What these numbers mean, recording.py knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any, NoReturn

from neurograph.algebra.expression import (
    Applied,
    Argument,
    Call,
    Difference,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    evaluate,
)
from neurograph.algebra.formula import fill
from neurograph.errors import StateError
from neurograph.rules.activations import Activation
from neurograph.rules.losses import JointShortcut, Loss, Shortcut
from neurograph.rules.softmax import JointActivation

__all__ = ["Recorded", "expression_of", "recorded_loss", "recorded_rule", "recorded_shortcut"]


class Recorded(float):
    """A float with the expression that it came by.

    Examples
    --------
    >>> from neurograph.algebra.numbers import NumberFormat
    >>> from neurograph.algebra.writers import write_text
    >>> from neurograph.quantities import leaf
    >>> w, a = (Recorded.of(leaf(kind, "h1", value)) for kind, value in (("b", 0.5), ("a", 2.0)))
    >>> z = 0.0 + w * a - 1.0
    >>> float(z), write_text(z.expression, False, NumberFormat())
    (0.0, 'b(h1) * a(h1) - 1')
    """

    __slots__ = ("expression",)
    expression: Expression

    @classmethod
    def of(cls, expression: Expression) -> Recorded:
        """Make the number that an expression comes out at."""
        return cls.made(evaluate(expression), expression)

    @classmethod
    def made(cls, value: float, expression: Expression) -> Recorded:
        """Make a number whose value is known."""
        number = cls(value)
        number.expression = expression
        return number

    def __neg__(self) -> Recorded:
        return Recorded.made(-float(self), Negative(self.expression))

    def __abs__(self) -> Recorded:
        return Recorded.made(abs(float(self)), Call("abs", "", (self.expression,)))

    def _decides(self, *_: object) -> NoReturn:
        raise StateError(
            "a verb decides by the value of a number, and what it does with others would not be recorded.",
            cure="Decide in a rule: in the function of an activation, loss or optimizer.",
        )

    def _forgets(self, *_: object) -> NoReturn:
        raise StateError(
            "a verb does with a number what is not recorded: only + - * / and abs are.",
            cure="Write a power as a product, and do the rest in the function of an activation, loss or optimizer.",
        )

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _decides
    __pow__ = __rpow__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _forgets
    __int__ = __round__ = __trunc__ = __floor__ = __ceil__ = _forgets
    __hash__ = float.__hash__


def expression_of(number: float) -> Expression:
    """Give what a number remembers; of a plain float, the number."""
    return number.expression if isinstance(number, Recorded) else Number(float(number))


def _sum(left: Expression, right: Expression) -> Expression:
    if isinstance(left, Number) and left.value == 0.0:
        return Sum((right,), from_zero=True)
    return Sum((*left.terms, right), left.from_zero) if isinstance(left, Sum) else Sum((left, right))


def _product(left: Expression, right: Expression) -> Expression:
    if left is right:
        return Power(left, 2)
    return Product((*left.factors, right)) if isinstance(left, Product) else Product((left, right))


def _remember(operator: str, build: Callable[[Expression, Expression], Expression]) -> None:
    """Let an operator of floats build an expression as well, with the recorded number on either side."""

    def left_of(self: Recorded, other: float) -> Recorded:
        value = getattr(float, f"__{operator}__")(self, other)
        return value if value is NotImplemented else Recorded.made(value, build(self.expression, expression_of(other)))

    def right_of(self: Recorded, other: float) -> Recorded:
        value = getattr(float, f"__r{operator}__")(self, other)
        return value if value is NotImplemented else Recorded.made(value, build(expression_of(other), self.expression))

    setattr(Recorded, f"__{operator}__", left_of)
    setattr(Recorded, f"__r{operator}__", right_of)


_remember("add", _sum)
_remember("sub", Difference)
_remember("mul", _product)
_remember("truediv", Quotient)


# Rules: each record again, with functions that remember.

Names = dict[str, Any]  # what stands for the names in a formula: expressions, and rows of them


def _applied(
    rule: object, function: str, given: Sequence[Any], formulas: Sequence[tuple[str, Names]], place: int | None = None
) -> Recorded:
    """Ask a rule's function, and remember that; it is written as the first of the formulas that comes out right.

    The others are the safer forms, for where the first leaves the range of floats or loses digits.
    """
    args = tuple(map(_argument, given))
    value = _value(rule, function, given, place)
    written, is_safe = fill(*formulas[0]), False
    for formula, names in formulas[1:]:
        now = evaluate(written)
        if formula and not math.isclose(now, value, rel_tol=1e-9, abs_tol=1e-300):
            other = fill(formula, names)
            if not abs(now - value) <= abs(evaluate(other) - value):
                written, is_safe = other, True
    return Recorded.made(value, Applied(value, written, rule, function, args, place, is_safe))


def _argument(given: Any) -> Argument:
    if isinstance(given, int):
        return given
    return tuple(map(expression_of, given)) if isinstance(given, (list, tuple)) else expression_of(given)


def _value(rule: object, function: str, given: Sequence[Any], place: int | None) -> float:
    plain = [_plain(one) for one in given]
    result = getattr(rule, function)(*plain)
    return float(result if place is None else result[place])


def _plain(given: Any) -> Any:
    if isinstance(given, int):
        return given
    return [float(one) for one in given] if isinstance(given, (list, tuple)) else float(given)


def _row(numbers: Sequence[float]) -> list[Expression]:
    return [expression_of(number) for number in numbers]


def _top(row: Sequence[Expression]) -> Expression:
    return Call("max", r"\max", tuple(row))


@singledispatch
def recorded_rule(rule: Any) -> Any:
    """Give the activation of a neuron or a group again, with functions that remember."""
    raise TypeError(rule)


@recorded_rule.register
def _(rule: Activation) -> Activation:
    def value(z: float) -> float:
        return _applied(rule, "value", [z], [(rule.formula, {"z": expression_of(z)})])

    def slope(z: float, a: float) -> float:
        names = {"z": expression_of(z), "a": expression_of(a)}
        return _applied(rule, "slope", [z, a], [(rule.slope_formula, names)])

    return replace(rule, value=value, slope=slope)


@recorded_rule.register
def _(rule: JointActivation) -> JointActivation:
    def values(z: Sequence[float]) -> list[float]:
        group = _row(z)
        names: list[Names] = [{"z": own, "group": group} for own in group]
        return [
            _applied(rule, "values", [z], [(rule.formula, one), (rule.safe_formula, one | {"top": _top(group)})], place)
            for place, one in enumerate(names)
        ]

    def partial(z: Sequence[float], a: Sequence[float], k: int, j: int) -> float:
        names = {
            "a_k": expression_of(a[k]), "a_j": expression_of(a[j]),
            "z_k": expression_of(z[k]), "z_j": expression_of(z[j]), "same": Number(1.0 if k == j else 0.0),
        }  # fmt: skip
        return _applied(rule, "partial", [z, a, k, j], [(rule.partial_formula, names)])

    return replace(rule, values=values, partial=partial, fill=None)


def recorded_loss(loss: Loss) -> Loss:
    """Give a loss again, with functions that remember."""

    def names(a: float, y: float, n: int) -> Names:
        return {"a": expression_of(a), "y": expression_of(y), "n": Number(float(n))}

    def value(a: float, y: float, n: int) -> float:
        return _applied(loss, "value", [a, y, n], [(loss.formula, names(a, y, n))])

    def slope(a: float, y: float, n: int) -> float:
        return _applied(loss, "slope", [a, y, n], [(loss.slope_formula, names(a, y, n))])

    return replace(loss, value=value, slope=slope, shortcuts=())


def recorded_shortcut(short: Shortcut | JointShortcut, loss: Loss, count: int) -> Shortcut | JointShortcut:
    """Give the short way into a loss of `count` outputs again, with functions that remember."""

    def value(z: Sequence[float], k: int, a: float, y: float) -> float:
        group, own, target = _row(z), expression_of(z[k]), expression_of(y)
        others = [one for place, one in enumerate(group) if place != k]
        textbook = {"a": expression_of(a), "y": target, "n": Number(float(count))}
        from_z = {"z": own, "group": group, "others": others, "top": _top(group), "y": target}
        return _applied(short, "value", [z, k, a, y], [(loss.formula, textbook), (short.formula, from_z)])

    if isinstance(short, Shortcut):

        def delta(a: float, y: float) -> float:
            names = {"a": expression_of(a), "y": expression_of(y)}
            return _applied(short, "delta", [a, y], [(short.delta_formula, names)])

        return replace(short, value=value, delta=delta)

    def partial(z: Sequence[float], a: Sequence[float], y: float, k: int, j: int) -> float:
        names: Names = {
            "a_k": expression_of(a[k]), "a_j": expression_of(a[j]), "y_k": expression_of(y), "z_j": expression_of(z[j]),
            "others": [one for place, one in enumerate(_row(z)) if place != k],
        }  # fmt: skip
        formulas = (short.own_formula,) if k == j else (short.cross_formula, short.safe_cross_formula)
        return _applied(short, "partial", [z, a, y, k, j], [(formula, names) for formula in formulas])

    return replace(short, value=value, partial=partial)
