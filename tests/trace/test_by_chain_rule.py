"""The same training step told the long way: through dC/da and slopes, where the short way goes straight to a - y."""

from dataclasses import replace

import pytest

import neurograph as ng
from neurograph.errors import NumericalError

RATE = 0.25
UNITS = ("term", "neuron", "layer", "phase")


def softmax():
    return ng.Network.dense([3, 4, 3], ["tanh", "softmax"], seed=2), [0.5, -1.0, 2.0], [0.0, 1.0, 0.0], "cross_entropy"


def binary():
    net = ng.Network.dense([2, 3, 2], ["relu", "sigmoid"], seed=3)
    return net, [0.5, -1.0], [0.25, 1.0], "binary_cross_entropy"


def batch():
    net, *_ = softmax()
    x = [[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [0.0, 0.0, 0.0]]
    return net, x, [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], "cross_entropy"


def half_short():
    """The output o1 goes on to o2: what comes back from there is added to its own `a - y`."""
    net = ng.Network()
    net.add_input("x")
    net.add_output("o1", "sigmoid", bias=0.25)
    net.add_neuron("h", "elu")
    net.add_output("o2", "sigmoid", bias=-0.5)
    for source, target, weight in (("x", "o1", 1.5), ("o1", "h", -0.75), ("h", "o2", 0.5), ("x", "o2", 0.25)):
        net.connect(source, target, weight)
    return net, [0.5], [1.0, 0.25], "binary_cross_entropy"


SHORT = {"softmax": softmax, "binary": binary, "batch": batch, "half short": half_short}
every_short = pytest.mark.parametrize("case", SHORT.values(), ids=SHORT)


def no_short_way():
    return ng.Network.dense([2, 3, 2], "sigmoid", seed=1), [0.5, -1.0], [0.0, 1.0], "squared_error"


def told(trace):
    """Give all that a trace says and knows."""
    return (
        list(map(str, trace)),
        dict(trace.state(-1)),
        trace.loss_before,
        trace.loss_after,
        trace.predicted_change,
        trace.change,
    )


def computed(net, slot):
    return [getattr(neuron, slot) for neuron in net.neurons if neuron.role != "input"]


@every_short
@pytest.mark.parametrize("unit", UNITS)
def test_it_is_the_trace_that_was_asked_for_the_long_way(case, unit):
    net, *example = case()
    short = net.trace(*example, RATE, unit=unit, digits=None)
    long = net.trace(*example, RATE, unit=unit, digits=None, long_way=True)
    assert told(short.by_chain_rule()) == told(long) != told(short)


@every_short
def test_both_ways_give_the_same_numbers(case):
    net, *example = case()
    short = net.trace(*example, RATE)
    long = short.by_chain_rule()
    for before, after in ((short.before, long.before), (short.after, long.after)):
        assert [edge.label for edge in before.edges] == [edge.label for edge in after.edges]
    near = {"rel": 1e-12, "abs": 1e-12}
    for slot in ("delta", "bias_grad"):
        assert computed(long.before, slot) == pytest.approx(computed(short.before, slot), **near)
    for slot in ("grad", "w"):
        at = short.after if slot == "w" else short.before
        other = long.after if slot == "w" else long.before
        expected = [getattr(edge, slot) for edge in at.edges]
        assert [getattr(edge, slot) for edge in other.edges] == pytest.approx(expected, **near)
    for name in ("loss_before", "loss_after", "predicted_change", "change"):
        assert getattr(long, name) == pytest.approx(getattr(short, name), **near)
    # dC/da of an output is what the short way leaves out.
    assert computed(short.before, "a_grad")[-1] is None
    assert computed(long.before, "a_grad")[-1] is not None


@every_short
def test_what_does_not_depend_on_the_way_has_the_same_bits(case):
    net, *example = case()
    short = net.trace(*example, RATE)
    long = short.by_chain_rule()
    assert computed(long.before, "z") == computed(short.before, "z")
    assert computed(long.before, "a") == computed(short.before, "a")
    assert computed(long.before, "b") == computed(short.before, "b") == computed(net, "b")
    assert [edge.w for edge in long.before.edges] == [edge.w for edge in net.edges]
    assert dict(long.start) == dict(short.start)
    assert long.examples == short.examples
    forward = [[str(step).partition("\n")[2] for step in trace if step.phase == "forward"] for trace in (short, long)]
    assert forward[0] == forward[1] != []


@every_short
def test_its_checks_are_right_too(case):
    net, *example = case()
    checks = [check for step in net.trace(*example, RATE).by_chain_rule() for check in step.checks]
    assert {check.verdict for check in checks} == {"ok"}


def test_unit_and_writing_stay():
    net, *example = softmax()
    trace = net.trace(*example, RATE, unit="layer", digits=7, fractions=True).written(7, True, 3)
    long = trace.by_chain_rule()
    assert (long.unit, long.style) == ("layer", trace.style)
    assert list(map(str, long.at("term"))) == list(map(str, trace.at("term").by_chain_rule()))


def test_without_a_short_way_and_the_second_time_it_is_the_same_trace():
    net, *example = no_short_way()
    trace = net.trace(*example, RATE)
    assert trace.by_chain_rule().before is trace.before
    assert told(trace.by_chain_rule()) == told(trace)
    net, *example = softmax()
    for long in (net.trace(*example, RATE, long_way=True), net.trace(*example, RATE).by_chain_rule()):
        assert long.by_chain_rule().before is long.before
        assert told(long.by_chain_rule()) == told(long)


def test_it_is_worked_out_when_first_asked_for_and_only_once():
    asked = []

    def slope(a, y, n):
        asked.append(a)  # the short way asks for no slope of the loss
        return real.slope(a, y, n)

    real = ng.LOSSES["cross_entropy"]
    net, x, y, _ = softmax()
    trace = net.trace(x, y, replace(real, slope=slope), RATE)
    assert asked == []
    long = trace.by_chain_rule()
    assert len(asked) == 3
    assert trace.by_chain_rule().before is long.before
    assert len(asked) == 3
    assert trace.at("term").by_chain_rule().before is long.before


@every_short
def test_what_becomes_of_the_network_and_of_the_copies_given_out_changes_nothing(case):
    net, x, y, loss = case()
    expected = told(net.trace(x, y, loss, RATE, long_way=True))
    trace = net.trace(x, y, loss, RATE)
    net.remove("o1")
    net.edges[0].weight = 55.0
    trace.before.edges[0].weight = 99.0
    trace.after.remove("o1")
    (x[0] if isinstance(x[0], list) else x)[0] = 77.0
    assert told(trace.by_chain_rule()) == expected


def saturated():
    """A sure output that is wrong: the other one, which should be 1, is rounded to 0."""
    net = ng.Network.dense([1, 2], "softmax", initializer="zeros")
    net.edge("x1", "o1").weight = 800.0
    return net, [1.0], [0.0, 1.0], "cross_entropy"


def test_where_an_output_is_rounded_to_0_the_long_way_says_each_time_that_it_has_no_number():
    net, x, y, loss = saturated()
    trace = net.trace(x, y, loss, RATE)
    assert trace.loss_before == 800.0
    assert (trace.before["o2"].a, trace.before["o2"].delta) == (0.0, -1.0)
    said = r"^output o2: dC/da of cross_entropy is -inf, with a = 0 and y = 1\. The short way needs no dC/da"
    for _ in range(2):
        with pytest.raises(NumericalError, match=said):
            trace.by_chain_rule()
    assert "delta(o2) = a(o2) - y(o2)" in "\n".join(map(str, trace))


def test_the_loss_is_the_same_on_both_ways_where_the_output_is_all_but_rounded():
    net, x, y, loss = saturated()
    for weight in (30.0, 36.5, 40.0, 700.0):
        net.edge("x1", "o1").weight = weight
        trace = net.trace(x, y, loss, RATE)
        long = trace.by_chain_rule()
        assert trace.loss_before == long.loss_before == pytest.approx(weight, rel=1e-12)
        assert long.before["o2"].delta == pytest.approx(trace.before["o2"].delta, rel=1e-12)
