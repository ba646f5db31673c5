"""A training step as a film: the network, what each step works on, and its equation with the numbers in.

It shows the frames of a strip one after another; films as files are made in film.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.trace.step import Unit
from neurograph.trace.trace import Trace
from neurograph.validate import Names, one_of
from visualize.network.diagram import NetworkDiagram
from visualize.network.options import DrawingOptions
from visualize.network.scales import KINDS
from visualize.steps.film import INCHES, Film, check_film, make_film, new_picture
from visualize.steps.frames import Frame, as_trace, equation_lines, frame_at, places_of
from visualize.steps.pictures import bases, names_beside, picture, scale_bar, unread, without_names
from visualize.steps.sides import Sides, fill_width, paint_with_sides
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["animate_steps"]

_WHERE = "animate_steps"
_MOST = 600  # frames; more take minutes to draw and to watch
_LINES = 9  # lines of equations that there is room for
# In inches, of a picture that is 9 wide:
_TITLE, _LINE = 0.23, 0.165  # a line of the title, and of equations
_NET = 0.795  # the part of the width that is for the net; the rest is for its scales
_TALL, _TALLEST = 4.3, 5.4  # the net: usually, and where its numbers could not be read otherwise
_UNIT, _LEAST_UNIT = 0.85, 0.53  # from neuron to neuron
_POINTS, _MONO = 12.5, 9.2  # sizes of titles and equations


def animate_steps(
    trace: Trace[Any],
    path: str | Path,
    *,
    unit: Unit = "neuron",
    phases: str | Sequence[str] | None = None,
    seconds: float = 0.8,
    digits: int | None = 3,
    most: int | None = 16,
    scale: str = "network",
    feature_names: Names = (),
    class_names: Names = (),
    theme: str | Theme = "light",
    width: int = 1200,
    progress: bool | None = None,
) -> Film:
    """Write a training step as a film, one picture for each step of its trace; it begins again when it is over.

    A picture shows what is known after its step; the rest is dotted, or a "?". What the step reads and writes is
    bright, and its equation stands below, with the numbers in. Scales are the same in all pictures.

    Parameters
    ----------
    trace : Trace
        What `net.trace(x, y)` gave, at any unit.
    path : str or Path
        A file that ends in .gif, or in .mp4 if the program ffmpeg is installed.
    unit : {"neuron", "term", "layer", "phase"}
        What one picture is.
    phases : str or sequence of str, optional
        Of "forward", "loss", "backward", "gradient", "mean", "update", "after"; all when left out.
    seconds : float
        How long a picture stays; the last one stays 2 seconds at least.
    digits, most, scale, feature_names, class_names, theme
        As for `draw_strip`.
    width : int
        Dots across, from 300 to 4000. A wide one, such as 1920, for a large network or a large screen.
    progress : bool, optional
        Show a bar; when left out, on a terminal only.

    Returns
    -------
    Film
        With `path`, `frames`, `size` and `alt`, which is in the file too.

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used, or there are more than 600 pictures.
    StateError
        When an MP4 is asked for and there is no ffmpeg.
    NeurographError
        When the file cannot be written; what stood there before stands there still.

    Examples
    --------
    >>> import tempfile
    >>> import neurograph as ng
    >>> trace = ng.Network.dense([1, 1], "tanh").trace([0.5], [1.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     film = animate_steps(trace, Path(folder) / "step.gif", unit="phase", phases="forward", progress=False)
    >>> film.frames, film.size[0]
    (1, 1200)
    """
    each, dots = check_film(path, seconds, width, progress, _WHERE)
    trace = as_trace(trace, unit, digits, _WHERE)
    chosen = tuple(dict.fromkeys(step.phase for step in trace.at("phase"))) if phases is None else phases
    places = places_of(trace, chosen, _WHERE, _MOST)
    frames = [frame_at(trace, k) for k in places]
    options = DrawingOptions(
        digits=digits, most=most, scale=one_of(scale, KINDS, f"{_WHERE}, scale", "unknown scale"),
        theme=find_theme(theme), feature_names=feature_names, class_names=class_names,
    )  # fmt: skip
    base_of = bases(trace, (frame.mode for frame in frames), options)
    alt = _alt(trace, frames)
    return make_film(path, _pictures(frames, base_of, dots), len(frames), each, alt, progress)


def _alt(trace: Trace[Any], frames: Sequence[Frame]) -> str:
    net, style = trace.data.before, trace.style
    first, last = frames[0].step, frames[-1].step
    return (
        f"Film of a training step of a network of {len(net)} neurons and {len(net.edges)} edges in {len(frames)} "
        f"pictures, from {first.phase}: {first.kind}, to {last.phase}: {last.kind}. "
        f"The loss goes from {style.text(trace.loss_before)} to {style.text(trace.loss_after)}."
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things are, in inches and the same in all pictures, and what the diagrams share."""

    width: int
    head: float
    net: float
    foot: float
    box: tuple[float, float, float, float]
    sides: Sides

    @property
    def tall(self) -> float:
        return self.head + self.net + self.foot


def _pictures(frames: Sequence[Frame], base_of: dict[str, NetworkDiagram], width: int) -> Iterator[Figure]:
    """Draw picture after picture; those of a mode are one figure, of which the scales are drawn once."""
    letters = _letters(width)
    texts = [_equations(frame, letters) for frame in frames]
    titles = [frame.heading(INCHES * 0.97, _POINTS / 72.0) for frame in frames]
    wide, plan = _planned(base_of, width, max(map(len, titles)), max(map(len, texts)))
    figures: dict[str, tuple[Figure, Axes]] = {}
    for frame, title, lines in zip(frames, titles, texts, strict=True):
        base = wide[frame.mode]
        if frame.mode not in figures:
            figures[frame.mode] = _figure_for(base, plan)
        figure, ax = figures[frame.mode]
        for artist in (*ax.collections, *ax.texts, *figure.texts):
            artist.remove()
        diagram = paint_with_sides(picture(base, frame), ax, plan.box, plan.sides)
        _write(figure, plan, title, lines, unread(diagram.left_out), base.theme)
        yield figure


def _planned(
    base_of: dict[str, NetworkDiagram], width: int, title_lines: int, rows: int
) -> tuple[dict[str, NetworkDiagram], _Plan]:
    """Spread the layers so that the net fills its part of the pictures, and share out the rest."""
    from visualize.network.painter import extent

    names = names_beside(next(iter(base_of.values())))
    bases = [without_names(base) for base in base_of.values()]
    ends = [extent(base) for base in bases]
    low, top = min(end[1] for end in ends), max(end[3] for end in ends)
    unit = max(min(_TALL / (top - low), _UNIT), min(_LEAST_UNIT, _TALLEST / (top - low)))
    room = _NET * INCHES
    wide, sides = fill_width(bases, names, room / unit)
    net = max((top - low) * min(unit, room / (sides.right - sides.left)), 2.2)
    box = (sides.left, low, sides.right, top)
    plan = _Plan(width, 0.15 + _TITLE * title_lines, net, 0.25 + _LINE * rows, box, sides)
    return dict(zip(base_of, wide, strict=True)), plan


def _figure_for(base: NetworkDiagram, plan: _Plan) -> tuple[Figure, Axes]:
    """Make the figure of a mode: its scales, which stay, and axes for the net, which does not."""
    theme, mode = base.theme, base.mode
    figure = new_picture(plan.width, plan.tall, theme.page)
    low, tall = plan.foot / plan.tall, plan.net / plan.tall
    ax = figure.add_axes((0.012, low, _NET, tall), facecolor=theme.page)
    ax.set_animated(True)
    for left, scale, words in ((0.815, base.scale, mode.edge_words), (0.906, base.fill_scale, mode.fill_words)):
        if words:
            bar = figure.add_axes((left, low + 0.1 * tall, 0.012, 0.8 * tall))
            scale_bar(bar, scale, scale.words(words), theme, 7.0, ticks=5, upright=True, tight=True)
    return figure, ax


def _write(figure: Figure, plan: _Plan, title: list[str], lines: list[str], note: str, theme: Theme) -> None:
    words: dict[str, Any] = {"color": theme.ink, "parse_math": False, "va": "top", "animated": True}
    for at, line in enumerate(title):
        figure.text(0.015, 1.0 - (0.1 + _TITLE * at) / plan.tall, line, fontsize=_POINTS, **words)
    for at, line in enumerate(lines):
        y = (plan.foot - 0.1 - _LINE * at) / plan.tall
        figure.text(0.015, y, line, fontsize=_MONO, family="monospace", **words)
    if note:
        figure.text(_NET, (plan.foot + 0.02) / plan.tall, note, fontsize=7.5, ha="right", **(words | {"va": "bottom"}))


def _letters(width: int) -> int:
    """Count the letters of an equation that fit on a line; on dots each is a whole number of them wide."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = new_picture(width, 1.0, "white")
    line = figure.text(0.0, 0.0, "0" * 100, fontsize=_MONO, family="monospace")
    canvas: Any = FigureCanvasAgg(figure)
    return int(0.97 * width / (line.get_window_extent(canvas.get_renderer()).width / 100.0))


def _equations(frame: Frame, letters: int) -> list[str]:
    lines = equation_lines(frame.step.lines, frame.step.style, letters)
    if len(lines) > _LINES:
        return [*lines[: _LINES - 1], f"... ({len(lines) - _LINES + 1} more lines)"]
    return lines
