"""Faces: written and read, chosen, and shown by every provider."""

import pytest

from chatterpy.chat.faces import DICEBEAR, DOZEN, INITIALS, LIARA, Face, Wardrobe
from chatterpy.errors import BadFace

WARDROBES = pytest.mark.parametrize(
    "wardrobe", [DICEBEAR, INITIALS, LIARA], ids=["dicebear", "initials", "liara"]
)


def test_a_face_is_read_as_it_is_written() -> None:
    face = Face.random()
    assert Face.parse(str(face)) == face


@pytest.mark.parametrize("text", ["", "thumbs", "thumbs:", "No:abc", "thumbs:A", "thumbs:../x"])
def test_what_is_no_face_is_none(text: str) -> None:
    assert Face.parse(text) is None


@WARDROBES
def test_everybody_keeps_some_face_whichever_provider_there_was_before(wardrobe: Wardrobe) -> None:
    for before in (DICEBEAR, INITIALS, LIARA, Wardrobe(("gone",))):
        face = before.random()
        shown = wardrobe.fit(face)
        assert shown.style in wardrobe.styles
        assert shown.seed == face.seed, "two people with different faces have the same one now"
        assert wardrobe.fit(face) == shown, "another face on every page"
        assert (shown == face) is (before is wardrobe)


@WARDROBES
def test_another_random_face_looks_different(wardrobe: Wardrobe) -> None:
    face = Face("thumbs", "abc")
    for _ in range(50):
        another = wardrobe.random(unlike=face)
        assert wardrobe.look(another) != wardrobe.look(wardrobe.fit(face))


@WARDROBES
def test_a_dozen_differ_and_are_the_same_again_for_the_same_person_only(wardrobe: Wardrobe) -> None:
    style = wardrobe.styles[-1]
    faces = wardrobe.dozen(style, "anna", 0)
    assert len({wardrobe.look(face) for face in faces}) == len(faces) == DOZEN
    assert wardrobe.dozen(style, "anna", 0) == faces
    assert not {*faces} & {*wardrobe.dozen(style, "anna", 1), *wardrobe.dozen(style, "ben", 0)}
    assert [wardrobe.choose(str(face)) for face in faces] == list(faces)


@WARDROBES
@pytest.mark.parametrize("text", ["", "nosuch:abc", "thumbs", "thumbs:<", "initials:A"])
def test_a_face_that_is_not_in_the_wardrobe_cannot_be_chosen(wardrobe: Wardrobe, text: str) -> None:
    with pytest.raises(BadFace, match="Please choose one of those"):
        wardrobe.choose(text)
