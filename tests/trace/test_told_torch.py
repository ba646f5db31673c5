"""Twenty told updates on random nets, frozen parts and ties among them, against torch.optim in float64.

PyTorch is given the gradients that the trace tells and keeps parameters and memories of its own, so that what is
compared is the update alone; the gradients are compared elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from neurograph import L2, SGD, Adam, AdamW, Clip, Momentum, Network, RMSProp, Trace
from neurograph.graph.parameters import Parameter, parameters_of
from tests.engines.engine_runs import freeze_some, tie_some
from tests.engines.test_memories import amsgrad
from tests.strategies import random_case, random_example

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # these are tiny tensors
optim = torch.optim

PAIRS = {
    "SGD": (SGD(0.1), lambda groups: optim.SGD(groups, lr=0.1)),
    "Momentum": (Momentum(0.1, 0.8), lambda groups: optim.SGD(groups, lr=0.1, momentum=0.8)),
    "Nesterov": (
        Momentum(0.1, 0.8, nesterov=True),
        lambda groups: optim.SGD(groups, lr=0.1, momentum=0.8, nesterov=True),
    ),
    "RMSProp": (RMSProp(0.02, 0.95), lambda groups: optim.RMSprop(groups, lr=0.02, alpha=0.95)),
    "Adam": (Adam(0.03), lambda groups: optim.Adam(groups, lr=0.03)),
    "AMSGrad": (amsgrad(0.03), lambda groups: optim.Adam(groups, lr=0.03, amsgrad=True)),
}
DECAYING = {
    "AdamW": (AdamW(0.03, decay=0.2), lambda groups: optim.AdamW(groups, lr=0.03)),
    "AdamW, biases too": (AdamW(0.03, decay=0.2, biases=True), lambda groups: optim.AdamW(groups, lr=0.03)),
}


def some_case(seed: int) -> tuple[Network, Any, Iterator[tuple[Any, Any]]]:
    """A random net, its loss, and examples or mini-batches without end."""
    rng = Random(f"told {seed}")
    net, loss, _, _ = random_case(seed)
    if seed % 2:
        freeze_some(net, rng)
        tie_some(net, rng)

    def batches() -> Iterator[tuple[Any, Any]]:
        while True:
            rows = [random_example(net, loss, rng) for _ in range(rng.choice((1, 1, 3)))]
            yield ([x for x, _ in rows], [y for _, y in rows]) if len(rows) > 1 else rows[0]

    return net, loss, batches()


def assert_twenty_steps(
    seed: int, ours: Any, make: Any, decay: float = 0.0, of_biases: float = 0.0, **how: Any
) -> None:
    net, loss, batches = some_case(seed)
    known = parameters_of(net)
    if not known:
        return
    theirs = [torch.tensor(one.value, dtype=torch.float64, requires_grad=True) for one in known]
    groups = [
        {"params": [p for one, p in zip(known, theirs, strict=True) if one.is_bias == is_bias], "weight_decay": share}
        for is_bias, share in ((False, decay), (True, of_biases))
    ]
    optimizer = make([group for group in groups if group["params"]])
    trace: Trace[Network] | None = None
    for step in range(20):
        x, y = next(batches)
        trace = trace.next(x, y) if trace else net.trace(x, y, loss, optimizer=ours, **how)
        before, after = parameters_of(trace.before), parameters_of(trace.after)
        for one, p in zip(before, theirs, strict=True):
            p.grad = torch.tensor(one.gradient, dtype=torch.float64)
        limit(theirs, how.get("clip"))
        optimizer.step()
        for one, p in zip(after, theirs, strict=True):
            assert one.value == pytest.approx(p.item(), rel=1e-12, abs=1e-13), one.label
        if step in (0, 19):
            values = trace.program().evaluate()
            assert [told(values, one) for one in after] == [one.value for one in after]


def told(values: Any, parameter: Parameter) -> float:
    holder: Any = parameter.holder
    first = holder.members[0] if hasattr(holder, "members") else holder
    return values["b_new", first.name] if parameter.is_bias else values["w_new", first.ends]


def limit(parameters: list[Any], clip: Clip | None) -> None:
    """PyTorch's own clip_grad_norm_ divides by norm + 1e-6, so that its norm alone is used."""
    if clip and clip.norm:
        norm = torch.nn.utils.clip_grad_norm_(parameters, float("inf"))
        if norm > clip.norm:
            for p in parameters:
                p.grad *= clip.norm / norm
    if clip and clip.value:
        torch.nn.utils.clip_grad_value_(parameters, clip.value)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_twenty_steps(pair: Any, seed: int) -> None:
    assert_twenty_steps(seed, *pair)


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("seed", range(1))
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_twenty_steps_with_l2_are_those_of_weight_decay(pair: Any, seed: int, biases: bool) -> None:
    assert_twenty_steps(seed, *pair, decay=0.05, of_biases=0.05 * biases, regularizer=L2(0.05, biases))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pair", DECAYING.values(), ids=DECAYING)
def test_twenty_steps_of_adamw(pair: Any, seed: int) -> None:
    assert_twenty_steps(seed, *pair, decay=0.2, of_biases=0.2 * pair[0].decay_biases)


@pytest.mark.parametrize("clip", [Clip(norm=0.1), Clip(value=0.02), Clip(norm=0.1, value=0.05)], ids=str)
@pytest.mark.parametrize("seed", range(1))
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_twenty_steps_by_limited_gradients(pair: Any, seed: int, clip: Clip) -> None:
    assert_twenty_steps(seed, *pair, clip=clip)
