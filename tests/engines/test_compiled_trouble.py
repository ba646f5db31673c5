"""Numbers that leave the range of floats: both engines say the same of them, and leave the same bits behind."""

from __future__ import annotations

import math
from random import Random
from typing import NamedTuple

import pytest
from engine_runs import Run, differences, needs_numba, told_by, trained, trainer_of

from neurograph import L1, L2, SGD, Activation, Adam, Clip, JointActivation, Loss, Momentum, Network, RMSProp
from neurograph.errors import NumericalError
from neurograph.rules.rates import Rate

pytestmark = needs_numba
RNG = Random(8)
X = [[RNG.gauss(0.0, 0.3), RNG.gauss(0.0, 0.3)] for _ in range(35)]
Y = [[RNG.gauss(0.0, 0.3)] for _ in X]


class Trouble(NamedTuple):
    """A run, how the error begins ("" for none), and in which epochs the objects have to take over."""

    run: Run
    error: str
    replayed: int = 1


def run_of(net: Network, x=X, y=Y, epochs: int = 30, **how: object) -> Run:
    calls = ((epochs, epochs, ""),)
    return Run(net, {"X": x, "Y": y, "shuffle": False} | how, calls, frozenset({"wild"}))


def one(weight: float, bias: float = 0.0, rule: Activation | str = "identity") -> Network:
    """x1 -> h -> o, where h has the weight, the bias and the rule."""
    net = Network()
    net.add_input("x1"), net.add_neuron("h", rule, bias), net.add_output("o", "identity")
    net.connect("x1", "h", weight), net.connect("h", "o", 1.0)
    return net


def mine(value, slope=lambda z, a: 1.0) -> Activation:
    return Activation("mine", value, slope, "z", "1")


def cubes() -> Network:
    rule = mine(lambda z: z * z * z, lambda z, a: 3.0 * z * z)
    return Network.dense([2, 3, 3, 1], [rule, rule, "identity"], seed=1)


def careless(after: int, rate: float = 1e60) -> Rate:
    return Rate("careless", lambda epoch: rate if epoch >= after else 1e-4)


def group_of(joint: JointActivation) -> Network:
    net = Network()
    net.add_input("x1"), net.add_neuron("g1", joint, group="g"), net.add_neuron("g2", joint, group="g")
    net.add_output("o", "identity")
    for source, target, weight in (("x1", "g1", 1.0), ("x1", "g2", 0.5), ("g1", "o", 1.0), ("g2", "o", 0.3)):
        net.connect(source, target, weight)
    return net


def tied_cubes() -> Network:
    net = cubes()
    net.tie(net.edge("x1", "h1_1"), net.edge("x2", "h1_2"))
    net.freeze("h2_1", net.edge("x1", "h1_3"))
    return net


NAIVE = mine(lambda z: 1.0 / (1.0 + math.exp(-z)), lambda z, a: a * (1.0 - a))  # 0 where Python raises an error
POLE = mine(lambda z: z / (z - 1.0))
DIVIDED = JointActivation(
    "mine", lambda z: [one / (z[0] + z[1]) for one in z], lambda z, a, k, j: 1.0 / (z[0] + z[1]), "z", "a_k"
)
SLIPPERY = JointActivation("mine", lambda z: [2.0 * one for one in z], lambda z, a, k, j: 1.0 / z[k], "z", "a_k")
SOUR = Loss("sour", lambda a, y, n: 1.0 / (a - y), lambda a, y, n: 1.0, "1 / (a - y)", "1")
SOUR_SLOPE = Loss("sour", lambda a, y, n: a - y, lambda a, y, n: 1.0 / (a - y), "a - y", "1 / (a - y)")
LOG = Loss("log", lambda a, y, n: -y * math.log(a), lambda a, y, n: -y / a, "-y * log(a)", "-y / a")
SOME, AIMS = [[0.5], [0.25], [1.0], [2.0]], [[0.0]] * 4  # the third is where rules of one number break
BELOW = Loss("below", lambda a, y, n: (a - y) * (a - y) - 5.0, lambda a, y, n: 2.0 * (a - y), "(a - y)**2", "a - y")
FIRST, THIRD = "epoch 1, batch 1: ", "epoch 1, batch 3: "

CASES = {
    "a sum overflows": Trouble(run_of(one(1e300), [[1.0], [1e10]], AIMS[:2], clip=Clip(norm=1.0)), "epoch 1, batch "),
    "a pole": Trouble(
        run_of(one(1.0, 0.0, POLE), SOME, AIMS, optimizer=SGD(1e-300)),
        THIRD + "neuron h: mine(1.0) failed (ZeroDivisionError: ",
    ),
    "log of 0": Trouble(
        run_of(one(1.0, -1.0, mine(lambda z: math.log(abs(z)))), SOME, AIMS, optimizer=SGD(1e-300)),
        THIRD + "neuron h: mine(0.0) failed (ValueError: ",
    ),
    "log of a negative number": Trouble(
        run_of(one(-1.0, 1.5, mine(lambda z: 2.0 * math.log(z))), SOME, AIMS, optimizer=SGD(1e-300)),
        "epoch 1, batch 4: neuron h: mine(-0.5) failed (ValueError: ",
    ),
    "a root of a negative number": Trouble(
        run_of(one(-1.0, 1.5, mine(lambda z: 2.0 * math.sqrt(z))), SOME, AIMS, optimizer=SGD(1e-300)),
        "epoch 1, batch 4: neuron h: mine(-0.5) failed (ValueError: ",
    ),
    "a naive sigmoid": Trouble(
        run_of(one(-800.0, 0.0, NAIVE), SOME, AIMS, optimizer=SGD(1e-9)),
        THIRD + "neuron h: mine(-800.0) failed (OverflowError: ",
    ),
    "a slope at 0": Trouble(
        run_of(one(1.0, -1.0, mine(lambda z: z, lambda z, a: 1.0 / z)), SOME[2:], AIMS[2:], optimizer=SGD(1e-300)),
        FIRST + "neuron h: the slope of mine at z = 0.0, with dC/da = 0.0, failed (ZeroDivisionError: ",
    ),
    "a group divides by 0": Trouble(
        run_of(group_of(DIVIDED), [[0.0], [1.0]], AIMS[:2]), FIRST + "group 'g': mine failed (ZeroDivisionError: "
    ),
    "a slope of a group divides by 0": Trouble(
        run_of(group_of(SLIPPERY), [[0.0], [1.0]], AIMS[:2]), FIRST + "group 'g': mine failed (ZeroDivisionError: "
    ),
    "a loss divides by 0": Trouble(
        run_of(one(1.0), SOME, [[1.0]] * 4, loss=SOUR, optimizer=SGD(1e-300)),
        THIRD + "output o: the value of loss sour at a = 1.0, y = 1 failed (ZeroDivisionError: ",
    ),
    "the slope of a loss divides by 0": Trouble(
        run_of(one(1.0), SOME, [[1.0]] * 4, loss=SOUR_SLOPE, optimizer=SGD(1e-300)),
        THIRD + "output o: the slope of loss sour at a = 1.0, y = 1 failed (ZeroDivisionError: ",
    ),
    "a loss takes log of 0": Trouble(
        run_of(one(1.0, -1.0), [[1.0], [3.0]], [[1.0]] * 2, loss=LOG),
        FIRST + "output o: the value of loss log at a = 0.0, y = 1 failed (ValueError: ",
    ),
    "a loss overflows": Trouble(
        run_of(one(1.0), [[1.0], [1e200]], AIMS[:2], optimizer=SGD(1e-9)),
        "epoch 1, batch 2: output o: the loss term is inf, with a = 1e+200 and y = 0.",
    ),
    "a loss explodes": Trouble(
        run_of(Network.dense([1, 1], "identity", initializer="ones"), [[1.0]], [[0.0]], 1000, optimizer=SGD(1.5)),
        "epoch 22: the loss has gone from 0.5 to ",
    ),
    "an update overflows": Trouble(
        run_of(Network.dense([1, 1], "identity", initializer="zeros"), [[1e150]], [[1e150]], optimizer=SGD(1e10)),
        "epoch 1, batch 1: edge x1->o1: the update would make its weight ",
    ),
    "the judged overflow": Trouble(
        run_of(one(9.0), [[1e-3]], [[0.0]], validation=([[1e308]], [[0.0]])), "epoch 1: neuron h: the sum z became inf"
    ),
    "the loss of the judged overflows": Trouble(
        run_of(one(9.0), [[1e-3]], [[0.0]], validation=([[1e200]], [[0.0]])),
        "epoch 1: the loss of 1 examples to judge on adds up to inf.",
    ),
    "a rule breaks on the judged": Trouble(
        run_of(one(1.0, 0.0, POLE), SOME[:2], AIMS[:2], optimizer=SGD(1e-300), validation=(SOME, AIMS)),
        "epoch 1: neuron h: mine(1.0) failed (ZeroDivisionError: ",
    ),
    "a penalty overflows and nobody minds": Trouble(
        run_of(one(1e180), [[0.0]], [[0.0]], 5, regularizer=L2(1e-3), optimizer=SGD(1e-9)), "", 2
    ),
    "a loss below 0": Trouble(
        run_of(one(1.0), SOME, AIMS, loss=BELOW, optimizer=SGD(0.01), record=("gradients",)), "", 0
    ),
    "a loss below 0 explodes": Trouble(
        run_of(Network.dense([1, 1], "identity", initializer="ones"), [[1.0]], [[0.0]], 1000, loss=BELOW,
               optimizer=SGD(1.5)), "epoch 11: the loss has gone from -4 to ",
    ),
    "an infinity is swallowed": Trouble(
        run_of(one(1.0, 0.0, mine(lambda z: min(1.0, z * 1e200 * 1e200), lambda z, a: 0.5)), SOME, AIMS), "", 30
    ),
    "a NaN is thrown away": Trouble(
        run_of(one(1.0, 0.0, mine(lambda z: z if (z * 1e200 * 1e200) * 0.0 == 0.0 else 1.0)), SOME, AIMS), "", 30
    ),
}  # fmt: skip
for _make in (Adam, RMSProp):
    CASES[f"a gradient too large for the memory of {_make.__name__}"] = Trouble(
        run_of(Network.dense([1, 1], "identity", initializer="zeros"), [[1e120]], [[1e40]], optimizer=_make(0.1)),
        f"epoch 1, batch 1: edge x1->o1: its gradient, -1e+160, is too large for the memory of {_make.__name__}. ",
    )
for _how, _more in {
    "alone": {}, "in batches": {"batch_size": 7}, "in lanes": {"batch_size": 33}, "watched": {"record": ("gradients",)},
    "shuffled": {"shuffle": True, "batch_size": 7}, "clipped": {"clip": Clip(value=0.5)}, "all": {"batch_size": None},
    "remembered": {"optimizer": Momentum(careless(12))}, "watched in full": {"record": ("gradients", "activations")},
}.items():  # fmt: skip
    CASES[f"cubes, {_how}"] = Trouble(run_of(cubes(), **{"optimizer": SGD(careless(12))} | _more), "epoch 1")
    CASES[f"tied cubes, {_how}"] = Trouble(
        run_of(tied_cubes(), **{"optimizer": Momentum(careless(7))} | _more), "epoch "
    )


@pytest.mark.parametrize("case", CASES)
def test_both_engines_tell_the_same_and_leave_the_same_bits(case):
    run, error, replayed = CASES[case]
    _, expected = trained(run, "object")
    trainer, found = trained(run, "compiled")
    assert differences(expected, found) == []
    assert expected["error"].startswith(error), expected["error"]
    assert bool(expected["error"]) is bool(error)
    assert trainer.engine == "compiled"
    if run.how.get("record", ())[1:]:
        return  # then the objects take over batch by batch
    assert trainer.replayed == replayed


def fuse(value: float | None, slope: float) -> Activation:
    """The identity up to 3; beyond it, it gives what it is told to."""
    if value is None:
        return Activation("fuse", lambda z: z, lambda z, a: slope if z > 3.0 else 1.0, "z", "1")
    return Activation("fuse", lambda z: value if z > 3.0 else z, lambda z, a: slope if z > 3.0 else 1.0, "z", "1")


FUSES = {
    "value is nan": fuse(math.nan, 1.0), "value is inf": fuse(math.inf, 1.0),
    "slope is nan": fuse(None, math.nan), "slope is inf": fuse(None, math.inf),
}  # fmt: skip
HOW = {
    "plain": {}, "L1": {"regularizer": L1(0.01)}, "clip by value": {"clip": Clip(value=0.5)},
    "clip by norm": {"clip": Clip(norm=0.5)}, "Adam": {"optimizer": Adam(0.02)},
}  # fmt: skip


@pytest.mark.parametrize("size", [1, 10, 35])
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", FUSES)
def test_a_rule_that_gives_no_finite_number_for_one_example(name, how, size):
    """No flag of the processor tells of it, for nothing was computed."""
    net = Network()
    net.add_input("x1"), net.add_input("x2"), net.add_neuron("h", FUSES[name]), net.add_output("o", "identity")
    net.connect("x1", "h", 1.0), net.connect("x2", "h", 0.5), net.connect("h", "o", 0.3)
    data = [*X[:20], [30.0, 30.0], *X[21:]]
    run = run_of(net, data, epochs=3, **{"optimizer": SGD(0.02), "batch_size": size} | HOW[how])
    _, expected = trained(run, "object")
    assert differences(expected, trained(run, "compiled")[1]) == []
    if "inf" not in name or how != "clip by value":  # an infinite gradient may be clipped, as any other
        assert expected["error"].startswith(f"epoch 1, batch {20 // size + 1}: neuron h: "), expected["error"]


@pytest.mark.parametrize("size", [1, 3, 40])
def test_zeros_and_the_smallest_numbers_are_the_same_bits(size):
    """Nothing is flushed to 0, and no -0.0 loses its sign."""
    edges = [0.0, -0.0, 5e-324, -5e-324, 1e-310, 2.2250738585072014e-308, 1.0, -1e-160]
    rng = Random(2)
    net = Network.dense([3, 4, 2], ["tanh", "identity"], initializer="zeros")
    for k, edge in enumerate(net.edges):
        edge.weight = edges[k % len(edges)]
    for k, neuron in enumerate(net.layers[1] + net.layers[2]):
        neuron.bias = edges[(k + 1) % 4]
    rows = [[rng.choice(edges) for _ in range(3)] for _ in range(40)]
    aims = [[rng.choice(edges[:6]) for _ in range(2)] for _ in rows]
    run = run_of(net, rows, aims, optimizer=SGD(0.5), batch_size=size)
    _, expected = trained(run, "object")
    trainer, found = trained(run, "compiled")
    assert differences(expected, found) == []
    assert trainer.replayed == 0
    small = [edge.w for edge in trainer.net.edges if 0.0 < abs(edge.w) < 1e-307]
    assert small, "no denormal is left to tell of"


@pytest.mark.parametrize("engine", ["plain", "compiled"])
@pytest.mark.parametrize(
    ("x", "y", "clip"),
    [
        (1e100, 1e100, Clip(norm=1.0)), (1e90, 1e90, Clip(norm=1e-3, value=3e-4)),
        (1.0, 1e-165, Clip(norm=1e-168)), (1.0, 1e-160, Clip(norm=1e-161)), (1.0, 1e-155, Clip(norm=1.0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("batch", [1, 3])
def test_gradients_whose_squares_are_no_floats_are_clipped_alike(batch, x, y, clip, engine):
    """Beyond 1e154 the squares overflow, which the processor notes; below 1e-162 they are 0, which it does not."""
    rng = Random(4)
    net = Network.dense([3, 2], "identity", initializer="zeros")
    net.tie(net.edge("x1", "o1"), net.edge("x2", "o2"))
    rows = [[x * rng.uniform(-1.0, 1.0) for _ in range(3)] for _ in range(12)]
    aims = [[y * rng.uniform(-1.0, 1.0) for _ in range(2)] for _ in rows]
    run = run_of(net, rows, aims, 4, optimizer=Momentum(0.1), clip=clip, batch_size=batch)
    _, expected = trained(run, "object")
    trainer, found = trained(run, engine)
    assert differences(expected, found) == []
    assert expected["error"] == ""
    assert any(edge.w for edge in trainer.net.edges)
    if engine == "compiled":
        assert trainer.replayed == (4 if x > 1.0 else 0)


def test_training_goes_on_after_trouble():
    """The rate was no number for a while; with another, both engines go on from the same bits."""
    left = []
    for engine in ("object", "compiled"):
        rate = [math.inf]
        how = {"optimizer": Adam(Rate("told", lambda epoch: rate[0] if epoch >= 5 else 1e-4))}  # noqa: B023  # at once
        trainer, rows, errors = trainer_of(run_of(cubes(), **how), engine), [], []
        for now in (math.inf, math.nan, 1e-4):
            rate[0] = now
            try:
                rows += trainer.epochs(20, ahead=20)
            except NumericalError as error:
                errors.append(str(error))
        assert (len(errors), len(rows), trainer.epoch) == (2, 25, 25)
        left.append(told_by(trainer, rows) | {"errors": errors})
        assert trainer.replayed == (0 if engine == "object" else 2)
    assert differences(*left) == []


@pytest.mark.parametrize("ahead", [1, 4, 30])
@pytest.mark.parametrize(("end", "error"), [(0, ZeroDivisionError), (None, RuntimeError)], ids=["error", "no next one"])
def test_a_schedule_that_fails_fails_in_its_epoch(ahead, end, error):
    """The epochs before it are done, and have their rows; one that has come to its end gives no endless loop."""
    left = []
    for engine in ("object", "compiled"):
        rate = Rate("short", lambda epoch: 0.1 / max(0, 6 - epoch) if end == 0 else next(iter([0.1] * (6 - epoch))))
        trainer, rows = trainer_of(run_of(cubes(), optimizer=SGD(rate)), engine), []
        with pytest.raises(error):
            rows.extend(row for row in trainer.epochs(30, ahead=ahead))
        left.append(told_by(trainer, rows))
    assert left[0]["state"][0] == 6
    assert differences(*left) == []


@pytest.mark.parametrize("when", [0, 3, 9])
def test_a_number_that_leaves_the_range_in_the_middle_of_many_epochs_is_found_in_its_own(when):
    """Whether the engine runs ahead by 1, 4 or all epochs, in one call or in several."""
    expected = None
    for ahead in (1, 4, 10):
        for calls in (((10, ahead, ""),), ((5, ahead, ""), (5, ahead, ""))):
            run = run_of(cubes(), optimizer=SGD(careless(when)), batch_size=7)._replace(calls=calls)
            _, objects = trained(run, "object")
            _, compiled = trained(run, "compiled")
            expected = expected or objects
            assert differences(expected, compiled) == []
    assert expected["error"].startswith(f"epoch {when + 1}, batch ")
