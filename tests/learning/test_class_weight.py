"""Classes that count more or less than others in training: the gradients, both engines, and what is refused."""

import math
from random import Random

import pytest

import neurograph as ng
from neurograph import SGD, Adam, Network, Trainer, train
from neurograph.data.metrics import balanced_accuracy
from neurograph.errors import InvalidTypeError, InvalidValueError, StateError, UnknownNameError
from neurograph.graph.parameters import labels_of, put_back, values_of
from tests.engines.engine_runs import Run, differences, needs_numba, outcome

RNG = Random(3)
X = [[RNG.gauss(0.0, 1.0) for _ in range(3)] for _ in range(17)]
LABELS = [0, 0, 2, 1, 0, 0, 2, 0, 1, 0, 0, 2, 0, 0, 1, 0, 0]
THREE = [[float(k == label) for k in range(3)] for label in LABELS]
TWO = [[float(label > 0)] for label in LABELS]
WEIGHTS = (0.5, 2.0, 3.25)


def softmax_net() -> Network:
    return Network.dense([3, 4, 3], ["tanh", "softmax"], seed=2)


def mean_loss(net: Network, weights) -> float:
    """The weighted cross-entropy, from the outputs alone."""
    losses = [-weights[label] * math.log(net.forward(x)[label]) for x, label in zip(X, LABELS, strict=True)]
    return math.fsum(losses) / len(losses)


def test_a_step_is_the_slope_of_the_weighted_loss():
    net, rate, h = softmax_net(), 0.5, 1e-6
    start = values_of(net)
    history = train(net, X, THREE, "cross_entropy", SGD(rate), epochs=1, batch_size=None, class_weight=WEIGHTS)
    moved = values_of(net)
    put_back(net, start)
    assert history[0]["loss"] == pytest.approx(mean_loss(net, WEIGHTS), rel=1e-14)
    for at, label in enumerate(labels_of(net)):
        sides = []
        for step in (h, -h):
            values = start[:]
            values[at] += step
            put_back(net, values)
            sides.append(mean_loss(net, WEIGHTS))
        slope = (sides[0] - sides[1]) / (2 * h)
        assert (start[at] - moved[at]) / rate == pytest.approx(slope, rel=1e-6, abs=1e-8), label


@pytest.mark.parametrize("batch_size", [1, 4, None])
def test_weights_of_1_change_no_bit(batch_size):
    ends = []
    for weight in (None, [1.0, 1.0, 1.0], {}, {2: 1}):
        net = softmax_net()
        history = train(net, X, THREE, "cross_entropy", epochs=3, batch_size=batch_size, class_weight=weight)
        ends.append((history.rows, values_of(net)))
    assert ends == [ends[0]] * 4


def test_balanced_is_the_number_of_rows_by_the_classes_and_their_count():
    ends = []
    count = {0: 11, 1: 3, 2: 3}
    for weight in ("balanced", {k: 17 / (3 * n) for k, n in count.items()}, [17 / 33, 17 / 9, 17 / 9]):
        net = softmax_net()
        train(net, X, THREE, epochs=2, batch_size=5, class_weight=weight)
        ends.append(values_of(net))
    assert ends == [ends[0]] * 3


def branching(seed: int) -> Network:
    """An output that feeds another, edges that skip a layer, a softmax group beside single neurons."""
    net = Network.dense([3, 4, 3, 2], ["tanh", "softmax", "sigmoid"], seed=seed)
    net.connect("x1", "o1", 0.3), net.connect("h1_2", "o2", -0.4)
    net.connect("o1", "o2", 0.7)
    return net


RUNS = {
    "online": (softmax_net, THREE, {"loss": "cross_entropy", "batch_size": 1}),
    "few": (softmax_net, THREE, {"batch_size": 4, "optimizer": Adam(0.01), "regularizer": ng.L2(0.01)}),
    "lanes": (softmax_net, THREE, {"loss": "cross_entropy", "batch_size": 9, "clip": ng.Clip(norm=0.1)}),
    "recorded": (softmax_net, THREE, {"batch_size": 2, "record": ["gradients"]}),
    "validated": (softmax_net, THREE, {"batch_size": None, "validation": (X[:5], THREE[:5])}),
    "one output": (
        lambda: Network.dense([3, 5, 1], ["relu", "sigmoid"], seed=1), TWO,
        {"loss": "binary_cross_entropy", "batch_size": 1, "class_weight": "balanced"},
    ),
    "an output that feeds another": (
        lambda: branching(4), [[y[0], 1.0 - y[0]] for y in TWO],
        {"loss": "binary_cross_entropy", "batch_size": 1, "class_weight": [0.25, 4.0]},
    ),
    "the same in lanes": (
        lambda: branching(5), [[y[0], 1.0 - y[0]] for y in TWO],
        {"batch_size": 7, "class_weight": {1: 0.0}, "optimizer": Adam(0.05)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("engine", ["plain", pytest.param("compiled", marks=needs_numba)])
def test_both_engines_agree_to_the_last_bit(name, engine):
    make, targets, how = RUNS[name]
    how = {"class_weight": WEIGHTS} | how
    run = Run(make(), {"X": X, "Y": targets} | how, ((3, 1, ""), (2, 2, "freeze"), (2, 1, "unfreeze")), frozenset())
    assert not differences(outcome(run, "object"), outcome(run, engine))


def test_a_rare_class_is_found_when_classes_are_balanced():
    rng = Random(1)
    labels = [float(k % 20 == 0) for k in range(400)]
    x = [[rng.gauss(1.5 * label, 1.0), rng.gauss(label, 1.0)] for label in labels]
    y = [[label] for label in labels]
    found = {}
    for weight in (None, "balanced"):
        net = Network.dense([2, 1], "sigmoid", seed=1)
        train(net, x, y, "binary_cross_entropy", epochs=20, batch_size=20, class_weight=weight)
        found[weight] = balanced_accuracy(net.predict(x), y)
    assert found["balanced"] > found[None] + 0.1


def test_rows_for_judging_are_not_weighted():
    rows = []
    for weight in (None, [5.0, 5.0, 5.0]):
        history = train(
            softmax_net(), X, THREE, optimizer=SGD(1e-300), epochs=1, validation=(X, THREE), class_weight=weight
        )
        rows.append(history[0])
    plain, weighted = rows
    assert weighted["loss"] == pytest.approx(5.0 * plain["loss"])
    for name in ("accuracy", "validation_loss", "validation_accuracy"):
        assert weighted[name] == plain[name]


def test_a_weighted_step_has_no_trace():
    trainer = Trainer(softmax_net(), X, THREE, batch_size=None, class_weight="balanced")
    with pytest.raises(StateError) as caught:
        trainer.trace()
    assert str(caught.value) == (
        "trace: the examples of this step are weighted by their classes, which no trace tells. "
        "Train without class_weight to see a step."
    )
    assert Trainer(softmax_net(), X, THREE, class_weight=[1, 1, 1]).trace()


def test_a_sweep_tries_weights():
    table = ng.sweep(
        lambda seed: softmax_net(), (X, THREE), {"class_weight": {"none": None, "even": "balanced"}}, range(1), epochs=1
    )
    assert [row["class_weight"] for row in table] == ["none", "even"]
    assert table[0]["loss"] != table[1]["loss"]


REFUSED = [
    ("even", UnknownNameError, "train, class_weight: unknown rule 'even'. Known: balanced. Or give a weight for each"),
    ([1.0, 2.0], InvalidValueError, "train, class_weight: got 2 weights, expected 3, one for each class."),
    ([1.0, -2.0, 1.0], InvalidValueError, "train, class_weight, class 1: got -2.0, expected a number from 0 up."),
    ({3: 1.0}, InvalidValueError, "train, class_weight: got 3, expected classes as numbers from 0 to 2."),
    ({"a": 1.0}, InvalidTypeError, "train, class_weight: got 'a' (a str), expected classes as numbers from 0 to 2."),
    ({0: None}, InvalidTypeError, "train, class_weight, class 0: got None, expected one finite number"),
    (2.0, InvalidTypeError, "train, class_weight: got 2.0, expected 'balanced', or a weight for each class."),
    (
        {2.0},
        InvalidTypeError,
        "train, class_weight: got {2.0} (a set), expected 'balanced', or a weight for each class.",
    ),
]


@pytest.mark.parametrize(("given", "kind", "message"), REFUSED, ids=repr)
def test_what_is_no_weight_of_classes_is_refused(given, kind, message):
    with pytest.raises(kind) as caught:
        train(softmax_net(), X, THREE, class_weight=given)
    assert str(caught.value).startswith(message)


def test_numbers_have_no_classes_to_weigh():
    with pytest.raises(InvalidValueError) as caught:
        train(Network.dense([3, 1], "identity"), X, [[0.5]] * 17, class_weight="balanced")
    assert str(caught.value) == (
        "train, class_weight: the targets are numbers, and no classes. "
        "Leave it out, or give targets of 0 and 1, with one 1 in each row of several."
    )


def test_a_mapping_is_by_label_where_the_targets_are_labels():
    x, labels = [[0.0], [1.0], [2.0], [3.0]], [1, 2, 2, 1]
    one, other = (ng.Network.dense([1, 2], "softmax", seed=1) for _ in range(2))
    ng.train(one, x, labels, "cross_entropy", epochs=3, classes=True, class_weight={2: 5.0})
    ng.train(other, x, [[1, 0], [0, 1], [0, 1], [1, 0]], "cross_entropy", epochs=3, class_weight={1: 5.0})
    assert [neuron.bias for neuron in one.neurons] == [neuron.bias for neuron in other.neurons]
    with pytest.raises(ng.NeurographError, match=r"class_weight: got 0, expected one of the labels 1, 2"):
        ng.train(one, x, labels, "cross_entropy", classes=True, class_weight={0: 5.0})
