"""The outer loops of the compiled engine: epochs and batches in one call, judging, and plain runs over many rows.

Plain functions of arrays, compiled and as they stand, as in loops.py; the tuples that they open are named in layout.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from neurograph.engines.compiled.loops import (
    clear_flags,
    flags,
    is_right,
    learn,
    learn_and_update,
    learn_lanes,
    load,
    run,
    total_cost,
)
from neurograph.engines.compiled.steps import all_finite, average, copy, penalty, step

__all__ = ["judge", "outputs", "train"]


def train(at, totals, left, wiring, numbers, moving, kept, data, records, plan):
    """Train for epochs, as far as `left` examples go; tell whether all is done (0), paused (1) or in trouble (2).

    `at` says where it is: epoch, next example, begin and end of its batch, right answers, flags. `totals`: the loss of
    the epoch so far, of the batch so far, and of the first epoch ever (below 0 when there was none). In trouble, the
    parameters are those that the epoch began with.
    """
    start, source, out_start, out_param, out_target, members, aims, outs, ops, ends, table = wiring
    p, g, z, a, a_grad, delta, y, terms, scratch = numbers
    rules, where, tie_start, tied, values, gradients, one, two, clock, touched, decays, limits = moving
    kept_p, kept_one, kept_two, kept_clock = kept
    x, targets, orders, judged_x, judged_y, judged_order = data
    rates, losses, rights, penalties, judged_losses, judged_rights = records
    epochs, batch, moves, fused, plain, classes, explosion = plan
    lanes, neurons, inputs, count = a.shape[1], a.shape[0], x.shape[1], orders.shape[1]
    z1, a1, a_grad1, delta1 = z.reshape(-1), a.reshape(-1), a_grad.reshape(-1), delta.reshape(-1)
    end = ends[2]
    clear_flags()
    while at[0] < epochs:
        epoch, position, batch_begin, batch_end, right = at[0], at[1], at[2], at[3], at[4]
        total, cost, rate, order = totals[0], totals[1], rates[epoch], orders[epoch % orders.shape[0]]
        if position == 0:
            batch_end, right, total = 0, 0, 0.0
            copy(p, kept_p)
            copy(one, kept_one)
            copy(two, kept_two)
            copy(clock, kept_clock)
        while position < count and left > 0:
            begin = position == batch_end
            if begin:
                batch_begin, batch_end, cost = position, min(position + batch, count), 0.0
            some = min(batch_end - position, lanes)
            load(x, targets, order, position, some, a, y)
            run(
                ops, end, table, lanes, start, source, out_start, out_param, out_target, members, aims,
                p, z, a, a_grad, delta, z1, a1, a_grad1, delta1, y, terms, scratch,
            )  # fmt: skip
            for lane in range(some):
                cost += total_cost(terms, lane)
                if classes:
                    right += is_right(outs, a, y, lane)
            if fused:
                learn_and_update(inputs, neurons, start, source, a1, delta1, p, rate)
            elif lanes == 1:
                learn(inputs, neurons, begin, start, source, a1, delta1, g)
            else:
                learn_lanes(inputs, neurons, begin, some, start, source, a, delta, g)
            position += some
            left -= some
            if position == batch_end:
                total += cost
                if not fused:
                    average(g, batch_end - batch_begin)
                    if plain:
                        for k in range(p.shape[0]):
                            p[k] -= rate * g[k]
                    elif moves:
                        step(
                            rate, p, g, table, rules, where, tie_start, tied, values, gradients, one, two, clock,
                            touched, decays, limits,
                        )  # fmt: skip
        at[1], at[2], at[3], at[4] = position, batch_begin, batch_end, right
        totals[0], totals[1] = total, cost
        if position < count:
            at[5] |= flags()
            return 1
        if fused and (epoch + 1 == epochs or judged_x.shape[0] > 0):
            learn(inputs, neurons, position == count, start, source, a1, delta1, g)
        mean = total / count
        if totals[2] < 0.0:
            totals[2] = mean
        losses[epoch], rights[epoch] = mean, right
        fine = mean <= explosion * (totals[2] + 1.0) and all_finite(p) and all_finite(one) and all_finite(two)
        fine = fine and all_finite(z1[inputs * lanes :]) and all_finite(a1)
        if judged_x.shape[0] > 0:
            judge(epoch, wiring, numbers, judged_x, judged_y, judged_order, judged_losses, judged_rights)
            fine = fine and all_finite(judged_losses[epoch : epoch + 1])
        if at[5] | flags() != 0 or not fine:
            copy(kept_p, p)
            copy(kept_one, one)
            copy(kept_two, two)
            copy(kept_clock, clock)
            return 2
        if rules[4] > 0:
            penalty(epoch, p, table, rules[4], where, tie_start, tied, values, touched, penalties)
        at[0], at[1] = epoch + 1, 0
    return 0


def judge(epoch, wiring, numbers, x, targets, order, losses, rights):
    """Do `Trainer.judge`: the mean loss of some rows, and how many are right."""
    start, source, out_start, out_param, out_target, members, aims, outs, ops, ends, table = wiring
    p, _, z, a, a_grad, delta, y, terms, scratch = numbers
    lanes, count, right, total, position = a.shape[1], order.shape[0], 0, 0.0, 0
    z1, a1, a_grad1, delta1 = z.reshape(-1), a.reshape(-1), a_grad.reshape(-1), delta.reshape(-1)
    while position < count:
        some = min(count - position, lanes)
        load(x, targets, order, position, some, a, y)
        run(
            ops, ends[1], table, lanes, start, source, out_start, out_param, out_target, members, aims,
            p, z, a, a_grad, delta, z1, a1, a_grad1, delta1, y, terms, scratch,
        )  # fmt: skip
        for lane in range(some):
            total += total_cost(terms, lane)
            right += is_right(outs, a, y, lane)
        position += some
    losses[epoch], rights[epoch] = total / count, right


def outputs(at, left, wiring, numbers, x, targets, order, found):
    """Run rows forward, as far as `left` goes, and keep what the outputs say; `at` has the next row, and flags."""
    start, source, out_start, out_param, out_target, members, aims, outs, ops, ends, table = wiring
    p, _, z, a, a_grad, delta, y, terms, scratch = numbers
    lanes, count, position = a.shape[1], order.shape[0], at[0]
    clear_flags()
    z1, a1, a_grad1, delta1 = z.reshape(-1), a.reshape(-1), a_grad.reshape(-1), delta.reshape(-1)
    while position < count and left > 0:
        some = min(count - position, lanes)
        load(x, targets, order, position, some, a, y)
        run(
            ops, ends[0], table, lanes, start, source, out_start, out_param, out_target, members, aims,
            p, z, a, a_grad, delta, z1, a1, a_grad1, delta1, y, terms, scratch,
        )  # fmt: skip
        for lane in range(some):
            for k in range(outs.shape[0]):
                found[position + lane, k] = a[outs[k], lane]
        position += some
        left -= some
    at[0] = position
    at[1] |= flags()
