"""Numbers that were published or worked out by hand, on networks small enough to follow with a pencil."""

from __future__ import annotations

import pytest

from neurograph import Network


def test_one_step_on_iris_with_all_weights_one():
    """The first flower through a 4-5-3 net: every hidden neuron makes the same error."""
    net = Network.dense([4, 5, 3], "sigmoid", initializer="ones")
    net.forward([5.1, 3.5, 1.4, 0.2])
    net.backward([1.0, 0.0, 0.0])
    hidden, outputs = net.layers[1:]
    assert [neuron.delta for neuron in hidden] == pytest.approx([4.893115758926319e-07] * 5, rel=1e-12)
    assert [neuron.delta for neuron in outputs] == pytest.approx(
        [-4.4510827315210804e-05, 0.006604764921594382, 0.006604764921594382], rel=1e-12
    )
    assert len({neuron.delta for neuron in hidden}) == 1


def mazur() -> Network:
    """Build the net of M. Mazur (2015), A Step by Step Backpropagation Example."""
    net = Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    for name in ("h1", "h2"):
        net.add_neuron(name, "sigmoid", bias=0.35)
    for name in ("o1", "o2"):
        net.add_output(name, "sigmoid", bias=0.60)
    for source, target, weight in (
        ("x1", "h1", 0.15), ("x2", "h1", 0.20), ("x1", "h2", 0.25), ("x2", "h2", 0.30),
        ("h1", "o1", 0.40), ("h2", "o1", 0.45), ("h1", "o2", 0.50), ("h2", "o2", 0.55),
    ):  # fmt: skip
        net.connect(source, target, weight)
    return net


def test_the_example_of_mazur():
    net = mazur()
    assert net.forward([0.05, 0.10]) == pytest.approx([0.75136507, 0.772928465], abs=5e-10)
    assert net["h1"].z == pytest.approx(0.3775, rel=1e-15)
    assert net["h1"].a == pytest.approx(0.593269992, abs=5e-10)
    assert net.backward([0.01, 0.99]) == pytest.approx(0.298371109, abs=5e-10)
    assert net["o1"].delta == pytest.approx(0.138498562, abs=5e-10)
    assert net.edge("h1", "o1").grad == pytest.approx(0.082167041, abs=5e-10)
    assert net.edge("x1", "h1").grad == pytest.approx(0.000438568, abs=5e-10)


def test_the_new_weights_of_mazur_come_from_the_old_ones():
    net = mazur()
    net.forward([0.05, 0.10])
    net.backward([0.01, 0.99])
    net.update(0.5)
    weights = [net.edge(*ends).weight for ends in (("h1", "o1"), ("h2", "o1"), ("h1", "o2"), ("h2", "o2"))]
    assert weights == pytest.approx([0.35891648, 0.408666186, 0.511301270, 0.561370121], abs=5e-10)
    weights = [net.edge(*ends).weight for ends in (("x1", "h1"), ("x2", "h1"), ("x1", "h2"), ("x2", "h2"))]
    # With the new w5 to w8 in their place, the first of these would be 0.149795...
    assert weights == pytest.approx([0.149780716, 0.19956143, 0.24975114, 0.29950229], abs=5e-9)


def test_both_ways_through_a_diamond_are_added_up():
    """x -> h -> (p, q) -> o with identities, so that every number is a fraction; the two ways bring 6 and -4 to h."""
    net = Network()
    net.add_input("x")
    for name, bias in (("h", 1.0), ("p", -1.0), ("q", 1.0)):
        net.add_neuron(name, "identity", bias=bias)
    net.add_output("o", "identity", bias=1 / 4)
    for source, target, weight in (
        ("x", "h", 1 / 2), ("h", "p", 3.0), ("h", "q", -1 / 4), ("p", "o", 1 / 2), ("q", "o", 4.0),
    ):  # fmt: skip
        net.connect(source, target, weight)
    assert net.forward([2.0]) == [19 / 4]
    assert [net[name].a for name in "hpq"] == [2.0, 5.0, 1 / 2]
    assert net.backward([3 / 4]) == 8.0
    assert [net[name].delta for name in "opqh"] == [4.0, 2.0, 16.0, 2.0]
    assert [net[name].bias_grad for name in "opqh"] == [4.0, 2.0, 16.0, 2.0]
    assert {edge.label: edge.grad for edge in net.edges} == {
        "x->h": 4.0, "h->p": 4.0, "h->q": 32.0, "p->o": 20.0, "q->o": 2.0,
    }  # fmt: skip


def test_softmax_with_cross_entropy_worked_by_hand():
    """Sums ln 1, ln 2, ln 5 give the probabilities 1/8, 2/8, 5/8."""
    from math import log

    net = Network.dense([1, 3], "softmax", initializer="zeros")
    for output, part in zip(net.outputs, (1.0, 2.0, 5.0), strict=True):
        output.bias = log(part)
    assert net.forward([4.0]) == pytest.approx([1 / 8, 1 / 4, 5 / 8], rel=1e-15)
    assert net.backward([0.0, 1.0, 0.0], loss="cross_entropy") == pytest.approx(log(4.0), rel=1e-15)
    assert [output.delta for output in net.outputs] == pytest.approx([1 / 8, -3 / 4, 5 / 8], rel=1e-15)
    assert [edge.grad for edge in net.edges] == pytest.approx([1 / 2, -3.0, 5 / 2], rel=1e-15)
