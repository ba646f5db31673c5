"""What a target means: classes to tell apart, or numbers to meet.

It decides by the values alone, and says by which rule; where they come from it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurograph.errors import Note, Setting

__all__ = ["Meaning", "class_name", "meaning_of"]

_MOST_BY_GUESS = 20  # whole numbers that may be classes


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a target is taken.

    Attributes
    ----------
    classes : tuple
        The values that are the classes, in order; empty for numbers.
    rule : str
        What the values are, in words: why they are taken so.
    one_column : bool
        Whether they are 0 and 1, or False and True, which one column of 0 and 1 can hold as they are.
    by_guess : bool
        Whether they could be meant as numbers, or as classes, just as well.
    """

    classes: tuple[str | float | bool, ...]
    rule: str
    one_column: bool = False
    by_guess: bool = True

    def note(self, name: str, values: int) -> Note:
        """Say what a target was taken for, by which rule, and how to say the opposite; `values` is how many differ."""
        purpose, how = (
            ("To learn numbers", "taken as classes")
            if self.classes
            else ("If each value is a class", "learned as numbers")
        )
        opposite = (Setting("classes", not self.classes, purpose),) if self.by_guess else ()
        what = f"the {values} values of {name} are" if values > 1 else f"the only value of {name} is"
        return Note(f"{what} {self.rule}, so {'they are' if values > 1 else 'it is'} {how}.", opposite)


def meaning_of(values: Sequence[str | float | bool]) -> Meaning:
    """Decide what a target means where nobody has said it.

    Text, booleans, 0 and 1, and 2 to 20 whole numbers of which each comes at least twice on the average are classes;
    other numbers are numbers. Classes are in the order of the alphabet (capitals first) or of their values.

    Parameters
    ----------
    values : sequence
        One for each example: all text, all booleans, or all numbers.

    Examples
    --------
    >>> meaning_of(["cat", "dog", "cat"]).classes, meaning_of([3.0, 1.0, 2.0, 1.0, 3.0, 2.0]).classes
    (('cat', 'dog'), (1.0, 2.0, 3.0))
    >>> meaning_of([0.0, 0.0, 1.0]).one_column, meaning_of([20.5, 19.0, 20.5]).classes
    (True, ())
    """
    if any(isinstance(value, str) for value in values):
        return Meaning(tuple(sorted(set(values), key=class_name)), "text", by_guess=False)
    distinct = tuple(sorted({value for value in values if not isinstance(value, str)}))
    if all(isinstance(value, bool) for value in values):
        return Meaning(distinct, "true or false", one_column=len(distinct) == 2)
    if distinct == (0.0, 1.0):
        return Meaning(distinct, "0 and 1", one_column=True)
    if len(distinct) == 1 or not all(float(value).is_integer() for value in distinct):
        return Meaning((), "no class" if len(distinct) == 1 else "no whole numbers", by_guess=False)
    if 2 <= len(distinct) <= _MOST_BY_GUESS and 2 * len(distinct) <= len(values):
        return Meaning(distinct, "whole numbers that repeat")
    rule = "too many for classes" if len(distinct) > _MOST_BY_GUESS else "whole numbers that seldom repeat"
    return Meaning((), rule)


def class_name(value: str | float | bool) -> str:
    """Write a value that stands for a class: 1 for 1.0.

    Examples
    --------
    >>> class_name(1.0), class_name(0.5), class_name("b"), class_name(True)
    ('1', '0.5', 'b', 'True')
    """
    if isinstance(value, (str, bool)):
        return str(value)
    return str(int(value)) if float(value).is_integer() and abs(value) < 2.0**53 else repr(float(value))
