"""The comparison of engines can fail: a changed order of sums in any kernel shows. And the shuffle is Python's own."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from random import Random
from types import ModuleType
from typing import NamedTuple
from unittest import mock

import pytest
from engine_runs import NUMBA, Run, differences, needs_numba, outcome

from neurograph import L2, SGD, Adam, Clip, Network
from neurograph.engines.compiled import epochs, interpreter, jit, shuffling, steps, verbs
from neurograph.engines.compiled.learner import _words
from tests.engines.plain_machine import Plain

MODULES = {"interpreter": interpreter, "steps": steps, "epochs": epochs, "verbs": verbs}


def fixed_run(batch: int, count: int = 39, mixed: bool = False, sizes: tuple[int, int] = (5, 6), **how: object) -> Run:
    """5-6-4, softmax on top, the long way through its Jacobian; a weight that three edges share, two dead neurons.

    If `mixed`, edges were not connected in the order of their targets.
    """
    rng = Random(3)
    net = Network.dense([*sizes, 4], ["tanh", "softmax"], seed=2)
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h3"), net.edge("x5", "h2"))
    for name, sign in (("dead", 1.0), ("dead too", -1.0)):  # one of them has a delta of -0.0
        net.add_neuron(name, "relu", bias=-50.0)
        net.connect("x1", name, 1.0), net.connect(name, "o1", sign), net.connect(name, "o2", 0.5 * sign)
    for h in ("h1", "h2", "h3") if mixed else ():
        weight = net.edge(h, "o1").weight
        net.disconnect(h, "o1")
        net.connect(h, "o1", weight)
    rows = [[rng.gauss(0.0, 1.0) for _ in range(sizes[0])] for _ in range(count)]
    aims = [[float(k == at % 4) for k in range(4)] for at in range(count)]  # of 39, fewer are of the last class
    return Run(net, {"X": rows, "Y": aims, "batch_size": batch, "shuffle": True} | how, ((6, 6, ""),), frozenset())


class Mutant(NamedTuple):
    """A kernel, and pieces of its text with what is put in their place; and a run in which that must show."""

    module: str
    function: str
    pieces: tuple[tuple[str, str], ...]
    run: Run

    def source(self) -> str:
        """The kernel's text, changed; a piece that is not in it once is a test that tests nothing."""
        text = inspect.getsource(getattr(MODULES[self.module], self.function))
        for old, new in self.pieces:
            assert text.count(old) == 1, f"{self.module}.{self.function} has {text.count(old)} times: {old}"
            text = text.replace(old, new)
        return text


UP, DOWN = "range(first + 1, start[i + 1])", "range(int(start[i + 1]) - 1, int(first), -1)"
OUT_UP = "range(out_start[i], out_start[i + 1])"
OUT_DOWN = "range(int(out_start[i + 1]) - 1, int(out_start[i]) - 1, -1)"
ONE, FEW, MANY = fixed_run(1), fixed_run(5), fixed_run(39)
ONLY = ONE._replace(net=Network.dense([5, 6, 4], "tanh", seed=2))  # nothing tied: each example steps as it goes
WIDE = fixed_run(39, sizes=(9, 8))
STEPS = fixed_run(5, optimizer=Adam(0.01), clip=Clip(norm=0.01), regularizer=L2(0.01, biases=True))
MIXED = fixed_run(5, mixed=True)
WATCHED = fixed_run(5, record=("gradients",))
JUDGED = fixed_run(39, validation=0.4)
JOINT = fixed_run(7, loss="binary_cross_entropy")
MUTANTS = {
    "z from the last edge to the first": Mutant("interpreter", "integrate", ((UP, DOWN),), FEW),
    "z with the bias first": Mutant(
        "interpreter", "integrate", (("total = 0.0", "total = p[first]"), ("total + p[first]", "total")), FEW
    ),
    "z in lanes, two edges added up before": Mutant(
        "interpreter", "integrate_lanes", (("total + w2 * a[a2 + lane] + w3 * a[a3 + lane]",
                                      "total + (w2 * a[a2 + lane] + w3 * a[a3 + lane])"),), MANY,
    ),
    "z in lanes with the bias first": Mutant(
        "interpreter", "integrate_lanes",
        (("z[at + lane] = 0.0", "z[at + lane] = p[first]"), ("+= bias", "+= 0.0")), MANY,
    ),
    "dC/da from the last edge to the first": Mutant("interpreter", "gather_error", ((OUT_UP, OUT_DOWN),), MIXED),
    "dC/da from the last target to the first": Mutant(
        "interpreter", "push_error", (("range(lo, hi)", "range(int(hi) - 1, int(lo) - 1, -1)"),), FEW
    ),
    "dC/da from the last target to the first, in a step": Mutant(
        "interpreter", "push_and_update", (("range(lo, hi)", "range(int(hi) - 1, int(lo) - 1, -1)"),), ONLY
    ),
    "dC/da of the weights after the step": Mutant(
        "interpreter", "push_and_update", (
            ("            a_grad[at] += w * error\n", ""),
            ("a[at] * error)\n", "a[at] * error)\n            a_grad[at] += p[k] * error\n"),
        ), ONLY,
    ),
    "dC/da in lanes from the last edge to the first": Mutant(
        "interpreter", "gather_error_lanes", ((OUT_UP, OUT_DOWN),), MANY
    ),
    "gradients in lanes from the last example to the first": Mutant(
        "interpreter", "add_gradients_lanes", (("            for lane in range(count):\n                d =",
                                  "            for lane in range(count - 1, -1, -1):\n                d ="),), MANY,
    ),
    "gradients in lanes of the last edges from the last example to the first": Mutant(
        "interpreter", "add_gradients_lanes", (("            for lane in range(count):\n                g0 += a",
                                  "            for lane in range(count - 1, -1, -1):\n                g0 += a"),), MANY,
    ),
    "gradients of a row, two examples added up before": Mutant(
        "interpreter", "add_gradients_row", (("g[first + k] + a_rows[a0 + k] * d0 + a_rows[a1 + k] * d1",
                                "g[first + k] + (a_rows[a0 + k] * d0 + a_rows[a1 + k] * d1)"),), WIDE,
    ),
    "gradients of a row, the last examples first": Mutant(
        "interpreter", "add_gradients_row",
        (("lane = 0", "lane = count % 4"), ("while lane < count:", "lane = 0\n    while lane < count % 4:")),
        WIDE._replace(how=WIDE.how | {"batch_size": 7}),
    ),
    "rows of the block before": Mutant("interpreter", "copy_to_rows", (("range(lo, hi)", "range(lo, lo)"),), WIDE),
    "bias gradients in lanes from the last example to the first": Mutant(
        "interpreter", "add_gradients_lanes", (("        for lane in range(count):\n            g0 += delta",
                                  "        for lane in range(count - 1, -1, -1):\n            g0 += delta"),), MANY,
    ),
    "a batch from its last example to the first": Mutant(
        "epochs", "train_batches",
        (("forward(first + position,", "forward(first + batch_begin + batch_end - 1 - position,"),), FEW,
    ),
    "a first gradient of -0.0 kept": Mutant("interpreter", "add_gradients", (("= 0.0 + error", "= error"),), ONE),
    "the rate times a, then times delta": Mutant(
        "interpreter", "update_at_once", (("rate * (0.0 + a[source[k]] * error)", "rate * a[source[k]] * error"),),
        ONLY,
    ),
    "the mean times 1/n": Mutant("steps", "average", (("g[k] /= count", "g[k] *= 1.0 / count"),), FEW),
    "the loss of an example from the last output to the first": Mutant(
        "interpreter", "cost_of", (("range(targets)", "range(targets - 1, -1, -1)"),), fixed_run(1, count=1)
    ),
    "the loss of an epoch example by example": Mutant(
        "epochs", "train_batches", (("total += cost", "total += 0.0"), ("cost += one *", "total += one *"),), FEW
    ),
    "the best output is the last of equals": Mutant(
        "interpreter", "is_right", (("+ lane] < largest", "+ lane] <= largest"),),
        MANY._replace(net=Network.dense([5, 6, 4], "tanh", initializer="zeros")),
    ),
    "the norm from the last parameter to the first": Mutant(
        "steps", "shorten", (("range(count):\n        squares += gradients[k] * g",
                              "range(count - 1, -1, -1):\n        squares += gradients[k] * g"),),
        STEPS,
    ),
    "a shared gradient from the last edge to the first": Mutant(
        "steps", "gather_gradients", (("range(tie_start[tie], tie_start[tie + 1]):\n            total",
                           "range(int(tie_start[tie + 1]) - 1, int(tie_start[tie]) - 1, -1):\n            total"),),
        fixed_run(5, optimizer=SGD(3.0), clip=Clip(value=1.0)),
    ),
    "the penalty from the last parameter to the first": Mutant(
        "verbs", "penalty", (("range(count)", "range(count - 1, -1, -1)"),), STEPS
    ),
    "the Jacobian from the last member to the first": Mutant(
        "verbs", "compute_delta_group", (("range(width):\n                    total",
                                   "range(width - 1, -1, -1):\n                    total"),), FEW,
    ),
    "the shares of a group's delta from the last output to the first": Mutant(
        "verbs", "add_shortcut_delta_group", (("range(width):\n                    if",
                                  "range(width - 1, -1, -1):\n                    if"),), JOINT,
    ),
    "watched gradients from the last neuron to the first": Mutant(
        "steps", "record_gradients",
        (("range(sizes.inputs, sizes.neurons)", "range(sizes.neurons - 1, sizes.inputs - 1, -1)"),), WATCHED
    ),
    "the judged from the last lane to the first": Mutant(
        "epochs", "evaluate", (("for lane in range(some)", "for lane in range(some - 1, -1, -1)"),), JUDGED
    ),
}  # fmt: skip


@pytest.mark.parametrize("run", [ONE, ONLY, FEW, MANY, WIDE, STEPS, MIXED, WATCHED, JUDGED, JOINT])
def test_nothing_differs_in_these_runs_as_the_kernels_are(run):
    expected = outcome(run, "object")
    for engine in ("plain", "compiled") if NUMBA else ("plain",):
        assert differences(expected, outcome(run, engine)) == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_changed_kernel_is_noticed(name, monkeypatch):
    mutant = MUTANTS[name]
    put_in(mutant, monkeypatch)
    assert differences(outcome(mutant.run, "object"), outcome(mutant.run, "plain"))


def put_in(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace a kernel in its own file, and wherever that is imported."""
    home, made = MODULES[mutant.module], {}
    exec(mutant.source(), vars(home), made)  # noqa: S102  # our own text
    for module in MODULES.values():
        if hasattr(module, mutant.function) and (module is home or verbs not in (module, home)):
            monkeypatch.setattr(module, mutant.function, made[mutant.function])


@needs_numba
def test_a_changed_kernel_is_noticed_when_compiled(tmp_path, monkeypatch):
    """The same with a machine whose own files have the change."""
    mutant = MUTANTS["z from the last edge to the first"]
    for path in Path(interpreter.__file__).parent.glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    right = (tmp_path / "interpreter.py").read_text(encoding="utf-8")
    wrong = right.replace(inspect.getsource(interpreter.integrate), mutant.source())
    assert right != wrong
    (tmp_path / "interpreter.py").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(jit, "_HERE", tmp_path)
    changed = jit.Machine()
    with mock.patch("neurograph.learning.trainer.machine", return_value=changed):
        found = differences(outcome(mutant.run, "object"), outcome(mutant.run, "compiled"))
    assert found


# The order of the examples.

LENGTHS = [1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 150, 623, 624, 625, 1247, 1248, 1249, 2000]
KEYS = ["0/0", "0/1", "7/12", "123456789/4095", "-3/5", "", "1/2" * 400, "9" * 4000 + "/0"]


def shuffled(machine: object, keys: list[str], count: int) -> list[list[int]]:
    numpy = import_module("numpy")
    orders = numpy.empty((len(keys), count), dtype=numpy.uint32)
    machine.shuffle_all(orders, _words(keys), numpy.zeros(624, dtype=numpy.int64))
    return orders.tolist()


def by_python(key: str, count: int) -> list[int]:
    order = list(range(count))
    Random(key).shuffle(order)
    return order


@pytest.mark.parametrize("count", LENGTHS)
def test_the_shuffle_is_that_of_python(count):
    keys = KEYS if count in (5, 625) else KEYS[:2]
    assert shuffled(Plain(), keys, count) == [by_python(key, count) for key in keys]


@needs_numba
def test_the_compiled_shuffle_is_that_of_python_for_every_number_of_examples():
    for count in range(1, 2001):
        keys = [f"{count * count}/{count % 7}"]
        assert shuffled(jit.machine(), keys, count) == [by_python(key, count) for key in keys]


@needs_numba
@pytest.mark.parametrize("count", LENGTHS)
def test_the_compiled_shuffle_is_that_of_python_for_many_seeds(count):
    keys = KEYS + [f"{seed}/{epoch}" for seed in range(12) for epoch in range(5)]
    assert shuffled(jit.machine(), keys, count) == [by_python(key, count) for key in keys]


def test_a_changed_shuffle_is_noticed(monkeypatch):
    """Its tempering, its twist, how it draws: a change of any gives another order."""
    module: ModuleType = shuffling
    for function, old, new in (
        ("shuffle", ">> 11", ">> 12"), ("shuffle", "drawn > k", "drawn >= k"), ("twist", "+ 397", "+ 396"),
        ("mix", ">> 30", ">> 29"), ("shuffle", "+ word) & _ALL", ") & _ALL"),
    ):  # fmt: skip
        made: dict[str, object] = {}
        text = inspect.getsource(getattr(module, function))
        assert old in text
        exec(text.replace(old, new), vars(module), made)  # noqa: S102  # our own text
        with monkeypatch.context() as patch:
            patch.setattr(module, function, made[function])
            assert shuffled(Plain(), ["3/4"], 700) != [by_python("3/4", 700)], (function, old)
