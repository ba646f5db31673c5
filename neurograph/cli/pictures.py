"""The pictures of a training run: the network, the loss, the gradients, the activations, and how good it is.

They are drawn when all else is kept, so that nothing is lost when drawing fails; `visualize` loads when one is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import pstdev
from typing import Protocol

from neurograph.data.dataset import Dataset
from neurograph.data.scaling import Scaler
from neurograph.errors import one_line
from neurograph.learning.history import History, Row
from neurograph.learning.recorder import owners_of
from neurograph.network import Network

__all__ = [
    "NAMES",
    "Picture",
    "TrainedRun",
    "draw_pictures",
    "escaped",
    "in_report",
    "remove_pictures",
    "without_neurons",
]

_FAR = 100.0  # the largest loss beside the smallest: beyond, the axis is logarithmic
_CUT_UP_TO = 8  # inputs: through more of them, one plane tells little


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """What the pictures are of: the trained net, its whole history, the data learned from and those judged on."""

    net: Network
    history: History
    learned: Dataset
    judged: Dataset
    scaler: Scaler | None
    target_scaler: Scaler | None = None

    @property
    def on(self) -> str:
        """Say which examples a picture is of."""
        held = self.judged is not self.learned
        return f"{len(self.judged)} examples held out" if held else f"the {len(self.judged)} examples learned from"

    def outputs(self) -> list[list[float]]:
        """Run a copy of the net over the examples judged on; in the units of the targets."""
        net = self.net.copy()
        outputs = [net.forward(x) for x in self.judged.X]
        return self.target_scaler.inverse(outputs) if self.target_scaler else outputs


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was written: its file's name, what it is, and what it shows for those who cannot see it."""

    name: str
    title: str
    alt: str


class _Drawn(Protocol):
    def alt_text(self) -> str: ...

    def save(self, path: Path, dpi: int = ...) -> None: ...


def draw_pictures(run: TrainedRun, folder: Path, note: Callable[[Picture], object]) -> list[str]:
    """Draw every picture that fits the run into a folder, and remove those of an earlier run that do not.

    `note` is called with each picture as soon as it is written. The lines returned say which could not be drawn, and
    why.
    """
    troubles = []
    for name, (title, make) in _MAKERS.items():
        try:
            drawn = make(run)
            if drawn is not None:
                drawn.save(folder / name)
                note(Picture(name, title.format(on=run.on), drawn.alt_text()))
                continue
        except Exception as error:  # whatever it is, the run is kept, and the other pictures are drawn
            troubles.append(f"{name} was not drawn: {one_line(str(error)) or type(error).__name__}")
        _remove(folder / name)
    return troubles


def remove_pictures(folder: Path) -> None:
    """Remove the pictures of an earlier run, which would be taken for those of the present one."""
    for name in NAMES:
        _remove(folder / name)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def in_report(pictures: Iterable[Picture]) -> str:
    r"""Write Markdown that shows the pictures.

    Examples
    --------
    >>> print(in_report([Picture("loss.png", "Loss", "Loss over 2 epochs.")]), end="")
    <BLANKLINE>
    ## Loss
    <BLANKLINE>
    ![Loss over 2 epochs.](loss.png)
    """
    return "".join(f"\n## {escaped(one.title)}\n\n![{escaped(one.alt)}]({one.name})\n" for one in pictures)


_MARKUP = re.compile(r"[\\`*\[\]<>|&~$#!{}]|(?<!\w)_|_(?!\w)")


def escaped(text: str) -> str:
    r"""Write text so that Markdown shows it as it is, on one line; an underscore inside a word is none of its signs.

    Examples
    --------
    >>> print(escaped("a|b <img> [x] cross_entropy"))
    a\|b \<img\> \[x\] cross_entropy
    """
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def without_neurons(row: Row, net: Network) -> None:
    """Keep of the gradients in a row those by layer only; a column for each neuron would drown the table."""
    texts = owners_of(net)
    for neuron in net.neurons:
        row.pop(f"gradient/{texts[neuron.name]}", None)


# One maker for each picture; None where the run has nothing to show.


def _network(run: TrainedRun) -> _Drawn:
    from neurograph.learning.diagnostics import find_marks
    from visualize.network.draw import draw_network

    history = run.history if _recorded(run) else None
    return draw_network(
        run.net,
        feature_names=run.learned.feature_names,
        class_names=run.learned.class_names or run.learned.target_names,
        marks=find_marks(run.net, run.learned.X, history),
    )


def _recorded(run: TrainedRun) -> bool:
    """Whether the history tells of gradients; that of an older run may not."""
    return any(name.startswith("gradient_median/") for name in run.history.columns)


def _loss(run: TrainedRun) -> _Drawn | None:
    from visualize.plots.history import plot_history

    return plot_history(run.history, log=_spans_far(run.history)) if run.history.rows else None


def _spans_far(history: History) -> bool:
    """Whether the largest loss is so far above the smallest that the small ones would look like 0."""
    losses: list[float] = [
        loss for name in ("loss", "validation_loss") for loss in history.column(name) if loss is not None
    ]
    return max(losses) > _FAR * min([loss for loss in losses if loss > 0.0], default=max(losses))


def _gradients(run: TrainedRun) -> _Drawn | None:
    from visualize.plots.layers import plot_gradients

    return plot_gradients(run.history) if _recorded(run) else None


def _activations(run: TrainedRun) -> _Drawn:
    from visualize.plots.activations import plot_activations

    data = run.judged
    return plot_activations(run.net, data.X, data.Y, class_names=data.class_names)


def _confusion(run: TrainedRun) -> _Drawn | None:
    from visualize.plots.confusion import plot_confusion

    data = run.judged
    if not data.class_names:
        return None
    return plot_confusion(outputs=run.outputs(), targets=data.Y, class_names=data.class_names)


def _boundary(run: TrainedRun) -> _Drawn | None:
    """Draw the plane of the inputs; of 3 to 8 inputs, that of the two which move the net most, the others held."""
    from visualize.plots.boundary import plot_decision_boundary

    data, inputs = run.judged, len(run.net.inputs)
    if not data.class_names or not 2 <= inputs <= _CUT_UP_TO:
        return None
    scaler = run.scaler
    net, X = (unscaled(run.net, scaler), scaler.inverse(data.X)) if scaler else (run.net, data.X)  # noqa: N806
    features = None if inputs == 2 else strongest_inputs(run.net, run.learned)
    return plot_decision_boundary(
        net, X, data.Y, features=features, class_names=data.class_names, feature_names=data.feature_names
    )


def unscaled(net: Network, scaler: Scaler) -> Network:
    """Give a net that takes the features as they were measured, and answers as the net does to standardised ones.

    From `w * (x - mean) / deviation` the deviation goes into the weight and the mean into the bias.

    Examples
    --------
    >>> net = Network.dense([1, 1], "identity", initializer="ones")
    >>> unscaled(net, Scaler((10.0,), (2.0,), ("length",))).forward([14.0]), net.forward([2.0])
    ([2.0], [2.0])
    """
    twin = net.copy()
    for neuron, mean, deviation in zip(twin.inputs, scaler.means, scaler.deviations, strict=True):
        for edge in neuron.outgoing:
            edge.weight /= deviation
            edge.target.bias -= edge.weight * mean
    return twin


def _predicted(run: TrainedRun) -> _Drawn | None:
    from visualize.plots.predicted import plot_predictions

    data = run.judged
    return None if data.class_names else plot_predictions(run.outputs(), data.Y, names=data.target_names)


def strongest_inputs(net: Network, data: Dataset) -> tuple[int, int]:
    """Find the two inputs that move the net most: by the root of the sum of squared weights times their deviation."""
    deviations = [pstdev(column) for column in zip(*data.X, strict=True)]
    pull = [
        sqrt(sum(edge.weight * edge.weight for edge in neuron.outgoing)) * deviation
        for neuron, deviation in zip(net.inputs, deviations, strict=True)
    ]
    first, second = sorted(sorted(range(len(pull)), key=lambda at: -pull[at])[:2])
    return first, second


_MAKERS: dict[str, tuple[str, Callable[[TrainedRun], _Drawn | None]]] = {
    "network.svg": ("The network: weights and biases", _network),
    "loss.png": ("Loss", _loss),
    "gradients.png": ("Gradients of each layer", _gradients),
    "activations.png": ("Activations on {on}", _activations),
    "confusion.png": ("Confusion on {on}", _confusion),
    "predicted.png": ("Predicted and true on {on}", _predicted),
    "boundary.png": ("Decision boundary on {on}", _boundary),
}
NAMES = tuple(_MAKERS)
