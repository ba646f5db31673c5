"""The gallery is what its scripts make: every picture is made anew and compared with the one that is kept."""

from __future__ import annotations

import io
import re
import runpy
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"
MAKE = runpy.run_path(str(GALLERY / "make.py"))
PAGE = (GALLERY / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", MAKE["SCRIPTS"], ids=lambda script: script.stem)
def test_a_picture_is_current_and_the_page_tells_what_it_shows(script, tmp_path):
    picture, alt = MAKE["make"](script, tmp_path)
    kept = GALLERY / picture.name
    assert MAKE["section"](script, picture, alt) in PAGE
    if picture.suffix == ".svg":
        assert f"<desc>{escaped(alt)}</desc>" in kept.read_text(encoding="utf-8")
        if SAME:
            (parts, new), (kept_parts, old) = shapes(picture), shapes(kept)
            assert parts == kept_parts
            assert np.allclose(new, old, rtol=0.0, atol=0.05)  # points; another machine may round otherwise
    else:
        assert told(kept) == told(picture) == alt
        new, old = pixels(picture), pixels(kept)
        if SAME:
            assert new.shape == old.shape
            assert np.mean(np.abs(new - old)) < 2.0  # of 255


def test_the_page_shows_every_picture_and_no_other():
    shown = re.findall(r"^!\[.*\]\((.+)\)$", PAGE, flags=re.MULTILINE)
    kept = sorted(path.name for path in GALLERY.iterdir() if path.suffix in (".svg", ".png", ".gif"))
    assert sorted(shown) == kept
    assert [Path(name).stem for name in shown] == [script.stem for script in MAKE["SCRIPTS"]]


def version(path: Path) -> str:
    found = re.search(r"Matplotlib v([\d.]+)", path.read_text(encoding="utf-8"))
    return found[1] if found else ""


SAME = version(GALLERY / "backward.svg") == mpl.__version__  # other versions set text a little differently


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shapes(path: Path) -> tuple[list[str], list[float]]:
    """What a SVG draws: the names of its parts in order, and every number of their ways and places."""
    text = re.sub(r"<image .*?/>", "<image/>", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = text.split("</metadata>")[1]
    parts = re.findall(r'<(?:g id="([A-Za-z]+)_\d+"|(image|path|use))', text)
    ways = " ".join(re.findall(r' (?:d|x|y|transform)="([^"]*)"', text))
    return ["".join(part) for part in parts], [float(number) for number in re.findall(r"-?\d+\.?\d*", ways)]


def told(path: Path) -> str:
    with Image.open(path) as image:
        text = image.info.get("Description") or image.info.get("comment", b"").decode()
        return str(text)


def pixels(path: Path) -> np.ndarray:
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        return np.asarray(image.convert("RGB"), dtype=float)
