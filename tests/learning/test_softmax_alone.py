"""A softmax over one neuron is allowed, and its user is told that it always says 1."""

import neurograph as ng
from neurograph.cli import main

HINT = "a softmax over one neuron always says 1 and cannot learn: {}. Give its group a second neuron, or take sigmoid."


def trained(net, **how):
    return ng.train(net, [[1.0, 2.0], [3.0, 4.0]], [[1.0], [1.0]], epochs=2, **how).findings


def test_an_output_alone_runs_and_is_told_of():
    net = ng.Network.dense([2, 1], "softmax", seed=1)
    assert net.forward([1.0, -2.0]) == [1.0]
    assert net.backward([1.0], "cross_entropy") == 0.0
    assert net["o1"].delta == 0.0
    assert trained(net, loss="cross_entropy")[0] == HINT.format("o1")


def test_a_hidden_neuron_alone_is_told_of_too():
    net = ng.Network.dense([2, 1, 1, 1], ["softmax", "softmax", "sigmoid"])
    assert HINT.format("h1_1, h2_1") in trained(net)


def test_a_group_of_two_is_not_told_of():
    net = ng.Network.dense([2, 2, 1], ["softmax", "sigmoid"])
    assert not any("softmax" in line for line in trained(net))
    net.add_output("o2", "softmax")
    net.add_output("o3", "softmax")
    net.connect("h1", "o2", 1.0)
    net.connect("h1", "o3", 1.0)
    assert not any("softmax" in line for line in ng.train(net, [[1.0, 2.0]], [[1.0, 0.0, 1.0]], epochs=1).findings)


def test_the_command_line_says_so_and_goes_on(capsys):
    assert main(["step", "--input", "1,2", "--target", "1", "--layers", "2-1", "--activations", "softmax"]) == 0
    assert capsys.readouterr().err == f"hint: {HINT.format('o1')}\n"
    assert main(["train", "iris", "--layers", "4-1-3", "--activations", "softmax,softmax", "--epochs", "1"]) == 0
    assert f"neurograph train: {HINT.format('h1')}\n" in capsys.readouterr().err
    assert main(["step", "--layers", "4-2-3"]) == 0
    assert capsys.readouterr().err == ""
