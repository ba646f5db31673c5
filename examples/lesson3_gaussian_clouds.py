"""Lesson 3, three Gaussian clouds: 2-3-3, sigmoid hidden neurons, softmax outputs, and a typo that nobody saw.

The objective is the log-likelihood of 1500 points. The published run climbs it with the SUM of their gradients and the
rate 1e-6; a batch is a mean here: rate 1e-6 * 1500. For a misspelt name its hidden-to-output weights keep their first
values for ever: the "never updated" report names them, and the table shows what they cost. The default run is short;
`--full` runs the published numbers of epochs, which takes about half an hour.
"""

import sys
from collections.abc import Sequence
from itertools import pairwise

import networkx as nx

import neurograph as ng
from neurograph.data.metrics import accuracy
from neurograph.graph.parameters import values_of
from neurograph.learning.findings import find
from neurograph.rules.initializers import normal

LOSS = "cross_entropy"  # minus the log-likelihood of one point
START = normal(0.0, 1.0)
CLOUDS = ng.datasets.gaussian_clouds(500, centres=((0, -2), (2, 2), (-2, 2)), sd=1.0, seed=1)


def new_net(hidden: Sequence[int] = (3,), seed: int = 2) -> ng.Network:
    """Build a 2-3-3 net, or a deeper one; its weights and its biases are drawn."""
    activations = ["sigmoid"] * len(hidden) + ["softmax"]
    return ng.Network.dense([2, *hidden, 3], activations, initializer=START, bias=START, seed=seed)


def climb_with_the_typo(net: ng.Network, rate: float) -> None:
    """Take one step as the published loop does: `w2` gets the new output weights, and the net goes on with its own."""
    for x, y in zip(CLOUDS.X, CLOUDS.Y, strict=True):
        net.forward(x)
        net.backward(y, LOSS)  # adds to the gradients
    for neuron in net.neurons[2:]:
        neuron.bias -= rate * (neuron.bias_grad or 0.0)
    w2 = {}
    for edge in net.edges:
        if edge.target.role == "output":
            w2[edge] = edge.weight - rate * (edge.grad or 0.0)  # the typo
        else:
            edge.weight -= rate * (edge.grad or 0.0)


def learn(rate: float, epochs: int, frozen: bool = False) -> tuple[ng.Network, list[float]]:
    """Climb with the summed gradient, output weights frozen or not; give the net and the log-likelihoods."""
    net, points = new_net(), len(CLOUDS)
    if frozen:
        net.freeze(*(edge for edge in net.edges if edge.target.role == "output"))
    history = ng.train(net, CLOUDS.X, CLOUDS.Y, LOSS, ng.SGD(rate * points), epochs, batch_size=None, shuffle=False)
    return net, [-points * (loss or 0.0) for loss in history.losses]


def nudged(net: ng.Network, x: Sequence[float], k: int, j: int, step: float = 1e-5) -> float:
    """Measure dy_k/dz_j of softmax: nudge z_j, by its bias, up and down, and look at y_k."""
    output, ends = net.outputs[j], []
    bias = output.bias
    for nudge in (step, -step, 0.0):
        output.bias = bias + nudge
        ends.append(net.forward(x)[k])
    return (ends[0] - ends[1]) / (2.0 * step)


def written_out(net: ng.Network, edge: ng.Edge, y: Sequence[float]) -> tuple[float, int]:
    """Add up a product for each way from an edge to an output: its weights and slopes, and the error at its end."""
    errors = {output: (output.a or 0.0) - target for output, target in zip(net.outputs, y, strict=True)}
    ways = [[edge.target]] if edge.target in errors else list(nx.all_simple_paths(net.graph, edge.target, net.outputs))
    total = 0.0
    for way in ways:
        product = (edge.source.a or 0.0) * errors[way[-1]]
        for here, after in pairwise(way):
            a = here.a or 0.0
            product *= a * (1.0 - a) * net.edge(here, after).weight
        total += product
    return total, len(ways)


def main(full: bool) -> None:
    """Find the typo, show what it costs, and check softmax and the deeper net."""
    net = new_net()
    before = values_of(net)
    climb_with_the_typo(net, rate=1e-6)
    print("after a step of the published loop:", *find(net, CLOUDS.X, before), sep="\n  ")

    print("\nrate   output weights  epochs  log-likelihood         epochs to -450, -160  correct")
    for rate, epochs, frozen in (
        (1e-6, 40_000 if full else 60, True),
        (1e-6, 100_000 if full else 60, False),
        (1e-3, 500 if full else 150, True),
        (1e-3, 500 if full else 150, False),
    ):
        net, climbed = learn(rate, epochs, frozen)
        share = accuracy([net.forward(x) for x in CLOUDS.X], CLOUDS.Y)
        passed = [next((n for n, value in enumerate(climbed) if value > level), "-") for level in (-450.0, -160.0)]
        kind, way = "frozen" if frozen else "trained", f"{climbed[0]:.1f} to {climbed[-1]:.1f}"
        print(f"{rate:.0e}  {kind:14}  {epochs:6}  {way:21}  {passed[0]:>14}, {passed[1]:>4}  {share:7.1%}")

    x, target = CLOUDS.X[0], CLOUDS.Y[0]
    print("\nsoftmax, dy_k/dz_j: measured by a nudge, and y_k * ([k = j] - y_j)")
    for k in range(3):
        y = net.forward(x)
        print("   ".join(f"{nudged(net, x, k, j):12.9f} {y[k] * ((k == j) - y[j]):12.9f}" for j in range(3)))

    deep = new_net(hidden=(3, 3, 3))
    deep.forward(x)
    deep.backward(target, LOSS)
    print("\n2-3-3-3-3  ways to the outputs  sum of products  backpropagation")
    for ends in (("h3_3", "o1"), ("h2_3", "h3_1"), ("h1_3", "h2_1"), ("x1", "h1_1")):
        total, ways = written_out(deep, deep.edge(*ends), target)
        print(f"{'->'.join(ends):10} {ways:19}  {total:15.8e}  {deep.edge(*ends).grad:15.8e}")


if __name__ == "__main__":
    main(full="--full" in sys.argv[1:])
