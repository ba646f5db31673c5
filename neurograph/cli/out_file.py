"""The file that a command is to write: its name, and whether it may be written there, seen before any work is done.

It writes nothing that stays.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from neurograph.errors import InvalidValueError
from neurograph.files.atomic import check_place

__all__ = ["check_out", "listed"]


def check_out(out: str, endings: Sequence[str], option: str, force: bool) -> str:
    """See that a file may be written; give its ending.

    Parameters
    ----------
    out : str
        The file's name.
    endings : sequence of str
        Those it may have, without the dot.
    option : str
        The option that names it, for the messages.
    force : bool
        It may be overwritten.

    Raises
    ------
    InvalidValueError
        When it has another ending, is a folder, or exists and may not be overwritten.
    NeurographError
        When no file can be written there.
    """
    ending = Path(out).suffix.lower().removeprefix(".")
    if ending not in endings:
        raise InvalidValueError(f"expected a file name that ends in {listed(endings)}.", where=f"{option} {out}")
    if os.path.isdir(out):
        raise InvalidValueError("it is a folder.", where=f"{option} {out}", cure="Name a file.")
    if os.path.exists(out) and not force:
        raise InvalidValueError("it exists already.", where=f"{option} {out}", cure="Take another name, or --force.")
    check_place(out)
    return ending


def listed(endings: Sequence[str]) -> str:
    """List endings of files.

    Examples
    --------
    >>> listed(["png", "svg", "pdf"])
    '.png, .svg or .pdf'
    """
    return ", ".join(f".{one}" for one in endings[:-1]) + f" or .{endings[-1]}"
