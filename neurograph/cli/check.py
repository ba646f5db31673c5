"""`neurograph check`: every derivative of one training step beside its central difference, as a table."""

from __future__ import annotations

import argparse
from typing import Any

from neurograph.cli import case as cases
from neurograph.learning.gradcheck import check_gradients

__all__ = ["add_to", "run"]


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "check",
        help="check every gradient against central differences",
        description="Compare every derivative of one training step, of a dense net or a saved model, with a central "
        "difference. The exit status is 1 "
        "when one is wrong.",
    )
    cases.add_model(parser)
    parser.add_argument(
        "--tolerance", type=float, metavar="T", default=1e-6, help="relative error allowed (default: 1e-6)"
    )
    parser.add_argument("--summary", action="store_true", help="print only the last line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check and print; 1 when a gradient is wrong."""
    case = cases.with_example(args)
    report = check_gradients(case.net, case.x, case.y, case.loss, tolerance=args.tolerance)
    print(report.summary() if args.summary else f"{cases.describe(case)}\n\n{report}")
    return 0 if report.ok else 1
