"""Formulas: one line of Python arithmetic that becomes an expression once its names are given quantities.

A record carries its formula once, as text; symbols, numbers and LaTeX all come from the same parsed tree. Nothing is
ever executed: the text is parsed, and only arithmetic is let through.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache

from neurograph.algebra.expression import (
    FUNCTIONS,
    Call,
    Cases,
    Compare,
    Difference,
    Expression,
    Leaf,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from neurograph.algebra.symbols import Symbol, upright
from neurograph.errors import InvalidValueError
from neurograph.validate import instance_of

__all__ = ["check_formula", "fill"]

Quantities = Mapping[str, Expression | Sequence[Expression]]

_LATEX_NAMES = {"log": r"\ln", "max": r"\max", "min": r"\min", "tanh": r"\tanh", "sin": r"\sin", "cos": r"\cos"}
_CONSTANTS = {"pi": Leaf(Symbol("pi"), 3.141592653589793)}
_OF_SEVERAL = ("max", "min")
_LARGEST = 1.7976931348623157e308
_DEEPEST = 100
_LONGEST_SHOWN = 200
_OPERATORS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}


def fill(formula: str, quantities: Quantities) -> Expression:
    """Put quantities in the place of a formula's names.

    `sum(f(t) for t in group)` is written out term by term when `group` is given as a sequence.

    Examples
    --------
    >>> from neurograph.algebra.expression import evaluate
    >>> evaluate(fill("a * (1 - a)", {"a": Leaf(Symbol("a"), 0.25)}))
    0.1875
    >>> terms = [Leaf(Symbol("z", ("1",)), 1.0), Leaf(Symbol("z", ("2",)), 2.0)]
    >>> evaluate(fill("sum(t**2 for t in group)", {"group": terms}))
    5.0
    """
    return _Filler(formula, quantities).expression(_parse(formula))


def check_formula(formula: object, names: Sequence[str], where: str) -> None:
    """Refuse a formula that is not arithmetic over `names`, as soon as its record is made.

    Examples
    --------
    >>> check_formula("1 / (1 + exp(-z))", ["z"], "activation 'mine', formula")
    >>> check_formula("import os", ["z"], "activation 'mine'")
    Traceback (most recent call last):
    neurograph.errors.InvalidValueError: activation 'mine': got 'import os' (a str), expected one line of arithmetic.
    """
    text = instance_of(formula, str, where, "a formula as text, such as '1 / (1 + exp(-z))'")
    probe: dict[str, Expression | Sequence[Expression]] = {name: Leaf(Symbol(name), 1.0) for name in names}
    probe |= {several: (Leaf(Symbol("t"), 1.0),) for several in ("group", "others") if several in probe}
    try:
        fill(text, probe)
    except InvalidValueError as error:
        raise error.within(where) from None


@lru_cache(maxsize=256)
def _parse(formula: str) -> ast.expr:
    try:
        tree = ast.parse(formula, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InvalidValueError(f"got {_quoted(formula)} (a str), expected one line of arithmetic.") from None
    if _is_deep(tree):
        raise InvalidValueError(f"the formula {_quoted(formula)} is nested more than {_DEEPEST} deep.")
    return tree


def _is_deep(tree: ast.expr) -> bool:
    """Look level by level, so that no text can exhaust the stack of those who walk the tree."""
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


def _quoted(formula: str) -> str:
    return repr(formula) if len(formula) <= _LONGEST_SHOWN else repr(formula[:_LONGEST_SHOWN]) + "..."


class _Filler:
    """Walks the parsed text once; every kind of node that is not arithmetic is refused."""

    def __init__(self, formula: str, quantities: Quantities) -> None:
        self.formula = formula
        self.quantities = dict(quantities)

    def refuse(self, problem: str) -> InvalidValueError:
        return InvalidValueError(f"the formula {_quoted(self.formula)} {problem}.")

    def expression(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=bool()):
                raise self.refuse("holds a True or False; write 1 or 0")
            case ast.Constant(value=int() | float() as value):
                return self.number(value)
            case ast.Name(id=name):
                return self.quantity(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.expression(operand))
            case ast.BinOp(left=left, op=operator, right=right):
                return self.operation(left, operator, right)
            case ast.IfExp(test=ast.Compare() as test, body=yes, orelse=no):
                return Cases(self.comparison(test), self.expression(yes), self.expression(no))
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp() as terms], keywords=[]):
                return self.written_out(terms)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
                return self.call(name, args)
            case _:
                raise self.refuse(
                    f"holds {ast.unparse(node)!r}, which is not arithmetic (functions: {', '.join(FUNCTIONS)})"
                )

    def number(self, value: float) -> Number:
        if abs(value) > _LARGEST:
            raise self.refuse("holds a number that does not fit a float (at most about 1.8e308)")
        return Number(float(value))

    def call(self, name: str, args: Sequence[ast.expr]) -> Call:
        if len(args) != 1 and (name not in _OF_SEVERAL or not args):
            raise self.refuse(f"gives {name} {len(args)} arguments, expected {'some' if name in _OF_SEVERAL else '1'}")
        return Call(name, _latex_name(name), tuple(term for arg in args for term in self.argument(name, arg)))

    def quantity(self, name: str) -> Expression:
        given = self.quantities.get(name, _CONSTANTS.get(name))
        if given is None or isinstance(given, Sequence):
            raise self.refuse(f"uses {name!r}, expected only {', '.join(map(repr, self.quantities))} and pi")
        return given

    def operation(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> Expression:
        if isinstance(operator, ast.Pow):
            if isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value in (2, 3, 4):
                return Power(self.expression(left), right.value)
            raise self.refuse("has a power other than **2, **3 or **4")
        one, two = self.expression(left), self.expression(right)
        match operator:
            case ast.Add():
                return Sum((*one.terms, two) if isinstance(left, ast.BinOp) and isinstance(one, Sum) else (one, two))
            case ast.Mult():
                return Product(
                    (*one.factors, two) if isinstance(left, ast.BinOp) and isinstance(one, Product) else (one, two)
                )
            case ast.Sub():
                return Difference(one, two)
            case ast.Div():
                return Quotient(one, two)
        raise self.refuse("may only add, subtract, multiply, divide and take powers")

    def comparison(self, test: ast.Compare) -> Compare:
        if len(test.ops) != 1 or type(test.ops[0]) not in _OPERATORS:
            raise self.refuse("has a condition other than one <, <=, >, >= or ==")
        return Compare(_OPERATORS[type(test.ops[0])], self.expression(test.left), self.expression(test.comparators[0]))

    def written_out(self, node: ast.GeneratorExp) -> Sum:
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=ast.Name(id=group), ifs=[])]:
                members = self.quantities.get(group)
                if isinstance(members, Sequence):
                    inner = [_Filler(self.formula, {**self.quantities, name: member}) for member in members]
                    return Sum(tuple(filler.expression(node.elt) for filler in inner))
        raise self.refuse("has a sum other than sum(... for t in group)")

    def argument(self, name: str, node: ast.expr) -> Sequence[Expression]:
        """One argument, or all members of a group, as in max(group)."""
        given = self.quantities.get(node.id) if name in _OF_SEVERAL and isinstance(node, ast.Name) else None
        return given if isinstance(given, Sequence) else (self.expression(node),)


def _latex_name(name: str) -> str:
    return _LATEX_NAMES.get(name, upright(name))
