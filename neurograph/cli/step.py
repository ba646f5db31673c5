"""`neurograph step`: one training step of the user's own net, on a terminal, as plain text, or as a page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from textwrap import wrap
from typing import Any

from neurograph.cli import case as cases
from neurograph.cli.output import check_out
from neurograph.cli.screen import frame, painted
from neurograph.cli.terminal import Paint, is_interactive, raw_keys, size, wants_colour
from neurograph.errors import InvalidValueError, one_line
from neurograph.files.atomic import write_text
from neurograph.files.weights import weights_as_json
from neurograph.network import Network
from neurograph.trace.step import UNITS, Operation, Step
from neurograph.trace.text_layout import rounding
from neurograph.trace.trace import Trace
from neurograph.validate import whole

__all__ = ["add_to", "move", "print_trace", "run", "walk"]

_ENDINGS = ("html", "htm")  # of the page
_CHECKED_PARAMETERS = 2000  # beyond this, checks are shown only when asked for: each takes several forward passes

Place = Callable[[Step], object]
_JUMPS: dict[str, Place] = {
    "n": lambda step: (step.phase, step.example, step.subject),
    "l": lambda step: (step.phase, step.example, step.layer),
    "p": lambda step: (step.phase, step.example),
}


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "step",
        help="walk through one training step, scalar by scalar",
        description="Show one training step of a dense net, or of a saved model: of the first row that it has learned "
        "from, unless another example is named. On a terminal you walk through it with the arrow keys; "
        "in a pipe it is plain text, one block per step; --html writes a page to step through in a browser.",
    )
    cases.add_model(parser)
    group = parser.add_argument_group("the step")
    group.add_argument("--learning-rate", metavar="R", default="0.5", help="of the update, also 1/2 (default: 0.5)")
    group.add_argument("--unit", choices=UNITS, default="neuron", help="what one step is (default: neuron)")
    group.add_argument("--digits", type=int, metavar="N", default=4, help="significant digits (default: 4)")
    group.add_argument("--fractions", action="store_true", help="show numbers such as 1/3 as fractions")
    group.add_argument("--long-way", action="store_true", help="cross-entropy by the chain rule, not by a - y")
    group.add_argument(
        "--check",
        action=argparse.BooleanOptionalAction,
        help=f"show the gradient checks (default: up to {_CHECKED_PARAMETERS} parameters)",
    )
    group.add_argument("--plain", action="store_true", help="plain text on a terminal too")
    group.add_argument(
        "--steps", type=int, metavar="N", default=1, help="training steps, one after the other; a page has the last"
    )
    group.add_argument("--save-weights", metavar="FILE", help="write the new weights as JSON for --weights")
    group.add_argument("--show-weights", action="store_true", help="print the weights as JSON for --weights, and leave")
    page = parser.add_argument_group("the page")
    page.add_argument(
        "--html", metavar="FILE", help="write the step as one HTML file, which opens at --unit, and leave"
    )
    page.add_argument(
        "--finest", choices=UNITS, help="the smallest step of the page (default: term; neuron over 200 neurons)"
    )
    page.add_argument("--force", action="store_true", help="overwrite that file, and that of --save-weights")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the step: key by key, all at once, or as a page."""
    _check_page(args)
    case = cases.with_example(args)
    if args.show_weights:
        print(weights_as_json(case.net))
        return 0
    traces = [
        case.net.trace(
            case.x, case.y, case.loss, cases.rate_of(args.learning_rate), unit=args.unit,
            digits=whole(args.digits, "--digits", 1, 17), fractions=args.fractions, long_way=args.long_way,
        )
    ]  # fmt: skip
    for _ in range(whole(args.steps, "--steps", 1, _MOST_STEPS) - 1):
        traces.append(traces[-1].next(case.x, case.y))
    if args.html is not None:
        print(_write_page(traces[-1], case, args))
    else:
        _show_steps(traces, case, args)
    if args.save_weights is not None:
        write_text(args.save_weights, weights_as_json(traces[-1].after) + "\n")
        print(f"wrote {one_line(args.save_weights)}: the weights after {_counted(len(traces))}")
    return 0


_MOST_STEPS = 100  # that are told in full


def _counted(steps: int) -> str:
    return "the step" if steps == 1 else f"{steps} steps"


def _show_steps(traces: list[Trace[Network]], case: cases.Case, args: argparse.Namespace) -> None:
    """Show training steps: the last one key by key on a terminal, or else all of them as text."""
    few = len(case.net.edges) + len(case.net) <= _CHECKED_PARAMETERS
    checks = few if args.check is None else args.check
    if is_interactive(sys.stdin, sys.stdout) and not args.plain:
        sys.stdout.write("\x1b[2J")
        with raw_keys() as keys:
            walk(traces[-1], keys, Paint(wants_colour(sys.stdout)), checks)
        return
    rounded = rounding(traces[0].style, "--digits")
    print(cases.describe(case), *wrap(rounded, size()[0]), sep="\n", end="\n\n")
    for number, trace in enumerate(traces, start=1):
        if len(traces) > 1:
            print(f"Training step {number} of {len(traces)}: the loss is {trace.loss_before:.6g}.\n")
        print_trace(trace, checks)


def _check_page(args: argparse.Namespace) -> None:
    """Refuse what does not go with a page, and files that cannot be written, before any work is done."""
    if args.save_weights is not None:
        check_out(args.save_weights, ("json",), "--save-weights", args.force)
    if args.html is None:
        if args.force and args.save_weights is None:
            raise InvalidValueError("--force goes with --html or --save-weights only.")
        if args.finest:
            raise InvalidValueError("--finest goes with --html only.")
        return
    for option, given in (("--plain", args.plain), ("--show-weights", args.show_weights)):
        if given:
            raise InvalidValueError(f"{option} does not go with --html, which writes a page and prints no step.")
    check_out(args.html, _ENDINGS, "--html", args.force)


def _write_page(trace: Trace[Network], case: cases.Case, args: argparse.Namespace) -> str:
    """Write the page; give a line that reports it."""
    from visualize.page.stepper import write_stepper

    what = f"one training step of a {cases.shape_of(case.net)} network ({case.title})"
    write_stepper(
        trace, args.html, title=what[0].upper() + what[1:], feature_names=case.feature_names or None,
        class_names=case.class_names or None, finest=args.finest, checks=args.check,
    )  # fmt: skip
    return f"wrote {one_line(args.html)}: {what}, {len(trace)} steps, unit {trace.unit}; open it in a browser"


def print_trace(trace: Trace[Network], checks: bool) -> None:
    """Print every step, a block each with an empty line after it."""
    paint, (width, _) = Paint(wants_colour(sys.stdout)), size()
    for step in trace:
        title, *rest = step.text_lines(width, checks)
        print("\n".join((paint(title.text, "bold"), *(painted(line, paint) for line in rest))), end="\n\n")


def walk(trace: Trace[Network], keys: Iterable[str], paint: Paint, checks: bool) -> None:
    """Show one step at a time and go where the keys say, until `q` or the end of the keys."""
    place = 0
    operation = trace[place].operations[0]
    _show(trace, place, paint, checks)
    for key in keys:
        if key == "q":
            break
        if key in ("u", "U"):
            trace, place = next_unit(trace, operation, 1 if key == "u" else -1)
        elif key == "c":
            checks = not checks
        else:
            there = move(trace, place, key)
            if there != place:
                place, operation = there, trace[there].operations[0]
        _show(trace, place, paint, checks)
    print()


def _show(trace: Trace[Network], place: int, paint: Paint, checks: bool) -> None:
    """Draw over the old screen, line by line, so that nothing flickers."""
    width, height = size()
    lines = frame(trace, place, width, height, paint, checks)
    sys.stdout.write("\x1b[H" + "".join(f"{line}\x1b[K\n" for line in lines[:-1]) + f"{lines[-1]}\x1b[K\x1b[J")
    sys.stdout.flush()


def move(trace: Trace[Network], place: int, key: str) -> int:
    """Say where a key leads: a step on or back, to the first or last, or to where neuron, layer or phase change.

    A small letter goes on, a capital one back to the beginning of the one before.
    """
    last = len(trace) - 1
    match key:
        case "right":
            return min(place + 1, last)
        case "left":
            return max(place - 1, 0)
        case "home":
            return 0
        case "end":
            return last
        case "n" | "l" | "p":
            mark = _JUMPS[key]
            here = mark(trace[place])
            return next((k for k in range(place + 1, last + 1) if mark(trace[k]) != here), last)
        case "N" | "L" | "P":
            mark = _JUMPS[key.lower()]
            before = max(place - 1, 0)
            while before > 0 and mark(trace[before - 1]) == mark(trace[max(place - 1, 0)]):
                before -= 1
            return before
    return place


def next_unit(trace: Trace[Network], operation: Operation, way: int = 1) -> tuple[Trace[Network], int]:
    """Change to the next larger unit, or with -1 the next smaller one, at the step that holds an operation."""
    other = trace.at(UNITS[(UNITS.index(trace.unit) + way) % len(UNITS)])
    return other, next(step.index for step in other if any(one is operation for one in step.operations))
