"""The trainer: one epoch after another, for a caller who owns the loop; `train` is such a caller.

It knows the order of the examples and notices trouble; when to stop, others decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from neurograph.engines.choice import compiled_if_chosen, seconds_on_objects
from neurograph.engines.compiled.learner import DONE, STOPPED
from neurograph.engines.objects import Clip, Learner, are_classes, is_right
from neurograph.errors import InvalidTypeError, InvalidValueError, NumericalError, StateError
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.intake import Example, Rows, instance_of, switch, whole
from neurograph.learning.ahead import Ahead
from neurograph.learning.division import divided
from neurograph.learning.epochs import Epochs
from neurograph.learning.history import Row
from neurograph.learning.resuming import read_state
from neurograph.learning.watch import Watch
from neurograph.network import Network, examples_of
from neurograph.passes.propagation import run
from neurograph.rules.losses import LOSSES, Loss
from neurograph.rules.optimizers import SGD, Optimizer
from neurograph.rules.regularizers import Regularizer

__all__ = ["Trainer"]


class Trainer:
    """Trains a network epoch by epoch.

    The order of the examples depends only on the seed and the number of the epoch, so a run that is resumed goes on
    exactly as one that was never stopped. Parameters are those of `train`; by `planned` epochs "auto" chooses.

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
        engine: str = "object",
        planned: int = 100,
    ) -> None:
        if not isinstance(net, Network):
            raise InvalidTypeError(
                where="train, net", given=net, expected="a Network", cure="Read a saved one with ng.load(path)."
            )
        self.net = net
        self.loss = LOSSES.find(loss)
        optimizer = SGD(0.1) if optimizer is None else optimizer
        self.optimizer = instance_of(optimizer, Optimizer, "train, optimizer", "such as SGD(0.1) or Adam()")
        regularizer = instance_of(regularizer, Regularizer, "train, regularizer", "such as L2(0.01)")
        clip = instance_of(clip, Clip, "train, clip", "such as Clip(norm=1.0)")
        self.seed = whole(seed, "train, seed")
        self.shuffle = switch(shuffle, "train, shuffle")
        self.examples, self.validation = divided(net, examples_of(net, X, Y), validation, self.seed)
        self.batch_size = len(self.examples) if batch_size is None else whole(batch_size, "train, batch_size")
        if self.batch_size < 1:
            raise InvalidValueError(
                where="train, batch_size", given=batch_size, expected="at least 1 example, or None for all"
            )
        self.draws = self.shuffle and self.batch_size < len(self.examples)  # in one batch, an order means nothing
        self.learner = Learner(net, net.schedule(self.loss), self.optimizer, regularizer, clip)
        for _, y in (*self.examples, *self.validation):
            self.learner.schedule.objective.check_targets(y)  # the engine takes them unchecked
        self.classes = are_classes([y for _, y in self.examples])
        self.epoch = 0
        self.replayed = 0
        self.first_loss: float | None = None
        self.watch = Watch(net, record)
        seconds = seconds_on_objects(net, len(self.examples) * planned)
        self._ahead, self.engine_note = compiled_if_chosen(engine, seconds, "train", lambda: Ahead(self))
        self._on_objects = Epochs(self, self._ahead if self.watch.kinds else None)
        self.engine = "compiled" if self._ahead else "object"

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
        at_once = whole(ahead, "epochs, ahead")
        if at_once < 1:
            raise InvalidValueError(where="epochs, ahead", given=at_once, expected="a number from 1 up")
        while self.epoch < last:
            self._look_again()
            end = min(last, self.epoch - self.epoch % at_once + at_once)
            if self._ahead and self.watch.can_be_taken:
                status = yield from self._ahead.rows(end, until)
                if status == STOPPED:
                    return
                if status == DONE:
                    continue
                self.replayed += 1  # in trouble: the objects run this epoch, and say what it is, or that it is none
                end = self.epoch + 1
            if not (yield from self._on_objects.rows(end, until)):
                return

    def rates(self, epochs: Iterable[int]) -> list[float]:
        """List the learning rates up to the first that cannot be had; if that is the very first, it is an error now."""
        rates: list[float] = []
        try:
            for epoch in epochs:
                rates.append(self.optimizer.rate.at(epoch))  # those before the trouble are wanted
        except Exception:  # whatever a schedule of the user's own may raise
            if not rates:
                raise
        return rates

    def order_key(self, epoch: int) -> str:
        """Give what seeds the order of an epoch, where one is drawn."""
        return f"{self.seed}/{epoch}"

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
        self._on_objects.rewind()

    def evaluate(self, examples: Sequence[Example]) -> Row:
        """Give the mean loss and the share that are right, without learning from them."""
        objective = self.learner.schedule.objective
        total, right = 0.0, 0
        for x, y in examples:
            a = self.net.forward(x)
            objective.set_targets(y)
            run(self.learner.schedule.loss)
            total += objective.cost
            right += is_right(a, y)
        if not math.isfinite(total):
            raise NumericalError(f"the loss of {len(examples)} examples to judge on adds up to {total}.")
        row: Row = {"validation_loss": total / len(examples)}
        return row | {"validation_accuracy": right / len(examples)} if self.classes else row

    def state(self) -> dict[str, Any]:
        """Give all that a later trainer needs to go on, beside the network: plain numbers and lists."""
        return {
            "epoch": self.epoch,
            "optimizer": self.optimizer.name,
            "clock": list(self.learner.clock),
            "memory": [[parameter.m, parameter.v] for parameter in self.learner.parameters],
            "first_loss": self.first_loss,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from the state of an earlier trainer, on a network that has that run's parameters.

        Raises
        ------
        InvalidValueError
            When the state belongs to another optimizer, or to another number of parameters, or is no state at all.
        """
        given = read_state(state, self.optimizer.name, len(self.learner.parameters))
        self.epoch, self.first_loss = given.epoch, given.first_loss
        self.learner.clock = given.clock
        for parameter, (one, two) in zip(self.learner.parameters, given.memory, strict=True):
            parameter.m, parameter.v = one, two
