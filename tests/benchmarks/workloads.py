"""What is measured: one training step, forward, backward and update, on dense n-n-n sigmoid nets of four sizes.

It builds the contestants with equal weights and examples; it measures nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import neurograph as ng
from naive import NaiveNetwork, NaiveNeuron
from neurograph.passes.propagation import present, run, update

__all__ = ["DIGITS", "WIDTHS", "build", "edges_of", "example", "naive_step", "naive_twin", "plain_step", "public_step"]

WIDTHS = {100: 7, 1_000: 22, 10_000: 71, 100_000: 224}  # about so many edges -> n of the n-n-n net
DIGITS = [784, 30, 10]  # the net of Nielsen's book, for the time that building takes
RATE = 0.1

Step = Callable[[], object]


def edges_of(width: int) -> int:
    return 2 * width * width


def build(width: int) -> ng.Network:
    net = ng.Network.dense([width, width, width], "sigmoid", seed=width)
    generator = Random(width)
    for neuron in net.neurons[width:]:
        neuron.bias = generator.uniform(-0.5, 0.5)
    return net


def example(width: int) -> tuple[list[float], list[float]]:
    generator = Random(width + 1)
    return [generator.uniform(-1.0, 1.0) for _ in range(width)], [generator.random() for _ in range(width)]


def naive_twin(net: ng.Network) -> NaiveNetwork:
    """Copy a dense net's weights and biases into the naive form."""
    return NaiveNetwork(
        [[NaiveNeuron([edge.weight for edge in n.incoming], n.bias) for n in layer] for layer in net.layers[1:]]
    )


def plain_step(net: ng.Network, x: list[float], y: list[float]) -> Step:
    """A training step as a plain run of the acts: no check of the numbers, no way back."""
    schedule = net.schedule("squared_error")
    inputs = net.inputs
    computing = [neuron for neuron in net.neurons if neuron.role != "input"]
    clear = tuple(neuron.clear for neuron in computing)

    def step() -> None:
        present(inputs, x)
        schedule.objective.aim(y)
        run(schedule.forward)
        run(schedule.loss)
        run(schedule.backward)
        run(clear)
        run(schedule.gradients)
        update(computing, (), RATE)

    return step


def public_step(net: ng.Network, x: list[float], y: list[float]) -> Step:
    """The same step as people write it, with every check."""

    def step() -> None:
        net.forward(x)
        net.backward(y)
        net.update(RATE)
        net.zero_grad()

    return step


def naive_step(net: NaiveNetwork, x: list[float], y: list[float]) -> Step:
    def step() -> None:
        net.train_step(x, y, RATE)

    return step
