"""A group of neurons with one joint activation: firing and errors through its whole Jacobian, by hand."""

from __future__ import annotations

import math

import pytest

from neurograph import JointActivation, Network
from neurograph.graph.group import groups_of

# a_j = z_j * (sum of all z), so da_k/dz_j = z_k + (sum of all z if k is j): unlike softmax, it is not symmetric.
SCALED = JointActivation(
    "scaled",
    lambda z: [value * (z[0] + z[1]) for value in z],
    lambda z, a, k, j: z[k] + (z[0] + z[1] if k == j else 0.0),
    "z * sum(t for t in group)",
    "z_k + same",
)


def pair(rule: JointActivation | str) -> Network:
    """Two members, with sums 2 and -0.5."""
    net = Network()
    for name, bias in (("m1", 2.0), ("m2", -0.5)):
        net.add_output(name, rule, bias=bias)
    for neuron in net.outputs:
        neuron.integrate()
    return net


def test_firing_gives_every_member_its_part_of_the_joint_activation():
    net = pair(SCALED)
    group = net.groups["outputs"]
    group.fire()
    assert [neuron.a for neuron in group.members] == [3.0, -0.75]


def test_a_softmax_shares_one_by_the_exponentials():
    net = pair("softmax")
    net.groups["outputs"].fire()
    total = math.exp(2.0) + math.exp(-0.5)
    assert [neuron.a for neuron in net.outputs] == pytest.approx([math.exp(2.0) / total, math.exp(-0.5) / total], 1e-15)


def test_the_deltas_go_through_the_whole_jacobian():
    net = pair(SCALED)
    group = net.groups["outputs"]
    group.fire()
    net["m1"].a_grad, net["m2"].a_grad = 4.0, 8.0
    group.compute_delta()
    assert net["m1"].delta == 4.0 * (2.0 + 1.5) + 8.0 * -0.5
    assert net["m2"].delta == 4.0 * 2.0 + 8.0 * (-0.5 + 1.5)
    assert (net["m1"].a_grad, net["m2"].a_grad) == (4.0, 8.0)


def test_an_equal_error_of_all_members_of_a_softmax_moves_none():
    net = pair("softmax")
    net.groups["outputs"].fire()
    for neuron in net.outputs:
        neuron.a_grad = 3.0
    net.groups["outputs"].compute_delta()
    assert [neuron.delta for neuron in net.outputs] == pytest.approx([0.0, 0.0], abs=1e-15)


def test_the_groups_of_a_layer_are_listed_once_each_by_their_first_members():
    net = Network()
    for name, group in (("b1", "b"), ("lone", None), ("a1", "a"), ("b2", "b"), ("a2", "a")):
        net.add_neuron(name, "softmax" if group else "tanh", group=group)
    assert groups_of(net.neurons) == [net.groups["b"], net.groups["a"]]
    assert groups_of(net.neurons[2:]) == [net.groups["a"], net.groups["b"]]
    assert groups_of([net["lone"]]) == []


def test_the_repr_lists_the_members():
    assert repr(pair("softmax").groups["outputs"]) == "<Group outputs: softmax of m1, m2>"
