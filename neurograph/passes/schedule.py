"""The order of a training step, as a value: tuples of bound methods, each a neuron's, group's or target's own verb.

It says who acts when and computes nothing. Running it plainly, telling it and compiling it all read the same tuples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurograph.graph.group import groups_of
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import Objective, ShortTarget, Target
from neurograph.passes.fit import check_fit
from neurograph.rules.losses import Loss

__all__ = ["Act", "Schedule", "forward_acts", "schedule_of"]

Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Schedule:
    """All acts of one example: activations; the loss; every delta, from the outputs back; only then the gradients."""

    forward: tuple[Act, ...]
    loss: tuple[Act, ...]
    backward: tuple[Act, ...]
    gradients: tuple[Act, ...]
    objective: Objective


def forward_acts(structure: Structure) -> tuple[Act, ...]:
    """List the acts of a forward pass; a group fires once all its members have summed up.

    Examples
    --------
    >>> import neurograph as ng
    >>> [f"{act.__self__.name}.{act.__name__}" for act in forward_acts(ng.Network.dense([1, 1, 1], "relu"))]
    ['h1.integrate', 'h1.fire', 'o1.integrate', 'o1.fire']
    """
    acts: list[Act] = []
    for layer in structure.layers[1:]:
        for neuron in layer:
            acts.append(neuron.integrate)
            if neuron.group is None:
                acts.append(neuron.fire)
        acts.extend(group.fire for group in groups_of(layer))
    return tuple(acts)


def schedule_of(structure: Structure, loss: Loss, long_way: bool = False) -> Schedule:
    """Build the order of a whole training step under a loss.

    Where loss and activation cancel to `delta = a - y`, that is one act, unless the long way is asked for. Raises
    GraphError when the loss does not fit an output's activation.
    """
    outputs = structure.outputs
    for output in outputs:
        check_fit(output, loss)
    targets = {output: _target(output, loss, len(outputs), long_way) for output in outputs}
    objective = Objective(loss, tuple(targets.values()))
    backward: list[Act] = []
    for layer in reversed(structure.layers[1:]):
        for neuron in layer:
            backward.extend(_error_acts(neuron, targets.get(neuron)))
        long = (group for group in groups_of(layer) if not isinstance(targets.get(group.members[0]), ShortTarget))
        backward.extend(group.settle for group in long)
    return Schedule(
        forward=forward_acts(structure),
        loss=(*(target.measure for target in objective.targets), objective.add_up),
        backward=tuple(backward),
        gradients=tuple(neuron.learn for layer in reversed(structure.layers[1:]) for neuron in layer),
        objective=objective,
    )


def _error_acts(neuron: Neuron, target: Target | None) -> list[Act]:
    """How one neuron comes to its delta: from its edges, from the loss, or from both."""
    if isinstance(target, ShortTarget):
        return [target.settle]
    acts: list[Act] = [neuron.collect] if neuron.fan_out or target is None else []
    if target is not None:
        acts.append(target.judge)
    if neuron.group is None:
        acts.append(neuron.settle)
    return acts


def _target(output: Neuron, loss: Loss, count: int, long_way: bool) -> Target:
    shortcut = loss.shortcut_for(output.rule)
    members = output.group.members if output.group else [output]
    # The short way holds only when the loss is all that the neurons act on.
    if shortcut is None or long_way or any(member.role != "output" or member.fan_out for member in members):
        return Target(output, loss, count)
    return ShortTarget(output, loss, count, shortcut)
