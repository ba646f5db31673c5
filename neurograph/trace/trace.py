"""The trace of a training step: a finished run, told lazily, at any unit and precision, forwards and backwards.

Every quantity of a training step is written once, so a finished run and a place in it are its whole history: going back
is exact, and a step is built only when somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import Generic, NoReturn, TypeVar, overload

from neurograph.errors import InvalidValueError, StateError, UnknownNameError, nearest, quoted
from neurograph.graph.structure import Structure
from neurograph.rules.number_format import NumberFormat
from neurograph.trace.quantity import Quantity
from neurograph.trace.state import Key, State, keys_of
from neurograph.trace.step import UNITS, Deed, Step, Unit
from neurograph.validate import whole

__all__ = ["Telling", "Trace"]

Net = TypeVar("Net", bound=Structure)


@dataclass(frozen=True, slots=True)
class Telling(Generic[Net]):
    """What all views of one trace share: the finished run and its deeds.

    Attributes
    ----------
    before, after : Structure
        The network with old parameters, values and gradients; the updated one.
    deeds : tuple of Deed
        Everything that was done, in order.
    start : dict
        What is known before the first step: inputs, targets, parameters, the rate.
    losses : tuple of float
        The loss before and after, the change that the gradient promised, the real change.
    examples : int
        How many the step learns from.
    long : callable or None
        Gives the telling of the same step by the chain rule, always the same one; None where this one is that already.
    """

    before: Net
    after: Net
    deeds: tuple[Deed, ...]
    start: dict[Quantity, float]
    losses: tuple[float, float, float, float]
    examples: int = 1
    long: Callable[[], Telling[Net]] | None = None
    given: dict[str, Net] = field(default_factory=dict)

    def shown(self, which: str) -> Net:
        """Give out a copy of a network, always the same one: what is done with it does not reach what is told."""
        if which not in self.given:
            self.given[which] = getattr(self, which).copy()
        return self.given[which]

    def __reduce__(self) -> NoReturn:
        raise StateError(
            "it is made of functions and cannot be pickled.",
            where="trace",
            cure="Pickle the network, and trace it again.",
        )


class Trace(Sequence[Step], Generic[Net]):
    """One training step, told scalar by scalar; made by `Network.trace`.

    A trace is a sequence of steps at its unit. `at` gives the same trace at another unit, `written` with other digits.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "sigmoid")
    >>> trace = net.trace([0.0, 1.0], [1.0], learning_rate=0.5)
    >>> {unit: len(trace.at(unit)) for unit in ("term", "neuron", "layer", "phase")}
    {'term': 59, 'neuron': 30, 'layer': 12, 'phase': 6}
    >>> trace.loss_after < trace.loss_before
    True
    """

    def __init__(self, telling: Telling[Net], unit: Unit, style: NumberFormat) -> None:
        if unit not in UNITS:
            raise UnknownNameError(f"unknown unit {quoted(unit)}.", cure=nearest(unit, UNITS))
        self._telling = telling
        self.unit: Unit = unit
        self.style = style
        self._parts = _parts(telling.deeds, unit)
        self._ends = list(accumulate(deed.smallest_steps if unit == "term" else 1 for (deed, *_) in self._parts))
        self._folded: tuple[int, dict[Quantity, float]] = (-1, dict(telling.start))
        self._known: dict[Key, None] | None = None

    @property
    def before(self) -> Net:
        """The network with its old parameters, and all values and gradients of the step: a copy of the trace's own."""
        return self._telling.shown("before")

    @property
    def after(self) -> Net:
        """The updated network: a copy, to go on with; the trace stays what it is."""
        return self._telling.shown("after")

    @property
    def examples(self) -> int:
        """How many examples the step learns from: 1, or those of a mini-batch."""
        return self._telling.examples

    @property
    def loss_before(self) -> float:
        """The loss with the old parameters; of a batch, the mean."""
        return self._telling.losses[0]

    @property
    def loss_after(self) -> float:
        """The loss with the new parameters."""
        return self._telling.losses[1]

    @property
    def predicted_change(self) -> float:
        """What the gradient promises to first order: `-rate * |gradient|**2`."""
        return self._telling.losses[2]

    @property
    def change(self) -> float:
        """What the loss really changed by."""
        return self._telling.losses[3]

    def at(self, unit: Unit) -> Trace[Net]:
        """The same trace in steps of another unit: "term" (one edge), "neuron", "layer" or "phase"."""
        return Trace(self._telling, unit, self.style)

    def written(self, digits: int | None = 4, fractions: bool = False, terms: int | None = 8) -> Trace[Net]:
        """The same trace with its numbers written otherwise; see `NumberFormat`."""
        return Trace(self._telling, self.unit, NumberFormat(digits, fractions, terms))

    def by_chain_rule(self) -> Trace[Net]:
        """Tell the same step the long way: every delta through `dC/da` and the slope, after softmax the Jacobian.

        Where loss and activation cancel, a trace goes straight to `delta = a - y`; this one shows why that is right.
        Where an output is rounded to 0 or 1 it loses the error, which is why the short way is the usual one. It is
        worked out when it is first asked for, from the trace's own copy of the network.

        Returns
        -------
        Trace
            At the same unit, written the same way. A trace that nowhere takes the short way is its own long way.

        Raises
        ------
        NumericalError
            When the long way leaves the range of floats, as it can under a loss of one's own.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 2], "softmax", initializer="ones")
        >>> trace = net.trace([2.0], [1.0, 0.0], "cross_entropy", digits=3)
        >>> for way in (trace, trace.by_chain_rule()):
        ...     print([step.symbols for step in way if step.phase == "backward"][-1])
        delta(o2) = a(o2) - y(o2)
        delta(o2) = dC/da(o1) * (a(o1) * (0 - a(o2))) + dC/da(o2) * (a(o2) * (1 - a(o2)))
        """
        long = self._telling.long
        return Trace(long() if long else self._telling, self.unit, self.style)

    def __len__(self) -> int:
        return self._ends[-1]

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...

    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self._step(k) for k in range(*index.indices(len(self)))]
        return self._step(self._place(index))

    def __iter__(self) -> Iterator[Step]:
        return (self._step(k) for k in range(len(self)))

    def _place(self, index: int) -> int:
        count, number = len(self), whole(index, "trace, step")
        if not -count <= number < count:
            # IndexError too, so that Python's own loops over a sequence end as they should.
            raise NoSuchStepError(where="trace, step", given=index, expected=f"a number from 0 to {count - 1}")
        return number % count

    def _step(self, k: int) -> Step:
        at = bisect_right(self._ends, k)
        deeds = self._parts[at]
        part = k - (self._ends[at - 1] if at else 0) if self.unit == "term" else None
        first = deeds[0]
        subject = first.subject if self.unit in ("term", "neuron") else first.layer if self.unit == "layer" else ""
        kinds = "; ".join(dict.fromkeys(deed.kind for deed in deeds))
        if part is not None and part < first.term_count:
            kinds = first.term_kind + (f" {part + 1} of {first.term_count}" if first.term_count > 1 else "")
        return Step(
            k, len(self), self.unit, first.phase, first.layer, kinds, subject, first.example, self.style, deeds, part
        )

    def state(self, k: int) -> State:
        """Give every quantity after step k, with None for what is not computed yet."""
        k = self._place(k)
        done, values = self._folded
        if done > k:
            done, values = -1, dict(self._telling.start)
        for step in (self._step(n) for n in range(done + 1, k + 1)):
            for line in step.lines:
                if isinstance(line.left.key, Quantity):
                    values[line.left.key] = line.left.value
        self._folded = (k, values)
        return self._state(dict(values), self._step(k).example)

    def __reduce__(self) -> NoReturn:
        self._telling.__reduce__()

    @property
    def start(self) -> State:
        """What is known before the first step: inputs, targets, weights, biases and the learning rate."""
        return self._state(self._telling.start, 0)

    def _state(self, values: dict[Quantity, float], example: int | None) -> State:
        self._known = self._known or keys_of(self._telling.before)
        return State(values, self._known, example or 0, self._telling.examples)

    def _repr_html_(self) -> str | None:  # a notebook asks for it, and shows the repr when it gets None
        from neurograph.notebook import trace_page

        return trace_page(self)

    def __repr__(self) -> str:
        return f"<Trace of {len(self)} steps, unit {self.unit}, loss {self.loss_before:.6g} -> {self.loss_after:.6g}>"

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))


class NoSuchStepError(InvalidValueError, IndexError):
    """A step number outside the trace."""


def _parts(deeds: tuple[Deed, ...], unit: Unit) -> list[tuple[Deed, ...]]:
    """Put together the deeds that make up one step; at unit "term" a deed is taken apart again."""
    if unit == "layer":
        return [tuple(run) for _, run in groupby(deeds, lambda deed: (deed.phase, deed.example, deed.layer))]
    if unit == "phase":
        return [tuple(run) for _, run in groupby(deeds, lambda deed: (deed.phase, deed.example))]
    return [(deed,) for deed in deeds]
