"""The compiled learner: gathers a network's numbers, lets the loops run epochs, and writes everything back.

It keeps the arrays and knows where a run stands; what an epoch is for, and what its row tells, the trainer knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha512
from time import perf_counter
from typing import Any, NamedTuple

from neurograph.engines.compiled.layout import gather, numbers_of, scatter, tables_of, wiring_of
from neurograph.engines.compiled.program import program_of
from neurograph.engines.compiled.records import (
    DONE,
    RUNNING,
    STOPPED,
    EpochStart,
    Examples,
    Moving,
    Plan,
    Progress,
    Records,
    StepRules,
)
from neurograph.engines.compiled.rules import Rules
from neurograph.engines.objects import Learner
from neurograph.graph.parameters import Parameter
from neurograph.graph.structure import Structure
from neurograph.graph.tie import Tie
from neurograph.passes.schedule import Schedule
from neurograph.tables import Example

__all__ = ["CompiledForward", "CompiledLearner", "FinishedEpochs"]

LANES = 32  # examples that run side by side, at most
_FEW = 6  # examples of a batch that run one by one: fewer than this are slower side by side
_MOST = 1 << 40  # examples in one call
_CALL = 0.1  # seconds that one call of the loops is to last, so that Ctrl-C and progress need not wait
_AT_ONCE = 4096  # epochs of one run, at most
_ROWS_AT_ONCE = 4096  # rows of one call, so that Ctrl-C need not wait


class FinishedEpochs(NamedTuple):
    """Epochs that are done, a number of each: mean loss, right answers, penalty, and the two of the judged examples.

    The last three, where they are recorded: sizes of gradients added up over the batches, by parameter, neuron, layer.
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
    classes, records : bool
        Whether right answers are counted, and whether sizes of gradients are added up.

    Attributes
    ----------
    at_once : int
        How many epochs one run may have.
    status : int
        Where the last run stands: DONE, still RUNNING, STOPPED because it was asked to, or in TROUBLE.

    Raises
    ------
    CompilerError
        When a rule cannot be compiled.
    """

    def __init__(
        self, machine: Any, learner: Learner, examples: Sequence[Example], judged: Sequence[Example], batch: int,
        classes: bool,
        records: bool = False,
    ) -> None:  # fmt: skip

        self._machine, self._learner, self._batch = machine, learner, batch
        self._classes, self._recording, weights = classes, records, learner.class_weights
        self._weighted = weights is not None
        self._rules, self.status = Rules(machine), DONE
        net, schedule = learner.net, learner.schedule
        self._layers = layers = net.layers
        self._neurons = [neuron for layer in layers for neuron in layer]
        lanes = _lanes(batch)
        program = program_of(layers, schedule, self._rules.of_act, lanes, self._weighted)
        targets = schedule.objective.targets
        self._by_shortcut = schedule.short
        self._program, self._numbers = program, numbers_of(self._neurons, len(targets), lanes, program.widest)
        self._learned = tables_of(examples, len(net.inputs), len(targets), weights)
        self._judged = tables_of(judged, len(net.inputs), len(targets))
        prepared = max(1, len(examples), 2 * len(self._numbers.p) * records)  # numbers for each epoch: order and sums
        self.at_once = max(1, min(_AT_ONCE, 4_000_000 // prepared))
        self._left = max(1, 1_000_000 // len(self._numbers.p))
        self._parameters: list[Parameter] = []
        self.refresh()

    def refresh(self) -> None:
        """Look again at what may move, if that was changed."""
        self._learner.refresh()
        learner, rules, update = self._learner, self._rules, self._learner.update
        parameters, optimizer, regularizer, clip = update.parameters, update.optimizer, update.regularizer, update.clip
        if self._parameters is parameters:
            return
        import numpy as np

        self._parameters = parameters
        self._plain = learner.plain and len(parameters) == len(self._numbers.p)
        self._fused = self._plain and self._batch == 1 and not self._recording and not self._weighted
        step_rules = StepRules() if self._plain else rules.of_step(optimizer, regularizer)
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
        penalised, decaying = regularizer is not None and regularizer.biases, optimizer.decay_biases
        count = len(parameters)
        memory = np.zeros((len(optimizer.memories), count))
        self._moving = Moving(
            alone=count - len(ties),
            ties=len(ties),
            rules=step_rules,
            place=np.array([place[p.holder] for p in parameters if not isinstance(p.holder, Tie)], dtype=np.uint32),
            tie_start=np.array(tie_start, dtype=np.uint32),
            tied=np.array([place[member] for members in ties for member in members], dtype=np.uint32),
            values=np.zeros(count),
            gradients=np.zeros(count),
            remembered=memory.size,
            memory=memory,
            clock=np.ones(2),
            penalised=np.array([penalised or not parameter.is_bias for parameter in parameters], dtype=np.uint8),
            decayed=np.array([decaying or not parameter.is_bias for parameter in parameters], dtype=np.uint8),
            clip_norm=(clip and clip.norm) or 0.0,
            clip_value=(clip and clip.value) or 0.0,
            decay=optimizer.decay,
        )
        self._start = EpochStart(np.zeros(len(self._numbers.p)), np.zeros_like(memory), np.zeros(2))

    def run(
        self, rates: Sequence[float], keys: Sequence[str] | None, first_loss: float | None, explosion: float,
        until: Callable[[], bool],
    ) -> Iterator[FinishedEpochs]:  # fmt: skip
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
        self._gather()
        plan = Plan(
            len(rates), self._batch, True, self._fused, self._plain, self._classes, self._weighted, self._recording,
            explosion,
        )  # fmt: skip
        learned, records = self._examples_in(self._orders(keys)), self._records(rates, self._recording)
        at = Progress(first_loss=math.nan if first_loss is None else first_loss)
        given, self.status = 0, RUNNING
        try:
            while self.status == RUNNING and not until():
                clock = perf_counter()
                at = self._train(at, self._left, learned, self._judged, records, plan)
                took = perf_counter() - clock
                self.status = at.status
                self._left = max(1, min(4 * self._left, int(self._left * _CALL / max(took, 1e-6)), _MOST))
                if self.status != RUNNING and at.epoch:
                    self._scatter(self._learned.rows, self._judged.rows)
                if at.epoch > given:
                    columns = records[1:]
                    yield FinishedEpochs(*(column[given : at.epoch].tolist() for column in columns if column.size))
                    given = at.epoch
        finally:
            if self.status == RUNNING:  # asked to stop, or left alone
                self.status = STOPPED
                self._undo()
                if at.epoch:
                    self._scatter(self._learned.rows, self._judged.rows)

    def learn(self, order: Sequence[int], rate: float, moves: bool = True) -> tuple[float, int] | None:
        """Do `Learner.learn` with a batch of the examples, given by their numbers; None when a number leaves the range.

        Without `moves` no parameter moves, and the gradients stay.
        """
        import numpy as np

        self.refresh()
        self._gather()
        plan = Plan(1, len(order), moves, False, self._plain and moves, self._classes, self._weighted, False, math.inf)
        learned = self._examples_in(np.array([order], dtype=np.uint32))
        at = self._train(
            Progress(), len(order), learned, self._judged._replace(rows=0), self._records([rate], False), plan
        )
        if at.status != DONE:
            return None
        self._scatter(len(order), 0)
        return float(at.total), int(at.right)

    def _train(
        self, at: Progress, left: int, learned: Examples, judged: Examples, records: Records, plan: Plan
    ) -> Progress:  # fmt: skip
        reached: Progress = self._machine.train(
            at, left, self._wiring, self._numbers, self._moving, self._start, learned, judged, records, plan
        )
        return reached

    def _examples_in(self, orders: Any) -> Examples:
        """Give the examples to learn from in some orders, each a row."""
        return self._learned._replace(rows=orders.shape[1], orders=len(orders), order=orders.reshape(-1))

    def _records(self, rates: Sequence[float], recording: bool) -> Records:
        """Make room for what is recorded of each epoch; for sizes of gradients only where they are."""
        import numpy as np

        epochs, sizes = len(rates), self._wiring.sizes
        losses, penalties, judged_losses = (np.zeros(epochs) for _ in range(3))
        rights, judged_rights = (np.zeros(epochs, dtype=np.int64) for _ in range(2))
        widths = (sizes.parameters, sizes.neurons, sizes.layers) if recording else (0, 0, 0)
        sums = (np.zeros((epochs, width)) for width in widths)
        return Records(
            np.array(rates, dtype=np.float64), losses, rights, penalties, judged_losses, judged_rights, *sums
        )

    def _gather(self) -> None:
        gather(self._neurons, self._numbers.p)
        if self._learner.plain:
            return  # a plain step has no memory
        update, memory = self._learner.update, self._moving.memory
        for at in range(len(memory)):
            memory[at] = [parameter.memory[at] for parameter in update.parameters]
        self._moving.clock[:] = update.clock

    def _undo(self) -> None:
        """Go back to where the unfinished epoch began."""
        moving = self._moving
        for now, then in zip((self._numbers.p, moving.memory, moving.clock), self._start, strict=True):
            now[:] = then

    def _orders(self, keys: Sequence[str] | None) -> Any:
        """Give the order of each epoch as a row, or one row for all."""
        import numpy as np

        count = self._learned.rows
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
        scatter(self._neurons, self._numbers, lane, error_lane, self._by_shortcut)
        if self._learner.plain:
            return
        first, second = self._moving.clock.tolist()
        self._learner.update.clock = first, second
        for parameter, memory in zip(self._learner.update.parameters, self._moving.memory.T.tolist(), strict=True):
            parameter.memory = tuple(memory)


class CompiledForward:
    """Runs rows forward over arrays.

    Parameters
    ----------
    machine : Machine
        The loops.
    net : Structure
        The network.
    schedule : Schedule
        The acts of its forward pass, and none after them.

    Raises
    ------
    CompilerError
        When a rule cannot be compiled.
    """

    def __init__(self, machine: Any, net: Structure, schedule: Schedule) -> None:
        layers = net.layers
        self._machine, self._rules = machine, Rules(machine)
        neurons = [neuron for layer in layers for neuron in layer]
        program = program_of(layers, schedule, self._rules.of_act, LANES)
        self._numbers = numbers_of(neurons, len(net.outputs), LANES, program.widest)
        self._wiring = wiring_of(layers, net.outputs, LANES, program, self._rules.table)

    def outputs(self, examples: Sequence[Sequence[float]]) -> list[list[float]] | None:
        """Give the activations of the outputs for every row; None when a number has left the range of floats."""
        import numpy as np

        x = np.array(examples, dtype=np.float64)
        found = np.empty((len(x), self._wiring.sizes.targets))
        order = np.arange(len(x), dtype=np.uint32)
        given = Examples(len(x), x, x, order, 1, order, np.zeros(0))  # no target is read
        flags = 0
        for begin in range(0, len(x), _ROWS_AT_ONCE):
            flags |= self._machine.outputs(begin, _ROWS_AT_ONCE, self._wiring, self._numbers, given, found)
        if flags or not np.isfinite(found).all():
            return None
        activations: list[list[float]] = found.tolist()
        return activations


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
