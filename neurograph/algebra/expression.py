"""Expressions: small trees that can be worked out, written in symbols and written with the numbers in.

A line that a student reads and the number it claims come from the same tree. This file knows arithmetic, not networks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass

from neurograph.algebra.symbols import Symbol

__all__ = [
    "FUNCTIONS",
    "Applied",
    "Argument",
    "Call",
    "Cases",
    "Compare",
    "Difference",
    "Expression",
    "Leaf",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Sum",
    "applied_in",
    "leaves",
]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A quantity: its symbol, its value, and a key that says what it is; a mere term of a sum has no symbol."""

    symbol: Symbol | None
    value: float
    key: object = None


@dataclass(frozen=True, slots=True)
class Number:
    """A constant of a formula, such as the 2 in `2 * (a - y)`."""

    value: float


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added from left to right; `from_zero`, when they are added to a 0.0 that nobody writes."""

    terms: tuple[Expression, ...]
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied from left to right."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`left - right`."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Quotient:
    """`top / bottom`."""

    top: Expression
    bottom: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    """`-inner`."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """`base ** exponent` for a small whole exponent, worked out as a product."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function by name, or its slope. A name outside FUNCTIONS (say "sigmoid") can be written but not worked out."""

    name: str
    latex: str
    args: tuple[Expression, ...]
    prime: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """`left < right` and its kin, as a condition."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Cases:
    """`yes if condition else no`."""

    condition: Compare
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Applied:
    """The value that a record's own function gave, written as the record's formula.

    The function may take a safer way than the formula (no overflow for a large z); the number is the function's.

    Attributes
    ----------
    value : float
        The value.
    formula : Expression
        How it is written.
    rule, function : object, str
        The record, and which of its functions: the attribute's name.
    args : tuple
        What the function was given: expressions, rows of them, and whole numbers, such as places in a row.
    place : int or None
        Which of the function's results it is, when there are several.
    is_safe : bool
        Whether it is written as the form that is used where the usual one loses digits.
    through : tuple of Leaf
        Quantities that the function works out on its way, and the formula names.
    """

    value: float
    formula: Expression
    rule: object = None
    function: str = ""
    args: tuple[Argument, ...] = ()
    place: int | None = None
    is_safe: bool = False
    through: tuple[Leaf, ...] = ()


Expression = Leaf | Number | Sum | Product | Difference | Quotient | Negative | Power | Call | Compare | Cases | Applied
Argument = Expression | tuple[Expression, ...] | int


_LARGEST_EXPONENT = 709.782712893384  # exp of it is the largest that fits a float


def _exp(z: float) -> float:
    return math.inf if z > _LARGEST_EXPONENT else math.exp(z)


def _log(z: float) -> float:
    return math.log(z) if z > 0.0 else (-math.inf if z == 0.0 else math.nan)


def _max(*values: float) -> float:
    return max(values)  # one value is its own maximum


def _min(*values: float) -> float:
    return min(values)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "cos": math.cos,
    "cosh": math.cosh,
    "erf": math.erf,
    "exp": _exp,
    "log": _log,
    "max": _max,
    "min": _min,
    "sin": math.sin,
    "sinh": math.sinh,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
}

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "==": lambda left, right: left == right,
}


def evaluate(
    expression: Expression, values: Mapping[object, float] | None = None, changed: Container[object] = ()
) -> float:
    """Work an expression out, in the order in which it is written.

    Returns NaN where the arithmetic has no answer (0/0, the root of -1) or the result leaves the range of floats.

    Parameters
    ----------
    expression : Expression
        What to work out.
    values : mapping, optional
        The values of the quantities, by the keys of their leaves; every rule's function is then asked anew. Without it
        every leaf, and every result of a rule, has the value it was made with.
    changed : container, optional
        The keys of quantities whose values are not what follows from others. A rule that goes through one of them is
        worked out by its formula: its function would find the old value again.

    Examples
    --------
    >>> tree = Sum((Number(1.0), Product((Number(2.0), Leaf(Symbol("a"), 3.0, "a")))))
    >>> evaluate(tree), evaluate(tree, {"a": 4.0})
    (7.0, 9.0)
    """
    try:
        return _work_out(expression, values, changed)
    except (ArithmeticError, ValueError):
        return math.nan


def _work_out(node: Expression, values: Mapping[object, float] | None, changed: Container[object]) -> float:
    match node:
        case Leaf(key=key) if values is not None and key is not None:
            return values[key]
        case Applied(rule=rule, through=through) if values is not None and rule is not None:
            if not any(leaf.key in changed for leaf in through):
                return _apply(node, values, changed)
            return _work_out(node.formula, values, changed)
        case Applied(formula=formula) if values is not None:
            return _work_out(formula, values, changed)
        case Leaf() | Number() | Applied():
            return node.value
        case Sum(terms, from_zero):
            total = 0.0 + _work_out(terms[0], values, changed) if from_zero else _work_out(terms[0], values, changed)
            for term in terms[1:]:
                total += _work_out(term, values, changed)
            return total
        case Product(factors):
            product = _work_out(factors[0], values, changed)
            for factor in factors[1:]:
                product *= _work_out(factor, values, changed)
            return product
        case Difference(left, right):
            return _work_out(left, values, changed) - _work_out(right, values, changed)
        case Quotient(top, bottom):
            return _work_out(top, values, changed) / _work_out(bottom, values, changed)
        case Negative(inner):
            return -_work_out(inner, values, changed)
        case Power(base, exponent):
            value = _work_out(base, values, changed)
            power = 1.0
            for _ in range(exponent):
                power *= value
            return power
        case Call(name, _, args, prime):
            if name not in FUNCTIONS or prime:
                return math.nan
            return float(FUNCTIONS[name](*(_work_out(arg, values, changed) for arg in args)))
        case Compare(operator, left, right):
            return float(_COMPARISONS[operator](_work_out(left, values, changed), _work_out(right, values, changed)))
        case Cases(condition, yes, no):
            return _work_out(yes if _work_out(condition, values, changed) else no, values, changed)


def _apply(node: Applied, values: Mapping[object, float], changed: Container[object]) -> float:
    """Ask the rule's function."""
    args = [
        arg if isinstance(arg, int) else [_work_out(one, values, changed) for one in arg] if isinstance(arg, tuple)
        else _work_out(arg, values, changed)
        for arg in node.args
    ]  # fmt: skip
    result = getattr(node.rule, node.function)(*args)
    return float(result if node.place is None else result[node.place])


def children(node: Expression) -> tuple[Expression, ...]:
    """List the parts of a node, in the order in which they are written."""
    match node:
        case Sum(parts) | Product(parts) | Call(_, _, parts):
            return parts
        case Difference(left, right) | Quotient(left, right) | Compare(_, left, right):
            return (left, right)
        case Negative(inner) | Power(inner) | Applied(formula=inner):
            return (inner,)
        case Cases(condition, yes, no):
            return (condition, yes, no)
        case _:
            return ()


def applied_in(expression: Expression) -> Iterator[Applied]:
    """Find the results of rules, in the order in which they are written, but for those within others."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Applied):
            yield node
        else:
            waiting.extend(part for part in reversed(children(node)) if not isinstance(part, Leaf))


def leaves(expression: Expression) -> Iterator[Leaf]:
    """Yield the quantities that an expression reads, in the order in which they are written.

    Examples
    --------
    >>> [leaf.value for leaf in leaves(Product((Leaf(Symbol("w"), 1.0), Leaf(Symbol("a"), 2.0))))]
    [1.0, 2.0]
    """
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            yield node
        waiting.extend(reversed(children(node)))
