"""The same steps for pytest-benchmark: `python -m pytest tests/benchmarks/bench_passes.py`.

The ordinary test run does not collect this file. For a fair comparison of contestants use compare.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import neurograph as ng
from workloads import DIGITS, WIDTHS, build, example, naive_step, naive_twin, plain_step, public_step

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

sizes = pytest.mark.parametrize("width", WIDTHS.values(), ids=[f"{edges} edges" for edges in WIDTHS])


@sizes
def test_plain_run(benchmark: BenchmarkFixture, width: int) -> None:
    benchmark.group = f"step, width {width}"
    benchmark(plain_step(build(width), *example(width)))


@sizes
def test_public_door(benchmark: BenchmarkFixture, width: int) -> None:
    benchmark.group = f"step, width {width}"
    benchmark(public_step(build(width), *example(width)))


@sizes
def test_naive_tutorial(benchmark: BenchmarkFixture, width: int) -> None:
    benchmark.group = f"step, width {width}"
    benchmark(naive_step(naive_twin(build(width)), *example(width)))


def test_forward(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "forward"
    net = build(WIDTHS[1_000])
    benchmark(net.forward, example(WIDTHS[1_000])[0])


def test_building(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "build"
    benchmark(ng.Network.dense, DIGITS, "sigmoid")
