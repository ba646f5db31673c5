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
    " ": "right", "\r": "right", "\n": "right", "\x7f": "left", "\x08": "left", "\x1b": "q", "\x04": "q",
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


@contextmanager
def raw_keys() -> Iterator[Iterator[str]]:
    """Give keys as they are pressed, by name ("left", "home") or as the letter; the terminal is put back at the end.

    An empty text means that the window has changed, or that the program has come back from the background: draw again.
    """
    if os.name == "nt":
        yield _windows_keys()
        return
    import signal
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    changed: list[int] = []

    def note(number: int, _: object) -> None:
        if number == signal.SIGCONT:
            tty.setcbreak(descriptor)
        changed.append(number)

    old = {number: signal.signal(number, note) for number in (signal.SIGWINCH, signal.SIGCONT)}
    tty.setcbreak(descriptor)
    try:
        yield _posix_keys(descriptor, changed)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


_ONE_KEY = re.compile(r"\x1b\[[\d;]*[A-Za-z~]|\x1bO.|.", re.DOTALL)


def _posix_keys(descriptor: int, changed: list[int]) -> Iterator[str]:
    """Take apart what was typed, also when several keys come at once or one comes in pieces."""
    import select

    while True:
        if changed:
            changed.clear()
            yield ""
        if not select.select([descriptor], [], [], 0.2)[0]:
            continue
        typed = os.read(descriptor, 1024)
        if not typed:
            yield "q"
            return
        while typed.endswith((b"\x1b", b"\x1b[", b"\x1bO")) and select.select([descriptor], [], [], 0.05)[0]:
            typed += os.read(descriptor, 1024)
        for key in _ONE_KEY.findall(typed.decode(errors="replace")):
            yield _KEYS.get(key, "" if key.startswith("\x1b") else key)


def _windows_keys() -> Iterator[str]:
    import msvcrt

    arrows = {"M": "right", "K": "left", "H": "left", "P": "right", "G": "home", "O": "end"}
    while True:
        key = msvcrt.getwch()  # type: ignore[attr-defined]  # of Windows
        if key in ("\x00", "\xe0"):
            yield arrows.get(msvcrt.getwch(), "")  # type: ignore[attr-defined]  # of Windows
        elif key == "\x03":
            raise KeyboardInterrupt
        else:
            yield _KEYS.get(key, key)
