"""The trace: the very numbers of a run, told at four units, at any precision, forwards and backwards."""

from __future__ import annotations

import math
import pickle
import re
import tracemalloc
from random import Random

import pytest

import neurograph as ng
from neurograph.algebra.expression import evaluate
from neurograph.passes.propagation import run, set_inputs
from neurograph.quantities import Quantity

UNITS = ("term", "neuron", "layer", "phase")
SINGLE_TERMS = {"product", "product_new", "blame", "jacobian", "slope"}  # told at unit "term" only


# A dozen nets: (net, x, y, loss).


def build(inputs, neurons, edges, seed=0) -> ng.Network:
    """`neurons`: (name, activation, group), outputs being named o...; `edges`: "x1->h1 h1->o1"."""
    draw = Random(seed).uniform
    net = ng.Network()
    for name in inputs:
        net.add_input(name)
    for name, activation, *group in neurons:
        add = net.add_output if name.startswith("o") else net.add_neuron
        add(name, activation, draw(-0.5, 0.5), *group)
    for edge in edges.split():
        net.connect(*edge.split("->"), draw(-1.5, 1.5))
    return net


def dense(sizes, activations, y, loss, batch=1):
    net = ng.Network.dense(sizes, activations, seed=2)
    draw = Random(1).uniform
    for neuron in net.neurons[sizes[0] :]:
        neuron.bias = draw(-0.5, 0.5)
    x = [[draw(-1, 1) for _ in net.inputs] for _ in range(batch)]
    return net, (x[0] if batch == 1 else x), y, loss


def skips():
    neurons = [("h1", "tanh"), ("h2", "gelu"), ("o1", "sigmoid"), ("h3", "softplus"), ("o2", "identity")]
    edges = "x1->h1 x2->h2 h1->h2 h2->o1 x1->o1 h2->h3 h3->o2 x2->o2 o1->o2 h1->o2"
    return build(["x1", "x2"], neurons, edges), [0.5, -1.25], [0.75, 0.25], "squared_error"


def gated():
    neurons = [("late", "silu"), ("s1", "softmax", "gate"), ("s2", "softmax", "gate"), ("s3", "softmax", "gate"),
               ("o1", "softmax"), ("o2", "softmax")]  # fmt: skip
    edges = "x1->late x1->s1 late->s2 x2->s3 x2->s1 s1->o1 s2->o1 s3->o2 s2->o2 x1->o2 late->o1"
    return build(["x1", "x2"], neurons, edges, 4), [0.5, 2.0], [0.0, 1.0], "cross_entropy"


def two_groups():
    neurons = [("h", "tanh"), *((f"o{k}", "softmax", "left" if k < 3 else "right") for k in range(1, 6))]
    edges = " ".join(f"{one}->o{k}" for k in range(1, 6) for one in ("x", "h")) + " x->h"
    return build(["x"], neurons, edges, 5), [1.5], [1.0, 0.0, 0.25, 0.5, 0.25], "cross_entropy"


def speaking_output():
    """The output goes on to another, so that its error comes from the loss and from there."""
    neurons = [("o1", "sigmoid"), ("h", "elu"), ("o2", "sigmoid")]
    return build(["x"], neurons, "x->o1 o1->h h->o2 x->o2", 6), [0.5], [1.0, 0.25], "binary_cross_entropy"


def zoo():
    rules = ["identity", "sigmoid", "tanh", "leaky_relu", "elu", "softplus", "softsign", "silu", "gelu", "relu"]
    edges = " ".join(f"x1->h_{rule} h_{rule}->o" for rule in rules) + " x2->h_relu h_relu->h_gelu"
    neurons = [*((f"h_{rule}", rule) for rule in rules), ("o", "tanh")]
    return build(["x1", "x2"], neurons, edges, 7), [0.8, -0.3], [0.1], "mean_squared_error"


def own_rules():
    cube = ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
    fourth = ng.Loss(
        "fourth", lambda a, y, n: (a - y) ** 4, lambda a, y, n: 4.0 * (a - y) ** 3, "(a - y)**4", "4 * (a - y)**3"
    )
    return build(["x"], [("h", cube), ("o", "identity")], "x->h h->o x->o"), [0.7], [0.25], fourth


def loose_ends():
    """A neuron that nothing reads, one that reads nothing, and an unconnected input."""
    neurons = [("unread", "tanh"), ("unfed", "tanh"), ("o", "tanh")]
    return build(["x1", "x2"], neurons, "x1->unread unfed->o x1->o"), [0.5, 0.0], [1.0], "squared_error"


CASES = {
    "dense": lambda: dense([2, 2, 2], "sigmoid", [0.0, 1.0], "squared_error"),
    "deep": lambda: dense([2, 3, 2, 3, 1], ["tanh", "silu", "softsign", "identity"], [0.5], "sum_squared_error"),
    "softmax": lambda: dense([3, 4, 3], ["tanh", "softmax"], [0.0, 1.0, 0.0], "cross_entropy"),
    "softmax, squared error": lambda: dense([2, 3], "softmax", [0.0, 1.0, 0.0], "squared_error"),
    "binary": lambda: dense([2, 2, 2], ["relu", "sigmoid"], [0.25, 1.0], "binary_cross_entropy"),
    "binary after softmax": lambda: dense([2, 3], "softmax", [0.0, 1.0, 1.0], "binary_cross_entropy"),
    "skips": skips,
    "hidden softmax": gated,
    "two softmax outputs": two_groups,
    "output with outgoing edges": speaking_output,
    "every activation": zoo,
    "rules of the user's own": own_rules,
    "loose ends": loose_ends,
    "batch": lambda: dense([2, 3, 1], "sigmoid", [[0.0], [1.0], [0.5]], "squared_error", 3),
    "batch, softmax": lambda: dense(
        [2, 3, 3], ["tanh", "softmax"], [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], "cross_entropy", 3
    ),
}
RATE = 0.25

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
both_ways = pytest.mark.parametrize("long_way", [False, True], ids=["short", "long"])


def traced(case, unit="neuron", long_way=False):
    net, x, y, loss = case()
    trace = net.trace(x, y, loss, RATE, unit=unit, digits=None, long_way=long_way).written(digits=None, terms=None)
    return net, trace


def pairs(x, y):
    return list(zip(x, y, strict=True)) if isinstance(x[0], list) else [(x, y)]


def computing(net):
    return [neuron for neuron in net.neurons if neuron.role != "input"]


def values(net, slots=("z", "a", "a_grad", "delta", "bias_grad")):
    def bits(value):
        return value if value is None else value.hex()

    neurons = {(slot, n.name): bits(getattr(n, slot)) for n in net.neurons for slot in slots}
    return neurons | {("grad", edge.label): bits(edge.grad) for edge in net.edges}


def parameters(net):
    return [n.b.hex() for n in net.neurons], [edge.w.hex() for edge in net.edges]


# Walking is running.


@every_case
def test_walking_leaves_the_bits_that_running_leaves(case):
    net, x, y, loss = case()
    trace = net.trace(x, y, loss, RATE, input_gradients=True)
    ran = net.copy()
    costs = []
    for one, other in pairs(x, y):
        ran.forward(one)
        costs.append(ran.backward(other, loss))
    for neuron in computing(ran):
        neuron.average(len(costs))
    assert values(trace.before) == values(ran)
    assert parameters(trace.before) == parameters(net)
    assert trace.loss_before == sum(costs) / len(costs)
    ran.update(RATE)
    assert parameters(trace.after) == parameters(ran)
    again = []
    for one, other in pairs(x, y):
        ran.forward(one)
        again.append(ran.copy().backward(other, loss))
    assert values(trace.after, ("z", "a")) == values(ran, ("z", "a"))
    assert trace.loss_after == sum(again) / len(again)


@every_case
def test_walking_the_long_way_leaves_the_bits_that_running_it_leaves(case):
    net, x, y, loss = case()
    trace = net.trace(x, y, loss, RATE, long_way=True)
    ran = net.copy()
    schedule = ran.schedule(loss, long_way=True)
    for neuron in computing(ran):
        neuron.zero_gradients()
    for one, other in pairs(x, y):
        set_inputs(ran.inputs, one)
        schedule.objective.set_targets(other)
        for acts in (schedule.forward, schedule.loss, schedule.backward, schedule.gradients):
            run(acts)
    for neuron in computing(ran):
        neuron.average(len(pairs(x, y)))
    assert values(trace.before) == values(ran)
    short = net.trace(x, y, loss, RATE)
    assert [n.delta for n in computing(trace.before)] == pytest.approx([n.delta for n in computing(short.before)])


@every_case
def test_a_trace_leaves_the_network_as_it_was(case):
    net, x, y, loss = case()
    for prepare in (lambda: None, lambda: net.forward(pairs(x, y)[-1][0]), lambda: net.backward(pairs(x, y)[0][1])):
        prepare()
        before = pickle.dumps(net.__getstate__()["edges"]), values(net), parameters(net)
        trace = net.trace(x, y, loss, RATE)
        for step in trace:
            str(step)
            step.checks  # noqa: B018  # it runs the network forward
        assert (pickle.dumps(net.__getstate__()["edges"]), values(net), parameters(net)) == before


def test_the_traced_networks_go_on_like_any_other():
    net, x, y, loss = skips()
    trace = net.trace(x, y, loss, RATE)
    trace.before.update(RATE)
    assert parameters(trace.before) == parameters(trace.after)
    trace.after.zero_grad()
    assert trace.after.backward(y) == trace.loss_after


# What a line claims is so.

GIVEN = {
    name: getattr(math, name) for name in ("cos", "cosh", "erf", "exp", "log", "pi", "sin", "sinh", "sqrt", "tanh")
}
GIVEN |= {"abs": abs, "max": max, "min": min}
EXACT = {
    "weighted sum", "error from downstream", "dC/db and dC/dw", "mean over the batch", "new bias and weights",
    "sum of the terms", "mean loss", "real change of the loss", "product", "share of the error",
}  # fmt: skip


def worked_out(text: str) -> float:
    return eval(text, {"__builtins__": {}}, GIVEN)  # noqa: S307  # our own lines, in a test only


@every_case
@both_ways
@pytest.mark.parametrize("unit", ["term", "neuron"])
def test_every_line_worked_out_by_python_gives_its_result(case, unit, long_way):
    _, trace = traced(case, unit, long_way)
    exact = 0
    for step in trace:
        for line in step.lines:
            number, text = line.left.value, line.numbers(trace.style)
            if re.sub(r" \d+ of \d+$", "", step.kind) in EXACT:
                exact += 1
                assert worked_out(text) == number, step.title
            else:
                assert worked_out(text) == pytest.approx(number, rel=1e-12, abs=1e-15), step.title
    assert exact > len(trace) / 3


@every_case
@both_ways
@pytest.mark.parametrize("unit", UNITS)
def test_every_result_is_the_state_that_it_leaves(case, unit, long_way):
    _, trace = traced(case, unit, long_way)
    for k, step in enumerate(trace):
        state = trace.state(k)
        results = step.result if isinstance(step.result, tuple) else (step.result,)
        told = {line.left.key: value for line, value in zip(step.lines, results, strict=True)}
        for key, value in told.items():
            kind, owner, example = key
            if kind not in SINGLE_TERMS | {"collected", "C_of_one", "C_of_one_new"}:
                looked_up = state if example < 0 else state.of_example(example)
                assert looked_up[kind, owner] == value, (step.title, key)


# Who reads and writes what.


def expected_reads(step, net):
    """What the textbook reads for what a step writes: all of the first set, and maybe some of the second."""
    (kind, owner, example), later = step.writes[0], step.phase == "after"
    new = "_new" if later else ""
    if isinstance(owner, tuple):
        source, target = owner
        return {Quantity("a", source, example), Quantity("delta", target, example)}, set()

    def activation(name):
        return Quantity("a" + (new if net[name].role != "input" else ""), name, example)

    neuron = net[owner] if owner else None
    members = (neuron.group.members if neuron.group else [neuron]) if neuron else []
    z = {Quantity("z" + new, member.name, example) for member in members}
    a = {Quantity("a" + new, member.name, example) for member in members}
    y = {Quantity("y", owner, example)}
    match kind.removesuffix("_new"):
        case "z":
            incoming = [(edge.source.name, owner) for edge in neuron.incoming]
            weights = {Quantity("w" + new, ends) for ends in incoming}
            return weights | {Quantity("b" + new, owner)} | {activation(source) for source, _ in incoming}, set()
        case "a":
            return z, set()
        case "term":
            return y, a | z
        case "C":
            return {Quantity("term" + new, output.name, example) for output in net.outputs}, set()
        case "a_grad" | "collected" if "downstream" in step.kind:
            outgoing = [(owner, edge.target.name) for edge in neuron.outgoing]
            return {Quantity("w", ends) for ends in outgoing} | {
                Quantity("delta", t, example) for _, t in outgoing
            }, set()
        case "a_grad":
            collected = {Quantity("collected", owner, example)} if neuron.outgoing else set()
            return collected | y, a
        case "delta" if step.kind == "delta of a group":
            own = {Quantity(kind, member.name, example) for member in members for kind in ("a", "y")}
            from_edges = {Quantity("collected", member.name, example) for member in members if member.outgoing}
            return from_edges, {key for key in own | z if key.kind != "y" or net[key.owner].role == "output"}
        case "delta" if step.kind == "delta from loss and edges":
            return {Quantity("a", owner, example), Quantity("collected", owner, example)} | y, z
        case "delta" if "Jacobian" in step.kind:
            return {Quantity("a_grad", member.name, example) for member in members} | a, set()
        case "delta" if any("the short way" in line.note for line in step.lines):
            return {Quantity("a", owner, example)} | y, set()
        case "delta":
            return {Quantity("a_grad", owner, example)}, a | z
    raise AssertionError(step.title)


@every_case
@both_ways
def test_a_step_reads_and_writes_what_the_textbook_does(case, long_way):
    net, trace = traced(case, "neuron", long_way)
    examples = 1 + max(step.example or 0 for step in trace)
    for step in trace:
        match step.phase:
            case "gradient":
                incoming = [edge.source.name for edge in net[step.subject].incoming]
                example = step.example or 0
                assert step.writes == (
                    Quantity("bias_grad", step.subject, example),
                    *(Quantity("grad", (source, step.subject), example) for source in incoming),
                )
                reads = {Quantity("a", source, example) for source in incoming}
                assert set(step.reads) == reads | {Quantity("delta", step.subject, example)}
            case "update":
                incoming = [(edge.source.name, step.subject) for edge in net[step.subject].incoming]
                example = -1 if examples > 1 else 0
                assert step.writes == (Quantity("b_new", step.subject), *(Quantity("w_new", ends) for ends in incoming))
                assert set(step.reads) == {
                    Quantity("eta", ""), Quantity("b", step.subject), Quantity("bias_grad", step.subject, example),
                    *(Quantity("w", ends) for ends in incoming),
                    *(Quantity("grad", ends, example) for ends in incoming),
                }  # fmt: skip
                assert set(step.neurons) == {step.subject}
                assert set(step.edges) == set(incoming)
            case "forward" | "loss" | "backward" if step.kind != "sum of the terms":
                reads, perhaps = expected_reads(step, net)
                assert step.writes == (Quantity(step.writes[0].kind, step.subject, step.example or 0),)
                assert reads <= set(step.reads) <= reads | perhaps, step.title
            case "after" if step.subject:
                reads, perhaps = expected_reads(step, net)
                assert reads <= set(step.reads) <= reads | perhaps, step.title


def test_the_smallest_steps_name_the_neurons_and_the_edge_at_work():
    _, trace = traced(skips, "term")
    products = [step for step in trace if step.phase == "forward" and step.kind.startswith("product")]
    assert [step.edges for step in products if step.subject == "o2"] == [
        (("h3", "o2"),), (("x2", "o2"),), (("o1", "o2"),), (("h1", "o2"),),
    ]  # fmt: skip
    assert products[0].neurons == ("x1",)
    assert products[0].writes == (Quantity("product", ("x1", "h1")),)
    shares = [step for step in trace if step.kind.startswith("share of the error")]
    assert [step.edges[0] for step in shares if step.subject == "h1"] == [("h1", "h2"), ("h1", "o2")]


# The state, at every place.


def final(trace):
    """Every quantity of a single example at the end, off the objects themselves."""
    found = {("eta", ""): RATE, ("C", ""): trace.loss_before, ("C_new", ""): trace.loss_after}
    found |= {("predicted", ""): trace.predicted_change, ("change", ""): trace.change}
    for net, new in ((trace.before, ""), (trace.after, "_new")):
        for neuron in net.neurons:
            if neuron.role == "input":
                found["a", neuron.name] = neuron.a
                continue
            for kind, slot in (("b", "b"), ("z", "z"), ("a", "a")):
                found[kind + new, neuron.name] = getattr(neuron, slot)
        for edge in net.edges:
            found["w" + new, (edge.source.name, edge.target.name)] = edge.weight
    for neuron in computing(trace.before):
        found |= {(kind, neuron.name): getattr(neuron, kind) for kind in ("a_grad", "delta", "bias_grad")}
    for edge in trace.before.edges:
        found["grad", (edge.source.name, edge.target.name)] = edge.grad
    return found


SINGLE = {name: case for name, case in CASES.items() if not name.startswith("batch")}


@pytest.mark.parametrize("case", SINGLE.values(), ids=SINGLE)
@pytest.mark.parametrize("unit", UNITS)
def test_the_state_holds_what_has_been_computed_and_none_for_the_rest(case, unit):
    y = case()[2]
    _, trace = traced(case, unit)
    last = final(trace)
    known = {("a", n.name) for n in trace.before.inputs} | {("y", n.name) for n in trace.before.outputs}
    known |= {key for key in last if key[0] in ("w", "b", "eta")}
    assert {key for key, value in trace.start.items() if value is not None} == known
    states = []
    for step in trace:
        known |= {(kind, owner) for kind, owner, _ in step.writes}
        states.append({key for key in trace.start if key in known})
    places = Random(0).sample(range(len(trace)), len(trace))
    targets = dict(zip((("y", n.name) for n in trace.before.outputs), y, strict=True))
    for k in places:
        state = trace.state(k)
        assert {key for key, value in state.items() if value is not None} == states[k]
        for key in states[k]:
            if not key[0].startswith("term"):
                assert state[key] == (targets | last)[key], (k, key)
    assert trace.state(-1) == trace.state(len(trace) - 1)


@every_case
@both_ways
def test_the_units_agree_on_what_is_written_and_on_the_end(case, long_way):
    _, trace = traced(case, "neuron", long_way)
    told = {}
    for unit in UNITS:
        lines = [line.left for step in trace.at(unit) for line in step.lines]
        told[unit] = [(leaf.key, leaf.value) for leaf in lines if leaf.key.kind not in SINGLE_TERMS]
        assert dict(trace.at(unit).state(-1)) == dict(trace.state(-1))
        assert [step.unit for step in trace.at(unit)] == [unit] * len(trace.at(unit))
    assert told["term"] == told["neuron"] == told["layer"] == told["phase"]
    assert None not in {value for key, value in trace.state(-1).items() if key[0] != "a_grad"}


def test_the_state_of_a_batch_looks_at_each_example_and_then_at_the_mean():
    net, trace = traced(CASES["batch"])
    xs = dense([2, 3, 1], "sigmoid", None, None, 3)[1]
    end = trace.state(-1)
    for e, x in enumerate(xs):
        net.forward(x)
        for neuron in net.neurons:
            assert end.of_example(e)["a", neuron.name] == neuron.a
    ends = ("x1", "h1")
    contributions = [trace.state(k) for k, step in enumerate(trace) if step.title.endswith("h1: dC/db and dC/dw")]
    assert len(contributions) == 3
    parts = [state["grad", ends] for state in contributions]
    assert parts[0] != parts[1] != parts[2]
    assert end["grad", ends] == (parts[0] + parts[1] + parts[2]) / 3
    assert end["w_new", ends] == end["w", ends] - RATE * end["grad", ends]


# The text.


@every_case
@pytest.mark.parametrize("unit", UNITS)
def test_a_step_says_where_it_stands(case, unit):
    _, trace = traced(case, unit)
    order = ["forward", "loss", "backward", "gradient", "mean", "update", "after"]
    phases = [(step.example or 0, step.phase) for step in trace]
    passes = [(e, phase) for e, phase in phases if phase not in ("mean", "update", "after")]
    assert passes == sorted(passes, key=lambda at: (at[0], order.index(at[1])))
    rest = [phase for _, phase in phases[len(passes) :]]
    assert rest == sorted(rest, key=order.index)
    for k, step in enumerate(trace):
        example = f", example {step.example + 1}" if step.example is not None else ""
        subject = f", {step.subject}" if step.subject else ""
        phase = "after the update" if step.phase == "after" else step.phase
        assert step.title == f"[{k + 1}/{len(trace)}] {phase}{example}{subject}: {step.kind}"
        assert str(step).startswith(step.title[:60])
        assert step.equation


def test_a_step_is_written_out_in_full():
    net = ng.Network.dense([2, 1], "sigmoid", initializer="ones")
    net.edge("x2", "o1").weight = -0.5
    trace = net.trace([1.0, 4.0], [1.0], learning_rate=0.5)
    assert str(trace[0]) == (
        "[1/14] forward, o1: weighted sum\n"
        "    z(o1) = w(x1->o1) * a(x1) + w(x2->o1) * a(x2) + b(o1)\n"
        "          = 1 * 1 + (-0.5) * 4 + 0\n"
        "          = -1"
    )
    assert str(trace[5]) == (
        "[6/14] backward, o1: delta\n"
        "    delta(o1) = dC/da(o1) * sigmoid'(z(o1)) = dC/da(o1) * (a(o1) * (1 - a(o1)))\n"
        "              = (-0.7311) * (0.2689 * (1 - 0.2689))\n"
        "              = -0.1437"
    )


def test_the_smallest_steps_carry_the_running_sum():
    _, trace = traced(skips, "term")
    products = [
        step for step in trace if step.subject == "o2" and step.kind.startswith("product") and step.phase == "forward"
    ]
    total = 0.0
    for step in products:
        total += step.result
        assert step.running == total
        assert str(step).endswith(f"\n    sum so far: {total!r}")
    assert trace[products[-1].index + 1].running is None
    assert total + trace.before["o2"].b == trace.before["o2"].z


def test_the_long_way_through_softmax_goes_by_the_whole_jacobian():
    _, trace = traced(CASES["softmax"], "term", long_way=True)
    steps = [step for step in trace if step.kind.startswith("Jacobian term") and step.subject == "o2"]
    assert [step.kind for step in steps] == [f"Jacobian term {k} of 3" for k in (1, 2, 3)]
    assert [step.writes[0].owner for step in steps] == [("o1", "o2"), ("o2", "o2"), ("o3", "o2")]
    a = [net_output.a for net_output in trace.before.outputs]
    slopes = [output.a_grad for output in trace.before.outputs]
    entries = [a[0] * (0.0 - a[1]), a[1] * (1.0 - a[1]), a[2] * (0.0 - a[1])]
    assert [step.result for step in steps] == [slope * entry for slope, entry in zip(slopes, entries, strict=True)]
    assert steps[-1].running == trace.before["o2"].delta
    assert [step.symbols for step in steps] == [
        "dC/da(o1) * (a(o1) * (0 - a(o2)))",
        "dC/da(o2) * (a(o2) * (1 - a(o2)))",
        "dC/da(o3) * (a(o3) * (0 - a(o2)))",
    ]


def test_the_short_way_is_taken_where_it_holds_and_says_so():
    _, trace = traced(CASES["softmax"])
    notes = [line.note for step in trace for line in step.lines if line.left.key == Quantity("delta", "o2")]
    assert notes == ["the short way: cross_entropy after softmax, dC/da and slope cancel to this"]
    _, trace = traced(speaking_output)
    notes = {line.left.key.owner: line.note for step in trace for line in step.lines if line.left.key.kind == "delta"}
    cancelled = "the short way: binary_cross_entropy after sigmoid, dC/da and slope cancel to this"
    assert notes["o1"] == f"{cancelled}, and what its edges brought back goes through the slope"
    assert notes["o2"] == cancelled


def test_the_error_of_an_output_that_feeds_others_is_not_called_dC_da_on_the_short_way():
    _, trace = traced(speaking_output)
    assert trace.before["o1"].a_grad is None
    steps = [step for step in trace if step.subject == "o1" and step.phase == "backward"]
    assert steps[0].symbols == "from edges(o1) = w(o1->h) * delta(h)"
    assert steps[1].symbols == (
        "delta(o1) = a(o1) - y(o1) + from edges(o1) * sigmoid'(z(o1)) = "
        "a(o1) - y(o1) + from edges(o1) * (a(o1) * (1 - a(o1)))"
    )


@every_case
@both_ways
def test_every_gradient_line_has_a_check_and_it_is_right(case, long_way):
    _, trace = traced(case, "neuron", long_way)
    for step in trace:
        expected = sum(key.kind in ("delta", "grad", "bias_grad") for key in step.writes)
        assert [check.verdict for check in step.checks] == ["ok"] * expected, step.title


def test_a_check_goes_red_when_the_rule_is_wrong():
    wrong = ng.Activation("wrong", lambda z: z * z, lambda z, a: 2.1 * z, "z**2", "2.1 * z")
    net = build(["x"], [("h", wrong), ("o", "tanh")], "x->h h->o")
    verdicts = [(step.subject, check.verdict) for step in net.trace([0.5], [1.0]) for check in step.checks]
    assert ("o", "wrong") not in verdicts
    assert ("h", "wrong") in verdicts


# The batch and the outcome.


def test_a_batch_is_told_as_contributions_their_mean_and_one_update():
    _, trace = traced(CASES["batch"])
    phases = [(step.phase, step.example) for step in trace]
    assert [at for k, at in enumerate(phases) if k == 0 or phases[k - 1] != at] == [
        *((phase, e) for e in range(3) for phase in ("forward", "loss", "backward", "gradient")),
        ("mean", None), ("update", None), ("after", 0), ("after", 1), ("after", 2), ("after", None),
    ]  # fmt: skip
    mean = next(step for step in trace if step.phase == "mean" and step.subject == "o1")
    assert mean.symbols.splitlines()[0] == "dC/db(o1) = (dC_1/db(o1) + dC_2/db(o1) + dC_3/db(o1)) / 3"
    assert [step.subject for step in trace if step.phase == "update"] == ["h1", "h2", "h3", "o1"]
    loss = next(step for step in trace if step.phase == "mean" and step.kind == "mean loss")
    assert loss.symbols == "C = (C_1 + C_2 + C_3) / 3"
    assert loss.result == trace.loss_before


@every_case
def test_the_predicted_change_is_the_first_order_of_the_real_one(case):
    net, x, y, loss = case()
    trace = net.trace(x, y, loss, RATE)
    gradients = [n.bias_grad for n in computing(trace.before)] + [edge.grad for edge in trace.before.edges]
    assert trace.predicted_change == pytest.approx(-RATE * sum(g * g for g in gradients), rel=1e-12)
    assert trace.change == trace.loss_after - trace.loss_before
    assert [step.result for step in trace][-2:] == [trace.predicted_change, trace.change]
    small = net.trace(x, y, loss, 1e-6)
    assert small.change == pytest.approx(small.predicted_change, rel=1e-3)


# Digits, fractions, LaTeX, names.


def test_numbers_are_written_as_the_caller_asks():
    net = ng.Network.dense([2, 1], "identity", initializer="ones")
    net.edge("x1", "o1").weight = 1 / 3
    net.edge("x2", "o1").weight = -2 / 7
    trace = net.trace([1.5, 1.0], [0.0], digits=3)
    assert trace[0].numbers == "0.333 * 1.5 + (-0.286) * 1 + 0"
    assert trace.written(digits=1)[0].numbers == "0.33 * 1.5 + (-0.29) * 1 + 0"  # 0.3 * 1.5 - 0.3 is not 0.2
    assert trace.written(digits=None)[0].numbers == f"{1 / 3!r} * 1.5 + ({-2 / 7!r}) * 1.0 + 0.0"
    assert trace.written(fractions=True)[0].numbers == "(1/3) * (3/2) + (-2/7) * 1 + 0"
    assert net.trace([1.5, 1.0], [0.0], fractions=True)[0].numbers == trace.written(fractions=True)[0].numbers
    assert trace.written(digits=None)[0].result == trace[0].result


def test_a_long_sum_is_shortened_in_the_middle_and_only_there():
    net = ng.Network.dense([20, 1], "identity", initializer="ones")
    trace = net.trace([1.0] * 20, [0.0])
    assert trace[0].symbols.count("w(") == 8 - 1
    assert "... (13 more) ..." in trace[0].symbols
    assert trace.written(terms=None)[0].symbols.count("w(") == 20
    assert len(trace[0].reads) == 20 + 20 + 1


def unbalanced(latex: str) -> str:
    """Say what does not close in a line of LaTeX."""
    bare = re.sub(r"\\[{}\\]", "", latex)
    depth = 0
    for character in bare:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return f"a brace closes that never opened: {latex}"
    left, right = latex.count(r"\left"), latex.count(r"\right")
    begun, ended = latex.count(r"\begin{"), latex.count(r"\end{")
    return "" if depth == 0 and left == right and begun == ended else f"left open: {latex}"


ODD_NAMES = [
    "<b>",
    "a\nb",
    "n" * 200,
    "🧠",
    "x1->h1",
    "$_&%",
    "{",
    "}}",
    "\\frac{",
    "a b",
    "#^~",
    "\x1b[2J",
    "ö",
    "a_1_2",
]


def oddly_named() -> ng.Network:
    net = ng.Network()
    net.add_input("x1")
    net.add_output("\u202eo", "sigmoid")
    for k, name in enumerate(ODD_NAMES):
        net.add_neuron(name, ("tanh", "gelu", "relu")[k % 3], bias=0.1)
        net.connect("x1", name, 0.5)
        net.connect(name, "\u202eo", 0.25)
    return net


@pytest.mark.parametrize("style", [{}, {"fractions": True}, {"digits": None, "terms": None}], ids=str)
@pytest.mark.parametrize(
    "case", [*CASES.values(), lambda: (oddly_named(), [-3e-9], [1.0], "squared_error")], ids=[*CASES, "odd names"]
)
def test_the_latex_is_balanced(case, style):
    net, x, y, loss = case()
    for unit in ("term", "neuron"):
        for step in net.trace(x, y, loss, RATE, unit=unit, long_way=True).written(**style):
            for latex in (step.symbols_latex, step.numbers_latex, step.result_latex):
                assert unbalanced(latex) == ""
                assert latex.count("\n") == len(step.lines) - 1
                assert all(character.isprintable() for character in latex.replace("\n", ""))


def test_any_name_stays_on_one_line_and_shows_no_control_character():
    net = oddly_named()
    trace = net.trace([0.5], [1.0], unit="phase")
    for unit in UNITS:
        for step in trace.at(unit):
            assert step.symbols.count("\n") == step.numbers.count("\n") == len(step.lines) - 1
            assert str(step).replace("\n", "").isprintable()
    weighted = next(step for step in trace.at("neuron") if step.subject == "a\nb")
    assert str(weighted).splitlines()[0].endswith("forward, a\\nb: weighted sum")
    assert str(weighted).splitlines()[1] == "    z(a\\nb) = w(x1->a\\nb) * a(x1) + b(a\\nb)"


# A trace is a sequence, and costs little.


def test_a_sign_in_a_name_does_not_move_the_margin():
    net = ng.Network()
    net.add_input("x")
    net.add_output("o = p", "tanh")
    net.connect("x", "o = p", 0.5)
    first, second, third = str(net.trace([2.0], [1.0])[0]).splitlines()[1:]
    assert first == "    z(o = p) = w(x->o = p) * a(x) + b(o = p)"
    assert (second, third) == (f"{' ' * 13}= 0.5 * 2 + 0", f"{' ' * 13}= 1")


def test_a_trace_is_a_sequence():
    _, trace = traced(skips)
    assert len(list(trace)) == len(trace)
    assert trace[-1].index == len(trace) - 1
    assert [step.index for step in trace[2:8:3]] == [2, 5]
    assert trace[0] == trace[0]
    assert trace.at("phase").at("neuron")[3].title == trace[3].title
    assert str(trace.at("layer")) == "\n\n".join(map(str, trace.at("layer")))


def test_a_long_trace_is_printed_by_its_ends():
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=1)
    trace = net.trace([5.1, 3.5, 1.4, 0.2], [1.0, 0.0, 0.0], "cross_entropy")
    blocks = str(trace).split("\n\n")
    assert len(trace) == 71
    assert blocks[:6] == list(map(str, trace[:6]))
    assert blocks[6] == "... (61 more steps; for step in trace: print(step) shows all)"
    assert blocks[7:] == list(map(str, trace[-4:]))


def test_a_long_trace_is_counted_without_being_built_and_read_in_little_memory():
    net = ng.Network.dense([300, 20, 10], ["sigmoid", "softmax"], seed=1)
    tracemalloc.start()
    try:
        trace = net.trace([0.5] * 300, [1.0] + [0.0] * 9, "cross_entropy")
        held = tracemalloc.get_traced_memory()[0]
        assert len(trace.at("term")) == 25274
        assert tracemalloc.get_traced_memory()[0] < held + 1e6
        for k in range(0, len(trace), 3):
            trace[k].result  # noqa: B018  # building it is what is measured
        assert tracemalloc.get_traced_memory()[1] < 18e6
    finally:
        tracemalloc.stop()


def test_no_step_of_a_batch_names_a_neuron_that_is_not_there():
    net = ng.Network.dense([2, 2, 1], "tanh", seed=0)
    trace = net.trace([[0.0, 1.0], [1.0, 0.5]], [[1.0], [0.0]])
    for unit in ("term", "neuron", "layer", "phase"):
        named = {name for step in trace.at(unit) for name in step.neurons}
        assert named == {neuron.name for neuron in net}, unit


@pytest.mark.parametrize("top", [5.0, 20.0, 30.0, 34.0, 40.0])
def test_a_loss_term_is_told_by_the_line_that_comes_out_nearest(top):
    net = ng.Network.dense([1, 3], "softmax", initializer="zeros")
    for name, bias in zip(("o1", "o2", "o3"), (top, 0.0, -5.0), strict=True):
        net[name].bias = bias
    trace = net.trace([1.0], [0.0, 0.0, 1.0], "binary_cross_entropy")
    for step in trace:
        if step.kind == "loss term" and step.phase == "loss":
            (line,) = step.lines
            told = evaluate(line.work.formula)
            assert told == pytest.approx(line.left.value, rel=1e-9, abs=2e-16), step
            assert ("from z" in line.note) == (step.subject == "o1" and top > 15.0)
