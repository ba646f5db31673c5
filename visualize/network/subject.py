"""What a diagram is a picture of: a network, or one side of a traced step, and where its numbers are read.

It finds the network, the mode and the numbers, and says in words what the picture alone would not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidTypeError, InvalidValueError, explain
from neurograph.graph.structure import Structure
from neurograph.intake import whole
from neurograph.trace.state import State
from neurograph.trace.trace import Trace
from visualize.network.modes import MEAN, Mode, Read, find_mode, live, told, updated

__all__ = ["Subject", "subject_of"]

_TARGETS = 4  # outputs; with more of them the targets are not written down


@dataclass(frozen=True, slots=True)
class Subject:
    """What is shown, how, and from where.

    Attributes
    ----------
    net : Structure
        The network.
    mode : Mode
        What is on its edges and in its neurons.
    read : Read
        Gives the numbers.
    said : tuple of str
        What else the reader must know: which example, its targets, the loss, the learning rate.
    """

    net: Structure
    mode: Mode
    read: Read
    said: tuple[str, ...] = ()


def subject_of(
    net: object, show: str, before: Structure | None = None, example: int = 0, read: Read | None = None
) -> Subject:
    """Find out what is to be shown.

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        When it is neither a network nor a trace, or there is no such mode or example.
    StateError
        When the numbers of the mode are not computed yet.
    """
    number = whole(example, "draw_network, example")
    if isinstance(net, Trace):
        return _of_trace(net, show, number, read)
    if not isinstance(net, Structure):
        raise InvalidTypeError(explain("draw_network, net", net, "a Network, or a Trace"))
    if number != 0:
        raise InvalidValueError("draw_network, example: a network holds the numbers of one example. Draw a trace.")
    read = read or (live() if before is None else updated(before))
    return Subject(net, find_mode(show, read, net), read)


def _of_trace(trace: Trace[Any], show: str, example: int, read: Read | None) -> Subject:
    if not 0 <= example < trace.examples:
        raise InvalidValueError(explain("draw_network, example", example, f"a number from 0 to {trace.examples - 1}"))
    net = trace.data.after if show == "update" else trace.data.before
    if read is None:
        read = updated(trace.data.before) if show == "update" else live()
    if trace.examples == 1:
        return Subject(net, find_mode(show, read, net), read, _words(trace, show, 0))
    if show in ("forward", "backward"):
        read = told(_of_example(trace, example))
        return Subject(net, find_mode(show, read, net), read, _words(trace, show, example))
    mode = find_mode(show, read, net)
    return Subject(net, MEAN if show == "gradients" else mode, read, _words(trace, show, None))


def _of_example(trace: Trace[Any], example: int) -> State:
    """What is known of one example of a batch when all have gone forward and back, before the means are taken."""
    phases = trace.at("phase")
    mean = next(step.index for step in phases if step.phase == "mean")
    return phases.state(mean - 1).of_example(example)


def _words(trace: Trace[Any], show: str, example: int | None) -> tuple[str, ...]:
    """Say which example it is, with which targets, what the loss is, and how large the step."""
    style, start = NumberFormat(3), trace.start
    if show == "weights":
        return ()
    words = []
    if trace.examples > 1:
        words.append(
            f"mean of {trace.examples} examples" if example is None else f"example {example + 1} of {trace.examples}"
        )
    outputs = trace.data.before.outputs
    if example is not None and show != "update" and len(outputs) <= _TARGETS:
        of_it = start.of_example(example)
        targets = [of_it["y", output.name] for output in outputs]
        words.append("y = " + ", ".join(style.text(y) for y in targets if y is not None))
    loss = "mean loss" if trace.examples > 1 else "loss"
    if show == "update":
        words.append(f"{loss} {style.text(trace.loss_before)} → {style.text(trace.loss_after)}")
        words.append(f"learning rate {style.text(start['eta', ''] or 0.0)}")
    elif show != "forward":
        words.append(f"{loss} {style.text(trace.loss_before)}")
    return tuple(words)
