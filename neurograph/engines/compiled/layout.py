"""The layout: a network and its order of acts, read off as arrays for the loops.

It fills the records, and copies numbers from the objects and back; it computes nothing and knows no numba.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from neurograph.engines.compiled.program import Program
from neurograph.engines.compiled.records import Array, Ends, Examples, Numbers, Sizes, Wiring
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.tables import Example

__all__ = ["gather", "numbers_of", "scatter", "tables_of", "wiring_of"]

_ROW = 8  # sources side by side, from which on a loop over them pays


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
        Sizes(len(neurons), len(layers[0]), len(outputs), len(source), len(layers), lanes),
        layer_of=_whole(n for n, layer in enumerate(layers) for _ in layer),
        start=_whole(start),
        source=_whole(source),
        contiguous=np.array([end > 0 for end in rows], dtype=np.uint8),
        contiguous_end=max(rows),
        out_start=_whole(out_start),
        out_weight=_whole(place[edge] for edge in leaving),
        out_target=_whole(index[edge.target] for edge in leaving),
        members=_whole(program.members),
        member_targets=_whole(program.member_targets),
        outputs=_whole(index[output] for output in outputs),
        lines=_whole(number for line in program.lines for number in line),
        ends=Ends(*program.ends),
        table=table,
    )


def numbers_of(neurons: Sequence[Neuron], targets: int, lanes: int, widest: int) -> Numbers:
    """Make room for all numbers, and gather the parameters."""
    import numpy as np

    count = sum(len(neuron.fan_in) + 1 for neuron in neurons if neuron.role != "input")
    z, a, a_grad, delta = (np.zeros((len(neurons), lanes)) for _ in range(4))
    y, terms, scratch = np.zeros((targets, lanes)), np.zeros((targets, lanes)), np.zeros(2 * max(widest, 1))
    numbers = Numbers(
        np.zeros(count), np.zeros(count), z, a, np.zeros(a.size), a_grad, delta, y, terms, scratch, np.ones(lanes)
    )
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


def scatter(
    neurons: Sequence[Neuron], numbers: Numbers, lane: int, error_lane: int, by_shortcut: frozenset[Neuron]
) -> None:
    """Write everything back to the objects, as if they had done it.

    Parameters
    ----------
    neurons : sequence of Neuron
        In the order of the layout.
    numbers : Numbers
        What the loops have left.
    lane, error_lane : int
        The column of the last example that was run forward, and of the last that was run back.
    by_shortcut : frozenset of Neuron
        Those whose dC/da is not computed.
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
        neuron.a_grad = NOT_COMPUTED if neuron in by_shortcut else a_grad[i]
        at += 1
        for edge in neuron.fan_in:
            edge.w, edge.grad = p[at], g[at]
            at += 1


def tables_of(
    examples: Sequence[Example], inputs: int, outputs: int, class_weights: Sequence[float] | None = None
) -> Examples:
    """Make tables of the examples, in their own order."""
    import numpy as np

    x, y = (
        np.array([example[side] for example in examples], dtype=np.float64).reshape(len(examples), width)
        for side, width in ((0, inputs), (1, outputs))
    )
    best = (y[:, 0] > 0.5 if outputs == 1 else y.argmax(axis=1)).astype(np.uint32)
    weights = np.array([] if class_weights is None else [class_weights[k] for k in best], dtype=np.float64)
    return Examples(len(examples), x, y, best, 1, np.arange(len(examples), dtype=np.uint32), weights)


def _row_end(sources: Sequence[int]) -> int:
    """Say where sources end that stand side by side, and are so many that a loop over them pays; else 0."""
    if len(sources) < _ROW or any(after != before + 1 for before, after in pairwise(sources)):
        return 0
    return sources[-1] + 1


def _whole(values: Iterable[int]) -> Array:
    import numpy as np

    return np.array(list(values), dtype=np.uint32)
