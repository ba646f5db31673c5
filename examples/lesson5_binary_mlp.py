"""Lesson 5, a binary MLP with a function of its own for every layer: 6 sigmoid, 4 tanh, 3 relu, 1 sigmoid.

Ten made-up examples of two classes, a hundred epochs, one example at a time. Then two slips that published versions of
this net have, and the gradient check catching them: a tanh that is not quite tanh, and the slope of the wrong layer.
"""

import math
import sys
from collections.abc import Sequence
from itertools import pairwise

import neurograph as ng
from neurograph.data.dataset import Dataset, class_index
from neurograph.rules.initializers import normal

LOSS = "binary_cross_entropy"
LAYERS: list[str | ng.Activation] = ["sigmoid", "tanh", "relu", "sigmoid"]


def examples() -> Dataset:
    """Make ten examples with four features, one cluster for each class."""
    return ng.datasets.make_classification(10, 4, n_clusters_per_class=1, seed=0)


def new_net(layers: Sequence[str | ng.Activation] = LAYERS) -> ng.Network:
    """Build the 4-6-4-3-1 net, every weight from normal(0, 1), every bias 0."""
    return ng.Network.dense([4, 6, 4, 3, 1], list(layers), initializer=normal(0.0, 1.0), seed=0)


# 2 / (1 + exp(-2 z)) - 1 is tanh. With one 2 forgotten it still goes from -1 to 1, and has half the slope.
NEARLY_TANH = ng.Activation(
    "nearly_tanh",
    lambda z: 2.0 / (1.0 + math.exp(-z)) - 1.0,
    lambda z, a: 1.0 - a * a,
    "2 / (1 + exp(-z)) - 1",
    "1 - a**2",
    bounds=(-1.0, 1.0),
)


def slope_of_the_next_layer(net: ng.Network, y: Sequence[float], loss: ng.Loss) -> None:
    """Go back through the net, but take each hidden layer's slope from the function of the layer after it."""
    for output, target in zip(net.outputs, y, strict=True):
        output.delta = (output.a or 0.0) - target
        output.add_gradients()
    for after, layer in pairwise(reversed(net.layers[1:])):
        rule = after[0].activation
        for neuron in layer:
            neuron.gather_error()
            if isinstance(rule, ng.Activation):
                neuron.delta = (neuron.a_grad or 0.0) * rule.slope(neuron.z or 0.0, neuron.a or 0.0)
            neuron.add_gradients()


def main() -> None:
    """Learn the ten examples and print what the net says of each; then print the checks."""
    try:
        data = examples()
    except ng.NeurographError as missing:  # scikit-learn, which makes the data
        sys.exit(str(missing))
    net = new_net()
    history = ng.train(net, data.X, data.Y, LOSS, ng.SGD(0.1), epochs=100)
    print(f"loss {history.losses[0]:.4f} in the first epoch, {history.losses[-1]:.4f} in the last\n")
    print("example   output  predicted  true")
    right = 0
    for number, (x, y) in enumerate(zip(data.X, data.Y, strict=True), start=1):
        output = net.forward(x)
        predicted, true = class_index(output), class_index(y)
        right += predicted == true
        print(f"{number:7}  {output[0]:7.4f}  {predicted:9}  {true:4}")
    print(f"{right} of {len(data)} right\n")

    x, y = data.X[0], data.Y[0]
    wrong_tanh = new_net(["sigmoid", NEARLY_TANH, "relu", "sigmoid"])
    print("gradient check on the first example")
    print("as it should be:          ", ng.check_gradients(new_net(), x, y, LOSS).summary())
    print("tanh with a forgotten 2:  ", ng.check_gradients(wrong_tanh, x, y, LOSS).summary())
    slips = ng.check_gradients(new_net(), x, y, LOSS, backward=slope_of_the_next_layer)
    print("slope of the next layer:  ", slips.summary())


if __name__ == "__main__":
    main()
