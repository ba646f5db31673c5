"""Quantities: the one table of what numbers a training step has, whose each is, and what it is called.

A new kind is a row here and the place that computes it; who shows quantities reads the table. It holds no numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from neurograph.algebra.expression import Leaf
from neurograph.algebra.symbols import Function, Symbol

__all__ = ["AVERAGED", "LASTING", "MEAN", "QUANTITIES", "Kind", "Owner", "Quantity", "leaf", "names_of"]

Owner = str | tuple[str, str]
MEAN = -1  # in the place of an example: the mean over the batch


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of quantity.

    Attributes
    ----------
    symbol : Symbol or None
        How it is written, still without its owner; None for what is only a term of a sum.
    of : {"neuron", "output", "edge", "entry", "example", "step"}
        What it belongs to; an entry is one of a Jacobian, with two neurons.
    sign, words : str
        How a table calls it; empty for what no table lists.
    is_state : bool
        Whether it is a part of the state; the others are met on the way only.
    is_lasting : bool
        Whether there is one for the whole step, and not one for each example.
    is_averaged : bool
        Whether a batch has its mean too.
    slot : str
        The attribute that holds it, of the neuron, edge, target or objective; empty for what is only met on the way.
    """

    symbol: Symbol | None
    of: Literal["neuron", "output", "edge", "entry", "example", "step"]
    sign: str = ""
    words: str = ""
    is_state: bool = True
    is_lasting: bool = False
    is_averaged: bool = False
    slot: str = ""


def _derivative(letter: str) -> Symbol:
    return Symbol(letter, is_derivative=True)


def _new(letter: str) -> Symbol:
    return Symbol(letter, prime=True)


# In the order in which a table lists them.
QUANTITIES: dict[str, Kind] = {
    "b": Kind(Symbol("b"), "neuron", "b", "bias", is_lasting=True, slot="b"),
    "z": Kind(Symbol("z"), "neuron", "z", "weighted sum", slot="z"),
    "a": Kind(Symbol("a"), "neuron", "a", "activation", slot="a"),
    "y": Kind(Symbol("y"), "output", "y", "target", slot="y"),
    "term": Kind(Symbol("C"), "output", "C of the output", "its term of the loss", slot="term"),
    "slope": Kind(Symbol("z", slope_of=Function("f", "f")), "neuron", "f\N{PRIME}(z)", "slope", is_state=False),
    "collected": Kind(Symbol("from edges"), "neuron", "Σ w·δ", "error from its edges", is_state=False),
    "a_grad": Kind(_derivative("a"), "neuron", "∂C/∂a", "error", slot="a_grad"),
    "delta": Kind(Symbol("delta"), "neuron", "δ", "delta", slot="delta"),
    "bias_grad": Kind(_derivative("b"), "neuron", "∂C/∂b", "gradient of the bias", is_averaged=True, slot="bias_grad"),
    "b_new": Kind(_new("b"), "neuron", "b\N{PRIME}", "new bias", is_lasting=True),
    "z_new": Kind(_new("z"), "neuron", "z\N{PRIME}", "new sum"),
    "a_new": Kind(_new("a"), "neuron", "a\N{PRIME}", "new activation"),
    "term_new": Kind(_new("C"), "output", "C\N{PRIME} of the output", "its new term of the loss"),
    "w": Kind(Symbol("w"), "edge", "w", "weight", is_lasting=True, slot="w"),
    "product": Kind(None, "edge", "w·a", "product", is_state=False),
    "blame": Kind(None, "edge", "w·δ", "share of the error", is_state=False),
    "grad": Kind(_derivative("w"), "edge", "∂C/∂w", "gradient", is_averaged=True, slot="grad"),
    "w_new": Kind(_new("w"), "edge", "w\N{PRIME}", "new weight", is_lasting=True),
    "product_new": Kind(None, "edge", "w\N{PRIME}·a\N{PRIME}", "new product", is_state=False),
    "C": Kind(Symbol("C"), "step", "C", "loss", is_lasting=True, slot="cost"),
    "C_new": Kind(_new("C"), "step", "C\N{PRIME}", "new loss", is_lasting=True),
    "eta": Kind(Symbol("eta"), "step", "η", "learning rate", is_lasting=True),
    "predicted": Kind(
        Symbol("predicted change of C"), "step", "ΔC predicted", "predicted change of the loss", is_lasting=True
    ),
    "change": Kind(Symbol("change of C"), "step", "ΔC", "real change of the loss", is_lasting=True),
    "C_of_one": Kind(Symbol("C", is_numbered=True), "example", is_state=False),
    "C_of_one_new": Kind(Symbol("C", prime=True, is_numbered=True), "example", is_state=False),
    "jacobian": Kind(None, "entry", is_state=False),
}


LASTING = tuple(name for name, kind in QUANTITIES.items() if kind.is_lasting)
AVERAGED = tuple(name for name, kind in QUANTITIES.items() if kind.is_averaged)


class Quantity(NamedTuple):
    """Which number: its kind, the neuron or edge it belongs to, and the example of a batch.

    Examples
    --------
    >>> Quantity("w", ("x1", "h1"))
    Quantity(kind='w', owner=('x1', 'h1'), example=0)
    >>> Quantity("w", ("x1", "h1")).is_edge, Quantity("z", "h1").is_edge
    (True, False)
    """

    kind: str
    owner: Owner
    example: int = 0

    @property
    def is_edge(self) -> bool:
        """Whether it belongs to an edge: a weight, a product on it, its gradient."""
        return QUANTITIES[self.kind].of == "edge"

    @property
    def is_neuron(self) -> bool:
        """Whether it belongs to a neuron; the loss of one example of a batch belongs to that example."""
        return QUANTITIES[self.kind].of in ("neuron", "output")


def names_of(owner: Owner) -> tuple[str, ...]:
    """List the names of an owner: of a neuron one, of an edge two, of the whole step none.

    Examples
    --------
    >>> names_of("h1"), names_of(("x1", "h1")), names_of("")
    (('h1',), ('x1', 'h1'), ())
    """
    return owner if isinstance(owner, tuple) else (owner,) if owner else ()


def leaf(kind: str, owner: Owner, value: float, example: int = 0, of_batch: bool = False) -> Leaf:
    r"""Make the leaf of an expression: symbol, value, and what it is.

    Examples
    --------
    >>> from neurograph.algebra.symbols import symbol_latex, symbol_text
    >>> symbol_text(leaf("w", ("x1", "h1"), 0.5).symbol), symbol_latex(leaf("delta", "h1", 0.5).symbol)
    ('w(x1->h1)', '\\delta_{h_{1}}')
    >>> symbol_text(leaf("grad", ("x1", "h1"), 0.5, example=1, of_batch=True).symbol)
    'dC_2/dw(x1->h1)'
    """
    symbol = QUANTITIES[kind].symbol
    if symbol is not None:
        whose_loss = example if of_batch and symbol.is_derivative else None
        symbol = Symbol(  # not replace(), which takes twice the time
            symbol.letter, names_of(owner), symbol.prime, symbol.is_numbered, symbol.is_derivative, whose_loss,
            symbol.slope_of,
        )  # fmt: skip
    return Leaf(symbol, value, Quantity(kind, owner, example))
