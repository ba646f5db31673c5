"""The confusion matrix and the curves of activations: asserted on what was drawn."""

import math
from itertools import pairwise

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy import ma

import neurograph as ng
from neurograph.data.metrics import confusion_matrix, r2
from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError
from neurograph.rules.activations import Activation
from visualize.plots.confusion import contrast, plot_confusion
from visualize.plots.curves import offsets, plot_activation, points, together
from visualize.plots.predicted import plot_predictions
from visualize.themes import THEMES

SINGLE = [rule for rule in ng.ACTIVATIONS if isinstance(rule, Activation)]


def one_hot(labels, size):
    return [[float(k == label) for k in range(size)] for label in labels]


TARGETS = one_hot([0, 0, 1, 1, 1, 2], 3)
OUTPUTS = [[0.1 + 0.8 * share for share in row] for row in one_hot([0, 0, 1, 2, 2, 0], 3)]
NAMES = ["setosa", "versicolor", "virginica"]


def texts(artists):
    return [artist.get_text() for artist in artists]


def told(drawn):
    return texts(drawn["legend"].get_texts())


# The confusion matrix.


def test_the_cells_are_the_counts_true_classes_down_and_predicted_across():
    drawn = plot_confusion(OUTPUTS, TARGETS, NAMES)
    counts = confusion_matrix(OUTPUTS, TARGETS)
    assert drawn["cells"].get_array().tolist() == counts == [[2, 0, 0], [0, 1, 2], [1, 0, 0]]
    assert texts(drawn["numbers"]) == [str(count) for row in counts for count in row]
    assert [text.get_position() for text in drawn["numbers"]] == [(x, y) for y in range(3) for x in range(3)]
    assert texts(drawn.ax.get_xticklabels()) == texts(drawn.ax.get_yticklabels()) == NAMES
    assert (drawn.ax.get_xlabel(), drawn.ax.get_ylabel()) == ("predicted class", "true class")
    assert drawn.ax.get_ylim() == (2.5, -0.5), "the first class is at the top"
    assert drawn.alt == (
        "Confusion matrix of 6 examples in 3 classes, true classes down, predicted across; accuracy 0.5. "
        "Taken most often for another: 2 of versicolor for virginica, 1 of virginica for setosa."
    )


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("normalize", [False, True])
def test_every_number_can_be_read_on_its_cell(theme, normalize, tmp_path):
    size = 9
    targets = one_hot([0] * 36 + [1] * 8, size)
    outputs = one_hot([k for k in range(size) for _ in range(k)] + [1] * 8, size)  # shades from 0 to the largest
    drawn = plot_confusion(outputs=outputs, targets=targets, normalize=normalize, theme=theme)
    drawn.save(tmp_path / "cells.png")
    fills = drawn["cells"].get_facecolors()
    assert len(fills) == len(drawn["numbers"]) == 81
    assert min(contrast(text.get_color(), fill) for text, fill in zip(drawn["numbers"], fills, strict=True)) >= 4.0
    assert {text.get_color() for text in drawn["numbers"]} == {THEMES[theme].ink, THEMES[theme].page}


def test_shares_of_each_true_class_and_a_dash_where_there_is_none():
    drawn = plot_confusion(one_hot([0, 1, 1], 3), targets=one_hot([0, 0, 0], 3), normalize=True, colorbar=True)
    assert texts(drawn["numbers"]) == ["0.33", "0.67", "0", *["–"] * 6]  # noqa: RUF001
    assert drawn["cells"].get_array()[0].tolist() == [1 / 3, 2 / 3, 0.0]
    assert drawn["cells"].get_array()[1].tolist() == [None] * 3
    assert drawn["cells"].get_array()[1, 0] is ma.masked
    assert drawn["cells"].get_clim() == (0.0, 1.0)
    assert drawn["colorbar"].ax.get_ylabel() == "share"
    drawn.figure.canvas.draw()


def test_the_colorbar_is_as_high_as_the_cells_and_leaves_other_axes_alone():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    before = left.get_position().bounds
    drawn = plot_confusion(OUTPUTS, TARGETS, NAMES, right, colorbar=True)
    figure.canvas.draw()
    assert left.get_position().bounds == before
    bar, cells = drawn["colorbar"].ax.get_window_extent(), right.get_window_extent()
    assert (bar.y0, bar.y1) == pytest.approx((cells.y0, cells.y1))
    assert "colorbar" not in plot_confusion(OUTPUTS, TARGETS).artists


def test_thirty_classes_have_small_numbers_that_fit_their_cells_and_no_zeros():
    labels = [k for k in range(30) for _ in range(20)]
    given = [(k * 7 + at) % 30 if at < 4 else k for at, k in enumerate(labels)]
    rows = {"outputs": one_hot(given, 30), "targets": one_hot(labels, 30)}
    drawn = plot_confusion(**rows, class_names=[f"class number {k}" for k in range(30)])
    counts = confusion_matrix(**rows)
    assert texts(drawn["numbers"]) == [str(count) for row in counts for count in row if count]
    drawn.figure.canvas.draw()
    cell = drawn.ax.get_window_extent().width / 30
    assert all(text.get_window_extent().width < cell for text in drawn["numbers"])
    assert drawn["numbers"][0].get_fontsize() >= 4.5
    assert len(drawn.ax.get_xticklabels()) == 30
    ends = sorted((label.get_window_extent().x0, label.get_window_extent().x1) for label in drawn.ax.get_xticklabels())
    assert all(right <= left for (_, right), (left, _) in pairwise(ends))


def test_long_numbers_fit_their_cells_too():
    ax = Figure(figsize=(2.4, 2.4), layout="constrained").add_subplot()
    labels = [0] * 10000 + [1, 2, 3]
    drawn = plot_confusion(one_hot(labels, 4), one_hot(labels, 4), ["a", "b", "c", "d"], ax)
    drawn.figure.canvas.draw()
    cell = ax.get_window_extent().width / 4
    assert texts(drawn["numbers"])[0] == "10000"
    assert all(text.get_window_extent().width < cell for text in drawn["numbers"])


def test_where_numbers_would_be_too_small_there_are_none_and_only_some_names():
    ax = Figure(figsize=(2.5, 2)).add_subplot()
    drawn = plot_confusion(one_hot(range(30), 30), one_hot(range(30), 30), ax=ax)
    assert drawn["numbers"] == []
    assert drawn.alt.endswith("accuracy 1. None was taken for another. The cells are too small for numbers.")
    names = texts(ax.get_xticklabels())
    assert 3 < len(names) < 15
    assert names == [f"class {k}" for k in ax.get_xticks()]


@pytest.mark.parametrize("name", ["$a$", "_h", "<b>&", "a\nb", "x" * 200, "😀"])
def test_odd_class_names_are_written_as_they_are_and_shortened(name, tmp_path):
    drawn = plot_confusion([[0.9], [0.1]], [[0], [1]], ["plain", name])
    shown = {"a\nb": "a\\nb", "x" * 200: "x" * 23 + "…"}.get(name, name)
    assert texts(drawn.ax.get_yticklabels()) == ["plain", shown]
    drawn.save(tmp_path / "odd.svg")
    assert f"1 of {shown} for plain" in drawn.alt


def test_what_makes_no_matrix_is_explained():
    with pytest.raises(InvalidValueError) as caught:
        plot_confusion(OUTPUTS, TARGETS, ["a", "b"])
    assert str(caught.value) == "class_names: got 2, expected 3, one for each class."
    with pytest.raises(InvalidValueError, match=r"got 1 rows of outputs and 2 of targets, expected as many"):
        plot_confusion([[0.5]], [[1], [0]])
    with pytest.raises(InvalidTypeError, match=r"^plot_confusion, ax: got True \(a bool\), expected matplotlib axes"):
        plot_confusion(OUTPUTS, TARGETS, ax=True)


def test_outputs_and_targets_cannot_be_exchanged_unnoticed():
    """scikit-learn has the targets first."""
    taken = one_hot([0, 0, 1, 2, 2, 0], 3)
    with pytest.raises(InvalidValueError, match=r"^plot_confusion: the first rows are all 0 and 1, and the second are"):
        plot_confusion(TARGETS, OUTPUTS)
    with pytest.raises(
        InvalidValueError, match=r"^plot_confusion: all rows are of 0 and 1.* Name them: plot_confusion"
    ):
        plot_confusion(TARGETS, taken)
    named = plot_confusion(targets=TARGETS, outputs=taken)["cells"].get_array().tolist()
    assert named == plot_confusion(OUTPUTS, TARGETS)["cells"].get_array().tolist()


# The curves.


@pytest.mark.parametrize("rule", SINGLE, ids=lambda rule: rule.name)
def test_the_curve_is_the_records_own_value_and_slope(rule, tmp_path):
    drawn = plot_activation(rule.name)
    zs = [float(z) for z in drawn["value"].get_xdata()]
    assert [float(a) for a in drawn["value"].get_ydata()] == [rule.value(z) for z in zs]
    slopes = [float(s) for s in drawn["slope"].get_ydata()]
    for z, slope in zip(zs, slopes, strict=True):
        assert math.isnan(slope) if z in rule.kinks else slope == rule.slope(z, rule.value(z))
    assert zs == sorted(zs)
    assert (zs[0], zs[-1]) == drawn.ax.get_xlim() == pytest.approx((-5.0, 5.0))
    assert [drawn[name].get_linestyle() for name in ("value", "slope")] == ["-", "--"]
    assert told(drawn)[0] == f"a = {rule.formula}"
    assert [list(line.get_xdata()) for line in drawn["kinks"]] == [[kink, kink] for kink in rule.kinks]
    assert ("kink" in told(drawn)) == bool(rule.kinks)
    assert (drawn.ax.get_xlabel(), drawn.ax.get_ylabel()) == ("z", f"{rule.name}(z), slope")
    drawn.save(tmp_path / "curve.png")


def test_the_jump_of_a_slope_is_a_gap_with_a_dot_where_the_passes_put_it():
    zs, _, slopes = points(ng.ACTIVATIONS["relu"], -1.0, 1.0)
    at = zs.index(0.0)
    assert slopes[at - 1] == 0.0
    assert math.isnan(slopes[at])
    assert slopes[at + 1] == 1.0
    assert zs[at + 1] - zs[at - 1] < 1e-300
    drawn = plot_activation("leaky_relu")
    dots = [line for line in drawn.ax.lines if line.get_marker() == "o"]
    assert [(list(dot.get_xdata()), list(dot.get_ydata())) for dot in dots] == [([0.0], [0.01])]


@pytest.fixture
def net():
    net = ng.Network()
    net.add_input("x1")
    for name, kind, weight in (("h1", "tanh", 1.0), ("h2", "relu", -2.0), ("h3", "tanh", 9.0), ("h4", "tanh", 1.1)):
        net.add_neuron(name, kind)
        net.connect("x1", name, weight)
    for name in ("o1", "o2"):
        net.add_output(name, "softmax")
        net.connect("h1", name, 1.0)
    return net


def test_the_neurons_stand_where_their_z_and_a_are(net):
    net.forward([1.0])
    drawn = plot_activation("tanh", net=net)
    marked = [net[name] for name in ("h1", "h3", "h4")]
    assert drawn["neurons"].get_offsets().tolist() == [[n.z, n.a] for n in marked]
    assert texts(drawn["names"]) == ["h1, h4", "h3"], "neighbours share a line, from left to right"
    assert [name.xy for name in drawn["names"]] == [(net[name].z, net[name].a) for name in ("h1", "h3")]
    assert drawn.ax.get_xlim() == pytest.approx((-5.0, 9.9)), "the span holds them all"
    assert drawn.alt == (
        "Activation tanh and its slope for z from -5 to 9.9. "
        "Marked: h1 at z = 1, a = 0.762, h3 at z = 9, a = 1, h4 at z = 1.1, a = 0.8."
    )


def test_a_name_stands_at_its_own_dot_and_apart_from_the_others():
    net = ng.Network.dense([1, 4, 1], "sigmoid")
    for name, weight in (("h1", 3.1), ("h2", 0.96), ("h3", 0.69), ("h4", 0.49)):
        net.edge("x1", name).weight = weight
    net.forward([1.0])
    drawn = plot_activation(net)
    at = {text: name.xy[0] for text, name in zip(texts(drawn["names"]), drawn["names"], strict=True)}
    assert at == {neuron.name: neuron.z for neuron in net.neurons if neuron.role != "input"}
    drawn.figure.canvas.draw()
    boxes = [name.get_window_extent() for name in drawn["names"]]
    assert not any(one.overlaps(other) for at, one in enumerate(boxes) for other in boxes[:at])
    whole = drawn.ax.get_window_extent()
    assert all(whole.containsx(box.x0) and whole.containsx(box.x1) for box in boxes)


def test_dots_that_overlap_share_a_line_and_crowded_names_stand_further_off():
    marked = [(f"h{k}", 0.2 * (k // 2), 0.2 * (k // 2)) for k in range(8)]
    assert [[name for name, _, _ in group] for group in together(marked, (30.0, 30.0))] == [
        ["h0", "h1"], ["h2", "h3"], ["h4", "h5"], ["h6", "h7"],
    ]  # fmt: skip
    far = offsets([(50.0 + k, 50.0 + k) for k in range(5)], [20.0] * 5, (0.0, 0.0, 100.0, 100.0))
    assert len(set(far)) == 5, "each has a place of its own"


def test_a_network_in_place_of_an_activation_gives_its_first_or_the_one_of_a_neuron(net):
    net.forward([1.0])
    assert plot_activation(net).ax.get_ylabel() == "tanh(z), slope"
    drawn = plot_activation(net, neuron="h2")
    assert drawn.ax.get_ylabel() == "relu(z), slope"
    assert drawn["neurons"].get_offsets().tolist() == [[-2.0, 0.0]]
    assert texts(plot_activation(net, neuron="h4")["names"]) == ["h4"]


def test_what_is_not_marked_is_told(net):
    drawn = plot_activation("tanh", net=net)
    assert "neurons" not in drawn.artists
    assert (
        drawn.alt == "Activation tanh and its slope for z from -5 to 5. No neuron is marked: no forward pass was run."
    )
    assert plot_activation("gelu", net=net).alt.endswith("No neuron of the network has it.")
    net.forward([1.0])
    drawn = plot_activation("tanh", net=net, span=(0, 2))
    assert drawn.ax.get_xlim() == (0.0, 2.0)
    assert len(drawn["neurons"].get_offsets()) == 2
    assert drawn.alt.endswith("Marked: h1 at z = 1, a = 0.762, h4 at z = 1.1, a = 0.8. Outside: h3.")
    assert plot_activation("relu", span=(1, 2)).artists["kinks"] == []
    assert plot_activation("relu").alt.endswith("The slope jumps at z = 0.")


def test_many_neurons_have_dots_and_no_names():
    net = ng.Network.dense([1, 9, 1], "tanh", seed=1)
    net.forward([1.0])
    drawn = plot_activation(net)
    assert len(drawn["neurons"].get_offsets()) == 10
    assert drawn["names"] == []
    assert drawn.alt.endswith(" and 2 more.")


def test_an_activation_of_ones_own_that_fails_somewhere_has_a_gap_there(tmp_path):
    def value(z):
        return math.log(z) if z != 2.0 else math.inf

    rule = Activation("_$log$", value, lambda z, a: 1.0 / z, "log(z)", "1 / z")
    drawn = plot_activation(rule, span=(-2, 2))
    values = [float(a) for a in drawn["value"].get_ydata()]
    assert math.isnan(values[0])
    assert math.isnan(values[-1])
    assert values[300] == math.log(drawn["value"].get_xdata()[300])
    assert drawn.ax.get_ylabel() == "_$log$(z), slope"
    assert told(drawn) == ["a = log(z)", "slope = 1 / z"]
    drawn.save(tmp_path / "own.png")


def test_what_has_no_curve_is_explained(net):
    def message(error, *args, **named):
        with pytest.raises(error) as caught:
            plot_activation(*args, **named)
        return str(caught.value)

    softmax = (
        "plot_activation: softmax is a function of all z of its group, so it has no curve over one z. "
        "Choose an activation of one neuron, such as 'sigmoid'."
    )
    assert message(InvalidValueError, "softmax") == softmax
    assert message(InvalidValueError, net, neuron="o1") == softmax
    assert message(InvalidValueError, ng.Network.dense([1, 2], "softmax")) == softmax
    expected = "plot_activation: the network has no neuron that computes. Name an activation."
    assert message(InvalidValueError, ng.Network()) == expected
    expected = "plot_activation, neuron: x1 is an input and computes nothing."
    assert message(InvalidValueError, net, neuron="x1") == expected
    expected = "plot_activation, neuron: h2 computes relu, not tanh. Give the network in place of the activation."
    assert message(InvalidValueError, "tanh", net=net, neuron="h2") == expected
    expected = "plot_activation, neuron: got 'h1' (a str), expected a network as well. Give net=... too."
    assert message(InvalidValueError, "tanh", neuron="h1") == expected
    expected = "plot_activation, net: a network is given twice. Give it once, and no activation."
    assert message(InvalidValueError, net, net=net) == expected
    assert message(InvalidTypeError, "tanh", net=3) == "plot_activation, net: got 3, expected a Network."
    expected = "plot_activation, span: got 3, expected two numbers, from and to."
    assert message(InvalidTypeError, "tanh", span=3) == expected
    expected = "plot_activation, span: got (1, 1) (a tuple), expected the smaller number first, then the larger."
    assert message(InvalidValueError, "tanh", span=(1, 1)) == expected
    assert message(UnknownNameError, "tahn").startswith("unknown activation 'tahn'. Did you mean 'tanh'? Known: ")
    assert message(UnknownNameError, net, neuron="h9").startswith("no neuron named 'h9'")


@pytest.mark.parametrize("theme", list(THEMES))
def test_only_the_given_axes_are_touched_and_a_figure_of_its_own_has_the_theme(theme):
    figure = Figure(facecolor="0.1")
    left, right = figure.subplots(1, 2)
    for plot in (lambda ax: plot_activation("relu", ax), lambda ax: plot_confusion(OUTPUTS, TARGETS, NAMES, ax)):
        right.clear()
        right.set_xlabel("mine")
        drawn = plot(right)
        assert drawn.ax is right
        assert not left.has_data()
        assert right.has_data()
        assert right.get_xlabel() == "mine"
        assert figure.get_facecolor() == (0.1, 0.1, 0.1, 1.0)
    for drawn in (plot_activation("relu", theme=theme), plot_confusion(OUTPUTS, TARGETS, theme=theme)):
        assert drawn.own
        assert to_hex(drawn.figure.get_facecolor()) == THEMES[theme].page
        assert drawn.ax.xaxis.label.get_color() == THEMES[theme].ink


# Predicted against true.


def test_each_example_is_a_dot_at_true_and_predicted_with_the_diagonal():
    outputs, targets = [[1.0, 10.0], [2.5, 12.0], [3.0, 14.0]], [[1.0, 11.0], [2.0, 12.0], [4.0, 13.0]]
    drawn = plot_predictions(outputs, targets, names=["$a$", "_b"])
    for k, dots in enumerate(drawn["dots"]):
        assert dots.get_offsets().tolist() == [[y[k], a[k]] for a, y in zip(outputs, targets, strict=True)]
    assert [to_hex(dots.get_facecolor()[0]) for dots in drawn["dots"]] == list(THEMES["light"].classes[:2])
    assert told(drawn) == ["$a$", "_b"]
    assert drawn["diagonal"].get_xdata().tolist() == drawn["diagonal"].get_ydata().tolist()
    assert drawn.ax.get_xlim() == drawn.ax.get_ylim() == tuple(drawn["diagonal"].get_xdata())
    fits = [r2([[a[k]] for a in outputs], [[y[k]] for y in targets]) for k in (0, 1)]
    assert drawn.alt == (
        f"Predicted against true of 3 examples: $a$ R2 {fits[0]:.3g}, true from 1 to 4, predicted from 1 to 3; "
        f"_b R2 {fits[1]:.3g}, true from 11 to 13, predicted from 10 to 14."
    )


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("value", [0.0, 5.0, -1e100])
def test_one_example_and_equal_numbers_are_drawn_too(theme, value, tmp_path):
    drawn = plot_predictions([[value]], [[value]], theme=theme)
    assert "legend" not in drawn.artists
    assert "R2" not in drawn.alt
    low, high = drawn.ax.get_xlim()
    assert low < value < high
    assert drawn.figure.get_facecolor()[:3] == pytest.approx(_rgb(THEMES[theme].page))
    drawn.save(tmp_path / "one.png")


def _rgb(colour):
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def test_predictions_on_axes_of_the_users_touch_nothing_else():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    drawn = plot_predictions([[1.0], [2.0]], [[1.0], [3.0]], left, names=["price"])
    assert drawn.ax is left
    assert (left.get_xlabel(), left.get_ylabel()) == ("true price", "predicted price")
    assert not right.has_data()


@pytest.mark.parametrize(
    ("outputs", "targets", "names", "message"),
    [
        ([[1.0]], [[1.0], [2.0]], (), "got 1 rows of outputs and 2 of targets"),
        ([[math.nan]], [[1.0]], (), "expected a finite number"),
        ([[1.0]], [[1.0]], ("a", "b"), "expected 1 names, one for each output, or none"),
    ],
)
def test_what_cannot_be_compared_is_explained(outputs, targets, names, message):
    with pytest.raises(ng.NeurographError, match=message):
        plot_predictions(outputs, targets, names=names)
