"""Our steps beside the naive tutorial's, in one interleaved run: `python tests/benchmarks/compare.py`.

The contestants take turns in every round, so that a busy machine slows all of them alike; each lives in a process of
its own, so that they do not scatter their numbers among each other's in memory. The table shows medians over the
rounds; the ratios are medians of the ratios within a round. Trust the ratios more than the times.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter_ns

import neurograph as ng
from workloads import DIGITS, WIDTHS, Step, build, edges_of, example, naive_step, naive_twin, plain_step, public_step

TURN_NS = 30_000_000  # how long one turn of one contestant lasts, about
CONTESTANTS: dict[str, Callable[[int], Step]] = {
    "plain run": lambda width: plain_step(build(width), *example(width)),
    "public door": lambda width: public_step(build(width), *example(width)),
    "naive": lambda width: naive_step(naive_twin(build(width)), *example(width)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Time one training step, ours beside the naive tutorial's.")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contestant (default 15)")
    rounds = parser.parse_args().rounds
    print(f"One training step on n-n-n sigmoid nets, ns per edge; {rounds} rounds, Python {platform.python_version()}")
    print(f"{'edges':>8} {'plain run':>10} {'public door':>12} {'naive':>8} {'plain/naive':>12} {'public/naive':>13}")
    for width in WIDTHS.values():
        plain, public, naive = compare(width, rounds)
        print(
            f"{edges_of(width):8,} {median(plain):10.0f} {median(public):12.0f} {median(naive):8.0f} "
            f"{ratio(plain, naive):12.2f} {ratio(public, naive):13.2f}"
        )
    print(f"Building {'-'.join(map(str, DIGITS))}: {building(rounds):.0f} ms")


def compare(width: int, rounds: int) -> list[list[float]]:
    """Time the contestants in turn: for each, its ns per edge in every round."""
    spawn = get_context("spawn")
    with ExitStack() as stack:
        lines = []
        for name in CONTESTANTS:
            here, there = spawn.Pipe()
            process = spawn.Process(target=contestant, args=(there, name, width, TURN_NS), daemon=True)
            process.start()
            there.close()  # so that a contestant that fails is noticed
            stack.callback(process.join)
            stack.callback(here.send, "leave")
            lines.append(here)
        taken: list[list[float]] = [[] for _ in lines]
        for _ in range(rounds):
            for line, row in zip(lines, taken, strict=True):
                line.send("go")
                row.append(line.recv() / edges_of(width))
    return taken


def contestant(line: Connection, name: str, width: int, turn_ns: int) -> None:
    """Wait for one's turn, take it, tell the ns of a step; until told to leave."""
    step = CONTESTANTS[name](width)
    turn(step, 1)
    repeat = max(1, round(turn_ns / turn(step, 1)))
    while line.recv() == "go":
        line.send(turn(step, repeat))


def turn(step: Step, repeat: int) -> float:
    """Time a step, in ns, as the mean of some in a row."""
    start = perf_counter_ns()
    for _ in range(repeat):
        step()
    return (perf_counter_ns() - start) / repeat


def ratio(ours: list[float], theirs: list[float]) -> float:
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def building(rounds: int) -> float:
    """Time building the net for handwritten digits, in ms."""
    return median(turn(lambda: ng.Network.dense(DIGITS, "sigmoid"), 1) for _ in range(rounds)) / 1e6


if __name__ == "__main__":
    main()
