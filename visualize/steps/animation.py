"""A training step as a film: the network, what each step works on, and its equation with the numbers in.

It shows the frames of a strip one after another; films as files are made in film.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurograph.trace.step import Unit
from neurograph.trace.trace import Trace
from visualize.network.diagram import NetworkDiagram
from visualize.steps.film import DPI, WIDTH, Film, check_film, make_film
from visualize.steps.frames import Frame, as_trace, equation_lines, frame_at, places_of
from visualize.steps.pictures import Look, as_kind, bases, picture, show_missing
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["animate_steps", "vertical_bar"]

_WHERE = "animate_steps"
_MOST = 600  # frames; more take minutes to draw and to watch
_LINES = 9  # lines of equations that there is room for
_LETTERS = 112  # in a line of equations
_HEAD, _LINE = 0.42, 0.165  # inches: the title, a line
_NET = 0.83  # of the width is for the net, the rest for its scales


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
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    theme: str | Theme = "light",
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
    (1, 900)
    """
    each = check_film(path, seconds, _WHERE)
    told = as_trace(trace, unit, digits, _WHERE)
    chosen = tuple(dict.fromkeys(step.phase for step in told.at("phase"))) if phases is None else phases
    places = places_of(told, chosen, _WHERE, _MOST)
    frames = [frame_at(told, k) for k in places]
    look = Look(digits=digits, most=most, scale=as_kind(scale, _WHERE), theme=find_theme(theme))
    look.update(feature_names=feature_names, class_names=class_names)
    grounds = bases(told, (frame.mode for frame in frames), look)
    alt = _alt(told, frames)
    return make_film(path, _pictures(frames, grounds, look), len(frames), each, alt, progress)


def _alt(trace: Trace[Any], frames: Sequence[Frame]) -> str:
    net, style = trace.before, trace.style
    first, last = frames[0].step, frames[-1].step
    return (
        f"Film of a training step of a network of {len(net)} neurons and {len(net.edges)} edges in {len(frames)} "
        f"pictures, from {first.phase}: {first.kind}, to {last.phase}: {last.kind}. "
        f"The loss goes from {style.text(trace.loss_before)} to {style.text(trace.loss_after)}."
    )


def _pictures(frames: Sequence[Frame], grounds: dict[str, NetworkDiagram], look: Look) -> Iterator[Figure]:
    from matplotlib.figure import Figure

    from visualize.network.painter import extent

    theme: Theme = look["theme"]
    texts = [_equations(frame) for frame in frames]
    rows = max(map(len, texts))
    spans = [extent(base) for base in grounds.values()]
    shape = max((top - bottom) / (right - left) for left, bottom, right, top in spans)
    net = min(max(shape * _NET * WIDTH, 2.2), 5.2)
    tall = round((_HEAD + net + _LINE * rows + 0.25) * DPI / 2) * 2 / DPI  # an even number of dots, as films need it
    figure = Figure(figsize=(WIDTH, tall), dpi=DPI, facecolor=theme.page)
    for frame, lines in zip(frames, texts, strict=True):
        figure.clear()
        title = f"{frame.title}{f'   {frame.losses}' if frame.losses else ''}"
        words: dict[str, Any] = {"color": theme.ink, "parse_math": False, "va": "top"}
        figure.text(0.015, 1.0 - 0.1 / tall, title, fontsize=12.5, **words)
        low = (0.2 + _LINE * rows) / tall
        ax = figure.add_axes((0.02, low, _NET - 0.015, net / tall), facecolor=theme.page)
        diagram = picture(grounds[frame.mode], frame, look).plot(ax, colorbar=False, legend=False)
        show_missing(diagram)
        _scales(figure, diagram, low, net / tall)
        for at, line in enumerate(lines):
            y = (0.12 + _LINE * (rows - at)) / tall
            figure.text(0.015, y, line, fontsize=9.2, family="monospace", **words)
        yield figure


def _equations(frame: Frame) -> list[str]:
    lines = equation_lines(frame.step.lines, frame.step.style, _LETTERS)
    if len(lines) > _LINES:
        return [*lines[: _LINES - 1], f"... ({len(lines) - _LINES + 1} more lines)"]
    return lines


def _scales(figure: Figure, diagram: NetworkDiagram, low: float, tall: float) -> None:
    place = (low + 0.12 * tall, 0.76 * tall)
    mode = diagram.mode
    vertical_bar(figure, diagram.lines_, diagram.scale.words(mode.edge_words), (0.825, *place), diagram.theme)
    if mode.fill:
        words = diagram.fill_scale.words(mode.fill_words)
        vertical_bar(figure, diagram.circles_, words, (0.905, *place), diagram.theme)


def vertical_bar(figure: Figure, artist: Any, words: str, place: tuple[float, float, float], theme: Theme) -> None:
    """Put a scale where it always is: left, bottom and height are parts of the figure."""
    from matplotlib.ticker import MaxNLocator

    left, bottom, height = place
    bar = figure.colorbar(artist, cax=figure.add_axes((left, bottom, 0.012, height)))
    bar.set_label(words, color=theme.ink, fontsize=7.0, labelpad=1.0)
    bar.ax.tick_params(colors=theme.ink, labelsize=7.0, length=2.0, pad=1.5)
    bar.locator = MaxNLocator(5, symmetric=True)
    bar.outline.set_edgecolor(theme.quiet)
