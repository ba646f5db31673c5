"""The diagram as a whole: its texts, names, biases, highlights and marks, and what it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

import neurograph as ng
from visualize import NetworkDiagram, draw_network
from visualize.network.contents import edge_texts
from visualize.network.diagram import NUMBER_HEIGHT
from visualize.network.edge_numbers import Box, place, text_width
from visualize.network.labels import mark_circles
from visualize.network.layout import RADIUS, Link, Node
from visualize.network.painter import DIM

ROOT = Path(__file__).parents[3]
QUIET = {"colorbar": False, "legend": False}
HARD_NAMES = {
    "less than": "<b>&amp;",
    "ampersand": "a & b",
    "dollars": "$x$ $ \\frac{",
    "underscores": "_petal_length_",
    "percent": "100 % \\off #1 {~^}",
    "quotes": '"it\'s"',
    "newline": "one\ntwo\ttab",
    "200 characters": "long " * 40,
    "emoji": "🌸 flower",
    "right to left": "\u202e\u05e2\u05d1\u05e8\u05d9\u05ea\u202c \u0648 \u0639\u0631\u0628\u064a",
    "control": "bell\x07\x1b[0m",
    "marks": "e\u0301\u0489\ufeff",
}


@pytest.fixture
def net():
    net = ng.Network.dense([4, 5, 3], "sigmoid", seed=3)
    net.connect("x1", "o2", -2.5)
    for at, neuron in enumerate(net.neurons[4:]):
        neuron.bias = 0.2 * at - 0.5
    net.forward([5.1, 3.5, 1.4, 0.2])
    net.backward([1.0, 0.0, 0.0])
    return net


def render(diagram):
    """Draw the canvas, so that every warning is raised and every text has its size and place."""
    FigureCanvasAgg(diagram.figure).draw()
    return diagram


def texts(artists):
    return [artist.get_text() for artist in artists]


def of_neuron(diagram, name):
    return next(node for node in diagram.nodes if node.node.neuron and node.node.neuron.name == name)


# Numbers at edges.


def corners(text):
    """The corners of a turned number on the canvas, as high as its digits, which reach nowhere below the line."""
    angle = np.radians(text.get_rotation())
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    text.set_rotation(0.0)
    box = text.get_window_extent()
    text.set_rotation(np.degrees(angle))
    middle = text.get_transform().transform(text.get_position())
    tall = 0.37 * text.get_fontsize() * text.get_figure(root=True).dpi / 72
    low, high = middle[1] - tall, middle[1] + tall
    return (np.array([[box.x0, low], [box.x1, low], [box.x1, high], [box.x0, high]]) - middle) @ turn + middle


def apart(one, two):
    """Whether a straight line parts two rectangles."""
    for shape in (one, two):
        for way in (shape[1] - shape[0], shape[3] - shape[0]):
            first, second = one @ way, two @ way
            if first.max() <= second.min() + 1e-9 or second.max() <= first.min() + 1e-9:
                return True
    return False


def gap_to(shape, point):
    """How far a point is from a rectangle; 0 inside."""
    one, two = shape[1] - shape[0], shape[3] - shape[0]
    s, t = (point - shape[0]) @ one / (one @ one), (point - shape[0]) @ two / (two @ two)
    nearest = shape[0] + np.clip(s, 0, 1) * one + np.clip(t, 0, 1) * two
    return float(np.hypot(*(point - nearest)))


@pytest.mark.parametrize("show", ["weights", "forward", "backward", "gradients", "update"])
@pytest.mark.parametrize("direction", ["right", "down"])
def test_no_number_overlaps_another_and_none_is_over_a_circle_as_drawn(net, show, direction):
    trace = net.trace([5.1, 3.5, 1.4, 0.2], [1.0, 0.0, 0.0], learning_rate=0.5)
    diagram = render(draw_network(trace, show=show, direction=direction, numbers=True, **QUIET))
    boxes = [corners(text) for text in diagram.numbers_]
    assert len(boxes) > 10
    for one, two in combinations(range(len(boxes)), 2):
        assert apart(boxes[one], boxes[two]), (diagram.numbers_[one].get_text(), diagram.numbers_[two].get_text())
    places = diagram.ax_.transData.transform([(node.x, node.y) for node in diagram.layout.nodes])
    radius = pixels_per_unit(diagram) * RADIUS
    for text, box in zip(diagram.numbers_, boxes, strict=True):
        assert all(gap_to(box, point) > radius for point in places), text.get_text()


@pytest.mark.parametrize("blind_to", ["meets", "meets_circle"])
def test_the_check_sees_numbers_that_are_placed_blindly(net, blind_to, monkeypatch):
    monkeypatch.setattr(Box, blind_to, lambda *there: False)
    with pytest.raises(AssertionError):
        test_no_number_overlaps_another_and_none_is_over_a_circle_as_drawn(net, "update", "right")


def pixels_per_unit(diagram):
    (x0, _), (x1, _) = diagram.ax_.transData.transform([(0.0, 0.0), (1.0, 0.0)])
    return x1 - x0


def candidates(diagram):
    return sum(bool(one.link.edge) and one.lit for one in diagram.links)


@pytest.mark.parametrize("sizes", [[4, 5, 3], [8, 8], [2, 1], [3, 9, 3]])
def test_what_is_placed_and_what_had_no_room_are_all_there_is(sizes):
    diagram = draw_network(ng.Network.dense(sizes, "tanh", seed=1), numbers=True)
    assert len(diagram.numbers) + diagram.left_out == candidates(diagram) == len(diagram.net.edges)
    assert len(diagram.numbers_) == len(diagram.numbers)
    told = "\n".join(texts(diagram.ax_.texts))
    assert (f"{diagram.left_out} number" in told) == (diagram.left_out > 0)


def test_numbers_of_the_strongest_edges_only(net):
    diagram = draw_network(net, numbers=4, digits=6, scale="network", **QUIET)
    strongest = sorted(net.edges, key=lambda edge: -abs(edge.weight))[:4]
    assert len(diagram.numbers) + diagram.left_out == 4
    wanted = {f"{edge.weight:.6g}".replace("-", "\N{MINUS SIGN}") for edge in strongest}
    assert set(texts(diagram.numbers_)) <= wanted
    assert texts(diagram.numbers_)[0] == "\N{MINUS SIGN}2.5"  # the most important one first


def test_numbers_can_be_left_out_and_are_by_themselves_when_there_are_many(net):
    assert draw_network(net, numbers=False, **QUIET).numbers_ == []
    assert draw_network(net, numbers=0, **QUIET).numbers_ == []
    assert draw_network(net, **QUIET).numbers_ != []
    large = ng.Network.dense([8, 8], "tanh")
    assert draw_network(large, **QUIET).numbers_ == []
    assert draw_network(large, **QUIET).left_out == 0
    assert draw_network(large, numbers=True, **QUIET).numbers_ != []


@pytest.mark.parametrize(
    ("numbers", "kind", "message"),
    [
        (-1, ValueError, "draw_network, numbers: got -1, expected True, False, or how many at most."),
        ("all", TypeError, "draw_network, numbers: got 'all' (a str), expected True, False, or how many at most."),
        (2.5, TypeError, "draw_network, numbers: got 2.5, expected True, False, or how many at most."),
    ],
)
def test_a_number_of_numbers_that_cannot_be_is_explained(net, numbers, kind, message):
    with pytest.raises(kind) as caught:
        draw_network(net, numbers=numbers)
    assert str(caught.value) == message


def test_numbers_are_written_at_their_own_edges(net):
    diagram = draw_network(net, numbers=True, digits=None, **QUIET)
    by_text = {str(edge.weight).replace("-", "\N{MINUS SIGN}"): edge for edge in net.edges}
    ways = {one.link.edge: np.array(one.link.points) for one in diagram.links}
    for placed in diagram.numbers:
        way = ways[by_text[placed.above]]
        starts, steps = way[:-1], np.diff(way, axis=0)
        share = np.clip(((placed.x, placed.y) - starts) * steps @ [1, 1] / (steps**2).sum(axis=1), 0, 1)
        assert np.hypot(*(starts + share[:, None] * steps - (placed.x, placed.y)).T).min() < 1e-9


def line(*points):
    return Link((), Node((), 0, 0), Node((), 1, 0), points)


def test_placing_never_overlaps_and_counts_whatever_the_texts():
    wanted = [(line((0.0, y / 3), (4.0, (7 * y % 11) / 3)), ("0.123" * (1 + y % 3),)) for y in range(40)]
    circles = [(2.0, 1.0, 0.5), (0.0, 0.0, 0.5)]
    placed, left_out = place(wanted, circles, 0.2)
    assert len(placed) + left_out == 40
    assert 5 < len(placed) < 40
    boxes = []
    for one in placed:
        angle, long = np.radians(one.angle), text_width(one.above, one.height) / 2
        along = np.array([np.cos(angle), np.sin(angle)]) * long
        across = np.array([-np.sin(angle), np.cos(angle)]) * one.height / 2
        middle = np.array([one.x, one.y])
        boxes.append(np.array([middle - along - across, middle + along - across, middle + along + across,
                               middle - along + across]))  # fmt: skip
        assert abs(one.angle) <= 90.0
    assert all(apart(one, two) for one, two in combinations(boxes, 2))
    assert all(gap_to(box, np.array(circle[:2])) > circle[2] for box in boxes for circle in circles)


def test_the_first_comes_first_when_there_is_room_for_one_only():
    link = line((0.0, 0.0), (1.0, 0.0))
    placed, left_out = place([(link, ("first",)), (link, ("second",)), (link, ("third",))], [], 0.3)
    assert [one.above for one in placed] == ["first"]
    assert left_out == 2


# Names.


def test_labels_are_names_or_mathematics_or_none(net):
    assert texts(render(draw_network(net, labels="name", **QUIET)).labels_)[:2] == ["$x_{1}$", "$x_{2}$"]
    math = texts(render(draw_network(net, labels="math", **QUIET)).labels_)
    assert [text for text in math if "a_" in text][:6] == [
        *(f"$a_{{{place}}}^{{(0)}}$" for place in (1, 2, 3, 4)),
        "$a_{1}^{(1)}$",
        "$a_{2}^{(1)}$",
    ]
    none = texts(render(draw_network(net, labels="none", **QUIET)).labels_)
    assert all(text.startswith("b ") for text in none)
    assert len(none) == 8


def test_in_a_large_picture_names_are_plain_text():
    net = ng.Network.dense([20, 20], "tanh")
    written = texts(draw_network(net, most=None, **QUIET).labels_)
    assert {"x1", "x20", "o20"} <= set(written)
    assert not any("$" in text for text in written)


def test_features_and_classes_are_written_beside_their_neurons(net):
    names = {"feature_names": ["sepal length", "$w$", "c", "d"], "class_names": ["setosa", "versi_color", "v"]}
    diagram = render(draw_network(net, **names, **QUIET))
    assert [node.side for node in diagram.nodes] == [*names["feature_names"], *[""] * 5, *names["class_names"]]
    written = {text.get_text(): text for text in diagram.labels_}
    for name in (*names["feature_names"], *names["class_names"]):
        box = written[name].get_window_extent()
        rim = pixels_per_unit(diagram) * RADIUS
        node = next(node.node for node in diagram.nodes if node.side == name)
        x, y = diagram.ax_.transData.transform((node.x, node.y))
        assert (box.x1 < x - rim) if node.layer == 0 else (box.x0 > x + rim)
        assert box.y0 < y < box.y1


def test_two_classes_for_one_output_are_what_1_and_what_0_mean():
    net = ng.Network.dense([2, 1], "sigmoid")
    diagram = draw_network(net, class_names=["benign", "malignant"], **QUIET)
    assert diagram.nodes[-1].side == "malignant (else benign)"
    assert draw_network(net, class_names=["ill"], **QUIET).nodes[-1].side == "ill"


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [
        ({"feature_names": ["a"]}, ValueError,
         "draw_network, feature_names: got 1 names, expected 4, one for each input."),
        ({"class_names": ["a", "b"]}, ValueError,
         "draw_network, class_names: got 2 names, expected 3, one for each output."),
        ({"class_names": "abc"}, TypeError, "draw_network, class_names: got 'abc' (a str), expected a list of names."),
        ({"feature_names": [1, 2, 3, 4]}, TypeError,
         "draw_network, feature_names[0]: got 1, expected a name, as text."),
        ({"feature_names": 5}, TypeError, "draw_network, feature_names: got 5, expected a list of names."),
        ({"labels": "names"}, KeyError,
         "draw_network, labels: unknown 'names'. Did you mean 'name'? Known: name, math, none."),
        ({"bias": "squares"}, KeyError,
         "draw_network, bias: unknown 'squares'. Did you mean 'square'? Known: square, node, none."),
        ({"digits": 0}, ValueError, "digits: got 0, expected a whole number from 1 to 17, or None."),
        ({"direction": "up"}, KeyError, "direction: unknown direction 'up'. Known: right, down."),
        ({"theme": "drak"}, KeyError, "theme: unknown theme 'drak'. Did you mean 'dark'? Known: light, dark, print."),
        ({"marks": ["h1"]}, TypeError,
         "draw_network, marks: got ['h1'] (a list), expected a dict of names and words."),
        ({"highlight": 5}, TypeError,
         "highlight: got 5, expected a neuron, an edge, or two neurons whose paths are meant, as in ('x1', 'o1')."),
        ({"highlight": ("x1", 5)}, TypeError, "highlight: got 5, expected a name, or a Neuron of this network."),
        ({"highlight": "h9"}, KeyError,
         "no neuron named 'h9'. Known: x1, x2, x3, x4, h1, h2, h3, h4, h5, o1, o2, o3."),
        ({"highlight": ("o1", "x1")}, ValueError,
         "highlight: no path leads from o1 to x1. Give them in the order of the edges."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_explained(net, asked, kind, message):
    with pytest.raises(kind) as caught:
        draw_network(net, **asked)
    assert isinstance(caught.value, ng.NeurographError)
    assert str(caught.value) == message


def test_a_mark_for_nobody_is_explained(net):
    with pytest.raises(KeyError, match=r"h7") as caught:
        draw_network(net, marks={"h7": "dead"})
    assert isinstance(caught.value, ng.NeurographError)


def hard_net(name):
    net = ng.Network()
    net.add_input(name)
    net.add_input("x2")
    net.add_neuron(name + "h", "tanh")
    net.add_output(name + "o", "tanh")
    for source, target in ((name, name + "h"), ("x2", name + "h"), (name + "h", name + "o"), (name, name + "o")):
        net.connect(source, target, 0.5)
    return net


@pytest.mark.filterwarnings("ignore:no font of this machine")  # not every machine has flowers
@pytest.mark.parametrize("kind", HARD_NAMES)
def test_any_name_is_drawn_and_saved_as_it_is(kind, tmp_path):
    name = HARD_NAMES[kind]
    net = hard_net(name)
    diagram = draw_network(
        net,
        feature_names=[name, "b"],
        class_names=[name],
        marks={name: name, name + "h": "dead"},
        highlight=name,
        **QUIET,
    )
    for ending in ("png", "svg", "pdf"):
        diagram.save(tmp_path / f"net.{ending}", dpi=60)
    svg = (tmp_path / "net.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own text
    (desc,) = root.findall("{http://www.w3.org/2000/svg}desc")
    assert desc.text == diagram.alt_text()
    assert root.get("aria-label") == diagram.alt_text()
    assert "<b>" not in svg
    assert diagram.alt_text().isprintable()
    assert (tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    for text in diagram.labels_:  # a `$` of the user's begins no mathematics
        assert "\n" not in text.get_text()
        assert len(text.get_text()) <= 40


def test_dollars_in_names_are_dollars():
    net = ng.Network()
    net.add_input("$a$")
    net.add_output("$o$", "tanh")
    net.connect("$a$", "$o$", 1.0)
    diagram = render(draw_network(net, class_names=["$c$"]))
    for text in diagram.labels_:
        assert not text.get_parse_math() or text.get_text().count("$") == 2
    assert {"$a$", "$o$", "$c$"} <= {text.get_text() for text in diagram.labels_ if not text.get_parse_math()}


# Biases.


def test_a_bias_is_a_square_at_its_neuron_or_a_link_from_a_plus_1_or_nothing(net):
    square = draw_network(net, bias="square", **QUIET)
    assert len(square.squares_.get_paths()) == 8
    assert len(square.lines_.get_segments()) == len(net.edges)
    assert draw_network(net, bias="none", **QUIET).squares_ is None
    assert len(draw_network(net, bias="none", **QUIET).lines_.get_segments()) == len(net.edges)
    node = draw_network(net, bias="node", **QUIET)
    assert node.squares_ is None
    assert texts(node.labels_).count("+1") == 2
    links = {link.link.target.neuron.name: link.value for link in node.links if not link.link.source.neurons}
    assert links == {neuron.name: neuron.bias for neuron in net.neurons[4:]}
    assert len(node.lines_.get_segments()) == len(net.edges) + 8
    values = {(tuple(map(tuple, segment))): value for segment, value in
              zip((s.tolist() for s in node.lines_.get_segments()), node.lines_.get_array(), strict=True)}  # fmt: skip
    for one in node.links:
        unit = node.scale.limits[one.link.target.layer] if node.scale.kind == "layer" else 1.0
        assert values[tuple(map(tuple, one.link.points))] * unit == pytest.approx(one.value, rel=1e-15)


def test_a_plus_1_is_a_box_and_no_circle(net):
    diagram = draw_network(net, bias="node", **QUIET)
    assert len(diagram.circles_.get_offsets()) == len(net)
    ones = [node for node in diagram.nodes if not node.node.neurons]
    assert [(node.name, node.fill, node.bias) for node in ones] == [("+1", None, None)] * 2


# Highlight and marks.


@pytest.mark.parametrize("what", ["h2", "neuron", "edge", "paths"])
def test_what_is_highlighted_stays_and_the_rest_is_dimmed(net, what):
    asked, edges, names = {
        "h2": lambda: ("h2", {e.ends for e in net.edges if "h2" in e.ends},
                       {"x1", "x2", "x3", "x4", "h2", "o1", "o2", "o3"}),
        "neuron": lambda: (net["o1"], {e.ends for e in net.edges if "o1" in e.ends},
                           {"o1", *(f"h{k}" for k in range(1, 6))}),
        "edge": lambda: (net.edge("x1", "o2"), {("x1", "o2")}, {"x1", "o2"}),
        "paths": lambda: (("x1", "o2"), {("x1", "o2"), *((("x1"), f"h{k}") for k in range(1, 6)),
                                         *((f"h{k}", "o2") for k in range(1, 6))},
                          {"x1", "o2", *(f"h{k}" for k in range(1, 6))}),
    }[what]()  # fmt: skip
    diagram = render(draw_network(net, highlight=asked, **QUIET))
    alphas = list(diagram.lines_.get_alpha())
    assert {one.link.edge.ends for one, alpha in zip(diagram.links, alphas, strict=True) if alpha == 1.0} == edges
    assert {alpha for alpha in alphas if alpha != 1.0} == {DIM}
    rgba = diagram.lines_.get_colors()
    assert list(rgba[:, 3]) == pytest.approx(alphas)
    assert {node.node.neuron.name for node in diagram.nodes if node.lit} == names
    veils = [artist for artist in diagram.ax_.collections if artist.get_zorder() == 3.5]
    assert len(veils) == 1
    dimmed = [(node.node.x, node.node.y) for node in diagram.nodes if not node.lit]
    assert [tuple(map(float, place)) for place in veils[0].get_offsets()] == dimmed
    assert tuple(veils[0].get_facecolor()[0][:3]) == to_rgba(diagram.theme.page)[:3]
    squares = dict(zip((n.name for n in net.neurons[4:]), diagram.squares_.get_alpha(), strict=True))
    assert {name for name, alpha in squares.items() if alpha == 1.0} == names & set(squares)


def test_nothing_is_dimmed_without_a_highlight(net):
    diagram = draw_network(net, **QUIET)
    assert diagram.lines_.get_alpha() is None
    assert not [artist for artist in diagram.ax_.collections if artist.get_zorder() == 3.5]


def test_only_lit_edges_have_numbers(net):
    diagram = draw_network(net, highlight=net.edge("x1", "o2"), **QUIET)
    assert texts(diagram.numbers_) == ["\N{MINUS SIGN}2.5"]


def test_a_highlight_of_another_network_is_an_error_or_its_namesake(net):
    other = ng.Network.dense([4, 5, 3], "sigmoid")
    assert of_neuron(draw_network(net, highlight=other["h1"], **QUIET), "h1").lit
    strange = other.connect("x2", "o1", 1.0)
    with pytest.raises(KeyError, match=r"no edge x2->o1"):
        draw_network(net, highlight=strange)


def test_marks_are_written_at_their_neurons_and_outlined(net):
    diagram = render(draw_network(net, marks={"h2": "dead", "o3": "saturated"}, **QUIET))
    flags = {text.get_text(): text for text in diagram.labels_ if text.get_bbox_patch()}
    assert set(flags) == {"dead", "saturated"}
    node = of_neuron(diagram, "h2").node
    assert np.hypot(*np.subtract(flags["dead"].get_position(), (node.x, node.y))) < 2 * RADIUS
    widths, edges = diagram.circles_.get_linewidths(), diagram.circles_.get_edgecolors()
    for shown, width, edge in zip(diagram.nodes, widths, edges, strict=True):
        assert (width > min(widths)) == bool(shown.mark)
        assert tuple(edge) == to_rgba(diagram.theme.negative if shown.mark else diagram.theme.ink)


def test_print_dashes_what_is_negative_and_nothing_else(net):
    diagram = draw_network(net, theme="print", **QUIET)
    for (_, dashes), value in zip(diagram.lines_.get_linestyles(), diagram.lines_.get_array(), strict=True):
        assert (dashes is not None) == (value < 0.0)
    assert all(dashes is None for _, dashes in draw_network(net, **QUIET).lines_.get_linestyles())


# Titles, rests.


def test_titles_say_the_layer_its_activation_and_the_true_count(net):
    assert [text.split("\n")[:2] for text in texts(draw_network(net, scale="network", **QUIET).titles_)] == [
        ["inputs"], ["layer 1", "sigmoid"], ["outputs", "sigmoid"]
    ]  # fmt: skip
    large = ng.Network.dense([784, 30, 10], ["relu", "softmax"])
    diagram = render(draw_network(large, **QUIET))
    assert texts(diagram.titles_)[0].startswith("784 inputs")
    assert texts(diagram.titles_)[1].startswith("layer 1: 30\nrelu")
    assert texts(diagram.titles_)[2].startswith("outputs\nsoftmax")


def test_a_rest_is_one_dashed_circle_with_the_count_and_grey_links(net):
    large = ng.Network.dense([784, 30, 10], ["relu", "softmax"], seed=1)
    large.forward([0.01 * (place % 100) for place in range(784)])
    diagram = render(draw_network(large, show="forward"))
    assert len(diagram.rests_.get_offsets()) == 2
    assert {"+768", "+14"} <= set(texts(diagram.labels_))
    assert len(diagram.rest_lines_.get_segments()) == sum(one.link.is_rest for one in diagram.links) == 17 + 16 + 10
    (rest,) = (node for node in diagram.nodes if node.name == "+14")
    activations = np.array([neuron.a for neuron in rest.node.neurons])
    assert rest.fill == pytest.approx(float(np.sqrt((activations**2).mean())), rel=1e-12)
    told = "\n".join(texts(diagram.ax_.texts))
    assert "root mean square" in told
    for _, _, colour in ((0, 0, c[:3]) for c in diagram.rest_lines_.get_colors()):
        assert max(colour) - min(colour) < 0.05  # no sign


def test_a_layer_of_more_than_150_is_drawn_without_words_in_it():
    diagram = draw_network(ng.Network.dense([160, 2], "tanh"), most=None, **QUIET)
    assert diagram.labels_ == []
    assert len(diagram.circles_.get_offsets()) == 162
    assert len(diagram.titles_) == 2


# Axes and figures.


def test_only_the_given_axes_are_touched(net):
    figure = Figure(facecolor="0.1")
    left, right = figure.subplots(1, 2)
    left.plot([1, 2], [3, 5])
    left.set_title("mine")
    before = (
        figure.get_facecolor(),
        right.get_facecolor(),
        left.get_xlim(),
        left.get_ylim(),
        left.get_position().bounds,
    )
    params = dict(matplotlib.rcParams)
    diagram = draw_network(net, right, theme="dark", **QUIET)
    FigureCanvasAgg(figure).draw()
    assert diagram.ax_ is right
    assert diagram.figure_ is figure
    assert figure.axes == [left, right]
    after = (
        figure.get_facecolor(),
        right.get_facecolor(),
        left.get_xlim(),
        left.get_ylim(),
        left.get_position().bounds,
    )
    assert after == before
    assert (len(left.collections), len(left.texts), len(left.lines), left.get_title()) == (0, 0, 1, "mine")
    assert left.axison
    assert dict(matplotlib.rcParams) == params
    assert not diagram.own
    assert diagram._repr_svg_() is None


def test_without_axes_it_has_a_figure_of_its_own_on_the_page_of_the_theme(net):
    diagram = render(draw_network(net, theme="dark"))
    assert diagram.own
    assert diagram.figure_.get_facecolor() == to_rgba("#111111")
    assert diagram.ax_.get_facecolor() == to_rgba("#111111")
    assert diagram._repr_svg_().startswith("<?xml")


def test_neither_pyplot_nor_matplotlib_is_imported_too_early():
    program = (
        "import sys, visualize, neurograph as ng\n"
        "from visualize import draw_network\n"
        "assert 'matplotlib' not in sys.modules and 'numpy' not in sys.modules, 'at import'\n"
        "net = ng.Network.dense([2, 2], 'tanh')\n"
        "diagram = visualize.NetworkDiagram.from_network(net)\n"
        "diagram.alt_text()\n"
        "assert 'matplotlib' not in sys.modules and 'numpy' not in sys.modules, 'working out'\n"
        "diagram = draw_network(net, show='weights')\n"
        "diagram.to_svg()\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules, 'drawing'\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("show", "layout"), [("weights", None), ("backward", None), ("backward", "constrained"), ("backward", "tight")]
)
def test_it_works_in_subfigures_and_layouts(net, layout, show):
    figure = Figure((12.0, 6.0), layout=layout)
    one, two = figure.subfigures(1, 2)
    first = draw_network(net, one.add_subplot(), show=show, colorbar=layout != "tight")
    upper, lower = two.subplots(2, 1)
    second = draw_network(net, upper, direction="down", **QUIET)
    lower.plot([0, 1], [0, 1])
    FigureCanvasAgg(figure).draw()
    assert first.figure_ is second.figure_ is figure
    width, height = figure.bbox.size
    for diagram in (first, second):
        places = diagram.ax_.transData.transform(diagram.circles_.get_offsets())
        assert (places > 0).all()
        assert (places < [width, height]).all()
        spans = np.ptp(places, axis=0)
        assert max(spans / (width / 2, height)) > 0.25  # not squeezed by what stands around it
    assert all(bar.ax.get_figure(root=False) is one for bar in first.colorbars_)


@pytest.mark.parametrize(
    ("show", "size"),
    [
        *(("backward", size) for size in (None, (6.4, 4.8), (12.0, 5.0), (4.0, 6.0))),
        ("weights", None),
        ("weights", (4.0, 6.0)),
        ("update", (4.0, 6.0)),
    ],
)
def test_the_legend_never_takes_the_room_of_the_picture(net, show, size):
    trace = net.trace([5.1, 3.5, 1.4, 0.2], [1.0, 0.0, 0.0], learning_rate=0.5)
    ax = Figure(size, layout="constrained").add_subplot() if size else None
    diagram = render(draw_network(trace, ax, show=show, numbers=True))
    width, height = diagram.figure.bbox.size
    spans = np.ptp(diagram.ax_.transData.transform(diagram.circles_.get_offsets()), axis=0) / (width, height)
    assert max(spans) > 0.25
    box = diagram.legend_.get_window_extent()
    assert box.x0 > -1.0
    assert box.x1 < width + 1.0
    assert box.y0 > -1.0


def test_one_diagram_can_be_drawn_on_two_axes(net):
    diagram = NetworkDiagram.from_network(net, "forward")
    figure = Figure((12, 5), layout="constrained")
    ours, theirs = figure.subplots(1, 2)
    one, two = diagram.plot(ours), diagram.plot(theirs, colorbar=False, legend=False)
    FigureCanvasAgg(figure).draw()
    assert (one.ax_, two.ax_) == (ours, theirs)
    assert one.nodes is two.nodes is diagram.nodes
    first, second = ([texts(artists) for artists in (at.labels_, at.numbers_, at.titles_)] for at in (one, two))
    assert first == second
    assert all(text.axes is theirs for text in (*two.labels_, *two.numbers_, *two.titles_))
    assert (two.colorbars_, two.legend_) == ([], None)
    assert one.lines_ is not two.lines_
    assert [a.tolist() for a in one.lines_.get_segments()] == [b.tolist() for b in two.lines_.get_segments()]


def test_a_diagram_is_not_changed_once_it_is_made(net):
    diagram = draw_network(net)
    for record, name in (
        (diagram, "scale"), (diagram, "lines_"), (diagram.options, "theme"), (diagram.layout, "links"),
        (diagram.layout.nodes[0], "x"), (diagram.nodes[0], "beside"), (diagram.links[0], "width"),
    ):  # fmt: skip
        with pytest.raises(AttributeError):
            setattr(record, name, None)


def test_a_picture_is_round_whatever_the_axes(net):
    for size in ((9.0, 3.0), (3.0, 9.0)):
        diagram = render(draw_network(net, Figure(size).add_subplot(), **QUIET))
        (x0, y0), (x1, y1) = diagram.ax_.transData.transform([(0.0, 0.0), (1.0, 1.0)])
        assert x1 - x0 == pytest.approx(y1 - y0)
        left, right = diagram.ax_.get_xlim()
        low, high = diagram.ax_.get_ylim()
        box = diagram.layout.box
        assert left <= box[0] < box[2] <= right
        assert low <= box[1] < box[3] <= high


@pytest.mark.parametrize("show", ["weights", "forward", "backward", "update"])
@pytest.mark.parametrize("width", [6.0, 3.3])
def test_texts_are_no_larger_than_their_circles(net, show, width):
    trace = net.trace([5.1, 3.5, 1.4, 0.2], [1.0, 0.0, 0.0], learning_rate=0.5)
    ax = Figure((width, 0.75 * width), layout="constrained").add_subplot()
    diagram = render(draw_network(trace, ax, show=show, **QUIET))
    inside = [text for text in diagram.labels_ if not text.get_bbox_patch()]
    centres = diagram.ax_.transData.transform(diagram.circles_.get_offsets())
    radius = pixels_per_unit(diagram) * RADIUS
    assert len(inside) >= 12
    for text in inside:
        box = text.get_window_extent()
        middle = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
        centre = centres[np.hypot(*(centres - middle).T).argmin()]
        reach = np.abs(np.array([(box.x0, box.y0), (box.x1, box.y1)]) - centre).max(axis=0)
        assert reach[0] < radius, text.get_text()
        assert reach[1] < radius, text.get_text()


def test_a_texts_height_follows_the_picture(net):
    sizes = []
    for width in (6.0, 3.0):
        diagram = render(draw_network(net, Figure((width, 0.7 * width)).add_subplot(), **QUIET))
        sizes.append(diagram.numbers_[0].get_fontsize())
        assert diagram.numbers_[0].get_fontsize() * diagram.figure.dpi / 72 == pytest.approx(
            NUMBER_HEIGHT * pixels_per_unit(diagram), rel=1e-6
        )
    assert sizes[0] == pytest.approx(2 * sizes[1], rel=0.05)


def test_colorbar_and_legend_off_leave_none(net):
    diagram = draw_network(net, show="forward", **QUIET)
    assert diagram.colorbars_ == []
    assert diagram.legend_ is None
    assert diagram.ax_.get_legend() is None
    assert len(diagram.figure_.axes) == 1
    assert diagram.ax_.texts is not None
    both = draw_network(net, show="forward")
    assert len(both.figure_.axes) == 3
    assert both.ax_.get_legend() is both.legend_


def test_more_than_5000_lines_are_dots_even_in_a_svg():
    assert draw_network(ng.Network.dense([80, 70], "tanh"), most=None, **QUIET).lines_.get_rasterized()
    assert not draw_network(ng.Network.dense([8, 7], "tanh"), **QUIET).lines_.get_rasterized()


# Errors.


def test_a_network_with_nothing_to_compute_is_refused():
    net = ng.Network()
    with pytest.raises(ng.NeurographError) as caught:
        draw_network(net)
    assert str(caught.value) == 'network: it has no input neuron. Add one with add_input("x1").'
    net.add_input("x1")
    with pytest.raises(ng.NeurographError) as caught:
        draw_network(net)
    assert str(caught.value) == 'network: it has no output neuron. Add one with add_output("o1", "sigmoid").'
    net.add_output("o1", "tanh")
    with pytest.raises(ValueError, match=r"^output o1: no input reaches it\. Connect it, or remove it\.$"):
        draw_network(net)


@pytest.mark.parametrize(
    ("given", "shown"), [(None, "None"), ([4, 5, 3], "[4, 5, 3] (a list)"), ("net", "'net' (a str)")]
)
def test_something_that_is_no_network_is_explained(given, shown):
    with pytest.raises(TypeError) as caught:
        draw_network(given)
    assert str(caught.value) == f"draw_network, net: got {shown}, expected a Network, or a Trace."


def test_something_that_is_no_axes_is_explained(net):
    with pytest.raises(TypeError) as caught:
        draw_network(net, "forward")
    assert (
        str(caught.value)
        == "draw_network, ax: got 'forward' (a str), expected matplotlib axes. Say show='forward' for a mode."
    )
    with pytest.raises(TypeError) as caught:
        draw_network(net, [1])
    assert (
        str(caught.value)
        == "draw_network, ax: got [1] (a list), expected matplotlib axes. Make some with figure.add_subplot()."
    )


def test_what_stands_at_an_edge_without_a_number_is_nothing(net):
    diagram = NetworkDiagram.from_network(net)
    nothing = edge_texts(diagram.links[0].link, diagram.mode, lambda kind, thing: None, None)
    assert nothing == ()


def test_what_is_lit_and_what_is_marked_is_kept_clear_and_told():
    net = ng.Network.dense([3, 4, 2], "tanh", seed=4)
    marks = {"h1": "saturated", "h3": "dead"}
    diagram = draw_network(net, marks=marks, highlight=("x1", "o2"))
    assert diagram.alt_text().endswith("Marked: h1 saturated, h3 dead. Lit: all paths from x1 to o2.")
    marked = [node for node in diagram.nodes if node.mark]
    assert len(marked) == 2
    for placed in diagram.numbers:
        for node in marked:
            for x, y, radius in mark_circles(node):
                assert np.hypot(placed.x - x, placed.y - y) >= radius
    assert "Lit: h2 with its edges." in draw_network(net, highlight="h2").alt_text()
    assert "Lit: the edge x1->h2." in draw_network(net, highlight=net.edge("x1", "h2")).alt_text()


def test_a_small_net_keeps_every_number():
    for seed in range(3):
        trace = ng.Network.dense([2, 2, 2], "sigmoid", seed=seed).trace([0.05, 0.1], [0.01, 0.99])
        for show in ("weights", "forward", "backward", "gradients", "update"):
            assert draw_network(trace, show=show).left_out == 0, (seed, show)


def test_a_diagram_at_the_prompt_is_one_short_line():
    assert repr(draw_network(ng.Network.dense([2, 1], "tanh"))) == "<NetworkDiagram of 3 neurons, 2 edges: weights>"
