"""The loop around a trainer: when to stop, what to keep, progress, and a Ctrl-C that loses nothing.

It asks the trainer for epochs and decides between them; it computes nothing.
"""

from __future__ import annotations

import math
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from neurograph.errors import Argument, InvalidTypeError, InvalidValueError, NeurographError
from neurograph.graph.parameters import labels_of, put_back, values_of
from neurograph.learning.history import INTERRUPTED, History, Row
from neurograph.learning.trainer import Trainer
from neurograph.network import Network
from neurograph.validate import finite, switch, whole

__all__ = ["Callback", "Loop", "interruptible", "wants_bar"]

Callback = Callable[[Row, Network], object]


class Loop:
    """Runs a trainer for a number of epochs; parameters are those of `train`."""

    def __init__(
        self,
        trainer: Trainer,
        epochs: int,
        patience: int | None = None,
        callbacks: tuple[Callback, ...] = (),
        snapshots: int | None = None,
        progress: bool | None = None,
    ) -> None:
        self.trainer = trainer
        self._epochs = epochs
        self._stops = _Stops(trainer.net, trainer.judged_by, patience, callbacks)
        self._every = None if snapshots is None else whole(snapshots, "train, snapshots", 1)
        self._progress = None if progress is None else switch(progress, "train, progress")

    def run(self, every: int = 0, keep: Callable[[History], None] = lambda history: None) -> History:
        """Train, calling `keep` with the history so far after every `every` epochs, if that is not 0."""
        history = History()
        trainer = self.trainer
        labels = labels_of(trainer.net) if self._every else []
        if labels:
            owners = [neuron.name for neuron in trainer.net.computing for _ in neuron.holders]
            history.neuron_of = dict(zip(labels, owners, strict=True))
        with interruptible() as interrupted, _bar(self._epochs, self._progress) as show:
            for row in trainer.epochs(self._epochs, until=interrupted.is_set, ahead=self._ahead(every)):
                history.rows.append(row)
                show(row)
                if self._every and trainer.epoch % self._every == 0:
                    history.snapshots[trainer.epoch] = dict(zip(labels, values_of(trainer.net), strict=True))
                history.stopped = self._stops.after(row)
                if every and trainer.epoch % every == 0:
                    keep(history)
                if history.stopped:
                    break  # after Ctrl-C the trainer ends by itself, once every finished epoch has its row
        if interrupted.is_set():
            trainer.rewind()
            history.stopped = INTERRUPTED
        history.best_epoch, history.engine = self._stops.restore(), trainer.engine
        return history

    def notes(self) -> list[str]:
        """Say what a reader should know of how the epochs were run."""
        trainer, notes = self.trainer, []
        if trainer.engine_note:
            notes.append(f"trained on objects, not compiled: {trainer.engine_note}")
        if trainer.replayed:
            epochs = "1 epoch was" if trainer.replayed == 1 else f"{trainer.replayed} epochs were"
            notes.append(f"{epochs} run by the objects, because a number left the range of floats on the way")
        return notes

    def _ahead(self, every: int) -> int:
        """How many epochs the trainer may run ahead: up to the next at which somebody looks at the network."""
        if self._stops.look_at_net:
            return 1
        return math.gcd(every, self._every or 0) or self._epochs or 1

    def state(self) -> dict[str, Any]:
        """Give all that a later loop needs to go on, beside the network: plain numbers, text and lists."""
        return self.trainer.state() | {"best": self._stops.state()}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from the state of an earlier loop."""
        self.trainer.resume(state)
        self._stops.resume(state.get("best"))


class _Stops:
    """Early stopping and callbacks: whether to go on after an epoch, and which parameters were the best."""

    def __init__(self, net: Network, judged_by: str, patience: int | None, callbacks: tuple[Callback, ...]) -> None:
        self._net, self._column, self._callbacks = net, judged_by, callbacks
        self._patience = None if patience is None else whole(patience, Argument("train", "patience"), 1)
        for callback in callbacks:
            if not callable(callback):
                raise InvalidTypeError(where="train, callbacks", given=callback, expected="functions of (row, net)")
        self._best = float("inf")
        self._best_epoch: int | None = None
        self._values: Sequence[float] | None = None

    @property
    def look_at_net(self) -> bool:
        """Whether anything here looks at the network after each epoch."""
        return bool(self._callbacks) or self._patience is not None

    def after(self, row: Row) -> str:
        """Say why to stop after this epoch; empty to go on."""
        verdict = "" if self._patience is None else self._judged(row, self._patience)
        for callback in self._callbacks:
            if callback(row, self._net) is True:
                verdict = f"by a callback, after epoch {row['epoch']}"
        return verdict

    def _judged(self, row: Row, patience: int) -> str:
        loss, epoch = finite(row[self._column], self._column), int(row["epoch"] or 0)
        if loss < self._best:
            self._best, self._best_epoch, self._values = loss, epoch, values_of(self._net)
        elif epoch - (self._best_epoch or 0) >= patience:
            return f"no better {self._column} for {patience} epochs; epoch {self._best_epoch} was the best"
        return ""

    def state(self) -> dict[str, Any] | None:
        """Give the best so far: its loss, epoch and parameters."""
        if self._values is None:
            return None
        return {"loss": self._best, "epoch": self._best_epoch, "values": list(self._values)}

    def resume(self, state: dict[str, Any] | None) -> None:
        """Go on from the best of an earlier run."""
        if state is None or self._patience is None:
            return
        try:
            values = tuple(finite(value, "resume, best") for value in state["values"])
            best, epoch = finite(state["loss"], "resume, best"), whole(state["epoch"], "resume, best")
        except NeurographError:
            raise
        except (KeyError, TypeError):
            raise InvalidValueError(where="resume, best", given=state, expected="a loss, an epoch and values") from None
        if len(values) != (expected := len(values_of(self._net))):
            raise InvalidValueError(f"got {len(values)} parameters, expected {expected}.", where="resume, best")
        self._best, self._best_epoch, self._values = best, epoch, values

    def restore(self) -> int | None:
        """Give the network the best parameters again, if early stopping was asked for."""
        if self._values is not None:
            put_back(self._net, self._values)
        return self._best_epoch


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a wish to stop after the batch at hand; a second one stops at once."""
    wish = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        if wish.is_set():
            raise KeyboardInterrupt
        wish.set()

    if before is signal.SIG_IGN or before is None:
        yield wish
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)


def wants_bar(progress: bool | None) -> bool:
    """Whether to show a bar: as asked for, and on a terminal where nothing was said."""
    return progress if progress is not None else sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def _bar(epochs: int, progress: bool | None) -> Iterator[Callable[[Row], None]]:
    """Show a bar with loss and accuracy, if one is wanted."""
    if not wants_bar(progress):
        yield lambda row: None
        return
    from tqdm import tqdm

    with tqdm(total=epochs, unit="epoch") as bar:

        def show(row: Row) -> None:
            shown = {name: value for name, value in row.items() if name in _SHOWN and value is not None}
            bar.set_postfix({name: f"{value:.4g}" for name, value in shown.items()}, refresh=False)
            bar.update()

        yield show


_SHOWN = ("loss", "accuracy", "validation_loss", "validation_accuracy")
