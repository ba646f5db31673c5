"""The pictures of a run: which there are, that they show the run, and that nothing is lost when drawing fails."""

import csv
import io
import os
import re
import signal
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import pytest

import neurograph as ng
from neurograph.cli import main, pictures
from neurograph.files.model import load_model

RUN = ["train", "iris", "--optimizer", "adam", "--activations", "sigmoid,softmax"]
KEPT = ["model.json", "history.csv", "report.md"]
ALL = ["network.svg", "loss.png", "gradients.png", "activations.png", "confusion.png", "boundary.png"]
FENCED = re.compile(r"```text\n.*?\n```\n", re.DOTALL)
IMAGE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(([\w.]+)\)")


def printed(capsys, *arguments):
    status = main(list(map(str, arguments)))
    out, err = capsys.readouterr()
    return status, out, err


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def described(path):
    """Give the alt text inside a picture."""
    if path.suffix == ".svg":
        tree = ET.fromstring(path.read_text())  # noqa: S314  # our own file
        return tree.find("{http://www.w3.org/2000/svg}desc").text
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, texts = 8, {}
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind in (b"tEXt", b"iTXt"):
            key, _, text = data[at + 8 : at + 8 + length].partition(b"\0")
            texts[key.decode()] = text.strip(b"\0").decode("latin-1" if kind == b"tEXt" else "utf-8")
        at += length + 12
    return texts["Description"]


def shown(folder):
    """Give the images of the report: the alt text of each, without the backslashes, by name."""
    found = IMAGE.findall(FENCED.sub("", (folder / "report.md").read_text()))
    return {name: re.sub(r"\\(.)", r"\1", alt) for alt, name in found}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of 12 epochs with all its pictures, and what was printed."""
    folder = tmp_path_factory.mktemp("kept") / "run"
    command = [sys.executable, "-m", "neurograph", *RUN, "--epochs", "12", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return folder, done.stdout


def test_all_pictures_are_written_named_and_shown(run):
    folder, out = run
    assert files(folder) == sorted(KEPT + ALL)
    assert out.endswith(f"\nKept in {folder}: {', '.join(KEPT + ALL)}\n")
    images = shown(folder)
    assert list(images) == ALL
    for name, alt in images.items():
        assert described(folder / name) == alt


def test_the_pictures_show_the_run(run):
    folder, _ = run
    images, model = shown(folder), load_model(folder / "model.json")
    rows = list(csv.DictReader(io.StringIO((folder / "history.csv").read_text())))
    first, last = rows[0], rows[-1]
    assert f"from {float(first['loss']):.3g} to {float(last['loss']):.3g}" in images["loss.png"]
    assert f"validation from {float(first['validation_loss']):.3g}" in images["loss.png"]
    assert f"layer 1 {float(last['gradient_median/layer 1']):.3g}" in images["gradients.png"]
    assert f"layer 2 {float(last['gradient_median/layer 2']):.3g}" in images["gradients.png"]
    strongest = max(model.net.edges, key=lambda edge: abs(edge.weight))
    ends = f"{strongest.source.name} to {strongest.target.name} {strongest.weight:.3g}"
    assert ends[:-1] in images["network.svg"]  # another rule may round the last digit
    assert "Confusion matrix of 30 examples in 3 classes" in images["confusion.png"]
    assert f"accuracy {float(last['validation_accuracy']):.3g}" in images["confusion.png"]
    assert "8 neurons on 30 examples, by class: 10 setosa" in images["activations.png"]
    assert "of 30 examples" in images["boundary.png"]


def test_the_network_carries_the_names_of_the_data(run):
    text = (run[0] / "network.svg").read_text()
    for name in ("sepal length (cm)", "petal width (cm)", "setosa", "virginica"):
        assert f"<!-- {name} -->" in text


def test_the_bits_of_a_run_do_not_depend_on_its_pictures(run, tmp_path, capsys):
    _, out, _ = printed(capsys, *RUN, "--epochs", 12, "--out", tmp_path / "plain", "--no-pictures")
    assert files(tmp_path / "plain") == sorted(KEPT)
    assert out.endswith(f"Kept in {tmp_path / 'plain'}: {', '.join(KEPT)}\n")
    for name in ("model.json", "history.csv"):
        assert (tmp_path / "plain" / name).read_bytes() == (run[0] / name).read_bytes()
    text, plain = ((folder / "report.md").read_text() for folder in (run[0], tmp_path / "plain"))
    assert text.startswith(plain)
    assert "![" not in plain


def test_a_resumed_run_ends_with_the_same_pictures_as_one_that_never_stopped(run, tmp_path, capsys):
    printed(capsys, *RUN, "--epochs", 5, "--out", tmp_path)
    early = {name: (tmp_path / name).read_bytes() for name in ALL}
    printed(capsys, *RUN, "--resume", "--epochs", 12, "--out", tmp_path)
    for name in ALL:
        now = (tmp_path / name).read_bytes()
        assert now != early[name]
        assert now == (run[0] / name).read_bytes()


def test_pictures_that_do_not_fit_the_next_run_are_removed(tmp_path, capsys):
    printed(capsys, *RUN, "--epochs", 2, "--out", tmp_path)
    line = ["train", "noisy_sine", "--layers", "1-3-1", "--activations", "tanh,identity", "--epochs", 2]
    status, out, err = printed(capsys, *line, "--out", tmp_path, "--force")
    assert (status, err) == (0, "")
    fitting = [*ALL[:4], "predicted.png"]
    assert files(tmp_path) == sorted(KEPT + fitting)
    assert list(shown(tmp_path)) == fitting
    assert out.endswith(f": {', '.join(KEPT + fitting)}\n")
    printed(capsys, *line, "--epochs", 3, "--out", tmp_path, "--resume", "--no-pictures")
    assert files(tmp_path) == sorted(KEPT), "and those that a run without pictures has gone past"


def test_two_inputs_have_the_whole_plane_and_many_have_none(tmp_path, capsys):
    printed(capsys, "train", "moons", "--epochs", 2, "--out", tmp_path / "moons", "--standardize")
    assert shown(tmp_path / "moons")["boundary.png"].startswith("Classes predicted over x1 (")
    rows = [",".join(map(str, [*range(k, k + 9), "ab"[k % 2]])) for k in range(20)]
    (tmp_path / "wide.csv").write_text(",".join([*"abcdefghi", "kind"]) + "\n" + "\n".join(rows))
    printed(capsys, "train", tmp_path / "wide.csv", "--epochs", 2, "--out", tmp_path / "wide")
    assert list(shown(tmp_path / "wide")) == ALL[:5]


def test_a_run_of_no_epochs_has_no_curves(tmp_path, capsys):
    status, _, err = printed(capsys, *RUN, "--epochs", 0, "--out", tmp_path)
    assert (status, err) == (0, "")
    assert list(shown(tmp_path)) == [name for name in ALL if name not in ("loss.png", "gradients.png")]


def test_the_plane_is_that_of_the_inputs_which_move_the_net_most():
    net = ng.Network.dense([3, 1], "sigmoid", initializer="ones")
    data = ng.datasets.Dataset(
        [[0, 0, 0], [2, 30, 1]], [[0], [1]], ("a", "b", "c"), ("no", "yes"), "Two rows.", "by hand"
    )
    assert pictures.strongest_inputs(net, data) == (0, 1)
    net.edge("x3", "o1").weight = 100.0
    assert pictures.strongest_inputs(net, data) == (1, 2)


def test_the_boundary_of_a_standardised_run_has_the_units_of_the_data(tmp_path, capsys):
    printed(capsys, *RUN, "--epochs", 12, "--standardize", "--out", tmp_path)
    model = load_model(tmp_path / "model.json")
    _, judged = ng.split(ng.datasets.load_iris(), 0.2, 0)
    plain = pictures.unscaled(model.net, model.scaler)
    for x, scaled in zip(judged.X, model.scaler.transform(judged.X), strict=True):
        assert plain.forward(x) == pytest.approx(model.net.forward(scaled), rel=1e-9)
    alt = shown(tmp_path)["boundary.png"]
    lengths = [x[2] for x in judged.X]
    margin = 0.08 * (max(lengths) - min(lengths))
    assert f"over petal length (cm) ({min(lengths) - margin:.3g} to {max(lengths) + margin:.3g}) and petal width" in alt
    assert "(std)" not in (tmp_path / "report.md").read_text()
    wrong = round(30 * (1 - float(re.search(r"accuracy (\d\.?\d*)", shown(tmp_path)["confusion.png"])[1])))
    assert f"Wrong: {wrong} of 30 examples." in alt


def test_a_regression_shows_what_was_predicted_and_a_far_loss_on_a_logarithmic_axis(tmp_path, capsys):
    lines = [f"{k % 10},{100 + 5 * (k % 10)}" for k in range(40)]
    (tmp_path / "line.csv").write_text("size,price\n" + "\n".join(lines))
    _, out, err = printed(capsys, "train", tmp_path / "line.csv", "--no-classes", "--standardize", "--out",
                         tmp_path / "run")  # fmt: skip
    assert err == ""
    images = shown(tmp_path / "run")
    fit = float(re.search(r"R2 (-?[\d.]+)\.", out)[1])
    assert images["predicted.png"].startswith(f"Predicted against true price of 8 examples: R2 {fit:.3g}")
    assert images["loss.png"].startswith("Loss over 100 epochs, on a logarithmic axis: from ")


def test_a_loss_that_stays_near_has_a_plain_axis(run):
    assert shown(run[0])["loss.png"].startswith("Loss over 12 epochs: from ")


def test_what_ails_the_net_is_marked(tmp_path, capsys):
    options = ["--activations", "relu,sigmoid", "--epochs", 3, "--learning-rate", 30, "--out", tmp_path]
    _, out, _ = printed(capsys, "train", "iris", *options)
    dead = re.search(r"dead, 0 on all 120 examples: (.*)", out)[1].split(", ")
    marked = shown(tmp_path)["network.svg"].partition("Marked: ")[2]
    assert marked == ", ".join(f"{name} dead" for name in dead) + "."


def test_names_from_a_file_are_escaped_in_the_report(tmp_path, capsys):
    nasty = "a|b`![x](y)<i>"
    rows = [f"{k % 7},{k % 3},{nasty if k % 2 else 'plain'}" for k in range(40)]
    (tmp_path / "n*a*s<t>y.csv").write_text(f"left,right[1],{nasty}\n" + "\n".join(rows))
    status, _, err = printed(capsys, "train", tmp_path / "n*a*s<t>y.csv", "--epochs", 2, "--out", tmp_path / "run")
    assert (status, err) == (0, "")
    report = (tmp_path / "run" / "report.md").read_text()
    outside = FENCED.sub("", report)
    assert r"n\*a\*s\<t\>y.csv" in outside.splitlines()[0]
    assert r"a\|b\`\!\[x\](y)\<i\>" in outside
    for sign in "|<`*":
        assert not re.search(rf"(?<!\\){re.escape(sign)}", outside)
    images = shown(tmp_path / "run")
    assert list(images) == ALL
    assert nasty in images["confusion.png"]


def test_escaping_leaves_words_alone():
    assert pictures.escaped("loss cross_entropy, 0.5 -> 1") == r"loss cross_entropy, 0.5 -\> 1"
    assert pictures.escaped("_a_b_ $x$ &lt; #1 \\ {~}\n") == r"\_a_b\_ \$x\$ \&lt; \#1 \\ \{\~\}\\n"


def test_a_picture_that_fails_loses_nothing(tmp_path, capsys, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the pen\nbroke")

    monkeypatch.setattr("visualize.plots.layers.plot_gradients", fail)
    status, out, err = printed(capsys, *RUN, "--epochs", 2, "--out", tmp_path)
    assert status == 0
    assert err == "neurograph train: gradients.png was not drawn: the pen\\nbroke\n"
    rest = [name for name in ALL if name != "gradients.png"]
    assert files(tmp_path) == sorted(KEPT + rest)
    assert list(shown(tmp_path)) == rest
    assert out.endswith(f": {', '.join(KEPT + rest)}\n")


def test_ctrl_c_while_drawing_keeps_the_run_and_what_was_drawn(tmp_path, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("visualize.plots.layers.plot_gradients", interrupted)
    status, out, err = printed(capsys, *RUN, "--epochs", 2, "--out", tmp_path)
    assert (status, err) == (130, "\nneurograph train: interrupted\n")
    assert files(tmp_path) == sorted(KEPT + ALL[:2])
    assert list(shown(tmp_path)) == ALL[:2]
    assert out.endswith(f"Kept in {tmp_path}: {', '.join(KEPT + ALL[:2])}\n")
    assert load_model(tmp_path / "model.json").training["epoch"] == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_kill_while_drawing_loses_nothing(run, tmp_path, capsys):
    command = [sys.executable, "-m", "neurograph", *RUN, "--epochs", "12", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        patience = time.monotonic() + 60
        while not (tmp_path / "loss.png").exists():  # the second picture; others are still to come
            assert time.monotonic() < patience
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
    assert not (tmp_path / "boundary.png").exists(), "it was killed too late to show anything"
    for name in ("model.json", "history.csv"):
        assert (tmp_path / name).read_bytes() == (run[0] / name).read_bytes()
    assert (run[0] / "report.md").read_text().startswith((tmp_path / "report.md").read_text())
    printed(capsys, *RUN, "--resume", "--epochs", 12, "--out", tmp_path)
    assert files(tmp_path) == sorted(KEPT + ALL)
