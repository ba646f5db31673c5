"""Drawing a neuron card with matplotlib: tables left and right, lines to the neuron between, equations below.

It works out places, in units of which a text is 0.3 high, and what of a card fits into axes; what does not is left out
in a fixed order: the equations, the long names, then numbers that can be done without.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from neurograph.errors import InvalidValueError
from visualize.drawn import Drawn, axes_for
from visualize.network.scales import limit_of, widths
from visualize.plots.axes_parts import inches
from visualize.steps.card_facts import CardFacts, CardRow, Equation
from visualize.steps.words import width_of, wrapped
from visualize.themes import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Plan", "fitted", "paint_card", "signed_parts"]

_TEXT = 0.3  # height of text
_PITCH = 0.62  # from row to row
_UNDER = 0.42  # from one number below the neuron to the next
_BIG, _SMALL = 1.15, 0.21  # radii of the neuron, and of those at the ends of its edges
_LINE = 0.4  # from one line of equations to the next
_REACH, _SHORT_REACH = 1.5, 0.8  # how long the lines are, and where there is little room
_LEAST = 5.0  # points: no text is smaller
_LETTERS = (96, 80, 66, 54, 44)  # in a line of equations
_STAYS = 9  # what a small card keeps for so long, it never does without
_INCHES = 0.52  # a unit on a figure of our own
_PAD = 0.09  # inches that a layout leaves around axes
_DASH, _DOTS = (0, (3.0, 1.6)), (0, (1.0, 2.0))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything is.

    Attributes
    ----------
    left, right : list of float
        How wide the names and the columns are, on each side.
    span : (float, float)
        Left and right of everything.
    table_end : float
        The right end of the table on the right.
    top, low, bottom : float
        Of the card, where the equations begin, and where everything ends.
    note : list of str
        What was left out, in lines.
    """

    left: list[float]
    right: list[float]
    span: tuple[float, float]
    table_end: float
    top: float
    low: float
    bottom: float
    note: list[str]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, with a margin."""
        return self.span[1] - self.span[0] + 0.3, self.top - self.bottom


def _lay_out(facts: CardFacts) -> _Layout:
    """Find the places of everything on a card; it is as wide as its widest part."""
    reach = _SHORT_REACH if facts.left_out else _REACH
    left, right = _widths(facts.rows_in, facts.columns_in), _widths(facts.rows_out, facts.columns_out)
    under = [(width_of(one.symbol, _TEXT), width_of(one.text, _TEXT)) for one in facts.under]
    before = max([sum(left) + (reach if facts.rows_in else 0.3), *(symbol + 0.5 - _BIG for symbol, _ in under)])
    after = max([sum(right) + (reach if facts.rows_out else 0.3), *(text + 0.2 - _BIG for _, text in under)])
    begin, table_end = -_BIG - before, _BIG + after
    wide = [width_of(one.text, _TEXT, "monospace") for one in facts.equations]
    title = width_of(_heading(facts), 0.38)
    end = max([table_end, begin + title, *(begin + one for one in wide)])
    note = wrapped(f"no room for: {facts.left_out}", end - begin, _TEXT) if facts.left_out else []
    rows = max(len(facts.rows_in), len(facts.rows_out))
    half = max((rows - 1) / 2 * _PITCH, _BIG)
    top, low = half + 1.45, -max(half + 0.55, _BIG + 0.55 + _UNDER * len(facts.under))
    lines = len(facts.equations) + len(note)
    bottom = low - _LINE * lines - 0.2
    return _Layout(left, right, (begin, end), table_end, top, low, bottom, note)


def _heading(facts: CardFacts) -> str:
    """Say whose card it is."""
    return f"{facts.full_name}: {facts.title}"


def _widths(rows: Sequence[CardRow], columns: Sequence[str]) -> list[float]:
    """How wide the name, with its circle, and each column are."""
    if not rows:
        return [0.0]
    name = max(width_of(row.name, _TEXT) for row in rows) + 0.15 + 2 * _SMALL
    return [name] + [
        max(width_of(text, _TEXT) for text in (column, *(row.cells[at] for row in rows))) + 0.3
        for at, column in enumerate(columns)
    ]


class Plan(NamedTuple):
    """What goes on a card: letters in a line of equations (0 for none), long names or not, numbers left out."""

    letters: int = _LETTERS[0]
    named: bool = True
    drop: int = 0


def fitted(make: Callable[[Plan], CardFacts], room: tuple[float, float], named: bool, where: str) -> CardFacts:
    """Make the fullest card that can be read in so much room, in inches."""
    whole = [make(Plan(letters)) for letters in _LETTERS]
    best = max(whole, key=lambda facts: _points(facts, room))
    if _points(best, room) >= _LEAST:
        return best
    had = "equations" if any(facts.equations for facts in whole) else ""
    facts = best
    for plan in _plans(named):
        made = make(plan)
        left_out = [had, "" if plan.named or not named else "names", made.left_out]
        facts = replace(made, left_out=", ".join(one for one in left_out if one))
        if _points(facts, room) >= _LEAST:
            return facts
    across, down = (size * _LEAST / (72.0 * _TEXT) for size in _lay_out(facts).size)
    problem = f"it is {room[0]:.1f} x {room[1]:.1f} inches, too small for this card to be read."
    cure = f"Make it {across + 0.05:.1f} x {down + 0.05:.1f} at least."
    raise InvalidValueError(problem, where=f"{where}, ax", cure=cure)


def _plans(named: bool) -> Iterator[Plan]:
    yield Plan(0)
    for drop in range(_STAYS + 1):
        yield Plan(0, not named, drop)


def _points(facts: CardFacts, room: tuple[float, float]) -> float:
    """How large the text is when a card fills so many inches."""
    across, down = _lay_out(facts).size
    return 72.0 * _TEXT * min(room[0] / across, room[1] / down)


@dataclass(slots=True)
class _Page:
    """Where things are drawn, and what was drawn so far."""

    ax: Axes
    theme: Theme
    fine: float = 1.0  # how thin lines are, on small axes
    texts: list[Any] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, *, height: float = _TEXT, **style: Any) -> None:
        """Write one text as it is."""
        from visualize.network.sized_text import SizedText

        look: dict[str, Any] = {"color": self.theme.ink, "ha": "left", "va": "center_baseline", "parse_math": False}
        made = SizedText(x, y, text, height=height, transform=self.ax.transData, **(look | style))
        made.set_clip_on(False)
        made.set_in_layout(False)
        self.ax.add_artist(made)
        self.texts.append(made)


def paint_card(facts: CardFacts, ax: Axes | None, theme: Theme, alt: str) -> Drawn:
    """Draw a card on the axes given, or on a figure of its own."""
    layout = _lay_out(facts)
    size = (_INCHES * layout.size[0] + _PAD, _INCHES * layout.size[1] + _PAD)
    axes, own = axes_for(ax, theme, "draw_card", size)
    across, down = inches(axes)
    shrunk = min(1.0, across / layout.size[0] / _INCHES, down / layout.size[1] / _INCHES)
    page = _Page(axes, theme, 1.0 if own else shrunk)
    artists: dict[str, Any] = {"facts": facts, "texts": page.texts}
    left, right, begin, end = layout.left, layout.right, layout.span[0], layout.table_end
    _paint_lines(page, facts, artists, (begin + sum(left), end - sum(right)))
    _paint_table(page, facts.rows_in, facts.columns_in, begin, left, mirrored=False)
    _paint_table(page, facts.rows_out, facts.columns_out, end, right, mirrored=True)
    _paint_neurons(page, facts, artists, (begin + left[0], end - right[0]))
    _paint_words(page, facts)
    page.write(begin, layout.top - 0.35, _heading(facts), height=0.38)
    artists["equations"] = [one.text for one in facts.equations]
    for at, one in enumerate(facts.equations):
        _paint_equation(page, begin, layout.low - _LINE * (at + 0.75), one)
    for at, text in enumerate(layout.note, start=len(facts.equations)):
        page.write(begin, layout.low - _LINE * (at + 0.75), text, color=theme.quiet, va="baseline")
    axes.update_datalim([(begin - 0.15, layout.bottom), (layout.span[1] + 0.15, layout.top)])
    axes.margins(0.0)
    axes.set_aspect("equal", adjustable="datalim")
    axes.autoscale_view()
    axes.set_axis_off()
    return Drawn(axes, artists, alt, own)


def _heights(count: int) -> list[float]:
    return [((count - 1) / 2 - at) * _PITCH for at in range(count)]


def _paint_table(
    page: _Page, rows: Sequence[CardRow], columns: Sequence[str], x: float, wide: Sequence[float], mirrored: bool
) -> None:
    """Write the rows: to the right of the names, or, mirrored, to the left of them."""
    if not rows:
        return
    sign = -1.0 if mirrored else 1.0
    ys = _heights(len(rows))
    place = x + sign * (wide[0] - 2 * _SMALL - 0.1)
    for row, y in zip(rows, ys, strict=True):
        page.write(place, y, row.name, ha="left" if mirrored else "right")
    end = x - wide[0] - 0.1 if mirrored else x + wide[0]
    slots = range(len(columns))
    for slot in reversed(slots) if mirrored else slots:
        end += 0.0 if mirrored else wide[slot + 1]
        page.write(end, ys[0] + 0.62, columns[slot], ha="right", color=page.theme.quiet)
        for row, y in zip(rows, ys, strict=True):
            page.write(end, y, row.cells[slot], ha="right", color=_sign_colour(page.theme, row.values[slot]))
        end -= wide[slot + 1] if mirrored else 0.0


def _paint_lines(page: _Page, facts: CardFacts, artists: dict[str, Any], ends: tuple[float, float]) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.colors import CenteredNorm
    from numpy import ma

    theme = page.theme
    carried_in = [row.line for row in facts.rows_in if row.count == 1]  # a rest has no place on the scale of edges
    scales = (limit_of([*carried_in, facts.bias]), limit_of(row.line for row in facts.rows_out if row.count == 1))
    for key, rows, end, limit, side in (
        ("lines_in", facts.rows_in, ends[0] + 0.15, scales[0], -1.0),
        ("lines_out", facts.rows_out, ends[1] - 0.15, scales[1], 1.0),
    ):
        segments = []
        for y in _heights(len(rows)):
            turn = math.atan2(y, abs(end))
            segments.append([(end, y), (side * _BIG * math.cos(turn), _BIG * math.sin(turn))])
        alone = [row.line is not None and row.count == 1 for row in rows]
        shades: Any = ma.array([row.line or 0.0 for row in rows], mask=[not one for one in alone])
        strengths = [abs(row.line or 0.0) / limit if one else 0.2 for row, one in zip(rows, alone, strict=True)]
        lines = LineCollection(
            segments, array=shades, cmap=theme.diverging.with_extremes(bad=theme.quiet),
            norm=CenteredNorm(0.0, halfrange=limit), linewidths=[page.fine * width for width in widths(strengths, 20)],
            linestyles=[_style(row, theme) for row in rows], capstyle="butt", zorder=2.0,
        )  # fmt: skip
        artists[key] = lines
        page.ax.add_collection(lines, autolim=False)


def _style(row: CardRow, theme: Theme) -> Any:
    if row.line is None or row.count > 1:
        return _DOTS
    return _DASH if theme.dashes and row.line < 0.0 else "-"


def _paint_neurons(page: _Page, facts: CardFacts, artists: dict[str, Any], ends: tuple[float, float]) -> None:
    """Draw the neuron and those at the other ends: filled by a on the left, by delta on the right."""
    from matplotlib.collections import EllipseCollection, PolyCollection
    from matplotlib.colors import CenteredNorm
    from numpy import ma

    theme = page.theme
    activations = limit_of([facts.fill, *(row.fill for row in facts.rows_in)])
    errors = limit_of(row.fill for row in facts.rows_out)
    circles = [(0.0, 0.0, _BIG, facts.fill, activations, 1)]
    for rows, x, limit in ((facts.rows_in, ends[0] - _SMALL, activations), (facts.rows_out, ends[1] + _SMALL, errors)):
        ys = _heights(len(rows))
        circles += [(x, y, _SMALL, row.fill, limit, row.count) for row, y in zip(rows, ys, strict=True)]
    shares: Any = ma.array(
        [(fill or 0.0) / limit for *_, fill, limit, _ in circles], mask=[fill is None for *_, fill, _, _ in circles]
    )
    across = [2 * radius for _, _, radius, *_ in circles]
    styles = [_DASH if count > 1 else _DOTS if fill is None else "-" for *_, fill, _, count in circles]
    artists["neurons"] = EllipseCollection(
        across, across, [0.0] * len(circles),
        units="xy", offsets=[(x, y) for x, y, *_ in circles], offset_transform=page.ax.transData, array=shares,
        cmap=theme.diverging.with_extremes(bad=theme.page), norm=CenteredNorm(0.0, halfrange=1.0),
        edgecolors=theme.ink, linewidths=[1.3 * page.fine, *[0.8 * page.fine] * (len(circles) - 1)],
        linestyles=styles, zorder=3.0,
    )  # fmt: skip
    page.ax.add_collection(artists["neurons"], autolim=False)
    if facts.bias is not None and facts.under and facts.under[0].symbol == "b":
        x, y, side = -0.05 - width_of("b", _TEXT) - 0.25, -_BIG - 0.55, 0.13
        scale = limit_of([facts.bias, *(row.line for row in facts.rows_in if row.count == 1)])
        artists["bias"] = PolyCollection(
            [[(x - side, y - side), (x + side, y - side), (x + side, y + side), (x - side, y + side)]],
            array=[facts.bias], cmap=theme.diverging, norm=CenteredNorm(0.0, halfrange=scale), edgecolors=theme.ink,
            linewidths=0.8 * page.fine, zorder=3.0,
        )  # fmt: skip
        page.ax.add_collection(artists["bias"], autolim=False)


def _paint_words(page: _Page, facts: CardFacts) -> None:
    """Write the neuron's own numbers in it and below it."""
    theme = page.theme
    ink = theme.ink
    if facts.fill is not None:
        limit = limit_of([facts.fill, *(row.fill for row in facts.rows_in)])
        red, green, blue, _ = theme.diverging(0.5 + 0.5 * facts.fill / limit)
        ink = "#111111" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.4 else "#ffffff"
    lines = [facts.name, *(f"{one.symbol} {one.text}" for one in facts.inner)]
    for at, line in enumerate(lines):
        y = ((len(lines) - 1) / 2 - at) * (0.48 if len(lines) < 4 else 0.42)
        chord = 2 * math.sqrt(max(_BIG**2 - (abs(y) + 0.13) ** 2, 0.05)) - 0.08
        height = min(0.36 if at == 0 else 0.32, chord / width_of(line, 1.0))
        page.write(0.0, y, line, height=height, ha="center", color=ink, zorder=5)
    for at, one in enumerate(facts.under):
        y = -_BIG - 0.55 - _UNDER * at
        page.write(-0.05, y, one.symbol, ha="right", color=theme.quiet)
        page.write(0.15, y, one.text, color=_sign_colour(theme, one.value))


def _paint_equation(page: _Page, x: float, y: float, equation: Equation) -> None:
    """Write a line of equations in three layers of equal letters: words, numbers above 0, numbers below."""
    theme = page.theme
    for part, colour in zip(
        signed_parts(equation), (theme.ink, _strong(theme.positive, theme), _strong(theme.negative, theme)), strict=True
    ):
        if part.strip():
            page.write(x, y, part.rstrip(), color=colour, family="monospace", va="baseline")


def signed_parts(equation: Equation) -> tuple[str, str, str]:
    """Take a line apart: what is no quantity, what is above 0 and what is below, each with spaces for the others.

    Examples
    --------
    >>> signed_parts(Equation("z = 2 * (-0.5)", frozenset(["2", "-0.5"])))
    ('z =   * (    )', '    2         ', '         -0.5 ')
    """
    text = equation.text
    owner = [0] * len(text)
    for match in re.finditer(r"(?<![\w.>])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*[\w>])", text):
        start, word = match.start(), match.group()
        if word not in equation.numbers and word[1:] in equation.numbers and word[0] == "-":
            start, word = start + 1, word[1:]
        if word in equation.numbers and word != "0":
            owner[start : match.end()] = [2 if word[0] == "-" else 1] * (match.end() - start)
    one, two, three = ("".join(c if owner[at] == k else " " for at, c in enumerate(text)) for k in range(3))
    return one, two, three


def _sign_colour(theme: Theme, value: float | None) -> str | tuple[float, float, float]:
    if value is None:
        return theme.quiet
    return theme.ink if value == 0.0 else _strong(theme.negative if value < 0.0 else theme.positive, theme)


def _strong(colour: str, theme: Theme) -> tuple[float, float, float]:
    """Draw a colour towards the ink, for small text."""
    from matplotlib.colors import to_rgb

    share = 0.4 if theme.page == "#ffffff" and colour == theme.negative else 0.0
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(to_rgb(colour), to_rgb(theme.ink), strict=True))
    return red, green, blue
