"""Rules of a user's own for the tests of compiled code, a network that they fit in, and runs with each of them."""

from __future__ import annotations

import math
from random import Random

from engine_runs import Run

from neurograph import SGD, Activation, JointActivation, Loss, Network
from neurograph.rules.activations import leaky_relu
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import Rate, constant
from neurograph.rules.regularizers import Regularizer

RNG = Random(4)
X = [[RNG.gauss(0.0, 1.0), RNG.gauss(0.0, 1.0)] for _ in range(35)]
Y = [[RNG.random(), RNG.random()] for _ in X]
CURE = 'Write it with floats, `math` and plain arithmetic, or take engine="object".'


def net_of(rule: Activation | str = "tanh", group: JointActivation | None = None) -> Network:
    """x1, x2 -> two neurons of the rule -> two outputs, and a group between if one is given."""
    net = Network()
    net.add_input("x1"), net.add_input("x2")
    for k in "12":
        net.add_neuron(f"h{k}", rule, bias=0.1)
        net.add_output(f"o{k}", "identity")
    if group:
        for k in "123":
            net.add_neuron(f"g{k}", group, bias=0.2, group="g")
    between = [f"g{k}" for k in "123"] if group else []
    pairs = [*((x, h) for x in ("x1", "x2") for h in ("h1", "h2")), *((h, g) for h in ("h1", "h2") for g in between)]
    pairs += [(one, o) for one in ("h1", "h2", *between) for o in ("o1", "o2")]
    for at, (source, target) in enumerate(pairs):
        net.connect(source, target, ((5 * at) % 7 - 3) / 3.7)
    return net


def run_of(net: Network, batch: int = 7, **how: object) -> Run:
    return Run(net, {"X": X, "Y": Y, "batch_size": batch} | how, ((10, 10, ""),), frozenset())


def mine(value, slope=lambda z, a: 1.0) -> Activation:
    return Activation("mine", value, slope, "z", "1")


SHARPNESS = 1.3


def gate(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-SHARPNESS * z)) if z > -300.0 else 0.0


def gated(z: float) -> float:
    return z * gate(z)  # calls another function, which reads a global


def gated_slope(z: float, a: float) -> float:
    g = gate(z)
    return g + SHARPNESS * z * g * (1.0 - g)


def shares(z):
    total = 0.0
    for one in z:
        total += one * one + 0.1
    return [(one * one + 0.1) / total for one in z]


def fill_shares(z, a) -> None:
    total = 0.0
    for k in range(len(z)):
        a[k] = z[k] * z[k] + 0.1
        total += a[k]
    for k in range(len(z)):
        a[k] = a[k] / total


def shares_partial(z, a, k, j) -> float:
    total = 0.0
    for one in z:
        total += one * one + 0.1
    return 2.0 * z[j] / total * ((1.0 if k == j else 0.0) - a[k])


def joint(fill=None) -> JointActivation:
    return JointActivation("shares", shares, shares_partial, "z", "a_k", fill=fill)


def huber(limit: float) -> Loss:
    def value(a: float, y: float, n: int) -> float:
        far = abs(a - y)
        return (0.5 * far * far if far <= limit else limit * (far - 0.5 * limit)) / n

    def slope(a: float, y: float, n: int) -> float:
        return max(-limit, min(limit, a - y)) / n

    return Loss("huber", value, slope, "a - y", "a - y")


def lion(value, gradient, rate, one, two, first, second):
    way = 0.9 * one + 0.1 * gradient
    sign = 1.0 if way > 0.0 else -1.0 if way < 0.0 else 0.0
    return value - rate * sign * (1.0 - 0.5 * first), 0.99 * one + 0.01 * gradient, two + gradient * gradient


def lions_tick(first, second):
    return first * 0.9, second + 1.0


def log_penalty(strength: float) -> Regularizer:
    return Regularizer(
        "log", lambda w: strength * math.log1p(w * w), lambda w: 2.0 * strength * w / (1.0 + w * w),
        lambda w, rate: 0.0 if abs(w) < rate * 1e-3 else w, biases=True,
    )  # fmt: skip


def noted(notes: list[int]) -> Rate:
    """A schedule that no compiler could take: it need not be, for it is asked once for each epoch."""
    return Rate("zigzag", lambda epoch: [0.03, 0.01][len(str(epoch)) % 2] * (notes.append(epoch) or 1.0))


OWN = {
    "activation": run_of(net_of(mine(gated, gated_slope))),
    "a function of math": run_of(net_of(mine(math.sin, lambda z, a: math.cos(z)))),
    "joint activation": run_of(net_of(group=joint())),
    "joint activation with fill": run_of(net_of(group=joint(fill_shares))),
    "loss": run_of(net_of(), loss=huber(0.5)),
    "optimizer": run_of(net_of(), optimizer=Optimizer("lion", constant(0.01), lion, lions_tick, decay=0.1)),
    "regularizer": run_of(net_of(), regularizer=log_penalty(0.01)),
    "schedule": run_of(net_of(), optimizer=SGD(noted([]))),
    "leaks apart": run_of(net_of(leaky_relu(0.1))),
}
