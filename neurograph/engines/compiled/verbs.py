"""The verbs that call a rule, each over a range: what a neuron, group, target or parameter does with a function.

`rule` stands for that function, and `view(scratch, n)` for a row of n numbers; both are put in by whoever loads this
file, once for each rule. Plain functions of arrays, compiled and as they stand.
"""

# A range counts lanes: neuron i of example l is number i * lanes + l. Members of groups are given by their numbers.
# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

__all__ = [
    "add_loss_slope",
    "add_loss_slope_more",
    "compute_delta",
    "compute_delta_group",
    "compute_term",
    "compute_term_from_z",
    "fill_group",
    "fire",
    "fire_group",
    "penalise",
    "penalty",
    "short",
    "short_group",
    "short_more",
    "step",
    "stop",
    "tick",
]  # fmt: skip


def rule(*numbers):
    """Stand for a record's function."""
    raise NotImplementedError


def view(scratch, count):
    """Stand for what makes a row of a place in memory."""
    raise NotImplementedError


def fire(z, a, lo, hi):
    """Do `Neuron.fire`."""
    for i in range(lo, hi):
        a[i] = rule(z[i])


def compute_delta(a_grad, z, a, delta, lo, hi):
    """Do `Neuron.compute_delta`."""
    for i in range(lo, hi):
        delta[i] = a_grad[i] * rule(z[i], a[i])


def compute_term(a, y, terms, lo, hi, to, count):
    """Do `Target.compute_term`; the targets of neurons `lo` to `hi` begin at `to`."""
    for i in range(lo, hi):
        terms[to + i - lo] = rule(a[i], y[to + i - lo], count)


def add_loss_slope(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.add_loss_slope` where a neuron feeds no other."""
    for i in range(lo, hi):
        a_grad[i] = rule(a[i], y[to + i - lo], count)


def add_loss_slope_more(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.add_loss_slope` where a neuron's own edges brought something back."""
    for i in range(lo, hi):
        a_grad[i] = a_grad[i] + rule(a[i], y[to + i - lo], count)


def short(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.compute_delta` where a neuron feeds no other."""
    for i in range(lo, hi):
        delta[i] = rule(a[i], y[to + i - lo])


def short_more(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.compute_delta` where the slope has turned into delta what a neuron's own edges brought back."""
    for i in range(lo, hi):
        delta[i] = delta[i] + rule(a[i], y[to + i - lo])


def compute_term_from_z(z, a, y, terms, members, aims, lo, hi, width, lanes, scratch):
    """Do `Target.compute_term_from_z`; each `width` members are a group."""
    own = view(scratch, width)
    for begin in range(lo, hi, width):
        for lane in range(lanes):
            for k in range(width):
                own[k] = z[members[begin + k] * lanes + lane]
            for k in range(width):
                if aims[begin + k] != 0xFFFFFFFF:  # NO_AIM
                    at = aims[begin + k] * lanes + lane
                    terms[at] = rule(own, k, a[members[begin + k] * lanes + lane], y[at])


def short_group(z, a, y, delta, members, aims, lo, hi, width, lanes, scratch):
    """Do `JointTarget.compute_delta` once the Jacobian has turned into deltas what the members' edges brought back."""
    both = view(scratch, 2 * width)
    own_z, own_a = both[:width], both[width:]
    for begin in range(lo, hi, width):
        for lane in range(lanes):
            for k in range(width):
                at = members[begin + k] * lanes + lane
                own_z[k], own_a[k] = z[at], a[at]
            for j in range(width):
                at = members[begin + j] * lanes + lane
                for k in range(width):
                    if aims[begin + k] != 0xFFFFFFFF:  # NO_AIM
                        delta[at] = delta[at] + rule(own_z, own_a, y[aims[begin + k] * lanes + lane], k, j)


def fire_group(z, a, members, lo, hi, width, lanes, scratch):
    """Do `Group.fire` with a function that gives a list."""
    own = view(scratch, width)
    for begin in range(lo, hi, width):
        for lane in range(lanes):
            for k in range(width):
                own[k] = z[members[begin + k] * lanes + lane]
            values = rule(own)
            for k in range(width):
                a[members[begin + k] * lanes + lane] = values[k]


def fill_group(z, a, members, lo, hi, width, lanes, scratch):
    """Do `Group.fire` with a function that fills a row."""
    both = view(scratch, 2 * width)
    own, values = both[:width], both[width:]
    for begin in range(lo, hi, width):
        for lane in range(lanes):
            for k in range(width):
                own[k] = z[members[begin + k] * lanes + lane]
            rule(own, values)
            for k in range(width):
                a[members[begin + k] * lanes + lane] = values[k]


def compute_delta_group(a_grad, z, a, delta, members, lo, hi, width, lanes, scratch):
    """Do `Group.compute_delta`."""
    both = view(scratch, 2 * width)
    own_z, own_a = both[:width], both[width:]
    for begin in range(lo, hi, width):
        for lane in range(lanes):
            for k in range(width):
                at = members[begin + k] * lanes + lane
                own_z[k], own_a[k] = z[at], a[at]
            for j in range(width):
                total = 0.0
                for k in range(width):
                    total += a_grad[members[begin + k] * lanes + lane] * rule(own_z, own_a, k, j)
                delta[members[begin + j] * lanes + lane] = total


def tick(clock):
    """Move the optimizer's clock."""
    clock[0], clock[1] = rule(clock[0], clock[1])


def step(values, gradients, one, two, clock, rate, count):
    """Take the optimizer's step with every parameter."""
    for k in range(count):
        values[k], one[k], two[k] = rule(values[k], gradients[k], rate, one[k], two[k], clock[0], clock[1])


def penalise(values, gradients, touched, count):
    """Add the regularizer's slope to the gradients that it touches."""
    for k in range(count):
        if touched[k] != 0:
            gradients[k] = gradients[k] + rule(values[k])


def stop(values, touched, rate, count):
    """Let the regularizer shrink the parameters that it touches."""
    for k in range(count):
        if touched[k] != 0:
            values[k] = rule(values[k], rate)


def penalty(values, touched, count, penalties, epoch):
    """Add up the regularizer's penalty."""
    total = 0.0
    for k in range(count):
        if touched[k] != 0:
            total += rule(values[k])
    penalties[epoch] = total
