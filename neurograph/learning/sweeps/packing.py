"""A plan as a package of bytes, for other processes: made by cloudpickle, since its functions may be of any kind.

Packages go through memory, from a process to those that work for it; nothing is ever unpacked from a file.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import fields
from importlib import import_module
from typing import Any

from neurograph.errors import NeurographError, one_line
from neurograph.learning.sweeps.plan import Plan
from neurograph.rules.activations import Activation
from neurograph.rules.initializers import INITIALIZERS, Initializer
from neurograph.rules.losses import LOSSES, Loss
from neurograph.rules.registry import Registry
from neurograph.rules.softmax import ACTIVATIONS, JointActivation

__all__ = ["needed", "pack", "unpack"]

_REGISTRIES: dict[str, Registry[Any]] = {"activation": ACTIVATIONS, "loss": LOSSES, "initializer": INITIALIZERS}
_REGISTRY_OF = {Activation: "activation", JointActivation: "activation", Loss: "loss", Initializer: "initializer"}


def needed(name: str, n_jobs: int) -> Any:
    """Load a package that runs side by side need."""
    try:
        return import_module(name)
    except ImportError:
        problem = f"runs side by side need {name}, which is not installed."
        cure = "In the checkout, run: python -m pip install -e '.[sweep]'"
        raise NeurographError(problem, where=f"sweep, n_jobs={n_jobs}", cure=cure) from None


def pack(plan: Plan, n_jobs: int) -> bytes:
    """Pack a plan for other processes, functions of any kind included.

    Rules that a registry has go by name and not as copies: a loss takes its short way only through the very activation
    that it knows. What cannot be packed, such as an open file, is refused.
    """
    cloudpickle = needed("cloudpickle", n_jobs)

    class Packer(cloudpickle.Pickler):  # type: ignore[misc, name-defined]  # it is loaded only here
        def persistent_id(self, thing: Any) -> Any:
            return _name_of(thing)

    package = io.BytesIO()
    try:
        Packer(package).dump(plan)
    except Exception as error:  # whatever the object to be packed raises
        problem = f"make_net, or a value, cannot be sent to another process ({one_line(str(error))})."
        cure = "Let make_net open what it needs, or take n_jobs=1."
        raise NeurographError(problem, where=f"sweep, n_jobs={n_jobs}", cure=cure) from None
    return package.getvalue()


def unpack(package: bytes) -> Plan:
    """Unpack a plan, in a process that another one packed it for."""
    plan: Plan = _Unpacker(io.BytesIO(package)).load()
    return plan


def _name_of(thing: Any) -> tuple[Any, ...] | None:
    kind = _REGISTRY_OF.get(type(thing))
    if kind is not None and thing.name in _REGISTRIES[kind] and _REGISTRIES[kind][thing.name] is thing:
        return kind, thing.name, type(thing), [getattr(thing, field.name) for field in fields(thing)]
    if type(thing) is Registry:
        return next(((kind,) for kind, registry in _REGISTRIES.items() if registry is thing), None)
    return None


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._made: dict[tuple[str, str], Any] = {}

    def persistent_load(self, name: tuple[Any, ...]) -> Any:
        if len(name) == 1:
            return _REGISTRIES[name[0]]
        kind, called, record, values = name
        if called in _REGISTRIES[kind]:
            return _REGISTRIES[kind][called]
        if (kind, called) not in self._made:  # one that only the other process has registered
            self._made[kind, called] = record(*values)
        return self._made[kind, called]
