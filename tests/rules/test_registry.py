"""Names: a record is found by its own and by what the field calls it; what is shown and saved is its own."""

from __future__ import annotations

import math

import pytest

import neurograph as ng
from neurograph.cli.main import main
from neurograph.errors import InvalidValueError, UnknownNameError
from neurograph.rules.optimizers import OPTIMIZERS

ALIASES = [(registry, alias) for registry in (ng.ACTIVATIONS, ng.LOSSES, ng.INITIALIZERS) for alias in registry.aliases]


@pytest.mark.parametrize(("registry", "alias"), ALIASES, ids=lambda value: value if isinstance(value, str) else "")
def test_an_alias_stands_for_a_record_that_is_there_and_is_itself_none(registry, alias) -> None:
    assert registry[alias].name == registry.aliases[alias] != alias
    assert alias not in registry
    with pytest.raises(
        InvalidValueError, match=f"'{alias}' is another name of '{registry.aliases[alias]}'. Give yours"
    ):
        registry.add(type("Record", (), {"name": alias}))


def test_the_losses_are_those_of_the_field() -> None:
    """Four outputs, so that a sum, a mean and a half are apart."""
    outputs, targets = [0.1, 0.2, 0.3, 0.4], [0.0, 1.0, 0.0, 0.0]
    squares = [(a - y) * (a - y) for a, y in zip(outputs, targets, strict=True)]

    def cost(name: str) -> float:
        value = ng.LOSSES[name].value
        return math.fsum(value(a, y, len(outputs)) for a, y in zip(outputs, targets, strict=True))

    assert cost("mse") == pytest.approx(math.fsum(squares) / 4)  # keras.losses.MeanSquaredError, torch.nn.MSELoss
    assert cost("sse") == pytest.approx(math.fsum(squares))
    assert cost("quadratic") == pytest.approx(math.fsum(squares) / 2)
    assert cost("nll") == cost("categorical_crossentropy") == pytest.approx(-math.log(0.2))
    assert ng.LOSSES["bce"].value(0.2, 0.0, 1) == pytest.approx(-math.log(0.8))


@pytest.mark.parametrize(
    ("registry", "name", "meant"),
    [
        (ng.LOSSES, "sparse_categorical_crossentropy", "cross_entropy"),
        (ng.LOSSES, "MSE", "mean_squared_error"),
        (ng.ACTIVATIONS, "logistics", "sigmoid"),
        (ng.ACTIVATIONS, "ReLU", "relu"),
        (ng.INITIALIZERS, "xavier_unifrom", "glorot_uniform"),
    ],
)
def test_what_is_near_to_an_alias_is_asked_for_by_our_name(registry, name, meant) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown {registry.what} '{name}'. Did you mean '{meant}'[?] Known: "):
        registry.find(name)


def test_a_network_that_is_made_by_aliases_is_the_one_that_is_made_by_our_names(tmp_path) -> None:
    ours = ng.Network.dense([2, 3, 1], ["sigmoid", "identity"], initializer="he_normal", seed=3)
    theirs = ng.Network.dense([2, 3, 1], ["logistic", "linear"], initializer="kaiming_normal", seed=3)
    assert theirs.__getstate__() == ours.__getstate__()
    ng.save(theirs, tmp_path / "net.json")
    assert "logistic" not in (tmp_path / "net.json").read_text(encoding="utf-8")


def test_the_command_line_takes_aliases_and_keeps_our_names(tmp_path, capsys) -> None:
    options = ["--activations", "logistic, linear", "--loss", "mse", "--initializer", "xavier", "--epochs", "1"]
    assert main(["train", "xor", "--layers", "2-2-1", *options, "--out", str(tmp_path / "a"), "--no-pictures"]) == 0
    written = (tmp_path / "a" / "model.json").read_text(encoding="utf-8")
    assert not any(name in written for name in ("logistic", "linear", '"mse"', "xavier"))
    assert "mean_squared_error" in written
    assert "mse" not in capsys.readouterr().out


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_by_name_trains_as_its_record_does(name) -> None:
    rows, targets = [[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]]
    weights = []
    for how in (
        {"optimizer": name},
        {"optimizer": name, "learning_rate": OPTIMIZERS[name].rate},
        {"optimizer": OPTIMIZERS[name].make(OPTIMIZERS[name].rate)},
    ):
        net = ng.Network.dense([2, 1], "sigmoid", seed=1)
        ng.train(net, rows, targets, epochs=2, **how)
        weights.append([edge.weight for edge in net.edges])
    assert weights[0] == weights[1] == weights[2]


def test_a_rate_alone_is_that_of_gradient_descent_and_may_be_a_schedule() -> None:
    trainer = ng.Trainer(ng.Network.dense([1, 1], "tanh"), [[1.0]], [[0.5]], learning_rate=0.25)
    assert (trainer.optimizer.name, trainer.optimizer.rate.at(3)) == ("SGD", 0.25)
    halved = ng.rates.step_decay(0.2, 0.5, 1)
    history = ng.train(trainer.net, [[1.0]], [[0.5]], optimizer="adam", learning_rate=halved, epochs=2)
    assert history.column("learning_rate") == [0.2, 0.1]


def test_an_optimizer_that_nobody_knows() -> None:
    with pytest.raises(UnknownNameError, match=r"train, optimizer: unknown optimizer 'Adam'\. Did you mean 'adam'\?"):
        ng.train(ng.Network.dense([1, 1], "tanh"), [[1.0]], [[0.5]], optimizer="Adam")


def test_a_sweep_takes_named_optimizers_with_their_rates() -> None:
    grid = {"optimizer": ["sgd", "adam"], "learning_rate": [0.1, 0.01]}
    rows = ng.sweep(ng.Network.dense, ng.datasets.xor(), grid, [0], sizes=[2, 1], activations="tanh", epochs=1)
    assert [(row["optimizer"], row["learning_rate"], row["error"]) for row in rows] == [
        ("sgd", 0.1, None), ("sgd", 0.01, None), ("adam", 0.1, None), ("adam", 0.01, None)
    ]  # fmt: skip
