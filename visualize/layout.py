"""Where neurons stand in a picture: layers from left to right, and neuron i of a layer always at place i.

It knows no matplotlib.
"""

from __future__ import annotations

from neurograph.graph.neuron import Neuron
from neurograph.graph.shape import Shape

__all__ = ["positions"]


def positions(net: Shape) -> dict[Neuron, tuple[float, float]]:
    """Place every neuron: x is its layer, y counts down from the top, each layer centred on 0.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid")
    >>> {neuron.name: place for neuron, place in positions(net).items()}
    {'x1': (0.0, 0.5), 'x2': (0.0, -0.5), 'o1': (1.0, 0.0)}
    """
    return {
        neuron: (float(column), (len(layer) - 1) / 2 - row)
        for column, layer in enumerate(net.layers)
        for row, neuron in enumerate(layer)
    }
