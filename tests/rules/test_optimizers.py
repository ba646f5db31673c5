"""Optimizers: each is the formula of its paper, and agrees with torch.optim step by step."""

from __future__ import annotations

import math
from random import Random

import pytest

from neurograph import SGD, Adam, AdamW, Momentum, RMSProp
from neurograph.errors import InvalidTypeError, InvalidValueError

ALL = {
    "SGD": SGD(0.1),
    "Momentum": Momentum(0.1, momentum=0.8),
    "Nesterov": Momentum(0.1, momentum=0.8, nesterov=True),
    "RMSProp": RMSProp(0.02, decay=0.95, epsilon=1e-7),
    "Adam": Adam(0.03, beta1=0.85, beta2=0.97, epsilon=1e-7),
    "AdamW": AdamW(0.03, beta1=0.85, beta2=0.97, epsilon=1e-7, decay=0.2),
}
every_optimizer = pytest.mark.parametrize("name", ALL)


def path(optimizer, value, gradients) -> list[float]:
    """The values that a weight goes through, as an engine moves it."""
    one, two, clock, values = 0.0, 0.0, (1.0, 1.0), []
    for gradient in gradients:
        clock = optimizer.tick(*clock)
        rate = optimizer.rate.at(0)
        value *= 1.0 - rate * optimizer.decay
        value, one, two = optimizer.step(value, gradient, rate, one, two, *clock)
        values.append(value)
    return values


def random_gradients(seed: int, count: int = 50) -> list[float]:
    rng = Random(seed)
    return [rng.gauss(0.0, 1.0) * 10.0 ** rng.uniform(-3.0, 2.0) for _ in range(count)]


def torch_optimizer(torch, name, parameters):
    adam = {"lr": 0.03, "betas": (0.85, 0.97), "eps": 1e-7}
    match name:
        case "SGD":
            return torch.optim.SGD(parameters, lr=0.1)
        case "Momentum" | "Nesterov":
            return torch.optim.SGD(parameters, lr=0.1, momentum=0.8, nesterov=name == "Nesterov")
        case "RMSProp":
            return torch.optim.RMSprop(parameters, lr=0.02, alpha=0.95, eps=1e-7)
        case "Adam":
            return torch.optim.Adam(parameters, **adam)
    return torch.optim.AdamW(parameters, **adam, weight_decay=0.2)


@every_optimizer
@pytest.mark.parametrize("seed", range(5))
def test_fifty_steps_are_those_of_pytorch(name, seed):
    torch = pytest.importorskip("torch")
    gradients = random_gradients(seed)
    parameter = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    optimizer = torch_optimizer(torch, name, [parameter])
    expected = []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        expected.append(parameter.item())
    assert path(ALL[name], 0.7, gradients) == pytest.approx(expected, rel=1e-12, abs=1e-13)


# The formulas, written out from the papers.

G = [0.5, -2.0, 0.25, 8.0, 0.0, -1.0]
START = 1.5


def from_the_paper(name) -> list[float]:
    values, w, v, m = [], START, 0.0, 0.0
    for t, g in enumerate(G, start=1):
        match name:
            case "SGD":
                w = w - 0.1 * g
            case "Momentum":  # Polyak: the last step, times mu, goes along
                v = 0.8 * v + g
                w = w - 0.1 * v
            case "Nesterov":  # Sutskever and others, with the parameters of the look-ahead point
                v = 0.8 * v + g
                w = w - 0.1 * (g + 0.8 * v)
            case "RMSProp":
                v = 0.95 * v + 0.05 * g**2
                w = w - 0.02 * g / (math.sqrt(v) + 1e-7)
            case "Adam" | "AdamW":
                m = 0.85 * m + 0.15 * g
                v = 0.97 * v + 0.03 * g**2
                m_hat, v_hat = m / (1 - 0.85**t), v / (1 - 0.97**t)
                shrunk = w - 0.03 * 0.2 * w if name == "AdamW" else w
                w = shrunk - 0.03 * m_hat / (math.sqrt(v_hat) + 1e-7)
        values.append(w)
    return values


@every_optimizer
def test_a_few_steps_are_those_of_the_paper(name):
    assert path(ALL[name], START, G) == pytest.approx(from_the_paper(name), rel=1e-13)


def test_nesterov_looks_ahead():
    """Sutskever's own form: the gradient is taken where momentum alone would lead. On C = w**2 / 2 both can be run."""
    mu, rate = 0.8, 0.1
    theta, velocity = START, 0.0
    ahead = []
    for _ in range(10):
        velocity = mu * velocity - rate * (theta + mu * velocity)
        theta = theta + velocity
        ahead.append(theta + mu * velocity)
    optimizer, w, memory, ours = Momentum(rate, mu, nesterov=True), START, 0.0, []
    for _ in range(10):
        w, memory, _ = optimizer.step(w, w, rate, memory, 0.0, 1.0, 1.0)
        ours.append(w)
    assert ours == pytest.approx(ahead, rel=1e-13)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient(scale):
    (value,) = path(Adam(0.01), 0.0, [-scale])
    assert value == pytest.approx(0.01, rel=2e-5)  # up to epsilon


# Memory and clock.


@every_optimizer
def test_a_step_is_a_function_of_its_arguments_alone(name):
    optimizer = ALL[name]
    arguments = (0.3, -1.2, 0.1, 0.4, 0.6, 0.5, 0.25)
    first = optimizer.step(*arguments)
    optimizer.step(9.0, 9.0, 9.0, 9.0, 9.0, 0.1, 0.1)
    assert optimizer.step(*arguments) == first


@pytest.mark.parametrize(
    ("name", "memory"),
    [
        ("SGD", (0.4, 0.6)),
        ("Momentum", (0.8 * 0.4 + 2.0, 0.6)),
        ("Nesterov", (0.8 * 0.4 + 2.0, 0.6)),
        ("RMSProp", (0.95 * 0.4 + 0.05 * 4.0, 0.6)),
        ("Adam", (0.85 * 0.4 + 0.15 * 2.0, 0.97 * 0.6 + 0.03 * 4.0)),
        ("AdamW", (0.85 * 0.4 + 0.15 * 2.0, 0.97 * 0.6 + 0.03 * 4.0)),
    ],
)
def test_the_memory_after_a_step(name, memory):
    assert ALL[name].step(1.0, 2.0, 0.1, 0.4, 0.6, 0.5, 0.5)[1:] == pytest.approx(memory, rel=1e-15)


@every_optimizer
def test_only_adam_has_a_clock_the_powers_of_its_betas(name):
    clock = (1.0, 1.0)
    for _ in range(100):
        clock = ALL[name].tick(*clock)
    expected = (0.85**100, 0.97**100) if name.startswith("Adam") else (1.0, 1.0)
    assert clock == pytest.approx(expected, rel=1e-13)


def test_only_sgd_is_plain_and_only_adamw_decays():
    assert [name for name in ALL if ALL[name].plain] == ["SGD"]
    assert {name: ALL[name].decay for name in ALL if ALL[name].decay} == {"AdamW": 0.2}
    assert not AdamW().decay_biases
    assert AdamW(biases=True).decay_biases


@every_optimizer
def test_a_gradient_of_zero_moves_nothing_at_the_start(name):
    step = ALL[name].step
    assert step(0.5, 0.0, 0.1, 0.0, 0.0, 0.5, 0.5) == (0.5, 0.0, 0.0)


# What is refused.

ABOVE = "expected a number above 0."
SHARE = "expected a number from 0 up to, but not, 1."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(0.0), f"SGD, rate: got 0.0, {ABOVE}"),
        (lambda: SGD(-1), f"SGD, rate: got -1, {ABOVE}"),
        (lambda: Momentum(0.1, momentum=1.0), f"Momentum, momentum: got 1.0, {SHARE}"),
        (lambda: Momentum(0.1, momentum=-0.1), f"Momentum, momentum: got -0.1, {SHARE}"),
        (lambda: RMSProp(0.1, decay=1.5), f"RMSProp, decay: got 1.5, {SHARE}"),
        (lambda: RMSProp(0.1, epsilon=0.0), f"RMSProp, epsilon: got 0.0, {ABOVE}"),
        (lambda: Adam(0.0), f"Adam, rate: got 0.0, {ABOVE}"),
        (lambda: Adam(beta1=1), f"Adam, beta1: got 1, {SHARE}"),
        (lambda: Adam(beta2=-0.5), f"Adam, beta2: got -0.5, {SHARE}"),
        (lambda: Adam(epsilon=-1e-8), f"Adam, epsilon: got -1e-08, {ABOVE}"),
        (lambda: AdamW(beta2=2), f"AdamW, beta2: got 2, {SHARE}"),
        (lambda: AdamW(decay=-0.1), "AdamW, decay: got -0.1, expected a number from 0 up."),
        (
            lambda: SGD(math.nan),
            "SGD, rate: got nan, expected a finite number. NaN and infinity are refused on the way in.",
        ),
    ],
)
def test_a_number_out_of_range_is_refused(make, message):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize("make", [SGD, Momentum, RMSProp, Adam, AdamW])
@pytest.mark.parametrize("rate", ["0.1", None, True, [0.1]])
def test_a_rate_that_is_no_number_is_refused(make, rate):
    with pytest.raises(InvalidTypeError) as caught:
        make(rate)
    assert str(caught.value).startswith(f"{make.__name__}, rate: got {rate!r}")
    assert str(caught.value).endswith("expected one finite number (an int or a float).")
