"""Ways through a stepper page: jumps, units, the bar, playing, the link, and from a number to where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.expected import home
from browser.pages import OpenPage
from browser.reading import Press, Reader, bare
from browser.traces import page_of, traced
from neurograph.algebra.expression import Leaf, leaves
from neurograph.algebra.symbols import symbol_text
from neurograph.cli.step import move
from neurograph.quantities import Quantity
from neurograph.trace.step import UNITS, Line, Operation, Step, Unit

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAUSE = 1600  # milliseconds that a step takes at speed 1


@pytest.fixture
def read(open_page: OpenPage, folder: Path) -> Callable[..., Reader]:
    """Open the page of a trace, and read it."""
    return lambda name, **options: Reader(open_page(page_of(name, folder), **options))


def place(page: Page) -> tuple[int, str]:
    """Say at which step the page is, counted from 0, and at which unit."""
    words = page.inner_text("#where")
    assert words.startswith("Step ")
    return int(words.split()[1]) - 1, page.input_value("#unit")


def from_each(reader: Reader, starts: Iterable[int], *ways: Press) -> list[int]:
    """Press some things after going to each of these steps; say where that leads, counted from 0."""
    question = """(tools, starts, ways) => tools.unseen(() => starts.map((start) => {
        tools.press({ step: start + 1 });
        for (const way of ways) tools.press(way);
        return Number(document.getElementById("where").textContent.split(" ")[1]) - 1;
    }))"""
    return list(reader.ask(question, list(starts), list(ways)))


# From a number to its step, and back.


def operations(step: Step) -> Iterator[tuple[Operation, int]]:
    """The acts of a step, with how many of its terms and lines are told by it."""
    for operation in step.operations:
        yield operation, operation.smallest_steps if step.part is None else step.part + 1


def births(name: str, unit: Unit) -> dict[Quantity, int]:
    """The step in which each quantity gets its value."""
    born: dict[Quantity, int] = {}
    for step in traced(name).at(unit):
        for operation, count in operations(step):
            lines = [*operation.terms, *operation.lines]
            for line in lines[:count]:
                if isinstance(line.left.key, Quantity):
                    born.setdefault(line.left.key, step.index)
    return born


def meanings(step: Step) -> list[dict[str, Quantity]]:
    """For each line of a card that has one act: what its symbols mean, and "" for its result."""
    lines: tuple[Line, ...] = step.lines
    if step.running is not None and step.part is not None:
        lines = step.operations[0].terms[: step.part + 1]
    read = [[*leaves(line.work), *(leaves(line.named) if line.named else ()), line.left] for line in lines]
    return [
        {
            bare(symbol_text(leaf.symbol) if leaf.symbol else ""): leaf.key
            for leaf in (*some, Leaf(None, 0.0, some[-1].key))
            if isinstance(leaf.key, Quantity)
        }
        for some in read
    ]


# Clicks each number and symbol of each line, notes where it leads, and goes back.
CLICKS = """(tools, steps) => tools.unseen(() => steps.map((step) => {
    const byId = (id) => document.getElementById(id);
    const at = () => Number(byId("where").textContent.split(" ")[1]) - 1;
    const lines = () => [...document.querySelectorAll("#card .lines [data-line]")];
    tools.press({ step: step + 1 });
    return lines().map((line, row) => [...line.querySelectorAll(".q")].map((q, column) => {
        const here = lines()[row].querySelectorAll(".q")[column];
        const found = {
            q: here.dataset.q, symbol: here.closest(".symbols") ? tools.plain(here) : null,
            isResult: here.dataset.q === line.dataset.line, owner: tools.named(here.dataset.o),
        };
        byId("hint").textContent = "";
        here.firstElementChild.dispatchEvent(new MouseEvent("click", { bubbles: true }));
        found.to = at();
        found.back = byId("return").disabled ? null : byId("return").textContent;
        found.said = byId("hint").textContent;
        if (found.back) byId("return").click();
        found.end = [at(), byId("return").disabled];
        return found;
    }));
}))"""


@pytest.mark.parametrize(
    ("name", "unit", "every"), [("small", "neuron", 1), ("small", "term", 4), ("batch", "neuron", 9)]
)
def test_a_number_leads_to_the_step_that_made_it(
    read: Callable[..., Reader], name: str, unit: Unit, every: int
) -> None:
    trace, born = traced(name).at(unit), births(name, unit)
    reader = read(name, fragment=f"unit={unit}")
    steps = [step for step in trace if step.index % every == 0]
    for step, clicks in zip(steps, reader.ask(CLICKS, [step.index for step in steps]), strict=True):
        for line, means in zip(clicks, meanings(step), strict=True):
            symbols = {q["q"]: bare(q["symbol"]) for q in line if q["symbol"]}
            assert line
            for q in line:
                quantity = means["" if q["isResult"] else symbols[q["q"]]]
                to = born.get(quantity)
                assert q["owner"] == home(quantity), (step.title, quantity)
                assert q["to"] == (step.index if to is None else to), (step.title, quantity)
                moved = to not in (None, step.index)
                assert (q["back"] or "").endswith(f"Back to step {step.index + 1}" if moved else ""), q
                assert (q["back"] is None) == (not moved)
                assert ("was given" in q["said"]) == (to is None), (step.title, quantity, q)
                assert q["end"] == [step.index, True]


def test_a_real_click_and_the_way_back(read: Callable[..., Reader], expect: Callable[..., Any]) -> None:
    name = "softmax"
    trace, born = traced(name).at("neuron"), births(name, "neuron")
    step = next(step for step in trace if step.phase == "backward" and step.subject == "h3" and "error" in step.kind)
    reader = read(name, fragment=f"unit=neuron&step={step.index + 1}")
    page = reader.page
    page.locator("#card .numbers .q").nth(1).click()
    made = born[Quantity("delta", "o1")]
    assert place(page) == (made, "neuron")
    page.locator("#card .numbers .q").first.click()
    further = born[Quantity("a", "o1")]
    assert place(page) == (further, "neuron")
    back = page.get_by_role("button", name="Back to step")
    expect(back).to_have_text(f"↩ Back to step {made + 1}")
    back.click()
    expect(back).to_have_text(f"↩ Back to step {step.index + 1}")
    # At another unit it is the same act.
    page.select_option("#unit", "layer")
    there = next(one.index for one in trace.at("layer") if step.operations[0] in one.operations)
    expect(back).to_have_text(f"↩ Back to step {there + 1}")
    back.click()
    assert place(page) == (there, "layer")
    expect(back).to_be_hidden()


def test_a_number_is_lit_and_led_from_by_keys_alone(read: Callable[..., Reader]) -> None:
    name = "softmax"
    step = next(step for step in traced(name).at("neuron") if step.subject == "h3" and "error" in step.kind)
    reader = read(name)
    for key in ("Enter", " "):
        reader.go("neuron", step.index)
        reader.page.locator("#card .numbers .q[tabindex='0']").nth(1).focus()
        assert lit(reader) == ({"o1"}, {"o1"})
        reader.page.keyboard.press(key)
        assert place(reader.page) == (births(name, "neuron")[Quantity("delta", "o1")], "neuron")


# What belongs together lights up together.


def lit(reader: Reader) -> tuple[set[str], set[str]]:
    """Whose marks in the picture are lit, and whose numbers and symbols in the card."""
    question = """(tools) => ["#canvas", "#card"].map((where) =>
        [...document.querySelectorAll(`${where} .lit, ${where} .near`)].map((node) => tools.named(node.dataset.o)))"""
    picture, card = reader.ask(question)
    return set(picture), set(card)


def test_a_term_and_its_edge_or_neuron_light_up_together(read: Callable[..., Reader]) -> None:
    reader = read("skips", fragment="unit=neuron")
    page = reader.page
    step = next(step for step in traced("skips").at("neuron") if step.subject == "h5" and step.phase == "forward")
    reader.go("neuron", step.index)
    signs = {name: sign for sign, name in reader.owners.items()}
    for name in ("plus->h5", "plus", "h5"):
        sign = signs[name]
        for where in (f"#card .symbols .q[data-o={sign}]", f"#card .numbers .q[data-o={sign}]"):
            page.mouse.move(2, 2)
            page.locator(where).first.hover()
            assert lit(reader) == ({name}, {name})
    for name in ("plus", "h2_1"):
        page.mouse.move(2, 2)
        page.locator(f"#canvas .neuron[data-o={signs[name]}] circle").last.hover()
        assert lit(reader) == ({name}, {name})
        page.mouse.move(2, 2)
        page.locator("h1").hover()
        assert lit(reader) == (set(), set())
    page.locator(f"#canvas .neuron[data-o={signs['x_3']}]").focus()
    assert lit(reader) == ({"x_3"}, {"x_3"})
    page.keyboard.press("Escape")
    assert lit(reader) == (set(), set())


def test_every_term_lights_up_something(read: Callable[..., Reader]) -> None:
    """What is of the whole network, such as the loss, has no place in the picture; all else has one."""
    question = """(tools, count) => tools.unseen(() => [...Array(count).keys()].map((at) => {
        tools.press({ step: at + 1 });
        const hover = (node) => node.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        const found = [...document.querySelectorAll("#card .q[data-o]")].map((q) => {
            hover(q);
            const lit = [...document.querySelectorAll("#canvas .lit")];
            return [q.dataset.o, lit.filter((one) => one.matches(".link, .neuron")).map((one) => one.dataset.o)];
        });
        for (const mark of document.querySelectorAll("#canvas .neuron[data-o], #canvas .hit")) {
            hover(mark);
            const terms = (name) => document.querySelectorAll(`#card .q[data-o="${mark.dataset.o}"]${name}`).length;
            found.push([mark.dataset.o, terms(".lit") === terms("") ? [mark.dataset.o] : []]);
        }
        return found;
    }))"""
    walks: dict[str, Unit] = {"batch": "layer", "small": "term"}
    for name, unit in walks.items():
        reader = read(name, fragment=f"unit={unit}")
        for step in reader.ask(question, len(traced(name).at(unit))):
            assert step
            for owner, lit_up in step:
                assert lit_up == ([owner] if owner else [])


def test_it_stays_lit_when_the_step_changes_under_the_pointer(read: Callable[..., Reader]) -> None:
    reader = read("small", fragment="unit=neuron")
    step = next(step for step in traced("small").at("neuron") if step.kind == "dC/db and dC/dw")
    sign = next(sign for sign, name in reader.owners.items() if name == "o1")
    reader.go("neuron", step.index)
    reader.page.locator(f"#canvas .neuron[data-o={sign}] circle").last.hover()
    assert lit(reader) == ({"o1"}, {"o1"})
    reader.page.keyboard.press("ArrowLeft")
    reader.page.keyboard.press("ArrowRight")
    assert lit(reader) == ({"o1"}, {"o1"})


# Jumps.

JUMPS = {
    "n": "Next neuron", "N": "Previous neuron", "l": "Next layer", "L": "Previous layer", "p": "Next phase",
    "P": "Previous phase",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "unit", "every"),
    [("softmax", "term", 17), ("skips", "neuron", 3), ("batch", "neuron", 9), ("batch", "layer", 4)],
)
def test_jumps_lead_where_those_of_the_terminal_do(
    read: Callable[..., Reader], name: str, unit: Unit, every: int
) -> None:
    trace = traced(name).at(unit)
    reader = read(name, fragment=f"unit={unit}")
    starts = sorted({*range(0, len(trace), every), len(trace) - 1})
    for key in JUMPS:
        assert from_each(reader, starts, {"key": key}) == [move(trace, k, key) for k in starts], key


def test_jumps_by_real_keys_and_buttons(read: Callable[..., Reader]) -> None:
    trace = traced("batch").at("term")
    reader = read("batch", fragment="unit=term&step=100")
    page, at = reader.page, 99
    for key, name in JUMPS.items():
        page.keyboard.press(key)
        at = move(trace, at, key)
        assert place(page) == (at, "term")
        page.get_by_role("button", name=name, exact=True).click()
        at = move(trace, at, key)
        assert place(page) == (at, "term")
    starts = [0, 60, len(trace) - 1]
    for key, name in JUMPS.items():
        there = from_each(reader, starts, {"button": f"button[aria-label='{name}']"})
        assert there == [move(trace, k, key) for k in starts], name


# Units.


def test_another_unit_keeps_the_act_at_hand(read: Callable[..., Reader]) -> None:
    name = "batch"
    reader = read(name)
    question = """(tools, starts, unit) => tools.unseen(() => starts.map(([from, step]) => {
        const select = document.getElementById("unit");
        const choose = (unit) => { select.value = unit; select.dispatchEvent(new Event("change", { bubbles: true })); };
        choose(from);
        tools.press({ step: step + 1 });
        choose(unit);
        return Number(document.getElementById("where").textContent.split(" ")[1]) - 1;
    }))"""
    for unit in UNITS:
        other = traced(name).at(unit)
        starts = [(one, k) for one in UNITS for k in range(0, len(traced(name).at(one)), 17)]
        for (one, k), there in zip(starts, reader.ask(question, starts, unit), strict=True):
            held = traced(name).at(one)[k].operations
            assert any(operation is act for operation in other[there].operations for act in held), (one, k, unit, there)
            if one == "term":
                assert one != unit or there == k


def test_all_units_in_turn_lead_back_to_the_step(read: Callable[..., Reader]) -> None:
    reader = read("softmax", fragment="unit=neuron&step=2")
    page = reader.page
    for key, order in (("u", UNITS), ("U", UNITS[::-1])):
        for _ in UNITS:
            _, unit = place(page)
            page.keyboard.press(key)
            assert place(page)[1] == order[(order.index(unit) + 1) % len(UNITS)]
        assert place(page) == (1, "neuron")
        starts = list(range(0, len(traced("softmax").at("neuron")), 7))
        turn: Press = {"key": key}
        assert from_each(reader, starts, *[turn] * len(UNITS)) == starts
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")


# The bar, and playing.


def test_the_bar(read: Callable[..., Reader]) -> None:
    page = read("softmax", fragment="unit=term").page
    count = len(traced("softmax").at("term"))
    page.fill("#bar", "17")
    assert place(page) == (16, "term")
    page.focus("#bar")
    for key, there in (("ArrowRight", 17), ("ArrowUp", 18), ("ArrowLeft", 17), ("End", count - 1), ("Home", 0)):
        page.keyboard.press(key)
        assert place(page) == (there, "term")
    page.keyboard.press("PageUp")
    assert 1 < place(page)[0] < count - 1
    page.keyboard.press("n")  # a letter is no key of a bar
    assert page.input_value("#bar") == str(place(page)[0] + 1)
    box = page.locator("#bar").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 10, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=5)
    assert abs(place(page)[0] - count / 2) < 5
    page.mouse.move(box["x"] + box["width"], y, steps=5)
    page.mouse.up()
    assert place(page) == (count - 1, "term")


@pytest.fixture
def clocked(read: Callable[..., Reader]) -> Callable[..., Page]:
    """Open a page whose clock goes by hand from now on."""

    def opener(name: str, fragment: str) -> Page:
        page: Page = read(name, alone=True, fragment=fragment).page
        page.clock.install()
        page.clock.pause_at("2100-01-01")
        return page

    return opener


def test_play_runs_on_and_pause_stops(clocked: Callable[..., Page], expect: Callable[..., Any]) -> None:
    page = clocked("softmax", "unit=neuron")
    button = page.locator("#play")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("Pause")
    assert place(page)[0] == 0
    page.clock.run_for(PAUSE + 10)
    assert place(page)[0] == 1
    page.clock.run_for(3 * PAUSE)
    assert place(page)[0] == 4
    page.keyboard.press("ArrowLeft")  # going back by hand stops nothing
    page.clock.run_for(PAUSE)
    assert place(page)[0] == 4
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_contain_text("Play")
    page.clock.run_for(5 * PAUSE)
    assert place(page)[0] == 4
    # The space key does both, wherever the focus is.
    page.evaluate("document.activeElement.blur()")
    for focus in ("body", "#play", "#bar"):
        if focus != "body":
            page.focus(focus)
        for pressed in ("true", "false"):
            page.keyboard.press(" ")
            expect(button).to_have_attribute("aria-pressed", pressed)


def test_the_speed_sets_the_pace_and_can_change_while_it_plays(clocked: Callable[..., Page]) -> None:
    page = clocked("softmax", "unit=neuron")
    for speed, steps in (("0.5", 3), ("1", 6), ("2", 12), ("4", 24)):
        page.keyboard.press("Home")
        page.select_option("#speed", speed)
        page.click("#play")
        page.clock.run_for(6 * PAUSE + 50)
        assert place(page)[0] == steps
        page.click("#play")
        page.locator("#play").blur()
    page.keyboard.press("Home")
    page.select_option("#speed", "1")
    page.click("#play")
    page.clock.run_for(2 * PAUSE + 10)
    page.select_option("#speed", "4")
    page.clock.run_for(2 * PAUSE + 10)
    assert place(page)[0] == 2 + 8


def test_play_stops_at_the_end(clocked: Callable[..., Page], expect: Callable[..., Any]) -> None:
    count = len(traced("softmax").at("layer"))
    page = clocked("softmax", f"unit=layer&step={count - 2}")
    page.click("#play")
    page.clock.run_for(4 * PAUSE)
    assert place(page)[0] == count - 1
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#play")).to_contain_text("Play")
    page.keyboard.press("ArrowLeft")
    page.clock.run_for(4 * PAUSE)
    assert place(page)[0] == count - 2
    page.keyboard.press("End")
    page.click("#play")  # at the end it begins anew
    assert place(page)[0] == 0
    page.clock.run_for(PAUSE + 10)
    assert place(page)[0] == 1


# The link.


def follows(page: Page, link: str) -> None:
    """Wait until the link says so; it may take a moment."""
    page.wait_for_function("link => location.hash === link", arg=link, polling=20)


def arrives(page: Page, step: int) -> None:
    """Wait until the page is at a step."""
    question = "words => document.getElementById('where').textContent.startsWith(words)"
    page.wait_for_function(question, arg=f"Step {step + 1} of", polling=20)


LINKS: dict[str, tuple[int, Unit]] = {
    "step=17&unit=neuron": (17, "neuron"), "unit=term&step=100": (100, "term"), "unit=phase": (1, "phase"),
    "step=5": (5, "neuron"), "": (1, "neuron"), "step=99999&unit=x": (-1, "neuron"), "step=-3": (1, "neuron"),
    "step=abc": (1, "neuron"), "step=2.5": (1, "neuron"), "step=1e999": (1, "neuron"), "step=&unit=": (1, "neuron"),
    "step=3&step=9": (3, "neuron"), "unit=constructor&step=__proto__": (1, "neuron"), "%": (1, "neuron"),
    "step=99999&unit=layer": (-1, "layer"), "<b>&theme=purple&size=9": (1, "neuron"),
}  # fmt: skip


def test_the_link_says_where_the_page_opens(read: Callable[..., Reader]) -> None:
    page = read("softmax").page
    address, _, _ = page.url.partition("#")
    for fragment, (step, unit) in LINKS.items():
        page.goto("about:blank")  # so that the page as it is cannot write its own place over the fragment
        page.goto(f"{address}#{fragment}")
        at = len(traced("softmax").at(unit)) if step < 0 else step
        assert place(page) == (at - 1, unit), fragment
    follows(page, f"#step={at}&unit={unit}")  # the last of them was nonsense


def test_the_link_goes_along_and_is_restored(read: Callable[..., Reader], expect: Callable[..., Any]) -> None:
    page = read("softmax", alone=True, fragment="step=17&unit=neuron").page
    before = page.evaluate("history.length")
    page.reload()
    assert place(page) == (16, "neuron")
    page.keyboard.press("ArrowRight")
    follows(page, "#step=18&unit=neuron")
    page.select_option("#unit", "term")
    at, _ = place(page)
    follows(page, f"#step={at + 1}&unit=term")
    page.click("#theme")
    page.click("#theme")
    page.click("#size")
    follows(page, f"#step={at + 1}&unit=term&theme=dark&size=projector")
    page.reload()
    assert place(page) == (at, "term")
    assert page.evaluate("({ ...document.documentElement.dataset })") == {"theme": "dark", "size": "projector"}
    expect(page.locator("#theme")).to_have_text("Theme: dark")
    expect(page.locator("#size")).to_have_attribute("aria-pressed", "true")
    page.click("#size")
    page.click("#theme")
    follows(page, f"#step={at + 1}&unit=term")
    assert page.evaluate("history.length") == before  # the browser's way back leaves the page at once


def test_the_browsers_way_back_leads_to_where_a_number_was_clicked(read: Callable[..., Reader]) -> None:
    name = "softmax"
    step = next(step for step in traced(name).at("neuron") if step.subject == "h3" and "error" in step.kind)
    page = read(name, alone=True, fragment=f"unit=neuron&step={step.index + 1}").page
    follows(page, f"#step={step.index + 1}&unit=neuron")
    before = page.evaluate("history.length")
    page.locator("#card .numbers .q").nth(1).click()
    follows(page, f"#step={births(name, 'neuron')[Quantity('delta', 'o1')] + 1}&unit=neuron")
    for press in ("u", "U", "ArrowRight", "ArrowLeft"):  # only the jump is to be undone
        page.keyboard.press(press)
    page.click("#theme")
    at, unit = place(page)
    follows(page, f"#step={at + 1}&unit={unit}&theme=light")
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    arrives(page, step.index)
    assert place(page) == (step.index, "neuron")


def test_a_new_link_while_the_page_is_open(read: Callable[..., Reader]) -> None:
    page = read("softmax", fragment="step=17&unit=neuron").page
    count = len(traced("softmax").at("layer"))
    for fragment, there in (
        ("step=5&unit=layer", (4, "layer")),
        ("step=2&theme=dark&size=projector", (1, "layer")),
        ("step=99999&unit=x", (count - 1, "layer")),
        ("step=abc", (0, "layer")),
        ("step=3&unit=phase", (2, "phase")),
    ):
        page.evaluate("fragment => { location.hash = fragment; }", fragment)
        arrives(page, there[0])
        assert place(page) == there
    assert page.evaluate("({ ...document.documentElement.dataset })") == {"theme": "dark", "size": "projector"}


def test_a_key_held_down_does_not_flood_the_browser(read: Callable[..., Reader]) -> None:
    """A browser stops listening to a page that changes its link more than 200 times in 10 seconds, and says so."""
    reader = read("softmax", fragment="unit=term")
    reader.page.evaluate(
        """() => {
            const replace = history.replaceState.bind(history);
            window.links = 0;
            history.replaceState = (...given) => { window.links += 1; replace(...given); };
        }"""
    )
    held: Press = {"key": "ArrowRight"}
    assert from_each(reader, [0], *[held] * 230) == [230]
    follows(reader.page, "#step=231&unit=term")
    assert reader.page.evaluate("window.links") < 50
