"""The diagram shows the net's own numbers: asserted on what was drawn."""

import pytest
from matplotlib.figure import Figure
from numpy import ma

import neurograph as ng
from visualize import draw_network
from visualize.layout import positions


@pytest.fixture
def net():
    """A net that has gone forward and back."""
    net = ng.Network.dense([4, 5, 3], "tanh", seed=3)
    net.connect("x1", "o2", -2.5)
    net.forward([5.1, 3.5, 1.4, 0.2])
    net.backward([1.0, 0.0, 0.0])
    return net


@pytest.mark.parametrize(
    ("show", "edge_slot", "neuron_slot"), [("weights", "w", "b"), ("forward", "w", "a"), ("backward", "grad", "delta")]
)
def test_every_edge_and_neuron_is_drawn_with_its_own_number(net, show, edge_slot, neuron_slot):
    diagram = draw_network(net, show=show)
    drawn = {
        (tuple(segment[0]), tuple(segment[-1])): value
        for segment, value in zip(diagram.lines_.get_segments(), diagram.lines_.get_array(), strict=True)
    }
    places = positions(net)
    assert drawn == {(places[e.source], places[e.target]): getattr(e, edge_slot) for e in net.edges}
    for neuron, shown in zip(diagram.neurons, diagram.circles_.get_array(), strict=True):
        if neuron.role == "input" and show != "forward":
            assert shown is ma.masked  # an input has neither bias nor delta
        else:
            assert shown == getattr(neuron, neuron_slot)


def test_zero_is_in_the_middle_of_both_scales_and_strong_edges_come_last(net):
    diagram = draw_network(net)
    for artist in (diagram.lines_, diagram.circles_):
        assert artist.norm.vmin == -artist.norm.vmax
    strengths = [abs(value) for value in diagram.lines_.get_array()]
    widths = list(diagram.lines_.get_linewidths())
    assert strengths == sorted(strengths)
    assert widths == sorted(widths)


def test_neuron_i_of_a_layer_stands_at_place_i_whatever_is_connected_first():
    net = ng.Network()
    for name in ("b", "a"):
        net.add_input(name)
    for name in ("q", "p"):
        net.add_output(name, "tanh")
    for source, target in (("a", "p"), ("b", "q")):
        net.connect(source, target, 1.0)
    assert {n.name: place for n, place in positions(net).items()} == {
        "b": (0.0, 0.5),
        "a": (0.0, -0.5),
        "q": (1.0, 0.5),
        "p": (1.0, -0.5),
    }


def test_only_the_given_axes_are_touched(net):
    figure = Figure(facecolor="0.1")
    left, right = figure.subplots(1, 2)
    face = figure.get_facecolor()
    assert draw_network(net, right, colorbar=False).ax_ is right
    assert not left.collections
    assert right.collections
    assert figure.get_facecolor() == face


def test_names_are_written_as_they_are_never_as_mathematics(net):
    odd = ng.Network()
    for name in ("$a$", "<b>&"):
        odd.add_input(name)
    odd.add_output("a_very_long_name", "sigmoid")
    odd.connect("$a$", "a_very_long_name", 1.0)
    diagram = draw_network(odd)
    assert [label.get_text() for label in diagram.labels_] == ["$a$", "<b>&", "a_very_…"]
    diagram.ax_.figure.canvas.draw()


def test_what_is_not_computed_is_an_error_that_says_what_to_call():
    net = ng.Network.dense([1, 1], "tanh")
    with pytest.raises(ng.NeurographError, match=r"Call net\.forward\(x\) first\."):
        draw_network(net, show="forward")
    with pytest.raises(ng.NeurographError, match=r"Call net\.forward\(x\) and net\.backward\(y\) first\."):
        draw_network(net, show="backward")
    with pytest.raises(ng.NeurographError, match="Did you mean 'weights'"):
        draw_network(net, show="weight")


def test_in_a_chain_an_edge_that_skips_layers_passes_through_no_neuron():
    net = ng.Network()
    net.add_input("x1")
    for name, source in (("h1", "x1"), ("h2", "h1")):
        net.add_neuron(name, "tanh")
        net.connect(source, name, 0.5)
    net.add_output("o1", "tanh")
    for source in ("x1", "h1", "h2"):
        net.connect(source, "o1", -1.0)
    ways = [segment.tolist() for segment in draw_network(net).lines_.get_segments()]
    for neuron, (x, y) in positions(net).items():
        for way in ways:
            if [x, y] not in (way[0], way[-1]):
                assert all((px - x) ** 2 + (py - y) ** 2 > 0.02 for px, py in way), neuron.name
    assert len({tuple(map(tuple, way)) for way in ways}) == len(ways)


def test_a_crowded_layer_has_smaller_circles_and_no_names():
    small, large = (draw_network(ng.Network.dense([n, 2], "tanh"), colorbar=False) for n in (4, 30))
    assert large.circles_.get_sizes()[0] < small.circles_.get_sizes()[0] / 5
    assert large.labels_ == []


def test_a_mode_in_the_place_of_the_axes_is_explained(net):
    with pytest.raises(ng.NeurographError, match=r"expected matplotlib axes\. Say show='forward' for a mode\."):
        draw_network(net, "forward")
