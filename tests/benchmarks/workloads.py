"""What is measured: nets with their first weights, examples, loss and rate, as plain numbers that all contestants read.

It trains nothing and measures nothing. One epoch is forward, loss, backward and update for every example, in order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from neurograph import Scaler, datasets

__all__ = ["LARGE", "TASKS", "Cell", "Task"]

Rows = list[list[float]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A neuron that computes. Its sources are numbers: the inputs come first, then the cells in their order."""

    sources: Sequence[int]
    weights: list[float]
    bias: float
    activation: str


@dataclass(frozen=True, slots=True)
class Task:
    """A net and what it is to learn. The last cells are the outputs; `sizes` is empty where there are no layers."""

    about: str
    sizes: tuple[int, ...]
    cells: list[Cell]
    loss: str
    X: Rows
    Y: Rows
    batch: int
    rate: float

    @property
    def inputs(self) -> int:
        return len(self.X[0])

    @property
    def outputs(self) -> int:
        return len(self.Y[0])

    @property
    def edges(self) -> int:
        return sum(len(cell.sources) for cell in self.cells)

    @property
    def layers(self) -> list[list[Cell]]:
        """The cells layer by layer, of a net that has layers."""
        ends = [sum(self.sizes[1 : k + 1]) for k in range(len(self.sizes))]
        return [self.cells[start:end] for start, end in pairwise(ends)]

    @property
    def batches(self) -> list[tuple[Rows, Rows]]:
        size = self.batch
        return [(self.X[k : k + size], self.Y[k : k + size]) for k in range(0, len(self.X), size)]


def dense(sizes: Sequence[int], activations: Sequence[str], seed: int = 1) -> list[Cell]:
    """Draw the cells of fully connected layers: weights as Glorot and Bengio (2010) have it, biases small."""
    generator = Random(seed)
    cells: list[Cell] = []
    start = 0
    for before, size, activation in zip(sizes, sizes[1:], activations, strict=False):
        limit = math.sqrt(6.0 / (before + size))
        for _ in range(size):
            weights = [generator.uniform(-limit, limit) for _ in range(before)]
            cells.append(Cell(range(start, start + before), weights, generator.uniform(-0.1, 0.1), activation))
        start += before
    return cells


def sparse(inputs: int, hidden: int, outputs: int, fan_in: int, seed: int = 1) -> list[Cell]:
    """Draw a net without layers: every neuron listens to some of all before it, and none is left unheard."""
    generator = Random(seed)
    cells: list[Cell] = []
    unheard = set(range(inputs + hidden))
    for number in range(hidden + outputs):
        last = number >= hidden
        sources = generator.sample(range(inputs + min(number, hidden)), fan_in)
        unheard.difference_update(sources)
        if number == hidden + outputs - 1:
            sources += sorted(unheard)
        limit = math.sqrt(6.0 / (2 * len(sources)))
        weights = [generator.uniform(-limit, limit) for _ in sources]
        activation = "softmax" if last else ("sigmoid", "relu")[number % 2]
        cells.append(Cell(sources, weights, generator.uniform(-0.1, 0.1), activation))
    return cells


def clouds(rows: int, features: int, classes: int, seed: int = 1) -> tuple[Rows, Rows]:
    """Draw standard normal features about the centre of each row's class, the classes in turn; one-hot targets."""
    generator = Random(seed)
    centres = [[generator.gauss(0.0, 0.5) for _ in range(features)] for _ in range(classes)]
    X = [[centre + generator.gauss(0.0, 1.0) for centre in centres[row % classes]] for row in range(rows)]  # noqa: N806
    return X, [[float(k == row % classes) for k in range(classes)] for row in range(rows)]


def iris(batch: int) -> Task:
    data = datasets.load_iris()
    data = Scaler.of(data).scaled(data)
    about = f"iris, 4-5-3 sigmoid, squared error, batch {batch}"
    return Task(about, (4, 5, 3), dense((4, 5, 3), ["sigmoid"] * 2), "squared_error", data.X, data.Y, batch, 0.5)


def blobs() -> Task:
    X, Y = clouds(1500, 2, 3)  # noqa: N806
    about = "1500 rows, 2-3-3 sigmoid, softmax, cross-entropy, full batch"
    return Task(about, (2, 3, 3), dense((2, 3, 3), ["sigmoid", "softmax"]), "cross_entropy", X, Y, 1500, 0.5)


def cancer() -> Task:
    X, Y = clouds(569, 30, 2)  # noqa: N806
    labels = [[one if row % 9 else 1.0 - one] for row, (_, one) in enumerate(Y)]  # some wrong: no loss ever reaches 0
    about = "569 rows, 30-5-1 relu, sigmoid, binary cross-entropy, full batch"
    cells = dense((30, 5, 1), ["relu", "sigmoid"])
    return Task(about, (30, 5, 1), cells, "binary_cross_entropy", X, labels, 569, 0.1)


def small() -> Task:
    X, Y = clouds(10, 5, 2)  # noqa: N806
    about = "10 rows, 5-5-5-2 relu, relu, softmax, cross-entropy, one batch"
    return Task(about, (5, 5, 5, 2), dense((5, 5, 5, 2), ["relu", "relu", "softmax"]), "cross_entropy", X, Y, 10, 0.1)


def square(width: int) -> Task:
    generator = Random(width)
    X = [[generator.uniform(-1.0, 1.0) for _ in range(width)] for _ in range(10)]  # noqa: N806
    Y = [[generator.random() for _ in range(width)] for _ in range(10)]  # noqa: N806
    sizes = (width, width, width)
    about = f"10 rows, {width}-{width}-{width} sigmoid ({2 * width * width:,} edges), squared error, batch 1"
    return Task(about, sizes, dense(sizes, ["sigmoid"] * 2), "squared_error", X, Y, 1, 0.1)


def digits() -> Task:
    X, Y = clouds(320, 784, 10)  # noqa: N806
    cells = dense((784, 30, 10), ["sigmoid", "softmax"])
    about = "320 rows, 784-30-10 sigmoid, softmax, cross-entropy, batch 32"
    return Task(about, (784, 30, 10), cells, "cross_entropy", X, Y, 32, 0.1)


def tangle() -> Task:
    X, Y = clouds(500, 8, 3)  # noqa: N806
    cells = sparse(8, 49, 3, fan_in=5)
    edges = sum(len(cell.sources) for cell in cells)
    about = f"500 rows, a net without layers: 60 neurons, {edges} edges, sigmoid, relu, softmax, batch 10"
    return Task(about, (), cells, "cross_entropy", X, Y, 10, 0.1)


TASKS: dict[str, Callable[[], Task]] = {
    "W1o": lambda: iris(1),
    "W1b": lambda: iris(10),
    "W2": blobs,
    "W3": cancer,
    "W4": small,
    "W5e2": lambda: square(7),
    "W5e3": lambda: square(22),
    "W5e4": lambda: square(71),
    "W5e5": lambda: square(224),
    "W5e6": lambda: square(707),
    "W6": digits,
    "W7": tangle,
}
LARGE = ("W5e6",)  # only when asked for
