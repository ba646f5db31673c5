"""The records of the compiled engine: what its arrays and numbers are called, in Python and in compiled code alike.

They hold and name; who fills them, and who computes with them, the files beside this one know.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

__all__ = [
    "DONE", "RUNNING", "STOPPED", "TROUBLE", "Ends", "EpochStart", "Examples", "Line", "Moving", "Numbers", "Plan",
    "Progress", "Records", "Sizes", "StepRules", "Wiring",
]  # fmt: skip

Array = Any  # of NumPy, which is loaded when the first layout is made


class Sizes(NamedTuple):
    """How many there are of each."""

    neurons: int
    inputs: int
    targets: int
    parameters: int
    layers: int
    lanes: int  # examples that run side by side


class Line(NamedTuple):
    """A line of the program: a verb over a range of neurons, or of members of groups."""

    verb: int
    begin: int
    end: int
    rule: int = 0  # its place in the table
    target: int = 0  # the place in y of the first neuron's target
    width: int = 0  # of a group, how many members


class Ends(NamedTuple):
    """The lines where the passes end; the loss begins where the forward pass ends, and so on."""

    forward: int
    loss: int
    backward: int


class Wiring(NamedTuple):
    """Who is connected with whom, and the program; it stays while the graph does.

    Parameters stand in one row, for each neuron in turn its bias, then its incoming weights.
    """

    sizes: Sizes
    layer_of: Array  # of each neuron
    start: Array  # of each neuron, the place of its bias; one more at the end
    source: Array  # of each weight, the neuron it comes from; of a bias 0
    contiguous: Array  # of each neuron: 1 where its sources are many and stand side by side
    contiguous_end: int  # where those sources end
    out_start: Array  # of each neuron, where its outgoing edges begin in the next two
    out_weight: Array  # the weight's place
    out_target: Array  # the neuron it leads to
    members: Array  # of groups, and of targets whose term is worked out from z: the neurons
    member_targets: Array  # and the places of their targets in y, or NO_TARGET
    outputs: Array
    lines: Array  # of the program, one after the other
    ends: Ends
    table: Any  # the rules that the lines point to; 0 is none


class StepRules(NamedTuple):
    """The places in the table of what the optimizer and the regularizer do; 0 is none."""

    step: int = 0
    tick: int = 0
    slope: int = 0
    shrink: int = 0
    penalty: int = 0


class Moving(NamedTuple):
    """What a step needs: which parameters may move, shared ones last, and what the optimizer remembers of each."""

    alone: int  # how many are not shared
    ties: int  # and how many are
    rules: StepRules
    place: Array  # of those that are not shared
    tie_start: Array  # of each shared one, where its members begin in the next; one more at the end
    tied: Array
    values: Array
    gradients: Array
    remembered: int  # how many numbers the next has
    memory: Array  # each memory of all parameters after the other
    clock: Array
    penalised: Array  # 1 or 0
    decayed: Array  # 1 or 0
    clip_norm: float  # 0 for none
    clip_value: float  # 0 for none
    decay: float


class Numbers(NamedTuple):
    """All numbers of the passes; `z` to `terms` have a column for each example that runs at once."""

    p: Array
    g: Array
    z: Array
    a: Array
    a_rows: Array  # what `a` has, with a row for each example
    a_grad: Array
    delta: Array
    y: Array
    terms: Array
    scratch: Array
    weights: Array  # of the examples that run at once, where their classes have any


class EpochStart(NamedTuple):
    """All that learning changes, as it was when the epoch began."""

    p: Array
    memory: Array
    clock: Array


class Examples(NamedTuple):
    """Rows to learn from or to judge on."""

    rows: int
    x: Array
    y: Array
    best: Array  # where each row's largest target is, as `interpreter.is_right` has it
    orders: int  # how many
    order: Array  # row by row
    weights: Array  # of each row, by its class; none where classes have no weights


class Records(NamedTuple):
    """The rate of each epoch, and room for what is recorded of it; see `learner.FinishedEpochs`."""

    rates: Array
    losses: Array
    rights: Array
    penalties: Array
    judged_losses: Array
    judged_rights: Array
    by_parameter: Array
    by_neuron: Array
    by_layer: Array


class Plan(NamedTuple):
    """What a run is to do."""

    epochs: int
    batch: int
    moves: bool  # whether parameters move
    fused: bool  # whether each example's pass steps as it goes
    plain: bool  # whether a step is `value - rate * gradient` and nothing else
    classes: bool  # whether right answers are counted
    weighted: bool  # whether each example counts by the weight of its class
    records: bool  # whether sizes of gradients are added up
    explosion: float  # how many times the loss of the first epoch is out of range


DONE, RUNNING, TROUBLE, STOPPED = range(4)  # the kernels know the first three


class Progress(NamedTuple):
    """Where a run stands."""

    status: int = DONE
    epoch: int = 0
    example: int = 0  # the next one's place in the order of the epoch
    batch_begin: int = 0
    batch_end: int = 0
    right: int = 0  # answers of the epoch so far
    flags: int = 0  # what the processor has noted
    total: float = 0.0  # loss of the epoch so far
    cost: float = 0.0  # loss of the batch so far
    first_loss: float = math.nan  # mean loss of the first epoch ever; NaN when there was none
