"""The choice of an engine: by name, or by the work at hand.

It estimates and looks for what is installed; it starts no engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from neurograph.engines.compiled import jit
from neurograph.engines.compiled.rules import CompilerError
from neurograph.errors import Argument
from neurograph.graph.structure import Structure
from neurograph.validate import one_of

__all__ = ["ENGINES", "compiled_if_chosen", "engine_name", "seconds_on_objects"]

Made = TypeVar("Made")
ENGINES = ("auto", "object", "compiled")
# About what a step takes on objects, in seconds: for each edge, each neuron, each example (measured, Python 3.11).
_EDGE, _NEURON, _EXAMPLE = 140e-9, 900e-9, 2e-6
# How long the objects may take before the compiled engine's start is worth its while: when it is running already, when
# its code is on disk, when it has to be compiled first.
_RUNNING, _ON_DISK, _NOWHERE = 0.03, 0.8, 7.0


def engine_name(engine: str, seconds: float, where: str) -> str:
    """Choose "object" or "compiled" for work that would take so many seconds on objects.

    "auto" takes "compiled" when numba is installed and the work is worth its start.

    Examples
    --------
    >>> engine_name("object", 100.0, "train"), engine_name("auto", 1e-3, "train")
    ('object', 'object')
    """
    one_of(engine, ENGINES, Argument(where, "engine"), "unknown engine")
    if engine != "auto":
        return engine
    start = _RUNNING if jit.is_running() else _ON_DISK if jit.is_on_disk() else _NOWHERE
    return "compiled" if seconds > start and jit.is_installed() else "object"


def compiled_if_chosen(engine: str, seconds: float, where: str, make: Callable[[], Made]) -> tuple[Made | None, str]:
    """Make the compiled engine, if that is the one by name or for the work at hand; None stands for the objects.

    The text says why "auto" could not take the compiled one, where a rule cannot be compiled. By name, that is an
    error.
    """
    if engine_name(engine, seconds, where) == "object":
        return None, ""
    try:
        return make(), ""
    except CompilerError as error:
        if engine == "compiled":
            raise
        return None, str(error)


def seconds_on_objects(structure: Structure, examples: int) -> float:
    """Estimate how long the objects would take to learn from so many examples; a forward pass alone takes a third."""
    edges = structure.graph.number_of_edges()
    return examples * (_EXAMPLE + _NEURON * len(structure) + _EDGE * edges)
