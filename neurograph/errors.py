"""The errors that a user of neurograph can cause.

This file holds the family of exceptions and the one shape of their messages; it knows nothing of networks.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Callable, Iterable
from typing import Self

__all__ = [
    "GraphError",
    "InvalidTypeError",
    "InvalidValueError",
    "NeurographError",
    "NumericalError",
    "StateError",
    "UnknownNameError",
    "explain",
    "nearest",
    "one_line",
    "quoted",
    "show",
]


class NeurographError(Exception):
    """Anything that a user of neurograph can get wrong.

    Examples
    --------
    >>> import neurograph as ng
    >>> try:
    ...     ng.Network().forward([1.0])
    ... except ng.NeurographError as error:
    ...     print(error)
    network: it has no input neuron. Add one with add_input("x1").
    """

    def __init__(
        self, problem: str = "", *, where: str = "", given: object = None, expected: str = "", cure: str = ""
    ) -> None:
        self.problem, self.where, self.given, self.expected, self.cure = problem, where, given, expected, cure
        super().__init__(self.text())

    def text(self, written: Callable[[object], str] | None = None) -> str:
        """Write the message, and what was given with a function of one's own, or as `show` does."""
        problem = self.problem or f"got {(written or show)(self.given)}, expected {self.expected}."
        where = f"{self.where}: " if self.where else ""
        return one_line(f"{where}{problem} {self.cure}".rstrip())

    def but(self, *, where: str | None = None, problem: str | None = None, cure: str | None = None) -> Self:
        """Give the same error with another field, for a reader who stands elsewhere."""
        return type(self)(
            self.problem if problem is None else problem,
            where=self.where if where is None else where,
            given=self.given,
            expected=self.expected,
            cure=self.cure if cure is None else cure,
        )

    def within(self, where: str) -> Self:
        """Give the same error with the place around its own: `rows.csv: line 3`."""
        return self.but(where=f"{where}: {self.where}" if self.where else where)

    def __str__(self) -> str:  # KeyError would print the repr of its message
        return str(self.args[0])

    def __reduce__(self) -> tuple[object, ...]:  # what was given may be anything, even what no pickle can hold
        problem = self.problem or f"got {show(self.given)}, expected {self.expected}."
        return type(self), self.args, {**self.__dict__, "problem": problem, "given": None}


class InvalidValueError(NeurographError, ValueError):
    """A value of the right type that cannot be used: NaN, a wrong length, a target outside [0, 1]."""


class InvalidTypeError(NeurographError, TypeError):
    """A value of the wrong type: text, None, a bool or a nested list where a number is expected."""


class UnknownNameError(NeurographError, KeyError):
    """A name that nothing carries: a neuron, an edge, an activation, a loss."""


class GraphError(NeurographError, ValueError):
    """An edit or a use that the graph does not allow: a cycle, a second edge, no output."""


class StateError(NeurographError, RuntimeError):
    """A call at the wrong moment, such as backward before forward."""


class NumericalError(NeurographError, ArithmeticError):
    """A pass whose numbers left the range of floats; the message names the first neuron where it happened."""


def one_line(text: str) -> str:
    r"""Keep text on one line: characters that are not printable are written as escapes.

    Examples
    --------
    >>> one_line("h1"), one_line("a" + chr(10) + "b")
    ('h1', 'a\\nb')
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def show(value: object) -> str:
    """Show a value the user gave, shortened, with its type where the value alone would not tell.

    Examples
    --------
    >>> show(3.5), show("3.5"), show(True), show(list(range(100)))
    ('3.5', "'3.5' (a str)", 'True (a bool)', '[0, 1, 2, 3, 4, 5, ...] (a list)')
    """
    kind = type(value).__name__
    try:
        text = reprlib.repr(value)
    except ValueError:  # Python writes no int of more than 4300 digits
        text = f"<{kind} too long to write>"
    if type(value) in (int, float) or value is None:
        return text
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    return f"{text} ({article} {kind})"


def quoted(value: object) -> str:
    """Show a name the user gave as it stands in Python; of an int that Python refuses to write, its kind.

    Examples
    --------
    >>> quoted("forwards"), quoted(3), quoted(10**5000)
    ("'forwards'", '3', '<int too long to write>')
    """
    try:
        return repr(value)
    except ValueError:
        return f"<{type(value).__name__} too long to write>"


def explain(where: str, given: object, expected: str, cure: str = "") -> str:
    """Put a message together: where it is, what was given, what was expected, how to mend it.

    Examples
    --------
    >>> explain("edge x1->h1, weight", "abc", "a finite number", "Give a float.")
    "edge x1->h1, weight: got 'abc' (a str), expected a finite number. Give a float."
    """
    return f"{where}: got {show(given)}, expected {expected}. {cure}".rstrip()


def nearest(name: object, known: Iterable[str]) -> str:
    """List the known names, the nearest first as a question, for the end of an error message; case does not count.

    Examples
    --------
    >>> nearest("sigmoyd", ["relu", "sigmoid"])
    "Did you mean 'sigmoid'? Known: relu, sigmoid."
    >>> nearest("x", [])
    'None is known yet.'
    """
    names = list(known)
    if not names:
        return "None is known yet."
    listed = ", ".join(names[:40]) + (f", ... ({len(names) - 40} more)" if len(names) > 40 else "")
    folded = {known_name.casefold(): known_name for known_name in reversed(names)}
    guess = difflib.get_close_matches(name.casefold(), folded, n=1) if isinstance(name, str) else []
    return (f"Did you mean {folded[guess[0]]!r}? " if guess else "") + f"Known: {listed}."
