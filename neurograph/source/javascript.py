"""The functions of the rules as JavaScript, translated from their own Python, whoever wrote it.

It reads functions and runs none; of networks it knows nothing, and what a record says of itself beside its functions,
its formulas, it does not look at. JavaScript has one kind of number, and raises nothing where Python does: there a
translated function gives Infinity or NaN (or, of an index too large, undefined).
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from textwrap import shorten
from types import CodeType, FunctionType, MappingProxyType
from typing import Any, TypeGuard

from neurograph.errors import NeurographError, one_line
from neurograph.rules.activations import Activation
from neurograph.rules.losses import JointShortcut, Loss, Shortcut
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer
from neurograph.rules.softmax import JointActivation
from neurograph.source.javascript_functions import FUNCTIONS, with_needed

__all__ = ["JavaScript", "TranslationError", "to_javascript"]

Function = Callable[..., Any]
Record = Activation | JointActivation | Loss | Shortcut | JointShortcut | Optimizer | Regularizer

_CURE = "Write it with floats, `math` and plain arithmetic, if, for and while, lists, and functions of your own."
_SAME_IN_MATH = (
    "acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 sin sinh sqrt tan tanh"
)
_KNOWN: dict[Any, str] = {getattr(math, name): f"Math.{name}" for name in _SAME_IN_MATH.split()}
_KNOWN |= {abs: "Math.abs", math.fabs: "Math.abs", math.pow: "$power", pow: "$power", int: "$trunc", tuple: "$list"}
_KNOWN |= {
    getattr(module, name[1:]): name for name in FUNCTIONS for module in (math, builtins) if hasattr(module, name[1:])
}
_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.UAdd: "+", ast.USub: "-",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_CALLED: dict[type[ast.AST], str] = {ast.FloorDiv: "$floor_divide", ast.Mod: "$modulo", ast.Pow: "$power"}
# What Python takes for a name and JavaScript does not, or not where code is strict.
_RESERVED = {
    "Infinity", "Math", "NaN", "Number", "arguments", "await", "case", "catch", "const", "debugger", "default",
    "delete", "do", "enum", "eval", "export", "extends", "false", "function", "implements", "instanceof", "interface",
    "let", "new", "null", "package", "private", "protected", "public", "static", "super", "switch", "this", "throw",
    "true", "typeof", "undefined", "var", "void", "yield",
}  # fmt: skip


class TranslationError(NeurographError, TypeError):
    """A rule cannot be translated to JavaScript."""


@dataclass(frozen=True, slots=True)
class JavaScript:
    """Functions in JavaScript.

    Parameters
    ----------
    text : str
        A `const` for each function, to be put into a script or module. It is plain ASCII, holds no comment and no text
        of a user's but what is left of names, and never a `<` before anything but a space.
    names : mapping of function to str
        What each function that was asked for is called.
    """

    text: str
    names: Mapping[Function, str]


def to_javascript(rules: Iterable[tuple[Record, str]]) -> JavaScript:
    """Translate functions of records to JavaScript, and the functions that these call.

    Arithmetic has the same bits. `exp`, `log`, `tanh` and so on are those of the browser, which may differ from
    Python's in the last places. `erf` and `erfc`, which gelu needs and JavaScript lacks, are ours in JavaScript, with
    an error of at most 6e-16 of the result. Where Python raises an error, as of 1 / 0, `exp(1000)` or `log(0)`,
    JavaScript gives Infinity or NaN. Python 3.12 and later round the builtin `sum` in a way of their own. A list is
    joined or repeated only where it is written as one: `[0.0] * n`.

    Parameters
    ----------
    rules : iterable of (record, str)
        Records, each with the name of one of its functions: `(SIGMOID, "slope")`.

    Raises
    ------
    TranslationError
        When a function has no source, or says what has no translation; the message names record, line and cure.

    Examples
    --------
    >>> from neurograph.rules.activations import RELU, TANH
    >>> made = to_javascript([(RELU, "value"), (TANH, "value")])
    >>> print(made.text, end="")
    const relu$value = (z) => {
      return z > 0.0 ? z : 0.0;
    };
    const tanh$value = (z) => {
      return Math.tanh(z);
    };
    >>> made.names[RELU.value]
    'relu$value'
    """
    translation = _Translation()
    names = {}
    for record, field in rules:
        what, name = _called(record)
        function = getattr(record, field)
        names[function] = translation.name(function, f"{what}, {field}", f"{_plain(name)}${field}")
    needed = with_needed(translation.needed)
    made = {name: FUNCTIONS[name] for name in needed} | translation.made
    return JavaScript("".join(f"const {name} = {text};\n" for name, text in made.items()), names)


def _called(record: Record) -> tuple[str, str]:
    """Say what a record is, for messages, and how it is called."""
    match record:
        case Shortcut() | JointShortcut():
            return f"shortcut of {record.activation.name!r}", f"{record.activation.name}_shortcut"
        case Activation() | JointActivation():
            return f"activation {record.name!r}", record.name
    return f"{type(record).__name__.lower()} {record.name!r}", record.name


def _plain(name: str) -> str:
    """Leave of a name what may stand in one of JavaScript."""
    plain = re.sub("[^A-Za-z0-9_]", "_", name)
    return f"_{plain}" if plain[:1].isdigit() else plain


def _local(name: str) -> str:
    """Name a variable; those of all scripts have a $ inside or in front, so that no two meet."""
    spelled = "".join(letter if letter.isascii() else f"$u{ord(letter):x}$" for letter in name)
    return f"{spelled}$" if spelled in _RESERVED else spelled


class _Translation:
    """All functions translated so far, each once, and which of JavaScript's missing ones they need."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.needed: set[str] = set()
        self._names: dict[Function, str] = {}
        self._trees: dict[str, ast.Module] = {}

    def name(self, function: Any, where: str, wish: str) -> str:
        """Give the name of a function, which is translated now if it is a new one."""
        if known := _known(function):
            self.needed |= {known} & FUNCTIONS.keys()
            return known
        if not isinstance(function, FunctionType):
            name = getattr(function, "__name__", type(function).__name__)
            raise _error(where, f"{name} is no function that is written in Python or known to JavaScript.")
        if function not in self._names:
            wishes = (wish if n == 1 else f"{wish}_{n}" for n in count(1))
            name = next(one for one in wishes if one not in self._names.values() and one not in FUNCTIONS)
            self._names[function] = name
            self.made[name] = _Writer(self, function, self._tree(function, where), where).text()
        return self._names[function]

    def _tree(self, function: FunctionType, where: str) -> ast.FunctionDef | ast.Lambda:
        """Find where a function is written."""
        code = function.__code__
        try:
            lines, _ = inspect.findsource(code)
            source = "".join(lines)
            if source not in self._trees:
                self._trees[source] = ast.parse(source)
        except (OSError, TypeError, SyntaxError):
            cure = "Put the function into a file, or a cell of a notebook."
            raise _error(where, "its source cannot be read.", cure) from None
        found = [node for node in ast.walk(self._trees[source]) if _may_be(node, code)]
        if len(found) > 1:  # lambdas in one line: the code is that of the innermost whose body it lies in
            found = sorted(_around(found, code), key=lambda node: (node.lineno, node.col_offset))[-1:]
        if not found:
            raise _error(where, "it cannot be found in its source.", "Write it as a `def`, and import it anew.")
        return found[0]


def _known(function: object) -> str:
    """Name what JavaScript has, or is given, for a function of Python; empty when it has none."""
    try:
        return _KNOWN.get(function, "")
    except TypeError:  # what cannot be hashed is no function of Python's
        return ""


def _may_be(node: ast.AST, code: CodeType) -> TypeGuard[ast.FunctionDef | ast.Lambda]:
    if not isinstance(node, ast.FunctionDef | ast.Lambda):
        return False
    lines = [node.lineno, *(other.lineno for other in getattr(node, "decorator_list", ()))]
    names = tuple(argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))
    return min(lines) == code.co_firstlineno and names == code.co_varnames[: len(names)]


def _around(found: list[ast.FunctionDef | ast.Lambda], code: CodeType) -> list[ast.FunctionDef | ast.Lambda]:
    """Keep the functions in whose body a code lies."""
    spans = [((line, start), (last, end)) for line, last, start, end in code.co_positions() if line and last and end]
    kept = []
    for node in found:
        body = node.body if isinstance(node.body, list) else [node.body]
        first, last = (body[0].lineno, body[0].col_offset), (body[-1].end_lineno, body[-1].end_col_offset)
        if spans and all(first <= begin and end <= last for begin, end in spans):
            kept.append(node)
    return kept


def _error(where: str, problem: str, cure: str = _CURE) -> TranslationError:
    return TranslationError(problem, where=f"{where}, as JavaScript", cure=cure)


class _Writer:
    """Writes one function."""

    def __init__(
        self, translation: _Translation, function: FunctionType, tree: ast.FunctionDef | ast.Lambda, where: str
    ) -> None:
        self._translation, self._function, self._tree, self._where = translation, function, tree, where
        self._scopes: list[set[str]] = []

    def text(self) -> str:
        """Write the function as an expression."""
        arguments = self._tree.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        defaults = self._function.__defaults__ or ()
        last = dict(
            zip([one.arg for one in given[: self._function.__code__.co_argcount]][::-1], defaults[::-1], strict=False)
        )
        last |= self._function.__kwdefaults__ or {}
        return self._arrow(self._tree, {name: self._literal(value, name) for name, value in last.items()})

    def _arrow(self, tree: ast.FunctionDef | ast.Lambda, defaults: Mapping[str, str] = MappingProxyType({})) -> str:
        arguments = tree.args
        if arguments.vararg or arguments.kwarg or (self._scopes and (arguments.defaults or arguments.kwonlyargs)):
            raise self._cannot(arguments.vararg or arguments.kwarg or tree)
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        given = ", ".join(f"{_local(name)} = {defaults[name]}" if name in defaults else _local(name) for name in names)
        if isinstance(tree, ast.Lambda):
            self._scopes.append(set(names))
            body = self.value(tree.body)
        else:
            stored = dict.fromkeys(name for statement in tree.body for name in _stored(statement))
            self._scopes.append({*names, *stored})
            own = [_local(name) for name in stored if name not in names]
            lines = [f"let {', '.join(own)};"] if own else []
            for statement in tree.body:
                lines += self.lines(statement)
            body = "{\n" + _indented(lines) + "}"
        self._scopes.pop()
        return f"({given}) => {body}"

    def lines(self, statement: ast.stmt) -> list[str]:
        """Write a statement."""
        match statement:
            case ast.Return(value):
                return [f"return {self.value(value)};" if value else "return null;"]
            case ast.Assign(targets, value):
                return [f"{''.join(f'{self._target(target)} = ' for target in targets)}{self.value(value)};"]
            case ast.AnnAssign(target, value=value):
                return [f"{self._target(target)} = {self.value(value)};"] if value else []
            case ast.AugAssign(target, operator, value):
                read = ast.parse(ast.unparse(target), mode="eval").body
                done = ast.copy_location(ast.BinOp(ast.copy_location(read, target), operator, value), statement)
                return [f"{self._target(target)} = {self.value(done)};"]
            case ast.If(test, body, orelse):
                lines = [f"if ({self.test(test)}) {{", *self._block(body)]
                return [*lines, *(["} else {", *self._block(orelse)] if orelse else []), "}"]
            case ast.While(test, body, []):
                return [f"while ({self.test(test)}) {{", *self._block(body), "}"]
            case ast.For(target, among, body, []):
                return [f"for ({self._target(target)} of {self.value(among)}) {{", *self._block(body), "}"]
            case ast.FunctionDef(name, decorator_list=[]):
                return f"{_local(name)} = {self._arrow(statement)};".split("\n")
            case ast.Expr(ast.Constant(str())) | ast.Pass():
                return []
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value], [])) if self._is_local(name):
                return [f"{_local(name)}.push({self.value(value)});"]
            case ast.Expr(ast.Call() as call):
                return [f"{self.value(call)};"]
            case ast.Break() | ast.Continue():
                return ["break;" if isinstance(statement, ast.Break) else "continue;"]
            case ast.Raise() | ast.Assert() | ast.Try():
                raise self._cannot(
                    statement, "JavaScript goes on where Python raises: return math.inf or math.nan instead."
                )
        raise self._cannot(statement)

    def _block(self, body: list[ast.stmt]) -> list[str]:
        return [f"  {line}" for statement in body for line in self.lines(statement)]

    def _target(self, target: ast.expr) -> str:
        """Write what is assigned to."""
        match target:
            case ast.Name(name):
                return _local(name)
            case ast.Tuple(parts) | ast.List(parts):
                return f"[{', '.join(map(self._target, parts))}]"
            case ast.Subscript(row, ast.expr() as at) if not isinstance(at, ast.Slice | ast.Tuple):
                return f"{self._operand(row)}[{self._place(row, at)}]"
        raise self._cannot(target)

    def _place(self, row: ast.expr, at: ast.expr) -> str:
        if isinstance(at, ast.Constant):
            return self.value(at)
        return f"{self._needed('$place')}({self.value(row)}, {self.value(at)})"

    def test(self, node: ast.expr) -> str:
        """Write a condition, which is true or false in JavaScript too."""
        match node:
            case ast.Compare(left, operators, rights):
                pairs = zip([left, *rights], operators, rights, strict=False)
                return " && ".join(self._compared(node, *pair) for pair in pairs)
            case ast.BoolOp(operator, parts):
                sign = " && " if isinstance(operator, ast.And) else " || "
                return sign.join(
                    f"({self.test(part)})" if isinstance(part, ast.BoolOp) else self.test(part) for part in parts
                )
            case ast.UnaryOp(ast.Not(), part):
                return f"!({self.test(part)})"
        value = self.value(node)
        return {"1": "true", "0": "false"}.get(value) or f"{self._needed('$truth')}({value})"

    def _compared(self, node: ast.expr, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> str:
        if isinstance(operator, ast.Is | ast.IsNot) and isinstance(right, ast.Constant) and right.value is None:
            return f"{self._operand(left)} {'===' if isinstance(operator, ast.Is) else '!=='} null"
        if type(operator) not in _SIGNS or _is_row(left) or _is_row(right):
            raise self._cannot(node)
        return f"{self._operand(left)} {_SIGNS[type(operator)]} {self._operand(right)}"

    def value(self, node: ast.expr) -> str:
        """Write an expression that is a number, a list or a function; a truth counts as 1 or 0, as in Python."""
        match node:
            case ast.Name(name) if self._is_local(name):
                return _local(name)
            case ast.Name() | ast.Attribute() | ast.Constant():
                return self._literal(self._constant(node), ast.unparse(node))
            case ast.BoolOp(operator, [first, *others]) if not all(map(_is_truth, node.values)):
                rest = ast.BoolOp(operator, others) if len(others) > 1 else others[0]
                name = self._needed("$and" if isinstance(operator, ast.And) else "$or")
                return f"{name}({self.value(first)}, () => {self.value(rest)})"
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(ast.Not()):
                return f"Number({self.test(node)})"
            case ast.UnaryOp(ast.UAdd() | ast.USub() as operator, part):
                return f"{_SIGNS[type(operator)]}{self._operand(part)}"
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.IfExp(test, then, other):
                return f"{self.test(test)} ? {self._operand(then)} : {self._operand(other)}"
            case ast.Subscript(row, ast.Slice(lower, upper, None)):
                ends = [self.value(end) if end else "undefined" for end in (lower, upper)]
                return f"{self._operand(row)}.slice({', '.join(ends)})"
            case ast.Subscript(row, at) if not isinstance(at, ast.Slice | ast.Tuple):
                return f"{self._operand(row)}.at({self.value(at)})"
            case ast.Tuple(parts) | ast.List(parts):
                return f"[{', '.join(map(self.value, parts))}]"
            case ast.ListComp(part, generators) | ast.GeneratorExp(part, generators):
                return self._comprehension(part, generators)
            case ast.Lambda():
                return self._arrow(node)
            case ast.Call():
                return self._call(node)
        raise self._cannot(node)

    def _arithmetic(self, node: ast.BinOp) -> str:
        left, right, kind = node.left, node.right, type(node.op)
        if isinstance(node.op, ast.Mult) and _is_row(left) != _is_row(right):
            row, times = (left, right) if _is_row(left) else (right, left)
            return f"{self._needed('$repeat')}({self.value(row)}, {self.value(times)})"
        if _is_row(left) or _is_row(right) or kind not in _SIGNS | _CALLED:
            raise self._cannot(node)
        if kind in _CALLED:
            return f"{self._needed(_CALLED[kind])}({self.value(left)}, {self.value(right)})"
        return f"{self._operand(left)} {_SIGNS[kind]} {self._operand(right)}"

    def _operand(self, node: ast.expr) -> str:
        text = self.value(node)
        return text if isinstance(node, _ATOMS) and not text.startswith("-") else f"({text})"

    def _comprehension(self, part: ast.expr, generators: list[ast.comprehension]) -> str:
        first, *others = generators
        among = f"{self._needed('$list')}({self.value(first.iter)})"
        names = set(_stored(first.target))
        self._scopes.append(names)
        each = f"({self._target(first.target)}) =>"
        among += "".join(f".filter({each} {self.test(test)})" for test in first.ifs)
        inner = self._comprehension(part, others) if others else f"({self.value(part)})"
        self._scopes.pop()
        return f"{among}.{'flatMap' if others else 'map'}({each} {inner})"

    def _call(self, node: ast.Call) -> str:
        made_here = isinstance(node.func, ast.Name) and self._is_local(node.func.id)
        made_here |= not isinstance(node.func, ast.Name | ast.Attribute)
        function = None if made_here else self._constant(node.func)
        if any(isinstance(one, ast.Starred) for one in node.args):
            raise self._cannot(node)
        given: list[ast.expr | None] = [*node.args]
        if node.keywords:
            given = self._in_order(node, function)
        match function, node.args:
            case builtins.float, [ast.Constant("inf" | "-inf" | "nan" as text)]:
                return self._literal(float(text), text)
            case builtins.float, [number]:
                return f"({self.value(number)})"
            case builtins.len, [row]:
                return f"{self._operand(row)}.length"
            case math.log, [number, base]:
                return f"(Math.log({self.value(number)}) / Math.log({self.value(base)}))"
        texts = [self.value(one) if one else "undefined" for one in given]
        if function is range and len(texts) == 1:
            texts = ["0", *texts]
        name = self._operand(node.func) if made_here else self._name(function, node)
        return f"{name}({', '.join(texts)})"

    def _in_order(self, node: ast.Call, function: object) -> list[ast.expr | None]:
        """Put arguments that are given by name into their places."""
        if not isinstance(function, FunctionType) or not all(one.arg for one in node.keywords):
            raise self._cannot(node, "Give the arguments without their names.")
        signature = inspect.signature(function, follow_wrapped=False)
        try:
            bound = signature.bind(*node.args, **{str(one.arg): one.value for one in node.keywords})
        except TypeError:
            raise self._cannot(node, "Give it the arguments that it takes.") from None
        places = [bound.arguments.get(name) for name in signature.parameters]
        while places and places[-1] is None:
            places.pop()
        return places

    def _name(self, function: object, node: ast.expr) -> str:
        """Name a function that is called or passed on."""
        if _known(function) or isinstance(function, FunctionType):
            own = _plain(getattr(function, "__name__", "")).strip("_") or "lambda"
            where = f"{self._where}, {getattr(function, '__name__', '')}"
            return self._translation.name(function, where, f"${own}")
        called = node.func if isinstance(node, ast.Call) else node
        raise self._cannot(node, f"There is no JavaScript for {one_line(ast.unparse(called))}. {_CURE}")

    def _constant(self, node: ast.expr, whole: ast.expr | None = None) -> Any:
        """Find what a name stands for that the function does not make itself."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Attribute):
            try:
                return getattr(self._constant(node.value, whole or node), node.attr)
            except AttributeError:
                raise self._cannot(node) from None
        if not isinstance(node, ast.Name) or self._is_local(node.id):
            raise self._cannot(whole or node)
        function, name = self._function, node.id
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        for places in (cells, function.__globals__, vars(builtins)):
            if name in places:
                try:
                    return cells[name].cell_contents if places is cells else places[name]
                except ValueError:  # an empty cell
                    break
        raise self._cannot(node, f"Give {name} a value first.")

    def _literal(self, value: object, name: str) -> str:
        """Write a value that Python knows already."""
        if value is None:
            return "null"
        if isinstance(value, int | float):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isnan(number) or math.isinf(number):
                text = "NaN" if math.isnan(number) else "Infinity"
            else:
                text = (
                    repr(abs(number)) if isinstance(value, float) or abs(number) >= 2.0**53 else repr(abs(int(value)))
                )
            return f"-{text}" if math.copysign(1.0, number) < 0.0 else text
        if isinstance(value, tuple | list):
            return f"[{', '.join(self._literal(one, name) for one in value)}]"
        return self._name(value, ast.Name(name))

    def _is_local(self, name: str) -> bool:
        return any(name in scope for scope in self._scopes)

    def _needed(self, name: str) -> str:
        self._translation.needed.add(name)
        return name

    def _cannot(self, node: ast.AST, cure: str = _CURE) -> TranslationError:
        file, line = Path(self._function.__code__.co_filename).name, getattr(node, "lineno", self._tree.lineno)
        short = shorten(ast.unparse(node), 60, placeholder=" ...")
        return _error(self._where, f"{short!r}, line {line} of {file}, has no translation.", cure)


_ATOMS = (ast.Name, ast.Attribute, ast.Constant, ast.Call, ast.Subscript, ast.List, ast.Tuple, ast.ListComp)


def _is_row(node: ast.expr) -> bool:
    """Whether an expression is a list, as far as can be seen from how it is written."""
    match node:
        case ast.List() | ast.Tuple() | ast.ListComp() | ast.Subscript(slice=ast.Slice()):
            return True
        case ast.BinOp(left, _, right):
            return _is_row(left) or _is_row(right)
    return False


def _is_truth(node: ast.expr) -> bool:
    match node:
        case ast.Compare() | ast.UnaryOp(ast.Not()) | ast.Constant(True | False):
            return True
        case ast.BoolOp(values=parts):
            return all(map(_is_truth, parts))
    return False


def _stored(node: ast.AST) -> Iterator[str]:
    """List the names that are given a value, but for those of functions and comprehensions inside."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.FunctionDef):
        yield node.name
    if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ListComp | ast.GeneratorExp):
        for inner in ast.iter_child_nodes(node):
            yield from _stored(inner)


def _indented(lines: list[str]) -> str:
    return "".join(f"  {line}\n" for line in lines)
