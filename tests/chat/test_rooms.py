"""Slugs: which links are rooms."""

import pytest

from chatterpy.chat.rooms import check_slug, likely_slug, to_slug
from chatterpy.errors import BadSlug


@pytest.mark.parametrize("slug", ["lobby", "a", "room-1", "a_b-c", "2026", "x" * 64])
def test_a_slug_of_letters_digits_and_dashes_is_a_room(slug: str) -> None:
    assert check_slug(slug) == slug


@pytest.mark.parametrize(
    "slug", ["", "Lobby", "-a", "a-", "a--b", "a b", "ä", "a\n", "..", "a/b", "x" * 65, "%00"]
)
def test_anything_else_is_no_room_and_the_sentence_says_what_one_is(slug: str) -> None:
    with pytest.raises(BadSlug, match="letters a to z, digits"):
        check_slug(slug)


def test_what_people_type_as_a_rooms_name_becomes_its_slug() -> None:
    assert to_slug("  #Coffee  Corner ") == "coffee-corner"
    assert to_slug("a__b") == "a-b"
    with pytest.raises(BadSlug):
        to_slug("Café")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hello World", "hello-world"),
        ("Café_Ümlaut", "cafe-umlaut"),
        ("a--b", "a-b"),
        ("-x-", "x"),
        ("日本", None),
        ("", None),
        ("x" * 70, "x" * 64),
    ],
)
def test_an_impossible_slug_has_a_likely_one(typed: str, meant: str | None) -> None:
    assert likely_slug(typed) == meant
    if meant:
        assert check_slug(meant) == meant
