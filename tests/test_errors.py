"""The facts that an error carries, the message that is written of them, and how both travel."""

from __future__ import annotations

import pickle

import pytest

from neurograph.data.dataset import ColumnError
from neurograph.errors import (
    Argument,
    GraphError,
    InvalidTypeError,
    InvalidValueError,
    NeurographError,
    NumericalError,
    Setting,
    StateError,
    UnknownNameError,
)

FAMILY = {
    InvalidValueError: ValueError, InvalidTypeError: TypeError, UnknownNameError: KeyError, GraphError: ValueError,
    StateError: RuntimeError, NumericalError: ArithmeticError, ColumnError: ValueError,
}  # fmt: skip
LAYER = Setting("unit", "layer", "To have 9")


@pytest.mark.parametrize(("kind", "usual"), FAMILY.items())
def test_every_error_is_also_the_one_that_python_users_expect(kind, usual):
    error = kind("it is empty.", where="line 3")
    assert isinstance(error, NeurographError)
    assert isinstance(error, usual)
    assert str(error) == "line 3: it is empty."  # a KeyError, too, and not its repr


MESSAGES = [
    ({"problem": "it is empty."}, "it is empty."),
    ({"problem": "it is empty.", "cure": "Fill it."}, "it is empty. Fill it."),
    ({"where": "w", "given": "1", "expected": "a number"}, "w: got '1' (a str), expected a number."),
    ({"given": None, "expected": "a number", "cure": "Give one."}, "got None, expected a number. Give one."),
    ({"problem": "'1' is text.", "given": "1", "expected": "a number"}, "'1' is text."),
    ({"problem": "40 at most.", "settings": [LAYER]}, "40 at most. To have 9, say unit='layer'."),
    ({"problem": "no.", "cure": "Trace less.", "settings": [LAYER]}, "no. Trace less. To have 9, say unit='layer'."),
    ({"where": Argument("moons", "n"), "given": 1, "expected": "at least 4"}, "moons, n: got 1, expected at least 4."),
    ({"where": "neuron a\nb", "problem": "gone."}, "neuron a\\nb: gone."),
]


@pytest.mark.parametrize(("facts", "message"), MESSAGES)
def test_the_message_is_written_of_the_facts_on_one_line(facts, message):
    error = InvalidValueError(**facts)
    assert str(error) == error.text() == message
    for name, value in facts.items():
        assert getattr(error, name) == (tuple(value) if name == "settings" else value)


def test_what_was_given_can_be_written_in_another_way():
    error = InvalidValueError(where="--digits", given="no", expected="a number", cure="Give one.")
    assert error.text(repr) == "--digits: got 'no', expected a number. Give one."
    assert InvalidValueError("it is empty.", given="no").text(repr) == "it is empty."


def test_an_error_with_other_fields_keeps_the_rest_and_leaves_the_first_as_it_was():
    error = ColumnError(where="c", given="1", expected="a word", cure="Mend it.", settings=[LAYER], column="pet")
    other = error.but(where="--csv", cure="", settings=())
    assert type(other) is ColumnError
    assert str(other) == "--csv: got '1' (a str), expected a word."
    assert (other.given, other.expected, other.column) == ("1", "a word", "pet")
    assert str(error) == "c: got '1' (a str), expected a word. Mend it. To have 9, say unit='layer'."
    assert str(error.but(problem="no.")) == "c: no. Mend it. To have 9, say unit='layer'."
    with pytest.raises(ColumnError, match="--csv: got"):
        raise other


def test_a_place_goes_around_a_place():
    error = UnknownNameError("no column 'x'.", where="line 3")
    assert str(error.within("a.csv").within("--csv")) == "--csv: a.csv: line 3: no column 'x'."
    assert str(UnknownNameError("no neuron 'x'.").within("--keep")) == "--keep: no neuron 'x'."


def sent(value):
    """What another process gets."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # our own


def test_an_argument_is_its_text_with_two_names():
    place = Argument("train", "batch_size")
    assert (place, place.function, place.name) == ("train, batch_size", "train", "batch_size")
    same = sent(place)
    assert (type(same), same, same.function, same.name) == (Argument, place, "train", "batch_size")


@pytest.mark.parametrize("given", [3, "text", lambda: None, open], ids=["int", "text", "lambda", "function"])
def test_an_error_goes_to_another_process_whatever_was_given(given):
    error = InvalidTypeError(
        where=Argument("train", "net"), given=given, expected="a Network", cure="Load one.", settings=[LAYER]
    )
    same = sent(error)
    assert type(same) is InvalidTypeError
    assert str(same) == same.text() == str(error)
    assert (same.where.name, same.expected, same.cure, same.settings) == ("net", "a Network", "Load one.", (LAYER,))
    assert same.given is None
    assert str(same.within("job 3")).startswith("job 3: train, net: got ")


def test_an_error_of_a_kind_of_its_own_goes_there_too():
    same = sent(ColumnError("it is constant.", column="age"))
    assert (type(same), str(same), same.column) == (ColumnError, "it is constant.", "age")
