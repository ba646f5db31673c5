"""What the tests of the lessons share: the lesson itself, as a module, and the nets as they were before training."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import neurograph as ng

EXAMPLES = Path(__file__).parents[2] / "examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lesson(request: pytest.FixtureRequest) -> ModuleType:
    """Import the script that the test file is named after; its `main` does not run."""
    name = request.path.stem.removeprefix("test_")
    return load(name)


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[ng.Network]:
    """Collect a copy of every net that a lesson trains, as it was before."""
    copies: list[ng.Network] = []
    train: Callable[..., ng.History] = ng.train

    def spy(net: ng.Network, *args: object, **options: object) -> ng.History:
        copies.append(net.copy())
        return train(net, *args, **options)

    monkeypatch.setattr(ng, "train", spy)
    return copies


@pytest.fixture
def full_run() -> None:
    """Let a test through only when long runs are asked for: NEUROGRAPH_FULL=1 in the environment."""
    if not os.environ.get("NEUROGRAPH_FULL"):
        pytest.skip("takes many minutes; set NEUROGRAPH_FULL=1 to run it")
