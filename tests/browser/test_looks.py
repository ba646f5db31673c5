"""How the page looks: nothing overlaps, is cut off or needs sideways scrolling, and every text can be read.

Everything is measured in the browser, at telling steps, widths, colours and sizes.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import neurograph as ng
from browser.pages import ColourScheme, OpenPage
from browser.samples import CLASSES, FEATURES, batch, find, flower, go, neuron, visit, write
from browser.traces import page_of, traced
from neurograph.trace.step import UNITS, Unit
from neurograph.trace.trace import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What is wrong with the layout, in words. Boxes may touch; text boxes hold the room above and below the letters, which
# may overlap a little.
MEASURE = r"""() => {
    const found = [];
    const wide = document.documentElement.clientWidth;
    const high = innerHeight;
    const all = (where, under = document) => [...under.querySelectorAll(where)];
    const isSeen = (one) => one.checkVisibility() && one.getClientRects().length && !one.closest(".unseen, .word");
    const name = (one) => {
        const kind = one.id || one.getAttribute("class") || one.localName;
        return `${kind} "${one.textContent.trim().slice(0, 30)}"`;
    };
    const box = (one) => one.getBoundingClientRect();
    const grown = (one, by) => ({
        left: one.left - by, right: one.right + by, top: one.top - by, bottom: one.bottom + by,
    });
    const meet = (one, other, by = 1) => one.left < other.right - by && other.left < one.right - by
        && one.top < other.bottom - by && other.top < one.bottom - by;
    // The lines of a text, without the empty room of its box.
    const written = (one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return [...range.getClientRects()].filter((rect) => rect.width > 1);
    };
    const apart = (ones, boxesOf, what) => {
        for (const [at, one] of ones.entries()) {
            for (const other of ones.slice(at + 1)) {
                if (one.contains(other) || other.contains(one)) continue;
                const hit = boxesOf(one).some((mine) => boxesOf(other).some((its) => meet(mine, its)));
                if (hit) found.push(`${what}: ${name(one)} overlaps ${name(other)}`);
            }
        }
    };

    // The page as a whole, and its controls.
    if (document.documentElement.scrollWidth > wide) found.push(`sideways: ${document.documentElement.scrollWidth}`);
    const controls = all("h1, header button, .zoom button, #quiz *, nav :is(button, select, label, input)")
        .filter(isSeen);
    for (const one of controls) {
        if (box(one).left < -0.5 || box(one).right > wide + 0.5) found.push(`off the page: ${name(one)}`);
        if (!one.matches("select, input") && one.scrollWidth > one.clientWidth + 1 && one.clientWidth) {
            found.push(`cut off: ${one.scrollWidth} in ${one.clientWidth}, ${name(one)}`);
        }
    }
    apart([...controls.filter((one) => !one.matches("label, p, output")), document.getElementById("legend")],
        (one) => (one.matches("button, select, input") ? [box(one)] : written(one)), "controls");
    for (const id of ["first", "back", "play", "forward", "last", "bar", "unit"]) {
        const { left, right, top, bottom } = box(document.getElementById(id));
        if (top < 0 || bottom > high || left < 0 || right > wide) found.push(`out of sight: ${id}`);
    }

    // The card: nothing beside its panel, nothing over anything else, no equation that is cut off.
    const side = document.getElementById("side");
    const inner = grown(box(side), 0.5);
    for (const one of all("#card *, #focus *, #order *").filter((one) => one.localName !== "math" && isSeen(one))) {
        if (one.closest("math, svg, .formula, .touching")) continue;
        if (box(one).left < inner.left || box(one).right > inner.right) found.push(`beside the card: ${name(one)}`);
    }
    for (const one of all("#side .formula").filter(isSeen)) {
        const isTight = wide < 400 && document.documentElement.dataset.size === "projector"; // there it may be scrolled
        if (one.scrollWidth > one.clientWidth + 1 && !isTight) {
            found.push(`equation cut off: ${one.scrollWidth} in ${one.clientWidth}, ${name(one)}`);
        }
    }
    apart(all("#card > *").filter(isSeen), (one) => [box(one)], "card");
    apart(all("#card .row, #card .note, #card li").filter(isSeen), (one) => [box(one)], "rows");
    apart(all("#card .row > *, #card li > *, .factors > *").filter(isSeen), (one) => [box(one)], "in a row");

    // The picture, in its own measure.
    const inked = (text) => {
        const { x, y, width, height } = text.getBBox();
        const size = parseFloat(getComputedStyle(text).fontSize);
        const base = text.y.baseVal.length ? text.y.baseVal[0].value : 0;
        return { left: x, right: x + width, top: base - 0.74 * size, bottom: base + 0.02 * size, width, height };
    };
    for (const neuron of all(".neuron:not(.rest)")) {
        const ring = parseFloat(getComputedStyle(neuron.querySelector(".ring")).r);
        const round = parseFloat(getComputedStyle(neuron.querySelector("circle:not(.ring)")).r);
        const texts = all("text", neuron).filter((one) => one.textContent && isSeen(one));
        for (const [at, one] of texts.entries()) {
            const mine = inked(one);
            for (const other of texts.slice(at + 1)) {
                if (meet(mine, inked(other), 0)) found.push(`in a neuron: ${name(one)} overlaps ${name(other)}`);
            }
            if (one.matches(".side, .label, .bias")) {
                const level = Math.max(0, mine.top, -mine.bottom);
                const near = Math.hypot(Math.min(Math.abs(mine.left), Math.abs(mine.right)), level);
                const room = near - ring - (one.matches(".bias") ? 0 : 2);
                if (room < 0) found.push(`under the ring by ${-room.toFixed(1)}: ${name(one)}`);
                continue;
            }
            const out = Math.hypot(Math.max(-mine.left, mine.right), Math.max(-mine.top, mine.bottom));
            if (out > round + 2) found.push(`out of its circle by ${(out - round).toFixed(1)}: ${name(one)}`);
        }
    }
    const tags = all(".tag");
    for (const tag of tags) {
        const room = tag.querySelector("rect").getBBox();
        const text = tag.querySelector("text").getBBox();
        const over = text.width - room.width;
        if (over > -2) found.push(`out of its tag by ${over.toFixed(1)}: ${name(tag)}`);
    }
    apart(tags, (tag) => [box(tag.querySelector("rect"))], "tags");
    const drawn = all(".neuron text").filter((one) => one.textContent && isSeen(one));
    for (const tag of tags) {
        for (const text of drawn) {
            if (meet(box(tag.querySelector("rect")), box(text), 2)) found.push(`tag ${name(tag)} over ${name(text)}`);
        }
    }
    const lines = all(".layer tspan, .label, .slot.side").filter(isSeen);
    apart(lines, (one) => [grown(box(one), -1)], "titles");
    return found;
}"""
# Where the result of the step is: seen, to be scrolled to, or hidden by something else.
RESULT = """() => {
    const result = document.querySelector("#card .result .formula, #card .fresh");
    const isSeen = () => {
        const { left, right, top, bottom } = result.getBoundingClientRect();
        const spots = [[left + 4, (top + bottom) / 2], [(left + right) / 2, top + 2], [(left + right) / 2, bottom - 2]];
        return spots.every(([x, y]) => result.contains(document.elementFromPoint(x, y)));
    };
    if (isSeen()) return "seen";
    result.scrollIntoView({block: "center"});
    const there = isSeen();
    document.getElementById("side").scrollTo(0, 0);
    scrollTo(0, 0);
    return there ? "scrolled to" : "hidden";
}"""
AT_ONCE = {("normal", 1280, unit) for unit in UNITS} | {("normal", 768, "term"), ("normal", 768, "neuron")}
WIDTHS = {1280: 800, 768: 1024, 390: 844}


def telling(trace: Trace[ng.Network]) -> list[tuple[Unit, int]]:
    """A step of each kind, and one of each larger unit."""
    asked: list[tuple[Unit, str, str, str]] = [
        ("term", "forward", "h2", "product 2"),
        ("term", "backward", "h1", "share"),
        ("neuron", "forward", "o1", "weighted"),
        ("neuron", "forward", "o1", "activation"),
        ("neuron", "loss", "o1", ""),
        ("neuron", "backward", "o1", "delta"),
        ("neuron", "backward", "h1", "error"),
        ("neuron", "backward", "h1", "delta"),
        ("neuron", "gradient", "h1", ""),
        ("neuron", "update", "o1", ""),
        ("layer", "forward", "layer 1", ""),
        ("layer", "update", "output layer", ""),
        ("phase", "backward", "", ""),
    ]
    places = []
    for unit, phase, subject, kind in asked:
        example = None if trace.examples == 1 or phase == "update" else 0
        places.append((unit, find(trace, unit, phase, subject, kind, example).index))
    return [*places, ("neuron", len(trace) - 1)]


def at_each(page: Page, places: list[tuple[Unit, int]], read: str) -> list[tuple[Unit, int, Any]]:
    """Visit the places, unit by unit, and say what is read there."""
    found: list[tuple[Unit, int, Any]] = []
    for unit, group in groupby(places, key=lambda place: place[0]):
        some = [place for _, place in group]
        found += [(unit, place, one) for place, one in zip(some, visit(page, unit, some, read), strict=True)]
    return found


def problems(page: Page, places: list[tuple[Unit, int]]) -> list[str]:
    return [f"{unit} {place + 1}: {text}" for unit, place, texts in at_each(page, places, MEASURE) for text in texts]


@pytest.mark.parametrize("size", ["normal", "projector"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_or_is_cut_off(open_page: OpenPage, tmp_path: Path, width: int, size: str) -> None:
    trace = flower()
    path = write(tmp_path, trace, feature_names=FEATURES, class_names=CLASSES, title="One flower of three kinds")
    scheme: ColourScheme = "dark" if size == "projector" else "light"  # colours move nothing
    page = open_page(path, width=width, height=WIDTHS[width], colour_scheme=scheme, fragment=f"size={size}")
    page.evaluate("document.fonts.ready")
    assert not problems(page, telling(trace))
    for unit, place, seen in at_each(page, telling(trace), RESULT):
        # On a narrow or enlarged page the card is below the picture, or long; else the result is there at once.
        assert seen == "seen" or (seen == "scrolled to" and (size, width, unit) not in AT_ONCE), (unit, place)


@pytest.mark.parametrize("width", WIDTHS)
def test_predict_mode_focus_and_order_fit_too(open_page: OpenPage, tmp_path: Path, width: int) -> None:
    trace = batch()
    page = open_page(write(tmp_path, trace), width=width, height=WIDTHS[width])
    page.evaluate("document.fonts.ready")
    if width == min(WIDTHS):  # the other widths have more room for what the example of a batch adds
        assert not problems(page, telling(trace))
    page.get_by_role("button", name="Predict", exact=True).click()
    page.get_by_text("Why this order?").click()
    page.get_by_text("What if one does not wait?").click()
    page.get_by_text("Tables of all values").click()
    page.locator("#values td").first.wait_for()
    neuron(page, "h1").dispatch_event("click")
    assert not problems(page, telling(trace))


def test_long_numbers_stay_in_their_places(open_page: OpenPage, tmp_path: Path) -> None:
    net = ng.Network.dense([2, 2, 2], ["tanh", "identity"], seed=3, bias=-0.00012345678)
    trace = net.trace([-0.000123456, 1234567.0], [-9876.54321, 1e-7], digits=12, learning_rate=1e-9)
    page = open_page(write(tmp_path, trace))
    page.evaluate("document.fonts.ready")
    assert not problems(page, telling(trace))


TAG_SIZES = """() => [...document.querySelectorAll(".tag text")]
    .map((text) => parseFloat(getComputedStyle(text).fontSize))"""


@pytest.mark.parametrize("trace", [batch(), flower()], ids=["batch", "4-5-3"])
def test_numbers_on_edges_are_as_large_as_those_in_neurons(
    open_page: OpenPage, tmp_path: Path, trace: Trace[ng.Network]
) -> None:
    page = open_page(write(tmp_path, trace))
    page.evaluate("document.fonts.ready")
    sizes = visit(page, "neuron", range(len(trace)), TAG_SIZES)
    assert min(size for some in sizes for size in some) >= 11


# All texts of the picture, each with its colour and that of what is behind it: first as they are, then with the pointer
# on a neuron of each layer, and on an edge with a number. What lies under the pointer is lit, wherever it is shown.
COLOURS = """() => {
    const all = (where, root = document) => [...root.querySelectorAll(where)];
    const read = (lit) => all("#canvas svg text").filter((text) =>
        text.textContent && text.checkVisibility()).flatMap((text) => {
            const inside = text.matches(".side, .label, .bias") ? null : text.closest(".neuron, .tag");
            const behind = inside?.querySelector("rect, circle:not(.ring)");
            const parts = [text, ...text.querySelectorAll("tspan")];
            const name = text.getAttribute("class") || text.parentNode.getAttribute("class");
            return parts.map((part) => [`${name}, lit: ${lit}`,
                getComputedStyle(part).fill, behind ? getComputedStyle(behind).fill
                : getComputedStyle(document.documentElement).backgroundColor, Number(getComputedStyle(part).opacity)]);
        });
    const found = read("nothing");
    const isFirst = (one) => ["x1", "h1", "o1"].includes(one.querySelector(".name").textContent);
    const marks = all("#canvas .neuron").filter(isFirst);
    const tag = document.querySelector("#canvas .tag");
    if (tag) marks.push(document.querySelector(`.hit[data-o="${tag.dataset.o}"]`));
    for (const mark of marks) {
        mark.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        found.push(...read(mark.textContent));
    }
    return found;
}"""
DRAWN = """() => [".link.negative", ".link.positive", ".neuron.active .ring", ".neuron.read .ring"].map((where) =>
    getComputedStyle(document.querySelector(where)).stroke)"""


def brightness(colour: str) -> float:
    """Relative luminance after WCAG 2."""
    parts = [float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_edge_and_ring_stands_out(open_page: OpenPage, tmp_path: Path, scheme: ColourScheme) -> None:
    assert 20.9 < contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") < 21.1
    trace = flower()
    page = open_page(write(tmp_path, trace, feature_names=FEATURES, class_names=CLASSES), colour_scheme=scheme)
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    drawn = page.evaluate(DRAWN)
    assert all(contrast(colour, ground) >= 3 for colour in drawn)
    assert drawn[0] != drawn[1]
    seen: dict[tuple[Any, ...], str] = {}
    for unit, place, texts in at_each(page, telling(trace), COLOURS):
        for name, ink, behind, opacity in texts:
            seen[ink, behind, opacity] = f"{name} at {unit} {place + 1}"
    assert len(seen) > 4
    assert {opacity for _, _, opacity in seen} == {1.0}
    assert not {where: (ink, behind) for (ink, behind, _), where in seen.items() if contrast(ink, behind) < 4.5}


# The place of the neuron at work, and the size of its name, on the screen.
ACTIVE = """() => {
    const name = document.querySelector(".neuron.active .name");
    const canvas = document.getElementById("canvas").getBoundingClientRect();
    const { left, right, top, bottom } = name.closest("g").querySelector("circle").getBoundingClientRect();
    return {
        size: parseFloat(getComputedStyle(name).fontSize) * name.getScreenCTM().a,
        inside: left >= canvas.left && right <= canvas.right && top >= canvas.top && bottom <= canvas.bottom,
    };
}"""


@pytest.mark.parametrize("name", ["30-16-2", "784-12-10"])
def test_a_large_net_opens_so_that_it_can_be_read_and_follows_the_step(
    open_page: OpenPage, tmp_path: Path, folder: Path, name: str
) -> None:
    if name == "784-12-10":
        trace, path = traced("large"), page_of("large", folder)
    else:
        net = ng.Network.dense([30, 16, 2], ["relu", "softmax"], seed=0)
        trace = net.trace([k % 7 / 7 for k in range(30)], [1.0, 0.0], "cross_entropy")
        path = write(tmp_path, trace)
    page = open_page(path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    steps = [step.index for step in trace if step.subject and step.phase in ("forward", "backward")]
    seen = visit(page, "neuron", steps[::3], ACTIVE)
    assert min(one["size"] for one in seen) >= 8, "the name of the neuron at work can be read"
    assert all(one["inside"] for one in seen), "the neuron at work is in sight"
    if name == "784-12-10":
        assert page.locator(".neuron.rest").text_content() == "⋮772 more"
        assert page.locator("#unit option").all_inner_texts() == ["neuron", "layer", "phase"]


def test_zoom(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, flower()))
    larger, smaller = (page.get_by_role("button", name=name, exact=True) for name in ("Larger", "Smaller"))

    def scale() -> float:
        return float(page.locator("#canvas > svg").evaluate("one => one.getScreenCTM().a"))

    fitted = scale()
    canvas = page.locator("#canvas")
    assert canvas.evaluate("one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight")
    for power in (1, 2, 3, 4):
        larger.click()
        assert scale() == pytest.approx(fitted * 1.3**power, rel=0.05)
    assert canvas.evaluate("one => one.scrollWidth > one.clientWidth"), "it can be scrolled now"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "but the page cannot"
    for step in (3, 20, 60):
        go(page, "neuron", step)
        assert page.evaluate(ACTIVE)["inside"]
    smaller.click()
    assert scale() == pytest.approx(fitted * 1.3**3, rel=0.05)
    page.get_by_role("button", name="The whole network").click()
    assert scale() == pytest.approx(fitted)
    for button, least, most in ((larger, 2, 8), (smaller, 0.01, 0.3)):
        button.evaluate("button => { for (let press = 0; press < 30; press += 1) button.click(); }")
        assert least < scale() < most, "there is an end to it"
