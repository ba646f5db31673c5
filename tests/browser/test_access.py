"""Everybody can use the page: by keyboard alone, by ear, in any colour scheme, without motion, and on paper."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import neurograph as ng
from browser.axe import violations
from browser.pages import OpenPage
from browser.samples import (
    CLASSES,
    FEATURES,
    batch,
    find,
    flower,
    go,
    in_math,
    known,
    neuron,
    shown,
    visit,
    write,
    xor,
)
from neurograph.quantities import Quantity
from neurograph.trace.step import UNITS, Unit
from neurograph.trace.trace import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOCUSED = """() => {
    const one = document.activeElement;
    return [one.id, one.closest("header, #graph, #side, nav, #tables")?.localName, (one.getAttribute("aria-label")
        || one.labels?.[0]?.textContent || one.textContent).trim()];
}"""
CONTROLS = """() => [...document.querySelectorAll("button, select, input, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.disabled && !one.closest("#list"))
    .map((one, at) => { one.dataset.nth = at; return at; })"""


def test_no_barrier_in_any_state(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace, feature_names=FEATURES, class_names=CLASSES))
    neuron(page, "h2").click()
    page.get_by_text("Why this order?").click()
    page.get_by_text("What if one does not wait?").click()
    page.get_by_text("Tables of all values").click()
    page.locator("#values td").first.wait_for()
    found = {"panels open": violations(page)}
    tables = page.locator("#values [role=region]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(tables) > 1
    assert all(tables)
    page.get_by_role("button", name="Predict", exact=True).click()
    go(page, "neuron", find(trace, "neuron", "gradient", "h1", "").index)
    page.locator("#card input").first.fill("1")
    page.locator("#card input").first.press("Enter")
    found["predict mode"] = violations(page)
    assert found == {state: [] for state in found}, "\n".join(chain(*found.values()))


def test_no_barrier_in_the_dark_and_on_a_small_screen(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    path = write(tmp_path, trace, feature_names=FEATURES, class_names=CLASSES)
    page = open_page(path, colour_scheme="dark", width=390, height=844)
    go(page, "neuron", find(trace, "neuron", "backward", "h1", "").index)
    found = {"backward": violations(page)}
    go(page, "layer", find(trace, "layer", "update", "layer 1", "").index)
    found["update"] = violations(page)
    page.get_by_role("button", name="Predict", exact=True).click()
    neuron(page, "h2").click()
    found["predict mode, focus"] = violations(page)
    assert found == {state: [] for state in found}, "\n".join(chain(*found.values()))


def test_the_page_has_a_language_a_title_and_landmarks(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor(), title="XOR, second row"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().endswith("XOR, second row")
    for role, name in (("region", "The network"), ("region", "The step"), ("navigation", "Stepping")):
        assert page.get_by_role(role, name=name).count() == 1  # type: ignore[arg-type]
    assert page.get_by_role("banner").count() == page.get_by_role("main").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1


def test_the_tab_key_reaches_every_control_in_reading_order(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor()))
    go(page, "neuron", 12)
    page.get_by_text("Tables of all values").click()
    page.evaluate("scrollTo(0, 0)")
    controls = page.evaluate(CONTROLS)
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("heading", level=1).click()  # from where the tab key sets out
    reached, places = [], []
    for _ in controls:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("Number(document.activeElement.dataset.nth ?? -1)"))
        _, where, _ = page.evaluate(FOCUSED)
        if where not in places[-1:]:
            places.append(where)
    assert reached == controls, "in the order of the page, and none is left out"
    assert places == ["header", "section", "nav", "section"], "tools, picture and step, player, tables"
    names = set(page.evaluate("[...document.querySelectorAll('[data-nth]')].map((one) => one.ariaLabel)"))
    assert {"The whole network", "Next neuron", "Previous phase", "First step", "Last step"} <= names


def test_every_control_has_a_name_and_the_slider_says_where_it_is(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor()))
    bar = page.get_by_role("slider")
    for place in (0, 7, 29):
        go(page, "neuron", place)
        assert bar.get_attribute("aria-valuetext") == page.locator("#where").inner_text()
        assert bar.input_value() == str(place + 1)
    neuron(page, "h2").click()
    page.get_by_role("button", name="Predict", exact=True).click()
    seen = page.locator("body").aria_snapshot()
    nameless = re.findall(r"^\s*- (?:button|combobox|textbox|slider)(?:\s*\[[^\]]*\])*:?\s*$", seen, re.M)
    assert not nameless, seen


def test_what_is_said_is_the_step_in_words(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, batch()))
    assert page.locator("#live").get_attribute("aria-live") == "polite"
    for unit in UNITS:
        check_words(page, batch(), unit)


def check_words(page: Page, trace: Trace[ng.Network], unit: Unit) -> None:
    steps = list(trace.at(unit))
    read = "() => ['live', 'where'].map((id) => document.getElementById(id).textContent)"
    found = visit(page, unit, range(len(steps)), read)
    assert len({text for text, _ in found}) == len(found), "each step says something else"
    for step, (text, place) in zip(steps, found, strict=True):
        assert text.startswith(f"Step {step.index + 1} of {step.count}: ")
        assert text.startswith(f"{place}. ")
        spoken = [trace.style.text(line.left.value).replace("-", "minus ", 1) for line in step.lines[:6]]
        results = text.removeprefix(f"{place}. ").split(". ")
        assert [result.split(" is ")[-1] for result in results] == spoken, text
        for line, result in zip(step.lines, results, strict=False):
            assert result.startswith(f"{line.left_text} is ".replace("->", " to ")) or not line.left_text


def test_what_is_said_does_not_give_the_answer_away_and_is_silent_when_it_plays(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(write(tmp_path, flower()))
    live = page.locator("#live")
    page.get_by_role("button", name="Predict", exact=True).click()
    assert live.inner_text().endswith("z(h1) is what?")
    page.get_by_role("button", name="Show z(h1)").click()
    assert not live.inner_text().endswith("what?")
    page.get_by_role("button", name="Predict", exact=True).click()
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.locator("#where").filter(has_not_text="Step 1 of").wait_for()
    assert live.inner_text() == ""
    page.get_by_role("button", name="Pause").click()


def test_who_wants_no_motion_gets_none(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor()), reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("body, body *")].filter((one) => {
        const style = getComputedStyle(one);
        const some = (times) => times.split(",").some((time) => parseFloat(time) > 0);
        return some(style.transitionDuration) || some(style.animationDuration) || style.scrollBehavior === "smooth";
    }).length"""
    assert page.evaluate(moving) == 0
    page.locator("#card").evaluate("card => { card.style.transition = 'color 1s'; }")
    assert page.evaluate(moving) == 1, "it would be seen"


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until a control of this name has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)[2].startswith(name):
            return
    raise AssertionError(f"the tab key does not come to {name}")


def test_everything_can_be_done_by_keyboard_alone(open_page: OpenPage, tmp_path: Path) -> None:
    trace = xor()
    page = open_page(write(tmp_path, trace))
    where, press = page.locator("#where"), page.keyboard.press

    def at(place: int, unit: Unit = "neuron") -> bool:
        return where.inner_text().startswith(f"Step {place + 1} of {len(trace.at(unit))}:")

    press("ArrowRight")
    press("ArrowRight")
    press("ArrowLeft")
    assert at(1)
    press("p")
    assert at(trace.at("neuron")[:].index(next(s for s in trace if s.phase == "loss")))
    press("End")
    assert at(29)
    press("Home")
    press("u")
    assert at(0, "layer")
    press("U")
    assert at(0)
    # Predict: the button, the question, the answer, and on.
    tab_to(page, "Predict")
    press("Enter")
    tab_to(page, "Your value for z(h1)")
    page.keyboard.type("7")
    press("Enter")
    assert page.locator("#card [role=status]").inner_text().startswith("✗")
    page.keyboard.type(repr(trace[0].result))
    press("Enter")
    assert "✓ right, at try 2" in page.locator("#card").inner_text()
    assert page.evaluate(FOCUSED)[0] == "forward"
    press("Enter")
    assert at(1)
    tab_to(page, "Predict")
    press(" ")
    assert page.locator("#card input").count() == 0
    # A neuron, one of its edges, one of its steps.
    tab_to(page, "h1, a")
    press("Enter")
    tab_to(page, "o1")
    press("Enter")
    assert page.locator("#focus h2").inner_text() in ("Edge h1 → o1", "Neuron o1")
    # Numbers lead to the step that made them, and back.
    go(page, "neuron", find(trace, "neuron", "forward", "o1", "weighted").index)
    number = page.locator("#card .numbers .q[tabindex]").filter(has_text=shown(trace, trace.before["h2"].a))
    number.focus()
    press("Enter")
    assert at(find(trace, "neuron", "forward", "h2", "activation").index)
    tab_to(page, "↩ Back to step 5")
    press("Enter")
    assert at(find(trace, "neuron", "forward", "o1", "weighted").index)
    number.focus()
    press(" ")
    assert at(find(trace, "neuron", "forward", "h2", "activation").index), "a button hears the space key as well"
    # Looks, order, tables.
    tab_to(page, "Theme")
    press("Enter")
    press("Enter")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    tab_to(page, "Why this order?")
    press("Enter")
    page.locator("#waits").get_by_text("waits for").wait_for()
    tab_to(page, "Tables of all values")
    press("Enter")
    page.locator("#values td").first.wait_for()
    tab_to(page, "One step is a")
    press("ArrowDown")
    assert page.get_by_label("One step is a").input_value() == "layer"
    page.locator("#bar").focus()
    before = where.inner_text()
    press("ArrowRight")
    assert where.inner_text() != before, "the slider moves by its own keys"


def test_the_focus_stays_where_it_was_when_the_page_changes(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor()))
    neuron(page, "h1").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED)[2].startswith("h1, a")
    page.locator("#card .next button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#card .next') !== null"), "pressed again, it goes on"
    neuron(page, "h1").focus()
    page.keyboard.press("Enter")
    page.locator("#focus .touching button").nth(4).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#focus .touching') !== null"), "the next of the list is near"


def written_by(trace: Trace[ng.Network]) -> dict[Quantity, float]:
    """All results, those of terms too."""
    first, end = known(trace, "neuron", -1), known(trace, "neuron", len(trace) - 1)
    return {key: value for key, value in end.items() if key not in first}


ON_PAPER = """() => [...document.querySelectorAll("#list :is(li, h2, svg text)")]
    .filter((one) => one.checkVisibility()).map((one) => one.textContent).join(" ")"""
PRINTED = """() => [...document.querySelectorAll("#list ol > li")].map((one) => [
    one.querySelector("h3").textContent,
    [...one.querySelectorAll(".result .formula")].map((each) => each.textContent.trim()),
    one.querySelectorAll(".symbols").length, one.querySelectorAll("input, button").length,
])"""


def test_on_paper_all_steps_are_listed(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor(), title="XOR"), colour_scheme="dark")
    for unit in UNITS:
        check_paper(page, xor(), unit)


def check_paper(page: Page, trace: Trace[ng.Network], unit: Unit) -> None:
    go(page, unit, 3)
    before = page.locator("main").inner_text()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.evaluate(PRINTED)
    assert len(printed) == len(trace.at(unit))
    for step, (title, results, symbols, inputs) in zip(trace.at(unit), printed, strict=True):
        assert results == [in_math(trace, line.left.value) for line in step.lines], title
        assert symbols == len(step.lines)
        assert inputs == 0
        assert unit == "phase" or step.layer.removeprefix("loss") in title
    assert page.get_by_text(f"All {len(printed)} steps, unit {unit}").is_visible()
    assert page.get_by_role("heading", name="XOR").is_visible()
    seen = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, summary, main, nav, #tables")]
            .filter((one) => one.checkVisibility()).length"""
    )
    assert seen == 0, "no controls on paper"
    colours = "one => [getComputedStyle(one).color, getComputedStyle(document.documentElement).backgroundColor]"
    assert page.locator("#list h2").last.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("#list ol > li").count() == 0
    assert page.locator("main").inner_text() == before


def test_the_browser_prints_the_list_by_itself(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, xor()))
    short = len(re.findall(rb"/Type */Page\b", page.pdf()))
    go(page, "term", 0)
    assert len(re.findall(rb"/Type */Page\b", page.pdf())) > short > 1, "the list is made when the browser asks for it"
    assert page.locator("#list ol > li").count() == 0
    assert page.locator("#card").is_visible()


def test_a_worksheet_holds_the_questions_and_no_answers(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower(digits=6)
    page = open_page(write(tmp_path, trace))
    page.get_by_role("button", name="Predict", exact=True).click()
    given = {shown(trace, value) for value in known(trace, "neuron", -1).values()}
    results = {shown(trace, value) for value in written_by(trace).values()} - given
    for place in (0, 18, 40, len(trace) - 1):
        go(page, "neuron", place)
        asked = page.locator("#card input").count()
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        printed = page.evaluate(PRINTED)
        assert [inputs for *_, inputs in printed] == [0] * len(trace)
        assert [symbols for _, _, symbols, _ in printed] == [len(step.lines) for step in trace]
        paper = page.evaluate(ON_PAPER)
        assert not {number for number in results if re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", paper)}
        told = {text.strip() for text in page.locator("#list .given .numbers").all_text_contents()}
        assert given == told, "what is needed to work it out"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
        assert page.locator("#card input").count() == asked


def test_a_large_step_is_printed_within_bounds(open_page: OpenPage, tmp_path: Path) -> None:
    net = ng.Network.dense([20, 16, 4], ["relu", "softmax"], seed=0)
    trace = net.trace([k / 20 for k in range(20)], [1.0, 0.0, 0.0, 0.0], "cross_entropy")
    page = open_page(write(tmp_path, trace))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#list ol > li").count() == len(trace)
