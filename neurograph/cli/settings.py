"""The settings of a training run: options, the plain table stored with the model, and the objects they stand for.

A run is resumed from the stored table, so that it goes on with the very settings it began with.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from neurograph.cli.case import sizes_of
from neurograph.cli.data import as_option, columns_in, is_file, wants_one_hot
from neurograph.data.csv_table import looks_numeric
from neurograph.data.dataset import Dataset
from neurograph.errors import InvalidValueError, Setting
from neurograph.files.weights import number
from neurograph.rules.activations import Activation
from neurograph.rules.clipping import Clip
from neurograph.rules.initializers import INITIALIZERS
from neurograph.rules.losses import LOSSES
from neurograph.rules.optimizers import OPTIMIZERS, Optimizer
from neurograph.rules.registry import Registry
from neurograph.rules.regularizers import L1, L2, ElasticNet, Regularizer
from neurograph.rules.softmax import ACTIVATIONS, JointActivation
from neurograph.validate import in_range, one_of, whole

__all__ = [
    "FEW",
    "add_engine",
    "add_options",
    "add_signs",
    "check_resumed",
    "class_weight_of",
    "clip_of",
    "completed",
    "optimizer_of",
    "other_meaning",
    "regularizer_of",
    "settings_of",
    "stored",
]

FEW = 20  # rows: of fewer, none is held out unless asked

# What fixes a run: the options of the command, in the order in which they are stored with its model, after the data.
_OPTIONS: dict[str, dict[str, Any]] = {
    "target": {
        "metavar": "COLUMN,...", "help": "of a CSV file: what to learn, by name or number (default: the last column)"
    },
    "ignore": {
        "metavar": "COLUMN,...", "help": "of a CSV file: columns to leave out, by name or number, such as id,notes"
    },
    "classes": {
        "action": argparse.BooleanOptionalAction,
        "help": "whether the target holds classes (default: text, yes and no, 0 and 1, and 2 to 20 whole numbers that "
        "repeat do; it is printed)",
    },
    "header": {
        "action": argparse.BooleanOptionalAction,
        "help": "whether the first row of a CSV file holds names (default: if no cell of it is a number)",
    },
    "drop_missing": {"action": "store_true", "help": "leave rows out in which a cell is missing"},
    "thousands": {"metavar": "SIGN", "help": "what stands between thousands: , . ' or a space (default: nothing)"},
    "decimal": {"metavar": "SIGN", "help": "the decimal sign, . or , (default: found out)"},
    "layers": {"metavar": "4-5-3", "help": "neurons per layer (default: one hidden layer of 5)"},
    "activations": {
        "metavar": "A,B",
        "help": "one for each layer after the inputs, or one for all (default: sigmoid, but softmax for an output for "
        "each class, and identity for numbers; they are printed)",
    },
    "initializer": {
        "metavar": "NAME", "default": "glorot_uniform", "help": "first weights (default: glorot_uniform)"
    },
    "weights": {"metavar": "FILE", "help": "JSON with the first weights and biases, as for `neurograph step`"},
    "loss": {
        "metavar": "NAME",
        "help": "default: cross_entropy after softmax, binary_cross_entropy for 0 and 1, or else squared_error; it is "
        "printed",
    },
    "optimizer": {
        "metavar": "NAME", "help": f"{', '.join(OPTIMIZERS)} (default: sgd; adam for classes of fewer than "
        f"{FEW} rows)",
    },
    "learning_rate": {
        "type": float, "metavar": "R", "help": "default: 0.1 for sgd, others smaller; it is printed"
    },
    "batch_size": {
        "type": int, "metavar": "N", "default": 10, "help": "examples per update, 0 for all (default: 10)"
    },
    "validation": {
        "metavar": "S|FILE",
        "help": "share held out to judge on, 0 for none, or a CSV file of its own (default: 0.2; 0 for fewer than "
        f"{FEW} rows)",
    },
    "standardize": {
        "action": "store_true", "help": "standardise the features, with mean and deviation of the rest"
    },
    "standardize_target": {
        "action": "store_true", "help": "standardise the numbers to learn too; all results are in their own units"
    },
    "class_weight": {
        "metavar": "W", "help": "weights of the classes: balanced, or no=1,yes=20 (default: all 1)"
    },
    "l1": {"type": float, "metavar": "S", "default": 0.0, "help": "strength of the L1 penalty"},
    "l2": {"type": float, "metavar": "S", "default": 0.0, "help": "strength of the L2 penalty"},
    "clip_norm": {"type": float, "metavar": "C", "help": "limit the length of the gradient of an update"},
    "patience": {
        "type": int, "metavar": "N",
        "help": "stop after N epochs without a new best loss, and go back to the best",
    },
    "seed": {"type": int, "metavar": "N", "default": 0, "help": "of weights, split and order (default: 0)"},
}  # fmt: skip
_STORED = ("data", *_OPTIONS)
# Options that older runs have not stored.
_LATER = {
    "weights", "ignore", "classes", "header", "drop_missing", "thousands", "decimal", "standardize_target",
    "class_weight",
}  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that fix what is learned and how."""
    for name, how in _OPTIONS.items():
        also = ["--target-column"] if name == "target" else []
        parser.add_argument(f"--{name.replace('_', '-')}", *also, **how)


def add_signs(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how numbers are written in a file."""
    for name in ("thousands", "decimal"):
        parser.add_argument(f"--{name}", **_OPTIONS[name])


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add the choice of who runs the passes; the result does not depend on it."""
    parser.add_argument(
        "--engine",
        metavar="NAME",
        default="auto",
        help="object, compiled (needs numba) or auto: the same results, sooner or later (default: auto)",
    )


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """Take the settings from the options, as a plain table; `completed` fills in what depends on the data."""
    settings = {name: getattr(args, name) for name in _STORED}
    for name, registry in (("activations", ACTIVATIONS), ("initializer", INITIALIZERS), ("loss", LOSSES)):
        settings[name] = _without_aliases(settings[name], registry)
    if args.optimizer is not None:
        one_of(args.optimizer, OPTIMIZERS, "--optimizer", "unknown optimizer")
        if settings["learning_rate"] is None:
            settings["learning_rate"] = OPTIMIZERS[args.optimizer].rate
    whole(args.batch_size, "--batch-size", 0, also="0 for all examples")
    settings["validation"] = _validation_of(args.validation)
    rate = 0.1 if settings["learning_rate"] is None else settings["learning_rate"]
    optimizer_of(settings | {"optimizer": args.optimizer or "sgd", "learning_rate": rate})
    regularizer_of(settings), clip_of(settings)  # refuse now what cannot be used later
    return settings


def _validation_of(text: str | None) -> float | str | None:
    """Read what to judge on: a share, or the name of a file."""
    if text is None or (is_file(text) and not looks_numeric(text)):
        return text
    try:
        share = float(text)
    except ValueError:
        expected = "a share from 0 up to, but not, 1, or a CSV file"
        raise InvalidValueError(where="--validation", given=text, expected=expected) from None
    return in_range(share, "--validation", least=0.0, below=1.0, what="a share")


def _without_aliases(names: str | None, registry: Registry[Any]) -> str | None:
    """Put our own names for those that the field has beside them, so that only ours are kept."""
    if names is None:
        return None
    return ",".join(registry.aliases.get(name.strip(), name) for name in names.split(","))


def completed(
    settings: dict[str, Any], data: Dataset, outputs: int | None = None
) -> tuple[dict[str, Any], Dataset]:  # fmt: skip
    """Choose what was left open by what is to be learned, and give the data in the form that fits.

    `outputs` is how many a network has that there is already.

    Classes get softmax and cross-entropy, with a column for each; two classes in one column of 0 and 1 get a sigmoid
    and binary cross-entropy. Numbers get identity and squared error, or a sigmoid where all are 0 or 1. What
    contradicts this is refused.

    Examples
    --------
    >>> from neurograph.data.datasets import load_iris
    >>> args = argparse.Namespace(data="iris", **{name: how.get("default") for name, how in _OPTIONS.items()})
    >>> found, data = completed(settings_of(args), load_iris())
    >>> found["activations"], found["loss"], found["validation"], found["learning_rate"]
    ('sigmoid,softmax', 'cross_entropy', 0.2, 0.1)
    """
    done = dict(settings)
    if data.reading:  # so that it is found in other files
        done["target"] = ",".join(map(as_option, data.reading.target))
    few = len(data) < FEW
    if done["validation"] is None:
        done["validation"] = 0.0 if few else 0.2
    data = _in_columns(done, data, outputs)
    classes = bool(data.class_names)
    if done["optimizer"] is None:
        quick = few and classes and done["learning_rate"] is None
        done |= {"optimizer": "adam", "learning_rate": 0.05} if quick else {"optimizer": "sgd"}
    if done["learning_rate"] is None:
        done["learning_rate"] = OPTIMIZERS[done["optimizer"]].rate
    one_hot = classes and len(data.Y[0]) > 1
    if done["activations"] is None:
        last = "sigmoid"
        if one_hot and done["loss"] in (None, "cross_entropy"):
            last = "softmax"
        elif not classes and not _zeros_and_ones(data):
            last = "identity"
        hidden = len(sizes_of(done["layers"])) - 2 if done["layers"] else 1
        done["activations"] = "sigmoid" if last == "sigmoid" else ",".join(["sigmoid"] * hidden + [last])
    if done["loss"] is None:
        last = _last_activation(done).name
        binary = last == "sigmoid" and classes and not one_hot
        done["loss"] = "cross_entropy" if last == "softmax" else "binary_cross_entropy" if binary else "squared_error"
    _check_target(done, data)
    return done, data


def _zeros_and_ones(data: Dataset) -> bool:
    return all(value in (0.0, 1.0) for y in data.Y for value in y)


def _last_activation(settings: dict[str, Any]) -> Activation | JointActivation:
    return ACTIVATIONS.find(settings["activations"].split(",")[-1].strip())


def _in_columns(settings: dict[str, Any], data: Dataset, outputs: int | None) -> Dataset:
    """Give two classes one column or two, as the network or the options ask, and all other data as they are."""
    if len(data.class_names) != 2:
        return data
    if outputs is None and settings["layers"] is not None:
        outputs = sizes_of(settings["layers"])[-1]
    if outputs is None and settings["activations"] is not None and wants_one_hot(_last_activation(settings)):
        outputs = 2
    if outputs is None and settings["activations"] is None:
        outputs = {"cross_entropy": 2, "binary_cross_entropy": 1}.get(settings["loss"])
    if outputs not in (1, 2) or outputs == len(data.Y[0]):
        return data
    return data.as_one_column() if outputs == 1 else data.as_one_hot()


def _check_target(settings: dict[str, Any], data: Dataset) -> None:
    """Refuse options that contradict what the target holds, and say what to change."""
    outputs, numbers, opposite = len(data.Y[0]), not data.class_names, _opposite(settings, data)
    if settings["standardize_target"] and not numbers:
        problem = "the target holds classes, which have no scale."
        raise InvalidValueError(problem, where="--standardize-target", cure="Leave it out.", settings=opposite)
    if settings["class_weight"] is not None and numbers:
        problem = "the target holds numbers, not classes."
        raise InvalidValueError(problem, where="--class-weight", cure="Leave it out.", settings=opposite)
    joint = wants_one_hot(_last_activation(settings))
    if outputs == 1 and not numbers and (joint or settings["loss"] == "cross_entropy"):
        what = f"--activations {settings['activations']}" if joint else "--loss cross_entropy"
        sizes = sizes_of(settings["layers"] or f"{len(data.X[0])}-5-1")
        one, two = ("-".join(map(str, [*sizes[:-1], outputs])) for outputs in (1, 2))
        problem = f"it shares 1 among an output for each class, and --layers {one} has one output."
        cure = f"Take --layers {two}, or sigmoid as the last activation with --loss binary_cross_entropy."
        raise InvalidValueError(problem, where=what, cure=cure)
    if outputs == 1 and numbers and joint:
        problem = "it shares 1 among an output for each class, and the target holds numbers."
        where, cure = f"--activations {settings['activations']}", "Take identity as the last activation."
        raise InvalidValueError(problem, where=where, cure=cure, settings=opposite)
    if numbers and settings["loss"] in ("cross_entropy", "binary_cross_entropy") and not _zeros_and_ones(data):
        problem = "it is for classes, and the target holds numbers."
        where, cure = f"--loss {settings['loss']}", "Take --loss squared_error."
        raise InvalidValueError(problem, where=where, cure=cure, settings=opposite)


def _opposite(settings: dict[str, Any], data: Dataset) -> list[Setting]:
    """Say what to give for the other reading of the target, where it is of a file and has one."""
    if not is_file(settings["data"]) or not all(map(looks_numeric, data.class_names)):
        return []
    return [_AS_NUMBERS] if data.class_names else [_AS_CLASSES]


def other_meaning(settings: dict[str, Any], data: Dataset, outputs: int) -> list[Setting]:
    """Say what to give when the last layer was meant for the other reading of the target: numbers, or classes."""
    meant = 1 if data.class_names else len({tuple(y) for y in data.Y})
    return _opposite(settings, data) if outputs == meant else []


_AS_CLASSES = Setting("classes", True, "If each of its values is a class")
_AS_NUMBERS = Setting("classes", False, "To learn it as numbers")


def stored(settings: object) -> dict[str, Any] | None:
    """Read the table of a run that was kept; None when it is none. What came later has its default in an older one."""
    if not isinstance(settings, dict) or not set(_STORED) - _LATER <= set(settings) <= set(_STORED):
        return None
    usual = {name: False if how.get("action") == "store_true" else how.get("default") for name, how in _OPTIONS.items()}
    return {name: settings.get(name, usual.get(name)) for name in _STORED}


def check_resumed(args: argparse.Namespace, settings: dict[str, Any], folder: str) -> None:
    """Refuse options that a resumed run would not heed, since it keeps the settings it began with."""
    given = settings_of(args)
    for name, how in _OPTIONS.items():
        usual = False if how.get("action") == "store_true" else how.get("default")
        if getattr(args, name) != usual and given[name] != settings[name]:
            option = f"--{name.replace('_', '-')}"
            problem = f"the run in {folder} has {settings[name]}, and keeps its settings."
            cure = "Leave the option out, or begin a new run."
            raise InvalidValueError(problem, where=f"{option} {given[name]}", cure=cure)


def optimizer_of(settings: dict[str, Any]) -> Optimizer:
    """Make the optimizer that the settings name."""
    return OPTIMIZERS[settings["optimizer"]].make(settings["learning_rate"])


def regularizer_of(settings: dict[str, Any]) -> Regularizer | None:
    """Make the regularizer that the settings name, if any."""
    l1, l2 = settings["l1"], settings["l2"]
    if l1 and l2:
        return ElasticNet(l1, l2)
    return L1(l1) if l1 else L2(l2) if l2 else None


def clip_of(settings: dict[str, Any]) -> Clip | None:
    """Make the clip that the settings name, if any."""
    return None if settings["clip_norm"] is None else Clip(norm=settings["clip_norm"])


def class_weight_of(settings: dict[str, Any], class_names: Sequence[str]) -> str | list[float] | None:
    """Read the weights of the classes: "balanced", or one for each class, in their order.

    Examples
    --------
    >>> class_weight_of({"class_weight": "yes=20,no=1"}, ["no", "yes"])
    [1.0, 20.0]
    """
    given: str | None = settings["class_weight"]
    if given is None or given == "balanced":
        return given
    where, expected = (
        "--class-weight",
        f"balanced, or a weight for each class: {','.join(f'{n}=1' for n in class_names)}",
    )
    weights: dict[str, float] = {}
    for part in columns_in(given, where):
        name, _, weight = part.rpartition("=")
        if name not in class_names or name in weights:
            raise InvalidValueError(where=where, given=given, expected=expected)
        weights[name] = in_range(number(weight, where), where, above=0.0)
    if len(weights) != len(class_names):
        raise InvalidValueError(where=where, given=given, expected=expected)
    return [weights[name] for name in class_names]
