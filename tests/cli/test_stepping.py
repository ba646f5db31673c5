"""The stepper on a terminal: where keys lead, what the screen shows, and a real pseudo-terminal."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

import neurograph as ng
from neurograph.cli.screen import frame, painted
from neurograph.cli.step import move, next_unit, walk
from neurograph.cli.terminal import Paint, raw_keys, wants_colour
from neurograph.passes.differences import Check


@pytest.fixture
def trace():
    """A step of a 2-2-1 net."""
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=1).trace([0.5, -1.0], [1.0])


def titles(trace):
    return [re.sub(r"^\[.*?\] ", "", step.title) for step in trace]


def test_keys_lead_on_back_and_to_both_ends(trace):
    last = len(trace) - 1
    assert [move(trace, 3, key) for key in ("right", "left", "home", "end", "x", "")] == [4, 2, 0, last, 3, 3]
    assert move(trace, 0, "left") == 0
    assert move(trace, last, "right") == last


def test_letters_jump_to_the_next_and_back_to_the_last_neuron_layer_and_phase(trace):
    told = titles(trace)
    assert told[move(trace, 0, "n")] == "forward, h2: weighted sum"
    assert told[move(trace, 0, "l")] == "forward, o1: weighted sum"
    assert told[move(trace, 0, "p")] == "loss, o1: loss term"
    here = told.index("backward, h1: delta")
    assert told[move(trace, here, "p")] == "gradient, o1: dC/db and dC/dw"
    assert told[move(trace, here, "P")] == "backward, o1: error of the output"
    assert told[move(trace, here + 2, "N")] == "backward, h2: error from downstream"
    assert told[move(trace, here, "L")] == "backward, h1: error from downstream"
    assert move(trace, len(trace) - 1, "p") == len(trace) - 1
    assert move(trace, 0, "P") == 0


def test_changing_the_unit_keeps_the_place(trace):
    place = titles(trace).index("backward, h2: delta")
    operation = trace[place].operations[0]
    for way, units in ((1, ("layer", "phase", "term", "neuron")), (-1, ("term", "phase", "layer", "neuron"))):
        for unit in units:
            trace, there = next_unit(trace, operation, way)
            assert trace.unit == unit
            assert any(one is operation for one in trace[there].operations)
        assert there == place


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("height", [8, 24, 60])
def test_the_screen_fits_the_window_at_every_step_and_unit(trace, width, height):
    for unit in ("term", "neuron", "layer", "phase"):
        told = trace.at(unit)
        for place in range(len(told)):
            lines = frame(told, place, width, height, Paint(False), checks=False)
            assert len(lines) <= height
            assert max(map(len, lines)) <= width


def test_what_is_not_computed_yet_is_a_question_mark(trace):
    lines = frame(trace, 0, 100, 40, Paint(False), checks=False)
    (row,) = (line for line in lines if line.startswith("> h1"))
    assert row.split()[2:] == ["0", "?", f"{trace[0].result:.4g}", "?", "?", "?", "?"]
    (row,) = (line for line in lines if line.startswith(". x1"))
    assert row.split() == [".", "x1", "0.5"]


def test_colour_is_never_the_only_sign_and_can_be_switched_off(trace):
    place = titles(trace).index("backward, h1: delta")
    plain = frame(trace, place, 100, 40, Paint(False), checks=True)
    coloured = frame(trace, place, 100, 40, Paint(True), checks=True)
    assert any("check: ok" in line for line in plain)
    assert "\x1b" not in "".join(plain)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in coloured] == plain


@pytest.mark.parametrize(
    ("verdict", "words", "code"), [("ok", "check: ok", "32"), ("wrong", "check: WRONG", "1;31"), ("kink", "", "")]
)
def test_the_words_of_a_verdict_are_coloured_by_its_code_and_nothing_else(trace, verdict, words, code):
    step = trace[titles(trace).index("backward, h1: delta")]
    (operation,) = step.operations
    line = replace(
        operation.lines[0], check=lambda: Check(1.0, 1.0, 0.1, verdict, "check: ok")
    )  # a neuron of that name
    judged = replace(step, operations=(replace(operation, equations=lambda: ((), (line,))),))
    for width in (200, 30):  # beside the result, and below it
        shown = "".join(painted(line, Paint(True)) for line in judged.text_lines(width, checks=True))
        assert re.findall(r"\x1b\[([\d;]+)m(.*?)\x1b\[0m", shown) == ([(code, words)] if code else [])


class Terminal:
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_no_color_and_dumb_terminals_are_honoured():
    assert wants_colour(Terminal(), {"TERM": "xterm"})
    assert not wants_colour(Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})
    assert not wants_colour(Terminal(), {"TERM": "dumb"})
    assert not wants_colour(sys.__stdin__, {"TERM": "xterm"}) or sys.__stdin__.isatty()


def test_walking_by_keys_shows_each_place(trace, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "40")
    walk(trace, iter(["right", "u", "c", "end", "q", "right"]), Paint(False), checks=False)
    screens = capsys.readouterr().out.split("\x1b[H")[1:]
    assert [screen.split("\n")[1].split("]")[0] for screen in screens] == ["[1/30", "[2/30", "[1/12", "[1/12", "[12/12"]


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_keys_that_come_at_once_or_in_pieces_are_told_apart(monkeypatch):
    import pty

    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "rb", buffering=0) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with raw_keys() as keys:
            os.write(ours, b"\x1b[C\x1b[Cn\x1b[1~\x1b[5~")
            assert [next(keys) for _ in range(5)] == ["right", "right", "n", "home", ""]
            os.write(ours, b"\x1b[")
            threading.Timer(0.01, os.write, (ours, b"D")).start()
            assert next(keys) == "left"
            signal.raise_signal(signal.SIGWINCH)  # the window has another size
            assert next(keys) == ""
            monkeypatch.setattr(os, "read", lambda *_: b"")  # the terminal is closed
            os.write(ours, b"n")
            assert next(keys) == "q"
        os.close(ours)


def test_a_name_or_number_too_wide_never_runs_into_its_neighbour():
    net = ng.Network.dense([2, 2, 1], "tanh", initializer="ones")
    told = net.trace([3.3, 4.4], [0.5], digits=9)
    for place in range(len(told)):
        for line in frame(told, place, 100, 40, Paint(False), checks=False):
            if line[:1] in ">." and line[2:4] in ("h1", "h2", "o1"):
                assert all(_is_cell(cell) for cell in line[4:].split()), line


def _is_cell(text):
    return text == "?" or float(text) == float(text)


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_real_terminal_keys_are_read_and_the_terminal_is_put_back(no_color):
    import pty
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "90", "LINES": "40", "NO_COLOR": no_color}
    command = [sys.executable, "-m", "neurograph", "step", "--layers", "2-2-1", "--input", "1,2", "--target", "1"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment) as running:
        screen = read_until(ours, "q quit")
        assert "[1/30]" in screen
        assert ("\x1b[1m" in screen) is not bool(no_color)
        os.write(ours, b"\x1b[C")
        assert "[2/30]" in read_until(ours, "q quit")
        os.write(ours, b"p q")  # jump, on, leave
        assert "loss, o1" in read_until(ours, "q quit")
        assert running.wait(timeout=20) == 0
        assert running.stderr.read() == b""
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


def read_until(descriptor, mark):
    text, patience = "", time.monotonic() + 20
    while mark not in text:
        assert time.monotonic() < patience, text
        text += os.read(descriptor, 65536).decode()
    return text


def test_the_first_screen_alone_says_that_shown_numbers_are_rounded(trace):
    screens = ["\n".join(frame(trace, place, 100, 40, Paint(False), checks=False)) for place in range(len(trace))]
    assert ["rounded to 4 significant digits" in screen for screen in screens] == [True] + [False] * (len(trace) - 1)
