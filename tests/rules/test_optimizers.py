"""Optimizers: each is the formula of its paper, and agrees with torch.optim step by step."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurograph import SGD, Adam, AdamW, Momentum, RMSProp
from neurograph.algebra.expression import Leaf, evaluate
from neurograph.algebra.formula import fill
from neurograph.algebra.symbols import Symbol
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import constant

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
    memory, clock, values = [0.0] * len(optimizer.memories), (1.0, 1.0), []
    for gradient in gradients:
        clock = optimizer.tick(*clock)
        rate = optimizer.rate.at(0)
        value *= 1.0 - rate * optimizer.decay
        value, *memory = optimizer.step(value, gradient, rate, *memory, *clock)
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
        w, memory = optimizer.step(w, w, rate, memory, 1.0, 1.0)
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
    count = len(optimizer.memories)
    arguments = (0.3, -1.2, 0.1, *(0.4, 0.6)[:count], 0.5, 0.25)
    first = optimizer.step(*arguments)
    optimizer.step(9.0, 9.0, 9.0, *[9.0] * count, 0.1, 0.1)
    assert optimizer.step(*arguments) == first


@pytest.mark.parametrize(
    ("name", "memory"),
    [
        ("SGD", ()),
        ("Momentum", (0.8 * 0.4 + 2.0,)),
        ("Nesterov", (0.8 * 0.4 + 2.0,)),
        ("RMSProp", (0.95 * 0.4 + 0.05 * 4.0,)),
        ("Adam", (0.85 * 0.4 + 0.15 * 2.0, 0.97 * 0.6 + 0.03 * 4.0)),
        ("AdamW", (0.85 * 0.4 + 0.15 * 2.0, 0.97 * 0.6 + 0.03 * 4.0)),
    ],
)
def test_the_memory_after_a_step(name, memory):
    before = (0.4, 0.6)[: len(memory)]
    assert ALL[name].step(1.0, 2.0, 0.1, *before, 0.5, 0.5)[1:] == pytest.approx(memory, rel=1e-15)


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
    nothing = [0.0] * len(ALL[name].memories)
    assert ALL[name].step(0.5, 0.0, 0.1, *nothing, 0.5, 0.5) == (0.5, *nothing)


# The formulas.

ORDINARY = st.floats(-1e3, 1e3).filter(lambda x: x == 0.0 or abs(x) > 1e-6)


def worked_out(optimizer, value, gradient, rate, memory, clock) -> list[float]:
    """The step by its formulas, line by line: the value, then the memories."""
    known = {"value": value, "g": gradient, "eta": rate, "first": clock[0], "second": clock[1]}
    known |= dict(zip(optimizer.memories, memory, strict=True))
    for name, text in optimizer.formulas:
        known[name] = evaluate(fill(text, {key: Leaf(Symbol(key), number) for key, number in known.items()}))
    return [known["value"], *(known[name] for name in optimizer.memories)]


@every_optimizer
@given(value=ORDINARY, gradients=st.lists(ORDINARY, min_size=1, max_size=8), rate=st.floats(1e-4, 1.0))
def test_the_formulas_are_the_step(name, value, gradients, rate):
    optimizer = ALL[name]
    memory, clock = [0.0] * len(optimizer.memories), (1.0, 1.0)
    for gradient in gradients:
        clock = optimizer.tick(*clock)
        told = worked_out(optimizer, value, gradient, rate, memory, clock)
        moved = optimizer.step(value, gradient, rate, *memory, *clock)
        size = abs(value) + abs(moved[0] - value)
        assert told[0] == pytest.approx(moved[0], rel=1e-12, abs=1e-12 * size)
        assert told[1:] == pytest.approx(moved[1:], rel=1e-12)
        value, *memory = moved


def test_what_each_remembers_and_how_it_is_written():
    assert {name: one.memories for name, one in ALL.items()} == {
        "SGD": (), "Momentum": ("v",), "Nesterov": ("v",), "RMSProp": ("s",), "Adam": ("m", "v"), "AdamW": ("m", "v"),
    }  # fmt: skip
    assert ALL["Nesterov"].formulas == (("v", "0.8 * v + g"), ("value", "value - eta * (g + 0.8 * v)"))
    assert Adam().formulas[-1] == ("value", "value - eta * m_hat / (root + 1e-08)")


def mine(*, memories=("v",), formulas=(), step=lambda value, g, rate, v, first, second: (value - rate * v, v + g)):
    return Optimizer("mine", constant(0.1), step, memories=memories, formulas=formulas)


def test_a_record_written_for_two_memories_needs_no_names():
    old = Optimizer("old", constant(0.1), lambda value, g, rate, one, two, first, second: (value, one, two))
    assert (old.memories, old.formulas) == (("one", "two"), ())


V, VALUE = ("v", "v + g"), ("value", "value - eta * v")
NAME = "expected a name of its own, as of a variable, and none of value, g, eta, first, second."
GIVEN, LINE = "'value', 'g', 'eta', 'first', 'second', 'v' and pi.", "a name and a line of arithmetic"
ONE = 'One is written ("v",).'
WRONG = {
    "no value": ({"formulas": [V]}, "optimizer 'mine', formulas: no line gives 'value'."),
    "no memory": ({"formulas": [VALUE]}, "optimizer 'mine', formulas: no line gives 'v'."),
    "v last": ({"formulas": [VALUE, V]}, "optimizer 'mine', formulas: the last line gives 'v', expected 'value'."),
    "a memory twice": ({"formulas": [V, V, VALUE]}, f"optimizer 'mine', formulas[1]: got 'v' (a str), {NAME}"),
    "a new rate": ({"formulas": [V, ("eta", "1"), VALUE]}, f"optimizer 'mine', formulas[1]: got 'eta' (a str), {NAME}"),
    "a number too early": (
        {"formulas": [("v", "root"), ("root", "g"), VALUE]},
        "optimizer 'mine', formulas, v: the formula 'root' uses 'root', expected only " + GIVEN,
    ),
    "a text": (
        {"formulas": "value"},
        f"optimizer 'mine', formulas: got 'value' (a str), expected a tuple of pairs, each {LINE}.",
    ),
    "a line of one": (
        {"formulas": [V, "value"]},
        f"optimizer 'mine', formulas[1]: got 'value' (a str), expected {LINE}.",
    ),
    "a memory called g": ({"memories": ["g"]}, f"optimizer 'mine', memories[0]: got 'g' (a str), {NAME}"),
    "no name": ({"memories": ["v w"]}, f"optimizer 'mine', memories[0]: got 'v w' (a str), {NAME}"),
    "one name alone": (
        {"memories": "v"},
        f"optimizer 'mine', memories: got 'v' (a str), expected a tuple of names. {ONE}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "message"), WRONG.values(), ids=WRONG)
def test_memories_and_formulas_that_do_not_fit_are_refused(parts, message):
    with pytest.raises(NeurographError) as caught:
        mine(**parts)
    assert str(caught.value) == message


@pytest.mark.parametrize("memories", [(), ("v", "w")])
def test_a_step_that_takes_other_numbers_is_refused(memories):
    with pytest.raises(
        InvalidTypeError, match=f"optimizer 'mine', step: .*expected a function of {5 + len(memories)} "
    ):
        mine(memories=memories)


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
