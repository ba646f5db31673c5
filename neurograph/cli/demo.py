"""`neurograph demo`: one flower through a 4-5-3 net and back, every number explained and checked; then training."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from typing import Any

from neurograph.cli.case import Case, describe
from neurograph.cli.step import print_trace
from neurograph.data.datasets import load_iris
from neurograph.data.metrics import accuracy, confusion_matrix
from neurograph.data.report import confusion_table
from neurograph.data.split import split
from neurograph.learning.gradcheck import check_gradients
from neurograph.learning.training import train
from neurograph.network import Network
from neurograph.rules.optimizers import SGD

__all__ = ["add_to", "run"]

_LOSS = "squared_error"
_RATE = 0.1
_EPOCHS = 200


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "demo",
        help="one iris flower through a 4-5-3 net and back, then training",
        description="Tell one training step for one flower of iris, with a check of every gradient, then train the net "
        "and judge it on flowers held out. Writes no files.",
    )
    parser.add_argument("--seed", type=int, metavar="N", default=0, help="of weights, split and order (default: 0)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tell one step, then train and judge."""
    iris = load_iris()
    net = Network.dense([4, 5, 3], ["sigmoid", "sigmoid"], seed=args.seed)
    case = Case(net, iris.X[0], iris.Y[0], _LOSS, "flower 1 of iris, setosa", iris.feature_names, iris.class_names)
    print(describe(case), end="\n\n")
    trace = net.trace(case.x, case.y, _LOSS, _RATE)
    print_trace(trace, checks=True)
    print(f"Every gradient beside its central difference: {check_gradients(net, case.x, case.y, _LOSS).summary()}.")
    print(f"One step changed the loss of this flower from {trace.loss_before:.6f} to {trace.loss_after:.6f}.\n")

    rest, aside = split(iris, 0.2, args.seed)
    print(f"Now {_EPOCHS} rounds of such steps, online, over {len(rest)} flowers; {len(aside)} are held out.")
    history = train(net, rest.X, rest.Y, _LOSS, SGD(_RATE), _EPOCHS, seed=args.seed)
    print(f"\n{history}\n")
    outputs = [net.forward(x) for x in aside.X]
    right = accuracy(outputs, aside.Y)
    print(f"Accuracy on the flowers held out: {right:.1%} ({round(right * len(aside))} of {len(aside)}).\n")
    print(confusion_table(confusion_matrix(outputs, aside.Y), iris.class_names))
    command = "neurograph" if shutil.which("neurograph") else _called()
    print(f"\nNo file was written. Walk through a step yourself: {command} step --data iris --example 60")
    return 0


def _called() -> str:
    """Say how this program was called, where the command is not on the path."""
    return "python -m neurograph" if sys.argv[0].endswith("__main__.py") else os.path.relpath(sys.argv[0])
