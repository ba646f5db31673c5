"""Letters that the font of a picture lacks: other fonts of the machine have them, or a warning says that none has."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure

import neurograph as ng
from neurograph.cli.main import main
from neurograph.errors import NeurographWarning
from visualize import draw_network, save_figure
from visualize.fonts import families_for

SCRIPT_G = "\u210a"  # of matplotlib's fonts, STIX alone has it


@pytest.fixture
def only_ours(monkeypatch):
    """A machine that has no fonts but those which matplotlib brings along."""
    home = Path(mpl.get_data_path())
    ours = [font for font in font_manager.fontManager.ttflist if home in Path(font.fname).parents]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", ours)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)


def drawn(name: str):
    return draw_network(ng.Network.dense([2, 1], "tanh", seed=1), feature_names=["length", name])


def test_a_letter_is_taken_from_the_font_that_has_it_and_the_picture_stays_as_it_was(tmp_path):
    picture = drawn(f"{SCRIPT_G} max")
    families = [text.get_fontfamily() for text in picture.figure_.findobj(mpl.text.Text)]
    picture.save(tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "STIXGeneral" in svg
    assert "LastResort" not in svg
    assert [text.get_fontfamily() for text in picture.figure_.findobj(mpl.text.Text)] == families
    picture.save(tmp_path / "b.svg")
    assert (tmp_path / "b.svg").read_text(encoding="utf-8") == svg


@pytest.mark.usefixtures("only_ours")
def test_fonts_are_asked_for_the_letters_of_the_text_alone():
    assert families_for("plain", ["serif"]) == ["serif"]
    assert families_for("Länge \u2212 \u03b4", ["sans-serif"]) == ["sans-serif"]
    assert families_for(SCRIPT_G, ["sans-serif"]) == ["sans-serif", "STIXGeneral"]
    assert families_for(f"{SCRIPT_G} 长", ["sans-serif"]) == ["sans-serif", "STIXGeneral"]


@pytest.mark.usefixtures("only_ours")
def test_letters_that_no_font_has_are_named_in_one_warning(tmp_path):
    with pytest.warns(NeurographWarning) as caught:
        drawn("宽度").save(tmp_path / "a.png")
    assert [str(one.message) for one in caught] == [
        (
            "no font of this machine has all letters of '宽度': they are boxes in the picture. Install a font that has "
            "them, such as one of the Noto fonts."
        )
    ]


@pytest.mark.usefixtures("only_ours")
def test_labels_of_axes_count_too(tmp_path):
    figure = Figure()
    figure.subplots().set_xticks([0.0], ["高度"])
    with pytest.warns(NeurographWarning, match="all letters of '高度'"):
        save_figure(figure, tmp_path / "a.pdf", "A figure.")


@pytest.mark.usefixtures("only_ours")
def test_the_command_line_says_it_in_a_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("names.csv").write_text("长度,b,kind\n1,2,p\n2,1,q\n1,1,q\n", encoding="utf-8")
    example = ["--data", "names.csv", "--layers", "2-2", "--activations", "softmax", "--show", "forward"]
    assert main(["draw", *example, "-o", "net.png"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[-1].startswith("neurograph draw: no font of this machine has all letters of '长度': they are boxes")
    assert len(told) == 2, "and what the target was taken for"
