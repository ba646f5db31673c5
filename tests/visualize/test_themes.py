"""The colours: zero is near the page, both signs can be told apart by every eye and in grey."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import neurograph as ng
from visualize import draw_network
from visualize.themes import THEMES, Theme, find_theme

EVERY = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes (2009), A Physiologically-based Model for Simulation of Color Vision
# Deficiency, severity 1.0; for linear RGB.
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
WHITE = (0.95047, 1.0, 1.08883)  # D65


def linear(colour) -> np.ndarray:
    """SRGB to linear light (IEC 61966-2-1)."""
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


def lab(colour, eye: str | None = None) -> np.ndarray:
    """CIE L*a*b*, of a colour as an eye sees it."""
    light = linear(colour)
    if eye:
        light = np.clip(np.array(BLIND[eye]) @ light, 0.0, 1.0)
    x, y, z = (f(value / white) for value, white in zip(np.array(TO_XYZ) @ light, WHITE, strict=True))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def f(share: float) -> float:
    return share ** (1 / 3) if share > (6 / 29) ** 3 else share / (3 * (6 / 29) ** 2) + 4 / 29


def apart(one, two, eye: str | None = None) -> float:
    return float(np.linalg.norm(lab(one, eye) - lab(two, eye)))


def test_the_measure_is_right_for_colours_that_are_known():
    assert lab("white") == pytest.approx([100.0, 0.0, 0.0], abs=0.02)
    assert lab("black") == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert lab("#777777")[0] == pytest.approx(50.03, abs=0.05)
    for eye in BLIND:  # grey is grey to everybody
        assert lab("#808080", eye) == pytest.approx(lab("#808080"), abs=0.1)
    assert apart("#cc0000", "#007700", "deuteranopia") < apart("#cc0000", "#007700") / 2


@EVERY
def test_zero_is_near_the_page_and_farther_from_both_ends(theme):
    middle = theme.diverging(0.5)
    assert apart(middle, theme.zero) < 0.5
    assert apart(middle, theme.page) < 18.0
    for end in (theme.negative, theme.positive):
        assert apart(end, theme.page) > 3 * apart(middle, theme.page)


@EVERY
def test_the_map_goes_from_negative_over_zero_to_positive(theme):
    cmap = theme.diverging
    for share, colour in ((0.0, theme.negative), (0.5, theme.zero), (1.0, theme.positive)):
        assert cmap(share)[:3] == pytest.approx(to_rgb(colour), abs=1e-9)
    for side in (np.linspace(0.5, 0.0, 40), np.linspace(0.5, 1.0, 40)):
        distances = [apart(cmap(share), theme.zero) for share in side]
        assert all(two > one for one, two in pairwise(distances))  # the larger, the farther from zero


@pytest.mark.parametrize("name", ["light", "print"])
def test_in_grey_both_signs_are_told_apart(name):
    theme = THEMES[name]
    assert abs(lab(theme.negative)[0] - lab(theme.positive)[0]) >= 25.0
    for share in (0.3, 0.5, 0.75):
        one, two = theme.diverging(0.5 - share / 2), theme.diverging(0.5 + share / 2)
        assert abs(lab(one)[0] - lab(two)[0]) > 25.0 * share


@EVERY
@pytest.mark.parametrize("eye", BLIND)
def test_both_signs_are_told_apart_by_every_eye(theme, eye):
    assert apart(theme.negative, theme.positive, eye) > 20.0
    for end in (theme.negative, theme.positive):
        assert apart(end, theme.zero, eye) > 20.0
        assert apart(end, theme.page, eye) > 20.0


@pytest.mark.parametrize("eye", BLIND)
def test_the_check_sees_colours_that_an_eye_confuses(eye):
    confused = {
        "protanopia": ("#b2182b", "#4d4d4d"),
        "deuteranopia": ("#d7301f", "#7a7000"),
        "tritanopia": ("#00c0c0", "#10b8d8"),
    }
    assert apart(*confused[eye], eye) < 20.0


@EVERY
def test_words_stand_out_on_the_page(theme):
    def luminance(colour):
        return float(np.array(TO_XYZ[1]) @ linear(colour))

    low, high = sorted((luminance(theme.ink), luminance(theme.page)))
    assert (high + 0.05) / (low + 0.05) > 7.0  # WCAG 2, level AAA
    low, high = sorted((luminance(theme.quiet), luminance(theme.page)))
    assert (high + 0.05) / (low + 0.05) > 2.0


@EVERY
def test_classes_differ_and_begin_again_after_the_last(theme):
    assert len(set(theme.classes)) == len(theme.classes) >= 7
    assert theme.class_colour(0) == theme.class_colour(len(theme.classes))
    assert all(apart(colour, theme.page) > 25.0 for colour in theme.classes[:3])


@EVERY
def test_the_growing_map_begins_with_the_page(theme):
    cmap = theme.growing
    assert cmap(0.0)[:3] == pytest.approx(to_rgb(theme.page))
    assert cmap(1.0)[:3] == pytest.approx(to_rgb(theme.positive))


def test_a_theme_of_ones_own_is_taken_as_it_is():
    mine = replace(THEMES["light"], name="mine", positive="#00441b", page="#fffff0")
    assert find_theme(mine) is mine
    diagram = draw_network(ng.Network.dense([2, 1], "tanh", initializer="ones"), theme=mine)
    assert diagram.theme is mine
    assert diagram.lines_.cmap(1.0)[:3] == pytest.approx(to_rgb("#00441b"))
    assert diagram.figure_.get_facecolor()[:3] == pytest.approx(to_rgb("#fffff0"))


def test_a_theme_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        THEMES["light"].page = "#000000"


def test_an_unknown_theme_is_explained():
    with pytest.raises(KeyError) as caught:
        find_theme("Drak")
    assert isinstance(caught.value, ng.NeurographError)
    assert str(caught.value) == "theme: unknown theme 'Drak'. Did you mean 'dark'? Known: light, dark, print."
    with pytest.raises(TypeError) as caught:
        find_theme(None)
    assert isinstance(caught.value, ng.NeurographError)
    assert str(caught.value) == "theme: got None, expected a name, or a Theme."


def test_the_lightness_in_the_docstring_is_the_lightness_there_is():
    light = THEMES["light"]
    assert (round(lab(light.negative)[0]), round(lab(light.positive)[0])) == (63, 19)
    assert isinstance(light, Theme)
    assert math.isclose(lab(light.page)[0], 100.0, abs_tol=0.05)
