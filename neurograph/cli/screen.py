"""The stepping screen: one step, the net's values beside it, and the keys, as lines that fit the window.

It lays out what a trace says; it neither reads keys nor computes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from neurograph.cli.terminal import Paint
from neurograph.rules.number_format import NumberFormat
from neurograph.trace.quantity import SYMBOLS, name_text
from neurograph.trace.state import State
from neurograph.trace.step import Step
from neurograph.trace.telling import block
from neurograph.trace.trace import Net, Trace

__all__ = ["KEYS", "frame"]

KEYS = "right/space on  left back  n N neuron  l L layer  p P phase  u unit  c check  home end  q quit"

# What a neuron's row shows, the most telling first: what does not fit the window is left out.
_COLUMNS = ("z", "a", "delta", "a_grad", "b", "bias_grad", "b_new", "y")
_COLUMNS_AFTER = ("z_new", "a_new", "b_new", "z", "a", "b", "y")
_ORDER = ("y", "b", "b_new", "z", "z_new", "a", "a_new", "a_grad", "delta", "bias_grad")
_EDGE_COLUMNS = ("w", "grad", "w_new")
_CELL = 11


def frame(trace: Trace[Net], place: int, width: int, height: int, paint: Paint, checks: bool) -> list[str]:
    """Lay out one step of a trace.

    Parameters
    ----------
    trace : Trace
        What is stepped through, at its unit.
    place : int
        Which step.
    width, height : int
        The window.
    paint : Paint
        Colours, or none.
    checks : bool
        Show the gradient checks.

    Returns
    -------
    list of str
        At most `height` lines.
    """
    step = trace[place]
    state = trace.state(place)
    told = [part for line in block(step, width, checks).split("\n") for part in _cut(line, width)]
    keys = _wrapped(KEYS, width)
    losses = f"C = {_shown(state, 'C', '', step.style)}, C' = {_shown(state, 'C_new', '', step.style)}"
    head = paint(f"one step = one {trace.unit}   {losses}"[:width], "dim")
    room = max(height - 4 - len(keys), 4)
    told_room = max(room // 2, room - len(trace.before) - 2)
    card = [paint.verdicts(line) for line in _shortened(told, told_room, width)]
    card[0] = paint(card[0], "bold")
    values = _values(trace, step, state, width, room - len(card) - 1, paint)
    lines = [head, *card, "", *values]
    return [*lines[: height - len(keys) - 1], "", *(paint(line, "dim") for line in keys)]


def _cut(line: str, width: int) -> list[str]:
    """A line that no space can break, in pieces of the window's width."""
    return [line[at : at + width] for at in range(0, len(line), width)] or [""]


def _shortened(lines: list[str], room: int, width: int) -> list[str]:
    if len(lines) <= room:
        return lines
    more = f"    ... ({len(lines) - room + 1} more lines: a smaller unit shows them, press u)"
    return [*lines[: room - 1], more[:width]]


def _values(trace: Trace[Net], step: Step, state: State, width: int, room: int, paint: Paint) -> list[str]:
    """The table of neurons, and beside the current neuron the edges into it, where they fit."""
    neurons = [neuron.name for neuron in trace.before.neurons]
    names = [_clipped(name_text(name)) for name in neurons]
    wide = max(map(len, names))
    style = NumberFormat(min(step.style.digits or 17, 5), step.style.fractions)
    columns = _fitting(_COLUMNS_AFTER if step.phase == "after" else _COLUMNS, width - wide - 3)
    heading = " " * (wide + 3) + "".join(f"{_title(kind):>{_CELL}}" for kind in columns)
    written = {key.owner for key in step.writes}
    read = {key.owner for key in step.reads}
    rows = []
    for name, label in zip(neurons, names, strict=True):
        cells = "".join(f"{_shown(state, kind, name, style):>{_CELL}}" for kind in columns)
        mark = ">" if name in written else "." if name in read else " "
        line = f"{mark} {label:{wide}} {cells}".rstrip()[:width]
        rows.append(paint(line, "bold") if mark == ">" else line)
    current = next((at for at, name in enumerate(neurons) if name in written), 0)
    table = [paint(heading.rstrip()[:width], "dim"), *_window(rows, current, max(room - 1, 1))]
    return [*table, *_edges(step, state, style, width, room - len(table) - 1)]


def _edges(step: Step, state: State, style: NumberFormat, width: int, room: int) -> list[str]:
    """The edges that the step touches, with their weights and gradients, as many as fit."""
    edges = step.edges
    if room < 3 or not edges:
        return []
    labels = [f"{_clipped(name_text(source))}->{_clipped(name_text(target))}" for source, target in edges]
    wide = max(map(len, labels))
    columns = _EDGE_COLUMNS[: max((width - wide - 2) // _CELL, 0)]
    lines = ["", " " * (wide + 2) + "".join(f"{_title(kind):>{_CELL}}" for kind in columns)]
    for label, edge in zip(labels, edges, strict=True):
        cells = "".join(f"{_shown(state, kind, edge, style):>{_CELL}}" for kind in columns)
        lines.append(f"  {label:{wide}}{cells}"[:width])
    return lines if len(lines) <= room else [*lines[: room - 1], f"  ... ({len(lines) - room + 1} more edges)"]


def _shown(state: State, kind: str, owner: str | tuple[str, str], style: NumberFormat) -> str:
    """A value; "?" for what is not computed yet, and nothing for what there is not (the z of an input)."""
    if (kind, owner) not in state:
        return ""
    value = state[kind, owner]
    return "?" if value is None else style.text(value)


def _fitting(kinds: tuple[str, ...], width: int) -> list[str]:
    """The columns that fit, in the order in which they are computed."""
    return sorted(kinds[: max(width // _CELL, 1)], key=_ORDER.index)


def _title(kind: str) -> str:
    """The symbol of a kind without its neuron."""
    return SYMBOLS[kind][0].replace("({})", "")


def _window(rows: Sequence[str], current: int, room: int) -> list[str]:
    """The rows around the current one, as many as there is room for."""
    if len(rows) <= room:
        return list(rows)
    first = min(max(current - room // 2, 0), len(rows) - room)
    return list(rows[first : first + room])


def _clipped(name: str) -> str:
    return name if len(name) <= 16 else name[:13] + "..."


def _wrapped(keys: str, width: int) -> list[str]:
    lines = [""]
    for part in re.split(r"  ", keys):
        joined = f"{lines[-1]}  {part}" if lines[-1] else part
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part[:width])
    return lines
