"""`neurograph draw --card` and `--strip`: what they are asked for, what is written, and every mistake."""

import pytest
from running import printed

import neurograph as ng

STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def model(tmp_path):
    """A net for iris, as `train` keeps it."""
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 3, 3], ["tanh", "softmax"], seed=2)
    path = tmp_path / "model.json"
    scaler = ng.Scaler.of(iris)
    ng.save(net, path, feature_names=iris.feature_names, class_names=iris.class_names, scaler=scaler)
    return path


@pytest.fixture
def asked(monkeypatch):
    """What the command asks of draw_card and draw_strip."""
    import visualize.steps.card
    import visualize.steps.strip

    calls = []
    for module, name in ((visualize.steps.card, "draw_card"), (visualize.steps.strip, "draw_strip")):
        real = getattr(module, name)

        def watched(*given, real=real, **options):
            drawn = real(*given, **options)
            calls.append((given, options, drawn))
            return drawn

        monkeypatch.setattr(module, name, watched)
    return calls


@pytest.mark.parametrize(
    ("kind", "ending"), [*(("--card=o1", ending) for ending in STARTS), ("--strip", "png"), ("--strip", "svg")]
)
def test_every_ending_is_written(capsys, tmp_path, ending, kind):
    line = ["draw", "--layers", "2-1", "--input", "1,0", "--target", "1", kind, "-o", f"a.{ending}"]
    status, out, err = printed(capsys, *line)
    assert (status, err) == (0, "")
    strip = "one training step of a 2-1 network (the example given), 5 panels, unit layer"
    card = "card of o1 in a 2-1 network (the example given)"
    assert out == f"wrote a.{ending}: {strip if kind == '--strip' else card}\n"
    assert (tmp_path / f"a.{ending}").read_bytes().startswith(STARTS[ending])


def test_the_card_of_a_model_has_its_names_and_the_standardised_example(capsys, model, asked):
    line = ["draw", model, "--data", "iris", "--example", 60, "--card", "h2", "--learning-rate", "1/4", "-o", "a.svg"]
    status, out, _ = printed(capsys, *line, "--digits", 5, "--theme", "dark")
    assert (status, out) == (0, "wrote a.svg: card of h2 in a 4-3-3 network (row 60 of iris, versicolor)\n")
    (trace, name), options, card = asked[0]
    iris = ng.datasets.load_iris()
    net = ng.load(model)
    expected = net.trace(ng.Scaler.of(iris).transform([iris.X[59]])[0], iris.Y[59], "cross_entropy", 0.25)
    assert name == "h2"
    assert trace.after["h2"].bias == expected.after["h2"].bias
    assert (options["digits"], options["theme"], options["show"]) == (5, "dark", "both")
    assert "sepal length (cm)" in card.alt_text()


def test_without_a_target_the_card_shows_the_forward_pass(capsys, model, asked):
    line = ["draw", model, "--input", "5,3,4,1", "--card", "o1", "--show", "forward", "-o", "a.png", "--dpi", "80"]
    assert printed(capsys, *line)[0] == 0
    (net, _), options, _ = asked[0]
    assert options["show"] == "forward"
    assert net["o1"].a is not None


def test_a_strip_takes_unit_scale_most_and_names(capsys, model, asked):
    more = ["--unit", "phase", "--scale", "layer", "--most", "2", "-o", "a.png"]
    status, out, _ = printed(capsys, "draw", model, "--data", "iris", "--strip", *more)
    assert (status, out) == (
        0, "wrote a.png: one training step of a 4-3-3 network (row 1 of iris, setosa), 5 panels, unit phase\n"
    )  # fmt: skip
    _, options, _ = asked[0]
    assert (options["unit"], options["scale"], options["most"]) == ("phase", "layer", 2)
    assert options["class_names"] == ("setosa", "versicolor", "virginica")


NEEDS = "needs an example. Give --data and --example, or --input and --target."
CARD, STRIP = "draw --data iris --card h1", "draw --data iris --strip"
MISTAKES = {
    f"{CARD} --strip -o a.svg": "--card and --strip cannot go together. Draw one after the other.",
    f"{CARD} -o a.gif": "-o a.gif: --card writes .png, .svg or .pdf only.",
    f"{STRIP} -o a.gif": "-o a.gif: --strip writes .png, .svg or .pdf only.",
    f"{STRIP} -o a.tex": "-o a.tex: --strip writes .png, .svg or .pdf only.",
    "draw --data iris --card h9 -o a.svg": "--card: no neuron named 'h9'. Known: x1, x2, x3, x4, h1, h2, h3, h4, h5, "
    "o1, o2, o3.",
    "draw --layers 2-2-1 --card h1 -o a.svg": f"--card {NEEDS}",
    "draw --layers 2-2-1 --strip -o a.svg": f"--strip {NEEDS}",
    "draw model.json --input 1,2,3,4 --strip -o a.svg": "--strip needs targets. Give --target beside --input.",
    "draw model.json --input 1,2,3,4 --card h1 -o a.svg": "--card needs targets. Give --target beside --input.",
    f"{CARD} --show update -o a.svg": "--show update does not go with --card. Take forward or backward, or neither.",
    f"{CARD} --most 3 -o a.svg": "--most does not go with --card, which shows one neuron.",
    f"{CARD} --unit layer -o a.svg": "--unit does not go with --card, which shows one neuron.",
    f"{STRIP} --show forward -o a.svg": "--show does not go with --strip, which shows one whole training step.",
    f"{STRIP} --labels math -o a.svg": "--labels does not go with --strip, which shows one whole training step.",
    f"{STRIP} --unit term -o a.svg": "--unit: 'term' makes 180 pictures, expected 40 at most. To have 9, say "
    "--unit layer.",
    f"{STRIP} --dpi 90 -o a.svg": "--dpi goes with a .png only.",
    f"{STRIP} --learning-rate 0 -o a.svg": "--learning-rate: got 0.0, expected a number above 0.",
    "draw --layers 3-2 -o net.jpg": "-o: got 'net.jpg', expected a file name that ends in .png, .svg, .pdf, .tex, .dot "
    "or .gif.",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line_and_nothing_is_written(line, capsys, tmp_path, model):
    status, out, err = printed(capsys, *line.split())
    assert (status, out) == (2, "")
    assert err == f"neurograph draw: {MISTAKES[line]}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]


def test_of_a_folder_that_is_there_nobody_says_it_is_not(capsys, tmp_path, monkeypatch):
    import errno
    import os

    opened = os.open

    def refuse(path, flags, *rest, **more):
        if flags & os.O_CREAT:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))  # as /proc does
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    status, _, err = printed(capsys, "draw", "--layers", "2-1", "-o", "a.svg")
    assert status == 2
    assert err == (
        "neurograph draw: a.svg: cannot be written (No such file or directory). The folder is there, but takes no new "
        "file. Choose another one.\n"
    )
    _, _, err = printed(capsys, "draw", "--layers", "2-1", "-o", "nowhere/a.svg")
    assert "There is no such folder." in err
