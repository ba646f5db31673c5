"""Plain scalar C (scalar.c), compiled on the spot: the limit for one scalar at a time. It is called once per turn."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from ctypes import POINTER, Structure, byref, c_double, c_uint8, c_uint32
from itertools import accumulate, chain
from pathlib import Path

from contestants import Epochs
from workloads import Task

__all__ = ["enter"]

FLAGS = ["-O2", "-ffp-contract=off", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
RULES = ["sigmoid", "relu", "softmax"]  # as scalar.c numbers them
LOSSES = ["squared_error", "cross_entropy", "binary_cross_entropy"]


class Net(Structure):
    """As in scalar.c."""

    _fields_ = (
        *((name, c_uint32) for name in ("inputs", "neurons", "outputs", "rows", "batch", "loss")),
        ("rate", c_double),
        *((name, POINTER(c_uint32)) for name in ("first", "source")),
        *((name, POINTER(c_uint8)) for name in ("rule", "deep")),
        *((name, POINTER(c_double)) for name in ("x", "y", "weight", "weight_grad", "bias", "bias_grad", "a", "delta")),
    )


def enter(task: Task) -> Epochs:
    cells, inputs = task.cells, task.inputs
    neurons = inputs + len(cells)
    fan_in = [0] * inputs + [len(cell.sources) for cell in cells]

    def doubles(*parts: list[float]) -> ctypes.Array[c_double]:
        return (c_double * sum(map(len, parts)))(*chain.from_iterable(parts))

    net = Net(
        inputs,
        neurons,
        task.outputs,
        len(task.X),
        task.batch,
        LOSSES.index(task.loss),
        task.rate,
        (c_uint32 * (neurons + 1))(0, *accumulate(fan_in)),
        (c_uint32 * task.edges)(*chain.from_iterable(cell.sources for cell in cells)),
        (c_uint8 * neurons)(*[0] * inputs, *(RULES.index(cell.activation) for cell in cells)),
        (c_uint8 * neurons)(*[0] * inputs, *(max(cell.sources) >= inputs for cell in cells)),
        doubles(*task.X),
        doubles(*task.Y),
        doubles(*(cell.weights for cell in cells)),
        (c_double * task.edges)(),
        doubles([0.0] * inputs, [cell.bias for cell in cells]),
        *((c_double * neurons)() for _ in range(3)),
    )
    train = library().train
    train.restype = c_double
    return lambda count: float(train(byref(net), c_uint32(count)))


def library() -> ctypes.CDLL:
    source = Path(__file__).parent.parent / "scalar.c"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        built = Path(folder) / "scalar.so"
        subprocess.run(["gcc", *FLAGS, str(source), "-o", str(built), "-lm"], check=True)  # noqa: S607
        return ctypes.CDLL(str(built))
