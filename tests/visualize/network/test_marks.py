"""What the plots find is marked on the diagram, and nothing else."""

import pytest

import neurograph as ng
from neurograph.learning.diagnostics import find_marks
from visualize import draw_network


@pytest.fixture(scope="module")
def deep():
    """A deep sigmoid net whose first layers hardly learn, with a dead relu put in."""
    data = ng.datasets.moons(60, seed=0)
    net = ng.Network.dense([2, 4, 4, 4, 4, 4, 1], ["relu", *["sigmoid"] * 5], initializer="lecun_normal", seed=0)
    net["h1_2"].bias = -100.0
    history = ng.train(net, data.X, data.Y, epochs=3, batch_size=10, record=["gradients"])
    return net, data, history


def test_dead_neurons_and_vanishing_layers_are_found_and_drawn(deep):
    net, data, history = deep
    before = [neuron.a for neuron in net]
    marks = find_marks(net, data.X, history)
    assert marks["h1_2"] == "dead"
    assert marks["layer 1"] == "vanishing"
    assert [neuron.a for neuron in net] == before
    diagram = draw_network(net, marks=marks)
    assert "dead" in [label.get_text() for label in diagram.labels_]
    assert "vanishing\nlayer 1\nrelu" in [title.get_text().rsplit("\nfull scale", 1)[0] for title in diagram.titles_]
    assert "Marked: h1_2 dead" in diagram.alt_text()
    assert "layer 1 vanishing" in diagram.alt_text()
    (ring,) = {tuple(c) for c, n in zip(diagram.circles_.get_edgecolors(), net, strict=True) if n.name == "h1_2"}
    assert ring != tuple(diagram.circles_.get_edgecolors()[0])


def test_a_healthy_net_has_no_marks():
    net = ng.Network.dense([2, 3, 1], "tanh", seed=1)
    assert find_marks(net, [[0.1, 0.2], [-0.3, 0.1]]) == {}
    assert "Marked" not in draw_network(net, marks={}).alt_text()


def test_without_gradients_the_cure_is_told(deep):
    net, data, _ = deep
    plain = ng.train(net.copy(), data.X, data.Y, epochs=1)
    with pytest.raises(ng.NeurographError, match=r"Train with record=\['gradients'\]"):
        find_marks(net, data.X, plain)
    with pytest.raises(ng.NeurographError, match=r"find_marks, net: got 5, expected a Network\."):
        find_marks(5, data.X)
