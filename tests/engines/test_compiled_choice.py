"""Which engine runs: by name, by the work at hand, by what is installed; and where compiled code is kept."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from engine_runs import needs_numba
from small_runs import X, Y, python, small

from neurograph import Network, Trainer, train
from neurograph.engines.choice import engine_name, seconds_on_objects
from neurograph.engines.compiled import jit
from neurograph.errors import NeurographError, UnknownNameError

ROOT = Path(__file__).parents[2]
MISSING = (
    'engine "compiled" needs numba, which is not installed. '
    "In the checkout, run: python -m pip install -e '.[fast]', or take engine=\"object\"."
)


# By name.


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("compile", "Did you mean 'compiled'? Known: auto, object, compiled."),
        ("Objects", "Did you mean 'object'? Known: auto, object, compiled."),
        ("torch", "Known: auto, object, compiled."),
    ],
)
def test_an_unknown_engine_is_named_and_the_known_ones_listed(name, end):
    with pytest.raises(UnknownNameError) as caught:
        train(small(), X, Y, engine=name)
    assert str(caught.value) == f"train, engine: unknown engine {name!r}. {end}"
    with pytest.raises(UnknownNameError, match=r"^train, engine: unknown engine"):
        Trainer(small(), X, Y, engine=name)


@needs_numba
def test_the_history_says_who_ran_the_passes():
    assert train(small(), X, Y, epochs=2, engine="compiled").engine == "compiled"
    assert train(small(), X, Y, epochs=2, engine="object").engine == "object"
    assert Trainer(small(), X, Y, engine="compiled").engine == "compiled"
    assert Trainer(small(), X, Y).engine == "object"


# By the work at hand.


@needs_numba
def test_auto_takes_compiled_code_for_long_work_and_the_objects_for_short():
    jit.machine()  # runs already, so that its start costs nothing more
    assert train(small(), X, Y, epochs=2).engine == "object"
    assert train(small(), X, Y, epochs=500).engine == "compiled"
    assert train(small(), X, Y, epochs=0).engine == "object"


@pytest.mark.parametrize(("running", "on_disk", "least"), [(True, True, 0.03), (False, True, 0.8), (False, False, 7.0)])
def test_auto_weighs_what_the_start_costs(running, on_disk, least, monkeypatch):
    monkeypatch.setattr(jit, "is_installed", lambda: True)
    monkeypatch.setattr(jit, "is_running", lambda: running)
    monkeypatch.setattr(jit, "is_on_disk", lambda: on_disk)
    assert engine_name("auto", 0.9 * least, "train") == "object"
    assert engine_name("auto", 1.1 * least, "train") == "compiled"
    assert engine_name("object", 1e9, "train") == "object"
    assert engine_name("compiled", 0.0, "train") == "compiled"


def test_the_estimate_grows_with_the_examples_and_the_network():
    net, large = small(), Network.dense([30, 40, 1], "sigmoid")
    assert seconds_on_objects(net, 1000) == pytest.approx(10 * seconds_on_objects(net, 100))
    assert seconds_on_objects(large, 100) > 10 * seconds_on_objects(net, 100)


# By what is installed.


@pytest.fixture
def without_numba(monkeypatch):
    """As if it were not installed, also where it is loaded already."""
    monkeypatch.setattr(jit, "is_installed", lambda: False)
    monkeypatch.setattr(importlib.import_module("neurograph.learning.ahead"), "machine", jit.machine.__wrapped__)


@pytest.mark.usefixtures("without_numba")
def test_without_numba_auto_stays_on_the_objects_and_says_nothing():
    history = train(small(), X, Y, epochs=300, engine="auto")
    assert (history.engine, history.findings) == ("object", [])


@pytest.mark.usefixtures("without_numba")
def test_without_numba_compiled_is_an_error_that_tells_how_to_install_it():
    net = small()
    before = net.__getstate__()
    with pytest.raises(NeurographError) as caught:
        train(net, X, Y, engine="compiled")
    assert str(caught.value) == MISSING
    assert net.__getstate__() == before


WITHOUT = f"""
import sys
sys.modules["numba"] = None  # as if it were not installed
import neurograph as ng
net = ng.Network.dense([3, 4, 2], ["tanh", "sigmoid"], seed=1)
history = ng.train(net, {X!r}, {Y!r}, epochs=2000, validation=0.2)
assert history.engine == "object"
try:
    ng.train(net, {X!r}, {Y!r}, engine="compiled")
except ng.NeurographError as error:
    print(error)
"""


def test_a_process_without_numba_trains_on_objects():
    assert python(WITHOUT).strip() == MISSING


OBJECTS = f"""
import sys
import neurograph as ng
assert not {{"numba", "llvmlite", "numpy"}} & set(sys.modules), "by the import"
net = ng.Network.dense([3, 4, 2], ["tanh", "sigmoid"], seed=1)
ng.train(net, {X!r}, {Y!r}, engine="object", epochs=3)
ng.train(net, {X!r}, {Y!r}, engine="auto", epochs=3)
print(*{{"numba", "llvmlite", "numpy"}} & set(sys.modules))
"""


def test_neither_the_import_nor_training_on_objects_loads_numba():
    assert python(OBJECTS).strip() == ""
