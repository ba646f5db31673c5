"""What may be given, as a type checker sees it: mypy reads this file, and pytest runs it.

A line that mypy must refuse says so with `type: ignore`; where it does not, mypy calls the comment unused.
"""

from __future__ import annotations

import numpy as np
import pytest

import neurograph as ng
import visualize

X, Y, LABELS = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], ["same", "other", "other", "same"]


def net_of(outputs: int = 1) -> ng.Network:
    return ng.Network.dense([2, 2, outputs], ["tanh", "sigmoid" if outputs == 1 else "softmax"], seed=1)


def test_what_works_is_of_the_right_type() -> None:
    net, x, y = net_of(), np.array(X, dtype=np.float64), np.array([0, 1, 1, 0])
    history = ng.train(net, x, y, epochs=2, validation=(x, y))
    assert history[0]["loss"] + 1 > 1
    assert max(history.losses) > 0.0
    ng.train(net, X, [0, 1, 1, 0], epochs=1)
    ng.train(net, list(x), [True, False, False, True], epochs=1)
    ng.train(net_of(2), x, LABELS, "cross_entropy", epochs=1, classes=True)
    ng.train(net_of(2), x, np.array(LABELS), "cross_entropy", epochs=1, classes=("same", "other"))
    assert net.predict(x).argmax(axis=1).shape == (4,)
    assert net.predict(X)[0].index(net.predict(X)[0][0]) == 0
    assert net.forward(x[0]) == net.forward([0, 0]) == net.forward((False, False))
    assert net.gradient(x, y) == net.gradient(X, Y)
    assert len(net.trace(x[0], y[:1])) > 0
    assert ng.check_gradients(net, x, y).ok
    scaler = ng.standardize(x, feature_names=np.array(["one", "other"]))
    assert scaler.inverse(scaler.transform(x)).shape == x.shape
    (learned_x, learned_y), aside = ng.split((x, y), 0.5)
    ng.train(net, learned_x, learned_y, validation=aside, epochs=1)
    assert len(ng.split(ng.Dataset.from_arrays(x, LABELS), 0.5)[0].Y) == 2


def test_a_drawing_takes_arrays_of_names_and_has_axes() -> None:
    drawn = visualize.draw_network(net_of(), feature_names=np.array(["one", "other"]))
    assert drawn.ax_.get_figure() is drawn.figure_


def test_nonsense_is_refused_before_it_runs() -> None:
    net = net_of()
    for act in (
        lambda: ng.train(net, "X", Y),  # type: ignore[arg-type]
        lambda: ng.train(net, X, 3),  # type: ignore[arg-type]
        lambda: ng.train(net, X, "Y"),  # type: ignore[arg-type]
        lambda: net.predict("X"),  # type: ignore[arg-type]
        lambda: net.predict(2),  # type: ignore[call-overload]
        lambda: net.forward("12"),  # type: ignore[arg-type]
        lambda: net.forward({1, 2}),  # type: ignore[arg-type]
        lambda: ng.standardize("12"),  # type: ignore[arg-type]
        lambda: ng.split(X),  # type: ignore[call-overload]
    ):
        with pytest.raises(ng.NeurographError):
            act()
