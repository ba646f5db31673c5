"""What a command writes: one file, looked at before the work is done, or the folder of a training run.

The folder holds model.json, history.csv, report.md and pictures, each replaced as a whole or not. A run that is killed
at any moment leaves a model.json from which it can be resumed; pictures come last of all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from neurograph.data.dataset import Dataset
from neurograph.data.scaling import Scaler
from neurograph.errors import GraphError, InvalidValueError
from neurograph.files.atomic import check_place, write_text
from neurograph.files.metadata import Model
from neurograph.files.model import load_model, save
from neurograph.learning.history import History
from neurograph.network import Network

__all__ = ["HISTORY", "MODEL", "REPORT", "RunFolder", "check_out", "listed"]


def check_out(out: str, endings: Sequence[str], option: str, force: bool) -> str:
    """See that the file named by an option may be written; give its ending, which must be one of `endings`."""
    ending = Path(out).suffix.lower().removeprefix(".")
    if ending not in endings:
        raise InvalidValueError(f"expected a file name that ends in {listed(endings)}.", where=f"{option} {out}")
    if os.path.isdir(out):
        raise InvalidValueError("it is a folder.", where=f"{option} {out}", cure="Name a file.")
    if os.path.exists(out) and not force:
        raise InvalidValueError("it exists already.", where=f"{option} {out}", cure="Take another name, or --force.")
    check_place(out)
    return ending


def listed(endings: Sequence[str]) -> str:
    """List endings of files.

    Examples
    --------
    >>> listed(["png", "svg", "pdf"])
    '.png, .svg or .pdf'
    """
    return ", ".join(f".{one}" for one in endings[:-1]) + f" or .{endings[-1]}"


MODEL, HISTORY, REPORT = "model.json", "history.csv", "report.md"


class RunFolder:
    """Where a run is kept."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def prepare(self, resume: bool, force: bool, names: Iterable[str] = ()) -> Model | None:
        """Make the folder ready, and give the run to go on with, if it is to be resumed.

        `names` are those of the other files that will be written.
        """
        model = self.path / MODEL
        for rest in self.path.glob(".neurograph-*.tmp"):  # of a run that was killed while it wrote
            rest.unlink(missing_ok=True)
        if resume:
            if not model.exists():
                raise InvalidValueError(
                    f"there is no {model}.", where="--resume", cure="Leave --resume out to begin a run."
                )
            return load_model(model)
        if model.exists() and not force:
            raise GraphError(
                "it holds a run already.",
                where=f"--out {self.path}",
                cure="Take another folder, --resume it, or --force.",
            )
        others = [name for name in (HISTORY, REPORT, *names) if not force and (self.path / name).exists()]
        if others:  # it is not from a run, so it is somebody's
            raise GraphError(
                f"it holds a {others[0]} of no run.",
                where=f"--out {self.path}",
                cure="Take another folder, or --force.",
            )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidValueError(
                f"cannot be made ({error.strerror or error}).", where=f"--out {self.path}"
            ) from None
        return None

    def checkpoint(self, net: Network, data: Dataset, scaler: Scaler | None, training: dict[str, Any]) -> None:
        """Store the run as it stands."""
        names = data.class_names if data.class_names else ()
        save(
            net,
            self.path / MODEL,
            feature_names=data.feature_names,
            class_names=names,
            scaler=scaler,
            training=training,
        )

    def finish(self, history: History, report: str) -> None:
        """Store the table of all epochs and the report."""
        write_text(self.path / HISTORY, history.csv())
        self.report(report)

    def report(self, report: str) -> None:
        """Store the report anew."""
        write_text(self.path / REPORT, report)
