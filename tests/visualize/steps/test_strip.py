"""The step strip: panels, what is lit, what is not computed, and one scale for each mode."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import neurograph as ng
from visualize.steps.frames import PHASES, frame_at, places_of
from visualize.steps.strip import draw_strip


@pytest.fixture
def dag():
    """A net with an edge that skips a layer, and softmax outputs."""
    net = ng.Network.dense([2, 2, 2], ["sigmoid", "softmax"], seed=3)
    net.connect("x1", "o1", 0.25)
    return net


@pytest.fixture
def trace(dag):
    return dag.trace([0.5, -1.0], [1.0, 0.0], loss="cross_entropy", learning_rate=0.5)


def known(panel):
    """What a panel draws as known: edges and neurons, by name."""
    edges = {one.link.edge.ends for one in panel.links if one.value is not None}
    return edges, {node.node.neuron.name for node in panel.nodes if node.fill is not None}


def test_one_panel_for_each_step_with_its_title_and_mode(trace):
    strip = draw_strip(trace)
    steps = [step for step in trace.at("layer") if step.phase != "after"]
    assert [frame.step.index for frame in strip.frames] == [step.index for step in steps]
    assert [frame.mode for frame in strip.frames] == [PHASES[step.phase] for step in steps]
    shown = [PHASES[step.phase].replace("loss", "forward") for step in steps]  # the loss is about activations
    assert [panel.mode.name for panel in strip.panels] == shown
    assert [frame.title for frame in strip.frames[:4]] == [
        "1 forward, layer 1: weighted sum; activation",
        "2 forward, output layer: weighted sum; activation",
        "3 loss: loss term; sum of the terms",
        "4 backward, output layer: delta",
    ]
    titles = [panel.ax_.get_title(loc="left").replace("\n", " ") for panel in strip.panels]
    assert titles[0] == strip.frames[0].title
    assert titles[2] == f"{strip.frames[2].title} C = {trace.loss_before:.3g}"


def test_what_is_not_computed_yet_is_dotted_and_asked(trace):
    strip = draw_strip(trace)
    inner, skip = {("x1", "h1"), ("x1", "h2"), ("x2", "h1"), ("x2", "h2")}, {("x1", "o1")}
    outer = {(source, target) for source in ("h1", "h2") for target in ("o1", "o2")}
    assert known(strip.panels[0]) == (inner, {"x1", "x2", "h1", "h2"})
    assert known(strip.panels[1])[0] == inner | skip | outer
    assert known(strip.panels[2]) == known(strip.panels[1])
    assert known(strip.panels[3]) == (set(), {"o1", "o2"})
    assert known(strip.panels[4])[0] == outer
    assert len(strip.panels[0].missing_.get_segments()) == len(skip | outer)
    asked = dict(next(node.numbers for node in strip.panels[0].nodes if node.node.neuron.name == "o1"))
    assert asked == {"z": "?", "a": "?"}


def test_the_loss_sets_activations_against_targets(trace):
    strip = draw_strip(trace)
    state = trace.at("layer").state(2)
    style = strip.frames[2].step.style
    found = {node.node.neuron.name: dict(node.numbers) for node in strip.panels[2].nodes}
    for name, target in (("o1", "1"), ("o2", "0")):
        assert found[name] == {"a": style.text(state["a", name]), "y": target}
    assert set(found["h1"]) == {"a"}
    assert strip.panels[2].lines_.norm.vmax == strip.panels[1].lines_.norm.vmax
    assert not strip.panels[2].numbers


def sizes(strip):
    strip.figure.canvas.draw()
    canvas = FigureCanvasAgg(strip.figure)
    canvas.draw()
    return [[(text, text.get_fontsize()) for text in (*panel.labels_, *panel.numbers_)] for panel in strip.panels]


def test_names_stand_in_the_first_column_only_and_everything_can_be_read():
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=1)
    trace = net.trace(iris.X[60], iris.Y[60], "cross_entropy")
    strip = draw_strip(trace, feature_names=iris.feature_names, class_names=iris.class_names)
    found = sizes(strip)
    rows = {round(panel.ax_.get_position().y0, 3) for panel in strip.panels}
    assert len(rows) == 3  # three columns: four could not be read
    for at, texts in enumerate(found):
        words = {text.get_text() for text, _ in texts}
        assert set(iris.class_names) <= words if at % 3 == 0 else not set(iris.class_names) & words
        assert not any(node.side for node in strip.panels[at].nodes)
    every = sorted(size for texts in found for _, size in texts)
    assert every[len(every) // 10] >= 4.3
    for panel in strip.panels[::3]:
        place = panel.ax_.get_window_extent()
        renderer = FigureCanvasAgg(strip.figure).get_renderer()
        for text in panel.labels_:
            box = text.get_window_extent(renderer)
            assert place.x0 <= box.x0, text.get_text()
            assert box.x1 <= place.x1, text.get_text()


def test_numbers_without_room_are_counted_below_the_panels():
    net = ng.Network.dense([6, 7, 2], "tanh", seed=1)
    strip = draw_strip(net.trace([0.1] * 6, [0.5, 0.5]), phases="forward")
    count = sum(panel.left_out for panel in strip.panels)
    assert count > 0
    told = [part.get_supxlabel() for part in strip.figure.subfigs]
    assert f"{count} numbers had no room" in told[1].replace("\n", " ")
    small = draw_strip(ng.Network.dense([1, 1], "tanh").trace([0.1], [0.5]), phases="forward")
    assert "had no room" not in small.figure.subfigs[1].get_supxlabel()


def test_large_layers_make_no_endless_figure_and_the_caption_says_what_is_missing():
    trace = ng.Network.dense([20, 3, 1], "tanh", seed=1).trace([0.1] * 20, [0.5])
    strip = draw_strip(trace, unit="phase")
    assert strip.figure.get_size_inches()[1] < 30
    assert "numbers in neurons had no room" in strip.figure.subfigs[1].get_supxlabel().replace("\n", " ")
    fewer = draw_strip(trace, unit="phase", most=4)
    assert "numbers in neurons" not in fewer.figure.subfigs[1].get_supxlabel()


def test_the_step_s_own_neurons_and_edges_are_lit(trace):
    strip = draw_strip(trace)
    for frame, panel in zip(strip.frames, strip.panels, strict=True):
        assert {edge.ends for edge in frame.lit.edges} == set(frame.step.edges)
        assert {neuron.name for neuron in frame.lit.neurons} == set(frame.step.neurons)
        assert {one.link.edge.ends for one in panel.links if one.lit} == set(frame.step.edges)
        assert {node.node.neuron.name for node in panel.nodes if node.lit} == set(frame.step.neurons)


def test_numbers_in_a_panel_are_those_of_the_state_and_new_ones_of_the_update(trace):
    layers = trace.at("layer")
    strip = draw_strip(trace)
    for frame, panel in zip(strip.frames, strip.panels, strict=True):
        state = layers.state(frame.step.index)
        for node in panel.nodes:
            if node.fill is not None:
                assert node.fill == state[panel.mode.fill, node.node.neuron.name]
    last = strip.panels[-1]
    for one in last.links:
        ends = one.link.edge.ends
        assert one.value == layers.state(len(layers) - 1)["w_new", ends] - trace.before.edge(*ends).weight


@pytest.mark.parametrize("scale", ["network", "layer"])
def test_all_panels_of_a_mode_have_one_scale_which_holds_all(trace, scale):
    strip = draw_strip(trace, scale=scale)
    for mode in ("forward", "backward", "gradients", "update"):
        panels = [panel for panel in strip.panels if panel.mode.name == mode]
        assert len({(panel.lines_.norm.vmin, panel.lines_.norm.vmax) for panel in panels}) == 1
        assert len({(panel.circles_.norm.vmin, panel.circles_.norm.vmax) for panel in panels}) == 1
        low, high = panels[0].lines_.norm.vmin, panels[0].lines_.norm.vmax
        assert low == -high
        edges = [abs(value) for panel in panels for value in panel.lines_.get_array()]
        biases = [abs(value) for panel in panels if panel.squares_ for value in panel.squares_.get_array()]
        assert max(edges + biases) == pytest.approx(high)
    assert len(strip.colorbars) == 6  # products, activations, errors carried, delta, gradients, changes


def test_a_batch_has_panels_for_each_example_and_scales_for_all(dag):
    trace = dag.trace([[0.5, -1.0], [2.0, 3.0]], [[1.0, 0.0], [0.0, 1.0]], loss="cross_entropy")
    strip = draw_strip(trace, unit="phase", columns=2, width=6)
    assert [frame.title.partition(":")[0] for frame in strip.frames] == [
        *(f"{k} {phase}, example 1" for k, phase in enumerate(("forward", "loss", "backward", "gradient"), 1)),
        *(f"{k} {phase}, example 2" for k, phase in enumerate(("forward", "loss", "backward", "gradient"), 5)),
        "9 mean",
        "10 update",
    ]
    one, two = strip.panels[0], strip.panels[4]
    assert one.lines_.norm.vmax == two.lines_.norm.vmax == pytest.approx(max(abs(two.lines_.get_array())))
    assert two.lines_.get_array().max() != one.lines_.get_array().max()
    mean = strip.panels[8]
    assert {node.node.neuron.name: node.fill for node in mean.nodes if node.fillable} == {
        name: trace.before[name].bias_grad for name in ("h1", "h2", "o1", "o2")
    }


def test_term_by_term_a_product_is_shown_as_soon_as_it_is_told():
    trace = ng.Network.dense([2, 1], "tanh").trace([0.5, -1.0], [1.0])
    strip = draw_strip(trace, unit="term", phases="forward")
    assert known(strip.panels[0])[0] == {("x1", "o1")}
    assert known(strip.panels[1])[0] == {("x1", "o1"), ("x2", "o1")}
    assert "o1" not in known(strip.panels[2])[1]
    assert "o1" in known(strip.panels[3])[1]


def test_phases_are_chosen_and_after_the_update_only_when_asked(trace):
    assert {frame.step.phase for frame in draw_strip(trace, phases=("backward", "loss")).frames} == {"backward", "loss"}
    after = draw_strip(trace, phases="after")
    assert {panel.mode.name for panel in after.panels} == {"update"}
    assert after.frames[-1].losses.endswith(f"change of C = {trace.written(3).style.text(trace.change)}")


def test_the_figure_is_ours_and_says_what_it_shows(trace, tmp_path):
    strip = draw_strip(trace, phases="forward", theme="dark", width=3.3)
    assert strip.figure.get_size_inches()[0] == 3.3
    assert strip.alt_text() == (
        "A training step of a network of 6 neurons and 9 edges in 2 panels: 1 forward, layer 1: weighted sum; "
        "activation; 2 forward, output layer: weighted sum; activation."
    )
    for name in ("one.svg", "two.svg"):
        draw_strip(trace, phases="forward").save(tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert "A training step of a network" in (tmp_path / "one.svg").read_text()


def test_odd_names_are_written_as_they_are():
    net = ng.Network()
    for name in ("$a$", "_b", "<c>\n", "d" * 200):
        net.add_input(name)
    net.add_output("\N{SNOWMAN}$", "tanh")
    for neuron in net.inputs:
        net.connect(neuron, "\N{SNOWMAN}$", 0.5)
    strip = draw_strip(net.trace([1.0] * 4, [0.0]), unit="neuron", phases="forward", theme="print")
    assert strip.frames[0].title == "1 forward, \N{SNOWMAN}$: weighted sum"
    strip.figure.canvas.draw()


def test_the_trace_and_its_network_stay_as_they_are(trace):
    before = list(map(str, trace)), [edge.grad for edge in trace.before.edges]
    draw_strip(trace, digits=7)
    assert before == (list(map(str, trace)), [edge.grad for edge in trace.before.edges])


def test_places_and_frames_need_no_matplotlib(trace):
    layers = trace.at("layer")
    places = places_of(layers, ("update",), "draw_strip", 40)
    frame = frame_at(layers, places[0])
    assert frame.read("w_new", trace.before.edge("x1", "h1")) is not None
    assert frame.read("w_new", trace.before.edge("h1", "o1")) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"unit": "term"},
            (
                "draw_strip, unit: 'term' makes 58 pictures, expected 40 at most. To have 25, say unit='neuron'. "
                "To have some phases only, say phases=('forward', 'backward')."
            ),
        ),
        (
            {"unit": "layers"},
            "draw_strip, unit: unknown unit 'layers'. Did you mean 'layer'? Known: term, neuron, layer, phase.",
        ),
        (
            {"phases": "forwards"},
            (
                "draw_strip, phases: unknown phase 'forwards'. Did you mean 'forward'? "
                "Known: forward, loss, backward, gradient, mean, update, after."
            ),
        ),
        (
            {"phases": "mean"},
            (
                "draw_strip, phases: this trace has no steps of mean. "
                "It has: forward, loss, backward, gradient, update, after."
            ),
        ),
        ({"phases": 3}, "draw_strip, phases: got 3, expected phases such as ('forward', 'backward'), or None."),
        ({"columns": 0}, "draw_strip, columns: got 0, expected a whole number from 1 up, or None."),
        ({"width": 0.5}, "draw_strip, width: got 0.5, expected inches from 1 to 60."),
        (
            {"scale": "layers"},
            "draw_strip, scale: unknown scale 'layers'. Did you mean 'layer'? Known: layer, network.",
        ),
        ({"trace": "t"}, "draw_strip, trace: got 't' (a str), expected a Trace. Make one with net.trace(x, y)."),
    ],
)
def test_errors_say_what_was_given_and_how_to_mend_it(trace, change, message):
    with pytest.raises(ng.NeurographError) as caught:
        draw_strip(**({"trace": trace} | change))
    assert str(caught.value) == message
