"""The plots over a plane of inputs show the net's own outputs there, and say where all other inputs are held."""

import math
from random import Random

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

import neurograph as ng
from neurograph.data.dataset import class_index
from strategies import random_case
from visualize.plots.boundary import leads, plot_decision_boundary, tint
from visualize.plots.responses import columns_for, plot_responses
from visualize.themes import THEMES

X, Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]


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


def iris():
    return ng.datasets.load_iris()


# plot_responses.


def test_every_panel_is_its_neuron_over_the_plane():
    case, rows = dag()
    net = case.net
    drawn = plot_responses(net, rows, resolution=5, span=((-1, 1), (0, 4)), scale="network")
    places = [(column, row) for row in range(5) for column in range(5)]
    for column, row in places:
        net.forward([-1.0 + 0.5 * column, float(row)])
        for neuron in net.neurons:
            if neuron.role != "input":
                assert drawn["images"][neuron.name].get_array()[row, column] == neuron.a
    limits = {(image.norm.vmin, image.norm.vmax) for image in drawn["images"].values()}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == -high
    assert drawn["images"]["h1"].get_extent() == [-1.25, 1.25, -0.5, 4.5]
    assert drawn.ax.get_xlim() == (-1.0, 1.0)
    assert [tuple(place) for place in drawn["points"]["h1"].get_offsets()] == [tuple(row) for row in rows]


def test_panels_stand_by_layer_from_left_to_right(tmp_path):
    drawn = plot_responses(ng.Network.dense([2, 8, 2, 1], "tanh"), X, Y, resolution=3)
    drawn.save(tmp_path / "a.png")
    boxes = {name: ax.get_position() for name, ax in drawn["panels"].items()}
    assert boxes["h1_1"].x1 <= boxes["h1_5"].x0 < boxes["h1_8"].x1 <= boxes["h2_1"].x0 < boxes["h2_2"].x1
    assert boxes["h2_2"].x1 <= boxes["o1"].x0
    assert boxes["h1_1"].y0 > boxes["h1_2"].y0 > boxes["h1_4"].y0
    assert boxes["h1_5"].y0 == pytest.approx(boxes["h1_1"].y0)
    assert drawn.ax is drawn["panels"]["h1_1"]
    assert columns_for(13, 6) == [5, 4, 4]


def test_other_inputs_are_held_at_the_means_or_where_you_say_and_the_picture_says_so():
    data, net = iris(), wide_net()
    drawn = plot_responses(net, data.X, features=("petal length (cm)", 3), feature_names=data.feature_names,
                           neurons=["o1"], resolution=2)  # fmt: skip
    means = [math.fsum(column) / 150 for column in zip(*data.X, strict=True)]
    plane = drawn["images"]["o1"]
    left, right, low, high = drawn.ax.get_xlim() + drawn.ax.get_ylim()
    assert plane.get_array()[1, 0] == net.forward([*means[:2], left, high])[0]
    assert plane.get_array()[0, 1] == net.forward([*means[:2], right, low])[0]
    told = drawn.figure.get_supxlabel()
    assert told == "petal length (cm), 0.528 to 7.37\nwith sepal length (cm) = 5.84,\nsepal width (cm) = 3.06"
    assert "with sepal length (cm) = 5.84, sepal width (cm) = 3.06" in drawn.alt
    fixed = plot_responses(net, fixed=[1.0, 2.0, 0.0, 0.0], features=(2, 3), neurons=[net["o1"]], resolution=2)
    assert fixed["images"]["o1"].get_array()[0, 0] == net.forward([1.0, 2.0, -1.0, -1.0])[0]
    assert list(fixed["panels"]) == ["o1"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, ("plot_responses, fixed: got none, expected 4 numbers, at which the inputs that do not vary are held. "
         "Give them, or X, whose means are then taken.")),
        ({"fixed": [1.0]}, "plot_responses, fixed: got 1 number, expected 4 numbers, one for each of x1, x2, x3, x4."),
        ({"features": (0, 4)}, "plot_responses, features: got 4, expected a place from 0 to 3."),
        ({"features": (0, 0)}, "plot_responses, features: got (0, 0) (a tuple), expected two different inputs."),
        ({"features": ("x1", "x11")}, ("plot_responses, features: no input is named 'x11'. "
         "Did you mean 'x1'? Known: x1, x2, x3, x4.")),
        ({"features": 3}, "plot_responses, features: got 3, expected two inputs, such as (0, 1)."),
        ({"features": (0, 1.5)}, ("plot_responses, features: got 1.5, expected the place of an input, from 0, "
         "or its name.")),
        ({"Y": [[1.0]]}, "plot_responses, X: got Y without X. Give the examples that the targets belong to."),
        ({"fixed": [0.0] * 4, "span": (1, 1)}, ("plot_responses, span: got (1, 1) (a tuple), expected (low, high), or "
         "((low, high), (low, high)), each low below its high.")),
        ({"fixed": [0.0] * 4, "span": "wide"}, ("plot_responses, span: got 'wide' (a str), expected (low, high), or "
         "((low, high), (low, high)).")),
        ({"fixed": [0.0] * 4, "resolution": 1}, ("plot_responses, resolution: got 1, expected a whole number from 2 "
         "up.")),
        ({"fixed": [0.0] * 4, "neurons": []}, ("plot_responses, neurons: got none, expected at least one. "
         "Leave it out to draw all.")),
        ({"fixed": [0.0] * 4, "neurons": ["x1"]}, ("plot_responses, neurons: x1 is an input, it answers itself. "
         "Leave it out.")),
        ({"fixed": [0.0] * 4, "neurons": "h1"}, ("plot_responses, neurons: got 'h1' (a str), expected a list of names "
         "or of Neuron objects.")),
        ({"fixed": [0.0] * 4, "feature_names": ["a"]}, ("plot_responses, feature_names: got ['a'] (a list), "
         "expected 4 names, one for each input, or none.")),
    ],
)  # fmt: skip
def test_what_plot_responses_cannot_use_is_explained(given, message):
    with pytest.raises(ng.NeurographError) as caught:
        plot_responses(wide_net(), **given)
    assert str(caught.value) == message


def test_too_many_panels_are_refused_with_a_way_out():
    with pytest.raises(ng.NeurographError) as caught:
        plot_responses(ng.Network.dense([2, 70, 1], "tanh"))
    assert str(caught.value) == (
        "plot_responses, net: it has 71 neurons that compute, expected at most 64 to draw. "
        "Choose some with neurons=['h1', ...]."
    )


# plot_decision_boundary.


def test_with_one_output_the_image_is_the_output_and_its_colours_those_of_the_points():
    net = xor_net()
    drawn = plot_decision_boundary(net, X, Y, span=(0, 1), resolution=11, class_names=("equal", "different"))
    image, look = drawn["regions"], THEMES["light"]
    for row in range(11):
        for column in range(11):
            a = net.forward([column / 10, row / 10])
            assert image.get_array()[row, column] == pytest.approx(a[0], abs=1e-12)
            colour = image.to_rgba(image.get_array()[row, column])[:3]
            own, other = (to_rgb(look.class_colour(k)) for k in (class_index(a), 1 - class_index(a)))
            assert np.linalg.norm(np.subtract(colour, own)) < np.linalg.norm(np.subtract(colour, other))
    assert [to_hex(points.get_facecolor()[0]) for points in drawn["points"]] == [look.classes[0], look.classes[1]]
    assert [points.get_offsets().tolist() for points in drawn["points"]] == [[X[0], X[3]], [X[1], X[2]]]
    for x, y in drawn["lines"][0].get_paths()[0].vertices:
        assert net.forward([x, y])[0] == pytest.approx(0.5, abs=0.15)
    assert drawn["wrong"] is None
    assert [text.get_text() for text in drawn["legend"].get_texts()] == ["equal", "different"]
    assert drawn.alt.endswith("Wrong: 0 of 4 examples.")


def test_with_several_outputs_each_class_has_its_region_in_a_tint_of_its_colour(tmp_path):
    data = ng.datasets.gaussian_clouds(20, seed=1)
    net = ng.Network.dense([2, 4, 3], ["tanh", "softmax"], seed=1)
    ng.train(net, data.X, data.Y, loss="cross_entropy", optimizer=ng.Adam(0.05), epochs=5, progress=False)
    net.connect("x1", "o2", -0.5)  # and an edge that skips a layer
    drawn = plot_decision_boundary(net, data.X, data.Y, span=(-4, 4), resolution=41, class_names=data.class_names)
    right = 0
    for x in np.linspace(-3.93, 3.97, 23):
        for y in np.linspace(-3.93, 3.97, 23):
            outputs = sorted(net.forward([x, y]))
            if outputs[-1] - outputs[-2] > 0.1:  # not on a boundary
                inside = [region.get_paths()[0].contains_point((x, y)) for region in drawn["regions"]]
                assert inside == [k == class_index(net.forward([x, y])) for k in range(3)]
                right += 1
    assert right > 300
    page = THEMES["light"].page
    for region, points in zip(drawn["regions"], drawn["points"], strict=True):
        point = to_hex(points.get_facecolor()[0])
        assert tuple(region.get_facecolor()[0][:3]) == pytest.approx(tint(point, page, 0.36))
    wrong = [x for x, y in zip(data.X, data.Y, strict=True) if class_index(net.forward(x)) != class_index(y)]
    assert len(wrong) > 0
    assert drawn["wrong"].get_offsets().tolist() == wrong
    assert drawn["legend"].get_texts()[-1].get_text() == f"wrong: {len(wrong)} of 60"
    assert drawn.alt.endswith(f"Wrong: {len(wrong)} of 60 examples.")
    drawn.save(tmp_path / "a.png")


def test_of_four_inputs_two_are_named_and_the_label_says_where_the_others_are_held():
    data, net = iris(), wide_net()
    drawn = plot_decision_boundary(
        net, data.X, data.Y, features=(2, 3), feature_names=data.feature_names, resolution=5, points=False
    )
    assert drawn.ax.get_xlabel() == "petal length (cm)\nwith sepal length (cm) = 5.84, sepal width (cm) = 3.06"
    assert drawn.ax.get_ylabel() == "petal width (cm)"
    assert "with sepal length (cm) = 5.84, sepal width (cm) = 3.06" in drawn.alt
    assert drawn["points"] == []
    many = ng.Network.dense([9, 1], "sigmoid")
    cut = plot_decision_boundary(many, [[0.0] * 9, [1.0] * 9], [[0.0], [1.0]], features=(0, 8), resolution=3)
    assert cut.ax.get_xlabel() == "x1\nwith the other 7 inputs at their means"
    held = plot_decision_boundary(
        many, [[0.0] * 9, [1.0] * 9], [[0.0], [1.0]], features=(0, 8), fixed=range(9), resolution=3
    )
    assert held.ax.get_xlabel() == "x1\nwith the other 7 inputs at the values given"


@pytest.mark.parametrize(
    ("net", "x", "y", "message"),
    [
        (wide_net(), [[1.0, 2.0, 3.0, 4.0]], [[1.0, 0.0, 0.0]], ("plot_decision_boundary, X: got rows of 4 numbers, "
         "expected rows of 2, which span a plane. Name two of them with features=(2, 3); the others are then held.")),
        (wide_net(1, 1), [[1.0]], [[1.0]], ("plot_decision_boundary, net: it has 1 input, and a plane needs 2. "
         "Draw its neurons with plot_activations(net, X).")),
        (wide_net(2, 1), [[1.0, 2.0]], [[0.3]], ("plot_decision_boundary, Y: these targets are numbers, expected "
         "classes: 0 or 1, or a single 1 in each row. To see outputs over a plane of inputs, call "
         "plot_responses(net, X).")),
    ],
)  # fmt: skip
def test_data_without_a_plane_or_without_classes_are_refused_with_a_way_out(net, x, y, message):
    with pytest.raises(ng.NeurographError) as caught:
        plot_decision_boundary(net, x, y)
    assert str(caught.value) == message


@pytest.mark.parametrize("outputs", [1, 2])
def test_where_outputs_are_equal_the_first_class_has_it_and_no_line_is_drawn(outputs, tmp_path):
    net = ng.Network.dense([2, outputs], "sigmoid", initializer="zeros")  # 0.5 everywhere
    y = [[0.0], [1.0]] if outputs == 1 else [[1.0, 0.0], [0.0, 1.0]]
    drawn = plot_decision_boundary(net, X[:2], y, resolution=4)
    assert drawn["lines"] == []
    assert "class 0 100%, class 1 0%" in drawn.alt
    first = to_rgb(THEMES["light"].class_colour(0))
    if outputs == 1:
        shown = drawn["regions"].to_rgba(0.5 - 1e-9)[:3]
        assert drawn["regions"].get_array().max() < 0.5
        assert shown == pytest.approx(tint(to_hex(first), "#ffffff", 0.16), abs=0.01)
    else:
        assert drawn["regions"][1] is None
    drawn.save(tmp_path / "a.png")


def test_a_class_leads_exactly_where_it_is_predicted():
    rng = Random(2)
    outputs = np.array([[[rng.choice((0.0, 0.5, 1.0)) for _ in range(3)] for _ in range(9)] for _ in range(9)])
    classes = np.array([[class_index(list(a)) for a in row] for row in outputs])
    for k, lead in enumerate(leads(outputs, classes)):
        assert ((lead > 0.0) == (classes == k)).all()
