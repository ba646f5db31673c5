"""A page under watch: it is opened as a file, and must say nothing on the console, fetch nothing and break nothing.

It knows how a page is opened and what counts as noise; which browser that is, and what stands on the page, it refuses
to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urldefrag

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

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
        width: int = 1280,
        height: int = 800,
        colour_scheme: ColourScheme = "light",
        reduced_motion: ReducedMotion | None = None,
        fragment: str = "",
    ) -> Page:
        """Open a file and give its page, which has loaded."""


@contextmanager
def watched(
    browser: Browser,
    path: Path,
    *,
    width: int = 1280,
    height: int = 800,
    colour_scheme: ColourScheme = "light",
    reduced_motion: ReducedMotion | None = None,
    fragment: str = "",
) -> Iterator[Page]:
    """Open a file by its file URL, with no network and nothing remembered, and close it again.

    Raises AssertionError at the end when there was a console message of any kind, an error that nobody caught,
    a dialog, a second window, or a request for anything but the file itself (data: and blob: belong to it).
    """
    address = path.resolve().as_uri()
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=colour_scheme,
        reduced_motion=reduced_motion,
        offline=True,
    )
    try:
        context.set_default_timeout(PATIENCE)
        noise = listen(context, address)
        page = context.new_page()
        context.on("page", lambda page: noise.append(f"second window: {page.url}"))
        page.goto(f"{address}#{fragment}" if fragment else address)
        yield page
        if not page.is_closed():
            page.evaluate(SETTLED)
    finally:
        context.close()
    assert not noise, f"{path.name} did what a page must not do:\n  " + "\n  ".join(noise)


def listen(context: BrowserContext, address: str) -> list[str]:
    """Write down, as it happens, everything that no page should do; the list grows."""
    noise: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        noise.append(f"console {message.type}: {message.text}")

    def stumble(error: WebError) -> None:
        noise.append(f"page error: {error.error}")

    def fetch(request: Request) -> None:
        if urldefrag(request.url).url != address and not request.url.startswith(("data:", "blob:")):
            noise.append(f"request: {request.resource_type} {request.url}")

    def answer(dialog: Dialog) -> None:
        noise.append(f"dialog: {dialog.type} {dialog.message!r}")
        dialog.dismiss()

    context.on("console", hear)
    context.on("weberror", stumble)
    context.on("request", fetch)
    context.on("dialog", answer)
    return noise
