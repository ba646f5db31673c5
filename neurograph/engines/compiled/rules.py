"""The rules of a training as the loops call them: which function of which record, compiled, tried, and numbered.

A rule is compiled from the record's own function. Before it is used, what it gives is compared with what Python gives,
so that a function which means something else to the compiler is named and never trained with.
"""

from __future__ import annotations

import dis
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from textwrap import shorten
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import Any, Protocol

from neurograph.engines.compiled.records import StepRules
from neurograph.engines.compiled.verify import first_difference
from neurograph.errors import NeurographError, one_line
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Target
from neurograph.rules.losses import JointShortcut
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer

__all__ = ["CompilerError", "Rules", "fingerprint"]

Function = Callable[..., Any]
_NO_REASON = "Failed in nopython mode"  # how the compiler begins, before it comes to the point
# Python calls the C library or has a way of its own; the compiler writes x * x for x**2. One in a thousand differs, too
# few to be sure that verification finds one.
_ROUNDED_OTHERWISE = frozenset({"pow", "hypot", "dist"})


class CompilerError(NeurographError, TypeError):
    """A rule cannot be compiled, or not to the same numbers."""


class Compiler(Protocol):
    """What the rules need of the machine; `known` are the verbs that were verified, by verb and fingerprint."""

    known: dict[tuple[str, str], Any]

    def scalar(self, function: Function) -> Any:
        """Compile a rule's own function."""

    def verb(self, verb: str, rule: Any, mark: str) -> Any:
        """Compile a verb for a rule."""

    def noted(self, made: Any, given: Sequence[Any]) -> int:
        """Call a compiled verb; 0 when every number was an ordinary one."""

    def table(self, made: Sequence[Any]) -> Any:
        """Put compiled verbs in a table."""


class Rules:
    """The table of rules, filled as a program asks for them; place 0 is no rule."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._numbers: dict[tuple[str, int], int] = {}
        self._kept: list[Any] = []  # the compiled verbs and their functions must outlive their addresses

    def of_act(self, verb: str, subject: object) -> int:
        """Give the number of the rule that a neuron, group or target acts by."""
        match subject:
            case Neuron(rule=record):
                field = "value" if verb == "fire" else "slope"
                return self.number(verb, getattr(record, field), f"activation {record.name!r}: its {field}")
            case Group(rule=joint):
                what = f"activation {joint.name!r}: its"
                if verb == "compute_delta_group":
                    return self.number(verb, joint.partial, f"{what} partial")
                if joint.fill:
                    return self.number("fire_group_in_place", joint.fill, f"{what} fill")
                return self.number(verb, joint.values, f"{what} values")
            case Target(loss=loss, shortcut=shortcut):
                what = f"loss {loss.name!r}: its"
                if verb == "compute_term":
                    return self.number(verb, loss.value, f"{what} value")
                if verb in ("set_loss_slope", "add_loss_slope"):
                    return self.number(verb, loss.slope, f"{what} slope")
                field = "value" if verb == "compute_term_from_z" else "delta"
                return self.number(verb, getattr(shortcut, field), f"{what} shortcut's {field}")
            case JointTarget(targets=[Target(loss=loss, shortcut=JointShortcut(partial=partial)), *_]):
                return self.number(verb, partial, f"loss {loss.name!r}: its shortcut's partial")
        raise TypeError(subject)

    def of_step(self, optimizer: Optimizer, regularizer: Regularizer | None) -> StepRules:
        """Give the numbers of what an optimizer and a regularizer do."""
        what, memories = f"optimizer {optimizer.name!r}: its", len(optimizer.memories)
        rules = StepRules(
            self.number("step", in_place(optimizer.step, memories), f"{what} step", memories),
            self.number("tick", optimizer.tick, f"{what} tick"),
        )
        if regularizer is None:
            return rules
        what = f"regularizer {regularizer.name!r}: its"
        return rules._replace(
            slope=self.number("add_penalty_slope", regularizer.slope, f"{what} slope"),
            shrink=self.number("shrink", regularizer.shrink, f"{what} shrink"),
            penalty=self.number("penalty", regularizer.penalty, f"{what} penalty"),
        )

    def number(self, verb: str, function: Function, what: str, memories: int = 0) -> int:
        """Compile a function for a verb, verify it, and give its number; what is known already is not done again.

        Messages name it as `what`, such as "activation 'mine': its slope". A step has so many memories.

        Raises
        ------
        CompilerError
            When it cannot be compiled, raises errors of its own, or gives other numbers than in Python.
        """
        known = self._numbers.get((verb, id(function)))
        if known is None:
            self._kept.append((self._verb(verb, function, what, memories), function))
            known = self._numbers[verb, id(function)] = len(self._kept)
        return known

    def _verb(self, verb: str, function: Function, what: str, memories: int) -> Any:
        mark = fingerprint(function)
        if mark and (verb, mark) in self._compiler.known:
            return self._compiler.known[verb, mark]
        cure = 'Write it with floats, `math` and plain arithmetic, or take engine="object".'
        for used, code in _codes(function):
            if _raises(code):
                raise CompilerError(
                    f"{what} has a raise or assert (in {used.__name__}), which compiled code cannot pass on.",
                    cure=cure,
                )
            if _rounds_otherwise(used, code):
                raise CompilerError(
                    f"{what} has a power or hypot (in {used.__name__}), whose last digit may differ when compiled.",
                    cure='Write z * z for z**2 and math.sqrt for a root, or take engine="object".',
                )
        try:
            made = self._made(verb, function, mark)
        except Exception as error:  # whatever the compiler has against it
            lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith(_NO_REASON)]
            reason = lines[0] if lines else type(error).__name__
            short = shorten(one_line(reason), 200, placeholder=" ...").rstrip(".")
            raise CompilerError(f"{short}.", where=f"{what} cannot be compiled", cure=cure) from error
        noted = self._compiler.noted
        if made.ctypes is not None and (difference := first_difference(verb, function, made, noted, memories)):
            raise CompilerError(f"{difference}.", where=f"{what} gives other numbers when compiled", cure=cure)
        if mark:
            self._compiler.known[verb, mark] = made
        return made

    def _made(self, verb: str, function: Function, mark: str) -> Any:
        """Compile a verb, or take it from disk; what cannot be read from there is compiled anew, and not kept."""
        try:
            return self._compiler.verb(verb, self._scalar(function), mark)
        except Exception:
            if not mark:
                raise
            return self._compiler.verb(verb, self._scalar(function), "")

    def _scalar(self, function: Function) -> Any:
        """Compile a function, and those that it calls; one of `math` itself is called by one of ours."""
        if isinstance(function, BuiltinFunctionType):
            return self._compiler.scalar(lambda z: function(z))  # noqa: PLW0108  # it is to be a function of ours
        return self._compiler.scalar(_calling(function, self._scalar))

    @property
    def table(self) -> Any:
        """All rules by number, for the loops."""
        return self._compiler.table([made for made, _ in self._kept])


@cache
def in_place(step: Function, memories: int) -> Function:
    """Let an optimizer's step read and write its memories in an array, where each has all parameters' after the other.

    The tuple of them is put together, and taken apart, by a chain of functions, one for each: so a compiler sees its
    length, and it costs nothing.
    """

    def take_none(memory: Any, place: int, stride: int) -> tuple[float, ...]:
        return ()

    def keep_none(memory: Any, place: int, stride: int, moved: tuple[float, ...]) -> None:
        pass

    def chained(take: Function, keep: Function, at: int) -> tuple[Function, Function]:
        behind = at + 1  # the value

        def take_one_more(memory: Any, place: int, stride: int) -> Any:
            return take(memory, place, stride) + (memory[at * stride + place],)  # noqa: RUF005  # for the compiler

        def keep_one_more(memory: Any, place: int, stride: int, moved: tuple[float, ...]) -> None:
            keep(memory, place, stride, moved)
            memory[at * stride + place] = moved[behind]

        return take_one_more, keep_one_more

    take, keep = take_none, keep_none
    for at in range(memories):
        take, keep = chained(take, keep, at)

    def step_in_place(
        value: float, gradient: float, rate: float, memory: Any, place: int, stride: int, first: float, second: float
    ) -> Any:
        moved = step(value, gradient, rate, *take(memory, place, stride), first, second)
        keep(memory, place, stride, moved)
        return moved[0]

    return step_in_place


def fingerprint(function: Function) -> str:
    """Tell a function from all that would compile to something else: its code, and every value that it refers to.

    Empty when it refers to something whose value cannot be written down, such as a list that may change.
    """
    try:
        return hashlib.sha256("\n".join(_written(function, ())).encode()).hexdigest()
    except TypeError:
        return ""


def _written(value: object, way: tuple[object, ...]) -> Iterator[str]:
    if isinstance(value, FunctionType):
        if any(value is seen for seen in way):
            yield "itself"
            return
        yield f"{value.__module__}"  # what is on disk imports it
        yield from _written(value.__code__, way)
        yield from _written(value.__defaults__, way)
        for name, other in _referred(value):
            yield name
            yield from _written(other, (*way, value))
    elif isinstance(value, CodeType):
        yield f"{value.co_code.hex()} {value.co_names} {value.co_varnames} {value.co_argcount}"
        for constant in value.co_consts:
            yield from _written(constant, way)
    elif isinstance(value, tuple):
        yield f"tuple of {len(value)}"
        for one in value:
            yield from _written(one, way)
    elif isinstance(value, (ModuleType, BuiltinFunctionType, type)):
        yield f"{getattr(value, '__module__', '')}.{value.__name__}"
    elif value is None or isinstance(value, (bool, int, float, str, bytes, frozenset)):
        yield f"{type(value).__name__} {value!r}"
    else:
        raise TypeError(value)


def _referred(function: FunctionType) -> list[tuple[str, object]]:
    """List the globals and closed-over values that a function names, and what it may take from modules among them."""
    names = [name for code in _nested(function.__code__) for name in code.co_names]
    found = [(name, function.__globals__[name]) for name in names if name in function.__globals__]
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found += [(name, cell.cell_contents) for name, cell in cells]
    opened: set[str] = set()
    for where, module in found:  # what is found in a module may be one
        if isinstance(module, ModuleType) and module.__name__ not in opened:
            opened.add(module.__name__)
            found += [(f"{where}.{name}", vars(module)[name]) for name in names if name in vars(module)]
    return found


def _calling(function: Function, compiled: Callable[[Function], Any]) -> Function:
    """Copy a function that names others, so that it calls their compiled forms."""
    if not isinstance(function, FunctionType):
        return function
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    if not any(isinstance(other, FunctionType) for _, other in _referred(function)):
        return function
    names = {name for code in _nested(function.__code__) for name in code.co_names}
    others = {name: other for name in names if isinstance(other := function.__globals__.get(name), FunctionType)}
    return FunctionType(
        function.__code__,
        function.__globals__ | {name: compiled(other) for name, other in others.items()},
        function.__name__,
        function.__defaults__,
        tuple(CellType(compiled(one) if isinstance(one, FunctionType) else one) for one in cells),
    )


def _nested(code: CodeType) -> Iterator[CodeType]:
    """List a function's code and that of the functions and comprehensions written inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _codes(function: Function) -> Iterator[tuple[FunctionType, CodeType]]:
    """List the code of a function and of all functions that it refers to, each with the function it is in."""
    waiting: list[object] = [function]
    seen: set[FunctionType] = set()
    for one in waiting:
        if isinstance(one, FunctionType) and one not in seen:
            seen.add(one)
            for code in _nested(one.__code__):
                yield one, code
            waiting.extend(other for _, other in _referred(one))


def _raises(code: CodeType) -> bool:
    return any(instruction.opname == "RAISE_VARARGS" for instruction in dis.get_instructions(code))


def _rounds_otherwise(function: FunctionType, code: CodeType) -> bool:
    own = {name for name in code.co_names if isinstance(function.__globals__.get(name), FunctionType)}
    return not _ROUNDED_OTHERWISE.isdisjoint(set(code.co_names) - own) or any(
        instruction.opname == "BINARY_OP" and instruction.argrepr.startswith("**")
        for instruction in dis.get_instructions(code)
    )
