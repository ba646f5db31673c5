"""acts dense net as matrices, written for these tests alone: a product for each layer, all examples of a batch at once.

It shares no code with neurograph: it copies the first weights and biases, and everything after that is its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import numpy as np

from neurograph import Network

Array = np.ndarray[Any, np.dtype[np.float64]]


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


ACTIVATION = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
    "softmax": softmax,
}
SLOPE = {  # in terms of the activation
    "identity": np.ones_like,
    "sigmoid": lambda a: a * (1.0 - a),
    "tanh": lambda a: 1.0 - a**2,
    "relu": lambda a: np.where(a > 0.0, 1.0, 0.0),
}
LOSS = {  # of each example
    "squared_error": lambda a, y: ((a - y) ** 2).sum(axis=1) / 2.0,
    "mean_squared_error": lambda a, y: ((a - y) ** 2).mean(axis=1),
    "binary_cross_entropy": lambda a, y: -np.log(np.where(y == 1.0, a, 1.0 - a)).sum(axis=1),
    "cross_entropy": lambda a, y: -np.log((a * y).sum(axis=1)),
}


class MatrixNet:
    """Weights `w[l]`, targets down and sources across, and biases `b[l]`, for every layer after the inputs."""

    def __init__(self, net: Network, loss: str) -> None:
        layers = net.layers[1:]
        self.w = [np.array([[edge.weight for edge in neuron.incoming] for neuron in layer]) for layer in layers]
        self.b = [np.array([neuron.bias for neuron in layer]) for layer in layers]
        self.functions = [layer[0].activation.name for layer in layers]
        self.loss = loss

    def forward(self, x: Array) -> list[Array]:
        acts = [np.asarray(x, dtype=float)]
        for w, b, function in zip(self.w, self.b, self.functions, strict=True):
            acts.append(ACTIVATION[function](acts[-1] @ w.T + b))
        return acts

    def gradients(self, x: Array, y: Array) -> tuple[float, list[Array], list[Array]]:
        """Give sums over the examples: of the losses, of the gradients of the weights, of those of the biases."""
        acts = self.forward(x)
        by_w, by_b = [], []
        delta = self._output_delta(acts[-1], y)
        for layer in reversed(range(len(self.w))):
            by_w.insert(0, delta.T @ acts[layer])
            by_b.insert(0, delta.sum(axis=0))
            if layer > 0:
                delta = delta @ self.w[layer] * SLOPE[self.functions[layer - 1]](acts[layer])
        return LOSS[self.loss](acts[-1], y).sum(), by_w, by_b

    def _output_delta(self, a: Array, y: Array) -> Array:
        if self.loss.endswith("cross_entropy"):
            return a - y
        slope = (a - y) * (2.0 / y.shape[1] if self.loss == "mean_squared_error" else 1.0)
        if self.functions[-1] != "softmax":
            return slope * SLOPE[self.functions[-1]](a)
        jacobians = a[:, :, None] * (np.eye(a.shape[1]) - a[:, None, :])  # of each example, its y_k down and z_j across
        return np.einsum("nk,nkj->nj", slope, jacobians)

    def descend(
        self,
        x: Sequence[Sequence[float]],
        y: Sequence[Sequence[float]],
        rate: float,
        epochs: int,
        *,
        batch: int | None = None,
        seed: int | None = None,
        summed: bool = False,
        l2: float = 0.0,
        frozen: Sequence[int] = (),
        optimizer: str = "sgd",
    ) -> list[float]:
        """Go down the gradient of each batch, its mean or its sum; give each epoch's sum of losses."""
        inputs, targets = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        step = _Stepper(optimizer, rate)
        sums = []
        for epoch in range(epochs):
            total = 0.0
            for rows in batches(len(inputs), batch or len(inputs), seed, epoch):
                cost, by_w, by_b = self.gradients(inputs[rows], targets[rows])
                share = 1.0 if summed else 1.0 / len(rows)
                total += cost
                step.clock += 1
                for layer in range(len(self.w)):
                    if layer not in frozen:
                        self.w[layer] = step(("w", layer), self.w[layer], by_w[layer] * share + l2 * self.w[layer])
                    self.b[layer] = step(("b", layer), self.b[layer], by_b[layer] * share)
            sums.append(total)
        return sums

    def right(self, x: Sequence[Sequence[float]], y: Sequence[Sequence[float]]) -> float:
        """Give the share of examples on the right side of 1/2, or with the largest output where the target has it."""
        a, target = self.forward(np.asarray(x))[-1], np.asarray(y)
        one = target.shape[1] == 1
        same = (a > 0.5) == (target > 0.5) if one else a.argmax(axis=1) == target.argmax(axis=1)
        return float(np.mean(same))


class _Stepper:
    """SGD; momentum 0.9 in PyTorch's form; Adam as in Kingma and Ba (2015)."""

    def __init__(self, rule: str, rate: float) -> None:
        self.rule, self.rate, self.clock = rule, rate, 0
        self.m: dict[object, Array] = {}
        self.v: dict[object, Array] = {}

    def __call__(self, key: object, value: Array, gradient: Array) -> Array:
        nothing = np.zeros_like(value)
        match self.rule:
            case "sgd":
                return value - self.rate * gradient
            case "momentum":
                self.m[key] = 0.9 * self.m.get(key, nothing) + gradient
                return value - self.rate * self.m[key]
            case _:
                self.m[key] = 0.9 * self.m.get(key, nothing) + 0.1 * gradient
                self.v[key] = 0.999 * self.v.get(key, nothing) + 0.001 * gradient**2
                mean, square = self.m[key] / (1.0 - 0.9**self.clock), self.v[key] / (1.0 - 0.999**self.clock)
                return value - self.rate * mean / (np.sqrt(square) + 1e-8)


def batches(count: int, size: int, seed: int | None, epoch: int) -> Iterator[list[int]]:
    """Cut the examples into batches, in their own order or in the one that neurograph's trainer draws for an epoch."""
    order = list(range(count))
    if seed is not None:
        Random(f"{seed}/{epoch}").shuffle(order)
    for at in range(0, count, size):
        yield order[at : at + size]


def largest_difference(net: Network, matrices: MatrixNet) -> float:
    """Give the largest relative difference between a parameter of the object graph and that of the matrices."""
    differences = [0.0]
    for layer, w, b in zip(net.layers[1:], matrices.w, matrices.b, strict=True):
        for neuron, weights, bias in zip(layer, w, b, strict=True):
            mine = [neuron.bias, *(edge.weight for edge in neuron.incoming)]
            for one, other in zip(mine, [bias, *weights], strict=True):
                if one != other:  # which NaN is, too
                    differences.append(abs(one - other) / max(abs(one), abs(other)))
    return float(np.max(differences))  # NaN if one of them is
