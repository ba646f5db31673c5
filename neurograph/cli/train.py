"""`neurograph train`: train a net on a built-in data set or a CSV file, judge it, and keep the run in a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from neurograph.cli import pictures
from neurograph.cli import settings as options
from neurograph.cli.case import check_ends, dense_net, rules_of, shape_of, sizes_of
from neurograph.cli.data import FileOptions, Form, is_file, naming_ignore, read_data, read_like
from neurograph.cli.messages import note_in_options
from neurograph.cli.output import HISTORY, MODEL, REPORT, RunFolder
from neurograph.cli.predict import judged_text
from neurograph.data import datasets
from neurograph.data.csv_files import Signs
from neurograph.data.dataset import ColumnError, Dataset
from neurograph.data.scaling import Scaler, standardize
from neurograph.data.split import split
from neurograph.errors import InvalidValueError, Note, Setting, one_line
from neurograph.files.metadata import Model
from neurograph.files.weights import read_weights
from neurograph.graph.parameters import values_of
from neurograph.learning import hints
from neurograph.learning.diagnostics import find
from neurograph.learning.history import History, Row
from neurograph.learning.loop import Loop
from neurograph.learning.trainer import Trainer
from neurograph.network import Network
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
    parser.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help=f"in all, also when resumed (default: 100; 500 for fewer than {options.FEW} rows)",
    )
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
    """A run that is ready to go: what is learned from, what it is judged on, and with what settings.

    The features are standardised, if they are to be; the targets are as they were measured.
    """

    net: Network
    trainer: Trainer
    learned: Dataset
    judged: Dataset
    scaler: Scaler | None
    target_scaler: Scaler | None
    settings: dict[str, Any]
    epochs: int
    old: dict[str, Any]
    notes: list[Note]
    hints: list[Note]

    @property
    def rows(self) -> list[Row]:
        """The epochs that were done before."""
        return list(self.old.get("rows", []))

    def loop(self) -> Loop:
        """Make the loop that does the epochs that are left."""
        left = max(self.epochs - self.old.get("epoch", 0), 0)
        loop = Loop(self.trainer, left, self.settings["patience"], (pictures.without_neurons,))
        if self.old:
            loop.resume(self.old)
        return loop

    def outputs(self) -> list[list[float]]:
        """Give the outputs for what it is judged on, in the units of the targets."""
        outputs: list[list[float]] = self.net.predict(self.judged.X)
        return self.target_scaler.inverse(outputs) if self.target_scaler else outputs


def run(args: argparse.Namespace) -> int:
    """Train, print, keep."""
    if (args.resume or args.force) and args.out is None:
        raise InvalidValueError("--out is missing.", cure="Name the folder of the run.")
    if args.pictures and args.out is None:
        raise InvalidValueError("--out is missing.", where="--pictures", cure="Name the folder to draw them into.")
    whole(args.checkpoint, "--checkpoint", 1, what="a number of epochs")
    if args.epochs is not None:
        whole(args.epochs, "--epochs", 0, what="a number of epochs")
    folder = RunFolder(args.out) if args.out is not None else None
    old = folder.prepare(args.resume, args.force, pictures.NAMES) if folder else None
    settings = _stored(old, args) if old else options.settings_of(args)
    plan = _begin(settings, old, folder is not None, args)
    takes = set(vars(args)) if is_file(args.data) else set(vars(args)) - {"ignore", "classes"}
    for hint in plan.hints:
        print(f"neurograph train: {note_in_options(hint, takes)}", file=sys.stderr)
    notes = [note_in_options(note, takes) for note in plan.notes]
    print("\n".join([_headline(plan), *notes]))
    loop = plan.loop()
    keep = _keeper(folder, plan, loop)
    keep([])
    start = values_of(plan.net)
    history = loop.run(every=args.checkpoint if folder else 0, keep=lambda done: keep(done.rows))
    if history.rows:
        history.findings = find(plan.net, plan.learned.X, start)
        found = hints.after(plan.net, plan.learned.X, [y for _, y in plan.trainer.examples], start)
        history.hints = [Note(note_in_options(note, takes)) for note in found]
    history.findings += loop.notes()
    history.rows[:0] = plan.rows
    report = _report(plan)
    keep(history.rows[len(plan.rows) :])  # before the reader of the report may close the pipe
    print(f"\n{history}\n\n{report}")
    if folder:
        listed = "".join(f"{pictures.escaped(note)}\n\n" for note in notes)
        text = f"# {pictures.escaped(_headline(plan))}\n\n{listed}```text\n{history}\n\n{report}\n```\n"
        folder.finish(history, text)
        _draw(folder, plan, history, text, args.pictures is not False)
    return 0


def _draw(folder: RunFolder, plan: _Plan, history: History, text: str, wanted: bool) -> None:
    """Draw the run, and say what is kept, all of it, also when Ctrl-C cuts the drawing short."""
    drawn: list[pictures.Picture] = []
    try:
        if wanted:
            done = pictures.TrainedRun(plan.net, history, plan.learned, plan.judged, plan.scaler, plan.target_scaler)
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
            folder.checkpoint(plan.net, plan.learned, plan.scaler, plan.target_scaler, training)

    return keep


def _stored(old: Model, args: argparse.Namespace) -> dict[str, Any]:
    settings = options.stored(old.settings)
    if settings is None:
        problem = f"{args.out} holds a model without the settings of a run."
        raise InvalidValueError(problem, where="--resume", cure="Begin a new run.")
    if settings["data"] != args.data:
        problem = f"the run in {args.out} learns {settings['data']!r}, not {args.data!r}."
        raise InvalidValueError(problem, where="--resume")
    options.check_resumed(args, settings, str(args.out))
    if "classes" not in old.settings and is_file(args.data):  # an older run, for which numbers were numbers
        settings["classes"] = bool(old.class_names)
    return settings


def _begin(settings: dict[str, Any], old: Model | None, kept: bool, args: argparse.Namespace) -> _Plan:
    with naming_ignore():
        data = read_data(settings["data"], FileOptions.of(settings))
    settings, data = options.completed(settings, data, len(old.net.outputs) if old else None)
    learned, judged = _divided(settings, data)
    with naming_ignore():
        scaler = Scaler.of(learned) if settings["standardize"] else None
    target_scaler = _target_scaler(learned) if settings["standardize_target"] else None
    if scaler:
        whole = judged is learned
        learned = scaler.scaled(learned)
        judged = learned if whole else scaler.scaled(judged)
    net = old.net if old else _network(settings, learned)
    y_learned, y_judged = (target_scaler.transform(one.Y) if target_scaler else one.Y for one in (learned, judged))
    epochs = args.epochs if args.epochs is not None else 500 if len(data) < options.FEW else 100
    trainer = Trainer(
        net,
        learned.X,
        y_learned,
        loss=settings["loss"],
        optimizer=options.optimizer_of(settings),
        batch_size=settings["batch_size"] or None,
        regularizer=options.regularizer_of(settings),
        validation=(judged.X, y_judged) if judged is not learned else None,
        seed=settings["seed"],
        clip=options.clip_of(settings),
        class_weight=options.class_weight_of(settings, data.class_names),
        record=("gradients",) if kept else (),  # whether drawn or not, so that the table does not depend on it
        engine=args.engine,
        planned=epochs,
    )
    notes = [] if old else [*data.notes, *_held_out(settings, learned, judged, args.validation is None)]
    if isinstance(settings["validation"], str):
        notes += [replace(note, text=f"{one_line(settings['validation'])}: {note.text}") for note in judged.notes]
    y = target_scaler.transform(data.Y) if target_scaler else data.Y
    found = hints.before(net, data.X, y, data.feature_names, loss=settings["loss"])
    if is_file(settings["data"]) and (note := hints.sorted_by_class(data.Y)):
        found.append(note)
    state = (old and old.training) or {}
    return _Plan(
        net, trainer, learned, judged, scaler, target_scaler, settings, epochs, state, notes,
        found,
    )  # fmt: skip


def _target_scaler(learned: Dataset) -> Scaler:
    try:
        return standardize(learned.Y, learned.target_names)
    except ColumnError as error:
        problem = f"the target {error.column!r} is the same in all {len(learned)} rows, so there is nothing to learn."
        cure = "Name another column as the target."
        raise InvalidValueError(problem, where="--standardize-target", cure=cure) from None


def _divided(settings: dict[str, Any], data: Dataset) -> tuple[Dataset, Dataset]:
    """Give what is learned from and what is judged on: a share, the rows of a file, or the same."""
    held = settings["validation"]
    if isinstance(held, str):
        with naming_ignore():
            usual = Signs(data.reading.decimal, data.reading.thousands) if data.reading else None
            like = replace(FileOptions.of(settings), usual=usual)
            judged = read_like(held, like, Form.of_data(data), f"--validation {one_line(held)}")
        return data, judged
    if not held:
        return data, data
    rare = [name for name, count in zip(data.class_names, _counts(data), strict=True) if count < 2]
    return split(data, held, settings["seed"], stratify=not rare)  # one example cannot be on both sides


def _counts(data: Dataset) -> list[int]:
    labels = data.labels if data.class_names else []
    return [labels.count(place) for place in range(len(data.class_names))]


def _held_out(settings: dict[str, Any], learned: Dataset, judged: Dataset, left_open: bool) -> list[Note]:
    """Say how many rows are held out, where nobody has."""
    if not left_open:
        return []
    if judged is learned:
        setting = Setting("validation", 0.2, "To hold out a share")
        return [Note(f"no row is held out to judge on, of fewer than {options.FEW}.", (setting,))]
    held, setting = len(judged), Setting("validation", 0, "To learn from all")
    return [Note(f"{held} of the {held + len(learned)} rows are held out to judge on.", (setting,))]


def _network(settings: dict[str, Any], data: Dataset) -> Network:
    inputs, outputs = len(data.X[0]), len(data.Y[0])
    sizes = sizes_of(settings["layers"] or f"{inputs}-5-{outputs}")
    try:
        check_ends(sizes, inputs, outputs, f"{one_line(settings['data'])} has", "classes" if data.class_names else "")
    except InvalidValueError as error:
        raise error.but(settings=options.other_meaning(settings, data, sizes[-1])) from None
    net = dense_net(sizes, settings["activations"], settings["initializer"], settings["seed"])
    if settings["weights"] is not None:
        read_weights(net, settings["weights"])
    return net


def _headline(plan: _Plan) -> str:
    settings = plan.settings
    held = f", {len(plan.judged)} held out" if plan.judged is not plan.learned else ""
    if isinstance(settings["validation"], str):
        held = f", {len(plan.judged)} of {one_line(settings['validation'])} to judge on"
    scaled = " and ".join(
        what for what, scaler in (("features", plan.scaler), ("target", plan.target_scaler)) if scaler
    )
    scaled = f", {scaled} standardised" if scaled else ""
    begun = f", going on after epoch {plan.old['epoch']}" if plan.old else ""
    if plan.old and plan.epochs <= plan.old["epoch"]:
        begun = f", with no epoch left of {plan.epochs}: {plan.old['epoch']} are done"
    return (
        f"{one_line(settings['data'])}: {len(plan.learned)} examples{held}{scaled}; network {shape_of(plan.net)} "
        f"({rules_of(plan.net)}), loss {settings['loss']}, "
        f"{plan.trainer.optimizer.name} {settings['learning_rate']:g}, "
        f"batch {settings['batch_size'] or 'all'}{begun}"
    )


def _report(plan: _Plan) -> str:
    """Judge the trained net on what was held out, or else on what it learned from."""
    data = plan.judged
    on = f"{len(data)} examples held out" if data is not plan.learned else f"the {len(data)} examples learned from"
    if isinstance(plan.settings["validation"], str):
        on = f"the {len(data)} examples of {one_line(plan.settings['validation'])}"
    return judged_text(on, plan.outputs(), data, _beside_loss(plan))


def _beside_loss(plan: _Plan) -> str:
    """Say what the loss of 1/2 of the squares is beside a mean of squares."""
    if plan.settings["loss"] != "squared_error":
        return ""
    sums = " summed over the outputs" if len(plan.judged.Y[0]) > 1 else ""
    units = " in units of the target's deviation" if plan.target_scaler else ""
    return f" (the loss is half the squared error{sums}{units})"
