"""The compiled learner: gathers a network's numbers, lets the loops run epochs, and writes everything back.

It keeps the arrays and knows where a run stands; what an epoch is for, and what its row tells, the trainer knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha512
from time import perf_counter
from typing import Any, NamedTuple

from neurograph.engines.compiled.layout import Moving, gather, numbers_of, rows_of, scatter, wiring_of
from neurograph.engines.compiled.program import program_of
from neurograph.engines.compiled.rules import Rules
from neurograph.engines.objects import Learner
from neurograph.graph.parameters import Parameter
from neurograph.graph.tie import Tie
from neurograph.intake import Example

__all__ = ["DONE", "RUNNING", "STOPPED", "TROUBLE", "CompiledLearner", "Finished"]

LANES = 32  # examples that run side by side, at most
_FEW = 6  # examples of a batch that run one by one: fewer than this are slower side by side
_MOST = 1 << 40  # examples in one call
_CALL = 0.1  # seconds that one call of the loops is to last, so that Ctrl-C and progress need not wait
_AT_ONCE = 4096  # epochs of one run, at most
DONE, RUNNING, TROUBLE, STOPPED = range(4)  # how a run stands; the loops know the first three


class Finished(NamedTuple):
    """Epochs that are done, a number of each: mean loss, right answers, penalty, and the two of the judged examples.

    The last three, where they are watched: sizes of gradients added up over the batches, by parameter, neuron, layer.
    """

    losses: list[float]
    rights: list[int]
    penalties: list[float]
    judged_losses: list[float]
    judged_rights: list[int]
    by_parameter: list[list[float]] = []  # noqa: RUF012  # never written to
    by_neuron: list[list[float]] = []  # noqa: RUF012
    by_layer: list[list[float]] = []  # noqa: RUF012


class CompiledLearner:
    """Runs epochs of a learner over arrays.

    Parameters
    ----------
    machine : Machine
        The loops.
    learner : objects.Learner
        Whose network, schedule, rules and memory these are; the objects own the truth between runs.
    examples, judged : sequence of (x, y)
        What is learned from, and what is judged on after each epoch.
    batch : int
        Examples for each update.
    classes, watches : bool
        Whether right answers are counted, and whether sizes of gradients are added up.

    Attributes
    ----------
    at_once : int
        How many epochs one run may have.
    status : int
        How the last run ended: DONE, STOPPED because it was asked to, or in TROUBLE.

    Raises
    ------
    CompilerError
        When a rule cannot be compiled.
    """

    def __init__(
        self, machine: Any, learner: Learner, examples: Sequence[Example], judged: Sequence[Example], batch: int,
        classes: bool,
        watches: bool = False,
    ) -> None:  # fmt: skip
        import numpy as np

        self._machine, self._learner, self._batch = machine, learner, batch
        self._classes, self._watches = classes, watches
        self._rules, self.status = Rules(machine), DONE
        net, schedule = learner.net, learner.schedule
        self._layers = layers = net.layers
        self._neurons = [neuron for layer in layers for neuron in layer]
        lanes = _lanes(batch)
        program = program_of(layers, schedule, self._rules.of_act, lanes)
        targets = schedule.objective.targets
        self._short = schedule.short
        self._program, self._numbers = program, numbers_of(self._neurons, len(targets), lanes, program.widest)
        inputs, outs = len(net.inputs), len(targets)
        self._rows = rows_of(examples, inputs, outs)
        order = np.arange(len(judged), dtype=np.uint32)
        self._judged = len(judged), *rows_of(judged, inputs, outs), order
        prepared = max(1, len(examples), 2 * len(self._numbers.p) * watches)  # numbers for each epoch: order and sums
        self.at_once = max(1, min(_AT_ONCE, 4_000_000 // prepared))
        self._left = max(1, 1_000_000 // len(self._numbers.p))
        self._parameters: list[Parameter] = []
        self.refresh()

    def refresh(self) -> None:
        """Look again at what may move, if that was changed."""
        self._learner.refresh()
        learner, rules, parameters = self._learner, self._rules, self._learner.parameters
        if self._parameters is parameters:
            return
        import numpy as np

        self._parameters = parameters
        self._plain = learner.plain and len(parameters) == len(self._numbers.p)
        self._fused = self._plain and self._batch == 1 and not self._watches
        numbers = (0, 0, 0, 0, 0) if self._plain else rules.of_step(learner.optimizer, learner.regularizer)
        self._wiring = wiring_of(
            self._layers, learner.net.outputs, self._numbers.z.shape[1], self._program, rules.table
        )
        place: dict[object, int] = {}
        for neuron, at in zip(self._neurons, self._wiring.start.tolist(), strict=False):
            place |= {neuron: at} | {edge: at + 1 + k for k, edge in enumerate(neuron.fan_in)}
        ties = [parameter.holder.members for parameter in parameters if isinstance(parameter.holder, Tie)]
        tie_start = [0]
        for members in ties:
            tie_start.append(tie_start[-1] + len(members))
        regularizer, optimizer, clip = learner.regularizer, learner.optimizer, learner.clip
        penalised, decaying = regularizer is not None and regularizer.biases, optimizer.decay_biases
        count = len(parameters)
        self._moving = Moving(
            (count - len(ties), len(ties)),
            numbers,
            np.array([place[p.holder] for p in parameters if not isinstance(p.holder, Tie)], dtype=np.uint32),
            np.array(tie_start, dtype=np.uint32),
            np.array([place[member] for members in ties for member in members], dtype=np.uint32),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count),
            np.ones(2),
            np.array([penalised or not parameter.is_bias for parameter in parameters], dtype=np.uint8),
            np.array([decaying or not parameter.is_bias for parameter in parameters], dtype=np.uint8),
            ((clip and clip.norm) or 0.0, (clip and clip.value) or 0.0, optimizer.decay),
        )
        self._kept = np.zeros(len(self._numbers.p)), np.zeros(count), np.zeros(count), np.zeros(2)

    def run(
        self, rates: Sequence[float], keys: Sequence[str] | None, first_loss: float | None, explosion: float,
        until: Callable[[], bool],
    ) -> Iterator[Finished]:  # fmt: skip
        """Run epochs, giving those that are finished from time to time; the objects are up to date at the end.

        It ends early when `until` says so, or when a number has left the range of floats: the network then has the
        parameters that the unfinished epoch began with, and the caller sees to it.

        Parameters
        ----------
        rates : sequence of float
            The learning rate of each epoch.
        keys : sequence of str or None
            What seeds the order of each epoch; None keeps the order of the examples.
        first_loss : float or None
            The mean loss of the first epoch of the training.
        explosion : float
            How many times that loss is out of range.
        until : callable
            Asked about ten times a second.
        """
        import numpy as np

        self._gather()
        orders = self._orders(keys)
        at, totals = np.zeros(6, dtype=np.int64), np.array([0.0, 0.0, math.nan if first_loss is None else first_loss])
        told, self.status = 0, RUNNING
        data = orders.shape[1], len(orders), *self._rows, orders, *self._judged
        records = self._records(rates, self._watches)
        plan = len(rates), self._batch, True, self._fused, self._plain, self._classes, self._watches, explosion
        try:
            while self.status == RUNNING and not until():
                clock = perf_counter()
                self.status = self._call(at, totals, self._left, data, records, plan)
                took = perf_counter() - clock
                self._left = max(1, min(4 * self._left, int(self._left * _CALL / max(took, 1e-6)), _MOST))
                done = int(at[0])
                if self.status != RUNNING and done:
                    self._scatter(orders.shape[1], self._judged[0])
                if done > told:
                    yield Finished(*(column[told:done].tolist() for column in records[1:] if column.size))
                    told = done
        finally:
            if self.status == RUNNING:  # asked to stop, or left alone
                self.status = STOPPED
                self._undo()
                if at[0]:
                    self._scatter(orders.shape[1], self._judged[0])

    def learn(self, order: Sequence[int], rate: float, moves: bool = True) -> tuple[float, int] | None:
        """Do `Learner.learn` with a batch of the examples, given by their numbers; None when a number leaves the range.

        Without `moves` no parameter moves, and the gradients stay.
        """
        import numpy as np

        self.refresh()
        self._gather()
        orders = np.array([order], dtype=np.uint32)
        at, totals = np.zeros(6, dtype=np.int64), np.array([0.0, 0.0, math.nan])
        records = self._records([rate], False)
        data = len(order), 1, *self._rows, orders, 0, *self._judged[1:]
        plan = 1, len(order), moves, False, self._plain and moves, self._classes, False, math.inf
        if self._call(at, totals, len(order), data, records, plan) != DONE:
            return None
        self._scatter(len(order), 0)
        return float(totals[0]), int(at[4])

    def _records(self, rates: Sequence[float], watches: bool) -> tuple[Any, ...]:
        """Make room for what is told of each epoch; for sizes of gradients only where they are watched."""
        import numpy as np

        epochs = len(rates)
        losses, penalties, judged = (np.zeros(epochs) for _ in range(3))
        rights, judged_rights = (np.zeros(epochs, dtype=np.int64) for _ in range(2))
        widths = (len(self._numbers.p), len(self._neurons), len(self._layers)) if watches else (0, 0, 0)
        watched = (np.zeros((epochs, width)) for width in widths)
        return np.array(rates, dtype=np.float64), losses, rights, penalties, judged, judged_rights, *watched

    def _call(self, *given: Any) -> int:
        at, totals, left, data, records, plan = given
        return int(
            self._machine.train(
                at, totals, left, self._wiring, self._numbers, self._moving, self._kept, data, records, plan
            )
        )

    def _gather(self) -> None:
        gather(self._neurons, self._numbers.p)
        if self._learner.plain:
            return  # a plain step has no memory
        self._moving.one[:] = [parameter.m for parameter in self._learner.parameters]
        self._moving.two[:] = [parameter.v for parameter in self._learner.parameters]
        self._moving.clock[:] = self._learner.clock

    def _undo(self) -> None:
        """Go back to where the unfinished epoch began."""
        moving = self._moving
        for now, then in zip((self._numbers.p, moving.one, moving.two, moving.clock), self._kept, strict=True):
            now[:] = then

    def _orders(self, keys: Sequence[str] | None) -> Any:
        """Give the order of each epoch as a row, or one row for all."""
        import numpy as np

        count = len(self._rows[0])
        if keys is None:
            return np.arange(count, dtype=np.uint32).reshape(1, count)
        orders = np.empty((len(keys), count), dtype=np.uint32)
        self._machine.shuffle_all(orders, _words(keys), np.zeros(624, dtype=np.int64))
        return orders

    def _scatter(self, learned: int, judged: int) -> None:
        """Write back; the last example stands in the lane where its block has left it."""
        lanes = self._numbers.z.shape[1]
        size = (learned - 1) % self._batch + 1  # of the last batch
        error_lane = (size - 1) % lanes
        lane = (judged - 1) % lanes if judged else error_lane
        scatter(self._neurons, self._numbers, lane, error_lane, self._short)
        if self._learner.plain:
            return
        first, second = self._moving.clock.tolist()
        self._learner.clock = first, second
        ones, twos = self._moving.one.tolist(), self._moving.two.tolist()
        for parameter, one, two in zip(self._learner.parameters, ones, twos, strict=True):
            parameter.m, parameter.v = one, two


def _lanes(batch: int) -> int:
    """How many examples of a batch run side by side: all blocks as long as each other, or nearly so."""
    return 1 if batch < _FEW else math.ceil(batch / math.ceil(batch / LANES))


def _words(keys: Sequence[str]) -> Any:
    """Write texts as the words that seed Python's generator with them, each after their number."""
    import numpy as np

    rows = []
    for key in keys:
        text = key.encode()
        number = int.from_bytes(text + sha512(text).digest(), "big")
        words = [number >> (32 * at) & 0xFFFFFFFF for at in range((number.bit_length() + 31) // 32)]
        rows.append([len(words), *words])
    longest = max(map(len, rows))
    return np.array([row + [0] * (longest - len(row)) for row in rows], dtype=np.int64)
