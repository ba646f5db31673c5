"""A trainer's epochs on the objects: batch by batch, with a look at what they leave, and undone when they go wrong.

It runs epochs and writes down what came of them; how many, and which engine is to run them, the trainer knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from neurograph.engines.choice import seconds_on_objects
from neurograph.engines.objects import Checkpoint
from neurograph.errors import NumericalError
from neurograph.graph.structure import forget, note_run
from neurograph.learning.ahead import EXPLODED, Ahead
from neurograph.learning.division import batched
from neurograph.learning.history import Row
from neurograph.passes.checks import check_forward

if TYPE_CHECKING:
    from neurograph.learning.trainer import Trainer

__all__ = ["Epochs"]

_MOMENT = 0.1  # seconds for which parameters may go unchecked, and rows untold
_AT_ONCE = 1000  # epochs in that time, at most


class Epochs:
    """Runs a trainer's epochs on the objects; a compiled engine, if given, does its batches where it can."""

    def __init__(self, trainer: Trainer, compiled: Ahead | None = None) -> None:
        self._trainer, self._learner, self._compiled = trainer, trainer.learner, compiled
        self._in_order = None if trainer.draws else batched(len(trainer.examples), trainer.batch_size, None)
        self._unfinished: Checkpoint | None = None
        seconds = seconds_on_objects(trainer.net, len(trainer.examples) + len(trainer.validation))
        together = self._learner.plain and not trainer.watch.kinds and seconds < _MOMENT
        self._at_once = _AT_ONCE if together else 1

    def rows(self, last: int, until: Callable[[], bool]) -> Generator[Row, None, bool]:
        """Run epochs up to the last, or fewer, and yield their rows; False when `until` ended them."""
        now = self._trainer.epoch
        rates = self._trainer.rates(range(now, min(last, now + self._at_once)))
        if len(rates) > 1:
            return (yield from self._together(rates, until))
        return (yield from self._alone(rates[0], until))

    def _together(self, rates: Sequence[float], until: Callable[[], bool]) -> Generator[Row, None, bool]:
        """Run epochs for a moment, and only then look at the parameters, for that takes as long as a tenth of a step.

        A plain step leads from an infinity or a NaN to no other number, so that none is missed at the end. After
        trouble of any kind, or when `until` has ended an epoch, those that are to be told are run again one by one.
        """
        trainer, learner = self._trainer, self._learner
        start, late = Checkpoint.of(learner), perf_counter() + _MOMENT
        rows: list[Row] = []
        stopped = trouble = False
        try:
            for epoch, rate in enumerate(rates, start=trainer.epoch):
                row = self._run(epoch, rate, until)
                if stopped := row is None:
                    break
                rows.append(row)
                if perf_counter() > late:
                    break
            trouble = not Checkpoint.of(learner).is_finite()
        except Exception:  # it comes again, in its epoch
            trouble = True
        if stopped or trouble:
            start.restore(learner)
            for rate in rates[: len(rows) + trouble]:
                yield from self._alone(rate, lambda: False)
            return not stopped
        for row in rows:
            trainer.epoch += 1
            yield row
        return True

    def _alone(self, rate: float, until: Callable[[], bool]) -> Generator[Row, None, bool]:
        """Run one epoch and look at the parameters."""
        trainer, learner = self._trainer, self._learner
        start = Checkpoint.of(learner)
        try:
            row = self._run(trainer.epoch, rate, until)
            if not Checkpoint.of(learner).is_finite():
                learner.check(rate)
        except (NumericalError, OverflowError, ValueError) as error:
            trouble = self._replay(start, rate, error)
            forget(trainer.net)
            raise trouble from None
        if row is None:
            self._unfinished = start
            return False
        trainer.epoch += 1
        yield row
        return True

    def _run(self, epoch: int, rate: float, until: Callable[[], bool]) -> Row | None:
        """Run one epoch batch by batch, and give its row; None when `until` ended it."""
        trainer, compiled, watch = self._trainer, self._compiled, self._trainer.watch
        examples, total, right = trainer.examples, 0.0, 0
        note_run(trainer.net, updated=True)
        for batch in self._batches(epoch):
            if until():
                watch.means()  # forget the half epoch: it has no row
                return None
            if watch.kinds:
                watch.before()
            done = compiled.learn(batch, rate) if compiled else None
            cost, good = done or self._learner.learn([examples[at] for at in batch], rate)
            total, right = total + cost, right + good
            if watch.kinds:
                watch.after()
        mean = total / len(examples)
        check_forward(self._learner.computing)
        first = trainer.first_loss = mean if trainer.first_loss is None else trainer.first_loss
        if not math.isfinite(mean) or mean > EXPLODED * (abs(first) + 1.0):
            raise NumericalError(f"the loss has gone from {first:.6g} to {mean:.6g}.")
        row: Row = {"epoch": epoch + 1, "loss": mean}
        if trainer.classes:
            row["accuracy"] = right / len(examples)
        if self._learner.regularizer is not None:
            row["penalty"] = self._learner.penalty
        if trainer.validation:
            row |= trainer.evaluate(trainer.validation)
        row["learning_rate"] = rate
        return row | watch.means() if watch.kinds else row

    def _batches(self, epoch: int) -> list[list[int]]:
        trainer = self._trainer
        return self._in_order or batched(len(trainer.examples), trainer.batch_size, trainer.order_key(epoch))

    def _replay(self, start: Checkpoint, rate: float, error: Exception) -> NumericalError:
        """Run the epoch again from its start, checking every batch, up to the one where the trouble began."""
        trainer, learner = self._trainer, self._learner
        epoch = trainer.epoch + 1
        start.restore(learner)
        for number, batch in enumerate(self._batches(trainer.epoch), start=1):
            before = Checkpoint.of(learner)
            try:
                learner.learn_checked([trainer.examples[at] for at in batch], rate)
            except (NumericalError, OverflowError, ValueError) as first:
                before.restore(learner)
                error, where, what, cure = first, f"epoch {epoch}, batch {number}", "batch", ""
                break
        else:
            start.restore(learner)
            where, what, cure = f"epoch {epoch}", "epoch", "Take a smaller learning rate."
        failure = error if isinstance(error, NumericalError) else NumericalError(str(error))
        cures = (failure.cure, cure, f"The network has the parameters of before this {what}.")
        return failure.within(where).but(cure=" ".join(filter(None, cures)))

    def rewind(self) -> None:
        """Undo the epoch that `until` ended in its middle."""
        if self._unfinished is not None:
            self._unfinished.restore(self._learner)
            self._unfinished = None
