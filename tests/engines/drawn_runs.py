"""Training runs drawn at random: a network, examples for it, and everything that `train` can be told.

Everything is drawn from the generator that is handed in. It trains nothing.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from engine_runs import Run, freeze_some, tie_some

from neurograph import L1, L2, LOSSES, SGD, Adam, AdamW, Clip, ElasticNet, Momentum, Network, RMSProp
from neurograph.errors import GraphError
from neurograph.rules.rates import constant, cosine, exponential, inverse_time, step_decay
from strategies import random_example, random_network

OPTIMIZERS = {
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": lambda rate: Momentum(rate, nesterov=True),
    "RMSProp": RMSProp,
    "Adam": Adam,
    "AdamW": lambda rate: AdamW(rate, decay=0.1),
    "AdamW, biases": lambda rate: AdamW(rate, decay=0.1, biases=True),
}
# The constants are few: each new one is a new function, and has to be compiled.
REGULARIZERS = {"L1": L1(0.003), "L2": L2(0.01), "ElasticNet": ElasticNet(0.002, 0.02)} | {
    "L1, biases": L1(0.003, True), "L2, biases": L2(0.01, True), "ElasticNet, biases": ElasticNet(0.002, 0.02, True),
}  # fmt: skip
CLIPS = {"norm": Clip(norm=0.05), "value": Clip(value=0.01), "both": Clip(norm=0.05, value=0.02)}
RATES = {
    "constant": constant,
    "step": lambda rate: step_decay(rate, 0.5, 4),
    "exponential": lambda rate: exponential(rate, 0.05),
    "cosine": lambda rate: cosine(rate, 20),
    "inverse time": lambda rate: inverse_time(rate, 0.1),
}
RECORDS = {"gradients": ("gradients",), "all": ("gradients", "updates", "activations")}


def random_run(
    rng: Random, optimizer: str, batch: int | None, most: int = 70, epochs: int = 30, wild: float = 0.0
) -> Run:
    """Draw a network, examples for it, and everything that `train` can be told, but for optimizer and batch size.

    `wild` is the share of learning rates that no training survives.
    """
    loss = rng.choice(list(LOSSES))
    net = random_network(rng, loss)
    told = {loss.name}
    if rng.random() < 0.25 and _cut_off(net, rng):
        told.add("no incoming edge")
    if rng.random() < 0.15 and len(net) < 12:
        _add_twin_groups(net, rng)
    if rng.random() < 0.1:
        net.add_input("x left alone")
    if rng.random() < 0.15:
        told.add("in a row")
        _add_rows(net, rng)
    if rng.random() < 0.5:
        told.add("edges in order")
        _connect_in_order(net)
    count = min(most, rng.choice([1, 2, 7, 32, 33, 34, 64, 70, rng.randint(1, 70), rng.randint(1, 40)]))
    rows = [_example(net, loss, rng) for _ in range(count)]
    validation = _draw(rng, told, "validation", {"share": 0.3, "rows": None} if count > 2 else {"rows": None}, 0.5)
    if "validation: rows" in told:
        aside = [_example(net, loss, rng) for _ in range(rng.choice([1, 3, 33]))]
        validation = [x for x, _ in aside], [y for _, y in aside]
    small = optimizer in ("SGD", "Momentum", "Nesterov")
    rate = math.exp(rng.uniform(*map(math.log, (0.003, 0.3) if small else (0.001, 0.03))))
    if rng.random() < wild:
        told.add("wild")
        rate *= 10.0 ** rng.choice([4, 20, 150, 300])
    how = {
        "X": [x for x, _ in rows],
        "Y": [y for _, y in rows],
        "loss": loss,
        "optimizer": OPTIMIZERS[optimizer](_draw(rng, told, "rate", RATES, 1.0)(rate)),
        "batch_size": batch,
        "regularizer": _draw(rng, told, "regularizer", REGULARIZERS, 0.6),
        "clip": _draw(rng, told, "clip", CLIPS, 0.4),
        "validation": validation,
        "seed": rng.randrange(1000),
        "shuffle": rng.random() < 0.7,
        "record": _draw(rng, told, "record", RECORDS, 0.25) or (),
    }
    if rng.random() < 0.3:
        told.add("frozen")
        freeze_some(net, rng)
    if rng.random() < 0.3 and tie_some(net, rng):
        told.add("tied")
    return Run(net, how, _calls(rng, epochs, told), frozenset(told))


def _draw(rng: Random, told: set[str], what: str, among: dict[str, Any], share: float) -> Any:
    name = rng.choice(list(among)) if rng.random() < share else None
    told.add(f"{what}: {name}")
    return among[name] if name else None


def _calls(rng: Random, epochs: int, told: set[str]) -> tuple[tuple[int, int, str], ...]:
    """30 epochs at once, or in three calls that run ahead by other numbers, with freezing and tying in between."""
    third = epochs // 3
    calls = rng.choice([
        ((epochs, epochs, ""),),
        ((epochs, 1, ""),),
        ((third, 3, ""),) * 3,
        ((third, 4, ""), (third, third, "freeze"), (third, 7, "tie")),
        ((third, third, "tie"), (third, 2, "unfreeze"), (third, third, "freeze")),
    ])  # fmt: skip
    told.add(f"calls: {len(calls)}")
    return calls


def _example(net: Network, loss: Any, rng: Random) -> tuple[list[float], list[float]]:
    """An example with some inputs at the edges of what floats are."""
    x, y = random_example(net, loss, rng)
    return [rng.choice([0.0, -0.0, 5e-324, 1.0]) if rng.random() < 0.1 else value for value in x], y


def _cut_off(net: Network, rng: Random) -> bool:
    """Take all edges into a hidden neuron away, if every output is still reached: only its bias is left."""
    for neuron in rng.sample(net.neurons, len(net.neurons)):
        if neuron.role == "hidden" and neuron.fan_in:
            edges = neuron.incoming
            for edge in edges:
                net.disconnect(edge.source, edge.target)
            try:
                net.schedule()
            except GraphError:
                for edge in edges:
                    net.connect(edge.source, edge.target, edge.weight)
            else:
                return True
    return False


def _add_twin_groups(net: Network, rng: Random) -> None:
    """Two softmax groups side by side in the first layer, which feed outputs."""
    for group in ("left", "right"):
        for k in range(2):
            net.add_neuron(f"{group} {k}", "softmax", rng.uniform(-1.0, 1.0), group)
            net.connect(rng.choice(net.inputs), f"{group} {k}", rng.uniform(-1.5, 1.5))
            net.connect(f"{group} {k}", rng.choice(net.outputs), rng.uniform(-1.5, 1.5))


def _add_rows(net: Network, rng: Random) -> None:
    """Neurons with many sources that stand side by side: nine inputs feed eight neurons, these one more."""
    inputs = [net.add_input(f"row {k}") for k in range(9)]
    hidden = [net.add_neuron(f"of a row {k}", "tanh", rng.uniform(-1.0, 1.0)) for k in range(8)]
    last = net.add_neuron("of two rows", "identity", rng.uniform(-1.0, 1.0))
    for sources, targets in ((inputs, hidden), (hidden, [last]), ([last], net.outputs)):
        for target in targets:
            for source in sources:
                net.connect(source, target, rng.uniform(-1.0, 1.0))


def _connect_in_order(net: Network) -> None:
    """Connect again, from the last layer to the first, neuron by neuron; drawn networks have no such order."""
    turns = [(-n, at) for n, layer in enumerate(net.layers) for at in range(len(layer))]
    order = dict(zip((neuron for layer in net.layers for neuron in layer), turns, strict=True))
    edges = sorted(net.edges, key=lambda edge: order[edge.target])
    for edge in edges:
        net.disconnect(edge.source, edge.target)
    for edge in edges:
        net.connect(edge.source, edge.target, edge.weight)
