"""Saving a network to a JSON file and loading it again, to the last bit, with what belongs to it.

A file is read as data and nothing in it is run; its form is published in schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from neurograph.data.scaling import Scaler
from neurograph.errors import InvalidValueError
from neurograph.files.activation_names import Record, table_of
from neurograph.files.atomic import write_text
from neurograph.files.from_tree import network_of
from neurograph.files.json_input import LARGEST_FILE, as_path, fields, read_json
from neurograph.files.metadata import (
    Model,
    class_names_for,
    feature_names_for,
    plain,
    scaler_from,
    scaler_tree,
)
from neurograph.files.to_tree import tree_of
from neurograph.graph.structure import Structure
from neurograph.network import Network
from neurograph.validate import Names, instance_of

__all__ = ["FORMAT", "SCHEMA", "Model", "load", "load_model", "save"]

FORMAT = "neurograph"
SCHEMA = 1  # the version of the form; raised when an older version could misread a file

_REQUIRED = ("format", "schema", "directed", "multigraph", "graph", "nodes", "edges")
_OPTIONAL = ("ties", "tied_biases", "feature_names", "class_names", "scaler", "target_scaler", "training")


def save(
    net: Structure,
    path: str | Path,
    *,
    feature_names: Names = (),
    class_names: Names = (),
    scaler: Scaler | None = None,
    target_scaler: Scaler | None = None,
    training: dict[str, Any] | None = None,
) -> None:
    """Save a network to a JSON file, which is replaced as a whole or not at all.

    Neurons, activations, groups, edges, weights and biases are kept to the last bit, and every list in its order. What
    the passes computed is not. A custom activation is kept by its name only.

    Parameters
    ----------
    net : Network
        The network, complete or not.
    path : str or Path
        The file, such as "model.json". Its folder must exist.
    feature_names, class_names : sequence of str
        What the inputs and the outputs stand for: none, or one each.
    scaler, target_scaler : Scaler, optional
        What the inputs and the targets were standardised with, so that `load_model(path).predict` takes and gives both
        as they were measured.
    training : dict, optional
        The state of a training run, of plain dicts, lists, text, finite numbers, bools and None, at most 8 levels deep.

    Raises
    ------
    NeurographError
        When something in it could not be loaded again, or the file cannot be written. The old file stays as it was.

    Examples
    --------
    >>> import tempfile
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 2, 1], "tanh", seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(net, Path(folder) / "model.json", feature_names=["width", "length"])
    ...     model = load_model(Path(folder) / "model.json")
    >>> model.net.forward([1.0, 2.0]) == net.forward([1.0, 2.0]), model.feature_names
    (True, ('width', 'length'))
    """
    instance_of(net, Structure, "save, net", "a Network")
    file = as_path(path, "save, path")
    tree: dict[str, Any] = {"format": FORMAT, "schema": SCHEMA, **tree_of(net)}
    tree["feature_names"] = feature_names_for(net, feature_names, "save, feature_names")
    tree["class_names"] = class_names_for(net, class_names, "save, class_names")
    if scaler is not None:
        tree["scaler"] = scaler_tree(net.inputs, scaler, "save, scaler")
    if target_scaler is not None:
        tree["target_scaler"] = scaler_tree(net.outputs, target_scaler, "save, target_scaler")
    if training is not None:
        tree["training"] = _training(training, "save, training")
    text = _as_text({key: value for key, value in tree.items() if key in _REQUIRED or value != []})
    if len(text.encode()) > LARGEST_FILE:
        raise InvalidValueError(
            f"the model takes more than the {LARGEST_FILE // 2**20} MiB that load reads.",
            where=str(file),
            cure="Save less beside it.",
        )
    write_text(file, text)


def load(path: str | Path, *, activations: Iterable[Record] = ()) -> Network:
    """Load a network that `save` wrote.

    Parameters
    ----------
    path : str or Path
        The file.
    activations : iterable of Activation or JointActivation
        The records of your own activations, if the network has any; they are found by their names.

    Raises
    ------
    NeurographError
        When the file cannot be read, is not of this form, or holds what is no network: the message names the file and
        the place in it, such as `nodes[3].bias`.

    Examples
    --------
    >>> import tempfile
    >>> import neurograph as ng
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(ng.Network.dense([1, 1], "elu", initializer="ones"), Path(folder) / "model.json")
    ...     load(Path(folder) / "model.json")
    <Network 1-1: 2 neurons, 1 edges>
    """
    return load_model(path, activations=activations).net


def load_model(path: str | Path, *, activations: Iterable[Record] = ()) -> Model:
    """Load a network and all that was saved beside it; parameters and errors are those of `load`."""
    own = table_of(activations)
    file = as_path(path, "load, path")
    where = str(file)
    tree = read_json(file, "a model")
    _check_form(tree, where)
    tree = fields(tree, where, _REQUIRED, _OPTIONAL)
    net = network_of(tree, where, own)
    return Model(
        net,
        tuple(feature_names_for(net, tree.get("feature_names", []), f"{where}, feature_names")),
        tuple(class_names_for(net, tree.get("class_names", []), f"{where}, class_names")),
        scaler_from(net.inputs, tree["scaler"], f"{where}, scaler") if "scaler" in tree else None,
        _training(tree["training"], f"{where}, training") if "training" in tree else None,
        scaler_from(net.outputs, tree["target_scaler"], f"{where}, target_scaler") if "target_scaler" in tree else None,
    )


def _check_form(tree: object, where: str) -> None:
    """Refuse other formats and other versions before anything else is looked at."""
    expected = f'a model as save writes it, with "format": "{FORMAT}"'
    tree = instance_of(tree, dict, where, expected)
    if "format" not in tree:
        raise InvalidValueError(f"format is missing, expected {expected}.", where=where, cure="Is it the right file?")
    if tree["format"] != FORMAT:
        raise InvalidValueError(
            where=f"{where}, format", given=tree["format"], expected=f'"{FORMAT}"', cure="Is it the right file?"
        )
    version = tree.get("schema")
    if type(version) is int and version > SCHEMA:
        raise InvalidValueError(
            f"{version} is newer than the {SCHEMA} that this version of neurograph reads.",
            where=f"{where}, schema",
            given=version,
            cure="Update neurograph.",
        )
    if type(version) is not int or version != SCHEMA:
        raise InvalidValueError(where=f"{where}, schema", given=version, expected=f"the version {SCHEMA}")


def _training(training: object, where: str) -> dict[str, Any]:
    state: dict[str, Any] = plain(instance_of(training, dict, where, "a dict"), where)
    return state


def _as_text(tree: dict[str, Any]) -> str:
    """Write a tree as JSON with one node or edge a line, so that people can read and compare files."""
    return "{\n  " + ",\n  ".join(f'"{key}": {_part(key, value)}' for key, value in tree.items()) + "\n}\n"


def _part(key: str, value: object) -> str:
    if key in ("nodes", "edges") and isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(map(_dumps, value)) + "\n  ]"
    return _dumps(value)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
