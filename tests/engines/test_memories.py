"""Optimizers of a user's own that remember any count of numbers, one record each: in both engines, and resumed."""

from __future__ import annotations

import json
import math

import pytest

from neurograph import L1, SGD, Adam, Clip, Momentum, Network, Trainer
from neurograph.engines.objects import Checkpoint
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import constant
from tests.engines.engine_runs import Run, differences, needs_numba, outcome, told_by, trainer_of

X = [[math.sin(3.0 * at), math.cos(5.0 * at)] for at in range(20)]
Y = [[math.sin(7.0 * at)] for at in range(20)]


def amsgrad(rate: float, b1: float = 0.9, b2: float = 0.999, small: float = 1e-8) -> Optimizer:
    """Reddi, Kale, Kumar (2018), On the convergence of Adam and beyond; the largest v before it is corrected."""

    def step(value, gradient, rate, m, v, top, first, second):
        m = b1 * m + (1.0 - b1) * gradient
        v = b2 * v + (1.0 - b2) * gradient * gradient
        top = max(top, v)
        return value - rate * (m / (1.0 - first)) / (math.sqrt(top / (1.0 - second)) + small), m, v, top

    return Optimizer(
        "AMSGrad",
        constant(rate),
        step,
        lambda first, second: (first * b1, second * b2),
        memories=("m", "v", "top"),
        formulas=(
            ("m", f"{b1!r} * m + (1 - {b1!r}) * g"),
            ("v", f"{b2!r} * v + (1 - {b2!r}) * g**2"),
            ("top", "max(top, v)"),
            ("m_hat", "m / (1 - first)"),
            ("root", "sqrt(top / (1 - second))"),
            ("value", f"value - eta * m_hat / (root + {small!r})"),
        ),
    )


def signs(value, gradient, rate, first, second):
    return (value - rate if gradient > 0.0 else value + rate,)


def four(value, gradient, rate, a, b, c, d, first, second):
    return value - rate * (gradient + 0.1 * a + 0.01 * d), gradient, a, b, c


OWN = {
    "none": Optimizer("signs", constant(0.01), signs, memories=()),
    "one": Optimizer(
        "last", constant(0.05), lambda value, g, rate, last, first, second: (value - rate * (g + 0.3 * last), g),
        memories=("last",),
    ),
    "three": amsgrad(0.02),
    "four": Optimizer("four", constant(0.05), four, memories=("a", "b", "c", "d")),
}  # fmt: skip


def run_with(optimizer: Optimizer, **how: object) -> Run:
    net = Network.dense([2, 4, 1], "tanh", seed=2)
    net.freeze(net.edge("x1", "h2"))
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h4"))
    return Run(net, {"X": X, "Y": Y, "optimizer": optimizer, "batch_size": 6} | how, ((8, 8, ""),), frozenset())


@pytest.mark.parametrize(
    "how", [{}, {"regularizer": L1(0.01), "clip": Clip(norm=0.5, value=0.2)}], ids=["alone", "all"]
)
@pytest.mark.parametrize("engine", ["plain", pytest.param("compiled", marks=needs_numba)])
@pytest.mark.parametrize("optimizer", OWN.values(), ids=OWN)
def test_both_engines_agree_to_the_last_bit(optimizer, engine, how):
    run = run_with(optimizer, **how)
    assert differences(outcome(run, "object"), outcome(run, engine)) == []


@pytest.mark.parametrize("second", ["object", pytest.param("compiled", marks=needs_numba)])
@pytest.mark.parametrize("first", ["object", pytest.param("compiled", marks=needs_numba)])
@pytest.mark.parametrize("optimizer", OWN.values(), ids=OWN)
def test_a_run_is_stopped_and_resumed(optimizer, first, second):
    run = run_with(optimizer)
    early = trainer_of(run, first)
    rows = list(early.epochs(3, ahead=3))
    state = json.loads(json.dumps(early.state()))
    assert {len(numbers) for numbers in state["memory"]} == {len(optimizer.memories)}
    late = Trainer(early.net.copy(), engine=second, **run.how)
    late.resume(state)
    rows += late.epochs(5, ahead=5)
    assert differences(outcome(run, "object"), told_by(late, rows)) == []


@pytest.mark.parametrize("optimizer", OWN.values(), ids=OWN)
def test_a_checkpoint_holds_all_that_is_remembered(optimizer):
    trainer = trainer_of(run_with(optimizer), "object")
    list(trainer.epochs(2))
    then, state = Checkpoint.of(trainer.learner), trainer.state()["memory"]
    list(trainer.epochs(2))
    assert trainer.state()["memory"] != state or not optimizer.memories
    then.restore(trainer.learner)
    assert trainer.state()["memory"] == state
    assert Checkpoint.of(trainer.learner) == then


@pytest.mark.parametrize(("optimizer", "width"), [(SGD(0.1), 0), (Momentum(0.1), 1), (Adam(0.1), 2)])
def test_a_state_of_when_all_had_two_numbers_is_resumed(optimizer, width):
    trainer = trainer_of(run_with(optimizer), "object")
    list(trainer.epochs(2))
    state = trainer.state()
    old = state | {"memory": [[*numbers, 0.0, 0.0][:2] for numbers in state["memory"]]}
    late = Trainer(trainer.net.copy(), **run_with(optimizer).how)
    late.resume(old)
    assert late.state() == state
    assert {len(numbers) for numbers in state["memory"]} == {width}


def test_twenty_steps_of_amsgrad_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    net = Network.dense([2, 1], "tanh", seed=2)
    first, second = net["o1"].incoming
    numbers = lambda: [first.weight, second.weight, net["o1"].bias]  # noqa: E731
    p = torch.tensor(numbers(), dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.Adam([p], lr=0.02, amsgrad=True)
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)[:, 0]
    trainer = Trainer(net, X, Y, optimizer=amsgrad(0.02), batch_size=None)
    for _ in trainer.epochs(20):
        theirs.zero_grad()
        (((torch.tanh(x @ p[:2] + p[2]) - y) ** 2).sum() / 2 / len(X)).backward()
        theirs.step()
        assert numbers() == pytest.approx(p.tolist(), rel=1e-12, abs=1e-14)
