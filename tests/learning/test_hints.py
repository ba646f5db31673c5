"""What stands in the way of learning is told, once, with a cure that helps; and nothing is told where nothing does."""

import warnings
from random import Random

import pytest

import neurograph as ng
from neurograph import Network, Trainer, train
from neurograph.cli import main
from neurograph.data.metrics import r2
from neurograph.errors import NeurographWarning, NumericalError
from neurograph.graph.parameters import values_of
from neurograph.learning.hints import after, before, sorted_by_class

RNG = Random(4)
SIZES = [[RNG.uniform(800.0, 4000.0), float(RNG.randrange(1, 6))] for _ in range(40)]
PRICES = [[1.0e5 + 120.0 * size + 9000.0 * rooms] for size, rooms in SIZES]
WHERE = "where a row stands, and not what it is."
IRIS = ng.datasets.load_iris()


def texts(notes) -> list[str]:
    return [str(note) for note in notes]


# Before training.


def test_a_healthy_training_has_no_hints():
    net = Network.dense([4, 5, 3], ["tanh", "softmax"], seed=1)
    history = train(net, IRIS.X, IRIS.Y, "cross_entropy", epochs=2)
    assert history.hints == []
    assert "hint" not in str(history)


@pytest.mark.parametrize(
    ("activation", "targets", "told"),
    [
        ("tanh", [0.0, 3.0], "the targets go from 0 to 3, but tanh gives only -1 to 1, so"),
        ("relu", [-0.5, 3.0], "the targets go from -0.5 to 3, but relu gives nothing below 0, so"),
        ("sigmoid", [0.0, 1.0], ""),
        ("identity", [-1e300, 1e300], ""),
    ],
)
def test_targets_out_of_reach_are_told_with_an_activation_that_reaches_them(activation, targets, told):
    net = Network.dense([1, 2, 1], ["tanh", activation])
    found = before(net, [[0.1], [0.3]], [[y] for y in targets])
    if not told:
        assert found == []
        return
    (note,) = found
    assert texts(found) == [f"{told} the net cannot meet them. Give the outputs identity."]
    (setting,) = note.settings
    assert (setting.name, setting.value, note.serious) == ("activations", "tanh,identity", True)


def test_a_target_or_two_out_of_reach_leave_no_run_in_vain():
    (note,) = before(Network.dense([1, 1], "tanh"), [[0.1 * k] for k in range(20)], [[1.1], *[[0.5]] * 19])
    assert not note.serious


def test_a_column_that_counts_or_never_changes_is_told_by_its_name():
    rng = Random(1)
    x = [[float(k + 7), rng.gauss(0, 1), 3.0, 100.0 - k] for k in range(6)]
    net, y = Network.dense([4, 1], "identity"), [[0.0], [1.0]] * 3
    assert texts(before(net, x, y)) == [
        "column 'x3' is 3 in all 6 rows, so it tells nothing. Leave it out of X.",
        f"column 'x1' merely counts the rows: it says {WHERE} Leave it out of X.",
    ]
    constant, counting = before(net, x, y, ["Id", "size", "a, b", "left"])
    assert constant.text.startswith("column 'a, b' is 3 ")
    assert [one.settings[0].value for one in (constant, counting)] == [("a, b",), ("Id",)]
    assert not constant.serious
    assert not counting.serious


def test_several_such_columns_are_told_in_one_line():
    x = [[1.0, 2.0, float(k), float(k + 1), k * k % 3.0] for k in range(6)]
    assert texts(before(Network.dense([5, 1], "identity"), x, [[0.5]] * 6)) == [
        "columns 'x1' (1), 'x2' (2) are the same in all 6 rows, so they tell nothing. Leave them out of X.",
        f"columns 'x3', 'x4' merely count the rows: they say {WHERE} Leave them out of X.",
    ]


@pytest.mark.parametrize(
    "column",
    [
        [1.0, 2.0, 3.0, 5.0, 6.0], [1.0, 2.0, 2.0, 3.0, 4.0], [0.5, 1.5, 2.5, 3.5, 4.5], [2.0, 4.0, 6.0, 8.0, 10.0],
        [5.0, 4.0, 3.0, 2.0, 1.0],
    ],
)  # fmt: skip
def test_other_whole_numbers_do_not_count_the_rows(column):
    x = [[k, k * k % 0.7] for k in column]
    assert before(Network.dense([2, 1], "identity"), x, [[0.5]] * 5) == []


def test_a_single_column_or_few_rows_may_count():
    """Examples in books number their only input, and the columns of a truth table go up by chance."""
    assert before(Network.dense([1, 1], "identity"), [[float(k)] for k in range(9)], [[0.5]] * 9) == []
    assert before(Network.dense([2, 1], "identity"), [[0.0, 3.0], [1.0, 1.0], [2.0, 2.0]], [[0.5]] * 3) == []


def test_a_column_counts_also_where_rows_are_held_out_from_between():
    x = [[float(k), RNG.random()] for k in range(30)]
    net = Network.dense([2, 1], "identity", seed=1)
    history = train(net, x, [[0.5]] * 30, epochs=1, optimizer=ng.SGD(1e-4), validation=0.3)
    assert [note.text.partition(":")[0] for note in history.hints] == ["column 'x1' merely counts the rows"]


def test_rows_sorted_by_class_are_told_where_their_order_is_heeded():
    net = Network.dense([4, 3], "softmax", seed=1)
    assert sorted_by_class(IRIS.Y) is not None
    assert sorted_by_class(IRIS.Y[::-1]) is not None
    assert sorted_by_class(IRIS.Y[::50]) is None, "one of each is no run"
    assert sorted_by_class(IRIS.Y[25:] + IRIS.Y[:25]) is None
    assert sorted_by_class(IRIS.Y[:50]) is None, "one class has no order"
    assert sorted_by_class([[1.5]] * 3 + [[2.5]] * 3) is None, "numbers are no classes"
    text = "the rows are sorted by class, and are learned from in this order. "
    told = [text + "To learn from them in an order that is drawn, say shuffle=True."]
    for how, expected in (({"shuffle": False}, told), ({}, []), ({"shuffle": False, "batch_size": None}, [])):
        assert texts(train(net, IRIS.X, IRIS.Y, "cross_entropy", epochs=1, **how).hints) == expected


# After training.


@pytest.mark.parametrize("initializer", ["zeros", "ones"])
def test_hidden_neurons_that_stay_copies_are_told_with_a_warning(initializer):
    net = Network.dense([4, 3, 3], ["sigmoid", "softmax"], initializer=initializer)
    with pytest.warns(NeurographWarning, match="began as copies of each other still are") as caught:
        history = train(net, IRIS.X, IRIS.Y, "cross_entropy", epochs=2)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    (note,) = history.hints
    assert note.text.endswith("count as one: h1 = h2 = h3.")
    assert str(history).endswith(f"hint: {note}")


def test_copies_in_deep_nets_are_told_layer_by_layer():
    net = Network.dense([2, 2, 3, 1], "tanh", initializer="ones")
    net.edge("h1_1", "h2_3").weight = 0.5
    (note,) = after(net, [[0.1, 0.2]], [[0.5]], values_of(net))
    assert note.text.endswith(": h1_1 = h1_2, h2_1 = h2_2.")
    assert note.serious


def test_few_copies_beside_others_are_no_reason_for_a_warning():
    net = Network.dense([2, 6, 1], "tanh", seed=1)
    for source in ("x1", "x2"):
        net.edge(source, "h2").weight = net.edge(source, "h1").weight
    (note,) = after(net, [[0.1, 0.2]], [[0.5]], values_of(net))
    assert not note.serious


def test_what_differs_in_any_way_is_no_copy():
    def hints_of(change):
        net = Network.dense([2, 2, 1], "tanh", initializer="ones")
        change(net)
        return after(net, [[0.1, 0.2]], [[0.5]], values_of(net))

    def bias(net):
        net["h2"].bias = 0.1

    def source(net):
        net.disconnect("x2", "h2")
        net.add_input("x3")
        net.connect("x3", "h2", 1.0)

    def activation(net):
        net.add_neuron("h3", "relu")
        net.connect("x1", "h3", 1.0), net.connect("x2", "h3", 1.0), net.connect("h3", "o1", 1.0)
        bias(net)

    def frozen(net):
        net.freeze("h1", "h2")

    for change in (bias, activation, frozen):
        assert hints_of(change) == [], change
    net = Network.dense([3, 2, 1], "tanh", initializer="ones")
    net.disconnect("x1", "h1"), net.disconnect("x2", "h2")
    assert after(net, [[0.1, 0.2, 0.3]], [[0.5]], values_of(net)) == []


def test_neurons_that_have_become_alike_are_no_copies():
    net = Network.dense([2, 2, 1], "tanh", seed=1)
    start = values_of(net)
    for edge in net.edges:
        edge.weight = 0.0
    assert after(net, [[0.1, 0.2]], [[0.5]], start) == []


def test_unlike_scales_are_told_where_neurons_saturate():
    net = Network.dense([2, 4, 1], ["tanh", "identity"], initializer="glorot_uniform", seed=1)
    (note,) = after(net, SIZES, [[0.5]] * 40, values_of(net.copy()))
    assert note.text.startswith("4 of 4 hidden neurons are saturated, and the deviations of the features differ ")
    assert note.settings[0].name == "standardize"
    assert after(net, ng.standardize(SIZES).transform(SIZES), [[0.5]] * 40, values_of(net)) == []


def test_a_large_target_that_is_not_met_is_told_and_the_cure_helps():
    x = ng.standardize(SIZES).transform(SIZES)
    net = Network.dense([2, 5, 1], ["sigmoid", "identity"], seed=1)
    history = train(net, x, PRICES, epochs=20, batch_size=10, optimizer=ng.SGD(1e-3))
    (note,) = [note for note in history.hints if "targets" in note.text]
    assert str(note).startswith("the targets are about 4.")
    assert "Learn the targets in units of their deviation: take scaler = ng.standardize(Y)" in str(note)
    assert note.settings[0].name == "standardize_target"
    scaler = ng.standardize(PRICES)
    net = Network.dense([2, 5, 1], ["sigmoid", "identity"], seed=1)
    assert train(net, x, scaler.transform(PRICES), epochs=100, batch_size=10).hints == []
    assert r2(scaler.inverse(net.predict(x)), PRICES) > 0.9


def test_a_large_target_that_is_met_is_no_news():
    net = Network.dense([2, 1], "identity", seed=1)
    x = ng.standardize(SIZES).transform(SIZES)
    assert train(net, x, PRICES, epochs=30, batch_size=10).hints == []


def test_training_that_leaves_the_range_of_floats_is_cured_by_the_scales_that_are_to_blame():
    def failure(x, y):
        with pytest.raises(NumericalError) as caught:
            for _ in Trainer(Network.dense([2, 1], "identity", seed=1), x, y).epochs(200):
                pass
        return caught.value

    scaled = ng.standardize(PRICES).transform(PRICES)
    both = failure(SIZES, PRICES)
    assert [one.name for one in both.settings] == ["standardize", "standardize_target"]
    assert "Give all features one scale: learn from ng.standardize(X).transform(X)." in str(both)
    assert [one.name for one in failure(SIZES, scaled).settings] == ["standardize"]
    net = Network.dense([2, 1], "identity", seed=1)
    x = ng.standardize(SIZES).transform(SIZES)
    with pytest.raises(NumericalError) as caught:
        train(net, x, scaled, epochs=200, optimizer=ng.SGD(50.0))
    assert caught.value.settings == ()


# Who is told.


def test_only_what_leaves_a_run_in_vain_is_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = [[1.0, 0.1 * k] for k in range(6)]
        history = train(Network.dense([2, 1], "identity", seed=1), x, [[0.5]] * 6, epochs=1)
    assert len(history.hints) == 1
    with pytest.warns(NeurographWarning, match="the targets are 2, but sigmoid"):
        train(Network.dense([2, 1], "sigmoid", seed=1), x, [[2.0]] * 6, epochs=0)


def test_the_command_line_tells_each_in_its_own_options_and_gives_no_warning(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"{k},7,{k % 5 + k % 3 / 4},{'abc'[k // 10]}" for k in range(30)]
    (tmp_path / "rows.csv").write_text("\n".join(["Id,the one,size,kind", *lines]))
    assert main(["train", "rows.csv", "--epochs", "2", "--initializer", "zeros"]) == 0
    out, err = capsys.readouterr()
    assert [line.removeprefix("neurograph train: ") for line in err.splitlines()] == [
        "column 'the one' is 7 in all 30 rows, so it tells nothing. To leave it out, say --ignore 'the one'.",
        f"column 'Id' merely counts the rows: it says {WHERE} To leave it out, say --ignore Id.",
        "the rows are sorted by class; they are drawn at random here, but shuffle them before you cut a test file off.",
    ]
    (hint,) = [line for line in out.splitlines() if line.startswith("hint: ")]
    assert hint == (
        "hint: hidden neurons that began as copies of each other still are, and count as one: h1 = h2 = h3 = h4 = h5. "
        "To begin with weights that differ, say --initializer glorot_uniform."
    )


def test_training_that_fails_on_the_command_line_names_its_option(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"{size:.0f},{rooms:.0f},{price:.0f}" for (size, rooms), (price,) in zip(SIZES, PRICES, strict=True)]
    (tmp_path / "houses.csv").write_text("\n".join(rows))
    assert main(["train", "houses.csv", "--layers", "2-1"]) == 2
    assert "To give all features one scale, say --standardize." in capsys.readouterr().err


def test_a_softmax_with_squared_error_is_hinted_at():
    found = []
    for last, loss in (("softmax", "squared_error"), ("softmax", "cross_entropy"), ("sigmoid", "squared_error")):
        net = ng.Network.dense([1, 2], last, seed=1)
        found.append(ng.train(net, [[0.5], [1.0]], [[1, 0], [0, 1]], loss, epochs=1).hints)
    assert [str(note) for note in found[0]] == [
        "squared_error hardly moves a softmax that is sure of a wrong class. To learn faster, say loss='cross_entropy'."
    ]
    assert found[1:] == [[], []]


def test_the_output_that_cannot_reach_its_targets_is_named():
    net = ng.Network.dense([1, 2], "sigmoid", seed=1)
    (hint,) = before(net, [[0.5], [0.7]], [[0.0, 7.0], [1.0, 7.0]])
    assert hint.text.startswith("the targets of o2 are 7, but sigmoid gives only 0 to 1")
