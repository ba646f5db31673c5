"""Names and symbols: a neuron may be called anything, and is shown so."""

import pytest

from neurograph.algebra.symbols import name_latex
from neurograph.errors import one_line


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("h1", "h_{1}"),
        ("h2_3", "h_{2,3}"),
        ("x", r"\text{x}"),
        ("sepal_length", r"\text{sepal\_length}"),
        ("50% {a}^2", r"\text{50\% \{a\}\textasciicircum 2}"),
        ("a\\b~$#&", r"\text{a\textbackslash b\textasciitilde \$\#\&}"),
        ("a\nb", r"\text{a\textbackslash nb}"),
    ],
)
def test_a_name_in_latex_is_a_symbol_with_a_number_or_escaped_text(name, latex):
    assert name_latex(name) == latex


def test_a_name_in_text_stays_on_its_line():
    assert one_line("a\nb\x1b[31m") == "a\\nb\\x1b[31m"
    assert one_line("größe") == "größe"
