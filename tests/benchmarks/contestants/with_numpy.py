"""NumPy: one matrix for each layer and a batch of rows at once; without layers, one neuron and a batch at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from contestants import Epochs
from workloads import Task

__all__ = ["enter"]

Array = np.ndarray


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


def relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


VALUES: dict[str, Callable[[Array], Array]] = {"sigmoid": sigmoid, "relu": relu, "softmax": softmax}
SLOPES: dict[str, Callable[[Array], Array]] = {"sigmoid": lambda a: a * (1.0 - a), "relu": lambda a: a > 0.0}
COSTS: dict[str, Callable[[Array, Array], float]] = {
    "squared_error": lambda a, y: 0.5 * ((a - y) ** 2).sum(),
    "cross_entropy": lambda a, y: -(y * np.log(a)).sum(),
    "binary_cross_entropy": lambda a, y: -(y * np.log(a) + (1.0 - y) * np.log(1.0 - a)).sum(),
}


def enter(task: Task) -> Epochs:
    batches = [(np.array(X), np.array(Y)) for X, Y in task.batches]
    learn = by_layers(task) if task.sizes else by_neurons(task)

    def epochs(count: int) -> float:
        total = 0.0
        for _ in range(count):
            total = 0.0
            for X, Y in batches:  # noqa: N806
                total += learn(X, Y)
        return float(total) / len(task.X)

    return epochs


def by_layers(task: Task) -> Callable[[Array, Array], float]:
    weights = [np.array([cell.weights for cell in layer]).T.copy() for layer in task.layers]
    biases = [np.array([cell.bias for cell in layer]) for layer in task.layers]
    rules = [layer[0].activation for layer in task.layers]
    last = len(weights) - 1
    cost, rate = COSTS[task.loss], task.rate
    steps = [np.empty_like(weight) for weight in weights]
    product = np.multiply if task.batch == 1 else np.matmul  # an outer product takes longer as one of matrices

    def learn(X: Array, Y: Array) -> float:  # noqa: N803
        a = [X]
        for weight, bias, rule in zip(weights, biases, rules, strict=True):
            a.append(VALUES[rule](a[-1] @ weight + bias))
        delta = (a[-1] - Y) * (rate / len(X))  # with the rate in it, every gradient is a step
        if task.loss == "squared_error":
            delta *= SLOPES[rules[last]](a[-1])
        for k in range(last, -1, -1):
            weight_step = product(a[k].T, delta, out=steps[k])
            bias_step = delta.sum(axis=0)
            if k:
                delta = (delta @ weights[k].T) * SLOPES[rules[k - 1]](a[k])
            weights[k] -= weight_step
            biases[k] -= bias_step
        return cost(a[-1], Y)

    return learn


def by_neurons(task: Task) -> Callable[[Array, Array], float]:
    """A row of the table `a` for each neuron, a column for each example."""
    sources = [np.array(cell.sources) for cell in task.cells]
    weights = [np.array(cell.weights) for cell in task.cells]
    biases = [cell.bias for cell in task.cells]
    rules = [cell.activation for cell in task.cells]
    inputs, hidden = task.inputs, len(task.cells) - task.outputs
    neurons = inputs + len(task.cells)

    def learn(X: Array, Y: Array) -> float:  # noqa: N803
        a = np.empty((neurons, len(X)))
        a[:inputs] = X.T
        for k, weight in enumerate(weights):
            z = weight @ a[sources[k]] + biases[k]
            a[inputs + k] = VALUES[rules[k]](z) if k < hidden else z
        outputs = softmax(a[inputs + hidden :].T)
        delta = np.zeros_like(a)
        delta[inputs + hidden :] = (outputs - Y).T * (task.rate / len(X))
        for k in range(len(weights) - 1, -1, -1):
            d = delta[inputs + k]
            if k < hidden:
                d = d * SLOPES[rules[k]](a[inputs + k])
            delta[sources[k]] += np.outer(weights[k], d)
            weights[k] -= a[sources[k]] @ d
            biases[k] -= d.sum()
        return COSTS[task.loss](outputs, Y)

    return learn
