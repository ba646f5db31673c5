"""Where numbers at edges find room: along their edge, over no circle and no other number; what does not fit is counted.

Pure geometry in the units of the layout, so that every kind of file has the same numbers in the same places.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from visualize.network.layout import Link, Point

__all__ = ["Box", "Placed", "place", "text_width", "words_width"]

# Of the way along an edge: where a number may stand.
_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.45, 0.55, 0.35, 0.65, 0.26, 0.74, 0.32, 0.68, 0.22, 0.78)
_SMALLER = (1.0, 0.8, 0.65)  # what has no room is tried again at these shares of the height
_SLIM = frozenset("fijlrtI .,:;'!|()[]-/")
_CHARACTER = 0.6  # width of a character, in heights of the text: digits of a usual sans serif, with some air
_WIDE = {"\N{MINUS SIGN}": 0.84, "→": 0.84, ".": 0.32}  # what a number is made of, exactly: they stand close together
_DIGIT = 0.64


class Placed(NamedTuple):
    """A text at a link: above its line, or on it when there is none below; angle in degrees."""

    link: Link
    above: str
    below: str
    x: float
    y: float
    angle: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that may be turned: centre, direction, half length, half height."""

    x: float
    y: float
    ux: float
    uy: float
    long: float
    tall: float

    @property
    def angle(self) -> float:
        """Of its length, in radians."""
        return math.atan2(self.uy, self.ux)

    def meets_circle(self, x: float, y: float, radius: float) -> bool:
        """Whether it covers a part of a circle."""
        along = abs((x - self.x) * self.ux + (y - self.y) * self.uy)
        across = abs((y - self.y) * self.ux - (x - self.x) * self.uy)
        return math.hypot(max(along - self.long, 0.0), max(across - self.tall, 0.0)) < radius

    def meets(self, other: Box) -> bool:
        """Whether two rectangles overlap: no side of either separates them."""
        dx, dy = other.x - self.x, other.y - self.y
        if math.hypot(dx, dy) > self.long + self.tall + other.long + other.tall:
            return False
        for ux, uy in ((self.ux, self.uy), (-self.uy, self.ux), (other.ux, other.uy), (-other.uy, other.ux)):
            reach = _reach(self, ux, uy) + _reach(other, ux, uy)
            if abs(dx * ux + dy * uy) > reach:
                return False
        return True


def _reach(box: Box, ux: float, uy: float) -> float:
    """How far a rectangle reaches from its centre in a direction."""
    return box.long * abs(box.ux * ux + box.uy * uy) + box.tall * abs(box.ux * uy - box.uy * ux)


def text_width(text: str, height: float) -> float:
    """Estimate how wide a text is.

    Examples
    --------
    >>> text_width("0.25", 1.0)
    2.4
    """
    return round(_CHARACTER * height * len(text), 6)


def _width_of_number(text: str, height: float) -> float:
    return height * sum(_WIDE.get(character, _DIGIT) for character in text)


def words_width(text: str, height: float) -> float:
    """Estimate how wide words are, by the breadth of their letters; other scripts count as broad.

    Examples
    --------
    >>> words_width("ill", 1.0) < words_width("sum", 1.0) < words_width("WWW", 1.0)
    True
    """
    breadth = 0.0
    for letter in text:
        breadth += 0.36 if letter in _SLIM else 0.62 if letter.islower() or letter.isdigit() else 0.98
    return round(breadth * height, 6)


def place(
    wanted: Sequence[tuple[Link, tuple[str, ...]]],
    circles: Sequence[tuple[float, float, float]],
    height: float,
) -> tuple[list[Placed], int]:
    """Place as many texts as fit, in the order given; return them, and how many had no room.

    Each link that is wanted has one text, or two: above and below the line. No text may cover one of the circles, which
    are (x, y, radius).

    Examples
    --------
    >>> import neurograph as ng
    >>> from visualize.network.layout import arrange
    >>> (link,) = arrange(ng.Network.dense([1, 1], "tanh"), gap=3.0).links
    >>> placed, left_out = place([(link, ("0.5",)), (link, ("a long one that cannot fit",))], [], 0.2)
    >>> placed[0].x, left_out
    (1.5, 1)
    """
    taken: list[Box] = []
    placed: list[Placed] = []
    waiting = list(wanted)
    for size in (share * height for share in _SMALLER):
        left_out = []
        for link, texts in waiting:
            found = next((box for box in _boxes(link.points, texts, size) if _is_free(box, circles, taken)), None)
            if found is None:
                left_out.append((link, texts))
                continue
            taken.append(found)
            below = texts[1] if len(texts) > 1 else ""
            placed.append(Placed(link, texts[0], below, found.x, found.y, math.degrees(found.angle), size))
        waiting = left_out
    return placed, len(waiting)


def _boxes(points: Sequence[Point], texts: tuple[str, ...], height: float) -> Iterator[Box]:
    """The rectangles that the text of an edge could have, the best place first."""
    long = max(_width_of_number(text, height) for text in texts) / 2 + 0.03
    tall = height * (0.6 if len(texts) == 1 else 1.25)
    for share in _SHARES:
        x, y, angle = _along(points, share)
        yield Box(x, y, math.cos(angle), math.sin(angle), long, tall)


def _is_free(box: Box, circles: Sequence[tuple[float, float, float]], taken: Sequence[Box]) -> bool:
    return not any(box.meets_circle(*circle) for circle in circles) and not any(box.meets(other) for other in taken)


def _along(points: Sequence[Point], share: float) -> tuple[float, float, float]:
    """Find the point at a share of a way, and the way's direction there, so that text reads from left to right."""
    lengths = [math.dist(one, two) for one, two in pairwise(points)]
    rest = share * math.fsum(lengths)
    for (x0, y0), (x1, y1), length in zip(points, points[1:], lengths, strict=False):
        if rest <= length or (x1, y1) == tuple(points[-1]):
            t = rest / length if length else 0.0
            angle = math.atan2(y1 - y0, x1 - x0)
            if not -math.pi / 2 < angle <= math.pi / 2:
                angle -= math.copysign(math.pi, angle)
            return x0 + t * (x1 - x0), y0 + t * (y1 - y0), angle
        rest -= length
    return (*points[-1], 0.0)
