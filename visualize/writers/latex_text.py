r"""Any text as LaTeX that shows it: plain ASCII, the same with pdflatex and lualatex, and nothing in it is a command.

It knows letters and signs only, no networks and no pictures.
"""

# ruff: noqa: RUF001  # signs that look like others are what its tables are about
from __future__ import annotations

import re
import unicodedata

from neurograph.errors import one_line

__all__ = ["comment", "latex_length", "latex_text"]

# What LaTeX would read as its own. The dollar is one of mathematics, for the other is in fonts that not everyone has.
_ASCII = {character: "\\" + character for character in "#%&_{}"} | {
    "$": r"$\mathdollar$", "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedblright{}",
}  # fmt: skip
_SIGNS = {
    "−": "$-$", "·": r"$\cdot$", "×": r"$\times$", "÷": r"$\div$", "±": r"$\pm$", "¬": r"$\neg$", "°": r"$^\circ$",
    "∂": r"$\partial$", "∇": r"$\nabla$", "∑": r"$\sum$", "∞": r"$\infty$", "√": r"$\surd$", "≤": r"$\le$",
    "≥": r"$\ge$", "≠": r"$\ne$", "≈": r"$\approx$", "→": r"$\to$", "←": r"$\leftarrow$", "…": r"\ldots{}",
    "⋮": r"$\vdots$", "⋯": r"$\cdots$", "–": r"\textendash{}", "—": r"\textemdash{}", "‘": "`", "’": "'",
    "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "µ": r"$\mu$", "£": r"$\mathsterling$",
    "§": r"$\mathsection$", "¶": r"$\mathparagraph$", "¡": r"\textexclamdown{}", "¿": r"\textquestiondown{}",
}  # fmt: skip
_LETTERS = {
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}", "å": r"\aa{}", "Å": r"\AA{}",
    "œ": r"\oe{}", "Œ": r"\OE{}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}",
}  # fmt: skip
_GREEK_LETTERS = "αβγδεζηθικλμνξπρσςτυφχψωΓΔΘΛΞΠΣΦΨΩ"
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma varsigma tau upsilon phi "
    "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_GREEK = {letter: rf"$\{name}$" for letter, name in zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True)}
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
_CEDILLA = "\u0327"  # the one accent below the letter
_APART = "\0"  # stands for a kern of nothing between them; no text has it, for it is not printable
_KNOWN = {_APART: r"\kern0pt "} | _ASCII | _SIGNS | _LETTERS | _GREEK
_RAISED = {"<super>": "^", "<sub>": "_"}
_JOINED = re.compile("(?<=[-,'`?!‘’])(?=[-,'`‘’])")  # what fonts would make one sign of, as -- or ''
_SETTING = re.compile("!(?=tex)", re.IGNORECASE)
_LONG = 3.2  # a code point written small, in characters
_USUAL, _BROAD = 0.85, 1.3
_BROAD_ONES = frozenset("<>=+~&%@#MWmw×÷±→←∞≤≥≠≈…")


def latex_text(text: str) -> str:
    r"""Write a text for LaTeX; what its usual fonts do not have, is told by its number in Unicode, small.

    Examples
    --------
    >>> print(latex_text("50% of $x_1$"))
    50\% of $\mathdollar$x\_1$\mathdollar$
    >>> print(latex_text("Größe δ → 猫"))
    Gr\"{o}\ss{}e $\delta$ $\to$ {\tiny\ttfamily U+732B}
    """
    return "".join(_latex(character) for character in _JOINED.sub(_APART, _shown(text)))


def latex_length(text: str) -> float:
    """Say how long a text is in LaTeX, in characters as broad as `text_width` takes them to be.

    Examples
    --------
    >>> latex_length("né"), latex_length("猫"), latex_length("<b>")
    (1.7, 3.2, 3.45)
    """
    return round(sum(_width(character) for character in _shown(text)), 6)


def _shown(text: str) -> str:
    return unicodedata.normalize("NFC", one_line(text))


def _width(character: str) -> float:
    return _LONG if _latex(character).startswith(r"{\tiny") else _BROAD if character in _BROAD_ONES else _USUAL


def comment(text: str) -> str:
    r"""Write a comment of one line, and nothing but a comment.

    Some editors take "% !TEX" for a setting, and arara what begins a line, so that text from elsewhere may do neither.

    Examples
    --------
    >>> print(comment("Of one:\n%\\two !TEX program = a"))
    % Of one: %\two ! TEX program = a
    """
    return "% " + _SETTING.sub("! ", one_line(" ".join(text.splitlines())))


def _latex(character: str) -> str:
    if character in _KNOWN:
        return _KNOWN[character]
    if character.isascii():
        return character
    return _composed(character) or rf"{{\tiny\ttfamily U+{ord(character):04X}}}"


def _composed(character: str) -> str:
    """A letter with an accent, or a raised or lowered one, made of an ASCII letter or digit; empty if it is neither."""
    parts = unicodedata.decomposition(character).split()
    if len(parts) != 2:
        return ""
    if parts[0] in _RAISED:
        base = chr(int(parts[1], 16))
        return f"${_RAISED[parts[0]]}{{{base}}}$" if base.isascii() and base.isalnum() else ""
    if parts[0].startswith("<"):
        return ""
    letter, mark = (chr(int(part, 16)) for part in parts)
    if mark not in _ACCENTS or not (letter.isascii() and letter.isalpha()):
        return ""
    dotless = rf"\{letter}" if letter in "ij" and mark != _CEDILLA else letter
    return rf"\{_ACCENTS[mark]}{{{dotless}}}"
