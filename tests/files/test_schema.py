"""The published schema says the same as the reader: what is saved fits it, and what it refuses is refused."""

import copy
import json
from importlib.resources import files
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.data.scaling import Scaler
from neurograph.files.model import FORMAT, SCHEMA, load_model, save
from tests.files.test_model import (
    BESIDE_A_SMALL_NET,
    WRONG_FORM,
    WRONG_SENSE,
    edited_network,
    numbered,
    saved_tree,
    small,
    structural_edit,
    tree_to_be_wronged,
)

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def schema():
    """The published schema."""
    return json.loads(files("neurograph.files").joinpath("schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def validator(schema):
    """A validator for the published schema."""
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_names_this_version(schema):
    assert schema["properties"]["schema"]["const"] == SCHEMA
    assert schema["properties"]["format"]["const"] == FORMAT
    assert schema["$id"].endswith(f":{SCHEMA}")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_is_saved_fits_the_schema(validator, tmp_path, seed):
    path = tmp_path / "model.json"
    net = edited_network(Random(seed))
    names = [f"f{i}" for i in range(len(net.inputs))]
    scaler = Scaler([0.5] * len(names), [2.0] * len(names), names) if names else None
    tree = saved_tree(net, path, feature_names=names, scaler=scaler, training={"epoch": seed})
    if net.outputs:
        ends = [neuron.name for neuron in net.outputs]
        of_targets = Scaler([0.5] * len(ends), [2.0] * len(ends), ends)
        tree = saved_tree(net, path, target_scaler=of_targets)
    validator.validate(tree)


def test_an_empty_network_fits_the_schema(validator, tmp_path):
    validator.validate(saved_tree(ng.Network(), tmp_path / "model.json"))


@pytest.mark.parametrize(("edit", "message"), numbered(WRONG_FORM))
def test_the_schema_rejects_every_wrong_form(validator, tmp_path, edit, message):
    tree = tree_to_be_wronged(tmp_path / "model.json")
    assert validator.is_valid(tree)
    edit(tree)
    assert not validator.is_valid(tree)


@pytest.mark.parametrize(("edit", "message"), numbered(WRONG_SENSE))
def test_what_the_schema_leaves_to_the_reader(validator, tmp_path, edit, message):
    tree = tree_to_be_wronged(tmp_path / "model.json")
    edit(tree)
    assert validator.is_valid(tree)  # if it is not any more, the case belongs to WRONG_FORM


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_can_be_loaded_fits_the_schema(validator, tmp_path, data):
    path = tmp_path / "model.json"
    tree = copy.deepcopy(tree_with_everything(tmp_path))
    for _ in range(data.draw(st.integers(1, 2))):
        structural_edit(tree, data)
    path.write_text(json.dumps(tree), encoding="utf-8")
    try:
        load_model(path)
    except ng.NeurographError:
        return
    validator.validate(tree)


def tree_with_everything(tmp_path):
    path = tmp_path / "whole.json"
    if not path.exists():
        save(small(), path, **BESIDE_A_SMALL_NET)
    return json.loads(path.read_bytes())
