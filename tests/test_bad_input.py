"""Bad input: whatever is given, the error is a NeurographError that teaches, and the network is what it was before."""

from __future__ import annotations

import array
import builtins
import collections
import decimal
import fractions
import math
import re

import numpy as np
import pytest

import neurograph as ng
from neurograph.errors import NeurographError

NAN, INF, HUGE = math.nan, math.inf, 10**400


def small() -> ng.Network:
    """x1, x2 -> h1 -> o1, with an edge x2->o1 that skips; a step has been computed."""
    net = ng.Network()
    net.add_input("x1")
    net.add_input("x2")
    net.add_neuron("h1", "tanh", bias=0.1)
    net.add_output("o1", "sigmoid")
    for source, target, weight in (("x1", "h1", 0.5), ("x2", "h1", -0.3), ("h1", "o1", 0.8), ("x2", "o1", 0.2)):
        net.connect(source, target, weight)
    return ready(net)


def ready(net: ng.Network) -> ng.Network:
    net.forward([0.5] * len(net.inputs))
    net.backward([1.0] + [0.0] * (len(net.outputs) - 1))
    return net


def chain(*activations, weight=0.5) -> ng.Network:
    """x -> h1 -> h2 -> ... -> o, one activation each."""
    net = ng.Network()
    before = net.add_input("x")
    for k, activation in enumerate(activations[:-1], start=1):
        neuron = net.add_neuron(f"h{k}", activation)
        net.connect(before, neuron, weight)
        before = neuron
    net.add_output("o", activations[-1])
    net.connect(before, "o", weight)
    return net


def outputs(*activations) -> ng.Network:
    """One input x, and an output for each activation: o1, o2, ..."""
    net = ng.Network()
    net.add_input("x")
    for k, activation in enumerate(activations, start=1):
        net.connect("x", net.add_output(f"o{k}", activation), 0.5)
    return ready(net)


def gated() -> ng.Network:
    net = chain("tanh", "tanh", "identity")
    for name in ("s1", "s2"):
        net.add_neuron(name, "softmax", group="gate")
    net.connect("x", "s1", 1.0)
    net.connect("s2", "h2", 1.0)
    return ready(net)


def everything(net: ng.Network) -> str:
    """All slots of all objects, all orders and links, to the last bit: floats are written in full."""
    graph = [(one.name, two.name, id(data["edge"])) for one, two, data in net.graph.edges(data=True)]
    groups = [(name, [member.name for member in group.members]) for name, group in net.groups.items()]
    objects = [(id(n), [id(edge) for edge in (*n.incoming, *n.outgoing)]) for n in net.graph]
    return repr((net.__getstate__(), graph, groups, objects, [n.name for n in net.neurons]))


def refusal(net: ng.Network, act) -> NeurographError:
    """Let the act fail, and hold that nothing in the network has changed."""
    before = everything(net)
    with pytest.raises(NeurographError) as caught:
        act(net)
    assert everything(net) == before
    assert "\n" not in str(caught.value)
    return caught.value


# Numbers.

NOT_FINITE = ", expected a finite number. NaN and infinity are refused on the way in."
NOT_ONE = ", expected one finite number (an int or a float)."
TOO_BIG = ", expected a number that fits a float (at most about 1.8e308)."

BAD_NUMBERS = {
    "nan": (NAN, ValueError, "got nan" + NOT_FINITE),
    "inf": (INF, ValueError, "got inf" + NOT_FINITE),
    "-inf": (-INF, ValueError, "got -inf" + NOT_FINITE),
    "float32 nan": (np.float32("nan"), ValueError, "got np.float32(nan) (a float32)" + NOT_FINITE),
    "decimal infinity": (decimal.Decimal("-Infinity"), ValueError, "got Decimal('-Infinity') (a Decimal)" + NOT_FINITE),
    "large decimal": (decimal.Decimal("1e400"), ValueError, "got Decimal('1E+400') (a Decimal)" + NOT_FINITE),
    "signalling nan": (decimal.Decimal("sNaN"), TypeError, "got Decimal('sNaN') (a Decimal)" + NOT_ONE),
    "10**400": (HUGE, ValueError, "got 100000000000000000...0000000000000000000" + TOO_BIG),
    "10**5000": (10**5000, ValueError, "got <int too long to write>" + TOO_BIG),
    "fraction": (fractions.Fraction(HUGE), ValueError, "got Fraction(1000...0000000000, 1) (a Fraction)" + TOO_BIG),
    "text": ("0.5", TypeError, "got '0.5' (a str)" + NOT_ONE),
    "bytes": (b"0", TypeError, "got b'0' (a bytes)" + NOT_ONE),
    "None": (None, TypeError, "got None" + NOT_ONE),
    "bool": (True, TypeError, "got True (a bool)" + NOT_ONE),
    "numpy bool": (np.False_, TypeError, "got np.False_ (a bool)" + NOT_ONE),
    "complex": (1j, TypeError, "got 1j (a complex)" + NOT_ONE),
    "numpy complex": (np.complex128(1), TypeError, "got np.complex128(1+0j) (a complex128)" + NOT_ONE),
    "dict": ({"w": 1.0}, TypeError, "got {'w': 1.0} (a dict)" + NOT_ONE),
    "set": ({1.0}, TypeError, "got {1.0} (a set)" + NOT_ONE),
    "date": (np.datetime64("2020-01-01"), TypeError, "got np.datetime64('2020-01-01') (a datetime64)" + NOT_ONE),
}  # fmt: skip
BAD_SEQUENCES = {
    "list": ([1.0], TypeError, "got [1.0] (a list)" + NOT_ONE),
    "array": (np.array([1.0]), TypeError, "got array([1.]) (a ndarray)" + NOT_ONE),
}
A_NUMBER_FOR = {
    "connect": ("connect(x1 -> o1), weight", lambda net, value: net.connect("x1", "o1", value)),
    "weight": ("edge x1->h1, weight", lambda net, value: setattr(net.edge("x1", "h1"), "weight", value)),
    "bias": ("neuron h1, bias", lambda net, value: setattr(net["h1"], "bias", value)),
    "add_neuron": ("neuron h2, bias", lambda net, value: net.add_neuron("h2", "tanh", bias=value)),
    "add_output": ("neuron o2, bias", lambda net, value: net.add_output("o2", "softmax", value)),
    "update": ("update, learning_rate", lambda net, value: net.update(value)),
    "trace": ("trace, learning_rate", lambda net, value: net.trace([1, 2], [0], learning_rate=value)),
}
IN_A_ROW = {
    "forward": ("x[1] (for x2)", lambda net, value: net.forward([1, value])),
    "backward": ("y[0] (for o1)", lambda net, value: net.backward([value])),
    "trace, x": ("x[1] (for x2)", lambda net, value: net.trace([1, value], [0])),
    "trace, batch": ("x[1][0] (for x1)", lambda net, value: net.trace([[1, 2], [value, 3]], [[0], [1]])),
}


@pytest.mark.parametrize(("where", "act"), A_NUMBER_FOR.values(), ids=A_NUMBER_FOR)
@pytest.mark.parametrize(
    ("value", "kind", "told"), (BAD_NUMBERS | BAD_SEQUENCES).values(), ids=BAD_NUMBERS | BAD_SEQUENCES
)
def test_what_is_not_a_number_is_refused_wherever_one_is_given(value, kind, told, where, act):
    if value is None and where == "trace, learning_rate":
        return  # as if it had been left out
    error = refusal(small(), lambda net: act(net, value))
    assert isinstance(error, kind)
    assert str(error) == f"{where}: {told}"


@pytest.mark.parametrize(("where", "act"), IN_A_ROW.values(), ids=IN_A_ROW)
@pytest.mark.parametrize(("value", "kind", "told"), BAD_NUMBERS.values(), ids=BAD_NUMBERS)
def test_what_is_not_a_number_is_refused_in_every_row(value, kind, told, where, act):
    if isinstance(value, (bool, np.bool_)):
        return  # in a row it is 0 or 1
    error = refusal(small(), lambda net: act(net, value))
    assert isinstance(error, kind)
    assert str(error) == f"{where}: {told}"


GOOD_ROWS = {
    "ints": [1, -2],
    "tuple": (1.0, -2.0),
    "range": range(1, -3, -3),
    "fractions": [fractions.Fraction(1), fractions.Fraction(-4, 2)],
    "decimals": [decimal.Decimal("1.0"), decimal.Decimal(-2)],
    "deque": collections.deque([1.0, -2.0]),
    "array.array": array.array("d", [1.0, -2.0]),
    "memoryview": memoryview(array.array("d", [1.0, -2.0])),
    "float64 array": np.array([1.0, -2.0]),
    "float32 array": np.array([1.0, -2.0], dtype=np.float32),
    "int8 array": np.array([1, -2], dtype=np.int8),
    "sliced array": np.array([[1.0, 9.0], [-2.0, 9.0]])[:, 0],
    "numpy scalars": [np.float32(1), np.int64(-2)],
    "arrays without dimension": [np.array(1.0), np.array(-2)],
}


def equal_to_plain_floats(row):
    net, plain = small(), small()
    assert net.forward(row) == plain.forward([1.0, -2.0])
    assert net["x2"].a == -2.0
    assert all(type(neuron.a) is float for neuron in net)
    assert list(map(str, net.trace(row, [0.5]))) == list(map(str, plain.trace([1.0, -2.0], [0.5])))


@pytest.mark.parametrize("row", GOOD_ROWS.values(), ids=GOOD_ROWS)
def test_every_row_of_real_numbers_is_taken_as_floats(row):
    equal_to_plain_floats(row)


def test_tensors_are_taken_as_floats():
    torch = pytest.importorskip("torch")
    equal_to_plain_floats(torch.tensor([1.0, -2.0], requires_grad=True))
    equal_to_plain_floats([torch.tensor(1), torch.tensor(-2.0, dtype=torch.float32)])
    net = small()
    net["h1"].bias = torch.tensor(0.25)
    assert type(net["h1"].bias) is float
    assert "expected one finite number" in str(refusal(net, lambda net: net.forward(torch.ones(2, 2))))


@pytest.mark.parametrize(
    "value", [1, np.float32(1), np.int64(1), fractions.Fraction(1), decimal.Decimal(1), np.array(1)], ids=repr
)
def test_every_real_number_is_a_weight_and_a_bias(value):
    net = small()
    net.edge("x1", "h1").weight = net["h1"].bias = value
    edge = net.connect("x1", "o1", value)
    neuron = net.add_neuron("h2", "tanh", bias=value)
    given = (net.edge("x1", "h1").weight, net["h1"].bias, edge.weight, neuron.bias)
    assert given == (1.0,) * 4
    assert {type(number) for number in given} == {float}


def test_a_batch_may_be_an_array():
    net = small()
    rows, targets = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0], [1.0]])
    assert list(map(str, net.trace(rows, targets))) == list(map(str, net.trace(rows.tolist(), list(targets))))


# Networks and rules to go wrong with.


def forwarded(net, x):
    net.forward(x)
    return net


def backwarded(net, x, y):
    forwarded(net, x).backward(y)
    return net


def weighted(net, *weights):
    for edge, weight in zip(net.edges, weights, strict=True):
        edge.weight = weight
    return net


def biased(net, name, bias):
    net[name].bias = bias
    return net


def edited():
    net = small()
    net.disconnect("x2", "o1")
    return net


def without_gradients():
    net = small()
    net.zero_grad()
    return net


def hidden_among_outputs():
    net = outputs("softmax", "softmax")
    net.connect("x", net.add_neuron("h", "softmax", group="outputs"), 1.0)
    return ready(net)


def half(*parts):
    net = ng.Network()
    if "input" in parts:
        net.add_input("x1")
    if "output" in parts:
        net.add_output("o1", "tanh")
    return net


def giving(value):
    return lambda *args: value


ONE = giving(1.0)


def failing(*args):
    return {}["k"]


def mine(value=lambda z: z, slope=ONE):
    return ng.Activation("mine", value, slope, "z", "1")


def my_loss(value=ONE, slope=ONE):
    return ng.Loss("mine", value, slope, "a", "1")


def my_group(values=list, partial=ONE):
    """x -> s1, s2 -> o, where s1 and s2 share a joint activation."""
    rule = ng.JointActivation("mine", values, partial, "z", "1")
    net = ng.Network()
    net.add_input("x")
    net.add_output("o", "identity")
    for name in ("s1", "s2"):
        net.connect("x", net.add_neuron(name, rule, group="gate"), 1.0)
        net.connect(name, "o", 1.0)
    return net


MEAN = ng.JointActivation("mean", lambda z: [sum(z) / len(z)] * len(z), lambda z, a, k, j: 1 / len(z), "z", "1")
X, Y = [0.5, 0.5], [1.0]

# What is said, word for word; "..." stands for anything.

TABLE = r"""
given small()
  net.forward([1])
    ValueError: x: got 1 number, expected 2 numbers, one for each of x1, x2.
  net.forward([1, 2, 3])
    ValueError: x: got 3 numbers, expected 2 numbers, one for each of x1, x2.
  net.forward([])
    ValueError: x: got 0 numbers, expected 2 numbers, one for each of x1, x2.
  net.forward("12")
    TypeError: x: got '12' (a str), expected a list of numbers.
  net.forward(b"12")
    TypeError: x: got b'12' (a bytes), expected a list of numbers.
  net.forward(None)
    TypeError: x: got None, expected a list of numbers.
  net.forward(5)
    TypeError: x: got 5, expected a list of numbers.
  net.forward({1, 2})
    TypeError: x: got {1, 2} (a set), expected a list of numbers.
  net.forward({"x1": 1, "x2": 2})
    TypeError: x: got {'x1': 1, 'x2': 2} (a dict), expected a list of numbers. Give lists, or a data frame, whose
    columns are found by their names.
  net.forward(v for v in (1, 2))
    TypeError: x: got <generator ...> (a generator), expected a list of numbers. Give list(...) of it.
  net.forward(map(float, (1, 2)))
    TypeError: x: got <map ...> (a map), expected a list of numbers. Give list(...) of it.
  net.forward([[1, 2]])
    TypeError: x[0]: got [1, 2] (a list), expected one finite number. Give one row of numbers here.
  net.forward([1, [2]])
    TypeError: x[1] (for x2): got [2] (a list), expected one finite number (an int or a float).
  net.forward(np.ones((2, 2)))
    TypeError: x[0]: got [1.0, 1.0] (a list), expected one finite number. Give one row of numbers here.
  net.forward(np.ones((2, 1)))
    TypeError: x[0]: got [1.0] (a list), expected one finite number. Give one row of numbers here.
  net.forward(np.array(1.0))
    TypeError: x: got array(1.) (a ndarray), expected a list of numbers.
  net.forward(np.array([1, "2"]))
    TypeError: x[0] (for x1): got '1' (a str), expected one finite number (an int or a float).
  net.forward(np.array([None, 1]))
    TypeError: x[0] (for x1): got None, expected one finite number (an int or a float).
  net.backward([1, 2])
    ValueError: y: got 2 numbers, expected 1 number, for o1.
  net.backward(1.0)
    TypeError: y: got 1.0, expected a list of numbers.
  net.backward([[1]])
    TypeError: y[0]: got [1] (a list), expected one finite number. Give one row of numbers here.
given ng.Network.dense([9, 1], "tanh")
  net.forward([1])
    ValueError: x: got 1 number, expected 9 numbers, one for each of x1, x2, x3, x4, x5, x6, ....

given chain("tanh", "tanh", "tanh", "tanh")
  net.connect("h3", "h1", 1)
    ValueError: connect(h3 -> h1) would close a cycle: h3 -> h1 -> h2 -> h3. Leave one of its edges out.
given gated()
  net.connect("h2", "s1", 1)
    ValueError: connect(h2 -> s1) would close a cycle: h2 -> s1 -> [group 'gate'] -> s2 -> h2. Leave one of its edges
    out.
given small()
  net.connect("o1", "h1", 1)
    ValueError: connect(o1 -> h1) would close a cycle: o1 -> h1 -> o1. Leave one of its edges out.
  net.connect("h1", "h1", 1)
    ValueError: connect(h1 -> h1) would close a cycle: h1 -> h1. Leave one of its edges out.
  net.connect("h1", "x1", 1)
    ValueError: connect(h1 -> x1): x1 is an input and takes no edges. Connect into a hidden or output neuron.
  net.connect("x1", "h1", 2)
    ValueError: connect(x1 -> h1): the two are connected already. Set net.edge('x1', 'h1').weight.
  net.connect("h9", "o1", 1)
    KeyError: no neuron named 'h9'. Known: x1, x2, h1, o1.
  net.connect("x1", "outt", 1)
    KeyError: no neuron named 'outt'. Known: x1, x2, h1, o1.
  net.connect(small()["x1"], "o1", 1)
    KeyError: neuron x1: it was removed, or belongs to another network. Use net['x1'].
  net.remove(gated()["h2"])
    KeyError: neuron h2: it was removed, or belongs to another network. Known: x1, x2, h1, o1.
  net.connect(3, "o1", 1)
    TypeError: neuron: got 3, expected a name, or a Neuron of this network.
  net.remove(None)
    TypeError: neuron: got None, expected a name, or a Neuron of this network.
  net.remove("h9")
    KeyError: no neuron named 'h9'. Known: x1, x2, h1, o1.
  net["H1"]
    KeyError: no neuron named 'H1'. Did you mean 'h1'? Known: x1, x2, h1, o1.
  net.edge("x1", "o1")
    KeyError: no edge x1->o1. Did you mean 'x2->o1'? Known: x1->h1, h1->o1, x2->o1.
  net.disconnect("h1", "x1")
    KeyError: no edge h1->x1. Did you mean 'h1->o1'? Known: h1->o1.
  net.add_input("h1")
    ValueError: add_input: a neuron named 'h1' exists already. Give this one another name.
  net.add_neuron("h1", "tanh")
    ValueError: add_neuron: a neuron named 'h1' exists already. Give this one another name.
  net.add_input("")
    ValueError: add_input, name: got '' (a str), expected a name that is not empty.
  net.add_output(" \t", "tanh")
    ValueError: add_output, name: got ' \t' (a str), expected a name that is not empty.
  net.add_neuron(None, "tanh")
    TypeError: add_neuron, name: got None, expected a name as text.
  net.add_neuron("h2", "sigmoyd")
    KeyError: unknown activation 'sigmoyd'. Did you mean 'sigmoid'? Known: identity, ...
  net.add_neuron("h2", "ReLU")
    KeyError: unknown activation 'ReLU'. Did you mean 'relu'? Known: identity, ...
  net.add_output("o2", "")
    KeyError: unknown activation ''. Known: identity, ...
  net.add_neuron("h2", math.tanh)
    TypeError: activation: got <built-in function tanh> (...), expected the name of one, or a record of type Activation.
  net.add_neuron("h2", "tanh", group="g")
    ValueError: neuron h2: tanh works on one neuron, so group='g' has no use. Leave group out.
  net.add_output("o2", "tanh", group="g")
    ValueError: neuron o2: tanh works on one neuron, so group='g' has no use. Leave group out.
  net.add_neuron("h2", "softmax")
    ValueError: neuron h2: softmax works on a group. Name it, as in group='attention'.
  net.add_output("o2", "softmax", group="")
    ValueError: neuron o2, group: got '' (a str), expected a name that is not empty.
  net.add_output("o2", "softmax", group=3)
    TypeError: neuron o2, group: got 3, expected the group's name as text.
  net["x1"].bias = 1.0
    ValueError: neuron x1: an input has no bias. Set the bias of a hidden or output neuron.
given gated()
  net.add_neuron("s3", MEAN, group="gate")
    ValueError: neuron s3: group 'gate' is softmax, not mean. Name another group.

given half("output")
  net.forward([])
    ValueError: network: it has no input neuron. Add one with add_input("x1").
given half("input")
  net.forward([1])
    ValueError: network: it has no output neuron. Add one with add_output("o1", "sigmoid").
  net.backward([1])
    ValueError: network: it has no output neuron. Add one with add_output("o1", "sigmoid").
given half("input", "output")
  net.forward([1])
    ValueError: output o1: no input reaches it. Connect it, or remove it.
  net.trace([1], [1])
    ValueError: output o1: no input reaches it. Connect it, or remove it.
  net.check()
    ValueError: output o1: no input reaches it. Connect it, or remove it.
given chain("tanh")
  net.backward([1])
    RuntimeError: backward: no forward pass has been run since the network changed. Call forward(x) first.
given edited()
  net.backward([1])
    RuntimeError: backward: no forward pass has been run since the network changed. Call forward(x) first.
  net.update(0.1)
    RuntimeError: update: there are no gradients. Call forward(x) and backward(y) first.
given forwarded(chain("tanh"), [1])
  net.update(0.1)
    RuntimeError: update: there are no gradients. Call forward(x) and backward(y) first.
given without_gradients()
  net.update(0.1)
    RuntimeError: update: there are no gradients. Call forward(x) and backward(y) first.

given outputs("sigmoid")
  net.backward([1.5], "binary_cross_entropy")
    ValueError: y (for o1) under binary_cross_entropy: got 1.5, expected a target in [0, 1].
  net.trace([[1], [1]], [[1], [-0.5]], "binary_cross_entropy")
    ValueError: y (for o1) under binary_cross_entropy: got -0.5, expected a target in [0, 1].
given outputs("softmax", "softmax")
  net.backward([1.5, -0.5], "cross_entropy")
    ValueError: y (for o1) under cross_entropy: got 1.5, expected a target in [0, 1].
  net.backward([1, 1], "cross_entropy")
    ValueError: y under cross_entropy: the targets of group 'outputs' add up to 2, expected 1. Give a 1 for the right
    class and 0 for the others, or probabilities, each divided by their sum.
  net.trace([1], [0, 0], "cross_entropy")
    ValueError: y under cross_entropy: the targets of group 'outputs' add up to 0, expected 1. Give a 1 for the right
    class and 0 for the others, or probabilities, each divided by their sum.
given outputs("softmax", "sigmoid")
  net.backward([1, 0], "cross_entropy")
    ValueError: loss cross_entropy: output o2 is sigmoid, expected softmax, whose outputs add up to 1. Use softmax
    outputs, or binary_cross_entropy with sigmoid.
given hidden_among_outputs()
  net.backward([1, 0], "cross_entropy")
    ValueError: loss cross_entropy: the group of output o1 holds a hidden neuron. Give the outputs a group of their own.
given outputs("identity")
  net.backward([1], "binary_cross_entropy")
    ValueError: loss binary_cross_entropy: output o1 is identity, which can leave [0, 1], where the loss has no value.
    Use sigmoid there, or another loss.
given outputs("tanh")
  net.trace([1], [1], "binary_cross_entropy")
    ValueError: loss binary_cross_entropy: output o1 is tanh, which can leave [0, 1], where the loss has no value. Use
    sigmoid there, or another loss.
given outputs("relu")
  net.schedule("binary_cross_entropy")
    ValueError: loss binary_cross_entropy: output o1 is relu, which can leave [0, 1], where the loss has no value. Use
    sigmoid there, or another loss.
given small()
  net.backward(Y, "square_error")
    KeyError: unknown loss 'square_error'. Did you mean 'squared_error'? Known: squared_error, ...
  net.backward(Y, None)
    TypeError: loss: got None, expected the name of one, or a record of type Loss.

given weighted(ready(chain("identity", "identity", "identity")), 1e150, 1e150, 1.0)
  net.forward([1e100])
    ArithmeticError: neuron h2: the sum z became inf at edge h1->h2 (w = 1e+150, a = 1e+250). SMALLER
  net.trace([1e100], [0])
    ArithmeticError: neuron h2: the sum z became inf at edge h1->h2 (w = 1e+150, a = 1e+250). SMALLER
given biased(ready(chain("identity", "identity", weight=1.0)), "h1", 1e308)
  net.forward([1e308])
    ArithmeticError: neuron h1: the sum z is inf with the bias 1e+308 added. SMALLER
given chain("identity", mine(math.sin), "tanh", weight=1e200)
  net.forward([1e200])
    ArithmeticError: neuron h1: the sum z became inf at edge x->h1 (w = 1e+200, a = 1e+200). SMALLER
given forwarded(weighted(outputs("identity"), 1e160), [1])
  net.backward([0])
    ArithmeticError: output o1: the loss term is inf, with a = 1e+160 and y = 0. LOSS
given forwarded(weighted(outputs("identity", "identity"), 1.7e154, 1.7e154), [1])
  net.backward([0, 0])
    ArithmeticError: loss squared_error: the sum of its terms is inf. SMALLER
  net.trace([1], [0, 0])
    ArithmeticError: loss squared_error: the sum of its terms is inf. SMALLER
given forwarded(weighted(ready(chain("identity", "identity", "identity")), 1e-300, 1e200, 1e200), [1e-3])
  net.backward([0])
    ArithmeticError: neuron h1: delta is inf, with dC/da = inf. SMALLER
given forwarded(weighted(ready(chain("identity", "identity")), 1e-150, 1e140), [1e150])
  net.backward([0])
    ArithmeticError: edge x->h1: dC/dw = a * delta = 1e+150 * 1e+280 is inf. SMALLER
  net.trace([1e150], [0])
    ArithmeticError: edge x->h1: dC/dw = a * delta = 1e+150 * 1e+280 is inf. SMALLER
given backwarded(outputs("identity"), [1e10], [0])
  net.update(1e293)
    ArithmeticError: edge x->o1: the update would make its weight -inf. Take a smaller learning rate than 1e+293.
given backwarded(outputs("identity"), [0.0], [-1e10])
  net.update(1e305)
    ArithmeticError: neuron o1: the update would make its bias -inf. Take a smaller learning rate than 1e+305.

given chain(mine(failing), "tanh")
  net.forward([1])
    ArithmeticError: neuron h1: mine(0.5) failed (KeyError: 'k'). RULE
given chain(mine(lambda z: 1 / 0), "tanh")
  net.trace([1], [0])
    ArithmeticError: neuron h1: mine(0.5) failed (ZeroDivisionError: division by zero). RULE
given chain(mine(giving(NAN)), "tanh")
  net.forward([1])
    ArithmeticError: neuron h1: mine(0.5) is nan. SMALLER
given chain(mine(giving("abc")), "tanh")
  net.forward([1])
    ArithmeticError: neuron h1: mine(0.5) is 'abc' (a str). RULE
given chain(mine(giving(None)), "tanh")
  net.forward([1])
    ArithmeticError: neuron h1: mine(0.5) is None. RULE
given chain(mine(giving(1j)), "tanh")
  net.forward([1])
    ArithmeticError: neuron h1: mine(0.5) is 1j (a complex). RULE
given chain(mine(giving(np.ones(2))), "tanh")
  net.forward([1])
    ArithmeticError: neuron h1: mine(0.5) is array([1., 1.]) (a ndarray). RULE
given chain("tanh", mine(giving(decimal.Decimal(1))))
  net.forward([1])
    ArithmeticError: neuron o: mine(0.231059) is Decimal('1') (a Decimal). RULE
given forwarded(chain("tanh", mine(slope=failing), "identity"), [0])
  net.backward([1])
    ArithmeticError: neuron h2: the slope of mine at z = 0.0, with dC/da = -0.5, failed (KeyError: 'k'). RULE
given forwarded(chain("tanh", mine(slope=giving(NAN)), "identity"), [0])
  net.backward([1])
    ArithmeticError: neuron h2: the slope of mine at z = 0 is nan. RULE
given forwarded(chain("tanh", mine(slope=giving(1j)), "identity"), [0])
  net.backward([1])
    ArithmeticError: neuron h2: the slope of mine at z = 0 is 1j (a complex). RULE
given forwarded(chain("tanh", "tanh"), [0])
  net.backward([1], my_loss(failing))
    ArithmeticError: output o: the value of loss mine at a = 0.0, y = 1 failed (KeyError: 'k'). RULE
  net.backward([1], my_loss(slope=failing))
    ArithmeticError: output o: the slope of loss mine at a = 0.0, y = 1 failed (KeyError: 'k'). RULE
  net.backward([1], my_loss(giving(NAN)))
    ArithmeticError: output o: the loss term is nan, with a = 0 and y = 1. LOSS
  net.backward([1], my_loss(giving(None)))
    ArithmeticError: output o: the loss term is None, with a = 0 and y = 1. RULE
  net.trace([1], [1], my_loss(giving("abc")))
    ArithmeticError: output o: the loss term is 'abc' (a str), with a = 0.227033 and y = 1. RULE
  net.backward([1], my_loss(slope=giving("abc")))
    ArithmeticError: neuron o: dC/da is 'abc' (a str). RULE
  net.backward([1], my_loss(slope=giving(INF)))
    ArithmeticError: output o: dC/da of mine is inf, with a = 0 and y = 1. LOSS
given my_group(giving([1.0]))
  net.forward([1])
    ArithmeticError: group 'gate': mine failed (ValueError: zip() argument 2 is shorter than argument 1). RULE
given my_group(giving([1.0, NAN]))
  net.forward([1])
    ArithmeticError: neuron s2: mine(1) is nan. SMALLER
given my_group(giving(["a", "b"]))
  net.trace([1], [1])
    ArithmeticError: neuron s1: mine(1) is 'a' (a str). RULE
given forwarded(my_group(partial=giving(None)), [1])
  net.backward([1])
    ArithmeticError: group 'gate': mine failed (TypeError: ...). RULE

given small()
  ng.Network.dense([4], "tanh")
    ValueError: dense, sizes: got [4] (a list), expected at least an input and an output layer.
  ng.Network.dense([100000, 100000, 2], "tanh")
    ValueError: dense, sizes: 100000-100000-2 means 10,000,200,000 edges between 200,002 neurons, expected at most
    20,000,000 edges and 2,000,000 neurons. Take fewer neurons in each layer.
  ng.Network.dense([3000000, 1], "tanh")
    ValueError: dense, sizes: 3000000-1 means 3,000,000 edges between 3,000,001 neurons, expected at most 20,000,000
    edges and 2,000,000 neurons. Take fewer neurons in each layer.
  ng.Network.dense([10**5000, 1] + [2] * 9, "tanh")
    ValueError: dense, sizes: over 10**15-1-2-2-2-2-2-2-... means over 10**15 edges between over 10**15 neurons,
    expected at most 20,000,000 edges and 2,000,000 neurons. Take fewer neurons in each layer.
  ng.Network.dense(4, "tanh")
    TypeError: dense, sizes: got 4, expected a list of whole numbers, such as [4, 5, 3].
  ng.Network.dense("45", "tanh")
    TypeError: dense, sizes: got '45' (a str), expected a list of whole numbers, such as [4, 5, 3].
  ng.Network.dense([2, 0, 1], "tanh")
    ValueError: dense, sizes: got 0, expected a whole number of neurons from 1 up.
  ng.Network.dense([2, 1.0], "tanh")
    TypeError: dense, sizes: got 1.0, expected a whole number of neurons from 1 up.
  ng.Network.dense([2, True], "tanh")
    TypeError: dense, sizes: got True (a bool), expected a whole number of neurons from 1 up.
  ng.Network.dense([2, 3, 1], ["tanh"])
    ValueError: dense, activations: got 1, expected 2, one for each layer after the inputs, or one name for all.
  ng.Network.dense([2, 1], "tahn")
    KeyError: unknown activation 'tahn'. Did you mean 'tanh'? Known: identity, ...
  ng.Network.dense([2, 1], None)
    TypeError: activation: got None, expected the name of one, or a record of type Activation.
  ng.Network.dense([2, 1], "tanh", initializer="glorot_unifrm")
    KeyError: unknown initializer 'glorot_unifrm'. Did you mean 'glorot_uniform'? Known: zeros, ones, ...
  ng.Network.dense([2, 1], "tanh", seed=1.5)
    TypeError: dense, seed: got 1.5, expected a whole number.
  ng.Network.dense([2, 1], "tanh", seed=None)
    TypeError: dense, seed: got None, expected a whole number.
  ng.Network.dense([2, 1], "tanh", initializer=ng.Initializer("bad", giving(NAN)))
    ValueError: edge x1->o1, first weight: got nan, expected a finite number. NaN and infinity are refused on the way
    in.

given small()
  net.trace(X, Y, unit="Neurons")
    KeyError: unknown unit 'Neurons'. Did you mean 'neuron'? Known: term, neuron, layer, phase.
  net.trace(X, Y, digits=0)
    ValueError: digits: got 0, expected a whole number from 1 to 17, or None.
  net.trace(X, Y, digits=18)
    ValueError: digits: got 18, expected a whole number from 1 to 17, or None.
  net.trace(X, Y, digits=2.5)
    TypeError: digits: got 2.5, expected a whole number from 1 to 17, or None.
  net.trace(X, Y, digits=True)
    TypeError: digits: got True (a bool), expected a whole number from 1 to 17, or None.
  net.trace(X, Y).written(terms=1)
    ValueError: terms: got 1, expected a whole number from 2 up, or None.
  net.trace(X, Y).at("epoch")
    KeyError: unknown unit 'epoch'. Known: term, neuron, layer, phase.
  net.trace([1], Y)
    ValueError: x: got 1 number, expected 2 numbers, one for each of x1, x2.
  net.trace([X, X], Y)
    ValueError: x and y: got 2 rows of x and 1 of y, expected as many of each.
  net.trace(X, [Y, Y])
    ValueError: x and y: one is a single row and the other a batch. Give both as rows, or both as lists of rows.
  net.trace([X, X], [Y])
    ValueError: x and y: got 2 rows of x and 1 of y, expected as many of each.
  net.trace([], [])
    ValueError: x: got 0 numbers, expected 2 numbers, one for each of x1, x2.
  net.trace(np.zeros((0, 2)), np.zeros((0, 1)))
    ValueError: x: got 0 numbers, expected 2 numbers, one for each of x1, x2.
  net.trace([X, [3]], [Y, Y])
    ValueError: x[1]: got 1 number, expected 2 numbers, one for each of x1, x2.
  net.trace([X, 3], [Y, Y])
    TypeError: x[1]: got 3, expected a list of numbers.
  net.trace(None, Y)
    TypeError: x: got None, expected a list of numbers, or a list of such lists for a batch.
  net.trace(np.zeros((2, 2, 2)), [Y, Y])
    TypeError: x[0][0]: got [0.0, 0.0] (a list), expected one finite number. Give one row of numbers here.
  net.trace(X, Y)[22]
    IndexError: trace, step: got 22, expected a number from 0 to 21.
  net.trace(X, Y)[-23]
    ValueError: trace, step: got -23, expected a number from 0 to 21.
  net.trace(X, Y)["0"]
    TypeError: trace, step: got '0' (a str), expected a whole number.
  net.trace(X, Y)[True]
    TypeError: trace, step: got True (a bool), expected a whole number.
  net.trace(X, Y).state(22)
    IndexError: trace, step: got 22, expected a number from 0 to 21.
  net.trace(X, Y).state(0)["q", "h1"]
    KeyError: state: no quantity 'q' of 'h1'. Kinds: a, b, z, ...change.
  net.trace(X, Y).state(0)["z", "x1"]
    KeyError: state: no quantity 'z' of 'x1'. Kinds: a, b, z, ...change.
  net.trace(X, Y).state(0)["w"]
    KeyError: state: got 'w' (a str), expected a kind and an owner, as in state['z', 'h1'].
  net.trace(X, Y).state(0)["w", ["x1", "h1"]]
    KeyError: state: got ('w', ['x1', 'h1']) (a tuple), expected a kind and an owner, as in state['z', 'h1'].
"""
SHORT = {
    "SMALLER": "Make the weights, the inputs or the learning rate smaller.",
    "LOSS": "Make the weights, the inputs, the targets or the learning rate smaller, or take another loss.",
    "RULE": "A rule must take every finite number and give a float.",
}


def entries():
    """Read the table: given a network, a line of code, and what is raised (over several lines)."""
    given = code = ""
    told: list[str] = []
    for line in [*TABLE.splitlines(), "given"]:
        if not line.startswith("    ") and told:
            kind, _, message = " ".join(told).partition(": ")
            for short, full in SHORT.items():
                message = re.sub(rf"{short}$", full, message)
            yield pytest.param(given, code, kind, message, id=f"{given}: {code}")
            told = []
        if line.startswith("given"):
            given = line.removeprefix("given ")
        elif line.startswith("    "):
            told.append(line.strip())
        elif line:
            code = line.strip()


@pytest.mark.parametrize(("given", "code", "kind", "message"), list(entries()))
def test_a_mistake_is_named_and_explained_and_leaves_everything_as_it_was(given, code, kind, message):
    net = eval(given)  # noqa: S307  # the table above
    error = refusal(net, lambda net: exec(code, globals() | {"net": net}))  # noqa: S102  # the table above
    assert isinstance(error, getattr(builtins, kind))
    pattern = ".*".join(map(re.escape, message.split("...")))
    assert re.fullmatch(pattern, str(error)), f"{error}  instead of  {message}"


def test_an_interrupted_pass_leaves_everything_as_it_was():
    held = []

    def or_stop(*args):
        if held:
            raise KeyboardInterrupt
        return 1.0

    net = ready(chain("tanh", mine(or_stop, or_stop), "tanh"))
    before = everything(net)
    held.append("Ctrl-C")
    for act in (lambda: net.forward([2.0]), lambda: net.backward([3.0])):
        with pytest.raises(KeyboardInterrupt):
            act()
        assert everything(net) == before


def test_a_bad_input_can_be_caught_as_python_would_name_it_and_says_itself_plainly():
    with pytest.raises(KeyError) as caught:
        small()["h9"]
    assert str(caught.value) == "no neuron named 'h9'. Known: x1, x2, h1, o1.", "no quotes around the message"
    assert isinstance(caught.value, NeurographError)


# Names.

ODD_NAMES = ["<b>", "a\nb", "n" * 200, "🧠", "x1->h1", "$_&%", "{0}", "\x1b[2J", "x" + "\u202e", "None", "0", " h "]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_any_name_works_in_nets_traces_and_errors(name):
    net = small()
    net.add_neuron(name, "tanh", bias=0.25)
    net.connect("x1", name, 0.5)
    net.connect(name, "o1", -0.5)
    net.check()
    assert net[name].name == name
    trace = ready(net).copy().trace(X, Y)
    for step in trace:
        assert step.symbols.count("\n") == step.numbers.count("\n") == len(step.lines) - 1
        assert str(step).replace("\n", "").isprintable()
    assert trace.state(-1)["a", name] == net[name].a
    shown = name.encode("unicode_escape").decode() if not name.isprintable() else name
    message = str(refusal(net, lambda net: net.connect(name, name, 1.0)))
    assert (
        message == f"connect({shown} -> {shown}) would close a cycle: {shown} -> {shown}. Leave one of its edges out."
    )
    assert f"neuron {shown}, bias: got nan" in str(refusal(net, lambda net: setattr(net[name], "bias", NAN)))
    assert str(refusal(net, lambda net: net["h9"])).isprintable()
