"""The program of a training step: what it holds, what it gives worked out anew, and how its cells are asked for."""

import math
import re
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurograph as ng
from neurograph.algebra.expression import Leaf, Number, children, evaluate
from neurograph.algebra.symbols import Symbol
from neurograph.errors import InvalidTypeError, InvalidValueError, NumericalError, StateError, UnknownNameError
from neurograph.graph.neuron import Neuron
from neurograph.passes.schedule import schedule_of
from neurograph.program.recorded import Recorded, expression_of
from neurograph.program.recording import Recording
from neurograph.quantities import MEAN, Quantity
from tests.campaigns.programs import Drawn, Found, bits, check, equals_a_fresh_trace, in_order, unchanged
from tests.strategies import PLAIN, random_case

SIDES = (-800.0, -40.0, -5.0, -1.0, -1e-9, -0.0, 0.0, 1e-9, 0.7, 5.0, 40.0, 800.0)


@pytest.mark.parametrize("first", range(0, 40, 8))
def test_programs_equal_traces_fresh_traces_and_the_passes_by_hand(first):
    found = Found()
    for seed in range(first, first + 8):
        check(found, seed, times=2)
    assert not found.off
    assert found.compared["cells"] > 5000


# No side of a branch is frozen.


def one_weight(rule, loss="squared_error", weight=1.0):
    net = ng.Network()
    net.add_input("x"), net.add_neuron("h", rule), net.add_output("o", rule)
    net.connect("x", "h", weight), net.connect("h", "o", 1.0)
    return Drawn(net, [([1.0], [0.3])], ng.LOSSES.find(loss), 0.1, False, True)


@pytest.mark.parametrize("rule", PLAIN, ids=lambda rule: rule.name)
@pytest.mark.parametrize("recorded_at", [-5.0, 0.0, 0.7, 40.0])
def test_a_program_takes_the_other_branches_of_an_activation(rule, recorded_at):
    found, drawn = Found(), one_weight(rule, weight=recorded_at)
    program = drawn.trace().program()
    for z in SIDES:
        net = drawn.net.copy()
        net.edge("x", "h").weight = z
        equals_a_fresh_trace(found, drawn._replace(net=net), program, {"w(x->h)": z})
        equals_a_fresh_trace(found, drawn._replace(batch=[([z], [0.3])]), one_program(drawn, 1.0), {"a(x)": z})
    assert not found.off


def one_program(drawn, weight):
    drawn.net.edge("x", "h").weight = weight
    return drawn.trace().program()


def facing(loss, rule):
    """Give a network of two outputs with this activation, each with one weight from the same input."""
    net = ng.Network.dense([1, 2], rule, initializer="zeros")
    return Drawn(net, [([1.0], [0.0, 1.0])], ng.LOSSES.find(loss), 0.1, False, False)


@pytest.mark.parametrize("long_way", [False, True])
@pytest.mark.parametrize(
    ("loss", "rule"),
    [(loss.name, rule) for loss in ng.LOSSES for rule in ("relu", "softmax") if loss.outputs == "any"]
    + [("binary_cross_entropy", "sigmoid"), ("binary_cross_entropy", "softmax"), ("cross_entropy", "softmax")],
)
def test_a_program_takes_the_other_branches_of_a_loss_and_its_short_way(loss, rule, long_way):
    found, drawn = Found(), facing(loss, rule)._replace(long_way=long_way)
    targets = [(0.0, 1.0), (1.0, 0.0), (0.3, 0.7)]
    sums = [(0.0, 0.0), (40.0, -3.0), (-800.0, 800.0), (2.0, 1.0), (0.0, 38.0)]
    taken = set()
    for recorded_at, y in (((0.0, 0.0), (0.0, 1.0)), ((2.0, 1.0), (0.3, 0.7)), ((0.0, 38.0), (0.0, 1.0))):
        try:
            program = at(drawn, recorded_at, y).trace().program()
        except NumericalError:  # the long way, where a is rounded to 1
            continue
        for z in sums:
            for now in targets:
                keys = ("w(x1->o1)", "w(x1->o2)", "y(o1)", "y(o2)")
                equals_a_fresh_trace(found, at(drawn, z, now), program, dict(zip(keys, (*z, *now), strict=True)))
                taken.add(now)
    assert not found.off
    assert len(taken) == 3


def at(drawn, weights, y):
    net = drawn.net.copy()
    for edge, weight in zip(net.edges, weights, strict=True):
        edge.weight = weight
    return drawn._replace(net=net, batch=[([1.0], list(y))])


def test_a_relu_recorded_off_is_on_when_its_weight_is_changed():
    program = one_weight(ng.ACTIVATIONS.find("relu"), weight=-1.0).trace().program()
    assert program.evaluate()["delta(h)"] == 0.0
    assert program.evaluate({"w(x->h)": 2.0})["delta(h)"] == 1.7


# An implementation that shares nothing.


def test_a_dense_softmax_network_is_that_of_numpy():
    net = ng.Network.dense([3, 4, 3], ["tanh", "softmax"], seed=5)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=3), np.array([0.0, 0.25, 0.75])
    program = net.trace(list(x), list(y), "cross_entropy", 0.3, long_way=True).program()
    inputs, hidden, outputs = (["x1", "x2", "x3"], [f"h{k}" for k in range(1, 5)], ["o1", "o2", "o3"])
    for _ in range(10):
        first, second = rng.normal(size=(4, 3)), rng.normal(size=(3, 4))
        changes = {f"w({s}->{t})": first[i, j] for i, t in enumerate(hidden) for j, s in enumerate(inputs)}
        changes |= {f"w({s}->{t})": second[i, j] for i, t in enumerate(outputs) for j, s in enumerate(hidden)}
        values = program.evaluate(changes)
        b = np.array([net[name].bias for name in hidden]), np.array([net[name].bias for name in outputs])
        a = np.tanh(first @ x + b[0])
        e = np.exp(second @ a + b[1])
        p = e / e.sum()
        delta = p - y
        back = (second.T @ delta) * (1 - a**2)
        close = pytest.approx
        assert [values[f"a({n})"] for n in outputs] == close(list(p), rel=1e-12)
        assert values["C"] == close(-(y * np.log(p)).sum(), rel=1e-12)
        assert [values[f"delta({n})"] for n in hidden] == close(list(back), rel=1e-12, abs=1e-14)
        gradient = np.outer(back, x)
        for i, target in enumerate(hidden):
            for j, source in enumerate(inputs):
                assert values[f"dC/dw({source}->{target})"] == close(gradient[i, j], rel=1e-12, abs=1e-14)
                assert values[f"w'({source}->{target})"] == close(first[i, j] - 0.3 * gradient[i, j], rel=1e-12)


def test_a_chain_of_two_is_that_of_the_textbook():
    program = ng.Network.dense([1, 1, 1], "sigmoid", seed=2).trace([0.4], [0.9], learning_rate=0.5).program()

    def sigmoid(z):
        return 1 / (1 + math.exp(-z))

    w, v, b, c, eta = 0.3, -1.2, 0.1, 0.6, 2.0
    changes = {"w(x1->h1)": w, "w(h1->o1)": v, "b(h1)": b, "b(o1)": c, "eta": eta, "y(o1)": 0.1}
    a = sigmoid(w * 0.4 + b)
    o = sigmoid(v * a + c)
    delta = (o - 0.1) * o * (1 - o)
    back = v * delta * a * (1 - a)
    values = program.evaluate(changes)
    assert values["C"] == pytest.approx((o - 0.1) ** 2 / 2, rel=1e-12)
    assert values["w'(x1->h1)"] == pytest.approx(w - eta * back * 0.4, rel=1e-12)
    assert values["predicted change of C"] == pytest.approx(
        -eta * (back**2 * (1 + 0.16) + delta**2 * (1 + a**2)), rel=1e-12
    )


# Keys.


@pytest.fixture
def net():
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=1)


def test_the_keys_of_one_example(net):
    values = net.trace([1.0, 2.0], [0.5], input_gradients=True).program().evaluate()
    assert list(values)[:5] == ["eta", "a(x1)", "a(x2)", "y(o1)", "b(h1)"]
    for key in (
        "z(h1)", "a(h1)", "C(o1)", "C", "dC/da(o1)", "dC/da(h1)", "dC/da(x1)", "delta(h1)", "dC/db(h1)",
        "dC/dw(x1->h1)", "w'(x1->h1)", "b'(h1)", "z'(h1)", "a'(h1)", "C'(o1)", "C'", "predicted change of C",
        "change of C",
    ):  # fmt: skip
        assert key in values, key
    assert values["dC/dw(x1->h1)"] == values["grad", ("x1", "h1")] == values[Quantity("grad", ("x1", "h1"))]


def test_the_keys_of_a_batch(net):
    trace = net.trace([[1.0, 2.0], [0.0, 1.0]], [[0.5], [0.1]])
    values = trace.program().evaluate()
    assert values["a_2(h1)"] == trace.state(-1).of_example(1)["a", "h1"]
    assert values["a'_2(h1)"] == values[Quantity("a_new", "h1", 1)]
    assert values["dC_2/dw(x1->h1)"] == values[Quantity("grad", ("x1", "h1"), 1)]
    mean = (values["dC_1/db(h1)"] + values["dC_2/db(h1)"]) / 2
    assert values["dC/db(h1)"] == values["bias_grad", "h1"] == values[Quantity("bias_grad", "h1", MEAN)] == mean
    assert values["C"] == values["C", ""] == (values["C_1"] + values["C_2"]) / 2
    assert values["C'_2"] == values["C_of_one_new", "2"] == values["C'_2(o1)"]
    assert values["w'(x1->h1)"] == trace.after.edge("x1", "h1").weight


@pytest.mark.parametrize("rows", [1, 3])
def test_every_cell_is_found_by_its_key(net, rows):
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h2"))
    program = net.trace([[1.0, 2.0]] * rows, [[0.5]] * rows).program()
    values = program.evaluate()
    assert all(program.find(cell.key) == cell.quantity for cell in program)
    assert all(values[key] == value for key, value in values.items())
    assert all(key in values for key in values)
    assert len(values) == len(list(values)) == len(set(values)) == len(dict(values)) == len(program) + 2
    assert not any(cell.quantity.owner == ("x2", "h2") and cell.quantity.kind == "w" for cell in program)


def test_what_is_tied_has_one_cell_and_many_names(net):
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h2"))
    net.tie("h1", "h2")
    program = net.trace([1.0, 2.0], [0.5]).program()
    one, other = program.evaluate({"w(x1->h1)": 3.0}), program.evaluate({"w(x2->h2)": 3.0})
    assert dict(one) == dict(other)
    assert one["w(x2->h2)"] == one["w(x1->h1)"] == 3.0
    assert one["b'(h1)"] == one["b'(h2)"]
    assert program.evaluate({"w(x1->h1)": 3.0, "w(x2->h2)": 3}) == one
    with pytest.raises(InvalidValueError, match=r"one cell, w\(x1->h1\), and gets both 3.0 and 4.0") as caught:
        program.evaluate({"w(x1->h1)": 3.0, "w(x2->h2)": 4.0})
    assert caught.value.where == "program, changes['w(x2->h2)']"


def test_a_key_of_nothing_is_met_with_the_nearest(net):
    program = net.trace([1.0, 2.0], [0.5]).program()
    with pytest.raises(UnknownNameError, match=r"no cell 'w\(x1-h1\)'. Did you mean 'w\(x1->h1\)' or"):
        program.evaluate({"w(x1-h1)": 1.0})
    with pytest.raises(UnknownNameError, match=r"no cell 'q' of 'h1'. Kinds: eta, a, y, b, w, z, "):
        program.evaluate()["q", "h1"]
    with pytest.raises(UnknownNameError, match=r"no cell 'a' of 'h1' in example 3"):
        program.evaluate()[Quantity("a", "h1", 2)]
    for key in (3, None, ("a", 3), ("a", ["h1"]), ("a", "h1", 0), [1], Quantity("a", ["h1"]), b"C"):
        with pytest.raises(UnknownNameError, match=r"expected a key as a trace|no cell") as caught:
            program.find(key)
        assert caught.value.where == "program"
        assert key not in program.evaluate()


def labels_alike():
    net = ng.Network()
    net.add_input("x"), net.add_input("x->o"), net.add_output("o", "tanh"), net.add_output("o->o", "identity")
    net.connect("x", "o->o", 1.0), net.connect("x->o", "o", 2.0), net.connect("x", "o", 3.0)
    return net


def test_a_text_that_could_mean_two_cells_names_both():
    program = labels_alike().trace([1.0, 2.0], [0.5, 0.5]).program()
    both = re.escape("'w(x->o->o)' could be ('w', ('x->o', 'o')) or ('w', ('x', 'o->o')). Give one of these.")
    with pytest.raises(UnknownNameError, match=both):
        program.evaluate({"w(x->o->o)": 1.0})
    values = program.evaluate({("w", ("x", "o->o")): 9.0})
    assert (values["w", ("x", "o->o")], values["w", ("x->o", "o")], values["w(x->o)"]) == (9.0, 2.0, 3.0)
    assert Quantity("w", ("x", "o->o")) in list(values)
    assert "w(x->o->o)" not in list(values)


def test_in_a_batch_both_are_named_so_that_they_can_be_given():
    program = labels_alike().trace([[1.0, 2.0]] * 2, [[0.5, 0.5]] * 2).program()
    cells = {cell.quantity: cell for cell in program}
    ends = ("x->o", "o"), ("x", "o->o")
    for text, keys in (
        ("dC/dw(x->o->o)", [("grad", one) for one in ends]),
        ("dC_2/dw(x->o->o)", [Quantity("grad", one, 1) for one in ends]),
        ("w'(x->o->o)", [("w_new", one) for one in ends]),
    ):
        with pytest.raises(UnknownNameError, match=re.escape(f"could be {keys[0]!r} or {keys[1]!r}. Give one")):
            program.find(text)
        assert [cells[program.find(key)].key for key in keys] == [text, text]


@pytest.mark.parametrize("name", ["x->o", "a(b)", "b'", "a_2(h1)", "C", "dC/dw(x1->h1)", "new\nline", r"new\nline"])
def test_odd_names_are_no_trouble_where_they_leave_no_doubt(name):
    net = ng.Network()
    net.add_input("x"), net.add_output(name, "identity"), net.add_output("other", "relu")
    net.connect("x", name, 1.0), net.connect("x", "other", 1.0)
    program = net.trace([1.0], [0.5, 0.5]).program()
    assert all(program.find(cell.key) == cell.quantity for cell in program)
    assert program.evaluate({("b", name): 2.0})["z", name] == 3.0


def test_names_that_look_alike_on_one_line_are_told_apart():
    net = ng.Network()
    net.add_input("x"), net.add_output("a\nb", "tanh"), net.add_output(r"a\nb", "tanh")
    net.connect("x", "a\nb", 1.0), net.connect("x", r"a\nb", 2.0)
    program = net.trace([1.0], [0.5, 0.5]).program()
    with pytest.raises(UnknownNameError, match="could be"):
        program.find(r"z(a\nb)")
    assert (program.evaluate()["z", "a\nb"], program.evaluate()["z", r"a\nb"]) == (1.0, 2.0)


def test_in_a_batch_a_kind_and_an_owner_are_not_enough(net):
    program = net.trace([[1.0, 2.0], [0.0, 1.0]], [[0.5], [0.1]]).program()
    with pytest.raises(UnknownNameError, match=re.escape("there are 2. Say which: 'a_1(h1)' or 'a_2(h1)'.")):
        program.evaluate({("a", "h1"): 1.0})
    assert ("a", "h1") not in program.evaluate()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_change_is_a_finite_number(net, value):
    program = net.trace([1.0, 2.0], [0.5]).program()
    with pytest.raises(InvalidValueError, match=r"program, changes\['eta'\]: got .*, expected a finite number"):
        program.evaluate({"eta": value})


@pytest.mark.parametrize("value", [True, None, "0.3", [0.3], 1j])
def test_a_change_is_a_number(net, value):
    program = net.trace([1.0, 2.0], [0.5]).program()
    with pytest.raises(
        InvalidTypeError, match=r"program, changes\['w\(x1->h1\)'\]: got .*, expected one finite number"
    ):
        program.evaluate({"w(x1->h1)": value})


@pytest.mark.parametrize("changes", [0.3, "eta", [("eta", 0.3)], [], 0, False])
def test_changes_are_a_mapping(net, changes):
    program = net.trace([1.0, 2.0], [0.5]).program()
    with pytest.raises(InvalidTypeError, match=r"program, changes: got .*, expected a mapping from keys to numbers"):
        program.evaluate(changes)


def test_numbers_of_other_kinds_become_floats(net):
    program = net.trace([1.0, 2.0], [0.5]).program()
    values = program.evaluate({"eta": 1, "w(x1->h1)": np.float64(0.5), "z(o1)": np.array(2)})
    assert [type(values[key]) for key in ("eta", "w(x1->h1)", "z(o1)")] == [float] * 3


def test_a_program_says_what_it_is(net):
    program = net.trace([1.0, 2.0], [0.5]).program()
    assert repr(program) == f"<Program of {len(program)} cells, 13 of them given>"
    assert repr(program.evaluate()).startswith(f"<Values of {len(program)} quantities, C = 0.0")
    assert str(program).splitlines()[0] == "eta = 0.1"
    assert "z(h1) = w(x1->h1) * a(x1) + w(x2->h1) * a(x2) + b(h1) = " in str(program)
    assert len(str(program).splitlines()) == len(program)
    assert program[0] in program
    assert [cell.key for cell in program[:2]] == ["eta", "a(x1)"]


# Out of range.


def test_a_cell_out_of_range_is_named(net):
    program = net.trace([1.0, 2.0], [0.5]).program()
    with pytest.raises(NumericalError, match=r"program: w'\(x1->h1\) would be -?inf"):
        program.evaluate({"dC/dw(x1->h1)": 1e300, "eta": 1e300})


def test_a_loss_after_the_update_may_be_infinite_as_in_a_trace():
    same_sigmoid = replace(ng.ACTIVATIONS.find("sigmoid"), name="mine")  # no loss has a short way for this one
    net = ng.Network()
    net.add_input("x"), net.add_output("o", same_sigmoid), net.connect("x", "o", 0.5)
    trace = net.trace([1.0], [0.0], "binary_cross_entropy", learning_rate=-100.0)
    assert trace.loss_after == math.inf
    values = trace.program().evaluate()
    assert values["C'"] == values["change of C"] == math.inf
    with pytest.raises(NumericalError, match=r"program: C\(o\) would be inf|C would be inf"):
        trace.program().evaluate({"w(x->o)": 100.0})


def test_a_rule_that_fails_on_a_number_is_a_numerical_error():
    def value(z):
        return [0.0, 1.0, 2.0][int(z)]

    table = ng.Activation("table", value, lambda z, a: 1.0, "z", "1")
    net = ng.Network()
    net.add_input("x"), net.add_output("o", table), net.connect("x", "o", 1.0)
    program = net.trace([1.0], [1.0]).program()
    assert program.evaluate({"w(x->o)": 2.0})["a(o)"] == 2.0
    with pytest.raises(NumericalError, match=r"program: a\(o\) cannot be worked out \(IndexError: .*A rule must take"):
        program.evaluate({"w(x->o)": 5.0})


def test_arithmetic_that_has_no_answer_is_a_numerical_error():
    root = ng.Activation("root", math.sqrt, lambda z, a: 0.5 / a, "sqrt(z)", "1 / (2 * a)")
    net = ng.Network()
    net.add_input("x"), net.add_output("o", root), net.connect("x", "o", 4.0)
    program = net.trace([1.0], [1.0]).program()
    for changes in ({"w(x->o)": -4.0}, {"z'(o)": -4.0}):
        with pytest.raises(NumericalError, match=r"program: a'?\(o\) would be nan"):
            program.evaluate(changes)


# Numbers that remember.


def leaf_of(value, place=0):
    return Recorded.of(Leaf(Symbol("q"), value, place))


def test_a_verb_that_decides_by_a_value_is_refused():
    for verb in (
        lambda a: a > 0.0, lambda a: a < 0.0, lambda a: a <= a, lambda a: a == 0.0, lambda a: a != 0.0, bool,
        lambda a: max(a, 0.0), lambda a: 1.0 if a else 2.0,
    ):  # fmt: skip
        with pytest.raises(StateError, match=r"a verb decides by the value of a number.*Decide in a rule"):
            verb(leaf_of(1.0))


def test_a_verb_that_does_what_is_not_remembered_is_refused():
    for verb in (
        int, round, math.floor, math.ceil, math.trunc, lambda a: a**2, lambda a: 2.0**a, lambda a: a // 2.0,
        lambda a: 2.0 // a, lambda a: a % 2.0, lambda a: 2.0 % a, lambda a: divmod(a, 2.0), lambda a: divmod(2.0, a),
    ):  # fmt: skip
        with pytest.raises(StateError, match=re.escape("only + - * / and abs are. Write a power as a product")):
            verb(leaf_of(1.0))


def test_assignments_and_ints_on_both_sides_remember():
    a = leaf_of(3.0)
    b = a
    b += 1
    b -= 2.0
    b *= 3
    b /= 4.0
    for number, value in (
        (b, 1.5),
        (2 - a, -1.0),
        (2 + a, 5.0),
        (2 * a, 6.0),
        (6 / a, 2.0),
        (-a, -3.0),
        (abs(-a), 3.0),
    ):
        assert isinstance(number, Recorded)
        assert float(number) == evaluate(number.expression, {0: 3.0}) == value
        assert evaluate(number.expression, {0: 5.0}) != value
    with pytest.raises(TypeError):
        a + "1"


def test_products_and_sums_keep_their_order():
    a, b, c = (leaf_of(value, place) for place, value in enumerate((0.1, 0.2, 0.3)))
    for made, plain in ((a * b * c, 0.1 * 0.2 * 0.3), (a + b + c, 0.1 + 0.2 + 0.3), (a * (b * c), 0.1 * (0.2 * 0.3))):
        assert float(made) == evaluate(made.expression) == plain


_places = st.integers(0, 3)
_trees = st.recursive(
    st.tuples(st.just("leaf"), _places) | st.tuples(st.just("number"), st.sampled_from([0.0, 1, 2.0, 0.5, 3])),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/", "square"]), inner, inner),
        st.tuples(st.sampled_from(["neg", "abs"]), inner),
    ),
    max_leaves=20,
)  # fmt: skip


def grown(tree, numbers):
    match tree:
        case ("leaf", place):
            return numbers[place]
        case ("number", value):
            return value
        case ("neg", inner):
            return -grown(inner, numbers)
        case ("abs", inner):
            return abs(grown(inner, numbers))
    operator, left, right = tree[0], grown(tree[1], numbers), grown(tree[2], numbers)
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    return left * left


_four = st.lists(st.floats(-1e3, 1e3) | st.sampled_from([0.0, -0.0, 1.0]), min_size=4, max_size=4)


@given(_trees, _four, _four)
def test_what_is_remembered_gives_the_floats_that_were_made(tree, numbers, others):
    try:
        plain = grown(tree, numbers)
        other = grown(tree, others)
    except ZeroDivisionError:
        return
    remembered = grown(tree, [leaf_of(value, place) for place, value in enumerate(numbers)])
    assert bits(float(remembered)) == bits(float(plain))
    expression = expression_of(remembered)
    assert bits(evaluate(expression)) == bits(float(plain))
    assert bits(evaluate(expression, dict(enumerate(numbers)))) == bits(float(plain))
    assert bits(evaluate(expression, dict(enumerate(others)))) == bits(float(other))


def test_the_promise_of_the_gradient_is_the_same_number_everywhere():
    gradient = 0.4937489493512749
    while gradient**2 == gradient * gradient:  # the power of a machine's library may be rounded otherwise
        gradient = math.nextafter(gradient, 1.0)
    net = ng.Network()
    net.add_input("x"), net.add_output("o", "identity"), net.connect("x", "o", gradient)
    net.freeze(net.edge("x", "o"))
    trace = net.trace([1.0], [0.0], learning_rate=1.0)
    (line,) = (line for step in trace for line in step.lines if line.left.key == Quantity("predicted", ""))
    assert bits(trace.predicted_change) == bits(line.left.value) == bits(trace.program().evaluate()["predicted", ""])
    assert trace.predicted_change == -(gradient * gradient)
    assert line.symbols(trace.style).endswith("dC/db(o)**2")


# What a user adds.


def shifted_softmax():
    def values(z):
        top = max(z)
        parts = [math.exp((one - top) / 2.0) for one in z]
        total = math.fsum(parts)
        return [part / total for part in parts]

    def partial(z, a, k, j):
        return a[k] * ((1.0 if k == j else 0.0) - a[j]) / 2.0

    return ng.JointActivation(
        "warm", values, partial, "exp(z / 2) / sum(exp(t / 2) for t in group)", "a_k * (same - a_j) / 2", (0.0, 1.0)
    )


def own_rules():
    cube = ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
    net = ng.Network()
    net.add_input("x1"), net.add_input("x2"), net.add_neuron("h", cube)
    warm = shifted_softmax()
    for name in ("o1", "o2", "o3"):
        net.add_output(name, warm, 0.1, "outputs")
        net.connect("h", name, 0.3 + 0.1 * int(name[1]))
    net.connect("x1", "h", 0.5), net.connect("x2", "h", -0.7), net.connect("x1", "o2", 1.0)
    return net


def own_loss():
    return ng.Loss(
        "huber", lambda a, y, n: 0.5 * (a - y) * (a - y) if abs(a - y) < 0.2 else 0.2 * (abs(a - y) - 0.1),
        lambda a, y, n: a - y if abs(a - y) < 0.2 else math.copysign(0.2, a - y),
        "(a - y)**2 / 2 if abs(a - y) < 0.2 else 0.2 * (abs(a - y) - 0.1)",
        "a - y if abs(a - y) < 0.2 else 0.2 * (a - y) / abs(a - y)",
    )  # fmt: skip


def test_rules_of_the_users_own_are_told_and_worked_out_anew():
    found, rng = Found(), Random(3)
    drawn = Drawn(own_rules(), [([1.0, 2.0], [0.0, 0.0, 1.0])], own_loss(), 0.2, False, True)
    trace = drawn.trace()
    program = trace.program()
    unchanged(found, drawn, trace, program)
    in_order(found, program)
    for _ in range(20):
        net = drawn.net.copy()
        for edge in net.edges:
            edge.weight = rng.gauss(0.0, 1.0)
        y = [rng.random() for _ in range(3)]
        changes = {Quantity("w", edge.ends): edge.weight for edge in net.edges}
        changes |= {f"y(o{k + 1})": y[k] for k in range(3)}
        equals_a_fresh_trace(found, drawn._replace(net=net, batch=[([1.0, 2.0], y)]), program, changes)
    assert not found.off
    assert "warm" in "\n".join(map(str, trace))
    assert not any(line.note.endswith("is wrong") for step in trace for line in step.lines)


def test_a_verb_that_nobody_has_words_for_is_told_by_its_name(monkeypatch, net):
    def gather_twice_the_error(self):
        a_grad = 0.0
        for edge in self.fan_out:
            a_grad += edge.w * edge.target.delta
        self.a_grad = a_grad * 2 - abs(-self.a)

    monkeypatch.setattr(Neuron, "gather_twice_the_error", gather_twice_the_error, raising=False)

    def schedule(*args):
        order = schedule_of(*args)
        twice = tuple(act.__self__.gather_twice_the_error for act in order.input_errors)
        return replace(order, input_errors=twice)

    monkeypatch.setattr("neurograph.trace.trace.schedule_of", schedule)
    trace = net.trace([1.0, -2.0], [0.5], input_gradients=True)
    steps = [step for step in trace if step.kind == "gather twice the error"]
    assert [step.subject for step in steps] == ["x1", "x2"]
    assert "gather twice the error" in steps[0].title
    assert steps[0].symbols == ("dC/da(x1) = (w(x1->h1) * delta(h1) + w(x1->h2) * delta(h2)) * 2 - abs(-a(x1))")
    assert steps[0].result == trace.before["x1"].a_grad
    values = trace.program().evaluate({"delta(h1)": 1.0, "delta(h2)": 0.0, "w(x1->h1)": 4.0})
    assert values["dC/da(x1)"] == 7.0


def test_a_verb_that_writes_a_quantity_once_more_is_refused(monkeypatch, net):
    def halve(self):
        self.delta = self.delta / 2

    monkeypatch.setattr(Neuron, "halve", halve, raising=False)

    def schedule(*args):
        order = schedule_of(*args)
        return replace(order, backward=(*order.backward, args[0]["o1"].halve))

    monkeypatch.setattr("neurograph.trace.trace.schedule_of", schedule)
    with pytest.raises(StateError, match=r"halve writes delta of 'o1' once more.*a kind of its own"):
        net.trace([1.0, -2.0], [0.5]).program()


def test_keys_that_are_no_tuples_and_places_that_are_keys_are_errors_that_teach(net):
    program = net.trace([1.0, 2.0], [0.5]).program()
    for key in (["w", ("x1", "h1")], ("w", ["x1", "h1"])):
        assert key not in program.evaluate()
    with pytest.raises(InvalidTypeError, match=r"program.evaluate\(\)\['C'\]"):
        program["C"]


@pytest.mark.parametrize("seed", range(20))
def test_no_verb_lets_go_of_a_number(seed):
    """Without values every number is NaN, so a NaN that stands alone is one that has forgotten where it is from."""
    case = random_case(seed)
    recording = Recording.blank(case.net, lambda stage: schedule_of(stage, case.loss, long_way=seed % 2 == 0))
    for moment in recording.moments:
        if moment.phase != "after":
            for cell in recording.cells(moment):
                assert not any(isinstance(one, Number) and math.isnan(one.value) for one in parts(cell.work)), moment


def parts(node):
    yield node
    for part in children(node):
        yield from parts(part)
