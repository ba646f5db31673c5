r"""How things are written in the DOT language: attributes, texts, places and sizes.

It knows no networks and no pictures.
"""

from __future__ import annotations

import unicodedata

from neurograph.errors import one_line
from visualize.network.numbers import text_width
from visualize.writers.inks import number_text

__all__ = ["FONT", "attributes", "boxed", "place_of", "points_of", "wide"]

FONT = "Helvetica"
_POINTS = 72.0  # of a unit: one inch
_ESCAPES = {"&": "&amp;", "\\": "\\\\", '"': '\\"'}
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BROAD = frozenset("<>=+~&%@#MWmw→…")
_AIR = 0.93  # sans serif letters are narrower than `text_width` thinks


def attributes(**values: str) -> str:
    r"""Write a list of attributes; lines stay lines, whatever else is not printable is told by its escape.

    Examples
    --------
    >>> print(attributes(label='a "b" & \\c' + chr(10) + "d" + chr(7)))
     [label="a \"b\" &amp; \\c\nd\\x07"]
    """
    return " [" + ", ".join(f'{name}="{_escaped(value)}"' for name, value in values.items()) + "]"


def _escaped(text: str) -> str:
    return "\\n".join(_replaced(line, _ESCAPES) for line in text.split("\n"))


def _replaced(line: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in one_line(line))


def boxed(text: str, ground: str) -> str:
    r"""Write a label on a ground of its own, in the part of HTML that Graphviz knows.

    Examples
    --------
    >>> boxed("0.5", "#ffffff")
    '<<table border="0" cellpadding="0" cellspacing="0" bgcolor="#ffffff"><tr><td>0.5</td></tr></table>>'
    """
    lines = "<br/>".join(_replaced(line, _HTML) for line in text.split("\n"))
    table = f'<table border="0" cellpadding="0" cellspacing="0" bgcolor="{ground}">'
    return f"<{table}<tr><td>{lines}</td></tr></table>>"


def points_of(length: float) -> str:
    """Write a length in points."""
    return number_text(length * _POINTS)


def place_of(x: float, y: float) -> str:
    """Write a place in points.

    Examples
    --------
    >>> place_of(0.5, -1.0)
    '36,-72'
    """
    return f"{points_of(x)},{points_of(y)}"


def wide(text: str, height: float) -> float:
    """Say how wide the widest line of a text is; broad letters and signs of Asian scripts count as what they are."""
    return max(_AIR * text_width("0", height) * sum(map(_breadth, line)) for line in text.split("\n"))


def _breadth(character: str) -> float:
    return 1.9 if unicodedata.east_asian_width(character) in "WF" else 1.4 if character in _BROAD else 1.0
