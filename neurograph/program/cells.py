"""The program of a training step: its cells, in order, each a quantity with its expression over earlier ones.

It can be worked out anew with any cell changed. It knows arithmetic and the names of quantities, and nothing of
backpropagation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import overload

from neurograph.algebra.expression import Applied, Expression, evaluate
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import symbol_text
from neurograph.algebra.writers import write_text
from neurograph.errors import InvalidTypeError, InvalidValueError, NumericalError, StateError, UnknownNameError, quoted
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.program.recording import Recording
from neurograph.quantities import MEAN, QUANTITIES, Kind, Owner, Quantity, leaf
from neurograph.validate import finite, instance_of

__all__ = ["Cell", "Key", "Program", "Values", "shared", "told_once"]

Key = str | tuple[str, Owner] | Quantity


@dataclass(frozen=True, slots=True)
class Cell:
    """A quantity of the step.

    Attributes
    ----------
    quantity : Quantity
        Which one.
    key : str
        How it is asked for: as a trace writes it, with the number of the example where there are several.
    work : Expression or None
        How it follows from earlier cells; None for what is given.
    value : float
        Its value in the trace.
    """

    quantity: Quantity
    key: str
    work: Expression | None
    value: float

    def __str__(self) -> str:
        """Write the cell as an equation."""
        style = NumberFormat()
        work = "" if self.work is None else f" = {write_text(self.work, False, style)}"
        return f"{self.key}{work} = {style.text(self.value)}"


class Program(Sequence[Cell]):
    """One training step as a sequence of cells; made by `Trace.program`.

    What is given comes first: inputs, targets, weights, biases and the learning rate. Edges that share a weight, or
    neurons that share a bias, share one cell.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity", initializer="ones")
    >>> program = net.trace([3.0], [1.0], learning_rate=0.5).program()
    >>> [cell.key for cell in program if cell.work is None]
    ['eta', 'a(x1)', 'y(o1)', 'b(o1)', 'w(x1->o1)']
    >>> program.evaluate()["C"], program.evaluate({"w(x1->o1)": 2.0})["C"]
    (2.0, 12.5)
    >>> program.evaluate({"delta(o1)": 10.0})["w'(x1->o1)"]
    -14.0
    """

    def __init__(
        self,
        cells: Iterable[tuple[Quantity, Expression | None, float]],
        same: Mapping[Quantity, Quantity],
        examples: int,
        kinds: Mapping[str, Kind] = QUANTITIES,
    ) -> None:
        self._same, self._examples, self._kinds = dict(same), examples, kinds
        self._cells = [Cell(quantity, self._text(quantity), work, value) for quantity, work, value in cells]
        self._by_text: dict[str, list[Quantity]] = {}
        for quantity in (*(cell.quantity for cell in self._cells), *self._same):
            self._by_text.setdefault(self._text(quantity), []).append(quantity)
        self._known = {cell.quantity for cell in self._cells}
        self._others: dict[Quantity, list[Quantity]] = {}  # those who share a cell, but for the one it is named after
        for other, first in self._same.items():
            self._others.setdefault(first, []).append(other)

    def __len__(self) -> int:
        return len(self._cells)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> list[Cell]: ...

    def __getitem__(self, index: int | slice) -> Cell | list[Cell]:
        given: object = index
        if isinstance(given, str):
            cure = f"Its value is program.evaluate()[{given!r}]."
            raise InvalidTypeError(where="program", given=given, expected="the place of a cell", cure=cure)
        return self._cells[index]

    def evaluate(self, changes: Mapping[Key, float] | None = None) -> Values:
        """Work all cells out anew, some of them with other values.

        A given cell takes its new value; a computed one keeps the value it is given, and what comes later follows from
        that. Without changes all values are the trace's own, to the last bit.

        Parameters
        ----------
        changes : mapping of key to float
            The keys are written as a trace writes them: "w(x1->h1)", "dC/da(h1)", "w'(x1->h1)", "C"; in a batch with
            the number of the example: "a_2(h1)", "dC_2/dw(x1->h1)". The keys of a trace's state work too, and
            `Quantity`.

        Returns
        -------
        Values
            All values, by the same keys.

        Raises
        ------
        UnknownNameError
            When there is no such cell, or a key could mean two.
        InvalidValueError
            When a value is no finite number, or two keys of one cell disagree.
        NumericalError
            When a cell leaves the range of floats, other than a loss after the update: that may be infinite in a trace.
        """
        expected = "a mapping from keys to numbers, such as {'w(x1->h1)': 0.3}"
        changed = instance_of({} if changes is None else changes, Mapping, "program, changes", expected)
        given: dict[Quantity, float] = {}
        for key, value in changed.items():
            quantity, number = self.find(key), finite(value, f"program, changes[{quoted(key)}]")
            if given.setdefault(quantity, number) != number:
                problem = f"it is one cell, {self._text(quantity)}, and gets both {given[quantity]!r} and {number!r}."
                raise InvalidValueError(problem, where=f"program, changes[{quoted(key)}]")
        values: dict[object, float] = {}
        for cell in self._cells:
            if cell.work is None or cell.quantity in given:
                value = given.get(cell.quantity, cell.value)
            else:
                value = self._worked_out(cell, cell.work, values, given)
            values[cell.quantity] = value
            values.update(dict.fromkeys(self._others.get(cell.quantity, ()), value))
        return Values(self, values)

    def _worked_out(
        self, cell: Cell, work: Expression, values: Mapping[object, float], given: Mapping[Quantity, float]
    ) -> float:
        """Work a cell out, and refuse what a pass refuses: what is no finite number, but for a loss that ends there."""
        try:
            value = evaluate(work, values, given)
        except Exception as error:  # whatever a rule of the user's own may raise
            problem = f"{cell.key} cannot be worked out ({type(error).__name__}: {error})."
            raise NumericalError(problem, where="program", cure="A rule must take every finite number.") from error
        if not math.isfinite(value) and isinstance(work, Applied) and work.place is not None:
            value = evaluate(work.formula, values, given)  # one of several results, and another of them is to blame
        known = self._kinds[cell.quantity.kind]
        is_end = known.role == "loss" and not known.slot
        if math.isnan(value) or (math.isinf(value) and not is_end):
            cure = "Make the change smaller." if given else "Its formula has no value here: mend that of its record."
            raise NumericalError(f"{cell.key} would be {value}.", where="program", cure=cure)
        return value

    def find(self, key: Key) -> Quantity:
        """Find the quantity that a key means; see `evaluate`."""
        if isinstance(key, str):
            found = self._by_text.get(key, [])
            if not found:
                near = " or ".join(map(quoted, get_close_matches(key, self._by_text, 3)))
                cure = f"Did you mean {near}?" if near else "print(program) lists all cells."
                raise UnknownNameError(f"no cell {quoted(key)}.", where="program", cure=cure)
            if len(found) > 1:
                could = " or ".join(self._written(one) for one in found)
                raise UnknownNameError(f"{quoted(key)} could be {could}. Give one of these.", where="program")
        else:
            found = self._of_tuple(key)
            if len(found) > 1:
                could = " or ".join(quoted(self._text(one)) for one in found)
                problem = f"{quoted(key)} is of one example, and there are {self._examples}. Say which: {could}."
                raise UnknownNameError(problem, where="program")
        return self._same.get(found[0], found[0])

    def _of_tuple(self, key: object) -> list[Quantity]:
        """Find what a kind and an owner can mean: a mean over the batch alone, or else each example's."""
        match key if isinstance(key, tuple) and not any(isinstance(part, list) for part in key) else None:
            case (str(kind), str() | (str(), str()) as owner):
                examples: Iterable[int] = (MEAN, *range(self._examples))
            case Quantity(str(kind), str() | (str(), str()) as owner, int(example)):
                examples = (example,)
            case _:
                expected = "a key as a trace writes it, such as 'w(x1->h1)', or a kind and an owner"
                raise UnknownNameError(where="program", given=key, expected=expected)
        every = [Quantity(kind, owner, example) for example in examples]
        found = [one for one in every if one in self._known or one in self._same]
        if not found:
            of = f" in example {every[0].example + 1}" if every[0].example != MEAN else ""
            kinds = ", ".join(dict.fromkeys(cell.quantity.kind for cell in self._cells))
            problem = f"no cell {quoted(kind)} of {quoted(owner)}{of}."
            raise UnknownNameError(problem, where="program", given=key, cure=f"Kinds: {kinds}.")
        return found[:1] if found[0].example == MEAN else found

    def _written(self, quantity: Quantity) -> str:
        """Write the key that means a quantity whatever the names are."""
        kind, owner, _ = quantity
        return repr((kind, owner)) if self._of_tuple((kind, owner)) == [quantity] else repr(quantity)

    def _text(self, quantity: Quantity) -> str:
        return key_text(quantity, self._examples > 1, self._kinds)

    def key_of(self, quantity: Quantity) -> Key:
        """Give the key of a quantity: its text, or itself where two would have the same."""
        text = self._text(quantity)
        return text if len(self._by_text[text]) == 1 else quantity

    @property
    def names(self) -> tuple[Quantity, ...]:
        """All quantities that may be asked for, those that share a cell each by itself."""
        return tuple(quantity for quantities in self._by_text.values() for quantity in quantities)

    def __str__(self) -> str:
        """Write all cells, one a line."""
        return "\n".join(map(str, self._cells))

    def __repr__(self) -> str:
        given = sum(cell.work is None for cell in self._cells)
        return f"<Program of {len(self)} cells, {given} of them given>"


class Values(Mapping[Key, float]):
    """The values of all cells of a program, by the keys of `Program.evaluate`."""

    def __init__(self, program: Program, values: Mapping[object, float]) -> None:
        self._program, self._values = program, values

    def __getitem__(self, key: Key) -> float:
        return self._values[self._program.find(key)]

    def __contains__(self, key: object) -> bool:
        try:
            return bool(self._program.find(key))  # type: ignore[arg-type]
        except UnknownNameError:
            return False

    def __iter__(self) -> Iterator[Key]:
        return map(self._program.key_of, self._program.names)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Values of {len(self)} quantities, C = {self[Quantity('C', '')]:.6g}>"


def key_text(quantity: Quantity, of_batch: bool, kinds: Mapping[str, Kind] = QUANTITIES) -> str:
    """Write the key of a quantity.

    Examples
    --------
    >>> key_text(Quantity("a", "h1", 1), of_batch=True), key_text(Quantity("grad", ("x1", "h1")), of_batch=False)
    ('a_2(h1)', 'dC/dw(x1->h1)')
    """
    kind, owner, example = quantity
    symbol = leaf(kind, owner, 0.0, example, of_batch and example != MEAN, kinds).symbol
    if symbol is None:
        return kind
    if of_batch and example != MEAN and not (symbol.is_derivative or symbol.is_numbered or kinds[kind].is_lasting):
        symbol = symbol._replace(letter=symbol.letter + "'" * symbol.prime + f"_{example + 1}", prime=False)
    return symbol_text(symbol)


def program_of(recording: Recording, start: Mapping[Quantity, float]) -> Program:
    """Collect the cells of a recorded step, after what is given at its start."""
    same = dict(shared(recording.before, recording.kinds))
    cells: dict[Quantity, tuple[Expression | None, float]] = {
        quantity: (None, value) for quantity, value in start.items() if quantity not in same
    }
    for moment in recording.moments:
        for cell in recording.cells(moment):
            kind, owner, _ = cell.quantity
            if cell.quantity in cells:
                problem = f"{moment.verb} writes {kind} of {quoted(owner)} once more."
                raise StateError(problem, where="program", cure="Give what it writes a kind of its own.")
            if cell.quantity not in same:
                cells[cell.quantity] = (cell.work, cell.value)
    same = {other: first for other, first in same.items() if first in cells}
    return Program(((quantity, *cell) for quantity, cell in cells.items()), same, recording.count, recording.kinds)


def shared(structure: Structure, kinds: Mapping[str, Kind]) -> Iterator[tuple[Quantity, Quantity]]:
    """Say what tied parameters have together, before and after the update: each member's is the first's."""
    for is_bias, kept in ((True, ("b", "b_new")), (False, ("w", "w_new"))):
        yield from _of_members(structure, kept, is_bias)
    yield from told_once(structure, kinds)


def told_once(structure: Structure, kinds: Mapping[str, Kind]) -> Iterator[tuple[Quantity, Quantity]]:
    """Say what the lines tell for the first member alone: what a penalty, a clip and an optimizer have for each."""
    kept = [name for name, kind in kinds.items() if kind.of == "parameter" and kind.is_lasting]
    yield from _of_members(structure, kept, None)


def _of_members(
    structure: Structure, kinds: Iterable[str], is_bias: bool | None
) -> Iterator[tuple[Quantity, Quantity]]:
    for tie in structure.ties:
        owners = [one.name if isinstance(one, Neuron) else one.ends for one in tie.members]
        for kind in kinds if is_bias in (None, tie.is_bias) else ():
            for owner in owners[1:]:
                yield Quantity(kind, owner), Quantity(kind, owners[0])
