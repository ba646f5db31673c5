"""`neurograph predict`: what a trained net says of one example, or of the rows of a CSV file, and how right it is."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from neurograph.cli.data import FileOptions, Form, columns_in, read_like, typed_row
from neurograph.cli.messages import note_in_options
from neurograph.cli.settings import add_engine, add_signs
from neurograph.data import metrics
from neurograph.data.csv_files import Signs, read_features
from neurograph.data.csv_table import Table, find_column, read_table
from neurograph.data.dataset import Dataset, class_index
from neurograph.data.metrics import confusion_table
from neurograph.errors import InvalidValueError, UnknownNameError, one_line
from neurograph.files.metadata import Model
from neurograph.files.model import load_model
from neurograph.validate import one_of

__all__ = ["add_to", "judged_text", "run"]


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "predict",
        help="ask a trained net",
        description="Run examples forward through a saved net. Features are standardised if they were in training, and "
        "predictions are in the units of the targets.",
    )
    parser.add_argument("model", metavar="MODEL", help="the model.json of a run")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--input", metavar="5.1,3.5", help="the inputs of one example")
    source.add_argument(
        "--csv", metavar="FILE", help="a file with a column for each feature, found by name or in order"
    )
    parser.add_argument(
        "--judge", action="store_true", help="compare with the target, which the file has too, and tell how right it is"
    )
    parser.add_argument(
        "--target",
        "--target-column",
        metavar="COLUMN,...",
        help="with --judge: the target in that file (default: as in training)",
    )
    add_signs(parser)
    add_engine(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the outputs as CSV, with the class where there are classes; or how right they are."""
    model = load_model(args.model)
    if args.judge:
        return _judge(args, model)
    if args.target is not None:
        raise InvalidValueError("--judge is missing.", where="--target", cure="It names what to compare with.")
    rows = _from_file(args, model) if args.csv else [typed_row(args.input, model)]
    outputs = model.predict(rows, args.engine)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*map(one_line, _output_names(model)), *(["class"] if model.class_names else [])])
    for a in outputs:
        taken_for = [one_line(model.class_names[class_index(a)])] if model.class_names else []
        writer.writerow([*(f"{value:.6g}" for value in a), *taken_for])
    return 0


def _judge(args: argparse.Namespace, model: Model) -> int:
    if args.csv is None:
        raise InvalidValueError("--csv is missing.", where="--judge", cure="Name a file that holds the target too.")
    learned, signs = FileOptions.of_model(model), _signs(args, model.settings)
    target = learned.target if args.target is None else args.target
    data = read_like(
        args.csv,
        replace(learned, target=target, thousands=signs["thousands"], decimal=signs["decimal"]),
        Form.of_model(model),
        one_line(args.csv),
    )
    for note in data.notes:
        print(f"neurograph predict: {note_in_options(note, vars(args))}", file=sys.stderr)
    print(judged_text(f"the {len(data)} examples of {one_line(args.csv)}", model.predict(data.X, args.engine), data))
    return 0


def judged_text(on: str, outputs: Sequence[Sequence[float]], data: Dataset, beside: str = "") -> str:
    """Tell how right outputs are, in the units of the targets; `on` says on what, `beside` what the error is not.

    Examples
    --------
    >>> from neurograph.data.datasets import noisy_sine
    >>> sine = noisy_sine()
    >>> judged_text("all", sine.Y, sine)
    'On all: mean squared error 0, R2 1.0000.'
    """
    if not data.class_names:
        error = metrics.mean_squared_error(outputs, data.Y)
        fit = f", R2 {metrics.r2(outputs, data.Y):.4f}" if len(data) > 1 else ""  # one example has no spread
        return f"On {on}: mean squared error {error:.6g}{beside}{fit}."
    counts = metrics.confusion_matrix(outputs=outputs, targets=data.Y)
    names = [one_line(name) for name in data.class_names]
    scores = metrics.report_on(counts, names)
    common = max(scores.classes, key=lambda score: score.support).name  # the first of several
    always = f"always saying {common!r} would be {metrics.commonest_share(data.Y):.1%}"
    table = f"{confusion_table(counts, names)}\n\n" if len(names) <= _MOST_ACROSS else ""
    return f"On {on}: accuracy {scores.accuracy:.1%}; {always}.\n\n{table}{scores}"


_MOST_ACROSS = 20  # classes, that a table has room for side by side


def _output_names(model: Model) -> Sequence[str]:
    outputs = [neuron.name for neuron in model.net.outputs]
    return model.class_names if len(model.class_names) == len(outputs) else model.target_names or outputs


def _signs(args: argparse.Namespace, settings: dict[str, Any]) -> dict[str, str | None]:
    """Tell how numbers are written in the file: as is said here, or else as it was said in training."""
    here = {"thousands": args.thousands, "decimal": args.decimal}
    return here if any(here.values()) else {name: settings.get(name) for name in here}


def _from_file(args: argparse.Namespace, model: Model) -> list[list[float]]:
    """Read the columns of the features."""
    table = read_table(args.csv, model.settings.get("header"), None)
    places = _feature_places(table, args.csv, model)
    signs = Signs.given(**_signs(args, model.settings))
    rows, notes = read_features(table, places, signs, FileOptions.of_model(model).usual)
    for note in notes:
        print(f"neurograph predict: {note_in_options(note, vars(args))}", file=sys.stderr)
    return rows


def _feature_places(table: Table, path: str, model: Model) -> list[int]:
    """Find them by their names when the file has them, or in order, with or without what else was there in training."""
    count, settings = len(model.net.inputs), model.settings
    if table.names and model.feature_names:
        names = [one_of(name, table.names, path, "it has no column") for name in model.feature_names]
        return [table.names.index(name) for name in names]
    places = list(range(table.width))
    if table.width == count:
        return places
    try:
        ignored = columns_in(settings.get("ignore"), "--ignore")
        left = [place for place in places if place not in {find_column(table, name, "ignore") for name in ignored}]
        targets = columns_in(settings.get("target"), "--target")
        aims = {find_column(table, name, "target") for name in targets} or set(left[-1:])
        features = [place for place in left if place not in aims]
    except (InvalidValueError, UnknownNameError):
        features = []
    if len(features) != count:
        problem = f"got {table.width} columns, expected {count}, or a header with the features' names."
        raise InvalidValueError(problem, where=path)
    return features
