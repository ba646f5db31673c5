"""What a target means when nobody has said it: the rule, in files and in arrays alike."""

import pytest

import neurograph as ng
from neurograph.data.datasets import load_csv
from neurograph.data.targets import class_name, meaning_of

# values: the classes in order, or () for numbers, and whether one column holds them
MEANINGS = [
    (["b", "a", "b"], ("a", "b"), False),
    (["10", "9"], ("10", "9"), False),  # text in Python is text
    ([True, False, True], (False, True), True),
    ([1.0, 0.0, 1.0], (0.0, 1.0), True),
    ([0.0, 0.0, 0.0, 1.0], (0.0, 1.0), True),  # AND
    ([1.0, 2.0, 1.0, 2.0], (1.0, 2.0), False),
    ([3.0, 10.0, 2.0] * 2, (2.0, 3.0, 10.0), False),
    ([-1.0, 1.0, -1.0, 1.0], (-1.0, 1.0), False),
    ([float(k % 20) for k in range(40)], tuple(map(float, range(20))), False),
    ([float(k % 20) for k in range(39)], (), False),  # they repeat too seldom
    ([float(k % 21) for k in range(210)], (), False),  # too many
    ([0.5, 1.0] * 10, (), False),
    ([7.0] * 9, (), False),
    ([2104.0, 1600.0, 2400.0, 1600.0], (), False),
]


@pytest.mark.parametrize(("values", "classes", "one_column"), MEANINGS)
def test_a_rule_by_the_values_alone(values, classes, one_column):
    meaning = meaning_of(values)
    assert (meaning.classes, meaning.one_column) == (classes, one_column)
    assert [type(value) for value in meaning.classes] == [type(value) for value in classes]


@pytest.mark.parametrize(("values", "classes", "one_column"), MEANINGS)
def test_files_and_arrays_are_taken_by_the_same_rule(values, classes, one_column, tmp_path):
    is_text = isinstance(values[0], str)
    if is_text and values[0].isdigit():
        return  # in a file it cannot be told from numbers
    x = [[0.5 * k] for k in range(len(values))]
    (tmp_path / "d.csv").write_text(
        "x,y\n" + "".join(f"{a},{class_name(y)}\n" for (a,), y in zip(x, values, strict=True))
    )
    from_file, from_arrays = load_csv(tmp_path / "d.csv"), ng.Dataset.from_arrays(x, values, feature_names=["x"])
    for data in (from_file, from_arrays):
        assert data.class_names == tuple(map(class_name, classes))
        assert len(data.Y[0]) == (1 if one_column or not classes else len(classes))
    assert (from_file.X, from_file.Y) == (from_arrays.X, from_arrays.Y)


@pytest.mark.parametrize(("values", "classes", "one_column"), MEANINGS)
def test_the_opposite_that_a_note_names_works(values, classes, one_column):
    x = [[0.5 * k] for k in range(len(values))]
    (note,) = ng.Dataset.from_arrays(x, values).notes
    assert f"taken as {'classes'}" in note.text if classes else "learned as numbers" in note.text
    for setting in note.settings:
        other = ng.Dataset.from_arrays(x, values, classes=setting.value)
        assert bool(other.class_names) is not bool(classes)
        assert other.notes == ()  # it has been said
    if isinstance(values[0], float) and all(map(float.is_integer, values)) and len(set(values)) > 1:
        assert note.settings, "whole numbers can be either"


def test_a_class_is_written_as_people_do():
    assert [class_name(value) for value in (1.0, 1, 0.5, "x", True, 1e20, -0.0)] == [
        "1", "1", "0.5", "x", "True", "1e+20", "0"
    ]  # fmt: skip
