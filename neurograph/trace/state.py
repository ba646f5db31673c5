"""The state of a trace: every quantity at one place of it, None where it is not computed yet.

It looks values up; how they came about, the steps tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from neurograph.errors import UnknownNameError, quoted
from neurograph.graph.structure import Structure
from neurograph.quantities import MEAN, QUANTITIES, Owner, Quantity
from neurograph.validate import whole

__all__ = ["Key", "State", "keys_of"]

Key = tuple[str, Owner]

_OF_INPUTS = ("a",)
_OF = {
    of: tuple(name for name, kind in QUANTITIES.items() if kind.is_state and kind.of == of)
    for of in ("neuron", "output", "edge", "step")
}


def keys_of(structure: Structure) -> dict[Key, None]:
    """List every quantity of a training step, whether computed yet or not."""
    keys: dict[Key, None] = {}
    for neuron in structure.neurons:
        kinds = _OF_INPUTS if neuron.role == "input" else _OF["neuron"]
        if neuron.role == "input" and neuron.a_grad is not None:  # the step tells how the errors reach the inputs
            kinds = (*_OF_INPUTS, "a_grad")
        keys.update(dict.fromkeys((kind, neuron.name) for kind in kinds))
        if neuron.role == "output":
            keys.update(dict.fromkeys((kind, neuron.name) for kind in _OF["output"]))
    for edge in structure.edges:
        keys.update(dict.fromkeys((kind, (edge.source.name, edge.target.name)) for kind in _OF["edge"]))
    keys.update(dict.fromkeys((kind, "") for kind in _OF["step"]))
    return keys


class State(Mapping[Key, float | None]):
    """Quantities by kind and owner: `state["z", "h1"]`, `state["w", ("x1", "h1")]`, `state["C", ""]`.

    In a batch it looks at one example; a gradient is the mean as soon as there is one, the example's part before.

    Examples
    --------
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([1, 1], "identity", initializer="ones").trace([3.0], [1.0])
    >>> state = trace.state(0)
    >>> state["z", "o1"], state["a", "o1"], state["w", ("x1", "o1")]
    (3.0, None, 1.0)
    """

    def __init__(
        self, values: Mapping[Quantity, float], known: Mapping[Key, None], example: int = 0, count: int = 1
    ) -> None:
        self._values, self._known, self.example, self._count = values, known, example, count

    def __getitem__(self, key: Key) -> float | None:
        try:
            kind, owner = key
            hash(key)
        except (TypeError, ValueError):
            expected = "a kind and an owner, as in state['z', 'h1']"
            raise UnknownNameError(where="state", given=key, expected=expected) from None
        found = QUANTITIES.get(kind)
        examples = (MEAN, self.example) if found and found.is_averaged else (self.example,)
        for example in (0,) if found and found.is_lasting else examples:
            if (value := self._values.get(Quantity(kind, owner, example))) is not None:
                return value
        if key not in self._known:
            kinds = ", ".join(dict.fromkeys((*_OF_INPUTS, *chain(*_OF.values()))))
            raise UnknownNameError(f"no quantity {quoted(kind)} of {quoted(owner)}. Kinds: {kinds}.", where="state")
        return None

    def of_example(self, example: int) -> State:
        """Look at another example of the batch, at the same place."""
        number = whole(example, "state, example", 0, self._count - 1)
        return State(self._values, self._known, number, self._count)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a quantity, computed or not."""
        return key in self._known

    def __iter__(self) -> Iterator[Key]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
