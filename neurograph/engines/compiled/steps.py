"""The steps of the compiled engine: what happens to the parameters once a batch is over, every sum in the same order.

Plain functions of arrays, compiled and as they stand, as in interpreter.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

from neurograph.engines.compiled.interpreter import call

__all__ = ["all_finite", "average", "copy", "penalty", "record_gradients", "step", "step_plainly"]


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


def clip(count, gradients, norm, value):
    """Do `Update.limit`; a limit of 0 is none."""
    if norm > 0.0:
        shorten(count, gradients, norm)
    if value > 0.0:
        for k in range(count):
            low = -value if -value > gradients[k] else gradients[k]
            gradients[k] = value if value < low else low


def shorten(count, gradients, norm):
    """Do `Clip.shortened`."""
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


def gather_values(p, moving):
    """Copy the values of what may move, shared ones last."""
    for k in range(moving.alone):
        moving.values[k] = p[moving.place[k]]
    for tie in range(moving.ties):
        moving.values[moving.alone + tie] = p[moving.tied[moving.tie_start[tie]]]


def gather_gradients(g, moving):
    """Copy their gradients; that of a shared one is the sum over its members."""
    gradients, tie_start = moving.gradients, moving.tie_start
    for k in range(moving.alone):
        gradients[k] = g[moving.place[k]]
    for tie in range(moving.ties):
        total = 0.0
        for k in range(tie_start[tie], tie_start[tie + 1]):
            total += g[moving.tied[k]]
        gradients[moving.alone + tie] = total


def step(rate, p, g, table, moving):
    """Do `Update.take`: every parameter that may move, by its mean gradient."""
    count, rules, values, gradients = moving.alone + moving.ties, moving.rules, moving.values, moving.gradients
    gather_values(p, moving)
    gather_gradients(g, moving)
    call(table[rules.tick], moving.clock)
    if rules.slope > 0:
        call(table[rules.slope], values, gradients, moving.penalised, count)
    clip(count, gradients, moving.clip_norm, moving.clip_value)
    if moving.decay > 0.0:
        for k in range(count):
            if moving.decayed[k] != 0:
                values[k] *= 1.0 - rate * moving.decay
    call(table[rules.step], values, gradients, moving.memory, moving.clock, rate, count)
    if rules.shrink > 0:
        call(table[rules.shrink], values, moving.penalised, rate, count)
    for k in range(moving.alone):
        p[moving.place[k]] = values[k]
    for tie in range(moving.ties):
        for k in range(moving.tie_start[tie], moving.tie_start[tie + 1]):
            p[moving.tied[k]] = values[moving.alone + tie]


def step_plainly(size, rate, p, g):
    """Do `Neuron.update` for all neurons, where nothing is frozen or shared."""
    for k in range(size):
        p[k] -= rate * g[k]


def average(size, g, count):
    """Do `Neuron.average` for all neurons, after a batch of so many."""
    if count > 1:
        for k in range(size):
            g[k] /= count


def penalty(epoch, p, table, moving, penalties):
    """Do `Update.penalty`."""
    gather_values(p, moving)
    call(table[moving.rules.penalty], moving.values, moving.penalised, moving.alone + moving.ties, penalties, epoch)


def record_gradients(epoch, g, net, records):
    """Do `Recorder.after` for gradients: add up their sizes, for this epoch."""
    sizes = net.sizes
    for i in range(sizes.inputs, sizes.neurons):
        for k in range(net.start[i], net.start[i + 1]):
            size = abs(g[k])
            records.by_parameter[epoch * sizes.parameters + k] += size
            records.by_neuron[epoch * sizes.neurons + i] += size
            records.by_layer[epoch * sizes.layers + net.layer_of[i]] += size
