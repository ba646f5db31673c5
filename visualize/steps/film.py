"""Films: pictures one after another as a GIF, which Pillow writes, or as an MP4, which ffmpeg writes when it is there.

It knows nothing of what is shown. The same pictures give the same bytes, and a file is there whole or not at all.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.errors import NeurographError, StateError
from neurograph.files.atomic import write_bytes
from neurograph.files.json_input import as_path
from neurograph.learning.loop import wants_bar
from neurograph.validate import in_range, switch, whole
from visualize.export import ending_of
from visualize.fonts import drawn_with_all_letters

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy import uint8, uint32
    from numpy.typing import NDArray

__all__ = ["INCHES", "Film", "check_film", "make_film", "new_picture"]

INCHES = 9.0  # wide; how many dots that is, the caller says
_NARROW, _WIDE = 300, 4000  # dots
_HOLD = 2.0  # seconds: the last picture stays at least so long, before the film begins again
_RATE = 5  # an MP4 repeats pictures that stay longer: players stumble over fewer a second
_EXACT = 48  # the most frequent colours are kept as they are; the rest is chosen near all others
_COLOURS = 255  # and one for what stays as it was in the picture before


@dataclass(frozen=True, slots=True)
class Film:
    """A film that was written.

    Attributes
    ----------
    path : Path
        Where it is.
    frames : int
        How many pictures it has.
    size : (int, int)
        Dots across and down.
    alt : str
        What it shows, in words; in a GIF it stands as the comment, in an MP4 too.
    """

    path: Path
    frames: int
    size: tuple[int, int]
    alt: str

    def alt_text(self) -> str:
        """Say what the film shows, for those who cannot see it."""
        return self.alt


def check_film(path: str | Path, seconds: object, width: object, progress: object, where: str) -> tuple[float, int]:
    """Check, before anything is drawn, that a film can be written; return the seconds of a picture and its dots across.

    An odd number of dots is made even. A name must end in .gif, or in .mp4 where there is ffmpeg.
    """
    ending = ending_of(path, ("gif", "mp4"))
    each = in_range(seconds, f"{where}, seconds", least=0.02, most=60.0)
    if ending == "mp4" and shutil.which("ffmpeg") is None:
        name = as_path(path, "path").name
        problem = f"an MP4 such as {name} is written by the program ffmpeg, which is not installed here."
        cure = "Install ffmpeg, or give a name that ends in .gif."
        raise StateError(problem, where=f"{where}, path", cure=cure)
    dots = whole(width, f"{where}, width", _NARROW, _WIDE, what="dots")
    if progress is not None:
        switch(progress, f"{where}, progress")
    return each, dots + dots % 2


def new_picture(width: int, tall: float, page: str) -> Figure:
    """Make a figure 9 inches wide of so many dots; at any width, text takes the same share of it."""
    from matplotlib.figure import Figure

    dpi = width / INCHES
    down = round(tall * dpi / 2) * 2  # an even number of dots, as films need it
    return Figure(figsize=(INCHES, (down + 0.01) / dpi), dpi=dpi, facecolor=page)


def make_film(
    path: str | Path, pictures: Iterable[Figure], count: int, seconds: float, alt: str, progress: bool | None
) -> Film:
    """Draw all `count` pictures, figures of one size, then write the file at once; `check_film` has seen its name.

    The same figure may come again, redrawn. What is not animated in it, in the sense of matplotlib, is drawn once.
    """
    stills: dict[Figure, Any] = {}
    shots = [_shot(figure, stills) for figure in (_with_bar(pictures, count) if wants_bar(progress) else pictures)]
    make = _gif if ending_of(path, ("gif", "mp4")) == "gif" else _mp4
    write_bytes(path, make(shots, seconds, alt))
    return Film(as_path(path, "path"), len(shots), shots[0].size, alt)


def _with_bar(pictures: Iterable[Figure], count: int) -> Iterator[Figure]:
    from tqdm import tqdm

    with tqdm(pictures, total=count, unit="frame") as bar:
        yield from bar


@dataclass(frozen=True, slots=True)
class _Shot:
    """A picture as dots, packed small: films of many pictures would fill the memory."""

    size: tuple[int, int]
    packed: bytes

    def colours(self) -> NDArray[uint32]:
        """Give each dot as one number, row by row."""
        from numpy import frombuffer, uint32

        return frombuffer(zlib.decompress(self.packed), dtype=uint32)


def _shot(figure: Figure, stills: dict[Figure, Any]) -> _Shot:
    """Take a picture; `stills` holds what was drawn of each figure already."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from numpy import asarray, uint32

    # the same canvas again: it knows how wide words are
    canvas: Any = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    still = stills.get(figure)

    def draw() -> None:
        if still is not None:
            canvas.restore_region(still)
        else:
            canvas.draw()
            stills[figure] = canvas.copy_from_bbox(figure.bbox)
        for artist in _animated(figure):
            figure.draw_artist(artist)

    drawn_with_all_letters(figure, draw)
    dots = asarray(canvas.buffer_rgba())
    colours = (dots.view(">u4") >> 8).astype(uint32)  # red, green, blue and no opacity, as one number
    return _Shot((dots.shape[1], dots.shape[0]), zlib.compress(colours.tobytes(), 1))


def _animated(figure: Figure) -> list[Any]:
    found: list[Any] = [artist for artist in (*figure.axes, *figure.texts) if artist.get_animated()]
    for ax in figure.axes:
        if not ax.get_animated():
            found += [artist for artist in ax.get_children() if artist.get_animated()]
    return found


def _gif(shots: Sequence[_Shot], seconds: float, alt: str) -> bytes:
    from numpy import uint8, zeros
    from PIL import Image

    known, places, palette = _palette(shots)
    table = zeros(1 << 24, uint8)  # of every colour, its place in the palette
    table[known] = places
    pictures = []
    for shot in shots:
        picture = Image.frombytes("P", shot.size, table[shot.colours()].tobytes())
        picture.putpalette(palette)
        pictures.append(picture)
    each = 10 * round(100 * seconds)  # a GIF counts in hundredths of a second
    out = io.BytesIO()
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], loop=0, comment=alt.encode("utf-8"),
        palette=palette, optimize=True, disposal=1,
        duration=[each] * (len(pictures) - 1) + [max(each, int(1000 * _HOLD))],
    )  # fmt: skip
    return out.getvalue()


def _palette(shots: Sequence[_Shot]) -> tuple[NDArray[uint32], NDArray[Any], bytes]:
    """Choose the colours for the whole film: all colours there are, the place of each in the palette, the palette.

    One palette and no dithering: what does not change keeps its very colour from picture to picture.
    """
    from numpy import bincount, concatenate, uint32, unique
    from PIL import Image

    found = [unique(shot.colours(), return_counts=True) for shot in shots]
    known, where = unique(concatenate([colours for colours, _ in found]), return_inverse=True)
    counts = bincount(where, weights=concatenate([count for _, count in found]))
    often = known[(-counts).argsort(kind="stable")[:_EXACT]]
    chosen = often
    if len(known) > _COLOURS:
        weights = (1 + counts**0.4).astype(int)  # a thin line counts too
        sample = _parts(known.repeat(weights))
        strip = Image.frombytes("RGB", (len(sample), 1), sample.tobytes())
        reduced = strip.quantize(_COLOURS - _EXACT, Image.Quantize.MEDIANCUT).getpalette() or []
        near = [red << 16 | green << 8 | blue for red, green, blue in zip(*[iter(reduced)] * 3, strict=True)]
        chosen = unique(concatenate([often, near]).astype(uint32))[:_COLOURS]
    else:
        chosen = known
    return known, _nearest(known, chosen), _parts(chosen).tobytes()


def _parts(colours: NDArray[Any]) -> NDArray[uint8]:
    """Take colours apart: red, green, blue."""
    from numpy import stack, uint8

    return stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=-1).astype(uint8)


def _nearest(colours: NDArray[Any], palette: NDArray[Any]) -> NDArray[Any]:
    """Find for each colour its place in the palette."""
    from numpy import concatenate

    given, there = _parts(colours).astype(int), _parts(palette).astype(int)
    size = 4096  # colours at once, for the memory's sake
    found = [
        ((given[at : at + size, None, :] - there[None, :, :]) ** 2).sum(axis=-1).argmin(axis=-1)
        for at in range(0, len(given), size)
    ]
    return concatenate(found)


def _mp4(shots: Sequence[_Shot], seconds: float, alt: str) -> bytes:
    """Let ffmpeg write a film; one thread and no dates, so that its bytes are the same each time."""
    width, height = shots[0].size
    rate = 1 / Fraction(seconds).limit_denominator(1000)
    program = shutil.which("ffmpeg") or "ffmpeg"
    with tempfile.TemporaryDirectory() as folder:
        made, problems = Path(folder) / "film.mp4", Path(folder) / "problems.txt"
        command = [
            program, "-nostdin", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
            "-framerate", str(rate), "-i", "pipe:0", "-r", str(rate * max(1, math.ceil(_RATE / rate))),
            "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18", "-preset", "veryfast", "-threads", "1",
            "-flags:v", "+bitexact", "-map_metadata", "-1", "-metadata", f"comment={alt}",
            "-movflags", "+faststart", str(made),
        ]  # fmt: skip
        with (
            problems.open("wb") as errors,
            # no shell, and nothing of the user's but the comment, which is one argument
            subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as running,  # noqa: S603
        ):
            try:
                _feed(running, shots, 1 + math.ceil(max(_HOLD - seconds, 0.0) / seconds))
            except BaseException:  # also Ctrl-C
                running.kill()
                raise
        if running.returncode or not made.exists():
            lines = problems.read_text(errors="replace").strip().splitlines() or ["no reason given"]
            cure = "Give a name that ends in .gif."
            raise NeurographError(f"ffmpeg could not write it ({lines[-1]}).", where="film", cure=cure)
        return made.read_bytes()


def _feed(running: subprocess.Popen[bytes], shots: Sequence[_Shot], last: int) -> None:
    pipe = running.stdin
    assert pipe is not None  # noqa: S101  # it was asked for
    try:
        for shot in (*shots, *[shots[-1]] * (last - 1)):
            pipe.write(_parts(shot.colours()).tobytes())
        pipe.close()
    except BrokenPipeError:
        pass  # ffmpeg has ended; its message is read by the caller
    running.wait()
