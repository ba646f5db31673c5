"""Predict mode: a result is nowhere to be read before it is answered, and answers are judged as a teacher would."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import neurograph as ng
from browser.pages import OpenPage
from browser.samples import MINUS, SET, batch, find, flower, go, in_math, known, neuron, shown, write, written, xor
from neurograph.quantities import Quantity
from neurograph.trace.step import UNITS, Unit
from neurograph.trace.trace import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# All that can be read or heard, at every step of every unit; what is in a closed panel counts too.
READ_ALL = """(units) => {
    const spoken = ["aria-label", "aria-valuetext", "title", "value", "placeholder"];
    const parts = [...document.querySelectorAll("header, main, nav, #live, #tables, #list")];
    const read = () => [document.title, location.hash, ...parts.map((part) => part.innerText),
        ...[...document.querySelectorAll("svg text, svg title")].map((one) => one.textContent),
        ...[...document.querySelectorAll(spoken.map((name) => `body [${name}]:not(#bar, option)`).join(", "))]
            .flatMap((one) => spoken.map((name) => one.getAttribute(name) || "")),
    ].join(" | ");
    SET
    const all = {};
    for (const unit of units) {
        set("unit", unit, "change");
        all[unit] = [...Array(Number(document.getElementById("bar").max)).keys()].map((place) => {
            set("bar", place + 1, "input");
            return read();
        });
    }
    return all;
}""".replace("SET", SET)


# Check the answer in a field.
PRESS = """const press = (field) => [...field.closest(".question").querySelectorAll("button")]
    .find((one) => one.textContent === "Check").click();"""


def predict(page: Page) -> None:
    page.get_by_role("button", name="Predict", exact=True).click()


def fields(page: Page) -> Locator:
    return page.locator("#card").get_by_role("textbox", name="Your value for")


def answer(page: Page, typed: str) -> None:
    """Type into the first open question, and check it."""
    fields(page).first.fill(typed)
    fields(page).first.press("Enter")


def score(page: Page) -> list[int]:
    """Right, right at once, wrong, shown."""
    return [int(number) for number in re.findall(r"\d+", page.locator("#score").inner_text())]


@cache
def exact() -> Trace[ng.Network]:
    """The first three results are 0.25, -0.25 and 0.0025, and then there is a 0."""
    net = ng.Network()
    net.add_input("x1")
    for name, weight in (("o1", 0.5), ("o2", -0.5), ("o3", 0.005), ("o4", 0.0)):
        net.add_output(name, "identity")
        net.connect("x1", name, weight)
    return net.trace([0.5], [1.0, 1.0, 1.0, 0.0])


@cache
def gradients() -> Trace[ng.Network]:
    """Its gradients are -0.3, and that times 0.5 and 2."""
    net = ng.Network()
    net.add_input("x1")
    net.add_input("x2")
    net.add_output("o1", "identity", bias=0.2)
    net.connect("x1", "o1", 0.6)
    net.connect("x2", "o1", 0.1)
    return net.trace([0.5, 2.0], [1.0])


def reads(text: str, number: str) -> bool:
    return re.search(rf"(?<![\d.{MINUS}]){re.escape(number)}(?![\d.])", text) is not None


def small() -> Trace[ng.Network]:
    """A net of 2-2-2 neurons with softmax."""
    net = ng.Network.dense([2, 2, 2], ["sigmoid", "softmax"], seed=1, bias=0.1)
    return net.trace([0.51, 0.35], [1.0, 0.0], "cross_entropy", 0.5, digits=6)


@pytest.mark.parametrize(
    ("trace", "units"), [(small(), UNITS), (batch(digits=6), ("neuron", "phase"))], ids=["softmax", "batch"]
)
def test_no_result_can_be_read_before_it_is_answered(
    open_page: OpenPage, tmp_path: Path, trace: Trace[ng.Network], units: tuple[Unit, ...]
) -> None:
    page = open_page(write(tmp_path, trace))
    page.get_by_text("Tables of all values").click()
    page.get_by_text("Why this order?").click()
    neuron(page, "h1").click()
    without = page.evaluate(READ_ALL, ["neuron"])["neuron"]
    predict(page)
    hidden = 0
    for unit, texts in page.evaluate(READ_ALL, units).items():
        values = known(trace, unit, -1)
        legal = {number for value in values.values() for number in (shown(trace, value), in_math(trace, value))}
        assert len(texts) == len(trace.at(unit))
        for place, text in enumerate(texts):
            results = written(trace, unit, place)
            for key, value in results.items():
                numbers = [number for number in (shown(trace, value), in_math(trace, value)) if number not in legal]
                assert not [number for number in numbers if reads(text, number)], (unit, place, key)
                hidden += unit == "neuron" and any(reads(without[place], number) for number in numbers)
            legal |= {number for value in results.values() for number in (shown(trace, value), in_math(trace, value))}
    assert hidden > 60, "the same numbers are there without predict mode"


ASKED: list[tuple[Unit, str, str, str]] = [
    ("term", "forward", "h1", "product 2"),
    ("neuron", "backward", "h1", "error from"),
    ("neuron", "gradient", "o1", ""),
    ("neuron", "update", "h1", ""),
    ("layer", "forward", "layer 1", ""),
    ("phase", "backward", "", ""),
]


def test_tables_picture_and_csv_hide_what_is_asked(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Tables of all values").click()
    page.locator("td.now").first.wait_for()
    for asked in ASKED:
        unit, place = asked[0], find(trace, *asked).index
        go(page, unit, place)
        marked = page.locator("td.now").count()
        assert marked
        tags = page.locator(".tag.fresh").count()
        predict(page)
        hidden = written(trace, unit, place)
        assert page.locator("td.now").all_inner_texts() == ["?"] * marked
        words = page.locator(".tag.fresh text").evaluate_all("all => all.map((one) => one.textContent.split(' '))")
        assert [one.count("?") for one in words] == [1] * tags
        first = 1 if unit == "term" else 0  # what the first term has is known
        assert page.locator("#card .check, #card .running").count() == first
        page.evaluate("document.getElementById('copied').textContent = ''")
        page.get_by_role("button", name="Copy as CSV").click()
        page.get_by_text("copied").wait_for()
        rows = page.evaluate("navigator.clipboard.readText()").splitlines()
        assert len(rows) == 1 + len(known(trace, unit, place).keys() - hidden.keys())
        predict(page)


def test_later_lines_of_a_step_hide_what_earlier_ones_ask(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace))
    predict(page)
    go(page, "layer", 0)
    activation = page.locator("#card .line").nth(1)
    assert activation.locator(".numbers").inner_text().count("?") == 1
    answer(page, repr(trace[0].result))
    assert "?" not in activation.locator(".numbers").inner_text()
    assert shown(trace, trace[0].lines[0].left.value) in activation.locator(".numbers").text_content().replace(" ", "")


def test_the_slope_is_hidden_until_the_delta_is_answered(open_page: OpenPage, tmp_path: Path) -> None:
    trace = xor()
    step = find(trace, "neuron", "backward", "h1", "delta")
    page = open_page(write(tmp_path, trace))
    predict(page)
    go(page, "neuron", step.index)
    slope = shown(trace, written(trace, "neuron", step.index)[Quantity("slope", "h1")])
    assert slope not in page.locator("#card").inner_text()
    assert page.locator(".factors").count() == 0
    answer(page, repr(step.result))
    assert slope in page.locator(".factors").inner_text()
    assert [text.count("?") for text in page.locator(".factor").all_text_contents()] == [0, 0, 0]


FORMS = {
    0: ["0.25", "0,25", ".25", "+0.25", " 0.25 ", "1/4", "2.5e-1", "2.5E-1", "0.254", "25·10^-2", "2.5 * 10^-1"],
    1: ["-0.25", "-0,25", f"{MINUS}0.25", "-1/4", f"{MINUS}1/4", "1/-4", "-0.246"],
    2: ["0.0025", "0,0025", "2.5e-3", "2,5e-3", "2.5·10^-3", f"2.5·10^{MINUS}3", "2.5·10^(-3)", "1/400",
        "2.5\N{MULTIPLICATION SIGN}10^-3", "2.5·10\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT THREE}", f"2.5·10{MINUS}3"],
    3: ["0", "0.0", "-0", "0,0", "0/3"],
}  # fmt: skip


def test_a_right_answer_is_accepted_in_every_form(open_page: OpenPage, tmp_path: Path) -> None:
    trace = exact()
    page = open_page(write(tmp_path, trace))
    predict(page)
    refused = []
    for place, forms in FORMS.items():
        go(page, "neuron", find(trace, "neuron", "forward", f"o{place + 1}", "weighted").index)
        refused += page.evaluate(
            """forms => forms.filter((form) => {
                PRESS
                document.querySelector("#quiz button").click();
                const field = document.querySelector("#card input");
                field.value = form;
                press(field);
                return document.querySelector("#card input");
            })""".replace("PRESS", PRESS),
            forms,
        )
    assert not refused


NEAR = [
    ("2", 0, ["0.2451", "0.2549"], ["0.24", "0.256", "0.26"]),
    ("3", 0, ["0.2496", "0.2504", "0.25"], ["0.249", "0.251", "0.254"]),
    ("3", 1, ["-0.2496"], ["-0.2494", "-0.254"]),
    ("2", 3, ["0.0"], ["0.001", "1e-9"]),
]


def test_digits_decide_how_near_is_right(open_page: OpenPage, tmp_path: Path) -> None:
    trace = exact()
    page = open_page(write(tmp_path, trace))
    predict(page)
    for digits, place, right, wrong in NEAR:
        page.get_by_label("significant digits").select_option(digits)
        go(page, "neuron", find(trace, "neuron", "forward", f"o{place + 1}", "weighted").index)
        page.get_by_role("button", name="Start again").click()
        for typed in wrong:
            answer(page, typed)
            assert page.locator(".verdict").inner_text().startswith("✗"), typed
        for typed in right:
            page.get_by_role("button", name="Start again").click()
            answer(page, typed)
            assert score(page) == [1, 1, 0, 0], typed


def test_a_wrong_answer_is_told_what_is_wrong(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, exact()))
    predict(page)
    told = {
        "-0.25": "The size is right. Look at the sign.",
        "2.5": "Off by a factor of ten.",
        "0.025": "Off by a factor of ten.",
        "0.5": "That is w(x1->o1) alone. What happens to it?",
        "0.7": "Not yet.",
        "0.3": "Close. Give 2 significant digits.",
        "a quarter": "That is no number.",
        "0.1.2": "That is no number.",
        "1/0": "Not yet.",
    }
    for count, (typed, message) in enumerate(told.items(), start=1):
        answer(page, typed)
        assert message in page.locator("#card [role=status]").inner_text(), typed
        assert score(page) == [0, 0, count, 0]
        assert fields(page).evaluate("one => one === document.activeElement"), "it can be typed over at once"
    answer(page, "")
    assert score(page) == [0, 0, len(told), 0], "nothing typed is no answer"
    answer(page, "0.25")
    assert score(page) == [1, 0, len(told), 0]
    assert f"right, at try {len(told) + 1}" in page.locator("#card").inner_text()


def test_of_several_lines_the_wrong_one_is_marked_and_the_others_stay_as_they_are(
    open_page: OpenPage, tmp_path: Path
) -> None:
    trace = gradients()
    page = open_page(write(tmp_path, trace))
    predict(page)
    go(page, "neuron", find(trace, "neuron", "gradient", "o1", "").index)
    names = ["dC/db(o1)", "dC/dw(x1->o1)", "dC/dw(x2->o1)"]
    assert [field.get_attribute("aria-label") for field in fields(page).all()] == [f"Your value for {n}" for n in names]
    fields(page).nth(1).fill("0.15")
    fields(page).nth(1).press("Enter")
    marked = [line.locator(".verdict").text_content() for line in page.locator("#card .line").all()]
    assert marked == ["", "✗ The size is right. Look at the sign.", ""]
    fields(page).nth(2).fill("-0.")
    answer(page, "-0.3")
    assert [field.input_value() for field in fields(page).all()] == ["0.15", "-0."], "what was typed is kept"
    assert "Look at the sign" in page.locator("#card .line").nth(1).inner_text()
    answer(page, "-0.15")
    answer(page, "-0.6")
    assert score(page) == [3, 2, 1, 0], "the second was right at its second try"
    page.get_by_role("button", name="Start again").click()
    answer(page, "-0.3")
    page.get_by_role("button", name="Show all 2").click()
    assert fields(page).count() == 0
    assert score(page) == [1, 1, 0, 2]


def test_a_wrong_try_is_remembered_when_the_step_is_left(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, exact()))
    predict(page)
    answer(page, "0.7")
    page.get_by_role("button", name="Forward").click()
    page.locator("#back").click()
    answer(page, "0.25")
    assert score(page) == [1, 0, 1, 0]


def test_answers_move_the_focus_on_to_the_next_question(open_page: OpenPage, tmp_path: Path) -> None:
    trace = gradients()
    page = open_page(write(tmp_path, trace))
    predict(page)
    go(page, "neuron", find(trace, "neuron", "gradient", "o1", "").index)
    answer(page, "-0.3")
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.id"
    assert page.evaluate(focused) == "Your value for dC/dw(x1->o1)"
    page.keyboard.type("-0.15")
    page.keyboard.press("Enter")
    page.keyboard.type("-0.6")
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "forward"
    assert score(page) == [3, 3, 0, 0]


def test_show_gives_the_answer_and_start_again_takes_it_back(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, exact()))
    predict(page)
    page.get_by_role("button", name="Show z(o1)").click()
    assert page.locator("#card .result").inner_text().split() == ["=", "0.25", "shown"]
    assert score(page) == [0, 0, 0, 1]
    page.get_by_role("button", name="Forward").click()
    answer(page, "1")
    answer(page, "0.25")
    assert score(page) == [1, 0, 1, 1]
    page.get_by_role("button", name="Start again").click()
    assert score(page) == [0, 0, 0, 0]
    assert fields(page).count() == 1, "the step that was answered asks again"
    page.get_by_role("button", name="First step").click()
    assert fields(page).count() == 1


def test_one_may_go_on_without_an_answer_and_come_back(open_page: OpenPage, tmp_path: Path) -> None:
    trace = flower()
    page = open_page(write(tmp_path, trace))
    predict(page)
    for place in (0, 1):
        assert fields(page).count() == 1
        assert neuron(page, "h1").get_attribute("aria-label") == "h1, a ?, delta ?"
        assert (shown(trace, trace[0].result) in page.locator("#card .lines").text_content()) == (place == 1)
        page.get_by_role("button", name="Forward").click()
    go(page, "neuron", 0)
    assert fields(page).count() == 1
    assert score(page) == [0, 0, 0, 0]


def test_turned_off_it_shows_everything_and_turned_on_it_remembers(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, exact()))
    button = page.get_by_role("button", name="Predict", exact=True)
    assert button.get_attribute("aria-pressed") == "false"
    assert not page.locator("#quiz").is_visible()
    predict(page)
    assert button.get_attribute("aria-pressed") == "true"
    answer(page, "0.25")
    page.keyboard.press("ArrowRight")
    predict(page)
    assert fields(page).count() == 0
    assert not page.locator("#quiz").is_visible()
    assert "?" not in page.locator("#card").inner_text()
    predict(page)
    assert fields(page).count() == 1
    assert score(page) == [1, 1, 0, 0]
    go(page, "neuron", 0)
    assert "✓ right" in page.locator("#card").inner_text()


def test_what_is_typed_does_not_step_the_page(open_page: OpenPage, tmp_path: Path) -> None:
    trace = exact()
    page = open_page(write(tmp_path, trace))
    predict(page)
    go(page, "neuron", 2)
    where = page.locator("#where").inner_text()
    fields(page).click()
    for key in ["u", "n", "p", "l", "U", "N", "P", "L", " ", "ArrowLeft", "ArrowRight", "Home", "End"]:
        page.keyboard.press(key)
        assert page.locator("#where").inner_text() == where, key
    assert fields(page).input_value() == "unplUNPL "
    assert page.get_by_role("button", name="Play").get_attribute("aria-pressed") == "false"
    assert score(page) == [0, 0, 0, 0], "only Enter checks"


# Answers all questions of the steps from here on, and says how many there were.
ANSWER_ALL = """values => {
    PRESS
    let count = 0;
    for (const step of values) {
        for (const value of step) {
            const field = document.querySelector("#card input");
            field.value = value;
            press(field);
            count += 1;
        }
        if (document.querySelector("#card input")) return `still asks after ${count}`;
        document.getElementById("forward").click();
    }
    return count;
}""".replace("PRESS", PRESS)


def test_every_unit_can_be_answered_from_beginning_to_end(open_page: OpenPage, tmp_path: Path) -> None:
    trace = gradients()
    page = open_page(write(tmp_path, trace))
    predict(page)
    for unit in UNITS:
        page.get_by_role("button", name="Start again").click()
        go(page, unit, 0)
        told = page.evaluate(ANSWER_ALL, [[repr(line.left.value) for line in step.lines] for step in trace.at(unit)])
        assert told == sum(len(step.lines) for step in trace.at(unit)), unit
        assert score(page) == [told, told, 0, 0], unit


def test_what_the_numbers_on_the_page_give_is_right(open_page: OpenPage, tmp_path: Path) -> None:
    net = ng.Network.dense([2, 2, 1], "sigmoid", seed=0)
    trace = net.trace([0.0, 1.0], [1.0], learning_rate=0.01)
    after, before = map(float, trace[-1].numbers.split(" - "))
    assert f"{after - before:.6g}" != f"{trace.change:.6g}"
    page = open_page(write(tmp_path, trace))
    predict(page)
    page.get_by_label("significant digits").select_option("6")
    go(page, "neuron", len(trace) - 1)
    answer(page, f"{after - before:.6g}")
    assert score(page) == [1, 1, 0, 0], "who reckons with the digits that are shown cannot do better"


def test_the_batch_asks_for_each_example_anew(open_page: OpenPage, tmp_path: Path) -> None:
    trace = batch()
    page = open_page(write(tmp_path, trace))
    predict(page)
    for example in (0, 1):
        step = find(trace, "neuron", "forward", "h1", "weighted", example)
        go(page, "neuron", step.index)
        assert fields(page).count() == 1
        assert known(trace, "neuron", step.index)[Quantity("z", "h1", example)] == step.result
        answer(page, repr(step.result))
        assert score(page)[:2] == [example + 1, example + 1]
