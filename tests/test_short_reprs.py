"""Whatever people hold says in a line what it is: no table of numbers, no address, no dump of its parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

import neurograph as ng
import visualize
from neurograph.data import metrics


def of_iris() -> dict[str, object]:
    """One of each kind, of the size of iris and of a net for it."""
    iris = ng.datasets.load_iris()
    learned, judged = ng.split(iris, 0.2)
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=1)
    trainer = ng.Trainer(net, learned.X, learned.Y, loss="cross_entropy", batch_size=10)
    history = ng.History(list(trainer.epochs(2)))
    outputs, trace = net.predict(judged.X), net.trace(iris.X[:2], iris.Y[:2], "cross_entropy", optimizer="adam")
    report = ng.check_gradients(net, iris.X[0], iris.Y[0], "cross_entropy")
    scaler, step = ng.Scaler.of(learned), trace.at("phase")[0]
    model = ng.load_model.__globals__["Model"](net, iris.feature_names, iris.class_names, scaler, trainer.state())
    sweep = ng.sweep(ng.Network.dense, judged, {}, [0], sizes=[4, 3], activations="sigmoid", epochs=1)
    things = [
        iris, learned, scaler, model, metrics.classification_report(outputs, judged.Y),
        net, net["h1"], net.edges[0], net.groups["outputs"], net.tie("h1", "h2"), net.schedule("cross_entropy"),
        trainer, history, sweep, report, report.rows[0],
        trace, trace.data, trace.program(), trace.start, step, step.operations[0], step.lines[0],
        ng.ACTIVATIONS, ng.ACTIVATIONS["elu"], ng.ACTIVATIONS["softmax"], ng.LOSSES, ng.LOSSES["bce"],
        ng.LOSSES["bce"].shortcuts[0], ng.LOSSES["bce"].shortcuts[1], ng.INITIALIZERS, ng.INITIALIZERS["he"],
        ng.Adam(), ng.ElasticNet(0.1, 0.1), ng.Clip(norm=1.0), ng.rates.cosine(0.1, epochs=50),
        visualize.draw_network(net), visualize.draw_card(trace, "h1"), visualize.draw_strip(trace.at("phase")),
        visualize.plot_history(history), visualize.plot_responses(net, iris.X), visualize.THEMES["dark"],
    ]  # fmt: skip
    return {f"{number} {type(thing).__name__}": thing for number, thing in enumerate(things)}


def test_a_repr_is_a_line() -> None:
    for name, thing in of_iris().items():
        assert len(repr(thing)) < 200, name
        assert "\n" not in repr(thing), name
        assert " at 0x" not in repr(thing), name


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (ng.datasets.load_iris(), "<Dataset of 150 rows, 4 features, 3 classes: setosa, versicolor, virginica>"),
        (ng.datasets.noisy_sine(), "<Dataset of 100 rows, 1 feature, 1 target: y>"),
        (ng.LOSSES["mse"], "<Loss mean_squared_error: (a - y)**2 / n>"),
        (ng.ACTIVATIONS["logistic"], "<Activation sigmoid: 1 / (1 + exp(-z))>"),
        (ng.Adam(0.01), "<Optimizer Adam, rate 0.01>"),
        (ng.L2(0.1), "<Regularizer L2: 0.1 / 2 * w**2>"),
        (replace(ng.L2(0.1), penalty_formula=""), "<Regularizer L2: its own>"),
        (ng.Network.dense([1, 1], "tanh").trace([1.0], [0.5])[0], "<Step [1/14] forward, o1: weighted sum>"),
        (
            ng.check_gradients(ng.Network.dense([1, 1], "tanh", seed=1), [1.0], [0.5]),
            "<GradientReport: 3 derivatives checked: 3 ok>",
        ),
    ],
)
def test_what_a_repr_says(thing: object, text: str) -> None:
    assert repr(thing) == text


def test_names_of_a_user_do_not_break_the_line() -> None:
    data = ng.datasets.Dataset([[0.0], [1.0]], [[0.0], [1.0]], ("x",), ("a\nb", "y" * 500), "Two rows.", "by hand")
    assert repr(data) == f"<Dataset of 2 rows, 1 feature, 2 classes: a\\nb, {'y' * 27}...>"
    net = ng.Network.dense([1, 100], "softmax")
    assert len(repr(net.groups["outputs"])) < 200
