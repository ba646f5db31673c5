"""A softmax over one neuron is allowed, and its user is told that it always says 1."""

import pytest

import neurograph as ng
from neurograph.cli import main
from neurograph.errors import NeurographWarning

HINT = "a softmax over one neuron always says 1 and cannot learn: {}. Give its group a second neuron, or take sigmoid."


def trained(net, **how):
    return [str(hint) for hint in ng.train(net, [[1.0, 2.0], [3.0, 4.0]], [[1.0], [1.0]], epochs=2, **how).hints]


def test_an_output_alone_runs_and_is_told_of():
    net = ng.Network.dense([2, 1], "softmax", seed=1)
    assert net.forward([1.0, -2.0]) == [1.0]
    assert net.backward([1.0], "cross_entropy") == 0.0
    assert net["o1"].delta == 0.0
    with pytest.warns(NeurographWarning, match="a softmax over one neuron always says 1"):
        assert trained(net, loss="cross_entropy") == [HINT.format("o1")]


def test_a_hidden_neuron_alone_is_told_of_too():
    net = ng.Network.dense([2, 1, 1, 1], ["softmax", "softmax", "sigmoid"])
    with pytest.warns(NeurographWarning):
        assert HINT.format("h1_1, h2_1") in trained(net)


def test_a_group_of_two_is_not_told_of():
    net = ng.Network.dense([2, 2, 1], ["softmax", "sigmoid"])
    assert trained(net) == []
    net.add_output("o2", "softmax")
    net.add_output("o3", "softmax")
    net.connect("h1", "o2", 1.0)
    net.connect("h1", "o3", 1.0)
    assert ng.train(net, [[1.0, 2.0]], [[1.0, 0.0, 1.0]], epochs=1).hints == []


def test_the_command_line_says_so_and_goes_on(capsys):
    assert main(["step", "--input", "1,2", "--target", "1", "--layers", "2-1", "--activations", "softmax"]) == 0
    assert capsys.readouterr().err == f"hint: {HINT.format('o1')}\n"
    assert main(["train", "iris", "--layers", "4-1-3", "--activations", "softmax,softmax", "--epochs", "1"]) == 0
    assert f"neurograph train: {HINT.format('h1')}\n" in capsys.readouterr().err
    assert main(["step", "--layers", "4-2-3"]) == 0
    assert capsys.readouterr().err == ""
