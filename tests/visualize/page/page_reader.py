"""A page read back without a browser: its elements, and its data looked up as data.js and formula.js do.

That it reads as they do is a test of its own, in test_page_reader.py.
"""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import NamedTuple

from neurograph.algebra.numbers import number_mathml
from neurograph.quantities import Quantity

OWNER, BREAK = "\ue000", "\ue003"
PIECE = re.compile("[\ue010-\ue0ff]")
GAP = re.compile("[\U000f0000-\U000fffff]")
SHARED = ("phase", "layer", "key", "title", "why", "term_title", "term_why")


class Elements(HTMLParser):
    """Every element with its attributes and the text right inside it, and all comments."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found, self.comments, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), "an attribute is given twice"
        element = SimpleNamespace(tag=tag, attributes=dict(attrs), text="")
        self.found.append(element)
        if tag not in ("meta", "link", "input"):
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag, "an element is closed that is not open"

    def handle_data(self, data):
        if self.open:
            self.open[-1].text += data

    def handle_comment(self, data):
        self.comments.append(data)

    def all(self, tag):
        return [element for element in self.found if element.tag == tag]

    def one(self, tag):
        (element,) = self.all(tag)
        return element


class Line(NamedTuple):
    gaps: list
    symbols: str
    numbers: str
    equation: str
    note: str
    verdict: list | None
    frozen: bool
    digits: int | None = None
    by_hand: float | str | None = "="  # None for what cannot be worked out

    @property
    def join(self):
        return "=" if self.by_hand == "=" else "≈"

    @property
    def result(self):
        return self.gaps[0]


class Step(NamedTuple):
    """Acts, and the ticks they take, from `first` up to `end`; at unit "term" a part of one act."""

    first: int
    end: int
    operations: list
    part: int | None = None

    @property
    def lines(self):
        if self.part is None:
            return [line for operation in self.operations for line in operation.lines]
        return [(self.operations[0].terms + self.operations[0].lines)[self.part]]

    @property
    def example(self):
        return max(self.operations[0].example, 0)


class Page:
    """The data of a page; a quantity is known by its place in the table."""

    def __init__(self, html):
        self.elements = Elements(html)
        (script,) = [e for e in self.elements.all("script") if e.attributes["type"] == "application/json"]
        self.data = json.loads(script.text)
        self.table = self.data["quantities"]
        self.values, self.texts, self.known_from = self.table["value"], self.table["text"], self.data["known_from"]
        self.keys = [self._key(q) for q in range(len(self.values))]
        self.places = {}
        for q, key in enumerate(self.keys):
            if self.known_from[q] < self.data["ticks"]:  # what only the long way needs is never known
                self.places.setdefault(key, q)
        templates, words = [self.expanded(one) for one in self.data["templates"]], self.data["words"]
        self.lines = [
            Line(
                gaps,
                templates[symbols],
                templates[numbers],
                words[equation],
                words[note],
                self.data["verdicts"][verdict],
                at in self.data["frozen_lines"],
                *shown,
            )
            for at, (gaps, symbols, numbers, equation, note, verdict, *shown) in enumerate(self.data["lines"])
        ]
        self.units = list(self.data["units"])
        self.operations = self._deeds()

    def expanded(self, short):  # of what MathML repeats, the data has one letter each
        return PIECE.sub(lambda found: self.data["pieces"][ord(found[0]) - 0xE010], short)

    def owners(self, q):
        owner, count = self.table["owner"][q], len(self.table["names"])
        return [] if owner < 0 else [owner] if owner < count else self.table["pairs"][owner - count]

    def _key(self, q):
        kind = self.table["symbols"][self.table["symbol"][q]][2]
        names = [self.table["names"][name][0] for name in self.owners(q)]
        owner = tuple(names) if len(names) > 1 else names[0] if names else ""
        return Quantity(kind, owner, self.table["example"][q] if self.table["example"] else 0)

    def _deeds(self):
        made, lines, ticks = [], iter(self.lines), 0
        for record in self.data["operations"]:
            shared = dict(zip(SHARED, self.data["shared"][record["shared"]], strict=True))
            operation = SimpleNamespace(
                **{"example": -1, "subject": -1, "hidden": 0, "running": None} | record | shared
            )
            for part in ("terms", "lines", "longer"):
                setattr(operation, part, [next(lines) for _ in range(record.get(part, 0))])
            operation.tick, operation.ticks = (
                ticks,
                len(operation.terms) + len(operation.lines) if "term" in self.units else 1,
            )
            ticks += operation.ticks
            made.append(operation)
        assert next(lines, None) is None, "lines are left over"
        assert ticks == self.data["ticks"]
        return made

    def steps(self, unit):
        if unit == "term":
            return [Step(d.tick + at, d.tick + at + 1, [d], at) for d in self.operations for at in range(d.ticks)]
        operations = iter(self.operations)
        parts = [[next(operations) for _ in range(count)] for count in self.data["units"][unit]]
        return [Step(part[0].tick, part[-1].tick + part[-1].ticks, part) for part in parts]

    def find(self, kind, owner, example, tick=math.inf):
        """A quantity as it stands after a tick: a gradient is the mean once there is one."""
        of = self.data["kinds"][kind]
        examples = [0] if of["lasting"] else [-1, example] if of["averaged"] else [example]
        found = None
        for one in examples:
            q = self.places.get((kind, owner, one))
            if q is not None and self.known_from[q] <= tick:
                return q
            found = found if q is None else q
        return found

    def text(self, q, digits=None):
        """How it is written; a line may need more digits than others."""
        return self.table["longer"].get(str(digits), {}).get(str(q), self.texts[q])

    def symbol_text(self, q):
        written = "->".join(self.table["names"][name][0] for name in self.owners(q))
        return self.table["symbols"][self.table["symbol"][q]][0].replace(OWNER, written, 1)

    def symbol_math(self, q):
        written = [self.table["names"][name][1] for name in self.owners(q)]
        inside = f"<mrow>{'<mo>→</mo>'.join(written)}</mrow>" if len(written) > 1 else "".join(written)
        return self.expanded(self.table["symbols"][self.table["symbol"][q]][1].replace(OWNER, inside))

    def pieces(self, template, gaps, numbers, digits=None):
        """An equation, in the pieces that wrap like words."""

        def fill(found):
            q = gaps[ord(found[0]) - 0xF0000]
            return number_mathml(self.text(q, digits)) if numbers else self.symbol_math(q)

        return [GAP.sub(fill, piece) for piece in template.split(BREAK)]


def tree(mathml):
    """MathML as nested tuples, without what only lays it out: rows in rows, and where a sign is told to be a sum's."""
    return _node(ET.fromstring(f"<math>{mathml}</math>"))  # noqa: S314  # our own page


def _node(element):
    assert set(element.attrib) <= {"form"}
    assert not (element.tail or "").strip()
    children = []
    for child in element:
        node = _node(child)
        is_row_in_row = child.tag == "mrow" and element.tag in ("math", "mrow", "mtd", "msqrt")
        children += node[2] if is_row_in_row else [node]
    return element.tag, element.text or "", children
