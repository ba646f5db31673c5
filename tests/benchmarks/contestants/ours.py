"""Our own two engines, through the door that people use: a Trainer; and `train`, with all that comes with it."""

from __future__ import annotations

import neurograph as ng
from contestants import Declined, Epochs
from workloads import Task

__all__ = ["by_objects", "compiled", "network", "train_in_all"]


def network(task: Task) -> ng.Network:
    """Build the net of a task, with its first weights."""
    if task.sizes:
        activations = [layer[0].activation for layer in task.layers]
        net = ng.Network.dense(task.sizes, activations, initializer="zeros")
        for neuron, cell in zip(net.neurons[task.inputs :], task.cells, strict=True):
            neuron.bias = cell.bias
            for edge, weight in zip(neuron.incoming, cell.weights, strict=True):
                edge.weight = weight
        return net
    net = ng.Network()
    neurons = [net.add_input(f"x{k + 1}") for k in range(task.inputs)]
    for number, cell in enumerate(task.cells):
        last = number >= len(task.cells) - task.outputs
        add = net.add_output if last else net.add_neuron
        neurons.append(add(f"{'o' if last else 'h'}{number + 1}", cell.activation, cell.bias))
        for source, weight in zip(cell.sources, cell.weights, strict=True):
            net.connect(neurons[source], neurons[-1], weight)
    return net


def by_objects(task: Task) -> Epochs:
    return _trained_by("object", task)


def compiled(task: Task) -> Epochs:
    return _trained_by("compiled", task)


def _trained_by(engine: str, task: Task) -> Epochs:
    trainer = ng.Trainer(
        network(task),
        task.X,
        task.Y,
        loss=task.loss,
        optimizer=ng.SGD(task.rate),
        batch_size=task.batch,
        shuffle=False,
        engine=engine,
    )

    def epochs(count: int) -> float:
        loss = 0.0
        for row in trainer.epochs(count, ahead=count):
            loss = row["loss"]
        return loss

    return epochs


def train_in_all(task: Task) -> Epochs:
    """Call `train` anew for each turn: it checks the examples, and keeps a history."""
    if task.edges * len(task.X) > 6_000:
        raise Declined("1000 epochs would take too long")
    net = network(task)

    def epochs(count: int) -> float:
        history = ng.train(
            net,
            task.X,
            task.Y,
            loss=task.loss,
            optimizer=ng.SGD(task.rate),
            epochs=count,
            batch_size=task.batch,
            shuffle=False,
            engine="compiled",
            progress=False,
        )
        return float(history[-1]["loss"])

    return epochs
