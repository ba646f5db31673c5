"""A million edges: `python tests/benchmarks/large.py` builds, trains, saves and loads a 707-707-707 net.

It reports the seconds of each stage, and the most memory that the process has held up to its end, in bytes per edge.
Either engine has a process of its own; both must end with the same weights to the last bit, and so must the file. A
stage that is refused reads "-", and the reason follows.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import platform
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from time import perf_counter

import neurograph as ng
from tables import short, table

WIDTH = 707
MORE = 3  # steps after the first, which may have to lay things out
Stage = tuple[str, float, float]  # what, seconds, bytes
Found = tuple[list[Stage], str, str]  # a digest of the weights; what was refused, and why


def main() -> None:
    parser = argparse.ArgumentParser(description="Build, train, save and load a large net with either engine.")
    parser.add_argument("--width", type=int, default=WIDTH, help=f"neurons in each of three layers (default {WIDTH})")
    width = parser.parse_args().width
    edges = 2 * width * width
    engines = ["object", "compiled"] if find_spec("numba") else ["object"]
    found = [run(engine, width) for engine in engines]
    if len({digest for _, digest, _ in found}) > 1:
        raise SystemExit("The two engines have not arrived at the same weights.")
    rows = []
    for stages in zip(*(stages for stages, _, _ in found), strict=True):
        cells = [(short(seconds), short(memory / edges)) for _, seconds, memory in stages]
        rows.append([stages[0][0], *(cell for pair in cells for cell in pair)])
    print(f"{width}-{width}-{width} sigmoid, {edges:,} edges; Python {platform.python_version()}")
    print(table(["", *(f"{engine}: {unit}" for engine in engines for unit in ("s", "bytes/edge"))], rows, False))
    for refused in {refused for _, _, refused in found if refused}:
        print(f"Refused: {refused}")


def run(engine: str, width: int) -> Found:
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=life, args=(there, engine, width), daemon=True)
    process.start()
    there.close()  # so that a process that fails is noticed
    try:
        found: Found = here.recv()
    except EOFError:
        raise SystemExit(f"{engine} failed") from None
    process.join()
    return found


def life(line: Connection, engine: str, width: int) -> None:
    """Lead a net from its making to its loading, and tell what was found."""
    stages: list[Stage] = []
    epochs(trainer(ng.Network.dense([2, 2, 2], "sigmoid"), engine), 2)  # so that loading and compiling are done
    start = held()

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        begin = perf_counter()
        try:
            yield
        except BaseException:
            stages.append((name, math.nan, math.nan))
            raise
        stages.append((name, perf_counter() - begin, held() - start))

    with stage("build"):
        net = ng.Network.dense([width, width, width], "sigmoid", seed=1)
    with stage("begin training"):
        training = trainer(net, engine)
    with stage("first step"):
        epochs(training, 1)
    with stage(f"{MORE} steps"):
        epochs(training, MORE)
    refused = ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json"
        try:
            with stage("save"):
                ng.save(net, path)
            with stage("load"):
                loaded = ng.load(path)
        except ng.NeurographError as error:
            refused = str(error).removeprefix(f"{folder}/")
        else:
            if digest(loaded) != digest(net):
                raise SystemExit("The file has not kept the weights.")
    line.send((stages, digest(net), refused))


def trainer(net: ng.Network, engine: str) -> ng.Trainer:
    generator = Random(1)
    x, y = [generator.uniform(-1.0, 1.0) for _ in net.inputs], [generator.random() for _ in net.outputs]
    return ng.Trainer(net, [x], [y], shuffle=False, engine=engine)


def epochs(training: ng.Trainer, count: int) -> None:
    for _ in training.epochs(count, ahead=count):
        pass


def digest(net: ng.Network) -> str:
    """Boil all parameters down to a few letters."""
    all_of_them = hashlib.sha256()
    for neuron in net.neurons:
        if neuron.role != "input":
            numbers = [neuron.bias, *(edge.weight for edge in neuron.incoming)]
            all_of_them.update(struct.pack(f"{len(numbers)}d", *numbers))
    return all_of_them.hexdigest()


def _held() -> Callable[[], float]:
    try:
        import resource
    except ImportError:  # Windows has none
        return lambda: math.nan
    unit = 1 if sys.platform == "darwin" else 1024
    return lambda: float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


held = _held()  # the most bytes that this process has held so far

if __name__ == "__main__":
    main()
