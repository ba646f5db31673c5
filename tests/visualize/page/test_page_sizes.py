"""How large a page may become, what its errors say, and that the advice in them works."""

import re
import time

import pytest
from page_reader import Page
from page_traces import TRACES

import neurograph as ng
from neurograph.errors import InvalidTypeError, InvalidValueError, NeurographError, UnknownNameError
from visualize import draw_network, write_stepper
from visualize.page import stepper
from visualize.page.stepper import stepper_html


@pytest.fixture
def trace():
    return ng.Network.dense([4, 5, 3], "sigmoid", seed=2).trace([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0])


@pytest.mark.parametrize("name", ["softmax", "sigmoid"])
def test_a_page_of_a_small_net_is_under_150_000_bytes(name):
    assert len(stepper_html(TRACES[name]()).encode()) < 150_000


@pytest.mark.parametrize(("sizes", "seconds"), [([30, 16, 2], 5.0), ([60, 60, 60, 20], 60.0)])
def test_a_net_of_up_to_200_neurons_is_told_in_full_under_5_megabytes(sizes, seconds):
    net = ng.Network.dense(sizes, "sigmoid")
    trace = net.trace([0.25] * sizes[0], [0.5] * sizes[-1], unit="term")
    start = time.process_time()
    text = stepper_html(trace, checks=False)
    assert time.process_time() - start < seconds
    assert len(text.encode()) < 5_000_000 == stepper.LARGEST
    assert '"opens":"term"' in text
    ticks = re.search(r'"ticks":(\d+),', text)
    assert int(ticks[1]) == len(trace)


def sizes_of(trace, **options):
    return {
        unit: len(stepper_html(trace, finest=unit, **options).encode()) for unit in ("term", "neuron", "layer", "phase")
    }


def refused(trace, **options):
    with pytest.raises(InvalidValueError) as caught:
        stepper_html(trace, **options)
    return str(caught.value)


def test_a_page_that_is_too_large_names_the_unit_that_fits_and_it_does(monkeypatch):
    trace = ng.Network.dense([20, 3, 2], "tanh").trace([0.1] * 20, [0.5] * 2)
    size = sizes_of(trace, checks=False)
    assert size["term"] > size["neuron"] > size["layer"] > size["phase"]
    for unit, fits in (("term", "neuron"), ("term", "layer"), ("layer", "phase")):
        monkeypatch.setattr(stepper, "LARGEST", size[fits])
        assert refused(trace, finest=unit, checks=False) == (
            f"write_stepper, finest: the page would have {size[unit] / 1e6:.1f} MB at unit '{unit}'; "
            f"{size[fits] / 1e6:.0f} MB is the most. To make it {size[fits] / 1e6:.1f} MB, say finest='{fits}'."
        )
        assert len(stepper_html(trace, finest=fits, checks=False).encode()) == size[fits]


def test_the_advice_counts_the_checks_that_the_page_would_have(monkeypatch):
    trace = ng.Network.dense([20, 3, 2], "tanh").trace([0.1] * 20, [0.5] * 2)
    monkeypatch.setattr(stepper, "LARGEST", len(stepper_html(trace, finest="neuron", checks=False).encode()))
    for checks, fits in ((False, "neuron"), (None, "layer")):
        assert re.search(r"finest='(\w+)'", refused(trace, checks=checks))[1] == fits
        assert len(stepper_html(trace, checks=checks, finest=fits).encode()) <= stepper.LARGEST


def test_where_no_unit_helps_the_message_says_what_does(monkeypatch):
    trace = ng.Network.dense([30, 3, 2], "tanh").trace([0.1] * 30, [0.5] * 2)
    size = sizes_of(trace, checks=False)
    monkeypatch.setattr(stepper, "LARGEST", size["phase"] - 1)
    for unit in ("term", "phase"):
        assert refused(trace, finest=unit, checks=False) == (
            f"write_stepper, finest: the page would have {size[unit] / 1e6:.1f} MB at unit '{unit}'; "
            f"{size['phase'] / 1e6:.0f} MB is the most. No unit makes it small enough. Trace a smaller network. "
            "To show fewer neurons, say most=4."
        )
    assert len(stepper_html(trace, finest="phase", most=4, checks=False).encode()) < stepper.LARGEST


LISTS = {
    "too few": (["a"], InvalidValueError, ": got 1 names, expected {count}, one for each {what}."),
    "too many": (list("abcdefg"), InvalidValueError, ": got 7 names, expected {count}, one for each {what}."),
    "a text": ("abcd", InvalidTypeError, ": got 'abcd' (a str), expected a list of names."),
    "numbers": ([1, 2, 3, 4], InvalidTypeError, "[0]: got 1, expected a name, as text."),
    "a number": (4, InvalidTypeError, ": got 4, expected a list of names."),
}


@pytest.mark.parametrize(("names", "kind", "said"), LISTS.values(), ids=LISTS)
@pytest.mark.parametrize(("argument", "count", "what"), [("feature_names", 4, "input"), ("class_names", 3, "output")])
def test_names_that_do_not_fit_are_refused_as_draw_network_does(trace, names, kind, said, argument, count, what):
    for call in (stepper_html, draw_network):
        with pytest.raises(kind) as caught:
            call(trace, **{argument: names})
        where = "write_stepper" if call is stepper_html else "draw_network"
        assert str(caught.value) == f"{where}, {argument}{said.format(count=count, what=what)}"


def test_names_stand_beside_inputs_and_outputs():
    trace = ng.Network.dense([2, 2, 1], "sigmoid").trace([0.0, 1.0], [1.0])

    def said(**names):
        return [node.get("label") for node in Page(stepper_html(trace, **names)).data["picture"]["nodes"]]

    assert said(feature_names=("left", "right"), class_names=iter(["either"])) == [
        "left",
        "right",
        None,
        None,
        "either",
    ]
    assert said(class_names=["no", "yes"]) == [None] * 4 + ["yes (else no)"]  # one output tells two classes apart
    assert said(feature_names=[], class_names=()) == said(feature_names=None) == said() == [None] * 5


BAD = {
    "trace": (InvalidTypeError, "write_stepper, trace: got 3, expected a Trace, as net.trace(x, y) gives."),
    "title": (InvalidTypeError, "write_stepper, title: got None, expected a text."),
    "half a title": (
        InvalidValueError,
        "write_stepper, title: got '\\ud800' (a str), expected a text without half characters (surrogates).",
    ),
    "finest": (
        UnknownNameError,
        "write_stepper, finest: unknown unit 'Layer'. Did you mean 'layer'? Known: term, neuron, layer, phase.",
    ),
    "no unit": (UnknownNameError, "write_stepper, finest: unknown unit []. Known: term, neuron, layer, phase."),
    "most=0": (InvalidValueError, "most: got 0, expected a whole number from 1 up, or None for all."),
    "most=x": (InvalidTypeError, "most: got 'x' (a str), expected a whole number from 1 up, or None for all."),
}
GIVEN = {
    "trace": {"trace": 3}, "title": {"title": None}, "half a title": {"title": "\ud800"}, "finest": {"finest": "Layer"},
    "no unit": {"finest": []}, "most=0": {"most": 0}, "most=x": {"most": "x"},
}  # fmt: skip


@pytest.mark.parametrize("mistake", BAD)
def test_a_mistake_is_told_in_full_and_nothing_is_written(trace, tmp_path, mistake):
    kind, said = BAD[mistake]
    options = {"trace": trace, "path": tmp_path / "a.html"} | GIVEN[mistake]
    with pytest.raises(kind) as caught:
        write_stepper(**options)
    assert str(caught.value) == said
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_takes_no_file_is_told_in_full(trace, tmp_path):
    path = tmp_path / "nowhere" / "a.html"
    with pytest.raises(NeurographError) as caught:
        write_stepper(trace, path)
    assert str(caught.value) == (
        f"{path}: cannot be written (No such file or directory). There is no such folder. Make it first, or check the "
        "name."
    )
    for given in (None, 3, b"a.html"):
        with pytest.raises(
            InvalidTypeError, match=r"^write_stepper, path: got .+, expected the name of a file, such as "
        ):
            write_stepper(trace, given)
