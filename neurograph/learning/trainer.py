"""The trainer: one epoch after another, for a caller who owns the loop; `train` is such a caller.

It knows the order of the examples and notices trouble; when to stop, others decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any

from neurograph.engines.objects import Clip, Learner, are_classes, is_right
from neurograph.errors import InvalidValueError, NeurographError, NumericalError, StateError, explain
from neurograph.intake import finite, instance_of, pairs, whole
from neurograph.learning.findings import Parameters
from neurograph.learning.history import Row
from neurograph.learning.watch import Watch
from neurograph.network import Network
from neurograph.passes.propagation import present, run
from neurograph.passes.trouble import check_backward, check_forward
from neurograph.rules.losses import LOSSES, Loss
from neurograph.rules.optimizers import SGD, Optimizer
from neurograph.rules.regularizers import Regularizer

__all__ = ["Trainer"]

Rows = Sequence[Sequence[float]]
Example = tuple[list[float], list[float]]
State = tuple[Parameters, tuple[float, float], list[tuple[float, float]]]
_EXPLODED = 1e12  # times the loss of the first epoch


class Trainer:
    """Trains a network epoch by epoch.

    The order of the examples depends only on the seed and the number of the epoch, so a run that is resumed goes on
    exactly as one that was never stopped. Parameters are those of `train`.

    Attributes
    ----------
    epoch : int
        How many epochs are done.
    examples : list of (x, y)
        What is trained on, after a share was set aside for validation.
    classes : bool
        Whether the targets name classes, so that rows tell an accuracy.

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
        Y: Rows,  # noqa: N803
        *,
        loss: str | Loss = "squared_error",
        optimizer: Optimizer | None = None,
        batch_size: int | None = 1,
        regularizer: Regularizer | None = None,
        validation: tuple[Rows, Rows] | float | None = None,
        seed: int = 0,
        clip: Clip | None = None,
        record: Iterable[str] = (),
        shuffle: bool = True,
    ) -> None:
        self.net = net
        self.loss = LOSSES.find(loss)
        optimizer = SGD(0.1) if optimizer is None else optimizer
        self.optimizer = instance_of(optimizer, Optimizer, "train, optimizer", "such as SGD(0.1) or Adam()")
        regularizer = instance_of(regularizer, Regularizer, "train, regularizer", "such as L2(0.01)")
        clip = instance_of(clip, Clip, "train, clip", "such as Clip(norm=1.0)")
        self.seed = whole(seed, "train, seed")
        self.shuffle = shuffle
        self.examples, self.validation = self._divided(net.examples(X, Y), validation)
        self.batch_size = len(self.examples) if batch_size is None else whole(batch_size, "train, batch_size")
        if self.batch_size < 1:
            raise InvalidValueError(explain("train, batch_size", batch_size, "at least 1 example, or None for all"))
        self.learner = Learner(net, self.loss, self.optimizer, regularizer, clip)
        for _, y in (*self.examples, *self.validation):
            self.learner.schedule.objective.aim(y)  # the engine takes them unchecked
        self.classes = are_classes([y for _, y in self.examples])
        self.epoch = 0
        self._first_loss: float | None = None
        self._watch = Watch(net, record)
        self._unfinished: State | None = None

    @property
    def judged_by(self) -> str:
        """The column that says how good an epoch was."""
        return "validation_loss" if self.validation else "loss"

    def _divided(
        self, examples: list[Example], validation: tuple[Rows, Rows] | float | None
    ) -> tuple[list[Example], list[Example]]:
        if validation is None:
            return examples, []
        if isinstance(validation, tuple) and len(validation) == 2:
            inputs, outputs = ([neuron.name for neuron in some] for some in (self.net.inputs, self.net.outputs))
            return examples, pairs(*validation, inputs, outputs, of="validation ")
        share = finite(validation, "train, validation")
        aside = round(share * len(examples))
        if not 0.0 < share < 1.0 or not 0 < aside < len(examples):
            fitting = f"a share that leaves some of {len(examples)} examples on both sides"
            raise InvalidValueError(explain("train, validation", share, fitting))
        order = list(range(len(examples)))
        Random(f"{self.seed}/validation").shuffle(order)  # noqa: S311  # a split, not a secret
        held = set(order[:aside])
        rest = [example for at, example in enumerate(examples) if at not in held]
        return rest, [example for at, example in enumerate(examples) if at in held]

    def epochs(self, count: int, until: Callable[[], bool] = lambda: False) -> Iterator[Row]:
        """Train for `count` more epochs, yielding the row of each as soon as it is done.

        Parameters
        ----------
        count : int
            How many.
        until : callable
            Asked before each batch; True ends the training there, in the middle of an epoch that then has no row.

        Raises
        ------
        NumericalError
            When a number stops being finite, or the loss explodes; the network has the last finite parameters.
        StateError
            When the network was edited in between. Freezing and tying are not edits: the next epoch heeds them.
        """
        for _ in range(whole(count, "epochs, count")):
            row = self._one(until)
            if row is None:
                return
            yield row

    def _one(self, until: Callable[[], bool]) -> Row | None:
        if self.net.schedule(self.loss) is not self.learner.schedule:
            raise StateError("train: the network has been edited since training began. Begin a new training.")
        self.learner.refresh()
        self.net.note_run(updated=True)
        rate = self.optimizer.rate.at(self.epoch)
        start = self._state()
        batches = self._batches()
        total, right = 0.0, 0
        watched = bool(self._watch.kinds)
        try:
            for batch in batches:
                if until():
                    self.learner.check(rate)
                    self._unfinished = start
                    self._watch.means()  # forget the half epoch: it has no row
                    return None
                if watched:
                    self._watch.before()
                cost, good = self.learner.learn(batch, rate)
                total, right = total + cost, right + good
                if watched:
                    self._watch.after()
            mean = total / len(self.examples)
            self._check(mean)
            judged = self.judge(self.validation) if self.validation else {}
        except (NumericalError, OverflowError, ValueError) as error:
            trouble = self._trouble(start, batches, rate, error)
            self.net.forget()
            raise trouble from None
        self.epoch += 1
        row: Row = {"epoch": self.epoch, "loss": mean}
        if self.classes:
            row["accuracy"] = right / len(self.examples)
        if self.learner.regularizer is not None:
            row["penalty"] = self.learner.penalty
        return row | judged | {"learning_rate": rate} | self._watch.means()

    def rewind(self) -> None:
        """Go back to the end of the last finished epoch, after an interruption in the middle of one."""
        if self._unfinished is not None:
            self._restore(self._unfinished)
            self._unfinished = None

    def _batches(self) -> list[list[Example]]:
        order = list(range(len(self.examples)))
        if self.shuffle:
            Random(f"{self.seed}/{self.epoch}").shuffle(order)  # noqa: S311  # an order, not a secret
        size = self.batch_size
        return [[self.examples[at] for at in order[k : k + size]] for k in range(0, len(order), size)]

    def judge(self, examples: Sequence[Example]) -> Row:
        """Give the mean loss and the share that are right, without learning from them."""
        objective = self.learner.schedule.objective
        total, right = 0.0, 0
        for x, y in examples:
            a = self.net.forward(x)
            objective.take(y)
            run(self.learner.schedule.loss)
            total += objective.cost or 0.0
            right += is_right(a, y)
        if not math.isfinite(total):
            raise NumericalError(f"the loss of {len(examples)} examples to judge on adds up to {total}")
        row: Row = {"validation_loss": total / len(examples)}
        return row | {"validation_accuracy": right / len(examples)} if self.classes else row

    # Trouble.

    def _check(self, mean: float) -> None:
        computing = [neuron for neuron in self.net.neurons if neuron.role != "input"]
        check_forward(computing)
        self.learner.check(self.optimizer.rate.at(self.epoch))
        self._first_loss = mean if self._first_loss is None else self._first_loss
        if not mean <= _EXPLODED * (self._first_loss + 1.0):
            raise NumericalError(f"the loss has gone from {self._first_loss:.6g} to {mean:.6g}")

    def _trouble(self, start: State, batches: list[list[Example]], rate: float, error: Exception) -> NumericalError:
        """Run the epoch again from its start, checking every batch, up to the one where the trouble began."""
        self._restore(start)
        for number, batch in enumerate(batches, start=1):
            before = self._state()
            try:
                self._checked(batch, rate)
            except (NumericalError, OverflowError, ValueError) as first:
                self._restore(before)
                return NumericalError(
                    f"epoch {self.epoch + 1}, batch {number}: {first} "
                    "The network has the parameters of before this batch."
                )
        self._restore(start)
        return NumericalError(
            f"epoch {self.epoch + 1}: {str(error).rstrip('.')}. Take a smaller learning rate. "
            "The network has the parameters of before this epoch."
        )

    def _checked(self, batch: list[Example], rate: float) -> None:
        computing = [neuron for neuron in self.net.neurons if neuron.role != "input"]
        schedule = self.learner.schedule
        for x, y in batch:
            present(self.net.inputs, x)
            schedule.objective.take(y)
            run(schedule.forward)
            check_forward(computing)
            run(schedule.loss)
            run(schedule.backward)
            check_backward(schedule, self.net)
        self.learner.learn(batch, rate)
        self.learner.check(rate)

    def _state(self) -> State:
        memory = [(parameter.one, parameter.two) for parameter in self.learner.parameters]
        return Parameters.of(self.net), self.learner.clock, memory

    def _restore(self, state: State) -> None:
        parameters, self.learner.clock, memory = state
        parameters.put_back(self.net)
        for parameter, (one, two) in zip(self.learner.parameters, memory, strict=True):
            parameter.one, parameter.two = one, two

    def state(self) -> dict[str, Any]:
        """Give all that a later trainer needs to go on, beside the network: plain numbers and lists."""
        _, clock, memory = self._state()
        return {
            "epoch": self.epoch,
            "optimizer": self.optimizer.name,
            "clock": list(clock),
            "memory": [list(pair) for pair in memory],
            "first_loss": self._first_loss,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from the state of an earlier trainer, on a network that has that run's parameters.

        Raises
        ------
        InvalidValueError
            When the state belongs to another optimizer, or to another number of parameters, or is no state at all.
        """
        try:
            memory = [(finite(one, "resume, memory"), finite(two, "resume, memory")) for one, two in state["memory"]]
            first, second = (finite(value, "resume, clock") for value in state["clock"])
            epoch, loss, name = whole(state["epoch"], "resume, epoch"), state["first_loss"], state["optimizer"]
            first_loss = None if loss is None else finite(loss, "resume, first_loss")
        except NeurographError:
            raise
        except (KeyError, TypeError, ValueError):
            raise InvalidValueError(explain("resume", state, "a state as Trainer.state() gives it")) from None
        if name != self.optimizer.name:
            raise InvalidValueError(explain("resume, optimizer", name, f"{self.optimizer.name!r}, as in this training"))
        moving = len(self.learner.parameters)
        if len(memory) != moving:
            raise InvalidValueError(f"resume, memory: it is of {len(memory)} parameters, but {moving} can move here.")
        self.epoch, self._first_loss = epoch, first_loss
        self._restore((Parameters.of(self.net), (first, second), memory))
