"""The quantities of a page: every one that it shows, once, with its value and the way its symbol is written.

It holds what a trace says and computes nothing. Symbols are kept apart from names, so that a page of ten thousand
edges writes each name once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from neurograph.algebra.expression import Leaf
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import Symbol, name_mathml, symbol_mathml, symbol_text
from neurograph.errors import NumericalError, one_line
from neurograph.quantities import QUANTITIES, Kind, Quantity, names_of
from visualize.page.formulas import shorter

__all__ = ["OWNER", "Places", "QuantityTable"]

T = TypeVar("T")
OWNER = "\ue000"  # stands for the owner in a symbol; a name cannot hold it, since it would be written as an escape


class Places(Generic[T]):
    """A list without repeats: give a thing, get its place.

    Examples
    --------
    >>> words: Places[str] = Places()
    >>> words.place("z"), words.place("a"), words.place("z"), words.list
    (0, 1, 0, ['z', 'a'])
    """

    def __init__(self) -> None:
        self._places: dict[T, int] = {}

    def place(self, thing: T) -> int:
        """Say where a thing stands; a new one is put at the end."""
        return self._places.setdefault(thing, len(self._places))

    @property
    def list(self) -> list[T]:
        """All of them, in the order of their places."""
        return list(self._places)


class QuantityTable:
    """The quantities, in the order in which they are met.

    Parameters
    ----------
    style : NumberFormat
        How numbers are written.
    names : sequence of str
        The neurons of the network, in order; further ones, such as the numbers of a batch's examples, are added.
    kinds : dict of str to Kind
        What kinds there are.

    Examples
    --------
    >>> quantities = QuantityTable(NumberFormat(), ["x1", "h1"])
    >>> from neurograph.quantities import leaf
    >>> quantities.place(leaf("w", ("x1", "h1"), -0.5)), quantities.place(leaf("w", ("x1", "h1"), -0.5))
    (0, 0)
    >>> columns = quantities.columns()
    >>> columns["value"], columns["text"], columns["pairs"], columns["symbols"][0][0].replace(OWNER, "_")
    ([-0.5], ['-0.5'], [[0, 1]], 'w(_)')
    """

    def __init__(self, style: NumberFormat, names: Sequence[str], kinds: Mapping[str, Kind] = QUANTITIES) -> None:
        self._style, self._kinds = style, kinds
        self._places: dict[tuple[Quantity, Symbol | None, str], int] = {}
        self._values: list[float] = []
        self._symbols: dict[tuple[str, str, str], int] = {}
        self._symbol_of: list[int] = []
        self._names: Places[str] = Places()
        self._longer: dict[int | None, dict[int, str]] = {}
        for name in names:
            self._names.place(name)

    def name(self, name: str) -> int:
        """Say where a name stands."""
        return self._names.place(name)

    def place(self, leaf: Leaf) -> int:
        """Say where a quantity stands, as it is written here, to the last bit; a new one is put at the end."""
        key = leaf.key
        if not isinstance(key, Quantity):
            raise TypeError(leaf)
        where = (key, leaf.symbol, leaf.value.hex())
        if where not in self._places:
            self._places[where] = len(self._values)
            self._values.append(leaf.value)
            self._symbol_of.append(self._symbol(leaf.symbol, key.kind))
            for name in names_of(key.owner):
                self._names.place(name)
        return self._places[where]

    def write_longer(self, those: Iterable[Leaf], style: NumberFormat) -> None:
        """Write some quantities with more digits too, as a line needs them."""
        texts = self._longer.setdefault(style.digits, {})
        texts.update((self.place(leaf), style.text(leaf.value)) for leaf in those if isinstance(leaf.key, Quantity))

    def _symbol(self, symbol: Symbol | None, kind: str) -> int:
        """Keep a symbol as text and MathML with a gap for its owner, beside the kind of quantity."""
        written = (symbol_text(symbol, OWNER), symbol_mathml(symbol, OWNER)) if symbol else ("", "<mrow></mrow>")
        return self._symbols.setdefault((*written, kind), len(self._symbols))

    def kinds(self) -> dict[str, dict[str, Any]]:
        """Give what the page must know of each kind, in the order in which a table lists them."""
        return {
            name: {
                "of": kind.of,
                "role": kind.role,
                "sign": kind.sign,
                "words": kind.words,
                "short": kind.short or kind.sign,
                "before": kind.before,
                "lasting": kind.is_lasting,
                "averaged": kind.is_averaged,
            }
            for name, kind in self._kinds.items()
        }

    def columns(self) -> dict[str, Any]:
        """Give all columns, as lists for JSON; an owner is a name's place, or a pair's after all names, or -1."""
        count = len(self._names.list)
        pairs: dict[tuple[int, int], int] = {}
        owners: list[int] = []
        for key, *_ in self._places:
            match [self._names.place(name) for name in names_of(key.owner)]:
                case [source, target]:
                    owners.append(count + pairs.setdefault((source, target), len(pairs)))
                case [name]:
                    owners.append(name)
                case _:
                    owners.append(-1)
        return {
            "names": [[one_line(name), shorter(name_mathml(name))] for name in self._names.list],
            "pairs": [list(pair) for pair in pairs],
            "symbols": [[text, shorter(mathml), kind] for text, mathml, kind in self._symbols],
            "owner": owners,
            "example": [key.example for key, *_ in self._places] if self._of_batch else [],
            "symbol": self._symbol_of,
            "value": self._values,
            "text": [self._style.text(value) for value in self._values],
            "longer": self._longer,  # digits: place: with so many digits
        }

    @property
    def _of_batch(self) -> bool:
        return any(key.example for key, *_ in self._places)

    def __len__(self) -> int:
        return len(self._places)

    def check_finite(self) -> None:
        """Refuse what JSON cannot hold: a sum over the network or the batch may overflow where nothing else does."""
        for key, value in zip(self.keys, self._values, strict=True):
            if not math.isfinite(value):
                what = self._kinds[key.kind].words or key.kind
                cure = "Make the weights, the inputs or the learning rate smaller."
                raise NumericalError(f"the {what} is {value}.", where="write_stepper", cure=cure)

    @property
    def keys(self) -> list[Quantity]:
        """What stands at each place."""
        return [key for key, *_ in self._places]
