r"""Symbols in MathML, from their LaTeX: subscripts, primes, fractions, Greek letters and words.

It reads the LaTeX in which this package writes its own symbols, such as `w'_{h_{1}}`, and no more: a name in `\text` is
the user's, and is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from neurograph.errors import one_line

__all__ = ["name_latex", "name_text", "symbol_mathml", "upright"]

_ESCAPES = str.maketrans(
    {c: "\\" + c for c in "#$%&_{}"} | {"\\": r"\textbackslash ", "^": r"\textasciicircum ", "~": r"\textasciitilde "}
)

_LETTERS = {
    r"\partial": "∂", r"\delta": "δ", r"\eta": "η", r"\Delta": "Δ", r"\pi": "π",
    r"\sigma": "\N{GREEK SMALL LETTER SIGMA}",
}  # fmt: skip
_OPERATORS = {r"\sum": "∑", r"\to": "→", r"\cdot": "·", ",": ",", "(": "(", ")": ")"}
_PRIME = "<mo>\N{PRIME}</mo>"
_UNESCAPED = {written: chr(code) for code, written in _ESCAPES.items()}
_ESCAPED = re.compile("|".join(re.escape(written) for written in _UNESCAPED))
_TOKEN = re.compile(r"\\(?:text|operatorname)\{(?P<text>(?:[^{}\\]|\\[A-Za-z]+ |\\.)*)\}|\\[A-Za-z]+|\\.|\d+|\S")


def symbol_mathml(latex: str) -> str:
    r"""Write a symbol as MathML.

    Parameters
    ----------
    latex : str
        The symbol, as `neurograph.quantities` writes it.

    Examples
    --------
    >>> symbol_mathml("a_{h_{1}}")
    '<msub><mi>a</mi><msub><mi>h</mi><mn>1</mn></msub></msub>'
    >>> symbol_mathml(r"w_{x \to \text{a\_b}}")
    '<msub><mi>w</mi><mrow><mi>x</mi><mo>→</mo><mtext>a_b</mtext></mrow></msub>'
    >>> symbol_mathml(r"\operatorname{leaky\_relu}'(z)")[:35]
    '<mrow><msup><mi>leaky_relu</mi><mo>'
    """
    pieces = list(_TOKEN.finditer(latex))
    return _row(_parts(iter([(match[0], match["text"]) for match in pieces])))


def _row(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


_Tokens = Iterator[tuple[str, str | None]]


def _parts(pieces: _Tokens) -> list[str]:
    """Read up to the end of a group; a prime or a subscript belongs to what stands before it."""
    parts: list[str] = []
    for piece, text in pieces:
        if piece == "}":
            break
        if piece == "_":
            parts[-1] = _with(parts[-1], _group(pieces))
        elif piece == "'":
            parts[-1] = f"<msup>{parts[-1]}{_PRIME}</msup>"
        elif piece == r"\frac":
            parts.append(f"<mfrac>{_group(pieces)}{_group(pieces)}</mfrac>")
        elif piece != r"\,":
            parts.append(_atom(piece, text))
    return parts


def _with(base: str, below: str) -> str:
    """Put a subscript under what may have a prime already."""
    if base.startswith("<msup>") and base.endswith(f"{_PRIME}</msup>"):
        return f"<msubsup>{base.removeprefix('<msup>').removesuffix(f'{_PRIME}</msup>')}{below}{_PRIME}</msubsup>"
    return f"<msub>{base}{below}</msub>"


def _group(pieces: _Tokens) -> str:
    piece, text = next(pieces)
    return _row(_parts(pieces)) if piece == "{" else _atom(piece, text)


def _atom(piece: str, text: str | None) -> str:
    if text is not None:
        element = "mtext" if piece.startswith(r"\text") else "mi"
        words = escape(_ESCAPED.sub(lambda found: _UNESCAPED[found[0]], text), quote=False)
        return f"<{element}>{words}</{element}>"
    if piece.isdigit():
        return f"<mn>{piece}</mn>"
    if piece in _OPERATORS:
        return f"<mo>{_OPERATORS[piece]}</mo>"
    return f"<mi>{escape(_LETTERS.get(piece, piece.lstrip(chr(92))), quote=False)}</mi>"


def name_text(name: str) -> str:
    r"""Show a name on one line: characters that are not printable are written as escapes.

    Examples
    --------
    >>> name_text("h1"), name_text("a\\nb")
    ('h1', 'a\\nb')
    """
    return one_line(name)


_NUMBERED = re.compile(r"([A-Za-z]+)_?(\d+)(?:_(\d+))?\Z")


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
    return rf"\text{{{name_text(name).translate(_ESCAPES)}}}"


def upright(name: str) -> str:
    r"""Write the name of a function in LaTeX, upright and escaped.

    Examples
    --------
    >>> print(upright("leaky_relu"))
    \operatorname{leaky\_relu}
    """
    return rf"\operatorname{{{name.translate(_ESCAPES)}}}"
