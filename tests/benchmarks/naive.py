"""The network of the from-scratch tutorials, as the yardstick: neurons that hold lists of weights, layer by layer.

Sigmoid everywhere, loss `1/2 * sum((a - y)**2)`, one example at a time, a fresh list for each layer's outputs and
errors. It keeps no gradient: the update works it out on the way. It knows nothing of neurograph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["NaiveNetwork", "NaiveNeuron"]


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


class NaiveNeuron:
    """A neuron with one weight for each neuron of the layer before."""

    def __init__(self, weights: Sequence[float], bias: float) -> None:
        self.weights = list(weights)
        self.bias = bias
        self.output = 0.0
        self.delta = 0.0

    def activate(self, inputs: Sequence[float]) -> float:
        z = self.bias
        for weight, value in zip(self.weights, inputs, strict=True):
            z += weight * value
        self.output = sigmoid(z)
        return self.output

    def update(self, inputs: Sequence[float], rate: float) -> None:
        for j, value in enumerate(inputs):
            self.weights[j] -= rate * self.delta * value
        self.bias -= rate * self.delta


class NaiveNetwork:
    """Fully connected layers of `NaiveNeuron`."""

    def __init__(self, layers: list[list[NaiveNeuron]]) -> None:
        self.layers = layers

    def forward(self, inputs: Sequence[float]) -> list[float]:
        values = list(inputs)
        for layer in self.layers:
            values = [neuron.activate(values) for neuron in layer]
        return values

    def backward(self, targets: Sequence[float]) -> None:
        top = self.layers[-1]
        errors = [neuron.output - target for neuron, target in zip(top, targets, strict=True)]
        for i in reversed(range(len(self.layers))):
            for neuron, error in zip(self.layers[i], errors, strict=True):
                neuron.delta = error * neuron.output * (1.0 - neuron.output)
            if i > 0:
                errors = []
                for j in range(len(self.layers[i - 1])):
                    error = 0.0
                    for neuron in self.layers[i]:
                        error += neuron.weights[j] * neuron.delta
                    errors.append(error)

    def update(self, inputs: Sequence[float], rate: float) -> None:
        values = list(inputs)
        for layer in self.layers:
            for neuron in layer:
                neuron.update(values, rate)
            values = [neuron.output for neuron in layer]

    def train_step(self, inputs: Sequence[float], targets: Sequence[float], rate: float) -> float:
        outputs = self.forward(inputs)
        loss = 0.0
        for output, target in zip(outputs, targets, strict=True):
            loss += 0.5 * (output - target) ** 2
        self.backward(targets)
        self.update(inputs, rate)
        return loss
