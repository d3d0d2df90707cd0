"""Names: what people may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatterpy.chat import names
from chatterpy.errors import BadName


@pytest.mark.parametrize("typed", ["Anna", "O’Neil", "Ёлка", "李 雷", "Renée ✨", "a"])
def test_names_that_people_have_are_taken_as_typed(typed: str) -> None:
    assert names.clean(typed, 40) == typed


def test_spaces_around_are_dropped_and_inner_ones_single() -> None:
    assert names.clean("  Brave   Otter ", 40) == "Brave Otter"


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "a\nb", "a\u202eb", "\u200b", "a\x00b", "\ud800", "a\u2028b", "\U000e0041"],
    ids=ascii,
)
def test_names_that_could_fool_people_are_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadName, match=r"^(A name needs|This name has) .*\.$"):
        names.clean(typed, 40)


def test_a_long_name_is_refused_and_the_sentence_counts() -> None:
    with pytest.raises(BadName, match="at most 40 characters; this one has 41"):
        names.clean("x" * 41, 40)
    assert names.clean("x" * 40, 40) == "x" * 40


def test_a_name_without_end_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(BadName, match="this one has 1000000"):
        names.clean("x" * 1_000_000, 40)


def test_case_and_width_do_not_tell_people_apart() -> None:
    assert names.key("Anna") == names.key("aNNA") == names.key(names.clean("Ａnna", 40))
    assert names.key("Anna") != names.key("Anne")


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_a_name_or_a_sentence(typed: str) -> None:
    try:
        name = names.clean(typed, 40)
    except BadName:
        return
    assert 0 < len(name) <= 40
    assert names.clean(name, 40) == name, "cleaning a clean name changes it"
    assert names.key(name)


@pytest.mark.parametrize("tries", [0, 3])
def test_invented_names_are_names(tries: int) -> None:
    for _ in range(200):
        name = names.invent(tries)
        assert names.clean(name, 60) == name
        assert len(name.split()) >= (2 if tries == 0 else 3)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna", "Аnnа"), ("Ian", "lan"), ("paypal", "раураl"), ("modern", "modem"), ("1l", "Il")],
    ids=ascii,
)
def test_names_that_look_the_same_have_the_same_skeleton(one: str, other: str) -> None:
    assert names.skeleton(one) == names.skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Anna", "Anne"), ("Zoë", "Zoe"), ("Ёлка", "Елка"), ("Bo", "Bob")]
)
def test_names_that_can_be_told_apart_have_skeletons_of_their_own(one: str, other: str) -> None:
    assert names.skeleton(one) != names.skeleton(other)


@given(st.text(max_size=30))
def test_a_skeleton_can_be_made_of_anything(text: str) -> None:
    assert names.skeleton(text) == names.skeleton(text)


@pytest.mark.parametrize("typed", ["\u2800", "\u2800 \u2800"], ids=ascii)
def test_a_name_that_nobody_sees_is_refused(typed: str) -> None:
    with pytest.raises(BadName, match="that can be seen"):
        names.clean(typed, 40)


def test_letters_have_the_marks_that_languages_need_and_no_more() -> None:
    for typed in ("Nguyễn", "שָׁלוֹם"):
        assert names.clean(typed, 40) == typed
    with pytest.raises(BadName, match="at most 2 marks"):
        names.clean("Z\u0300\u0301\u0302algo", 40)
