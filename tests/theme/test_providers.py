"""Providers: each face has an address of its own, and a drawing is harmless."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from chatterpy.chat.faces import Face
from chatterpy.chat.people import Person
from chatterpy.theme.templates import Templates
from tests.conftest import plain_url

ANNA = Person(7, "Anna Bee", Face("thumbs", "abc"), 1)


def themed(provider: str) -> Templates:
    return Templates(
        plain_url, zone=None, avatar_provider=provider, liara_url="https://avatars.example/x"
    )


def face_url(provider: str, person: Person = ANNA, face: Face | None = None) -> str:
    return str(themed(provider).environment.globals["face_url"](person, face))  # type: ignore[operator]


def test_dicebear_knows_a_face_and_not_whose_it_is() -> None:
    assert face_url("dicebear") == "/avatar?style=thumbs&seed=abc"
    assert face_url("dicebear", face=Face("moods", "x")) == "/avatar?style=moods&seed=x"


def test_initials_change_their_address_with_the_name() -> None:
    assert face_url("initials") == "/avatar?style=initials&seed=abc&of=AB"
    renamed = Person(7, "Carla", ANNA.face, 2)
    assert face_url("initials", renamed) == "/avatar?style=initials&seed=abc&of=C"


@pytest.mark.parametrize(
    ("style", "address"),
    [
        ("boy", "https://avatars.example/x/public/boy?username=abc"),
        ("girl", "https://avatars.example/x/public/girl?username=abc"),
        ("anyone", "https://avatars.example/x/public?username=abc"),
    ],
)
def test_liara_is_told_the_seed_and_never_a_name(style: str, address: str) -> None:
    assert face_url("liara", face=Face(style, "abc")) == address
    provider = themed("liara").provider
    assert provider.origin == "https://avatars.example"
    assert not provider.can_draw(Face(style, "abc"), "")


@pytest.mark.parametrize("provider", ["dicebear", "initials"])
def test_what_is_drawn_here_needs_no_other_site(provider: str) -> None:
    assert themed(provider).provider.origin == ""


@pytest.mark.parametrize("text", ["<", "&", '"', "'", "A", "אכ", "👍🏽", "म"], ids=ascii)
def test_initials_are_text_and_never_markup(text: str) -> None:
    provider = themed("initials").provider
    face = Face("initials", "abc")
    assert provider.can_draw(face, text)
    svg = ElementTree.fromstring(provider.draw(face, text))
    assert ["".join(one.itertext()) for one in svg.iter() if one.text] == [text]
    assert [one.tag.partition("}")[2] for one in svg.iter()] == ["svg", "rect", "text"]


def test_a_face_of_another_provider_is_not_drawn() -> None:
    assert not themed("dicebear").provider.can_draw(Face("initials", "abc"), "A")
    assert not themed("dicebear").provider.can_draw(Face("thumbs", "abc"), "A")
    assert not themed("initials").provider.can_draw(Face("thumbs", "abc"), "A")
