"""Errors and notes in the options of a command: `--batch-size` where Python says `batch_size=`.

It writes what is known as data; it decides nothing, and prints nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection

from neurograph.cli.data import as_option
from neurograph.errors import Argument, NeurographError, Note, Setting, one_line

__all__ = ["in_options", "note_in_options"]

# Arguments of Python whose options have other names.
_OPTIONS = {"Clip, norm": "clip_norm", "L1, strength": "l1", "L2, strength": "l2", "rate": "learning_rate"}


def in_options(error: NeurographError, options: Collection[str]) -> NeurographError:
    """Say an error in the options of a command: `--batch-size` for the argument `batch_size`, which nobody typed.

    What cures it in Python, but is no option of the command, is left out.

    Examples
    --------
    >>> from neurograph.errors import Setting
    >>> engine, header = Setting("engine", "object", "To do without"), Setting("header", True, "If it is one")
    >>> error = NeurographError("it is 0.", where=Argument("train", "batch_size"), settings=[engine, header])
    >>> print(in_options(error, ["batch_size", "engine"]))
    --batch-size: it is 0. To do without, say --engine object.
    """
    where = error.where
    if isinstance(where, Argument):
        name = _OPTIONS.get(where) or _option(_OPTIONS.get(where.name, where.name), options)
        where = _typed(name) if name in options else where
    cure = " ".join([error.cure, *_cures(error.settings, options)]).strip()
    return error.but(where=where, cure=cure, settings=())


def note_in_options(note: Note, options: Collection[str]) -> str:
    """Write a note in the options of a command.

    Examples
    --------
    >>> from neurograph.errors import Setting
    >>> note = Note("'kind' is taken as classes.", (Setting("classes", False, "To learn numbers"),))
    >>> note_in_options(note, ["classes"]), note_in_options(note, [])
    ("'kind' is taken as classes. To learn numbers, say --no-classes.", "'kind' is taken as classes.")
    >>> counting = Note("they count.", (Setting("ignore", ("id", "a, b"), "To leave them out"),))
    >>> print(note_in_options(counting, ["ignore"]))
    they count. To leave them out, say --ignore 'id,"a, b"'.
    """
    return one_line(" ".join([note.text, *_cures(note.settings, options)]))


def _cures(settings: Collection[Setting], options: Collection[str]) -> list[str]:
    named = [(_option(one.name, options), one) for one in settings]
    return [f"{one.purpose}, say {_typed(name, one.value)}." for name, one in named if name in options]


def _option(name: str, options: Collection[str]) -> str:
    """Name the option for an argument: where `--target` takes numbers, a column to learn is `--target-column`."""
    return "target_column" if name == "target" and "target_column" in options else name


def _typed(name: str, value: object = True) -> str:
    option = f"--{name.replace('_', '-')}"
    if isinstance(value, tuple):  # columns
        value = ",".join(map(as_option, value))
    if value is False:
        return f"--no-{name.replace('_', '-')}"
    return option if value is True else f"{option} {shlex.quote(str(value))}"
