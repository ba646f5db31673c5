"""Names that could break a page are shown as what they are, and the page works inside a frame without rights."""

from __future__ import annotations

import csv
import io
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import neurograph as ng
from browser.axe import violations
from browser.pages import OpenPage
from browser.samples import batch, flower, go, visit, write, xor
from visualize.page.stepper import stepper_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

EVIL = "</script><img src=x onerror=alert(1)>"
HEBREW = "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}\N{HEBREW LETTER VAV}\N{HEBREW LETTER FINAL MEM}"
# What is dangerous wherever it stands in a name shares one with others; what is odd as a whole name has its own.
NAMES = {
    "markup": f"{EVIL}<!--<script><b>",
    "quotes": '"quoted" onclick="alert(2)" \'single\' &amp;',
    "code": "${alert(3)}`{{data}}`$&$1 \\text{x}\\\\ x_1^2 {a} %#~",
    "hebrew": HEBREW,
    "emoji": "\N{GRINNING FACE}" * 8,
    "chinese": "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587}" * 4,
    "long": "abcdefghij" * 6,
    "like a place": "n0",
}
# Every text that is shown or heard, one by one.
TEXTS = """() => [document.documentElement.scrollWidth, ...[
    ...document.querySelectorAll("h1, h2, #where, #live, .next button, svg :is(title, .label, .name)"),
].map((one) => one.textContent)]"""


def net_of(one: str, other: str) -> ng.Network:
    """A net in which an input, a hidden neuron and an output have odd names."""
    net = ng.Network()
    net.add_input(one)
    net.add_input("x2")
    net.add_neuron(other, "tanh", bias=0.1)
    net.add_output(f"{one}{other}", "sigmoid")
    for source, target, weight in (
        (one, other, 0.5),
        ("x2", other, -0.4),
        (other, f"{one}{other}", 0.3),
        (one, f"{one}{other}", 0.7),
    ):
        net.connect(source, target, weight)
    return net


def not_ours(page: Page) -> list[str]:
    """Elements and attributes that no page has: what has come out of a name."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("img, b, iframe, object, embed, a, script:not([type])")]
            .map((one) => one.outerHTML.slice(0, 80))
            .concat([...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames())
                .filter((name) => name.startsWith("on")))"""
    )
    return found


def walk(page: Page, count: int) -> list[str]:
    """Go through the whole page with everything open, and read all names."""
    page.get_by_text("Tables of all values").click()
    page.get_by_text("Why this order?").click()
    page.locator("#values td").first.wait_for()
    read = set()
    for unit in ("neuron", "layer"):
        last = page.evaluate("document.getElementById('bar').max")
        places = range(int(last)) if unit == "neuron" else [0, 1, 2]
        for wide, *texts in visit(page, unit, places, TEXTS):  # type: ignore[arg-type]
            assert wide <= 390, "no sideways scrolling"
            read.update(texts)
    for at in range(count):
        page.locator(".neuron").nth(at).dispatch_event("click")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "no sideways scrolling"
        read.update(page.locator("#focus th, #focus h2, #focus td").all_text_contents())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    read.update(page.locator("#list h3").all_text_contents())
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    read.update(page.locator("#values th").all_text_contents())
    return sorted(read)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_is_shown_as_text(open_page: OpenPage, tmp_path: Path, name: str) -> None:
    net = net_of(name, f"h{name}")
    trace = net.trace([0.5, -1.0], [1.0])
    path = write(tmp_path, trace, title=name, feature_names=(name, "x"), class_names=(name,))
    page = open_page(path, width=390, height=844)
    page.evaluate("document.fonts.ready")
    sizes = page.locator(".neuron .name").evaluate_all(
        "all => all.map((one) => [one.getBBox().width, parseFloat(getComputedStyle(one).fontSize)])"
    )
    assert all(width <= 74 and size >= 7 for width, size in sizes), "it stays in its circle and can be read"
    read = walk(page, 4)
    assert page.title().endswith(" ".join(name.split()))
    assert page.locator("h1").text_content() == name
    plain = {text.replace("\u2068", "").replace("\u2069", "") for text in read}  # marks around a name change no letter
    for text in (name, f"h{name}", f"{name}h{name}", f"{name} → h{name}", f"x2 → h{name}", f"h{name}: weighted sum"):
        assert text in plain, "shown in full somewhere"
    assert not_ours(page) == []
    labels = [page.locator(".neuron").nth(at).get_attribute("aria-label") or "" for at in range(4)]
    assert all(
        label.startswith(start) for label, start in zip(labels, (name, "x2", f"h{name}", f"{name}h{name}"), strict=True)
    )


def test_hostile_names_are_text_in_symbols_and_tables_and_no_barrier(open_page: OpenPage, tmp_path: Path) -> None:
    one, other = 'a,"b"', f"<b>{HEBREW}{EVIL}"
    net = net_of(one, other)
    page = open_page(write(tmp_path, net.trace([0.5, -1.0], [1.0]), title=EVIL))
    symbols = page.locator("#card .symbols").first
    assert symbols.evaluate("one => one.textContent.split(' ').join('')").startswith(f"z<b>{HEBREW}</script>")
    assert symbols.locator("mtext").all_text_contents()[0] == other
    page.locator(".neuron").nth(2).dispatch_event("click")
    assert not_ours(page) == []
    assert violations(page) == []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Tables of all values").click()
    page.get_by_role("button", name="Copy as CSV").click()
    page.get_by_text("copied").wait_for()
    rows = list(csv.reader(io.StringIO(page.evaluate("navigator.clipboard.readText()"))))
    assert {len(row) for row in rows} == {5}
    assert {one, other, f"{one}->{other}"} <= {row[1] for row in rows}


def test_two_names_written_from_right_to_left_keep_the_arrow_between_them(open_page: OpenPage, tmp_path: Path) -> None:
    one, other = "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}", "\N{HEBREW LETTER GIMEL}\N{HEBREW LETTER DALET}"
    page = open_page(write(tmp_path, net_of(one, other).trace([0.5, -1.0], [1.0])))
    page.get_by_text("Tables of all values").click()
    head = page.locator("#values th", has_text="→").first
    places = head.evaluate(
        """head => {
            const texts = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
            const found = [];
            while (texts.nextNode()) {
                for (const [at, letter] of [...texts.currentNode.data].entries()) {
                    if (!/[\\p{L}→]/u.test(letter)) continue;
                    const range = document.createRange();
                    range.setStart(texts.currentNode, at);
                    range.setEnd(texts.currentNode, at + 1);
                    found.push([letter, range.getBoundingClientRect().left]);
                }
            }
            return found;
        }"""
    )
    seen = "".join(letter for letter, _ in sorted(places, key=lambda pair: pair[1]))
    assert seen == f"{one[::-1]}→{other[::-1]}", "from the first to the second, left to right"


# The outer page counts the keys that come to it.
OUTER = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notebook</title></head><body><main>
<h1>Notebook</h1><p id="keys"></p>
<script>
addEventListener("keydown", (event) => { document.getElementById("keys").textContent += `${event.key} `; });
</script>
%s</main></body></html>"""


def framed(folder: Path, frame: str) -> Path:
    path = folder / "notebook.html"
    path.write_text(OUTER % frame, encoding="utf-8")
    return path


def as_notebooks_do(page: str) -> str:
    return (
        '<iframe sandbox="allow-scripts" title="A step" style="width: 100%; height: 760px; border: 0" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def test_the_page_works_in_the_frame_that_a_notebook_gets(open_page: OpenPage, tmp_path: Path) -> None:
    trace = xor()
    frame = trace._repr_html_()
    assert frame is not None
    page = open_page(framed(tmp_path, frame))
    inner = page.frame_locator("iframe")
    where = inner.locator("#where")
    assert where.inner_text().startswith("Step 1 of 30:")
    inner.get_by_role("button", name="Forward").click()
    assert where.inner_text().startswith("Step 2 of 30:")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("u")
    page.keyboard.press("End")
    assert where.inner_text().startswith(f"Step {len(trace.at('layer'))} of")
    inner.get_by_label("One step is a").select_option("neuron")
    inner.locator(".neuron").nth(2).click()
    assert inner.locator("#focus h2").inner_text() == "Neuron h1"
    inner.get_by_role("button", name="Predict", exact=True).click()
    inner.get_by_role("button", name="First step").click()
    inner.get_by_role("textbox").first.fill(repr(trace[0].result))
    page.keyboard.press("Enter")
    assert "✓ right" in inner.locator("#card").inner_text()
    inner.get_by_role("button", name="Forward").click()
    inner.get_by_role("textbox").first.fill(repr(trace[1].result))
    inner.get_by_role("button", name="Check").click()
    assert "✓ right" in inner.locator("#card").inner_text()
    inner.get_by_role("button", name="First step").click()
    inner.get_by_role("button", name="Theme").click()
    assert page.locator("#keys").inner_text() == "", "no key has reached the notebook"
    assert "#" not in page.url
    page.get_by_role("heading", name="Notebook").click()
    page.keyboard.press("n")
    assert page.locator("#keys").inner_text() == "n", "and those outside are the notebook's"
    assert where.inner_text().startswith("Step 1 of 30:")


def test_a_frame_without_rights_gets_the_csv_as_text_and_no_dead_button(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(framed(tmp_path, as_notebooks_do(stepper_html(xor()))))
    inner = page.frame_locator("iframe")
    assert not inner.get_by_role("button", name="Print").is_visible()
    inner.get_by_text("Tables of all values").click()
    inner.get_by_role("button", name="Copy as CSV").click()
    text = inner.get_by_role("textbox", name="All values as CSV")
    assert text.input_value().startswith("quantity,of,example,symbol,value\n")


def test_two_frames_are_two_worlds(open_page: OpenPage, tmp_path: Path) -> None:
    frames = as_notebooks_do(stepper_html(xor())) + as_notebooks_do(stepper_html(batch()))
    page = open_page(framed(tmp_path, frames))
    one, other = page.frame_locator("iframe").nth(0), page.frame_locator("iframe").nth(1)
    one.get_by_role("button", name="Forward").click()
    assert one.locator("#where").inner_text().startswith("Step 2 of 30:")
    assert other.locator("#where").inner_text().startswith(f"Step 1 of {len(batch())}:")


def test_the_page_asks_for_nothing_and_may_not(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, flower()))
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    go(page, "phase", 2)
    assert (
        page.evaluate("performance.getEntriesByType('resource').filter((one) => !one.name.startsWith('data:')).length")
        == 0
    )
