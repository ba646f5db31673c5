"""The table of quantities: every kind can be written, and belongs to what it says."""

import pytest

from neurograph.algebra.symbols import symbol_latex
from neurograph.quantities import QUANTITIES, Quantity, leaf


@pytest.mark.parametrize("kind", [kind for kind in QUANTITIES if QUANTITIES[kind].symbol])
@pytest.mark.parametrize("of_batch", [False, True])
def test_every_symbol_is_latex_that_a_reader_takes(kind, of_batch):
    convert = pytest.importorskip("latex2mathml.converter").convert
    owner = {"edge": ("x1", "h1"), "step": ""}.get(QUANTITIES[kind].of, "h1")
    latex = symbol_latex(leaf(kind, owner, 1.0, example=1, of_batch=of_batch).symbol)
    assert latex.count("{") == latex.count("}")
    assert convert(latex).startswith("<math")
    # Only a gradient of one example of a batch says whose loss it is of.
    assert ("C_{2}}" in latex) == (of_batch and kind in ("a_grad", "grad", "bias_grad"))


def test_what_a_quantity_belongs_to():
    assert [kind for kind in QUANTITIES if Quantity(kind, ("a", "b")).is_edge] == [
        "w", "product", "blame", "grad", "w_new", "product_new",
    ]  # fmt: skip
    assert not any(Quantity(kind, "1").is_neuron for kind in ("C", "eta", "change", "C_of_one", "jacobian"))
    assert Quantity("delta", "h1").is_neuron
    assert Quantity("y", "o1").is_neuron


def test_what_is_before_something_is_of_the_same():
    pairs = [(kind, QUANTITIES[kind.before]) for kind in QUANTITIES.values() if kind.before]
    assert len(pairs) == 8
    assert all((new.of, new.role, new.is_lasting) == (old.of, old.role, old.is_lasting) for new, old in pairs)
    assert all(new.symbol is old.symbol or new.symbol.prime > old.symbol.prime for new, old in pairs)
