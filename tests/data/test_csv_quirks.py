"""CSV as it is found: what other programs write around and between the cells, and numbers with two readings."""

import re
import warnings

import pytest

import neurograph as ng
from neurograph.data.datasets import load_csv, load_iris

ROWS = "1.5,2,p\n3,4,q\n5,6.5,p\n"
PLAIN = ([[1.5, 2.0], [3.0, 4.0], [5.0, 6.5]], ["p", "q", "p"])


@pytest.fixture
def read(tmp_path):
    def from_text(text, *arguments, **options):
        (tmp_path / "d.csv").write_text(text)
        return load_csv(tmp_path / "d.csv", *arguments, **options)

    return from_text


def plain(data):
    return data.X, [data.class_of(row) for row in range(len(data))]


def notes(data):
    return " ".join(map(str, data.notes))


READ = {
    # text: a part of the notes; empty where nothing is to be said
    "a,b,k\n" + ROWS: "",
    ROWS: "",
    "sep=,\na,b,k\n" + ROWS: "",
    "sep=;\r\na;b;k\r\n" + ROWS.replace(",", ";").replace("\n", "\r\n"): "",
    '"sep=;"\na;b;k\n' + ROWS.replace(",", ";"): "",
    "# measured, in 2024\na,b,k\n" + ROWS: "line 1 begins with # and is passed over as a comment.",
    "# it's a \"comment\nb\n".replace("b\n", "a,b,k\n") + ROWS: "line 1 begins with #",
    "a,b,k\n1.5,2,p\n# a gap\n3,4,q\n#\n5,6.5,p\n": "lines 3, 5 begin with # and are passed over as a comment.",
    "#a\tb\tk\n" + ROWS.replace(",", "\t"): "line 1, which begins with #, holds the names of the columns.",
    "# made by a program\n# a,b,k\n" + ROWS: "line 2, which begins with #, holds the names of the columns.",
    "# a,b,k\n1.5,2,p\n# no 'row\n3,4,q\n5,6.5,p\n# end": "lines 3, 6 begin with #",
    "# of, two, kinds\na,b,k\n" + ROWS: "line 1 begins with #",  # as many cells as the rows have, but there is a header
    "a,b,k,\n" + ROWS.replace("\n", ",\n"): "every row ends with a separator, which begins no column.",
    "a,b,k\n" + ROWS.replace("\n", ",\n"): "every row ends with a separator",
    ROWS.replace("\n", ",\n"): "every row ends with a separator",
    "a,b,k,\n" + ROWS: "",
    "a;b;k;;\n" + ROWS.replace(",", ";").replace("\n", ";;\n"): "every row ends with a separator",
    "a,b,k\n1.5,2,p\n#3,4,r\n3,4,q\n5,6.5,p\n": "line 3 begins with #",  # a row that was taken out
    ",a,b,k\n0,1.5,2,p\n1,3,4,q\n2,5,6.5,p\n": "column 1 has no name and numbers the rows, so it is left out; name",
    '"","a","b","k"\n"7",1.5,2,"p"\n"3",3,4,"q"\n"5",5,6.5,"p"\n': "column 1 has no name and numbers the rows",
    "a,b,k\nRex,1.5,2,p\nFido,3,4,q\nAjax,5,6.5,p\n": "column 1 has no name and names the rows, so it",
    "@RELATION pets\n\n@attribute a numeric\n@attribute 'b' real\n@attribute k {p,q}\n@data\n% none\n"
    + ROWS: "ARFF file",
    "% of old\n@relation x\n@attribute a real\n@attribute b real\n@attribute k {'p','q'}\n@DATA\n"
    + ROWS.replace("p", "'p'").replace("q", "'q'"): "ARFF file",
}


@pytest.mark.parametrize("text", READ, ids=lambda text: repr(text)[:50])
def test_what_stands_around_the_rows_is_passed_over_and_noted(read, text):
    data = read(text)
    assert plain(data) == PLAIN
    of_the_file = " ".join(
        str(note) for note in data.notes if "column 'k'" not in str(note) and "column 3" not in str(note)
    )
    assert READ[text] in of_the_file
    assert bool(READ[text]) is bool(of_the_file)


def test_a_label_that_begins_with_a_hash_is_a_header(read):
    data = read("#Label\twidth\n0\t1.5\n1\t2\n0\t3\n", target="#Label")
    assert (data.X, data.Y, data.feature_names) == ([[1.5], [2.0], [3.0]], [[0.0], [1.0], [0.0]], ("width",))


def test_a_hash_within_a_quoted_cell_begins_no_comment(read):
    data = read('x,k\n1,"a\n#b, c\n# d"\n2,c\n# end\n')
    assert data.class_names == ("a\n#b, c\n# d", "c")


def test_line_ends_in_a_cell_are_what_they_are_beside_comments(tmp_path):
    (tmp_path / "d.csv").write_bytes(b'# one\r\nx,k\r\n1,"a\r\nb"\r\n2,c\r\n')
    assert load_csv(tmp_path / "d.csv").class_names == ("a\r\nb", "c")


def test_a_hash_in_an_arff_file_begins_no_comment(read):
    arff = "@relation x\n@attribute k {#1,b}\n@attribute a real\n@data\n#1,1\nb,2\n"
    assert read(arff, "k").class_names == ("#1", "b")


def test_a_column_without_a_name_can_be_learned(read):
    data = read(",x\n0.5,1\n1.5,2\n", target=1)
    assert (data.Y, data.target_names) == ([[0.5], [1.5]], ("column 1",))


def test_booleans_tell_the_separator(read):
    assert read("a\tb\nFalse\tFalse\nTrue\tTrue\n").X == [[0.0], [1.0]]


def test_a_line_of_names_after_a_hash_can_be_called_a_comment(read):
    data = read("# a,b,k\n" + ROWS, header=False)
    assert data.feature_names == ("column 1", "column 2")
    assert "line 1 begins with # and is passed over" in notes(data)


def test_rows_that_begin_with_a_hash_are_rows(read):
    assert read("#ff0000,255,warm\n#0000ff,0,cold\n", ignore=1).X == [[255.0], [0.0]]
    data = read("size,colour\n1,#ff0000\n2,#00ff00\n3,#ff0000\n")
    assert data.class_names == ("#00ff00", "#ff0000")
    data = read("colour,size\n#ff0000,1\n#00ff00,2\n#ff0000,1\n#00ff00,2\n", target="colour")
    assert (data.class_names, data.X) == (("#00ff00", "#ff0000"), [[1.0], [2.0], [1.0], [2.0]])


ODD = {
    "sep=|\na|b\n1|2\n": "line 1: it says that '|' separates, expected comma, semicolon or tab.",
    "My pets\na,b,k\n" + ROWS: "line 1: got 1 cell, 'My pets', expected 3 as in line 2 (separated by comma). Delete",
    "a,b,k\n1.5,2,p,\n3,4,q\n5,6,p\n": "line 2: got 4 cells, expected 3 as in line 1",
    "a,b,k\n1.5,2,p\n3,4\n5,6,p\n": "line 3: got 2 cells, expected 3",
    "1,a,b\n2,3,4\n,,\n": "a missing value",
    ",a,k\n1.5,2,p\n2.5,4,q\n": "line 1, column 1: it has no name. Name it, or delete the column. To leave",
    "a,k\n1.5,2,p\n2.5,4,q\n": "line 1: got 2 cells, expected 3 as in line 2",  # no names of rows stand in front
    "@relation x\n@attribute a real\n@attribute k {p,q}\n@data\n{0 1.5, 1 p}\n": "line 5: it is a sparse ARFF file",
    "@relation x\n@attribute a real\n@data\n1,p\n2,q\n": "line 4: got 2 cells, expected 1, one for each attribute.",
}


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text)[:50])
def test_the_first_odd_line_is_blamed(read, text):
    with pytest.raises(ng.NeurographError) as caught:
        read(text)
    assert ODD[text] in str(caught.value)


def test_a_column_that_is_ignored_is_not_looked_at(read):
    text = "id,a,a,,k\nx,1,?,oops,p\ny,2,inf,,q\n"
    data = read(text, ignore=["id", 3, "4"])
    assert (data.X, data.feature_names, data.class_names) == ([[1.0], [2.0]], ("a",), ("p", "q"))
    assert read("a,a,b,k\n1,x,2,p\n3,y,4,q\n", ignore="a").X == [[2.0], [4.0]]  # both of them
    for ignore, message in (
        (["id"], "columns 2 and 3 are both named 'a'"),
        (["id", "3"], "column 4: it has no name"),
        (["nobody"], "no column is named 'nobody'"),
        (["k"], "column 'k' is the target"),
        (None, "load_csv, ignore: got None, expected the name of a column, its number from 1, or a list of these"),
        (["id", 2, 3, 4], "no column is left to learn from"),
    ):
        with pytest.raises(ng.NeurographError, match=re.escape(message)):
            read(text, target="k", ignore=ignore)


def test_rows_with_gaps_are_left_out_when_asked(read):
    text = "a,b,c,k\n1,2,?,p\n3,,x,q\n4,5,,q\n6,7,y,NA\n8,9,z,p\n"
    data = read(text, ignore=["c"], drop_missing=True)
    assert data.X == [[1.0, 2.0], [4.0, 5.0], [8.0, 9.0]]
    assert "2 of 5 rows, in which cells are missing, are left out." in notes(data)
    with pytest.raises(ng.NeurographError, match="To leave such rows out, say drop_missing=True"):
        read(text, ignore=["c"])
    with pytest.raises(ng.NeurographError, match="line 3, column 'b'"):
        read(text, ignore=["c"])
    with pytest.raises(ng.NeurographError, match="a cell is missing in every row"):
        read("a,k\n,p\n?,q\n", drop_missing=True)


def test_truths_and_answers_are_ones_and_zeros(read):
    data = read("a,b,c,y\nTrue,yes,1,0.5\nfalse,NO,0,1.5\nTRUE,No,1,2.25\n")
    assert data.X == [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
    assert "in column 'a', column 'b', yes and true are read as 1, no and false as 0." in notes(data)
    truth_table = read("False,False,False\nFalse,True,True\nTrue,False,True\nTrue,True,False\n")
    assert (truth_table.X[1], truth_table.Y, truth_table.class_names) == (
        [0.0, 1.0], [[0.0], [1.0], [1.0], [0.0]], ("False", "True")
    )  # fmt: skip
    with pytest.raises(ng.NeurographError, match=r"'maybe' .*, expected yes or no, since line 2 has 'yes'"):
        read("a,y\nyes,1\nmaybe,2\n")


# Numbers that can be read in two ways.

UNDECIDED = ", and no number in the file decides it"
SIGNS = [
    # text, options, X[0][0], Y[0][0], a part of the notes
    ("a;y\n0,5;1,25\n2,104;3\n4;5\n", {}, 0.5, 1.25, ""),
    ("a;y\n2,104;399,900\n1,600;329,900\n7;8,123\n", {}, 2104.0, 399900.0, "2,104 could be 2104 or 2.104" + UNDECIDED),
    ("a;y\n2.104;399.900\n1.600;329.900\n7;8.123\n", {}, 2104.0, 399900.0, "2.104 could be 2104 or 2.104" + UNDECIDED),
    ("a;y\n2,104;399,900\n1,600;329,900\n7;8,123\n", {"decimal": ","}, 2.104, 399.9, ""),
    ("a;y\n2.104;399.900\n1.600;329.900\n7;8.123\n", {"decimal": "."}, 2.104, 399.9, ""),
    ("a;y\n2.104;0.5\n1.600;329.900\n7;8.123\n", {}, 2.104, 0.5, ""),
    ("a;y\n1.234.567;0,5\n1.600;329,9\n7;8,25\n", {}, 1234567.0, 0.5, ""),
    ("a;y\n2,104;1\n12345;2\n3;3\n", {}, 2.104, 1.0, ""),  # nobody writes both with thousands
    ("a;y\n2.104;1\n-12345;2\n3;3\n", {}, 2.104, 1.0, ""),
    ("a;y\n1 234,5;1\n2;2\n3;3\n", {"thousands": " "}, 1234.5, 1.0, ""),
    ("a;y\n1 234.5;1\n2;2\n3;3\n", {"thousands": " "}, 1234.5, 1.0, ""),
    ("a;y\n1.234,5;1\n2;2\n3;3\n", {}, 1234.5, 1.0, ""),
    ("a;y\n1.234.567;1\n2.104;2\n3;3\n", {}, 1234567.0, 1.0, ""),
    ("a,y\n2.104,399.900\n1.600,329.900\n7,8.123\n", {}, 2.104, 399.9, ""),  # points are points here
    ('a,y\n"2.104","399.900"\n"1.600","329.900"\n"7","8.123"\n', {}, 2.104, 399.9, "2.104 could be 2104"),
    ('a,y\n"2.104","39.9"\n"1.600","32.9"\n"7","8"\n', {}, 2.104, 39.9, ""),
    ('a,y\n"2,104","399,900"\n"1,600","329,900"\n7,8\n', {"thousands": ","}, 2104.0, 399900.0, ""),
    ('a,y\n"2,104","399,900"\n"1,600","329,900"\n7,8\n', {"decimal": ","}, 2.104, 399.9, ""),
    ('a,y\n"1,234,567","399,900.5"\n"1,600","3.5"\n7,8\n', {}, 1234567.0, 399900.5, ""),
    ("a;y\n1 234,5;1\n2;2\n3;3\n", {"thousands": " ", "decimal": ","}, 1234.5, 1.0, ""),
    ("a;y\n1\xa0234,5;1\n2;2\n3;3\n", {"thousands": " ", "decimal": ","}, 1234.5, 1.0, ""),
    ("a\ty\n1'234.5\t1\n2\t2\n3\t3\n", {"thousands": "'"}, 1234.5, 1.0, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "x", "y", "note"), SIGNS)
def test_a_number_is_never_a_thousandth_without_a_word(read, text, options, x, y, note):
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        data = read(text, classes=False, **options)
    assert [str(one.message) for one in warned] == [str(one) for one in data.notes if one.serious]
    assert bool(warned) is (UNDECIDED in note)
    assert (data.X[0][0], data.Y[0][0]) == (x, y)
    assert note in notes(data)
    assert bool(note) is bool(data.notes)
    if note:
        (said,) = data.notes
        (setting,) = said.settings
        other = read(text, classes=False, **{setting.name: setting.value})
        assert other.X[0][0] == pytest.approx(x / 1000 if x > 1000 else x * 1000, rel=1e-12)
        assert not other.notes


def test_a_sign_that_another_number_decides_to_be_between_thousands_is_noted(read):
    data = read("a;y\n7;8,25\n2.104;0,5\n1.600;329,9\n", classes=False)
    assert data.X == [[7.0], [2104.0], [1600.0]]
    assert "line 3, column 'a': 2.104 is read as 2104, since the comma in '8,25' (line 2, column 'y')" in notes(data)


REFUSED = [
    ("a;y\n0,125;1\n1,250;2\n", {"thousands": ","}, "got '0,125' (a str), expected a number."),  # no 125
    ("a;y\n2.5;1\n", {"decimal": ","}, "nothing between thousands. If the point is the decimal sign, say decimal='.'."),
    ("a;y\n2.104,5;1\n", {"decimal": ","}, "If the point stands between thousands, say thousands='.'."),
    ('a,y\n"2.104,5",1\n', {}, "If the comma is the decimal sign, say decimal=','."),
    ('a,y\n"2,104","399,900"\n', {}, "If the comma stands between thousands, say thousands=','. If the comma is"),
    ('a,y\n"0,5",1\n', {}, "If the comma is the decimal sign, say decimal=','."),
    ("a;y\n0,5;1.5\n", {}, "got '0,5', but '1.5' in line 2"),
    ("a;y\n2.104;3,205\n", {}, "one sign between thousands in the whole file"),
    ("a;y\n1,234,567;0,5\n3;4\n", {}, "one decimal sign in the whole file"),
    ("a;y\n1,23;1\n", {"thousands": ","}, "got '1,23'"),
    ("a,y\n1 600,1\n", {}, "If the space stands between thousands, say thousands=' '."),
    ("a,y\n1'600,1\n", {}, "If the apostrophe stands between thousands"),
    ("a;y\n1;1\n", {"thousands": ";"}, "load_csv, thousands: got ';'"),
    ("a;y\n1;1\n", {"decimal": "!"}, "load_csv, decimal: got '!'"),
    ("a;y\n1;1\n", {"decimal": ",", "thousands": ","}, "',' cannot be the decimal sign too."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "message"), REFUSED)
def test_signs_that_contradict_each_other_are_refused(read, text, options, message):
    with pytest.raises(ng.NeurographError) as caught:
        read(text, **options)
    assert message in str(caught.value)


def test_the_signs_that_were_found_are_kept_for_other_files(read):
    assert read("a;y\n0,5;1.000,25\n2;3\n").reading == (("y",), ",", ".")
    assert read("1.5,2\n3,4\n").reading == (("2",), ".", "")


def test_signs_of_currencies_are_named(read):
    for text, options in (
        ('a,price\n1,"$454,423"\n2,"$1,050"\n', {}),
        ("a,share\n1,30%\n2,31%\n", {}),
        ("$5,x\n$6,y\n", {}),
        ("a,price\n1,€5\n2,€6\n", {"classes": False}),
    ):
        with pytest.raises(
            ng.NeurographError, match=r"expected a number\. Write numbers without a sign such as [$%€]\."
        ):
            read(text, **options)


# Several targets.


def test_several_columns_are_one_hot_classes_or_numbers(read):
    text = "x,red,blue,size\n1,1,0,5\n2,0,1,6\n3,0,1,7.5\n"
    one_hot = read(text, target=["red", 3], ignore=["size"])
    assert (one_hot.class_names, one_hot.Y, one_hot.X) == (("red", "blue"), [[1, 0], [0, 1], [0, 1]], [[1], [2], [3]])
    assert "every row has a single 1" in notes(one_hot)
    assert read("1,1,0\n2,0,1\n", target=[2, 3]).class_names == ("column 2", "column 3")
    numbers = read(text, target=["red", "blue"], classes=False)
    assert (numbers.class_names, numbers.target_names, numbers.Y) == ((), ("red", "blue"), one_hot.Y)
    mixed = read(text, target=["size", "red"])
    assert (mixed.Y[2], mixed.target_names, mixed.feature_names) == ([7.5, 0.0], ("size", "red"), ("x", "blue"))
    assert read(text, target=["red", "blue"], classes=["blue", "red"], ignore=["size"]).Y == [[0, 1], [1, 0], [1, 0]]
    for options, message in (
        ({"target": ["size", "red"], "classes": True}, "line 2: it has not a single 1 among 0s"),
        ({"target": ["red", "red"]}, "column 'red' is given twice"),
        ({"target": []}, "got no column"),
        ({"target": ["red", "blue"], "classes": ["red", "green"]}, "expected the columns red, blue"),
        ({"target": ["x", "red", "blue", "size"]}, "no column is left to learn from"),
    ):
        with pytest.raises(ng.NeurographError, match=re.escape(message)):
            read(text, **options)


def test_text_is_no_number_to_learn(read):
    for options, cure in (
        ({"classes": False}, "Mend the cell. If the target holds classes, say classes=True."),
        ({"target": ["x", "k"]}, "Text can be learned as classes only"),
    ):
        with pytest.raises(ng.NeurographError, match=rf"column 'k': got 'p' .*expected a number\. {cure}"):
            read("x,y,k\n1,1,p\n2,3,q\n", **options)


def test_classes_that_differ_in_their_capitals_only_are_named(read):
    assert "the classes 'Yes' and 'yes' differ in their capitals only." in notes(read("x,k\n1,yes\n2,no \n3,Yes\n"))


def test_known_classes_are_in_their_order_and_no_other_is_taken(read):
    text = "x,k\n1,b\n2,a\n3,b\n"
    assert read(text, classes=["b", "c", "a"]).Y == [[1, 0, 0], [0, 0, 1], [1, 0, 0]]
    assert read("x,k\n1,2\n2,1.0\n", classes=["1", "2"]).labels == [1, 0]
    with pytest.raises(ng.NeurographError, match=r"line 3, column 'k': got 'a' .*expected one of the classes b, c"):
        read(text, classes=["b", "c"])


def test_iris_is_iris_however_it_is_written(read):
    iris = load_iris()
    lines = [",".join([f"{x}" for x in row] + [iris.class_of(k)]) for k, row in enumerate(iris.X)]
    semicolons = "\n".join(line.replace(",", ";").replace(".", ",") for line in lines)
    for text in ("\n".join(lines), semicolons, "sep=;\n" + semicolons, "# iris\n" + semicolons):
        data = read(text)
        assert (data.X, data.Y) == (iris.X, iris.Y)


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        ("true,FALSE,True,false", {}),
        ("1'000,2'000,1'000,2000", {"thousands": "'"}),
        ("1.0,2,1,2.0", {}),
    ],
)
def test_cells_of_one_value_are_one_class_whoever_says_so(read, cells, options):
    text = "x,y\n" + "".join(f"{row},{cell}\n" for row, cell in enumerate(cells.split(",")))
    by_itself, said = read(text, **options), read(text, classes=True, **options)
    assert said.class_names == by_itself.class_names
    assert said.labels == by_itself.labels
    assert read(text, classes=by_itself.class_names, **options).labels == by_itself.labels


def test_one_hot_columns_have_the_names_of_their_classes_in_their_order(read):
    data = read("x,a,b\n1,1,0\n2,0,1\n", target=["a", "b"], classes=["b", "a"])
    assert (data.Y, data.class_names, data.target_names) == ([[0.0, 1.0], [1.0, 0.0]], ("b", "a"), ("b", "a"))


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["a"], "load_csv, classes: got ['a'] (a list), expected at least 2 classes."),
        (["a", "a"], "load_csv, classes: 'a' is given twice. Give every column a name of its own."),
        ([1, 0], "load_csv, classes[0]: got 1, expected a name, as text."),
    ],
)
def test_classes_that_cannot_be_told_apart_are_refused(read, classes, message):
    with pytest.raises(ng.NeurographError) as caught:
        read("x,y\n1,a\n2,b\n", classes=classes)
    assert str(caught.value) == message


@pytest.mark.parametrize("rest", ["dog", "yes;dog", "1;dog", "New York, NY", "yes;a, b"])
@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_decimal_comma_is_no_separator(read, rest, sign):
    rest = rest.replace(";", sign)
    names = sign.join("xyz"[: rest.count(sign) + 2])
    rows = "".join(f"{k},5{sign}{rest}{'s' * (k % 2)}\n" for k in range(6))
    for text in (rows, f"{names}\n{rows}"):
        data = read(text, decimal=",")
        assert [x[0] for x in data.X] == [k + 0.5 for k in range(6)]
        assert len(data.X[0]) == rest.count(sign) + 1


def test_a_first_row_of_yes_and_no_is_a_row(read):
    assert len(read("yes,a\nno,b\nyes,a\nno,b\n")) == 4
    assert read("No,k\n1,a\n2,b\n").feature_names == ("No",)


def test_a_table_of_a_target_alone_is_refused_for_what_it_is(read):
    with pytest.raises(ng.NeurographError, match=r"d\.csv: no column is left to learn from"):
        read(",y\n0,1\n1,2\n")
