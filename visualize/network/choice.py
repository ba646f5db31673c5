"""Which neurons of a big layer a picture shows: the ends, the strongest, or those that the caller names.

The rest is kept together as one, so that nothing is hidden without being counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.validate import instance_of, one_of, whole

__all__ = ["Keep", "choose", "neuron_of"]

Keep = str | Sequence[str | Neuron]
Place = tuple[int, tuple[Neuron, ...]]
_WAYS = ("ends", "strongest")


def choose(net: Structure, most: int | None, keep: Keep, also: Sequence[Neuron] = ()) -> list[list[Place]]:
    """List what is shown of each layer: (place, (neuron,)) for one neuron, (first place, neurons) for the rest.

    The rest stands in the widest gap between the neurons shown.

    Examples
    --------
    >>> import neurograph as ng
    >>> inputs, _ = choose(ng.Network.dense([9, 1], "tanh"), most=4, keep="ends")
    >>> [(place, len(neurons)) for place, neurons in inputs]
    [(0, 1), (1, 1), (2, 5), (7, 1), (8, 1)]
    """
    limit = None if most is None else whole(most, "most", 1, also="or None for all")
    named = None
    if isinstance(keep, str):
        one_of(keep, _WAYS, "keep", "unknown way", "Or give a list of names.")
    else:
        instance_of(keep, Sequence, "keep", "'ends', 'strongest', or a list of names")
        named = {neuron_of(net, one, "keep") for one in keep}
    wanted = set(also)
    chosen: list[list[Place]] = []
    for layer in net.layers:
        if limit is None or len(layer) <= limit + 1:  # a rest of one is no shorter than the neuron itself
            chosen.append([(place, (neuron,)) for place, neuron in enumerate(layer)])
            continue
        places = _places(layer, limit, keep, named)
        places |= {place for place, neuron in enumerate(layer) if neuron in wanted}
        chosen.append(_with_rest(layer, sorted(places)))
    return chosen


def neuron_of(net: Structure, given: object, where: str) -> Neuron:
    """Find a neuron by its name, or by a Neuron of that name, also one of a copy."""
    name = given.name if isinstance(given, Neuron) else given
    return net[instance_of(name, str, where, "a name, or a Neuron of this network")]


def _places(layer: list[Neuron], limit: int, keep: Keep, named: set[Neuron] | None) -> set[int]:
    if named is not None:
        found = {place for place, neuron in enumerate(layer) if neuron in named}
        if found:
            return found
    if keep == "strongest":
        order = sorted(range(len(layer)), key=lambda place: -_strength(layer[place]))
        return set(order[:limit])
    first = (limit + 1) // 2
    return {*range(first), *range(len(layer) - (limit - first), len(layer))}


def _strength(neuron: Neuron) -> float:
    """The root mean square of all weights that touch a neuron."""
    weights = [edge.w for edge in (*neuron.fan_in, *neuron.fan_out)]
    total = 0.0
    for weight in weights:
        total += weight * weight
    return total / max(len(weights), 1)


def _with_rest(layer: list[Neuron], places: list[int]) -> list[Place]:
    """Put the neurons that are not shown, as one, into the widest gap."""
    hidden = [place for place in range(len(layer)) if place not in set(places)]
    shown: list[Place] = [(place, (layer[place],)) for place in places]
    if not hidden:
        return shown
    bounds = [-1, *places, len(layer)]
    gaps = [after - before for before, after in pairwise(bounds)]
    at = gaps.index(max(gaps))
    shown.insert(at, (hidden[0], tuple(layer[place] for place in hidden)))
    return shown
