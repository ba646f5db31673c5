"""The errors that a user of neurograph can cause, and the notes that a user should read.

This file holds the family of exceptions and the facts that each carries; it knows nothing of networks. A message is
written from the facts, for Python here and for the command line there, and is never read again.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

__all__ = [
    "Argument",
    "GraphError",
    "InvalidTypeError",
    "InvalidValueError",
    "NeurographError",
    "NeurographWarning",
    "Note",
    "NumericalError",
    "Setting",
    "StateError",
    "UnknownAttributeError",
    "UnknownNameError",
    "nearest",
    "one_line",
    "quoted",
    "show",
    "some_of",
]


class Argument(str):
    """The place of an error that is an argument: written `moons, n`, with the names of function and argument as fields.

    So the command line can put the name of its own option for it.

    Examples
    --------
    >>> place = Argument("moons", "n")
    >>> place, place.function, place.name
    ('moons, n', 'moons', 'n')
    """

    function: str
    name: str

    def __new__(cls, function: str, name: str) -> Self:
        """Write the place, and keep both names."""
        place = super().__new__(cls, f"{function}, {name}")
        place.function, place.name = function, name
        return place

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # a str is made of one text, this of two
        return self.function, self.name


@dataclass(frozen=True, slots=True)
class Setting:
    """An argument that cures an error: its name, a value, and what it is good for.

    Where it is an option of the command line only, `python` is the sentence that says what to do in Python.

    Examples
    --------
    >>> str(Setting("header", True, "If this line holds the names of the columns"))
    'If this line holds the names of the columns, say header=True.'
    >>> str(Setting("standardize", True, "To give them one scale", "Learn from ng.standardize(X).transform(X)."))
    'Learn from ng.standardize(X).transform(X).'
    """

    name: str
    value: object
    purpose: str
    python: str = ""

    def __str__(self) -> str:
        return self.python or f"{self.purpose}, say {self.name}={self.value!r}."


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader should know of something that was done: a reading that was chosen, or a hint.

    Attributes
    ----------
    text : str
        Whole sentences.
    settings : tuple of Setting
        What to give for the opposite, or as a cure.
    serious : bool
        Whether a whole run is in vain unless something is done.

    Examples
    --------
    >>> print(Note("the 3 values of 'class' are taken as classes.", (Setting("classes", False, "To learn numbers"),)))
    the 3 values of 'class' are taken as classes. To learn numbers, say classes=False.
    """

    text: str
    settings: tuple[Setting, ...] = ()
    serious: bool = False

    def __str__(self) -> str:
        return one_line(" ".join([self.text, *map(str, self.settings)]))


class NeurographError(Exception):
    """Anything that a user of neurograph can get wrong: facts, of which the message is written.

    The message is `where: got given, expected expected. cure`, or with `problem` in the place of the middle part.

    Parameters
    ----------
    problem : str
        What is wrong, in one or more sentences; empty where `given` and `expected` say it.
    where : str
        What it is about: an edge, a line of a file, an `Argument`.
    given : object
        What the user gave.
    expected : str
        What could have been given instead, without a full stop.
    cure : str
        What to do about it, in whole sentences.
    settings : sequence of Setting
        Arguments that cure it. A reader who cannot give them is not told of them.

    Attributes
    ----------
    problem, where, given, expected, cure, settings
        The parameters. `given` is None when the error comes from another process.

    Examples
    --------
    >>> import neurograph as ng
    >>> try:
    ...     ng.Network().forward([1.0])
    ... except ng.NeurographError as error:
    ...     print(error)
    ...     error.where, error.cure
    network: it has no input neuron. Add one with add_input("x1").
    ('network', 'Add one with add_input("x1").')
    """

    def __init__(
        self,
        problem: str = "",
        *,
        where: str = "",
        given: object = None,
        expected: str = "",
        cure: str = "",
        settings: Sequence[Setting] = (),
    ) -> None:
        self.problem, self.where, self.given, self.expected = problem, where, given, expected
        self.cure, self.settings = cure, tuple(settings)
        super().__init__(self.text())

    def text(self, write: Callable[[object], str] | None = None) -> str:
        """Write the message on one line, with what was given as `show` writes it or a function of one's own.

        Examples
        --------
        >>> InvalidValueError(where="--digits", given="no", expected="a number").text(repr)
        "--digits: got 'no', expected a number."
        """
        where = f"{self.where}: " if self.where else ""
        problem = self.problem
        if self.expected and not problem:
            problem = f"got {(write or show)(self.given)}, expected {self.expected}."
        return one_line(f"{where}{' '.join(part for part in (problem, self.cure, *map(str, self.settings)) if part)}")

    def but(
        self,
        *,
        problem: str | None = None,
        where: str | None = None,
        cure: str | None = None,
        settings: Sequence[Setting] | None = None,
    ) -> Self:
        """Give the same error with other fields, for a reader who stands elsewhere.

        Examples
        --------
        >>> InvalidValueError("it exists.", where="--out", cure="Say force.").but(cure="Say --force.")
        InvalidValueError('--out: it exists. Say --force.')
        """
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        for name, value in (("problem", problem), ("where", where), ("cure", cure), ("settings", settings)):
            if value is not None:
                setattr(other, name, value)
        other.args = (other.text(),)
        return other

    def within(self, where: str) -> Self:
        """Give the same error with the place around its own.

        Examples
        --------
        >>> InvalidValueError("it is empty.", where="line 3").within("rows.csv")
        InvalidValueError('rows.csv: line 3: it is empty.')
        """
        return self.but(where=f"{where}: {self.where}" if self.where else where)

    def __str__(self) -> str:  # KeyError would print the repr of its message
        return str(self.args[0])

    def __reduce__(self) -> tuple[object, ...]:  # what was given may be anything, even what no pickle can hold
        problem = self.problem or f"got {show(self.given)}, expected {self.expected}."
        return type(self), self.args, {**self.__dict__, "problem": problem, "given": None}


class NeurographWarning(UserWarning):
    """A hint that something is in vain as it stands: a run, which keeps it in its history's `hints`, or a picture."""


class InvalidValueError(NeurographError, ValueError):
    """A value of the right type that cannot be used: NaN, a wrong length, a target outside [0, 1]."""


class InvalidTypeError(NeurographError, TypeError):
    """A value of the wrong type: text, None, a bool or a nested list where a number is expected."""


class UnknownNameError(NeurographError, KeyError):
    """A name that nothing carries: a neuron, an edge, an activation, a loss."""


class UnknownAttributeError(NeurographError, AttributeError):
    """An attribute that other libraries have; the message names ours. For `hasattr` and `getattr` it is not there."""


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


def nearest(name: object, known: Iterable[str], aliases: Mapping[str, str] | None = None) -> str:
    """List the known names, the nearest first as a question, for the end of an error message; case does not count.

    What is near to one of the aliases is asked for by the known name that it stands for.

    Examples
    --------
    >>> nearest("sigmoyd", ["relu", "sigmoid"])
    "Did you mean 'sigmoid'? Known: relu, sigmoid."
    >>> nearest("x", [])
    'None is known yet.'
    >>> nearest("logistics", ["relu", "sigmoid"], {"logistic": "sigmoid"})
    "Did you mean 'sigmoid'? Known: relu, sigmoid."
    """
    names = list(known)
    if not names:
        return "None is known yet."
    folded = {**(aliases or {}), **{known_name.casefold(): known_name for known_name in reversed(names)}}
    guess = difflib.get_close_matches(name.casefold(), folded, n=1) if isinstance(name, str) else []
    return (f"Did you mean {folded[guess[0]]!r}? " if guess else "") + f"Known: {some_of(names, 40)}."


def some_of(names: Sequence[str], most: int = 12) -> str:
    """List names, and say how many there are beyond the first few.

    Examples
    --------
    >>> some_of("abc", 2), some_of("ab", 2)
    ('a, b, ... (1 more)', 'a, b')
    """
    return ", ".join(names[:most]) + (f", ... ({len(names) - most} more)" if len(names) > most else "")
