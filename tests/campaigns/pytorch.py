"""Thousands of random nets beside PyTorch in float64: every number of both passes, and of one to three updates.

Every fourth net has weights, biases and inputs of 1e-8 to 1e4, saturated or not, and is given to both engines as well,
whose bits must be equal. A number may be off by 1e-12 of itself and by what one unit in the last place of each
activation and product changes; `tests/passes/pytorch_twin.py` tells how that is found. Where a number of ours leaves
the range of floats, one of PyTorch's must do so too, or come close.

Run by hand, from the top of the repository; 20,000 nets take about ten minutes on two cores:

    python -m tests.campaigns.pytorch 20000

A net is its seed, so `python -m tests.campaigns.pytorch 1 4711` runs number 4711 again.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from neurograph.errors import NumericalError
from tests.passes.pytorch_twin import Pair, Steps, pairs, random_steps

BLOCK = 50


class Found(NamedTuple):
    """What some nets have shown: counts, the closest pair to its limit for each kind of number, and what is off."""

    counts: Counter[str]
    closest: dict[str, tuple[float, int]]
    off: list[str]

    def add(self, more: Found) -> None:
        self.counts.update(more.counts)
        for kind, one in more.closest.items():
            self.closest[kind] = max(self.closest.get(kind, one), one)
        self.off.extend(more.off)


def main() -> None:
    count, first = map(int, (*sys.argv[1:], *("20000", "0")[len(sys.argv) - 1 :]))
    started = time.monotonic()
    found = Found(Counter(), {}, [])
    for more in on_all_cores(range(first, first + count)):
        found.add(more)
        for line in more.off:
            print(line, flush=True)
    for what, number in sorted(found.counts.items()):
        print(f"{number:9,} {what}")
    for kind, (excess, seed) in sorted(found.closest.items()):
        print(f"{kind:11}: at most {excess:.2g} of what is allowed, net {seed}")
    print(f"{len(found.off)} off; {time.monotonic() - started:.0f} s")
    raise SystemExit(bool(found.off))


def on_all_cores(seeds: range) -> Iterator[Found]:
    blocks = [seeds[start : start + BLOCK] for start in range(0, len(seeds), BLOCK)]
    workers = min(os.cpu_count() or 1, len(blocks))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(look_at, blocks)


def look_at(seeds: range) -> Found:
    found = Found(Counter(), {}, [])
    for seed in seeds:
        steps = random_steps(seed)
        what = "wide" if steps.wide else "ordinary"
        found.counts[f"{what} nets"] += 1
        if steps.wide and not on_both_engines(steps, found.counts):
            found.off.append(f"net {seed}: the engines differ")
        try:
            for one in pairs(steps, seed):
                note(one, what, seed, found)
        except NumericalError:
            found.counts[f"{what} nets beyond floats, here and there"] += 1
        except AssertionError as error:
            found.off.append(f"net {seed}: {error}")
    return found


def note(one: Pair, what: str, seed: int, found: Found) -> None:
    found.counts[f"numbers of {what} nets"] += 1
    if one.theirs and one.allowed > 1e-6 * abs(one.theirs):
        found.counts[f"numbers of {what} nets that rounding may move by over 1e-6"] += 1
    found.closest[one.kind] = max(found.closest.get(one.kind, (0.0, seed)), (one.excess, seed))
    if one.excess > 1.0:
        found.off.append(
            f"net {seed}, {one.kind} {one.where}: {one.ours!r}, PyTorch {one.theirs!r}, allowed {one.allowed:.2g}"
        )


def on_both_engines(steps: Steps, counts: Counter[str]) -> bool:
    """See that both engines leave the same bits, or the same error."""
    left = []
    for engine in ("object", "compiled"):
        net = steps.net.copy()
        try:
            told = [net.gradient(steps.xs, steps.ys, steps.loss, engine=engine)]
            for neuron in net.neurons:
                told += [neuron.z, neuron.a, neuron.a_grad, neuron.delta, neuron.bias_grad]
            told += [edge.grad for edge in net.edges]
        except NumericalError as error:
            told = [str(error)]
        left.append(list(map(repr, told)))
    counts["nets on both engines"] += 1
    counts["numbers on both engines"] += len(left[0])
    return left[0] == left[1]


if __name__ == "__main__":
    main()
