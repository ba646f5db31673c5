"""`neurograph step --html`: a page with the options given; nothing is overwritten unasked, mistakes come first."""

import errno
import os
import re

import pytest
from running import printed

import neurograph as ng
from neurograph.errors import InvalidValueError
from neurograph.files.atomic import write_text

TYPED = ["step", "--layers", "2-2-1", "--input", "1,0", "--target", "1"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def written(monkeypatch):
    """What the command hands to write_stepper, which here writes a word."""
    calls = []

    def note(trace, path, **options):
        calls.append((trace, path, options))
        write_text(path, "new")

    monkeypatch.setattr("visualize.page.stepper.write_stepper", note)
    return calls


@pytest.mark.parametrize("name", ["step.html", "step.htm", "Step.HTML"])
def test_the_page_is_written_and_one_line_says_so(capsys, tmp_path, name):
    status, out, err = printed(capsys, *TYPED, "--html", name)
    assert (status, err) == (0, "")
    steps = len(ng.Network.dense([2, 2, 1], "sigmoid").trace([1.0, 0.0], [1.0]))
    assert out == (
        f"wrote {name}: one training step of a 2-2-1 network (the example given), {steps} steps, unit neuron; "
        "open it in a browser\n"
    )
    page = (tmp_path / name).read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<title>One training step of a 2-2-1 network (the example given)</title>" in page
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_page_is_that_of_write_stepper(capsys, tmp_path):
    from visualize.page.stepper import stepper_html

    status, _, _ = printed(
        capsys, "step", "--example", "60", "--layers", "4-2-3", "--unit", "layer", "--html", "a.html"
    )
    assert status == 0
    iris, net = ng.datasets.load_iris(), ng.Network.dense([4, 2, 3], "sigmoid")
    trace = net.trace(iris.X[59], iris.Y[59], learning_rate=0.5, unit="layer")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == stepper_html(
        trace,
        title="One training step of a 4-2-3 network (row 60 of iris, versicolor)",
        feature_names=iris.feature_names,
        class_names=iris.class_names,
    )


@pytest.mark.parametrize("unit", ["term", "neuron", "layer", "phase"])
def test_unit_is_where_the_page_opens(capsys, written, unit):
    status, out, _ = printed(capsys, *TYPED, "--unit", unit, "--html", "a.html")
    ((trace, path, _),) = written
    assert (status, trace.unit, path) == (0, unit, "a.html")
    assert f", {len(trace)} steps, unit {unit}; open it in a browser\n" in out


@pytest.mark.parametrize(("option", "checks"), [([], None), (["--check"], True), (["--no-check"], False)])
def test_checks_are_passed_on(capsys, written, option, checks):
    printed(capsys, *TYPED, *option, "--html", "a.html")
    assert written[0][2]["checks"] is checks


def test_digits_fractions_rate_and_the_long_way_go_through_the_trace(capsys, written):
    options = ["--activations", "softmax", "--loss", "cross_entropy", "--layers", "2-2", "--input", "1,1/3"]
    more = ["--target", "1,0", "--learning-rate", "1/4", "--digits", "7", "--fractions", "--long-way"]
    status, _, err = printed(capsys, "step", *options, *more, "--html", "a.html")
    assert (status, err) == (0, "")
    trace = written[0][0]
    assert (trace.style.digits, trace.style.fractions) == (7, True)
    assert trace.start["eta", ""] == 0.25
    assert any("delta through the Jacobian" in step.kind for step in trace)


def test_the_names_of_the_data_are_passed_on_and_those_of_nothing_are_not(capsys, written):
    iris = ng.datasets.load_iris()
    printed(capsys, "step", "--html", "a.html")
    printed(capsys, *TYPED, "--html", "b.html")
    assert [options["feature_names"] for *_, options in written] == [iris.feature_names, None]
    assert [options["class_names"] for *_, options in written] == [iris.class_names, None]
    assert written[0][2]["title"] == "One training step of a 4-5-3 network (row 1 of iris, setosa)"


def test_nobody_is_asked_for_keys_on_a_terminal(capsys, written, monkeypatch):
    monkeypatch.setattr("neurograph.cli.step.is_interactive", lambda *_: pytest.fail("it looked for a terminal"))
    status, out, _ = printed(capsys, *TYPED, "--html", "a.html")
    assert (status, out.count("\n")) == (0, 1)


def test_nothing_is_overwritten_without_force(capsys, tmp_path, written):
    path = tmp_path / "a.html"
    path.write_text("mine")
    status, out, err = printed(capsys, *TYPED, "--html", "a.html")
    assert (status, out, path.read_text()) == (2, "", "mine")
    assert err == "neurograph step: --html a.html: it exists already. Take another name, or --force.\n"
    assert written == []
    status, out, err = printed(capsys, *TYPED, "--html", "a.html", "--force")
    assert (status, err, path.read_text()) == (0, "", "new")
    assert out.startswith("wrote a.html: ")


MISTAKES = {
    "--html a.txt": "--html: got 'a.txt', expected a file name that ends in .html or .htm.",
    "--html html": "--html: got 'html', expected a file name that ends in .html or .htm.",
    "--html folder.html": "--html folder.html: it is a folder. Name a file.",
    "--html folder.html --force": "--html folder.html: it is a folder. Name a file.",
    "--html nowhere/a.html": "nowhere/a.html: cannot be written (No such file or directory). There is no such folder. "
    "Make it first, or check the name.",
    "--html text.json/a.html": "text.json/a.html: cannot be written (Not a directory). A part of the path is a file, "
    "not a folder. Check the name.",
    "--html a.html --plain": "--plain does not go with --html, which writes a page and prints no step.",
    "--html a.html --show-weights": "--show-weights does not go with --html, which writes a page and prints no step.",
    "--force": "--force goes with --html or --save-weights only.",
    "--finest layer": "--finest goes with --html only.",
    "--html a.html --digits 0": "--digits: got 0, expected a whole number from 1 to 17.",
    "--html a.html --learning-rate 0": "--learning-rate: got 0.0, expected a number above 0.",
    "--html a.html --example 151": "--example: got 151, expected a row of iris, from 1 to 150.",
    "--html": "argument --html: expected one argument. See neurograph step --help.",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_whole_line_and_nothing_is_written(line, capsys, tmp_path, written):
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "text.json").write_text("a file")
    status, out, err = printed(capsys, "step", *line.split())
    assert (status, out) == (2, "")
    assert err == f"neurograph step: {MISTAKES[line]}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "text.json"]
    assert written == []


def test_a_place_that_takes_no_file_is_found_out_before_any_work(capsys, tmp_path, monkeypatch, written):
    opened = os.open

    def refuse(path, flags, *rest, **more):
        if flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(ng.Network, "trace", lambda *_, **__: pytest.fail("it traced"))
    status, out, err = printed(capsys, *TYPED, "--html", "a.html")
    assert (status, out) == (2, "")
    assert err == (
        "neurograph step: a.html: cannot be written (Permission denied). Choose a folder that you may write to.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_overwritten_stays_also_with_force(capsys, tmp_path, monkeypatch, written):
    path = tmp_path / "a.html"
    path.write_text("mine")
    monkeypatch.setattr("neurograph.files.atomic.os.access", lambda *_: False)
    status, _, err = printed(capsys, *TYPED, "--html", "a.html", "--force")
    assert (status, path.read_text(), written) == (2, "mine", [])
    assert err == "neurograph step: a.html: cannot be written (it is read-only). Choose another name or folder.\n"


def test_a_name_that_ends_no_line_is_told_in_one(capsys):
    status, out, err = printed(capsys, *TYPED, "--html", "a\n<b>.html")
    assert (status, err) == (0, "")
    assert re.fullmatch(r"wrote a\\n<b>\.html: .*\n", out)


def test_a_page_that_is_too_large_is_one_line(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("visualize.page.stepper.LARGEST", 1000)
    status, out, err = printed(capsys, *TYPED, "--html", "a.html")
    assert (status, out) == (2, "")
    assert re.fullmatch(
        r"neurograph step: --finest: the page would have 0\.\d MB at unit 'term'; 0 MB is the most\. No unit "
        r"makes it small enough\. Trace a smaller network\.\n",
        err,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_too_large_is_told_the_unit_that_fits_and_the_option_works(capsys, tmp_path, monkeypatch):
    from visualize.page.stepper import stepper_html

    trace = ng.Network.dense([4, 5, 3], "sigmoid").trace([1.0, 0.0, 2.0, 0.5], [1.0, 0.0, 0.0])
    by_term, by_neuron = (len(stepper_html(trace, finest=unit).encode()) for unit in ("term", "neuron"))
    monkeypatch.setattr("visualize.page.stepper.LARGEST", (by_term + by_neuron) // 2)
    line = ["step", "--layers", "4-5-3", "--input", "1,0,2,1/2", "--target", "1,0,0", "--html", "a.html"]
    status, _, err = printed(capsys, *line)
    assert status == 2
    assert re.search(r"at unit 'term'; 0 MB is the most\. To make it 0\.\d MB, say --finest neuron\.\n$", err)
    status, _, err = printed(capsys, *line, "--finest", "neuron")
    assert (status, err) == (0, "")
    assert '"term":[]' not in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_another_error_of_the_page_is_told_as_it_is(capsys, monkeypatch):
    def refuse(*_, **__):
        raise InvalidValueError("write_stepper, title: something else.")

    monkeypatch.setattr("visualize.page.stepper.write_stepper", refuse)
    status, out, err = printed(capsys, *TYPED, "--html", "a.html")
    assert (status, out, err) == (2, "", "neurograph step: write_stepper, title: something else.\n")
