"""Hints: what in a network, its examples or its training stands in the way of learning, each with its cure.

It looks at numbers, and changes none that is learned; who is told of it, and in which words a cure is given, others
decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from neurograph.engines.objects import are_classes
from neurograph.errors import Note, NumericalError, Setting, some_of
from neurograph.graph.neuron import Neuron
from neurograph.learning.diagnostics import unhealthy
from neurograph.network import Network

__all__ = ["after", "alone_in_softmax", "before", "cures_of_scale", "sorted_by_class"]

Table = Sequence[Sequence[float]]

_APART = 10.0  # deviations of features, the largest beside the smallest
_LARGE = 10.0  # the mean or the deviation of a feature
_LARGE_TARGET = 100.0  # the same of a target
_HARDLY = 0.5  # R2
_SOME = 0.1  # of the rows
_A_FEW = 5  # rows, from which on a column that counts them is no chance
_OF_A_CLASS = 3  # rows, from which on a run of them is none

_STANDARDIZE = Setting(
    "standardize",
    True,
    "To give all features one scale",
    "Give all features one scale: learn from ng.standardize(X).transform(X).",
)
_STANDARDIZE_TARGET = Setting(
    "standardize_target",
    True,
    "To learn the target in units of its deviation",
    "Learn the targets in units of their deviation: take scaler = ng.standardize(Y), learn scaler.transform(Y), and "
    "turn what is predicted back with scaler.inverse.",
)


def before(
    net: Network,
    X: Table,  # noqa: N803  # the field's names
    Y: Table,  # noqa: N803
    feature_names: Sequence[str] = (),
    held_out: int = 0,
    shuffle: bool = True,
    loss: str = "",
) -> list[Note]:
    """Look at a network and its examples before training.

    Parameters
    ----------
    net : Network
        The network.
    X, Y : sequence of rows
        The examples as they were given, not scaled yet.
    feature_names : sequence of str
        What the columns of X are called; if left out, as the inputs.
    held_out : int
        How many rows have been taken from between them.
    shuffle : bool
        Whether the rows are learned from in an order that is drawn, or in batches as they stand.
    loss : str
        What is learned by.

    Examples
    --------
    >>> import neurograph as ng
    >>> for note in before(ng.Network.dense([2, 1], "tanh"), [[0.5, 1.0], [0.7, 1.0]], [[0.0], [3.0]]): print(note)
    the targets go from 0 to 3, but tanh gives only -1 to 1, so the net cannot meet them. Give the outputs identity.
    column 'x2' is 1 in all 2 rows, so it tells nothing. Leave it out of X.
    """
    names = feature_names or [neuron.name for neuron in net.inputs]
    columns = dict(zip(names, zip(*X, strict=True), strict=True))
    found = [alone_in_softmax(net), _out_of_reach(net, Y), _constant(columns), _counting(columns, held_out)]
    if loss == "squared_error" and all(getattr(one.rule, "sums_to_one", False) for one in net.outputs):
        quicker = Setting("loss", "cross_entropy", "To learn faster")
        found.append(Note("squared_error hardly moves a softmax that is sure of a wrong class.", (quicker,)))
    if not shuffle and _come_by_class(Y):
        draw = Setting("shuffle", True, "To learn from them in an order that is drawn")
        found.append(Note("the rows are sorted by class, and are learned from in this order.", (draw,)))
    return [note for note in found if note]


def after(net: Network, X: Table, Y: Table, start: Sequence[float]) -> list[Note]:  # noqa: N803
    """Look at a network after some epochs of training, beside its `values_of` before; its activations are overwritten.

    X and Y are the examples as they were learned from.

    Examples
    --------
    >>> import neurograph as ng
    >>> from neurograph.graph.parameters import values_of
    >>> net = ng.Network.dense([2, 2, 1], "sigmoid", initializer="zeros")
    >>> [note.text for note in after(net, [[1.0, 2.0]], [[1.0]], values_of(net))]
    ['hidden neurons that began as copies of each other still are, and count as one: h1 = h2.']
    """
    found = (_copies(net, start), _unlike_scales(net, X), _large_targets(net, X, Y))
    return [note for note in found if note]


def alone_in_softmax(net: Network) -> Note | None:
    """Find neurons that are a softmax of one: always 1, whatever they sum up.

    Examples
    --------
    >>> import neurograph as ng
    >>> print(alone_in_softmax(ng.Network.dense([2, 1], "softmax")))
    a softmax over one neuron always says 1 and cannot learn: o1. Give its group a second neuron, or take sigmoid.
    >>> alone_in_softmax(ng.Network.dense([2, 2], "softmax"))
    """
    groups = [group for group in net.groups.values() if getattr(group.rule, "sums_to_one", False)]
    names = [group.members[0].name for group in groups if len(group.members) == 1]
    if not names:
        return None
    text = f"a softmax over one neuron always says 1 and cannot learn: {some_of(names)}. "
    return Note(f"{text}Give its group a second neuron, or take sigmoid.", serious=True)


def sorted_by_class(Y: Table) -> Note | None:  # noqa: N803
    """Find rows of a file that come class by class, several of each; read by who draws their order at random.

    Examples
    --------
    >>> print(sorted_by_class([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]]))
    the rows are sorted by class; they are drawn at random here, but shuffle them before you cut a test file off.
    >>> sorted_by_class([[0.0], [1.0]] * 3)
    """
    text = (
        "the rows are sorted by class; they are drawn at random here, but shuffle them before you cut a test file off."
    )
    return Note(text) if _come_by_class(Y) else None


def cures_of_scale(net: Network, X: Table, Y: Table) -> tuple[Setting, ...]:  # noqa: N803
    """Give what helps when numbers have left the range of floats in training, by the scales of features and targets.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity")
    >>> [cure.name for cure in cures_of_scale(net, [[2104.0], [1600.0]], [[4.0], [3.3]])]
    ['standardize']
    """
    features = any(_size(column) > _LARGE for column in zip(*X, strict=True))
    return (_STANDARDIZE,) * features + (_STANDARDIZE_TARGET,) * bool(_large(net, Y))


# Before training.


def _out_of_reach(net: Network, Y: Table) -> Note | None:  # noqa: N803
    """Find targets that the last activation cannot give."""
    for neuron, targets in zip(net.outputs, zip(*Y, strict=True), strict=True):
        (low, high), least, most = neuron.rule.bounds, min(targets), max(targets)
        if low <= least and most <= high:
            continue
        bounds = f"nothing below {low:g}" if high == math.inf else f"nothing above {high:g}"
        gives = bounds if math.inf in (-low, high) else f"only {low:g} to {high:g}"
        hidden = [layer[0].rule.name for layer in net.layers[1:-1]]
        identity = Setting(
            "activations", ",".join([*hidden, "identity"]), "For outputs that reach them", "Give the outputs identity."
        )  # fmt: skip
        of = f" of {neuron.name}" if len(net.outputs) > 1 else ""
        reach = f"go from {least:.3g} to {most:.3g}" if least < most else f"are {most:.3g}"
        text = f"the targets{of} {reach}, but {neuron.rule.name} gives {gives}, so the net cannot"
        beyond = sum(not low <= y <= high for y in targets)
        return Note(f"{text} meet them.", (identity,), serious=beyond >= _SOME * len(targets))
    return None


def _constant(columns: dict[str, tuple[float, ...]]) -> Note | None:
    """Find features that are the same in every row."""
    idle = {name: column[0] for name, column in columns.items() if min(column) == max(column)}
    rows = len(next(iter(columns.values())))
    if not idle or rows < 2:
        return None
    if len(idle) == 1:
        ((name, value),) = idle.items()
        text = f"column {name!r} is {value:g} in all {rows} rows, so it tells nothing."
    else:
        listed = some_of([f"{name!r} ({value:g})" for name, value in idle.items()], 6)
        text = f"columns {listed} are the same in all {rows} rows, so they tell nothing."
    return Note(text, (_ignoring(idle),))


def _counting(columns: dict[str, tuple[float, ...]], held_out: int) -> Note | None:
    """Find features that merely number the rows, beside others that do not."""
    found = [name for name, column in columns.items() if _counts(column, held_out)]
    if not found or len(found) == len(columns):
        return None
    names = some_of([repr(name) for name in found], 6)
    says = "it says where a row stands, and not what it is."
    text = f"column {names} merely counts the rows: {says}"
    if len(found) > 1:
        text = f"columns {names} merely count the rows: {says.replace('it says', 'they say')}"
    return Note(text, (_ignoring(found),))


def _counts(column: Sequence[float], held_out: int) -> bool:
    """Whether numbers go up by 1 from row to row, but for rows held out from between."""
    first, count = column[0], len(column)
    if count < _A_FEW or column[-1] - first > count - 1 + held_out or column[1] - first < 1.0:
        return False
    return all(x.is_integer() for x in column) and all(x < y for x, y in pairwise(column))


def _come_by_class(Y: Table) -> bool:  # noqa: N803
    """Whether there are as many runs of equal targets as classes, each of several rows."""
    runs = [(y, len(list(rows))) for y, rows in groupby(map(tuple, Y))]
    several = 1 < len(runs) == len({y for y, _ in runs}) and min(count for _, count in runs) >= _OF_A_CLASS
    return several and are_classes(Y)


def _ignoring(names: Iterable[str]) -> Setting:
    them = "them" if len(given := tuple(names)) > 1 else "it"
    return Setting("ignore", given, f"To leave {them} out", f"Leave {them} out of X.")


# After training.


def _copies(net: Network, start: Sequence[float]) -> Note | None:
    """Find hidden neurons that get the same from the same sources with the same parameters, now and at the start."""
    alike: dict[int, list[tuple[Neuron, Sequence[float]]]] = {}
    at = 0
    for neuron in net.computing:
        then, at = start[at : at + 1 + len(neuron.fan_in)], at + 1 + len(neuron.fan_in)
        if neuron.role == "hidden" and all(holder.free for holder in neuron.holders):
            alike.setdefault(hash(_parameters(neuron)), []).append((neuron, then))
    sets: dict[object, list[str]] = {}
    for neurons in alike.values():
        if len(neurons) > 1:
            for neuron, then in neurons:
                sources = tuple(edge.source.name for edge in neuron.fan_in)
                key = sources, neuron.group and neuron.group.name, neuron.rule.name, tuple(then), _parameters(neuron)
                sets.setdefault(key, []).append(neuron.name)
    found = [names for names in sets.values() if len(names) > 1]
    if not found:
        return None
    drawn = Setting(
        "initializer",
        "glorot_uniform",
        "To begin with weights that differ",
        "Begin with weights that differ, as Network.dense(..., initializer='glorot_uniform') draws them.",
    )
    listed = some_of([" = ".join(names) for names in found], 6)
    text = f"hidden neurons that began as copies of each other still are, and count as one: {listed}."
    most = 2 * sum(map(len, found)) >= sum(neuron.role == "hidden" for neuron in net.computing)
    return Note(text, (drawn,), serious=most)


def _parameters(neuron: Neuron) -> tuple[float, ...]:
    return (neuron.b, *[edge.w for edge in neuron.fan_in])


def _unlike_scales(net: Network, X: Table) -> Note | None:  # noqa: N803
    """Find features of unlike scales, where half of the hidden neurons saturate."""
    hidden = [neuron for neuron in net.neurons if neuron.role == "hidden"]
    deviations = [_moments(column)[1] for column in zip(*X, strict=True) if min(column) < max(column)]
    least, most = min(deviations, default=1.0), max(deviations, default=1.0)
    if not hidden or most <= _APART * least:
        return None
    saturated = [name for name, what in unhealthy(net, X).items() if what == "saturated"]
    if 2 * len(saturated) < len(hidden):
        return None
    ratio = most / least if least and math.isfinite(most) else math.inf
    text = f"{len(saturated)} of {len(hidden)} hidden neurons are saturated, and the deviations of the features differ "
    return Note(f"{text}{ratio:.3g}-fold.", (_STANDARDIZE,))


def _large_targets(net: Network, X: Table, Y: Table) -> Note | None:  # noqa: N803
    """Find targets far from the size of a net's first outputs that training has hardly come near."""
    large = _large(net, Y)
    if not large:
        return None
    try:
        outputs = list(zip(*net.predict(X), strict=True))
    except NumericalError:
        return None
    for place, targets in large.items():
        mean, deviation = _moments(targets)
        off = math.dist(outputs[place], targets)
        spread = deviation * math.sqrt(len(targets))
        if spread > 0.0 and 1.0 - (off / spread) * (off / spread) < _HARDLY:
            text = f"the targets are about {mean:.3g}, with a deviation of {deviation:.3g}, and the net hardly meets"
            return Note(f"{text} them after training (R2 below {_HARDLY:g}).", (_STANDARDIZE_TARGET,))
    return None


def _large(net: Network, Y: Table) -> dict[int, Sequence[float]]:  # noqa: N803
    """List the columns of numbers to learn that are large, by their places, where the output is not bounded."""
    columns = enumerate(zip(net.outputs, zip(*Y, strict=True), strict=True))
    return {
        place: column
        for place, (neuron, column) in columns
        if neuron.rule.bounds[1] == math.inf and _size(column) > _LARGE_TARGET
    }


def _size(column: Sequence[float]) -> float:
    mean, deviation = _moments(column)
    return max(abs(mean), deviation)


def _moments(column: Sequence[float]) -> tuple[float, float]:
    """Give mean and standard deviation; infinite where they leave the range of floats."""
    try:
        mean = math.fsum(column) / len(column)
    except OverflowError:
        return math.inf, math.inf
    return mean, math.dist(column, [mean] * len(column)) / math.sqrt(len(column))
