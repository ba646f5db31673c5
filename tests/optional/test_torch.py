"""Both passes against PyTorch in float64, on random graphs: every sum, activation, error and gradient of every neuron.

The PyTorch side is built here from scalar tensors, one for each neuron and parameter; it shares no arithmetic with the
package.
"""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest

from neurograph import ACTIVATIONS, LOSSES, Activation, Network
from tests.strategies import Case, random_case, random_example

torch = pytest.importorskip("torch")
functional = torch.nn.functional

SEEDS = 500
RATE = 0.37
RELATIVE = 1e-12
# Where terms of order 1 cancel, their rounding, up to 2**-53 each, is all that is left; relative errors tell nothing.
# On x86-64 with PyTorch 2.13 no floor is needed: the largest relative error is 2e-13. Others may round otherwise.
FLOOR = 4 * 2.0**-53

ACTIVATION = {
    "identity": lambda z: z * 1.0,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.01),
    "elu": functional.elu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),  # functional.softplus is cut off at 20
    "softsign": functional.softsign,
    "silu": functional.silu,
    "gelu": functional.gelu,  # exact unless asked for tanh
}


class Twin:
    """The same network in PyTorch."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.bias = {n.name: tensor(n.bias) for n in net.neurons if n.role != "input"}
        self.weight = {(e.source.name, e.target.name): tensor(e.weight) for e in net.edges}
        self.z: dict = {}
        self.a: dict = {}

    def forward(self, x: list[float]) -> None:
        self.z.clear()
        self.a = {n.name: torch.tensor(v, dtype=torch.float64) for n, v in zip(self.net.inputs, x, strict=True)}
        waiting = [n for n in self.net.neurons if n.role != "input"]
        while waiting:
            for neuron in list(waiting):
                members = neuron.group.members if neuron.group else [neuron]
                sources = [edge.source.name for member in members for edge in member.incoming]
                if neuron in waiting and all(name in self.a for name in sources):
                    self.fire(members)
                    waiting = [one for one in waiting if one not in members]

    def fire(self, members: list) -> None:
        for neuron in members:
            z = self.bias[neuron.name] * 1.0
            for edge in neuron.incoming:
                z = z + self.weight[edge.source.name, neuron.name] * self.a[edge.source.name]
            self.z[neuron.name] = z
        sums = [self.z[neuron.name] for neuron in members]
        together = members[0].group is not None
        values = torch.softmax(torch.stack(sums), 0).unbind() if together else [ACTIVATION[members[0].rule.name](*sums)]
        for neuron, z, a in zip(members, sums, values, strict=True):
            self.a[neuron.name] = a
            z.retain_grad()
            a.retain_grad()

    def loss(self, name: str, y: list[float]):
        outputs = self.net.outputs
        n = len(outputs)
        cost = torch.zeros((), dtype=torch.float64)
        for output, target in zip(outputs, y, strict=True):
            rest = self.a[output.name] - target
            match name:
                case "squared_error":
                    cost = cost + rest**2 / 2
                case "sum_squared_error":
                    cost = cost + rest**2
                case "mean_squared_error":
                    cost = cost + rest**2 / n
                case "cross_entropy":
                    cost = cost - target * self.logs(output)[0]
                case "binary_cross_entropy":
                    log_a, log_rest = self.logs(output)
                    cost = cost - target * log_a - (1 - target) * log_rest
        return cost

    def logs(self, output):
        """The logs of a and 1 - a, from z."""
        own = self.z[output.name]
        if output.group is None:
            return functional.logsigmoid(own), functional.logsigmoid(-own)
        z = torch.stack([self.z[member.name] for member in output.group.members])
        others = torch.stack([self.z[member.name] for member in output.group.members if member is not output])
        total = torch.logsumexp(z, 0)
        return own - total, torch.logsumexp(others, 0) - total


def tensor(value: float):
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def grad(parameter) -> float:
    """The gradient; PyTorch has none where the loss does not depend on the number."""
    return parameter.grad.item() if parameter.grad is not None else 0.0


def same(one: float, two: float) -> bool:
    return math.isclose(one, two, rel_tol=RELATIVE, abs_tol=FLOOR)


def run_both(case: Case) -> tuple[Twin, float]:
    """Run the network's passes and PyTorch's; check that the losses agree."""
    net, loss, x, y = case
    net.forward(x)
    cost = net.backward(y, loss=loss)
    twin = Twin(net)
    twin.forward(x)
    theirs = twin.loss(loss.name, y)
    theirs.backward()
    assert same(cost, theirs.item())
    return twin, cost


@pytest.mark.parametrize("block", range(10))
def test_every_number_of_both_passes_and_of_the_update_is_that_of_pytorch(block):
    for seed in range(block * SEEDS // 10, (block + 1) * SEEDS // 10):
        case = random_case(seed)
        twin, cost = run_both(case)
        net, loss, x, y = case
        trace = net.trace(x, y, loss=loss, learning_rate=RATE)
        assert trace.loss_before == cost
        for neuron in net.neurons:
            if neuron.role == "input":
                continue
            where, name = (seed, neuron), neuron.name
            assert same(neuron.z, twin.z[name].item()), where
            assert same(neuron.a, twin.a[name].item()), where
            assert neuron.a_grad is None or same(neuron.a_grad, grad(twin.a[name])), where
            assert (neuron.a_grad is None) is (neuron in net.schedule(loss).short), where
            assert same(neuron.delta, grad(twin.z[name])), where
            assert same(neuron.bias_grad, grad(twin.bias[name])), where
            assert same(trace.after[name].bias, stepped(twin.bias[name])), where
            for edge in neuron.incoming:
                ends = edge.source.name, name
                assert same(edge.grad, grad(twin.weight[ends])), (seed, edge)
                assert same(trace.after.edge(*ends).weight, stepped(twin.weight[ends])), (seed, edge)


def stepped(parameter) -> float:
    with torch.no_grad():
        return parameter.item() - RATE * grad(parameter)


def test_the_random_graphs_hold_everything_that_the_comparison_is_about():
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        net, loss, x, y = random_case(seed)
        net.forward(x)
        net.backward(y, loss=loss)
        level = {neuron: depth for depth, layer in enumerate(net.layers) for neuron in layer}
        seen.update({loss.name})
        seen.update({neuron.rule.name for neuron in net.neurons if neuron.role != "input"})
        seen.update("skip" for edge in net.edges if level[edge.target] - level[edge.source] > 1)
        fed = [edge.target for output in net.outputs for edge in output.outgoing]
        seen.update(f"output feeds {neuron.role}" for neuron in fed if neuron.group is None)
        seen.update("short way" for output in net.outputs if output.a_grad is None)
        seen.update("hidden dead end" for n in net.neurons if n.role == "hidden" and not n.outgoing)
        seen.update("unequal fan-in" for layer in net.layers[1:] if len({len(n.incoming) for n in layer}) > 1)
        roles = [frozenset(member.role for member in group.members) for group in net.groups.values()]
        seen.update(" and ".join(sorted(kinds)) + " softmax" for kinds in roles)
        seen.update("two softmax tops" for _ in [0] if roles.count(frozenset(["output"])) > 1)
        seen.update(f"{len(layer)} wide" for layer in (net.inputs, net.outputs))
        seen.update(
            f"{loss.name} of an output that feeds others" for output in net.outputs
            if loss.shortcut_for(output.rule) and output.fan_out
        )  # fmt: skip
    expected = {
        *(rule.name for rule in ACTIVATIONS), *(loss.name for loss in LOSSES),
        "skip", "output feeds hidden", "output feeds output", "short way", "hidden dead end", "unequal fan-in",
        "hidden softmax", "output softmax", "hidden and output softmax", "two softmax tops",
        "cross_entropy of an output that feeds others", "binary_cross_entropy of an output that feeds others",
        "1 wide", "2 wide", "3 wide", "4 wide",
    }  # fmt: skip
    assert {what: seen[what] for what in expected if seen[what] < 5} == {}


def test_every_activation_has_its_counterpart():
    assert set(ACTIVATION) == {rule.name for rule in ACTIVATIONS if isinstance(rule, Activation)}


def test_a_mini_batch_has_the_gradient_of_the_mean():
    for seed in range(60):
        net, loss, x, y = random_case(seed)
        rng = Random(seed)
        batch = [(x, y), random_example(net, loss, rng), random_example(net, loss, rng)]
        twin, mean = Twin(net), torch.zeros((), dtype=torch.float64)
        for one_x, one_y in batch:
            twin.forward(one_x)
            mean = mean + twin.loss(loss.name, one_y) / 3
        mean.backward()
        trace = net.trace([one for one, _ in batch], [one for _, one in batch], loss=loss, learning_rate=RATE)
        assert same(trace.loss_before, mean.item())
        for name, bias in twin.bias.items():
            assert same(trace.before[name].bias_grad, grad(bias)), (seed, name)
            assert same(trace.after[name].bias, stepped(bias)), (seed, name)
        for ends, weight in twin.weight.items():
            assert same(trace.before.edge(*ends).grad, grad(weight)), (seed, ends)
            assert same(trace.after.edge(*ends).weight, stepped(weight)), (seed, ends)
