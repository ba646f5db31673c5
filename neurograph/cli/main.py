"""The command's front door: it picks the subcommand, and turns every mistake of a user's into one line on stderr.

What a subcommand does stands in its own module.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import re
import sys
import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import NoReturn, TextIO

from neurograph.cli.messages import in_options
from neurograph.errors import NeurographError, NeurographWarning, one_line, quoted

__all__ = ["main"]

_EXIT_MISTAKE = 2
_EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2 and one line; the usage is a `--help` away."""
        self.exit(_EXIT_MISTAKE, f"{self.prog}: {message}. See {self.prog} --help.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, 1 for a wrong gradient, 2 for a mistake in the arguments.

    Examples
    --------
    >>> main(["check", "--layers", "2-2-1", "--input", "0,1", "--target", "1", "--summary"])
    12 derivatives checked: 12 ok
    0
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name the terminal cannot write is escaped, never a crash
            stream.reconfigure(errors="backslashreplace")
    args, unknown = _parser().parse_known_args(_join_negative(sys.argv[1:] if argv is None else argv))
    if unknown:
        prog = f"neurograph {args.command}"
        given = one_line(" ".join(unknown))
        print(
            f"{prog}: unrecognized arguments: {given}. {_meant(unknown, vars(args))}See {prog} --help.", file=sys.stderr
        )
        return _EXIT_MISTAKE
    try:
        with _warnings_in_a_line(args.command):
            status: int = args.run(args)
        sys.stdout.flush()
    except NeurographError as error:
        text = in_options(error, vars(args)).text(quoted)  # all that is typed is text, so that its type is no news
        print(f"neurograph {args.command}: {text}", file=sys.stderr)
        return _EXIT_MISTAKE
    except KeyboardInterrupt:
        print(f"\nneurograph {args.command}: interrupted", file=sys.stderr)
        return _EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


@contextlib.contextmanager
def _warnings_in_a_line(command: str) -> Iterator[None]:
    """Print a warning of ours once, in one line, without a place in the program."""
    printed: set[str] = set()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, NeurographWarning):
            usual(message, category, filename, lineno, file, line)
        elif str(message) not in printed:
            printed.add(str(message))
            print(f"neurograph {command}: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", NeurographWarning)
        usual, warnings.showwarning = warnings.showwarning, show  # put back at the end
        yield


# What other programs call our options.
_FOREIGN = {"lr": "learning_rate", "normalize": "standardize", "normalise": "standardize", "standardise": "standardize"}


def _meant(unknown: Sequence[str], options: Collection[str]) -> str:
    """Ask for the options that were meant, where some are near."""
    guesses = []
    for argument in unknown:
        name = argument.partition("=")[0].lstrip("-").replace("-", "_").casefold()
        near = [_FOREIGN[name]] if name in _FOREIGN else difflib.get_close_matches(name, options, n=1, cutoff=0.75)
        if argument.startswith("--") and near and near[0] in options:
            guesses.append(f"--{near[0].replace('_', '-')}")
    return f"Did you mean {', '.join(guesses)}? " if guesses else ""


def _parser() -> Parser:
    from neurograph.cli import check, demo, draw, predict, step, train

    parser = Parser(
        prog="neurograph",
        description="See backpropagation: every neuron and every weighted edge is an object, every number is shown.",
        epilog="neurograph COMMAND --help tells the options of a command.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for module in (demo, step, check, draw, train, predict):
        module.add_to(commands)
    return parser


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import neurograph

        print(f"neurograph {neurograph.__version__}")
        parser.exit(0)


_NEGATIVE = re.compile(r"-[\d.]")


def _join_negative(argv: Sequence[str]) -> list[str]:
    """Let `--input -1,2` through, which argparse would take for an option."""
    joined: list[str] = []
    for arg in argv:
        if joined and joined[-1] in ("--input", "--target", "--learning-rate") and _NEGATIVE.match(arg):
            joined[-1] = f"{joined[-1]}={arg}"
        else:
            joined.append(arg)
    return joined
