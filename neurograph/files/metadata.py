"""What is saved beside a network: the names of features and classes, the scaler, the state of a training run.

Each is checked on the way out as on the way in, so that what is saved can be loaded; it knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurograph.data.scaling import Scaler
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError
from neurograph.files.json_input import fields, text
from neurograph.graph.structure import Structure
from neurograph.network import Network
from neurograph.validate import finite, instance_of, texts

__all__ = ["Model", "class_names_for", "feature_names_for", "plain", "scaler_from", "scaler_tree"]

DEEPEST = 8  # levels of dicts and lists in the state of a training run


@dataclass(frozen=True, slots=True, repr=False)
class Model:
    """A network from a file, with what was saved beside it.

    Attributes
    ----------
    net : Network
        The network.
    feature_names, class_names : tuple of str
        What its inputs and outputs stand for; empty when not saved.
    scaler : Scaler or None
        What its inputs were standardised with.
    training : dict or None
        The state of the training run, as it was given to `save`.
    """

    net: Network
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    scaler: Scaler | None = None
    training: dict[str, Any] | None = None

    def __repr__(self) -> str:
        names = ("feature_names", "class_names", "scaler", "training")
        kept = [name for name in names if getattr(self, name)]
        return f"<Model of {self.net!r}{', with ' * bool(kept)}{', '.join(kept)}>"


def feature_names_for(net: Structure, names: object, where: str) -> list[str]:
    """Check the names of the features: none, or one for each input."""
    given = _texts(names, where)
    if given and len(given) != len(net.inputs):
        expected = f"{len(net.inputs)}, one for each input, or none"
        raise InvalidValueError(where=where, given=len(given), expected=expected)
    return given


def class_names_for(net: Structure, names: object, where: str) -> list[str]:
    """Check the names of the classes: none, or one for each output; two for an only output that tells two apart."""
    given, outputs = _texts(names, where), len(net.outputs)
    if given and len(given) != outputs and not (len(given) == 2 and outputs == 1):
        also = " (or two, for one output)" if outputs == 1 else ""
        expected = f"{outputs}, one for each output{also}, or none"
        raise InvalidValueError(where=where, given=len(given), expected=expected)
    return given


def scaler_tree(net: Structure, scaler: object, where: str) -> dict[str, Any]:
    """Write a scaler as plain lists."""
    known = instance_of(scaler, Scaler, where, "a Scaler")
    names = _of_inputs(net, known, where)
    return {"feature_names": names, "means": list(known.means), "deviations": list(known.deviations)}


def scaler_from(net: Structure, tree: object, where: str) -> Scaler:
    """Make a scaler from what `scaler_tree` writes; errors where it is not of that form, too."""
    known = fields(tree, where, ("feature_names", "means", "deviations"))
    names = _texts(known["feature_names"], f"{where}.feature_names")
    try:
        scaler = Scaler(known["means"], known["deviations"], tuple(names))
    except NeurographError as error:
        raise error.within(where) from None
    _of_inputs(net, scaler, where)
    return scaler


def _of_inputs(net: Structure, scaler: Scaler, where: str) -> list[str]:
    names = _texts(scaler.feature_names, f"{where}.feature_names")
    if len(names) != len(net.inputs):
        raise InvalidValueError(
            f"got one for {len(names)} features, expected {len(net.inputs)}, one for each input.", where=where
        )
    return names


def plain(value: object, where: str, levels: int = DEEPEST) -> Any:
    """Pass on what JSON gives back as it was: dicts with text as keys, lists, text, finite numbers, bools and None.

    Examples
    --------
    >>> plain({"epoch": 3, "memory": [0.1, -0.0]}, "training")
    {'epoch': 3, 'memory': [0.1, -0.0]}
    """
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind in (int, float):
        finite(value, where)
        return value
    if kind is str:
        return text(value, where, longest=None)
    if kind not in (dict, list):
        cure = "Write tuples as lists, and the numbers of NumPy with float() or int()."
        raise InvalidTypeError(
            where=where, given=value, expected="plain dicts, lists, text, numbers, bools or None", cure=cure
        )
    if levels == 0:
        raise InvalidValueError(f"it is nested too deeply, expected at most {DEEPEST} levels.", where=where)
    if isinstance(value, dict):
        for key, inner in value.items():
            text(key, f"{where}, a key", longest=None)
            plain(inner, f"{where}.{key[:60]}", levels - 1)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            plain(inner, f"{where}[{i}]", levels - 1)
    return value


def _texts(names: object, where: str) -> list[str]:
    return [text(name, f"{where}[{i}]") for i, name in enumerate(texts(names, where))]
