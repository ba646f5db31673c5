"""Letters that the fonts of a picture do not have, such as Chinese ones: taken from other fonts of the machine.

Where no font has them, matplotlib draws boxes, and a warning names the texts. This file knows no picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from neurograph.errors import NeurographWarning, one_line, some_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["drawn_with_all_letters", "families_for", "without_boxes_noise"]

_Drawn = TypeVar("_Drawn")

_BOXES = "Glyph .* missing from"  # how matplotlib's warning of a letter that no font has begins
# Fonts of matplotlib that have a box for every letter, or other signs where letters are.
_NO_LETTERS = ("Last Resort", "STIXNonUnicode", "STIXSize", "cm")


@contextmanager
def without_boxes_noise() -> Iterator[None]:
    """Keep matplotlib from warning of each letter that it has no font for."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", _BOXES)
        yield


def drawn_with_all_letters(figure: Figure, draw: Callable[[], _Drawn]) -> _Drawn:
    """Draw a figure; where its fonts lack letters, once more with fonts of this machine that have them.

    Warns
    -----
    NeurographWarning
        When no font has them, so that they are boxes in the picture.
    """
    from matplotlib.text import Text

    with without_boxes_noise():
        done = draw()  # only now do all axes have their labels
        texts: list[Any] = [one for one in figure.findobj(Text) if one.get_visible() and not one.get_text().isascii()]
        before = {one: list(one.get_fontfamily()) for one in texts}
        wanted = {one: families_for(one.get_text(), families) for one, families in before.items()}
        try:
            if wanted != before:
                for one, families in wanted.items():
                    one.set_fontfamily(families)
                done = draw()
        finally:
            for one, families in before.items():
                one.set_fontfamily(families)
    boxes = dict.fromkeys(one.get_text() for one in texts if _lacking(one.get_text(), wanted[one]))
    if boxes:
        names = some_of([repr(text if len(text) <= 30 else f"{text[:29]}…") for text in boxes], 3)
        warnings.warn(
            f"no font of this machine has all letters of {one_line(names)}: they are boxes in the picture. "
            "Install a font that has them, such as one of the Noto fonts.",
            NeurographWarning,
            stacklevel=2,
        )
    return done


def families_for(text: str, families: Sequence[str]) -> list[str]:
    """Give font families with which a text can be set: those given, and others for the letters that they lack.

    Examples
    --------
    >>> families_for("width", ["sans-serif"]), families_for("width \u210a", ["sans-serif"])
    (['sans-serif'], ['sans-serif', 'STIXGeneral'])
    """
    lacking = "" if text.isascii() else _lacking(text, families)
    return [*families, *_fonts_with(lacking)] if lacking else list(families)


def _lacking(text: str, families: Sequence[str]) -> str:
    """Name the letters that the fonts of some families do not have, each once."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts = [get_font(findfont(FontProperties(family=[family]))) for family in families]
    letters = (letter for letter in sorted(set(text)) if letter.isprintable())
    return "".join(letter for letter in letters if not any(font.get_char_index(ord(letter)) for font in fonts))


@lru_cache(256)
def _fonts_with(letters: str) -> tuple[str, ...]:
    """Name fonts that together have these letters, as far as there are such, the one with the most of them first."""
    from matplotlib.font_manager import fontManager

    chosen: list[str] = []
    left, known = set(letters), {Path(font.fname) for font in fontManager.ttflist}
    fonts = {path: found for path in _files() if (found := _letters_in(path, letters))}
    while fonts:
        path = max(fonts, key=lambda path: len(fonts[path][1] & left))
        name, there = fonts.pop(path)
        if not there & left:
            break
        if path not in known:  # installed after matplotlib has made its list
            fontManager.addfont(path)
        left -= there
        chosen.append(name)
    return tuple(chosen)


def _files() -> list[Path]:
    """List the files of all fonts, the plain ones first."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    listed = fontManager.ttflist
    plain = {font.fname: font.style == "normal" and font.weight in (400, "normal", "regular") for font in listed}
    return sorted({*map(Path, plain), *map(Path, findSystemFonts())}, key=lambda path: (not plain.get(str(path)), path))


def _letters_in(path: Path, letters: str) -> tuple[str, set[str]] | None:
    """Give the name of a font and which of these letters it has; None for one that cannot be used."""
    from matplotlib.font_manager import get_font

    try:
        font = get_font(path)
    except (OSError, RuntimeError):  # broken, or gone
        return None
    if font.family_name.startswith(_NO_LETTERS):
        return None
    return font.family_name, {letter for letter in letters if font.get_char_index(ord(letter))}
