"""What `neurograph draw` draws: the network of a file or of the options, and the example that goes through it.

It finds and loads; drawing is done elsewhere.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from neurograph.cli import case as cases
from neurograph.cli.layers import sizes_of
from neurograph.cli.predict import typed_row
from neurograph.cli.rows import for_model, read_data
from neurograph.errors import InvalidValueError, one_line
from neurograph.files.companions import Model
from neurograph.files.model import load_model
from neurograph.files.weights import numbers_in
from neurograph.network import Network

__all__ = ["Subject", "find_subject"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A network with what it is about, and perhaps an example.

    Attributes
    ----------
    net : Network
        The network.
    feature_names, class_names : tuple of str
        What inputs and outputs stand for; empty when not known.
    x, y : list of float or None
        The example, standardised if the model was trained so, and its targets; None where there is none.
    loss : str
        The loss to go back from.
    title : str
        What the example is, in words.
    """

    net: Network
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    x: list[float] | None = None
    y: list[float] | None = None
    loss: str = ""
    title: str = ""


def find_subject(args: argparse.Namespace) -> Subject:
    """Load or build what the options name.

    Options about the network are None in `args` where they were not given; they must be, beside a MODEL.

    Raises
    ------
    NeurographError
        When an option cannot be used, or goes against another one; the message names it.
    """
    if args.model is not None:
        given = [name for name in cases.DEFAULTS if name != "loss" and getattr(args, name) is not None]
        if given:
            raise InvalidValueError(
                f"MODEL and --{given[0]} cannot go together. A saved model has a network of its own."
            )
        return _of_model(args, load_model(args.model))
    for name, usual in cases.DEFAULTS.items():
        if getattr(args, name) is None:
            setattr(args, name, usual)
    asked = args.data is not None or args.example is not None or cases.is_typed(args)
    if asked:
        case = cases.build(args)
        return Subject(case.net, case.feature_names, case.class_names, case.x, case.y, case.loss, case.title)
    if args.layers is None:
        raise InvalidValueError(
            "MODEL or --layers is missing.", cure="Name a model.json, or the layers, as in --layers 4-5-3."
        )
    return Subject(cases.network(args, sizes_of(args.layers)))


def _of_model(args: argparse.Namespace, model: Model) -> Subject:
    x: list[float] | None = None
    y: list[float] | None = None
    title = ""
    if cases.is_typed(args):
        if args.input is None:
            raise InvalidValueError("--input is missing. --target goes with it.")
        x, title = typed_row(args.input, model), "the example given"
        y = None if args.target is None else _targets(args.target, model)
    elif args.data is not None:
        name = one_line(args.data)
        read = read_data(
            args.data, _told(model, "target"), where="--data: ", ignore=_told(model, "ignore"), strict=False
        )
        data = for_model(read, model, f"--data {name}")
        row = cases.row_of(data, args.data, args.example)
        x, y, title = data.X[row], data.Y[row], cases.title_of(data, args.data, row)
    elif args.example is not None:
        raise InvalidValueError("--data is missing.", cure="Say which data --example is a row of.")
    if x is not None and model.scaler:
        x = model.scaler.transform([x])[0]
    return Subject(model.net, model.feature_names, model.class_names, x, y, args.loss or _loss_of(model), title)


def _targets(text: str, model: Model) -> list[float]:
    y, names = numbers_in(text, "--target"), model.class_names
    outputs = len(model.net.outputs)
    if len(y) != outputs:
        each = f", one for each of {', '.join(names)}" if len(names) == outputs else ""
        raise InvalidValueError(f"got {len(y)} numbers, expected {outputs}{each}.", where="--target")
    return y


def _settings(model: Model) -> dict[str, object]:
    """Give the settings that `train` stores with a model; none when it comes from elsewhere."""
    settings = (model.training or {}).get("settings")
    return settings if isinstance(settings, dict) else {}


def _told(model: Model, option: str) -> str | None:
    value = _settings(model).get(option)
    return value if isinstance(value, str) else None


def _loss_of(model: Model) -> str:
    loss = _settings(model).get("loss")
    if isinstance(loss, str):
        return loss
    joint = model.net.outputs and model.net.outputs[0].activation.name == "softmax"
    return "cross_entropy" if joint else str(cases.DEFAULTS["loss"])
