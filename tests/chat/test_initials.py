"""Initials: what readers of many scripts take for the first letters of a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatterpy.chat import names
from chatterpy.chat.initials import COLOURS, WHITE, are_initials, colour, initials, letters
from chatterpy.errors import BadName


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anna", "A"),
        ("brave otter", "BO"),
        ("Otter of Rome", "OO"),
        ("(Anna) 'Bee'", "AB"),
        ("... !", "."),
        ("-", "-"),
        ("- Ben", "B"),
        ("7 of nine", "7O"),
        ("ßanna", "ß"),
        ("ǆore", "ǅ"),
        ("<b> &\"'", "<"),
        ("$ £", "$£"),
        ("漢字 かな", "漢か"),
        ("אנה כהן", "אכ"),
        ("مريم علي", "م\u200cع"),
        ("e\u0301mile zola", "E\u0301Z"),
        ("ẹ\u0301 b", "Ẹ\u0301B"),
        ("क्षमा राव", "क्षरा"),
        ("👍🏽 up", "👍🏽U"),
        ("🇩🇪🇫🇷 tour", "🇩🇪T"),
        ("❤ 🦦", "❤🦦"),
        ("\u0301\u0302", "\u0301\u0302"),
    ],
    ids=ascii,
)
def test_the_first_letters_of_the_first_words_stand_for_a_name(name: str, expected: str) -> None:
    assert initials(name) == expected
    assert are_initials(expected)


@given(st.text(min_size=1, max_size=40) | st.text("aक्ष🇩🇪🏽👍\u0301\u200d\u200c .م", min_size=1))
def test_every_name_that_can_be_chosen_has_initials(typed: str) -> None:
    try:
        name = names.clean(typed, 40)
    except BadName:
        return
    assert are_initials(initials(name)), ascii(initials(name))


@pytest.mark.parametrize(
    "text",
    ["", "ABC", "A B", "\x00", "A\n", "\u202eAB", "\ufffe", "\u200d", "A" + "\u0301" * 40],
    ids=ascii,
)
def test_what_no_name_comes_down_to_is_not_drawn(text: str) -> None:
    assert not are_initials(text)


def test_letters_are_what_readers_take_for_one() -> None:
    assert letters("a\u0301b🇩🇪🇫🇷👩\u200d👧क्ष") == ["a\u0301", "b", "🇩🇪", "🇫🇷", "👩\u200d👧", "क्ष"]


@pytest.mark.parametrize("ground", COLOURS)
def test_the_letters_can_be_read_on_every_colour(ground: str) -> None:
    light, dark = sorted((luminance(WHITE), luminance(ground)), reverse=True)
    contrast = (light + 0.05) / (dark + 0.05)
    assert contrast >= 4.5, f"{ground} has {contrast:.2f} to 1"


def test_every_colour_is_somebodys() -> None:
    assert {colour(f"{number:x}") for number in range(500)} == set(COLOURS)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
