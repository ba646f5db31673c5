"""The order of all acts is a value: written by hand for nets that branch, skip, join in groups and feed on outputs."""

from __future__ import annotations

from inspect import ismethod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurograph import LOSSES, Loss, Network
from neurograph.errors import GraphError
from neurograph.graph.target import JointTarget, Target
from neurograph.passes.schedule import Act, Schedule, forward_acts, schedule_of
from strategies import random_case

SQUARED = LOSSES.find("squared_error")
BINARY = LOSSES.find("binary_cross_entropy")
CROSS = LOSSES.find("cross_entropy")


def called(act: Act) -> str:
    """Whose verb it is, and which."""
    owner = act.__self__  # type: ignore[attr-defined]  # a bound method
    if isinstance(owner, Target):
        name = f"target of {owner.neuron.name}"
    elif isinstance(owner, JointTarget):
        name = f"targets of {owner.group.name}"
    else:
        name = getattr(owner, "name", "objective")
    return f"{name}.{act.__name__}"


def order(acts: tuple[Act, ...]) -> list[str]:
    return [called(act) for act in acts]


def wired(net: Network, *edges: str) -> Network:
    for edge in edges:
        net.connect(*edge.split(">"), 0.5)
    return net


def skipping() -> Network:
    """An edge over a layer, and the second neuron of a layer added before the first acts."""
    net = Network()
    net.add_input("x")
    net.add_neuron("h2", "tanh")
    net.add_neuron("h1", "tanh")
    net.add_output("o", "sigmoid")
    return wired(net, "x>h1", "h1>h2", "x>o", "h2>o")


def feeding() -> Network:
    """The first output feeds the second."""
    net = Network()
    net.add_input("x1")
    net.add_input("x2")
    net.add_output("o1", "sigmoid")
    net.add_output("o2", "sigmoid")
    return wired(net, "x1>o1", "x2>o1", "o1>o2")


def gated() -> Network:
    """A hidden softmax, one member of it late, and a softmax of outputs."""
    net = Network()
    net.add_input("x")
    net.add_neuron("g1", "softmax", group="gate")
    net.add_neuron("h", "tanh")
    net.add_neuron("g2", "softmax", group="gate")
    net.add_output("o1", "softmax")
    net.add_output("o2", "softmax")
    return wired(net, "x>g1", "x>h", "h>g2", "g1>o1", "g2>o2")


# Forward.


@pytest.mark.parametrize(
    ("net", "acts"),
    [
        (skipping(), ["h1.integrate", "h1.fire", "h2.integrate", "h2.fire", "o.integrate", "o.fire"]),
        (feeding(), ["o1.integrate", "o1.fire", "o2.integrate", "o2.fire"]),
        (
            gated(),
            [
                "h.integrate",
                "h.fire",
                "g1.integrate",
                "g2.integrate",
                "gate.fire",
                "o1.integrate",
                "o2.integrate",
                "outputs.fire",
            ],
        ),
    ],
    ids=["skipping", "feeding", "gated"],
)
def test_a_neuron_fires_after_its_sum_and_a_group_after_the_sums_of_all_its_members(net, acts):
    assert order(forward_acts(net)) == order(schedule_of(net, SQUARED).forward) == acts


# The loss, and backward.


def test_the_long_way_back_on_a_skip_edge():
    found = schedule_of(skipping(), SQUARED)
    assert order(found.loss) == ["target of o.compute_term", "objective.add_up"]
    back = [
        "target of o.add_loss_slope",
        "o.compute_delta",
        "h2.gather_error",
        "h2.compute_delta",
        "h1.gather_error",
        "h1.compute_delta",
    ]
    assert order(found.backward) == back
    assert order(found.gradients) == ["o.add_gradients", "h2.add_gradients", "h1.add_gradients"]
    assert order(found.input_errors) == ["x.gather_error"]
    assert found.short == frozenset()


def test_the_short_way_is_one_act_and_the_loss_is_read_from_z():
    net = skipping()
    found = schedule_of(net, BINARY)
    assert order(found.loss) == ["target of o.compute_term_from_z", "objective.add_up"]
    assert order(found.backward)[:2] == ["target of o.compute_delta", "h2.gather_error"]
    assert found.short == {net["o"]}


def test_the_long_way_may_be_asked_for():
    net = skipping()
    long = schedule_of(net, BINARY, long_way=True)
    assert order(long.backward) == order(schedule_of(net, SQUARED).backward)
    assert order(long.loss) == ["target of o.compute_term_from_z", "objective.add_up"]
    assert long.short == frozenset()


@pytest.mark.parametrize(
    ("loss", "backward"),
    [
        (
            SQUARED,
            [
                "target of o2.add_loss_slope",
                "o2.compute_delta",
                "o1.gather_error",
                "target of o1.add_loss_slope",
                "o1.compute_delta",
            ],
        ),
        (BINARY, ["target of o2.compute_delta", "o1.gather_error", "target of o1.compute_delta"]),
    ],
    ids=["long", "short"],
)
def test_an_output_that_feeds_another_gathers_first_and_then_faces_its_target(loss, backward):
    found = schedule_of(feeding(), loss)
    assert order(found.backward) == backward
    assert order(found.gradients) == ["o2.add_gradients", "o1.add_gradients"]
    assert order(found.input_errors) == ["x1.gather_error", "x2.gather_error"]


GATE = ["g1.gather_error", "g2.gather_error", "gate.compute_delta", "h.gather_error", "h.compute_delta"]


@pytest.mark.parametrize(
    ("loss", "long_way", "outputs"),
    [
        (SQUARED, False, ["target of o1.add_loss_slope", "target of o2.add_loss_slope", "outputs.compute_delta"]),
        (CROSS, False, ["target of o1.compute_delta", "target of o2.compute_delta"]),
        (CROSS, True, ["target of o1.add_loss_slope", "target of o2.add_loss_slope", "outputs.compute_delta"]),
        (BINARY, False, ["targets of outputs.compute_delta"]),
    ],
    ids=["long", "each for itself", "long, asked for", "jointly"],
)
def test_a_group_computes_its_deltas_once_all_its_members_have_their_errors(loss, long_way, outputs):
    found = schedule_of(gated(), loss, long_way)
    assert order(found.backward) == outputs + GATE
    assert order(found.gradients) == [
        "o1.add_gradients",
        "o2.add_gradients",
        "g1.add_gradients",
        "g2.add_gradients",
        "h.add_gradients",
    ]


def test_a_member_that_feeds_others_gathers_before_the_targets_of_its_group():
    net = Network()
    net.add_input("x")
    net.add_output("o1", "softmax")
    net.add_output("o2", "softmax")
    net.add_neuron("alone", "tanh")
    net.add_output("p", "softmax", group="late")
    wired(net, "x>o1", "x>o2", "o1>alone", "alone>p")
    assert order(schedule_of(net, CROSS).backward) == [
        "target of p.compute_delta",
        "alone.gather_error",
        "alone.compute_delta",
        "o1.gather_error",
        "targets of outputs.compute_delta",
    ]


def test_a_hidden_member_of_a_group_of_outputs_gathers_and_all_take_the_long_way():
    net = Network()
    net.add_input("x")
    net.add_output("o", "softmax", group="mixed")
    net.add_neuron("h", "softmax", group="mixed")
    wired(net, "x>o", "x>h")
    found = schedule_of(net, SQUARED)
    assert order(found.backward) == ["target of o.add_loss_slope", "h.gather_error", "mixed.compute_delta"]
    assert order(schedule_of(net, BINARY).backward) == ["h.gather_error", "targets of mixed.compute_delta"]


def test_a_short_way_of_each_for_itself_is_none_where_a_member_is_hidden():
    short = CROSS.shortcuts[0]
    own = Loss("own", CROSS.value, CROSS.slope, CROSS.formula, CROSS.slope_formula, (0.0, 1.0), shortcuts=(short,))
    net = Network()
    net.add_input("x")
    net.add_output("o", "softmax", group="mixed")
    net.add_neuron("h", "softmax", group="mixed")
    found = schedule_of(wired(net, "x>o", "x>h"), own)
    assert order(found.backward) == ["target of o.add_loss_slope", "h.gather_error", "mixed.compute_delta"]
    assert found.short == frozenset()


def test_the_terms_are_added_up_last_in_the_order_of_the_outputs():
    net = Network.dense([1, 3], "identity")
    assert order(schedule_of(net, SQUARED).loss) == [
        "target of o1.compute_term",
        "target of o2.compute_term",
        "target of o3.compute_term",
        "objective.add_up",
    ]
    assert [target.neuron.name for target in schedule_of(net, SQUARED).objective.targets] == ["o1", "o2", "o3"]


def test_a_loss_that_does_not_fit_an_output_is_refused():
    with pytest.raises(GraphError, match=r"^loss cross_entropy: output o is sigmoid, expected softmax"):
        schedule_of(skipping(), CROSS)


# Any network.


def acts_of(found: Schedule) -> tuple[Act, ...]:
    return found.forward + found.loss + found.backward + found.gradients + found.input_errors


CASES = st.integers(0, 2**32 - 1).map(random_case)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(case=CASES, long_way=st.booleans())
def test_every_act_is_a_bound_method_that_is_there_once(case, long_way):
    acts = acts_of(schedule_of(case.net, case.loss, long_way))
    assert all(ismethod(act) for act in acts)
    assert len(set(acts)) == len(acts)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(case=CASES, long_way=st.booleans())
def test_no_act_reads_what_is_not_yet_there_and_all_is_computed_in_the_end(case, long_way):
    net, loss, x, y = case
    found = schedule_of(net, loss, long_way)
    for neuron, value in zip(net.inputs, x, strict=True):
        neuron.a = value
    found.objective.set_targets(y)
    for neuron in net.neurons:
        if neuron.role != "input":
            neuron.zero_gradients()
    for act in acts_of(found):
        act()  # one that reads a None raises TypeError
    for neuron in net.neurons:
        if neuron.role != "input":
            assert None not in (neuron.z, neuron.a, neuron.delta, neuron.bias_grad)
        assert (neuron.a_grad is None) == (neuron in found.short)
    assert found.objective.cost is not None


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(case=CASES)
def test_the_order_is_the_same_each_time_it_is_built_and_in_a_copy(case):
    net, loss = case.net, case.loss
    first = order(acts_of(schedule_of(net, loss)))
    assert order(acts_of(schedule_of(net, loss))) == first
    assert order(acts_of(schedule_of(net.copy(), loss))) == first


def test_a_network_builds_its_order_anew_after_an_edit():
    net = skipping()
    before = net.schedule("squared_error")
    assert net.schedule("squared_error") is before
    net.connect("h1", "o", 0.5)
    assert net.schedule("squared_error") is not before


def test_a_loss_of_ones_own_takes_the_long_way():
    own = Loss("own", lambda a, y, n: a - y, lambda a, y, n: 1.0, "a - y", "1")
    assert order(schedule_of(skipping(), own).backward)[:2] == ["target of o.add_loss_slope", "o.compute_delta"]
