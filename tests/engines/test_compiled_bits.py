"""The engines give the same bits: on any network, with every rule and setting of a training, in one call or in many."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from drawn_runs import OPTIMIZERS, random_run
from engine_runs import Run, differences, needs_numba, outcome
from hypothesis import given, settings
from hypothesis import strategies as st

from neurograph import ACTIVATIONS, LOSSES

BATCHES = [1, 3, 7, 32, 33, None]
SEEDS = st.integers(0, 2**32 - 1)
EACH = 10  # times 42 pairs of an optimizer and a batch size: 420 networks


def drawn(seed: int, optimizer: str, batch: int | None, **limits: float) -> Run:
    return random_run(Random(f"{seed}/{optimizer}/{batch}"), optimizer, batch, **limits)


@needs_numba
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@settings(max_examples=EACH, deadline=None)
@given(seed=SEEDS)
def test_objects_and_compiled_code_leave_the_same_bits(optimizer, batch, seed):
    run = drawn(seed, optimizer, batch, wild=0.05)
    assert differences(outcome(run, "object", in_calls=False), outcome(run, "compiled")) == []


@pytest.mark.parametrize("batch", BATCHES)
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, optimizer=st.sampled_from(list(OPTIMIZERS)))
def test_the_kernels_as_they_stand_leave_the_same_bits(batch, seed, optimizer):
    """Without a compiler, and whether numba is installed or not."""
    run = drawn(seed, optimizer, batch, most=40, epochs=6)
    assert differences(outcome(run, "object", in_calls=False), outcome(run, "plain")) == []


def features(run: Run) -> set[str]:
    """What is special about a drawn run."""
    net = run.net
    layer_of = {neuron: n for n, layer in enumerate(net.layers) for neuron in layer}
    found = set(run.told) | {neuron.activation.name for neuron in net.neurons if neuron.role != "input"}
    groups = list(net.groups.values())
    in_layers = Counter(layer_of[group.members[0]] for group in groups)
    special = {
        "skip": any(layer_of[edge.target] - layer_of[edge.source] > 1 for edge in net.edges),
        "hidden group": any(member.role == "hidden" for group in groups for member in group.members),
        "two groups in a layer": max(in_layers.values(), default=0) > 1,
        "an output feeds others": any(output.fan_out for output in net.outputs),
        "outputs in layers": len({layer_of[output] for output in net.outputs}) > 1,
        "an input feeds none": any(not neuron.fan_out for neuron in net.inputs),
        "a hidden neuron feeds none": any(n.role == "hidden" and not n.fan_out for n in net.neurons),
        "shuffled": run.how["shuffle"],
        "in order": not run.how["shuffle"],
        "in lanes": len(run.how["X"]) > 33,
        "one example": len(run.how["X"]) == 1,
    }
    return found | {name for name, holds in special.items() if holds}


def test_what_is_drawn_has_everything_in_it():
    """So many runs are drawn as above, and not trained."""
    seen: Counter[str] = Counter()
    for optimizer in OPTIMIZERS:
        for batch in BATCHES:
            for seed in range(EACH):
                seen.update(features(drawn(seed, optimizer, batch)))
    expected = {rule.name for rule in ACTIVATIONS} | {loss.name for loss in LOSSES} | {
        "skip", "hidden group", "two groups in a layer", "an output feeds others", "outputs in layers",
        "an input feeds none", "a hidden neuron feeds none", "no incoming edge", "shuffled", "in order", "in lanes",
        "one example", "edges in order", "frozen", "tied", "calls: 1", "calls: 3", "validation: None",
        "validation: share", "validation: rows", "in a row", "regularizer: None", "clip: None", "clip: norm",
        "clip: value", "clip: both",
        "regularizer: L1, biases", "regularizer: L2", "rate: cosine", "rate: inverse time",
        "record: None", "record: gradients", "record: all",
    }  # fmt: skip
    assert {name: seen[name] for name in expected if seen[name] < 10} == {}
