"""The watch over pages reports each kind of noise, and axe-core works under a strict policy.

The pages are written here by hand, some bad on purpose; of the project's own pages nothing is known here.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.axe import violations
from browser.conftest import find_chromium
from browser.pages import OpenPage, Window, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STRICT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
NAME = "a page ä.html"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


def write(folder: Path, body: str, policy: str | None = None) -> Path:
    """Write a page that is right in everything but what its body does."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    path = folder / NAME
    path.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{meta}<title>A page</title></head>'
        f"<body><main><h1>A page</h1>{body}</main></body></html>",
        encoding="utf-8",
    )
    return path


QUIET = [
    "<p>nothing</p>",
    f'<img alt="" src="{PIXEL}">',
    '<a href="#here">here</a><p id="here">here</p><script>location.hash = "here"</script>',
    '<iframe title="frame" srcdoc="<p>inside</p>"></iframe>',
    """<img alt="" id="i"><script>
        i.src = URL.createObjectURL(new Blob(["<svg xmlns='http://www.w3.org/2000/svg'/>"], {type: "image/svg+xml"}))
    </script>""",
]
NOISY = {
    "console log: hello": "<script>console.log('hello')</script>",
    "console warning: careful": "<script>console.warn('careful')</script>",
    "console debug: late": "<script>setTimeout(() => console.debug('late'))</script>",
    "page error: no such luck": "<script>throw new Error('no such luck')</script>",
    "page error: nobody waits": "<script>Promise.reject(new Error('nobody waits'))</script>",
    "request: image http://127.0.0.1:9/a.png": '<img alt="" src="http://127.0.0.1:9/a.png">',
    "request: stylesheet file://.*/beside.css": '<link rel="stylesheet" href="beside.css">',
    "request: fetch http://127.0.0.1:9/": "<script>fetch('http://127.0.0.1:9/').catch(() => 0)</script>",
    "dialog: alert 'stop'": "<script>alert('stop')</script>",
    "second window: .*": "<script>open('about:blank')</script>",
}


def test_a_quiet_page_passes(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, "".join(QUIET)), fragment="top")
    assert page.locator("img, iframe, a, p").count() == 6, "all of it is there"


def test_all_noise_is_reported(browser: Browser, tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught, watched(browser, write(tmp_path, "".join(NOISY.values()))):
        pass
    title, *lines = str(caught.value).splitlines()
    assert title == f"{NAME} did what a page must not do:"
    unheard = [noise for noise in NOISY if not any(re.fullmatch(noise, line.strip()) for line in lines)]
    assert not unheard, lines


def test_noise_on_the_way_is_reported(browser: Browser, tmp_path: Path) -> None:
    body = "<button onclick=\"console.log('pressed')\">press</button>"
    with pytest.raises(AssertionError, match="console log: pressed"), watched(browser, write(tmp_path, body)) as page:
        page.get_by_role("button").click()


def test_the_page_is_opened_as_asked(open_page: OpenPage, tmp_path: Path) -> None:
    def asked(query: str) -> bool:
        return bool(page.evaluate("query => matchMedia(query).matches", query))

    path = write(tmp_path, "")
    page = open_page(path)
    assert asked("(width: 1280px) and (height: 800px) and (prefers-color-scheme: light)")
    assert not asked("(prefers-reduced-motion: reduce)")
    page = open_page(path, width=360, height=640, colour_scheme="dark", reduced_motion="reduce", fragment="step=3")
    assert asked("(width: 360px) and (height: 640px) and (prefers-color-scheme: dark)")
    assert asked("(prefers-reduced-motion: reduce)")
    assert page.evaluate("location.hash") == "#step=3"


def test_a_window_forgets_what_was_open_in_it(browser: Browser, tmp_path: Path) -> None:
    window = Window(browser)
    script = "for (let wait = 0; wait < 400; wait += 10) setTimeout(() => console.log('late'), wait)"
    body = f"<button onmouseover=\"this.textContent = 'over'\">press</button><script>{script}; name = 'old'</script>"
    page = window.open(write(tmp_path, body), width=500, height=300, colour_scheme="dark", reduced_motion="reduce")
    page.emulate_media(media="print")
    page.context.grant_permissions(["clipboard-read"])
    page.get_by_role("button").hover()
    with pytest.raises(AssertionError, match="console log: late"):
        window.leave()
    page = window.open(write(tmp_path, "<button onmouseover=\"this.textContent = 'over'\">press</button>"))
    asked = "(width: 1280px) and (prefers-color-scheme: light) and (prefers-reduced-motion: no-preference)"
    assert page.evaluate("query => matchMedia(query).matches", f"screen and {asked}")
    assert page.evaluate("navigator.permissions.query({name: 'clipboard-read'}).then((one) => one.state)") != "granted"
    page.evaluate("() => scheduler.postTask(() => null, {delay: 600})")
    assert page.get_by_role("button").inner_text() == "press", "the mouse is elsewhere"
    assert window.leave(), "nothing has come from the page before"
    window.close()


def test_axe_finds_what_has_no_label_under_a_strict_policy(browser: Browser, tmp_path: Path) -> None:
    path = write(tmp_path, '<input id="weight"><script>stopped()</script>', STRICT)
    policy = r"console error: .*inline script violates .* Content Security Policy"
    with pytest.raises(AssertionError, match=policy), watched(browser, path) as page:
        found = violations(page)
    assert [text.splitlines()[:2] for text in found] == [
        ["label (critical): Form elements must have labels", '  #weight: <input id="weight">']
    ]


def test_axe_sees_colours(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, '<p style="color: #aaa; background: #fff">pale</p>', STRICT))
    (found,) = violations(page)
    assert found.startswith("color-contrast (serious)")


def test_axe_is_silent_about_a_good_page_and_what_matters_less(open_page: OpenPage, tmp_path: Path) -> None:
    frame = '<iframe title="frame" srcdoc="<input>"></iframe>'
    page = open_page(write(tmp_path, f"<label>weight <input></label><h4>too deep</h4>{frame}", STRICT))
    assert violations(page) == []
    assert violations(page, {"moderate"})[0].startswith("heading-order (moderate)")


def test_expect_waits(open_page: OpenPage, tmp_path: Path, expect: Callable[..., Any]) -> None:
    page = open_page(
        write(tmp_path, '<p id="p">no</p><script>setTimeout(() => { p.textContent = "yes" }, 100)</script>')
    )
    expect(page.locator("p")).to_have_text("yes")


@pytest.mark.parametrize(("promised", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_fails_only_where_one_is_promised(
    promised: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def reason() -> str:
        with pytest.raises((pytest.fail.Exception, pytest.skip.Exception)) as caught:
            find_chromium()
        assert caught.type is outcome
        return str(caught.value)

    monkeypatch.setenv("NEUROGRAPH_BROWSER", promised)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert reason().endswith("there is no chromium, chromium-browser or google-chrome")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert reason().endswith("playwright is not installed")


INNER = {
    "pages/__init__.py": "",
    "pages/conftest.py": "from browser.conftest import browser, free_windows, open_page",
    "pages/test_noisy.py": f"def test_noisy(open_page, pytestconfig): open_page(pytestconfig.rootpath / {NAME!r})",
    "pages/test_quiet.py": "def test_quiet(browser): assert browser.is_connected()",
    "test_later.py": "import asyncio\ndef test_loop(): asyncio.run(asyncio.sleep(0))",
}


def test_the_fixture_fails_the_noisy_test_and_no_loop_is_left(browser: Browser, tmp_path: Path) -> None:
    write(tmp_path, "<script>console.log('hello')</script>")
    for name, text in INNER.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", "--rootdir", ".", "."]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, check=False, cwd=tmp_path, env=here, capture_output=True, text=True, timeout=120)
    assert "ERROR at teardown of test_noisy" in done.stdout
    assert f"AssertionError: {NAME} did what a page must not do:" in done.stdout
    assert "console log: hello" in done.stdout
    assert "3 passed, 1 error in" in done.stdout, "asyncio.run() fails when the browser's loop is left"
