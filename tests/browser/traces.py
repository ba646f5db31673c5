"""The traces whose pages are walked through, and their pages, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import neurograph as ng
from browser.expected import Expected
from neurograph.trace.step import Unit
from neurograph.trace.trace import Trace
from visualize.page.stepper import write_stepper

__all__ = ["TRACES", "expected", "page_of", "traced"]


def iris(activations: list[str], loss: str, seed: int) -> Trace[ng.Network]:
    rows = ng.datasets.load_iris()
    net = ng.Network.dense([4, 5, 3], activations, seed=seed)
    return net.trace(rows.X[60], rows.Y[60], loss, 0.25)


def linked(neurons: dict[str, str], edges: str) -> ng.Network:
    """Build a net by hand: neurons x... are inputs, o... outputs; edges as in "x1->h1 h1->o1"."""
    draw = Random(4).uniform
    net = ng.Network()
    for name, rule in neurons.items():
        if name.startswith("x"):
            net.add_input(name)
        elif name.startswith("o"):
            net.add_output(name, rule, draw(-0.5, 0.5))
        else:
            net.add_neuron(name, rule, draw(-0.5, 0.5))
    for edge in edges.split():
        source, target = edge.split("->")
        net.connect(source, target, draw(-1.5, 1.5))
    return net


def skips(**options: Any) -> Trace[ng.Network]:
    """Skip edges past one and two layers, seven activations, two outputs of which one reads the other, tiny numbers."""
    neurons = {
        "x1": "", "x2": "", "x_3": "", "left": "tanh", "h2": "gelu", "h2_1": "leaky_relu", "plus": "softplus",
        "h5": "silu", "o1": "sigmoid", "o2": "identity",
    }  # fmt: skip
    edges = (
        "x1->left x2->left x2->h2 x_3->h2 left->h2 h2->h2_1 x1->h2_1 left->plus plus->h5 h2_1->h5 x_3->h5 h2_1->o1 "
        "x1->o1 h5->o1 h5->o2 left->o2 x2->o2 o1->o2"
    )
    return linked(neurons, edges).trace([0.5, -1.25, -2e-5], [0.75, 0.25], learning_rate=0.005, **options)


def batch() -> Trace[ng.Network]:
    """Three examples in a net with skip edges."""
    neurons = {"x1": "", "x2": "", "h1": "tanh", "h2": "elu", "h3": "sigmoid", "o1": "tanh", "o2": "identity"}
    edges = "x1->h1 x2->h1 x2->h2 h1->h2 h1->h3 h2->h3 h3->o1 h1->o1 x1->o1 h2->o2 h3->o2 o1->o2"
    x = [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]]
    return linked(neurons, edges).trace(x, [[0.0, 1.0], [1.0, 0.5], [0.25, 0.0]])


def jacobian() -> Trace[ng.Network]:
    """Two examples whose deltas go the long way after softmax."""
    net = ng.Network.dense([2, 3, 3], ["tanh", "softmax"], seed=3)
    y = [[0.0, 1.0, 0.0], [0.0, 0.5, 0.5]]
    return net.trace([[0.5, -1.0], [1.5, 0.25]], y, "cross_entropy", long_way=True)


def together() -> Trace[ng.Network]:
    """Outputs whose losses act together, of which one feeds another that feeds a third; back to the inputs."""
    net = ng.Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    for name, rule in (("o1", "softmax"), ("o2", "softmax"), ("o3", "sigmoid"), ("o4", "sigmoid")):
        net.add_output(name, rule, bias=0.25)
    for at, way in enumerate(["x1->o1", "x2->o1", "x1->o2", "o1->o3", "o3->o4", "x2->o4"]):
        net.connect(*way.split("->"), 0.5 * at - 0.75)
    y = [[1.0, 0.0, 0.25, 1.0], [0.5, 0.5, 0.0, 0.0]]
    return net.trace([[0.5, -1.0], [1.5, 0.25]], y, "binary_cross_entropy", input_gradients=True)


def held() -> Trace[ng.Network]:
    """A frozen neuron, a frozen edge, edges tied across layers, frozen ties, and a neuron that sits on a kink."""
    net = ng.Network.dense([3, 3, 2], ["relu", "identity"], seed=4)
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h2"), net.edge("h3", "o1"))
    net.tie(net.edge("x1", "h2"), net.edge("x2", "h3"))
    net.freeze("o2", net.edge("x3", "h1"), net.edge("x1", "h2"))
    for edge in net["h3"].fan_in:
        edge.weight = 0.0
    return net.trace([1 / 3, 2.0, -0.5], [0.5, 0.0], fractions=True)


TRACES: dict[str, Callable[[], Trace[ng.Network]]] = {
    "softmax": lambda: iris(["sigmoid", "softmax"], "cross_entropy", 1),
    "squared error": lambda: iris(["sigmoid", "sigmoid"], "squared_error", 2),
    "skips": skips,
    "every digit": lambda: skips(digits=None),
    "batch": batch,
    "jacobian": jacobian,
    "together": together,
    "frozen and tied": held,
    "small": lambda: ng.Network.dense([2, 2, 2], ["tanh", "sigmoid"], seed=1).trace([0.5, -1.0], [1.0, 0.0]),
    "large": lambda: ng.Network.dense([784, 12, 10], ["relu", "softmax"], seed=1).trace(
        [Random(k).random() for k in range(784)], [0.0] * 9 + [1.0], "cross_entropy"
    ),
}


@cache
def traced(name: str) -> Trace[ng.Network]:
    """One of the traces."""
    return TRACES[name]()


@cache
def expected(name: str, unit: Unit) -> Expected:
    """What its page should show."""
    return Expected(traced(name), unit)


@cache
def page_of(name: str, folder: Path) -> Path:
    """Write its page into a folder, if it is not there yet."""
    path = folder / f"{name}.html"
    if not path.exists():
        write_stepper(traced(name), path, title=name)
    return path
