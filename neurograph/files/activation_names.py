"""Activations by name: which record a name in a file stands for, and whether a record is the one its name stands for.

Names are looked up, never run: built-ins, `leaky_relu(0.2)` and `elu(1.7)`, and the records that the caller passes.
"""

from __future__ import annotations

import re
from types import FunctionType

from neurograph.errors import InvalidValueError, NeurographError, UnknownNameError, nearest
from neurograph.files.json_input import text
from neurograph.rules.activations import Activation, elu, leaky_relu
from neurograph.rules.softmax import ACTIVATIONS, JointActivation
from neurograph.validate import as_list, instance_of

__all__ = ["Record", "checked_name", "find_activation", "table_of"]

Record = Activation | JointActivation

_MAKERS = {"leaky_relu": leaky_relu, "elu": elu}
_MADE = re.compile(r"(leaky_relu|elu)\((-?\d{1,25}(?:\.\d{1,25})?(?:e[+-]\d{1,3})?)\)", re.ASCII)


def built_in(name: str) -> Record | None:
    """Find a built-in activation, or make one from a name that gives its parameter; None when the name is neither.

    Only the exact form in which `leaky_relu` and `elu` write their names is read.

    Examples
    --------
    >>> built_in("tanh").name, built_in("elu(1.7)").value(2.0), built_in("elu( 1.7 )"), built_in("cube")
    ('tanh', 2.0, None, None)
    """
    if name in ACTIVATIONS:
        return ACTIVATIONS.find(name)
    made = _MADE.fullmatch(name)
    if made is None:
        return None
    number = int(made[2]) if re.fullmatch(r"-?\d+", made[2]) else float(made[2])
    try:
        record = _MAKERS[made[1]](number)
    except NeurographError:
        return None
    return record if record.name == name else None


def table_of(activations: object) -> dict[str, Record]:
    """Put the caller's own activations into a table by name."""
    expected = "a list of Activation or JointActivation records"
    table: dict[str, Record] = {}
    for record in as_list(activations, "load, activations", expected):
        instance_of(record, (Activation, JointActivation), "load, activations", expected)
        name = text(record.name, "load, activations, a record's name")
        if table.setdefault(name, record) != record:
            raise InvalidValueError(
                f"two records are named {name!r}.", where="load, activations", cure="Give each a name of its own."
            )
        if not _is_the_one(record, built_in(name)):
            raise InvalidValueError(
                f"{name!r} is the name of a built-in.", where="load, activations", cure="Give yours another name."
            )
    return table


def find_activation(name: str, where: str, own: dict[str, Record]) -> Record:
    """Find the record that a name in a file stands for; one that had to be made is kept in the table `own`."""
    record = own.get(name) or built_in(name)
    if record is None:
        known = dict.fromkeys([*own, *(rule.name for rule in ACTIVATIONS)])
        cure = "If it is your own, pass its record, as in load(path, activations=[record])."
        raise UnknownNameError(f"unknown activation {name!r}.", where=where, cure=f"{cure} {nearest(name, known)}")
    return own.setdefault(name, record)


def checked_name(record: Record, where: str, seen: dict[str, Record]) -> str:
    """Give the name under which a record can be found again."""
    name = text(record.name, f"{where}, the activation's name")
    if seen.get(name) is record:
        return name
    if not name.strip():
        raise InvalidValueError("its activation has no name.", where=where, cure="Give the record one.")
    first, named = seen.setdefault(name, record), built_in(name)
    if not (first == record if named is None else _is_the_one(record, named)):
        raise InvalidValueError(
            f"its activation is named {name!r}, as another one is.",
            where=where,
            cure="Give the record a name of its own.",
        )
    return name


def _is_the_one(record: Record, named: Record | None) -> bool:
    """Whether a record is the built-in of its name, or does the very same: `leaky_relu(0.2)` is new each time."""
    return named is None or record == named or _parts(record) == _parts(named)


def _parts(record: Record) -> tuple[object, ...]:
    """Give all that a record does, with its functions as their code."""
    functions: tuple[object, ...]
    if isinstance(record, Activation):
        functions = (record.value, record.slope)
        formulas: tuple[object, ...] = (record.formula, record.slope_formula, record.kinks, record.bends)
    else:
        functions = (record.values, record.partial)
        formulas = (record.formula, record.partial_formula, record.safe_formula)
    codes = [function.__code__ if isinstance(function, FunctionType) else function for function in functions]
    return (type(record), record.name, record.bounds, *formulas, *codes)
