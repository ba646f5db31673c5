"""The network of the from-scratch tutorials, as the yardstick: neurons that hold lists of weights, layer by layer.

A fresh list for each layer's outputs and errors. One example at a time it keeps no gradient: the update works it out
on the way; a batch adds its gradients up in lists. It knows nothing of neurograph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["NaiveNetwork", "NaiveNeuron"]

Rows = Sequence[Sequence[float]]


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


def softmax(z: Sequence[float]) -> list[float]:
    top = max(z)
    powers = [math.exp(value - top) for value in z]
    total = sum(powers)
    return [power / total for power in powers]


class NaiveNeuron:
    """A neuron with one weight for each neuron of the layer before."""

    def __init__(self, weights: Sequence[float], bias: float, activation: str = "sigmoid") -> None:
        self.weights = list(weights)
        self.bias = bias
        self.activation = activation
        self.gradients = [0.0] * len(self.weights)
        self.bias_gradient = 0.0
        self.output = 0.0
        self.delta = 0.0

    def activate(self, inputs: Sequence[float]) -> float:
        z = self.bias
        for weight, value in zip(self.weights, inputs, strict=True):
            z += weight * value
        if self.activation == "sigmoid":
            self.output = sigmoid(z)
        elif self.activation == "relu":
            self.output = max(0.0, z)
        else:
            self.output = z
        return self.output

    def slope(self) -> float:
        if self.activation == "sigmoid":
            return self.output * (1.0 - self.output)
        return 1.0 if self.output > 0.0 else 0.0

    def update(self, inputs: Sequence[float], rate: float) -> None:
        for j, value in enumerate(inputs):
            self.weights[j] -= rate * self.delta * value
        self.bias -= rate * self.delta

    def accumulate(self, inputs: Sequence[float]) -> None:
        for j, value in enumerate(inputs):
            self.gradients[j] += self.delta * value
        self.bias_gradient += self.delta

    def step(self, rate: float) -> None:
        for j, gradient in enumerate(self.gradients):
            self.weights[j] -= rate * gradient
            self.gradients[j] = 0.0
        self.bias -= rate * self.bias_gradient
        self.bias_gradient = 0.0


class NaiveNetwork:
    """Fully connected layers of `NaiveNeuron`; the loss is `1/2 * sum((a - y)**2)` or a cross-entropy."""

    def __init__(self, layers: list[list[NaiveNeuron]], loss: str = "squared_error") -> None:
        self.layers = layers
        self.loss = loss

    def forward(self, inputs: Sequence[float]) -> list[float]:
        values = list(inputs)
        for layer in self.layers:
            values = [neuron.activate(values) for neuron in layer]
            if layer[0].activation == "softmax":
                values = softmax(values)
                for neuron, value in zip(layer, values, strict=True):
                    neuron.output = value
        return values

    def cost(self, outputs: Sequence[float], targets: Sequence[float]) -> float:
        loss = 0.0
        for output, target in zip(outputs, targets, strict=True):
            if self.loss == "squared_error":
                loss += 0.5 * (output - target) ** 2
            else:
                loss -= target * math.log(output)
                if self.loss == "binary_cross_entropy":
                    loss -= (1.0 - target) * math.log(1.0 - output)
        return loss

    def backward(self, targets: Sequence[float]) -> None:
        top = self.layers[-1]
        errors = [neuron.output - target for neuron, target in zip(top, targets, strict=True)]
        for i in reversed(range(len(self.layers))):
            for neuron, error in zip(self.layers[i], errors, strict=True):
                if self.loss == "squared_error" or i < len(self.layers) - 1:
                    error *= neuron.slope()  # noqa: PLW2901  # as tutorials write it
                neuron.delta = error
            if i > 0:
                errors = []
                for j in range(len(self.layers[i - 1])):
                    error = 0.0
                    for neuron in self.layers[i]:
                        error += neuron.weights[j] * neuron.delta
                    errors.append(error)

    def train_step(self, inputs: Sequence[float], targets: Sequence[float], rate: float) -> float:
        loss = self.cost(self.forward(inputs), targets)
        self.backward(targets)
        values = list(inputs)
        for layer in self.layers:
            for neuron in layer:
                neuron.update(values, rate)
            values = [neuron.output for neuron in layer]
        return loss

    def train_batch(self, rows: Rows, targets: Rows, rate: float) -> float:
        loss = 0.0
        for inputs, wanted in zip(rows, targets, strict=True):
            loss += self.cost(self.forward(inputs), wanted)
            self.backward(wanted)
            values = list(inputs)
            for layer in self.layers:
                for neuron in layer:
                    neuron.accumulate(values)
                values = [neuron.output for neuron in layer]
        for layer in self.layers:
            for neuron in layer:
                neuron.step(rate / len(rows))
        return loss
