"""The acts in a program: the lines that say in Python what a neuron, group or target does, and how all step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.passes.schedule import Act
from neurograph.rules.losses import JointShortcut
from neurograph.source.names import Names

__all__ = ["act_lines", "in_parts", "row", "update_lines"]

_TERMS = 4  # of a sum, in one line


def act_lines(names: Names, act: Act) -> Iterator[str]:
    """Write what an act does; the sums are from the left, as those of the verbs are."""
    verb, actor, of = act.__name__, act.__self__, names.of  # type: ignore[attr-defined]  # every act is a bound method
    match actor:
        case Neuron():
            yield from _neuron(names, verb, actor)
        case Group():
            yield from _group(names, verb, actor)
        case Target():
            yield from _target(names, verb, actor)
        case JointTarget():
            yield from _joint_target(names, actor)
        case Objective(targets=targets):
            yield from _sum("C", [of("C", target.neuron) for target in targets])


def _neuron(names: Names, verb: str, neuron: Neuron) -> Iterator[str]:
    of = names.of
    z, a, e, d = (of(kind, neuron) for kind in "zaed")
    if verb == "integrate":
        yield from _sum(z, [f"{of('w', edge)} * {of('a', edge.source)}" for edge in neuron.fan_in], of("b", neuron))
    elif verb == "fire":
        yield f"{a} = {names.rule(neuron.rule)}.value({z})"
    elif verb == "gather_error":
        yield from _sum(e, [f"{of('w', edge)} * {of('d', edge.target)}" for edge in neuron.fan_out])
    elif verb == "compute_delta":
        yield f"{d} = {e} * {names.rule(neuron.rule)}.slope({z}, {a})"
    elif verb == "add_gradients":
        yield f"{of('db', neuron)} = 0.0 + {d}"
        for edge in neuron.fan_in:
            yield f"{of('dw', edge)} = 0.0 + {of('a', edge.source)} * {d}"
    else:
        raise TypeError(verb)


def _group(names: Names, verb: str, group: Group) -> Iterator[str]:
    of, rule = names.of, names.rule(group.rule)
    z, a = [of("z", member) for member in group.members], [of("a", member) for member in group.members]
    if verb == "fire":
        yield f"{row(a)} = {rule}.values([{', '.join(z)}])"
        return
    zs, every = of("zs", group), of("as", group)
    yield from _rows_of_group(names, group)
    for j, member in enumerate(group.members):
        terms = [f"{of('e', other)} * {rule}.partial({zs}, {every}, {k}, {j})" for k, other in enumerate(group.members)]
        yield from _sum(of("d", member), terms)


def _target(names: Names, verb: str, target: Target) -> Iterator[str]:
    of, output = names.of, target.neuron
    rule, a, y, z, e = names.rule(output.rule), *(of(kind, output) for kind in "ayze")
    if verb == "compute_term":
        yield f"{of('C', output)} = loss.value({a}, {y}, {target.count})"
    elif verb == "compute_term_from_z":
        every = ", ".join(of("z", member) for member in target.members)
        yield f"{of('C', output)} = short_{rule}.value([{every}], {target.place}, {a}, {y})"
    elif verb == "add_loss_slope":
        yield f"{e} = {f'{e} + ' if output.fan_out else ''}loss.slope({a}, {y}, {target.count})"
    elif verb == "compute_delta":
        back = f" + {e} * {rule}.slope({z}, {a})" if output.fan_out else ""
        yield f"{of('d', output)} = short_{rule}.delta({a}, {y}){back}"
    else:
        raise TypeError(verb)


def _joint_target(names: Names, joint: JointTarget) -> Iterator[str]:
    of, group, rule = names.of, joint.group, names.rule(joint.group.rule)
    zs, every = of("zs", group), of("as", group)
    yield from _rows_of_group(names, group)
    for j, member in enumerate(group.members):
        terms = [
            f"{of('e', other)} * {rule}.partial({zs}, {every}, {k}, {j})"
            for k, other in enumerate(group.members)
            if other.fan_out
        ]
        for target in joint.targets:
            k, y = target.place, of("y", target.neuron)
            if isinstance(target.shortcut, JointShortcut):
                terms.append(f"short_{rule}.partial({zs}, {every}, {y}, {k}, {j})")
            elif k == j:
                terms.append(f"short_{rule}.delta({of('a', target.neuron)}, {y})")
        yield from _sum(of("d", member), terms)


def _rows_of_group(names: Names, group: Group) -> Iterator[str]:
    """Write the z and the a of a group as two lists."""
    z, a = (", ".join(names.of(kind, member) for member in group.members) for kind in "za")
    yield f"{names.of('zs', group)}, {names.of('as', group)} = [{z}], [{a}]"


def update_lines(names: Names, net: Structure) -> Iterator[str]:
    """Write the step of every parameter that may move; shared weights last, by the sum of their gradients."""
    for holder in net.movable:
        parts = [names.gradient(member) for member in (holder.members if isinstance(holder, Tie) else [holder])]
        gradient = f"(0.0 + {' + '.join(parts)})" if isinstance(holder, Tie) else parts[0]
        yield f"{names.parameter(holder)} -= rate * {gradient}"


def _sum(name: str, terms: Sequence[str], last: str = "") -> Iterator[str]:
    """Write a sum from the left, as the verbs do it; some terms in a line."""
    begin = "0.0"
    parts = in_parts(terms, _TERMS) or [[]]
    for part in parts[:-1]:
        yield f"{name} = {' + '.join((begin, *part))}"
        begin = name
    yield f"{name} = {' + '.join((begin, *parts[-1], *([last] if last else [])))}"


def row(names: Sequence[str]) -> str:
    """Write names so that the numbers of a list can be taken apart into them."""
    return ", ".join(names) if len(names) > 1 else f"({names[0]},)"


def in_parts(names: Sequence[str], size: int) -> list[Sequence[str]]:
    """Cut a list into parts of so many, the last perhaps shorter."""
    return [names[at : at + size] for at in range(0, len(names), size)]
