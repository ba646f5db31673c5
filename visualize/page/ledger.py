"""The ledger of a page: every quantity that it shows, once, with its value and the way its symbol is written.

It holds what a trace says and computes nothing. Symbols are kept apart from names, so that a page of ten thousand
edges writes each name once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurograph.rules.expression import Leaf
from neurograph.rules.number_format import NumberFormat
from neurograph.rules.symbols import symbol_mathml
from neurograph.trace.quantity import Owner, Quantity, name_latex, name_text

__all__ = ["OWNER", "Ledger", "Words"]

OWNER = "\ue000"  # stands for the owner in a symbol; a name cannot hold it, since it would be written as an escape


class Words:
    """A list without repeats: give a word, get its place.

    Examples
    --------
    >>> words = Words()
    >>> words.place("z"), words.place("a"), words.place("z"), words.list
    (0, 1, 0, ['z', 'a'])
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, word: str) -> int:
        """Say where a word stands; a new one is put at the end."""
        return self._places.setdefault(word, len(self._places))

    @property
    def list(self) -> list[str]:
        """All words, in the order of their places."""
        return list(self._places)


class Ledger:
    """The quantities, in the order in which they are met.

    Parameters
    ----------
    style : NumberFormat
        How numbers are written.
    names : sequence of str
        The neurons of the network, in order; further ones, such as the numbers of a batch's examples, are added.

    Examples
    --------
    >>> ledger = Ledger(NumberFormat(), ["x1", "h1"])
    >>> from neurograph.trace.quantity import leaf
    >>> ledger.place(leaf("w", ("x1", "h1"), -0.5)), ledger.place(leaf("w", ("x1", "h1"), -0.5))
    (0, 0)
    >>> table = ledger.table()
    >>> table["value"], table["text"], table["owner"], table["symbols"][0][0].replace(OWNER, "_")
    ([-0.5], ['-0.5'], [[0, 1]], 'w(_)')
    """

    def __init__(self, style: NumberFormat, names: Sequence[str]) -> None:
        self._style = style
        self._places: dict[tuple[Quantity, str], int] = {}
        self._values: list[float] = []
        self._symbols: dict[tuple[str, str], int] = {}
        self._symbol_of: list[int] = []
        self._names = Words()
        for name in names:
            self._names.place(name)
        self._kinds = Words()

    def name(self, name: str) -> int:
        """Say where a name stands."""
        return self._names.place(name)

    def place(self, leaf: Leaf) -> int:
        """Say where a quantity stands, as it is written here; a new one is put at the end."""
        key = leaf.key
        if not isinstance(key, Quantity):
            raise TypeError(leaf)
        where = (key, leaf.latex)
        if where not in self._places:
            self._places[where] = len(self._values)
            self._values.append(leaf.value)
            self._symbol_of.append(self._symbol(leaf, key.owner))
            for name in _parts(key.owner):
                self._names.place(name)
        return self._places[where]

    def _symbol(self, leaf: Leaf, owner: Owner) -> int:
        """Keep a symbol as text and MathML with its owner taken out."""
        text, latex = leaf.text, leaf.latex
        if _parts(owner):
            text = _last(text, "->".join(map(name_text, _parts(owner))), OWNER)
            latex = _last(latex, r" \to ".join(map(name_latex, _parts(owner))), rf"\text{{{OWNER}}}")
        mathml = symbol_mathml(latex).replace(f"<mtext>{OWNER}</mtext>", OWNER)
        return self._symbols.setdefault((text, mathml), len(self._symbols))

    def table(self) -> dict[str, Any]:
        """Give all columns, as lists that JSON can hold; an owner is a name's place, two of an edge, or -1."""
        owners: list[int | list[int]] = []
        for key, _ in self._places:
            places = [self._names.place(name) for name in _parts(key.owner)]
            owners.append(places if isinstance(key.owner, tuple) else places[0] if places else -1)
        kinds = [self._kinds.place(key.kind) for key, _ in self._places]
        return {
            "names": [[name_text(name), symbol_mathml(name_latex(name))] for name in self._names.list],
            "kinds": self._kinds.list,
            "symbols": [list(symbol) for symbol in self._symbols],
            "kind": kinds,
            "owner": owners,
            "example": [key.example for key, _ in self._places] if self._of_batch else [],
            "symbol": self._symbol_of,
            "value": self._values,
            "text": [self._style.text(value) for value in self._values],
        }

    @property
    def _of_batch(self) -> bool:
        return any(key.example for key, _ in self._places)

    @property
    def keys(self) -> list[Quantity]:
        """What stands at each place."""
        return [key for key, _ in self._places]


def _parts(owner: Owner) -> tuple[str, ...]:
    return owner if isinstance(owner, tuple) else (owner,) if owner else ()


def _last(text: str, old: str, new: str) -> str:
    """Replace the last occurrence, which in a symbol is the subscript: a neuron may be called d or C."""
    before, found, after = text.rpartition(old)
    return f"{before}{new}{after}" if found else text
