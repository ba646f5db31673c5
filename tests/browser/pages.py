"""A page under watch: it is opened as a file, and must say nothing on the console, fetch nothing and break nothing.

It knows how a page is opened and what counts as noise; which browser that is, and what stands on the page, it refuses
to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urldefrag

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, WebError

ColourScheme = Literal["light", "dark", "no-preference"]
ReducedMotion = Literal["reduce", "no-preference"]

# Milliseconds: long for a browser that is only busy, short for a test that waits for what never comes.
PATIENCE = 10_000
# Comes back after what the page had begun, since tasks run in the order in which they are due. (It would be setTimeout,
# if a test could not have stopped the page's clock.)
SETTLED = "() => scheduler.postTask(() => null, {delay: 50})"


class OpenPage(Protocol):
    """The fixture `open_page`: `watched`, for as long as the test runs."""

    def __call__(
        self,
        path: Path,
        *,
        alone: bool = False,
        width: int = 1280,
        height: int = 800,
        colour_scheme: ColourScheme = "light",
        reduced_motion: ReducedMotion | None = None,
        fragment: str = "",
    ) -> Page:
        """Open a file and give its page, which has loaded; `alone` in a window where nothing was open before."""


class Window:
    """A window of the browser with no network, in which one file after the other is opened under watch.

    What is left is gone: its timers, where the mouse was, what was allowed. Only the way back stays, and a clock that
    was stopped: who looks at those needs a window of their own.
    """

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(offline=True)
        self._context.set_default_timeout(PATIENCE)
        self._path, self._address = Path(), "about:blank"
        self._noise = self._listen()
        self._page = self._context.new_page()
        self._context.on("page", lambda page: self._noise.append(f"second window: {page.url}"))

    def open(
        self,
        path: Path,
        *,
        width: int = 1280,
        height: int = 800,
        colour_scheme: ColourScheme = "light",
        reduced_motion: ReducedMotion | None = None,
        fragment: str = "",
    ) -> Page:
        """Open a file by its file URL, and give its page."""
        self._path, self._address = path, path.resolve().as_uri()
        self._page.set_viewport_size({"width": width, "height": height})
        self._page.emulate_media(media="null", color_scheme=colour_scheme, reduced_motion=reduced_motion or "null")
        self._page.goto(f"{self._address}#{fragment}" if fragment else self._address)
        return self._page

    def leave(self) -> bool:
        """Leave the file, and say whether another one can be opened here.

        Raises AssertionError when there was a console message of any kind, an error that nobody caught, a dialog,
        a second window, or a request for anything but the file itself (data: and blob: belong to it).
        """
        if usable := not self._page.is_closed():
            self._page.evaluate(SETTLED)
            self._context.clear_permissions()
            self._page.goto("about:blank")
        noise = [*self._noise]
        self._noise.clear()
        assert not noise, f"{self._path.name} did what a page must not do:\n  " + "\n  ".join(noise)
        return usable

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def _listen(self) -> list[str]:
        """Write down, as it happens, everything that no page should do; the list grows."""
        noise: list[str] = []

        def hear(message: ConsoleMessage) -> None:
            noise.append(f"console {message.type}: {message.text}")

        def stumble(error: WebError) -> None:
            noise.append(f"page error: {error.error}")

        def fetch(request: Request) -> None:
            if urldefrag(request.url).url != self._address and not request.url.startswith(("data:", "blob:")):
                noise.append(f"request: {request.resource_type} {request.url}")

        def answer(dialog: Dialog) -> None:
            noise.append(f"dialog: {dialog.type} {dialog.message!r}")
            dialog.dismiss()

        self._context.on("console", hear)
        self._context.on("weberror", stumble)
        self._context.on("request", fetch)
        self._context.on("dialog", answer)
        return noise


@contextmanager
def watched(
    browser: Browser, path: Path, *, free: list[Window] | None = None, alone: bool = False, **options: Any
) -> Iterator[Page]:
    """Open a file as `Window.open` does, and leave it again as `Window.leave` does.

    A window is taken from those that are free, and put back when it was left in good order.
    """
    window = free.pop() if free and not alone else Window(browser)
    again = False
    try:
        yield window.open(path, **options)
        again = window.leave()
    finally:
        if again and free is not None and not alone:
            free.append(window)
        else:
            window.close()
