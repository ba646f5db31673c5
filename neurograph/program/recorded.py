"""Numbers that remember how they were made, and rules that remember what they were given.

A recorded number is a float, so everything that computes with floats computes with it, to the same bits; beside its
value it has the expression that it came by. What these numbers mean, recording.py knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from neurograph.algebra.expression import (
    Applied,
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

__all__ = ["Recorded", "expression_of", "recorded_rule"]


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

    __slots__ = ("_expression",)
    _expression: Expression | _Running

    @property
    def expression(self) -> Expression:
        """How it was made."""
        made = self._expression
        return made.sum() if isinstance(made, _Running) else made

    @classmethod
    def of(cls, expression: Expression) -> Recorded:
        """Make the number that an expression comes out at."""
        return cls.made(evaluate(expression), expression)

    @classmethod
    def made(cls, value: float, expression: Expression | _Running) -> Recorded:
        """Make a number whose value is known."""
        number = cls(value)
        number._expression = expression
        return number

    def __add__(self, other: float) -> Recorded:
        value = float.__add__(self, other)
        return value if value is NotImplemented else Recorded.made(value, _more(self._expression, other))

    def __radd__(self, other: float) -> Recorded:
        value = float.__radd__(self, other)
        return value if value is NotImplemented else Recorded.made(value, _more(expression_of(other), self))

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


class _Running:
    """The first `count` terms of a sum that may go on: all its partial sums share one list, which grows at its end."""

    __slots__ = ("count", "from_zero", "terms")

    def __init__(self, terms: list[Expression], from_zero: bool) -> None:
        self.terms, self.count, self.from_zero = terms, len(terms), from_zero

    def sum(self) -> Sum:
        return Sum(tuple(self.terms[: self.count]), self.from_zero)

    def plus(self, term: Expression) -> _Running:
        terms = self.terms if len(self.terms) == self.count else self.terms[: self.count]
        terms.append(term)
        return _Running(terms, self.from_zero)


def _more(left: Expression | _Running, right: float) -> _Running:
    """Add a term; a 0.0 at the start is added, and not written."""
    term = expression_of(right)
    match left:
        case _Running():
            return left.plus(term)
        case Sum(terms, from_zero):
            return _Running([*terms, term], from_zero)
        case Number(0.0):
            return _Running([term], True)
    return _Running([left, term], False)


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


_remember("sub", Difference)
_remember("mul", _product)
_remember("truediv", Quotient)


# Rules: each record again, with functions that remember.

Names = dict[str, Any]  # what stands for the names in a formula: expressions, and rows of them


def recorded_rule(rule: Any, loss: Loss | None = None, count: int = 0, asks: bool = True) -> Any:
    """Give an activation, a loss, or a short way into a loss of `count` outputs again, with functions that remember.

    Unless it `asks`, no function is called and every result is NaN: for a program that has no example.
    """

    def again(function: str, forms: Sequence[str], names: Callable[..., Names]) -> Callable[..., Recorded]:
        return lambda *given: _applied(rule, function, given, forms, names(*map(_argument, given)), asks)

    match rule:
        case Activation(formula=formula, slope_formula=of_slope):
            value = again("value", [formula], lambda z: {"z": z})
            return replace(rule, value=value, slope=again("slope", [of_slope], lambda z, a: {"z": z, "a": a}))
        case JointActivation(formula=formula, safe_formula=safe, partial_formula=of_partial):

            def values(z: Sequence[float]) -> list[float]:
                row = _argument(z)
                names = [{"z": own, "group": row, "top": _top(row)} for own in row]
                forms = [formula, safe] if safe else [formula]
                return [_applied(rule, "values", [z], forms, one, asks, place) for place, one in enumerate(names)]

            return replace(rule, values=values, partial=again("partial", [of_partial], _of_entry), fill=None)
        case Loss(formula=formula, slope_formula=of_slope):
            value, slope = again("value", [formula], _of_loss), again("slope", [of_slope], _of_loss)
            return replace(rule, value=value, slope=slope, shortcuts=())
        case Shortcut() | JointShortcut() if loss is not None:
            forms = [loss.formula, rule.formula]
            value = again("value", forms, lambda z, k, a, y: _of_loss(a, y, count) | _of_group(z, k, y))
            if isinstance(rule, Shortcut):
                delta = again("delta", [rule.delta_formula], lambda a, y: {"a": a, "y": y})
                return replace(rule, value=value, delta=delta)
            own = again("partial", [rule.own_formula], _of_share)
            other = again("partial", [rule.cross_formula, rule.safe_cross_formula], _of_share)
            return replace(rule, value=value, partial=lambda z, a, y, k, j: (own if k == j else other)(z, a, y, k, j))
    raise TypeError(rule)


def _of_loss(a: Expression, y: Expression, n: int) -> Names:
    return {"a": a, "y": y, "n": Number(float(n))}


def _of_entry(z: Sequence[Expression], a: Sequence[Expression], k: int, j: int) -> Names:
    same = Number(1.0 if k == j else 0.0)
    return {"a_k": a[k], "a_j": a[j], "z_k": z[k], "z_j": z[j], "same": same}


def _of_group(z: Sequence[Expression], k: int, y: Expression) -> Names:
    others = [one for place, one in enumerate(z) if place != k]
    return {"z": z[k], "group": z, "others": others, "top": _top(z), "y": y}


def _of_share(z: Sequence[Expression], a: Sequence[Expression], y: Expression, k: int, j: int) -> Names:
    return _of_group(z, k, y) | {"a_k": a[k], "a_j": a[j], "y_k": y, "z_j": z[j]}


def _top(row: Sequence[Expression]) -> Expression:
    return Call("max", r"\max", tuple(row))


def _argument(given: Any) -> Any:
    """Give what is handed to a rule as an expression, a row of them, or a whole number as it is."""
    if isinstance(given, (list, tuple)):
        return tuple(map(expression_of, given))
    return given if isinstance(given, int) else expression_of(given)


def _applied(
    rule: object,
    function: str,
    given: Sequence[Any],
    forms: Sequence[str],
    names: Names,
    asks: bool,
    place: int | None = None,
) -> Recorded:
    """Ask a rule's function, and remember that; it is written as the first of its forms that comes out right.

    The others are the safer ones, for where the first leaves the range of floats or loses digits.
    """
    value, written, is_safe = math.nan, fill(forms[0], names), False
    if asks:
        result = getattr(rule, function)(*map(_plain, given))
        value = float(result if place is None else result[place])
    for form in forms[1:] if asks else ():
        now = evaluate(written)
        if not math.isclose(now, value, rel_tol=1e-9, abs_tol=1e-300):
            other = fill(form, names)
            if not abs(now - value) <= abs(evaluate(other) - value):
                written, is_safe = other, True
    args = tuple(map(_argument, given))
    return Recorded.made(value, Applied(value, written, rule, function, args, place, is_safe))


def _plain(given: Any) -> Any:
    if isinstance(given, (list, tuple)):
        return [float(one) for one in given]
    return given if isinstance(given, int) else float(given)
