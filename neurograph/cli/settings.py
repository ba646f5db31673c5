"""The settings of a training run: options, the plain table stored with the model, and the objects they stand for.

A run is resumed from the stored table, so that it goes on with the very settings it began with.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from neurograph.engines.objects import Clip
from neurograph.errors import InvalidValueError, UnknownNameError, explain, nearest
from neurograph.rules.optimizers import SGD, Adam, AdamW, Momentum, Optimizer, RMSProp
from neurograph.rules.regularizers import L1, L2, ElasticNet, Regularizer

__all__ = ["OPTIMIZERS", "STORED", "add_options", "clip_of", "optimizer_of", "regularizer_of", "settings_of"]

OPTIMIZERS: dict[str, tuple[Callable[[float], Optimizer], float]] = {
    "sgd": (SGD, 0.1),
    "momentum": (Momentum, 0.05),
    "nesterov": (lambda rate: Momentum(rate, nesterov=True), 0.05),
    "rmsprop": (RMSProp, 0.01),
    "adam": (Adam, 0.01),
    "adamw": (AdamW, 0.01),
}

STORED = (
    "data", "target", "layers", "activations", "initializer", "loss", "optimizer", "learning_rate", "batch_size",
    "validation", "standardize", "l1", "l2", "clip_norm", "patience", "seed",
)  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that fix what is learned and how."""
    add = parser.add_argument
    add("--layers", metavar="4-5-3", help="neurons per layer (default: one hidden layer of 5)")
    add("--activations", metavar="A,B", default="sigmoid", help="one for each layer after the inputs, or one for all")
    add("--initializer", metavar="NAME", default="glorot_uniform", help="first weights (default: glorot_uniform)")
    add("--loss", metavar="NAME", help="default: cross_entropy after softmax, squared_error otherwise; it is printed")
    names = ", ".join(OPTIMIZERS)
    add("--optimizer", metavar="NAME", default="sgd", help=f"{names} (default: sgd)")
    add("--learning-rate", type=float, metavar="R", help="default: 0.1 for sgd, others smaller; it is printed")
    add("--batch-size", type=int, metavar="N", default=10, help="examples per update, 0 for all (default: 10)")
    add("--validation", type=float, metavar="S", default=0.2, help="share held out, 0 for none (default: 0.2)")
    add("--standardize", action="store_true", help="standardise the features, with mean and deviation of the rest")
    add("--l1", type=float, metavar="S", default=0.0, help="strength of the L1 penalty")
    add("--l2", type=float, metavar="S", default=0.0, help="strength of the L2 penalty")
    add("--clip-norm", type=float, metavar="C", help="limit the length of the gradient of an update")
    add(
        "--patience", type=int, metavar="N", help="stop after N epochs without a new best loss, and go back to the best"
    )
    add("--seed", type=int, metavar="N", default=0, help="of weights, split and order (default: 0)")


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """Take the settings from the options, as a plain table.

    Raises
    ------
    NeurographError
        When an option cannot be used.
    """
    settings = {name: getattr(args, name) for name in STORED}
    if args.optimizer not in OPTIMIZERS:
        raise UnknownNameError(
            f"--optimizer: unknown optimizer {args.optimizer!r}. {nearest(args.optimizer, OPTIMIZERS)}"
        )
    if settings["learning_rate"] is None:
        settings["learning_rate"] = OPTIMIZERS[args.optimizer][1]
    if settings["loss"] is None:
        last = args.activations.split(",")[-1].strip()
        settings["loss"] = "cross_entropy" if last == "softmax" else "squared_error"
    if args.batch_size < 0:
        raise InvalidValueError(explain("--batch-size", args.batch_size, "a number from 1 up, or 0 for all examples"))
    if not 0.0 <= args.validation < 1.0:
        raise InvalidValueError(explain("--validation", args.validation, "a share from 0 up to, but not, 1"))
    optimizer_of(settings), regularizer_of(settings), clip_of(settings)  # refuse now what cannot be used later
    return settings


def optimizer_of(settings: dict[str, Any]) -> Optimizer:
    """Make the optimizer that the settings name."""
    return OPTIMIZERS[settings["optimizer"]][0](settings["learning_rate"])


def regularizer_of(settings: dict[str, Any]) -> Regularizer | None:
    """Make the regularizer that the settings name, if any."""
    l1, l2 = settings["l1"], settings["l2"]
    if l1 and l2:
        return ElasticNet(l1, l2)
    return L1(l1) if l1 else L2(l2) if l2 else None


def clip_of(settings: dict[str, Any]) -> Clip | None:
    """Make the clip that the settings name, if any."""
    return None if settings["clip_norm"] is None else Clip(norm=settings["clip_norm"])
