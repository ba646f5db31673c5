"""Where contestants take turns: each in a process of its own, so that none scatters its numbers among another's.

In every round each has one turn, all on the same core where the system can say so: a busy machine slows all of them
alike. It knows no task and no contestant.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from time import perf_counter_ns

from contestants import CONTESTANTS, Contestant, Declined, Epochs
from workloads import TASKS

__all__ = ["CHECKED", "Score", "compete"]

CHECKED = 20  # epochs, after which all must have the same loss


@dataclass(slots=True)
class Score:
    """What one contestant made of one task: its loss, nan where that is another one; or why it did not enter."""

    loss: float
    declined: str = ""
    times: list[float] = field(default_factory=list)  # ns per epoch, one for each round


def compete(task: str, names: Sequence[str], rounds: int, turn_ns: int) -> dict[str, Score]:
    """Let contestants train from the same start, first for their loss, then in turns for their time."""
    with ExitStack() as stack:
        lines = {name: _visit(name, task, turn_ns, stack) for name in names}
        scores = {name: Score(*_hear(name, task, line)) for name, line in lines.items()}
        entered = [name for name in names if not scores[name].declined]
        for number in range(-1, rounds):  # a first round is for warming up, and for finding how much makes a turn
            for name in entered if number % 2 else entered[::-1]:
                lines[name].send("go")
                taken = _hear(name, task, lines[name])
                if number >= 0:
                    scores[name].times.append(taken)
    return scores


def _visit(name: str, task: str, turn_ns: int, stack: ExitStack) -> Connection:
    """Start a contestant's process, and give the line to it."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=contestant, args=(there, name, task, turn_ns), daemon=True)
    process.start()
    there.close()  # so that a contestant that fails is noticed
    stack.callback(_dismiss, here, process)
    return here


def _dismiss(line: Connection, process: BaseProcess) -> None:
    with suppress(OSError):
        line.send("leave")
    process.join()


def _hear(name: str, task: str, line: Connection) -> object:
    try:
        return line.recv()
    except EOFError:
        raise SystemExit(f"{name} failed on {task}") from None


def contestant(line: Connection, name: str, task: str, turn_ns: int) -> None:
    """Tell the loss after some epochs; then take every turn and tell its ns per epoch, until told to leave."""
    who = CONTESTANTS[name]
    try:
        epochs = who.enter(TASKS[task]())
    except Declined as reason:
        line.send((math.nan, str(reason)))
        return
    line.send((epochs(CHECKED),))
    count = 0
    with suppress(EOFError):
        while line.recv() == "go":
            if not count:
                settle()
                count = fitting(who, epochs, turn_ns)
            line.send(turn(epochs, count))


def settle() -> None:
    """Move this process, with all its threads, to the core that every contestant moves to."""
    if hasattr(os, "sched_setaffinity"):  # Linux has it
        core = {min(os.sched_getaffinity(0))}
        for thread in os.listdir("/proc/self/task"):
            os.sched_setaffinity(int(thread), core)


def fitting(who: Contestant, epochs: Epochs, turn_ns: int) -> int:
    """How many epochs fill a turn, about, as far as the contestant leaves that open."""
    count = least = min(who.least, who.most)
    while (taken := turn(epochs, count) * count) < turn_ns / 2 and count < who.most:
        count *= 2
    return min(max(least, round(turn_ns / taken * count)), who.most)


def turn(epochs: Epochs, count: int) -> float:
    """Time an epoch, in ns, as the mean of some in a row."""
    start = perf_counter_ns()
    epochs(count)
    return (perf_counter_ns() - start) / count
