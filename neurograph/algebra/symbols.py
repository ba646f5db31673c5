r"""Symbols: what stands for a quantity in an equation, as structure, and its writing as text, LaTeX and MathML.

Names are the user's and are shown as they are: a symbol knows whose it is, and never has to be taken apart again.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import NamedTuple

from neurograph.errors import one_line

__all__ = [
    "Function",
    "Symbol",
    "function_mathml",
    "name_latex",
    "name_mathml",
    "symbol_latex",
    "symbol_mathml",
    "symbol_text",
    "upright",
]


class Function(NamedTuple):
    """A function by its name, and by the symbol that its record gives in LaTeX."""

    name: str
    latex: str


class Symbol(NamedTuple):
    """A letter and what belongs to it.

    Attributes
    ----------
    letter : str
        Such as "w" or "delta"; words where there is no letter: "change of C".
    owner : tuple of str
        Whose it is: the name of a neuron, or the two of an edge.
    prime : bool
        Whether it is the value after the update: w'.
    is_numbered : bool
        Whether the owner is a number, such as that of an example: C_2.
    is_derivative : bool
        Whether it is that by which the loss is differentiated: dC/dw.
    example : int or None
        Of a derivative, which example's loss, from 0: dC_2/dw.
    slope_of : Function or None
        The function whose slope at it is meant: f'(z).
    """

    letter: str
    owner: tuple[str, ...] = ()
    prime: bool = False
    is_numbered: bool = False
    is_derivative: bool = False
    example: int | None = None
    slope_of: Function | None = None

    @property
    def is_compound(self) -> bool:
        """Whether it takes no exponent without brackets: with a prime, or as a fraction."""
        return self.prime or self.is_derivative or self.slope_of is not None


class _Letter(NamedTuple):
    latex: str
    mathml: str
    brackets: bool = False  # where the owner stands: in brackets, or else below


_LETTERS = {
    "delta": _Letter(r"\delta", "<mi>δ</mi>"),
    "eta": _Letter(r"\eta", "<mi>η</mi>"),
    "norm": _Letter(r"\|g\|", "<mrow><mo>‖</mo><mi>g</mi><mo>‖</mo></mrow>"),
    "pi": _Letter(r"\pi", "<mi>π</mi>"),
    "from edges": _Letter(r"\sum w\,\delta\,", "<mo>∑</mo><mi>w</mi><mi>δ</mi>", brackets=True),
    "change of C": _Letter(r"\Delta C", "<mrow><mi>Δ</mi><mi>C</mi></mrow>"),
    "predicted change of C": _Letter(
        r"\Delta C_{\text{predicted}}",
        "<mrow><mi>Δ</mi><msub><mi>C</mi><mtext>predicted</mtext></msub></mrow>",
    ),
}
_PRIME = "<mo>\N{PRIME}</mo>"
_GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "eta", "lambda", "mu", "rho", "sigma", "tau")
_NAMED = re.compile(r"([A-Za-z]+)(\d*)_(\w+)\Z|([A-Za-z]+)\Z")


def _letter(name: str) -> _Letter:
    """Write the letter of a symbol: as the table has it, or by its parts: m_hat with a hat, beta1_t as a power."""
    if name in _LETTERS:
        return _LETTERS[name]
    if len(name) == 1 or not (parts := _NAMED.match(name)):
        return _Letter(name, f"<mi>{escape(name, quote=False)}</mi>")
    base, number, rest, word = parts.groups()
    base = base or word
    latex, mathml = base if len(base) == 1 else rf"\text{{{base}}}", f"<mi>{base}</mi>"
    if base in _GREEK:
        letter = unicodedata.lookup(f"GREEK SMALL LETTER {base.upper()}")
        latex, mathml = f"\\{base}", f"<mi>{letter}</mi>"
    if rest == "hat":
        latex, mathml, rest = rf"\hat{{{latex}}}", f"<mover>{mathml}<mo>^</mo></mover>", ""
    if number:
        latex, mathml = f"{latex}_{{{number}}}", f"<msub>{mathml}<mn>{number}</mn></msub>"
    if rest and len(rest) == 1:
        latex, mathml = f"{latex}^{{{rest}}}", f"<msup>{mathml}<mi>{rest}</mi></msup>"
    elif rest:
        words = rest.translate(_ESCAPES)
        latex, mathml = rf"{latex}_{{\text{{{words}}}}}", f"<msub>{mathml}<mtext>{rest}</mtext></msub>"
    is_compound = bool(number or rest)
    return _Letter(f"{{{latex}}}" if is_compound else latex, f"<mrow>{mathml}</mrow>" if is_compound else mathml)


def symbol_text(symbol: Symbol, owner: str | None = None) -> str:
    """Write a symbol as text; `owner` may be put in the place of the owner's own name.

    Examples
    --------
    >>> symbol_text(Symbol("w", ("x1", "h1"))), symbol_text(Symbol("a", ("h1",), is_derivative=True, example=1))
    ('w(x1->h1)', 'dC_2/da(h1)')
    """
    whose = "->".join(map(one_line, symbol.owner)) if owner is None else owner
    text = symbol.letter + "'" * symbol.prime
    if symbol.owner:
        text += f"_{whose}" if symbol.is_numbered else f"({whose})"
    if symbol.is_derivative:
        return f"dC{'' if symbol.example is None else f'_{symbol.example + 1}'}/d{text}"
    return f"{symbol.slope_of.name}'({text})" if symbol.slope_of else text


def symbol_latex(symbol: Symbol) -> str:
    r"""Write a symbol for LaTeX math mode.

    Examples
    --------
    >>> print(symbol_latex(Symbol("delta", ("h1",))), symbol_latex(Symbol("b", ("bias",), is_derivative=True)))
    \delta_{h_{1}} \frac{\partial C}{\partial b_{\text{bias}}}
    """
    letter = _letter(symbol.letter)
    latex = letter.latex + "'" * symbol.prime
    if symbol.owner:
        whose = r" \to ".join(map(name_latex, symbol.owner))
        latex += f"({whose})" if letter.brackets else f"_{{{whose}}}"
    if symbol.is_derivative:
        below = "" if symbol.example is None else f"_{{{symbol.example + 1}}}"
        return rf"\frac{{\partial C{below}}}{{\partial {latex}}}"
    return f"{symbol.slope_of.latex}'({latex})" if symbol.slope_of else latex


def symbol_mathml(symbol: Symbol, owner: str | None = None) -> str:
    r"""Write a symbol as MathML; `owner` may be put in the place of the owner's own name.

    Examples
    --------
    >>> symbol_mathml(Symbol("a", ("h1",)))
    '<msub><mi>a</mi><msub><mi>h</mi><mn>1</mn></msub></msub>'
    >>> symbol_mathml(Symbol("w", ("x", "a_b"), prime=True))[:55]
    '<msubsup><mi>w</mi><mrow><mtext>x</mtext><mo>→</mo><mte'
    """
    letter = _letter(symbol.letter)
    whose = _row("<mo>→</mo>".join(map(name_mathml, symbol.owner)), len(symbol.owner)) if owner is None else owner
    if symbol.owner and letter.brackets:
        mathml = f"<mrow>{letter.mathml}<mo>(</mo>{whose}<mo>)</mo></mrow>"
    elif symbol.owner or symbol.prime:
        tag = "m" + "sub" * bool(symbol.owner) + "sup" * symbol.prime
        mathml = f"<{tag}>{letter.mathml}{whose * bool(symbol.owner)}{_PRIME * symbol.prime}</{tag}>"
    else:
        mathml = letter.mathml
    if symbol.is_derivative:
        loss = "<mi>C</mi>" if symbol.example is None else f"<msub><mi>C</mi><mn>{symbol.example + 1}</mn></msub>"
        return f"<mfrac><mrow><mi>∂</mi>{loss}</mrow><mrow><mi>∂</mi>{mathml}</mrow></mfrac>"
    if symbol.slope_of:
        return f"<mrow><msup>{function_mathml(*symbol.slope_of)}{_PRIME}</msup><mo>(</mo>{mathml}<mo>)</mo></mrow>"
    return mathml


def _row(pieces: str, count: int) -> str:
    return pieces if count == 1 else f"<mrow>{pieces}</mrow>"


_NUMBERED = re.compile(r"([A-Za-z]+)_?(\d+)(?:_(\d+))?\Z")
_ESCAPES = str.maketrans(
    {c: "\\" + c for c in "#$%&_{}"} | {"\\": r"\textbackslash ", "^": r"\textasciicircum ", "~": r"\textasciitilde "}
)


def is_numbered(name: str) -> bool:
    """Whether a name is letters and a number, which mathematics writes as an index."""
    return _NUMBERED.match(name) is not None


def name_latex(name: str) -> str:
    r"""Write a name in math mode: h1 as h with a subscript, anything else as escaped text.

    Examples
    --------
    >>> name_latex("h1"), name_latex("h2_3"), name_latex("sepal_length")
    ('h_{1}', 'h_{2,3}', '\\text{sepal\\_length}')
    """
    if match := _NUMBERED.match(name):
        letters, one, two = match.groups()
        return f"{letters}_{{{one},{two}}}" if two else f"{letters}_{{{one}}}"
    return rf"\text{{{one_line(name).translate(_ESCAPES)}}}"


def name_mathml(name: str) -> str:
    """Write a name as MathML, as `name_latex` does.

    Examples
    --------
    >>> name_mathml("h1"), name_mathml("sepal_length")
    ('<msub><mi>h</mi><mn>1</mn></msub>', '<mtext>sepal_length</mtext>')
    """
    if match := _NUMBERED.match(name):
        letters, one, two = match.groups()
        number = f"<mrow><mn>{one}</mn><mo>,</mo><mn>{two}</mn></mrow>" if two else f"<mn>{one}</mn>"
        before = "".join(f"<mi>{letter}</mi>" for letter in letters[:-1])
        return _row(f"{before}<msub><mi>{letters[-1]}</mi>{number}</msub>", len(letters))
    return f"<mtext>{escape(one_line(name), quote=False)}</mtext>"


def upright(name: str) -> str:
    r"""Write the name of a function in LaTeX, upright and escaped.

    Examples
    --------
    >>> print(upright("leaky_relu"))
    \operatorname{leaky\_relu}
    """
    return rf"\operatorname{{{name.translate(_ESCAPES)}}}"


def function_mathml(name: str, latex: str, prime: bool = False) -> str:
    r"""Write a function as MathML: by the Greek letter that it has in LaTeX, or else by its name.

    Examples
    --------
    >>> function_mathml("tanh", r"\tanh"), function_mathml("mine", r"\phi") == "<mi>\u03c6</mi>"
    ('<mi>tanh</mi>', True)
    """
    letter = latex.removeprefix("\\")
    try:
        shown = unicodedata.lookup(f"GREEK {'SMALL' if letter.islower() else 'CAPITAL'} LETTER {letter}")
    except KeyError:
        shown = one_line(name)
    sign = "\N{PRIME}" if prime else ""
    return f"<mi>{escape(shown, quote=False)}{sign}</mi>"
