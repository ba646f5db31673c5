"""What a command works on: a network, of a file or of the options, with an example and a loss.

It reads options, and finds, loads and builds; running and drawing are done elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from neurograph.cli.data import (
    FileOptions,
    Form,
    is_file,
    naming_ignore,
    read_data,
    read_like,
    typed_row,
    wants_one_hot,
)
from neurograph.cli.messages import note_in_options
from neurograph.data.dataset import Dataset
from neurograph.data.datasets import DATASETS
from neurograph.errors import InvalidValueError, one_line, some_of
from neurograph.files.metadata import Model
from neurograph.files.model import load_model
from neurograph.files.weights import number, numbers_in, read_weights
from neurograph.graph.dense import check_sizes
from neurograph.graph.neuron import Neuron
from neurograph.learning.hints import alone_in_softmax
from neurograph.network import Network
from neurograph.rules.initializers import INITIALIZERS
from neurograph.rules.losses import LOSSES
from neurograph.rules.softmax import ACTIVATIONS
from neurograph.validate import in_range, whole

__all__ = [
    "DEFAULTS",
    "Case",
    "add_model",
    "build",
    "build_or_load",
    "check_ends",
    "dense_net",
    "describe",
    "rate_of",
    "rules_of",
    "shape_of",
    "sizes_of",
    "with_example",
]

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
    """A network, what its inputs and outputs stand for, and perhaps an example.

    Attributes
    ----------
    net : Network
        The network.
    x, y : list of float
        The example, standardised if the model was trained so, and its targets; empty where there is none.
    loss : str
        The loss's name.
    title : str
        What the example is, in words.
    feature_names, class_names : tuple of str
        What inputs and outputs stand for; empty when not known.
    """

    net: Network
    x: Sequence[float] = ()
    y: Sequence[float] = ()
    loss: str = ""
    title: str = ""
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
    example.add_argument(
        "--target-column",
        metavar="COLUMN,...",
        help="of a CSV file: what is to be learned, by name or number (default: the last column)",
    )
    example.add_argument(
        "--ignore",
        metavar="COLUMN,...",
        help="of a CSV file: columns to leave out, by name or number, such as id,notes",
    )
    example.add_argument(
        "--classes",
        action=argparse.BooleanOptionalAction,
        help="of a CSV file: whether the target holds classes (default: as train finds it; it is printed)",
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
    """Build the case that the options describe."""
    loss = LOSSES.find(args.loss).name
    _check_reading(args)
    if not _is_typed(args):
        name = args.data or "iris"
        last = ACTIVATIONS.find(args.activations.split(",")[-1].strip())
        with naming_ignore():
            of_file = FileOptions(args.target_column, args.ignore, args.classes)
            data = read_data(name, of_file, wants_one_hot(last), "--data", "--target-column")
        for note in data.notes:
            print(note_in_options(note, vars(args)), file=sys.stderr)
        row = _row_of(data, name, args.example)
        sizes = sizes_of(args.layers or f"{len(data.X[row])}-5-{len(data.Y[row])}")
        net = _network(args, sizes)
        where = f"--data {one_line(name)}" if args.data else "without --input and --target the data are iris, which"
        check_ends(sizes, len(data.X[row]), len(data.Y[row]), f"{where} has")
        outputs = data.class_names or data.target_names
        return Case(net, data.X[row], data.Y[row], loss, _title_of(data, name, row), data.feature_names, outputs)
    if args.input is None or args.target is None:
        missing = "input" if args.input is None else "target"
        raise InvalidValueError(f"--{missing} is missing.", cure="Give both --input and --target.")
    if args.layers is None:
        cure = "Say how many neurons each layer has, as in --layers 2-2-2."
        raise InvalidValueError("--layers is missing.", cure=cure)
    x, y, sizes = numbers_in(args.input, "--input"), numbers_in(args.target, "--target"), sizes_of(args.layers)
    net = _network(args, sizes)
    check_ends(sizes, len(x), len(y), "--input and --target have")
    return Case(net, x, y, loss, "the example given")


def _check_reading(args: argparse.Namespace) -> None:
    """Refuse options that say how to read a file where there is none."""
    for name in ("target_column", "ignore", "classes"):
        if getattr(args, name) is not None and not (args.data is not None and is_file(args.data)):
            raise InvalidValueError(f"--{name.replace('_', '-')} goes with a CSV file only.", cure="Name it by --data.")


def _is_typed(args: argparse.Namespace) -> bool:
    """Whether the example was typed in, rather than taken from data; both at once are refused."""
    typed = args.input is not None or args.target is not None
    if typed and (args.data is not None or args.example is not None):
        problem = "--data and --example cannot go with --input and --target."
        raise InvalidValueError(problem, cure="Give one pair or the other.")
    return typed


def _network(args: argparse.Namespace, sizes: list[int]) -> Network:
    """Build the network that the options describe."""
    net = dense_net(sizes, args.activations, args.initializer, args.seed)
    if args.weights is not None:
        read_weights(net, args.weights)
    if hint := alone_in_softmax(net):
        print(f"hint: {hint}", file=sys.stderr)
    return net


def _row_of(data: Dataset, name: str, example: int | None) -> int:
    """Turn the number of an example, from 1, into the place of its row; without one it is the first."""
    return whole(1 if example is None else example, "--example", 1, len(data), what=f"a row of {one_line(name)},") - 1


def _title_of(data: Dataset, name: str, row: int) -> str:
    """Say which row it is, and its class if it has one."""
    title = f"row {row + 1} of {one_line(name)}"
    return f"{title}, {one_line(data.class_of(row))}" if data.class_names else title


def shape_of(net: Network) -> str:
    """Write the sizes of the layers as `--layers` takes them."""
    return "-".join(str(len(layer)) for layer in net.layers)


def rules_of(net: Network) -> str:
    """List the activations of the layers."""
    return ", ".join(layer[0].activation.name for layer in net.layers[1:])


def rate_of(text: str) -> float:
    """Read the learning rate, which may be a fraction."""
    return in_range(number(text, "--learning-rate"), "--learning-rate", above=0.0)


def describe(case: Case) -> str:
    """Tell the case in a few lines: the network's shape, the inputs and the targets."""
    inputs = _listed(case.net.inputs, case.feature_names, case.x)
    classes = case.class_names
    if len(classes) == 2 and len(case.y) == 1:
        classes = (f"{classes[1]} (else {classes[0]})",)
    targets = _listed(case.net.outputs, classes, case.y)
    head = f"Network {shape_of(case.net)} ({rules_of(case.net)}), loss {case.loss}; {case.title}"
    return "\n".join([head, *(f"  {line}" for line in (*inputs, *targets))])


def _listed(neurons: list[Neuron], meanings: tuple[str, ...], values: Sequence[float]) -> list[str]:
    """Name the values; those of a data set one a line with what they stand for."""
    sign, names = "y" if neurons[0].role == "output" else "a", [neuron.name for neuron in neurons]
    if not meanings:
        shown = [f"{sign}({name}) = {value:g}" for name, value in zip(names, values, strict=True)]
        return [some_of(shown)]
    rows = zip(names, values, meanings, strict=True)
    return [f"{sign}({name}) = {value:<4g} {one_line(meaning)}" for name, value, meaning in rows]


_DIGITS = 1000  # of a number, at most


def sizes_of(text: str) -> list[int]:
    """Read the sizes of the layers.

    Examples
    --------
    >>> sizes_of("4-5-3")
    [4, 5, 3]
    """
    parts, where = text.split("-"), f"--layers {text}"
    if not all(part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in parts):
        raise InvalidValueError("expected whole numbers joined by hyphens, such as 4-5-3.", where=where)
    sizes = [int(part) for part in parts]
    if len(sizes) < 2:
        raise InvalidValueError("expected at least an input and an output layer, such as 4-5-3.", where=where)
    if 0 in sizes:
        raise InvalidValueError("expected at least 1 neuron in each layer.", where=where)
    check_sizes(sizes, "--layers")
    return sizes


def check_ends(sizes: list[int], inputs: int, outputs: int, where: str, kind: str = "") -> None:
    """Refuse layers whose ends do not fit the data.

    `where` says what the data are, with its verb: "iris has"; `kind` what the outputs are, if no targets.
    """
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        fitting = "-".join(map(str, [inputs, *sizes[1:-1], outputs]))
        targets = kind if kind and outputs > 1 else "targets" if outputs > 1 else "target"
        counts = f"{inputs} input{'s' if inputs > 1 else ''} and {outputs} {targets}"
        given = f"--layers {'-'.join(map(str, sizes))}"
        raise InvalidValueError(f"{where} {counts}.", where=given, cure=f"Take --layers {fitting}, or other data.")


def dense_net(sizes: list[int], activations: str, initializer: str, seed: int) -> Network:
    """Build the net; one activation stands for all layers."""
    names = [name.strip() for name in activations.split(",")]
    if len(names) not in (1, len(sizes) - 1):
        each = f"{len(sizes) - 1}, one for each layer after the inputs, or 1"
        expected = "1 for all layers" if len(sizes) == 2 else each
        raise InvalidValueError(where=f"--activations {activations}", given=len(names), expected=expected)
    return Network.dense(sizes, names[0] if len(names) == 1 else names, initializer=initializer, seed=seed)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Let a saved network take the place of the options about one, which are then None unless given."""
    parser.add_argument("model", metavar="MODEL", nargs="?", help="a model.json; or give --layers")
    add_options(parser)
    parser.set_defaults(**dict.fromkeys(DEFAULTS))


def with_example(args: argparse.Namespace) -> Case:
    """Load the MODEL, or build what the options describe, with an example: of the data learned from, or of iris."""
    if args.model is None:
        _complete(args)
        return build(args)
    model = load_model(args.model)
    if _is_typed(args):
        if args.target is None:
            raise InvalidValueError("--target is missing.", cure="Give both --input and --target.")
    elif args.data is None:
        args.data = model.settings.get("data")
        if not isinstance(args.data, str):
            cure = "Say --data, or --input and --target."
            raise InvalidValueError("the model does not say what it has learned from.", where=args.model, cure=cure)
    case = build_or_load(args)
    title = f"{case.title}, standardised as in training" if model.scaler else case.title
    return replace(case, title=title, class_names=case.class_names or model.target_names)


def _complete(args: argparse.Namespace) -> None:
    """Fill in what was left out of the options about a network."""
    for name, usual in DEFAULTS.items():
        if getattr(args, name) is None:
            setattr(args, name, usual)


def build_or_load(args: argparse.Namespace) -> Case:
    """Load the MODEL, or build what the options describe, with an example or without.

    Options about the network are None in `args` where they were not given; they must be, beside a MODEL.
    """
    _check_reading(args)
    if args.model is not None:
        given = [name for name in (*DEFAULTS, "classes") if name != "loss" and getattr(args, name) is not None]
        if given:
            cure = "A saved model has a network of its own."
            raise InvalidValueError(f"MODEL and --{given[0]} cannot go together.", cure=cure)
        return _of_model(args, load_model(args.model))
    _complete(args)
    if args.data is not None or args.example is not None or _is_typed(args):
        return build(args)
    if args.layers is None:
        cure = "Name a model.json, or the layers, as in --layers 4-5-3."
        raise InvalidValueError("MODEL or --layers is missing.", cure=cure)
    return Case(_network(args, sizes_of(args.layers)))


def _of_model(args: argparse.Namespace, model: Model) -> Case:
    x: list[float] = []
    y: list[float] = []
    title = ""
    if _is_typed(args):
        if args.input is None:
            raise InvalidValueError("--input is missing.", cure="--target goes with it.")
        x, title = typed_row(args.input, model), "the example given"
        y = _targets(args.target, model) if args.target is not None else []
    elif args.data is not None:
        learned = FileOptions.of_model(model)
        target = learned.target if args.target_column is None else args.target_column
        ignore = learned.ignore if args.ignore is None else args.ignore
        of_file = replace(learned, target=target, ignore=ignore, drop_missing=False)  # a row has its number in the file
        where, strict = f"--data {one_line(args.data)}", args.ignore is not None
        with naming_ignore():
            data = read_like(args.data, of_file, Form.of_model(model), where, "--target-column", strict)
        row = _row_of(data, args.data, args.example)
        x, y, title = data.X[row], data.Y[row], _title_of(data, args.data, row)
    elif args.example is not None:
        raise InvalidValueError("--data is missing.", cure="Say which data --example is a row of.")
    if x and model.scaler:
        x = model.scaler.transform([x])[0]
    if y and model.target_scaler:
        y = model.target_scaler.transform([y])[0]
    return Case(model.net, x, y, args.loss or _loss_of(model), title, model.feature_names, model.class_names)


def _targets(text: str, model: Model) -> list[float]:
    y, names = numbers_in(text, "--target"), model.class_names
    outputs = len(model.net.outputs)
    if len(y) != outputs:
        each = f", one for each of {', '.join(names)}" if len(names) == outputs else ""
        raise InvalidValueError(f"got {len(y)} numbers, expected {outputs}{each}.", where="--target")
    return y


def _loss_of(model: Model) -> str:
    loss = model.settings.get("loss")
    if isinstance(loss, str):
        return loss
    joint = model.net.outputs and model.net.outputs[0].activation.name == "softmax"
    return "cross_entropy" if joint else str(DEFAULTS["loss"])
