"""The LaTeX document: read back, it holds the diagram's own places, numbers and colours; LaTeX accepts it as it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from diagram_samples import big, odd, skips, trained
from matplotlib.colors import Normalize, PowerNorm, TwoSlopeNorm, to_rgb

import neurograph as ng
from visualize.network.diagram import NetworkDiagram
from visualize.network.layout import RADIUS
from visualize.network.modes import MODES
from visualize.themes import THEMES, Theme
from visualize.writers.latex_text import comment, latex_text
from visualize.writers.palette import palette_of
from visualize.writers.tikz import write as write_tikz

ROOT = Path(__file__).parents[3]
COMMAND = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "net.tex"]
FILES = ("standalone.cls", "tikz.sty", "article.cls")  # what the documents here ask LaTeX for


def lacking() -> str:
    """Say what LaTeX lacks to read the documents; empty when it lacks nothing."""
    for program in ("pdflatex", "kpsewhich"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    for name in FILES:
        if subprocess.run(["kpsewhich", name], capture_output=True, check=False).returncode:  # noqa: S607
            return f"LaTeX has no {name}"
    return ""


LACKING = lacking()
needs_latex = pytest.mark.skipif(bool(LACKING), reason=LACKING or "LaTeX has all")
LATIN = "".join(c for c in map(chr, range(0xC0, 0x180)) if c.isalpha())
DRAW = re.compile(
    r"\\draw\[c([0-9A-F]{6}), pen=([\d.]+)(, dashes|, dots)?(, opacity=0\.13)?\] ([-\d., ()]+); % (.*): (.*)"
)


def links_in(text: str) -> list[tuple[str, float, str, bool, list[tuple[float, float]], str, str]]:
    """Read the lines of links: colour, width, stroke, dimmed, points, name, value."""
    found = []
    for ink, pen, stroke, dim, way, name, value in DRAW.findall(text):
        points = [(float(x), float(y)) for x, y in re.findall(r"\(([-\d.]+),([-\d.]+)\)", way)]
        found.append(("#" + ink.lower(), float(pen), stroke.strip(", "), bool(dim), points, name, value))
    return found


def without_comments(text: str) -> str:
    return re.sub(r"(?<!\\)%.*", "", text)


def check_links(diagram: NetworkDiagram) -> None:
    """Every link once, in order, where it is, as wide and of the colour that it should have."""
    read = links_in(write_tikz(diagram))
    assert len(read) == len(diagram.links)
    palette, theme = palette_of(diagram), diagram.theme
    for one, (ink, pen, stroke, dim, points, _, value) in zip(diagram.links, read, strict=True):
        assert near(points, one.link.points)
        assert pen == pytest.approx(one.width, abs=1e-4)
        assert dim is not one.lit
        assert stroke == ("dots" if one.value is None else "dashes" if is_dashed(one, theme) else "")
        if one.value is None:
            assert (ink, value) == (palette.quiet, "not computed")
        else:
            assert float(value) == pytest.approx(one.value, rel=1e-5)
            if not one.link.is_rest:
                assert_side(ink, diagram, one)


def near(points, others) -> bool:
    return len(points) == len(others) and all(
        a == pytest.approx(b, abs=1e-4)
        for one, two in zip(points, others, strict=True)
        for a, b in zip(one, two, strict=True)
    )


def is_dashed(one, theme: Theme) -> bool:
    return theme.dashes and one.value < 0 and not one.link.is_rest


def assert_side(ink: str, diagram: NetworkDiagram, one) -> None:
    """Orange has more red than blue, purple more blue than red; the stronger, the nearer to the end of the map."""
    if one.strength < 0.02:
        return
    red, _, blue = to_rgb(ink)
    assert (red > blue) is (one.value < 0.0)
    end = to_rgb(diagram.theme.negative if one.value < 0.0 else diagram.theme.positive)
    zero = to_rgb(diagram.theme.zero)
    for got, at_end, at_zero in zip(to_rgb(ink), end, zero, strict=True):
        assert got == pytest.approx(at_zero + one.strength * (at_end - at_zero), abs=0.012)


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("show", list(MODES))
def test_every_link_is_written_once_in_order_with_its_own_colour_width_and_place(show, theme):
    check_links(trained(show, theme=theme))


@pytest.mark.parametrize("seed", [3, 8, 21, 34])
def test_links_that_skip_layers_keep_to_their_lanes(seed):
    diagram = skips(seed)
    assert any(len(one.link.points) > 2 for one in diagram.links)
    check_links(diagram)


@pytest.mark.parametrize("style", [{"highlight": "h3"}, {"bias": "node"}, {"direction": "down"}, {"scale": "network"}])
def test_every_style_keeps_its_links(style):
    check_links(trained(**style))


def test_hidden_neurons_are_one_node_with_its_count_and_grey_lines():
    diagram = big()
    check_links(diagram)
    text = write_tikz(diagram)
    assert re.search(r"at \(0,-0.2\d*\) \{\+768\};", text)
    assert "root mean square of several" in text
    palette = palette_of(diagram)
    for one, (ink, *_) in zip(diagram.links, links_in(text), strict=True):
        if one.link.is_rest:
            red, green, blue = to_rgb(ink)
            assert max(red, green, blue) - min(red, green, blue) < 0.02, palette.link(one)


@pytest.mark.parametrize("show", list(MODES))
def test_width_grows_with_the_value_and_the_strongest_is_drawn_last(show):
    diagram = trained(show, scale="network")
    pairs = [
        (abs(float(value)), pen) for _, pen, _, _, _, _, value in links_in(write_tikz(diagram)) if value[0] not in "n"
    ]
    assert len(pairs) >= 15
    for (value, pen), (next_value, next_pen) in pairwise(pairs):
        assert value <= next_value
        assert pen <= next_pen


def test_neurons_biases_and_texts_stand_where_the_layout_has_them():
    diagram = trained("forward")
    text = write_tikz(diagram)
    circles = re.findall(r"\\filldraw\[.*?fill=c(\w{6})\] \((\S+),(\S+)\) circle \[radius=(\S+)\]", text)
    palette = palette_of(diagram)
    assert near([(float(x), float(y)) for _, x, y, _ in circles], [(n.node.x, n.node.y) for n in diagram.nodes])
    assert {float(radius) for *_, radius in circles} == {RADIUS}
    assert ["#" + ink.lower() for ink, *_ in circles] == [palette.fill(node) for node in diagram.nodes]
    for node in diagram.nodes:
        red, _, blue = to_rgb(palette.fill(node))
        assert node.fill is not None
        assert (red < blue) is (node.fill > 0.0) or abs(node.fill) < 0.05
        assert f"{{${node.latex}$}};" in text
        for symbol, number in node.numbers:
            assert f"{{{latex_text(f'{symbol} {number}')}}};" in text
    told = re.findall(r"% bias of (\S+): (\S+)", text)
    assert [(name, float(value)) for name, value in told] == [
        (n.name, pytest.approx(n.b, rel=1e-5)) for n in diagram.net.neurons if n.role != "input"
    ]
    for placed in diagram.numbers:
        assert f"{{{latex_text(placed.above)}}};" in text
    for title in ("inputs", "layer 1", "sigmoid", "outputs", "softmax"):
        assert f"{{{title}}};" in text


def test_what_is_not_computed_is_a_question_mark_in_a_dotted_circle():
    net = ng.Network.dense([2, 2, 1], "tanh", seed=0)
    net.forward([1.0, 2.0])
    net["h1"].a = net["h1"].z = None
    text = write_tikz(NetworkDiagram.from_network(net, "forward"))
    assert "{a ?};" in text
    assert len(re.findall(r"\\filldraw\[[^]]*dots", text)) == 1
    assert "not computed};" in text


def test_ink_stands_out_on_every_circle():
    for theme in THEMES:
        for show in ("forward", "backward"):
            diagram = trained(show, theme=theme)
            palette = palette_of(diagram)
            for node in diagram.nodes:
                assert contrast(palette.text(node), palette.fill(node)) > 3.0


def contrast(one: str, two: str) -> float:
    """The contrast of the Web Content Accessibility Guidelines, from 1 to 21."""
    lights = []
    for colour in (one, two):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        lights.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05)
    return max(lights) / min(lights)


def test_the_legend_tells_the_scale_in_five_values_and_what_the_widths_mean():
    diagram = trained(scale="network", theme="print")
    text, limit = write_tikz(diagram), diagram.scale.limit
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        assert f"{{{latex_text(f'{share * limit:.2g}'.replace('-', '−'))}}};" in text  # noqa: RUF001
    assert "{weight w{,} bias b};" in text or "{weight w, bias b};" in text
    assert text.count(r"\shade[") == 4
    samples = re.findall(r"\\draw\[c\w{6}, pen=[\d.]+(?:, dashes)?\] \(\S+\) -- \(\S+\);\n", text)
    assert [("dashes" in line) for line in samples] == [True, True, False, False]


@pytest.mark.parametrize("norm", [TwoSlopeNorm(0.0, -1.0, 4.0), PowerNorm(2.0, 0.0, 3.0), Normalize(-1.0, 1.0)])
def test_a_norm_of_the_callers_gives_the_colours_that_matplotlib_gives(norm):
    from matplotlib.colors import to_hex

    diagram = trained(scale=norm)
    for one, (ink, *_) in zip(diagram.links, links_in(write_tikz(diagram)), strict=True):
        assert ink == to_hex(diagram.theme.diverging(norm(one.value)))


def test_outside_comments_there_is_nothing_but_ascii_and_no_name_is_a_command():
    text = write_tikz(odd())
    body = without_comments(text)
    assert body.isascii()
    assert all(line.isprintable() for line in text.split("\n"))
    assert r"\input" not in body
    assert body.count(r"\end{document}") == body.count(r"\begin{document}") == 1
    for line in body.splitlines():
        if line.startswith(r"\node"):
            assert balance(line) == 0, line
    assert r"{\textbackslash{}input\{x\}};" in body
    assert r"U+1F600" in body


def balance(line: str) -> int:
    bare = re.sub(r"\\[{}\\]", "", line)
    return bare.count("{") - bare.count("}")


def test_the_alt_text_is_a_comment_at_the_top():
    diagram = odd()
    first = write_tikz(diagram).split("\n")[0]
    assert first == f"% {diagram.alt_text()}"
    assert comment("a\nb\rc\u2028d !TeX program = x") == "% a b c d ! TeX program = x"


def test_no_length_is_written_with_noise():
    for diagram in (skips(8), trained(), big()):
        body = re.sub(r"%.*|c?[0-9A-F]{6}", "", write_tikz(diagram))
        assert not re.search(r"\d\.\d{5}|\d[eE][-+]?\d|-0[,)\]]", re.sub(r"\{[^{}]*\};", "", body))


def test_a_picture_that_tex_has_no_lengths_for_is_made_smaller():
    diagram = big(most=None)
    text = write_tikz(diagram)
    (unit,) = re.findall(r"\[x=(\S+)cm, y=\1cm", text)
    ys = [node.node.y for node in diagram.nodes]
    assert 100 < float(unit) * (max(ys) - min(ys)) < 200
    assert len(links_in(text)) == len(diagram.net.edges)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_filled_unless_it_is_white(theme):
    text = write_tikz(trained(theme=theme))
    assert (r"\pagecolor[HTML]{111111}" in text) is (theme == "dark")
    assert bool(re.search(r"\\fill\[c111111\] .* rectangle", text)) is (theme == "dark")


SCRIPT = """
import hashlib
from diagram_samples import big, odd, skips, trained
for diagram in (trained("update"), skips(8, theme="dark"), odd(), big()):
    print(hashlib.sha256(diagram.to_tikz().encode()).hexdigest(), hashlib.sha256(diagram.to_dot().encode()).hexdigest())
"""


def test_the_bytes_are_the_same_for_every_hash_seed():
    told = set()
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests", Path(__file__).parent)))
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        assert len(ran.stdout.split()) == 8
        told.add(ran.stdout)
    assert len(told) == 1


def compiled(text: str, folder: Path, pages: int = 1) -> str:
    """Run pdflatex; return its log."""
    (folder / "net.tex").write_text(text, encoding="utf-8")
    ran = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert (folder / "net.pdf").read_bytes().startswith(b"%PDF")
    log = (folder / "net.log").read_text(errors="replace")
    assert re.search(rf"Output written on net.pdf \({pages} page", log)
    assert "Missing character" not in log
    return log


def fake(folder: Path, name: str, status: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{status}\n")
    program.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
def test_latex_is_left_out_when_a_file_of_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lacking() == "pdflatex is not installed"
    fake(tmp_path, "pdflatex", "exit 0")
    assert lacking() == "kpsewhich is not installed"
    fake(tmp_path, "kpsewhich", '[ "$1" != standalone.cls ]')
    assert lacking() == "LaTeX has no standalone.cls"
    fake(tmp_path, "kpsewhich", "exit 0")
    assert lacking() == ""


def test_the_documents_ask_latex_for_no_other_file():
    head = write_tikz(big()).partition(r"\begin{document}")[0]
    asked = re.findall(r"\\(documentclass|usepackage|RequirePackage|usetikzlibrary)(\[.*?\])?\{(.*?)\}", head)
    assert asked == [("documentclass", "[tikz,border=4pt]", "standalone")]


@needs_latex
def test_odd_names_compile_and_execute_nothing(tmp_path):
    log = compiled(write_tikz(odd(theme="dark")), tmp_path)
    assert "x.tex" not in log


@needs_latex
def test_all_modes_directions_and_themes_compile(tmp_path):
    """All in one document, for each run of LaTeX takes half a second."""
    diagrams = [trained(show, theme=theme) for show, theme in zip(MODES, [*THEMES, *THEMES], strict=False)]
    diagrams += [trained(direction="down", labels="math", highlight=("x1", "o2")), trained(bias="node"), skips(21)]
    texts = [write_tikz(diagram) for diagram in diagrams]
    pictures = [re.search(r"\\begin\{tikzpicture\}.*\\end\{tikzpicture\}", text, re.DOTALL)[0] for text in texts]
    head = texts[0].partition(r"\begin{document}")[0]
    whole = head + "\\begin{document}\n" + "\n".join(pictures) + "\n\\end{document}\n"
    compiled(whole, tmp_path, pages=len(pictures))  # this document class gives each picture a page


@needs_latex
def test_an_ellipsis_compiles(tmp_path):
    compiled(write_tikz(big()), tmp_path)


@needs_latex
def test_every_letter_of_latin_1_and_every_sign_of_ours_compiles(tmp_path):
    others = map(chr, [*range(0x20, 0xC0), *range(0x180, 0x3000)])
    signs = "".join(sign for sign in others if sign.isprintable() and r"\tiny" not in latex_text(sign))
    body = " ".join(latex_text(character) for character in LATIN + signs + "☃")
    compiled(f"\\documentclass{{article}}\\begin{{document}}\\sffamily {body}\\end{{document}}", tmp_path)


def test_random_names_are_balanced_and_ascii():
    rng = Random(0)
    for _ in range(300):
        codes = [rng.choice((rng.randint(0, 127), rng.randint(0, 0x2FF), rng.randint(0, 0xD7FF))) for _ in range(8)]
        name = "".join(map(chr, codes))
        text = latex_text(name)
        assert text.isascii()
        assert text.isprintable()
        assert balance(text) == 0
        assert not re.search(r"(?<!\\)[%#&]", text)
