"""The confusion matrix as a picture: true classes down, predicted classes across, the count in every cell.

It counts nothing itself; `neurograph.data.metrics` does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from neurograph.data.metrics import confusion_matrix, report_on, roles_told
from neurograph.tables import Rows
from neurograph.validate import Names, switch
from visualize.drawn import Drawn, axes_for, short, tick_names
from visualize.plots.axes_parts import fits, inches, label_axes
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_confusion"]

_SMALLEST = 4.5  # points; smaller numbers cannot be read and are left out
_MANY = 12  # classes; beyond, the zeros are left out, so that the rest is seen


@roles_told
def plot_confusion(
    outputs: Rows,
    targets: Rows,
    class_names: Names = (),
    ax: Axes | None = None,
    *,
    normalize: bool = False,
    colorbar: bool = False,
    theme: str | Theme = "light",
) -> Drawn:
    """Draw how many examples of each class (down) were taken for which class (across).

    Parameters
    ----------
    outputs, targets : sequence of rows
        One row for each example; the outputs come first, where scikit-learn has the targets.
    class_names : sequence of str
        What the classes are called; "class 0", "class 1", ... when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own when left out.
    normalize : bool
        Show shares of each true class instead of counts. A class without examples has none; a dash is written there.
    colorbar : bool
        Put the scale of the colours beside the picture.
    theme : str or Theme
        The colours: "light", "dark" or "print".

    Returns
    -------
    Drawn
        With the artists "cells" (a mesh whose array is the numbers), "numbers" (texts, row by row; from 13 classes on
        without the zeros, and none where they would be too small to read) and "colorbar" when asked for.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        When outputs and targets are not rows of numbers, as many and as long as each other; both are not named, and are
        exchanged, or all 0 and 1, so that nobody can tell; or there are not as many names as classes.

    Examples
    --------
    >>> drawn = plot_confusion([[0.9], [0.2], [0.8]], [[1], [0], [0]], ["no", "yes"])
    >>> drawn["cells"].get_array().tolist(), [text.get_text() for text in drawn["numbers"]]
    ([[1, 1], [0, 1]], ['1', '1', '0', '1'])
    """
    normalize = switch(normalize, "plot_confusion, normalize")
    colorbar = switch(colorbar, "plot_confusion, colorbar")
    colours = find_theme(theme)
    counts = confusion_matrix(outputs=outputs, targets=targets)
    report = report_on(counts, class_names)
    names = [score.name for score in report.classes]
    values: Sequence[Sequence[float]] = shares_of(counts) if normalize else counts
    side = min(3.4 + 0.16 * max(len(names) - 5, 0), 8.0)
    ax, own = axes_for(ax, colours, "plot_confusion", (side + (1.3 if colorbar else 0.6), side))
    artists: dict[str, Any] = {"cells": _cells(ax, values, 1.0 if normalize else None, colours)}
    artists["numbers"] = _write(ax, values, artists["cells"], colours, normalize)
    _name(ax, names)
    if colorbar:
        label = "share" if normalize else "examples"
        artists["colorbar"] = _bar(ax, artists["cells"], label, colours)
    return Drawn(ax, artists, _alt(counts, names, report.accuracy, bool(artists["numbers"])), own)


def shares_of(counts: Sequence[Sequence[int]]) -> list[list[float]]:
    """Divide each row by its sum; NaN in a row without examples.

    Examples
    --------
    >>> shares_of([[1, 3], [0, 0]])
    [[0.25, 0.75], [nan, nan]]
    """
    return [[count / sum(row) if sum(row) else math.nan for count in row] for row in counts]


def _cells(ax: Axes, values: Sequence[Sequence[float]], top: float | None, theme: Theme) -> Any:
    """Draw the cells with thin gaps, the first class at the top."""
    from matplotlib.collections import QuadMesh

    edges = [at - 0.5 for at in range(len(values) + 1)]
    cells: QuadMesh = ax.pcolormesh(
        edges,
        edges,
        values,
        cmap=theme.growing.with_extremes(bad=theme.page),
        vmin=0.0,
        vmax=top,
        edgecolors=theme.quiet,
        linewidth=0.3,
        clip_on=False,  # or half of the outer frame would be cut off
    )
    ax.set_aspect("equal")
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(edges[-1], edges[0])
    ax.spines[:].set_visible(False)
    return cells


def _write(ax: Axes, values: Sequence[Sequence[float]], cells: Any, theme: Theme, normalize: bool) -> list[Any]:
    """Write the numbers as large as the cells let them be, each in the ink that its cell lets be read best."""
    texts = [[_cell_text(value, normalize) for value in row] for row in values]
    cell = 72.0 * 0.9 * min(inches(ax)) / len(values)  # some of the axes goes to the names
    longest = max(len(text) for row in texts for text in row)
    size = min(11.0, 0.55 * cell, 0.85 * cell / (0.62 * longest))
    if size < _SMALLEST:
        return []
    written = []
    for down, row in enumerate(values):
        for across, value in enumerate(row):
            if value == 0.0 and len(values) > _MANY:
                continue
            fill = cells.cmap(cells.norm(value)) if not math.isnan(value) else theme.page
            ink = max((theme.ink, theme.page), key=partial(contrast, fill))
            written.append(
                ax.text(across, down, texts[down][across], color=ink, fontsize=size, ha="center", va="center_baseline")
            )
    return written


def contrast(one: Any, other: Any) -> float:
    """Give the contrast of two colours, from 1 (none) to 21 (black and white). Source: W3C (2018), WCAG 2.1.

    Examples
    --------
    >>> contrast("black", "white"), contrast("#777777", "#777777")
    (21.0, 1.0)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 9)


def _luminance(colour: Any) -> float:
    from matplotlib.colors import to_rgb

    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _cell_text(value: float, normalize: bool) -> str:
    if math.isnan(value):
        return "–"  # noqa: RUF001  # a dash, for no number
    if not normalize or value in (0.0, 1.0):
        return f"{value:.0f}"
    return f"{value:.2f}"


def _name(ax: Axes, names: Sequence[str]) -> None:
    """Name the classes, every second or third one only where there is no room for more."""
    small = {"fontsize": 6} if len(names) > _MANY else {"fontsize": 9}
    turned = {} if fits(names, 0.9 * inches(ax)[0]) else {"rotation": 90}
    every = math.ceil(len(names) * (0.1 if len(names) > _MANY else 0.13) / (0.8 * min(inches(ax))))
    places = list(range(0, len(names), every))
    tick_names(ax, "x", places, names[::every], **small, **turned)
    tick_names(ax, "y", places, names[::every], **small)
    ax.tick_params(length=0)
    label_axes(ax, "predicted class", "true class")


def _bar(ax: Axes, cells: Any, label: str, theme: Theme) -> Any:
    """Put the scale beside the cells, as high as they are; it takes no room from other axes."""
    figure = ax.get_figure()
    assert figure is not None  # noqa: S101  # it was drawn on
    bar = figure.colorbar(cells, cax=ax.inset_axes((1.05, 0.0, 0.05, 1.0)))
    bar.set_label(label, color=theme.ink)
    bar.ax.tick_params(colors=theme.ink)
    return bar


def _alt(counts: Sequence[Sequence[int]], names: Sequence[str], accuracy: float, written: bool) -> str:
    wrong = [
        (count, names[down], names[across])
        for down, row in enumerate(counts)
        for across, count in enumerate(row)
        if count and down != across
    ]
    wrong.sort(key=lambda one: -one[0])
    total = sum(sum(row) for row in counts)
    what = f"Confusion matrix of {total} example{'s' if total != 1 else ''} in {len(names)} classes"
    sentences = [f"{what}, true classes down, predicted across; accuracy {accuracy:.3g}."]
    mistakes = ", ".join(f"{count} of {short(true)} for {short(taken)}" for count, true, taken in wrong[:3])
    sentences.append(f"Taken most often for another: {mistakes}." if wrong else "None was taken for another.")
    if not written:
        sentences.append("The cells are too small for numbers.")
    return " ".join(sentences)
