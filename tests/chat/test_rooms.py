"""Slugs: which links are rooms."""

import pytest

from chatterpy.chat.rooms import check_slug
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
