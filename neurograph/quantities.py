"""Quantities: the one table of what numbers a training step has, whose each is, and what it is called.

A new kind is a row here and the place that computes it; who shows quantities reads the table. It holds no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from neurograph.algebra.expression import Leaf
from neurograph.algebra.symbols import Function, Symbol

__all__ = ["MEAN", "QUANTITIES", "Kind", "Owner", "Quantity", "leaf", "names_of"]

Owner = str | tuple[str, str]
MEAN = -1  # in the place of an example: the mean over the batch


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of quantity.

    Attributes
    ----------
    symbol : Symbol or None
        How it is written, still without its owner; None for what is only a term of a sum.
    of : {"neuron", "output", "edge", "parameter", "entry", "example", "step"}
        What it belongs to; a parameter is that of an edge or a neuron, an entry one of a Jacobian, with two neurons.
    role : {"given", "forward", "loss", "error", "gradient", "parameter"}
        Its part in the step.
    sign, words : str
        How a table calls it; empty for what no table lists.
    short, label : str
        How it is called in the narrow place of a picture, and on a card; empty where that is its sign.
    before : str
        Of a value after the update: which kind it was before.
    keep : int
        How long a card that is short of room keeps it: 0 goes first, 9 stays.
    is_main : bool
        Whether it is one of the numbers by which one knows a neuron.
    of_input : bool
        Whether inputs can have it too.
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
    of: Literal["neuron", "output", "edge", "parameter", "entry", "example", "step"]
    role: Literal["given", "forward", "loss", "error", "gradient", "parameter"]
    sign: str = ""
    words: str = ""
    short: str = ""
    label: str = ""
    before: str = ""
    keep: int = 0
    is_main: bool = False
    of_input: bool = False
    is_state: bool = True
    is_lasting: bool = False
    is_averaged: bool = False
    slot: str = ""

    def is_of(self, owner: str) -> bool:
        """Whether it belongs to one of these: "input", "hidden" and "output" neurons, or "edge".

        Examples
        --------
        >>> QUANTITIES["z"].is_of("input"), QUANTITIES["a"].is_of("input"), QUANTITIES["w"].is_of("edge")
        (False, True, True)
        """
        if self.of in ("edge", "output"):
            return owner == self.of
        if self.of == "parameter":
            return owner != "input"
        return self.of == "neuron" and owner != "edge" and (owner != "input" or self.of_input)


def _derivative(letter: str) -> Symbol:
    return Symbol(letter, is_derivative=True)


def _new(letter: str) -> Symbol:
    return Symbol(letter, prime=True)


_SLOPE = Symbol("z", slope_of=Function("f", "f"))
_PREDICTED = Symbol("predicted change of C")

# In the order in which a table lists them.
QUANTITIES: dict[str, Kind] = {
    "b": Kind(Symbol("b"), "neuron", "parameter", "b", "bias", keep=9, is_lasting=True, slot="b"),
    "z": Kind(Symbol("z"), "neuron", "forward", "z", "weighted sum", keep=9, is_main=True, slot="z"),
    "a": Kind(Symbol("a"), "neuron", "forward", "a", "activation", keep=5, is_main=True, of_input=True, slot="a"),
    "y": Kind(Symbol("y"), "output", "given", "y", "target", label="target y", keep=9, slot="y"),
    "term": Kind(
        Symbol("C"),
        "output",
        "loss",
        "C of the output",
        "its term of the loss",
        "C",
        label="loss term",
        keep=3,
        slot="term",
    ),
    "collected": Kind(Symbol("from edges"), "neuron", "error", "Σ w·δ", "error from its edges", "Σ", is_state=False),
    "a_grad": Kind(_derivative("a"), "neuron", "error", "∂C/∂a", "error", keep=9, of_input=True, slot="a_grad"),
    "slope": Kind(_SLOPE, "neuron", "error", "f\N{PRIME}(z)", "slope", "f\N{PRIME}", is_state=False),
    "delta": Kind(Symbol("delta"), "neuron", "error", "δ", "delta", keep=4, is_main=True, slot="delta"),
    "bias_grad": Kind(
        _derivative("b"),
        "neuron",
        "gradient",
        "∂C/∂b",
        "gradient of the bias",
        keep=9,
        is_averaged=True,
        slot="bias_grad",
    ),
    "b_new": Kind(_new("b"), "neuron", "parameter", "b\N{PRIME}", "new bias", before="b", keep=8, is_lasting=True),
    "z_new": Kind(_new("z"), "neuron", "forward", "z\N{PRIME}", "new sum", before="z"),
    "a_new": Kind(_new("a"), "neuron", "forward", "a\N{PRIME}", "new activation", before="a"),
    "term_new": Kind(
        _new("C"), "output", "loss", "C\N{PRIME} of the output", "its new term of the loss", "C\N{PRIME}", before="term"
    ),
    "w": Kind(Symbol("w"), "edge", "parameter", "w", "weight", keep=6, is_lasting=True, slot="w"),
    "product": Kind(None, "edge", "forward", "w·a", "product", keep=9, is_state=False),
    "blame": Kind(None, "edge", "error", "w·δ", "share of the error", keep=9, is_state=False),
    "grad": Kind(_derivative("w"), "edge", "gradient", "∂C/∂w", "gradient", keep=7, is_averaged=True, slot="grad"),
    "w_new": Kind(_new("w"), "edge", "parameter", "w\N{PRIME}", "new weight", before="w", keep=1, is_lasting=True),
    "product_new": Kind(
        None, "edge", "forward", "w\N{PRIME}·a\N{PRIME}", "new product", before="product", is_state=False
    ),
    "C": Kind(Symbol("C"), "step", "loss", "C", "loss", is_lasting=True, slot="cost"),
    "C_new": Kind(_new("C"), "step", "loss", "C\N{PRIME}", "new loss", before="C", is_lasting=True),
    "eta": Kind(Symbol("eta"), "step", "given", "η", "learning rate", label="rate η", keep=2, is_lasting=True),
    "predicted": Kind(_PREDICTED, "step", "loss", "ΔC predicted", "predicted change of the loss", is_lasting=True),
    "change": Kind(Symbol("change of C"), "step", "loss", "ΔC", "real change of the loss", is_lasting=True),
    "C_of_one": Kind(Symbol("C", is_numbered=True), "example", "loss", is_state=False),
    "C_of_one_new": Kind(
        Symbol("C", prime=True, is_numbered=True), "example", "loss", before="C_of_one", is_state=False
    ),
    "jacobian": Kind(None, "entry", "error", is_state=False),
}


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
        return isinstance(self.owner, tuple) and _owner_of(self.kind) in ("edge", "parameter")

    @property
    def is_neuron(self) -> bool:
        """Whether it belongs to a neuron; the loss of one example of a batch belongs to that example."""
        # What an optimizer has for the whole step, such as its clock, is no parameter's.
        return isinstance(self.owner, str) and self.owner != "" and _owner_of(self.kind) in _OF_NEURONS


_OF_NEURONS = ("neuron", "output", "parameter")


def _owner_of(kind: str) -> str:
    """What a kind belongs to; what an optimizer of somebody's own adds is of the parameters."""
    return QUANTITIES[kind].of if kind in QUANTITIES else "parameter"


def names_of(owner: Owner) -> tuple[str, ...]:
    """List the names of an owner: of a neuron one, of an edge two, of the whole step none.

    Examples
    --------
    >>> names_of("h1"), names_of(("x1", "h1")), names_of("")
    (('h1',), ('x1', 'h1'), ())
    """
    return owner if isinstance(owner, tuple) else (owner,) if owner else ()


def leaf(
    kind: str,
    owner: Owner,
    value: float,
    example: int = 0,
    of_batch: bool = False,
    kinds: Mapping[str, Kind] = QUANTITIES,
) -> Leaf:
    r"""Make the leaf of an expression: symbol, value, and what it is.

    Examples
    --------
    >>> from neurograph.algebra.symbols import symbol_latex, symbol_text
    >>> symbol_text(leaf("w", ("x1", "h1"), 0.5).symbol), symbol_latex(leaf("delta", "h1", 0.5).symbol)
    ('w(x1->h1)', '\\delta_{h_{1}}')
    >>> symbol_text(leaf("grad", ("x1", "h1"), 0.5, example=1, of_batch=True).symbol)
    'dC_2/dw(x1->h1)'
    """
    symbol = kinds[kind].symbol
    if symbol is not None:
        whose_loss = example if of_batch and symbol.is_derivative else None
        letter, _, prime, is_numbered, is_derivative, _, slope_of = symbol
        symbol = Symbol(letter, names_of(owner), prime, is_numbered, is_derivative, whose_loss, slope_of)
    return Leaf(symbol, value, Quantity(kind, owner, example))
