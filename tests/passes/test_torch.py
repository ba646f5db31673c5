"""Both passes and updates against PyTorch in float64, on random graphs: every sum, activation, error and gradient."""

from __future__ import annotations

from collections import Counter

import pytest

from neurograph import ACTIVATIONS, LOSSES, Activation
from neurograph.errors import NumericalError
from tests.passes.pytorch_twin import ACTIVATION, pairs, random_steps
from tests.strategies import random_case

SEEDS = 500


@pytest.mark.parametrize("block", range(10))
def test_every_number_of_both_passes_and_of_updates_is_that_of_pytorch(block):
    told = Counter()
    for seed in range(block * SEEDS // 10, (block + 1) * SEEDS // 10):
        steps = random_steps(seed)
        try:
            for one in pairs(steps, seed):
                assert one.excess <= 1.0, (seed, one)
                told["loose" if one.allowed > 1e-6 * abs(one.theirs) > 0.0 else "close"] += 1
        except NumericalError:  # so it is in PyTorch
            assert steps.wide
    assert told["loose"] < told["close"] / 20


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


def test_a_fourth_of_the_graphs_have_weights_of_all_sizes():
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        steps = random_steps(seed)
        net = steps.net
        net.forward(steps.xs[0])
        what = "wide" if steps.wide else "ordinary"
        sizes = [abs(edge.weight) for edge in net.edges]
        computing = [neuron for neuron in net.neurons if neuron.role != "input"]
        seen.update({
            what: True,
            f"{what}, weights below 1e-7": min(sizes) < 1e-7,
            f"{what}, weights above 1e3": max(sizes) > 1e3,
            f"{what}, saturated": any(o.a in (0.0, 1.0) for o in net.outputs if o.activation.bounds == (0.0, 1.0)),
            f"{what}, batch": len(steps.xs) > 1,
            f"{what}, frozen": any(neuron.frozen for neuron in computing) or any(edge.frozen for edge in net.edges),
            f"{what}, tied": bool(net.ties),
            f"{what}, {steps.count} steps": True,
        })  # fmt: skip
    same = {"batch", "frozen", "tied", "1 steps", "2 steps", "3 steps"}
    expected = {f"{what}, {how}" for what in ("wide", "ordinary") for how in same}
    expected |= {f"wide, {how}" for how in ("weights below 1e-7", "weights above 1e3", "saturated")}
    assert {what: seen[what] for what in expected if seen[what] < 20} == {}
    assert seen["wide"] == SEEDS // 4


def test_every_activation_has_its_counterpart():
    assert set(ACTIVATION) == {rule.name for rule in ACTIVATIONS if isinstance(rule, Activation)}
