"""Many small trainings at once: every combination of a grid with every seed, in one process or in several.

It puts a plan, its jobs and its file together; how a run is planned, run and kept, the files beside it know.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from neurograph.learning.loop import wants_bar
from neurograph.learning.sweeps.arguments import Row
from neurograph.learning.sweeps.file import kept
from neurograph.learning.sweeps.jobs import checked_jobs, outcomes
from neurograph.learning.sweeps.plan import plan_of
from neurograph.learning.sweeps.table import Sweep
from neurograph.network import Network
from neurograph.validate import switch

__all__ = ["sweep"]


def sweep(
    make_net: Callable[..., Network],
    data: Any,
    grid: Mapping[str, Iterable[Any]],
    seeds: Iterable[int],
    n_jobs: int | None = None,
    *,
    path: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    **settings: Any,
) -> Sweep:
    """Train a network for every combination of parameters and every seed, and compare.

    A parameter goes by its name to whoever takes it: to `make_net`, and to `train` as a setting, such as `epochs`. An
    optimizer, a regularizer or a clip may be given as a function, such as `optimizer=ng.Adam`, and is made from its
    own parameters, such as `rate`; one that is named, `optimizer="adam"`, takes `learning_rate`; without an optimizer
    it is `ng.SGD`. What is the same for all runs stands beside the grid, as a keyword.

    Parameters
    ----------
    make_net : callable
        `make_net(..., seed=seed) -> Network`, such as `ng.Network.dense` itself.
    data : data set or (X, Y)
        What to train on: anything with an `X` and a `Y`, or the pair of both.
    grid : dict of str to list
        The values of each parameter. A value that is no number or text is shown by its name; where two have the same
        one, a dict gives them names of their own: `{"regularizer": {"weak": ng.L2(0.001), "strong": ng.L2(0.1)}}`.
    seeds : iterable of int
        One run of each combination for each. A seed fixes the first weights and the order of the examples.
    n_jobs : int, optional
        How many runs there are at a time, each in a process of its own, by joblib; -1 is one on each processor. 1 is
        this process, without joblib. Left out, what `joblib.parallel_config` says, and 1 outside of it; so inside
        `joblib.parallel_config(backend="dask")` the runs are on the Dask cluster. A process of its own does not have
        what was added to a registry here: give such rules as records, not by name.
    path : path, optional
        A file to keep every row in as soon as its run is done. When it is there already the sweep goes on with it:
        runs that it has are not run again, except failed ones. It may go on with other seeds, but with nothing else.
    progress : bool, optional
        Show a progress bar; when left out, on a terminal.
    **settings
        Parameters that are the same for all runs, for `make_net` and for `train`, such as `epochs=200`.

    Returns
    -------
    Sweep
        A row for each run, in the order of the grid; the same, but for the seconds, whatever `n_jobs` is. A run that
        failed has its error in its row, and the others go on. After Ctrl-C, the rows of the runs that were finished;
        side by side, those at hand are finished first, unless Ctrl-C is pressed again.

    Raises
    ------
    NeurographError
        Before anything is run, when a parameter fits neither `make_net` nor `train`, one that is needed is missing,
        data, grid or seeds cannot be used, joblib is needed and not installed, or the file is not one of this very
        sweep. Later, when the file cannot be written, or the other processes break down.

    Examples
    --------
    >>> import neurograph as ng
    >>> def make_net(hidden, seed):
    ...     return ng.Network.dense([2, hidden, 1], ["tanh", "sigmoid"], seed=seed)
    >>> xor = ng.datasets.xor()
    >>> grid = {"hidden": [1, 4], "rate": [0.01, 0.1]}
    >>> result = ng.sweep(make_net, xor, grid, range(3), optimizer=ng.Adam, loss="binary_cross_entropy", epochs=100)
    >>> for row in result.summary():
    ...     print(row["hidden"], row["rate"], row["runs"], round(row["accuracy"], 2))
    1 0.01 3 0.67
    1 0.1 3 0.75
    4 0.01 3 0.92
    4 0.1 3 1.0
    """
    if progress is not None:
        progress = switch(progress, "sweep, progress")
    plan = plan_of(make_net, data, grid, seeds, settings)
    jobs = checked_jobs(n_jobs)
    done: dict[int, Row] = {}
    stopped = False
    try:
        with kept(path, plan) as (rows, keep):
            done |= rows
            todo = [number for number in range(len(plan.runs)) if number not in done or done[number]["error"]]
            bar = _bar(len(plan.runs), len(plan.runs) - len(todo), progress)
            with bar as show, closing(outcomes(plan, todo, jobs)) as results:
                for number, measured in results:
                    row = plan.runs[number].shown | measured
                    done[number] = row
                    keep(row)
                    show(row)
    except KeyboardInterrupt:
        stopped = True
    ordered = [done[number] for number in sorted(done)]
    why = f"interrupted, {len(ordered)} of {len(plan.runs)} runs are done" if stopped else ""
    return Sweep(ordered, tuple(plan.columns[:-1]), why)


@contextmanager
def _bar(runs: int, done: int, progress: bool | None) -> Iterator[Callable[[Row], None]]:
    """Show a bar with the number of failures, if one is wanted."""
    if not wants_bar(progress):
        yield lambda row: None
        return
    from tqdm import tqdm

    failed = 0
    with tqdm(total=runs, initial=done, unit="run") as bar:

        def show(row: Row) -> None:
            nonlocal failed
            if row["error"]:
                failed += 1
                bar.set_postfix(failed=failed, refresh=False)
            bar.update()

        yield show
