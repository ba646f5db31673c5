"""The state of a trace: every quantity at one place of it, None where it is not computed yet.

It looks values up; how they came about, the steps tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from neurograph.errors import UnknownNameError, quoted
from neurograph.graph.structure import Structure
from neurograph.quantities import MEAN, Kind, Owner, Quantity
from neurograph.validate import whole

__all__ = ["Key", "State", "keys_of"]

Key = tuple[str, Owner]


def keys_of(structure: Structure, kinds: Mapping[str, Kind]) -> dict[Key, None]:
    """List every quantity of a training step, whether computed yet or not."""
    state = {name: kind for name, kind in kinds.items() if kind.is_state}
    keys: dict[Key, None] = {}
    for neuron in structure.neurons:
        own = [name for name, kind in state.items() if kind.is_of(neuron.role)]
        if neuron.role == "input":  # it has an error only where the step says how the errors reach the inputs
            own = [name for name in own if getattr(neuron, name, None) is not None]
        own.sort(key=lambda name: state[name].of == "output")
        keys.update(dict.fromkeys((name, neuron.name) for name in own))
    on_edges = [name for name, kind in state.items() if kind.is_of("edge")]
    for edge in structure.edges:
        keys.update(dict.fromkeys((name, edge.ends) for name in on_edges))
    keys.update(dict.fromkeys((name, "") for name, kind in state.items() if kind.of == "step"))
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
        self,
        values: Mapping[Quantity, float],
        known: Mapping[Key, None],
        kinds: Mapping[str, Kind],
        example: int = 0,
        count: int = 1,
    ) -> None:
        self._values, self._known, self.kinds, self.example, self._count = values, known, kinds, example, count

    def __getitem__(self, key: Key) -> float | None:
        try:
            kind, owner = key
            hash(key)
        except (TypeError, ValueError):
            expected = "a kind and an owner, as in state['z', 'h1']"
            raise UnknownNameError(where="state", given=key, expected=expected) from None
        found = self.kinds.get(kind)
        examples = (MEAN, self.example) if found and found.is_averaged else (self.example,)
        for example in (0,) if found and found.is_lasting else examples:
            if (value := self._values.get(Quantity(kind, owner, example))) is not None:
                return value
        if key not in self._known:
            kinds = ", ".join(dict.fromkeys(name for name, _ in self._known))
            raise UnknownNameError(f"no quantity {quoted(kind)} of {quoted(owner)}. Kinds: {kinds}.", where="state")
        return None

    def of_example(self, example: int) -> State:
        """Look at another example of the batch, at the same place."""
        number = whole(example, "state, example", 0, self._count - 1)
        return State(self._values, self._known, self.kinds, number, self._count)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a quantity, computed or not."""
        return key in self._known

    def __iter__(self) -> Iterator[Key]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        known = len([key for key in self if self[key] is not None])
        return f"<State of {len(self)} quantities, {known} of them known>"
