"""A fingerprint of whatever a sweep was given: equal things have equal fingerprints, in this process and in the next.

It reads numbers, containers, the state of objects and the code of functions, and runs none of it; it knows no sweep.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

__all__ = ["fingerprint"]

_SCALARS = (type(None), bool, int, float, complex, str, bytes)


def fingerprint(value: object) -> str:
    """Give a short text that stands for a value: its own for a number or a text, a hash for all else.

    A function is known by its code, its defaults, and what it looks up: variables around it, global names, functions of
    its own module too; so one that fills a list outside of it is another function from then on. The code is that of
    this version of Python, and another version may see another function. A class, a module and a function of this
    package are known by their names; any other object by what a copy of it would be made from.

    Examples
    --------
    >>> fingerprint(0.5), fingerprint([1, 2]) == fingerprint([1, 2]), fingerprint([1, 2]) == fingerprint((1, 2))
    ('0.5', True, False)
    >>> def power(n):
    ...     return lambda x: x**n
    >>> fingerprint(power(2)) == fingerprint(power(2)), fingerprint(power(2)) == fingerprint(power(3))
    (True, False)
    """
    return _fingerprint(value, {})


def _fingerprint(value: object, known: dict[int, tuple[object, str]]) -> str:
    if type(value) in _SCALARS:
        return repr(value)
    if id(value) not in known:
        known[id(value)] = value, "itself"  # of a ring; the value is held, for its id is its own only while it lives
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        parts = [_fingerprint(part, known) for part in _parts(value)]
        if isinstance(value, (set, frozenset)):
            parts.sort()
        known[id(value)] = value, sha256("\n".join([kind, *parts]).encode("utf-8", "surrogatepass")).hexdigest()
    return known[id(value)][1]


def _parts(value: Any) -> list[Any]:
    match value:
        case list() | tuple() | set() | frozenset():
            return list(value)
        case Mapping():
            return [part for pair in value.items() for part in pair]
        case partial():
            return [value.func, value.args, value.keywords]
        case MethodType():
            return [value.__func__, value.__self__]
        case FunctionType():
            return list(_of_function(value))
        case CodeType():
            return [value.co_code, value.co_names, value.co_consts]
        case type() | ModuleType() | BuiltinFunctionType():
            return [getattr(value, "__module__", ""), getattr(value, "__qualname__", value.__name__)]
    if hasattr(value, "tobytes") and hasattr(value, "dtype"):  # an array
        return [str(value.dtype), value.shape, value.tobytes()]
    try:
        reduced = value.__reduce_ex__(4)  # what a copy of it is made from: no caches, where its class knows of them
    except Exception:  # it cannot be copied: its class must do
        return []
    return [reduced] if isinstance(reduced, str) else [*reduced[1:3], *(list(more or ()) for more in reduced[3:5])]


def _of_function(function: FunctionType) -> Iterator[Any]:
    yield from (function.__defaults__, function.__kwdefaults__)
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            yield "empty"
    if f"{function.__module__}.".startswith("neurograph."):
        yield from (function.__module__, function.__qualname__)
        return
    yield function.__code__
    for name in sorted(_globals_of(function.__code__)):
        if name in function.__globals__:
            yield from (name, function.__globals__[name])


def _globals_of(code: CodeType) -> set[str]:
    """Name what a function and those inside it look up globally."""
    names = {one.argval for one in dis.get_instructions(code) if one.opname == "LOAD_GLOBAL"}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _globals_of(constant)
    return names
