"""The same trace gives the same bytes, and a page changes nothing of it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from page_traces import TRACES

import neurograph as ng
from visualize import write_stepper
from visualize.page.stepper import stepper_html

ROOT = Path(__file__).parents[3]
SOME = ["softmax", "frozen and tied", "half short"]
CODE = """
import hashlib, sys
sys.path[:0] = ["tests", "tests/visualize/page"]
from page_traces import TRACES
from visualize.page.stepper import stepper_html
for name in sys.argv[1:]:
    print(hashlib.sha256(stepper_html(TRACES[name]()).encode()).hexdigest())
"""


def test_another_process_with_another_hash_seed_writes_the_same_bytes():
    def written(seed):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", CODE, *SOME], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
        )
        return done.stdout.split()

    here = [hashlib.sha256(stepper_html(make()).encode()).hexdigest() for make in map(TRACES.get, SOME)]
    assert written("1") == written("2") == here
    assert len(set(here)) == len(SOME)


@pytest.mark.parametrize("name", ["batch", *SOME])
def test_a_page_changes_neither_the_trace_nor_its_networks(name):
    trace = TRACES[name]()

    def all_of_it():
        nets = [net.__getstate__() for net in (trace.before, trace.after)]
        return list(map(str, trace)), [dict(trace.state(k)) for k in (0, len(trace) // 2, -1)], dict(trace.start), nets

    before = all_of_it()
    first = stepper_html(trace)
    assert all_of_it() == before
    assert stepper_html(trace) == first


def test_a_page_changes_nothing_of_the_network_that_was_traced():
    net = ng.Network.dense([2, 3, 1], "tanh", seed=1)
    net.forward([0.5, 1.0])
    trace = net.trace([1.0, 2.0], [0.5])
    before = net.__getstate__()
    stepper_html(trace)
    assert net.__getstate__() == before


def test_the_file_is_the_page_and_replaces_what_was_there(tmp_path):
    trace = TRACES["sigmoid"]()
    path = tmp_path / "a.html"
    path.write_text("old")
    for given in (path, str(path)):
        write_stepper(trace, given, title="é😀", most=3, finest="layer", checks=False)
        text = stepper_html(trace, title="é😀", most=3, finest="layer", checks=False)
        assert path.read_bytes() == text.encode("utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]


def test_a_page_does_not_depend_on_the_unit_of_the_trace_but_for_where_it_opens():
    trace = TRACES["batch"]()
    pages = [
        stepper_html(trace.at(unit)).replace(f'"opens":"{unit}"', "") for unit in ("term", "neuron", "layer", "phase")
    ]
    assert len(set(pages)) == 1
