"""How wide words really are, and how they are cut or wrapped to fit.

Widths are those of the letters themselves; a picture of dots sets small letters a little wider, which `SPARE` allows.
"""

from __future__ import annotations

from functools import lru_cache

from visualize.fonts import families_for, without_boxes_noise

__all__ = ["cut", "width_of", "wrapped"]

SPARE = 1.08  # letters begin at whole dots, which makes small ones so much wider at most


def width_of(text: str, height: float, family: str = "sans-serif") -> float:
    r"""Measure the widest line of a text, in the unit of its height.

    Examples
    --------
    >>> width_of("ill", 1.0) < width_of("WWW", 1.0) == width_of("ill\nWWW", 1.0)
    True
    """
    return height * SPARE * max(_measured(line, family) for line in text.split("\n"))


@lru_cache(4096)
def _measured(line: str, family: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    with without_boxes_noise():  # where no font has a letter, the box is measured
        prop = FontProperties(family=families_for(line, [family]), size=100)
        wide, _, _ = text_to_path.get_text_width_height_descent(line, prop, False)
    return float(wide) / 100.0


def cut(text: str, widest: float, height: float) -> str:
    """Shorten every line of a text that is wider than there is room, with a sign that it is.

    Examples
    --------
    >>> cut("versicolor", 20.0, 1.0), cut("versicolor", 3.0, 1.0)
    ('versicolor', 'ver…')
    """
    return "\n".join(_cut(line, widest, height) for line in text.split("\n"))


def _cut(line: str, widest: float, height: float) -> str:
    short = line
    while len(short) > 1 and width_of(short if short == line else f"{short}…", height) > widest:
        short = short[:-1].rstrip()
    return short if short == line else f"{short}…"


def wrapped(text: str, widest: float, height: float) -> list[str]:
    """Break a text between words into lines that fit; a word that does not fit is cut.

    Examples
    --------
    >>> wrapped("weighted sum; activation", 8.0, 1.0)
    ['weighted sum;', 'activation']
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, height) > widest:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_cut(line, widest, height) for line in lines]
