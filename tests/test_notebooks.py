"""Every notebook among the examples runs from top to bottom, shows what it promises, and is stored without outputs."""

import ast
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples").rglob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

# What a cell shows at its end, by the cell's id: a picture, a page, or some of the text.
SHOWN = {
    "step_through_a_net": {
        "build": "svg",
        "trace": "page",
        "tenth": "delta(h1) = dC/da(h1) * tanh'(z(h1)) = dC/da(h1) * (1 - a(h1)**2)\n"
        "              = (-0.08668) * (1 - (-0.1974)**2)\n              = -0.0833\n",
        "ninth": "dC/da(h1) = w(h1->o1) * delta(o1)\n              = 0.8 * (-0.1083)\n              ≈ -0.08668\n",
        "flat": "= (-0.0329456) * (1 - 0.999909**2)\n",
        "check": "8 derivatives checked: 8 ok\n",
        "rates": " 0.5  -0.050393  -0.042397\n",
        "updated": "svg",
        "batch": "page",
        "mean": "= (-0.0833 + 0 + 0.08447) / 3\n                  ≈ 0.000391\n",
        "train": "svg",
        "predict": "It is a versicolor\n",
        "judge": " of 30 flowers are named rightly.\n",
    }
}


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


class FirstElement(HTMLParser):
    """The first element of a text, with its attributes as they were before they were escaped."""

    def __init__(self, text):
        super().__init__()
        self.tag, self.attributes = "", {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if not self.tag:
            self.tag, self.attributes = tag, dict(attrs)


def check_shown(expected, svg, html, text):
    if expected == "svg":
        assert re.search(r"<svg\b", svg)
    elif expected == "page":
        frame = FirstElement(html)
        assert frame.tag == "iframe"
        assert frame.attributes["srcdoc"].startswith("<!doctype html>")
    else:
        assert expected in text


def test_there_are_notebooks_and_each_promises_something():
    assert {path.stem for path in NOTEBOOKS} == set(SHOWN)


@every_notebook
def test_it_is_stored_without_outputs_and_with_little_else(path):
    notebook = stored(path)
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook["metadata"] == {"kernelspec": python}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    assert all((cell["outputs"], cell["execution_count"]) == ([], None) for cell in code_cells(notebook))
    assert {cell["id"] for cell in code_cells(notebook)} == set(SHOWN[path.stem])
    # As notebook programs write it, so that saving it again changes nothing.
    assert path.read_text(encoding="utf-8") == json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


@every_notebook
def test_its_links_lead_somewhere(path):
    words = "".join(
        line for cell in stored(path)["cells"] if cell["cell_type"] == "markdown" for line in cell["source"]
    )
    for link in re.findall(r"\]\(([^)]+)\)", words):
        assert (path.parent / link).is_file()


@every_notebook
def test_it_runs_as_plain_python(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for cell in code_cells(stored(path)):
        value = run_cell("".join(cell["source"]), cell["id"], namespace)
        svg = getattr(value, "_repr_svg_", lambda: None)()
        html = getattr(value, "_repr_html_", lambda: None)()
        check_shown(SHOWN[path.stem][cell["id"]], svg, html, capsys.readouterr().out)
    assert list(tmp_path.iterdir()) == []


def run_cell(source, name, namespace):
    """Run a cell and give what its last line comes to, which a notebook would show; None when it is no expression."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)  # noqa: S102  # our own example
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), name, "eval"), namespace)  # noqa: S307  # likewise


@every_notebook
def test_it_runs_in_a_kernel(path, tmp_path, monkeypatch):
    pytest.importorskip("ipykernel")
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])))
    work = tmp_path / "work"
    work.mkdir()
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    client = nbclient.NotebookClient(
        notebook, timeout=60, km=kernel_of_this_python(), resources={"metadata": {"path": str(work)}}
    )
    client.execute(cleanup_kc=True)  # raises when a cell fails; the kernel ends although its manager is ours
    for cell in code_cells(notebook):
        results = [output for output in cell.outputs if output.output_type in ("execute_result", "display_data")]
        texts = [output for output in cell.outputs if output.output_type == "stream"]
        assert [output.name for output in texts if output.name != "stdout"] == [], "a cell writes to stderr"
        data = results[-1].data if results else {}
        printed = "".join(output.text for output in texts)
        check_shown(SHOWN[path.stem][cell.id], data.get("image/svg+xml"), data.get("text/html"), printed)
    assert list(work.iterdir()) == []


def kernel_of_this_python():
    """Manage a kernel of the Python that runs the tests, whatever kernels are registered on the machine."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    # Without folders to look in, it is left with the one that ipykernel makes for the running Python.
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
