"""Faces: always drawn the same, and harmless."""

from xml.etree import ElementTree

import pytest

from chatterpy.chat.faces import STYLES, Face, draw


@pytest.mark.parametrize("style", STYLES)
def test_a_face_of_each_style_is_an_svg_that_is_always_the_same(style: str) -> None:
    svg = draw(Face(style, "otter"))
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert draw(Face(style, "otter")) == svg
    assert draw(Face(style, "anna")) != svg


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_in_the_public_domain(style: str) -> None:
    assert b"creativecommons.org/publicdomain/zero" in draw(Face(style, "otter"))


def test_a_face_is_read_as_it_is_written() -> None:
    face = Face.random()
    assert Face.parse(str(face)) == face


@pytest.mark.parametrize("text", ["", "thumbs", "thumbs:", "nosuch:abc", "thumbs:A", "thumbs:../x"])
def test_what_is_no_face_is_none(text: str) -> None:
    assert Face.parse(text) is None
