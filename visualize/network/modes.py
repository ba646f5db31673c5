"""What a picture shows in each mode: which number is on the edges, which in the neurons, and where they are read.

It knows no formula of the model but two products, `w * a` and `w * delta`, which neurons add up and nobody keeps; a
test holds them to what the trace says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from neurograph.errors import InvalidTypeError, StateError, UnknownNameError, explain, nearest, quoted
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.trace.state import State

__all__ = ["MEAN", "MODES", "Mode", "Read", "find_mode", "live", "told", "updated"]

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
    """Look a mode up, and see that there is something to show.

    Raises
    ------
    UnknownNameError, InvalidTypeError
        When there is no such mode.
    StateError
        When nothing that it shows is computed yet; the message says what to call.
    """
    if not isinstance(show, str):
        raise InvalidTypeError(explain("draw_network, show", show, "the name of a mode"))
    if show not in MODES:
        raise UnknownNameError(f"draw_network, show: unknown mode {quoted(show)}. {nearest(show, MODES)}")
    mode = MODES[show]
    if mode.needs and all(read(mode.needs, output) is None for output in net.outputs):
        if show == "update":
            raise StateError(
                "draw_network, show='update': there is one network, not two. Draw a trace, or give the network of "
                "before the update as before=..."
            )
        raise StateError(f"draw_network, show={show!r}: there are no such numbers yet. Call {mode.cure} first.")
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


def _change(of: str) -> Callable[[Read, Any], float | None]:
    def change(read: Read, thing: Any) -> float | None:
        old, new = read(of, thing), read(f"{of}_new", thing)
        return None if old is None or new is None else new - old

    return change


_MADE = {"product": _product, "blame": _blame, "w_change": _change("w"), "b_change": _change("b")}
_NOT_OF_INPUTS = frozenset({"z", "b", "delta", "bias_grad", "b_new", "b_change"})


def _reading(direct: Read) -> Read:
    """Complete a way to read: quantities made of others, and none where an input has none."""

    def read(quantity: str, thing: Any) -> float | None:
        if quantity in _MADE:
            return _MADE[quantity](read, thing)
        if quantity in _NOT_OF_INPUTS and isinstance(thing, Neuron) and thing.role == "input":
            return None
        return direct(quantity, thing)

    return read


def live() -> Read:
    """Read the numbers that the objects hold now."""
    return _reading(lambda quantity, thing: None if quantity.endswith("_new") else getattr(thing, quantity))


def updated(before: Structure) -> Read:
    """Read old parameters off one network, and the new ones off the objects asked about.

    Raises
    ------
    InvalidTypeError, UnknownNameError
        When `before` is no network, or one without the same neurons and edges.
    """
    if not isinstance(before, Structure):
        raise InvalidTypeError(explain("draw_network, before", before, "the network of before the update"))

    def direct(quantity: str, thing: Any) -> float | None:
        if quantity in ("w_new", "b_new"):
            value: float = getattr(thing, quantity[0])
            return value
        old = before.edge(*thing.ends) if isinstance(thing, Edge) else before[thing.name]
        held: float | None = getattr(old, quantity)
        return held

    return _reading(direct)


def told(state: State) -> Read:
    """Read the numbers that are known at one place of a trace."""

    def direct(quantity: str, thing: Any) -> float | None:
        return state[quantity, thing.ends if isinstance(thing, Edge) else thing.name]

    return _reading(direct)
