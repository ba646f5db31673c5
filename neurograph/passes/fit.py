"""Whether a loss and an output go together.

It reads what the loss asks for and what the activation can give.
"""

from __future__ import annotations

from neurograph.errors import GraphError
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.rules.losses import Loss

__all__ = ["alone_in_softmax", "check_fit"]


def check_fit(output: Neuron, loss: Loss) -> None:
    """Refuse a loss that has no meaning for an output's activation.

    Raises
    ------
    GraphError
        When the activation can leave [0, 1] under a loss that takes its logarithm, or is not softmax under a loss that
        needs a distribution.
    """
    rule = output.rule
    if loss.outputs == "probability" and not (rule.bounds[0] >= 0.0 and rule.bounds[1] <= 1.0):
        raise GraphError(
            f"output {output.name} is {rule.name}, which can leave [0, 1], where the loss has no value.",
            where=f"loss {loss.name}",
            cure="Use sigmoid there, or another loss.",
        )
    if loss.outputs == "distribution":
        if not getattr(rule, "sums_to_one", False):
            raise GraphError(
                f"output {output.name} is {rule.name}, expected softmax, whose outputs add up to 1.",
                where=f"loss {loss.name}",
                cure="Use softmax outputs, or binary_cross_entropy with sigmoid.",
            )
        members = output.group.members if output.group else []
        if any(member.role != "output" for member in members):
            raise GraphError(
                f"the group of output {output.name} holds a hidden neuron.",
                where=f"loss {loss.name}",
                cure="Give the outputs a group of their own.",
            )


def alone_in_softmax(structure: Structure) -> str:
    """Say which neurons are a softmax of one: always 1, whatever they sum up. Empty when there are none.

    Examples
    --------
    >>> import neurograph as ng
    >>> print(alone_in_softmax(ng.Network.dense([2, 1], "softmax")))
    a softmax over one neuron always says 1 and cannot learn: o1. Give its group a second neuron, or take sigmoid.
    >>> alone_in_softmax(ng.Network.dense([2, 2], "softmax"))
    ''
    """
    groups = [group for group in structure.groups.values() if getattr(group.rule, "sums_to_one", False)]
    names = ", ".join(group.members[0].name for group in groups if len(group.members) == 1)
    if not names:
        return ""
    return (
        f"a softmax over one neuron always says 1 and cannot learn: {names}. "
        "Give its group a second neuron, or take sigmoid."
    )
