"""How numbers become colours and widths: one scale for both, centred on zero, for a layer or for the whole network.

It maps numbers to numbers; colours are the theme's, and drawing is done elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import NumericalError
from neurograph.validate import instance_of, one_of

if TYPE_CHECKING:
    from matplotlib.colors import Normalize

__all__ = ["KINDS", "Scale", "limit_of", "make_scale", "widths"]

KINDS = ("layer", "network")
_SAYS = {"layer": "share of the layer's full scale", "network": "one scale for the network", "norm": "scale as given"}
_APART = 3.0  # layers whose largest values differ by more than this have scales of their own
Known = Sequence[tuple[int, float]]  # (layer, value)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale for values with a sign.

    Attributes
    ----------
    kind : {"layer", "network", "norm"}
        Whether each layer has its own limit, all have one, or the caller gave a norm of matplotlib's.
    limits : dict of int to float
        The largest magnitude, by layer.
    norm : matplotlib.colors.Normalize or None
        The caller's.
    """

    kind: str
    limits: dict[int, float]
    norm: Normalize | None = None

    @property
    def limit(self) -> float:
        """Where the scale ends: 1 when values are shares of their layer's limit."""
        if self.norm is not None:
            return max(abs(float(self.norm.vmin or 0.0)), abs(float(self.norm.vmax or 0.0))) or 1.0
        return 1.0 if self.kind == "layer" else max(self.limits.values(), default=0.0) or 1.0

    def of(self, layer: int, value: float) -> float:
        """Place a value on the scale: itself, or its share of its layer's limit."""
        return value / (self.limits.get(layer) or 1.0) if self.kind == "layer" else value

    def strength(self, layer: int, value: float) -> float:
        """Say how large a value is on the scale, from 0 to 1."""
        return min(abs(self.of(layer, value)) / self.limit, 1.0)

    def full_scales(self) -> dict[int, str]:
        """Say what a share of 1 is in each layer, where every layer has a scale of its own."""
        style = NumberFormat(3)
        return {layer: f"full scale {style.text(end)}" for layer, end in self.limits.items() if self.kind == "layer"}

    def words(self, what: str) -> str:
        """Label the scale."""
        return f"{what}\n({_SAYS[self.kind]})"


def make_scale(known: Known, scale: object = None) -> Scale:
    """Make the scale that was asked for; None takes "layer" when the layers' largest values differ more than threefold.

    Examples
    --------
    >>> make_scale([(1, 0.5), (2, -4.0)]).kind, make_scale([(1, 0.5), (2, -4.0)], "network").limit
    ('layer', 4.0)
    """
    limits: dict[int, float] = {}
    for layer, value in known:
        limits[layer] = max(limits.get(layer, 0.0), abs(value))
    if scale is None:
        sizes = [limit for limit in limits.values() if limit > 0.0]
        scale = "layer" if sizes and max(sizes) / min(sizes) > _APART else "network"
    if isinstance(scale, str):
        return Scale(one_of(scale, KINDS, "scale", "unknown scale", "Or give a norm."), limits)
    from matplotlib.colors import Normalize

    norm = instance_of(scale, Normalize, "scale", "'layer', 'network', or a norm of matplotlib.colors")
    if norm.vmin is None or norm.vmax is None:
        norm.autoscale_None([value for _, value in known] or [-1.0, 1.0])
    return Scale("norm", limits, norm)


def widths(strengths: Iterable[float], count: int) -> list[float]:
    """Turn strengths into line widths in points: monotone, and finer the more lines there are.

    Examples
    --------
    >>> widths([0.0, 0.5, 1.0], 10)
    [0.4, 2.2, 4.0]
    """
    thick = min(4.0, max(0.5, 4.0 * (100.0 / max(count, 1)) ** 0.45))
    thin = thick / 10.0
    return [thin + (thick - thin) * strength for strength in strengths]


def limit_of(values: Iterable[float | None]) -> float:
    """The largest magnitude, the end of a scale; 1 when there is none."""
    return max((abs(value) for value in values if value is not None), default=0.0) or 1.0


def finite_or_none(value: Any, what: str) -> float | None:
    """Pass a number on; a picture of NaN or infinity would lie."""
    if value is not None and not math.isfinite(value):
        cure = "Set a finite number, or run the passes again."
        raise NumericalError(f"it is {value}.", where=f"draw_network, {what}", cure=cure)
    number: float | None = value
    return number


def root_mean_square(values: Iterable[float | None]) -> float | None:
    """The root mean square of what is known; None when nothing is.

    Examples
    --------
    >>> root_mean_square([3.0, None, -4.0]), root_mean_square([None])
    (3.5355339059327378, None)
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    largest = max(abs(value) for value in known)
    if largest == 0.0:
        return 0.0
    total = 0.0
    for value in known:  # scaled, so that no square overflows
        total += (value / largest) ** 2
    return largest * math.sqrt(total / len(known))
