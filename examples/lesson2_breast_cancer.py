"""Lesson 2, breast cancer: 30 measurements of a tumour, five relu neurons, one sigmoid for "it is benign".

First ten steps down the gradient of the SUM over all 569 tumours, with the rate 1e-5; a batch is a mean here, so the
same steps have the rate 1e-5 * 569. Then with a penalty on the weights; then two slips that are found in published
code, and the gradient check catching them; and at last a proper training.
"""

import sys
from collections.abc import Sequence

import neurograph as ng
from neurograph.data.dataset import Dataset
from neurograph.data.metrics import accuracy
from neurograph.data.scaling import Scaler
from neurograph.data.split import split
from neurograph.rules.activations import RELU, SIGMOID
from neurograph.rules.initializers import uniform

LOSS = "binary_cross_entropy"
START = uniform(-0.05, 0.05)


def new_net(seed: int = 0, output: str | ng.Activation = "sigmoid") -> ng.Network:
    """Build a 30-5-1 net; its weights and its biases are drawn."""
    return ng.Network.dense([30, 5, 1], ["relu", output], initializer=START, bias=START, seed=seed)


def ten_steps(net: ng.Network, data: Dataset, penalty: float = 0.0) -> list[float]:
    """Take the ten steps; give the cross-entropy before each of them, summed over all tumours."""
    rate, regularizer = 1e-5 * len(data), ng.L2(penalty) if penalty else None
    history = ng.train(net, data.X, data.Y, LOSS, ng.SGD(rate), epochs=10, batch_size=None, regularizer=regularizer)
    return [len(data) * (loss or 0.0) for loss in history.losses]


def up_the_hill(net: ng.Network, y: Sequence[float], loss: ng.Loss) -> None:
    """Go back through the net with the first slip, delta = y - a, where the update subtracts the gradient."""
    for output, target in zip(net.outputs, y, strict=True):
        output.delta = target - (output.a or 0.0)
        output.add_gradients()
    for hidden in net.layers[1]:
        hidden.gather_error()
        hidden.compute_delta()
        hidden.add_gradients()


# The second slip: a relu before the output's sigmoid, which the backward pass forgets.
RELU_THEN_SIGMOID = ng.Activation(
    "relu_then_sigmoid", lambda z: SIGMOID.value(RELU.value(z)), lambda z, a: a * (1.0 - a),
    "1 / (1 + exp(-max(0, z)))", "a * (1 - a)", kinks=(0.0,), bounds=(0.0, 1.0),
)  # fmt: skip


def train_properly(data: Dataset, seed: int) -> tuple[float, float]:
    """Learn from four tumours in five, in small batches with Adam and a penalty; give the shares that are right."""
    train, test = split(data, test=0.2, seed=seed)
    scaler = Scaler.of(train)
    train, test = scaler.scaled(train), scaler.scaled(test)
    net = new_net(seed)
    ng.train(net, train.X, train.Y, LOSS, ng.Adam(0.01), epochs=20, batch_size=32, regularizer=ng.L2(0.01), seed=seed)
    seen, unseen = ([net.forward(x) for x in part.X] for part in (train, test))
    return accuracy(seen, train.Y), accuracy(unseen, test.Y)


def main() -> None:
    """Print the ten steps, the two checks and the proper training."""
    try:
        raw = ng.datasets.breast_cancer()
    except ng.NeurographError as missing:  # scikit-learn, which has the data
        sys.exit(str(missing))
    data = Scaler.of(raw).scaled(raw)
    plain, held = new_net(), new_net()
    rows = zip(ten_steps(plain, data), ten_steps(held, data, penalty=1.0), strict=True)
    print("step  summed cross-entropy  with an L2 penalty of 1")
    for step, (alone, penalised) in enumerate(rows, start=1):
        print(f"{step:4}  {alone:20.4f}  {penalised:23.4f}")
    start, alone, penalised = (sum(edge.weight**2 for edge in net.edges) for net in (new_net(), plain, held))
    print(f"sum of squared weights: {start:.4f} at first, then {alone:.4f}, and {penalised:.4f} with the penalty\n")

    few = (data.X[:10], data.Y[:10], LOSS)
    print("gradient check on ten tumours")
    print("as it should be:      ", ng.check_gradients(new_net(), *few).summary())
    print("delta = y - a:        ", ng.check_gradients(new_net(), *few, backward=up_the_hill).summary())
    halved = new_net(output=RELU_THEN_SIGMOID)
    print("relu before sigmoid:  ", ng.check_gradients(halved, *few).summary())
    least = min(halved.forward(x)[0] for x in data.X)
    print(f'its smallest output over all tumours is {least:.2f}: it can never say "malignant"\n')

    print("seed  seen tumours  unseen tumours")
    for seed in range(3):
        seen, unseen = train_properly(data=raw, seed=seed)
        print(f"{seed:4}  {seen:12.1%}  {unseen:14.1%}")


if __name__ == "__main__":
    main()
