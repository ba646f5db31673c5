"""What `neurograph train` chooses and says by itself: activations, warnings, hints; and columns that are left out."""

import json
import random

import pytest
from running import printed

import neurograph as ng
from neurograph.files.model import load_model

PLAIN = ["--no-pictures"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def prices(tmp_path):
    """Numbers to be met, of about 100, with columns that are no use beside two that are."""
    source = random.Random(1)
    rows = ["id,size,age,note,const,price"]
    for k in range(60):
        size, age = source.uniform(20, 200), source.uniform(0, 3)
        rows.append(f"{k},{size:.1f},{age:.2f},text {k},1,{60 + 0.4 * size - 8 * age:.2f}")
    (tmp_path / "prices.csv").write_text("\n".join(rows))
    useful = [",".join(line.split(",")[k] for k in (1, 2, 5)) for line in rows]
    (tmp_path / "few.csv").write_text("\n".join(useful))
    return tmp_path / "prices.csv"


# What is taken for the last layer.


CHOICES = {
    "iris": "4-5-3 (sigmoid, softmax), loss cross_entropy",
    "iris --layers 4-6-5-3": "4-6-5-3 (sigmoid, sigmoid, softmax), loss cross_entropy",
    "iris --layers 4-3": "4-3 (softmax), loss cross_entropy",
    "iris --loss cross_entropy": "4-5-3 (sigmoid, softmax), loss cross_entropy",
    "iris --loss squared_error": "4-5-3 (sigmoid, sigmoid), loss squared_error",
    "iris --activations sigmoid": "4-5-3 (sigmoid, sigmoid), loss squared_error",
    "iris --activations tanh,softmax": "4-5-3 (tanh, softmax), loss cross_entropy",
    "moons": "2-5-1 (sigmoid, sigmoid), loss binary_cross_entropy",
    "moons --loss cross_entropy": "2-5-2 (sigmoid, softmax), loss cross_entropy",
    "noisy_sine": "1-5-1 (sigmoid, identity), loss squared_error",
    "noisy_sine --activations sigmoid": "1-5-1 (sigmoid, sigmoid), loss squared_error",
}


@pytest.mark.parametrize("line", CHOICES)
def test_the_output_layer_fits_what_is_learned_unless_told_otherwise(line, capsys):
    status, out, _ = printed(capsys, "train", *line.split(), "--epochs", 1)
    assert status == 0
    assert f"network {CHOICES[line]}, SGD" in out.splitlines()[0]


def test_what_was_taken_is_stored_so_that_a_resumed_run_goes_on_to_the_same_bits(capsys, tmp_path, prices):
    common = ["train", "few.csv", "--standardize", *PLAIN]
    printed(capsys, *common, "--epochs", 6, "--out", "whole")
    printed(capsys, *common, "--epochs", 3, "--out", "parts")
    settings = load_model(tmp_path / "parts" / "model.json").training["settings"]
    assert (settings["activations"], settings["loss"]) == ("sigmoid,identity", "squared_error")
    status, out, _ = printed(capsys, *common, "--resume", "--epochs", 6, "--out", "parts")
    assert status == 0
    assert "(sigmoid, identity), loss squared_error" in out
    for name in ("model.json", "history.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_run_from_before_there_was_ignore_can_be_resumed(capsys, tmp_path):
    printed(capsys, "train", "iris", "--activations", "sigmoid", "--epochs", 1, "--out", "run", *PLAIN)
    tree = json.loads((tmp_path / "run" / "model.json").read_text())
    del tree["training"]["settings"]["ignore"]
    (tmp_path / "run" / "model.json").write_text(json.dumps(tree))
    status, out, err = printed(capsys, "train", "iris", "--resume", "--epochs", 2, "--out", "run", *PLAIN)
    assert (status, err) == (0, "")
    assert "(sigmoid, sigmoid)" in out


# Warnings.


def test_targets_out_of_reach_are_told_before_training(capsys, prices):
    line = ["train", "few.csv", "--activations", "tanh,sigmoid", "--epochs", 1]
    status, _, err = printed(capsys, *line)
    assert status == 0
    low, high = (f"{end(y for (y,) in ng.datasets.load_csv('few.csv').Y):.3g}" for end in (min, max))
    assert err == (
        f"neurograph train: the targets go from {low} to {high}, but sigmoid gives only 0 to 1, so the net cannot meet "
        "them. For outputs that reach them, say --activations tanh,identity.\n"
    )
    _, _, err = printed(capsys, "train", "noisy_sine", "--activations", "relu", "--epochs", 1)
    assert "but relu gives nothing below 0, so the net cannot meet them. For outputs that reach them, say" in err
    assert err.endswith("--activations relu,identity.\n")


@pytest.mark.parametrize("line", ["few.csv", "iris", "iris --activations tanh", "few.csv --activations tanh,identity"])
def test_targets_within_reach_are_no_news(line, capsys, prices):
    assert printed(capsys, "train", *line.split(), "--epochs", 1)[2] == ""


def test_the_default_learns_numbers_of_any_size(capsys, prices):
    _, out, _ = printed(capsys, "train", "few.csv", "--standardize")
    assert float(out.rpartition("R2 ")[2].partition(".\n")[0]) > 0.9


def test_a_column_that_never_changes_is_told(capsys, prices):
    _, _, err = printed(capsys, "train", prices.name, "--ignore", "id,note", "--epochs", 1)
    assert err == (
        "neurograph train: column 'const' is 1 in all 60 rows, so it tells nothing. "
        "To leave it out, say --ignore const.\n"
    )


def test_saturated_neurons_and_unlike_scales_bring_a_hint_and_the_report_has_it(capsys, tmp_path, prices):
    _, out, _ = printed(capsys, "train", "few.csv", "--out", "run", *PLAIN)
    hint = next(line for line in out.splitlines() if line.startswith("hint: "))
    saturated = next(line for line in out.splitlines() if line.startswith("saturated, "))
    count = saturated.count("h") - saturated.partition(":")[0].count("h")
    assert hint.startswith(
        f"hint: {count} of 5 hidden neurons are saturated, and the deviations of the features differ "
    )
    assert hint.endswith("-fold. To give all features one scale, say --standardize.")
    assert hint in (tmp_path / "run" / "report.md").read_text()
    assert "hint" not in printed(capsys, "train", "few.csv", "--standardize")[1]
    assert "hint" not in printed(capsys, "train", "iris")[1]


def test_numbers_at_the_end_of_the_range_of_floats_make_no_traceback(capsys, tmp_path):
    rows = [f"{'-' if k % 2 else ''}1.7e308,{k}e-320,{k}" for k in range(20)]
    (tmp_path / "far.csv").write_text("a,b,c\n" + "\n".join(rows))
    for more in ([], ["--standardize"]):
        status, _, err = printed(capsys, "train", "far.csv", "--epochs", 2, *more)
        assert status in (0, 2)
        assert err.count("\n") <= 1


def test_one_example_held_out_has_no_r2_and_no_error(capsys, tmp_path):
    (tmp_path / "five.csv").write_text("x,y\n" + "\n".join(f"{k},{k / 4}" for k in range(5)))
    status, out, err = printed(capsys, "train", "five.csv", "--epochs", 1, "--validation", 0.2)
    assert (status, err) == (0, "")
    assert "mean squared error" in out
    assert "R2" not in out


# Columns left out.


@pytest.mark.parametrize("ignore", ["id,note,const", "1, 4, 5", ' note ,"id",const'])
def test_columns_are_left_out_and_the_run_is_that_without_them(ignore, capsys, tmp_path, prices):
    common = ["--epochs", 3, "--standardize", *PLAIN]
    assert printed(capsys, "train", prices.name, "--ignore", ignore, *common, "--out", "run")[0] == 0
    printed(capsys, "train", "few.csv", *common, "--out", "few")
    model, few = (load_model(tmp_path / name / "model.json") for name in ("run", "few"))
    assert model.feature_names == few.feature_names == ("size", "age")
    assert [edge.weight for edge in model.net.edges] == [edge.weight for edge in few.net.edges]
    assert model.training["settings"]["ignore"] == ignore
    status, out, _ = printed(capsys, "train", prices.name, "--resume", "--epochs", 5, "--out", "run", *PLAIN)
    assert status == 0
    assert "network 2-5-1" in out
    line = ["draw", "run/model.json", "--data", prices.name, "--example", 3, "--show", "forward", "-o", "net.svg"]
    assert printed(capsys, *line)[0] == 0
    assert printed(capsys, "predict", "run/model.json", "--csv", "few.csv")[0] == 0


def test_the_last_column_that_is_left_is_learned_and_classes_are_classes(capsys, tmp_path):
    (tmp_path / "pets.csv").write_text(
        "a;b;c;pet;when\n" + "\n".join(f"{k},5;{k % 3};{k};{'cd'[k % 2]};1.1.{k}" for k in range(20))
    )
    status, out, _ = printed(capsys, "train", "pets.csv", "--ignore", "when", "--epochs", 1)
    assert status == 0
    assert "network 3-5-2 (sigmoid, softmax)" in out
    assert "true \\ taken for  c  d" in out


IGNORED = {
    "prices.csv": "line 2, column 'note': got 'text 0', expected a number. Mend the cell, turn text "
    "into columns of 0 and 1, or leave the column out. If it holds the classes to learn, say --target note. "
    "To leave the column out, say --ignore note.",
    "prices.csv --ignore idd": "--ignore: no column is named 'idd'. Did you mean 'id'?",
    "prices.csv --ignore 9": "--ignore: got '9', expected the number of a column, from 1 to 6.",
    "prices.csv --ignore id,,note": "--ignore id,,note: expected columns with commas between, such as id,notes.",
    "prices.csv --ignore=": "--ignore : expected columns with commas between, such as id,notes.",
    "prices.csv --ignore price --target price": "--ignore: column 'price' is the target.",
    "prices.csv --ignore id,size,age,note,const": "--ignore: no column is left to learn from.",
    "prices.csv --ignore id --target prise": "--target: no column is named 'prise'. Did you mean 'price'?",
    "prices.csv --ignore id,note --standardize": "leave it out. To leave the column out, say --ignore const.",
    "bare.csv --ignore a": "--ignore: the file has no header, so no column 'a'. Give its number, from 1 to 2.",
    "iris --ignore a": "--ignore goes with a CSV file only.",
    'prices.csv --ignore "id': '--ignore "id: expected columns with commas between',
}


def test_all_columns_of_text_are_named_at_once(capsys, tmp_path):
    (tmp_path / "birds.csv").write_text("island,mass,sex,year,tag,y\nA,1,m,2,yes,3\nB,2,,3,no,5.5\nA,3,f,4,no,7\n")
    _, _, err = printed(capsys, "train", "birds.csv")
    assert err.endswith("To leave all columns of text out, say --ignore island,sex.\n")
    assert printed(capsys, "train", "birds.csv", "--ignore", "island,sex", "--epochs", 1)[0] == 0


# What cures it in Python, such as header=True, is no cure here.
FILES = {
    "1,2,x\n3,4,y\n5,6,y\n": "the only row of this class. If the line holds the names of the columns, change those",
    "a,b\n1,2\n3,x\n": "got 'x', but '2' in line 2; expected numbers only or names only. Mend the cell.",
    "a,a\n1,2\n": "columns 1 and 2 are both named 'a'. Rename one.",
    "a,b\n": "no row below them, expected at least one. Is it the right file?",
    "x,1,k\n3,4,k\n": "line 1, column 1: got 'x', expected a number. Mend the cell, or give the columns names that",
}


@pytest.mark.parametrize("text", FILES)
def test_what_is_wrong_with_a_file_is_told_without_python(text, capsys, tmp_path):
    (tmp_path / "d.csv").write_text(text)
    status, out, err = printed(capsys, "train", "d.csv")
    assert (status, out) == (2, "")
    assert FILES[text] in err
    assert "(a str)" not in err
    assert "=" not in err


@pytest.mark.parametrize("line", IGNORED)
def test_a_column_that_cannot_be_left_out_is_one_line(line, capsys, tmp_path, prices):
    (tmp_path / "bare.csv").write_text("1,2\n3,4\n5,6\n")
    status, out, err = printed(capsys, "train", *line.split())
    assert (status, out) == (2, "")
    assert IGNORED[line] in err
    assert err.count("\n") == 1
