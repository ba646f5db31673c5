"""Trouble: training that goes wrong says where, and leaves the last good parameters; what is odd is reported."""

from __future__ import annotations

import math
import re
from random import Random

import pytest

from neurograph import L1, SGD, Activation, Adam, Clip, Loss, Momentum, Network, RMSProp, Trainer, train
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographWarning, NumericalError
from neurograph.graph.parameters import values_of
from neurograph.learning.diagnostics import unhealthy
from neurograph.rules.rates import Rate

RNG = Random(8)
X = [[RNG.gauss(0.0, 1.0), RNG.gauss(0.0, 1.0)] for _ in range(35)]
Y = [[RNG.gauss(0.0, 1.0)] for _ in X]


def bits(net: Network) -> list[str]:
    return [value.hex() for value in values_of(net)]


def failure(net: Network, *data, **how) -> str:
    """Train into trouble; the numbers on the neurons are then not computed, and the parameters finite."""
    with pytest.raises(NumericalError) as caught:
        train(net, *(data or (X, Y)), **how)
    assert all(map(math.isfinite, values_of(net)))
    assert {neuron.a for neuron in net} == {neuron.delta for neuron in net} == {None}
    return str(caught.value)


def parsed(message: str) -> tuple[int, int]:
    found = re.match(r"epoch (\d+), batch (\d+): (?:neuron|edge|output) ", message)
    assert found, message
    assert message.endswith("The network has the parameters of before this batch.")
    return int(found[1]), int(found[2])


def before_the_batch(net: Network, epoch: int, batch: int, size: int, optimizer) -> list[str]:
    """Run up to the batch before, batch by batch; the last epoch's order is that of the promise."""
    trainer = Trainer(net, X, Y, optimizer=optimizer, batch_size=size)
    list(trainer.epochs(epoch - 1))
    places = list(range(len(X)))
    Random(f"0/{epoch - 1}").shuffle(places)
    for k in range(batch - 1):
        rows = [(X[at], Y[at]) for at in places[k * size : (k + 1) * size]]
        trainer.learner.learn(rows, optimizer.rate.at(epoch - 1))
    return bits(net)


def test_a_loss_that_blows_up_is_blamed_and_not_the_weights_that_its_step_has_spoiled():
    clamped = Loss(  # where 1 - a is rounded to 0, its slope is finite, and 290 orders of magnitude too large
        "clamped", lambda a, y, n: -math.log(max(1.0 - a if y == 0.0 else a, 1e-308)),
        lambda a, y, n: 1.0 / max(1.0 - a, 1e-308) if y == 0.0 else -1.0 / max(a, 1e-308),
        "-log(1 - a) if y == 0 else -log(a)", "1 / (1 - a) if y == 0 else -1 / a",
    )  # fmt: skip
    net = Network.dense([1, 2], "softmax", initializer="zeros")
    net["o1"].bias, net["o2"].bias = 20.0, -20.0
    message = failure(net, [[1.0], [1e20], [3.0]], [[0.0, 1.0]] * 3, loss=clamped, optimizer=SGD(1.0), shuffle=False)
    assert message.startswith("epoch 1, batch 1: output o1: dC/da of clamped is 1e+308, with a = 1 and y = 0. Make the")
    assert "or take another loss. The network has the parameters of before this batch. Give all features" in message


def test_binary_cross_entropy_after_softmax_trains_on_from_a_sure_and_wrong_answer():
    net = Network.dense([1, 2], "softmax", initializer="zeros")
    net["o1"].bias, net["o2"].bias = 20.0, -20.0
    history = train(net, [[1.0]], [[0.0, 1.0]], "binary_cross_entropy", SGD(1.0), epochs=30)
    assert history[0]["loss"] == pytest.approx(80.0)
    assert history[-1]["loss"] < 0.1
    assert max(abs(neuron.bias) for neuron in net.outputs) < 25.0


CUBE = Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")


def cubes() -> Network:
    return Network.dense([2, 3, 3, 1], [CUBE, CUBE, "identity"], seed=1)


@pytest.mark.parametrize("size", [1, 10])
@pytest.mark.parametrize("make", [SGD, Momentum, Adam])
@pytest.mark.parametrize("far", [1e10, 1e60])
def test_what_leaves_the_range_of_floats_is_named_and_the_parameters_are_those_before_it(make, size, far):
    """Two careful epochs, then a rate beyond all measure."""
    optimizer = make(Rate("careless", lambda epoch: 1e-30 if epoch < 2 else far))
    net = cubes()
    epoch, batch = parsed(failure(net, optimizer=optimizer, epochs=100, batch_size=size))
    assert epoch >= 3
    assert bits(net) == before_the_batch(cubes(), epoch, batch, size, optimizer)


def fuse(limit: int, value=math.nan, slope=1.0) -> Activation:
    """The identity, until it was used so often for learning; then what it gives is broken. Asked again, it stays so."""

    def broken(z: float) -> bool:
        return z > limit

    return Activation(
        "fuse", lambda z: value if broken(z) and value is not None else z,
        lambda z, a: slope if broken(z) else 1.0, "z", "1",
    )  # fmt: skip


def fused(rule) -> Network:
    """x1, x2 -> h (the rule) -> o."""
    net = Network()
    net.add_input("x1"), net.add_input("x2")
    net.add_neuron("h", rule)
    net.add_output("o", "identity")
    for source, target, weight in (("x1", "h", 1.0), ("x2", "h", 0.5), ("h", "o", 0.3)):
        net.connect(source, target, weight)
    return net


FUSES = {
    "value is nan": (fuse(3, math.nan), "neuron h: fuse("),
    "value is inf": (fuse(3, math.inf), "neuron h: fuse("),
    "slope is nan": (fuse(3, None, math.nan), "neuron h: the slope of fuse at z = "),
    "slope is inf": (fuse(3, None, math.inf), "neuron h: the slope of fuse at z = "),
}
HOW = {
    "plain": {},
    "L1": {"regularizer": L1(0.01)},
    "clipped by value": {"clip": Clip(value=0.5)},
    "clipped by norm": {"clip": Clip(norm=0.5)},
}


# An infinite gradient may be clipped by value, as any other; what is not a number may not.
BROKEN = [(fuse, how) for fuse in FUSES for how in HOW if (fuse, how) != ("slope is inf", "clipped by value")]


@pytest.mark.parametrize(
    ("rule", "start", "how"), [(*FUSES[fuse], HOW[how]) for fuse, how in BROKEN], ids=map(str, BROKEN)
)
@pytest.mark.parametrize("optimizer", [SGD(0.02), Adam(0.02)], ids=["SGD", "Adam"])
@pytest.mark.parametrize("size", [1, 10])
def test_a_rule_that_breaks_on_one_example_is_found_in_its_batch(rule, start, size, optimizer, how):
    """The inputs of example 20 are large from the third epoch on: there the rule breaks."""
    data = [list(row) for row in X]
    trainer = Trainer(fused(rule), data, Y, optimizer=optimizer, batch_size=size, shuffle=False, **how)
    list(trainer.epochs(2))
    trainer.examples[20][0][:] = [30.0, 30.0]
    twin = Trainer(trainer.net.copy(), X, Y, optimizer=optimizer, batch_size=size, shuffle=False, **how)
    twin.resume(trainer.state())
    with pytest.raises(NumericalError) as caught:
        list(trainer.epochs(1))
    number = 20 // size + 1
    assert str(caught.value).startswith(f"epoch 3, batch {number}: {start}")
    assert parsed(str(caught.value)) == (3, number)
    for k in range(number - 1):
        rows = slice(k * size, (k + 1) * size)
        twin.learner.learn(list(zip(X[rows], Y[rows], strict=True)), 0.02)
    assert bits(trainer.net) == bits(twin.net)
    state, expected = trainer.state(), twin.state()
    assert (state["memory"], state["clock"]) == (expected["memory"], expected["clock"])


def test_an_update_that_overflows_names_the_parameter():
    net = Network.dense([1, 1], "identity", initializer="zeros")
    message = failure(net, [[1e150]], [[1e150]], optimizer=SGD(1e10), epochs=1)
    assert message.startswith("epoch 1, batch 1: ")
    assert "edge x1->o1" in message
    assert bits(net) == bits(Network.dense([1, 1], "identity", initializer="zeros"))


@pytest.mark.parametrize("make", [Adam, RMSProp])
def test_a_gradient_too_large_for_the_optimizers_memory_is_named(make):
    """Its square is infinite, and with it in the memory the weight would stand still for ever after."""
    net = Network.dense([1, 1], "identity", initializer="zeros")
    message = failure(net, [[1e120]], [[1e40]], optimizer=make(0.1), epochs=1)
    assert message.startswith(
        f"epoch 1, batch 1: edge x1->o1: its gradient, -1e+160, is too large for the memory of {make.__name__}. "
    )


def test_a_loss_that_overflows_names_the_output():
    net = Network.dense([1, 1], "identity", initializer="ones")
    message = failure(net, [[1e200]], [[0.0]], epochs=1)
    assert message.startswith("epoch 1, batch 1: output o1: the loss term is inf, with a = 1e+200 and y = 0.")


def test_a_loss_that_explodes_names_its_epoch_and_goes_back_to_the_one_before():
    """Doubling from step to step: every number stays finite, but the loss is beyond all measure."""
    net, twin = (Network.dense([1, 1], "identity", initializer="ones") for _ in range(2))
    message = failure(net, [[1.0]], [[0.0]], optimizer=SGD(1.5), epochs=1000)
    found = re.fullmatch(
        r"epoch (\d+): the loss has gone from 0\.5 to ([\d.e+]+)\. Take a smaller learning rate\. "
        r"The network has the parameters of before this epoch\.",
        message,
    )
    assert found, message
    assert float(found[2]) > 1.5e12
    train(twin, [[1.0]], [[0.0]], optimizer=SGD(1.5), epochs=int(found[1]) - 1)
    assert bits(net) == bits(twin)


def test_a_loss_of_the_users_own_that_fails_is_named():
    sour = Loss("sour", lambda a, y, n: 1.0 / (a - y), lambda a, y, n: 1.0, "1 / (a - y)", "1")
    message = failure(Network.dense([1, 1], "identity", initializer="zeros"), [[0.0]], [[0.0]], loss=sour, epochs=1)
    assert message.startswith("epoch 1, batch 1: output o1: the value of loss sour at a = 0.0, y = 0 failed")


def test_trouble_on_the_validation_data_is_told_with_the_epoch():
    for held, words in (([[1e308]], "output o1|neuron o1"), ([[1e200]], "examples to judge on")):
        net = Network.dense([1, 1], "identity", initializer="zeros")
        net.edge("x1", "o1").weight = 9.0
        message = failure(net, [[1e-3]], [[0.0]], epochs=3, validation=(held, [[0.0]]))
        assert re.match(rf"epoch 1: .*({words})", message), message
        assert ".." not in message
        assert net.edge("x1", "o1").weight == 9.0


def test_ctrl_c_in_an_epoch_that_went_wrong_still_says_so():
    """Asked to stop just after the parameters left the range of floats, training does not end as if all were well."""
    net = Network.dense([1, 1], "identity", initializer="zeros")
    wishes = iter([False, True])
    trainer = Trainer(net, [[1e150], [0.0]], [[1e150], [0.0]], optimizer=SGD(1e10), shuffle=False)
    with pytest.raises(NumericalError, match="epoch 1, batch 1: "):
        list(trainer.epochs(1, until=lambda: next(wishes)))
    assert bits(net) == bits(Network.dense([1, 1], "identity", initializer="zeros"))


def test_training_goes_on_after_trouble():
    net = Network.dense([1, 1], "identity", initializer="ones")
    failure(net, [[1.0]], [[0.0]], optimizer=SGD(1.5), epochs=1000)
    assert train(net, [[1.0]], [[0.0]], optimizer=SGD(0.5), epochs=200)[-1]["loss"] < 1e-12


# Findings.


def findings(net: Network, data=X, targets=Y, **how) -> list[str]:
    return train(net, data, targets, **{"epochs": 2} | how).findings


def test_a_healthy_network_has_no_findings():
    assert findings(Network.dense([2, 4, 1], ["tanh", "identity"], seed=1)) == []


def test_dead_neurons_are_named():
    net = Network.dense([2, 3, 1], ["relu", "identity"], seed=1)
    net["h1"].bias = net["h3"].bias = -100.0
    dead, frozen_in = findings(net)
    assert dead == "dead, 0 on all 35 examples: h1, h3"
    stuck = "h1, x1->h1, x2->h1, h3, x1->h3, x2->h3, h1->o1, h3->o1"
    assert frozen_in == f"never updated, 8 of 13 parameters: {stuck}"


def test_saturated_neurons_are_named():
    net = Network.dense([2, 3, 1], ["sigmoid", "identity"], seed=1)
    net["h2"].bias = 20.0
    net["h3"].bias = -20.0
    assert findings(net)[0] == "saturated, within 1 % of a bound on at least 95 % of the examples: h2, h3"


def test_a_neuron_that_is_saturated_on_fewer_examples_is_not():
    net = Network.dense([1, 1, 1], ["tanh", "identity"], initializer="ones")
    net.freeze("h1")
    sides = [[9.0]] * 19 + [[0.0]]
    saturated = "saturated, within 1 % of a bound on at least 95 % of the examples: h1"
    assert saturated in findings(net, sides, [[0.3]] * 20, epochs=1)
    assert saturated not in findings(net, [*sides, [0.1]], [[0.3]] * 21, epochs=1)


def test_what_ails_each_neuron_is_told_in_their_order():
    net = Network.dense([2, 5, 1], ["sigmoid", "identity"], seed=1)
    net["h2"].bias, net["h4"].bias = 20.0, -1000.0  # the sigmoid of -1000 is 0: dead, and at its bound too
    net["h5"].bias = -20.0
    before = bits(net)
    assert list(unhealthy(net, X).items()) == [("h2", "saturated"), ("h4", "dead"), ("h5", "saturated")]
    assert bits(net) == before
    assert unhealthy(Network.dense([2, 4, 1], "tanh", seed=1), X) == {}


def test_what_cannot_be_judged_on_is_explained():
    net = Network.dense([2, 3, 1], "tanh", seed=1)
    with pytest.raises(InvalidValueError) as caught:
        unhealthy(net, [[1.0]])
    assert str(caught.value) == "unhealthy, X[0]: got 1 number, expected 2 numbers, one for each of x1, x2."
    with pytest.raises(InvalidValueError, match=r"^unhealthy, X: got 0 numbers"):
        unhealthy(net, [])
    with pytest.raises(InvalidTypeError, match=r"^unhealthy, X: got 'iris' \(a str\)"):
        unhealthy(net, "iris")


def test_what_is_never_updated_is_named_and_why():
    net = Network.dense([2, 2, 1], "tanh", seed=1)
    net.freeze(net.edge("h1", "o1"))
    lines = findings(net, [[0.5, 0.0], [0.3, 0.0]], [[0.1], [0.2]])
    assert lines == [
        "never updated, 2 of 9 parameters: x2->h1, x2->h2",
        "never updated, because frozen, 1 of 9 parameters: h1->o1",
    ]


def test_a_long_list_is_cut():
    net = Network.dense([2, 20, 1], ["tanh", "identity"], seed=1)
    net.freeze(*(f"h{k}" for k in range(1, 21)))
    (line,) = findings(net)
    assert line.endswith(
        "h1, x1->h1, x2->h1, h2, x1->h2, x2->h2, h3, x1->h3, x2->h3, h4, x1->h4, x2->h4, ... (48 more)"
    )


def test_the_printed_history_ends_with_the_findings():
    net = Network.dense([2, 1], "identity", seed=1)
    net.freeze("o1")
    history = train(net, X, Y, epochs=2)
    assert str(history).splitlines()[-1] == history.findings[0]
    assert history.findings == ["never updated, because frozen, 3 of 3 parameters: o1, x1->o1, x2->o1"]


# An activation may be finite where its sum is not: relu(-inf) is 0. The sum is still an error.

FLAT = ["relu", "leaky_relu", "elu", "softplus", "sigmoid", "tanh"]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("name", FLAT)
def test_a_sum_that_is_infinite_is_an_error_though_the_activation_is_flat_there(name, sign):
    net = Network.dense([1, 1, 1], [name, "identity"], initializer="ones")
    net.edge("x1", "h1").weight = sign * 1e300
    where = f"neuron h1: the sum z became {'-' * (sign < 0)}inf at edge x1->h1 "
    with pytest.raises(NumericalError) as caught:
        net.forward([1e10])
    assert str(caught.value).startswith(where)
    assert net["h1"].z is None
    for engine in ("object", "auto"):
        with pytest.raises(NumericalError) as caught:
            net.predict([[1e10]], engine=engine)
        assert str(caught.value).startswith(f"X[0]: {where}")


@pytest.mark.parametrize("engine", ["object", "compiled"])
def test_a_loss_that_is_infinite_from_the_first_epoch_on_is_no_training(engine):
    if engine == "compiled":
        pytest.importorskip("numba")
    net = Network.dense([1, 1], "identity", initializer="zeros")
    net.edge("x1", "o1").weight = 1e160
    message = failure(net, [[1.0]], [[0.0]], optimizer=SGD(1e-3), engine=engine)
    assert message.startswith("epoch 1, batch 1: output o1: the loss term is inf, with a = 1e+160 and y = 0. Make the")
    alone = Network.dense([2, 1], "softmax", seed=1)
    data = [[1.0, 2.0], [2.0, 1.0]], [[1.0], [0.0]]
    with pytest.warns(NeurographWarning, match="softmax over one neuron"):
        message = failure(alone, *data, loss="binary_cross_entropy", batch_size=None, engine=engine)
    assert message.startswith(
        "epoch 1, batch 1: output o1: the loss term is inf, with a = 1 and y = 0. A softmax over one"
    )
