"""What `step`, `check` and `demo` print and write, and the exit status of a check."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import neurograph as ng
from neurograph.cli import main
from neurograph.rules.registry import Registry

MAZUR = {
    "weights": {
        "x1->h1": 0.15, "x2->h1": "1/5", "x1->h2": 0.25, "x2->h2": 0.3,
        "h1->o1": 0.4, "h2->o1": 0.45, "h1->o2": 0.5, "h2->o2": 0.55,
    },
    "biases": {"h1": 0.35, "h2": 0.35, "*": 0.6},
}  # fmt: skip


@pytest.fixture
def homework(tmp_path):
    """The options of the 2-2-2 example with its weights in a file."""
    path = tmp_path / "homework.json"
    path.write_text(json.dumps(MAZUR))
    return ["--layers", "2-2-2", "--weights", str(path), "--input", "0.05,1/10", "--target", "0.01,0.99"]


def printed(capsys, *arguments):
    status = main(arguments)
    return status, capsys.readouterr().out


def test_step_tells_the_worked_example(homework, capsys):
    status, text = printed(capsys, "step", *homework, "--digits", "9")
    assert status == 0
    assert "C = C(o1) + C(o2)\n      = 0.274811083 + 0.0235600256\n      = 0.298371109" in text
    assert "dC/dw(h1->o1) = a(h1) * delta(o1)\n                  = 0.593269992 * 0.138498562\n" in text
    assert "                  = 0.0821670406   check: ok, central difference 0.0821670406" in text
    assert "= 0.4 - 0.5 * 0.0821670406\n               = 0.35891648" in text
    assert "WRONG" not in text


def test_one_block_for_each_step_at_every_unit(homework, capsys):
    for unit in ("term", "neuron", "layer", "phase"):
        _, text = printed(capsys, "step", *homework, "--unit", unit, "--no-check")
        blocks = text.strip().split("\n\n")[1:]
        assert [block.split("]")[0] for block in blocks] == [f"[{k + 1}/{len(blocks)}" for k in range(len(blocks))]
        assert "check:" not in text


def test_fractions_are_shown_when_asked_for(homework, capsys):
    _, text = printed(capsys, "step", *homework, "--fractions")
    assert "= (3/20) * (1/20) + (1/5) * (1/10) + 7/20" in text


def test_the_long_way_goes_through_the_jacobian(capsys):
    options = ["--activations", "tanh,softmax", "--loss", "cross_entropy", "--no-check"]
    _, short = printed(capsys, "step", *options)
    _, long = printed(capsys, "step", *options, "--long-way")
    assert "delta(o1) = a(o1) - y(o1)" in short
    assert "the short way" in short
    assert "delta through the Jacobian" in long
    assert "dC/da(o2) * (a(o2) * (0 - a(o1)))" in long


def test_a_negative_input_needs_no_equals_sign(capsys):
    status, text = printed(capsys, "step", "--layers", "2-1", "--input", "-1,.5", "--target", "-.5", "--no-check")
    assert status == 0
    assert "a(x1) = -1, a(x2) = 0.5" in text


def test_weights_shown_are_weights_read(tmp_path, capsys):
    _, text = printed(capsys, "step", "--seed", "3", "--show-weights")
    path = tmp_path / "w.json"
    path.write_text(text)
    _, seeded = printed(capsys, "step", "--seed", "3")
    _, read = printed(capsys, "step", "--seed", "4", "--weights", str(path))
    assert seeded == read


def test_check_prints_a_table_and_a_summary(homework, capsys):
    status, text = printed(capsys, "check", *homework)
    assert status == 0
    assert "weight  h1->o1" in text
    assert text.endswith("16 derivatives checked: 16 ok\n")


def test_check_leaves_with_1_when_a_gradient_is_wrong(monkeypatch, capsys):
    wrong: Registry = Registry("activation", ng.Activation)
    wrong.add(ng.Activation("sigmoid", lambda z: z / 2, lambda z, a: 0.5005, "z / 2", "0.5005"))
    monkeypatch.setattr("neurograph.graph.structure.ACTIVATIONS", wrong)
    monkeypatch.setattr("neurograph.graph.dense.ACTIVATIONS", wrong)
    status, text = printed(capsys, "check", "--layers", "2-2-1", "--input", "1,2", "--target", "1", "--summary")
    assert status == 1
    assert "wrong" in text


def test_demo_tells_checks_trains_and_writes_one_picture(tmp_path):
    for _ in range(2):  # a second one renews the picture of the first
        done = subprocess.run(
            [sys.executable, "-m", "neurograph", "demo"], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert done.stderr == ""  # the progress bar is for a terminal
        assert "[74/74] after the update: real change of the loss" in done.stdout
        assert "51 derivatives checked: 51 ok." in done.stdout
        share = float(done.stdout.split("held out: ")[1].split("%")[0])
        assert share >= 90.0
        path = tmp_path / done.stdout.split("to be opened in a browser: ")[1].split("\n")[0]
        assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path]
        assert path == tmp_path / "neurograph-demo" / "network.svg"
        assert "sepal length (cm)" in path.read_text(encoding="utf-8")
        path.write_text(path.read_text(encoding="utf-8").replace("virginica", "changed"), encoding="utf-8")


def demo(capsys, *arguments):
    status = main(["demo", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert out.count("\n") > 100 or status != 0
    return status, out.split("\n")[-3:-1], err


WALK = r"Walk through a step yourself: .* step --data iris --example 60"


def test_demo_puts_its_picture_where_it_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, lines, err = demo(capsys, "--out", "deep/er")
    assert (status, err) == (0, "")
    assert lines[0] == f"A picture of the trained net, to be opened in a browser: {Path('deep/er/network.svg')}"
    assert re.fullmatch(WALK, lines[1])
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_demo_does_not_overwrite_a_picture_that_is_no_demos(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neurograph-demo").mkdir()
    mine = tmp_path / "neurograph-demo" / "network.svg"  # a picture of ours, but not of a demo
    assert main(["draw", "--layers", "2-1", "-o", str(mine)]) == 0
    before = mine.read_bytes()
    capsys.readouterr()
    reason = "--out neurograph-demo: it holds a network.svg of no demo. Name another folder."
    status, lines, err = demo(capsys)
    assert (status, lines[0], err) == (0, f"No picture was written. {reason}", "")
    status, lines, err = demo(capsys, "--out", "neurograph-demo")  # asked for: said at once
    assert (status, lines, err) == (2, [], f"neurograph demo: {reason}\n")
    assert mine.read_bytes() == before


def test_demo_goes_without_its_picture_where_nothing_can_be_written(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neurograph-demo").write_text("a file")
    status, lines, err = demo(capsys)
    assert (status, err) == (0, "")
    assert re.fullmatch(
        r"No picture was written\. --out neurograph-demo: it cannot be used \(.+\)\. Name another folder\.", lines[0]
    )
    (tmp_path / "neurograph-demo").unlink()

    def full(path, text):
        raise ng.NeurographError(f"{path}: cannot be written (No space left on device). Make room, and save again.")

    monkeypatch.setattr("neurograph.files.atomic.write_text", full)
    status, lines, _ = demo(capsys)
    place = Path("neurograph-demo/network.svg")
    assert status == 0
    reason = f"{place}: cannot be written (No space left on device). Make room, and save again."
    assert lines[0] == f"No picture was written. {reason}"


def test_the_same_seed_prints_and_draws_the_same_and_another_one_does_not(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = tmp_path / "neurograph-demo" / "network.svg"
    _, one = printed(capsys, "demo", "--seed", "1")
    drawn = picture.read_bytes()
    _, again = printed(capsys, "demo", "--seed", "1")
    assert picture.read_bytes() == drawn
    _, other = printed(capsys, "demo", "--seed", "2")
    assert one == again != other
    assert picture.read_bytes() != drawn


def test_iris_is_fishers():
    iris = ng.datasets.load_iris()
    assert (len(iris.X), len(iris.Y), len(iris.X[0]), len(iris.Y[0])) == (150, 150, 4, 3)
    assert iris.X[34] == [4.9, 3.1, 1.5, 0.2]
    assert iris.X[37] == [4.9, 3.6, 1.4, 0.1]
    assert [iris.class_of(row) for row in (0, 49, 50, 99, 100, 149)] == [
        "setosa", "setosa", "versicolor", "versicolor", "virginica", "virginica",
    ]  # fmt: skip
    assert iris.feature_names[2] == "petal length (cm)"


def test_iris_is_that_of_scikit_learn():
    sklearn = pytest.importorskip("sklearn.datasets")
    theirs, ours = sklearn.load_iris(), ng.datasets.load_iris()
    assert theirs.data.tolist() == ours.X
    assert [y.index(1.0) for y in ours.Y] == theirs.target.tolist()
    assert tuple(theirs.feature_names) == ours.feature_names


def test_the_module_is_the_command():
    environment = os.environ | {"PYTHONPATH": str(Path(ng.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-m", "neurograph", "check", "--summary"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stdout == "51 derivatives checked: 51 ok\n"
