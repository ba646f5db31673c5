"""micrograd: scalar Values as its own Neuron adds them up, and the operations that it lacks, written in its manner.

Gradients of a batch add up in the parameters, one backward call for each example.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

from micrograd.engine import Value

from contestants import Declined, Epochs
from workloads import Task

__all__ = ["enter"]

MANY = 500_000  # products in an epoch, from which it takes several seconds
LARGE = 5_000  # edges, from which a product takes longer still


def unary(x: Value, value: float, slope: float) -> Value:
    out = Value(value, (x,))

    def backward() -> None:
        x.grad += slope * out.grad

    out._backward = backward
    return out


def exp(x: Value) -> Value:
    value = math.exp(x.data)
    return unary(x, value, value)


def log(x: Value) -> Value:
    return unary(x, math.log(x.data), 1.0 / x.data)


def sigmoid(x: Value) -> Value:
    value = 1.0 / (1.0 + math.exp(-x.data))
    return unary(x, value, value * (1.0 - value))


def softmax(z: list[Value]) -> list[Value]:
    top = max(value.data for value in z)
    powers = [exp(value - top) for value in z]
    total = sum(powers)
    return [power / total for power in powers]


def cost(loss: str, outputs: list[Value], targets: list[float]) -> Value:
    if loss == "squared_error":
        return sum((a - y) * (a - y) * 0.5 for a, y in zip(outputs, targets, strict=True))
    if loss == "cross_entropy":
        return sum(-y * log(a) for a, y in zip(outputs, targets, strict=True) if y)
    return sum(-log(a if y else 1.0 - a) for a, y in zip(outputs, targets, strict=True))


def enter(task: Task) -> Epochs:
    if task.edges > LARGE or task.edges * len(task.X) > MANY:
        raise Declined("an epoch takes seconds")
    sys.setrecursionlimit(100_000)  # its backward recurses over the graph
    activate: dict[str, Callable[[Value], Value]] = {
        "sigmoid": sigmoid,
        "relu": lambda z: z.relu(),
        "softmax": lambda z: z,
    }
    cells = [([Value(weight) for weight in cell.weights], Value(cell.bias), cell) for cell in task.cells]
    parameters = [value for weights, bias, _ in cells for value in (*weights, bias)]

    def forward(x: list[float]) -> list[Value]:
        values: list[float | Value] = list(x)
        for weights, bias, cell in cells:
            z = sum((weight * values[k] for weight, k in zip(weights, cell.sources, strict=True)), bias)
            values.append(activate[cell.activation](z))
        outputs = values[-task.outputs :]
        return softmax(outputs) if cells[-1][2].activation == "softmax" else outputs

    def epochs(count: int) -> float:
        total = 0.0
        for _ in range(count):
            total = 0.0
            for X, Y in task.batches:  # noqa: N806
                for x, y in zip(X, Y, strict=True):
                    loss = cost(task.loss, forward(x), y)
                    loss.backward()
                    total += loss.data
                for parameter in parameters:
                    parameter.data -= task.rate / len(X) * parameter.grad
                    parameter.grad = 0.0
        return total / len(task.X)

    return epochs
