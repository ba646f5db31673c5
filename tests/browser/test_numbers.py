"""Every number that a stepper page shows is the trace's, at every step, at every unit, forwards and backwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from browser.expected import Expected, differences
from browser.pages import OpenPage
from browser.reading import Press, Reader, Shown
from browser.traces import expected, page_of, traced
from neurograph.trace.step import UNITS, Unit

FORWARD: Press = {"key": "ArrowRight"}
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def read(open_page: OpenPage, folder: Path) -> Callable[..., Reader]:
    """Open the page of a trace, and read it."""
    return lambda name, **options: Reader(open_page(page_of(name, folder), **options))


def wrong(reader: Reader, told: Expected, shown: Iterable[tuple[int, Shown]]) -> list[str]:
    """Compare many steps with what they should show."""
    return [said for k, one in shown for said in differences(one, told[k], reader.places)]


def walk(reader: Reader, told: Expected, on: Press = FORWARD, back: Press | None = None) -> list[str]:
    """Go through all steps, and back too if it is said how; say what was wrong."""
    far = len(told) - 1
    shown = [reader.go(told.trace.unit), *reader.walk([on] * far + ([back] * far if back else []))]
    return wrong(reader, told, zip([*range(far + 1), *reversed(range(far if back else 0))], shown, strict=True))


def test_by_real_keys_and_clicks(read: Callable[..., Reader]) -> None:
    """What the walks below press in the page's own language is what a hand presses."""
    reader = read("squared error", width=900, height=500)
    real: list[tuple[Unit, Callable[[str], None], list[str]]] = [
        ("layer", reader.page.keyboard.press, ["Home", "ArrowRight", "End", "ArrowLeft"]),
        ("phase", reader.page.click, ["#first", "#forward", "#last", "#back"]),
    ]
    for unit, press, (first, forward, last, back) in real:
        told = expected("squared error", unit)
        far = len(told) - 1
        reader.go(unit, far // 2)
        shown = []
        for pressed in [first, *[forward] * far, first, last, *[back] * far, last]:
            press(pressed)
            shown.append(reader.read())
        places = [*range(far + 1), 0, *range(far, -1, -1), far]
        assert wrong(reader, told, zip(places, shown, strict=True)) == []


def test_old_values_are_struck_through(read: Callable[..., Reader]) -> None:
    reader = read("small")
    old = "() => [...document.querySelectorAll('#canvas .old')].map((one) => getComputedStyle(one).textDecorationLine)"
    for phase, count in (("update", 4), ("after", 6)):
        step = [step for step in traced("small").at("layer") if step.phase == phase][-1]
        reader.go("layer", step.index)
        lines = reader.page.evaluate(old)
        assert len(lines) >= count
        assert set(lines) == {"line-through"}


WALKS: dict[str, tuple[Press, Press | None]] = {
    "softmax": (FORWARD, {"button": "#back"}),
    "squared error": ({"button": "#forward"}, {"key": "ArrowLeft"}),
    "skips": (FORWARD, {"key": "ArrowLeft"}),
    "batch": ({"button": "#forward"}, None),
    "frozen and tied": (FORWARD, None),
    "jacobian": (FORWARD, None),
    "together": (FORWARD, {"key": "ArrowLeft"}),
}


@pytest.mark.parametrize("name", WALKS)
def test_every_step_of_every_unit(read: Callable[..., Reader], name: str) -> None:
    """Forwards, and for some backwards, by keys and by buttons."""
    reader = read(name)
    for unit in UNITS:
        assert walk(reader, expected(name, unit), *WALKS[name]) == []


def test_every_digit(read: Callable[..., Reader]) -> None:
    """Each number is in a term or in the sum of a neuron; the larger units only put these together."""
    reader = read("every digit")
    for unit in ("term", "neuron"):
        assert walk(reader, expected("every digit", unit)) == []


def test_a_large_net_where_most_neurons_are_one(read: Callable[..., Reader]) -> None:
    reader = read("large")
    drawn = set(reader.owners.values())
    assert len([name for name in drawn if "->" not in name]) < 40
    kinds: dict[tuple[str, ...], list[int]] = {}
    for step in traced("large"):
        kinds.setdefault((step.phase, step.kind, step.subject[:1]), []).append(step.index)
    ends = sorted({end for steps in kinds.values() for end in (steps[0], steps[-1])})
    few: dict[Unit, list[int]] = {"neuron": ends, "layer": [1, 4, 7, 10]}
    for unit, steps in few.items():
        told = Expected(traced("large"), unit, finest="neuron", checks=False, drawn=drawn)
        shown = [reader.go(unit, steps[0]), *reader.walk({"step": k + 1} for k in steps[1:])]
        assert wrong(reader, told, zip(steps, shown, strict=True)) == []
    assert reader.page.locator("#unit option").all_inner_texts() == ["neuron", "layer", "phase"]
    for unit in ("phase", "neuron", "layer"):
        reader.page.keyboard.press("u")
        assert reader.page.input_value("#unit") == unit


def test_the_walks_meet_what_is_hard_to_write() -> None:
    """Powers of ten, fractions, shortened sums, verdicts, old values beside new ones: all of them are on the pages."""
    told = [expected(name, "term") for name in ("softmax", "frozen and tied", "skips")]
    said = repr([one[k] for one in told for k in range(len(one))])
    for part in ["e-07", "'-2e-05'", "'1/3'", "35 more", "✓ ok", "○ h3 sits on a kink", "δ ?", "'old': '-"]:
        assert part in said, part


Record = dict[str, Any]


def place_of(record: Record, kind: str, owner: str) -> int:
    """Find a quantity in the data of a page: its kind, and its neuron or edge as in "x1->h1"."""
    table = record["quantities"]
    names = [name for name, _ in table["names"]]
    owners = [*names, *("->".join(names[one] for one in pair) for pair in table["pairs"]), ""]
    return next(
        q
        for q, at in enumerate(table["owner"])
        if owners[at] == owner and table["symbols"][table["symbol"][q]][2] == kind
    )


@cache
def other_digit(kind: str, owner: str) -> Callable[[Record], None]:
    """Change the last digit of a number."""

    def change(record: Record) -> None:
        texts, q = record["quantities"]["text"], place_of(record, kind, owner)
        texts[q] = texts[q][:-1] + str((int(texts[q][-1]) + 1) % 10)

    return change


def other_birth(kind: str, owner: str, way: int) -> Callable[[Record], None]:
    """Let a number be known too early or too late."""

    def change(record: Record) -> None:
        record["known_from"][place_of(record, kind, owner)] += way

    return change


def other_running_sum(record: Record) -> None:
    operation = next(operation for operation in record["operations"] if len(operation.get("running", [])) > 1)
    operation["running"][1] = operation["running"][1][:-1] + "?"


def other_word(record: Record) -> None:
    verdict = next(verdict for verdict in record["verdicts"] if verdict and verdict[0] == "ok")
    verdict[1] = verdict[1].replace("difference ", "difference 1")


def other_sign(record: Record) -> None:
    """Subtract where a sum was to be added."""
    at = record["pieces"].index('<mo form="infix">+</mo>')
    record["pieces"][at] = record["pieces"][at].replace("+", MINUS)


def other_act(record: Record) -> None:
    operations = record["operations"]
    at = next(at for at, operation in enumerate(operations) if operation["shared"] != operations[0]["shared"])
    operations[at]["shared"] = operations[0]["shared"]


def exchanged(record: Record) -> None:
    """Let two weights stand in each other's place."""
    one, other = (place_of(record, "w", owner) for owner in ("x1->h1", "x2->h1"))
    owners = record["quantities"]["owner"]
    owners[one], owners[other] = owners[other], owners[one]


# What is changed on a page, and where the walk sees it, each in a step of its own.
MISTAKES: dict[str, list[tuple[Callable[[Record], None], str]]] = {
    "numbers": [
        (other_digit("a", "h1"), "neurons h1 a text"),
        (other_digit("a", "x2"), "neurons x2 said"),
        (other_digit("delta", "o2"), "neurons o2 delta text"),
        (other_digit("delta", "o2"), "factors 2 result"),
        (other_digit("y", "o2"), "neurons o2 y"),
        (other_digit("b_new", "h2"), "neurons h2 b text"),
        (other_digit("w", "h1->o2"), "terms 0 numbers"),
        (other_digit("w", "h1->o2"), "tags h1->o2 old"),
        (other_digit("product", "x2->h2"), "tags x2->h2 new"),
        (other_digit("product", "x2->h2"), "terms 1 result"),
        (other_digit("blame", "h2->o1"), "tags h2->o1 new"),
        (other_digit("grad", "x2->h1"), "tags x2->h1 new"),
        (other_digit("w_new", "x1->h2"), "tags x1->h2 new"),
        (other_digit("C", ""), "losses C"),
        (other_digit("C_new", ""), "losses C'"),
        (other_digit("predicted", ""), "outcome 3"),
        (other_running_sum, "terms 1 running"),
        (other_word, "lines 0 check"),
    ],
    "times": [
        (other_birth("a", "h2", -1), "neurons h2 a text: shown 'a 0.7273', expected 'a ?'"),
        (other_birth("delta", "h1", 1), "neurons h1 delta text"),
        (other_birth("a_new", "o1", 1), "neurons o1 third: shown ''"),
        (other_birth("C", "", -1), "losses C"),
        (other_birth("b_new", "h1", -1), "neurons h1 b old"),
    ],
    "equations": [
        (other_sign, "lines 0 symbols"),
        (other_act, "title"),
        (exchanged, "read"),
        (exchanged, "terms 0 symbols"),
    ],
}


@pytest.mark.parametrize("mistakes", MISTAKES.values(), ids=MISTAKES)
def test_the_walk_notices_wrong(
    mistakes: list[tuple[Callable[[Record], None], str]], open_page: OpenPage, folder: Path, tmp_path: Path
) -> None:
    before, opened, rest = page_of("small", folder).read_text(encoding="utf-8").partition('id="trace">')
    data, closed, after = rest.partition("</script>")
    record = json.loads(data)
    for mistake in dict.fromkeys(mistake for mistake, _ in mistakes):
        known = json.dumps(record)
        mistake(record)
        assert json.dumps(record) != known
    path = tmp_path / "wrong.html"
    text = json.dumps(record).replace("<", "\\u003c")
    path.write_text("".join([before, opened, text, closed, after]), encoding="utf-8")
    found = walk(Reader(open_page(path)), expected("small", "term"))
    for _, place in mistakes:
        assert any(f": {place}" in one for one in found), place


def test_without_a_mistake_there_is_nothing_to_notice(read: Callable[..., Reader]) -> None:
    assert walk(read("small"), expected("small", "term")) == []
