"""Layers whose gradients vanish or explode are found in what training recorded, and no others."""

from __future__ import annotations

import random

import pytest

import neurograph as ng
from neurograph.errors import InvalidTypeError, StateError
from neurograph.learning.diagnostics import flow_findings
from neurograph.learning.history import History


def medians(*layers):
    rows = zip(*layers, strict=True)
    return History([{f"gradient_median/layer {at}": value for at, value in enumerate(row, start=1)} for row in rows])


def test_layers_whose_gradients_vanish_or_explode_are_found():
    history = medians([9.0, 1e-5, 1e-5], [1e3, 1e3, 1e3], [0.1] * 3, [0.1] * 3)
    assert flow_findings(history) == {"layer 1": "vanishing", "layer 2": "exploding"}
    assert flow_findings(medians([1.01e-4], [99.0], [0.1])) == {}
    assert flow_findings(medians([0.1], [0.0])) == {}, "beside 0 nothing can be judged"
    assert flow_findings(medians([None], [0.1])) == {}


def test_a_deep_sigmoid_net_is_found_to_vanish():
    source = random.Random(0)
    xs = [[source.gauss(0, 1), source.gauss(0, 1)] for _ in range(16)]
    net = ng.Network.dense([2, 8, 8, 8, 8, 1], "sigmoid", seed=2)
    history = ng.train(net, xs, [[float(a * b > 0)] for a, b in xs], epochs=4, batch_size=8, record=["gradients"])
    assert flow_findings(history) == {"layer 1": "vanishing"}


def test_a_history_without_gradients_is_an_error_that_says_what_to_ask_for():
    with pytest.raises(StateError) as caught:
        flow_findings(History([{"loss": 0.5}]))
    assert str(caught.value) == "flow_findings: the history has no gradients. Train with record=['gradients']."
    with pytest.raises(InvalidTypeError, match=r"^flow_findings, history: got 3, expected the History"):
        flow_findings(3)
