"""Reading a CSV file beside `csv.reader` with `float()` of every cell: `python tests/benchmarks/csv_reading.py`.

The same file, one after the other, the best of several rounds; what counts is the ratio, and that it stays from 10^3 to
10^6 rows.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from neurograph.data.datasets import load_csv

COLUMNS = 10


def write(path: Path, rows: int) -> None:
    """Write a table of numbers with a header."""
    draw = Random(1).uniform
    with path.open("w") as file:
        file.write(",".join(f"c{k}" for k in range(COLUMNS)) + "\n")
        for _ in range(rows):
            file.write(",".join(f"{draw(-100, 100):.5f}" for _ in range(COLUMNS)) + "\n")


def plain(path: Path) -> list[list[float]]:
    """Read the numbers with the standard library, and look at none."""
    with path.open(newline="") as file:
        reader = csv.reader(file)
        next(reader)
        return [[float(cell) for cell in row] for row in reader]


def timed(read: Callable[[Path], object], path: Path) -> float:
    """Measure one reading in seconds; what was read is thrown away within it."""
    start = perf_counter()
    read(path)
    return perf_counter() - start


def ratio(path: Path, rows: int, rounds: int = 3) -> tuple[float, float]:
    """Give the best time of the plain reading, and of `load_csv` beside it."""
    write(path, rows)
    pairs = [(timed(plain, path), timed(load_csv, path)) for _ in range(rounds)]
    by_plain, ours = (min(times) for times in zip(*pairs, strict=True))
    return by_plain, ours / by_plain


def main(sizes: list[int]) -> None:
    """Print a line for each number of rows."""
    print(f"{'rows':>9}  {'csv.reader and float':>20}  load_csv")
    with TemporaryDirectory() as folder:
        for rows in sizes:
            seconds, times = ratio(Path(folder) / "table.csv", rows)
            print(f"{rows:>9}  {seconds:>18.3f} s  {times:.2f} x", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 10_000, 100_000, 1_000_000])
