"""A trace stays what it is, and says when a record contradicts itself."""

import math
import pickle
import time

import pytest

import neurograph as ng
import visualize
from neurograph.errors import InvalidTypeError, InvalidValueError, StateError


@pytest.fixture
def net():
    return ng.Network.dense([2, 3, 2], ["tanh", "softmax"], seed=4)


def test_what_is_done_with_before_and_after_does_not_reach_what_is_told(net):
    trace = net.trace([1.0, 2.0], [0.0, 1.0], "cross_entropy", 0.5)
    told, state = list(map(str, trace)), dict(trace.state(-1))
    ng.train(trace.after, [[1.0, 2.0]], [[0.0, 1.0]], "cross_entropy", ng.SGD(0.5), epochs=20)
    trace.before["h1"].bias = 99.0
    trace.before.remove("h2")
    assert list(map(str, trace)) == list(map(str, trace.at("neuron"))) == told
    assert dict(trace.at("term").at("neuron").state(-1)) == state


def test_what_is_done_with_before_and_after_does_not_reach_what_is_drawn(net, tmp_path):
    trace = net.trace([1.0, 2.0], [0.0, 1.0], "cross_entropy", 0.5)

    def drawn():
        visualize.write_stepper(trace, tmp_path / "step.html")
        alts = [visualize.draw_network(trace, show=show).alt_text() for show in ("forward", "gradients", "update")]
        return (tmp_path / "step.html").read_text(encoding="utf-8"), alts

    expected = drawn()
    trace.before["h1"].bias = 99.0
    trace.before.edge("x1", "h2").weight = 77.0
    trace.after.edge("x1", "h2").weight = 55.0
    trace.before.remove("h3")
    assert drawn() == expected


def test_before_and_after_are_the_same_copies_at_every_unit(net):
    trace = net.trace([1.0, 2.0], [0.0, 1.0])
    assert trace.after is trace.at("term").after is trace.written(digits=9).after
    assert trace.after is not trace.before
    assert trace.before.edge("x1", "h1").weight == net.edge("x1", "h1").weight


@pytest.mark.parametrize(
    ("record", "phase", "kind"),
    [
        (ng.Activation("w", lambda z: z * z, lambda z, a: 2.0 * z, "z**3", "2 * z"), "forward", "activation"),
        (ng.Activation("w", lambda z: z * z, lambda z, a: 2.0 * z, "z**2", "3 * z"), "backward", "delta"),
    ],
)
def test_a_formula_that_contradicts_its_function_is_told_as_wrong(record, phase, kind):
    net = ng.Network.dense([1, 1], record, initializer="ones")
    notes = {(step.phase, step.kind): step.lines[0].note for step in net.trace([2.0], [1.0])}
    assert "one of them is wrong" in notes.pop((phase, kind))
    notes.pop(("after", kind), None)
    assert not any("wrong" in note for note in notes.values())


def test_a_loss_that_contradicts_itself_is_told_as_wrong():
    loss = ng.Loss("off", lambda a, y, n: 2.0 * (a - y), lambda a, y, n: 2.0, "a - y", "2")
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    notes = [step.lines[0].note for step in net.trace([2.0], [1.0], loss) if step.kind == "loss term"]
    assert notes == ["the formula of off gives 1, its function gave 2: one of them is wrong"] * 1 + notes[1:]


def test_no_built_in_formula_is_doubted_anywhere_between_its_limits():
    for name in [record.name for record in ng.ACTIVATIONS if record.name != "softmax"]:
        for z in (-800.0, -40.0, -3.0, -1e-9, 0.0, 1e-9, 0.5, 3.0, 40.0, 800.0):
            net = ng.Network.dense([1, 1], name, initializer="ones")
            for step in net.trace([z], [0.5]):
                assert not any("wrong" in line.note for line in step.lines), (name, z, step.title)


def test_a_trace_and_a_step_say_why_they_cannot_be_pickled(net):
    trace = net.trace([1.0, 2.0], [0.0, 1.0])
    with pytest.raises(StateError, match=r"^trace: it is made of functions and cannot be pickled\. Pickle the network"):
        pickle.dumps(trace)


def test_another_example_than_there_is_is_refused(net):
    state = net.trace([[1.0, 2.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]).state(-1)
    assert state.of_example(1)["a", "x1"] == 0.0
    with pytest.raises(InvalidValueError, match=r"^state, example: got 2, expected a whole number from 0 to 1\.$"):
        state.of_example(2)


def test_the_state_of_a_wide_neuron_costs_in_proportion_to_its_edges():
    def seconds(width):
        trace = ng.Network.dense([width, 1], "sigmoid").trace([0.5] * width, [1.0], unit="term")
        start = time.perf_counter()
        trace.state(-1)
        return time.perf_counter() - start

    seconds(50)
    assert seconds(1600) < 60 * min(seconds(200) for _ in range(3))  # 8 times the edges; quadratic would be over 64


def test_a_record_without_functions_or_a_name_is_refused():
    with pytest.raises(InvalidTypeError, match=r"^activation 'c', value: got 3, expected a function\.$"):
        ng.Activation("c", 3, math.cos, "z", "1")
    with pytest.raises(InvalidTypeError, match=r"^activation, name: got '' \(a str\), expected a name"):
        ng.Activation("", math.sin, math.cos, "z", "1")
    with pytest.raises(InvalidTypeError, match=r"^loss 'c', slope: got None, expected a function\.$"):
        ng.Loss("c", math.sin, None, "a", "1")
    with pytest.raises(InvalidTypeError, match=r"^check_gradients, backward: got 3, expected a function backward"):
        ng.check_gradients(ng.Network.dense([1, 1], "tanh"), [1.0], [1.0], backward=3)
