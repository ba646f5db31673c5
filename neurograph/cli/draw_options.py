"""The options of `neurograph draw`: which of them go with which kind of picture.

It refuses what does not fit, before any work is done; it draws nothing.
"""

from __future__ import annotations

import argparse

from neurograph.cli.out_file import listed
from neurograph.errors import InvalidValueError

__all__ = ["check_options"]

_NETWORK_ONLY = ("direction", "keep", "labels", "numbers", "bias", "highlight")
# What does not go with a kind of picture, which is then called so.
_WITHOUT = {
    "gif": (("show", *_NETWORK_ONLY, "dpi"), "a .gif, which shows one whole training step"),
    "strip": (("show", *_NETWORK_ONLY), "--strip, which shows one whole training step"),
    "card": ((*_NETWORK_ONLY, "most", "scale", "unit"), "--card, which shows one neuron"),
}
_FIGURES = ("png", "svg", "pdf")


def check_options(args: argparse.Namespace, ending: str) -> str:
    """Refuse options that do not go together, so that none is silently without effect; give the kind of picture.

    Raises
    ------
    InvalidValueError
        When there are such, or a number is out of its range.
    """
    kind = _kind(args, ending)
    names, picture = _WITHOUT.get(kind, ((), ""))
    for name in names:
        if getattr(args, name) is not None:
            raise InvalidValueError(f"--{name} does not go with {picture}.")
    if kind == "card" and args.show not in (None, "forward", "backward"):
        raise InvalidValueError(
            f"--show {args.show} does not go with --card.", cure="Take forward or backward, or neither."
        )
    if kind == "network" and args.unit is not None:
        raise InvalidValueError("--unit goes with a .gif or --strip only.")
    if args.learning_rate is not None and kind == "network" and args.show != "update":
        raise InvalidValueError("--learning-rate goes with --show update, --card, --strip or a .gif only.")
    if args.dpi is not None and ending != "png":
        raise InvalidValueError("--dpi goes with a .png only.")
    if args.dpi is not None and not 10 <= args.dpi <= 1200:
        raise InvalidValueError(where="--dpi", given=args.dpi, expected="a whole number from 10 to 1200")
    if args.digits is not None and not 1 <= args.digits <= 17:
        raise InvalidValueError(where="--digits", given=args.digits, expected="a whole number from 1 to 17")
    return kind


def _kind(args: argparse.Namespace, ending: str) -> str:
    """Tell which picture is asked for: "network", "gif", "card" or "strip"."""
    asked = [name for name, given in (("card", args.card is not None), ("strip", args.strip)) if given]
    if len(asked) > 1:
        raise InvalidValueError("--card and --strip cannot go together.", cure="Draw one after the other.")
    if not asked:
        return "gif" if ending == "gif" else "network"
    if ending not in _FIGURES:
        raise InvalidValueError(f"--{asked[0]} writes {listed(_FIGURES)} only.", where=f"-o {args.out}")
    return asked[0]
