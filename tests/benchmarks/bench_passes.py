"""Single steps and passes for pytest-benchmark: `python -m pytest tests/benchmarks/bench_passes.py`.

The ordinary test run does not collect this file. For a fair comparison of contestants use compare.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import neurograph as ng
from contestants import ours, tutorial
from workloads import TASKS

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

each = pytest.mark.parametrize("name", ["W5e2", "W5e3", "W5e4", "W5e5"])


@each
def test_step_by_hand(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = f"step, {name}"
    task = TASKS[name]()
    net = ours.network(task)

    def step() -> None:
        net.forward(task.X[0])
        net.backward(task.Y[0], task.loss)
        net.update(task.rate)
        net.zero_grad()

    benchmark(step)


@each
def test_epoch_of_a_trainer(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = f"epoch, {name}"
    benchmark(ours.by_objects(TASKS[name]()), 1)


@each
def test_epoch_of_the_tutorial(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = f"epoch, {name}"
    benchmark(tutorial.enter(TASKS[name]()), 1)


def test_forward(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "forward"
    task = TASKS["W5e3"]()
    benchmark(ours.network(task).forward, task.X[0])


def test_building(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "build"
    benchmark(ng.Network.dense, [784, 30, 10], "sigmoid")
