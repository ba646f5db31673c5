"""The places on a card, in units of which a text is 0.3 high: how large the card is, and what of it fits into axes.

What does not fit is left out in a fixed order: the equations, the long names, then numbers that can be done without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from neurograph.errors import InvalidValueError
from visualize.steps.card_facts import CardFacts
from visualize.steps.card_rows import CardRow
from visualize.steps.words import width_of, wrapped

__all__ = ["BIG", "LINE", "PITCH", "SMALL", "TEXT", "UNDER", "CardLayout", "Plan", "fitted", "lay_out"]

TEXT = 0.3  # height of text
PITCH = 0.62  # from row to row
UNDER = 0.42  # from one number below the neuron to the next
BIG, SMALL = 1.15, 0.21  # radii of the neuron, and of those at the ends of its edges
LINE = 0.4  # from one line of equations to the next
_REACH, _SHORT_REACH = 1.5, 0.8  # how long the lines are, and where there is little room
_LEAST = 5.0  # points: no text is smaller
_LETTERS = (96, 80, 66, 54, 44)  # in a line of equations
# What a small card does without, first to last.
_DROPS = ("w_new", "eta", "term", "delta", "a", "w", "grad", "b_new")


@dataclass(frozen=True, slots=True)
class CardLayout:
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


def lay_out(facts: CardFacts) -> CardLayout:
    """Find the places of everything on a card; it is as wide as its widest part."""
    reach = _SHORT_REACH if facts.left_out else _REACH
    left, right = _widths(facts.rows_in, facts.columns_in), _widths(facts.rows_out, facts.columns_out)
    under = [(width_of(symbol, TEXT), width_of(text, TEXT)) for symbol, text in facts.under]
    before = max([sum(left) + (reach if facts.rows_in else 0.3), *(symbol + 0.5 - BIG for symbol, _ in under)])
    after = max([sum(right) + (reach if facts.rows_out else 0.3), *(text + 0.2 - BIG for _, text in under)])
    begin, table_end = -BIG - before, BIG + after
    wide = [width_of(one.text, TEXT, "monospace") for one in facts.equations]
    title = width_of(heading(facts), 0.38)
    end = max([table_end, begin + title, *(begin + one for one in wide)])
    note = wrapped(f"no room for: {facts.left_out}", end - begin, TEXT) if facts.left_out else []
    rows = max(len(facts.rows_in), len(facts.rows_out))
    half = max((rows - 1) / 2 * PITCH, BIG)
    top, low = half + 1.45, -max(half + 0.55, BIG + 0.55 + UNDER * len(facts.under))
    lines = len(facts.equations) + len(note)
    bottom = low - LINE * lines - 0.2
    return CardLayout(left, right, (begin, end), table_end, top, low, bottom, note)


def heading(facts: CardFacts) -> str:
    """Say whose card it is."""
    return f"{facts.name}: {facts.title}"


def _widths(rows: Sequence[CardRow], columns: Sequence[str]) -> list[float]:
    """How wide the name, with its circle, and each column are."""
    if not rows:
        return [0.0]
    name = max(width_of(row.name, TEXT) for row in rows) + 0.15 + 2 * SMALL
    return [name] + [
        max(width_of(text, TEXT) for text in (column, *(row.cells[at] for row in rows))) + 0.3
        for at, column in enumerate(columns)
    ]


class Plan(NamedTuple):
    """What goes on a card: letters in a line of equations (0 for none), long names or not, numbers left out."""

    letters: int = _LETTERS[0]
    named: bool = True
    drop: tuple[str, ...] = ()


def fitted(make: Callable[[Plan], CardFacts], room: tuple[float, float], named: bool, where: str) -> CardFacts:
    """Make the fullest card that can be read in so much room, in inches.

    Raises
    ------
    InvalidValueError
        When there is too little room for any.
    """
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
    across, down = (size * _LEAST / (72.0 * TEXT) for size in lay_out(facts).size)
    raise InvalidValueError(
        f"{where}, ax: it is {room[0]:.1f} x {room[1]:.1f} inches, too small for this card to be read. "
        f"Make it {across + 0.05:.1f} x {down + 0.05:.1f} at least."
    )


def _plans(named: bool) -> Iterator[Plan]:
    yield Plan(0)
    for count in range(len(_DROPS) + 1):
        yield Plan(0, not named, _DROPS[:count])


def _points(facts: CardFacts, room: tuple[float, float]) -> float:
    """How large the text is when a card fills so many inches."""
    across, down = lay_out(facts).size
    return 72.0 * TEXT * min(room[0] / across, room[1] / down)
