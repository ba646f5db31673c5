"""A registry: records by name and by alias, in the order in which they were added; errors suggest the right name.

It holds any kind of record that has a `name`; it knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError, nearest, quoted
from neurograph.validate import as_list, finite

__all__ = ["Named", "Registry", "check_record", "points"]


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """The name it is found by."""


Record = TypeVar("Record", bound=Named)


class Registry(Generic[Record]):
    """An ordered table of records, found by name.

    Parameters
    ----------
    what : str
        What the records are, for messages: "activation".
    kinds : type
        The classes of record that may be added or passed through `find`.
    aliases : dict of str to str
        What other programs call a record, in small letters, and its name here. `find` takes them; whatever is shown or
        saved has the name.
    """

    def __init__(self, what: str, *kinds: type, aliases: Mapping[str, str] | None = None) -> None:
        self.what = what
        self.aliases = dict(aliases or {})
        self._kinds = kinds
        self._records: dict[str, Record] = {}

    def add(self, record: Record) -> Record:
        """Add a record and give it back.

        Raises
        ------
        InvalidValueError
            When the name is taken, be it as an alias: a built-in rule is never replaced behind anyone's back.
        """
        if record.name in self._records:
            raise InvalidValueError(f"{self.what} {record.name!r} exists already.", cure="Give yours another name.")
        if record.name in self.aliases:
            problem = f"{self.what} {record.name!r} is another name of {self.aliases[record.name]!r}."
            raise InvalidValueError(problem, cure="Give yours another name.")
        self._records[record.name] = record
        return record

    def find(self, key: str | Record) -> Record:
        """Look a record up by name or alias; a record is passed through, so that one of your own needs no registration.

        Raises
        ------
        UnknownNameError
            When no record has that name; the message suggests the nearest one.
        InvalidTypeError
            When `key` is neither a name nor a record.
        """
        if isinstance(key, self._kinds):
            return key  # type: ignore[return-value]  # _kinds are the classes of Record
        if not isinstance(key, str):
            expected = f"the name of one, or a record of type {self._kinds[0].__name__}"
            raise InvalidTypeError(where=self.what, given=key, expected=expected)
        record = self._records.get(self.aliases.get(key, key))
        if record is None:
            cure = nearest(key, self._records, self.aliases)
            raise UnknownNameError(f"unknown {self.what} {quoted(key)}.", given=key, cure=cure)
        return record

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, name: object) -> bool:
        """Whether a record has this very name; an alias is not one."""
        return name in self._records

    def __getitem__(self, name: str) -> Record:
        """Find a record by name."""
        return self.find(name)

    def __repr__(self) -> str:
        return f"<Registry of {len(self)}: {', '.join(self._records)}>"


def check_record(what: str, name: object, **functions: object) -> None:
    """Refuse a record whose name is no text or whose functions are none, as soon as it is made.

    Examples
    --------
    >>> check_record("activation", "mine", value=3)
    Traceback (most recent call last):
    neurograph.errors.InvalidTypeError: activation 'mine', value: got 3, expected a function.
    """
    if not isinstance(name, str) or not name.strip():
        raise InvalidTypeError(where=f"{what}, name", given=name, expected="a name as text, not empty")
    for slot, function in functions.items():
        if not callable(function):
            raise InvalidTypeError(where=f"{what} {name!r}, {slot}", given=function, expected="a function")


def points(values: object, where: str) -> tuple[float, ...]:
    """Turn the points that a record names, such as its kinks, into a tuple of finite floats.

    Examples
    --------
    >>> points([0, 1.5], "loss 'mine', kinks")
    (0.0, 1.5)
    >>> points(0.0, "loss 'mine', kinks")
    Traceback (most recent call last):
    neurograph.errors.InvalidTypeError: loss 'mine', kinks: got 0.0, expected a tuple of numbers. One is written (0.0,).
    """
    numbers = as_list(values, where, "a tuple of numbers", "One is written (0.0,).")
    return tuple(finite(value, f"{where}[{i}]") for i, value in enumerate(numbers))
