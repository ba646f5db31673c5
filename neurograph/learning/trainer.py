"""The trainer: one epoch after another, for a caller who owns the loop; `train` is such a caller.

It knows the order of the examples, which engine runs an epoch, and what to do when numbers go wrong; when to stop,
others decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import count
from time import perf_counter
from types import NoneType
from typing import TYPE_CHECKING, Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.engines.choice import compiled_if_chosen, seconds_on_objects
from neurograph.engines.compiled.jit import machine
from neurograph.engines.compiled.learner import CompiledLearner, FinishedEpochs
from neurograph.engines.compiled.records import DONE, RUNNING, STOPPED
from neurograph.engines.objects import Checkpoint, Learner, are_classes, class_of, is_right
from neurograph.errors import Argument, InvalidValueError, NeurographError, NumericalError, StateError
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.structure import forget, note_run
from neurograph.learning.batching import batched, divided
from neurograph.learning.class_weights import ClassWeight, class_weights
from neurograph.learning.hints import cures_of_scale
from neurograph.learning.history import Row
from neurograph.learning.recorder import Recorder
from neurograph.network import Network, examples_of
from neurograph.passes.checks import check_forward
from neurograph.passes.propagation import run
from neurograph.rules.clipping import Clip
from neurograph.rules.losses import LOSSES, Loss
from neurograph.rules.optimizers import Optimizer, optimizer_of
from neurograph.rules.rates import Rate
from neurograph.rules.regularizers import Regularizer
from neurograph.tables import Classes, Example, Labels, Rows, classes_of
from neurograph.validate import finite, instance_of, switch, whole

if TYPE_CHECKING:
    from neurograph.trace.step import Unit
    from neurograph.trace.trace import Trace

__all__ = ["Trainer"]

_EXPLODED = 1e12  # times the loss of the first epoch
_MOMENT = 0.1  # seconds for which parameters on the objects may go unchecked, and rows wait
_AT_ONCE = 1000  # epochs in that time, at most


class Trainer:
    """Trains a network epoch by epoch.

    The order of the examples depends only on the seed and the number of the epoch, so a run that is resumed goes on
    exactly as one that was never stopped. Parameters are those of `train`, but for
    the engine, the objects unless told otherwise; by `planned` epochs "auto" chooses.

    Attributes
    ----------
    epoch : int
        How many epochs are done.
    examples : list of (x, y)
        What is trained on, after a share was set aside for validation.
    draws : bool
        Whether each epoch draws an order for them.
    classes : bool
        Whether the targets name classes, so that rows tell an accuracy.
    engine, engine_note : str
        "object" or "compiled", and why "auto" could not take the second.
    replayed : int
        How many epochs the compiled engine has handed over to the objects, as a number left the range of floats.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity", initializer="zeros")
    >>> trainer = ng.Trainer(net, [[0], [1], [2]], [[1], [3], [5]], optimizer=ng.SGD(0.2), batch_size=None)
    >>> for row in trainer.epochs(200):
    ...     if row["loss"] < 1e-12:
    ...         break
    >>> round(net.edge("x1", "o1").weight, 4), round(net["o1"].bias, 4)
    (2.0, 1.0)
    """

    def __init__(  # as in train
        self,
        net: Network,
        X: Rows,  # noqa: N803
        Y: Labels,  # noqa: N803
        *,
        loss: str | Loss = "squared_error",
        optimizer: str | Optimizer | None = None,
        learning_rate: float | Rate | None = None,
        batch_size: int | None = 1,
        regularizer: Regularizer | None = None,
        validation: tuple[Rows, Labels] | float | None = None,
        seed: int = 0,
        clip: Clip | None = None,
        record: Iterable[str] = (),
        shuffle: bool = True,
        class_weight: ClassWeight | None = None,
        engine: str = "object",
        planned: int = 100,
        classes: Classes = None,
    ) -> None:
        self.net = instance_of(net, Network, "train, net", "a Network", "Read a saved one with ng.load(path).")
        self.loss = LOSSES.find(loss)
        self.optimizer = optimizer_of(optimizer, learning_rate, "train")
        clip = instance_of(clip, (Clip, NoneType), "train, clip", "a Clip, such as Clip(norm=1.0)")
        regularizer = instance_of(
            regularizer, (Regularizer, NoneType), "train, regularizer", "a Regularizer, such as L2(0.01)"
        )
        self.seed = whole(seed, Argument("train", "seed"))
        self.shuffle = switch(shuffle, "train, shuffle")
        known = classes_of(Y, classes, "y")
        examples = examples_of(net, X, Y, classes=known)
        self.examples, self.validation = divided(net, examples, validation, self.seed, known)
        self.batch_size = (
            len(self.examples)
            if batch_size is None
            else whole(batch_size, Argument("train", "batch_size"), 1, also="or None for all")
        )
        self.draws = self.shuffle and self.batch_size < len(self.examples)  # in one batch, an order means nothing
        weights = class_weights(class_weight, self.examples, known)
        self.learner = Learner(net, net.schedule(self.loss), self.optimizer, regularizer, clip, weights)
        for _, y in (*self.examples, *self.validation):
            self.learner.schedule.objective.check_targets(y)  # the engine takes them unchecked
        self.classes = are_classes([y for _, y in self.examples])
        self.epoch = 0
        self.replayed = 0
        self.first_loss: float | None = None
        self._recorder = recorder = Recorder(net, record)
        seconds = seconds_on_objects(net, len(self.examples) * planned)
        self._compiled, self.engine_note = compiled_if_chosen(
            engine,
            seconds,
            "train",
            lambda: CompiledLearner(
                machine(), self.learner, self.examples, self.validation, self.batch_size, self.classes,
                bool(recorder.kinds),
            ),
        )  # fmt: skip
        self.engine = "compiled" if self._compiled else "object"
        self._same_batches = None if self.draws else batched(len(self.examples), self.batch_size, None)
        self._unfinished: Checkpoint | None = None
        moment = seconds_on_objects(net, len(self.examples) + len(self.validation)) < _MOMENT
        self._at_once = _AT_ONCE if self.learner.plain and not recorder.kinds and moment else 1

    def __repr__(self) -> str:
        return f"<Trainer of {self.net!r}: epoch {self.epoch}>"

    @property
    def judged_by(self) -> str:
        """The column that says how good an epoch was."""
        return "validation_loss" if self.validation else "loss"

    def epochs(self, count: int, until: Callable[[], bool] = lambda: False, ahead: int = 1) -> Iterator[Row]:
        """Train for `count` more epochs, yielding the row of each as soon as it is done.

        Parameters
        ----------
        count : int
            How many.
        ahead : int
            The engine may run ahead of the rows: the network is up to date, and may be changed, at epochs that this
            number divides. 1 keeps it in step with every row.
        until : callable
            Asked before each batch, or ten times a second; True ends the training there, in the middle of an epoch that
            then has no row.

        Raises
        ------
        InvalidValueError
            When `ahead` is below 1.
        NumericalError
            When a number stops being finite, or the loss explodes; the network has the last finite parameters.
        StateError
            When the network was edited in between. Freezing and tying are not edits: the next epoch heeds them.
        """
        last = self.epoch + whole(count, "epochs, count")
        block = whole(ahead, "epochs, ahead", 1)
        while self.epoch < last:
            self._look_again()
            end = min(last, self.epoch - self.epoch % block + block)
            if self._compiled and self._recorder.can_be_compiled:
                status = yield from self._run_compiled(self._compiled, end, until)
                if status == STOPPED:
                    return
                if status == DONE:
                    continue
                self.replayed += 1  # in trouble: the objects run this epoch, and say what it is, or that it is none
                end = self.epoch + 1
            rates = self._rates(range(self.epoch, min(end, self.epoch + self._at_once)))
            if not (yield from self._together(rates, until) if len(rates) > 1 else self._one_epoch(rates[0], until)):
                return

    def _rates(self, epochs: Iterable[int]) -> list[float]:
        """List the learning rates up to the first that cannot be had; if that is the very first, it is an error now."""
        rates: list[float] = []
        try:
            for epoch in epochs:
                rates.append(self.optimizer.rate.at(epoch))  # those before the trouble are wanted
        except Exception:  # whatever a schedule of the user's own may raise
            if not rates:
                raise
        return rates

    def _look_again(self) -> None:
        if self.net.schedule(self.loss) is not self.learner.schedule:
            raise StateError(
                "the network has been edited since training began.", where="train", cure="Begin a new training."
            )
        self.learner.refresh()
        for neuron in self.net.inputs:
            neuron.a_grad = NOT_COMPUTED  # training works out no dC/dx

    def rewind(self) -> None:
        """Go back to the end of the last finished epoch, after an interruption in the middle of one."""
        if self._unfinished is not None:
            self._unfinished.restore(self.learner)
            self._unfinished = None

    def _order_key(self, epoch: int) -> str:
        """Give what seeds the order of an epoch, where one is drawn."""
        return f"{self.seed}/{epoch}"

    def _batches(self, epoch: int) -> list[list[int]]:
        return self._same_batches or batched(len(self.examples), self.batch_size, self._order_key(epoch))

    def _rows(self, finished: FinishedEpochs, rates: Sequence[float], recorded: Sequence[Row]) -> Iterator[Row]:
        """Write the rows of finished epochs, column by column, since there may be very many."""
        columns: dict[str, Iterable[float | int | None]] = {"epoch": count(self.epoch + 1), "loss": finished.losses}
        if self.classes:
            columns["accuracy"] = [right / len(self.examples) for right in finished.rights]
        if self.learner.update.regularizer is not None:
            columns["penalty"] = finished.penalties
        if self.validation:
            columns["validation_loss"] = finished.judged_losses
            if self.classes:
                share = len(self.validation)
                columns["validation_accuracy"] = [right / share for right in finished.judged_rights]
        columns["learning_rate"] = rates
        names = tuple(columns)
        for at, values in enumerate(zip(*columns.values(), strict=False)):  # as many as the losses
            self.epoch += 1
            row: Row = dict(zip(names, values))  # noqa: B905  # a third of the time of a row would go into `strict`
            yield row | recorded[at] if recorded else row

    def _run_compiled(
        self, compiled: CompiledLearner, last: int, until: Callable[[], bool]
    ) -> Generator[Row, None, int]:  # fmt: skip
        """Run epochs up to the last, or fewer, on the compiled engine; say how the run ended."""
        compiled.refresh()
        recorder, begin = self._recorder, self.epoch
        rates = self._rates(range(begin, min(last, begin + compiled.at_once)))
        keys = [self._order_key(begin + at) for at in range(len(rates))] if self.draws else None
        for finished in compiled.run(rates, keys, self.first_loss, _EXPLODED, until):
            self.first_loss = finished.losses[0] if self.first_loss is None else self.first_loss
            if self.validation and compiled.status != RUNNING:
                self.net.forward(self.validation[-1][0])  # as the objects have it at the end of an epoch
                note_run(self.net, are_current=False)
            batches = math.ceil(len(self.examples) / self.batch_size)
            sums = zip(finished.by_parameter, finished.by_neuron, finished.by_layer, strict=True)
            recorded = [recorder.means_of(*one, batches) for one in sums] if recorder.kinds else []
            yield from self._rows(finished, rates[self.epoch - begin :], recorded)
        return compiled.status

    def _together(self, rates: Sequence[float], until: Callable[[], bool]) -> Generator[Row, None, bool]:
        """Run epochs for a moment, and only then look at the parameters, for that takes as long as a tenth of a step.

        A plain step leads from an infinity or a NaN to no other number, so that none is missed at the end. After
        trouble of any kind, or when `until` has ended an epoch, those that have a row are run again one by one.
        """
        start, late = Checkpoint.of(self.learner), perf_counter() + _MOMENT
        finished = FinishedEpochs([], [], [], [], [])
        stopped = trouble = False
        try:
            for epoch, rate in enumerate(rates, start=self.epoch):
                if stopped := not self._run(epoch, rate, until, finished):
                    break
                if perf_counter() > late:
                    break
            trouble = not Checkpoint.of(self.learner).is_finite()
        except Exception:  # it comes again, in its epoch
            trouble = True
        if stopped or trouble:
            start.restore(self.learner)
            for rate in rates[: len(finished.losses) + trouble]:
                yield from self._one_epoch(rate, lambda: False)
            return not stopped
        yield from self._rows(finished, rates, [])
        return True

    def _one_epoch(self, rate: float, until: Callable[[], bool]) -> Generator[Row, None, bool]:
        """Run one epoch and look at the parameters; False when `until` ended it."""
        start, finished = Checkpoint.of(self.learner), FinishedEpochs([], [], [], [], [])
        try:
            done = self._run(self.epoch, rate, until, finished)
            if not Checkpoint.of(self.learner).is_finite():
                self.learner.check(rate)
        except (NumericalError, OverflowError, ValueError) as error:
            trouble = self._replay(start, rate, error)
            forget(self.net)
            raise trouble from None
        if not done:
            self._unfinished = start
            return False
        yield from self._rows(finished, [rate], [self._recorder.means()] if self._recorder.kinds else [])
        return True

    def _run(self, epoch: int, rate: float, until: Callable[[], bool], finished: FinishedEpochs) -> bool:
        """Run one epoch batch by batch, and add it to those that are finished; False when `until` ended it."""
        recorder, total, right = self._recorder, 0.0, 0
        compiled = self._compiled if recorder.kinds else None  # it does single batches where it can
        note_run(self.net, are_current=False)
        for batch in self._batches(epoch):
            if until():
                recorder.means()  # forget the half epoch: it has no row
                return False
            if recorder.kinds:
                recorder.before()
            done = compiled.learn(batch, rate) if compiled else None
            cost, good = done or self.learner.learn([self.examples[at] for at in batch], rate)
            total, right = total + cost, right + good
            if recorder.kinds:
                recorder.after()
        mean = total / len(self.examples)
        check_forward(self.learner.computing)
        first = self.first_loss = mean if self.first_loss is None else self.first_loss
        if not math.isfinite(mean) or mean > _EXPLODED * (abs(first) + 1.0):
            raise NumericalError(f"the loss has gone from {first:.6g} to {mean:.6g}.")
        penalty = self.learner.update.penalty if self.learner.update.regularizer is not None else 0.0
        judged = self.evaluate(self.validation) if self.validation else (0.0, 0)
        finished.losses.append(mean)
        finished.rights.append(right)
        finished.penalties.append(penalty)
        finished.judged_losses.append(judged[0])
        finished.judged_rights.append(judged[1])
        return True

    def _replay(self, start: Checkpoint, rate: float, error: Exception) -> NumericalError:
        """Run the epoch again from its start, checking every batch, up to the one where the trouble began."""
        learner, epoch = self.learner, self.epoch + 1
        start.restore(learner)
        for number, batch in enumerate(self._batches(self.epoch), start=1):
            before = Checkpoint.of(learner)
            try:
                learner.learn_checked([self.examples[at] for at in batch], rate)
            except (NumericalError, OverflowError, ValueError) as first:
                before.restore(learner)
                error, where, what, cure = first, f"epoch {epoch}, batch {number}", "batch", ""
                break
        else:
            start.restore(learner)
            where, what, cure = f"epoch {epoch}", "epoch", "Take a smaller learning rate."
        failure = error if isinstance(error, NumericalError) else NumericalError(str(error))
        cures = (failure.cure, cure, f"The network has the parameters of before this {what}.")
        X, Y = ([example[side] for example in self.examples] for side in (0, 1))  # noqa: N806
        settings = (*failure.settings, *cures_of_scale(self.net, X, Y))
        return failure.within(where).but(cure=" ".join(filter(None, cures)), settings=settings)

    def evaluate(self, examples: Sequence[Example]) -> tuple[float, int]:
        """Give the mean loss of examples, and how many are right, without learning from them."""
        objective = self.learner.schedule.objective
        total, right = 0.0, 0
        for x, y in examples:
            a = self.net.forward(x)
            objective.set_targets(y)
            run(self.learner.schedule.loss)
            total += objective.cost
            right += is_right(a, y)
        note_run(self.net, are_current=False)  # `backward` is not for these
        if not math.isfinite(total):
            raise NumericalError(f"the loss of {len(examples)} examples to judge on adds up to {total}.")
        return total / len(examples), right

    def trace(self, *, unit: Unit = "neuron", digits: int | None = 4, fractions: bool = False) -> Trace[Network]:
        """Tell the next step of this training: the first batch of the next epoch, with what the optimizer remembers.

        Nothing is trained by it.

        Parameters
        ----------
        unit, digits, fractions
            As in `Network.trace`.

        Returns
        -------
        Trace
            The step; a batch of several rows is told with the mean of their gradients.

        Raises
        ------
        StateError
            When an example of the batch counts more or less than others, by `class_weight`.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1], "identity", seed=1)
        >>> trainer = ng.Trainer(net, [[0], [1], [2]], [[1], [3], [5]], optimizer=ng.Adam(0.1), batch_size=None)
        >>> for _ in trainer.epochs(5): pass
        >>> step = trainer.trace()
        >>> for _ in trainer.epochs(1): pass
        >>> step.after.edge("x1", "o1").weight == net.edge("x1", "o1").weight
        True
        """
        from neurograph.program.updating import Learning
        from neurograph.trace.trace import StepOptions, Trace, record

        self.rewind()
        self._look_again()
        update = self.learner.update
        memories = [parameter.memory for parameter in update.parameters]
        learning = Learning(self.optimizer, update.regularizer, update.clip, memories, update.clock)
        (rate,) = self._rates([self.epoch])
        batch = [self.examples[place] for place in self._batches(self.epoch)[0]]
        weights = self.learner.class_weights
        if weights is not None and any(weights[class_of(y)] != 1.0 for _, y in batch):
            raise StateError(
                "the examples of this step are weighted by their classes, which no trace tells.",
                where="trace",
                cure="Train without class_weight to see a step.",
            )
        options = StepOptions(rate, learning=None if self.learner.plain else learning)
        return Trace(record(self.net, batch, self.loss, options), unit, NumberFormat(digits, fractions))

    def state(self) -> dict[str, Any]:
        """Give all that a later trainer needs to go on, beside the network: plain numbers and lists."""
        return {
            "epoch": self.epoch,
            "optimizer": self.optimizer.name,
            "clock": list(self.learner.update.clock),
            "memory": [list(parameter.memory) for parameter in self.learner.update.parameters],
            "first_loss": self.first_loss,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from the state of an earlier trainer, on a network that has that run's parameters.

        Raises
        ------
        InvalidValueError
            When the state belongs to another optimizer, or to another number of parameters, or is no state at all.
        """
        update = self.learner.update
        try:
            memory = [[finite(number, "resume, memory") for number in numbers] for numbers in state["memory"]]
            first, second = (finite(value, "resume, clock") for value in state["clock"])
            epoch, loss, name = whole(state["epoch"], "resume, epoch"), state["first_loss"], state["optimizer"]
            first_loss = None if loss is None else finite(loss, "resume, first_loss")
        except NeurographError:
            raise
        except (KeyError, TypeError, ValueError):
            expected = "a state as Trainer.state() gives it"
            raise InvalidValueError(where="resume", given=state, expected=expected) from None
        if name != self.optimizer.name:
            expected = f"{self.optimizer.name!r}, as in this training"
            raise InvalidValueError(where="resume, optimizer", given=name, expected=expected)
        if len(memory) != len(update.parameters):
            raise InvalidValueError(
                f"it is of {len(memory)} parameters, but {len(update.parameters)} can move here.",
                where="resume, memory",
            )
        width = len(self.optimizer.memories)
        for numbers in memory:
            if len(numbers) < width or any(numbers[width:]):  # zeros too many are of a time when all had two
                expected = f"{width} for each parameter, as {name} has them"
                raise InvalidValueError(where="resume, memory", given=numbers, expected=expected)
        self.epoch, self.first_loss, update.clock = epoch, first_loss, (first, second)
        for parameter, numbers in zip(update.parameters, memory, strict=True):
            parameter.memory = tuple(numbers[:width])
