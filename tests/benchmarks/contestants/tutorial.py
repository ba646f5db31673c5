"""The network of the from-scratch tutorials (naive.py): plain Python, lists of weights, one layer after another."""

from __future__ import annotations

from contestants import Declined, Epochs
from naive import NaiveNetwork, NaiveNeuron
from workloads import Task

__all__ = ["enter", "network"]


def network(task: Task) -> NaiveNetwork:
    layers = [[NaiveNeuron(cell.weights, cell.bias, cell.activation) for cell in layer] for layer in task.layers]
    return NaiveNetwork(layers, task.loss)


def enter(task: Task) -> Epochs:
    if not task.sizes:
        raise Declined("it has layers only")
    net = network(task)

    def epochs(count: int) -> float:
        total = 0.0
        for _ in range(count):
            total = 0.0
            if task.batch == 1:
                for x, y in zip(task.X, task.Y, strict=True):
                    total += net.train_step(x, y, task.rate)
            else:
                for X, Y in task.batches:  # noqa: N806
                    total += net.train_batch(X, Y, task.rate)
        return total / len(task.X)

    return epochs
