"""A kind of quantity that nobody has heard of stands on the page, whose program has no list of kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.pages import OpenPage
from neurograph.quantities import QUANTITIES
from new_kind import BEND, traced_with_bend
from visualize.page.stepper import write_stepper


def test_tables_panels_and_picture_have_it(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage, tmp_path: Path
) -> None:
    monkeypatch.setitem(QUANTITIES, "bend", BEND)
    trace = traced_with_bend()
    write_stepper(trace, tmp_path / "step.html")
    at = next(step.index for step in trace if any(key.kind == "bend" for key in step.writes))
    page = open_page(tmp_path / "step.html")
    page.evaluate("link => { location.hash = link; }", f"#step={at + 1}&unit=neuron")
    page.wait_for_function(
        "words => document.getElementById('where').textContent.startsWith(words)", arg=f"Step {at + 1} of"
    )
    page.click("#values summary")
    page.wait_for_selector("#values td[data-kind=bend]")
    cells = page.eval_on_selector_all("#values td[data-kind=bend]", "all => all.map(one => one.textContent)")
    assert {"7.25", "8.5", "9.5"} <= set(cells)
    assert sorted(page.eval_on_selector_all(".tag .value", "all => all.map(one => one.textContent)")) == ["8.5", "9.5"]
    assert "κ 7.25" in page.inner_text("#canvas")
    page.click(".neuron[data-o=n2]")
    rows = page.inner_text("#focus")
    assert "curvature" in rows
    assert "7.25" in rows
