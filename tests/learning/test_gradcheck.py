"""The gradient check says yes to what is right, and catches the mistakes that are made with backpropagation."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from hypothesis import given, settings

from neurograph import Activation, JointActivation, Loss, Network, check_gradients
from neurograph.errors import InvalidValueError, NumericalError
from neurograph.passes.differences import Difference, compare
from neurograph.rules.activations import SIGMOID
from neurograph.rules.softmax import SOFTMAX
from tests.strategies import cases, random_case, random_example

X, Y = [0.6, -0.9], [0.2, 0.7]


def names(report) -> set[tuple[str, str]]:
    return {(row.kind, row.name) for row in report.wrong}


def first_wrong(report) -> tuple[str, str]:
    return report.wrong[0].kind, report.wrong[0].name


# What is right.


def test_random_graphs_are_right():
    counts = {"ok": 0, "wrong": 0, "kink": 0, "too small": 0}
    for seed in range(1000, 1060):
        net, loss, x, y = random_case(seed)
        report = check_gradients(net, x, y, loss=loss)
        assert report.ok, f"seed {seed}\n{report}"
        computing = len(net) - len(net.inputs)
        assert len(report) == 2 * computing + len(net.edges)
        for verdict in counts:
            counts[verdict] += report.count(verdict)
    assert counts["ok"] >= 0.9 * math.fsum(counts.values()), counts


def test_random_batches_are_right():
    for seed in range(1060, 1075):
        net, loss, x, y = random_case(seed)
        other_x, other_y = random_example(net, loss, Random(seed))
        report = check_gradients(net, [x, other_x], [y, other_y], loss=loss)
        assert report.ok, f"seed {seed}\n{report}"
        assert {row.kind for row in report} == {"bias", "weight"}


@settings(max_examples=20, deadline=None)
@given(cases)
def test_the_network_is_left_as_it_was(case):
    net, loss, x, y = case
    net.forward(x)
    net.backward(y, loss=loss)
    before = net.__getstate__()
    check_gradients(net, y=y, x=x, loss=loss)
    assert net.__getstate__() == before


def test_the_loss_of_the_report_is_the_mean_over_the_batch():
    net = Network.dense([1, 1], "identity", initializer="ones")
    assert check_gradients(net, [3.0], [1.0]).loss == 2.0
    assert check_gradients(net, [[3.0], [1.0]], [[1.0], [1.0]]).loss == 1.0


# Kinks.


def on_a_kink() -> Network:
    net = Network()
    net.add_input("x")
    net.add_neuron("h", "relu")
    net.add_neuron("g", "tanh")
    net.add_output("o", "identity", bias=0.5)
    for source, target, weight in (("x", "h", 0.0), ("x", "g", 0.7), ("h", "o", 2.0), ("g", "o", -1.0)):
        net.connect(source, target, weight)
    return net


def test_a_neuron_on_its_kink_is_named_and_not_called_wrong():
    report = check_gradients(on_a_kink(), [1.0], [0.25])
    verdicts = {(row.kind, row.name): (row.check.verdict, row.check.kink) for row in report}
    assert verdicts[("delta", "h")] == verdicts[("bias", "h")] == verdicts[("weight", "x->h")] == ("kink", "h")
    others = [verdict for (_, name), verdict in verdicts.items() if name not in ("h", "x->h")]
    assert others == [("ok", "")] * 7
    assert report.ok
    assert "kink at h" in str(report)


def test_close_to_a_kink_the_step_is_made_small_enough():
    net = on_a_kink()
    net["h"].bias = 1e-4
    report = check_gradients(net, [1.0], [0.25])
    assert report.count("ok") == len(report)


def test_the_kink_of_a_loss_is_named_by_its_output():
    distance = Loss(
        "distance", lambda a, y, n: abs(a - y), lambda a, y, n: math.copysign(1.0, a - y),
        "abs(a - y)", "1 if a > y else -1", kinks=(0.0,),
    )  # fmt: skip
    net = Network.dense([1, 1], "identity", initializer="ones")
    assert {row.check.kink for row in check_gradients(net, [2.0], [2.0], loss=distance)} == {"o1"}
    assert check_gradients(net, [2.0], [1.0], loss=distance).count("ok") == 3


# Rules that are wrong.


def wrong_sigmoid(slope: Callable[[float, float], float]) -> Activation:
    return Activation("wrong", SIGMOID.value, slope, SIGMOID.formula, SIGMOID.slope_formula)


@pytest.mark.parametrize(
    "slope",
    [lambda z, a: 1.001 * a * (1.0 - a), lambda z, a: 1.0, lambda z, a: z * (1.0 - z), lambda z, a: 0.0],
    ids=["0.1 % too steep", "no slope", "of z instead of a", "zero"],
)
def test_a_wrong_slope_is_caught_where_it_is_and_upstream_of_it(slope):
    net = Network.dense([2, 2, 2, 1], ["tanh", "sigmoid", "sigmoid"], seed=4)
    twin = Network()
    for neuron in net.neurons:  # the same net, with the wrong rule in one neuron
        rule = wrong_sigmoid(slope) if neuron.name == "h2_1" else neuron.rule
        match neuron.role:
            case "input":
                twin.add_input(neuron.name)
            case "hidden":
                twin.add_neuron(neuron.name, rule)
            case "output":
                twin.add_output(neuron.name, rule)
    for edge in net.edges:
        twin.connect(edge.source.name, edge.target.name, edge.weight)
    assert check_gradients(net, X, [0.2]).ok
    report = check_gradients(twin, X, [0.2])
    caught = {name.partition("->")[2] or name for _, name in names(report)}
    assert caught == {"h1_1", "h1_2", "h2_1"}
    deepest = [row for row in report.wrong if row.kind == "delta"][-1]
    assert deepest.name == "h2_1"


def test_a_slope_that_is_a_thousandth_off_is_seen_as_a_thousandth():
    net = Network.dense([2, 1], wrong_sigmoid(lambda z, a: 1.001 * a * (1.0 - a)), seed=4)
    report = check_gradients(net, X, [0.2])
    assert first_wrong(report) == ("delta", "o1")
    assert len(report.wrong) == len(report) == 4
    assert [row.check.relative_error for row in report] == pytest.approx([0.001 / 1.001] * 4, rel=1e-4)
    assert check_gradients(net, X, [0.2], tolerance=0.01).ok


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_softmax_with_only_the_diagonal_is_caught(loss):
    diagonal = JointActivation(
        "softmax", SOFTMAX.values, lambda z, a, k, j: a[k] * (1.0 - a[k]) if k == j else 0.0,
        SOFTMAX.formula, "same * a_k * (1 - a_k)", SOFTMAX.bounds, sums_to_one=True,
    )  # fmt: skip
    x, y = [0.6, -0.9], [0.0, 1.0, 0.0]
    assert check_gradients(Network.dense([2, 3], "softmax", seed=1), x, y, loss=loss).ok
    report = check_gradients(Network.dense([2, 3], diagonal, seed=1), x, y, loss=loss)
    assert first_wrong(report) == ("delta", "o1")
    right = {"o2"} if loss == "cross_entropy" else set()  # -1/a * a(1 - a) is a - 1, the diagonal alone
    caught = {name for kind, name in names(report) if kind == "delta"}
    assert caught == {"o1", "o2", "o3"} - right


def test_a_wrong_loss_slope_is_caught_in_every_row():
    forgotten = Loss("halved", lambda a, y, n: (a - y) ** 2, lambda a, y, n: a - y, "(a - y)**2", "a - y")
    report = check_gradients(Network.dense([2, 2, 1], "tanh", seed=2), X, [0.3], loss=forgotten)
    assert len(report.wrong) == len(report)
    assert first_wrong(report) == ("delta", "h1")


# A backward pass of one's own, first right and then with the mistakes that are often made.


def my_backward(net: Network, y, loss, mistake: str = "") -> None:
    """Go back through neurons without groups, as a student would write it."""
    for neuron in reversed(net.neurons):
        if neuron.role == "input":
            continue
        error = 0.0
        for edge in neuron.outgoing:
            weight = edge.weight
            if mistake == "updated weights":
                weight -= 0.5 * neuron.a * edge.target.delta
            share = weight * edge.target.delta
            error = share if mistake == "= over edges" else error + share
        if neuron.role == "output":
            error += loss.slope(neuron.a, y[net.outputs.index(neuron)], len(net.outputs))
            if mistake == "sign":
                error = -error
        neuron.delta = error * neuron.rule.slope(neuron.z, neuron.a)
    for neuron in net.neurons:
        if neuron.role == "input":
            continue
        times = 2.0 if mistake == "counted twice" else 1.0
        if mistake != "no bias":
            neuron.bias_grad += times * neuron.delta
        for edge in neuron.incoming:
            share = times * edge.source.a * neuron.delta
            edge.grad = share if mistake == "= over examples" else edge.grad + share


def student_network() -> Network:
    """2-3-2 with an edge that skips; h3 has one outgoing edge, h1 and h2 have two."""
    net = Network.dense([2, 3, 2], ["tanh", "sigmoid"], seed=6)
    net.disconnect("h3", "o1")
    net.connect("x1", "o2", 0.4)
    return net


HIDDEN_ROWS = {
    ("delta", "h1"), ("bias", "h1"), ("weight", "x1->h1"), ("weight", "x2->h1"),
    ("delta", "h2"), ("bias", "h2"), ("weight", "x1->h2"), ("weight", "x2->h2"),
}  # fmt: skip
H3_ROWS = {("delta", "h3"), ("bias", "h3"), ("weight", "x1->h3"), ("weight", "x2->h3")}


def check(mistake: str, batch: bool = False):
    x, y = ([X, [-0.4, 0.8]], [Y, [0.9, 0.1]]) if batch else (X, Y)
    return check_gradients(student_network(), x, y, backward=partial(my_backward, mistake=mistake))


@pytest.mark.parametrize("batch", [False, True], ids=["example", "batch"])
def test_a_right_backward_pass_of_your_own_is_right(batch):
    report = check("", batch)
    assert report.count("ok") == len(report), str(report)


def test_updated_weights_used_for_hidden_deltas_are_caught():
    report = check("updated weights")
    assert first_wrong(report) == ("delta", "h1")
    assert names(report) == HIDDEN_ROWS | H3_ROWS  # all of the hidden layer, nothing of the outputs


def test_a_wrong_sign_is_caught_in_every_row():
    report = check("sign")
    assert first_wrong(report) == ("delta", "h1")
    assert len(report.wrong) == len(report)
    assert all(row.check.relative_error == pytest.approx(2.0) for row in report)


def test_a_forgotten_bias_gradient_is_caught_in_the_biases_only():
    report = check("no bias")
    assert first_wrong(report) == ("bias", "h1")
    assert names(report) == {("bias", name) for name in ("h1", "h2", "h3", "o1", "o2")}


def test_assigning_instead_of_adding_over_outgoing_edges_is_caught_where_there_are_several():
    report = check("= over edges")
    assert first_wrong(report) == ("delta", "h1")
    assert names(report) == HIDDEN_ROWS


def test_assigning_instead_of_adding_over_the_examples_is_caught_by_a_batch_only():
    assert check("= over examples").ok
    report = check("= over examples", batch=True)
    assert first_wrong(report) == ("weight", "x1->h1")
    assert names(report) == {("weight", edge.label) for edge in student_network().edges}


def test_gradients_counted_twice_are_caught_and_deltas_are_right():
    report = check("counted twice")
    assert first_wrong(report) == ("bias", "h1")
    assert {row.kind for row in report.wrong} == {"bias", "weight"}
    assert len(report.wrong) == report.count("wrong") == len(report) - 5


def test_a_backward_pass_that_does_nothing_is_wrong():
    report = check_gradients(student_network(), X, Y, backward=lambda net, y, loss: None)
    assert len(report.wrong) == len(report)
    assert all(math.isnan(row.check.backprop) for row in report if row.kind == "delta")


# The verdict itself.


@pytest.mark.parametrize(
    ("backprop", "difference", "verdict"),
    [
        (2.0, Difference(2.0, 0.0), "ok"),
        (0.0, Difference(0.0, 0.0), "ok"),
        (2.0, Difference(2.00001, 0.0), "wrong"),
        (2.0, Difference(2.00001, 1e-4), "ok"),
        (2.0, Difference(-2.0, 0.0), "wrong"),
        (1e-14, Difference(3e-14, 1e-13), "too small"),
        (2.0, Difference(2.0, math.inf), "too small"),
        (5.0, Difference(math.nan, math.inf, "h1"), "kink"),
        (math.nan, Difference(2.0, 1e-9), "wrong"),
        (math.inf, Difference(2.0, 1e-9), "wrong"),
        (-math.inf, Difference(-math.inf, math.inf), "wrong"),
    ],
)
def test_the_verdict(backprop, difference, verdict):
    assert compare(backprop, difference).verdict == verdict


@pytest.mark.parametrize("tolerance", [0.0, -1e-6])
def test_the_tolerance_is_above_zero(tolerance):
    with pytest.raises(InvalidValueError, match=r"check_gradients, tolerance: got .*, expected a number above 0"):
        check_gradients(student_network(), X, Y, tolerance=tolerance)


def test_a_pass_that_leaves_the_range_of_floats_is_an_error_and_not_a_verdict():
    net = Network.dense([1, 1], "identity", initializer="ones")
    with pytest.raises(NumericalError, match="o1"):
        check_gradients(net, [1e200], [0.0])
