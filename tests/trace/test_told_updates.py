"""Updates as a trace tells them: the very steps of training, with cells that can be worked out anew, and true lines."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from neurograph import L1, L2, SGD, Adam, AdamW, Clip, ElasticNet, Momentum, Network, RMSProp, Trace, Trainer, rates
from neurograph.algebra.symbols import symbol_text
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError, NumericalError
from neurograph.graph.parameters import labels_of, parameters_of, values_of
from neurograph.quantities import QUANTITIES, Quantity
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import Rate, constant
from neurograph.rules.regularizers import Regularizer
from tests.engines.engine_runs import needs_numba
from tests.engines.test_memories import OWN, amsgrad
from tests.trace.test_honest_lines import assert_it_is_true, shown_lines

X = [[math.sin(3.0 * at), math.cos(5.0 * at)] for at in range(6)]
Y = [[math.sin(7.0 * at)] for at in range(6)]

OPTIMIZERS = {
    "SGD": SGD(0.1),
    "Momentum": Momentum(0.1, momentum=0.8),
    "Nesterov": Momentum(0.1, momentum=0.8, nesterov=True),
    "RMSProp": RMSProp(0.02, decay=0.95),
    "Adam": Adam(0.03),
    "AdamW": AdamW(0.03, decay=0.2),
    "AdamW, biases too": AdamW(0.03, decay=0.2, biases=True),
    "AMSGrad": amsgrad(0.02),
}
LIMITS: dict[str, dict[str, Any]] = {
    "alone": {},
    "L2": {"regularizer": L2(0.1)},
    "L1, biases too": {"regularizer": L1(0.05, biases=True)},
    "ElasticNet, value": {"regularizer": ElasticNet(0.05, 0.1), "clip": Clip(value=0.1)},
    "norm": {"clip": Clip(norm=0.1)},
    "all": {"regularizer": ElasticNet(0.05, 0.1, biases=True), "clip": Clip(norm=0.3, value=0.1)},
}
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
every_limit = pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)


def some_net(seed: int = 2) -> Network:
    """Tied weights and biases, a frozen weight, a frozen bias, and a frozen tie."""
    net = Network.dense([2, 4, 1], "tanh", seed=seed)
    net.freeze(net.edge("x1", "h2"), net["h3"])
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h4"))
    net.tie(net["h1"], net["h2"])
    net.tie(net.edge("x1", "h3"), net.edge("x2", "h3"))
    net.freeze(net.edge("x1", "h3"), net.edge("x2", "h3"))
    return net


def left(trace: Trace[Network], kind: str) -> dict[object, float]:
    """What the update leaves of a kind, by owner."""
    found = {cell.quantity.owner: cell.value for cell in trace.program() if cell.quantity.kind == kind}
    assert found, kind
    return found


def first_owner(parameter: Any) -> object:
    holder = parameter.holder.members[0] if hasattr(parameter.holder, "members") else parameter.holder
    return holder.name if hasattr(holder, "name") else holder.ends


# The steps of training.


@every_limit
@every_optimizer
def test_twenty_steps_are_twenty_epochs_of_training(optimizer: Optimizer, limits: dict[str, Any]) -> None:
    net = some_net()
    trainer = Trainer(net.copy(), X, Y, optimizer=optimizer, batch_size=None, **limits)
    trace = net.trace(X, Y, optimizer=optimizer, **limits)
    assert trace.data.recording.moments
    for step in range(20):
        trace = trace.next(X, Y) if step else trace
        list(trainer.epochs(1))
        assert list(values_of(trace.after)) == list(values_of(trainer.net))
        assert trace.data.recording.loss_before > trace.loss_after or step
    for place, name in enumerate(optimizer.memories):
        remembered = {
            first_owner(parameter): parameter.memory[place] for parameter in trainer.learner.update.parameters
        }
        assert left(trace, f"{name}_new") == remembered


@every_limit
@every_optimizer
def test_one_example_after_the_other_is_a_training_without_batches(
    optimizer: Optimizer, limits: dict[str, Any]
) -> None:  # fmt: skip
    net = some_net()
    trainer = Trainer(net.copy(), X, Y, optimizer=optimizer, batch_size=1, shuffle=False, **limits)
    trace = net.trace(X[0], Y[0], optimizer=optimizer, **limits)
    for x, y in zip(X[1:], Y[1:], strict=True):
        trace = trace.next(x, y)
    list(trainer.epochs(1))
    assert list(values_of(trace.after)) == list(values_of(trainer.net))


def test_a_penalty_without_an_optimizer_goes_with_the_learning_rate() -> None:
    net = some_net()
    trace = net.trace(X, Y, learning_rate=0.2, regularizer=L2(0.1))
    assert list(values_of(trace.after)) == list(
        values_of(net.trace(X, Y, optimizer=SGD(0.2), regularizer=L2(0.1)).after)
    )
    assert trace.start["eta", ""] == 0.2


@every_optimizer
def test_next_keeps_the_unit_and_the_way_of_writing(optimizer: Optimizer) -> None:
    trace = some_net().trace(X[0], Y[0], optimizer=optimizer, unit="layer", digits=7).next(X, Y)
    assert (trace.unit, trace.style.digits, trace.examples) == ("layer", 7, 6)


# The cells.


def traces(optimizer: Optimizer, limits: dict[str, Any]) -> list[Trace[Network]]:
    one = some_net().trace(X[0], Y[0], optimizer=optimizer, **limits).next(X[1], Y[1])
    several = some_net().trace(X[:3], Y[:3], optimizer=optimizer, **limits).next(X[3:], Y[3:])
    return [one, several]


@every_limit
@every_optimizer
def test_a_program_has_the_bits_of_the_step(optimizer: Optimizer, limits: dict[str, Any]) -> None:
    for trace in traces(optimizer, limits):
        program = trace.program()
        values = program.evaluate()
        assert [values[cell.quantity] for cell in program] == [cell.value for cell in program]
        told = {line.left.key: line.left.value for step in trace for line in step.lines}
        for cell in program:
            assert cell.work is None or told[cell.quantity] == cell.value
        for holder in (*(neuron for neuron in trace.after.computing), *trace.after.edges):
            owner, kind, value = (
                (holder.name, "b_new", holder.b) if hasattr(holder, "b") else (holder.ends, "w_new", holder.w)
            )
            assert values[Quantity(kind, owner)] == value


@every_limit
@every_optimizer
def test_changes_of_what_is_given_are_a_fresh_step(optimizer: Optimizer, limits: dict[str, Any]) -> None:
    """Weights, rate, memories and clock, against the update of a network that has them."""
    rng = Random(optimizer.name)
    net = some_net()
    first = net.trace(X[:3], Y[:3], optimizer=optimizer, **limits)
    trace = first.next(X[3:], Y[3:])
    program, start = trace.program(), first.after
    given = [cell for cell in program if cell.work is None and cell.quantity.kind not in ("a", "y")]
    changes = {cell.quantity: abs(cell.value) * rng.uniform(0.5, 1.5) for cell in given if rng.random() < 0.6}
    changes |= {one: min(value, 0.99) for one, value in changes.items() if not one.owner and one.kind != "eta"}
    values = program.evaluate(changes)

    start = start.copy()
    for tie in start.ties:
        owner = tie.members[0].name if tie.is_bias else tie.members[0].ends
        tie.move_to(changes.get(Quantity("b" if tie.is_bias else "w", owner), tie.value))
    for neuron in start.computing:
        neuron.b = neuron.b if neuron.tie else changes.get(Quantity("b", neuron.name), neuron.b)
    for edge in start.edges:
        edge.w = edge.w if edge.tie else changes.get(Quantity("w", edge.ends), edge.w)
    trainer = Trainer(start, X[3:], Y[3:], optimizer=optimizer, batch_size=None, **limits)
    now = {cell.quantity: changes.get(cell.quantity, cell.value) for cell in given}
    update = trainer.learner.update
    for parameter in update.parameters:
        parameter.memory = tuple(now[Quantity(name, first_owner(parameter))] for name in optimizer.memories)
    if Quantity(optimizer.clock[0], "") in now:
        update.clock = tuple(now[Quantity(name, "")] for name in optimizer.clock)
    trainer.learner.learn(trainer.examples, now[Quantity("eta", "")])
    for neuron in start.computing:
        assert values[Quantity("b_new", neuron.name)] == neuron.b
    for edge in start.edges:
        assert values[Quantity("w_new", edge.ends)] == edge.w
    for parameter in update.parameters:
        for place, name in enumerate(optimizer.memories):
            assert values[Quantity(f"{name}_new", first_owner(parameter))] == parameter.memory[place]


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-14)


def test_a_changed_number_on_the_way_carries_on_through_the_formula_of_adam() -> None:
    trace = some_net().trace(X[0], Y[0], optimizer=Adam(0.03)).next(X[1], Y[1])
    program, start = trace.program(), trace.start
    for owner, kind in (("o1", "b"), (("x2", "h1"), "w")):
        name = owner if isinstance(owner, str) else "->".join(owner)
        old, values = start[kind, owner], program.evaluate()
        new = f"{kind}'({name})"
        m_hat, root = (values[f"{letter}({name})"] for letter in ("m_hat", "root"))
        assert values[new] == near(old - 0.03 * m_hat / (root + 1e-8))
        assert program.evaluate({f"m_hat({name})": 0.25})[new] == near(old - 0.03 * 0.25 / (root + 1e-8))
        assert program.evaluate({f"root({name})": 0.5})[new] == near(old - 0.03 * m_hat / (0.5 + 1e-8))
        assert program.evaluate({f"v_hat({name})": 0.25})[new] == near(old - 0.03 * m_hat / (0.5 + 1e-8))
        changed = program.evaluate({f"v'({name})": 0.25})
        assert changed[f"root({name})"] == near(math.sqrt(0.25 / (1.0 - 0.999**2)))
        assert changed[new] == near(old - 0.03 * m_hat / (changed[f"root({name})"] + 1e-8))
        changed = program.evaluate({f"m'({name})": 0.25})
        assert changed[new] == near(old - 0.03 * 0.25 / (1.0 - 0.9**2) / (root + 1e-8))
        late = program.evaluate({"beta1_t'": 0.5})
        assert late[f"m_hat({name})"] == near(values[f"m'({name})"] / 0.5)


def test_a_changed_gradient_carries_on_through_penalty_and_limits() -> None:
    how: dict[str, Any] = {"regularizer": ElasticNet(0.05, 0.1), "clip": Clip(norm=0.3, value=0.2)}
    program = some_net().trace(X[:3], Y[:3], optimizer=Momentum(0.1), **how).next(X[3:], Y[3:]).program()
    values, name = program.evaluate(), "x2->h1"
    gradients = {cell.quantity: cell.value for cell in program if cell.quantity.kind == "g"}
    biases = [values[Quantity("bias_grad", name, -1)] for name in ("h4", "o1")]
    tied = values[Quantity("bias_grad", "h1", -1)] + values[Quantity("bias_grad", "h2", -1)]
    assert values["norm"] == near(math.hypot(*gradients.values(), *biases, tied))
    assert values[f"g({name})"] == near(values[f"dC/dw({name})"] + 0.1 * values[f"w({name})"])

    def limited(g: float, norm: float) -> float:
        return min(max(g * 0.3 / norm if norm > 0.3 else g, -0.2), 0.2)

    def new(g: float, values: Any) -> float:
        stepped = values[f"w({name})"] - 0.1 * (0.9 * values[f"v({name})"] + g)
        return max(0.0, stepped - 0.1 * 0.05) + min(0.0, stepped + 0.1 * 0.05)

    for norm in (0.1, 2.0):
        changed = program.evaluate({"norm": norm})
        g = limited(values[f"g({name})"], norm)
        assert changed[f"g_clip({name})"] == near(g)
        assert changed[f"w'({name})"] == near(new(g, values))
    changed = program.evaluate({f"g({name})": 0.7})
    assert changed["norm"] > values["norm"]
    assert changed[f"w'({name})"] == near(new(limited(0.7, changed["norm"]), values))
    assert program.evaluate({f"g_clip({name})": 0.7})[f"w'({name})"] == near(new(0.7, values))
    assert program.evaluate({f"v'({name})": 0.0})[f"stepped({name})"] == near(values[f"w({name})"])
    assert program.evaluate({f"stepped({name})": 0.001})[f"w'({name})"] == 0.0
    assert program.evaluate({f"stepped({name})": -1.0})[f"w'({name})"] == near(-0.995)


@pytest.mark.parametrize("scale", [1e-190, 1e190])
def test_the_norm_of_a_gradient_beyond_the_squares_of_floats(scale: float) -> None:
    net = Network.dense([2, 1], "identity", initializer="zeros")
    trace = net.trace([3.0 * scale, 4.0 * scale], [1.0], optimizer=SGD(1e-200), clip=Clip(norm=1.0))
    values = trace.program().evaluate()
    assert values["norm"] == pytest.approx(math.hypot(1.0, 3.0 * scale, 4.0 * scale))
    assert not any(line.note for step in trace for line in step.lines if step.phase == "update")


# The lines.


@every_limit
@every_optimizer
def test_told_numbers_give_their_result_or_say_that_they_do_not(optimizer: Optimizer, limits: dict[str, Any]) -> None:
    for digits, trace in zip((4, 3), traces(optimizer, limits), strict=True):
        for step in trace.at("term").written(digits):
            if step.phase == "update":
                (_, numbers), (join, result) = shown_lines(step)
                if numbers:
                    assert_it_is_true(numbers, join, result, digits)
            assert "wrong" not in str(step)


@every_limit
@every_optimizer
def test_every_unit_tells_the_same_lines(optimizer: Optimizer, limits: dict[str, Any]) -> None:
    for trace in traces(optimizer, limits):
        told = [[step.symbols for step in trace.at(unit)] for unit in ("neuron", "layer", "phase")]
        assert len({"\n".join(steps) for steps in told}) == 1
        assert len([*trace.at("term")]) == len(trace.at("term"))


def test_a_step_of_adam_reads_in_the_order_of_its_arithmetic() -> None:
    net = Network.dense([1, 1], "identity", initializer="ones")
    trace = net.trace([3.0], [1.0], optimizer=Adam(0.5))
    clock, step = (one for one in trace if one.phase == "update")
    assert clock.kind == "clock of the optimizer"
    assert clock.symbols.splitlines() == ["beta1_t' = beta1_t * 0.9", "beta2_t' = beta2_t * 0.999"]
    assert step.title == "[9/15] update, o1: new bias and weights"
    assert step.symbols.splitlines() == [
        line.replace("@", name).replace("W", kind)
        for name, kind in (("o1", "b"), ("x1->o1", "w"))
        for line in (
            "m'(@) = 0.9 * m(@) + (1 - 0.9) * dC/dW(@)",
            "v'(@) = 0.999 * v(@) + (1 - 0.999) * dC/dW(@)**2",
            "m_hat(@) = m'(@) / (1 - beta1_t')",
            "v_hat(@) = v'(@) / (1 - beta2_t')",
            "root(@) = sqrt(v_hat(@))",
            "W'(@) = W(@) - eta * m_hat(@) / (root(@) + 1e-08)",
        )
    ]
    titles = [one.kind for one in trace.at("term") if one.phase == "update"]
    assert titles[:3] == ["new clock of Adam", "new clock of Adam", "new m of Adam"]
    assert titles[6:9] == ["root of Adam", "new bias", "new m of Adam"]
    assert titles[-1] == "new weight"


def test_what_is_said_of_a_tie_is_said_once_and_what_is_frozen_says_so() -> None:
    trace = some_net().trace(X[0], Y[0], optimizer=Adam(0.1))
    notes = [line.note for step in trace for line in step.lines if step.phase == "update"]
    tied = [note for note in notes if "all that are tied" in note]
    assert sorted(note.split()[1] for note in tied) == ["bias", "weight"]
    frozen = {line.left_text for step in trace for line in step.lines if line.frozen}
    assert frozen == {"w'(x1->h2)", "b'(h3)", "w'(x1->h3)", "w'(x2->h3)"}


def test_what_is_about_all_layers_is_titled_so() -> None:
    trace = some_net().trace(X[0], Y[0], optimizer=Adam(0.1), clip=Clip(norm=1.0), unit="layer")
    subjects = [step.subject for step in trace if step.phase == "update"]
    assert subjects[0] == "all layers"
    assert "loss" not in subjects


def test_the_state_has_memories_and_clock_before_and_after() -> None:
    first = some_net().trace(X[0], Y[0], optimizer=Adam(0.1))
    trace = first.next(X[1], Y[1])
    start, end = trace.start, trace.state(-1)
    edge = ("x1", "h1")
    assert first.start["m", edge] == 0.0
    assert start["m", edge] == first.state(-1)["m_new", edge] != 0.0
    assert start["m_new", edge] is None
    assert end["m", edge] == start["m", edge] != end["m_new", edge]
    assert start["beta1_t", ""] == 0.9
    assert end["beta1_t_new", ""] == 0.9 * 0.9
    assert end["root", "o1"] == math.sqrt(end["v_hat", "o1"])
    with pytest.raises(NumericalError.__base__, match=r"no quantity 'velocity'"):
        start["velocity", edge]


@pytest.mark.parametrize("optimizer", OWN.values(), ids=OWN)
def test_a_record_of_ones_own_is_told(optimizer: Optimizer) -> None:
    trace = some_net().trace(X, Y, optimizer=optimizer, regularizer=L2(0.1)).next(X, Y)
    program = trace.program()
    values = program.evaluate()
    assert [values[cell.quantity] for cell in program] == [cell.value for cell in program]
    lines = [line for step in trace for line in step.lines if step.phase == "update"]
    assert any(optimizer.name in symbol_text(line.left.symbol) + line.symbols(trace.style) for line in lines) != bool(
        optimizer.formulas
    )


def test_the_names_of_a_record_may_be_those_of_other_quantities() -> None:
    def step(value, gradient, rate, w, m, first, second):
        m_new = (m + gradient) / 2.0
        return value - rate * (m_new + w), gradient, m_new

    names = ("m_new", "(m + g) / 2"), ("norm", "m_new + w"), ("w", "g"), ("m", "m_new"), ("value", "value - eta * norm")
    own = Optimizer(
        "own", constant(0.1), step, lambda first, second: (first + 1.0, math.sqrt(second)),
        memories=("w", "m"), formulas=names, clock=("C", "z"),
    )  # fmt: skip
    how: dict[str, Any] = {"optimizer": own, "regularizer": L1(0.01), "clip": Clip(norm=0.1)}
    trainer = Trainer(some_net(), X, Y, batch_size=None, **how)
    trace = some_net().trace(X, Y, **how).next(X, Y)
    list(trainer.epochs(2))
    assert list(values_of(trace.after)) == list(values_of(trainer.net))
    program = trace.program()
    values = program.evaluate()
    assert [values[cell.quantity] for cell in program] == [cell.value for cell in program]
    assert len({cell.quantity for cell in program}) == len(program)


def test_a_clock_that_decides_is_told_by_name() -> None:
    own = Optimizer(
        "own", constant(0.1), lambda value, g, rate, first, second: (value - rate * g * first,),
        lambda first, second: (max(first * 0.5, 0.1), second), memories=(),
    )  # fmt: skip
    trace = some_net().trace(X, Y, optimizer=own)
    clock = next(step for step in trace if step.phase == "update")
    assert clock.symbols.splitlines()[0] == "first' = tick(first, second)"
    assert clock.result == (0.5, 1.0)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_what_is_told_is_mathematics_that_matplotlib_can_write(optimizer: Optimizer) -> None:
    parse = pytest.importorskip("matplotlib.mathtext").MathTextParser("path").parse
    kinds = set()
    for step in traces(optimizer, LIMITS["all"])[1].at("term"):
        if step.phase == "update" and step.kind not in kinds:  # one of each, for the writing takes its time
            kinds.add(step.kind)
            parse(
                f"${step.symbols_latex} {step.joins_latex} {step.numbers_latex} {step.joins_latex} {step.result_latex}$"
            )
    assert kinds


def test_letters_of_limits_and_clocks_in_latex() -> None:
    trace = some_net().trace(X[0], Y[0], optimizer=Adam(0.1), clip=Clip(norm=0.5))
    clock, limits, *_ = (step.symbols_latex.splitlines() for step in trace if step.phase == "update")
    assert clock[0] == r"({\beta_{1}^{t}})' = {\beta_{1}^{t}} \cdot 0.9"
    assert limits[0].startswith(r"\|g\| = \sqrt{")
    assert limits[1].endswith(r"\cdot 0.5}{\max\left(\|g\|, 0.5\right)}")


# The next step of a training.


def same_step(trace: Trace[Network], trainer: Trainer) -> None:
    """The trace's new parameters are those after one more batch."""
    assert list(values_of(trace.before)) == list(values_of(trainer.net))
    assert list(trainer.epochs(1, until=iter([False, True]).__next__)) == []
    assert list(values_of(trace.after)) == list(values_of(trainer.net))
    trainer.rewind()
    assert list(values_of(trace.before)) == list(values_of(trainer.net))


@every_optimizer
@pytest.mark.parametrize("engine", ["object", pytest.param("compiled", marks=needs_numba)])
@pytest.mark.parametrize("how", [{}, {"regularizer": L1(0.01), "clip": Clip(norm=0.5)}], ids=["alone", "limits"])
def test_a_trainer_tells_its_next_step(optimizer: Optimizer, engine: str, how: dict[str, Any]) -> None:
    trainer = Trainer(some_net(), X, Y, optimizer=optimizer, batch_size=4, engine=engine, seed=5, **how)
    rows = list(trainer.epochs(3))
    state, values = trainer.state(), list(values_of(trainer.net))
    trace = trainer.trace(unit="layer", digits=6)
    assert (trace.unit, trace.style.digits, trace.examples, len(rows)) == ("layer", 6, 4, 3)
    assert (trainer.state(), list(values_of(trainer.net))) == (state, values), "nothing is trained by it"
    again = Trainer(trainer.net.copy(), X, Y, optimizer=optimizer, batch_size=4, seed=5, **how)
    again.resume(state)
    assert list(values_of(again.trace().after)) == list(values_of(trace.after))
    same_step(trace, again)


def test_a_trainer_tells_its_step_with_the_rate_of_the_epoch() -> None:
    trainer = Trainer(some_net(), X, Y, optimizer=Adam(rates.step_decay(0.1, 0.5, every=2)), batch_size=None)
    list(trainer.epochs(4))
    trace = trainer.trace()
    assert trace.start["eta", ""] == 0.025
    assert trace.next(X, Y).start["eta", ""] == 0.025
    list(trainer.epochs(1))
    assert list(values_of(trace.after)) == list(values_of(trainer.net))


def test_training_goes_on_as_if_it_had_not_been_told() -> None:
    trainers = [Trainer(some_net(), X, Y, optimizer=Adam(0.1), batch_size=4) for _ in range(2)]
    rows: list[list[Any]] = [[], []]
    for _ in range(4):
        trainers[0].trace()
        for at, trainer in enumerate(trainers):
            rows[at] += trainer.epochs(1)
    assert rows[0] == rows[1]
    assert list(values_of(trainers[0].net)) == list(values_of(trainers[1].net))


def test_what_is_frozen_in_between_is_told_as_frozen() -> None:
    trainer = Trainer(some_net(), X, Y, optimizer=Adam(0.1), batch_size=4)
    list(trainer.epochs(2))
    trainer.net.freeze(trainer.net.edge("x2", "h2"))
    trace = trainer.trace()
    assert any(line.frozen and line.left_text == "w'(x2->h2)" for step in trace for line in step.lines)
    same_step(trace, trainer)


# What is refused.


def refused(kind: type[Exception], **how: Any) -> str:
    net = some_net()
    before = list(values_of(net))
    with pytest.raises(kind) as caught:
        net.trace(X, Y, **how)
    assert list(values_of(net)) == before
    return str(caught.value)


def test_an_optimizer_has_its_own_rate() -> None:
    message = refused(InvalidTypeError, optimizer=Adam(0.1), learning_rate=0.1)
    assert message.startswith("trace, learning_rate: an optimizer has its own learning rate.")
    assert "Give it there, as in optimizer=Adam(0.01), or name the optimizer" in message


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"optimizer": Adam}, 'or the name of one, such as "adam". Call it, with its numbers in brackets.'),
        ({"optimizer": L2(0.1)}, 'expected an Optimizer, such as SGD(0.1), or the name of one, such as "adam".'),
        ({"optimizer": 0.1}, "trace, optimizer: got 0.1, expected an Optimizer, such as SGD(0.1), or the name of one"),
        ({"regularizer": "L2"}, "trace, regularizer: got 'L2' (a str), expected a Regularizer, such as L2(0.01)."),
        ({"regularizer": L1}, "expected a Regularizer, such as L2(0.01). Call it, with its numbers in brackets."),
        ({"clip": 1.0}, "trace, clip: got 1.0, expected a Clip, such as Clip(norm=1.0)."),
        ({"clip": Clip}, "expected a Clip, such as Clip(norm=1.0). Call it, with its numbers in brackets."),
    ],
)
def test_what_is_no_record_is_refused(how: dict[str, Any], message: str) -> None:
    assert message in refused(InvalidTypeError, **how)


def test_an_optimizer_is_taken_by_name_with_its_usual_rate_or_the_one_given() -> None:
    net = some_net()
    adam = net.trace(X, Y, optimizer="adam")
    assert list(map(str, adam)) == list(map(str, net.trace(X, Y, optimizer=Adam(0.01))))
    named = net.trace(X, Y, optimizer="nesterov", learning_rate=0.3)
    assert list(map(str, named)) == list(map(str, net.trace(X, Y, optimizer=Momentum(0.3, nesterov=True))))


@pytest.mark.parametrize("more", [{}, {"regularizer": L2(0.1)}])
@pytest.mark.parametrize("rate", [math.inf, math.nan])
def test_a_rate_must_be_finite(rate: float, more: dict[str, Any]) -> None:
    message = refused(InvalidValueError, learning_rate=rate, **more)
    assert message.startswith(f"trace, learning_rate: got {rate}, expected a finite number")


def test_a_schedule_must_give_a_rate() -> None:
    message = refused(InvalidValueError, optimizer=SGD(Rate("own", lambda epoch: math.inf)))
    assert message.startswith("trace, the rate of the optimizer: got inf, expected a finite number")


def test_a_schedule_that_fails_is_left_to_its_author() -> None:
    assert refused(ZeroDivisionError, optimizer=SGD(Rate("own", lambda epoch: 0.1 / epoch)))


def test_an_update_out_of_range_names_the_parameter() -> None:
    message = refused(NumericalError, optimizer=SGD(1e308), regularizer=L2(1e10))
    assert message.startswith("edge x")
    assert "the update would make its weight" in message
    assert message.endswith("Take a smaller learning rate than 1e+308.")


def test_a_memory_out_of_range_names_the_parameter() -> None:
    net = Network.dense([1, 1], "identity", initializer="zeros")
    with pytest.raises(NumericalError, match=r"edge x1->o1: its gradient, -1e\+200, is too large for the memory"):
        net.trace([1e200], [1.0], optimizer=RMSProp(0.1))
    assert net.edge("x1", "o1").weight == 0.0


def test_a_step_that_fails_names_the_parameter() -> None:
    own = Optimizer("own", constant(0.1), lambda value, g, rate, first, second: (value - rate / g**2,), memories=())
    net = Network.dense([2, 1], "identity", initializer="zeros")
    with pytest.raises(NumericalError, match=r"^edge x2->o1: the step of own by 0 failed: "):
        net.trace([1.0, 0.0], [1.0], optimizer=own)
    with pytest.raises(NumericalError, match=r"^edge x1->o1: the step of own by -1e\+200 failed"):
        net.trace([1e200, 1.0], [1.0], optimizer=own)


def test_a_regularizer_of_ones_own_without_formulas_is_told_by_name() -> None:
    own = Regularizer("own", abs, lambda w: math.copysign(0.1, w), lambda w, rate: w * (1.0 - rate))
    trace = some_net().trace(X[0], Y[0], regularizer=own)
    lines = {line.left_text: line.symbols(trace.style) for step in trace for line in step.lines}
    assert lines["g(x2->h1)"] == "g(x2->h1) = dC/dw(x2->h1) + own'(w(x2->h1))"
    assert lines["w'(x2->h1)"] == "w'(x2->h1) = own(stepped(x2->h1), eta)"


def test_only_what_is_computed_is_in_the_state() -> None:
    """No question mark stays where a penalty has no slope, shrinks nothing, or leaves biases alone."""

    def added(**how: Any) -> set[tuple[str, str]]:
        trace = some_net().trace(X[0], Y[0], **how)
        return {(kind, "edge" if isinstance(owner, tuple) else "neuron") for kind, owner in trace.start} - known

    known: set[tuple[str, str]] = set()
    known = added()
    assert added(regularizer=L2(0.1)) == {("g", "edge")}
    assert added(regularizer=L1(0.1)) == {("stepped", "edge")}
    assert added(regularizer=ElasticNet(0.1, 0.1, biases=True)) == {
        (kind, of) for kind in ("g", "stepped") for of in ("edge", "neuron")
    }


def test_the_table_of_kinds_is_left_alone() -> None:
    before = dict(QUANTITIES)
    trace = some_net().trace(X, Y, optimizer=Adam(0.1), clip=Clip(norm=1.0), regularizer=L1(0.1))
    assert before == QUANTITIES
    assert {"m", "m_new", "root", "norm", "stepped"} <= set(trace.data.kinds)
    assert len(labels_of(trace.after)) == 4 + 1 + 8 + 4
    assert len(parameters_of(trace.after)) < 17


def test_a_clip_without_limits_and_one_with_nothing_to_limit_are_told_as_none() -> None:
    free, frozen = some_net(), some_net()
    frozen.freeze(*frozen.computing, *frozen.edges)
    for net, clip in ((free, Clip()), (frozen, Clip(norm=0.1))):
        trace = net.trace([1.0, 2.0], [0.5], clip=clip)
        assert "limit" not in {step.operations[0].key for step in trace}
        assert trace.program().evaluate()["C"] == trace.loss_before
        assert list(map(str, trace))
    assert ("norm", "") not in free.trace([1.0, 2.0], [0.5], clip=Clip(value=0.1)).state(-1)


def test_whoever_fails_in_an_update_is_named() -> None:
    def broken(*_: float) -> float:
        raise ValueError("no")

    net = some_net()
    cases = {
        "the step of mine by": {
            "optimizer": Optimizer("mine", constant(0.1), lambda v, g, r, a, b: broken(), memories=())
        },
        "the clock of mine failed": {
            "optimizer": Optimizer(
                "mine", constant(0.1), lambda v, g, r, a, b: (v,), lambda a, b: broken(), memories=()
            )
        },
        "the slope of mine failed": {"regularizer": Regularizer("mine", abs, broken, lambda w, rate: w)},
        "memories given: 2, expected 1": {
            "optimizer": Optimizer("mine", constant(0.1), lambda v, g, r, m, a, b: (v, m, m), memories=("m",))
        },
    }
    for words, how in cases.items():
        with pytest.raises(NeurographError, match=words):
            net.trace([1.0, 2.0], [0.5], **how)


def test_the_cell_that_leaves_the_range_is_named_and_no_other_of_the_same_step() -> None:
    program = some_net().trace([1.0, 2.0], [0.5], optimizer=Adam(0.1)).program()
    with pytest.raises(NumericalError, match=r"m_hat\(.*would be"):
        program.evaluate({"beta1_t'": 1.0})


@pytest.mark.parametrize("unit", ["term", "neuron", "layer", "phase"])
def test_clock_and_norm_are_of_no_neuron_and_a_step_with_them_is_drawn(unit, tmp_path) -> None:
    visualize = pytest.importorskip("visualize")
    trace = Network.dense([1, 1], "tanh", seed=1).trace([1.0], [0.5], optimizer=Adam(0.1), clip=Clip(norm=0.01))
    assert all("" not in step.neurons for step in trace.at(unit))
    visualize.draw_strip(trace.at("phase" if unit == "term" else unit))
    if unit == "phase":
        visualize.animate_steps(trace.at(unit), tmp_path / "step.gif")


def test_what_is_tied_has_one_memory_by_every_name() -> None:
    net = Network.dense([2, 2, 1], "tanh", seed=1)
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h2"))
    trace = net.trace([1.0, 0.5], [1.0], optimizer=Momentum(0.1))
    values, state = trace.program().evaluate(), trace.state(-1)
    assert values["v'(x2->h2)"] == values["v'(x1->h1)"] == state["v_new", ("x2", "h2")] != 0.0
    assert trace.program().evaluate({"v(x2->h2)": 1.0})["v'(x1->h1)"] != values["v'(x1->h1)"]


@pytest.mark.parametrize(
    "wrong",
    [{"shrink": lambda w, rate: 0.5 * w, "shrink_formula": "w"}, {"slope": lambda w: 5.0, "slope_formula": "0"}],
)
def test_a_penalty_that_says_nothing_and_does_something_is_refused(wrong) -> None:
    given = {"penalty": abs, "slope": lambda w: 0.0, "shrink": lambda w, rate: w} | wrong
    with pytest.raises(InvalidValueError, match="it says that nothing is done"):
        Regularizer("mine", **given)


def test_a_line_is_not_called_as_the_clock() -> None:
    with pytest.raises(InvalidValueError, match="the clock and a line of the formulas are both called 't'"):
        Optimizer(
            "mine", constant(0.1), lambda v, g, r, a, b: (v - r * g,), memories=(), clock=("t", "u"),
            formulas=(("t", "g / first"), ("value", "value - eta * t")),
        )  # fmt: skip


def test_a_line_goes_through_those_that_it_reads_only() -> None:
    program = some_net().trace([1.0, 2.0], [0.5], optimizer=Adam(0.1)).program()
    values = program.evaluate()
    assert program.evaluate({"m'(h1)": 0.5})["v'(h1)"] == values["v'(h1)"]
    assert program.evaluate({"m'(h1)": 0.5})["b'(h1)"] != values["b'(h1)"]


def test_a_step_that_gives_a_bare_number_is_told_what_to_give() -> None:
    mine = Optimizer("mine", constant(0.1), lambda v, g, r, a, b: v - r * g, memories=())
    with pytest.raises(NeurographError, match=r"a tuple of floats, \(value, \*memories\)"):
        some_net().trace([1.0, 2.0], [0.5], optimizer=mine)
