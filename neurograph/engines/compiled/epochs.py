"""The outer loops of the compiled engine: epochs and batches in one call, judging, and plain runs over many rows.

Plain functions of arrays, compiled and as they stand, as in interpreter.py; what they open is named in records.py.
"""

# The compiler finds the types by itself.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from neurograph.engines.compiled.interpreter import (
    add_gradients,
    clear_flags,
    cost_of,
    flags,
    is_right,
    load,
    load_weights,
    places,
    run_backward,
    run_forward,
)
from neurograph.engines.compiled.records import DONE, RUNNING, TROUBLE, Progress
from neurograph.engines.compiled.steps import all_finite, average, copy, penalty, record_gradients, step, step_plainly

__all__ = ["outputs", "train"]


def train(at, left, net, numbers, moving, start, learned, judged, records, plan):
    """Train for epochs, as far as `left` examples go, and tell where it stands: done, still running or in trouble.

    In trouble, the parameters are those that the epoch began with.
    """
    net, numbers, moving, start = places(net), places(numbers), places(moving), places(start)
    learned, judged, records = places(learned), places(judged), places(records)
    clear_flags()
    while at.epoch < plan.epochs:
        if at.example == 0:
            begin_epoch(net.sizes.parameters, numbers.p, moving, start)
            at = Progress(RUNNING, at.epoch, 0, 0, 0, 0, at.flags, 0.0, 0.0, at.first_loss)
        at, left = train_batches(at, left, net, numbers, moving, learned, records, plan)
        if at.example < learned.rows:
            return at
        at = end_epoch(at, net, numbers, moving, learned.rows, judged, records, plan)
        if at.status == TROUBLE:
            restart_epoch(net.sizes.parameters, numbers.p, moving, start)
            return at
    return Progress(
        DONE, at.epoch, 0, at.batch_begin, at.batch_end, at.right, at.flags, at.total, at.cost, at.first_loss
    )


def train_batches(at, left, net, numbers, moving, examples, records, plan):
    """Train on the examples of an epoch, as far as `left` go; tell where it stands, and how many are left."""
    sizes, count, rate = net.sizes, examples.rows, records.rates[at.epoch]
    lanes = sizes.lanes
    position, batch_begin, batch_end, right = at.example, at.batch_begin, at.batch_end, at.right
    total, cost = at.total, at.cost
    first = at.epoch % examples.orders * count  # of the epoch's own order
    while position < count and left > 0:
        begins = position == batch_end
        if begins:
            batch_begin, batch_end, cost = position, min(position + plan.batch, count), 0.0
        some = min(batch_end - position, lanes)
        forward(first + position, some, sizes.targets, net.ends.loss, examples, net, numbers)
        if plan.weighted:
            load_weights(examples.weights, examples.order, first + position, some, lanes, numbers.weights)
        run_backward(
            net.lines, net.ends.loss, net.ends.backward, net.table, lanes, sizes.inputs, sizes.neurons, sizes.targets,
            net.start, net.source, net.contiguous, net.contiguous_end, net.out_start, net.out_weight, net.out_target,
            net.members, net.member_targets, numbers.p, numbers.g, numbers.z, numbers.a, numbers.a_rows,
            numbers.a_grad, numbers.delta, numbers.y, numbers.scratch, numbers.weights, some, begins, plan.fused,
            rate,
        )  # fmt: skip
        for lane in range(some):
            one = cost_of(numbers.terms, lane, lanes, sizes.targets)
            cost += one * numbers.weights[lane] if plan.weighted else one
            if plan.classes:
                best = examples.best[examples.order[first + position + lane]]
                right += is_right(net.outputs, numbers.a, best, lane, lanes, sizes.targets)
        position += some
        left -= some
        if position == batch_end:
            total += cost
            if not plan.fused:
                end_batch(at.epoch, batch_end - batch_begin, rate, net, numbers, moving, records, plan)
    noted = at.flags if position == count else at.flags | flags()
    return Progress(RUNNING, at.epoch, position, batch_begin, batch_end, right, noted, total, cost, at.first_loss), left


def forward(place, count, targets, end, examples, net, numbers):
    """Run examples forward from a place in their order on, up to a line of the program."""
    sizes = net.sizes
    load(
        examples.x, examples.y, examples.order, place, count, sizes.lanes, sizes.inputs, sizes.neurons, targets,
        numbers.a, numbers.a_rows, numbers.y,
    )  # fmt: skip
    run_forward(
        net.lines, end, net.table, sizes.lanes, sizes.targets, net.start, net.source, net.members, net.member_targets,
        numbers.p, numbers.z, numbers.a, numbers.y, numbers.terms, numbers.scratch,
    )  # fmt: skip


def end_batch(epoch, count, rate, net, numbers, moving, records, plan):
    """Take a step by the mean gradients of so many examples."""
    p, g = numbers.p, numbers.g
    average(net.sizes.parameters, g, count)
    if plan.records:
        record_gradients(epoch, g, net, records)
    if plan.plain:
        step_plainly(net.sizes.parameters, rate, p, g)
    elif plan.moves:
        step(rate, p, g, net.table, moving)


def end_epoch(at, net, numbers, moving, rows, judged, records, plan):
    """Record an epoch, and look for trouble; tell where the next one begins."""
    epoch = at.epoch
    if plan.fused and (epoch + 1 == plan.epochs or judged.rows > 0):
        add_gradients(
            net.sizes.inputs, net.sizes.neurons, True, net.start, net.source, numbers.a, numbers.delta, numbers.g
        )  # fmt: skip
    mean = at.total / rows
    first_loss = mean if at.first_loss != at.first_loss else at.first_loss
    records.losses[epoch], records.rights[epoch] = mean, at.right
    fine = mean - mean == 0.0 and mean <= plan.explosion * (abs(first_loss) + 1.0)
    fine = fine and is_finite(net, numbers, moving)
    if judged.rows > 0:
        evaluate(epoch, net, numbers, judged, records)
        loss = records.judged_losses[epoch]
        fine = fine and loss - loss == 0.0
    noted = at.flags | flags()
    fine = fine and noted == 0
    if fine and moving.rules.penalty > 0:
        penalty(epoch, numbers.p, net.table, moving, records.penalties)
    status, done = (RUNNING, epoch + 1) if fine else (TROUBLE, epoch)
    return Progress(status, done, 0, at.batch_begin, at.batch_end, at.right, noted, at.total, at.cost, first_loss)


def begin_epoch(size, p, moving, start):
    """Keep what the epoch begins with."""
    copy(size, p, start.p)
    copy(moving.remembered, moving.memory, start.memory)
    copy(2, moving.clock, start.clock)


def restart_epoch(size, p, moving, start):
    """Put it back."""
    copy(size, start.p, p)
    copy(moving.remembered, start.memory, moving.memory)
    copy(2, start.clock, moving.clock)


def is_finite(net, numbers, moving):
    """Whether no parameter, memory, or number of the last pass is infinite or NaN."""
    sizes = net.sizes
    fine = all_finite(0, sizes.parameters, numbers.p)
    fine = fine and all_finite(0, moving.remembered, moving.memory)
    fine = fine and all_finite(sizes.inputs * sizes.lanes, sizes.neurons * sizes.lanes, numbers.z)
    return fine and all_finite(0, sizes.neurons * sizes.lanes, numbers.a)


def evaluate(epoch, net, numbers, examples, records):
    """Do `Trainer.evaluate`: the mean loss of some rows, and how many are right."""
    right, total, position, count = 0, 0.0, 0, examples.rows
    sizes, lanes = net.sizes, net.sizes.lanes
    while position < count:
        some = min(count - position, lanes)
        forward(position, some, sizes.targets, net.ends.loss, examples, net, numbers)
        for lane in range(some):
            total += cost_of(numbers.terms, lane, lanes, sizes.targets)
            best = examples.best[examples.order[position + lane]]
            right += is_right(net.outputs, numbers.a, best, lane, lanes, sizes.targets)
        position += some
    records.judged_losses[epoch], records.judged_rights[epoch] = total / count, right


def outputs(at, left, net, numbers, examples, found):
    """Run rows forward from a place on, as far as `left` goes, and keep the outputs; tell the flags."""
    net, numbers, examples = places(net), places(numbers), places(examples)
    lanes, position = net.sizes.lanes, at
    clear_flags()
    while position < examples.rows and left > 0:
        some = min(examples.rows - position, lanes)
        forward(position, some, 0, net.ends.forward, examples, net, numbers)
        for lane in range(some):
            for k in range(net.sizes.targets):
                found[position + lane, k] = numbers.a[net.outputs[k] * lanes + lane]
        position += some
        left -= some
    return flags()
