"""Writing the page: the trace as data, the program and its looks, all in one file that asks for nothing else.

The page shows what the trace says and computes nothing of the model. It runs under a policy that forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

from neurograph.algebra.expression import Leaf
from neurograph.errors import Argument, InvalidValueError, Setting
from neurograph.files.atomic import write_text
from neurograph.files.json_input import as_path
from neurograph.program.cells import told_once
from neurograph.quantities import Quantity, leaf
from neurograph.trace.step import UNITS, Unit
from neurograph.trace.text_layout import rounding
from neurograph.trace.trace import Net, Trace
from neurograph.validate import Names, instance_of, one_of, switch
from visualize.network.layout import arrange
from visualize.page.formulas import PIECES
from visualize.page.order_example import order_example
from visualize.page.page_steps import page_steps
from visualize.page.picture import picture_of
from visualize.page.program import asset, program, tight
from visualize.page.quantity_table import QuantityTable
from visualize.page.words import EQUATIONS, INTRO, PARTS, PHASES, SENTENCES, SIGNS

__all__ = ["LARGEST", "stepper_html", "write_stepper"]

LARGEST = 5_000_000  # bytes of a page
_IN_FULL = 200  # neurons: up to so many are all shown, and every term is a step
_MOST = 12  # of a layer in a larger network
_GAP = 2.7  # between layers, in which a number has room on every edge
_CHECKED = 2000  # parameters: beyond, a check takes too long to be made unasked


def write_stepper(
    trace: Trace[Net],
    path: str | os.PathLike[str],
    *,
    title: str = "",
    feature_names: Names | None = None,
    class_names: Names | None = None,
    most: int | None = None,
    finest: Unit | None = None,
    checks: bool | None = None,
) -> None:
    """Write a trace as one HTML file, in which to step through it, forwards and backwards.

    The file opens by double click, needs no server and no network, and can be put on any web page. An existing file
    is replaced, all at once.

    Parameters
    ----------
    trace : Trace
        What to show; the page opens at its unit, and writes numbers as it does.
    path : path
        The file.
    title : str
        Of the page.
    feature_names, class_names : sequence of str, optional
        What stands beside the inputs and the outputs.
    most : int, optional
        Of a layer with more neurons, so many are shown, and the rest is one; by default all, in a network of more than
        200 neurons 12.
    finest : {"term", "neuron", "layer", "phase"}, optional
        The smallest unit of the page; by default "term", in a network of more than 200 neurons "neuron".
    checks : bool, optional
        Put the gradient check beside each gradient; by default up to 2000 parameters.

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used, or the page would be larger than 5 MB; the message names the unit that fits.
    NumericalError
        When a number left the range of floats, as the promised change of the loss can.
    NeurographError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile, neurograph as ng
    >>> trace = ng.Network.dense([2, 2, 1], "sigmoid").trace([0.0, 1.0], [1.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_stepper(trace, os.path.join(folder, "step.html"), title="XOR, second row")
    ...     os.listdir(folder)
    ['step.html']
    """
    place = as_path(path, "write_stepper, path")
    page = stepper_html(
        trace, title=title, feature_names=feature_names, class_names=class_names, most=most, finest=finest,
        checks=checks,
    )  # fmt: skip
    write_text(place, page)


def stepper_html(
    trace: Trace[Net],
    *,
    title: str = "",
    feature_names: Names | None = None,
    class_names: Names | None = None,
    most: int | None = None,
    finest: Unit | None = None,
    checks: bool | None = None,
) -> str:
    """Give the page of `write_stepper` as text; the same parameters and errors.

    Examples
    --------
    >>> import neurograph as ng
    >>> page = stepper_html(ng.Network.dense([2, 2, 1], "sigmoid").trace([0.0, 1.0], [1.0]))
    >>> page[:15], "http-equiv" in page
    ('<!doctype html>', True)
    """
    if checks is not None:
        checks = switch(checks, "write_stepper, checks")
    instance_of(trace, Trace, "write_stepper, trace", "a Trace, as net.trace(x, y) gives")
    if any("\ud800" <= letter <= "\udfff" for letter in instance_of(title, str, "write_stepper, title", "a text")):
        expected = "a text without half characters (surrogates)"
        raise InvalidValueError(where="write_stepper, title", given=title, expected=expected)
    if finest is not None:
        one_of(finest, UNITS, "write_stepper, finest", "unknown unit")
    net = trace.before
    in_full = len(net) <= _IN_FULL
    unit: Unit = finest or ("term" if in_full else "neuron")
    shown = most if most is not None or in_full else _MOST
    checked = len(net.edges) + len(net) <= _CHECKED if checks is None else checks

    def page_at(unit: Unit, checked: bool) -> str:
        record = _record(trace, unit, shown, checked, feature_names, class_names)
        return _page(record, title or f"A training step of {_shape(trace)}")

    page = page_at(unit, checked)
    if (size := len(page.encode())) > LARGEST:
        raise _too_large(size, unit, lambda other: len(page_at(other, checked).encode()))
    return page


def _shape(trace: Trace[Net]) -> str:
    return "a " + "-".join(str(len(layer)) for layer in trace.data.before.layers) + " network"


def _too_large(size: int, unit: Unit, size_at: Callable[[Unit], int]) -> InvalidValueError:
    """Say which coarser unit would fit; it takes as long as writing it."""
    problem = f"the page would have {size / 1e6:.1f} MB at unit {unit!r}; {LARGEST / 1e6:.0f} MB is the most."
    where = Argument("write_stepper", "finest")
    for other in UNITS[UNITS.index(unit) + 1 :]:
        if (smaller := size_at(other)) <= LARGEST:
            setting = Setting("finest", other, f"To make it {smaller / 1e6:.1f} MB")
            return InvalidValueError(problem, where=where, given=unit, settings=[setting])
    cure, fewer = "No unit makes it small enough. Trace a smaller network.", Setting("most", 4, "To show fewer neurons")
    return InvalidValueError(problem, where=where, given=unit, cure=cure, settings=[fewer])


def _record(
    trace: Trace[Net],
    finest: Unit,
    most: int | None,
    checks: bool,
    feature_names: Names | None,
    class_names: Names | None,
) -> dict[str, Any]:
    """Put together all that the page knows."""
    net = trace.data.before
    layout = arrange(net, most=most, gap=_GAP)
    own: set[str | tuple[str, str]] = {node.neuron.name for node in layout.nodes if node.neuron}
    own |= {link.edge.ends for link in layout.links if link.edge}
    quantities = QuantityTable(trace.style, [neuron.name for neuron in net.neurons], trace.data.kinds)
    given = dict(_given(trace))
    for key, known in given.items():
        if key.owner in own or not key.owner:
            quantities.place(known)
    picture = picture_of(net, layout, quantities, feature_names, class_names)
    steps = page_steps(trace, finest, checks, own.__contains__, quantities)
    alike = [pair for pair in told_once(net, trace.data.kinds) if pair[1] in steps.known_from and pair[0].owner in own]
    last = trace.state(-1) if alike else {}
    for other, first in alike:
        if (value := last[other.kind, other.owner]) is not None:
            steps.known_from.setdefault(other, steps.known_from[first])
            quantities.place(leaf(other.kind, other.owner, value, kinds=trace.data.kinds))
    quantities.check_finite()
    return {
        "opens": trace.unit if UNITS.index(trace.unit) >= UNITS.index(finest) else finest,
        "examples": trace.examples,
        "picture": picture,
        "ticks": steps.ticks,
        # What is known at the start is from before the first tick; what only the long way needs never comes.
        "known_from": [
            steps.ticks if place in steps.only_long else steps.known_from.get(key, -1 if key in given else steps.ticks)
            for place, key in enumerate(quantities.keys)
        ],
        "quantities": quantities.columns(),
        **steps.record(),
        "kinds": quantities.kinds(),
        "pieces": PIECES,
        "intro": f"{INTRO} {rounding(trace.style)}",
        "parts": PARTS,
        "frozen": SENTENCES["frozen"],
        "signs": SIGNS,
        "phases": PHASES,
        "equations": EQUATIONS,
        "order_example": order_example(trace.style),
    }


def _given(trace: Trace[Net]) -> Iterator[tuple[Quantity, Leaf]]:
    """What is known before the first step."""
    for example in range(trace.examples):
        for (kind, owner), value in trace.start.of_example(example).items():
            if value is not None and (example == 0 or not trace.data.kinds[kind].is_lasting):
                yield Quantity(kind, owner, example), leaf(kind, owner, value, example, kinds=trace.data.kinds)


def _font() -> str:
    data = files("visualize.page").joinpath("assets", "stix-two-math.woff2").read_bytes()
    return f"data:font/woff2;base64,{base64.b64encode(data).decode()}"


def _page(record: dict[str, Any], title: str) -> str:
    """Fill the frame; a "<" in the data is written as an escape, so that no name can end the script."""
    data = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    script = f"\n{program()}"
    style = tight(asset("stepper.css")).replace("{{font}}", _font())
    parts = {
        "title": html.escape(title),
        "style": style,
        "style-hash": _hash(style),
        "data": data,
        "program": script,
        "program-hash": _hash(script),
    }
    return re.sub(r"\{\{([a-z-]+)\}\}", lambda found: parts[found[1]], asset("stepper.html"))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
