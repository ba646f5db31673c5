"""Slopes of the loss without backpropagation: nudge one parameter both ways, run forward, see what the loss does.

Central differences, extrapolated to a step of zero, with an estimate of their own error: what has not settled yet, and
what rounding may do to the loss. Their values come from forward passes only. How much the loss feels a rounding, the
backward acts tell: so a wrong delta makes a bound of the size of 1e-16 wrong, and cannot hide behind it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from neurograph.errors import NeurographError
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.graph.target import Target
from neurograph.passes.propagation import run, set_inputs
from neurograph.passes.schedule import Schedule, schedule_of
from neurograph.quantities import MEAN, Owner
from neurograph.rules import activations, losses, softmax
from neurograph.rules.activations import Activation
from neurograph.rules.losses import Loss
from neurograph.tables import Example

__all__ = ["Check", "Difference", "GradientChecker", "Probe", "compare"]

# First steps: smaller ones while the curve bends too much, larger ones where rounding drowns the difference.
_SMALLER = tuple(2.0**-power for power in (9, 14, 20, 26, 32, 38))
_LARGER = (2.0**-5, 2.0**-2)
_SECOND_LOOK = 0.3  # its steps beside those of the first
_LEVELS = 4  # halvings of a first step
_STRAIGHTENING = 0.6  # each halving must leave less than this of how far the two sides' slopes differ; 1/2, if smooth
_GOOD = 1e-8  # relative error at which no other step is tried
_RESOLVED = 1e-3  # a difference that may be further off than this tells nothing
_ROUNDING = 2.0**-53  # the relative error of one operation
_SMALLEST = 2.2250738585072014e-308  # floats below it have fewer digits
_NEGLIGIBLE = 2.0**-28  # the distance from a bend that is as good as none, as a part of the step


@dataclass(frozen=True, slots=True)
class Difference:
    """What nudging one parameter says about `dC/dparameter`.

    Attributes
    ----------
    value : float
        The central difference, extrapolated; not a number where no step could be taken.
    error : float
        How far off it may be, from truncation and rounding; infinite where no step could be taken.
    kink : str
        The neuron that sits on a kink (relu at 0), where a slope is not defined; empty elsewhere.
    """

    value: float
    error: float
    kink: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A gradient beside its central difference.

    Attributes
    ----------
    backprop, difference : float
        The two values of the same derivative.
    relative_error : float
        Their distance, over the larger of the two.
    verdict : {"ok", "wrong", "kink", "too small"}
        "kink": a neuron sits where its slope jumps. "too small": no contradiction, but below what differences can
        resolve here.
    kink : str
        The neuron on the kink.
    """

    backprop: float
    difference: float
    relative_error: float
    verdict: Literal["ok", "wrong", "kink", "too small"]
    kink: str = ""


def compare(backprop: float, difference: Difference, tolerance: float = 1e-6) -> Check:
    """Judge a derivative by its central difference; the tolerance is relative, and beside the difference's own error.

    Examples
    --------
    >>> compare(2.0, Difference(2.000001, 1e-9), tolerance=1e-6).verdict
    'ok'
    >>> compare(2.002, Difference(2.0, 1e-9)).verdict
    'wrong'
    """
    apart = abs(backprop - difference.value)
    largest = max(abs(backprop), abs(difference.value))
    relative = apart / largest if largest > 0.0 else apart
    if difference.kink:
        return Check(backprop, difference.value, relative, "kink", difference.kink)
    if not math.isfinite(backprop) or apart > tolerance * largest + difference.error:
        return Check(backprop, difference.value, relative, "wrong")
    resolved = difference.error <= _RESOLVED * largest
    return Check(backprop, difference.value, relative, "ok" if resolved else "too small")


class Probe:
    """Central differences of one network on one example.

    The error has two parts. *Truncation* is how far the extrapolation still moves. *Rounding*: every product, partial
    sum, activation and term of the loss is rounded when it is computed, and the loss feels that as much as it feels the
    quantity. To first order the loss is off by at most

        N = 2**-53 * ( sum over neurons of |dC/dz| * (sizes of the products and partial sums of z)
                     + sum over members of a group of |dC/dz| * |z - largest z|
                     + sum over outputs of |dC/da| * |a| + sizes of the terms )

    where only what comes after the parameter counts: all else is the same float on both sides of the nudge and cancels.
    The difference is then off by `(N(p + h) + N(p - h)) / 2h`. As N is that of the nudged points, it holds where the
    target is (nearly) the output: there dC/da is 0 in the middle, but not at its sides. It covers what backpropagation
    loses in `a - y` as well. A rule of the user's own may work with numbers larger than what it gives, as in 1 -
    cos(z), so what it gives is taken to be rounded like 1. N is not measured from the values (Moré and Wild 2011,
    Estimating computational noise), because a saturated unit gives the same float over a whole stretch, which looks
    like no noise.

    Where the step is so wide that both sides are quieter than the middle, as when a unit saturates on either side, N is
    that of the middle. It is never less than the smallest float that has all its digits, unless there is neither a
    delta nor an output that moves.

    Sources: Ridders (1982), Accurate computation of F'(x) and F'(x)F''(x); extrapolation after Richardson (1911);
    Higham (2002), Accuracy and stability of numerical algorithms, section 3.3, running error bounds.

    Parameters
    ----------
    structure : Structure
        The network; its parameters are nudged and put back, all that is computed is overwritten: hand in a copy.
    schedule : Schedule
        The order of its acts, with the way back, short or long, that is to be judged.
    x, y : sequence of float
        The example, already checked.
    """

    def __init__(self, structure: Structure, schedule: Schedule, x: Sequence[float], y: Sequence[float]) -> None:
        self._schedule = schedule
        self._inputs = structure.inputs
        self._layers = structure.layers
        self._x, self._y = x, y

    def of(self, parameter: Neuron | Edge) -> Difference:
        """Estimate dC/db of a neuron, which is also its dC/dz, dC/da of an input, or dC/dw of an edge."""
        return self._look(parameter, 1.0, _LARGER)

    def confirmed(self, parameter: Neuron | Edge) -> Difference:
        """Estimate it and look again with other steps; the error grows by twice the distance of the two.

        Steps that are too wide for the function may look settled by accident, but hardly again at the same value. It is
        twice the distance because where a second derivative jumps both are off to the same side, in proportion to their
        steps. The larger steps are left out: past a jump that no record tells of they settle again, elsewhere.
        """
        one, two = self._look(parameter, 1.0, ()), self._look(parameter, _SECOND_LOOK, ())
        error = max(one.error, two.error) + 2.0 * abs(one.value - two.value)
        return Difference(one.value, error if math.isfinite(error) else math.inf, one.kink)

    def _look(self, parameter: Neuron | Edge, scale: float, larger: Sequence[float]) -> Difference:
        set_inputs(self._inputs, self._x)
        self._schedule.objective.set_targets(self._y)
        line = _Line(parameter, self._schedule, self._layers)
        try:
            return _settled(line, scale * line.unit, larger)
        finally:
            line.put(line.start)


_UNKNOWN = Difference(math.nan, math.inf)


def _error(difference: Difference) -> float:
    return difference.error


def _settled(line: _Line, scale: float, larger: Sequence[float]) -> Difference:
    """Take smaller steps until the differences settle, or larger ones where rounding is most of the error."""
    best, mostly_rounding = _UNKNOWN, False
    for first in _SMALLER:
        found, mostly_rounding = line.table(first * scale)
        best = min(best, found, key=_error)
        if mostly_rounding or best.error <= _GOOD * abs(best.value):
            break
    for first in larger if mostly_rounding else ():
        if best.error <= _RESOLVED * abs(best.value):
            break
        best = min(best, line.table(first * scale)[0], key=_error)
    return best if best is not _UNKNOWN else Difference(math.nan, math.inf, line.kink)


class _Line:
    """The loss along one parameter, all else being as it is."""

    def __init__(self, parameter: Neuron | Edge, schedule: Schedule, layers: Sequence[Sequence[Neuron]]) -> None:
        self._parameter = parameter
        self._owner = owner = parameter.target if isinstance(parameter, Edge) else parameter
        self._slot = "w" if isinstance(parameter, Edge) else "a" if owner.role == "input" else "b"
        self.start: float = getattr(parameter, self._slot)
        self.kink = ""  # whose kink was in the way of a step
        self._schedule = schedule
        run(schedule.forward)
        factor: float = parameter.source.a if isinstance(parameter, Edge) else 1.0
        self._reaches_z = factor != 0.0  # a nudge of a weight that multiplies 0 does not
        # The unit of its steps: with a large factor a smaller one, so that z moves as it does with a bias.
        self.unit = max(1.0 / max(1.0, abs(factor)), abs(self.start))
        depth = next(depth for depth, layer in enumerate(layers) if owner in layer)
        self._later = [neuron for layer in layers[depth:] for neuron in layer if neuron.role != "input"]
        first = schedule.forward.index(owner.integrate) if depth else 0
        self._acts = (*schedule.forward[first:], *schedule.loss)
        rules = [(neuron, neuron.rule) for neuron in self._later if isinstance(neuron.rule, Activation)]
        self._with_kinks = [(neuron, kink) for neuron, rule in rules for kink in rule.kinks]
        self._with_bends = [(neuron, bend) for neuron, rule in rules for bend in rule.bends]
        self._start_from_kinks, self._start_from_bends = list(self._from_kinks()), list(self._from_bends())
        run(schedule.loss)
        self._terms: list[float] = [target.term for target in schedule.objective.targets]
        self._noise_at_start = self._noise()

    def put(self, value: float) -> None:
        """Set the parameter."""
        setattr(self._parameter, self._slot, value)

    def table(self, step: float) -> tuple[Difference, bool]:
        """Halve a step a few times and extrapolate to zero; keep the entry with the smallest estimated error.

        Tell as well whether most of that error is rounding, so that smaller steps are of no use.
        """
        best, mostly_rounding = _UNKNOWN, False
        noise, gap = 0.0, math.inf
        previous: list[float] = []
        for level in range(_LEVELS):
            sides = []
            for nudged in (self.start - step, self.start + step):
                sides.append(self._terms_at(nudged))
                if level == 0 and sides[-1]:  # there it is largest
                    noise += self._noise()
            if not all(sides):
                return _UNKNOWN, False
            noise = max(noise, 2.0 * self._noise_at_start)
            width = (self.start + step) - (self.start - step)  # what the nudge really was, after rounding
            rounding = 2.0 * noise / width  # extrapolating at most doubles it
            change = change_of_change = 0.0
            for below, here, above in zip(sides[0], self._terms, sides[1], strict=True):
                change += above - below  # term by term: those that the parameter does not reach cancel
                change_of_change += (above - here) - (here - below)
            row = [change / width]
            last_gap, gap = gap, abs(change_of_change / width)  # the slopes of the two sides
            if gap > _STRAIGHTENING * last_gap + rounding:
                return _UNKNOWN, False  # the steps reach over something narrow: a ledge, or all but a kink
            for k, older in enumerate(previous, start=1):
                row.append(row[-1] + (row[-1] - older) / (4.0**k - 1.0))
                error = max(abs(row[-1] - row[-2]), abs(row[-1] - older)) + rounding
                if error < best.error:
                    best, mostly_rounding = Difference(row[-1], error), rounding > 0.5 * error
            if mostly_rounding or best.error <= _GOOD * abs(best.value):
                break
            previous, step = row, step / 2.0
        return best, mostly_rounding

    def _terms_at(self, value: float) -> list[float]:
        """List the terms of the loss there; none where a number leaves its range or past a jump: then go nearer."""
        self.put(value)
        try:
            run(self._acts)
        except NeurographError:
            return []
        terms = [target.term for target in self._schedule.objective.targets]
        if not all(isinstance(term, (int, float)) for term in terms):
            return []
        for (_, before), (name, now) in zip(self._start_from_kinks, self._from_kinks(), strict=True):
            if now != before and not _same_side(now, before):
                self.kink = name
                return []
        for before, now in zip(self._start_from_bends, self._from_bends(), strict=True):
            if abs(before) > _NEGLIGIBLE * abs(now) and not _same_side(now, before):
                return []
        return terms

    def _from_kinks(self) -> Iterator[tuple[str, float]]:
        """Tell how far each neuron after the parameter is from its kinks, and each output from those of the loss."""
        for neuron, kink in self._with_kinks:
            yield neuron.name, neuron.z - kink
        objective = self._schedule.objective
        for kink in objective.loss.kinks:
            for target in objective.targets:
                yield target.neuron.name, target.neuron.a - target.y - kink

    def _from_bends(self) -> Iterator[float]:
        """Tell how far each neuron after the parameter is from where its second derivative jumps."""
        for neuron, bend in self._with_bends:
            yield neuron.z - bend

    def _noise(self) -> float:
        """How far off rounding may put the loss there: N of `Probe`; infinite where the way back has no value."""
        try:
            run(self._schedule.backward)
        except NeurographError:
            return math.inf
        total = 0.0
        changed = {self._owner} if self._slot == "a" else set()  # those whose activation is not what it was
        for neuron in self._later:
            moved = self._reaches_z and neuron is self._owner
            z = size = 0.0
            for edge in neuron.fan_in:
                product = edge.w * edge.source.a
                z += product
                size += 2.0 * abs(product) + abs(z)  # a factor, the product and the sum up to it are each rounded
                moved = moved or (product != 0.0 and edge.source in changed)
            if moved:
                total += _ROUNDING * abs(neuron.delta) * (size + abs(neuron.b) + abs(neuron.z))
                if neuron.delta != 0.0:  # it may be all that is left of an activation that is rounded to 0
                    total = max(total, _SMALLEST)
                members = neuron.group.members if neuron.group else (neuron,)
                if neuron.group and neuron not in changed:  # exp(z - top) is as far off as z - top
                    top: float = max(member.z for member in members)
                    for member in members:
                        total += _ROUNDING * abs(member.delta) * (top - member.z)
                changed.update(members)
                if not _is_exact(neuron.rule.value if isinstance(neuron.rule, Activation) else neuron.rule.values):
                    for member in members:
                        total += 2.0 * _ROUNDING * abs(member.a_grad or 0.0) if member.a != 0.0 else 0.0
        for target in self._schedule.objective.targets:
            # A dead relu gives the very same 0, with no rounding, however z moves; a term worked out from z is rounded.
            if target.neuron in changed and (target.neuron.a != 0.0 or target.shortcut):
                total = max(total + self._noise_of(target), _SMALLEST)
        return total

    def _noise_of(self, target: Target) -> float:
        """What rounding may do to one term of the loss."""
        neuron, y = target.neuron, abs(target.y)
        noise = 3.0 * _ROUNDING * abs(target.term)
        if not _is_exact(target.loss.value):
            noise += 3.0 * _ROUNDING
        if target.shortcut:  # from z, by logs of almost 1 and a product of y and z; with 0 and 1 that is exact
            noise += _ROUNDING * y * (1.0 if y in (0.0, 1.0) else 1.0 + abs(neuron.z))
        if neuron not in self._schedule.short:  # a probability is also read as 1 - a, which is rounded like 1
            size = abs(neuron.a) if target.loss.outputs == "any" else 1.0
            noise += 2.0 * _ROUNDING * abs(neuron.a_grad) * size
        return noise


def _same_side(now: float, before: float) -> bool:
    """Whether neither is 0 and both have one sign."""
    return now > 0.0 < before or now < 0.0 > before


_OURS = (vars(activations), vars(softmax), vars(losses))
_MATH = frozenset(map(id, vars(math).values()))


def _is_exact(function: Callable[..., object]) -> bool:
    """Whether a function is right to its last digits; one of the user's own may go through 1, as in 1 - cos(z).

    Right are those that are written in our files, `leaky_relu(0.2)` among them, and those of `math`.
    """
    written_in = getattr(function, "__globals__", None)
    return any(written_in is ours for ours in _OURS) or id(function) in _MATH


class GradientChecker:
    """Judges derivatives of each example's loss, and of their mean, by differences on a private copy of the network.

    The long way, if the derivatives came by it, rounds more.
    """

    def __init__(self, structure: Structure, loss: Loss, batch: Sequence[Example], long_way: bool = False) -> None:
        self._copy = structure.copy()
        schedule = schedule_of(self._copy, loss, long_way)
        self._probes = [Probe(self._copy, schedule, x, y) for x, y in batch]
        self._cache: dict[tuple[Owner, int, bool], Difference] = {}

    def check(self, parameter: Neuron | Edge, value: float, example: int, tolerance: float = 1e-6) -> Check:
        """Judge a derivative for one example, or for the mean of the batch when `example` is `MEAN`.

        It is called wrong only when a second look with other steps says so too.
        """
        first = compare(value, self._of(parameter, example, False), tolerance)
        return compare(value, self._of(parameter, example, True), tolerance) if first.verdict == "wrong" else first

    def _of(self, parameter: Neuron | Edge, example: int, confirmed: bool) -> Difference:
        owner = parameter.name if isinstance(parameter, Neuron) else (parameter.source.name, parameter.target.name)
        if (owner, example, confirmed) not in self._cache:
            self._cache[owner, example, confirmed] = self._work_out(owner, example, confirmed)
        return self._cache[owner, example, confirmed]

    def _work_out(self, owner: Owner, example: int, confirmed: bool) -> Difference:
        twin = self._copy[owner] if isinstance(owner, str) else self._copy.edge(*owner)
        value = error = 0.0
        kink = ""
        probes = self._probes if example == MEAN else self._probes[example : example + 1]
        for probe in probes:
            one = probe.confirmed(twin) if confirmed else probe.of(twin)
            value, error, kink = value + one.value, error + one.error, kink or one.kink
        return Difference(value / len(probes), error / len(probes), kink)
