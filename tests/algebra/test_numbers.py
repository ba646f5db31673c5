"""How numbers are written: rounded but never misleading, in full, as fractions, and for LaTeX."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidTypeError, InvalidValueError

finite = st.floats(-1e300, 1e300)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0066047, 3, "0.0066"),
        (0.0066047, 4, "0.006605"),
        (4.893115758926319e-07, 4, "4.893e-07"),
        (-4.893115758926319e-07, 4, "-4.893e-07"),
        (1.0, 4, "1"),
        (-3.0, 1, "-3"),
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (1.2345e20, 3, "1.23e+20"),
        (12345.0, 3, "1.23e+04"),
        (123456.7, 4, "1.235e+05"),
        (1.5, 1, "1.5"),
        (0.99996, 3, "0.99996"),
        (1.00004, 3, "1.00004"),
        (-0.9999999999, 4, "-0.9999999999"),
        (1 - 2**-53, 4, "0.9999999999999999"),
        (1234.4, 4, "1234.4"),
    ],
)
def test_a_number_is_rounded_but_what_is_not_whole_never_reads_as_whole(value, digits, text):
    assert NumberFormat(digits).text(value) == text


@settings(deadline=None)
@given(finite)
def test_in_full_a_number_reads_back_as_the_same_float(value):
    assert float(NumberFormat(digits=None).text(value)).hex() == value.hex()


@settings(deadline=None)
@given(finite, st.integers(1, 17))
def test_a_rounded_number_is_within_its_digits(value, digits):
    text = NumberFormat(digits).text(value)
    with_room = 0.5000001 * 10.0 ** (1 - digits)
    assert float(text) == pytest.approx(value, rel=with_room, abs=1e-320)
    if value != int(value) and "e" not in text:
        assert float(text) != int(float(text)) or digits == 17


@settings(deadline=None)
@given(st.integers(-1000, 1000), st.integers(1, 1000))
def test_a_fraction_is_written_where_the_float_is_exactly_its_nearest(top, bottom):
    text = NumberFormat(digits=None, fractions=True).text(top / bottom)
    one, slash, two = text.partition("/")
    assert float(one) / float(two or 1) == top / bottom
    assert bool(slash) == (top % bottom != 0)


@pytest.mark.parametrize(
    ("value", "text", "latex"),
    [
        (1 / 3, "1/3", r"\frac{1}{3}"),
        (-2 / 3, "-2/3", r"-\frac{2}{3}"),
        (0.5, "1/2", r"\frac{1}{2}"),
        (7 / 999, "7/999", r"\frac{7}{999}"),
        (2.0, "2", "2"),
        (0.333, "333/1000", r"\frac{333}{1000}"),
        (0.3333, "0.3333", "0.3333"),
        (1 / 3 + 2**-54, "0.3333", "0.3333"),
        (math.pi, "3.142", "3.142"),
    ],
)
def test_fractions(value, text, latex):
    style = NumberFormat(fractions=True)
    assert (style.text(value), style.latex(value)) == (text, latex)


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (4.893e-07, r"4.893 \times 10^{-7}"),
        (-1.5e20, r"-1.5 \times 10^{20}"),
        (0.25, "0.25"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, r"\text{nan}"),
    ],
)
@pytest.mark.parametrize("fractions", [False, True])
def test_latex_writes_powers_of_ten_and_infinity(value, latex, fractions):
    if not (fractions and value == 0.25):
        assert NumberFormat(fractions=fractions).latex(value) == latex


@pytest.mark.parametrize("digits", [None, 1, 17])
def test_nan_and_infinity_have_a_text(digits):
    style = NumberFormat(digits, fractions=True)
    assert [style.text(value) for value in (math.inf, -math.inf, math.nan)] == ["inf", "-inf", "nan"]


@pytest.mark.parametrize(
    ("field", "given", "error", "message"),
    [
        ("digits", 0, InvalidValueError, "digits: got 0, expected a whole number from 1 to 17, or None"),
        ("digits", 18, InvalidValueError, "digits: got 18, expected a whole number from 1 to 17, or None"),
        ("digits", 3.0, InvalidTypeError, "digits: got 3.0, expected a whole number"),
        ("digits", True, InvalidTypeError, r"digits: got True \(a bool\), expected a whole number"),
        ("terms", 1, InvalidValueError, "terms: got 1, expected a whole number from 2 up, or None"),
        ("terms", "8", InvalidTypeError, r"terms: got '8' \(a str\), expected a whole number from 2 up, or None"),
    ],
)
def test_a_format_that_cannot_be_is_refused(field, given, error, message):
    with pytest.raises(error, match=message):
        NumberFormat(**{field: given})
