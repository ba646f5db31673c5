"""`neurograph predict`: what a trained net says of one example, or of the rows of a CSV file."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import Any

from neurograph.cli.data import typed_row
from neurograph.cli.settings import add_engine
from neurograph.data.csv_files import decimal_comma, read_numbers, read_table
from neurograph.data.dataset import class_index
from neurograph.errors import InvalidValueError, one_line
from neurograph.files.metadata import Model
from neurograph.files.model import load_model
from neurograph.validate import one_of

__all__ = ["add_to", "run"]


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "predict",
        help="ask a trained net",
        description="Run examples forward through a saved net. Features are standardised if they were in training.",
    )
    parser.add_argument("model", metavar="MODEL", help="the model.json of a run")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--input", metavar="5.1,3.5", help="the inputs of one example")
    source.add_argument(
        "--csv", metavar="FILE", help="a file with a column for each feature, found by name or in order"
    )
    add_engine(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the outputs as CSV, with the class where there are classes."""
    model = load_model(args.model)
    rows = _from_file(args.csv, model) if args.csv else [typed_row(args.input, model)]
    outputs = model.net.predict(model.scaler.transform(rows) if model.scaler else rows, args.engine)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = list(model.class_names) if len(model.class_names) == len(model.net.outputs) else []
    names = names or [neuron.name for neuron in model.net.outputs]
    writer.writerow([*map(one_line, names), *(["class"] if model.class_names else [])])
    for a in outputs:
        taken_for = [one_line(model.class_names[class_index(a)])] if model.class_names else []
        writer.writerow([*(f"{value:.6g}" for value in a), *taken_for])
    return 0


def _from_file(path: str, model: Model) -> list[list[float]]:
    """Read the columns of the features: by their names when the file has them, in order otherwise."""
    table = read_table(path, None, None)
    count = len(model.net.inputs)
    if table.names and model.feature_names:
        names = [one_of(name, table.names, path, "it has no column") for name in model.feature_names]
        places = [table.names.index(name) for name in names]
    elif table.width == count:
        places = list(range(count))
    else:
        problem = f"got {table.width} columns, expected {count}, or a header with the features' names."
        raise InvalidValueError(problem, where=path)
    comma = decimal_comma(table)
    columns = [read_numbers(table, place, comma) for place in places]
    return [list(row) for row in zip(*columns, strict=True)]
