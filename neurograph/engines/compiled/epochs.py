"""The outer loops of the compiled engine: epochs and batches in one call, judging, and plain runs over many rows.

Plain functions of arrays, compiled and as they stand, as in loops.py; the tuples that they open are named in layout.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from neurograph.engines.compiled.loops import (
    add_gradients,
    clear_flags,
    flags,
    is_right,
    load,
    places,
    total_cost,
)
from neurograph.engines.compiled.steps import all_finite, average, copy, penalty, step, watch
from neurograph.engines.compiled.walk import run_backward, run_forward

__all__ = ["outputs", "train"]


def train(at, totals, left, wiring, numbers, moving, kept, data, records, plan):
    """Train for epochs, as far as `left` examples go; tell whether all is done (0), paused (1) or in trouble (2).

    `at` says where it is: epoch, next example, begin and end of its batch, right answers, flags. `totals`: the loss of
    the epoch so far, of the batch so far, and of the first epoch ever (NaN when there was none). In trouble, the
    parameters are those that the epoch began with.
    """
    (
        sizes, lanes, layer_of, start, source, in_row, turning, out_start, out_param, out_target, members, aims, outs,
        ops, ends, table,
    ) = places(wiring)  # fmt: skip
    neurons, inputs, aimed, size, layers = sizes
    p, g, z, a, turned, a_grad, delta, y, terms, scratch = places(numbers)
    (alone, ties), rules, where, tie_start, tied, values, gradients, one, two, clock, touched, decays, limits = places(
        moving
    )
    kept_p, kept_one, kept_two, kept_clock = places(kept)
    count, rows, x, targets, best, orders, judged, judged_x, judged_y, judged_best, judged_order = places(data)
    rates, losses, rights, penalties, judged_losses, judged_rights, by_parameter, by_neuron, by_layer = places(records)
    epochs, batch, moves, fused, plain, classes, watches, explosion = plan
    clear_flags()
    while at[0] < epochs:
        epoch, position, batch_begin, batch_end, right = at[0], at[1], at[2], at[3], at[4]
        total, cost, rate = totals[0], totals[1], rates[epoch]
        if position == 0:
            batch_end, right, total = 0, 0, 0.0
            copy(size, p, kept_p)
            copy(alone + ties, one, kept_one)
            copy(alone + ties, two, kept_two)
            copy(2, clock, kept_clock)
        first = epoch % rows * count  # of the row with this epoch's order
        while position < count and left > 0:
            begin = position == batch_end
            if begin:
                batch_begin, batch_end, cost = position, min(position + batch, count), 0.0
            some = min(batch_end - position, lanes)
            load(x, targets, orders, first + position, some, lanes, inputs, neurons, aimed, a, turned, y)
            run_forward(
                ops, ends[1], table, lanes, aimed, start, source, members, aims, p, z, a, y, terms, scratch
            )  # fmt: skip
            run_backward(
                ops, ends[1], ends[2], table, lanes, inputs, neurons, aimed, start, source, in_row, turning, out_start,
                out_param, out_target, members, aims, p, g, z, a, turned, a_grad, delta, y, scratch, some, begin,
                fused, rate,
            )  # fmt: skip
            for lane in range(some):
                cost += total_cost(terms, lane, lanes, aimed)
                if classes:
                    right += is_right(outs, a, best[orders[first + position + lane]], lane, lanes, aimed)
            position += some
            left -= some
            if position == batch_end:
                total += cost
                if not fused:
                    average(size, g, batch_end - batch_begin)
                    if watches:
                        watch(
                            epoch, inputs, neurons, size, layers, start, layer_of, g, by_parameter, by_neuron, by_layer
                        )
                    if plain:
                        for k in range(size):
                            p[k] -= rate * g[k]
                    elif moves:
                        step(
                            rate, p, g, table, alone, ties, rules, where, tie_start, tied, values, gradients, one, two,
                            clock, touched, decays, limits,
                        )  # fmt: skip
        at[1], at[2], at[3], at[4] = position, batch_begin, batch_end, right
        totals[0], totals[1] = total, cost
        if position < count:
            at[5] |= flags()
            return 1
        if fused and (epoch + 1 == epochs or judged > 0):
            add_gradients(inputs, neurons, position == count, start, source, a, delta, g)
        mean = total / count
        if totals[2] != totals[2]:
            totals[2] = mean
        losses[epoch], rights[epoch] = mean, right
        fine = mean <= explosion * (abs(totals[2]) + 1.0) and all_finite(epoch, epoch + 1, losses)
        fine = fine and all_finite(0, size, p)
        fine = fine and all_finite(0, alone + ties, one) and all_finite(0, alone + ties, two)
        fine = fine and all_finite(inputs * lanes, neurons * lanes, z) and all_finite(0, neurons * lanes, a)
        if judged > 0:
            evaluate(
                epoch, wiring, numbers, judged, judged_x, judged_y, judged_best, judged_order, judged_losses,
                judged_rights,
            )  # fmt: skip
            fine = fine and all_finite(epoch, epoch + 1, judged_losses)
        if at[5] | flags() != 0 or not fine:
            copy(size, kept_p, p)
            copy(alone + ties, kept_one, one)
            copy(alone + ties, kept_two, two)
            copy(2, kept_clock, clock)
            return 2
        if rules[4] > 0:
            penalty(epoch, p, table, alone, ties, rules[4], where, tie_start, tied, values, touched, penalties)
        at[0], at[1] = epoch + 1, 0
    return 0


def evaluate(epoch, wiring, numbers, count, x, targets, best, order, losses, rights):
    """Do `Trainer.evaluate`: the mean loss of some rows, and how many are right."""
    sizes, lanes, _, start, source, _, _, _, _, _, members, aims, outs, ops, ends, table = places(wiring)
    neurons, inputs, aimed, _, _ = sizes
    p, _, z, a, turned, _, _, y, terms, scratch = places(numbers)
    right, total, position = 0, 0.0, 0
    while position < count:
        some = min(count - position, lanes)
        load(x, targets, order, position, some, lanes, inputs, neurons, aimed, a, turned, y)
        run_forward(ops, ends[1], table, lanes, aimed, start, source, members, aims, p, z, a, y, terms, scratch)
        for lane in range(some):
            total += total_cost(terms, lane, lanes, aimed)
            right += is_right(outs, a, best[order[position + lane]], lane, lanes, aimed)
        position += some
    losses[epoch], rights[epoch] = total / count, right


def outputs(at, left, wiring, numbers, data, found):
    """Run rows forward, as far as `left` goes, and keep what the outputs say; `at` has the next row, and flags."""
    sizes, lanes, _, start, source, _, _, _, _, _, members, aims, outs, ops, ends, table = places(wiring)
    neurons, inputs, aimed, _, _ = sizes
    p, _, z, a, turned, _, _, y, terms, scratch = places(numbers)
    count, x, order = places(data)
    position = at[0]
    clear_flags()
    while position < count and left > 0:
        some = min(count - position, lanes)
        load(x, x, order, position, some, lanes, inputs, neurons, 0, a, turned, y)
        run_forward(ops, ends[0], table, lanes, aimed, start, source, members, aims, p, z, a, y, terms, scratch)
        for lane in range(some):
            for k in range(aimed):
                found[position + lane, k] = a[outs[k] * lanes + lane]
        position += some
        left -= some
    at[0] = position
    at[1] |= flags()
