"""The plots that run a net over data show the net's own numbers, and leave the net as it was."""

import math
import subprocess
import sys
from random import Random

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import neurograph as ng
from strategies import random_case
from visualize.plots.activations import bands, plot_activations
from visualize.plots.boundary import plot_decision_boundary
from visualize.plots.distribution import activations_by_layer, plot_activation_spread
from visualize.plots.matrix import plot_matrix
from visualize.plots.responses import plot_responses
from visualize.plots.surface import plot_loss_surface
from visualize.themes import THEMES

X, Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]
ODD = ["$x_1$", "_<b>&\n", "n" * 200, "\N{GRINNING FACE} a"]


def xor_net():
    net = ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=1)
    ng.train(net, X, Y, loss="binary_cross_entropy", optimizer=ng.Adam(0.1), epochs=60, progress=False)
    return net


def wide_net(inputs=4, outputs=3):
    return ng.Network.dense([inputs, 5, outputs], ["tanh", "softmax" if outputs > 1 else "sigmoid"], seed=3)


def dag(seed=33):
    """A net with edges that skip layers, and rows for it; checked, so that the tests below mean what they say."""
    case = random_case(seed)
    layer = {neuron: at for at, some in enumerate(case.net.layers) for neuron in some}
    assert any(layer[edge.target] - layer[edge.source] > 1 for edge in case.net.edges)
    rng = Random(seed)
    return case, [[rng.uniform(-2.0, 2.0) for _ in case.net.inputs] for _ in range(9)]


PLOTS = {
    "plot_activations": lambda net, ax=None, **more: plot_activations(net, X, Y, ax, **more),
    "plot_activation_spread": lambda net, ax=None, **more: plot_activation_spread(net, X, ax, **more),
    "plot_decision_boundary": lambda net, ax=None, **more: plot_decision_boundary(net, X, Y, ax, **more),
    "plot_loss_surface": lambda net, ax=None, **more: plot_loss_surface(net, X, Y, ax=ax, resolution=4, **more),
    "plot_matrix": lambda net, ax=None, **more: plot_matrix(net, ax, **more),
}


# All of them.


@pytest.mark.parametrize("name", [*PLOTS, "plot_responses"])
@pytest.mark.parametrize("run", [True, False])
def test_the_net_stays_as_it_was_bit_for_bit(name, run):
    plot = PLOTS.get(name, lambda net: plot_responses(net, X, Y, resolution=4))
    net = xor_net()
    net.freeze("h2", net.edge("h1", "o1"))
    if run:
        net.forward([0.3, 0.7])
        net.backward([1.0])
    before = net.__getstate__()
    plot(net)
    assert net.__getstate__() == before
    if run:
        net.update(0.1)  # the gradients are still those of its own last pass


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_only_the_given_axes_are_touched(plot, tmp_path):
    figure = Figure(facecolor="0.3", layout="constrained")
    left, right = figure.subplots(1, 2)
    right.set_xlabel("mine")
    drawn = plot(xor_net(), right, theme="dark")
    assert drawn.ax is right
    assert not drawn.own
    assert not left.has_data()
    assert figure.get_facecolor() == (0.3, 0.3, 0.3, 1.0)
    assert to_hex(right.get_facecolor()) == "#ffffff"
    assert right.get_xlabel() == "mine"
    assert right.get_ylabel()
    drawn.save(tmp_path / "drawn.png")


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_figure_of_its_own_has_the_page_of_the_theme(plot, tmp_path):
    drawn = plot(xor_net(), theme="dark")
    assert drawn.own
    assert to_hex(drawn.figure.get_facecolor()) == THEMES["dark"].page
    for name in ("a.svg", "b.pdf"):
        drawn.save(tmp_path / name)
    assert drawn.alt[:30] in (tmp_path / "a.svg").read_text(encoding="utf-8").replace("&gt;", ">")


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_what_is_no_network_or_no_axes_is_said(plot, request):
    name = request.node.callspec.id
    with pytest.raises(ng.NeurographError) as caught:
        plot([1.0])
    assert str(caught.value) == f"{name}, net: got [1.0] (a list), expected a Network."
    with pytest.raises(ng.NeurographError, match=f"^{name}, ax: got 3, expected matplotlib axes."):
        plot(xor_net(), 3)
    with pytest.raises(ng.NeurographError, match="Did you mean 'dark'"):
        plot(xor_net(), theme="darc")


OVER_DATA = {
    "plot_activations": plot_activations,
    "plot_activation_spread": plot_activation_spread,
    "plot_responses": plot_responses,
    "plot_decision_boundary": lambda net, x: plot_decision_boundary(net, x, Y),
    "plot_loss_surface": lambda net, x: plot_loss_surface(net, x, Y),
}


@pytest.mark.parametrize("name", OVER_DATA)
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "X: got no rows, expected at least one example of 2 numbers."),
        ([[1.0, math.nan]], ("X[0][1] (for x2): got nan, expected a finite number. "
         "NaN and infinity are refused on the way in.")),
        ([[1.0, 2.0], [1.0, -math.inf]], ("X[1][1] (for x2): got -inf, expected a finite number. "
         "NaN and infinity are refused on the way in.")),
        ([["a", 1.0]], "X[0][0] (for x1): got 'a' (a str), expected one finite number (an int or a float)."),
        ([[1.0, 2.0, 3.0]], "X[0]: got 3 numbers, expected 2 numbers, one for each of x1, x2."),
        ([1.0, 2.0, 3.0, 4.0], "X: got 4 numbers, expected 2 numbers, one for each of x1, x2."),
        ([[[[[1.0, 2.0]]]]], ("X[0][0]: got [[[1.0, 2.0]]] (a list), expected one finite number. "
         "Give one row of numbers here.")),
        ("text", "X: got 'text' (a str), expected a list of numbers, or a list of such lists for a batch."),
        ({"a": 1}, ("X: got {'a': 1} (a dict), expected a list of numbers, or a list of such lists for a batch. "
         "Give lists, or a data frame, whose columns are found by their names.")),
    ],
)  # fmt: skip
def test_data_that_do_not_fit_are_explained(name, given, message):
    with pytest.raises(ng.NeurographError) as caught:
        OVER_DATA[name](wide_net(2, 1), given)
    assert str(caught.value) == f"{name}, {message}"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1.0]], "plot_activations, X and Y: got 4 rows of X and 1 of Y, expected as many of each."),
        ([0, 1, 1], "plot_activations, X and Y: got 4 rows of X and 3 of Y, expected as many of each."),
        ([[0.0, 1.0]] * 4, "plot_activations, Y[0]: got 2 numbers, expected 1 number, for o1."),
    ],
)  # fmt: skip
def test_targets_that_do_not_fit_are_explained(given, message):
    with pytest.raises(ng.NeurographError) as caught:
        plot_activations(xor_net(), X, given)
    assert str(caught.value) == message


def test_arrays_and_one_row_will_do():
    net = xor_net()
    assert plot_activations(net, np.array(X), np.array(Y)).alt == plot_activations(net, X, Y).alt
    assert plot_activations(net, [0.0, 1.0], [1.0])["mesh"].get_array().shape == (6, 1)


# plot_activations.


@pytest.mark.parametrize("seed", [33, 3, 7])
def test_the_heat_map_holds_every_activation_in_its_place(seed):
    case, rows = dag(seed) if seed == 33 else (random_case(seed), None)
    net = case.net
    rows = rows or [case.x]
    drawn = plot_activations(net, rows, scale="network")
    shown = drawn["mesh"].get_array()
    assert shown.shape == (len(net) - len(net.inputs) + len(net.layers) - 1, len(rows))
    at = 0
    for layer in net.layers[1:]:
        assert shown.mask[at].all()  # the gap above the layer
        for neuron in layer:
            at += 1
            for column, x in enumerate(rows):
                net.forward(x)
                assert shown[at, column] == neuron.a
        at += 1
    norm = drawn["mesh"].norm
    assert norm.vmin == -norm.vmax == -abs(shown).max()


def test_examples_stand_class_by_class_with_a_line_between_and_the_names_below(tmp_path):
    net, names = xor_net(), ("equal $", "_different")
    drawn = plot_activations(net, X, Y, class_names=names)
    outputs = [net.forward(X[at])[0] for at in (0, 3, 1, 2)]
    assert drawn["mesh"].get_array()[-1].tolist() == outputs
    assert [label.get_text() for label in drawn.ax.get_xticklabels()] == list(names)
    assert list(drawn.ax.get_xticks()) == [1.0, 3.0]
    assert [line[0][0] for line in drawn["class_lines"].get_segments()] == [2.0]
    assert [label.get_text() for label in drawn.ax.get_yticklabels()] == ["h1", "h2", "h3", "o1"]
    assert [text.get_text() for text in drawn["layers"]] == ["layer 1: tanh", "layer 2, output: sigmoid"]
    low, high = min(outputs), max(outputs)
    assert "4 neurons on 4 examples, by class: 2 equal $, 2 _different." in drawn.alt
    assert f"The highest is {max(high, drawn['mesh'].get_array().max()):.3g}" in drawn.alt
    assert low < 0.5 < high
    drawn.save(tmp_path / "a.png")


def test_targets_that_are_numbers_leave_the_order_as_given():
    drawn = plot_activations(xor_net(), X, [[0.2], [0.1], [0.7], [0.1]])
    assert drawn["class_lines"] is None
    assert [label.get_text() for label in drawn.ax.get_xticklabels()] == ["1", "2", "3", "4"], "as --example counts"
    assert drawn.ax.get_xlabel() == "example"


def test_the_alt_text_counts_examples_from_1():
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    assert plot_activations(net, [[3.0], [-2.0]]).alt.endswith(
        "The lowest is -2, of o1 on example 2. The highest is 3, of o1 on example 1."
    )


def test_layers_far_apart_get_scales_of_their_own_and_the_bar_says_so():
    net = ng.Network.dense([2, 2, 1], ["identity", "tanh"], initializer="ones")
    drawn = plot_activations(net, [[50.0, 50.0], [-1.0, 0.0]])
    assert drawn["mesh"].get_array()[1].tolist() == [1.0, -0.01]
    assert drawn["colorbar"].ax.get_ylabel() == "activation a\n(share of the layer's largest)"
    plain = plot_activations(net, [[50.0, 50.0], [-1.0, 0.0]], scale="network")
    assert plain["colorbar"].ax.get_ylim() == (-1.0, 100.0)  # the part that occurs of a scale from -100 to 100
    assert plain["mesh"].get_array()[1].tolist() == [100.0, -1.0]
    assert plain["colorbar"].ax.get_ylabel() == "activation a"
    with pytest.raises(ng.NeurographError, match="unknown scale 'layr'"):
        plot_activations(net, X, scale="layr")


def test_a_large_net_has_names_for_its_layers_only_and_a_very_deep_one_at_the_side(tmp_path):
    large = plot_activations(ng.Network.dense([2, 60, 60, 1], "tanh"), X)
    assert len(large["layers"]) == 3
    assert not large.ax.get_yticklabels()
    deep = plot_activations(ng.Network.dense([2, *[2] * 30, 1], "tanh"), X)
    assert deep["layers"] == []
    assert [label.get_text() for label in deep.ax.get_yticklabels()][:2] == ["layer 1", "layer 2"]
    deep.save(tmp_path / "a.png")


def test_bands_are_as_high_as_their_layers_with_gaps_above():
    edges, places = bands([3, 1], 2.0)
    assert edges == [0.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0]
    assert places == [(2.0, [2.5, 3.5, 4.5]), (7.0, [7.5])]


def test_class_names_that_do_not_fit_are_explained():
    with pytest.raises(ng.NeurographError) as caught:
        plot_activations(xor_net(), X, Y, class_names=["a", "b", "c"])
    assert str(caught.value) == (
        "plot_activations, class_names: got ['a', 'b', 'c'] (a list), expected 2 names, one for each class, or none."
    )


# plot_activation_spread.


def test_violins_medians_and_quartiles_are_those_of_the_layer(tmp_path):
    case, rows = dag()
    net = case.net
    drawn = plot_activation_spread(net, rows)
    values = []
    for layer in net.layers[1:]:
        found = []
        for neuron in layer:
            for x in rows:
                net.forward(x)
                found.append(neuron.a)
        values.append(found)
    assert [list(layer) for layer in activations_by_layer(net, rows)] == values
    assert [y for _, y in drawn["medians"].get_offsets()] == [np.median(found) for found in values]
    ends = [(segment[0][1], segment[1][1]) for segment in drawn["quartiles"].get_segments()]
    assert ends == [tuple(np.quantile(found, [0.25, 0.75])) for found in values]
    for violin, found in zip(drawn["violins"], values, strict=True):
        box = violin.get_paths()[0].get_extents()
        assert (box.y0, box.y1) == (min(found), max(found))
    drawn.save(tmp_path / "a.png")


def test_bounds_are_marked_where_the_function_has_them():
    net = ng.Network.dense([1, 2, 2, 1], ["tanh", "relu", "identity"])
    lines = plot_activation_spread(net, [[1.0], [2.0]])["bounds"].get_segments()
    assert [(round(line.mean(axis=0)[0], 9), line[0][1]) for line in lines] == [(0.0, -1.0), (0.0, 1.0), (1.0, 0.0)]
    free = ng.Network.dense([1, 1], "identity")
    assert plot_activation_spread(free, [[1.0], [2.0]])["bounds"] is None


@pytest.mark.parametrize("value", [0.0, 1.0, 1e20, 1e-300])
def test_data_that_never_change_make_one_flat_shape(value, tmp_path):
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    drawn = plot_activation_spread(net, [[value]] * 3)
    assert f"median {value:.3g}" in drawn.alt
    drawn.save(tmp_path / "a.png")
    plot_activations(net, [[value]] * 3).save(tmp_path / "b.png")


def test_bins_must_be_a_number_from_1_up():
    with pytest.raises(ng.NeurographError) as caught:
        plot_activation_spread(xor_net(), X, bins=0)
    assert str(caught.value) == "plot_activation_spread, bins: got 0, expected a whole number from 1 up."


def test_odd_names_are_written_as_they_are(tmp_path):
    net = ng.Network()
    for name in ODD[:2]:
        net.add_input(name)
    net.add_neuron(ODD[2], "tanh")
    net.add_output(ODD[3], "sigmoid")
    for source, target in ((ODD[0], ODD[2]), (ODD[1], ODD[2]), (ODD[2], ODD[3]), (ODD[0], ODD[3])):
        net.connect(source, target, 1.0)
    net.forward(X[1])
    net.backward(Y[1])
    names = ("_$a$", "<b>\n" + "c" * 200)
    short = ["_$a$", "<b>\\n" + "c" * 34 + "…"]
    drawn = plot_decision_boundary(net, X, Y, class_names=names, resolution=4)
    assert [text.get_text() for text in drawn["legend"].get_texts()][:2] == short
    assert (drawn.ax.get_xlabel(), drawn.ax.get_ylabel()) == ("$x_1$", "_<b>&\\n")
    drawn.save(tmp_path / "a.svg")
    mapped = plot_activations(net, X, Y, class_names=names)
    assert [label.get_text() for label in mapped.ax.get_xticklabels()] == ["_$a$", "<b>\\n" + "c" * 18 + "…"]
    assert next(label.get_text() for label in mapped.ax.get_yticklabels()) == "n" * 23 + "…"
    mapped.save(tmp_path / "b.png")
    plot_activation_spread(net, X).save(tmp_path / "c.png")
    plot_responses(net, X, Y, resolution=3).save(tmp_path / "d.png")
    matrix = plot_matrix(net, layer=2, show="gradients")
    assert [label.get_text() for label in matrix.ax.get_xticklabels()] == ["$x_1$", "n" * 23 + "…"]
    matrix.save(tmp_path / "e.png")
    surface = plot_loss_surface(net, X, Y, weights=(f"{ODD[0]}->{ODD[3]}", ODD[2]), resolution=3)
    assert surface.ax.get_xlabel() == "weight $x_1$->\N{GRINNING FACE} a"
    surface.save(tmp_path / "f.png")


def test_importing_the_plots_loads_neither_matplotlib_nor_numpy():
    names = ["activations", "axes_parts", "boundary", "distribution", "evaluate", "input_plane", "loss_plane", "matrix"]
    code = "; ".join(f"import visualize.plots.{name}" for name in [*names, "responses", "surface"])
    code += "; import sys; print({'matplotlib', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
