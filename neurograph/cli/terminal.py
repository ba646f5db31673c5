"""The terminal: its width, whether it wants colour, and one key at a time.

It knows nothing of networks.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

__all__ = ["Paint", "is_interactive", "raw_keys", "size", "wants_colour"]

_KEYS = {
    "\x1b[C": "right", "\x1b[D": "left", "\x1b[A": "left", "\x1b[B": "right", "\x1bOC": "right", "\x1bOD": "left",
    "\x1b[H": "home", "\x1b[F": "end", "\x1b[1~": "home", "\x1b[4~": "end", "\x1bOH": "home", "\x1bOF": "end",
    " ": "right", "\r": "right", "\n": "right", "\x7f": "left", "\x08": "left", "\x1b": "q", "\x04": "q", "": "q",
}  # fmt: skip


def is_interactive(stdin: TextIO, stdout: TextIO) -> bool:
    """Whether somebody sits at both ends."""
    return stdin.isatty() and stdout.isatty() and os.environ.get("TERM") != "dumb"


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour: a terminal that has not said no, by https://no-color.org or by TERM=dumb."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def size() -> tuple[int, int]:
    """Give columns and lines of the window; 100 x 40 when there is none."""
    columns, lines = shutil.get_terminal_size(fallback=(100, 40))
    return max(columns, 20), max(lines, 8)


_CODES = {"bold": "1", "dim": "2", "good": "32", "bad": "1;31"}


class Paint:
    """Colour and weight for words that already say it; plain text when switched off."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, style: str) -> str:
        """Paint a text: "bold", "dim", "good" or "bad"."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on else text

    def verdicts(self, text: str) -> str:
        """Paint the verdicts of gradient checks in a block of text."""
        text = re.sub(r"check: ok\b", lambda match: self(match[0], "good"), text)
        return re.sub(r"check: WRONG\b", lambda match: self(match[0], "bad"), text)


@contextmanager
def raw_keys() -> Iterator[Iterator[str]]:
    """Give keys as they are pressed, by name ("left", "home") or as the letter; the terminal is put back at the end."""
    if os.name == "nt":
        yield _windows_keys()
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield _posix_keys(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _posix_keys(descriptor: int) -> Iterator[str]:
    while True:
        pressed = os.read(descriptor, 32).decode(errors="replace")
        if pressed in _KEYS or pressed.startswith("\x1b"):
            yield _KEYS.get(pressed, "")
        else:  # several keys typed ahead
            yield from (_KEYS.get(key, key) for key in pressed)


def _windows_keys() -> Iterator[str]:
    import msvcrt

    arrows = {"M": "right", "K": "left", "H": "left", "P": "right", "G": "home", "O": "end"}
    while True:
        key = msvcrt.getwch()  # type: ignore[attr-defined]
        if key in ("\x00", "\xe0"):
            yield arrows.get(msvcrt.getwch(), "")  # type: ignore[attr-defined]
        elif key == "\x03":
            raise KeyboardInterrupt
        else:
            yield _KEYS.get(key, key)
