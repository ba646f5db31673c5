"""The runs of a plan, one after another in this process, or side by side in others through joblib.

It knows when a run is done; what becomes of its row, others decide.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress

from neurograph.errors import InvalidValueError, NeurographError, one_line
from neurograph.learning.history import INTERRUPTED
from neurograph.learning.loop import interruptible
from neurograph.learning.sweeps.arguments import Row
from neurograph.learning.sweeps.packing import needed, pack
from neurograph.learning.sweeps.plan import Plan, measure
from neurograph.validate import whole

__all__ = ["checked_jobs", "outcomes", "worker"]

Outcome = tuple[int, Row]


def checked_jobs(n_jobs: object) -> int | None:
    """Pass on how many runs there are to be side by side; 0 and what is no whole number are refused."""
    if n_jobs is None:
        return None
    number = whole(n_jobs, "sweep, n_jobs")
    if number == 0:
        expected = "1 or more, or -1 for one on each processor"
        raise InvalidValueError(where="sweep, n_jobs", given=number, expected=expected)
    return number


def outcomes(plan: Plan, numbers: list[int], n_jobs: int | None) -> Generator[Outcome, None, None]:
    """Run some runs of a plan; give the number of each and what was measured, as soon as it is done.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; of the runs side by side, those at hand are still given first, and a second Ctrl-C stops at once.
    NeurographError
        When other processes are asked for, and joblib is not installed, or the plan cannot be sent to them, or they
        break down.
    """
    if n_jobs is None:  # only who has imported joblib can have told it to use other processes
        joblib = sys.modules.get("joblib")
        n_jobs = 1 if joblib is None else joblib.effective_n_jobs(None)
    return _one_by_one(plan, numbers) if n_jobs == 1 else _side_by_side(plan, numbers, n_jobs)


def _one_by_one(plan: Plan, numbers: list[int]) -> Generator[Outcome, None, None]:
    for number in numbers:
        measured = measure(plan, number)
        if measured.get("stopped") == INTERRUPTED:
            raise KeyboardInterrupt
        yield number, measured


def _side_by_side(plan: Plan, numbers: list[int], n_jobs: int) -> Generator[Outcome, None, None]:
    """Run them through joblib. To stop is to hand out no more: joblib itself, when it is stopped, kills its workers."""
    joblib, package, work = needed("joblib", n_jobs), pack(plan, n_jobs), worker()
    with interruptible() as stop:
        tasks = (joblib.delayed(work)(package, number) for number in numbers if not stop.is_set())
        try:  # one run to a task, or finished rows would wait for their neighbours
            how = {"batch_size": 1, "pre_dispatch": "n_jobs", "return_as": "generator_unordered"}
            with _deaf():
                results = joblib.Parallel(n_jobs=n_jobs, **how)(tasks)
            try:
                for number, measured in results:
                    if measured.get("stopped") == INTERRUPTED:  # Ctrl-C has reached a worker that somebody else began
                        stop.set()
                    else:
                        yield number, measured
            except GeneratorExit:
                stop.set()
                with suppress(Exception):  # whoever asked to stop has an error of his own
                    list(results)
                return
        except Exception as error:  # all errors of a run are in its row
            if stop.is_set():  # as above, between two runs
                raise KeyboardInterrupt from None
            reason = one_line(str(error).strip().partition("\n")[0])
            raise NeurographError(
                f"the processes broke down ({type(error).__name__}: {reason}). What is in the file of "
                "the sweep is safe; run it again to go on, with fewer processes if memory was short.",
                where=f"sweep, n_jobs={n_jobs}",
            ) from error
        if stop.is_set():
            raise KeyboardInterrupt


@contextmanager
def _deaf() -> Iterator[None]:
    """Let the processes that are begun here ignore Ctrl-C, which a terminal sends to all: this process stops them."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which they inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def worker() -> Callable[[bytes, int], Outcome]:
    """Give the function that runs one run in another process, from the package alone.

    It is sent as code, not by name, so that a process which does not find this package, or a module of the user's, can
    say so in the row.
    """

    def work(package: bytes, number: int) -> Outcome:
        try:
            from neurograph.learning.sweeps.packing import unpack
            from neurograph.learning.sweeps.plan import measure

            plan = unpack(package)
        except Exception as failure:
            return number, {"seconds": 0.0, "error": f"{type(failure).__name__}: {failure}"}
        return number, measure(plan, number)

    return work
