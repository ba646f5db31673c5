"""Every example runs as it stands and prints what it promises."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))

PROMISES = {
    "by_hand": ["output [0.560231", "output after one step [0.670450"],
    "worked_example": [
        "loss 0.298371109",
        "dC/dw5 = 0.082167041, w5 becomes 0.35891648",
        "16 derivatives checked: 16 ok",
    ],
    "catch_a_wrong_rule": [
        "1 - a for tanh:             17 derivatives checked: 5 ok, 12 wrong",
        "22 wrong",
        "12 wrong",
    ],
    "diagram": [],
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_runs_and_keeps_its_promises(script, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(script)])
    runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out
    for promise in PROMISES[script.stem]:
        assert promise in printed


def test_the_diagram_is_written_where_it_is_asked_for(tmp_path):
    picture = tmp_path / "picture.png"
    command = [sys.executable, EXAMPLES / "diagram.py", picture]
    subprocess.run(command, check=True, capture_output=True, cwd=EXAMPLES.parent)
    assert picture.read_bytes().startswith(b"\x89PNG")
