"""Programs of random training steps, worked out anew: with no change, with other givens, and with other results.

A program must equal, to the last bit, the trace it is of; with other given numbers a fresh trace of the changed
network; and with a result replaced, the passes run by hand from there. The passes by hand are in this file: the
schedule's acts on plain floats, with nothing of the recording in them.

Run by hand, from the top of the repository:

    python -m tests.campaigns.programs 300

A net is its seed, so a second number, as in `... 1 17`, runs that one again.
"""

from __future__ import annotations

import math
import struct
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, NamedTuple

import neurograph as ng
from neurograph import LOSSES, Loss, Network
from neurograph.errors import NumericalError
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron
from neurograph.graph.target import JointTarget, Objective, Target
from neurograph.passes.propagation import set_inputs
from neurograph.passes.schedule import schedule_of
from neurograph.program.cells import Program
from neurograph.quantities import MEAN, Quantity
from neurograph.trace.trace import Trace
from tests.engines.engine_runs import freeze_some, tie_some
from tests.strategies import random_example, random_network

ODD_NAMES = ("a->b", "x->o", "b(o1)", "o=p", "b'", "a_2(h1)", "<b>", "blatt länge", "$x$", "w^2", "C", "new\nline", "")
AFTER = {"z": "z_new", "a": "a_new", "term": "term_new", "C": "C_new", "C_of_one": "C_of_one_new"}

Row = tuple[list[float], list[float]]
Held = Mapping[Quantity, float]


class Drawn(NamedTuple):
    """A training step to be: a network, the examples, a loss, and how the step is taken."""

    net: Network
    batch: list[Row]
    loss: Loss
    rate: float
    long_way: bool
    input_gradients: bool
    learning: Callable[[float], dict[str, Any]] | None = None  # the optimizer at a rate, penalty and clip

    def trace(self) -> Trace[Network]:
        """Take the step."""
        rows: Any = [list(row) for row in zip(*self.batch, strict=True)]
        x, y = rows if len(self.batch) > 1 else (rows[0][0], rows[1][0])
        how: dict[str, Any] = {"learning_rate": self.rate} if self.learning is None else self.learning(self.rate)
        how |= {"long_way": self.long_way, "input_gradients": self.input_gradients}
        return self.net.trace(x, y, self.loss, **how)


@dataclass(slots=True)
class Found:
    """How much was compared, and what was off."""

    compared: Counter[str] = field(default_factory=Counter)
    off: list[str] = field(default_factory=list)

    def compare(self, what: str, value: float | None, expected: float | None) -> None:
        """Compare two numbers to the last bit."""
        self.compared["cells"] += 1
        if bits(value) != bits(expected):
            self.off.append(f"{what}: {value!r}, expected {expected!r}")


def bits(value: float | None) -> bytes:
    """Give the bits of a number; all that is not a number is one."""
    if value is None:
        return b""
    return b"nan" if math.isnan(value) else struct.pack("<d", value)


def draw(seed: int) -> Drawn:
    """Draw a training step."""
    rng = Random(seed)
    loss = list(LOSSES)[seed % len(list(LOSSES))]
    net = random_network(rng, loss)
    if rng.random() < 0.3:
        net = renamed(net, rng)
    if rng.random() < 0.5:
        tie_some(net, rng)
    if rng.random() < 0.4:
        freeze_some(net, rng)
    if rng.random() < 0.25:  # so steep that the rules take their other branches
        for edge in net.edges:
            edge.weight = edge.weight * rng.choice((1.0, 20.0, 800.0))
    batch = [random_example(net, loss, rng) for _ in range(rng.choice((1, 1, 2, 3, 4)))]
    drawn = Drawn(net, batch, loss, rng.choice((0.1, 0.5, 1e-3)), rng.random() < 0.4, rng.random() < 0.4)
    return drawn._replace(learning=draw_learning(rng)) if rng.random() < 0.4 else drawn


def draw_learning(rng: Random) -> Callable[[float], dict[str, Any]]:
    """Draw an optimizer, and perhaps a penalty and a clip."""
    nesterov = partial(ng.Momentum, nesterov=True)
    optimizer = rng.choice([ng.SGD, ng.Momentum, nesterov, ng.RMSProp, ng.Adam, partial(ng.AdamW, biases=True)])
    penalty = rng.choice([None, ng.L1(0.01), ng.L2(0.1, biases=True), ng.ElasticNet(0.01, 0.1)])
    clip = rng.choice([None, ng.Clip(norm=0.1), ng.Clip(value=0.01), ng.Clip(norm=0.5, value=0.1)])
    return lambda rate: {"optimizer": optimizer(rate), "regularizer": penalty, "clip": clip}


def renamed(net: Network, rng: Random) -> Network:
    """Give the same network again, with names that are hard to read."""
    names = {neuron.name: neuron.name for neuron in net.neurons}
    odd = [name for name in ODD_NAMES if name]
    some = rng.sample(list(names), min(len(names), 4))
    names.update(zip(some, rng.sample(odd, len(some)), strict=True))
    if rng.random() < 0.5 and len(net.neurons) > 3:  # two edges with one label
        names.update(zip([neuron.name for neuron in net.neurons][:4], ("p", "q->r", "p->q", "r"), strict=True))
    again = Network()
    for neuron in net.neurons:
        if neuron.role == "input":
            again.add_input(names[neuron.name])
        else:
            add = again.add_output if neuron.role == "output" else again.add_neuron
            add(names[neuron.name], neuron.activation, neuron.bias, neuron.group and neuron.group.name)
    for edge in net.edges:
        again.connect(names[edge.source.name], names[edge.target.name], edge.weight)
    return again


# The passes by hand.


class ByHand:
    """A training step on plain floats, in which results may be held at a value of one's own."""

    def __init__(self, drawn: Drawn, held: Held) -> None:
        self.net, self.count, self.held = drawn.net.copy(), len(drawn.batch), held
        self.values: dict[Quantity, float] = {}
        self.drawn = drawn
        self.order = schedule_of(self.net, drawn.loss, drawn.long_way)
        self.is_after = False
        self.run()

    def note(self, kind: str, owner: Any, example: int, holder: object, slot: str) -> None:
        """Look at what an act has written, and put the held value in its place."""
        quantity = Quantity(AFTER.get(kind, kind) if self.is_after else kind, owner, example)
        if quantity in self.held:
            setattr(holder, slot, self.held[quantity])
        self.values[quantity] = getattr(holder, slot)

    def number(self, kind: str, value: float) -> float:
        """Note a number that is nobody's."""
        quantity = Quantity(kind, "")
        self.values[quantity] = self.held.get(quantity, value)
        return self.values[quantity]

    def act(self, act: Any, example: int) -> None:
        """Let somebody act, and note what the verb is there to write."""
        subject, verb = act.__self__, act.__name__
        act()
        match verb, subject:
            case "integrate", Neuron(name=name):
                self.note("z", name, example, subject, "z")
            case "fire", Neuron(name=name):
                self.note("a", name, example, subject, "a")
            case "fire", Group(members=members):
                for member in members:
                    self.note("a", member.name, example, member, "a")
            case "compute_term" | "compute_term_from_z", Target(neuron=neuron):
                self.note("term", neuron.name, example, subject, "term")
            case "add_up", Objective() if self.count == 1:
                self.note("C", "", 0, subject, "cost")
            case "add_up", Objective():
                self.note("C_of_one", str(example + 1), example, subject, "cost")
            case "gather_error", Neuron(name=name, role="output"):
                self.note("collected", name, example, subject, "a_grad")
            case "gather_error", Neuron(name=name):
                self.note("a_grad", name, example, subject, "a_grad")
            case "add_loss_slope", Target(neuron=neuron):
                self.note("a_grad", neuron.name, example, neuron, "a_grad")
            case "compute_delta", (Group(members=members) | JointTarget(group=Group(members=members))):
                for member in members:
                    self.note("delta", member.name, example, member, "delta")
            case "compute_delta", Neuron(name=name) as neuron:
                self.note("delta", name, example, neuron, "delta")
            case "compute_delta", Target(neuron=neuron):
                self.note("delta", neuron.name, example, neuron, "delta")
            case _:
                raise AssertionError((verb, subject))

    def add_gradients(self, neuron: Neuron, example: int) -> None:
        """Add what one example gives to the gradients of a neuron."""
        slots: list[tuple[Any, str]] = [(neuron, "bias_grad"), *((edge, "grad") for edge in neuron.fan_in)]
        old = [getattr(holder, slot) for holder, slot in slots]
        neuron.zero_gradients()
        neuron.add_gradients()
        for (holder, slot), before in zip(slots, old, strict=True):
            kind, owner = (slot, neuron.name) if holder is neuron else (slot, holder.ends)
            self.note(kind, owner, example, holder, slot)
            setattr(holder, slot, before + getattr(holder, slot))

    def run(self) -> None:
        """Go through the whole step."""
        net, order, rate = self.net, self.order, self.drawn.rate
        self.values[Quantity("eta", "")] = rate
        for neuron in net.computing:
            self.values[Quantity("b", neuron.name)] = neuron.b
            self.values.update({Quantity("w", edge.ends): edge.w for edge in neuron.fan_in})
            neuron.zero_gradients()
        backward = (*order.backward, *(order.input_errors if self.drawn.input_gradients else ()))
        for example in range(self.count):
            self.forward(example)
            for act in backward:
                self.act(act, example)
            for act in order.gradients:
                self.add_gradients(act.__self__, example)  # type: ignore[attr-defined]
        loss = self.mean_loss("C", "C_of_one")
        if self.count > 1:
            for neuron in net.computing:
                neuron.average(self.count)
                self.note("bias_grad", neuron.name, MEAN, neuron, "bias_grad")
                for edge in neuron.fan_in:
                    self.note("grad", edge.ends, MEAN, edge, "grad")
        promise = 0.0
        for one in net.movable:
            gradient = one.bias_grad if isinstance(one, Neuron) else getattr(one, "grad", None)
            gradient = one.gradient if gradient is None else gradient  # type: ignore[union-attr]
            promise += gradient * gradient
        self.update(rate)
        self.is_after = True
        for example in range(self.count):
            self.forward(example)
        loss_after = self.mean_loss("C_new", "C_of_one_new")
        self.number("predicted", -rate * promise)
        self.number("change", loss_after - loss)

    def forward(self, example: int) -> None:
        """Run one example to its loss."""
        x, y = self.drawn.batch[example]
        set_inputs(self.net.inputs, x)
        self.order.objective.set_targets(y)
        if not self.is_after:
            for neuron, value in zip(self.net.inputs, x, strict=True):
                self.values[Quantity("a", neuron.name, example)] = value
            for neuron, value in zip(self.net.outputs, y, strict=True):
                self.values[Quantity("y", neuron.name, example)] = value
        for act in (*self.order.forward, *self.order.loss):
            self.act(act, example)

    def mean_loss(self, kind: str, of_one: str) -> float:
        """Take the mean over the examples."""
        if self.count == 1:
            return self.values[Quantity(kind, "")]
        total = 0.0
        for example in range(self.count):
            total += self.values[Quantity(of_one, str(example + 1), example)]
        return self.number(kind, total / self.count)

    def update(self, rate: float) -> None:
        """Move the parameters; who is tied moves with the others."""
        for neuron in self.net.computing:
            neuron.update(rate)
            if not neuron.tie:
                self.note("b_new", neuron.name, 0, neuron, "b")
            for edge in neuron.fan_in:
                if not edge.tie:
                    self.note("w_new", edge.ends, 0, edge, "w")
        for tie in self.net.ties:
            tie.update(rate)
            for neuron in tie.neurons:
                self.note("b_new", neuron.name, 0, neuron, "b")
            for edge in tie.edges:
                self.note("w_new", edge.ends, 0, edge, "w")


# The comparisons.


def unchanged(found: Found, drawn: Drawn, trace: Trace[Network], program: Program) -> None:
    """With no change, the program has the numbers of its trace."""
    values = program.evaluate()
    told = {line.left.key: line.left.value for step in trace.at("neuron") for line in step.lines}
    told |= trace.data.start
    named = {name: told.get(program.find(name)) for name in program.names}  # a tie's lines may be those of its first
    if set(told) - set(named) or None in named.values():
        found.off.append(f"cells and lines differ: {set(told) ^ set(named)}")
    told = {name: value for name, value in named.items() if value is not None} | told
    for key, value in told.items():
        found.compare(f"line {key}", values[key], value)
    for example in range(trace.examples):
        for (kind, owner), number in trace.state(-1).of_example(example).items():
            mean = trace.examples > 1 and Quantity(kind, owner, MEAN) in told
            lasting = Quantity(kind, owner, example) not in told
            quantity = Quantity(kind, owner, MEAN if mean else 0 if lasting else example)
            found.compare(f"state {quantity}", values[quantity] if quantity in told else None, number)
    for when, net in (("", trace.before), ("_new", trace.after)):
        for neuron in net.computing:
            found.compare(f"b{when} of {neuron.name}", values["b" + when, neuron.name], neuron.bias)
            for edge in neuron.fan_in:
                found.compare(f"w{when} of {edge.label}", values["w" + when, edge.ends], edge.weight)
                found.compare(f"dC/dw of {edge.label}", values["grad", edge.ends], trace.before.edge(*edge.ends).grad)
    found.compare("loss", values["C"], trace.loss_before)
    found.compare("loss after", values["C'"], trace.loss_after)
    found.compare("change", values["change", ""], trace.change)
    found.compare("promise", values["predicted", ""], trace.predicted_change)
    if drawn.learning is None:
        same(found, "by hand, unchanged", values, ByHand(drawn, {}).values)


def same(found: Found, what: str, values: Mapping[Any, float], expected: Held) -> None:
    """Compare all cells."""
    for quantity, value in expected.items():
        found.compare(f"{what}: {quantity}", values[quantity], value)
    if len(values) != len(expected):
        found.off.append(f"{what}: {len(values)} values, expected {len(expected)}")


def in_order(found: Found, program: Program) -> None:
    """Cells read earlier cells only, and each is there once."""
    known: set[object] = set()
    ties = {other: cell for other, cell in ((name, program.find(name)) for name in program.names) if other != cell}
    for cell in program:
        late = [key for key in reads(cell.work) if ties.get(key, key) not in known]  # type: ignore[call-overload]
        if late or cell.quantity in known:
            found.off.append(f"{cell.key} reads {late}, or is there twice")
        known.add(cell.quantity)


def reads(node: Any) -> Iterator[object]:
    """List the keys of all leaves that working an expression out asks for, those of a rule's arguments too."""
    if isinstance(node, (list, tuple)):
        for part in node:
            yield from reads(part)
    elif (key := getattr(node, "key", None)) is not None:
        yield key
    elif (args := getattr(node, "args", None)) is not None:
        yield from reads(args)
    else:
        for slot in getattr(node, "__slots__", ()):
            yield from reads(getattr(node, slot))


def other_givens(drawn: Drawn, rng: Random) -> tuple[Drawn, dict[Any, float]]:
    """Change some of what is given: on a copy of the network, and as a program is told."""
    net, changes, rate = drawn.net.copy(), {}, drawn.rate
    size = rng.choice((0.1, 1.0, 1.0, 10.0, 500.0))
    for edge in rng.sample(net.edges, rng.randint(0, len(net.edges))):
        edge.weight = rng.gauss(0.0, size)
        for one in edge.tie.edges if edge.tie else [edge]:  # the last word counts, for all of them
            changes.pop(Quantity("w", one.ends), None)
        changes[Quantity("w", edge.ends)] = edge.weight
    for neuron in rng.sample(net.computing, rng.randint(0, len(net.computing))):
        neuron.bias = rng.gauss(0.0, size)
        for one in neuron.tie.neurons if neuron.tie else [neuron]:
            changes.pop(Quantity("b", one.name), None)
        changes[Quantity("b", neuron.name)] = neuron.bias
    batch = []
    for example, (old_x, old_y) in enumerate(drawn.batch):
        new_x, new_y = random_example(net, drawn.loss, rng)
        x = [new * size if rng.random() < 0.5 else old for new, old in zip(new_x, old_x, strict=True)]
        y = new_y if rng.random() < 0.5 else old_y
        changes |= {Quantity("a", n.name, example): value for n, value in zip(net.inputs, x, strict=True)}
        changes |= {Quantity("y", n.name, example): value for n, value in zip(net.outputs, y, strict=True)}
        batch.append((x, y))
    if rng.random() < 0.5:
        rates = (rng.uniform(0.0, 2.0), 0.0, -0.5, 3, 1e150) if drawn.learning is None else (rng.uniform(1e-3, 2.0), 3)
        rate = changes[Quantity("eta", "")] = rng.choice(rates)
    return drawn._replace(net=net, batch=batch, rate=rate), changes


def changed_givens(found: Found, drawn: Drawn, program: Program, rng: Random) -> None:
    """With other givens, the program has the numbers of a fresh trace of the changed network."""
    other, changes = other_givens(drawn, rng)
    found.compared["changes"] += len(changes)
    equals_a_fresh_trace(found, other, program, changes)


def equals_a_fresh_trace(found: Found, other: Drawn, program: Program, changes: Mapping[Any, float]) -> None:
    """Compare with a fresh trace; where that leaves the range of floats, the program does."""
    fresh = values = None
    try:
        fresh = other.trace()
    except NumericalError as error:
        problem = str(error)
    try:
        values = program.evaluate(changes)
    except NumericalError as error:
        problem = str(error)
    if fresh is None or values is None:
        found.compared["out of range"] += 1
        if not (fresh is None and values is None):
            found.off.append(f"{'trace' if fresh is None else 'program'} alone leaves the range: {problem}")
        return
    told = {line.left.key: line.left.value for step in fresh.at("neuron") for line in step.lines}
    told |= fresh.data.start
    told |= {
        name: told[program.find(name)] for name in program.names if name not in told and program.find(name) in told
    }
    same(found, "fresh", values, told)  # type: ignore[arg-type]


def replaced(found: Found, drawn: Drawn, program: Program, rng: Random) -> None:
    """With results replaced, and some givens too, the program has the numbers of the passes run by hand from there."""
    other, changes = other_givens(drawn, rng) if rng.random() < 0.3 else (drawn, {})
    computed = [cell for cell in program if cell.work is not None]
    cells = rng.sample(computed, rng.choice((1, 1, 1, 2, 5)))
    held = {cell.quantity: rng.choice((rng.gauss(0.0, 1.0), 0.0, cell.value * 1.5, 30.0)) for cell in cells}
    found.compared["changes"] += len(changes) + len(held)
    shared = {name: held[program.find(name)] for name in program.names if program.find(name) in held}
    try:
        expected = ByHand(other, shared).values
        is_finite = all(map(math.isfinite, expected.values()))
    except (ArithmeticError, ValueError):
        is_finite = False
    try:
        values = program.evaluate({**changes, **held})
    except NumericalError as error:
        found.compared["out of range"] += 1
        if is_finite:
            found.off.append(f"program alone leaves the range with {held}: {error}")
        return
    same(found, f"by hand, {held}", values, expected)
    first = min(program.index(cell) for cell in cells)
    if not changes:
        for cell in program[:first]:
            found.compare(f"before {held}: {cell.key}", values[cell.quantity], cell.value)


def check(found: Found, seed: int, times: int = 4) -> None:
    """Compare everything of one net."""
    rng, drawn = Random(seed + 1), draw(seed)
    found.off, before = [], found.off
    try:
        trace = drawn.trace()
    except NumericalError:
        found.compared["nets out of range"] += 1
        found.off = before
        return
    found.compared["nets"] += 1
    program = trace.program()
    in_order(found, program)
    unchanged(found, drawn, trace, program)
    for _ in range(times):
        changed_givens(found, drawn, program, rng)
        if drawn.learning is None:
            replaced(found, drawn, program, rng)
    found.off = [*before, *(f"net {seed}: {what}" for what in found.off)]


def large() -> None:
    """Say how long the program of a net for digits takes, and how much it holds."""
    net = Network.dense([784, 30, 10], ["sigmoid", "softmax"], seed=1)
    rng = Random(1)
    x, y = [rng.random() for _ in range(784)], [float(k == 3) for k in range(10)]
    trace = net.trace(x, y, "cross_entropy", 0.1)
    start = time.perf_counter()
    program = trace.program()
    made = time.perf_counter()
    program.evaluate({"w(x1->h1)": 0.3})
    done = time.perf_counter()
    tracemalloc.start()
    held = trace.program()
    size = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    print(f"784-30-10: {len(held):,} cells in {made - start:.2f} s, {size:.0f} MB; evaluated in {done - made:.2f} s")


def main() -> None:
    count, first = (*map(int, sys.argv[1:]), *(300, 0)[len(sys.argv) - 1 :])
    found = Found()
    for seed in range(first, first + count):
        check(found, seed)
    print(*found.off[:40], sep="\n")
    print(", ".join(f"{number:,} {what}" for what, number in found.compared.items()), f"{len(found.off)} off", sep=", ")
    if count > 1:
        large()
    raise SystemExit(bool(found.off))


if __name__ == "__main__":
    main()
