"""The picture of a page keeps what every diagram promises: no line passes through a neuron that is not its end."""

import math
from itertools import pairwise

import pytest

import neurograph as ng
from neurograph.algebra.numbers import NumberFormat
from visualize.network.layout import RADIUS, arrange
from visualize.page.picture import picture_of
from visualize.page.quantity_table import QuantityTable


def skips(layers: int) -> ng.Network:
    """A chain in which every neuron feeds all that come after it."""
    net = ng.Network()
    net.add_input("x1")
    names = ["x1", *(f"h{k}" for k in range(layers)), "o1"]
    for name in names[1:-1]:
        net.add_neuron(name, "tanh")
    net.add_output("o1", "identity")
    for at, target in enumerate(names):
        for source in names[:at]:
            net.connect(source, target, 0.5)
    return net


NETS = {
    "xor": ng.Network.dense([2, 2, 1], "tanh"),
    "iris": ng.Network.dense([4, 5, 3], "tanh"),
    "tall": ng.Network.dense([30, 16, 2], "tanh"),
    "skips": skips(2),
    "more skips": skips(4),
}


def distance(point: list[float], start: list[float], end: list[float]) -> float:
    along = [b - a for a, b in zip(start, end, strict=True)]
    share = sum((p - a) * d for p, a, d in zip(point, start, along, strict=True)) / (math.hypot(*along) ** 2 or 1.0)
    return math.dist(point, [a + min(1.0, max(0.0, share)) * d for a, d in zip(start, along, strict=True)])


@pytest.mark.parametrize("name", NETS)
def test_no_line_passes_through_a_neuron_that_is_not_its_end(name: str) -> None:
    net = NETS[name]
    quantities = QuantityTable(NumberFormat(), [neuron.name for neuron in net.neurons])
    picture = picture_of(net, arrange(net, most=None, gap=2.7), quantities)
    nodes = [[node["x"], node["y"]] for node in picture["nodes"]]
    for link in picture["links"]:
        way = link.get("points") or [nodes[end] for end in link["ends"]]
        others = [node for at, node in enumerate(nodes) if at not in link["ends"]]
        assert all(distance(node, *piece) >= RADIUS for node in others for piece in pairwise(way)), link["ends"]
