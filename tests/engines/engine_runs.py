"""Whole training runs, by one engine or the other, told to the last bit; the kernels as they stand are an engine too.

It trains through the same doors as everybody. What is trained, others say.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any, NamedTuple
from unittest import mock

import pytest

from neurograph import Network, Trainer
from neurograph.errors import NumericalError
from tests.engines.plain_machine import Plain

NUMBA = find_spec("numba") is not None
needs_numba = pytest.mark.skipif(not NUMBA, reason="numba is not installed (the extra fast)")

Outcome = dict[str, Any]


class Run(NamedTuple):
    """A training run: how a trainer is made, and the calls of `epochs`: how many, how far ahead, what comes before."""

    net: Network
    how: dict[str, Any]
    calls: tuple[tuple[int, int, str], ...]
    told: frozenset[str]


# Running.


def trainer_of(run: Run, engine: str) -> Trainer:
    """A trainer on a copy of the network; the engine "plain" is the kernels without a compiler."""
    if engine == "plain":
        with plain_kernels():
            return Trainer(run.net.copy(), engine="compiled", **run.how)
    return Trainer(run.net.copy(), engine=engine, **run.how)


@contextmanager
def plain_kernels() -> Iterator[None]:
    """Let trainers that are made in here take the kernels as they stand for the machine, with numba or without."""
    with mock.patch("neurograph.learning.trainer.machine", Plain):
        yield


def outcome(run: Run, engine: str, in_calls: bool = True) -> Outcome:
    """Train, and tell of every number that is left: of each row, neuron, edge and parameter, or of the error."""
    trainer, told = trained(run, engine, in_calls)
    if "wild" not in run.told and engine != "object":
        assert trainer.engine == "compiled"
        assert trainer.replayed == 0 or told["error"]  # or the objects would be compared with themselves
    return told


def trained(run: Run, engine: str, in_calls: bool = True) -> tuple[Trainer, Outcome]:
    """Do the same for runs that numbers may lead astray, so that the objects take over; the trainer knows how often."""
    trainer = trainer_of(run, engine)
    rng, rows, error = Random(0), [], ""
    calls = run.calls
    if not in_calls and not any(before for _, _, before in calls):
        calls = ((sum(count for count, _, _ in calls), 1, ""),)
    try:
        for count, ahead, before in calls:
            edit(trainer.net, before, rng)
            with quiet(engine):
                rows += trainer.epochs(count, ahead=ahead)
    except NumericalError as trouble:
        error = str(trouble)
    return trainer, told_by(trainer, rows) | {"error": error}


def quiet(engine: str) -> AbstractContextManager[object]:
    """Let numbers of NumPy's, in which the kernels count as they stand, leave the range of floats without a word."""
    return import_module("numpy").errstate(all="ignore") if engine == "plain" else nullcontext()


def freeze_some(net: Network, rng: Random) -> None:
    computing = [neuron for neuron in net.neurons if neuron.role != "input"]
    net.freeze(*rng.sample(computing, rng.randint(1, len(computing)) // 2))
    net.freeze(*rng.sample(net.edges, rng.randint(0, len(net.edges)) // 2))


def tie_some(net: Network, rng: Random) -> bool:
    for holders in (net.edges, net.computing):
        free = [holder for holder in holders if holder.tie is None]
        rng.shuffle(free)
        for size in rng.choice([(2,), (3,), (2, 3)]):
            if len(free) >= size:
                net.tie(*(free.pop() for _ in range(size)))
    return bool(net.ties)


def edit(net: Network, what: str, rng: Random) -> None:
    """Change what may move, between two calls."""
    if what == "freeze":
        freeze_some(net, rng)
    elif what == "unfreeze":
        net.unfreeze(*(neuron for neuron in net.neurons if neuron.role != "input"))
    elif what == "tie":
        tie_some(net, rng)


def told_by(trainer: Trainer, rows: list[dict[str, Any]]) -> Outcome:
    """Everything that a run has left, under a name of its own."""
    net = trainer.net
    told: Outcome = {f"row {row['epoch']}, {name}": bits(value) for row in rows for name, value in row.items()}
    told["rows"] = [list(row) for row in rows]
    for neuron in net.neurons:
        for slot in ("z", "a", "a_grad", "delta", "bias_grad", "b"):
            told[f"{neuron.name}.{slot}"] = bits(getattr(neuron, slot))
    for edge in net.edges:
        told[f"{edge.label}.w"], told[f"{edge.label}.grad"] = bits(edge.w), bits(edge.grad)
    for parameter in trainer.learner.update.parameters:
        told[f"memory of {parameter.label}"] = tuple(map(bits, parameter.memory))
    told["clock"] = tuple(map(bits, trainer.learner.update.clock))
    state = net.__getstate__()
    told["error"] = ""
    told["state"] = trainer.epoch, state["activations"], state["gradients"], bits(trainer.state()["first_loss"])
    return told


def bits(value: float | None) -> object:
    """A number as its bits, told from every other: 0.0 from -0.0, and from None; an int stays what it is."""
    if value is None or isinstance(value, int):
        return value
    assert type(value) is float, f"{value!r} is a {type(value)}"  # nothing of NumPy comes out
    return struct.pack(">d", value)


def differences(one: Outcome, two: Outcome) -> list[str]:
    """Name what two runs have not left alike."""
    names = [name for name in one | two if name not in one or name not in two or one[name] != two[name]]
    return [f"{name}: {_shown(one.get(name))} and {_shown(two.get(name))}" for name in names]


def _shown(value: object) -> str:
    return struct.unpack(">d", value)[0].hex() if isinstance(value, bytes) else repr(value)
