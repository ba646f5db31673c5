"""The folders are the floors: each imports only from those written above it, and files stay short.

Every import statement counts, those inside functions and under `if TYPE_CHECKING:` too; imports are read, not run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The notebook's door to the pictures stands above trace and network, which go through it when a notebook asks for one.
# The door needs of a network only that it is a graph, and hands a trace on as it is; `visualize` behind it is no floor,
# but reads all of them.
FLOORS = [
    "errors", "intake", "algebra", "rules", "graph", "quantities", "passes", "notebook", "trace", "engines", "source",
    "network", "learning", "data", "files", "cli",
]  # fmt: skip

# Algebra and rules are mathematics: `math`, and what Python needs for writing it down.
RULES_MAY_IMPORT = {
    "__future__", "ast", "collections.abc", "dataclasses", "fractions", "functools", "html", "math", "random", "re",
    "typing", "unicodedata",
}  # fmt: skip
# Packages from elsewhere, and the only floors that may import them.
PACKAGES = {
    "cloudpickle": {"learning"}, "joblib": {"learning"}, "networkx": {"graph"}, "numba": {"engines"},
    "numpy": {"engines"}, "tqdm": {"learning"}, "visualize": {"cli", "notebook"},
}  # fmt: skip


def sources(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    """Name every module that a file imports; `from a import b` gives `a.b` where that is a module, or else `a`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the whole name of the module"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if is_module(inner) else node.module


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def floor_of(module: str) -> str | None:
    """Name the floor of a module of neurograph, None for the package itself; `python -m neurograph` is the cli."""
    parts = module.replace("__main__", "cli").split(".")
    return parts[1] if len(parts) > 1 else None


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


OURS = [path for path in sources("neurograph") if module_of(path) != "neurograph"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_file_has_a_floor() -> None:
    assert {floor_of(module_of(path)) for path in OURS} <= set(FLOORS)


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_floor_imports_only_from_those_above_it(path: Path) -> None:
    module = module_of(path)
    own = FLOORS.index(str(floor_of(module)))
    for imported in imports(path):
        if imported.partition(".")[0] == "neurograph":
            floor = (
                floor_of(imported) or "cli"
            )  # the package itself leads everywhere, so only the last floor may use it
            assert FLOORS.index(floor) <= own, f"{module} imports {imported}, which is written below it"


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_package_is_imported_only_where_it_belongs(path: Path) -> None:
    floor = floor_of(module_of(path))
    for imported in imports(path):
        top = imported.partition(".")[0]
        assert floor in PACKAGES.get(top, {floor}), f"{named(path)} imports {imported}"


OURS_OF_MATHEMATICS = ("neurograph.algebra.", "neurograph.rules.", "neurograph.errors.", "neurograph.intake.")
MATHEMATICS = [path for path in OURS if floor_of(module_of(path)) in ("algebra", "rules")]


@pytest.mark.parametrize("path", MATHEMATICS, ids=named)
def test_algebra_and_rules_import_only_mathematics(path: Path) -> None:
    for imported in imports(path):
        assert f"{imported}.".startswith(OURS_OF_MATHEMATICS) or imported in RULES_MAY_IMPORT, (
            f"{path} imports {imported}"
        )


def test_the_core_needs_no_other_package() -> None:
    core = {"errors", "intake", "algebra", "rules", "quantities", "passes", "trace", "network"}
    for path in OURS:
        if floor_of(module_of(path)) in core:
            others = {name.partition(".")[0] for name in imports(path)} - sys.stdlib_module_names
            assert others <= {"neurograph"}, f"{named(path)} imports {others}"


def test_the_reader_of_imports_sees_them_all(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(
        "import csv, numba.core\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from neurograph.graph.edge import Edge\n"
        "def late():\n    from neurograph.graph import neuron\n"
    )
    assert list(imports(path)) == ["csv", "numba.core", "typing", "neurograph.graph.edge", "neurograph.graph.neuron"]
