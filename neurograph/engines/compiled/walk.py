"""The walk of the compiled engine: line by line through the program, each line a verb over a range.

Plain functions of arrays, compiled and as they stand, as in loops.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from neurograph.engines.compiled.loops import (
    add_gradients,
    call,
    collect_lanes,
    gather_error,
    integrate,
    integrate_lanes,
    learn_and_update,
    learn_lanes,
    push,
    push_and_update,
    turn,
)

__all__ = ["run_backward", "run_forward"]

INTEGRATE, FIRE, FIRE_GROUP, TERM, TERM_FROM_Z, ERROR = range(6)
SLOPE, DELTA, DELTA_GROUP, SHORT_GROUP, CLEAR, PUSH, GRADIENTS = range(6, 13)


def run_forward(
    ops, end, table, lanes, aimed, start, source, members, aims, p, z, a, y, terms, scratch,
):  # fmt: skip
    """Run the program up to a line, at most to the loss; each has a verb, the neurons or members, a rule, a number."""
    for at in range(0, end * 5, 5):
        verb, lo, hi, rule, extra = ops[at], ops[at + 1], ops[at + 2], ops[at + 3], ops[at + 4]
        if verb == INTEGRATE:
            if lanes == 1:
                integrate(lo, hi, start, source, p, a, z)
            else:
                integrate_lanes(lo, hi, lanes, start, source, p, a, z)
        elif verb == FIRE:
            call(table[rule], z, a, lo * lanes, hi * lanes)
        elif verb == TERM:
            call(table[rule], a, y, terms, lo * lanes, hi * lanes, extra * lanes, aimed)
        elif verb == FIRE_GROUP:
            call(table[rule], z, a, members, lo, hi, extra, lanes, scratch)
        else:
            call(table[rule], z, a, y, terms, members, aims, lo, hi, extra, lanes, scratch)


def run_backward(
    ops, begin, end, table, lanes, inputs, neurons, aimed, start, source, in_row, turning, out_start, out_param,
    out_target, members, aims, p, g, z, a, turned, a_grad, delta, y, scratch, some, begins, fused, rate,
):  # fmt: skip
    """Run the program from one line to another: errors back, and gradients.

    The last four numbers are for learning: of how many examples, whether the batch begins with them, whether it ends
    with them too and each parameter steps at once, and at what rate.
    """
    for at in range(begin * 5, end * 5, 5):
        verb, lo, hi, rule, extra = ops[at], ops[at + 1], ops[at + 2], ops[at + 3], ops[at + 4]
        if verb == DELTA:
            call(table[rule], a_grad, z, a, delta, lo * lanes, hi * lanes)
        elif verb == SLOPE:  # from a and y to dC/da, or straight to delta: the rule knows
            call(table[rule], a, y, a_grad, delta, lo * lanes, hi * lanes, extra * lanes, aimed)
        elif verb == ERROR:
            if lanes == 1:
                gather_error(lo, hi, out_start, out_param, out_target, p, delta, a_grad)
            else:
                collect_lanes(lo, hi, lanes, out_start, out_param, out_target, p, delta, a_grad)
        elif verb == PUSH:
            if fused:
                push_and_update(lo, hi, start, source, a, delta, a_grad, p, rate)
            else:
                push(lo, hi, start, source, p, delta, a_grad)
                add_gradients(lo, hi, begins, start, source, a, delta, g)
        elif verb == GRADIENTS:
            if fused:
                learn_and_update(lo, hi, start, source, a, delta, p, rate)
            elif lanes == 1:
                add_gradients(lo, hi, begins, start, source, a, delta, g)
            else:
                turn(inputs, turning, some, lanes, neurons, a, turned)
                learn_lanes(lo, hi, begins, some, lanes, neurons, start, source, in_row, a, turned, delta, g)
        elif verb == CLEAR:
            for i in range(lo, hi):
                a_grad[i] = 0.0
        elif verb == SHORT_GROUP:
            call(table[rule], z, a, y, delta, members, aims, lo, hi, extra, lanes, scratch)
        else:
            call(table[rule], a_grad, z, a, delta, members, lo, hi, extra, lanes, scratch)
