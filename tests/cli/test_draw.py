"""`neurograph draw`: every option, every ending, every mistake, and that nothing is overwritten unasked."""

import argparse
import json
import re
import xml.etree.ElementTree as ET

import pytest
from running import printed

import neurograph as ng
from neurograph.cli import draw
from neurograph.cli.case import DEFAULTS
from neurograph.cli.data import Form, in_form
from neurograph.files.metadata import Model
from neurograph.files.model import load_model
from visualize import draw_network
from visualize.network.modes import MODES
from visualize.themes import THEMES

SVG = "{http://www.w3.org/2000/svg}"
STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "tex": b"%", "dot": b"digraph", "gif": b"GIF8"}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def model(tmp_path):
    """A net for iris, as `train` keeps it."""
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 3, 3], ["tanh", "softmax"], seed=2)
    path = tmp_path / "model.json"
    ng.save(
        net, path, feature_names=iris.feature_names, class_names=iris.class_names, scaler=ng.Scaler.of(iris),
        training={"settings": {"loss": "cross_entropy", "target": None}},
    )  # fmt: skip
    return path


@pytest.fixture
def drawn(monkeypatch):
    """What the command hands to draw_network, and the diagrams it gets."""
    from visualize.network.draw import draw_network

    calls = []

    def watched(net, **options):
        diagram = draw_network(net, **options)
        calls.append((net, options, diagram))
        return diagram

    monkeypatch.setattr("visualize.network.draw.draw_network", watched)
    return calls


@pytest.mark.parametrize("ending", draw.ENDINGS)
def test_every_ending_is_written(capsys, tmp_path, ending):
    line = ["draw", "--layers", "2-1", "--input", "1,0", "--target", "1", "-o", f"net.{ending.upper()}"]
    status, out, err = printed(capsys, *line)
    assert (status, err) == (0, "")
    told = "weights of a 2-1 network, 3 of 3 neurons shown"
    if ending == "gif":
        pictures = len(ng.Network.dense([2, 1], "sigmoid").trace([1, 0], [1]))
        told = f"one training step of a 2-1 network (the example given), {pictures} pictures, unit neuron"
    assert out == f"wrote net.{ending.upper()}: {told}\n"
    assert (tmp_path / f"net.{ending.upper()}").read_bytes().lstrip().startswith(STARTS[ending])
    assert len(list(tmp_path.iterdir())) == 1


def test_the_same_command_writes_the_same_bytes(capsys, tmp_path):
    for name in ("a.svg", "b.svg"):
        printed(
            capsys, "draw", "--layers", "2-2-1", "--input", "1,0", "--target", "1", "--show", "backward", "-o", name
        )
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_saved_model_is_drawn_with_its_names(capsys, model, drawn):
    status, out, _ = printed(capsys, "draw", model, "-o", "net.svg")
    assert (status, out) == (0, "wrote net.svg: weights of a 4-3-3 network, 10 of 10 neurons shown\n")
    net, _, diagram = drawn[0]
    assert [edge.weight for edge in net.edges] == [edge.weight for edge in load_model(model).net.edges]
    sides = [node.side for node in diagram.nodes if node.side]
    assert sides == [*ng.datasets.load_iris().feature_names, "setosa", "versicolor", "virginica"]


@pytest.mark.parametrize(
    "example", [["--data", "iris", "--example", "60"], ["--input", "5.2,2.7,3.9,1.4", "--target", "0,1,0"]]
)
def test_the_example_of_a_model_is_scaled_and_its_loss_is_that_of_its_training(capsys, model, drawn, example):
    status, out, _ = printed(capsys, "draw", model, *example, "--show", "backward", "-o", "net.svg")
    assert status == 0
    title = "row 60 of iris, versicolor" if example[0] == "--data" else "the example given"
    assert out == f"wrote net.svg: backward pass of a 4-3-3 network ({title}), 10 of 10 neurons shown\n"
    kept = load_model(model)
    x = kept.scaler.transform([[5.2, 2.7, 3.9, 1.4]])[0]
    assert ng.datasets.load_iris().X[59] == [5.2, 2.7, 3.9, 1.4]
    kept.net.forward(x)
    kept.net.backward([0.0, 1.0, 0.0], "cross_entropy")
    net = drawn[0][0]
    assert [neuron.delta for neuron in net.outputs] == [neuron.delta for neuron in kept.net.outputs]
    assert net["x1"].a == x[0] != 5.2


def test_the_loss_can_be_another_one(capsys, model, drawn):
    printed(capsys, "draw", model, "--data", "iris", "--show", "backward", "--loss", "squared_error", "-o", "net.svg")
    printed(capsys, "draw", model, "--data", "iris", "--show", "backward", "-o", "two.svg")
    assert drawn[0][0]["o1"].delta != drawn[1][0]["o1"].delta


def test_a_forward_pass_needs_no_target(capsys, model):
    status, out, _ = printed(capsys, "draw", model, "--input", "5,3,4,1", "--show", "forward", "-o", "net.svg")
    assert status == 0
    assert "forward pass of a 4-3-3 network (the example given)" in out


@pytest.mark.parametrize("show", ["weights", "forward", "backward", "gradients", "update"])
def test_every_mode_shows_the_example(capsys, drawn, show):
    line = ["draw", "--layers", "4-2-3", "--data", "iris", "--example", "60", "--show", show, "-o", "net.png"]
    status, out, _ = printed(capsys, *line)
    assert status == 0
    of = "" if show == "weights" else " (row 60 of iris, versicolor)"
    word = {"forward": "forward pass", "backward": "backward pass"}.get(show, show)
    assert out == f"wrote net.png: {word} of a 4-2-3 network{of}, 9 of 9 neurons shown\n"
    shown, options, diagram = drawn[0]
    assert (options["show"], diagram.mode.name) == (show, show)
    iris, net = ng.datasets.load_iris(), ng.Network.dense([4, 2, 3], "sigmoid")
    net.forward(iris.X[59])
    if show == "forward":
        assert (shown["o1"].a, shown["o1"].delta) == (net["o1"].a, None)
    elif show in ("backward", "gradients"):
        net.backward(iris.Y[59])
        assert shown.edge("x1", "h1").grad == net.edge("x1", "h1").grad is not None
    elif show == "update":
        net.backward(iris.Y[59])
        net.update(0.5)
        assert shown.after.edge("x1", "h1").weight == net.edge("x1", "h1").weight


def test_the_learning_rate_of_an_update(capsys, drawn):
    for rate in ("1/4", "0.25"):
        line = ["draw", "--data", "iris", "--show", "update", "--learning-rate", rate, "-o", f"{rate[0]}.svg"]
        assert printed(capsys, *line)[0] == 0
    one, two = (trace.after.edge("x1", "h1").weight for trace, _, _ in drawn)
    assert one == two == ng.Network.dense([4, 5, 3], "sigmoid").trace(*_iris_row(0), learning_rate=0.25).after.edge(
        "x1", "h1"
    ).weight  # fmt: skip


def _iris_row(row):
    iris = ng.datasets.load_iris()
    return iris.X[row], iris.Y[row]


OPTIONS = {
    "--theme dark": ("theme", "dark"),
    "--theme print": ("theme", "print"),
    "--direction down": ("direction", "down"),
    "--most 3": ("most", 3),
    "--most all": ("most", None),
    "--keep strongest": ("keep", "strongest"),
    "--keep h2,h9": ("keep", ["h2", "h9"]),
    "--labels math": ("labels", "math"),
    "--numbers all": ("numbers", True),
    "--numbers none": ("numbers", False),
    "--numbers 4": ("numbers", 4),
    "--digits 5": ("digits", 5),
    "--bias node": ("bias", "node"),
    "--bias none": ("bias", "none"),
    "--scale layer": ("scale", "layer"),
    "--scale network": ("scale", "network"),
    "--highlight h7": ("highlight", "h7"),
    "--highlight x1,o2": ("highlight", ("x1", "o2")),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_says_what_draw_network_is_asked(capsys, drawn, option):
    status, out, err = printed(capsys, "draw", "--layers", "3-12-2", *option.split(), "-o", "net.dot")
    assert (status, err) == (0, "")
    name, value = OPTIONS[option]
    _, options, diagram = drawn[0]
    assert options[name] == value
    assert type(options[name]) is type(value)
    shown = sum(node.node.neuron is not None for node in diagram.nodes)
    assert out.endswith(f", {shown} of 17 neurons shown\n")
    assert (shown < 17) is (option == "--most 3")


@pytest.mark.parametrize("option", ["show", "theme", "direction", "labels", "bias"])
def test_the_choices_are_those_of_the_pictures(capsys, option):
    status, _, err = printed(capsys, "draw", "--layers", "2-1", f"--{option}", "nonsense")
    assert status == 2
    with pytest.raises(ng.NeurographError) as caught:
        draw_network(ng.Network.dense([2, 1], "tanh"), **{option: "nonsense"})
    offered = re.findall(r"\w+", re.search(r"\(choose from (.+)\)", err)[1])
    assert offered == re.search(r"Known: (.+)\.$", str(caught.value))[1].split(", ")


def test_dots_per_inch_make_a_larger_png(capsys, tmp_path):
    for dpi in (60, 120):
        printed(capsys, "draw", "--layers", "2-2-1", "--dpi", dpi, "-o", f"{dpi}.png")
    small, large = (int.from_bytes((tmp_path / f"{dpi}.png").read_bytes()[16:20], "big") for dpi in (60, 120))
    assert abs(large - 2 * small) <= 2


def test_a_name_with_a_comma_can_be_highlighted(capsys, tmp_path, drawn):
    net = ng.Network()
    net.add_input("a,b")
    net.add_input("a")
    net.add_output("b,c", "tanh")
    net.connect("a,b", "b,c", 1.0)
    net.connect("a", "b,c", 1.0)
    ng.save(net, tmp_path / "m.json")
    for number, (text, meant) in enumerate({"a,b": "a,b", "a,b,c": ("a", "b,c"), "a,b,b,c": ("a,b", "b,c")}.items()):
        assert printed(capsys, "draw", "m.json", "--highlight", text, "-o", f"{number}.svg")[0] == 0
        assert drawn[number][1]["highlight"] == meant


def test_exact_weights_are_drawn_without_an_example(capsys, tmp_path, drawn):
    (tmp_path / "w.json").write_text(json.dumps({"weights": {"x1->h1": "1/4", "*": 1}, "biases": {"*": 0}}))
    assert printed(capsys, "draw", "--layers", "2-2-1", "--weights", "w.json", "-o", "net.svg")[0] == 0
    assert drawn[0][0].edge("x1", "h1").weight == 0.25
    printed(capsys, "draw", "--layers", "2-2-1", "--initializer", "ones", "--seed", "3", "-o", "two.svg")
    assert drawn[1][0].edge("x1", "h1").weight == 1.0


def test_a_csv_file_is_data_too(capsys, tmp_path, drawn):
    (tmp_path / "pets.csv").write_text("legs,weight,pet\n4,5,cat\n2,1,bird\n4,6,cat\n")
    line = ["draw", "--data", "pets.csv", "--example", "2", "--show", "forward", "--layers", "2-3-2", "-o", "net.svg"]
    status, out, _ = printed(capsys, *line)
    assert (status, out.split(" (")[1]) == (0, "row 2 of pets.csv, bird), 7 of 7 neurons shown\n")
    assert drawn[0][0]["x2"].a == 1.0


def test_a_film_takes_the_unit_and_the_names(capsys, tmp_path, model):
    line = ["draw", model, "--data", "iris", "--unit", "phase", "--theme", "dark", "-o", "net.gif"]
    status, out, _ = printed(capsys, *line)
    assert status == 0
    assert re.fullmatch(
        r"wrote net.gif: one training step of a 4-3-3 network \(row 1 of iris, setosa\), \d pictures, unit phase\n", out
    )


def test_an_existing_file_is_overwritten_only_when_forced(capsys, tmp_path):
    (tmp_path / "net.svg").write_text("mine")
    status, out, err = printed(capsys, "draw", "--layers", "2-1", "-o", "net.svg")
    assert (status, out) == (2, "")
    assert err == "neurograph draw: -o net.svg: it exists already. Take another name, or --force.\n"
    assert (tmp_path / "net.svg").read_text() == "mine"
    assert printed(capsys, "draw", "--layers", "2-1", "-o", "net.svg", "--force")[0] == 0
    assert ET.parse(tmp_path / "net.svg").getroot().tag == f"{SVG}svg"  # noqa: S314  # our own file


LAYERS = "draw --layers 2-2-1 "
OUT = " -o net.svg"
NEEDS = "needs an example. Give --data and --example, or --input and --target."
MISTAKES = {
    LAYERS.strip(): "-o FILE is missing. Name the file to write, as in -o net.svg.",
    LAYERS + "-o net.bmp": "-o: got 'net.bmp', expected a file name that ends in .png, .svg, .pdf, .tex, .dot or .gif.",
    LAYERS + "-o net": "-o: got 'net', expected a file name that ends in .png, .svg, .pdf, .tex, .dot or .gif.",
    "draw --layers 3" + OUT: "--layers 3: expected at least an input and an output layer, such as 4-5-3.",
    LAYERS + "-o folder.svg": "-o folder.svg: it is a folder. Name a file.",
    LAYERS + "-o nowhere/net.svg": "nowhere/net.svg: cannot be written (No such file or directory). There is no such "
    "folder. Make it first, or check the name.",
    "draw" + OUT: "MODEL or --layers is missing. Name a model.json, or the layers, as in --layers 4-5-3.",
    "draw --show backward" + OUT: "MODEL or --layers is missing. Name a model.json, or the layers, as in --layers "
    "4-5-3.",
    "draw model.json --layers 4-5-3" + OUT: "MODEL and --layers cannot go together. A saved model has a network of its "
    "own.",
    "draw model.json --seed 0" + OUT: "MODEL and --seed cannot go together. A saved model has a network of its own.",
    "draw nothing.json" + OUT: "nothing.json: cannot be read (No such file or directory). Check the name.",
    "draw text.json" + OUT: "text.json, line 1, column 1: it is not JSON (Expecting value).",
    "draw other.json" + OUT: 'other.json: format is missing, expected a model as save writes it, with "format": '
    '"neurograph". Is it the right file?',
    LAYERS + "--show backward" + OUT: f"--show backward {NEEDS}",
    LAYERS + "--show forward" + OUT: f"--show forward {NEEDS}",
    LAYERS + "--show update" + OUT: f"--show update {NEEDS}",
    LAYERS + "-o net.gif": f"a .gif {NEEDS}",
    "draw model.json --show gradients" + OUT: f"--show gradients {NEEDS}",
    "draw model.json --show backward --input 1,2,3,4" + OUT: "--show backward needs targets. Give --target beside "
    "--input.",
    "draw model.json --show backward --target 1,0,0" + OUT: "--input is missing. --target goes with it.",
    "draw model.json --show backward --input 1,2,3,4 --target 1,0"
    + OUT: "--target: got 2 numbers, expected 3, one for each of setosa, versicolor, virginica.",
    "draw model.json --show forward --input 1,2"
    + OUT: "--input: got 2 numbers, expected 4, one for each of sepal length "
    "(cm), sepal width (cm), petal length (cm), petal width (cm).",
    "draw model.json --show forward --example 3" + OUT: "--data is missing. Say which data --example is a row of.",
    "draw model.json --data moons" + OUT: "--data moons has 2 features, but the model has 4 inputs: sepal length (cm), "
    "sepal width (cm), petal length (cm), petal width (cm).",
    "draw model.json --data iris --example 151" + OUT: "--example: got 151, expected a row of iris, from 1 to 150.",
    "draw model.json --data iris --input 1,2,3,4"
    + OUT: "--data and --example cannot go with --input and --target. Give one pair or the other.",
    "draw --data iriz"
    + OUT: "--data: unknown data set 'iriz'. Did you mean 'iris'? Known: iris, xor, gaussian_clouds, "
    "moons, circles, spiral, noisy_sine, breast_cancer, make_classification.",
    LAYERS
    + "--data iris"
    + OUT: "--layers 2-2-1: --data iris has 4 inputs and 3 targets. Take --layers 4-2-3, or other data.",
    LAYERS + "--highlight h7" + OUT: "--highlight: no neuron named 'h7'. Known: x1, x2, h1, h2, o1.",
    LAYERS + "--highlight x1,q" + OUT: "--highlight: no neuron named 'q'. Known: x1, x2, h1, h2, o1.",
    LAYERS + "--highlight o1,x1" + OUT: "highlight: no path leads from o1 to x1. Give them in the order of the edges.",
    LAYERS + "--keep q,h1" + OUT: "--keep: no neuron named 'q'. Known: x1, x2, h1, h2, o1.",
    LAYERS + "--most 0" + OUT: "--most 0: expected a whole number from 1 up, or all.",
    LAYERS + "--most many" + OUT: "--most many: expected a whole number from 1 up, or all.",
    LAYERS + "--numbers some" + OUT: "--numbers some: expected a whole number from 0 up, or all, or none.",
    LAYERS + "--digits 0" + OUT: "--digits: got 0, expected a whole number from 1 to 17.",
    LAYERS + "--dpi 5 -o net.png": "--dpi: got 5, expected a whole number from 10 to 1200.",
    LAYERS + "--dpi 90" + OUT: "--dpi goes with a .png only.",
    LAYERS + "--unit layer" + OUT: "--unit goes with a .gif or --strip only.",
    LAYERS + "--learning-rate 1" + OUT: "--learning-rate goes with --show update, --card, --strip or a .gif only.",
    "draw --data iris --show update --learning-rate 0" + OUT: "--learning-rate: got 0.0, expected a number above 0.",
    "draw --data iris --show update --learning-rate x"
    + OUT: "--learning-rate: got 'x', expected a number or a fraction such as \"1/3\".",
    "draw --data iris --highlight h1 -o net.gif": "--highlight does not go with a .gif, which shows one whole training "
    "step.",
    "draw --data iris --show backward --loss squared"
    + OUT: "unknown loss 'squared'. Did you mean 'squared_error'? Known: "
    "squared_error, sum_squared_error, mean_squared_error, binary_cross_entropy, cross_entropy.",
    LAYERS + "--show forwards" + OUT: "argument --show: invalid choice: 'forwards' (choose from 'weights', 'forward', "
    "'backward', 'gradients', 'update'). See neurograph draw --help.",
    LAYERS
    + "--theme neon"
    + OUT: "argument --theme: invalid choice: 'neon' (choose from 'light', 'dark', 'print'). See "
    "neurograph draw --help.",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_whole_line_and_nothing_is_written(line, capsys, tmp_path, model):
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "text.json").write_text("no model")
    (tmp_path / "other.json").write_text("{}")
    before = sorted(path.name for path in tmp_path.iterdir())
    status, out, err = printed(capsys, *line.split())
    assert (status, out) == (2, "")
    said = err.replace("choose from weights, forward, backward, gradients, update", _quoted(MODES))  # Python 3.14
    assert said.replace("choose from light, dark, print", _quoted(THEMES)) == f"neurograph draw: {MISTAKES[line]}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def _quoted(names):
    return f"choose from {', '.join(map(repr, names))}"


def test_a_folder_that_may_not_be_written_to_is_a_mistake(capsys, tmp_path):
    (tmp_path / "a.svg").write_text("mine")
    status, _, err = printed(capsys, "draw", "--layers", "2-1", "-o", "a.svg/net.svg")
    assert status == 2
    assert err.startswith("neurograph draw: a.svg/net.svg: cannot be written (Not a directory).")
    assert err.count("\n") == 1


def test_the_defaults_beside_a_model_are_those_without():
    args = argparse.ArgumentParser()
    from neurograph.cli.case import add_options

    add_options(args)
    assert {name: getattr(args.parse_args([]), name) for name in DEFAULTS} == DEFAULTS


def test_columns_and_classes_of_data_go_by_their_names():
    net = ng.Network.dense([2, 2], "softmax")
    model = Model(net, ("weight", "legs"), ("dog", "cat"))
    data = ng.datasets.Dataset(
        [[4, 9, 5], [4, 8, 30]], [[1, 0], [0, 1]], ("legs", "age", "weight"), ("cat", "dog"), "Two pets.", "by hand"
    )
    fitted = in_form(data, Form.of_model(model), "--data pets.csv")
    assert (fitted.X, fitted.Y) == ([[5.0, 4.0], [30.0, 4.0]], [[0.0, 1.0], [1.0, 0.0]])
    assert fitted.feature_names == ("weight", "legs")
    one = Model(ng.Network.dense([2, 1], "sigmoid"), ("weight", "legs"), ("dog", "cat"))
    assert in_form(data, Form.of_model(one), "").Y == [[1.0], [0.0]]
    others = Model(net, ("weight", "legs"), ("dog", "bird"))
    with pytest.raises(ng.NeurographError, match="pets has the targets cat, dog, but the model tells apart dog, bird"):
        in_form(data, Form.of_model(others), "pets")
    numbers = Model(ng.Network.dense([3, 1], "identity"))
    with pytest.raises(ng.NeurographError, match="pets has 2 targets, but the model has 1 output"):
        in_form(data, Form.of_model(numbers), "pets")
