"""The object engine: batches of examples through the neurons themselves, and one update after each.

The reference that every other engine must equal to the last bit. It knows no epoch.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from itertools import chain
from types import MethodType
from typing import NamedTuple

from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.graph.parameters import parameters_of, put_back, values_of
from neurograph.graph.structure import Structure
from neurograph.passes.checks import check_backward, check_forward, check_memories, check_steepness, check_update
from neurograph.passes.propagation import run, set_inputs, update
from neurograph.passes.schedule import Act, Schedule
from neurograph.passes.update import Update
from neurograph.rules.clipping import Clip
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer
from neurograph.tables import Example

__all__ = ["Checkpoint", "Learner", "are_classes", "class_of", "is_right"]


class Learner:
    """Learns from one batch at a time.

    Parameters
    ----------
    net : Structure
        The network; it is changed in place.
    schedule : Schedule
        Its order of acts under the loss of one example; a batch is the mean.
    optimizer, regularizer, clip : records
        How a parameter steps, what penalises it, what limits its gradient.
    class_weights : sequence of float, optional
        What the loss of an example is multiplied by, for each class.

    Attributes
    ----------
    update : Update
        The optimizer, regularizer and clip at work: with what may move, the optimizer's memory of it, and its clock.
    computing : list of Neuron
        All neurons but the inputs.
    plain : bool
        Whether a step is `value - rate * gradient` and nothing else.
    """

    def __init__(
        self,
        net: Structure,
        schedule: Schedule,
        optimizer: Optimizer,
        regularizer: Regularizer | None = None,
        clip: Clip | None = None,
        class_weights: Sequence[float] | None = None,
    ) -> None:
        self.net, self.schedule, self.class_weights = net, schedule, class_weights
        self.update = Update(optimizer, regularizer, clip, parameters_of(net, len(optimizer.memories)))
        self._inputs = net.inputs
        self._outputs = net.outputs
        self.computing = net.computing
        self._ties, self._movable = net.ties, net.movable
        self._weight = 1.0  # of the example at hand
        self._backward = schedule.backward if class_weights is None else (*schedule.backward, self.weigh)
        acts = (*schedule.forward, *schedule.loss, *self._backward)
        self._without_gradients, self._next = acts, (*acts, *schedule.gradients)
        starts: list[Act] = [MethodType(set_gradients, neuron) for neuron in self.computing]
        self._first = (*acts, *starts)
        self.plain = optimizer.plain and regularizer is None and clip is None
        self._all = sum(1 + len(neuron.fan_in) for neuron in self.computing)

    def refresh(self) -> None:
        """Look again at what may move, if that was changed; whatever still moves keeps its memory."""
        if self._movable is self.net.movable:
            return
        self._movable = self.net.movable
        update = self.update
        known = {parameter.holder: parameter for parameter in update.parameters}
        movable = parameters_of(self.net, len(update.optimizer.memories))
        update.parameters = [known.get(parameter.holder, parameter) for parameter in movable]
        self._ties = self.net.ties

    def learn(self, batch: Sequence[Example], rate: float) -> tuple[float, int]:
        """Learn from a batch: the mean of its gradients, one step. Give the sum of its losses, and how many were right.

        Right is an example whose largest output is at the place of its largest target; of one output, one on the
        same side of 1/2.
        """
        if len(batch) == 1 and self.plain and len(self.update.parameters) == self._all:
            done = self._pass(batch, self._without_gradients)
            for neuron in self.computing:
                step_alone(neuron, rate)
            return done
        done = self._gradient(batch)
        if self.plain:
            update(self.computing, self._ties, rate)
        else:
            self.update.take(rate)
        return done

    def _gradient(self, batch: Sequence[Example]) -> tuple[float, int]:
        """Leave the mean gradients of a batch on the objects."""
        total, right = self._pass(batch, self._first)
        if len(batch) > 1:
            for neuron in self.computing:
                neuron.average(len(batch))
        return total, right

    def _pass(self, batch: Sequence[Example], acts: Sequence[Act]) -> tuple[float, int]:
        """Run the examples of a batch: the first with the given acts, the others with those that add gradients up."""
        objective, inputs, outputs, weights = self.schedule.objective, self._inputs, self._outputs, self.class_weights
        total, right = 0.0, 0
        for x, y in batch:
            set_inputs(inputs, x)
            objective.set_targets(y)
            if weights is not None:
                self._weight = weights[class_of(y)]
            run(acts)
            total += objective.cost
            right += is_right([neuron.a for neuron in outputs], y)
            acts = self._next
        return total, right

    def weigh(self) -> None:
        """Multiply loss and errors of an example by the weight of its class, and so all gradients."""
        weight = self._weight
        self.schedule.objective.cost *= weight
        for neuron in self.computing:
            neuron.delta *= weight
            if neuron.a_grad is not NOT_COMPUTED:
                neuron.a_grad *= weight

    def gradient_checked(self, batch: Sequence[Example], failed: bool = False) -> tuple[float, int]:
        """Leave the mean gradients of a batch on the objects, after a look at every number; give what `learn` gives.

        Where training has failed, a loss that is too steep is an error as well.
        """
        schedule = self.schedule
        for x, y in batch:
            set_inputs(self._inputs, x)
            schedule.objective.set_targets(y)
            run(schedule.forward)
            check_forward(self.computing)
            run(schedule.loss)
            if self.class_weights is not None:
                self._weight = self.class_weights[class_of(y)]
            run(self._backward)
            check_backward(schedule, self.net)
            if failed:
                check_steepness(schedule)
        return self._gradient(batch)

    def learn_checked(self, batch: Sequence[Example], rate: float) -> None:
        """Learn from a batch, looking at every number of every example, to find out where training has failed."""
        self.gradient_checked(batch, failed=True)
        self.learn(batch, rate)
        self.check(rate)

    def check(self, rate: float) -> None:
        """Name the first parameter that an update has taken out of the range of floats, or its optimizer's memory."""
        check_update(self.computing, rate)
        check_memories(self.update.parameters, self.update.optimizer)


class Checkpoint(NamedTuple):
    """A checkpoint of learning: all that a learner changes, at one moment.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity", initializer="zeros")
    >>> learner = ng.Trainer(net, [[1.0]], [[1.0]]).learner
    >>> then = Checkpoint.of(learner)
    >>> loss, right = learner.learn([([1.0], [1.0])], rate=0.5)
    >>> net["o1"].bias, then.is_finite()
    (0.5, True)
    >>> then.restore(learner)
    >>> net["o1"].bias
    0.0
    """

    values: array[float]  # of the parameters
    clock: tuple[float, float]  # of the optimizer
    memory: array[float]  # what it remembers of each parameter in turn

    @classmethod
    def of(cls, learner: Learner) -> Checkpoint:
        """Copy it."""
        update = learner.update
        remembering = update.parameters if update.optimizer.memories else []
        memory = [number for parameter in remembering for number in parameter.memory]
        return cls(values_of(learner.net), update.clock, array("d", memory))

    def restore(self, learner: Learner) -> None:
        """Put it back."""
        put_back(learner.net, self.values)
        learner.update.clock = self.clock
        width = len(learner.update.optimizer.memories)
        for at, parameter in enumerate(learner.update.parameters):
            parameter.memory = tuple(self.memory[at * width : (at + 1) * width])

    def is_finite(self) -> bool:
        """Whether every number is."""
        return all(map(math.isfinite, chain(self.values, self.memory)))


# Verbs in one, for speed.


def set_gradients(neuron: Neuron) -> None:
    """Do a neuron's `zero_gradients` and `add_gradients` in one, for the first example of a batch."""
    delta = neuron.delta
    neuron.bias_grad = 0.0 + delta
    for edge in neuron.fan_in:
        edge.grad = 0.0 + edge.source.a * delta


def step_alone(neuron: Neuron, rate: float) -> None:
    """Do `set_gradients` and `update` in one, for a batch of one example where nothing is frozen or tied."""
    delta = neuron.delta
    neuron.bias_grad = grad = 0.0 + delta
    neuron.b -= rate * grad
    for edge in neuron.fan_in:
        edge.grad = grad = 0.0 + edge.source.a * delta
        edge.w -= rate * grad


def is_right(a: Sequence[float], y: Sequence[float]) -> bool:
    """Whether an example is classed as it should be.

    Examples
    --------
    >>> is_right([0.1, 0.7, 0.2], [0.0, 1.0, 0.0]), is_right([0.4], [1.0])
    (True, False)
    """
    if len(a) == 1:
        return (a[0] > 0.5) is (y[0] > 0.5)
    return a.index(max(a)) == y.index(max(y))


def class_of(y: Sequence[float]) -> int:
    """Give the class that targets name: the place of the 1, or of a single one 0 or 1.

    Examples
    --------
    >>> class_of([0.0, 0.0, 1.0]), class_of([1.0]), class_of([0.0])
    (2, 1, 0)
    """
    return int(y[0] > 0.5) if len(y) == 1 else y.index(max(y))


def are_classes(targets: Sequence[Sequence[float]]) -> bool:
    """Whether targets name classes: 0 or 1 in one column, or a single 1 among 0s. Otherwise "right" has no meaning.

    Examples
    --------
    >>> are_classes([[0.0, 1.0], [1.0, 0.0]]), are_classes([[0.3]])
    (True, False)
    """
    return all(set(y) <= {0.0, 1.0} and (len(y) == 1 or list(y).count(1.0) == 1) for y in targets)
