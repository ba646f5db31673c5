"""What the README shows is what happens: its commands, its Python, its transcripts in the shell."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import neurograph as ng
from neurograph.rules import optimizers

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/neurograph demo",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/python -m pytest",
]
BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[int, str]]:
    """List the code blocks in a language: the line each one starts on, and its text."""
    return [
        (README.count("\n", 0, found.start(2)), found[2]) for found in BLOCK.finditer(README) if found[1] == language
    ]


def transcripts(text: str) -> list[tuple[str, str]]:
    """Take a shell transcript apart: each command after `$`, and what it prints."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    assert parts[0] == "", "a console block starts with a line '$ command'"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def matches(shown: str, printed: str) -> bool:
    """Compare with what was printed; a line `...` stands for any lines, blank lines at either end for nothing."""
    pattern = ""
    for line in shown.strip("\n").split("\n"):
        pattern += r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r" *\n"
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


@pytest.mark.parametrize("command", COMMANDS)
def test_both_commands_are_there_once_in_a_code_block(command: str) -> None:
    assert README.count(command) == 1
    assert sum(command in found[2].splitlines() for found in BLOCK.finditer(README)) == 1


def test_every_code_block_is_closed() -> None:
    assert len(re.findall(r"^```", README, re.MULTILINE)) == 2 * len(BLOCK.findall(README))


def test_python_runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = blocks("python")
    assert found, "the README shows no Python"
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "readme"}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for line, text in found:
        if ">>>" in text:
            test = doctest.DocTestParser().get_doctest(text, namespace, f"README.md, line {line}", "README.md", line)
            said: list[str] = []
            result = runner.run(test, out=said.append, clear_globs=False)
            assert result.failed == 0, "".join(said)
            namespace.update(test.globs)
        else:
            padded = "\n" * line + text  # so that an error names the README's own line
            exec(compile(padded, "README.md", "exec"), namespace)  # noqa: S102  # the README's own code


def test_shell_sessions_print_what_is_shown(tmp_path: Path) -> None:
    for line, text in blocks("console"):
        for command, shown in transcripts(text):
            if command.startswith("neurograph "):
                printed = run(shlex.split(command, comments=True)[1:], tmp_path)
                assert matches(shown, printed), f"README.md, line {line}: {command} prints\n{printed}"


def run(arguments: list[str], folder: Path) -> str:
    """Run the command line as in a window of 80 columns that nobody types into; give all that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "neurograph", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_nothing_is_left_to_do() -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|TBD)\b", README)


def test_no_bare_install_by_name() -> None:
    assert not re.search(
        r"pip install (-\S+ )*['\"]?(neurograph|visualize)\b", README
    )  # another project has these names


@pytest.mark.parametrize(
    ("shown", "printed", "agree"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nb\n", "a\nb\n", True),
        ("a\n...\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a.b\n", "aXb\n", False),
        ("a\n...\nc\n", "a\nb\n", False),
    ],
)
def test_elision_stands_for_any_lines_and_nothing_else(shown: str, printed: str, agree: bool) -> None:
    assert matches(shown, printed) is agree


def test_transcripts_are_taken_apart() -> None:
    assert transcripts("$ one\n1\n\n$ two\n$ three\n3\n") == [("one", "1\n\n"), ("two", ""), ("three", "3\n")]


# The lists of what there is.


def listed(what: str) -> list[str]:
    """The names after `what:` in the README, up to the end of the sentence or what is said of others."""
    (found,) = re.findall(rf"\b{what}: ([^.;:]*?)(?:[.;]|, each)", README.replace("\n", " "))
    return found.split(", ")


def test_the_lists_of_rules_are_whole() -> None:
    assert listed("Activations") == [rule.name for rule in ng.ACTIVATIONS]
    assert listed("Losses") == [loss.name for loss in ng.LOSSES]
    assert listed("Initializers") == [initializer.name for initializer in ng.INITIALIZERS]
    assert {"Optimizer", *listed("Optimizers")} == {name for name in optimizers.__all__ if hasattr(ng, name)}
    (schedules,) = re.findall(r"schedule of `ng\.rates`: (.*?), as in", README.replace("\n", " "))
    assert sorted(schedules.split(", ")) == sorted({*ng.rates.__all__} - {"Rate", "above_zero", "rate_of"})
