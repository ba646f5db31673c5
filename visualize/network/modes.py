"""What a picture shows: of a network, or of a traced step, which number is on the edges, which in the neurons.

A mode says which; they are read off the live objects, off two networks, or off one place of a trace.

It knows no formula of the model but two products, `w * a` and `w * delta`, which neurons add up and nobody keeps; a
test holds them to what the trace says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidValueError, StateError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.quantities import QUANTITIES, Kind
from neurograph.trace.state import State
from neurograph.trace.trace import Trace
from neurograph.validate import instance_of, one_of, whole
from visualize.network.options import DrawingOptions

__all__ = [
    "MADE",
    "MEAN",
    "MODES",
    "Mode",
    "Read",
    "Subject",
    "before_means",
    "find_mode",
    "read_live",
    "read_trace",
    "subject_of",
]

Read = Callable[[str, Any], float | None]  # (quantity, neuron or edge) -> its value, None when not computed


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to show a network.

    Attributes
    ----------
    name : str
        How it is asked for.
    edge, bias : str
        The quantity that colours an edge, and the one of the bias, which goes by the same scale.
    fill : str
        The quantity that fills a neuron; empty for none.
    written : tuple of (symbol, quantity)
        The numbers in a neuron.
    on_edges : tuple of str
        The quantities written at an edge: above the line, and below it.
    edge_words, fill_words : str
        What the scales say.
    needs, cure : str
        A quantity of an output without which there is nothing to show, and what to call for it.
    """

    name: str
    edge: str
    bias: str
    fill: str
    written: tuple[tuple[str, str], ...]
    on_edges: tuple[str, ...]
    edge_words: str
    fill_words: str
    needs: str = ""
    cure: str = ""


_BOTH = "net.forward(x) and net.backward(y)"
MODES = {
    mode.name: mode
    for mode in (
        Mode("weights", "w", "b", "", (("b", "b"),), ("w",), "weight w, bias b", ""),
        Mode(
            "forward", "product", "b", "a", (("z", "z"), ("a", "a")), ("product",),
            "product w·a, bias b", "activation a", "a", "net.forward(x)",
        ),
        Mode(
            "backward", "blame", "bias_grad", "delta", (("δ", "delta"),), ("blame", "grad"),
            "error carried back w·δ, bias ∂C/∂b", "error δ = ∂C/∂z", "delta", _BOTH,
        ),
        Mode(
            "gradients", "grad", "bias_grad", "delta", (("δ", "delta"),), ("grad",),
            "gradient ∂C/∂w, ∂C/∂b", "error δ = ∂C/∂z", "bias_grad", _BOTH,
        ),
        Mode(
            "update", "w_change", "b_change", "", (("b", "b"), ("→", "b_new")), ("w_and_new",),
            "change of w, change of b", "", "b_new",
        ),
    )
}  # fmt: skip

# Of a batch there is one mean gradient, but no one delta.
MEAN = replace(MODES["gradients"], fill="bias_grad", written=(("", "bias_grad"),), fill_words="gradient ∂C/∂b")


def find_mode(show: object, read: Read, net: Structure) -> Mode:
    """Look a mode up, and see that something of what it shows is computed."""
    instance_of(show, str, "draw_network, show", "the name of a mode")
    mode = MODES[one_of(show, MODES, "draw_network, show", "unknown mode")]
    if mode.needs and all(read(mode.needs, output) is None for output in net.outputs):
        where = f"draw_network, show={show!r}"
        if show == "update":
            cure = "Draw a trace, or give the network of before the update as before=..."
            raise StateError("there is one network, not two.", where=where, cure=cure)
        raise StateError("there are no such numbers yet.", where=where, cure=f"Call {mode.cure} first.")
    return mode


def _product(read: Read, edge: Edge) -> float | None:
    a = read("a", edge.source)
    w = read("w", edge)
    return None if a is None or w is None else w * a


def _blame(read: Read, edge: Edge) -> float | None:
    """What an edge carries back; nothing to an input, which has no error to compute."""
    delta = read("delta", edge.target)
    w = read("w", edge)
    return None if delta is None or w is None or edge.source.role == "input" else w * delta


def _change(to: str) -> Callable[[Read, Any], float | None]:
    def change(read: Read, thing: Any) -> float | None:
        old, new = read(QUANTITIES[to].before, thing), read(to, thing)
        return None if old is None or new is None else new - old

    return change


MADE = {"product": _product, "blame": _blame, "w_change": _change("w_new"), "b_change": _change("b_new")}
_TARGETS = 4  # outputs; with more of them the targets are not written down


def _completed(direct: Read, kinds: Mapping[str, Kind] = QUANTITIES) -> Read:
    """Complete a way to read: quantities made of others, and none where a neuron has none."""

    def read(quantity: str, thing: Any) -> float | None:
        if quantity in MADE:
            return MADE[quantity](read, thing)
        if isinstance(thing, Neuron) and not kinds[quantity].is_of(thing.role):
            return None
        return direct(quantity, thing)

    return read


def read_live() -> Read:
    """Read the numbers that the objects hold now."""
    return _completed(lambda quantity, thing: getattr(thing, quantity, None))


def read_update(before: Structure) -> Read:
    """Read old parameters off one network, and the new ones off the objects asked about."""
    instance_of(before, Structure, "draw_network, before", "the network of before the update")

    def direct(quantity: str, thing: Any) -> float | None:
        old = before.edge(*thing.ends) if isinstance(thing, Edge) else before[thing.name]
        is_new = QUANTITIES[quantity].before
        held: float | None = getattr(thing, is_new) if is_new else getattr(old, quantity)
        return held

    return _completed(direct)


def read_trace(state: State) -> Read:
    """Read the numbers that are known at one place of a trace."""

    def direct(quantity: str, thing: Any) -> float | None:
        return state[quantity, thing.ends if isinstance(thing, Edge) else thing.name]

    return _completed(direct, state.kinds)


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
    caption : tuple of str
        What else the reader must know: which example, its targets, the loss, the learning rate.
    """

    net: Structure
    mode: Mode
    read: Read
    caption: tuple[str, ...] = ()


def subject_of(net: object, show: str, options: DrawingOptions, read: Read | None = None) -> Subject:
    """Find out what is to be shown."""
    number = whole(options.example, "draw_network, example")
    if isinstance(net, Trace):
        return _of_trace(net, show, number, read)
    net = instance_of(net, Structure, "draw_network, net", "a Network, or a Trace")
    if number != 0:
        problem = "a network holds the numbers of one example."
        raise InvalidValueError(problem, where="draw_network, example", cure="Draw a trace.")
    read = read or (read_live() if options.before is None else read_update(options.before))
    return Subject(net, find_mode(show, read, net), read)


def _of_trace(trace: Trace[Any], show: str, example: int, read: Read | None) -> Subject:
    whole(example, "draw_network, example", 0, trace.examples - 1)
    net = trace.data.after if show == "update" else trace.data.before
    if read is None:
        read = read_update(trace.data.before) if show == "update" else read_live()
    if trace.examples == 1:
        return Subject(net, find_mode(show, read, net), read, _caption(trace, show, 0))
    if show in ("forward", "backward"):
        read = read_trace(before_means(trace).of_example(example))
        return Subject(net, find_mode(show, read, net), read, _caption(trace, show, example))
    mode = find_mode(show, read, net)
    return Subject(net, MEAN if show == "gradients" else mode, read, _caption(trace, show, None))


def before_means(trace: Trace[Any]) -> State:
    """What is known when all examples of a batch have gone forward and back; of one example, at the end."""
    phases = trace.at("phase")
    mean = next((step.index for step in phases if step.phase == "mean"), len(phases))
    return phases.state(mean - 1)


def _caption(trace: Trace[Any], show: str, example: int | None) -> tuple[str, ...]:
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
