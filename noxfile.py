#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.10.14"]
# ///
"""Tasks for developers, each in an environment of its own: `pipx run nox -l` lists them."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"

PROJECT = nox.project.load_toml("pyproject.toml")


@nox.session
def lint(session: nox.Session) -> None:
    """Run the linter, the formatter's check, the type checker and the repository review."""
    session.install("-e.", *nox.project.dependency_groups(PROJECT, "dev"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("repo-review", ".")


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Run the tests; those that need packages which are not installed are skipped."""
    session.install("-e.[test]")
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest versions that the project allows."""
    oldest = [requirement.replace(">=", "==") for requirement in PROJECT["project"]["dependencies"]]
    session.install("-e.[test]", *oldest, "pyparsing<3.3")  # 3.3 warns of what matplotlib 3.10 still does
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Run the tests that compare with other packages too, PyTorch among them."""
    session.install("-e.[test]", *nox.project.dependency_groups(PROJECT, "peers"), "torch==2.13.0")
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Time epochs of both engines beside every peer that can be installed, and plain C where a compiler is found."""
    session.install("-e.[fast]", *nox.project.dependency_groups(PROJECT, "peers"), "torch==2.13.0")
    session.run("python", "tests/benchmarks/compare.py", *session.posargs)


if __name__ == "__main__":
    nox.main()
