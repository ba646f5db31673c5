"""The trace of a training step: a finished run, read lazily, at any unit and precision, forwards and backwards.

Every quantity of a training step is written once, so a finished run and a place in it are its whole history: going back
is exact, and a step is built only when somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate, groupby
from typing import Generic, NoReturn, TypeVar, overload

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidValueError, StateError
from neurograph.graph.structure import Structure, forget, note_run
from neurograph.passes.checks import check_update
from neurograph.passes.differences import GradientChecker
from neurograph.passes.propagation import update
from neurograph.passes.schedule import Schedule, schedule_of
from neurograph.program.cells import Program, program_of, told_once
from neurograph.program.recording import Recording, run_back, run_forward
from neurograph.program.updating import Learning, UpdateValues
from neurograph.quantities import QUANTITIES, Kind, Quantity
from neurograph.rules.losses import Loss
from neurograph.tables import Example, Rows, pairs
from neurograph.trace.acts import Teller
from neurograph.trace.state import Key, State, keys_of
from neurograph.trace.step import KINDS, UNITS, Operation, Step, Unit
from neurograph.validate import one_of, whole

__all__ = ["StepOptions", "Trace", "TraceData", "record"]

Net = TypeVar("Net", bound=Structure)

_LONG = 40  # steps; of more than these, `str` writes the first and the last only
_FIRST, _LAST = 6, 4


@dataclass(frozen=True, slots=True)
class StepOptions:
    """How a step is taken.

    Attributes
    ----------
    rate : float
        The learning rate.
    by_chain_rule : bool
        Whether it goes through dC/da even where loss and activation cancel.
    to_inputs : bool
        Whether the errors are followed back to the inputs.
    learning : Learning or None
        How it is updated, and what earlier steps have left for that; None for plain gradient descent.
    """

    rate: float
    by_chain_rule: bool = False
    to_inputs: bool = False
    learning: Learning | None = None

    def schedule(self, structure: Structure, loss: Loss) -> Schedule:
        """Give the order of its acts."""
        schedule = schedule_of(structure, loss, self.by_chain_rule)
        return replace(schedule, backward=(*schedule.backward, *schedule.input_errors)) if self.to_inputs else schedule


@dataclass(frozen=True, slots=True, repr=False)
class TraceData(Generic[Net]):
    """What all views of one trace share: the finished run, said operation by operation.

    Attributes
    ----------
    before, after : Structure
        The network with old parameters, values and gradients; the updated one. The lines read
        them, so nobody may write them.
    before_to_give, after_to_give : callable
        Give a copy of each for users, always the same one.
    operations : tuple of Operation
        Everything that was done, in order.
    start : dict
        What is known before the first step: inputs, targets, parameters, the rate.
    recording : Recording
        The acts of the step, and the cells of each.
    kinds : dict of str to Kind
        What kinds of quantities there are.
    examples : int
        How many the step learns from.
    by_chain_rule : callable or None
        Gives the data of the same step by the chain rule, always the same; None where these are that already.
    going_on : callable
        Gives the data of the next step, on other examples.
    """

    before: Net
    after: Net
    before_to_give: Callable[[], Net]
    after_to_give: Callable[[], Net]
    operations: tuple[Operation, ...]
    start: dict[Quantity, float]
    recording: Recording
    kinds: Mapping[str, Kind]
    going_on: Callable[[Sequence[Example]], TraceData[Net]]
    examples: int = 1
    by_chain_rule: Callable[[], TraceData[Net]] | None = None

    def __repr__(self) -> str:
        return f"<TraceData of {len(self.operations)} operations>"

    def __reduce__(self) -> NoReturn:
        raise StateError(
            "it is made of functions and cannot be pickled.",
            where="trace",
            cure="Pickle the network, and trace it again.",
        )


def record(structure: Net, batch: Sequence[Example], loss: Loss, options: StepOptions) -> TraceData[Net]:
    """Run one training step on copies of a network, and keep what its trace needs."""
    before = structure.copy()
    forget(before)
    order = options.schedule(before, loss)
    for neuron in before.computing:
        neuron.zero_gradients()
    passes = [run_back(before, order, run_forward(before, order, x, y)) for x, y in batch]
    for neuron in before.computing if len(batch) > 1 else ():
        neuron.average(len(batch))
    after, learning, on_the_way = before.copy(), None, UpdateValues()
    if options.learning:
        learning, on_the_way = options.learning.take(after, options.rate)
    else:
        update(after.computing, after.ties, options.rate)
        check_update(after.computing, options.rate)
    order_after = options.schedule(after, loss)
    passes_after = [run_forward(after, order_after, x, y) for x, y in batch]
    recording = Recording(
        before,
        after,
        passes,
        passes_after,
        lambda stage: options.schedule(stage, loss),
        options.rate,
        options.learning,
        on_the_way,
    )
    checker = GradientChecker(structure, loss, batch, options.by_chain_rule)
    for net in (before, after):
        note_run(net)
    # Nobody else holds `before`, so the long way is that of the same network, whatever has become of the caller's.
    long = cache(partial(record, before, batch, loss, replace(options, by_chain_rule=True)))
    return TraceData(
        before=before,
        after=after,
        before_to_give=cache(before.copy),
        after_to_give=cache(after.copy),
        recording=recording,
        operations=tuple(Teller(recording, _layer_names(before), checker.check).operations()),
        start=_start(recording, batch),
        kinds=recording.kinds,
        examples=len(batch),
        by_chain_rule=long if order.short else None,
        going_on=lambda more: record(after, more, loss, replace(options, learning=learning)),
    )


def _layer_names(structure: Structure) -> dict[str, str]:
    layers = structure.layers
    names = {neuron.name: f"layer {number}" for number, layer in enumerate(layers) for neuron in layer}
    names.update({neuron.name: "inputs" for neuron in layers[0]})
    if all(neuron.role == "output" for neuron in layers[-1]) and all(
        neuron.role != "output" for layer in layers[:-1] for neuron in layer
    ):
        names.update({neuron.name: "output layer" for neuron in layers[-1]})
    return names


def _start(recording: Recording, batch: Sequence[Example]) -> dict[Quantity, float]:
    """What is known before the first step."""
    before = recording.before
    known: dict[Quantity, float] = {Quantity("eta", ""): float(recording.eta), **recording.remembered}
    for example, (x, y) in enumerate(batch):
        known.update({Quantity("a", n.name, example): value for n, value in zip(before.inputs, x, strict=True)})
        known.update({Quantity("y", n.name, example): value for n, value in zip(before.outputs, y, strict=True)})
    for neuron in before.computing:
        known[Quantity("b", neuron.name)] = neuron.b
        known.update({Quantity("w", edge.ends): edge.w for edge in neuron.fan_in})
    return known


class Trace(Sequence[Step], Generic[Net]):
    """One training step, told scalar by scalar; made by `Network.trace`.

    A trace is a sequence of steps at its unit. `at` gives the same trace at another unit, `written` with other digits.
    Who shows a trace reads its `data`; `before` and `after` are copies.

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

    def __init__(self, data: TraceData[Net], unit: Unit, style: NumberFormat) -> None:
        one_of(unit, UNITS, "", "unknown unit")
        self.data = data
        self.unit: Unit = unit
        self.style = style
        self._parts = _parts(data.operations, unit)
        self._ends = list(
            accumulate(operation.smallest_steps if unit == "term" else 1 for (operation, *_) in self._parts)
        )
        self._done, self._values = (
            -1,
            dict(data.start),
        )  # how far `state` has come
        self._known: dict[Key, None] | None = None

    @property
    def before(self) -> Net:
        """The network with its old parameters, and all values and gradients of the step: a copy."""
        return self.data.before_to_give()

    @property
    def after(self) -> Net:
        """The updated network: a copy, to go on with; the trace stays what it is."""
        return self.data.after_to_give()

    @property
    def examples(self) -> int:
        """How many examples the step learns from: 1, or those of a mini-batch."""
        return self.data.examples

    @property
    def loss_before(self) -> float:
        """The loss with the old parameters; of a batch, the mean."""
        return self.data.recording.loss_before

    @property
    def loss_after(self) -> float:
        """The loss with the new parameters."""
        return self.data.recording.loss_after

    @property
    def predicted_change(self) -> float:
        """What the gradient promises to first order: `-rate * |gradient|**2`; else, the sum of gradient times move."""
        return self.data.recording.promised

    @property
    def change(self) -> float:
        """What the loss really changed by."""
        return self.loss_after - self.loss_before

    def at(self, unit: Unit) -> Trace[Net]:
        """The same trace in steps of another unit: "term" (one edge), "neuron", "layer" or "phase"."""
        return Trace(self.data, unit, self.style)

    def written(self, digits: int | None = 4, fractions: bool = False, terms: int | None = 8) -> Trace[Net]:
        """The same trace with its numbers written otherwise; see `NumberFormat`."""
        return Trace(self.data, self.unit, NumberFormat(digits, fractions, terms))

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
        by_chain_rule = self.data.by_chain_rule
        return Trace(by_chain_rule() if by_chain_rule else self.data, self.unit, self.style)

    def next(self, x: Rows, y: Rows) -> Trace[Net]:
        """Tell the next training step: with the new weights, and what the optimizer remembers.

        Parameters
        ----------
        x, y : row or rows
            One example, or the rows of a mini-batch.

        Returns
        -------
        Trace
            With the same loss, optimizer and rate, at the same unit, written the same way.

        Raises
        ------
        InvalidValueError, InvalidTypeError
            When the examples do not fit the network, as in `Network.trace`.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1], "identity", initializer="zeros")
        >>> first = net.trace([1.0], [1.0], optimizer=ng.Momentum(0.5))
        >>> second = first.next([1.0], [1.0])
        >>> second.start["v", ("x1", "o1")], second.loss_before == first.loss_after
        (-1.0, True)
        """
        net = self.data.after
        rows = pairs(x, y, [neuron.name for neuron in net.inputs], [neuron.name for neuron in net.outputs])
        return Trace(self.data.going_on(rows), self.unit, self.style)

    def program(self) -> Program:
        """Give the step as a program of cells, each a quantity with its expression over earlier ones.

        Returns
        -------
        Program
            A sequence of cells, which can be worked out anew with any of them changed.

        Examples
        --------
        >>> import neurograph as ng
        >>> trace = ng.Network.dense([2, 2, 1], "tanh", seed=1).trace([1.0, 2.0], [0.5])
        >>> program = trace.program()
        >>> program.evaluate()["C"] == trace.loss_before
        True
        >>> what_if = program.evaluate({"w(x1->h1)": 0.3})
        >>> round(what_if["delta(h1)"], 4), round(what_if["C'"], 4)
        (0.0004, 0.0587)
        """
        return program_of(self.data.recording, self.data.start)

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
        operations = self._parts[at]
        part = k - (self._ends[at - 1] if at else 0) if self.unit == "term" else None
        first = operations[0]
        subject = first.subject if self.unit in ("term", "neuron") else first.layer if self.unit == "layer" else ""
        kinds = "; ".join(dict.fromkeys(operation.kind for operation in operations))
        if part is not None and part < (count := len(first.terms)):
            kinds = KINDS[first.term_key] + (f" {part + 1} of {count}" if count > 1 else "")
        elif part is not None and first.phase == "update":
            written = first.lines[part - count].left.key
            if isinstance(written, Quantity) and (first.key == "optimizer_update" or written.kind not in QUANTITIES):
                kinds = self.data.kinds[written.kind].words
        return Step(
            index=k,
            count=len(self),
            unit=self.unit,
            phase=first.phase,
            layer=first.layer,
            kind=kinds,
            subject=subject,
            example=first.example,
            style=self.style,
            operations=operations,
            part=part,
        )

    def state(self, k: int) -> State:
        """Give every quantity after step k, with None for what is not computed yet."""
        k = self._place(k)
        if self._done > k:
            self._done, self._values = -1, dict(self.data.start)
        for step in (self._step(n) for n in range(self._done + 1, k + 1)):
            for line in step.lines:
                if isinstance(line.left.key, Quantity):
                    self._values[line.left.key] = line.left.value
        self._done = k
        return self._state(dict(self._values), self._step(k).example)

    def __reduce__(self) -> NoReturn:
        self.data.__reduce__()

    @property
    def start(self) -> State:
        """What is known before the first step: inputs, targets, weights, biases and the learning rate."""
        return self._state(dict(self.data.start), 0)

    def _state(self, values: dict[Quantity, float], example: int | None) -> State:
        self._known = self._known or keys_of(self.data.before, self.data.kinds)
        values |= {
            other: values[first] for other, first in told_once(self.data.before, self.data.kinds) if first in values
        }
        return State(values, self._known, self.data.kinds, example or 0, self.data.examples)

    def _repr_html_(self) -> str | None:  # a notebook asks for it, and shows the repr when it gets None
        from neurograph.notebook import trace_page

        return trace_page(self)

    def __repr__(self) -> str:
        return f"<Trace of {len(self)} steps, unit {self.unit}, loss {self.loss_before:.6g} -> {self.loss_after:.6g}>"

    def __str__(self) -> str:
        """Write all steps; of a long trace the first and the last ones."""
        steps: Iterable[object] = self
        if len(self) > _LONG:
            more = f"... ({len(self) - _FIRST - _LAST} more steps; for step in trace: print(step) shows all)"
            steps = [*self[:_FIRST], more, *self[-_LAST:]]
        return "\n\n".join(map(str, steps))


class NoSuchStepError(InvalidValueError, IndexError):
    """A step number outside the trace."""


def _parts(operations: tuple[Operation, ...], unit: Unit) -> list[tuple[Operation, ...]]:
    """Put together the operations that make up one step; at unit "term" an operation is taken apart again."""
    if unit == "layer":
        return [
            tuple(run)
            for _, run in groupby(operations, lambda operation: (operation.phase, operation.example, operation.layer))
        ]
    if unit == "phase":
        return [tuple(run) for _, run in groupby(operations, lambda operation: (operation.phase, operation.example))]
    return [(operation,) for operation in operations]
