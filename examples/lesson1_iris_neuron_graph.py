"""Lesson 1, the iris neuron graph: four lengths of a flower, five hidden neurons, three species; all neurons sigmoid.

First one step that can be followed with a pencil: every weight is 1, and the error of the first flower comes back
through the net. Then a net with drawn weights learns, and is judged on flowers that it has not seen, five times.
"""

import neurograph as ng
from neurograph.data.metrics import accuracy
from neurograph.data.scaling import Scaler
from neurograph.data.split import split

SEEDS = range(5)


def one_step() -> ng.Network:
    """Send the first flower through the net of ones, and its error back."""
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 5, 3], "sigmoid", initializer="ones")
    net.forward(iris.X[0])
    net.backward(iris.Y[0], loss="squared_error")
    return net


def learn(seed: int) -> tuple[ng.Network, ng.History, float, float]:
    """Learn from 105 flowers and be judged on the other 45; give both shares of flowers that are named rightly."""
    train, test = split(ng.datasets.load_iris(), test=0.3, seed=seed)  # stratified: 15 flowers of each species aside
    scaler = Scaler.of(train)  # means and deviations of what is learned from, and of nothing else
    train, test = scaler.scaled(train), scaler.scaled(test)
    net = ng.Network.dense([4, 5, 3], "sigmoid", seed=seed)
    history = ng.train(net, train.X, train.Y, "squared_error", ng.SGD(1.0), epochs=200, batch_size=10, seed=seed)
    seen = accuracy([net.forward(x) for x in train.X], train.Y)
    unseen = accuracy([net.forward(x) for x in test.X], test.Y)
    return net, history, seen, unseen


def main() -> None:
    """Show the deltas, then the learning."""
    print("One flower, all weights 1, all biases 0")
    print("neuron           a          delta")
    for neuron in one_step().computing:
        print(f"{neuron.name:6}  {neuron.a:10.8f}  {neuron.delta:13.6e}")
    print("The five hidden neurons make the same error, so they would stay the same for ever: weights must be drawn.\n")

    print("200 epochs in batches of 10, rate 1")
    print("seed  first loss  last loss  seen flowers  unseen flowers")
    scores = []
    for seed in SEEDS:
        _, history, seen, unseen = learn(seed)
        scores.append(unseen)
        print(f"{seed:4}  {history.losses[0]:10.4f}  {history.losses[-1]:9.4f}  {seen:12.1%}  {unseen:14.1%}")
    print(f"mean of the unseen flowers that are named rightly: {sum(scores) / len(scores):.1%}")


if __name__ == "__main__":
    main()
