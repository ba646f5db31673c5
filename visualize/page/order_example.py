"""Why the order matters: the smallest net where it does, a diamond, once with waiting and once without.

All numbers are those of a trace of that net; without waiting, the sum stops after its first term.
"""

from __future__ import annotations

from typing import Any

from neurograph.algebra.numbers import NumberFormat
from neurograph.network import Network
from neurograph.trace.step import Step
from visualize.network.layout import arrange

__all__ = ["order_example"]


def order_example(style: NumberFormat) -> dict[str, Any]:
    """Trace the diamond, and say what comes out with and without waiting.

    Examples
    --------
    >>> example = order_example(NumberFormat())
    >>> example["shares"], example["waiting"]["error"], example["not_waiting"]["error"]
    (['-0.1799', '0.2249'], '0.04497', '-0.1799')
    >>> example["waiting"]["delta"] == example["difference"] != example["not_waiting"]["delta"]
    True
    """
    net = _net()
    trace = net.trace([1.0], [1.0], digits=style.digits, fractions=style.fractions)
    shares = [step for step in trace.at("term") if step.subject == "A" and step.equation == "BP2"]
    first, second, total, slope, delta = shares
    (check,) = delta.checks
    too_early = _value(first) * _value(slope)
    layout = arrange(net)
    places = {node.neuron.name: (node.x, -node.y) for node in layout.nodes if node.neuron}
    return {
        "places": places,
        "edges": [list(edge.ends) for edge in net.edges],
        "shares": [style.text(_value(first)), style.text(_value(second))],
        "slope": style.text(_value(slope)),
        "waiting": {"error": style.text(_value(total)), "delta": style.text(_value(delta))},
        "not_waiting": {"error": style.text(_value(first)), "delta": style.text(too_early)},
        "difference": style.text(check.difference),
    }


def _net() -> Network:
    """One neuron that feeds two, which feed one output: the two shares of its error have different signs."""
    net = Network()
    net.add_input("in")
    for name in "ABD":
        net.add_neuron(name, "tanh")
    net.add_output("out", "identity")
    ways = [("in", "A", 1.0), ("A", "B", 0.5), ("A", "D", -0.5), ("B", "out", 0.4), ("D", "out", 0.5)]
    for source, target, weight in ways:
        net.connect(source, target, weight)
    return net


def _value(step: Step) -> float:
    return float(step.result)  # type: ignore[arg-type]  # a step of unit "term" has one
