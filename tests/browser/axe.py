"""What the accessibility checker axe-core finds on an open page, in words.

It runs in the page but is not part of it: a content security policy neither stops it nor is switched off for it. It
refuses to know how the page was opened.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
# Without frames: axe-core sends them a message, which a page opened as a file may not do and reports on the console.
OPTIONS = {"resultTypes": ["violations"], "iframes": False}


def violations(page: Page, impacts: set[str] = GRAVE) -> list[str]:
    """Write down each violation of these impacts: the rule, what it asks for, and every element that breaks it.

    What axe-core cannot decide (colours over a picture, say) is not a violation. Frames are not entered.
    """
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate("options => axe.run(document, options)", OPTIONS)["violations"]
    return [in_words(violation) for violation in found if violation["impact"] in impacts]


def in_words(violation: dict[str, Any]) -> str:
    places = [
        f"  {' '.join(map(str, node['target']))}: {node['html']}\n    " + node["failureSummary"].replace("\n", "\n    ")
        for node in violation["nodes"]
    ]
    return "\n".join([f"{violation['id']} ({violation['impact']}): {violation['help']}", *places])
