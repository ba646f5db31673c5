"""Weights and biases from a JSON file, exactly as typed: also "1/3".

The file is read as data, never executed, and nothing is set unless everything in it fits the network.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from neurograph.errors import GraphError, InvalidTypeError, InvalidValueError
from neurograph.files.json_input import as_path, read_json
from neurograph.graph.structure import Structure
from neurograph.validate import finite, instance_of, one_of

__all__ = ["number", "numbers_in", "read_weights", "weights_as_json"]

_FRACTION = re.compile(r"\s*([+-]?\d{1,300})\s*/\s*(\d{1,300})\s*\Z", re.ASCII)
_REST = "*"  # stands for every parameter that is not named


def number(value: object, where: str) -> float:
    """Read a number as people write it: 0.15, "0.15", or "1/3".

    Examples
    --------
    >>> number("1/3", "w") == 1 / 3, number("-2.5e-3", "w"), number(2, "w")
    (True, -0.0025, 2.0)
    """
    if not isinstance(value, str):
        return finite(value, where)
    if fraction := _FRACTION.match(value):
        top, bottom = int(fraction[1]), int(fraction[2])
        if bottom == 0:
            raise InvalidValueError(where=where, given=value, expected="a fraction that is not divided by zero")
        try:
            return finite(top / bottom, where)
        except OverflowError:
            raise InvalidValueError(where=where, given=value, expected="a fraction that fits a float") from None
    try:
        read = float(value)
    except ValueError:
        raise InvalidTypeError(where=where, given=value, expected='a number or a fraction such as "1/3"') from None
    return finite(read, where)


def numbers_in(text: str, where: str) -> list[float]:
    """Read numbers joined by commas, as an option of the command line has them.

    Examples
    --------
    >>> numbers_in("0.5,1/4", "--input")
    [0.5, 0.25]
    """
    try:
        return [number(part, f"{where}, number {i}") for i, part in enumerate(text.split(","), start=1)]
    except InvalidTypeError as error:
        raise InvalidValueError(
            where=error.where,
            given=error.given,
            expected=error.expected,
            cure=f"Join the numbers with commas, as in {where} 0.05,1/3.",
        ) from None


def read_weights(net: Structure, path: str | Path) -> None:
    """Set the weights and biases of a network from a JSON file.

    The file looks like `{"weights": {"x1->h1": 0.15, "x2->h1": "1/3"}, "biases": {"h1": 0.35, "*": 0}}`, where "*"
    stands for all that are not named. Every edge must be given; biases that are not stay as they are.

    Raises
    ------
    NeurographError
        When the file cannot be read, is not of this form, names something that the network does not have, or leaves
        an edge out. The network is then as it was.
    """
    data = read_json(as_path(path, "read_weights, path"), "a table of weights")
    where = str(path)
    if not isinstance(data, dict) or not set(data) <= {"weights", "biases"} or "weights" not in data:
        found = f"the keys {', '.join(map(repr, data))}" if isinstance(data, dict) else f"a {type(data).__name__}"
        expected = '{"weights": {"x1->h1": 0.5}, "biases": {"h1": 0}}'
        raise InvalidValueError(f"got {found}, expected {expected}.", where=where, given=data, expected=expected)
    edges = {edge.label: edge for edge in net.edges}
    neurons = {neuron.name: neuron for neuron in net.computing}
    weights = _section(data, "weights", list(edges), where)
    biases = _section(data, "biases", list(neurons), where)
    if missing := [label for label in edges if label not in weights]:
        listed = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise GraphError(f"no weight for {listed}.", where=where, cure='Add it, or "*" for all that are not named.')
    for label, weight in weights.items():
        edges[label].weight = weight
    for name, bias in biases.items():
        neurons[name].bias = bias


def weights_as_json(net: Structure) -> str:
    """Write the weights and biases of a network in the form that `read_weights` reads, to the last bit.

    Examples
    --------
    >>> import neurograph as ng
    >>> print(weights_as_json(ng.Network.dense([1, 1], "sigmoid", initializer="ones")))
    {
      "weights": {
        "x1->o1": 1.0
      },
      "biases": {
        "o1": 0.0
      }
    }
    """
    weights = {edge.label: edge.weight for edge in net.edges}
    biases = {neuron.name: neuron.bias for neuron in net.computing}
    return json.dumps({"weights": weights, "biases": biases}, indent=2, allow_nan=False, ensure_ascii=False)


def _section(data: dict[str, Any], name: str, known: list[str], where: str) -> dict[str, float]:
    """Read one table; the entry "*" is written out for all names that are not given."""
    where = f"{where}, {name}"
    table: dict[str, Any] = instance_of(data.get(name, {}), dict, where, 'a table such as {"h1": 0.5}')
    numbers: dict[str, float] = {}
    for key, value in table.items():
        if _bare(key) in numbers:
            raise InvalidValueError(f"{key!r} is given twice.", where=where, cure="Leave one of them out.")
        numbers[_bare(key)] = number(value, f"{where}, {key!r}")
    rest = numbers.pop(_REST, None)
    for key in numbers:
        one_of(key, known, where, "the network has no")
    if rest is not None:
        return {key: numbers.get(key, rest) for key in known}
    return numbers


def _bare(key: str) -> str:
    """Allow spaces around the arrow of an edge."""
    return re.sub(r"\s*->\s*", "->", key.strip())
