"""The verification of a compiled rule: a verb on the same numbers, compiled and in Python, compared bit for bit.

A function may mean something else to a compiler: a power is rounded in another way, a sum is added in another order.
"""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from random import Random
from types import FunctionType
from typing import Any

from neurograph.engines.compiled import verbs

__all__ = ["first_difference", "plain_verb"]

Case = tuple[Any, ...]
_ODD = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-3, 5e-324, -1e-300, 3.0, -10.0, 40.0, -745.2, 700.0, 1e6, -1e17, 1e200]
_SHARES = [0.0, 1.0, 0.5, 1e-3, 1e-300, 0.999, 0.3]
_C: dict[str, Any] = {"d": ctypes.c_double, "I": ctypes.c_uint32, "B": ctypes.c_ubyte}


def plain_verb(verb: str, rule: Callable[..., Any]) -> Callable[..., None]:
    """Give a verb of verbs.py a rule to call, without a compiler."""
    own = {"rule": rule, "view": lambda scratch, count: memoryview(scratch)[:count]}
    return FunctionType(getattr(verbs, verb).__code__, vars(verbs) | own, verb)


def first_difference(
    verb: str, function: Callable[..., Any], made: Any, noted: Callable[[Any, Sequence[Any]], int], memories: int
) -> str:
    """Say where a compiled verb gives other numbers than Python; empty when it gives the same.

    Where Python raises an error no number is compared, for the engine hands such an epoch over to the objects; but then
    the processor must have noted something, or the engine would not know. `noted(made, given)` calls the verb, and
    tells what was noted. A compiler leaves out what it finds to be of no use, and the error with it.
    """
    plain = plain_verb(verb, function)
    for case in _cases(verb, memories):
        ours, theirs = _copy(case), _copy(case)
        try:
            plain(*ours)
        except (ArithmeticError, ValueError) as error:
            if not noted(made, list(map(_shared, theirs))):
                return f"no error, in Python {type(error).__name__}, when called on {_listed(case)}"
            continue
        except Exception:  # noqa: S112  # whatever else a rule may raise on an odd number
            continue
        made.ctypes(*map(_shared, theirs))
        for one, two in zip(ours, theirs, strict=True):
            if isinstance(one, array) and one.typecode == "d":
                for here, there in zip(one, two, strict=True):
                    if here == here and struct.pack("d", here) != struct.pack("d", there):  # a NaN has many bits
                        return f"{there!r}, in Python {here!r}, when called on {_listed(case)}"
    return ""


def _shared(one: Any) -> Any:
    """Give an array to C as it is."""
    return (_C[one.typecode] * len(one)).from_buffer(one) if isinstance(one, array) else one


def _copy(case: Case) -> Case:
    return tuple(array(one.typecode, one) if isinstance(one, array) else one for one in case)


def _listed(case: Case) -> str:
    return ", ".join(str(list(one)) if isinstance(one, array) else str(one) for one in case)[:120]


def _cases(verb: str, memories: int) -> Iterator[Case]:
    """Make the arguments of a verb: numbers at the edges one by one, ordinary ones together."""
    draw = Random(0)  # noqa: S311  # no secret
    some = [draw.gauss(0.0, 2.0) for _ in range(37)]
    if verb in ("fire", "compute_delta"):
        for z in ([one] for one in _ODD + some[:8]):
            yield _elementwise(verb, z)
        yield _elementwise(verb, some)
    elif verb in ("compute_term", "set_loss_slope", "add_loss_slope", "set_shortcut_delta", "add_shortcut_delta"):
        for a in _SHARES + _ODD:
            for y in (0.0, 1.0, 0.3):
                yield _aimed(verb, [a], [y])
        yield _aimed(verb, [draw.random() for _ in some], [draw.random() for _ in some])
    elif verb == "compute_term_from_z" or "_group" in verb:
        for _ in range(8):
            for width in (1, 3):
                yield _grouped(verb, width, [draw.gauss(0.0, 3.0) for _ in range(2 * width)])
    elif verb == "tick":
        yield (_row([1.0, 1.0]),)
        yield (_row([0.5, 0.25]),)
    else:
        gradients, *kept = ([draw.random() * 0.1**at for _ in some] for at in range(1 + memories))
        signs, penalised, clock, rate = some, array("B", [1] * len(some)), _row([0.9, 0.99]), 0.1
        yield {
            "step": (_row(signs), _row(gradients), _row(list(chain(*kept))), clock, rate, len(some)),
            "add_penalty_slope": (_row(signs), _row(gradients), penalised, len(some)),
            "shrink": (_row(signs), penalised, rate, len(some)),
            "penalty": (_row(signs), penalised, len(some), _row([0.0]), 0),
        }[verb]


def _row(values: list[float]) -> array[float]:
    return array("d", values)


def _elementwise(verb: str, z: list[float]) -> Case:
    room = _row([0.0] * len(z))
    if verb == "fire":
        return _row(z), room, 0, len(z)
    # As the passes have it, a belongs to z; which a it is matters little here, but let it be an ordinary one.
    return _row([1.5] * len(z)), _row(z), _row([1.0 / (1.0 + abs(one)) for one in z]), room, 0, len(z)


def _aimed(verb: str, a: list[float], y: list[float]) -> Case:
    rooms = [_row([0.25] * len(a)) for _ in range(1 if verb == "compute_term" else 2)]
    return _row(a), _row(y), *rooms, 0, len(a), 0, 3


def _grouped(verb: str, width: int, z: list[float]) -> Case:
    lanes, members = 2, array("I", range(width))
    room, scratch = _row([0.0] * len(z)), _row([0.0] * 2 * width)
    tail = (0, width, width, lanes, scratch)
    if verb in ("compute_term_from_z", "add_shortcut_delta_group"):
        a, y = [0.4, 0.0, 1.0, 5e-324, 0.3, 1e-300], [0.0, 1.0, 0.3, 0.7, 1.0, 0.0]
        return _row(z), _row(a[: len(z)]), _row(y[: len(z)]), room, members, members, *tail
    if verb == "compute_delta_group":
        a = [abs(one) / 10.0 for one in z]
        return _row([1.0 + one for one in a]), _row(z), _row(a), room, members, *tail
    return _row(z), room, members, *tail
