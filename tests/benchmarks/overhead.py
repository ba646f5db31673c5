"""What `train` adds to the bare learning, in one interleaved run: `python tests/benchmarks/overhead.py`.

On objects, plain SGD and an epoch of one example: `train` beside `Learner.learn`, in ns per edge. Compiled, W2: `train`
beside the kernel that runs its epochs, in microseconds. Times are the processor's own; a ratio is the median of those
within a round; the epochs of `train` are those beyond the first, so that what it does once is not among them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from statistics import median
from time import process_time_ns

import neurograph as ng
from contestants import ours
from neurograph.engines.compiled.jit import machine
from neurograph.engines.compiled.learner import CompiledLearner
from tables import short, table
from workloads import TASKS, Task

TURN_NS = 200_000_000  # how long one turn lasts, about
STEP = {"W5e2": 23_000, "W5e3": 140_000, "W5e4": 1_300_000}  # ns, about
EPOCH = 90_000  # of W2
Turn = Callable[[int], object]  # so many steps or epochs


def main() -> None:
    parser = argparse.ArgumentParser(description="Time what train adds to the bare learning.")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each side (default 9)")
    rounds = parser.parse_args().rounds
    rows = []
    for name, step in STEP.items():
        task = TASKS[name]()
        sides = bare(task), train_on_objects(task)
        rows.append(line(f"objects, {task.edges:,} edges: ns per edge", sides, step, rounds, task.edges))
    if find_spec("numba"):
        task = TASKS["W2"]()
        rows.append(line("compiled, W2: us per epoch", (kernel(task), train_compiled(task)), EPOCH, rounds, 1_000))
    print(table([f"rounds: {rounds}", "bare", "train", "ratio"], rows, markdown=False))


def line(what: str, sides: tuple[Turn, Turn], step: int, rounds: int, unit: int) -> list[str]:
    """Let both sides take turns, and write down their times in a unit, so many ns."""
    count = max(3, TURN_NS // step)
    times: tuple[list[float], list[float]] = [], []
    for side in sides:
        side(2)
    for _ in range(rounds):
        for side, own in zip(sides, times, strict=True):
            own.append(timed(side, count + 1) - timed(side, 1))
    ratio = median(added / alone for alone, added in zip(*times, strict=True))
    return [what, *(short(median(own) / count / unit) for own in times), f"{ratio:.3f}"]


def timed(side: Turn, count: int) -> int:
    begin = process_time_ns()
    side(count)
    return process_time_ns() - begin


def trainer_of(task: Task, engine: str) -> ng.Trainer:
    """Make a trainer whose steps are the same from turn to turn: none gets anywhere."""
    optimizer = ng.SGD(1e-9)
    return ng.Trainer(
        ours.network(task), task.X, task.Y, loss=task.loss, optimizer=optimizer, batch_size=None, engine=engine
    )


def train(task: Task, engine: str) -> Turn:
    net, optimizer = ours.network(task), ng.SGD(1e-9)
    given = {"batch_size": None, "engine": engine, "progress": False}
    return lambda count: ng.train(net, task.X, task.Y, task.loss, optimizer, count, **given)


def one_example(task: Task) -> Task:
    return replace(task, X=task.X[:1], Y=task.Y[:1])


def bare(task: Task) -> Turn:
    trainer = trainer_of(one_example(task), "object")
    learn, examples = trainer.learner.learn, trainer.examples

    def steps(count: int) -> None:
        for _ in range(count):
            learn(examples, 1e-9)

    return steps


def train_on_objects(task: Task) -> Turn:
    return train(one_example(task), "object")


def kernel(task: Task) -> Turn:
    trainer = trainer_of(task, "object")
    learner = CompiledLearner(machine(), trainer.learner, trainer.examples, [], len(task.X), trainer.classes)

    def epochs(count: int) -> None:
        for _ in learner.run([1e-9] * count, None, None, 1e12, lambda: False):
            pass

    return epochs


def train_compiled(task: Task) -> Turn:
    return train(task, "compiled")


if __name__ == "__main__":
    main()
