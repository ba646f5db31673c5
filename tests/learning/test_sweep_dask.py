"""A sweep on a Dask cluster: two processes of its own, set up as users do, give the rows that one process gives."""

from __future__ import annotations

import os
import time

import pytest

import neurograph as ng

joblib = pytest.importorskip("joblib", reason="a sweep reaches Dask through joblib", exc_type=ImportError)
distributed = pytest.importorskip("distributed", reason="Dask is not installed", exc_type=ImportError)

IRIS = ng.datasets.load_iris()


@pytest.fixture(scope="module")
def cluster():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as processes,
        distributed.Client(processes),
    ):
        yield processes


def bare(result) -> list[dict]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in result]


def sweep(make_net, **how):
    """Every kind of thing that is hard to send: closures in records, a rule of one's own, registries, failures."""
    grid = {
        "hidden": [2, 0],
        "optimizer": [ng.Adam(0.05), ng.Momentum(0.1), ng.SGD(1e300)],
        "loss": ["squared_error", ng.LOSSES["cross_entropy"]],
    }
    return ng.sweep(
        make_net, IRIS, grid, [1, 0], epochs=2, batch_size=25, regularizer=ng.L2(0.01), clip=ng.Clip(norm=1.0),
        validation=0.2, **how,
    )  # fmt: skip


def test_the_rows_are_those_of_one_process(cluster, tmp_path):
    assert cluster
    cube = ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
    softmax = ng.ACTIVATIONS["softmax"]

    def make_net(hidden, seed):
        (tmp_path / str(os.getpid())).touch()
        if not hidden:
            raise RuntimeError("no neurons")
        return ng.Network.dense([4, hidden, 3], [cube, softmax], seed=seed)

    alone = sweep(make_net, n_jobs=1)
    assert 12 <= sum(row["error"] is not None for row in alone) < 24
    mine = tmp_path / str(os.getpid())
    mine.unlink()
    with joblib.parallel_config(backend="dask"):
        for n_jobs in (None, -1):
            assert bare(sweep(make_net, n_jobs=n_jobs)) == bare(alone)
    assert len(list(tmp_path.iterdir())) == 2
    assert not mine.exists()


def test_rows_are_kept_as_they_come_and_stand_in_order(cluster, tmp_path):
    assert cluster
    path = tmp_path / "runs.jsonl"

    def make_net(hidden, seed):
        time.sleep(0.5 if (hidden, seed) == (2, 0) else 0.0)
        return ng.Network.dense([4, hidden, 3], "sigmoid", seed=seed)

    def run(seeds):
        with joblib.parallel_config(backend="dask"):
            return ng.sweep(make_net, IRIS, {"hidden": [2, 3]}, seeds, epochs=1, path=path)

    first = run(range(2))
    assert [(row["hidden"], row["seed"]) for row in first] == [(2, 0), (2, 1), (3, 0), (3, 1)]
    assert not path.read_text().splitlines()[1].startswith('{"hidden": 2, "seed": 0'), "it was not the first to be done"
    assert [row for row in run(range(3)) if row["seed"] < 2] == first.rows
