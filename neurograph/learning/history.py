"""The history of a training run: one row for each epoch, and what was found at the end.

It keeps numbers and writes them out; it trains nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neurograph.errors import Note, StateError, UnknownAttributeError
from neurograph.learning.rows import Rows
from neurograph.validate import instance_of

__all__ = ["INTERRUPTED", "History", "Row", "as_history", "by_layer", "epochs_of", "floats"]

INTERRUPTED = "interrupted"  # why training stopped, after Ctrl-C

Row = dict[str, float | int | None]


@dataclass(slots=True, repr=False)
class History(Rows[float | int | None]):
    """What happened in training.

    Attributes
    ----------
    rows : list of dict
        For each epoch its number from 1, the mean loss over its examples as they came up, the share that were right,
        the same on the validation data, the learning rate, and what else was asked for.
        `pandas.DataFrame(history.rows)` makes a table of it.
    snapshots : dict of int to dict
        Weights and biases after some epochs, by label, when they were asked for.
    neuron_of : dict of str to str
        For each label in them the neuron whose bias it is, or to which the edge leads; the bias comes first.
    findings : list of str
        Neurons that are dead or saturated, and parameters that were never updated.
    hints : list of Note
        What stood in the way of learning, with its cure.
    stopped : str
        Why training ended before its last epoch; empty when it did not.
    best_epoch : int or None
        The epoch whose weights early stopping restored.
    engine : str
        Who ran the passes, "object" or "compiled".

    Examples
    --------
    >>> history = History(rows=[{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    >>> len(history), history.losses
    (2, [0.5, 0.25])
    >>> history[-1]["loss"], history["loss"]
    (0.25, [0.5, 0.25])
    >>> history
    <History of 2 epochs, loss 0.5 -> 0.25>
    >>> print(history.csv(), end="")
    epoch,loss
    1,0.5
    2,0.25
    """

    rows: list[Row] = field(default_factory=list)
    snapshots: dict[int, dict[str, float]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    stopped: str = ""
    best_epoch: int | None = None
    engine: str = ""
    neuron_of: dict[str, str] = field(default_factory=dict)
    hints: list[Note] = field(default_factory=list)

    @property
    def losses(self) -> list[float]:
        """The loss of each epoch."""
        return self.column("loss")

    if not TYPE_CHECKING:  # or a checker would take every name

        def __getattr__(self, name: str) -> None:
            if name == "history":
                cure = 'It is one itself: history["loss"] is a column, history[-1] a row.'
                raise UnknownAttributeError("a history has no 'history'.", cure=cure)
            return object.__getattribute__(self, name)  # the usual error

    def __repr__(self) -> str:
        """Say in a line how long it is and how the losses went; the rows themselves would fill the screen."""
        if not self.rows:
            return "<History of 0 epochs>"
        ways = [f"of {len(self)} epoch{'' if len(self) == 1 else 's'}"]
        for name in ("loss", "validation_loss"):
            if values := [value for value in self.column(name) if value is not None]:
                ways.append(f"{name} {' -> '.join(f'{value:.3g}' for value in (values[0], values[-1]))}")
        return f"<History {', '.join(ways)}>"

    def __str__(self) -> str:
        """Write a short table: the first epochs, some between, the last ones, findings and hints."""
        names = [name for name in self.columns if "/" not in name]
        if not self.rows:
            return "no epoch was finished"
        last = len(self)
        chosen = sorted({0, 1, 2, last // 4, last // 2, 3 * last // 4, last - 3, last - 2, last - 1})
        lines = ["  ".join(f"{name:>12}" for name in names)]  # a longer name makes its column wider
        for at in chosen:
            if 0 <= at < len(self):
                cells = {name: _cell(self.rows[at].get(name)) for name in names}
                lines.append("  ".join(f"{cell:>{max(12, len(name))}}" for name, cell in cells.items()))
        if self.stopped:
            lines.append(f"stopped: {self.stopped}")
        return "\n".join([*lines, *self.findings, *(f"hint: {hint}" for hint in self.hints)])


def _cell(value: float | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def as_history(history: object, where: str) -> History:
    """Pass a history with at least one epoch on."""
    given = instance_of(history, History, f"{where}, history", "the History that train() returns")
    if not given.rows:
        problem = "the history is empty, no epoch was finished."
        raise StateError(problem, where=where, cure="Train for at least one epoch.")
    return given


def epochs_of(history: History) -> list[float]:
    """List the epochs' numbers; where rows do not tell, they are counted from 1."""
    return [float(row.get("epoch") or at) for at, row in enumerate(history.rows, start=1)]


def floats(column: Sequence[float | int | None]) -> list[float]:
    """Read a column as floats; what an epoch does not have, and what is not finite, is NaN, which leaves a gap.

    Examples
    --------
    >>> floats([1, None, float("inf")])
    [1.0, nan, nan]
    """
    return [float(v) if v is not None and math.isfinite(v) else math.nan for v in column]


def by_layer(history: History, what: str, where: str, kind: str) -> dict[str, list[float]]:
    """Read the columns "what/layer 1", "what/layer 2", ... of a history, in the order of the layers.

    Examples
    --------
    >>> by_layer(History([{"zero/layer 1": 0.5}, {"zero/layer 1": 0.25}]), "zero", "plot", "activations")
    {'layer 1': [0.5, 0.25]}
    """
    layers: dict[str, list[float]] = {}
    columns = history.columns
    while f"{what}/layer {len(layers) + 1}" in columns:
        name = f"layer {len(layers) + 1}"
        layers[name] = floats(history.column(f"{what}/{name}"))
    if not layers:
        raise StateError(f"the history has no {kind}.", where=where, cure=f"Train with record=[{kind!r}].")
    return layers
