"""The case that a command works on: a network, one example and a loss, from the options that `step` and `check` share.

It reads options; telling and checking are done elsewhere.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from neurograph.cli.layers import check_ends, dense_net, sizes_of
from neurograph.data.datasets import Dataset, load_iris
from neurograph.errors import InvalidValueError, UnknownNameError, explain, nearest
from neurograph.files.weights import numbers_in, read_weights
from neurograph.network import Network
from neurograph.rules.initializers import INITIALIZERS
from neurograph.rules.losses import LOSSES
from neurograph.rules.softmax import ACTIVATIONS

__all__ = ["Case", "add_options", "build", "describe"]

_DATA = {"iris": load_iris}


@dataclass(frozen=True, slots=True)
class Case:
    """A network, an example, and what its numbers stand for.

    Attributes
    ----------
    net : Network
        The network.
    x, y : list of float
        The example.
    loss : str
        The loss's name.
    title : str
        What the example is, in words.
    feature_names, class_names : tuple of str
        What inputs and outputs stand for; empty when the example was typed in.
    """

    net: Network
    x: list[float]
    y: list[float]
    loss: str
    title: str
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which network, which example and which loss."""
    net = parser.add_argument_group("the network")
    net.add_argument("--layers", metavar="4-5-3", help="neurons per layer, inputs first (default: 4-5-3 for iris)")
    net.add_argument(
        "--activations",
        metavar="A,B",
        default="sigmoid",
        help=f"one for each layer after the inputs, or one for all: {', '.join(rule.name for rule in ACTIVATIONS)} "
        "(default: sigmoid)",
    )
    net.add_argument(
        "--weights",
        metavar="FILE",
        help='JSON with exact weights and biases: {"weights": {"x1->h1": "1/3", "*": 1}, "biases": {"*": 0}}',
    )
    net.add_argument(
        "--initializer",
        metavar="NAME",
        default="glorot_uniform",
        help=f"first weights: {', '.join(rule.name for rule in INITIALIZERS)} (default: glorot_uniform)",
    )
    net.add_argument("--seed", type=int, metavar="N", default=0, help="of the first weights (default: 0)")
    example = parser.add_argument_group("the example")
    example.add_argument("--data", metavar="NAME", help=f"a data set: {', '.join(_DATA)} (default: iris)")
    example.add_argument("--example", type=int, metavar="N", help="which of its rows, counted from 1 (default: 1)")
    example.add_argument("--input", metavar="0.05,0.1", help="the inputs instead, also as fractions: 1/3,2")
    example.add_argument("--target", metavar="0.01,0.99", help="the targets that go with --input")
    example.add_argument(
        "--loss",
        metavar="NAME",
        default="squared_error",
        help=f"{', '.join(rule.name for rule in LOSSES)} (default: squared_error)",
    )


def build(args: argparse.Namespace) -> Case:
    """Build the case that the options describe.

    Raises
    ------
    NeurographError
        When an option cannot be used; the message names it.
    """
    loss = LOSSES.find(args.loss).name
    if args.input is None and args.target is None:
        data, row = _row(args.data or "iris", 1 if args.example is None else args.example)
        sizes = sizes_of(args.layers or f"{len(data.X[row])}-5-{len(data.Y[row])}")
        net = _network(args, sizes)
        where = f"--data {args.data}" if args.data else "without --input and --target the data are iris, which"
        check_ends(sizes, len(data.X[row]), len(data.Y[row]), f"{where} has")
        title = f"row {row + 1} of {args.data or 'iris'}, {data.class_of(row)}"
        return Case(net, data.X[row], data.Y[row], loss, title, data.feature_names, data.class_names)
    if args.data is not None or args.example is not None:
        raise InvalidValueError("--data and --example cannot go with --input and --target. Give one pair or the other.")
    if args.input is None or args.target is None:
        raise InvalidValueError(
            f"--{'input' if args.input is None else 'target'} is missing. Give both --input and --target."
        )
    if args.layers is None:
        raise InvalidValueError("--layers is missing. Say how many neurons each layer has, as in --layers 2-2-2.")
    x, y, sizes = numbers_in(args.input, "--input"), numbers_in(args.target, "--target"), sizes_of(args.layers)
    net = _network(args, sizes)
    check_ends(sizes, len(x), len(y), "--input and --target have")
    return Case(net, x, y, loss, "the example given")


def describe(case: Case) -> str:
    """Tell the case in a few lines: the network's shape, the inputs and the targets."""
    layers = case.net.layers
    shape = "-".join(str(len(layer)) for layer in layers)
    rules = ", ".join(layer[0].activation.name for layer in layers[1:])
    inputs = _listed([neuron.name for neuron in case.net.inputs], case.feature_names, case.x)
    targets = _listed([neuron.name for neuron in case.net.outputs], case.class_names, case.y)
    return "\n".join(
        [
            f"Network {shape} ({rules}), loss {case.loss}; {case.title}",
            *(f"  {line}" for line in (*inputs, *targets)),
        ]
    )


def _listed(names: list[str], meanings: tuple[str, ...], values: list[float]) -> list[str]:
    """Name the values; those of a data set one a line with what they stand for."""
    sign = "y" if names[0].startswith("o") else "a"
    if not meanings:
        shown = [f"{sign}({name}) = {value:g}" for name, value in zip(names, values, strict=True)]
        return [", ".join(shown[:12]) + (f", ... ({len(shown) - 12} more)" if len(shown) > 12 else "")]
    rows = zip(names, values, meanings, strict=True)
    return [f"{sign}({name}) = {value:<4g} {meaning}" for name, value, meaning in rows]


def _row(name: str, example: int) -> tuple[Dataset, int]:
    if name not in _DATA:
        raise UnknownNameError(f"--data: unknown data set {name!r}. {nearest(name, _DATA)}")
    data = _DATA[name]()
    if not 1 <= example <= len(data):
        raise InvalidValueError(explain("--example", example, f"a row of {name}, from 1 to {len(data)}"))
    return data, example - 1


def _network(args: argparse.Namespace, sizes: list[int]) -> Network:
    net = dense_net(sizes, args.activations, args.initializer, args.seed)
    if args.weights is not None:
        read_weights(net, args.weights)
    return net
