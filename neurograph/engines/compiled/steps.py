"""The steps of the compiled engine: what happens to the parameters once a batch is over, every sum in the same order.

Plain functions of arrays, compiled and as they stand, as in loops.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

from neurograph.engines.compiled.loops import call

__all__ = ["all_finite", "average", "copy", "penalty", "step", "watch"]


def copy(count, source, target):
    """Copy so many numbers."""
    for k in range(count):
        target[k] = source[k]


def all_finite(begin, end, values):
    """Whether no number from one to another place is infinite or NaN."""
    fine = True
    for k in range(begin, end):
        fine &= values[k] - values[k] == 0.0
    return fine


def limit(count, gradients, clip_norm, clip_value):
    """Do `objects.clipped`; a limit of 0 is none."""
    if clip_norm > 0.0:
        shorten(count, gradients, clip_norm)
    if clip_value > 0.0:
        for k in range(count):
            low = -clip_value if -clip_value > gradients[k] else gradients[k]
            gradients[k] = clip_value if clip_value < low else low


def shorten(count, gradients, norm):
    """Do `objects.shortened`."""
    squares = largest = 0.0
    for k in range(count):
        squares += gradients[k] * gradients[k]
    if squares < 1e-292 or squares == math.inf:
        for k in range(count):
            largest = max(largest, abs(gradients[k]))
    if 0.0 < largest < math.inf:
        squares = 0.0
        for k in range(count):
            squares += gradients[k] / largest * (gradients[k] / largest)
        size = math.sqrt(squares)
        if largest * size > norm:
            factor = norm / size
            for k in range(count):
                gradients[k] = gradients[k] / largest * factor
        return
    size = math.sqrt(squares)
    if size > norm:
        factor = norm / size
        for k in range(count):
            gradients[k] *= factor


def gather(alone, ties, where, tie_start, tied, p, values):
    """Copy the values of what may move, shared ones last."""
    for k in range(alone):
        values[k] = p[where[k]]
    for tie in range(ties):
        values[alone + tie] = p[tied[tie_start[tie]]]


def step(
    rate, p, g, table, alone, ties, rules, where, tie_start, tied, values, gradients, one, two, clock,
    touched, decays, limits,
):  # fmt: skip
    """Do `Learner._step`: every parameter that may move, by its mean gradient."""
    count = alone + ties
    gather(alone, ties, where, tie_start, tied, p, values)
    for k in range(alone):
        gradients[k] = g[where[k]]
    for tie in range(ties):
        total = 0.0
        for k in range(tie_start[tie], tie_start[tie + 1]):
            total += g[tied[k]]
        gradients[alone + tie] = total
    call(table[rules[1]], clock)
    if rules[2] > 0:
        call(table[rules[2]], values, gradients, touched, count)
    limit(count, gradients, limits[0], limits[1])
    if limits[2] > 0.0:
        for k in range(count):
            if decays[k] != 0:
                values[k] *= 1.0 - rate * limits[2]
    call(table[rules[0]], values, gradients, one, two, clock, rate, count)
    if rules[3] > 0:
        call(table[rules[3]], values, touched, rate, count)
    for k in range(alone):
        p[where[k]] = values[k]
    for tie in range(ties):
        for k in range(tie_start[tie], tie_start[tie + 1]):
            p[tied[k]] = values[alone + tie]


def average(size, g, count):
    """Do `Neuron.average` for all neurons, after a batch of so many."""
    if count > 1:
        for k in range(size):
            g[k] /= count


def penalty(epoch, p, table, alone, ties, rule, where, tie_start, tied, values, touched, penalties):
    """Do `Learner.penalty`."""
    gather(alone, ties, where, tie_start, tied, p, values)
    call(table[rule], values, touched, alone + ties, penalties, epoch)


def watch(epoch, inputs, neurons, size, layers, start, layer_of, g, by_parameter, by_neuron, by_layer):
    """Do `Watch.after` for gradients: add up their sizes, for this epoch."""
    for i in range(inputs, neurons):
        for k in range(start[i], start[i + 1]):
            strength = abs(g[k])
            by_parameter[epoch * size + k] += strength
            by_neuron[epoch * neurons + i] += strength
            by_layer[epoch * layers + layer_of[i]] += strength
