"""Quantities: what a number is (which kind, of which neuron or edge) and how it is written.

The one dictionary of symbols, as text and as LaTeX. It holds no numbers of a network.
"""

from __future__ import annotations

from typing import NamedTuple

from neurograph.algebra.expression import Leaf
from neurograph.algebra.symbols import name_latex, name_text

__all__ = ["SYMBOLS", "Owner", "Quantity", "leaf"]

Owner = str | tuple[str, str]


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
        return isinstance(self.owner, tuple) and self.kind != "jacobian"

    @property
    def is_neuron(self) -> bool:
        """Whether it belongs to a neuron; the loss of one example of a batch belongs to that example."""
        return isinstance(self.owner, str) and self.owner != "" and not self.kind.startswith("C_of_one")


# kind: (text, LaTeX); {} is the neuron or edge. A prime marks a value after the update.
SYMBOLS: dict[str, tuple[str, str]] = {
    "a": ("a({})", "a_{{{}}}"),
    "y": ("y({})", "y_{{{}}}"),
    "w": ("w({})", "w_{{{}}}"),
    "b": ("b({})", "b_{{{}}}"),
    "z": ("z({})", "z_{{{}}}"),
    "term": ("C({})", "C_{{{}}}"),
    "C": ("C", "C"),
    "C_of_one": ("C_{}", "C_{{{}}}"),
    "a_grad": ("dC/da({})", r"\frac{{\partial C}}{{\partial a_{{{}}}}}"),
    "collected": ("from edges({})", r"\sum w\,\delta\,({})"),
    "slope": ("f'(z({}))", r"f'(z_{{{}}})"),
    "delta": ("delta({})", r"\delta_{{{}}}"),
    "bias_grad": ("dC/db({})", r"\frac{{\partial C}}{{\partial b_{{{}}}}}"),
    "grad": ("dC/dw({})", r"\frac{{\partial C}}{{\partial w_{{{}}}}}"),
    "eta": ("eta", r"\eta"),
    "b_new": ("b'({})", "b'_{{{}}}"),
    "w_new": ("w'({})", "w'_{{{}}}"),
    "z_new": ("z'({})", "z'_{{{}}}"),
    "a_new": ("a'({})", "a'_{{{}}}"),
    "term_new": ("C'({})", "C'_{{{}}}"),
    "C_new": ("C'", "C'"),
    "C_of_one_new": ("C'_{}", "C'_{{{}}}"),
    "predicted": ("predicted change of C", r"\Delta C_{{\text{{predicted}}}}"),
    "change": ("change of C", r"\Delta C"),
    "product": ("", ""),
    "product_new": ("", ""),
    "blame": ("", ""),
    "jacobian": ("", ""),
}


def leaf(kind: str, owner: Owner, value: float, example: int = 0, of_batch: bool = False) -> Leaf:
    r"""Make the leaf of an expression: symbol, value, and what it is.

    Examples
    --------
    >>> leaf("w", ("x1", "h1"), 0.5).text, leaf("delta", "h1", 0.5).latex
    ('w(x1->h1)', '\\delta_{h_{1}}')
    >>> leaf("grad", ("x1", "h1"), 0.5, example=1, of_batch=True).text
    'dC_2/dw(x1->h1)'
    """
    text, latex = SYMBOLS[kind]
    if isinstance(owner, tuple):
        names = "->".join(map(name_text, owner))
        subscript = r" \to ".join(map(name_latex, owner))
    else:
        names, subscript = name_text(owner), name_latex(owner)
    text, latex = text.format(names), latex.format(subscript)
    if of_batch:  # C_1, C_2, ... are the losses of the batch's examples
        text = text.replace("dC/", f"dC_{example + 1}/", 1)
        latex = latex.replace(r"\partial C}", rf"\partial C_{{{example + 1}}}}}", 1)
    return Leaf(text, latex, value, Quantity(kind, owner, example))
