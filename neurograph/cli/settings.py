"""The settings of a training run: options, the plain table stored with the model, and the objects they stand for.

A run is resumed from the stored table, so that it goes on with the very settings it began with.
"""

from __future__ import annotations

import argparse
from typing import Any

from neurograph.cli.case import sizes_of
from neurograph.data.dataset import Dataset
from neurograph.engines.objects import are_classes
from neurograph.rules.clipping import Clip
from neurograph.rules.initializers import INITIALIZERS
from neurograph.rules.losses import LOSSES
from neurograph.rules.optimizers import OPTIMIZERS, Optimizer
from neurograph.rules.registry import Registry
from neurograph.rules.regularizers import L1, L2, ElasticNet, Regularizer
from neurograph.rules.softmax import ACTIVATIONS
from neurograph.validate import in_range, one_of, whole

__all__ = [
    "add_engine",
    "add_options",
    "clip_of",
    "completed",
    "optimizer_of",
    "regularizer_of",
    "settings_of",
    "stored",
]

# What fixes a run: the options of the command, in the order in which they are stored with its model, after the data.
_OPTIONS: dict[str, dict[str, Any]] = {
    "target": {"metavar": "COLUMN", "help": "of a CSV file: what to learn, by name or number (default: last)"},
    "ignore": {
        "metavar": "COLUMN,...", "help": "of a CSV file: columns to leave out, by name or number, such as id,notes"
    },
    "layers": {"metavar": "4-5-3", "help": "neurons per layer (default: one hidden layer of 5)"},
    "activations": {
        "metavar": "A,B",
        "help": "one for each layer after the inputs, or one for all (default: sigmoid, but softmax for outputs of 2 "
        "or more classes, and identity for numbers; they are printed)",
    },
    "initializer": {
        "metavar": "NAME", "default": "glorot_uniform", "help": "first weights (default: glorot_uniform)"
    },
    "loss": {
        "metavar": "NAME", "help": "default: cross_entropy after softmax, squared_error otherwise; it is printed"
    },
    "optimizer": {"metavar": "NAME", "default": "sgd", "help": f"{', '.join(OPTIMIZERS)} (default: sgd)"},
    "learning_rate": {
        "type": float, "metavar": "R", "help": "default: 0.1 for sgd, others smaller; it is printed"
    },
    "batch_size": {
        "type": int, "metavar": "N", "default": 10, "help": "examples per update, 0 for all (default: 10)"
    },
    "validation": {
        "type": float, "metavar": "S", "default": 0.2, "help": "share held out, 0 for none (default: 0.2)"
    },
    "standardize": {
        "action": "store_true", "help": "standardise the features, with mean and deviation of the rest"
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that fix what is learned and how."""
    for name, how in _OPTIONS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", **how)


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
    one_of(args.optimizer, OPTIMIZERS, "--optimizer", "unknown optimizer")
    if settings["learning_rate"] is None:
        settings["learning_rate"] = OPTIMIZERS[args.optimizer].rate
    whole(args.batch_size, "--batch-size", 0, also="0 for all examples")
    in_range(args.validation, "--validation", least=0.0, below=1.0, what="a share")
    optimizer_of(settings), regularizer_of(settings), clip_of(settings)  # refuse now what cannot be used later
    return settings


def _without_aliases(names: str | None, registry: Registry[Any]) -> str | None:
    """Put our own names for those that the field has beside them, so that only ours are kept."""
    if names is None:
        return None
    return ",".join(registry.aliases.get(name.strip(), name) for name in names.split(","))


def completed(settings: dict[str, Any], data: Dataset) -> dict[str, Any]:
    """Choose activations and loss, where they were left out, by what is to be learned.

    Two or more columns of classes get softmax and cross-entropy, numbers get identity, and all else sigmoid and squared
    error: also targets of 0 and 1, whatever they are called, which a sigmoid can meet.

    Examples
    --------
    >>> from neurograph.data.datasets import load_iris
    >>> open = {"layers": "4-5-5-3", "activations": None, "loss": None}
    >>> found = completed(open, load_iris())
    >>> found["activations"], found["loss"]
    ('sigmoid,sigmoid,softmax', 'cross_entropy')
    """
    done = dict(settings)
    if done["activations"] is None:
        last = "sigmoid"
        if data.class_names and len(data.Y[0]) > 1 and done["loss"] in (None, "cross_entropy"):
            last = "softmax"
        elif not data.class_names and not are_classes(data.Y):
            last = "identity"
        hidden = len(sizes_of(done["layers"])) - 2 if done["layers"] else 1
        done["activations"] = "sigmoid" if last == "sigmoid" else ",".join(["sigmoid"] * hidden + [last])
    if done["loss"] is None:
        joint = done["activations"].split(",")[-1].strip() == "softmax"
        done["loss"] = "cross_entropy" if joint else "squared_error"
    return done


def stored(settings: object) -> dict[str, Any] | None:
    """Read the table of a run that was kept; None when it is none. Before `--ignore` there was no entry for it."""
    if not isinstance(settings, dict) or set(settings) | {"ignore"} != set(_STORED):
        return None
    return {name: settings.get(name) for name in _STORED}


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
