"""The folder of a training run: model.json, history.csv, report.md and pictures, each replaced as a whole or not.

A run that is killed at any moment leaves a model.json from which it can be resumed; pictures come last of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from neurograph.data.dataset import Dataset
from neurograph.data.scaling import Scaler
from neurograph.errors import GraphError, InvalidValueError
from neurograph.files.atomic import write_text
from neurograph.files.companions import Model
from neurograph.files.model import load_model, save
from neurograph.learning.history import History
from neurograph.network import Network

__all__ = ["HISTORY", "MODEL", "REPORT", "RunFolder"]

MODEL, HISTORY, REPORT = "model.json", "history.csv", "report.md"


class RunFolder:
    """Where a run is kept.

    Parameters
    ----------
    path : str
        The folder; it is made when it does not exist.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def prepare(self, resume: bool, force: bool, names: Iterable[str] = ()) -> Model | None:
        """Make the folder ready, and give the run to go on with, if it is to be resumed.

        `names` are those of the other files that will be written.

        Raises
        ------
        NeurographError
            When there is a run already that may not be overwritten, or none to resume.
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
