"""A trainer's epochs on the compiled engine: many at once, and the rows that tell of them afterwards.

It asks for epochs and writes down what came of them; when to begin and what to do about trouble, the trainer knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

from neurograph.engines.compiled.jit import machine
from neurograph.engines.compiled.learner import CompiledLearner, FinishedEpochs
from neurograph.engines.compiled.records import RUNNING
from neurograph.learning.history import Row

if TYPE_CHECKING:
    from neurograph.learning.trainer import Trainer

__all__ = ["EXPLODED", "Ahead"]

EXPLODED = 1e12  # times the loss of the first epoch


class Ahead:
    """Runs a trainer's epochs ahead of its rows.

    Raises
    ------
    CompilerError
        When a rule cannot be compiled.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._compiled = CompiledLearner(
            machine(),
            trainer.learner,
            trainer.examples,
            trainer.validation,
            trainer.batch_size,
            trainer.classes,
            bool(trainer.watch.kinds),
        )
        self.learn = self._compiled.learn

    def rows(self, last: int, until: Callable[[], bool]) -> Generator[Row, None, int]:
        """Run epochs up to the last, or fewer, and yield their rows; say how the run ended."""
        trainer, compiled = self._trainer, self._compiled
        compiled.refresh()
        epochs = range(trainer.epoch, min(last, trainer.epoch + compiled.at_once))
        rates = trainer.rates(epochs)
        keys = [trainer.order_key(epoch) for epoch in epochs[: len(rates)]] if trainer.draws else None
        for finished in compiled.run(rates, keys, trainer.first_loss, EXPLODED, until):
            trainer.first_loss = finished.losses[0] if trainer.first_loss is None else trainer.first_loss
            if trainer.validation and compiled.status != RUNNING:
                trainer.net.forward(trainer.validation[-1][0])  # as the objects have it at the end of an epoch
            yield from self._told(finished, rates[trainer.epoch - epochs.start :])
        return compiled.status

    def _told(self, finished: FinishedEpochs, rates: Sequence[float]) -> Iterator[Row]:
        """Write rows column by column, since there may be very many."""
        trainer = self._trainer
        columns: dict[str, Iterable[float | int | None]] = {"epoch": count(trainer.epoch + 1), "loss": finished.losses}
        if trainer.classes:
            columns["accuracy"] = [right / len(trainer.examples) for right in finished.rights]
        if trainer.learner.regularizer is not None:
            columns["penalty"] = finished.penalties
        if trainer.validation:
            columns["validation_loss"] = finished.judged_losses
            if trainer.classes:
                share = len(trainer.validation)
                columns["validation_accuracy"] = [right / share for right in finished.judged_rights]
        columns["learning_rate"] = rates
        names = tuple(columns)
        for at, values in enumerate(zip(*columns.values(), strict=False)):  # as many as the losses
            trainer.epoch += 1
            row: Row = dict(zip(names, values))  # noqa: B905  # a third of the time of a row would go into `strict`
            yield row | self._seen(finished, at) if trainer.watch.kinds else row

    def _seen(self, finished: FinishedEpochs, at: int) -> Row:
        """Give the means of what was watched in an epoch."""
        batches = math.ceil(len(self._trainer.examples) / self._trainer.batch_size)
        sums = finished.by_parameter[at], finished.by_neuron[at], finished.by_layer[at]
        return self._trainer.watch.take(sums, batches)
