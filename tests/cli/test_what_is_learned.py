"""`neurograph train` and `predict`: what the target means, in whose units, what is held out, what it is judged on."""

import csv
import io
import json
import random

import pytest
from running import printed

import neurograph as ng
from neurograph.data.metrics import r2
from neurograph.files.model import load_model

QUICK = ["--epochs", 3]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments):
    status, out, err = printed(capsys, *arguments)
    assert status == 0, err
    return out


def refused(capsys, *arguments):
    status, out, err = printed(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    return err


def write(path, rows):
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")


@pytest.fixture
def flowers(tmp_path):
    """Iris, its species as 0, 1, 2, as letters, as one-hot columns, and as 1, 2, 3 in the first column, headerless."""
    iris = ng.datasets.load_iris()
    names = ["sl", "sw", "pl", "pw"]
    labels = iris.labels
    write(tmp_path / "numbers.csv", [[*names, "kind"], *([*x, k] for x, k in zip(iris.X, labels, strict=True))])
    write(tmp_path / "letters.csv", [[*names, "kind"], *([*x, "abc"[k]] for x, k in zip(iris.X, labels, strict=True))])
    one_hot = ([*x, *map(int, y)] for x, y in zip(iris.X, iris.Y, strict=True))
    write(tmp_path / "onehot.csv", [[*names, "a", "b", "c"], *one_hot])
    write(tmp_path / "first.data", [[k + 1, *x] for x, k in zip(iris.X, labels, strict=True)])
    return iris


@pytest.fixture
def prices(tmp_path):
    """House prices in dollars, with the size in square feet and the number of rooms."""
    source = random.Random(4)
    rows = [["size", "rooms", "price"]]
    for _ in range(80):
        size, rooms = source.uniform(600, 3000), source.randint(1, 6)
        rows.append([round(size, 1), rooms, round(50_000 + 150 * size + 9000 * rooms + source.gauss(0, 5000), 2)])
    write(tmp_path / "prices.csv", rows)
    return rows


# Classes or numbers.


def test_labels_of_any_kind_give_the_same_net_to_the_last_bit(capsys, flowers, tmp_path):
    nets = []
    for name, *target in (("numbers.csv",), ("letters.csv",), ("onehot.csv", "--target", "a,b,c")):
        run(capsys, "train", name, *target, "--standardize", *QUICK, "--out", name[:-4], "--no-pictures")
        model = load_model(tmp_path / name[:-4] / "model.json")
        nets.append([*(neuron.bias for neuron in model.net.neurons), *(edge.weight for edge in model.net.edges)])
        assert model.class_names == (("0", "1", "2") if name == "numbers.csv" else ("a", "b", "c"))
    assert nets[0] == nets[1] == nets[2]


def test_the_run_says_what_the_target_was_taken_for_and_the_option_for_the_opposite(capsys, flowers, prices):
    out = run(capsys, "train", "numbers.csv", *QUICK)
    assert "network 4-5-3 (sigmoid, softmax), loss cross_entropy" in out.splitlines()[0]
    assert "classes" in out.splitlines()[1]
    assert "say --no-classes." in out.splitlines()[1]
    out = run(capsys, "train", "numbers.csv", "--no-classes", *QUICK)
    assert "network 4-5-1 (sigmoid, identity), loss squared_error" in out.splitlines()[0]
    assert "R2" in out
    assert "say --no-classes" not in out
    out = run(capsys, "train", "prices.csv", "--standardize", "--standardize-target", *QUICK)
    assert "(sigmoid, identity), loss squared_error" in out.splitlines()[0]


def test_several_columns_of_numbers_are_learned_at_once(capsys, prices, tmp_path):
    out = run(capsys, "train", "prices.csv", "--target", "rooms,3", "--standardize", "--standardize-target", *QUICK,
              "--out", "run", "--no-pictures")  # fmt: skip
    assert "network 1-5-2 (sigmoid, identity)" in out
    assert load_model(tmp_path / "run" / "model.json").target_scaler.feature_names == ("rooms", "price")
    assert run(capsys, "predict", "run/model.json", "--input", "1000").splitlines()[0] == "rooms,price"


FORMS = {
    "bits.csv": "1-5-1 (sigmoid, sigmoid), loss binary_cross_entropy",
    "bits.csv --layers 1-4-2": "1-4-2 (sigmoid, softmax), loss cross_entropy",
    "bits.csv --activations tanh,softmax": "1-5-2 (tanh, softmax), loss cross_entropy",
    "bits.csv --loss cross_entropy": "1-5-2 (sigmoid, softmax), loss cross_entropy",
    "bits.csv --loss squared_error": "1-5-1 (sigmoid, sigmoid), loss squared_error",
    "words.csv": "1-5-2 (sigmoid, softmax), loss cross_entropy",
    "words.csv --layers 1-4-1": "1-4-1 (sigmoid, sigmoid), loss binary_cross_entropy",
    "words.csv --loss binary_cross_entropy": "1-5-1 (sigmoid, sigmoid), loss binary_cross_entropy",
    "truths.csv": "1-5-1 (sigmoid, sigmoid), loss binary_cross_entropy",
}


@pytest.mark.parametrize("line", FORMS)
def test_two_classes_have_one_output_or_two_and_are_judged_as_classes(line, capsys, tmp_path):
    for name, values in (("bits", "01"), ("words", ("no", "yes")), ("truths", ("False", "True"))):
        write(tmp_path / f"{name}.csv", [["x", "y"], *([k, values[k % 3 == 0]] for k in range(30))])
    out = run(capsys, "train", *line.split(), *QUICK)
    assert f"network {FORMS[line]}" in out.splitlines()[0]
    common = {"bits": "0", "words": "no", "truths": "False"}[line.split(".")[0]]
    assert f"always saying '{common}' would be 66.7%" in out
    assert "true \\ taken for" in out
    assert "recall" in out


CONTRADICTIONS = {
    "numbers.csv --layers 4-5-1": "Take --layers 4-5-3, or other data. To learn it as numbers, say --no-classes.",
    "numbers.csv --layers 4-5-3 --no-classes": "If each of its values is a class, say --classes.",
    "xor --layers 2-3-1 --activations sigmoid,softmax": "Take --layers 2-3-2, or sigmoid as the last activation",
    "xor --layers 2-3-1 --loss cross_entropy": "--layers 2-3-1 has one output. Take --layers 2-3-2",
    "noisy_sine --loss cross_entropy": "the target holds numbers. Take --loss squared_error.\n",
    "numbers.csv --no-classes --loss cross_entropy": "If each of its values is a class, say --classes.",
    "letters.csv --standardize-target": "the target holds classes, which have no scale. Leave it out.\n",
    "numbers.csv --standardize-target": "Leave it out. To learn it as numbers, say --no-classes.",
    "numbers.csv --no-classes --layers 4-2-1 --activations softmax": "the target holds numbers. Take identity as the",
    "letters.csv --no-classes": "expected a number. Mend the cell. If the target holds classes, say --classes.",
    "iris --no-classes": "--no-classes goes with a CSV file only.",
    "noisy_sine --class-weight balanced": "--class-weight: the target holds numbers, not classes.",
    "numbers.csv --validation half": "--validation: got 'half', expected a share from 0 up to, but not, 1, or a CSV",
    "iris --target 2": "--target goes with a CSV file only.",
}


@pytest.mark.parametrize("line", CONTRADICTIONS)
def test_options_that_contradict_the_target_are_answered_with_what_to_change(line, capsys, flowers):
    assert CONTRADICTIONS[line] in refused(capsys, "train", *line.split(), *QUICK)


# In whose units.


def test_a_target_is_scaled_for_the_net_alone(capsys, prices, tmp_path):
    common = ["train", "prices.csv", "--standardize", "--standardize-target", "--no-pictures"]
    out = run(capsys, *common, "--epochs", 60, "--out", "whole")
    assert "features and target standardised" in out.splitlines()[0]
    assert "(the loss is half the squared error in units of the target's deviation), R2" in out
    model = load_model(tmp_path / "whole" / "model.json")
    lines = csv.reader(io.StringIO(run(capsys, "predict", "whole/model.json", "--csv", "prices.csv")))
    assert next(lines) == ["price"]
    got, true = [float(price) for (price,) in lines], [row[2] for row in prices[1:]]
    by_hand = [
        model.target_scaler.inverse(model.net.predict(model.scaler.transform([row[:2]])))[0][0] for row in prices[1:]
    ]
    assert got == pytest.approx(by_hand, rel=1e-5)
    assert max(abs(one - other) for one, other in zip(got, true, strict=True)) < 60_000
    judged = run(capsys, "predict", "whole/model.json", "--csv", "prices.csv", "--judge")
    assert judged.startswith("On the 80 examples of prices.csv: mean squared error ")
    fit = r2([[one] for one in by_hand], [[one] for one in true])
    assert float(judged.split("R2 ")[1].rstrip(".\n")) == pytest.approx(fit, abs=1e-4)
    run(capsys, *common, "--epochs", 30, "--out", "parts")
    run(capsys, *common, "--resume", "--epochs", 60, "--out", "parts")
    for name in ("model.json", "history.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


RESUMED = [
    "bits.csv",
    "words.csv --layers 1-3-1",
    "words.csv --class-weight balanced",
    "words.csv --validation more.csv --standardize",
    "bits.csv --classes --layers 1-3-2",
    "bits.csv --no-classes",
    "few.csv",
]


@pytest.mark.parametrize("line", RESUMED)
def test_whatever_was_taken_a_resumed_run_goes_on_to_the_same_bits(line, capsys, tmp_path):
    for name, values in (("bits", "01"), ("words", ("no", "yes")), ("more", ("yes", "no"))):
        write(tmp_path / f"{name}.csv", [["x", "y"], *([k % 7, values[k % 3 == 0]] for k in range(30))])
    (tmp_path / "few.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    common = ["train", *line.split(), "--no-pictures"]
    run(capsys, *common, "--epochs", 4, "--out", "whole")
    run(capsys, *common, "--epochs", 2, "--out", "parts")
    run(capsys, *common, "--resume", "--epochs", 4, "--out", "parts")
    for name in ("model.json", "history.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize("layers", ["4-3-3", "4-3-1"])
def test_a_run_from_before_these_options_is_resumed_as_it_was_begun(layers, capsys, flowers, tmp_path):
    """A target of numbers was learned as numbers then, whatever they were; and one of text as classes."""
    name, choice = ("letters.csv", "--classes") if layers == "4-3-3" else ("numbers.csv", "--no-classes")
    common = ["train", name, "--layers", layers, "--no-pictures"]
    run(capsys, *common, choice, "--epochs", 2, "--out", "run")
    model = tmp_path / "run" / "model.json"
    tree = json.loads(model.read_text())
    for later in ("classes", "header", "drop_missing", "thousands", "decimal", "standardize_target", "class_weight"):
        del tree["training"]["settings"][later]
    model.write_text(json.dumps(tree))
    out = run(capsys, *common, "--resume", "--epochs", 3, "--out", "run")
    assert ("accuracy" in out) is (layers == "4-3-3")


def test_a_target_that_never_changes_is_refused(capsys, tmp_path):
    write(tmp_path / "same.csv", [["x", "y"], *([k, 2.5] for k in range(30))])
    err = refused(capsys, "train", "same.csv", "--standardize-target")
    assert "--standardize-target: the target 'y' is the same in all 24 rows" in err


# What is held out, and a file of its own.


def test_a_file_to_judge_on_is_read_as_the_first_one_was(capsys, flowers, tmp_path):
    rows = list(zip(flowers.X, flowers.labels, strict=True))
    random.Random(0).shuffle(rows)
    names = ["sl", "sw", "pl", "pw"]
    write(tmp_path / "train.csv", [[*names, "kind"], *([*x, k] for x, k in rows[:120])])
    test = [[["kind", *names[::-1]], *([k, *x[::-1]] for x, k in rows[120:] if k != 0)]][0]  # one class is missing
    write(tmp_path / "test.csv", test)
    out = run(capsys, "train", "train.csv", "--target", "kind", "--validation", "test.csv", "--epochs", 20,
              "--standardize", "--out", "run", "--no-pictures")  # fmt: skip
    assert f"train.csv: 120 examples, {len(test) - 1} of test.csv to judge on" in out.splitlines()[0]
    report = out[out.index(f"On the {len(test) - 1} examples of test.csv") :].split("\n\nKept in")[0].strip()
    assert run(capsys, "predict", "run/model.json", "--csv", "test.csv", "--judge").strip() == report
    write(tmp_path / "other.csv", [[*names, "kind"], [1, 2, 3, 4, 5], [1, 2, 3, 4, 0]])
    err = refused(capsys, "predict", "run/model.json", "--csv", "other.csv", "--judge")
    assert "other.csv, line 2, column 'kind'" in err
    assert "'5'" in err


def test_judging_needs_a_file_with_the_target(capsys, flowers):
    run(capsys, "train", "letters.csv", *QUICK, "--out", "run", "--no-pictures")
    model = "run/model.json"
    assert "--csv is missing" in refused(capsys, "predict", model, "--input", "1,2,3,4", "--judge")
    assert "--judge is missing" in refused(capsys, "predict", model, "--csv", "letters.csv", "--target", "kind")


def test_predict_takes_the_very_file_that_was_learned_from(capsys, flowers, tmp_path):
    run(capsys, "train", "first.data", "--target", 1, "--epochs", 20, "--out", "run", "--no-pictures")
    lines = run(capsys, "predict", "run/model.json", "--csv", "first.data").splitlines()
    assert len(lines) == 151
    assert lines[0] == "1,2,3,class"
    model = load_model(tmp_path / "run" / "model.json")
    outputs = [max(range(3), key=a.__getitem__) + 1 for a in model.net.predict(flowers.X)]
    assert [line.split(",")[-1] for line in lines[1:]] == list(map(str, outputs))
    write(tmp_path / "more.data", [[k + 1, *x, "note"] for k, x in enumerate(flowers.X)])
    assert "more.data: got 6 columns, expected 4" in refused(capsys, "predict", "run/model.json", "--csv", "more.data")


def test_how_many_rows_are_held_out_is_said_with_its_opposite(capsys, flowers):
    out = run(capsys, "train", "letters.csv", *QUICK)
    assert "30 of the 150 rows are held out to judge on. To learn from all, say --validation 0." in out
    out = run(capsys, "train", "letters.csv", "--validation", 0.1, *QUICK)
    assert "15 held out" in out
    assert "to judge on" not in out


def test_a_class_with_a_single_row_is_no_reason_to_stop(capsys, tmp_path):
    write(tmp_path / "rare.csv", [["x", "y"], *([k, "ab"[k % 2]] for k in range(30)), [31, "c"]])
    assert "network 1-5-3" in run(capsys, "train", "rare.csv", *QUICK)


def test_nothing_is_held_out_of_a_truth_table_and_it_is_learned(capsys, tmp_path):
    (tmp_path / "own.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    right = 0
    for seed in range(10):
        out = run(capsys, "train", "own.csv", "--seed", seed)
        assert "own.csv: 4 examples; network 2-5-1" in out.splitlines()[0]
        assert "no row is held out to judge on, of fewer than 20. To hold out a share, say --validation 0.2." in out
        right += "accuracy 100.0%" in out
    assert right >= 9


def test_rare_classes_can_weigh_more(capsys, tmp_path):
    source = random.Random(2)
    rows = [
        [round(source.gauss(2.0 if k % 20 == 0 else 0.0, 1.0), 3), "yes" if k % 20 == 0 else "no"] for k in range(200)
    ]
    write(tmp_path / "rare.csv", [["x", "y"], *rows])
    common = ["train", "rare.csv", "--epochs", 60, "--validation", 0]
    found = []
    for weight in ([], ["--class-weight", "balanced"], ["--class-weight", "no=1,yes=19"]):
        out = run(capsys, *common, *weight)
        (line,) = (line for line in out.splitlines() if line.startswith("yes  ") and "." in line)
        found.append(float(line.split()[2]))
    assert found[0] < min(found[1:])
    for wrong in ("equal", "no=1", "no=1,maybe=2", "no=1,yes=x", "no=1,yes=-1"):
        assert "--class-weight" in refused(capsys, *common, "--class-weight", wrong)


# Other files are read as that which was learned from.


@pytest.fixture
def learned(capsys, prices, tmp_path):
    run(capsys, "train", "prices.csv", "--standardize", "--epochs", 3, "--out", "run", "--no-pictures")
    return prices


def test_the_target_is_found_by_its_name_wherever_it_stands(capsys, learned, tmp_path):
    report = run(capsys, "predict", "run/model.json", "--csv", "prices.csv", "--judge")
    write(tmp_path / "turned.csv", [row[::-1] for row in learned])
    write(tmp_path / "more.csv", [[*learned[0], "const"], *([*row, 1] for row in learned[1:])])
    for name in ("turned.csv", "more.csv"):
        found = run(capsys, "predict", "run/model.json", "--csv", name, *(["--judge"]))
        assert found == report.replace("prices.csv", name)
    write(tmp_path / "without.csv", [row[:2] for row in learned])
    err = refused(capsys, "predict", "run/model.json", "--csv", "without.csv", "--judge")
    assert "no column is named 'price'" in err
    write(tmp_path / "renamed.csv", [["Size", "rooms", "price"], *learned[1:]])
    for command in (["predict", "run/model.json", "--csv", "renamed.csv", "--judge"],
                    ["predict", "run/model.json", "--csv", "renamed.csv"],
                    ["train", "prices.csv", "--validation", "renamed.csv"]):  # fmt: skip
        assert "it has no column 'size'. Did you mean 'Size'?" in refused(capsys, *command)


def test_the_decimal_sign_of_the_first_file_holds_for_others(capsys, tmp_path):
    rows = [[6.0 + k / 16, 3.0 + k / 8, 2.5 * k] for k in range(30)]
    write(tmp_path / "learned.csv", [["a", "b", "y"], *rows])
    text = (tmp_path / "learned.csv").read_text().replace(",", ";")
    (tmp_path / "learned.csv").write_text(text)
    (tmp_path / "new.csv").write_text("a;b\n6.125;3.250\n7.375;5.125\n")  # as thousands have digits
    run(capsys, "train", "learned.csv", "--epochs", 2, "--out", "run", "--no-pictures", "--standardize")
    from_file = run(capsys, "predict", "run/model.json", "--csv", "new.csv").splitlines()
    (tmp_path / "excel.csv").write_text("a;b\n6,125;3,25\n7,375;5,125\n")  # decides for itself
    assert run(capsys, "predict", "run/model.json", "--csv", "excel.csv").splitlines() == from_file
    assert from_file[1] == run(capsys, "predict", "run/model.json", "--input", "6.125,3.25").splitlines()[1]


def test_what_is_left_out_of_a_file_to_judge_on_is_said(capsys, learned, tmp_path):
    write(tmp_path / "gaps.csv", [*learned[:20], [1000, "NA", 2], *learned[20:40]])
    run(capsys, "train", "prices.csv", "--drop-missing", "--epochs", 2, "--out", "dropping", "--no-pictures")
    status, out, err = printed(capsys, "predict", "dropping/model.json", "--csv", "gaps.csv", "--judge")
    assert (status, "On the 39 examples of gaps.csv" in out) == (0, True)
    assert err == "neurograph predict: 1 of 40 rows, in which a cell is missing, are left out.\n"
    out = run(capsys, "train", "prices.csv", "--drop-missing", "--validation", "gaps.csv", *QUICK)
    assert "gaps.csv: 1 of 40 rows, in which a cell is missing, are left out." in out


def test_a_resumed_run_refuses_options_that_it_would_not_heed(capsys, learned):
    common = ["train", "prices.csv", "--out", "run", "--no-pictures", "--resume"]
    for option, given, kept in (("--layers", "2-9-1", "None"), ("--learning-rate", "0.5", "0.1"), ("--seed", "3", "0")):
        err = refused(capsys, *common, option, given)
        assert f"{option} {given}: the run in run has {kept}, and keeps its settings." in err
    assert "with no epoch left of 2: 3 are done" in run(capsys, *common, "--standardize", "--epochs", 2)


def test_a_file_to_judge_on_may_have_other_columns_in_another_order(capsys, flowers, tmp_path):
    run(capsys, "train", "letters.csv", "--out", "run", *QUICK)
    judged = run(capsys, "predict", "run/model.json", "--csv", "letters.csv", "--judge")
    rows = [line.split(",") for line in (tmp_path / "letters.csv").read_text().split()]
    write(tmp_path / "letters.csv", [["remark", *row[::-1]] for row in rows])
    assert run(capsys, "predict", "run/model.json", "--csv", "letters.csv", "--judge") == judged
    write(tmp_path / "part.csv", [["x", *rows[0][1:]], *rows[1:]])
    err = refused(capsys, "predict", "run/model.json", "--csv", "part.csv", "--judge")
    assert "it has no column 'sl'. Did you mean 'sw'?" in err or "it has no column 'sl'. Known" in err
    err = refused(capsys, "predict", "run/model.json", "--csv", "letters.csv", "--judge", "--target", "sl")
    assert "--target: column 'sl' of letters.csv is a feature." in err
    write(tmp_path / "features.csv", [row[:4] for row in rows])
    err = refused(capsys, "predict", "run/model.json", "--csv", "features.csv", "--judge")
    assert "no column is named 'kind'" in err


def test_a_column_of_true_and_false_is_judged_in_its_own_words(capsys, tmp_path):
    write(tmp_path / "t.csv", [["x", "is"], *([k, "FALSE" if k % 3 else "true"] for k in range(12))])
    run(capsys, "train", "t.csv", "--out", "run", *QUICK)
    assert "On the 12 examples of t.csv: accuracy " in run(
        capsys, "predict", "run/model.json", "--csv", "t.csv", "--judge"
    )
    assert "12 of t.csv to judge on" in run(capsys, "train", "t.csv", "--validation", "t.csv", *QUICK)


def test_numbers_to_predict_from_are_read_as_those_learned_from(capsys, tmp_path):
    rows = [(f"{k},{125 + k}", f"{k},5") for k in range(1, 9)]
    (tmp_path / "d.csv").write_text("x;y\n" + "".join(f"{x};{y}\n" for x, y in rows))
    (tmp_path / "x.csv").write_text("x;z\n" + "".join(f"{x};0\n" for x, _ in rows))
    run(capsys, "train", "d.csv", "--out", "run", *QUICK)
    predict = ("predict", "run/model.json", "--csv")
    one = run(capsys, "predict", "run/model.json", "--input", "1.126")
    whole = run(capsys, *predict, "d.csv")
    assert whole.splitlines()[1] == one.splitlines()[1]
    assert run(capsys, *predict, "x.csv") == whole
    assert run(capsys, *predict, "x.csv", "--decimal", ",") == whole
    assert run(capsys, *predict, "x.csv", "--thousands", ",") != whole
