"""`neurograph demo`: one flower through a 4-5-3 net and back, every number explained and checked; then training."""

from __future__ import annotations

import argparse
from typing import Any

from neurograph.cli.case import Case, describe
from neurograph.cli.step import print_trace
from neurograph.data.datasets import load_iris
from neurograph.data.split import hold_out
from neurograph.learning.descent import accuracy, descend
from neurograph.learning.gradcheck import check_gradients
from neurograph.network import Network

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
    from tqdm import tqdm

    iris = load_iris()
    net = Network.dense([4, 5, 3], ["sigmoid", "sigmoid"], seed=args.seed)
    case = Case(net, iris.X[0], iris.Y[0], _LOSS, "flower 1 of iris, setosa", iris.feature_names, iris.class_names)
    print(describe(case), end="\n\n")
    trace = net.trace(case.x, case.y, _LOSS, _RATE)
    print_trace(trace, checks=True)
    print(f"Every gradient beside its central difference: {check_gradients(net, case.x, case.y, _LOSS).summary()}.")
    print(f"One step changed the loss of this flower from {trace.loss_before:.6f} to {trace.loss_after:.6f}.\n")

    rest, aside = hold_out(iris, 0.2, args.seed)
    print(f"Now {_EPOCHS} rounds of such steps, online, over {len(rest)} flowers; {len(aside)} are held out.")
    epochs = descend(net, rest.X, rest.Y, _RATE, _EPOCHS, _LOSS, args.seed)
    with tqdm(epochs, total=_EPOCHS, unit="epoch", disable=None) as progress:  # silent when not on a terminal
        for epoch in progress:
            progress.set_postfix(loss=f"{epoch.loss:.4f}")
    right = accuracy(net, aside.X, aside.Y)
    print(f"Mean loss of the last round: {epoch.loss:.4f}.")
    print(f"Accuracy on the flowers held out: {right:.1%} ({round(right * len(aside))} of {len(aside)}).")
    print("\nNo file was written. Walk through a step yourself: neurograph step --data iris --example 60")
    return 0
