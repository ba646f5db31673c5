"""What a sweep gives back: one row for each run, and over the seeds the mean and the spread of each combination.

It keeps rows and writes them out; it runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, stdev

from neurograph.errors import one_line
from neurograph.learning.rows import Rows
from neurograph.learning.sweeps.arguments import MEASURES, Cell, Row

__all__ = ["Sweep"]

_AVERAGED = (*MEASURES, "epochs_done", "seconds")
_SHOWN_FAILURES = 3


@dataclass(slots=True, repr=False)
class Sweep(Rows[Cell]):
    """The runs of a sweep.

    Attributes
    ----------
    rows : list of dict
        For each run, in the order of the grid, the parameters; `seed`; `loss` and, where there are such, `accuracy`,
        `validation_loss` and `validation_accuracy` of the last epoch (with `patience`, of the best one, which then is
        `best_epoch`); `epochs_done`; why training `stopped` before its last epoch, empty when it did not; `seconds`;
        and `error`, None when there was none. `pandas.DataFrame(result.rows)` makes a table of it.
    parameters : tuple of str
        The columns that hold the parameters of the grid.
    stopped : str
        Why not all runs are there; empty when they are.

    Examples
    --------
    >>> result = Sweep([{"hidden": 3, "seed": 0, "loss": 0.5, "seconds": 0.1, "error": None},
    ...                 {"hidden": 3, "seed": 1, "loss": 0.25, "seconds": 0.1, "error": None},
    ...                 {"hidden": 0, "seed": 0, "seconds": 0.0, "error": "InvalidValueError: none"}], ("hidden",))
    >>> result
    <Sweep of 3 runs, 1 failed, over hidden>
    >>> print(result)
    hidden    runs           loss  seconds
         3       2  0.375 +- 0.18      0.1
         0  0 of 1
    mean +- standard deviation over the seeds
    failed: hidden=0, seed=0: InvalidValueError: none
    >>> print(result.csv(), end="")
    hidden,seed,loss,seconds,error
    3,0,0.5,0.1,
    3,1,0.25,0.1,
    0,0,,0.0,InvalidValueError: none
    """

    rows: list[Row]
    parameters: tuple[str, ...]
    stopped: str = ""

    @property
    def columns(self) -> list[str]:
        """The names of the quantities: the parameters, the seed, what was measured, the time and the error."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        last = [name for name in ("seconds", "error") if name in names]  # a failed run may be the first
        return [*(name for name in names if name not in last), *last]

    def summary(self) -> list[Row]:
        """Give a row for each combination of parameters, over its seeds.

        Returns
        -------
        list of dict
            The parameters; how many `runs` there are and how many of them `failed`; of the others the mean of each
            quantity, and in `<quantity>_spread` its standard deviation (n - 1), None of a single run.

        Examples
        --------
        >>> rows = [{"hidden": 3, "seed": seed, "loss": loss, "error": None} for seed, loss in enumerate([0.25, 0.75])]
        >>> Sweep(rows, ("hidden",)).summary()
        [{'hidden': 3, 'runs': 2, 'failed': 0, 'loss': 0.5, 'loss_spread': 0.3535533905932738}]
        """
        combinations: dict[tuple[Cell, ...], list[Row]] = {}
        for row in self.rows:
            combinations.setdefault(tuple(row[name] for name in self.parameters), []).append(row)
        return [self._averaged(combination, runs) for combination, runs in combinations.items()]

    def _averaged(self, combination: tuple[Cell, ...], runs: list[Row]) -> Row:
        good = [row for row in runs if row["error"] is None]
        averaged: Row = dict(zip(self.parameters, combination, strict=True))
        averaged |= {"runs": len(runs), "failed": len(runs) - len(good)}
        for name in _AVERAGED:
            values = [float(value) for row in good if (value := row.get(name)) is not None]
            if values:
                averaged[name] = fmean(values)
                averaged[f"{name}_spread"] = stdev(values) if len(values) > 1 else None
        return averaged

    def __repr__(self) -> str:
        """Say in a line how many runs there are, and over which parameters."""
        failed = sum(row["error"] is not None for row in self.rows)
        ways = [f"of {len(self)} run{'' if len(self) == 1 else 's'}"]
        ways += [f"{failed} failed"] if failed else []
        ways += [f"over {', '.join(self.parameters)}"] if self.parameters else []
        return f"<Sweep {', '.join(ways)}>"

    def __str__(self) -> str:
        """Write a short table: a line for each combination, the first failures, and why it stopped."""
        summary = self.summary()
        measured = [name for name in _AVERAGED if any(name in row for row in summary)]
        if len(set(self.column("epochs_done")) - {None}) == 1:  # nothing to compare
            measured.remove("epochs_done")
        table = [[*self.parameters, "runs", *measured]]
        for row in summary:
            good = int(row["runs"] or 0) - int(row["failed"] or 0)
            runs = f"{good} of {row['runs']}" if row["failed"] else str(good)
            table.append([*(one_line(str(row[name])) for name in self.parameters), runs, *_cells(row, measured)])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)) for cells in table]
        if any(" +- " in cell for cells in table[1:] for cell in cells):
            lines.append("mean +- standard deviation over the seeds")
        failures = [row for row in self.rows if row["error"] is not None]
        for row in failures[:_SHOWN_FAILURES]:
            who = ", ".join(f"{name}={row[name]}" for name in (*self.parameters, "seed"))
            lines.append(one_line(f"failed: {who}: {row['error']}"))
        if len(failures) > _SHOWN_FAILURES:
            lines.append(f"failed: {len(failures) - _SHOWN_FAILURES} more, see the column error")
        if self.stopped:
            lines.append(f"stopped: {self.stopped}")
        return "\n".join(line.rstrip() for line in lines)


def _cells(row: Row, names: list[str]) -> list[str]:
    cells = []
    for name in names:
        mean, spread = row.get(name), row.get(f"{name}_spread")
        text = "" if mean is None else f"{mean:.4g}"
        cells.append(text if not spread or name == "seconds" else f"{text} +- {spread:.2g}")
    return cells
