"""The verbs that call a rule, each over a range: what a neuron, group, target or parameter does with a function.

`rule` stands for that function, and `view(scratch, n)` for a row of n numbers; both are put in by whoever loads this
file, once for each rule. Plain functions of arrays, compiled and as they stand.
"""

# A range counts lanes: neuron i of example l is number i * lanes + l. Members of groups are given by their numbers.
# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

__all__ = [
    "add_loss_slope", "add_penalty_slope", "add_shortcut_delta", "add_shortcut_delta_group", "compute_delta",
    "compute_delta_group", "compute_term", "compute_term_from_z", "fire", "fire_group", "fire_group_in_place",
    "penalty", "set_loss_slope", "set_shortcut_delta", "shrink", "step", "tick",
]  # fmt: skip

NO_TARGET = 0xFFFFFFFF  # of a member of a group that has no target


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


def set_loss_slope(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.add_loss_slope` where a neuron feeds no other."""
    for i in range(lo, hi):
        a_grad[i] = rule(a[i], y[to + i - lo], count)


def add_loss_slope(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.add_loss_slope` where a neuron's own edges brought something back."""
    for i in range(lo, hi):
        a_grad[i] = a_grad[i] + rule(a[i], y[to + i - lo], count)


def set_shortcut_delta(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.compute_delta` where a neuron feeds no other."""
    for i in range(lo, hi):
        delta[i] = rule(a[i], y[to + i - lo])


def add_shortcut_delta(a, y, a_grad, delta, lo, hi, to, count):
    """Do `Target.compute_delta` where the slope has turned into delta what a neuron's own edges brought back."""
    for i in range(lo, hi):
        delta[i] = delta[i] + rule(a[i], y[to + i - lo])


def compute_term_from_z(z, a, y, terms, members, member_targets, lo, hi, width, lanes, scratch):
    """Do `Target.compute_term_from_z`; each `width` members are a group."""
    own = view(scratch, width)
    for begin in range(lo, hi, width):
        for lane in range(lanes):
            for k in range(width):
                own[k] = z[members[begin + k] * lanes + lane]
            for k in range(width):
                if member_targets[begin + k] != NO_TARGET:
                    at = member_targets[begin + k] * lanes + lane
                    terms[at] = rule(own, k, a[members[begin + k] * lanes + lane], y[at])


def add_shortcut_delta_group(z, a, y, delta, members, member_targets, lo, hi, width, lanes, scratch):
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
                    if member_targets[begin + k] != NO_TARGET:
                        delta[at] = delta[at] + rule(own_z, own_a, y[member_targets[begin + k] * lanes + lane], k, j)


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


def fire_group_in_place(z, a, members, lo, hi, width, lanes, scratch):
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


def step(values, gradients, memory, clock, rate, count):
    """Take the optimizer's step with every parameter; `rule` is one of `rules.in_place`."""
    for k in range(count):
        values[k] = rule(values[k], gradients[k], rate, memory, k, count, clock[0], clock[1])


def add_penalty_slope(values, gradients, penalised, count):
    """Add the regularizer's slope to the gradients that it touches."""
    for k in range(count):
        if penalised[k] != 0:
            gradients[k] = gradients[k] + rule(values[k])


def shrink(values, penalised, rate, count):
    """Let the regularizer shrink the parameters that it touches."""
    for k in range(count):
        if penalised[k] != 0:
            values[k] = rule(values[k], rate)


def penalty(values, penalised, count, penalties, epoch):
    """Add up the regularizer's penalty."""
    total = 0.0
    for k in range(count):
        if penalised[k] != 0:
            total += rule(values[k])
    penalties[epoch] = total
