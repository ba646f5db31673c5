"""The order of a training step, as a value: tuples of bound methods, each a neuron's, group's or target's own verb.

It says who acts when and computes nothing. The plain run, the trace and the compiled engine all read the same tuples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurograph.errors import GraphError
from neurograph.graph.group import Group, groups_of
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.rules.losses import JointShortcut, Loss, Shortcut

__all__ = ["Act", "Schedule", "forward_acts", "schedule_of"]

Act = Callable[[], None]


@dataclass(frozen=True, slots=True, repr=False)
class Schedule:
    """All acts of one example: activations; the loss; every delta, from the outputs back; only then the gradients.

    `short` are the outputs whose delta comes the short way, straight from the loss: they have no `dC/da`.
    By `input_errors` the errors reach the inputs, as `dC/dx`; no parameter needs them, so not every pass runs them.
    """

    forward: tuple[Act, ...]
    loss: tuple[Act, ...]
    backward: tuple[Act, ...]
    gradients: tuple[Act, ...]
    objective: Objective
    short: frozenset[Neuron] = frozenset()
    input_errors: tuple[Act, ...] = ()

    def __repr__(self) -> str:
        of = f"{len(self.forward)} acts forward, {len(self.backward)} backward"
        return f"<Schedule of {of}, {self.objective.loss.name}>"


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
        _check_fit(output, loss)
    targets = {output: Target(output, loss, len(outputs)) for output in outputs}
    objective = Objective(loss, tuple(targets.values()))
    short = {} if long_way else {output: target for output, target in targets.items() if _is_short(target)}
    backward: list[Act] = []
    for layer in reversed(structure.layers[1:]):
        for neuron in layer:
            backward.extend(_error_acts(neuron, targets.get(neuron), neuron in short))
        for group in groups_of(layer):
            backward.extend(_group_acts(group, [short[member] for member in group.members if member in short]))
    return Schedule(
        forward=forward_acts(structure),
        loss=(*(_term_act(target) for target in objective.targets), objective.add_up),
        backward=tuple(backward),
        gradients=tuple(neuron.add_gradients for layer in reversed(structure.layers[1:]) for neuron in layer),
        objective=objective,
        short=frozenset(short),
        input_errors=tuple(neuron.gather_error for neuron in structure.inputs),
    )


def _check_fit(output: Neuron, loss: Loss) -> None:
    """Refuse a loss that has no meaning for an output's activation."""
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


def _is_short(target: Target) -> bool:
    """Whether there is a short way. That of a `Shortcut` holds only where every member of the group is an output."""
    outputs_only = all(member.role == "output" for member in target.members)
    return isinstance(target.shortcut, JointShortcut) or (target.shortcut is not None and outputs_only)


def _term_act(target: Target) -> Act:
    return target.compute_term_from_z if target.shortcut else target.compute_term


def _error_acts(neuron: Neuron, target: Target | None, short: bool) -> list[Act]:
    """How one neuron comes to its delta, or what its group needs for that: from its edges, from the loss, or both."""
    acts: list[Act] = [neuron.gather_error] if neuron.fan_out or target is None else []
    if target is not None and not short:
        acts.append(target.add_loss_slope)
    if neuron.group is None:
        acts.append(target.compute_delta if target is not None and short else neuron.compute_delta)
    return acts


def _group_acts(group: Group, short: list[Target]) -> list[Act]:
    """How the members of a group come to their deltas: through its Jacobian, each for itself, or the short way."""
    if not short:
        return [group.compute_delta]
    if isinstance(short[0].shortcut, Shortcut) and not any(member.fan_out for member in group.members):
        return [target.compute_delta for target in short]
    return [JointTarget(group, short).compute_delta]
