"""Cures in the words of the command line: the settings of an error or a note, as options of a command.

It writes them; what stands in the way, and what cures it, is said elsewhere.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable

from neurograph.cli.data import as_option
from neurograph.errors import Note, Setting, one_line

__all__ = ["cures", "in_options", "typed"]


def in_options(note: Note, options: Collection[str]) -> Note:
    """Say a note in the options of a command, and leave out what is none.

    Examples
    --------
    >>> note = Note("column 'a b' counts the rows.", (Setting("ignore", ("a b",), "To leave it out"),))
    >>> print(in_options(note, ["ignore"]))
    column 'a b' counts the rows. To leave it out, say --ignore 'a b'.
    """
    return Note(one_line(" ".join([note.text, *cures(note.settings, options)])), serious=note.serious)


def cures(settings: Iterable[Setting], options: Collection[str]) -> list[str]:
    """Say settings as options of a command; what is none is left out."""
    return [f"{one.purpose}, say {typed(one.name, one.value)}." for one in settings if one.name in options]


def typed(name: str, value: object = True) -> str:
    """Write an option as it is typed.

    Examples
    --------
    >>> print(typed("batch_size", 8), typed("header"), typed("ignore", ("id", "width, cm")))
    --batch-size 8 --header --ignore 'id,"width, cm"'
    """
    if isinstance(value, tuple):
        value = shlex.quote(",".join(map(as_option, value)))
    return f"--{name.replace('_', '-')}" + ("" if value is True else f" {value}")
