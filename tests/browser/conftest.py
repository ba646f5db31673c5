"""What the tests of pages share: one browser, and a way to open a file in it under watch.

It knows how a browser is found and when its absence is a failure; what stands on a page it refuses to know.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from browser.pages import OpenPage, Window, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    "--no-sandbox",  # it refuses to start for root otherwise, and opens nothing but our own files
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def do_without(reason: str) -> NoReturn:
    """Skip the test, or fail it where a browser is promised: NEUROGRAPH_BROWSER=1 in the environment."""
    if os.environ.get("NEUROGRAPH_BROWSER"):
        pytest.fail(f"NEUROGRAPH_BROWSER is set, but {reason}", pytrace=False)
    pytest.skip(reason)


def find_chromium() -> str:
    """Give the path of a chromium, which playwright then need not bring along; skip the test when there is none."""
    if importlib.util.find_spec("playwright") is None:
        do_without("playwright is not installed")
    found = [path for program in PROGRAMS if (path := shutil.which(program))]
    return found[0] if found else do_without(f"there is no {', '.join(PROGRAMS[:-1])} or {PROGRAMS[-1]}")


# Playwright keeps an asyncio loop running in the thread that started it, between its calls too, where asyncio.run() and
# the like then refuse to work. The scope ends that with this folder, so tests elsewhere do not meet the loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start one headless browser for all tests in this folder; with pytest-xdist, one for each worker."""
    chromium = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def free_windows(browser: Browser) -> Iterator[list[Window]]:
    """Keep windows open from test to test: a new one takes longer than most of what is tested in it."""
    windows: list[Window] = []
    yield windows
    for window in windows:
        window.close()


@pytest.fixture
def open_page(browser: Browser, free_windows: list[Window]) -> Iterator[OpenPage]:
    """Open files as `browser.pages.watched` does; what a page did that it must not do fails the test when it ends."""
    with ExitStack() as stack:

        def opener(path: Path, **options: Any) -> Page:
            return stack.enter_context(watched(browser, path, free=free_windows, **options))

        yield opener


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the pages that more than one test opens."""
    path = tmp_path_factory.getbasetemp() / "stepper pages"
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture
def expect(browser: Browser) -> Callable[..., Any]:
    """Give playwright's `expect`, which waits for what it asserts, without an import that needs playwright."""
    from playwright.sync_api import expect

    return expect
