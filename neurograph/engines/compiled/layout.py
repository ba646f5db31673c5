"""The layout: a network and its order of acts, read off as arrays for the loops.

It names what the arrays hold, and copies numbers from the objects and back; it computes nothing and knows no numba.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from neurograph.engines.compiled.program import Program
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.intake import Example

__all__ = ["Moving", "Numbers", "Wiring", "gather", "numbers_of", "rows_of", "scatter", "wiring_of"]

_ROW = 8  # sources side by side, from which on a loop over them pays
Array = Any  # of NumPy, which is loaded when the first layout is made


class Wiring(NamedTuple):
    """Who is connected with whom, and the program; it stays while the graph does.

    Parameters stand in one row, for each neuron in turn its bias, then its incoming weights.
    """

    sizes: tuple[int, int, int, int, int]  # how many neurons, inputs, targets, parameters and layers
    lanes: int  # how many examples run side by side
    layer_of: Array  # of each neuron
    start: Array  # of each neuron, the place of its bias; one more at the end
    source: Array  # of each weight, the neuron it comes from; of a bias 0
    in_row: Array  # of each neuron: 1 where its sources are many and stand side by side
    turning: int  # where those sources end
    out_start: Array  # of each neuron, where its outgoing edges begin in the next two
    out_param: Array  # the weight's place
    out_target: Array  # the neuron it leads to
    members: Array  # of groups, and of targets that are measured from z: the neurons
    aims: Array  # and the places of their targets in y
    outs: Array  # the outputs
    ops: Array  # a line for each step of the program
    ends: tuple[int, int, int]  # where the forward pass ends, the loss, the backward pass
    table: Any  # the rules that the lines point to; 0 is none


class Moving(NamedTuple):
    """What a step needs: which parameters may move, shared ones last, and what the optimizer remembers of each."""

    sizes: tuple[int, int]  # how many that are not shared, and that are
    rules: tuple[int, int, int, int, int]  # step and tick of the optimizer; slope, shrink, penalty of the regularizer
    where: Array  # of those that are not shared, their places
    tie_start: Array  # of each shared one, where its edges begin in the next; one more at the end
    tied: Array
    values: Array
    gradients: Array
    one: Array
    two: Array
    clock: Array
    touched: Array  # by the regularizer: 1 or 0
    decays: Array
    limits: tuple[float, float, float]  # of the gradient's norm, of its parts, both 0 for none; and the decay


class Numbers(NamedTuple):
    """All numbers of the passes; `z` to `terms` have a column for each example that runs at once."""

    p: Array
    g: Array
    z: Array
    a: Array
    turned: Array  # what `a` has, with a row for each example
    a_grad: Array
    delta: Array
    y: Array
    terms: Array
    scratch: Array


def wiring_of(
    layers: Sequence[Sequence[Neuron]], outputs: Sequence[Neuron], lanes: int, program: Program, table: Any
) -> Wiring:
    """Read the edges off the neurons, in their order."""
    import numpy as np

    neurons = [neuron for layer in layers for neuron in layer]
    index = {neuron: i for i, neuron in enumerate(neurons)}
    place = {edge: 0 for neuron in neurons for edge in neuron.fan_in}
    start, source = [0], []
    for neuron in neurons:
        if neuron.role != "input":
            source.append(0)
        for edge in neuron.fan_in:
            place[edge] = len(source)
            source.append(index[edge.source])
        start.append(len(source))
    rows = [_row_end([index[edge.source] for edge in neuron.fan_in]) for neuron in neurons]
    leaving = [edge for neuron in neurons for edge in neuron.fan_out]
    out_start = [0]
    for neuron in neurons:
        out_start.append(out_start[-1] + len(neuron.fan_out))
    return Wiring(
        (len(neurons), len(layers[0]), len(outputs), len(source), len(layers)),
        lanes,
        _whole(n for n, layer in enumerate(layers) for _ in layer),
        _whole(start),
        _whole(source),
        np.array([end > 0 for end in rows], dtype=np.uint8),
        max(rows),
        _whole(out_start),
        _whole(place[edge] for edge in leaving),
        _whole(index[edge.target] for edge in leaving),
        _whole(program.members),
        _whole(program.aims),
        _whole(index[output] for output in outputs),
        _whole(number for line in program.lines for number in line),
        program.ends,
        table,
    )


def numbers_of(neurons: Sequence[Neuron], targets: int, lanes: int, widest: int) -> Numbers:
    """Make room for all numbers, and gather the parameters."""
    import numpy as np

    count = sum(len(neuron.fan_in) + 1 for neuron in neurons if neuron.role != "input")
    z, a, a_grad, delta = (np.zeros((len(neurons), lanes)) for _ in range(4))
    y, terms, scratch = np.zeros((targets, lanes)), np.zeros((targets, lanes)), np.zeros(2 * max(widest, 1))
    numbers = Numbers(np.zeros(count), np.zeros(count), z, a, np.zeros(a.size), a_grad, delta, y, terms, scratch)
    gather(neurons, numbers.p)
    return numbers


def gather(neurons: Iterable[Neuron], p: Array) -> None:
    """Copy the parameters from the objects."""
    values: list[float] = []
    for neuron in neurons:
        if neuron.role != "input":
            values.append(neuron.b)
            values.extend([edge.w for edge in neuron.fan_in])
    p[:] = values


def scatter(neurons: Sequence[Neuron], numbers: Numbers, lane: int, error_lane: int, short: frozenset[Neuron]) -> None:
    """Write everything back to the objects, as if they had done it.

    Parameters
    ----------
    neurons : sequence of Neuron
        In the order of the layout.
    numbers : Numbers
        What the loops have left.
    lane, error_lane : int
        The column of the last example that was run forward, and of the last that was run back.
    short : frozenset of Neuron
        Those whose dC/da is not computed, because their delta comes the short way.
    """
    z, a = numbers.z[:, lane].tolist(), numbers.a[:, lane].tolist()
    a_grad, delta = numbers.a_grad[:, error_lane].tolist(), numbers.delta[:, error_lane].tolist()
    p, g, at = numbers.p.tolist(), numbers.g.tolist(), 0
    for i, neuron in enumerate(neurons):
        neuron.a = a[i]
        if neuron.role == "input":
            continue
        neuron.z, neuron.b = z[i], p[at]
        neuron.delta, neuron.bias_grad = delta[i], g[at]
        neuron.a_grad = NOT_COMPUTED if neuron in short else a_grad[i]
        at += 1
        for edge in neuron.fan_in:
            edge.w, edge.grad = p[at], g[at]
            at += 1


def rows_of(examples: Sequence[Example], inputs: int, outs: int) -> tuple[Any, Any, Any]:
    """Make tables of the examples: inputs, targets, and where the largest target is, as `loops.is_right` has it."""
    import numpy as np

    x, y = (
        np.array([example[side] for example in examples], dtype=np.float64).reshape(len(examples), width)
        for side, width in ((0, inputs), (1, outs))
    )
    return x, y, (y[:, 0] > 0.5 if outs == 1 else y.argmax(axis=1)).astype(np.uint32)


def _row_end(sources: Sequence[int]) -> int:
    """Say where sources end that stand side by side, and are so many that a loop over them pays; else 0."""
    if len(sources) < _ROW or any(after != before + 1 for before, after in pairwise(sources)):
        return 0
    return sources[-1] + 1


def _whole(values: Iterable[int]) -> Array:
    import numpy as np

    return np.array(list(values), dtype=np.uint32)
