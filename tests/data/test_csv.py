"""CSV files of the user's own: what is read from them, what is refused and where, and files broken at random."""

from __future__ import annotations

import csv
import io
import math
import os
import tracemalloc
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.data.csv_table import looks_numeric
from neurograph.data.datasets import load_csv, load_iris

IRIS = files("neurograph.data").joinpath("iris.csv").read_bytes()
NO_FILE = "cannot be read (No such file or directory). Check the name."


@pytest.fixture
def read(tmp_path):
    """Load text or bytes as a file would be."""

    def from_text(text, *arguments, **options):
        path = tmp_path / "d.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_csv(path, *arguments, **options)

    return from_text


def test_iris_from_its_file_is_iris(read):
    ours, iris = read(IRIS, target="species"), load_iris()
    assert (ours.X, ours.Y, ours.labels) == (iris.X, iris.Y, iris.labels)
    assert (ours.feature_names, ours.class_names) == (iris.feature_names, iris.class_names)
    assert ours.description == "150 rows, 4 features, to learn 3 classes of species."
    assert ours.source.endswith("d.csv")


def test_names_are_found_or_told(read):
    with_names, without = "a,b,kind\n1,2,x\n3,4,y\n", "1,2,x\n3,4,y\n"
    named, bare = read(with_names), read(without)
    assert (named.feature_names, bare.feature_names) == (("a", "b"), ("column 1", "column 2"))
    assert named.X == bare.X == [[1.0, 2.0], [3.0, 4.0]]
    assert named.Y == bare.Y == [[1.0, 0.0], [0.0, 1.0]]
    assert read(with_names, header=True) == named
    assert read(without, header=False) == bare
    assert read("2019,2020,kind\n1,2,x\n3,4,y\n", header=True).feature_names == ("2019", "2020")


def test_iris_without_its_header_is_iris_with_numbered_columns(read):
    ours = read(IRIS.partition(b"\n")[2])
    assert (load_iris().X, load_iris().Y) == (ours.X, ours.Y)
    assert ours.feature_names == ("column 1", "column 2", "column 3", "column 4")


def test_the_target_is_the_last_column_or_one_named_or_numbered(read):
    text = "kind,a,b\nx,1,2\ny,3,5\n"
    by_name = read(text, target="kind")
    assert (by_name.X, by_name.class_names) == ([[1.0, 2.0], [3.0, 5.0]], ("x", "y"))
    assert read(text, target=1) == read(text, target="1") == read(text, " kind ") == by_name
    numbers = "a,b,c\n1,2,3\n4,5,7\n"
    assert (read(numbers).Y, read(numbers).target_names) == ([[3.0], [7.0]], ("c",))
    assert (read(numbers, 2).Y, read(numbers, 2).X) == ([[2.0], [5.0]], [[1.0, 3.0], [4.0, 7.0]])
    assert read("a,1\n5,6\n7,8\n", "1", header=True).Y == [[6.0], [8.0]]  # a name goes before a number


def test_numbers_are_met_unless_they_are_told_to_be_classes(read):
    text = "a,b\n1,10\n2,9\n3,1.0\n4,1\n"
    met = read(text)
    assert (met.Y, met.class_names, met.target_names) == ([[10.0], [9.0], [1.0], [1.0]], (), ("b",))
    assert met.description == "4 rows, 1 features, to learn b."
    classed = read(text, classes=True)
    assert (classed.class_names, classed.labels) == (("1", "9", "10"), [2, 1, 0, 0])
    assert read("a,b\n1,0.5\n2,-3\n", classes=True).class_names == ("-3", "0.5")
    assert read("a,b\n1,2\n2,x\n3,2.0\n", classes=True).class_names == ("2", "2.0", "x")


def test_classes_do_not_depend_on_the_order_of_the_rows(read):
    one, two = read("a,k\n1,b\n2,a\n3,B\n"), read("a,k\n3,B\n2,a\n1,b\n")
    assert one.class_names == two.class_names == ("B", "a", "b")
    assert one.labels == two.labels[::-1] == [2, 1, 0]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_byte_order_marks(read, newline, delimiter, mark):
    lines = ["size,wide", "1.5,2,x", "", "  ", "-3e2,.5,y", ""]
    lines[0] += ",kind"
    data = read(mark + newline.join(lines).replace(",", delimiter))
    assert data.X == [[1.5, 2.0], [-300.0, 0.5]]
    assert data.feature_names == ("size", "wide")
    assert read(mark + newline.join(lines).replace(",", delimiter), delimiter=delimiter) == data


def test_cells_in_quotes_and_spaces_around_them(read):
    text = 'size,"a ""wide"" one, really", kind\n"1", 2 , "x, first"\n 3,"4","y\nsecond"\n5,6,"x, first"\n'
    data = read(text)
    assert data.X == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert data.feature_names == ("size", 'a "wide" one, really')
    assert data.class_names == ("x, first", "y\nsecond")
    assert read('a,"k\nl"\n1,"x\r\ny"\n2,z\n').class_names == ("x\r\ny", "z")
    assert read('a,"k\nl"\n1,x\n2,z\n').description == "2 rows, 1 features, to learn 2 classes of k\\nl."


def test_the_comma_may_be_the_decimal_sign_where_semicolons_separate(read):
    data = read("a;b;y\n0,5;1;-2,25\n1,5e1;,5;3\n")
    assert (data.X, data.Y) == ([[0.5, 1.0], [15.0, 0.5]], [[-2.25], [3.0]])
    assert read("0,5;1,5;2,5\n3,5;4,5;5,5\n").X == [[0.5, 1.5], [3.5, 4.5]]
    assert read("a;k\n1;1,5\n2;0,5\n", classes=True).class_names == ("0.5", "1.5")


def test_the_delimiter_is_that_of_the_numbers(read):
    assert read('a; b,"c; d",k\n1,2,x\n3,4,y\n').feature_names == ("a; b", "c; d")
    assert read('1,2,"p;q"\n3,4,"r;s"\n').class_names == ("p;q", "r;s")
    assert read("a\tb, c\n1\t2\n3\t4\n").target_names == ("b, c",)


def test_lines_are_counted_as_an_editor_does(read):
    with pytest.raises(ng.NeurographError, match=r"d\.csv, line 6, column 'a': got 'oops'"):
        read('a,k\n\n1,"x\ny"\n\noops,z\n')


WRONG = {
    # what is in a cell
    "a,b,k\n1,,x\n": "d.csv, line 2, column 'b': got '', a missing value, expected a number. Fill it",
    "a,b,k\n1,2,x\n3,NA,y\n": "d.csv, line 3, column 'b': got 'NA', a missing value, expected a number.",
    "a,b,k\n1,n/a,x\n": "got 'n/a', a missing value",
    "a,b,k\n1,#N/A,x\n": "got '#N/A', a missing value",
    "a,b,k\n1,?,x\n": "got '?', a missing value",
    "a,b,k\n1,NaN,x\n": "got 'NaN', a missing value",
    "a,b,k\n1,null,x\n": "got 'null', a missing value",
    "a,b,k\n1,2,x\n1,2,\n": "d.csv, line 3, column 'k': got '', a missing value, expected the name of a class.",
    "a,b\n1,2\n1,\n": "d.csv, line 3, column 'b': got '', a missing value, expected a number or a class.",
    "1,2,x\n3,,y\n": "d.csv, line 2, column 2: got '', a missing value, expected a number.",
    "a,b,k\n1,inf,x\n": "d.csv, line 2, column 'b': got 'inf' (a str), expected a finite number. Infinity is refused",
    "a,b,k\n1,-Infinity,x\n": "got '-Infinity' (a str), expected a finite number.",
    "a,b,k\n1,1e999,x\n": "got '1e999' (a str), expected a number that fits a float (at most about 1.8e308).",
    "a,b\n1,1e999\n2,3\n": "line 2, column 'b': got '1e999' (a str), expected a number that fits a float",
    "a,b,k\n1,two,x\n": "got 'two' (a str), expected a number. Mend the cell, turn text into",
    "a,b,k\n1,1_000,x\n": "got '1_000' (a str), expected a number.",
    "a,b,k\n1,0x1F,x\n": "got '0x1F' (a str), expected a number.",
    "a,b,k\n1,\u0661,x\n": "expected a number.",
    "a,b,k\n1,__import__('os'),x\n": "expected a number.",
    'a,b,k\n1,"2,5",x\n': "got '2,5' (a str), expected a number. Write a point as the decimal sign and nothing between",
    'a,b\n1,"2,5"\n2,"3,5"\n': "d.csv, line 2, column 'b': got '2,5' (a str), expected a number. Write a point",
    "a\tb\n1\t2,5\n": "got '2,5' (a str), expected a number. Write a point as the decimal sign",
    "a;b;k\n1,5;2;x\n1.5;2;y\n": "line 2, column 'a': got '1,5', but '1.5' in line 3",
    "a;b;k\n1.5;2,5;x\n": "column 'b': got '2,5', but '1.5' in line 2, column 'a'; expect",
    "x,1,k\n3,4,k\n": "d.csv, line 1, column 1: got 'x' (a str), expected a number. Mend the cell, or give the",
    # what the target is
    "a,b\n1,2\n2,3\n3,x\n": "line 4, column 'b': got 'x', but '2' in line 2; expected numbers only",
    "a,k\n1,x\n2,x\n": "d.csv, column 'k': got one class only, 'x', expected at least 2. Is it the target?",
    "5,6,kind\n1,2,x\n2,3,x\n": "line 1, column 3: got 'kind', the only row of this class. If the line holds",
    # how the rows are
    "": "d.csv: it holds no row. Is it the right file?",
    "\n\n  \n": "d.csv: it holds no row. Is it the right file?",
    "a,b,k\n": "d.csv: got the names of the columns in line 1 and no row below them, expected at least one. Is it",
    "a\n1\n2\n": "d.csv, line 1: got one cell, 'a', expected features and a target, separated by comma",
    "a|b|k\n1|2|x\n": "got one cell, 'a|b|k', expected features and a target",
    "a,b,k\n1,2,x\n3,4\n": "d.csv, line 3: got 2 cells, expected 3 as in line 1 (separated by comma). Mend",
    "a;b;k\n1;2;x\n3;4;y;z\n": "d.csv, line 3: got 4 cells, expected 3 as in line 1 (separated by semicolon). Mend",
    "a,b,a\n1,2,3\n": "d.csv, line 1: columns 1 and 3 are both named 'a'. Rename one. To leave one",
    "a,,k\n0,2,x\n": "d.csv, line 1, column 2: it has no name. Name it, or delete the column. To leave it out",
    ",a,k\n0,2,x\n0,3,y\n": "d.csv, line 1, column 1: it has no name.",
    # what the file is
    'a,b,k\n1,2,"x\n3,4,y\n': "d.csv, after line 1: it is not CSV (unexpected end of data). Look for a stray quote.",
    'a,k\n"1" ,x\n': "d.csv, after line 1: it is not CSV (',' expected after '\"'). Look for a stray quote.",
    '"a"b,k\n': "d.csv, line 1: it is not CSV (',' expected after '\"'). Look for a stray quote.",
    "a,k\n1,x\n2," + "y" * 200_000: "d.csv, after line 2: it is not CSV (field larger than field limit (131072)).",
    b"a,k\n1,x\n2,caf\xe9\n": "d.csv, line 3: it is not UTF-8 text (byte 0xe9). Save it as UTF-8.",
    "a,k\n1,x\n".encode("utf-16"): "d.csv, line 1: it is not UTF-8 text (byte 0xff). Save it as UTF-8.",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: repr(text)[:40])
def test_a_wrong_file_says_what_is_wrong_and_where(read, text):
    with pytest.raises(ng.NeurographError) as caught:
        read(text)
    assert WRONG[text] in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


ASKED = [
    ({"target": "z"}, "d.csv, target: no column is named 'z'. Known: aa, bb, kk."),
    ({"target": "AA"}, "no column is named 'AA'. Did you mean 'aa'? Known: aa, bb, kk."),
    ({"target": 0}, "d.csv, target: got 0, expected the number of a column, from 1 to 3."),
    ({"target": 4}, "d.csv, target: got 4, expected the number of a column, from 1 to 3."),
    ({"target": -1}, "d.csv, target: got -1, expected the number of a column, from 1 to 3."),
    ({"target": "4"}, "d.csv, target: got '4' (a str), expected the number of a column, from 1 to 3."),
    ({"target": True}, "load_csv, target: got True (a bool), expected the name of a column, or its number from 1."),
    (
        {"target": 1.0},
        "load_csv, target: got 1.0, expected the name of a column, its number from 1, or a list of these.",
    ),
    ({"header": "yes"}, "load_csv, header: got 'yes' (a str), expected True, False, or None to find out."),
    ({"classes": 1}, "load_csv, classes: got 1, expected True, False, or None to find out."),
    ({"delimiter": "|"}, "load_csv, delimiter: got '|' (a str), expected ',', ';', '\\t', or None to find out."),
    ({"delimiter": []}, "load_csv, delimiter: got [] (a list), expected ',', ';'"),
    ({"delimiter": ""}, "load_csv, delimiter: got '' (a str), expected ',', ';'"),
    ({"delimiter": ";"}, "line 1: got one cell, 'aa,bb,kk', expected features and a target"),
    ({"classes": False}, "d.csv, line 2, column 'kk': got 'x' (a str), expected a number."),
    ({"header": False}, "d.csv, line 1, column 1: got 'aa' (a str), expected a number. Mend the cell"),
]


@pytest.mark.parametrize(("options", "message"), ASKED, ids=[str(options) for options, _ in ASKED])
def test_an_option_that_does_not_fit_the_file_is_refused(read, options, message):
    with pytest.raises(ng.NeurographError) as caught:
        read("aa,bb,kk\n1,2,x\n3,4,y\n", **options)
    assert message in str(caught.value)


def test_a_name_needs_a_header(read):
    with pytest.raises(ng.NeurographError, match=r"target: the file has no header, so no column 'k'\. Give its number"):
        read("1,2,x\n3,4,y\n", target="k")


def test_a_lone_first_class_is_a_row_when_told(read):
    text = "5,6,kind\n1,2,x\n2,3,x\n"
    assert read(text, header=False).class_names == ("kind", "x")
    assert read("5,6,kind\n1,2,x\n").class_names == ("kind", "x")  # every class has one row


def test_too_many_classes_are_refused(read):
    rows = "".join(f"{k},name {k}\n" for k in range(101))
    with pytest.raises(
        ng.NeurographError, match=r"column 2: got 101 different values in 101 rows, expected at most 100"
    ):
        read(rows)
    assert len(read(rows[: rows.index("100,")]).class_names) == 100


def test_what_is_no_file_is_refused(tmp_path):
    for path, message in [
        (tmp_path, "it is a directory, expected a CSV file. Name a file in it."),
        (tmp_path / "none.csv", NO_FILE),
        (str(tmp_path / "d.csv") + "/", "cannot be read ("),
        ("a\0b", "cannot be read (embedded null byte). Check the name."),
        (None, "load_csv, path: got None, expected the name of a file."),
        (b"d.csv", "load_csv, path: got b'd.csv' (a bytes), expected the name of a file."),
        (3, "load_csv, path: got 3, expected the name of a file."),
    ]:
        with pytest.raises(ng.NeurographError) as caught:
            load_csv(path)
        assert message in str(caught.value)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights do not bind this user")
def test_a_file_without_the_right_to_read_is_refused(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("1,2\n")
    path.chmod(0)
    with pytest.raises(ng.NeurographError, match="cannot be read"):
        load_csv(path)


def test_a_file_too_large_is_refused_without_being_read_whole(tmp_path):
    path = tmp_path / "d.csv"
    with path.open("wb") as file:
        file.truncate(2**29)  # a hole: takes no room on the disk
    tracemalloc.start()
    with pytest.raises(ng.NeurographError, match=r"d\.csv: the file is larger than 256 MiB\. Is it the right one\?"):
        load_csv(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 300 * 2**20


def test_long_cells_cost_no_time(read):
    digits = "1" * 100_000
    with pytest.raises(ng.NeurographError, match="expected a number"):
        read(f"a,k\n{digits}x,y\n")  # a careless pattern would take hours
    assert read(f"a,k\n0.{digits},x\n2,y\n").X[0] == [pytest.approx(1 / 9)]


# Anything that can be written is read back; anything at all is read right or refused.

label = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).map(str.strip)
labels = label.filter(
    lambda text: text.casefold() not in {"", "?", "na", "n/a", "#n/a", "nan", "null"} and not looks_numeric(text)
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("csv")


@settings(deadline=None, max_examples=150)
@given(st.data(), st.sampled_from(",;\t"), st.booleans(), st.booleans())
def test_what_is_written_is_read_back(folder, data, delimiter, named, quoted):
    width = data.draw(st.integers(1, 4))
    x = data.draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=2, max_size=6))
    kinds = data.draw(st.lists(labels, min_size=len(x), max_size=len(x)).filter(lambda drawn: len(set(drawn)) > 1))
    names = [f"f{k}" for k in range(width)] + ["kind"]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows([names] * named + [[*row, kind] for row, kind in zip(x, kinds, strict=True)])
    path = folder / "back.csv"
    path.write_bytes(text.getvalue().encode())
    read = load_csv(path, header=named, classes=True, delimiter=delimiter)
    assert x == read.X
    assert [read.class_of(row) for row in range(len(x))] == kinds
    assert read.feature_names == tuple(names[:-1] if named else (f"column {k + 1}" for k in range(width)))


TOKENS = [
    b"", b",", b";", b"\t", b'"', b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"nan", b"inf", b"1e999",
    b"-", b"NA", b"9" * 400, b"5,1", b",,,,", b"\n\n", b"setosa", b"\xc2\xa0", b"1_0", b"=cmd|' /C calc'!A0",
]  # fmt: skip
places = st.integers(0, len(IRIS))
edits = st.tuples(places, st.integers(0, 40), st.sampled_from(TOKENS) | st.binary(max_size=4))
cut = st.tuples(places, places).map(sorted)


def mutated(changes, ends, swap):
    data = IRIS[ends[0] : ends[1]] if ends else IRIS
    data = data.replace(*swap) if swap else data
    for place, length, token in changes:
        data = data[:place] + token + data[place + length :]
    return data


def attempted(path):
    """Load a file, or give the message of the one kind of error there may be."""
    try:
        return load_csv(path), ""
    except ng.NeurographError as error:
        return None, str(error)


def independently(data):
    """Read the rows of numbers under each delimiter, if they are such, with nothing of ours."""
    for delimiter in ",;\t":
        reader = csv.reader(
            io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter, skipinitialspace=True
        )
        rows = [row for row in reader if "".join(row).strip() or len(row) > 1]
        ended = [row[:-1] for row in rows if row[-1].strip() == ""]  # a separator ends every row
        indexed = [row[1:] for row in rows[1:]]  # the first column names the rows
        for body in (rows, rows[1:], indexed, ended if len(ended) in (len(rows), len(rows) - 1) else []):
            try:
                yield (
                    [[float(cell.strip().replace(",", ".")) for cell in row[:-1]] for row in body],
                    [row[-1] for row in body],
                )
            except (ValueError, IndexError):
                continue


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(edits, max_size=3),
    st.none() | cut,
    st.none() | st.sampled_from([(b",", b";"), (b",", b"\t"), (b".", b","), (b"\n", b"\r"), (b"setosa", b"0")]),
)
@example([], None, None)
@example([], None, (b",", b";"))
def test_a_file_broken_at_random_is_read_right_or_refused(folder, changes, ends, swap):
    data = mutated(changes, ends, swap)
    path = folder / "broken.csv"
    path.write_bytes(data)
    read, told = attempted(path)
    if read is None:
        assert told.isprintable()
        assert told.startswith(f"{path}")
        return
    assert {len(x) for x in read.X} == {len(read.feature_names)}
    assert {len(y) for y in read.Y} == {len(read.target_names)}
    assert all(math.isfinite(value) for row in read.X + read.Y for value in row)
    found = [kinds for x, kinds in independently(data) if x == read.X]
    assert found, "these numbers are not in the file"
    if read.class_names:
        assert [kind.strip() for kind in found[0]] == [read.class_of(row) for row in range(len(read))]
        assert {sum(y) for y in read.Y} == {1.0}


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60) | st.text('019.,;\t\n"ab -e', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(folder, data):
    path = folder / "any.csv"
    path.write_bytes(data)
    read, _ = attempted(path)
    if read is None:
        return
    assert all(math.isfinite(value) for row in read.X + read.Y for value in row)
    assert len(read) >= 1
