"""The kernels and rules as they stand, without a compiler, to be compared with both engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from neurograph.engines.compiled import epochs, shuffling
from neurograph.engines.compiled.verify import plain_verb


class Plain:
    """What `jit.Machine` is, in Python."""

    def __init__(self) -> None:
        self.train, self.outputs, self.shuffle_all = epochs.train, epochs.outputs, shuffling.shuffle_all
        self.known: dict[tuple[str, str], Any] = {}

    def scalar(self, function: Callable[..., object]) -> Any:
        """Pass a rule's function on."""
        return function

    def verb(self, verb: str, rule: Any, fingerprint: str) -> Any:
        """Give a verb its rule."""
        return SimpleNamespace(address=plain_verb(verb, rule), ctypes=None)

    def noted(self, made: Any, given: Sequence[Any]) -> int:
        """Note nothing: Python raises errors instead."""
        return 0

    def table(self, made: Sequence[Any]) -> Any:
        """List the rules by number; 0 is none."""
        return [None, *(one.address for one in made)]
