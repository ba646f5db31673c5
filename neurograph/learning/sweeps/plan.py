"""The plan of a sweep: which runs there are, what each gives to make_net and to train, and how one is run and measured.

It knows no file and no other process.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from time import perf_counter
from typing import Any

from neurograph.errors import InvalidTypeError, InvalidValueError, UnknownNameError, nearest, one_line
from neurograph.learning.sweeps.arguments import (
    MEASURES,
    Cell,
    Row,
    Table,
    column,
    examples,
    label,
    seeds_of,
    values_of,
)
from neurograph.learning.training import train
from neurograph.network import Network
from neurograph.rules.optimizers import SGD, optimizer_of
from neurograph.validate import instance_of

__all__ = ["SETTINGS", "Plan", "Run", "measure", "plan_of"]

# The sweep has its own of these, or keeps none.
_NOT_GIVEN = {"net", "X", "Y", "seed", "record", "snapshots", "progress", "foreign"}
SETTINGS = tuple(name for name in inspect.signature(train).parameters if name not in _NOT_GIVEN)
_MAKEABLE = ("optimizer", "regularizer", "clip")  # settings that may be given as a function that makes one


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its parameters as its row shows them, all values by name, and its seed."""

    shown: Row
    values: dict[str, Any]
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All runs of a sweep, in the order of the grid; `fixed` and `grid` are what they are made of."""

    make_net: Callable[..., Network]
    X: Table
    Y: Table
    fixed: dict[str, Any]
    grid: dict[str, list[tuple[Cell, Any]]]
    runs: tuple[Run, ...]

    @property
    def columns(self) -> list[str]:
        """The columns that tell one run from another."""
        return [*map(column, self.grid), "seed"]


def plan_of(make_net: Any, data: Any, grid: Any, seeds: Any, settings: dict[str, Any]) -> Plan:
    """Check what a sweep was given, and list its runs; parameters and errors are those of `sweep`.

    Examples
    --------
    >>> from neurograph import Network
    >>> xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> plan = plan_of(Network.dense, xor, {"sizes": [[2, 2, 1], [2, 3, 1]]}, [7], {"activations": "tanh"})
    >>> [run.shown for run in plan.runs]
    [{'sizes': '[2, 2, 1]', 'seed': 7}, {'sizes': '[2, 3, 1]', 'seed': 7}]
    """
    if not callable(make_net) or isinstance(make_net, Network):  # a Network answers a call with what to call
        cure = 'Such as lambda hidden, seed: ng.Network.dense([4, hidden, 3], "sigmoid", seed=seed).'
        expected = "a function that makes a network"
        raise InvalidTypeError(where="sweep, make_net", given=make_net, expected=expected, cure=cure)
    x, y = examples(data)
    cure = 'Such as {"hidden": [3, 5, 8]}; {} for seeds alone.'
    instance_of(grid, Mapping, "sweep, grid", "a dict of lists of values", cure)
    values = {name: values_of(name, given) for name, given in grid.items()}
    for name in settings:
        if name == "seed":
            cure = "Give them as a list, seeds=[0, 1]."
            raise UnknownNameError("every run has a seed of its own.", where="sweep, seed", cure=cure)
        if name in values:
            problem = "it is given twice, in the grid and beside it."
            raise InvalidValueError(problem, where=f"sweep, {name}", cure="Keep one of both.")
    by_name = {"optimizer", "learning_rate"} & {*values, *settings}  # otherwise SGD takes its `rate`
    fixed = dict(settings) if by_name else {"optimizer": SGD} | settings
    numbers = seeds_of(seeds)
    runs = []
    for chosen in product(*values.values()):
        shown = {column(name): called for name, (called, _) in zip(values, chosen, strict=True)}
        given = fixed | {name: value for name, (_, value) in zip(values, chosen, strict=True)}
        _check(make_net, given, values, shown)
        runs += [Run({**shown, "seed": seed}, given, seed) for seed in numbers]
    return Plan(make_net, x, y, fixed, values, tuple(runs))


def measure(plan: Plan, number: int) -> Row:
    """Run one run, and tell what came of it: its numbers, or its error; never an exception."""
    run = plan.runs[number]
    begin = perf_counter()
    try:
        row, error = _trained(plan, run), None
    except Exception as failure:  # whatever it is, only this run has failed
        row, error = {}, one_line(f"{type(failure).__name__}: {failure}".removesuffix(": "))
    return {**row, "seconds": perf_counter() - begin, "error": error}


def _trained(plan: Plan, run: Run) -> Row:
    settings, for_net = _shared(plan.make_net, run.values)
    for name, maker in _makers(settings).items():
        own, _, _ = _parameters(maker, f"sweep, {name}")
        settings[name] = maker(**{one: run.values[one] for one in own if one in run.values})
    made = plan.make_net(**for_net, seed=run.seed)
    net = instance_of(made, Network, "sweep, make_net", "a Network", "Does it end with `return net`?")
    history = train(net, plan.X, plan.Y, **settings, seed=run.seed, progress=False)
    row: Row = {}
    if history.rows:
        last = history[(history.best_epoch or len(history)) - 1]
        row = {name: last[name] for name in MEASURES if name in last}
    row["epochs_done"] = len(history)
    if history.best_epoch is not None:
        row["best_epoch"] = history.best_epoch
    return row | {"stopped": history.stopped}


# Who takes what.


def _shared(make_net: Callable[..., Any], values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Share the values out: those for train, and those for make_net."""
    settings = {name: values[name] for name in SETTINGS if name in values}
    names, _, any_name = _parameters(make_net, "sweep, make_net")
    if any_name:  # what nobody else takes
        names = [*names, *(name for name in values if name not in {*SETTINGS, *_of_makers(settings)})]
    return settings, {name: values[name] for name in names if name in values}


def _makers(settings: dict[str, Any]) -> dict[str, Callable[..., Any]]:
    """Pick the settings that are given as a function, such as `Adam`."""
    return {name: settings[name] for name in _MAKEABLE if callable(settings.get(name))}


def _of_makers(settings: dict[str, Any]) -> list[str]:
    return [own for name, maker in _makers(settings).items() for own in _parameters(maker, f"sweep, {name}")[0]]


def _check(make_net: Callable[..., Any], values: dict[str, Any], grid: dict[str, Any], shown: Row) -> None:
    """See that every value is taken by somebody, and that nobody lacks one."""
    settings, for_net = _shared(make_net, values)
    names, needed, any_name = _parameters(make_net, "sweep, make_net")
    if "seed" not in names and not any_name:
        raise InvalidTypeError(
            f"it takes {', '.join(names) or 'nothing'}, but no seed, so all its networks would begin alike.",
            where="sweep, make_net",
            cure="Give it a parameter `seed`, and hand it on: ng.Network.dense(..., seed=seed).",
        )
    known = dict.fromkeys([*(name for name in names if name != "seed"), *SETTINGS, *_of_makers(settings)])
    for name in values:
        if name not in known and name not in for_net:
            makers = [f"{one}={shown[one]}" for one in _makers(settings) if one in grid]
            raise UnknownNameError(
                "it is no parameter of make_net and no setting of train that a sweep can "
                f"give{' with ' + ', '.join(makers) if makers else ''}.",
                where=f"sweep, {f'grid, {name!r}' if name in grid else name}",
                cure=f"{nearest(name, known)} An optimizer that is given as a function, optimizer=ng.Adam, "
                "takes its own parameters, such as rate.",
            )
    _check_optimizer(values)
    wanting = {"make_net": needed}
    wanting |= {name: _parameters(maker, f"sweep, {name}")[1] for name, maker in _makers(settings).items()}
    for who, names in wanting.items():
        for name in names:
            if name not in values:
                called = who if who == "make_net" else f"{who}, {label(settings[who])}"
                raise InvalidTypeError(
                    f"it needs {name!r}, which is not given.",
                    where=f"sweep, {called}",
                    cure=f"Put it into the grid, {name!r}: [...], or give one value for all runs, {name}=...",
                )


def _check_optimizer(values: dict[str, Any]) -> None:
    """See that an optimizer can be made, and that its rate is given once."""
    optimizer, rate = values.get("optimizer"), values.get("learning_rate")
    if not callable(optimizer):
        optimizer_of(optimizer, rate, "sweep")
    elif rate is not None:
        raise InvalidTypeError(
            f"{label(optimizer)} is a function, and takes its own parameters.",
            where="sweep, learning_rate",
            cure='Give it as rate, or name the optimizer: optimizer="adam".',
        )


def _parameters(function: Any, where: str) -> tuple[list[str], list[str], bool]:
    """List the names that a function takes, those that it cannot do without, and whether it takes any name."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        expected, cure = "a function whose parameters can be read", "Wrap it: lambda hidden, seed: ..."
        raise InvalidTypeError(where=where, given=function, expected=expected, cure=cure) from None
    named = [one for one in found if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    needed = [one.name for one in named if one.default is one.empty and one.name != "seed"]
    return [one.name for one in named], needed, any(one.kind is one.VAR_KEYWORD for one in found)
