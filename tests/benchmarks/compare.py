"""Our engines beside their peers, in one interleaved run: `python tests/benchmarks/compare.py`.

An epoch is forward, loss, backward and update for every example, in float64, from equal weights, in equal order and on
one thread. Losses after 20 epochs must be equal, those of our two engines to the last bit. The tables show medians
over the rounds; a ratio is the median of the ratios within a round. Trust the ratios more than the times.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from statistics import median

from arena import CHECKED, Score, compete
from contestants import COMPILED, CONTESTANTS, LIMIT, OBJECT
from tables import short, table
from workloads import LARGE, TASKS

TURN_NS = 40_000_000  # how long one turn of one contestant lasts, about
CLOSE = 1e-9  # how far a loss may be from ours, relative
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
PACKAGES = ("numba", "micrograd", "numpy", "scikit-learn", "torch", "jax")

Scores = dict[str, dict[str, Score]]  # by task, by contestant


def main() -> None:
    given = options()
    os.environ.update(dict.fromkeys(THREADS, "1"))
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    tasks = [name for name in TASKS if chosen(name, given.only) and (name not in LARGE or given.large)]
    allowed = [name for name in CONTESTANTS if not chosen(name, given.without)]
    names = [name for name in allowed if CONTESTANTS[name].ready]
    if not tasks or not names:
        raise SystemExit(f"Nothing to compare. Workloads: {', '.join(TASKS)}. Contestants: {', '.join(CONTESTANTS)}.")
    print(f"Python {platform.python_version()}, {', '.join(versions())}; rounds: {given.rounds}; one thread each")
    if absent := [name for name in allowed if name not in names]:
        print(f"Not installed: {', '.join(f'{name} ({CONTESTANTS[name].needs})' for name in absent)}")
    scores: Scores = {}
    for task in tasks:
        scores[task] = compete(task, names, given.rounds, TURN_NS)
        agree(task, scores[task])
        print(f"{task:5} {TASKS[task]().about}", flush=True)
    print(report(scores, names, given.markdown))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time an epoch of training, ours beside our peers'.")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contestant (default 9)")
    parser.add_argument("--only", type=names_of, default=[""], help="workloads, or how they begin, such as W1o,W5")
    parser.add_argument("--without", type=names_of, default=[], help="contestants to leave out, such as torch,jax")
    parser.add_argument("--large", action="store_true", help="a million edges too")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    return parser.parse_args()


def names_of(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def chosen(name: str, beginnings: list[str]) -> bool:
    return any(name.startswith(beginning) for beginning in beginnings)


def versions() -> list[str]:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return found


def agree(task: str, scores: dict[str, Score]) -> None:
    """Stop unless all have arrived at the same loss, our two engines at the same bits."""
    losses = {name: score.loss for name, score in scores.items() if not math.isnan(score.loss)}
    ours = losses.get(OBJECT, next(iter(losses.values()), math.nan))
    for name, loss in losses.items():
        exact = name == COMPILED and OBJECT in losses
        if loss != ours if exact else not math.isclose(loss, ours, rel_tol=CLOSE):
            raise SystemExit(f"{task}: after {CHECKED} epochs {name} has the loss {loss!r}, the others {ours!r}")


def report(scores: Scores, names: list[str], markdown: bool) -> str:
    """Write both tables, and what they leave unsaid."""
    ours = COMPILED if COMPILED in names else OBJECT
    beside = f" (times that of {LIMIT})" if LIMIT in names else ""
    head = [f"us per epoch{beside}", *scores]
    times = [[name, *(cell(of_task, name) for of_task in scores.values())] for name in names]
    against = [f"peer time / our {ours} time", *scores]
    speed = [
        [name, *(short(ratio(of_task, name, ours)) for of_task in scores.values())] for name in names if name != ours
    ]
    return "\n".join(["", table(head, times, markdown), "", table(against, speed, markdown), "", *notes(scores)])


def cell(scores: dict[str, Score], name: str) -> str:
    times = scores[name].times
    if not times:
        return "-"
    own = "*" if math.isnan(scores[name].loss) else ""
    beside = f" ({short(ratio(scores, name, LIMIT))})" if LIMIT in scores else ""
    return f"{short(median(times) / 1e3)}{own}{beside}"


def ratio(scores: dict[str, Score], name: str, other: str) -> float:
    """Give the median of the ratios within a round, nan where one of the two has not entered."""
    if name not in scores or other not in scores or not scores[name].times or not scores[other].times:
        return math.nan
    return median(one / base for one, base in zip(scores[name].times, scores[other].times, strict=True))


def notes(scores: Scores) -> list[str]:
    exact = ", those of our two engines to the last bit" * all(
        {OBJECT, COMPILED} <= set(one) for one in scores.values()
    )
    lines = [f"All losses after {CHECKED} epochs are equal within {CLOSE:g}{exact}."]
    if any(score.times and math.isnan(score.loss) for of_task in scores.values() for score in of_task.values()):
        lines.append("* optimises another loss, so it is not held against ours.")
    why: dict[tuple[str, str], list[str]] = {}
    for task, of_task in scores.items():
        for name, score in of_task.items():
            if score.declined:
                why.setdefault((name, score.declined), []).append(task)
    return lines + [f"- {name} ({', '.join(tasks)}): {reason}." for (name, reason), tasks in why.items()]


if __name__ == "__main__":
    main()
