"""The folders are the floors: each imports only from those written above it, nothing goes round, bodies fit a screen.

Every import statement counts, those inside functions and under `if TYPE_CHECKING:` too; imports are read, not run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parents[2]
# The notebook's door to the pictures stands above trace and network, which go through it when a notebook asks for one.
# The door needs of a network only that it is a graph, and hands a trace on as it is; `visualize` behind it is no floor,
# but reads all of them.
FLOORS = [
    "errors", "validate", "tables", "algebra", "rules", "graph", "quantities", "passes", "program", "notebook", "trace",
    "engines",
    "source", "network", "learning", "data", "files", "cli",
]  # fmt: skip

# Algebra and rules are mathematics: `math`, and what Python needs for writing it down.
RULES_MAY_IMPORT = {
    "__future__", "ast", "collections.abc", "dataclasses", "fractions", "functools", "html", "math", "random", "re",
    "typing", "unicodedata",
}  # fmt: skip
# Packages from elsewhere, and the only floors that may import them.
PACKAGES = {
    "cloudpickle": {"learning"}, "joblib": {"learning"}, "networkx": {"graph"}, "numba": {"engines"},
    "numpy": {"engines", "tables"}, "tqdm": {"learning"}, "visualize": {"cli", "notebook"},
}  # fmt: skip
# The only modules that may import each other, when the imports inside functions and for types only count too.
CIRCLES = [
    {"neurograph.graph.edge", "neurograph.graph.group", "neurograph.graph.neuron", "neurograph.graph.tie"},  # objects
    # A diagram opens its painter and its writers when it is drawn or saved.
    {
        "visualize.network.alt_text", "visualize.network.diagram", "visualize.network.labels",
        "visualize.network.legend", "visualize.network.painter", "visualize.writers",
    },
]  # fmt: skip
# The door, opened when a notebook asks for a picture, would close one more: what is behind it is not followed.
DOOR = "neurograph.notebook"


def sources(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)


def is_deferred(node: ast.AST) -> bool:
    """Whether what is inside does not run on import: the body of a function, or what only types need."""
    for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    return for_types or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def statements(tree: ast.AST, deferred: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if deferred or not is_deferred(node):
            yield node
            yield from statements(node, deferred)


def imports(path: Path, deferred: bool = True) -> Iterator[str]:
    """Name every module that a file imports; `from a import b` gives `a.b` where that is a module, or else `a`.

    Those that are deferred, to the call of a function or to the checking of types, can be left out.
    """
    for node in statements(ast.parse(path.read_text(encoding="utf-8")), deferred):
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


OURS_OF_MATHEMATICS = ("neurograph.algebra.", "neurograph.rules.", "neurograph.errors.", "neurograph.validate.")
MATHEMATICS = [path for path in OURS if floor_of(module_of(path)) in ("algebra", "rules")]


@pytest.mark.parametrize("path", MATHEMATICS, ids=named)
def test_algebra_and_rules_import_only_mathematics(path: Path) -> None:
    for imported in imports(path):
        assert f"{imported}.".startswith(OURS_OF_MATHEMATICS) or imported in RULES_MAY_IMPORT, (
            f"{path} imports {imported}"
        )


def test_the_core_needs_no_other_package() -> None:
    core = {"errors", "validate", "algebra", "rules", "quantities", "passes", "program", "trace", "network"}
    for path in OURS:
        if floor_of(module_of(path)) in core:
            others = {name.partition(".")[0] for name in imports(path)} - sys.stdlib_module_names
            assert others <= {"neurograph"}, f"{named(path)} imports {others}"


def circles(graph: nx.DiGraph[str]) -> list[set[str]]:
    """Find the modules that lead back to themselves."""
    return [
        part for part in nx.strongly_connected_components(graph) if len(part) > 1 or graph.has_edge(*(list(part) * 2))
    ]


def graph_of_imports(deferred: bool) -> nx.DiGraph[str]:
    paths = sources("neurograph") + sources("visualize")
    modules = {module_of(path): path for path in paths}
    return nx.DiGraph(
        (module, imported)
        for module, path in modules.items()
        for imported in imports(path, deferred)
        if imported in modules and not (module == DOOR and imported.startswith("visualize"))
    )


def test_no_module_leads_back_to_itself_while_it_is_imported() -> None:
    assert circles(graph_of_imports(deferred=False)) == []


def test_modules_that_need_each_other_later_are_few_and_declared() -> None:
    for circle in circles(graph_of_imports(deferred=True)):
        assert any(circle <= declared for declared in CIRCLES), f"go round in a circle: {', '.join(sorted(circle))}"


def test_a_circle_is_found() -> None:
    graph = nx.DiGraph(["ab", "bc", "ca", "cd", "dd", "de"])
    assert sorted(map(sorted, circles(graph))) == [["a", "b", "c"], ["d"]]


SCREEN = 60  # lines


def bodies(path: Path) -> Iterator[tuple[str, int]]:
    """Give every function of a file, and how many lines its body has without the docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.body[-1]
            first = node.body[1] if ast.get_docstring(node) is not None and last is not node.body[0] else node.body[0]
            yield node.name, (last.end_lineno or last.lineno) - first.lineno + 1


def test_the_body_of_a_function_fits_a_screen() -> None:
    long = {
        (module_of(path), name)
        for path in sources("neurograph") + sources("visualize")
        for name, lines in bodies(path)
        if lines > SCREEN
    }
    assert not long


def test_the_lines_of_a_body_are_counted_without_the_docstring(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    inner = '    def g():\n        """Three."""\n    return (\n        g\n    )\n'
    path.write_text(f'def f():\n    """One.\n\n    Two.\n    """\n{inner}')
    assert list(bodies(path)) == [("f", 5), ("g", 1)]


def test_the_reader_of_imports_sees_them_all(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(
        "import csv, numba.core\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from neurograph.graph.edge import Edge\n"
        "def late():\n    from neurograph.graph import neuron\n"
    )
    assert list(imports(path)) == ["csv", "numba.core", "typing", "neurograph.graph.edge", "neurograph.graph.neuron"]
    assert list(imports(path, deferred=False)) == ["csv", "numba.core", "typing"]
