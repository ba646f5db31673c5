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
    assert "                  ≈ 0.0821670406   check: ok, central difference 0.0821670406" in text
    assert "= 0.4 - 0.5 * 0.0821670406\n               = 0.35891648" in text
    assert "WRONG" not in text


@pytest.fixture
def flowers(tmp_path, monkeypatch):
    """A file whose class stands first, after a number that only counts its rows."""
    monkeypatch.chdir(tmp_path)
    rows = [f"{'pq'[k % 2]},{k},{k * k % 7},{k % 3}" for k in range(12)]
    Path("flowers.csv").write_text("\n".join(["kind,id,a,b", *rows]) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("flowers")
def test_the_column_to_learn_and_those_to_leave_out_are_named(capsys):
    softmax = ["--data", "flowers.csv", "--activations", "softmax", "--example", "2"]
    assert main(["step", *softmax, "--target-column", "kind", "--ignore", "id", "--layers", "2-2", "--no-check"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Network 2-2 (softmax), loss squared_error; row 2 of flowers.csv, q\n")
    assert "y(o1) = 0    p\n  y(o2) = 1    q\n" in out
    assert err == "the 2 values of column 'kind' are text, so they are taken as classes.\n"
    status, text = printed(capsys, "check", *softmax, "--target-column", "kind", "--ignore", "1,id", "--summary")
    assert (status, text) == (2, "")
    status, text = printed(capsys, "check", *softmax[:2], "--ignore", "kind", "--no-classes", "--summary")
    assert (status, text) == (0, "27 derivatives checked: 27 ok\n")
    status, text = printed(capsys, "check", *softmax[:2], "--ignore", "kind", "--target-column", "b,a", "--summary")
    assert (status, text) == (0, "29 derivatives checked: 29 ok\n")


@pytest.mark.usefixtures("flowers")
def test_a_model_reads_other_columns_where_it_is_told_to(capsys):
    chosen = ["--target", "kind", "--ignore", "id"]
    assert main(["train", "flowers.csv", *chosen, "--epochs", "1", "--out", "run", "--no-pictures"]) == 0
    Path("later.csv").write_text("a,b,sort\n1,2,q\n3,1,p\n", encoding="utf-8")
    drawing = ["draw", "run/model.json", "--data", "later.csv", "--show", "backward", "-o", "net.svg"]
    capsys.readouterr()
    assert main([*drawing, "--target-column", "kind"]) == 2
    assert capsys.readouterr().err.startswith("neurograph draw: --target-column: no column is named 'kind'. Known: a, ")
    assert main([*drawing, "--target-column", "sort"]) == 0
    assert main([*drawing, "--force", "--target-column", "sort", "--classes"]) == 2
    assert "MODEL and --classes cannot go together." in capsys.readouterr().err


@pytest.mark.usefixtures("flowers")
def test_a_class_that_stands_first_is_answered_with_the_option_of_the_command(capsys):
    assert main(["step", "--data", "flowers.csv", "--layers", "3-1"]) == 2
    assert capsys.readouterr().err == (
        "neurograph step: flowers.csv, line 2, column 'kind': got 'p', expected a number. Mend the cell, turn text "
        "into columns of 0 and 1, or leave the column out. If it holds the classes to learn, say --target-column kind. "
        "To leave the column out, say "
        "--ignore kind.\n"
    )
    assert main(["step", "--data", "flowers.csv", "--target-column", "kind,,b"]) == 2
    assert capsys.readouterr().err.startswith("neurograph step: --target-column kind,,b: expected columns with commas")


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


def test_demo_tells_checks_trains_and_writes_a_picture_and_a_page(tmp_path):
    for _ in range(2):  # a second one renews the files of the first
        done = subprocess.run(
            [sys.executable, "-m", "neurograph", "demo"], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert done.stderr == ""  # the progress bar is for a terminal
        assert "[74/74] after the update: real change of the loss" in done.stdout
        assert "51 derivatives checked: 51 ok." in done.stdout
        share = float(done.stdout.split("held out: ")[1].split("%")[0])
        assert share >= 90.0
        picture = tmp_path / done.stdout.split("to be opened in a browser: ")[1].split("\n")[0]
        page = tmp_path / done.stdout.split("to be stepped through in a browser: ")[1].split("\n")[0]
        assert {one for one in tmp_path.rglob("*") if one.is_file()} == {picture, page}
        assert picture == tmp_path / "neurograph-demo" / "network.svg"
        assert page == tmp_path / "neurograph-demo" / "step.html"
        for path in (picture, page):
            text = path.read_text(encoding="utf-8")
            assert "sepal length (cm)" in text
            path.write_text(text.replace("virginica", "changed"), encoding="utf-8")


def demo(capsys, *arguments):
    status = main(["demo", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert out.count("\n") > 100 or status != 0
    return status, out.split("\n")[-4:-1], err


WALK = r"Walk through a step yourself: .* step --data iris --example 60"


def test_the_same_seed_prints_and_draws_the_same_and_another_one_does_not(tmp_path, capsys, monkeypatch):
    from visualize.page.stepper import stepper_html

    monkeypatch.chdir(tmp_path)

    def written(folder):
        return [(tmp_path / folder / name).read_bytes() for name in ("network.svg", "step.html")]

    _, one = printed(capsys, "demo", "--seed", "3")
    files = written("neurograph-demo")
    _, again = printed(capsys, "demo", "--seed", "3")
    assert one == again
    assert written("neurograph-demo") == files
    # The page is that of the step which is told.
    iris, net = ng.datasets.load_iris(), ng.Network.dense([4, 5, 3], "sigmoid", seed=3)
    page = (tmp_path / "neurograph-demo" / "step.html").read_text(encoding="utf-8")
    assert "<title>neurograph demo: flower 1 of iris, setosa</title>" in page
    assert page == stepper_html(
        net.trace(iris.X[0], iris.Y[0], learning_rate=0.1),
        title="neurograph demo: flower 1 of iris, setosa",
        feature_names=iris.feature_names,
        class_names=iris.class_names,
    )
    # Another seed, and another folder.
    status = main(["demo", "--seed", "2", "--out", "deep/er"])
    other, err = capsys.readouterr()
    lines = other.split("\n")[-4:-1]
    assert (status, err) == (0, "")
    assert other.split("\n")[:-4] != one.split("\n")[:-4]
    assert all(new != old for new, old in zip(written("deep/er"), files, strict=True))
    assert lines[0] == f"A picture of the trained net, to be opened in a browser: {Path('deep/er/network.svg')}"
    assert lines[1] == f"The step told above, to be stepped through in a browser: {Path('deep/er/step.html')}"
    assert re.fullmatch(WALK, lines[2])
    assert {path.name for path in tmp_path.iterdir()} == {"neurograph-demo", "deep"}


MINE = {
    "network.svg": ["draw", "--layers", "2-1", "-o"],
    "step.html": ["step", "--layers", "2-1", "--input", "1,0", "--target", "1", "--html"],
}
WHAT = {"network.svg": "picture", "step.html": "page"}


@pytest.mark.parametrize("name", MINE)
def test_demo_does_not_overwrite_a_file_that_is_no_demos(tmp_path, capsys, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neurograph-demo").mkdir()
    mine = tmp_path / "neurograph-demo" / name  # a file of ours, but not of a demo
    assert main([*MINE[name], str(mine)]) == 0
    before = mine.read_bytes()
    capsys.readouterr()
    reason = f"--out neurograph-demo: it holds a {name} of no demo. Name another folder."
    status, lines, err = demo(capsys)
    assert (status, err) == (0, "")
    assert lines[list(MINE).index(name)] == f"No {WHAT[name]} was written. {reason}"
    (other,) = set(MINE) - {name}  # the one does not fail with the other
    assert sorted(path.name for path in mine.parent.iterdir()) == ["network.svg", "step.html"]
    (mine.parent / other).unlink()
    status, lines, err = demo(capsys, "--out", "neurograph-demo")  # asked for: said at once
    assert (status, lines, err) == (2, [], f"neurograph demo: {reason}\n")
    assert mine.read_bytes() == before
    assert [path.name for path in mine.parent.iterdir()] == [name]


TITLES = {"network.svg": "neurograph demo", "step.html": "neurograph demo: flower 1 of iris, setosa"}


def test_a_file_is_a_demos_by_its_title(tmp_path, capsys):
    for name, title in TITLES.items():
        path = tmp_path / name
        for other in (f"My {title}", title.replace("demo", "demos"), title.replace("demo", "demo-day")):
            path.write_text(f"<!doctype html>\n<title>{other}</title><p>neurograph demo</p>", encoding="utf-8")
            status, _, err = demo(capsys, "--out", tmp_path)
            assert status == 2
            assert err.endswith(f": it holds a {name} of no demo. Name another folder.\n")
        path.write_text(f"<!doctype html>\n<meta charset='utf-8'><title>{title}</title>", encoding="utf-8")
    status, lines, err = demo(capsys, "--out", tmp_path)
    assert (status, err) == (0, "")
    for (name, title), line in zip(TITLES.items(), lines, strict=False):
        assert line.endswith(str(tmp_path / name))
        assert f"<title>{title}</title>" not in (tmp_path / name).read_text(encoding="utf-8")[:300].replace("\n", "")


def test_demo_goes_without_its_files_where_nothing_can_be_written(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neurograph-demo").write_text("a file")
    status, lines, err = demo(capsys)
    assert (status, err) == (0, "")
    for line, what in zip(lines, WHAT.values(), strict=False):
        pattern = rf"No {what} was written\. --out neurograph-demo: it cannot be used \(.+\)\. Name another folder\."
        assert re.fullmatch(pattern, line)
    (tmp_path / "neurograph-demo").unlink()

    def full(path, text):
        raise ng.NeurographError(f"{path}: cannot be written (No space left on device). Make room, and save again.")

    monkeypatch.setattr("neurograph.files.atomic.write_text", full)
    monkeypatch.setattr("visualize.page.stepper.write_text", full)
    status, lines, _ = demo(capsys)
    assert status == 0
    for line, (name, what) in zip(lines, WHAT.items(), strict=False):
        place = Path("neurograph-demo") / name
        reason = f"{place}: cannot be written (No space left on device). Make room, and save again."
        assert line == f"No {what} was written. {reason}"
    assert re.fullmatch(WALK, lines[2])


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


def test_it_is_said_once_that_shown_numbers_are_rounded(homework, capsys):
    _, text = printed(capsys, "step", *homework, "--digits", "1", "--no-check")
    head, *blocks = text.split("\n\n")
    assert "\nNumbers are shown rounded to 1 significant digit (more with --digits); where those" in head
    assert "rounded" not in "".join(blocks)


# Of a model that was trained.


@pytest.fixture
def trained(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("size,age,price\n" + "".join(f"{50 + 7 * k},{k % 5},{100 + 9 * k}.5\n" for k in range(30)))
    line = "train d.csv --standardize --standardize-target --layers 2-2-1 --epochs 2 --out run --no-pictures"
    assert main(line.split()) == 0
    capsys.readouterr()
    return ng.load_model("run/model.json")


def test_a_trained_model_is_stepped_through_and_checked_on_what_it_has_learned(trained, capsys):
    status, text = printed(capsys, "step", "run/model.json", "--example", "3", "--no-check")
    assert status == 0
    assert "Network 2-2-1 (sigmoid, identity), loss squared_error; row 3 of d.csv, standardised as in training" in text
    x, y = trained.scaler.transform([[64.0, 2.0]])[0], trained.target_scaler.transform([[118.5]])[0]
    trace = trained.net.trace(x, y, learning_rate=0.5)
    assert re.search(r"y\(o1\) = -?[\d.]+ +price\n", text)
    assert f"= {trace.loss_before:.4g}\n" in text
    assert f"{trace.after.edge('h1', 'o1').weight:.4g}" in text
    status, text = printed(capsys, "check", "run/model.json", "--input", "64,2", "--target", "118.5", "--summary")
    assert (status, text) == (0, "12 derivatives checked: 12 ok\n")
    assert printed(capsys, "step", "run/model.json", "--show-weights")[0] == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("step run/model.json --input 64,2", "--target is missing. Give both --input and --target."),
        ("check run/model.json --layers 2-3-1", "MODEL and --layers cannot go together."),
        ("step bare.json", "bare.json: the model does not say what it has learned from. Say --data, or --input and"),
        ("step run", "run: cannot be read (Is a directory). Name a file in it, such as model.json."),
    ],
)
def test_a_model_that_cannot_be_stepped_through_says_what_is_missing(line, message, trained, capsys):
    ng.save(ng.Network.dense([2, 1], "tanh"), "bare.json")
    assert main(line.split()) == 2
    assert message in capsys.readouterr().err


def test_several_steps_go_on_from_each_other_and_their_weights_are_written(homework, capsys, tmp_path):
    out = tmp_path / "after.json"
    status, text = printed(capsys, "step", *homework, "--steps", "2", "--save-weights", str(out), "--no-check")
    assert status == 0
    net = ng.Network.dense([2, 2, 2], "sigmoid")
    for label, weight in MAZUR["weights"].items():
        net.edge(*label.split("->")).weight = 0.2 if weight == "1/5" else weight
    for name in ("h1", "h2", "o1", "o2"):
        net[name].bias = 0.35 if name[0] == "h" else 0.6
    second = net.trace([0.05, 0.1], [0.01, 0.99], learning_rate=0.5).next([0.05, 0.1], [0.01, 0.99])
    assert f"Training step 2 of 2: the loss is {second.loss_before:.6g}." in text
    assert text.endswith(f"wrote {out}: the weights after 2 steps\n")
    written = json.loads(out.read_text())["weights"]
    assert written == {edge.label: edge.weight for edge in second.after.edges}
    assert main(["step", *homework, "--save-weights", str(out)]) == 2
    assert "--save-weights" in capsys.readouterr().err
    assert json.loads(out.read_text())["weights"] == written
    assert main(["step", *homework, "--save-weights", str(out), "--force", "--no-check"]) == 0
    for wrong, message in (("0", "--steps: got 0"), ("101", "--steps: got 101")):
        assert main(["step", *homework, "--steps", wrong]) == 2
        assert message in capsys.readouterr().err


def test_training_begins_with_the_weights_of_a_file(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["step", "--data", "xor", "--layers", "2-2-1", "--save-weights", "first.json", "--no-check"]) == 0
    assert main(["train", "xor", "--layers", "2-2-1", "--weights", "first.json", "--epochs", "0", "--out", "run"]) == 0
    weights = {edge.label: edge.weight for edge in ng.load("run/model.json").edges}
    assert weights == json.loads(Path("first.json").read_text())["weights"]
    assert main(["train", "xor", "--layers", "2-3-1", "--weights", "first.json"]) == 2
    assert "first.json" in capsys.readouterr().err
