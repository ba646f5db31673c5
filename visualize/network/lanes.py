"""The way of an edge that skips layers: it leaves a neuron straight, and crosses every layer between in a level lane.

Pure geometry, with a reason for two promises. No line touches a neuron that is not its end: `room_for` says how far
apart columns must be for that. No two lines lie on each other: between two columns the way is a fixed function of its
two heights, so ways with other ends meet in points only.
"""

from __future__ import annotations

import math
from itertools import pairwise

__all__ = ["Point", "curve", "room_for"]

Point = tuple[float, float]
_PIECES = 12  # straight pieces of a curve between two columns
_CLEAR = 0.05  # left free around a neuron
_STEEPER = 1.4  # a way to a lane is at most so much steeper near its neuron than the straight line


def room_for(rise: float, radius: float, straight: bool) -> float:
    """How far apart two columns must be, so that a line of this rise misses the neighbours of its ends, 1 away.

    A line of slope s through (0, 0) is 1 / sqrt(1 + s**2) away from (0, 1); that must be the radius at least.

    Examples
    --------
    >>> round(room_for(10.0, 0.42, True), 2)
    5.32
    """
    reach = radius + _CLEAR
    steepest = math.sqrt(1.0 / reach**2 - 1.0)
    return rise / steepest * (1.0 if straight else _STEEPER)


def curve(stops: list[Point]) -> list[Point]:
    """Lead a way from a neuron through lanes to a neuron: level in every lane, straight where it leaves and arrives."""
    points = [stops[0]]
    last = len(stops) - 2
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(stops)):
        for k in range(1, _PIECES + 1):
            t = k / _PIECES
            if number == 0:
                share = t + t * t - t * t * t  # slope 1 at the neuron, 0 in the lane
            elif number == last:
                share = 1.0 - ((1.0 - t) + (1.0 - t) ** 2 - (1.0 - t) ** 3)
            else:
                share = t * t * (3.0 - 2.0 * t)
            points.append((x0 + t * (x1 - x0), y0 + share * (y1 - y0)))
    return points
