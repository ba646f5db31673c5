"""The neuron card: every number on it is the trace's, or the objects'."""

from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import neurograph as ng
from neurograph.algebra.numbers import NumberFormat
from visualize.network.contents import written
from visualize.steps.card import draw_card
from visualize.steps.card_facts import Equation, card_facts
from visualize.steps.card_painter import signed_parts

STYLE = NumberFormat(3)


@pytest.fixture
def dag():
    """Skip edges, a neuron of each kind, softmax outputs."""
    net = ng.Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    net.add_neuron("h1", "tanh", 0.1)
    net.add_neuron("h2", "sigmoid", -0.2)
    for name in ("p", "q"):
        net.add_output(name, "softmax", 0.05)
    weight = 0.7
    for ends in (
        ("x1", "h1"),
        ("x2", "h1"),
        ("h1", "h2"),
        ("x1", "h2"),
        ("h1", "p"),
        ("h2", "p"),
        ("h2", "q"),
        ("x2", "q"),
    ):
        net.connect(*ends, weight)
        weight *= -1.1
    return net


def trace_of(net):
    return net.trace([0.5, -1.5], [0.0, 1.0], loss="cross_entropy", learning_rate=0.5)


@pytest.mark.parametrize("name", ["h1", "h2", "p", "q"])
def test_every_number_of_a_row_is_the_trace_s(dag, name):
    trace = trace_of(dag)
    terms = {
        step.writes[0][:2]: step.result
        for step in trace.at("term")
        if step.phase in ("forward", "backward") and step.writes and step.writes[0].kind in ("product", "blame")
    }
    state = trace.state(len(trace) - 1)
    facts = card_facts(trace, name)
    neuron = dag[name]
    assert facts.columns_in == ("a", "w", "w·a", "∂C/∂w", "w'")
    assert len(facts.rows_in) == len(neuron.incoming)
    for edge, row in zip(neuron.incoming, facts.rows_in, strict=True):
        ends = (edge.source.name, name)
        expected = (
            state["a", ends[0]], state["w", ends], terms["product", ends], state["grad", ends], state["w_new", ends],
        )  # fmt: skip
        assert row.values == expected
        assert row.cells == tuple(written(value, STYLE) for value in expected)
        assert (row.name, row.fill, row.line) == (ends[0], expected[0], expected[2])
    for edge, row in zip(neuron.outgoing, facts.rows_out, strict=True):
        ends = (name, edge.target.name)
        assert row.values == (terms["blame", ends], state["w", ends], state["delta", ends[1]])
        assert row.name == ends[1]
    own = {one.symbol: one.text for one in (*facts.inner, *facts.under)}
    kinds = {"z": "z", "a": "a", "δ": "delta", "b": "b", "∂C/∂b": "bias_grad", "b'": "b_new"}
    assert own["rate η"] == "0.5"
    assert {symbol: own[symbol] for symbol in kinds} == {
        symbol: written(state[kind, name], STYLE) for symbol, kind in kinds.items()
    }


def test_the_equations_are_the_steps_of_the_trace_word_for_word(dag):
    trace = trace_of(dag)
    told = " ".join(one.text.strip() for one in card_facts(trace, "h1").equations)
    squeezed = "".join(told.split())
    for step in trace.written(3).at("neuron"):
        if step.subject == "h1" and step.phase in ("forward", "backward"):
            assert "".join(step.symbols.split()) in squeezed
            assert "".join(step.numbers.split()) in squeezed
            assert f"={step.style.text(step.result)}" in squeezed
    assert told.index("z(h1)") < told.index("a(h1) = tanh") < told.index("dC/da(h1) =") < told.index("delta(h1) =")
    assert "dC/db(h1) = delta(h1)" in told
    state = trace.state(len(trace) - 1)
    for line in ("b'(h1) = b(h1) - eta * dC/db(h1)", "w'(x2->h1) = w(x2->h1) - eta * dC/dw(x2->h1)"):
        assert line in told
    assert f"= {STYLE.text(state['w_new', ('x2', 'h1')])}" in told


def test_the_card_draws_the_facts_and_nothing_else(dag):
    card = draw_card(trace_of(dag), "h2")
    facts, texts = card["facts"], [text.get_text() for text in card["texts"]]
    for row in (*facts.rows_in, *facts.rows_out):
        assert row.name in texts
        for cell in row.cells:
            assert cell in texts
    assert list(card["lines_in"].get_array()) == [row.line for row in facts.rows_in]
    assert list(card["lines_out"].get_array()) == [row.line for row in facts.rows_out]
    assert card["lines_in"].norm.vmin == -card["lines_in"].norm.vmax
    assert card["equations"] == [one.text for one in facts.equations]
    assert card.own
    assert card.alt_text().startswith("Card of h2, hidden neuron, sigmoid: z ")
    assert f"x1 a 0.5, w {facts.rows_in[1].cells[1]}" in card.alt_text()


def test_a_network_without_passes_shows_what_is_not_computed():
    facts = draw_card(ng.Network.dense([2, 2, 1], "tanh", initializer="ones"), "h1")["facts"]
    assert [row.cells for row in facts.rows_in] == [("?", "1", "?", "?")] * 2
    assert facts.rows_out[0].cells == ("?", "1", "?")
    assert facts.inner == [("z", "?", None), ("a", "?", None), ("δ", "?", None)]
    assert facts.under == [("b", "0", 0.0), ("∂C/∂a", "?", None), ("∂C/∂b", "?", None)]
    assert facts.equations == []


def test_a_network_that_ran_shows_the_numbers_of_its_objects(dag):
    dag.forward([0.5, -1.5])
    dag.backward([0.0, 1.0], loss="cross_entropy")
    live, told = card_facts(dag, "h1"), card_facts(trace_of(dag), "h1")
    update = ("b'", "rate η")
    rows = [replace(row, cells=row.cells[:-1], values=row.values[:-1]) for row in told.rows_in]
    under = [one for one in told.under if one.symbol not in update]
    assert replace(told, equations=[], columns_in=told.columns_in[:-1], rows_in=rows, under=under) == live


def test_inputs_and_outputs_have_cards(dag):
    trace = trace_of(dag)
    facts = card_facts(trace, "x1")
    assert (facts.rows_in, facts.under, facts.bias) == ([], [], None)
    assert facts.columns_out == ("w", "w·a", "∂C/∂w", "w'")
    edge, new = trace.before.edge("x1", "h1"), trace.after.edge("x1", "h1").weight
    assert facts.rows_out[0].values == (0.7, 0.35, edge.grad, new)
    told = [one.text for one in facts.equations]
    assert told[0] == "a(x1) is the number given: an input sums up nothing, and has no error."
    assert [text.partition(" =")[0] for text in told[1:]] == [
        "dC/dw(x1->h2)", "dC/dw(x1->h1)", "w'(x1->h1)", "w'(x1->h2)",
    ]  # fmt: skip
    assert facts.rows_out[0].fill == trace.before["h1"].a
    out = card_facts(trace, "q")
    assert ("target y", "1", 1.0) in out.under
    assert "∂C/∂a" not in [one.symbol for one in out.under]  # the short way goes past it
    assert any("the short way: cross_entropy after softmax" in one.text for one in out.equations)
    for name in ("x1", "q"):
        assert draw_card(trace, name)["lines_in"] is not None


def test_of_many_edges_the_strongest_are_shown_and_the_rest_is_counted():
    net = ng.Network.dense([40, 1], "identity", seed=2)
    trace = net.trace([0.1 * (k % 7) - 0.2 for k in range(40)], [0.0])
    rows = card_facts(trace, "o1").rows_in
    products = {edge.source.name: edge.w * edge.source.a for edge in trace.before["o1"].incoming}
    strongest = sorted(products, key=lambda name: -abs(products[name]))[:12]
    assert [row.name for row in rows[:-1]] == [name for name in products if name in strongest]
    rest = rows[-1]
    assert (rest.name, rest.count) == ("28 more", 28)
    assert sum(row.line for row in rows) + net["o1"].bias == pytest.approx(trace.before["o1"].z)
    others = sum(products[name] for name in products if name not in strongest)
    assert rest.values[2] == rest.line == pytest.approx(others)
    assert rest.cells[2] == f"sum {written(rest.values[2], STYLE)}"
    assert rest.cells[1].startswith("rms ")
    assert any("(37 more, one for each edge)" in one.text for one in card_facts(trace, "o1").equations)
    assert any("(33 more" in one.text for one in card_facts(trace, "o1").equations)  # the sum, shortened by the trace


def test_an_example_of_a_batch_has_its_own_numbers(dag):
    batch = dag.trace([[0.5, -1.5], [1.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]], loss="cross_entropy")
    alone = dag.trace([1.0, 1.0], [1.0, 0.0], loss="cross_entropy")
    one, two = card_facts(batch, "h1", example=1), card_facts(alone, "h1")
    old = [(row.cells[:-1], row.values[:-1]) for row in one.rows_in]
    assert old == [(row.cells[:-1], row.values[:-1]) for row in two.rows_in]
    assert one.rows_in[0].values[-1] == batch.after.edge("x1", "h1").weight  # the update is the one of the mean
    assert any(
        text.text.startswith("dC/dw(x1->h1) = (dC_1/dw(x1->h1) + dC_2/dw(x1->h1)) / 2") for text in one.equations
    )
    assert one.rows_out == two.rows_out
    assert one.title == "hidden neuron, tanh, example 2 of 2"
    assert one.equations[0] == two.equations[0]


def test_half_a_card_shows_one_pass(dag):
    facts = card_facts(trace_of(dag), "h1", show="forward")
    assert (facts.columns_in, facts.rows_out) == (("a", "w", "w·a"), [])
    assert not any("delta" in one.text for one in facts.equations)
    back = card_facts(trace_of(dag), "h1", show="backward")
    assert back.columns_in == ("a", "∂C/∂w", "w", "w'")
    dag.forward([0.5, -1.5])
    dag.backward([0.0, 1.0], loss="cross_entropy")
    assert card_facts(dag, "h1", show="backward").columns_in == ("a", "∂C/∂w")
    assert not any(one.text.startswith("z(") for one in back.equations)


def test_only_the_given_axes_are_touched_and_names_are_no_mathematics():
    net = ng.Network()
    for name in ("$a$", "_b", "<c>\n", "d" * 200):
        net.add_input(name)
    net.add_output("\N{SNOWMAN}", "tanh")
    for neuron in net.inputs:
        net.connect(neuron, "\N{SNOWMAN}", 0.5)
    figure = Figure(facecolor="0.1")
    left, right = figure.subplots(1, 2)
    face = figure.get_facecolor()
    card = draw_card(net.trace([1.0] * 4, [0.0]), "\N{SNOWMAN}", right)
    assert card.ax is right
    assert not left.collections
    assert not card.own
    assert figure.get_facecolor() == face
    assert {"$a$", "_b", "<c>\\n", "d" * 13 + "…"} <= {text.get_text() for text in card["texts"]}
    assert all(not text.get_parse_math() for text in card["texts"])
    figure.canvas.draw()


def boxes(card, dpi=100):
    figure = card.figure
    figure.set_dpi(dpi)
    figure.canvas.draw()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return [(text, text.get_window_extent(canvas.get_renderer())) for text in card["texts"]]


@pytest.fixture(scope="module")
def iris():
    """A trace of a net on iris, of one example, and the names."""
    data = ng.datasets.load_iris()
    net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=1)
    names = {"feature_names": data.feature_names, "class_names": data.class_names}
    return net.trace(data.X[60], data.Y[60], "cross_entropy"), names


@pytest.mark.parametrize("dpi", [72, 133])
@pytest.mark.parametrize(("name", "show"), [("o2", "forward"), ("h2", "both"), ("x1", "both")])
def test_a_figure_is_as_wide_as_its_longest_line(iris, dpi, name, show):
    trace, names = iris
    card = draw_card(trace, name, show=show, theme="dark", **names)
    width, height = card.figure.get_size_inches() * dpi
    for text, box in boxes(card, dpi):
        assert box.x0 >= 0, text.get_text()
        assert box.x1 <= width, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.y1 <= height, text.get_text()


def test_the_bias_square_stands_beside_its_name_and_on_nothing(iris):
    trace, names = iris
    card = draw_card(trace, "h2", show="backward", **names)
    found = boxes(card)
    square = card["bias"].get_paths()[0].transformed(card.ax.transData).get_extents()
    assert not [text.get_text() for text, box in found if box.overlaps(square)]
    (label,) = [box for text, box in found if text.get_text() == "b"]
    assert label.y0 < (square.y0 + square.y1) / 2 < label.y1
    trace.before.forward([1.0] * 4)
    live = trace.before.copy()
    live.forward([1.0] * 4)
    live.backward([1.0, 0.0, 0.0], "cross_entropy")
    assert "bias" not in draw_card(live, "h2", show="backward").artists  # no b is told there


@pytest.mark.parametrize("size", [(3.3, 2.5, 1, 1), (7.0, 5.0, 2, 2)])
@pytest.mark.parametrize(("name", "show"), [("h2", "both"), ("o2", "both"), ("x1", "both"), ("h2", "backward")])
def test_a_card_on_small_axes_says_what_it_leaves_out_and_can_be_read(iris, size, name, show):
    trace, names = iris
    figure = Figure(figsize=size[:2])
    ax = figure.subplots(*size[2:], squeeze=False)[0, 0]
    card = draw_card(trace, name, ax, show=show, **names)
    found = boxes(card)
    assert min(text.get_fontsize() for text, _ in found) >= 4.5
    assert max(card["neurons"].get_linewidths()) < 0.8  # lines shrink with the text
    place = ax.get_window_extent()
    for text, box in found:
        assert place.x0 - 3 <= box.x0, text.get_text()
        assert box.x1 <= place.x1 + 3, text.get_text()
    note = next(text.get_text() for text, _ in found if text.get_text().startswith("no room for:"))
    assert note.startswith("no room for: equations, names")
    assert card["equations"] == []
    assert {row.name for row in card["facts"].rows_in} <= {"x1", "x2", "x3", "x4", "h1", "h2", "h3", "h4", "h5"}
    assert card["facts"].left_out == " ".join(note.split()[3:]) or "\n" not in note


def test_axes_that_are_too_small_for_any_card_are_an_error(iris):
    trace, names = iris
    figure = Figure(figsize=(1.5, 1.0))
    with pytest.raises(ng.NeurographError) as caught:
        draw_card(trace, "h2", figure.add_subplot(), **names)
    told = str(caught.value)
    assert told.startswith("draw_card, ax: it is 1.2 x 0.8 inches, too small for this card to be read. Make it ")
    across, down = (float(part) for part in told.split("Make it ")[1].removesuffix(" at least.").split(" x "))
    again = Figure(figsize=(across, down)).add_axes((0.0, 0.0, 1.0, 1.0))
    assert draw_card(trace, "h2", again, **names)["facts"].rows_in


def test_large_axes_have_room_for_the_equations(iris):
    trace, names = iris
    card = draw_card(trace, "h2", Figure(figsize=(12, 8)).add_subplot(), **names)
    assert card["facts"].left_out == ""
    assert card["equations"]


def test_a_new_weight_is_written_so_that_its_change_is_seen():
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    row = card_facts(net.trace([1.0], [1.0 - 1e-5], learning_rate=0.1), "o1").rows_in[0]
    assert row.cells[1] == "1"
    assert row.cells[4] == "0.999999"


def test_a_shared_weight_has_its_update_on_the_card_of_every_neuron_it_leads_to():
    net = ng.Network.dense([1, 2, 1], "tanh", seed=1)
    net.tie(net.edge("x1", "h1"), net.edge("x1", "h2"))
    trace = net.trace([0.5], [1.0])
    for name in ("h1", "h2"):
        starts = [one.text.partition(" =")[0] for one in card_facts(trace, name).equations]
        assert starts.count(f"w'(x1->{name})") == 1


def test_a_shared_bias_has_its_update_on_the_card_of_every_neuron_that_has_it():
    net = ng.Network.dense([1, 2, 1], "tanh", seed=1)
    net.tie("h1", "h2")
    trace = net.trace([0.5], [1.0])
    for name in ("h1", "h2"):
        starts = [one.text.partition(" =")[0] for one in card_facts(trace, name).equations]
        assert starts.count(f"b'({name})") == 1


def test_numbers_are_coloured_by_sign_and_the_layers_make_the_line():
    line = Equation("a = 1 / (1 + exp(-0.5)) = -2e-05", frozenset(["0.5", "-2e-05"]))
    ink, above, below = signed_parts(line)
    assert (above.split(), below.split()) == (["0.5"], ["-2e-05"])
    assert "".join(max(letters) for letters in zip(ink, above, below, strict=True)) == line.text
    assert signed_parts(Equation("w(x1->2) = 2 + ...", frozenset(["1", "2"])))[1].split() == ["2"]


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_a_card_can_be_saved_in_every_theme(dag, tmp_path, theme):
    path = tmp_path / "card.svg"
    draw_card(trace_of(dag), "q", theme=theme, class_names=["no", "yes"]).save(path)
    assert "<desc>Card of q, yes, output neuron, softmax" in path.read_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"neuron": "h9"}, "no neuron named 'h9'. Known: x1, x2, h1, h2, p, q."),
        ({"neuron": 3}, "draw_card, neuron: got 3, expected a name, or a Neuron of this network."),
        ({"net": "net"}, "draw_card, net: got 'net' (a str), expected a Network, or a Trace."),
        (
            {"show": "forwards"},
            "draw_card, show: unknown 'forwards'. Did you mean 'forward'? Known: both, forward, backward.",
        ),
        ({"example": 1}, "draw_card, example: got 1, expected a whole number from 0 to 0."),
        ({"class_names": ["a"]}, "draw_card, class_names: got 1 names, expected 2, one for each output."),
        ({"feature_names": "ab"}, "draw_card, feature_names: got 'ab' (a str), expected a list of names."),
        (
            {"ax": "forward"},
            "draw_card, ax: got 'forward' (a str), expected matplotlib axes. Say show='forward' for a mode.",
        ),
    ],
)
def test_errors_say_what_was_given_and_what_was_expected(dag, change, message):
    given = {"net": trace_of(dag), "neuron": "h1"} | change
    with pytest.raises(ng.NeurographError) as caught:
        draw_card(**given)
    assert str(caught.value) == message


def test_a_number_that_is_not_finite_is_an_error(dag):
    dag.forward([0.5, -1.5])
    dag["h1"].z = float("nan")
    with pytest.raises(ng.NeurographError, match="z of h1: it is nan"):
        draw_card(dag, "h1")
