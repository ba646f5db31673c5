"""Pictures as files: the same bytes every time, the alt text inside, and an old file that stays when saving fails."""

from __future__ import annotations

import hashlib
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from PIL import Image

import neurograph as ng
from visualize import draw_network, draw_strip
from visualize.export import ending_of, figure_bytes, save_figure

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ENDINGS = ("png", "svg", "pdf")


def diagram(show="backward", **asked):
    net = ng.Network.dense([3, 4, 2], ["tanh", "softmax"], seed=3)
    net.connect("x1", "o2", -1.5)
    trace = net.trace([0.5, -0.25, 1.0], [0.0, 1.0], learning_rate=0.5)
    return draw_network(trace, show=show, class_names=["<no>", "yes & no"], marks={"h1": "dead"}, **asked)


def told():
    """The fingerprints of pictures in all kinds of files."""
    lines = []
    large = ng.Network.dense([72, 70], "tanh", seed=1)  # so many lines that they are dots in every kind of file
    pictures = [(diagram(), ENDINGS), (diagram("update", theme="print"), ("svg",))]
    for drawn, endings in [*pictures, (draw_network(large, most=None, theme="dark"), ("svg",))]:
        for ending in endings:
            data = figure_bytes(drawn.figure, ending, drawn.alt_text())
            lines.append(f"{ending} {hashlib.sha256(data).hexdigest()}")
    return "\n".join(lines)


def test_the_bytes_are_the_same_in_every_process_whatever_its_hash_seed_and_at_every_turn():
    program = "import test_export as t; print(t.told())"
    paths = os.pathsep.join(map(str, (ROOT, Path(__file__).parent)))
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": paths, "SOURCE_DATE_EPOCH": "10000"},
        stdout=subprocess.PIPE,
        text=True,
    )
    here = told()
    assert running.communicate(timeout=120)[0].strip() == here
    assert len(set(here.split("\n"))) == 5


def test_the_bytes_do_not_hang_on_the_last_bits_of_a_place():
    def svg(left):
        figure = Figure()
        figure.add_axes((left, 0.25, 0.5, 0.5)).plot([0, 1])
        return figure_bytes(figure, "svg", "A line.")

    assert math.nextafter(0.125, 1.0) > 0.125
    assert svg(0.125) == svg(math.nextafter(0.125, 1.0)) != svg(0.126)


def test_a_strip_has_the_same_bytes_from_call_to_call():
    trace = ng.Network.dense([2, 2, 1], "tanh", seed=1).trace([0.0, 1.0], [1.0])
    strips = [draw_strip(trace, phases=("forward", "update")) for _ in range(4)]
    assert len({figure_bytes(strip.figure, "svg", strip.alt_text()) for strip in strips for _ in range(2)}) == 1


@pytest.fixture(scope="module")
def drawn():
    """A picture that is only saved."""
    return diagram()


@pytest.mark.parametrize("ending", ENDINGS)
def test_saving_twice_writes_the_same_bytes(drawn, ending, tmp_path):
    one, again = tmp_path / f"one.{ending}", tmp_path / f"again.{ending}"
    drawn.save(one)
    drawn.save(again)
    assert one.read_bytes() == again.read_bytes()


def test_a_svg_is_one_picture_with_a_title_and_a_description(drawn, tmp_path):
    drawn.save(tmp_path / "net.svg")
    text = (tmp_path / "net.svg").read_text(encoding="utf-8")
    assert text == drawn.to_svg()
    root = ElementTree.fromstring(text)  # noqa: S314  # our own text
    assert root.get("role") == "img"
    assert root.get("aria-label") == drawn.alt_text()
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.find(f"{SVG}title").text == "Network diagram"
    assert root.find(f"{SVG}desc").text == drawn.alt_text()
    assert "(yes &amp; no)" in text
    assert "<no>" not in text


def test_a_description_may_hold_anything():
    figure = Figure()
    figure.add_subplot().plot([0, 1], [0, 1])
    alt = "a < b > c & d \"e\" 'f' ]]> </desc><script/> <title>"
    root = ElementTree.fromstring(figure_bytes(figure, "svg", alt, title=alt))  # noqa: S314
    assert root.find(f"{SVG}desc").text == alt
    assert root.find(f"{SVG}title").text == alt
    assert root.get("aria-label") == alt
    assert not list(root.iter(f"{SVG}script"))


def test_a_png_holds_its_description(drawn, tmp_path):
    drawn.save(tmp_path / "net.png")
    with Image.open(tmp_path / "net.png") as image:
        image.load()
        assert image.text["Description"] == drawn.alt_text()
        assert image.text["Title"] == "Network diagram"
        assert image.info["dpi"] == pytest.approx((150.0, 150.0), rel=1e-3)


def test_a_pdf_has_its_description_as_subject_and_no_date(drawn, tmp_path):
    drawn.save(tmp_path / "net.pdf")
    data = (tmp_path / "net.pdf").read_bytes()
    subject = re.search(rb"/Subject \(((?:\\.|[^\\)])*)\)", data, re.DOTALL).group(1)
    plain = re.sub(rb"\\([()\\])", rb"\1", subject)
    plain = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match.group(1), 8)]), plain)
    said = plain.decode("utf-16") if plain.startswith((b"\xfe\xff", b"\xff\xfe")) else plain.decode("latin-1")
    assert said == drawn.alt_text()
    assert b"/CreationDate" not in data
    assert b"/Title (Network diagram)" in data


def test_a_file_has_the_page_of_the_figure_and_the_dpi_asked_for(tmp_path):
    drawn = diagram(theme="dark")
    for dpi in (50, 100):
        drawn.save(tmp_path / "net.png", dpi=dpi)
        with Image.open(tmp_path / "net.png") as image:
            width, height = drawn.figure.get_size_inches() * dpi
            assert image.size == pytest.approx((width, height), abs=1.0)
            assert image.convert("RGB").getpixel((0, 0)) == (0x11, 0x11, 0x11)


@pytest.mark.parametrize("name", ["net.gif", "net", "net.png.txt", ".png"])
def test_another_ending_is_explained_and_nothing_is_written(drawn, name, tmp_path):
    with pytest.raises(ValueError, match="path: got") as caught:
        drawn.save(tmp_path / name)
    assert isinstance(caught.value, ng.NeurographError)
    assert str(caught.value).endswith("expected a file name that ends in .png, .svg, .pdf, .tex or .dot.")
    assert list(tmp_path.iterdir()) == []


def test_endings_are_read_in_any_case_and_a_figure_has_three():
    assert (ending_of("a.PNG"), ending_of(Path("b.c/d.Pdf"))) == ("png", "pdf")
    with pytest.raises(ValueError, match="path") as caught:
        save_figure(Figure(), "net.dot", "")
    assert str(caught.value) == "path: got 'net.dot' (a str), expected a file name that ends in .png, .svg or .pdf."


@pytest.mark.parametrize("path", [5, None, ["a.png"]])
def test_something_that_is_no_path_is_explained(drawn, path):
    with pytest.raises(TypeError) as caught:
        drawn.save(path)
    assert isinstance(caught.value, ng.NeurographError)
    assert str(caught.value).startswith("path: got ")


def test_a_folder_that_does_not_exist_is_explained(drawn, tmp_path):
    path = tmp_path / "nowhere" / "net.png"
    with pytest.raises(ng.NeurographError) as caught:
        drawn.save(path)
    assert str(caught.value) == (
        f"{path}: cannot be written (No such file or directory). There is no such folder. Make it first, or check the "
        "name."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_explained(drawn, tmp_path):
    (tmp_path / "file").write_text("mine")
    path = tmp_path / "file" / "net.svg"
    with pytest.raises(ng.NeurographError) as caught:
        drawn.save(path)
    assert str(caught.value) == (
        f"{path}: cannot be written (Not a directory). A part of the path is a file, not a folder. Check the name."
    )
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_of_that_name_is_explained_and_stays(drawn, tmp_path):
    path = tmp_path / "net.pdf"
    path.mkdir()
    with pytest.raises(ng.NeurographError) as caught:
        drawn.save(path)
    assert str(caught.value) == f"{path}: cannot be written (Is a directory). Choose another name or folder."
    assert list(tmp_path.iterdir()) == [path]
    assert list(path.iterdir()) == []


def test_the_old_file_stays_when_drawing_or_writing_fails(drawn, tmp_path, monkeypatch):
    path = tmp_path / "net.png"
    drawn.save(path)
    old = path.read_bytes()

    def broken(*asked, **more):
        raise RuntimeError("the printer is on fire")

    with monkeypatch.context() as patch:
        patch.setattr(Figure, "savefig", broken)
        with pytest.raises(RuntimeError, match="on fire"):
            drawn.save(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", broken)
        with pytest.raises(RuntimeError, match="on fire"):
            drawn.save(path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_the_figure_and_matplotlib_stay_as_they_were():
    import matplotlib

    drawn = diagram(theme="dark")
    params, dpi, size = dict(matplotlib.rcParams), drawn.figure.dpi, tuple(drawn.figure.get_size_inches())
    for ending in ENDINGS:
        figure_bytes(drawn.figure, ending, "words")
    assert dict(matplotlib.rcParams) == params
    assert (drawn.figure.dpi, tuple(drawn.figure.get_size_inches())) == (dpi, size)


def test_any_figure_can_be_saved_with_words_of_ones_own(tmp_path):
    figure = Figure()
    figure.add_subplot().set_title("mine")
    save_figure(figure, tmp_path / "mine.png", "A plot of mine.", title="Mine")
    with Image.open(tmp_path / "mine.png") as image:
        image.load()
        assert (image.text["Description"], image.text["Title"]) == ("A plot of mine.", "Mine")
