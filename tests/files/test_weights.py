"""Weights from JSON: exactly as typed, or a message that says where, and the net as it was."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.files.weights import number, read_weights, weights_as_json


@pytest.fixture
def net():
    """A 2-2-1 net."""
    return ng.Network.dense([2, 2, 1], "sigmoid", seed=5)


def parameters(net):
    return [(e.label, e.weight) for e in net.edges] + [(n.name, n.bias) for n in net.neurons]


def test_weights_are_set_exactly_as_typed(net, tmp_path):
    path = tmp_path / "w.json"
    path.write_text('{"weights": {"x1->h1": "1/3", "x2 -> h1": 0.1, "*": "-2e-3"}, "biases": {"h2": 7, "*": "0"}}')
    read_weights(net, path)
    assert net.edge("x1", "h1").weight == 1 / 3
    assert net.edge("x2", "h1").weight == 0.1
    assert net.edge("h2", "o1").weight == -0.002
    assert (net["h1"].bias, net["h2"].bias, net["o1"].bias) == (0.0, 7.0, 0.0)


def test_biases_that_are_not_named_stay(net, tmp_path):
    net["h1"].bias = 0.25
    path = tmp_path / "w.json"
    path.write_text('{"weights": {"*": 1}}')
    read_weights(net, path)
    assert net["h1"].bias == 0.25


def test_what_is_written_is_read_back_to_the_last_bit(net, tmp_path):
    path = tmp_path / "w.json"
    path.write_text(weights_as_json(net))
    other = ng.Network.dense([2, 2, 1], "sigmoid", seed=6)
    assert parameters(other) != parameters(net)
    read_weights(other, path)
    assert parameters(other) == parameters(net)


WRONG = {
    '{"weights": {"*": 1/3}}': 'Put a fraction in quotes: "1/3".',
    '{"weights": {"*": 1,}}': "Take the last comma away.",
    "{'weights': {}}": 'Use double quotes: "h1".',
    '{"weights": {"*": 1}': "line 1, column 21: it is not JSON",
    "[1, 2]": "got a list, expected",
    '{"biases": {}}': "got the keys 'biases', expected",
    '{"weights": {"*": 1}, "rate": 2}': "got the keys 'weights', 'rate', expected",
    '{"weights": {"x1->h1": 1}}': 'no weight for x2->h1, x1->h2, x2->h2, h1->o1, h2->o1. Add it, or "*"',
    '{"weights": {"x1->h9": 1, "*": 1}}': "weights: the network has no 'x1->h9'. Did you mean 'x1->h",
    '{"weights": {"*": 1}, "biases": {"x1": 1}}': "biases: the network has no 'x1'. ",
    '{"weights": {"*": null}}': "weights, '*': got None, expected one finite number",
    '{"weights": {"*": true}}': "weights, '*': got True (a bool), expected",
    '{"weights": {"*": [1]}}': "weights, '*': got [1] (a list), expected",
    '{"weights": {"*": "a half"}}': "got 'a half' (a str), expected a number or a fraction such as \"1/3\"",
    '{"weights": {"*": "1/0"}}': "got '1/0' (a str), expected a fraction that is not divided by zero",
    '{"weights": {"*": "nan"}}': "got nan, expected a finite number",
    '{"weights": {"*": NaN}}': "it holds NaN, expected finite numbers only.",
    '{"weights": {"*": 1e999}}': "got inf, expected a finite number",
    '{"weights": {"*": 1, "*": 2}}': "the key '*' is given twice. Leave one of them out.",
    '{"weights": {"x1->h1": 1, "x1 -> h1": 2, "*": 0}}': "'x1 -> h1' is given twice. Leave one of them out.",
    '{"weights": [1]}': "weights: got [1] (a list), expected a table such as",
    "[" * 100_000: "nested too deeply",
    '{"weights": {"*": ' + "9" * 5000 + "}}": "w.json: ",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:40])
def test_a_wrong_file_says_what_is_wrong_and_changes_nothing(net, tmp_path, text):
    path = tmp_path / "w.json"
    path.write_text(text)
    before = parameters(net)
    with pytest.raises(ng.NeurographError) as caught:
        read_weights(net, path)
    assert str(caught.value).startswith(str(path))
    assert WRONG[text] in str(caught.value)
    assert parameters(net) == before


def test_a_file_that_cannot_be_read(net, tmp_path):
    with pytest.raises(ng.NeurographError, match=r"none\.json: cannot be read \(No such file or directory\)"):
        read_weights(net, tmp_path / "none.json")
    with pytest.raises(ng.NeurographError, match="cannot be read"):
        read_weights(net, tmp_path)
    latin = tmp_path / "latin.json"
    latin.write_bytes(b'{"weights": {"*": "\xe9"}}')
    with pytest.raises(ng.NeurographError, match="not UTF-8 text"):
        read_weights(net, latin)


def test_a_fraction_is_rounded_once():
    assert number("1/3", "w") == 1 / 3
    assert number("-22 / 7", "w") == -22 / 7
    assert number(f"{'9' * 300}/{'9' * 299}", "w") == pytest.approx(10.0)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_mutation_of_a_real_file_is_read_or_refused(tmp_path, data):
    net = ng.Network.dense([2, 2, 1], "sigmoid", seed=5)
    text = bytearray(weights_as_json(net).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    path = tmp_path / "w.json"
    path.write_bytes(bytes(text))
    before = parameters(net)
    try:
        read_weights(net, path)
    except ng.NeurographError:
        assert parameters(net) == before
    else:
        json.loads(weights_as_json(net))
