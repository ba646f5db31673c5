"""`neurograph train`: train a net on a built-in data set or a CSV file, judge it, and keep the run in a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.cli import advice, pictures
from neurograph.cli import settings as options
from neurograph.cli.case import check_ends, dense_net, rules_of, shape_of, sizes_of
from neurograph.cli.data import naming_ignore, read_data, wants_one_hot
from neurograph.cli.output import HISTORY, MODEL, REPORT, RunFolder
from neurograph.data import datasets, metrics
from neurograph.data.dataset import Dataset
from neurograph.data.metrics import confusion_table
from neurograph.data.scaling import Scaler
from neurograph.data.split import split
from neurograph.errors import InvalidValueError, one_line
from neurograph.files.metadata import Model
from neurograph.graph.parameters import values_of
from neurograph.learning.diagnostics import find
from neurograph.learning.history import History, Row
from neurograph.learning.loop import Loop
from neurograph.learning.trainer import Trainer
from neurograph.network import Network
from neurograph.passes.checks import alone_in_softmax
from neurograph.rules.softmax import ACTIVATIONS
from neurograph.validate import whole

__all__ = ["add_to", "run"]


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "train",
        help="train a net on a data set or a CSV file",
        description="Train a dense net, judge it on examples held out, and keep the run in a folder.",
    )
    parser.add_argument("data", metavar="DATA", help=f"{', '.join(datasets.DATASETS)}, or a CSV file")
    options.add_options(parser)
    options.add_engine(parser)
    parser.add_argument("--epochs", type=int, metavar="N", default=100, help="in all, also when resumed (default: 100)")
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="keep model.json, history.csv, report.md and pictures there. The gradients are then recorded too: about a "
        "tenth more time, or twice as much with --batch-size 1",
    )
    parser.add_argument(
        "--pictures",
        action=argparse.BooleanOptionalAction,
        help="draw the run into that folder, which takes about 2 seconds (default: with --out)",
    )
    parser.add_argument("--force", action="store_true", help="overwrite a run in that folder")
    parser.add_argument("--resume", action="store_true", help="go on with the run in that folder, with its settings")
    parser.add_argument("--checkpoint", type=int, metavar="N", default=10, help="store every N epochs (default: 10)")
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A run that is ready to go: what is learned from, what it is judged on, and with what settings."""

    net: Network
    trainer: Trainer
    learned: Dataset
    judged: Dataset
    scaler: Scaler | None
    settings: dict[str, Any]
    old: dict[str, Any]
    warnings: list[str]

    @property
    def rows(self) -> list[Row]:
        """The epochs that were done before."""
        return list(self.old.get("rows", []))

    def loop(self, epochs: int) -> Loop:
        """Make the loop that goes on to so many epochs in all."""
        done = self.old.get("epoch", 0)
        left = max(epochs - done, 0)
        loop = Loop(self.trainer, left, self.settings["patience"], (pictures.without_neurons,))
        if self.old:
            loop.resume(self.old)
        return loop


def run(args: argparse.Namespace) -> int:
    """Train, print, keep."""
    if (args.resume or args.force) and args.out is None:
        raise InvalidValueError("--out is missing.", cure="Name the folder of the run.")
    if args.pictures and args.out is None:
        raise InvalidValueError("--out is missing.", where="--pictures", cure="Name the folder to draw them into.")
    whole(args.checkpoint, "--checkpoint", 1, what="a number of epochs")
    whole(args.epochs, "--epochs", 0, what="a number of epochs")
    folder = RunFolder(args.out) if args.out is not None else None
    old = folder.prepare(args.resume, args.force, pictures.NAMES) if folder else None
    settings = _stored(old, args) if old else options.settings_of(args)
    plan = _begin(settings, old, folder is not None, args)
    for warning in plan.warnings:
        print(f"neurograph train: {warning}", file=sys.stderr)
    print(_headline(plan))
    loop = plan.loop(args.epochs)
    keep = _keeper(folder, plan, loop)
    keep([])
    start = values_of(plan.net)
    history = loop.run(every=args.checkpoint if folder else 0, keep=lambda done: keep(done.rows))
    history.findings = (_found(plan, start) if history.rows else []) + loop.notes()
    history.rows[:0] = plan.rows
    report = _report(plan)
    print(f"\n{history}\n\n{report}")
    if folder:
        keep(history.rows[len(plan.rows) :])
        text = f"# {pictures.escaped(_headline(plan))}\n\n```text\n{history}\n\n{report}\n```\n"
        folder.finish(history, text)
        _draw(folder, plan, history, text, args.pictures is not False)
    return 0


def _found(plan: _Plan, start: Sequence[float]) -> list[str]:
    hint = advice.try_standardize(plan.net, plan.learned, plan.scaler is not None)
    return [*find(plan.net, plan.learned.X, start), *([hint] if hint else [])]


def _draw(folder: RunFolder, plan: _Plan, history: History, text: str, wanted: bool) -> None:
    """Draw the run, and say what is kept, all of it, also when Ctrl-C cuts the drawing short."""
    drawn: list[pictures.Picture] = []
    try:
        if wanted:
            done = pictures.TrainedRun(plan.net, history, plan.learned, plan.judged, plan.scaler)
            for trouble in pictures.draw_pictures(done, folder.path, drawn.append):
                print(f"neurograph train: {trouble}", file=sys.stderr)
        else:
            pictures.remove_pictures(folder.path)
    finally:
        folder.report(text + pictures.in_report(drawn))
        print(f"\nKept in {folder.path}: {', '.join([MODEL, HISTORY, REPORT, *(one.name for one in drawn)])}")


def _keeper(folder: RunFolder | None, plan: _Plan, loop: Loop) -> Callable[[list[Row]], None]:
    """Say how the run is stored as it stands; without a folder, not at all."""

    def keep(rows: list[Row]) -> None:
        if folder:
            training = loop.state() | {"settings": plan.settings, "rows": plan.rows + rows}
            folder.checkpoint(plan.net, plan.learned, plan.scaler, training)

    return keep


def _stored(old: Model, args: argparse.Namespace) -> dict[str, Any]:
    settings = options.stored((old.training or {}).get("settings"))
    if settings is None:
        problem = f"{args.out} holds a model without the settings of a run."
        raise InvalidValueError(problem, where="--resume", cure="Begin a new run.")
    if settings["data"] != args.data:
        problem = f"the run in {args.out} learns {settings['data']!r}, not {args.data!r}."
        raise InvalidValueError(problem, where="--resume")
    return settings


def _begin(settings: dict[str, Any], old: Model | None, kept: bool, args: argparse.Namespace) -> _Plan:
    data = _read(settings)
    settings = options.completed(settings, data)
    learned, judged = split(data, settings["validation"], settings["seed"]) if settings["validation"] else (data, data)
    with naming_ignore():
        scaler = Scaler.of(learned) if settings["standardize"] else None
    if scaler:
        learned, judged = scaler.scaled(learned), scaler.scaled(judged)
    net = old.net if old else _network(settings, learned)
    trainer = Trainer(
        net,
        learned.X,
        learned.Y,
        loss=settings["loss"],
        optimizer=options.optimizer_of(settings),
        batch_size=settings["batch_size"] or None,
        regularizer=options.regularizer_of(settings),
        validation=(judged.X, judged.Y) if settings["validation"] else None,
        seed=settings["seed"],
        clip=options.clip_of(settings),
        record=("gradients",) if kept else (),  # whether drawn or not, so that the table does not depend on it
        engine=args.engine,
        planned=args.epochs,
    )
    warnings = [alone_in_softmax(net), advice.out_of_reach(net, data), advice.constant_columns(settings["data"], data)]
    return _Plan(
        net, trainer, learned, judged, scaler, settings, (old and old.training) or {}, [one for one in warnings if one]
    )


def _read(settings: dict[str, Any]) -> Dataset:
    if settings["activations"] is None:
        joint = settings["loss"] == "cross_entropy"
    else:
        joint = wants_one_hot(ACTIVATIONS.find(settings["activations"].split(",")[-1].strip()))
    with naming_ignore():
        return read_data(settings["data"], settings["target"], joint, ignore=settings["ignore"])


def _network(settings: dict[str, Any], data: Dataset) -> Network:
    inputs, outputs = len(data.X[0]), len(data.Y[0])
    sizes = sizes_of(settings["layers"] or f"{inputs}-5-{outputs}")
    check_ends(sizes, inputs, outputs, f"{one_line(settings['data'])} has")
    return dense_net(sizes, settings["activations"], settings["initializer"], settings["seed"])


def _headline(plan: _Plan) -> str:
    settings = plan.settings
    held = f", {len(plan.judged)} held out" if settings["validation"] else ""
    scaled = ", features standardised" if plan.scaler else ""
    begun = f", going on after epoch {plan.old['epoch']}" if plan.old else ""
    return (
        f"{one_line(settings['data'])}: {len(plan.learned)} examples{held}{scaled}; network {shape_of(plan.net)} "
        f"({rules_of(plan.net)}), loss {settings['loss']}, "
        f"{plan.trainer.optimizer.name} {settings['learning_rate']:g}, "
        f"batch {settings['batch_size'] or 'all'}{begun}"
    )


def _report(plan: _Plan) -> str:
    """Judge the trained net on what was held out, or else on what it learned from."""
    data = plan.judged
    outputs = plan.net.predict(data.X)
    on = f"{len(data)} examples held out" if plan.settings["validation"] else f"the {len(data)} examples learned from"
    if not data.class_names:
        error = metrics.mean_squared_error(outputs, data.Y)
        fit = f", R2 {metrics.r2(outputs, data.Y):.4f}" if len(data) > 1 else ""  # one example has no spread
        return f"On {on}: mean squared error {error:.6g}{fit}."
    counts = metrics.confusion_matrix(outputs=outputs, targets=data.Y)
    share = metrics.accuracy(outputs, data.Y)
    names = [one_line(name) for name in data.class_names]
    table, scores = confusion_table(counts, names), metrics.report_on(counts, names)
    return f"On {on}: accuracy {share:.1%}.\n\n{table}\n\n{scores}"
