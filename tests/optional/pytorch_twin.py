"""A network once more in PyTorch, in float64, and random nets on which both take the same steps.

The PyTorch side is built here from scalars, a tensor for each neuron and parameter; it shares no arithmetic with the
package. How far two numbers may be apart, it works out itself. Each tensor holds its number several times: first as it
is; in the other copies every activation, and every product on its way into a sum, forward and back, is moved by one
unit in its last place, up or down at random. A number may be off by 1e-12 of itself, and by 8 times as far as a copy
strays from the first. The package's own passes are not asked: where they were wrong, they could be as sensitive.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

import pytest

from neurograph import Edge, Loss, Network, Neuron
from neurograph.errors import NumericalError
from tests.engines.engine_runs import freeze_some, tie_some
from tests.strategies import random_case, random_example

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # more only get in the way where tensors are as small as these
functional = torch.nn.functional

RELATIVE = 1e-12
STRAYED = 8.0
COPIES = 8
UNIT = 2.0**-52
SMALLEST = 2.0**-1022  # below it, floats lose digits
NOTHING = 1e-300  # what products of such floats may be off by
HUGE = 1e300

# Forms of PyTorch that keep their digits: its own gelu loses them below -3, its gradient of softsign far from 0, and
# its softplus is cut off at 20.
ACTIVATION = {
    "identity": lambda z: z * 1.0,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": lambda z: z * (z > 0.0),
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.01),
    "elu": functional.elu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    "softsign": lambda z: torch.where(z.abs() < 1.0, z / (1.0 + z.abs()), z.sign() * (1.0 - 1.0 / (1.0 + z.abs()))),
    "silu": functional.silu,
    "gelu": lambda z: z * torch.special.erfc(-z.clamp(-40.0, 40.0) / math.sqrt(2.0)) / 2.0,
}


class Twin:
    """The same network in PyTorch; a tensor has a row for each example and a column for each copy."""

    def __init__(self, net: Network, seed: int = 0) -> None:
        self.net = net
        self.bias = {n.name: tensor(n.bias) for n in net.neurons if n.role != "input"}
        self.weight = {ends(edge): tensor(edge.weight) for edge in net.edges}
        self.z: dict = {}
        self.a: dict = {}
        self.cost = self.rows = torch.zeros(())
        self.chance = torch.Generator().manual_seed(seed)

    def run(self, loss: Loss, xs: list[list[float]], ys: list[list[float]]) -> None:
        """Run both passes; the loss is the mean over the examples."""
        for parameter in (*self.bias.values(), *self.weight.values()):
            parameter.grad = None
        self.forward(xs)
        self.cost = self.loss(loss.name, ys).mean(0)
        self.cost.sum().backward()

    def step(self, rate: float) -> None:
        """Take a step of gradient descent with all that may move; what is tied by the sum of its gradients."""
        with torch.no_grad():
            for holder in (holder for neuron in self.net.computing for holder in neuron.holders):
                if not holder.frozen:
                    parts = [self.of(part) for part in (holder.tie.members if holder.tie else [holder])]
                    self.of(holder).sub_(rate * torch.stack([self.moved(grad(part).clone()) for part in parts]).sum(0))

    def of(self, holder: Neuron | Edge) -> torch.Tensor:
        return self.bias[holder.name] if isinstance(holder, Neuron) else self.weight[ends(holder)]

    def forward(self, xs: list[list[float]]) -> None:
        self.z.clear()
        self.rows = torch.zeros((len(xs), 1), dtype=torch.float64)
        columns = torch.tensor(xs, dtype=torch.float64).unbind(1)
        self.a = {n.name: column[:, None] for n, column in zip(self.net.inputs, columns, strict=True)}
        waiting = [n for n in self.net.neurons if n.role != "input"]
        while waiting:
            for neuron in list(waiting):
                members = neuron.group.members if neuron.group else [neuron]
                sources = [edge.source.name for member in members for edge in member.incoming]
                if neuron in waiting and all(name in self.a for name in sources):
                    self.fire(members)
                    waiting = [one for one in waiting if one not in members]

    def fire(self, members: list[Neuron]) -> None:
        sums = []
        for neuron in members:
            z = self.moved(self.bias[neuron.name] + self.rows)
            for edge in neuron.incoming:
                product = self.moved(self.weight[ends(edge)] * self.a[edge.source.name])
                product.register_hook(lambda delta: self.moved(delta.clone()))
                z = z + product
            z.retain_grad()
            self.z[neuron.name] = z
            sums.append(z)
        if members[0].group is not None:
            values = torch.softmax(torch.stack(sums), 0).unbind()
        else:
            values = [ACTIVATION[members[0].rule.name](sums[0])]
        for neuron, a in zip(members, values, strict=True):
            self.a[neuron.name] = self.moved(a, SMALLEST)
            a.retain_grad()

    def moved(self, value, least: float = 0.0):
        """Move all copies but the first by one unit in the last place, in the way that slopes made of it feel it."""
        signs = self.signs(value)
        value.data.mul_(1.0 + UNIT * signs).add_(least * signs)
        return value

    def signs(self, value):
        signs = torch.randint(0, 2, value.shape, generator=self.chance, dtype=torch.float64).mul_(2.0).sub_(1.0)
        signs[..., 0] = 0.0
        return signs

    def loss(self, name: str, ys: list[list[float]]):
        outputs = self.net.outputs
        n = len(outputs)
        cost = torch.zeros((len(ys), COPIES), dtype=torch.float64)
        for output, target in zip(outputs, torch.tensor(ys, dtype=torch.float64).unbind(1), strict=True):
            y = target[:, None]
            rest = self.a[output.name] - y
            match name:
                case "squared_error":
                    cost = cost + rest**2 / 2
                case "sum_squared_error":
                    cost = cost + rest**2
                case "mean_squared_error":
                    cost = cost + rest**2 / n
                case "cross_entropy":
                    cost = cost - y * self.log(output) + self.felt(output, self.z[output.name])
                case "binary_cross_entropy":
                    odds = self.log_odds(output)
                    log_a, log_rest = functional.logsigmoid(odds), functional.logsigmoid(-odds)
                    cost = cost - y * log_a - (1 - y) * log_rest + self.felt(output, odds)
        return cost

    def log(self, output: Neuron):
        """The log of a, from z."""
        z = torch.stack([self.z[member.name] for member in output.group.members])
        return torch.log_softmax(z, 0)[output.group.members.index(output)]

    def log_odds(self, output: Neuron):
        """The log of a / (1 - a), from z."""
        own = self.z[output.name]
        if output.group is None:
            return own
        others = torch.stack([self.z[member.name] for member in output.group.members if member is not output])
        top = others.max(0).values.detach()
        return own - top - torch.log(torch.exp(others - top).sum(0))

    def felt(self, output: Neuron, odds):
        """What one unit in the last place of a changes: log(a), and `a - y`, the slope in `odds`."""
        signs = UNIT * self.signs(odds)
        return signs + signs * self.a[output.name].detach() * (odds - odds.detach())

    def numbers(self) -> list:
        parameters = [*self.bias.values(), *self.weight.values()]
        neurons = [*self.z.values(), *(self.a[name] for name in self.z)]
        return [self.cost, *neurons, *parameters, *map(grad, neurons), *map(grad, parameters)]


def ends(edge: Edge) -> tuple[str, str]:
    return edge.source.name, edge.target.name


def tensor(value: float):
    return torch.full((COPIES,), value, dtype=torch.float64, requires_grad=True)


def grad(parameter):
    """The gradient; PyTorch has none where the loss does not depend on the number."""
    return parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)


class Pair(NamedTuple):
    """A number of the package's beside PyTorch's."""

    kind: str
    where: str
    ours: float
    theirs: float
    allowed: float

    @property
    def excess(self) -> float:
        """How far they are apart, in units of what is allowed."""
        apart = abs(self.ours - self.theirs) / self.allowed
        return apart if not math.isnan(apart) else math.inf


def pair(kind: str, where: object, ours: float, copies) -> Pair:
    theirs, *others = copies.reshape(COPIES).tolist()
    strayed = [abs(other - theirs) for other in others]
    farthest = max(strayed) if all(map(math.isfinite, strayed)) else math.inf
    return Pair(kind, str(where), ours, theirs, RELATIVE * abs(theirs) + STRAYED * farthest + NOTHING)


class Steps(NamedTuple):
    """Steps of gradient descent to be taken on a network, all with the same examples."""

    net: Network
    loss: Loss
    xs: list[list[float]]
    ys: list[list[float]]
    rate: float
    count: int
    wide: bool


def random_steps(seed: int) -> Steps:
    """Draw a network and what to do with it; every fourth has weights, biases and inputs from 1e-8 to 1e4."""
    net, loss, x, y = random_case(seed)
    rng = Random(f"steps {seed}")
    examples = [(x, y), *(random_example(net, loss, rng) for _ in range(rng.choice((0, 0, 0, 0, 1, 2))))]
    wide = seed % 4 == 0
    if wide:
        low = rng.choice((-8.0, rng.uniform(-8.0, 4.0)))
        high = rng.choice((4.0, rng.uniform(low, 4.0)))
        for edge in net.edges:
            edge.weight = some_size(rng, low, high)
        for neuron in net.neurons:
            if neuron.role != "input":
                neuron.bias = some_size(rng, low, high)
        sizes = [10.0 ** rng.uniform(-8.0, 4.0) if rng.random() < 0.3 else 1.0 for _ in x]
        examples = [([size * one for size, one in zip(sizes, x, strict=True)], y) for x, y in examples]
    if rng.random() < 0.3:
        freeze_some(net, rng)
    if rng.random() < 0.3:
        tie_some(net, rng)
    rate = 10.0 ** rng.uniform(-8.0 if wide else -3.0, 0.0)
    if wide and rng.random() < 0.1:  # then numbers may leave the range of floats
        rate *= 10.0 ** rng.uniform(50.0, 300.0)
    xs, ys = [x for x, _ in examples], [y for _, y in examples]
    return Steps(net, loss, xs, ys, rate, rng.randint(1, 3), wide)


def some_size(rng: Random, low: float, high: float) -> float:
    return rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(low, high)


def pairs(steps: Steps, seed: int) -> Iterator[Pair]:
    """Take the steps, and lay every number beside PyTorch's; the trace of the first step must have the same bits.

    Raises NumericalError where the package does, and AssertionError where PyTorch's numbers give no reason for it.
    """
    net = steps.net
    for number in range(steps.count):
        twin = Twin(net, seed)  # from the same parameters again, so that rounding has one step to grow
        with only_for_a_reason(steps):
            cost = gradient(steps)
            trace = net.trace(*rows(steps), steps.loss, steps.rate) if number == 0 else None
        twin.run(steps.loss, steps.xs, steps.ys)
        yield pair("loss", "", cost, twin.cost)
        yield from of_the_passes(steps, twin)
        with only_for_a_reason(steps):
            net.update(steps.rate)
        twin.step(steps.rate)
        yield from of_the_update(net, twin)
        if trace is not None:
            assert trace.loss_before == cost
            assert gradients(trace.before) == gradients(net)
            assert parameters(trace.after) == parameters(net)


@contextmanager
def only_for_a_reason(steps: Steps) -> Iterator[None]:
    try:
        yield
    except NumericalError:
        assert leaves_the_range(steps), "NumericalError, but PyTorch's numbers stay in the range of floats"
        raise


def leaves_the_range(steps: Steps) -> bool:
    """Whether a number of PyTorch's does so in this step or right after it, or comes close."""
    twin, numbers = Twin(steps.net), []
    for _ in range(2):
        twin.run(steps.loss, steps.xs, steps.ys)
        numbers += twin.numbers()
        twin.step(steps.rate)
    return not all(bool((number.abs() < HUGE).all()) for number in numbers)


def rows(steps: Steps) -> tuple[list, list]:
    """One example, or the rows of a batch."""
    return (steps.xs, steps.ys) if len(steps.xs) > 1 else (steps.xs[0], steps.ys[0])


def gradient(steps: Steps) -> float:
    net = steps.net
    if len(steps.xs) > 1:
        return net.gradient(steps.xs, steps.ys, steps.loss, engine="object")
    net.zero_grad()
    net.forward(steps.xs[0])
    return net.backward(steps.ys[0], steps.loss)


def of_the_passes(steps: Steps, twin: Twin) -> Iterator[Pair]:
    single = len(steps.xs) == 1  # or activations and errors are those of the last row only
    short = steps.net.schedule(steps.loss).short
    for neuron in steps.net.neurons:
        if neuron.role == "input":
            continue
        name = neuron.name
        if single:
            z, a = twin.z[name], twin.a[name]
            yield pair("z", name, neuron.z, z)
            yield pair("a", name, neuron.a, a)
            assert (neuron.a_grad is None) is (neuron in short)
            if neuron.a_grad is not None:
                yield pair("dC/da", name, neuron.a_grad, grad(a))
            yield pair("delta", name, neuron.delta, grad(z))
        yield pair("dC/db", name, neuron.bias_grad, grad(twin.bias[name]))
        for edge in neuron.incoming:
            yield pair("dC/dw", edge.label, edge.grad, grad(twin.weight[ends(edge)]))


def of_the_update(net: Network, twin: Twin) -> Iterator[Pair]:
    for neuron in net.neurons:
        if neuron.role != "input":
            yield pair("new bias", neuron.name, neuron.bias, twin.bias[neuron.name])
    for edge in net.edges:
        yield pair("new weight", edge.label, edge.weight, twin.weight[ends(edge)])


def gradients(net) -> list[float | None]:
    return [*(neuron.bias_grad for neuron in net.neurons), *(edge.grad for edge in net.edges)]


def parameters(net) -> list[float]:
    return [*(neuron.bias for neuron in net.neurons), *(edge.weight for edge in net.edges)]
