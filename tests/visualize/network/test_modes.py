"""Each mode shows the net's own numbers: asserted on the artists that were drawn, never on pixels."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import CenteredNorm, Normalize, TwoSlopeNorm, to_rgb

import neurograph as ng
from strategies import random_example, random_network
from visualize import NetworkDiagram, draw_network
from visualize.network import painter
from visualize.network.contents import true_minus
from visualize.network.layout import RADIUS
from visualize.network.modes import MODES, read_trace
from visualize.themes import THEMES

ALL = list(MODES)
MINUS = "\N{MINUS SIGN}"
QUIET = {"colorbar": False, "legend": False}
EDGE = {
    "weights": lambda edge: edge.weight,
    "forward": lambda edge: edge.weight * edge.source.a,
    "backward": lambda edge: None if edge.source.role == "input" else edge.weight * edge.target.delta,
    "gradients": lambda edge: edge.grad,
}
BIAS = {
    "weights": lambda n: n.bias,
    "forward": lambda n: n.bias,
    "backward": lambda n: n.bias_grad,
    "gradients": lambda n: n.bias_grad,
}
FILL = {"forward": "a", "backward": "delta", "gradients": "delta"}


@pytest.fixture
def net():
    """A net that has gone forward and back, with a skip edge that is by far the strongest."""
    net = ng.Network.dense([4, 5, 3], "tanh", seed=3)
    net.connect("x1", "o2", -2.5)
    for place, neuron in enumerate(net.neurons[4:]):
        neuron.bias = 0.1 * place - 0.25
    net.forward([0.51, -0.35, 0.14, 0.02])
    net.backward([1.0, 0.0, 0.0])
    return net


def trace_of(net):
    return net.trace([0.51, -0.35, 0.14, 0.02], [1.0, 0.0, 0.0], learning_rate=0.5)


def random_trace(seed):
    rng = Random(seed)
    net = random_network(rng)
    return net.trace(*random_example(net, "squared_error", rng), learning_rate=0.25)


def drawn(diagram):
    """The number on each line that was drawn, by the names of its ends, found by where the line is."""
    at = {tuple(map(tuple, link.points)): link for link in diagram.layout.links}
    values = {}
    for segment, value in zip(diagram.lines_.get_segments(), diagram.lines_.get_array(), strict=True):
        link = at[tuple(map(tuple, segment.tolist()))]
        unit = diagram.scale.limits[link.target.layer] if diagram.scale.kind == "layer" else 1.0
        values[link.edge.ends] = float(value) * unit
    return values


def filled(diagram):
    nodes = [node for node in diagram.nodes if node.node.neuron]
    scale = diagram.fill_scale
    return {
        node.node.neuron.name: None
        if value is np.ma.masked
        else float(value) * (scale.limits[node.node.layer] if scale.kind == "layer" else 1.0)
        for node, value in zip(nodes, diagram.circles_.get_array(), strict=True)
    }


def colours(diagram, artist):
    """Draw, and read back the colours that the lines really have."""
    FigureCanvasAgg(diagram.figure).draw()
    return artist.get_colors() if hasattr(artist, "get_colors") else artist.get_facecolors()


# The net's own numbers.


@pytest.mark.parametrize("scale", [None, "layer", "network", Normalize(-3.0, 3.0)])
@pytest.mark.parametrize("show", EDGE)
def test_every_edge_is_drawn_with_its_own_number(net, show, scale):
    diagram = draw_network(net, show=show, scale=scale, **QUIET)
    wanted = {edge.ends: EDGE[show](edge) for edge in net.edges}
    assert drawn(diagram) == pytest.approx(
        {ends: value for ends, value in wanted.items() if value is not None}, rel=1e-15
    )
    for one in diagram.links:  # on the record they are the same to the last bit
        assert one.value == wanted[one.link.edge.ends]


@pytest.mark.parametrize("scale", [None, "layer", "network"])
@pytest.mark.parametrize("show", FILL)
def test_every_neuron_is_filled_with_its_own_number(net, show, scale):
    diagram = draw_network(net, show=show, scale=scale, **QUIET)
    wanted = {neuron.name: getattr(neuron, FILL[show]) for neuron in net.neurons}
    shown = filled(diagram)
    assert {name for name, value in shown.items() if value is None} == {
        n for n, value in wanted.items() if value is None
    }
    for name, value in shown.items():
        assert value is None or value == pytest.approx(wanted[name], rel=1e-15)
    assert [wanted[name] for name in ("x1", "x4")] == ([0.51, 0.02] if show == "forward" else [None, None])
    for node in diagram.nodes:
        assert node.fill == wanted[node.node.neuron.name]


@pytest.mark.parametrize("show", BIAS)
def test_every_bias_square_has_the_bias_on_the_scale_of_the_edges(net, show):
    diagram = draw_network(net, show=show, **QUIET)
    computing = [neuron for neuron in net.neurons if neuron.role != "input"]
    limits = diagram.scale.limits if diagram.scale.kind == "layer" else {1: 1.0, 2: 1.0}
    layers = [next(at for at, layer in enumerate(net.layers) if neuron in layer) for neuron in computing]
    values = [float(v) * limits[layer] for v, layer in zip(diagram.squares_.get_array(), layers, strict=True)]
    assert values == pytest.approx([BIAS[show](neuron) for neuron in computing], rel=1e-15)
    for neuron, path in zip(computing, diagram.squares_.get_paths(), strict=True):
        node = next(one for one in diagram.layout.nodes if one.neuron is neuron)
        assert math.dist(path.vertices[:4].mean(axis=0), (node.x, node.y)) < 1.5 * RADIUS
    assert (diagram.squares_.norm.vmin, diagram.squares_.norm.vmax) == (
        diagram.lines_.norm.vmin,
        diagram.lines_.norm.vmax,
    )
    ours, cmap = colours(diagram, diagram.squares_), diagram.theme.diverging
    limit = diagram.scale.limit
    for colour, value in zip(ours, diagram.squares_.get_array(), strict=True):
        assert tuple(colour) == pytest.approx(cmap(0.5 + 0.5 * value / limit), abs=0.02)


def test_products_and_errors_carried_back_are_those_of_the_trace_to_the_last_bit():
    compared = 0
    for seed in range(30):
        trace = random_trace(seed)
        told_by = {"forward": {}, "backward": {}}
        for step in trace.at("term"):
            for line in step.lines:
                kind, owner, _ = line.left.key
                if kind in ("product", "blame"):
                    told_by["forward" if kind == "product" else "backward"][owner] = line.left.value
        for show, values in told_by.items():
            diagram = NetworkDiagram.from_network(trace, show)
            ours = {one.link.edge.ends: one.value for one in diagram.links}
            assert {ends: value for ends, value in ours.items() if value is not None} == values, (seed, show)
            compared += len(values)
    assert compared > 600


def test_update_shows_the_change_and_both_numbers(net):
    trace = trace_of(net)
    old, new = trace.before, trace.after
    diagram = draw_network(trace, show="update", numbers=True)
    for one in diagram.links:
        assert one.value == new.edge(*one.link.edge.ends).weight - old.edge(*one.link.edge.ends).weight
    for node in diagram.nodes:
        name = node.node.neuron.name
        assert node.bias == (None if node.node.layer == 0 else new[name].bias - old[name].bias)
    texts = [text.get_text() for text in diagram.numbers_]
    assert len(texts) > 5
    for text in texts:
        before, after = (float(part.replace(MINUS, "-")) for part in text.split("→"))
        assert before != after
    strongest = max(old.edges, key=lambda edge: abs(new.edge(*edge.ends).weight - edge.weight))
    changed = new.edge(*strongest.ends).weight
    assert f"{true_minus(f'{strongest.weight:.3g}')}→{true_minus(f'{changed:.3g}')}" in texts


def test_update_of_two_networks_is_that_of_the_trace(net):
    trace = trace_of(net)
    one = draw_network(trace, show="update", **QUIET)
    two = draw_network(trace.after, show="update", before=trace.before, **QUIET)
    assert drawn(one) == drawn(two)
    told = " Here loss 0.589 → 0.112; learning rate 0.5."  # which only the trace knows
    assert one.alt_text().replace(told, "") == two.alt_text()
    assert told in one.alt_text()


def test_a_change_too_small_for_the_digits_is_written_with_more_of_them():
    old = ng.Network.dense([1, 1], "tanh", initializer="ones")
    new = old.copy()
    new.edge("x1", "o1").weight = 1.0000123
    new["o1"].bias = 1e-12
    diagram = draw_network(new, show="update", before=old, digits=3)
    assert [text.get_text() for text in diagram.numbers_] == ["1→1.00001"]
    assert diagram.nodes[1].numbers == (("b", "0"), ("→", true_minus("1e-12")))


def test_what_did_not_change_is_written_alike_on_both_sides():
    old = ng.Network.dense([1, 1], "tanh", initializer="ones")
    diagram = draw_network(old.copy(), show="update", before=old)
    assert [text.get_text() for text in diagram.numbers_] == ["1→1"]
    assert drawn(diagram) == {("x1", "o1"): 0.0}


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        (2, true_minus("-0.079")),
        (3, true_minus("-0.0789")),
        (6, true_minus("-0.0789012")),
        (None, true_minus("-0.07890123456789")),
    ],
)
def test_the_caller_fixes_the_digits(digits, text):
    net = ng.Network.dense([1, 1], "tanh")
    net.edge("x1", "o1").weight = net["o1"].bias = -0.07890123456789
    diagram = draw_network(net, digits=digits)
    assert [number.get_text() for number in diagram.numbers_] == [text]
    assert diagram.nodes[1].numbers == (("b", text),)


def test_a_trace_is_drawn_as_the_net_before_the_update(net):
    trace = trace_of(net)
    for show in EDGE:
        assert drawn(draw_network(trace, show=show, **QUIET)) == drawn(draw_network(trace.before, show=show, **QUIET))


def test_what_is_written_in_neurons_is_theirs(net):
    def inside(show):
        return [
            [f"{symbol} {text}" for symbol, text in node.numbers]
            for node in draw_network(net, show=show, **QUIET).nodes
        ]

    h1, o3 = net["h1"], net["o3"]
    assert inside("forward")[0] == ["a 0.51"]
    assert inside("forward")[4] == [f"z {true_minus(f'{h1.z:.3g}')}", f"a {true_minus(f'{h1.a:.3g}')}"]
    assert inside("backward")[-1] == [f"δ {true_minus(f'{o3.delta:.3g}')}"]
    assert inside("weights")[4] == [true_minus("b -0.25")]
    assert inside("backward")[0] == inside("weights")[0] == []


def test_backward_writes_the_error_above_an_edge_and_the_gradient_below(net):
    diagram = draw_network(net, show="backward", numbers=True)
    by_place = {(one.link.edge.ends): one for one in diagram.links}
    pairs = {(placed.above, placed.below) for placed in diagram.numbers}
    edge = net.edge("h1", "o1")
    written = (f"{edge.weight * edge.target.delta:.3g}", f"{edge.grad:.3g}")
    assert by_place[("h1", "o1")].value == edge.weight * edge.target.delta
    assert tuple(map(true_minus, written)) in pairs
    alone = net.edge("x1", "h1")  # an input is given no error
    assert (true_minus(f"{alone.grad:.3g}"), "") in pairs


# Colour and width.


def spread(one, two):
    return math.dist(to_rgb(one), to_rgb(two))


def away(colour, theme, end):
    """How far a colour is from the straight line between zero and an end of the scale."""
    zero, way = np.array(to_rgb(theme.zero)), np.array(to_rgb(end)) - to_rgb(theme.zero)
    share = np.clip((colour - zero) @ way / (way @ way), 0.0, 1.0)
    return float(np.linalg.norm(colour - zero - share * way))


def says_positive(rgba, theme):
    return away(rgba[:3], theme, theme.positive) < away(rgba[:3], theme, theme.negative)


@pytest.mark.parametrize("theme", THEMES)
def test_the_colour_of_every_edge_has_the_right_sign_on_random_networks(theme):
    record = THEMES[theme]
    checked = 0
    for seed in range(20):
        show = ALL[seed % len(ALL)]
        scale = (None, "layer", "network")[seed % 3]
        diagram = draw_network(
            random_trace(seed), show=show, theme=theme, scale=scale, labels="none", numbers=False, **QUIET
        )
        if diagram.lines_ is None or not len(diagram.lines_.get_segments()):
            continue
        diagram.lines_.update_scalarmappable()  # as drawing does first of all
        for rgba, value, one in zip(
            diagram.lines_.get_colors(),
            diagram.lines_.get_array(),
            [one for one in diagram.links if one.value is not None],
            strict=True,
        ):
            assert (one.value > 0.0, one.value < 0.0) == (value > 0.0, value < 0.0)
            share = value / diagram.scale.limit
            if abs(share) < 0.01:
                assert spread(rgba[:3], record.zero) < 0.05
                continue
            assert says_positive(rgba, record) == (value > 0.0), (seed, one.link.edge.label, value)
            end = record.positive if value > 0.0 else record.negative
            assert spread(rgba[:3], record.zero) == pytest.approx(abs(share) * spread(end, record.zero), abs=0.01)
            checked += 1
    assert checked > 150


def test_the_check_of_signs_sees_swapped_colours_and_a_scale_from_least_to_most(monkeypatch):
    net = ng.Network.dense([4, 2], "tanh")
    for place, edge in enumerate(net.edges):
        edge.weight = 0.5 + place if place else -1.0

    def wrong(theme="light"):
        diagram = draw_network(net, theme=theme, **QUIET)
        return sum(
            says_positive(rgba, THEMES["light"]) != (one.value > 0.0)
            for rgba, one in zip(colours(diagram, diagram.lines_), diagram.links, strict=True)
            if abs(one.value) > 0.05
        )

    assert wrong() == 0
    with monkeypatch.context() as patch:
        patch.setattr(painter, "_norm", lambda diagram: Normalize())  # from the least to the most, as networkx does
        assert wrong() > 0
    light = THEMES["light"]
    assert wrong(replace(light, negative=light.positive, positive=light.negative)) == len(net.edges)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("show", ALL)
def test_zero_is_in_the_middle_of_every_scale_even_when_all_numbers_have_one_sign(show, theme):
    net = ng.Network.dense([3, 2], "sigmoid", initializer="ones")
    trace = net.trace([1.0, 2.0, 3.0], [0.0, 0.0], learning_rate=0.5)
    diagram = draw_network(trace, show=show, theme=theme, **QUIET)
    for artist in (diagram.lines_, diagram.circles_, diagram.squares_):
        norm = artist.norm
        assert norm.vmin == -norm.vmax < 0.0
        assert norm(0.0) == 0.5
    assert to_rgb(diagram.lines_.cmap(0.5)) == pytest.approx(to_rgb(diagram.theme.zero), abs=0.01)


@pytest.mark.parametrize("scale", [None, "layer", "network"])
@pytest.mark.parametrize("show", ALL)
def test_widths_grow_with_the_magnitude_and_the_strongest_are_drawn_last(show, scale):
    for seed in range(5):
        diagram = draw_network(random_trace(seed), show=show, scale=scale, labels="none", numbers=False, **QUIET)
        shares = [abs(value) / diagram.scale.limit for value in diagram.lines_.get_array()]
        widths = [float(width) for width in diagram.lines_.get_linewidths()]
        assert shares == sorted(shares)
        assert widths == sorted(widths)
        for (one, thin), (two, thick) in zip(
            zip(shares, widths, strict=True), list(zip(shares, widths, strict=True))[1:], strict=False
        ):
            assert (thick > thin) == (two > one) or two - one < 1e-9
        if len(widths) > 1:  # a straight line: no jump anywhere
            low, high = widths[0] - shares[0] * slope(shares, widths), slope(shares, widths)
            assert widths == pytest.approx([low + high * share for share in shares], rel=1e-6)


def slope(shares, widths):
    return (widths[-1] - widths[0]) / (shares[-1] - shares[0] or 1.0)


def test_what_is_lit_is_drawn_after_the_rest_and_the_strongest_of_it_last(net):
    diagram = draw_network(net, highlight="h2", **QUIET)
    alphas = list(diagram.lines_.get_alpha())
    assert alphas == sorted(alphas)
    lit = [one.strength for one in diagram.links if one.lit]
    assert lit == sorted(lit)
    assert len(lit) == 7


def test_on_the_scale_of_the_layer_every_layer_has_a_full_line_and_the_label_says_so(net):
    diagram = draw_network(net, scale="layer")
    by_layer = {}
    for one, value in zip(diagram.links, diagram.lines_.get_array(), strict=True):
        by_layer.setdefault(one.link.target.layer, []).append(abs(value))
    assert {layer: max(values) for layer, values in by_layer.items()} == {1: 1.0, 2: 1.0}
    assert diagram.colorbars_[0].ax.get_ylabel() == "weight w, bias b\n(share of the layer's full scale)"
    assert legend_widths(diagram) == [true_minus("-1"), true_minus("-0.25"), "0.25", "1"]


def test_on_the_scale_of_the_network_the_limit_is_the_largest_and_the_label_says_so(net):
    diagram = draw_network(net, scale="network")
    assert diagram.lines_.norm.vmax == 2.5
    assert diagram.colorbars_[0].ax.get_ylabel() == "weight w, bias b\n(one scale for the network)"
    assert legend_widths(diagram) == [true_minus("-2.5"), true_minus("-0.62"), "0.62", "2.5"]


def test_a_norm_of_the_callers_is_kept_and_the_label_says_so(net):
    norm = TwoSlopeNorm(0.0, -1.0, 4.0)
    diagram = draw_network(net, scale=norm)
    assert diagram.lines_.norm is norm
    assert diagram.colorbars_[0].ax.get_ylabel() == "weight w, bias b\n(scale as given)"
    assert legend_widths(diagram) == [true_minus("-4"), true_minus("-1"), "1", "4"]
    by_value = dict(zip(diagram.lines_.get_array().tolist(), colours(diagram, diagram.lines_), strict=True))
    assert tuple(by_value[-2.5]) == diagram.theme.diverging(0.0)  # beyond the end


def test_the_legend_has_the_colours_and_widths_of_lines_with_such_numbers():
    for scale in ("network", TwoSlopeNorm(0.0, -1.0, 4.0), CenteredNorm(0.0, 4.0)):
        net = ng.Network.dense([4, 1], "tanh")
        for edge, weight in zip(net.edges, (-4.0, -1.0, 1.0, 4.0), strict=True):
            edge.weight = weight
        diagram = draw_network(net, scale=scale)
        lines = {one.value: at for at, one in enumerate(diagram.links)}
        rgba = colours(diagram, diagram.lines_)
        for handle, weight in zip(diagram.legend_.get_lines(), (-4.0, -1.0, 1.0, 4.0), strict=True):
            at = lines[weight]
            assert to_rgb(handle.get_color()) == pytest.approx(tuple(rgba[at][:3]), abs=0.01)
            assert handle.get_linewidth() == pytest.approx(diagram.lines_.get_linewidths()[at], rel=1e-6)


def test_the_fills_keep_their_own_scale_beside_a_norm_for_the_edges(net):
    diagram = draw_network(net, show="forward", scale=Normalize(-9.0, 9.0), **QUIET)
    assert diagram.lines_.norm.vmax == 9.0
    assert diagram.circles_.norm.vmax == diagram.fill_scale.limit < 1.0 + 1e-12
    assert diagram.circles_.norm.vmin == -diagram.circles_.norm.vmax


@pytest.mark.parametrize(("factor", "kind"), [(2.9, "network"), (3.1, "layer")])
def test_layers_have_scales_of_their_own_from_threefold_on(factor, kind):
    net = ng.Network.dense([2, 2, 1], "tanh", initializer="ones")
    for edge in net.layers[2][0].incoming:
        edge.weight = -factor
    diagram = draw_network(net)
    assert diagram.scale.kind == kind
    assert legend_widths(diagram)[-1] == ("1" if kind == "layer" else "2.9")


def test_biases_count_for_the_scale():
    net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    net["o1"].bias = -8.0
    assert draw_network(net, **QUIET).lines_.norm.vmax == 8.0
    assert draw_network(net, **QUIET).squares_.get_array().tolist() == [-8.0]


def legend_widths(diagram):
    return [text.get_text() for text in diagram.legend_.get_texts()][:4]


@pytest.mark.parametrize("show", ALL)
def test_each_scale_says_what_it_is_of(net, show):
    diagram = draw_network(trace_of(net), show=show)
    words = [bar.ax.get_ylabel().split("\n")[0] for bar in diagram.colorbars_]
    assert (
        words
        == {
            "weights": ["weight w, bias b"],
            "forward": ["product w·a, bias b", "activation a"],
            "backward": ["error carried back w·δ, bias ∂C/∂b", "error δ = ∂C/∂z"],
            "gradients": ["gradient ∂C/∂w, ∂C/∂b", "error δ = ∂C/∂z"],
            "update": ["change of w, change of b"],
        }[show]
    )
    mappables = [diagram.lines_, diagram.circles_][: len(words)]
    assert [bar.mappable for bar in diagram.colorbars_] == mappables


@pytest.mark.parametrize("weight", [0.0, 5e-324, 1e-200, 1e100])
def test_weights_of_any_size_are_drawn_without_a_warning(weight):
    net = ng.Network.dense([2, 2, 1], "tanh", initializer="zeros")
    for edge in net.edges:
        edge.weight = weight
    diagram = draw_network(net)
    colours(diagram, diagram.lines_)
    assert set(drawn(diagram).values()) == {weight}


# What is not computed.


@pytest.mark.parametrize(
    ("show", "cure"),
    [
        ("forward", "Call net.forward(x) first."),
        ("backward", "Call net.forward(x) and net.backward(y) first."),
        ("gradients", "Call net.forward(x) and net.backward(y) first."),
    ],
)
def test_a_mode_without_numbers_says_what_to_call(show, cure):
    with pytest.raises(ng.NeurographError) as caught:
        draw_network(ng.Network.dense([2, 1], "tanh"), show=show)
    assert isinstance(caught.value, RuntimeError)
    assert str(caught.value) == f"draw_network, show='{show}': there are no such numbers yet. {cure}"


def test_forward_without_backward_is_enough_for_forward_only():
    net = ng.Network.dense([2, 1], "tanh")
    net.forward([1.0, 2.0])
    assert draw_network(net, show="forward", **QUIET).missing_ is None
    with pytest.raises(ng.NeurographError, match=r"net\.backward\(y\) first"):
        draw_network(net, show="backward")


def test_update_of_one_network_asks_for_the_other(net):
    with pytest.raises(ng.NeurographError) as caught:
        draw_network(net, show="update")
    assert str(caught.value) == (
        "draw_network, show='update': there is one network, not two. Draw a trace, or give the network of before the "
        "update as before=..."
    )


def test_update_with_something_else_as_before_is_explained(net):
    with pytest.raises(TypeError) as caught:
        draw_network(net, show="update", before=[1.0])
    assert str(caught.value) == ("draw_network, before: got [1.0] (a list), expected the network of before the update.")
    with pytest.raises(KeyError) as caught:
        draw_network(net, show="update", before=ng.Network.dense([4, 5, 3], "tanh"))
    assert str(caught.value).startswith("no edge x1->o2.")


def test_an_unknown_mode_is_explained(net):
    with pytest.raises(KeyError) as caught:
        draw_network(net, show="weight")
    assert str(caught.value) == (
        "draw_network, show: unknown mode 'weight'. Did you mean 'weights'? "
        "Known: weights, forward, backward, gradients, update."
    )
    with pytest.raises(TypeError) as caught:
        draw_network(net, show=3)
    assert str(caught.value) == "draw_network, show: got 3, expected the name of a mode."


@pytest.fixture
def halfway(net):
    """The diagram of the place in a trace where the first output has just its activation, and no other has."""
    trace = trace_of(net).at("neuron")
    k = next(k for k in range(len(trace)) if trace.state(k)["a", "o1"] is not None)
    assert trace.state(k)["a", "o2"] is None
    return NetworkDiagram.from_network(trace.before, "forward", read=read_trace(trace.state(k))).plot()


def test_what_is_not_computed_yet_is_a_question_mark_and_never_a_zero(halfway):
    by_name = {node.node.neuron.name: node for node in halfway.nodes}
    assert by_name["o1"].numbers[1][1] not in ("?", "0")
    assert by_name["o2"].numbers == (("z", "?"), ("a", "?"))
    assert by_name["o2"].fill is None
    assert filled(halfway)["o2"] is None
    texts = [text.get_text() for text in halfway.labels_]
    assert texts.count("z ?") == texts.count("a ?") == 2


def test_what_is_not_computed_yet_is_a_dotted_circle_on_the_colour_of_the_page(halfway):
    faces = colours(halfway, halfway.circles_)
    dotted = [dashes is not None for _, dashes in halfway.circles_.get_linestyles()]
    names = [node.node.neuron.name for node in halfway.nodes]
    assert [name for name, is_dotted in zip(names, dotted, strict=True) if is_dotted] == ["o2", "o3"]
    for name, face in zip(names, faces, strict=True):
        assert (to_rgb(face[:3]) == to_rgb(halfway.theme.page)) == (name in ("o2", "o3"))


def test_edges_without_a_number_yet_are_dotted_and_on_no_scale(net):
    trace = trace_of(net).at("neuron")
    k = next(k for k in range(len(trace)) if trace.state(k)["a", "h2"] is not None)
    with pytest.raises(ng.NeurographError, match="no such numbers yet"):  # no output has an activation yet
        NetworkDiagram.from_network(trace.before, "forward", read=read_trace(trace.state(k)))
    k = next(k for k in range(len(trace)) if trace.state(k)["delta", "o2"] is not None)
    diagram = NetworkDiagram.from_network(trace.before, "backward", read=read_trace(trace.state(k))).plot()
    unknown = [one for one in diagram.links if one.value is None]
    ends = {one.link.edge.ends for one in unknown}
    assert ends == {e.ends for e in net.edges if e.source.role == "input" or e.target.name == "o3"}
    assert len(diagram.missing_.get_segments()) == len(unknown)
    assert len(diagram.lines_.get_segments()) == len(net.edges) - len(unknown)
    assert all(dashes is not None for _, dashes in diagram.missing_.get_linestyles())
    assert diagram.missing_.get_array() is None
    assert "dotted: not computed" in below(diagram)


def test_backward_says_why_the_edges_of_inputs_are_dotted(net):
    diagram = draw_network(net, show="backward")
    assert len(diagram.missing_.get_segments()) == 21
    assert "dotted: no error goes back to an input" in below(diagram)
    assert "dotted" not in below(draw_network(net, show="gradients"))


def below(diagram):
    return "\n".join(text.get_text() for text in diagram.ax_.texts)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_owner(value):
    net = ng.Network.dense([2, 1], "tanh", initializer="ones")
    net.edge("x2", "o1").w = value
    with pytest.raises(ng.NeurographError) as caught:
        draw_network(net)
    assert isinstance(caught.value, ArithmeticError)
    assert str(caught.value) == (
        f"draw_network, w of x2->o1: it is {value}. Set a finite number, or run the passes again."
    )
    net.edge("x2", "o1").w = 1.0
    net.forward([1.0, 1.0])
    net["o1"].b = value
    for show in ("weights", "forward"):
        with pytest.raises(ng.NeurographError) as caught:
            draw_network(net, show=show)
        assert (
            str(caught.value) == f"draw_network, b of o1: it is {value}. Set a finite number, or run the passes again."
        )
    net["o1"].b = 0.0
    net["o1"].a = value
    with pytest.raises(ng.NeurographError, match=r"^draw_network, a of o1: it is "):
        draw_network(net, show="forward")
    net["o1"].a, net["o1"].z = 0.0, value
    with pytest.raises(ng.NeurographError, match=r"^draw_network, z of o1: it is "):
        draw_network(net, show="forward")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_refused_even_where_it_is_hidden(value):
    net = ng.Network.dense([30, 1], "tanh", initializer="ones")
    net.forward([1.0] * 30)
    net["x15"].a = value
    with pytest.raises(ng.NeurographError, match=r"x15"):
        draw_network(net, show="forward", most=4)
    net = ng.Network.dense([1, 30], "tanh", initializer="ones")
    net.forward([1.0])
    net["o15"].a = value
    with pytest.raises(ng.NeurographError, match=r"^draw_network, a of o15: it is "):
        draw_network(net, show="forward", most=4)


def test_like_takes_over_places_and_scales_so_that_pictures_can_be_compared(net):
    first = draw_network(net, **QUIET)
    net.edge("x1", "o2").weight = 0.5
    second = NetworkDiagram.from_network(net, like=first).plot(**QUIET)
    assert second.layout is first.layout
    assert second.scale is first.scale
    assert drawn(second)["x1", "o2"] == 0.5


@pytest.mark.parametrize(
    ("scale", "kind", "message"),
    [
        (
            "layers",
            KeyError,
            "scale: unknown scale 'layers'. Did you mean 'layer'? Known: layer, network. Or give a norm.",
        ),
        (3.0, TypeError, "scale: got 3.0, expected 'layer', 'network', or a norm of matplotlib.colors."),
    ],
)
def test_an_unknown_scale_is_explained(net, scale, kind, message):
    with pytest.raises(kind) as caught:
        draw_network(net, scale=scale)
    assert str(caught.value) == message


# The trace of a batch.


@pytest.fixture
def batch():
    net = ng.Network.dense([2, 3, 2], ["tanh", "sigmoid"], seed=2)
    return net.trace([[0.5, -1.0], [1.0, 2.0], [-0.3, 0.1]], [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], learning_rate=0.2)


@pytest.mark.parametrize("example", [0, 1, 2])
def test_a_pass_of_a_batch_is_that_of_the_example_asked_for(batch, example):
    net = batch.before
    examples = [([0.5, -1.0], [1.0, 0.0]), ([1.0, 2.0], [0.0, 1.0]), ([-0.3, 0.1], [1.0, 1.0])]
    alone = net.copy()
    alone.zero_grad()
    alone.forward(examples[example][0])
    alone.backward(examples[example][1])
    for show in ("forward", "backward"):
        one, two = draw_network(batch, show=show, example=example), draw_network(alone, show=show)
        assert drawn(one) == drawn(two)
        assert [node.fill for node in one.nodes] == [node.fill for node in two.nodes]
        assert f"Here example {example + 1} of 3; y = " in one.alt_text()


def test_the_gradients_of_a_batch_are_the_means_in_edges_and_neurons_alike(batch):
    diagram = draw_network(batch, show="gradients")
    for node in diagram.nodes:
        if node.node.layer:
            assert node.fill == node.bias == batch.before[node.name].bias_grad
    assert diagram.mode.fill_words == "gradient ∂C/∂b"
    assert "Here mean of 3 examples; mean loss" in diagram.alt_text()
    assert any("mean of 3 examples" in text.get_text() for text in diagram.ax_.texts)


def test_an_example_that_is_not_there_is_an_error(batch):
    with pytest.raises(
        ng.NeurographError, match=r"draw_network, example: got 3, expected a whole number from 0 to 2\."
    ):
        draw_network(batch, show="forward", example=3)
    with pytest.raises(
        ng.NeurographError, match=r"example: a network holds the numbers of one example\. Draw a trace\."
    ):
        draw_network(batch.before, show="forward", example=1)


def test_in_print_the_line_around_what_is_negative_is_dashed(batch):
    diagram = draw_network(batch, show="backward", theme="print")
    for node, (_, dashes) in zip(diagram.nodes, diagram.circles_.get_linestyle(), strict=True):
        assert (dashes is not None) == ((node.fill or 0.0) < 0.0), node.name
    light = draw_network(batch, show="backward")
    assert all(dashes is None for _, dashes in light.circles_.get_linestyle())
