"""Lesson 4, a deep feed-forward net put together from parts: function, loss, first weights, optimizer.

Ten rows of five numbers, told apart in two classes (softmax and negative log-likelihood) and fitted to a number each
(identity and mean squared error). Each part is one argument; the tables swap them one at a time.
"""

from collections.abc import Callable, Sequence
from functools import partial

import neurograph as ng
from neurograph.data.metrics import accuracy, r2
from neurograph.data.scaling import standardize
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.softmax import SOFTMAX

ROWS = [
    (1, 1, 1, 0, 0), (1, 2, 1, 0, -1), (2, 1, 1, -1, 0), (2, 2, 2, 0, 0), (1, 2, 2, 0, -1),
    (0, 0, 0, 1, 1), (-1, 0, 0, 2, 1), (0, -1, 0, 1, 2), (-1, -1, 0, 2, 2), (0, -1, 0, 1, 1),
]  # fmt: skip
X = standardize(ROWS).transform(ROWS)
CLASSES = ng.datasets.one_hot("1111100000", "01")
NUMBERS = [[float(number)] for number in (1, 2, 2, 4, 3, 0, 1, 1, 2, 0)]

# Softmax as the published lesson differentiates it: by the diagonal, as if every output had only its own z.
DIAGONAL = ng.JointActivation(
    "diagonal",
    SOFTMAX.values,
    lambda z, a, k, j: a[k] * (1.0 - a[k]) if k == j else 0.0,
    "exp(z) / sum(exp(t) for t in group)",
    "a_k * (1 - a_k) * same",
    bounds=(0.0, 1.0),
    sums_to_one=True,
)


Run = tuple[ng.Network, ng.History]


def learn(
    Y: Sequence[Sequence[float]],  # noqa: N803  # the field's name
    output: str,
    loss: str,
    hidden: Sequence[int] = (5,),
    activation: str = "relu",
    initializer: str = "lecun_normal",  # normal, with the standard deviation sqrt(1 / fan_in)
    optimizer: Optimizer | None = None,
) -> Run:
    """Put a net together and let it learn for 100 steps: 50 epochs of two batches, each of five rows."""
    sizes, activations = [5, *hidden, len(Y[0])], [activation] * len(hidden) + [output]
    net = ng.Network.dense(sizes, activations, initializer=initializer, seed=0)
    for layer in net.layers[1:-1]:
        for neuron in layer:
            neuron.bias = 0.1  # so that more relus begin open
    return net, ng.train(net, X, Y, loss, optimizer or ng.SGD(0.05), epochs=50, batch_size=5)


classify = partial(learn, CLASSES, "softmax", loss="cross_entropy")
fit = partial(learn, NUMBERS, "identity", loss="mean_squared_error")


def swaps(task: Callable[..., Run], another: Optimizer) -> dict[str, Run]:
    """Let the net of a task learn as described, and then with one part swapped at a time."""
    return {
        "as described": task(),
        "hidden=(5, 5)": task(hidden=(5, 5)),
        'activation="tanh"': task(activation="tanh"),
        'loss="squared_error"': task(loss="squared_error"),
        'initializer="he_normal"': task(initializer="he_normal"),
        f"optimizer={another.name}({another.rate.name})": task(optimizer=another),
    }


def main() -> None:
    """Print a table of swaps for each of the two tasks, and the check of the diagonal softmax."""
    for title, runs, targets, score, name in (
        ("Two classes", swaps(classify, ng.Adam(0.02)), CLASSES, accuracy, "right"),
        ("A number each", swaps(fit, ng.Momentum(0.01)), NUMBERS, r2, "R2"),
    ):
        print(f"{title:24}  first loss  last loss  {name:>6}")
        for swap, (net, history) in runs.items():
            quality = score([net.forward(x) for x in X], targets)
            print(f"{swap:24}  {history.losses[0]:10.4f}  {history.losses[-1]:9.4f}  {quality:6.3f}")
        print()

    print("gradient check of the classifier, on the ten rows")
    for what, rule in (("the whole Jacobian: ", SOFTMAX), ("its diagonal only:  ", DIAGONAL)):
        net = ng.Network.dense([5, 5, 2], ["relu", rule], "lecun_normal", seed=0)
        print(what, ng.check_gradients(net, X, CLASSES, "cross_entropy").summary())


if __name__ == "__main__":
    main()
