"""What learning may move: frozen parameters stay, tied ones move as one, in every way of updating."""

from __future__ import annotations

import math
from random import Random

import pytest

from neurograph import L1, L2, SGD, Adam, AdamW, Momentum, Network, RMSProp, Trainer, check_gradients, train
from neurograph.errors import GraphError, InvalidTypeError, InvalidValueError, UnknownNameError
from neurograph.graph.parameters import labels_of, values_of
from tests.strategies import Case, random_case

OPTIMIZERS = {
    "SGD": SGD(0.1),
    "Momentum": Momentum(0.05),
    "Nesterov": Momentum(0.05, nesterov=True),
    "RMSProp": RMSProp(0.01),
    "Adam": Adam(0.01),
    "AdamW": AdamW(0.01, decay=0.1, biases=True),
}
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
RNG = Random(3)
X = [[RNG.gauss(0.0, 1.0), RNG.gauss(0.0, 1.0)] for _ in range(12)]
Y = [[RNG.gauss(0.0, 1.0)] for _ in X]


def small() -> Network:
    return Network.dense([2, 3, 1], ["tanh", "identity"], seed=1)


def numbers(net: Network) -> dict[str, str]:
    return {label: value.hex() for label, value in zip(labels_of(net), values_of(net), strict=True)}


def stepped(net: Network, rate: float = 0.3) -> Network:
    net.zero_grad()
    net.forward(X[0])
    net.backward(Y[0])
    net.update(rate)
    return net


# Freezing.


def test_a_frozen_neuron_keeps_its_bias_and_its_incoming_weights():
    net, free = small(), small()
    net.freeze("h2")
    start = numbers(net)
    now, other = numbers(stepped(net)), numbers(stepped(free))
    still = {"h2", "x1->h2", "x2->h2"}
    assert {label for label in start if start[label] == now[label]} == still
    assert {label: now[label] for label in now if label not in still} == {
        label: other[label] for label in other if label not in still
    }


def test_a_frozen_edge_keeps_its_weight_alone():
    net = small()
    net.freeze(net.edge("h1", "o1"))
    start = numbers(net)
    now = numbers(stepped(net))
    assert [label for label in start if start[label] == now[label]] == ["h1->o1"]


def test_what_is_frozen_still_carries_errors_back_and_has_a_gradient():
    net, free = small(), small()
    net.freeze("o1", "h1", "h2", "h3")
    for one in (net, free):
        one.forward(X[0])
        one.backward(Y[0])
    assert [edge.grad for edge in net.edges] == [edge.grad for edge in free.edges]


def test_unfreezing_lets_go_of_a_part():
    net = small()
    net.freeze("h1", "h2", net["h3"])
    net.unfreeze("h2", net.edge("x1", "h1"))
    assert [neuron.name for neuron in net if neuron.frozen] == ["h1", "h3"]
    assert [edge.label for edge in net.edges if edge.frozen] == ["x2->h1", "x1->h3", "x2->h3"]


def test_a_weight_may_still_be_set_by_hand():
    net = small()
    net.freeze("h1")
    net.edge("x1", "h1").weight = net["h1"].bias = 0.25
    assert net.edge("x1", "h1").weight == net["h1"].bias == 0.25


@every_optimizer
@pytest.mark.parametrize("regularizer", [None, L1(0.1, biases=True), L2(0.1, biases=True)], ids=["none", "L1", "L2"])
def test_no_way_of_learning_moves_what_is_frozen(optimizer, regularizer):
    net = small()
    net.freeze("h2", net.edge("h3", "o1"))
    start = numbers(net)
    train(net, X, Y, optimizer=optimizer, epochs=3, batch_size=5, regularizer=regularizer)
    now = numbers(net)
    same = [label for label in start if start[label] == now[label]]
    assert same == ["h2", "x1->h2", "x2->h2", "h3->o1"]


# Ties.


def doubled() -> tuple[Network, Network]:
    """o = w x1 + w x2 + b with one w, and the same as o = w x + b with x = x1 + x2."""
    net = Network.dense([2, 1], "identity", initializer="zeros")
    net.tie(net.edge("x1", "o1"), net.edge("x2", "o1"))
    single = Network.dense([1, 1], "identity", initializer="zeros")
    net.edge("x2", "o1").weight = single.edge("x1", "o1").weight = 0.7
    return net, single


def test_a_shared_weight_takes_one_step_down_the_sum_of_its_gradients():
    net = small()
    edges = [net.edge("x1", "h1"), net.edge("x2", "h3"), net.edge("h2", "o1")]
    tie = net.tie(*edges)
    net.forward(X[0])
    net.backward(Y[0])
    old = edges[0].weight
    parts = [edge.grad for edge in edges]
    assert tie.gradient == parts[0] + parts[1] + parts[2]
    net.update(0.3)
    assert [edge.weight for edge in edges] == [old - 0.3 * tie.gradient] * 3
    assert [edge.grad for edge in edges] == parts


@every_optimizer
@pytest.mark.parametrize("regularizer", [None, L1(0.05), L2(0.05)], ids=["none", "L1", "L2"])
def test_tied_edges_learn_as_the_one_weight_that_they_are(optimizer, regularizer):
    net, single = doubled()
    how = {"optimizer": optimizer, "epochs": 10, "batch_size": 5, "regularizer": regularizer}
    history = train(net, X, Y, **how)
    other = train(single, [[one + two] for one, two in X], Y, **how)
    weight = single.edge("x1", "o1").weight
    assert net.edge("x1", "o1").weight == net.edge("x2", "o1").weight == pytest.approx(weight, rel=1e-12)
    assert net["o1"].bias == pytest.approx(single["o1"].bias, rel=1e-12)
    assert history.losses == pytest.approx(other.losses, rel=1e-12)
    if regularizer:
        assert history.column("penalty") == pytest.approx(other.column("penalty"), rel=1e-12)


@every_optimizer
def test_tied_weights_have_equal_bits_after_every_epoch(optimizer):
    net = small()
    edges = [net.edge("x1", "h1"), net.edge("x2", "h3"), net.edge("h2", "o1")]
    net.tie(*edges)
    for _ in Trainer(net, X, Y, optimizer=optimizer, batch_size=5).epochs(5):
        assert len({edge.weight.hex() for edge in edges}) == 1


def test_the_gradient_of_a_shared_weight_is_that_of_moving_all_its_edges_at_once():
    checked = 0
    for seed in range(60):
        net, loss, x, y = random_case(seed)
        if len(net.edges) < 2:
            continue
        edges = Random(seed).sample(net.edges, min(3, len(net.edges)))
        tie = net.tie(*edges)
        net.forward(x)
        net.backward(y, loss)
        report = check_gradients(net, x, y, loss)
        assert report.ok
        if report.count("kink"):
            continue
        gradient, start = tie.gradient, edges[0].weight

        def cost(weight, net=net, edge=edges[-1], case=(x, y, loss)):
            edge.weight = weight
            net.forward(case[0])
            return net.backward(case[1], case[2])

        h = 1e-5
        difference = (cost(start + h) - cost(start - h)) / (2 * h)
        assert gradient == pytest.approx(difference, rel=1e-5, abs=1e-8), seed
        checked += 1
    assert checked > 30


def test_setting_one_weight_sets_all():
    net = small()
    edges = [net.edge("x1", "h1"), net.edge("x2", "h3")]
    net.tie(*edges)
    edges[1].weight = 3
    assert [edge.weight for edge in edges] == [3.0, 3.0]
    with pytest.raises(InvalidValueError):
        edges[0].weight = float("nan")
    assert [edge.weight for edge in edges] == [3.0, 3.0]


def test_a_tie_takes_weight_and_freedom_from_its_first_edge():
    net = small()
    one, two = net.edge("x1", "h1"), net.edge("x2", "h3")
    net.freeze(one)
    tie = net.tie(one, two)
    assert two.weight == one.weight
    assert one.frozen
    assert two.frozen
    assert net.ties == [tie]
    assert tie.name == "x1->h1, x2->h3"
    assert repr(tie) == f"<Tie of x1->h1, x2->h3, weight {one.weight:.6g}>"


def test_freezing_one_tied_edge_freezes_all():
    net = small()
    one, two = net.edge("x1", "h1"), net.edge("x2", "h3")
    net.tie(one, two)
    net.freeze("h3")
    start = numbers(net)
    now = numbers(stepped(net))
    assert [label for label in start if start[label] == now[label]] == ["x1->h1", "h3", "x1->h3", "x2->h3"]
    net.unfreeze(one)
    assert not two.frozen
    assert numbers(stepped(net))["x2->h3"] != now["x2->h3"]


def test_untied_edges_go_their_own_ways_from_where_they_are():
    net = small()
    one, two = net.edge("x1", "h1"), net.edge("x2", "h3")
    tie = net.tie(one, two)
    weight = one.weight
    net.untie(tie)
    assert (one.weight, two.weight) == (weight, weight)
    assert net.ties == []
    stepped(net)
    assert one.weight != two.weight


def test_a_tied_edge_that_is_disconnected_leaves_the_others_tied():
    net = small()
    one, two, three = net.edge("x1", "h1"), net.edge("x2", "h3"), net.edge("h2", "o1")
    tie = net.tie(one, two, three)
    net.disconnect("x2", "h3")
    assert tie.edges == [one, three]
    two.weight = 9.0
    assert one.weight == three.weight != 9.0
    net.remove("h2")
    assert net.ties == []
    assert one.tie is None
    three.weight = 8.0
    assert one.weight != 8.0
    net.check()
    stepped(net)


# Shared biases.


def test_a_shared_bias_takes_one_step_down_the_sum_of_its_gradients():
    net = small()
    net["h1"].bias = 0.3
    tie = net.tie("h1", net["h3"], "o1")
    assert repr(tie) == "<Tie of h1, h3, o1, bias 0.3>"
    assert net["h3"].tie is net["o1"].tie is tie
    net.forward(X[0])
    net.backward(Y[0])
    gradient = net["h1"].bias_grad + net["h3"].bias_grad + net["o1"].bias_grad
    assert tie.gradient == gradient != net["h1"].bias_grad
    net.update(0.3)
    assert [net[name].bias for name in ("h1", "h3", "o1")] == [0.3 - 0.3 * gradient] * 3
    assert net["h2"].bias != 0.0
    net["o1"].bias = 2
    assert net["h1"].bias == net["h3"].bias == 2.0


def test_a_shared_bias_is_frozen_as_one_and_a_neuron_that_goes_leaves_the_others_tied():
    net = small()
    tie = net.tie("h1", "h2", "h3")
    net.freeze("h3")
    start, now = numbers(net), numbers(stepped(net))
    assert [label for label in start if start[label] == now[label]] == ["h1", "h2", "h3", "x1->h3", "x2->h3"]
    net.unfreeze("h1")
    assert not net["h3"].frozen
    net.remove("h2")
    assert net.ties == [tie]
    net.remove("h1")
    assert net.ties == []
    assert net["h3"].tie is None


def test_the_gradient_of_a_shared_bias_is_that_of_moving_all_its_neurons_at_once():
    checked = 0
    for seed in range(60):
        net, loss, x, y = random_case(seed)
        if len(net.computing) < 2:
            continue
        tie = net.tie(*Random(seed).sample(net.computing, min(3, len(net.computing))))
        net.forward(x)
        net.backward(y, loss)
        report = check_gradients(net, x, y, loss)
        assert report.ok
        if report.count("kink"):
            continue
        gradient, start = tie.gradient, tie.value

        def cost(bias, net=net, neuron=tie.neurons[-1], case=(x, y, loss)):
            neuron.bias = bias
            net.forward(case[0])
            return net.backward(case[1], case[2])

        h = 1e-5
        difference = (cost(start + h) - cost(start - h)) / (2 * h)
        assert gradient == pytest.approx(difference, rel=1e-5, abs=1e-8), seed
        checked += 1
    assert checked > 30


@pytest.mark.parametrize("engine", ["object", "compiled"])
@every_optimizer
@pytest.mark.parametrize("regularizer", [None, L2(0.05, biases=True)], ids=["none", "L2"])
def test_tied_biases_learn_as_the_one_bias_that_they_are(optimizer, regularizer, engine):
    """o = x1 + h1 + h2 with h1 = h2 = b is o = x1 + 2 b: a bias whose gradient is twice that of the output's."""
    if engine == "compiled":
        pytest.importorskip("numba")
    net = Network()
    net.add_input("x1")
    for name in ("h1", "h2"):
        net.add_neuron(name, "identity", bias=0.5)
    net.add_output("o1", "identity")
    net.freeze("o1", *(net.connect(source, "o1", 1.0) for source in ("x1", "h1", "h2")))
    net.tie("h1", "h2")
    one = Network()
    one.add_input("x1")
    one.add_neuron("h1", "identity", bias=0.5)
    one.add_output("o1", "identity")
    one.freeze("o1", one.connect("x1", "o1", 1.0), one.connect("h1", "o1", 2.0))
    x = [[a] for a, _ in X]
    for each in (net, one):
        train(each, x, Y, optimizer=optimizer, epochs=5, batch_size=5, regularizer=regularizer, engine=engine)
    assert net["h1"].bias == net["h2"].bias == pytest.approx(one["h1"].bias, rel=1e-12)
    assert net["h1"].bias != 0.5


def test_an_unrolled_net_has_the_gradients_of_backpropagation_through_time():
    """h_t = tanh(w h_(t-1) + u x_t + b), o = h_3, by hand: the sensitivities of h_t follow the same recurrence."""
    w, u, b, y = 0.7, -0.4, 0.2, 0.3
    x = [0.5, -1.0, 0.8]
    net = Network()
    for t in (1, 2, 3):
        net.add_input(f"x{t}")
        add = net.add_output if t == 3 else net.add_neuron
        add(f"h{t}", "tanh", b)
        net.connect(f"x{t}", f"h{t}", u)
        if t > 1:
            net.connect(f"h{t - 1}", f"h{t}", w)
    over_time = net.tie(net.edge("h1", "h2"), net.edge("h2", "h3"))
    from_input = net.tie(*(net.edge(f"x{t}", f"h{t}") for t in (1, 2, 3)))
    biases = net.tie("h1", "h2", "h3")
    h = dh_dw = dh_du = dh_db = 0.0
    for given in x:
        before, h = h, math.tanh(w * h + u * given + b)
        slope = 1.0 - h * h
        dh_dw, dh_du, dh_db = (
            slope * (w * dh_dw + before),
            slope * (w * dh_du + given),
            slope * (w * dh_db + 1.0),
        )
    assert net.forward(x) == pytest.approx([h], rel=1e-14)
    net.backward([y])
    found = [over_time.gradient, from_input.gradient, biases.gradient]
    assert found == pytest.approx([(h - y) * part for part in (dh_dw, dh_du, dh_db)], rel=1e-13)
    trace = net.trace(x, [y], learning_rate=0.5)
    assert "b(h1) - eta * (dC/db(h1) + dC/db(h2) + dC/db(h3))" in "\n".join(map(str, trace))
    net.update(0.5)
    assert numbers(net) == numbers(trace.after)
    assert net["h1"].bias == pytest.approx(b - 0.5 * biases.gradient, rel=1e-14)


# The trace.


def shuffled_case(seed: int) -> Case:
    """A random network, with some of its parameters frozen and some of its weights and biases tied."""
    case = random_case(seed)
    net, rng = case.net, Random(seed)
    computing = net.computing
    for holders in (net.edges, computing):
        free = rng.sample(holders, len(holders))
        while len(free) >= 2 and rng.random() < 0.7:
            size = rng.randint(2, min(4, len(free)))
            net.tie(*free[:size])
            free = free[size:]
    net.freeze(*rng.sample(computing, rng.randint(0, len(computing) // 2)))
    net.freeze(*rng.sample(net.edges, rng.randint(0, len(net.edges) // 3)))
    return case


@pytest.mark.parametrize("block", range(4))
def test_the_trace_updates_as_the_network_does_to_the_last_bit(block):
    for seed in range(50 * block, 50 * block + 50):
        net, loss, x, y = shuffled_case(seed)
        trace = net.trace(x, y, loss, learning_rate=0.37)
        start = numbers(net)
        net.forward(x)
        net.backward(y, loss)
        net.update(0.37)
        assert numbers(trace.after) == numbers(net), seed
        assert numbers(trace.before) == start, seed
        told = {
            line.left.key: line.left.value
            for step in trace if step.phase == "update" for line in step.lines
        }  # fmt: skip
        values = [neuron.b for neuron in net.neurons if neuron.role != "input"] + [edge.w for edge in net.edges]
        assert sorted(told.values()) == sorted(values), "every new value is told, and once"


def test_the_predicted_change_counts_only_what_moves():
    for seed in range(60):
        net, loss, x, y = shuffled_case(seed)
        trace = net.trace(x, y, loss, learning_rate=1e-3)
        net.forward(x)
        net.backward(y, loss)
        moving = [n.bias_grad for n in net.computing if not n.frozen and not n.tie]
        moving += [edge.grad for edge in net.edges if not edge.frozen and not edge.tie]
        moving += [tie.gradient for tie in net.ties if not tie.frozen]
        assert trace.predicted_change == pytest.approx(-1e-3 * sum(g * g for g in moving), rel=1e-12, abs=1e-300), seed


def test_to_first_order_the_loss_changes_as_predicted():
    net = small()
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h3"), net.edge("h2", "o1"))
    net.freeze("h2")
    trace = net.trace(X[0], Y[0], learning_rate=1e-6)
    assert trace.change == pytest.approx(trace.predicted_change, rel=1e-4)


def test_the_trace_tells_what_is_frozen_and_what_is_shared():
    net = small()
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h3"))
    net.freeze("h2")
    updates = [step for step in net.trace(X[0], Y[0]) if step.phase == "update"]
    notes = {line.left.key.owner: line.note for step in updates for line in step.lines}
    shared = "one weight for all that are tied; its gradient is the sum of theirs"
    assert {owner for owner, note in notes.items() if note == "frozen"} == {"h2", ("x1", "h2"), ("x2", "h2")}
    assert {owner for owner, note in notes.items() if note == shared} == {("x1", "h1"), ("x2", "h3")}
    (step,) = [step for step in updates if "dC/dw(x1->h1) + dC/dw(x2->h3)" in str(step)]
    assert [line.left.key.owner for line in step.lines] == [("x1", "h1"), ("x2", "h3")]


# What is refused.


def refused(act) -> Exception:
    """Let the act fail, and hold that nothing in the network has changed."""
    net = small()
    tie = net.tie(net.edge("x1", "h1"), net.edge("x2", "h3"))
    net.freeze("h2")
    before = net.__getstate__()
    with pytest.raises((GraphError, InvalidTypeError, UnknownNameError)) as caught:
        act(net, tie)
    assert net.__getstate__() == before
    return caught.value


OTHER = small()
NOT_OURS = "it was removed, or belongs to another network."
NOT_OUR_EDGE = "edge {0}->o1: " + NOT_OURS + " Give net.edge('{0}', 'o1'), if there is one."
NOTHING = "is an input and has nothing that learns. Name another neuron."
FEW = "expected at least two edges, or two neurons."


def first(net):
    return net.edge("h1", "o1")


MIXED = "tie: got neurons and edges. Tie biases with biases, and weights with weights."
REFUSALS = [
    (lambda net, tie: net.freeze("h1", "x1"), f"freeze: x1 {NOTHING}"),
    (lambda net, tie: net.unfreeze("h2", "x1"), f"unfreeze: x1 {NOTHING}"),
    (lambda net, tie: net.freeze("h1", "g"), "no neuron named 'g'. Known: x1, x2, h1, h2, h3, o1."),
    (lambda net, tie: net.freeze("h1", 3), "neuron: got 3, expected a name, or a Neuron of this network."),
    (
        lambda net, tie: net.freeze("h1", first(OTHER)),
        NOT_OUR_EDGE.format("h1"),
    ),
    (lambda net, tie: net.freeze(OTHER["h1"]), f"neuron h1: {NOT_OURS} Use net['h1']."),
    (lambda net, tie: net.tie(), f"tie: got nothing, {FEW}"),
    (lambda net, tie: net.tie(first(net)), f"tie: got one edge, {FEW}"),
    (lambda net, tie: net.tie(first(net), first(net)), "tie: edge h1->o1 is given twice. Give each once."),
    (lambda net, tie: net.tie(first(net), tie.edges[1]), "tie: edge x2->h3 is tied already. Untie it first."),
    (
        lambda net, tie: net.tie(first(net), OTHER.edge("h2", "o1")),
        NOT_OUR_EDGE.format("h2"),
    ),
    (lambda net, tie: net.tie("h1"), f"tie: got one neuron, {FEW}"),
    (lambda net, tie: net.tie("h1", net["h1"]), "tie: neuron h1 is given twice. Give each once."),
    (lambda net, tie: net.tie("h1", "x1"), f"tie: x1 {NOTHING}"),
    (lambda net, tie: net.tie("h1", OTHER["h2"]), f"neuron h2: {NOT_OURS} Use net['h2']."),
    (lambda net, tie: net.tie("h1", first(net)), MIXED),
    (lambda net, tie: net.untie("x"), "untie: got 'x' (a str), expected a tie, as net.tie(...) gave. See net.ties."),
]


@pytest.mark.parametrize(("act", "message"), REFUSALS)
def test_what_cannot_be_frozen_or_tied_is_refused(act, message):
    assert str(refused(act)) == message


def test_a_tie_is_untied_once_and_by_its_own_network():
    net, twin = small(), small()
    tie = net.tie(net.edge("x1", "h1"), net.edge("x2", "h3"))
    with pytest.raises(GraphError, match="untie: it is no tie of this network: <Tie of x1->h1, x2->h3, weight"):
        twin.untie(tie)
    net.untie(tie)
    later = net.tie(net.edge("x1", "h1"), net.edge("h1", "o1"))
    with pytest.raises(GraphError, match="untie: it is no tie of this network: <Tie of x1->h1, x2->h3, weight"):
        net.untie(tie)
    assert net.edge("x1", "h1").tie is net.edge("h1", "o1").tie is later


@pytest.mark.parametrize("members", [("h1", "h2"), (("x1", "h1"), ("x2", "h2"))])
def test_what_is_frozen_with_its_tie_stays_so_without_it(members):
    net = small()
    own = [net[one] if isinstance(one, str) else net.edge(*one) for one in members]
    tie = net.tie(*own)
    net.freeze(own[1])
    net.untie(tie)
    assert [one.frozen for one in own] == [True, True]
    assert not any(one.free for one in own)


@pytest.mark.parametrize("regularizer", [L2(0.5), L1(0.5)])
@pytest.mark.parametrize("engine", ["object", "compiled"])
def test_a_shared_bias_is_penalised_as_any_bias(regularizer, engine):
    if engine == "compiled":
        pytest.importorskip("numba")

    def after(regularizer):
        net = Network.dense([1, 2, 1], "identity", initializer="zeros", bias=1.0)
        for edge in net.edges:
            net.freeze(edge)
        net.tie("h1", "h2")
        train(net, [[0.0]], [[3.0]], regularizer=regularizer, epochs=2, engine=engine, progress=False)
        return [neuron.bias for neuron in net.neurons]

    assert after(regularizer) == after(None)


def test_a_gradient_that_is_not_computed_is_none_for_a_tie_too():
    net = small()
    assert net.tie("h1", "h2").gradient is None
