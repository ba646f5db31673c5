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
from visualize.export import ending_of

__all__ = ["HISTORY", "MODEL", "REPORT", "RunFolder", "check_out"]


def check_out(out: str, endings: Sequence[str], option: str, force: bool) -> str:
    """See that a file with one of these endings may be written, with `force` also over another one; give its ending."""
    ending = ending_of(out, endings, option)
    if os.path.isdir(out):
        raise InvalidValueError("it is a folder.", where=f"{option} {out}", cure="Name a file.")
    if os.path.exists(out) and not force:
        raise InvalidValueError("it exists already.", where=f"{option} {out}", cure="Take another name, or --force.")
    check_place(out)
    return ending


MODEL, HISTORY, REPORT = "model.json", "history.csv", "report.md"


class RunFolder:
    """Where a run is kept: a folder, which is made when it does not exist."""

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
                cure = "Leave --resume out to begin a run."
                raise InvalidValueError(f"there is no {model}.", where="--resume", cure=cure)
            return load_model(model)
        where = f"--out {self.path}"
        if model.exists() and not force:
            cure = "Take another folder, --resume it, or --force."
            raise GraphError("it holds a run already.", where=where, cure=cure)
        others = [name for name in (HISTORY, REPORT, *names) if not force and (self.path / name).exists()]
        if others:  # it is not from a run, so it is somebody's
            cure = "Take another folder, or --force."
            raise GraphError(f"it holds a {others[0]} of no run.", where=where, cure=cure)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidValueError(f"cannot be made ({error.strerror or error}).", where=where) from None
        return None

    def checkpoint(
        self, net: Network, data: Dataset, scaler: Scaler | None, target_scaler: Scaler | None, training: dict[str, Any]
    ) -> None:
        """Store the run as it stands."""
        known = {"target_names": list(data.target_names)}
        if data.reading:
            known["signs"] = [data.reading.decimal, data.reading.thousands]
        save(
            net, self.path / MODEL, feature_names=data.feature_names, class_names=data.class_names, scaler=scaler,
            target_scaler=target_scaler, training=training | known,
        )  # fmt: skip

    def finish(self, history: History, report: str) -> None:
        """Store the table of all epochs and the report."""
        write_text(self.path / HISTORY, history.csv())
        self.report(report)

    def report(self, report: str) -> None:
        """Store the report anew."""
        write_text(self.path / REPORT, report)
