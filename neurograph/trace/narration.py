"""Narration: from a moment of the run to what a student would write, one teller for each verb.

It picks the teller; see telling_forward.py and telling_backward.py for what is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.graph.tie import Tie
from neurograph.trace import telling_backward as back
from neurograph.trace import telling_forward as ahead
from neurograph.trace.moment import Moment
from neurograph.trace.step import Deed
from neurograph.trace.view import Story

__all__ = ["narrate"]


def narrate(moment: Moment, story: Story) -> Iterator[Deed]:
    """Tell what one act did, neuron by neuron."""
    match moment.subject:
        case Group(members=members) as group:
            for place, neuron in enumerate(members):
                if moment.verb == "fire":
                    yield ahead.fire_together(moment, group, neuron, story)
                else:
                    yield back.settle_together(moment, group, place, story)
        case JointTarget(group=group) as joint:
            for place in range(len(group.members)):
                yield back.settle_with_loss(moment, joint, place, story)
        case Target() as target:
            yield ahead.target(moment, target, story)
        case Objective() as objective:
            yield ahead.objective(moment, objective, story)
        case Tie() as tie:
            yield back.update_together(moment, tie, story)
        case Neuron() as neuron:
            yield _TELLERS[moment.verb](moment, neuron, story)


_TELLERS: dict[str, Callable[[Moment, Neuron, Story], Deed]] = {
    "integrate": ahead.integrate,
    "fire": ahead.fire,
    "gather_error": back.gather_error,
    "compute_delta": back.compute_delta,
    "add_gradients": back.add_gradients,
    "average": back.average,
    "update": back.update,
}
