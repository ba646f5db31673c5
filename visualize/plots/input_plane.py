"""A plane through the space of inputs: two of them vary, the others are held, and every point is a row to run.

It makes rows and says what is held; it runs nothing and draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from neurograph.errors import InvalidValueError
from neurograph.network import Network
from neurograph.tables import vector
from neurograph.validate import one_of, pair, whole
from visualize.drawn import short
from visualize.plots.axes_parts import CHARACTER
from visualize.plots.evaluate import names_or

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["Plane", "read_plane"]

Span = tuple[tuple[float, float], tuple[float, float]]
_MARGIN = 0.08  # of the range of the data, on either side


@dataclass(frozen=True, slots=True)
class Plane:
    """A grid over two inputs.

    Attributes
    ----------
    features : (int, int)
        The inputs that vary, across and up.
    xs, ys : array
        Their values.
    held : list of float
        A value for each input; of the two that vary it is not used.
    names : list of str
        What the inputs are called.
    how : str
        Where the held values come from.
    """

    features: tuple[int, int]
    xs: NDArray[float64]
    ys: NDArray[float64]
    held: list[float]
    names: list[str]
    how: str

    def rows(self) -> list[list[float]]:
        """List the inputs at every point: along x first, from the bottom up."""
        across, up = self.features
        row = list(self.held)
        found = []
        for y in self.ys.tolist():
            for x in self.xs.tolist():
                row[across], row[up] = x, y
                found.append(list(row))
        return found

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Where an image of the points ends: half a step beyond the outermost."""
        across, up = (self.xs[1] - self.xs[0]) / 2.0, (self.ys[1] - self.ys[0]) / 2.0
        return (self.xs[0] - across, self.xs[-1] + across, self.ys[0] - up, self.ys[-1] + up)

    @property
    def labels(self) -> tuple[str, str]:
        """The names of the two that vary."""
        return short(self.names[self.features[0]], 40), short(self.names[self.features[1]], 40)

    @property
    def held_text(self) -> str:
        """Say at what the other inputs are held; empty when there are none."""
        return ", ".join(self._held_parts())

    def _held_parts(self) -> list[str]:
        others = [k for k in range(len(self.names)) if k not in self.features]
        if len(others) > 3:
            return [f"the other {len(others)} inputs at {self.how}"]
        return [f"{short(self.names[k])} = {self.held[k]:.3g}" for k in others]

    def held_below(self, width: float) -> str:
        """Say the same as lines under a label, in a width in inches; empty when nothing is held."""
        if not self.held_text:
            return ""
        text = f"with {self.held_text}"
        return "\n" + (text if len(text) * CHARACTER <= width else "with " + ",\n".join(self._held_parts()))

    def place(self, ax: Axes, x: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
        """Give the places of examples, and let the axes end with the plane."""
        ax.set(xlim=(self.xs[0], self.xs[-1]), ylim=(self.ys[0], self.ys[-1]))
        return [row[self.features[0]] for row in x], [row[self.features[1]] for row in x]


def read_plane(  # all that says which plane
    net: Network,
    xs: Sequence[Sequence[float]],
    features: object,
    fixed: object,
    span: object,
    resolution: object,
    feature_names: object,
    where: str,
) -> Plane:
    """Lay a grid of `resolution` points each way; what each argument may be, the functions below say.

    Examples
    --------
    >>> import neurograph as ng
    >>> net, X = ng.Network.dense([3, 1], "tanh"), [[0.0, 7.0, 5.0]]
    >>> plane = read_plane(net, X, (0, 2), None, (0, 1), 2, ("a", "b", "c"), "plot")
    >>> plane.rows(), plane.held_text
    ([[0.0, 7.0, 0.0], [1.0, 7.0, 0.0], [0.0, 7.0, 1.0], [1.0, 7.0, 1.0]], 'b = 7')
    """
    from numpy import linspace

    names = names_or(feature_names, [neuron.name for neuron in net.inputs], f"{where}, feature_names", "input")
    chosen = read_features(features, names, where)
    held = read_held(fixed, xs, net, where)
    steps = whole(resolution, f"{where}, resolution", 2)
    across, up = read_span(span, xs, chosen, where)
    how = "their means" if fixed is None else "the values given"
    return Plane(chosen, linspace(*across, steps), linspace(*up, steps), held, names, how)


def read_features(features: object, names: Sequence[str], where: str) -> tuple[int, int]:
    """Read which two inputs vary: places from 0, or names. None stands for the two of a net that has two.

    Examples
    --------
    >>> read_features(("b", 0), ["a", "b", "c"], "plot")
    (1, 0)
    """
    count = len(names)
    if count < 2:
        raise InvalidValueError(
            "it has 1 input, and a plane needs 2.",
            where=f"{where}, net",
            cure="Draw its neurons with plot_activations(net, X).",
        )
    if features is None:
        if count > 2:
            raise InvalidValueError(
                f"got rows of {count} numbers, expected rows of 2, which span a plane.",
                where=f"{where}, X",
                cure=f"Name two of them with features=({count - 2}, {count - 1}); the others are then held.",
            )
        return (0, 1)
    both = pair(features, f"{where}, features", "two inputs, such as (0, 1)")
    one, two = (_place(feature, names, f"{where}, features") for feature in both)
    if one == two:
        raise InvalidValueError(where=f"{where}, features", given=features, expected="two different inputs")
    return one, two


def _place(feature: object, names: Sequence[str], where: str) -> int:
    if isinstance(feature, str):
        return names.index(one_of(feature, names, where, "no input is named"))
    place = whole(feature, where, what="the place of an input, from 0, or its name")
    if not 0 <= place < len(names):
        raise InvalidValueError(where=where, given=place, expected=f"a place from 0 to {len(names) - 1}")
    return place


def read_held(fixed: object, xs: Sequence[Sequence[float]], net: Network, where: str) -> list[float]:
    """Read where the inputs that do not vary are held; None stands for their means."""
    names = [neuron.name for neuron in net.inputs]
    if fixed is not None:
        return vector(fixed, len(names), f"{where}, fixed", names)
    if xs:
        return [fsum(row[k] for row in xs) / len(xs) for k in range(len(names))]
    if len(names) > 2:
        raise InvalidValueError(
            f"got none, expected {len(names)} numbers, at which the inputs that do not vary are held.",
            where=f"{where}, fixed",
            cure="Give them, or X, whose means are then taken.",
        )
    return [0.0, 0.0]


def read_span(span: object, xs: Sequence[Sequence[float]], features: tuple[int, int], where: str) -> Span:
    """Read how far the plane goes: (low, high) for both inputs, or one such pair for each; None goes with the data.

    Examples
    --------
    >>> read_span((-1, 1), [], (0, 1), "plot"), read_span(None, [[0.0, 5.0], [1.0, 5.0]], (0, 1), "plot")
    (((-1.0, 1.0), (-1.0, 1.0)), ((-0.08, 1.08), (4.0, 6.0)))
    """
    if span is None:
        return (_reach([row[features[0]] for row in xs]), _reach([row[features[1]] for row in xs]))
    wanted = "(low, high), or ((low, high), (low, high))"
    first, last = pair(span, f"{where}, span", wanted)
    both = (first, last) if isinstance(first, Sequence) else (span, span)
    one, two = (vector(ends, 2, f"{where}, span", ("low", "high")) for ends in both)
    for low, high in (one, two):
        if not low < high:
            raise InvalidValueError(where=f"{where}, span", given=span, expected=f"{wanted}, each low below its high")
    return ((one[0], one[1]), (two[0], two[1]))


def _reach(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=-1.0), max(values, default=1.0)
    margin = _MARGIN * (high - low) if values else 0.0
    if low == high:
        margin = max(1.0, 0.1 * abs(low))
    return low - margin, high + margin
