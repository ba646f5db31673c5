"""Plots over epochs show the history's own columns: asserted on what was drawn."""

import math
import random
from itertools import pairwise

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import neurograph as ng
from neurograph.errors import InvalidTypeError, InvalidValueError, StateError, UnknownNameError
from neurograph.learning.history import History
from visualize.plots.history import plot_history
from visualize.plots.layers import layer_looks, plot_gradients, plot_saturation, plot_update_ratio
from visualize.plots.weights import paths, plot_weights, spread
from visualize.themes import THEMES, find_theme

LIGHT = find_theme("light")
PLOTS = [plot_history, plot_weights, plot_gradients, plot_update_ratio, plot_saturation]


@pytest.fixture(scope="module")
def history():
    """A small run that was watched in every way, judged on validation data and stopped early."""
    source = random.Random(0)
    xs = [[source.gauss(0, 1), source.gauss(0, 1)] for _ in range(24)]
    targets = [[float(a * b > 0)] for a, b in xs]
    net = ng.Network.dense([2, 3, 1], ["relu", "sigmoid"], seed=1)
    net["h1"].bias = -20.0
    return ng.train(
        net, xs, targets, loss="binary_cross_entropy", epochs=9, batch_size=4, validation=0.25, patience=3, snapshots=1,
        record=["gradients", "updates", "activations"],
    )  # fmt: skip


def rows(**columns):
    """A history with these columns, from epoch 1."""
    length = len(next(iter(columns.values())))
    named = {name.replace("__", "/").replace("_n", " "): values for name, values in columns.items()}
    return History([{"epoch": at + 1, **{name: v[at] for name, v in named.items()}} for at in range(length)])


def by_layer(**columns):
    """A history of gradients: for each layer the medians, with quartiles at a half and the double."""
    found = [{"epoch": at + 1} for at in range(len(next(iter(columns.values()))))]
    for number, values in enumerate(columns.values(), start=1):
        for row, value in zip(found, values, strict=True):
            for what, share in (("low", 0.5), ("median", 1.0), ("high", 2.0)):
                row[f"gradient_{what}/layer {number}"] = None if value is None else share * value
    return History(found)


def ys(line):
    return [None if math.isnan(value) else float(value) for value in line.get_ydata()]


def told(drawn):
    return [text.get_text() for text in drawn["legend"].get_texts()]


# All plots over epochs.


@pytest.mark.parametrize("plot", PLOTS)
def test_only_the_given_axes_are_touched(plot, history):
    figure = Figure(facecolor="0.1")
    left, right = figure.subplots(1, 2)
    right.set_facecolor("0.3")
    right.set_ylabel("mine")
    drawn = plot(history, right)
    assert drawn.ax is right
    assert not drawn.own
    assert not left.has_data()
    assert right.has_data()
    assert figure.get_facecolor() == (0.1, 0.1, 0.1, 1.0)
    assert right.get_facecolor() == (0.3, 0.3, 0.3, 1.0)
    assert (right.get_xlabel(), right.get_ylabel(), left.get_xlabel()) == ("epoch", "mine", "")
    figure.canvas.draw()


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("theme", list(THEMES))
def test_a_figure_of_its_own_has_the_themes_colours_and_whole_epochs(plot, theme, history, tmp_path):
    drawn = plot(history, theme=theme)
    assert drawn.own
    assert to_hex(drawn.figure.get_facecolor()) == THEMES[theme].page
    assert {to_hex(text.get_color()) for text in drawn["legend"].get_texts()} == {THEMES[theme].ink}
    assert drawn.ax.xaxis.label.get_color() == THEMES[theme].ink
    drawn.save(tmp_path / "plot.png")
    assert all(float(tick).is_integer() for tick in drawn.ax.get_xticks())


@pytest.mark.parametrize("plot", PLOTS)
def test_what_is_no_history_is_explained(plot, history):
    name = plot.__name__
    with pytest.raises(InvalidTypeError) as caught:
        plot([1.0])
    assert str(caught.value) == f"{name}, history: got [1.0] (a list), expected the History that train() returns."
    with pytest.raises(StateError) as caught:
        plot(History())
    expected = f"{name}: the history is empty, no epoch was finished. Train for at least one epoch."
    assert str(caught.value) == expected
    with pytest.raises(InvalidTypeError, match=f"^{name}, ax: got 3, expected matplotlib axes"):
        plot(history, 3)
    with pytest.raises(UnknownNameError, match=r"^theme: unknown theme 'lihgt'\. Did you mean 'light'"):
        plot(history, theme="lihgt")


@pytest.mark.parametrize(
    ("plot", "message"),
    [
        (plot_gradients, "plot_gradients: the history has no gradients. Train with record=['gradients']."),
        (plot_update_ratio, "plot_update_ratio: the history has no updates. Train with record=['updates']."),
        (plot_saturation, "plot_saturation: the history has no activations. Train with record=['activations']."),
        (plot_weights, "plot_weights: the history has no snapshots. Pass snapshots=1 to train for one each epoch."),
    ],
)
def test_what_was_not_recorded_is_an_error_that_says_what_to_ask_for(plot, message):
    with pytest.raises(StateError) as caught:
        plot(rows(loss=[0.5]))
    assert str(caught.value) == message


@pytest.mark.parametrize("theme", list(THEMES))
def test_the_layers_go_from_dark_to_light_or_back_so_that_their_order_is_left_in_grey(theme):
    def grey(colour):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    looks = layer_looks(6, THEMES[theme])
    shades = [grey(look["color"]) for look in looks]
    assert shades == sorted(shades, reverse=theme == "dark")
    assert abs(shades[-1] - grey(THEMES[theme].page)) > 60
    assert min(abs(a - b) for a, b in pairwise(shades)) > 12
    assert len({look["linestyle"] for look in looks}) == (4 if theme == "print" else 1)


# Loss and accuracy.


@pytest.mark.parametrize("show", ["loss", "accuracy"])
def test_the_lines_are_the_columns(history, show):
    drawn = plot_history(history, show=show)
    for name, column in (("training", show), ("validation", f"validation_{show}")):
        assert ys(drawn[name]) == history.column(column)
        assert list(drawn[name].get_xdata()) == history.column("epoch")
    assert [drawn[name].get_linestyle() for name in ("training", "validation")] == ["-", "--"]
    colours = [drawn[name].get_color() for name in ("training", "validation")]
    assert len(set(colours)) == 2
    assert set(colours) <= set(LIGHT.classes)
    assert drawn.ax.get_ylabel() == show
    if show == "accuracy":
        assert drawn.ax.get_ylim() == (0.0, 1.03)


def test_the_best_epoch_is_marked_on_the_line_that_it_was_judged_by(history):
    best = history.best_epoch
    assert best is not None
    drawn = plot_history(history)
    dot = drawn["best"]
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([best], [history[best - 1]["validation_loss"]])
    assert told(drawn) == ["training", "validation", f"best epoch: {best}"]
    assert list(drawn["best_line"].get_xdata()) == [best, best]
    drawn = plot_history(History([{"epoch": 8, "loss": 0.5}, {"epoch": 9, "loss": 0.5}], best_epoch=3))
    assert list(drawn.artists) == ["training"], "the best epoch was before these rows"
    assert drawn.alt == "Loss over 2 epochs: from 0.5 to 0.5. Early stopping went back to epoch 3."


def test_the_alt_text_tells_the_way_of_each_line():
    history = rows(loss=[0.71, 0.2, 0.03], validation_loss=[0.8, 0.05, 0.06])
    history.best_epoch = 2
    assert plot_history(history).alt_text() == (
        "Loss over 3 epochs: from 0.71 to 0.03; validation from 0.8 to 0.06, lowest 0.05 at epoch 2. "
        "Early stopping went back to epoch 2."
    )
    history = rows(accuracy=[0.5, 1.0], validation_accuracy=[0.25, 0.2])
    expected = "Accuracy over 2 epochs: from 0.5 to 1; validation from 0.25 to 0.2, highest 0.25 at epoch 1."
    assert plot_history(history, show="accuracy").alt_text() == expected


def test_ticks_stand_at_whole_epochs_also_when_they_are_few():
    drawn = plot_history(rows(loss=[0.5, 0.4, 0.3]))
    drawn.figure.canvas.draw()
    assert [tick for tick in drawn.ax.get_xticks() if 1 <= tick <= 3] == [1, 2, 3]


def test_a_logarithmic_axis_leaves_a_gap_at_zero_and_says_so():
    drawn = plot_history(rows(loss=[0.5, 0.0, 0.25]), log=True)
    assert drawn.ax.get_yscale() == "log"
    assert ys(drawn["training"]) == [0.5, None, 0.25]
    drawn.figure.canvas.draw()
    assert drawn.alt == (
        "Loss over 3 epochs, on a logarithmic axis: from 0.5 to 0.25. "
        "1 of the values are 0, which a logarithmic axis cannot show."
    )


def test_a_loss_that_comes_near_zero_has_an_axis_from_zero_and_a_flat_one_has_not():
    assert plot_history(rows(loss=[1.0, 0.1])).ax.get_ylim()[0] == 0.0
    assert plot_history(rows(loss=[0.71, 0.69])).ax.get_ylim()[0] > 0.6


def test_a_gap_in_the_data_is_a_gap_in_the_line_and_one_epoch_is_a_dot():
    drawn = plot_history(rows(loss=[0.5, None, float("inf"), 0.25]))
    assert ys(drawn["training"]) == [0.5, None, None, 0.25]
    drawn.figure.canvas.draw()
    assert plot_history(rows(loss=[0.5]))["training"].get_marker() == "."


def test_what_cannot_be_drawn_is_explained():
    history = rows(loss=[0.0, 0.0])
    with pytest.raises(UnknownNameError) as caught:
        plot_history(history, show="los")
    assert str(caught.value) == "plot_history, show: unknown 'los'. Did you mean 'loss'? Known: loss, accuracy."
    with pytest.raises(StateError) as caught:
        plot_history(history, show="accuracy")
    assert str(caught.value) == (
        "plot_history, show='accuracy': the history has no accuracy. "
        "Only targets that name classes give one; show='loss' is always there."
    )
    with pytest.raises(InvalidValueError) as caught:
        plot_history(history, show="accuracy", log=True)
    expected = "plot_history, log: the accuracy has an axis from 0 to 1. Leave log out, or show='loss'."
    assert str(caught.value) == expected
    with pytest.raises(InvalidValueError) as caught:
        plot_history(history, log=True)
    expected = "plot_history, log: no loss is above 0, as a logarithmic axis needs it. Leave log out."
    assert str(caught.value) == expected


# Weights.


def test_every_weight_and_bias_has_a_line_the_strongest_last(history):
    drawn = plot_weights(history)
    last = history.snapshots[max(history.snapshots)]
    ordered = sorted(last, key=lambda label: abs(last[label]))
    segments = [segment.tolist() for segment in drawn["lines"].get_segments()]
    assert segments == [[[epoch, taken[label]] for epoch, taken in history.snapshots.items()] for label in ordered]
    signs = [LIGHT.negative if last[label] < 0.0 else LIGHT.positive for label in ordered]
    assert [to_hex(colour) for colour in drawn["lines"].get_colors()] == signs
    assert {LIGHT.negative, LIGHT.positive} == set(signs)
    assert told(drawn) == ["ends above 0", "ends below 0"]


def test_the_strongest_are_named_inside_the_axes_and_apart(history):
    drawn = plot_weights(history)
    last = history.snapshots[max(history.snapshots)]
    strongest = sorted(last, key=lambda label: -abs(last[label]))[:5]
    expected = [label if "->" in label else f"bias of {label}" for label in strongest]
    assert [text.get_text() for text in drawn["names"]] == expected
    drawn.figure.canvas.draw()
    frame = drawn.ax.get_window_extent()
    boxes = sorted((text.get_window_extent() for text in drawn["names"]), key=lambda box: box.y0)
    assert all(frame.x0 < box.x0 < box.x1 < frame.x1 for box in boxes)
    assert all(frame.y0 <= box.y0 < box.y1 <= frame.y1 for box in boxes)
    assert all(below.y1 <= above.y0 + 1 for below, above in pairwise(boxes))
    assert drawn.ax.get_xticks().max() <= max(history.snapshots), "no ticks below the names"


def test_only_some_are_drawn():
    labels = ["h1", "x1->h1", "x2->h1", "o1", "h1->o1"]
    history = History([{"epoch": 1}], {1: {label: float(at) for at, label in enumerate(labels)}})

    def values(only):
        return [segment[0][1] for segment in plot_weights(history, only=only)["lines"].get_segments()]

    assert values("h1") == [0.0, 1.0, 2.0], "a neuron stands for its bias and what leads to it"
    assert values("x2->h1") == [2.0]
    assert values(["x1->h1", "o1"]) == [1.0, 3.0, 4.0]
    with pytest.raises(UnknownNameError) as caught:
        plot_weights(history, only="x1->h2")
    assert str(caught.value) == (
        "plot_weights, only: no parameter is called 'x1->h2'. Did you mean 'x1->h1'? "
        "Known: h1, x1->h1, x2->h1, o1, h1->o1."
    )
    with pytest.raises(InvalidTypeError, match=r"^plot_weights, only: got 3, expected names of neurons or edges\.$"):
        plot_weights(history, only=3)
    with pytest.raises(InvalidTypeError, match=r"^plot_weights, only: got \[\] \(a list\), expected at least one name"):
        plot_weights(history, only=[])


def test_a_neuron_that_is_called_as_an_edge_is_no_edge():
    net = ng.Network()
    net.add_input("x")
    for name in ("h", "b->h"):
        net.add_output(name, "tanh")
        net.connect("x", name, 0.5)
    history = ng.train(net, [[1.0]], [[0.5, 0.5]], epochs=1, snapshots=1)
    drawn = {only: set(paths(history, only)) for only in (None, "h", "b->h")}
    assert drawn == {
        None: {"bias of h", "x->h", "bias of b->h", "x->b->h"},
        "h": {"bias of h", "x->h"},
        "b->h": {"bias of b->h", "x->b->h"},
    }


def test_thousands_of_parameters_are_a_faint_cloud_with_the_strongest_on_top():
    labels = ["o1", *(f"h{k}->o1" for k in range(3000))]
    taken = {label: math.sin(at) for at, label in enumerate(labels)}
    history = History([{"epoch": 1}, {"epoch": 2}], {1: taken, 2: taken})
    lines = plot_weights(history, theme="print")["lines"]
    alphas = lines.get_alpha()
    assert set(alphas[:-5]) == {200 / 3001}
    assert set(alphas[-5:]) == {0.9}
    assert lines.get_rasterized()
    assert len(lines.get_segments()) == 3001
    assert {dash for _, dash in lines.get_linestyles()} == {None}, "dashes would flicker in a cloud"


def test_in_print_those_that_end_below_zero_are_dashed():
    history = History([{"epoch": 1}], {1: {"h1": 1.0, "o1": -2.0}})
    dashes = {theme: plot_weights(history, theme=theme)["lines"].get_linestyles() for theme in ("light", "print")}
    assert [dash is None for _, dash in dashes["light"]] == [True, True]
    assert [dash is None for _, dash in dashes["print"]] == [True, False]


def test_one_snapshot_is_seen_as_dots():
    drawn = plot_weights(History([{"epoch": 4}], {4: {"h1": 1.0, "x1->h1": -2.0}}))
    assert drawn["ends"].get_offsets().tolist() == [[4.0, 1.0], [4.0, -2.0]]
    assert drawn.alt == (
        "2 parameters in 1 snapshot, epoch 4: 1 ends above 0, 1 below. Strongest at the end: x1->h1 -2, bias of h1 1."
    )
    drawn.figure.canvas.draw()


@pytest.mark.parametrize("name", ["$a$", "_h", "<b>&", "a\nb", "x" * 200, "😀", "$\\frac$"])
def test_odd_names_are_written_as_they_are_and_shortened(name, tmp_path):
    history = History([{"epoch": 1}, {"epoch": 2}], {1: {name: 1.0}, 2: {name: 1.5}})
    drawn = plot_weights(history)
    shown = f"bias of {name}".replace("\n", "\\n")
    assert drawn["names"][0].get_text() == (shown if len(shown) <= 18 else shown[:17] + "…")
    assert not drawn["names"][0].get_parse_math()
    drawn.save(tmp_path / "odd.svg")
    assert shown[:30] in drawn.alt
    assert drawn.alt.isprintable()


def test_names_are_spread_no_further_than_they_must_be():
    assert spread([0.2, 0.8], 0.1) == [0.2, 0.8]
    places = spread([0.5] * 4, 0.1)
    assert sorted(places) == pytest.approx([0.35, 0.45, 0.55, 0.65], abs=1e-3)
    assert spread([0.0, 0.0, 1.0, 1.0], 0.2) == pytest.approx([0.3, 0.1, 0.9, 0.7], abs=1e-3)


# Gradients.


def test_each_layer_has_its_median_and_a_band_between_its_quartiles(history):
    drawn = plot_gradients(history)
    assert drawn.ax.get_yscale() == "log"
    for layer in ("layer 1", "layer 2"):
        low, median, high = (history.column(f"gradient_{what}/{layer}") for what in ("low", "median", "high"))
        assert ys(drawn[layer]) == [value or None for value in median]
        bottom = drawn.ax.get_ylim()[0]
        expected = {(epoch, max(bottom, value)) for both in (low, high) for epoch, value in enumerate(both, start=1)}
        vertices = {tuple(map(float, vertex)) for vertex in drawn[f"band/{layer}"].get_paths()[0].vertices}
        assert expected == vertices
        assert to_hex(drawn[f"band/{layer}"].get_facecolor()[0]) == drawn[layer].get_color()
    assert [name.partition(":")[0] for name in told(drawn)] == ["layer 1", "layer 2"]


def test_zeros_leave_a_gap_and_are_marked_and_counted():
    drawn = plot_gradients(by_layer(one=[0.1, 0.0, 0.0], two=[0.1, 0.1, 0.1]))
    assert ys(drawn["layer 1"]) == [0.1, None, None]
    assert list(drawn["zero/layer 1"].get_xdata()) == [2, 3]
    assert set(drawn["zero/layer 1"].get_ydata()) == {drawn.ax.get_ylim()[0]}
    assert "zero/layer 2" not in drawn.artists
    assert told(drawn) == ["layer 1: vanishing, 0 in 2/3 epochs", "layer 2"]
    assert drawn.alt == (
        "Median |dC/dparameter| of each layer over 3 epochs, on a logarithmic axis, at the end: "
        "layer 1 0 (vanishing, 0 in 2/3 epochs), layer 2 0.1."
    )
    drawn.figure.canvas.draw()


@pytest.mark.parametrize("values", [[0.0, 0.0], [None, None], [5e-324, 5e-324], [1e308, 1e308], [1e-300, 1e300]])
def test_no_gradients_are_too_odd_to_draw(values):
    drawn = plot_gradients(by_layer(one=values))
    drawn.figure.canvas.draw()
    low, high = drawn.ax.get_ylim()
    assert 0.0 < low < high < math.inf


@pytest.mark.parametrize("first", [1e9, 1e-9, 0.89])
def test_the_range_holds_all_medians_and_the_tops_of_all_bands_with_a_margin(first):
    history = by_layer(one=[first, 1e-3, 1e-3, 1e-3], two=[1e-3, 2e-3, 1e-3, 1e-3])
    low, high = plot_gradients(history).ax.get_ylim()
    medians = [value for layer in ("layer 1", "layer 2") for value in history.column(f"gradient_median/{layer}")]
    tops = [value for layer in ("layer 1", "layer 2") for value in history.column(f"gradient_high/{layer}")]
    assert low <= min(medians) / 1.6
    assert high == pytest.approx(max(*medians, *tops) * 1.6)


def test_layers_whose_gradients_vanish_or_explode_are_named():
    history = by_layer(one=[9.0, 1e-5, 1e-5], two=[1e3, 1e3, 1e3], three=[0.1] * 3, four=[0.1] * 3)
    drawn = plot_gradients(history)
    assert told(drawn) == ["layer 1: vanishing", "layer 2: exploding", "layer 3", "layer 4"]
    assert "layer 1 1e-05 (vanishing), layer 2 1e+03 (exploding), layer 3 0.1, layer 4 0.1." in drawn.alt
    assert plot_gradients(by_layer(one=[0.1])).alt.endswith("No layer's gradients vanish or explode.")


def test_of_many_layers_the_legend_lists_some_and_those_with_findings():
    values = {f"l{n}": [1e-9 if n == 1 else 0.1] for n in range(20)}
    drawn = plot_gradients(by_layer(**values))
    names = told(drawn)
    assert (names[0], names[1], names[-1]) == ("layer 1", "layer 2: vanishing", "layer 20")
    assert len(names) == 9


# Updates.


def test_the_update_ratio_is_the_column_with_a_guide_at_a_thousandth(history):
    drawn = plot_update_ratio(history)
    for layer in ("layer 1", "layer 2"):
        assert ys(drawn[layer]) == history.column(f"update/{layer}")
    assert list(drawn["guide"].get_ydata()) == [1e-3, 1e-3]
    assert drawn.ax.get_ylim()[0] < 1e-3
    assert drawn.ax.get_yscale() == "log"
    assert told(drawn)[-1] == "guide: 1/1000"


def test_layers_that_do_not_move_are_counted():
    history = rows(update__layer_n1=[0.0, 0.0], update__layer_n2=[None, 0.25])
    drawn = plot_update_ratio(history)
    assert told(drawn) == ["layer 1: 0 in 2/2 epochs", "layer 2", "guide: 1/1000"]
    assert drawn.alt == (
        "Mean |change| / |weight| of an update over 2 epochs, on a logarithmic axis, at the end: "
        "layer 1 0 (0 in 2/2 epochs), layer 2 0.25."
    )
    drawn.figure.canvas.draw()


# Dead and saturated.


def test_the_shares_are_the_columns_and_what_never_comes_up_is_quiet(history):
    drawn = plot_saturation(history)
    for kind, style in (("zero", "-"), ("saturated", "--")):
        for layer in ("layer 1", "layer 2"):
            line, column = drawn[f"{kind}/{layer}"], history.column(f"{kind}/{layer}")
            assert ys(line) == column
            assert line.get_linestyle() == style
            assert (line.get_color() == LIGHT.quiet) == (max(column) == 0.0)
    assert drawn["zero/layer 1"].get_color() != LIGHT.quiet, "h1 is dead"
    assert drawn.ax.get_ylim() == (-0.02, 1.02)
    assert told(drawn) == ["layer 1", "zero", "saturated: none"]


def test_the_alt_text_of_saturation_lists_only_what_is_there():
    history = rows(
        zero__layer_n1=[0.5, 0.75], saturated__layer_n1=[0.0, 0.0],
        zero__layer_n2=[0.0, 0.0], saturated__layer_n2=[0.0, 1.0],
    )  # fmt: skip
    assert plot_saturation(history).alt == (
        "Share of activations over 2 epochs that are 0, at the end: layer 1 0.75. "
        "Share of activations over 2 epochs that are saturated, at the end: layer 2 1."
    )
    history = rows(zero__layer_n1=[0.0], saturated__layer_n1=[0.0])
    assert plot_saturation(history).alt == "None are 0. None are saturated."
