"""What is saved beside a network: the names of features and classes, the scalers, the state of a training run.

Each is checked on the way out as on the way in, so that what is saved can be loaded; it knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurograph.data.scaling import Scaler
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError
from neurograph.files.json_input import fields, text
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.network import Network
from neurograph.tables import Rows
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
    target_scaler : Scaler or None
        What its targets were standardised with; its names are those of the targets.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity", initializer="ones")
    >>> size, price = ng.Scaler((10.0,), (2.0,), ("size",)), ng.Scaler((5.0,), (3.0,), ("price",))
    >>> net.predict([[1.0]]), Model(net, scaler=size, target_scaler=price).predict([[12.0]])
    ([[1.0]], [[8.0]])
    """

    net: Network
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    scaler: Scaler | None = None
    training: dict[str, Any] | None = None
    target_scaler: Scaler | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that `neurograph train` stores with a run; none when the model comes from elsewhere."""
        settings = (self.training or {}).get("settings")
        return settings if isinstance(settings, dict) else {}

    @property
    def signs(self) -> tuple[str, str] | None:
        """How numbers were written in the file of the run: the decimal sign, and that between thousands; or None."""
        match (self.training or {}).get("signs"):
            case ["." | "," as decimal, "" | "." | "," | " " | "'" as thousands]:
                return decimal, thousands
        return None

    @property
    def target_names(self) -> tuple[str, ...]:
        """The names of the targets that `neurograph train` stores with a run, one for each output; or none."""
        names = (self.training or {}).get("target_names")
        if not isinstance(names, list) or len(names) != len(self.net.outputs):
            return ()
        return tuple(names) if all(isinstance(name, str) for name in names) else ()

    def predict(self, X: Rows, engine: str = "auto") -> Any:  # noqa: N803  # the field's name
        """Give the outputs for rows of features as they were measured, in the units of the targets."""
        outputs = self.net.predict(self.scaler.transform(X) if self.scaler else X, engine)
        return self.target_scaler.inverse(outputs) if self.target_scaler else outputs

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


def scaler_tree(ends: Sequence[Neuron], scaler: object, where: str) -> dict[str, Any]:
    """Write the scaler of a network's inputs, or of its outputs, as plain lists."""
    known = instance_of(scaler, Scaler, where, "a Scaler")
    names = _of_ends(ends, known, where)
    return {"feature_names": names, "means": list(known.means), "deviations": list(known.deviations)}


def scaler_from(ends: Sequence[Neuron], tree: object, where: str) -> Scaler:
    """Make a scaler from what `scaler_tree` writes; errors where it is not of that form, too."""
    known = fields(tree, where, ("feature_names", "means", "deviations"))
    names = _texts(known["feature_names"], f"{where}.feature_names")
    try:
        scaler = Scaler(known["means"], known["deviations"], tuple(names))
    except NeurographError as error:
        raise error.within(where) from None
    _of_ends(ends, scaler, where)
    return scaler


def _of_ends(ends: Sequence[Neuron], scaler: Scaler, where: str) -> list[str]:
    names = _texts(scaler.feature_names, f"{where}.feature_names")
    if len(names) != len(ends):
        what, role = ("targets", "output") if where.endswith("target_scaler") else ("features", "input")
        raise InvalidValueError(
            f"got one for {len(names)} {what}, expected {len(ends)}, one for each {role}.", where=where
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
