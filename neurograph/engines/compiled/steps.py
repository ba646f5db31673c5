"""The steps of the compiled engine: what happens to the parameters once a batch is over, every sum in the same order.

Plain functions of arrays, compiled and as they stand, as in loops.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

from neurograph.engines.compiled.loops import call

__all__ = ["all_finite", "average", "copy", "penalty", "step"]


def copy(source, target):
    """Copy a row of numbers."""
    for k in range(source.shape[0]):
        target[k] = source[k]


def all_finite(values):
    """Whether no number is infinite or NaN."""
    fine = True
    for k in range(values.shape[0]):
        fine &= values[k] - values[k] == 0.0
    return fine


def limit(gradients, clip_norm, clip_value):
    """Do `objects.clipped`; a limit of 0 is none."""
    count = gradients.shape[0]
    if clip_norm > 0.0:
        squares = 0.0
        for k in range(count):
            squares += gradients[k] * gradients[k]
        size = math.sqrt(squares)
        if size > clip_norm:
            factor = clip_norm / size
            for k in range(count):
                gradients[k] *= factor
    if clip_value > 0.0:
        for k in range(count):
            low = -clip_value if -clip_value > gradients[k] else gradients[k]
            gradients[k] = clip_value if clip_value < low else low


def gather(where, tie_start, tied, p, values):
    """Copy the values of what may move, shared ones last."""
    alone = where.shape[0]
    for k in range(alone):
        values[k] = p[where[k]]
    for tie in range(tie_start.shape[0] - 1):
        values[alone + tie] = p[tied[tie_start[tie]]]


def step(
    rate, p, g, table, rules, where, tie_start, tied, values, gradients, one, two, clock, touched, decays, limits
):  # fmt: skip
    """Do `Learner._step`: every parameter that may move, by its mean gradient."""
    alone, count = where.shape[0], values.shape[0]
    gather(where, tie_start, tied, p, values)
    for k in range(alone):
        gradients[k] = g[where[k]]
    for tie in range(tie_start.shape[0] - 1):
        total = 0.0
        for k in range(tie_start[tie], tie_start[tie + 1]):
            total += g[tied[k]]
        gradients[alone + tie] = total
    call(table[rules[1]], clock)
    if rules[2] > 0:
        call(table[rules[2]], values, gradients, touched, count)
    limit(gradients, limits[0], limits[1])
    if limits[2] > 0.0:
        for k in range(count):
            if decays[k] != 0:
                values[k] *= 1.0 - rate * limits[2]
    call(table[rules[0]], values, gradients, one, two, clock, rate, count)
    if rules[3] > 0:
        call(table[rules[3]], values, touched, rate, count)
    for k in range(alone):
        p[where[k]] = values[k]
    for tie in range(tie_start.shape[0] - 1):
        for k in range(tie_start[tie], tie_start[tie + 1]):
            p[tied[k]] = values[alone + tie]


def average(g, count):
    """Do `Neuron.average`."""
    if count > 1:
        for k in range(g.shape[0]):
            g[k] /= count


def penalty(epoch, p, table, rule, where, tie_start, tied, values, touched, penalties):
    """Do `Learner.penalty`."""
    gather(where, tie_start, tied, p, values)
    call(table[rule], values, touched, values.shape[0], penalties, epoch)
