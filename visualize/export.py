"""Figures as files: PNG, SVG and PDF, with the alt text inside, and the same bytes for the same picture.

It knows nothing of what is drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from neurograph.errors import InvalidValueError
from neurograph.files.atomic import write_bytes
from neurograph.files.json_input import as_path
from visualize.fonts import drawn_with_all_letters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ENDINGS", "ending_of", "figure_bytes", "listed", "save_figure", "svg_text"]

ENDINGS = ("png", "svg", "pdf")
_SALT: dict[Any, Any] = {"svg.hashsalt": "neurograph"}  # matplotlib draws the ids in a SVG by lot unless it has a salt
_NO_DATE: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
_CLIP = re.compile(r'<clipPath id="(\w+)">(.*?)</clipPath>', re.DOTALL)


def listed(endings: Sequence[str]) -> str:
    """List endings of files.

    Examples
    --------
    >>> listed(["png", "svg", "pdf"])
    '.png, .svg or .pdf'
    """
    return ", ".join(f".{one}" for one in endings[:-1]) + f" or .{endings[-1]}"


def ending_of(path: str | Path, known: Sequence[str] = ENDINGS, where: str = "path") -> str:
    """Say what kind of file a name asks for; it must be one of those known.

    Examples
    --------
    >>> ending_of("net.SVG")
    'svg'
    """
    ending = as_path(path, where).suffix.lower().removeprefix(".")
    if ending not in known:
        raise InvalidValueError(where=where, given=str(path), expected=f"a file name that ends in {listed(known)}")
    return ending


def save_figure(figure: Figure, path: str | Path, alt: str, *, title: str = "neurograph", dpi: int = 150) -> None:
    """Write a figure to a file, which is replaced as a whole or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any figure.
    path : str or Path
        Its ending says what is written: .png, .svg or .pdf.
    alt : str
        The alternative text: `desc` of a SVG, "Description" of a PNG, subject of a PDF.
    title : str
        The title beside it.
    dpi : int
        Dots per inch of a PNG, and of what is drawn as dots inside a SVG or PDF.

    Raises
    ------
    InvalidValueError
        When the name has another ending.
    NeurographError
        When the file cannot be written; what stood there before stands there still.
    """
    write_bytes(path, figure_bytes(figure, ending_of(path), alt, title=title, dpi=dpi))


def figure_bytes(figure: Figure, ending: str, alt: str, *, title: str = "neurograph", dpi: int = 150) -> bytes:
    """Make the bytes of a file, the same ones for the same figure and the same versions of the libraries."""
    from matplotlib import rc_context

    metadata = {
        "svg": {"Title": title},
        "pdf": {"Title": title, "Subject": alt},
        "png": {"Title": title, "Description": alt},
    }

    def draw() -> bytes:
        out = io.BytesIO()
        with rc_context(_SALT), _put_back(figure):
            figure.savefig(
                out,
                format=ending,
                metadata=metadata[ending] | _NO_DATE[ending],
                dpi=dpi,
                facecolor=figure.get_facecolor(),
            )
        return out.getvalue()

    data = drawn_with_all_letters(figure, draw)
    return _described(_renamed(data.decode()), alt).encode() if ending == "svg" else data


@contextmanager
def _put_back(figure: Figure) -> Iterator[None]:
    """Put all axes back where they were: a layout moves them a little with every drawing, and so the next file."""
    held = [(ax, ax.get_in_layout(), ax.get_position(original=True).frozen(), ax.get_position()) for ax in figure.axes]
    try:
        yield
    finally:
        for ax, in_layout, room, place in held:
            ax.set_position(room.bounds, which="original")
            ax.set_position(place.bounds, which="active")
            ax.set_in_layout(in_layout)  # which placing ends


def svg_text(figure: Figure, alt: str, *, title: str = "neurograph") -> str:
    """Write a figure as SVG text."""
    return figure_bytes(figure, "svg", alt, title=title).decode()


def _renamed(svg: str) -> str:
    """Name what clips by how it is written; matplotlib takes all bits of its place, and a layout changes the last."""
    names = {name: f"p{sha256(clip.encode()).hexdigest()[:10]}" for name, clip in _CLIP.findall(svg)}
    return re.sub(r"\bp[0-9a-f]{10}\b", lambda found: names.get(found[0], found[0]), svg)


def _described(svg: str, alt: str) -> str:
    """Make a SVG one picture with a description, for programs that read aloud; matplotlib has set the title."""
    head, mark, rest = svg.partition("<svg ")
    attributes, end, inner = rest.partition(">")
    line, close, body = inner.partition("</title>")
    described = f"{line}{close}\n <desc>{escape(alt)}</desc>"
    return f'{head}{mark}role="img" aria-label="{escape(alt, {chr(34): "&quot;"})}" {attributes}{end}{described}{body}'
