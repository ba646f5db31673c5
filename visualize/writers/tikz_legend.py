"""The legend below a picture in TikZ: the scales as bars with five values each, and the widths, signs and strokes.

It sets things in rows; what they say and their colours come from inks.py and the diagram's scales.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from visualize.network.numbers import text_width
from visualize.network.showing import true_minus
from visualize.writers.inks import Inks, Sample, samples
from visualize.writers.tikz import Page, at, line_style

__all__ = ["write_legend"]

# all in cm, since a legend is as large below a picture that is made smaller
_TEXT = 0.24
_BAR, _THICK = 4.4, 0.2
_LINE = 0.8
_GAP = 0.4
_LEAST = 9.0  # rows are at least so wide
_WORDS = 0.8  # words are narrower than numbers


class _Item(NamedTuple):
    """A thing in the legend: its size, and what draws it when its left upper corner is known."""

    width: float
    height: float
    draw: Callable[[float, float], None]


def write_legend(page: Page, inks: Inks, above: tuple[float, float, float]) -> tuple[float, float, float]:
    """Write the legend below a picture with this left, bottom and right; return those of both."""
    left, bottom, right = (length * page.unit for length in above)
    diagram = inks.diagram
    limit = diagram.scale.limit
    bars = [_bar(page, inks, diagram.scale.words(diagram.mode.edge_words), limit, inks.on_scale)]
    if diagram.mode.fill:
        most = diagram.fill_scale.limit
        words = diagram.fill_scale.words(diagram.mode.fill_words)
        bars.append(_bar(page, inks, words, most, lambda value: inks.share(0.5 + 0.5 * value / most)))
    room, middle = max(right - left, _LEAST), (left + right) / 2
    y = bottom - 0.2
    for row in [*_rows(bars, room), *_rows([_sample(page, inks, one) for one in samples(inks)], room)]:
        wide = sum(item.width for item in row) + _GAP * (len(row) - 1)
        x = middle - wide / 2
        left, right = min(left, x - 0.1), max(right, x + wide + 0.1)
        for item in row:
            item.draw(x, y)
            x += item.width + _GAP
        y -= max(item.height for item in row)
    return left / page.unit, (y - 0.1) / page.unit, right / page.unit


def _rows(items: list[_Item], room: float) -> list[list[_Item]]:
    rows: list[list[_Item]] = []
    free = 0.0
    for item in items:
        if not rows or item.width > free:
            rows.append([])
            free = room
        rows[-1].append(item)
        free -= item.width + _GAP
    return rows


def _bar(page: Page, inks: Inks, words: str, limit: float, colour: Callable[[float], str]) -> _Item:
    """Make a scale: its colours run between five values, each with its own colour."""
    lines = words.split("\n")
    margin = text_width("-0.25", _TEXT) / 2

    def draw(x: float, y: float) -> None:
        places = [x + margin + _BAR * part / 4 for part in range(5)]
        values = [limit * (part - 2) / 2 for part in range(5)]
        names = [page.colour(colour(value)) for value in values]
        for k in range(4):
            corners = f"{_at(page, places[k], y - _THICK)} rectangle {_at(page, places[k + 1], y)}"
            page.lines.append(rf"\shade[left color={names[k]}, right color={names[k + 1]}] {corners};")
        frame = f"{_at(page, places[0], y - _THICK)} rectangle {_at(page, places[-1], y)}"
        page.lines.append(rf"\draw[{line_style(page, inks.quiet, 0.4, 'solid')}] {frame};")
        for place, value in zip(places, values, strict=True):
            _words(page, inks, place, y - _THICK - 0.2, true_minus(f"{value:.2g}"))
        for k, line in enumerate(lines):
            _words(page, inks, x + margin + _BAR / 2, y - _THICK - 0.52 - 0.3 * k, line)

    width = max([_BAR + 2 * margin, *(_WORDS * text_width(line, _TEXT) for line in lines)])
    return _Item(width, _THICK + 0.55 + 0.3 * len(lines), draw)


def _sample(page: Page, inks: Inks, one: Sample) -> _Item:
    line = _LINE if one.colour else 0.0

    def draw(x: float, y: float) -> None:
        if line:
            style = line_style(page, one.colour, one.width, one.stroke)
            page.lines.append(rf"\draw[{style}] {_at(page, x, y - 0.15)} -- {_at(page, x + line, y - 0.15)};")
        _words(page, inks, x + line + 0.12, y - 0.15, one.words, "anchor=west")

    return _Item(line + 0.12 + _WORDS * text_width(one.words, _TEXT), 0.42, draw)


def _words(page: Page, inks: Inks, x: float, y: float, text: str, options: str = "") -> None:
    page.words(x / page.unit, y / page.unit, text, _TEXT / page.unit, inks.ink, options)


def _at(page: Page, x: float, y: float) -> str:
    return at(x / page.unit, y / page.unit)
