"""The diagrams that the tests of TikZ and DOT write: all modes, lanes, hidden neurons, and names as odd as can be."""

from __future__ import annotations

from typing import Any

import neurograph as ng
from strategies import random_case
from visualize.network.diagram import NetworkDiagram

ODD = [
    "a\nb", "<b>&$", "\\input{x}", "50%_#^~", "%", "é😀漢ع", "x" * 200, "--''``|\"", "{}", "\\", "}", "$a$", "ðþÿß",
    "!`?`", "x₁²", "\u202eevil", "]", "\\end{document}",
]  # fmt: skip


def trained(show: str = "weights", **style: Any) -> NetworkDiagram:
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=0)
    net.connect("x1", "o2", -2.5)
    trace = net.trace([5.1, 3.5, 1.4, 0.2], [1.0, 0.0, 0.0], "cross_entropy")
    return NetworkDiagram.from_network(trace, show, **style)


def skips(seed: int, **style: Any) -> NetworkDiagram:
    case = random_case(seed)
    case.net.forward(case.x)
    return NetworkDiagram.from_network(case.net, "forward", **style)


def odd(**style: Any) -> NetworkDiagram:
    net = ng.Network()
    for name in ODD:
        net.add_input(name)
    net.add_output("δ→\\input{y}", "tanh")
    for number, name in enumerate(ODD):
        net.connect(name, "δ→\\input{y}", number - 4.5)
    return NetworkDiagram.from_network(
        net, most=None, feature_names=ODD, class_names=["$&\\\\"], marks={ODD[0]: "<😀%>"}, numbers=True, **style
    )


def big(**style: Any) -> NetworkDiagram:
    return NetworkDiagram.from_network(ng.Network.dense([784, 30, 10], ["relu", "softmax"], seed=0), **style)
