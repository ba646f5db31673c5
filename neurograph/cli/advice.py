"""What a user is told about a training run beyond its numbers: targets out of reach, idle columns, unlike scales.

It looks at data and at the trained net, and changes neither.
"""

from __future__ import annotations

import shlex
from statistics import pstdev

from neurograph.cli.data import as_option, is_file
from neurograph.data.dataset import Dataset
from neurograph.errors import one_line
from neurograph.learning.diagnostics import unhealthy
from neurograph.network import Network

__all__ = ["constant_columns", "out_of_reach", "try_standardize"]

_FAR = 10.0  # deviations of features, the largest beside the smallest
_LISTED = 6  # columns


def out_of_reach(net: Network, data: Dataset) -> str:
    """Warn of targets that the last activation cannot give; empty when it can.

    Examples
    --------
    >>> import neurograph as ng
    >>> sine = ng.datasets.noisy_sine()
    >>> print(out_of_reach(ng.Network.dense([1, 3, 1], "tanh"), sine)[:48])
    the targets go from -1.14 to 1.14, but tanh give
    >>> out_of_reach(ng.Network.dense([1, 3, 1], ["tanh", "identity"]), sine)
    ''
    """
    for place, neuron in enumerate(net.outputs):
        targets = [y[place] for y in data.Y]
        low, high = neuron.rule.bounds
        if low <= min(targets) and max(targets) <= high:
            continue
        name = neuron.rule.name
        gives = f"only {low:g} to {high:g}" if high < float("inf") else f"nothing below {low:g}"
        hidden = [layer[0].rule.name for layer in net.layers[1:-1]]
        return (
            f"the targets go from {min(targets):.3g} to {max(targets):.3g}, but {name} gives {gives}, so the net "
            f"cannot meet them. Take --activations {','.join([*hidden, 'identity'])}."
        )
    return ""


def constant_columns(name: str, data: Dataset) -> str:
    """Warn of features that are the same in every row; empty when there are none."""
    columns = zip(data.feature_names, zip(*data.X, strict=True), strict=True)
    idle = [(feature, column[0]) for feature, column in columns if min(column) == max(column)]
    if not idle or len(data) < 2:
        return ""
    asked = shlex.quote(",".join(as_option(feature) for feature, _ in idle))
    if len(idle) == 1:
        feature, value = idle[0]
        text = f"column {one_line(feature)!r} is {value:g} in all {len(data)} rows, so it tells nothing."
        return f"{text} Leave it out with --ignore {asked}." if is_file(name) else text
    listed = ", ".join(f"{one_line(feature)!r} ({value:g})" for feature, value in idle[:_LISTED])
    more = f" and {len(idle) - _LISTED} more" if len(idle) > _LISTED else ""
    text = f"columns {listed}{more} are the same in all {len(data)} rows, so they tell nothing."
    return f"{text} Leave them out with --ignore {asked}." if is_file(name) else text


def try_standardize(net: Network, data: Dataset, scaled: bool) -> str:
    """Advise to standardise when half of the hidden neurons saturate and the features' scales are far apart."""
    hidden = [neuron for neuron in net.neurons if neuron.role == "hidden"]
    if scaled or not hidden:
        return ""
    saturated = [name for name, what in unhealthy(net, data.X).items() if what == "saturated"]
    ratio = _ratio(data)
    if 2 * len(saturated) < len(hidden) or ratio <= _FAR:
        return ""
    return (
        f"hint: {len(saturated)} of {len(hidden)} hidden neurons are saturated, and the deviations of the features "
        f"differ {ratio:.3g}-fold; try --standardize"
    )


def _ratio(data: Dataset) -> float:
    """Say how far the largest deviation of a feature is above the smallest, of those that vary."""
    try:
        deviations = [pstdev(column) for column in zip(*data.X, strict=True) if min(column) < max(column)]
        return max(deviations, default=1.0) / min(deviations, default=1.0)
    except (OverflowError, ZeroDivisionError):  # at the ends of the range of floats
        return float("inf")
