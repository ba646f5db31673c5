"""The interpreter of the compiled engine: line by line through the program, each line a verb over a range of neurons.

The loops of the verbs run compiled, and as they stand; no formula of a rule is here, the rules' own functions are
called. Kept by tests to the bits of the object engine: a new order of sums there needs the same here.
"""

# Plain functions of arrays and numbers, so that numba can compile them; jit.py puts the compiled ones in the place of
# these, and of the few at the end of this file. Every array is a place in memory, without shape or owner: arrays of
# NumPy's cost a check of each index, and a count of who uses them at each call, which took three quarters of the time.
# Numbers of neurons have a column for each lane: that of neuron i and an example in lane l is at i * lanes + l.
# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from neurograph.engines.compiled.records import Line

INTEGRATE, FIRE, FIRE_GROUP, TERM, TERM_FROM_Z, ERROR = range(6)
SLOPE, DELTA, DELTA_GROUP, SHORTCUT_GROUP, CLEAR, PUSH, GRADIENTS, WEIGH = range(6, 14)


def line_at(lines, number):
    """Read a line of the program."""
    at = number * 6  # a field each
    return Line(lines[at], lines[at + 1], lines[at + 2], lines[at + 3], lines[at + 4], lines[at + 5])


def run_forward(
    lines, end, table, lanes, targets, start, source, members, member_targets, p, z, a, y, terms, scratch,
):  # fmt: skip
    """Run the program up to a line, at most to the loss."""
    for at in range(end):
        line = line_at(lines, at)
        verb, lo, hi, rule = line.verb, line.begin, line.end, line.rule
        if verb == INTEGRATE:
            if lanes == 1:
                integrate(lo, hi, start, source, p, a, z)
            else:
                integrate_lanes(lo, hi, lanes, start, source, p, a, z)
        elif verb == FIRE:
            call(table[rule], z, a, lo * lanes, hi * lanes)
        elif verb == TERM:
            call(table[rule], a, y, terms, lo * lanes, hi * lanes, line.target * lanes, targets)
        elif verb == FIRE_GROUP:
            call(table[rule], z, a, members, lo, hi, line.width, lanes, scratch)
        else:
            call(table[rule], z, a, y, terms, members, member_targets, lo, hi, line.width, lanes, scratch)


def run_backward(
    lines, begin, end, table, lanes, inputs, neurons, targets, start, source, contiguous, contiguous_end, out_start,
    out_weight, out_target, members, member_targets, p, g, z, a, a_rows, a_grad, delta, y, scratch, weights, some,
    begins, fused, rate,
):  # fmt: skip
    """Run the program from one line to another: errors back, and gradients.

    All that it needs comes by itself: a call that passes whole records costs up to a quarter of a small network's time.

    The last four numbers are for learning: of how many examples, whether the batch begins with them, whether it ends
    with them too and each parameter steps at once, and at what rate.
    """
    for at in range(begin, end):
        line = line_at(lines, at)
        verb, lo, hi, rule = line.verb, line.begin, line.end, line.rule
        if verb == DELTA:
            call(table[rule], a_grad, z, a, delta, lo * lanes, hi * lanes)
        elif verb == SLOPE:  # from a and y to dC/da, or by a shortcut to delta: the rule knows
            call(table[rule], a, y, a_grad, delta, lo * lanes, hi * lanes, line.target * lanes, targets)
        elif verb == ERROR:
            if lanes == 1:
                gather_error(lo, hi, out_start, out_weight, out_target, p, delta, a_grad)
            else:
                gather_error_lanes(lo, hi, lanes, out_start, out_weight, out_target, p, delta, a_grad)
        elif verb == PUSH:
            if fused:
                push_and_update(lo, hi, start, source, a, delta, a_grad, p, rate)
            else:
                push_error(lo, hi, start, source, p, delta, a_grad)
                add_gradients(lo, hi, begins, start, source, a, delta, g)
        elif verb == GRADIENTS:
            if fused:
                update_at_once(lo, hi, start, source, a, delta, p, rate)
            elif lanes == 1:
                add_gradients(lo, hi, begins, start, source, a, delta, g)
            else:
                copy_to_rows(inputs, contiguous_end, some, lanes, neurons, a, a_rows)
                add_gradients_lanes(
                    lo, hi, begins, some, lanes, neurons, start, source, contiguous, a, a_rows, delta, g
                )  # fmt: skip
        elif verb == CLEAR:
            for i in range(lo, hi):
                a_grad[i] = 0.0
        elif verb == WEIGH:
            weigh(lo, hi, lanes, weights, a_grad, delta)
        elif verb == SHORTCUT_GROUP:
            call(table[rule], z, a, y, delta, members, member_targets, lo, hi, line.width, lanes, scratch)
        else:
            call(table[rule], a_grad, z, a, delta, members, lo, hi, line.width, lanes, scratch)


def weigh(lo, hi, lanes, weights, a_grad, delta):
    """Do `Learner.weigh` for a range of neurons, in lanes."""
    for i in range(lo, hi):
        for lane in range(lanes):
            a_grad[i * lanes + lane] *= weights[lane]
            delta[i * lanes + lane] *= weights[lane]


def integrate(lo, hi, start, source, p, a, z):
    """Do `Neuron.integrate` for a range of neurons."""
    for i in range(lo, hi):
        first = start[i]
        total = 0.0
        for k in range(first + 1, start[i + 1]):
            total += p[k] * a[source[k]]
        z[i] = total + p[first]


def integrate_lanes(lo, hi, lanes, start, source, p, a, z):
    """Do the same for many examples at once, each in a lane of its own; four edges at a time, one after the other."""
    for i in range(lo, hi):
        first, end, at = start[i], start[i + 1], i * lanes
        for lane in range(lanes):
            z[at + lane] = 0.0
        k = first + 1
        while k + 4 <= end:
            w0, w1, w2, w3 = p[k], p[k + 1], p[k + 2], p[k + 3]
            a0, a1, a2, a3 = source[k] * lanes, source[k + 1] * lanes, source[k + 2] * lanes, source[k + 3] * lanes
            for lane in range(lanes):
                total = z[at + lane] + w0 * a[a0 + lane] + w1 * a[a1 + lane]
                z[at + lane] = total + w2 * a[a2 + lane] + w3 * a[a3 + lane]
            k += 4
        while k < end:
            w0, a0 = p[k], source[k] * lanes
            for lane in range(lanes):
                z[at + lane] += w0 * a[a0 + lane]
            k += 1
        bias = p[first]
        for lane in range(lanes):
            z[at + lane] += bias


def gather_error(lo, hi, out_start, out_weight, out_target, p, delta, a_grad):
    """Do `Neuron.gather_error` for a range of neurons."""
    for i in range(lo, hi):
        total = 0.0
        for k in range(out_start[i], out_start[i + 1]):
            total += p[out_weight[k]] * delta[out_target[k]]
        a_grad[i] = total


def push_error(lo, hi, start, source, p, delta, a_grad):
    """Do `Neuron.gather_error` from the other end, for one example: every target gives its sources their part.

    Weights are read as they lie. The sums are those of `gather_error` only where program.py has seen to their order.
    """
    for i in range(lo, hi):
        error = delta[i]
        for k in range(start[i] + 1, start[i + 1]):
            a_grad[source[k]] += p[k] * error


def gather_error_lanes(lo, hi, lanes, out_start, out_weight, out_target, p, delta, a_grad):
    """Do the same in lanes."""
    for i in range(lo, hi):
        at = i * lanes
        for lane in range(lanes):
            a_grad[at + lane] = 0.0
        for k in range(out_start[i], out_start[i + 1]):
            w, error = p[out_weight[k]], out_target[k] * lanes
            for lane in range(lanes):
                a_grad[at + lane] += w * delta[error + lane]


def add_gradients(lo, hi, begin, start, source, a, delta, g):
    """Do `Neuron.add_gradients` for a range of neurons, after `Neuron.zero_gradients` when the batch begins here."""
    for i in range(lo, hi):
        first = start[i]
        error = delta[i]
        if begin:
            g[first] = 0.0 + error
            for k in range(first + 1, start[i + 1]):
                g[k] = 0.0 + a[source[k]] * error
        else:
            g[first] += error
            for k in range(first + 1, start[i + 1]):
                g[k] += a[source[k]] * error


def add_gradients_lanes(lo, hi, begin, count, lanes, neurons, start, source, contiguous, a, a_rows, delta, g):
    """Do the same for the first lanes, one after the other for each edge; edges side by side."""
    for i in range(lo, hi):
        first, end, error = start[i], start[i + 1], i * lanes
        if begin:
            for k in range(first, end):
                g[k] = 0.0
        g0 = g[first]
        for lane in range(count):
            g0 += delta[error + lane]
        g[first] = g0
        k = first + 1
        if contiguous[i]:
            add_gradients_row(k, end - k, count, neurons, source[k], error, a_rows, delta, g)
            continue
        while k + 4 <= end:
            a0, a1, a2, a3 = source[k] * lanes, source[k + 1] * lanes, source[k + 2] * lanes, source[k + 3] * lanes
            g0, g1, g2, g3 = g[k], g[k + 1], g[k + 2], g[k + 3]
            for lane in range(count):
                d = delta[error + lane]
                g0 += a[a0 + lane] * d
                g1 += a[a1 + lane] * d
                g2 += a[a2 + lane] * d
                g3 += a[a3 + lane] * d
            g[k], g[k + 1], g[k + 2], g[k + 3] = g0, g1, g2, g3
            k += 4
        while k < end:
            g0, a0 = g[k], source[k] * lanes
            for lane in range(count):
                g0 += a[a0 + lane] * delta[error + lane]
            g[k] = g0
            k += 1


def add_gradients_row(first, width, count, neurons, at, error, a_rows, delta, g):
    """Do it for a neuron whose sources stand side by side, beginning `at` one; four examples, one after the other."""
    lane = 0
    while lane + 4 <= count:
        d0, d1, d2, d3 = delta[error + lane], delta[error + lane + 1], delta[error + lane + 2], delta[error + lane + 3]
        a0 = lane * neurons + at
        a1, a2, a3 = a0 + neurons, a0 + 2 * neurons, a0 + 3 * neurons
        for k in range(width):
            total = g[first + k] + a_rows[a0 + k] * d0 + a_rows[a1 + k] * d1
            g[first + k] = total + a_rows[a2 + k] * d2 + a_rows[a3 + k] * d3
        lane += 4
    while lane < count:
        d0, a0 = delta[error + lane], lane * neurons + at
        for k in range(width):
            g[first + k] += a_rows[a0 + k] * d0
        lane += 1


def copy_to_rows(lo, hi, count, lanes, neurons, a, a_rows):
    """Copy activations to where each example has a row."""
    for lane in range(count):
        for i in range(lo, hi):
            a_rows[lane * neurons + i] = a[i * lanes + lane]


def update_at_once(lo, hi, start, source, a, delta, p, rate):
    """Do `step_alone` of the object engine, for a batch of one example; the gradients are not kept."""
    for i in range(lo, hi):
        first = start[i]
        error = delta[i]
        p[first] -= rate * (0.0 + error)
        for k in range(first + 1, start[i + 1]):
            p[k] -= rate * (0.0 + a[source[k]] * error)


def push_and_update(lo, hi, start, source, a, delta, a_grad, p, rate):
    """Do `push_error` and `update_at_once` in one."""
    for i in range(lo, hi):
        first = start[i]
        error = delta[i]
        p[first] -= rate * (0.0 + error)
        for k in range(first + 1, start[i + 1]):
            at, w = source[k], p[k]
            a_grad[at] += w * error
            p[k] = w - rate * (0.0 + a[at] * error)


def load(x_rows, y_rows, order, position, count, lanes, inputs, neurons, targets, a, a_rows, y):
    """Give inputs and targets their values; lanes without an example repeat the last one, so that nothing odd acts."""
    if lanes == 1:
        row = order[position]
        for i in range(inputs):
            a[i] = x_rows[row * inputs + i]
        for k in range(targets):
            y[k] = y_rows[row * targets + k]
        return
    for lane in range(lanes):
        row = order[position + min(lane, count - 1)]
        for i in range(inputs):
            a[i * lanes + lane] = a_rows[lane * neurons + i] = x_rows[row * inputs + i]
        for k in range(targets):
            y[k * lanes + lane] = y_rows[row * targets + k]


def load_weights(row_weights, order, position, count, lanes, weights):
    """Give each lane the weight of its example, as `load` has it."""
    for lane in range(lanes):
        weights[lane] = row_weights[order[position + min(lane, count - 1)]]


def cost_of(terms, lane, lanes, targets):
    """Do `Objective.add_up` for one lane."""
    cost = 0.0
    for k in range(targets):
        cost += terms[k * lanes + lane]
    return cost


def is_right(outputs, a, best, lane, lanes, targets):
    """Do `objects.is_right` for one lane; `best` is the largest target's place, or 1 for a single one above 1/2."""
    if targets == 1:
        return (a[outputs[0] * lanes + lane] > 0.5) == (best > 0)
    largest, right = a[outputs[best] * lanes + lane], True
    for k in range(best):
        right &= a[outputs[k] * lanes + lane] < largest
    for k in range(best + 1, targets):
        right &= a[outputs[k] * lanes + lane] <= largest
    return right


# Where a rule is called, where arrays are opened, and where the processor tells whether a number has left the range of
# floats. Compiled, these are a call by address, plain pointers, and a look at the processor's own flags.


def call(rule, *given):
    """Let a rule act."""
    rule(*given)


def places(record):
    """Open the arrays of a record, and of the records in it, to places in memory; what is no array stays."""
    if isinstance(record, tuple):
        return type(record)(*[places(part) for part in record])
    return record.reshape(-1) if hasattr(record, "reshape") else record


def clear_flags():
    """Forget what the processor has noted."""


def flags():
    """Tell what it has noted since: 0 when every number was an ordinary one."""
    return 0
