"""`neurograph train` and `predict`: what is printed and kept, resuming, and real kills. Pictures: test_pictures.py."""

import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

import neurograph as ng
from neurograph.cli import main
from neurograph.engines.compiled import jit
from neurograph.files.model import load, load_model

QUICK = ["--epochs", "12", "--optimizer", "adam", "--activations", "sigmoid,softmax"]
PLAIN = ["--no-pictures"]  # drawing takes seconds; test_pictures.py shows that nothing else depends on it
FILES = ["history.csv", "model.json", "report.md"]


def printed(capsys, *arguments):
    status = main(list(map(str, arguments)))
    out, err = capsys.readouterr()
    return status, out, err


def test_a_run_prints_a_table_and_a_confusion_matrix(capsys):
    status, out, err = printed(capsys, "train", "iris", *QUICK)
    assert (status, err) == (0, "")
    assert out.startswith("iris: 120 examples, 30 held out; network 4-5-3 (sigmoid, softmax), loss cross_entropy, Adam")
    assert "validation_accuracy" in out
    assert "On 30 examples held out: accuracy" in out
    assert "true \\ taken for  setosa  versicolor  virginica" in out


def test_a_run_is_kept_whole(tmp_path, capsys):
    out = tmp_path / "run"
    printed(capsys, "train", "iris", *QUICK, *PLAIN, "--standardize", "--out", out)
    assert sorted(path.name for path in out.iterdir()) == FILES
    model = load_model(out / "model.json")
    assert model.class_names == ("setosa", "versicolor", "virginica")
    assert model.scaler is not None
    rows = list(csv.DictReader(io.StringIO((out / "history.csv").read_text())))
    assert [row["epoch"] for row in rows] == [str(k) for k in range(1, 13)]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert "| " not in (out / "report.md").read_text().split("```")[0]


def test_what_a_run_finds_is_told_and_kept(tmp_path, capsys):
    options = ["--activations", "relu,sigmoid", "--epochs", 3, "--learning-rate", 30, "--out", tmp_path / "run", *PLAIN]
    _, out, _ = printed(capsys, "train", "iris", *options)
    assert "dead, 0 on all 120 examples: h" in out
    assert "dead, 0 on all 120 examples: h" in (tmp_path / "run" / "report.md").read_text()


def test_an_existing_run_is_not_overwritten_unless_forced(tmp_path, capsys):
    out = tmp_path / "run"
    printed(capsys, "train", "iris", *QUICK, *PLAIN, "--out", out)
    before = (out / "model.json").read_bytes()
    status, _, err = printed(capsys, "train", "iris", *QUICK, "--seed", 1, "--out", out)
    assert status == 2
    assert err.endswith(f"--out {out}: it holds a run already. Take another folder, --resume it, or --force.\n")
    assert (out / "model.json").read_bytes() == before
    assert printed(capsys, "train", "iris", *QUICK, "--seed", 1, "--out", out, "--force", *PLAIN)[0] == 0
    assert (out / "model.json").read_bytes() != before


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "rmsprop", "adamw"])
@pytest.mark.parametrize("extra", [[], ["--patience", "3", "--l1", "0.001", "--clip-norm", "0.5"]])
def test_a_run_that_is_resumed_ends_with_the_same_bytes_as_one_that_never_stopped(tmp_path, capsys, optimizer, extra):
    common = ["train", "iris", "--optimizer", optimizer, "--batch-size", "7", *extra, *PLAIN]
    printed(capsys, *common, "--epochs", 10, "--out", tmp_path / "whole")
    printed(capsys, *common, "--epochs", 4, "--out", tmp_path / "parts")
    status, out, _ = printed(capsys, "train", "iris", "--resume", "--epochs", 10, "--out", tmp_path / "parts", *PLAIN)
    assert status == 0
    assert "going on after epoch 4" in out
    for name in ("history.csv", "model.json"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_csv_file_is_learned_and_asked(tmp_path, capsys):
    pets = tmp_path / "pets.csv"
    generator = random.Random(3)
    rows = [(f"{generator.gauss(4, 1):.2f}", "2", "cat") for _ in range(30)]
    rows += [(f"{generator.gauss(30, 4):.2f}", "3", "dog") for _ in range(30)]
    pets.write_text("weight,legs,pet\n" + "\n".join(map(",".join, rows)))
    run = ["--target", "pet", "--layers", "2-3-2", *QUICK, "--epochs", 40, "--standardize", "--out", tmp_path / "run"]
    status, out, _ = printed(capsys, "train", pets, *run, *PLAIN)
    assert status == 0
    assert "accuracy 100.0%" in out
    status, out, _ = printed(capsys, "predict", tmp_path / "run" / "model.json", "--csv", pets)
    answers = list(csv.DictReader(io.StringIO(out)))
    assert [answer["class"] for answer in answers] == [row[2] for row in rows]
    model = load_model(tmp_path / "run" / "model.json")
    _, out, _ = printed(capsys, "predict", tmp_path / "run" / "model.json", "--input", "4,2")
    a = model.net.forward(model.scaler.transform([[4.0, 2.0]])[0])
    assert out == f"cat,dog,class\n{a[0]:.6g},{a[1]:.6g},cat\n"


def test_regression_is_judged_by_its_error(capsys):
    arguments = ["--layers", "1-8-1", "--activations", "tanh,identity", "--optimizer", "adam", "--epochs", 60]
    status, out, _ = printed(capsys, "train", "noisy_sine", *arguments)
    assert status == 0
    assert "accuracy" not in out
    assert "mean squared error" in out


MISTAKES = {
    "train moonz": "unknown data set 'moonz'. Did you mean 'moons'?",
    "train none.csv": "none.csv",
    "train iris --optimizer adm": "--optimizer: unknown optimizer 'adm'. Did you mean 'adam'?",
    "train iris --learning-rate 0": "--learning-rate: got 0.0, expected a number above 0.",
    "train iris --l2 -1": "--l2: got -1.0, expected a number from 0 up.",
    "train iris --batch-size -1": "--batch-size: got -1, expected a whole number from 0 up, 0 for all examples.",
    "train iris --validation 1": "--validation: got 1.0, expected a share from 0 up to, but not, 1.",
    "train iris --layers 4-5-2": "--layers 4-5-2: iris has 4 inputs and 3 classes. Take --layers 4-5-3, or other data.",
    "train iris --activations sigmoid,softmaks": "unknown activation 'softmaks'. Did you mean 'softmax'?",
    "train iris --resume": "--out is missing. Name the folder of the run.",
    "train iris --resume --out nowhere": "--resume: there is no nowhere",
    "train iris --pictures": "--pictures: --out is missing. Name the folder to draw them into.",
    "train iris --checkpoint 0": "--checkpoint: got 0, expected a number of epochs from 1 up.",
    "train iris --epochs 3 --learning-rate 1e300 --activations identity": "epoch 1, batch",
    "predict nothing.json --input 1": "nothing.json: cannot be read",
    "predict nothing.json": "one of the arguments --input --csv is required",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line_and_status_2(line, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        status = main(line.split())
    except SystemExit as leaving:
        status = leaving.code
    err = capsys.readouterr().err
    assert status == 2
    assert MISTAKES[line] in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["history.csv", "report.md", "network.svg", "loss.png"])
def test_a_file_of_somebodys_is_not_overwritten_unless_forced(tmp_path, capsys, name):
    (tmp_path / name).write_text("mine")
    status, _, err = printed(capsys, "train", "iris", *QUICK, *PLAIN, "--out", tmp_path)
    assert status == 2
    assert err == (
        f"neurograph train: --out {tmp_path}: it holds a {name} of no run. Take another folder, or --force.\n"
    )
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]
    assert printed(capsys, "train", "iris", *QUICK, *PLAIN, "--out", tmp_path, "--force")[0] == 0


def test_the_gradients_of_a_run_that_is_kept_are_recorded_by_layer(tmp_path, capsys):
    printed(capsys, "train", "iris", *QUICK, *PLAIN, "--out", tmp_path)
    header, *rows = csv.reader(io.StringIO((tmp_path / "history.csv").read_text()))
    recorded = [name for name in header if "/" in name]
    parts = ("gradient", "gradient_low", "gradient_median", "gradient_high")
    assert sorted(recorded) == sorted(f"{part}/layer {n}" for part in parts for n in (1, 2))
    assert all("" not in row for row in rows)
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=0)
    rest, _ = ng.split(ng.datasets.load_iris(), 0.2, 0)
    common = {"epochs": 12, "batch_size": 10, "seed": 0}
    history = ng.train(net, rest.X, rest.Y, "cross_entropy", ng.Adam(0.01), record=["gradients"], **common)
    for name in recorded:
        assert [float(row[header.index(name)]) for row in rows] == history.column(name)


def test_resuming_other_data_or_a_model_without_a_run_is_refused(tmp_path, capsys):
    printed(capsys, "train", "iris", *QUICK, *PLAIN, "--out", tmp_path)
    _, _, err = printed(capsys, "train", "moons", "--resume", "--out", tmp_path)
    assert f"--resume: the run in {tmp_path} learns 'iris', not 'moons'." in err
    tree = json.loads((tmp_path / "model.json").read_text())
    del tree["training"]
    (tmp_path / "model.json").write_text(json.dumps(tree))
    _, _, err = printed(capsys, "train", "iris", "--resume", "--out", tmp_path)
    assert "holds a model without the settings of a run. Begin a new run." in err


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_run_killed_at_any_moment_leaves_a_checkpoint_that_loads_and_resumes(tmp_path):
    generator = random.Random(5)
    command = [sys.executable, "-m", "neurograph", "train", "iris", "--epochs", "100000", "--checkpoint", "1"]
    command += ["--engine", "object"]  # which begins at once
    kills = 0
    for number in range(12):
        out = tmp_path / str(number)
        with subprocess.Popen(
            [*command, "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
            written: set[int] = set()
            patience = time.monotonic() + 60
            while len(written) < 1 + number % 2:  # half of them are in the middle of things, however slow all is
                assert time.monotonic() < patience
                if (out / "model.json").exists():
                    written.add((out / "model.json").stat().st_mtime_ns)
                time.sleep(0.005)
            time.sleep(generator.uniform(0.0, 0.15))
            running.send_signal(signal.SIGKILL)
        model = load_model(out / "model.json")
        done = model.training["epoch"]
        kills += done > 0
        status = main(["train", "iris", "--resume", "--epochs", str(done + 1), "--out", str(out), *PLAIN])
        assert status == 0
        assert load_model(out / "model.json").training["epoch"] == done + 1
        assert sorted(path.name for path in out.iterdir()) == FILES
    assert kills >= 6


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_keeps_the_run(tmp_path):
    command = [
        sys.executable,
        "-m",
        "neurograph",
        "train",
        "iris",
        "--epochs",
        "100000",
        "--engine",
        "object",
        "--out",
        str(tmp_path / "run"),
        *PLAIN,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        patience = time.monotonic() + 20
        while not (tmp_path / "run" / "model.json").exists():
            assert time.monotonic() < patience
            time.sleep(0.01)
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    assert (running.returncode, err) == (0, "")
    assert "stopped: interrupted" in out
    assert isinstance(load(tmp_path / "run" / "model.json"), ng.Network)
    done = len((tmp_path / "run" / "history.csv").read_text().splitlines()) - 1
    for folder in ("run", "whole"):  # resumed, and never stopped: the same bytes
        resume = ["--resume"] if folder == "run" else []
        whole = ["train", "iris", *resume, "--epochs", str(done + 3), "--out", str(tmp_path / folder), *PLAIN]
        assert main(whole) == 0
    assert (tmp_path / "run" / "model.json").read_bytes() == (tmp_path / "whole" / "model.json").read_bytes()


@pytest.mark.skipif(not jit.is_installed(), reason="numba is not installed (the extra fast)")
def test_the_engine_changes_nothing_but_the_time(tmp_path, capsys):
    common = ["train", "iris", "--epochs", "30", "--optimizer", "adam", *PLAIN]
    for engine in ("object", "compiled"):
        printed(capsys, *common, "--engine", engine, "--out", tmp_path / engine)
    for name in ("model.json", "history.csv", "report.md"):
        assert (tmp_path / "object" / name).read_bytes() == (tmp_path / "compiled" / name).read_bytes()
    asked = ["predict", tmp_path / "object" / "model.json", "--input", "5.1,3.5,1.4,0.2", "--engine"]
    assert printed(capsys, *asked, "object") == printed(capsys, *asked, "compiled")


def test_an_engine_that_there_is_not_is_named(tmp_path, capsys):
    status, out, err = printed(capsys, "train", "iris", "--engine", "objct")
    assert (status, out) == (2, "")
    assert err == (
        "neurograph train: --engine: unknown engine 'objct'. Did you mean 'object'? Known: auto, object, compiled.\n"
    )
    printed(capsys, "train", "xor", *QUICK, *PLAIN, "--out", tmp_path / "run")
    status, out, err = printed(capsys, "predict", tmp_path / "run" / "model.json", "--input", "0,1", "--engine", "fast")
    assert (status, out) == (2, "")
    assert err == "neurograph predict: --engine: unknown engine 'fast'. Known: auto, object, compiled.\n"


def test_a_reader_who_has_seen_enough_loses_no_run(tmp_path, monkeypatch):
    class Closing(io.StringIO):
        def write(self, text):
            if "validation_loss" in text:
                raise BrokenPipeError
            return super().write(text)

    monkeypatch.setattr(sys, "stdout", Closing())
    assert main(["train", "iris", "--epochs", "3", "--out", str(tmp_path / "run")]) == 0
    assert load_model(tmp_path / "run" / "model.json").training["epoch"] == 3
