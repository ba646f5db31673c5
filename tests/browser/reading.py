"""What a stepper page shows, read from what stands there.

The page's own data is not looked at: names come from the picture, numbers from the text of the elements. What should
stand there it refuses to know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from neurograph.trace.step import Unit

__all__ = ["Press", "Reader", "Shown", "bare"]

Shown = dict[str, Any]
Press = dict[Literal["button", "key", "step"], Any]  # a button by its selector; a key; a step on the bar, from 1


class Reader:
    """Reads an open page; after a reload, a new one is needed.

    Attributes
    ----------
    owners : dict
        The name of every neuron and edge that is drawn, such as "h1" or "x1->h1", by the page's own sign for it.
    places : dict
        Where the number of an edge has its place in the picture.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._tools = page.evaluate_handle(Path(__file__).with_name("reader.js").read_text(encoding="utf-8"))
        self.owners: dict[str, str] = self.ask("tools => tools.owners")
        self.places: dict[str, list[float]] = self.ask("tools => tools.places")

    def ask(self, question: str, *given: Any) -> Any:
        """Call a function of the page's own language with the tools of reader.js, and with what is given."""
        # As JSON, which is much faster than what playwright does to keep the identity of objects.
        called = f"([tools, ...given]) => JSON.stringify(({question})(tools, ...given))"
        return json.loads(self.page.evaluate(called, [self._tools, *given]))

    def read(self) -> Shown:
        """Gather all that the page shows now."""
        return dict(self.ask("tools => tools.read()"))

    def walk(self, ways: Iterable[Press]) -> list[Shown]:
        """Press one thing after the other, and gather what is shown after each, all in one go."""
        question = "(tools, ways) => tools.unseen(() => ways.map((way) => { tools.press(way); return tools.read(); }))"
        return list(self.ask(question, list(ways)))

    def go(self, unit: Unit, at: int = 0) -> Shown:
        """Choose a unit, and go to a step, counted from 0."""
        self.page.select_option("#unit", unit)
        return self.walk([{"step": at + 1}])[0]


# One way of writing for the trace and for the page; where brackets go is left to the tests of MathML.
_LETTERS = {
    "\N{MINUS SIGN}": "-", "·": "*", "→": "->", "\N{PRIME}": "'", "∂": "d", "δ": "delta", "η": "eta", "π": "pi",
    "\N{GREEK SMALL LETTER SIGMA}": "sigmoid", "⋯": "...", "≤": "<=", "≥": ">=", "∞": "inf", "^": "**", "Σ": "∑",
    **dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True)),
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS)
_LEFT_OUT = str.maketrans(dict.fromkeys("{()|_, "))
_SAID = (("predicted change of C", "ΔCpredicted"), ("change of C", "ΔC"), ("from edges(", "∑wdelta("), ("abs(", "("))
_TEN = re.compile(r"·10(?:\^|(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]))")
_POWER = re.compile(r"(?<=\d)e([+-]?\d+)\b")


@cache
def bare(text: str) -> str:
    """Write a formula of the page and the trace's text of it alike: without brackets, spaces and special letters.

    Examples
    --------
    >>> bare("δ + 4.9·10^\\N{MINUS SIGN}7"), bare("delta + (4.9e-07)"), bare("δ 4.9·10⁻⁷ (a)")
    ('delta+4.9e-7', 'delta+4.9e-7', 'delta4.9e-7a')
    """
    for said, written in _SAID:
        text = text.replace(said, written)
    text = _TEN.sub("e", text).translate(_TABLE)
    text = _POWER.sub(lambda found: f"e{int(found[1])}", text)
    return text.translate(_LEFT_OUT).replace("exp", "e**")
