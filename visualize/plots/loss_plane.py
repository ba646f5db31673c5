"""A plane through the parameters of a network, and the mean loss over it.

It moves the parameters of a copy and asks the trainer for the loss; it draws nothing and knows no loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from neurograph.errors import InvalidTypeError, InvalidValueError, NumericalError, UnknownNameError, nearest
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import Parameter, parameters_of
from neurograph.graph.tie import Tie
from neurograph.learning.trainer import Trainer
from neurograph.network import Network
from neurograph.rules.losses import Loss
from neurograph.validate import finite, instance_of, one_of, pair, whole
from visualize.drawn import short

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["LossPlane", "along_path", "along_random", "along_weights", "losses_over", "read_path", "twin_of"]

_WHERE = "plot_loss_surface"
Path = Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class LossPlane:
    """A plane: from the present parameters, so far along one direction and so far along another.

    Attributes
    ----------
    kind : {"random", "path", "weights"}
        How the directions were chosen.
    one, two : array
        The directions, a number for each parameter.
    centre : (float, float)
        What the axes say at the present parameters.
    labels : (str, str)
        What the axes are.
    path : array
        Where each snapshot stands, a row for each; no rows without a path.
    shown : float
        The share of the path's spread that lies in the plane; 1 without a path.
    """

    kind: str
    one: NDArray[float64]
    two: NDArray[float64]
    centre: tuple[float, float]
    labels: tuple[str, str]
    path: NDArray[float64]
    shown: float = 1.0


def read_path(path: object, parameters: Sequence[Parameter]) -> tuple[list[int], NDArray[float64]]:
    """Read the snapshots of a training run: their epochs, and a row of parameters for each."""
    from numpy import array

    snapshots = getattr(path, "snapshots", path)  # a whole history will do
    if not isinstance(snapshots, Mapping) or not all(isinstance(one, Mapping) for one in snapshots.values()):
        expected = "snapshots, {epoch: {label: value}}"
        raise InvalidTypeError(where=f"{_WHERE}, path", given=path, expected=expected, cure="Give history.snapshots.")
    if not snapshots:
        cure = "Train with ng.train(..., snapshots=1)."
        raise InvalidValueError("it has no snapshots.", where=f"{_WHERE}, path", cure=cure)
    rows = []
    for epoch, values in snapshots.items():
        for parameter in parameters:
            if parameter.label not in values:
                raise UnknownNameError(
                    f"it has no {parameter.label!r}.",
                    where=f"{_WHERE}, path, epoch {epoch}",
                    cure=f"{nearest(parameter.label, values)} Give the snapshots of this net.",
                )
        rows.append([finite(values[p.label], f"{_WHERE}, path, epoch {epoch}, {p.label}") for p in parameters])
    return [whole(epoch, f"{_WHERE}, path, epoch") for epoch in snapshots], array(rows)


def along_random(parameters: Sequence[Parameter], seed: int) -> LossPlane:
    """Choose two random directions, each neuron's part as long as the neuron's own parameters are.

    A neuron's bias and incoming weights are scaled together, a shared number by itself. Source: H. Li, Z. Xu, G.
    Taylor, C. Studer, T. Goldstein (2018), Visualizing the loss landscape of neural nets, section 4.
    """
    from numpy import array, empty, linalg

    values = _values(parameters)
    _need_two(parameters)
    if not values.any():
        raise InvalidValueError(
            "all its parameters are 0, so that random directions have no length.",
            where=f"{_WHERE}, net",
            cure=f"Name two weights, as in weights=({parameters[0].label!r}, {parameters[1].label!r}).",
        )
    owners = [_owner(parameter) for parameter in parameters]
    generator = Random(whole(seed, f"{_WHERE}, seed"))  # noqa: S311  # directions, no secrets
    directions = []
    for _ in range(2):
        direction = array([generator.gauss(0.0, 1.0) for _ in parameters])
        for owner in dict.fromkeys(owners):
            own = array([one is owner for one in owners])
            direction[own] *= linalg.norm(values[own]) / linalg.norm(direction[own])
        directions.append(direction)
    labels = ("random direction 1", "random direction 2")
    return LossPlane("random", directions[0], directions[1], (0.0, 0.0), labels, empty((0, 2)))


def along_path(parameters: Sequence[Parameter], path: NDArray[float64]) -> LossPlane:
    """Choose the two directions in which a path spreads most, seen from the present parameters."""
    from numpy import linalg, sign, vstack, zeros

    _need_two(parameters)
    steps = path - _values(parameters)
    if not steps.any():
        cure = "Take them more often, with snapshots=1."
        raise InvalidValueError("all its snapshots are the present parameters.", where=f"{_WHERE}, path", cure=cure)
    _, sizes, directions = linalg.svd(vstack([steps, zeros(len(parameters))]), full_matrices=False)
    one, two = (way * (sign(way[abs(way).argmax()]) or 1.0) for way in directions[:2])  # either sign is right: take one
    parts = sizes**2 / (sizes**2).sum()
    labels = (f"direction 1 of the path ({parts[0]:.0%})", f"direction 2 of the path ({parts[1]:.0%})")
    where = vstack([steps @ one, steps @ two]).T
    return LossPlane("path", one, two, (0.0, 0.0), labels, where, float(parts[:2].sum()))


def along_weights(parameters: Sequence[Parameter], weights: object, path: NDArray[float64]) -> LossPlane:
    """Choose two named weights or biases; the axes then tell their values."""
    from numpy import zeros

    where = f"{_WHERE}, weights"
    places = [_place(label, parameters) for label in pair(weights, where, "two labels, such as ('x1->h1', 'h1')")]
    if places[0] == places[1]:
        raise InvalidValueError(where=where, given=weights, expected="two different ones, which share no value")
    values, directions = _values(parameters), zeros((2, len(parameters)))
    for direction, place in zip(directions, places, strict=True):
        direction[place] = 1.0
    labels = [f"{'bias' if parameters[at].is_bias else 'weight'} {short(parameters[at].label, 40)}" for at in places]
    centre = (float(values[places[0]]), float(values[places[1]]))
    return LossPlane("weights", directions[0], directions[1], centre, (labels[0], labels[1]), path[:, places])


def twin_of(net: Network, weights: object) -> Network:
    """Copy a network to be moved about; named weights may be frozen ones, so for them nothing in the copy is frozen."""
    twin = net.copy()
    if weights is not None:
        twin.unfreeze(*twin.computing)
    return twin


def losses_over(
    twin: Network,
    examples: Sequence[tuple[list[float], list[float]]],
    loss: str | Loss,
    land: LossPlane,
    grid: tuple[NDArray[float64], NDArray[float64]],
) -> NDArray[float64]:
    """Give the mean loss at every point of a plane; NaN where a number leaves the range of floats.

    The twin is a copy that ends with other parameters than it began with; `grid` is the places along the plane's axes.
    """
    from numpy import empty, nan

    trainer = Trainer(twin, [x for x, _ in examples], [y for _, y in examples], loss=loss)
    parameters = parameters_of(twin)
    origin, found = _values(parameters), empty((len(grid[1]), len(grid[0])))
    for row, y in enumerate(grid[1]):
        for column, x in enumerate(grid[0]):
            place = origin + (x - land.centre[0]) * land.one + (y - land.centre[1]) * land.two
            for parameter, value in zip(parameters, place.tolist(), strict=True):
                parameter.move_to(value)
            try:
                found[row, column] = trainer.evaluate(trainer.examples)[0]
            except NumericalError:
                found[row, column] = nan
    return found


def _values(parameters: Sequence[Parameter]) -> NDArray[float64]:
    from numpy import array, float64

    return array([parameter.value for parameter in parameters], dtype=float64)


def _owner(parameter: Parameter) -> object:
    """Whose parameter it is: a neuron's, or, shared, its own."""
    holder = parameter.holder
    return holder.target if isinstance(holder, Edge) else holder


def _place(label: object, parameters: Sequence[Parameter]) -> int:
    """Find a parameter by its label; each member of a tie stands for what they share."""
    if isinstance(label, (Edge, Neuron)):
        label = label.label if isinstance(label, Edge) else label.name
    where = f"{_WHERE}, weights"
    label = instance_of(label, str, where, "labels: 'x1->h1' for a weight, 'h1' for a bias")
    places: dict[str, int] = {}
    for at, parameter in enumerate(parameters):
        holder = parameter.holder
        for known in holder.labels if isinstance(holder, Tie) else [parameter.label]:
            places.setdefault(known, at)
    return places[one_of(label, places, where, "no weight or bias")]


def _need_two(parameters: Sequence[Parameter]) -> None:
    if len(parameters) < 2:
        raise InvalidValueError(
            f"{len(parameters)} of its parameters may move, expected at least 2, which span a plane.",
            where=f"{_WHERE}, net",
            cure="Unfreeze some, or name two with weights=(..., ...).",
        )
