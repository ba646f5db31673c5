"""The loops of the compiled engine: what neurons, groups and targets do, over arrays, every sum in the same order.

They run compiled, and as they stand; no formula of a rule is here, the rules' own functions are called. Kept by tests
to the bits of the object engine: a new order of sums there needs the same here.
"""

# Plain functions of arrays and numbers, so that numba can compile them; jit.py puts the compiled ones in the place of
# these, and of the calls into a rule at the end of this file. Indices are uint32: of a signed one numba asks at each
# use whether it counts from the end. Named tuples are opened once, at the top: inside the sums they cost double.
# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

LANES = 32
INTEGRATE, FIRE, FIRE_GROUP, MEASURE, MEASURE_SHORT, COLLECT, JUDGE, SETTLE, SETTLE_GROUP = range(9)


def integrate(lo, hi, start, source, p, a, z):
    """Do `Neuron.integrate` for a range of neurons."""
    for i in range(lo, hi):
        first = start[i]
        total = 0.0
        for k in range(first + 1, start[i + 1]):
            total += p[k] * a[source[k]]
        z[i] = total + p[first]


def integrate_lanes(lo, hi, start, source, p, a, z):
    """Do the same for many examples at once, each in a lane of its own; four edges at a time, one after the other."""
    lanes = z.shape[1]
    for i in range(lo, hi):
        first, end = start[i], start[i + 1]
        total = z[i]
        for lane in range(lanes):
            total[lane] = 0.0
        k = first + 1
        while k + 4 <= end:
            w0, w1, w2, w3 = p[k], p[k + 1], p[k + 2], p[k + 3]
            a0, a1, a2, a3 = a[source[k]], a[source[k + 1]], a[source[k + 2]], a[source[k + 3]]
            for lane in range(lanes):
                total[lane] = total[lane] + w0 * a0[lane] + w1 * a1[lane] + w2 * a2[lane] + w3 * a3[lane]
            k += 4
        while k < end:
            w0, a0 = p[k], a[source[k]]
            for lane in range(lanes):
                total[lane] += w0 * a0[lane]
            k += 1
        bias = p[first]
        for lane in range(lanes):
            total[lane] += bias


def collect(lo, hi, out_start, out_param, out_target, p, delta, a_grad):
    """Do `Neuron.collect` for a range of neurons."""
    for i in range(lo, hi):
        total = 0.0
        for k in range(out_start[i], out_start[i + 1]):
            total += p[out_param[k]] * delta[out_target[k]]
        a_grad[i] = total


def collect_lanes(lo, hi, out_start, out_param, out_target, p, delta, a_grad):
    """Do the same in lanes."""
    lanes = delta.shape[1]
    for i in range(lo, hi):
        total = a_grad[i]
        for lane in range(lanes):
            total[lane] = 0.0
        for k in range(out_start[i], out_start[i + 1]):
            w, error = p[out_param[k]], delta[out_target[k]]
            for lane in range(lanes):
                total[lane] += w * error[lane]


def learn(lo, hi, begin, start, source, a, delta, g):
    """Do `Neuron.learn` for a range of neurons, after `Neuron.clear` when the batch begins here."""
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


def learn_lanes(lo, hi, begin, count, start, source, a, delta, g):
    """Do the same for the first lanes, one after the other for each edge; four edges side by side."""
    for i in range(lo, hi):
        first, end = start[i], start[i + 1]
        error = delta[i]
        g0 = 0.0 if begin else g[first]
        for lane in range(count):
            g0 += error[lane]
        g[first] = g0
        k = first + 1
        while k + 4 <= end:
            a0, a1, a2, a3 = a[source[k]], a[source[k + 1]], a[source[k + 2]], a[source[k + 3]]
            g0, g1, g2, g3 = g[k], g[k + 1], g[k + 2], g[k + 3]
            if begin:
                g0 = g1 = g2 = g3 = 0.0
            for lane in range(count):
                d = error[lane]
                g0 += a0[lane] * d
                g1 += a1[lane] * d
                g2 += a2[lane] * d
                g3 += a3[lane] * d
            g[k], g[k + 1], g[k + 2], g[k + 3] = g0, g1, g2, g3
            k += 4
        while k < end:
            a0 = a[source[k]]
            g0 = 0.0 if begin else g[k]
            for lane in range(count):
                g0 += a0[lane] * error[lane]
            g[k] = g0
            k += 1


def learn_and_update(lo, hi, start, source, a, delta, p, rate):
    """Do `Neuron.clear`, `learn` and `update` in one, for a batch of one example; the gradients are not kept."""
    for i in range(lo, hi):
        first = start[i]
        error = delta[i]
        p[first] -= rate * (0.0 + error)
        for k in range(first + 1, start[i + 1]):
            p[k] -= rate * (0.0 + a[source[k]] * error)


def run(
    ops, end, table, lanes, start, source, out_start, out_param, out_target, members, aims,
    p, z, a, a_grad, delta, z1, a1, a_grad1, delta1, y, terms, scratch,
):  # fmt: skip
    """Run the program up to a line; each has a verb, the neurons or members it is for, a rule and one more number.

    Numbers of neurons come twice: with a column for each lane, and the same in one row, for one example at a time.
    """
    aimed = terms.shape[0]
    for at in range(end):
        verb, lo, hi, rule, extra = ops[at, 0], ops[at, 1], ops[at, 2], ops[at, 3], ops[at, 4]
        if verb == INTEGRATE:
            if lanes == 1:
                integrate(lo, hi, start, source, p, a1, z1)
            else:
                integrate_lanes(lo, hi, start, source, p, a, z)
        elif verb == FIRE:
            call(table[rule], z1, a1, lo * lanes, hi * lanes)
        elif verb == COLLECT:
            if lanes == 1:
                collect(lo, hi, out_start, out_param, out_target, p, delta1, a_grad1)
            else:
                collect_lanes(lo, hi, out_start, out_param, out_target, p, delta, a_grad)
        elif verb == SETTLE:
            call(table[rule], a_grad1, z1, a1, delta1, lo * lanes, hi * lanes)
        elif verb == JUDGE:  # from a and y to dC/da, or straight to delta: the rule knows
            call(table[rule], a1, y, a_grad1, delta1, lo * lanes, hi * lanes, extra * lanes, aimed)
        elif verb == MEASURE:
            call(table[rule], a1, y, terms, lo * lanes, hi * lanes, extra * lanes, aimed)
        elif verb == FIRE_GROUP:
            call(table[rule], z1, a1, members, lo, hi, extra, lanes, scratch)
        elif verb == MEASURE_SHORT:
            call(table[rule], z1, y, terms, members, aims, lo, hi, extra, lanes, scratch)
        else:
            call(table[rule], a_grad1, z1, a1, delta1, members, lo, hi, extra, lanes, scratch)


def is_right(outputs, a, y, lane):
    """Do `objects.is_right` for one lane."""
    best = aim = 0
    for k in range(outputs.shape[0]):
        if a[outputs[k], lane] > a[outputs[best], lane]:
            best = k
        if y[k, lane] > y[aim, lane]:
            aim = k
    if outputs.shape[0] == 1:
        return (a[outputs[0], lane] > 0.5) == (y[0, lane] > 0.5)
    return best == aim


def total_cost(terms, lane):
    """Do `Objective.add_up` for one lane."""
    cost = 0.0
    for k in range(terms.shape[0]):
        cost += terms[k, lane]
    return cost


def load(x, y, order, position, count, a, targets):
    """Give inputs and targets their values; lanes without an example repeat the last one, so that nothing odd acts."""
    for lane in range(a.shape[1]):
        row = order[position + min(lane, count - 1)]
        for i in range(x.shape[1]):
            a[i, lane] = x[row, i]
        for k in range(y.shape[1]):
            targets[k, lane] = y[row, k]


# Where a rule is called, and where the processor tells whether a number has left the range of floats. Compiled, a rule
# is an address, and these are a call through it and a look at the processor's own flags.


def call(rule, *numbers):
    """Let a rule act."""
    rule(*[one.reshape(-1) if hasattr(one, "reshape") else one for one in numbers])


def clear_flags():
    """Forget what the processor has noted."""


def flags():
    """Tell what it has noted since: 0 when every number was an ordinary one."""
    return 0
