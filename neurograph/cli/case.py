"""The case that a command works on: a network, one example and a loss, from the options that commands share.

It reads options; telling and checking are done elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from neurograph.cli.layers import check_ends, dense_net, sizes_of
from neurograph.cli.rows import read_data, wants_one_hot
from neurograph.data.dataset import Dataset
from neurograph.data.datasets import DATASETS
from neurograph.errors import InvalidValueError, one_line
from neurograph.files.weights import numbers_in, read_weights
from neurograph.network import Network
from neurograph.passes.checks import alone_in_softmax
from neurograph.rules.initializers import INITIALIZERS
from neurograph.rules.losses import LOSSES
from neurograph.rules.softmax import ACTIVATIONS

__all__ = ["DEFAULTS", "Case", "add_options", "build", "describe", "is_typed", "network", "row_of", "title_of"]

# Of the options about the network, and of the loss.
DEFAULTS = {
    "layers": None,
    "activations": "sigmoid",
    "weights": None,
    "initializer": "glorot_uniform",
    "seed": 0,
    "loss": "squared_error",
}


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
        default=DEFAULTS["activations"],
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
        default=DEFAULTS["initializer"],
        help=f"first weights: {', '.join(rule.name for rule in INITIALIZERS)} (default: glorot_uniform)",
    )
    net.add_argument(
        "--seed", type=int, metavar="N", default=DEFAULTS["seed"], help="of the first weights (default: 0)"
    )
    example = parser.add_argument_group("the example")
    example.add_argument(
        "--data",
        metavar="NAME",
        help=f"a data set, or a CSV file with the target last: {', '.join(DATASETS)} (default: iris)",
    )
    example.add_argument("--example", type=int, metavar="N", help="which of its rows, counted from 1 (default: 1)")
    example.add_argument("--input", metavar="0.05,0.1", help="the inputs instead, also as fractions: 1/3,2")
    example.add_argument("--target", metavar="0.01,0.99", help="the targets that go with --input")
    example.add_argument(
        "--loss",
        metavar="NAME",
        default=DEFAULTS["loss"],
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
    if not is_typed(args):
        name = args.data or "iris"
        last = ACTIVATIONS.find(args.activations.split(",")[-1].strip())
        data = read_data(name, one_hot=wants_one_hot(last), where="--data: ")
        row = row_of(data, name, args.example)
        sizes = sizes_of(args.layers or f"{len(data.X[row])}-5-{len(data.Y[row])}")
        net = network(args, sizes)
        where = f"--data {one_line(name)}" if args.data else "without --input and --target the data are iris, which"
        check_ends(sizes, len(data.X[row]), len(data.Y[row]), f"{where} has")
        outputs = data.class_names or data.target_names
        return Case(net, data.X[row], data.Y[row], loss, title_of(data, name, row), data.feature_names, outputs)
    if args.input is None or args.target is None:
        raise InvalidValueError(
            f"--{'input' if args.input is None else 'target'} is missing.", cure="Give both --input and --target."
        )
    if args.layers is None:
        raise InvalidValueError(
            "--layers is missing.", cure="Say how many neurons each layer has, as in --layers 2-2-2."
        )
    x, y, sizes = numbers_in(args.input, "--input"), numbers_in(args.target, "--target"), sizes_of(args.layers)
    net = network(args, sizes)
    check_ends(sizes, len(x), len(y), "--input and --target have")
    return Case(net, x, y, loss, "the example given")


def is_typed(args: argparse.Namespace) -> bool:
    """Whether the example was typed in, rather than taken from data.

    Raises
    ------
    InvalidValueError
        When it is both.
    """
    typed = args.input is not None or args.target is not None
    if typed and (args.data is not None or args.example is not None):
        raise InvalidValueError(
            "--data and --example cannot go with --input and --target.", cure="Give one pair or the other."
        )
    return typed


def network(args: argparse.Namespace, sizes: list[int]) -> Network:
    """Build the network that the options describe."""
    net = dense_net(sizes, args.activations, args.initializer, args.seed)
    if args.weights is not None:
        read_weights(net, args.weights)
    if hint := alone_in_softmax(net):
        print(f"hint: {hint}", file=sys.stderr)
    return net


def row_of(data: Dataset, name: str, example: int | None) -> int:
    """Turn the number of an example, from 1, into the place of its row; without one it is the first."""
    number = 1 if example is None else example
    if not 1 <= number <= len(data):
        raise InvalidValueError(
            where="--example", given=number, expected=f"a row of {one_line(name)}, from 1 to {len(data)}"
        )
    return number - 1


def title_of(data: Dataset, name: str, row: int) -> str:
    """Say which row it is, and its class if it has one."""
    title = f"row {row + 1} of {one_line(name)}"
    return f"{title}, {one_line(data.class_of(row))}" if data.class_names else title


def describe(case: Case) -> str:
    """Tell the case in a few lines: the network's shape, the inputs and the targets."""
    layers = case.net.layers
    shape = "-".join(str(len(layer)) for layer in layers)
    rules = ", ".join(layer[0].activation.name for layer in layers[1:])
    inputs = _listed([neuron.name for neuron in case.net.inputs], case.feature_names, case.x)
    classes = case.class_names
    if len(classes) == 2 and len(case.y) == 1:
        classes = (f"{classes[1]} (else {classes[0]})",)
    targets = _listed([neuron.name for neuron in case.net.outputs], classes, case.y)
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
    return [f"{sign}({name}) = {value:<4g} {one_line(meaning)}" for name, value, meaning in rows]
