"""`neurograph demo`: one flower through a 4-5-3 net and back, every number explained and checked; then training.

It ends with a picture of the trained net and the step as a page, in a folder of their own.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path
from textwrap import wrap
from typing import Any

from neurograph.cli.case import Case, describe
from neurograph.cli.step import print_trace
from neurograph.cli.terminal import size
from neurograph.data.dataset import Dataset
from neurograph.data.datasets import load_iris
from neurograph.data.metrics import accuracy, confusion_matrix, confusion_table
from neurograph.data.split import split
from neurograph.errors import GraphError, InvalidValueError, NeurographError, one_line
from neurograph.learning.gradcheck import check_gradients
from neurograph.learning.training import train
from neurograph.network import Network
from neurograph.rules.optimizers import SGD
from neurograph.trace.text_layout import rounding
from neurograph.trace.trace import Trace

__all__ = ["add_to", "run"]

FOLDER = "neurograph-demo"
_PICTURE, _PAGE = "network.svg", "step.html"
_TITLE = "neurograph demo"  # of both, by which a later demo knows them for its own
_OURS = re.compile(rf"<title>{_TITLE}(?:: [^<]*)?</title>")
_LOSS = "squared_error"
_RATE = 0.1
_EPOCHS = 200


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "demo",
        help="one iris flower through a 4-5-3 net and back, then training and a picture",
        description="Tell one training step for one flower of iris, with a check of every gradient, then train the net "
        "and judge it on flowers held out. Writes a picture of the net, and the step as a page.",
    )
    parser.add_argument("--seed", type=int, metavar="N", default=0, help="of weights, split and order (default: 0)")
    parser.add_argument(
        "--out", metavar="DIR", help=f"where to put {_PICTURE}, the net, and {_PAGE}, the step (default: {FOLDER})"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tell one step, then train, judge and draw."""
    if args.out is not None:  # a folder that somebody has named is looked at before the work, not after
        for name in (_PICTURE, _PAGE):
            _prepare(Path(args.out), name)
    iris = load_iris()
    net = Network.dense([4, 5, 3], ["sigmoid", "sigmoid"], seed=args.seed)
    case = Case(net, iris.X[0], iris.Y[0], _LOSS, "flower 1 of iris, setosa", iris.feature_names, iris.class_names)
    trace = net.trace(case.x, case.y, _LOSS, _RATE)
    print(describe(case), *wrap(rounding(trace.style), size()[0]), sep="\n", end="\n\n")
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
    print(confusion_table(confusion_matrix(outputs=outputs, targets=aside.Y), iris.class_names))
    folder = Path(args.out or FOLDER)
    print(f"\n{_drawn(net, iris, folder)}")
    print(_paged(trace, case, folder))
    command = "neurograph" if shutil.which("neurograph") else _called()
    print(f"Walk through a step yourself: {command} step --data iris --example 60")
    return 0


def _drawn(net: Network, iris: Dataset, folder: Path) -> str:
    """Draw the trained net and say where it is, or why it is not: a demo does not fail for want of a picture."""
    from neurograph.files.atomic import write_text
    from visualize.export import svg_text
    from visualize.network.draw import draw_network

    try:
        path = _prepare(folder, _PICTURE)
        diagram = draw_network(net, feature_names=iris.feature_names, class_names=iris.class_names)
        write_text(path, svg_text(diagram.figure, diagram.alt_text(), title=_TITLE))
    except NeurographError as error:
        return f"No picture was written. {error}"
    return f"A picture of the trained net, to be opened in a browser: {one_line(str(path))}"


def _paged(trace: Trace[Network], case: Case, folder: Path) -> str:
    """Write the step that was told as a page, and say where it is, or why it is not."""
    from visualize.page.stepper import write_stepper

    try:
        path = _prepare(folder, _PAGE)
        title = f"{_TITLE}: {case.title}"
        write_stepper(trace, path, title=title, feature_names=case.feature_names, class_names=case.class_names)
    except NeurographError as error:
        return f"No page was written. {error}"
    return f"The step told above, to be stepped through in a browser: {one_line(str(path))}"


def _prepare(folder: Path, name: str) -> Path:
    """Make the folder, and see that no file of somebody's is overwritten; give the path of the file."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open(encoding="utf-8", errors="replace") as old:
            ours = _OURS.search(old.read(4000))
    except FileNotFoundError:
        return path
    except (OSError, ValueError) as error:  # a ValueError when the name holds a NUL
        reason = getattr(error, "strerror", None) or error
        problem, cure = f"it cannot be used ({reason}).", "Name another folder."
        raise InvalidValueError(problem, where=f"--out {folder}", cure=cure) from None
    if not ours:
        raise GraphError(f"it holds a {name} of no demo.", where=f"--out {folder}", cure="Name another folder.")
    return path


def _called() -> str:
    """Say how this program was called, where the command is not on the path."""
    return "python -m neurograph" if sys.argv[0].endswith("__main__.py") else os.path.relpath(sys.argv[0])
