"""Determinism: the same bits and the same words in every process, whatever its hash seed, and at every turn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import neurograph as ng

ROOT = Path(__file__).parents[1]


def net_of_everything() -> ng.Network:
    """Skips, a hidden softmax group, two softmax outputs, names whose hashes differ from run to run."""
    net = ng.Network()
    for name in ("left", "right"):
        net.add_input(name)
    net.add_neuron("bend", "gelu", bias=0.25)
    for name in ("gate a", "gate b", "gate c"):
        net.add_neuron(name, "softmax", bias=0.1, group="gate")
    for k in range(5):
        net.add_output(f"out{k}", "softmax", bias=0.05 * k, group="first" if k < 2 else "second")
    sources = ["left", "right", "bend", "gate a", "gate b", "gate c"]
    edges = [("left", "bend"), ("right", "bend"), *((one, f"gate {two}") for two in "abc" for one in sources[:3])]
    edges += [(one, f"out{k}") for k in range(5) for one in sources]
    for k, (source, target) in enumerate(edges):
        net.connect(source, target, ((7 * k) % 11 - 5) / 4.1)
    net.disconnect("bend", "gate b")
    net.remove("gate c")
    return net


def told() -> str:
    """Everything a net and its trace have to say, floats to the last bit."""
    x, y, loss = [0.3, -1.7], [1.0, 0.0, 0.2, 0.3, 0.5], "cross_entropy"
    net = net_of_everything()
    lines = [value.hex() for value in net.forward(x)]
    lines.append(net.backward(y, loss).hex())
    for neuron in net.neurons:
        if neuron.role != "input":
            lines += [neuron.name, neuron.z.hex(), neuron.a.hex(), neuron.delta.hex(), neuron.bias_grad.hex()]
    lines += [f"{edge.label} {edge.weight.hex()} {edge.grad.hex()}" for edge in net.edges]
    net.update(0.5)
    lines += [edge.weight.hex() for edge in net.edges]
    for long_way in (False, True):
        trace = net.trace(x, y, loss, long_way=long_way)
        for unit in ("term", "neuron", "layer", "phase"):
            lines += map(str, trace.at(unit).written(digits=None, terms=None))
            lines += [f"{step.reads} {step.writes} {step.neurons} {step.edges}" for step in trace.at(unit)]
        lines.append(str(list(trace.state(-1).items())))
    lines += map(str, net.trace([x, x[::-1]], [y, y], loss))
    lines.append(str(ng.check_gradients(net, x, y, loss)))
    dense = ng.Network.dense([3, 4, 2], ["tanh", "softmax"], seed=11)
    lines += [edge.weight.hex() for edge in dense.edges]
    lines += [str(error) for error in mistakes(net)]
    return "\n".join(lines)


def mistakes(net: ng.Network) -> list[ng.NeurographError]:
    caught = []
    for act in (lambda: net["nobody"], lambda: net.edge("left", "lost"), lambda: net.forward({"b", "a", "c"})):
        try:
            act()
        except ng.NeurographError as error:
            caught.append(error)
    return caught


@pytest.fixture(scope="module")
def here() -> str:
    return told()


@pytest.mark.parametrize("seed", ["0", "1", "2", "random"])
def test_every_process_tells_the_same_to_the_last_bit(seed, here):
    command = [sys.executable, "-c", "import sys, test_determinism as t; sys.stdout.buffer.write(t.told().encode())"]
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    said = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60, cwd=ROOT)
    assert said.stdout.decode() == here
    assert len(here) > 100_000


def test_the_hash_seeds_do_tell_processes_apart():
    def order(seed: str) -> bytes:
        command = [sys.executable, "-c", "print({'left', 'right', 'bend', 'gate a', 'gate b', 'out0', 'out1', 'out2'})"]
        return subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout

    assert len({order(seed) for seed in "012"}) > 1


def test_every_turn_in_one_process_tells_the_same(here):
    assert told() == here
