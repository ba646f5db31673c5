"""What `import neurograph` costs and brings along, and that every public name is there."""

from __future__ import annotations

import importlib
import importlib.resources
import re
import subprocess
import sys
from pathlib import Path

import pytest

import neurograph

ROOT = Path(__file__).parents[2]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def loaded_by(statement: str) -> set[str]:
    """Name the top-level modules that a statement loads into a fresh interpreter."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    return {name.partition(".")[0] for name in python(code).split()}


@pytest.mark.parametrize(
    "statement", ["import neurograph", "from neurograph import NeurographError, ACTIVATIONS, LOSSES"]
)
def test_import_loads_only_the_standard_library(statement: str) -> None:
    loaded = loaded_by(statement)
    assert "neurograph" in loaded
    assert loaded - sys.stdlib_module_names == {"neurograph"}


def test_the_network_itself_brings_networkx_and_nothing_else() -> None:
    assert loaded_by("from neurograph import Network") - sys.stdlib_module_names == {"neurograph", "networkx"}


def test_training_and_a_sweep_bring_no_bar_where_none_is_shown() -> None:
    run = "xor = ng.datasets.xor(); ng.train(ng.Network.dense([2, 1], 'tanh'), xor.X, xor.Y, epochs=1); "
    run += "ng.sweep(ng.Network.dense, xor, {}, [0], sizes=[2, 1], activations='tanh', epochs=1)"
    loaded = loaded_by(f"import neurograph as ng; {run}")  # standard error is no terminal
    assert "networkx" in loaded
    assert not loaded & {"tqdm", "matplotlib"}


def test_import_costs_next_to_nothing() -> None:
    pytest.importorskip("resource", reason="only on POSIX")
    cost = 1000 * (cpu_seconds("import neurograph") - cpu_seconds("pass"))
    print(f"import neurograph: {cost:.1f} ms of CPU")  # noqa: T201  # seen with -s
    assert cost < 100.0  # about 10 ms in fact, and 50 ms is the promise; machines differ


def cpu_seconds(statement: str) -> float:
    """Measure an interpreter that runs one statement: user and system time, the least of several runs."""
    code = f"{statement}\nimport resource; used = resource.getrusage(resource.RUSAGE_SELF)"
    return min(float(python(code + "\nprint(used.ru_utime + used.ru_stime)")) for _ in range(7))


def test_every_public_name_is_there() -> None:
    assert sorted(neurograph.__all__) == dir(neurograph)
    assert len(set(neurograph.__all__)) == len(neurograph.__all__)
    for name in neurograph.__all__:
        assert getattr(neurograph, name) is not None, name


def test_star_import_gives_the_public_names() -> None:
    namespace: dict[str, object] = {}
    exec("from neurograph import *", namespace)  # noqa: S102  # the statement under test
    assert set(neurograph.__all__) <= set(namespace)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'neurograph' has no attribute 'Netwrok'"):
        neurograph.Netwrok  # noqa: B018


def test_version_is_that_of_the_project_file() -> None:
    written = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert written is not None
    assert neurograph.__version__ == written[1]


@pytest.mark.parametrize("package", ["neurograph", "visualize"])
def test_types_are_announced(package: str) -> None:
    importlib.import_module(package)
    assert importlib.resources.files(package).joinpath("py.typed").is_file()
