"""The program: the tuple of acts of a schedule, put together to lines that do one verb for a range of neurons.

Acts of one layer do not read each other, but for those of one neuron, whose order is kept. It knows acts, and no array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from neurograph.engines.compiled import interpreter as ops
from neurograph.engines.compiled.records import Line
from neurograph.engines.compiled.verbs import NO_TARGET
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.passes.schedule import Act, Schedule
from neurograph.rules.losses import JointShortcut

__all__ = ["Program", "program_of"]

RuleNumber = Callable[[str, object], int]  # (verb, who acts) -> the place of its rule in the table
_VERBS = {
    "integrate": ops.INTEGRATE, "fire": ops.FIRE, "fire_group": ops.FIRE_GROUP, "compute_term": ops.TERM,
    "compute_term_from_z": ops.TERM_FROM_Z, "gather_error": ops.ERROR, "set_loss_slope": ops.SLOPE,
    "add_loss_slope": ops.SLOPE, "set_shortcut_delta": ops.SLOPE, "compute_delta": ops.DELTA,
    "compute_delta_group": ops.DELTA_GROUP, "add_shortcut_delta": ops.SLOPE,
    "add_shortcut_delta_group": ops.SHORTCUT_GROUP, "push_error": ops.PUSH, "add_gradients": ops.GRADIENTS,
}  # fmt: skip
_RANK = list(_VERBS)  # within a layer: errors, then slopes of the loss, then deltas, then what is added to them
_IN_GROUPS = ("compute_term_from_z", "add_shortcut_delta_group")


@dataclass(slots=True)
class Program:
    """Lines, and the members of groups that some of them point to; where the passes end, and the widest group."""

    lines: list[Line] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    member_targets: list[int] = field(default_factory=list)
    ends: tuple[int, int, int] = (0, 0, 0)
    widest: int = 0


def program_of(
    layers: Sequence[Sequence[Neuron]], schedule: Schedule, rule: RuleNumber, lanes: int, weighted: bool = False
) -> Program:  # fmt: skip
    """Read a program off a schedule.

    Parameters
    ----------
    layers : sequence of sequences of Neuron
        In the order in which they act; their places are the numbers in the lines.
    schedule : Schedule
        The order of all acts of an example. Gradients are added up at the end, for all neurons that do not push.
    rule : callable
        `rule(verb, subject)` gives the place of a rule in the table.
    lanes : int
        How many examples run side by side.
    weighted : bool
        Whether examples have weights; their errors are then weighed before gradients are added up.
    """
    program = Program()
    neurons = [neuron for layer in layers for neuron in layer]
    layer_of = {neuron: n for n, layer in enumerate(layers) for neuron in layer}
    index = {neuron: i for i, neuron in enumerate(neurons)}
    place = {target: k for k, target in enumerate(schedule.objective.targets)}
    target_of = {target.neuron: k for target, k in place.items()}
    ends = []
    for acts in (schedule.forward, schedule.loss, schedule.backward):
        pushes = acts is schedule.backward and lanes == 1 and not weighted and _can_push(neurons, index, layer_of)
        if pushes:
            program.lines.append(Line(ops.CLEAR, 0, len(neurons)))
        for number, stage in _stages(acts, layer_of).items():
            for verb, subjects in stage:
                if verb == "gather_error" and pushes:
                    continue
                found = 0 if verb in ("integrate", "gather_error") else rule(verb, subjects[0])
                if isinstance(subjects[0], Group) or verb in _IN_GROUPS:
                    _add_groups(program, verb, found, subjects, index, target_of)
                else:
                    _add_ranges(program, verb, found, subjects, index, place)
            if pushes and (deep := [neuron for neuron in layers[number] if _is_deep(neuron)]):
                _add_ranges(program, "push_error", 0, deep, index, place)  # and add gradients
        if acts is schedule.backward:
            if weighted:
                program.lines.append(Line(ops.WEIGH, len(layers[0]), len(neurons)))
            others = [n for n in neurons if n.role != "input" and not (pushes and _is_deep(n))]
            _add_ranges(program, "add_gradients", 0, others, index, place)
        ends.append(len(program.lines))
    program.ends = (ends[0], ends[1], ends[2])
    return program


def _can_push(neurons: Sequence[Neuron], index: dict[Neuron, int], layer_of: dict[Neuron, int]) -> bool:
    """Whether targets that push their parts to their sources, layer by layer from the last, add up as they should.

    They do where every neuron's outgoing edges were connected in that order, as in dense nets.
    """
    for neuron in neurons:
        turns = [(-layer_of[edge.target], index[edge.target]) for edge in neuron.fan_out]
        if neuron.role != "input" and turns != sorted(turns):
            return False
    return True


def _is_deep(neuron: Neuron) -> bool:
    return any(edge.source.role != "input" for edge in neuron.fan_in)


def _stages(acts: Iterable[Act], layer_of: dict[Neuron, int]) -> dict[int, list[tuple[str, list[object]]]]:
    """Sort the acts of each layer by verb and rule, in an order that keeps every neuron's own."""
    stages: dict[int, dict[tuple[str, object], list[object]]] = {}
    for act in acts:
        actor = act.__self__  # type: ignore[attr-defined]  # every act is a bound method
        for part in _parts(act.__name__, actor):
            stages.setdefault(layer_of[part.neuron], {}).setdefault((part.verb, part.alike), []).append(part.subject)
    return {
        number: [(verb, found) for (verb, _), found in sorted(stage.items(), key=lambda item: _RANK.index(item[0][0]))]
        for number, stage in stages.items()
    }


class _Part(NamedTuple):
    """A verb that an act is made of, and whose it is.

    Parts of one layer with the same verb and the same `alike` make one line; `neuron` tells the layer.
    """

    verb: str
    subject: object
    alike: object
    neuron: Neuron


def _parts(name: str, actor: object) -> Iterator[_Part]:
    """Take an act apart."""
    match actor:
        case Objective():
            return  # it adds up the terms; the loops do
        case Group():
            yield _Part(f"{name}_group", actor, actor, actor.members[0])
        case Target(neuron=neuron, members=members, shortcut=shortcut):
            if name == "compute_term_from_z":
                yield _Part(name, actor, (id(shortcut), neuron.group or len(members)), neuron)
            elif name != "compute_delta":
                first = name == "add_loss_slope" and not neuron.fan_out
                yield _Part("set_loss_slope" if first else name, actor, None, neuron)
            elif neuron.fan_out:
                yield _Part("compute_delta", neuron, id(neuron.rule), neuron)
                yield _Part("add_shortcut_delta", actor, id(shortcut), neuron)
            else:
                yield _Part("set_shortcut_delta", actor, id(shortcut), neuron)
        case JointTarget():
            yield from _joint_parts(actor)
        case Neuron(rule=rule):
            yield _Part(name, actor, id(rule) if name in ("fire", "compute_delta") else None, actor)
        case _:
            raise TypeError(actor)


def _joint_parts(joint: JointTarget) -> Iterator[_Part]:
    """Take it apart: first what comes back over edges, through the Jacobian, then what comes from the loss."""
    group = joint.group
    for member in group.members:
        if not member.fan_out and member.role == "output":
            yield _Part("gather_error", member, None, member)  # a sum of no terms: 0
    yield _Part("compute_delta_group", group, group, group.members[0])
    if isinstance(joint.targets[0].shortcut, JointShortcut):
        yield _Part("add_shortcut_delta_group", joint, joint, group.members[0])
        return
    for target in joint.targets:
        yield _Part("add_shortcut_delta", target, id(target.shortcut), target.neuron)


def _add_ranges(
    program: Program, verb: str, number: int, subjects: Sequence[object], index: dict[Neuron, int],
    place: dict[Target, int],
) -> None:  # fmt: skip
    """Add a line for every run of neurons that stand side by side, and so do their targets."""
    spots = []
    for subject in subjects:
        if isinstance(subject, Target):
            spots.append((index[subject.neuron], place[subject]))
        elif isinstance(subject, Neuron):
            spots.append((index[subject], 0))
    with_targets = isinstance(subjects[0], Target)
    begin = 0
    for end in range(1, len(spots) + 1):
        (i, k) = spots[end - 1]
        following = (i + 1, k + with_targets)
        if end == len(spots) or spots[end] != following:
            program.lines.append(Line(_VERBS[verb], spots[begin][0], i + 1, number, target=spots[begin][1]))
            begin = end


def _add_groups(
    program: Program, verb: str, number: int, subjects: Sequence[object], index: dict[Neuron, int],
    target_of: dict[Neuron, int],
) -> None:  # fmt: skip
    """Add a line for a group, or for targets of single neurons whose terms are worked out from z alike."""
    begin, seen, width = len(program.members), set(), 0
    for subject in subjects:
        members = (subject.group if isinstance(subject, JointTarget) else subject).members  # type: ignore[attr-defined]  # all have a group
        if id(members) not in seen:
            seen.add(id(members))
            width = len(members)
            program.members += [index[member] for member in members]
            program.member_targets += [target_of.get(member, NO_TARGET) for member in members]
    program.widest = max(program.widest, width)
    program.lines.append(Line(_VERBS[verb], begin, len(program.members), number, width=width))
