"""The stepping screen: one step, the net's values beside it, and the keys, as lines that fit the window.

It lays out what a trace says; it neither reads keys nor computes.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.symbols import symbol_text
from neurograph.cli.terminal import Paint
from neurograph.errors import one_line
from neurograph.quantities import Kind
from neurograph.trace.state import State
from neurograph.trace.step import Step
from neurograph.trace.text_layout import TextLine, rounding
from neurograph.trace.trace import Net, Trace

__all__ = ["KEYS", "frame", "painted"]

KEYS = "right/space on  left back  n N neuron  l L layer  p P phase  u U unit  c check  home end  q quit"

_CELL = 10

Place = Callable[[str], int | tuple[bool, int, int]]  # of a kind: where its column stands


def frame(trace: Trace[Net], place: int, width: int, height: int, paint: Paint, checks: bool) -> list[str]:
    """Lay out one step of a trace, by its place, in at most `height` lines; `checks` shows the gradient checks too."""
    step = trace[place]
    state = trace.state(place)
    losses = f"C = {_shown(state, 'C', '', step.style)}, C' = {_shown(state, 'C_new', '', step.style)}"
    pieces = [piece for line in step.text_lines(width, checks) for piece in _cut(line, width)]
    keys = _wrapped(KEYS, width)[: max(height // 4, 1)]
    words = textwrap.wrap(rounding(step.style, "--digits"), width) if place == 0 else []  # said once
    words = ["", *words] if 0 < len(words) <= height // 8 else []
    room = max(height - 3 - len(words) - len(keys), 3)  # the head, and an empty line above values and keys
    wanted = len(trace.data.before) + 1
    title, *rest = _shortened(pieces, max(room // 2, room - wanted), width)
    card = [paint(title.text, "bold"), *(painted(line, paint) for line in rest)]
    values = _values(trace, step, state, width, room - len(card), paint)
    head = paint(f"a step is {_UNIT_WORDS[trace.unit]}   {losses}   {_LEGEND}"[:width], "dim")
    lines = [head, *card, *(paint(line, "dim") for line in words), "", *values]
    return [*lines[: height - len(keys) - 1], "", *(paint(line, "dim") for line in keys)]


_UNIT_WORDS = {"term": "one edge", "neuron": "one act of a neuron", "layer": "a layer", "phase": "a phase"}
_LEGEND = "> changed  . read  ? not yet"


_STYLES = {"ok": "good", "wrong": "bad"}  # of verdicts


def painted(line: TextLine, paint: Paint) -> str:
    """Colour the words of a verdict."""
    if line.verdict not in _STYLES:
        return line.text
    text, begin, end = line.text, line.begin, line.end
    return text[:begin] + paint(text[begin:end], _STYLES[line.verdict]) + text[end:]


def _cut(line: TextLine, width: int) -> list[TextLine]:
    """A line that no space can break, in pieces of the window's width."""
    if len(line.text) <= width:
        return [line]
    first, *more = (line.text[at : at + width] for at in range(0, len(line.text), width))
    return [line._replace(text=first) if line.end <= width else TextLine(first), *map(TextLine, more)]


def _shortened(lines: list[TextLine], room: int, width: int) -> list[TextLine]:
    if len(lines) <= room:
        return lines
    more = f"    ... ({len(lines) - room + 1} more lines: a smaller unit shows them, press U)"
    return [*lines[: room - 1], TextLine(more[:width])]


def _values(trace: Trace[Net], step: Step, state: State, width: int, room: int, paint: Paint) -> list[str]:
    """The table of neurons, and beside the current neuron the edges into it, where they fit."""
    neurons = [neuron.name for neuron in trace.data.before.neurons]
    names = [_clipped(one_line(name)) for name in neurons]
    style = NumberFormat(min(step.style.digits or 17, 5), step.style.fractions)
    written = {key.owner for key in step.writes}
    read = {key.owner for key in step.reads}
    columns = {
        kind: [_title(state.kinds[kind]), *(_shown(state, kind, name, style) for name in neurons)]
        for kind in _columns(state.kinds, step.phase == "after")
    }
    order = list(state.kinds).index

    def place(kind: str) -> tuple[bool, int, int]:  # given first, and beside each value the one after the update
        return state.kinds[kind].of != "output", order(state.kinds[kind].before or kind), order(kind)

    lines = _aligned(["", *names], columns, width - 2, place)
    marks = [">" if name in written else "." if name in read else " " for name in neurons]
    rows = [f"{mark} {line}".rstrip() for mark, line in zip(marks, lines[1:], strict=True)]
    rows = [paint(row, "bold") if mark == ">" else row for mark, row in zip(marks, rows, strict=True)]
    current = next((at for at, name in enumerate(neurons) if name in written), 0)
    table = [paint(f"  {lines[0]}".rstrip(), "dim"), *_window(rows, current, max(room - 1, 1), width)]
    return [*table, *_edges(step, state, style, width, room - len(table))]


def _columns(kinds: Mapping[str, Kind], after: bool) -> list[str]:
    """What a neuron's row shows, the most important first; the losses stand in the head."""
    own = {
        name: kind
        for name, kind in kinds.items()
        if kind.is_state and kind.role != "loss" and kind.of in ("neuron", "output", "parameter")
    }

    def importance(name: str) -> tuple[bool, int]:
        kind = own[own[name].before or name] if after else own[name]
        return kind.of == "output", 0 if kind.is_main else 1 if kind.role == "error" else 2

    if not after:
        return sorted(
            (name for name, kind in own.items() if not kind.before or kind.role == "parameter"), key=importance
        )
    olds = {kind.before for kind in own.values()}
    moved = [name for name, kind in own.items() if kind.before or kind.role == "given" or name in olds]
    return sorted(sorted(moved, key=importance), key=lambda name: not own[name].before)


def _edges(step: Step, state: State, style: NumberFormat, width: int, room: int) -> list[str]:
    """The edges that the step touches, with their weights and gradients, as many as fit."""
    edges = step.edges
    if room < 4 or not edges:
        return []
    labels = ["", *(f"{_clipped(one_line(one))}->{_clipped(one_line(two))}" for one, two in edges)]
    columns = {
        name: [_title(kind), *(_shown(state, name, edge, style) for edge in edges)]
        for name, kind in state.kinds.items()
        if kind.is_state and kind.is_of("edge")
    }
    lines = ["", *(f"  {line}".rstrip() for line in _aligned(labels, columns, width - 2, list(columns).index))]
    return lines if len(lines) <= room else [*lines[: room - 1], f"  ... ({len(lines) - room + 1} more edges)"[:width]]


def _shown(state: State, kind: str, owner: str | tuple[str, str], style: NumberFormat) -> str:
    """A value; "?" for what is not computed yet, and nothing for what there is not (the z of an input)."""
    if (kind, owner) not in state:
        return ""
    value = state[kind, owner]
    return "?" if value is None else style.text(value)


def _aligned(labels: Sequence[str], columns: dict[str, list[str]], width: int, place: Place) -> list[str]:
    """Lines of labels and columns; of the columns as many as fit, the first ones first, each put in its place."""
    lines = [f"{label:{max(map(len, labels))}}"[:width] for label in labels]
    room = width - len(lines[0])
    wide = {kind: max(max(map(len, cells)) + 2, _CELL) for kind, cells in columns.items()}
    taken = accumulate(wide.values())
    for kind in sorted((kind for kind, end in zip(wide, taken, strict=True) if end <= room), key=place):
        lines = [line + f"{cell:>{wide[kind]}}" for line, cell in zip(lines, columns[kind], strict=True)]
    return lines


def _title(kind: Kind) -> str:
    """The symbol of a kind without its neuron."""
    return symbol_text(kind.symbol) if kind.symbol else kind.sign


def _window(rows: Sequence[str], current: int, room: int, width: int) -> list[str]:
    """The rows around the current one, as many as there is room for, and how many more there are."""
    if len(rows) <= room:
        return list(rows)
    if room < 3:
        return list(rows[current : current + 1])
    shown = room - 1
    first = min(max(current - shown // 2, 0), len(rows) - shown)
    return [*rows[first : first + shown], f"  ... ({len(rows) - shown} more neurons)"[:width]]


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
