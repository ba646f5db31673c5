"""Where compiled code is kept: read by the next process, never stale, small, and done without where it cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from engine_runs import needs_numba
from small_runs import X, Y, python, small

from neurograph import train
from neurograph.engines.compiled import jit
from neurograph.engines.compiled.rules import fingerprint

TRAINING = f"""
import neurograph as ng
from neurograph.engines.compiled import jit
net = ng.Network.dense([3, 4, 2], ["tanh", "sigmoid"], seed=1)
found_before = jit.is_on_disk()
for batch in (1, 10, None):
    ng.train(net, {X!r}, {Y!r}, engine="compiled", epochs=3, batch_size=batch)
machine = jit.machine()
stats = [getattr(machine, name).stats for name in ("train", "shuffle_all")]
print(found_before, sum(sum(one.cache_hits.values()) for one in stats),
      sum(sum(one.cache_misses.values()) for one in stats), net["o1"].bias.hex(), machine._folder)
"""


def bias() -> str:
    net = small()
    for batch in (1, 10, None):
        train(net, X, Y, engine="object", epochs=3, batch_size=batch)
    return net["o1"].bias.hex()


def dates(store: Path) -> dict[Path, int]:
    """When compiled code, and the files that it was made from, were written."""
    found = [*store.rglob("*.nb[ci]"), *store.glob("*.py")]
    return {path: path.stat().st_mtime_ns for path in found}


@needs_numba
def test_a_second_process_compiles_nothing():
    """In the store of this machine, which other tests have filled as well."""
    python(TRAINING)
    store = jit._home()
    kept = dates(store)
    assert any(path.name.startswith("epochs_") for path in kept)
    found, hits, misses, number, folder = python(TRAINING).split()
    assert (found, hits, misses, number) == ("True", "2", "0", bias())
    assert Path(folder) == store
    now = dates(store)
    assert {path: now.get(path) for path in kept} == kept


ELSEWHERE = f"""
import os, sys, types
import neurograph as ng
home = types.ModuleType("rules_from_elsewhere")
if "there" in os.environ["ELSEWHERE"]:
    sys.modules[home.__name__] = home
exec("value, slope = lambda z: z * 0.515625, lambda z, a: a - a + 0.515625", vars(home))
assert home.slope.__module__ == home.__name__
net = ng.Network.dense([3, 4, 2], ng.Activation("mine", home.value, home.slope, "z", "1"), seed=1)
history = ng.train(net, {X!r}, {Y!r}, engine="compiled", epochs=3)
print(history.engine, net["o1"].bias.hex())
"""


@needs_numba
def test_code_on_disk_that_cannot_be_read_is_compiled_again():
    """What numba keeps asks for the module of the rule; here it is gone when the next process reads it."""
    told = [python(ELSEWHERE, ELSEWHERE=where) for where in ("there", "there", "gone", "gone", "there")]
    assert len(set(told)) == 1
    assert told[0].startswith("compiled ")


def test_the_same_code_in_two_modules_is_kept_apart():
    here, there = {"__name__": "one_module"}, {"__name__": "another_module"}
    for names in (here, there):
        exec("rule = lambda z: 2.0 * z", names)  # noqa: S102  # our own text
    assert fingerprint(here["rule"]) != fingerprint(there["rule"])


@needs_numba
def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    """Everything is compiled, used, and thrown away with the process."""
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    no_store = {"XDG_CACHE_HOME": str(tmp_path / "file"), "TMPDIR": str(tmp_path / "tmp")}
    found, hits, misses, number, folder = python(TRAINING, **no_store).split()
    assert (found, hits, misses, number) == ("False", "0", "2", bias())
    assert Path(folder).parent == tmp_path / "tmp"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file"]


@pytest.mark.parametrize("trouble", [PermissionError, RuntimeError])
def test_a_store_that_cannot_be_looked_into_holds_nothing(trouble, monkeypatch):
    """No home, or one that is closed: training goes on."""

    def home() -> Path:
        raise trouble

    monkeypatch.setattr(jit, "_home", home)
    assert jit.is_on_disk() is False
    assert jit._folder().is_dir()
    assert train(small(), X, Y, epochs=2).engine in ("object", "compiled")


def test_the_store_is_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jit._home() == tmp_path / "neurograph"
    assert jit.is_on_disk() is False
    assert jit._folder() == tmp_path / "neurograph"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert jit._home() == tmp_path / ".cache" / "neurograph"


def test_the_store_stays_small(tmp_path, monkeypatch):
    """Of very many files those go that were not used for longest, with their code; nobody else's is touched."""
    monkeypatch.setattr(jit, "_MANY", 10)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store = tmp_path / "neurograph"
    (store / "__pycache__").mkdir(parents=True)
    (store / "__pycache__" / "somebody.nbc").touch()

    def fill(count: int) -> None:
        for k in range(count):
            for path in (store / f"verbs_{k}.py", store / "__pycache__" / f"verbs_{k}.loop-1.py311.nbi"):
                path.touch()
                os.utime(path, (1000 * k, 1000 * k))

    fill(10)
    assert jit._folder() == store
    assert len(list(store.glob("*.py"))) == 10
    fill(11)
    assert jit._folder() == store
    left = {f"verbs_{k}" for k in range(6, 11)}
    assert {path.stem for path in store.glob("*.py")} == left
    assert {path.name.split(".")[0] for path in (store / "__pycache__").iterdir()} == left | {"somebody"}


@needs_numba
@pytest.mark.parametrize("name", ["interpreter", "steps", "epochs", "shuffling", "verbs", "records", "jit"])
def test_a_changed_file_of_the_engine_has_another_place_in_the_store(name, tmp_path, monkeypatch):
    """So nothing that was compiled before is ever taken for it."""
    usual = jit.machine()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "store"))
    for path in Path(jit.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text + "# changed\n" * (path.stem == name), encoding="utf-8")
    monkeypatch.setattr(jit, "_HERE", tmp_path)
    assert jit.Machine()._stamp != usual._stamp
    kept = {path.name for path in (tmp_path / "store" / "neurograph").glob("epochs_*.py")}
    assert kept
    assert not kept & {path.name for path in usual._folder.glob("epochs_*.py")}
