"""Bad arguments of training: each is refused with a message that teaches, and the network is left as it was."""

from __future__ import annotations

import math

import pytest

import neurograph as ng
from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError, show
from neurograph.rules.optimizers import SGD

X, Y = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[1.0], [0.0], [1.0]]


def net_of_two() -> ng.Network:
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=1)


def refusal(**changes) -> ng.NeurographError:
    """Train with arguments of which one is wrong, and hold that nothing in the network has changed."""
    net = net_of_two()
    net.forward([0.5, 0.5])
    net.backward([1.0])
    before = net.__getstate__()
    arguments = {"X": X, "Y": Y, "epochs": 2} | changes
    with pytest.raises(ng.NeurographError) as caught:
        ng.train(net, **arguments)
    assert net.__getstate__() == before
    return caught.value


WHOLE = "expected a whole number."
ONE_ROW = "one is a single row and the other a batch. Give both as rows, or both as lists of rows."
VALUES = {
    "epochs": [({"epochs": -1}, "train, epochs: got -1, expected a whole number from 0 up.")],
    "batch size": [
        ({"batch_size": size}, f"train, batch_size: got {size}, expected a whole number from 1 up, or None for all.")
        for size in (0, -5)
    ],
    "share": [
        (
            {"validation": share},
            f"train, validation: got {float(share)}, expected a share that leaves some of 3 examples on both sides.",
        )
        for share in (0.0, 1.0, -0.2, 1.5, 0.01, 0.99, 0, 2)
    ],
    "patience": [({"patience": 0}, "train, patience: got 0, expected a whole number from 1 up.")],
    "snapshots": [({"snapshots": 0}, "train, snapshots: got 0, expected a whole number from 1 up.")],
    "data": [
        ({"X": [], "Y": []}, "x: got 0 numbers, expected 2 numbers, one for each of x1, x2."),
        ({"Y": Y[:2]}, "x and y: got 3 rows of x and 2 of y, expected as many of each."),
        ({"X": [[0.0, 1.0], [1.0]]}, "x[1]: got 1 number, expected 2 numbers, one for each of x1, x2."),
        (
            {"X": [[0.0, math.nan], *X[1:]]},
            "x[0][1] (for x2): got nan, expected a finite number. NaN and infinity are refused on the way in.",
        ),
        ({"Y": [[1.0, 0.0]] * 3}, "y[0]: got 2 numbers, expected 1 number, for o1."),
        (
            {"loss": "binary_cross_entropy", "Y": [[1.0], [2.0], [0.0]]},
            "y (for o1) under binary_cross_entropy: got 2.0, expected a target in [0, 1].",
        ),
    ],
    "validation data": [
        (
            {"validation": (X, Y[:1])},
            "validation x and y: got 3 rows of x and 1 of y, expected as many of each.",
        ),
        (
            {"validation": ([[1.0]], [[1.0]])},
            "validation x[0]: got 1 number, expected 2 numbers, one for each of x1, x2.",
        ),
        ({"validation": ([], [])}, "validation x: got 0 numbers, expected 2 numbers, one for each of x1, x2."),
        (
            {"validation": (X[0], Y)},
            f"validation x and y: {ONE_ROW}",
        ),
        (
            {"validation": (X, [[1.0], [0.0], [7.0]]), "loss": "binary_cross_entropy"},
            "y (for o1) under binary_cross_entropy: got 7.0, expected a target in [0, 1].",
        ),
    ],
}
TYPES = {
    "epochs": [
        ({"epochs": 2.0}, "train, epochs: got 2.0, expected a whole number from 0 up."),
        ({"epochs": True}, "train, epochs: got True (a bool), expected a whole number from 0 up."),
        ({"epochs": "10"}, "train, epochs: got '10' (a str), expected a whole number from 0 up."),
    ],
    "batch size": [
        ({"batch_size": 2.5}, "train, batch_size: got 2.5, expected a whole number from 1 up, or None for all.")
    ],
    "seed": [({"seed": None}, f"train, seed: got None, {WHOLE}")],
    "patience": [({"patience": 1.5}, "train, patience: got 1.5, expected a whole number from 1 up.")],
    "snapshots": [({"snapshots": "all"}, "train, snapshots: got 'all' (a str), expected a whole number from 1 up.")],
    "share": [
        (
            {"validation": "some"},
            "train, validation: got 'some' (a str), expected one finite number (an int or a float).",
        ),
    ],
    "records": [
        (
            {"optimizer": 0},
            'train, optimizer: got 0, expected an Optimizer, such as SGD(0.1), or the name of one, such as "adam".',
        ),
        (
            {"optimizer": 0.1},
            'train, optimizer: got 0.1, expected an Optimizer, such as SGD(0.1), or the name of one, such as "adam".',
        ),
        (
            {"optimizer": SGD},
            (
                f"train, optimizer: got {show(SGD)}, expected an Optimizer, such as SGD(0.1), or the name of one, "
                'such as "adam". Call it, with its numbers in brackets.'
            ),
        ),
        (
            {"optimizer": SGD(0.1), "learning_rate": 0.1},
            (
                "train, learning_rate: an optimizer has its own learning rate. Give it there, as in "
                'optimizer=Adam(0.01), or name the optimizer: optimizer="adam", learning_rate=0.01.'
            ),
        ),
        (
            {"learning_rate": "fast"},
            "train, learning_rate: got 'fast' (a str), expected one finite number (an int or a float).",
        ),
    ],
    "what other libraries call it": [
        ({"lr": 0.1}, "train: it takes no 'lr'. Say learning_rate=0.1."),
        ({"validation_split": 0.2}, "train: it takes no 'validation_split'. Say validation=0.2."),
        (
            {"regularizer": 0.01},
            "train, regularizer: got 0.01, expected a Regularizer, such as L2(0.01).",
        ),
        ({"clip": 1.0}, "train, clip: got 1.0, expected a Clip, such as Clip(norm=1.0)."),
    ],
    "callbacks": [
        ({"callbacks": [print, 3]}, "train, callbacks: got 3, expected functions of (row, net)."),
        ({"callbacks": 3}, "train, callbacks: got 3, expected a list of them."),
    ],
    "record": [
        ({"record": "gradients"}, "train, record: got 'gradients' (a str), expected a list of them."),
        ({"record": 1}, "train, record: got 1, expected a list of them."),
    ],
    "data": [({"X": 3.0}, "x: got 3.0, expected a list of numbers, or a list of such lists for a batch.")],
}
NAMES = [
    (
        {"engine": "objekt"},
        "train, engine: unknown engine 'objekt'. Did you mean 'object'? Known: auto, object, compiled.",
    ),
    ({"engine": None}, "train, engine: unknown engine None. Known: auto, object, compiled."),
    ({"loss": "cross entropy"}, "unknown loss 'cross entropy'. Did you mean 'cross_entropy'?"),
    (
        {"record": ["gradients", "update"]},
        "train, record: unknown 'update'. Did you mean 'updates'? Known: gradients, updates, activations.",
    ),
]


def flat(table):
    return [pytest.param(*case, id=f"{what} {k}") for what, cases in table.items() for k, case in enumerate(cases)]


@pytest.mark.parametrize(("wrong", "message"), flat(VALUES))
def test_a_value_that_cannot_be_used(wrong, message):
    error = refusal(**wrong)
    assert str(error) == message
    assert isinstance(error, InvalidValueError)


@pytest.mark.parametrize(("wrong", "message"), flat(TYPES))
def test_a_value_of_the_wrong_type(wrong, message):
    error = refusal(**wrong)
    assert str(error) == message
    assert isinstance(error, InvalidTypeError)


@pytest.mark.parametrize(("wrong", "message"), NAMES)
def test_a_name_that_nothing_carries(wrong, message):
    error = refusal(**wrong)
    assert str(error).startswith(message)
    assert isinstance(error, UnknownNameError)


def test_an_argument_that_train_does_not_have():
    assert str(refusal(epoch=5)).startswith("train: it takes no 'epoch'. Did you mean 'epochs'? Known: X, Y, ")


def test_a_loss_that_does_not_fit():
    assert str(refusal(loss="cross_entropy")).startswith("loss cross_entropy: output o1 is sigmoid, expected softmax")


def test_a_network_that_cannot_compute():
    with pytest.raises(ng.NeurographError, match="network: it has no input neuron"):
        ng.train(ng.Network(), X, Y)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: ng.Clip(norm=0.0), InvalidValueError, "Clip, norm: got 0.0, expected a number above 0."),
        (lambda: ng.Clip(value=-1), InvalidValueError, "Clip, value: got -1, expected a number above 0."),
        (
            lambda: ng.Clip(norm="1"),
            InvalidTypeError,
            "Clip, norm: got '1' (a str), expected one finite number (an int or a float).",
        ),
    ],
)
def test_a_clip_that_limits_nothing(make, kind, message):
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message


def test_a_number_of_epochs_that_is_none():
    with pytest.raises(InvalidTypeError) as caught:
        list(ng.Trainer(net_of_two(), X, Y).epochs("many"))
    assert str(caught.value) == "epochs, count: got 'many' (a str), expected a whole number."


# States.


def good() -> dict:
    trainer = ng.Trainer(net_of_two(), X, Y, optimizer=ng.Adam(0.01))
    list(trainer.epochs(1))
    return trainer.state()


NO_STATE = "resume: got "
STATES = [
    ({"optimizer": "SGD"}, "resume, optimizer: got 'SGD' (a str), expected 'Adam', as in this training."),
    ({"memory": good()["memory"][1:]}, "resume, memory: it is of 8 parameters, but 9 can move here."),
    ({"memory": [[0.0, math.nan]] * 9}, "resume, memory: got nan, expected a finite number."),
    ({"memory": [[0.0]] * 9}, "resume, memory: got [0.0] (a list), expected 2 for each parameter, as Adam has them."),
    ({"memory": [[0.0, 1.0, 2.0]] * 9}, "resume, memory: got [0.0, 1.0, 2.0] (a list), expected 2 for each parameter"),
    ({"memory": 3}, NO_STATE),
    ({"memory": [0.0] * 9}, NO_STATE),
    ({"clock": [1.0]}, NO_STATE),
    ({"clock": None}, NO_STATE),
    ({"clock": [1.0, "x"]}, "resume, clock: got 'x' (a str), expected one finite number"),
    ({"epoch": 1.5}, "resume, epoch: got 1.5, expected a whole number."),
    ({"first_loss": "low"}, "resume, first_loss: got 'low' (a str), expected one finite number"),
]


@pytest.mark.parametrize(("change", "message"), STATES)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change, message):
    trainer = ng.Trainer(net_of_two(), X, Y, optimizer=ng.Adam(0.01))
    before = trainer.state(), trainer.net.__getstate__()
    with pytest.raises(ng.NeurographError) as caught:
        trainer.resume(good() | change)
    assert str(caught.value).startswith(message)
    assert (trainer.state(), trainer.net.__getstate__()) == before


@pytest.mark.parametrize("missing", ["memory", "clock", "epoch", "first_loss", "optimizer"])
def test_a_state_with_a_part_missing_is_refused(missing):
    state = good()
    del state[missing]
    with pytest.raises(InvalidValueError, match=r"^resume: got .* expected a state as Trainer\.state"):
        ng.Trainer(net_of_two(), X, Y, optimizer=ng.Adam(0.01)).resume(state)


@pytest.mark.parametrize("state", [None, [], "x", {}])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(InvalidValueError, match=r"^resume: got .* expected a state as Trainer\.state\(\) gives it\.$"):
        ng.Trainer(net_of_two(), X, Y).resume(state)
